//! What the clock leapt over before a run began: while the runs before were at work, as their incidents say, and over the end
//! of the last one, as the clock that nobody sets says.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Row, params};

use super::rows::{count, instant, us};
use super::{PreviousRun, RunStart};
use crate::airing::IncidentKind;
use crate::director::{Leap, leaps_of};
use crate::instants;

/// What a clock leapt over longer ago than this has its outcomes.
const LOOKED_BACK: SignedDuration = SignedDuration::from_hours(24);

impl PreviousRun {
    /// What the clock would say at that start, had nobody set it since the run is last known to have lived, but for the leaps
    /// that were told since; none where the PC was started anew in between.
    pub fn would_say_at(&self, start: &RunStart) -> Option<Timestamp> {
        let passed_ms = start.uptime_ms.checked_sub(self.steady_ms_in(&start.boot_id)?)?;
        self.heartbeat.checked_add(instants::of_ms(passed_ms.saturating_add(self.leapt_ms))).ok()
    }
}

/// By how much the clock leapt on after that heartbeat, as the runs told that have had none of their own since, in ms. What a
/// clock in doubt showed lies before the heartbeat, and is no leap from there.
pub(super) fn told_since(connection: &Connection, heartbeat: Timestamp) -> rusqlite::Result<u64> {
    connection.query_row(
        "select coalesce(sum(ended_us - began_us) / 1000, 0) as leapt_ms from incident
        where kind = ?1 and began_us >= ?2 and ended_us > began_us
            and run > (select coalesce(max(id), 0) from run where heartbeat_uptime_ms > started_uptime_ms)",
        params![IncidentKind::ClockStep.code(), us(heartbeat)],
        |row| count(row, "leapt_ms"),
    )
}

/// What a run that begins now has behind it.
pub(super) fn before(
    connection: &Connection,
    previous: Option<&PreviousRun>,
    start: &RunStart,
) -> rusqlite::Result<Vec<Leap>> {
    let Some(previous) = previous else { return Ok(Vec::new()) };
    let since = instants::earlier(previous.heartbeat, LOOKED_BACK);
    let mut statement = connection.prepare(
        "select began_us, ended_us from incident where kind = ?1 and ended_us is not null and ended_us >= ?2 order by id",
    )?;
    let step = |row: &Row<'_>| Ok(Leap { from: instant(row, "began_us")?, to: instant(row, "ended_us")? });
    let steps = statement.query_map(params![IncidentKind::ClockStep.code(), us(since)], step)?;
    let steps = steps.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(leaps_of(steps.into_iter().chain(previous.would_say_at(start).and_then(|from| Leap::between(from, start.at)))))
}
