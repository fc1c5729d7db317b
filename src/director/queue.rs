//! Who goes next: a hard start over soft ones, and the queue of those that wait for the line.

use std::cmp::Reverse;

use jiff::Timestamp;

use super::filler;
use super::frozen::{Frozen, Held, later_ms, ms_between};
use super::on_air::{Fate, OnAir};
use super::verdicts::{Verdict, barred, failed, still_reading};
use super::{AIR_AHEAD, Action, After, Director, RAMP, RAMP_MS, SLACK, earlier, later};
use crate::outcome::Cause;
use crate::programme::Class;
use crate::timetable::{Kind, Slot, SlotId, Start};

/// Orders that may be with the player at once: what ends, what follows, and one more if that is very short.
const ORDERS: usize = 3;

impl Director {
    /// Orders what is to be heard next, as far as it is time to decide it.
    pub(super) fn air(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        if self.line_open {
            self.emergency(now, actions);
            self.preempt(now, actions);
        }
        self.end_filler(now, actions);
        self.end_in_quiet_hours(now, actions);
        while self.take_next(now, actions) {}
    }

    /// A hard start whose recording is open cuts the soft items that would still sound at its instant.
    fn preempt(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        let waits = |frozen: &&Frozen| {
            let due = earlier(frozen.slot.planned, AIR_AHEAD) <= now && now <= frozen.latest();
            let waits = frozen.is_hard() && frozen.can_air() && !self.is_on_air(&frozen.slot.id);
            due && waits && !frozen.goes_on() && frozen.ready().is_some()
        };
        let first =
            self.frozen.values().filter(waits).min_by_key(|frozen| (Reverse(frozen.slot.class), frozen.place()));
        let Some(frozen) = first else { return };
        let slot = frozen.slot.clone();
        let at = slot.planned.max(now);
        let reaches = |on_air: &OnAir| on_air.ends > later(at, SLACK) && !on_air.is_withdrawn();
        let way = |on_air: &OnAir| on_air.gives_way_to(&slot);
        let holds = |on_air: &OnAir| on_air.start == Start::Hard || (on_air.fate == Fate::Whole && !way(on_air));
        let hard = self.airs.iter().any(|on_air| holds(on_air) && reaches(on_air));
        let soft = self.airs.iter().any(|on_air| way(on_air) && reaches(on_air));
        // What ends by itself within a moment is waited for, unless that moment is beyond the grace.
        let tail = |on_air: &&OnAir| on_air.fate == Fate::Whole && !(way(on_air) && reaches(on_air));
        let tail = self.airs.iter().rfind(tail);
        let (start, after) = tail.map_or((at, None), |tail| (tail.ends.max(at), Some(tail.behind(Some(slot.planned)))));
        let ends = later_ms(start, self.sounds_ms(frozen, start));
        if hard || !soft || start > frozen.latest() || self.rule_against(&slot, start, ends).is_some() {
            return;
        }
        // What waits to follow goes first: else it would begin where the cut ends.
        for on_air in self.airs.iter_mut().rev().filter(|on_air| on_air.gives_way_to(&slot) && reaches(on_air)) {
            let (from, fade_ms, fate) = match on_air.kind {
                _ if on_air.begins > now => (now, RAMP_MS, Fate::Withdrawn(Cause::Overlap)),
                Kind::Filler => (earlier(at, filler::FADE).max(now), filler::FADE_MS, Fate::Filled),
                _ => (at, RAMP_MS, Fate::Cut(Cause::Overlap)),
            };
            on_air.fate = fate;
            on_air.ends = later(at, RAMP);
            actions.push(Action::Cut { slot: on_air.id.clone(), at: from, fade_ms });
        }
        self.order(&slot, start, after, ends, actions);
    }

    /// Orders or settles the first of those that wait for the line; false if none can be.
    fn take_next(&mut self, now: Timestamp, actions: &mut Vec<Action>) -> bool {
        // What was ordered last may have been taken back by hand while what it was to cut still sounds. Whatever is still with the
        // player is followed and not gone by the clock alone: silence in its last second would make it sound longer.
        let stands = |on_air: &&OnAir| !on_air.is_withdrawn() && (on_air.had_begun(now) || !on_air.is_cut_by_hand());
        let tail = self.airs.iter().rfind(stands).cloned();
        let free = tail.as_ref().map_or(now, |tail| tail.ends.max(now));
        if earlier(free, AIR_AHEAD) > now || self.airs.len() >= ORDERS {
            let emergency = self.airs.iter().any(|on_air| on_air.class == Class::Emergency);
            self.hold(now, if emergency { Held::Emergency } else { Held::Another });
            return false;
        }
        if !self.line_open {
            self.hold(now, Held::Line);
            return false;
        }
        let mut soft_waits = false;
        for (id, start) in self.waiting(now, free) {
            let Some(frozen) = self.frozen.get(&id) else { continue };
            let (slot, ready) = (frozen.slot.clone(), frozen.ready().map(|_| self.sounds_ms(frozen, start)));
            if slot.start == Start::Hard {
                let Some(file_ms) = ready else { continue };
                let ends = later_ms(start, file_ms);
                if start <= frozen.latest() && self.rule_against(&slot, start, ends).is_none() {
                    // Under filler, and behind a relay that lasts to it, it comes at its own instant, whatever frame those end on.
                    let by_the_clock = |tail: &OnAir| match tail.kind {
                        Kind::Filler => true,
                        Kind::Relay => start == slot.planned,
                        _ => false,
                    };
                    let tail = tail.as_ref().filter(|tail| !by_the_clock(tail));
                    // What goes on has had its instant, though a clock that was set back may have that ahead again.
                    let own = (!frozen.goes_on()).then_some(slot.planned);
                    self.order(&slot, start, tail.map(|tail| tail.behind(own)), ends, actions);
                    return true;
                }
                if start > frozen.latest() {
                    self.held(&id, Held::Another);
                }
                continue;
            }
            if soft_waits {
                continue;
            }
            let Some(file_ms) = ready else {
                match self.not_ready(now, &id, start, tail.is_some()) {
                    Some(verdict) => {
                        self.drop_slot(&id, verdict, actions);
                        return true;
                    }
                    // In its order or not at all: those behind it wait with it.
                    None => soft_waits = true,
                }
                continue;
            };
            match self.fit(frozen, file_ms, start) {
                Ok(ends) => {
                    let own = (start > free).then_some(start);
                    self.order(&slot, start, tail.as_ref().map(|tail| tail.behind(own)), ends, actions);
                }
                Err(verdict) => self.drop_slot(&id, verdict, actions),
            }
            return true;
        }
        false
    }

    /// Those whose turn it is when the line is free, with the instant at which they would begin.
    fn waiting(&self, now: Timestamp, free: Timestamp) -> Vec<(SlotId, Timestamp)> {
        let mut waiting: Vec<_> = self
            .frozen
            .values()
            .filter(|frozen| frozen.can_air() && !self.is_on_air(&frozen.slot.id) && !self.is_unsure(frozen))
            .filter_map(|frozen| {
                let slot = &frozen.slot;
                let goes_on = frozen.goes_on();
                let due = goes_on || slot.planned <= free || self.comes_early(slot, frozen.order);
                let start = if due { free } else { slot.planned };
                let class = if due { slot.class } else { Class::Normal };
                // Filler takes what room is left, where it goes on too.
                let goes_on = goes_on && slot.kind != Kind::Filler;
                let rank = (!due, !goes_on, Reverse(class), !frozen.is_hard(), slot.planned, frozen.order);
                (earlier(start, AIR_AHEAD) <= now).then(|| (rank, slot.id.clone(), start))
            })
            .collect();
        waiting.sort();
        waiting.into_iter().map(|(_, id, start)| (id, start)).collect()
    }

    /// Whether a soft slot need not wait for its instant: its broadcast is under way and nothing stands before it.
    pub(super) fn comes_early(&self, slot: &Slot, order: u64) -> bool {
        if slot.start == Start::Hard || !self.under_way.contains(&slot.broadcast) {
            return false;
        }
        let before = |other: &Slot, other_order: u64| {
            other.broadcast == slot.broadcast
                && (other.planned, other_order) < (slot.planned, order)
                && super::frozen::can_air(other)
        };
        let waits = |frozen: &&Frozen| !self.is_on_air(&frozen.slot.id) && !self.is_unsure(frozen);
        let frozen = self.frozen.values().filter(waits);
        !frozen.into_iter().any(|frozen| before(&frozen.slot, frozen.order))
            && !self
                .planned
                .before(slot.planned, order)
                .any(|other| other.broadcast == slot.broadcast && super::frozen::can_air(other))
    }

    /// The verdict on a soft slot whose turn comes at `start` without its recording, if there is one yet.
    fn not_ready(&mut self, now: Timestamp, id: &SlotId, start: Timestamp, behind: bool) -> Option<Verdict> {
        let frozen = self.frozen.get_mut(id)?;
        // Behind another it is decided ahead, so that what comes instead follows without a gap.
        if start > now && !behind {
            return None;
        }
        match failed(frozen) {
            // Filler has other files to try.
            Some(_) if frozen.slot.kind == Kind::Filler && frozen.failures < frozen.slot.files.len() => None,
            Some(verdict) => Some(verdict),
            None if frozen.is_passed_over(now) => Some(still_reading()),
            None => {
                frozen.reached.get_or_insert(start.max(now));
                None
            }
        }
    }

    /// Notes what keeps those that are due from starting.
    fn hold(&mut self, now: Timestamp, by: Held) {
        let airs = &self.airs;
        for frozen in self.frozen.values_mut() {
            let due = earlier(frozen.slot.planned, AIR_AHEAD) <= now && frozen.ready().is_some();
            if due && !airs.iter().any(|on_air| on_air.id == frozen.slot.id) {
                frozen.held_by = Some(by);
            }
        }
    }

    fn held(&mut self, id: &SlotId, by: Held) {
        if let Some(frozen) = self.frozen.get_mut(id) {
            frozen.held_by = Some(by);
        }
    }

    pub(super) fn order(
        &mut self,
        slot: &Slot,
        at: Timestamp,
        after: Option<After>,
        ends: Timestamp,
        actions: &mut Vec<Action>,
    ) {
        let Some(frozen) = self.frozen.get_mut(&slot.id) else { return };
        frozen.held_by = None;
        let sounds_ms = if slot.relay.is_some() { ms_between(at, ends) } else { frozen.remaining_ms() };
        let Some(audio) = frozen.ready().cloned() else { return };
        self.under_way.insert(slot.broadcast.clone());
        let row_until = frozen.row_until;
        self.airs.push(OnAir { row_until, ..OnAir::new(slot, at, ends, sounds_ms) });
        actions.push(Action::Air { slot: slot.id.clone(), at, after, audio: Box::new(audio) });
        if slot.start == Start::Hard {
            self.pass_over(slot, actions);
        }
    }

    /// What the plan had no room for before a hard start does not come behind it: nobody was told that it would.
    fn pass_over(&mut self, hard: &Slot, actions: &mut Vec<Action>) {
        let Some(place) = self.frozen.get(&hard.id).map(|frozen| (hard.planned, frozen.order)) else { return };
        let is_passed = |other: &&Frozen| {
            let no_room = other.slot.bar.as_ref().is_some_and(|bar| bar.cause == Cause::NoTime);
            let before = other.slot.broadcast == hard.broadcast && (other.slot.planned, other.order) < place;
            let waits = !other.goes_on() && !self.is_on_air(&other.slot.id) && !self.is_unsure(other);
            no_room && before && !other.is_hard() && waits
        };
        let passed: Vec<(SlotId, Verdict)> =
            self.frozen.values().filter(is_passed).map(|other| (other.slot.id.clone(), barred(&other.slot))).collect();
        for (id, verdict) in passed {
            self.drop_slot(&id, verdict, actions);
        }
    }
}
