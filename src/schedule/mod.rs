//! A month's text → what the ward wants aired.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time};

use crate::problem::Place;

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
    /// In the order of the file.
    pub segments: Vec<Segment>,
}

/// One recorded piece and when it airs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Unique in the month; made from the title where none is written.
    pub id: String,
    /// As its author wrote it.
    pub title: String,
    /// The recording, below `audio/`, with `/`, as written.
    pub audio: String,
    /// Times of day, each with where it is written; in order.
    pub at: Vec<(Time, Place)>,
    /// The dates it airs on: `days`, `dates` or `on`, less `except`.
    pub dates: BTreeSet<Date>,
    /// How late it may still start, in ms.
    pub grace_ms: u64,
    /// Where its title is written.
    pub place: Place,
    /// Where its recording is written.
    pub audio_place: Place,
}
