//! The places of a broadcast → their instants. Soft places follow one another without a gap, by measured lengths in whole
//! ms; a hard one has its own time; filler stretches between them.

use std::collections::{BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};

use super::ahead::{Ahead, Span, ahead, ends_room, hard_at, is_soft};
use super::places::{Begin, Entry, Names};
use super::{Bar, FILLER_ROOM_MS, Kind, Start, called, duration_words};
use crate::instants::{later, later_ms, ms_between, of_ms};
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
    /// Filler that ends where the broadcast has been heard as long as it may be.
    pub is_capped: bool,
    /// Quiet hours or the cap will keep it off: it takes no time.
    pub is_kept_off: bool,
}

impl<'s> Laid<'s> {
    /// With nothing in its way.
    pub fn at(planned: Timestamp, entry: Entry<'s>, grace_ms: u64) -> Laid<'s> {
        Laid { entry, planned, until: None, grace_ms, over_ms: 0, is_capped: false, is_kept_off: false }
    }

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

/// Lays out the places of a running order, and the segments with a time of their own that fall into its broadcast. A place
/// that would end too late for the next hard one, or more than a minute past the end, keeps the instant it would have
/// begun at and takes no time: the next that fits follows in its stead, as it will on air. So does what quiet hours or the
/// cap will keep off. `names` are those given out in the broadcast.
pub(super) fn arrange<'s>(
    mut entries: Vec<Entry<'s>>,
    mut guests: Vec<Entry<'s>>,
    names: Names,
    span: &Span<'_>,
) -> Vec<Laid<'s>> {
    guests.sort_by_key(|guest| hard_at(guest));
    let all_ms = entries.iter().chain(&guests).map(Entry::length_ms).fold(0, u64::saturating_add);
    let most_ms = all_ms.max(ms_between(span.starts, later(span.ends, PAST_END)));
    let Some(cap_ms) = span.cap_ms.filter(|cap_ms| *cap_ms < most_ms) else {
        return Walk::through(entries, guests, names, span, u64::MAX).laid;
    };
    // Filler has what the cap leaves when all else is heard that it lets pass, and goes on over what it does not. Which that
    // is shows when all is laid out.
    let mut known = (all_ms, BTreeSet::new());
    let mut looks = 1;
    loop {
        let for_filler_ms = cap_ms.saturating_sub(known.0);
        let walk = Walk::through(entries.clone(), guests.clone(), names.clone(), span, for_filler_ms);
        let seen = (walk.heard_ms, walk.over_cap);
        if seen == known || looks == LOOKS {
            return walk.laid;
        }
        for entry in entries.iter_mut().chain(&mut guests) {
            entry.is_over_cap = seen.1.contains(&entry.name);
        }
        (known, looks) = (seen, looks + 1);
    }
}

/// A broadcast is laid out so often at the most: one that is another each time is none that people write.
const LOOKS: u32 = 4;

struct Walk<'s, 'f> {
    span: &'f Span<'f>,
    /// The end of what is laid.
    cursor: Timestamp,
    /// The last hard place that holds the line: its instant and its end.
    hard: Option<(Timestamp, Timestamp)>,
    /// For how long what was laid is heard, in ms: of filler, and of all else.
    filled_ms: u64,
    heard_ms: u64,
    /// The filler since the last hard place, in ms.
    shrinkable_ms: u64,
    /// How long filler may be heard in all, in ms.
    for_filler_ms: u64,
    /// The filler that the next hard place stops.
    stopped: Option<Entry<'s>>,
    /// The names of what has a time of its own and is kept off by the cap.
    over_cap: BTreeSet<String>,
    guests: VecDeque<Entry<'s>>,
    names: Names,
    laid: Vec<Laid<'s>>,
}

impl<'s, 'f> Walk<'s, 'f> {
    fn through(
        entries: Vec<Entry<'s>>,
        guests: Vec<Entry<'s>>,
        names: Names,
        span: &'f Span<'f>,
        for_filler_ms: u64,
    ) -> Walk<'s, 'f> {
        let mut walk = Walk {
            span,
            cursor: span.starts,
            hard: None,
            filled_ms: 0,
            heard_ms: 0,
            shrinkable_ms: 0,
            for_filler_ms,
            stopped: None,
            over_cap: BTreeSet::new(),
            guests: guests.into(),
            names,
            laid: Vec::new(),
        };
        let ahead = ahead(&entries, span);
        let mut entries = entries.into_iter();
        for ahead in ahead {
            let Some(entry) = entries.next() else { break };
            match (entry.start, entry.kind) {
                (Begin::At(_, at), _) => {
                    walk.guests_before(at);
                    walk.hard_of_order(entry, at, ahead, entries.as_slice());
                }
                (Begin::Soft, Kind::Filler) => walk.filler(entry, ahead, entries.as_slice()),
                (Begin::Soft, _) => walk.soft(entry, ahead),
            }
        }
        walk.guests_before(Timestamp::MAX);
        walk
    }

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

    /// A hard place of the running order. Filler that stopped for it goes on behind it if its recording is lacking: should
    /// it come in time, that filler has what is left, and else nobody hears silence.
    fn hard_of_order(&mut self, entry: Entry<'s>, at: Timestamp, ahead: Ahead, rest: &[Entry<'s>]) {
        let is_lacking = entry.bar.is_some();
        let stops = ends_room(&entry, self.span).is_some();
        self.hard(entry, at);
        if !stops {
            return;
        }
        if let Some(filler) = self.stopped.take().filter(|_| is_lacking && !ahead.has_filler) {
            self.cursor = self.cursor.max(at);
            self.stretches(filler, (ahead, rest), true);
        }
    }

    fn hard(&mut self, entry: Entry<'s>, at: Timestamp) {
        // A relay ends at its instant however late it begins, and at quiet hours.
        let until = entry.relay.map(|(_, for_ms)| {
            let quiet = self.span.quiet.filter(|quiet| *quiet > at);
            quiet.map_or(later_ms(at, for_ms), |quiet| quiet.min(later_ms(at, for_ms)))
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
        let ends = until.unwrap_or_else(|| later_ms(begins, entry.length_ms()));
        let length = ms_between(begins, ends);
        let is_over_cap = entry.bar.is_none() && self.is_capped(self.heard_ms, length);
        if is_over_cap {
            self.over_cap.insert(entry.name.clone());
        }
        let is_kept_off = is_over_cap || self.span.keeps_off(&entry, at) || self.span.keeps_off(&entry, begins);
        let airs = entry.bar.is_none() && !is_kept_off && waits && before.is_none_or(|(began, _)| began != at);
        if airs {
            self.heard_ms = self.heard_ms.saturating_add(length);
        }
        if airs && (before.is_some() || self.hard.is_none()) {
            (self.cursor, self.hard) = (ends, Some((at, ends)));
            self.shrinkable_ms = 0;
        }
        self.laid.push(Laid { until, is_kept_off, ..Laid::at(at, entry, grace_ms) });
    }

    fn soft(&mut self, entry: Entry<'s>, ahead: Ahead) {
        let length = entry.length_ms();
        // What has a time of its own goes first where this would be in its way, unless the order says otherwise.
        while let Some(at) = self.next_guest()
            && (at <= self.cursor || at < later_ms(self.cursor, length))
            && ahead.hard.is_none_or(|hard| at < hard)
            && at < self.span.ends
        {
            let Some(guest) = self.guests.pop_front() else { break };
            self.hard(guest, at);
        }
        // What stands before a hard start is told before it, also where that waits a little.
        let waits = |hard: &Timestamp| self.cursor > *hard && self.cursor <= later(*hard, SLACK);
        let planned = ahead.hard.filter(waits).unwrap_or(self.cursor);
        let is_kept_off = self.span.keeps_off(&entry, planned) || self.is_capped(self.heard_ms, length);
        let over_ms = self.left_out_by_ms(length, ahead.hard, is_kept_off);
        if over_ms == 0 && !is_kept_off {
            // What has no length yet takes one ms, so that places in order of time are in the order of their broadcast.
            self.cursor = if entry.may_come() { later_ms(planned, 1) } else { later_ms(self.cursor, length) };
            self.heard_ms = self.heard_ms.saturating_add(length);
        }
        let grace_ms = self.grace(&entry, planned);
        self.laid.push(Laid { over_ms, is_kept_off, ..Laid::at(planned, entry, grace_ms) });
    }

    /// By how much what is so long is too long to be begun here, in ms. Filler before it would have given way to it, and what
    /// another reason keeps off is not too long by that filler.
    fn left_out_by_ms(&self, length: u64, hard: Option<Timestamp>, is_kept_off: bool) -> u64 {
        let here = self.over_ms(self.cursor, length, hard);
        let filler = of_ms(self.shrinkable_ms);
        let without = self.over_ms(self.cursor.checked_sub(filler).unwrap_or(self.cursor), length, hard);
        if here == 0 || is_kept_off || without > 0 { without.min(here) } else { here }
    }

    /// By how much what is so long is too long to be begun at `from`, in ms: nothing if it fits.
    fn over_ms(&self, from: Timestamp, length: u64, hard: Option<Timestamp>) -> u64 {
        let ends = later_ms(from, length);
        let (room, slack) = match hard {
            // Behind what ends a little late it is the hard start's turn, and not that of what is as short.
            Some(hard) if from < hard => (hard, SLACK),
            Some(hard) => (hard, SignedDuration::ZERO),
            None => (self.span.ends, PAST_END),
        };
        if length > 0 && ends > later(room, slack) { ms_between(room, ends) } else { 0 }
    }

    /// Whether what is so long, in ms, would make the broadcast longer than it may be, of which so much is heard before it.
    fn is_capped(&self, heard_ms: u64, length: u64) -> bool {
        self.span.cap_ms.is_some_and(|cap_ms| heard_ms.saturating_add(length) > cap_ms)
    }

    /// How long the soft places among `rest`, up to the next hard one, are heard if they follow from here on, in ms: those
    /// that will be begun.
    fn soft_ms(&self, ahead: Ahead, rest: &[Entry<'_>], until: Timestamp) -> u64 {
        if later_ms(self.cursor, ahead.soft_ms) <= until && !self.is_capped(self.heard_ms, ahead.soft_ms) {
            return ahead.soft_ms;
        }
        let (mut at, mut heard_ms) = (self.cursor, self.heard_ms);
        for entry in
            rest.iter().take_while(|entry| ends_room(entry, self.span).is_none()).filter(|entry| is_soft(entry))
        {
            let length = entry.length_ms();
            let fits = self.over_ms(at, length, ahead.hard) == 0 && !self.is_capped(heard_ms, length);
            if fits && !self.span.keeps_off(entry, at) {
                (at, heard_ms) = (later_ms(at, length), heard_ms.saturating_add(length));
            }
        }
        ms_between(self.cursor, at)
    }

    /// From here to the next hard start of its running order, to quiet hours, to its own limit or to the end, with room left
    /// for the soft places between. Around what has a time of its own it goes on, in a slot for each stretch: nobody who
    /// dates such a segment means to silence the rest of the broadcast.
    fn filler(&mut self, entry: Entry<'s>, ahead: Ahead, rest: &[Entry<'_>]) {
        self.stretches(entry, (ahead, rest), false);
    }

    /// The same; `is_more`: there is a stretch of it already, and each further one has a name of its own.
    fn stretches(&mut self, entry: Entry<'s>, (ahead, rest): (Ahead, &[Entry<'_>]), mut is_more: bool) {
        self.guests_before(later_ms(self.cursor, 1));
        let room_ends = ahead.hard.unwrap_or(self.span.ends);
        let room_ends = self.span.quiet_from(self.cursor).map_or(room_ends, |quiet| quiet.min(room_ends));
        let soft_ms = self.soft_ms(ahead, rest, room_ends);
        let soft = of_ms(soft_ms);
        let mut until = room_ends.checked_sub(soft).unwrap_or(Timestamp::MIN);
        if let Some(limit) = entry.until.and_then(self.span.at) {
            until = until.min(limit);
        }
        if entry.bar.is_some() {
            let until = self.next_guest().map_or(until, |guest| guest.min(until));
            self.stretch(entry, until, u64::MAX, false);
            return;
        }
        self.stopped = Some(entry.clone());
        loop {
            let stop = self.guests.iter().find_map(|guest| ends_room(guest, self.span)).filter(|at| *at < until);
            let left_ms = self.for_filler_ms.saturating_sub(self.filled_ms);
            is_more |= self.stretch(entry.clone(), stop.unwrap_or(until), left_ms, is_more);
            let Some(stop) = stop else { return };
            self.guests_before(later_ms(stop, 1));
        }
    }

    /// Filler from here to `until`, but no longer than `most_ms`, if there is room for any; less than that is left silent.
    fn stretch(&mut self, mut entry: Entry<'s>, until: Timestamp, most_ms: u64, is_more: bool) -> bool {
        let planned = self.cursor;
        let is_capped = ms_between(planned, until) > most_ms;
        let room_ms = ms_between(planned, until).min(most_ms);
        if room_ms < FILLER_ROOM_MS {
            return false;
        }
        if is_more {
            entry.name = self.names.another(&entry.name);
        }
        let until = later_ms(planned, room_ms);
        if entry.bar.is_none() {
            self.cursor = until;
            self.filled_ms = self.filled_ms.saturating_add(room_ms);
            self.shrinkable_ms = self.shrinkable_ms.saturating_add(room_ms);
        } else {
            self.cursor = later_ms(planned, 1);
        }
        self.laid.push(Laid { until: Some(until), is_capped, ..Laid::at(planned, entry, room_ms) });
        true
    }

    /// A soft place may start as long as its broadcast lasts.
    fn grace(&self, entry: &Entry<'s>, planned: Timestamp) -> u64 {
        let own = entry.segment.and_then(self.span.grace_of);
        own.unwrap_or_else(|| ms_between(planned, self.span.ends))
    }
}
