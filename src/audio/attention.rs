//! The tone before an emergency: two pitches in turn, like nothing else that a ward's loudspeakers play.

use std::f32::consts::TAU;
use std::num::NonZero;
use std::time::Duration;

use rodio::{ChannelCount, SampleRate, Source};

const RATE_HZ: u32 = 48_000;
/// The two pitches, in Hz: a fourth apart, in the middle of what a horn loudspeaker carries best.
const PITCHES_HZ: [f32; 2] = [720.0, 960.0];
/// Frames that each sounds at a time: a quarter of a second, whole periods of either.
const TURN_FRAMES: u64 = RATE_HZ as u64 / 4;
/// Frames of the rise and the fall of each: 5 ms, no click.
const RAMP_FRAMES: u64 = RATE_HZ as u64 / 200;
/// Turns before a breath, and the turns that the breath would be.
const TURNS: u64 = 10;
const BREATH_TURNS: u64 = 2;
const ROUND_FRAMES: u64 = (TURNS + BREATH_TURNS) * TURN_FRAMES;
/// Size of the sine: −9 dBFS, as loud as a bulletin's loudest words.
const SIZE: f32 = 0.35;

/// Whole rounds of the tone, in mono at 48 kHz; a round is 2.5 s of sound and half a second's breath.
pub struct AttentionTone {
    frame: u64,
    frames: u64,
}

impl AttentionTone {
    /// As many rounds as it takes to last `at_least_ms`, one at least.
    pub fn new(at_least_ms: u64) -> AttentionTone {
        let wanted = at_least_ms.saturating_mul(u64::from(RATE_HZ)) / 1000;
        AttentionTone { frame: 0, frames: wanted.div_ceil(ROUND_FRAMES).max(1).saturating_mul(ROUND_FRAMES) }
    }

    /// How long it is, in ms.
    pub fn length_ms(&self) -> u64 {
        self.frames * 1000 / u64::from(RATE_HZ)
    }
}

impl Iterator for AttentionTone {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        if self.frame == self.frames {
            return None;
        }
        let (turn, at) = (self.frame % ROUND_FRAMES / TURN_FRAMES, self.frame % TURN_FRAMES);
        self.frame += 1;
        if turn >= TURNS {
            return Some(0.0);
        }
        let pitch_hz = PITCHES_HZ[usize::from(turn % 2 == 1)];
        let ramp = at.min(TURN_FRAMES - at).min(RAMP_FRAMES) as f32 / RAMP_FRAMES as f32;
        Some(SIZE * ramp * (TAU * pitch_hz * at as f32 / RATE_HZ as f32).sin())
    }
}

impl Source for AttentionTone {
    fn current_span_len(&self) -> Option<usize> {
        None
    }

    fn channels(&self) -> ChannelCount {
        NonZero::<u16>::MIN
    }

    fn sample_rate(&self) -> SampleRate {
        NonZero::new(RATE_HZ).unwrap_or(NonZero::<u32>::MIN)
    }

    fn total_duration(&self) -> Option<Duration> {
        Some(Duration::from_millis(self.length_ms()))
    }
}
