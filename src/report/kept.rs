//! How the columns were kept: of each its slots that were heard, against those that were planned.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Range;

use super::figure::{Figure, permille};
use super::row::{Log, Row};
use super::totals::{kept, to_keep};
use crate::outcome::Outcome;
use crate::programme::Column;

/// A column's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptColumn {
    /// Its id.
    pub id: String,
    /// Its name; the id where no schedule of the period has it any more.
    pub name: String,
    /// Whether it is about administrative reform.
    pub is_reform: bool,
    /// Slots that were to be heard.
    pub to_keep: Figure,
    /// Of them heard.
    pub kept: Figure,
    /// Of them not heard at all: each with its cause.
    pub lost: Figure,
    /// Beside them, kept off by an exception.
    pub excepted: Figure,
    /// Beside them, still ahead.
    pub pending: Figure,
    /// Broadcasts that had it.
    pub broadcasts: Figure,
    /// Airings.
    pub airings: Figure,
    /// What was heard.
    pub airtime: Figure,
    /// Of the airings that were heard whole those that began on time.
    pub on_time: Figure,
    /// The airings that were heard whole.
    pub whole: Figure,
    /// Broadcasts a month at least.
    pub minimum: Option<u32>,
}

impl KeptColumn {
    /// How far it was kept, in thousandths.
    pub fn kept_permille(&self) -> Option<u64> {
        permille(self.kept.value, self.to_keep.value)
    }

    /// How many of its whole airings began on time, in thousandths.
    pub fn on_time_permille(&self) -> Option<u64> {
        permille(self.on_time.value, self.whole.value)
    }

    /// Its figures and their names in JSON.
    pub fn figures(&self) -> [(&'static str, &Figure); 10] {
        [
            ("to_keep", &self.to_keep),
            ("kept", &self.kept),
            ("lost", &self.lost),
            ("excepted", &self.excepted),
            ("pending", &self.pending),
            ("broadcasts", &self.broadcasts),
            ("airings", &self.airings),
            ("airtime", &self.airtime),
            ("on_time", &self.on_time),
            ("whole", &self.whole),
        ]
    }
}

/// Whether it began within `on_time_ms` of its instant, before or after.
pub(super) fn is_on_time(row: &Row, on_time_ms: u64) -> bool {
    row.late_ms().is_some_and(|ms| ms.unsigned_abs() <= on_time_ms)
}

/// The columns about administrative reform: those that have a topic. Of a column that no schedule of the period has any
/// more nobody knows that: it is one if all segments that were planned in it have a topic.
pub fn reform_columns(log: &Log, rows: Range<usize>, columns: &[Column]) -> BTreeSet<String> {
    let known: HashSet<&str> = columns.iter().map(|column| column.id.as_str()).collect();
    let named = columns.iter().filter(|column| column.topic.is_some()).map(|column| column.id.clone());
    // Rows are many and columns few.
    let (mut with, mut without) = (HashSet::new(), HashSet::new());
    for row in rows.map(|at| &log.rows[at]).filter(|row| row.segment.is_some()) {
        let Some(column) = row.column.as_deref().filter(|column| !known.contains(column)) else { continue };
        if row.is_reform() {
            with.insert(column)
        } else {
            without.insert(column)
        };
    }
    named.chain(with.difference(&without).map(|column| (*column).to_owned())).collect()
}

/// The columns that had slots, the one with the most minutes first, then the one with the most airings: a ranking that
/// anybody can make again out of the log.
pub fn columns(
    log: &Log,
    rows: Range<usize>,
    known: &[Column],
    reform: &BTreeSet<String>,
    on_time_ms: u64,
) -> Vec<KeptColumn> {
    let mut slots: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for at in rows.filter(|at| log.rows[*at].is_planned()) {
        if let Some(column) = &log.rows[at].column {
            slots.entry(column).or_default().push(at);
        }
    }
    let mut found: Vec<KeptColumn> = slots
        .into_iter()
        .map(|(id, slots)| {
            let column = known.iter().find(|column| column.id == id);
            let chosen = |is: &dyn Fn(&Row) -> bool| log.chosen(slots.iter().copied(), is);
            let heard = chosen(&Row::is_heard);
            let whole = chosen(&|row| row.outcome == Some(Outcome::Aired));
            let settled = |row: &Row| row.outcome.is_some_and(|outcome| outcome != Outcome::Excepted);
            KeptColumn {
                id: id.to_owned(),
                name: column.map_or_else(|| id.to_owned(), |column| column.name.clone()),
                is_reform: reform.contains(id),
                to_keep: to_keep(log, slots.iter().copied()),
                kept: kept(log, slots.iter().copied()),
                lost: Figure::count(chosen(&|row| settled(row) && !row.is_heard())),
                excepted: Figure::count(chosen(&|row| row.outcome == Some(Outcome::Excepted))),
                pending: Figure::count(chosen(&|row| row.outcome.is_none())),
                broadcasts: Figure::count(log.first_of_each(&heard, |row| Some(row.broadcast.as_str()))),
                airtime: Figure::airtime(log, heard.clone()),
                airings: Figure::count(heard),
                on_time: Figure::count(log.chosen(whole.iter().copied(), |row| is_on_time(row, on_time_ms))),
                whole: Figure::count(whole),
                minimum: column.and_then(|column| column.minimum),
            }
        })
        .collect();
    let rank = |column: &KeptColumn| (column.airtime.value, column.airings.value);
    found.sort_by(|a, b| rank(b).cmp(&rank(a)).then_with(|| a.id.cmp(&b.id)));
    found
}
