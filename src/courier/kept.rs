//! How long the next alert of a way waits, kept over the end of a run: a program that crashes each minute is to tell of it no
//! oftener than one that lives.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::alerts::Wait;
use crate::clock;
use crate::files;
use crate::home::Home;

/// What is kept of the last message, in a file of its own below `var/`.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    /// Which boot of the PC it went in.
    boot_id: String,
    /// When, by the steady clock of that boot, in ms.
    uptime_ms: u64,
    /// When, by the wall clock.
    at: Timestamp,
    /// How long the next one waits from then on.
    wait: Wait,
}

impl Kept {
    /// What is left of the wait. The steady clock tells, where it is still the same; where the wall clock has gone back nobody
    /// knows how long ago that was, and nothing waits.
    fn left(&self, boot_id: &str, uptime_ms: u64, at: Timestamp) -> Wait {
        let passed_ms = if self.boot_id == boot_id {
            uptime_ms.checked_sub(self.uptime_ms)
        } else {
            u64::try_from(at.duration_since(self.at).as_millis()).ok()
        };
        let left = |ms: u64| passed_ms.map_or(0, |passed_ms| ms.saturating_sub(passed_ms));
        Wait { any_ms: left(self.wait.any_ms), urgent_ms: left(self.wait.urgent_ms) }
    }
}

fn path(home: &Path, way: &str) -> PathBuf {
    Home::at(home).var().join(format!("alert-{way}.json"))
}

/// How long the next alert of the way waits for the last one of a run before.
pub(super) fn wait_left(home: &Path, way: &str) -> Wait {
    let read = std::fs::read(path(home, way)).ok();
    let kept: Option<Kept> = read.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let now = (clock::boot_id(), clock::awake_or_asleep_ms(), clock::now());
    kept.map_or_else(Wait::default, |kept| kept.left(&now.0, now.1, now.2))
}

/// Keeps it. Where that fails the next run tells sooner.
pub(super) fn keep(home: &Path, way: &str, wait: Wait) {
    let kept = Kept { boot_id: clock::boot_id(), uptime_ms: clock::awake_or_asleep_ms(), at: clock::now(), wait };
    let written = serde_json::to_vec(&kept).map_err(std::io::Error::other);
    if let Err(error) = written.and_then(|bytes| files::put(&path(home, way), &bytes)) {
        tracing::debug!(%error, way, "when the last alert went is not kept");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_wait_is_told_by_the_steady_clock_and_over_a_boot_by_the_wall_clock() {
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let wait = Wait { any_ms: 600_000, urgent_ms: 60_000 };
        let kept = Kept { boot_id: "a".into(), uptime_ms: 5_000, at: at(1_000), wait };
        let left = |boot: &str, uptime_ms, second| {
            let left = kept.left(boot, uptime_ms, at(second));
            (left.any_ms, left.urgent_ms)
        };
        assert_eq!(left("a", 35_000, 9_000_000), (570_000, 30_000), "whatever the wall clock says");
        assert_eq!(left("a", 900_000, 1_000), (0, 0));
        assert_eq!(left("b", 100, 1_090), (510_000, 0));
        assert_eq!(left("b", 100, 900), (0, 0), "the clock went back: nobody knows");
    }
}
