//! What a take is read from, a step at a time.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::relay::Stretch;
use super::supply::Format;
use crate::audio::limiter::Limiter;
use crate::audio::reel::Reel;
use crate::audio::resampled::Resampled;
use crate::problem::Text;

/// Frames decoded at a time.
const STEP_FRAMES: usize = 2048;

/// What is read, at the line's rate and channels.
pub(super) enum Sound {
    Recordings(Box<Resampled<Reel>>),
    Relay(Box<Stretch>),
}

impl Sound {
    fn read(&mut self, out: &mut [f32]) -> usize {
        match self {
            Sound::Recordings(reel) => reel.read(out),
            Sound::Relay(stretch) => stretch.read(out),
        }
    }

    /// Whether its end was no end of its own.
    pub fn is_broken(&self) -> bool {
        match self {
            Sound::Recordings(reel) => reel.fault().is_some() || reel.source().is_broken(),
            Sound::Relay(_) => false,
        }
    }

    /// Why a recording that nobody had measured turned out not to be whole.
    pub fn damage(&self) -> Option<&Text> {
        match self {
            Sound::Recordings(reel) => reel.source().damage(),
            Sound::Relay(_) => None,
        }
    }
}

/// How far the decoder has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// More is to come.
    Decoding,
    /// All of it is in the ring.
    Done,
    /// It broke: what it gave is in the ring, nothing will follow.
    Broken,
}

/// It, and how far it has been read.
pub(super) struct Source {
    pub sound: Sound,
    /// Only where something would pass the ceiling.
    limiter: Option<Limiter>,
    step: Vec<f32>,
    pub progress: Progress,
}

impl Source {
    /// Nothing of it is read yet.
    pub fn new(sound: Sound, limiter: Option<Limiter>, format: Format) -> Source {
        let step = vec![0.0; STEP_FRAMES * usize::from(format.channels)];
        Source { sound, limiter, step, progress: Progress::Decoding }
    }

    /// The next samples, at most so many and no more than a step; none at the end. A panic of the decoder ends it.
    pub fn decode(&mut self, most: usize) -> &[f32] {
        let Source { sound, limiter, step, progress } = self;
        let most = most.min(step.len());
        let samples = match catch_unwind(AssertUnwindSafe(|| read(sound, limiter.as_mut(), &mut step[..most]))) {
            Ok(0) => {
                *progress = if sound.is_broken() { Progress::Broken } else { Progress::Done };
                0
            }
            Ok(samples) => samples,
            Err(_) => {
                *progress = Progress::Broken;
                0
            }
        };
        &self.step[..samples]
    }

    /// Samples that are decoded at a time.
    pub fn step_samples(&self) -> usize {
        self.step.len()
    }

    /// Decodes and drops what is not to be heard again.
    pub fn skip(&mut self, mut samples: usize) {
        while samples > 0 && self.progress == Progress::Decoding {
            samples -= self.decode(samples).len();
        }
    }
}

/// Fills `step` with what comes next; 0 at the end.
fn read(sound: &mut Sound, limiter: Option<&mut Limiter>, step: &mut [f32]) -> usize {
    let Some(limiter) = limiter else { return sound.read(step) };
    loop {
        match sound.read(step) {
            0 => return limiter.flush(step),
            samples => match limiter.process(&mut step[..samples]) {
                // It takes the first frames in before it gives any out.
                0 => {}
                ready => return ready,
            },
        }
    }
}
