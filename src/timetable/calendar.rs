//! A month arranged for one sheet of paper: what repeats from day to day is told once, so that the rest can be read from
//! where one stands before a wall.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::sheet::{Broadcast, Sheet};
use super::{Bar, Kind, Slot};
use crate::programme::Exception;

/// A month on one sheet.
pub(super) struct Calendar<'a> {
    pub days: Vec<Day<'a>>,
    pub frames: Vec<Frame<'a>>,
    /// Letters of the days' items, in tenths of a point.
    pub size: u32,
}

pub(super) struct Day<'a> {
    pub date: Date,
    pub entries: Vec<Entry<'a>>,
    pub exceptions: Vec<&'a Exception>,
}

/// A broadcast of a day.
pub(super) struct Entry<'a> {
    pub name: String,
    /// `05:30–06:15`
    pub hours: String,
    /// The frame it follows, from 0; its items are then those beside the frame.
    pub frame: Option<usize>,
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
    pub items: Vec<(Option<String>, &'a str)>,
    key: String,
}

/// Sizes that are tried, in tenths of a point.
const LARGEST: u32 = 90;
const SMALLEST: u32 = 48;
/// Below this what repeats is told once.
const COMFORTABLE: u32 = 72;
/// A broadcast that comes less often has no frame.
const FRAME_DAYS: usize = 4;

impl<'a> Calendar<'a> {
    pub fn of(sheet: &Sheet<'a>) -> Calendar<'a> {
        let broadcasts = sheet.broadcasts();
        let plain = days(sheet, &broadcasts, &[]);
        if let Some(size) = fitting(&plain, &[], COMFORTABLE) {
            return Calendar { days: plain, frames: Vec::new(), size };
        }
        let frames = frames(sheet, &broadcasts);
        let days = days(sheet, &broadcasts, &frames);
        let size = fitting(&days, &frames, SMALLEST).unwrap_or(SMALLEST);
        Calendar { days, frames, size }
    }
}

fn clock(sheet: &Sheet<'_>, slot: &Slot) -> String {
    sheet.local(slot.planned).strftime("%H:%M").to_string()
}

fn frames<'a>(sheet: &Sheet<'a>, broadcasts: &[Broadcast<'a>]) -> Vec<Frame<'a>> {
    let mut keys: Vec<&str> = Vec::new();
    for broadcast in broadcasts {
        if !keys.contains(&broadcast.key.as_str()) {
            keys.push(&broadcast.key);
        }
    }
    let frame = |key: &str| {
        let same: Vec<&Broadcast<'a>> = broadcasts.iter().filter(|broadcast| broadcast.key == key).collect();
        let mut count: BTreeMap<&str, (usize, BTreeSet<String>)> = BTreeMap::new();
        for broadcast in &same {
            let titles: BTreeSet<&str> = broadcast.slots.iter().map(|slot| slot.title.as_str()).collect();
            titles.iter().for_each(|title| count.entry(title).or_default().0 += 1);
        }
        let standing: BTreeSet<&str> =
            count.iter().filter(|(_, (days, _))| days * 5 >= same.len() * 3).map(|(title, _)| *title).collect();
        let model = same.iter().filter(|broadcast| follows(broadcast, &standing));
        for slot in model.clone().flat_map(|broadcast| &broadcast.slots) {
            count.entry(&slot.title).or_default().1.insert(clock(sheet, slot));
        }
        let mut items: Vec<(Option<String>, &'a str)> = Vec::new();
        for slot in &model.clone().next()?.slots {
            if standing.contains(slot.title.as_str()) && !items.iter().any(|(_, title)| *title == slot.title) {
                let times = &count.get(slot.title.as_str())?.1;
                items.push((times.first().filter(|_| times.len() == 1).cloned(), &slot.title));
            }
        }
        let enough = model.count() >= FRAME_DAYS && items.len() > 1;
        enough.then(|| Frame { name: same[0].name.clone(), items, key: key.to_owned() })
    };
    keys.into_iter().filter_map(frame).collect()
}

/// Whether each standing item is in the broadcast, once, and will air.
fn follows(broadcast: &Broadcast<'_>, standing: &BTreeSet<&str>) -> bool {
    standing.iter().all(|title| {
        let mut found = broadcast.slots.iter().filter(|slot| slot.title == *title);
        found.next().is_some_and(|slot| slot.bar.is_none()) && found.next().is_none()
    })
}

fn days<'a>(sheet: &Sheet<'a>, broadcasts: &[Broadcast<'a>], frames: &[Frame<'a>]) -> Vec<Day<'a>> {
    let day = |date: Date| Day {
        date,
        entries: broadcasts
            .iter()
            .filter(|broadcast| broadcast.date == date)
            .map(|broadcast| entry(sheet, broadcast, frames))
            .collect(),
        exceptions: sheet.exceptions(date).collect(),
    };
    sheet.month.days().map(day).collect()
}

fn entry<'a>(sheet: &Sheet<'a>, broadcast: &Broadcast<'a>, frames: &[Frame<'a>]) -> Entry<'a> {
    let frame = frames.iter().position(|frame| {
        let standing: BTreeSet<&str> = frame.items.iter().map(|(_, title)| *title).collect();
        let on_time = |slot: &&Slot| {
            let item = frame.items.iter().find(|(_, title)| *title == slot.title);
            item.is_none_or(|(time, _)| time.as_ref().is_none_or(|time| *time == clock(sheet, slot)))
        };
        frame.key == broadcast.key && follows(broadcast, &standing) && broadcast.slots.iter().all(on_time)
    });
    let told = |slot: &Slot| {
        frame.and_then(|at| frames.get(at)).is_some_and(|f| f.items.iter().any(|(_, title)| *title == slot.title))
    };
    let items = broadcast.slots.iter().filter(|slot| !told(slot)).map(|slot| Item {
        time: clock(sheet, slot),
        title: &slot.title,
        bar: slot.bar.as_ref(),
        kind: slot.kind,
    });
    let at = |at: Option<jiff::Timestamp>| at.map(|at| sheet.local(at).strftime("%H:%M").to_string());
    let (begins, ends) = (at(broadcast.begins()).unwrap_or_default(), at(broadcast.ends()));
    let hours = match ends {
        Some(ends) if ends != begins => format!("{begins}–{ends}"),
        _ => begins,
    };
    Entry { name: broadcast.name.clone(), hours, frame, items: items.collect() }
}

// ---- what fits: in micrometres, from the sheet's own measures ----

/// A4 across less its margins, the head, the weekdays and the legend.
const ROOM_UM: u32 = 194_000 - 15_000 - 6_000 - 7_000;
/// A line of the frames' strip.
const FRAME_LINE_UM: u32 = 4_000;
const FRAME_LINE_LETTERS: usize = 190;
/// What a week takes beside its lines: the date, borders, padding.
const WEEK_UM: u32 = 6_500;
/// Height of a line for each tenth of a point.
const LINE_UM: u32 = 42;
/// Letters in a day's width at one tenth of a point.
const LETTERS: u32 = 1_880;
/// Letters that the time takes.
const TIME_LETTERS: usize = 6;

/// The largest size, not below `least`, at which the month fits its sheet.
fn fitting(days: &[Day<'_>], frames: &[Frame<'_>], least: u32) -> Option<u32> {
    let strip: u32 = frames.iter().map(|frame| FRAME_LINE_UM * lines(frame_letters(frame), FRAME_LINE_LETTERS)).sum();
    let weeks = |size: u32| -> u32 { weeks(days).map(|week| WEEK_UM + LINE_UM * size * tallest(week, size)).sum() };
    (least..=LARGEST).rev().step_by(2).find(|size| weeks(*size) + strip <= ROOM_UM)
}

fn frame_letters(frame: &Frame<'_>) -> usize {
    frame.items.iter().map(|(_, title)| title.chars().count() + 9).sum::<usize>() + frame.name.chars().count()
}

/// The days by weeks that begin on Monday.
pub(super) fn weeks<'d, 'a>(days: &'d [Day<'a>]) -> impl Iterator<Item = &'d [Day<'a>]> {
    days.chunk_by(|_, next| next.date.weekday() != jiff::civil::Weekday::Monday)
}

/// Lines of the fullest day.
fn tallest(week: &[Day<'_>], size: u32) -> u32 {
    let letters = usize::try_from(LETTERS / size).unwrap_or(1);
    let item = |item: &Item<'_>| {
        let reason =
            item.bar.map_or(0, |bar| lines(bar.cause.word(crate::problem::Lang::Vi).chars().count() + 2, letters));
        lines(item.title.chars().count(), letters.saturating_sub(TIME_LETTERS)) + reason
    };
    let entry = |entry: &Entry<'_>| {
        lines(entry.name.chars().count() + entry.hours.chars().count() + 3, letters)
            + entry.items.iter().map(item).sum::<u32>()
    };
    let day = |day: &Day<'_>| {
        let notes: u32 = day.exceptions.iter().map(|note| lines(note.reason.chars().count(), letters)).sum();
        notes + day.entries.iter().map(entry).sum::<u32>()
    };
    week.iter().map(day).max().unwrap_or(0)
}

fn lines(letters: usize, a_line: usize) -> u32 {
    u32::try_from(letters.div_ceil(a_line.max(1))).unwrap_or(u32::MAX).max(1)
}
