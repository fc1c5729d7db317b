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

    /// Notes that a volume control lets nothing of it through. It stays `aired`: a control can be one that Loa mistakes.
    pub(super) fn silenced(&mut self, id: &SlotId, silencer: Option<String>) {
        if let Some(on_air) = self.airs.iter_mut().find(|on_air| on_air.id == *id)
            && silencer.is_some()
        {
            on_air.silencer = silencer;
        }
    }
}

impl OnAir {
    /// Its outcome, with what was not heard of it: what would be `aired` is `interrupted`.
    pub(super) fn as_heard(
        &self,
        (outcome, cause, note): (Outcome, Option<Cause>, String),
    ) -> (Outcome, Option<Cause>, String) {
        let silenced =
            self.silencer.as_ref().map(|control| format!("đầu ra bị tắt tiếng hoặc âm lượng bằng 0 ở `{control}`"));
        let (outcome, cause, unheard) = match self.unheard {
            Some((why, for_ms)) if outcome == Outcome::Aired => {
                let seconds = for_ms / 1000;
                let what = if why == Cause::Line {
                    format!("đường nghe kiểm tra không nghe thấy {seconds} giây")
                } else {
                    format!("im lặng {seconds} giây, bản ghi thì không")
                };
                (Outcome::Interrupted, Some(why), Some(what))
            }
            _ => (outcome, cause, None),
        };
        let notes = [unheard, silenced, Some(note).filter(|note| !note.is_empty())];
        (outcome, cause, notes.into_iter().flatten().collect::<Vec<_>>().join("; "))
    }
}
