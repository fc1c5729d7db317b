//! What lies ahead, for those who must be ready before it sounds.

use jiff::Timestamp;

use super::Director;
use super::frozen::Arming;
use crate::timetable::Kind;

/// Whether there is sound, and when there will be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    /// Something is ordered on air and has not ended.
    pub on_air: bool,
    /// The planned instant of the first sound to come; past while that one waits for its turn.
    pub next: Option<Timestamp>,
}

impl Director {
    /// What lies ahead. A slot that is barred, or whose recording cannot be opened as things stand, is no sound to come.
    pub fn outlook(&self) -> Outlook {
        let frozen = self.frozen.values().filter(|frozen| {
            let expected = match frozen.arming {
                Arming::Ready { .. } => true,
                Arming::Failed { .. } => false,
                Arming::Due(_) | Arming::Asked => frozen.slot.bar.is_none(),
            };
            expected && frozen.can_air() && !self.is_on_air(&frozen.slot.id)
        });
        let planned = self.planned.values().map(|(_, slot)| slot);
        let planned = planned.filter(|slot| {
            slot.bar.is_none() && slot.kind != Kind::Column && (!slot.files.is_empty() || slot.relay.is_some())
        });
        let next = frozen.map(|frozen| &frozen.slot).chain(planned).map(|slot| slot.planned).min();
        Outlook { on_air: !self.airs.is_empty(), next }
    }
}
