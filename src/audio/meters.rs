//! How a recording sounds, told from its samples while they are decoded: loudness, peaks, silence, clipping, and what is
//! wrong with its channels. Memory does not grow with the length but for one number for each 100 ms.

use ebur128::{EbuR128, Mode};

use crate::schedule::audio_facts::{Measures, StereoFault};

use super::true_peak::TruePeak;

/// Frames that stay below this on all channels (−60 dBFS) are silence: under a studio's noise, over a cheap card's.
const SILENCE: f32 = 1e-3;
/// Full scale less two steps of 16 bits, so that 8, 16 and 24 bits and lossy codecs alike reach it when they clip.
const FULL_SCALE: f32 = 0.9998;
/// Fewer samples in a row at full scale are a loud peak and no clipping: a sine over 100 Hz has at most two.
const CLIPPED_ROW: u32 = 3;
/// A channel whose mean power stays below this (−60 dBFS) …
const DEAD_DBFS: f64 = -60.0;
/// … while the other's is so much above it is dead, not quiet: a loose plug hums a little.
const DEAD_DB: f64 = 20.0;
/// Half the sum of two channels of one power is 3 dB below either where they have nothing in common and 10 dB below at a
/// correlation of −0.8: no stereo recording comes near that, one with a reversed plug goes beyond it.
const INVERTED_DB: f64 = 10.0;
/// Stands for the level of no sound at all, in dBFS.
const NOTHING_DBFS: f64 = -200.0;

/// Meters that all samples of a recording pass through.
#[derive(Default)]
pub(super) struct Meters {
    loudness: Option<EbuR128>,
    true_peak: Option<TruePeak>,
    /// Rate and channels of the samples last seen.
    spec: (u32, u16),
    peak: f32,
    heard: bool,
    head_s: f64,
    inside_s: f64,
    /// Silence up to now.
    quiet_s: f64,
    clipped: Clipped,
    sides: Vec<Side>,
    /// Sum of the squares of half the sum of both channels.
    mono_power: f64,
    frames: u64,
    /// Were there two channels throughout?
    stereo: bool,
}

#[derive(Default)]
struct Clipped {
    samples: u64,
    runs: u64,
}

#[derive(Clone, Copy, Default)]
struct Side {
    /// Sum of squares.
    power: f64,
    /// Samples at full scale up to now.
    row: u32,
}

impl Meters {
    /// Takes interleaved `samples`.
    pub(super) fn feed(&mut self, samples: &[f32], rate_hz: u32, channels: u16) {
        if samples.is_empty() || rate_hz == 0 {
            return;
        }
        if self.spec != (rate_hz, channels) {
            self.change(rate_hz, channels);
        }
        if let Some(loudness) = &mut self.loudness
            && loudness.add_frames_f32(samples).is_err()
        {
            self.loudness = None;
        }
        if let Some(true_peak) = &mut self.true_peak {
            true_peak.feed(samples);
        }
        match channels {
            1 => self.frames_of::<1>(samples),
            2 => self.frames_of::<2>(samples),
            3 => self.frames_of::<3>(samples),
            4 => self.frames_of::<4>(samples),
            5 => self.frames_of::<5>(samples),
            6 => self.frames_of::<6>(samples),
            7 => self.frames_of::<7>(samples),
            8 => self.frames_of::<8>(samples),
            // No more are decoded.
            _ => {}
        }
    }

    /// The largest sample.
    pub(super) fn peak(&self) -> f32 {
        self.peak
    }

    /// What the meters show at the end. Title and artist are not theirs.
    pub(super) fn read(mut self) -> Measures {
        self.end_rows();
        let true_peak = f64::from(self.true_peak.take().map_or(0.0, TruePeak::read));
        let ms = |seconds: f64| (seconds * 1000.0).round() as u64;
        let levels: Vec<f64> = self.sides.iter().map(|side| self.level(side.power)).collect();
        let loudness = self.loudness.as_ref().and_then(|loudness| loudness.loudness_global().ok());
        Measures {
            loudness_clufs: loudness.filter(|lufs| lufs.is_finite()).map(hundredths),
            true_peak_cdbtp: Some(20.0 * true_peak.log10()).filter(|db| db.is_finite()).map(hundredths),
            silence_head_ms: ms(if self.heard { self.head_s } else { self.quiet_s }),
            silence_tail_ms: ms(if self.heard { self.quiet_s } else { 0.0 }),
            silence_inside_ms: ms(self.inside_s),
            clipped_samples: self.clipped.samples,
            clipped_runs: self.clipped.runs,
            mix_cdb: self.mix_cdb(),
            stereo_fault: self.stereo_fault(&levels),
            channel_rms_cdbfs: levels.into_iter().map(hundredths).collect(),
            title: None,
            artist: None,
        }
    }

    /// Other samples begin: those of joined parts differ in rate or channels.
    fn change(&mut self, rate_hz: u32, channels: u16) {
        self.end_rows();
        let true_peak = self.true_peak.take().map_or(0.0, TruePeak::read);
        self.true_peak = TruePeak::new(rate_hz, channels, true_peak);
        let count = u32::from(channels);
        let first = self.spec == (0, 0);
        if first {
            self.loudness = EbuR128::new(count, rate_hz, Mode::I).ok();
        } else if let Some(loudness) = &mut self.loudness
            && loudness.change_parameters(count, rate_hz).is_err()
        {
            self.loudness = None;
        }
        self.stereo = channels == 2 && (first || self.stereo);
        self.sides.resize(self.sides.len().max(usize::from(channels)), Side::default());
        self.spec = (rate_hz, channels);
    }

    fn frames_of<const N: usize>(&mut self, samples: &[f32]) {
        let second = f64::from(self.spec.0);
        let mut sides = [Side::default(); N];
        sides.iter_mut().zip(&self.sides).for_each(|(side, kept)| *side = *kept);
        let (frames, _) = samples.as_chunks::<N>();
        let mut quiet = 0_u64;
        // Sums of their own: what lies behind `self` is written back to memory at every frame.
        let (mut largest, mut mono_power) = (self.peak, self.mono_power);
        for frame in frames {
            let mut peak = 0.0_f32;
            for (side, sample) in sides.iter_mut().zip(frame) {
                let size = sample.abs();
                peak = peak.max(size);
                side.power += f64::from(size) * f64::from(size);
                if size >= FULL_SCALE {
                    side.row = side.row.saturating_add(1);
                } else if side.row > 0 {
                    self.clipped.end(&mut side.row);
                }
            }
            if N == 2 {
                let mono = f64::from(frame[0] + frame[N - 1]) / 2.0;
                mono_power += mono * mono;
            }
            largest = largest.max(peak);
            if peak < SILENCE {
                quiet += 1;
            } else if quiet > 0 || self.quiet_s > 0.0 || !self.heard {
                self.sound_after(quiet as f64 / second);
                quiet = 0;
            }
        }
        (self.peak, self.mono_power) = (largest, mono_power);
        self.quiet_s += quiet as f64 / second;
        self.frames += frames.len() as u64;
        self.sides.iter_mut().zip(&sides).for_each(|(kept, side)| *kept = *side);
    }

    /// Sound begins again after so much silence more.
    fn sound_after(&mut self, quiet_s: f64) {
        let silence = std::mem::take(&mut self.quiet_s) + quiet_s;
        if self.heard {
            self.inside_s = self.inside_s.max(silence);
        } else {
            (self.heard, self.head_s) = (true, silence);
        }
    }

    fn end_rows(&mut self) {
        for side in &mut self.sides {
            self.clipped.end(&mut side.row);
        }
    }

    /// Mean of a sum of squares, in dBFS.
    fn level(&self, power: f64) -> f64 {
        let db = 10.0 * (power / self.frames.max(1) as f64).log10();
        if db.is_nan() { NOTHING_DBFS } else { db.max(NOTHING_DBFS) }
    }

    fn mix_cdb(&self) -> Option<i32> {
        let both = self.sides.iter().map(|side| side.power).sum::<f64>() / 2.0;
        let is_known = self.stereo && self.sides.len() == 2 && both > 0.0;
        is_known.then(|| hundredths((10.0 * (self.mono_power / both).log10()).max(NOTHING_DBFS)))
    }

    fn stereo_fault(&self, levels: &[f64]) -> Option<StereoFault> {
        let &[left, right] = levels else { return None };
        if !self.stereo {
            return None;
        }
        // In near silence there is nothing to tell by.
        let dead = |one: f64, other: f64| one < DEAD_DBFS && other > DEAD_DBFS && other > one + DEAD_DB;
        if dead(left, right) {
            return Some(StereoFault::DeadLeft);
        }
        if dead(right, left) {
            return Some(StereoFault::DeadRight);
        }
        let quieter = left.min(right);
        let cancels = self.level(self.mono_power) < quieter - INVERTED_DB;
        (quieter > DEAD_DBFS && cancels).then_some(StereoFault::Inverted)
    }
}

impl Clipped {
    /// A row at full scale ends.
    fn end(&mut self, row: &mut u32) {
        let len = std::mem::take(row);
        if len >= CLIPPED_ROW {
            self.runs += 1;
            self.samples += u64::from(len);
        }
    }
}

/// The number in hundredths; the cast bounds what no level reaches.
fn hundredths(value: f64) -> i32 {
    (value * 100.0).round() as i32
}
