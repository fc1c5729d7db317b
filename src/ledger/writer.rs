//! The one thread that writes. It takes all that waits, writes it in one transaction, and tells those who wait for it. Where
//! the database refuses, it sees to it that the rows survive: room from the reserve, a file beside the log, a log put back
//! in its place.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use jiff::tz::TimeZone;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use super::apply::write_each;
use super::beside::Beside;
use super::chain::{self, Head};
use super::diary::Diary;
use super::file::{self, Identity, Stamp};
use super::left::{Left, enter_if_missing};
use super::moved::{self, PutBack, Saved};
use super::queue::{MOST_WAITING, Queue, SetAside};
use super::recovery::OwnRun;
use super::reserve::Reserve;
use super::write::{Numbered, answer};
use crate::clock;

/// How long SQLite itself waits for another program's lock; beyond it the wait is ours, with the reason in view.
const BUSY_WAIT: Duration = Duration::from_millis(100);

/// The first pause after a refusal, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(1));

/// What became of a batch that was written.
#[derive(Debug)]
struct Done {
    /// Writes that contradict the log.
    refused: u64,
    /// The newest link.
    head: Option<Head>,
}

/// The writer and what it stands on.
#[derive(Debug)]
pub(super) struct Writer {
    path: PathBuf,
    zone: TimeZone,
    run: OwnRun,
    /// Its row in the log.
    run_id: i64,
    /// None only while a log that was taken away is being put back.
    connection: Option<Connection>,
    /// The file that is open.
    identity: Option<Identity>,
    /// How it stood when this thread last touched it; none where it must be looked at.
    stamp: Option<Stamp>,
    /// The newest link that was written.
    head: Option<Head>,
    beside: Beside,
    diary: Diary,
    /// Memory ran short and let go of what stands beside the log.
    let_go: bool,
    reserve: Reserve,
    /// What waits for the place of a log that was lost.
    saved: Option<Saved>,
    put_back: Option<PutBack>,
}

impl Writer {
    /// A writer of the log at `path`, which `connection` has open; files beside it are named by the days of `zone`.
    pub fn new(
        path: PathBuf,
        connection: Connection,
        run: OwnRun,
        reserve: Reserve,
        zone: TimeZone,
    ) -> anyhow::Result<Writer> {
        let run_id = stand_on(&connection, &run)?;
        Ok(Writer {
            identity: file::identity(&path)?,
            stamp: Some(file::stamp(&path)?),
            head: chain::head(&connection)?,
            diary: Diary::of(&path, zone.clone()),
            zone,
            beside: Beside::of(&path),
            reserve,
            connection: Some(connection),
            run,
            run_id,
            let_go: false,
            saved: None,
            put_back: None,
            path,
        })
    }

    /// Writes until the queue is closed and empty, or closed and refused by the disk.
    pub fn work(mut self, queue: &Queue) {
        let mut pause = PAUSES.0;
        loop {
            let batch = queue.take();
            if batch.is_empty() {
                return;
            }
            let written = self.write(&batch);
            queue.note(self.reserve.is_spent(), self.put_back.take());
            match written {
                Ok(Done { refused, head }) => {
                    pause = PAUSES.0;
                    self.diary.note(&self.run, &batch, clock::now());
                    queue.written(refused, head, answer(batch));
                    self.beside.clear();
                    self.reserve.keep(clock::monotonic_ns());
                    self.beside.keep_room(clock::monotonic_ns());
                }
                Err(error) => {
                    let aside = self.set_aside(batch);
                    if !queue.failed(aside, &file::in_short(&error), pause) {
                        return;
                    }
                    pause = (pause * 2).min(PAUSES.1);
                }
            }
        }
    }

    /// Puts a refused batch beside the log, and says what memory is to keep of it.
    fn set_aside(&mut self, batch: Vec<Numbered>) -> SetAside {
        let safe = self.beside.keep(&self.run, &batch);
        let in_memory_alone = !self.beside.is_well();
        if !safe || batch.len() < MOST_WAITING / 2 {
            return SetAside { batch, let_go: 0, in_memory_alone };
        }
        self.let_go = true;
        self.beside.holds_alone();
        SetAside { let_go: batch.len(), batch: Vec::new(), in_memory_alone }
    }

    fn write(&mut self, batch: &[Numbered]) -> anyhow::Result<Done> {
        match self.try_to_write(batch) {
            Err(error) if is_full(&error) && self.reserve.give_up(clock::monotonic_ns()) => self.try_to_write(batch),
            Err(error) => {
                if matches!(code(&error), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)) {
                    self.stamp = None;
                }
                Err(error)
            }
            written => written,
        }
    }

    fn try_to_write(&mut self, batch: &[Numbered]) -> anyhow::Result<Done> {
        self.stand_on_the_log()?;
        let connection = self.connection.as_mut().context("the log is not open")?;
        let mut refused = 0;
        if self.let_go {
            if let Some(left) = Left::read(&self.path)? {
                refused += left.take_up(connection, None)?.refused;
                left.note_in(&mut self.diary);
                left.done(refused, &self.zone);
                self.beside.forget();
            }
            self.let_go = false;
        }
        let mut tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        refused += write_each(&mut tx, batch, self.run_id)?;
        let head = chain::head(&tx)?;
        tx.commit()?;
        self.head = head;
        self.checkpoint();
        Ok(Done { refused, head })
    }

    /// The rows are durable: that their place is not theirs alone yet is no failure.
    fn checkpoint(&mut self) {
        let Some(open) = &self.connection else { return };
        match file::checkpoint_if_long(&self.path, open) {
            Ok(false) => {}
            Ok(true) => self.stamp = file::stamp(&self.path).ok(),
            Err(error) => {
                tracing::warn!(%error, "what stands beside the log's own file stays there");
                self.stamp = None;
            }
        }
    }

    /// The log may have been deleted, replaced or written over under our feet: what is written then, nobody would find.
    fn stand_on_the_log(&mut self) -> anyhow::Result<()> {
        let found = file::identity(&self.path)?;
        let there = self.connection.is_some() && found.is_some() && found == self.identity;
        if there && !self.is_spoiled()? {
            return Ok(());
        }
        let saved = match (&self.connection, self.saved.filter(|_| moved::is_saved(&self.path))) {
            (None, Some(saved)) => saved,
            // Of a file that is gone all is still in our hands.
            (Some(open), _) if !there && moved::save(open, &self.path)? => Saved::Whole,
            _ => moved::make_anew(&self.path, &self.diary, &self.run.start.program)?,
        };
        self.saved = Some(saved);
        // Closed before anything else gets its name: SQLite removes what belongs to a name, not to a file. What is open is not
        // to be written into whatever stands there.
        if let Some(open) = self.connection.take() {
            open.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        }
        let stranger = moved::put_back(&self.path, &self.zone)?;
        let connection = file::open_for_writing(&self.path, clock::now(), &self.run.start.program)?;
        self.run_id = stand_on(&connection, &self.run)?;
        self.identity = file::identity(&self.path)?;
        self.stamp = Some(file::stamp(&self.path)?);
        self.head = chain::head(&connection)?;
        self.connection = Some(connection);
        self.saved = None;
        let what = moved::told(saved, stranger.as_deref());
        tracing::error!("{}", what.en);
        self.put_back = Some(PutBack { at: clock::now(), what });
        Ok(())
    }

    /// Whether another hand has written over the log's own file and what is read of it is not what was written.
    fn is_spoiled(&mut self) -> anyhow::Result<bool> {
        let stamp = Some(file::stamp(&self.path)?);
        if stamp == self.stamp {
            return Ok(false);
        }
        let spoiled = moved::is_spoiled(&self.path, self.head)?;
        if !spoiled {
            self.stamp = stamp;
        }
        Ok(spoiled)
    }
}

/// Settings of the one connection that writes, and the row of its run.
fn stand_on(connection: &Connection, run: &OwnRun) -> rusqlite::Result<i64> {
    connection.busy_timeout(BUSY_WAIT)?;
    // Whatever is written into the log's own file is written by `checkpoint`, so that any other hand is seen.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    enter_if_missing(connection, run)
}

fn code(error: &anyhow::Error) -> Option<ErrorCode> {
    error.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error_code)
}

fn is_full(error: &anyhow::Error) -> bool {
    code(error) == Some(ErrorCode::DiskFull)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;
    use rusqlite::params;

    use super::*;
    use crate::airing::IncidentKind;
    use crate::ledger::queue::LastWrite;
    use crate::ledger::ticket::Ticket;
    use crate::ledger::write::Write;
    use crate::ledger::{MAIN_LINE, RunStart, Synced, recovery};
    use crate::timetable::SlotId;

    fn opened() -> (tempfile::TempDir, Writer) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        std::fs::write(folder.path().join("reserve"), vec![0; 8 << 20]).unwrap();
        let start = RunStart { at: Timestamp::UNIX_EPOCH, uptime_ms: 0, boot_id: "boot".into(), program: "loa".into() };
        let mut connection = file::open_for_writing(&path, start.at, &start.program).unwrap();
        let run = recovery::begin_run(&path, &mut connection, start, None).unwrap().run;
        let reserve = Reserve::of(&path, clock::monotonic_ns());
        (folder, Writer::new(path, connection, run, reserve, TimeZone::UTC).unwrap())
    }

    fn open(writer: &Writer) -> &Connection {
        writer.connection.as_ref().unwrap()
    }

    fn room(connection: &Connection, pages: i64) {
        connection.pragma_update_and_check(None, "max_page_count", pages, |row| row.get::<_, i64>(0)).unwrap();
    }

    /// SQLite answers a base that may not grow as it answers a full disk.
    fn fill(writer: &Writer) {
        room(open(writer), open(writer).pragma_query_value(None, "page_count", |row| row.get(0)).unwrap());
    }

    #[test]
    fn a_row_that_reached_the_disk_just_too_late_says_so() {
        let (_folder, mut writer) = opened();
        let slot = SlotId("2026-12-01/05:30:00/cchc".into());
        open(&writer)
            .execute(
                "insert into slot (id, broadcast, date, kind, class, segment, title, files, planned_us, start, grace_ms,
            after_power_cut, particulars, revision, frozen_us, run)
            values (?1, 'b', '2026-12-01', 'segment', 'normal', 's', 't', '[]', 0, 'hard', 0, 'skip', '{}', 'r', 0, ?2)",
                params![slot.0, writer.run_id],
            )
            .unwrap();
        let ticket = Arc::new(Ticket::default());
        let queue = Queue::default();
        queue.post(Write::OpenPart {
            slot: slot.clone(),
            sha256: String::new(),
            file_ms: 1,
            line: MAIN_LINE.into(),
            device: "null".into(),
            at: Timestamp::UNIX_EPOCH,
            ticket: Arc::clone(&ticket),
        });
        let batch = queue.take();
        let done = writer.write(&batch).unwrap();
        // The commit is done; the wait ends before the writer comes to say so, and the part is over before it can be marked.
        assert_eq!(ticket.wait(Duration::ZERO), Synced::No);
        queue.post(Write::ClosePart { slot: slot.clone(), at: Timestamp::UNIX_EPOCH, played_ms: 1, gap_ms: 0 });
        queue.written(done.refused, done.head, answer(batch));
        writer.write(&queue.take()).unwrap();
        let sql = "select unsynced, closed from part";
        let part: (bool, bool) = open(&writer).query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        assert_eq!(part, (true, true));
    }

    #[test]
    fn a_full_disk_loses_nothing_and_doubles_nothing() {
        let (folder, mut writer) = opened();
        fill(&writer);

        let queue = Queue::default();
        // The last ones are more than memory holds: it lets go of what stands beside the log.
        for (from, to, waiting) in [(0, 100, 200), (100, 1500, 3000), (1500, 2101, 4202)] {
            for second in from..to {
                let at = Timestamp::from_second(second).unwrap();
                let detail = "x".repeat(200);
                queue.post(Write::IncidentBegan { kind: IncidentKind::LineLost, at, detail, detail_en: None });
                queue.post(Write::IncidentEnded { kind: IncidentKind::LineLost, at });
            }
            let batch = queue.take();
            let error = writer.write(&batch).unwrap_err();
            assert!(is_full(&error), "{error:#}");
            let aside = writer.set_aside(batch);
            assert!(queue.failed(aside, &file::in_short(&error), Duration::ZERO));
            let health = queue.health();
            let LastWrite::Failing { why, .. } = &health.last_write else { panic!("{health:?}") };
            assert_eq!((why.vi.as_str(), why.en.as_str()), ("hết chỗ trên đĩa", "the disk is full"));
            assert_eq!((health.waiting, health.lost, health.in_memory_alone), (waiting, 0, false));
        }
        assert!(!folder.path().join("reserve").exists(), "the room kept for the log is given up first");
        let lines = std::fs::read_to_string(folder.path().join("ledger-wait.jsonl")).unwrap().lines().count();
        assert_eq!(lines, 4202, "each once");

        room(open(&writer), 1_000_000);
        let done = writer.write(&queue.take()).unwrap();
        queue.written(done.refused, done.head, Vec::new());
        assert_eq!((queue.health().last_write, queue.health().waiting), (LastWrite::Done, 0));
        let sql = "select count(*), count(distinct began_us), count(ended_us) from incident";
        let counts: (i64, i64, i64) =
            open(&writer).query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        assert_eq!((done.refused, counts), (0, (2101, 2101, 2101)));
    }

    #[test]
    fn rows_that_no_file_takes_are_said_to_be_in_memory_alone() {
        let (folder, mut writer) = opened();
        fill(&writer);
        // What stands where the file beside the log should takes no line.
        let beside = folder.path().join("ledger-wait.jsonl");
        std::fs::create_dir(&beside).unwrap();
        let queue = Queue::default();
        let mut refuse = |detail: String| {
            let (kind, at) = (IncidentKind::LineLost, Timestamp::UNIX_EPOCH);
            queue.post(Write::IncidentBegan { kind, at, detail, detail_en: None });
            let batch = queue.take();
            let error = writer.write(&batch).unwrap_err();
            let aside = writer.set_aside(batch);
            assert!(queue.failed(aside, &file::in_short(&error), Duration::ZERO));
            queue.health().in_memory_alone
        };
        assert!(refuse("x".repeat(200_000)));
        std::fs::remove_dir(&beside).unwrap();
        assert!(!refuse("y".repeat(200)), "and no longer once a file takes them");
    }

    #[test]
    fn a_log_that_is_gone_for_good_is_begun_anew_with_the_run_that_writes() {
        let (folder, mut writer) = opened();
        writer.connection = None;
        for ending in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(folder.path().join(format!("ledger.db{ending}")));
        }
        let queue = Queue::default();
        queue.post(Write::Heartbeat { at: Timestamp::from_second(5).unwrap(), uptime_ms: 5_000 });
        writer.write(&queue.take()).unwrap();
        let told = writer.put_back.take().unwrap().what.en;
        assert!(told.contains("there is no copy"), "{told}");
        let sql = "select uuid, boot_id, heartbeat_us from run";
        let run: (String, String, i64) =
            open(&writer).query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        assert_eq!(run, (writer.run.uuid.clone(), "boot".into(), 5_000_000));
    }
}
