//! What a ward's month is made of besides its segments: windows, running orders, columns, exceptions. Written in
//! `station.toml` or in a month, which wins by id.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Time};

use crate::problem::Place;
use crate::reading::weekdays::Weekdays;

use relay::RelaySource;

pub mod exceptions;
pub mod particulars;
pub mod relay;
mod running_order;
pub mod twice;
pub mod windows;

/// A stretch of the day in which the station may be on air.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Unique among the windows in force.
    pub id: String,
    /// `Buổi sáng`; the id where none is written.
    pub name: String,
    /// First instant.
    pub start: Time,
    /// First instant after it; not after `start` means on the next day.
    pub end: Time,
    /// The days it comes on.
    pub days: Weekdays,
    /// In order; the places of each of its broadcasts.
    pub running_order: Vec<Item>,
    /// Where it is written.
    pub place: Place,
}

/// One place of a running order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its name in slot ids where one is written.
    pub id: Option<String>,
    /// What people call it (`Thời sự VOV1`) where that is written: of a sound, filler or a relay.
    pub title: Option<String>,
    /// What fills it.
    pub what: What,
    /// A hard start at this time of day; without one it follows the item before it.
    pub at: Option<Time>,
    /// Where it is written.
    pub place: Place,
}

/// What fills a place of a running order. Sounds are paths below `audio/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The segments of a column that are due.
    Column {
        /// The column.
        id: String,
        /// A sting before it.
        sting: Option<String>,
    },
    /// One segment, by its id.
    Segment(String),
    /// Signature tune, spoken ident.
    Ident(String),
    /// A short separator.
    Sting(String),
    /// A piece of music.
    Music(String),
    /// Elastic: pieces of a folder until the next hard start, or until a time of day; fades out under it.
    Filler {
        /// The folder below `audio/`, without its last `/`.
        folder: String,
        /// Not beyond this time of day.
        until: Option<Time>,
    },
    /// A relay: what another station airs at the moment.
    Relay {
        /// Where it comes from.
        source: RelaySource,
        /// For how long, in ms.
        for_ms: u64,
        /// The folder below `audio/`, without its last `/`, whose pieces sound in its place; none for a relay by hand.
        fallback: Option<String>,
    },
    /// The farewell.
    SignOff(String),
}

impl Item {
    /// The folder below `audio/`, without its last `/`, that it draws from: filler, or what stands in for a relay.
    pub fn folder(&self) -> Option<&str> {
        match &self.what {
            What::Filler { folder, .. } | What::Relay { fallback: Some(folder), .. } => Some(folder),
            _ => None,
        }
    }

    /// The recording that it names itself: an ident, a sting, a piece of music. Those of segments and of a filler's folder
    /// are named elsewhere.
    pub fn sound(&self) -> Option<&str> {
        exceptions::sounds(self)
    }
}

/// What has an id, by which a month's own wins over the station's.
pub trait Named {
    /// The id.
    fn id(&self) -> &str;
}

impl Named for Window {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Named for Column {
    fn id(&self) -> &str {
        &self.id
    }
}

/// The station's with those of the month in place of their namesakes, and the month's others after them.
pub fn in_force<'s, T: Named>(station: &'s [T], month: &'s [T]) -> Vec<&'s T> {
    let own: BTreeMap<&str, &T> = month.iter().rev().map(|item| (item.id(), item)).collect();
    let known: BTreeSet<&str> = station.iter().map(T::id).collect();
    let kept = station.iter().map(|item| own.get(item.id()).copied().unwrap_or(item));
    let more = month.iter().filter(|item| !known.contains(item.id()));
    kept.chain(more).collect()
}

/// A recurring, named place that segments fill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Unique among the columns in force.
    pub id: String,
    /// `Chuyên mục CCHC`; the id where none is written.
    pub name: String,
    /// The days it is due; all days of its windows where none are written.
    pub days: Option<Weekdays>,
    /// The topic of its segments that name none.
    pub topic: Option<String>,
    /// Broadcasts a month at least.
    pub minimum: Option<u32>,
    /// Its usual length at most, in ms.
    pub max_ms: Option<u64>,
    /// Where it is written.
    pub place: Place,
}

/// A day, or days, unlike the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// First date.
    pub from: Date,
    /// Last date.
    pub to: Date,
    /// In the author's words.
    pub reason: String,
    /// What kind of day.
    pub kind: ExceptionKind,
    /// What becomes of windows, by id.
    pub windows: BTreeMap<String, WindowChange>,
    /// What becomes of columns, by id.
    pub columns: BTreeMap<String, ColumnChange>,
    /// Where it is written on which day a column comes instead, by its id.
    pub moves: BTreeMap<String, Place>,
    /// Broadcasts of these days alone.
    pub extra: Vec<Extra>,
    /// The segments that do not air on these days, by id, and where each is named.
    pub segments: BTreeMap<String, Place>,
    /// Nothing is written of what changes: it says why, and no more.
    pub is_bare: bool,
    /// Where it is written.
    pub place: Place,
}

impl Exception {
    /// The items of the running orders that it brings.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        exceptions::items(&self.windows, &self.extra)
    }
}

/// The kinds of exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExceptionKind {
    /// A public holiday.
    Holiday,
    /// Tết.
    Tet,
    /// State mourning: no music, no songs, no skits.
    Mourning,
    /// An event.
    Event,
    /// Something went wrong.
    Incident,
}

impl ExceptionKind {
    /// Whether nobody expects news about administrative reform on such a day.
    pub fn is_day_off(self) -> bool {
        matches!(self, ExceptionKind::Tet | ExceptionKind::Holiday | ExceptionKind::Mourning)
    }
}

/// What an exception does to a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WindowChange {
    /// No broadcast.
    Off,
    /// Another time, another running order; what is none stays as it is.
    Moved {
        /// Another first instant.
        start: Option<Time>,
        /// Another end.
        end: Option<Time>,
        /// Another running order.
        running_order: Option<Vec<Item>>,
    },
}

/// What an exception does to a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnChange {
    /// Not on these days.
    Off,
    /// On that date instead, in place of that column's repeat there.
    MovesTo(Date),
}

/// A broadcast of an exception's days alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// Names the broadcast as a window's id does.
    pub id: String,
    /// `Buổi giao thừa`; none where none is written.
    pub name: Option<String>,
    /// First instant.
    pub start: Time,
    /// First instant after it; not after `start` means on the next day.
    pub end: Time,
    /// Its places.
    pub running_order: Vec<Item>,
    /// The number of the document that lets it pass caps and quiet hours.
    pub permit: Option<String>,
    /// Where it is written.
    pub place: Place,
}

/// A segment's right of way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// thường.
    #[default]
    Normal,
    /// ưu tiên: first in a queue; cuts nothing.
    Priority,
    /// khẩn cấp: over everything; never scheduled.
    Emergency,
}

impl Class {
    /// The word in SQL and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Class::Normal => "normal",
            Class::Priority => "priority",
            Class::Emergency => "emergency",
        }
    }
}

/// What becomes of an airing that a power cut broke off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AfterPowerCut {
    /// From its beginning, within grace.
    #[default]
    Restart,
    /// From where it stopped.
    Resume,
    /// Not again.
    Skip,
}
