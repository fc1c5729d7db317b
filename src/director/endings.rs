//! What an order to air came to: the outcome of a slot whose sound has ended, or its return among those that wait.

use jiff::Timestamp;

use super::frozen::{Arming, Held};
use super::on_air::Fate;
use super::{Action, Director, End, GAP_LIMIT_MS, relay};
use crate::outcome::{Cause, Outcome};
use crate::timetable::SlotId;

impl Director {
    pub(super) fn ended(
        &mut self,
        (now, at): (Timestamp, Timestamp),
        id: &SlotId,
        (played_ms, gap_ms): (u64, u64),
        end: &End,
        actions: &mut Vec<Action>,
    ) {
        let Some(place) = self.airs.iter().position(|on_air| on_air.id == *id) else { return };
        let on_air = self.airs.remove(place);
        let mut heard = self.note_filler(id, at, played_ms);
        let relay = self.frozen.get(id).and_then(|frozen| Some((frozen.slot.relay.clone()?, frozen.relayed.clone())));
        if let Some((_, relayed)) = &relay {
            heard = relay::note(relayed);
        }
        let (outcome, cause, note) = match end {
            End::Whole
                if gap_ms <= GAP_LIMIT_MS
                    && let Some((source, relayed)) = &relay =>
            {
                relay::outcome(source, relayed)
            }
            End::Whole if gap_ms <= GAP_LIMIT_MS => (Outcome::Aired, None, heard),
            End::Whole => self.broken_by_silence(on_air.begins, at, gap_ms),
            End::Short if played_ms == 0 => (Outcome::Failed, Some(Cause::Undecodable), String::new()),
            End::Short => (Outcome::Interrupted, Some(Cause::Short), heard),
            // Nothing was heard of it yet: it may still be tried within its grace, in this run or the next.
            End::Line | End::Cut if played_ms == 0 => {
                if let Some(frozen) = self.frozen.get_mut(id) {
                    frozen.arming = Arming::Due(now);
                    frozen.held_by = Some(if *end == End::Line { Held::ByLine } else { Held::ByAnother });
                }
                return;
            }
            End::Line => (Outcome::Interrupted, Some(Cause::Line), heard),
            End::Cut => match on_air.fate {
                Fate::Filled if gap_ms <= GAP_LIMIT_MS => (Outcome::Aired, None, std::mem::take(&mut heard)),
                Fate::Filled => self.broken_by_silence(on_air.begins, at, gap_ms),
                Fate::Cut(cause) => (Outcome::Cut, Some(cause), heard),
                // Withdrawn too late: its first frames were on their way.
                Fate::Withdrawn => (Outcome::Cut, Some(Cause::Overlap), heard),
                Fate::Whole => (Outcome::Cut, Some(Cause::Operator), heard),
            },
        };
        let set_back = if at < on_air.begins { "đồng hồ máy bị chỉnh lùi khi đang phát" } else { "" };
        let note =
            [note.as_str(), set_back].iter().filter(|text| !text.is_empty()).copied().collect::<Vec<_>>().join("; ");
        self.settle(id, outcome, cause, note, actions);
    }

    /// All of it was heard, with silence in its midst: this program stood still, or reading the recording did.
    fn broken_by_silence(&self, began: Timestamp, ended: Timestamp, gap_ms: u64) -> (Outcome, Option<Cause>, String) {
        let stood_still =
            self.jumps.iter().any(|(from, to, cause)| *cause == Cause::Asleep && *from < ended && began < *to);
        let cause = if stood_still { Cause::Daemon } else { Cause::Disk };
        (Outcome::Interrupted, Some(cause), format!("im lặng {gap_ms} ms giữa chừng"))
    }
}
