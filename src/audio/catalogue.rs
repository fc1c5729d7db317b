//! What full decodes have found, remembered in `var/catalogue.db`. A cache and no more: it may be deleted at any time,
//! it is never waited for, and whatever is wrong with it costs time, not facts.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, UNIX_EPOCH};

use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, params};

use crate::files;
use crate::problem::Text;
use crate::schedule::audio_facts::{AudioFacts, AudioFault, Facts, Measures};

use super::input::io_fault;
use super::{measure, names};

/// Raised whenever the tables or the rules of measuring change: an older cache is thrown away.
const VERSION: i64 = 3;
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
";

/// The cache. Works without its file, only slower.
pub struct Catalogue {
    path: PathBuf,
    db: Option<Connection>,
}

type Found = Result<AudioFacts, AudioFault>;

/// A file's place, size and time of change; a hash belongs to it as long as they stay.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stamp {
    path: PathBuf,
    size: i64,
    mtime_ns: i64,
}

impl Catalogue {
    /// The catalogue at `path`. One that is corrupt or of another version is made anew; one that is locked, or whose
    /// folder cannot be written, is done without.
    pub fn open(path: &Path) -> Catalogue {
        let db = match usable(path) {
            Ok(db) => Some(db),
            Err(e) if is_corrupt(&e) => {
                remove(path);
                usable(path).ok()
            }
            Err(_) => None,
        };
        Catalogue { path: path.to_path_buf(), db }
    }

    /// Whether what it learns is kept.
    pub fn is_kept(&self) -> bool {
        self.db.is_some()
    }

    /// The facts about each of `rels`, names below `audio_dir` as the schedule writes them. What is known and
    /// unchanged (same size and time of change) is not opened; of the rest, bytes that were measured under another name
    /// are only hashed; what is left is decoded on all cores.
    pub fn facts(&mut self, audio_dir: &Path, rels: &[String]) -> Facts {
        self.facts_telling(audio_dir, rels, &mut |_, _| {})
    }

    /// As [`facts`](Catalogue::facts); calls `progress` with how many of how many are done.
    pub fn facts_telling(
        &mut self,
        audio_dir: &Path,
        rels: &[String],
        progress: &mut dyn FnMut(usize, usize),
    ) -> Facts {
        let wanted: BTreeSet<&String> = rels.iter().collect();
        let total = wanted.len();
        let mut facts = Facts::new();
        let mut misses = Vec::new();
        for rel in wanted {
            match stamp(audio_dir, rel) {
                Err(fault) => {
                    facts.insert(rel.clone(), Err(fault));
                }
                Ok(stamp) => match self.known(rel, &stamp) {
                    Some(found) => {
                        facts.insert(rel.clone(), found);
                    }
                    None => misses.push((rel.clone(), stamp)),
                },
            }
        }
        progress(facts.len(), total);
        let by_hash = if misses.is_empty() { HashMap::new() } else { self.all_sounds() };
        look_at_all(misses, &by_hash, |rel, stamp, sha256, found| {
            if let Some(sha256) = sha256 {
                self.keep(&rel, &stamp, &sha256, &found);
            }
            facts.insert(rel, found);
            progress(facts.len(), total);
        });
        facts
    }

    /// What is known of `rels` without opening any of them; of what is new or changed nothing is.
    pub fn remembered(&mut self, audio_dir: &Path, rels: &[String]) -> Facts {
        let mut facts = Facts::new();
        for rel in rels {
            let known = match stamp(audio_dir, rel) {
                Err(fault) => Some(Err(fault)),
                Ok(stamp) => self.known(rel, &stamp),
            };
            facts.extend(known.map(|known| (rel.clone(), known)));
        }
        facts
    }

    /// What was found in the bytes with this hash, if they could air.
    pub fn measured(&mut self, sha256: &str) -> Option<AudioFacts> {
        self.asked(|db| db.query_row("SELECT * FROM sound WHERE sha256 = ?1", [sha256], found_in).optional())?
            .and_then(Result::ok)
    }

    /// Remembers `facts` for the bytes they were measured from.
    pub fn remember(&mut self, facts: &AudioFacts) {
        let found = Ok(facts.clone());
        self.asked(|db| put_sound(db, &facts.sha256, &found));
    }

    fn known(&mut self, rel: &str, stamp: &Stamp) -> Option<Found> {
        self.asked(|db| {
            db.query_row(
                "SELECT sound.* FROM file JOIN sound USING (sha256) WHERE rel = ?1 AND size = ?2 AND mtime_ns = ?3",
                params![rel, stamp.size, stamp.mtime_ns],
                found_in,
            )
            .optional()
        })?
    }

    fn all_sounds(&mut self) -> HashMap<String, Found> {
        self.asked(|db| {
            let mut all = db.prepare("SELECT * FROM sound")?;
            let rows = all.query_map([], |row| Ok((row.get("sha256")?, found_in(row)?)))?;
            rows.collect()
        })
        .unwrap_or_default()
    }

    fn keep(&mut self, rel: &str, stamp: &Stamp, sha256: &str, found: &Found) {
        self.asked(|db| {
            let both = db.transaction()?;
            put_sound(&both, sha256, found)?;
            both.execute(
                "INSERT OR REPLACE INTO file (rel, size, mtime_ns, sha256) VALUES (?1, ?2, ?3, ?4)",
                params![rel, stamp.size, stamp.mtime_ns, sha256],
            )?;
            both.commit()
        });
    }

    /// Asks the file something. No answer is one too: only a corrupt file is given up and made anew.
    fn asked<T>(&mut self, ask: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> Option<T> {
        match ask(self.db.as_mut()?) {
            Ok(answer) => Some(answer),
            Err(e) if is_corrupt(&e) => {
                self.db = None;
                remove(&self.path);
                self.db = usable(&self.path).ok();
                None
            }
            Err(_) => None,
        }
    }
}

/// Hashes and, where the hash is new, decodes `misses` on as many threads as there are cores; hands each result to
/// `done` on the caller's thread, with the hash if it is worth keeping.
fn look_at_all(
    misses: Vec<(String, Stamp)>,
    by_hash: &HashMap<String, Found>,
    mut done: impl FnMut(String, Stamp, Option<String>, Found),
) {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(misses.len());
    let queue = Mutex::new(misses.into_iter());
    let (send, results) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads {
            let (send, queue) = (send.clone(), &queue);
            scope.spawn(move || {
                while let Some((rel, stamp)) = next_of(queue) {
                    let (sha256, found) = look_at(&stamp, by_hash);
                    if send.send((rel, stamp, sha256, found)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        for (rel, stamp, sha256, found) in results {
            done(rel, stamp, sha256, found);
        }
    });
}

fn next_of<T>(queue: &Mutex<impl Iterator<Item = T>>) -> Option<T> {
    // A poisoned lock means that another thread died between two items: the items are whole.
    queue.lock().unwrap_or_else(std::sync::PoisonError::into_inner).next()
}

fn look_at(stamp: &Stamp, by_hash: &HashMap<String, Found>) -> (Option<String>, Found) {
    let sha256 = match measure::sha256(&stamp.path) {
        Ok(sha256) => sha256,
        Err(fault) => return (None, Err(fault)),
    };
    let found = match by_hash.get(&sha256) {
        Some(found) => found.clone(),
        None => measure::measure_hashed(&stamp.path, sha256.clone()),
    };
    // Still being copied, or the disk is in trouble: true now, but not worth keeping.
    let settled = stamped(stamp.path.clone()).is_ok_and(|after| after == *stamp);
    let passing = matches!(found, Err(AudioFault::Absent | AudioFault::AbsentBut(_) | AudioFault::Unreadable(_)));
    ((settled && !passing).then_some(sha256), found)
}

fn stamp(audio_dir: &Path, rel: &str) -> Result<Stamp, AudioFault> {
    stamped(names::resolve(audio_dir, rel)?)
}

fn stamped(path: PathBuf) -> Result<Stamp, AudioFault> {
    let meta = files::regular(&path).map_err(|e| io_fault(&e))?;
    let changed = meta.modified().map_err(|e| io_fault(&e))?;
    let ns = |duration: Duration| i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX);
    let mtime_ns = match changed.duration_since(UNIX_EPOCH) {
        Ok(after) => ns(after),
        Err(before) => -ns(before.duration()),
    };
    Ok(Stamp { path, size: i64::try_from(meta.len()).unwrap_or(i64::MAX), mtime_ns })
}

/// The file at `path` with its tables, checked through.
fn usable(path: &Path) -> rusqlite::Result<Connection> {
    // Before the first run of the daemon nobody has made it; what cannot be made shows when the file is opened.
    let _ = path.parent().map(fs::create_dir_all);
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
    let check: String = db.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    if check == "ok" { Ok(db) } else { Err(corrupt(&check)) }
}

fn corrupt(why: &str) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT), Some(why.to_owned()))
}

/// Tables that are not as they should be count as corrupt too; a lock or a full disk does not.
fn is_corrupt(error: &rusqlite::Error) -> bool {
    match error {
        rusqlite::Error::SqliteFailure(e, _) => {
            matches!(e.code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::Unknown)
        }
        rusqlite::Error::QueryReturnedNoRows => false,
        _ => true,
    }
}

fn remove(path: &Path) {
    for ending in [""].into_iter().chain(files::BESIDE_DATABASE) {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        // What cannot be removed is found unusable again and done without.
        let _ = fs::remove_file(PathBuf::from(name));
    }
}

fn put_sound(db: &Connection, sha256: &str, found: &Found) -> rusqlite::Result<()> {
    let nothing = Text::new("", "");
    let (fault, text) = match found {
        Ok(_) => ("", &nothing),
        Err(AudioFault::Empty) => ("empty", &nothing),
        Err(AudioFault::Silent) => ("silent", &nothing),
        Err(AudioFault::Undecodable(text)) => ("undecodable", text),
        // Passing: they belong to the disk, not to the bytes.
        Err(AudioFault::Absent | AudioFault::AbsentBut(_) | AudioFault::Unreadable(_)) => return Ok(()),
    };
    let none = AudioFacts {
        sha256: String::new(),
        file_ms: 0,
        frames: 0,
        rate_hz: 0,
        channels: 0,
        codec: String::new(),
        declared_ms: None,
        damaged_packets: 0,
        measures: None,
    };
    let facts = found.as_ref().unwrap_or(&none);
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let measures = facts.measures.as_deref().and_then(|measures| serde_json::to_string(measures).ok());
    db.execute(
        "INSERT OR REPLACE INTO sound
           (sha256, fault, vi, en, file_ms, frames, rate_hz, channels, codec, declared_ms, damaged,
            measures)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        params![
            sha256,
            fault,
            text.vi,
            text.en,
            number(facts.file_ms),
            number(facts.frames),
            facts.rate_hz,
            facts.channels,
            facts.codec,
            facts.declared_ms.map(number),
            number(facts.damaged_packets),
            measures,
        ],
    )?;
    Ok(())
}

fn found_in(row: &Row<'_>) -> rusqlite::Result<Found> {
    let number = |name: &str| -> rusqlite::Result<u64> { Ok(u64::try_from(row.get::<_, i64>(name)?).unwrap_or(0)) };
    let fault: String = row.get("fault")?;
    Ok(match fault.as_str() {
        "" => Ok(AudioFacts {
            sha256: row.get("sha256")?,
            file_ms: number("file_ms")?,
            frames: number("frames")?,
            rate_hz: row.get("rate_hz")?,
            channels: row.get("channels")?,
            codec: row.get("codec")?,
            declared_ms: row.get::<_, Option<i64>>("declared_ms")?.map(|ms| u64::try_from(ms).unwrap_or(0)),
            damaged_packets: number("damaged")?,
            measures: row.get::<_, Option<String>>("measures")?.map(|json| measures_in(&json)).transpose()?,
        }),
        "empty" => Err(AudioFault::Empty),
        "silent" => Err(AudioFault::Silent),
        _ => Err(AudioFault::Undecodable(Text::new(row.get::<_, String>("vi")?, row.get::<_, String>("en")?))),
    })
}

fn measures_in(json: &str) -> rusqlite::Result<Arc<Measures>> {
    serde_json::from_str(json).map(Arc::new).map_err(|e| corrupt(&e.to_string()))
}
