//! What was heard of late: an edit that moves it comes too late, and it is not heard again, however often it is moved on.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::Director;
use super::edits::nearest;
use super::frozen::later;
use crate::timetable::{Kind, Slot, SlotId};

/// What an edit moves stays on its day, or moves by less over midnight: what was heard before that is out of its reach.
const REACH: SignedDuration = SignedDuration::from_hours(25);

/// What edits that come now may move, though its time is over.
#[derive(Clone, Debug, Default)]
pub(super) struct OfLate {
    heard: BTreeMap<SlotId, Slot>,
    /// Where edits that came too late have put what was heard, once that place is over too: it stands there until it is moved on.
    put: BTreeMap<SlotId, SlotId>,
    /// Places of the plan in force whose instant had passed when it came: what was heard may stand there now.
    passed: Vec<Slot>,
    /// All that the plan in force has: what an edit took out and another one brings is a time that is added.
    in_force: BTreeSet<SlotId>,
}

impl Director {
    /// Keeps in mind what was heard.
    pub(super) fn keep_heard(&mut self, slot: Slot) {
        if slot.kind == Kind::Segment && slot.asked_by.is_none() {
            self.of_late.heard.insert(slot.id.clone(), slot);
        }
    }

    /// Keeps in mind where an edit that came too late has put what was heard.
    pub(super) fn keep_put(&mut self, place: SlotId, heard: Slot) {
        self.of_late.put.insert(place, heard.id.clone());
        self.keep_heard(heard);
    }

    /// Takes over what the plan of a run before had, and of that what it had for the time before this run, as far as nothing is
    /// known of it.
    pub(super) fn take_up_passed(&mut self, mut passed: Vec<Slot>, ahead: &[Slot]) {
        self.of_late.in_force = passed.iter().chain(ahead).map(|slot| slot.id.clone()).collect();
        passed.retain(|slot| slot.kind == Kind::Segment && !self.knows(&slot.id));
        self.of_late.passed = passed;
    }

    /// Where something stood, or stands: its own place and those to which it was put when it had been heard.
    fn places<'a>(&'a self, id: &'a SlotId) -> impl Iterator<Item = &'a SlotId> {
        let put = self.of_late.put.iter().filter(move |(_, heard)| *heard == id).map(|(place, _)| place);
        std::iter::once(id).chain(put)
    }

    /// Whether it has a place among those.
    pub(super) fn stands_in(&self, id: &SlotId, is_there: impl Fn(&SlotId) -> bool) -> bool {
        self.places(id).any(is_there)
    }

    /// What was heard and has a place among those.
    pub(super) fn heard_among(&self, is_there: impl Fn(&SlotId) -> bool) -> impl Iterator<Item = &Slot> {
        self.of_late.heard.values().filter(move |slot| self.stands_in(&slot.id, &is_there))
    }

    /// What was heard and stood in the plan until now: at a place of its own, or at one that had passed when an edit moved it there
    /// and of the new plan no more `has_passed`, be it that the clock was set back meanwhile.
    pub(super) fn heard_standing(&self, has_passed: impl Fn(&SlotId) -> bool) -> Vec<&Slot> {
        let stands = |slot: &Slot| self.stands_in(&slot.id, |place| self.of_late.in_force.contains(place));
        let (standing, others): (Vec<&Slot>, Vec<&Slot>) = self.of_late.heard.values().partition(|slot| stands(slot));
        let passed: Vec<&Slot> = self.of_late.passed.iter().filter(|slot| !has_passed(&slot.id)).collect();
        let moved = nearest(&others, &passed).into_iter().map(|(old, _)| old);
        standing.into_iter().chain(moved).collect()
    }

    /// A plan for after `since` comes into force.
    pub(super) fn see_what_stands(&mut self, now: Timestamp, since: Timestamp, plan: &[Slot]) {
        let is_near = |slot: &Slot| now <= later(slot.planned, REACH);
        let OfLate { heard, put, .. } = &mut self.of_late;
        heard.retain(|_, slot| is_near(slot));
        put.retain(|_, of| heard.contains_key(of));
        let passed = plan.iter().filter(|slot| slot.planned <= since && is_near(slot)).cloned();
        self.take_up_passed(passed.collect(), plan);
    }
}
