//! What the daemon must know of the time before it began: the last good schedules, and what fell due while nobody ran.

use jiff::Timestamp;

use super::schedules::Schedules;
use crate::director::Past;
use crate::home::Home;
use crate::ledger::{Reader, Recovery, Revision};
use crate::loading::{self, Loaded};
use crate::schedule::Month;
use crate::schedule::audio_facts::Facts;
use crate::timetable::Slot;

/// Reads the months around now without measuring anything: a first decode may take minutes, and the director knows how
/// to air what it has not measured yet. A month that cannot be trusted comes from the ledger.
///
/// # Errors
/// If the ledger cannot be read.
pub fn read_first(home: &Home, months: &[Month], now: Timestamp, into: &mut Schedules) -> anyhow::Result<()> {
    let mut unmeasured = |_: &[String]| Facts::new();
    let reader = open(home)?;
    for month in months {
        let loaded = loading::load(home, *month, &mut unmeasured);
        let usable = !loaded.refused() || loaded.absent();
        let change = into.take(loaded, now);
        if usable {
            continue;
        }
        if let Some(last) = reader.last_revision(*month, now)? {
            tracing::warn!(%month, ?change, read_at = %last.read_at, "the last good schedule is in force");
            into.restore(from_revision(&last), last.read_at);
        }
    }
    Ok(())
}

/// What the director is told of the past.
///
/// # Errors
/// If the ledger cannot be read.
pub fn from_ledger(home: &Home, recovery: &Recovery, in_force: &Schedules, now: Timestamp) -> anyhow::Result<Past> {
    Ok(Past {
        settled: recovery.settled.clone(),
        frozen: recovery.open.iter().map(|entry| entry.slot.clone()).collect(),
        unwritten: unwritten(home, recovery, in_force, now)?,
        started: Some(now),
        gap_cause: Some(recovery.gap_cause),
    })
}

/// The slots that fell due since the last heartbeat of the run before, as the revision then in force planned them.
fn unwritten(home: &Home, recovery: &Recovery, in_force: &Schedules, now: Timestamp) -> anyhow::Result<Vec<Slot>> {
    // Nothing before the station's first run is of record.
    let Some(previous) = &recovery.previous else { return Ok(Vec::new()) };
    let from = previous.heartbeat;
    let reader = open(home)?;
    let mut slots = Vec::new();
    let zone = in_force.station().zone;
    let mut month = Month::of(from.to_zoned_datetime(zone.clone()).date());
    let last = Month::of(now.to_zoned_datetime(zone).date());
    while month <= last {
        if let Some(kept) = reader.last_revision(month, now)? {
            let texts = from_revision(&kept);
            slots.extend(texts.slots.into_iter().filter(|slot| from < slot.planned && slot.planned <= now));
        }
        month = month.next();
    }
    let still_planned: std::collections::BTreeSet<_> = in_force.slots().into_iter().map(|slot| slot.id).collect();
    for slot in &mut slots {
        // What the operator has taken out since must not air, however fresh it is.
        if !still_planned.contains(&slot.id) {
            slot.grace_ms = 0;
        }
    }
    Ok(slots)
}

fn from_revision(kept: &Revision) -> Loaded {
    // A station without a file was kept as an empty text, which says the same: the defaults.
    let station_text = Some(kept.station_text.clone());
    loading::load_texts(kept.month, station_text, kept.schedule_text.clone(), &mut |_| Facts::new())
}

fn open(home: &Home) -> anyhow::Result<Reader> {
    Reader::open(&home.ledger_file()).map_err(|text| anyhow::anyhow!(text.en))
}
