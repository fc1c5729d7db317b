//! What became of the days of a plan that are past: the log's word wherever it has one. A file that is changed or replaced
//! later changes nothing of what was heard.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

use crate::airing::{Airing, Entry};
use crate::home::Home;
use crate::ledger::Reader;
use crate::outcome::Outcome;
use crate::timetable::{Slot, SlotId};

/// What the log has of some days; nothing where nobody asked, or where there is no log.
#[derive(Default)]
pub(super) struct Record {
    by_slot: BTreeMap<SlotId, CameOf>,
    /// In full, where a page shows more than a calendar does.
    entries: BTreeMap<SlotId, Entry>,
    /// From when to when the log is kept.
    kept: Option<(Timestamp, Timestamp)>,
}

/// As much of it as a calendar shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CameOf {
    /// None: it is armed or on air.
    pub outcome: Option<Outcome>,
    pub heard_ms: u64,
}

/// For what a page asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// A form needs nothing of it.
    Nothing,
    /// A calendar of those days.
    Calendar(Date, Date),
    /// All that is of record of a day.
    Day(Date),
}

impl Record {
    /// The plan has `planned`. What was of record and is planned no more is read in full.
    pub fn read(home: &Home, asked: Asked, planned: &[Slot]) -> Record {
        Record::of(home, asked, planned).unwrap_or_default()
    }

    fn of(home: &Home, asked: Asked, planned: &[Slot]) -> Option<Record> {
        let (from, to) = match asked {
            Asked::Nothing => return None,
            Asked::Calendar(from, to) if from > to => return None,
            Asked::Calendar(from, to) => (from, to),
            Asked::Day(date) => (date, date),
        };
        let reader = Reader::open(&home.ledger_file()).ok()?;
        let mut record = Record { kept: reader.kept().ok()?, ..Record::default() };
        let known: BTreeSet<&SlotId> = planned.iter().map(|slot| &slot.id).collect();
        let came_of = reader.came_of(from, to).ok()?;
        let in_full = matches!(asked, Asked::Day(_)) || came_of.iter().any(|(id, ..)| !known.contains(id));
        if in_full {
            let entries = reader.entries(from, to).ok()?.into_iter();
            record.entries = entries.map(|entry| (entry.slot.id.clone(), entry)).collect();
        }
        let of_row = |(id, outcome, heard_ms)| (id, CameOf { outcome, heard_ms });
        record.by_slot = came_of.into_iter().map(of_row).collect();
        let of_entry = |entry: &Entry| CameOf {
            outcome: entry.airing.as_ref().and_then(|airing| airing.outcome),
            heard_ms: entry.airing.as_ref().map_or(0, Airing::heard_ms),
        };
        record.by_slot.extend(record.entries.iter().map(|(id, entry)| (id.clone(), of_entry(entry))));
        Some(record)
    }

    /// What became of a slot; none: the log has no word of it.
    pub fn came_of(&self, id: &SlotId) -> Option<CameOf> {
        self.by_slot.get(id).copied()
    }

    /// All that the log has of a slot, where it was read.
    pub fn entry(&self, id: &SlotId) -> Option<&Entry> {
        self.entries.get(id)
    }

    /// The slots of record of a date that were read in full.
    pub fn slots(&self, date: Date) -> impl Iterator<Item = &Slot> {
        self.entries.values().map(|entry| &entry.slot).filter(move |slot| slot.date == date)
    }

    /// Whether the log would have it, had it been planned by then: its time was over while a log was kept.
    pub fn lacks(&self, slot: &Slot) -> bool {
        let kept = self.kept.is_some_and(|(since, until)| since < slot.planned && slot.latest() < until);
        kept && !self.by_slot.contains_key(&slot.id)
    }
}
