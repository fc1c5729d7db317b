//! How the daemon is started, and why it could not be.

use crate::home::Home;
use crate::problem::{Lang, Text};

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
}

/// Why the daemon could not begin.
#[derive(Debug)]
pub enum StartFault {
    /// Another one has the home, or the home cannot be used.
    Home(Text),
    /// Something of the system's failed.
    System(anyhow::Error),
}

impl From<anyhow::Error> for StartFault {
    fn from(error: anyhow::Error) -> StartFault {
        StartFault::System(error)
    }
}

impl From<std::io::Error> for StartFault {
    fn from(error: std::io::Error) -> StartFault {
        StartFault::System(error.into())
    }
}

/// A ledger that tells its own trouble in both languages keeps its words.
pub(super) fn refused_or_system(error: anyhow::Error) -> StartFault {
    match error.downcast::<crate::ledger::Refused>() {
        Ok(refused) => StartFault::Home(refused.0),
        Err(error) => StartFault::System(error),
    }
}
