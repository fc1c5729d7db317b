//! A full decode of a recording, once, so that the schedule knows what it really holds.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::clock;
use crate::files;
use crate::schedule::audio_facts::{AudioFacts, AudioFault, Measures};

use super::bulletin::Bulletin;
use super::input::{io_fault, regular_len};
use super::meters::Meters;
use super::waveform::{Tracer, Waveform};
use super::whole::{Decoded, what_is_missing};

/// Below this peak (−80 dBFS) nothing is heard: an empty track was exported.
const SILENCE_PEAK: f32 = 1e-4;

/// What a whole decode gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// What is known of the recording from then on.
    pub facts: AudioFacts,
    /// How it looks when it is drawn.
    pub waveform: Waveform,
}

/// Decodes the whole of `path`, for the facts alone.
///
/// # Errors
/// As of [`whole`].
pub fn measure(path: &Path) -> Result<AudioFacts, AudioFault> {
    Ok(whole(path)?.facts)
}

/// Decodes the whole of `path`.
///
/// Its time is bounded: by the file's size (no byte is read without end, no packet is empty for ever) and by
/// [`MOST_HOURS`](super::bulletin::MOST_HOURS) of sound. A panic of the decoder is caught. Pipes and devices are never opened.
///
/// # Errors
/// What keeps the recording from airing: above all, a file that is cut short or damaged is `Undecodable`, with how much
/// is missing where that is known, even though part of it would play.
pub fn whole(path: &Path) -> Result<Measured, AudioFault> {
    if regular_len(path)? == 0 {
        return Err(AudioFault::Empty);
    }
    measure_hashed(path, sha256(path)?)
}

/// As [`whole`], for a file whose hash is known already.
pub(super) fn measure_hashed(path: &Path, sha256: String) -> Result<Measured, AudioFault> {
    let mut bulletin = Bulletin::open_with(path, true)?;
    let (rate_hz, channels) = (bulletin.rate_hz(), bulletin.channel_count());
    let (mut meters, mut tracer) = (Meters::default(), Tracer::default());
    loop {
        let (rate_hz, channels) = (bulletin.rate_hz(), bulletin.channel_count());
        meters.feed(bulletin.packet(), rate_hz, channels);
        tracer.feed(bulletin.packet(), rate_hz, channels);
        if !bulletin.next_packet() {
            break;
        }
    }
    let decoded = Decoded::of(&mut bulletin);
    if let Some(text) = what_is_missing(&bulletin, &decoded, path).map_err(|e| io_fault(&e))? {
        return Err(AudioFault::Undecodable(text));
    }
    if decoded.ms == 0 && bulletin.frames_at(rate_hz) == 0 {
        return Err(AudioFault::Empty);
    }
    if meters.peak() < SILENCE_PEAK {
        return Err(AudioFault::Silent);
    }
    let (title, artist) = bulletin.title_and_artist(path);
    let measures = Measures { title, artist, ..meters.read() };
    let facts = AudioFacts {
        sha256,
        file_ms: decoded.ms,
        frames: bulletin.frames_at(rate_hz),
        rate_hz,
        channels,
        codec: bulletin.codec().to_owned(),
        declared_ms: decoded.declared_ms,
        damaged_packets: bulletin.damaged_packets(),
        measures: Some(Arc::new(measures)),
    };
    Ok(Measured { facts, waveform: tracer.read() })
}

/// A short look at a recording that nobody has time to measure: that it opens, and is not silent from end to end, as far as
/// decoding tells that within `patience`. Of anything but such a one the first packets do.
///
/// # Errors
/// What keeps it from airing, as far as that look tells.
pub fn glance(path: &Path, patience: Duration) -> Result<(), AudioFault> {
    if regular_len(path)? == 0 {
        return Err(AudioFault::Empty);
    }
    let (mut bulletin, began_ns) = (Bulletin::open(path)?, clock::monotonic_ns());
    let is_over = || u128::from(clock::monotonic_ns() - began_ns) > patience.as_nanos();
    let mut frames = 0;
    loop {
        let packet = bulletin.packet();
        frames += packet.len();
        if packet.iter().any(|sample| sample.abs() >= SILENCE_PEAK) || is_over() {
            return Ok(());
        }
        if !bulletin.next_packet() {
            return Err(if frames == 0 { AudioFault::Empty } else { AudioFault::Silent });
        }
    }
}

/// SHA-256 of the file's bytes, lower-case hexadecimal.
///
/// # Errors
/// The file system's.
pub fn sha256(path: &Path) -> Result<String, AudioFault> {
    let mut file = files::open(path).map_err(|e| io_fault(&e))?;
    let mut hasher = Sha256::new();
    let mut piece = vec![0; 64 * 1024];
    loop {
        match file.read(&mut piece) {
            Ok(0) => break,
            Ok(got) => hasher.update(&piece[..got]),
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(io_fault(&e)),
        }
    }
    Ok(HEXLOWER.encode(&hasher.finalize()))
}
