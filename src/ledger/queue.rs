//! What waits to be written: a bounded queue between those who saw something happen and the one thread that writes.
//! Nobody holds its lock while touching the disk.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

use super::Synced;
use super::chain::Head;
use super::moved::PutBack;
use super::write::{Numbered, Write};
use crate::clock;
use crate::instants::ms_between;
use crate::problem::Text;

/// Writes kept in memory while the disk refuses: weeks of a ward's airings, a few MiB.
pub(super) const MOST_WAITING: usize = 4096;

/// How the writing goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// The last attempt.
    pub last_write: LastWrite,
    /// Writes that are not in the log yet: they wait in memory, and, once it has refused them, beside it.
    pub waiting: usize,
    /// What the disk refuses stands in memory alone: the file beside the log takes nothing either.
    pub in_memory_alone: bool,
    /// Writes that neither memory nor the file beside the log had room for, or that were taken away with that: gone.
    pub lost: u64,
    /// Writes that contradict the log (a second outcome, a part of a slot never frozen): not written. Each is a mistake of
    /// the program and stands in its own log.
    pub refused: u64,
    /// Batches that the disk has answered so far, with yes or no: a writer that lives goes on counting.
    pub answers: u64,
    /// The newest link of the log's chain, as of the last write.
    pub head: Option<Head>,
    /// The disk was full, and the room kept for the log is being used up.
    pub reserve_spent: bool,
    /// What a look over a large log found, until that is made anew.
    pub damage: Option<Text>,
    /// The last time that the log was taken away while it was open, and put back.
    pub put_back: Option<PutBack>,
}

impl Health {
    /// Why the disk refuses what waits, if it does.
    pub fn why(&self) -> Option<&Text> {
        match &self.last_write {
            LastWrite::Failing { why, .. } => Some(why),
            LastWrite::Done => None,
        }
    }

    /// For how long the disk has refused what waits, in ms.
    pub fn lag_ms(&self, now: Timestamp) -> u64 {
        match self.last_write {
            LastWrite::Failing { since, .. } => ms_between(since, now),
            LastWrite::Done => 0,
        }
    }
}

/// How the last attempt to write ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LastWrite {
    /// It is on disk, or there was nothing to write yet.
    #[default]
    Done,
    /// The disk refuses. What waits is tried again, in order, at least every second.
    Failing {
        /// Since when.
        since: Timestamp,
        /// Why, in a few words.
        why: Text,
    },
}

/// What became of a batch that was written.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// Writes that contradict the log.
    pub refused: u64,
    /// Writes that stood beside the log and are gone with the file.
    pub lost: u64,
    /// The newest link.
    pub head: Option<Head>,
}

/// A batch that the log refused.
#[derive(Debug)]
pub(super) struct SetAside {
    /// What memory is to keep of it.
    pub batch: Vec<Numbered>,
    /// How many of its writes memory lets go of: they stand beside the log.
    pub let_go: usize,
    /// The file beside the log takes nothing either.
    pub in_memory_alone: bool,
}

#[derive(Debug, Default)]
struct State {
    /// All but what waits, which is counted when it is asked for.
    health: Health,
    waiting: VecDeque<Numbered>,
    /// How many writes were posted in this run.
    posted: u64,
    /// The newest of them that is no sign of life.
    newest_event: u64,
    /// The newest that the writer was given, that was answered for, and that is on disk, in the log or beside it.
    given: u64,
    answered: u64,
    kept: u64,
    /// How many writes the writer holds just now.
    in_hand: usize,
    /// How many writes memory has let go of: they wait beside the log alone.
    beside: usize,
    /// Something happened since the writer last took what waits.
    stirred: bool,
    /// Damage was noted that the writer has not looked at.
    suspect: bool,
    closed: bool,
}

impl State {
    fn add(&mut self, write: Write) {
        if write.is_sign_of_life() {
            let fresh = self.waiting.iter().rposition(|old| !old.write.is_sign_of_life()).map_or(0, |event| event + 1);
            let outdone = |old: &Numbered| old.write.is_outdone_by(&write);
            if let Some(at) = self.waiting.range(fresh..).position(outdone) {
                self.waiting[fresh + at] = self.number(write);
                return;
            }
        }
        if self.waiting.len() + self.in_hand >= MOST_WAITING {
            self.health.lost += 1;
            if self.health.lost == 1 {
                tracing::error!(
                    ?write,
                    "the ledger's memory is full: this and what follows is lost until the disk takes rows"
                );
            }
            return;
        }
        self.stirred |= !write.is_sign_of_life();
        let numbered = self.number(write);
        self.waiting.push_back(numbered);
    }

    fn number(&mut self, write: Write) -> Numbered {
        self.posted += 1;
        if !write.is_sign_of_life() {
            self.newest_event = self.posted;
        }
        Numbered { n: self.posted, write }
    }
}

#[derive(Debug, Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

impl Queue {
    /// Of a log whose chain has come to `head`.
    pub(super) fn beginning_at(head: Option<Head>) -> Queue {
        let health = Health { head, ..Health::default() };
        Queue { state: Mutex::new(State { health, ..State::default() }), changed: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The state is whole between any two statements, so a panic elsewhere does not spoil it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds `write` at the end. Signs of life replace older ones of their kind, so that a refusing disk costs memory by the
    /// event, not by the second.
    pub(super) fn post(&self, write: Write) {
        self.post_together([write]);
    }

    /// The same of some that the writer is to find together: each batch costs a sync of the disk.
    pub(super) fn post_together<const N: usize>(&self, writes: [Write; N]) {
        let mut state = self.state();
        writes.into_iter().for_each(|write| state.add(write));
        drop(state);
        self.changed.notify_all();
    }

    /// Waits for something to write and hands all of it out; nothing once the queue is closed and empty.
    pub(super) fn take(&self) -> Vec<Numbered> {
        let waiting = |state: &mut State| state.waiting.is_empty() && !state.closed;
        let mut state = self.changed.wait_while(self.state(), waiting).unwrap_or_else(PoisonError::into_inner);
        let batch: Vec<Numbered> = state.waiting.drain(..).collect();
        (state.in_hand, state.stirred, state.given) = (batch.len(), false, state.posted);
        batch
    }

    /// The batch in hand is on disk with all that waited before it, but for what was refused or is lost. `first` is written
    /// before all else.
    pub(super) fn written(&self, Done { refused, lost, head }: Done, first: Vec<Write>) {
        let mut state = self.state();
        (state.in_hand, state.beside) = (0, 0);
        (state.answered, state.kept) = (state.given, state.given);
        state.health.answers += 1;
        state.health.in_memory_alone = false;
        state.health.refused += refused;
        state.health.lost += lost;
        state.health.head = head;
        if matches!(state.health.last_write, LastWrite::Failing { .. }) {
            tracing::info!("the ledger can be written again; what waited is on disk");
            state.health.last_write = LastWrite::Done;
        }
        // What was posted meanwhile comes after them, by its number too.
        let later: Vec<Numbered> = state.waiting.drain(..).collect();
        for write in first.into_iter().chain(later.into_iter().map(|later| later.write)) {
            let numbered = state.number(write);
            state.waiting.push_back(numbered);
        }
        drop(state);
        self.changed.notify_all();
    }

    /// The batch in hand could not be written: it goes back to the head of the queue, but for what memory lets go of. Waits
    /// until it is time to try again, or something else happens, which is to stand beside the log at once. Returns whether
    /// trying again has a sense: not when the queue was closed meanwhile.
    pub(super) fn failed(&self, aside: SetAside, why: &Text, pause: Duration) -> bool {
        let mut state = self.state();
        (state.in_hand, state.answered) = (0, state.given);
        if !aside.in_memory_alone {
            state.kept = state.given;
        }
        state.health.answers += 1;
        state.health.in_memory_alone = aside.in_memory_alone;
        state.beside += aside.let_go;
        for numbered in aside.batch.into_iter().rev() {
            state.waiting.push_front(numbered);
        }
        match &mut state.health.last_write {
            LastWrite::Failing { why: old, .. } => old.clone_from(why),
            LastWrite::Done => {
                tracing::error!(why = why.en, "the ledger cannot be written; rows wait");
                state.health.last_write = LastWrite::Failing { since: clock::now(), why: why.clone() };
            }
        }
        self.changed.notify_all();
        if state.closed {
            return false;
        }
        let (_state, _timed_out) = self
            .changed
            .wait_timeout_while(state, pause, |state| !state.closed && !state.stirred)
            .unwrap_or_else(PoisonError::into_inner);
        true
    }

    /// Waits until what was posted stands in the log or beside it, at most `wait`; no longer where neither takes it.
    pub(super) fn written_down(&self, wait: Duration) -> Synced {
        let state = self.state();
        // Where it is numbered anew meanwhile, what is answered for comes behind it all the same.
        let newest = state.newest_event;
        let waits = |state: &mut State| state.answered < newest && !state.closed;
        let waited = self.changed.wait_timeout_while(state, wait, waits);
        let state = waited.unwrap_or_else(PoisonError::into_inner).0;
        if state.kept < newest { Synced::No } else { Synced::Yes }
    }

    /// What the writer found beside the rows.
    pub(super) fn note(&self, reserve_spent: bool, put_back: Option<PutBack>) {
        let mut state = self.state();
        state.health.reserve_spent = reserve_spent;
        if put_back.is_some() {
            (state.health.put_back, state.health.damage) = (put_back, None);
        }
    }

    /// The file is damaged somewhere.
    pub(super) fn note_damage(&self, damage: Text) {
        let mut state = self.state();
        (state.health.damage, state.suspect) = (Some(damage), true);
    }

    /// Whether damage was noted since this was last asked.
    pub(super) fn is_suspect(&self) -> bool {
        std::mem::take(&mut self.state().suspect)
    }

    /// No more will be posted.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.changed.notify_all();
    }

    pub(super) fn health(&self) -> Health {
        let state = self.state();
        Health { waiting: state.waiting.len() + state.in_hand + state.beside, ..state.health.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timetable::SlotId;

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

    /// What sounds and that the run lives is told each second on air: one sync of the disk does for both.
    #[test]
    fn what_is_told_together_is_written_together() {
        let queue = std::sync::Arc::new(Queue::default());
        let writer = std::thread::spawn({
            let queue = queue.clone();
            move || queue.take().len()
        });
        queue.post_together([heard("a", 1), Write::Heartbeat { at: Timestamp::UNIX_EPOCH, uptime_ms: 0 }]);
        assert_eq!(writer.join().unwrap(), 2);
    }

    /// What happens while the disk refuses stands beside the log at once, not when the next try is due.
    #[test]
    fn an_event_ends_the_pause_before_the_next_try_and_a_sign_of_life_does_not() {
        let queue = Queue::default();
        let refused = |queue: &Queue, batch, pause| {
            let aside = SetAside { batch, let_go: 0, in_memory_alone: false };
            queue.failed(aside, &Text::new("hết chỗ trên đĩa", "the disk is full"), pause)
        };
        queue.post(Write::Began { slot: SlotId("a".into()), at: Timestamp::UNIX_EPOCH });
        let batch = queue.take();
        queue.post(heard("a", 1));
        assert!(refused(&queue, batch, Duration::from_millis(1)), "the pause is over");
        let batch = queue.take();
        queue.post(Write::Began { slot: SlotId("b".into()), at: Timestamp::UNIX_EPOCH });
        assert!(refused(&queue, batch, Duration::from_secs(100_000)));
        assert_eq!(queue.take().len(), 3);
    }

    /// What is answered for stands somewhere that a kill does not take, or it is said that it does not.
    #[test]
    fn what_was_posted_is_waited_for_until_the_log_or_the_file_beside_it_has_it() {
        let began = |second| Write::Began { slot: SlotId("a".into()), at: Timestamp::from_second(second).unwrap() };
        let (at_once, long) = (Duration::ZERO, Duration::from_secs(100));
        for (in_memory_alone, wanted) in [(false, Synced::Yes), (true, Synced::No)] {
            let queue = Queue::default();
            assert_eq!(queue.written_down(at_once), Synced::Yes, "nothing was posted");
            queue.post(began(0));
            assert_eq!(queue.written_down(at_once), Synced::No, "nobody was given it");
            let batch = queue.take();
            assert_eq!(queue.written_down(at_once), Synced::No, "the writer has it");
            // Posted while the writer is busy with what was before it: that answer is not for it.
            queue.post(began(1));
            let aside = |batch| SetAside { batch, let_go: 0, in_memory_alone };
            let why = Text::new("bị khóa", "locked");
            assert!(queue.failed(aside(batch), &why, at_once));
            assert_eq!(queue.written_down(at_once), Synced::No);
            let batch = queue.take();
            assert!(queue.failed(aside(batch), &why, at_once));
            queue.post(heard("a", 2));
            assert_eq!(queue.written_down(long), wanted, "a sign of life is nothing to wait for");
            let _ = queue.take();
            queue.post(began(3));
            queue.written(Done::default(), vec![began(4)]);
            assert_eq!(queue.written_down(at_once), Synced::No, "numbered anew");
            let _ = queue.take();
            queue.written(Done::default(), Vec::new());
            assert_eq!(queue.written_down(long), Synced::Yes);
        }
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
}
