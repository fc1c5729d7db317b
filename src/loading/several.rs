//! Several months at once: what is to be said of each, what is to be said of two that meet, and of a whole year.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;
use std::sync::{Mutex, PoisonError};

use super::{
    FactsOf, Loaded, LoadedStation, MonthFile, load_station, load_with, month_of, months, read_text, revision,
    station_of,
};
use crate::home::Home;
use crate::problem::{self, Problem, Sources};
use crate::schedule::Month;
use crate::schedule::audio_facts::Facts;
use crate::timetable::{self, Bar, Planned, SlotId, Written, Year};

/// Several months, with the station's problems told once.
#[derive(Clone, Debug)]
pub struct Checked {
    /// All of them, in order.
    pub problems: Vec<Problem>,
    /// The texts that places point into.
    pub sources: Sources,
    /// In the order asked for.
    pub months: Vec<Loaded>,
    /// The months beside those, where one may be in the way of the other.
    pub beside: Vec<Loaded>,
    /// Of the problems those that two months have with each other.
    pub between: Vec<Problem>,
    /// The year, if one was asked for.
    pub year: Option<Year>,
    /// `station.toml` says nothing, and the months are planned by the one that is in force.
    pub by_station_in_force: bool,
}

/// Loads the station and these files of `home`; with no file the station alone. Months that meet are held against each
/// other, and so is each month against the one before and the one after it where they have files.
pub fn check_home(home: &Home, files: &[MonthFile], facts_of: FactsOf<'_>) -> Checked {
    let station = load_station(home);
    let months = files.iter().map(|file| load_with(&station, file, facts_of)).collect();
    together(home, &station, months, facts_of)
}

/// What [`check_home`] says of a month or would say if its file held `text`, planned, while `station.toml` says nothing, by
/// the text of it that is `in_force`: that is what airs.
pub fn check_month_in_force(
    home: &Home,
    month: Month,
    text: Option<&str>,
    in_force: Option<&str>,
    facts_of: FactsOf<'_>,
) -> Checked {
    let lies = load_station(home);
    let stands_in = lies.or(in_force);
    let (file, by) = (MonthFile::of(home, month), stands_in.as_ref().unwrap_or(&lies));
    let loaded = match text {
        Some(text) => month_of(by, &file, Ok(Some(text.to_owned())), facts_of),
        None => load_with(by, &file, facts_of),
    };
    let mut checked = together(home, by, vec![loaded], facts_of);
    if let Some(stands_in) = &stands_in {
        // Of the station's text that which lies there is to be mended.
        checked.problems.retain(|problem| !stands_in.problems.contains(problem));
        checked.problems.splice(0..0, lies.problems);
        checked.sources.extend(lies.sources);
        checked.by_station_in_force = true;
    }
    checked
}

/// What [`check_home`] would say of the station and these months if `station.toml` held `text`.
pub fn check_station_text(home: &Home, text: &str, files: &[MonthFile], facts_of: FactsOf<'_>) -> Checked {
    let station = station_of(Ok(Some(text.to_owned())));
    let months = files.iter().map(|file| load_with(&station, file, facts_of)).collect();
    together(home, &station, months, facts_of)
}

fn together(home: &Home, station: &LoadedStation, mut months: Vec<Loaded>, facts_of: FactsOf<'_>) -> Checked {
    let mut sources = station.sources.clone();
    // The station's own problems are in every month's, and so is what its running orders name in vain.
    let mut told: HashSet<&Problem> = HashSet::new();
    let all = station.problems.iter().chain(months.iter().flat_map(|month| &month.problems));
    let mut problems: Vec<Problem> = all.filter(|problem| told.insert(problem)).cloned().collect();
    sources.extend(months.iter().flat_map(|month| month.sources.clone()));
    let mut beside = neighbours(home, station, &months, facts_of);
    let asked = months.len();
    months.append(&mut beside);
    let between = seams(&mut months);
    let beside = months.split_off(asked);
    sources.extend(beside.iter().flat_map(|month| month.sources.clone()));
    problems.extend(between.iter().cloned());
    let problems = problem::bounded(problems);
    Checked { problems, sources, months, beside, between, year: None, by_station_in_force: false }
}

/// Loads all months of `year` that have a file, and says what concerns the year as a whole; `this_month` tells what is
/// past from what is still to be written.
///
/// # Errors
/// The folder cannot be listed.
pub fn check_year(home: &Home, year: i16, this_month: Month, facts_of: FactsOf<'_>) -> io::Result<Checked> {
    let all = months(home)?;
    let of_year = all.iter().copied().filter(|month| month.first().year() == year);
    let files: Vec<MonthFile> = of_year.map(|month| MonthFile::of(home, month)).collect();
    let mut checked = check_home(home, &files, facts_of);
    let written = checked.months.iter().filter_map(|loaded| {
        let written = match &loaded.schedule {
            Some(schedule) if !loaded.refused() => Written::Planned(Planned { schedule, slots: &loaded.slots }),
            _ => Written::Refused,
        };
        Some((loaded.month?, written))
    });
    let written: BTreeMap<Month, Written<'_>> = written.collect();
    // Where there is no month nothing is held against the station.
    let station = checked.months.first().map(|loaded| loaded.station.clone()).unwrap_or_default();
    let (year, problems) = timetable::year(year, this_month, all.first().copied(), &station, &written);
    checked.problems.extend(problems);
    problem::sort(&mut checked.problems);
    checked.year = Some(year);
    Ok(checked)
}

/// The months beside those that are loaded, as far as one may be in the way of the other.
fn neighbours(home: &Home, station: &LoadedStation, loaded: &[Loaded], facts_of: FactsOf<'_>) -> Vec<Loaded> {
    let known = |month: Month| loaded.iter().any(|loaded| loaded.month == Some(month));
    let file = |month: Month| Some(MonthFile::of(home, month)).filter(|file| file.path.is_file());
    let mut beside: Vec<Loaded> = Vec::new();
    for month in loaded.iter().filter(|loaded| loaded.schedule.is_some()).filter_map(|loaded| loaded.month) {
        // Of the month before nothing need be measured unless it has something at its very end.
        let before = Some(month.previous()).filter(|before| !known(*before)).and_then(file);
        let before = before.filter(|file| reaches_beyond(station, file));
        beside.extend(before.map(|file| load_with(station, &file, facts_of)));
        let reaches = loaded.iter().any(|loaded| loaded.month == Some(month) && lasts_beyond(loaded));
        let after = Some(month.next()).filter(|after| reaches && !known(*after)).and_then(file);
        beside.extend(after.map(|file| load_with(station, &file, facts_of)));
    }
    beside
}

/// Whether the month in `file` may have something on air when it ends. That hangs on the two texts alone, whose hash it is
/// remembered by: whoever looks at a month again and again, as the console does, would else plan the one before it each time.
fn reaches_beyond(station: &LoadedStation, file: &MonthFile) -> bool {
    static REMEMBERED: Mutex<BTreeMap<(String, String), bool>> = Mutex::new(BTreeMap::new());
    const MOST: usize = 64;
    let text = read_text(&file.path, &file.name);
    let Ok(Some(month)) = &text else { return false };
    // A station that cannot be read has no text, and is not the one that has no file.
    if station.station.is_none() {
        return false;
    }
    let of = (file.name.clone(), revision(station.text.as_deref(), Some(month)));
    let remembered = || REMEMBERED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = remembered().get(&of) {
        return *known;
    }
    let reaches = lasts_beyond(&month_of(station, file, text, &mut |_| Facts::new()));
    let mut all = remembered();
    if all.len() >= MOST {
        all.clear();
    }
    all.insert(of, reaches);
    reaches
}

fn lasts_beyond(loaded: &Loaded) -> bool {
    loaded.month.is_some_and(|month| timetable::may_last_beyond(&loaded.station, month, &loaded.slots))
}

/// Holds each month against the next one, if both are there: bars what the other is in the way of, and says so.
fn seams(months: &mut [Loaded]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let by_month: BTreeMap<Month, usize> =
        months.iter().enumerate().filter_map(|(at, loaded)| Some((loaded.month?, at))).collect();
    for (month, earlier) in &by_month {
        let Some(later) = by_month.get(&month.next()).filter(|_| lasts_beyond(&months[*earlier])) else { continue };
        let (before, after) = (&months[*earlier], &months[*later]);
        let (Some(first), Some(second)) = (&before.schedule, &after.schedule) else { continue };
        let (first, second) =
            (Planned { schedule: first, slots: &before.slots }, Planned { schedule: second, slots: &after.slots });
        let (bars, found) = timetable::seam(&before.station, first, second);
        problems.extend(found);
        let mut bars: HashMap<SlotId, Bar> = bars.into_iter().collect();
        for at in [*earlier, *later] {
            for slot in &mut months[at].slots {
                if let Some(bar) = bars.remove(&slot.id) {
                    slot.bar = Some(bar);
                }
            }
        }
    }
    problems
}
