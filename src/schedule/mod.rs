//! A month's text → what the ward wants aired.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time};

use crate::outcome::Cause;
use crate::problem::{Place, Text};
use crate::programme::particulars::Particulars;
use crate::programme::{AfterPowerCut, Class, Column, Exception, Extra, Item, Window, in_force};
use crate::station::Station;

pub mod audio_facts;
mod checks;
mod dates;
mod days_off;
mod facts;
mod holidays;
pub mod month;
mod names;
mod others;
mod read;
mod segment;

pub use month::Month;
pub use others::{Deliverable, OtherActivity, Remarks};
pub use read::{SLOTS_MAX, read, read_as_far, read_under};

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
    /// The station's holidays of this month, then the month's own in the order of the file: where two change the same
    /// thing on the same day, the later one holds.
    pub exceptions: Vec<Exception>,
    /// Typed for the report, in the order of the file.
    pub other_activities: Vec<OtherActivity>,
    /// Typed for the report, in the order of the file.
    pub deliverables: Vec<Deliverable>,
    /// Written for the report.
    pub remarks: Remarks,
}

impl Schedule {
    /// The windows in force under `station`.
    pub fn windows_in_force<'s>(&'s self, station: &'s Station) -> Vec<&'s Window> {
        in_force(&station.windows, &self.windows)
    }

    /// The columns in force under `station`.
    pub fn columns_in_force<'s>(&'s self, station: &'s Station) -> Vec<&'s Column> {
        in_force(&station.columns, &self.columns)
    }

    /// The exceptions that hold on `date`; of two that change the same thing the later one does.
    pub fn exceptions_on(&self, date: Date) -> impl DoubleEndedIterator<Item = &Exception> {
        self.exceptions.iter().filter(move |exception| (exception.from..=exception.to).contains(&date))
    }

    /// The extra broadcast `id` of `date`; of several the later one.
    pub fn extra(&self, id: &str, date: Date) -> Option<&Extra> {
        self.exceptions_on(date).flat_map(|exception| &exception.extra).rfind(|extra| extra.id == id)
    }

    /// Every recording that the month names, below `audio/`: those of segments, idents, stings and music, and the station's
    /// tone before an emergency. What lies in a
    /// filler's folder is not among them.
    pub fn recordings(&self, station: &Station) -> BTreeSet<String> {
        let windows = self.windows_in_force(station);
        let items = windows.iter().flat_map(|window| &window.running_order);
        let items = items.chain(self.exceptions.iter().flat_map(Exception::items));
        let sounds = items.filter_map(Item::sound).map(str::to_owned);
        let tone = station.emergency_tone.iter().map(|tone| tone.file.clone());
        sounds.chain(tone).chain(self.segments.iter().flat_map(|segment| segment.audio.iter().cloned())).collect()
    }
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
    /// The dates it airs on: `days`, `dates` or `on`, less `except` and less those on which an exception has it off.
    pub dates: BTreeSet<Date>,
    /// The dates that `except` takes away.
    pub excepted: BTreeSet<Date>,
    /// The dates on which an exception has it off.
    pub off: BTreeSet<Date>,
    /// How late it may still start, in ms; none: two minutes with `at`, else to its broadcast's end.
    pub grace_ms: Option<u64>,
    /// Its right of way.
    pub class: Class,
    /// What becomes of it after a power cut.
    pub after_power_cut: AfterPowerCut,
    /// What it says of itself for the report.
    pub particulars: Particulars,
    /// SHA-256 of the recording that was approved, as lower-case hexadecimal; none where the approval does not say.
    pub approved_sha256: Option<String>,
    /// Why its own facts keep it off the air on every date, and in which words.
    pub bar: Option<(Cause, Text)>,
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
    /// The column it fills; none for a segment with times of its own.
    pub fn column(&self) -> Option<&str> {
        match &self.airtime {
            Airtime::At(_) => None,
            Airtime::Column { column, .. } => Some(column),
        }
    }

    /// Its times of day; none for a segment in a column.
    pub fn at(&self) -> &[(Time, Place)] {
        match &self.airtime {
            Airtime::At(at) => at,
            Airtime::Column { .. } => &[],
        }
    }
}
