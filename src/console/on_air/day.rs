//! A day's running orders with what has become of them: the plan in force set beside the log.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::airing::Entry;
use crate::outcome::{Cause, Outcome};
use crate::station::Station;
use crate::timetable::{Slot, SlotId};

/// A broadcast of the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Broadcast {
    /// Its window's name; none for a broadcast of its own.
    pub name: Option<String>,
    /// Its slots, in order of time.
    pub rows: Vec<Row>,
}

/// A slot and what has become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// As it is of record, else as it is planned.
    pub slot: Slot,
    /// What has become of it.
    pub state: State,
}

/// What has become of a slot so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Its time has not come.
    Ahead,
    /// It will not air unless somebody cures it; the slot says why.
    Barred,
    /// It is ready to go on air.
    Armed,
    /// It sounds.
    OnAir,
    /// Its time has come and it has no outcome yet.
    Due,
    /// It has its outcome.
    Ended {
        /// Which.
        outcome: Outcome,
        /// Why, where it was not heard whole.
        cause: Option<Cause>,
        /// In words.
        note: String,
        /// How late it began, in ms.
        late_ms: Option<i64>,
    },
}

/// `planned` are the day's slots in the schedules in force, `entries` those of record, `sounding` those on air.
pub(super) fn day(
    station: &Station,
    planned: &[Slot],
    entries: Vec<Entry>,
    sounding: &[SlotId],
    now: Timestamp,
) -> Vec<Broadcast> {
    let mut rows: BTreeMap<SlotId, Row> = BTreeMap::new();
    for slot in planned {
        let state = match &slot.bar {
            Some(_) => State::Barred,
            None if slot.planned > now => State::Ahead,
            None => State::Due,
        };
        rows.insert(slot.id.clone(), Row { slot: slot.clone(), state });
    }
    for entry in entries {
        let state = state_of(&entry, sounding, now);
        rows.insert(entry.slot.id.clone(), Row { slot: entry.slot, state });
    }
    let mut all: Vec<Row> = rows.into_values().collect();
    all.sort_by(|a, b| (a.slot.planned, &a.slot.id).cmp(&(b.slot.planned, &b.slot.id)));
    let mut broadcasts: Vec<(String, Broadcast)> = Vec::new();
    for row in all {
        let id = row.slot.broadcast.clone();
        match broadcasts.iter_mut().find(|(known, _)| *known == id) {
            Some((_, broadcast)) => broadcast.rows.push(row),
            None => {
                let name = row.slot.window.as_ref().map(|window| {
                    let known = station.windows.iter().find(|known| known.id == *window);
                    known.map_or_else(|| window.clone(), |known| known.name.clone())
                });
                broadcasts.push((id, Broadcast { name, rows: vec![row] }));
            }
        }
    }
    broadcasts.into_iter().map(|(_, broadcast)| broadcast).collect()
}

fn state_of(entry: &Entry, sounding: &[SlotId], now: Timestamp) -> State {
    let airing = entry.airing.as_ref();
    match airing.and_then(|airing| airing.outcome) {
        Some(outcome) => State::Ended {
            outcome,
            cause: airing.and_then(|airing| airing.cause),
            note: airing.map(|airing| airing.note.clone()).unwrap_or_default(),
            late_ms: entry.late_ms(),
        },
        None if sounding.contains(&entry.slot.id) => State::OnAir,
        None if entry.slot.planned > now => State::Armed,
        None => State::Due,
    }
}
