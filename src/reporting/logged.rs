//! The log of some days, read for people and programs.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::unreadable;
use crate::airing::{Corrected, Correction, Entry};
use crate::home::Home;
use crate::ledger::Reader;
use crate::problem::Text;
use crate::report::airings::Log;
use crate::report::airings::filter::Filter;
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

    /// Leaves out what `filter` does not keep, and what was written beside it.
    pub fn keep(&mut self, filter: &Filter) {
        let entries = std::mem::take(&mut self.entries);
        let mut by_slot: BTreeMap<&SlotId, Vec<&Correction>> = BTreeMap::new();
        for one in &self.corrections {
            if let Corrected::Slot(slot) = &one.of {
                by_slot.entry(slot).or_default().push(one);
            }
        }
        let beside = |entry: &Entry| by_slot.get(&entry.slot.id).map_or(&[][..], Vec::as_slice);
        let kept: Vec<Entry> = entries.into_iter().filter(|entry| filter.keeps(entry, beside(entry))).collect();
        let slots: BTreeSet<SlotId> = kept.iter().map(|entry| entry.slot.id.clone()).collect();
        self.entries = kept;
        // Entries in one another's place stay together.
        let without = self.corrections.iter().filter(|one| filter.keeps_without_loa(one));
        let without: BTreeSet<String> = without.map(|one| one.entry().to_owned()).collect();
        self.corrections.retain(|one| match &one.of {
            Corrected::Slot(slot) => slots.contains(slot),
            Corrected::WithoutLoa { .. } => without.contains(one.entry()),
        });
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
