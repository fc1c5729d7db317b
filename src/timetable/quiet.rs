//! Quiet hours: what would air in them without a permit does not. A broadcast is judged by its own times, so that one
//! whose places are still empty is told as early as one that is full.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};

use super::Bar;
use super::bars::{Item, on_days};
use super::ground::Frame;
use super::plan::clock;
use crate::civil::QuietHours;
use crate::outcome::Cause;
use crate::problem::{Lang, Place, Problem, Text};
use crate::station::Station;

/// A broadcast of a window, or an extra one, that has no permit: its times, whatever it holds.
pub(super) struct Stretch<'s> {
    broadcast: String,
    date: Date,
    name: &'s str,
    is_extra: bool,
    hours: (Time, Time),
    span: (Timestamp, Timestamp),
    place: &'s Place,
}

impl<'s> Stretch<'s> {
    pub fn of(frame: &Frame<'s>, span: (Timestamp, Timestamp)) -> Option<Stretch<'s>> {
        frame.permit.is_none().then(|| Stretch {
            broadcast: frame.broadcast(),
            date: frame.date,
            name: frame.name,
            is_extra: frame.is_extra(),
            hours: (frame.start, frame.end),
            span,
            place: frame.place,
        })
    }

    fn meets(&self, quiet: &QuietHours) -> Option<Meets> {
        let (starts, ends) = self.span;
        let last = ends.checked_sub(SignedDuration::from_millis(1)).unwrap_or(ends);
        match (quiet.meets(starts, starts), quiet.meets(last, last)) {
            (true, true) => Some(Meets::Within),
            (true, false) => Some(Meets::Begins),
            (false, _) => quiet.meets(starts, ends).then_some(Meets::Reaches),
        }
    }
}

/// How a broadcast meets quiet hours.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Meets {
    /// It lies in them.
    Within,
    /// It begins in them.
    Begins,
    /// It lasts into them.
    Reaches,
}

/// What is told once for all its dates: where it is written, and in which words.
type Found<'s> = BTreeMap<(&'s Place, bool, Text), Said>;

struct Said {
    help: Text,
    dates: Vec<Date>,
}

/// Bars what meets quiet hours in `items` without a permit. What begins in them is told by its broadcast, the rest by
/// item.
pub(super) fn quiet_hours<'s>(
    station: &Station,
    items: &mut [Item<'s>],
    stretches: &[Stretch<'s>],
    problems: &mut Vec<Problem>,
) {
    let quiet = QuietHours::of(station);
    let met: BTreeMap<&str, Meets> =
        stretches.iter().filter_map(|stretch| Some((stretch.broadcast.as_str(), stretch.meets(&quiet)?))).collect();
    let mut barred: BTreeSet<String> = BTreeSet::new();
    let mut found = Found::new();
    let mut windows: BTreeMap<(&Place, Option<String>), Text> = BTreeMap::new();
    for item in items.iter_mut().filter(|item| item.slot.bar.is_none() && item.slot.permit.is_none()) {
        let (from, to) = (item.slot.planned, item.slot.ends().unwrap_or(item.slot.planned));
        if !quiet.meets(from, to) {
            continue;
        }
        let reason = words(item, quiet.meets(from, from));
        item.slot.bar = Some(Bar { cause: Cause::QuietHours, reason: reason.clone() });
        barred.insert(item.slot.broadcast.clone());
        if met.get(item.slot.broadcast.as_str()).is_none_or(|meets| *meets == Meets::Reaches) {
            // Soft places come to another time on each day: the first one's words stand for all.
            let words = windows.entry((item.place, item.slot.window.clone())).or_insert(reason).clone();
            note(&mut found, (item.place, true, words), item_help(), item.slot.date);
        }
    }
    for stretch in stretches {
        let Some(meets) = met.get(stretch.broadcast.as_str()).copied() else { continue };
        let bars = barred.contains(&stretch.broadcast);
        if meets != Meets::Reaches || !bars {
            let key = (stretch.place, bars || meets == Meets::Within, stretch_words(stretch, meets));
            note(&mut found, key, stretch_help(stretch), stretch.date);
        }
    }
    problems.extend(found.into_iter().map(|((place, blocks, words), Said { help, dates })| {
        let (vi, en) = on_days(&dates);
        let message = Text::new(format!("{}: {vi}", words.vi), format!("{}: {en}", words.en));
        let place = Some(place.clone());
        if blocks {
            Problem::block("quiet-hours", place, message, help)
        } else {
            Problem::warning("into-quiet-hours", place, message, help)
        }
    }));
}

fn note<'s>(found: &mut Found<'s>, key: (&'s Place, bool, Text), help: Text, date: Date) {
    found.entry(key).or_insert(Said { help, dates: Vec::new() }).dates.push(date);
}

fn words(item: &Item<'_>, begins_in_them: bool) -> Text {
    let (vi, en, time) = (item.slot.called(Lang::Vi), item.slot.called(Lang::En), clock(item.time));
    if begins_in_them {
        return Text::new(
            format!("`{vi}` lúc {time} nằm trong giờ yên tĩnh"),
            format!("`{en}` at {time} lies in quiet hours"),
        );
    }
    Text::new(
        format!("`{vi}` lúc {time} kéo dài vào giờ yên tĩnh"),
        format!("`{en}` at {time} would last into quiet hours"),
    )
}

fn item_help() -> Text {
    Text::new(
        "đổi giờ phát, hoặc sửa `quiet` trong `station.toml`; lượt này sẽ không phát",
        "change the time, or `quiet` in `station.toml`; as it is, it will not air",
    )
}

fn stretch_words(stretch: &Stretch<'_>, meets: Meets) -> Text {
    let (vi, en) = match meets {
        Meets::Within => ("nằm trong", "lies in"),
        Meets::Begins => ("bắt đầu trong", "begins in"),
        Meets::Reaches => ("kéo dài vào", "lasts into"),
    };
    let (start, end) = (stretch.hours.0.strftime("%H:%M"), stretch.hours.1.strftime("%H:%M"));
    let name = stretch.name;
    Text::new(
        format!("`{name}` ({start}–{end}) {vi} giờ yên tĩnh"),
        format!("`{name}` ({start}–{end}) {en} quiet hours"),
    )
}

fn stretch_help(stretch: &Stretch<'_>) -> Text {
    if stretch.is_extra {
        return Text::new(
            "ghi số văn bản cho phép vào `permit`, hoặc đổi giờ; phần trong giờ yên tĩnh sẽ không phát",
            "write the number of the document that permits it as `permit`, or change its times; nothing of it airs in \
             quiet hours",
        );
    }
    Text::new(
        "đổi giờ của buổi, hoặc sửa `quiet` trong `station.toml`; phần trong giờ yên tĩnh sẽ không phát",
        "change its times, or `quiet` in `station.toml`; nothing of it airs in quiet hours",
    )
}
