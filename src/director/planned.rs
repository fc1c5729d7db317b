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
