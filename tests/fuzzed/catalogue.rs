//! Any bytes as a recording: measured, and read through as it would air.

use std::fs;
use std::path::Path;

use loa::audio::bulletin::{Bulletin, Ending, MOST_CHANNELS, MOST_HOURS, RATES_HZ};
use loa::audio::measure::measure;
use loa::schedule::audio_facts::{AudioFacts, AudioFault};
use rodio::Source;

/// Of recordings that are larger, seeds hold no more than the beginning.
const SEED_BYTES: usize = 8 * 1024;

/// Holds `bytes` against all that is never false. They are written to a file of `folder`, which nothing else uses.
pub fn target(bytes: &[u8], folder: &Path) {
    let path = folder.join("ban-tin.mp3");
    fs::write(&path, bytes).unwrap();
    let found = measure(&path);
    let read = Bulletin::open(&path).map(|bulletin| Read::through(bulletin, bytes.len()));
    match (&found, &read) {
        (Ok(facts), Ok(read)) => agree(facts, read),
        (Ok(facts), Err(fault)) => panic!("measured and not to be opened: {fault:?}, {facts:?}"),
        (Err(fault), _) => refused(fault),
    }
    if let Err(fault) = read {
        refused(&fault);
    }
}

/// What came out of a bulletin.
struct Read {
    ending: Ending,
    damaged: u64,
    /// Rate of the first samples, in Hz.
    rate_hz: u32,
    one_rate: bool,
    frames: u64,
    seconds: f64,
    peak: f32,
}

impl Read {
    fn through(mut bulletin: Bulletin, bytes: usize) -> Read {
        let rate_hz = bulletin.sample_rate().get();
        let ending = Ending::Clean;
        let mut read = Read { ending, damaged: 0, rate_hz, one_rate: true, frames: 0, seconds: 0.0, peak: 0.0 };
        while bulletin.end().is_none() {
            let (rate, channels) = (bulletin.sample_rate().get(), usize::from(bulletin.channels().get()));
            assert!(RATES_HZ.contains(&rate) && channels <= MOST_CHANNELS, "{rate} Hz, {channels} channels");
            let samples = bulletin.current_span_len().unwrap();
            assert!(samples > 0 && samples.is_multiple_of(channels), "whole frames: {samples} of {channels} channels");
            for sample in bulletin.by_ref().take(samples) {
                assert!(sample.is_finite());
                read.peak = read.peak.max(sample.abs());
            }
            let frames = (samples / channels) as u64;
            read.one_rate &= rate == read.rate_hz;
            read.frames += frames;
            read.seconds += frames as f64 / f64::from(rate);
            assert!(read.seconds < (MOST_HOURS * 3600 + 600) as f64, "it ends");
        }
        assert_eq!(bulletin.next(), None, "nothing follows the end");
        read.ending = bulletin.end().unwrap();
        read.damaged = bulletin.damaged_packets();
        assert!(read.damaged <= bytes as u64);
        read
    }
}

/// What was measured is what airs.
fn agree(facts: &AudioFacts, read: &Read) {
    assert_eq!(read.ending, Ending::Clean);
    assert_eq!((facts.rate_hz, facts.damaged_packets), (read.rate_hz, read.damaged));
    assert!((facts.file_ms as f64 - read.seconds * 1000.0).abs() <= 1.0, "{} ms, {} s", facts.file_ms, read.seconds);
    assert!(!read.one_rate || facts.frames == read.frames, "{} frames, {}", facts.frames, read.frames);
    assert!(read.peak > 0.0 && facts.frames > 0 && !facts.codec.is_empty());
    let measures = facts.measures.as_ref().expect("measured now");
    let silent_ms = measures.silence_head_ms + measures.silence_inside_ms + measures.silence_tail_ms;
    assert!(silent_ms <= facts.file_ms + 3, "{measures:?} in {} ms", facts.file_ms);
    assert!(measures.channel_rms_cdbfs.len() <= MOST_CHANNELS);
    let samples = read.frames * MOST_CHANNELS as u64;
    assert!(measures.clipped_runs * 3 <= measures.clipped_samples && measures.clipped_samples <= samples);
}

/// A refusal says why, in both languages.
fn refused(fault: &AudioFault) {
    assert!(*fault != AudioFault::Absent, "it is there");
    if let AudioFault::Undecodable(why) = fault {
        assert!(!why.vi.is_empty() && !why.en.is_empty());
    }
}

/// The repository's recordings, the longer ones by their beginnings, and small waves.
pub fn seeds() -> Vec<Vec<u8>> {
    let paths = ["audio", "tests/recordings/opus"].into_iter().flat_map(|folder| super::files(folder, ""));
    let sounds =
        paths.filter(|path| path.is_file() && path.extension().is_none_or(|ending| ending != "md" && ending != "sh"));
    let mut seeds: Vec<Vec<u8>> = sounds
        .map(|path| {
            let mut bytes = fs::read(path).unwrap();
            bytes.truncate(SEED_BYTES);
            bytes
        })
        .collect();
    for (channels, bits) in [(1, 8), (1, 16), (2, 16), (2, 24), (6, 32)] {
        seeds.push(wave(channels, bits));
    }
    seeds
}

/// A tenth of a second of sound at 8 kHz.
fn wave(channels: u16, bits: u16) -> Vec<u8> {
    let (frame, rate_hz) = (channels * bits / 8, 8000_u32);
    let sound: Vec<u8> = (0..u32::from(frame) * rate_hz / 10).map(|n| ((n * n) >> 3) as u8).collect();
    let mut out = b"RIFF".to_vec();
    out.extend((sound.len() as u32 + 36).to_le_bytes());
    out.extend(b"WAVEfmt \x10\0\0\0\x01\0");
    out.extend(channels.to_le_bytes());
    out.extend(rate_hz.to_le_bytes());
    out.extend((rate_hz * u32::from(frame)).to_le_bytes());
    out.extend(frame.to_le_bytes());
    out.extend(bits.to_le_bytes());
    out.extend(b"data");
    out.extend((sound.len() as u32).to_le_bytes());
    out.extend(sound);
    out
}

/// The marks that containers and codecs begin with.
pub fn words() -> Vec<String> {
    let marks = "RIFF RF64 WAVE fmt data ds64 LIST fact ID3 TAG Xing Info VBRI LAME OggS OpusHead OpusTags vorbis Speex fLaC \
                 ftyp moov mdat trak mdia minf stbl stsd stts stsz stco elst mp4a esds moof FORM AIFF COMM SSND caff webm";
    marks.split(' ').map(str::to_owned).collect()
}
