//! The player on the wav line: orders in, facts back, and the file that holds what would have been heard.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use loa::clock;
use loa::director::{After, AttentionTone, End, Event, MonitorNews};
use loa::home::Home;
use loa::player::{Measures, Order, Player, Settings};
use loa::schedule::audio_facts::{AudioFacts, AudioFault};
use loa::station::{GainSpan, LineSettings};
use loa::timetable::SlotId;

#[path = "support/wav.rs"]
mod wav;
use wav::write_wav;

#[path = "player/unmeasured.rs"]
mod unmeasured;

fn samples(path: &Path) -> Vec<i16> {
    let mut reader = hound::WavReader::open(path).expect("a wav");
    reader.samples().map(|sample| sample.expect("a sample")).collect()
}

/// A station home with one recording, `tin.wav`: 16 bit, 48 kHz, two channels.
struct Station {
    dir: tempfile::TempDir,
    recording: Vec<i16>,
}

impl Station {
    fn new(frames: usize) -> Station {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::create_dir_all(dir.path().join("audio")).expect("a folder");
        let recording: Vec<i16> = (0_i64..).map(|i| ((i * 7919) % 20_011 - 10_005) as i16).take(frames * 2).collect();
        write_wav(&dir.path().join("audio/tin.wav"), 48_000, 2, recording.iter().copied());
        Station { dir, recording }
    }

    fn wav(&self) -> PathBuf {
        self.dir.path().join("out.wav")
    }

    fn player(&self, claimed_frames: usize) -> (Player, Receiver<Event>) {
        self.player_on(format!("wav:{}", self.wav().display()), claimed_frames)
    }

    fn player_on(&self, device: String, claimed_frames: usize) -> (Player, Receiver<Event>) {
        self.player_with(LineSettings { device, ..LineSettings::default() }, claimed_frames)
    }

    fn player_with(&self, line: LineSettings, claimed_frames: usize) -> (Player, Receiver<Event>) {
        let (facts, events) = channel();
        let home = Home::at(self.dir.path());
        let settings = Settings { line, zone: jiff::tz::TimeZone::UTC };
        let measures = Arc::new(Claimed { frames: claimed_frames as u64 });
        let player = Player::start(&home, settings, measures, facts).expect("a player");
        (player, events)
    }
}

/// Says of every recording that it has so many frames.
struct Claimed {
    frames: u64,
}

impl Measures for Claimed {
    fn known(&self, _: &str) -> Option<AudioFacts> {
        None
    }

    fn find_out(&self, _: &Path) -> Result<AudioFacts, AudioFault> {
        Ok(AudioFacts {
            sha256: String::new(),
            file_ms: self.frames / 48,
            frames: self.frames,
            rate_hz: 48_000,
            channels: 2,
            codec: "pcm_s16le".into(),
            declared_ms: None,
            damaged_packets: 0,
            measures: None,
        })
    }
}

fn slot() -> SlotId {
    SlotId("2026-12-01/05:45:00/tin".into())
}

fn arm(player: &Player, file: &str) {
    player.order(Order::Arm { slot: slot(), files: vec![file.into()], from_ms: 0, tone: None });
}

/// Waits for the first event that `pick` takes.
fn wait<T>(events: &Receiver<Event>, mut pick: impl FnMut(&Event) -> Option<T>) -> T {
    loop {
        let event = events.recv_timeout(Duration::from_secs(10)).expect("an event in time");
        if let Some(found) = pick(&event) {
            return found;
        }
    }
}

fn line_opened(event: &Event) -> Option<()> {
    matches!(event, Event::LineOpened { .. }).then_some(())
}

fn is_armed(event: &Event) -> Option<()> {
    matches!(event, Event::Armed { .. }).then_some(())
}

fn ended(event: &Event) -> Option<(jiff::Timestamp, u64, End)> {
    match event {
        Event::Ended { at, played_ms, end, .. } => Some((*at, *played_ms, end.clone())),
        _ => None,
    }
}

#[test]
fn the_player_airs_a_recording_at_its_instant_and_the_wav_line_holds_it_sample_for_sample() {
    let station = Station::new(24_000);
    let (player, events) = station.player(24_000);
    arm(&player, "tin.wav");
    let (mut open, mut armed) = (false, false);
    wait(&events, |event| {
        open |= line_opened(event).is_some();
        armed |= is_armed(event).is_some();
        (open && armed).then_some(())
    });
    let at = clock::now() + jiff::SignedDuration::from_millis(700);
    player.order(Order::Air { slot: slot(), at, after: None });
    let began = wait(&events, |event| match event {
        Event::Began { at, .. } => Some(*at),
        _ => None,
    });
    let (ended_at, played_ms, end) = wait(&events, ended);
    assert!(began.duration_since(at).as_micros().abs() < 1000, "began {began}, asked {at}");
    assert!((ended_at.duration_since(began).as_micros() - 500_000).abs() < 1000, "{began} to {ended_at}");
    assert_eq!((played_ms, end), (500, End::Whole));
    drop(player);
    let written = samples(&station.wav());
    assert_eq!(written[..48_000], station.recording[..]);
    assert!(written[48_000..].iter().all(|sample| *sample == 0));
    let left = std::fs::read_dir(station.dir.path().join("var/armed")).expect("a folder").count();
    assert_eq!(left, 0, "armed copies left behind");
}

#[test]
fn the_armed_copy_airs_whatever_happens_to_the_file() {
    let station = Station::new(9600);
    let (player, events) = station.player(9600);
    arm(&player, "tin.wav");
    wait(&events, is_armed);
    std::fs::write(station.dir.path().join("audio/tin.wav"), "gone").expect("written");
    player.order(Order::Air { slot: slot(), at: clock::now(), after: None });
    assert_eq!(wait(&events, ended).2, End::Whole);
    drop(player);
    assert_eq!(samples(&station.wav())[..19_200], station.recording[..]);
}

#[test]
fn less_than_was_measured_ends_short() {
    let station = Station::new(9600);
    let (player, events) = station.player(48_000);
    arm(&player, "tin.wav");
    wait(&events, line_opened);
    player.order(Order::Air { slot: slot(), at: clock::now(), after: None });
    let (_, played_ms, end) = wait(&events, ended);
    assert_eq!((played_ms, end), (200, End::Short));
}

#[test]
fn a_cut_says_how_much_was_heard() {
    let station = Station::new(480_000);
    let (player, events) = station.player(480_000);
    arm(&player, "tin.wav");
    wait(&events, line_opened);
    player.order(Order::Air { slot: slot(), at: clock::now(), after: None });
    wait(&events, |event| matches!(event, Event::Heard { .. }).then_some(()));
    player.order(Order::Cut { slot: slot(), at: clock::now(), fade_ms: 0 });
    let (_, played_ms, end) = wait(&events, ended);
    assert_eq!(end, End::Cut);
    drop(player);
    let heard = samples(&station.wav());
    let frames = heard.iter().rposition(|sample| *sample != 0).expect("sound") / 2 + 1;
    assert!(played_ms.abs_diff(frames as u64 / 48) <= 1, "{played_ms} ms told, {frames} frames heard");
}

#[test]
fn each_order_to_air_ends_exactly_once_even_if_nothing_sounds() {
    let station = Station::new(9600);
    let (player, events) = station.player(9600);
    arm(&player, "absent.wav");
    player.order(Order::Air { slot: slot(), at: clock::now(), after: None });
    wait(&events, |event| matches!(event, Event::NotArmed { .. }).then_some(()));
    assert_eq!(wait(&events, ended).1, 0);
    let far = clock::now() + jiff::SignedDuration::from_secs(3600);
    arm(&player, "tin.wav");
    player.order(Order::Air { slot: slot(), at: far, after: None });
    player.order(Order::Cut { slot: slot(), at: clock::now(), fade_ms: 10 });
    assert_eq!(wait(&events, ended).2, End::Cut);
    drop(player);
    assert!(events.iter().all(|event| ended(&event).is_none()));
}

#[test]
fn without_a_line_an_airing_ends_at_its_instant_and_says_why() {
    let station = Station::new(9600);
    let (player, events) = station.player_on("wav:/no/such/folder/x.wav".into(), 9600);
    wait(&events, |event| matches!(event, Event::LineLost { .. }).then_some(()));
    arm(&player, "tin.wav");
    wait(&events, is_armed);
    let at = clock::now() + jiff::SignedDuration::from_millis(300);
    player.order(Order::Air { slot: slot(), at, after: None });
    let (ended_at, played_ms, end) = wait(&events, ended);
    assert_eq!((played_ms, end), (0, End::Line));
    assert!(ended_at >= at, "given up {ended_at}, before {at}");
}

#[test]
fn an_order_to_air_outlives_a_new_arming_and_ends_with_a_disarming() {
    let station = Station::new(9600);
    let (player, events) = station.player(9600);
    let far = clock::now() + jiff::SignedDuration::from_secs(3600);
    arm(&player, "tin.wav");
    player.order(Order::Air { slot: slot(), at: far, after: None });
    arm(&player, "tin.wav");
    wait(&events, is_armed);
    player.order(Order::Disarm { slot: slot() });
    assert_eq!(wait(&events, ended).2, End::Cut);
    player.order(Order::Disarm { slot: slot() });
    drop(player);
    assert!(events.iter().all(|event| ended(&event).is_none()));
}

/// An outcome waits for the word of a monitor: of one that was taken out of the settings too, did nobody say so.
#[test]
fn a_monitor_that_is_wanted_no_more_is_dismissed_after_all_that_it_said() {
    let station = Station::new(9600);
    let (player, events) = station.player(9600);
    player.order(Order::Listen { device: Some("pulseaudio:no-such-input".into()) });
    wait(&events, |event| matches!(event, Event::Monitor(MonitorNews::Lost { .. })).then_some(()));
    player.order(Order::Listen { device: None });
    wait(&events, |event| matches!(event, Event::Monitor(MonitorNews::Dismissed)).then_some(()));
    drop(player);
    assert!(!events.iter().any(|event| matches!(event, Event::Monitor(_))));
}

#[test]
fn a_shutdown_on_air_closes_it_and_says_how_much_was_heard() {
    let station = Station::new(480_000);
    let (player, events) = station.player(480_000);
    arm(&player, "tin.wav");
    player.order(Order::Air { slot: slot(), at: clock::now(), after: None });
    wait(&events, |event| matches!(event, Event::Heard { .. }).then_some(()));
    player.order(Order::Shutdown);
    let (_, played_ms, end) = wait(&events, ended);
    assert!((200..5000).contains(&played_ms), "{played_ms} ms");
    assert_eq!(end, End::Cut);
}

/// A slot with its own name.
fn named(name: &str) -> SlotId {
    SlotId(format!("2026-12-01/sang/{name}"))
}

fn behind(name: &str, not_before: Option<jiff::Timestamp>) -> After {
    After { slot: named(name), not_before }
}

/// Waits until `count` slots have ended, and gives what was said of their sound.
fn ends(events: &Receiver<Event>, count: usize) -> Vec<(SlotId, u64, End)> {
    let mut found = Vec::new();
    while found.len() < count {
        if let Event::Ended { slot, played_ms, end, .. } =
            events.recv_timeout(Duration::from_secs(10)).expect("in time")
        {
            found.push((slot, played_ms, end));
        }
    }
    found
}

fn wait_for_arming(events: &Receiver<Event>, count: usize) {
    let (mut open, mut armed) = (false, 0);
    wait(events, |event| {
        open |= line_opened(event).is_some();
        armed += usize::from(is_armed(event).is_some());
        (open && armed == count).then_some(())
    });
}

#[test]
fn what_follows_is_heard_on_the_very_next_frame_also_when_it_is_armed_late() {
    let station = Station::new(28_123);
    let (player, events) = station.player(28_123);
    let arm = |name: &str| {
        player.order(Order::Arm { slot: named(name), files: vec!["tin.wav".into()], from_ms: 0, tone: None });
    };
    let air = |name: &str, after: Option<&str>| {
        let at = clock::now() + jiff::SignedDuration::from_millis(700);
        player.order(Order::Air { slot: named(name), at, after: after.map(|name| behind(name, None)) });
    };
    arm("a");
    arm("b");
    wait_for_arming(&events, 2);
    air("a", None);
    air("b", Some("a"));
    // The third is armed and ordered only while the others are under way.
    wait(&events, |event| matches!(event, Event::Began { .. }).then_some(()));
    arm("c");
    air("c", Some("b"));
    let all = ends(&events, 3);
    assert!(all.iter().all(|(_, played_ms, end)| *played_ms == 586 && *end == End::Whole), "{all:?}");
    // A fourth comes when there is nobody left to follow: it begins at once.
    arm("d");
    air("d", Some("c"));
    assert_eq!(ends(&events, 1), [(named("d"), 586, End::Whole)]);
    drop(player);
    let written = samples(&station.wav());
    let one = station.recording.len();
    for n in 0..3 {
        assert_eq!(written[n * one..(n + 1) * one], station.recording[..], "the {n}th is not where it belongs");
    }
}

#[test]
fn a_cut_at_an_instant_ends_there_and_what_follows_begins_where_its_fade_ends() {
    let station = Station::new(96_000);
    let (player, events) = station.player(96_000);
    for name in ["dem", "tin"] {
        player.order(Order::Arm { slot: named(name), files: vec!["tin.wav".into()], from_ms: 0, tone: None });
    }
    wait_for_arming(&events, 2);
    let at = clock::now() + jiff::SignedDuration::from_millis(700);
    player.order(Order::Air { slot: named("dem"), at, after: None });
    player.order(Order::Air {
        slot: named("tin"),
        at: at + jiff::SignedDuration::from_secs(1),
        after: Some(behind("dem", None)),
    });
    wait(&events, |event| matches!(event, Event::Began { .. }).then_some(()));
    let stop = at + jiff::SignedDuration::from_millis(500);
    player.order(Order::Cut { slot: named("dem"), at: stop, fade_ms: 500 });
    let began = wait(&events, |event| match event {
        Event::Began { slot, at } if *slot == named("tin") => Some(*at),
        _ => None,
    });
    let off_us = began.duration_since(at).as_micros() - 1_000_000;
    assert!(off_us.abs() < 2000, "it began {off_us} us off");
    wait(&events, |event| matches!(event, Event::Ended { slot, .. } if *slot == named("tin")).then_some(()));
    drop(player);
    let written = samples(&station.wav());
    assert_eq!(written[..40_000], station.recording[..40_000], "whole before the fade");
    let second = 50_000 + written[50_000..].windows(1000).position(|w| *w == station.recording[..1000]).expect("there");
    assert!(second.abs_diff(96_000) <= 200, "the second one began at sample {second}");
    assert!(written[second - 200..second].iter().any(|sample| *sample != 0), "silence between fade and follower");
}

/// The one before it is over long before that, while it waits for it or by the time of its order.
#[test]
fn what_follows_begins_no_earlier_than_at_an_instant_of_its_own() {
    for is_late in [false, true] {
        let station = Station::new(9_600);
        let (player, events) = station.player(9_600);
        for name in ["a", "b"] {
            player.order(Order::Arm { slot: named(name), files: vec!["tin.wav".into()], from_ms: 0, tone: None });
        }
        wait_for_arming(&events, 2);
        let at = clock::now() + jiff::SignedDuration::from_millis(700);
        let own = at + jiff::SignedDuration::from_millis(2_000);
        player.order(Order::Air { slot: named("a"), at, after: None });
        if is_late {
            assert_eq!(ends(&events, 1), [(named("a"), 200, End::Whole)]);
        }
        let expected = own + jiff::SignedDuration::from_millis(400);
        player.order(Order::Air { slot: named("b"), at: expected, after: Some(behind("a", Some(own))) });
        let began = wait(&events, |event| match event {
            Event::Began { slot, at } if *slot == named("b") => Some(*at),
            _ => None,
        });
        let off_us = began.duration_since(own).as_micros();
        assert!(off_us.abs() < 2000, "it began {off_us} us off, late: {is_late}");
    }
}

#[test]
fn several_recordings_of_a_slot_are_played_as_one_and_measured_as_one() {
    let station = Station::new(24_001);
    let (player, events) = station.player(24_001);
    std::fs::copy(station.dir.path().join("audio/tin.wav"), station.dir.path().join("audio/lai.wav")).expect("a copy");
    let files = ["tin.wav", "lai.wav", "tin.wav"].map(str::to_owned).into();
    player.order(Order::Arm { slot: slot(), files, from_ms: 0, tone: None });
    let (mut open, mut armed) = (false, None);
    wait(&events, |event| {
        open |= line_opened(event).is_some();
        if let Event::Armed { audio, lengths_ms, .. } = event {
            armed = Some((audio.clone(), lengths_ms.clone()));
        }
        (open && armed.is_some()).then_some(())
    });
    let (audio, lengths_ms) = armed.expect("armed");
    assert_eq!((audio.file_ms, audio.frames, lengths_ms), (1500, 72_003, vec![500; 3]));
    // What comes again comes from the one copy.
    assert_eq!(std::fs::read_dir(station.dir.path().join("var/armed")).expect("a folder").count(), 2);
    player.order(Order::Air { slot: slot(), at: clock::now(), after: None });
    let (_, played_ms, end) = wait(&events, ended);
    assert_eq!((played_ms, end), (1500, End::Whole));
    drop(player);
    let one = station.recording.len();
    let written = samples(&station.wav());
    for n in 0..3 {
        assert_eq!(written[n * one..(n + 1) * one], station.recording[..], "the {n}th part");
    }
    assert_eq!(std::fs::read_dir(station.dir.path().join("var/armed")).expect("a folder").count(), 0);
}

/// The mean of what was written over what was recorded, of so many frames from `frame` on.
fn gain_at(written: &[i16], recording: &[i16], frame: usize, frames: usize) -> f64 {
    let level =
        |samples: &[i16]| samples[2 * frame..2 * (frame + frames)].iter().map(|x| f64::from(x.abs())).sum::<f64>();
    level(written) / level(recording)
}

#[test]
fn the_gain_of_the_hour_comes_on_its_instant_within_a_long_recording() {
    let frames = 48_000 * 5;
    let station = Station::new(frames);
    // A time of day is a whole second: the first that leaves time enough to begin before it.
    let change =
        (clock::now() + jiff::SignedDuration::from_millis(3500)).round(jiff::Unit::Second).expect("an instant");
    let time = change.to_zoned_datetime(jiff::tz::TimeZone::UTC).time();
    let gain = vec![GainSpan { from: time, to: time.wrapping_add(jiff::Span::new().hours(1)), gain_cdb: -602 }];
    let device = format!("wav:{}", station.wav().display());
    let (player, events) = station.player_with(LineSettings { device, gain, ..LineSettings::default() }, frames);
    arm(&player, "tin.wav");
    let at = change - jiff::SignedDuration::from_millis(2000);
    player.order(Order::Air { slot: slot(), at, after: None });
    let began = wait(&events, |event| match event {
        Event::Began { at, .. } => Some(*at),
        _ => None,
    });
    wait(&events, ended);
    drop(player);
    let written = samples(&station.wav());
    let changed = change.duration_since(began).as_micros() as i64 * 48 / 1000;
    let gain_ms = |ms: i64| {
        let frame = (changed + ms * 48) as usize;
        gain_at(&written, &station.recording, frame, 480)
    };
    let near = |ms: i64, due: f64| assert!((gain_ms(ms) - due).abs() < 0.01, "{ms} ms: {} for {due}", gain_ms(ms));
    near(-1500, 1.0);
    near(-20, 1.0);
    // Half a wave of a cosine, two seconds long; measured over 10 ms.
    near(495, 0.5 + 0.5 * 0.853);
    near(995, 0.75);
    near(1495, 0.5 + 0.5 * 0.147);
    near(2010, 0.5);
    near(2900, 0.5);
}

/// From silence there is nothing to fade: a bulletin of that very second begins as loud as it is to be.
#[test]
fn a_bulletin_that_begins_with_the_gain_of_the_hour_begins_at_it() {
    let frames = 48_000 * 2;
    let station = Station::new(frames);
    let change =
        (clock::now() + jiff::SignedDuration::from_millis(3500)).round(jiff::Unit::Second).expect("an instant");
    let time = change.to_zoned_datetime(jiff::tz::TimeZone::UTC).time();
    let gain = vec![GainSpan { from: time, to: time.wrapping_add(jiff::Span::new().hours(1)), gain_cdb: -602 }];
    let device = format!("wav:{}", station.wav().display());
    let (player, events) = station.player_with(LineSettings { device, gain, ..LineSettings::default() }, frames);
    arm(&player, "tin.wav");
    player.order(Order::Air { slot: slot(), at: change, after: None });
    wait(&events, ended);
    drop(player);
    let written = samples(&station.wav());
    for ms in [0, 20, 500, 1_000, 1_900] {
        let gain = gain_at(&written, &station.recording, ms * 48, 480);
        assert!((gain - 0.5).abs() < 0.01, "{ms} ms: {gain}");
    }
}
