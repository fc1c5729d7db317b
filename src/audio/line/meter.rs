//! How loud a take is where it leaves for the device. Runs inside the sound callback and keeps its rules.

use rtrb::{Consumer, Producer, RingBuffer};

use crate::levels::Level;

/// Frames of one measurement: a tenth of a second at 48 kHz.
pub const STEP_FRAMES: u64 = 4800;
/// Measurements that may wait for the player: more than its ring holds of sound.
const WAITING: usize = 128;

/// The end that measures.
#[derive(Debug)]
pub(super) struct Meter {
    now: Level,
    step_samples: u64,
    out: Producer<Level>,
}

/// A meter for takes of `channels`, and what comes out of it: a measurement each [`STEP_FRAMES`], the last one shorter.
pub(super) fn meter(channels: u16) -> (Meter, Consumer<Level>) {
    let (out, levels) = RingBuffer::new(WAITING);
    let step_samples = STEP_FRAMES * u64::from(channels.max(1));
    (Meter { now: Level::default(), step_samples, out }, levels)
}

impl Meter {
    /// Takes in what goes to the device.
    pub fn take_in(&mut self, samples: &[f32]) {
        let mut rest = samples;
        while !rest.is_empty() {
            let room = self.step_samples - self.now.samples % self.step_samples;
            let (part, after) = rest.split_at(rest.len().min(usize::try_from(room).unwrap_or(usize::MAX)));
            self.now.take_in(part);
            rest = after;
            if self.now.samples.is_multiple_of(self.step_samples) {
                self.hand_over();
            }
        }
    }

    /// Hands over what is measured; where nobody takes it, it grows and goes with what follows.
    pub fn hand_over(&mut self) {
        if self.now.samples > 0 && self.out.push(self.now).is_ok() {
            self.now = Level::default();
        }
    }
}
