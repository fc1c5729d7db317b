//! Beginning a run: what the run before left open is closed with what is known, in the same transaction in which the new
//! run is entered. Killed in the midst of it, it all happens again at the next start.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::apply::{end_incidents, settle};
use super::chain::Kind;
use super::left::Blind;
use super::open_parts::{note_sleep, open_parts, sleeps};
use super::rows::{count, entries, instant, int, maybe_instant, us};
use super::write::{ClosedPart, PutRight, Settled};
use super::{PreviousRun, Recovery, RunStart, chain, late_edits, leaps, ordered, unjudged};
use crate::airing::{Entry, IncidentKind};
use crate::director::{BrokenOff, REMEMBERED, RunBefore, TakenUp, taken_up};
use crate::notes;
use crate::outcome::{Cause, Outcome};
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

/// Writes the run's row; returns its id. Until its first heartbeat it has the one given, with what the steady clock said then
/// where that is known of this boot.
pub(super) fn enter_run(
    connection: &Connection,
    run: &OwnRun,
    heartbeat: Timestamp,
    steady_ms: Option<u64>,
) -> rusqlite::Result<i64> {
    let OwnRun { uuid, start } = run;
    connection.execute(
        "insert into run (uuid, boot_id, program, started_us, started_uptime_ms, heartbeat_us, heartbeat_uptime_ms)
        values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            uuid,
            start.boot_id,
            start.program,
            us(start.at),
            int(start.uptime_ms),
            us(heartbeat),
            int(steady_ms.unwrap_or(start.uptime_ms))
        ],
    )?;
    Ok(connection.last_insert_rowid())
}

/// A run that was begun.
#[derive(Debug)]
pub(super) struct Begun {
    pub recovery: Recovery,
    pub run: OwnRun,
    /// What was put right of the run before, if that had not ended.
    pub put_right: Option<PutRight>,
}

/// Enters the run and puts right what the one before left open. `blind` is when that could write nothing down, if it could
/// not, told in a zone.
pub(super) fn begin_run(
    connection: &mut Connection,
    start: RunStart,
    blind: Option<(Blind, &TimeZone)>,
) -> anyhow::Result<Begun> {
    let previous = last_run(connection)?;
    let unclean = previous.as_ref().is_some_and(|run| !run.clean);
    let power = previous.as_ref().is_some_and(|run| !run.clean && run.boot_id != start.boot_id);
    let gap_cause = if power { Cause::Power } else { Cause::Daemon };

    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let own = OwnRun { uuid: Uuid::new_v4().to_string(), start };
    let start = &own.start;
    // Until its first heartbeat it has that of the run before: whether its clock is right nobody knows yet.
    let steady_ms = previous.as_ref().and_then(|run| run.steady_ms_in(&start.boot_id));
    let run = enter_run(&tx, &own, previous.as_ref().map_or(start.at, |run| run.heartbeat), steady_ms)?;
    let since = looked_at_since(previous.as_ref(), start.at)?;
    let before = run_before(&tx, previous.as_ref(), start, gap_cause)?;
    let mut left = take_up_what_was_on_air(&tx, &before, blind, start.at, run)?;
    if let Some(blind) = blind {
        left.closed_now.extend(settle_what_may_have_been_heard(&tx, gap_cause, blind, &since, run)?);
    }
    let ordered = ordered::take_up(&tx, start, gap_cause, run)?;
    left.closed_now.extend(ordered.lapsed);
    let put_right = match &previous {
        Some(previous) if unclean => Some(put_right(&tx, previous, power, run, &left)?),
        _ => None,
    };
    let Left { closed_now, broken_off, .. } = left;
    let recovery = Recovery {
        run: own.uuid.clone(),
        station: tx.query_row("select uuid from station", [], |row| row.get(0))?,
        first_run: tx
            .query_row("select min(started_us) as started_us from run", [], |row| instant(row, "started_us"))?,
        leaps: leaps::before(&tx, previous.as_ref(), start)?,
        previous,
        gap_cause,
        gap: put_right.as_ref().map(|put_right| put_right.gap),
        unchecked: false,
        touched: None,
        settled: settled_since(&tx, &since)?,
        open: entries(&tx, "slot.date >= ?1 and airing.outcome is null", [&since])?
            .into_iter()
            .filter(|entry| broken_off.iter().all(|broken_off| broken_off.slot.id != entry.slot.id))
            .collect(),
        instead: late_edits::standing(&tx, &since)?,
        ordered: ordered.waits,
        broken_off,
        closed_now,
        blind: blind.map(|(blind, _)| blind),
    };
    tx.commit()?;
    Ok(Begun { recovery, run: own, put_right })
}

/// Ends what the run before left without an end; `run` is the one that begins.
fn put_right(
    connection: &Connection,
    previous: &PreviousRun,
    power: bool,
    run: i64,
    left: &Left,
) -> rusqlite::Result<PutRight> {
    // Nobody saw its incidents end: they are known to have lasted as long as the run.
    end_incidents(connection, None, previous.heartbeat)?;
    chain::link(connection, Kind::Run, &previous.uuid)?;
    let (gap, detail) = if power {
        (IncidentKind::PowerCut, notes::power_cut_while_running())
    } else {
        (IncidentKind::Crash, notes::ended_abruptly())
    };
    let settled = left.closed_now.iter().filter_map(|entry| {
        let airing = entry.airing.as_ref()?;
        let (slot, note) = (entry.slot.id.clone(), airing.note.clone());
        Some(Settled { slot, outcome: airing.outcome?, cause: airing.cause, note })
    });
    let put_right = PutRight {
        previous: previous.uuid.clone(),
        heartbeat: previous.heartbeat,
        gap,
        detail,
        parts: left.parts.clone(),
        settled: settled.collect(),
    };
    note_gap(connection, &put_right, run)?;
    Ok(put_right)
}

/// Writes the incident, once. It lasts until somebody knows by which clock the run began.
fn note_gap(connection: &Connection, put_right: &PutRight, run: i64) -> rusqlite::Result<()> {
    let english = notes::read(&put_right.detail, None).en;
    connection.execute(
        "insert into incident (kind, began_us, detail, run, detail_en) select ?1, ?2, ?3, ?4, ?5
        where not exists (select 1 from incident where kind = ?1 and began_us = ?2 and run = ?4)",
        params![put_right.gap.code(), us(put_right.heartbeat), put_right.detail, run, english],
    )?;
    Ok(())
}

impl PutRight {
    /// The run before is known to have lived until then, before it is closed for good. A copy that was made by a clock ahead may
    /// have it later.
    pub fn note_heartbeat(&self, connection: &Connection) -> rusqlite::Result<()> {
        connection.execute(
            "update run set heartbeat_us = ?2
            where uuid = ?1 and ended_us is null and id = (select max(id) from run)",
            params![self.previous, us(self.heartbeat)],
        )?;
        Ok(())
    }

    /// Writes what of it the log does not have yet: nothing, but where the log was made anew since. `run` is the run that put
    /// it right.
    pub fn write(&self, connection: &Connection, run: i64) -> rusqlite::Result<()> {
        for part in &self.parts {
            connection.execute(
                "update part set began_us = coalesce(began_us, ?3), heard_until_us = ?4, played_ms = ?5, gap_ms = ?6,
                    ended_us = coalesce(?4, began_us, ?3), closed = 1
                where closed = 0 and n = ?2 and airing = (select id from airing where slot = ?1)",
                params![
                    part.slot.0,
                    part.n,
                    part.began.map(us),
                    part.heard_until.map(us),
                    int(part.played_ms),
                    int(part.gap_ms)
                ],
            )?;
        }
        for one in &self.settled {
            let open = "select 1 from slot left join airing on airing.slot = slot.id
                where slot.id = ?1 and airing.outcome is null";
            if connection.prepare_cached(open)?.exists([&one.slot.0])? {
                settle(connection, &one.slot, one.outcome, one.cause, &one.note, self.heartbeat, run)?;
            }
        }
        let lasting = "select kind from incident where ended_us is null and run = (select id from run where uuid = ?1)";
        let mut lasting = connection.prepare_cached(lasting)?;
        let kinds = lasting.query_map([&self.previous], |row| row.get::<_, String>(0))?;
        for kind in kinds.collect::<rusqlite::Result<Vec<_>>>()?.iter().filter_map(|kind| IncidentKind::from_code(kind))
        {
            end_incidents(connection, Some(kind), self.heartbeat)?;
        }
        note_gap(connection, self, run)
    }
}

pub(super) fn last_run(connection: &Connection) -> rusqlite::Result<Option<PreviousRun>> {
    let last = connection
        .query_row(
            "select uuid, started_us, started_uptime_ms, heartbeat_us, heartbeat_uptime_ms, boot_id, ended_us
            from run order by id desc limit 1",
            [],
            |row| {
                let steady_ms = count(row, "heartbeat_uptime_ms")?;
                let started_ms = count(row, "started_uptime_ms")?;
                // It never had a heartbeat of its own, and has that of a run in another boot.
                let is_of_another =
                    steady_ms == started_ms && instant(row, "heartbeat_us")? != instant(row, "started_us")?;
                Ok(PreviousRun {
                    steady_ms: (!is_of_another).then_some(steady_ms),
                    uuid: row.get("uuid")?,
                    started: instant(row, "started_us")?,
                    heartbeat: instant(row, "heartbeat_us")?,
                    boot_id: row.get("boot_id")?,
                    leapt_ms: 0,
                    has_lived: steady_ms > started_ms,
                    clean: maybe_instant(row, "ended_us")?.is_some(),
                })
            },
        )
        .optional()?;
    let with_leaps =
        |run: PreviousRun| Ok(PreviousRun { leapt_ms: leaps::told_since(connection, run.heartbeat)?, ..run });
    last.map(with_leaps).transpose()
}

/// What was on air when the run before ended, as it was closed.
struct Left {
    parts: Vec<ClosedPart>,
    /// Airings that may not be heard again, with the outcome they got.
    closed_now: Vec<Entry>,
    /// Airings that may.
    broken_off: Vec<BrokenOff>,
}

/// What is known of the run before, beside its rows.
fn run_before(
    connection: &Connection,
    previous: Option<&PreviousRun>,
    start: &RunStart,
    cause: Cause,
) -> rusqlite::Result<RunBefore> {
    let would_say = previous.and_then(|run| run.would_say_at(start));
    Ok(RunBefore {
        cause,
        alive: previous.filter(|run| run.has_lived).map(|run| run.heartbeat),
        in_doubt: ordered::was_in_doubt(connection)?,
        set_since: would_say.map_or(SignedDuration::ZERO, |would_say| start.at.duration_since(would_say)),
    })
}

/// Closes open parts at the last instant they are known to have sounded. Airings that may not be heard again get their
/// outcome.
fn take_up_what_was_on_air(
    connection: &Connection,
    before: &RunBefore,
    blind: Option<(Blind, &TimeZone)>,
    at: Timestamp,
    run: i64,
) -> rusqlite::Result<Left> {
    let (sleeps, mut left_open) = (sleeps(connection)?, Vec::new());
    note_sleep(connection, &sleeps)?;
    for entry in entries(connection, OPEN_AIRINGS, [])? {
        left_open.push((unjudged::states(connection, &entry.slot.id)?, entry));
    }
    let parts = open_parts(connection)?;
    connection
        .execute("update part set ended_us = coalesce(heard_until_us, began_us), closed = 1 where closed = 0", [])?;
    let (mut closed_now, mut broken_off) = (Vec::new(), Vec::new());
    for ((states, sent), entry) in &left_open {
        match taken_up(entry, (states, sent.as_ref()), &sleeps, before, at, blind.is_some()) {
            TakenUp::Untried => {}
            TakenUp::BrokenOff(off) => broken_off.push(*off),
            TakenUp::Over(outcome, cause, note) => {
                let unseen = blind.filter(|_| outcome != Outcome::Aired);
                let note = unseen
                    .map_or_else(|| note.clone(), |(blind, zone)| format!("{note}; {}", blind.may_have_gone_on(zone)));
                // By a clock in doubt nothing begins but what a person orders.
                let doubt = (before.in_doubt && entry.slot.asked_by.is_some()).then(notes::clock_in_doubt);
                let said = [Some(note), doubt].into_iter().flatten().filter(|said| !said.is_empty());
                let note = said.collect::<Vec<_>>().join("; ");
                settle(connection, &entry.slot.id, outcome, cause, &note, at, run)?;
                closed_now.extend(entries(connection, "slot.id = ?1", [&entry.slot.id.0])?);
            }
        }
    }
    Ok(Left { parts, closed_now, broken_off })
}

/// What was due while nothing could be written down may have been heard: it is not heard again, and its row says so.
fn settle_what_may_have_been_heard(
    connection: &Connection,
    cause: Cause,
    (blind, zone): (Blind, &TimeZone),
    since: &str,
    run: i64,
) -> rusqlite::Result<Vec<Entry>> {
    let note = blind.may_have_been_heard(zone);
    let mut settled = Vec::new();
    for entry in entries(connection, "slot.date >= ?1 and airing.outcome is null", [since])? {
        let id = &entry.slot.id;
        if blind.hides(&entry.slot) {
            settle(connection, id, Outcome::Missed, Some(cause), &note, blind.to, run)?;
            settled.extend(entries(connection, "slot.id = ?1", [&id.0])?);
        }
    }
    Ok(settled)
}

/// The first date of slots the daemon is told of: 40 days before the run before was last alive, or before now if the
/// clock went back. Whatever is older was settled by the runs between.
fn looked_at_since(previous: Option<&PreviousRun>, at: Timestamp) -> anyhow::Result<String> {
    let last_alive = previous.map_or(at, |run| run.heartbeat.min(at));
    Ok(TimeZone::UTC.to_datetime(last_alive.saturating_sub(LOOKED_BACK)?).date().to_string())
}

/// Of [`settled_since`]: some twice, for `union` would have the database walk both tables whole, sorted, to merge them.
const SETTLED_SINCE: &str = "select slot.id from slot join airing on airing.slot = slot.id
    where slot.date >= ?1 and airing.outcome is not null
    union all
    select slot from airing where slot is not null and outcome is not null and id > (select max(id) from airing) - ?2";

/// Those of dates from `date` on, and the latest whatever their dates: the clock by which that date is may be wrong.
fn settled_since(connection: &Connection, date: &str) -> rusqlite::Result<BTreeSet<SlotId>> {
    let mut statement = connection.prepare(SETTLED_SINCE)?;
    statement
        .query_map(params![date, i64::try_from(REMEMBERED).unwrap_or(i64::MAX)], |row| Ok(SlotId(row.get(0)?)))?
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::file;

    /// Ten years of airings are not walked to learn what the last weeks were.
    #[test]
    fn what_a_start_asks_of_the_log_walks_no_table_whole() {
        let folder = tempfile::tempdir().unwrap();
        let log = file::open_for_writing(&folder.path().join("ledger.db"), Timestamp::UNIX_EPOCH, "loa").unwrap();
        let open = format!("select slot.id from slot left join airing on airing.slot = slot.id where {OPEN_AIRINGS}");
        for sql in [SETTLED_SINCE, &open] {
            let mut plan = log.prepare(&format!("explain query plan {sql}")).unwrap();
            let values = vec![rusqlite::types::Null; plan.parameter_count()];
            let steps =
                plan.query_map(rusqlite::params_from_iter(values), |row| row.get::<_, String>("detail")).unwrap();
            let steps: Vec<String> = steps.collect::<Result<_, _>>().unwrap();
            assert!(steps.iter().any(|step| step.starts_with("SEARCH")), "{steps:?}");
            // The index of what is open holds a handful.
            assert!(!steps.iter().any(|step| step.starts_with("SCAN") && !step.ends_with("airing_open")), "{steps:?}");
        }
    }
}
