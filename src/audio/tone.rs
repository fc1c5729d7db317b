//! The test tone: 1 kHz, which on a line of two channels tells which is which.
//!
//! Every four seconds: all channels for two seconds, the left one alone for one, the right one alone for one. On any
//! other line it sounds throughout, on all channels.

/// Its pitch, in Hz.
pub const PITCH_HZ: u32 = 1000;
/// The turns of a line of two channels, in seconds: how long, and which channels sound.
const TURNS: [(u64, [bool; 2]); 3] = [(2, [true, true]), (1, [true, false]), (1, [false, true])];
/// Nothing begins or ends at once, which would click.
const RAMP_MS: u64 = 10;

/// A stretch of it, read as interleaved samples.
#[derive(Clone, Debug)]
pub struct Tone {
    rate_hz: u32,
    channels: u16,
    amplitude: f32,
    frame: u64,
    frames: u64,
}

impl Tone {
    /// So many seconds of it for a line of this rate and these channels, its peaks at `peak_dbfs`.
    pub fn new(rate_hz: u32, channels: u16, peak_dbfs: f32, seconds: u32) -> Tone {
        let amplitude = 10.0_f32.powf(peak_dbfs / 20.0);
        let frames = u64::from(rate_hz) * u64::from(seconds);
        Tone { rate_hz, channels: channels.max(1), amplitude, frame: 0, frames }
    }

    /// Fills whole frames; how many samples there were. 0: it is over.
    pub fn read(&mut self, out: &mut [f32]) -> usize {
        let channels = usize::from(self.channels);
        let mut filled = 0;
        for frame in out.chunks_exact_mut(channels) {
            if self.frame == self.frames {
                break;
            }
            let rate = u64::from(self.rate_hz);
            // Whole periods are taken out first: a float of many seconds has no room left for the phase.
            let phase = (self.frame * u64::from(PITCH_HZ)) % rate;
            let wave = (phase as f64 / rate as f64 * std::f64::consts::TAU).sin() as f32;
            for (channel, sample) in frame.iter_mut().enumerate() {
                *sample = wave * self.amplitude * self.gain(channel);
            }
            self.frame += 1;
            filled += channels;
        }
        filled
    }

    /// How much of it a channel has now, 0 to 1: ramped at both ends of each stretch in which it sounds.
    fn gain(&self, channel: usize) -> f32 {
        let rate = u64::from(self.rate_hz);
        let ramp = (rate * RAMP_MS / 1000).max(1);
        let of_edges = |since: u64, until: u64| (since.min(until) as f32 / ramp as f32).min(1.0);
        let whole = of_edges(self.frame, self.frames - self.frame);
        if self.channels != 2 {
            return whole;
        }
        let cycle: u64 = TURNS.iter().map(|(seconds, _)| seconds * rate).sum();
        let at = self.frame % cycle;
        let (mut begins, mut gain) = (0, 0.0_f32);
        for (seconds, sounds) in TURNS {
            let ends = begins + seconds * rate;
            if (begins..ends).contains(&at) && sounds[channel] {
                gain = of_edges(at - begins, ends - at);
            }
            begins = ends;
        }
        gain.min(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Peak of each channel in each tenth of a second, in dBFS, −100 for silence.
    fn tenths(mut tone: Tone) -> Vec<Vec<i32>> {
        let channels = usize::from(tone.channels);
        let mut tenth = vec![0.0; 4800 * channels];
        let mut found = Vec::new();
        while tone.read(&mut tenth) == tenth.len() {
            let peak =
                |channel| tenth.iter().skip(channel).step_by(channels).fold(0.0_f32, |peak, s| peak.max(s.abs()));
            found.push((0..channels).map(|channel| (20.0 * peak(channel).max(1e-5).log10()).round() as i32).collect());
        }
        found
    }

    #[test]
    fn a_line_of_two_channels_is_told_left_from_right() {
        let found = tenths(Tone::new(48_000, 2, -20.0, 8));
        assert_eq!(found.len(), 80);
        for (tenth, peaks) in found.iter().enumerate() {
            let wanted = match tenth % 40 {
                0..20 => [-20, -20],
                20..30 => [-20, -100],
                _ => [-100, -20],
            };
            assert_eq!(peaks, &wanted, "tenth {tenth}");
        }
    }

    #[test]
    fn other_lines_have_it_on_all_channels_throughout() {
        for channels in [1, 6] {
            let found = tenths(Tone::new(48_000, channels, -6.0, 5));
            assert_eq!(found, vec![vec![-6; usize::from(channels)]; 50]);
        }
    }

    #[test]
    fn it_has_one_pitch_and_no_click() {
        let mut samples = vec![0.0; 44_100 * 2];
        assert_eq!(Tone::new(44_100, 1, 0.0, 2).read(&mut samples), samples.len());
        let rises = samples.windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count();
        assert!(rises.abs_diff(2000) <= 1, "{rises} periods in two seconds");
        let step = samples.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
        assert!(step <= 0.143, "a full wave moves by 2π·1000/44100 a sample, not by {step}");
        assert!(samples[0].abs() < 0.01 && samples[samples.len() - 1].abs() < 0.01);
    }
}
