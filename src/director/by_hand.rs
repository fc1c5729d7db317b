//! What a person asks for: a recording now, an emergency over everything, an end to what is on air.
//!
//! An emergency waits for nothing but its own recording: once that is open it cuts whatever is on air, and what was cut is
//! not resumed. What fell due meanwhile and could not wait was missed for it. An emergency during another waits for that.

use jiff::Timestamp;

use super::frozen::{Frozen, later_ms};
use super::lost::Lost;
use super::on_air::{Fate, OnAir};
use super::{AIR_AHEAD, Action, Director, FADE_MS, RAMP, RAMP_MS, earlier, later};
use crate::notes;
use crate::outcome::{Cause, Outcome};
use crate::programme::Class;
use crate::timetable::{Slot, SlotId};

/// What a person may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Play this; its instant is now, or later for the repeats of an emergency.
    Play(Box<Slot>),
    /// End what is on air; what follows it in its broadcast goes on.
    Skip {
        /// Who.
        by: String,
    },
    /// End what is on air, and its broadcast with it, and what a person had played and waits for its turn.
    Stop {
        /// Who.
        by: String,
    },
    /// End the emergency that is on air, and those that are to come.
    EndEmergency {
        /// Who.
        by: String,
    },
}

impl Director {
    /// A person asks for something.
    pub(super) fn asked(&mut self, now: Timestamp, request: Request, actions: &mut Vec<Action>) {
        match request {
            Request::Play(slot) => {
                let order = self.number();
                self.planned.insert(order, (*slot).clone());
                self.freeze_asked(actions);
                // Whatever the clock says then, another run in this boot of the PC knows when it is due.
                actions.push(Action::NoteOrdered(slot));
            }
            Request::Skip { by } => {
                // Only an order of its own ends an emergency.
                let sounding = self.sounding(now);
                if let Some(on_air) = sounding.filter(|on_air| on_air.class != Class::Emergency) {
                    let id = on_air.id.clone();
                    self.cut_by_hand(now, &by, actions, |on_air| on_air.id == id);
                } else if sounding.is_none()
                    && let Some(id) =
                        self.broken_off().min_by_key(|frozen| frozen.place()).map(|one| one.slot.id.clone())
                {
                    // It would be on air were it not for the line.
                    self.drop_by_hand(&by, actions, |slot| slot.id == id);
                }
            }
            Request::Stop { by } => {
                let on_air = self.airs.iter().filter(|on_air| on_air.class != Class::Emergency);
                let on_air = on_air.filter_map(|on_air| self.frozen.get(&on_air.id));
                let broadcasts: Vec<String> =
                    on_air.chain(self.broken_off()).map(|frozen| frozen.slot.broadcast.clone()).collect();
                // What waits to follow goes first.
                self.cut_by_hand(now, &by, actions, |on_air| on_air.class != Class::Emergency);
                // Who asks for silence does not ask for what somebody had played next to begin.
                let asked = |slot: &Slot| slot.asked_by.is_some() && slot.class != Class::Emergency;
                self.drop_by_hand(&by, actions, |slot| broadcasts.contains(&slot.broadcast) || asked(slot));
            }
            Request::EndEmergency { by } => {
                self.take_back_emergencies();
                self.cut_by_hand(now, &by, actions, |on_air| on_air.class == Class::Emergency);
                self.drop_by_hand(&by, actions, |slot| slot.class == Class::Emergency);
            }
        }
    }

    /// What is heard now; while one ends under the next, the next. What has not begun is not there to be skipped.
    fn sounding(&self, now: Timestamp) -> Option<&OnAir> {
        let begun = |on_air: &&OnAir| on_air.begins <= now;
        let whole = |on_air: &&OnAir| on_air.fate == Fate::Whole;
        self.airs.iter().rev().filter(begun).find(whole).or(self.airs.first().filter(begun))
    }

    /// What was broken off in the plan and waits to go on.
    fn broken_off(&self) -> impl Iterator<Item = &Frozen> {
        let waits = |frozen: &&Frozen| frozen.goes_on() && frozen.slot.class != Class::Emergency;
        self.frozen.values().filter(waits).filter(|frozen| !self.is_on_air(&frozen.slot.id))
    }

    /// The first order counts: what it ends is not ended anew by another that comes while it fades.
    fn cut_by_hand(&mut self, now: Timestamp, by: &str, actions: &mut Vec<Action>, which: impl Fn(&OnAir) -> bool) {
        for on_air in self.airs.iter_mut().rev().filter(|on_air| which(on_air) && !on_air.is_cut_by_hand()) {
            on_air.fate = Fate::Cut(Cause::Operator);
            on_air.cut_by = Some(by.to_owned());
            on_air.ends = later_ms(now, u64::from(FADE_MS));
            let by = by.to_owned();
            actions.push(Action::NoteEndedByHand { slot: on_air.id.clone(), by });
            actions.push(Action::Cut { slot: on_air.id.clone(), at: now, fade_ms: FADE_MS });
        }
    }

    /// What a person asks for is of record at once, its repeats too, however far ahead: whatever ends this run, the next one knows
    /// of them. By a clock in doubt they have no instants that another run could go by, and are of record when they are due; until
    /// then it is noted that they were ordered.
    pub(super) fn freeze_asked(&mut self, actions: &mut Vec<Action>) {
        if self.is_in_doubt() {
            return;
        }
        for (order, slot) in self.planned.take_all_but(|slot| slot.asked_by.is_none()).into_all() {
            actions.push(Action::Freeze(Box::new(slot.clone())));
            self.frozen.insert(slot.id.clone(), Frozen::new(slot, order));
        }
    }

    /// Settles what has not begun. What was not of record becomes so with that.
    fn drop_by_hand(&mut self, by: &str, actions: &mut Vec<Action>, which: impl Fn(&Slot) -> bool) {
        let planned: Vec<SlotId> =
            self.planned.all().filter(|(_, slot)| which(slot)).map(|(_, slot)| slot.id.clone()).collect();
        for id in planned {
            let Some((order, slot)) = self.planned.remove(&id) else { continue };
            actions.push(Action::Freeze(Box::new(slot.clone())));
            self.frozen.insert(id, Frozen::new(slot, order));
        }
        let waiting: Vec<SlotId> = self
            .frozen
            .values()
            .filter(|frozen| which(&frozen.slot) && !self.is_on_air(&frozen.slot.id))
            .map(|frozen| frozen.slot.id.clone())
            .collect();
        for id in waiting {
            let note = notes::asked_for(by);
            self.drop_slot(&id, (Outcome::Missed, Cause::Operator, note), actions);
        }
    }

    /// An emergency whose recording is open cuts everything that would still sound at its instant.
    pub(super) fn emergency(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        let waits = |frozen: &&Frozen| {
            let due = earlier(frozen.slot.planned, AIR_AHEAD) <= now && now <= frozen.latest();
            let emergency = frozen.slot.class == Class::Emergency;
            due && emergency && frozen.can_air() && frozen.ready().is_some() && !self.is_on_air(&frozen.slot.id)
        };
        let Some(frozen) = self.frozen.values().filter(waits).min_by_key(|frozen| frozen.place()) else { return };
        let at = frozen.slot.planned.max(now);
        // What should be over and is not sounds as well.
        let sounds = |on_air: &OnAir| on_air.reaches(at) || (on_air.ends <= now && !on_air.is_withdrawn());
        if self.airs.iter().any(|on_air| on_air.class == Class::Emergency && sounds(on_air)) {
            return;
        }
        let (slot, ends) = (frozen.slot.clone(), later_ms(at, frozen.remaining_ms()));
        for on_air in self.airs.iter_mut().rev().filter(|on_air| sounds(on_air)) {
            // What a person has ended just before was not ended for this.
            if !on_air.is_cut_by_hand() {
                let begun = on_air.begins <= now;
                on_air.fate = if begun { Fate::Cut(Cause::Emergency) } else { Fate::Withdrawn(Cause::Emergency) };
                on_air.cut_by.clone_from(&slot.asked_by);
            }
            on_air.ends = later(at, RAMP);
            actions.push(Action::Cut { slot: on_air.id.clone(), at, fade_ms: RAMP_MS });
        }
        self.order(&slot, at, None, ends, actions);
    }

    /// The line was an emergency's from its beginning to its end: what could not wait for that was missed for it.
    pub(super) fn note_emergency(&mut self, on_air: &OnAir, ended: Timestamp) {
        if on_air.class == Class::Emergency {
            self.lose(Lost::new(on_air.begins, ended, Cause::Emergency));
        }
    }
}
