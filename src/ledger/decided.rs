//! What is decided before it shows, by an edit that came too late, by a person who orders something or ends what sounds, or
//! by the end of what waits for the monitor's word: it is written down at once, so that no later run decides otherwise.

use std::time::Duration;

use super::rows::SlotRow;
use super::write::Write;
use super::{Ledger, Synced};
use crate::clock;
use crate::timetable::{Slot, SlotId};

impl Ledger {
    /// An edit that came too late has put `slot` in the place of a slot of record; none: not any more.
    pub fn note_instead(&self, slot: &SlotId, of: Option<&SlotId>) {
        self.queue.post(Write::Instead { slot: slot.clone(), of: of.cloned(), at: clock::now() });
    }

    /// A person ordered that by a clock in doubt: it is due so long after the boot of the PC ([`clock::awake_or_asleep_ms`]).
    pub fn note_ordered(&self, slot: &Slot, due_uptime_ms: u64) {
        match SlotRow::of(slot, clock::now()) {
            Ok(slot) => self.queue.post(Write::Ordered { slot, due_uptime_ms }),
            // Words and numbers always make JSON.
            Err(error) => tracing::error!(%error, slot = slot.id.0, "an order cannot be written down"),
        }
    }

    /// A person has ended the open part, before it ends.
    pub fn note_ended_by(&self, slot: &SlotId, by: &str) {
        self.queue.post(Write::EndedBy { slot: slot.clone(), by: by.to_owned() });
    }

    /// It was sent whole and waits for the monitor's word, with what is to be noted beside its outcome.
    pub fn note_sent_whole(&self, slot: &SlotId, note: String) {
        self.queue.post(Write::SentWhole { slot: slot.clone(), note });
    }

    /// Waits until all that was posted is on disk, in the log or beside it, at most `wait`; no longer where neither takes it.
    pub fn written_down(&self, wait: Duration) -> Synced {
        self.queue.written_down(wait)
    }
}
