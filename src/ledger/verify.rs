//! Holding the whole log against its chain.

use jiff::Timestamp;
use rusqlite::Connection;

use super::chain::{self, Kind};
use super::extract::{Recorded, each_link};
use super::incidents;
use super::rows::instant;
use super::walk::{Finding, Verdict, Walk};
use crate::airing::Incident;

/// Slots that were armed so long before the last heartbeat must have an outcome: three days, in µs.
const SETTLED_WITHIN_US: i64 = 3 * 24 * 3600 * 1_000_000;

/// The verdict on a whole log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// What the walk found.
    pub verdict: Verdict,
    /// The links that were made when the log was brought up to the schema that has a chain, and when that was: what happened
    /// to their rows before, nobody can tell. None if the log always had one.
    pub chained_later: Option<(i64, Timestamp)>,
    /// When another hand was at the log, as it says itself: where it was made anew, its chain is whole from then on, and what
    /// had left the PC before fits no more.
    pub touched: Vec<Incident>,
}

/// Reads the log once, at one instant. `tell` is told after each link how many there are behind and in all.
pub(super) fn verify(
    connection: &Connection,
    wanted: Option<&str>,
    tell: &mut dyn FnMut(usize, usize),
) -> rusqlite::Result<Checked> {
    let tx = connection.unchecked_transaction()?;
    let links: i64 = tx.query_row("select count(*) from chain", [], |row| row.get(0))?;
    let links = usize::try_from(links).unwrap_or(0);
    let mut walk = Walk::new(None, wanted);
    let mut done = 0;
    each_link(&tx, 0, &mut |Recorded { link, record }| {
        walk.step(link, record);
        done += 1;
        tell(done, links);
    })?;
    look_for_what_no_link_has(&tx, &mut walk)?;
    let touched = incidents::touched(&tx, Timestamp::MIN)?;
    Ok(Checked { verdict: walk.end(), chained_later: chained_later(&tx)?, touched })
}

fn look_for_what_no_link_has(connection: &Connection, walk: &mut Walk) -> rusqlite::Result<()> {
    for kind in Kind::ALL {
        let mut statement = connection.prepare(chain::closed(*kind))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let reference: String = row.get(0)?;
            if !walk.has_seen(*kind, &reference) {
                walk.add(Finding::Inserted { kind: *kind, reference });
            }
        }
    }
    let mut statement = connection.prepare(
        "select slot.id from slot left join airing on airing.slot = slot.id
        where airing.outcome is null and max(slot.frozen_us, slot.planned_us) < (select max(heartbeat_us) from run) - ?1",
    )?;
    for slot in statement.query_map([SETTLED_WITHIN_US], |row| row.get(0))? {
        walk.add(Finding::NoOutcome { slot: slot? });
    }
    Ok(())
}

fn chained_later(connection: &Connection) -> rusqlite::Result<Option<(i64, Timestamp)>> {
    // A log that always had a chain begins with its station and its only version.
    let sql = "select seq - 1 as links, at_us from chain join version on chain.reference = cast(number as text)
        where kind = 'version' and number = ?1 and seq > 2";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([super::file::CHAINED_SINCE])?;
    rows.next()?.map(|row| Ok((row.get("links")?, instant(row, "at_us")?))).transpose()
}
