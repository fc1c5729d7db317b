//! Room kept for the log: a file of 8 MiB that is given up when the disk is full, so that some weeks of airings still fit,
//! and made again when there is room.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use super::{Lasts, Refused};
use crate::system::disk::free_bytes;

/// Its name, in the log's own folder.
pub(super) const NAME: &str = "reserve";
/// Its size, in bytes.
const SIZE: u64 = 8 << 20;
/// It is made only where so much more stays free beside it.
const LEFT_FREE: u64 = 3 * SIZE;
/// How often it is tried to make it, first so long after the start, which has better things to do than to fill a disk.
const EVERY_NS: u64 = 60_000_000_000;

/// A disk with so little left counts as full, whatever SQLite made of it: it cannot always tell.
const HARDLY_ANY: u64 = 256 << 10;

/// Whether a log that could not be opened wants room.
pub(super) fn wants(ledger: &Path, error: &anyhow::Error) -> bool {
    let refused = error.downcast_ref::<Refused>().map(|refused| refused.lasts);
    let of_system = error.chain().find_map(|error| error.downcast_ref::<std::io::Error>());
    match (refused, of_system.map(std::io::Error::kind)) {
        (Some(Lasts::UntilThereIsRoom), _) | (None, Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded)) => true,
        (Some(Lasts::UntilMended | Lasts::UntilMadeAnew), _) => false,
        _ => ledger.parent().is_some_and(|folder| free_bytes(folder).is_ok_and(|free| free < HARDLY_ANY)),
    }
}

#[derive(Debug)]
pub(super) struct Reserve {
    path: PathBuf,
    state: State,
}

#[derive(Debug)]
enum State {
    There,
    /// Not made yet, or without room; tried at an instant of the monotonic clock.
    Missing {
        tried_ns: u64,
    },
    /// Given up to a full disk, or as above since then.
    Spent {
        tried_ns: u64,
    },
}

impl Reserve {
    /// As it is found at `now_ns` of the monotonic clock.
    pub fn of(ledger: &Path, now_ns: u64) -> Reserve {
        let path = ledger.with_file_name(NAME);
        let there = fs::metadata(&path).is_ok_and(|file| file.len() == SIZE);
        Reserve { path, state: if there { State::There } else { State::Missing { tried_ns: now_ns } } }
    }

    /// The disk is full: gives the room back. False if there was none to give.
    pub fn give_up(&mut self, now_ns: u64) -> bool {
        let given = fs::remove_file(&self.path).is_ok();
        if given {
            tracing::error!("the disk is full: the room kept for the log is given up");
            self.state = State::Spent { tried_ns: now_ns };
        }
        given
    }

    pub fn is_spent(&self) -> bool {
        matches!(self.state, State::Spent { .. })
    }

    /// Makes it, if it is not there and it is time to try.
    pub fn keep(&mut self, now_ns: u64) {
        let (State::Missing { tried_ns } | State::Spent { tried_ns }) = &mut self.state else { return };
        if now_ns.saturating_sub(*tried_ns) < EVERY_NS {
            return;
        }
        *tried_ns = now_ns;
        if self.make().is_ok() {
            self.state = State::There;
        }
    }

    /// Written out, since a file of holes keeps no room.
    fn make(&self) -> std::io::Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        if free_bytes(folder)? < SIZE + LEFT_FREE {
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        let block = vec![b'L'; 1 << 20];
        let write = || {
            let mut file = File::create(&self.path)?;
            (0..SIZE >> 20).try_for_each(|_| file.write_all(&block))
        };
        write().inspect_err(|_| {
            // Half of it keeps what others need.
            let _ = fs::remove_file(&self.path);
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_kept_given_up_and_kept_again_a_minute_later() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = folder.path().join("ledger.db");
        let mut reserve = Reserve::of(&ledger, 0);
        let bytes = || fs::metadata(folder.path().join("reserve")).map(|file| file.len()).ok();
        reserve.keep(EVERY_NS - 1);
        assert!(!reserve.give_up(0), "there is none yet");
        reserve.keep(EVERY_NS);
        assert_eq!((bytes(), reserve.is_spent()), (Some(8 << 20), false));
        let mut reserve = Reserve::of(&ledger, EVERY_NS);
        assert!(reserve.give_up(EVERY_NS), "the next start finds it");
        assert!(!reserve.give_up(EVERY_NS), "nothing is left to give");
        reserve.keep(2 * EVERY_NS - 1);
        assert_eq!((bytes(), reserve.is_spent()), (None, true));
        reserve.keep(2 * EVERY_NS);
        assert_eq!((bytes(), reserve.is_spent()), (Some(8 << 20), false));
    }

    #[test]
    fn without_a_folder_there_is_none_and_nothing_is_said_to_be_spent() {
        let mut reserve = Reserve::of(Path::new("/nowhere/at/all/ledger.db"), 0);
        reserve.keep(EVERY_NS);
        assert!(!reserve.is_spent() && !reserve.give_up(EVERY_NS));
    }
}
