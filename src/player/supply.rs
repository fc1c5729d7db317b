//! The recordings of a slot being decoded into the ring of its take, one after the other without a gap.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use crate::audio::bulletin::Bulletin;
use crate::audio::line::deck::{Feed, Take, TakeId, take};
use crate::audio::resampled::Resampled;
use crate::levels::Level;
use crate::problem::Text;
use crate::schedule::audio_facts::AudioFault;

/// Sound that the ring holds: a stalled disk of this length is not heard.
const RING_SECONDS: usize = 2;
/// Frames decoded at a time.
const STEP_FRAMES: usize = 2048;

/// What a line takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format {
    pub rate_hz: u32,
    pub channels: u16,
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

/// Open recordings and the feed of their take.
pub(super) struct Supply {
    /// What is still to be read, in order.
    sounds: VecDeque<Resampled<Bulletin>>,
    feed: Feed,
    take: Option<Take>,
    step: Vec<f32>,
    progress: Progress,
    pub id: TakeId,
    pub format: Format,
}

impl Supply {
    /// Opens the recordings and fills their ring, so that the start waits for nothing.
    pub fn open(paths: &[PathBuf], id: TakeId, format: Format) -> Result<Supply, AudioFault> {
        let open = |path: &PathBuf| {
            let bulletin = catch_unwind(AssertUnwindSafe(|| Bulletin::open(path))).unwrap_or_else(|_| Err(broken()))?;
            Ok(Resampled::new(bulletin, format.rate_hz, format.channels))
        };
        let sounds = paths.iter().map(open).collect::<Result<VecDeque<_>, AudioFault>>()?;
        let (feed, take) = take(id, format.rate_hz as usize * RING_SECONDS, format.channels);
        let step = vec![0.0; STEP_FRAMES * usize::from(format.channels)];
        let mut supply = Supply { sounds, feed, take: Some(take), step, progress: Progress::Decoding, id, format };
        supply.fill();
        Ok(supply)
    }

    /// The take to be placed; given once.
    pub fn take(&mut self) -> Option<Take> {
        self.take.take()
    }

    /// Decodes until the ring is full or the recordings are over. A panic of the decoder ends this slot alone.
    pub fn fill(&mut self) {
        while self.progress == Progress::Decoding && self.feed.room() >= self.step.len() {
            let Supply { sounds, step, .. } = self;
            let Some(sound) = sounds.front_mut() else {
                self.end(Progress::Done);
                return;
            };
            match catch_unwind(AssertUnwindSafe(|| sound.read(step))) {
                Ok(0) if sound.fault().is_some() => self.end(Progress::Broken),
                Ok(0) => {
                    sounds.pop_front();
                }
                Ok(samples) => {
                    self.feed.push(&self.step[..samples]);
                }
                Err(_) => self.end(Progress::Broken),
            }
        }
    }

    fn end(&mut self, progress: Progress) {
        self.feed.finish();
        self.progress = progress;
    }

    /// How far the decoder has got.
    pub fn progress(&self) -> Progress {
        self.progress
    }

    /// Frames that the line has rendered.
    pub fn played_frames(&self) -> u64 {
        self.feed.played_frames()
    }

    /// How loud the next stretch was as the line sent it.
    pub fn level(&mut self) -> Option<Level> {
        self.feed.level()
    }

    /// Frames of silence that the line has rendered inside it.
    pub fn gap_frames(&self) -> u64 {
        self.feed.gap_frames()
    }
}

fn broken() -> AudioFault {
    AudioFault::Undecodable(Text::new(
        "tệp bị hỏng làm bộ giải mã dừng đột ngột; hãy lưu lại tệp bằng chương trình thu âm",
        "the file is damaged and stopped the decoder dead; save it again from the recording program",
    ))
}
