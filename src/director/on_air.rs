//! What is ordered on air: what sounds, what fades, and what waits to follow.

use jiff::Timestamp;

use super::dating::DRAWN_ON;
use super::frozen::later_ms;
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
        let shift = |instant: Timestamp| instant.checked_add(moved).unwrap_or(instant);
        let stops_by_itself = self.ends == self.spent;
        self.begins = at;
        self.spent = shift(self.spent);
        // A relay ends at its instant, whenever it began.
        if stops_by_itself && self.fate == Fate::Whole && self.kind != Kind::Relay {
            self.ends = self.spent;
        }
        told
    }

    /// The clock moved from one instant to another and the sound did not: what sounds ends as much later by the clock, or
    /// earlier.
    pub fn jumped(&mut self, from: Timestamp, to: Timestamp, cause: Cause) {
        if self.had_begun(from) {
            let moved = to.duration_since(from);
            if moved > DRAWN_ON {
                self.carried = Some(cause);
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
