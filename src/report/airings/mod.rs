//! The log itself: a row a slot, as it aired.

pub mod csv;
pub mod json;
pub mod text;

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};

use super::kinds;
use crate::airing::{Airing, Entry};
use crate::cells;
use crate::problem::{Lang, Text};
use crate::timetable::SlotId;

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
}

/// A row as people read it.
struct Row {
    date: String,
    planned: String,
    began: String,
    ended: String,
    late: String,
    length: String,
    title: String,
    outcome: String,
    cause: String,
    note: String,
}

impl Row {
    fn heads(lang: Lang) -> Row {
        let head = |vi: &str, en: &str| Text::new(vi, en).get(lang).to_owned();
        Row {
            date: head("Ngày", "Date"),
            planned: head("Giờ dự kiến", "Planned"),
            began: head("Bắt đầu", "Began"),
            ended: head("Kết thúc", "Ended"),
            late: head("Trễ (giây)", "Late (s)"),
            length: head("Thời lượng", "Heard"),
            title: head("Tiết mục", "Segment"),
            outcome: head("Kết quả", "Outcome"),
            cause: head("Nguyên nhân", "Cause"),
            note: head("Ghi chú", "Note"),
        }
    }

    fn of(entry: &Entry, zone: &TimeZone, lang: Lang) -> Row {
        let airing = entry.airing.as_ref();
        // To the nearest second: what began 20 µs before its second did not begin a second early.
        let time = |at: Timestamp| {
            let at = at.round(Unit::Second).unwrap_or(at);
            zone.to_datetime(at).strftime("%H:%M:%S").to_string()
        };
        let maybe_time = |at: Option<Timestamp>| at.map_or_else(String::new, time);
        // On air, armed, or left so by a daemon that died: the log cannot tell, so it does not say.
        let outcome = airing.and_then(|airing| airing.outcome).map_or_else(
            || Text::new("Chưa có kết quả", "No outcome yet").get(lang).to_owned(),
            |o| o.word(lang).to_owned(),
        );
        let heard = airing.filter(|airing| !airing.parts.is_empty());
        Row {
            date: cells::date(entry.slot.date, lang),
            planned: time(entry.slot.planned),
            began: maybe_time(airing.and_then(Airing::began)),
            ended: maybe_time(airing.and_then(Airing::ended)),
            late: entry.late_ms().map_or_else(String::new, |ms| cells::seconds(ms, lang)),
            length: heard.map_or_else(String::new, |airing| minutes_and_seconds(airing.played_ms())),
            title: kinds::title(&entry.slot, lang),
            outcome,
            cause: airing.and_then(|airing| airing.cause).map_or_else(String::new, |cause| cause.word(lang).to_owned()),
            note: airing.map_or_else(String::new, |airing| airing.note.clone()),
        }
    }
}

/// `4:59`, `61:05`.
fn minutes_and_seconds(ms: u64) -> String {
    let seconds = ms.saturating_add(500) / 1000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
