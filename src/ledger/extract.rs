//! A stretch of the chain with the records it vouches for, for those who have no log to look them up in.

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, Transaction, params};

use super::chain::{self, GENESIS, Head, Kind, RECORD_VERSION};
use super::reader::{self, Reader, Revision};
use super::rows::us;
use super::walk::Link;

/// A link and the record of what it vouches for, as canonical JSON; none if rows of it are gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The link.
    pub link: Link,
    /// What its hash covers beside the hash before.
    pub record: Option<String>,
}

/// Links without a gap, to the newest one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extract {
    /// The link before the first: what its hash is made with. `seq` 0 where the log begins.
    pub before: Head,
    /// In order.
    pub links: Vec<Recorded>,
}

impl Reader {
    /// Holds the log as it is at this moment for all that is read until the answer is dropped.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn at_one_instant(&self) -> anyhow::Result<Transaction<'_>> {
        Ok(self.connection.unchecked_transaction()?)
    }

    /// The chain from the first link that has to do with the broadcasts of the dates from `from` to `to` (their airings, the
    /// schedules they were planned from, corrections, incidents between the instants of `touching`) to the newest.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn extract(&self, (from, to): (Date, Date), touching: (Timestamp, Timestamp)) -> anyhow::Result<Extract> {
        let first: Option<i64> = self.connection.query_row(
            "select min(seq) from chain where
                (kind = 'airing' and reference in (select id from slot where date between ?1 and ?2))
                or (kind = 'correction' and reference in (select uuid from correction where date between ?1 and ?2))
                or (kind = 'incident' and reference in (select cast(id as text) from incident
                    where began_us < ?4 and (ended_us is null or ended_us >= ?3)))
                or (kind = 'reading' and reference in (select cast(reading.id as text) from reading
                    join revision on revision.id = reading.revision
                    where sha256 in (select revision from slot where date between ?1 and ?2)))",
            params![from.to_string(), to.to_string(), us(touching.0), us(touching.1)],
            |row| row.get(0),
        )?;
        let newest = chain::head(&self.connection)?.unwrap_or(Head { seq: 0, hash: GENESIS });
        let after = first.map_or(newest.seq, |first| first - 1);
        let before = if after == 0 {
            Head { seq: 0, hash: GENESIS }
        } else {
            let sql = "select seq, hash from chain where seq = ?1";
            self.connection.query_row(sql, [after], |row| Ok(Head { seq: row.get(0)?, hash: row.get(1)? }))?
        };
        let mut links = Vec::new();
        each_link(&self.connection, after, &mut |one| links.push(one))?;
        Ok(Extract { before, links })
    }

    /// The schedules from which the slots of these dates were planned, each once, in the order in which they came into force.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn revisions(&self, from: Date, to: Date) -> anyhow::Result<Vec<Revision>> {
        let mut statement = self.connection.prepare(
            "select month, station_text, schedule_text, sha256, min(read_us) as read_us
            from reading join revision on revision.id = reading.revision
            where sha256 in (select revision from slot where date between ?1 and ?2)
            group by revision.id order by min(reading.id)",
        )?;
        let revisions = statement.query_map(params![from.to_string(), to.to_string()], |row| reader::revision(row))?;
        Ok(revisions.collect::<rusqlite::Result<_>>()?)
    }
}

/// Each link after `after` with its record, in order; of a kind or version that this program does not know no record.
pub(super) fn each_link(connection: &Connection, after: i64, tell: &mut dyn FnMut(Recorded)) -> rusqlite::Result<()> {
    let mut statement = connection
        .prepare("select seq, kind, reference, record_version, hash from chain where seq > ?1 order by seq")?;
    let mut rows = statement.query([after])?;
    while let Some(row) = rows.next()? {
        let known = row.get::<_, i64>("record_version")? == RECORD_VERSION;
        let kind = Kind::from_code(&row.get::<_, String>("kind")?).filter(|_| known);
        let link = Link { seq: row.get("seq")?, kind, reference: row.get("reference")?, hash: row.get("hash")? };
        let record = kind.map(|kind| chain::record(connection, kind, &link.reference)).transpose()?.flatten();
        tell(Recorded { link, record });
    }
    Ok(())
}
