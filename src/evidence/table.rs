//! The table of airings held against the records in the chain, both ways: what it says is theirs, and what they say is in it.
//! The manifest is no witness for it: who can write the one can write the other. **The table is made anew out of the records
//! by what reads and renders the log itself**, so that nothing in it is left out of the comparison.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::OF_THE_LOG_ALONE;
use crate::airing::{Correction, Entry, Incident, IncidentKind};
use crate::ledger::{ClosedKind, Record, Silences};
use crate::outcome::{Cause, Outcome};
use crate::problem::Text;
use crate::report::airings::{self, Log};
use crate::report::counting::Counting;
use crate::timetable::SlotId;

/// What the chain vouches for of that which lies beside it, in the order of its writing.
#[derive(Debug, Default)]
pub(super) struct Records {
    pub(super) airings: Vec<Record>,
    corrections: Vec<Record>,
    pub(super) incidents: Vec<Record>,
    /// The schedules as they were read.
    pub(super) readings: Vec<Record>,
}

/// The table as the records have it.
pub(super) struct Made {
    airings: Vec<Value>,
    corrections: Vec<Value>,
    /// The slots that have an outcome.
    ended: HashSet<SlotId>,
    words: Vec<Correction>,
}

impl Records {
    /// Takes in the record of a link.
    pub fn add(&mut self, record: Record) {
        match record.kind {
            ClosedKind::Airing => self.airings.push(record),
            ClosedKind::Correction => self.corrections.push(record),
            ClosedKind::Incident => self.incidents.push(record),
            ClosedKind::Reading => self.readings.push(record),
            ClosedKind::Station | ClosedKind::Version | ClosedKind::Run => {}
        }
    }

    /// The table of the broadcasts from the one date to the other. `incidents` are those beside the chain: of what lasts there
    /// is no record.
    ///
    /// # Errors
    /// A record has words that this program does not know.
    pub fn table(&self, incidents: &Value, period: (Date, Date)) -> rusqlite::Result<Made> {
        let over = self.incidents.iter().filter_map(|record| record.incident().ok());
        let silences = Silences::of(&over.chain(lasting(incidents)).collect::<Vec<_>>());
        let is_within = |record: &&Record| is_within(record, period);
        let entries: Vec<Entry> =
            self.airings.iter().filter(is_within).map(|record| record.entry(&silences)).collect::<Result<_, _>>()?;
        let words: Vec<Correction> =
            self.corrections.iter().filter(is_within).map(Record::correction).collect::<Result<_, _>>()?;
        let log =
            Log { station: "", zone: &TimeZone::UTC, entries: &entries, first: &BTreeSet::new(), corrections: &words };
        // By way of its text, as the other is: a number that is written down is read back alike.
        let mut table: Value = serde_json::from_str(&airings::json::render(&log)).unwrap_or_default();
        let mut rows = |key: &str| match table[key].take() {
            Value::Array(rows) => rows,
            _ => Vec::new(),
        };
        let (airings, corrections) = (rows("airings"), rows("corrections"));
        Ok(Made { airings, corrections, ended: entries.into_iter().map(|entry| entry.slot.id).collect(), words })
    }
}

impl Made {
    /// Whether `table` is this one: the broadcasts that have an outcome, all of them, and none that has one without a record.
    pub fn is(&self, table: &Value) -> bool {
        let rows = |key: &str| table[key].as_array();
        let both = rows("airings").zip(rows("corrections"));
        both.is_some_and(|(airings, corrections)| {
            self.has_the_airings(airings)
                && corrections.len() == self.corrections.len()
                && corrections.iter().zip(&self.corrections).all(|(row, made)| alike(row, made))
        })
    }

    fn has_the_airings(&self, rows: &[Value]) -> bool {
        let of_record = self.airings.iter().filter_map(|made| Some((made["airing"].as_str()?, made)));
        let mut wanted: HashMap<&str, &Value> = of_record.collect();
        let counting = Counting::of(&self.words);
        let agree = rows.iter().all(|row| match row["airing"].as_str().and_then(|uuid| wanted.remove(uuid)) {
            Some(made) => alike(row, made),
            // It has no outcome yet: of what has one there is a record.
            None => {
                let slot = row["slot"].as_str().map(|id| SlotId(id.to_owned()));
                let is_open = row["outcome"].is_null() && !slot.as_ref().is_some_and(|id| self.ended.contains(id));
                let word = slot.as_ref().and_then(|id| counting.of_slot(id));
                is_open && word.map_or(row["corrected"].is_null(), |word| is_word(&row["corrected"], word))
            }
        });
        agree && wanted.is_empty()
    }
}

/// The word beside a slot without an outcome is that person's; what they left to the log nobody knows yet.
fn is_word(said: &Value, word: &Correction) -> bool {
    let same = |key: &str, code: Option<&str>| said[key].as_str() == code;
    said["correction"] == word.id
        && said["by"] == word.by
        && (word.outcome.is_none()
            || same("outcome", word.outcome.map(Outcome::code)) && same("cause", word.cause.map(Cause::code)))
}

/// The same but for what stands in no record, and for the offset of an instant: that of the station's zone is in none.
fn alike(said: &Value, made: &Value) -> bool {
    match (said, made) {
        (Value::Object(said), Value::Object(made)) => {
            let is_alike = |(key, made): (&String, &Value)| {
                said.get(key).is_some_and(|said| OF_THE_LOG_ALONE.contains(&key.as_str()) || alike(said, made))
            };
            said.len() == made.len() && made.iter().all(is_alike)
        }
        (Value::Array(said), Value::Array(made)) => {
            said.len() == made.len() && said.iter().zip(made).all(|(said, made)| alike(said, made))
        }
        _ => said == made || us(said).is_some_and(|at| us(made) == Some(at)),
    }
}

/// What is not over yet of the incidents beside the chain.
fn lasting(incidents: &Value) -> impl Iterator<Item = Incident> {
    incidents["incidents"].as_array().into_iter().flatten().filter(|row| row["ended"].is_null()).filter_map(|row| {
        let kind = IncidentKind::from_code(row["kind"].as_str()?)?;
        Some(Incident { kind, began: row["began"].as_str()?.parse().ok()?, ended: None, detail: Text::same("") })
    })
}

pub(super) fn is_within(record: &Record, (from, to): (Date, Date)) -> bool {
    record.date().is_some_and(|date| from <= date && date <= to)
}

/// An instant of a file beside the chain as a record has it, in µs.
pub(super) fn us(text: &Value) -> Option<i64> {
    text.as_str()?.parse::<Timestamp>().ok().map(Timestamp::as_microsecond)
}
