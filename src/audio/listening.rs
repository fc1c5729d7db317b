//! A recording as a browser can play it: as it is, or decoded to a WAV whose every byte has its place before the first is
//! made, so that one can jump in it.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crate::schedule::audio_facts::{AudioFacts, AudioFault};

use super::bulletin::Bulletin;
use super::input::{Form, io_fault};
use super::kind::Container;
use super::resampled::Resampled;

/// Bytes of the header of a WAV.
const HEADER_BYTES: u64 = 44;
/// Bytes of a sample.
const SAMPLE_BYTES: u64 = 2;
/// Most channels that are sent: a browser has two sides.
const MOST_CHANNELS: u16 = 2;
/// Samples decoded at a time.
const PIECE_SAMPLES: usize = 16 * 1024;

/// The media type under which every common browser plays the file at `path` as it is; none if it must be decoded first.
///
/// # Errors
/// What keeps it from being opened.
pub fn browser_type(path: &Path) -> Result<Option<&'static str>, AudioFault> {
    let bulletin = Bulletin::open(path)?;
    Ok(match (bulletin.form(), bulletin.codec()) {
        (Form::Mpeg, "mp3") => Some("audio/mpeg"),
        // Browsers read the plain form alone, not those for files over 4 GiB.
        (Form::Wav { .. }, "pcm_u8" | "pcm_s16le" | "pcm_s24le" | "pcm_f32le") if is_riff(path)? => Some("audio/wav"),
        (Form::Container(Container::Ogg), "vorbis" | "opus" | "flac") => Some("audio/ogg"),
        (Form::Container(Container::Flac), "flac") => Some("audio/flac"),
        (Form::Container(Container::Mp4), "aac") => Some("audio/mp4"),
        _ => None,
    })
}

fn is_riff(path: &Path) -> Result<bool, AudioFault> {
    let mut magic = [0; 4];
    File::open(path).and_then(|mut file| file.read_exact(&mut magic)).map_err(|e| io_fault(&e))?;
    Ok(&magic == b"RIFF")
}

/// A WAV of 16 bits made out of a recording, at its own rate and with at most two channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodedWav {
    frames: u64,
    rate_hz: u32,
    channels: u16,
}

impl DecodedWav {
    /// Of the recording that was measured as `facts`.
    pub fn of(facts: &AudioFacts) -> DecodedWav {
        let channels = facts.channels.clamp(1, MOST_CHANNELS);
        DecodedWav { frames: facts.frames, rate_hz: facts.rate_hz.max(1), channels }
    }

    /// All its bytes, the header's included.
    pub fn len_bytes(&self) -> u64 {
        HEADER_BYTES + self.data_bytes()
    }

    fn data_bytes(&self) -> u64 {
        self.frames * self.frame_bytes()
    }

    fn frame_bytes(&self) -> u64 {
        u64::from(self.channels) * SAMPLE_BYTES
    }

    /// The header. Sizes beyond what its 32 bits can say are cut off: players then read to the end.
    fn header(&self) -> Vec<u8> {
        let size = |bytes: u64| u32::try_from(bytes).unwrap_or(u32::MAX).to_le_bytes();
        let (frame_bytes, rate) = (self.channels * SAMPLE_BYTES as u16, self.rate_hz);
        let mut header = Vec::with_capacity(HEADER_BYTES as usize);
        header.extend(b"RIFF");
        header.extend(size(self.data_bytes() + HEADER_BYTES - 8));
        header.extend(b"WAVEfmt \x10\0\0\0\x01\0");
        header.extend(self.channels.to_le_bytes());
        header.extend(rate.to_le_bytes());
        header.extend(rate.saturating_mul(u32::from(frame_bytes)).to_le_bytes());
        header.extend(frame_bytes.to_le_bytes());
        header.extend(b"\x10\0data");
        header.extend(size(self.data_bytes()));
        header
    }

    /// Its bytes from `from` up to but not including `to`, made from the recording at `path`.
    ///
    /// # Errors
    /// What keeps it from being opened.
    pub fn read(self, path: &Path, from: u64, to: u64) -> Result<WavBytes, AudioFault> {
        let sound = Resampled::new(Bulletin::open(path)?, self.rate_hz, self.channels);
        let to = to.min(self.len_bytes());
        Ok(WavBytes {
            wav: self,
            sound,
            at: 0,
            from: from.min(to),
            to,
            samples: vec![0.0; PIECE_SAMPLES],
            bytes: Vec::new(),
        })
    }
}

/// The bytes of a [`DecodedWav`], piece by piece.
pub struct WavBytes {
    wav: DecodedWav,
    sound: Resampled<Bulletin>,
    /// The place of the next byte that is made.
    at: u64,
    from: u64,
    to: u64,
    samples: Vec<f32>,
    bytes: Vec<u8>,
}

/// What one step gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'b> {
    /// What lies before the bytes that were asked for: only decoded.
    Before,
    /// The next bytes, never none.
    Bytes(&'b [u8]),
    /// All were given.
    End,
}

impl WavBytes {
    /// Decodes one piece, so that whoever asks can stop between two. Sound that is lacking is silence: what was promised
    /// is sent.
    pub fn step(&mut self) -> Piece<'_> {
        let begins = self.at;
        if begins >= self.to {
            return Piece::End;
        }
        if begins == 0 {
            self.bytes = self.wav.header();
        } else {
            self.decode();
        }
        self.at = begins + self.bytes.len() as u64;
        let inside = |place: u64| usize::try_from(place.clamp(begins, self.at) - begins).unwrap_or(0);
        match &self.bytes[inside(self.from)..inside(self.to)] {
            [] => Piece::Before,
            bytes => Piece::Bytes(bytes),
        }
    }

    fn decode(&mut self) {
        let lacking = usize::try_from((self.wav.len_bytes() - self.at) / SAMPLE_BYTES).unwrap_or(usize::MAX);
        let wanted = lacking.min(PIECE_SAMPLES);
        let got = self.sound.read(&mut self.samples[..wanted]);
        self.samples[got..wanted].fill(0.0);
        self.bytes.clear();
        // `as` cuts off what is beyond full scale.
        let steps = self.samples[..wanted].iter().map(|sample| (sample * 32_768.0).round() as i16);
        self.bytes.extend(steps.flat_map(i16::to_le_bytes));
    }
}
