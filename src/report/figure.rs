//! A figure is a count of log rows, or the sum of what was heard in them, and knows which rows those are.

use super::row::{Log, Row};

/// What a figure counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// One for each of its rows.
    Count,
    /// Sound of each of its rows, in ms.
    Ms,
}

/// What of a row's sound a figure in ms counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sound {
    /// All that was heard.
    Heard,
    /// What another station aired.
    Relayed,
    /// What stood in for a relay's source.
    StandIn,
}

impl Sound {
    fn ms(self, row: &Row) -> u64 {
        match self {
            Sound::Heard => row.heard_ms,
            Sound::Relayed => row.relayed_ms(),
            Sound::StandIn => row.stood_in_ms(),
        }
    }
}

/// A figure and the rows behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// What it counts in.
    pub unit: Unit,
    /// What of its rows' sound it counts, where that is what it counts in.
    pub sound: Sound,
    /// The rows, as places in [`Log::rows`], ascending.
    pub rows: Vec<usize>,
    /// What they add up to: a count, or whole ms. Minutes are rounded once, where they are printed.
    pub value: u64,
}

impl Figure {
    /// How many rows.
    pub fn count(rows: Vec<usize>) -> Figure {
        Figure { unit: Unit::Count, sound: Sound::Heard, value: rows.len() as u64, rows }
    }

    /// What was heard in them, in ms.
    pub fn airtime(log: &Log, rows: Vec<usize>) -> Figure {
        Figure::sound(log, rows, Sound::Heard)
    }

    /// That sound of them, in ms; rows without any are left out.
    pub fn of_sound(log: &Log, rows: Vec<usize>, sound: Sound) -> Figure {
        let rows = log.chosen(rows, |row| sound.ms(row) > 0);
        Figure::sound(log, rows, sound)
    }

    fn sound(log: &Log, rows: Vec<usize>, sound: Sound) -> Figure {
        let value = rows.iter().map(|at| sound.ms(&log.rows[*at])).sum();
        Figure { unit: Unit::Ms, sound, rows, value }
    }

    /// What one of its rows adds to it.
    pub fn adds(&self, log: &Log, row: usize) -> u64 {
        match self.unit {
            Unit::Count => 1,
            Unit::Ms => self.sound.ms(&log.rows[row]),
        }
    }
}

/// `part` of `whole` in thousandths, half rounded up; none of nothing.
pub fn permille(part: u64, whole: u64) -> Option<u64> {
    let (part, whole) = (u128::from(part), u128::from(whole));
    let rounded = (part * 2000 + whole).checked_div(whole * 2)?;
    u64::try_from(rounded).ok()
}

/// By how many thousandths `now` is more than `before`, half away from nought; none where there was nothing before: that
/// cannot be compared.
pub fn growth_permille(now: u64, before: u64) -> Option<i64> {
    let changed = i128::from(now) - i128::from(before);
    let before = i128::from(before);
    let rounded = (changed.abs() * 2000 + before).checked_div(before * 2)?;
    i64::try_from(rounded * changed.signum()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_round_half_up_and_nothing_has_no_share() {
        assert_eq!(permille(8, 9), Some(889));
        assert_eq!(permille(1, 2000), Some(1));
        assert_eq!(permille(0, 7), Some(0));
        assert_eq!(permille(0, 0), None);
    }

    #[test]
    fn growth_goes_both_ways_and_from_nothing_none_is_told() {
        assert_eq!(growth_permille(112, 100), Some(120));
        assert_eq!(growth_permille(0, 3), Some(-1000));
        assert_eq!(growth_permille(2, 3), Some(-333));
        assert_eq!(growth_permille(5, 0), None);
    }
}
