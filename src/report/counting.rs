//! What counts of the hand-made entries: of several for one slot, or in one another's place, the last, whole; and none of
//! those where that one takes back. Reports, the log and its pages all ask here, so that they cannot differ.

use std::collections::HashMap;

use super::row::Row;
use crate::airing::{Corrected, Correction, Entry};
use crate::timetable::SlotId;

/// The last words of persons, by what they are about.
#[derive(Clone, Debug, Default)]
pub struct Counting<'c> {
    of_slots: HashMap<&'c SlotId, &'c Correction>,
    /// In the order in which something was first written in each place.
    without_loa: Vec<&'c Correction>,
}

impl<'c> Counting<'c> {
    /// Of `corrections` in the order of their writing.
    pub fn of(corrections: impl IntoIterator<Item = &'c Correction>) -> Counting<'c> {
        let mut counting = Counting::default();
        let mut places: HashMap<&str, usize> = HashMap::new();
        for one in corrections {
            match &one.of {
                Corrected::Slot(slot) => {
                    counting.of_slots.insert(slot, one);
                }
                Corrected::WithoutLoa { .. } => {
                    let at = *places.entry(one.entry()).or_insert(counting.without_loa.len());
                    match counting.without_loa.get_mut(at) {
                        Some(last) => *last = one,
                        None => counting.without_loa.push(one),
                    }
                }
            }
        }
        counting
    }

    /// What counts beside the slot's own airing; none where nothing was written, or that was withdrawn.
    pub fn of_slot(&self, slot: &SlotId) -> Option<&'c Correction> {
        self.of_slots.get(slot).copied().filter(|one| !one.is_withdrawal())
    }

    /// The slots beside whose airings something counts, in no order.
    pub fn slots(&self) -> impl Iterator<Item = (&'c SlotId, &'c Correction)> {
        self.of_slots.iter().map(|(slot, one)| (*slot, *one)).filter(|(_, one)| !one.is_withdrawal())
    }

    /// The last word in each place of what was aired without Loa; one that takes back is among them.
    pub fn last_without_loa(&self) -> impl Iterator<Item = &'c Correction> {
        self.without_loa.iter().copied()
    }

    /// What counts of what was aired without Loa.
    pub fn without_loa(&self) -> impl Iterator<Item = &'c Correction> {
        self.last_without_loa().filter(|one| !one.is_withdrawal())
    }

    /// The slot's row as it counts.
    pub fn row(&self, entry: &Entry) -> Row {
        let mut row = Row::of(entry);
        self.correct(&mut row);
        row
    }

    /// Writes what counts into the row.
    pub fn correct(&self, row: &mut Row) {
        if let Some(one) = self.of_slot(&row.slot) {
            row.correct(one);
        }
    }
}
