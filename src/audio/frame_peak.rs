//! The true peak of each frame as it comes: what the wave between the samples rises to.
//!
//! Interpolated four times (ITU-R BS.1770-4, annex 2: 48 taps; here a sinc under a Hann window). Where no wave through the
//! samples could reach the ceiling nothing is interpolated.

use std::f64::consts::PI;

/// How many points each frame is interpolated to, and from how many frames.
const FACTOR: usize = 4;
const TAPS: usize = 12;

/// The peaks of one stretch of sound, half of [`TAPS`] frames after they came.
pub(super) struct FramePeak {
    channels: usize,
    /// No wave through samples below this passes the ceiling.
    near: f32,
    taps: [[f32; FACTOR]; TAPS],
    /// The newest frames of each channel, newest first from `newest` on; all twice, so that they always lie in one row.
    recent: Vec<[f32; 2 * TAPS]>,
    newest: usize,
    is_behind: bool,
    /// For how many frames nothing was near the ceiling.
    calm: usize,
}

impl FramePeak {
    /// For frames of `channels`; of peaks below `ceiling` it need not be said how high they are.
    pub(super) fn new(channels: usize, ceiling: f32) -> FramePeak {
        let taps = taps();
        FramePeak {
            channels,
            near: ceiling / overshoot(&taps),
            taps,
            recent: vec![[0.0; 2 * TAPS]; channels],
            newest: 0,
            is_behind: false,
            calm: TAPS,
        }
    }

    /// The largest of what lies between the two frames that have as many before them as after; 0 if it is below the
    /// ceiling for sure.
    pub(super) fn of(&mut self, frame: &[f32]) -> f32 {
        self.newest = if self.newest == 0 { TAPS - 1 } else { self.newest - 1 };
        let mut loudest = 0.0_f32;
        for (recent, sample) in self.recent.iter_mut().zip(frame) {
            recent[self.newest] = *sample;
            recent[self.newest + TAPS] = *sample;
            loudest = loudest.max(sample.abs());
        }
        self.calm = if loudest < self.near { self.calm.saturating_add(1) } else { 0 };
        if self.calm >= TAPS {
            return 0.0;
        }
        let mut peak = 0.0_f32;
        for recent in &self.recent {
            let mut points = [0.0_f32; FACTOR];
            for (sample, taps) in recent[self.newest..self.newest + TAPS].iter().zip(&self.taps) {
                points.iter_mut().zip(taps).for_each(|(point, tap)| *point += sample * tap);
            }
            peak = points.iter().fold(peak, |peak, point| peak.max(point.abs()));
        }
        peak
    }

    /// Takes whole frames at once if [`FramePeak::of`] would say 0 of each; else false, and nothing is taken. What was taken
    /// so has to be shown again before the next `of`.
    pub(super) fn pass(&mut self, frames: &[f32]) -> bool {
        let near = self.near;
        // Counted instead of looked for, so that no sample waits for the one before.
        let loud: u32 = frames.iter().map(|sample| u32::from(sample.abs() >= near)).sum();
        let passes = self.calm >= TAPS && loud == 0;
        self.is_behind |= passes;
        passes
    }

    /// Whether frames were passed and not shown again.
    pub(super) fn is_behind(&self) -> bool {
        self.is_behind
    }

    /// Shows the newest frames again: those of `earlier` and then of `later` that came last, `later` coming first where
    /// `earlier` is too short, as in a ring that is written at the end of `earlier`.
    pub(super) fn catch_up(&mut self, earlier: &[f32], later: &[f32]) {
        (self.is_behind, self.newest) = (false, 0);
        let newest_first = earlier.chunks_exact(self.channels).rev().chain(later.chunks_exact(self.channels).rev());
        for (n, frame) in newest_first.take(TAPS).enumerate() {
            for (recent, sample) in self.recent.iter_mut().zip(frame) {
                (recent[n], recent[n + TAPS]) = (*sample, *sample);
            }
        }
    }
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
