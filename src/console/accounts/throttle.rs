//! Logging in, and how often it may be tried: after some failures each further one is waited for longer.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension as _, params};

use super::{Account, Accounts, before, key, password};

/// Failures of one name, and from one address, that cost nothing: several people may sit behind one address.
const FREE_OF_NAME: i64 = 5;
const FREE_FROM: i64 = 20;
/// The first wait; each failure doubles it.
const FIRST_WAIT_S: i64 = 15;
const LONGEST_WAIT_S: i64 = 15 * 60;
/// Failures are forgotten after so long.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(24);

/// What a try to log in came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Knocks {
    /// The password is right.
    Welcome(Account),
    /// Name or password is wrong.
    Wrong,
    /// Too many failures: nothing was looked at.
    Wait {
        /// For so long.
        seconds: i64,
    },
}

impl Accounts {
    /// How long a name or an address has to wait before it may be tried; none if it may now.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn to_wait(&self, name: &str, from: &str, now: Timestamp) -> anyhow::Result<Option<i64>> {
        let mut longest = None;
        for (what, free) in [(of_name(name), FREE_OF_NAME), (of_address(from), FREE_FROM)] {
            let sql = "select failures, last_us from attempt where what = ?1 and last_us >= ?2";
            let values = params![what, before(now, FORGOTTEN)];
            let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?));
            let Some((failures, last_us)) = self.connection.query_row(sql, values, read).optional()? else { continue };
            let over = failures - free;
            if over < 0 {
                continue;
            }
            let wait_s = FIRST_WAIT_S.saturating_mul(1 << over.min(16)).min(LONGEST_WAIT_S);
            // By a clock that was set back nobody waits for longer than the wait.
            let passed_s = ((now.as_microsecond() - last_us) / 1_000_000).max(0);
            if passed_s < wait_s {
                longest = longest.max(Some(wait_s - passed_s));
            }
        }
        Ok(longest)
    }

    /// Notes a failure.
    ///
    /// # Errors
    /// The file could not be written.
    pub fn note_failure(&mut self, name: &str, from: &str, now: Timestamp) -> anyhow::Result<()> {
        self.connection.execute("delete from attempt where last_us < ?1", [before(now, FORGOTTEN)])?;
        for what in [of_name(name), of_address(from)] {
            let sql = "insert into attempt (what, failures, last_us) values (?1, 1, ?2)
                on conflict (what) do update set failures = failures + 1, last_us = ?2";
            self.connection.execute(sql, params![what, now.as_microsecond()])?;
        }
        Ok(())
    }

    /// The name's failures are forgotten: its owner has come.
    ///
    /// # Errors
    /// The file could not be written.
    pub fn forget_failures(&mut self, name: &str) -> anyhow::Result<()> {
        self.connection.execute("delete from attempt where what = ?1", [of_name(name)])?;
        Ok(())
    }

    /// The hash to hold a password against, and whose it is.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn to_match(&self, name: &str) -> anyhow::Result<Option<(Account, String)>> {
        self.with_hash(name)
    }
}

/// Holds a password against what [`Accounts::to_match`] gave. Takes some ten milliseconds; the file need not be held
/// meanwhile.
pub fn right_password(written: &str, of: Option<&(Account, String)>) -> bool {
    password::matches(written, of.map(|(_, hash)| hash.as_str()))
}

fn of_name(name: &str) -> String {
    // A name that no account may have fills no table.
    format!("name:{}", key(name).chars().take(64).collect::<String>())
}

fn of_address(from: &str) -> String {
    format!("from:{from}")
}
