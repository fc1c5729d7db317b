//! A schedule's segments → slots in order of time.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::ahead::Span;
use super::arrange::{GRACE_MS, Laid, arrange};
use super::bars::{Item, bars, on_days};
use super::days::{Days, Taken};
use super::fit::{self, Fits};
use super::gather::holding;
use super::ground::{Frame, Ground};
use super::places::{self, Begin, Entry, Names, places};
use super::quiet::Stretch;
use super::shifts::Shifts;
use super::{Kind, Slot, SlotId, balance, bases, columns, dropped, rights, shifts, sounds};
use crate::civil::{QuietHours, resolve};
use crate::problem::{Place, Problem, Text};
use crate::programme::{self, What};
use crate::schedule::audio_facts::Facts;
use crate::schedule::{Schedule, Segment};
use crate::station::Station;

/// The slots of the month, ascending by instant and, at one instant, in the order in which they follow each other; and what
/// is to be said of them. A slot that may not air carries its bar. A recording of which `facts` know nothing bars nothing
/// and takes no time but for the one ms that keeps what follows it behind it. `revision` is the SHA-256 of the texts planned from.
pub fn plan(schedule: &Schedule, station: &Station, facts: &Facts, revision: &str) -> (Vec<Slot>, Vec<Problem>) {
    let mut ground = Ground::new(schedule, station, facts, revision);
    let (items, mut problems) = planned(&ground);
    let slots = items.into_iter().map(|item| item.slot).collect();
    if rights::any_to_cure(&ground) {
        // What is wrong with the plan is told whatever a segment still lacks: nobody mends a month twice.
        ground.as_cured = true;
        problems = planned(&ground).1;
    }
    (slots, problems)
}

fn planned<'s>(ground: &Ground<'s>) -> (Vec<Item<'s>>, Vec<Problem>) {
    let days = Days::new(ground);
    let mut problems = Vec::new();
    let mut broadcasts = broadcasts(ground, &days, &mut problems);
    let own = own_times(ground, &days, &mut broadcasts, &mut problems);
    let span = |broadcast: &Broadcast<'_>| (broadcast.starts, broadcast.ends);
    let stretches: Vec<_> = broadcasts.iter().filter_map(|one| Stretch::of(&one.frame, span(one))).collect();
    let (mut items, mut fits) = (Vec::new(), Fits::default());
    for broadcast in broadcasts {
        lay_out(ground, broadcast, &mut items, &mut fits);
    }
    items.extend(own);
    // Slots are large: each is moved once, to where its instant puts it.
    items.sort_by_cached_key(|item| item.slot.planned);
    fits.problems(&ground.station.zone, &mut problems);
    sounds::problems(ground, &mut problems);
    columns::problems(ground, &days, &items, &mut problems);
    dropped::problems(ground, &days, &items, &mut problems);
    rights::problems(ground, &items, &mut problems);
    bars(ground, &mut items, &stretches, &mut problems);
    fit::lengths(ground, &mut problems);
    balance::problems(ground, &days, &items, &mut problems);
    bases::problems(ground, &mut problems);
    crate::problem::sort(&mut problems);
    (items, problems)
}

/// What is to be said of the recordings of a month that cannot be planned, as much of it as could be read.
pub fn of_recordings(draft: &Schedule, station: &Station, facts: &Facts) -> Vec<Problem> {
    let ground = Ground::new(draft, station, facts, "");
    let mut problems = Vec::new();
    sounds::problems(&ground, &mut problems);
    fit::lengths(&ground, &mut problems);
    problems
}

/// A broadcast while it is planned.
struct Broadcast<'s> {
    frame: Frame<'s>,
    starts: Timestamp,
    ends: Timestamp,
    names: Names,
    entries: Vec<Entry<'s>>,
    /// Segments with a time of their own that falls into it.
    guests: Vec<Entry<'s>>,
}

impl Frame<'_> {
    /// The instant at which this broadcast shows `time`, if it does.
    fn at(&self, zone: &TimeZone, (starts, ends): (Timestamp, Timestamp), time: Time) -> Option<Timestamp> {
        let days = [Some(self.date), self.date.tomorrow().ok()];
        let instants = days.into_iter().flatten().filter_map(|day| Some(resolve(zone, day.to_datetime(time))?.at));
        instants.into_iter().find(|at| (starts..ends).contains(at))
    }

    /// Both ends as the clock shows them.
    pub(super) fn civil(&self) -> Option<(DateTime, DateTime)> {
        let last = if self.end <= self.start { self.date.tomorrow().ok()? } else { self.date };
        Some((self.date.to_datetime(self.start), last.to_datetime(self.end)))
    }

    fn span(&self, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
        let (starts, ends) = self.civil()?;
        Some((resolve(zone, starts)?.at, resolve(zone, ends)?.at))
    }
}

/// The month's broadcasts with what their running orders name, ascending by instant.
fn broadcasts<'s>(ground: &Ground<'s>, days: &Days<'s>, problems: &mut Vec<Problem>) -> Vec<Broadcast<'s>> {
    let zone = &ground.station.zone;
    let mut all = Vec::new();
    let mut dropped = Dropped::default();
    for date in ground.schedule.month.days() {
        for frame in days.frames(ground, date) {
            let Some((starts, ends)) = frame.span(zone) else { continue };
            shifts::of_window(ground.station, &frame, problems);
            let mut names = Names::default();
            let at = |time| frame.at(zone, (starts, ends), time);
            let (entries, outside) = places(ground, days, &frame, &mut names, &at);
            for item in outside {
                dropped.note(&item.place, &what_is(item), item.at.unwrap_or(frame.start), frame.name, &frame);
            }
            all.push(Broadcast { frame, starts, ends, names, entries, guests: Vec::new() });
        }
    }
    dropped.problems(problems);
    all.sort_by_key(|broadcast| broadcast.starts);
    all
}

/// What an item is called.
pub(super) fn what_is(item: &programme::Item) -> Text {
    let kind = match &item.what {
        What::Column { id, .. } | What::Segment(id) => return Text::same(id),
        What::Ident(_) => Kind::Ident,
        What::Sting(_) => Kind::Sting,
        What::Music(_) => Kind::Music,
        What::Filler { .. } => Kind::Filler,
        What::Relay { .. } => Kind::Relay,
        What::SignOff(_) => Kind::SignOff,
    };
    item.title.as_deref().map_or_else(|| kind.words(), Text::same)
}

/// Hard items that fall outside the window they were meant for, by where they are written.
#[derive(Default)]
struct Dropped<'s>(BTreeMap<(&'s Place, String), (Text, Vec<Date>)>);

impl<'s> Dropped<'s> {
    fn note(&mut self, place: &'s Place, what: &Text, time: Time, window: &str, frame: &Frame<'_>) {
        let (start, end) = (frame.start.strftime("%H:%M"), frame.end.strftime("%H:%M"));
        let time = time.strftime("%H:%M");
        let reason = frame.exception.map_or_else(String::new, |exception| format!(", {}", exception.reason));
        let words = Text::new(
            format!("`{}` lúc {time} nằm ngoài `{window}` ({start}–{end}{reason}) nên không phát", what.vi),
            format!("`{}` at {time} lies outside `{window}` ({start}–{end}{reason}) and does not air", what.en),
        );
        self.add(place, words, frame.date);
    }

    fn add(&mut self, place: &'s Place, words: Text, date: Date) {
        self.0.entry((place, words.vi.clone())).or_insert((words, Vec::new())).1.push(date);
    }

    fn problems(self, problems: &mut Vec<Problem>) {
        for ((place, _), (words, dates)) in self.0 {
            let (vi, en) = on_days(&dates);
            let message = Text::new(format!("{}: {vi}", words.vi), format!("{}: {en}", words.en));
            let help = Text::new(
                "ghi giờ khác cho những ngày này nếu vẫn cần phát",
                "give it another time on these days if it is to air",
            );
            problems.push(Problem::warning("outside-window", Some(place.clone()), message, help));
        }
    }
}

/// Segments with times of their own: guests of the broadcast they fall into, else broadcasts of their own, which come
/// back in the order of the file.
fn own_times<'s>(
    ground: &Ground<'s>,
    days: &Days<'s>,
    broadcasts: &mut [Broadcast<'s>],
    problems: &mut Vec<Problem>,
) -> Vec<Item<'s>> {
    let own = instants(ground, problems);
    let stretches: Vec<_> = broadcasts.iter().map(|broadcast| (broadcast.starts, broadcast.ends)).collect();
    let hosts = holding(&stretches, &own.iter().map(|own| own.at).collect::<Vec<_>>());
    let mut items = Vec::new();
    let mut dropped = Dropped::default();
    for (own, host) in own.into_iter().zip(hosts) {
        let OwnTime { order, time, place, date, at } = own;
        let segment = ground.segment(order);
        if let Some(host) = host {
            let host = &mut broadcasts[host];
            let name = host.names.next(&segment.id);
            let mut guest = places::segment(ground, days, host.frame.date, order, name, place);
            (guest.start, guest.is_guest) = (Begin::At(time, at), true);
            host.guests.push(guest);
        } else if let Some(taken) = days.taken(date, time) {
            dropped.add(place, taken_words(segment, time, &taken), date);
        } else {
            items.push(own_broadcast(ground, days, &own));
        }
    }
    dropped.problems(problems);
    items
}

/// A segment's time of day on one of its dates.
#[derive(Clone, Copy)]
struct OwnTime<'s> {
    /// The segment's place in the file.
    order: usize,
    time: Time,
    /// Where it is written.
    place: &'s Place,
    date: Date,
    at: Timestamp,
}

/// The instants of all segments with times of their own, in the order of the file.
fn instants<'s>(ground: &Ground<'s>, problems: &mut Vec<Problem>) -> Vec<OwnTime<'s>> {
    let mut all = Vec::new();
    for (order, segment) in ground.schedule.segments.iter().enumerate() {
        for (time, place) in segment.at() {
            let mut shifts = Shifts::default();
            for date in &segment.dates {
                let Some(resolved) = resolve(&ground.station.zone, date.to_datetime(*time)) else { continue };
                shifts.note(resolved.shift, date.to_datetime(*time));
                all.push(OwnTime { order, time: *time, place, date: *date, at: resolved.at });
            }
            shifts.problems(ground.station, &Text::same(&segment.title), place, problems);
        }
    }
    all
}

fn taken_words(segment: &Segment, time: Time, taken: &Taken<'_>) -> Text {
    let (title, window, reason) = (&segment.title, &taken.window.name, &taken.exception.reason);
    let time = time.strftime("%H:%M");
    Text::new(
        format!("`{title}` lúc {time} thuộc `{window}`, mà `{window}` dời hoặc nghỉ ({reason}) nên không phát"),
        format!("`{title}` at {time} belongs to `{window}`, which moves or is off ({reason}): it does not air"),
    )
}

fn own_broadcast<'s>(ground: &Ground<'s>, days: &Days<'s>, own: &OwnTime<'s>) -> Item<'s> {
    let OwnTime { order, time, place, date, at } = *own;
    let segment = ground.segment(order);
    let mut entry = places::segment(ground, days, date, order, segment.id.clone(), place);
    entry.start = Begin::At(time, at);
    let grace_ms = segment.grace_ms.unwrap_or(GRACE_MS);
    let laid = Laid::at(at, entry, grace_ms);
    let broadcast = format!("{date}/{}", clock(time));
    item(ground, laid, Of { broadcast: &broadcast, date, window: None, ends: None, permit: None })
}

/// How far behind its end a broadcast is asked for quiet hours.
const FAR: SignedDuration = SignedDuration::from_hours(1);

fn lay_out<'s>(ground: &Ground<'s>, broadcast: Broadcast<'s>, items: &mut Vec<Item<'s>>, fits: &mut Fits<'s>) {
    let Broadcast { frame, starts, ends, names, entries, guests } = broadcast;
    let id = frame.broadcast();
    let bound = frame.permit.is_none();
    let quiet = ground.station.quiet.iter().filter(|_| bound);
    let quiet_hours = QuietHours::of(ground.station);
    // Asked once for all of it: most broadcasts lie far from them.
    let far = ends.checked_add(FAR).unwrap_or(Timestamp::MAX);
    let is_near = bound && quiet_hours.meets(starts, far);
    let cap = ground.rules().broadcast_minutes.filter(|_| bound);
    let span = Span {
        starts,
        ends,
        is_quiet: &|from, to| bound && (is_near || from < starts || to > far) && quiet_hours.meets(from, to),
        cap_ms: cap.map(|minutes| u64::from(minutes) * 60_000),
        quiet: quiet.filter_map(|quiet| frame.at(&ground.station.zone, (starts, ends), quiet.from)).min(),
        at: &|time| match frame.at(&ground.station.zone, (starts, ends), time) {
            None if time == frame.end => Some(ends),
            at => at,
        },
        grace_of: &|segment| ground.segment(segment).grace_ms,
    };
    let laid = arrange(entries, guests, names, &span);
    fits.look(&frame, (starts, ends), &laid);
    let of = Of { broadcast: &id, date: frame.date, window: Some(frame.id), ends: Some(ends), permit: frame.permit };
    items.extend(laid.into_iter().map(|laid| item(ground, laid, of)));
}

/// The broadcast that an item is of.
#[derive(Clone, Copy)]
struct Of<'a, 's> {
    broadcast: &'a str,
    date: Date,
    window: Option<&'s str>,
    ends: Option<Timestamp>,
    permit: Option<&'s str>,
}

fn item<'s>(ground: &Ground<'s>, laid: Laid<'s>, of: Of<'_, 's>) -> Item<'s> {
    let (start, bar) = (laid.start(), laid.bar());
    let Laid { entry, planned, until, grace_ms, .. } = laid;
    let segment = entry.segment.map(|at| ground.segment(at));
    let time = match entry.start {
        Begin::At(time, _) => time,
        Begin::Soft => planned.to_zoned_datetime(ground.station.zone.clone()).time(),
    };
    let slot = Slot {
        id: SlotId(format!("{}/{}", of.broadcast, entry.name)),
        broadcast: of.broadcast.to_owned(),
        date: of.date,
        kind: entry.kind,
        window: of.window.map(str::to_owned),
        class: segment.map(|segment| segment.class).unwrap_or_default(),
        segment: segment.map(|segment| segment.id.clone()),
        column: entry.column.map(str::to_owned),
        title: entry.title,
        files: entry.files,
        audio: entry.audio,
        planned,
        start,
        relay: entry.relay.map(|(source, _)| source.clone()),
        until,
        broadcast_ends: of.ends,
        grace_ms,
        after_power_cut: segment.map(|segment| segment.after_power_cut).unwrap_or_default(),
        permit: of.permit.map(str::to_owned),
        approved_sha256: segment.and_then(|segment| segment.approved_sha256.clone()),
        particulars: entry.segment.map(|at| ground.particulars[at].clone()).unwrap_or_default(),
        asked_by: None,
        bar,
        revision: ground.revision.to_owned(),
    };
    Item { slot, segment: entry.segment, time, place: entry.place }
}

/// `05:45:00`, as slot ids have it.
pub(super) fn clock(time: Time) -> String {
    time.strftime("%H:%M:%S").to_string()
}
