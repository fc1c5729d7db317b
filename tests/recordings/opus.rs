//! Voice messages in Opus: heard to the sample, and sounding like what was said.

use std::fs;

use crate::sound_files::{bytes_of, random, recording};
use loa::audio::bulletin::{Bulletin, Ending};
use loa::audio::measure::measure;
use loa::schedule::audio_facts::AudioFault;
use rodio::Source;
use tempfile::TempDir;

/// Frames that were encoded.
const MESSAGE: usize = 100_003;
const MUSIC: usize = 30_001;

#[test]
fn a_voice_message_is_heard_to_the_sample() {
    for (name, frames, channels) in [("loi-nhan.opus", MESSAGE, 1), ("nhac.opus", MUSIC, 2)] {
        let facts = measure(&recording(name)).unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
        assert_eq!((facts.frames, facts.rate_hz, facts.channels), (frames as u64, 48_000, channels), "{name}");
        assert_eq!((facts.declared_ms, facts.damaged_packets), (Some(frames as u64 / 48), 0), "{name}");
        let mut bulletin = Bulletin::open(&recording(name)).unwrap();
        assert_eq!(bulletin.by_ref().count(), frames * usize::from(channels), "{name}");
        assert_eq!(bulletin.end(), Some(Ending::Clean), "{name}");
    }
    let measures = measure(&recording("loi-nhan.opus")).unwrap().measures.unwrap();
    assert_eq!(measures.title.as_deref(), Some("Lời nhắn"));
}

/// The message was made from the first samples of a FLAC: it lies on them but for what the encoder's filter against
/// rumble turns, some 60 µs. The samples in front that are the encoder's would be 312.
#[test]
fn a_voice_message_sounds_like_what_was_said_and_when() {
    let said: Vec<f32> = Bulletin::open(&recording("loi-chao.flac")).unwrap().take(MESSAGE).collect();
    let heard: Vec<f32> = Bulletin::open(&recording("loi-nhan.opus")).unwrap().collect();
    let likeness = |by: isize| {
        let both = (100..MESSAGE - 100).map(|n| (f64::from(said[n]), f64::from(heard[n.strict_add_signed(by)])));
        let (mut product, mut one, mut other) = (0.0, 0.0, 0.0);
        for (a, b) in both {
            product += a * b;
            one += a * a;
            other += b * b;
        }
        product / f64::sqrt(one * other)
    };
    let best = (-20..=20).max_by(|a, b| likeness(*a).total_cmp(&likeness(*b))).unwrap();
    assert!((-5..=5).contains(&best), "{best} frames of delay");
    assert!(likeness(best) > 0.9, "{}", likeness(best));
}

/// A chain: each part has its own header, its own head to drop and its own end to trim.
#[test]
fn of_joined_messages_all_parts_are_heard_to_the_sample() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("ghep.opus");
    fs::write(&path, [bytes_of("loi-nhan.opus"), bytes_of("nhac.opus"), bytes_of("loi-nhan.opus")].concat()).unwrap();
    assert_eq!(measure(&path).map(|facts| facts.frames), Ok((2 * MESSAGE + MUSIC) as u64));
    let mut bulletin = Bulletin::open(&path).unwrap();
    let mut samples = [0; 2];
    while let Some(span) = bulletin.current_span_len().filter(|len| *len > 0) {
        samples[usize::from(bulletin.channels().get()) - 1] += span;
        bulletin.by_ref().take(span).for_each(drop);
    }
    assert_eq!(samples, [2 * MESSAGE, 2 * MUSIC], "of mono and of stereo");
}

/// Matroska keeps no checksum of the sound; its length tells that some was lost.
#[test]
fn a_damaged_message_in_matroska_is_never_whole() {
    let whole = measure(&recording("loi-nhan.webm")).unwrap();
    // The end of the last packet is the encoder's: less than one packet of 20 ms.
    assert!((MESSAGE as u64..MESSAGE as u64 + 960).contains(&whole.frames), "{} frames", whole.frames);
    assert!(whole.declared_ms.is_some_and(|ms| ms.abs_diff(whole.file_ms) <= 60), "{:?}", whole.declared_ms);
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("hong.webm");
    for seed in 0..20 {
        let mut bytes = bytes_of("loi-nhan.webm");
        let mut pick = random(seed + 1);
        // From the first cluster on: a row of packets with their headers.
        let at = 800 + pick(bytes.len() - 800 - 600);
        bytes[at..at + 600].iter_mut().for_each(|byte| *byte = pick(256) as u8);
        fs::write(&path, bytes).unwrap();
        assert!(matches!(measure(&path), Err(AudioFault::Undecodable(_))), "seed {seed}: {:?}", measure(&path));
    }
}

/// The gain of its header belongs to the recording: −6 dB there is −6 dB in the street.
#[test]
fn the_gain_of_the_header_is_heard() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("nho.opus");
    let page = 28;
    let mut bytes = bytes_of("loi-nhan.opus");
    bytes[page + 16..page + 18].copy_from_slice(&(-1536_i16).to_le_bytes());
    with_checksum(&mut bytes[..page + 19]);
    fs::write(&path, bytes).unwrap();
    let level = |path| measure(path).unwrap().measures.unwrap().channel_rms_cdbfs[0];
    let difference = level(&recording("loi-nhan.opus")) - level(&path);
    assert!((595..=605).contains(&difference), "{difference} hundredths of a dB");
}

#[test]
fn more_channels_than_two_are_refused_by_name() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("phim.opus");
    // The first page alone, with a header of six channels in four streams.
    let mut bytes = bytes_of("loi-nhan.opus")[..47].to_vec();
    bytes[26 + 1] = 27;
    bytes[28 + 9] = 6;
    bytes[28 + 18] = 1;
    bytes.extend([4, 2, 0, 4, 1, 2, 3, 5]);
    with_checksum(&mut bytes);
    bytes.extend(&bytes_of("loi-nhan.opus")[47..]);
    fs::write(&path, bytes).unwrap();
    let Err(AudioFault::Undecodable(text)) = measure(&path) else { panic!("{:?}", measure(&path)) };
    assert!(text.en.contains("Opus (surround)"), "{}", text.en);
}

/// Puts the checksum of an Ogg page right (RFC 3533, 6).
fn with_checksum(page: &mut [u8]) {
    page[22..26].fill(0);
    let sum = page.iter().fold(0_u32, |sum, byte| {
        (0..8).fold(
            sum ^ u32::from(*byte) << 24,
            |sum, _| {
                if sum >> 31 == 1 { sum << 1 ^ 0x04C1_1DB7 } else { sum << 1 }
            },
        )
    });
    page[22..26].copy_from_slice(&sum.to_le_bytes());
}
