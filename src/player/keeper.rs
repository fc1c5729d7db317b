//! Keeps the line open: opens it by its name on a fresh thread each time, and tries again for ever, at growing intervals.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Sender;

use super::{Message, Opener};
use crate::audio::line::{Line, LineFault};
use crate::clock;
use crate::problem::Text;

/// The pause before the first other attempt; it doubles with each: a cable that was knocked out is soon back in.
const PAUSE_NS: u64 = 125_000_000;
/// The longest pause: a line that is back is to sound again within two seconds, opened and settled.
const LONGEST_PAUSE_NS: u64 = 1_000_000_000;

/// What opening a line that works takes at most.
const OPENING_NS: u64 = 3_000_000_000;
/// An attempt without an answer is given up after so long, and the next one after twice as long: its thread may be lost for good,
/// and a card that takes its time is opened all the same.
const GIVEN_UP_NS: u64 = 10_000_000_000;
/// How often that doubles: to some three quarters of an hour.
const DOUBLINGS: u32 = 8;
/// A line whose clock does not settle for this long is used all the same: late sound is better than none.
const PATIENCE_NS: u64 = 5_000_000_000;

/// The line, whatever state it is in.
pub(super) struct Keeper {
    device: String,
    open: Opener,
    state: State,
    /// Attempts since the line was last good.
    attempts: u32,
    /// Of these in a row, those that gave no answer.
    unanswered: u32,
    /// The last attempt: what one before it brings late is dropped.
    attempt: u64,
    /// What was last said of a line that does not open; nothing is said twice.
    told: Option<Text>,
}

enum State {
    /// Not open; tried again at that instant.
    Closed { retry_ns: u64 },
    /// A thread is opening it since that instant.
    Opening { since_ns: u64 },
    /// Open since that instant, its clock not yet settled, so not yet told.
    Settling { line: Box<Line>, since_ns: u64 },
    /// Open and told.
    Open(Box<Line>),
}

impl Keeper {
    pub fn new(device: String, open: Opener) -> Keeper {
        let state = State::Closed { retry_ns: 0 };
        Keeper { device, open, state, attempts: 0, unanswered: 0, attempt: 0, told: None }
    }

    /// The name that the station gave.
    pub fn device(&self) -> &str {
        &self.device
    }

    /// The line, if it is open.
    pub fn line(&mut self) -> Option<&mut Line> {
        match &mut self.state {
            State::Settling { line, .. } | State::Open(line) => Some(line),
            State::Closed { .. } | State::Opening { .. } => None,
        }
    }

    /// Not open, but an attempt has only just begun: worth a moment's wait before an airing is given up.
    pub fn is_opening(&self) -> bool {
        match self.state {
            State::Opening { since_ns } => clock::monotonic_ns().saturating_sub(since_ns) < OPENING_NS,
            State::Closed { .. } | State::Settling { .. } | State::Open(_) => false,
        }
    }

    /// Begins another attempt if one is due.
    pub fn try_open(&mut self, messages: &Sender<Message>) {
        let State::Closed { retry_ns } = self.state else { return };
        if clock::monotonic_ns() < retry_ns {
            return;
        }
        self.attempt += 1;
        let (device, opener, messages) = (self.device.clone(), self.open.clone(), messages.clone());
        let attempt = self.attempt;
        let open = move || {
            let opened = catch_unwind(AssertUnwindSafe(|| opener(&device)));
            let result = Box::new(opened.unwrap_or_else(|_| Err(LineFault::of_panic(&device))));
            let _ = messages.send(Message::Opened(attempt, result));
        };
        match std::thread::Builder::new().name("loa-line-open".into()).spawn(open) {
            Ok(_) => self.state = State::Opening { since_ns: clock::monotonic_ns() },
            Err(error) => {
                tracing::error!("no thread to open the line on: {error}");
                self.close();
            }
        }
    }

    /// Gives up an attempt that has no answer; gives what is to be told of it.
    pub fn give_up(&mut self) -> Option<Text> {
        let State::Opening { since_ns } = self.state else { return None };
        let waited_ns = clock::monotonic_ns().saturating_sub(since_ns);
        if waited_ns < GIVEN_UP_NS << self.unanswered.min(DOUBLINGS) {
            return None;
        }
        self.unanswered = self.unanswered.saturating_add(1);
        self.take(Err(LineFault::of_silence(&self.device)))
    }

    /// Takes the result of an attempt; gives what is to be told of it.
    pub fn opened(&mut self, attempt: u64, result: Result<Line, LineFault>) -> Option<Text> {
        let awaited = attempt == self.attempt && matches!(self.state, State::Opening { .. });
        if !awaited {
            tracing::warn!(device = self.device, "an attempt to open the line that was given up has ended");
            return None;
        }
        self.unanswered = 0;
        self.take(result)
    }

    fn take(&mut self, result: Result<Line, LineFault>) -> Option<Text> {
        match result {
            Ok(line) => {
                if self.device == "default" {
                    // What was the default when it was first opened stays the line: another one may be another room.
                    self.device = line.device().to_owned();
                }
                tracing::info!(
                    device = line.device(),
                    rate_hz = line.rate_hz(),
                    channels = line.channels(),
                    "line open"
                );
                self.state = State::Settling { line: Box::new(line), since_ns: clock::monotonic_ns() };
                None
            }
            Err(fault) => {
                self.close();
                let why = fault.text();
                let news = self.told.as_ref() != Some(&why);
                self.told = Some(why.clone());
                news.then_some(why)
            }
        }
    }

    /// The name of the line that has just settled; given once for each opening.
    pub fn settled(&mut self) -> Option<String> {
        match std::mem::replace(&mut self.state, State::Closed { retry_ns: 0 }) {
            State::Settling { line, since_ns }
                if line.map().is_settled() || clock::monotonic_ns().saturating_sub(since_ns) > PATIENCE_NS =>
            {
                let device = line.device().to_owned();
                self.state = State::Open(line);
                self.attempts = 0;
                self.told = None;
                Some(device)
            }
            other => {
                self.state = other;
                None
            }
        }
    }

    /// Drops the line and plans the next attempt.
    pub fn close(&mut self) {
        self.attempts = self.attempts.saturating_add(1);
        let pause_ns = (PAUSE_NS << self.attempts.saturating_sub(1).min(8)).min(LONGEST_PAUSE_NS);
        self.state = State::Closed { retry_ns: clock::monotonic_ns() + pause_ns };
    }

    /// How long nothing need be done for the line, in ns.
    pub fn idle_ns(&self) -> u64 {
        match &self.state {
            State::Closed { retry_ns } => retry_ns.saturating_sub(clock::monotonic_ns()),
            State::Opening { .. } => 1_000_000_000,
            State::Settling { .. } => 50_000_000,
            State::Open(line) => line.tend_within_ns(),
        }
    }
}

/// That the sound server keeps the line from being heard, or no longer does.
pub(super) fn say_silenced(device: &str, silenced: bool) {
    if silenced {
        tracing::error!(
            device,
            "nothing is heard: the sound server has the line muted or its volume as good as at 0; raise it there"
        );
    } else {
        tracing::info!(device, "the sound server has the line no longer muted");
    }
}
