//! An operator's file saved by a program for a person: as a whole, never over what somebody else wrote meanwhile, and with
//! what was before kept, so that it can be undone.

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::files;
use crate::home::Home;
use crate::loading::{self, STATION_FILE, read_bounded};
use crate::problem::Text;
use crate::reading::encoding;
use crate::schedule::Month;

mod history;
mod programs;

pub use history::{Kept, newest_first};
pub use programs::{alters_programs, is_readable};

use history::{keep, undoable};

/// A file that a person may save.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanFile {
    /// `station.toml`.
    Station,
    /// A month's.
    Month(Month),
}

impl PlanFile {
    /// What messages call it.
    pub fn name(self) -> String {
        match self {
            PlanFile::Station => STATION_FILE.to_owned(),
            PlanFile::Month(month) => format!("schedules/{month}.toml"),
        }
    }

    /// Its name without folder and ending.
    pub fn stem(self) -> String {
        match self {
            PlanFile::Station => "station".to_owned(),
            PlanFile::Month(month) => month.to_string(),
        }
    }

    fn path(self, home: &Home) -> PathBuf {
        match self {
            PlanFile::Station => home.station_file(),
            PlanFile::Month(month) => home.month_file(month),
        }
    }

    /// Its text; none if it is not there.
    ///
    /// # Errors
    /// It cannot be read, or is no text.
    pub fn read(self, home: &Home) -> Result<Option<String>, Text> {
        match read_bounded(&self.path(home)) {
            Ok(bytes) => encoding::decode(&self.name(), bytes).map(Some).map_err(|problem| problem.message.clone()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(loading::unreadable(&self.name(), &error)),
        }
    }
}

/// By what two versions of a file are told apart: SHA-256 in hexadecimal, empty where there is no file.
pub fn version(text: Option<&str>) -> String {
    let Some(text) = text else { return String::new() };
    HEXLOWER.encode(&Sha256::digest(text))
}

/// Who saves, and what they did in words.
#[derive(Clone, Debug)]
pub struct Deed<'d> {
    /// The person's name.
    pub by: &'d str,
    /// What they did.
    pub what: Text,
    /// When.
    pub now: Timestamp,
}

/// Why a file was not saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsaved {
    /// Somebody else wrote it since it was read; it is as they left it.
    Changed {
        /// What it holds now; none: it is gone.
        theirs: Option<String>,
        /// Who saved it last from the page, if it was from there.
        last: Option<Box<Kept>>,
    },
    /// There is nothing that could be undone: it was written by another program since.
    NothingToUndo,
    /// The disk, or what lies there.
    Failed(Text),
}

impl Unsaved {
    /// Why the file that messages call `name` was not saved, and what to do.
    pub fn words(self, name: &str) -> Text {
        match self {
            Unsaved::Changed { .. } => Text::new(
                format!("`{name}` đã có người khác sửa trong lúc bạn làm; hãy mở lại và làm lại, chưa có gì bị ghi đè"),
                format!(
                    "somebody else changed `{name}` meanwhile; open it anew and do it again, nothing was overwritten"
                ),
            ),
            Unsaved::NothingToUndo => Text::new("không còn gì để hoàn tác", "there is nothing to undo"),
            Unsaved::Failed(text) => text,
        }
    }
}

/// One save at a time in this process.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// The turn to save in a home: two that were read alike must not both be written, be they of this process or, as a command's
/// and the page's, of two. It ends with its drop, or with its process.
struct Turn {
    _here: MutexGuard<'static, ()>,
    _of_all: File,
}

impl Turn {
    fn wait_for(home: &Home, file: PlanFile) -> Result<Turn, Unsaved> {
        let here = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        let of_all = || {
            fs::create_dir_all(home.undo())?;
            let path = home.undo().join("turn.lock");
            files::regular_or_absent(&path)?;
            // Whoever of the PC's accounts made it, the others take their turns, too.
            let lock =
                File::options().create(true).truncate(false).write(true).open(&path).or_else(|_| File::open(path))?;
            match lock.lock() {
                // A disk that knows no locks has those of this process alone.
                Err(error) if error.kind() != io::ErrorKind::Unsupported => Err(error),
                Ok(()) | Err(_) => Ok(lock),
            }
        };
        Ok(Turn { _here: here, _of_all: of_all().map_err(|error| failed(file, &error))? })
    }
}

fn failed(file: PlanFile, error: &io::Error) -> Unsaved {
    let (name, cause) = (file.name(), files::cause(error));
    Unsaved::Failed(Text::new(
        format!("không ghi được `{name}`: {}; tệp cũ còn nguyên", cause.vi),
        format!("`{name}` cannot be written: {}; the old one is as it was", cause.en),
    ))
}

/// Writes `text`, if the file is still the one of `base` ([`version`]).
///
/// # Errors
/// As of [`Unsaved`]. Nothing is then written.
pub fn save(home: &Home, file: PlanFile, base: &str, text: &str, deed: &Deed<'_>) -> Result<(), Unsaved> {
    let _turn = Turn::wait_for(home, file)?;
    let before = file.read(home).map_err(Unsaved::Failed)?;
    if version(before.as_deref()) != base {
        let last = newest_first(home, file).next();
        let last = last.filter(|last| last.after == version(before.as_deref())).map(Box::new);
        return Err(Unsaved::Changed { theirs: before, last });
    }
    if before.as_deref() == Some(text) {
        return Ok(());
    }
    write(home, file, before, text, deed, None)
}

/// Puts back what the file was before the last change that is not undone yet; says whose change that was.
///
/// # Errors
/// As of [`Unsaved`]. Nothing is then written.
pub fn undo(home: &Home, file: PlanFile, base: &str, deed: &Deed<'_>) -> Result<Kept, Unsaved> {
    let _turn = Turn::wait_for(home, file)?;
    let now = file.read(home).map_err(Unsaved::Failed)?;
    if version(now.as_deref()) != base {
        return Err(Unsaved::Changed { theirs: now, last: newest_first(home, file).next().map(Box::new) });
    }
    let Some(last) = undoable(home, file, base) else { return Err(Unsaved::NothingToUndo) };
    let Some(before) = &last.before else {
        return Err(Unsaved::NothingToUndo);
    };
    write(home, file, now, before, deed, Some(last.number))?;
    Ok(last)
}

/// The change that [`undo`] would take back while the file holds `text`.
pub fn to_undo(home: &Home, file: PlanFile, text: &str) -> Option<Kept> {
    undoable(home, file, &version(Some(text))).filter(|kept| kept.before.is_some())
}

fn write(
    home: &Home,
    file: PlanFile,
    before: Option<String>,
    text: &str,
    deed: &Deed<'_>,
    undoes: Option<u32>,
) -> Result<(), Unsaved> {
    // What was before is safe first: a cut between the two leaves a version too many, never one too few.
    let kept = keep(home, file, before, text, deed, undoes).map_err(|error| failed(file, &error))?;
    files::put(&file.path(home), text.as_bytes()).map_err(|error| {
        let _ = fs::remove_file(&kept);
        failed(file, &error)
    })
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::thread;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_save_waits_for_that_of_another_process_and_overwrites_nothing_of_it() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path());
        fs::create_dir_all(home.schedules()).unwrap();
        let month = PlanFile::Month("2026-12".parse().unwrap());
        let save = move |home: &Home, base: Option<&str>, text: &str| {
            let deed = Deed { by: "Lan", what: Text::same("sửa"), now: Timestamp::UNIX_EPOCH };
            super::save(home, month, &version(base), text, &deed)
        };
        save(&home, None, "a").unwrap();
        // As a command in the middle of its save has it.
        let other = File::options().write(true).open(home.undo().join("turn.lock")).unwrap();
        other.lock().unwrap();
        let (tell, told) = channel();
        let here = home.clone();
        let waits = thread::spawn(move || tell.send(save(&here, Some("a"), "b")).unwrap());
        assert!(told.recv_timeout(Duration::from_millis(300)).is_err(), "it waits");
        fs::write(home.month_file("2026-12".parse().unwrap()), "c").unwrap();
        drop(other);
        let saved = told.recv_timeout(Duration::from_secs(30)).unwrap();
        assert_eq!(saved, Err(Unsaved::Changed { theirs: Some("c".to_owned()), last: None }));
        waits.join().unwrap();
    }
}
