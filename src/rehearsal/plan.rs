//! The plan of a rehearsed station, and what of it had to air: whatever was in force when its instant came.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::draw::Draw;
use super::faults::Edit;
use super::line::ms;
use super::log::Log;
use super::world::World;
use crate::airing::Entry;
use crate::director::{Event, keep_off_what_was_taken_out};
use crate::timetable::{Slot, SlotId, Start};

/// Edits reach so far ahead.
const AHEAD: SignedDuration = SignedDuration::from_hours(30);
/// What is carried over midnight is the same item up to that.
const HOUR: SignedDuration = SignedDuration::from_hours(1);
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
    /// What is edited while the program does not run the next time.
    pub waits: Option<Edit>,
}

/// A plan as it is edited, and what of it has become what.
type Edited = (Vec<Slot>, Vec<(SlotId, SlotId)>);

impl Plan {
    pub fn new(now: Timestamp, slots: &[Slot]) -> Plan {
        let (written, in_force) = (slots.to_vec(), slots.to_vec());
        let (came, named) = (BTreeMap::new(), BTreeMap::new());
        Plan { written, in_force, since: now, came, carried: Vec::new(), named, waits: None }
    }

    /// What an item is called by now.
    fn stands(&self, id: &SlotId) -> SlotId {
        self.named.get(id).unwrap_or(id).clone()
    }

    /// All in force.
    pub fn in_force(&self) -> &[Slot] {
        &self.in_force
    }

    /// It comes into force, or does so once more by a clock that was set back: what had passed by then is ahead again.
    pub fn is_in_force_from(&mut self, clock: Timestamp) {
        self.since = self.since.min(clock);
    }

    /// What had come by that instant.
    pub fn due(&self, clock: Timestamp) -> impl Iterator<Item = &Slot> {
        let since = self.since;
        let now = self.in_force.iter().filter(move |slot| since < slot.planned && slot.planned <= clock);
        self.came.values().chain(now)
    }

    /// What fell due while nobody ran, and has been moved ahead under its own name meanwhile, has not come yet.
    fn replace(&mut self, clock: Timestamp, slots: Vec<Slot>, log: &Log) {
        let ahead: BTreeSet<&SlotId> = slots.iter().filter(|slot| clock < slot.planned).map(|slot| &slot.id).collect();
        let has_come = |slot: &&Slot| log.entry(&slot.id).is_some() || !ahead.contains(&slot.id);
        let came: Vec<Slot> = self.due(clock).filter(has_come).cloned().collect();
        self.came.extend(came.into_iter().map(|slot| (slot.id.clone(), slot)));
        (self.in_force, self.since) = (slots, clock);
    }
}

/// What an edit did to what lay ahead.
#[derive(Clone, Debug)]
pub struct EditMade {
    /// When, in the time that passes.
    pub at: Timestamp,
    /// What it took out.
    pub taken_out: Vec<Slot>,
    /// What it gave another time: as it was, and the instant that it has by now.
    pub moved: Vec<(Slot, Timestamp)>,
    /// What it put in, or back.
    pub put_in: Vec<Slot>,
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
        self.save((slots, Vec::new()));
        self.put_in_force();
    }

    /// The plan that is written comes into force.
    pub(super) fn put_in_force(&mut self) {
        let slots = self.plan.in_force.clone();
        self.send(Event::Planned { since: self.clock(), slots, rules: self.rules.clone() });
    }

    /// The operator edits the plan.
    pub(super) fn edit(&mut self, edit: &Edit) {
        if self.write(edit) {
            self.put_in_force();
        }
    }

    /// What fell due after `from` and by now, as the log has the plan that was last read. The operator may have edited that while
    /// nobody ran, and nobody has read it yet: what they took out is not to be heard.
    pub(super) fn fell_due(&mut self, from: Timestamp) -> Vec<Slot> {
        let clock = self.clock();
        let is_due = |slot: &Slot| from < slot.planned && slot.planned <= clock;
        let read = self.log.last_reading(clock);
        let read = read.as_deref().unwrap_or(&self.plan.in_force);
        let mut due: Vec<Slot> = read.iter().filter(|slot| is_due(slot)).cloned().collect();
        self.log.lose_what_came(self.plan.due(clock), &due);
        if let Some(edit) = self.plan.waits.take() {
            self.write(&edit);
        }
        keep_off_what_was_taken_out(&mut due, &self.plan.in_force, from, clock);
        due
    }

    /// Writes an edit; false where the file would be refused.
    fn write(&mut self, edit: &Edit) -> bool {
        let edited = match edit {
            Edit::Drawn { seed } => Some(self.drawn(*seed)),
            Edit::Moved { slot, by_ms } => self.with_moved(slot, ms(*by_ms)),
            Edit::TakenBack => {
                self.plan.named.clear();
                Some((self.plan.written.clone(), Vec::new()))
            }
        };
        let Some(mut edited) = edited else { return false };
        edited.0.sort_by_key(|slot| slot.planned);
        // Of two of one name the file would be refused.
        let mut names = BTreeSet::new();
        let is_good = edited.0.iter().all(|slot| names.insert(slot.id.clone()));
        if is_good {
            self.save(edited);
        }
        is_good
    }

    fn save(&mut self, (slots, became): Edited) {
        self.disk.lay_for(&slots);
        self.note_edit(&slots, &became);
        let by_id: BTreeMap<&SlotId, &Slot> = slots.iter().map(|slot| (&slot.id, slot)).collect();
        let carried = became.iter().filter_map(|(from, to)| Some((from, *by_id.get(to)?)));
        let carried = carried.flat_map(|(from, to)| self.carried(from, to)).collect::<Vec<_>>();
        // What is planned again was taken back.
        let is_planned = |id: &SlotId| slots.iter().any(|slot| slot.id == *id);
        let of_record = |id: &SlotId| self.log.entry(id).is_some();
        self.plan.carried.retain(|one| of_record(&one.new) || (is_planned(&one.new) && !is_planned(&one.old)));
        self.plan.carried.extend(carried.into_iter().filter(|one| !is_planned(&one.old)));
        self.plan.replace(self.clock(), slots, &self.log);
    }

    fn note_edit(&mut self, slots: &[Slot], became: &[(SlotId, SlotId)]) {
        let clock = self.clock();
        let is_ahead = |slot: &&Slot| slot.planned > clock;
        let mut before: BTreeMap<&SlotId, &Slot> =
            self.plan.in_force.iter().filter(is_ahead).map(|slot| (&slot.id, slot)).collect();
        let mut after: BTreeMap<&SlotId, &Slot> = slots.iter().filter(is_ahead).map(|slot| (&slot.id, slot)).collect();
        let mut moved = Vec::new();
        for (from, to) in became {
            if let (Some(from), Some(to)) = (before.remove(from), after.remove(to)) {
                moved.extend((from.planned != to.planned).then(|| (from.clone(), to.planned)));
            }
        }
        let taken_out =
            before.iter().filter(|(id, _)| !after.contains_key(*id)).map(|(_, slot)| (*slot).clone()).collect();
        let put_in =
            after.iter().filter(|(id, _)| !before.contains_key(*id)).map(|(_, slot)| (*slot).clone()).collect();
        self.edits.push(EditMade { at: self.now, taken_out, moved, put_in });
    }

    /// What is of record and not over in the place that an edit leaves, or was heard there, or in one from which it was carried
    /// there, however often, on its day. So is what fell due while nobody ran.
    fn carried(&self, from: &SlotId, to: &Slot) -> Vec<Carried> {
        let fell_due = |id: &SlotId| self.plan.due(self.clock()).any(|slot| slot.id == *id);
        let of_record = self.log.entry(from).is_some() || fell_due(from);
        let is_over = |id: &SlotId| self.log.entry(id).map_or_else(|| !fell_due(id), Entry::is_over);
        let was_heard = self.log.was_heard(from) && self.plan.in_force.iter().any(|slot| slot.id == *from);
        let over = is_over(from) && !was_heard;
        let before = self.plan.carried.iter().filter(|one| one.new == *from);
        let was_it = |old: &SlotId| self.log.was_heard(old) && self.is_of_its_day(old, to);
        // Where the log lost what stood there nobody knows of whose place it was.
        let is_known = !self.log.lost.contains(from);
        let before = before.filter(|one| !of_record || !is_over(&one.old) || (is_known && was_it(&one.old)));
        let olds = before.map(|one| one.old.clone()).chain((of_record && !over).then(|| from.clone()));
        olds.filter(|old| *old != to.id).map(|old| Carried { old, new: to.id.clone() }).collect()
    }

    /// A place on the day of what was heard, or within an hour of it.
    fn is_of_its_day(&self, heard: &SlotId, place: &Slot) -> bool {
        let heard = self.log.entry(heard).map(|entry| &entry.slot);
        heard.is_some_and(|heard| heard.date == place.date || place.planned.duration_since(heard.planned).abs() < HOUR)
    }

    /// What lies ahead edited as drawn: places fall out, others move, or change with each other.
    fn drawn(&self, seed: u64) -> Edited {
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
        (slots, became)
    }

    /// That item, wherever it stands by now, gets a time so much later.
    fn with_moved(&mut self, id: &SlotId, by: SignedDuration) -> Option<Edited> {
        let stands = self.plan.stands(id);
        let mut slots = self.plan.in_force.clone();
        let slot = slots.iter_mut().find(|slot| slot.id == stands)?;
        let to = slot.planned + by;
        let moved = self.move_to(slot, to);
        self.plan.named.insert(id.clone(), moved.1.clone());
        Some((slots, vec![moved]))
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
