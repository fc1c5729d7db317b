//! A card that fails while a recording is on air: noticed, told once, opened again, and nothing else suffers.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::time::{Duration, Instant};

use cpal::{ErrorKind, SampleFormat};
use loa::audio::line::{BUFFER_FRAMES, Line};
use loa::clock;
use loa::director::{End, Event};
use loa::home::Home;
use loa::player::{Measures, Opener, Order, Player, Settings};
use loa::schedule::audio_facts::{AudioFacts, AudioFault};
use loa::station::LineSettings;
use loa::timetable::SlotId;

use super::fake::{Act, Fake, RATE_HZ};
use super::wav::write_wav;

/// Blocks until an act goes wrong: about two seconds.
const AFTER: u64 = 94;
/// Longer than anything takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// A station with one recording on a fake card.
struct Station {
    player: Option<Player>,
    events: Receiver<Event>,
    card: Fake,
    recording: Vec<i16>,
    _dir: tempfile::TempDir,
}

fn slot() -> SlotId {
    SlotId("2026-12-01/05:45:00/tin".into())
}

/// Every recording is measured anew.
struct Measured;

impl Measures for Measured {
    fn known(&self, _: &str) -> Option<AudioFacts> {
        None
    }

    fn find_out(&self, path: &Path) -> Result<AudioFacts, AudioFault> {
        loa::audio::measure::measure(path)
    }
}

impl Station {
    fn new(card: Fake, seconds: usize) -> Station {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::create_dir_all(dir.path().join("audio")).expect("a folder");
        let frames = seconds * RATE_HZ as usize;
        let recording: Vec<i16> = (0_i64..).map(|i| ((i * 7919) % 20_011 - 10_005) as i16).take(frames * 2).collect();
        write_wav(&dir.path().join("audio/tin.wav"), RATE_HZ, 2, recording.iter().copied());
        let opened = card.clone();
        let open: Opener = Arc::new(move |device| Line::on(device, &opened, BUFFER_FRAMES));
        let (facts, events) = channel();
        // As it was recorded, so that what is heard can be told sample by sample.
        let line = LineSettings { device: "fake:card".into(), loudness_clufs: None, ..LineSettings::default() };
        let settings = Settings { line, zone: jiff::tz::TimeZone::UTC };
        let home = Home::at(dir.path());
        let player = Player::start_on(&home, settings, open, Arc::new(Measured), facts).expect("a player");
        Station { player: Some(player), events, card, recording, _dir: dir }
    }

    fn order(&self, order: Order) {
        self.player.as_ref().expect("a player").order(order);
    }

    /// The first event that `pick` takes, and what came before it.
    fn until<T>(&self, pick: impl Fn(&Event) -> Option<T>) -> (T, Vec<Event>) {
        let mut before = Vec::new();
        loop {
            let event = self.events.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no such event, but {before:?}"));
            match pick(&event) {
                Some(found) => return (found, before),
                None => before.push(event),
            }
        }
    }

    fn opened(&self) -> Vec<Event> {
        self.until(|event| matches!(event, Event::LineOpened { .. }).then_some(())).1
    }

    fn lost(&self) -> String {
        self.until(|event| match event {
            Event::LineLost { why, .. } => Some(why.en.clone()),
            _ => None,
        })
        .0
    }

    /// Puts the recording on air at once.
    fn air(&self) {
        self.order(Order::Arm { slot: slot(), files: vec!["tin.wav".into()], from_ms: 0, tone: None });
        self.until(|event| matches!(event, Event::Armed { .. }).then_some(()));
        self.order(Order::Air { slot: slot(), at: clock::now(), after: None });
    }

    /// The ring is full: on a busy machine it may still be filling when the recording begins.
    fn filled(&self) {
        let began = Instant::now();
        while self.player.as_ref().and_then(Player::ring_ms).is_none_or(|ready_ms| ready_ms < 1_350) {
            assert!(began.elapsed() < PATIENCE, "the ring never filled");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn ended(&self) -> (u64, u64, End) {
        self.until(|event| match event {
            Event::Ended { played_ms, gap_ms, end, .. } => Some((*played_ms, *gap_ms, end.clone())),
            _ => None,
        })
        .0
    }

    /// Whether the card has taken the recording, all of it and in one piece.
    fn has_sounded(&self) -> bool {
        let taken = self.card.taken();
        let first = f32::from(self.recording[0]) / 32_768.0;
        let wanted: Vec<f32> = self.recording.iter().map(|sample| f32::from(*sample) / 32_768.0).collect();
        taken.iter().enumerate().any(|(at, sample)| *sample == first && taken[at..].starts_with(&wanted))
    }

    /// The player goes without waiting for the card.
    fn goes(&mut self) {
        let began = Instant::now();
        drop(self.player.take());
        assert!(began.elapsed() < PATIENCE, "the player waited for the card");
    }
}

/// Lost while on air: told with a reason, the airing ended by the line, and the line opened again by itself.
fn is_lost_and_comes_back(act: Act) -> (String, Station) {
    let mut station = Station::new(Fake::new(SampleFormat::F32, &[act, Act::Well]), 8);
    station.opened();
    station.air();
    let ((played_ms, _, end), why) = (station.ended(), station.lost());
    assert_eq!(end, End::Line);
    assert!(played_ms < 3000, "{played_ms} ms told as heard, though the card took 2 s at most");
    let between = station.opened();
    assert!(!between.iter().any(|event| matches!(event, Event::LineLost { .. })), "told twice: {between:?}");
    assert_eq!(station.card.openings(), 2);
    station.goes();
    (why, station)
}

#[test]
fn br_001_br_008_a_card_that_is_gone_is_opened_again_when_it_is_back() {
    let acts = [Act::Says { after: AFTER, kind: ErrorKind::DeviceNotAvailable }, Act::Refused, Act::Refused, Act::Well];
    let station = Station::new(Fake::new(SampleFormat::F32, &acts), 2);
    station.opened();
    station.lost();
    let between = station.opened();
    assert_eq!(between.len(), 1, "that it does not open is told once, not at each attempt: {between:?}");
    assert_eq!(station.card.openings(), 4);
    station.air();
    assert_eq!(station.ended(), (2000, 0, End::Whole));
    assert!(station.has_sounded());
}

#[test]
fn br_002_a_flood_of_faults_is_slowed_down_and_ends_with_the_stream() {
    let (_, station) = is_lost_and_comes_back(Act::Flood { after: AFTER });
    let told = station.card.faults_told();
    // Faults came for less than two seconds, a pause of a millisecond after each: without it there are millions.
    assert!((1..20_000).contains(&told), "{told} faults were taken in");
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(station.card.faults_told(), told, "the stream lives on");
}

#[test]
fn br_003_a_drop_that_never_returns_holds_up_nobody() {
    is_lost_and_comes_back(Act::StuckDrop { after: AFTER });
}

#[test]
fn br_003_a_drop_that_panics_is_survived() {
    is_lost_and_comes_back(Act::PanickingDrop { after: AFTER });
}

/// Each way it is told once, and what works after it is used.
#[test]
fn an_opening_that_panics_or_never_returns_is_not_the_last_one() {
    let too_long = Duration::from_secs(12);
    for act in [Act::PanickingOpening, Act::StuckOpening(too_long)] {
        let station = Station::new(Fake::new(SampleFormat::F32, &[act, act, Act::Well]), 4);
        station.lost();
        let between = station.opened();
        assert!(!between.iter().any(|event| matches!(event, Event::LineLost { .. })), "told twice: {between:?}");
        station.air();
        // What a late answer brings disturbs nothing.
        assert_eq!(station.ended(), (4000, 0, End::Whole), "{act:?}");
    }
}

#[test]
fn br_009_a_card_that_runs_dry_is_counted_and_kept() {
    let station = Station::new(Fake::new(SampleFormat::F32, &[Act::Xruns { each: 10 }]), 3);
    station.opened();
    station.air();
    assert_eq!(station.ended(), (3000, 0, End::Whole));
    assert_eq!(station.card.openings(), 1);
    assert!(station.card.faults_told() > 5);
    assert!(station.has_sounded());
}

/// Until it is told that an airing began, a kill would leave no word of what was heard: a device that never says for
/// sure when its sound is heard keeps that back for no longer than any other.
#[test]
fn on_a_line_whose_clock_never_settles_it_is_told_as_it_sounds_and_not_at_its_end_alone() {
    let station = Station::new(Fake::new(SampleFormat::F32, &[Act::Restless]), 4);
    station.opened();
    station.air();
    let (_, before) = station.until(|event| matches!(event, Event::Ended { end: End::Whole, .. }).then_some(()));
    let began = before.iter().position(|event| matches!(event, Event::Began { .. })).expect("its beginning");
    let heard: Vec<u64> = before[began..]
        .iter()
        .filter_map(|event| if let Event::Heard { played_ms, .. } = event { Some(*played_ms) } else { None })
        .collect();
    assert!(heard.len() >= 3 && heard[0] < 2_000, "{before:?}");
}

#[test]
fn br_011_br_029_a_card_that_takes_no_more_and_says_nothing_is_lost() {
    let (why, _) = is_lost_and_comes_back(Act::Stall { after: AFTER });
    assert!(why.contains("took no sound"), "{why}");
}

#[test]
fn br_019_nothing_is_aired_into_a_card_that_has_not_begun_to_take_sound() {
    let late = Duration::from_millis(1200);
    let station = Station::new(Fake::new(SampleFormat::F32, &[Act::LateBy(late)]), 2);
    let began = Instant::now();
    station.opened();
    assert!(began.elapsed() >= late, "told as open before it took anything");
    station.air();
    assert_eq!(station.ended(), (2000, 0, End::Whole));
    assert!(station.has_sounded(), "its beginning is missing");
}

#[test]
fn br_023_a_card_that_changes_is_invalid_or_is_gone_ends_in_the_same_place() {
    for kind in [ErrorKind::DeviceChanged, ErrorKind::StreamInvalidated, ErrorKind::DeviceNotAvailable] {
        is_lost_and_comes_back(Act::Says { after: AFTER, kind });
    }
}

#[test]
fn br_025_each_opening_is_on_a_thread_of_its_own() {
    let acts = [Act::Says { after: 30, kind: ErrorKind::DeviceNotAvailable }, Act::Refused, Act::Well];
    let station = Station::new(Fake::new(SampleFormat::F32, &acts), 1);
    station.opened();
    station.lost();
    station.opened();
    // The fake refuses a thread that it has seen before: three openings came from three.
    assert_eq!(station.card.openings(), 3);
}

#[test]
fn br_010_a_card_is_asked_for_large_blocks_of_a_power_of_two_at_its_own_rate() {
    let station = Station::new(Fake::new(SampleFormat::F32, &[Act::Well]), 1);
    station.opened();
    let asked = station.card.asked().expect("it was opened");
    let cpal::BufferSize::Fixed(block) = asked.buffer_size else { panic!("{asked:?}") };
    assert!(block.is_power_of_two() && block >= 1024, "{block} frames");
    assert_eq!(asked.sample_rate, RATE_HZ);
}

#[test]
fn br_039_a_card_that_refuses_our_block_is_opened_with_its_own() {
    let station = Station::new(Fake::stubborn(&[Act::Well]), 1);
    station.opened();
    station.air();
    assert_eq!(station.ended(), (1000, 0, End::Whole));
    let asked = station.card.asked().expect("it was opened");
    assert_eq!(asked.buffer_size, cpal::BufferSize::Default);
    assert_eq!((asked.sample_rate, asked.channels), (48_000, 2), "rate and channels are ours all the same");
}

#[test]
fn losses_twenty_in_a_row_are_all_survived() {
    let mut acts = vec![Act::Says { after: 30, kind: ErrorKind::DeviceNotAvailable }; 20];
    acts.push(Act::Well);
    let station = Station::new(Fake::new(SampleFormat::I16, &acts), 1);
    for _ in 0..20 {
        station.opened();
        station.lost();
    }
    station.opened();
    station.air();
    assert_eq!(station.ended(), (1000, 0, End::Whole));
    assert_eq!(station.card.openings(), 21);
}

/// A log whose writer is held up for a second by one message: what a slow disk does to a thread.
struct SlowLog;

/// Times it was held up.
static HELD_UP: AtomicU64 = AtomicU64::new(0);

impl tracing::Subscriber for SlowLog {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        // The one thing that the player says of an order to air what is on air.
        metadata.target().starts_with("loa::player::orders") && *metadata.level() == tracing::Level::WARN
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, _: &tracing::Event<'_>) {
        std::thread::sleep(Duration::from_secs(1));
        HELD_UP.fetch_add(1, Ordering::Relaxed);
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

/// Whoever holds a player up does so alone: what holds it up is counted for all.
fn alone_with_the_slow_log() -> MutexGuard<'static, ()> {
    static LOG: Once = Once::new();
    static ALONE: Mutex<()> = Mutex::new(());
    LOG.call_once(|| tracing::subscriber::set_global_default(SlowLog).expect("the first log"));
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    HELD_UP.store(0, Ordering::Relaxed);
    alone
}

/// A kill may come before the end of the airing.
#[test]
fn the_silence_that_a_player_held_up_for_long_makes_is_told_while_it_still_sounds() {
    let _alone = alone_with_the_slow_log();
    let station = Station::new(Fake::new(SampleFormat::F32, &[Act::Well]), 8);
    station.opened();
    station.air();
    station.until(|event| matches!(event, Event::Began { .. }).then_some(()));
    (0..3).for_each(|_| station.order(Order::Air { slot: slot(), at: clock::now(), after: None }));
    let (told_ms, before) = station.until(|event| match event {
        Event::Gaps { gap_ms, .. } => Some(*gap_ms),
        _ => None,
    });
    assert!(!before.iter().any(|event| matches!(event, Event::Ended { .. })), "{before:?}");
    let (played_ms, gap_ms, end) = station.ended();
    assert_eq!((played_ms, end), (8000, End::Whole));
    assert!((1_000..=gap_ms).contains(&told_ms), "told {told_ms} of {gap_ms} ms");
}

#[test]
fn a_player_and_its_decoder_held_up_for_a_second_are_not_heard() {
    let _alone = alone_with_the_slow_log();
    let station = Station::new(Fake::new(SampleFormat::F32, &[Act::Well]), 10);
    station.opened();
    station.air();
    station.until(|event| matches!(event, Event::Began { .. }).then_some(()));
    for times in 1..=2 {
        station.filled();
        station.order(Order::Air { slot: slot(), at: clock::now(), after: None });
        while HELD_UP.load(Ordering::Relaxed) < times {
            std::thread::sleep(Duration::from_millis(10));
        }
        // What the ring was said to hold before is of no account any more.
        std::thread::sleep(Duration::from_millis(250));
    }
    assert_eq!(station.ended(), (10_000, 0, End::Whole));
    assert_eq!(HELD_UP.load(Ordering::Relaxed), 2, "it was not held up");
    assert!(station.has_sounded());
}
