//! What sounds in the place of a source that does not: recordings of a folder, one after the other, for ever.

use std::sync::Arc;

use super::buffer::{Buffer, Pushed};
use super::http::Reach;
use super::{Format, Recordings};
use crate::audio::names;
use crate::audio::reel::{Piece, Reel};
use crate::audio::resampled::{BLOCK_FRAMES, Resampled};

/// What is waited after a round in which no recording gave a sound.
const BARREN_MS: u64 = 5_000;

/// What the thread needs.
pub(super) struct Fallback {
    pub files: Recordings,
    pub reach: Arc<Reach>,
    pub buffer: Arc<Buffer>,
    pub format: Format,
}

impl Fallback {
    /// Keeps the buffer full until nobody listens any more. Skipped, it goes on with the next recording.
    pub fn run(&self) {
        let mut has_sounded = true;
        for (n, name) in self.files.names.iter().cycle().enumerate() {
            if n % self.files.names.len() == 0
                && !std::mem::take(&mut has_sounded)
                && self.reach.wait(BARREN_MS).is_err()
            {
                return;
            }
            let turn = self.buffer.turn();
            let opened = names::resolve(&self.files.below, name).and_then(|path| (self.files.open)(&path));
            let recorded = match opened {
                Ok(recorded) => recorded,
                Err(fault) => {
                    tracing::warn!(file = name, ?fault, "a recording of the relay's fallback cannot be read");
                    if self.reach.is_closed() {
                        return;
                    }
                    continue;
                }
            };
            let reel = Reel::new([Piece::Recording(Box::new(recorded))]);
            let mut sound = Resampled::new(reel, self.format.rate_hz, self.format.channels);
            let mut block = vec![0.0; BLOCK_FRAMES * usize::from(self.format.channels)];
            loop {
                let samples = sound.read(&mut block);
                if samples == 0 {
                    break;
                }
                has_sounded = true;
                match self.buffer.push(&block[..samples], turn) {
                    Pushed::Taken => {}
                    Pushed::Stale => break,
                    Pushed::Closed => return,
                }
            }
        }
    }
}
