//! What a month is planned on: the windows, columns and rules in force, and each segment's facts in full.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::{Date, Time};

use crate::problem::Place;
use crate::programme::particulars::Particulars;
use crate::programme::{Column, Item, Window};
use crate::schedule::audio_facts::Facts;
use crate::schedule::{Airtime, Schedule, Segment};
use crate::station::Station;

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
    /// Of each segment, with its column's topic where it names none.
    pub particulars: Vec<Arc<Particulars>>,
    pub rules: Rules,
    /// The genres with a usual length, in ms.
    pub genres: BTreeMap<String, u64>,
    /// The ward's topics: a code, a title, and the codes below it.
    pub topics: Vec<Topic<'s>>,
    /// The first and last dates on which a hotline is valid.
    pub hotlines: BTreeMap<&'s str, (Option<Date>, Option<Date>)>,
    pub revision: &'s str,
}

/// The ward's own rules; what is none does not bind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub broadcasts_per_day: Option<u32>,
    pub broadcast_ms: Option<u64>,
    pub repeats_per_day: Option<u32>,
    pub approval: Approvals,
    pub cchc_gap_days: Option<u32>,
    pub hotline_per_day: Option<u32>,
}

/// Whether a segment must be approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Approvals {
    Required,
    Warn,
    Off,
}

/// A topic of the ward's list.
pub(super) struct Topic<'s> {
    pub code: &'s str,
    pub title: &'s str,
    pub subs: Vec<&'s str>,
}

impl<'s> Ground<'s> {
    pub fn new(schedule: &'s Schedule, station: &'s Station, facts: &'s Facts, revision: &'s str) -> Ground<'s> {
        let columns: BTreeMap<&str, &Column> = station_columns(station)
            .iter()
            .chain(&schedule.columns)
            .map(|column| (column.id.as_str(), column))
            .collect();
        let mut due: BTreeMap<(&str, Date), Vec<usize>> = BTreeMap::new();
        for (at, segment) in schedule.segments.iter().enumerate() {
            if let Airtime::Column { column, .. } = &segment.airtime {
                for date in &segment.dates {
                    due.entry((column.as_str(), *date)).or_default().push(at);
                }
            }
        }
        let particulars = schedule.segments.iter().map(|segment| Arc::new(in_full(segment, &columns))).collect();
        let segments = schedule.segments.iter().enumerate().map(|(at, segment)| (segment.id.as_str(), at)).collect();
        let windows = windows(station_windows(station), &schedule.windows);
        Ground {
            schedule,
            station,
            facts,
            windows,
            columns,
            segments,
            due,
            particulars,
            rules: rules(station),
            genres: BTreeMap::new(),
            topics: Vec::new(),
            hotlines: BTreeMap::new(),
            revision,
        }
    }

    /// Whether a segment is about administrative reform: it or its column has a topic.
    pub fn is_reform(&self, segment: &Segment) -> bool {
        let column = match &segment.airtime {
            Airtime::Column { column, .. } => self.columns.get(column.as_str()),
            Airtime::At(_) => None,
        };
        !segment.particulars.topics.is_empty() || column.is_some_and(|column| column.topic.is_some())
    }

    /// The segment with this place in the file.
    pub fn segment(&self, at: usize) -> &'s Segment {
        &self.schedule.segments[at]
    }
}

fn rules(_station: &Station) -> Rules {
    Rules {
        broadcasts_per_day: None,
        broadcast_ms: None,
        repeats_per_day: None,
        approval: Approvals::Off,
        cchc_gap_days: None,
        hotline_per_day: None,
    }
}

fn station_windows(_station: &Station) -> &[Window] {
    &[]
}

fn station_columns(_station: &Station) -> &[Column] {
    &[]
}

/// The station's with those of the month in place of their namesakes, and the month's others after them.
fn windows<'s>(station: &'s [Window], month: &'s [Window]) -> Vec<&'s Window> {
    let own: BTreeMap<&str, &Window> = month.iter().map(|window| (window.id.as_str(), window)).collect();
    let kept = station.iter().map(|window| own.get(window.id.as_str()).copied().unwrap_or(window));
    let more = month.iter().filter(|own| !station.iter().any(|window| window.id == own.id));
    kept.chain(more).collect()
}

fn in_full(segment: &Segment, columns: &BTreeMap<&str, &Column>) -> Particulars {
    let mut particulars = segment.particulars.clone();
    if let Airtime::Column { column, .. } = &segment.airtime
        && particulars.topics.is_empty()
    {
        particulars.topics.extend(columns.get(column.as_str()).and_then(|column| column.topic.clone()));
    }
    particulars
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
    pub permit: Option<&'s str>,
    /// Where it is written.
    pub place: &'s Place,
}
