//! The line of a rehearsed station: sounds in order of time, each to the millisecond.

use jiff::{SignedDuration, Timestamp};

use crate::director::{After, AttentionTone};
pub(super) use crate::instants::{ms_between, of_ms as ms};
use crate::timetable::SlotId;

/// How long before its instant a sound is given its frame; from then on no step of the clock moves it.
const CUE: SignedDuration = SignedDuration::from_millis(540);

/// Where a sound begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    /// When the clock shows that instant.
    Clock(Timestamp),
    /// When another has ended.
    After(After),
    /// At that instant of the time that passes.
    Placed(Timestamp),
}

impl Spot {
    /// Where what was to follow another begins now that that has ended, at `at`, when the clock shows so much.
    pub fn ended(after: &After, at: Timestamp, clock: Timestamp) -> Spot {
        after.not_before.filter(|own| clock < *own).map_or(Spot::Placed(at), Spot::Clock)
    }
}

/// A sound in the hands of the line.
#[derive(Clone, Debug)]
pub(super) struct Voice {
    pub slot: SlotId,
    pub files: Vec<String>,
    pub tone: Option<AttentionTone>,
    /// From where in its recordings, in ms.
    pub from_ms: u64,
    /// How long it sounds, in ms.
    pub sounds_ms: u64,
    /// How long it should sound by what was measured, in ms.
    pub measured_ms: u64,
    /// Silence inside, in ms: the PC slept.
    pub gap_ms: u64,
    pub spot: Spot,
    /// What the clock showed when it began, once that is told.
    pub told: Option<Timestamp>,
    /// Where its fade ends, and how long that is, if it is cut.
    pub cut: Option<(Timestamp, u32)>,
}

impl Voice {
    /// When its first sample leaves, where that is known.
    pub fn begins(&self) -> Option<Timestamp> {
        match self.spot {
            Spot::Placed(at) => Some(at),
            Spot::Clock(_) | Spot::After(..) => None,
        }
    }

    /// When its last one has left if nothing cuts it.
    fn spent(&self) -> Option<Timestamp> {
        Some(self.begins()? + ms(self.sounds_ms + self.gap_ms))
    }

    /// When its last one has left.
    pub fn ends(&self) -> Option<Timestamp> {
        let spent = self.spent()?;
        Some(self.cut.map_or(spent, |(cut, _)| cut.min(spent)))
    }

    /// The fade that ends it before its own end, in ms.
    pub fn cut_short(&self) -> Option<u32> {
        let spent = self.spent()?;
        self.cut.filter(|(cut, _)| *cut < spent).map(|(_, fade_ms)| fade_ms)
    }

    /// When it is to be given its frame, by a clock that is so far ahead of the time that passes.
    pub fn cue(&self, ahead: SignedDuration) -> Option<Timestamp> {
        match self.spot {
            Spot::Clock(at) => Some(at - ahead - CUE),
            Spot::After(..) | Spot::Placed(_) => None,
        }
    }

    /// The PC sleeps for so long from `now` on: what sounds stands still.
    pub fn sleep(&mut self, now: Timestamp, for_ms: u64) {
        match &mut self.spot {
            Spot::Placed(at) if *at <= now => {
                self.gap_ms += for_ms;
                if let Some((cut, _)) = &mut self.cut {
                    *cut += ms(for_ms);
                }
            }
            Spot::Placed(at) => *at += ms(for_ms),
            Spot::Clock(_) | Spot::After(..) => {}
        }
    }
}
