//! The timetable as people group it: by broadcast, each with a name, its items and its hours.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp};

use super::{Slot, Unlike, unlike};
use crate::cells;
use crate::problem::{Lang, Text};
use crate::programme::{Exception, in_force};
use crate::schedule::{Month, Schedule};
use crate::station::Station;

/// Segments with times of their own that are less than this apart, in one part of the day, are one broadcast to a listener.
const ONE_BROADCAST: SignedDuration = SignedDuration::from_mins(60);

/// A month's timetable with what gives it names.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// Which month.
    pub month: Month,
    /// In order of time.
    pub slots: &'a [Slot],
    /// The station.
    pub station: &'a Station,
    /// What the slots were planned from; names windows and tells of exceptions.
    pub schedule: Option<&'a Schedule>,
    /// The day that was asked for; none: all of the month.
    pub asked: Option<Date>,
    /// The language of headings.
    pub lang: Lang,
}

/// What listeners call one broadcast.
#[derive(Clone, Debug)]
pub(super) struct Broadcast<'a> {
    /// The local date it starts on.
    pub date: Date,
    /// What it is grouped under from day to day: the window's id, or the part of the day.
    pub key: String,
    /// `Buổi sáng`.
    pub name: String,
    /// The language that it and its items are called in.
    pub lang: Lang,
    /// In order of time; never empty.
    pub slots: Vec<&'a Slot>,
}

impl<'a> Broadcast<'a> {
    /// Its first instant.
    pub fn begins(&self) -> Option<Timestamp> {
        self.slots.iter().map(|slot| slot.planned).min()
    }

    /// When it is over: of a window or an extra broadcast its own end, of others the last instant as far as that is known.
    pub fn ends(&self) -> Option<Timestamp> {
        let own = self.slots.first().and_then(|slot| slot.broadcast_ends);
        own.or_else(|| self.slots.iter().filter_map(|slot| slot.ends()).max())
    }

    /// The number of the document that permits it.
    pub fn permit(&self) -> Option<&'a str> {
        self.slots.first().and_then(|slot| slot.permit.as_deref())
    }
}

impl<'a> Sheet<'a> {
    /// The length that is shown of a slot, to the nearest second, so that a recording is as long wherever it stands; none
    /// while its end is not known.
    pub(super) fn seconds(slot: &Slot) -> Option<u64> {
        let length_ms = u64::try_from(slot.ends()?.duration_since(slot.planned).as_millis()).ok()?;
        Some(length_ms.saturating_add(500) / 1000)
    }

    /// `at` on the station's clock.
    pub(super) fn shown(&self, at: Timestamp) -> DateTime {
        cells::on_clock(at, &self.station.zone)
    }

    /// The slots by broadcast, in order of time.
    pub(super) fn broadcasts(&self) -> Vec<Broadcast<'a>> {
        let names = self.window_names();
        let mut all: Vec<Broadcast<'a>> = Vec::new();
        let mut of_window: BTreeMap<&str, usize> = BTreeMap::new();
        // The last one of no window, and its last instant as far as that is known.
        let mut own: Option<(usize, Option<Timestamp>)> = None;
        for slot in self.slots {
            let (key, name) = self.name(slot, &names);
            let joins = |(at, ends): &(usize, Option<Timestamp>)| {
                let other: &Broadcast<'a> = &all[*at];
                let free = ends.or_else(|| other.slots.last().map(|last| last.planned));
                let near = free.is_some_and(|free| slot.planned.duration_since(free) < ONE_BROADCAST);
                near && other.date == slot.date && other.key == key
            };
            let joined = match &slot.window {
                Some(_) => of_window.get(slot.broadcast.as_str()).map(|at| (*at, None)),
                None => own.filter(joins),
            };
            let at = joined.map_or(all.len(), |(at, _)| at);
            if at == all.len() {
                all.push(Broadcast { date: slot.date, key, name, lang: self.lang, slots: Vec::new() });
            }
            all[at].slots.push(slot);
            if slot.window.is_some() {
                of_window.insert(&slot.broadcast, at);
            } else {
                own = Some((at, slot.ends().max(joined.and_then(|(_, ends)| ends))));
            }
        }
        all
    }

    /// What a slot's broadcast is grouped under and called, by the `names` of windows.
    pub(super) fn name(&self, slot: &Slot, names: &BTreeMap<&str, &str>) -> (String, String) {
        if let Some(id) = &slot.window {
            // What no window is called is a broadcast of an exception's days.
            let extra = Text::new("Buổi thêm", "Extra broadcast");
            let name = names.get(id.as_str()).copied().or_else(|| self.extra_name(id, slot.date));
            return (id.clone(), name.unwrap_or_else(|| extra.get(self.lang)).to_owned());
        }
        let (key, name) = match self.shown(slot.planned).hour() {
            ..=10 => ("@sang", Text::new("Buổi sáng", "Morning")),
            11..=12 => ("@trua", Text::new("Buổi trưa", "Noon")),
            13..=17 => ("@chieu", Text::new("Buổi chiều", "Afternoon")),
            _ => ("@toi", Text::new("Buổi tối", "Evening")),
        };
        (key.to_owned(), name.get(self.lang).to_owned())
    }

    /// What the extra broadcast `id` of `date` is called, if its author gave it a name; the later one holds.
    fn extra_name(&self, id: &str, date: Date) -> Option<&'a str> {
        self.schedule?.extra(id, date)?.name.as_deref()
    }

    /// What windows are called, by id.
    pub(super) fn window_names(&self) -> BTreeMap<&'a str, &'a str> {
        let own = self.schedule.map_or(&[][..], |schedule| &schedule.windows);
        in_force(&self.station.windows, own)
            .into_iter()
            .map(|window| (window.id.as_str(), window.name.as_str()))
            .collect()
    }

    /// What exceptions make of the days that were asked for.
    pub(super) fn unlike(&self) -> Vec<Unlike> {
        let asked = self.asked.map_or((self.month.first(), self.month.last()), |date| (date, date));
        self.schedule.map(|schedule| unlike(schedule, self.station, asked)).unwrap_or_default()
    }

    /// The exceptions that hold on `date`.
    pub(super) fn exceptions(&self, date: Date) -> impl Iterator<Item = &'a Exception> {
        self.schedule.into_iter().flat_map(move |schedule| schedule.exceptions_on(date))
    }
}
