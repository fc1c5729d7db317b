//! A period's slots set against what became of them, as data; each form it is printed in is a file of its own. Pure: what
//! was planned and aired is given, and the same is always made of it.

pub mod airings;
pub mod csv;
pub mod document;
pub mod forms;
pub mod json;
mod kinds;
mod table;
pub mod text;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::airing::{Airing, Entry};
use crate::outcome::{Cause, Outcome};
use crate::problem::{Lang, Text};
use crate::timetable::{Kind, Slot, SlotId};

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

/// The figures of one segment, of one column's places without a segment, or of all places of another kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it counts.
    pub subject: Subject,
    /// The title of the segment or column, as at its last slot of the period; empty for other kinds, whose places have many.
    pub title: String,
    /// Its slots.
    pub counts: Counts,
}

/// What a line of figures counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A segment, by its id.
    Segment(String),
    /// A column's places that no segment filled, by its id.
    Column(String),
    /// All idents.
    Idents,
    /// All stings.
    Stings,
    /// All music.
    Music,
    /// All filler.
    Filler,
    /// All relays.
    Relays,
    /// All sign-offs.
    SignOffs,
}

impl Subject {
    /// None for what nobody planned.
    fn of(slot: &Slot) -> Option<Subject> {
        Some(match slot.kind {
            Kind::Segment => Subject::Segment(slot.segment.clone().unwrap_or_else(|| slot.title.clone())),
            Kind::Column => Subject::Column(slot.column.clone().unwrap_or_else(|| slot.title.clone())),
            Kind::Ident => Subject::Idents,
            Kind::Sting => Subject::Stings,
            Kind::Music => Subject::Music,
            Kind::Filler => Subject::Filler,
            Kind::Relay => Subject::Relays,
            Kind::SignOff => Subject::SignOffs,
            Kind::ByHand => return None,
        })
    }

    /// The kind of the slots it counts.
    pub fn kind(&self) -> Kind {
        match self {
            Subject::Segment(_) => Kind::Segment,
            Subject::Column(_) => Kind::Column,
            Subject::Idents => Kind::Ident,
            Subject::Stings => Kind::Sting,
            Subject::Music => Kind::Music,
            Subject::Filler => Kind::Filler,
            Subject::Relays => Kind::Relay,
            Subject::SignOffs => Kind::SignOff,
        }
    }

    /// The id of the segment or column; none for other kinds.
    pub fn id(&self) -> Option<&str> {
        match self {
            Subject::Segment(id) | Subject::Column(id) => Some(id),
            _ => None,
        }
    }

    /// Segments, then columns, both as they come; then the kinds in their order.
    fn rank(&self) -> u8 {
        match self {
            Subject::Segment(_) => 0,
            Subject::Column(_) => 1,
            Subject::Idents => 2,
            Subject::Stings => 3,
            Subject::Music => 4,
            Subject::Filler => 5,
            Subject::Relays => 6,
            Subject::SignOffs => 7,
        }
    }
}

impl Line {
    /// What people call it.
    pub fn name(&self, lang: Lang) -> String {
        match &self.subject {
            Subject::Segment(_) => self.title.clone(),
            Subject::Column(_) => {
                let none = Text::new("chưa có tiết mục", "no segment");
                format!("{} ({})", self.title, none.get(lang))
            }
            other => other.kind().word(lang).to_owned(),
        }
    }
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
    /// Each segment, in the order of their first slots; then columns without a segment; then the other kinds.
    pub segments: Vec<Line>,
    /// What a person had played by hand, which nobody had planned: in no other figure.
    pub by_hand: Counts,
    /// Slots that are past and of which the log has no outcome, because the daemon does not run. Those of record among them
    /// are counted as pending, the others in no other figure.
    pub unwritten: usize,
    /// Slots that the schedules plan now for an instant that is past, and that no schedule in force planned then: they were
    /// written later, so they are in no figure.
    pub unforeseen: usize,
}

impl Report {
    /// The figures for the dates from `from` to `to`, both included. `entries` are the slots of record, `pending` those that
    /// are only planned; of either, what lies outside the period is left out, and a slot given twice counts once, as the
    /// log has it. An airing that began more than `on_time_ms` after its instant is late.
    pub fn new(from: Date, to: Date, entries: &[Entry], pending: &[Slot], unwritten: usize, on_time_ms: u64) -> Report {
        let mut report = Report {
            from,
            to,
            total: Counts::default(),
            segments: Vec::new(),
            by_hand: Counts::default(),
            unwritten,
            unforeseen: 0,
        };
        let recorded = entries.iter().map(|entry| (&entry.slot, Some(entry)));
        let planned = pending.iter().map(|slot| (slot, None));
        let mut seen: BTreeSet<&SlotId> = BTreeSet::new();
        let mut all: Vec<(&Slot, Option<&Entry>)> = recorded
            .chain(planned)
            .filter(|(slot, _)| (from..=to).contains(&slot.date) && seen.insert(&slot.id))
            .collect();
        all.sort_by(|(a, _), (b, _)| (a.planned, &a.id).cmp(&(b.planned, &b.id)));
        let mut places: BTreeMap<Subject, usize> = BTreeMap::new();
        for (slot, entry) in all {
            let Some(subject) = Subject::of(slot) else {
                report.by_hand.add(entry, on_time_ms);
                continue;
            };
            let place = *places.entry(subject.clone()).or_insert_with(|| {
                report.segments.push(Line { subject, title: String::new(), counts: Counts::default() });
                report.segments.len() - 1
            });
            let line = &mut report.segments[place];
            if line.subject.id().is_some() {
                line.title.clone_from(&slot.title);
            }
            line.counts.add(entry, on_time_ms);
            report.total.add(entry, on_time_ms);
        }
        report.segments.sort_by_key(|line| line.subject.rank());
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
