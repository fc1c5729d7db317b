//! The plan of a rehearsed station, and what of it had to air: whatever was in force when its instant came.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::draw::Draw;
use super::world::World;
use crate::airing::Entry;
use crate::director::Event;
use crate::timetable::{Slot, SlotId, Start};

/// Edits reach so far ahead.
const AHEAD: SignedDuration = SignedDuration::from_hours(30);
/// Items that lie no farther apart change with each other.
const SWAPPED_WITHIN: SignedDuration = SignedDuration::from_mins(15);

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
    /// What edits carried elsewhere while it was of record.
    pub carried: Vec<Carried>,
    /// What items that were moved one by one are called by now.
    named: BTreeMap<SlotId, SlotId>,
}

impl Plan {
    pub fn new(now: Timestamp, slots: &[Slot]) -> Plan {
        let (written, in_force) = (slots.to_vec(), slots.to_vec());
        Plan { written, in_force, since: now, came: BTreeMap::new(), carried: Vec::new(), named: BTreeMap::new() }
    }

    /// What an item is called by now.
    fn stands(&self, id: &SlotId) -> SlotId {
        self.named.get(id).unwrap_or(id).clone()
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

/// How an operator's edit carries what is of record elsewhere: one of the two is heard.
#[derive(Clone, Debug)]
pub(super) struct Carried {
    /// What was of record.
    pub old: SlotId,
    /// What was put in its place.
    pub new: SlotId,
}

impl World {
    /// Another plan is written, and comes into force; edits are edits of this one.
    pub fn plan_anew(&mut self, slots: Vec<Slot>) {
        self.plan.written.clone_from(&slots);
        self.put_in_force(slots, &[]);
    }

    /// Puts an edited plan in force, in which that has become this.
    fn put_in_force(&mut self, slots: Vec<Slot>, became: &[(SlotId, SlotId)]) {
        self.disk.lay_for(&slots);
        let carried = became.iter().flat_map(|(from, to)| self.carried(from, to)).collect::<Vec<_>>();
        // What is planned again was taken back.
        let is_planned = |id: &SlotId| slots.iter().any(|slot| slot.id == *id);
        let of_record = |id: &SlotId| self.log.entry(id).is_some();
        self.plan.carried.retain(|one| of_record(&one.new) || (is_planned(&one.new) && !is_planned(&one.old)));
        self.plan.carried.extend(carried.into_iter().filter(|one| !is_planned(&one.old)));
        self.plan.replace(self.clock(), slots.clone());
        self.send(Event::Planned { since: self.clock(), slots, rules: self.rules.clone() });
    }

    /// What is of record and not over in the place that an edit leaves, or in that from which it was carried there.
    fn carried(&self, from: &SlotId, to: &SlotId) -> Vec<Carried> {
        let is_over = |id: &SlotId| self.log.entry(id).is_none_or(Entry::is_over);
        let (of_record, over) = (self.log.entry(from).is_some(), is_over(from));
        let before = self.plan.carried.iter().filter(|one| one.new == *from);
        let before = before.filter(|one| !of_record || !is_over(&one.old)).map(|one| one.old.clone());
        let olds = before.chain((of_record && !over).then(|| from.clone()));
        olds.filter(|old| old != to).map(|old| Carried { old, new: to.clone() }).collect()
    }

    /// The operator edits what lies ahead, as drawn: places fall out, others move, or change with each other.
    pub(super) fn edit(&mut self, seed: u64) {
        let mut draw = Draw::of(seed);
        let clock = self.clock();
        let near = clock..clock + AHEAD;
        let mut slots = self.plan.written.clone();
        slots.retain(|slot| !near.contains(&slot.planned) || !draw.once_in(8));
        let movable = |slot: &Slot| near.contains(&slot.planned) && slot.start == Start::Hard && slot.relay.is_none();
        let mut became = Vec::new();
        let mut last: Option<usize> = None;
        for at in 0..slots.len() {
            if !movable(&slots[at]) {
                continue;
            }
            match last.filter(|last| slots[at].planned.duration_since(slots[*last].planned) < SWAPPED_WITHIN) {
                Some(last) if draw.once_in(6) => {
                    let (early, late) = (slots[last].planned, slots[at].planned);
                    became.push(self.move_to(&mut slots[last], late));
                    became.push(self.move_to(&mut slots[at], early));
                }
                _ if draw.once_in(4) => {
                    let by = SignedDuration::from_secs(30 * i64::try_from(draw.between(0, 20)).unwrap_or(0));
                    let to = slots[at].planned + by;
                    became.push(self.move_to(&mut slots[at], to));
                }
                _ => {}
            }
            last = Some(at);
        }
        self.save(slots, &became);
    }

    /// The operator gives that item, wherever it stands by now, a time so much later.
    pub(super) fn move_item(&mut self, id: &SlotId, by: SignedDuration) {
        let stands = self.plan.stands(id);
        let mut slots = self.plan.in_force.clone();
        let Some(slot) = slots.iter_mut().find(|slot| slot.id == stands) else { return };
        let to = slot.planned + by;
        let moved = self.move_to(slot, to);
        self.plan.named.insert(id.clone(), moved.1.clone());
        self.save(slots, &[moved]);
    }

    /// The operator takes all edits back.
    pub(super) fn take_edits_back(&mut self) {
        self.plan.named.clear();
        self.put_in_force(self.plan.written.clone(), &[]);
    }

    fn save(&mut self, mut slots: Vec<Slot>, became: &[(SlotId, SlotId)]) {
        slots.sort_by_key(|slot| slot.planned);
        // Of two of one name the file would be refused.
        let mut names = BTreeSet::new();
        if slots.iter().all(|slot| names.insert(&slot.id)) {
            self.put_in_force(slots, became);
        }
    }

    /// Gives an item another time, and the id that a schedule's reader would give it there; what it was called, and is.
    fn move_to(&self, slot: &mut Slot, to: Timestamp) -> (SlotId, SlotId) {
        let before = slot.id.clone();
        if slot.window.is_none() && slot.id.0.starts_with(&slot.broadcast) {
            let local = to.to_zoned_datetime(self.rules.quiet.zone.clone());
            let name = slot.id.0[slot.broadcast.len()..].to_owned();
            slot.date = local.date();
            slot.broadcast = format!("{}/{}", local.date(), local.strftime("%H:%M:%S"));
            slot.id = SlotId(format!("{}{name}", slot.broadcast));
        }
        slot.planned = to;
        (before, slot.id.clone())
    }
}
