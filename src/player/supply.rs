//! The recordings of a slot being decoded into the ring of its take, one after the other without a gap.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use crate::audio::attention::AttentionTone;
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

/// One recording or tone, at the line's rate and channels.
enum Sound {
    Recording(Box<Resampled<Bulletin>>),
    Tone(Resampled<AttentionTone>),
}

impl Sound {
    fn read(&mut self, out: &mut [f32]) -> usize {
        match self {
            Sound::Recording(sound) => sound.read(out),
            Sound::Tone(sound) => sound.read(out),
        }
    }

    fn is_broken(&self) -> bool {
        match self {
            Sound::Recording(sound) => sound.fault().is_some(),
            Sound::Tone(sound) => sound.fault().is_some(),
        }
    }
}

/// What is to be heard, one after the other.
#[derive(Clone, Debug)]
pub(super) struct Pieces {
    /// Loa's own tone before them, for at least so long, in ms.
    pub tone_ms: Option<u64>,
    /// The armed copies.
    pub paths: Vec<PathBuf>,
    /// From where in it all, in ms.
    pub from_ms: u64,
}

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
    sounds: VecDeque<Sound>,
    feed: Feed,
    take: Option<Take>,
    step: Vec<f32>,
    progress: Progress,
    pub id: TakeId,
    pub format: Format,
}

impl Supply {
    /// Opens the recordings and fills their ring, so that the start waits for nothing.
    pub fn open(pieces: &Pieces, id: TakeId, format: Format) -> Result<Supply, AudioFault> {
        let open = |path: &PathBuf| {
            let bulletin = catch_unwind(AssertUnwindSafe(|| Bulletin::open(path))).unwrap_or_else(|_| Err(broken()))?;
            Ok(Sound::Recording(Box::new(Resampled::new(bulletin, format.rate_hz, format.channels))))
        };
        let mut sounds = pieces.paths.iter().map(open).collect::<Result<VecDeque<_>, AudioFault>>()?;
        if let Some(ms) = pieces.tone_ms {
            let tone = Resampled::new(AttentionTone::new(ms), format.rate_hz, format.channels);
            sounds.push_front(Sound::Tone(tone));
        }
        let (feed, take) = take(id, format.rate_hz as usize * RING_SECONDS, format.channels);
        let step = vec![0.0; STEP_FRAMES * usize::from(format.channels)];
        let mut supply = Supply { sounds, feed, take: Some(take), step, progress: Progress::Decoding, id, format };
        supply.skip(pieces.from_ms);
        supply.fill();
        Ok(supply)
    }

    /// The take to be placed; given once.
    pub fn take(&mut self) -> Option<Take> {
        self.take.take()
    }

    /// Decodes and drops what is not to be heard again.
    fn skip(&mut self, ms: u64) {
        let channels = usize::from(self.format.channels);
        let mut left = usize::try_from(ms * u64::from(self.format.rate_hz) / 1000).unwrap_or(usize::MAX) * channels;
        while left > 0 && self.progress == Progress::Decoding {
            let most = left.min(self.step.len());
            left -= self.decode(most);
        }
    }

    /// Decodes until the ring is full or the recordings are over. A panic of the decoder ends this slot alone.
    pub fn fill(&mut self) {
        while self.progress == Progress::Decoding && self.feed.room() >= self.step.len() {
            let samples = self.decode(self.step.len());
            self.feed.push(&self.step[..samples]);
        }
    }

    /// The next samples into `step`, at most so many; none at the end of a piece and of it all.
    fn decode(&mut self, most: usize) -> usize {
        let Supply { sounds, step, .. } = self;
        let Some(sound) = sounds.front_mut() else {
            self.end(Progress::Done);
            return 0;
        };
        match catch_unwind(AssertUnwindSafe(|| sound.read(&mut step[..most]))) {
            Ok(0) if sound.is_broken() => {
                self.end(Progress::Broken);
                0
            }
            Ok(0) => {
                sounds.pop_front();
                0
            }
            Ok(samples) => samples,
            Err(_) => {
                self.end(Progress::Broken);
                0
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
