//! The plan of a rehearsed station, and what of it had to air: whatever was in force when its instant came.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::draw::Draw;
use super::world::World;
use crate::director::Event;
use crate::timetable::{Slot, SlotId, Start};

/// Edits reach so far ahead.
const AHEAD: SignedDuration = SignedDuration::from_hours(30);

/// What is planned.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// As it was before it was edited.
    written: Vec<Slot>,
    /// As it is now, and since when by the clock.
    in_force: Vec<Slot>,
    since: Timestamp,
    /// Slots that were in force when their instant came.
    came: BTreeMap<SlotId, Slot>,
}

impl Plan {
    pub fn new(now: Timestamp, slots: &[Slot]) -> Plan {
        Plan { written: slots.to_vec(), in_force: slots.to_vec(), since: now, came: BTreeMap::new() }
    }

    /// All in force.
    pub fn in_force(&self) -> &[Slot] {
        &self.in_force
    }

    /// What had come by that instant.
    pub fn due(&self, clock: Timestamp) -> impl Iterator<Item = &Slot> {
        let since = self.since;
        let now = self.in_force.iter().filter(move |slot| since < slot.planned && slot.planned <= clock);
        self.came.values().chain(now)
    }

    fn replace(&mut self, clock: Timestamp, slots: Vec<Slot>) {
        let came: Vec<Slot> = self.due(clock).cloned().collect();
        self.came.extend(came.into_iter().map(|slot| (slot.id.clone(), slot)));
        (self.in_force, self.since) = (slots, clock);
    }
}

impl World {
    /// Another plan is written, and comes into force; edits are edits of this one.
    pub fn plan_anew(&mut self, slots: Vec<Slot>) {
        self.plan.written.clone_from(&slots);
        self.put_in_force(slots);
    }

    fn put_in_force(&mut self, slots: Vec<Slot>) {
        self.disk.lay_for(&slots);
        self.plan.replace(self.clock(), slots.clone());
        self.send(Event::Planned { since: self.clock(), slots, rules: self.rules.clone() });
    }

    /// The operator edits what lies ahead, as drawn: places fall out, others move.
    pub(super) fn edit(&mut self, seed: u64) {
        let mut draw = Draw::of(seed);
        let clock = self.clock();
        let near = clock..clock + AHEAD;
        let mut slots = self.plan.written.clone();
        slots.retain(|slot| !near.contains(&slot.planned) || !draw.once_in(8));
        for slot in slots.iter_mut().filter(|slot| near.contains(&slot.planned)) {
            if slot.start == Start::Hard && slot.relay.is_none() && draw.once_in(4) {
                slot.planned += SignedDuration::from_secs(30 * i64::try_from(draw.between(0, 20)).unwrap_or(0));
            }
        }
        slots.sort_by_key(|slot| slot.planned);
        self.put_in_force(slots);
    }

    /// The operator takes all edits back.
    pub(super) fn take_edits_back(&mut self) {
        self.put_in_force(self.plan.written.clone());
    }
}
