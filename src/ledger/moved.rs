//! A log that was deleted, or that something else took the place of, while it was open: its rows are still in our hands,
//! and are put back in their place. What took the place is moved aside, not lost.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::Connection;

use super::file;
use crate::clock;
use crate::files::BESIDE_DATABASE;
use crate::problem::Text;

/// The log was taken away while it was open, and was put back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutBack {
    /// When that was found.
    pub at: Timestamp,
    /// What was found, and what was done.
    pub what: Text,
}

fn with(path: &Path, ending: &str) -> PathBuf {
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

/// Copies all that the open log holds into a file of its own beside the place. Returns false where that log can no longer be
/// read: then there is nothing to save.
pub(super) fn save(open: &Connection, path: &Path) -> anyhow::Result<bool> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let part = with(path, ".part");
    forget(&part)?;
    let copied = open.backup("main", &part, None::<fn(rusqlite::backup::Progress)>);
    if let Err(error) = copied {
        // Either side may be at fault: ours alone if it cannot even be read.
        if file::check(path, open).is_ok() {
            return Err(error.into());
        }
        tracing::error!(%error, "the log that was taken away can no longer be read");
        return Ok(false);
    }
    for ending in BESIDE_DATABASE {
        forget(&with(&part, ending))?;
    }
    fs::rename(part, saved(path))?;
    Ok(true)
}

/// Puts what was saved into its place. Returns where what stood there lies now.
pub(super) fn put_back(path: &Path) -> anyhow::Result<Option<PathBuf>> {
    let saved = saved(path);
    if !saved.exists() {
        return Ok(None);
    }
    let aside = with(path, &format!(".replaced-{}", clock::now().strftime("%Y%m%d-%H%M%S")));
    let mut stranger = None;
    if path.exists() {
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

/// What is told of it: `saved` if the open log could still be read, `stranger` what had taken its place.
pub(super) fn told(saved: bool, stranger: Option<&Path>) -> Text {
    let name = stranger.and_then(Path::file_name).map(|name| name.to_string_lossy());
    match (saved, name) {
        (true, None) => Text::new(
            "tệp nhật ký bị xóa khi đang chạy; đã dựng lại đủ từ bản đang mở",
            "the log file was deleted while it was open; it was put back whole",
        ),
        (true, Some(name)) => Text::new(
            format!(
                "tệp nhật ký bị thay bằng tệp khác khi đang chạy; đã dựng lại đủ từ bản đang mở, tệp lạ nay là `{name}`"
            ),
            format!(
                "the log file was replaced while it was open; it was put back whole, and what had taken its place is now `{name}`"
            ),
        ),
        (false, _) => Text::new(
            "tệp nhật ký bị lấy đi khi đang chạy và không đọc lại được; ghi tiếp vào tệp đang có, hãy lấy lại phần trước từ `var/backup`",
            "the log file was taken away while it was open and can no longer be read; what is there now is written on, the rows before are in `var/backup`",
        ),
    }
}

fn forget(path: &Path) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
