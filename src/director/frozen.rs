//! A slot of record on its way to the air: what its arming has come to, and when it must be looked at again.

use jiff::{SignedDuration, Timestamp};

use super::dating::ClockSet;
use super::proof::Doubt;
use super::{AIR_AHEAD, ARM_AHEAD, Relayed};
pub(super) use crate::instants::{earlier, later, later_ms, ms_between};
use crate::outcome::Cause;
use crate::schedule::audio_facts::AudioFacts;
use crate::timetable::{Kind, Slot, SlotId, Start};

/// A recording that is still being read this long after its turn came is passed over.
const READING_PATIENCE: SignedDuration = SignedDuration::from_secs(5);

/// An emergency that was never measured may last so long, in ms: until it is over nothing else is ordered.
const UNMEASURED_MS: u64 = 3_600_000;
/// How much of what was heard before it was broken off is heard again, in ms.
pub(super) const REWIND_MS: u64 = 2_000;

/// A slot of record without an outcome.
#[derive(Clone, Debug)]
pub(super) struct Frozen {
    pub slot: Slot,
    /// Its place among those of one instant.
    pub order: u64,
    pub arming: Arming,
    /// What kept it from starting when last asked.
    pub held_by: Option<Held>,
    /// When its turn came and its recording was not ready.
    pub reached: Option<Timestamp>,
    /// Of filler: what was chosen of its files.
    pub picked: Vec<String>,
    /// Of filler: how often its arming failed.
    pub failures: usize,
    /// Of filler: the files that this run has heard of it, in the order in which they were first heard, and how often each.
    pub heard: Vec<(String, usize)>,
    /// What was heard of a relay.
    pub relayed: Relayed,
    /// How much of its part on air is noted not to have been its source, in ms; none: nothing yet.
    pub noted_not_source_ms: Option<u64>,
    /// What was heard of it before it was broken off, where it is to be heard again.
    pub broken: Option<Broken>,
    /// The last instant that its row has of it: what comes of it now is dated no earlier.
    pub row_until: Option<Timestamp>,
    /// What is known of it that was sent and not heard.
    pub doubt: Doubt,
    /// It was of record before this run began.
    pub of_a_run_before: bool,
}

/// Where its sound was broken off.
#[derive(Clone, Debug)]
pub(super) struct Broken {
    /// How much of its sound needs not be heard again but for the last of it, in ms.
    pub heard_ms: u64,
    /// Silence inside that, in ms.
    pub gap_ms: u64,
    /// When, by the clock of now.
    pub since: Timestamp,
    /// The last instant at which it may go on.
    pub until: Timestamp,
    /// How much of it the log knows of.
    pub known: Known,
    /// How the clock was set in its midst.
    pub clock_set: ClockSet,
    /// By the line's loss, or by what ended the run before: `line`, `power`, `daemon`.
    pub cause: Cause,
    /// SHA-256 of what sounded: it goes on with nothing else. None where anything else is as good.
    pub sha256: Option<String>,
}

/// How much the log knows of what was broken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// That it was ordered: it may have sounded for a moment.
    Ordered,
    /// That it began, and no more.
    Begun,
    /// Some of it was heard: its instant is behind it, though the clock is set back before that.
    Heard,
}

#[derive(Clone, Debug)]
pub(super) enum Arming {
    Due(Timestamp),
    Asked,
    Ready { audio: Box<AudioFacts>, lengths_ms: Vec<u64> },
    Failed { cause: Cause, note: String, again: Timestamp },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// Another item was on air.
    Another,
    /// An emergency was.
    Emergency,
    /// There was no line.
    Line,
}

impl Frozen {
    pub fn new(slot: Slot, order: u64) -> Frozen {
        Frozen {
            slot,
            order,
            arming: Arming::Due(Timestamp::MIN),
            held_by: None,
            reached: None,
            picked: Vec::new(),
            failures: 0,
            heard: Vec::new(),
            relayed: Relayed::default(),
            noted_not_source_ms: None,
            broken: None,
            row_until: None,
            doubt: Doubt::default(),
            of_a_run_before: false,
        }
    }

    /// Whether it may still come to be heard.
    pub fn can_air(&self) -> bool {
        can_air(&self.slot)
    }

    pub fn is_hard(&self) -> bool {
        self.slot.start == Start::Hard
    }

    /// The last instant at which it may still start, or go on.
    pub fn latest(&self) -> Timestamp {
        match &self.broken {
            None => self.slot.latest(),
            Some(broken) if broken.known == Known::Heard => broken.until,
            Some(broken) => broken.until.max(self.slot.latest()),
        }
    }

    /// It was broken off when some of it had been heard, and is to go on.
    pub fn goes_on(&self) -> bool {
        self.broken.as_ref().is_some_and(|broken| broken.known == Known::Heard)
    }

    /// The clock was set by so much: what was broken off was so by the clock of now.
    pub fn follow_the_clock(&mut self, by: SignedDuration) {
        let Some(broken) = &mut self.broken else { return };
        broken.since = later(broken.since, by);
        broken.until = match broken.cause {
            Cause::Line => self.slot.goes_on_until(broken.since),
            _ => self.slot.again_until(broken.since).unwrap_or(broken.since),
        };
    }

    /// From where in its sound it is to be heard, in ms: a little of what was heard comes again, so that a sentence does.
    pub fn resumes_ms(&self) -> u64 {
        self.broken.as_ref().map_or(0, |broken| broken.heard_ms.saturating_sub(REWIND_MS))
    }

    /// When arming that is due at `at` is to begin: what is of record long before its instant waits for that to come near.
    pub fn due_to_arm(&self, at: Timestamp) -> Timestamp {
        let far_ahead = self.slot.asked_by.is_some();
        if far_ahead { at.max(earlier(self.slot.planned, ARM_AHEAD)) } else { at }
    }

    /// How long it will sound as far as known, in ms.
    pub fn remaining_ms(&self) -> u64 {
        self.audio_ms().saturating_sub(self.resumes_ms())
    }

    /// What the armed copy is.
    pub fn ready(&self) -> Option<&AudioFacts> {
        match &self.arming {
            Arming::Ready { audio, .. } => Some(audio),
            Arming::Due(_) | Arming::Asked | Arming::Failed { .. } => None,
        }
    }

    /// Length of the recording as far as known, in ms.
    fn audio_ms(&self) -> u64 {
        match self.ready() {
            Some(audio) if audio.file_ms == 0 => UNMEASURED_MS,
            ready => ready.or(self.slot.audio.as_ref()).map_or(0, |audio| audio.file_ms),
        }
    }

    /// Whether it is to be heard as things stand: it is not barred, and its recording can be opened.
    pub fn is_expected(&self) -> bool {
        let can_be_opened = match self.arming {
            Arming::Ready { .. } => true,
            Arming::Failed { .. } => false,
            Arming::Due(_) | Arming::Asked => self.slot.bar.is_none(),
        };
        can_be_opened && self.can_air()
    }

    /// Whether others must be over by its instant.
    pub fn claims_its_instant(&self) -> bool {
        self.is_hard() && self.is_expected()
    }

    /// Its turn has come and passed while its recording was being read.
    pub fn is_passed_over(&self, now: Timestamp) -> bool {
        self.reached.is_some_and(|reached| later(reached, READING_PATIENCE) <= now)
    }

    /// Notes that a file of filler was heard.
    pub fn note_heard(&mut self, file: &str) {
        match self.heard.iter_mut().find(|(known, _)| known == file) {
            Some((_, times)) => *times += 1,
            None => self.heard.push((file.to_owned(), 1)),
        }
    }

    /// The files of filler that were heard, each once; empty for anything else.
    pub fn heard_words(&self) -> String {
        let word = |(file, times): &(String, usize)| match times {
            1 => format!("`{file}`"),
            times => format!("`{file}` ({times} lần)"),
        };
        self.heard.iter().map(word).collect::<Vec<_>>().join(", ")
    }

    /// Where it stands.
    pub fn place(&self) -> (Timestamp, u64, &SlotId) {
        (self.slot.planned, self.order, &self.slot.id)
    }

    /// The instants at which something about it may change by itself.
    pub fn moments(&self) -> impl Iterator<Item = Timestamp> {
        let again = match &self.arming {
            Arming::Due(at) => Some(self.due_to_arm(*at)),
            Arming::Failed { again, .. } => Some(*again),
            Arming::Asked | Arming::Ready { .. } => None,
        };
        let planned = self.slot.planned;
        let patience = self.reached.map(|reached| later(reached, READING_PATIENCE));
        [earlier(planned, AIR_AHEAD), planned, later_ms(self.latest(), 1)].into_iter().chain(again).chain(patience)
    }
}

/// Whether a slot may come to be heard: a file can arrive until it is armed, and room is left where something before it
/// does not air; a rule cannot be lifted.
pub(super) fn can_air(slot: &Slot) -> bool {
    let may_go = |cause| matches!(cause, Cause::NoFile | Cause::Undecodable | Cause::Disk | Cause::NoTime);
    let curable = slot.bar.as_ref().is_none_or(|bar| may_go(bar.cause));
    curable && slot.kind != Kind::Column && (!slot.files.is_empty() || slot.relay.is_some())
}
