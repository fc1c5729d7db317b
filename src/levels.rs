//! How loud a stretch of sound was: measured where it is handed to the device, kept for each second of an airing.

use serde::{Deserialize, Serialize};

/// What silence is measured as: nothing a loudspeaker could tell from nothing, in dBFS.
pub const SILENT_DBFS: f64 = -90.0;

/// How many samples are taken in side by side.
const LANES: usize = 8;

/// How loud a stretch of samples is, whatever their channels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Level {
    /// How many there are, of all channels.
    pub samples: u64,
    /// The largest, full scale being 1.
    pub peak: f32,
    /// The sum of their squares.
    pub square_sum: f64,
}

impl Level {
    /// Takes in more samples. Neither waits nor allocates: it is called inside the sound callback.
    pub fn take_in(&mut self, samples: &[f32]) {
        // Side by side: in one row each sample would wait for the sum of all before it.
        let (rows, rest) = samples.as_chunks::<LANES>();
        let mut lanes = [(self.peak, 0.0_f64); LANES];
        let take_in = |(peak, square_sum): (f32, f64), sample: f32| {
            (peak.max(sample.abs()), square_sum + f64::from(sample) * f64::from(sample))
        };
        for row in rows {
            lanes.iter_mut().zip(row).for_each(|(lane, sample)| *lane = take_in(*lane, *sample));
        }
        lanes.iter_mut().zip(rest).for_each(|(lane, sample)| *lane = take_in(*lane, *sample));
        self.samples += samples.len() as u64;
        self.peak = lanes.iter().fold(self.peak, |peak, lane| peak.max(lane.0));
        self.square_sum += lanes.iter().map(|lane| lane.1).sum::<f64>();
    }

    /// Takes in another stretch.
    pub fn join(&mut self, other: Level) {
        self.samples += other.samples;
        self.peak = self.peak.max(other.peak);
        self.square_sum += other.square_sum;
    }

    /// The mean of the squares; 0 of nothing.
    pub fn power(&self) -> f64 {
        if self.samples == 0 { 0.0 } else { self.square_sum / self.samples as f64 }
    }

    /// RMS in dBFS, that of a square wave at full scale being 0; none in dead silence.
    pub fn rms_dbfs(&self) -> Option<f64> {
        Some(10.0 * self.power().log10()).filter(|db| db.is_finite())
    }

    /// The peak in dBFS; none in dead silence.
    pub fn peak_dbfs(&self) -> Option<f64> {
        Some(20.0 * f64::from(self.peak).log10()).filter(|db| db.is_finite())
    }

    /// Nothing in it would be heard.
    pub fn is_silent(&self) -> bool {
        self.peak_dbfs().is_none_or(|peak| peak < SILENT_DBFS)
    }
}

/// How loud a part of an airing was, as it was sent to the device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Levels {
    /// The largest sample, in hundredths of a dBFS; none in dead silence.
    pub peak_cdbfs: Option<i32>,
    /// RMS over all of it, in hundredths of a dBFS; none in dead silence.
    pub rms_cdbfs: Option<i32>,
    /// RMS of each second, in half decibels below full scale; 255 for what is softer than −127 dBFS.
    pub seconds: Vec<u8>,
}

/// A second softer than a byte can tell.
const NOTHING: u8 = 255;
/// A day of seconds; beyond it only peak and RMS of all go on.
const SECONDS_KEPT: usize = 86_400;

impl Levels {
    /// Of these seconds in a row.
    pub fn of(seconds: &[Level]) -> Levels {
        let mut all = Level::default();
        seconds.iter().for_each(|second| all.join(*second));
        let hundredths = |db: f64| (db * 100.0).round() as i32;
        Levels {
            peak_cdbfs: all.peak_dbfs().map(hundredths),
            rms_cdbfs: all.rms_dbfs().map(hundredths),
            seconds: seconds.iter().take(SECONDS_KEPT).map(byte).collect(),
        }
    }
}

fn byte(second: &Level) -> u8 {
    let steps = second.rms_dbfs().map_or(f64::from(NOTHING), |db| (-2.0 * db).round());
    // The cast holds what does not fit at the ends: louder than full scale is full scale.
    steps as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(samples: &[f32]) -> Level {
        let mut level = Level::default();
        level.take_in(samples);
        level
    }

    #[test]
    fn a_square_wave_at_full_scale_has_0_db_and_silence_none() {
        let full = level(&[1.0, -1.0, 1.0, -1.0]);
        assert_eq!((full.peak_dbfs(), full.rms_dbfs(), full.is_silent()), (Some(0.0), Some(0.0), false));
        for silence in [level(&[]), level(&[0.0, 0.0])] {
            assert_eq!((silence.peak_dbfs(), silence.rms_dbfs(), silence.is_silent()), (None, None, true));
        }
        assert!(level(&[3e-5, -3e-5]).is_silent() && !level(&[0.0, 4e-5]).is_silent());
    }

    #[test]
    fn each_second_is_a_byte_and_all_of_it_has_a_peak_and_an_rms() {
        let seconds = [level(&[0.1; 8]), level(&[0.0; 8]), level(&[-0.5; 8]), level(&[1e-7; 8]), level(&[1.5; 8])];
        assert_eq!(
            Levels::of(&seconds),
            // The mean of 0.01, 0, 0.25, 0 and 2.25.
            Levels { peak_cdbfs: Some(352), rms_cdbfs: Some(-299), seconds: vec![40, 255, 12, 255, 0] }
        );
        assert_eq!(Levels::of(&[]), Levels::default());
    }
}
