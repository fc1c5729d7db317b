//! What keeps a planned slot off the air by its instant: quiet hours, caps, another slot. One problem a time of the file,
//! however many days it comes on.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::caps::caps;
use super::ground::Ground;
use super::plan::clock;
use super::quiet::{Stretch, quiet_hours};
use super::{Bar, Kind, SHORT_LATE_MS, Slot, Start};
use crate::cells;
use crate::civil::QuietHours;
use crate::instants::later_ms;
use crate::outcome::Cause;
use crate::problem::{Lang, Place, Problem, Text};
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
pub(super) fn bars<'s>(
    ground: &Ground<'s>,
    items: &mut [Item<'s>],
    stretches: &[Stretch<'s>],
    problems: &mut Vec<Problem>,
) {
    quiet_hours(ground.station, items, stretches, problems);
    caps(ground, items, problems);
    overlaps(ground.station, items, problems);
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

fn overlaps(station: &Station, items: &mut [Item<'_>], problems: &mut Vec<Problem>) {
    let mut met: BTreeMap<Places<'_>, (Meeting, Vec<Date>)> = BTreeMap::new();
    for meeting in meetings(station, items) {
        let (earlier, later) = (&items[meeting.earlier], &items[meeting.later]);
        let places = Places { later: key(later), earlier: key(earlier), clash: meeting.clash };
        met.entry(places).or_insert((meeting, Vec::new())).1.push(sounds_on(station, later));
    }
    for (meeting, dates) in met.into_values() {
        problems.push(meeting_problem(&items[meeting.earlier], &items[meeting.later], meeting.clash, &dates));
    }
}

/// The day on which it would sound: behind midnight it is another than that of its broadcast.
pub(super) fn sounds_on(station: &Station, item: &Item<'_>) -> Date {
    cells::on_clock(item.slot.planned, &station.zone).date()
}

/// What is in the way of what. Hard against hard, and a broadcast against one that is still on: the later one waits within
/// its grace; at one instant, beyond grace, or where waiting would bring it into quiet hours, it is barred. A hard start
/// cuts a soft place and another broadcast's filler, and the places of one broadcast follow each other as they were laid
/// out.
pub(super) fn meetings(station: &Station, items: &mut [Item<'_>]) -> Vec<Meeting> {
    let mut met = Vec::new();
    let mut on_air: Option<OnAir> = None;
    let quiet = QuietHours::of(station);
    for at in 0..items.len() {
        if items[at].slot.bar.is_some() {
            continue;
        }
        let planned = items[at].slot.planned;
        let (mut begins, mut barred) = (planned, false);
        if let Some(earlier) = on_air.as_ref().filter(|earlier| is_on(earlier, planned)) {
            let clash = match (items[earlier.item].slot.start, items[at].slot.start) {
                _ if same_broadcast(&items[earlier.item], &items[at])
                    && (is_filler(items, earlier.item) || !both_hard(items, earlier.item, at)) =>
                {
                    None
                }
                // Filler too is broken off by what is of another broadcast: its own room was longer.
                (_, Start::Hard) if is_filler(items, earlier.item) => Some(Clash::Cuts),
                (Start::Soft, Start::Hard) => Some(Clash::Cuts).filter(|_| planned > earlier.planned),
                _ => {
                    begins = earlier.until.max(planned);
                    let wait = begins.duration_since(planned).as_millis();
                    let permitted = items[at].slot.permit.is_some();
                    // Filler and relay stop at quiet hours by themselves.
                    let needs = if items[at].slot.until.is_some() { begins } else { ends(begins, &items[at].slot) };
                    let into_quiet = begins > planned && !permitted && quiet.meets(begins, needs);
                    barred = planned == earlier.planned || wait > i128::from(waits_ms(&items[at].slot)) || into_quiet;
                    Some(if barred { Clash::Bars } else { Clash::Waits })
                }
            };
            met.extend(clash.map(|clash| Meeting { earlier: earlier.item, later: at, clash }));
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
    met
}

/// How long it waits for the line, in ms: an ident or a sting no longer than it belongs to what follows.
fn waits_ms(slot: &Slot) -> u64 {
    if matches!(slot.kind, Kind::Ident | Kind::Sting) { slot.grace_ms.min(SHORT_LATE_MS) } else { slot.grace_ms }
}

fn both_hard(items: &[Item<'_>], a: usize, b: usize) -> bool {
    items[a].slot.start == Start::Hard && items[b].slot.start == Start::Hard
}

fn is_filler(items: &[Item<'_>], at: usize) -> bool {
    items[at].slot.kind == Kind::Filler
}

fn same_broadcast(a: &Item<'_>, b: &Item<'_>) -> bool {
    a.slot.window.is_some() && a.slot.broadcast == b.slot.broadcast
}

/// Whether what holds the line does so at an instant.
fn is_on(held: &OnAir, at: Timestamp) -> bool {
    at < held.until || at == held.planned
}

fn key<'s>(item: &Item<'s>) -> (&'s Place, Option<String>) {
    (item.place, item.slot.window.clone())
}

/// The instant after the last sample of a slot that begins at `begins`; an unknown length takes no time.
fn ends(begins: Timestamp, slot: &Slot) -> Timestamp {
    match slot.until {
        Some(until) => until.max(begins),
        None => later_ms(begins, slot.file_ms().unwrap_or(0)),
    }
}

/// What holds the line while the slots are gone through.
struct OnAir {
    item: usize,
    planned: Timestamp,
    until: Timestamp,
}

/// How two items collide.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Clash {
    /// The later one waits within its grace.
    Waits,
    /// The later one does not air.
    Bars,
    /// The later one breaks the earlier one off.
    Cuts,
}

/// Two items that collide, by their places among all.
pub(super) struct Meeting {
    pub earlier: usize,
    pub later: usize,
    pub clash: Clash,
}

/// Two places of the files that collide, on however many days.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Places<'s> {
    later: (&'s Place, Option<String>),
    earlier: (&'s Place, Option<String>),
    clash: Clash,
}

fn collision(earlier: &Item<'_>, later: &Item<'_>) -> Text {
    let names = |lang| (later.slot.called(lang), earlier.slot.called(lang));
    let ((vi, before_vi), (en, before_en)) = (names(Lang::Vi), names(Lang::En));
    let (time, began) = (clock(later.time), clock(earlier.time));
    if earlier.slot.planned == later.slot.planned {
        return Text::new(
            format!("`{vi}` và `{before_vi}` cùng bắt đầu lúc {time}"),
            format!("`{en}` and `{before_en}` both start at {time}"),
        );
    }
    Text::new(
        format!("`{vi}` lúc {time} bắt đầu khi `{before_vi}` ({began}) còn đang phát"),
        format!("`{en}` at {time} starts while `{before_en}` ({began}) is on air"),
    )
}

pub(super) fn meeting_problem(earlier: &Item<'_>, later: &Item<'_>, clash: Clash, dates: &[Date]) -> Problem {
    let what = collision(earlier, later);
    let (vi, en) = on_days(dates);
    let message = Text::new(format!("{}: {vi}", what.vi), format!("{}: {en}", what.en));
    let place = Some(later.place.clone());
    let problem = match clash {
        Clash::Bars => {
            let help = Text::new(
                "dời một trong hai, hoặc tăng `grace` của mục sau; mục sau sẽ không phát",
                "move one of them, or raise the later one's `grace`; as it is, the later one will not air",
            );
            Problem::block("overlap", place, message, help)
        }
        Clash::Waits => {
            let help = Text::new(
                "mục sau chờ mục trước phát xong rồi phát trễ; dời giờ nếu không muốn trễ",
                "the later one waits and airs late; move it if it should not be late",
            );
            Problem::warning("overlap-within-grace", place, message, help)
        }
        Clash::Cuts => {
            let help = Text::new(
                "mục sau có giờ riêng nên cắt ngang mục trước; dời mục sau, hoặc cho buổi trước kết thúc sớm hơn",
                "the later one has a time of its own and breaks the earlier one off; move it, or end the broadcast \
                 before it sooner",
            );
            Problem::warning("overlap-cut", place, message, help)
        }
    };
    problem.and(earlier.place.clone(), Text::new("mục trước", "the one before"))
}
