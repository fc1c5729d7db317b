//! Beginning a run: what the run before left open is closed with what is known, in the same transaction in which the new
//! run is entered. Killed in the midst of it, it all happens again at the next start.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::apply::{end_incidents, settle};
use super::chain::Kind;
use super::rows::{entries, instant, int, maybe_instant, us};
use super::{PreviousRun, Recovery, RunStart, chain, file};
use crate::airing::{Entry, IncidentKind};
use crate::director::{BrokenOff, PartState, TakenUp, taken_up};
use crate::outcome::Cause;
use crate::timetable::SlotId;

/// How far back the daemon is told what became of slots. No slot is planned longer ahead than its month.
const LOOKED_BACK: SignedDuration = SignedDuration::from_hours(24 * 40);

/// Written so that the index of open airings leads: ten years of closed ones are not looked at.
const OPEN_AIRINGS: &str = "slot.id in (select slot from airing where outcome is null)";

/// The run that writes, as what stands beside the log names it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct OwnRun {
    pub uuid: String,
    pub start: RunStart,
}

/// Writes the run's row; returns its id. Until its first heartbeat it has the one given.
pub(super) fn enter_run(connection: &Connection, run: &OwnRun, heartbeat: Timestamp) -> rusqlite::Result<i64> {
    let OwnRun { uuid, start } = run;
    connection.execute(
        "insert into run (uuid, boot_id, program, started_us, started_uptime_ms, heartbeat_us, heartbeat_uptime_ms)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?5)",
        params![uuid, start.boot_id, start.program, us(start.at), int(start.uptime_ms), us(heartbeat)],
    )?;
    Ok(connection.last_insert_rowid())
}

/// Enters the run and puts right what the one before left open.
pub(super) fn begin_run(
    path: &Path,
    connection: &mut Connection,
    start: RunStart,
) -> anyhow::Result<(Recovery, OwnRun)> {
    let previous = last_run(connection)?;
    let unclean = previous.as_ref().is_some_and(|run| !run.clean);
    let unchecked = unclean && !file::check_if_small(path, connection)?;
    let power = previous.as_ref().is_some_and(|run| !run.clean && run.boot_id != start.boot_id);
    let gap_cause = if power { Cause::Power } else { Cause::Daemon };

    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let own = OwnRun { uuid: Uuid::new_v4().to_string(), start };
    let start = &own.start;
    // Until its first heartbeat it has that of the run before: whether its clock is right nobody knows yet.
    let run = enter_run(&tx, &own, previous.as_ref().map_or(start.at, |run| run.heartbeat))?;
    let mut gap = None;
    let (closed_now, broken_off) = take_up_what_was_on_air(&tx, gap_cause, start.at, run)?;
    if let Some(previous) = &previous
        && unclean
    {
        // Nobody saw its incidents end: they are known to have lasted as long as the run.
        end_incidents(&tx, None, previous.heartbeat)?;
        chain::link(&tx, Kind::Run, &previous.uuid)?;
        // It lasts until somebody knows by which clock the run began.
        let (kind, detail) = if power {
            (IncidentKind::PowerCut, "máy mất điện hoặc khởi động lại khi chương trình đang chạy")
        } else {
            (IncidentKind::Crash, "chương trình dừng đột ngột")
        };
        tx.execute(
            "insert into incident (kind, began_us, detail, run) values (?1, ?2, ?3, ?4)",
            params![kind.code(), us(previous.heartbeat), detail, run],
        )?;
        gap = Some(kind);
    }
    let since = looked_at_since(previous.as_ref(), start.at)?;
    let recovery = Recovery {
        run: own.uuid.clone(),
        station: tx.query_row("select uuid from station", [], |row| row.get(0))?,
        first_run: tx
            .query_row("select min(started_us) as started_us from run", [], |row| instant(row, "started_us"))?,
        previous,
        gap_cause,
        gap,
        unchecked,
        settled: settled_since(&tx, &since)?,
        open: entries(&tx, "slot.date >= ?1 and airing.outcome is null", [&since])?
            .into_iter()
            .filter(|entry| broken_off.iter().all(|broken_off| broken_off.slot.id != entry.slot.id))
            .collect(),
        broken_off,
        closed_now,
    };
    tx.commit()?;
    Ok((recovery, own))
}

pub(super) fn last_run(connection: &Connection) -> rusqlite::Result<Option<PreviousRun>> {
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

/// Closes open parts at the last instant they are known to have sounded. Airings that may not be heard again get their
/// outcome; those that may are returned beside them.
fn take_up_what_was_on_air(
    connection: &Connection,
    cause: Cause,
    at: Timestamp,
    run: i64,
) -> rusqlite::Result<(Vec<Entry>, Vec<BrokenOff>)> {
    let mut left_open = Vec::new();
    for entry in entries(connection, OPEN_AIRINGS, [])? {
        left_open.push((part_states(connection, &entry.slot.id)?, entry));
    }
    connection
        .execute("update part set ended_us = coalesce(heard_until_us, began_us), closed = 1 where closed = 0", [])?;
    let (mut closed, mut broken_off) = (Vec::new(), Vec::new());
    for (states, entry) in &left_open {
        match taken_up(entry, states, cause, at) {
            TakenUp::Untried => {}
            TakenUp::BrokenOff(off) => broken_off.push(*off),
            TakenUp::Over(outcome, cause, note) => {
                settle(connection, &entry.slot.id, outcome, cause, note, at, run)?;
                closed.extend(entries(connection, "slot.id = ?1", [&entry.slot.id.0])?);
            }
        }
    }
    Ok((closed, broken_off))
}

fn part_states(connection: &Connection, slot: &SlotId) -> rusqlite::Result<Vec<PartState>> {
    let mut statement = connection.prepare_cached(
        "select part.run, closed from part join airing on airing.id = part.airing where airing.slot = ?1 order by n",
    )?;
    let state = |row: &rusqlite::Row<'_>| Ok(PartState { run: row.get(0)?, closed: row.get(1)? });
    statement.query_map([&slot.0], state)?.collect()
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
