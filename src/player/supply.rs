//! The recordings of a slot being decoded into the ring of its take, one after the other without a gap; or what comes of
//! its relay.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use super::relay::relayed;
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

/// The fade at a relay's end, in ms.
const RELAY_FADE_MS: u64 = 100;

/// What is read.
enum Source {
    /// What is still to be read, in order.
    Recordings(VecDeque<Resampled<Bulletin>>),
    /// What comes, and how many frames of it are still to be heard.
    Live { live: Box<Live>, left_frames: u64 },
}

/// What is open, and the feed of its take.
pub(super) struct Supply {
    source: Source,
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
        Ok(Supply::of(Source::Recordings(sounds), id, format))
    }

    /// The next `frames` of a live source, with a fade at their end.
    pub fn live(live: Live, frames: u64, id: TakeId, format: Format) -> Supply {
        Supply::of(Source::Live { live: Box::new(live), left_frames: frames }, id, format)
    }

    fn of(source: Source, id: TakeId, format: Format) -> Supply {
        let (feed, take) = take(id, format.rate_hz as usize * RING_SECONDS, format.channels);
        let step = vec![0.0; STEP_FRAMES * usize::from(format.channels)];
        let mut supply = Supply { source, feed, take: Some(take), step, progress: Progress::Decoding, id, format };
        supply.fill();
        supply
    }

    /// What was heard of a relay, of which `heard_frames` were; none if it is none.
    pub fn relayed(&self, heard_frames: u64) -> Option<Relayed> {
        match &self.source {
            Source::Live { live, .. } => {
                let stats = live.stats();
                let read_ms = stats.source_ms + stats.fallback_ms + stats.nothing_ms;
                let heard_ms = heard_frames * 1000 / u64::from(self.format.rate_hz.max(1));
                Some(relayed(live, read_ms.saturating_sub(heard_ms)))
            }
            Source::Recordings(_) => None,
        }
    }

    /// The take to be placed; given once.
    pub fn take(&mut self) -> Option<Take> {
        self.take.take()
    }

    /// Decodes until the ring is full or there is no more. A panic of the decoder ends this slot alone.
    pub fn fill(&mut self) {
        while self.progress == Progress::Decoding && self.feed.room() >= self.step.len() {
            let samples = self.decode();
            self.feed.push(&self.step[..samples]);
        }
    }

    /// The next samples into `step`; none at the end of a recording and of it all.
    fn decode(&mut self) -> usize {
        let Supply { source, step, format, .. } = self;
        let read = match source {
            Source::Live { left_frames: 0, .. } => Read::Over,
            Source::Live { live, left_frames } => {
                let fade = RELAY_FADE_MS * u64::from(format.rate_hz) / 1000;
                Read::Samples(read_live(live, left_frames, fade, step, usize::from(format.channels)))
            }
            Source::Recordings(sounds) => match sounds.front_mut() {
                None => Read::Over,
                Some(sound) => match catch_unwind(AssertUnwindSafe(|| sound.read(step))) {
                    Ok(0) if sound.fault().is_some() => Read::Broken,
                    Ok(0) => {
                        sounds.pop_front();
                        Read::Samples(0)
                    }
                    Ok(samples) => Read::Samples(samples),
                    Err(_) => Read::Broken,
                },
            },
        };
        match read {
            Read::Samples(samples) => return samples,
            Read::Over => self.end(Progress::Done),
            Read::Broken => self.end(Progress::Broken),
        }
        0
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

/// What came of one look at the source.
enum Read {
    Samples(usize),
    Over,
    Broken,
}

/// Reads what comes, at most what is left of it; the last `fade` frames fade out.
fn read_live(live: &mut Live, left_frames: &mut u64, fade: u64, out: &mut [f32], channels: usize) -> usize {
    let frames = usize::try_from(*left_frames).unwrap_or(usize::MAX).min(out.len() / channels);
    live.read(&mut out[..frames * channels]);
    for (frame, left) in out.chunks_exact_mut(channels).zip((1..=*left_frames).rev()).take(frames) {
        if left <= fade {
            let gain = (left - 1) as f32 / fade as f32;
            frame.iter_mut().for_each(|sample| *sample *= gain);
        }
    }
    *left_frames -= frames as u64;
    frames * channels
}

fn broken() -> AudioFault {
    AudioFault::Undecodable(Text::new(
        "tệp bị hỏng làm bộ giải mã dừng đột ngột; hãy lưu lại tệp bằng chương trình thu âm",
        "the file is damaged and stopped the decoder dead; save it again from the recording program",
    ))
}
