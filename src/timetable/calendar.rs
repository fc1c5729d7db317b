//! A month arranged for one sheet of paper: what repeats from day to day is told once, so that the rest can be read from
//! where one stands before a wall.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Weekday};

use super::gather::{grouped, numbered};
use super::paper::{Around, fitting, height_um, sheets};
use super::sheet::{Broadcast, Sheet};
use super::{Bar, Kind, Slot};
use crate::outcome::Cause;
use crate::programme::Exception;

/// A month on one sheet.
pub(super) struct Calendar<'a> {
    pub days: Vec<Day<'a>>,
    pub frames: Vec<Frame<'a>>,
    /// Letters of the days' items, in tenths of a point.
    pub size: u32,
    /// How many sheets of paper it takes.
    pub sheets: u32,
}

pub(super) struct Day<'a> {
    pub date: Date,
    /// Broadcasts of which something airs as things stand.
    pub airing: usize,
    pub entries: Vec<Entry<'a>>,
    pub exceptions: Vec<&'a Exception>,
}

/// A broadcast of a day.
pub(super) struct Entry<'a> {
    pub name: String,
    /// `05:30–06:15`
    pub hours: String,
    /// The number of the document that permits it.
    pub permit: Option<&'a str>,
    /// One segment at a time of its own: the item says all that a heading would.
    pub is_lone: bool,
    /// The frame it follows, from 0; its items are then those beside the frame.
    pub frame: Option<usize>,
    /// The earlier broadcast of the day whose items it has too; they are not told again then.
    pub like: Option<String>,
    pub items: Vec<Item<'a>>,
}

pub(super) struct Item<'a> {
    /// `05:30`
    pub time: String,
    pub title: &'a str,
    pub bar: Option<&'a Bar>,
    pub kind: Kind,
}

/// What the broadcasts of one name have in common on most of their days.
pub(super) struct Frame<'a> {
    pub name: String,
    /// Without a time where it differs from day to day.
    pub items: Vec<(Option<String>, Key<'a>)>,
    key: String,
}

/// The smallest size that is tried, in tenths of a point.
const SMALLEST: u32 = 48;
/// Below this what repeats from day to day is told once.
const COMFORTABLE: u32 = 72;
/// Below this what repeats within a day is told once, too, and then another sheet is taken.
const READABLE: u32 = 60;
const MOST_SHEETS: u32 = 3;
/// On how many of its days, of a hundred, an item must come to be told once.
const SHARED_PERCENT: [usize; 4] = [60, 75, 85, 95];
/// A broadcast that comes less often has no frame.
const FRAME_DAYS: usize = 4;

impl<'a> Calendar<'a> {
    /// On as few sheets as it can be read on from where one stands before a wall.
    pub fn of(sheet: &Sheet<'a>) -> Calendar<'a> {
        let fits = |one: &Calendar<'_>, most| one.size >= READABLE && one.sheets <= most;
        (1..MOST_SHEETS)
            .find_map(|most| Some(Calendar::on(sheet, most)).filter(|one| fits(one, most)))
            .unwrap_or_else(|| Calendar::on(sheet, MOST_SHEETS))
    }

    fn on(sheet: &Sheet<'a>, most: u32) -> Calendar<'a> {
        let broadcasts = sheet.broadcasts();
        let plain = days(sheet, &broadcasts, &[], false);
        let around = Around::of(sheet, &plain);
        let set = |days: Vec<Day<'a>>, frames: Vec<Frame<'a>>, least: u32| {
            let size = fitting(&days, &frames, around, (least, most));
            let sheets = sheets(&days, &frames, around, size.unwrap_or(least));
            (size.is_some(), Calendar { days, frames, size: size.unwrap_or(least), sheets })
        };
        let (fits, unshared) = set(plain, Vec::new(), COMFORTABLE);
        if fits {
            return unshared;
        }
        let shared = |percent: usize, once_a_day: bool| {
            let frames = frames(sheet, &broadcasts, percent);
            let days = days(sheet, &broadcasts, &frames, once_a_day);
            set(days, frames, SMALLEST).1
        };
        // What is common is a matter of degree: the one that can be read from farthest away is taken, and of those that
        // do not fit at all the one that takes the least paper.
        let room = |one: &Calendar<'_>| {
            let fits = one.sheets <= most;
            (fits, one.size, Reverse(height_um(&one.days, &one.frames, around, one.size)))
        };
        let best = |best: Calendar<'a>, next| if room(&next) > room(&best) { next } else { best };
        let unshared = set(unshared.days, Vec::new(), SMALLEST).1;
        let once = SHARED_PERCENT.into_iter().map(|percent| shared(percent, false)).fold(unshared, best);
        if once.size >= READABLE {
            return once;
        }
        SHARED_PERCENT.into_iter().map(|percent| shared(percent, true)).fold(once, best)
    }

    /// Whether nothing airs at all.
    pub fn is_empty(&self) -> bool {
        self.days.iter().all(|day| day.entries.is_empty())
    }

    /// Whether nothing airs on Sundays, so that their place may be small.
    pub fn quiet_sundays(&self) -> bool {
        quiet_sundays(&self.days)
    }
}

/// Stings and filler are heard and not looked for, unless something is wrong with them.
fn is_shown(slot: &Slot) -> bool {
    slot.bar.is_some() || !matches!(slot.kind, Kind::Sting | Kind::Filler)
}

pub(super) fn quiet_sundays(days: &[Day<'_>]) -> bool {
    let mut sundays = days.iter().filter(|day| day.date.weekday() == Weekday::Sunday);
    let empty = days.iter().all(|day| day.entries.is_empty());
    !empty && sundays.all(|day| day.entries.is_empty() && day.exceptions.is_empty())
}

fn clock(sheet: &Sheet<'_>, slot: &Slot) -> String {
    sheet.shown(slot.planned).strftime("%H:%M").to_string()
}

/// A title and how many of that title came before it in its broadcast.
pub(super) type Key<'a> = (&'a str, usize);

/// The items of a broadcast that are looked for.
fn keyed<'b, 'a>(broadcast: &'b Broadcast<'a>) -> impl Iterator<Item = (Key<'a>, &'a Slot)> + 'b {
    let shown = || broadcast.slots.iter().copied().filter(|slot| is_shown(slot));
    let before = numbered(shown().map(|slot| slot.called(broadcast.lang)));
    shown().zip(before).map(|(slot, before)| ((slot.called(broadcast.lang), before), slot))
}

fn frames<'a>(sheet: &Sheet<'a>, broadcasts: &[Broadcast<'a>], percent: usize) -> Vec<Frame<'a>> {
    let mut found: Vec<Frame<'a>> = Vec::new();
    for same in grouped(broadcasts.iter().map(|broadcast| broadcast.key.as_str())) {
        let mut same: Vec<&Broadcast<'a>> = same.into_iter().map(|at| &broadcasts[at]).collect();
        // The second is for days that have a frame of their own, such as Saturdays.
        for _ in 0..2 {
            let Some(frame) = frame(sheet, &same, percent) else { break };
            same.retain(|broadcast| !frame.holds(sheet, broadcast));
            found.push(frame);
        }
    }
    found
}

fn frame<'a>(sheet: &Sheet<'a>, same: &[&Broadcast<'a>], percent: usize) -> Option<Frame<'a>> {
    let mut count: BTreeMap<Key<'a>, usize> = BTreeMap::new();
    for (key, _) in same.iter().flat_map(|broadcast| keyed(broadcast)) {
        *count.entry(key).or_default() += 1;
    }
    let standing: BTreeSet<Key<'a>> =
        count.into_iter().filter(|(_, days)| days * 100 >= same.len() * percent).map(|(key, _)| key).collect();
    let model: Vec<&&Broadcast<'a>> = same.iter().filter(|broadcast| follows(broadcast, &standing)).collect();
    let mut times: BTreeMap<Key<'a>, BTreeSet<String>> = BTreeMap::new();
    for (key, slot) in model.iter().flat_map(|broadcast| keyed(broadcast)) {
        times.entry(key).or_default().insert(clock(sheet, slot));
    }
    let first = model.first()?;
    let items: Vec<(Option<String>, Key<'a>)> = keyed(first)
        .filter(|(key, _)| standing.contains(key))
        .map(|(key, _)| (times[&key].first().filter(|_| times[&key].len() == 1).cloned(), key))
        .collect();
    let enough = model.len() >= FRAME_DAYS && items.len() > 1;
    enough.then(|| Frame { name: first.name.clone(), items, key: first.key.clone() })
}

/// Whether each standing item is in the broadcast and will air.
fn follows(broadcast: &Broadcast<'_>, standing: &BTreeSet<Key<'_>>) -> bool {
    let airing: BTreeSet<Key<'_>> =
        keyed(broadcast).filter(|(_, slot)| slot.bar.is_none()).map(|(key, _)| key).collect();
    standing.is_subset(&airing)
}

impl<'a> Frame<'a> {
    /// The time of each of its items, where it has one.
    fn times(&self) -> BTreeMap<Key<'a>, Option<&str>> {
        self.items.iter().map(|(time, key)| (*key, time.as_deref())).collect()
    }

    /// Whether all of it airs in the broadcast, at the times it tells.
    fn holds(&self, sheet: &Sheet<'_>, broadcast: &Broadcast<'_>) -> bool {
        if self.key != broadcast.key {
            return false;
        }
        let times = self.times();
        let on_time = |(key, slot): (Key<'_>, &Slot)| {
            let told = times.get(&key).copied().flatten();
            told.is_none_or(|time| time == clock(sheet, slot))
        };
        follows(broadcast, &times.keys().copied().collect()) && keyed(broadcast).all(on_time)
    }
}

/// The days of the month; `once_a_day` has what an earlier broadcast of a day airs too told there alone.
fn days<'a>(sheet: &Sheet<'a>, broadcasts: &[Broadcast<'a>], frames: &[Frame<'a>], once_a_day: bool) -> Vec<Day<'a>> {
    let day = |date: Date| {
        let of_day = || broadcasts.iter().filter(|broadcast| broadcast.date == date);
        // As `check` counts them, however many are drawn as one.
        let heard = of_day().flat_map(|broadcast| &broadcast.slots).filter(|slot| slot.bar.is_none());
        let airing = heard.map(|slot| slot.broadcast.as_str()).collect::<BTreeSet<_>>().len();
        let mut entries: Vec<Entry<'a>> = of_day().map(|broadcast| entry(sheet, broadcast, frames)).collect();
        if once_a_day {
            told_once(&mut entries);
        }
        Day { date, airing, entries, exceptions: sheet.exceptions(date).collect() }
    };
    sheet.month.days().map(day).collect()
}

/// Leaves the items of a broadcast out that has those of an earlier one of its day: most afternoons repeat the morning.
fn told_once(entries: &mut [Entry<'_>]) {
    fn what<'i>(item: &'i Item<'_>) -> (&'i str, Kind, Option<Cause>) {
        (item.title, item.kind, item.bar.map(|bar| bar.cause))
    }
    for at in 1..entries.len() {
        let (before, rest) = entries.split_at_mut(at);
        let entry = &mut rest[0];
        let same = |earlier: &&Entry<'_>| earlier.items.iter().map(what).eq(entry.items.iter().map(what));
        let earlier = before.iter().find(same).filter(|_| !entry.items.is_empty() && !entry.is_lone);
        if let Some(name) = earlier.map(|earlier| earlier.name.clone()) {
            entry.like = Some(name);
            entry.items.clear();
        }
    }
}

fn entry<'a>(sheet: &Sheet<'a>, broadcast: &Broadcast<'a>, frames: &[Frame<'a>]) -> Entry<'a> {
    let fitting = frames.iter().enumerate().filter(|(_, frame)| frame.holds(sheet, broadcast));
    let frame = fitting.max_by_key(|(_, frame)| frame.items.len());
    let told = frame.map(|(_, frame)| frame.times()).unwrap_or_default();
    let items = keyed(broadcast).filter(|(key, _)| !told.contains_key(key)).map(|(_, slot)| Item {
        time: clock(sheet, slot),
        title: slot.called(broadcast.lang),
        bar: slot.bar.as_ref(),
        kind: slot.kind,
    });
    let items: Vec<Item<'a>> = items.collect();
    let at = |at: Option<jiff::Timestamp>| at.map(|at| sheet.shown(at).strftime("%H:%M").to_string());
    let (begins, ends) = (at(broadcast.begins()).unwrap_or_default(), at(broadcast.ends()));
    let hours = match ends {
        Some(ends) if ends != begins => format!("{begins}–{ends}"),
        _ => begins,
    };
    let frame = frame.map(|(at, _)| at);
    let is_lone = frame.is_none() && items.len() == 1 && broadcast.slots.iter().all(|slot| slot.window.is_none());
    Entry { name: broadcast.name.clone(), hours, permit: broadcast.permit(), is_lone, frame, like: None, items }
}

/// The days by weeks that begin on Monday.
pub(super) fn weeks<'d, 'a>(days: &'d [Day<'a>]) -> impl Iterator<Item = &'d [Day<'a>]> {
    days.chunk_by(|_, next| next.date.weekday() != Weekday::Monday)
}
