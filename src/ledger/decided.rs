//! What is decided for good before it can be heard, by an edit that came too late or by a person who ends what sounds: it is
//! written down at once, so that no later run decides otherwise.

use std::time::Duration;

use super::write::Write;
use super::{Ledger, Synced};
use crate::clock;
use crate::timetable::SlotId;

impl Ledger {
    /// An edit that came too late has put `slot` in the place of a slot of record; none: not any more.
    pub fn note_instead(&self, slot: &SlotId, of: Option<&SlotId>) {
        self.queue.post(Write::Instead { slot: slot.clone(), of: of.cloned(), at: clock::now() });
    }

    /// A person has ended the open part, before it ends.
    pub fn note_ended_by(&self, slot: &SlotId, by: &str) {
        self.queue.post(Write::EndedBy { slot: slot.clone(), by: by.to_owned() });
    }

    /// Waits until all that was posted is on disk, at most `wait`; not at all while the disk refuses.
    pub fn written_down(&self, wait: Duration) -> Synced {
        self.queue.written_down(wait)
    }
}
