//! Opus, as phones send voice messages: the library's readers find its packets, its decoder is another's.

use ropus::{Channels as Wanted, DecodeMode, Decoder};
use symphonia::core::audio::{AsGenericAudioBufferRef, AudioBuffer, AudioMut, AudioSpec, GenericAudioBufferRef};
use symphonia::core::codecs::CodecInfo;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, FinalizeResult};
use symphonia::core::errors::{Error, Result};
use symphonia::core::packet::PacketRef;

/// Opus is decoded at this rate, whatever was recorded.
const RATE_HZ: u32 = 48_000;
/// What its identification header begins with.
const MAGIC: &[u8] = b"OpusHead";
/// Longest packet: 120 ms (RFC 6716, 3.2).
const PACKET_FRAMES: usize = 5760;

/// The identification header (RFC 7845, 5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    channels: usize,
    /// Frames in front that are the encoder's.
    pub(super) pre_skip: u16,
    /// In 1/256 dB.
    gain: i16,
}

impl Head {
    /// The header of a track of one stream, mono or stereo; none for any other.
    pub(super) fn of(params: &AudioCodecParameters) -> Option<Head> {
        let head = params.extra_data.as_deref()?.strip_prefix(MAGIC)?;
        let &[version, channels, skip_a, skip_b, _, _, _, _, gain_a, gain_b, family, ref mapping @ ..] = head else {
            return None;
        };
        // Of the other families, only what is the same as this one: a single stream, its channels in order.
        let plain =
            matches!((family, channels, mapping), (0, 1 | 2, _) | (1, 1, [1, 0, 0, ..]) | (1, 2, [1, 1, 0, 1, ..]));
        let channels = usize::from(channels);
        plain.then(|| match version {
            // In an MP4 the numbers stand the other way round, and the edit list tells what is the encoder's.
            0 => Head { channels, pre_skip: 0, gain: i16::from_be_bytes([gain_a, gain_b]) },
            _ => Head {
                channels,
                pre_skip: u16::from_le_bytes([skip_a, skip_b]),
                gain: i16::from_le_bytes([gain_a, gain_b]),
            },
        })
    }
}

/// What to call a track that [`Head::of`] does not know.
pub(super) fn refused_as(params: &AudioCodecParameters) -> &'static str {
    let has_head = params.extra_data.as_deref().is_some_and(|data| data.starts_with(MAGIC));
    if has_head { "Opus (surround)" } else { "Opus (CAF)" }
}

/// A decoder for one stream.
pub(super) struct OpusDecoder {
    params: AudioCodecParameters,
    decoder: Decoder,
    channels: usize,
    /// Frames still to be dropped at the head.
    skip_left: usize,
    interleaved: Vec<f32>,
    buffer: AudioBuffer<f32>,
}

impl OpusDecoder {
    /// For a track with this header.
    pub(super) fn new(params: &AudioCodecParameters, head: Head) -> Result<OpusDecoder> {
        let wanted = if head.channels == 1 { Wanted::Mono } else { Wanted::Stereo };
        let mut decoder =
            Decoder::new(RATE_HZ, wanted).map_err(|_| Error::Unsupported("opus: no decoder for these channels"))?;
        decoder.set_gain(i32::from(head.gain)).map_err(|_| Error::DecodeError("opus: gain out of range"))?;
        let layout = params.channels.clone().filter(|layout| layout.count() == head.channels);
        let layout = layout.ok_or(Error::Unsupported("opus: channels that its header does not have"))?;
        Ok(OpusDecoder {
            params: params.clone(),
            decoder,
            channels: head.channels,
            skip_left: usize::from(head.pre_skip),
            interleaved: vec![0.0; PACKET_FRAMES * head.channels],
            buffer: AudioBuffer::new(AudioSpec::new(RATE_HZ, layout), PACKET_FRAMES),
        })
    }
}

impl AudioDecoder for OpusDecoder {
    fn reset(&mut self) {
        self.buffer.clear();
    }

    fn codec_info(&self) -> &CodecInfo {
        &CodecInfo { short_name: "opus", long_name: "Opus", profiles: &[] }
    }

    fn codec_params(&self) -> &AudioCodecParameters {
        &self.params
    }

    fn decode_ref(&mut self, packet: &PacketRef<'_>) -> Result<GenericAudioBufferRef<'_>> {
        self.buffer.clear();
        if packet.data.is_empty() {
            // To the decoder it would mean a lost packet, as long as there is room.
            return Err(Error::DecodeError("opus: an empty packet"));
        }
        let frames = self
            .decoder
            .decode_float(packet.data, &mut self.interleaved, DecodeMode::Normal)
            .map_err(|_| Error::DecodeError("opus: a damaged packet"))?;
        self.buffer.render_uninit(Some(frames));
        self.buffer.copy_from_slice_interleaved(&&self.interleaved[..frames * self.channels]);
        let skip = self.skip_left.min(frames);
        self.skip_left -= skip;
        let cut = |frames: u64| usize::try_from(frames).unwrap_or(usize::MAX);
        self.buffer.trim(skip.saturating_add(cut(packet.trim_start.get())), cut(packet.trim_end.get()));
        Ok(self.buffer.as_generic_audio_buffer_ref())
    }

    fn finalize(&mut self) -> FinalizeResult {
        FinalizeResult::default()
    }

    fn last_decoded(&self) -> GenericAudioBufferRef<'_> {
        self.buffer.as_generic_audio_buffer_ref()
    }
}
