//! What an edited plan does not reach: slots that were frozen before it came, and instants that had passed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::frozen::{Frozen, Held};
use super::{Action, AirRules, Director, TooLate};
use crate::cells;
use crate::notes;
use crate::outcome::{Cause, Outcome};
use crate::timetable::{Kind, Slot, SlotId};

/// An item that an edit carries over midnight is the same one up to that.
const OVER_MIDNIGHT: SignedDuration = SignedDuration::from_hours(1);

/// What an edit put in the place of a slot of record. It waits for what becomes of that, and is of record itself once its own
/// instant has come: until then another edit may take it back or move it on, and nothing is written of it.
#[derive(Clone, Debug)]
pub(super) struct Moved {
    /// In whose place.
    old: Slot,
    /// That has its outcome, and was heard.
    was_heard: bool,
    new: New,
}

/// How far it has got.
#[derive(Clone, Debug)]
enum New {
    /// The log names it; no plan of this run has said anything of it yet.
    Named,
    /// Planned.
    Planned(Slot),
    /// Of record.
    OfRecord(Slot),
}

/// What an edit that came too late for a slot of record put in its place, as a run before has written it down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instead {
    /// What the edit planned.
    pub slot: SlotId,
    /// In whose place.
    pub of: Slot,
    /// Whether that was heard, where it is over.
    pub was_heard: Option<bool>,
}

impl Moved {
    fn planned(&self) -> Option<&Slot> {
        match &self.new {
            New::Planned(slot) => Some(slot),
            New::Named | New::OfRecord(_) => None,
        }
    }

    /// In whose place, where that was heard.
    pub fn heard(&self) -> Option<&Slot> {
        self.was_heard.then_some(&self.old)
    }

    fn of_record(&self) -> Option<&Slot> {
        match &self.new {
            New::OfRecord(slot) => Some(slot),
            New::Named | New::Planned(_) => None,
        }
    }

    /// When it is of record by itself.
    pub fn moment(&self) -> Option<Timestamp> {
        Some(self.planned()?.planned)
    }
}

impl Director {
    /// Puts a plan in force.
    pub(super) fn plan(
        &mut self,
        now: Timestamp,
        since: Timestamp,
        slots: Vec<Slot>,
        rules: AirRules,
        actions: &mut Vec<Action>,
    ) {
        self.rules = rules;
        if self.is_in_doubt() {
            return;
        }
        self.freeze_asked(actions);
        // What has its instant behind it no edit reaches.
        self.freeze_moved(now, actions);
        self.drop_moved(actions);
        let moved = self.moved(since, &slots);
        self.note_moved(&moved, actions);
        self.see_what_stands(now, since, &slots);
        self.instead = moved;
        self.has_plan = true;
        // What was planned for an instant that has come is not unplanned by a later edit, nor is what a person asked for.
        self.planned.retain(|slot| slot.planned <= since || slot.asked_by.is_some());
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
        let is_old = |slot: &&Slot| moved.values().any(|moved| moved.old.id == slot.id);
        let heard = self.heard_among(|place| before.contains(place)).filter(is_old);
        let of_record = of_record.chain(heard);
        let unreached = of_record.filter_map(|slot| match by_id.get(&slot.id) {
            None if is_old(&slot) => Some((slot.clone(), TooLate::Changed)),
            None => Some((slot.clone(), TooLate::Removed)),
            Some(edited) => {
                // Quiet hours hold at air time: what has not begun is kept off by them, as the edit wants it.
                let quieted = edited.bar.as_ref().is_some_and(|bar| bar.cause == Cause::QuietHours);
                let reached = is_as_it_was(slot, edited) || (quieted && !self.is_on_air(&slot.id));
                (!reached).then(|| (slot.clone(), TooLate::Changed))
            }
        });
        let known = |id: &SlotId| before.contains(id) || self.frozen.contains_key(id) || self.settled.contains(id);
        // An empty place of a column had nothing to air: a new broadcast of tomorrow is none that came too late today.
        let is_empty = |slot: &Slot| slot.bar.as_ref().is_some_and(|bar| bar.cause == Cause::NoSegment);
        let past = plan.iter().filter(|slot| slot.planned <= now && !is_empty(slot) && !known(&slot.id));
        unreached.chain(past.map(|slot| (slot.clone(), TooLate::Past))).collect()
    }

    /// What a plan for after `since` has in the place of slots of record that are not in it any more: the same
    /// recording on the same day at another time, or under another name. Of several the nearest in time.
    fn moved(&self, since: Timestamp, plan: &[Slot]) -> BTreeMap<SlotId, Moved> {
        let by_id: BTreeMap<&SlotId, &Slot> = plan.iter().map(|slot| (&slot.id, slot)).collect();
        let is_gone = |id: &SlotId| !by_id.contains_key(id);
        let is_left = |id: &SlotId| !self.stands_in(id, |place| by_id.contains_key(place));
        // What an edit before this one put there still stands in its place, unless that is planned again.
        let stands = |(id, moved): (&SlotId, &Moved)| {
            let new = match (&moved.new, by_id.get(id)) {
                (New::OfRecord(_), _) => moved.new.clone(),
                _ if !is_left(&moved.old.id) => return None,
                (New::Named, None) => New::Named,
                (New::Named, Some(slot)) if slot.planned <= since => return None,
                (New::Named | New::Planned(_), slot) => New::Planned((*slot?).clone()),
            };
            Some((id.clone(), Moved { new, ..moved.clone() }))
        };
        let mut moved: BTreeMap<SlotId, Moved> = self.instead.iter().filter_map(stands).collect();
        if !self.has_plan {
            return moved;
        }
        let is_there = |old: &Slot| moved.iter().any(|(id, moved)| moved.old.id == old.id && !is_gone(id));
        // A clock that was set back has it ahead again.
        let has_passed = |id: &SlotId| by_id.get(id).is_some_and(|slot| slot.planned <= since);
        let gone = self.may_be_gone(has_passed).into_iter();
        let gone: Vec<(&Slot, bool)> = gone.filter(|(old, _)| is_left(&old.id) && !is_there(old)).collect();
        if gone.is_empty() {
            return moved;
        }
        let is_new = |slot: &&Slot| slot.kind == Kind::Segment && slot.planned > since && !self.knows(&slot.id);
        let new = plan.iter().filter(is_new).filter(|new| gone.iter().any(|(old, _)| is_same(old, new)));
        let new: Vec<&Slot> = new.collect();
        // What is not of record yet moves too, and what comes of it is not in the place of anything else.
        let free = self.planned.all().map(|(_, slot)| slot).filter(|slot| slot.planned > since && is_gone(&slot.id));
        let left: Vec<&Slot> = gone.iter().map(|(old, _)| *old).chain(free).collect();
        for (old, new) in nearest(&left, &new) {
            if let Some((_, was_heard)) = gone.iter().find(|(gone, _)| gone.id == old.id) {
                let new_of = Moved { old: old.clone(), was_heard: *was_heard, new: New::Planned(new.clone()) };
                moved.insert(new.id.clone(), new_of);
            }
        }
        moved
    }

    /// Slots of record that may still be heard, or were heard and stood in the plan until now, be it by what waits in their
    /// place; whether they were.
    fn may_be_gone(&self, has_passed: impl Fn(&SlotId) -> bool) -> Vec<(&Slot, bool)> {
        let airs = |frozen: &&Frozen| frozen.slot.asked_by.is_none() && frozen.can_air();
        let mut frozen: Vec<&Frozen> = self.frozen.values().filter(airs).collect();
        frozen.sort_by_key(|frozen| frozen.place());
        let frozen = frozen.into_iter().map(|frozen| (&frozen.slot, false));
        let waits = self.instead.values().filter(|moved| moved.planned().is_some()).filter_map(Moved::heard);
        let waits = waits.map(|old| (old, true));
        frozen.chain(waits).chain(self.heard_standing(has_passed).into_iter().map(|old| (old, true))).collect()
    }

    /// Has written down what is new in that, so that it is known to the next run.
    fn note_moved(&self, moved: &BTreeMap<SlotId, Moved>, actions: &mut Vec<Action>) {
        for (slot, Moved { old, .. }) in moved {
            if self.instead.get(slot).is_none_or(|before| before.old.id != old.id) {
                actions.push(Action::NoteInstead { slot: slot.clone(), of: Some(old.id.clone()) });
            }
        }
        for slot in self.instead.keys().filter(|slot| !moved.contains_key(slot)) {
            actions.push(Action::NoteInstead { slot: slot.clone(), of: None });
        }
    }

    /// Takes over what the run before had written down of that.
    pub(super) fn take_up_moved(&mut self, all: Vec<Instead>) {
        for Instead { slot, of: old, was_heard } in all {
            if self.settled.contains(&slot) && was_heard == Some(true) {
                self.keep_put(slot, old);
                continue;
            }
            // Where nothing was heard in the old place, the new one is planned like any other.
            if !self.settled.contains(&slot) && was_heard != Some(false) {
                self.instead.insert(slot, Moved { old, was_heard: was_heard.is_some(), new: New::Named });
            }
        }
    }

    /// Whether that slot waits for what becomes of another; it is kept if so: `is_of_record` or planned.
    pub(super) fn keep_moved(&mut self, slot: &Slot, is_of_record: bool) -> bool {
        let Some(moved) = self.instead.get_mut(&slot.id) else { return false };
        moved.new = match moved.new {
            _ if is_of_record => New::OfRecord(slot.clone()),
            New::Named => New::Planned(slot.clone()),
            New::Planned(_) | New::OfRecord(_) => return true,
        };
        true
    }

    /// What waits so is of record when its instant has come.
    pub(super) fn freeze_moved(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        if self.is_in_doubt() {
            return;
        }
        for moved in self.instead.values_mut() {
            if let Some(slot) = moved.planned().filter(|slot| slot.planned <= now).cloned() {
                actions.push(Action::Freeze(Box::new(slot.clone())));
                moved.new = New::OfRecord(slot);
            }
        }
    }

    /// Whether something waits in the place of a slot of record.
    pub fn has_moved(&self) -> bool {
        self.instead.values().any(|moved| !matches!(moved.new, New::Named))
    }

    /// What is of record in the place of what was heard is not heard as well.
    pub(super) fn drop_moved(&mut self, actions: &mut Vec<Action>) {
        let is_over = |_: &SlotId, moved: &mut Moved| moved.was_heard && moved.of_record().is_some();
        let over: Vec<(SlotId, Moved)> = self.instead.extract_if(.., is_over).collect();
        for (slot, Moved { old, .. }) in over {
            let at = cells::on_clock(old.planned, &self.rules.quiet.zone).strftime("%H:%M:%S").to_string();
            let note = self.with_doubt(notes::heard_before_the_edit(&at));
            self.settled.insert(slot.clone());
            let (outcome, cause) = (Outcome::Excepted, Some(Cause::EditedLate));
            self.keep_put(slot.clone(), old);
            actions.push(Action::Settle { slot, outcome, cause, note });
        }
    }

    /// A slot of record came to that: what stands in its place is heard if nothing was heard of it.
    pub(super) fn settle_moved(
        &mut self,
        old: &SlotId,
        (outcome, cause): (Outcome, Option<Cause>),
        actions: &mut Vec<Action>,
    ) {
        if !outcome.is_silent() {
            let waiting = self.instead.values_mut().filter(|moved| moved.old.id == *old);
            return waiting.for_each(|moved| moved.was_heard = true);
        }
        let waits = |_: &SlotId, moved: &mut Moved| moved.old.id == *old;
        let mut waiting: Vec<(SlotId, Moved)> = self.instead.extract_if(.., waits).collect();
        // What is of record first; what is only named the plan will bring.
        waiting.sort_by_key(|(_, moved)| (moved.of_record().is_none(), moved.planned().is_none()));
        self.release(waiting, cause, actions);
    }

    /// The first of what waited may be heard now, and the others wait for what becomes of that. `cause` kept the one before
    /// it off the air.
    fn release(&mut self, waiting: Vec<(SlotId, Moved)>, cause: Option<Cause>, actions: &mut Vec<Action>) {
        let mut waiting = waiting.into_iter();
        let Some((_, first)) = waiting.next() else { return };
        let order = self.number();
        let slot = match first.new {
            New::Named => return,
            New::Planned(slot) => return self.planned.insert(order, slot),
            New::OfRecord(slot) => slot,
        };
        for (id, moved) in waiting {
            actions.push(Action::NoteInstead { slot: id.clone(), of: Some(slot.id.clone()) });
            self.instead.insert(id, Moved { old: slot.clone(), ..moved });
        }
        // Its own time may be over by that.
        let held_by = Some(if cause == Some(Cause::Line) { Held::Line } else { Held::Another });
        self.frozen.insert(slot.id.clone(), Frozen { held_by, ..Frozen::new(slot, order) });
    }
}

/// Of what fell `due` after `from` and by `now`, while no daemon ran, `plan` is what lies there now. What the operator has taken
/// out since, or put ahead, must not air, however fresh it is; what they have moved within that time is heard late where it
/// stood, for its new place has passed as well.
pub fn keep_off_what_was_taken_out(due: &mut [Slot], plan: &[Slot], from: Timestamp, now: Timestamp) {
    let planned: BTreeSet<&SlotId> = plan.iter().map(|slot| &slot.id).collect();
    let known: BTreeSet<&SlotId> = due.iter().map(|slot| &slot.id).collect();
    let passed = |slot: &&Slot| from < slot.planned && slot.planned <= now && slot.kind == Kind::Segment;
    let new: Vec<&Slot> = plan.iter().filter(passed).filter(|slot| !known.contains(&slot.id)).collect();
    let gone: Vec<&Slot> = due.iter().filter(|slot| !planned.contains(&slot.id)).collect();
    let moved: BTreeSet<SlotId> = nearest(&gone, &new).into_iter().map(|(old, _)| old.id.clone()).collect();
    for slot in due.iter_mut().filter(|slot| !planned.contains(&slot.id) && !moved.contains(&slot.id)) {
        slot.grace_ms = 0;
    }
}

/// Pairs each of these with the one that is the same and nearest to it in time, as far as there is one left for it.
pub(super) fn nearest<'s>(old: &[&'s Slot], new: &[&'s Slot]) -> Vec<(&'s Slot, &'s Slot)> {
    let away = |(old, new): &(&Slot, &Slot)| new.planned.duration_since(old.planned).abs();
    let of =
        |old: &&'s Slot| -> Vec<_> { new.iter().filter(|new| is_same(old, new)).map(|new| (*old, *new)).collect() };
    let pairs = old.iter().flat_map(of);
    let mut pairs: Vec<(&Slot, &Slot)> = pairs.collect();
    pairs.sort_by_key(away);
    let mut paired: BTreeSet<&SlotId> = BTreeSet::new();
    pairs.retain(|(old, new)| {
        let free = !paired.contains(&old.id) && !paired.contains(&new.id);
        free && paired.insert(&old.id) && paired.insert(&new.id)
    });
    pairs
}

/// Whether an edit may have made the one of the other: the same recording on the same day, or within an hour over midnight. Another
/// recording is another thing to be heard, whatever its segment is called.
fn is_same(old: &Slot, new: &Slot) -> bool {
    let away = new.planned.duration_since(old.planned).abs();
    let recording = !old.files.is_empty() && old.files == new.files;
    old.kind == new.kind && recording && (old.date == new.date || away < OVER_MIDNIGHT)
}

/// Whether an edit leaves all that is heard and written down of a slot of record as it was, but for what was measured and for
/// who approves of the same recording: that changes nothing of what is heard, and keeps nothing off that was not kept off before.
pub(super) fn is_as_it_was(old: &Slot, edited: &Slot) -> bool {
    let hashes = [old, edited].map(|slot| slot.audio.as_ref().map(|audio| &audio.sha256));
    let is_same_recording = !matches!(hashes, [Some(old), Some(edited)] if old != edited);
    let said = |slot: &Slot| {
        let mut said = Slot { audio: None, bar: None, revision: String::new(), ..slot.clone() };
        if is_same_recording {
            said.approved_sha256 = None;
            Arc::make_mut(&mut said.particulars).approved = None;
        }
        said
    };
    said(old) == said(edited) && old.bar.is_some() == edited.bar.is_some()
}
