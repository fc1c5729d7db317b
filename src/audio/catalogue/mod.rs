//! What full decodes have found, remembered in `var/catalogue.db`. A cache and no more: it may be deleted at any time,
//! it is never waited for, and whatever is wrong with it costs time, not facts.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::{Duration, UNIX_EPOCH};

use rusqlite::{Connection, OptionalExtension, params};

use crate::files;
use crate::schedule::audio_facts::{AudioFacts, AudioFault, Facts};

use super::input::io_fault;
use super::measure::{self, Measured};
use super::names;
use super::waveform::Waveform;
use file::{is_corrupt, remove, usable};
use rows::{Found, found_in, put_file, put_sound, put_waveform};

mod file;
mod rows;

/// The cache. Works without its file, only slower.
pub struct Catalogue {
    path: PathBuf,
    db: Option<Connection>,
}

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
        look_at_all(misses, &by_hash, |rel, stamp, looked| {
            self.keep(&rel, &stamp, &looked);
            facts.insert(rel, looked.found);
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

    /// Remembers a whole decode.
    pub fn learn(&mut self, measured: &Measured) {
        let found = Ok(measured.facts.clone());
        self.asked(|db| {
            let both = db.transaction()?;
            put_sound(&both, &measured.facts.sha256, &found)?;
            put_waveform(&both, &measured.facts.sha256, &measured.waveform)?;
            both.commit()
        });
    }

    /// Remembers that `rel` lies there now with bytes of this hash, of which all is known: they were taken in or moved, and
    /// need not be read again.
    pub fn lies_at(&mut self, audio_dir: &Path, rel: &str, sha256: &str) {
        let Ok(stamp) = stamp(audio_dir, rel) else { return };
        self.asked(|db| put_file(db, rel, (stamp.size, stamp.mtime_ns), sha256));
    }

    /// The outline of the recording at `path`, whose bytes have this hash: as it is remembered, else of a decode now.
    ///
    /// # Errors
    /// What keeps it from being decoded.
    pub fn waveform(&mut self, path: &Path, sha256: &str) -> Result<Waveform, AudioFault> {
        let remembered = self.asked(|db| {
            db.query_row("SELECT pairs FROM waveform WHERE sha256 = ?1", [sha256], |row| row.get::<_, Vec<u8>>(0))
                .optional()
        });
        if let Some(known) = remembered.flatten().and_then(|pairs| Waveform::of_bytes(&pairs)) {
            return Ok(known);
        }
        let measured = measure::whole(path)?;
        self.learn(&measured);
        Ok(measured.waveform)
    }

    fn known(&mut self, rel: &str, stamp: &Stamp) -> Option<Found> {
        self.asked(|db| {
            db.prepare_cached(
                "SELECT sound.* FROM file JOIN sound USING (sha256) WHERE rel = ?1 AND size = ?2 AND mtime_ns = ?3",
            )?
            .query_row(params![rel, stamp.size, stamp.mtime_ns], found_in)
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

    fn keep(&mut self, rel: &str, stamp: &Stamp, looked: &Looked) {
        let Some(sha256) = &looked.worth_keeping else { return };
        self.asked(|db| {
            let all = db.transaction()?;
            put_sound(&all, sha256, &looked.found)?;
            if let Some(waveform) = &looked.waveform {
                put_waveform(&all, sha256, waveform)?;
            }
            put_file(&all, rel, (stamp.size, stamp.mtime_ns), sha256)?;
            all.commit()
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

/// What a look into a file gave.
struct Looked {
    /// The hash of its bytes, where what was found is worth keeping.
    worth_keeping: Option<String>,
    found: Found,
    /// None where the bytes were known already, and of what cannot air.
    waveform: Option<Waveform>,
}

/// Hashes and, where the hash is new, decodes `misses` on as many threads as there are cores; hands each result to
/// `done` on the caller's thread.
fn look_at_all(
    misses: Vec<(String, Stamp)>,
    by_hash: &HashMap<String, Found>,
    mut done: impl FnMut(String, Stamp, Looked),
) {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(misses.len());
    let queue = Mutex::new(misses.into_iter());
    let (send, results) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..threads {
            let (send, queue) = (send.clone(), &queue);
            scope.spawn(move || {
                while let Some((rel, stamp)) = next_of(queue) {
                    let looked = look_at(&stamp, by_hash);
                    if send.send((rel, stamp, looked)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        for (rel, stamp, looked) in results {
            done(rel, stamp, looked);
        }
    });
}

fn next_of<T>(queue: &Mutex<impl Iterator<Item = T>>) -> Option<T> {
    // A poisoned lock means that another thread died between two items: the items are whole.
    queue.lock().unwrap_or_else(std::sync::PoisonError::into_inner).next()
}

fn look_at(stamp: &Stamp, by_hash: &HashMap<String, Found>) -> Looked {
    let sha256 = match measure::sha256(&stamp.path) {
        Ok(sha256) => sha256,
        Err(fault) => return Looked { worth_keeping: None, found: Err(fault), waveform: None },
    };
    let (found, waveform) = match by_hash.get(&sha256) {
        Some(found) => (found.clone(), None),
        None => match measure::measure_hashed(&stamp.path, sha256.clone()) {
            Ok(measured) => (Ok(measured.facts), Some(measured.waveform)),
            Err(fault) => (Err(fault), None),
        },
    };
    // Still being copied, or the disk is in trouble: true now, but not worth keeping.
    let settled = stamped(stamp.path.clone()).is_ok_and(|after| after == *stamp);
    use AudioFault::{Absent, AbsentBut, NoFile, Unreadable};
    let passing = matches!(found, Err(Absent | AbsentBut(_) | NoFile(_) | Unreadable(_)));
    Looked { worth_keeping: (settled && !passing).then_some(sha256), found, waveform }
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
