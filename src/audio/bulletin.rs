//! A recording, decoded piece by piece as a [`rodio::Source`].

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use symphonia::core::codecs::audio::AudioDecoder;
use symphonia::core::errors::Error;
use symphonia::core::packet::Packet as EncodedPacket;
use symphonia::core::units::{Duration as Ticks, Timestamp};

use crate::problem::Text;
use crate::schedule::audio_facts::AudioFault;

use super::decoded::samples_of;
use super::input::{self, Form, Input, Opened};
use super::kind;
use super::mpeg_frames::{Step, Walk};
use super::mpeg_header::{Header, LengthTag};
use super::packet::{Packet, gives_out_packets};
use super::tags;
use super::tally::{Counts, Trim};

/// Sample rates that are believed.
pub const RATES_HZ: std::ops::RangeInclusive<u32> = 1_000..=384_000;
/// Most channels that are believed.
pub const MOST_CHANNELS: usize = 8;
/// Longest recording: a day's broadcasts together are shorter, and a damaged file can claim anything.
pub const MOST_HOURS: u64 = 8;

/// How a recording's data came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Where its container says. For MPEG audio, which says nothing, where the frames end.
    Clean,
    /// In the middle of something: cut short.
    UnexpectedEnd,
    /// Longer than [`MOST_HOURS`].
    TooLong,
    /// By an error, in the words of the reader or decoder.
    Error(String),
}

/// A recording being decoded. Streams from the file with a small buffer; never panics, whatever the bytes are.
///
/// Rate and channels are those of the decoded buffers, packet by packet, never the header's; a span ends with its
/// packet, so that joined files of different rates are told apart. What is damaged is skipped and counted.
pub struct Bulletin {
    opened: Opened,
    verify: bool,
    packet: Packet,
    trim: Trim,
    /// The header that the MPEG decoder was made for.
    mpeg: Option<Header>,
    counts: Counts,
    ending: Option<Ending>,
}

impl Bulletin {
    /// Opens the recording and decodes its first packet.
    ///
    /// # Errors
    /// [`AudioFault::Absent`] or `Unreadable` from the file system (a pipe or device is not opened at all), `Empty`
    /// for a file without bytes or samples, `Undecodable` with the kind's name and the cure.
    pub fn open(path: &Path) -> Result<Bulletin, AudioFault> {
        Bulletin::open_with(path, false)
    }

    /// As `open`, of a recording that nobody has measured: what its file holds to tell by whether it is whole is kept.
    ///
    /// # Errors
    /// As of `open`.
    pub fn open_unmeasured(path: &Path) -> Result<Bulletin, AudioFault> {
        Bulletin::open_with(path, true)
    }

    /// As `open`; `verify` lets the decoder keep a checksum where the file holds one to compare with.
    pub(super) fn open_with(path: &Path, verify: bool) -> Result<Bulletin, AudioFault> {
        let mut bulletin = Bulletin {
            opened: input::open(path, verify)?,
            verify,
            packet: Packet::empty(),
            trim: Trim::default(),
            mpeg: None,
            counts: Counts::default(),
            ending: None,
        };
        if let Some(edit) = bulletin.opened.edit {
            bulletin.trim = Trim::within(edit.head, edit.len);
        }
        bulletin.refill();
        match &bulletin.ending {
            None => Ok(bulletin),
            Some(Ending::Clean) if bulletin.counts.damaged == 0 => Err(AudioFault::Empty),
            Some(Ending::Clean) if let Some(layer) = bulletin.older_layer() => {
                Err(AudioFault::Undecodable(kind::unread(layer)))
            }
            Some(ending) => Err(nothing_decoded(ending)),
        }
    }

    /// MPEG's older layers have rates that the decoder takes none of; nothing of such a file need be damaged.
    fn older_layer(&self) -> Option<&'static str> {
        match &self.opened.input {
            Input::Mpeg { first: Header { layer: 1, .. }, .. } => Some("MP1 (MPEG Layer I)"),
            Input::Mpeg { first: Header { layer: 2, .. }, .. } => Some("MP2 (MPEG Layer II)"),
            Input::Mpeg { .. } | Input::Container { .. } => None,
        }
    }

    /// How it ended; none while there are samples to come.
    pub fn end(&self) -> Option<Ending> {
        if self.packet.at < self.packet.samples.len() { None } else { self.ending.clone() }
    }

    /// Packets that were damaged and skipped so far.
    pub fn damaged_packets(&self) -> u64 {
        self.counts.damaged
    }

    /// The codec's short name.
    pub fn codec(&self) -> &'static str {
        self.opened.decoder.codec_info().short_name
    }

    /// The samples of the current packet, for readers that want them at once; `next_packet` goes on.
    pub(super) fn packet(&self) -> &[f32] {
        &self.packet.samples
    }

    /// Drops the current packet and decodes the next; false at the end.
    pub(super) fn next_packet(&mut self) -> bool {
        self.refill();
        !self.packet.samples.is_empty()
    }

    /// Rate of the current packet.
    pub(super) fn rate_hz(&self) -> u32 {
        self.packet.rate_hz.get()
    }

    /// Channels of the current packet.
    pub(super) fn channel_count(&self) -> u16 {
        self.packet.channels.get()
    }

    /// All frames given out so far, counted at `rate_hz`: those of joined parts with another rate take as many as
    /// they would have at this one.
    pub(super) fn frames_at(&self, rate_hz: u32) -> u64 {
        let at = |rate: u32, frames: u64| u128::from(frames) * u128::from(rate_hz) / u128::from(rate.max(1));
        self.counts.frames.iter().map(|(rate, frames)| at(*rate, *frames) as u64).sum()
    }

    pub(super) fn counts(&self) -> &Counts {
        &self.counts
    }

    pub(super) fn form(&self) -> Form {
        self.opened.form
    }

    /// Frames and rate that the header claims.
    pub(super) fn declared(&self) -> Option<(u64, u32)> {
        self.opened.declared
    }

    /// What the walk over MPEG frames met.
    pub(super) fn walk(&self) -> Option<Walk> {
        match &self.opened.input {
            Input::Mpeg { frames, .. } => Some(frames.walk()),
            Input::Container { .. } => None,
        }
    }

    /// Title and artist from the tags of the file, which was opened at `path`.
    pub(super) fn title_and_artist(&mut self, path: &Path) -> (Option<String>, Option<String>) {
        match &mut self.opened.input {
            Input::Mpeg { .. } => tags::of_id3(path),
            Input::Container { reader, .. } => {
                catch_unwind(AssertUnwindSafe(|| tags::title_and_artist(reader.as_mut()))).unwrap_or_default()
            }
        }
    }

    /// Does the file's own checksum of the sound agree? None where it has none.
    pub(super) fn checksum_agrees(&mut self) -> Option<bool> {
        catch_unwind(AssertUnwindSafe(|| self.opened.decoder.finalize().verify_ok)).unwrap_or(Some(false))
    }

    /// Decodes until there are samples or the end.
    fn refill(&mut self) {
        self.packet.clear();
        while self.packet.samples.is_empty() && self.ending.is_none() {
            let outcome = catch_unwind(AssertUnwindSafe(|| self.decode_one()));
            match outcome {
                Ok(Ok(())) => self.check_bounds(),
                Ok(Err(ending)) => self.ending = Some(ending),
                Err(_) => {
                    // The decoder's state is not to be trusted any more.
                    self.packet.clear();
                    self.ending = Some(Ending::Error("the decoder broke down on damaged data".to_owned()));
                }
            }
        }
    }

    /// No file may hold more than its bytes can carry or a day can hear.
    fn check_bounds(&mut self) {
        self.counts.packets += 1;
        if self.counts.packets > self.opened.file_len {
            self.ending = Some(Ending::Error("more packets than bytes".to_owned()));
        }
        if self.counts.ms() > MOST_HOURS * 3_600_000 {
            self.ending = Some(Ending::TooLong);
        }
    }

    /// Reads and decodes one packet into `samples`, or finds the end.
    fn decode_one(&mut self) -> Result<(), Ending> {
        match &mut self.opened.input {
            Input::Mpeg { frames, first } => match frames.step().map_err(|e| ending_of(&Error::IoError(e)))? {
                Step::End => Err(Ending::Clean),
                Step::Part(tag) => {
                    if tag != LengthTag::default() {
                        // A recording of its own; a mere tag may stand in the middle of one, whose frames go on.
                        self.mpeg = None;
                    }
                    let per_frame = u64::from(first.samples);
                    self.trim = Trim::of(tag, per_frame);
                    Ok(())
                }
                Step::Frame(header, bytes) => self.decode_mpeg(header, bytes),
            },
            Input::Container { reader, track } => match reader.next_packet() {
                Ok(None) => Err(Ending::Clean),
                Ok(Some(packet)) if packet.track_id != *track => Ok(()),
                Ok(Some(packet)) => self.decode(&packet),
                Err(Error::ResetRequired) => self.reset(),
                Err(e) => Err(ending_of(&e)),
            },
        }
    }

    fn decode_mpeg(&mut self, header: Header, bytes: Vec<u8>) -> Result<(), Ending> {
        if !self.mpeg.is_some_and(|made_for| made_for.is_like(header)) {
            self.opened.decoder = input::mpeg_decoder(header).map_err(|e| ending_of(&e))?;
            self.mpeg = Some(header);
        }
        let samples = Ticks::new(u64::from(header.samples));
        self.decode(&EncodedPacket::new(0, Timestamp::new(0), samples, bytes))
    }

    /// Decodes `packet` and keeps what of it is sound.
    fn decode(&mut self, packet: &EncodedPacket) -> Result<(), Ending> {
        let buffer = match self.opened.decoder.decode(packet) {
            Ok(buffer) => buffer,
            Err(Error::ResetRequired) => return self.reset(),
            Err(Error::DecodeError(_) | Error::IoError(_)) => {
                self.counts.damaged += 1;
                self.trim.keep(packet.dur.get());
                return Ok(());
            }
            Err(e) => return Err(ending_of(&e)),
        };
        let Some((rate, count)) = samples_of(&buffer, &mut self.packet.samples).map_err(Ending::Error)? else {
            return Ok(());
        };
        let (rate_hz, channels) = (rate.get(), usize::from(count.get()));
        let keep = self.trim.keep((self.packet.samples.len() / channels) as u64);
        self.packet.samples.truncate(keep.end.saturating_mul(channels));
        self.packet.samples.drain(..keep.start.saturating_mul(channels).min(self.packet.samples.len()));
        (self.packet.rate_hz, self.packet.channels) = (rate, count);
        self.counts.add(rate_hz, (self.packet.samples.len() / channels) as u64);
        Ok(())
    }

    /// A joined stream begins: new tracks, a new decoder, perhaps another rate.
    fn reset(&mut self) -> Result<(), Ending> {
        if let Input::Container { reader, track } = &mut self.opened.input {
            let made = input::decoder_for(reader.as_ref(), self.verify);
            let (id, decoder): (u32, Box<dyn AudioDecoder>) = made.map_err(|fault| {
                let AudioFault::Undecodable(text) = fault else { return Ending::Error("no sound".to_owned()) };
                Ending::Error(text.en)
            })?;
            (*track, self.opened.decoder) = (id, decoder);
            // What the first header claimed was for its own stream.
            self.opened.declared = None;
        }
        Ok(())
    }
}

gives_out_packets!(Bulletin);

fn ending_of(error: &Error) -> Ending {
    match error {
        Error::IoError(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => Ending::UnexpectedEnd,
        other => Ending::Error(other.to_string()),
    }
}

fn nothing_decoded(ending: &Ending) -> AudioFault {
    let (vi, en) = match ending {
        Ending::Error(why) => (why.as_str(), why.as_str()),
        Ending::UnexpectedEnd => ("dữ liệu bị cắt", "its data is cut off"),
        Ending::TooLong => ("quá dài", "it is too long"),
        Ending::Clean => ("mọi gói dữ liệu đều hỏng", "every packet is damaged"),
    };
    AudioFault::Undecodable(Text::new(
        format!("không giải mã được chút âm thanh nào ({vi}); hãy chép lại từ bản gốc hoặc xuất lại"),
        format!("no sound could be decoded ({en}); copy it again or export it anew"),
    ))
}

#[cfg(test)]
mod tests {
    use symphonia::core::audio::GenericAudioBufferRef;
    use symphonia::core::codecs::CodecInfo;
    use symphonia::core::codecs::audio::{AudioCodecParameters, FinalizeResult};
    use symphonia::core::errors::Result;
    use symphonia::core::packet::PacketRef;

    use super::*;

    /// A decoder that breaks down after so many packets, as those of the library have on damaged data.
    struct Breaks(Box<dyn AudioDecoder>, usize);

    impl AudioDecoder for Breaks {
        fn reset(&mut self) {
            self.0.reset();
        }

        fn codec_info(&self) -> &CodecInfo {
            self.0.codec_info()
        }

        fn codec_params(&self) -> &AudioCodecParameters {
            self.0.codec_params()
        }

        fn decode_ref(&mut self, packet: &PacketRef<'_>) -> Result<GenericAudioBufferRef<'_>> {
            self.1 = self.1.checked_sub(1).expect("as an index out of bounds does");
            self.0.decode_ref(packet)
        }

        fn finalize(&mut self) -> FinalizeResult {
            self.0.finalize()
        }

        fn last_decoded(&self) -> GenericAudioBufferRef<'_> {
            self.0.last_decoded()
        }
    }

    #[test]
    fn br_031_a_decoder_that_breaks_down_ends_its_own_recording_and_what_it_gave_before_stays() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("audio/loi-chao.flac");
        let mut bulletin = Bulletin::open(&path).expect("a whole recording");
        let (decoder, packet) = (input::open(&path, false).expect("it opens").decoder, bulletin.packet().len());
        bulletin.opened.decoder = Box::new(Breaks(decoder, 2));
        let given: Vec<usize> =
            std::iter::from_fn(|| bulletin.next_packet().then(|| bulletin.packet().len())).collect();
        assert_eq!(given, [packet, packet]);
        assert_eq!(bulletin.end(), Some(Ending::Error("the decoder broke down on damaged data".into())));
        assert!(!bulletin.next_packet(), "it is over");
    }
}
