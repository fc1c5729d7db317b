//! A stream decoded as a [`rodio::Source`], whatever it is made of. What is damaged is skipped; rate and channels are
//! those of each packet.

use std::collections::VecDeque;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::well_known::CODEC_ID_AAC;
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::common::Limit;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream, ReadOnlySource};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet as EncodedPacket;
use symphonia::core::units::{Duration as Ticks, Timestamp};

use super::fault::Fault;
use super::frames::{Frame, Frames, Head};
use super::helper::{Fed, Helper};
use super::hls::{Fetched, Hls, Joined};
use super::http::{Bytes, Reach};
use super::opened::{self, Kind, Opened};
use super::ts::TsSound;
use crate::audio::packet::{Packet, gives_out_packets};
use crate::audio::{aac, decoded, input};
use crate::problem::Text;
use crate::schedule::audio_facts::AudioFault;

/// Half the rate of any HE-AAC in use: slower AAC may be HE-AAC that does not say so.
const SLOW_HZ: u32 = 24_000;
/// Damaged packets in a row that are skipped, of some 25 ms each.
const MOST_DAMAGED: u32 = 400;

/// A live stream of samples. Ends with [`Sound::fault`].
pub(super) struct Sound {
    packets: Packets,
    decoder: Option<Box<dyn AudioDecoder>>,
    /// What the decoder was made for.
    made_for: Option<MadeFor>,
    is_recording: bool,
    packet: Packet,
    damaged: u32,
    fault: Option<Fault>,
}

enum Packets {
    /// Frames, the first of which were looked at already.
    Frames { ahead: VecDeque<Frame>, frames: Frames },
    /// A container that goes on for ever; perhaps out of a helper.
    Container(Box<dyn FormatReader>, u32, Option<Helper>),
    /// Fragments of MP4, each read by itself: a reader that went on for ever would keep a table of all of them.
    Fragments(Box<Hls>, Box<dyn FormatReader>, u32),
}

#[derive(Clone, PartialEq, Eq)]
enum MadeFor {
    Head(Head),
    Config(Option<Box<[u8]>>, Option<u32>),
}

impl Sound {
    /// Opens what an address led to, and decodes its first packet.
    pub fn open(reach: &Arc<Reach>, opened: Opened) -> Result<Sound, Fault> {
        let mut sound = match opened {
            Opened::Stream { bytes, kind, is_recording } => {
                let packets = match kind {
                    Kind::Frames => of_frames(reach, bytes, false)?,
                    Kind::Ts => of_frames(reach, Box::new(TsSound::new(bytes)), false)?,
                    Kind::Mp4 | Kind::Container => {
                        let (reader, track) = reader(Box::new(ReadOnlySource::new(bytes)))?;
                        if track.is_he_aac {
                            return Err(Fault::HeAac);
                        }
                        Packets::Container(reader, track.id, None)
                    }
                };
                Sound::new(packets, is_recording)
            }
            Opened::Hls { hls, is_he_aac } => Sound::new(of_hls(reach, hls, is_he_aac)?, false),
        };
        sound.refill();
        match sound.fault.take() {
            Some(fault) if sound.packet.samples.is_empty() => Err(fault),
            fault => {
                sound.fault = fault;
                Ok(sound)
            }
        }
    }

    fn new(packets: Packets, is_recording: bool) -> Sound {
        Sound { packets, decoder: None, made_for: None, is_recording, packet: Packet::empty(), damaged: 0, fault: None }
    }

    /// Why it ended.
    pub fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    /// Decodes until there are samples or the end. A panic of a decoder ends this stream alone.
    fn refill(&mut self) {
        self.packet.clear();
        while self.packet.samples.is_empty() && self.fault.is_none() {
            let outcome = catch_unwind(AssertUnwindSafe(|| self.decode_one()));
            if let Err(fault) = outcome.unwrap_or_else(|_| Err(Fault::Broken("decoder".into()))) {
                self.packet.clear();
                self.fault = Some(fault);
            }
        }
    }

    fn over(&self) -> Fault {
        if self.is_recording { Fault::Recording } else { Fault::Ended }
    }

    fn decode_one(&mut self) -> Result<(), Fault> {
        let over = self.over();
        match &mut self.packets {
            Packets::Frames { ahead, frames } => {
                let frame = match ahead.pop_front() {
                    Some(frame) => frame,
                    None => frames.next()?.ok_or(over)?,
                };
                self.decode_frame(frame)
            }
            Packets::Container(reader, track, helper) => match reader.next_packet() {
                Ok(Some(packet)) if packet.track_id != *track => Ok(()),
                Ok(Some(packet)) => self.decode_packet(&packet),
                // A joined stream begins: Icecast begins a new one with each title.
                Err(Error::ResetRequired) => {
                    *track = track_of(reader.as_ref())?.id;
                    self.made_for = None;
                    Ok(())
                }
                end => Err(match (end, helper) {
                    (_, Some(helper)) => helper.fault(),
                    (Ok(_), None) => over,
                    (Err(Error::IoError(e)), None) if e.kind() == std::io::ErrorKind::UnexpectedEof => over,
                    (Err(error), None) => fault_of(error),
                }),
            },
            Packets::Fragments(hls, reader, track) => match reader.next_packet() {
                Ok(Some(packet)) if packet.track_id == *track => self.decode_packet(&packet),
                Ok(Some(_)) => Ok(()),
                // This fragment is over, or is damaged from here on: the next one stands by itself.
                Ok(None) | Err(_) => {
                    let (next, found) = fragment(hls.piece()?)?;
                    (*reader, *track) = (next, found.id);
                    Ok(())
                }
            },
        }
    }

    fn decode_frame(&mut self, frame: Frame) -> Result<(), Fault> {
        let made_for = MadeFor::Head(frame.head);
        let (packet_bytes, samples) = match frame.head {
            Head::Mpeg(header) => (frame.bytes, header.samples),
            Head::Adts(header) => (frame.bytes[header.head_bytes..].to_vec(), 1024),
        };
        if !matches!(&self.made_for, Some(MadeFor::Head(old)) if old.is_like(frame.head)) {
            let made = match frame.head {
                Head::Mpeg(header) => input::mpeg_decoder(header),
                Head::Adts(header) => {
                    let mut params = AudioCodecParameters::new();
                    params.for_codec(CODEC_ID_AAC).with_extra_data(Box::new(header.config()));
                    symphonia::default::get_codecs().make_audio_decoder(&params, &AudioDecoderOptions::default())
                }
            };
            self.decoder = Some(made.map_err(fault_of)?);
            self.made_for = Some(made_for);
        }
        self.decode(&EncodedPacket::new(0, Timestamp::new(0), Ticks::new(u64::from(samples)), packet_bytes))
    }

    fn decode_packet(&mut self, packet: &EncodedPacket) -> Result<(), Fault> {
        let (Packets::Container(reader, track, _) | Packets::Fragments(_, reader, track)) = &self.packets else {
            return Ok(());
        };
        // Fragments follow one another in one decoder, as long as they are of one kind.
        let made_for = reader.tracks().iter().find(|one| one.id == *track).and_then(|one| {
            let Some(CodecParameters::Audio(params)) = &one.codec_params else { return None };
            Some(MadeFor::Config(params.extra_data.clone(), params.sample_rate))
        });
        if self.decoder.is_none() || self.made_for != made_for {
            let (_, decoder) = input::decoder_for(reader.as_ref(), false).map_err(not_read)?;
            self.decoder = Some(decoder);
            self.made_for = made_for;
        }
        self.decode(packet)
    }

    fn decode(&mut self, packet: &EncodedPacket) -> Result<(), Fault> {
        let Some(decoder) = &mut self.decoder else { return Ok(()) };
        match decoder.decode(packet) {
            Ok(buffer) => {
                self.damaged = 0;
                if let Some(format) = decoded::samples_of(&buffer, &mut self.packet.samples).map_err(Fault::Broken)? {
                    (self.packet.rate_hz, self.packet.channels) = format;
                }
                Ok(())
            }
            Err(error) => {
                self.damaged += 1;
                if self.damaged > MOST_DAMAGED { Err(fault_of(error)) } else { Ok(()) }
            }
        }
    }
}

/// Frames out of `bytes`: read here, or by the helper where they are more than the library reads.
fn of_frames(reach: &Arc<Reach>, bytes: Bytes, is_he_aac: bool) -> Result<Packets, Fault> {
    let mut frames = Frames::new(bytes);
    let first = frames.next()?.ok_or(Fault::Ended)?;
    let Head::Adts(header) = first.head else {
        return Ok(Packets::Frames { ahead: VecDeque::from([first]), frames });
    };
    let is_beyond = header.profile != 1 || !(1..=2).contains(&header.channels);
    if !is_he_aac && !is_beyond && header.rate_hz > SLOW_HZ {
        return Ok(Packets::Frames { ahead: VecDeque::from([first]), frames });
    }
    // Shared until it is known who reads on.
    let shared = Arc::new(std::sync::Mutex::new((VecDeque::from([first]), frames)));
    let fed = shared.clone();
    let feed = move || {
        let mut fed = fed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match fed.0.pop_front() {
            Some(frame) => Ok(frame.bytes),
            None => fed.1.next()?.map(|frame| frame.bytes).ok_or(Fault::Ended),
        }
    };
    match Helper::start(reach, Fed::Adts, Box::new(feed)) {
        Ok(started) => of_helper(started),
        Err(_) if is_he_aac => Err(Fault::HeAac),
        Err(_) if is_beyond => Err(Fault::NotSound(Text::new("AAC loại khác AAC-LC", "an AAC other than AAC-LC"))),
        Err(feed) => {
            drop(feed);
            let shared = Arc::into_inner(shared).ok_or_else(|| Fault::Broken("AAC".into()))?;
            let (ahead, frames) = shared.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
            Ok(Packets::Frames { ahead, frames })
        }
    }
}

fn of_hls(reach: &Arc<Reach>, mut hls: Box<Hls>, is_he_aac: bool) -> Result<Packets, Fault> {
    let first = hls.piece()?;
    match opened::kind(&first.sound)? {
        Kind::Ts => of_frames(reach, Box::new(TsSound::new(Joined::new(*hls, first.sound))), is_he_aac),
        Kind::Frames => of_frames(reach, Box::new(Joined::new(*hls, first.sound)), is_he_aac),
        Kind::Mp4 => of_fragments(reach, hls, first, is_he_aac),
        Kind::Container => Err(Fault::NotSound(Text::new("loại tệp lạ trong HLS", "a kind of file unknown to HLS"))),
    }
}

fn of_fragments(reach: &Arc<Reach>, mut hls: Box<Hls>, first: Fetched, is_he_aac: bool) -> Result<Packets, Fault> {
    let whole = [first.header.as_slice(), &first.sound].concat();
    let (fragment, track) = reader(Box::new(Cursor::new(whole.clone())))?;
    if !is_he_aac && !track.is_he_aac {
        return Ok(Packets::Fragments(hls, fragment, track.id));
    }
    let mut ahead = Some(whole);
    let mut header = first.header;
    let feed = move || {
        if let Some(whole) = ahead.take() {
            return Ok(whole);
        }
        let next = hls.piece()?;
        // A new header is a new programme, which the helper has to be started for.
        if std::mem::replace(&mut header, next.header.clone()) == next.header {
            Ok(next.sound)
        } else {
            Err(Fault::Ended)
        }
    };
    of_helper(Helper::start(reach, Fed::Mp4, Box::new(feed)).map_err(|_| Fault::HeAac)?)
}

fn of_helper((mut helper, decoded): (Helper, Bytes)) -> Result<Packets, Fault> {
    match reader(Box::new(ReadOnlySource::new(decoded))) {
        Ok((reader, track)) => Ok(Packets::Container(reader, track.id, Some(helper))),
        // It gave nothing that is a WAV: the stream ended before, or it ended itself.
        Err(_) => Err(helper.fault()),
    }
}

/// What of a container is heard.
struct Track {
    id: u32,
    is_he_aac: bool,
}

fn fragment(fetched: Fetched) -> Result<(Box<dyn FormatReader>, Track), Fault> {
    reader(Box::new(Cursor::new([fetched.header, fetched.sound].concat())))
}

fn reader(source: Box<dyn MediaSource>) -> Result<(Box<dyn FormatReader>, Track), Fault> {
    let stream = MediaSourceStream::new(source, Default::default());
    let metadata =
        MetadataOptions::default().limit_visual_bytes(Limit::Maximum(0)).limit_tag_bytes(Limit::Maximum(4096));
    let reader = symphonia::default::get_probe()
        .probe(&Hint::new(), stream, FormatOptions::default(), metadata)
        .map_err(fault_of)?;
    let track = track_of(reader.as_ref())?;
    Ok((reader, track))
}

fn track_of(reader: &dyn FormatReader) -> Result<Track, Fault> {
    let none = || Fault::NotSound(Text::new("không có phần tiếng", "no sound in it"));
    let track = reader.default_track(TrackType::Audio).ok_or_else(none)?;
    let Some(CodecParameters::Audio(params)) = &track.codec_params else { return Err(none()) };
    let is_he_aac = params.codec == CODEC_ID_AAC && params.extra_data.as_deref().is_some_and(aac::announces_sbr);
    Ok(Track { id: track.id, is_he_aac })
}

fn not_read(fault: AudioFault) -> Fault {
    match fault {
        AudioFault::Undecodable(text) => Fault::NotSound(text),
        _ => Fault::NotSound(Text::new("không có phần tiếng", "no sound in it")),
    }
}

/// The fault that an error of the library is; those of the stream come through it as they were.
fn fault_of(error: Error) -> Fault {
    match error {
        Error::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Fault::Ended,
        Error::IoError(error) => Fault::from(error),
        other => Fault::Broken(other.to_string()),
    }
}

gives_out_packets!(Sound);
