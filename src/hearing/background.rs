//! What a monitor hears while nothing is sent: a hum, hiss, a street.

use std::collections::VecDeque;

/// Slots of it that are kept: the last five seconds.
const KEPT: usize = 50;
/// Slots without which nothing is known of it: two seconds.
const ENOUGH: usize = 20;
/// What is louder by less is as loud, in dB.
pub(super) const RISE_DB: f64 = 2.0;

/// The last of it.
#[derive(Debug, Default)]
pub(super) struct Background {
    slots_db: VecDeque<f64>,
}

impl Background {
    /// Takes in the level of a slot in which nothing of ours can be.
    pub fn take_in(&mut self, db: f64) {
        if self.slots_db.len() == KEPT {
            self.slots_db.pop_front();
        }
        self.slots_db.push_back(db);
    }

    /// How loud it is, once enough of it is known.
    pub fn spread(&self) -> Option<Spread> {
        let slots_db: Vec<f64> = self.slots_db.iter().copied().collect();
        (slots_db.len() >= ENOUGH).then(|| Spread::of(&slots_db))
    }
}

/// How loud the slots of a stretch are, in dB.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spread {
    /// Three quarters are louder.
    pub low_db: f64,
    /// One quarter is louder.
    pub high_db: f64,
    /// One tenth is louder.
    pub peak_db: f64,
}

impl Spread {
    /// Of a stretch that is not empty.
    pub fn of(slots_db: &[f64]) -> Spread {
        let mut sorted = slots_db.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |parts: usize, of: usize| sorted[(sorted.len() * parts / of).min(sorted.len() - 1)];
        Spread { low_db: at(1, 4), high_db: at(3, 4), peak_db: at(9, 10) }
    }

    /// It hardly rises and falls.
    pub fn is_steady(self) -> bool {
        self.peak_db - self.low_db < 2.0 * RISE_DB
    }
}
