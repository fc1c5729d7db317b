//! Parts that a run left open, as the next start finds them, and how long of them nothing of the program ran.

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::rows::{count, instant, int, maybe_instant};
use super::write::ClosedPart;
use crate::airing::Part;
use crate::director::Asleep;
use crate::timetable::SlotId;

/// So many of the last incidents are asked when the PC slept under an airing that was left open.
const INCIDENTS_LOOKED_AT: i64 = 1_000;

/// When nothing of the program ran, as the incidents of the runs before say.
pub(super) fn sleeps(connection: &Connection) -> rusqlite::Result<Vec<Asleep>> {
    let mut statement = connection.prepare(
        "select began_us, ended_us from incident
        where kind = 'asleep' and id > (select coalesce(max(id), 0) from incident) - ?1",
    )?;
    let sleep = |row: &Row<'_>| {
        let to = maybe_instant(row, "ended_us")?.unwrap_or(Timestamp::MAX);
        Ok(Asleep { from: instant(row, "began_us")?, to })
    };
    statement.query_map([INCIDENTS_LOOKED_AT], sleep)?.collect()
}

/// Of a part that was never closed the log has but the silence that was told while it sounded: that of a sleep is known all the
/// same.
pub(super) fn note_sleep(connection: &Connection, sleeps: &[Asleep]) -> rusqlite::Result<()> {
    for ClosedPart { slot, n, began, heard_until, played_ms, gap_ms } in open_parts(connection)? {
        let part = Part { began, ended: heard_until, played_ms, gap_ms, ..Part::default() };
        connection.execute(
            "update part set gap_ms = max(gap_ms, ?3)
            where closed = 0 and n = ?2 and airing = (select id from airing where slot = ?1)",
            params![slot.0, n, int(Asleep::slept_ms(sleeps, &part))],
        )?;
    }
    Ok(())
}

pub(super) fn open_parts(connection: &Connection) -> rusqlite::Result<Vec<ClosedPart>> {
    let mut statement = connection.prepare(
        "select airing.slot, n, began_us, heard_until_us, played_ms, gap_ms
        from part join airing on airing.id = part.airing where closed = 0",
    )?;
    let part = |row: &Row<'_>| {
        Ok(ClosedPart {
            slot: SlotId(row.get("slot")?),
            n: row.get("n")?,
            began: maybe_instant(row, "began_us")?,
            heard_until: maybe_instant(row, "heard_until_us")?,
            played_ms: count(row, "played_ms")?,
            gap_ms: count(row, "gap_ms")?,
        })
    };
    statement.query_map([], part)?.collect()
}
