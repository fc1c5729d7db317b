//! What a take is read from.

use super::relay::Stretch;
use crate::audio::limiter::Limiter;
use crate::audio::reel::Reel;
use crate::audio::resampled::Resampled;

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
}

/// Fills `step` with what comes next; 0 at the end.
pub(super) fn read(sound: &mut Sound, limiter: Option<&mut Limiter>, step: &mut [f32]) -> usize {
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
