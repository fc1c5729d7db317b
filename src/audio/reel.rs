//! Recordings played as one: one after the other without a gap, each at its own gain and with its channels put right.

use std::collections::VecDeque;
use std::num::NonZero;
use std::path::PathBuf;

use rodio::Source;

use super::attention::AttentionTone;
use super::bulletin::Bulletin;
use super::channels::Route;
use super::packet::{Packet, gives_out_packets};
use super::whole;
use crate::problem::Text;

/// Frames of the tone at a time.
const TONE_FRAMES: usize = 1024;

/// What a reel holds.
pub enum Piece {
    /// A recording.
    Recording(Box<Recorded>),
    /// A recording that is opened when its turn comes: not all of many need be open at once.
    Later(Box<dyn FnOnce() -> Option<Recorded> + Send>),
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
    /// Where it is, if nobody has measured it: whether it was whole is then told when it is over.
    pub unmeasured: Option<PathBuf>,
}

impl Recorded {
    /// Why it is not whole, where that was not known before it was decoded to its end.
    fn damage(&mut self) -> Option<Text> {
        whole::damage(&mut self.bulletin, self.unmeasured.as_deref()?)
    }
}

/// Several recordings as one source. Where they have one rate and as many channels they go through the resampler as if
/// they had never been cut apart.
pub struct Reel {
    pieces: VecDeque<Piece>,
    packet: Packet,
    is_broken: bool,
    damage: Option<Text>,
}

impl Reel {
    /// From these pieces, in their order.
    pub fn new(pieces: impl IntoIterator<Item = Piece>) -> Reel {
        let mut reel =
            Reel { pieces: pieces.into_iter().collect(), packet: Packet::empty(), is_broken: false, damage: None };
        reel.take_packet();
        reel
    }

    /// Whether it ended at a recording that could not be opened when its turn came.
    pub fn is_broken(&self) -> bool {
        self.is_broken
    }

    /// Why the first of its recordings that turned out not to be whole is not.
    pub fn damage(&self) -> Option<&Text> {
        self.damage.as_ref()
    }

    /// Opens what stands first, if that was to wait for its turn; nothing follows what cannot be opened.
    fn open_first(&mut self) {
        if let Some(Piece::Later(open)) = self.pieces.pop_front_if(|piece| matches!(piece, Piece::Later(_))) {
            match open() {
                Some(recorded) => self.pieces.push_front(Piece::Recording(Box::new(recorded))),
                None => {
                    self.is_broken = true;
                    self.pieces.clear();
                }
            }
        }
    }

    /// The packet that stands first, if any is left, made ready to be given out.
    fn take_packet(&mut self) {
        self.packet.clear();
        loop {
            self.open_first();
            let Some(piece) = self.pieces.front_mut() else { return };
            let (rate_hz, channels, gain) = match piece {
                Piece::Recording(recorded) => {
                    let bulletin = &recorded.bulletin;
                    let channels =
                        recorded.route.apply(bulletin.packet(), bulletin.channel_count(), &mut self.packet.samples);
                    (bulletin.rate_hz(), channels, recorded.gain)
                }
                // Opened above.
                Piece::Later(_) => return,
                Piece::Tone(tone) => {
                    self.packet.samples.extend(tone.by_ref().take(TONE_FRAMES));
                    (tone.sample_rate().get(), tone.channels().get(), 1.0)
                }
            };
            if let (false, Some(rate_hz), Some(channels)) =
                (self.packet.samples.is_empty(), NonZero::new(rate_hz), NonZero::new(channels))
            {
                (self.packet.rate_hz, self.packet.channels) = (rate_hz, channels);
                self.packet.samples.iter_mut().for_each(|sample| *sample *= gain);
                return;
            }
            if let Some(Piece::Recording(mut over)) = self.pieces.pop_front()
                && self.damage.is_none()
            {
                self.damage = over.damage();
            }
        }
    }

    fn refill(&mut self) {
        if let Some(Piece::Recording(recorded)) = self.pieces.front_mut() {
            recorded.bulletin.next_packet();
        }
        self.take_packet();
    }
}

gives_out_packets!(Reel);
