//! The commands: one file each. Only here may anything be printed; never by a macro that panics where the reader is gone.

pub mod airings;
pub mod alerts;
pub mod approve;
pub mod args;
mod asking;
pub mod audition;
pub mod check;
pub mod clock;
pub mod completions;
mod dates;
pub mod demo;
pub mod devices;
pub mod doctor;
pub mod emergency;
pub mod evidence;
mod find_segment;
pub mod help;
pub mod import;
pub mod init;
pub mod language;
pub mod log;
pub mod new;
pub mod play;
mod playing;
mod printing;
mod progress;
pub mod rehearse;
pub mod report;
pub mod run;
pub mod schema;
#[cfg(any(target_os = "linux", windows))]
pub mod service;
pub mod skip;
pub mod status;
pub mod stop;
pub mod timetable;
pub mod tone;
pub mod usage;
pub mod user;
mod whole;

use std::io::Write as _;
use std::path::PathBuf;

use crate::audio::catalogue::Catalogue;
use crate::home::Home;
use crate::loading;
use crate::problem::{Lang, Text};
use crate::schedule::audio_facts::Facts;

/// What every command is given.
#[derive(Clone, Debug)]
pub struct Context {
    /// `--home`.
    pub home: Option<PathBuf>,
    /// The language to speak.
    pub lang: Lang,
}

/// Exit status: the thing asked for has problems, which are printed.
pub const PROBLEMS: u8 = 1;
/// Exit status: wrong use.
pub const WRONG_USE: u8 = 2;
/// Exit status: the daemon or a device could not be reached.
pub const UNREACHED: u8 = 3;

/// Why a command ended without doing what it was asked.
#[derive(Debug)]
pub struct Failure {
    /// One of the exit statuses above.
    pub status: u8,
    /// For the user.
    pub text: Text,
}

impl Context {
    /// The home this command works on.
    ///
    /// # Errors
    /// Wrong use, if there is none.
    pub fn find_home(&self) -> Result<Home, Failure> {
        let here = std::env::current_dir().unwrap_or_default();
        Home::find(self.home.as_deref(), &here).map_err(|text| Failure { status: WRONG_USE, text })
    }
}

/// Says something beside the output, on standard error; where nobody reads it any more, to nobody.
pub fn aside(words: &str) {
    let _ = std::io::stderr().lock().write_all(words.as_bytes());
}

/// What the catalogue knows of a home's recordings; what it does not know it measures now.
fn facts_of(home: &Home) -> impl FnMut(&[String]) -> Facts {
    let mut catalogue = Catalogue::open(&home.catalogue_file());
    let audio = home.audio();
    move |files| {
        let mut bar = progress::Bar::new();
        loading::facts_with_folders(&audio, files, |files| {
            catalogue.facts_telling(&audio, files, &mut |done, total| bar.show(done, total))
        })
    }
}
