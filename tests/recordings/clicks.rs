//! No click: what the line renders where a sound is cut, faded or made quieter, looked at for what a step leaves in the
//! spectrum, which is everything, far above the sound itself.

use std::f64::consts::{PI, TAU};

use loa::audio::line::deck::{DeckControl, Feed, TakeId, deck, take};

const RATE_HZ: usize = 48_000;
/// The shortest fade there is: 10 ms.
const SHORTEST: u32 = 480;

/// What is below is not heard beside the sound that ends, whose level is -6 dBFS.
const CLICK_DBFS: f64 = -66.0;
/// Of full scale: two together stay within it.
const SIZE: f64 = 0.5;

/// A second of a sine, cut or changed by `change` after a tenth; what is heard, with what follows.
fn heard(hz: f64, phase: f64, change: impl Fn(&mut DeckControl)) -> Vec<f32> {
    let (mut deck, mut control) = deck(1);
    let _feed = cue(&mut control, 1, 0, hz, phase);
    let mut heard = Vec::new();
    let mut block = [0.0; 960];
    for number in 0..16 {
        if number == 5 {
            change(&mut control);
        }
        deck.render(&mut block);
        heard.extend_from_slice(&block);
    }
    heard
}

fn cue(control: &mut DeckControl, id: u64, frame: u64, hz: f64, phase: f64) -> Feed {
    let (mut feed, take) = take(TakeId(id), RATE_HZ, 1);
    let wave = |n: usize| (((n as f64 * hz / RATE_HZ as f64 + phase) * TAU).sin() * SIZE) as f32;
    assert!(feed.push(&(0..RATE_HZ).map(wave).collect::<Vec<_>>()).is_empty());
    assert!(control.cue(take, frame).is_ok());
    feed
}

/// The largest of what lies above `hz` between two frames, in dBFS.
fn above_db(hz: f64, heard: &[f32], from: usize, to: usize) -> f64 {
    // All less what lies below: a sinc under a Blackman window.
    let half = 300_i32;
    let tap = |k: i32| {
        let (x, share) = (f64::from(k), f64::from(k + half) / f64::from(2 * half));
        let window = 0.42 - 0.5 * (TAU * share).cos() + 0.08 * (2.0 * TAU * share).cos();
        let cut = 2.0 * hz / RATE_HZ as f64;
        let low = if k == 0 { cut } else { (PI * cut * x).sin() / (PI * x) };
        if k == 0 { 1.0 - low } else { -low * window }
    };
    let taps: Vec<f64> = (-half..=half).map(tap).collect();
    let half = half as usize;
    let level = |at: usize| {
        let window = &heard[at - half..=at + half];
        window.iter().zip(&taps).map(|(x, tap)| f64::from(*x) * tap).sum::<f64>().abs()
    };
    20.0 * (from.max(half)..to.min(heard.len() - half)).map(level).fold(1e-12, f64::max).log10()
}

/// Over the change, away from the sound's own beginning.
fn splash_db(hz: f64, heard: &[f32]) -> f64 {
    above_db(hz, heard, 3000, heard.len())
}

#[test]
fn a_cut_in_mid_wave_leaves_no_click() {
    for (hz, above) in [(0.0, 1500.0), (100.0, 2000.0), (440.0, 2500.0), (1000.0, 3000.0)] {
        // Where the wave stands highest, and where it is steepest.
        for phase in [0.25, 0.0] {
            let cut = heard(hz, phase, |control| assert!(control.cut(TakeId(1), SHORTEST, 4803)));
            let splash = splash_db(above, &cut);
            assert!(splash < CLICK_DBFS, "{hz} Hz, {phase}: {splash:.1} dBFS above {above} Hz");
            // No more than the wave's own steepness and that of half a cosine over 480 frames.
            let step = cut.windows(2).skip(1).map(|pair| f64::from((pair[1] - pair[0]).abs())).fold(0.0, f64::max);
            assert!(
                step <= SIZE * (TAU * hz / RATE_HZ as f64 + PI / 2.0 / f64::from(SHORTEST)) + 1e-6,
                "{hz} Hz: {step}"
            );
            assert!(cut[4803 + 480..].iter().all(|sample| *sample == 0.0));
        }
    }
}

#[test]
fn the_measure_hears_a_click() {
    // A cut within a frame, and one by a straight ramp, whose corners are heard.
    let hard = heard(440.0, 0.25, |control| assert!(control.cut(TakeId(1), 1, 4803)));
    assert!(splash_db(2500.0, &hard) > -20.0, "{:.1}", splash_db(2500.0, &hard));
    let mut straight = heard(0.0, 0.25, |_| {});
    for (n, sample) in straight[4800..].iter_mut().enumerate() {
        *sample *= (1.0 - n as f32 / 480.0).max(0.0);
    }
    assert!(splash_db(1500.0, &straight) > CLICK_DBFS, "{:.1}", splash_db(1500.0, &straight));
}

#[test]
fn a_cut_that_overtakes_a_fade_and_one_at_once_leave_none() {
    let overtaken = heard(440.0, 0.25, |control| {
        assert!(control.cut(TakeId(1), 24_000, 4900));
        assert!(control.cut(TakeId(1), 24_000, 0));
        assert!(control.cut(TakeId(1), SHORTEST, 0));
    });
    assert!(splash_db(2500.0, &overtaken) < CLICK_DBFS, "{:.1}", splash_db(2500.0, &overtaken));
    assert!(overtaken[4800 + 480..].iter().all(|sample| *sample == 0.0));
}

#[test]
fn a_fade_under_the_next_and_what_follows_it_leave_none() {
    let faded = heard(440.0, 0.25, |control| {
        assert!(control.cut(TakeId(1), 7200, 4803));
        // A hard start in the middle of the fade, with a sound that begins at nought.
        let _ = cue(control, 2, 9000, 200.0, 0.0);
    });
    // A sine that begins has a corner of its own: looked at up to there, and after it.
    for (from, to) in [(3000, 8500), (9400, faded.len())] {
        let splash = above_db(2500.0, &faded, from, to);
        assert!(splash < CLICK_DBFS, "{from}: {splash:.1} dBFS");
    }
}

#[test]
fn a_change_of_level_within_a_sound_leaves_none() {
    for frames in [480, 6000] {
        let changed = heard(440.0, 0.25, |control| assert!(control.level(0.1, 4803, frames)));
        assert!(splash_db(2500.0, &changed) < CLICK_DBFS, "{frames}: {:.1}", splash_db(2500.0, &changed));
    }
}
