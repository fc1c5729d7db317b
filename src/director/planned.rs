//! What is planned and not yet of record, in order of time: a decision looks at what lies near, however long the plan is.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::frozen::later;
use crate::timetable::{Slot, SlotId};

/// No broadcast lasts longer; an hour more for a change of the clock.
const LONGEST: SignedDuration = SignedDuration::from_hours(25);

/// Slots by their instants and, at one instant, by their places among those.
#[derive(Clone, Debug, Default)]
pub(super) struct Planned {
    slots: BTreeMap<(Timestamp, u64), Slot>,
    places: BTreeMap<SlotId, (Timestamp, u64)>,
}

impl Planned {
    /// Takes a slot in, instead of what had its id.
    pub fn insert(&mut self, order: u64, slot: Slot) {
        let place = (slot.planned, order);
        if let Some(before) = self.places.insert(slot.id.clone(), place) {
            self.slots.remove(&before);
        }
        self.slots.insert(place, slot);
    }

    /// Takes a slot out, with its place.
    pub fn remove(&mut self, id: &SlotId) -> Option<(u64, Slot)> {
        let place = self.places.remove(id)?;
        Some((place.1, self.slots.remove(&place)?))
    }

    /// Keeps those alone for which that holds.
    pub fn retain(&mut self, keep: impl Fn(&Slot) -> bool) {
        self.slots.retain(|_, slot| keep(slot));
        self.places.retain(|_, place| self.slots.contains_key(place));
    }

    /// Whether it is there.
    pub fn contains(&self, id: &SlotId) -> bool {
        self.places.contains_key(id)
    }

    /// Takes out all but those for which that holds.
    pub fn take_all_but(&mut self, stays: impl Fn(&Slot) -> bool) -> Planned {
        let mut taken = Planned::default();
        for ((_, order), slot) in self.slots.extract_if(.., |_, slot| !stays(slot)) {
            self.places.remove(&slot.id);
            taken.insert(order, slot);
        }
        taken
    }

    /// Takes in what was taken out.
    pub fn append(&mut self, others: Planned) {
        others.slots.into_iter().for_each(|((_, order), slot)| self.insert(order, slot));
    }

    /// All, with their places, in order of time.
    pub fn into_all(self) -> impl Iterator<Item = (u64, Slot)> {
        self.slots.into_iter().map(|((_, order), slot)| (order, slot))
    }

    /// Moves all in time.
    pub fn move_to(&mut self, moved: impl Fn(Timestamp) -> Timestamp) {
        for ((_, order), mut slot) in std::mem::take(self).slots {
            slot.planned = moved(slot.planned);
            self.insert(order, slot);
        }
    }

    /// All, with their places, in order of time.
    pub fn all(&self) -> impl Iterator<Item = (u64, &Slot)> {
        self.slots.iter().map(|((_, order), slot)| (*order, slot))
    }

    /// The first one.
    pub fn first(&self) -> Option<&Slot> {
        self.slots.values().next()
    }

    /// Those after an instant.
    pub fn after(&self, instant: Timestamp) -> impl Iterator<Item = &Slot> {
        self.slots.range((instant, u64::MAX)..).map(|(_, slot)| slot)
    }

    /// Those of broadcasts that are on air at `now` at the latest, and others of those hours.
    pub fn near(&self, now: Timestamp) -> impl Iterator<Item = (u64, &Slot)> {
        self.slots.range(..=(later(now, LONGEST), u64::MAX)).map(|((_, order), slot)| (*order, slot))
    }

    /// Those that stand before a place.
    pub fn before(&self, planned: Timestamp, order: u64) -> impl Iterator<Item = &Slot> {
        self.slots.range(..(planned, order)).map(|(_, slot)| slot)
    }
}
