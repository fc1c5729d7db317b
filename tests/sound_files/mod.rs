//! Recordings for tests: the repository's own, voice messages, and WAVs written on the spot.

// Each test program uses its part of these, and none of them is a test to the linter.
#![allow(dead_code, clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

/// One of `audio/`, or of the voice messages that only tests need: `loi-nhan.opus` is the first 100 003 frames of
/// `loi-chao.flac`, `nhac.opus` 30 001 frames of `nhac-hieu.flac` at 48 kHz in stereo, both by ffmpeg with libopus;
/// `loi-nhan.webm` is the first in Matroska.
pub fn recording(name: &str) -> PathBuf {
    let folder = if name.ends_with(".opus") || name.ends_with(".webm") { "tests/recordings/opus" } else { "audio" };
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(name)
}

pub fn bytes_of(name: &str) -> Vec<u8> {
    fs::read(recording(name)).unwrap()
}

/// A WAV of 16 bits with the size fields as given.
pub fn wav(rate_hz: u32, channels: u16, samples: &[i16], riff_size: u32, data_size: u32) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend(b"RIFF");
    out.extend(riff_size.to_le_bytes());
    out.extend(b"WAVEfmt ");
    out.extend(16_u32.to_le_bytes());
    out.extend(1_u16.to_le_bytes());
    out.extend(channels.to_le_bytes());
    out.extend(rate_hz.to_le_bytes());
    out.extend((rate_hz * u32::from(channels) * 2).to_le_bytes());
    out.extend((channels * 2).to_le_bytes());
    out.extend(16_u16.to_le_bytes());
    out.extend(b"data");
    out.extend(data_size.to_le_bytes());
    out.extend(samples.iter().flat_map(|s| s.to_le_bytes()));
    out
}

pub fn honest_wav(rate_hz: u32, channels: u16, samples: &[i16]) -> Vec<u8> {
    let size = samples.len() as u32 * 2;
    wav(rate_hz, channels, samples, size + 36, size)
}

/// Something between silence and full scale that repeats after 65 536 samples only.
pub fn noise(len: usize) -> Vec<i16> {
    let mut x = 0x2545_F491_u32;
    (0..len)
        .map(|_| {
            x ^= x << 13;
            x ^= x >> 17;
            x ^= x << 5;
            (x >> 17) as i16
        })
        .collect()
}

/// A generator for reproducible damage.
pub fn random(seed: u64) -> impl FnMut(usize) -> usize {
    let mut x = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    move |below| {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        (x % below as u64) as usize
    }
}
