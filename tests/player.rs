//! The player on the wav line: orders in, facts back, and the file that holds what would have been heard.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use loa::clock;
use loa::director::{End, Event};
use loa::home::Home;
use loa::player::{Measure, Order, Player};
use loa::schedule::audio_facts::{AudioFacts, AudioFault};
use loa::timetable::SlotId;

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
        let spec = hound::WavSpec {
            channels: 2,
            sample_rate: 48_000,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::create(dir.path().join("audio/tin.wav"), spec).expect("a file");
        for sample in &recording {
            writer.write_sample(*sample).expect("written");
        }
        writer.finalize().expect("closed");
        Station { dir, recording }
    }

    fn wav(&self) -> PathBuf {
        self.dir.path().join("out.wav")
    }

    fn player(&self, claimed_frames: usize) -> (Player, Receiver<Event>) {
        self.player_on(format!("wav:{}", self.wav().display()), claimed_frames)
    }

    fn player_on(&self, device: String, claimed_frames: usize) -> (Player, Receiver<Event>) {
        let measure: Measure = Arc::new(move |_, sha256| {
            let frames = claimed_frames as u64;
            Ok::<_, AudioFault>(AudioFacts {
                sha256: sha256.into(),
                file_ms: frames / 48,
                frames,
                rate_hz: 48_000,
                channels: 2,
                codec: "pcm_s16le".into(),
                declared_ms: None,
                damaged_packets: 0,
                measures: None,
            })
        });
        let (facts, events) = channel();
        let home = Home::at(self.dir.path());
        let player = Player::start(&home, device, measure, facts).expect("a player");
        (player, events)
    }
}

fn slot() -> SlotId {
    SlotId("2026-12-01/05:45:00/tin".into())
}

fn arm(player: &Player, file: &str) {
    player.order(Order::Arm { slot: slot(), file: file.into() });
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
    player.order(Order::Air { slot: slot(), at });
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
    player.order(Order::Air { slot: slot(), at: clock::now() });
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
    player.order(Order::Air { slot: slot(), at: clock::now() });
    let (_, played_ms, end) = wait(&events, ended);
    assert_eq!((played_ms, end), (200, End::Short));
}

#[test]
fn a_cut_says_how_much_was_heard() {
    let station = Station::new(480_000);
    let (player, events) = station.player(480_000);
    arm(&player, "tin.wav");
    wait(&events, line_opened);
    player.order(Order::Air { slot: slot(), at: clock::now() });
    wait(&events, |event| matches!(event, Event::Heard { .. }).then_some(()));
    player.order(Order::Cut { slot: slot(), fade_ms: 0 });
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
    player.order(Order::Air { slot: slot(), at: clock::now() });
    wait(&events, |event| matches!(event, Event::NotArmed { .. }).then_some(()));
    assert_eq!(wait(&events, ended).1, 0);
    let far = clock::now() + jiff::SignedDuration::from_secs(3600);
    arm(&player, "tin.wav");
    player.order(Order::Air { slot: slot(), at: far });
    player.order(Order::Cut { slot: slot(), fade_ms: 10 });
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
    player.order(Order::Air { slot: slot(), at });
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
    player.order(Order::Air { slot: slot(), at: far });
    arm(&player, "tin.wav");
    wait(&events, is_armed);
    player.order(Order::Disarm { slot: slot() });
    assert_eq!(wait(&events, ended).2, End::Cut);
    player.order(Order::Disarm { slot: slot() });
    drop(player);
    assert!(events.iter().all(|event| ended(&event).is_none()));
}

#[test]
fn a_shutdown_on_air_closes_it_and_says_how_much_was_heard() {
    let station = Station::new(480_000);
    let (player, events) = station.player(480_000);
    arm(&player, "tin.wav");
    player.order(Order::Air { slot: slot(), at: clock::now() });
    wait(&events, |event| matches!(event, Event::Heard { .. }).then_some(()));
    player.order(Order::Shutdown);
    let (_, played_ms, end) = wait(&events, ended);
    assert!((200..5000).contains(&played_ms), "{played_ms} ms");
    assert_eq!(end, End::Cut);
}
