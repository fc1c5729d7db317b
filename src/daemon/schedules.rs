//! Which schedules are in force, kept as long as nothing better is there.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::director::TooLate;
use crate::loading::{Loaded, STATION_FILE};
use crate::problem::{self, Effect, Lang, Problem, Severity, Text};
use crate::schedule::Month;
use crate::station::Station;
use crate::timetable::Slot;

/// A month in force.
#[derive(Clone, Debug)]
pub struct InForce {
    /// As read when it was last good.
    pub loaded: Loaded,
    /// When that was.
    pub read_at: Timestamp,
}

/// A text that could not be trusted.
#[derive(Clone, Debug)]
pub struct Refused {
    /// Which file, and its first mistake, in both languages.
    pub detail: Text,
    /// When it was read.
    pub at: Timestamp,
}

/// All months in force and what was refused.
#[derive(Debug, Default)]
pub struct Schedules {
    in_force: BTreeMap<Month, InForce>,
    /// The station of the latest good reading, whatever the clock said of it.
    station: Option<Station>,
    /// That reading had a `station.toml` with something in it.
    has_station_file: bool,
    refused: BTreeMap<Month, Refused>,
    /// What the latest edits did not reach any more.
    too_late: Vec<(Slot, TooLate)>,
}

/// An edit that came too late is told for so long after the instant that it was for.
const TOLD: SignedDuration = SignedDuration::from_hours(1);

/// What a fresh reading of a month changed.
#[derive(Debug, PartialEq, Eq)]
pub enum Change {
    /// It says what it said before.
    Same,
    /// It is in force from now on.
    New,
    /// It cannot be trusted; what was in force stays in force.
    Refused,
}

impl Schedules {
    /// Takes in a fresh reading.
    pub fn take(&mut self, loaded: Loaded, at: Timestamp) -> Change {
        let Some(month) = loaded.month else { return Change::Same };
        if self.has_station_file && !has_station_file(&loaded) && !is_station_unreadable(&loaded) {
            return self.refuse(month, station_gone(), at);
        }
        let had_text = self.in_force.get(&month).is_some_and(|before| before.loaded.month_text.is_some());
        if loaded.absent() && !had_text {
            // No file yet, and none before: an empty month is no mistake of a text.
            self.refused.remove(&month);
            self.put(month, loaded, at);
            return Change::Same;
        }
        if loaded.refused() {
            return self.refuse(month, first_mistake(&loaded), at);
        }
        self.refused.remove(&month);
        let before = self.in_force.get(&month).map(|in_force| in_force.loaded.revision.clone());
        let change = if before.as_ref() == Some(&loaded.revision) { Change::Same } else { Change::New };
        self.put(month, loaded, at);
        change
    }

    fn refuse(&mut self, month: Month, detail: Text, at: Timestamp) -> Change {
        let again = self.refused.get(&month).is_some_and(|refused| refused.detail == detail);
        self.refused.insert(month, Refused { detail, at });
        if again { Change::Same } else { Change::Refused }
    }

    fn put(&mut self, month: Month, loaded: Loaded, read_at: Timestamp) {
        self.has_station_file = has_station_file(&loaded);
        self.station = Some(loaded.station.clone());
        self.in_force.insert(month, InForce { loaded, read_at });
    }

    /// Puts the last good text of `month` in force, before a present one is taken in that cannot be trusted.
    pub fn restore(&mut self, loaded: Loaded, read_at: Timestamp) {
        if let Some(month) = loaded.month {
            self.put(month, loaded, read_at);
        }
    }

    /// Notes what an edit did not reach.
    pub fn note_too_late(&mut self, unreached: Vec<(Slot, TooLate)>) {
        self.too_late.retain(|(slot, _)| unreached.iter().all(|(other, _)| other.id != slot.id));
        self.too_late.extend(unreached);
    }

    /// What the edits of the last hour did not reach.
    pub fn too_late(&self, now: Timestamp) -> impl Iterator<Item = &(Slot, TooLate)> {
        self.too_late.iter().filter(move |(slot, _)| now.duration_since(slot.planned) <= TOLD)
    }

    /// The month in force.
    pub fn month(&self, month: Month) -> Option<&InForce> {
        self.in_force.get(&month)
    }

    /// What was refused, by month.
    pub fn refused(&self) -> impl Iterator<Item = (Month, &Refused)> {
        self.refused.iter().map(|(month, refused)| (*month, refused))
    }

    /// All slots of all months in force.
    pub fn slots(&self) -> Vec<Slot> {
        self.in_force.values().flat_map(|in_force| in_force.loaded.slots.iter().cloned()).collect()
    }

    /// The slots of a date in the months in force.
    pub fn slots_of(&self, date: Date) -> impl Iterator<Item = &Slot> {
        self.in_force.values().flat_map(|in_force| &in_force.loaded.slots).filter(move |slot| slot.date == date)
    }

    /// What people call the windows in force on a date, and its extra broadcasts that have a name, by id.
    pub fn broadcast_names(&self, date: Date) -> BTreeMap<String, String> {
        let of_month = self.in_force.get(&Month::of(date)).and_then(|in_force| in_force.loaded.schedule.as_ref());
        let of_station = self.station.iter().flat_map(|station| &station.windows);
        let windows = of_station.chain(of_month.into_iter().flat_map(|schedule| &schedule.windows));
        let windows = windows.map(|window| (window.id.clone(), window.name.clone()));
        let of_date = of_month.into_iter().flat_map(|schedule| schedule.exceptions_on(date));
        let extras = of_date.flat_map(|exception| &exception.extra);
        windows.chain(extras.filter_map(|extra| Some((extra.id.clone(), extra.name.clone()?)))).collect()
    }

    /// Of the months in force, each; the station's text is in each of them.
    pub fn revisions(&self) -> Vec<String> {
        self.in_force.values().map(|in_force| in_force.loaded.revision.clone()).collect()
    }

    /// The station as the latest good reading has it; the defaults while there is none.
    pub fn station(&self) -> Station {
        self.good_station().cloned().unwrap_or_default()
    }

    /// The station as the latest good reading has it.
    pub fn good_station(&self) -> Option<&Station> {
        self.station.as_ref()
    }

    /// Forgets months before `month`.
    pub fn forget_before(&mut self, month: Month) {
        self.in_force = self.in_force.split_off(&month);
        self.refused = self.refused.split_off(&month);
        self.too_late.retain(|(slot, _)| Month::of(slot.date) >= month);
    }
}

/// Whether there is a `station.toml` with something in it. One that is gone or empty says nothing, and nothing must not
/// come into force: with it the ward's rules would be gone.
pub fn has_station_file(loaded: &Loaded) -> bool {
    loaded.station_text.as_ref().is_some_and(|text| !text.trim().is_empty())
}

/// Whether the station's file is there and says why it cannot be read.
fn is_station_unreadable(loaded: &Loaded) -> bool {
    let of_station = |problem: &Problem| problem.place.as_ref().is_some_and(|place| place.file == STATION_FILE);
    loaded.problems.iter().any(|problem| problem.effect == Effect::Refuse && of_station(problem))
}

fn station_gone() -> Text {
    Text::new(
        format!("`{STATION_FILE}` không còn hoặc trống; hãy chép lại tệp này, cấu hình trước đó vẫn có hiệu lực"),
        format!("`{STATION_FILE}` is gone or empty; put it back, what it said before stays in force"),
    )
}

fn first_mistake(loaded: &Loaded) -> Text {
    let mut refusing = loaded.problems.iter().filter(|problem| problem.effect == Effect::Refuse);
    let Some(problem) = refusing.next() else { return Text::new("", "") };
    let file = problem.place.as_ref().map_or("", |place| place.file.as_str());
    let (vi, en) = (problem.message.get(Lang::Vi), problem.message.get(Lang::En));
    match refusing.count() {
        0 => Text::new(format!("`{file}`: {vi}"), format!("`{file}`: {en}")),
        more => Text::new(format!("`{file}`: {vi} (và {more} lỗi nữa)"), format!("`{file}`: {en} (and {more} more)")),
    }
}

/// How many errors and warnings a reading has, for the log.
pub fn counted(loaded: &Loaded) -> (usize, usize) {
    let of = |severity| problem::count(&loaded.problems, severity);
    (of(Severity::Error), of(Severity::Warning))
}
