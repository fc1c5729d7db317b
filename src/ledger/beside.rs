//! The file beside the log: what the database does not take is put down there, a line each, until it does. A run that was
//! killed meanwhile leaves it to the next start.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::identity;
use super::recovery::OwnRun;
use super::room::Room;
use super::write::{Numbered, Write};
use crate::clock;

/// Its name, in the log's own folder.
pub(super) const NAME: &str = "ledger-wait.jsonl";
/// Signs of life alone are put down this often: a disk that refuses the log for days is not filled by them.
const SIGNS_EVERY_NS: u64 = 10_000_000_000;

/// How many rows wait beside the log at that path: it does not have them yet, and what is read out of it lacks them.
pub fn waiting(ledger: &Path) -> usize {
    let text = std::fs::read(ledger.with_file_name(NAME)).unwrap_or_default();
    text.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"{")).count()
}

/// One write, and whose.
#[derive(Serialize, Deserialize)]
pub(super) struct Line {
    /// The station's UUID; none where an older Loa put it down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub station: Option<String>,
    /// None of what was written while no daemon ran.
    pub run: Option<OwnRun>,
    pub n: u64,
    /// When the line was put down.
    pub put_down: Timestamp,
    #[serde(flatten)]
    pub write: Write,
}

/// The file as the writer has it.
#[derive(Debug)]
pub(super) struct Beside {
    path: PathBuf,
    station: Option<String>,
    /// Where it has its place from, on a disk that gives none.
    room: Room,
    file: Option<File>,
    /// Where the next line goes, and how far something may stand behind that of a try that failed.
    end: (u64, u64),
    /// What stands before that may be no whole line.
    torn: bool,
    /// Where its last lines begin, if they are but signs of life: the next ones take their place.
    signs_at: Option<u64>,
    /// The newest write in it.
    kept_to: u64,
    /// Not before then are signs of life alone put down.
    signs_from_ns: u64,
    /// It took the last lines, or none were given to it yet.
    well: bool,
}

impl Beside {
    pub fn of(ledger: &Path) -> Beside {
        let (path, room) = (ledger.with_file_name(NAME), Room::of(ledger));
        Beside {
            path,
            station: identity::of_home(ledger),
            room,
            file: None,
            end: (0, 0),
            torn: false,
            signs_at: None,
            kept_to: 0,
            signs_from_ns: 0,
            well: true,
        }
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
        let mut fresh: Vec<&Numbered> = batch.iter().filter(|one| one.n > self.kept_to).collect();
        let signs = fresh.iter().all(|one| one.write.is_sign_of_life());
        let now_ns = clock::monotonic_ns();
        if fresh.is_empty() || (signs && self.file.is_some() && now_ns < self.signs_from_ns) {
            return Ok(fresh.is_empty());
        }
        let at = if signs { self.signs_at } else { None };
        if at.is_some() {
            // All that are newer than the last event: those that were put down before are among them, or outdone.
            let from = batch.iter().rposition(|one| !one.write.is_sign_of_life()).map_or(0, |event| event + 1);
            fresh = batch[from..].iter().collect();
        }
        let mut text = put_down(self.station.as_deref(), Some(run), &fresh, clock::now())?;
        self.open()?;
        if self.torn {
            text.insert(0, '\n');
        }
        let at = at.unwrap_or(self.end.0);
        self.write(at, text.into_bytes())?;
        self.torn = false;
        self.signs_at = signs.then_some(at);
        self.kept_to = batch.iter().map(|one| one.n).max().unwrap_or(self.kept_to);
        self.signs_from_ns = now_ns + SIGNS_EVERY_NS;
        Ok(true)
    }

    /// Opens it, in the room kept for it if nothing stands there yet.
    fn open(&mut self) -> std::io::Result<()> {
        if self.file.is_some() {
            return Ok(());
        }
        let from_room = !self.path.exists() && self.room.take(&self.path);
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(&self.path)?;
        // Behind what a run before left there and could not be taken away.
        let end = if from_room { 0 } else { file.metadata()?.len() };
        (self.end, self.torn) = ((end, end), end > 0);
        self.file = Some(file);
        Ok(())
    }

    /// Writes there, with line ends over whatever else may stand behind it, and syncs.
    fn write(&mut self, at: u64, mut text: Vec<u8>) -> std::io::Result<()> {
        let Some(file) = &mut self.file else { return Err(ErrorKind::NotFound.into()) };
        let used = self.end.0.max(self.end.1);
        let over = usize::try_from(used.saturating_sub(at)).unwrap_or(0);
        text.resize(text.len().max(over), b'\n');
        let end = at + text.len() as u64;
        let written =
            file.seek(SeekFrom::Start(at)).and_then(|_| file.write_all(&text)).and_then(|()| file.sync_data());
        match written {
            Ok(()) => self.end = (end, end),
            // A part of it may stand there.
            Err(_) => self.end.1 = used.max(end.min(file.metadata().map_or(end, |file| file.len()))),
        }
        written
    }

    /// Whether it took what it was last given.
    pub fn is_well(&self) -> bool {
        self.well
    }

    /// Memory lets go of what stands in it: nothing takes the place of that.
    pub fn holds_alone(&mut self) {
        self.signs_at = None;
    }

    /// The log has it all.
    pub fn clear(&mut self) {
        if self.file.is_some() {
            self.forget();
            self.room.take_back(&self.path);
        }
    }

    /// Another hand of ours has done with the file.
    pub fn forget(&mut self) {
        (self.file, self.end, self.signs_at) = (None, (0, 0), None);
    }

    /// Keeps room for it while there is some.
    pub fn keep_room(&mut self, now_ns: u64) {
        if self.file.is_none() {
            self.room.keep(now_ns);
        }
    }
}

/// Rows of a run of that station as lines.
pub(super) fn put_down(
    station: Option<&str>,
    run: Option<&OwnRun>,
    rows: &[&Numbered],
    now: Timestamp,
) -> serde_json::Result<String> {
    let mut text = String::new();
    for Numbered { n, write } in rows {
        let station = station.map(str::to_owned);
        let line = Line { station, run: run.cloned(), n: *n, put_down: now, write: write.clone() };
        text += &serde_json::to_string(&line)?;
        text.push('\n');
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use jiff::tz::TimeZone;

    use super::super::left::Left;
    use super::super::{RunStart, room};
    use super::*;
    use crate::timetable::SlotId;

    fn run() -> OwnRun {
        let start = RunStart { at: Timestamp::UNIX_EPOCH, uptime_ms: 0, boot_id: "b".into(), program: "loa".into() };
        OwnRun { uuid: "u".into(), start }
    }

    fn event(n: u64) -> Numbered {
        Numbered { n, write: Write::Began { slot: SlotId("a".into()), at: Timestamp::UNIX_EPOCH } }
    }

    fn heard(n: u64) -> Numbered {
        Numbered { n, write: Write::Heard { slot: SlotId("a".into()), at: Timestamp::UNIX_EPOCH, played_ms: n } }
    }

    fn heartbeat(n: u64) -> Numbered {
        Numbered { n, write: Write::Heartbeat { at: Timestamp::UNIX_EPOCH, uptime_ms: n } }
    }

    /// The numbers of the writes that stand in it.
    fn numbers(ledger: &Path) -> Vec<u64> {
        let text = fs::read_to_string(ledger.with_file_name(NAME)).unwrap();
        let lines = text.lines().filter(|line| !line.is_empty());
        lines.map(|line| serde_json::from_str::<Line>(line).unwrap().n).collect()
    }

    #[test]
    fn in_the_room_kept_for_it_it_grows_by_events_and_not_by_signs_of_life() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = folder.path().join("ledger.db");
        let mut beside = Beside::of(&ledger);
        beside.keep_room(0);
        assert!(beside.keep(&run(), &[event(1)]));
        for n in (2..2000).step_by(3) {
            // Of two signs of life the older one may wait unchanged while the other is renewed.
            for batch in [[event(1), heard(n), heartbeat(n + 1)], [event(1), heard(n), heartbeat(n + 2)]] {
                beside.signs_from_ns = 0;
                assert!(beside.keep(&run(), &batch));
            }
        }
        assert_eq!(numbers(&ledger), [1, 1997, 1999]);
        assert!(beside.keep(&run(), &[event(1), heard(1997), heartbeat(1999), event(2003)]));
        beside.signs_from_ns = 0;
        assert!(beside.keep(&run(), &[event(1), heard(1997), heartbeat(1999), event(2003), heartbeat(2004)]));
        assert_eq!(numbers(&ledger), [1, 1997, 1999, 2003, 2004]);
        let file = ledger.with_file_name(NAME);
        assert_eq!(fs::metadata(&file).unwrap().len(), room::SIZE, "and it needs no byte more than was kept for it");
        let left = Left::read(&ledger).unwrap().unwrap();
        assert!(!left.is_empty());
        left.done(0, &TimeZone::UTC);
        assert!(!file.exists() && ledger.with_file_name("ledger-room").exists(), "it is room again");
    }
}
