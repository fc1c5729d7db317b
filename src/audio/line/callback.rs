//! What runs inside a card's sound callback: the deck, its report, and the card's own format.
//!
//! It copies, adds and counts, and does nothing else: no lock, no memory taken or given back, no log, no clock, no
//! system call. `tests/faults` holds that, by counting and by reading this file, `deck.rs`, `voice.rs` and
//! `fade.rs`.

use std::sync::Arc;

use cpal::{OutputCallbackInfo, SizedSample, StreamInstant};
use rtrb::Producer;

use super::Health;
use super::deck::Deck;
use super::dither::Dither;
use super::time_map::Stamp;

/// Frames converted at a time where the card does not take floats.
const SCRATCH_FRAMES: usize = 1024;

/// A sample as the card takes it.
pub(super) trait CardSample: SizedSample + Send + 'static {
    /// From −1 … 1, already limited to it.
    fn from_full_scale(sample: f32, dither: &mut Dither) -> Self;
    /// The card's own buffer, where it takes what the deck renders.
    fn as_floats(_buffer: &mut [Self]) -> Option<&mut [f32]> {
        None
    }
}

impl CardSample for f32 {
    fn from_full_scale(sample: f32, _: &mut Dither) -> f32 {
        sample
    }

    fn as_floats(buffer: &mut [f32]) -> Option<&mut [f32]> {
        Some(buffer)
    }
}

impl CardSample for i32 {
    fn from_full_scale(sample: f32, _: &mut Dither) -> i32 {
        // `as` saturates: full scale itself is one step too far for the positive side.
        (f64::from(sample) * 2_147_483_648.0).round() as i32
    }
}

impl CardSample for i16 {
    fn from_full_scale(sample: f32, dither: &mut Dither) -> i16 {
        dither.round_to_i16(sample)
    }
}

/// All that the sound callback owns.
pub(super) struct Callback {
    deck: Deck,
    stamps: Producer<Stamp>,
    health: Arc<Health>,
    scratch: Box<[f32]>,
    dither: Dither,
}

impl Callback {
    pub fn new(deck: Deck, channels: u16, stamps: Producer<Stamp>, health: Arc<Health>) -> Callback {
        let scratch = vec![0.0; SCRATCH_FRAMES * usize::from(channels.max(1))].into();
        Callback { deck, stamps, health, scratch, dither: Dither::new() }
    }

    /// Fills the card's buffer with the next stretch of the line.
    pub fn fill<T: CardSample>(&mut self, out: &mut [T], info: &OutputCallbackInfo) {
        let instants = info.timestamp();
        let stamp = Stamp {
            frame: self.deck.frame(),
            callback_ns: instant_ns(instants.callback),
            playback_ns: instant_ns(instants.playback),
        };
        // A full ring means that nobody looks: the reports are then worth nothing.
        let _ = self.stamps.push(stamp);
        if let Some(floats) = T::as_floats(out) {
            self.deck.render(floats);
        } else {
            for part in out.chunks_mut(self.scratch.len()) {
                let floats = &mut self.scratch[..part.len()];
                self.deck.render(floats);
                for (to, from) in part.iter_mut().zip(floats) {
                    *to = T::from_full_scale(*from, &mut self.dither);
                }
            }
        }
        self.health.note_callback();
    }
}

/// Nanoseconds of a stream's own clock.
pub(super) fn instant_ns(instant: StreamInstant) -> u64 {
    u64::try_from(instant.as_nanos()).unwrap_or(u64::MAX)
}
