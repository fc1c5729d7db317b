//! A decoded packet being given out: sample by sample as [`rodio::Source`] has it, or many at once.

use std::num::NonZero;

use rodio::Source;

/// The packet that stands first, and how far it was given out. A source with nothing left has an empty one.
pub(super) struct Packet {
    /// Interleaved.
    pub samples: Vec<f32>,
    /// The next sample to be given out.
    pub at: usize,
    pub rate_hz: NonZero<u32>,
    pub channels: NonZero<u16>,
}

impl Packet {
    /// Nothing yet.
    pub fn empty() -> Packet {
        Packet { samples: Vec::new(), at: 0, rate_hz: NonZero::<u32>::MIN, channels: NonZero::<u16>::MIN }
    }

    /// Makes room for the next.
    pub fn clear(&mut self) {
        self.samples.clear();
        self.at = 0;
    }
}

/// A source that gives out many samples at once where it can.
pub trait Blocks: Source + Sized {
    /// Appends the next samples to `out`: `most`, which lie within the current span; fewer only at the end.
    fn read_block(&mut self, most: usize, out: &mut Vec<f32>) {
        out.extend(self.by_ref().take(most));
    }
}

/// Makes a type with a `packet: Packet` and a `refill()` that puts the next one there, or an empty one at the end, a
/// [`rodio::Source`] whose spans are its packets. It is refilled with a packet's last sample, so that rate and channels are
/// always those of the sample to come.
macro_rules! gives_out_packets {
    ($source:ty) => {
        impl Iterator for $source {
            type Item = rodio::Sample;

            fn next(&mut self) -> Option<rodio::Sample> {
                let sample = self.packet.samples.get(self.packet.at).copied()?;
                self.packet.at += 1;
                if self.packet.at == self.packet.samples.len() {
                    self.refill();
                }
                Some(sample)
            }
        }

        impl rodio::Source for $source {
            fn current_span_len(&self) -> Option<usize> {
                Some(self.packet.samples.len())
            }

            fn channels(&self) -> rodio::ChannelCount {
                self.packet.channels
            }

            fn sample_rate(&self) -> rodio::SampleRate {
                self.packet.rate_hz
            }

            /// Never told: a header's claim is no fact, and a stream has no end.
            fn total_duration(&self) -> Option<std::time::Duration> {
                None
            }
        }

        impl crate::audio::packet::Blocks for $source {
            fn read_block(&mut self, most: usize, out: &mut Vec<f32>) {
                let rest = &self.packet.samples[self.packet.at..];
                let taken = &rest[..most.min(rest.len())];
                out.extend_from_slice(taken);
                self.packet.at += taken.len();
                if !taken.is_empty() && self.packet.at == self.packet.samples.len() {
                    self.refill();
                }
            }
        }
    };
}
pub(super) use gives_out_packets;
