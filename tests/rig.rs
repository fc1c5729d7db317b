//! The rig tried on sounds that we know: a judge is worth what it sees, so each fault it must see is made here.

#![cfg(unix)]

mod support;

use std::thread::sleep;
use std::time::Duration;

use earshot::likeness::find;
use earshot::sounds::{Hearing, sounds};
use earshot::track::{Kernel, RATE, Track};
use support::ear::{BLOCK_MS, Pace, Recorder, unix_now};
use support::pulse::PulseLine;
use support::wav::write_wav;

/// Bursts of two gliding tones with silences between them, in stereo: like nothing else, at both ends too.
fn known(seconds: f64) -> Track {
    let mut samples = Vec::new();
    let frames = (seconds * f64::from(RATE)) as usize;
    for n in 0..frames {
        let t = n as f64 / f64::from(RATE);
        let burst = if t % 0.7 < 0.5 { (1.0 - (t % 0.7) * 1.5).max(0.2) } else { 0.0 };
        let glide = |from: f64, by: f64| (std::f64::consts::TAU * (from * t + by * t * t / 2.0)).cos();
        samples.push((0.6 * burst * glide(300.0, 400.0)) as f32);
        samples.push((0.5 * burst * glide(800.0, -90.0)) as f32);
    }
    Track { rate: RATE, channels: 2, samples }
}

fn silence(frames: usize) -> Vec<f32> {
    vec![0.0; frames * 2]
}

/// A track within silence, `lead` frames in.
fn laid(track: &Track, lead: usize) -> Track {
    let samples = [silence(lead), track.samples.clone(), silence(20_000)].concat();
    Track { samples, ..*track }
}

/// A track a part of a sample later.
fn later(track: &Track, fraction: f64) -> Track {
    let kernel = Kernel::new(1.0 - fraction, 1.0, 60);
    let channels = [0, 1].map(|which| {
        let x = track.channel(which);
        (0..x.len().cast_signed()).map(|n| kernel.at(&x, n - 1)).collect::<Vec<f32>>()
    });
    let samples = (0..track.frames()).flat_map(|n| [channels[0][n], channels[1][n]]).collect();
    Track { samples, ..*track }
}

#[test]
fn a_file_is_found_where_it_lies_between_the_samples_too() {
    let file = known(3.0);
    for (lead, fraction) in [(15_000, 0.0), (15_000, 0.37), (9_001, 0.83)] {
        let heard = later(&laid(&file, lead), fraction);
        let found = find(&file, &heard, 12_000.0, 4_800).expect("it is there");
        let (start, end) = (lead as f64 + fraction, (lead + file.frames()) as f64 + fraction);
        assert!((found.start - start).abs() < 0.02, "start {start}: {found:?}");
        assert!((found.end - end).abs() < 0.02, "end {end}: {found:?}");
        assert!(found.residual_db < -60.0 && found.gain_db.abs() < 0.01 && found.worst < 0.01, "{found:?}");
    }
}

/// What was loud long before leaves nothing in the sums by which what is soft is judged.
#[test]
fn a_file_behind_a_loud_sound_and_a_long_silence_is_found() {
    let (file, second) = (known(2.0), RATE as usize);
    let mut state = 7_u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (f64::from(state) / f64::from(u32::MAX) * 1.8 - 0.9) as f32
    };
    let loud: Vec<f32> = (0..3 * second * 2).map(|_| noise()).collect();
    let faded: Vec<f32> = file.samples.iter().map(|sample| sample * 0.01).collect();
    let samples = [loud, silence(4 * second), faded, silence(second)].concat();
    let heard = Track { samples, ..file.clone() };
    let found = find(&file, &heard, 6.5 * f64::from(RATE), 6 * second).expect("it is there");
    assert!((found.start - 7.0 * f64::from(RATE)).abs() < 0.02 && (found.gain_db + 40.0).abs() < 0.01, "{found:?}");
}

#[test]
fn a_tune_that_nearly_repeats_itself_is_found_at_its_own_place() {
    let bell =
        |hertz: f64, t: f64| if t < 0.0 { 0.0 } else { (std::f64::consts::TAU * hertz * t).sin() * (-0.6 * t).exp() };
    let tune = |n: usize| {
        let t = n as f64 / f64::from(RATE);
        (0.3 * (bell(392.0, t) + bell(440.0, t - 0.5) + bell(523.25, t - 1.0))) as f32
    };
    let samples = (0..2 * RATE as usize).flat_map(|n| [tune(n); 2]).collect();
    let file = Track { rate: RATE, channels: 2, samples };
    for off in [-1_733, 4, 979] {
        let lead = 20_000 + off;
        let found = find(&file, &laid(&file, lead as usize), 20_000.0, 24_000).expect("it is there");
        assert!((found.start - f64::from(lead)).abs() < 0.02, "{off}: {found:?}");
    }
}

#[test]
fn another_sound_is_not_taken_for_the_file() {
    let file = known(3.0);
    let mut other = laid(&file, 12_000);
    other.samples.reverse();
    assert!(find(&file, &other, 12_000.0, 4_800).is_none());
    assert!(find(&file, &laid(&file, 30_000), 12_000.0, 4_800).is_none(), "it lies outside the place looked at");
    let swapped = Track {
        samples: laid(&file, 12_000).samples.chunks(2).flat_map(|frame| [frame[1], frame[0]]).collect(),
        ..file
    };
    let found = find(&file, &swapped, 12_000.0, 4_800).expect("the sum of the sides is the same");
    assert!(found.residual_db > -10.0, "swapped sides: {found:?}");
}

#[test]
fn a_quieter_line_is_told_from_a_distorted_one() {
    let file = known(2.0);
    let mut heard = laid(&file, 10_000);
    heard.samples.iter_mut().for_each(|sample| *sample *= 0.5);
    let quiet = find(&file, &heard, 10_000.0, 2_400).expect("it is there");
    assert!((quiet.gain_db + 6.02).abs() < 0.01 && quiet.residual_db < -60.0, "{quiet:?}");
    heard.samples.iter_mut().for_each(|sample| *sample = sample.clamp(-0.15, 0.15));
    let clipped = find(&file, &heard, 10_000.0, 2_400).expect("it is there");
    assert!(clipped.residual_db > -30.0, "{clipped:?}");
}

#[test]
fn clicks_holes_and_lost_samples_are_seen() {
    let file = known(3.0);
    let clean = laid(&file, 10_000);

    let mut clicked = clean.clone();
    clicked.samples[2 * (10_000 + 48_000)] += 0.2;
    let found = find(&file, &clicked, 10_000.0, 2_400).expect("it is there");
    assert!(found.worst > 0.19 && (found.worst_at - 1.0).abs() < 1e-3, "{found:?}");

    let mut holed = clean.clone();
    holed.samples[2 * 60_000..2 * 60_480].fill(0.0);
    let found = find(&file, &holed, 10_000.0, 2_400).expect("it is there");
    assert!(found.worst > 0.1 && found.residual_db > -40.0, "{found:?}");

    let mut lost = clean.clone();
    lost.samples.drain(2 * 60_000..2 * 60_480);
    let found = find(&file, &lost, 10_000.0, 2_400).expect("it is there");
    assert!((found.end - found.start - (file.frames() - 480) as f64).abs() < 0.1, "{found:?}");

    let mut stopped = clean;
    stopped.samples[2 * 100_000..].fill(0.0);
    assert!(find(&file, &stopped, 10_000.0, 2_400).is_none(), "its end was never heard");
}

#[test]
fn sounds_are_counted_with_their_ends_and_their_gaps() {
    let tone = |frames: usize| -> Vec<f32> { (0..frames * 2).map(|n| if n % 4 < 2 { 0.3 } else { -0.3 }).collect() };
    let samples = [silence(1_000), tone(2_000), silence(3_000), tone(500), silence(50_000), tone(10)].concat();
    let track = Track { rate: RATE, channels: 2, samples };
    let heard = sounds(&track, Hearing { threshold: 0.01, hang: 0.5, gap: 0.02 });
    assert_eq!(
        heard.iter().map(|sound| (sound.onset, sound.end)).collect::<Vec<_>>(),
        [(1_000, 6_500), (56_500, 56_510)]
    );
    assert_eq!(heard[0].gaps, [(3_000, 3_000)]);
    assert!(heard[1].gaps.is_empty());
}

#[test]
fn a_tone_keeps_its_place_and_its_level_at_another_rate() {
    for from in [22_050, 44_100] {
        let wave =
            |rate: u32, n: usize| (0.5 * (std::f64::consts::TAU * 3_000.0 * n as f64 / f64::from(rate)).sin()) as f32;
        let track = Track { rate: from, channels: 1, samples: (0..from as usize).map(|n| wave(from, n)).collect() };
        let there = track.at_rate(RATE);
        assert_eq!(there.frames(), RATE as usize);
        for n in 1_000..RATE as usize - 1_000 {
            assert!((there.samples[n] - wave(RATE, n)).abs() < 1e-3, "sample {n} from {from} Hz");
        }
    }
}

#[test]
fn a_sink_that_runs_fast_is_followed_whatever_readings_are_late() {
    let (start, fast) = (1.7e9, 1.0 + 60e-6);
    let heard_at = |frame: f64| start + frame / (48_000.0 * fast);
    // Blocks of 5 ms, read 0.1 ms late or up to 12 ms, now and then all of them for a second and a half.
    let readings: Vec<(u64, f64)> = (1..20_000u64)
        .map(|n| {
            let stuck = n % 2_000 > 1_700;
            let late = 0.0001 + if stuck { 0.004 } else { 0.0 } + 0.012 * ((n * 7_919) % 1_000) as f64 / 1_000.0;
            (n * 240, heard_at((n * 240) as f64) - 0.005 + late)
        })
        .collect();
    let pace = Pace::new(&readings, f64::from(BLOCK_MS) / 1000.0);
    for frame in (0..4_700_000).step_by(100_000) {
        let frame = f64::from(frame);
        let off = pace.instant(frame) - heard_at(frame) - 0.0001;
        // The first second is read as the second one is: it is not trusted.
        assert!(off.abs() < 0.0002, "frame {frame}: {:.3} ms", off * 1000.0);
        assert!((pace.frame(heard_at(frame)) - frame).abs() < 20.0, "frame {frame}");
    }
}

#[test]
fn what_a_sink_is_given_is_heard_whole_and_once() {
    let Some(line) = PulseLine::start(&["line", "speakers"]) else { return };
    let file = known(2.5);
    let dir = tempfile::tempdir().expect("a folder");
    let wav = dir.path().join("known.wav");
    write_wav(&wav, RATE, 2, file.samples.iter().map(|sample| (sample * 32_767.0).round() as i16));
    assert_eq!(Track::from_wav(&wav).frames(), file.frames());

    let (ear, other) = (Recorder::start(&line, "line"), Recorder::start(&line, "speakers"));
    let before = unix_now();
    let played = line.command("paplay").arg("--device=line").arg(&wav).status().expect("paplay");
    let after = unix_now();
    assert!(played.success());
    sleep(Duration::from_millis(400));
    let (heard, elsewhere) = (ear.finish(), other.finish());

    assert!(elsewhere.track.peak() < 1e-4, "it sounded on the other sink");
    let heard_sounds = heard.sounds(Hearing::default());
    let [sound] = &heard_sounds[..] else { panic!("one sound was played: {heard_sounds:?}") };
    let found = find(&file, &heard.track, sound.onset as f64, 9_600).expect("what was played is heard");
    assert!(found.residual_db < -40.0 && found.gain_db.abs() < 0.01 && found.worst < 0.01, "{found:?}");
    assert!((found.end - found.start - file.frames() as f64).abs() < 0.1, "{found:?}");
    // The player was asked at one instant and was done at another: the sound lies between the two.
    let (start, end) = (heard.instant(found.start), heard.instant(found.end));
    assert!(before < start && end < after + 0.2, "{before} {start} {end} {after}");
}
