//! Stretches of time in which nothing that was planned could begin, and what became of the slots in them.

use jiff::{SignedDuration, Timestamp};

use super::Director;
use super::frozen::{Frozen, later};
use crate::notes;
use crate::outcome::Cause;
use crate::timetable::Slot;

/// Lost stretches remembered for the causes of missed slots.
const KEPT: usize = 32;
/// Two clocks that part by less over days do so by themselves.
const PARTING: SignedDuration = SignedDuration::from_secs(10);
/// A clock that leaps by less is taken at its word.
const LEAP: SignedDuration = SignedDuration::from_mins(30);
/// A clock that leapt, and for which nobody vouches, writes nothing off for so long: it may be set right meanwhile, by the
/// network or by a person who sees it.
const UNSURE_FOR: SignedDuration = SignedDuration::from_mins(15);

/// A stretch of time in which nothing that was planned could begin.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lost {
    pub from: Timestamp,
    pub to: Timestamp,
    pub cause: Cause,
    /// Until then only the clock says that it was.
    unsure_until: Option<Timestamp>,
}

impl Lost {
    pub fn new(from: Timestamp, to: Timestamp, cause: Cause) -> Lost {
        Lost { from, to, cause, unsure_until: None }
    }

    /// Whether it took the instant of a slot.
    fn took(&self, planned: Timestamp) -> bool {
        self.cause != Cause::Emergency && self.from < planned && planned <= self.to
    }
}

/// The clock went on from one instant to another, and the time between them did not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leap {
    /// What it showed before.
    pub from: Timestamp,
    /// What it showed then.
    pub to: Timestamp,
}

impl Leap {
    /// From what it would have shown to what it showed; none where that is no more than clocks part by over days.
    pub fn between(from: Timestamp, to: Timestamp) -> Option<Leap> {
        (to.duration_since(from) > PARTING).then_some(Leap { from, to })
    }
}

/// What is left of the steps of a clock, in their order, each from what it showed before to what it showed then: what it was
/// set back over lies ahead again.
pub fn leaps_of(steps: impl IntoIterator<Item = Leap>) -> Vec<Leap> {
    let mut leaps: Vec<Leap> = Vec::new();
    for step in steps {
        leaps.iter_mut().for_each(|leap| leap.to = leap.to.min(step.to));
        leaps.push(step);
        leaps.retain(|leap| leap.from < leap.to);
    }
    leaps
}

/// What only the clock says was missed, and is not written off yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsure {
    /// How many slots.
    pub slots: usize,
    /// The instant of the first of them.
    pub from: Timestamp,
    /// The instant of the last of them.
    pub to: Timestamp,
    /// When they are written off, unless the clock is set right before.
    pub until: Timestamp,
}

impl Director {
    pub(super) fn lose(&mut self, lost: Lost) {
        self.lost.push_back(lost);
        if self.lost.len() > KEPT {
            self.lost.pop_front();
        }
    }

    /// The same of a stretch that only the clock tells of at `now`; the first slot in it was planned for `first`.
    pub(super) fn lose_by_the_clock(&mut self, now: Timestamp, lost: Lost, first: Timestamp) {
        let is_told_by_it = matches!(lost.cause, Cause::Clock | Cause::Power | Cause::Daemon);
        let unsure = !self.clock_is_kept && is_told_by_it && lost.to.duration_since(first) >= LEAP;
        self.lose(Lost { unsure_until: unsure.then(|| later(now, UNSURE_FOR)), ..lost });
    }

    /// Whether somebody vouches for the clock.
    pub(super) fn vouch(&mut self, kept: bool) {
        self.clock_is_kept = kept;
        if kept {
            self.lost.iter_mut().for_each(|lost| lost.unsure_until = None);
        }
    }

    /// The clock says `now` and may have said a later instant before: what lies ahead by it was not lost.
    pub(super) fn lose_nothing_ahead_of(&mut self, now: Timestamp) {
        for lost in self.lost.iter_mut().filter(|lost| lost.cause != Cause::Emergency) {
            lost.to = lost.to.min(now);
            lost.unsure_until = lost.unsure_until.map(|until| until.min(later(now, UNSURE_FOR)));
        }
    }

    /// What took the time of a slot planned for `planned` whose turn came at `start`, if anything did, with what is noted of
    /// that: this program did not see its instant, or an emergency had the line meanwhile.
    pub(super) fn lost_to(&self, planned: Timestamp, start: Timestamp) -> Option<(Cause, String)> {
        let took = |lost: &&Lost| match lost.cause {
            Cause::Emergency => lost.from <= start && planned <= lost.to,
            _ => lost.took(planned),
        };
        let lost = self.lost.iter().find(took)?;
        // That the clock was wrong is the cause itself, then.
        let is_told_by_it = lost.unsure_until.is_some() && lost.cause != Cause::Clock;
        Some((lost.cause, if is_told_by_it { notes::only_the_clock_says() } else { String::new() }))
    }

    /// Until when a slot waits for the clock to be set right, where it does: its time is over by a leap of a clock for which
    /// nobody vouches.
    pub(super) fn unsure_until(&self, now: Timestamp, frozen: &Frozen) -> Option<Timestamp> {
        let is_over = now > frozen.latest() || (now >= frozen.slot.planned && !frozen.can_air());
        if !is_over || frozen.goes_on() {
            return None;
        }
        let took = self.lost.iter().find(|lost| lost.took(frozen.slot.planned))?;
        took.unsure_until.filter(|until| now < *until)
    }

    /// Whether a slot of record waits for the clock to be set right.
    pub(super) fn is_unsure(&self, frozen: &Frozen) -> bool {
        self.unsure_until(self.asked_at, frozen).is_some()
    }

    /// When what waits for the clock is written off.
    pub(super) fn sure_at(&self) -> impl Iterator<Item = Timestamp> {
        self.lost.iter().filter_map(|lost| lost.unsure_until)
    }

    /// What only the clock says was missed, if there is any such slot.
    pub fn unsure(&self) -> Option<Unsure> {
        let waits = self.frozen.values().filter_map(|frozen| {
            let until = self.unsure_until(self.asked_at, frozen)?;
            Some((&frozen.slot, until))
        });
        let all: Vec<(&Slot, Timestamp)> = waits.collect();
        let planned = || all.iter().map(|(slot, _)| slot.planned);
        let until = all.iter().map(|(_, until)| *until).max()?;
        Some(Unsure { slots: all.len(), from: planned().min()?, to: planned().max()?, until })
    }
}
