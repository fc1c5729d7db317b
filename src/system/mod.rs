//! What Loa asks of the operating system beside sound and time, each system's way in one place: to stay awake, to wake
//! up, and what `loa doctor` wants to know.

pub mod awake;
pub mod browser;
pub mod disk;
pub mod group;
pub mod network;
mod program;
pub mod restart;
pub mod share;
pub mod sleep;
pub mod wake;

use std::process::Stdio;

pub use program::program;

/// What a program of the system's prints; none if it is not there or fails.
fn answer(name: &str, arguments: &[&str]) -> Option<String> {
    let out = program(name).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    out.status.success().then(|| String::from_utf8_lossy(&out.stdout).into_owned())
}

/// Keeps off the terminal what the sound system's own library says on this thread: eight lines for each try to open a card
/// that is not there, over and over. What is wrong comes as an error all the same. To be called before each use, for what
/// it caught before is let go of then.
pub fn hush_sound_library() {
    #[cfg(target_os = "linux")]
    if let Err(error) = alsa::Output::local_error_handler() {
        tracing::debug!(%error, "the sound library speaks for itself");
    }
}

/// Lets all others go first that want the processor: for threads whose work can wait. Where the system lets one thread be
/// put behind others; elsewhere nothing happens.
pub fn stand_back() {
    /// As far as what is to run beside everything goes, and not yet what is to run only when nothing else does.
    #[cfg(target_os = "linux")]
    const NICE: i32 = 10;
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICE) {
        tracing::debug!(%error, "a thread keeps its place");
    }
}
