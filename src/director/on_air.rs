//! What is ordered on air: what sounds, what fades, and what waits to follow.

use jiff::{SignedDuration, Timestamp};

use super::dating::DRAWN_ON;
use super::frozen::{later, later_ms, ms_between};
use super::{After, Director};
use crate::instants::of_ms;
use crate::outcome::Cause;
use crate::programme::Class;
use crate::timetable::{Kind, Slot, SlotId, Start};

/// An order to air whose end has not been told.
#[derive(Clone, Debug)]
pub(super) struct OnAir {
    pub id: SlotId,
    pub kind: Kind,
    pub class: Class,
    pub start: Start,
    /// When its first sample leaves, as far as is known.
    pub begins: Timestamp,
    /// When its last one has left, as far as is known.
    pub ends: Timestamp,
    /// When all its recordings have been heard.
    pub spent: Timestamp,
    pub fate: Fate,
    /// When its first sample left, as its row has it; none before that is told.
    pub told: Option<Timestamp>,
    /// Its row has what was heard of it until then already: what goes on is dated no earlier.
    pub row_until: Option<Timestamp>,
    /// Silence in its midst that its end was moved by, in ms.
    pub gap_ms: u64,
    /// For how long the disk kept its reading waiting at a stretch, as it was told with that, in ms.
    pub waited_ms: u64,
    /// A sleep of the PC or a step of the clock carried it on; which.
    pub carried: Option<Cause>,
    /// Who had it cut, or what had it cut played.
    pub cut_by: Option<String>,
}

/// What is to become of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It plays out.
    Whole,
    /// Ordered to end before its own end.
    Cut(Cause),
    /// Filler that has filled its place, or a relay whose time is over.
    Filled,
    /// Ended where quiet hours begin, to which that carried it.
    Quieted(Cause),
    /// Withdrawn before its first sample, for that.
    Withdrawn(Cause),
}

impl OnAir {
    pub fn new(slot: &Slot, begins: Timestamp, ends: Timestamp, sounds_ms: u64) -> OnAir {
        OnAir {
            id: slot.id.clone(),
            kind: slot.kind,
            class: slot.class,
            start: slot.start,
            begins,
            ends,
            spent: later_ms(begins, sounds_ms),
            fate: Fate::Whole,
            told: None,
            row_until: None,
            gap_ms: 0,
            waited_ms: 0,
            carried: None,
            cut_by: None,
        }
    }

    /// Its first sample left at `at`: everything moves with it, but what is to stop at an instant of its own. Returns when that
    /// was, as its row has it.
    pub fn began(&mut self, at: Timestamp) -> Timestamp {
        let moved = at.duration_since(self.begins);
        let told = self.row_until.map_or(at, |until| until.max(at));
        self.told = Some(told);
        self.begins = at;
        self.move_end(moved);
        told
    }

    /// All its recordings are heard so much later, and it ends with them, but where it is to stop at an instant of its own.
    fn move_end(&mut self, by: SignedDuration) {
        let stops_by_itself = self.ends == self.spent;
        self.spent = later(self.spent, by);
        // A relay ends at its instant, whenever it began.
        if stops_by_itself && self.fate == Fate::Whole && self.kind != Kind::Relay {
            self.ends = self.spent;
        }
    }

    /// There is so much silence in its midst, in ms: it ends as much later, but for what a sleep has moved it by already.
    fn fell_silent(&mut self, gap_ms: u64, waited_ms: u64) {
        self.waited_ms = waited_ms;
        let more_ms = gap_ms.saturating_sub(self.gap_ms);
        self.gap_ms += more_ms;
        self.move_end(of_ms(more_ms));
    }

    /// The clock moved from one instant to another and the sound did not: what sounds ends as much later by the clock, or
    /// earlier.
    pub fn jumped(&mut self, from: Timestamp, to: Timestamp, cause: Cause) {
        if self.had_begun(from) {
            let moved = to.duration_since(from);
            if moved > DRAWN_ON {
                self.carried = Some(cause);
            }
            if cause == Cause::Asleep {
                self.gap_ms += ms_between(from, to);
            }
            let shift = |instant: Timestamp| instant.checked_add(moved).unwrap_or(instant);
            (self.begins, self.ends, self.spent) = (shift(self.begins), shift(self.ends), shift(self.spent));
        }
    }

    /// It sounded when the clock showed that instant, as far as is known. A clock that was drawn back a little since shows one
    /// before its beginning.
    pub fn had_begun(&self, at: Timestamp) -> bool {
        self.told.is_some() || self.begins <= at
    }

    /// Whether it would still sound at an instant, as things stand: filler goes on for as long as it lasts until it is told
    /// to stop.
    pub fn reaches(&self, instant: Timestamp) -> bool {
        let goes_on = self.kind == Kind::Filler && self.fate == Fate::Whole;
        !self.is_withdrawn() && (if goes_on { self.spent } else { self.ends }) > instant
    }

    /// Behind its end, and at an instant at the earliest.
    pub fn behind(&self, not_before: Option<Timestamp>) -> After {
        After { slot: self.id.clone(), not_before }
    }

    /// It can be cut for the hard start of `slot`: nothing else has a right to it. What is played by hand only takes the
    /// place of filler.
    pub fn gives_way_to(&self, slot: &Slot) -> bool {
        let soft = self.start == Start::Soft && self.fate == Fate::Whole;
        soft && (slot.kind != Kind::ByHand || self.kind == Kind::Filler)
    }

    /// A person has ended it, and it fades.
    pub fn is_cut_by_hand(&self) -> bool {
        self.fate == Fate::Cut(Cause::Operator)
    }

    /// Taken back before its first sample.
    pub fn is_withdrawn(&self) -> bool {
        matches!(self.fate, Fate::Withdrawn(_))
    }
}

impl Director {
    /// There is so much silence in the midst of what sounds, and the disk kept it waiting for so long, in ms; what waits to follow it begins as much later.
    pub(super) fn fell_silent(&mut self, id: &SlotId, gap_ms: u64, waited_ms: u64) {
        let Some(place) = self.airs.iter().position(|on_air| on_air.id == *id) else { return };
        let ended = self.airs[place].ends;
        self.airs[place].fell_silent(gap_ms, waited_ms);
        let mut free = self.airs[place].ends;
        if free <= ended {
            return;
        }
        let waits = |on_air: &&mut OnAir| on_air.told.is_none() && !on_air.is_withdrawn();
        for next in self.airs[place + 1..].iter_mut().filter(waits) {
            if next.begins < free {
                let later_by = free.duration_since(next.begins);
                next.begins = free;
                next.move_end(later_by);
            }
            free = free.max(next.ends);
        }
    }
}
