//! What a row says where the clock is set in the midst of its airing: its instants are those of one clock, and its note says
//! which.

use jiff::{SignedDuration, Timestamp};

use super::endings::joined;
use super::frozen::{later, later_ms};
use super::on_air::OnAir;
use crate::airing::Part;
use crate::instants::ms_between;
use crate::notes;
use crate::outcome::Cause;

/// A time service draws a clock on by less than this.
pub(super) const DRAWN_ON: SignedDuration = SignedDuration::from_secs(1);
/// A part that lasted so much longer than it sounded was not drawn on: the clock was set on in its midst. In ms.
const SET_ON_MS: u64 = 2_000;
/// What sounds is told each second, and a run's life with it: a row that ends so long after that is no row by that clock.
const TOLD_WITHIN: SignedDuration = SignedDuration::from_secs(15);

/// How the clock was set in the midst of an airing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClockSet {
    /// Forward.
    pub on: bool,
    /// Backward.
    pub back: bool,
}

impl ClockSet {
    /// Both.
    pub(super) fn and(self, other: ClockSet) -> ClockSet {
        ClockSet { on: self.on || other.on, back: self.back || other.back }
    }

    /// What is noted of it beside the airing; empty where the clock was let alone.
    pub fn note(self) -> String {
        let back = self.back.then(notes::clock_set_back);
        let on = self.on.then(notes::clock_set_on);
        joined([back, on].iter().flatten().map(String::as_str))
    }
}

impl OnAir {
    /// An instant of its sound as its row has it. What sounded for so long cannot end before that is over: where the clock was
    /// set back meanwhile, the row goes on by the clock as it was at its beginning.
    pub fn dated(&self, at: Timestamp, sounded_ms: u64) -> Timestamp {
        let Some(told) = self.told else { return at };
        let by_the_sound = later_ms(told, sounded_ms);
        if later(at, DRAWN_ON) < by_the_sound { by_the_sound } else { at.max(told) }
    }

    /// How the clock was set until that instant of its sound.
    pub fn clock_set(&self, at: Timestamp, sounded_ms: u64) -> ClockSet {
        let back = self.dated(at, sounded_ms) != at;
        ClockSet { back, on: !back && self.carried == Some(Cause::Clock) }
    }
}

/// What is known of the run that left an airing without an outcome, beside what its row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunBefore {
    /// What ended it.
    pub cause: Cause,
    /// The last instant at which it is known to have lived by a clock that it trusted; none where it never knew one.
    pub alive: Option<Timestamp>,
    /// Its clock was in doubt when it ended.
    pub in_doubt: bool,
    /// By how much the clock was set since `alive`, as the clock says that nobody sets; nothing where nobody knows.
    pub set_since: SignedDuration,
}

impl RunBefore {
    /// How the clock was set in the midst of these parts, as far as they and the run's life tell.
    pub(super) fn clock_set(&self, parts: &[Part], asked_for: bool) -> ClockSet {
        let on = parts.iter().any(is_set_on);
        let back = parts.last().is_some_and(|part| !is_set_on(part) && self.is_set_back(part, asked_for));
        ClockSet { on, back }
    }

    /// The last part goes on by a clock that was set back in its midst. By a clock in doubt nothing begins but what a person
    /// asks for, and of that nobody knows by which clock.
    fn is_set_back(&self, part: &Part, asked_for: bool) -> bool {
        let Some((alive, ended)) = self.alive.zip(part.ended) else { return false };
        if self.in_doubt {
            !asked_for && self.set_since < -DRAWN_ON && alive < ended
        } else {
            part.is_open && later(alive, TOLD_WITHIN) < ended
        }
    }

    /// When the last part broke off, by the clock of now.
    pub(super) fn broke_off(&self, part: &Part, asked_for: bool) -> Option<Timestamp> {
        let ended = part.ended?;
        let by_the_clock_of_then = match part.began.zip(self.alive) {
            _ if self.in_doubt && asked_for => return Some(ended),
            // By the last clock that was trusted.
            Some((began, _)) if self.in_doubt => later_ms(began, part.played_ms + part.gap_ms),
            Some((_, alive)) if self.is_set_back(part, asked_for) => alive,
            _ => ended,
        };
        Some(later(by_the_clock_of_then, self.set_since))
    }
}

/// The clock was set on in its midst: it lasted longer than anything of it.
fn is_set_on(part: &Part) -> bool {
    let lasted_ms = part.began.zip(part.ended).map_or(0, |(began, ended)| ms_between(began, ended));
    lasted_ms > part.played_ms + part.gap_ms + SET_ON_MS
}
