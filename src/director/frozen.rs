//! A slot of record on its way to the air: what its arming has come to, and when it must be looked at again.

use jiff::{SignedDuration, Timestamp};

use super::AIR_AHEAD;
use crate::outcome::Cause;
use crate::schedule::audio_facts::AudioFacts;
use crate::timetable::Slot;

/// A slot of record without an outcome.
#[derive(Clone, Debug)]
pub(super) struct Frozen {
    pub slot: Slot,
    pub arming: Arming,
    /// What kept it from starting when last asked.
    pub held_by: Option<Held>,
}

#[derive(Clone, Debug)]
pub(super) enum Arming {
    Due(Timestamp),
    Asked,
    Ready(Box<AudioFacts>),
    Failed { cause: Cause, note: String, again: Timestamp },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    ByAnother,
    ByLine,
}

impl Frozen {
    pub fn new(slot: Slot) -> Frozen {
        Frozen { slot, arming: Arming::Due(Timestamp::MIN), held_by: None }
    }

    /// Whether arming can lift what bars the slot: a file can arrive, a rule cannot.
    pub fn can_be_cured(&self) -> bool {
        match &self.slot.bar {
            None => true,
            Some(bar) => matches!(bar.cause, Cause::NoFile | Cause::Undecodable | Cause::Disk),
        }
    }

    /// The last instant at which it may still start.
    pub fn latest(&self) -> Timestamp {
        later_ms(self.slot.planned, self.slot.grace_ms)
    }

    /// Length of the recording as far as known, in ms.
    pub fn audio_ms(&self) -> u64 {
        match &self.arming {
            Arming::Ready(audio) => audio.file_ms,
            Arming::Due(_) | Arming::Asked | Arming::Failed { .. } => {
                self.slot.audio.as_ref().map_or(0, |audio| audio.file_ms)
            }
        }
    }

    /// The instants at which something about it may change by itself.
    pub fn moments(&self) -> impl Iterator<Item = Timestamp> {
        let again = match &self.arming {
            Arming::Due(at) => Some(*at),
            Arming::Failed { again, .. } => Some(*again),
            Arming::Asked | Arming::Ready(_) => None,
        };
        let planned = self.slot.planned;
        [earlier(planned, AIR_AHEAD), planned, later_ms(self.latest(), 1)].into_iter().chain(again)
    }
}

pub(super) fn earlier(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
}

pub(super) fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

pub(super) fn later_ms(at: Timestamp, by_ms: u64) -> Timestamp {
    later(at, SignedDuration::from_millis(i64::try_from(by_ms).unwrap_or(i64::MAX)))
}
