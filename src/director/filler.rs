//! Filler: one place, one slot. It draws from its files, the one that was heard longest ago first, and plays as many of
//! them as its room takes **as one chained sound**: one part in the log, whose note names the files that were heard. It
//! stretches to the next hard start, or to the instant it was given, and fades out under what comes then; having done so
//! it has aired. If its files end sooner, what follows begins sooner. Broken off by a loss of the line it goes on with other
//! files once nothing else waits for the line: a further part, whose files join those of the first in the note.

use jiff::{SignedDuration, Timestamp};

use super::frozen::{Arming, Frozen, later_ms, ms_between};
use super::on_air::{Fate, OnAir};
use super::{AIR_AHEAD, Action, Director, SLACK, earlier, later};
use crate::timetable::{Kind, Slot, SlotId};

/// The fade under what comes next.
pub(super) const FADE: SignedDuration = SignedDuration::from_millis(500);
pub(super) const FADE_MS: u32 = 500;
/// Pieces of one place at most: a day of such as last a second. Each file is copied once, and open only while it sounds.
const PIECES: usize = 86_400;
/// What a piece of music is taken to last while nothing is known of it, in ms.
const GUESS_MS: u64 = 180_000;
/// Too late to copy more files.
const LAST_MOMENT: SignedDuration = SignedDuration::from_secs(5);
/// A cut may only follow the first sample.
const BEGUN: SignedDuration = SignedDuration::from_millis(500);

impl Director {
    /// The instant at which filler that sounds from `from` on has to be over.
    pub(super) fn filler_stop(&self, slot: &Slot, from: Timestamp) -> Timestamp {
        let hard = self.next_hard(from);
        let next = slot.until.or_else(|| self.next_in_broadcast(slot)).or(slot.broadcast_ends);
        let stop = [hard, next].into_iter().flatten().min().unwrap_or(Timestamp::MAX);
        if slot.permit.is_some() { stop } else { self.before_quiet(from, stop) }
    }

    /// As much of the stretch as lies before quiet hours, to the millisecond.
    pub(super) fn before_quiet(&self, from: Timestamp, to: Timestamp) -> Timestamp {
        // No filler lasts a day, and quiet hours come daily.
        let to = to.min(later(from, SignedDuration::from_hours(24)));
        if to <= from || !self.rules.quiet.meets(from, to) {
            return to;
        }
        if self.rules.quiet.meets(from, from) {
            return from;
        }
        let (mut clear_ms, mut met_ms) = (0, ms_between(from, to));
        while met_ms - clear_ms > 1 {
            let middle_ms = u64::midpoint(clear_ms, met_ms);
            if self.rules.quiet.meets(from, later_ms(from, middle_ms)) {
                met_ms = middle_ms;
            } else {
                clear_ms = middle_ms;
            }
        }
        later_ms(from, clear_ms)
    }

    /// Which of its files to arm at `now`, in the order they will be heard.
    pub(super) fn pick(&self, now: Timestamp, frozen: &Frozen) -> Vec<String> {
        let slot = &frozen.slot;
        let all = slot.files.len();
        if all == 0 {
            return Vec::new();
        }
        let room_ms = self.filler_room_ms(now, slot);
        let known_ms = match &frozen.arming {
            Arming::Ready { audio, lengths_ms } => audio.file_ms / lengths_ms.len().max(1) as u64,
            _ => slot.audio.as_ref().map_or(GUESS_MS, |audio| audio.file_ms / all as u64),
        };
        let count = usize::try_from(room_ms / known_ms.max(1)).unwrap_or(PIECES).saturating_add(2).min(PIECES);
        // What this run has not heard yet comes first, beginning with another file each day.
        let turn = usize::try_from(slot.date.day_of_year()).unwrap_or(0);
        let mut order: Vec<usize> = (0..all).map(|n| (n + turn) % all).collect();
        order.sort_by_key(|n| self.heard_files.get(&slot.files[*n]));
        // After a failure one file alone, again and again, another each time: one bad file in the folder must not silence
        // the place.
        let alone = frozen.failures > 0;
        let from = frozen.failures % all;
        let order = if alone { &order[from..=from] } else { &order[..] };
        order.iter().cycle().take(count).map(|n| slot.files[*n].clone()).collect()
    }

    /// What it may have to fill, in ms: to the end of its room, and from now on, for what stands before it may fall out.
    fn filler_room_ms(&self, now: Timestamp, slot: &Slot) -> u64 {
        ms_between(now, self.filler_stop(slot, slot.planned.max(now)))
    }

    /// Armed filler that will not last takes more files, while there is time to copy them.
    pub(super) fn stretch_filler(&mut self, now: Timestamp, id: &SlotId) {
        let Some(frozen) = self.frozen.get(id) else { return };
        let Arming::Ready { audio, lengths_ms } = &frozen.arming else { return };
        let slot = &frozen.slot;
        let enough = audio.file_ms >= self.filler_room_ms(now, slot) || lengths_ms.len() >= PIECES;
        if slot.kind != Kind::Filler || enough || later(now, LAST_MOMENT) >= slot.planned {
            return;
        }
        let picked = self.pick(now, frozen);
        if let Some(frozen) = self.frozen.get_mut(id).filter(|frozen| picked.len() > frozen.picked.len()) {
            frozen.arming = Arming::Due(now);
            frozen.picked = picked;
        }
    }

    /// Lets filler end where its room ends, and a relay that a step of the clock would carry beyond its end, or that still sounds
    /// when that is past: a line that runs dry stands still while the clock does not.
    pub(super) fn end_filler(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        for at in 0..self.airs.len() {
            let Some(stop) = self.stops(&self.airs[at]) else { continue };
            let late = self.airs[at].kind == Kind::Filler && self.late_hard(stop);
            let overdue = self.airs[at].kind == Kind::Relay && !self.is_in_doubt() && later(stop, SLACK) <= now;
            let on_air = &mut self.airs[at];
            // A step of the clock may put its end behind it: until it can be cut, and has faded, the line is not free.
            let soonest = later(later(on_air.begins, BEGUN).max(now), FADE);
            // A hard start whose file is not open yet has no right to silence.
            on_air.ends = if late { on_air.spent } else { stop.max(soonest).min(on_air.spent) };
            let due = earlier(stop, AIR_AHEAD) <= now && later(on_air.begins, BEGUN) <= now;
            if due && !late && (stop < on_air.spent || overdue) {
                let fade_at = earlier(stop, FADE).max(now);
                on_air.fate = Fate::Filled;
                on_air.ends = later(fade_at, FADE);
                actions.push(Action::Cut { slot: on_air.id.clone(), at: fade_at, fade_ms: FADE_MS });
            }
        }
    }

    /// When what goes on now has to stop at an instant of its own.
    fn stops(&self, on_air: &OnAir) -> Option<Timestamp> {
        let frozen = self.frozen.get(&on_air.id).filter(|_| on_air.fate == Fate::Whole)?;
        // By a clock in doubt nobody knows where quiet hours are: it lasts as long as it was to last.
        let knows = !self.is_in_doubt();
        match on_air.kind {
            Kind::Filler | Kind::Relay if !knows => Some(on_air.ends),
            Kind::Filler => Some(self.filler_stop(&frozen.slot, on_air.begins)),
            Kind::Relay => self.relay_stop(frozen, on_air.begins),
            _ => None,
        }
    }

    /// Whether a hard slot of about that instant is still being read.
    fn late_hard(&self, stop: Timestamp) -> bool {
        self.frozen.values().any(|frozen| {
            let near = frozen.slot.planned.duration_since(stop).abs() <= SLACK;
            near && frozen.is_hard() && frozen.can_air() && matches!(frozen.arming, Arming::Asked | Arming::Due(_))
        })
    }

    /// The instants at which such as are on air must be looked at.
    pub(super) fn filler_moments(&self) -> impl Iterator<Item = Timestamp> {
        self.airs
            .iter()
            .filter_map(|on_air| Some(earlier(self.stops(on_air)?, AIR_AHEAD).max(later(on_air.begins, BEGUN))))
    }

    /// Notes which files of filler were heard, and names all that were heard of it.
    pub(super) fn note_filler(&mut self, id: &SlotId, at: Timestamp, played_ms: u64) -> String {
        let Some(frozen) = self.frozen.get_mut(id).filter(|frozen| frozen.slot.kind == Kind::Filler) else {
            return String::new();
        };
        if let Arming::Ready { lengths_ms, .. } = &frozen.arming {
            let begins_at_ms = lengths_ms.iter().scan(0, |sum_ms, length_ms| {
                *sum_ms += length_ms;
                Some(*sum_ms - length_ms)
            });
            let begun = frozen.picked.iter().zip(begins_at_ms).take_while(|(_, begins_ms)| *begins_ms < played_ms);
            for file in begun.map(|(file, _)| file.clone()).collect::<Vec<_>>() {
                frozen.note_heard(&file);
                self.heard_files.insert(file, at);
            }
        }
        frozen.heard_words()
    }
}
