//! What a month is planned on: the windows, columns and rules in force, and each segment's facts in full.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::{Date, Time};

use crate::problem::Place;
use crate::programme::particulars::Particulars;
use crate::programme::{Column, Exception, Item, Window, in_force};
use crate::schedule::audio_facts::Facts;
use crate::schedule::{Airtime, Schedule, Segment};
use crate::station::{Rules, Station};

/// All that planning reads.
pub(super) struct Ground<'s> {
    pub schedule: &'s Schedule,
    pub station: &'s Station,
    pub facts: &'s Facts,
    /// The month's own win over the station's by id.
    pub windows: Vec<&'s Window>,
    pub columns: BTreeMap<&'s str, &'s Column>,
    /// By the segment's id.
    pub segments: BTreeMap<&'s str, usize>,
    /// Which segments a column has on a date, in the order of the file.
    pub due: BTreeMap<(&'s str, Date), Vec<usize>>,
    /// Of each segment.
    pub particulars: Vec<Arc<Particulars>>,
    /// The genres with a usual length, in ms.
    pub genres: BTreeMap<&'s str, u64>,
    /// The first and last dates on which a hotline is valid.
    pub hotlines: BTreeMap<&'s str, (Option<Date>, Option<Date>)>,
    pub revision: &'s str,
    /// Planned as if what a person has yet to approve or to correct in a segment's facts were approved and corrected.
    pub as_cured: bool,
}

impl<'s> Ground<'s> {
    pub fn new(schedule: &'s Schedule, station: &'s Station, facts: &'s Facts, revision: &'s str) -> Ground<'s> {
        let columns: BTreeMap<&str, &Column> =
            station.columns.iter().chain(&schedule.columns).map(|column| (column.id.as_str(), column)).collect();
        let mut due: BTreeMap<(&str, Date), Vec<usize>> = BTreeMap::new();
        for (at, segment) in schedule.segments.iter().enumerate() {
            if let Airtime::Column { column, .. } = &segment.airtime {
                for date in &segment.dates {
                    due.entry((column.as_str(), *date)).or_default().push(at);
                }
            }
        }
        let particulars = schedule.segments.iter().map(|segment| Arc::new(segment.particulars.clone())).collect();
        let segments = schedule.segments.iter().enumerate().map(|(at, segment)| (segment.id.as_str(), at)).collect();
        let windows = in_force(&station.windows, &schedule.windows);
        let genres = station.genres.iter().filter_map(|genre| Some((genre.name.as_str(), genre.max_ms?))).collect();
        let hotlines =
            station.hotlines.iter().map(|line| (line.id.as_str(), (line.valid_from, line.valid_to))).collect();
        let as_cured = false;
        Ground {
            schedule,
            station,
            facts,
            windows,
            columns,
            segments,
            due,
            particulars,
            genres,
            hotlines,
            revision,
            as_cured,
        }
    }

    /// The ward's own rules.
    pub fn rules(&self) -> &'s Rules {
        &self.station.rules
    }

    /// The segment with this place in the file.
    pub fn segment(&self, at: usize) -> &'s Segment {
        &self.schedule.segments[at]
    }
}

/// A broadcast of a window or an extra one on its date, before its places are laid out.
pub(super) struct Frame<'s> {
    /// The date it starts on.
    pub date: Date,
    /// The window's id, or the extra broadcast's.
    pub id: &'s str,
    pub name: &'s str,
    pub start: Time,
    pub end: Time,
    pub items: &'s [Item],
    /// The running order was written for this day alone: the segments it names air whatever their dates.
    pub of_the_day: bool,
    /// What moved it or gave it another running order.
    pub exception: Option<&'s Exception>,
    pub permit: Option<&'s str>,
    /// Where it is written.
    pub place: &'s Place,
}

impl Frame<'_> {
    /// Its broadcast's name for ever: `2026-12-01/sang`.
    pub fn broadcast(&self) -> String {
        format!("{}/{}", self.date, self.id)
    }

    /// Whether it is of an exception's days alone.
    pub fn is_extra(&self) -> bool {
        self.of_the_day && self.exception.is_none()
    }
}
