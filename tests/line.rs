//! The line without a card: the renderer driven by hand, the map on made-up reports, the wav and null lines, and the
//! player on them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use loa::audio::line::deck::{Deck, DeckControl, Fact, Feed, Finish, Take, TakeId, deck, take};
use loa::audio::line::time_map::{Stamp, TimeMap};
use loa::audio::line::wav::WavFile;
use loa::audio::line::{Line, LineFault};
use loa::clock;
use loa::director::{End, Event};
use loa::home::Home;
use loa::player::{Measure, Order, Player};
use loa::schedule::audio_facts::{AudioFacts, AudioFault};
use loa::timetable::SlotId;

// ---- the deck ----

/// A mono deck and what it said, driven in blocks of 100 frames.
struct Rig {
    deck: Deck,
    control: DeckControl,
    heard: Vec<f32>,
    facts: Vec<Fact>,
}

impl Rig {
    fn new() -> Rig {
        let (deck, control) = deck(1);
        Rig { deck, control, heard: Vec::new(), facts: Vec::new() }
    }

    fn run(&mut self, blocks: usize) {
        for _ in 0..blocks {
            let mut block = [9.0; 100];
            self.deck.render(&mut block);
            self.heard.extend(block);
            self.facts.extend(std::iter::from_fn(|| self.control.fact()));
        }
    }

    fn cue(&mut self, id: u64, samples: &[f32], start_frame: u64) -> Feed {
        let (mut feed, sound) = take(TakeId(id), 10_000, 1);
        assert!(feed.push(samples).is_empty());
        self.control.cue(sound, start_frame).expect("cue");
        feed
    }

    fn began(&self, id: u64) -> Option<u64> {
        self.facts.iter().find_map(|fact| match fact {
            Fact::Began { take, frame } if take.0 == id => Some(*frame),
            _ => None,
        })
    }

    /// (end frame, played, gap, how)
    fn ended(&self, id: u64) -> Option<(u64, u64, u64, Finish)> {
        self.facts.iter().find_map(|fact| match fact {
            Fact::Ended { take, end_frame, played_frames, gap_frames, finish } if take.id().0 == id => {
                Some((*end_frame, *played_frames, *gap_frames, *finish))
            }
            _ => None,
        })
    }
}

fn ramp(frames: usize) -> Vec<f32> {
    (1..=frames).map(|i| i as f32 / 1000.0).collect()
}

#[test]
fn a_take_starts_on_its_frame_and_is_heard_sample_for_sample() {
    let mut rig = Rig::new();
    rig.cue(1, &ramp(250), 133).finish();
    rig.run(6);
    assert!(rig.heard[..133].iter().all(|sample| *sample == 0.0));
    assert_eq!(rig.heard[133..383], ramp(250)[..]);
    assert!(rig.heard[383..].iter().all(|sample| *sample == 0.0));
    assert_eq!(rig.began(1), Some(133));
    assert_eq!(rig.ended(1), Some((383, 250, 0, Finish::Drained)));
}

#[test]
fn a_late_cue_starts_at_once_with_its_first_sample() {
    let mut rig = Rig::new();
    rig.run(3);
    rig.cue(1, &ramp(50), 10).finish();
    rig.run(2);
    assert_eq!(rig.heard[300..350], ramp(50)[..]);
    assert_eq!(rig.began(1), Some(300));
}

#[test]
fn a_cut_ramps_down_from_the_next_block_without_a_step() {
    let mut rig = Rig::new();
    let mut feed = rig.cue(1, &[0.5; 5000], 0);
    rig.run(3);
    assert!(rig.control.cut(TakeId(1), 480));
    rig.run(6);
    feed.finish();
    let step = rig.heard[1..].windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    assert!(step <= 0.5 / 480.0 + 1e-6, "a step of {step}");
    assert!(rig.heard[300..305].iter().all(|sample| *sample > 0.49), "the cut began before its block");
    assert!(rig.heard[780..].iter().all(|sample| *sample == 0.0));
    assert_eq!(rig.ended(1), Some((780, 780, 0, Finish::Cut)));
}

#[test]
fn a_shorter_cut_overtakes_a_longer_one() {
    let mut rig = Rig::new();
    let _feed = rig.cue(1, &[0.5; 9000], 0);
    rig.run(1);
    rig.control.cut(TakeId(1), 4000);
    rig.run(1);
    rig.control.cut(TakeId(1), 100);
    rig.run(3);
    let (end_frame, .., finish) = rig.ended(1).expect("ended");
    assert!((300..=301).contains(&end_frame), "ended at {end_frame}");
    assert_eq!(finish, Finish::Cut);
}

#[test]
fn a_cut_before_the_start_is_never_heard() {
    let mut rig = Rig::new();
    let _feed = rig.cue(1, &ramp(50), 1000);
    rig.run(1);
    rig.control.cut(TakeId(1), 480);
    rig.run(12);
    assert!(rig.heard.iter().all(|sample| *sample == 0.0));
    assert_eq!(rig.began(1), None);
    assert_eq!(rig.ended(1).map(|(_, played, ..)| played), Some(0));
}

#[test]
fn a_dry_ring_is_a_counted_gap_and_loses_nothing() {
    let mut rig = Rig::new();
    let mut feed = rig.cue(1, &[0.25; 150], 0);
    rig.run(4);
    assert!(feed.push(&[0.75; 120]).is_empty());
    feed.finish();
    rig.run(3);
    assert_eq!(rig.heard[..150], [0.25; 150]);
    assert_eq!(rig.heard[150..400], [0.0; 250]);
    assert_eq!(rig.heard[400..520], [0.75; 120]);
    assert_eq!(rig.ended(1), Some((520, 270, 250, Finish::Drained)));
    assert_eq!((feed.played_frames(), feed.gap_frames()), (270, 250));
}

#[test]
fn silence_after_the_last_sample_is_no_gap() {
    let mut rig = Rig::new();
    let mut feed = rig.cue(1, &[0.25; 150], 0);
    rig.run(4);
    feed.finish();
    rig.run(1);
    assert_eq!(rig.ended(1), Some((150, 150, 0, Finish::Drained)));
}

#[test]
fn a_take_whose_first_sample_comes_late_begins_with_that_sample() {
    let mut rig = Rig::new();
    let mut feed = rig.cue(1, &[], 20);
    rig.run(2);
    feed.push(&[0.5; 10]);
    feed.finish();
    rig.run(1);
    assert_eq!(rig.began(1), Some(200));
    assert_eq!(rig.ended(1), Some((210, 10, 0, Finish::Drained)));
}

#[test]
fn a_take_may_follow_another_on_the_very_next_frame() {
    let mut rig = Rig::new();
    rig.cue(1, &[0.25; 130], 20).finish();
    rig.cue(2, &[0.5; 70], 150).finish();
    rig.run(3);
    assert_eq!(rig.heard[20..150], [0.25; 130]);
    assert_eq!(rig.heard[150..220], [0.5; 70]);
}

#[test]
fn a_take_fades_under_the_one_that_cuts_it_and_their_sum_stays_within_full_scale() {
    let mut rig = Rig::new();
    let _feed = rig.cue(1, &[0.9; 5000], 0);
    rig.run(1);
    rig.control.cut(TakeId(1), 200);
    rig.cue(2, &[0.9; 300], 0).finish();
    rig.run(5);
    assert!(rig.heard.iter().all(|sample| sample.abs() <= 1.0));
    assert_eq!(rig.began(2), Some(100));
    assert_eq!(rig.ended(1).map(|(.., finish)| finish), Some(Finish::Cut));
    assert_eq!(rig.ended(2), Some((400, 300, 0, Finish::Drained)));
}

#[test]
fn a_take_that_finds_no_voice_comes_back_unheard_and_the_others_sound() {
    let mut rig = Rig::new();
    let feeds: Vec<Feed> = (0..5).map(|id| rig.cue(id, &[0.1; 300], 0)).collect();
    rig.run(1);
    assert_eq!(rig.ended(4), Some((0, 0, 0, Finish::NoVoice)));
    assert!((rig.heard[50] - 0.4).abs() < 1e-6);
    drop(feeds);
}

#[test]
fn facts_wait_when_nobody_takes_them_and_none_is_lost() {
    let (mut deck, mut control) = deck(2);
    let mut seen = (0, 0);
    let mut fed = 0;
    for round in 0..200_u64 {
        let (mut feed, sound): (Feed, Take) = take(TakeId(round), 64, 2);
        feed.push(&[0.1; 40]);
        feed.finish();
        if control.cue(sound, 0).is_ok() {
            fed += 1;
        }
        deck.render(&mut [0.0; 64]);
        if round % 50 == 49 {
            for _ in 0..100 {
                deck.render(&mut [0.0; 64]);
                while let Some(fact) = control.fact() {
                    match fact {
                        Fact::Began { .. } => seen.0 += 1,
                        Fact::Ended { .. } => seen.1 += 1,
                    }
                }
            }
        }
    }
    assert_eq!(seen.1, fed);
    assert!(seen.0 > 0 && seen.0 <= fed);
}

// ---- the map ----

/// Reports of 1024-frame blocks at 48 kHz, a lead of 30 ms, each off by up to 3 ms.
fn reports(from: u64, count: u64, drift_ppm: f64) -> impl Iterator<Item = Stamp> {
    let mut noise = 12_345_u64;
    (from..from + count).map(move |i| {
        noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let off = (noise >> 40) as f64 / (1_u64 << 24) as f64 * 6e6 - 3e6;
        let frame = i * 1024;
        let heard = 1e9 + frame as f64 / 48_000.0 * 1e9 * (1.0 + drift_ppm / 1e6);
        let playback_ns = (heard + off) as u64;
        Stamp { frame, callback_ns: playback_ns - 30_000_000, playback_ns }
    })
}

#[test]
fn the_map_finds_the_line_within_rough_reports() {
    let mut map = TimeMap::new(48_000);
    assert_eq!(map.heard_ns(0), None);
    for stamp in reports(0, 60, 0.0) {
        map.report(stamp, 500);
    }
    assert!(map.is_settled());
    let off = map.heard_ns(96_000).expect("a map") as f64 - (1e9 + 2e9 + 500.0);
    assert!(off.abs() < 700_000.0, "{off} ns off");
    assert_eq!(map.frame_at(map.heard_ns(96_000).expect("a map")), Some(96_000));
}

#[test]
fn the_map_follows_a_card_whose_clock_drifts() {
    let mut map = TimeMap::new(48_000);
    for stamp in reports(0, 3000, 100.0) {
        map.report(stamp, 0);
    }
    let frame = 3000 * 1024;
    let truth = 1e9 + f64::from(frame) / 48_000.0 * 1e9 * (1.0 + 100.0 / 1e6);
    let off = map.heard_ns(frame as u64).expect("a map") as f64 - truth;
    assert!(off.abs() < 700_000.0, "{off} ns off");
}

#[test]
fn the_map_waits_for_a_device_to_know_its_lead() {
    let mut map = TimeMap::new(48_000);
    for i in 0..40 {
        map.report(Stamp { frame: i * 1024, callback_ns: i * 10, playback_ns: i * 10 }, 0);
    }
    assert!(!map.is_settled() && map.heard_ns(0).is_none());
}

#[test]
fn the_map_starts_anew_after_the_line_jumped_and_not_for_one_rough_report() {
    let mut map = TimeMap::new(48_000);
    for stamp in reports(0, 100, 0.0) {
        map.report(stamp, 0);
    }
    let before = map.heard_ns(0).expect("a map");
    let late = |stamp: Stamp| Stamp { playback_ns: stamp.playback_ns + 200_000_000, ..stamp };
    map.report(late(Stamp { frame: 100 * 1024, callback_ns: 1, playback_ns: 3_133_333_333 }), 0);
    assert_eq!(map.heard_ns(0), Some(before));
    for stamp in reports(101, 60, 0.0) {
        map.report(late(stamp), 0);
    }
    let moved = map.heard_ns(0).expect("a map") - before;
    assert!(moved.abs_diff(200_000_000) < 1_500_000, "moved by {moved} ns");
    assert!(map.jumped_ns().abs_diff(200_000_000) < 4_000_000, "{} ns of silence", map.jumped_ns());
}

// ---- the wav line ----

fn samples(path: &Path) -> Vec<i16> {
    let mut reader = hound::WavReader::open(path).expect("a wav");
    reader.samples().map(|sample| sample.expect("a sample")).collect()
}

#[test]
fn the_wav_line_writes_no_idle_silence_before_and_at_most_a_second_between() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut file = WavFile::create(&dir.path().join("x.wav"), 48_000, 1).expect("a file");
    let idle = [0.0; 480];
    for _ in 0..300 {
        file.take(&idle, None).expect("taken");
    }
    let mut block = [0.0; 480];
    block[100..].fill(0.5);
    file.take(&block, Some((100, 480))).expect("taken");
    for _ in 0..1000 {
        file.take(&idle, None).expect("taken");
    }
    file.take(&[0.5; 480], Some((0, 480))).expect("taken");
    drop(file);
    let written = samples(&dir.path().join("x.wav"));
    assert_eq!(written.len(), 380 + 48_000 + 480);
    assert!(written[..380].iter().all(|sample| *sample == 16_384));
    assert!(written[380..48_380].iter().all(|sample| *sample == 0));
}

#[test]
fn the_wav_line_never_overwrites_and_goes_on_in_the_next_file() {
    let dir = tempfile::tempdir().expect("a folder");
    let asked = dir.path().join("loa.wav");
    std::fs::write(&asked, "a recording").expect("written");
    let mut file = WavFile::create(&asked, 48_000, 1).expect("a file").rolling_at(2000);
    assert_eq!(file.path(), dir.path().join("loa-2.wav"));
    for _ in 0..3 {
        file.take(&[0.5; 480], Some((0, 480))).expect("taken");
    }
    drop(file);
    assert_eq!(std::fs::read(&asked).expect("read"), b"a recording");
    assert_eq!(samples(&dir.path().join("loa-2.wav")).len(), 960);
    assert_eq!(samples(&dir.path().join("loa-3.wav")).len(), 480);
}

#[test]
fn a_killed_wav_line_loses_at_most_a_second() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut file = WavFile::create(&dir.path().join("x.wav"), 48_000, 1).expect("a file");
    for _ in 0..250 {
        file.take(&[0.5; 480], Some((0, 480))).expect("taken");
    }
    // Not closed: what is on disk now is what a kill would leave.
    assert!(samples(&dir.path().join("x.wav")).len() >= 96_000);
    drop(file);
}

#[test]
fn a_line_is_opened_by_its_exact_name_or_not_at_all() {
    let fault = |device: &str| Line::open(device).expect_err("no such line");
    assert_eq!(fault("loudspeaker"), LineFault::Malformed { device: "loudspeaker".into() });
    assert_eq!(fault("nohost:x"), LineFault::Malformed { device: "nohost:x".into() });
    assert!(matches!(fault("wav:/no/such/folder/x.wav"), LineFault::File { .. }));
    #[cfg(target_os = "linux")]
    assert!(matches!(fault("alsa:null"), LineFault::Malformed { .. }));
    #[cfg(target_os = "linux")]
    assert!(matches!(fault("alsa:no such card"), LineFault::Absent { .. }));
}

// ---- the player ----

/// A station home with one recording, `tin.wav`: 16 bit, 48 kHz, two channels.
struct Station {
    dir: tempfile::TempDir,
    recording: Vec<i16>,
}

impl Station {
    fn new(frames: usize) -> Station {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::create_dir_all(dir.path().join("audio")).expect("a folder");
        let recording: Vec<i16> = (0..frames * 2).map(|i| (((i * 7919) % 20_011) as i32 - 10_005) as i16).collect();
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
