//! What waits to be written: a bounded queue between those who saw something happen and the one thread that writes.
//! Nobody holds its lock while touching the disk.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::{Revision, Synced};
use crate::airing::{Correction, IncidentKind};
use crate::clock;
use crate::levels::Levels;
use crate::outcome::{Cause, Outcome};
use crate::timetable::{Slot, SlotId};

/// Writes kept while the disk refuses: weeks of a ward's airings, a few MiB.
const MOST_WAITING: usize = 4096;

/// One thing to write.
#[derive(Clone, Debug)]
pub(super) enum Write {
    Freeze {
        slot: Box<Slot>,
        at: Timestamp,
    },
    OpenPart {
        slot: SlotId,
        sha256: String,
        file_ms: u64,
        line: String,
        device: String,
        at: Timestamp,
        ticket: Arc<Ticket>,
    },
    /// Its first sample left before the row was on disk, which the row does not say yet.
    MarkUnsynced {
        slot: SlotId,
    },
    Began {
        slot: SlotId,
        at: Timestamp,
    },
    Heard {
        slot: SlotId,
        at: Timestamp,
        played_ms: u64,
    },
    Levels {
        slot: SlotId,
        levels: Levels,
    },
    ClosePart {
        slot: SlotId,
        at: Timestamp,
        played_ms: u64,
        gap_ms: u64,
    },
    Settle {
        slot: SlotId,
        outcome: Outcome,
        cause: Option<Cause>,
        note: String,
        at: Timestamp,
    },
    Heartbeat {
        at: Timestamp,
        uptime_ms: u64,
    },
    Revision(Box<Revision>),
    IncidentBegan {
        kind: IncidentKind,
        at: Timestamp,
        detail: String,
    },
    IncidentEnded {
        kind: IncidentKind,
        at: Timestamp,
    },
    Correct {
        correction: Box<Correction>,
        ticket: Arc<Ticket>,
    },
    EndRun {
        at: Timestamp,
        how: String,
        ticket: Arc<Ticket>,
    },
}

impl Write {
    /// Whether `later` makes this one needless.
    fn is_outdone_by(&self, later: &Write) -> bool {
        match (self, later) {
            (Write::Heartbeat { .. }, Write::Heartbeat { .. }) => true,
            (Write::Heard { slot: a, .. }, Write::Heard { slot: b, .. }) => a == b,
            _ => false,
        }
    }

    fn is_sign_of_life(&self) -> bool {
        matches!(self, Write::Heartbeat { .. } | Write::Heard { .. })
    }
}

/// How the writing goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// The last attempt.
    pub last_write: LastWrite,
    /// Writes in memory that are not on disk yet.
    pub waiting: usize,
    /// Writes that memory had no room for while the disk refused: gone.
    pub lost: u64,
    /// Writes that contradict the log (a second outcome, a part of a slot never frozen): not written. Each is a mistake of
    /// the program and stands in its own log.
    pub refused: u64,
}

/// How the last attempt to write ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LastWrite {
    /// It is on disk, or there was nothing to write yet.
    Done,
    /// The disk refuses. What waits is tried again, in order, at least every second.
    Failing {
        /// Since when.
        since: Timestamp,
        /// What SQLite says.
        why: String,
    },
}

#[derive(Debug)]
struct State {
    waiting: VecDeque<Write>,
    /// How many writes the writer holds just now.
    in_hand: usize,
    last_write: LastWrite,
    lost: u64,
    refused: u64,
    closed: bool,
}

#[derive(Debug)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

impl Default for Queue {
    fn default() -> Queue {
        let state = State {
            waiting: VecDeque::new(),
            in_hand: 0,
            last_write: LastWrite::Done,
            lost: 0,
            refused: 0,
            closed: false,
        };
        Queue { state: Mutex::new(state), changed: Condvar::new() }
    }
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        // The state is whole between any two statements, so a panic elsewhere does not spoil it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds `write` at the end. Signs of life replace older ones of their kind, so that a refusing disk costs memory by the
    /// event, not by the second.
    pub(super) fn post(&self, write: Write) {
        let mut state = self.state();
        if write.is_sign_of_life() {
            let fresh = state.waiting.iter_mut().rev().take_while(|old| old.is_sign_of_life());
            if let Some(old) = fresh.into_iter().find(|old| old.is_outdone_by(&write)) {
                *old = write;
                return;
            }
        }
        if state.waiting.len() + state.in_hand >= MOST_WAITING {
            state.lost += 1;
            if state.lost == 1 {
                tracing::error!(
                    ?write,
                    "the ledger's memory is full: this and what follows is lost until the disk takes rows"
                );
            }
            return;
        }
        state.waiting.push_back(write);
        drop(state);
        self.changed.notify_all();
    }

    /// Waits for something to write and hands all of it out; nothing once the queue is closed and empty.
    pub(super) fn take(&self) -> Vec<Write> {
        let waiting = |state: &mut State| state.waiting.is_empty() && !state.closed;
        let mut state = self.changed.wait_while(self.state(), waiting).unwrap_or_else(PoisonError::into_inner);
        let batch: Vec<Write> = state.waiting.drain(..).collect();
        state.in_hand = batch.len();
        batch
    }

    /// The batch in hand is on disk, but for `refused` of its writes. `first` is written before all else.
    pub(super) fn written(&self, refused: u64, first: Vec<Write>) {
        let mut state = self.state();
        state.in_hand = 0;
        state.refused += refused;
        if matches!(state.last_write, LastWrite::Failing { .. }) {
            tracing::info!("the ledger can be written again; what waited is on disk");
            state.last_write = LastWrite::Done;
        }
        for write in first.into_iter().rev() {
            state.waiting.push_front(write);
        }
    }

    /// The batch in hand could not be written: it goes back to the head of the queue. Returns whether trying again has a
    /// sense: not when the queue was closed meanwhile.
    pub(super) fn failed(&self, batch: Vec<Write>, why: &str, pause: Duration) -> bool {
        let mut state = self.state();
        state.in_hand = 0;
        for write in batch.into_iter().rev() {
            state.waiting.push_front(write);
        }
        match &mut state.last_write {
            LastWrite::Failing { why: old, .. } => why.clone_into(old),
            LastWrite::Done => {
                tracing::error!(why, "the ledger cannot be written; rows wait in memory");
                state.last_write = LastWrite::Failing { since: clock::now(), why: why.to_owned() };
            }
        }
        if state.closed {
            return false;
        }
        let (_state, _timed_out) = self
            .changed
            .wait_timeout_while(state, pause, |state| !state.closed)
            .unwrap_or_else(PoisonError::into_inner);
        true
    }

    /// No more will be posted.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.changed.notify_all();
    }

    pub(super) fn health(&self) -> Health {
        let state = self.state();
        Health {
            last_write: state.last_write.clone(),
            waiting: state.waiting.len() + state.in_hand,
            lost: state.lost,
            refused: state.refused,
        }
    }
}

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

    fn heard(slot: &str, at: i64) -> Write {
        Write::Heard { slot: SlotId(slot.into()), at: Timestamp::from_second(at).unwrap(), played_ms: 0 }
    }

    #[test]
    fn signs_of_life_cost_no_memory_while_nothing_is_written() {
        let queue = Queue::default();
        for second in 0..10_000 {
            queue.post(heard("a", second));
            queue.post(Write::Heartbeat { at: Timestamp::from_second(second).unwrap(), uptime_ms: 0 });
        }
        assert_eq!(queue.health().waiting, 2);
        queue.post(Write::Began { slot: SlotId("b".into()), at: Timestamp::UNIX_EPOCH });
        queue.post(heard("a", 10_000));
        assert_eq!(queue.health().waiting, 4, "a sign of life never overtakes an event");
    }

    #[test]
    fn a_full_memory_loses_the_newest_and_counts_them() {
        let queue = Queue::default();
        for _ in 0..MOST_WAITING + 3 {
            queue.post(Write::Began { slot: SlotId("a".into()), at: Timestamp::UNIX_EPOCH });
        }
        let health = queue.health();
        assert_eq!((health.waiting, health.lost), (MOST_WAITING, 3));
    }

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
