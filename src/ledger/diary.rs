//! What went into the log since its copies were made, a line a row: with the newest copy it makes a log anew whose own
//! file was spoiled. It lies with the copies, a file a day, and is never needed but for that. Signs of life have a file of
//! their own, the newest ones in the place of those before: a run that was killed lived until then.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::backup;
use super::beside::put_down;
use super::identity;
use super::left::Left;
use super::passed_over::Unused;
use super::recovery::OwnRun;
use super::ticket::Ticket;
use super::write::{Numbered, Write};
use crate::airing::Correction;
use crate::files;

/// So many days are kept: as many as there are copies of single days.
const DAYS: usize = backup::DAILY;

/// The file of the newest signs of life.
const ALIVE: &str = "alive.jsonl";

/// The file of the day, as the writer has it.
#[derive(Debug)]
pub(super) struct Diary {
    folder: PathBuf,
    /// Its UUID.
    station: Option<String>,
    /// The station's: its days are those of the files.
    zone: TimeZone,
    open: Option<(Date, File)>,
    alive: Alive,
    /// It took the last lines, or none were given to it yet.
    well: bool,
}

/// The newest signs of life, and their file.
#[derive(Debug, Default)]
struct Alive {
    /// Whose they are, by the run's UUID.
    run: String,
    signs: Vec<Numbered>,
    /// How much of it is written, too.
    file: Option<(File, usize)>,
}

impl Alive {
    /// Takes in what a batch has of them, and writes them over those before: of what was longer line ends stay.
    fn note(
        &mut self,
        (folder, station): (&Path, Option<&str>),
        run: &OwnRun,
        batch: &[Numbered],
        now: Timestamp,
    ) -> anyhow::Result<()> {
        if self.run != run.uuid {
            (self.run, self.signs) = (run.uuid.clone(), Vec::new());
        }
        for one in batch {
            match &one.write {
                Write::ClosePart { slot, .. } => {
                    self.signs.retain(|old| !matches!(&old.write, Write::Heard { slot: heard, .. } if heard == slot));
                }
                sign if sign.is_sign_of_life() => {
                    self.signs.retain(|old| !old.write.is_outdone_by(sign));
                    self.signs.push(one.clone());
                }
                _ => {}
            }
        }
        if !batch.iter().any(|one| one.write.is_sign_of_life()) {
            return Ok(());
        }
        let signs: Vec<&Numbered> = self.signs.iter().collect();
        let mut text = put_down(station, Some(run), &signs, now)?.into_bytes();
        let (mut file, used) = self.file.take().map_or_else(|| open_alive(folder), Ok)?;
        text.resize(text.len().max(used), b'\n');
        file.rewind()?;
        file.write_all(&text)?;
        self.file = Some((file, text.len()));
        Ok(())
    }
}

fn open_alive(folder: &Path) -> anyhow::Result<(File, usize)> {
    files::make_folder(folder)?;
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(folder.join(ALIVE))?;
    let used = usize::try_from(file.metadata()?.len())?;
    Ok((file, used))
}

impl Diary {
    pub fn of(ledger: &Path, zone: TimeZone) -> Diary {
        let (folder, station) = (backup::folder_of(ledger), identity::of_home(ledger));
        Diary { folder, station, zone, open: None, alive: Alive::default(), well: true }
    }

    /// Notes what the log has taken in. Nothing waits for the disk: it is for a log that is spoiled, not for a power cut.
    pub fn note(&mut self, run: &OwnRun, batch: &[Numbered], now: Timestamp) {
        let rows: Vec<&Numbered> = batch.iter().filter(|one| !one.write.is_sign_of_life()).collect();
        if !rows.is_empty() {
            self.put_down(Some(run), &rows, now);
        }
        if let Err(error) = self.alive.note((&self.folder, self.station.as_deref()), run, batch, now) {
            tracing::debug!(%error, "a sign of life is not noted beside the log's copies");
            self.alive.file = None;
        }
    }

    /// Notes what a person wrote while no daemon ran.
    pub fn note_at_rest(&mut self, correction: &Correction, now: Timestamp) {
        let write = Write::Correct { correction: Box::new(correction.clone()), ticket: Ticket::given_up() };
        self.put_down(None, &[&Numbered { n: 0, write }], now);
    }

    fn put_down(&mut self, run: Option<&OwnRun>, rows: &[&Numbered], now: Timestamp) {
        let lines = put_down(self.station.as_deref(), run, rows, now);
        let noted = self.file(now).and_then(|file| Ok(file.write_all(lines?.as_bytes())?));
        if let Err(error) = &noted
            && self.well
        {
            tracing::warn!(%error, folder = %self.folder.display(), "rows are not noted beside the log's copies");
        }
        self.well = noted.is_ok();
        if !self.well {
            self.open = None;
        }
    }

    fn file(&mut self, now: Timestamp) -> anyhow::Result<&mut File> {
        let today = self.zone.to_datetime(now).date();
        if self.open.as_ref().is_none_or(|(day, _)| *day != today) {
            files::make_folder(&self.folder)?;
            let mut file = OpenOptions::new().append(true).create(true).open(self.folder.join(name(today)))?;
            // What a failed try left of a line ends here.
            file.write_all(b"\n")?;
            self.open = Some((today, file));
            let days = days(&self.folder)?;
            for day in &days[..days.len().saturating_sub(DAYS)] {
                self.let_go_of(&self.folder.join(name(*day)))?;
            }
        }
        self.open.as_mut().map(|(_, file)| file).ok_or_else(|| anyhow::anyhow!("no file"))
    }

    /// Removes a day's file that is not needed any more; what another station wrote is not ours to remove.
    fn let_go_of(&self, path: &Path) -> anyhow::Result<()> {
        let mut left = self.nothing();
        left.add(&fs::read(path)?);
        if left.is_anothers() {
            identity::set_aside(path)?;
        } else {
            fs::remove_file(path)?;
        }
        Ok(())
    }

    /// None of it.
    pub fn nothing(&self) -> Left {
        Left::nothing(&self.folder)
    }

    /// All that is noted.
    pub fn read(&self) -> anyhow::Result<Left> {
        let mut left = self.nothing();
        for day in days(&self.folder)? {
            left.add(&fs::read(self.folder.join(name(day)))?);
        }
        match fs::read(self.folder.join(ALIVE)) {
            Ok(alive) => left.add_signs(&alive),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
        Ok(left)
    }

    /// Takes lines that nothing was taken of out of its files and keeps them in one of their own, whose name it returns. A kill in
    /// the midst of it keeps them twice.
    pub fn set_aside(&self, unused: &[Unused], now: Timestamp) -> anyhow::Result<String> {
        let stamp = now.to_zoned_datetime(self.zone.clone());
        let aside = format!("unused-{}.jsonl", stamp.strftime("%Y%m%d-%H%M%S"));
        let lines: Vec<&[u8]> = unused.iter().map(|unused| unused.line.as_slice()).collect();
        files::put(&self.folder.join(&aside), &[lines.join(&b'\n'), b"\n".to_vec()].concat())?;
        let alive = Some(ALIVE.to_owned()).filter(|alive| self.folder.join(alive).exists());
        for file in days(&self.folder)?.into_iter().map(name).chain(alive) {
            let path = self.folder.join(file);
            let bytes = fs::read(&path)?;
            let (unused, kept): (Vec<&[u8]>, Vec<&[u8]>) =
                bytes.split(|byte| *byte == b'\n').partition(|line| lines.contains(line));
            if !unused.is_empty() {
                files::put(&path, &kept.join(&b'\n'))?;
            }
        }
        Ok(aside)
    }
}

fn name(day: Date) -> String {
    format!("rows-{day}.jsonl")
}

fn days(folder: &Path) -> std::io::Result<Vec<Date>> {
    backup::dated(folder, "rows-", ".jsonl")
}
