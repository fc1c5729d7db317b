//! What an edited plan does not reach: slots that were frozen before it came, and instants that had passed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::frozen::Frozen;
use super::{Action, AirRules, Director};
use crate::cells;
use crate::notes;
use crate::outcome::{Cause, Outcome};
use crate::timetable::{Kind, Slot, SlotId};

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

impl TooLate {
    /// The word in JSON.
    pub fn code(self) -> &'static str {
        match self {
            TooLate::Changed => "changed",
            TooLate::Removed => "removed",
            TooLate::Past => "past",
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
            let waits = self.instead.values().any(|instead| instead.id == slot.id);
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
            None if moved.contains_key(&slot.id) => Some((slot.clone(), TooLate::Changed)),
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

    /// What a plan for after `since` has in the place of slots of record that are not in it any more, by the ids of these: the
    /// same segment or recording on the same day at another time, or under another name. Of several the nearest in time.
    pub(super) fn moved(&self, since: Timestamp, plan: &[Slot]) -> BTreeMap<SlotId, Slot> {
        let by_id: BTreeMap<&SlotId, &Slot> = plan.iter().map(|slot| (&slot.id, slot)).collect();
        let is_gone = |id: &SlotId| !by_id.contains_key(id);
        // What an edit before this one put there still stands in its place.
        let known = self.instead.iter().filter(|(id, _)| is_gone(id));
        let known = known.filter_map(|(id, slot)| Some((id.clone(), (*by_id.get(&slot.id)?).clone())));
        let mut moved: BTreeMap<SlotId, Slot> = known.collect();
        let is_new = |slot: &&Slot| slot.kind == Kind::Segment && slot.planned > since && !self.knows(&slot.id);
        let mut new: Vec<&Slot> = plan.iter().filter(|_| self.has_plan && !self.is_in_doubt()).filter(is_new).collect();
        let airs = |frozen: &&Frozen| frozen.slot.asked_by.is_none() && frozen.can_air();
        let mut gone: Vec<&Frozen> = self.frozen.values().filter(airs).filter(|old| is_gone(&old.slot.id)).collect();
        gone.sort_by_key(|frozen| frozen.place());
        for Frozen { slot: old, .. } in gone {
            let away = |slot: &Slot| slot.planned.duration_since(old.planned).abs();
            let same = new.iter().enumerate().filter(|(_, slot)| !moved.contains_key(&old.id) && is_same(old, slot));
            if let Some((place, _)) = same.min_by_key(|(_, slot)| away(slot)) {
                moved.insert(old.id.clone(), new.swap_remove(place).clone());
            }
        }
        moved
    }

    /// What stands in the place of what is heard is not heard as well.
    pub(super) fn drop_moved(&mut self, actions: &mut Vec<Action>) {
        let sounds = |id: &SlotId| self.airs.iter().any(|on_air| on_air.id == *id && on_air.told.is_some());
        let heard = self.instead.keys().filter_map(|id| self.frozen.get(id));
        let heard = heard.filter(|frozen| frozen.broken.is_some() || sounds(&frozen.slot.id));
        for old in heard.map(|frozen| frozen.slot.clone()).collect::<Vec<_>>() {
            self.settle_moved(&old, Outcome::Aired, actions);
        }
    }

    /// A slot of record came to that: what stands in its place is heard if nothing was heard of it.
    pub(super) fn settle_moved(&mut self, old: &Slot, outcome: Outcome, actions: &mut Vec<Action>) {
        let Some(slot) = self.instead.remove(&old.id) else { return };
        if outcome.is_silent() {
            let order = self.number();
            return self.planned.insert(order, slot);
        }
        let at = cells::on_clock(old.planned, &self.rules.quiet.zone).strftime("%H:%M:%S").to_string();
        let note = self.with_doubt(notes::heard_before_the_edit(&at));
        let (id, outcome, cause) = (slot.id.clone(), Outcome::Excepted, Some(Cause::EditedLate));
        self.settled.insert(id.clone());
        actions.push(Action::Freeze(Box::new(slot)));
        actions.push(Action::Settle { slot: id, outcome, cause, note });
    }
}

/// Whether an edit may have made the one of the other: the same segment, or the same recording, on the same day.
fn is_same(old: &Slot, new: &Slot) -> bool {
    let segment = old.segment.is_some() && old.segment == new.segment;
    let recording = !old.files.is_empty() && old.files == new.files;
    old.kind == new.kind && old.date == new.date && (segment || recording)
}

/// Whether a listener would hear the same of both.
fn sounds_alike(a: &Slot, b: &Slot) -> bool {
    let heard = |slot: &Slot| (slot.planned, slot.start, slot.class, slot.bar.is_some());
    heard(a) == heard(b) && a.files == b.files && a.relay == b.relay && a.until == b.until
}
