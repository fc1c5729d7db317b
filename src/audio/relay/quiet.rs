//! What counts as silence, and what as a source that sounds steadily.

/// Quieter than this (RMS, −50 dBFS, its mean taken off) is silence: the hum of a line is, the softest speech is not.
const SILENT_RMS: f64 = 0.003_16;

/// Whether an interleaved block sounds. A steady offset, as cheap inputs have, is none.
pub(super) fn sounds(block: &[f32], channels: usize) -> bool {
    let count = (block.len() / channels.max(1)).max(1) as f64;
    (0..channels).any(|channel| {
        let (mut sum, mut square_sum) = (0.0, 0.0);
        for frame in block.chunks_exact(channels) {
            let sample = f64::from(frame[channel]);
            sum += sample;
            square_sum += sample * sample;
        }
        let mean = sum / count;
        square_sum / count - mean * mean > SILENT_RMS * SILENT_RMS
    })
}

/// How long a source has sounded without a break or a long pause.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steady {
    /// The longest pause in speech.
    pause_frames: u64,
    frames: u64,
    quiet_frames: u64,
}

impl Steady {
    pub fn new(pause_frames: u64) -> Steady {
        Steady { pause_frames, frames: 0, quiet_frames: 0 }
    }

    /// A block came.
    pub fn note(&mut self, block: &[f32], channels: usize) {
        let frames = (block.len() / channels.max(1)) as u64;
        if sounds(block, channels) {
            self.quiet_frames = 0;
            self.frames += frames;
            return;
        }
        self.quiet_frames += frames;
        if self.quiet_frames > self.pause_frames {
            self.frames = 0;
        } else if self.frames > 0 {
            self.frames += frames;
        }
    }

    /// It broke off.
    pub fn reset(&mut self) {
        (self.frames, self.quiet_frames) = (0, 0);
    }

    /// So long.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// How long it has been silent by now.
    pub fn quiet_frames(&self) -> u64 {
        self.quiet_frames
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(frames: usize, peak: f32) -> Vec<f32> {
        (0..frames).flat_map(|n| [peak * (n as f32 * 0.3).sin(), 0.0]).collect()
    }

    #[test]
    fn hum_and_offset_are_silence_and_a_whisper_on_one_channel_is_not() {
        for (block, expected) in [
            (vec![0.0; 2000], false),
            (vec![0.4; 2000], false),
            (tone(1000, 0.002), false),
            (tone(1000, 0.02), true),
            (Vec::new(), false),
        ] {
            assert_eq!(sounds(&block, 2), expected, "{:?}", &block[..block.len().min(4)]);
        }
    }

    #[test]
    fn a_pause_in_speech_is_bridged_and_a_long_one_begins_anew() {
        let mut steady = Steady::new(2500);
        let (sound, quiet) = (tone(1000, 0.3), vec![0.0; 2000]);
        let mut told = Vec::new();
        for block in [&quiet, &sound, &quiet, &quiet, &sound, &quiet, &quiet, &quiet, &sound] {
            steady.note(block, 2);
            told.push(steady.frames());
        }
        assert_eq!(told, [0, 1000, 2000, 3000, 4000, 5000, 6000, 0, 1000]);
        steady.reset();
        assert_eq!(steady.frames(), 0);
    }
}
