//! What an edited plan does not reach: slots that were frozen before it came, and instants that had passed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::frozen::{Frozen, Held, earlier};
use super::{ARM_AHEAD, Action, AirRules, Director};
use crate::cells;
use crate::notes;
use crate::outcome::{Cause, Outcome};
use crate::timetable::{Kind, Slot, SlotId};

/// An item that an edit carries over midnight is the same one up to that.
const OVER_MIDNIGHT: SignedDuration = SignedDuration::from_hours(1);

/// Why an edit does not reach a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooLate {
    /// It airs as it was: it was of record already.
    Changed,
    /// It airs all the same: it was of record already.
    Removed,
    /// It does not air: its instant had passed.
    Past,
}

/// What an edit put in the place of a slot of record.
#[derive(Clone, Debug)]
pub(super) struct Moved {
    /// In whose place.
    old: SlotId,
    pub slot: Slot,
    /// It is frozen itself by now: no later edit takes it away.
    pub is_of_record: bool,
}

impl TooLate {
    /// The word in JSON.
    pub fn code(self) -> &'static str {
        match self {
            TooLate::Changed => "changed",
            TooLate::Removed => "removed",
            TooLate::Past => "past",
        }
    }

    /// Whether it is so of a slot that came to that: what nobody heard did not air as before the edit, and what the edit put
    /// in its place may air yet.
    pub fn is_so_with(self, outcome: Outcome) -> bool {
        match self {
            TooLate::Changed | TooLate::Removed => !outcome.is_silent(),
            TooLate::Past => outcome.is_silent(),
        }
    }
}

impl Director {
    /// Puts a plan in force.
    pub(super) fn plan(&mut self, now: Timestamp, since: Timestamp, slots: Vec<Slot>, rules: AirRules) {
        self.rules = rules;
        if self.is_in_doubt() {
            return;
        }
        self.instead = self.moved(since, &slots);
        self.has_plan = true;
        // What was planned for an instant that has come is not unplanned by a later edit, nor is what a person asked for.
        self.planned.retain(|slot| slot.planned <= now || slot.asked_by.is_some());
        let (ahead, due): (Vec<Slot>, Vec<Slot>) =
            slots.into_iter().filter(|slot| slot.planned > since).partition(|slot| slot.planned > now);
        self.add_due(since, now, due);
        for slot in ahead {
            let waits = self.instead.contains_key(&slot.id);
            if !self.frozen.contains_key(&slot.id) && !self.settled.contains(&slot.id) && !waits {
                let order = self.number();
                self.planned.insert(order, slot);
            }
        }
    }

    /// Of a plan that replaces the slots `before`, what comes too late. `before` are those of the same stretch of time.
    pub fn too_late(&self, now: Timestamp, before: &BTreeSet<SlotId>, plan: &[Slot]) -> Vec<(Slot, TooLate)> {
        let by_id: BTreeMap<&SlotId, &Slot> = plan.iter().map(|slot| (&slot.id, slot)).collect();
        let of_record = self.frozen.values().map(|frozen| &frozen.slot).filter(|slot| before.contains(&slot.id));
        let moved = self.moved(now, plan);
        let unreached = of_record.filter_map(|slot| match by_id.get(&slot.id) {
            None if moved.values().any(|moved| moved.old == slot.id) => Some((slot.clone(), TooLate::Changed)),
            None => Some((slot.clone(), TooLate::Removed)),
            Some(edited) => {
                // Quiet hours hold at air time: what has not begun is kept off by them, as the edit wants it.
                let quieted = edited.bar.as_ref().is_some_and(|bar| bar.cause == Cause::QuietHours);
                let reached = sounds_alike(slot, edited) || (quieted && !self.is_on_air(&slot.id));
                (!reached).then(|| (slot.clone(), TooLate::Changed))
            }
        });
        let known = |id: &SlotId| before.contains(id) || self.frozen.contains_key(id) || self.settled.contains(id);
        let past = plan.iter().filter(|slot| slot.planned <= now && !known(&slot.id));
        unreached.chain(past.map(|slot| (slot.clone(), TooLate::Past))).collect()
    }

    /// What a plan for after `since` has in the place of slots of record that are not in it any more: the same
    /// recording on the same day at another time, or under another name. Of several the nearest in time.
    pub(super) fn moved(&self, since: Timestamp, plan: &[Slot]) -> BTreeMap<SlotId, Moved> {
        let by_id: BTreeMap<&SlotId, &Slot> = plan.iter().map(|slot| (&slot.id, slot)).collect();
        let is_gone = |id: &SlotId| !by_id.contains_key(id);
        // What an edit before this one put there still stands in its place.
        let known = self.instead.iter().filter_map(|(id, moved)| {
            let planned = by_id.get(id).filter(|_| is_gone(&moved.old)).map(|slot| (*slot).clone());
            let slot = if moved.is_of_record { moved.slot.clone() } else { planned? };
            Some((id.clone(), Moved { slot, ..moved.clone() }))
        });
        let mut moved: BTreeMap<SlotId, Moved> = known.collect();
        let is_new = |slot: &&Slot| slot.kind == Kind::Segment && slot.planned > since && !self.knows(&slot.id);
        let mut new: Vec<&Slot> = plan.iter().filter(|_| self.has_plan && !self.is_in_doubt()).filter(is_new).collect();
        let airs = |frozen: &&Frozen| frozen.slot.asked_by.is_none() && frozen.can_air();
        let mut gone: Vec<&Frozen> = self.frozen.values().filter(airs).filter(|old| is_gone(&old.slot.id)).collect();
        gone.sort_by_key(|frozen| frozen.place());
        for Frozen { slot: old, .. } in gone {
            let away = |slot: &Slot| slot.planned.duration_since(old.planned).abs();
            let is_there = moved.iter().any(|(id, moved)| moved.old == old.id && !is_gone(id));
            let same = new.iter().enumerate().filter(|(_, slot)| !is_there && is_same(old, slot));
            if let Some((place, _)) = same.min_by_key(|(_, slot)| away(slot)) {
                let slot = new.swap_remove(place).clone();
                moved.insert(slot.id.clone(), Moved { old: old.id.clone(), slot, is_of_record: false });
            }
        }
        moved
    }

    /// What stands in the place of what is heard is not heard as well.
    pub(super) fn drop_moved(&mut self, actions: &mut Vec<Action>) {
        let sounds = |id: &SlotId| self.airs.iter().any(|on_air| on_air.id == *id && on_air.told.is_some());
        let heard = self.instead.values().filter_map(|moved| self.frozen.get(&moved.old));
        let heard = heard.filter(|frozen| frozen.broken.is_some() || sounds(&frozen.slot.id));
        for old in heard.map(|frozen| frozen.slot.clone()).collect::<Vec<_>>() {
            self.settle_moved(&old, (Outcome::Aired, None), actions);
        }
    }

    /// What waits for that is of record itself when its own time comes.
    pub(super) fn freeze_moved(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        if self.is_in_doubt() {
            return;
        }
        let due = |moved: &&mut Moved| !moved.is_of_record && earlier(moved.slot.planned, ARM_AHEAD) <= now;
        for moved in self.instead.values_mut().filter(due) {
            moved.is_of_record = true;
            actions.push(Action::Freeze(Box::new(moved.slot.clone())));
        }
    }

    /// A slot of record came to that: what stands in its place is heard if nothing was heard of it.
    pub(super) fn settle_moved(
        &mut self,
        old: &Slot,
        (outcome, cause): (Outcome, Option<Cause>),
        actions: &mut Vec<Action>,
    ) {
        let waits = |_: &SlotId, moved: &mut Moved| moved.old == old.id;
        let mut waiting: Vec<Moved> = self.instead.extract_if(.., waits).map(|(_, moved)| moved).collect();
        if outcome.is_silent() {
            waiting.sort_by_key(|moved| (!moved.is_of_record, moved.slot.planned));
            return self.release(waiting, cause);
        }
        let at = cells::on_clock(old.planned, &self.rules.quiet.zone).strftime("%H:%M:%S").to_string();
        let note = self.with_doubt(notes::heard_before_the_edit(&at));
        for Moved { slot, is_of_record, .. } in waiting {
            let (id, note) = (slot.id.clone(), note.clone());
            self.settled.insert(id.clone());
            if !is_of_record {
                actions.push(Action::Freeze(Box::new(slot)));
            }
            let (outcome, cause) = (Outcome::Excepted, Some(Cause::EditedLate));
            actions.push(Action::Settle { slot: id, outcome, cause, note });
        }
    }

    /// The first of what waited may be heard now, and the others wait for what becomes of that. `cause` kept the one before
    /// it off the air.
    fn release(&mut self, waiting: Vec<Moved>, cause: Option<Cause>) {
        let mut waiting = waiting.into_iter();
        let Some(Moved { slot, is_of_record, .. }) = waiting.next() else { return };
        for moved in waiting {
            self.instead.insert(moved.slot.id.clone(), Moved { old: slot.id.clone(), ..moved });
        }
        let order = self.number();
        if is_of_record {
            // Its own time may be over by that.
            let held_by = Some(if cause == Some(Cause::Line) { Held::Line } else { Held::Another });
            self.frozen.insert(slot.id.clone(), Frozen { held_by, ..Frozen::new(slot, order) });
        } else {
            self.planned.insert(order, slot);
        }
    }
}

/// Whether an edit may have made the one of the other: the same recording on the same day, or within an hour over midnight. Another
/// recording is another thing to be heard, whatever its segment is called.
fn is_same(old: &Slot, new: &Slot) -> bool {
    let away = new.planned.duration_since(old.planned).abs();
    let recording = !old.files.is_empty() && old.files == new.files;
    old.kind == new.kind && recording && (old.date == new.date || away < OVER_MIDNIGHT)
}

/// Whether a listener would hear the same of both.
fn sounds_alike(a: &Slot, b: &Slot) -> bool {
    let heard = |slot: &Slot| (slot.planned, slot.start, slot.class, slot.bar.is_some());
    heard(a) == heard(b) && a.files == b.files && a.relay == b.relay && a.until == b.until
}
