//! What became of the days of a plan that are past: the log's word wherever it has one. A file that is changed or replaced
//! later changes nothing of what was heard.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

use crate::airing::{Correction, Entry};
use crate::console::log::Counted;
use crate::console::silence::{Kept, Silence};
use crate::home::Home;
use crate::ledger::Reader;
use crate::outcome::Outcome;
use crate::report::counting::Counting;
use crate::timetable::{Slot, SlotId};

/// What the log has of some days; nothing where nobody asked, or where there is no log.
#[derive(Default)]
pub(super) struct Record {
    by_slot: BTreeMap<SlotId, CameOf>,
    /// In full, where a page shows more than a calendar does.
    entries: BTreeMap<SlotId, Entry>,
    /// What persons wrote beside the log's own word and counts.
    by_hand: BTreeMap<SlotId, Correction>,
    /// How far the log goes.
    kept: Kept,
}

/// As much of it as a calendar shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CameOf {
    /// None: it is armed or on air.
    pub outcome: Option<Outcome>,
    pub heard_ms: u64,
}

impl CameOf {
    fn of(entry: &Entry, by_hand: Option<&Correction>) -> CameOf {
        let counted = Counted::of(entry, by_hand);
        CameOf { outcome: counted.outcome(), heard_ms: counted.heard_ms(entry).unwrap_or(0) }
    }
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

impl Asked {
    /// Whether that is about a date.
    pub fn holds(self, date: Date) -> bool {
        match self {
            Asked::Nothing => false,
            Asked::Calendar(from, to) => (from..=to).contains(&date),
            Asked::Day(day) => day == date,
        }
    }
}

/// What a broadcast lacks, in slots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::console) struct Lacks {
    /// Will not air as things stand.
    pub blocked: usize,
    /// Columns that have, or had, nothing to air.
    pub empty: usize,
    /// Nothing was heard of them, as the log has it.
    pub silent: usize,
    /// They were stopped by an order or a higher right, as the log has it.
    pub cut: usize,
    /// They were stopped by a fault.
    pub interrupted: usize,
    /// Their time has passed, and the log will have no word of them.
    pub unlogged: usize,
}

impl Record {
    /// The plan has `planned`. What was of record and is planned no more is read in full. `whole` as [`is_whole`] says.
    ///
    /// [`is_whole`]: crate::console::silence::is_whole
    pub fn read(home: &Home, asked: Asked, planned: &[Slot], whole: bool) -> Record {
        Record::of(home, asked, planned, whole).unwrap_or_default()
    }

    fn of(home: &Home, asked: Asked, planned: &[Slot], whole: bool) -> Option<Record> {
        let (from, to) = match asked {
            Asked::Nothing => return None,
            Asked::Calendar(from, to) if from > to => return None,
            Asked::Calendar(from, to) => (from, to),
            Asked::Day(date) => (date, date),
        };
        let reader = Reader::open(&home.ledger_file()).ok()?;
        let mut record = Record { kept: Kept::of(&reader, whole), ..Record::default() };
        let known: BTreeSet<&SlotId> = planned.iter().map(|slot| &slot.id).collect();
        let came_of = reader.came_of(from, to).ok()?;
        let in_full = matches!(asked, Asked::Day(_)) || came_of.iter().any(|(id, ..)| !known.contains(id));
        if in_full {
            let entries = reader.entries(from, to).ok()?.into_iter();
            record.entries = entries.map(|entry| (entry.slot.id.clone(), entry)).collect();
        }
        let of_row = |(id, outcome, heard_ms)| (id, CameOf { outcome, heard_ms });
        record.by_slot = came_of.into_iter().map(of_row).collect();
        record.by_slot.extend(record.entries.iter().map(|(id, entry)| (id.clone(), CameOf::of(entry, None))));
        record.correct(&reader, &reader.corrections(from, to).ok()?).ok()?;
        Some(record)
    }

    /// What persons wrote by hand counts, here as in the log and the reports.
    fn correct(&mut self, reader: &Reader, corrections: &[Correction]) -> anyhow::Result<()> {
        for (id, one) in Counting::of(corrections).slots() {
            // Of what was played by hand a calendar shows nothing.
            if !self.by_slot.contains_key(id) {
                continue;
            }
            let read = if self.entries.contains_key(id) { None } else { reader.entry(id)? };
            if let Some(entry) = self.entries.get(id).or(read.as_ref()) {
                self.by_slot.insert(id.clone(), CameOf::of(entry, Some(one)));
                self.by_hand.insert(id.clone(), one.clone());
            }
        }
        Ok(())
    }

    /// What became of a slot; none: the log has no word of it.
    pub fn came_of(&self, id: &SlotId) -> Option<CameOf> {
        self.by_slot.get(id).copied()
    }

    /// Whether there is a slot of which the log has no outcome.
    pub fn has_open_rows(&self) -> bool {
        self.by_slot.values().any(|came| came.outcome.is_none())
    }

    /// All that the log has of a slot and how it counts, where it was read.
    pub fn counted(&self, id: &SlotId) -> Option<(&Entry, Counted<'_>)> {
        let entry = self.entries.get(id)?;
        Some((entry, Counted::of(entry, self.by_hand.get(id))))
    }

    /// The slots of record of a date that were read in full.
    pub fn slots(&self, date: Date) -> impl Iterator<Item = &Slot> {
        self.entries.values().map(|entry| &entry.slot).filter(move |slot| slot.date == date)
    }

    /// How it stands by `now` with a slot of which the log has no word.
    pub fn silence(&self, slot: &Slot, now: Timestamp) -> Silence {
        self.kept.silence(slot, now)
    }
}
