//! Where two months meet: each is planned alone, and what lasts beyond the last day of one may be in the way of what the
//! next one begins with.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::bars::{Item, meeting_problem, meetings, sounds_on};
use super::{Bar, Slot, SlotId};
use crate::civil::resolve;
use crate::problem::{Place, Problem};
use crate::schedule::{Month, Schedule, Segment};
use crate::station::Station;

/// A month and what was planned from it.
#[derive(Clone, Copy, Debug)]
pub struct Planned<'a> {
    /// The month's file as it was read.
    pub schedule: &'a Schedule,
    /// In order of time.
    pub slots: &'a [Slot],
}

/// So long before a month's end a broadcast can begin that reaches beyond it, and so long after it can it last: no
/// broadcast is longer than a day, and a clock change makes a day no longer than 25 hours.
const REACH: SignedDuration = SignedDuration::from_hours(26);
/// A segment with a time of its own lasts no longer than this, as long as nobody has measured it.
const UNMEASURED: SignedDuration = SignedDuration::from_hours(6);

/// The first instant after `month`.
fn end(station: &Station, month: Month) -> Option<Timestamp> {
    Some(resolve(&station.zone, month.last().tomorrow().ok()?.at(0, 0, 0, 0))?.at)
}

/// Whether something of `month`, planned as `slots`, may still be on air when the next month begins: what must be known
/// before it is worth looking at both.
pub fn may_last_beyond(station: &Station, month: Month, slots: &[Slot]) -> bool {
    let Some(end) = end(station, month) else { return false };
    let near = slots.iter().rev().take_while(|slot| end.duration_since(slot.planned) < REACH);
    near.filter(|slot| slot.bar.is_none()).any(|slot| match slot.ends() {
        Some(ends) => ends.max(slot.broadcast_ends.unwrap_or(ends)) > end,
        None => slot.broadcast_ends.is_some_and(|ends| ends > end) || end.duration_since(slot.planned) < UNMEASURED,
    })
}

/// What two months that follow each other are to each other: the bars of slots of either that the other one is in the way
/// of, and what is to be said of it, both places named. What collides within one month is told there.
pub fn seam(station: &Station, earlier: Planned<'_>, later: Planned<'_>) -> (Vec<(SlotId, Bar)>, Vec<Problem>) {
    let month = earlier.schedule.month;
    let Some(end) = end(station, month).filter(|_| may_last_beyond(station, month, earlier.slots)) else {
        return (Vec::new(), Vec::new());
    };
    let tail = earlier.slots.iter().rev().take_while(|slot| end.duration_since(slot.planned) < REACH);
    let head = later.slots.iter().take_while(|slot| slot.planned.duration_since(end) < REACH);
    let (before, after) = (Places::of(station, earlier.schedule), Places::of(station, later.schedule));
    let mut items: Vec<Item<'_>> = tail.filter_map(|slot| before.item(station, slot)).collect();
    items.reverse();
    items.extend(head.filter_map(|slot| after.item(station, slot)));
    items.sort_by_key(|item| item.slot.planned);
    let unbarred: Vec<bool> = items.iter().map(|item| item.slot.bar.is_none()).collect();
    let met = meetings(station, &mut items);
    let month_of = |at: usize| Month::of(items[at].slot.date);
    let mut problems = Vec::new();
    let mut across = Vec::new();
    for meeting in met.iter().filter(|meeting| month_of(meeting.earlier) != month_of(meeting.later)) {
        let (before, after) = (&items[meeting.earlier], &items[meeting.later]);
        problems.push(meeting_problem(before, after, meeting.clash, &[sounds_on(station, after)]));
        across.push(meeting.later);
    }
    let barred = across.into_iter().filter(|at| unbarred[*at]);
    let bars = barred.filter_map(|at| Some((items[at].slot.id.clone(), items[at].slot.bar.clone()?))).collect();
    (bars, problems)
}

/// Where what is planned is written.
struct Places<'s> {
    segments: BTreeMap<&'s str, (usize, &'s Segment)>,
    /// Windows and extra broadcasts.
    broadcasts: BTreeMap<&'s str, &'s Place>,
}

impl<'s> Places<'s> {
    fn of(station: &'s Station, schedule: &'s Schedule) -> Places<'s> {
        let segments = schedule.segments.iter().enumerate();
        let extra = schedule.exceptions.iter().flat_map(|exception| &exception.extra);
        let windows = schedule.windows_in_force(station);
        let windows = windows.into_iter().map(|window| (window.id.as_str(), &window.place));
        Places {
            segments: segments.map(|(at, segment)| (segment.id.as_str(), (at, segment))).collect(),
            broadcasts: extra.map(|extra| (extra.id.as_str(), &extra.place)).chain(windows).collect(),
        }
    }

    /// A slot with where it is written.
    fn item(&self, station: &Station, slot: &Slot) -> Option<Item<'s>> {
        let time = slot.planned.to_zoned_datetime(station.zone.clone()).time();
        let segment = slot.segment.as_ref().and_then(|id| self.segments.get(id.as_str()).copied());
        let place = match segment {
            Some((_, segment)) => {
                let own = segment.at().iter().find(|(at, _)| *at == time).or_else(|| segment.at().first());
                own.map_or(&segment.place, |(_, place)| place)
            }
            None => self.broadcasts.get(slot.window.as_deref()?).copied()?,
        };
        Some(Item { slot: slot.clone(), segment: segment.map(|(at, _)| at), time, place })
    }
}
