//! The report's figures: each formula by a row of the ward's plan, their sums in large random logs, and the same figures
//! recomputed in SQL.

mod adds_up;
mod in_sql;
mod look;
mod periods;
mod plan_rows;
mod plan_rows_beside;
mod reads_so;
mod told_truly;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use loa::outcome::{Cause, Outcome};
use loa::problem::Lang;
use loa::programme::particulars::Particulars;
use loa::report::document::{Block, Document, Table};
use loa::report::period::Period;
use loa::report::row::{Log, Row};
use loa::report::{Given, Report, Typed, paper};
use loa::station::{Rhythm, Station};
use loa::timetable::{Kind, SlotId};

/// The station of these tests, read as an operator writes it.
const STATION: &str = include_str!("station.toml");

pub fn station() -> Station {
    let (station, problems) = loa::station::read("schedules/station.toml", STATION);
    station.unwrap_or_else(|| panic!("{problems:#?}"))
}

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn at(date: &str, time: &str) -> Timestamp {
    format!("{date}T{time}+07:00").parse().unwrap()
}

/// A segment that was heard whole, for five minutes, at its instant.
pub fn heard(date: &str, time: &str, segment: &str) -> Row {
    let planned = at(date, time);
    let window = if time < "12:00" { "sang" } else { "chieu" };
    Row {
        slot: SlotId(format!("{date}/{window}/{segment}-{time}")),
        date: day(date),
        broadcast: format!("{date}/{window}"),
        kind: Kind::Segment,
        segment: Some(segment.to_owned()),
        column: None,
        title: segment.to_owned(),
        planned,
        particulars: Arc::default(),
        file_ms: Some(300_000),
        outcome: Some(Outcome::Aired),
        cause: None,
        note: String::new(),
        bar: None,
        began: Some(planned),
        ended: Some(planned + SignedDuration::from_secs(300)),
        heard_ms: 300_000,
        stand_in_ms: None,
        emergency_by: None,
        by_hand: None,
    }
}

/// The same about administrative reform, of topic `a`.
pub fn reform(date: &str, time: &str, segment: &str) -> Row {
    heard(date, time, segment).saying(|said| said.topics = vec!["a".to_owned()])
}

pub trait With {
    /// With its segment saying something more of itself.
    fn saying(self, say: impl FnOnce(&mut Particulars)) -> Self;
    /// Not heard at all.
    fn unheard(self, outcome: Outcome, cause: Cause) -> Self;
    /// Heard for so long.
    fn lasting(self, ms: u64) -> Self;
    /// In a column.
    fn in_column(self, column: &str) -> Self;
}

impl With for Row {
    fn saying(mut self, say: impl FnOnce(&mut Particulars)) -> Row {
        say(Arc::make_mut(&mut self.particulars));
        self
    }

    fn unheard(self, outcome: Outcome, cause: Cause) -> Row {
        Row { outcome: Some(outcome), cause: Some(cause), began: None, ended: None, heard_ms: 0, ..self }
    }

    fn lasting(self, ms: u64) -> Row {
        Row { heard_ms: ms, file_ms: Some(ms), ..self }
    }

    fn in_column(self, column: &str) -> Row {
        Row { column: Some(column.to_owned()), ..self }
    }
}

pub fn given(period: &str, rows: Vec<Row>) -> Given {
    let period = Period::parse(period, Rhythm::Calendar).unwrap();
    Given {
        period,
        today: period.to(),
        log: Log::new(rows, Vec::new(), &BTreeSet::new()),
        incidents: Vec::new(),
        touched_since: Vec::new(),
        typed: Typed { columns: station().columns, ..Typed::default() },
        first_run: Some(day("2020-01-01")),
        unwritten: 0,
        unforeseen: 0,
        read_late: 0,
        head: None,
    }
}

/// The report of December 2026 by the calendar.
pub fn december(rows: Vec<Row>) -> Report {
    Report::new(given("2026-12", rows), &station())
}

pub fn paper_of(report: &Report) -> Document {
    paper::document(report, &station(), day("2027-01-04"), None, Lang::Vi)
}

/// All that the document says in sentences, a line each.
pub fn sentences(document: &Document) -> String {
    let lines = document.body.iter().flat_map(|block| match block {
        Block::Paragraph(text) | Block::Heading(_, text) => vec![text.clone()],
        Block::List(items) => items.clone(),
        Block::Table(_) | Block::Chart(_) => Vec::new(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A table of the document as a person reads it: cells with ` | ` between them, a line a row, the total last.
pub fn table(document: &Document, key: &str) -> Vec<String> {
    let table: &Table = document.tables().find(|table| table.key == key).unwrap_or_else(|| panic!("no table {key}"));
    let lines = table.lines();
    let shown = lines.map(|(_, cells)| {
        let cells = table.columns.iter().zip(cells).map(|(column, cell)| column.shown(cell, Lang::Vi));
        cells.collect::<Vec<_>>().join(" | ").replace('\u{a0}', " ")
    });
    shown.collect()
}
