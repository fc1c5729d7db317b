//! Who changed what.

use jiff::Timestamp;
use rusqlite::params;

use super::Accounts;

/// So many are kept.
const KEPT: i64 = 100_000;

/// What somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// When.
    pub at: Timestamp,
    /// The account's name; for a failed login the name that was tried.
    pub who: String,
    /// A code (`login`, `emergency`, `station`).
    pub what: String,
    /// What of it, in words or as a key.
    pub detail: String,
}

impl Accounts {
    /// Writes down who did what.
    ///
    /// # Errors
    /// The file could not be written.
    pub fn note_deed(&mut self, who: &str, what: &str, detail: &str, now: Timestamp) -> anyhow::Result<()> {
        let values = params![now.as_microsecond(), who, what, detail];
        self.connection.execute("insert into deed (at_us, who, what, detail) values (?1, ?2, ?3, ?4)", values)?;
        self.connection.execute("delete from deed where id <= (select max(id) from deed) - ?1", [KEPT])?;
        Ok(())
    }

    /// The latest deeds, the latest first.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn deeds(&self, most: u32) -> anyhow::Result<Vec<Deed>> {
        let sql = "select at_us, who, what, detail from deed order by id desc limit ?1";
        let mut statement = self.connection.prepare(sql)?;
        let deeds = statement.query_map([most], |row| {
            let at = Timestamp::from_microsecond(row.get("at_us")?).unwrap_or(Timestamp::UNIX_EPOCH);
            Ok(Deed { at, who: row.get("who")?, what: row.get("what")?, detail: row.get("detail")? })
        })?;
        Ok(deeds.collect::<rusqlite::Result<_>>()?)
    }
}
