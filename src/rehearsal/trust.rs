//! The clock of a rehearsed station before it is believed: judged at each turn by the same rule as a real one.

use jiff::{SignedDuration, Timestamp};

use super::line::ms;
use super::power::Alive;
use super::world::{Coming, World};
use crate::director::{Event, Leap};
use crate::outcome::Cause;
use crate::station::ClockRule;
use crate::trust::{ClockTrust, Doubt, SystemSays, Turn, VERSION_BEGAN};

/// A look that comes a little after the clock has reached what it was behind.
const AFTER_MS: u64 = 1;

/// What the loop knows of the clock.
#[derive(Debug)]
pub(super) struct Clock {
    /// How far it is ahead of the time that passes.
    pub ahead: SignedDuration,
    trust: ClockTrust,
    /// So much is added before it is judged: a month gone by is rehearsed as if it were to come.
    since: SignedDuration,
    /// Since when nobody knows the time, where nobody does; and, if this run never knew it, its beginning and what was
    /// before it.
    unknown: Option<(Timestamp, Option<(Timestamp, Cause)>)>,
    /// The last time that passed while it was trusted.
    known: Timestamp,
}

impl Clock {
    pub fn new(now: Timestamp) -> Clock {
        let since = (VERSION_BEGAN + SignedDuration::from_hours(48)).duration_since(now).max(SignedDuration::ZERO);
        Clock { ahead: SignedDuration::ZERO, trust: ClockTrust::new(None), since, unknown: None, known: now }
    }

    pub fn is_in_doubt(&self) -> bool {
        self.trust.doubt().is_some()
    }

    fn judge(&mut self, now: Timestamp, rule: ClockRule) -> Turn {
        let clock = now.checked_add(self.ahead + self.since).unwrap_or(Timestamp::MAX);
        let steady_ms = u64::try_from(now.as_millisecond()).unwrap_or_default();
        let turn = self.trust.look(clock, steady_ms, SystemSays::Nothing, rule);
        if !self.is_in_doubt() {
            self.known = now;
        }
        turn
    }

    /// A person vouches for it.
    fn confirm(&mut self, now: Timestamp) -> Turn {
        let clock = now.checked_add(self.ahead + self.since).unwrap_or(Timestamp::MAX);
        self.trust.confirm(clock).unwrap_or(Turn::Same)
    }

    /// The last instant that was trusted, by the clock.
    pub fn last(&self) -> Option<Timestamp> {
        self.trust.last().map(|last| last - self.since)
    }

    /// The same, with the time that had passed by then.
    pub fn last_alive(&self) -> Option<Alive> {
        Some(Alive { clock: self.last()?, passed: self.known })
    }
}

impl World {
    /// Looks at the clock before anything is decided by it.
    pub(super) fn look(&mut self) {
        let showed = self.showed.take();
        if showed.is_some() {
            self.coming.retain(|(_, coming)| !matches!(coming, Coming::Look));
        }
        let (clock, last) = (self.clock(), self.time.last());
        if let Some((from, Cause::Clock)) = showed {
            self.stepped.push(Leap { from: from.min(clock), to: clock });
        }
        match self.time.judge(self.now, self.clock_rule) {
            Turn::Doubted(_) => {
                let last = last.unwrap_or(clock);
                self.time.unknown.get_or_insert((last, None));
                self.tell(Event::ClockDoubted);
            }
            Turn::Trusted => self.trust_again(),
            Turn::Same => {
                if let Some((from, cause)) = showed {
                    self.tell(Event::Jumped { from, to: clock, cause });
                    // What had passed when it was read is ahead again.
                    if clock < from {
                        self.tell_plan();
                    }
                }
            }
        }
        self.look_again();
    }

    /// A person vouches for the clock.
    pub fn confirm_clock(&mut self) {
        self.send(Event::Woken);
        if self.time.confirm(self.now) == Turn::Trusted {
            self.trust_again();
        }
    }

    /// A clock that is behind is believed once it has caught up.
    fn look_again(&mut self) {
        if let (Some(Doubt::Behind(_)), Some(last)) = (self.time.trust.doubt(), self.time.last())
            && !self.coming.iter().any(|(_, coming)| matches!(coming, Coming::Look))
        {
            self.coming.push(((last - self.time.ahead).max(self.now) + ms(AFTER_MS), Coming::Look));
        }
    }

    fn trust_again(&mut self) {
        let Some((last, start)) = self.time.unknown.take() else { return };
        let since = match start {
            Some((began, cause)) => {
                let began = began + self.time.ahead;
                self.tell(Event::Jumped { from: Timestamp::MIN, to: began, cause });
                began
            }
            None => last,
        };
        let due = self.fell_due(last);
        self.tell(Event::ClockTrusted { since, due });
        self.tell_plan();
    }

    /// The plan that is written comes into force, as of now.
    fn tell_plan(&mut self) {
        let slots = self.plan.in_force().to_vec();
        self.tell(Event::Planned { since: self.clock(), slots, rules: self.rules.clone() });
    }

    /// The clock was trusted until now, unless it was set a moment ago and nobody has looked at it since.
    pub(super) fn trusted_until_now(&mut self) {
        if self.showed.is_none() && !self.time.is_in_doubt() {
            let _ = self.time.judge(self.now, self.clock_rule);
        }
    }

    /// A run begins that knows of that heartbeat; false if nobody knows the time.
    pub(super) fn judge_first(&mut self, heartbeat: Timestamp, cause: Cause) -> bool {
        self.time.trust = ClockTrust::new(Some(heartbeat + self.time.since));
        self.time.unknown = None;
        let now = self.now;
        let doubted = matches!(self.time.judge(now, self.clock_rule), Turn::Doubted(_));
        if doubted {
            self.time.unknown = Some((heartbeat, Some((now, cause))));
        }
        !doubted
    }
}
