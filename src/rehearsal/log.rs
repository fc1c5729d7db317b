//! The log of a rehearsed station, as data: what `loa airings` would show, and what a new start finds of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::power::Alive;
use crate::airing::{Airing, Entry, Part};
use crate::director::{Instead, PartState, Past, RunBefore, SentWhole, TakenUp, taken_up};
use crate::notes;
use crate::outcome::{Cause, Outcome};
use crate::schedule::audio_facts::AudioFacts;
use crate::timetable::{Slot, SlotId};

/// The one line there is.
const LINE: &str = "main";
/// A slot of record.
#[derive(Clone, Debug)]
struct Row {
    entry: Entry,
    states: Vec<PartState>,
    /// It waits for the monitor's word.
    sent: Option<SentWhole>,
    /// Its place among those of one instant.
    order: u64,
}

/// The log.
#[derive(Clone, Debug, Default)]
pub struct Log {
    rows: BTreeMap<SlotId, Row>,
    device: String,
    run: i64,
    /// In whose place edits that came too late have put what.
    instead: BTreeMap<SlotId, SlotId>,
    /// What was ordered by a clock in doubt, at instants of the time that passes.
    ordered: BTreeMap<SlotId, Slot>,
    /// The plan as it was read, the last reading last.
    readings: Vec<Reading>,
    /// What is on disk, and since when, where that is full: what is written meanwhile waits in memory.
    on_disk: Option<OnDisk>,
    /// What lay ahead in plans whose reading was lost with the memory.
    lost_plan: BTreeSet<SlotId>,
    /// Slots of which rows were lost with the memory.
    pub(super) lost: BTreeSet<SlotId>,
}

/// A plan that came into force.
#[derive(Clone, Debug)]
struct Reading {
    /// When, by the clock.
    at: Timestamp,
    slots: Arc<[Slot]>,
}

/// What a full disk holds.
#[derive(Clone, Debug)]
struct OnDisk {
    since: Alive,
    rows: BTreeMap<SlotId, Row>,
    instead: BTreeMap<SlotId, SlotId>,
    ordered: BTreeMap<SlotId, Slot>,
    readings: Vec<Reading>,
}

impl Log {
    pub(super) fn new(device: &str) -> Log {
        Log { device: device.to_owned(), run: 1, ..Log::default() }
    }

    /// Slots of record and what became of them, in order of time.
    pub fn entries(&self) -> Vec<Entry> {
        let mut rows: Vec<&Row> = self.rows.values().collect();
        rows.sort_by_key(|row| (row.entry.slot.planned, row.order));
        rows.into_iter().map(|row| row.entry.clone()).collect()
    }

    /// A slot of record and what became of it.
    pub fn entry(&self, id: &SlotId) -> Option<&Entry> {
        self.rows.get(id).map(|row| &row.entry)
    }

    /// Whether it is over and was heard.
    pub(super) fn was_heard(&self, id: &SlotId) -> bool {
        self.entry(id).and_then(Entry::was_heard) == Some(true)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Entry> {
        self.rows.values().map(|row| &row.entry)
    }

    pub(super) fn freeze(&mut self, slot: Slot) {
        let order = self.rows.len() as u64;
        let row = Row { entry: Entry { slot, airing: None }, states: Vec::new(), sent: None, order };
        self.rows.entry(row.entry.slot.id.clone()).or_insert(row);
    }

    pub(super) fn note_instead(&mut self, slot: SlotId, of: Option<SlotId>) {
        match of {
            Some(of) => drop(self.instead.insert(slot, of)),
            None => drop(self.instead.remove(&slot)),
        }
    }

    /// `ahead` is how far the clock is ahead of the time that passes.
    pub(super) fn note_ordered(&mut self, slot: Slot, ahead: SignedDuration) {
        let slot = Slot { planned: slot.planned - ahead, ..slot };
        self.ordered.insert(slot.id.clone(), slot);
    }

    /// A plan comes into force. The same one read again says nothing new, unless the clock was set back since.
    pub(super) fn keep_reading(&mut self, at: Timestamp, slots: &[Slot]) {
        if self.readings.last().is_none_or(|last| at < last.at || *last.slots != *slots) {
            self.readings.push(Reading { at, slots: slots.into() });
        }
    }

    /// The plan that came into force before an instant, as it was last read.
    pub(super) fn last_reading(&self, before: Timestamp) -> Option<Arc<[Slot]>> {
        let last = self.readings.iter().rfind(|reading| reading.at < before)?;
        Some(Arc::clone(&last.slots))
    }

    /// Of what plans had that were lost with the memory, what `came` is known to be lost, unless it is `known` by another or of
    /// record. What has not come by now is read again.
    pub(super) fn lose_what_came<'s>(&mut self, came: impl Iterator<Item = &'s Slot>, known: &[Slot]) {
        let plan = std::mem::take(&mut self.lost_plan);
        let is_known = |slot: &Slot| self.rows.contains_key(&slot.id) || known.iter().any(|one| one.id == slot.id);
        let lost = came.filter(|slot| plan.contains(&slot.id) && !is_known(slot));
        self.lost.extend(lost.map(|slot| slot.id.clone()));
    }

    pub(super) fn note_ended_by(&mut self, id: &SlotId, by: String) {
        if let Some(state) = self.rows.get_mut(id).and_then(|row| row.states.last_mut()) {
            state.ended_by.get_or_insert(by);
        }
    }

    pub(super) fn note_unheard(&mut self, id: &SlotId, cause: Cause, for_ms: u64) {
        let Some(row) = self.rows.get_mut(id) else { return };
        if let Some(sent) = &mut row.sent {
            return sent.unheard.push((cause, for_ms));
        }
        if let Some(state) = row.states.last_mut()
            && state.unheard.is_none_or(|(_, known_ms)| known_ms < for_ms)
        {
            state.unheard = Some((cause, for_ms));
        }
    }

    pub(super) fn note_sent_whole(&mut self, id: &SlotId, note: String) {
        if let Some(row) = self.rows.get_mut(id) {
            row.sent = Some(SentWhole { note, unheard: Vec::new() });
        }
    }

    pub(super) fn open_part(&mut self, id: &SlotId, audio: &AudioFacts) {
        let Some((row, fresh)) = self.row(id) else { return };
        let airing = row.entry.airing.get_or_insert(fresh.airing);
        if airing.parts.is_empty() {
            airing.device = Some(fresh.device);
            airing.sha256 = Some(audio.sha256.clone()).filter(|sha256| !sha256.is_empty());
            airing.file_ms = Some(audio.file_ms).filter(|file_ms| *file_ms > 0);
        }
        airing.parts.push(Part { is_open: true, ..Part::default() });
        row.states.push(PartState { run: fresh.run, closed: false, waited_ms: 0, unheard: None, ended_by: None });
    }

    pub(super) fn began(&mut self, id: &SlotId, at: Timestamp) {
        if let Some(part) = self.open(id) {
            part.began = Some(at);
        }
    }

    pub(super) fn close_part(&mut self, id: &SlotId, at: Timestamp, played_ms: u64, gap_ms: u64) {
        if let Some(part) = self.open(id) {
            part.ended = Some(at).filter(|_| played_ms > 0 || part.began.is_some());
            (part.played_ms, part.gap_ms, part.is_open) = (played_ms, gap_ms, false);
        }
        if let Some(state) = self.rows.get_mut(id).and_then(|row| row.states.last_mut()) {
            state.closed = true;
        }
    }

    /// Sets the outcome; false if there is one already.
    pub(super) fn settle(&mut self, id: &SlotId, outcome: Outcome, cause: Option<Cause>, note: String) -> bool {
        let Some((row, fresh)) = self.row(id) else { return false };
        let airing = row.entry.airing.get_or_insert(fresh.airing);
        let first = airing.outcome.is_none();
        if first {
            (airing.outcome, airing.cause, airing.note) = (Some(outcome), cause, note);
        }
        first
    }

    fn open(&mut self, id: &SlotId) -> Option<&mut Part> {
        let row = self.rows.get_mut(id)?;
        row.states.last().is_some_and(|state| !state.closed).then_some(())?;
        row.entry.airing.as_mut()?.parts.last_mut()
    }

    fn row(&mut self, id: &SlotId) -> Option<(&mut Row, Fresh)> {
        let (run, device) = (self.run, self.device.clone());
        let row = self.rows.get_mut(id)?;
        let airing = Airing {
            // In the form of a UUID, and of no other log.
            id: format!("00000000-0000-7000-8000-{:012x}", row.order),
            parts: Vec::new(),
            outcome: None,
            cause: None,
            note: String::new(),
            sha256: None,
            file_ms: None,
            line: LINE.to_owned(),
            device: None,
            run: format!("00000000-0000-4000-8000-{run:012x}"),
        };
        Some((row, Fresh { airing, device, run }))
    }

    /// The disk is full.
    pub(super) fn fill_disk(&mut self, since: Alive) {
        if self.on_disk.is_none() {
            self.write_down(since);
        }
    }

    fn write_down(&mut self, since: Alive) {
        let (rows, instead, ordered) = (self.rows.clone(), self.instead.clone(), self.ordered.clone());
        self.on_disk = Some(OnDisk { since, rows, instead, ordered, readings: self.readings.clone() });
    }

    /// What waits in memory is written in another place, with how long the run was known to live.
    pub(super) fn keep_memory(&mut self, alive: Alive) {
        if self.on_disk.is_some() {
            self.write_down(alive);
        }
    }

    /// It has room again: what waited is written.
    pub(super) fn make_room(&mut self) {
        self.on_disk = None;
    }

    /// Since when nothing was written.
    pub(super) fn full_since(&self) -> Option<Alive> {
        self.on_disk.as_ref().map(|on_disk| on_disk.since)
    }

    /// How far the part on air has been heard: what a crash leaves of it.
    pub(super) fn note_heard(&mut self, id: &SlotId, at: Timestamp, played_ms: u64) {
        if let Some(part) = self.open(id) {
            (part.ended, part.played_ms) = (Some(at), played_ms);
        }
    }

    /// How much silence it has had in its midst.
    pub(super) fn note_gaps(&mut self, id: &SlotId, gap_ms: u64) {
        if let Some(part) = self.open(id) {
            part.gap_ms = gap_ms;
        }
    }

    /// What waits in memory is gone.
    pub(super) fn forget_memory(&mut self) {
        let Some(OnDisk { rows, instead, ordered, readings, .. }) = &self.on_disk else { return };
        for reading in self.readings.iter().skip(readings.len()) {
            let ahead = reading.slots.iter().filter(|slot| reading.at < slot.planned);
            self.lost_plan.extend(ahead.map(|slot| slot.id.clone()));
        }
        self.readings.clone_from(readings);
        for (id, row) in &self.rows {
            let same = rows.get(id).is_some_and(|kept| kept.entry == row.entry);
            self.lost.extend((!same).then(|| id.clone()));
        }
        let changed = self.instead.iter().filter(|(id, of)| instead.get(id) != Some(of));
        self.lost.extend(changed.map(|(id, _)| id.clone()));
        self.rows.clone_from(rows);
        self.instead.clone_from(instead);
        self.ordered.clone_from(ordered);
    }

    /// What stands in the place of a slot of record and has no outcome, or none but that.
    fn standing(&self, slot: &SlotId, of: &SlotId) -> Option<Instead> {
        let airing = self.entry(slot).filter(|entry| entry.is_over()).and_then(|entry| entry.airing.as_ref());
        if airing.is_some_and(|airing| airing.cause != Some(Cause::EditedLate)) {
            return None;
        }
        let of = self.entry(of)?;
        Some(Instead { slot: slot.clone(), of: of.slot.clone(), was_heard: of.was_heard() })
    }

    /// What was ordered by a clock in doubt and is not of record: its time is known to another run in the same boot of the PC, by
    /// a clock so far ahead of the time that passes; after a power cut it is missed for that.
    pub(super) fn take_up_ordered(&mut self, cause: Cause, ahead: SignedDuration) -> Vec<Slot> {
        let ordered = std::mem::take(&mut self.ordered).into_iter();
        let waits = |id: &SlotId| match self.rows.get(id) {
            None => true,
            Some(row) => cause == Cause::Daemon && row.entry.airing.is_none(),
        };
        let ordered = ordered.filter(|(id, _)| waits(id)).collect::<BTreeMap<_, _>>();
        if cause == Cause::Daemon {
            self.ordered.clone_from(&ordered);
            return ordered.into_values().map(|slot| Slot { planned: slot.planned + ahead, ..slot }).collect();
        }
        for (id, slot) in ordered {
            self.freeze(slot);
            self.settle(&id, Outcome::Missed, Some(cause), notes::ordered_in_doubt());
        }
        Vec::new()
    }

    /// A run begins: what the one before left open is closed or may go on, by the same rule as in a real log.
    pub(super) fn begin_run(&mut self, now: Timestamp, before: &RunBefore) -> Past {
        self.run += 1;
        let cause = before.cause;
        let mut past = Past { started: Some(now), gap_cause: Some(cause), ..Past::default() };
        for (id, row) in &mut self.rows {
            if row.entry.airing.as_ref().is_some_and(|airing| airing.outcome.is_some()) {
                past.settled.insert(id.clone());
                continue;
            }
            let taken = taken_up(&row.entry, (&row.states, row.sent.as_ref()), &[], before, now, false);
            row.states.iter_mut().for_each(|state| state.closed = true);
            let parts = row.entry.airing.iter_mut().flat_map(|airing| &mut airing.parts);
            parts.for_each(|part| part.is_open = false);
            match (taken, &mut row.entry.airing) {
                (TakenUp::BrokenOff(broken_off), _) => past.broken_off.push(*broken_off),
                (TakenUp::Over(outcome, cause, note), Some(airing)) => {
                    (airing.outcome, airing.cause, airing.note) = (Some(outcome), cause, note);
                    past.settled.insert(id.clone());
                }
                (TakenUp::Untried | TakenUp::Over(..), _) => {
                    past.rows_until.extend(row.entry.row_until());
                    past.frozen.push(row.entry.slot.clone());
                }
            }
        }
        past.frozen.sort_by_key(|slot| slot.planned);
        past.instead = self.instead.iter().filter_map(|(slot, of)| self.standing(slot, of)).collect();
        past
    }
}

/// What a row's first airing begins as.
struct Fresh {
    airing: Airing,
    device: String,
    run: i64,
}
