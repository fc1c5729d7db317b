//! What will not air as things stand, though somebody could cure it: told where people look that do not read `check`.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::{Bar, Slot};
use crate::cells;
use crate::outcome::Cause;
use crate::problem::{Lang, Text};

/// Slots of one title that one cause keeps off the air.
#[derive(Clone, Debug)]
pub struct KeptOff<'s> {
    /// The first of them.
    pub first: &'s Slot,
    /// What keeps that off.
    pub bar: &'s Bar,
    /// How many they are.
    pub times: usize,
}

/// Of `slots`, in order of time, what an error keeps off the air. What the calendar leaves out is meant to be left out, and
/// a column without a segment has nothing to air.
pub fn kept_off<'s>(slots: impl IntoIterator<Item = &'s Slot>) -> Vec<KeptOff<'s>> {
    let mut found: Vec<KeptOff<'s>> = Vec::new();
    let mut known: BTreeMap<(&str, Cause), usize> = BTreeMap::new();
    for slot in slots {
        let Some(bar) = slot.bar.as_ref().filter(|bar| !matches!(bar.cause, Cause::Holiday | Cause::NoSegment)) else {
            continue;
        };
        let at = *known.entry((slot.called(Lang::Vi), bar.cause)).or_insert(found.len());
        match found.get_mut(at) {
            Some(same) => same.times += 1,
            None => found.push(KeptOff { first: slot, bar, times: 1 }),
        }
    }
    found
}

impl KeptOff<'_> {
    /// `` `Bản tin` (5 lượt từ 02/12 05:45): Thiếu tệp âm thanh ``.
    pub fn words(&self, zone: &TimeZone) -> Text {
        let KeptOff { first, bar, times } = self;
        let from = cells::on_clock(first.planned, zone).strftime("%d/%m %H:%M").to_string();
        let (vi, en) = match times {
            1 => (from.clone(), from),
            n => (format!("{n} lượt từ {from}"), format!("{n} times from {from} on")),
        };
        let cause = bar.cause.words();
        Text::new(
            format!("`{}` ({vi}): {}", first.called(Lang::Vi), cause.vi),
            format!("`{}` ({en}): {}", first.called(Lang::En), cause.en),
        )
    }
}
