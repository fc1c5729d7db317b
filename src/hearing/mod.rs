//! Sets what a monitor heard of the line against what was sent to it, and says when the line does not sound.
//!
//! Both are followed as power in slots of a tenth of a second. A monitor may hear late, softer or louder, and other sounds
//! beside ours: what it hears while nothing is sent is known as its background. So it is asked whether what it hears rises and
//! falls as what is sent would over that background, at some delay that is kept once it is found. Dead silence needs no such
//! question. A steady tone does not rise and fall: it is heard if the level rose above the background with it.
//! Nothing is said of what that background would hide.

mod background;
mod track;

use background::{Background, RISE_DB, Spread};
use track::{SLOT_MS, Track, correlation, deviation, mean_power, power_of, slot_of, to_db};

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
/// And, while no delay is known, those that it needs at the longest that may be.
const LOUD_SLOTS_LATE: usize = 10;
/// A monitor that hears less is deaf, or the line is dead, in dBFS. What is sent and softer is nothing.
const DEAD_DB: f64 = -75.0;
/// By so much what is sent should raise the level for its absence to say anything, in dB.
const AUDIBLE_DB: f64 = 4.0;
/// What is sent and louder is heard at once by any monitor that hears the line at all, in dBFS.
const PLAIN_DB: f64 = -30.0;
/// A sound whose level varies less is steady, in dB.
const STEADY_DB: f64 = 2.0;
/// A sound whose level varies by so much moves, however steady it is: a tone and a hum do not, in dB.
const MOVES_DB: f64 = 0.3;
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
/// What is sent and so much softer than the loudest of it may be hidden by noise, in dB.
const STRONG_DB: f64 = 12.0;
/// A stretch without any of the loudest that is shorter may be a chance of another sound, in slots.
const EXTENT_SLOTS: i64 = 12;
/// And so may fewer of the loudest in a row.
const RUN_SLOTS: usize = 5;
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
    /// What it usually hears of us above what is sent, in dB, once that is known.
    gain_db: Option<f64>,
    background: Background,
    judged: i64,
    unlike: u32,
    verdict: Verdict,
    /// The last slots of a silence that lasts, or is over, were known to be silent up to here: the first slot after them.
    silent_to: i64,
    /// The silence that was over last, in ms.
    over: Option<Silence>,
}

/// A stretch in which nothing was heard of what was sent, in ms of the clock that both are given by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silence {
    /// Its beginning.
    pub from_ms: u64,
    /// Its end, as far as it is known.
    pub to_ms: u64,
}

impl Default for Hearing {
    fn default() -> Hearing {
        Hearing {
            sent: Track::default(),
            heard: Track::default(),
            lag: None,
            gain_db: None,
            background: Background::default(),
            judged: i64::MIN,
            unlike: 0,
            verdict: Verdict::Unsure,
            silent_to: i64::MIN,
            over: None,
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

    /// Nothing is sent any more: a silence that lasts is over where the last of it was sent, and the next one is told anew.
    /// Returns the one that is over by that.
    pub fn rest(&mut self) -> Option<Silence> {
        let Verdict::Silent { since_ms } = self.verdict else { return None };
        let ends = self.sent.last_sound().map_or(self.silent_to, |slot| slot + 1);
        let over = Silence { from_ms: since_ms, to_ms: ms_of(ends).max(since_ms) };
        (self.verdict, self.unlike, self.over) = (Verdict::Unsure, 0, Some(over));
        // What was sent before that is judged no further.
        self.sent = Track::default();
        Some(over)
    }

    /// The silence that lasts, as far as it is known to; else the last one that is over.
    pub fn silence(&self) -> Option<Silence> {
        match self.verdict {
            Verdict::Silent { since_ms } => Some(Silence { from_ms: since_ms, to_ms: ms_of(self.silent_to) }),
            Verdict::Sounds | Verdict::Unsure => self.over,
        }
    }

    /// Judges the window that ends with that slot of the monitor's.
    fn judge_window(&mut self, last: i64) {
        if self.is_quiet(last) {
            self.background.take_in(self.heard.db(last));
        }
        // Loud enough at every delay that may be.
        let loud = |lag: i64| self.window(last - lag).filter(|slot| self.sent.db(*slot) > LOUD_DB).count();
        let is_loud =
            loud(self.lag.unwrap_or(0)) >= LOUD_SLOTS && (self.lag.is_some() || loud(*LAGS.end()) >= LOUD_SLOTS_LATE);
        if !is_loud || last - self.heard.first < WINDOW {
            self.unlike = 0;
            return;
        }
        let (silent, since) = match self.compare(last) {
            Found::Ours { gain_db } => {
                self.gain_db = Some(self.gain_db.map_or(gain_db, |known| known + (gain_db - known) * GAIN_SHARE));
                if let Verdict::Silent { since_ms } = self.verdict {
                    let since = slot_of(since_ms as f64);
                    let (from, to) = self.extent(since, last).unwrap_or((since, self.silent_to));
                    self.over = Some(Silence { from_ms: ms_of(from.min(since)), to_ms: ms_of(to) });
                }
                (self.verdict, self.unlike) = (Verdict::Sounds, 0);
                return;
            }
            // Of all of the window nothing was heard, so it holds to its end.
            Found::Nothing => {
                self.silent_to = self.silent_to.max(last + 1);
                (true, last - WINDOW + 1)
            }
            Found::Hidden => {
                self.unlike = 0;
                return;
            }
            Found::Other => {
                self.unlike += 1;
                // What sounds again must fill a window before it is known for ours; the loudest of it is heard before that.
                let known_to = match self.verdict {
                    Verdict::Silent { since_ms } => self.extent(slot_of(since_ms as f64), last).map(|(_, to)| to),
                    Verdict::Sounds | Verdict::Unsure => None,
                };
                let to = last + 1 - LATEST;
                self.silent_to = self.silent_to.max(known_to.map_or(to, |known| known.min(to)));
                (self.unlike >= UNLIKE_WINDOWS, last - i64::from(UNLIKE_WINDOWS) - UNLIKE_FROM)
            }
        };
        if silent && !matches!(self.verdict, Verdict::Silent { .. }) {
            let since = self.extent(since, last).map_or(since, |(from, _)| from);
            self.verdict = Verdict::Silent { since_ms: ms_of(since) };
        }
    }

    /// Nothing of ours can be in that slot of the monitor's, however late it hears.
    fn is_quiet(&self, slot: i64) -> bool {
        self.heard.is_whole(slot) && (slot - LAGS.end()..=slot - LAGS.start()).all(|at| self.sent.db(at) < DEAD_DB)
    }

    /// Where a silence that was found to last since about `since`, and is over in the window that ends with `last` at the latest,
    /// begins and ends: by the loudest of what was sent, which no pause and no noise can hide. Nothing where another sound can.
    fn extent(&self, since: i64, last: i64) -> Option<(i64, i64)> {
        let (lag, gain_db) = (self.lag.unwrap_or(0), self.gain_db.unwrap_or(0.0));
        let over_background_db = self.background.spread().map_or(DEAD_DB, |background| background.low_db + RISE_DB);
        let sent_db = |slot: i64| self.sent.db(slot - lag);
        let looked_at = self.heard.first.max(since - WINDOW)..=last;
        let loudest_db = looked_at.clone().map(sent_db).fold(LOUD_DB, f64::max);
        let is_heard = |slot: i64| {
            // The two are apart by parts of a slot too.
            let heard_db = (slot - 1..=slot + 1).map(|near| self.heard.db(near)).fold(f64::MIN, f64::max);
            heard_db > (sent_db(slot) + gain_db - FALLEN_DB / 2.0).max(DEAD_DB).max(over_background_db)
        };
        let strong = looked_at.filter(|slot| sent_db(*slot) > loudest_db - STRONG_DB);
        let strong: Vec<(i64, bool)> = strong.map(|slot| (slot, is_heard(slot))).collect();
        // A word that the two have apart is no silence.
        let is_silent = |run: &[(i64, bool)]| run.iter().all(|(_, heard)| !heard);
        let end = strong.windows(RUN_SLOTS).rposition(is_silent)? + RUN_SLOTS;
        let from = strong[..end].iter().rev().take_while(|(_, heard)| !heard).last()?.0 - 1;
        let to = strong.get(end).map_or(last + 1, |(slot, _)| slot + 1);
        (to - from >= EXTENT_SLOTS).then_some((from, to))
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
        // A line that was silent must be heard well to sound again.
        let was_silent = matches!(self.verdict, Verdict::Silent { .. });
        if was_silent && self.is_fallen(&heard, &now, FALLEN_DB / 2.0) {
            return Found::Other;
        }
        // What pulses faster than the two can be compared is as steady as a tone.
        let shape = self.sent.shape(self.window(last - self.lag.unwrap_or(0)), |power| power);
        if deviation(&shape) < STEADY_DB {
            return self.compare_level(last, &heard, &now);
        }
        let enough = if was_silent { ALIKE_ANEW } else { ALIKE };
        self.compare_shape(last, &heard, enough).unwrap_or_else(|| self.compare_peaks(&heard, &now))
    }

    /// Of what does not rise and fall there is nothing to follow but the level.
    fn compare_level(&self, last: i64, heard: &[f64], now: &[f64]) -> Found {
        if self.is_fallen(heard, now, FALLEN_DB) {
            return Found::Nothing;
        }
        let Some(background) = self.background.spread() else { return Found::Hidden };
        let found = Spread::of(heard);
        if found.low_db >= background.low_db + RISE_DB {
            if self.is_another_hum(last, heard, power_of(background.low_db)) {
                return Found::Other;
            }
            let gain = (mean_power(heard) - power_of(background.low_db)) / mean_power(now);
            return Found::Ours { gain_db: to_db(gain) };
        }
        let is_mixed = found.high_db >= background.high_db + RISE_DB;
        // What was there before is there no more, and what is there now may be it or ours.
        let is_another = found.high_db < background.low_db - RISE_DB;
        if is_mixed || is_another { Found::Hidden } else { self.unheard(to_db(mean_power(now)), background) }
    }

    /// Whether what is heard is steadier by far than what is sent would be over that background, however late it is heard: the
    /// levellest voice moves more than a hum.
    fn is_another_hum(&self, last: i64, heard: &[f64], noise: f64) -> bool {
        let ours = mean_power(heard) - noise;
        let expected_db = |lag: i64| {
            let slots = self.window(last - lag);
            let sent: Vec<f64> = slots.clone().map(|slot| self.sent.db(slot)).collect();
            let gain = ours / mean_power(&sent);
            deviation(&self.sent.shape(slots, |power| noise + gain * power))
        };
        let lags = self.lag.map_or(LAGS, |lag| lag - LAG_LEEWAY..=lag + LAG_LEEWAY);
        let least_db = lags.map(expected_db).fold(f64::MAX, f64::min);
        least_db > MOVES_DB && deviation(&self.heard.shape(self.window(last), |power| power)) < least_db * FLAT
    }

    /// Whether what is heard rises and falls as what is sent would over the background; nothing if it does not.
    fn compare_shape(&mut self, last: i64, heard: &[f64], enough: f64) -> Option<Found> {
        let shape = self.heard.shape(self.window(last), |power| power);
        // Of what it hears at any time no more is background than of the softest.
        let softest = power_of(heard.iter().copied().fold(f64::MAX, f64::min));
        let noise = self.background.spread().map_or(0.0, |background| power_of(background.low_db).min(softest));
        let ours = mean_power(heard) - noise;
        let gain = |lag: i64| {
            let sent: Vec<f64> = self.window(last - lag).map(|slot| self.sent.db(slot)).collect();
            ours / mean_power(&sent)
        };
        let expected = |lag: i64| {
            let gain = gain(lag);
            self.sent.shape(self.window(last - lag), |power| noise + gain * power)
        };
        let varies = deviation(&expected(self.lag.unwrap_or(0))).max(STEADY_DB);
        if deviation(&shape) < varies * FLAT {
            return None;
        }
        // What pulses like a siren is another sound half a slot later.
        let between = |lag: i64| {
            let gain = gain(lag);
            self.sent.shape_between(self.window(last - lag), |power| noise + gain * power)
        };
        let alike = |lag: i64| (correlation(&expected(lag), &shape).max(correlation(&between(lag), &shape)), lag);
        let best = |lags: std::ops::RangeInclusive<i64>| lags.map(alike).max_by(|a, b| a.0.total_cmp(&b.0));
        let known = self.lag.and_then(|lag| best(lag - LAG_LEEWAY..=lag + LAG_LEEWAY));
        let found = known.filter(|(likeness, _)| *likeness >= enough);
        let found = found.or_else(|| best(LAGS).filter(|(likeness, _)| *likeness >= ALIKE_ANEW));
        let (_, lag) = found?;
        let gain_db = to_db(gain(self.lag.unwrap_or(lag)));
        // A delay that is known moves only for a better one found anew.
        if known.is_none_or(|(likeness, _)| likeness < enough) {
            self.lag = Some(lag);
        }
        Some(Found::Ours { gain_db })
    }

    /// Of what is not alike: whether not even the loudest of it is above what is heard without it.
    fn compare_peaks(&self, heard: &[f64], now: &[f64]) -> Found {
        let Some(background) = self.background.spread() else { return Found::Other };
        let as_before = background.low_db - RISE_DB..background.high_db + RISE_DB;
        match self.unheard(Spread::of(now).peak_db, background) {
            Found::Nothing if !as_before.contains(&Spread::of(heard).peak_db) => Found::Other,
            found => found,
        }
    }

    /// What it means that nothing is heard over the background of what is sent so loud.
    fn unheard(&self, sent_db: f64, background: Spread) -> Found {
        let would_be_db = self.gain_db.map(|gain_db| to_db(1.0 + power_of(sent_db + gain_db - background.high_db)));
        if would_be_db.is_some_and(|rise_db| rise_db < AUDIBLE_DB) {
            return Found::Hidden;
        }
        let is_plain = self.gain_db.is_some() || sent_db > PLAIN_DB;
        if is_plain && background.is_steady() { Found::Nothing } else { Found::Other }
    }

    /// What is heard is so much softer than it usually is.
    fn is_fallen(&self, heard: &[f64], now: &[f64], by_db: f64) -> bool {
        let gain_db = to_db(mean_power(heard)) - to_db(mean_power(now));
        self.gain_db.is_some_and(|usual_db| gain_db < usual_db - by_db)
    }
}

fn ms_of(slot: i64) -> u64 {
    u64::try_from(slot).unwrap_or(0) * SLOT_MS as u64
}

/// What a window of the monitor's holds.
enum Found {
    /// What was sent, so much louder, in dB.
    Ours { gain_db: f64 },
    /// Something else.
    Other,
    /// What says nothing: whether ours is in it cannot be known.
    Hidden,
    /// Nothing.
    Nothing,
}

#[cfg(test)]
mod tests;
