//! The table of airings held against the records in the chain, both ways: what it says is theirs, and what they say is in it.
//! The manifest is no witness for it: who can write the one can write the other.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;

use crate::ledger::ClosedKind;

/// What the chain vouches for of that which lies beside it.
#[derive(Debug, Default)]
pub(super) struct Records {
    /// By the UUID of the airing.
    pub(super) airings: HashMap<String, Value>,
    /// In the order of their writing, as all that follow.
    corrections: Vec<Value>,
    pub(super) incidents: Vec<Value>,
    /// The schedules as they were read.
    pub(super) readings: Vec<Value>,
}

impl Records {
    /// Takes in the record of a link. One that nobody can read vouches for nothing, and the chain says that itself.
    pub fn add(&mut self, kind: Option<ClosedKind>, record: &str) {
        let Ok(record) = serde_json::from_str::<Value>(record) else { return };
        match kind {
            Some(ClosedKind::Airing) => {
                let uuid = record["airing"]["uuid"].as_str().map(str::to_owned);
                uuid.and_then(|uuid| self.airings.insert(uuid, record));
            }
            Some(ClosedKind::Correction) => self.corrections.push(record["correction"].clone()),
            Some(ClosedKind::Incident) => self.incidents.push(record["incident"].clone()),
            Some(ClosedKind::Reading) => self.readings.push(record),
            _ => {}
        }
    }

    /// Whether the table of the broadcasts from the one date to the other is that of the log.
    pub fn are_those_of(&self, table: &Value, period: (Date, Date)) -> bool {
        let rows = |key: &str| table[key].as_array();
        let both = rows("airings").zip(rows("corrections"));
        both.is_some_and(|(airings, corrections)| {
            self.have_the_airings(airings, period) && self.have_the_corrections(corrections, period)
        })
    }

    fn have_the_airings(&self, rows: &[Value], period: (Date, Date)) -> bool {
        let mut wanted: HashMap<&str, &Value> = self
            .airings
            .iter()
            .filter(|(_, record)| is_within(&record["slot"]["date"], period))
            .map(|(uuid, record)| (uuid.as_str(), record))
            .collect();
        let ended: HashSet<&str> = wanted.values().filter_map(|record| record["slot"]["id"].as_str()).collect();
        let agree = rows.iter().all(|row| match row["airing"].as_str().and_then(|uuid| wanted.remove(uuid)) {
            Some(record) => agree(row, record) && self.correct(row, &record["slot"]["id"]),
            // It has no outcome yet: of what has one there is a record.
            None => {
                let is_open = !row["slot"].as_str().is_some_and(|slot| ended.contains(slot));
                row["outcome"].is_null() && is_open && self.correct(row, &row["slot"])
            }
        });
        agree && wanted.is_empty()
    }

    /// Whether the row says which person's word counts of its slot: the last. A table of before rows said so says nothing.
    fn correct(&self, row: &Value, slot: &Value) -> bool {
        let Some(said) = row.get("corrected") else { return true };
        let last = self.corrections.iter().rev().find(|one| !slot.is_null() && one["slot"] == *slot);
        let takes_back = |one: &Value| {
            ["outcome", "began_us", "ended_us", "played_ms", "note"].iter().all(|column| one[*column].is_null())
        };
        match last.filter(|one| !takes_back(one)) {
            None => said.is_null(),
            Some(one) => {
                let outcome = ["outcome", "cause"].iter().all(|key| said[*key] == one[*key]);
                said["correction"] == one["uuid"]
                    && said["by"] == one["written_by"]
                    && (one["outcome"].is_null() || outcome)
            }
        }
    }

    fn have_the_corrections(&self, rows: &[Value], period: (Date, Date)) -> bool {
        let wanted: Vec<&Value> = self.corrections.iter().filter(|one| is_within(&one["date"], period)).collect();
        let is_one = |(row, one): (&Value, &&Value)| {
            let same = ["slot", "title", "segment", "date", "why", "outcome", "cause", "played_ms", "note", "replaces"];
            row["correction"] == one["uuid"]
                && row["by"] == one["written_by"]
                && same.iter().all(|key| row[*key] == one[*key])
                && ["written", "began", "ended"].iter().all(|key| us(&row[*key]) == one[format!("{key}_us")].as_i64())
        };
        rows.len() == wanted.len() && rows.iter().zip(&wanted).all(is_one)
    }
}

pub(super) fn is_within(date: &Value, (from, to): (Date, Date)) -> bool {
    date.as_str().and_then(|date| date.parse::<Date>().ok()).is_some_and(|date| from <= date && date <= to)
}

/// An instant of the table as a record has it, in µs.
pub(super) fn us(text: &Value) -> Option<i64> {
    text.as_str()?.parse::<Timestamp>().ok().map(Timestamp::as_microsecond)
}

fn agree(airing: &Value, record: &Value) -> bool {
    let parts = record["parts"].as_array().map_or(&[][..], Vec::as_slice);
    let began = parts.iter().find_map(|part| part["began_us"].as_i64());
    let ended = parts.iter().rev().find_map(|part| part["ended_us"].as_i64());
    let played_ms: u64 = parts.iter().filter_map(|part| part["played_ms"].as_u64()).sum();
    let slot = &airing["slot"];
    (slot.is_null() || *slot == record["slot"]["id"])
        && ["segment", "title", "kind", "broadcast"].iter().all(|key| airing[*key] == record["slot"][*key])
        && ["outcome", "cause", "sha256"].iter().all(|key| airing[*key] == record["airing"][*key])
        && airing["note"].as_str().unwrap_or_default() == record["airing"]["note"].as_str().unwrap_or_default()
        && us(&airing["planned"]) == record["slot"]["planned_us"].as_i64()
        && (us(&airing["began"]), us(&airing["ended"])) == (began, ended)
        && airing["played_ms"].as_u64() == Some(played_ms)
}
