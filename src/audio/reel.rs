//! Recordings played as one: one after the other without a gap, each at its own gain and with its channels put right.

use std::collections::VecDeque;
use std::num::NonZero;
use std::time::Duration;

use rodio::Source;

use super::attention::AttentionTone;
use super::bulletin::Bulletin;
use super::channels::Route;

/// Frames of the tone at a time.
const TONE_FRAMES: usize = 1024;

/// What a reel holds.
pub enum Piece {
    /// A recording.
    Recording(Box<Recorded>),
    /// The tone before an emergency.
    Tone(AttentionTone),
}

/// A recording of a reel.
pub struct Recorded {
    /// Opened, nothing of it read yet.
    pub bulletin: Bulletin,
    /// What its samples are multiplied by.
    pub gain: f32,
    /// What becomes of its two channels.
    pub route: Route,
}

/// Several recordings as one source. Where they have one rate and as many channels they go through the resampler as if
/// they had never been cut apart.
pub struct Reel {
    pieces: VecDeque<Piece>,
    samples: Vec<f32>,
    at: usize,
    rate_hz: NonZero<u32>,
    channels: NonZero<u16>,
}

impl Reel {
    /// From these pieces, in their order.
    pub fn new(pieces: impl IntoIterator<Item = Piece>) -> Reel {
        let mut reel = Reel {
            pieces: pieces.into_iter().collect(),
            samples: Vec::new(),
            at: 0,
            rate_hz: NonZero::<u32>::MIN,
            channels: NonZero::<u16>::MIN,
        };
        reel.take_packet();
        reel
    }

    /// The packet that stands first, if any is left, made ready to be given out.
    fn take_packet(&mut self) {
        self.samples.clear();
        self.at = 0;
        while let Some(piece) = self.pieces.front_mut() {
            let (rate_hz, channels, gain) = match piece {
                Piece::Recording(recorded) => {
                    let bulletin = &recorded.bulletin;
                    let channels = recorded.route.apply(bulletin.packet(), bulletin.channel_count(), &mut self.samples);
                    (bulletin.rate_hz(), channels, recorded.gain)
                }
                Piece::Tone(tone) => {
                    self.samples.extend(tone.by_ref().take(TONE_FRAMES));
                    (tone.sample_rate().get(), tone.channels().get(), 1.0)
                }
            };
            if let (false, Some(rate_hz), Some(channels)) =
                (self.samples.is_empty(), NonZero::new(rate_hz), NonZero::new(channels))
            {
                (self.rate_hz, self.channels) = (rate_hz, channels);
                self.samples.iter_mut().for_each(|sample| *sample *= gain);
                return;
            }
            self.pieces.pop_front();
        }
    }

    fn next_packet(&mut self) {
        if let Some(Piece::Recording(recorded)) = self.pieces.front_mut() {
            recorded.bulletin.next_packet();
        }
        self.take_packet();
    }
}

impl Iterator for Reel {
    type Item = rodio::Sample;

    fn next(&mut self) -> Option<rodio::Sample> {
        let sample = self.samples.get(self.at).copied()?;
        self.at += 1;
        if self.at == self.samples.len() {
            // At once, so that rate and channels are already those of the sample to come.
            self.next_packet();
        }
        Some(sample)
    }
}

impl Source for Reel {
    fn current_span_len(&self) -> Option<usize> {
        Some(self.samples.len())
    }

    fn channels(&self) -> rodio::ChannelCount {
        self.channels
    }

    fn sample_rate(&self) -> rodio::SampleRate {
        self.rate_hz
    }

    /// Never told: the header's claim is no fact.
    fn total_duration(&self) -> Option<Duration> {
        None
    }
}
