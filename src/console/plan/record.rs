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

    /// Whether there is a slot of which the log has no outcome.
    pub fn has_open_rows(&self) -> bool {
        self.by_slot.values().any(|came| came.outcome.is_none())
    }

    /// All that the log has of a slot, where it was read.
    pub fn entry(&self, id: &SlotId) -> Option<&Entry> {
        self.entries.get(id)
    }

    /// The slots of record of a date that were read in full.
    pub fn slots(&self, date: Date) -> impl Iterator<Item = &Slot> {
        self.entries.values().map(|entry| &entry.slot).filter(move |slot| slot.date == date)
    }

    /// How it stands by `now` with a slot of which the log has no word.
    pub fn silence(&self, slot: &Slot, now: Timestamp) -> Silence {
        if slot.planned > now {
            return Silence::Ahead;
        }
        // The log would have it, had it been planned by then, where its time was over while a log was kept.
        match self.kept {
            Some((since, until)) if since < slot.planned && slot.latest() < until => Silence::PlannedLate,
            Some((since, _)) if since < slot.planned => Silence::Due,
            _ if slot.latest() > now => Silence::Due,
            _ => Silence::BeforeTheLog,
        }
    }
}

/// Why the log has no word of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Silence {
    /// Its time has not come.
    Ahead,
    /// Its time has come and what became of it is not written down yet.
    Due,
    /// Its time had come before it was planned.
    PlannedLate,
    /// Its time was over before the station ran.
    BeforeTheLog,
}

impl Silence {
    /// Whether the log will never have a word of it.
    pub fn is_for_good(self) -> bool {
        matches!(self, Silence::PlannedLate | Silence::BeforeTheLog)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loading;
    use crate::schedule::Month;

    #[test]
    fn what_has_come_is_never_ahead_whatever_log_there_is() {
        let month: Month = "2026-12".parse().unwrap();
        let text = "month = \"2026-12\"\n[[segment]]\ntitle = \"Tin\"\naudio = \"a.mp3\"\nat = \"05:45\"\non = \"2026-12-01\"\n";
        let mut no_facts = |_: &[String]| crate::schedule::audio_facts::Facts::default();
        let station = "[line]\ndevice = \"null\"\n[rules]\nquiet = []\n".to_owned();
        let slot = loading::load_texts(month, Some(station), text.to_owned(), &mut no_facts).slots.remove(0);
        let at = |time: &str| format!("2026-12-01T{time}+07:00").parse::<Timestamp>().unwrap();
        // It may begin until 05:47.
        for (kept, now, stands) in [
            (None, "05:44:59", Silence::Ahead),
            (None, "05:45:00", Silence::Due),
            (None, "05:47:01", Silence::BeforeTheLog),
            (Some(("05:46:00", "09:00:00")), "09:00:01", Silence::BeforeTheLog),
            (Some(("05:00:00", "05:46:00")), "05:46:01", Silence::Due),
            (Some(("05:00:00", "09:00:00")), "09:00:01", Silence::PlannedLate),
        ] {
            let record = Record { kept: kept.map(|(since, until)| (at(since), at(until))), ..Record::default() };
            assert_eq!(record.silence(&slot, at(now)), stands, "{kept:?} {now}");
        }
    }
}
