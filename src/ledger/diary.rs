//! What went into the log since its copies were made, a line a row: with the newest copy it makes a log anew whose own
//! file was spoiled. It lies with the copies, a file a day, and is never needed but for that.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::backup;
use super::beside::put_down;
use super::left::Left;
use super::recovery::OwnRun;
use super::ticket::Ticket;
use super::write::{Numbered, Write};
use crate::airing::Correction;

/// So many days are kept: as many as there are copies of single days.
const DAYS: usize = backup::DAILY;

/// The file of the day, as the writer has it.
#[derive(Debug)]
pub(super) struct Diary {
    folder: PathBuf,
    /// The station's: its days are those of the files.
    zone: TimeZone,
    open: Option<(Date, File)>,
    /// It took the last lines, or none were given to it yet.
    well: bool,
}

impl Diary {
    pub fn of(ledger: &Path, zone: TimeZone) -> Diary {
        Diary { folder: backup::folder_of(ledger), zone, open: None, well: true }
    }

    /// Notes what the log has taken in, but for signs of life. Nothing waits for the disk: it is for a log that is
    /// spoiled, not for a power cut.
    pub fn note(&mut self, run: &OwnRun, batch: &[Numbered], now: Timestamp) {
        let rows: Vec<&Numbered> = batch.iter().filter(|one| !one.write.is_sign_of_life()).collect();
        if rows.is_empty() {
            return;
        }
        self.put_down(Some(run), &rows, now);
    }

    /// Notes what a person wrote while no daemon ran.
    pub fn note_at_rest(&mut self, correction: &Correction, now: Timestamp) {
        let write = Write::Correct { correction: Box::new(correction.clone()), ticket: Ticket::given_up() };
        self.put_down(None, &[&Numbered { n: 0, write }], now);
    }

    fn put_down(&mut self, run: Option<&OwnRun>, rows: &[&Numbered], now: Timestamp) {
        let noted = self.file(now).and_then(|file| Ok(file.write_all(put_down(run, rows, now)?.as_bytes())?));
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
            fs::create_dir_all(&self.folder)?;
            let mut file = OpenOptions::new().append(true).create(true).open(self.folder.join(name(today)))?;
            // What a failed try left of a line ends here.
            file.write_all(b"\n")?;
            self.open = Some((today, file));
            let days = days(&self.folder)?;
            for day in &days[..days.len().saturating_sub(DAYS)] {
                fs::remove_file(self.folder.join(name(*day)))?;
            }
        }
        self.open.as_mut().map(|(_, file)| file).ok_or_else(|| anyhow::anyhow!("no file"))
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
        Ok(left)
    }
}

fn name(day: Date) -> String {
    format!("rows-{day}.jsonl")
}

fn days(folder: &Path) -> std::io::Result<Vec<Date>> {
    backup::dated(folder, "rows-", ".jsonl")
}
