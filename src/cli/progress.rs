//! A bar on stderr for what takes longer than a second.

use std::io::IsTerminal as _;

use super::aside;
use crate::clock;

/// Nothing is shown before.
const SILENT_NS: u64 = 1_000_000_000;
const WIDTH: usize = 30;

/// A bar, cleared when dropped. Shown on a terminal alone.
pub struct Bar {
    began_ns: u64,
    shown: bool,
    /// What of a length was shown last.
    shown_s: Option<u64>,
    terminal: bool,
}

impl Bar {
    /// Begins to count the time.
    pub fn new() -> Bar {
        Bar { began_ns: clock::monotonic_ns(), shown: false, shown_s: None, terminal: std::io::stderr().is_terminal() }
    }

    /// `done` of `total`.
    pub fn show(&mut self, done: usize, total: usize) {
        self.draw(done, total, &format!("{done}/{total}"));
    }

    /// `done` of `total` seconds of sound, in minutes; now and then.
    pub fn show_seconds(&mut self, done_s: u64, total_s: u64) {
        let whole = |seconds: u64| usize::try_from(seconds).unwrap_or(usize::MAX);
        let minutes = |seconds: u64| format!("{}:{:02}", seconds / 60, seconds % 60);
        if self.shown_s.replace(done_s) != Some(done_s) {
            self.draw(whole(done_s), whole(total_s), &format!("{}/{}", minutes(done_s), minutes(total_s)));
        }
    }

    fn draw(&mut self, done: usize, total: usize, words: &str) {
        if !self.terminal || total == 0 || clock::monotonic_ns() - self.began_ns < SILENT_NS {
            return;
        }
        self.shown = true;
        let full = WIDTH * done.min(total) / total;
        aside(&format!("\r[{}{}] {words}", "#".repeat(full), " ".repeat(WIDTH - full)));
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if self.shown {
            aside(&format!("\r{}\r", " ".repeat(WIDTH + 24)));
        }
    }
}
