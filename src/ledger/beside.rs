//! The file beside the log: what the database does not take is put down there, a line each, until it does. A run that was
//! killed meanwhile leaves it to the next start.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, TransactionBehavior, params};
use serde::{Deserialize, Serialize};

use super::apply::write_each;
use super::chain::{self, Kind};
use super::recovery::{OwnRun, enter_run, last_run};
use super::rows::us;
use super::write::{Numbered, Write};
use crate::airing::IncidentKind;
use crate::clock;

/// Its name, in the log's own folder.
const NAME: &str = "ledger-wait.jsonl";
/// Signs of life alone are put down this often: a disk that refuses the log for days is not filled by them.
const SIGNS_EVERY_NS: u64 = 10_000_000_000;
/// Tries that go on for longer than this after the last line that was put down were in vain.
const BLIND_AFTER: SignedDuration = SignedDuration::from_secs(15);

#[derive(Serialize, Deserialize)]
struct Line {
    run: OwnRun,
    n: u64,
    /// When the line was put down.
    put_down: Timestamp,
    #[serde(flatten)]
    write: Write,
}

/// The file as the writer has it.
#[derive(Debug)]
pub(super) struct Beside {
    path: PathBuf,
    file: Option<File>,
    /// The newest write in it.
    kept_to: u64,
    kept_ns: u64,
    /// It took the last lines, or none were given to it yet.
    well: bool,
}

impl Beside {
    pub fn of(ledger: &Path) -> Beside {
        Beside { path: ledger.with_file_name(NAME), file: None, kept_to: 0, kept_ns: 0, well: true }
    }

    /// Puts down what is not in it yet. Returns whether all of the batch is in it. Its own trouble is told once and tried
    /// again with the next batch: the rows still wait in memory.
    pub fn keep(&mut self, run: &OwnRun, batch: &[Numbered]) -> bool {
        match self.put_down(run, batch) {
            Ok(all) => {
                self.well = true;
                all
            }
            Err(error) => {
                if self.well {
                    tracing::error!(%error, file = %self.path.display(), "rows wait in memory alone");
                }
                self.well = false;
                // What a full disk still takes: the instant of the try, for whoever looks for what is missing.
                if let Some(file) = &self.file {
                    let _ = SystemTime::try_from(clock::now()).map(|now| file.set_modified(now));
                }
                false
            }
        }
    }

    fn put_down(&mut self, run: &OwnRun, batch: &[Numbered]) -> anyhow::Result<bool> {
        let fresh: Vec<&Numbered> = batch.iter().filter(|one| one.n > self.kept_to).collect();
        let signs = fresh.iter().all(|one| one.write.is_sign_of_life());
        let now_ns = clock::monotonic_ns();
        if fresh.is_empty() || (signs && self.file.is_some() && now_ns - self.kept_ns < SIGNS_EVERY_NS) {
            return Ok(fresh.is_empty());
        }
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(OpenOptions::new().append(true).create(true).open(&self.path)?),
        };
        // What a failed try left of a line ends here.
        let torn = if self.well { "" } else { "\n" };
        file.write_all(format!("{torn}{}", put_down(run, &fresh, clock::now())?).as_bytes())?;
        file.sync_data()?;
        self.kept_to = batch.iter().map(|one| one.n).max().unwrap_or(self.kept_to);
        self.kept_ns = now_ns;
        Ok(true)
    }

    /// Whether it took what it was last given.
    pub fn is_well(&self) -> bool {
        self.well
    }

    /// The log has it all.
    pub fn clear(&mut self) {
        if self.file.take().is_some() {
            remove(&self.path);
        }
    }
}

/// Rows of a run as lines.
pub(super) fn put_down(run: &OwnRun, rows: &[&Numbered], now: Timestamp) -> serde_json::Result<String> {
    let mut text = String::new();
    for Numbered { n, write } in rows {
        let line = Line { run: run.clone(), n: *n, put_down: now, write: write.clone() };
        text += &serde_json::to_string(&line)?;
        text.push('\n');
    }
    Ok(text)
}

fn remove(path: &Path) {
    if let Err(error) = fs::remove_file(path) {
        // Its lines are known to be in the log, so whoever reads it passes over them.
        tracing::warn!(%error, file = %path.display(), "cannot be removed");
    }
}

/// What stands beside the log: of a run that was killed, or of this one.
#[derive(Debug)]
pub(super) struct Left {
    path: PathBuf,
    /// By the run's UUID and the number within it: a line that stands twice counts once.
    runs: BTreeMap<String, (OwnRun, BTreeMap<u64, Write>)>,
    unreadable: u64,
    /// The last line was put down then, and the last try was made then.
    last: (Option<Timestamp>, Option<Timestamp>),
}

impl Left {
    /// Reads what is there; nothing in most cases.
    pub fn read(ledger: &Path) -> std::io::Result<Option<Left>> {
        let path = ledger.with_file_name(NAME);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let tried = fs::metadata(&path)?.modified().ok().and_then(|at| Timestamp::try_from(at).ok());
        let mut left = Left { last: (None, tried), ..Left::nothing(&path) };
        left.add(&bytes);
        Ok(Some(left))
    }

    /// Nothing of what may stand at `path`.
    pub fn nothing(path: &Path) -> Left {
        Left { path: path.to_owned(), runs: BTreeMap::new(), unreadable: 0, last: (None, None) }
    }

    /// Nothing stands here.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Of the runs that stand here those of which the log lacks a slot, an outcome or the end, or all.
    pub fn of_runs_missing_from(mut self, log: &Connection) -> rusqlite::Result<Left> {
        let mut whole = Vec::new();
        for (run, writes) in self.runs.values() {
            if !lacks(log, run, writes)? {
                whole.push(run.uuid.clone());
            }
        }
        self.runs.retain(|uuid, _| !whole.contains(uuid));
        Ok(self)
    }

    /// Takes in lines. One that was torn is passed over.
    pub fn add(&mut self, bytes: &[u8]) {
        for text in bytes.split(|byte| *byte == b'\n').filter(|text| !text.is_empty()) {
            match serde_json::from_slice::<Line>(text) {
                Ok(Line { run, n, put_down, write }) => {
                    self.last.0 = self.last.0.max(Some(put_down));
                    let (_, writes) = self.runs.entry(run.uuid.clone()).or_insert_with(|| (run, BTreeMap::new()));
                    writes.insert(n, write);
                }
                Err(error) => {
                    self.unreadable += 1;
                    tracing::error!(%error, file = %self.path.display(), "a line cannot be read and is passed over");
                }
            }
        }
    }

    /// Writes it into the log, in one transaction, but for what the log has already; and, if the run was killed while this file
    /// took nothing either, an incident over the time of which nothing is known: `started_in` is then the boot of the PC in
    /// which that is found. Returns how many rows the log refused.
    pub fn take_up(&self, connection: &mut Connection, started_in: Option<&str>) -> rusqlite::Result<u64> {
        let mut refused = 0;
        let mut tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut runs: Vec<_> = self.runs.values().collect();
        runs.sort_by_key(|(run, _)| run.start.at);
        for (run, writes) in runs {
            if let Some(Write::PutRight(put_right)) = writes.values().next() {
                put_right.note_heartbeat(&tx)?;
            }
            let id = enter_if_missing(&tx, run)?;
            let writes: Vec<Numbered> =
                writes.iter().map(|(n, write)| Numbered { n: *n, write: write.clone() }).collect();
            refused += write_each(&mut tx, &writes, id)?;
            tracing::warn!(run = run.uuid, rows = writes.len(), refused, "taken up from beside the log");
        }
        if let Some(boot_id) = started_in {
            self.note_blindness(&tx, boot_id)?;
        }
        tx.commit()?;
        Ok(refused)
    }

    fn note_blindness(&self, connection: &Connection, boot_id: &str) -> rusqlite::Result<()> {
        let (Some(run), (put_down, Some(tried))) = (last_run(connection)?, self.last) else { return Ok(()) };
        let from = put_down.unwrap_or(run.heartbeat);
        if tried.duration_since(from) <= BLIND_AFTER && self.unreadable == 0 {
            return Ok(());
        }
        // A program that was killed on a PC that runs on is no PC that was switched off.
        let until = if run.boot_id == boot_id { "chương trình dừng đột ngột" } else { "máy tắt" };
        connection.execute(
            "insert into incident (kind, began_us, ended_us, detail, run)
            values (?1, ?2, ?3, ?4, (select id from run where uuid = ?5))",
            params![
                IncidentKind::Disk.code(),
                us(from),
                us(tried.max(from)),
                format!(
                    "không ghi được gì vào đĩa cho đến khi {until}: nhật ký có thể thiếu những gì đã xảy ra trong lúc đó"
                ),
                run.uuid,
            ],
        )?;
        chain::link(connection, Kind::Incident, &connection.last_insert_rowid().to_string())
    }

    /// It is in the log: the file is done with. What the log refused of it, or could not read, is kept aside.
    pub fn done(self, refused: u64, zone: &TimeZone) {
        if refused + self.unreadable == 0 {
            return remove(&self.path);
        }
        let aside = self.path.with_file_name(format!(
            "ledger-wait-{}.jsonl",
            clock::now().to_zoned_datetime(zone.clone()).strftime("%Y%m%d-%H%M%S")
        ));
        match fs::rename(&self.path, &aside) {
            Ok(()) => tracing::error!(refused, file = %aside.display(), "not all that waited beside the log is in it"),
            Err(error) => tracing::error!(%error, file = %self.path.display(), "cannot be moved aside"),
        }
    }
}

/// Whether the log lacks something of the run that stands there once and for all.
fn lacks(log: &Connection, run: &OwnRun, writes: &BTreeMap<u64, Write>) -> rusqlite::Result<bool> {
    let has = |sql, id: &str| log.prepare_cached(sql)?.exists([id]);
    if !has("select 1 from run where uuid = ?1", &run.uuid)? {
        return Ok(true);
    }
    for write in writes.values() {
        let lacks = match write {
            Write::Freeze { slot } => !has("select 1 from slot where id = ?1", slot.id())?,
            Write::Settle { slot, .. } => has("select 1 from airing where slot = ?1 and outcome is null", &slot.0)?,
            Write::EndRun { .. } => has("select 1 from run where uuid = ?1 and ended_us is null", &run.uuid)?,
            _ => false,
        };
        if lacks {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The run's row; made if the log does not have it, because another file took the place of the one that had it.
pub(super) fn enter_if_missing(connection: &Connection, run: &OwnRun) -> rusqlite::Result<i64> {
    let mut found = connection.prepare_cached("select id from run where uuid = ?1")?;
    let mut ids = found.query_map([&run.uuid], |row| row.get(0))?;
    if let Some(id) = ids.next() {
        return id;
    }
    // That of another run without an end is over now.
    if let Some(before) = last_run(connection)?.filter(|before| !before.clean) {
        chain::link(connection, Kind::Run, &before.uuid)?;
    }
    enter_run(connection, run, run.start.at)
}
