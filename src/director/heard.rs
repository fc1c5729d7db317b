//! What was heard of late: an edit that moves it comes too late, and it is not heard again.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::Director;
use super::edits::nearest;
use super::frozen::{Frozen, later};
use crate::timetable::{Kind, Slot, SlotId};

/// What an edit moves stays on its day, or moves by less over midnight: what was heard before that is out of its reach.
const REACH: SignedDuration = SignedDuration::from_hours(25);

/// A slot of a plan that was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// It.
    pub slot: Slot,
    /// It stands in the plan in force: what an edit took out and another one brings is a time that is added.
    pub stands: bool,
}

/// What edits that come now may move, though its time is over.
#[derive(Clone, Debug, Default)]
pub(super) struct OfLate {
    heard: BTreeMap<SlotId, Heard>,
    /// Places of the plan in force whose instant had passed when it came: what was heard may stand there now.
    passed: Vec<Slot>,
    /// What falls due all the same, though the plan in force has it no more.
    taken_out: BTreeSet<SlotId>,
}

impl Director {
    /// Keeps in mind what was heard.
    pub(super) fn keep_heard(&mut self, frozen: &Frozen) {
        let stands = frozen.stands && !self.of_late.taken_out.contains(&frozen.slot.id);
        self.take_up_heard(vec![Heard { slot: frozen.slot.clone(), stands }]);
    }

    /// Takes over what runs before have heard.
    pub(super) fn take_up_heard(&mut self, all: Vec<Heard>) {
        let planned = all.into_iter().filter(|one| one.slot.kind == Kind::Segment && one.slot.asked_by.is_none());
        self.of_late.heard.extend(planned.map(|one| (one.slot.id.clone(), one)));
    }

    /// Takes over what the plan of a run before had for the time before this one, as far as nothing is known of it.
    pub(super) fn take_up_passed(&mut self, mut slots: Vec<Slot>) {
        slots.retain(|slot| slot.kind == Kind::Segment && !self.knows(&slot.id));
        self.of_late.passed = slots;
    }

    /// What was heard and stood in the plan until now.
    pub(super) fn heard_standing(&self) -> impl Iterator<Item = &Slot> {
        self.of_late.heard.values().filter(|one| one.stands).map(|one| &one.slot)
    }

    /// Of what was heard that whose place is gone: its own, or that to which an edit had moved it when that had passed.
    pub(super) fn heard_and_gone(&self, is_gone: impl Fn(&SlotId) -> bool) -> Vec<&Slot> {
        let passed: Vec<&Slot> = self.of_late.passed.iter().filter(|slot| is_gone(&slot.id)).collect();
        let moved = self.of_late.heard.values().filter(|one| !one.stands).map(|one| &one.slot);
        let moved: Vec<&Slot> = moved.filter(|slot| is_gone(&slot.id)).collect();
        let moved = nearest(&moved, &passed).into_iter().map(|(old, _)| old);
        self.heard_standing().filter(|slot| is_gone(&slot.id)).chain(moved).collect()
    }

    /// A plan for after `since` comes into force.
    pub(super) fn see_what_stands(&mut self, now: Timestamp, since: Timestamp, plan: &[Slot]) {
        let ids: BTreeSet<&SlotId> = plan.iter().map(|slot| &slot.id).collect();
        self.frozen.values_mut().for_each(|frozen| frozen.stands = ids.contains(&frozen.slot.id));
        let is_near = |slot: &Slot| now <= later(slot.planned, REACH);
        self.of_late.heard.retain(|_, one| is_near(&one.slot));
        self.of_late.heard.iter_mut().for_each(|(id, one)| one.stands = ids.contains(id));
        let planned = self.planned.all().map(|(_, slot)| &slot.id);
        self.of_late.taken_out = planned.filter(|id| !ids.contains(id)).cloned().collect();
        let passed = plan.iter().filter(|slot| slot.planned <= since && is_near(slot)).cloned();
        self.take_up_passed(passed.collect());
    }
}
