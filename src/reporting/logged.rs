//! The log of some days, read for people and programs.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::unreadable;
use crate::airing::{Corrected, Correction, Entry};
use crate::home::Home;
use crate::ledger::Reader;
use crate::problem::Text;
use crate::report::airings::Log;
use crate::report::airings::filter::Filter;
use crate::report::counting::Counting;
use crate::timetable::SlotId;

/// The log of some days.
#[derive(Clone, Debug)]
pub struct Logged {
    station: String,
    zone: TimeZone,
    /// In order of time.
    pub entries: Vec<Entry>,
    first: BTreeSet<SlotId>,
    /// What was written by hand beside them, in the order of its writing.
    pub corrections: Vec<Correction>,
}

impl Logged {
    /// What `reader` has of the dates from `from` to `to`, both included, in the station's `zone`.
    ///
    /// # Errors
    /// The log of `home` cannot be read.
    pub fn read(home: &Home, reader: &Reader, zone: &TimeZone, from: Date, to: Date) -> Result<Logged, Text> {
        let read = || {
            anyhow::Ok(Logged {
                station: reader.station_uuid()?,
                zone: zone.clone(),
                entries: reader.entries(from, to)?,
                first: reader.first_heard(from, to)?,
                corrections: reader.corrections(from, to)?,
            })
        };
        read().map_err(|error| unreadable(home, &error))
    }

    /// What was written beside the slot.
    pub fn beside(&self, slot: &SlotId) -> Vec<&Correction> {
        self.corrections.iter().filter(|one| matches!(&one.of, Corrected::Slot(own) if own == slot)).collect()
    }

    /// What of that counts.
    pub fn counting(&self) -> Counting<'_> {
        Counting::of(&self.corrections)
    }

    /// Leaves out what `filter` does not keep, and what was written beside it.
    pub fn keep(&mut self, filter: &Filter) {
        let mut entries = std::mem::take(&mut self.entries);
        let counting = Counting::of(&self.corrections);
        entries.retain(|entry| filter.keeps(entry, counting.of_slot(&entry.slot.id)));
        // Entries in one another's place stay together.
        let without = counting.last_without_loa().filter(|last| filter.keeps_without_loa(last));
        let without: BTreeSet<String> = without.map(|last| last.entry().to_owned()).collect();
        let slots: BTreeSet<&SlotId> = entries.iter().map(|entry| &entry.slot.id).collect();
        self.corrections.retain(|one| match &one.of {
            Corrected::Slot(slot) => slots.contains(slot),
            Corrected::WithoutLoa { .. } => without.contains(one.entry()),
        });
        drop(slots);
        self.entries = entries;
    }

    /// As the renderers take it.
    pub fn log(&self) -> Log<'_> {
        Log {
            station: &self.station,
            zone: &self.zone,
            entries: &self.entries,
            first: &self.first,
            corrections: &self.corrections,
        }
    }
}
