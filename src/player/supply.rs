//! The recordings of a slot being decoded into the ring of its take, one after the other without a gap; or what comes of
//! its relay.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use super::relay::relayed;
use crate::audio::attention::AttentionTone;
use crate::audio::bulletin::Bulletin;
use crate::audio::line::deck::{Feed, Take, TakeId, take};
use crate::audio::relay::Live;
use crate::audio::resampled::Resampled;
use crate::director::Relayed;
use crate::problem::Text;
use crate::schedule::audio_facts::AudioFault;

/// Sound that the ring holds: a stalled disk of this length is not heard.
const RING_SECONDS: usize = 2;
/// Frames decoded at a time.
const STEP_FRAMES: usize = 2048;

/// The fade at a relay's end, in ms.
const RELAY_FADE_MS: u64 = 100;

/// One recording, tone or relay, at the line's rate and channels.
enum Sound {
    Recording(Box<Resampled<Bulletin>>),
    Tone(Resampled<AttentionTone>),
    Relay(Box<Stretch>),
}

/// As much of a live source as is to be heard.
struct Stretch {
    live: Live,
    left_frames: u64,
    fade_frames: u64,
    channels: usize,
}

impl Stretch {
    /// What comes; nothing once the stretch is over.
    fn read(&mut self, out: &mut [f32]) -> usize {
        let frames = usize::try_from(self.left_frames).unwrap_or(usize::MAX).min(out.len() / self.channels);
        let out = &mut out[..frames * self.channels];
        self.live.read(out);
        for (frame, left) in out.chunks_exact_mut(self.channels).zip((1..=self.left_frames).rev()) {
            if left <= self.fade_frames {
                let gain = (left - 1) as f32 / self.fade_frames as f32;
                frame.iter_mut().for_each(|sample| *sample *= gain);
            }
        }
        self.left_frames -= frames as u64;
        out.len()
    }
}

impl Sound {
    fn read(&mut self, out: &mut [f32]) -> usize {
        match self {
            Sound::Recording(sound) => sound.read(out),
            Sound::Tone(sound) => sound.read(out),
            Sound::Relay(stretch) => stretch.read(out),
        }
    }

    fn is_broken(&self) -> bool {
        match self {
            Sound::Recording(sound) => sound.fault().is_some(),
            Sound::Tone(sound) => sound.fault().is_some(),
            Sound::Relay(_) => false,
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

/// What is open, and the feed of its take.
pub(super) struct Supply {
    /// What is still to be read, in order.
    sounds: VecDeque<Sound>,
    /// What was read last.
    spent: Option<Sound>,
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
        let mut supply = Supply::of(sounds, id, format);
        supply.skip(pieces.from_ms);
        supply.fill();
        Ok(supply)
    }

    /// The next `ms` of a live source, with a fade at their end.
    pub fn live(live: Live, ms: u64, id: TakeId, format: Format) -> Supply {
        let frames = |ms: u64| ms * u64::from(format.rate_hz) / 1000;
        let (left_frames, fade_frames) = (frames(ms), frames(RELAY_FADE_MS));
        let stretch = Stretch { live, left_frames, fade_frames, channels: usize::from(format.channels.max(1)) };
        let mut supply = Supply::of(VecDeque::from([Sound::Relay(Box::new(stretch))]), id, format);
        supply.fill();
        supply
    }

    fn of(sounds: VecDeque<Sound>, id: TakeId, format: Format) -> Supply {
        let (feed, take) = take(id, format.rate_hz as usize * RING_SECONDS, format.channels);
        let step = vec![0.0; STEP_FRAMES * usize::from(format.channels)];
        Supply { sounds, spent: None, feed, take: Some(take), step, progress: Progress::Decoding, id, format }
    }

    /// What was heard of a relay, of which `heard_frames` were; none if it is none.
    pub fn relayed(&self, heard_frames: u64) -> Option<Relayed> {
        let Some(Sound::Relay(stretch)) = self.sounds.front().or(self.spent.as_ref()) else { return None };
        let stats = stretch.live.stats();
        let read_ms = stats.source_ms + stats.fallback_ms + stats.nothing_ms;
        let heard_ms = heard_frames * 1000 / u64::from(self.format.rate_hz.max(1));
        Some(relayed(&stretch.live, read_ms.saturating_sub(heard_ms)))
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
                self.spent = sounds.pop_front();
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
