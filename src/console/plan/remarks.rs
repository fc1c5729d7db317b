//! What is to be known of a change beside what check says: it is told beside the form and after the save.

use jiff::Timestamp;
use maud::{Markup, html};

use super::{late, stays};
use crate::console::page::{icon, marked};
use crate::loading::Checked;
use crate::problem::{Lang, Text};
use crate::saving::PlanFile;

/// One thing of that kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::console) struct Remark {
    pub words: Text,
    /// It can hardly be meant so.
    pub grave: bool,
}

/// What `after` has of that kind which `before` had not.
pub(in crate::console) fn of_change(file: PlanFile, before: &Checked, after: &Checked, now: Timestamp) -> Vec<Remark> {
    let late = late::of_change(file, before, after, now).into_iter();
    late.chain(stays::of_change(before, after, now)).chain(stays::of_no_day_off(before, after)).collect()
}

/// As they stand beside a form.
pub(in crate::console) fn shown(lang: Lang, remarks: &[Remark]) -> Markup {
    html! {
        @for Remark { words, grave } in remarks {
            p.row.remark { (icon(if *grave { "canh-bao" } else { "luu-y" })) span { (marked(words.get(lang))) } }
        }
    }
}
