//! Whose a log is, and what lies beside it. The station's UUID is the first link of its log's chain; a file beside the log has it
//! too, so that a log, a copy or rows that were copied in from another station are told from the home's own. What bears no
//! identity an older Loa wrote: that is taken for the home's own.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::file;
use crate::files;

/// The file's name, in the log's own folder.
pub(super) const NAME: &str = "station-id";

/// The station of the home in whose `var/` the log, or anything beside it, lies; none before its first start.
pub(super) fn of_home(beside: &Path) -> Option<String> {
    let text = files::open(&beside.with_file_name(NAME)).and_then(std::io::read_to_string).ok()?;
    uuid::Uuid::parse_str(text.trim()).ok().map(|id| id.to_string())
}

/// The station that the log at `path` says it is of; none where it cannot be read, which is seen to elsewhere.
fn of_log(path: &Path) -> Option<String> {
    let (log, _) = file::open_of_any_version(path).ok()?;
    log.query_row("select uuid from station", [], |row| row.get(0)).ok()
}

/// Whether the log at `path`, the home's own or a copy, is another station's than that of the log at `ledger`.
pub(super) fn is_anothers(path: &Path, ledger: &Path) -> bool {
    of_home(ledger).is_some_and(|home| of_log(path).is_some_and(|log| log != home))
}

/// Has the home know whose log it holds, from its first start with it on.
pub(super) fn keep(ledger: &Path, log: &Connection) -> rusqlite::Result<()> {
    if of_home(ledger).is_some() {
        return Ok(());
    }
    let station: String = log.query_row("select uuid from station", [], |row| row.get(0))?;
    if let Err(error) = files::put(&ledger.with_file_name(NAME), format!("{station}\n").as_bytes()) {
        tracing::warn!(%error, "whose home this is cannot be kept beside the log");
    }
    Ok(())
}

/// Keeps another station's copy out of the way of this one's, under a name that no rotation takes.
pub(super) fn set_copy_aside(copy: &Path) -> std::io::Result<PathBuf> {
    let name = copy.file_name().unwrap_or_default().to_string_lossy();
    let aside = copy.with_file_name(format!("other-station-{name}"));
    std::fs::rename(copy, &aside)?;
    tracing::error!(file = %aside.display(), "a copy of another station's log is kept aside");
    Ok(aside)
}
