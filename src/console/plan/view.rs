//! A month as it lies on the disk, and what it comes to.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ZonedDateTime};

use super::words;
use crate::clock;
use crate::console::refused::Refused;
use crate::console::site::Site;
use crate::home::Home;
use crate::library::remembered_facts_of;
use crate::loading::{self, Checked, Loaded, MonthFile};
use crate::problem::{Lang, Text};
use crate::programme::{Exception, Window, WindowChange};
use crate::saving::{self, Kept, PlanFile};
use crate::schedule::{Month, Schedule};
use crate::station::Station;
use crate::timetable::{Kind, Slot};

/// The date in the station's zone.
pub(super) fn today(site: &Site) -> Date {
    clock::now().to_zoned_datetime(site.link.latest().zone().clone()).date()
}

/// A month that somebody looks at.
pub(in crate::console) struct Open {
    pub month: Month,
    /// Its file's text; none: there is none.
    pub text: Option<String>,
    /// By which a save knows that nobody else saved meanwhile.
    pub version: String,
    pub checked: Checked,
    pub today: Date,
    /// What would be taken back.
    pub undo: Option<Kept>,
    pub months: Vec<Month>,
}

/// Reads a month and checks it.
///
/// # Errors
/// Its file cannot be read.
pub(in crate::console) async fn open(site: &Site, month: Month) -> Result<Open, Refused> {
    let (home, today) = (site.link.home().clone(), today(site));
    site.work(move || read(&home, month, today)).await?.map_err(Refused::conflict)
}

fn read(home: &Home, month: Month, today: Date) -> Result<Open, Text> {
    let file = PlanFile::Month(month);
    let text = file.read(home)?;
    let mut facts = remembered_facts_of(home);
    let checked = match &text {
        Some(text) => loading::check_month_text(home, month, text, &mut facts),
        None => loading::check_home(home, &[MonthFile::of(home, month)], &mut facts),
    };
    let undo = text.as_deref().and_then(|text| saving::to_undo(home, file, text));
    let months = loading::months(home).unwrap_or_default();
    Ok(Open { month, version: saving::version(text.as_deref()), text, checked, today, undo, months })
}

impl Open {
    pub fn loaded(&self) -> Option<&Loaded> {
        self.checked.months.first()
    }

    pub fn schedule(&self) -> Option<&Schedule> {
        self.loaded()?.schedule.as_ref()
    }

    pub fn station(&self) -> Station {
        self.loaded().map(|loaded| loaded.station.clone()).unwrap_or_default()
    }

    pub fn slots(&self) -> &[Slot] {
        self.loaded().map_or(&[], |loaded| &loaded.slots)
    }

    /// What the clock on the station's wall shows.
    pub fn local(&self, at: Timestamp) -> ZonedDateTime {
        let zone = self.loaded().map(|loaded| loaded.station.zone.clone()).unwrap_or(jiff::tz::TimeZone::UTC);
        at.to_zoned_datetime(zone)
    }

    pub fn hour(&self, at: Timestamp) -> String {
        self.local(at).strftime("%H:%M").to_string()
    }

    /// With its seconds, if it has any.
    pub fn exact(&self, at: Timestamp) -> String {
        self.local(at).strftime("%H:%M:%S").to_string()
    }

    /// The broadcasts of a date in order of time.
    pub fn broadcasts(&self, date: Date) -> Vec<Broadcast<'_>> {
        let mut by_id: BTreeMap<&str, Vec<&Slot>> = BTreeMap::new();
        for slot in self.slots().iter().filter(|slot| slot.date == date) {
            by_id.entry(&slot.broadcast).or_default().push(slot);
        }
        let mut all: Vec<Broadcast<'_>> = by_id
            .into_values()
            .filter_map(|slots| {
                let first = *slots.first()?;
                let window = first.window.as_deref();
                let name = window.and_then(|id| self.broadcast_name(id, date));
                let begins = slots.iter().map(|slot| slot.planned).min()?;
                let ends = first.broadcast_ends.or_else(|| slots.iter().filter_map(|slot| slot.ends()).max());
                Some(Broadcast { window, name, begins, ends, slots })
            })
            .collect();
        all.sort_by_key(|broadcast| broadcast.begins);
        all
    }

    pub fn windows(&self) -> Vec<&Window> {
        match (self.schedule(), self.loaded()) {
            (Some(schedule), Some(loaded)) => schedule.windows_in_force(&loaded.station),
            _ => Vec::new(),
        }
    }

    pub fn window(&self, id: &str) -> Option<&Window> {
        self.windows().into_iter().find(|window| window.id == id)
    }

    /// What the window or extra broadcast `id` of a date is called; none where its author gave it no name.
    pub fn broadcast_name(&self, id: &str, date: Date) -> Option<&str> {
        let extra = || self.schedule()?.extra(id, date)?.name.as_deref();
        self.window(id).map(|window| window.name.as_str()).or_else(extra)
    }

    /// The exceptions of a date; the last one that speaks of a window or column holds.
    pub fn exceptions(&self, date: Date) -> Vec<&Exception> {
        self.schedule().into_iter().flat_map(|schedule| schedule.exceptions_on(date)).collect()
    }

    /// What holds of a window on a date, and by which exception.
    pub fn change(&self, date: Date, window: &str) -> Option<(&Exception, &WindowChange)> {
        let of_day = self.exceptions(date).into_iter().rev();
        of_day.filter_map(|exception| Some((exception, exception.windows.get(window)?))).next()
    }

    /// Whether an exception is the month's own and of this day alone, so that a form can change it.
    pub fn is_own(&self, exception: &Exception) -> bool {
        exception.from == exception.to && exception.place.file == PlanFile::Month(self.month).name()
    }

    /// The windows that an ordinary week has on a date and this date has not.
    pub fn off(&self, date: Date) -> Vec<(&Window, Option<&Exception>)> {
        let off = |window: &&Window| {
            window.days.contains(date.weekday())
                && matches!(self.change(date, &window.id), Some((_, WindowChange::Off)))
        };
        let windows = self.windows().into_iter().filter(off);
        windows.map(|window| (window, self.change(date, &window.id).map(|(by, _)| by))).collect()
    }
}

/// A broadcast of a date.
pub(in crate::console) struct Broadcast<'o> {
    /// The window or extra broadcast, by id; none for a broadcast of its own.
    pub window: Option<&'o str>,
    name: Option<&'o str>,
    pub begins: Timestamp,
    /// None while the length of its recording is not known.
    pub ends: Option<Timestamp>,
    pub slots: Vec<&'o Slot>,
}

impl Broadcast<'_> {
    /// What people call it: as its author does; what airs by itself by what it airs.
    pub fn called(&self, lang: Lang) -> String {
        match (self.name, self.window) {
            (Some(name), _) => name.to_owned(),
            (None, Some(_)) => words::extra_broadcast().get(lang).to_owned(),
            (None, None) => self.slots.first().map(|slot| slot.called(lang).to_owned()).unwrap_or_default(),
        }
    }

    /// How long what it has lasts, filler aside, and how long it may, in ms; none for a broadcast of its own.
    pub fn fill_ms(&self) -> Option<(u64, u64)> {
        self.window?;
        let whole = u64::try_from(self.ends?.duration_since(self.begins).as_millis()).ok()?;
        let heard = self.slots.iter().filter(|slot| slot.kind != Kind::Filler && slot.bar.is_none());
        let filled = heard.filter_map(|slot| slot.airtime_ms()).sum::<u64>();
        Some((filled, whole)).filter(|(_, whole)| *whole > 0)
    }

    /// Slots that will not air, and columns that have nothing to air.
    pub fn lacks(&self) -> (usize, usize) {
        let barred = self.slots.iter().filter(|slot| slot.bar.is_some());
        let (empty, blocked): (Vec<&Slot>, Vec<&Slot>) = barred.copied().partition(|slot| slot.kind == Kind::Column);
        (blocked.len(), empty.len())
    }
}
