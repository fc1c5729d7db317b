//! A typed part is written into its month's file: held against what check says, and over nobody else's change.

use crate::clock;
use crate::console::fresh::{Said, fresh};
use crate::console::plan::raw::check;
use crate::console::plan::view::Open;
use crate::console::refused::Refused;
use crate::console::savable::{mend_first, why_not};
use crate::console::site::Site;
use crate::console::who::Who;
use crate::editing::{Operation, apply};
use crate::problem::{Problem, Sources, Text, any_errors};
use crate::saving::{self, Deed, PlanFile, Unsaved};

/// Why a change was not written.
pub(super) enum NotPut {
    /// It cannot be.
    Why(Text),
    /// The plan could not come into force, for what check finds new.
    Mistakes(Text, Vec<Problem>, Sources),
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
    let file = PlanFile::Month(open.month);
    let checked = check(site, file, changed.clone()).await?;
    let found = fresh(Said::of(&open.checked), Said::of(&checked));
    // Figures that contradict each other are no figures, though the plan could be used with them.
    let contradicts = || any_errors(&found).then(mend_first);
    if let Some(why) = why_not(file, &open.checked, &checked).or_else(contradicts) {
        return Ok(Err(NotPut::Mistakes(why, found, checked.sources)));
    }
    let (home, by, base) = (site.link.home().clone(), who.name().to_owned(), base.to_owned());
    let saved = site.work(move || {
        let deed = Deed { by: &by, what, now: clock::now() };
        saving::save(&home, file, &base, &changed, &deed).map_err(|unsaved| match unsaved {
            Unsaved::Changed { theirs, last } => NotPut::Changed { theirs, by: last.map(|last| last.by) },
            Unsaved::Failed(why) => NotPut::Why(why),
            Unsaved::NothingToUndo => NotPut::Changed { theirs: None, by: None },
        })
    });
    saved.await
}
