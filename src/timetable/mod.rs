//! Schedule + month + zone → slots at exact instants.

use std::sync::Arc;

use jiff::{Timestamp, civil};

use crate::cells;
use crate::instants::later_ms;
use crate::outcome::{Cause, Outcome, words};
use crate::problem::{Lang, Text};
use crate::programme::particulars::Particulars;
use crate::programme::relay::RelaySource;
use crate::programme::{AfterPowerCut, Class};
use crate::schedule::audio_facts::AudioFacts;

mod ahead;
mod arrange;
mod balance;
mod bars;
mod bases;
mod by_hand;
mod calendar;
mod caps;
mod columns;
mod csv;
mod days;
mod dropped;
mod fit;
mod gather;
mod ground;
mod html;
mod ics;
mod kept_off;
mod paper;
mod places;
mod plan;
mod quiet;
mod recordings;
mod repeats;
mod rights;
mod seam;
mod shares;
mod sheet;
mod shifts;
mod show;
mod sounds;
mod summary;
mod targets;
mod unlike;
mod year;

pub use by_hand::{ByHand, TONE_FILE};
pub use caps::cap_against;
pub use csv::csv;
pub use html::html;
pub use ics::ics;
pub use kept_off::{KeptOff, kept_off};
pub use plan::{of_recordings, plan};
pub use recordings::{fact_words, measure_words, of_recording};
pub use repeats::{FARTHEST_REPEAT_MS, MOST_REPEATS, Repeats};
pub use seam::{Planned, may_last_beyond, seam};
pub use sheet::Sheet;
pub use show::{json, text, unlike_json};
pub use sounds::folders;
pub use summary::{Summary, duration_words, late_figure, late_words, length_words, span_words, summary};
pub use unlike::{Changed, Unlike, unlike};
pub use year::{MonthState, Written, Year, year};

/// `BROADCAST/PLACE`, never a computed instant, so the same however often the month is planned again:
/// `2026-12-01/05:45:00/cchc-dvc`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct SlotId(pub String);

words! {
    /// What a slot is a place for, and what people call a place that has no title of its own.
    Kind {
        /// A segment.
        Segment = "segment", "Tiết mục", "Segment";
        /// A column that is due and has no segment.
        Column = "column", "Chuyên mục", "Column";
        /// A signature tune or spoken ident.
        Ident = "ident", "Nhạc hiệu", "Ident";
        /// A sting.
        Sting = "sting", "Nhạc cắt", "Sting";
        /// Music.
        Music = "music", "Ca nhạc", "Music";
        /// Elastic filler.
        Filler = "filler", "Nhạc đệm", "Filler";
        /// What another station airs.
        Relay = "relay", "Tiếp âm", "Relay";
        /// The farewell.
        SignOff = "sign_off", "Lời chào kết", "Sign-off";
        /// What a person had played, outside the plan.
        ByHand = "by_hand", "Phát theo yêu cầu", "Played by hand";
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

impl Bar {
    /// How a slot ends that is still barred when it is due: a rule kept it off, its recording could not be had, or nothing
    /// could be tried.
    pub fn outcome(&self) -> Outcome {
        match self.cause {
            Cause::QuietHours | Cause::Cap | Cause::Unapproved | Cause::Changed | Cause::Expired | Cause::Holiday => {
                Outcome::Excepted
            }
            Cause::NoFile | Cause::Undecodable | Cause::Disk => Outcome::Failed,
            _ => Outcome::Missed,
        }
    }
}

impl Bar {
    /// Whether a rule or the calendar keeps it off the air, so that the slot will end as excepted; otherwise it is blocked.
    pub fn is_rule(&self) -> bool {
        self.outcome() == Outcome::Excepted
    }
}

/// An ident or a sting later than this belongs to nothing any more, in ms.
pub const SHORT_LATE_MS: u64 = 60_000;
/// Filler with less room than this is left out, in ms: no piece of music is worth beginning for it.
pub const FILLER_ROOM_MS: u64 = 5_000;

/// One place of one broadcast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Its name for ever.
    pub id: SlotId,
    /// The broadcast it belongs to (`2026-12-01/sang`, `2026-12-01/05:45:00`).
    pub broadcast: String,
    /// The window (or extra broadcast) it belongs to; none for a broadcast of its own.
    pub window: Option<String>,
    /// The local date its broadcast starts on.
    pub date: civil::Date,
    /// What it is a place for.
    pub kind: Kind,
    /// Its right of way.
    pub class: Class,
    /// The segment's id; none for other kinds.
    pub segment: Option<String>,
    /// The column whose place it is.
    pub column: Option<String>,
    /// The segment's title, or the item's, as its author wrote it; where none is written, what the kind is called in
    /// Vietnamese.
    pub title: String,
    /// The recordings, below `audio/`, with `/`, played as one; for filler those it may draw from, for a relay those that
    /// sound in its place; empty for a column without a segment.
    pub files: Vec<String>,
    /// What is known of the recordings, taken as one, at planning time.
    pub audio: Option<AudioFacts>,
    /// The instant of its first sample.
    pub planned: Timestamp,
    /// Whether that instant is its own or follows from what stands before it.
    pub start: Start,
    /// Where a relay comes from; none for other kinds.
    pub relay: Option<RelaySource>,
    /// Filler stretches to this instant; a relay ends at it.
    pub until: Option<Timestamp>,
    /// When its broadcast ends; none for a broadcast of its own.
    pub broadcast_ends: Option<Timestamp>,
    /// How late it may still start, in ms.
    pub grace_ms: u64,
    /// What becomes of it after a power cut.
    pub after_power_cut: AfterPowerCut,
    /// The number of the document that lets it pass caps and quiet hours.
    pub permit: Option<String>,
    /// SHA-256 of the recording that was approved, as lower-case hexadecimal; another one never airs.
    pub approved_sha256: Option<String>,
    /// What its segment says of itself for the report.
    pub particulars: Arc<Particulars>,
    /// Who had it played by hand; none for what a schedule planned.
    pub asked_by: Option<String>,
    /// What keeps it off the air.
    pub bar: Option<Bar>,
    /// The revision of the schedule it was planned from: SHA-256 in hexadecimal.
    pub revision: String,
}

/// What people call a place of this kind with this title: what its kind is called stands for no title.
fn called(kind: Kind, title: &str, lang: Lang) -> &str {
    match kind {
        Kind::Segment | Kind::Column | Kind::ByHand => title,
        _ if title.is_empty() || title == kind.word(Lang::Vi) => kind.word(lang),
        _ => title,
    }
}

/// How a slot comes to its instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// At a time of its own.
    Hard,
    /// As soon as what stands before it has ended, without a gap.
    Soft,
}

impl Slot {
    /// Whether its broadcast is one of `date`, or it sounds on `date`, as what a broadcast has behind midnight does.
    pub fn is_of_day(&self, date: civil::Date, zone: &jiff::tz::TimeZone) -> bool {
        self.date == date || cells::on_clock(self.planned, zone).date() == date
    }

    /// The last instant at which it may still begin.
    pub fn latest(&self) -> Timestamp {
        later_ms(self.planned, self.grace_ms)
    }

    /// The last instant at which it may go on if its sound is broken off at `since`: an item of a broadcast to the broadcast's
    /// end, another as long as it might have been late. A relay does not wait for its listeners.
    pub fn goes_on_until(&self, since: Timestamp) -> Timestamp {
        match self.broadcast_ends {
            _ if self.kind == Kind::Relay => self.latest(),
            Some(ends) => ends,
            None => later_ms(since, self.grace_ms),
        }
    }

    /// The same if a power cut or a crash breaks it off; none if it is not to be heard again.
    pub fn again_until(&self, since: Timestamp) -> Option<Timestamp> {
        match self.after_power_cut {
            AfterPowerCut::Restart => Some(self.latest()),
            AfterPowerCut::Resume => Some(self.goes_on_until(since)),
            AfterPowerCut::Skip => None,
        }
    }

    /// The measured length of its recording, in ms; none while it is not known.
    pub fn file_ms(&self) -> Option<u64> {
        self.audio.as_ref().map(|audio| audio.file_ms)
    }

    /// The instant after its last sample if it starts as planned, of filler and relays the one they last to; none while its length
    /// is not known.
    pub fn ends(&self) -> Option<Timestamp> {
        if self.until.is_some() {
            return self.until;
        }
        let length = jiff::SignedDuration::from_millis(i64::try_from(self.file_ms()?).ok()?);
        self.planned.checked_add(length).ok()
    }

    /// What people call it: its title, or what it is where it has no title of its own.
    pub fn called(&self, lang: Lang) -> &str {
        called(self.kind, &self.title, lang)
    }

    /// Whether it is about administrative reform (CCHC): its segment, or its segment's column, has a topic.
    pub fn is_reform(&self) -> bool {
        !self.particulars.topics.is_empty()
    }

    /// How long it is on air if it airs as planned, in ms; none while its length is not known.
    pub fn airtime_ms(&self) -> Option<u64> {
        match self.kind {
            Kind::Column => Some(0),
            _ => u64::try_from(self.ends()?.duration_since(self.planned).as_millis()).ok(),
        }
    }
}
