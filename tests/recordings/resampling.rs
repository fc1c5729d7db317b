//! The resampler set against ideal sines: what of a tone comes out, where it lies, and what comes with it that was not
//! there. Rates are those that recordings have, 8 to 192 kHz, and lines have, 44.1 and 48 kHz.

use std::f64::consts::TAU;
use std::num::NonZero;
use std::time::Duration;

use loa::audio::packet::Blocks;
use loa::audio::resampled::Resampled;
use rodio::Source;

const FROM_HZ: [u32; 14] =
    [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000, 88_200, 96_000, 176_400, 192_000];
const TO_HZ: [u32; 2] = [44_100, 48_000];
/// Of full scale.
const LEVEL: f64 = 0.5;
/// What rings at the ends of a tone that is switched on and off, in frames of either side.
const RING: usize = 4096;

/// Spans of one channel: rate and samples.
struct Spans {
    spans: Vec<(u32, Vec<f32>)>,
    span: usize,
    at: usize,
}

impl Spans {
    fn of(spans: Vec<(u32, Vec<f32>)>) -> Spans {
        Spans { spans, span: 0, at: 0 }
    }
}

impl Iterator for Spans {
    type Item = f32;
    fn next(&mut self) -> Option<f32> {
        let sample = *self.spans.get(self.span)?.1.get(self.at)?;
        self.at += 1;
        if self.at == self.spans[self.span].1.len() {
            (self.span, self.at) = (self.span + 1, 0);
        }
        Some(sample)
    }
}

impl Source for Spans {
    fn current_span_len(&self) -> Option<usize> {
        Some(self.spans.get(self.span).map_or(0, |(_, samples)| samples.len() - self.at))
    }
    fn channels(&self) -> NonZero<u16> {
        NonZero::<u16>::MIN
    }
    fn sample_rate(&self) -> NonZero<u32> {
        let span = self.span.min(self.spans.len() - 1);
        NonZero::new(self.spans[span].0).unwrap()
    }
    fn total_duration(&self) -> Option<Duration> {
        None
    }
}

impl Blocks for Spans {}

fn sine(rate_hz: u32, hz: f64, frames: usize) -> Vec<f32> {
    (0..frames).map(|n| ((n as f64 * hz / f64::from(rate_hz) * TAU).sin() * LEVEL) as f32).collect()
}

fn resampled(spans: Vec<(u32, Vec<f32>)>, to_hz: u32) -> Vec<f32> {
    let mut resampled = Resampled::new(Spans::of(spans), to_hz, 1);
    let mut out = vec![0.0; 8 * 192_000];
    let got = resampled.read(&mut out);
    assert_eq!(resampled.fault(), None);
    out.truncate(got);
    out
}

fn db(ratio: f64) -> f64 {
    20.0 * ratio.max(1e-12).log10()
}

fn rms(samples: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = samples.fold((0.0, 0_u32), |(sum, count), x| (sum + x * x, count + 1));
    (sum / f64::from(count.max(1))).sqrt()
}

/// A sine of known frequency as it lies in `samples`, of which the first is frame `first`.
struct Fit {
    /// Against the level that went in, in dB.
    gain_db: f64,
    /// How much later it comes than it should, in frames.
    late_frames: f64,
    /// All that is not it, against it, in dB.
    residue_db: f64,
}

/// The least squares of sine, cosine and nothing else.
fn fit(samples: &[f32], first: usize, rate_hz: u32, hz: f64) -> Fit {
    let turn = hz / f64::from(rate_hz) * TAU;
    let wave = |n: usize| ((first + n) as f64 * turn).sin_cos();
    let (mut ss, mut sc, mut cc, mut ys, mut yc) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (n, y) in samples.iter().enumerate() {
        let ((s, c), y) = (wave(n), f64::from(*y));
        (ss, sc, cc) = (ss + s * s, sc + s * c, cc + c * c);
        (ys, yc) = (ys + y * s, yc + y * c);
    }
    let det = ss * cc - sc * sc;
    let (a, b) = ((ys * cc - yc * sc) / det, (yc * ss - ys * sc) / det);
    let residue = rms(samples.iter().enumerate().map(|(n, y)| {
        let (s, c) = wave(n);
        f64::from(*y) - a * s - b * c
    }));
    let level = a.hypot(b);
    Fit {
        gain_db: db(level / LEVEL),
        late_frames: -b.atan2(a) / turn,
        residue_db: db(residue / (level / std::f64::consts::SQRT_2)),
    }
}

/// Each pair of rates with the tone's share of the lower Nyquist frequency.
fn each(shares: &[f64], mut judge: impl FnMut(u32, u32, f64)) {
    for from_hz in FROM_HZ {
        for to_hz in TO_HZ {
            let nyquist = f64::from(from_hz.min(to_hz)) / 2.0;
            shares.iter().for_each(|share| judge(from_hz, to_hz, (nyquist * share).round()));
        }
    }
}

/// A second of a tone in, and its middle out.
fn middle(from_hz: u32, to_hz: u32, hz: f64) -> (Vec<f32>, usize) {
    let out = resampled(vec![(from_hz, sine(from_hz, hz, from_hz as usize))], to_hz);
    assert_eq!(out.len(), to_hz as usize, "{from_hz} to {to_hz}");
    let ring = RING * to_hz.div_ceil(from_hz).max(1) as usize;
    let ring = ring.min(out.len() / 3);
    (out[ring..out.len() - ring].to_vec(), ring)
}

#[test]
fn a_tone_below_nine_tenths_of_the_band_keeps_level_and_place_and_brings_nothing_with_it() {
    let (mut gain, mut late, mut residue) = (0.0_f64, 0.0_f64, f64::MIN);
    each(&[0.013, 0.25, 0.5, 0.75, 0.9], |from_hz, to_hz, hz| {
        let (out, first) = middle(from_hz, to_hz, hz);
        let fit = fit(&out, first, to_hz, hz);
        let what = format!("{from_hz} to {to_hz}, {hz} Hz");
        println!("{what}: {:.4} dB, {:.5} frames, {:.1} dB", fit.gain_db, fit.late_frames, fit.residue_db);
        (gain, late) = (gain.max(fit.gain_db.abs()), late.max(fit.late_frames.abs()));
        residue = residue.max(fit.residue_db);
    });
    println!("worst: {gain:.4} dB, {late:.5} frames, {residue:.1} dB");
    assert!(gain < 0.1 && late < 0.01 && residue < -90.0);
}

#[test]
fn a_tone_above_the_lines_band_does_not_come_back_below_it() {
    let mut worst = f64::MIN;
    for from_hz in FROM_HZ {
        for to_hz in TO_HZ.into_iter().filter(|to_hz| *to_hz < from_hz) {
            let (low, high) = (f64::from(to_hz) / 2.0, f64::from(from_hz) / 2.0);
            for share in [0.001, 0.01, 0.1, 0.3, 0.6, 0.95] {
                let hz = (low + (high - low) * share).round();
                let (out, _) = middle(from_hz, to_hz, hz);
                let level = db(rms(out.iter().map(|y| f64::from(*y))) / (LEVEL / std::f64::consts::SQRT_2));
                println!("{from_hz} to {to_hz}, {hz} Hz: {level:.1} dB");
                worst = worst.max(level);
            }
        }
    }
    println!("worst: {worst:.1} dB");
    assert!(worst < -90.0);
}

#[test]
fn what_follows_at_another_rate_begins_on_the_very_next_frame() {
    for to_hz in TO_HZ {
        // A second of each: the line's own rates among them.
        let spans: Vec<(u32, Vec<f32>)> =
            FROM_HZ.iter().map(|rate_hz| (*rate_hz, sine(*rate_hz, 440.0, *rate_hz as usize))).collect();
        let second = to_hz as usize;
        let out = resampled(spans, to_hz);
        assert_eq!(out.len(), FROM_HZ.len() * second);
        for (out, from_hz) in out.chunks(second).zip(FROM_HZ) {
            let fit = fit(&out[second / 3..second * 2 / 3], second / 3, to_hz, 440.0);
            let what = format!("{from_hz} among others to {to_hz}");
            assert!(fit.late_frames.abs() < 0.01 && fit.gain_db.abs() < 0.1, "{what}: {} late", fit.late_frames);
            assert!(fit.residue_db < -90.0, "{what}: {:.1} dB", fit.residue_db);
        }
    }
}
