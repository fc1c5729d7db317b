//! The log itself: a row a slot, as it aired.

pub mod csv;
pub mod filter;
pub mod json;
mod rows;
pub mod text;

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::airing::{Correction, Entry};
use crate::cells;
use crate::outcome::Outcome;
use crate::problem::{Lang, Text};
use crate::timetable::SlotId;
use rows::Row;

/// What the renderers are given.
#[derive(Clone, Copy, Debug)]
pub struct Log<'a> {
    /// UUID of the station.
    pub station: &'a str,
    /// The zone of all times of day.
    pub zone: &'a TimeZone,
    /// In order of time.
    pub entries: &'a [Entry],
    /// Slots in which their segment was heard whole for the first time ever.
    pub first: &'a BTreeSet<SlotId>,
    /// What was written by hand beside them, in the order of its writing.
    pub corrections: &'a [Correction],
}

/// What the log itself has of a slot of which a person's word counts: its outcome, its cause and its times.
pub fn own_word(entry: &Entry, zone: &TimeZone) -> Text {
    let airing = entry.airing.as_ref();
    let outcome = airing.and_then(|airing| airing.outcome).map_or_else(no_outcome, Outcome::words);
    let times = airing.and_then(|airing| airing.began().zip(airing.ended()));
    let times =
        times.map(|(began, ended)| format!(" {}–{}", time_of_day(Some(began), zone), time_of_day(Some(ended), zone)));
    let cause = entry.cause_word();
    let said = |lang| {
        let cause = cause.as_ref().map_or_else(String::new, |cause| format!(" ({})", cause.get(lang)));
        format!("{}{cause}{}", outcome.get(lang), times.as_deref().unwrap_or_default())
    };
    Text::new(format!("nhật ký ghi: {}", said(Lang::Vi)), format!("the log itself: {}", said(Lang::En)))
}

/// On air, armed, or left so by a daemon that died: the log cannot tell, so it does not say.
fn no_outcome() -> Text {
    Text::new("Chưa có kết quả", "No outcome yet")
}

/// Empty where it is not known.
fn time_of_day(at: Option<Timestamp>, zone: &TimeZone) -> String {
    at.map_or_else(String::new, |at| cells::on_clock(at, zone).strftime("%H:%M:%S").to_string())
}

/// `4:59`, `61:05`.
fn minutes_and_seconds(ms: u64) -> String {
    let seconds = ms.saturating_add(500) / 1000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
