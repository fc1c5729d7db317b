//! Waiting for a row to be on disk, for a bounded time.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Synced;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Waiting,
    /// On disk while it was still waited for.
    Synced,
    /// Waited for long enough.
    GivenUp,
    /// It will never be on disk.
    Refused,
}

/// One who waits for a row to be on disk.
#[derive(Debug)]
pub(super) struct Ticket {
    stage: Mutex<Stage>,
    changed: Condvar,
}

impl Default for Ticket {
    fn default() -> Ticket {
        Ticket { stage: Mutex::new(Stage::Waiting), changed: Condvar::new() }
    }
}

impl Ticket {
    /// Nobody waits for it.
    pub(super) fn given_up() -> Arc<Ticket> {
        Arc::new(Ticket { stage: Mutex::new(Stage::GivenUp), changed: Condvar::new() })
    }

    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the row, at most `wait`. Whether it was in time is decided here, once and for both sides.
    pub(super) fn wait(&self, wait: Duration) -> Synced {
        let waiting = |stage: &mut Stage| *stage == Stage::Waiting;
        let waited = self.changed.wait_timeout_while(self.stage(), wait, waiting);
        let mut stage = waited.unwrap_or_else(PoisonError::into_inner).0;
        if *stage == Stage::Waiting {
            *stage = Stage::GivenUp;
        }
        if *stage == Stage::Synced { Synced::Yes } else { Synced::No }
    }

    pub(super) fn is_given_up(&self) -> bool {
        *self.stage() == Stage::GivenUp
    }

    /// The row is on disk. Returns whether that is too late.
    pub(super) fn synced_too_late(&self) -> bool {
        let mut stage = self.stage();
        if *stage == Stage::Waiting {
            *stage = Stage::Synced;
            self.changed.notify_all();
        }
        *stage == Stage::GivenUp
    }

    /// The row contradicts the log and will never be written.
    pub(super) fn refuse(&self) {
        *self.stage() = Stage::Refused;
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_in_time_or_late_for_both_sides_alike() {
        let late = Ticket::default();
        assert_eq!(late.wait(Duration::ZERO), Synced::No);
        assert!(late.synced_too_late());
        let early = Ticket::default();
        assert!(!early.synced_too_late());
        assert_eq!(early.wait(Duration::ZERO), Synced::Yes);
        let refused = Ticket::default();
        refused.refuse();
        assert!(!refused.synced_too_late());
        assert_eq!(refused.wait(Duration::from_secs(60)), Synced::No);
    }
}
