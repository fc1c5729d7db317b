//! The recordings of a slot being decoded into the ring of its take, one after the other without a gap; or what comes of
//! its relay.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::relay::{Stretch, relayed};
use super::sound::{Progress, Sound, Source};
use super::turn::{Turn, linear, passes_the_ceiling};
use crate::audio::attention::AttentionTone;
use crate::audio::limiter::Limiter;
use crate::audio::line::deck::{Feed, Take, TakeId, take};
use crate::audio::reel::{Piece, Reel};
pub(super) use crate::audio::relay::Format;
use crate::audio::relay::Live;
use crate::audio::resampled::Resampled;
use crate::director::Relayed;
use crate::levels::Level;
use crate::problem::Text;
use crate::schedule::audio_facts::{AudioFacts, AudioFault};
use crate::station::LineSettings;

/// Sound that the ring holds, in ms: a disk that stalls for a second is not heard, though the ring was not full just then.
const RING_MS: usize = 1500;
/// The longest that the player decodes at a time for a line: an order that comes meanwhile waits no longer.
pub(super) const TURN: Duration = Duration::from_millis(20);
/// Sound that is decoded before its turn, in ms. Its ring is filled from the cue on, half a second before it is heard: a disk
/// that stalls in between is not heard either.
const FIRST_MS: usize = 500;
/// The fade at a relay's end, in ms.
const FADE_MS: u64 = 100;
/// Recordings of one take that are open from its arming on; of more, each from its turn on.
const OPEN_AT_ONCE: usize = 240;

/// A recording and what is known of it.
#[derive(Clone, Debug)]
pub(super) struct Recording {
    pub path: PathBuf,
    pub audio: AudioFacts,
}

/// What is to be heard, one after the other.
#[derive(Clone, Debug)]
pub(super) struct Pieces {
    /// Loa's own tone before them, for at least so long, in ms.
    pub tone_ms: Option<u64>,
    /// The armed copies.
    pub recordings: Vec<Recording>,
    /// From where in it all, in ms.
    pub from_ms: u64,
    /// Not made quieter by the time of day: an emergency.
    pub at_full_level: bool,
}

impl Format {
    /// Samples, in whole frames, of so many ms.
    fn samples(self, ms: usize) -> usize {
        (ms.saturating_mul(self.rate_hz as usize) / 1000).saturating_mul(usize::from(self.channels))
    }
}

/// Recordings that are open and give sound, and wait for their turn. The ring is made then: of the many that may wait, each
/// holds its first sound alone.
pub(super) struct Opened {
    source: Source,
    first: Vec<f32>,
    at_full_level: bool,
    id: TakeId,
    pub format: Format,
}

/// What is with the line: its source, and the feed of its take.
pub(super) struct Supply {
    source: Source,
    feed: Feed,
    is_behind: bool,
    pub id: TakeId,
    pub format: Format,
}

impl Opened {
    /// Opens the recordings, to sound as `line` says, and decodes the first of them, so that the start waits for nothing.
    pub fn open(pieces: &Pieces, line: &LineSettings, id: TakeId, format: Format) -> Result<Opened, AudioFault> {
        let Pieces { tone_ms, recordings, from_ms, at_full_level } = pieces;
        let mut opened: HashSet<&PathBuf> = HashSet::new();
        let piece = |recording| {
            let turn = Turn::of(recording, line, format);
            // Filler comes again and again: one of its copies that opens now opens then.
            if opened.len() < OPEN_AT_ONCE && opened.insert(&recording.path) {
                return Ok(Piece::Recording(Box::new(turn.open()?)));
            }
            Ok(Piece::Later(Box::new(move || turn.open_late())))
        };
        let tone = tone_ms.map(|ms| Piece::Tone(AttentionTone::new(ms)));
        let recorded = recordings.iter().map(piece).collect::<Result<Vec<_>, AudioFault>>()?;
        let sound = Resampled::new(Reel::new(tone.into_iter().chain(recorded)), format.rate_hz, format.channels);
        let is_loud = recordings.iter().any(|recording| passes_the_ceiling(&recording.audio, line, format));
        let limiter = is_loud.then(|| Limiter::new(format.rate_hz, format.channels, linear(line.peak_cdbtp)));
        let mut source = Source::new(Sound::Recordings(Box::new(sound)), limiter, format);
        source.skip(format.samples(usize::try_from(*from_ms).unwrap_or(usize::MAX)));
        let mut first = Vec::with_capacity(format.samples(FIRST_MS));
        while first.len() < first.capacity() && source.progress == Progress::Decoding {
            first.extend_from_slice(source.decode(first.capacity() - first.len()));
        }
        Ok(Opened { source, first, at_full_level: *at_full_level, id, format })
    }

    /// Its turn has come: what feeds it from now on, and the take to be placed.
    pub fn start(self) -> (Supply, Take) {
        let Opened { source, first, at_full_level, id, format } = self;
        let (mut supply, take) = Supply::of(source, id, format);
        supply.feed.push(&first);
        (supply, if at_full_level { take.at_full_level() } else { take })
    }
}

impl Supply {
    /// The next `ms` of a live source, below the line's ceiling: nobody knows how loud it will be. They are over by the line's
    /// own frames, with a fade, however much of them came in time.
    pub fn live(live: Live, ms: u64, line: &LineSettings, id: TakeId, format: Format) -> (Supply, Take) {
        let limiter = Limiter::new(format.rate_hz, format.channels, linear(line.peak_cdbtp));
        let frames = |ms: u64| ms * u64::from(format.rate_hz) / 1000;
        let sound = Sound::Relay(Box::new(Stretch::new(live, frames(ms), format)));
        let (mut supply, take) = Supply::of(Source::new(sound, Some(limiter), format), id, format);
        let take = take.lasting(frames(ms), u32::try_from(frames(FADE_MS)).unwrap_or(u32::MAX));
        supply.fill_within(TURN);
        (supply, take)
    }

    fn of(source: Source, id: TakeId, format: Format) -> (Supply, Take) {
        let (feed, take) = take(id, format.rate_hz as usize * RING_MS / 1000, format.channels);
        (Supply { source, feed, is_behind: true, id, format }, take)
    }

    /// What was heard of a relay, of which `heard_frames` were; none if it is none.
    pub fn relayed(&self, heard_frames: u64) -> Option<Relayed> {
        match &self.source.sound {
            Sound::Relay(stretch) => Some(relayed(stretch, heard_frames)),
            Sound::Recordings(_) => None,
        }
    }

    /// What is decoded and waits for the deck, in ms.
    pub fn ready_ms(&self) -> u64 {
        let frames = self.feed.ready() / usize::from(self.format.channels.max(1));
        frames as u64 * 1000 / u64::from(self.format.rate_hz.max(1))
    }

    /// Decodes until the ring is full or the recordings are over. A panic of the decoder ends this slot alone.
    pub fn fill(&mut self) {
        self.fill_within(Duration::MAX);
    }

    /// The same, but for no longer than that: whoever feeds a line has orders to take as well, and a decoder that is slower than
    /// the line never fills the ring.
    pub fn fill_within(&mut self, at_most: Duration) {
        let began = Instant::now();
        self.is_behind = false;
        while self.has_room() {
            self.feed.push(self.source.decode(usize::MAX));
            if began.elapsed() >= at_most {
                self.is_behind = self.has_room();
                break;
            }
        }
        if self.source.progress != Progress::Decoding {
            self.feed.finish();
        }
    }

    /// The last turn had no time for all that there was room for.
    pub fn is_behind(&self) -> bool {
        self.is_behind
    }

    /// There is more to decode and room for it.
    fn has_room(&self) -> bool {
        self.source.progress == Progress::Decoding && self.feed.room() >= self.source.step_samples()
    }

    /// How far the decoder has got.
    pub fn progress(&self) -> Progress {
        self.source.progress
    }

    /// Why what has been decoded to its end was not whole, where nobody knew that before.
    pub fn damage(&self) -> Option<&Text> {
        self.source.sound.damage()
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

#[cfg(test)]
mod tests;
