//! Which schedules are in force, kept as long as nothing better is there.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::loading::Loaded;
use crate::problem::{self, Effect, Lang, Severity, Text};
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
    refused: BTreeMap<Month, Refused>,
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

impl Schedules {
    /// Takes in a fresh reading.
    pub fn take(&mut self, loaded: Loaded, at: Timestamp) -> Change {
        let Some(month) = loaded.month else { return Change::Same };
        let had_text = self.in_force.get(&month).is_some_and(|before| before.loaded.month_text.is_some());
        if loaded.absent() && !had_text {
            // No file yet, and none before: an empty month is no mistake of a text.
            self.refused.remove(&month);
            self.in_force.insert(month, InForce { loaded, read_at: at });
            return Change::Same;
        }
        if loaded.refused() {
            let detail = first_mistake(&loaded);
            let again = self.refused.get(&month).is_some_and(|refused| refused.detail == detail);
            self.refused.insert(month, Refused { detail, at });
            return if again { Change::Same } else { Change::Refused };
        }
        self.refused.remove(&month);
        let before = self.in_force.get(&month).map(|in_force| in_force.loaded.revision.clone());
        let change = if before.as_ref() == Some(&loaded.revision) { Change::Same } else { Change::New };
        self.in_force.insert(month, InForce { loaded, read_at: at });
        change
    }

    /// Puts the last good text of `month` in force where the present one cannot be trusted.
    pub fn restore(&mut self, loaded: Loaded, read_at: Timestamp) {
        if let Some(month) = loaded.month {
            self.in_force.insert(month, InForce { loaded, read_at });
        }
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

    /// The station as the latest good reading has it; the defaults while there is none.
    pub fn station(&self) -> Station {
        self.good_station().cloned().unwrap_or_default()
    }

    /// The station as the latest good reading has it.
    pub fn good_station(&self) -> Option<&Station> {
        let latest = self.in_force.values().max_by_key(|in_force| in_force.read_at);
        latest.map(|in_force| &in_force.loaded.station)
    }

    /// Forgets months before `month`.
    pub fn forget_before(&mut self, month: Month) {
        self.in_force = self.in_force.split_off(&month);
        self.refused = self.refused.split_off(&month);
    }
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
