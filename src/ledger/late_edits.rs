//! What edits that came too late have put in the place of slots of record: it stands here from the moment it is decided, so
//! that a run that begins after a kill has none of it heard a second time.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::rows::{entries, us};
use crate::director::Instead;
use crate::timetable::SlotId;

/// What stands in the place of a slot of a date from `?1` on, as it was last said, and has no outcome yet, or was not heard for
/// that: another edit may move it on.
const STANDING: &str = "select late_edit.slot, instead_of from late_edit join slot on slot.id = instead_of
    where slot.date >= ?1
        and late_edit.id = (select max(id) from late_edit as later where later.slot = late_edit.slot)
        and not exists (select 1 from airing where airing.slot = late_edit.slot and outcome is not null
            and cause is not 'edited_late')
    order by late_edit.id";

/// Writes down that `slot` stands in the place of a slot of record; none: not any more.
pub(super) fn note(
    connection: &Connection,
    slot: &SlotId,
    of: Option<&SlotId>,
    at: Timestamp,
    run: i64,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("insert into late_edit (slot, instead_of, at_us, run) values (?1, ?2, ?3, ?4)")?
        .execute(params![slot.0, of.map(|of| &of.0), us(at), run])?;
    Ok(())
}

/// What stands so for slots of dates from `date` on.
pub(super) fn standing(connection: &Connection, date: &str) -> rusqlite::Result<Vec<Instead>> {
    let mut statement = connection.prepare(STANDING)?;
    let pairs = statement.query_map([date], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut all = Vec::new();
    for pair in pairs {
        let (slot, of): (String, String) = pair?;
        all.extend(entries(connection, "slot.id = ?1", [of])?.into_iter().map(|entry| {
            let was_heard = entry.was_heard();
            Instead { slot: SlotId(slot.clone()), of: entry.slot, was_heard }
        }));
    }
    Ok(all)
}
