//! The places of a broadcast → their instants. Soft places follow one another without a gap, by measured lengths in whole
//! ms; a hard one has its own time; filler stretches between them.

use std::collections::VecDeque;

use jiff::civil::Time;
use jiff::{SignedDuration, Timestamp};

use super::places::{Begin, Entry, Names};
use super::{Bar, FILLER_ROOM_MS, Kind, Start, called, duration_words};
use crate::outcome::Cause;
use crate::problem::{Lang, Text};

/// How late a place with a time of its own may still start where no `grace` is written, in ms.
pub(super) const GRACE_MS: u64 = 120_000;
/// A relay is joined as late as this before its end, in ms: it goes on elsewhere in any case.
const JOIN_MS: u64 = 5_000;
/// What is due at its time waits as long as this for a soft place to end: that is begun all the same.
const SLACK: SignedDuration = SignedDuration::from_secs(1);
/// A soft place may end this long after its broadcast; one that would end later is not begun.
const PAST_END: SignedDuration = SignedDuration::from_secs(60);

/// A place and its instant.
pub(super) struct Laid<'s> {
    pub entry: Entry<'s>,
    pub planned: Timestamp,
    /// Filler stretches to this instant; a relay ends at it.
    pub until: Option<Timestamp>,
    /// How late it may still start, in ms.
    pub grace_ms: u64,
    /// By how much it would end too late, in ms, where that keeps it from being begun: nothing for what fits.
    pub over_ms: u64,
}

impl Laid<'_> {
    /// Whether there is no room to begin it in.
    pub fn is_left_out(&self) -> bool {
        self.over_ms > 0
    }

    /// What keeps it off the air: its own bar, else that it has no room.
    pub fn bar(&self) -> Option<Bar> {
        let no_room = || {
            let (name, by) = (|lang| called(self.entry.kind, &self.entry.title, lang), duration_words(self.over_ms));
            let reason = Text::new(
                format!("`{}` không kịp phát: thừa {}", name(Lang::Vi), by.vi),
                format!("`{}` will not be begun: it is {} too long for its room", name(Lang::En), by.en),
            );
            Bar { cause: Cause::NoTime, reason }
        };
        self.entry.bar.clone().or_else(|| self.is_left_out().then(no_room))
    }

    pub fn start(&self) -> Start {
        match self.entry.start {
            Begin::Soft => Start::Soft,
            Begin::At(..) => Start::Hard,
        }
    }
}

/// The instants between which a broadcast is laid out.
pub(super) struct Span<'f> {
    pub starts: Timestamp,
    pub ends: Timestamp,
    /// Filler stops here at the latest, whatever follows: the first quiet hour that nothing lets it pass.
    pub quiet: Option<Timestamp>,
    /// The instant of a time of day in it, if it has one.
    pub at: &'f dyn Fn(Time) -> Option<Timestamp>,
    /// The grace that a segment, by its place in the file, has of its own.
    pub grace_of: &'f dyn Fn(usize) -> Option<u64>,
}

/// Lays out the places of a running order, and the segments with a time of their own that fall into its broadcast. A place
/// that would end too late for the next hard one, or more than a minute past the end, keeps the instant it would have
/// begun at and takes no time: the next that fits follows in its stead, as it will on air. `names` are those of the
/// broadcast.
pub(super) fn arrange<'s>(
    entries: Vec<Entry<'s>>,
    mut guests: Vec<Entry<'s>>,
    names: &mut Names,
    span: &Span<'_>,
) -> Vec<Laid<'s>> {
    guests.sort_by_key(|guest| hard_at(guest));
    let ahead = ahead(&entries);
    let mut walk = Walk { span, cursor: span.starts, hard: None, guests: guests.into(), names, laid: Vec::new() };
    for (entry, ahead) in entries.into_iter().zip(ahead) {
        match (entry.start, entry.kind) {
            (Begin::At(_, at), _) => {
                walk.guests_before(at);
                walk.hard(entry, at);
            }
            (Begin::Soft, Kind::Filler) => walk.filler(entry, ahead),
            (Begin::Soft, _) => walk.soft(entry, ahead),
        }
    }
    walk.guests_before(Timestamp::MAX);
    walk.laid
}

fn hard_at(entry: &Entry<'_>) -> Option<Timestamp> {
    match entry.start {
        Begin::At(_, at) => Some(at),
        Begin::Soft => None,
    }
}

/// What stands behind a place of the running order.
#[derive(Clone, Copy, Default)]
struct Ahead {
    /// The next hard place: the earliest of those behind, should they stand out of order.
    hard: Option<Timestamp>,
    /// The length of the soft ones before it, in ms.
    soft_ms: u64,
}

fn ahead(entries: &[Entry<'_>]) -> Vec<Ahead> {
    let mut next = Ahead::default();
    let mut all: Vec<Ahead> = entries
        .iter()
        .rev()
        .map(|entry| {
            let ahead = next;
            match hard_at(entry) {
                Some(at) => next = Ahead { hard: Some(next.hard.map_or(at, |later| later.min(at))), soft_ms: 0 },
                None => next.soft_ms = next.soft_ms.saturating_add(entry.length_ms()),
            }
            ahead
        })
        .collect();
    all.reverse();
    all
}

struct Walk<'s, 'f> {
    span: &'f Span<'f>,
    /// The end of what is laid.
    cursor: Timestamp,
    /// The last hard place that holds the line: its instant and its end.
    hard: Option<(Timestamp, Timestamp)>,
    guests: VecDeque<Entry<'s>>,
    names: &'f mut Names,
    laid: Vec<Laid<'s>>,
}

impl<'s> Walk<'s, '_> {
    fn next_guest(&self) -> Option<Timestamp> {
        self.guests.front().and_then(hard_at)
    }

    fn guests_before(&mut self, limit: Timestamp) {
        while let Some(at) = self.next_guest().filter(|at| *at < limit) {
            if let Some(guest) = self.guests.pop_front() {
                self.hard(guest, at);
            }
        }
    }

    fn hard(&mut self, entry: Entry<'s>, at: Timestamp) {
        // A relay ends at its instant however late it begins, and at quiet hours.
        let until = entry.relay.map(|(_, for_ms)| {
            let quiet = self.span.quiet.filter(|quiet| *quiet > at);
            quiet.map_or(after(at, for_ms), |quiet| quiet.min(after(at, for_ms)))
        });
        let grace_ms = match until {
            Some(until) => ms_between(at, until).saturating_sub(JOIN_MS),
            None => entry.segment.and_then(self.span.grace_of).unwrap_or(GRACE_MS),
        };
        // Hard against hard waits within its grace; beyond it, or at one instant, it does not air. One that stands behind
        // a later one airs before it, and what follows the later one is not moved by it.
        let before = self.hard.filter(|(began, _)| *began <= at);
        let begins = before.map_or(at, |(_, until)| until.max(at));
        let waits = begins.duration_since(at).as_millis() <= i128::from(grace_ms);
        let airs = entry.bar.is_none() && waits && before.is_none_or(|(began, _)| began != at);
        if airs && (before.is_some() || self.hard.is_none()) {
            let ends = until.unwrap_or_else(|| after(begins, entry.length_ms()));
            (self.cursor, self.hard) = (ends, Some((at, ends)));
        }
        self.laid.push(Laid { entry, planned: at, until, grace_ms, over_ms: 0 });
    }

    fn soft(&mut self, entry: Entry<'s>, ahead: Ahead) {
        let length = entry.length_ms();
        // What has a time of its own goes first where this would be in its way, unless the order says otherwise.
        while let Some(at) = self.next_guest()
            && (at <= self.cursor || at < after(self.cursor, length))
            && ahead.hard.is_none_or(|hard| at < hard)
            && at < self.span.ends
        {
            let Some(guest) = self.guests.pop_front() else { break };
            self.hard(guest, at);
        }
        let ends = after(self.cursor, length);
        let (room, slack) = match ahead.hard {
            // Behind what ends a little late it is the hard start's turn, and not that of what is as short.
            Some(hard) if self.cursor < hard => (hard, SLACK),
            Some(hard) => (hard, SignedDuration::ZERO),
            None => (self.span.ends, PAST_END),
        };
        let is_over = length > 0 && ends > after_by(room, slack);
        let over_ms = if is_over { ms_between(room, ends) } else { 0 };
        // What stands before a hard start is told before it, also where that waits a little.
        let waits = |hard: &Timestamp| self.cursor > *hard && self.cursor <= after_by(*hard, SLACK);
        let planned = ahead.hard.filter(waits).unwrap_or(self.cursor);
        if over_ms == 0 {
            // What has no length yet takes one ms, so that places in order of time are in the order of their broadcast.
            self.cursor = if entry.may_come() { after(planned, 1) } else { ends };
        }
        let grace_ms = self.grace(&entry, planned);
        self.laid.push(Laid { entry, planned, until: None, grace_ms, over_ms });
    }

    /// From here to the next hard start of its running order, to its own limit or to the end, with room left for the soft
    /// places between. Around what has a time of its own it goes on, in a slot for each stretch: nobody who dates such a
    /// segment means to silence the rest of the broadcast.
    fn filler(&mut self, entry: Entry<'s>, ahead: Ahead) {
        self.guests_before(after(self.cursor, 1));
        let room = SignedDuration::from_millis(i64::try_from(ahead.soft_ms).unwrap_or(i64::MAX));
        let natural = ahead.hard.unwrap_or(self.span.ends);
        let mut until = natural.checked_sub(room).unwrap_or(Timestamp::MIN);
        for limit in [entry.until.and_then(self.span.at), self.span.quiet].into_iter().flatten() {
            until = until.min(limit);
        }
        if entry.bar.is_some() {
            let until = self.next_guest().map_or(until, |guest| guest.min(until));
            self.stretch(entry, until);
            return;
        }
        let mut stretch = entry;
        loop {
            let kept_off = |guest: &Entry<'_>| guest.bar.as_ref().is_some_and(Bar::is_rule);
            let stops = self.guests.iter().filter(|guest| !kept_off(guest)).find_map(hard_at);
            let stop = stops.filter(|at| *at < until);
            if self.stretch(stretch.clone(), stop.unwrap_or(until)) {
                stretch.name = self.names.another(&stretch.name);
            }
            let Some(stop) = stop else { return };
            self.guests_before(after(stop, 1));
        }
    }

    /// Filler from here to `until`, if there is room for any; less than that is left silent.
    fn stretch(&mut self, entry: Entry<'s>, until: Timestamp) -> bool {
        let planned = self.cursor;
        let room_ms = ms_between(planned, until);
        if room_ms < FILLER_ROOM_MS {
            return false;
        }
        self.cursor = if entry.bar.is_none() { until } else { after(planned, 1) };
        self.laid.push(Laid { entry, planned, until: Some(until), grace_ms: room_ms, over_ms: 0 });
        true
    }

    /// A soft place may start as long as its broadcast lasts.
    fn grace(&self, entry: &Entry<'s>, planned: Timestamp) -> u64 {
        let own = entry.segment.and_then(self.span.grace_of);
        own.unwrap_or_else(|| ms_between(planned, self.span.ends))
    }
}

/// `ms` after `at`.
pub(super) fn after(at: Timestamp, ms: u64) -> Timestamp {
    after_by(at, SignedDuration::from_millis(i64::try_from(ms).unwrap_or(i64::MAX)))
}

fn after_by(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// From `from` to `to` in ms; nothing if `to` is not after it.
pub(super) fn ms_between(from: Timestamp, to: Timestamp) -> u64 {
    u64::try_from(to.duration_since(from).as_millis()).unwrap_or(0)
}
