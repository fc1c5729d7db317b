//! A period's slots set against what became of them, as data; each form it is printed in is a file of its own. Pure: what
//! was planned and aired is given, and the same is always made of it.

pub mod airings;
mod cells;
pub mod csv;
pub mod json;
mod table;
pub mod text;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::airing::{Airing, Entry};
use crate::outcome::{Cause, Outcome};
use crate::timetable::{Slot, SlotId};

/// Planned slots by what became of them. Every one is in exactly one of `aired`, `cut`, `interrupted`, `failed`, `missed`,
/// `excepted` and `pending`, which therefore add up to `planned`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Slots of record, and slots still ahead.
    pub planned: u64,
    /// Heard whole.
    pub aired: u64,
    /// Of `aired`: begun later than the station calls on time.
    pub late: u64,
    /// Stopped by an order.
    pub cut: u64,
    /// Stopped by a fault.
    pub interrupted: u64,
    /// Tried, nothing heard.
    pub failed: u64,
    /// Never tried.
    pub missed: u64,
    /// Kept off by a rule.
    pub excepted: u64,
    /// Without an outcome: still ahead, on air, or passed and not yet written down.
    pub pending: u64,
    /// What the street heard, in ms: of each airing at most the length of its file.
    pub airtime_ms: u64,
    /// Why slots did not end as aired.
    pub causes: BTreeMap<Cause, u64>,
}

/// The figures of one segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The segment's id.
    pub segment: String,
    /// Its title, as at its last slot of the period.
    pub title: String,
    /// Its slots.
    pub counts: Counts,
}

/// A period's figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// First date.
    pub from: Date,
    /// Last date, included.
    pub to: Date,
    /// All segments together.
    pub total: Counts,
    /// Each segment, in the order of their first slots.
    pub segments: Vec<Line>,
    /// Slots that are past and of which the log has no outcome, because the daemon does not run. Those of record among them
    /// are counted as pending, the others in no other figure.
    pub unwritten: usize,
}

impl Report {
    /// The figures for the dates from `from` to `to`, both included. `entries` are the slots of record, `pending` those that
    /// are only planned; of either, what lies outside the period is left out, and a slot given twice counts once, as the
    /// log has it. An airing that began more than `on_time_ms` after its instant is late.
    pub fn new(from: Date, to: Date, entries: &[Entry], pending: &[Slot], unwritten: usize, on_time_ms: u64) -> Report {
        let mut report = Report { from, to, total: Counts::default(), segments: Vec::new(), unwritten };
        let recorded = entries.iter().map(|entry| (&entry.slot, Some(entry)));
        let planned = pending.iter().map(|slot| (slot, None));
        let mut seen: BTreeSet<&SlotId> = BTreeSet::new();
        let mut all: Vec<(&Slot, Option<&Entry>)> = recorded
            .chain(planned)
            .filter(|(slot, _)| (from..=to).contains(&slot.date) && seen.insert(&slot.id))
            .collect();
        all.sort_by(|(a, _), (b, _)| (a.planned, &a.id).cmp(&(b.planned, &b.id)));
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for (slot, entry) in all {
            let place = *places.entry(slot.segment.as_deref().unwrap_or(&slot.title)).or_insert_with(|| {
                let segment = slot.segment.clone().unwrap_or_default();
                report.segments.push(Line { segment, title: String::new(), counts: Counts::default() });
                report.segments.len() - 1
            });
            report.segments[place].title.clone_from(&slot.title);
            report.segments[place].counts.add(entry, on_time_ms);
            report.total.add(entry, on_time_ms);
        }
        report
    }
}

impl Counts {
    /// The seven classes, in the order of the tables; `planned` is their sum.
    pub fn classes(&self) -> [u64; 7] {
        [self.aired, self.cut, self.interrupted, self.failed, self.missed, self.excepted, self.pending]
    }

    fn add(&mut self, entry: Option<&Entry>, on_time_ms: u64) {
        self.planned += 1;
        let airing = entry.and_then(|entry| entry.airing.as_ref());
        let class = match airing.and_then(|airing| airing.outcome) {
            None => &mut self.pending,
            Some(Outcome::Aired) => &mut self.aired,
            Some(Outcome::Cut) => &mut self.cut,
            Some(Outcome::Interrupted) => &mut self.interrupted,
            Some(Outcome::Failed) => &mut self.failed,
            Some(Outcome::Missed) => &mut self.missed,
            Some(Outcome::Excepted) => &mut self.excepted,
        };
        *class += 1;
        let (Some(entry), Some(airing)) = (entry, airing) else { return };
        self.airtime_ms += airtime_ms(&entry.slot, airing);
        if let Some(cause) = airing.cause {
            *self.causes.entry(cause).or_default() += 1;
        }
        let late = entry.late_ms().and_then(|ms| u64::try_from(ms).ok()).is_some_and(|ms| ms > on_time_ms);
        if airing.outcome == Some(Outcome::Aired) && late {
            self.late += 1;
        }
    }
}

/// What of an airing counts as heard: parts begun again may repeat sound, so never more than the file holds.
fn airtime_ms(slot: &Slot, airing: &Airing) -> u64 {
    let file_ms = airing.file_ms.or(slot.audio.as_ref().map(|audio| audio.file_ms));
    airing.played_ms().min(file_ms.unwrap_or(u64::MAX))
}
