//! How the daemon is started, and why it could not be.

use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use jiff::Timestamp;

use super::Message;
use crate::clock;
use crate::files;
use crate::home::Home;
use crate::ledger::{Lasts, Refused, RunStart};
use crate::lock::LockFault;
use crate::problem::{Lang, Text};
use tokio::sync::Notify;

/// How long the first full reading is waited for: the instants of a running order rest on the recordings' lengths.
const FIRST_READING: Duration = Duration::from_secs(3);

/// How to run.
#[derive(Debug)]
pub struct Options {
    /// The station's home.
    pub home: Home,
    /// The line to use instead of the station's own.
    pub device: Option<String>,
    /// End by itself when nothing is planned any more.
    pub until_done: bool,
    /// The language of what goes into the log in words.
    pub lang: Lang,
    /// Told by whoever asks it to stop in another way than by a signal; heard at once, and by the start too.
    pub stop: Arc<Notify>,
}

/// Why the daemon could not begin.
#[derive(Debug)]
pub enum StartFault {
    /// Another one has the home: this one may have it later.
    Taken(Text),
    /// The log cannot be used as it is, or its folder cannot be written: another start changes nothing.
    Refused(Text),
    /// Something of the system's failed: it may pass.
    System(Text),
}

impl From<LockFault> for StartFault {
    fn from(fault: LockFault) -> StartFault {
        match fault {
            LockFault::Taken(text) => StartFault::Taken(text),
            LockFault::Unusable(text) => StartFault::System(text),
            LockFault::Unwritable(text) => StartFault::Refused(text),
        }
    }
}

impl From<anyhow::Error> for StartFault {
    fn from(error: anyhow::Error) -> StartFault {
        // A ledger that tells its own trouble in both languages keeps its words.
        match error.downcast::<Refused>() {
            Ok(Refused { text, lasts: Lasts::UntilMended | Lasts::UntilMadeAnew }) => StartFault::Refused(text),
            Ok(Refused { text, .. }) => StartFault::System(text),
            Err(error) => {
                let why = files::cause_in(&error);
                StartFault::System(Text::new(
                    format!("không khởi động được: {}", why.vi),
                    format!("could not start: {}", why.en),
                ))
            }
        }
    }
}

impl From<std::io::Error> for StartFault {
    fn from(error: std::io::Error) -> StartFault {
        anyhow::Error::from(error).into()
    }
}

/// What the ledger is told of this run.
pub(super) fn this_run(now: Timestamp) -> RunStart {
    RunStart {
        at: now,
        uptime_ms: clock::awake_or_asleep_ms(),
        boot_id: clock::boot_id(),
        program: env!("CARGO_PKG_VERSION").into(),
    }
}

/// The first full reading, or a stop; none if neither comes in time.
pub(super) fn first_reading(messages: &Receiver<Message>) -> Option<Message> {
    let began_ns = clock::monotonic_ns();
    loop {
        let passed = Duration::from_nanos(clock::monotonic_ns() - began_ns);
        let message = messages.recv_timeout(FIRST_READING.saturating_sub(passed)).ok()?;
        if matches!(message, Message::Loaded(_) | Message::Stop) {
            return Some(message);
        }
    }
}
