//! Table 8: what became of each planned slot. Every one is in exactly one class, so that the classes add up to the plan.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::figure::{Figure, permille};
use super::kept::is_on_time;
use super::row::{Log, Row};
use crate::outcome::{Cause, Outcome};
use crate::problem::{Lang, Text};
use crate::timetable::Kind;

/// Planned slots by what became of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classes {
    /// Slots of record, and slots still ahead.
    pub planned: Figure,
    /// Heard whole.
    pub aired: Figure,
    /// Of `aired`: begun within what the station calls on time, before or after their instant.
    pub on_time: Figure,
    /// Stopped by an order.
    pub cut: Figure,
    /// Stopped by a fault.
    pub interrupted: Figure,
    /// Tried, nothing heard.
    pub failed: Figure,
    /// Never tried.
    pub missed: Figure,
    /// Kept off by a rule.
    pub excepted: Figure,
    /// Without an outcome: still ahead, on air, or passed and not yet written down. Outside every percentage.
    pub pending: Figure,
    /// What the street heard.
    pub airtime: Figure,
}

impl Classes {
    fn of(log: &Log, rows: &[usize], on_time_ms: u64) -> Classes {
        let of = |outcome| log.chosen(rows.iter().copied(), |row| row.outcome == outcome);
        let class = |outcome| Figure::count(of(Some(outcome)));
        let aired = of(Some(Outcome::Aired));
        Classes {
            planned: Figure::count(rows.to_vec()),
            on_time: Figure::count(log.chosen(aired.iter().copied(), |row| is_on_time(row, on_time_ms))),
            aired: Figure::count(aired),
            cut: class(Outcome::Cut),
            interrupted: class(Outcome::Interrupted),
            failed: class(Outcome::Failed),
            missed: class(Outcome::Missed),
            excepted: class(Outcome::Excepted),
            pending: Figure::count(of(None)),
            airtime: Figure::airtime(log, log.chosen(rows.iter().copied(), Row::is_heard)),
        }
    }

    /// The seven classes, in the order of the tables; `planned` is their sum.
    pub fn classes(&self) -> [&Figure; 7] {
        [&self.aired, &self.cut, &self.interrupted, &self.failed, &self.missed, &self.excepted, &self.pending]
    }

    /// How many of those heard whole began on time, in thousandths.
    pub fn on_time_permille(&self) -> Option<u64> {
        permille(self.on_time.value, self.aired.value)
    }

    /// Its figures and their names in JSON.
    pub fn figures(&self) -> [(&'static str, &Figure); 10] {
        [
            ("planned", &self.planned),
            ("aired", &self.aired),
            ("on_time", &self.on_time),
            ("cut", &self.cut),
            ("interrupted", &self.interrupted),
            ("failed", &self.failed),
            ("missed", &self.missed),
            ("excepted", &self.excepted),
            ("pending", &self.pending),
            ("airtime", &self.airtime),
        ]
    }
}

/// What a line of figures counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A segment, by its id.
    Segment(String),
    /// A column's places that no segment filled, by its id.
    Column(String),
    /// All places of another kind.
    Kind(Kind),
}

impl Subject {
    /// What tells the row's subject from others of its kind; none for what nobody planned.
    fn id_of(row: &Row) -> Option<&str> {
        match row.kind {
            Kind::Segment => Some(row.segment.as_ref().unwrap_or(&row.title)),
            Kind::Column => Some(row.column.as_ref().unwrap_or(&row.title)),
            Kind::ByHand => None,
            _ => Some(""),
        }
    }

    fn new(kind: Kind, id: &str) -> Subject {
        match kind {
            Kind::Segment => Subject::Segment(id.to_owned()),
            Kind::Column => Subject::Column(id.to_owned()),
            other => Subject::Kind(other),
        }
    }

    /// The kind of the slots it counts.
    pub fn kind(&self) -> Kind {
        match self {
            Subject::Segment(_) => Kind::Segment,
            Subject::Column(_) => Kind::Column,
            Subject::Kind(kind) => *kind,
        }
    }

    /// The id of the segment or column; none for other kinds.
    pub fn id(&self) -> Option<&str> {
        match self {
            Subject::Segment(id) | Subject::Column(id) => Some(id),
            Subject::Kind(_) => None,
        }
    }
}

/// The classes of one segment, of one column's places without a segment, or of all places of another kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it counts.
    pub subject: Subject,
    /// The title of the segment or column, as at its last slot of the period; empty for other kinds, whose places have many.
    pub title: String,
    /// Its slots.
    pub classes: Classes,
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
            Subject::Kind(kind) => kind.word(lang).to_owned(),
        }
    }
}

/// Slots that did not end as aired, of one class and for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The class.
    pub outcome: Outcome,
    /// Why.
    pub cause: Cause,
    /// How many.
    pub slots: Figure,
}

/// Table 8.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// All planned slots together.
    pub total: Classes,
    /// Each segment, in the order of their first slots; then columns without a segment; then the other kinds.
    pub lines: Vec<Line>,
    /// Why slots did not end as aired: by class, the most frequent reason first.
    pub reasons: Vec<Reason>,
}

impl Schedule {
    /// Of these rows; what began more than `on_time_ms` from its instant is not on time.
    pub(super) fn of(log: &Log, rows: Range<usize>, on_time_ms: u64) -> Schedule {
        let planned = log.chosen(rows, Row::is_planned);
        let mut places: HashMap<(Kind, &str), usize> = HashMap::new();
        let mut slots: Vec<(Subject, Vec<usize>)> = Vec::new();
        for at in &planned {
            let row = &log.rows[*at];
            let Some(id) = Subject::id_of(row) else { continue };
            let place = *places.entry((row.kind, id)).or_insert_with(|| {
                slots.push((Subject::new(row.kind, id), Vec::new()));
                slots.len() - 1
            });
            slots[place].1.push(*at);
        }
        // Segments and columns as they come, the other kinds in their order.
        slots.sort_by_key(|(subject, _)| (subject.id().is_none(), subject.kind()));
        let lines = slots.into_iter().map(|(subject, rows)| {
            let last = rows.last().filter(|_| subject.id().is_some());
            let title = last.map(|at| log.rows[*at].title.clone()).unwrap_or_default();
            Line { subject, title, classes: Classes::of(log, &rows, on_time_ms) }
        });
        Schedule {
            lines: lines.collect(),
            reasons: reasons(log, &planned),
            total: Classes::of(log, &planned, on_time_ms),
        }
    }
}

fn reasons(log: &Log, planned: &[usize]) -> Vec<Reason> {
    let mut slots: BTreeMap<(Outcome, Cause), Vec<usize>> = BTreeMap::new();
    for at in planned {
        if let (Some(outcome), Some(cause)) = (log.rows[*at].outcome, log.rows[*at].cause) {
            slots.entry((outcome, cause)).or_default().push(*at);
        }
    }
    let slots = slots.into_iter().map(|((outcome, cause), rows)| Reason { outcome, cause, slots: Figure::count(rows) });
    let mut reasons: Vec<Reason> = slots.collect();
    reasons.sort_by_key(|reason| (reason.outcome, std::cmp::Reverse(reason.slots.value), reason.cause));
    reasons
}
