//! `var/accounts.db`: accounts, their sessions, failed logins, and who did what. Passwords are kept as argon2id, tokens as
//! their hash alone, so that the file gives nobody away who has it.

use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Row, TransactionBehavior, params};
use unicode_normalization::UnicodeNormalization as _;

use super::role::Role;
use crate::files;
use crate::problem::{Text, is_hidden};

mod deeds;
mod keeper;
mod password;
mod sessions;
mod throttle;

pub use deeds::{Act, Deed};
pub use keeper::Keeper;
pub use password::{PASSWORD_LENGTH, Password};
pub use sessions::{Token, csrf_of};
pub use throttle::{Knocks, right_password};

/// Of the tables of `schema.sql`.
const VERSION: i64 = 2;
/// How long another program's write is waited for.
const BUSY: Duration = Duration::from_secs(2);
/// What an account's name may measure, in characters.
const NAME_LENGTH: std::ops::RangeInclusive<usize> = 2..=60;

/// Somebody who may log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// In the database.
    pub id: i64,
    /// As it was typed.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

/// The open file.
#[derive(Debug)]
pub struct Accounts {
    connection: Connection,
}

impl Accounts {
    /// Opens or makes the file, which its owner alone may read.
    ///
    /// # Errors
    /// A sentence for the user: it cannot be written, is damaged, or was made by a newer Loa.
    pub fn open(path: &Path) -> Result<Accounts, Text> {
        let failed = |why: Text| {
            let shown = path.display();
            Text::new(
                format!(
                    "không mở được tệp tài khoản `{shown}`: {}; xem quyền đọc và ghi, hoặc chép lại tệp từ bản lưu",
                    why.vi
                ),
                format!(
                    "the accounts `{shown}` cannot be opened: {}; look at the rights to it, or put it back from a copy",
                    why.en
                ),
            )
        };
        files::owners_only(path).map_err(|error| failed(files::cause(&error)))?;
        let connection = connect(path).map_err(|error| failed(Text::new(error.to_string(), error.to_string())))?;
        Ok(Accounts { connection })
    }

    /// Everybody, by name.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn all(&self) -> anyhow::Result<Vec<Account>> {
        let mut statement = self.connection.prepare("select id, name, role from account order by name_key")?;
        let accounts = statement.query_map([], account)?;
        Ok(accounts.collect::<rusqlite::Result<_>>()?)
    }

    /// Whether there is nobody yet.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn is_empty(&self) -> anyhow::Result<bool> {
        Ok(self.connection.query_row("select not exists (select 1 from account)", [], |row| row.get(0))?)
    }

    /// Adds one.
    ///
    /// # Errors
    /// A sentence for the user: the name is taken or no name, or the file cannot be written.
    pub fn add(&mut self, name: &str, role: Role, password: &Password, now: Timestamp) -> Result<Account, Text> {
        let name = name_of(name)?;
        let sql = "insert into account (name, name_key, role, password, made_us) values (?1, ?2, ?3, ?4, ?5)";
        let values = params![name, key(&name), role.code(), password.hash(), now.as_microsecond()];
        match self.connection.execute(sql, values) {
            Ok(_) => Ok(Account { id: self.connection.last_insert_rowid(), name, role }),
            Err(rusqlite::Error::SqliteFailure(error, _)) if error.code == rusqlite::ErrorCode::ConstraintViolation => {
                Err(Text::new(
                    format!("đã có tài khoản tên `{name}`; hãy chọn tên khác"),
                    format!("there is an account named `{name}` already; choose another name"),
                ))
            }
            Err(error) => Err(unwritten(&error.into())),
        }
    }

    /// Takes one away, and ends its sessions.
    ///
    /// # Errors
    /// A sentence for the user: there is none of that name, or it is the last admin.
    pub fn remove(&mut self, name: &str) -> Result<Account, Text> {
        let account = self.known(name)?;
        self.keep_an_admin(&account)?;
        let done = self.connection.execute("delete from account where id = ?1", [account.id]);
        done.map_err(|error| unwritten(&error.into()))?;
        Ok(account)
    }

    /// Gives one another role; its sessions have it from the next request on.
    ///
    /// # Errors
    /// As of [`Accounts::remove`].
    pub fn give_role(&mut self, name: &str, role: Role) -> Result<Account, Text> {
        let account = self.known(name)?;
        if role != Role::Admin {
            self.keep_an_admin(&account)?;
        }
        let done =
            self.connection.execute("update account set role = ?2 where id = ?1", params![account.id, role.code()]);
        done.map_err(|error| unwritten(&error.into()))?;
        Ok(Account { role, ..account })
    }

    /// Gives one another password and ends its sessions.
    ///
    /// # Errors
    /// There is none of that name, or the file cannot be written.
    pub fn give_password(&mut self, name: &str, password: &Password) -> Result<Account, Text> {
        let account = self.known(name)?;
        let values = params![account.id, password.hash()];
        let done = self.connection.execute("update account set password = ?2 where id = ?1", values);
        done.and_then(|_| self.connection.execute("delete from session where account = ?1", [account.id]))
            .map_err(|error| unwritten(&error.into()))?;
        Ok(account)
    }

    /// The account of that name with its password's hash.
    pub(super) fn with_hash(&self, name: &str) -> anyhow::Result<Option<(Account, String)>> {
        let sql = "select id, name, role, password from account where name_key = ?1";
        let found = |row: &Row<'_>| Ok((account(row)?, row.get("password")?));
        Ok(self.connection.query_row(sql, [key(name)], found).optional()?)
    }

    fn known(&self, name: &str) -> Result<Account, Text> {
        let found = self.with_hash(name).map_err(|error| unwritten(&error))?;
        found.map(|(account, _)| account).ok_or_else(|| {
            Text::new(
                format!("không có tài khoản tên `{name}`; xem danh sách bằng `loa user list`"),
                format!("there is no account named `{name}`; `loa user list` shows them"),
            )
        })
    }

    /// Without an admin nobody could make another.
    fn keep_an_admin(&self, leaving: &Account) -> Result<(), Text> {
        let sql = "select count(*) from account where role = 'admin' and id <> ?1";
        let others: i64 =
            self.connection.query_row(sql, [leaving.id], |row| row.get(0)).map_err(|error| unwritten(&error.into()))?;
        if leaving.role == Role::Admin && others == 0 {
            return Err(Text::new(
                format!("`{}` là quản trị duy nhất; hãy thêm một quản trị khác trước", leaving.name),
                format!("`{}` is the only admin; add another admin first", leaving.name),
            ));
        }
        Ok(())
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    connection.execute_batch("pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;")?;
    let version = |connection: &Connection| connection.pragma_query_value(None, "user_version", |row| row.get(0));
    if version(&connection)? < VERSION {
        let made = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another program may have been faster.
        match version(&made)? {
            0 => made.execute_batch(include_str!("schema.sql"))?,
            1 => made.execute_batch("alter table deed add column detail_en text not null default ''")?,
            _ => {}
        }
        made.pragma_update(None, "user_version", VERSION)?;
        made.commit()?;
    }
    Ok(connection)
}

fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
    let role: String = row.get("role")?;
    // The table holds no other word; whoever wrote one in by hand gets the least.
    let role = Role::from_code(&role).unwrap_or(Role::Viewer);
    Ok(Account { id: row.get("id")?, name: row.get("name")?, role })
}

/// A name as an account may have it.
pub(super) fn name_of(written: &str) -> Result<String, Text> {
    let name: String = written.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect();
    if NAME_LENGTH.contains(&name.chars().count()) && !name.chars().any(|c| c.is_control() || is_hidden(c)) {
        return Ok(name);
    }
    Err(Text::new(
        format!(
            "tên tài khoản phải có từ {} đến {} ký tự, không có ký tự ẩn; hãy gõ lại họ tên",
            NAME_LENGTH.start(),
            NAME_LENGTH.end()
        ),
        format!(
            "an account's name has {} to {} characters, and none that nobody sees; type the name again",
            NAME_LENGTH.start(),
            NAME_LENGTH.end()
        ),
    ))
}

fn key(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase().nfc().collect()
}

/// What the user is told of a file that does not take what it is given.
fn unwritten(error: &anyhow::Error) -> Text {
    let why = crate::files::cause_in(error);
    Text::new(
        format!("không ghi được tệp tài khoản: {}; hãy xem ổ đĩa còn chỗ không", why.vi),
        format!("the accounts cannot be written: {}; see whether the disk has room", why.en),
    )
}

/// So long ago.
fn before(now: Timestamp, age: SignedDuration) -> i64 {
    now.saturating_sub(age).unwrap_or(Timestamp::MIN).as_microsecond()
}

#[cfg(test)]
mod tests;
