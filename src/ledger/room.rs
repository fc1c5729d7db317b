//! Room kept for the file beside the log, written out while there is some, so that what waits has a place on a disk that
//! takes not a byte more. Line ends alone stand in it, which whoever reads lines passes over.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::system::disk::free_bytes;

/// Its name, in the log's own folder, while nothing waits.
pub(super) const NAME: &str = "ledger-room";
/// Its size, in bytes: some days of a ward's airings.
pub(super) const SIZE: u64 = 256 << 10;
/// It is made only where so much more stays free beside it.
const LEFT_FREE: u64 = 1 << 20;
/// How often it is tried to make it.
const EVERY_NS: u64 = 60_000_000_000;

#[derive(Debug)]
pub(super) struct Room {
    path: PathBuf,
    state: State,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// It is there, and nothing stands in it.
    Blank,
    /// It may be there, and what last waited in it.
    Unknown,
    /// It is not; tried again at an instant of the monotonic clock.
    Missing { again_ns: u64 },
}

impl Room {
    /// That of the folder in which `beside` lies: the log, or another file of its folder.
    pub fn of(beside: &Path) -> Room {
        Room { path: beside.with_file_name(NAME), state: State::Unknown }
    }

    /// Makes it, if it is not there and it is time to try.
    pub fn keep(&mut self, now_ns: u64) {
        match self.state {
            State::Blank => return,
            State::Missing { again_ns } if now_ns < again_ns => return,
            State::Missing { .. } | State::Unknown => {}
        }
        self.state = if self.make().is_ok() { State::Blank } else { State::Missing { again_ns: now_ns + EVERY_NS } };
    }

    /// Has it stand at `place`, blank. False if there is none.
    pub fn take(&mut self, place: &Path) -> bool {
        let blank = matches!(self.state, State::Blank) || (self.is_there() && self.make().is_ok());
        let taken = blank && fs::rename(&self.path, place).is_ok();
        if taken {
            self.state = State::Missing { again_ns: 0 };
        }
        taken
    }

    /// What stands at `place` is needed no more: it is room again, if it is large enough to be.
    pub fn take_back(&mut self, place: &Path) {
        self.state = State::Unknown;
        let large = fs::metadata(place).is_ok_and(|file| file.len() >= SIZE);
        if large && fs::rename(place, &self.path).is_ok() {
            return;
        }
        match fs::remove_file(place) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                // Its lines are known to be in the log, so whoever reads it passes over them.
                tracing::warn!(%error, file = %place.display(), "cannot be removed");
            }
            _ => {}
        }
    }

    fn is_there(&self) -> bool {
        fs::metadata(&self.path).is_ok_and(|file| file.is_file() && file.len() >= SIZE)
    }

    /// Written out, since a file of holes keeps no room, and over what stood there, for which nothing more is needed.
    fn make(&self) -> std::io::Result<()> {
        let there = self.is_there();
        let folder = self.path.parent().unwrap_or(Path::new("."));
        if !there && free_bytes(folder)? < SIZE + LEFT_FREE {
            return Err(ErrorKind::StorageFull.into());
        }
        let write = || {
            let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(&self.path)?;
            file.set_len(if there { SIZE } else { 0 })?;
            file.write_all(&vec![b'\n'; usize::try_from(SIZE).unwrap_or(0)])?;
            file.sync_data()?;
            // What it stands for later is dated by whoever tries to write into it.
            file.set_modified(SystemTime::UNIX_EPOCH)
        };
        write().inspect_err(|_| {
            if !there {
                // Half of it keeps what others need.
                let _ = fs::remove_file(&self.path);
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_blank_whenever_it_is_taken_and_nothing_of_it_is_needed_twice() {
        let folder = tempfile::tempdir().unwrap();
        let (kept, place) = (folder.path().join(NAME), folder.path().join("waits"));
        let blank = vec![b'\n'; usize::try_from(SIZE).unwrap()];
        let mut room = Room::of(&place);
        assert!(!room.take(&place), "there is none yet");
        room.keep(0);
        assert!(room.take(&place) && !kept.exists());
        assert_eq!(fs::read(&place).unwrap(), blank);
        fs::write(&place, [b"{}\n".as_slice(), &blank].concat()).unwrap();
        room.take_back(&place);
        assert!(kept.exists() && !place.exists());
        // The next run finds it as it was left.
        let mut room = Room::of(&place);
        assert!(room.take(&place));
        assert_eq!(fs::read(&place).unwrap(), blank);
        fs::write(&place, "{}").unwrap();
        room.take_back(&place);
        assert!(!kept.exists() && !place.exists(), "what is too small to be room is gone");
        room.keep(1);
        assert!(kept.exists());
    }
}
