//! The one thread that writes. It takes all that waits, writes it in one transaction, and tells those who wait for it. Where
//! the database refuses, it sees to it that the rows survive: room from the reserve, a file beside the log, a log put back
//! in its place.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::tz::TimeZone;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use super::apply::write_each;
use super::beside::{self, Beside};
use super::chain::{self, Head};
use super::diary::Diary;
use super::file::{self, Stamp};
use super::incidents;
use super::left::{Left, enter_if_missing};
use super::moved::{self, PutBack, Saved};
use super::passed_over::PassedOver;
use super::queue::{Done, MOST_WAITING, Queue, SetAside};
use super::recovery::OwnRun;
use super::reserve::Reserve;
use super::write::{Numbered, answer};
use crate::airing::IncidentKind;
use crate::clock;
use crate::files::{self, Identity};
use crate::problem::Text;

/// How long SQLite itself waits for another program's lock; beyond it the wait is ours, with the reason in view.
const BUSY_WAIT: Duration = Duration::from_millis(100);

/// The first pause after a refusal, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(1));

/// The log as the writer has it.
#[derive(Debug)]
enum Log {
    /// Open.
    Open(Connection),
    /// Lost and closed; what it is to be waits for its place, with what might have gone into that.
    Saved(Saved, PassedOver),
    /// That is in its place, whole, and only to be opened; and what is to be told of it. Whatever keeps it from being opened,
    /// it is not made anew of what is older.
    InPlace(Text),
}

/// The writer and what it stands on.
#[derive(Debug)]
pub(super) struct Writer {
    path: PathBuf,
    zone: TimeZone,
    run: OwnRun,
    /// Its row in the log.
    run_id: i64,
    log: Log,
    /// The file that is open, or was put in its place to be.
    identity: Option<Identity>,
    /// The folder of the station that it lies in.
    home: Option<Identity>,
    /// How it stood when this thread last touched it; none where it must be looked at.
    stamp: Option<Stamp>,
    /// The newest link that was written.
    head: Option<Head>,
    beside: Beside,
    diary: Diary,
    /// So many writes memory let go of when it ran short: they stand beside the log alone.
    let_go: usize,
    /// What became of those, until a batch behind them is written.
    owed: Done,
    reserve: Reserve,
    put_back: Option<PutBack>,
    /// That the log was put back, or what is not in it, until the log itself says so.
    untold: Option<PutBack>,
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
            identity: files::identity(&path)?,
            home: files::identity(home_of(&path))?,
            stamp: Some(file::stamp(&path)?),
            head: chain::head(&connection)?,
            diary: Diary::of(&path, zone.clone()),
            zone,
            beside: Beside::of(&path),
            reserve,
            log: Log::Open(connection),
            run,
            run_id,
            let_go: 0,
            owed: Done::default(),
            put_back: None,
            untold: None,
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
            if queue.is_suspect() {
                self.stamp = None;
            }
            let written = self.write(&batch);
            queue.note(self.reserve.is_spent(), self.put_back.take());
            match written {
                Ok(done) => {
                    pause = PAUSES.0;
                    self.diary.note(&self.run, &batch, clock::now());
                    queue.written(done, answer(batch));
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
        self.let_go += batch.len();
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
        self.take_up_what_was_let_go()?;
        let Log::Open(connection) = &mut self.log else { anyhow::bail!("the log is not open") };
        let mut tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if let Some(PutBack { at, what }) = &self.untold {
            // With the first rows of all: a kill a moment later takes nothing of it.
            incidents::happened(&tx, (IncidentKind::LogTouched, *at), what, self.run_id)?;
        }
        let refused = write_each(&mut tx, batch, self.run_id)?;
        let head = chain::head(&tx)?;
        tx.commit()?;
        self.untold = None;
        self.head = head;
        self.checkpoint();
        let Done { refused: before, lost, .. } = std::mem::take(&mut self.owed);
        Ok(Done { refused: before + refused, lost, head })
    }

    /// What memory let go of comes before the batch: into the log, as far as it still stands beside that.
    fn take_up_what_was_let_go(&mut self) -> anyhow::Result<()> {
        if self.let_go == 0 {
            return Ok(());
        }
        let Log::Open(connection) = &mut self.log else { anyhow::bail!("the log is not open") };
        let told = if let Some(left) = Left::read(&self.path)? {
            let refused = left.take_up(connection, None)?.refused;
            self.owed.refused += refused;
            left.note_in(&mut self.diary);
            left.done(refused, &self.zone)
        } else {
            self.owed.lost += u64::try_from(self.let_go).unwrap_or(u64::MAX);
            Some(lost_beside(self.let_go))
        };
        self.let_go = 0;
        self.beside.forget();
        if let Some(told) = told {
            tracing::error!("{}", told.en);
            self.say_in_the_log(told);
        }
        Ok(())
    }

    /// With the next rows, and with what they are to say already.
    fn say_in_the_log(&mut self, what: Text) {
        let what = match self.untold.take() {
            Some(PutBack { what: before, .. }) => {
                Text::new(format!("{}; {}", before.vi, what.vi), format!("{}; {}", before.en, what.en))
            }
            None => what,
        };
        self.untold = Some(PutBack { at: clock::now(), what });
    }

    /// The rows are durable: that their place is not theirs alone yet is no failure.
    fn checkpoint(&mut self) {
        let Log::Open(open) = &self.log else { return };
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
        let found = files::identity(&self.path)?;
        let there = found.is_some() && found == self.identity;
        let is_open = matches!(self.log, Log::Open(_));
        if is_open && there && !self.is_spoiled()? {
            return Ok(());
        }
        // Moved away as a whole, it is open and written on where it lies now: what stands at the old path is another's.
        if is_open && !there && files::identity(home_of(&self.path))? != self.home {
            return Ok(());
        }
        match self.log {
            Log::InPlace(_) if there || (found.is_some() && self.identity.is_none()) => {}
            Log::Saved(..) if moved::is_saved(&self.path) => self.put_in_place()?,
            _ => {
                self.save(there)?;
                self.put_in_place()?;
            }
        }
        self.open_what_is_in_place()
    }

    /// Saves what is to take the place of a log that was lost, as much of it as there is.
    fn save(&mut self, there: bool) -> anyhow::Result<()> {
        let saved = match &self.log {
            // Of a file that is gone all is still in our hands.
            Log::Open(open) if !there && moved::save(open, &self.path)? => {
                Log::Saved(Saved::Whole, PassedOver::default())
            }
            _ => {
                let (made_of, passed_over) = moved::make_anew(&self.path, &self.diary, &self.run.start.program)?;
                Log::Saved(Saved::Anew(made_of), passed_over)
            }
        };
        // Closed before anything else gets its name: SQLite removes what belongs to a name, not to a file. What is open is not
        // to be written into whatever stands there.
        if let Log::Open(open) = std::mem::replace(&mut self.log, saved) {
            open.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        }
        Ok(())
    }

    fn put_in_place(&mut self) -> anyhow::Result<()> {
        let Log::Saved(saved, passed_over) = &self.log else { return Ok(()) };
        let stranger = moved::put_back(&self.path, &self.zone)?;
        self.log = Log::InPlace(moved::told(*saved, passed_over, stranger.as_deref()));
        // Asked behind the renaming, which may change it; where the system does not tell, what lies there is taken for it.
        self.identity = files::identity(&self.path).ok().flatten();
        Ok(())
    }

    fn open_what_is_in_place(&mut self) -> anyhow::Result<()> {
        let Log::InPlace(what) = &self.log else { return Ok(()) };
        let connection = file::open_for_writing(&self.path, clock::now(), &self.run.start.program)?;
        self.run_id = stand_on(&connection, &self.run)?;
        self.identity = files::identity(&self.path)?;
        self.stamp = Some(file::stamp(&self.path)?);
        self.head = chain::head(&connection)?;
        tracing::error!("{}", what.en);
        let what = what.clone();
        self.say_in_the_log(what);
        self.put_back.clone_from(&self.untold);
        self.log = Log::Open(connection);
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

/// The folder of the station whose log lies at `ledger`.
fn home_of(ledger: &Path) -> &Path {
    ledger.parent().and_then(Path::parent).unwrap_or(ledger)
}

/// The file in which they stood is gone, as one may be that a cleaner takes for waste.
fn lost_beside(rows: usize) -> Text {
    Text::new(
        format!(
            "{rows} dòng chờ ghi trong `var/{name}` đã mất: tệp ấy bị xóa khi nhật ký chưa ghi được",
            name = beside::NAME
        ),
        format!(
            "rows that waited in `var/{name}` are lost, for it was taken away before the log could be written: {rows}",
            name = beside::NAME
        ),
    )
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
mod tests;
