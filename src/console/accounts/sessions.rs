//! Sessions: who has logged in, by a token that only the browser has.

use data_encoding::HEXLOWER;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension as _, Row, params};
use sha2::{Digest as _, Sha256};

use super::{Account, Accounts, account, before};

/// A session ends when nothing was asked for so long.
const IDLE: SignedDuration = SignedDuration::from_hours(12);
/// It ends whatever was asked.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 7);
/// When it was last seen is written down no finer than this.
const SEEN_GRAIN: SignedDuration = SignedDuration::from_mins(1);

/// 256 bits that nobody guesses, as 64 hexadecimal digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A fresh one.
    ///
    /// # Errors
    /// The system has no randomness to give.
    pub fn fresh() -> anyhow::Result<Token> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no random numbers: {error}"))?;
        Ok(Token(HEXLOWER.encode(&bytes)))
    }

    /// One that a browser sent.
    pub fn sent(text: &str) -> Token {
        Token(text.to_owned())
    }

    /// As it goes into a cookie or a link.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

/// What a session's forms carry, so that no other site's form passes for one of ours. It follows from the token and
/// says nothing of it.
pub fn csrf_of(token: &Token) -> String {
    let hash = Sha256::new().chain_update("loa-csrf\0").chain_update(token.text()).finalize();
    HEXLOWER.encode(&hash[..16])
}

impl Accounts {
    /// Opens a session.
    ///
    /// # Errors
    /// The file could not be written, or the system has no randomness to give.
    pub fn open_session(&mut self, of: &Account, now: Timestamp) -> anyhow::Result<Token> {
        let token = Token::fresh()?;
        let (made, oldest, idle) = (now.as_microsecond(), before(now, LONGEST), before(now, IDLE));
        self.connection.execute("delete from session where made_us < ?1 or seen_us < ?2", params![oldest, idle])?;
        let sql = "insert into session (token_sha256, account, made_us, seen_us) values (?1, ?2, ?3, ?3)";
        self.connection.execute(sql, params![token.sha256().as_slice(), of.id, made])?;
        Ok(token)
    }

    /// Whose session the token is of, and notes that it was seen.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn session(&self, token: &Token, now: Timestamp) -> anyhow::Result<Option<Account>> {
        let hash = token.sha256();
        let sql = "select account.id, name, role, seen_us from session join account on account.id = session.account
            where token_sha256 = ?1 and session.made_us >= ?2 and seen_us >= ?3";
        let values = params![hash.as_slice(), before(now, LONGEST), before(now, IDLE)];
        let found = |row: &Row<'_>| Ok((account(row)?, row.get::<_, i64>("seen_us")?));
        let mut statement = self.connection.prepare_cached(sql)?;
        let Some((account, seen_us)) = statement.query_row(values, found).optional()? else {
            return Ok(None);
        };
        if seen_us < before(now, SEEN_GRAIN) {
            // A disk that takes nothing keeps nobody out.
            let values = params![hash.as_slice(), now.as_microsecond()];
            let noted = self.connection.execute("update session set seen_us = ?2 where token_sha256 = ?1", values);
            if let Err(error) = noted {
                tracing::warn!(%error, "a session's age is not written down");
            }
        }
        Ok(Some(account))
    }

    /// Whether a session goes on, by its token's hash; to ask is no sign of life.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn is_open(&self, token_sha256: &[u8; 32], now: Timestamp) -> anyhow::Result<bool> {
        let sql = "select exists (select 1 from session where token_sha256 = ?1 and made_us >= ?2 and seen_us >= ?3)";
        let values = params![token_sha256.as_slice(), before(now, LONGEST), before(now, IDLE)];
        Ok(self.connection.prepare_cached(sql)?.query_row(values, |row| row.get(0))?)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The file could not be written.
    pub fn close_session(&mut self, token: &Token) -> anyhow::Result<()> {
        let hash = token.sha256();
        self.connection.execute("delete from session where token_sha256 = ?1", [hash.as_slice()])?;
        Ok(())
    }
}
