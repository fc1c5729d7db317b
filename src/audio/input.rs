//! A file opened for decoding: packets of one track, whatever the container.

use std::fs::File;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::well_known as codecs;
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::common::Limit;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

use crate::files;
use crate::problem::Text;
use crate::schedule::audio_facts::AudioFault;

use super::aac;
use super::bulletin::{MOST_CHANNELS, RATES_HZ};
use super::kind::{self, Container, Kind};
use super::mp4_edit::{self, Edit};
use super::mpeg_frames::MpegFrames;
use super::mpeg_header::Header;
use super::opus::{self, OpusDecoder};
use super::region::Region;
use super::wav;

/// Most bytes of one text tag that are kept; pictures are not kept at all.
const TAG_BYTES: usize = 64 * 1024;

/// Most frames of sound that one packet may claim; FLAC's largest has a quarter of it.
const PACKET_FRAMES: u64 = 256 * 1024;

/// Where packets come from.
pub(super) enum Input {
    /// Our own walk over MPEG frames.
    Mpeg {
        /// The walk.
        frames: Box<MpegFrames>,
        /// The first frame's header.
        first: Header,
    },
    /// The library's reader.
    Container {
        /// The reader.
        reader: Box<dyn FormatReader>,
        /// The track that is heard; packets of others are passed over.
        track: u32,
    },
}

/// What the container is, with what an independent count of its sound needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// MPEG frames.
    Mpeg,
    /// WAV: bytes of sound that the header claims, if it does, and those that are there.
    Wav { declared: Option<u64>, there: u64 },
    /// One of the library's.
    Container(Container),
}

/// An opened file.
pub(super) struct Opened {
    pub(super) input: Input,
    pub(super) decoder: Box<dyn AudioDecoder>,
    pub(super) form: Form,
    pub(super) file_len: u64,
    /// Frames and rate that the header claims.
    pub(super) declared: Option<(u64, u32)>,
    /// What of an MP4's samples is the recording.
    pub(super) edit: Option<Edit>,
}

/// Opens `path`. `verify`: let the decoder keep a checksum of what it gives out.
pub(super) fn open(path: &Path, verify: bool) -> Result<Opened, AudioFault> {
    let file_len = regular_len(path)?;
    if file_len == 0 {
        return Err(AudioFault::Empty);
    }
    catch_unwind(AssertUnwindSafe(|| open_file(path, file_len, verify))).unwrap_or_else(|_| Err(damaged_beyond()))
}

/// The length of the regular file at `path`. A pipe or a device is told before it is opened: opening one may block.
pub(super) fn regular_len(path: &Path) -> Result<u64, AudioFault> {
    files::regular(path).map(|known| known.len()).map_err(|e| io_fault(&e))
}

/// The fault that an error of the file system is.
pub fn io_fault(error: &io::Error) -> AudioFault {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => AudioFault::Absent,
        _ if files::is_no_file(error) => AudioFault::NoFile(files::cause(error)),
        _ => AudioFault::Unreadable(files::cause(error)),
    }
}

fn open_file(path: &Path, file_len: u64, verify: bool) -> Result<Opened, AudioFault> {
    let mut file = File::open(path).map_err(|e| io_fault(&e))?;
    match kind::of(&mut file, file_len).map_err(|e| io_fault(&e))? {
        Kind::Refused(text) => Err(AudioFault::Undecodable(text)),
        Kind::Mpeg(if_none) => open_mpeg(Region::new(file, Vec::new(), 0, file_len), Form::Mpeg, file_len, if_none),
        Kind::Wav(layout) => {
            if layout.data_len == 0 {
                return Err(AudioFault::Empty);
            }
            let form = Form::Wav { declared: layout.declared_len, there: layout.data_len };
            if matches!(layout.tag, wav::TAG_MP2 | wav::TAG_MP3) {
                let region = Region::new(file, Vec::new(), layout.data_start, layout.data_len);
                return open_mpeg(region, form, file_len, kind::unread("WAV (MP3)"));
            }
            let region = Region::new(file, layout.header, layout.data_start, layout.data_len);
            open_container(region, form, file_len, verify)
        }
        Kind::Container(container) => {
            let (edit, head) = match container {
                Container::Mp4 => edit_and_head(&mut file, file_len).map_err(|e| io_fault(&e))?,
                _ => (None, Vec::new()),
            };
            let start = head.len() as u64;
            let region = Region::new(file, head, start, file_len - start);
            let mut opened = open_container(region, Form::Container(container), file_len, verify)?;
            if container == Container::Adts {
                // Guessed from the first frames.
                opened.declared = None;
            }
            if let (Some(edit), Some((_, rate_hz))) = (edit, opened.declared)
                && edit.per_s == u64::from(rate_hz)
            {
                opened.declared = Some((edit.len, rate_hz));
                opened.edit = Some(edit);
            }
            Ok(opened)
        }
    }
}

fn edit_and_head(file: &mut File, file_len: u64) -> io::Result<(Option<Edit>, Vec<u8>)> {
    Ok((mp4_edit::of(file, file_len)?, mp4_edit::mended_head(file, file_len)?))
}

fn open_mpeg(region: Region, form: Form, file_len: u64, if_none: Text) -> Result<Opened, AudioFault> {
    let frames = MpegFrames::find(region).map_err(|e| io_fault(&e))?;
    let (frames, first) = frames.ok_or(AudioFault::Undecodable(if_none))?;
    let decoder = mpeg_decoder(first).map_err(|e| undecodable(None, &e))?;
    Ok(Opened {
        input: Input::Mpeg { frames: Box::new(frames), first },
        decoder,
        form,
        file_len,
        declared: None,
        edit: None,
    })
}

/// A decoder for a stream that begins with `header`. Its trimming stays off: the walk knows better what to trim.
pub(super) fn mpeg_decoder(header: Header) -> Result<Box<dyn AudioDecoder>, Error> {
    let mut params = AudioCodecParameters::new();
    params.for_codec(match header.layer {
        1 => codecs::CODEC_ID_MP1,
        2 => codecs::CODEC_ID_MP2,
        _ => codecs::CODEC_ID_MP3,
    });
    params.with_sample_rate(header.rate_hz);
    symphonia::default::get_codecs().make_audio_decoder(&params, &AudioDecoderOptions::default().gapless(false))
}

fn open_container(region: Region, form: Form, file_len: u64, verify: bool) -> Result<Opened, AudioFault> {
    let stream = MediaSourceStream::new(Box::new(region), Default::default());
    let metadata =
        MetadataOptions::default().limit_visual_bytes(Limit::Maximum(0)).limit_tag_bytes(Limit::Maximum(TAG_BYTES));
    let reader = symphonia::default::get_probe()
        .probe(&Hint::new(), stream, FormatOptions::default(), metadata)
        .map_err(|e| not_opened(form, &e))?;
    let (track, decoder) = decoder_for(reader.as_ref(), verify)?;
    let declared = declared(reader.as_ref(), track, form);
    Ok(Opened { input: Input::Container { reader, track }, decoder, form, file_len, declared, edit: None })
}

/// Frames and rate that the container claims for `track`.
fn declared(reader: &dyn FormatReader, track: u32, form: Form) -> Option<(u64, u32)> {
    let track = reader.tracks().iter().find(|t| t.id == track)?;
    let CodecParameters::Audio(params) = track.codec_params.as_ref()? else { return None };
    let rate_hz = params.sample_rate?;
    let frames = match track.num_frames {
        // Ogg counts from where Opus begins to be decoded, not from where it begins to be heard.
        Some(frames) if form == Form::Container(Container::Ogg) => {
            frames.saturating_sub(opus::Head::of(params).map_or(0, |head| u64::from(head.pre_skip)))
        }
        Some(frames) => frames,
        // Matroska says only how long the whole is. With pictures beside the sound that need not be the sound's length.
        None if reader.tracks().len() == 1 => {
            let media = reader.media_info();
            let nanos = media.time_base?.calc_duration(media.duration?)?.as_nanos();
            u64::try_from(nanos * i128::from(rate_hz) / 1_000_000_000).ok()?
        }
        None => return None,
    };
    Some((frames, rate_hz))
}

/// The first track of sound that can be decoded, with a decoder for it.
pub(super) fn decoder_for(reader: &dyn FormatReader, verify: bool) -> Result<(u32, Box<dyn AudioDecoder>), AudioFault> {
    let options = AudioDecoderOptions::default().verify(verify);
    let mut refusal = None;
    for track in reader.tracks() {
        let Some(CodecParameters::Audio(params)) = &track.codec_params else { continue };
        if !is_believable(params) {
            refusal.get_or_insert_with(unbelievable);
            continue;
        }
        let is_he_aac =
            params.codec == codecs::CODEC_ID_AAC && params.extra_data.as_deref().is_some_and(aac::announces_sbr);
        if is_he_aac {
            refusal.get_or_insert_with(|| AudioFault::Undecodable(kind::unread("AAC (HE-AAC)")));
            continue;
        }
        let decoder = match params.codec {
            codecs::CODEC_ID_OPUS => {
                let Some(head) = opus::Head::of(params) else {
                    refusal.get_or_insert_with(|| AudioFault::Undecodable(kind::unread(opus::refused_as(params))));
                    continue;
                };
                OpusDecoder::new(params, head).map(|decoder| Box::new(decoder) as Box<dyn AudioDecoder>)
            }
            _ => symphonia::default::get_codecs().make_audio_decoder(params, &options),
        };
        match decoder {
            Ok(decoder) => return Ok((track.id, decoder)),
            Err(e) => {
                refusal.get_or_insert_with(|| undecodable(Some(params.codec), &e));
            }
        }
    }
    Err(refusal.unwrap_or_else(|| {
        AudioFault::Undecodable(Text::new(
            "tệp này không có phần âm thanh nào; hãy xuất lại phần âm thanh thành MP3, FLAC hoặc WAV",
            "this file has no sound in it; export its sound as MP3, FLAC or WAV",
        ))
    }))
}

/// Decoders reserve memory by these fields, before they have seen any sound.
fn is_believable(params: &AudioCodecParameters) -> bool {
    params.sample_rate.is_none_or(|rate| RATES_HZ.contains(&rate))
        && params.channels.as_ref().is_none_or(|channels| channels.count() <= MOST_CHANNELS)
        && params.max_frames_per_packet.is_none_or(|frames| frames <= PACKET_FRAMES)
        && params.frames_per_block.is_none_or(|frames| frames <= PACKET_FRAMES)
}

fn unbelievable() -> AudioFault {
    AudioFault::Undecodable(Text::new(
        "phần đầu tệp ghi tần số lấy mẫu hoặc số kênh vô lý; hãy chép lại từ bản gốc hoặc xuất lại",
        "its header claims a sample rate or channels that cannot be; copy it again or export it anew",
    ))
}

fn undecodable(codec: Option<AudioCodecId>, error: &Error) -> AudioFault {
    let name = codec.map(codec_name);
    AudioFault::Undecodable(match (name, error) {
        (Some("AAC"), Error::Unsupported(_)) => kind::unread("AAC (HE-AAC / xHE-AAC)"),
        (Some(name), Error::Unsupported(_)) if !name.is_empty() => kind::unread(name),
        _ => Text::new(
            format!("không giải mã được tệp này (bộ giải mã báo “{error}”); hãy xuất lại thành MP3, FLAC hoặc WAV"),
            format!("this file cannot be decoded (its decoder says “{error}”); export it again as MP3, FLAC or WAV"),
        ),
    })
}

fn codec_name(codec: AudioCodecId) -> &'static str {
    match codec {
        codecs::CODEC_ID_OPUS => "Opus",
        codecs::CODEC_ID_AAC => "AAC",
        codecs::CODEC_ID_SPEEX => "Speex",
        codecs::CODEC_ID_AC3 => "AC-3",
        codecs::CODEC_ID_EAC3 => "E-AC-3",
        codecs::CODEC_ID_AC4 => "AC-4",
        codecs::CODEC_ID_DCA => "DTS",
        codecs::CODEC_ID_WMA => "WMA",
        codecs::CODEC_ID_WAVPACK => "WavPack",
        codecs::CODEC_ID_TTA => "True Audio (TTA)",
        codecs::CODEC_ID_ADPCM_G726 | codecs::CODEC_ID_ADPCM_G726LE => "G.726 ADPCM",
        codecs::CODEC_ID_ADPCM_G722 => "G.722 ADPCM",
        _ => "",
    }
}

fn not_opened(form: Form, error: &Error) -> AudioFault {
    if form == Form::Container(Container::Mp4) {
        // The index of an MP4 stands at its end as often as not: half a copy has none.
        return AudioFault::Undecodable(Text::new(
            "tệp M4A/MP4 không có phần mục lục đọc được, thường do chép chưa xong; hãy chép lại từ bản gốc hoặc xuất lại",
            "this M4A/MP4 file has no index that can be read, as a copy cut short has none; copy it again or export it anew",
        ));
    }
    if matches!(error, Error::IoError(_)) || form == Form::Container(Container::Other) {
        return AudioFault::Undecodable(Text::new(
            "tệp bị cắt cụt hoặc phần đầu tệp bị hỏng; hãy chép lại từ bản gốc hoặc xuất lại",
            "this file is cut short or its header is damaged; copy it again or export it anew",
        ));
    }
    undecodable(None, error)
}

/// The decoder itself broke down.
pub(super) fn damaged_beyond() -> AudioFault {
    AudioFault::Undecodable(Text::new(
        "tệp hỏng đến mức bộ giải mã dừng đột ngột; hãy chép lại từ bản gốc hoặc xuất lại",
        "this file is so damaged that the decoder broke down; copy it again or export it anew",
    ))
}
