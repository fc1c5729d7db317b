//! What lies ahead, for those who must be ready before it sounds.

use jiff::Timestamp;

use super::Director;
use super::frozen::Frozen;
use crate::programme::Class;
use crate::timetable::{Kind, Slot, SlotId};

/// Whether there is sound, and when there will be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    /// Something is ordered on air and has not ended.
    pub on_air: bool,
    /// The planned instant of the first sound to come; past while that one waits for its turn.
    pub next: Option<Timestamp>,
}

/// A slot that sounds, and from when to when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sounding<'d> {
    /// Which.
    pub slot: &'d Slot,
    /// When its first sample left.
    pub begins: Timestamp,
    /// When its last one has left, as far as is known.
    pub ends: Timestamp,
}

/// A slot that has not begun though its instant has come, or that was broken off and is to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting<'d> {
    /// Which.
    pub slot: &'d Slot,
    /// Some of it was heard before it was broken off.
    pub goes_on: bool,
    /// The last instant at which it may still begin, or go on.
    pub until: Timestamp,
}

impl Director {
    /// What waits at `now` and may still be heard, in the order of its place. Filler takes what room is left: it waits for
    /// nothing.
    pub fn all_waiting(&self, now: Timestamp) -> Vec<Waiting<'_>> {
        let waits = |frozen: &&Frozen| {
            let due = frozen.goes_on() || (frozen.slot.planned <= now && frozen.slot.kind != Kind::Filler);
            due && frozen.can_air() && now <= frozen.latest() && !self.is_on_air(&frozen.slot.id)
        };
        let mut waiting: Vec<&Frozen> = self.frozen.values().filter(waits).collect();
        waiting.sort_by_key(|frozen| frozen.place());
        waiting
            .into_iter()
            .map(|frozen| Waiting { slot: &frozen.slot, goes_on: frozen.goes_on(), until: frozen.latest() })
            .collect()
    }

    /// What on air a slot that has not begun waits for. An emergency cuts everything, but waits for another one.
    pub fn waits_behind(&self, id: &SlotId) -> Option<&Slot> {
        let emergency = self.frozen.get(id).is_some_and(|frozen| frozen.slot.class == Class::Emergency);
        // What is ordered and has not begun does not wait for itself.
        let mut before = self.all_on_air().take_while(|on_air| on_air.id != *id);
        before.find(|on_air| !emergency || on_air.class == Class::Emergency)
    }

    /// What is heard now; while one ends under the next, the next. What was ordered and has not begun is not heard.
    pub fn heard_now(&self) -> Option<&Slot> {
        Some(self.all_sounding().last()?.slot)
    }

    /// Everything whose first sample has left and whose end has not been told, in order of its beginning.
    pub fn all_sounding(&self) -> impl Iterator<Item = Sounding<'_>> {
        self.airs.iter().filter(|on_air| on_air.told.is_some()).filter_map(|on_air| {
            let slot = &self.frozen.get(&on_air.id)?.slot;
            Some(Sounding { slot, begins: on_air.begins, ends: on_air.ends })
        })
    }

    /// What a person has ended and whose end has not been told: it fades, or sounds on its way to the ear.
    pub fn all_ending_by_hand(&self) -> impl Iterator<Item = &Slot> {
        let ending = self.airs.iter().filter(|on_air| on_air.is_cut_by_hand());
        ending.filter_map(|on_air| Some(&self.frozen.get(&on_air.id)?.slot))
    }

    /// The next slots ahead, in order of time; what is ordered on air is ahead until it is heard.
    pub fn ahead(&self) -> impl Iterator<Item = &Slot> {
        let mut all: Vec<&Slot> = self.frozen_ahead().chain(self.planned.all().map(|(_, slot)| slot)).collect();
        all.sort_by(|a, b| (a.planned, &a.id).cmp(&(b.planned, &b.id)));
        all.into_iter()
    }

    /// The first slot ahead that is planned after `now` and that nothing bars.
    pub fn next_after(&self, now: Timestamp) -> Option<&Slot> {
        let comes = |slot: &&Slot| slot.planned > now && slot.bar.is_none();
        let both = self.frozen_ahead().filter(comes).chain(self.planned.after(now).find(comes));
        both.min_by(|a, b| (a.planned, &a.id).cmp(&(b.planned, &b.id)))
    }

    /// Those of what is ahead that are of record.
    fn frozen_ahead(&self) -> impl Iterator<Item = &Slot> {
        let heard = |id: &SlotId| self.airs.iter().any(|on_air| on_air.id == *id && on_air.told.is_some());
        let waits = move |frozen: &&Frozen| !heard(&frozen.slot.id) && !self.is_unsure(frozen);
        self.frozen.values().filter(waits).map(|frozen| &frozen.slot)
    }

    /// What lies ahead. A slot that is barred, or whose recording cannot be opened as things stand, is no sound to come.
    pub fn outlook(&self) -> Outlook {
        let ahead = |frozen: &&Frozen| !self.is_on_air(&frozen.slot.id) && !self.is_unsure(frozen);
        let frozen = self.frozen.values().filter(|frozen| frozen.is_expected()).filter(ahead);
        // In order of time: the first is enough.
        let planned = self.planned.all().map(|(_, slot)| slot).find(|slot| {
            slot.bar.is_none() && slot.kind != Kind::Column && (!slot.files.is_empty() || slot.relay.is_some())
        });
        let next = frozen.map(|frozen| &frozen.slot).chain(planned).map(|slot| slot.planned).min();
        Outlook { on_air: !self.airs.is_empty(), next }
    }
}
