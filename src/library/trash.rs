//! Recordings that were replaced or removed: put away, never deleted. A person may delete them by hand.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::{Library, Refusal};
use crate::clock;

impl Library {
    /// Keeps the bytes at `path` as `var/trash/TIME-NUMBER/REL`.
    pub(super) fn put_away(&self, rel: &str, path: &Path) -> Result<(), Refusal> {
        let at = clock::now().strftime("%Y%m%dT%H%M%SZ");
        let number = uuid::Uuid::new_v4().simple().to_string();
        let to = self.trash.join(format!("{at}-{}", number.get(..8).unwrap_or_default())).join(rel);
        let kept = fs::create_dir_all(to.parent().unwrap_or(&self.trash)).and_then(|()| keep(path, &to));
        kept.map_err(|error| Refusal::disk(self.trash.display(), &error))
    }
}

fn keep(from: &Path, to: &Path) -> io::Result<()> {
    // A second name for the same bytes costs nothing; on another disk they are copied.
    if fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    fs::copy(from, to)?;
    File::options().write(true).open(to)?.sync_all()
}
