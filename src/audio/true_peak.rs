//! The peak of the wave between the samples. Oversampling is most of what it would cost to measure a recording, and
//! hardly any stretch of one can still raise the peak: those whose samples are too small for that are passed over.

use ebur128::{EbuR128, Mode};

/// Frames held back and looked at together.
const BLOCK_FRAMES: usize = 104;
/// Frames in front of a block that reach into it: the longest of the library's filters has as many taps.
const HISTORY_FRAMES: usize = 24;
/// Taps of all phases of the library's filter together: a sinc under a Hann window.
const TAPS: u32 = 48;

/// A meter for samples of one rate and so many channels.
pub(super) struct TruePeak {
    meter: EbuR128,
    channels: usize,
    /// [`HISTORY_FRAMES`], then those not looked at yet.
    held: Vec<f32>,
    /// No wave through samples of at most 1 goes beyond this.
    overshoot: f32,
    peak: f32,
}

impl TruePeak {
    /// `peak`: what was found before, as a factor of full scale. None for rates and channels that nobody has.
    pub(super) fn new(rate_hz: u32, channels: u16, peak: f32) -> Option<TruePeak> {
        let meter = EbuR128::new(u32::from(channels), rate_hz, Mode::TRUE_PEAK).ok()?;
        let channels = usize::from(channels);
        let mut held = Vec::with_capacity((HISTORY_FRAMES + BLOCK_FRAMES) * channels);
        held.resize(HISTORY_FRAMES * channels, 0.0);
        Some(TruePeak { meter, channels, held, overshoot: overshoot(rate_hz), peak })
    }

    /// Takes interleaved `samples`, whole frames.
    pub(super) fn feed(&mut self, mut samples: &[f32]) {
        let full = (HISTORY_FRAMES + BLOCK_FRAMES) * self.channels;
        while self.held.len() + samples.len() >= full {
            let (now, later) = samples.split_at(full - self.held.len());
            self.held.extend_from_slice(now);
            self.look();
            samples = later;
        }
        self.held.extend_from_slice(samples);
    }

    /// The largest value of the wave, as a factor of full scale.
    pub(super) fn read(mut self) -> f32 {
        self.look();
        self.peak
    }

    /// Measures what is held, if it could raise the peak, and keeps its end as history.
    fn look(&mut self) {
        if largest(&self.held) * self.overshoot > self.peak {
            let (history, block) = self.held.split_at(HISTORY_FRAMES * self.channels);
            // What the meter heard last stands elsewhere: the history takes its place, and its own peak is known.
            let measured = self.meter.seed_frames_f32(history).and_then(|()| self.meter.add_frames_f32(block));
            if measured.is_ok() {
                let channels = 0..self.meter.channels();
                let peaks = channels.filter_map(|channel| self.meter.prev_true_peak(channel).ok());
                self.peak = peaks.fold(self.peak, |most, peak| most.max(peak as f32));
            }
        }
        let done = self.held.len() - HISTORY_FRAMES * self.channels;
        self.held.drain(..done);
    }
}

/// The largest of the sizes, eight at a time.
fn largest(samples: &[f32]) -> f32 {
    let (eights, rest) = samples.as_chunks::<8>();
    let mut most = [0.0_f32; 8];
    for eight in eights {
        most.iter_mut().zip(eight).for_each(|(most, sample)| *most = most.max(sample.abs()));
    }
    most.iter().chain(rest).fold(0.0, |most, sample| most.max(sample.abs()))
}

/// How far beyond samples of at most 1 the filter for this rate can go: each of its phases gives the sum of its
/// coefficients' sizes where all samples have their signs. It oversamples as ITU-R BS.1770-4, annex 2, asks: four times
/// below 96 kHz, twice below 192 kHz, and not at all from there.
fn overshoot(rate_hz: u32) -> f32 {
    let phases = match rate_hz {
        0..96_000 => 4,
        96_000..192_000 => 2,
        _ => return 1.0,
    };
    let coefficient = |tap: u32| {
        let window = 0.5 - 0.5 * (std::f64::consts::TAU * f64::from(tap) / f64::from(TAPS)).cos();
        let at = std::f64::consts::PI * (f64::from(tap) - f64::from(TAPS / 2)) / f64::from(phases);
        if at == 0.0 { window } else { window * at.sin() / at }
    };
    let sum = |phase: u32| (phase..TAPS).step_by(phases as usize).map(|tap| coefficient(tap).abs()).sum::<f64>();
    let most = (0..phases).map(sum).fold(1.0, f64::max);
    // The library counts in 32 bits; a thousandth is far more than that can lose.
    (most * 1.001) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the library finds when it looks at every sample.
    fn throughout(rate_hz: u32, channels: u16, samples: &[f32]) -> f32 {
        let mut meter = EbuR128::new(u32::from(channels), rate_hz, Mode::TRUE_PEAK).unwrap();
        meter.add_frames_f32(samples).unwrap();
        (0..u32::from(channels)).map(|channel| meter.true_peak(channel).unwrap()).fold(0.0, f64::max) as f32
    }

    fn found(rate_hz: u32, channels: u16, samples: &[f32], packet_frames: usize) -> f32 {
        let mut meter = TruePeak::new(rate_hz, channels, 0.0).unwrap();
        samples.chunks(packet_frames * usize::from(channels)).for_each(|packet| meter.feed(packet));
        meter.read()
    }

    /// Full-scale noise in bursts, so that stretches are passed over and looked at again.
    fn bursts(seed: u32, frames: usize, channels: u16) -> Vec<f32> {
        let mut state = seed;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        };
        let mut size = 0.0;
        (0..frames * usize::from(channels))
            .map(|at| {
                if at % 700 == 0 {
                    size = noise().powi(4);
                }
                size * noise()
            })
            .collect()
    }

    #[test]
    fn no_peak_is_lost_by_passing_over() {
        for rate_hz in [8_000, 44_100, 96_000, 192_000] {
            for channels in [1, 2, 3, 6] {
                for (seed, packet_frames) in [(1, 1152), (2, 7), (3, 5000), (4, 1)] {
                    let samples = bursts(seed, 20_000, channels);
                    let (is, right) =
                        (found(rate_hz, channels, &samples, packet_frames), throughout(rate_hz, channels, &samples));
                    assert_eq!(is, right, "{rate_hz} Hz, {channels} channels, packets of {packet_frames}");
                }
            }
        }
    }

    /// Samples that all have the signs of one phase's coefficients: the bound is reached and never passed.
    #[test]
    fn the_bound_is_the_filters_own() {
        for (rate_hz, phases, taps) in [(48_000, 4, 12), (96_000, 2, 24)] {
            let sign = |n: i32| if (n >= 0) == (n.rem_euclid(2) == 0) { 1.0 } else { -1.0 };
            let mut samples: Vec<f32> = (0..taps).map(|n| sign(n - taps / 2)).collect();
            samples.extend([0.0; 64]);
            let reached = throughout(rate_hz, 1, &samples);
            let bound = overshoot(rate_hz);
            assert!(reached <= bound && bound < reached * 1.002, "{phases} phases: {reached}, bound {bound}");
        }
    }
}
