//! A log that was deleted, or that something else took the place of, while it was open: its rows are still in our hands,
//! and are put back in their place. One whose own file was written over is not: it is made anew of the newest copy and of
//! what was noted since. What took the place is moved aside, not lost.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::chain::Head;
use super::diary::Diary;
use super::passed_over::PassedOver;
use super::{backup, file, identity, verify};
use crate::clock;
use crate::files::{self, BESIDE_DATABASE};
use crate::problem::Text;

/// The log was taken away while it was open, and was put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutBack {
    /// When that was found.
    pub at: Timestamp,
    /// What was found, and what was done.
    pub what: Text,
}

/// The file beside `path` whose name has that ending more.
pub(super) fn with(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Whole, and waiting for its place.
fn saved(path: &Path) -> PathBuf {
    with(path, ".saved")
}

/// Whether a log that was saved waits for its place.
pub(super) fn is_saved(path: &Path) -> bool {
    saved(path).exists()
}

/// What waits for the place of a log that was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Saved {
    /// All that the open log held.
    Whole,
    /// It was made anew.
    Anew(MadeOf),
}

/// What a log was made anew of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MadeOf {
    /// The copy of that day, with what was noted since.
    Copy(Date),
    /// What was noted, without a copy.
    Rows,
}

/// Copies all that the open log holds into a file of its own beside the place. Returns false where that log can no longer be
/// read: then there is nothing to save.
pub(super) fn save(open: &Connection, path: &Path) -> anyhow::Result<bool> {
    let part = part(path)?;
    let copied = open.backup("main", &part, None::<fn(rusqlite::backup::Progress)>);
    if let Err(error) = copied {
        // Either side may be at fault: ours alone if it cannot even be read.
        if file::check(path, open).is_ok() {
            return Err(error.into());
        }
        tracing::error!(%error, "the log that was taken away can no longer be read");
        return Ok(false);
    }
    await_its_place(path)?;
    Ok(true)
}

/// Makes the log anew, in a file of its own beside the place, of its newest copy that is whole and of what was noted since.
pub(super) fn make_anew(path: &Path, diary: &Diary, program: &str) -> anyhow::Result<(MadeOf, PassedOver)> {
    let mut passed_over = PassedOver::default();
    let (mut log, made_of) = begin_with_a_copy(path, program, &mut passed_over)?;
    if let MadeOf::Copy(day) = made_of {
        passed_over.hole = diary.first_day()?.filter(|first| *first > day).map(|first| (day, first));
    }
    passed_over.refused = diary.read()?.take_up(&mut log, None)?.refused;
    tracing::warn!(?made_of, refused = passed_over.refused, "the log is made anew");
    log.pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(()))?;
    log.close().map_err(|(_, error)| error)?;
    await_its_place(path)?;
    Ok((made_of, passed_over))
}

fn begin_with_a_copy(path: &Path, program: &str, passed_over: &mut PassedOver) -> anyhow::Result<(Connection, MadeOf)> {
    let open = |part: &Path| {
        let log = file::open_for_writing(part, clock::now(), program)?;
        file::check(part, &log).map(|()| log)
    };
    for (day, copy) in backup::copies_of(path)? {
        if identity::is_anothers(&copy, path) {
            passed_over.anothers(&identity::set_aside(&copy)?);
            continue;
        }
        let part = part(path)?;
        fs::copy(&copy, &part)?;
        match open(&part) {
            Ok(log) => return Ok((log, MadeOf::Copy(day))),
            Err(error) => {
                tracing::error!("the copy `{}` is of no use: {error:#}", copy.display());
                passed_over.damaged(&copy);
            }
        }
    }
    Ok((open(&part(path)?)?, MadeOf::Rows))
}

/// Where a log is put together; nothing stands there.
fn part(path: &Path) -> anyhow::Result<PathBuf> {
    files::make_folder(path.parent().context("the log has no folder")?)?;
    let part = with(path, ".part");
    for ending in [""].into_iter().chain(BESIDE_DATABASE) {
        forget(&with(&part, ending))?;
    }
    Ok(part)
}

/// What was put together is whole.
fn await_its_place(path: &Path) -> std::io::Result<()> {
    let part = with(path, ".part");
    for ending in BESIDE_DATABASE {
        forget(&with(&part, ending))?;
    }
    fs::rename(part, saved(path))
}

/// Whether the file of an open log, whose chain has come to `head`, is no longer what it was: it was written over, or the
/// disk lost some of it. It is read anew, for what is held in memory of it proves nothing.
pub(super) fn is_spoiled(path: &Path, head: Option<Head>) -> rusqlite::Result<bool> {
    let wanted = head.map(|head| HEXLOWER.encode(&head.hash));
    let read = || {
        let log =
            Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        let answer: String = log.pragma_query_value(None, "quick_check", |row| row.get(0))?;
        let verdict = verify::verify(&log, wanted.as_deref(), &mut |_, _| {})?.verdict;
        Ok(answer != "ok" || !verdict.findings.is_empty() || Some(verdict.head) != head)
    };
    match read() {
        Err(error) if !may_pass(&error) => Ok(true),
        read => read,
    }
}

/// The same may succeed later.
fn may_pass(error: &rusqlite::Error) -> bool {
    use ErrorCode::{CannotOpen, DatabaseBusy, DatabaseLocked, OutOfMemory, SystemIoFailure};
    let code = error.sqlite_error_code();
    code.is_some_and(|code| [CannotOpen, DatabaseBusy, DatabaseLocked, OutOfMemory, SystemIoFailure].contains(&code))
}

/// Where what stood in the log's place goes, named by the time in `zone`.
fn aside(path: &Path, zone: &TimeZone) -> PathBuf {
    let now = clock::now().to_zoned_datetime(zone.clone());
    with(path, &format!(".replaced-{}", now.strftime("%Y%m%d-%H%M%S")))
}

/// Moves what stands in the log's place aside, with all that stands beside it: of a file that was emptied or damaged that may
/// be the most that is left.
pub(super) fn set_aside(path: &Path, zone: &TimeZone) -> std::io::Result<PathBuf> {
    let aside = aside(path, zone);
    // Last of all the file itself: what was moved before it is found by its name.
    for ending in BESIDE_DATABASE.into_iter().chain([""]) {
        match fs::rename(with(path, ending), with(&aside, ending)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    tracing::warn!(file = %aside.display(), "what stood in the log's place is kept aside");
    Ok(aside)
}

/// When rows were last written beside the log that lies at `path`; none where nothing stands beside it, as after an end in
/// order.
pub(super) fn last_written(path: &Path) -> Option<Timestamp> {
    let written = fs::metadata(with(path, "-wal")).and_then(|wal| wal.modified()).ok()?;
    Timestamp::try_from(written).ok()
}

/// Puts what was saved into its place. Returns where what stood there lies now, named by the time in `zone`.
pub(super) fn put_back(path: &Path, zone: &TimeZone) -> anyhow::Result<Option<PathBuf>> {
    let saved = saved(path);
    if !saved.exists() {
        return Ok(None);
    }
    let mut stranger = None;
    if path.exists() {
        let aside = aside(path, zone);
        fs::rename(path, &aside)?;
        stranger = Some(aside);
    }
    // They belong to what is gone; SQLite would take them for the saved one's.
    for ending in BESIDE_DATABASE {
        forget(&with(path, ending))?;
    }
    fs::rename(saved, path)?;
    Ok(stranger)
}

/// What is told of it, and of what was `passed_over`: `stranger` is where what had taken its place lies now.
pub(super) fn told(saved: Saved, passed_over: &PassedOver, stranger: Option<&Path>) -> Text {
    let (aside, passed_over) = (stood_there(stranger), passed_over.told());
    let told = match (saved, stranger.is_some()) {
        (Saved::Whole, false) => Text::new(
            "tệp nhật ký bị xóa khi đang chạy; đã dựng lại đủ từ bản đang mở",
            "the log file was deleted while it was open; it was put back whole",
        ),
        (Saved::Whole, true) => Text::new(
            "tệp nhật ký bị thay bằng tệp khác khi đang chạy; đã dựng lại đủ từ bản đang mở",
            "the log file was replaced while it was open; it was put back whole",
        ),
        (Saved::Anew(MadeOf::Copy(day)), _) => {
            let day = day.strftime("%d/%m/%Y");
            Text::new(
                format!(
                    "tệp nhật ký bị ghi đè hoặc bị hỏng khi đang chạy; đã dựng lại từ bản sao ngày {day} và những dòng ghi thêm từ đó, cất trong `var/backup`; mã nhật ký in ra sau bản sao ấy không còn khớp"
                ),
                format!(
                    "the log file was written over or damaged while it was open; it was made anew of the copy of {day} and of the rows noted since in `var/backup`; a hash of the log printed after that copy fits no longer"
                ),
            )
        }
        (Saved::Anew(MadeOf::Rows), _) => Text::new(
            "tệp nhật ký bị ghi đè, bị hỏng hoặc bị lấy đi khi đang chạy mà chưa có bản sao nào; đã lập nhật ký mới từ những dòng cất trong `var/backup`; mã nhật ký đã in không còn khớp",
            "the log file was written over, damaged or taken away while it was open, and there is no copy; a new log was begun with the rows noted in `var/backup`; hashes printed before fit no longer",
        ),
    };
    Text::new(told.vi + &passed_over.vi + &aside.vi, told.en + &passed_over.en + &aside.en)
}

/// Where what stood in the log's place lies now.
pub(super) fn stood_there(stranger: Option<&Path>) -> Text {
    let name = stranger.and_then(Path::file_name).map(|name| name.to_string_lossy());
    name.map_or_else(
        || Text::new("", ""),
        |name| Text::new(format!("; tệp đứng ở đó nay là `{name}`"), format!("; what stood there is now `{name}`")),
    )
}

fn forget(path: &Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
