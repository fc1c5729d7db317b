//! What is ordered on air: what sounds, what fades, and what waits to follow.

use jiff::Timestamp;

use super::frozen::later_ms;
use crate::outcome::Cause;
use crate::timetable::{Kind, Slot, SlotId, Start};

/// An order to air whose end has not been told.
#[derive(Clone, Debug)]
pub(super) struct OnAir {
    pub id: SlotId,
    pub kind: Kind,
    pub start: Start,
    /// When its first sample leaves, as far as is known.
    pub begins: Timestamp,
    /// When its last one has left, as far as is known.
    pub ends: Timestamp,
    /// When all its recordings have been heard.
    pub spent: Timestamp,
    pub fate: Fate,
    /// Why and how long nothing was heard of it at a stretch, in ms, where that was long.
    pub unheard: Option<(Cause, u64)>,
    /// The volume control that let nothing through at some time.
    pub silencer: Option<String>,
}

/// What is to become of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It plays out.
    Whole,
    /// Ordered to end before its own end.
    Cut(Cause),
    /// Filler that has filled its place.
    Filled,
    /// Withdrawn before its first sample.
    Withdrawn,
}

impl OnAir {
    pub fn new(slot: &Slot, begins: Timestamp, ends: Timestamp, file_ms: u64) -> OnAir {
        OnAir {
            id: slot.id.clone(),
            kind: slot.kind,
            start: slot.start,
            begins,
            ends,
            spent: later_ms(begins, file_ms),
            fate: Fate::Whole,
            unheard: None,
            silencer: None,
        }
    }

    /// Its first sample left at `at`: everything moves with it, but what is to stop at an instant of its own.
    pub fn began(&mut self, at: Timestamp) {
        let moved = at.duration_since(self.begins);
        let shift = |instant: Timestamp| instant.checked_add(moved).unwrap_or(instant);
        let stops_by_itself = self.ends == self.spent;
        self.begins = at;
        self.spent = shift(self.spent);
        if stops_by_itself && self.fate == Fate::Whole {
            self.ends = self.spent;
        }
    }

    /// It can be cut for a hard start: nothing else has a right to it.
    pub fn gives_way(&self) -> bool {
        self.start == Start::Soft && self.fate == Fate::Whole
    }
}
