//! Stretches of time in which nothing that was planned could begin, and what became of the slots in them.

use jiff::Timestamp;

use super::Director;
use crate::outcome::Cause;

/// Lost stretches remembered for the causes of missed slots.
const KEPT: usize = 32;

/// A stretch of time in which nothing that was planned could begin.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lost {
    pub from: Timestamp,
    pub to: Timestamp,
    pub cause: Cause,
}

impl Director {
    pub(super) fn lose(&mut self, lost: Lost) {
        self.lost.push_back(lost);
        if self.lost.len() > KEPT {
            self.lost.pop_front();
        }
    }

    /// What took the time of a slot planned for `planned` whose turn came at `start`, if anything did: this program did not
    /// see its instant, or an emergency had the line meanwhile.
    pub(super) fn lost_to(&self, planned: Timestamp, start: Timestamp) -> Option<Cause> {
        let took = |lost: &&Lost| match lost.cause {
            Cause::Emergency => lost.from <= start && planned <= lost.to,
            _ => lost.from < planned && planned <= lost.to,
        };
        self.lost.iter().find(took).map(|lost| lost.cause)
    }
}
