//! Room kept for the log: a file of 8 MiB that is given up when the disk is full, so that some weeks of airings still fit,
//! and made again when there is room.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::system::disk::free_bytes;

/// Its name, in the log's own folder.
const NAME: &str = "reserve";
/// Its size, in bytes.
const SIZE: u64 = 8 << 20;
/// It is made only where so much more stays free beside it.
const LEFT_FREE: u64 = 3 * SIZE;
/// How often it is tried to make it again.
const EVERY_NS: u64 = 60_000_000_000;

#[derive(Debug)]
pub(super) struct Reserve {
    path: PathBuf,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Nobody has looked yet.
    Unknown,
    There,
    /// There was no room to make it; tried at an instant of the monotonic clock.
    Missing {
        tried_ns: u64,
    },
    /// Given up to a full disk, or as above since then.
    Spent {
        tried_ns: u64,
    },
}

impl Reserve {
    pub fn of(ledger: &Path) -> Reserve {
        Reserve { path: ledger.with_file_name(NAME), state: State::Unknown }
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
        match self.state {
            State::There => return,
            State::Missing { tried_ns } | State::Spent { tried_ns } if now_ns.saturating_sub(tried_ns) < EVERY_NS => {
                return;
            }
            State::Unknown | State::Missing { .. } | State::Spent { .. } => {}
        }
        let there = fs::metadata(&self.path).is_ok_and(|file| file.len() == SIZE);
        let made = if there { Ok(()) } else { self.make() };
        self.state = match (made, &self.state) {
            (Ok(()), _) => State::There,
            (Err(_), State::Spent { .. }) => State::Spent { tried_ns: now_ns },
            (Err(error), before) => {
                if matches!(before, State::Unknown) {
                    tracing::warn!(%error, "no room can be kept for the log");
                }
                State::Missing { tried_ns: now_ns }
            }
        };
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
        let mut reserve = Reserve::of(&folder.path().join("ledger.db"));
        let bytes = || fs::metadata(folder.path().join("reserve")).map(|file| file.len()).ok();
        assert!(!reserve.give_up(0), "there is none yet");
        reserve.keep(0);
        assert_eq!((bytes(), reserve.is_spent()), (Some(8 << 20), false));
        assert!(reserve.give_up(1));
        assert!(!reserve.give_up(2), "nothing is left to give");
        reserve.keep(EVERY_NS);
        assert_eq!((bytes(), reserve.is_spent()), (None, true));
        reserve.keep(EVERY_NS + 1);
        assert_eq!((bytes(), reserve.is_spent()), (Some(8 << 20), false));
    }

    #[test]
    fn without_a_folder_there_is_none_and_nothing_is_said_to_be_spent() {
        let mut reserve = Reserve::of(Path::new("/nowhere/at/all/ledger.db"));
        reserve.keep(0);
        assert!(!reserve.is_spent() && !reserve.give_up(1));
    }
}
