//! What each write does to the rows.

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, Transaction, params};
use uuid::Uuid;

use super::chain::{self, Kind};
use super::rows::{insert_slot, int, us};
use super::write::{Numbered, OpenedPart, RevisionTexts, Write};
use super::{MAIN_LINE, corrections, late_edits, ordered, unjudged};
use crate::airing::IncidentKind;
use crate::levels::Levels;
use crate::outcome::{Cause, Outcome};
use crate::timetable::SlotId;

/// Why one write did not happen.
enum Failed {
    /// The disk, a lock: the same write may succeed later.
    Later(rusqlite::Error),
    /// It contradicts the log: it will never succeed.
    Never(String),
}

impl From<rusqlite::Error> for Failed {
    fn from(error: rusqlite::Error) -> Failed {
        match error.sqlite_error_code() {
            Some(ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch) | None => Failed::Never(error.to_string()),
            Some(_) => Failed::Later(error),
        }
    }
}

/// Writes what of the batch the log of `run` does not have yet, but for what contradicts the log: that is refused, told, and
/// counted in what comes back. A batch whose commit failed and was durable all the same is so written once.
pub(super) fn write_each(tx: &mut Transaction<'_>, batch: &[Numbered], run: i64) -> rusqlite::Result<u64> {
    let taken_up: i64 =
        tx.prepare_cached("select taken_up from run where id = ?1")?.query_row([run], |row| row.get(0))?;
    let fresh = || batch.iter().filter(|one| int(one.n) > taken_up);
    if let Some(newest) = fresh().map(|one| one.n).max() {
        // A run that has ended is fixed: all that can follow is a late mark.
        tx.prepare_cached("update run set taken_up = ?2 where id = ?1 and ended_us is null")?
            .execute(params![run, int(newest)])?;
    }
    let mut refused = 0;
    for Numbered { write, .. } in fresh() {
        let one = tx.savepoint()?;
        match apply(&one, write, run) {
            Ok(()) => one.commit()?,
            Err(Failed::Later(error)) => return Err(error),
            Err(Failed::Never(why)) => {
                one.finish()?;
                refused += 1;
                tracing::error!(?write, why, "the ledger refuses a row that contradicts it");
                if let Some(ticket) = write.ticket() {
                    ticket.refuse();
                }
            }
        }
    }
    Ok(refused)
}

fn apply(connection: &Connection, write: &Write, run: i64) -> Result<(), Failed> {
    match write {
        Write::PutRight(put_right) => put_right.write(connection, run)?,
        Write::Freeze { slot } => insert_slot(connection, slot, run)?,
        Write::Instead { slot, of, at } => late_edits::note(connection, slot, of.as_ref(), *at, run)?,
        Write::Ordered { slot, due_uptime_ms } => ordered::note(connection, slot, *due_uptime_ms, run)?,
        Write::OpenPart(opened) => open_part(connection, opened, run)?,
        Write::MarkUnsynced { slot } => {
            on_air(connection, "unsynced = 1", slot, &[])?;
        }
        Write::Began { slot, at } => must(on_air(connection, "began_us = ?2", slot, &[us(*at)])?, "no part is open")?,
        Write::Heard { slot, at, played_ms } => {
            let set = "heard_until_us = ?2, played_ms = ?3";
            must(on_air(connection, set, slot, &[us(*at), int(*played_ms)])?, "no part is open")?;
        }
        Write::Gaps { slot, gap_ms, waited_ms } => {
            let set = "gap_ms = max(gap_ms, ?2), waited_ms = max(waited_ms, ?3)";
            must(on_air(connection, set, slot, &[int(*gap_ms), int(*waited_ms)])?, "no part is open")?;
        }
        Write::Unheard { slot, cause, for_ms } => {
            must(note_unheard(connection, slot, *cause, *for_ms, run)?, "no part is open")?;
        }
        Write::SentWhole { slot, note } => unjudged::note(connection, slot, note, run)?,
        Write::EndedBy { slot, by } => must(note_ended_by(connection, slot, by)?, "no part is open")?,
        Write::Levels { slot, levels } => must(note_levels(connection, slot, levels)?, "no part is open")?,
        Write::NotTheSource { slot, stand_in_ms, silent_ms } => {
            let values = [int(*stand_in_ms), int(*silent_ms)];
            must(on_air(connection, "stand_in_ms = ?2, silent_ms = ?3", slot, &values)?, "no part is open")?;
        }
        Write::ClosePart { slot, at, played_ms, gap_ms } => {
            // A part that never sounded has no last sample.
            let set = "heard_until_us = case when ?3 > 0 then ?2 else heard_until_us end, played_ms = ?3,
                ended_us = case when ?3 > 0 or began_us is not null then ?2 end, gap_ms = ?4, closed = 1";
            let values = [us(*at), int(*played_ms), int(*gap_ms)];
            must(on_air(connection, set, slot, &values)?, "no part is open")?;
        }
        Write::Settle { slot, outcome, cause, note, at } => {
            settle(connection, slot, *outcome, *cause, note, *at, run)?;
        }
        Write::Heartbeat { at, uptime_ms } => {
            connection
                // One that was on its way when the run ended says nothing more.
                .prepare_cached(
                    "update run set heartbeat_us = ?2, heartbeat_uptime_ms = ?3 where id = ?1 and ended_us is null",
                )?
                .execute(params![run, us(*at), int(*uptime_ms)])?;
        }
        Write::Revision(revision) => keep_revision(connection, revision, run)?,
        Write::IncidentBegan { kind, at, detail, detail_en } => {
            connection.execute(
                "insert into incident (kind, began_us, detail, run, detail_en) select ?1, ?2, ?3, ?4, ?5
                where not exists (select 1 from incident where kind = ?1 and (ended_us is null or began_us = ?2))",
                params![kind.code(), us(*at), detail, run, detail_en],
            )?;
        }
        Write::IncidentEnded { kind, at } => end_incidents(connection, Some(*kind), *at)?,
        Write::Correct { correction, .. } => corrections::insert(connection, correction)?,
        Write::EndRun { at, how, .. } => {
            end_incidents(connection, None, *at)?;
            let run: String = connection.query_row(
                "update run set ended_us = ?2, ended_how = ?3 where id = ?1 returning uuid",
                params![run, us(*at), how],
                |row| row.get(0),
            )?;
            chain::link(connection, Kind::Run, &run)?;
        }
    }
    Ok(())
}

/// Ends what lasts of a kind, or of all kinds. A clock that was set back ends none before it began.
pub(super) fn end_incidents(
    connection: &Connection,
    kind: Option<IncidentKind>,
    at: Timestamp,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "update incident set ended_us = max(began_us, ?2)
        where ended_us is null and kind = coalesce(?1, kind) returning cast(id as text)",
    )?;
    let ended = statement.query_map(params![kind.map(IncidentKind::code), us(at)], |row| row.get(0))?;
    for incident in ended.collect::<rusqlite::Result<Vec<String>>>()? {
        chain::link(connection, Kind::Incident, &incident)?;
    }
    Ok(())
}

fn must(changed: usize, why: &str) -> Result<(), Failed> {
    if changed == 0 { Err(Failed::Never(why.to_owned())) } else { Ok(()) }
}

/// Changes the open part of the slot's airing; `set` has the values from `?2` on.
fn on_air(connection: &Connection, set: &str, slot: &SlotId, values: &[i64]) -> rusqlite::Result<usize> {
    let sql = format!("update part set {set} where closed = 0 and airing = (select id from airing where slot = ?1)");
    let mut statement = connection.prepare_cached(&sql)?;
    statement.raw_bind_parameter(1, &slot.0)?;
    for (index, value) in (2..).zip(values) {
        statement.raw_bind_parameter(index, value)?;
    }
    statement.raw_execute()
}

/// Who was first.
fn note_ended_by(connection: &Connection, slot: &SlotId, by: &str) -> rusqlite::Result<usize> {
    connection
        .prepare_cached(
            "update part set ended_by = coalesce(ended_by, ?2)
            where closed = 0 and airing = (select id from airing where slot = ?1)",
        )?
        .execute([&slot.0, by])
}

/// The longest counts. What is over may wait for that.
fn note_unheard(
    connection: &Connection,
    slot: &SlotId,
    cause: Cause,
    for_ms: u64,
    run: i64,
) -> rusqlite::Result<usize> {
    let noted = connection
        .prepare_cached(
            "update part set unheard_cause = iif(?3 > coalesce(unheard_ms, 0), ?2, unheard_cause),
                unheard_ms = max(coalesce(unheard_ms, 0), ?3)
            where closed = 0 and airing = (select id from airing where slot = ?1)",
        )?
        .execute(params![slot.0, cause.code(), int(for_ms)])?;
    if noted > 0 { Ok(noted) } else { unjudged::note_unheard(connection, slot, cause, for_ms, run) }
}

fn note_levels(connection: &Connection, slot: &SlotId, levels: &Levels) -> rusqlite::Result<usize> {
    connection
        .prepare_cached(
            "update part set peak_cdbfs = ?2, rms_cdbfs = ?3, seconds = ?4
            where closed = 0 and airing = (select id from airing where slot = ?1)",
        )?
        .execute(params![slot.0, levels.peak_cdbfs, levels.rms_cdbfs, levels.seconds])
}

fn open_part(connection: &Connection, opened: &OpenedPart, run: i64) -> rusqlite::Result<()> {
    let OpenedPart { slot, sha256, file_ms, line, device, at, ticket } = opened;
    // Nothing is known of a relay, and of an emergency that was never measured no length.
    let known_sha256 = Some(sha256).filter(|sha256| !sha256.is_empty());
    let known_ms = Some(int(*file_ms)).filter(|ms| *ms > 0);
    let airing = airing_of(connection, slot)?;
    let airing = if let Some(id) = airing {
        id
    } else {
        connection.execute(
            "insert into airing (uuid, slot, line, device, sha256, file_ms, note, run) values (?1, ?2, ?3, ?4, ?5, ?6, '', ?7)",
            params![uuid_of(*at), slot.0, line, device, known_sha256, known_ms, run],
        )?;
        connection.last_insert_rowid()
    };
    connection.execute(
        "insert into part (airing, n, opened_us, unsynced, run)
        values (?1, (select coalesce(max(n), 0) + 1 from part where airing = ?1), ?2, ?3, ?4)",
        params![airing, us(*at), ticket.is_given_up(), run],
    )?;
    Ok(())
}

fn airing_of(connection: &Connection, slot: &SlotId) -> rusqlite::Result<Option<i64>> {
    connection.query_row("select id from airing where slot = ?1", [&slot.0], |row| row.get(0)).optional()
}

/// Sets the outcome; a slot for which nothing was tried gets its airing here.
pub(super) fn settle(
    connection: &Connection,
    slot: &SlotId,
    outcome: Outcome,
    cause: Option<Cause>,
    note: &str,
    at: Timestamp,
    run: i64,
) -> rusqlite::Result<()> {
    let cause = cause.map(Cause::code);
    if let Some(id) = airing_of(connection, slot)? {
        connection.execute(
            "update airing set outcome = ?2, cause = ?3, note = ?4 where id = ?1",
            params![id, outcome.code(), cause, note],
        )?;
    } else {
        connection.execute(
            "insert into airing (uuid, slot, line, outcome, cause, note, run) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![uuid_of(at), slot.0, MAIN_LINE, outcome.code(), cause, note, run],
        )?;
    }
    chain::link(connection, Kind::Airing, &slot.0)
}

fn keep_revision(connection: &Connection, revision: &RevisionTexts, run: i64) -> rusqlite::Result<()> {
    let month = &revision.month;
    connection.execute(
        "insert into revision (sha256, month, station_text, schedule_text) values (?1, ?2, ?3, ?4)
        on conflict (sha256, month) do nothing",
        params![revision.sha256, month, revision.station_text, revision.schedule_text],
    )?;
    // The same text read again says nothing new, unless by a clock that was set back it is read before it was.
    let reading: Option<String> = connection
        .query_row(
            "with last as (select reading.revision, read_us from reading join revision on revision.id = reading.revision
                where month = ?2 order by reading.id desc limit 1)
            insert into reading (revision, read_us, run)
            select revision.id, ?3, ?4 from revision where sha256 = ?1 and month = ?2 and id is not
                (select last.revision from last where read_us <= ?3)
            returning cast(id as text)",
            params![revision.sha256, month, us(revision.read_at), run],
            |row| row.get(0),
        )
        .optional()?;
    reading.map_or(Ok(()), |reading| chain::link(connection, Kind::Reading, &reading))
}

/// A UUIDv7 of that instant.
pub(super) fn uuid_of(at: Timestamp) -> String {
    let seconds = u64::try_from(at.as_second()).unwrap_or(0);
    let nanos = u32::try_from(at.subsec_nanosecond()).unwrap_or(0);
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos)).to_string()
}
