//! The timetable as people group it: by broadcast, each with a name, its items and its hours.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ZonedDateTime};

use super::Slot;
use crate::problem::{Lang, Text};
use crate::programme::Exception;
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
    /// In order of time; never empty.
    pub slots: Vec<&'a Slot>,
}

impl Broadcast<'_> {
    /// Its first instant.
    pub fn begins(&self) -> Option<Timestamp> {
        self.slots.iter().map(|slot| slot.planned).min()
    }

    /// Its last instant as far as that is known.
    pub fn ends(&self) -> Option<Timestamp> {
        self.slots.iter().filter_map(|slot| slot.ends().or(slot.until).or(slot.broadcast_ends)).max()
    }
}

impl<'a> Sheet<'a> {
    /// `at` on the station's clock.
    pub(super) fn local(&self, at: Timestamp) -> ZonedDateTime {
        at.to_zoned_datetime(self.station.zone.clone())
    }

    /// The slots by broadcast, in order of time.
    pub(super) fn broadcasts(&self) -> Vec<Broadcast<'a>> {
        let mut all: Vec<Broadcast<'a>> = Vec::new();
        for slot in self.slots {
            let (key, name) = self.name(slot);
            let joined = match &slot.window {
                Some(_) => all.iter_mut().rev().find(|other| other.slots[0].broadcast == slot.broadcast),
                None => all.iter_mut().rev().find(|other| other.slots[0].window.is_none()).filter(|other| {
                    let free = other.ends().or_else(|| other.slots.last().map(|last| last.planned));
                    other.date == slot.date
                        && other.key == key
                        && free.is_some_and(|free| slot.planned.duration_since(free) < ONE_BROADCAST)
                }),
            };
            if let Some(broadcast) = joined {
                broadcast.slots.push(slot);
                continue;
            }
            all.push(Broadcast { date: slot.date, key, name, slots: vec![slot] });
        }
        all
    }

    fn name(&self, slot: &Slot) -> (String, String) {
        if let Some(id) = &slot.window {
            return (id.clone(), self.window_name(id));
        }
        let (key, name) = match self.local(slot.planned).hour() {
            ..=10 => ("@sang", Text::new("Buổi sáng", "Morning")),
            11..=12 => ("@trua", Text::new("Buổi trưa", "Noon")),
            13..=17 => ("@chieu", Text::new("Buổi chiều", "Afternoon")),
            _ => ("@toi", Text::new("Buổi tối", "Evening")),
        };
        (key.to_owned(), name.get(self.lang).to_owned())
    }

    /// What no window is called is a broadcast of an exception's days.
    fn window_name(&self, id: &str) -> String {
        let windows = self.schedule.into_iter().flat_map(|schedule| &schedule.windows).chain(&self.station.windows);
        let extra = Text::new("Buổi thêm", "Extra broadcast");
        let name = windows.into_iter().find(|window| window.id == id).map(|window| window.name.clone());
        name.unwrap_or_else(|| extra.get(self.lang).to_owned())
    }

    /// The exceptions that hold on `date`.
    pub(super) fn exceptions(&self, date: Date) -> impl Iterator<Item = &'a Exception> {
        let all = self.schedule.into_iter().flat_map(|schedule| &schedule.exceptions);
        all.filter(move |exception| exception.from <= date && date <= exception.to)
    }
}
