//! A message that comes again and again is counted, not written: an error without pause must not fill a disk.

use std::collections::VecDeque;

/// Messages that are told apart at one time.
const KINDS: usize = 32;
/// After so long a message is written again, in ms.
const WINDOW_MS: u64 = 60_000;
/// Within that it is written so often before it is only counted: a line lost and opened a few times a minute is told each
/// time.
const SHOWN: u64 = 20;

/// The messages of the last minute.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    seen: VecDeque<Seen>,
}

#[derive(Debug)]
struct Seen {
    message: String,
    first_ms: u64,
    came: u64,
}

impl Seen {
    fn counted(&self) -> Option<String> {
        let again = self.came.checked_sub(SHOWN).filter(|again| *again > 0)?;
        Some(format!("(repeated {again} times within a minute) {}", self.message.trim_start()))
    }
}

impl Repeats {
    /// What is to be written now that `message` came: counts that are complete, and the message if it is new.
    pub fn take(&mut self, message: &str, now_ms: u64) -> Vec<String> {
        let mut lines = Vec::new();
        while self.seen.front().is_some_and(|seen| seen.first_ms + WINDOW_MS <= now_ms) {
            lines.extend(self.seen.pop_front().and_then(|seen| seen.counted()));
        }
        if let Some(seen) = self.seen.iter_mut().find(|seen| seen.message == message) {
            seen.came += 1;
            if seen.came <= SHOWN {
                lines.push(message.to_owned());
            }
            return lines;
        }
        if self.seen.len() == KINDS {
            lines.extend(self.seen.pop_front().and_then(|seen| seen.counted()));
        }
        self.seen.push_back(Seen { message: message.to_owned(), first_ms: now_ms, came: 1 });
        lines.push(message.to_owned());
        lines
    }

    /// The counts of what came again, at the end.
    pub fn rest(&mut self) -> Vec<String> {
        self.seen.drain(..).filter_map(|seen| seen.counted()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_two_messages_is_a_few_lines_and_two_counts_a_minute() {
        let mut repeats = Repeats::default();
        let mut lines = Vec::new();
        for ms in 0..60_000 {
            lines.extend(repeats.take(if ms % 2 == 0 { " WARN a" } else { " WARN b" }, ms));
        }
        assert_eq!(lines, [" WARN a", " WARN b"].repeat(20));
        let next = repeats.take(" WARN a", 60_000);
        assert_eq!(next, ["(repeated 29980 times within a minute) WARN a", " WARN a"]);
        assert_eq!(repeats.take(" WARN c", 60_001), ["(repeated 29980 times within a minute) WARN b", " WARN c"]);
        assert_eq!(repeats.rest(), [] as [&str; 0], "what came once was written");
    }

    #[test]
    fn memory_is_bounded_and_no_count_is_lost() {
        let mut repeats = Repeats::default();
        let mut counts = 0;
        for kind in 0..1000 {
            for _ in 0..=SHOWN {
                counts += repeats.take(&kind.to_string(), 0).iter().filter(|line| line.starts_with('(')).count();
            }
        }
        assert_eq!((repeats.seen.len(), counts + repeats.rest().len()), (KINDS, 1000));
    }
}
