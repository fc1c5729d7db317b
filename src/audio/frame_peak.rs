//! The true peak of each frame as it comes: what the wave between the samples rises to.
//!
//! Interpolated four times (ITU-R BS.1770-4, annex 2: 48 taps; here a sinc under a Hann window). Where no wave through the
//! samples could reach the ceiling nothing is interpolated.

use std::f64::consts::PI;

/// How many points each frame is interpolated to, and from how many frames.
const FACTOR: usize = 4;
const TAPS: usize = 12;

/// Frames that may be asked for at once.
pub(super) const MOST: usize = 8;

/// The peaks of one stretch of sound, half of [`TAPS`] frames after they came.
pub(super) struct FramePeak {
    channels: usize,
    /// No wave through samples below this passes the ceiling.
    near: f32,
    /// By how long ago a frame came, the oldest first.
    taps: [[f32; FACTOR]; TAPS],
    /// The latest frames, interleaved, the oldest first.
    before: Vec<f32>,
    /// For how many frames nothing was near the ceiling.
    calm: usize,
}

impl FramePeak {
    /// For frames of `channels`; of peaks below `ceiling` it need not be said how high they are.
    pub(super) fn new(channels: usize, ceiling: f32) -> FramePeak {
        let mut taps = taps();
        let near = ceiling / overshoot(&taps);
        taps.reverse();
        FramePeak { channels, near, taps, before: vec![0.0; (TAPS - 1) * channels], calm: TAPS }
    }

    /// Takes the next frames, at most [`MOST`]. Of each that has come half of [`TAPS`] frames earlier, the largest that lies
    /// between it and the one after it; of them all the largest, or 0 if none reaches the ceiling for sure.
    pub(super) fn of(&mut self, frames: &[f32]) -> f32 {
        let is_quiet = self.is_quiet(frames);
        let peak = if is_quiet && self.calm >= TAPS - 1 { 0.0 } else { self.highest(frames) };
        let since_loud =
            || frames.chunks_exact(self.channels).rev().position(|frame| frame.iter().any(|x| x.abs() >= self.near));
        let count = frames.len() / self.channels;
        self.calm = if is_quiet { self.calm.saturating_add(count) } else { since_loud().unwrap_or(0) };
        self.remember(frames);
        peak
    }

    /// How many of the next frames, in whole steps of [`MOST`], can be passed over, for [`FramePeak::of`] would find nothing.
    pub(super) fn calm_ahead(&self, frames: &[f32]) -> usize {
        if self.calm < TAPS - 1 {
            return 0;
        }
        MOST * frames.chunks_exact(MOST * self.channels).take_while(|step| self.is_quiet(step)).count()
    }

    /// Takes frames that [`FramePeak::calm_ahead`] told of.
    pub(super) fn pass_over(&mut self, frames: &[f32]) {
        self.calm = self.calm.saturating_add(frames.len() / self.channels);
        self.remember(frames);
    }

    /// No sample is near the ceiling. Counted instead of looked for, so that none waits for the one before.
    fn is_quiet(&self, frames: &[f32]) -> bool {
        frames.iter().map(|sample| u32::from(sample.abs() >= self.near)).sum::<u32>() == 0
    }

    fn highest(&self, frames: &[f32]) -> f32 {
        let count = frames.len() / self.channels;
        let mut peak = 0.0_f32;
        for channel in 0..self.channels {
            let mut row = [0.0_f32; TAPS - 1 + MOST];
            let all = self.before.chunks_exact(self.channels).chain(frames.chunks_exact(self.channels));
            for (to, frame) in row.iter_mut().zip(all) {
                *to = frame[channel];
            }
            peak = between(&row, &self.taps)[..count].as_flattened().iter().fold(peak, |peak, x| peak.max(x.abs()));
        }
        peak
    }

    fn remember(&mut self, frames: &[f32]) {
        let kept = self.before.len().saturating_sub(frames.len());
        let forgotten = self.before.len() - kept;
        self.before.copy_within(forgotten.., 0);
        self.before[kept..].copy_from_slice(&frames[frames.len() - forgotten..]);
    }
}

/// The points between the frames of a row, after each of its last [`MOST`] frames came.
fn between(row: &[f32; TAPS - 1 + MOST], taps: &[[f32; FACTOR]; TAPS]) -> [[f32; FACTOR]; MOST] {
    let mut points = [[0.0_f32; FACTOR]; MOST];
    // In this order all sums stay in the processor's registers.
    for (n, taps) in taps.iter().enumerate() {
        for (points, sample) in points.iter_mut().zip(&row[n..n + MOST]) {
            points.iter_mut().zip(taps).for_each(|(point, tap)| *point += sample * tap);
        }
    }
    points
}

/// What every frame around them counts for each of the points between two frames.
fn taps() -> [[f32; FACTOR]; TAPS] {
    let mut taps = [[0.0; FACTOR]; TAPS];
    let width = (TAPS * FACTOR) as f64;
    for (x, tap) in taps.as_flattened_mut().iter_mut().enumerate() {
        let x = x as f64;
        let window = 0.5 * (1.0 - (2.0 * PI * x / width).cos());
        let turn = (x - width / 2.0) * PI / FACTOR as f64;
        *tap = (window * if turn == 0.0 { 1.0 } else { turn.sin() / turn }) as f32;
    }
    taps
}

/// What interpolation makes of samples of 1 at the most: their signs being those of what they count for.
fn overshoot(taps: &[[f32; FACTOR]; TAPS]) -> f32 {
    let point = |n: usize| taps.iter().map(|taps| taps[n].abs()).sum::<f32>();
    (0..FACTOR).map(point).fold(1.0, f32::max)
}
