//! The end of a run and the beginning of the next: the power goes, the program dies, somebody stops it.

use jiff::Timestamp;

use super::line::ms;
use super::world::World;
use crate::director::{Director, Event, Leap, RunBefore, leaps_of};
use crate::outcome::Cause;

/// A run's heartbeat while nothing is on air, in seconds.
const HEARTBEAT_S: i64 = 10;
/// And while something is, in ms.
const HEARTBEAT_ON_AIR_MS: i64 = 700;

/// The last instant at which the log knows that a run lived.
#[derive(Clone, Copy, Debug)]
pub(super) struct Alive {
    /// By the clock.
    pub clock: Timestamp,
    /// In the time that passes.
    pub passed: Timestamp,
}

impl World {
    /// The power goes, and comes back after so long.
    pub fn lose_power(&mut self, off_ms: u64) {
        self.die(Cause::Power, off_ms);
    }

    /// The program dies, and is started again after so long.
    pub fn crash(&mut self, off_ms: u64) {
        self.die(Cause::Daemon, off_ms);
    }

    /// Somebody stops the program, and starts it again after so long.
    pub fn stop(&mut self, off_ms: u64) {
        self.send(Event::Shutdown);
        // The longest fade, and then some.
        let patience = self.now + ms(5_000);
        while !self.stopped && self.now < patience {
            self.run(self.now + ms(100));
        }
        let alive = self.heartbeat();
        let before = self.run_before(Cause::Daemon, alive);
        self.go_dark();
        // Who ends in peace has written beside the log what waited.
        self.log.keep_memory(alive);
        self.start(before, off_ms);
    }

    /// The power goes, and the PC comes back after so long with a clock whose battery is dead.
    pub fn lose_power_and_time(&mut self, off_ms: u64, shows: Timestamp) {
        let before = self.end_at_once(Cause::Power);
        self.moved.push((self.now, shows.duration_since(self.clock())));
        self.time.ahead = shows.duration_since(self.now + ms(off_ms));
        self.start(before, off_ms);
    }

    /// The program dies, and somebody sets the clock before it is started again.
    pub fn crash_and_set_clock(&mut self, off_ms: u64, shows: Timestamp) {
        let (before, would_say) = (self.end_at_once(Cause::Daemon), self.clock() + ms(off_ms));
        self.moved.push((self.now, shows.duration_since(self.clock())));
        self.time.ahead = shows.duration_since(self.now + ms(off_ms));
        self.stepped.extend(Leap::between(would_say, shows));
        self.start(before, off_ms);
    }

    fn die(&mut self, cause: Cause, off_ms: u64) {
        let before = self.end_at_once(cause);
        self.start(before, off_ms);
    }

    /// The run ends, and what waits in memory with it; what the log knows of it.
    fn end_at_once(&mut self, cause: Cause) -> (RunBefore, Alive) {
        let alive = self.log.full_since().unwrap_or_else(|| self.heartbeat());
        let before = self.run_before(cause, alive);
        self.go_dark();
        self.log.forget_memory();
        before
    }

    /// The last sign of life of the run.
    pub(super) fn heartbeat(&self) -> Alive {
        if let Some(last) = self.lived_until {
            return last;
        }
        // By a clock that is not trusted none moves.
        if let Some(last) = self.time.last_alive().filter(|_| self.time.is_in_doubt()) {
            return last;
        }
        let clock = self.clock();
        let on_air = self.voices.iter().any(|voice| voice.told.is_some());
        let behind_ms = if on_air {
            clock.as_millisecond().rem_euclid(HEARTBEAT_ON_AIR_MS)
        } else {
            clock.as_millisecond().rem_euclid(HEARTBEAT_S * 1000)
        };
        let behind = jiff::SignedDuration::from_millis(behind_ms);
        Alive { clock: clock - behind, passed: self.now - behind }
    }

    /// What the log knows of the run that ends now for `cause`, and was last known to live then.
    fn run_before(&self, cause: Cause, alive: Alive) -> (RunBefore, Alive) {
        let in_doubt = self.time.is_in_doubt();
        let set_since = jiff::SignedDuration::ZERO;
        (RunBefore { cause, alive: Some(alive.clock), in_doubt, set_since }, alive)
    }

    /// What a new start finds is what the log has.
    fn start(&mut self, (mut before, alive): (RunBefore, Alive), off_ms: u64) {
        self.now += ms(off_ms);
        (self.stopped, self.lived_until) = (false, None);
        let (clock, cause, heartbeat) = (self.clock(), before.cause, alive.clock);
        if cause == Cause::Daemon {
            // In the same boot of the PC.
            before.set_since = clock.duration_since(alive.clock) - self.now.duration_since(alive.passed);
        }
        let knows_the_time = self.judge_first(heartbeat, cause);
        let ordered = self.log.take_up_ordered(cause, self.time.ahead);
        let mut past = self.log.begin_run(clock, &before);
        past.ordered = ordered;
        past.heard = self.log.all().filter(|e| e.was_heard() == Some(true)).map(|e| e.slot.clone()).collect();
        let began = if knows_the_time { clock } else { heartbeat };
        if let Some(plan) = self.log.last_reading(began) {
            let (ahead, passed) = plan.iter().cloned().partition(|slot| began < slot.planned);
            (past.plan, past.passed) = (Some(ahead), passed);
        }
        if knows_the_time {
            past.unwritten = self.fell_due(heartbeat);
            past.unwritten.retain(|slot| self.log.entry(&slot.id).is_none());
        }
        past.leaps = leaps_of(self.stepped.iter().copied());
        past.clock_is_unkept = !self.clock_is_kept;
        past.started = past.started.filter(|_| knows_the_time);
        self.director = Director::new(past, self.rules.clone());
        if !knows_the_time {
            self.tell(Event::ClockDoubted);
        }
        self.put_in_force();
        self.open_line();
        if self.listens {
            self.listen();
        }
    }
}
