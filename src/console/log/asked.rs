//! What is asked of the log, and what it answers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::airing::{Correction, Entry, Incident};
use crate::cells;
use crate::console::renewing::renews_ms;
use crate::console::say::query;
use crate::home::Home;
use crate::ledger::Reader;
use crate::outcome::Outcome;
use crate::problem::{Lang, Text};
use crate::reading::weekdays;
use crate::report::airings::filter::{Ended, Filter};
use crate::reporting::{self, Logged};
use crate::station::Station;
use crate::timetable::SlotId;

/// Shown where nobody says which: so many days up to today.
const DAYS: i64 = 7;
/// No more than that is read at once.
pub(in crate::console) const MOST_DAYS: i64 = 366;

/// The address's query.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    pub tu: String,
    pub den: String,
    pub tiet_muc: String,
    pub chu_de: String,
    pub ket_qua: String,
    pub tim: String,
    pub trang: usize,
}

/// How rows may have ended, by the word in the address.
pub(super) static ENDINGS: LazyLock<Vec<(&str, Text)>> = LazyLock::new(|| {
    let outcomes = Outcome::ALL.iter().map(|outcome| (outcome.code(), outcome.words()));
    let others = [
        ("not_aired", Text::new("Mọi kết quả khác “Đã phát”", "All but “Aired”")),
        ("open", Text::new("Chưa có kết quả", "No outcome yet")),
        ("by_hand", Text::new("Có người sửa tay", "Corrected by hand")),
    ];
    outcomes.chain(others).collect()
});

impl Asked {
    fn filter(&self) -> Filter {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let ended = match self.ket_qua.as_str() {
            "not_aired" => Some(Ended::NotAired),
            "open" => Some(Ended::Open),
            "by_hand" => Some(Ended::ByHand),
            code => Outcome::from_code(code).map(Ended::As),
        };
        Filter { segment: some(&self.tiet_muc), topic: some(&self.chu_de), ended, text: self.tim.clone() }
    }

    /// The same as a query, for another page of it.
    pub fn query(&self, view: &View, page: &str) -> String {
        let (from, to) = (view.from.to_string(), view.to.to_string());
        query([
            ("tu", from.as_str()),
            ("den", &to),
            ("tiet_muc", &self.tiet_muc),
            ("chu_de", &self.chu_de),
            ("ket_qua", &self.ket_qua),
            ("tim", &self.tim),
            ("trang", page),
        ])
    }
}

/// What the log has of it.
pub(super) struct View {
    pub from: Date,
    pub to: Date,
    pub zone: TimeZone,
    pub logged: Logged,
    /// What is on air while it is read.
    pub sounding: BTreeSet<SlotId>,
    /// Faults of those days; none where rows are looked for.
    pub incidents: Vec<Incident>,
    /// The segments of those days, by id.
    pub segments: BTreeMap<String, String>,
    pub topics: Vec<String>,
}

/// One line of the page.
#[derive(Clone, Copy)]
pub(super) enum Row<'v> {
    Slot(&'v Entry),
    WithoutLoa(&'v Correction),
    Incident(&'v Incident),
}

impl Row<'_> {
    fn at(&self) -> Timestamp {
        match self {
            Row::Slot(entry) => entry.slot.planned,
            Row::WithoutLoa(one) => one.began.unwrap_or(one.written),
            Row::Incident(incident) => incident.began,
        }
    }

    /// The date it stands under.
    pub fn date(&self, zone: &TimeZone) -> Date {
        match self {
            Row::Slot(entry) => entry.slot.date,
            Row::WithoutLoa(one) => one.date,
            Row::Incident(incident) => zone.to_datetime(incident.began).date(),
        }
    }
}

impl View {
    /// Whether there is a row of which the log has no outcome.
    pub fn has_open_rows(&self) -> bool {
        let outcome = |entry: &Entry| entry.airing.as_ref().and_then(|airing| airing.outcome);
        self.logged.entries.iter().any(|entry| outcome(entry).is_none())
    }

    /// After how long its page looks again.
    pub fn renews_ms(&self, now: Timestamp) -> Option<u32> {
        renews_ms(self.has_open_rows(), self.to >= self.zone.to_datetime(now).date())
    }

    /// The rows, the newest day first and each day in its order.
    pub fn rows(&self) -> Vec<Row<'_>> {
        // Of those in one another's place the last; the others stand behind it.
        let counting = self.logged.counting();
        let mut rows: Vec<Row<'_>> = self.logged.entries.iter().map(Row::Slot).collect();
        rows.extend(counting.last_without_loa().map(Row::WithoutLoa));
        rows.extend(self.incidents.iter().map(Row::Incident));
        rows.sort_by_key(|row| (std::cmp::Reverse(row.date(&self.zone)), row.at()));
        rows
    }
}

/// Why there is nothing to see.
#[derive(Debug)]
pub(super) enum Unseen {
    /// The last day is before the first one.
    Reversed(Text),
    /// There is no log yet, or it cannot be read.
    Unreadable(Text),
}

impl From<Text> for Unseen {
    fn from(why: Text) -> Unseen {
        Unseen::Unreadable(why)
    }
}

impl Unseen {
    pub fn words(self) -> Text {
        match self {
            Unseen::Reversed(why) | Unseen::Unreadable(why) => why,
        }
    }
}

/// As whoever filled them in sees the days.
fn reversed(from: Date, to: Date) -> Unseen {
    let days = |lang| (cells::date(from, lang), cells::date(to, lang));
    let ((vi_from, vi_to), (en_from, en_to)) = (days(Lang::Vi), days(Lang::En));
    Unseen::Reversed(Text::new(
        format!("“Đến hết ngày” ({vi_to}) đứng trước “Từ ngày” ({vi_from}); hãy đổi lại hai ngày rồi bấm Lọc"),
        format!("“To” ({en_to}) is before “From” ({en_from}); correct the two and press Find"),
    ))
}

/// Reads it; `station` is the one in force.
///
/// # Errors
/// As of [`Unseen`].
pub(super) fn view(home: &Home, station: &Station, asked: &Asked, now: Timestamp) -> Result<View, Unseen> {
    let today = station.zone.to_datetime(now).date();
    let date = |text: &str, other: Date| text.parse().unwrap_or(other);
    let to = date(&asked.den, date(&asked.tu, today).max(today));
    let days = |count: i64| jiff::Span::new().days(count);
    let from = date(&asked.tu, to.checked_sub(days(DAYS - 1)).unwrap_or(to));
    if from > to {
        return Err(reversed(from, to));
    }
    let from = from.max(to.checked_sub(days(MOST_DAYS - 1)).unwrap_or(from));
    let reader = Reader::open(&home.ledger_file())?;
    let mut logged = Logged::read(home, &reader, &station.zone, from, to)?;
    let named = logged.entries.iter().filter_map(|entry| Some((entry.slot.segment.clone()?, entry.slot.title.clone())));
    let segments: BTreeMap<String, String> = named.collect();
    let filter = asked.filter();
    let looks_for_rows = filter != Filter::default();
    logged.keep(&filter);
    let incidents = if looks_for_rows { Vec::new() } else { incidents(home, &reader, &station.zone, from, to)? };
    let topics = station.topic_codes().map(str::to_owned).collect();
    let sounding = BTreeSet::new();
    Ok(View { from, to, zone: station.zone.clone(), logged, sounding, incidents, segments, topics })
}

fn incidents(home: &Home, reader: &Reader, zone: &TimeZone, from: Date, to: Date) -> Result<Vec<Incident>, Text> {
    let start = |date: Date| zone.to_timestamp(date.at(0, 0, 0, 0));
    let read = || anyhow::Ok(reader.incidents(start(from)?, start(to.tomorrow()?)?)?);
    let mut found = read().map_err(|error| reporting::unreadable(home, &error))?;
    // One that began before stands under its own day.
    found.retain(|incident| zone.to_datetime(incident.began).date() >= from);
    Ok(found)
}

/// `Thứ tư, 25/11/2026`.
pub(super) fn day_words(date: Date, lang: Lang) -> String {
    format!("{}, {}", weekdays::name(date.weekday(), lang), cells::date(date, lang))
}
