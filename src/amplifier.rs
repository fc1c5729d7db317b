//! Whether the amplifier should be on: a small pure state machine, asked at each turn of the daemon's loop.
//!
//! It is on from `before` ahead of the next sound until `after` behind the last, so a gap shorter than both together
//! keeps it on. What lies ahead is told by the wall clock, as the plan is; how long ago the last sound was is counted by
//! the steady one, so that a clock that is set back leaves no amplifier humming for an hour.

use jiff::Timestamp;

use crate::director::Outlook;
use crate::station::Amplifier;

/// How an amplifier stands, or should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// It has power.
    On,
    /// It has none.
    Off,
}

/// Both clocks at one moment.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The wall clock.
    pub now: Timestamp,
    /// A clock that never steps and counts sleep too, in ms.
    pub steady_ms: u64,
}

/// What was last ordered of the amplifier, and since when it has nothing to do.
#[derive(Clone, Debug)]
pub struct Switching {
    state: State,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// An earlier run may have left it on.
    Unknown,
    Off,
    On {
        since_ms: u64,
        /// Since when nothing needs it.
        idle_since_ms: Option<u64>,
    },
}

impl Default for Switching {
    /// Of an amplifier that nothing is known of: the first step orders it one way or the other.
    fn default() -> Switching {
        Switching { state: State::Unknown }
    }
}

impl Switching {
    /// What to order now, if that is another position than the one ordered last.
    pub fn step(&mut self, at: Moment, amplifier: &Amplifier, outlook: Outlook) -> Option<Position> {
        let needed = is_needed(at, amplifier, outlook);
        match &mut self.state {
            State::Off | State::Unknown if needed => {
                self.state = State::On { since_ms: at.steady_ms, idle_since_ms: None };
                Some(Position::On)
            }
            State::Unknown => {
                self.state = State::Off;
                Some(Position::Off)
            }
            State::Off => None,
            State::On { idle_since_ms, .. } if needed => {
                *idle_since_ms = None;
                None
            }
            State::On { idle_since_ms, .. } => {
                let since_ms = *idle_since_ms.get_or_insert(at.steady_ms);
                if at.steady_ms.saturating_sub(since_ms) < amplifier.after_ms {
                    return None;
                }
                self.state = State::Off;
                Some(Position::Off)
            }
        }
    }

    /// In how many ms at the latest to step again, if nothing happens before.
    pub fn wake_in_ms(&self, at: Moment, amplifier: &Amplifier, outlook: Outlook) -> Option<u64> {
        let ahead = outlook.next.map(|next| ms_until(at.now, next).saturating_sub(amplifier.before_ms));
        let off = match self.state {
            State::On { idle_since_ms: Some(since_ms), .. } => {
                Some((since_ms + amplifier.after_ms).saturating_sub(at.steady_ms))
            }
            State::Unknown | State::Off | State::On { .. } => None,
        };
        [ahead.filter(|ms| *ms > 0), off].into_iter().flatten().min()
    }

    /// How long it still has to warm, in ms, before an emergency can be understood that is about to sound. What is due is the
    /// next sound in the outlook, so that the next step orders it on, and off again behind that sound as behind any other.
    pub fn warming_ms(&self, at: Moment, amplifier: &Amplifier) -> u64 {
        let warm_ms = match self.state {
            State::On { since_ms, .. } => at.steady_ms.saturating_sub(since_ms),
            State::Unknown | State::Off => 0,
        };
        amplifier.emergency_before_ms.saturating_sub(warm_ms)
    }

    /// The position ordered last; none before the first.
    pub fn ordered(&self) -> Option<Position> {
        match self.state {
            State::Unknown => None,
            State::Off => Some(Position::Off),
            State::On { .. } => Some(Position::On),
        }
    }
}

fn is_needed(at: Moment, amplifier: &Amplifier, outlook: Outlook) -> bool {
    outlook.on_air || outlook.next.is_some_and(|next| ms_until(at.now, next) <= amplifier.before_ms)
}

/// Nothing if it is past.
fn ms_until(now: Timestamp, then: Timestamp) -> u64 {
    u64::try_from(then.duration_since(now).as_millis()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::station::Switch;

    /// A minute before, half a minute after, five seconds for an emergency.
    fn amplifier() -> Amplifier {
        let switch = Switch::Commands { on: vec!["on".into()], off: vec!["off".into()] };
        Amplifier { switch, before_ms: 60_000, after_ms: 30_000, emergency_before_ms: 5_000 }
    }

    /// A steady clock, a wall clock that is set at given moments, and sounds planned by the wall clock that each sound once.
    struct Day {
        /// Planned instant and length, in s of the wall clock.
        sounds: Vec<(i64, i64)>,
        /// Steady instant and by how much the wall clock is set then, in s.
        settings: Vec<(u64, i64)>,
        /// Steady instant in s, and how long the sound lasts that is asked for then, its tone included.
        asked: Option<(u64, i64)>,
    }

    const HOUR: i64 = 3600;

    fn day(sounds: &[(i64, i64)]) -> Day {
        Day { sounds: sounds.to_vec(), settings: Vec::new(), asked: None }
    }

    impl Day {
        /// What is ordered and when, in s of the steady clock: stepped only at the moments that it asks for, and when a
        /// sound begins or ends or a clock is set.
        fn orders(&self, until_s: u64) -> Vec<(u64, Position)> {
            let (mut switching, amplifier) = (Switching::default(), amplifier());
            let (mut steady_ms, mut off_s, mut orders) = (0, 0, Vec::new());
            // The steady instant at which each ends, once it has begun.
            let mut sounds = self.sounds.clone();
            let mut ends: Vec<Option<u64>> = vec![None; sounds.len()];
            let mut settings = self.settings.clone();
            let mut asked = self.asked;
            while steady_ms <= until_s * 1000 {
                settings.retain(|(at, by)| {
                    *at * 1000 > steady_ms || {
                        off_s += by;
                        false
                    }
                });
                let now_ms = i64::try_from(steady_ms).unwrap() + off_s * 1000;
                if let Some((_, length)) = asked.take_if(|(at, _)| *at * 1000 <= steady_ms) {
                    sounds.push((now_ms / 1000, length));
                    ends.push(None);
                }
                for ((planned, length), ends) in sounds.iter().zip(&mut ends) {
                    if ends.is_none() && planned * 1000 <= now_ms {
                        *ends = Some(steady_ms + u64::try_from(length * 1000).unwrap());
                    }
                }
                let at = Moment { now: Timestamp::from_millisecond(now_ms).unwrap(), steady_ms };
                let on_air = ends.iter().any(|ends| ends.is_some_and(|ends| steady_ms < ends));
                let ahead = sounds.iter().zip(&ends).filter(|(_, ends)| ends.is_none());
                let next_s = ahead.map(|((planned, _), _)| *planned).min();
                let outlook = Outlook { on_air, next: next_s.map(|s| Timestamp::from_second(s).unwrap()) };
                orders.extend(switching.step(at, &amplifier, outlook).map(|position| (steady_ms / 1000, position)));

                let wake = switching.wake_in_ms(at, &amplifier, outlook).map(|ms| steady_ms + ms);
                let begins = next_s.map(|s| steady_ms + u64::try_from((s * 1000 - now_ms).max(1)).unwrap());
                let set = settings.iter().chain(&asked.map(|(at, _)| (at, 0))).map(|(at, _)| at * 1000).min();
                let events = [wake, begins, set].into_iter().chain(ends.iter().copied()).flatten();
                let Some(next) = events.filter(|at| *at > steady_ms).min() else { break };
                steady_ms = next;
            }
            orders
        }
    }

    #[test]
    fn it_is_on_from_before_the_first_sound_until_after_the_last() {
        use Position::{Off, On};
        for (what, day, orders) in [
            ("nothing planned", day(&[]), vec![(0, Off)]),
            ("one sound", day(&[(600, 100)]), vec![(0, Off), (540, On), (730, Off)]),
            ("sooner than it warms", day(&[(20, 10)]), vec![(0, On), (60, Off)]),
            ("a gap of a second less than both", day(&[(600, 100), (789, 10)]), vec![(0, Off), (540, On), (829, Off)]),
            (
                "a gap of a second more than both",
                day(&[(600, 100), (791, 10)]),
                vec![(0, Off), (540, On), (730, Off), (731, On), (831, Off)],
            ),
            ("sounds that overlap", day(&[(600, 100), (650, 10)]), vec![(0, Off), (540, On), (730, Off)]),
            (
                "the clock is set back an hour while it sounds: it goes off when the sound is over, and does not wait an hour",
                Day { settings: vec![(650, -HOUR)], ..day(&[(600, 100)]) },
                vec![(0, Off), (540, On), (730, Off)],
            ),
            (
                "set back while it stands ready to go off",
                Day { settings: vec![(710, -HOUR)], ..day(&[(600, 100)]) },
                vec![(0, Off), (540, On), (730, Off)],
            ),
            (
                "set back while it warms: off, and on again when the hour is over",
                Day { settings: vec![(550, -HOUR)], ..day(&[(600, 100)]) },
                vec![(0, Off), (540, On), (580, Off), (540 + 3600, On), (730 + 3600, Off)],
            ),
            (
                "set forward into the minute before",
                Day { settings: vec![(100, 450)], ..day(&[(600, 100)]) },
                vec![(0, Off), (100, On), (280, Off)],
            ),
            (
                "an emergency: at once, until after its sound and no longer, however short that is",
                Day { asked: Some((100, 4)), ..day(&[(600, 100)]) },
                vec![(0, Off), (100, On), (134, Off), (540, On), (730, Off)],
            ),
        ] {
            assert_eq!(day.orders(20_000), orders, "{what}");
        }
    }

    #[test]
    fn an_emergency_waits_only_for_what_is_lacking_of_its_warming() {
        let (mut switching, amplifier) = (Switching::default(), amplifier());
        let at =
            |s: i64| Moment { now: Timestamp::from_second(s).unwrap(), steady_ms: u64::try_from(s * 1000).unwrap() };
        assert_eq!(switching.warming_ms(at(100), &amplifier), 5000, "cold");
        let due = Outlook { on_air: false, next: Some(at(100).now) };
        assert_eq!(switching.step(at(100), &amplifier, due), Some(Position::On));
        assert_eq!(switching.warming_ms(at(102), &amplifier), 3000, "warming for two seconds");
        assert_eq!(switching.warming_ms(at(200), &amplifier), 0, "warm");
    }
}
