//! Sees what the wall clock did since the loop last looked: a step, or a stretch in which nothing ran.

use jiff::{SignedDuration, Timestamp};

use crate::outcome::Cause;

/// A difference between the wall clock and the steady one that is no step: what time services slew, and jitter.
const STEP: SignedDuration = SignedDuration::from_millis(1000);
/// A loop that was away for longer than this was asleep or stopped.
const AWAY: SignedDuration = SignedDuration::from_secs(5);

/// What both clocks said when the loop last looked.
#[derive(Clone, Copy, Debug)]
pub struct ClockWatch {
    wall: Timestamp,
    uptime_ms: u64,
}

/// The wall clock moved over a stretch that the loop did not see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jump {
    /// The wall clock before.
    pub from: Timestamp,
    /// The wall clock after.
    pub to: Timestamp,
    /// `clock` for a step, `asleep` for a stretch without us.
    pub cause: Cause,
    /// How far it stepped against the steady clock.
    pub step: SignedDuration,
}

impl ClockWatch {
    /// Begins at what the clocks say now. `uptime_ms` counts sleep too.
    pub fn new(wall: Timestamp, uptime_ms: u64) -> ClockWatch {
        ClockWatch { wall, uptime_ms }
    }

    /// What the wall clock would say now, had it not stepped since the last look.
    pub fn unstepped(&self, wall: Timestamp, uptime_ms: u64) -> Timestamp {
        let passed = i64::try_from(uptime_ms.saturating_sub(self.uptime_ms)).unwrap_or(0);
        let expected = self.wall.saturating_add(SignedDuration::from_millis(passed)).unwrap_or(wall);
        if wall.duration_since(expected).abs() >= STEP { expected } else { wall }
    }

    /// Looks again.
    pub fn look(&mut self, wall: Timestamp, uptime_ms: u64) -> Option<Jump> {
        let before = *self;
        *self = ClockWatch { wall, uptime_ms };
        let passed = SignedDuration::from_millis(i64::try_from(uptime_ms.saturating_sub(before.uptime_ms)).ok()?);
        let step = wall.duration_since(before.wall) - passed;
        if step.abs() >= STEP {
            return Some(Jump { from: before.wall, to: wall, cause: Cause::Clock, step });
        }
        let away = Jump { from: before.wall, to: wall, cause: Cause::Asleep, step: SignedDuration::ZERO };
        (passed >= AWAY).then_some(away)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_step_that_nobody_has_looked_at_decides_nothing() {
        let watch = ClockWatch::new(at(1000), 50_000);
        let half = SignedDuration::from_millis(500);
        assert_eq!(watch.unstepped(at(1001) + half, 51_000), at(1001) + half);
        assert_eq!(watch.unstepped(at(4602), 51_000), at(1001));
        assert_eq!(watch.unstepped(at(0), 51_500), at(1001) + half);
    }

    #[test]
    fn tells_a_step_from_a_sleep_from_the_passing_of_time() {
        let mut watch = ClockWatch::new(at(1000), 50_000);
        assert_eq!(watch.look(at(1001), 51_000), None);
        assert_eq!(watch.look(at(1001), 51_900), None, "slewed");
        let jump = watch.look(at(4602), 52_900).unwrap();
        assert_eq!((jump.cause, jump.from, jump.to), (Cause::Clock, at(1001), at(4602)));
        let back = watch.look(at(1003), 53_900).unwrap();
        assert_eq!((back.cause, back.step), (Cause::Clock, SignedDuration::from_secs(-3600)));
        let slept = watch.look(at(1903), 953_900).unwrap();
        assert_eq!((slept.cause, slept.from, slept.to), (Cause::Asleep, at(1003), at(1903)));
    }
}
