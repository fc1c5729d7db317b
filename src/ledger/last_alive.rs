//! When a run that left rows beside the log is known to have lived last.

use rusqlite::{Connection, params};

use super::rows::{int, us};
use super::write::{Numbered, Write};
use crate::airing::IncidentKind;
use crate::instants::ms_between;

/// A run whose last row tells of an instant lived then, and its clock that nobody sets said so much more than at its heartbeat. While
/// its clock is in doubt nobody knows when that was; what it lived through by another clock, before it trusted one again, is no later
/// than that.
pub(super) fn note_last_alive(connection: &Connection, run: i64, writes: &[Numbered]) -> rusqlite::Result<()> {
    let trusted =
        |one: &Numbered| matches!(&one.write, Write::IncidentEnded { kind: IncidentKind::ClockUntrusted, .. });
    let trusted_anew = writes.iter().rposition(trusted);
    let told = match trusted_anew {
        Some(place) => writes[place..].iter().filter_map(|one| one.write.tells_of()).max(),
        None => writes.iter().rev().find_map(|one| one.write.tells_of()),
    };
    connection.execute(
        "update run set heartbeat_us = ?2,
            heartbeat_uptime_ms = heartbeat_uptime_ms + max(0, (?2 - heartbeat_us) / 1000 - ?4)
        where id = ?1 and ended_us is null and ?2 is not null and (?2 > heartbeat_us or ?5)
        and not exists (select 1 from incident where kind = ?3 and ended_us is null)",
        params![run, told.map(us), IncidentKind::ClockUntrusted.code(), int(leapt_ms(writes)), trusted_anew.is_some()],
    )?;
    Ok(())
}

/// By how much the clock was set on behind the newest heartbeat, in ms.
fn leapt_ms(writes: &[Numbered]) -> u64 {
    let heartbeat = writes.iter().rposition(|one| matches!(one.write, Write::Heartbeat { .. }));
    let (mut from, mut leapt_ms) = (None, 0);
    for one in &writes[heartbeat.map_or(0, |place| place + 1)..] {
        match &one.write {
            Write::IncidentBegan { kind: IncidentKind::ClockStep, at, .. } => from = Some(*at),
            Write::IncidentEnded { kind: IncidentKind::ClockStep, at } => {
                leapt_ms += from.take().map_or(0, |from| ms_between(from, *at));
            }
            _ => {}
        }
    }
    leapt_ms
}
