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
            self.put(month, loaded, at);
            return Change::Same;
        }
        if loaded.refused() {
            let (mistake, detail) = first_mistake(&loaded);
            return self.refuse(month, mistake, detail, at);
        }
        self.refused.remove(&month);
        let before = self.in_force.get(&month).map(|in_force| in_force.loaded.revision.clone());
        let change = if before.as_ref() == Some(&loaded.revision) { Change::Same } else { Change::New };
        self.put(month, loaded, at);
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

    /// Puts the last good text of `month` in force, before a present one is taken in that cannot be trusted.
    pub fn restore(&mut self, loaded: Loaded, read_at: Timestamp) {
        if let Some(month) = loaded.month {
            self.put(month, loaded, read_at);
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
mod tests {
    use super::*;
    use crate::loading;
    use crate::schedule::audio_facts::Facts;

    const STATION: &str = "[line]\ndevice = \"null\"\n[rules]\nquiet = []\n";

    fn read(station: &str, month: &str) -> Loaded {
        let number: Month = "2026-12".parse().unwrap();
        loading::load_texts(number, Some(station.to_owned()), month.to_owned(), &mut |_: &[String]| Facts::default())
    }

    /// Takes in these texts of a month, one after the other, and says how refusals stand after each.
    fn saved(months: &[&str]) -> Vec<Refusals> {
        let mut schedules = Schedules::default();
        let stand = |month: &&str| {
            schedules.take(read(STATION, month), Timestamp::UNIX_EPOCH);
            schedules.look_at_refusals()
        };
        months.iter().map(stand).collect()
    }

    /// A month that nobody has written is no month that is refused, whatever is wrong with the station's file.
    #[test]
    fn a_month_without_a_file_is_not_refused_for_a_mistake_of_the_stations() {
        let dir = tempfile::tempdir().unwrap();
        let home = crate::home::Home::at(dir.path());
        std::fs::create_dir(dir.path().join("schedules")).unwrap();
        let write = |name: &str, text: &str| std::fs::write(dir.path().join("schedules").join(name), text).unwrap();
        write("2026-12.toml", "month = \"2026-12\"\n");
        let months: [Month; 2] = ["2026-12".parse().unwrap(), "2027-01".parse().unwrap()];
        let mut schedules = Schedules::default();
        let mut refused = |station: Option<&str>| {
            match station {
                Some(station) => write("station.toml", station),
                None => std::fs::remove_file(dir.path().join("schedules/station.toml")).unwrap(),
            }
            for month in months {
                let loaded = loading::load(&home, month, &mut |_: &[String]| Facts::default());
                schedules.take(loaded, Timestamp::UNIX_EPOCH);
            }
            schedules.refused().map(|(month, _)| month).collect::<Vec<_>>()
        };
        assert_eq!(refused(Some(STATION)), []);
        assert_eq!(refused(Some("[line\n")), [months[0]], "a mistake");
        assert_eq!(refused(Some(STATION)), []);
        assert_eq!(refused(None), [months[0]], "gone");
        assert_eq!(refused(Some(STATION)), []);
    }

    #[test]
    fn a_mistake_is_the_same_wherever_in_the_file_it_stands_and_another_one_is_told_as_that() {
        let good = "month = \"2026-12\"\n";
        let (first, moved) = ("month = \"2026-12\"\nthag = 1\n", "month = \"2026-12\"\n# ghi chú\n\nthag = 1\n");
        let other = "month = \"2026-12\"\n[[segmnt]]\nid = \"a\"\n";
        let all = saved(&[good, first, first, moved, other, good, good]);
        let [
            Refusals::None,
            Refusals::Began(began),
            Refusals::Last(last),
            Refusals::Last(moved),
            Refusals::Changed(changed),
            Refusals::Over,
            Refusals::None,
        ] = &all[..]
        else {
            panic!("{all:#?}")
        };
        assert_eq!((last, moved), (began, began), "told as it was told first");
        assert!(began.vi.starts_with("`schedules/2026-12.toml` dòng 2: ") && began.vi.contains("thag"), "{}", began.vi);
        assert!(began.en.starts_with("`schedules/2026-12.toml` line 2: ") && began.en.contains("; "), "{}", began.en);
        assert!(changed.vi.contains("segmnt"), "{}", changed.vi);
    }

    #[test]
    fn a_file_that_its_mistake_names_is_named_once() {
        let dir = tempfile::tempdir().unwrap();
        let home = crate::home::Home::at(dir.path());
        std::fs::create_dir(dir.path().join("schedules")).unwrap();
        std::fs::write(dir.path().join("schedules/station.toml"), STATION).unwrap();
        let utf_16: Vec<u8> = "month".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [utf_16, b"\xe2\x28\xa1".to_vec()] {
            std::fs::write(dir.path().join("schedules/2026-12.toml"), bytes).unwrap();
            let loaded = loading::load(&home, "2026-12".parse().unwrap(), &mut |_: &[String]| Facts::default());
            let (_, told) = first_mistake(&loaded);
            assert_eq!(told.vi.matches("2026-12.toml").count(), 1, "{}", told.vi);
            assert_eq!(told.en.matches("2026-12.toml").count(), 1, "{}", told.en);
        }
    }

    /// In a station that never had a good one: where, what, and what to do.
    #[test]
    fn a_station_file_that_is_wrong_at_the_very_first_start_is_told_with_its_line_and_its_cure() {
        let mut schedules = Schedules::default();
        let station = read("[line]\ndevice = \"null\"\n[rules]\nquiett = []\n", "month = \"2026-12\"\n");
        let help = station.problems.iter().find(|problem| problem.effect == Effect::Refuse).unwrap().help.clone();
        schedules.take(station, Timestamp::UNIX_EPOCH);
        assert!(schedules.good_station().is_none());
        let Refusals::Began(told) = schedules.look_at_refusals() else { panic!("{schedules:#?}") };
        assert!(told.vi.starts_with("`schedules/station.toml` dòng 4: "), "{}", told.vi);
        assert!(told.vi.contains("quiett") && told.vi.ends_with(&help.vi), "{}", told.vi);
        assert!(told.en.starts_with("`schedules/station.toml` line 4: ") && told.en.ends_with(&help.en), "{}", told.en);
    }
}
