//! What an edited plan does not reach: slots that were frozen before it came, and instants that had passed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::Director;
use crate::outcome::Cause;
use crate::timetable::{Slot, SlotId};

/// Why an edit does not reach a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooLate {
    /// It airs as it was: it was of record already.
    Changed,
    /// It airs all the same: it was of record already.
    Removed,
    /// It does not air: its instant had passed.
    Past,
}

impl TooLate {
    /// The word in JSON.
    pub fn code(self) -> &'static str {
        match self {
            TooLate::Changed => "changed",
            TooLate::Removed => "removed",
            TooLate::Past => "past",
        }
    }
}

impl Director {
    /// Of a plan that replaces the slots `before`, what comes too late. `before` are those of the same stretch of time.
    pub fn too_late(&self, now: Timestamp, before: &BTreeSet<SlotId>, plan: &[Slot]) -> Vec<(Slot, TooLate)> {
        let by_id: BTreeMap<&SlotId, &Slot> = plan.iter().map(|slot| (&slot.id, slot)).collect();
        let of_record = self.frozen.values().map(|frozen| &frozen.slot).filter(|slot| before.contains(&slot.id));
        let unreached = of_record.filter_map(|slot| match by_id.get(&slot.id) {
            None => Some((slot.clone(), TooLate::Removed)),
            Some(edited) => {
                // Quiet hours hold at air time: what has not begun is kept off by them, as the edit wants it.
                let quieted = edited.bar.as_ref().is_some_and(|bar| bar.cause == Cause::QuietHours);
                let reached = sounds_alike(slot, edited) || (quieted && !self.is_on_air(&slot.id));
                (!reached).then(|| (slot.clone(), TooLate::Changed))
            }
        });
        let known = |id: &SlotId| before.contains(id) || self.frozen.contains_key(id) || self.settled.contains(id);
        let past = plan.iter().filter(|slot| slot.planned <= now && !known(&slot.id));
        unreached.chain(past.map(|slot| (slot.clone(), TooLate::Past))).collect()
    }
}

/// Whether a listener would hear the same of both.
fn sounds_alike(a: &Slot, b: &Slot) -> bool {
    let heard = |slot: &Slot| (slot.planned, slot.start, slot.class, slot.bar.is_some());
    heard(a) == heard(b) && a.files == b.files && a.relay == b.relay && a.until == b.until
}
