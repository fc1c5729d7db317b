//! What a person ordered and is not heard yet, be it a repeat of an emergency. By which clock its instant is nobody knows once that
//! was set; by the one that never steps another run in the same boot knows when it is due. What was ordered by a clock in doubt is not
//! of record before that.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, params};

use super::RunStart;
use super::apply::settle;
use super::rows::{SlotRow, count, entries, insert_slot, int};
use crate::airing::{Entry, IncidentKind};
use crate::notes;
use crate::outcome::{Cause, Outcome};
use crate::timetable::Slot;

/// What was not tried yet, in the order in which it was ordered: in the boot `?1`, or in another without a row of record by a
/// clock that may have been trusted since.
const WAITING: &str = "select ordered.slot, due_uptime_ms, boot_id = ?1 as is_of_this_boot
    from ordered
        join run on run.id = ordered.run
        left join slot as known on known.id = ordered.slot ->> 'id'
        left join airing on airing.slot = known.id
    where airing.id is null and (boot_id = ?1 or known.id is null) order by ordered.id";

/// What a start makes of it.
#[derive(Debug)]
pub(super) struct Ordered {
    /// What is still to be heard, at instants by the clock of the start.
    pub waits: Vec<Slot>,
    /// What nobody knows the time of any more, as it was settled.
    pub lapsed: Vec<Entry>,
}

/// Writes down what is due so long after the boot.
pub(super) fn note(connection: &Connection, slot: &SlotRow, due_uptime_ms: u64, run: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("insert into ordered (slot, due_uptime_ms, run) values (?1, ?2, ?3)")?
        .execute(params![slot.json(), int(due_uptime_ms), run])?;
    Ok(())
}

/// Whether the run before ended while its clock was not trusted.
pub(super) fn was_in_doubt(connection: &Connection) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("select 1 from incident where kind = ?1 and ended_us is null")?
        .exists([IncidentKind::ClockUntrusted.code()])
}

/// Takes over what the runs before were ordered. Since another boot nobody knows how long ago that was: it is missed for what
/// ended the run before, in a row that says so.
pub(super) fn take_up(connection: &Connection, start: &RunStart, cause: Cause, run: i64) -> anyhow::Result<Ordered> {
    let mut statement = connection.prepare(WAITING)?;
    let rows = statement.query_map([&start.boot_id], |row| {
        Ok((row.get::<_, String>("slot")?, count(row, "due_uptime_ms")?, row.get::<_, bool>("is_of_this_boot")?))
    })?;
    let mut all = Ordered { waits: Vec::new(), lapsed: Vec::new() };
    for row in rows.collect::<rusqlite::Result<Vec<_>>>()? {
        let (slot, due_uptime_ms, is_of_this_boot) = row;
        let slot = SlotRow::from_json(&slot)?;
        if is_of_this_boot {
            let planned = instant_of(due_uptime_ms, start);
            all.waits.extend(read(connection, &slot, run)?.map(|slot| Slot { planned, ..slot }));
            continue;
        }
        insert_slot(connection, &slot, run)?;
        for entry in entries(connection, "slot.id = ?1", [slot.id()])? {
            let id = &entry.slot.id;
            settle(connection, id, Outcome::Missed, Some(cause), &notes::ordered_in_doubt(), start.at, run)?;
        }
        all.lapsed.extend(entries(connection, "slot.id = ?1", [slot.id()])?);
    }
    Ok(all)
}

/// What the clock of a start shows so long after the boot.
fn instant_of(uptime_ms: u64, start: &RunStart) -> Timestamp {
    let ahead = int(uptime_ms).saturating_sub(int(start.uptime_ms));
    start.at.checked_add(SignedDuration::from_millis(ahead)).unwrap_or(start.at)
}

/// The slot of a row that is not there: read where nothing of it stays.
fn read(connection: &Connection, slot: &SlotRow, run: i64) -> rusqlite::Result<Option<Slot>> {
    connection.execute_batch("savepoint ordered")?;
    let read = insert_slot(connection, slot, run).and_then(|()| entries(connection, "slot.id = ?1", [slot.id()]));
    connection.execute_batch("rollback to ordered; release ordered")?;
    Ok(read?.pop().map(|entry| entry.slot))
}
