//! A typed part is written into its month's file: held against what check says, and over nobody else's change.

use crate::clock;
use crate::console::fresh::{Said, fresh};
use crate::console::plan::view::Open;
use crate::console::refused::Refused;
use crate::console::site::Site;
use crate::console::who::Who;
use crate::editing::{Operation, apply};
use crate::library::remembered_facts_of;
use crate::loading;
use crate::problem::{Problem, Sources, Text, any_errors};
use crate::saving::{self, Deed, PlanFile, Unsaved};

/// Why a change was not written.
pub(super) enum NotPut {
    /// It cannot be.
    Why(Text),
    /// Check would find mistakes that it does not find now.
    Mistakes(Vec<Problem>, Sources),
    /// Somebody else wrote the file since it was read.
    Changed {
        /// What it holds now.
        theirs: Option<String>,
        /// Who that was, if it was from the page.
        by: Option<String>,
    },
}

/// Writes the change into the month's file, if that is still the one of `base`.
pub(super) async fn put(
    site: &Site,
    who: &Who,
    open: &Open,
    base: &str,
    change: &Operation,
    what: Text,
) -> Result<Result<(), NotPut>, Refused> {
    let text = open.text.as_deref().unwrap_or_default();
    let changed = match apply(text, change) {
        Ok(changed) => changed,
        Err(why) => return Ok(Err(NotPut::Why(why))),
    };
    let before = open.checked.clone();
    let (home, month, by, base) = (site.link.home().clone(), open.month, who.name().to_owned(), base.to_owned());
    let saved = site.work(move || {
        let mut checked = loading::check_month_text(&home, month, &changed, &mut remembered_facts_of(&home));
        checked.problems = fresh(Said::of(&before), Said::of(&checked));
        if any_errors(&checked.problems) {
            return Err(NotPut::Mistakes(checked.problems, checked.sources));
        }
        let deed = Deed { by: &by, what, now: clock::now() };
        saving::save(&home, PlanFile::Month(month), &base, &changed, &deed).map_err(|unsaved| match unsaved {
            Unsaved::Changed { theirs, last } => NotPut::Changed { theirs, by: last.map(|last| last.by) },
            Unsaved::Failed(why) => NotPut::Why(why),
            Unsaved::NothingToUndo => NotPut::Changed { theirs: None, by: None },
        })
    });
    saved.await
}
