//! Schedule + month + zone → slots at exact instants.

use jiff::{Timestamp, civil};

use crate::outcome::Cause;
use crate::problem::Text;
use crate::schedule::audio_facts::AudioFacts;

mod bars;
mod plan;
mod show;
mod summary;

pub use plan::plan;
pub use show::{json, text};
pub use summary::{Summary, duration_words, summary};

/// `BROADCAST/PLACE`, never a computed instant, so the same however often the month is planned again:
/// `2026-12-01/05:45:00/cchc-dvc`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotId(pub String);

/// What a slot is a place for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A segment.
    Segment,
}

impl Kind {
    /// The word in SQL and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Kind::Segment => "segment",
        }
    }
}

/// Why a slot will not air unless cured by its arming.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// What the log will say.
    pub cause: Cause,
    /// In words.
    pub reason: Text,
}

/// One place of one broadcast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Its name for ever.
    pub id: SlotId,
    /// The broadcast it belongs to (`2026-12-01/05:45:00`).
    pub broadcast: String,
    /// The local date its broadcast starts on.
    pub date: civil::Date,
    /// What it is a place for.
    pub kind: Kind,
    /// The segment's id.
    pub segment: String,
    /// The segment's title as its author wrote it.
    pub title: String,
    /// The recording, below `audio/`, with `/`.
    pub file: String,
    /// What is known of the recording at planning time.
    pub audio: Option<AudioFacts>,
    /// The instant of its first sample.
    pub planned: Timestamp,
    /// How late it may still start, in ms.
    pub grace_ms: u64,
    /// What keeps it off the air.
    pub bar: Option<Bar>,
    /// The revision of the schedule it was planned from: SHA-256 in hexadecimal.
    pub revision: String,
}

impl Slot {
    /// The measured length of its recording, in ms; none while it is not known.
    pub fn file_ms(&self) -> Option<u64> {
        self.audio.as_ref().map(|audio| audio.file_ms)
    }

    /// The instant after its last sample if it starts as planned; none while its length is not known.
    pub fn ends(&self) -> Option<Timestamp> {
        let length = jiff::SignedDuration::from_millis(i64::try_from(self.file_ms()?).ok()?);
        self.planned.checked_add(length).ok()
    }
}
