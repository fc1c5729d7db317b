//! The end of a live source that the player reads.

use std::sync::{Arc, Mutex, PoisonError};

use super::buffer::Buffer;
use super::fallback::Fallback;
use super::fault::Fault;
use super::http::Reach;
use super::quiet::{self, Steady};
use super::tuner::{BREAK_MS, Tuner, Tuning};
use super::{Format, Recordings, Terms};
use crate::programme::relay::RelaySource;

/// Frames looked at at a time: 20 ms, the length of a syllable's gap.
const BLOCK_FRAMES: usize = 1024;
/// The longest pause in speech, in ms.
const PAUSE_MS: u64 = 2_000;
/// Sound held ready of the fallback, in ms: a stall of the disk.
const FALLBACK_MS: u64 = 2_000;
/// Sound held ready of an input, in ms: more would only be late.
const INPUT_MS: u64 = 4_000;
/// What there has to be of a source before it is begun, in ms: the line's own ring takes one and a half seconds at once.
const BEGIN_MS: u64 = 2_500;
/// The fade from a source that has gone, in ms.
const LEAVE_MS: u64 = 100;
/// The fade back to it, in ms.
const RETURN_MS: u64 = 1_000;
/// A source heard so long without a fault is believed again as at first, in ms.
const GOOD_MS: u64 = 60_000;
/// Most that it has to sound before it is believed, in ms.
const MOST_STEADY_MS: u64 = 60_000;

/// What is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// The source; or, of a relay by hand, whatever the operator puts on.
    Source,
    /// Recordings in its place.
    Fallback(Why),
    /// Nothing: there is no source, and no recording in its place.
    Nothing(Why),
}

/// Why the source is not heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It gives nothing.
    Absent,
    /// It gives silence.
    Silent,
}

/// What a read gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadNow {
    /// Frames written: as many as there was room for, always.
    pub frames: usize,
    /// What the last of them is.
    pub heard: Heard,
}

/// What was heard in all, for the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Of the source, in ms.
    pub source_ms: u64,
    /// Of the recordings in its place, in ms.
    pub fallback_ms: u64,
    /// Silence in place of either, in ms.
    pub nothing_ms: u64,
    /// Times that the source was left.
    pub losses: u64,
    /// Times that it was tuned in again.
    pub reconnects: u64,
    /// Why it gave nothing when it last gave nothing.
    pub last_fault: Option<Fault>,
}

/// A live source that is tuned in, and what sounds in its place. Dropped, its threads and helpers end by themselves.
pub struct Live {
    format: Format,
    steady_ms: u64,
    silence_frames: u64,
    reach: Arc<Reach>,
    tuning: Arc<Mutex<Tuning>>,
    source: Arc<Buffer>,
    /// Frames of the source that have to be there before it is heard again.
    refill_frames: usize,
    fallback: Option<Arc<Buffer>>,
    stage: Stage,
    /// What was left, still fading out over what came.
    tail: Tail,
    /// Silence of the source heard without a break, in frames.
    silent_frames: u64,
    /// Frames heard of the source since it was last begun.
    since_frames: u64,
    /// What it has to sound before it is heard again, in ms.
    needed_ms: u64,
    heard: Frames,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Nobody has read yet.
    Tuned,
    Source,
    Away(Why),
    ByHand,
}

#[derive(Default)]
struct Tail {
    samples: Vec<f32>,
    /// Frames done, of how many.
    at: usize,
    frames: usize,
}

#[derive(Clone, Copy, Default)]
struct Frames {
    source: u64,
    fallback: u64,
    nothing: u64,
    losses: u64,
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Live({:?})", self.stage)
    }
}

impl Live {
    /// Tunes `source` in and holds its newest sound ready; `fallback` are recordings to sound in its place. Returns at
    /// once.
    ///
    /// # Errors
    /// The system's, if it gives no thread.
    pub fn open(
        source: &RelaySource,
        fallback: Recordings,
        format: Format,
        terms: Terms,
    ) -> Result<Live, std::io::Error> {
        let frames = |ms: u64| usize::try_from(ms * u64::from(format.rate_hz) / 1000).unwrap_or(usize::MAX);
        let buffer_ms = if matches!(source, RelaySource::LineIn(_)) { INPUT_MS } else { terms.buffer_ms };
        let steady = Steady::new(frames(PAUSE_MS) as u64);
        let mut live = Live {
            format,
            steady_ms: terms.steady_ms,
            silence_frames: frames(terms.silence_ms) as u64,
            source: Arc::new(Buffer::new(frames(buffer_ms), format.channels, steady, false)),
            refill_frames: frames(terms.steady_ms.max(BEGIN_MS)).min(frames(buffer_ms) * 4 / 5),
            needed_ms: terms.steady_ms,
            reach: Arc::new(Reach::new(terms)),
            tuning: Arc::default(),
            fallback: None,
            stage: Stage::Tuned,
            tail: Tail::default(),
            silent_frames: 0,
            since_frames: 0,
            heard: Frames::default(),
        };
        if *source == RelaySource::Manual {
            live.stage = Stage::ByHand;
            return Ok(live);
        }
        let tuner = Tuner {
            source: source.clone(),
            reach: live.reach.clone(),
            buffer: live.source.clone(),
            format,
            tuning: live.tuning.clone(),
        };
        std::thread::Builder::new().name("loa-relay".into()).spawn(move || tuner.run())?;
        if !fallback.names.is_empty() {
            let buffer = Arc::new(Buffer::new(frames(FALLBACK_MS), format.channels, steady, true));
            live.fallback = Some(buffer.clone());
            let fallback = Fallback { files: fallback, reach: live.reach.clone(), buffer, format };
            std::thread::Builder::new().name("loa-relay-rest".into()).spawn(move || fallback.run())?;
        }
        Ok(live)
    }

    /// Fills `out` with whole frames, always all of it, and never waits.
    pub fn read(&mut self, out: &mut [f32]) -> ReadNow {
        let channels = usize::from(self.format.channels.max(1));
        let whole = out.len() - out.len() % channels;
        let (out, rest) = out.split_at_mut(whole);
        rest.fill(0.0);
        let mut heard = self.heard_now(true);
        for block in out.chunks_mut(BLOCK_FRAMES * channels) {
            heard = self.read_block(block, channels);
        }
        ReadNow { frames: whole / channels, heard }
    }

    /// What was heard so far.
    pub fn stats(&self) -> Stats {
        let ms = |frames: u64| frames * 1000 / u64::from(self.format.rate_hz.max(1));
        let tuning = self.tuning.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Stats {
            source_ms: ms(self.heard.source),
            fallback_ms: ms(self.heard.fallback),
            nothing_ms: ms(self.heard.nothing),
            losses: self.heard.losses,
            reconnects: tuning.connections.saturating_sub(1),
            last_fault: tuning.last_fault,
        }
    }

    /// What the last frames read are.
    pub fn heard(&self) -> Heard {
        self.heard_now(true)
    }

    /// Sound of the source that is held ready, in ms.
    pub fn ready_ms(&self) -> u64 {
        self.source.level().0 as u64 * 1000 / u64::from(self.format.rate_hz.max(1))
    }

    fn frames(&self, ms: u64) -> usize {
        usize::try_from(ms * u64::from(self.format.rate_hz) / 1000).unwrap_or(usize::MAX)
    }

    fn heard_now(&self, is_sounding: bool) -> Heard {
        match self.stage {
            Stage::Source | Stage::ByHand => Heard::Source,
            Stage::Away(why) if is_sounding && self.fallback.is_some() => Heard::Fallback(why),
            Stage::Away(why) => Heard::Nothing(why),
            Stage::Tuned => Heard::Nothing(Why::Absent),
        }
    }

    fn read_block(&mut self, block: &mut [f32], channels: usize) -> Heard {
        let frames = block.len() / channels;
        if self.stage == Stage::ByHand {
            block.fill(0.0);
            self.heard.source += frames as u64;
            return Heard::Source;
        }
        self.choose(frames);
        let from = match (self.stage, &self.fallback) {
            (Stage::Source, _) => Some(&self.source),
            (_, fallback) => fallback.as_ref(),
        };
        let got = from.map_or(0, |buffer| buffer.take(block));
        block[got..].fill(0.0);
        if self.stage == Stage::Source {
            self.heard.source += frames as u64;
            self.note_source(block, channels);
        } else if got > 0 {
            self.heard.fallback += frames as u64;
        } else {
            self.heard.nothing += frames as u64;
        }
        let heard = self.heard_now(got > 0);
        self.tail.over(block, channels);
        heard
    }

    /// Decides which of the two the next `frames` are taken from.
    fn choose(&mut self, frames: usize) {
        let (level, steady) = self.source.level();
        let leave = self.frames(LEAVE_MS);
        match self.stage {
            Stage::Tuned => {
                let is_there = level >= self.frames(BEGIN_MS).min(self.refill_frames);
                let is_silent = steady.quiet_frames() >= self.silence_frames;
                self.tail.begin(Vec::new(), self.frames(BREAK_MS as u64));
                if is_there && !is_silent {
                    self.source.set_played(true);
                    self.stage = Stage::Source;
                } else {
                    self.heard.losses += 1;
                    self.stage = Stage::Away(if is_silent { Why::Silent } else { Why::Absent });
                }
            }
            Stage::Source if self.silent_frames >= self.silence_frames => self.leave(Why::Silent),
            Stage::Source if level < frames + leave => self.leave(Why::Absent),
            Stage::Away(_) if level >= self.refill_frames && steady.frames() >= self.frames(self.needed_ms) as u64 => {
                let tail = self.tail_of(self.fallback.clone().as_ref(), RETURN_MS);
                self.tail.begin(tail, self.frames(RETURN_MS));
                if let Some(fallback) = &self.fallback {
                    fallback.skip();
                }
                // What came before was silence or is broken.
                self.source.keep_newest(usize::try_from(steady.frames()).unwrap_or(usize::MAX));
                self.source.set_played(true);
                (self.silent_frames, self.since_frames) = (0, 0);
                self.stage = Stage::Source;
            }
            Stage::Source | Stage::Away(_) | Stage::ByHand => {}
        }
    }

    fn leave(&mut self, why: Why) {
        let tail = self.tail_of(Some(&self.source.clone()), LEAVE_MS);
        self.tail.begin(tail, self.frames(LEAVE_MS));
        self.source.set_played(false);
        self.heard.losses += 1;
        // One that comes and goes is believed later each time.
        let was_good = self.since_frames >= self.frames(GOOD_MS) as u64;
        let more_ms = if self.heard.losses == 1 { self.steady_ms } else { self.needed_ms * 2 };
        self.needed_ms = if was_good { self.steady_ms } else { more_ms.min(MOST_STEADY_MS.max(self.steady_ms)) };
        self.stage = Stage::Away(why);
    }

    /// What is left of a buffer to fade out.
    fn tail_of(&self, buffer: Option<&Arc<Buffer>>, ms: u64) -> Vec<f32> {
        let mut tail = vec![0.0; self.frames(ms) * usize::from(self.format.channels)];
        let got = buffer.map_or(0, |buffer| buffer.take(&mut tail));
        tail.truncate(got);
        tail
    }

    fn note_source(&mut self, block: &[f32], channels: usize) {
        let frames = (block.len() / channels) as u64;
        self.since_frames += frames;
        self.silent_frames = if quiet::sounds(block, channels) { 0 } else { self.silent_frames + frames };
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.source.close();
        if let Some(fallback) = &self.fallback {
            fallback.close();
        }
        self.reach.close();
    }
}

impl Tail {
    /// `samples` fade out while what comes fades in, over `frames`. The two together are never louder than the louder.
    fn begin(&mut self, samples: Vec<f32>, frames: usize) {
        *self = Tail { samples, at: 0, frames };
    }

    fn over(&mut self, block: &mut [f32], channels: usize) {
        for (n, frame) in block.chunks_exact_mut(channels).enumerate().take(self.frames - self.at) {
            let come = (self.at + n) as f32 / self.frames as f32;
            let gone = self.samples.get((self.at + n) * channels..).unwrap_or_default();
            for (channel, sample) in frame.iter_mut().enumerate() {
                *sample = *sample * come + gone.get(channel).copied().unwrap_or(0.0) * (1.0 - come);
            }
        }
        self.at = (self.at + block.len() / channels).min(self.frames);
        if self.at == self.frames && !self.samples.is_empty() {
            self.samples = Vec::new();
        }
    }
}
