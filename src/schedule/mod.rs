//! A month's text → what the ward wants aired.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time};

use crate::problem::Place;
use crate::programme::particulars::Particulars;
use crate::programme::{AfterPowerCut, Approval, Class, Column, Exception, Window};

pub mod audio_facts;
pub mod month;
mod read;
mod segment;

pub use month::Month;
pub use read::{SLOTS_MAX, read};

/// One month as the operator wrote it, free of mistakes that would make it untrustworthy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Which month.
    pub month: Month,
    /// The month's own windows; they win over the station's by id.
    pub windows: Vec<Window>,
    /// The month's own columns; they win over the station's by id.
    pub columns: Vec<Column>,
    /// In the order of the file.
    pub segments: Vec<Segment>,
    /// In the order of the file.
    pub exceptions: Vec<Exception>,
}

/// One recorded piece and when it airs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Unique in the month; made from the title where none is written.
    pub id: String,
    /// As its author wrote it.
    pub title: String,
    /// The recordings, below `audio/`, with `/`, as written; several are played as one. Never empty.
    pub audio: Vec<String>,
    /// Where in the day it airs.
    pub airtime: Airtime,
    /// The dates it airs on: `days`, `dates` or `on`, less `except`.
    pub dates: BTreeSet<Date>,
    /// How late it may still start, in ms; none: two minutes with `at`, else to its broadcast's end.
    pub grace_ms: Option<u64>,
    /// Its right of way.
    pub class: Class,
    /// What becomes of it after a power cut.
    pub after_power_cut: AfterPowerCut,
    /// What it says of itself for the report.
    pub particulars: Particulars,
    /// Who approved it.
    pub approved: Option<Approval>,
    /// Where its title is written.
    pub place: Place,
    /// Where its recording is written.
    pub audio_place: Place,
}

/// Where in the day a segment airs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Airtime {
    /// At these times of day, each with where it is written; in order.
    At(Vec<(Time, Place)>),
    /// In the place of a column.
    Column {
        /// The column's id.
        column: String,
        /// In these windows; none: every window whose running order has the column.
        windows: Option<Vec<String>>,
        /// Where the column is named.
        place: Place,
    },
}

impl Segment {
    /// Its times of day; none for a segment in a column.
    pub fn at(&self) -> &[(Time, Place)] {
        match &self.airtime {
            Airtime::At(at) => at,
            Airtime::Column { .. } => &[],
        }
    }
}
