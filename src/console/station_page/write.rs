//! `station.toml` is written whole or not at all: never with mistakes, over somebody else's change, or with other programs.

use crate::console::guarded::alters_programs;
use crate::console::refused::Refused;
use crate::editing::{self, Operation};
use crate::home::Home;
use crate::library::remembered_facts_of;
use crate::loading;
use crate::problem::{Effect, Problem, Sources, Text};
use crate::saving::{self, Deed, PlanFile};

/// Why a new text of `station.toml` was not saved.
pub(in crate::console) enum NotSaved {
    /// With these mistakes.
    Mistaken(Vec<Problem>, Sources),
    /// For that.
    Refused(Refused),
}

/// Saves `text` as `station.toml`, if it was made from the version `base`, can be trusted, and runs the programs that the
/// station runs already.
pub(in crate::console) fn save_station(home: &Home, base: &str, text: &str, deed: &Deed<'_>) -> Result<(), NotSaved> {
    let refused = |text: Text| NotSaved::Refused(Refused::conflict(text));
    let before = PlanFile::Station.read(home).map_err(refused)?;
    let checked = loading::check_station_text(home, text, &[], &mut remembered_facts_of(home));
    let mistakes = refusing(checked.problems);
    if !mistakes.is_empty() {
        return Err(NotSaved::Mistaken(mistakes, checked.sources));
    }
    if let Some(why) = alters_programs(home, before.as_deref(), text) {
        return Err(refused(why));
    }
    saving::save(home, PlanFile::Station, base, text, deed)
        .map_err(|unsaved| NotSaved::Refused(Refused::conflict(unsaved.words(&PlanFile::Station.name()))))
}

/// Changes `station.toml` as it is on the disk.
pub(in crate::console) fn change_station(
    home: &Home,
    operations: &[Operation],
    deed: &Deed<'_>,
) -> Result<(), NotSaved> {
    let refused = |text: Text| NotSaved::Refused(Refused::conflict(text));
    let before = PlanFile::Station.read(home).map_err(refused)?;
    let text = editing::apply_all(before.as_deref().unwrap_or_default(), operations).map_err(refused)?;
    save_station(home, &saving::version(before.as_deref()), &text, deed)
}

/// The mistakes for which a file is refused.
pub(super) fn refusing(problems: Vec<Problem>) -> Vec<Problem> {
    problems.into_iter().filter(|problem| problem.effect == Effect::Refuse).collect()
}
