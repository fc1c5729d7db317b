//! A look-ahead limiter for true peaks.
//!
//! Each frame's true peak is found by interpolating (`frame_peak.rs`). The gain is worked out for a few frames at a time,
//! a step: what the loudest of them may have is held by a sliding minimum, let go slowly, and smoothed by two running means
//! one after the other, whose length together is the look-ahead; from step to step it goes in a straight line. So it has
//! come down, in a smooth curve, when the peak comes, and is exactly 1 where nothing near is too loud. One gain for all
//! channels: nothing wanders to a side.

use super::frame_peak::{FramePeak, MOST};
use super::sliding::{Hold, Mean};

/// How long before a peak the gain begins to fall: long enough that its fall is no sound of its own.
const AHEAD_S: f64 = 0.005;
/// In what time the gain makes up two thirds of what it lacks, in dB: longer than a syllable's swing, shorter than a pause.
const RELEASE_S: f64 = 0.15;
/// Frames for which the gain is worked out together: no syllable and no pitch moves within them.
const STEP: usize = MOST;
/// A logarithm of gain that is none: a hundred-thousandth of a dB.
const INAUDIBLE: f64 = 1e-6;
/// How many steps a frame waits longer than the means reach back: it may have been interpolated a step after it came, and
/// its gain goes from the one before last to the last that was worked out.
const SPARE_STEPS: usize = 2;

/// The limiter of one take. Its delay does not show: what goes in first comes out first, and as many frames as went in.
pub struct Limiter {
    channels: usize,
    ceiling: f32,
    peaks: FramePeak,
    /// Frames of the step that is coming in, and their true peak.
    in_step: usize,
    peak: f32,
    /// The gain before and after the step that is going out.
    gains: [f32; 2],
    /// For how many steps nothing was to be made quieter, and after how many the gain is 1 until something is.
    idle: usize,
    idle_at: usize,
    hold: Hold,
    /// What of the reduction is kept from step to step while nothing holds it.
    kept: f64,
    /// The logarithm of the gain before it is smoothed; 0 is none.
    reduction: f64,
    means: [Mean; 2],
    /// Samples that wait for their gain, which is known a fixed number of frames later; the oldest at `oldest`.
    waiting: Vec<f32>,
    oldest: usize,
    /// Frames that have gone in and not come out.
    held_back: usize,
    /// Steps taken so far.
    steps: u64,
    /// Frames that are still to come in before the first goes out.
    filling: usize,
}

impl Limiter {
    /// For interleaved frames of `channels` at `rate_hz`, none of whose true peaks may pass `ceiling` (1 is full scale).
    pub fn new(rate_hz: u32, channels: u16, ceiling: f32) -> Limiter {
        let ahead = ((f64::from(rate_hz) * AHEAD_S) as usize / STEP).max(4);
        let first = ahead / 2;
        // Both means together reach back over `ahead` steps; each of those is held until the peak has gone out.
        let means = [Mean::new(first), Mean::new(ahead + 1 - first)];
        let channels = usize::from(channels.max(1));
        let delay = ahead + SPARE_STEPS;
        Limiter {
            channels,
            ceiling,
            peaks: FramePeak::new(channels, ceiling),
            in_step: 0,
            peak: 0.0,
            gains: [1.0; 2],
            idle: 0,
            idle_at: 2 * delay,
            hold: Hold::new(delay),
            kept: (-(STEP as f64) / (f64::from(rate_hz.max(1)) * RELEASE_S)).exp(),
            reduction: 0.0,
            means,
            waiting: vec![0.0; delay * STEP * channels],
            oldest: 0,
            held_back: 0,
            steps: 0,
            filling: delay * STEP,
        }
    }

    /// Limits whole frames in place; returns the samples that are ready, which are fewer at first.
    pub fn process(&mut self, samples: &mut [f32]) -> usize {
        let whole = samples.len() - samples.len() % self.channels;
        self.held_back += whole / self.channels;
        let (mut ready, mut from) = (0, 0);
        while from < whole {
            let calm = self.calm_ahead(&samples[from..whole]) * self.channels;
            let to = if calm > 0 { from + calm } else { whole.min(from + (STEP - self.in_step) * self.channels) };
            let frames = &mut samples[from..to];
            let is_ready = if calm > 0 { self.pass(frames) } else { self.exchange(frames) };
            if is_ready {
                if ready < from {
                    samples.copy_within(from..to, ready);
                }
                ready += to - from;
            }
            from = to;
        }
        ready
    }

    /// The samples still held back, after the last of `process`; 0 once all are out.
    pub fn flush(&mut self, out: &mut [f32]) -> usize {
        let mut ready = 0;
        while self.held_back > 0 {
            let room = (out.len() - ready) / self.channels;
            let to = ready + (STEP - self.in_step).min(self.held_back).min(room) * self.channels;
            let frames = &mut out[ready..to];
            if frames.is_empty() {
                break;
            }
            frames.fill(0.0);
            if self.exchange(frames) {
                ready = to;
            }
        }
        ready
    }

    /// How many of the next frames need nothing done, nor those that wait; whole steps.
    fn calm_ahead(&self, frames: &[f32]) -> usize {
        let is_at_rest = self.in_step == 0 && self.filling == 0 && self.idle >= self.idle_at && self.gains == [1.0; 2];
        if is_at_rest { self.peaks.calm_ahead(frames) } else { 0 }
    }

    /// Takes such frames, and leaves in their place as many of those that wait.
    fn pass(&mut self, frames: &mut [f32]) -> bool {
        self.peaks.pass_over(frames);
        let count = frames.len() / self.channels;
        self.steps += (count / STEP) as u64;
        let mut rest = frames;
        while !rest.is_empty() {
            let (now, later) = rest.split_at_mut(rest.len().min(self.waiting.len() - self.oldest));
            self.waiting[self.oldest..self.oldest + now.len()].swap_with_slice(now);
            self.oldest = (self.oldest + now.len()) % self.waiting.len();
            rest = later;
        }
        self.held_back -= count;
        true
    }

    /// Takes frames of one step and leaves in their place the oldest that wait, limited; false while none has waited long
    /// enough.
    fn exchange(&mut self, frames: &mut [f32]) -> bool {
        self.peak = self.peak.max(self.peaks.of(frames));
        // They lie in one row: those that wait make whole steps.
        self.waiting[self.oldest..self.oldest + frames.len()].swap_with_slice(frames);
        self.oldest += frames.len();
        if self.oldest == self.waiting.len() {
            self.oldest = 0;
        }
        let [before, after] = self.gains;
        if self.gains != [1.0; 2] {
            let gain = |n: usize| before + (after - before) * ((self.in_step + 1 + n) as f32 / STEP as f32);
            match self.channels {
                1 => scale::<1>(frames, gain),
                2 => scale::<2>(frames, gain),
                channels => {
                    for (n, frame) in frames.chunks_exact_mut(channels).enumerate() {
                        frame.iter_mut().for_each(|sample| *sample *= gain(n));
                    }
                }
            }
        }
        self.in_step += frames.len() / self.channels;
        if self.in_step == STEP {
            self.gains = [after, self.next_gain()];
            (self.in_step, self.peak) = (0, 0.0);
        }
        let count = frames.len() / self.channels;
        if self.filling > 0 {
            self.filling -= count;
            return false;
        }
        self.held_back -= count;
        true
    }

    /// Takes in the peak of a whole step; gives the gain to which the next step that goes out is led.
    fn next_gain(&mut self) -> f32 {
        self.steps += 1;
        let is_loud = self.peak > self.ceiling;
        if self.idle >= self.idle_at && !is_loud {
            return 1.0;
        }
        let wanted = if is_loud { f64::from(self.ceiling / self.peak).ln() } else { 0.0 };
        let held = self.hold.least(self.steps, wanted);
        // Down at once, up slowly.
        let rising = self.reduction * self.kept;
        self.reduction = held.min(if rising > -INAUDIBLE { 0.0 } else { rising });
        self.idle = if self.reduction < 0.0 { 0 } else { self.idle + 1 };
        let [first, second] = &mut self.means;
        match second.of(first.of(self.reduction)) {
            0.0 => 1.0,
            reduction => reduction.exp() as f32,
        }
    }
}

/// Multiplies the frames, each by its own; their channels are known here, so that it is done side by side.
fn scale<const CHANNELS: usize>(frames: &mut [f32], gain: impl Fn(usize) -> f32) {
    for (n, frame) in frames.as_chunks_mut::<CHANNELS>().0.iter_mut().enumerate() {
        let gain = gain(n);
        frame.iter_mut().for_each(|sample| *sample *= gain);
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use ebur128::{EbuR128, Mode};

    use super::*;

    const RATE_HZ: u32 = 48_000;

    /// In pieces that are no multiple of anything.
    fn limited(samples: &[f32], channels: u16, ceiling: f32) -> Vec<f32> {
        let mut limiter = Limiter::new(RATE_HZ, channels, ceiling);
        let mut out = Vec::new();
        for piece in samples.chunks(333 * usize::from(channels)) {
            let mut piece = piece.to_vec();
            let ready = limiter.process(&mut piece);
            out.extend_from_slice(&piece[..ready]);
        }
        let mut piece = [0.0; 34];
        loop {
            match limiter.flush(&mut piece) {
                0 => return out,
                ready => out.extend_from_slice(&piece[..ready]),
            }
        }
    }

    fn true_peak_db(samples: &[f32], channels: u16) -> f64 {
        let mut meter = EbuR128::new(channels.into(), RATE_HZ, Mode::TRUE_PEAK).expect("a meter");
        meter.add_frames_f32(samples).expect("measured");
        meter.add_frames_f32(&vec![0.0; 4800 * usize::from(channels)]).expect("measured");
        let peak = (0..channels.into()).map(|c| meter.true_peak(c).expect("a peak")).fold(0.0, f64::max);
        20.0 * peak.log10()
    }

    fn db(level: f64) -> f32 {
        10_f64.powf(level / 20.0) as f32
    }

    fn sine(hz: f64, turn: f64, level: f32, frames: usize) -> Vec<f32> {
        let wave = |n: usize| (2.0 * PI * (n as f64 * hz / f64::from(RATE_HZ) + turn)).sin() as f32 * level;
        (0..frames).map(wave).collect()
    }

    /// A fixed series between −1 and 1.
    fn noise(frames: usize) -> Vec<f32> {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state) / f64::from(u32::MAX) * 2.0 - 1.0
        };
        (0..frames).map(|_| next() as f32).collect()
    }

    /// Syllables: five a second, of harmonics of 140 Hz, with pauses and a shout.
    fn speech(frames: usize) -> Vec<f32> {
        let syllable = |n: usize| {
            let t = n as f64 / f64::from(RATE_HZ);
            let shape = (PI * (t * 5.0).fract()).sin().powi(2);
            let voice: f64 = (1..30).map(|k| (2.0 * PI * 140.0 * f64::from(k) * t).cos() / f64::from(k)).sum();
            let pause = if (t * 0.7).fract() < 0.2 { 0.0 } else { 1.0 };
            let shout = if (1.0..1.3).contains(&t) { 3.0 } else { 1.0 };
            (shape * voice * pause * shout * 0.4) as f32
        };
        (0..frames).map(syllable).collect()
    }

    #[test]
    fn no_true_peak_passes_the_ceiling() {
        let mut clicks = vec![0.0; 48_000];
        for at in (500..48_000).step_by(4999) {
            (clicks[at], clicks[at + 1]) = (2.0, -2.0);
        }
        let on_and_off = |frames: usize| {
            let tone = sine(997.0, 0.0, 4.0, frames);
            tone.iter().enumerate().map(|(n, x)| if n / 6000 % 2 == 0 { *x } else { 0.0 }).collect::<Vec<f32>>()
        };
        let square = |hz: f64| sine(hz, 0.0, 1.0, 48_000).iter().map(|x| x.signum() * 2.0).collect::<Vec<f32>>();
        let cases = [
            ("between the samples", sine(12_000.0, 0.125, 1.0, 48_000)),
            ("near the band's end", sine(19_000.0, 0.1, 2.0, 48_000)),
            ("a deep tone", sine(50.0, 0.0, 8.0, 48_000)),
            ("noise", noise(96_000)),
            ("loud noise", noise(96_000).iter().map(|x| x * 10.0).collect()),
            ("clicks", clicks),
            ("on and off", on_and_off(96_000)),
            ("square", square(120.0)),
            ("speech", speech(144_000)),
            ("short", sine(997.0, 0.0, 2.0, 30)),
        ];
        for (what, samples) in &cases {
            for ceiling_db in [-1.0, -6.0] {
                let out = limited(samples, 1, db(ceiling_db));
                assert_eq!(out.len(), samples.len(), "{what}");
                let peak_db = true_peak_db(&out, 1);
                assert!(peak_db <= ceiling_db + 0.1, "{what}: {peak_db:.3} dBTP above {ceiling_db}");
                assert!(peak_db >= ceiling_db - 1.0 || *what == "short", "{what}: {peak_db:.3} dBTP is too little");
            }
        }
    }

    #[test]
    fn what_is_below_the_ceiling_passes_bit_for_bit_and_in_its_place() {
        let mut samples: Vec<f32> = noise(50_000).iter().map(|x| x * 0.4).collect();
        assert_eq!(limited(&samples, 2, db(-1.0)), samples);
        // Neither is anything touched that lies further from a peak than look-ahead and release.
        samples[50_000 / 2] = 3.0;
        let out = limited(&samples, 1, db(-1.0));
        assert_eq!(out[..24_700], samples[..24_700]);
        assert!((out[25_000] - db(-1.0)).abs() < 1e-5, "{}", out[25_000]);
    }

    /// Whole steps come out as they would frame by frame, quiet or loud.
    #[test]
    fn it_is_the_same_in_pieces_and_frame_by_frame() {
        // Quiet from the start, and again for longer than a gain takes to be let go; loud from within a step on.
        let is_loud = |frame: usize| (5003..7001).contains(&frame) || (125_005..126_000).contains(&frame);
        let noise = noise(260_000).into_iter().enumerate();
        let samples: Vec<f32> = noise.map(|(n, x)| if is_loud(n / 2) { x * 2.0 } else { x * 0.2 }).collect();
        let mut limiter = Limiter::new(RATE_HZ, 2, db(-1.0));
        let mut one_by_one = Vec::new();
        for frame in samples.chunks(2) {
            let mut frame = frame.to_vec();
            let ready = limiter.process(&mut frame);
            one_by_one.extend_from_slice(&frame[..ready]);
        }
        let in_pieces = limited(&samples, 2, db(-1.0));
        assert!(in_pieces[..one_by_one.len()] == one_by_one);
        assert_eq!(in_pieces.len(), samples.len());
    }

    #[test]
    fn all_channels_have_one_gain() {
        let both: Vec<f32> = sine(300.0, 0.0, 2.0, 24_000).iter().flat_map(|x| [*x, 0.1]).collect();
        let out = limited(&both, 2, db(-1.0));
        for (n, (frame, was)) in out.chunks(2).zip(both.chunks(2)).enumerate().filter(|(_, (_, was))| was[0] != 0.0) {
            assert!((frame[0] / was[0] - frame[1] / was[1]).abs() < 1e-5, "frame {n}");
        }
    }

    /// Pumping is gain that moves as fast as one hears loudness move, and roughness is gain that moves within a sound.
    #[test]
    fn the_gain_on_speech_moves_slowly() {
        let samples = speech(144_000);
        let out = limited(&samples, 1, db(-6.0));
        // Where the wave has room enough for the quotient to mean something.
        let gain: Vec<(usize, f64)> = samples
            .iter()
            .zip(&out)
            .enumerate()
            .filter(|(_, (was, _))| was.abs() > 0.02)
            .map(|(n, (was, is))| (n, 20.0 * f64::from(is / was).log10()))
            .collect();
        let deepest = gain.iter().map(|(_, db)| *db).fold(0.0, f64::min);
        assert!(deepest < -6.0, "the shout is limited: {deepest}");
        for pair in gain.windows(2).filter(|pair| pair[1].0 - pair[0].0 < 10) {
            let frames = (pair[1].0 - pair[0].0) as f64;
            let (fall, rise) = ((pair[0].1 - pair[1].1) / frames, (pair[1].1 - pair[0].1) / frames);
            // All of it within the look-ahead of 240 frames, by a curve twice as steep in its middle; back by the release.
            assert!(fall < -deepest / 120.0 * 1.05, "falls by {fall} dB in a frame at {}", pair[0].0);
            assert!(rise < -deepest / 7200.0 * 1.05, "rises by {rise} dB in a frame at {}", pair[0].0);
        }
    }

    /// What the limiter adds to a tone that it holds down all the time.
    #[test]
    fn a_steady_tone_is_made_quieter_and_no_rougher() {
        for hz in [100.0, 440.0, 3000.0] {
            let out = limited(&sine(hz, 0.0, 2.0, 96_000), 1, db(-1.0));
            let steady = &out[48_000..];
            let (mut s, mut c) = (0.0, 0.0);
            for (n, x) in steady.iter().enumerate() {
                let (sin, cos) = (2.0 * PI * n as f64 * hz / f64::from(RATE_HZ)).sin_cos();
                (s, c) = (s + f64::from(*x) * sin, c + f64::from(*x) * cos);
            }
            let (a, b) = (s / 24_000.0, c / 24_000.0);
            let rest: f64 = steady
                .iter()
                .enumerate()
                .map(|(n, x)| {
                    let (sin, cos) = (2.0 * PI * n as f64 * hz / f64::from(RATE_HZ)).sin_cos();
                    (f64::from(*x) - a * sin - b * cos).powi(2)
                })
                .sum();
            let thd_db = 10.0 * (rest / 48_000.0 / ((a * a + b * b) / 2.0)).log10();
            assert!(thd_db < -50.0, "{hz} Hz: {thd_db:.1} dB");
        }
    }
}
