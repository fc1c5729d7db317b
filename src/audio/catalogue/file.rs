//! The catalogue's file: its tables, and what becomes of one that is broken.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use rusqlite::{Connection, ErrorCode};

use crate::files;

/// Raised whenever the tables or the rules of measuring change: an older cache is thrown away.
const VERSION: i64 = 5;
/// How long another process's write is waited for.
const PATIENCE: Duration = Duration::from_millis(500);

const TABLES: &str = "
    CREATE TABLE file (           -- a name below audio/ as the schedule writes it
        rel       TEXT PRIMARY KEY,
        size      INTEGER NOT NULL, -- bytes
        mtime_ns  INTEGER NOT NULL, -- last change, ns since 1970
        sha256    TEXT NOT NULL     -- of its bytes: sound.sha256
    ) STRICT;
    CREATE TABLE sound (          -- what a full decode of these bytes found
        sha256    TEXT PRIMARY KEY,
        fault     TEXT NOT NULL,    -- '' for none, else empty, silent, undecodable
        vi        TEXT NOT NULL,    -- what is wrong, in Vietnamese; '' for nothing
        en        TEXT NOT NULL,    -- the same in English
        file_ms   INTEGER NOT NULL, -- measured length, ms
        frames    INTEGER NOT NULL, -- decoded frames
        rate_hz   INTEGER NOT NULL,
        channels  INTEGER NOT NULL,
        codec     TEXT NOT NULL,
        declared_ms INTEGER,        -- length the header claims, ms
        damaged   INTEGER NOT NULL, -- packets skipped
        measures  TEXT              -- how it sounds, as JSON
    ) STRICT;
    CREATE TABLE waveform (       -- its outline, where the decode was kept for it
        sha256    TEXT PRIMARY KEY,
        pairs     BLOB NOT NULL     -- lowest and highest of each stretch, as signed bytes
    ) STRICT;
";

/// The files that this process has checked through and found whole, each as it lay then: its size in bytes and when it was
/// last written. To check one reads all of it, and pages open it many times a second.
static WHOLE: LazyLock<Mutex<Lain>> = LazyLock::new(Mutex::default);

type Lain = HashMap<PathBuf, (u64, SystemTime)>;

fn whole() -> MutexGuard<'static, Lain> {
    WHOLE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The file at `path` with its tables, checked through if it is another than when it was last.
pub(super) fn usable(path: &Path) -> rusqlite::Result<Connection> {
    // Before the first run of the daemon nobody has made it; what cannot be made shows when the file is opened.
    let _ = path.parent().map(fs::create_dir);
    files::database(path).map_err(|_| corrupt("no regular file"))?;
    let mut db = Connection::open(path)?;
    db.busy_timeout(PATIENCE)?;
    // What a power cut loses is measured again; what it leaves must be sound, and NORMAL sees to that.
    db.pragma_update(None, "synchronous", "NORMAL")?;
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version != VERSION {
        let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        if tables > 0 {
            return Err(corrupt("another version"));
        }
        let fresh = db.transaction()?;
        fresh.execute_batch(TABLES)?;
        fresh.pragma_update(None, "user_version", VERSION)?;
        fresh.commit()?;
    }
    let as_it_lies = fs::metadata(path).ok().and_then(|known| Some((known.len(), known.modified().ok()?)));
    if as_it_lies.is_some() && whole().get(path) == as_it_lies.as_ref() {
        return Ok(db);
    }
    let check: String = db.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    if check != "ok" {
        return Err(corrupt(&check));
    }
    whole().extend(as_it_lies.map(|known| (path.to_owned(), known)));
    Ok(db)
}

pub(super) fn corrupt(why: &str) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT), Some(why.to_owned()))
}

/// Tables that are not as they should be count as corrupt too; a lock or a full disk does not.
pub(super) fn is_corrupt(error: &rusqlite::Error) -> bool {
    match error {
        rusqlite::Error::SqliteFailure(e, _) => {
            matches!(e.code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::Unknown)
        }
        rusqlite::Error::QueryReturnedNoRows => false,
        _ => true,
    }
}

pub(super) fn remove(path: &Path) {
    for ending in [""].into_iter().chain(files::BESIDE_DATABASE) {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        // What cannot be removed is found unusable again and done without.
        let _ = fs::remove_file(PathBuf::from(name));
    }
}
