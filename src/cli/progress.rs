//! A bar on stderr for what takes longer than a second.

use std::io::{IsTerminal as _, Write as _};

use crate::clock;

/// Nothing is shown before.
const SILENT_NS: u64 = 1_000_000_000;
const WIDTH: usize = 30;

/// A bar, cleared when dropped. Shown on a terminal alone.
pub struct Bar {
    began_ns: u64,
    shown: bool,
    terminal: bool,
}

impl Bar {
    /// Begins to count the time.
    pub fn new() -> Bar {
        Bar { began_ns: clock::monotonic_ns(), shown: false, terminal: std::io::stderr().is_terminal() }
    }

    /// `done` of `total`.
    pub fn show(&mut self, done: usize, total: usize) {
        if !self.terminal || total == 0 || clock::monotonic_ns() - self.began_ns < SILENT_NS {
            return;
        }
        self.shown = true;
        let full = WIDTH * done / total;
        eprint!("\r[{}{}] {done}/{total}", "#".repeat(full), " ".repeat(WIDTH - full));
        let _ = std::io::stderr().flush();
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if self.shown {
            eprint!("\r{}\r", " ".repeat(WIDTH + 24));
        }
    }
}
