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

/// So many days are kept however new a copy is: as many as there are copies of single days, for the newest may be damaged.
const DAYS: usize = backup::DAILY;
/// And so many at most, where no copy has been made since.
const MOST_DAYS: usize = 92;

/// The file of the newest signs of life.
const ALIVE: &str = "alive.jsonl";

/// The file of the day, as the writer has it.
#[derive(Debug)]
pub(super) struct Diary {
    ledger: PathBuf,
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
        Diary { ledger: ledger.to_owned(), folder, station, zone, open: None, alive: Alive::default(), well: true }
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
            for day in spare(&days(&self.folder)?, self.copied()?) {
                self.let_go_of(&self.folder.join(name(*day)))?;
            }
        }
        self.open.as_mut().map(|(_, file)| file).ok_or_else(|| anyhow::anyhow!("no file"))
    }

    /// The day of the newest copy of the log.
    fn copied(&self) -> std::io::Result<Option<Date>> {
        let own = |(_, copy): &(Date, PathBuf)| !identity::is_anothers(copy, &self.ledger);
        Ok(backup::copies_of(&self.ledger)?.into_iter().find(own).map(|(day, _)| day))
    }

    /// The first day of which rows are kept.
    pub fn first_day(&self) -> std::io::Result<Option<Date>> {
        Ok(days(&self.folder)?.first().copied())
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

/// Of files of these days, in order, those that are not needed: a copy has their rows. Counted, not reckoned from today: a clock
/// that went wrong removes nothing.
fn spare(days: &[Date], copied: Option<Date>) -> &[Date] {
    let older = &days[..days.len().saturating_sub(DAYS)];
    let in_a_copy = older.iter().take_while(|day| copied.is_some_and(|copied| **day < copied)).count();
    &days[..in_a_copy.max(days.len().saturating_sub(MOST_DAYS))]
}

fn name(day: Date) -> String {
    format!("rows-{day}.jsonl")
}

fn days(folder: &Path) -> std::io::Result<Vec<Date>> {
    backup::dated(folder, "rows-", ".jsonl")
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn rows_that_no_copy_has_are_kept_beyond_their_fourteen_days_and_within_a_bound() {
        let days: Vec<Date> = (0..100).map(|day| date(2026, 9, 1) + day.days()).collect();
        let spare_of = |count: usize, copied: Option<usize>| spare(&days[..count], copied.map(|at| days[at])).len();
        assert_eq!([spare_of(20, Some(19)), spare_of(20, Some(6)), spare_of(14, Some(13))], [6, 6, 0]);
        assert_eq!([spare_of(20, Some(3)), spare_of(20, Some(0)), spare_of(20, None)], [3, 0, 0]);
        assert_eq!([spare_of(100, None), spare_of(100, Some(2)), spare_of(100, Some(50))], [8, 8, 50]);
    }
}
