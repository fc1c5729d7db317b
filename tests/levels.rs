//! How loud was what was sent: measured in the deck, kept by the log, and noticed where it is silent and should not be.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod support;

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use earshot::track::Track;
use loa::audio::line::deck::{Feed, TakeId, deck, take};
use loa::audio::line::meter::STEP_FRAMES;
use loa::clock;
use loa::director::{End, Event};
use loa::home::Home;
use loa::levels::Level;
use loa::outcome::Cause;
use loa::player::{Measures as Known, Order, Player};
use loa::schedule::audio_facts::{AudioFacts, AudioFault, Measures};
use loa::timetable::SlotId;
use support::station::{Station, in_a_row, whole_second_in};
use support::wav::write_wav;

const STEP: usize = STEP_FRAMES as usize;

/// What a stereo deck measured of `samples`, rendered in blocks of 1000 frames, with what `order` does after the first.
fn measured(samples: &[f32], order: impl FnOnce(&mut loa::audio::line::deck::DeckControl)) -> Vec<Level> {
    let (mut deck, mut control) = deck(2);
    let (mut feed, sound): (Feed, _) = take(TakeId(1), samples.len(), 2);
    assert!(feed.push(samples).is_empty());
    feed.finish();
    control.cue(sound, 0).unwrap();
    let mut block = [0.0; 2000];
    deck.render(&mut block);
    order(&mut control);
    for _ in 0..=samples.len() / block.len() {
        deck.render(&mut block);
    }
    std::iter::from_fn(|| feed.level()).collect()
}

#[test]
fn the_deck_measures_each_step_and_the_rest() {
    let loud = vec![0.5; STEP * 2];
    let soft = vec![-0.25; STEP * 2];
    let rest = vec![1.0; 100 * 2];
    let levels = measured(&[loud, soft, rest].concat(), |_| {});
    let seen: Vec<_> = levels.iter().map(|level| (level.samples, level.peak, level.square_sum)).collect();
    let samples = STEP_FRAMES as f64 * 2.0;
    assert_eq!(seen, [(9600, 0.5, 0.25 * samples), (9600, 0.25, 0.0625 * samples), (200, 1.0, 200.0)]);
}

#[test]
fn what_a_cut_fades_is_measured_as_it_is_heard_and_what_comes_after_it_not_at_all() {
    let levels = measured(&vec![1.0; STEP * 4], |control| assert!(control.cut(TakeId(1), 4800, 4800)));
    let power: Vec<f64> = levels.iter().map(Level::power).collect();
    // Half a wave of a cosine from 1 to 0 has three eighths of the power.
    assert!(power[0] == 1.0 && (power[1] - 0.375).abs() < 0.001, "{power:?}");
    assert_eq!(levels.iter().map(|level| level.samples).sum::<u64>(), 2 * 9600);
}

fn dbfs(power: f64) -> f64 {
    10.0 * power.log10()
}

#[test]
fn the_log_has_the_level_of_what_the_line_wrote() {
    let plan = in_a_row(whole_second_in(Duration::from_secs(3)), &[("ban-tin.mp3", 12.0)], 1.0);
    let station = Station::new("null", &plan);
    let wav = station.home().join("line.wav");
    let daemon = station.run_on(&format!("wav:{}", wav.display()));
    let row = &station.settled(1)[0];
    assert_eq!(row["outcome"], "aired", "{row:#}");
    assert!(daemon.stop(Duration::from_secs(5)).success());
    let written = Track::from_wav(&wav);
    let heard = &written.samples[..row["played_ms"].as_u64().unwrap() as usize * 48 * 2];
    let power = |samples: &[f32]| samples.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>() / samples.len() as f64;
    let near =
        |what: &str, log: f64, file: f64| assert!((log - file).abs() <= 0.1, "{what}: {log}, in the file {file}");
    near("peak", row["peak_dbfs"].as_f64().unwrap(), 20.0 * f64::from(written.peak()).log10());
    near("RMS", row["rms_dbfs"].as_f64().unwrap(), dbfs(power(heard)));
    let levels = row["parts"][0]["levels"].as_str().unwrap();
    let seconds: Vec<&[f32]> = heard.chunks(48_000 * 2).collect();
    assert_eq!(levels.len(), seconds.len() * 2);
    for (second, samples) in seconds.iter().enumerate() {
        let byte = u8::from_str_radix(&levels[second * 2..second * 2 + 2], 16).unwrap();
        let file = dbfs(power(samples));
        // Half decibels, rounded.
        assert!((-f64::from(byte) / 2.0 - file).abs() <= 0.26, "second {second}: {byte}, in the file {file}");
    }
}

/// What is believed of the recording.
struct Believed {
    silence_inside_ms: u64,
}

impl Known for Believed {
    fn known(&self, _: &str) -> Option<AudioFacts> {
        None
    }

    fn find_out(&self, _: &Path) -> Result<AudioFacts, AudioFault> {
        Ok(AudioFacts {
            file_ms: 10_000,
            frames: 480_000,
            rate_hz: 48_000,
            channels: 2,
            codec: "pcm_s16le".into(),
            measures: Some(Arc::new(Measures { silence_inside_ms: self.silence_inside_ms, ..Measures::default() })),
            ..AudioFacts::default()
        })
    }
}

/// A recording of two seconds of tone, seven of digital silence and one of tone, and what is believed of it.
fn airs_a_recording_with_a_hole(silence_inside_ms: u64) -> Vec<Event> {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("audio")).unwrap();
    let sample = |frame: i32| if (96_000..432_000).contains(&frame) { 0 } else { ((frame % 48) * 300) as i16 };
    let samples = (0..480_000).flat_map(|frame| [sample(frame); 2]);
    write_wav(&dir.path().join("audio/tin.wav"), 48_000, 2, samples);
    let (facts, events) = channel();
    let line = loa::station::LineSettings { device: "null".into(), ..Default::default() };
    let settings = loa::player::Settings { line, zone: jiff::tz::TimeZone::UTC };
    let player =
        Player::start(&Home::at(dir.path()), settings, Arc::new(Believed { silence_inside_ms }), facts).unwrap();
    let slot = SlotId("2026-12-01/05:45:00/tin".into());
    player.order(Order::Arm { slot: slot.clone(), files: vec!["tin.wav".into()], from_ms: 0, tone: None });
    player.order(Order::Air { slot, at: clock::now() + jiff::SignedDuration::from_secs(2), after: None });
    let mut seen = Vec::new();
    loop {
        let event = events.recv_timeout(Duration::from_secs(20)).expect("its end");
        let over = matches!(event, Event::Ended { .. });
        seen.push(event);
        if over {
            return seen;
        }
    }
}

#[test]
fn a_silence_that_is_not_the_recordings_own_is_told_and_its_own_is_not() {
    let told = |events: &[Event]| -> Vec<(Cause, u64)> {
        let unheard = |event: &Event| match event {
            Event::Unheard { cause, for_ms, .. } => Some((*cause, *for_ms)),
            _ => None,
        };
        events.iter().filter_map(unheard).collect()
    };
    // The full decode heard no such silence: what is sent is not what the recording is.
    let events = airs_a_recording_with_a_hole(0);
    let found = told(&events);
    assert!(found.iter().all(|(cause, _)| *cause == Cause::Short), "{found:?}");
    assert!((5000..=5500).contains(&found[0].1) && (6000..=7000).contains(&found.last().unwrap().1), "{found:?}");
    let [.., Event::Measured { levels, .. }, Event::Ended { end: End::Whole, .. }] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(
        levels.seconds.iter().map(|byte| *byte == 255).collect::<Vec<_>>(),
        [false, false, true, true, true, true, true, true, true, false]
    );
    assert_eq!(told(&airs_a_recording_with_a_hole(7000)), [], "the recording pauses for so long itself");
}
