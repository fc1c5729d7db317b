//! What was sent is not what was heard: an airing of which nothing was heard for long is none that was heard whole.

use super::Director;
use super::on_air::OnAir;
use crate::outcome::{Cause, Outcome};
use crate::timetable::SlotId;

/// So long may nothing be heard of what airs, in ms.
const UNHEARD_LIMIT_MS: u64 = 5_000;

impl Director {
    /// Notes that nothing is heard of what is on air.
    pub(super) fn unheard(&mut self, id: &SlotId, cause: Cause, for_ms: u64) {
        if let Some(on_air) = self.airs.iter_mut().find(|on_air| on_air.id == *id)
            && for_ms >= UNHEARD_LIMIT_MS
            && on_air.unheard.is_none_or(|(_, longest_ms)| longest_ms < for_ms)
        {
            on_air.unheard = Some((cause, for_ms));
        }
    }
}

impl OnAir {
    /// Its outcome, with what was not heard of it: what would be `aired` is `interrupted`.
    pub(super) fn as_heard(
        &self,
        (outcome, cause, note): (Outcome, Option<Cause>, String),
    ) -> (Outcome, Option<Cause>, String) {
        match self.unheard {
            Some((why, for_ms)) if outcome == Outcome::Aired => {
                let seconds = for_ms / 1000;
                let what = if why == Cause::Line {
                    format!("đường nghe kiểm tra không nghe thấy {seconds} giây")
                } else {
                    format!("im lặng {seconds} giây, bản ghi thì không")
                };
                let note = if note.is_empty() { what } else { format!("{what}; {note}") };
                (Outcome::Interrupted, Some(why), note)
            }
            _ => (outcome, cause, note),
        }
    }
}
