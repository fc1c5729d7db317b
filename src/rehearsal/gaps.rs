//! Silence in the midst of what sounds: the line has nothing to send for a while, and the sound goes on where it was.

use jiff::Timestamp;

use super::draw::Draw;
use super::faults::Fault;
use super::line::{ms, ms_between};
use super::world::{Coming, World};
use crate::director::Event;
use crate::timetable::{Kind, Slot, SlotId};

/// How long after it the director is told of it, in ms.
const TOLD_MS: u64 = 300;

/// Draws such a silence in about one item of six, half of them in its last seconds.
pub(super) fn gaps(seed: u64, slots: &[Slot], all: &mut Vec<(Timestamp, Fault)>) {
    // Of its own, so that what else a seed draws stays the same.
    let mut draw = Draw::of(!seed.rotate_left(48));
    for slot in slots.iter().filter(|slot| slot.kind != Kind::Relay) {
        if !draw.once_in(6) {
            continue;
        }
        let length_ms = slot.file_ms().unwrap_or(60_000).max(1_000);
        let last_ms = if draw.once_in(2) { length_ms.saturating_sub(10_000) } else { 500 };
        let at = slot.planned + ms(draw.between(last_ms, length_ms));
        all.push((at, Fault::Gap { for_ms: draw.between(100, 8_000) }));
    }
}

impl World {
    /// Nothing was heard for so long of what sounds; all of it is heard, only later. A relay lasts by the line's own frames.
    pub(super) fn gap(&mut self, for_ms: u64) {
        let now = self.now;
        for voice in self.voices.iter_mut().filter(|voice| voice.told.is_some()) {
            let Some(began) = voice.begins().filter(|_| !self.tuned.contains_key(&voice.slot)) else { continue };
            voice.gap_ms += for_ms.min(ms_between(began, now).saturating_sub(voice.gap_ms));
            self.coming.push((now + ms(TOLD_MS), Coming::Gap(voice.slot.clone())));
        }
    }

    /// How much silence there is in its midst, if it still sounds.
    pub(super) fn tell_gap(&mut self, slot: &SlotId) {
        let voice = self.voices.iter().find(|voice| voice.slot == *slot && voice.told.is_some());
        let gap_ms = voice.map_or(0, |voice| voice.gap_ms);
        let event = match gap_ms {
            0 => Event::Woken,
            gap_ms => Event::Gaps { slot: slot.clone(), gap_ms, waited_ms: 0 },
        };
        self.send(event);
    }
}
