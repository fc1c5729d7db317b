//! What the daemon must know of the time before it began: the last good schedules, and what fell due while nobody ran.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::schedules::{Change, Schedules, has_station_file};
use crate::audio::catalogue::Catalogue;
use crate::director::Past;
use crate::home::Home;
use crate::ledger::{Blind, Ledger, Reader, Recovery, Revision};
use crate::loading::{self, Loaded};
use crate::outcome::{Cause, Outcome};
use crate::schedule::Month;
use crate::schedule::audio_facts::Facts;
use crate::timetable::{Kind, Slot};

/// Reads the months around now with what is remembered of the recordings: a first decode may take minutes. A broadcast of
/// several places of which one was never measured has no instants yet and is left to the first full reading; what has
/// an instant of its own is aired unmeasured. A month that cannot be trusted comes from the ledger, and so does one whose
/// file, or the station's, is gone.
///
/// # Errors
/// If the ledger cannot be read.
pub fn read_first(home: &Home, months: &[Month], now: Timestamp, into: &mut Schedules) -> anyhow::Result<()> {
    let mut catalogue = Catalogue::open(&home.catalogue_file());
    let reader = open(home)?;
    for month in months {
        let mut loaded = loading::load(home, *month, &mut |files: &[String]| remembered(home, &mut catalogue, files));
        leave_unmeasured(&mut loaded.slots);
        if (loaded.refused() || !has_station_file(&loaded))
            && let Some(last) = reader.last_revision(*month, now)?
        {
            into.restore(from_revision(home, &mut catalogue, &last), last.read_at);
        }
        if into.take(loaded, now) == Change::Refused {
            tracing::warn!(%month, "the last good schedule is in force, if there was one");
        }
    }
    Ok(())
}

/// What the director is told of the past. With no `now`, nobody knows the time: what fell due until now is told when
/// somebody does.
///
/// # Errors
/// If the ledger cannot be read.
pub fn from_ledger(
    home: &Home,
    recovery: &Recovery,
    in_force: &Schedules,
    now: Option<Timestamp>,
) -> anyhow::Result<Past> {
    let since = recovery.previous.as_ref().map(|run| run.heartbeat);
    Ok(Past {
        settled: recovery.settled.clone(),
        frozen: recovery.open.iter().map(|entry| entry.slot.clone()).collect(),
        broken_off: recovery.broken_off.clone(),
        unwritten: now.map_or(Ok(Vec::new()), |now| unwritten(home, since, in_force, now))?,
        started: now,
        gap_cause: Some(recovery.gap_cause),
    })
}

/// Takes out of `due` what may have been heard while nothing could be written down: it is not heard again, and the log says
/// so.
pub fn settle_hidden(due: &mut Vec<Slot>, blind: Option<Blind>, cause: Cause, ledger: &Ledger, zone: &TimeZone) {
    let Some(blind) = blind else { return };
    let note = blind.may_have_been_heard(zone);
    for slot in due.extract_if(.., |slot| blind.hides(slot)) {
        ledger.freeze(&slot);
        ledger.settle(&slot.id, Outcome::Missed, Some(cause), note.clone());
    }
}

/// The slots that fell due since the last heartbeat, as the revision then in force planned them.
///
/// # Errors
/// If the ledger cannot be read.
pub fn unwritten(
    home: &Home,
    heartbeat: Option<Timestamp>,
    in_force: &Schedules,
    now: Timestamp,
) -> anyhow::Result<Vec<Slot>> {
    // Nothing before the station's first run is of record.
    let Some(from) = heartbeat else { return Ok(Vec::new()) };
    let reader = open(home)?;
    let mut catalogue = Catalogue::open(&home.catalogue_file());
    let mut slots = Vec::new();
    let zone = in_force.station().zone;
    let mut month = Month::of(from.to_zoned_datetime(zone.clone()).date());
    let last = Month::of(now.to_zoned_datetime(zone).date());
    while month <= last {
        if let Some(kept) = reader.last_revision(month, now)? {
            let texts = from_revision(home, &mut catalogue, &kept);
            slots.extend(texts.slots.into_iter().filter(|slot| from < slot.planned && slot.planned <= now));
        }
        month = month.next();
    }
    let still_planned: BTreeSet<_> = in_force.slots().into_iter().map(|slot| slot.id).collect();
    for slot in &mut slots {
        // What the operator has taken out since must not air, however fresh it is.
        if !still_planned.contains(&slot.id) {
            slot.grace_ms = 0;
        }
    }
    Ok(slots)
}

fn from_revision(home: &Home, catalogue: &mut Catalogue, kept: &Revision) -> Loaded {
    // A station without a file was kept as an empty text, which says the same: the defaults.
    let station_text = Some(kept.station_text.clone());
    let mut facts_of = |files: &[String]| remembered(home, catalogue, files);
    loading::load_texts(kept.month, station_text, kept.schedule_text.clone(), &mut facts_of)
}

fn remembered(home: &Home, catalogue: &mut Catalogue, files: &[String]) -> Facts {
    let audio = home.audio();
    loading::facts_with_folders(&audio, files, |files| catalogue.remembered(&audio, files))
}

/// Leaves out the broadcasts whose instants rest on lengths that nobody has measured.
fn leave_unmeasured(slots: &mut Vec<Slot>) {
    let unknown =
        |slot: &&Slot| slot.window.is_some() && slot.audio.is_none() && slot.bar.is_none() && slot.kind != Kind::Column;
    let broadcasts: BTreeSet<String> = slots.iter().filter(unknown).map(|slot| slot.broadcast.clone()).collect();
    slots.retain(|slot| !broadcasts.contains(&slot.broadcast));
}

fn open(home: &Home) -> anyhow::Result<Reader> {
    Reader::open(&home.ledger_file()).map_err(|text| anyhow::anyhow!(text.en))
}
