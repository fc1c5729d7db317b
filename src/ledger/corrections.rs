//! Hand-made entries: into the log and back.

use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::{Connection, Params, TransactionBehavior, params};

use super::chain::{self, Kind};
use super::diary::Diary;
use super::refusal::refused;
use super::rows::{Cells, code, date, instant, int, maybe_count, maybe_instant, us};
use super::{file, identity};
use crate::airing::{Corrected, Correction};
use crate::outcome::{Cause, Outcome};
use crate::timetable::SlotId;

/// Writes a correction and its link.
pub(super) fn insert(connection: &Connection, correction: &Correction) -> rusqlite::Result<()> {
    let (slot, title, segment) = match &correction.of {
        Corrected::Slot(slot) => (Some(&slot.0), None, None),
        Corrected::WithoutLoa { title, segment } => (None, Some(title), segment.as_ref()),
    };
    connection.execute(
        "insert into correction (uuid, slot, title, segment, date, written_by, why, written_us, outcome, cause, began_us,
            ended_us, played_ms, note, replaces)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
        params![
            correction.id,
            slot,
            title,
            segment,
            correction.date.to_string(),
            correction.by,
            correction.why,
            us(correction.written),
            correction.outcome.map(Outcome::code),
            correction.cause.map(Cause::code),
            correction.began.map(us),
            correction.ended.map(us),
            correction.played_ms.map(int),
            correction.note,
            correction.replaces,
        ],
    )?;
    chain::link(connection, Kind::Correction, &correction.id)
}

/// Writes a correction while no daemon runs; whoever calls holds the home. `zone` is the station's.
///
/// # Errors
/// [`super::Refused`] where the cause is known; no slot has that id; the disk.
pub fn write_at_rest(
    path: &Path,
    correction: &Correction,
    (now, zone): (Timestamp, &TimeZone),
    program: &str,
) -> anyhow::Result<()> {
    // Asked before it is brought up to date.
    if let Ok((log, _)) = file::open_of_any_version(path) {
        identity::demand_own(path, &log).map_err(refused)?;
    }
    let mut connection = file::open_for_writing(path, now, program)?;
    let mut write = || {
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        insert(&tx, correction)?;
        tx.commit()
    };
    write().map_err(|error| file::in_words(path, error.into()))?;
    Diary::of(path, zone.clone()).note_at_rest(correction, now);
    Ok(())
}

/// Whether the log has the correction of that UUID.
pub(super) fn is_known(log: &Connection, id: &str) -> rusqlite::Result<bool> {
    log.prepare_cached("select 1 from correction where uuid = ?1")?.exists([id])
}

/// Corrections for which `condition` holds, in the order in which they were written.
pub(super) fn read(connection: &Connection, condition: &str, values: impl Params) -> rusqlite::Result<Vec<Correction>> {
    let mut statement = connection.prepare(&format!(
        "select uuid, slot, title, segment, date, written_by, why, written_us, outcome, cause, began_us, ended_us,
            played_ms, note, replaces
        from correction where {condition} order by id"
    ))?;
    statement.query_map(values, |row| correction(row))?.collect()
}

/// The correction of a row.
pub(super) fn correction(row: &impl Cells) -> rusqlite::Result<Correction> {
    let of = match row.cell::<Option<String>>("slot")? {
        Some(slot) => Corrected::Slot(SlotId(slot)),
        None => Corrected::WithoutLoa { title: row.cell("title")?, segment: row.cell("segment")? },
    };
    Ok(Correction {
        id: row.cell("uuid")?,
        of,
        date: date(row, "date")?,
        by: row.cell("written_by")?,
        why: row.cell("why")?,
        written: instant(row, "written_us")?,
        outcome: code(row, "outcome", Outcome::from_code)?,
        cause: code(row, "cause", Cause::from_code)?,
        began: maybe_instant(row, "began_us")?,
        ended: maybe_instant(row, "ended_us")?,
        played_ms: maybe_count(row, "played_ms")?,
        note: row.cell("note")?,
        replaces: row.cell("replaces")?,
    })
}
