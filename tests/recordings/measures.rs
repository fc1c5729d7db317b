//! How recordings sound, measured: against sounds whose numbers are known, and against damage without end.

use std::f64::consts::TAU;
use std::fs;

use crate::sound_files::{bytes_of, honest_wav, random, recording};
use loa::audio::measure::measure;
use loa::schedule::audio_facts::{AudioFacts, Measures, StereoFault};
use tempfile::TempDir;

const RATE_HZ: u32 = 48_000;

/// What is measured of a WAV with these samples.
fn measured(channels: u16, samples: &[f64]) -> Measures {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("a.wav");
    let samples: Vec<i16> = samples.iter().map(|s| (s * 32_768.0).clamp(-32_768.0, 32_767.0).round() as i16).collect();
    fs::write(&path, honest_wav(RATE_HZ, channels, &samples)).unwrap();
    (*measure(&path).unwrap().measures.unwrap()).clone()
}

/// A sine of so many seconds at a level in dBFS.
fn sine(hz: f64, seconds: f64, dbfs: f64) -> Vec<f64> {
    let size = 10_f64.powf(dbfs / 20.0);
    (0..(seconds * f64::from(RATE_HZ)) as usize)
        .map(|n| size * (TAU * hz * n as f64 / f64::from(RATE_HZ)).sin())
        .collect()
}

fn silence(seconds: f64) -> Vec<f64> {
    vec![0.0; (seconds * f64::from(RATE_HZ)) as usize]
}

fn both(left: &[f64], right: &[f64]) -> Vec<f64> {
    left.iter().zip(right).flat_map(|(left, right)| [*left, *right]).collect()
}

fn near(is: Option<i32>, right: i32, by: i32) {
    assert!(is.is_some_and(|is| (is - right).abs() <= by), "{is:?} is not {right} ± {by}");
}

/// The first case of EBU Tech 3341: a stereo sine of 1 kHz at −23 dBFS has −23.0 ± 0.1 LUFS; at −33 it has −33.0.
#[test]
fn loudness_is_that_of_the_reference_signals() {
    for dbfs in [-23, -33] {
        let tone = sine(1000.0, 10.0, f64::from(dbfs));
        let found = measured(2, &both(&tone, &tone));
        near(found.loudness_clufs, dbfs * 100, 10);
        near(found.true_peak_cdbtp, dbfs * 100, 20);
        // A sine's mean power is 3.01 dB below its peak.
        assert!(found.channel_rms_cdbfs.iter().all(|rms| (rms - (dbfs * 100 - 301)).abs() <= 1), "{found:?}");
        assert_eq!((found.stereo_fault, found.clipped_runs), (None, 0));
    }
}

/// A quarter of the sampling rate, sampled 45° beside its crests: 3 dB more than any sample shows.
#[test]
fn peaks_between_samples_are_found() {
    let tone: Vec<f64> = (0..RATE_HZ).map(|n| 0.5 * (TAU * (f64::from(n) / 4.0 + 0.125)).sin()).collect();
    near(measured(1, &tone).true_peak_cdbtp, -602, 40);
}

#[test]
fn silence_is_measured_at_both_ends_and_inside() {
    let parts = [silence(3.5), sine(500.0, 1.0, -20.0), silence(2.0), sine(500.0, 1.0, -20.0), silence(0.25)];
    let found = measured(1, &parts.concat());
    let by_ms = |is: u64, right: u64| assert!(is.abs_diff(right) <= 1, "{is} ms, not {right}: {found:?}");
    by_ms(found.silence_head_ms, 3500);
    by_ms(found.silence_inside_ms, 2000);
    by_ms(found.silence_tail_ms, 250);
    let soft = measured(1, &sine(500.0, 2.0, -66.0));
    assert_eq!((soft.silence_head_ms, soft.silence_tail_ms), (2000, 0), "all of it below the threshold");
}

#[test]
fn clipping_is_flat_tops_and_not_loud_peaks() {
    let overdriven = measured(1, &sine(200.0, 1.0, 6.0));
    assert_eq!(overdriven.clipped_runs, 400, "two for each wave");
    assert!(overdriven.clipped_samples > 10 * overdriven.clipped_runs);
    assert_eq!(measured(1, &sine(1000.0, 1.0, 0.0)).clipped_runs, 0, "at full scale and whole");
}

#[test]
fn a_dead_channel_and_an_inverted_one_are_told_from_stereo() {
    let fault = |left: &[f64], right: &[f64]| measured(2, &both(left, right)).stereo_fault;
    let (voice, other) = (sine(400.0, 2.0, -20.0), sine(730.0, 2.0, -20.0));
    let hum = sine(50.0, 2.0, -70.0);
    assert_eq!(fault(&voice, &silence(2.0)), Some(StereoFault::DeadRight));
    assert_eq!(fault(&hum, &voice), Some(StereoFault::DeadLeft), "a loose plug hums");
    let turned: Vec<f64> = voice.iter().map(|s| -0.8 * s).collect();
    assert_eq!(fault(&voice, &turned), Some(StereoFault::Inverted));
    assert_eq!(fault(&voice, &voice), None);
    assert_eq!(fault(&voice, &other), None, "wide stereo");
    assert_eq!(fault(&voice, &sine(400.0, 2.0, -45.0)), None, "one side quieter");
    assert_eq!(measured(1, &voice).stereo_fault, None);
}

#[test]
fn tags_are_read_where_the_container_has_them() {
    let facts = measure(&recording("hoi-dap.ogg")).unwrap();
    let measures = facts.measures.unwrap();
    for text in [&measures.title, &measures.artist].into_iter().flatten() {
        assert!(!text.is_empty() && text.chars().count() <= 200 && !text.contains(char::is_control));
    }
}

#[test]
fn tags_of_mp3_files_are_read_in_every_encoding() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("a.mp3");
    let title = "Bản tin sáng";
    let wide: Vec<u8> = title.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let texts = [[&[3][..], title.as_bytes()].concat(), [&[1, 0xFF, 0xFE][..], &wide, &[0, 0]].concat()];
    for (version, text) in [(4, &texts[0]), (3, &texts[1])] {
        let frame = |id: &[u8], text: &[u8]| [id, &[0, 0, 0, text.len() as u8, 0, 0], text].concat();
        let frames = [frame(b"TIT2", text), frame(b"TPE1", b"\0 Lan\x07 ")].concat();
        let head = [b'I', b'D', b'3', version, 0, 0, 0, 0, 0, frames.len() as u8];
        // The sample's own tag stands behind this one.
        fs::write(&path, [&head[..], &frames, &bytes_of("ban-tin.mp3")].concat()).unwrap();
        let measures = measure(&path).unwrap().measures.unwrap();
        assert_eq!((measures.title.as_deref(), measures.artist.as_deref()), (Some(title), Some("Lan")));
    }
}

/// Whatever the bytes are, measuring them ends, without a panic, and what it calls whole has measures that can be.
#[test]
fn damage_without_end_is_measured_or_refused() {
    const TRIALS: u64 = 200;
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("a");
    for name in ["loi-chao.flac", "ban-tin.mp3", "mot-cua.m4a", "hoi-dap.ogg", "loi-nhan.opus", "duong-day-nong.wav"] {
        let right = bytes_of(name);
        for seed in 0..TRIALS {
            let mut below = random(seed + 1);
            let mut bytes = right.clone();
            // Most of the damage goes where the structure is.
            for _ in 0..=below(6) {
                let at = if below(2) == 0 { below(600.min(bytes.len())) } else { below(bytes.len()) };
                bytes[at] ^= 1 << below(8);
            }
            // Short pieces keep it quick; one in four stays as long as it was.
            let keep = if below(4) == 0 { bytes.len() } else { below(16_000.min(bytes.len())) + 1 };
            fs::write(&path, &bytes[..keep]).unwrap();
            let Ok(facts) = measure(&path) else { continue };
            let measures = facts.measures.unwrap_or_else(|| panic!("{name}, seed {seed}: no measures"));
            let quiet = measures.silence_head_ms + measures.silence_tail_ms;
            assert!(quiet <= facts.file_ms + 2, "{name}, seed {seed}: {measures:?}");
            assert!(measures.clipped_runs <= measures.clipped_samples, "{name}, seed {seed}");
            assert!(measures.channel_rms_cdbfs.len() <= 8, "{name}, seed {seed}");
        }
    }
}

/// What half the sum of both channels has against either, and with it the loudness on lines of two channels and one.
#[test]
fn loudness_is_told_as_it_leaves_the_line() {
    let (tone, other) = (sine(1000.0, 5.0, -20.0), sine(1010.0, 5.0, -20.0));
    let turned: Vec<f64> = tone.iter().map(|x| -x).collect();
    let facts = |channels: u16, samples: &[f64]| {
        let measures = measured(channels, samples);
        (measures.mix_cdb, AudioFacts { channels, measures: Some(measures.into()), ..AudioFacts::default() })
    };
    // Mix, loudness on two channels and on one; a stereo tone at -20 dBFS has -20 LUFS.
    let cases = [
        ("mono", facts(1, &tone), None, (-2000, -2000)),
        ("one tone on both", facts(2, &both(&tone, &tone)), Some(0), (-2000, -2000)),
        ("two tones", facts(2, &both(&tone, &other)), Some(-301), (-2000, -2301)),
        ("right dead", facts(2, &both(&tone, &silence(5.0))), Some(-301), (-2000, -2000)),
        ("inverted", facts(2, &both(&tone, &turned)), Some(-20_000), (-2000, -2000)),
    ];
    for (what, (mix, audio), due, (on_two, on_one)) in cases {
        assert!(
            mix.zip(due).is_none_or(|(mix, due)| mix.abs_diff(due) <= 2) && mix.is_some() == due.is_some(),
            "{what}"
        );
        near(audio.line_clufs(2), on_two, 15);
        near(audio.line_clufs(1), on_one, 15);
    }
}
