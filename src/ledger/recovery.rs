//! Beginning a run: what the run before left open is closed with what is known, in the same transaction in which the new
//! run is entered. Killed in the midst of it, it all happens again at the next start.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};
use uuid::Uuid;

use super::chain::Kind;
use super::rows::{entries, instant, int, maybe_instant, us};
use super::writer::{end_incidents, settle};
use super::{PreviousRun, Recovery, RunStart, chain, file};
use crate::airing::{Airing, Entry, IncidentKind};
use crate::outcome::{Cause, Outcome};
use crate::timetable::SlotId;

/// How far back the daemon is told what became of slots. No slot is planned longer ahead than its month.
const LOOKED_BACK: SignedDuration = SignedDuration::from_hours(24 * 40);

/// Written so that the index of open airings leads: ten years of closed ones are not looked at.
const OPEN_AIRINGS: &str = "slot.id in (select slot from airing where outcome is null)";

/// Silence a whole airing may have inside.
const WHOLE_GAP_MS: u64 = 500;

/// Rounding of a length to whole milliseconds.
const ROUNDING_MS: u64 = 1;

const NOTE_SOUNDED: &str = "chương trình dừng đột ngột khi đang phát; giờ kết thúc là lúc cuối cùng biết chắc còn phát";
const NOTE_NEVER_BEGAN: &str = "chương trình dừng đột ngột đúng lúc sắp phát; nếu đã phát thì không quá một giây";

/// Enters the run and puts right what the one before left open. Returns the run's row beside it.
pub(super) fn begin_run(path: &Path, connection: &mut Connection, start: &RunStart) -> anyhow::Result<(Recovery, i64)> {
    let previous = last_run(connection)?;
    let unclean = previous.as_ref().is_some_and(|run| !run.clean);
    if unclean {
        file::check(path, connection)?;
    }
    let power = previous.as_ref().is_some_and(|run| !run.clean && run.boot_id != start.boot_id);
    let gap_cause = if power { Cause::Power } else { Cause::Daemon };

    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let uuid = Uuid::new_v4().to_string();
    // Until its first heartbeat it has that of the run before: whether its clock is right nobody knows yet.
    let heartbeat = previous.as_ref().map_or(start.at, |run| run.heartbeat);
    tx.execute(
        "insert into run (uuid, boot_id, program, started_us, started_uptime_ms, heartbeat_us, heartbeat_uptime_ms)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?5)",
        params![uuid, start.boot_id, start.program, us(start.at), int(start.uptime_ms), us(heartbeat)],
    )?;
    let run = tx.last_insert_rowid();
    let closed_now = close_what_was_on_air(&tx, gap_cause, start.at, run)?;
    if let Some(previous) = &previous
        && unclean
    {
        // Nobody saw its incidents end: they are known to have lasted as long as the run.
        end_incidents(&tx, None, previous.heartbeat)?;
        chain::link(&tx, Kind::Run, &previous.uuid)?;
        let (kind, detail) = if power {
            (IncidentKind::PowerCut, "máy mất điện hoặc khởi động lại khi chương trình đang chạy")
        } else {
            (IncidentKind::Crash, "chương trình dừng đột ngột")
        };
        // A clock set back in between must not make the fault end before it began.
        let (began, ended) = (previous.heartbeat, start.at.max(previous.heartbeat));
        tx.execute(
            "insert into incident (kind, began_us, ended_us, detail, run) values (?1, ?2, ?3, ?4, ?5)",
            params![kind.code(), us(began), us(ended), detail, run],
        )?;
        chain::link(&tx, Kind::Incident, &tx.last_insert_rowid().to_string())?;
    }
    let since = looked_at_since(previous.as_ref(), start.at)?;
    let recovery = Recovery {
        run: uuid,
        station: tx.query_row("select uuid from station", [], |row| row.get(0))?,
        first_run: tx
            .query_row("select min(started_us) as started_us from run", [], |row| instant(row, "started_us"))?,
        previous,
        gap_cause,
        settled: settled_since(&tx, &since)?,
        open: entries(&tx, "slot.date >= ?1 and airing.outcome is null", [&since])?,
        closed_now,
    };
    tx.commit()?;
    Ok((recovery, run))
}

fn last_run(connection: &Connection) -> rusqlite::Result<Option<PreviousRun>> {
    connection
        .query_row(
            "select uuid, started_us, heartbeat_us, boot_id, ended_us from run order by id desc limit 1",
            [],
            |row| {
                Ok(PreviousRun {
                    uuid: row.get("uuid")?,
                    started: instant(row, "started_us")?,
                    heartbeat: instant(row, "heartbeat_us")?,
                    boot_id: row.get("boot_id")?,
                    clean: maybe_instant(row, "ended_us")?.is_some(),
                })
            },
        )
        .optional()
}

/// Closes open parts at the last instant they are known to have sounded and gives their airings an outcome.
fn close_what_was_on_air(
    connection: &Connection,
    cause: Cause,
    at: Timestamp,
    run: i64,
) -> rusqlite::Result<Vec<Entry>> {
    let was_closed = |entry: &Entry| -> rusqlite::Result<bool> {
        let sql = "select not exists (select 1 from part join airing on airing.id = part.airing
            where airing.slot = ?1 and part.closed = 0)";
        connection.query_row(sql, [&entry.slot.id.0], |row| row.get(0))
    };
    let mut left_open = Vec::new();
    for entry in entries(connection, OPEN_AIRINGS, [])? {
        left_open.push((was_closed(&entry)?, entry));
    }
    connection
        .execute("update part set ended_us = coalesce(heard_until_us, began_us), closed = 1 where closed = 0", [])?;
    // Stopped in order before its first sample: nothing is uncertain, and it may still be tried.
    left_open.retain(|(was_closed, entry)| !was_closed || entry.airing.as_ref().is_some_and(|a| a.played_ms() > 0));
    for (was_closed, entry) in &left_open {
        let Some(airing) = &entry.airing else { continue };
        let began = airing.parts.iter().any(|part| part.began.is_some() || part.played_ms > 0);
        let (outcome, cause, note) = if *was_closed && was_heard_whole(airing) {
            // Its last sample was written down; only the outcome was not.
            (Outcome::Aired, None, "")
        } else if began {
            (Outcome::Interrupted, Some(cause), NOTE_SOUNDED)
        } else {
            (Outcome::Interrupted, Some(cause), NOTE_NEVER_BEGAN)
        };
        settle(connection, &entry.slot.id, outcome, cause, note, at, run)?;
    }
    let mut closed = Vec::new();
    for (_, entry) in left_open {
        closed.extend(entries(connection, "slot.id = ?1", [&entry.slot.id.0])?);
    }
    Ok(closed)
}

fn was_heard_whole(airing: &Airing) -> bool {
    airing.gap_ms() <= WHOLE_GAP_MS && airing.file_ms.is_some_and(|file_ms| airing.played_ms() + ROUNDING_MS >= file_ms)
}

/// The first date of slots the daemon is told of: 40 days before the run before was last alive, or before now if the
/// clock went back. Whatever is older was settled by the runs between.
fn looked_at_since(previous: Option<&PreviousRun>, at: Timestamp) -> anyhow::Result<String> {
    let last_alive = previous.map_or(at, |run| run.heartbeat.min(at));
    Ok(TimeZone::UTC.to_datetime(last_alive.saturating_sub(LOOKED_BACK)?).date().to_string())
}

fn settled_since(connection: &Connection, date: &str) -> rusqlite::Result<BTreeSet<SlotId>> {
    let mut statement = connection.prepare(
        "select slot.id from slot join airing on airing.slot = slot.id
        where slot.date >= ?1 and airing.outcome is not null",
    )?;
    statement.query_map([date], |row| Ok(SlotId(row.get(0)?)))?.collect()
}
