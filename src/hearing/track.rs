//! Power over time in slots, and what one asks of such.

use std::collections::VecDeque;

/// Slots that are kept: a window and all delays, with room.
const KEPT: usize = 120;
/// So many slots away is another time altogether.
const FAR: i64 = 1200;
/// What the floor of a comparison is below its loudest slot, in dB.
const RANGE_DB: f64 = 25.0;
/// A slot, in ms.
pub(super) const SLOT_MS: f64 = 100.0;

/// Power over time: of each slot the energy in it and how much of it is known, in ms.
#[derive(Debug, Default)]
pub(super) struct Track {
    /// The number of the first slot.
    pub(super) first: i64,
    slots: VecDeque<(f64, f64)>,
}

impl Track {
    /// Adds that power from one instant to another, in ms.
    pub(super) fn add(&mut self, from_ms: f64, to_ms: f64, power: f64) {
        let (from, to) = (slot_of(from_ms), slot_of(to_ms));
        // A clock that jumped begins anew.
        if self.slots.is_empty() || to - self.first > FAR || from < self.first - FAR {
            (self.first, self.slots) = (from, VecDeque::new());
        }
        for slot in from.max(self.first)..=to {
            let begins_ms = slot as f64 * SLOT_MS;
            let ms = (to_ms.min(begins_ms + SLOT_MS) - from_ms.max(begins_ms)).max(0.0);
            let place = usize::try_from(slot - self.first).unwrap_or(0);
            while self.slots.len() <= place {
                self.slots.push_back((0.0, 0.0));
            }
            let (energy, known_ms) = &mut self.slots[place];
            *energy += power * ms;
            *known_ms += ms;
        }
        while self.slots.len() > KEPT {
            self.slots.pop_front();
            self.first += 1;
        }
    }

    /// The slot's mean power; a slot of which nothing is known is silent.
    fn power(&self, slot: i64) -> f64 {
        let place = usize::try_from(slot - self.first).ok();
        place.and_then(|place| self.slots.get(place)).map_or(0.0, |(energy, _)| energy / SLOT_MS)
    }

    /// The same in dBFS.
    pub(super) fn db(&self, slot: i64) -> f64 {
        to_db(self.power(slot))
    }

    /// The last slot that is not silent.
    pub(super) fn last_sound(&self) -> Option<i64> {
        let place = self.slots.iter().rposition(|(energy, _)| *energy > 0.0)?;
        Some(self.first + i64::try_from(place).ok()?)
    }

    /// How it rises and falls, in dBFS, as it is heard (`heard` of its power), smoothed over its neighbours: the two are apart by
    /// parts of a slot too, and a word of one slot must not be another word for that.
    pub(super) fn shape(&self, slots: std::ops::RangeInclusive<i64>, heard: impl Fn(f64) -> f64) -> Vec<f64> {
        let smooth = |at: i64| (self.power(at - 1) + 2.0 * self.power(at) + self.power(at + 1)) / 4.0;
        clipped(&slots.map(|at| to_db(heard(smooth(at)))).collect::<Vec<_>>())
    }

    /// The same of what is half a slot earlier than those slots.
    pub(super) fn shape_between(&self, slots: std::ops::RangeInclusive<i64>, heard: impl Fn(f64) -> f64) -> Vec<f64> {
        let power = |at: i64| self.power(at);
        let smooth = |at: i64| (power(at - 2) + 3.0 * (power(at - 1) + power(at)) + power(at + 1)) / 8.0;
        clipped(&slots.map(|at| to_db(heard(smooth(at)))).collect::<Vec<_>>())
    }

    /// The last slot that is known to its end.
    pub(super) fn last_whole(&self) -> Option<i64> {
        let place = self.slots.iter().rposition(is_whole)?;
        Some(self.first + i64::try_from(place).ok()?)
    }

    /// Whether all of a slot is known.
    pub(super) fn is_whole(&self, slot: i64) -> bool {
        usize::try_from(slot - self.first).is_ok_and(|place| self.slots.get(place).is_some_and(is_whole))
    }
}

fn is_whole((_, known_ms): &(f64, f64)) -> bool {
    *known_ms >= SLOT_MS - 1e-6
}

/// Never less than −120.
pub(super) fn to_db(power: f64) -> f64 {
    10.0 * power.max(1e-12).log10()
}

pub(super) fn power_of(db: f64) -> f64 {
    10.0_f64.powf(db / 10.0)
}

pub(super) fn slot_of(ms: f64) -> i64 {
    (ms / SLOT_MS).floor() as i64
}

/// With a floor: what lies far below the loudest is as good as silence.
pub(super) fn clipped(db: &[f64]) -> Vec<f64> {
    let floor = db.iter().fold(f64::MIN, |most, db| most.max(*db)) - RANGE_DB;
    db.iter().map(|db| db.max(floor)).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Of levels in dB.
pub(super) fn mean_power(levels: &[f64]) -> f64 {
    mean(&levels.iter().map(|db| power_of(*db)).collect::<Vec<_>>())
}

pub(super) fn deviation(values: &[f64]) -> f64 {
    let mean_value = mean(values);
    mean(&values.iter().map(|value| (value - mean_value).powi(2)).collect::<Vec<_>>()).sqrt()
}

/// Pearson's; 0 where one of them does not vary.
pub(super) fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let (mean_a, mean_b) = (mean(a), mean(b));
    let products: Vec<f64> = a.iter().zip(b).map(|(a, b)| (a - mean_a) * (b - mean_b)).collect();
    let spread = deviation(a) * deviation(b);
    if spread > 1e-9 { mean(&products) / spread } else { 0.0 }
}
