//! What a start judges an airing by that was left without an outcome, beside what its row says of it: what is known of its
//! parts, and whether it was sent whole and waited for the monitor's word when its run ended.

use rusqlite::{Connection, Row, params};

use super::rows::{count, int};
use crate::director::{PartState, SentWhole};
use crate::outcome::Cause;
use crate::timetable::SlotId;

/// So many of the last rows are looked at: what waits does so for seconds, and few at a time.
const LOOKED_AT: i64 = 1_000;

/// Writes down that it was sent whole, with what is to be noted beside its outcome.
pub(super) fn note(connection: &Connection, slot: &SlotId, note: &str, run: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("insert into unjudged (slot, note, run) values (?1, ?2, ?3)")?
        .execute(params![slot.0, note, run])?;
    Ok(())
}

/// Nothing was heard of what waits, for so long; how many rows that made: none if it does not wait, or no more.
pub(super) fn note_unheard(
    connection: &Connection,
    slot: &SlotId,
    cause: Cause,
    for_ms: u64,
    run: i64,
) -> rusqlite::Result<usize> {
    connection
        .prepare_cached(
            "insert into unjudged (slot, note, unheard_cause, unheard_ms, run)
            select slot, note, ?2, ?3, ?4 from unjudged
            where slot = ?1 and id > (select max(id) from unjudged) - ?5
                and exists (select 1 from airing where airing.slot = ?1 and outcome is null)
            order by id desc limit 1",
        )?
        .execute(params![slot.0, cause.code(), int(for_ms), run, LOOKED_AT])
}

/// What is known of its parts, and whether it was sent whole.
pub(super) fn states(connection: &Connection, slot: &SlotId) -> rusqlite::Result<(Vec<PartState>, Option<SentWhole>)> {
    Ok((part_states(connection, slot)?, sent_whole(connection, slot)?))
}

fn sent_whole(connection: &Connection, slot: &SlotId) -> rusqlite::Result<Option<SentWhole>> {
    let mut statement = connection.prepare_cached(
        "select note, unheard_cause, unheard_ms from unjudged
        where slot = ?1 and id > (select max(id) from unjudged) - ?2 order by id",
    )?;
    let mut sent: Option<SentWhole> = None;
    for row in statement.query_map(params![slot.0, LOOKED_AT], |row| Ok((row.get("note")?, unheard(row)?)))? {
        let (note, unheard): (String, Option<(Cause, u64)>) = row?;
        let sent = sent.get_or_insert_default();
        sent.note = note;
        sent.unheard.extend(unheard);
    }
    Ok(sent)
}

fn unheard(row: &Row<'_>) -> rusqlite::Result<Option<(Cause, u64)>> {
    let cause: Option<String> = row.get("unheard_cause")?;
    let for_ms: Option<i64> = row.get("unheard_ms")?;
    let for_ms = for_ms.and_then(|for_ms| u64::try_from(for_ms).ok());
    Ok(cause.and_then(|code| Cause::from_code(&code)).zip(for_ms))
}

fn part_states(connection: &Connection, slot: &SlotId) -> rusqlite::Result<Vec<PartState>> {
    let mut statement = connection.prepare_cached(
        "select part.run, closed, waited_ms, unheard_cause, unheard_ms, ended_by
        from part join airing on airing.id = part.airing where airing.slot = ?1 order by n",
    )?;
    let state = |row: &Row<'_>| {
        Ok(PartState {
            run: row.get("run")?,
            closed: row.get("closed")?,
            waited_ms: count(row, "waited_ms")?,
            unheard: unheard(row)?,
            ended_by: row.get("ended_by")?,
        })
    };
    statement.query_map([&slot.0], state)?.collect()
}
