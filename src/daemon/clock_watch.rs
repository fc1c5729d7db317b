//! Sees what the wall clock did since the loop last looked: a step, or a stretch in which nothing ran.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::cells;
use crate::outcome::Cause;
use crate::problem::Text;
use crate::timetable::span_words;

/// A difference between the wall clock and the steady one that is no step: what time services slew, and jitter.
const STEP: SignedDuration = SignedDuration::from_millis(1000);
/// A loop that was away for longer than this was asleep or stopped.
const AWAY: SignedDuration = SignedDuration::from_secs(5);
/// So was one that was away for this long while it could have run, as far as the system tells, in ms.
const STOOD_STILL_MS: u64 = 1000;

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

impl Jump {
    /// The stretch of the wall clock that nobody saw; none of it where the clock went back.
    pub fn unseen(&self) -> (Timestamp, Timestamp) {
        (self.from.min(self.to), self.to)
    }

    /// For the log.
    pub fn words(&self, zone: &TimeZone) -> Text {
        let said = |at: Timestamp| cells::on_clock(at, zone).strftime("%d/%m/%Y %H:%M:%S").to_string();
        let (from, to) = (said(self.from), said(self.to));
        if self.cause == Cause::Asleep {
            return Text::new(
                format!("máy ngủ hoặc chương trình bị treo từ {from} đến {to}"),
                format!("the PC slept or the program stood still from {from} to {to}"),
            );
        }
        let by = span_words(u64::try_from(self.step.abs().as_millis()).unwrap_or(u64::MAX));
        let (vi, en) = if self.step.is_negative() { ("lùi", "back") } else { ("nhanh lên", "on") };
        Text::new(
            format!("giờ máy đang {from} bị chỉnh thành {to} ({vi} {})", by.vi),
            format!("the clock was set from {from} to {to} ({en} by {})", by.en),
        )
    }
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

    /// Looks again; since the last look this program is known to have stood still for `stood_still_ms`.
    pub fn look(&mut self, wall: Timestamp, uptime_ms: u64, stood_still_ms: u64) -> Option<Jump> {
        let before = *self;
        *self = ClockWatch { wall, uptime_ms };
        let passed = SignedDuration::from_millis(i64::try_from(uptime_ms.saturating_sub(before.uptime_ms)).ok()?);
        let step = wall.duration_since(before.wall) - passed;
        if step.abs() >= STEP {
            return Some(Jump { from: before.wall, to: wall, cause: Cause::Clock, step });
        }
        let away = Jump { from: before.wall, to: wall, cause: Cause::Asleep, step: SignedDuration::ZERO };
        (passed >= AWAY || stood_still_ms >= STOOD_STILL_MS).then_some(away)
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
        assert_eq!(watch.look(at(1001), 51_000, 0), None);
        assert_eq!(watch.look(at(1001), 51_900, 0), None, "slewed");
        let jump = watch.look(at(4602), 52_900, 0).unwrap();
        assert_eq!((jump.cause, jump.from, jump.to), (Cause::Clock, at(1001), at(4602)));
        let back = watch.look(at(1003), 53_900, 0).unwrap();
        assert_eq!((back.cause, back.step), (Cause::Clock, SignedDuration::from_secs(-3600)));
        assert_eq!(back.unseen(), (at(1003), at(1003)));
        let words = back.words(&TimeZone::UTC);
        assert_eq!(words.vi, "giờ máy đang 01/01/1970 01:16:42 bị chỉnh thành 01/01/1970 00:16:43 (lùi 1 giờ 0 phút)");
        assert_eq!(words.en, "the clock was set from 01/01/1970 01:16:42 to 01/01/1970 00:16:43 (back by 1 h 0 min)");
        let slept = watch.look(at(1903), 953_900, 0).unwrap();
        assert_eq!(slept.unseen(), (at(1003), at(1903)));
        let words = slept.words(&TimeZone::UTC);
        assert_eq!(words.vi, "máy ngủ hoặc chương trình bị treo từ 01/01/1970 00:16:43 đến 01/01/1970 00:31:43");
        assert_eq!((slept.cause, slept.from, slept.to), (Cause::Asleep, at(1003), at(1903)));
        // Four seconds: of a PC that was busy nothing is known, of a program that was stopped enough.
        assert_eq!(watch.look(at(1907), 957_900, 900), None);
        let stopped = watch.look(at(1911), 961_900, 3_100).unwrap();
        assert_eq!((stopped.cause, stopped.unseen()), (Cause::Asleep, (at(1907), at(1911))));
    }

    #[test]
    fn a_step_over_decades_is_told_in_years() {
        let step = |from: &str, to: &str| {
            let (from, to): (Timestamp, Timestamp) = (from.parse().unwrap(), to.parse().unwrap());
            Jump { from, to, cause: Cause::Clock, step: to.duration_since(from) }.words(&TimeZone::UTC)
        };
        let far = step("1965-06-12T00:00:00Z", "2026-12-01T05:45:00Z");
        assert!(far.vi.ends_with("(nhanh lên hơn 61 năm)") && far.en.ends_with("(on by over 61 years)"), "{far:?}");
        let days = step("2026-12-04T06:00:00Z", "2026-12-01T05:45:00Z");
        assert!(days.vi.ends_with("(lùi 3 ngày 0 giờ)") && days.en.ends_with("(back by 3 days 0 h)"), "{days:?}");
    }
}
