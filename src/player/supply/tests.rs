use std::f64::consts::TAU;
use std::path::Path;

use ebur128::{EbuR128, Mode};

use super::*;
use crate::audio::line::deck::{Fact, Finish, deck};
use crate::audio::measure::measure;
use crate::audio::relay;
use crate::programme::relay::RelaySource;

const STEREO: Format = Format { rate_hz: 48_000, channels: 2 };
const MONO: Format = Format { rate_hz: 44_100, channels: 1 };

fn recording(path: &Path) -> Recording {
    Recording { path: path.to_owned(), audio: measure(path).expect("measured") }
}

/// A WAV of these channels, in 32-bit floats.
fn wav(dir: &Path, name: &str, rate_hz: u32, channels: &[&[f32]]) -> Recording {
    let spec = hound::WavSpec {
        channels: channels.len() as u16,
        sample_rate: rate_hz,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let path = dir.join(name);
    let mut writer = hound::WavWriter::create(&path, spec).expect("a file");
    for n in 0..channels[0].len() {
        channels.iter().for_each(|channel| writer.write_sample(channel[n]).expect("written"));
    }
    writer.finalize().expect("closed");
    recording(&path)
}

/// What the line renders of it, by channel.
fn aired(recordings: &[Recording], line: &LineSettings, format: Format) -> Vec<Vec<f32>> {
    let pieces = Pieces { tone_ms: None, recordings: recordings.to_vec(), from_ms: 0, at_full_level: false };
    let (mut supply, take) = Opened::open(&pieces, line, TakeId(1), format).expect("opened").start();
    let (mut deck, mut control) = deck(format.channels);
    assert!(control.cue(take, 0).is_ok());
    let channels = usize::from(format.channels);
    let (mut out, mut block) = (Vec::new(), vec![0.0; 960 * channels]);
    loop {
        supply.fill();
        deck.render(&mut block);
        out.extend_from_slice(&block);
        while let Some(fact) = control.fact() {
            if let Fact::Ended { end_frame, .. } = fact {
                assert_eq!((supply.progress(), supply.gap_frames()), (Progress::Done, 0));
                out.truncate(end_frame as usize * channels);
                return (0..channels).map(|c| out.iter().skip(c).step_by(channels).copied().collect()).collect();
            }
        }
    }
}

/// Integrated loudness of a line in LUFS, one channel counting as two, and its true peak in dBTP.
fn loudness(channels: &[Vec<f32>], rate_hz: u32) -> (f64, f64) {
    let both = [&channels[0], channels.last().expect("a channel")];
    let mut meter = EbuR128::new(2, rate_hz, Mode::I | Mode::TRUE_PEAK).expect("a meter");
    let frames: Vec<f32> = both[0].iter().zip(both[1]).flat_map(|(left, right)| [*left, *right]).collect();
    meter.add_frames_f32(&frames).expect("measured");
    let peak = (0..2).map(|c| meter.true_peak(c).expect("a peak")).fold(0.0, f64::max);
    (meter.loudness_global().expect("loudness"), 20.0 * peak.log10())
}

/// By how much the highest peak of it would pass the usual ceiling at its gain, in dB.
fn passes_by(audio: &AudioFacts, format: Format) -> f64 {
    let line = LineSettings::default();
    let peak_cdbtp = audio.measures.as_deref().and_then(|measures| measures.true_peak_cdbtp).expect("a peak");
    let gain_cdb = line.gain_cdb(audio.line_clufs(format.channels));
    f64::from((peak_cdbtp + gain_cdb - line.peak_cdbtp).max(0)) / 100.0
}

/// Syllables of a voice that differs with its pitch.
fn voice(rate_hz: u32, pitch_hz: f64, seconds: u32, level: f64) -> Vec<f32> {
    let at = |n: u32| {
        let t = f64::from(n) / f64::from(rate_hz);
        let shape = (TAU / 2.0 * (t * 4.0).fract()).sin().powi(2);
        let wave = (1..12).map(|k| (TAU * pitch_hz * f64::from(k) * t + f64::from(k * k)).sin() / f64::from(k));
        (shape * wave.sum::<f64>() * level) as f32
    };
    (0..rate_hz * seconds).map(at).collect()
}

#[test]
fn every_recording_leaves_the_line_at_the_target_whatever_it_was() {
    let dir = tempfile::tempdir().expect("a folder");
    let (one, other) = (voice(44_100, 140.0, 6, 0.05), voice(44_100, 233.0, 6, 0.05));
    let (silent, turned) = (vec![0.0; one.len()], one.iter().map(|x| -x).collect::<Vec<_>>());
    let turned_wide: Vec<f32> = turned.iter().zip(&other).map(|(x, y)| x + y * 0.2).collect();
    let loud = voice(44_100, 140.0, 6, 0.4);
    let mut cases = vec![
        ("mono", wav(dir.path(), "mono.wav", 44_100, &[&one])),
        ("one sound on both", wav(dir.path(), "dual.wav", 44_100, &[&one, &one])),
        ("wide", wav(dir.path(), "wide.wav", 44_100, &[&one, &other])),
        ("right dead", wav(dir.path(), "left.wav", 44_100, &[&one, &silent])),
        ("left dead", wav(dir.path(), "right.wav", 44_100, &[&silent, &one])),
        ("inverted", wav(dir.path(), "inverted.wav", 44_100, &[&one, &turned])),
        ("inverted and wide", wav(dir.path(), "wide-inverted.wav", 44_100, &[&one, &turned_wide])),
        ("loud", wav(dir.path(), "loud.wav", 44_100, &[&loud])),
    ];
    let shipped =
        ["ban-tin.mp3", "cchc-ket-qua.mp3", "hoi-dap.ogg", "mot-cua.m4a", "duong-day-nong.wav", "loi-chao.flac"];
    let audio = Path::new(env!("CARGO_MANIFEST_DIR")).join("audio");
    cases.extend(shipped.map(|name| (name, recording(&audio.join(name)))));
    for (what, recording) in cases {
        for format in [STEREO, MONO] {
            let (lufs, dbtp) =
                loudness(&aired(std::slice::from_ref(&recording), &LineSettings::default(), format), format.rate_hz);
            // Where peaks are held down, what they carried is missing: less than the highest of them would have passed by.
            let short = 0.1 + passes_by(&recording.audio, format);
            assert!(lufs + 16.0 < 0.1 && -16.0 - lufs < short, "{what} on {format:?}: {lufs:.2} LUFS, {short:.2}");
            assert!(dbtp <= -0.9, "{what} on {format:?}: {dbtp:.2} dBTP");
        }
    }
}

#[test]
fn the_stations_own_target_and_ceiling_count_and_a_whisper_is_raised_by_20_db() {
    let dir = tempfile::tempdir().expect("a folder");
    let voiced = |level| wav(dir.path(), &format!("{level}.wav"), 48_000, &[&voice(48_000, 140.0, 4, level)]);
    let heard = |recording: Recording, line: &LineSettings| loudness(&aired(&[recording], line, STEREO), 48_000);
    let line = LineSettings { loudness_clufs: Some(-1200), peak_cdbtp: -400, ..LineSettings::default() };
    let (lufs, dbtp) = heard(voiced(0.2), &line);
    assert!(dbtp <= -3.9 && (lufs + 12.0).abs() < 0.5, "{lufs:.2} LUFS, {dbtp:.2} dBTP");
    let (lufs, _) = heard(voiced(0.004), &LineSettings::default());
    let (as_it_was, _) = heard(voiced(0.004), &LineSettings { loudness_clufs: None, ..LineSettings::default() });
    assert!((lufs - as_it_was - 20.0).abs() < 0.01 && lufs < -20.0, "{as_it_was:.2} to {lufs:.2} LUFS");
}

#[test]
fn a_recording_at_the_lines_rate_that_is_to_air_as_it_is_does_so_bit_for_bit() {
    let dir = tempfile::tempdir().expect("a folder");
    let (left, right) = (voice(48_000, 140.0, 1, 0.3), voice(48_000, 200.0, 1, 0.3));
    let line = LineSettings { loudness_clufs: None, ..LineSettings::default() };
    assert_eq!(aired(&[wav(dir.path(), "a.wav", 48_000, &[&left, &right])], &line, STEREO), [left, right]);
}

/// Many may be armed long before their turn.
#[test]
fn what_waits_for_its_turn_holds_half_a_second_and_its_whole_ring_once_that_has_come() {
    let dir = tempfile::tempdir().expect("a folder");
    let recordings = vec![wav(dir.path(), "voice.wav", 44_100, &[&voice(44_100, 140.0, 4, 0.3)])];
    let pieces = Pieces { tone_ms: None, recordings, from_ms: 1000, at_full_level: false };
    let opened = Opened::open(&pieces, &LineSettings::default(), TakeId(1), STEREO).expect("opened");
    assert_eq!(opened.first.capacity(), 48_000);
    assert_eq!(opened.first.len(), 48_000);
    let (mut supply, take) = opened.start();
    assert_eq!(supply.ready_ms(), 500);
    supply.fill();
    // Less than a step fits in.
    assert!((1458..=1500).contains(&supply.ready_ms()), "{} ms", supply.ready_ms());
    drop(take);
}

/// A decoder that is slower than the line would be asked for more without end, and no order taken.
#[test]
fn filling_ends_with_its_time_and_goes_on_where_it_stopped() {
    let dir = tempfile::tempdir().expect("a folder");
    let recordings = vec![wav(dir.path(), "voice.wav", 48_000, &[&voice(48_000, 140.0, 4, 0.3)])];
    let pieces = Pieces { tone_ms: None, recordings, from_ms: 0, at_full_level: false };
    let (mut supply, take) =
        Opened::open(&pieces, &LineSettings::default(), TakeId(1), STEREO).expect("opened").start();
    let mut ready = vec![supply.ready_ms()];
    while supply.has_room() {
        supply.fill_within(Duration::ZERO);
        ready.push(supply.ready_ms());
    }
    // A step of 2048 frames each time.
    assert!(ready.windows(2).all(|pair| (42..=43).contains(&(pair[1] - pair[0]))), "{ready:?}");
    assert!(ready.last().is_some_and(|ms| (1458..=1500).contains(ms)), "{ready:?}");
    drop(take);
}

/// By the frames of its source a relay would outlast its end, and have the line when what follows begins.
#[test]
fn a_relay_read_slower_than_the_line_is_over_by_the_frames_of_the_line() {
    let format = relay::Format { rate_hz: 48_000, channels: 2 };
    let live = Live::open(&RelaySource::Manual, relay::Recordings::default(), format, relay::Terms::default());
    let line = LineSettings::default();
    let (mut supply, take) = Supply::live(live.expect("tuned in"), 10_000, &line, TakeId(1), STEREO);
    let (mut deck, mut control) = deck(2);
    assert!(control.cue(take, 480).is_ok());
    let ended = (0..600).find_map(|n| {
        deck.render(&mut [0.0; 2 * 960]);
        if n % 3 == 0 {
            // A step of 2048 frames, while the line takes 2880.
            supply.fill_within(Duration::ZERO);
        }
        std::iter::from_fn(|| control.fact()).find_map(|fact| match fact {
            Fact::Ended { end_frame, played_frames, gap_frames, finish, .. } => {
                Some((end_frame, played_frames + gap_frames, gap_frames > 0, finish))
            }
            Fact::Began { .. } => None,
        })
    });
    assert_eq!(ended, Some((480_480, 480_000, true, Finish::Lasted)));
    assert_eq!(supply.progress(), Progress::Decoding);
}

#[test]
fn mono_is_on_every_channel_and_faulty_stereo_loses_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let line = LineSettings { loudness_clufs: None, ..LineSettings::default() };
    let one = voice(48_000, 140.0, 1, 0.3);
    let (silent, turned) = (vec![0.0; one.len()], one.iter().map(|x| -x).collect::<Vec<_>>());
    let cases: [&[&[f32]]; 5] = [&[&one], &[&one, &one], &[&one, &silent], &[&silent, &one], &[&one, &turned]];
    for (n, channels) in cases.iter().enumerate() {
        let recording = wav(dir.path(), &format!("{n}.wav"), 48_000, channels);
        for count in 1..=2 {
            let format = Format { rate_hz: 48_000, channels: count };
            let out = aired(std::slice::from_ref(&recording), &line, format);
            assert!(out.iter().all(|channel| *channel == one), "case {n} on {count} channels");
        }
    }
}

#[test]
fn a_recording_that_comes_again_is_opened_anew_and_nothing_follows_a_copy_that_is_gone() {
    let dir = tempfile::tempdir().expect("a folder");
    let line = LineSettings { loudness_clufs: None, ..LineSettings::default() };
    let one = voice(48_000, 140.0, 3, 0.3);
    let short = wav(dir.path(), "short.wav", 48_000, &[&one[..960]]);
    let again = vec![short; OPEN_AT_ONCE + 60];
    assert_eq!(aired(&again, &line, STEREO)[0], one[..960].repeat(again.len()));
    let recording = wav(dir.path(), "long.wav", 48_000, &[&one]);
    let (path, recordings) = (recording.path.clone(), vec![recording; 2]);
    let pieces = Pieces { tone_ms: None, recordings, from_ms: 0, at_full_level: false };
    let mut source = Opened::open(&pieces, &line, TakeId(1), STEREO).expect("opened").source;
    std::fs::remove_file(path).expect("removed");
    source.skip(STEREO.samples(10_000));
    assert_eq!(source.progress, Progress::Broken);
}

/// Recordings cut out of one sound at a sample, each at half the level of the one before.
#[test]
fn a_list_is_joined_at_the_sample_each_at_its_own_gain() {
    let dir = tempfile::tempdir().expect("a folder");
    let whole: Vec<f32> = (0..3 * 44_100).map(|n| (f64::from(n) * 0.05).sin() as f32).collect();
    let part = |n: usize, level: f32| {
        let samples: Vec<f32> = whole[n * 44_100..(n + 1) * 44_100].iter().map(|x| x * level).collect();
        wav(dir.path(), &format!("{n}.wav"), 44_100, &[&samples])
    };
    let out = aired(&[part(0, 0.4), part(1, 0.2), part(2, 0.1)], &LineSettings::default(), STEREO);
    assert_eq!(out[0].len(), 3 * 48_000);
    let whole = wav(dir.path(), "whole.wav", 44_100, &[&whole.iter().map(|x| x * 0.4).collect::<Vec<_>>()]);
    let right = aired(&[whole], &LineSettings::default(), STEREO);
    let worst = out[0].iter().zip(&right[0]).map(|(is, due)| (is - due).abs()).fold(0.0, f32::max);
    assert!(worst < 1e-3, "off by {worst}");
}
