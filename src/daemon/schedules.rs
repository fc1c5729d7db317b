//! Which schedules are in force, kept as long as nothing better is there.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::too_late::TooLates;
use crate::loading::{Loaded, NO_MONTH_FILE, STATION_FILE};
use crate::problem::{self, Effect, Place, Problem, Severity, Text};
use crate::schedule::{Month, Schedule};
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
    /// Which file and where in it, its first mistake, and what to do, in both languages.
    pub detail: Text,
    /// What tells this mistake from another, wherever in the file it has moved to.
    mistake: String,
    /// When it was read.
    pub at: Timestamp,
}

/// All months in force and what was refused.
#[derive(Debug, Default)]
pub struct Schedules {
    in_force: BTreeMap<Month, InForce>,
    /// The station of the latest good reading, whatever the clock said of it.
    station: Option<Station>,
    /// Its text, where there is one that says something.
    station_text: Option<Arc<str>>,
    /// That reading had a `station.toml` with something in it.
    has_station_file: bool,
    /// It was one of what lies there now, with such a file, and not the log's.
    is_as_it_lies: bool,
    refused: BTreeMap<Month, Refused>,
    /// What was last told of that: what tells it from something else, and its words.
    told: Option<(String, Text)>,
    /// What the latest edits did not reach any more.
    pub too_late: TooLates,
}

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

/// How refusals stand against what was last told of them.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusals {
    /// Nothing is refused, as before.
    None,
    /// This is refused, and was not before.
    Began(Text),
    /// This is refused, as before.
    Last(Text),
    /// This is refused; before, something else was.
    Changed(Text),
    /// Nothing is refused any more.
    Over,
}

impl Schedules {
    /// Takes in a fresh reading.
    pub fn take(&mut self, loaded: Loaded, at: Timestamp) -> Change {
        let Some(month) = loaded.month else { return Change::Same };
        let had_text = self.in_force.get(&month).is_some_and(|before| before.loaded.month_text.is_some());
        let station_is_gone = self.has_station_file && !has_station_file(&loaded) && !is_station_unreadable(&loaded);
        let mistaken = station_is_gone || !loaded.absent();
        if loaded.has_no_file() && !had_text && mistaken && self.refused.keys().any(|other| *other != month) {
            // It is told of a month that is there; this one is none that could be refused.
            self.refused.remove(&month);
            return Change::Same;
        }
        if station_is_gone {
            let gone = station_gone();
            return self.refuse(month, gone.en.clone(), gone, at);
        }
        if loaded.absent() && !had_text {
            // No file yet, and none before: an empty month is no mistake of a text.
            self.refused.remove(&month);
            self.put_as_it_lies(month, loaded, at);
            return Change::Same;
        }
        if loaded.refused() {
            let (mistake, detail) = first_mistake(&loaded);
            return self.refuse(month, mistake, detail, at);
        }
        self.refused.remove(&month);
        let before = self.in_force.get(&month).map(|in_force| in_force.loaded.revision.clone());
        let change = if before.as_ref() == Some(&loaded.revision) { Change::Same } else { Change::New };
        self.put_as_it_lies(month, loaded, at);
        change
    }

    fn refuse(&mut self, month: Month, mistake: String, detail: Text, at: Timestamp) -> Change {
        let again = self.refused.get(&month).is_some_and(|refused| refused.mistake == mistake);
        self.refused.insert(month, Refused { detail, mistake, at });
        if again { Change::Same } else { Change::Refused }
    }

    /// Sets what is refused against what was last told of it, which it is from now on.
    pub fn look_at_refusals(&mut self) -> Refusals {
        // A mistake in `station.toml` is one of all months.
        let mut all: Vec<&Refused> = self.refused.values().collect();
        all.dedup_by(|one, next| one.mistake == next.mistake);
        let joined = |of: fn(&Refused) -> &str| all.iter().map(|one| of(one)).collect::<Vec<_>>().join("; ");
        let mistake = joined(|one| &one.mistake);
        let words = Text::new(joined(|one| &one.detail.vi), joined(|one| &one.detail.en));
        match self.told.take() {
            before if all.is_empty() => before.map_or(Refusals::None, |_| Refusals::Over),
            Some((known, told)) if known == mistake => Refusals::Last(self.told.insert((known, told)).1.clone()),
            before => {
                self.told = Some((mistake, words.clone()));
                if before.is_some() { Refusals::Changed(words) } else { Refusals::Began(words) }
            }
        }
    }

    fn put(&mut self, month: Month, loaded: Loaded, read_at: Timestamp) {
        self.has_station_file = has_station_file(&loaded);
        self.station = Some(loaded.station.clone());
        self.station_text = loaded.station_text.as_deref().filter(|_| self.has_station_file).map(Arc::from);
        self.in_force.insert(month, InForce { loaded, read_at });
    }

    fn put_as_it_lies(&mut self, month: Month, loaded: Loaded, read_at: Timestamp) {
        self.put(month, loaded, read_at);
        self.is_as_it_lies = self.has_station_file;
    }

    /// Puts the last good text of `month` in force, before a present one is taken in that cannot be trusted. The station is
    /// then as it was too, unless another month was read with what it is now: else a line that was named anew while nobody ran
    /// would never be opened, for as long as a month that is to come is refused.
    pub fn restore(&mut self, loaded: Loaded, read_at: Timestamp) {
        match loaded.month {
            Some(month) if self.is_as_it_lies => {
                self.in_force.insert(month, InForce { loaded, read_at });
            }
            Some(month) => self.put(month, loaded, read_at),
            None => {}
        }
    }

    /// The month in force.
    pub fn month(&self, month: Month) -> Option<&InForce> {
        self.in_force.get(&month)
    }

    /// What was edited too late, and is put right by the plan that is in force by now, is told no longer.
    pub fn put_right(&mut self, month: Month, now: Timestamp) {
        if let Some(in_force) = self.in_force.get(&month) {
            self.too_late.planned(month, &in_force.loaded.slots, now);
        }
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
        let of_month = self.schedule_of(date);
        let of_station = self.station.iter().flat_map(|station| &station.windows);
        let windows = of_station.chain(of_month.into_iter().flat_map(|schedule| &schedule.windows));
        let windows = windows.map(|window| (window.id.clone(), window.name.clone()));
        let of_date = of_month.into_iter().flat_map(|schedule| schedule.exceptions_on(date));
        let extras = of_date.flat_map(|exception| &exception.extra);
        windows.chain(extras.filter_map(|extra| Some((extra.id.clone(), extra.name.clone()?)))).collect()
    }

    /// The plan in force of the month of a date.
    pub fn schedule_of(&self, date: Date) -> Option<&Schedule> {
        self.in_force.get(&Month::of(date)).and_then(|in_force| in_force.loaded.schedule.as_ref())
    }

    /// Of the months in force, each; the station's text is in each of them.
    pub fn revisions(&self) -> Vec<String> {
        self.in_force.values().map(|in_force| in_force.loaded.revision.clone()).collect()
    }

    /// The station as the latest good reading has it; the defaults while there is none.
    pub fn station(&self) -> Station {
        self.good_station().cloned().unwrap_or_default()
    }

    /// The station's zone.
    pub fn zone(&self) -> TimeZone {
        self.station.as_ref().map_or_else(|| Station::default().zone, |station| station.zone.clone())
    }

    /// The station as the latest good reading has it.
    pub fn good_station(&self) -> Option<&Station> {
        self.station.as_ref()
    }

    /// The text of that reading's `station.toml`; none where it had none that says something.
    pub fn good_station_text(&self) -> Option<Arc<str>> {
        self.station_text.clone()
    }

    /// Forgets months before `month`.
    pub fn forget_before(&mut self, month: Month) {
        self.in_force = self.in_force.split_off(&month);
        self.refused = self.refused.split_off(&month);
        self.too_late.forget_before(month);
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

/// What tells the first mistake from another, and how it is told: where, what, and what to do.
fn first_mistake(loaded: &Loaded) -> (String, Text) {
    let refuses = |problem: &&Problem| problem.effect == Effect::Refuse;
    // A month without a file is no mistake beside one.
    let others = loaded.problems.iter().filter(refuses).any(|problem| problem.code != NO_MONTH_FILE);
    let mut refusing =
        loaded.problems.iter().filter(refuses).filter(|problem| !others || problem.code != NO_MONTH_FILE);
    let Some(problem) = refusing.next() else { return (String::new(), Text::new("", "")) };
    let (message, help) = (&problem.message, &problem.help);
    let file = problem.place.as_ref().map_or("", |place| place.file.as_str());
    let (vi, en) = match problem.place.as_ref().map(|place| line_of(loaded, place)) {
        Some(Some(line)) => (format!("`{file}` dòng {line}: "), format!("`{file}` line {line}: ")),
        Some(None) if !message.vi.contains(&format!("`{file}`")) => (format!("`{file}`: "), format!("`{file}`: ")),
        // It names its file itself.
        Some(None) | None => (String::new(), String::new()),
    };
    let more = match refusing.count() {
        0 => Text::new("", ""),
        more => Text::new(format!(" (và {more} lỗi nữa)"), format!(" (and {more} more)")),
    };
    let told = Text::new(
        format!("{vi}{}{}; {}", message.vi, more.vi, help.vi),
        format!("{en}{}{}; {}", message.en, more.en, help.en),
    );
    (format!("{file}: {}{}", message.en, more.en), told)
}

/// The line of a place in what was read, counted from 1; none of a file as a whole.
fn line_of(loaded: &Loaded, place: &Place) -> Option<usize> {
    let before = loaded.sources.get(&place.file)?.get(..place.span.start)?;
    Some(before.matches('\n').count() + 1)
}

/// How many errors and warnings a reading has, for the log.
pub fn counted(loaded: &Loaded) -> (usize, usize) {
    let of = |severity| problem::count(&loaded.problems, severity);
    (of(Severity::Error), of(Severity::Warning))
}

#[cfg(test)]
mod tests;
