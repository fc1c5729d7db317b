//! Sets what a monitor heard of the line against what was sent to it, and says when the line does not sound.
//!
//! Both are followed as power in slots of a tenth of a second. A monitor may hear late, softer or louder, and other sounds
//! beside ours; so it is asked whether what it hears rises and falls as what is sent does, at some delay that is kept once it
//! is found. Dead silence needs no such question, and a steady tone, which does not rise and fall, is judged by level alone.

mod track;

use track::{SLOT_MS, Track, clipped, correlation, deviation, mean_power_db, slot_of};

/// Slots that are looked at: three seconds.
const WINDOW: i64 = 30;
/// How much later, or by rough clocks earlier, than it should a monitor may hear, in slots.
const LAGS: std::ops::RangeInclusive<i64> = -3..=20;
/// About a delay that is known.
const LAG_LEEWAY: i64 = 2;
/// Below this nothing is sent that a monitor must hear, in dBFS.
const LOUD_DB: f64 = -50.0;
/// Loud slots that a window needs to be judged.
const LOUD_SLOTS: usize = 15;
/// A monitor that hears less is deaf, or the line is dead, in dBFS.
const DEAD_DB: f64 = -75.0;
/// A sound whose level varies less is steady, in dB.
const STEADY_DB: f64 = 2.0;
/// How alike the two must be to find a delay, and to go on at one that is known.
const ALIKE_ANEW: f64 = 0.75;
const ALIKE: f64 = 0.5;
/// So far below its usual level a slot is not heard, in dB.
const FALLEN_DB: f64 = 20.0;
/// The share of a new window in what is usual: small, so that a line that is going dead does not make that usual.
const GAIN_SHARE: f64 = 0.02;
/// A monitor whose level varies so much less than what is sent hears something steady, in parts.
const FLAT: f64 = 0.4;
/// Windows in a row, one each slot, that must be unlike before the line is called silent.
const UNLIKE_WINDOWS: u32 = 15;
/// The latest slots of a window, which say little yet.
const LATEST: i64 = 20;
/// Slots of another sound after which a window begins to be unlike.
const UNLIKE_FROM: i64 = 10;

/// What the monitor says of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Too little was sent, or heard of, to tell.
    Unsure,
    /// It sounds.
    Sounds,
    /// It does not.
    Silent {
        /// Since when, in ms of the clock that both are given by.
        since_ms: u64,
    },
}

/// Follows both, and judges.
#[derive(Debug)]
pub struct Hearing {
    sent: Track,
    heard: Track,
    /// How many slots late the monitor hears, once that is found.
    lag: Option<i64>,
    /// What it usually hears above what is sent, in dB, once that is known.
    gain_db: Option<f64>,
    judged: i64,
    unlike: u32,
    verdict: Verdict,
}

impl Default for Hearing {
    fn default() -> Hearing {
        Hearing {
            sent: Track::default(),
            heard: Track::default(),
            lag: None,
            gain_db: None,
            judged: i64::MIN,
            unlike: 0,
            verdict: Verdict::Unsure,
        }
    }
}

impl Hearing {
    /// A stretch of that mean power leaves the line from one instant to another, in ms. Stretches may overlap: they add.
    pub fn sent(&mut self, from_ms: f64, to_ms: f64, power: f64) {
        self.sent.add(from_ms, to_ms, power);
    }

    /// The monitor heard that mean power from one instant to another, in ms of the same clock.
    pub fn heard(&mut self, from_ms: f64, to_ms: f64, power: f64) {
        self.heard.add(from_ms, to_ms, power);
    }

    /// The monitor hears no more, or begins to: what it heard before says nothing of what comes.
    pub fn begin_anew(&mut self) {
        *self = Hearing { sent: std::mem::take(&mut self.sent), ..Hearing::default() };
    }

    /// What it comes to, as far as both are known; what is sent is known up to `sent_until_ms`.
    pub fn judge(&mut self, sent_until_ms: f64) -> Verdict {
        let Some(heard) = self.heard.last_whole() else { return Verdict::Unsure };
        // One slot more than the window is looked at.
        let last = heard.min(slot_of(sent_until_ms) - 1 + LAGS.start()) - 1;
        for slot in self.judged.max(last - WINDOW)..last {
            self.judge_window(slot + 1);
        }
        self.judged = self.judged.max(last);
        self.verdict
    }

    /// Up to when a verdict holds, in ms: what came in the last part of a window has little say in it yet.
    pub fn holds_until_ms(&self) -> Option<u64> {
        u64::try_from(self.judged.saturating_sub(LATEST)).ok().map(|slot| (slot + 1) * SLOT_MS as u64)
    }

    /// Judges the window that ends with that slot of the monitor's.
    fn judge_window(&mut self, last: i64) {
        // Loud enough at every delay that may be.
        let lags = self.lag.map_or(0..=*LAGS.end(), |lag| lag..=lag);
        let is_loud =
            |lag: i64| self.window(last - lag).filter(|slot| self.sent.db(*slot) > LOUD_DB).count() >= LOUD_SLOTS;
        if !is_loud(*lags.start()) || !is_loud(*lags.end()) || last - self.heard.first < WINDOW {
            self.unlike = 0;
            return;
        }
        let (silent, since) = match self.compare(last) {
            Found::Ours { gain_db } => {
                self.gain_db = Some(self.gain_db.map_or(gain_db, |known| known + (gain_db - known) * GAIN_SHARE));
                (self.verdict, self.unlike) = (Verdict::Sounds, 0);
                return;
            }
            Found::Nothing => (true, last - WINDOW + 1),
            Found::Other => {
                self.unlike += 1;
                (self.unlike >= UNLIKE_WINDOWS, last - i64::from(UNLIKE_WINDOWS) - UNLIKE_FROM)
            }
        };
        if silent && !matches!(self.verdict, Verdict::Silent { .. }) {
            self.verdict = Verdict::Silent { since_ms: u64::try_from(since).unwrap_or(0) * SLOT_MS as u64 };
        }
    }

    fn window(&self, last: i64) -> std::ops::RangeInclusive<i64> {
        last - WINDOW + 1..=last
    }

    /// What the monitor heard in the window that ends with that slot.
    fn compare(&mut self, last: i64) -> Found {
        let heard: Vec<f64> = self.window(last).map(|slot| self.heard.db(slot)).collect();
        if heard.iter().all(|db| *db < DEAD_DB) {
            return Found::Nothing;
        }
        let now: Vec<f64> = self.window(last - self.lag.unwrap_or(0)).map(|slot| self.sent.db(slot)).collect();
        let gain_db = mean_power_db(&heard) - mean_power_db(&now);
        let fallen = |by_db: f64| self.gain_db.is_some_and(|usual_db| gain_db < usual_db - by_db);
        // A line that was silent must be heard well to sound again.
        let was_silent = matches!(self.verdict, Verdict::Silent { .. });
        if was_silent && fallen(FALLEN_DB / 2.0) {
            return Found::Other;
        }
        let enough = if was_silent { ALIKE_ANEW } else { ALIKE };
        if deviation(&clipped(&now)) < STEADY_DB {
            // Nothing to follow but its level.
            return if fallen(FALLEN_DB) { Found::Nothing } else { Found::Ours { gain_db } };
        }
        let shape = self.heard.shape(self.window(last));
        let varies = deviation(&self.sent.shape(self.window(last - self.lag.unwrap_or(0))));
        if deviation(&shape) < varies * FLAT {
            return Found::Other;
        }
        let alike = |lag: i64| (correlation(&self.sent.shape(self.window(last - lag)), &shape), lag);
        let best = |lags: std::ops::RangeInclusive<i64>| lags.map(alike).max_by(|a, b| a.0.total_cmp(&b.0));
        let known = self.lag.and_then(|lag| best(lag - LAG_LEEWAY..=lag + LAG_LEEWAY));
        let found = known.filter(|(likeness, _)| *likeness >= enough);
        let found = found.or_else(|| best(LAGS).filter(|(likeness, _)| *likeness >= ALIKE_ANEW));
        let Some((_, lag)) = found else { return Found::Other };
        // A delay that is known moves only for a better one found anew.
        if known.is_none_or(|(likeness, _)| likeness < enough) {
            self.lag = Some(lag);
        }
        Found::Ours { gain_db }
    }
}

/// What a window of the monitor's holds.
enum Found {
    /// What was sent, so much louder, in dB.
    Ours { gain_db: f64 },
    /// Something else.
    Other,
    /// Nothing.
    Nothing,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tenths of a second of something like speech: words and pauses, never twice the same.
    fn speech(seed: u64, slots: usize) -> Vec<f64> {
        let mut state = seed;
        let mut draw = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(1_u32 << 31)
        };
        let mut left = 0;
        let mut level_db = -20.0;
        (0..slots)
            .map(|_| {
                if left == 0 {
                    left = 1 + (draw() * 5.0) as usize;
                    level_db = if draw() < 0.25 { -65.0 } else { -28.0 + 14.0 * draw() };
                }
                left -= 1;
                power(level_db + 3.0 * draw())
            })
            .collect()
    }

    fn power(db: f64) -> f64 {
        10.0_f64.powf(db / 10.0)
    }

    /// What the monitor hears of what is sent.
    struct Room {
        late_ms: f64,
        gain_db: f64,
        noise_db: f64,
    }

    const CABLE: Room = Room { late_ms: 130.0, gain_db: 0.0, noise_db: -120.0 };
    const STREET: Room = Room { late_ms: 480.0, gain_db: -17.0, noise_db: -62.0 };

    /// The verdict at each slot when `room` hears `sent`, but for the slots for which `what` gives other things to hear.
    fn verdicts(sent: &[f64], room: &Room, what: impl Fn(usize) -> Option<f64>) -> Vec<Verdict> {
        let mut hearing = Hearing::default();
        let noise = speech(99, sent.len() + 40);
        let at = |n: usize| 1_000_000.0 + n as f64 * SLOT_MS;
        (0..sent.len())
            .map(|n| {
                hearing.sent(at(n), at(n + 1), sent[n]);
                // Noise that is not quite steady.
                let noise = power(room.noise_db) * (0.8 + 20.0 * noise[n].min(0.02));
                let heard = what(n).unwrap_or(sent[n] * power(room.gain_db)) + noise;
                hearing.heard(at(n) + room.late_ms, at(n + 1) + room.late_ms, heard);
                // What is sent is known a little ahead of the ear.
                hearing.judge(at(n + 1) + 100.0)
            })
            .collect()
    }

    fn first_silent(verdicts: &[Verdict]) -> Option<(usize, u64)> {
        verdicts.iter().enumerate().find_map(|(n, verdict)| match verdict {
            Verdict::Silent { since_ms } => Some((n, since_ms - 1_000_000)),
            _ => None,
        })
    }

    #[test]
    fn what_is_heard_late_softer_and_with_noise_sounds() {
        for seed in 1..25 {
            for room in [CABLE, STREET] {
                let verdicts = verdicts(&speech(seed, 600), &room, |_| None);
                assert_eq!(first_silent(&verdicts), None, "seed {seed}, {} ms late", room.late_ms);
                assert_eq!(verdicts.last(), Some(&Verdict::Sounds), "seed {seed}");
            }
        }
    }

    #[test]
    fn a_line_that_goes_dead_is_told_within_five_seconds_and_since_when() {
        for seed in 1..25 {
            for (room, other) in [(CABLE, 0.0), (STREET, 0.0)] {
                let verdicts = verdicts(&speech(seed, 600), &room, |n| (n >= 300).then_some(other));
                let (n, since_ms) = first_silent(&verdicts).expect("it is told");
                assert!((300..350).contains(&n), "seed {seed}: at slot {n}");
                assert!(since_ms.abs_diff(30_000) <= 2_500, "seed {seed}: since {since_ms} ms");
                // To the end, whatever the noise.
                let wrong = verdicts[n..].iter().filter(|verdict| **verdict == Verdict::Sounds).count();
                assert!(wrong < 30, "seed {seed}: called sounding {wrong} times");
            }
        }
    }

    #[test]
    fn another_sound_at_the_same_level_is_not_ours() {
        let mut told = 0;
        for seed in 1..25 {
            let other = speech(1000 + seed, 600);
            let verdicts = verdicts(&speech(seed, 600), &CABLE, |n| (n >= 300).then(|| other[n]));
            told += usize::from(first_silent(&verdicts).is_some_and(|(n, _)| (300..400).contains(&n)));
        }
        assert!(told >= 22, "told {told} times of 24");
    }

    #[test]
    fn a_line_dead_from_the_start_is_told_and_one_that_comes_back_too() {
        let sent = speech(7, 600);
        let verdicts = verdicts(&sent, &CABLE, |n| (n < 200).then_some(0.0));
        let (n, since_ms) = first_silent(&verdicts).unwrap();
        assert!(n <= 55 && since_ms <= 2_000, "{n}, {since_ms}");
        assert!(verdicts[240..].iter().all(|verdict| *verdict == Verdict::Sounds));
    }

    #[test]
    fn a_change_of_volume_is_no_silence() {
        for seed in 1..25 {
            let sent = speech(seed, 600);
            let softer = verdicts(&sent, &CABLE, |n| (n >= 300).then(|| sent[n] * power(-12.0)));
            assert_eq!(first_silent(&softer), None, "seed {seed}");
        }
    }

    #[test]
    fn a_steady_tone_is_judged_by_its_level() {
        let tone = vec![power(-20.0); 400];
        assert_eq!(first_silent(&verdicts(&tone, &CABLE, |_| None)), None);
        for room in [CABLE, STREET] {
            let (n, _) = first_silent(&verdicts(&tone, &room, |n| (n >= 200).then_some(0.0))).expect("it is told");
            assert!((200..250).contains(&n), "at slot {n}");
        }
    }

    #[test]
    fn where_nothing_is_sent_nothing_is_missed() {
        let mut sent = speech(3, 400);
        sent[150..].fill(0.0);
        let verdicts = verdicts(&sent, &CABLE, |_| None);
        assert_eq!(first_silent(&verdicts), None);
        assert_eq!(first_silent(&super::tests::verdicts(&vec![0.0; 300], &STREET, |_| None)), None);
    }
}
