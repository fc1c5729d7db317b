//! The ledger as a file: how it is opened, what is demanded of it, and how an older one is brought up to date.

use std::io::ErrorKind;
use std::path::Path;
use std::time::SystemTime;

use jiff::Timestamp;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior, params};

use super::refusal::{no_copy, no_file, no_folder, none_yet, nothing_in_it, refusal, refused};
use super::{Refused, backup, chain, identity, upgrades};
use crate::files;
use crate::problem::Text;

/// A new ledger, whole.
pub(super) const SCHEMA: &str = include_str!("schema.sql");

/// The schema that brought the chain: its own row is the first to be linked after what was there before.
pub(super) const CHAINED_SINCE: i64 = 6;

/// The schema this program writes.
#[expect(clippy::cast_possible_wrap, reason = "a handful of files")]
pub const VERSION: i64 = 1 + upgrades::ALL.len() as i64;

/// Marks the file as Loa's (`pragma application_id`): "LOA1".
const APPLICATION_ID: i64 = 0x4C4F_4131;

/// Opens the log for the daemon, demands what its promises rest on, and brings the schema up to date: not before what it was
/// lies beside it, for no older program opens it then.
pub(super) fn open_for_writing(path: &Path, at: Timestamp, program: &str) -> anyhow::Result<Connection> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|e| no_folder(path, &e))?;
    }
    files::database(path).map_err(|e| refused(no_file(path, &e)))?;
    let mut connection = Connection::open(path).map_err(|e| refusal(path, &e))?;
    // What turns out to be damaged or another's is left as it is, with what stands beside it.
    let closing = |connection: &Connection, keeps_what_waits| {
        let set = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keeps_what_waits);
        set.map_err(|e| refusal(path, &e))
    };
    closing(&connection, true)?;
    demand(path, &connection)?;
    let version = version_of(path, &connection)?;
    let at_us = at.as_microsecond();
    if version == 0 {
        create(&mut connection, identity::of_home(path), (at_us, program)).map_err(|e| refusal(path, &e))?;
    } else {
        if version < VERSION {
            let today = jiff::tz::TimeZone::UTC.to_datetime(at).date();
            let kept = backup::keep_before_upgrade(&connection, path, version, today);
            let copy = kept.map_err(|error| no_copy(path, version, &error))?;
            tracing::info!(copy = %copy.display(), schema = version, "the log is copied before it is upgraded");
        }
        upgrade(&mut connection, version, upgrades::ALL, at_us, program).map_err(|e| refusal(path, &e))?;
    }
    closing(&connection, false)?;
    Ok(connection)
}

/// Opens the home's log for a reader: nothing can be written through it.
pub(super) fn open_for_reading(path: &Path) -> Result<Connection, Text> {
    let (connection, version) = open_of_any_version(path)?;
    identity::demand_own(path, &connection)?;
    if version < VERSION { Err(super::refusal::older(path)) } else { Ok(connection) }
}

/// The same of a log that an older Loa wrote, too: a copy is kept as it was made.
pub(super) fn open_of_any_version(path: &Path) -> Result<(Connection, i64), Text> {
    if !path.exists() {
        return Err(none_yet(path));
    }
    files::database(path).map_err(|e| no_file(path, &e))?;
    if is_emptied(path) {
        return Err(nothing_in_it(path));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|e| unusable(path, &e))?;
    connection.busy_timeout(std::time::Duration::from_secs(5)).map_err(|e| unusable(path, &e))?;
    // A month is sorted in memory, where its rows end anyway: a full disk keeps nobody from reading the log.
    connection.pragma_update(None, "temp_store", "memory").map_err(|e| unusable(path, &e))?;
    let version = version_of(path, &connection).map_err(|e| match e.downcast::<Refused>() {
        Ok(Refused { text, .. }) => text,
        Err(other) => cannot_open(path, &files::cause_in(&other)),
    })?;
    if version == 0 {
        return Err(nothing_in_it(path));
    }
    Ok((connection, version))
}

/// Whether the log's file is there and has not a byte. It is not to be opened so: SQLite takes what waits beside such a file
/// for another's and deletes it.
pub(super) fn is_emptied(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() == 0)
}

/// What tells a log's own file from the same one written over: between checkpoints SQLite writes beside it, not into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    bytes: u64,
    modified: SystemTime,
}

/// How the file at `path` stands now.
pub(super) fn stamp(path: &Path) -> std::io::Result<Stamp> {
    let file = std::fs::metadata(path)?;
    Ok(Stamp { bytes: file.len(), modified: file.modified()? })
}

/// What waits beside the log's own file is written into it once it is so long, in bytes.
const WAL_BYTES: u64 = 4 << 20;

/// Writes what waits beside the log's own file into it, if that is much. True if the file was touched. Readers may hold it
/// up: it is tried again at the next write.
pub(super) fn checkpoint_if_long(path: &Path, connection: &Connection) -> rusqlite::Result<bool> {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    if std::fs::metadata(wal).map_or(0, |wal| wal.len()) < WAL_BYTES {
        return Ok(false);
    }
    connection.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))?;
    Ok(true)
}

/// Sets what the promises rest on, and believes only what SQLite answers.
fn demand(path: &Path, connection: &Connection) -> anyhow::Result<()> {
    let unusable = |e: rusqlite::Error| refusal(path, &e);
    connection.busy_timeout(std::time::Duration::from_secs(5)).map_err(unusable)?;
    // A commit is one append, and readers never stand in its way.
    let mode: String =
        connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0)).map_err(unusable)?;
    if mode != "wal" {
        return Err(refused(Text::new(
            format!(
                "không ghi được nhật ký `{}`: ổ đĩa không cho chế độ WAL (trả lời `{mode}`), thường vì là ổ mạng; hãy đặt thư mục đài trên ổ đĩa của máy này",
                path.display()
            ),
            format!(
                "cannot keep the log `{}`: its disk does not grant WAL mode (it answered `{mode}`), as network shares do not; put the station's folder on a disk of this computer",
                path.display()
            ),
        )));
    }
    // FULL: a commit is synced before it is reported. NORMAL may lose the last commits with the power.
    connection.pragma_update(None, "synchronous", "full").map_err(unusable)?;
    connection.pragma_update(None, "foreign_keys", true).map_err(unusable)?;
    // Otherwise `insert or replace` would slip past the triggers that refuse deletion.
    connection.pragma_update(None, "recursive_triggers", true).map_err(unusable)?;
    for (pragma, wanted) in [("synchronous", 2), ("foreign_keys", 1), ("recursive_triggers", 1)] {
        let answer: i64 = connection.pragma_query_value(None, pragma, |row| row.get(0)).map_err(unusable)?;
        anyhow::ensure!(
            answer == wanted,
            "the database `{}` answers `{answer}` where `{pragma}` must be `{wanted}`",
            path.display()
        );
    }
    Ok(())
}

/// The schema's number; 0 for a file without anything in it.
fn version_of(path: &Path, connection: &Connection) -> anyhow::Result<i64> {
    let ask = |pragma: &str| {
        connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0)).map_err(|e| refusal(path, &e))
    };
    let (application, version) = (ask("application_id")?, ask("user_version")?);
    let tables: i64 = connection
        .query_row("select count(*) from sqlite_master", [], |row| row.get(0))
        .map_err(|e| refusal(path, &e))?;
    if version == 0 && tables == 0 && application == 0 {
        return Ok(0);
    }
    if application != APPLICATION_ID || version < 1 {
        return Err(refused(Text::new(
            format!("`{}` không phải nhật ký của Loa; hãy dời tệp đó đi nơi khác", path.display()),
            format!("`{}` is no log of Loa's; move that file elsewhere", path.display()),
        )));
    }
    if version > VERSION {
        return Err(refused(Text::new(
            format!(
                "nhật ký `{}` do bản Loa mới hơn ghi (bản số {version}, chương trình này biết đến {VERSION}); hãy cài bản Loa mới",
                path.display()
            ),
            format!(
                "the log `{}` was written by a newer Loa (schema {version}, this program knows up to {VERSION}); install the newer Loa",
                path.display()
            ),
        )));
    }
    Ok(version)
}

/// A log of the station of that UUID, or of a new one.
fn create(connection: &mut Connection, station: Option<String>, (at_us, program): (i64, &str)) -> rusqlite::Result<()> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute_batch(SCHEMA)?;
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    let station = station.unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
    tx.execute("insert into station (one, uuid) values (1, ?1)", [station])?;
    chain::begin(&tx)?;
    enter_version(&tx, VERSION, at_us, program)?;
    tx.commit()
}

/// Takes the steps that are still ahead of `version`, each in its own transaction: interrupted, it goes on at the next
/// start. A step may make a table anew under rows that point to it, so what points where is looked at once, at its end.
fn upgrade(
    connection: &mut Connection,
    version: i64,
    steps: &[&str],
    at_us: i64,
    program: &str,
) -> rusqlite::Result<()> {
    // SQLite takes this setting outside of a transaction only.
    connection.pragma_update(None, "foreign_keys", false)?;
    let taken = (2..).zip(steps).filter(|(number, _)| *number > version).try_for_each(|(number, step)| {
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute_batch(step)?;
        if tx.prepare("pragma foreign_key_check")?.exists([])? {
            return Err(rusqlite::Error::SqliteFailure(
                rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY),
                Some(format!("the step to schema {number} leaves a row that points to nothing")),
            ));
        }
        if number == CHAINED_SINCE {
            chain::begin(&tx)?;
        }
        enter_version(&tx, number, at_us, program)?;
        tx.commit()
    });
    connection.pragma_update(None, "foreign_keys", true)?;
    taken
}

fn enter_version(tx: &Transaction<'_>, number: i64, at_us: i64, program: &str) -> rusqlite::Result<()> {
    tx.execute("insert into version (number, at_us, program) values (?1, ?2, ?3)", params![number, at_us, program])?;
    if number >= CHAINED_SINCE {
        chain::link(tx, chain::Kind::Version, &number.to_string())?;
    }
    tx.pragma_update(None, "user_version", number)
}

/// A larger log takes seconds to be looked over: that is done beside the run that begins.
const LOOKED_OVER_AT_ONCE_BYTES: u64 = 64 << 20;

/// Reads a log for damage. False: it is large, and was not read.
pub(super) fn check_if_small(path: &Path, connection: &Connection) -> anyhow::Result<bool> {
    let small = std::fs::metadata(path).is_ok_and(|file| file.len() <= LOOKED_OVER_AT_ONCE_BYTES);
    if small {
        check_structure(path, connection)?;
    }
    Ok(small)
}

/// Reads the whole file for damage. A value that no Loa writes is none: that is another hand's, and is told as such.
fn check_structure(path: &Path, connection: &Connection) -> anyhow::Result<()> {
    let read = || {
        let mut statement = connection.prepare("pragma quick_check")?;
        statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()
    };
    let is_of_a_value = |said: &String| said.starts_with("CHECK constraint failed in ") || said.contains(" value in ");
    let found = read().map_err(|e| refusal(path, &e))?;
    match found.iter().find(|said| *said != "ok" && !is_of_a_value(said)) {
        Some(said) => Err(super::refusal::damaged(path, &files::quoted(said))),
        None => Ok(()),
    }
}

/// Reads the whole file for damage.
pub(super) fn check(path: &Path, connection: &Connection) -> anyhow::Result<()> {
    let answer: String =
        connection.pragma_query_value(None, "quick_check", |row| row.get(0)).map_err(|e| refusal(path, &e))?;
    if answer == "ok" { Ok(()) } else { Err(super::refusal::damaged(path, &files::quoted(&answer))) }
}

/// The same error, as a [`Refused`] if it is SQLite's.
pub(super) fn in_words(path: &Path, error: anyhow::Error) -> anyhow::Error {
    match error.downcast::<rusqlite::Error>() {
        Ok(error) => refusal(path, &error),
        Err(other) => other,
    }
}

/// SQLite's refusal in words for the user.
pub(super) fn unusable(path: &Path, error: &rusqlite::Error) -> Text {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt) => {
            damaged(path, &files::quoted(error))
        }
        _ => cannot_open(path, &why(error)),
    }
}

/// Why the log cannot be written, in a few words.
pub(super) fn in_short(error: &anyhow::Error) -> Text {
    error.downcast_ref::<rusqlite::Error>().map_or_else(|| files::cause_in(error), why)
}

/// What SQLite says of an error, in words for what an operator can mend.
fn why(error: &rusqlite::Error) -> Text {
    use rusqlite::ErrorCode;
    let kind = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => ErrorKind::StorageFull,
        Some(ErrorCode::ReadOnly) => ErrorKind::ReadOnlyFilesystem,
        Some(ErrorCode::PermissionDenied) => ErrorKind::PermissionDenied,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => ErrorKind::ResourceBusy,
        _ => return files::quoted(error),
    };
    files::cause(&kind.into())
}

pub(super) fn damaged(path: &Path, why: &Text) -> Text {
    Text::new(
        format!(
            "nhật ký `{}` bị hỏng ({}); hãy chạy `loa run`: Loa cất tệp hỏng sang tên khác, dựng lại nhật ký từ `var/backup` và báo những gì có thể còn thiếu",
            path.display(),
            why.vi
        ),
        format!(
            "the log `{}` is damaged ({}); start `loa run`, which sets the damaged file aside under another name, makes the log anew of `var/backup` and says what may be missing",
            path.display(),
            why.en
        ),
    )
}

pub(super) fn cannot_open(path: &Path, why: &Text) -> Text {
    let path = path.display();
    Text::new(
        format!("không mở được nhật ký `{path}`: {}; hãy xem quyền của thư mục và chỗ trống trên đĩa", why.vi),
        format!("cannot open the log `{path}`: {}; look at the folder's rights and the room on the disk", why.en),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything SQLite knows of the shape, without the comments it keeps.
    fn shape(connection: &Connection) -> Vec<(String, String, String)> {
        let mut statement =
            connection.prepare("select type, name, coalesce(sql, '') from sqlite_master order by type, name").unwrap();
        let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get::<_, String>(2)?))).unwrap();
        rows.map(Result::unwrap)
            .map(|(kind, name, sql)| {
                let words: Vec<&str> =
                    sql.lines().filter(|l| !l.trim_start().starts_with("--")).flat_map(str::split_whitespace).collect();
                // A table that was renamed has its name quoted, and a column that was added stands where its table ended.
                (kind, name, words.join(" ").replace('"', "").replace(" ,", ",").replace(" )", ")"))
            })
            .collect()
    }

    fn first_schema() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(include_str!("../../tests/ledger/schema_1.sql")).unwrap();
        connection.pragma_update(None, "user_version", 1).unwrap();
        connection
    }

    #[test]
    fn the_oldest_ledger_brought_up_to_date_equals_a_new_one() {
        let mut old = first_schema();
        upgrade(&mut old, 1, upgrades::ALL, 0, "test").unwrap();
        let new = Connection::open_in_memory().unwrap();
        new.execute_batch(SCHEMA).unwrap();
        assert_eq!(shape(&old), shape(&new));
    }

    #[test]
    fn upgrades_are_taken_in_order_once_and_written_down() {
        let mut connection = first_schema();
        let steps = ["create table a (x integer) strict;", "alter table a add column y integer;"];
        upgrade(&mut connection, 1, &steps[..1], 7, "loa 0.2").unwrap();
        upgrade(&mut connection, 2, &steps, 8, "loa 0.3").unwrap();
        upgrade(&mut connection, 3, &steps, 9, "loa 0.4").unwrap();
        let mut statement = connection.prepare("select number, at_us, program from version order by number").unwrap();
        let rows: Vec<(i64, i64, String)> =
            statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).unwrap().map(Result::unwrap).collect();
        assert_eq!(rows, [(2, 7, "loa 0.2".into()), (3, 8, "loa 0.3".into())]);
        assert_eq!(connection.pragma_query_value(None, "user_version", |r| r.get::<_, i64>(0)).unwrap(), 3);
    }

    #[test]
    fn a_step_that_fails_leaves_nothing_behind() {
        let mut connection = first_schema();
        let before = shape(&connection);
        let step = "create table a (x integer) strict; insert into nowhere values (1);";
        assert!(upgrade(&mut connection, 1, &[step], 7, "loa").is_err());
        assert_eq!(shape(&connection), before);
    }
}
