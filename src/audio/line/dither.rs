//! From floats to 16 bits without the harsh sound of rounding. Runs inside the sound callback and keeps its rules.
//!
//! Rounding alone bends quiet sounds: the error follows the wave and is heard as distortion. A random number with a
//! triangular distribution, as wide as one step to either side, added before it is rounded, makes mean and power of the
//! error the same whatever the sound is (Lipshitz, Wannamaker, Vanderkooy: Quantization and Dither, 1992): a hiss at
//! −96 dBFS.
//!
//! What already stands on a step is not rounded, so it gets none: silence stays silence, and a recording of 16 bits that
//! airs as it is comes out as it went in. Sound that was amplified or resampled lies between the steps.

/// Rounds samples, each with its own random number.
#[derive(Debug)]
pub struct Dither {
    state: u32,
}

impl Dither {
    /// From the beginning of its numbers.
    #[expect(clippy::new_without_default, reason = "there is one way to begin")]
    pub fn new() -> Dither {
        // Any number but 0.
        Dither { state: 0x9e37_79b9 }
    }

    /// A sample of which 1 is full scale, as 16 bits; what is beyond full scale is cut off.
    pub fn round_to_i16(&mut self, sample: f32) -> i16 {
        let steps = sample * 32_768.0;
        let whole = steps.round();
        // `as` cuts off.
        if steps.to_bits() == whole.to_bits() { whole as i16 } else { (steps + self.triangular()).round() as i16 }
    }

    /// Between −1 and 1, 0 being the likeliest: the difference of two even ones.
    fn triangular(&mut self) -> f32 {
        // Marsaglia's xorshift with a period of 2³² − 1: half a day of two channels at 48 kHz.
        self.state ^= self.state << 13;
        self.state ^= self.state >> 17;
        self.state ^= self.state << 5;
        let (high, low) = ((self.state >> 16) as f32, (self.state & 0xffff) as f32);
        (high - low) / 65_536.0
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    const FRAMES: usize = 480_000;

    /// A sine with a peak of −90 dBFS: one step.
    fn whisper() -> Vec<f32> {
        let size = 10_f64.powf(-90.0 / 20.0);
        (0..FRAMES).map(|n| (size * (n as f64 * 997.0 / 48_000.0 * TAU).sin()) as f32).collect()
    }

    /// How much of a sine of so many Hz there is, in steps.
    fn part(rounded: &[i16], hz: f64) -> f64 {
        let (mut re, mut im) = (0.0, 0.0);
        for (n, x) in rounded.iter().enumerate() {
            let (sin, cos) = (n as f64 * hz / 48_000.0 * TAU).sin_cos();
            (re, im) = (re + f64::from(*x) * cos, im + f64::from(*x) * sin);
        }
        re.hypot(im) * 2.0 / rounded.len() as f64
    }

    #[test]
    fn a_whisper_has_no_harmonics() {
        let mut dither = Dither::new();
        let rounded: Vec<i16> = whisper().iter().map(|x| dither.round_to_i16(*x)).collect();
        assert!((part(&rounded, 997.0) - 1.036).abs() < 0.01, "{}", part(&rounded, 997.0));
        let bare: Vec<i16> = whisper().iter().map(|x| (x * 32_768.0).round() as i16).collect();
        let worst = |rounded: &[i16]| (2..=9).map(|k| part(rounded, 997.0 * f64::from(k))).fold(0.0, f64::max);
        assert!(worst(&bare) > 0.1, "rounding alone has them: {}", worst(&bare));
        // In noise of a quarter of a step's power any one frequency has 0.0014 steps on the average.
        assert!(worst(&rounded) < 0.006, "{}", worst(&rounded));
    }

    #[test]
    fn the_error_is_the_same_noise_wherever_the_sound_lies_between_two_steps() {
        let mut dither = Dither::new();
        for share in [0.01, 0.125, 0.3, 0.5, 0.77, 0.99] {
            let errors: Vec<f64> = (0..100_000)
                .map(|_| f64::from(dither.round_to_i16((100.0 + share) / 32_768.0)) - 100.0 - f64::from(share))
                .collect();
            let mean = errors.iter().sum::<f64>() / errors.len() as f64;
            let power = errors.iter().map(|e| e * e).sum::<f64>() / errors.len() as f64;
            assert!(mean.abs() < 0.01 && (power - 0.25).abs() < 0.01, "{share}: mean {mean}, power {power}");
        }
    }

    #[test]
    fn what_stands_on_a_step_stays_there() {
        let mut dither = Dither::new();
        for step in i16::MIN..=i16::MAX {
            assert_eq!(dither.round_to_i16(f32::from(step) / 32_768.0), step);
        }
        assert_eq!(
            (dither.round_to_i16(1.0), dither.round_to_i16(-1.5), dither.round_to_i16(0.99999)),
            (i16::MAX, i16::MIN, i16::MAX)
        );
    }
}
