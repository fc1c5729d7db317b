//! A clock that cannot be trusted: by it nothing is frozen, begun or given up. What is on air plays out, and a person who
//! orders an emergency is heard: they stand there and know what they hear.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::frozen::{Arming, Frozen};
use super::lost::Lost;
use super::on_air::{Fate, OnAir};
use super::planned::Planned;
use super::{Action, Director, RAMP_MS};
use crate::notes;
use crate::outcome::Cause;
use crate::programme::Class;
use crate::timetable::{Slot, SlotId};

/// Whether the clock is trusted.
#[derive(Clone, Debug)]
pub(super) enum Clock {
    Trusted,
    /// All that waits for its instant lies aside until then.
    Doubted(Box<Aside>),
}

/// What waits for its instant, as it was when the doubt began.
#[derive(Clone, Debug)]
pub(super) struct Aside {
    planned: Planned,
    frozen: BTreeMap<SlotId, Frozen>,
}

/// What a person asked for is meant for so long after they did, whatever the clock said then.
fn keeps_its_distance(slot: &Slot) -> bool {
    slot.asked_by.is_some()
}

/// What airs whatever the clock says.
fn stays(slot: &Slot) -> bool {
    slot.class == Class::Emergency && slot.asked_by.is_some()
}

impl Frozen {
    /// The same of a slot of record. What was ordered in a run before has its instant by a clock that was trusted then: nobody
    /// knows how far off that is now.
    fn stays(&self) -> bool {
        stays(&self.slot) && !self.of_a_run_before
    }
}

impl Director {
    pub(super) fn is_in_doubt(&self) -> bool {
        matches!(self.clock, Clock::Doubted(_))
    }

    /// The clock is not trusted from now on.
    pub(super) fn doubt_clock(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        self.follow_the_clock(now);
        if self.is_in_doubt() {
            return;
        }
        let planned = self.planned.take_all_but(stays);
        let on_air: Vec<SlotId> = self.airs.iter().map(|on_air| on_air.id.clone()).collect();
        let waits = |id: &SlotId, frozen: &mut Frozen| !frozen.stays() && !on_air.contains(id);
        let mut frozen: BTreeMap<SlotId, Frozen> = self.frozen.extract_if(.., waits).collect();
        for (id, frozen) in &mut frozen {
            if !matches!(frozen.arming, Arming::Due(_)) {
                actions.push(Action::Disarm { slot: id.clone() });
                frozen.arming = Arming::Due(Timestamp::MIN);
            }
            (frozen.held_by, frozen.reached) = (None, None);
        }
        self.clock = Clock::Doubted(Box::new(Aside { planned, frozen }));
        // What was about to begin would begin by a clock that nobody trusts, or long after when that is set right.
        let frozen = &self.frozen;
        let waits = |on_air: &&mut OnAir| {
            let by_hand = frozen.get(&on_air.id).is_some_and(Frozen::stays);
            !by_hand && !on_air.is_withdrawn() && on_air.told.is_none()
        };
        for on_air in self.airs.iter_mut().rev().filter(waits) {
            on_air.fate = Fate::Withdrawn(Cause::Clock);
            actions.push(Action::Cut { slot: on_air.id.clone(), at: now, fade_ms: RAMP_MS });
        }
    }

    /// What was withdrawn when the doubt began lies aside with all the rest.
    pub(super) fn lay_aside(&mut self, id: &SlotId, actions: &mut Vec<Action>) {
        let Clock::Doubted(aside) = &mut self.clock else { return };
        if self.frozen.get(id).is_some_and(|frozen| !frozen.stays())
            && let Some(frozen) = self.frozen.remove(id)
        {
            actions.push(Action::Disarm { slot: id.clone() });
            aside.frozen.insert(id.clone(), Frozen { arming: Arming::Due(Timestamp::MIN), held_by: None, ..frozen });
        }
    }

    /// The clock is trusted again: from `since` to now nobody knew the time. `due` is what was planned for meanwhile.
    pub(super) fn trust_clock(&mut self, now: Timestamp, since: Timestamp, due: Vec<Slot>, actions: &mut Vec<Action>) {
        self.follow_the_clock(now);
        let Clock::Doubted(mut aside) = std::mem::replace(&mut self.clock, Clock::Trusted) else { return };
        self.planned.append(aside.planned);
        self.frozen.append(&mut aside.frozen);
        self.lose_nothing_ahead_of(now);
        let first = due.iter().map(|slot| slot.planned).min();
        self.lose_by_the_clock(now, Lost::new(since, now, Cause::Clock), first.map_or(since, |first| first.min(since)));
        self.add_unwritten(due);
        self.freeze_asked(actions);
    }

    /// What lies aside until the clock is trusted and was of record by then.
    pub fn laid_aside(&self) -> impl Iterator<Item = &Slot> {
        let aside = match &self.clock {
            Clock::Trusted => None,
            Clock::Doubted(aside) => Some(aside),
        };
        aside.into_iter().flat_map(|aside| aside.frozen.values()).map(|frozen| &frozen.slot)
    }

    /// Emergencies of a run before that lie aside come back to be ended with all others.
    pub(super) fn take_back_emergencies(&mut self) {
        let Clock::Doubted(aside) = &mut self.clock else { return };
        self.frozen.extend(aside.frozen.extract_if(.., |_, frozen| frozen.slot.class == Class::Emergency));
    }

    /// The clock moved since it was last asked. What sounds ends as much later or earlier by it, and what waits moves along.
    pub(super) fn follow_the_clock(&mut self, now: Timestamp) {
        let asked_at = self.asked_at;
        self.airs.iter_mut().for_each(|on_air| on_air.jumped(asked_at, now, Cause::Clock));
        self.carry_what_waits(now);
    }

    /// The same of what waits to go on, and of what a person asked for.
    pub(super) fn carry_what_waits(&mut self, now: Timestamp) {
        let asked_at = self.asked_at;
        // Nobody has asked yet, so that there is nothing to follow.
        let by = if asked_at == Timestamp::MIN { SignedDuration::ZERO } else { now.duration_since(asked_at) };
        let on_air: Vec<SlotId> = self.airs.iter().map(|on_air| on_air.id.clone()).collect();
        let moved = |planned: Timestamp| planned.checked_add(by).unwrap_or(now);
        let aside = match &mut self.clock {
            Clock::Trusted => None,
            Clock::Doubted(aside) => Some(aside),
        };
        let aside = aside.into_iter().flat_map(|aside| aside.frozen.values_mut());
        for frozen in self.frozen.values_mut().chain(aside) {
            frozen.follow_the_clock(by);
            let is_known = keeps_its_distance(&frozen.slot) && !frozen.of_a_run_before;
            if is_known && !on_air.contains(&frozen.slot.id) {
                frozen.slot.planned = moved(frozen.slot.planned);
            }
        }
        let mut planned = self.planned.take_all_but(|slot| !keeps_its_distance(slot));
        planned.move_to(moved);
        self.planned.append(planned);
    }

    /// Takes in slots of a plan of before, as far as nothing more than that they are planned is known of them.
    pub(super) fn add_unwritten(&mut self, slots: Vec<Slot>) {
        for slot in slots {
            let is_planned = self.planned.contains(&slot.id);
            if self.keep_moved(&slot, false) || (self.knows(&slot.id) && !is_planned) {
                continue;
            }
            let order = self.number();
            self.planned.insert(order, slot);
        }
    }

    /// What is said of an airing, and that its times may be wrong.
    pub(super) fn with_doubt(&self, note: String) -> String {
        let doubt = notes::clock_in_doubt();
        match (self.is_in_doubt(), note.is_empty()) {
            (false, _) => note,
            (true, true) => doubt,
            (true, false) => format!("{note}; {doubt}"),
        }
    }
}
