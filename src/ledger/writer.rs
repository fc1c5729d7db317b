//! The one thread that writes. It takes all that waits, writes it in one transaction, and tells those who wait for it.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, TransactionBehavior, params};
use uuid::Uuid;

use super::chain::{self, Kind};
use super::queue::{Queue, Write};
use super::rows::{insert_slot, int, us};
use super::{MAIN_LINE, Revision, corrections};
use crate::airing::IncidentKind;
use crate::levels::Levels;
use crate::outcome::{Cause, Outcome};
use crate::timetable::SlotId;

/// How long SQLite itself waits for another program's lock; beyond it the wait is ours, with the reason in view.
pub(super) const BUSY_WAIT: Duration = Duration::from_millis(100);

/// The first pause after a refusal, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(1));

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

/// Writes until the queue is closed and empty, or closed and refused by the disk.
pub(super) fn run(mut connection: Connection, queue: &Queue, run: i64) {
    let mut pause = PAUSES.0;
    loop {
        let batch = queue.take();
        if batch.is_empty() {
            return;
        }
        match write_all(&mut connection, &batch, run) {
            Ok(refused) => {
                pause = PAUSES.0;
                queue.written(refused, answer(batch));
            }
            Err(error) => {
                if !queue.failed(batch, &error.to_string(), pause) {
                    return;
                }
                pause = (pause * 2).min(PAUSES.1);
            }
        }
    }
}

/// Tells those who wait that their rows are on disk; returns what must still be said of rows that came too late.
fn answer(batch: Vec<Write>) -> Vec<Write> {
    let mut late = Vec::new();
    for write in batch {
        match write {
            // Written without the mark while the wait ran out: the mark follows before anything else.
            Write::OpenPart { slot, ticket, .. } if ticket.synced_too_late() => late.push(Write::MarkUnsynced { slot }),
            Write::EndRun { ticket, .. } | Write::Correct { ticket, .. } => {
                ticket.synced_too_late();
            }
            _ => {}
        }
    }
    late
}

/// All of the batch in one transaction, but for those that contradict the log, which are counted.
fn write_all(connection: &mut Connection, batch: &[Write], run: i64) -> rusqlite::Result<u64> {
    let mut refused = 0;
    let mut tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for write in batch {
        let one = tx.savepoint()?;
        match apply(&one, write, run) {
            Ok(()) => one.commit()?,
            Err(Failed::Later(error)) => return Err(error),
            Err(Failed::Never(why)) => {
                one.finish()?;
                refused += 1;
                tracing::error!(?write, why, "the ledger refuses a row that contradicts it");
                if let Write::OpenPart { ticket, .. } | Write::EndRun { ticket, .. } | Write::Correct { ticket, .. } =
                    write
                {
                    ticket.refuse();
                }
            }
        }
    }
    tx.commit()?;
    Ok(refused)
}

fn apply(connection: &Connection, write: &Write, run: i64) -> Result<(), Failed> {
    match write {
        Write::Freeze { slot, at } => insert_slot(connection, slot, *at, run)?,
        Write::OpenPart { .. } => open_part(connection, write, run)?,
        Write::MarkUnsynced { slot } => {
            on_air(connection, "unsynced = 1", slot, &[])?;
        }
        Write::Began { slot, at } => must(on_air(connection, "began_us = ?2", slot, &[us(*at)])?, "no part is open")?,
        Write::Heard { slot, at, played_ms } => {
            let set = "heard_until_us = ?2, played_ms = ?3";
            must(on_air(connection, set, slot, &[us(*at), int(*played_ms)])?, "no part is open")?;
        }
        Write::Levels { slot, levels } => must(note_levels(connection, slot, levels)?, "no part is open")?,
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
                .prepare_cached("update run set heartbeat_us = ?2, heartbeat_uptime_ms = ?3 where id = ?1")?
                .execute(params![run, us(*at), int(*uptime_ms)])?;
        }
        Write::Revision(revision) => keep_revision(connection, revision, run)?,
        Write::IncidentBegan { kind, at, detail } => {
            connection.execute(
                "insert into incident (kind, began_us, detail, run) select ?1, ?2, ?3, ?4
                where not exists (select 1 from incident where kind = ?1 and ended_us is null)",
                params![kind.code(), us(*at), detail, run],
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

fn note_levels(connection: &Connection, slot: &SlotId, levels: &Levels) -> rusqlite::Result<usize> {
    connection
        .prepare_cached(
            "update part set peak_cdbfs = ?2, rms_cdbfs = ?3, seconds = ?4
            where closed = 0 and airing = (select id from airing where slot = ?1)",
        )?
        .execute(params![slot.0, levels.peak_cdbfs, levels.rms_cdbfs, levels.seconds])
}

fn open_part(connection: &Connection, write: &Write, run: i64) -> Result<(), Failed> {
    let Write::OpenPart { slot, sha256, file_ms, line, device, at, ticket } = write else { return Ok(()) };
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

fn keep_revision(connection: &Connection, revision: &Revision, run: i64) -> rusqlite::Result<()> {
    let month = revision.month.to_string();
    connection.execute(
        "insert into revision (sha256, month, station_text, schedule_text) values (?1, ?2, ?3, ?4)
        on conflict (sha256, month) do nothing",
        params![revision.sha256, month, revision.station_text, revision.schedule_text],
    )?;
    // The same text read again says nothing new.
    let reading: Option<String> = connection
        .query_row(
            "insert into reading (revision, read_us, run)
            select revision.id, ?3, ?4 from revision where sha256 = ?1 and month = ?2 and id is not
                (select reading.revision from reading join revision on revision.id = reading.revision
                where month = ?2 order by reading.id desc limit 1)
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use crate::ledger::queue::{LastWrite, Ticket};
    use crate::ledger::{RunStart, Synced, file, recovery};

    fn opened() -> (tempfile::TempDir, Connection, i64) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let start = RunStart { at: Timestamp::UNIX_EPOCH, uptime_ms: 0, boot_id: "boot".into(), program: "loa".into() };
        let mut connection = file::open_for_writing(&path, start.at, &start.program).unwrap();
        let (_, run) = recovery::begin_run(&path, &mut connection, &start).unwrap();
        (folder, connection, run)
    }

    #[test]
    fn a_row_that_reached_the_disk_just_too_late_says_so() {
        let (_folder, mut connection, run) = opened();
        let slot = SlotId("2026-12-01/05:30:00/cchc".into());
        connection
            .execute(
                "insert into slot (id, broadcast, date, kind, class, segment, title, files, planned_us, start, grace_ms,
            after_power_cut, particulars, revision, frozen_us, run)
            values (?1, 'b', '2026-12-01', 'segment', 'normal', 's', 't', '[]', 0, 'hard', 0, 'skip', '{}', 'r', 0, ?2)",
                params![slot.0, run],
            )
            .unwrap();
        let ticket = Arc::new(Ticket::default());
        let queue = Queue::default();
        queue.post(Write::OpenPart {
            slot: slot.clone(),
            sha256: String::new(),
            file_ms: 1,
            line: MAIN_LINE.into(),
            device: "null".into(),
            at: Timestamp::UNIX_EPOCH,
            ticket: Arc::clone(&ticket),
        });
        queue.post(Write::ClosePart { slot: slot.clone(), at: Timestamp::UNIX_EPOCH, played_ms: 1, gap_ms: 0 });
        let mut batch = queue.take();
        let rest = batch.split_off(1);
        write_all(&mut connection, &batch, run).unwrap();
        // The commit is done; the wait ends before the writer comes to say so.
        assert_eq!(ticket.wait(Duration::ZERO), Synced::No);
        let late = answer(batch);
        write_all(&mut connection, &late, run).unwrap();
        write_all(&mut connection, &rest, run).unwrap();
        let sql = "select unsynced, closed from part";
        let part: (bool, bool) = connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        assert_eq!(part, (true, true));
    }

    #[test]
    fn a_full_disk_loses_nothing_and_doubles_nothing() {
        let (_folder, mut connection, run) = opened();
        let room = |connection: &Connection, pages: i64| {
            connection.pragma_update_and_check(None, "max_page_count", pages, |row| row.get::<_, i64>(0)).unwrap();
        };
        // SQLite answers a base that may not grow as it answers a full disk.
        let pages: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        room(&connection, pages);

        let queue = Queue::default();
        for second in 0..300 {
            let at = Timestamp::from_second(second).unwrap();
            queue.post(Write::IncidentBegan { kind: IncidentKind::LineLost, at, detail: "x".repeat(200) });
            queue.post(Write::IncidentEnded { kind: IncidentKind::LineLost, at });
        }
        for _ in 0..2 {
            let batch = queue.take();
            let error = write_all(&mut connection, &batch, run).unwrap_err();
            assert_eq!(error.sqlite_error_code(), Some(ErrorCode::DiskFull));
            assert!(queue.failed(batch, &error.to_string(), Duration::ZERO));
        }
        assert!(matches!(queue.health().last_write, LastWrite::Failing { .. }));
        assert_eq!(queue.health().waiting, 600);

        room(&connection, 1_000_000);
        let refused = write_all(&mut connection, &queue.take(), run).unwrap();
        queue.written(refused, Vec::new());
        assert_eq!((queue.health().last_write, queue.health().waiting), (LastWrite::Done, 0));
        let sql = "select count(*), count(distinct began_us), count(ended_us) from incident";
        let counts: (i64, i64, i64) =
            connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        assert_eq!((refused, counts), (0, (300, 300, 300)));
    }
}
