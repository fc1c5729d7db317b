//! What keeps a planned slot off the air by its instant: quiet hours, caps, another slot. One problem a time of the file,
//! however many days it comes on.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::arrange::after;
use super::caps::caps;
use super::ground::Ground;
use super::plan::clock;
use super::{Bar, Kind, Slot, Start};
use crate::civil::QuietHours;
use crate::outcome::Cause;
use crate::problem::{Place, Problem, Text};
use crate::station::Station;

/// A slot while it is planned.
pub(super) struct Item<'s> {
    pub slot: Slot,
    /// Its segment's place in the file.
    pub segment: Option<usize>,
    /// The time of day in the file, or the local time it comes to.
    pub time: Time,
    /// Where its time, or else it, is written.
    pub place: &'s Place,
}

/// Bars what may not air in `items`, which are ascending by instant. A barred slot takes no air from the others.
pub(super) fn bars(ground: &Ground<'_>, items: &mut [Item<'_>], problems: &mut Vec<Problem>) {
    quiet_hours(ground.station, items, problems);
    caps(ground, items, problems);
    overlaps(ground.station, items, problems);
}

fn quiet_hours(station: &Station, items: &mut [Item<'_>], problems: &mut Vec<Problem>) {
    let mut found: BTreeMap<(&Place, Option<String>), Found<'_>> = BTreeMap::new();
    let quiet = QuietHours::of(station);
    for item in items.iter_mut().filter(|item| item.slot.bar.is_none() && item.slot.permit.is_none()) {
        let (from, to) = (item.slot.planned, item.slot.ends().unwrap_or(item.slot.planned));
        if !quiet.meets(from, to) {
            continue;
        }
        let (title, time) = (&item.slot.title, clock(item.time));
        let reason = if quiet.meets(from, from) {
            Text::new(
                format!("`{title}` lúc {time} nằm trong giờ yên tĩnh"),
                format!("`{title}` at {time} lies in quiet hours"),
            )
        } else {
            Text::new(
                format!("`{title}` lúc {time} kéo dài vào giờ yên tĩnh"),
                format!("`{title}` at {time} would last into quiet hours"),
            )
        };
        item.slot.bar = Some(Bar { cause: Cause::QuietHours, reason: reason.clone() });
        let key = (item.place, item.slot.window.clone());
        let found = found.entry(key).or_insert(Found { place: item.place, reason, dates: Vec::new() });
        found.dates.push(item.slot.date);
    }
    for Found { place, reason, dates } in found.into_values() {
        let (vi, en) = on_days(&dates);
        let message = Text::new(format!("{}: {vi}", reason.vi), format!("{}: {en}", reason.en));
        let help = Text::new(
            "đổi giờ phát, hoặc sửa `quiet` trong `station.toml`; lượt này sẽ không phát",
            "change the time, or `quiet` in `station.toml`; as it is, it will not air",
        );
        problems.push(Problem::block("quiet-hours", Some(place.clone()), message, help));
    }
}

struct Found<'s> {
    place: &'s Place,
    reason: Text,
    dates: Vec<Date>,
}

/// The days a problem comes on, in words: Vietnamese, then English.
pub(super) fn on_days(dates: &[Date]) -> (String, String) {
    let Some(first) = dates.iter().min() else { return (String::new(), String::new()) };
    let (vi, en) = (first.strftime("%d/%m/%Y"), first);
    match dates.len() {
        1 => (format!("ngày {vi}"), format!("on {en}")),
        n => (format!("{n} ngày, từ ngày {vi}"), format!("on {n} days, the first {en}")),
    }
}

/// What is in the way of what. Hard against hard, and a broadcast against one that is still on: the later one waits within
/// its grace; at one instant, beyond grace, or where waiting would bring it into quiet hours, it is barred. A hard start
/// cuts a soft place, and the soft places of one broadcast follow each other as they were laid out.
fn overlaps(station: &Station, items: &mut [Item<'_>], problems: &mut Vec<Problem>) {
    let mut met: BTreeMap<Meeting<'_>, (usize, usize, Vec<Date>)> = BTreeMap::new();
    let mut on_air: Option<OnAir> = None;
    let quiet = QuietHours::of(station);
    for at in 0..items.len() {
        if items[at].slot.bar.is_some() {
            continue;
        }
        let planned = items[at].slot.planned;
        let (mut begins, mut barred) = (planned, false);
        if let Some(earlier) = on_air.as_ref().filter(|earlier| in_the_way(&items[earlier.item], earlier, &items[at])) {
            begins = earlier.until.max(planned);
            let wait = begins.duration_since(planned).as_millis();
            let permitted = items[at].slot.permit.is_some();
            let into_quiet = begins > planned && !permitted && quiet.meets(begins, ends(begins, &items[at].slot));
            barred = planned == earlier.planned || wait > i128::from(items[at].slot.grace_ms) || into_quiet;
            let key = Meeting { later: key(&items[at]), earlier: key(&items[earlier.item]), barred };
            met.entry(key).or_insert((earlier.item, at, Vec::new())).2.push(items[at].slot.date);
            if barred {
                let reason = collision(&items[earlier.item], &items[at]);
                items[at].slot.bar = Some(Bar { cause: Cause::Overlap, reason });
            }
        }
        if !barred {
            let until = ends(begins, &items[at].slot);
            let longer =
                on_air.as_ref().filter(|now| now.until > until && same_broadcast(&items[now.item], &items[at]));
            if longer.is_none() {
                on_air = Some(OnAir { item: at, planned, until });
            }
        }
    }
    for (meeting, (earlier, later, dates)) in met {
        problems.push(meeting_problem(&items[earlier], &items[later], meeting.barred, &dates));
    }
}

fn same_broadcast(a: &Item<'_>, b: &Item<'_>) -> bool {
    a.slot.window.is_some() && a.slot.broadcast == b.slot.broadcast
}

/// Whether what is on air keeps `item` waiting.
fn in_the_way(on_air: &Item<'_>, held: &OnAir, item: &Item<'_>) -> bool {
    let planned = item.slot.planned;
    if planned >= held.until && planned != held.planned {
        return false;
    }
    match (on_air.slot.start, item.slot.start) {
        (Start::Hard, Start::Hard) => true,
        // A hard start cuts what is soft.
        (Start::Soft, Start::Hard) => false,
        (_, Start::Soft) => !same_broadcast(on_air, item),
    }
}

fn key<'s>(item: &Item<'s>) -> (&'s Place, Option<String>) {
    (item.place, item.slot.window.clone())
}

/// The instant after the last sample of a slot that begins at `begins`; an unknown length takes no time, filler none that
/// another wants.
fn ends(begins: Timestamp, slot: &Slot) -> Timestamp {
    match (slot.kind, slot.until) {
        (Kind::Relay, Some(until)) => until.max(begins),
        (_, Some(_)) => begins,
        (_, None) => after(begins, slot.file_ms().unwrap_or(0)),
    }
}

/// What holds the line while the slots are gone through.
struct OnAir {
    item: usize,
    planned: Timestamp,
    until: Timestamp,
}

/// Two places of the files that collide, on however many days.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Meeting<'s> {
    later: (&'s Place, Option<String>),
    earlier: (&'s Place, Option<String>),
    barred: bool,
}

fn collision(earlier: &Item<'_>, later: &Item<'_>) -> Text {
    let (title, before) = (&later.slot.title, &earlier.slot.title);
    let (time, began) = (clock(later.time), clock(earlier.time));
    if earlier.slot.planned == later.slot.planned {
        return Text::new(
            format!("`{title}` và `{before}` cùng bắt đầu lúc {time}"),
            format!("`{title}` and `{before}` both start at {time}"),
        );
    }
    Text::new(
        format!("`{title}` lúc {time} bắt đầu khi `{before}` ({began}) còn đang phát"),
        format!("`{title}` at {time} starts while `{before}` ({began}) is on air"),
    )
}

fn meeting_problem(earlier: &Item<'_>, later: &Item<'_>, barred: bool, dates: &[Date]) -> Problem {
    let what = collision(earlier, later);
    let (vi, en) = on_days(dates);
    let message = Text::new(format!("{}: {vi}", what.vi), format!("{}: {en}", what.en));
    let place = Some(later.place.clone());
    let problem = if barred {
        let help = Text::new(
            "dời một trong hai, hoặc tăng `grace` của mục sau; mục sau sẽ không phát",
            "move one of them, or raise the later one's `grace`; as it is, the later one will not air",
        );
        Problem::block("overlap", place, message, help)
    } else {
        let help = Text::new(
            "mục sau chờ mục trước phát xong rồi phát trễ; dời giờ nếu không muốn trễ",
            "the later one waits and airs late; move it if it should not be late",
        );
        Problem::warning("overlap-within-grace", place, message, help)
    };
    problem.and(earlier.place.clone(), Text::new("mục trước", "the one before"))
}
