//! Whose a log is, and what lies beside it. The station's UUID is the first link of its log's chain; a file beside the log has it
//! too, so that a log, a copy or rows that were copied in from another station are told from the home's own. What bears no
//! identity an older Loa wrote: that is taken for the home's own.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::moved::with;
use super::{file, refusal};
use crate::files::{self, BESIDE_DATABASE};
use crate::problem::Text;

/// The file's name, in the log's own folder.
pub(super) const NAME: &str = "station-id";
/// How the names of files begin that another station wrote.
const ASIDE: &str = "other-station-";

/// The station of the home in whose `var/` the log, or anything beside it, lies; none before its first start.
pub(super) fn of_home(beside: &Path) -> Option<String> {
    let text = files::open(&beside.with_file_name(NAME)).and_then(std::io::read_to_string).ok()?;
    uuid::Uuid::parse_str(text.trim()).ok().map(|id| id.to_string())
}

/// The station that the log at `path` says it is of; none where it cannot be read, which is seen to elsewhere.
fn of_log(path: &Path) -> Option<String> {
    station_of(&file::open_of_any_version(path).ok()?.0)
}

fn station_of(log: &Connection) -> Option<String> {
    log.query_row("select uuid from station", [], |row| row.get(0)).ok()
}

/// Whether the log at `path`, the home's own or a copy, is another station's than that of the log at `ledger`.
pub fn is_anothers(path: &Path, ledger: &Path) -> bool {
    of_home(ledger).is_some_and(|home| of_log(path).is_some_and(|log| log != home))
}

/// Refuses the log at `path`, open as `log`, where it is not of the home in whose `var/` it lies.
pub(super) fn demand_own(path: &Path, log: &Connection) -> Result<(), Text> {
    let (Some(own), Some(found)) = (of_home(path), station_of(log)) else { return Ok(()) };
    if own == found { Ok(()) } else { Err(refusal::anothers(path, &own, &found)) }
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

/// Keeps a file that another station wrote out of the way of this one's, under a name that no rotation takes, with what SQLite keeps
/// beside it.
pub(super) fn set_aside(file: &Path) -> std::io::Result<PathBuf> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let names = (1..).map(|n| if n == 1 { format!("{ASIDE}{name}") } else { format!("{ASIDE}{n}-{name}") });
    let free = names.map(|name| file.with_file_name(name)).find(|aside| !aside.exists());
    let aside = free.ok_or(ErrorKind::AlreadyExists)?;
    // Last of all the file itself: what was moved before it is found by its name.
    for ending in BESIDE_DATABASE.into_iter().chain([""]) {
        match std::fs::rename(with(file, ending), with(&aside, ending)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    tracing::error!(file = %aside.display(), "what another station wrote is kept aside");
    Ok(aside)
}
