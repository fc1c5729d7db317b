//! The line without a card: the renderer driven by hand, the map on made-up reports, the wav line, and names.

use std::path::Path;

use loa::audio::line::deck::{Deck, DeckControl, Fact, Feed, Finish, Take, TakeId, deck, take};
use loa::audio::line::time_map::{Stamp, TimeMap};
use loa::audio::line::wav::WavFile;
use loa::audio::line::{BUFFER_FRAMES, Line, LineFault};

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
    assert!(rig.control.cut(TakeId(1), 480, 0));
    rig.run(6);
    feed.finish();
    let step = rig.heard[1..].windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    // The steepest that half a wave of a cosine is.
    assert!(step <= 0.5 * std::f32::consts::FRAC_PI_2 / 480.0 + 1e-6, "a step of {step}");
    assert!(rig.heard[300..305].iter().all(|sample| *sample > 0.49), "the cut began before its block");
    assert!(rig.heard[780..].iter().all(|sample| *sample == 0.0));
    assert_eq!(rig.ended(1), Some((780, 780, 0, Finish::Cut)));
}

#[test]
fn a_shorter_cut_overtakes_a_longer_one() {
    let mut rig = Rig::new();
    let _feed = rig.cue(1, &[0.5; 9000], 0);
    rig.run(1);
    rig.control.cut(TakeId(1), 4000, 0);
    rig.run(1);
    rig.control.cut(TakeId(1), 100, 0);
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
    rig.control.cut(TakeId(1), 480, 0);
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

fn follow(rig: &mut Rig, id: u64, samples: &[f32], (after, not_before): (u64, u64)) -> Feed {
    let (mut feed, sound) = take(TakeId(id), 10_000, 1);
    assert!(feed.push(samples).is_empty());
    rig.control.follow(sound, TakeId(after), not_before).expect("follow");
    feed
}

#[test]
fn a_follower_begins_no_earlier_than_on_a_frame_of_its_own() {
    for (not_before, moved, begins) in [(0, 0, 150), (149, 0, 150), (180, 0, 180), (180, 25, 205), (180, -40, 140)] {
        let mut rig = Rig::new();
        rig.cue(1, &[0.25; 130], 20).finish();
        follow(&mut rig, 2, &[0.5; 70], (1, not_before)).finish();
        assert!(rig.control.shift(moved));
        rig.run(4);
        assert_eq!(rig.began(2), Some(begins), "{not_before} {moved}");
    }
}

#[test]
fn a_follower_begins_on_the_frame_after_the_last_one_wherever_that_is() {
    for length in [1, 99, 100, 101, 250, 333] {
        let mut rig = Rig::new();
        // The last first, so that its voice comes first too.
        let mut third = follow(&mut rig, 3, &[0.75; 40], (2, 0));
        rig.cue(1, &ramp(length), 20).finish();
        follow(&mut rig, 2, &[0.5; 30], (1, 0)).finish();
        third.finish();
        rig.run(6);
        let end = 20 + length;
        assert_eq!(rig.began(3), Some(end as u64 + 30), "{length}");
        assert_eq!(rig.ended(1), Some((end as u64, length as u64, 0, Finish::Drained)));
        assert_eq!(rig.began(2), Some(end as u64), "{length}");
        assert_eq!(rig.heard[end..end + 30], [0.5; 30], "{length}");
        assert_eq!(rig.heard[end + 30..end + 70], [0.75; 40], "{length}");
    }
}

#[test]
fn a_chain_of_short_takes_is_heard_without_a_gap_also_within_one_block() {
    let mut rig = Rig::new();
    rig.cue(1, &[0.25; 10], 5).finish();
    follow(&mut rig, 2, &[0.5; 10], (1, 0)).finish();
    follow(&mut rig, 3, &[0.75; 10], (2, 0)).finish();
    rig.run(1);
    let wanted: Vec<f32> = [vec![0.0; 5], vec![0.25; 10], vec![0.5; 10], vec![0.75; 10], vec![0.0; 65]].concat();
    assert_eq!(rig.heard, wanted);
    assert!((1..=3).all(|id| rig.ended(id).is_some_and(|(.., how)| how == Finish::Drained)));
}

#[test]
fn a_follower_of_what_is_cut_begins_where_the_ramp_ends() {
    let mut rig = Rig::new();
    let _feed = rig.cue(1, &[0.5; 5000], 0);
    follow(&mut rig, 2, &[0.25; 50], (1, 0)).finish();
    rig.run(2);
    rig.control.cut(TakeId(1), 130, 350);
    rig.run(5);
    assert!(rig.heard[..350].iter().all(|sample| *sample == 0.5), "cut before its frame");
    assert!(rig.heard[351] < 0.5 && rig.heard[470] > 0.0);
    assert_eq!(rig.ended(1), Some((480, 480, 0, Finish::Cut)));
    assert_eq!(rig.began(2), Some(480));
    assert_eq!(rig.heard[480..530], [0.25; 50]);
}

/// A take of at most so many frames on frame 20.
fn lasting(rig: &mut Rig, id: u64, samples: &[f32], frames: u64, fade_frames: u32) -> Feed {
    let (mut feed, sound) = take(TakeId(id), 10_000, 1);
    assert!(feed.push(samples).is_empty());
    rig.control.cue(sound.lasting(frames, fade_frames), 20).expect("cue");
    feed
}

/// By its own frames it would be over only when the last of them has come; the line's go on.
#[test]
fn what_lasts_so_long_is_over_then_whatever_its_feed_gave_and_the_next_begins_on_that_frame() {
    // What is there at once, and what comes at the 200th frame; then the end that the log has: played, and silence inside.
    for (first, then, played, gap) in [(900, 0, 400, 0), (150, 60, 210, 190), (150, 0, 150, 250), (0, 0, 0, 0)] {
        let mut rig = Rig::new();
        let mut feed = lasting(&mut rig, 1, &vec![0.5; first], 400, 40);
        follow(&mut rig, 2, &[0.25; 30], (1, 0)).finish();
        rig.run(2);
        assert!(feed.push(&vec![0.5; then]).is_empty());
        rig.run(4);
        assert_eq!(rig.ended(1), Some((420, played, gap, Finish::Lasted)), "{first} and {then}");
        assert_eq!(feed.gap_frames(), gap, "{first} and {then}");
        assert_eq!(rig.began(2), Some(420), "{first} and {then}");
        assert_eq!(rig.heard[420..450], [0.25; 30], "{first} and {then}");
    }
}

#[test]
fn what_lasts_so_long_fades_to_its_end_and_a_cut_before_that_is_a_cut() {
    let mut rig = Rig::new();
    let _feed = lasting(&mut rig, 1, &[0.5; 900], 400, 40);
    rig.run(5);
    assert_eq!(rig.heard[20..380], [0.5; 360]);
    assert!(rig.heard[380..420].windows(2).all(|pair| pair[1] < pair[0]) && rig.heard[419] < 0.001);
    assert_eq!(rig.ended(1), Some((420, 400, 0, Finish::Lasted)));
    let mut rig = Rig::new();
    let _feed = lasting(&mut rig, 1, &[0.5; 900], 400, 40);
    rig.run(1);
    rig.control.cut(TakeId(1), 50, 250);
    rig.run(4);
    assert_eq!(rig.ended(1), Some((300, 280, 0, Finish::Cut)));
}

#[test]
fn a_cut_at_a_frame_that_never_comes_leaves_a_take_whole() {
    let mut rig = Rig::new();
    rig.cue(1, &[0.5; 150], 0).finish();
    rig.control.cut(TakeId(1), 100, 150);
    rig.run(3);
    // Read before the take began, a cut means that it never does.
    assert_eq!(rig.ended(1), Some((0, 0, 0, Finish::Cut)));
    rig.cue(2, &[0.5; 150], 300).finish();
    rig.run(1);
    rig.control.cut(TakeId(2), 100, 450);
    rig.run(3);
    assert_eq!(rig.ended(2), Some((450, 150, 0, Finish::Drained)));
    assert_eq!(rig.heard[300..450], [0.5; 150]);
}

#[test]
fn what_begins_is_cut_or_is_over_at_an_instant_moves_with_the_clock() {
    for (by, starts, ends, is_over) in [(150, 750, 750, 770), (-150, 450, 450, 470), (-500, 200, 300, 300)] {
        let mut rig = Rig::new();
        let _fades = rig.cue(1, &[0.5; 5000], 0);
        let _lasts = lasting(&mut rig, 2, &[0.25; 5000], 600, 100);
        let _starts = rig.cue(3, &[0.25; 5000], 600);
        rig.run(1);
        rig.control.cut(TakeId(1), 100, 500);
        rig.run(1);
        assert!(rig.control.shift(by));
        rig.run(10);
        assert_eq!(rig.began(3), Some(starts), "by {by}");
        assert_eq!(rig.ended(1).map(|(end_frame, ..)| end_frame), Some(ends), "by {by}");
        assert_eq!(rig.ended(2).map(|(end_frame, ..)| end_frame), Some(is_over), "by {by}");
    }
}

#[test]
fn a_follower_that_is_cut_while_it_waits_is_never_heard_and_one_that_comes_late_begins_at_once() {
    let mut rig = Rig::new();
    rig.cue(1, &[0.5; 150], 0).finish();
    let _feed = follow(&mut rig, 2, &[0.25; 50], (1, 0));
    rig.run(1);
    rig.control.cut(TakeId(2), 10, 0);
    rig.run(2);
    assert_eq!(rig.ended(2), Some((100, 0, 0, Finish::Cut)));
    assert!(rig.heard[150..].iter().all(|sample| *sample == 0.0));
    follow(&mut rig, 3, &[0.25; 50], (1, 0)).finish();
    rig.run(1);
    assert_eq!(rig.began(3), Some(300));
}

#[test]
fn a_take_fades_under_the_one_that_cuts_it_and_their_sum_stays_within_full_scale() {
    let mut rig = Rig::new();
    let _feed = rig.cue(1, &[0.9; 5000], 0);
    rig.run(1);
    rig.control.cut(TakeId(1), 200, 0);
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

#[test]
fn the_level_changes_on_its_frame_for_all_takes_but_those_that_must_be_heard() {
    let mut rig = Rig::new();
    let _feed = rig.cue(1, &[0.5; 9000], 0);
    assert!(rig.control.level(0.5, 250, 400));
    rig.run(5);
    let (mut feed, sound) = take(TakeId(2), 10_000, 1);
    assert!(feed.push(&[0.125; 1000]).is_empty());
    rig.control.cue(sound.at_full_level(), 900).expect("cue");
    assert!(rig.control.level(1.0, 1250, 0));
    rig.run(10);
    let heard = &rig.heard;
    assert!(heard[..250].iter().all(|sample| *sample == 0.5));
    assert!(heard[250..650].windows(2).all(|pair| pair[0] > pair[1]), "a ramp of 400 frames");
    assert!((heard[449] + heard[450] - 0.75).abs() < 1e-5, "half way in its middle: {}", heard[450]);
    assert!(heard[650..900].iter().all(|sample| *sample == 0.25));
    assert!(heard[900..1250].iter().all(|sample| *sample == 0.375), "the emergency is as loud as it is");
    assert!(heard[1250..1500].iter().all(|sample| *sample == 0.625), "and so is all again");
}

#[test]
fn a_level_ordered_before_anything_sounds_holds_from_the_first_sample() {
    let mut rig = Rig::new();
    rig.control.level(0.25, 0, 0);
    rig.cue(1, &[0.5; 300], 150).finish();
    rig.run(5);
    assert!(rig.heard[150..450].iter().all(|sample| *sample == 0.125));
}

/// From silence there is nothing to fade: not with the change, not a little before it, not in its midst and not behind it.
#[test]
fn what_begins_out_of_silence_as_the_level_changes_begins_at_its_level() {
    for start in [1_000, 990, 1_010, 1_300, 1_700] {
        let mut rig = Rig::new();
        rig.run(2);
        assert!(rig.control.level(0.5, 1_000, 400));
        rig.cue(1, &[0.5; 600], start).finish();
        rig.run(25);
        let from = start as usize;
        assert!(rig.heard[..from].iter().all(|sample| *sample == 0.0));
        assert!(rig.heard[from..from + 600].iter().all(|sample| *sample == 0.25), "{start}: {}", rig.heard[from]);
    }
    // What sounds already, and what follows it without a pause, changes gently.
    let mut rig = Rig::new();
    rig.cue(1, &[0.5; 1_200], 0).finish();
    rig.run(2);
    let _feed = follow(&mut rig, 2, &[0.5; 900], (1, 0));
    assert!(rig.control.level(0.5, 1_000, 400));
    rig.run(20);
    assert!(rig.heard[..1_000].iter().all(|sample| *sample == 0.5));
    assert!(rig.heard[1_000..1_400].windows(2).all(|pair| pair[0] > pair[1]), "a ramp of 400 frames");
    assert!(rig.heard[1_400..2_000].iter().all(|sample| *sample == 0.25));
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

/// After a stop of 7 s: the device played silence meanwhile, so that every frame is heard 7 s later than the map says.
#[test]
fn the_map_is_stale_after_a_stop_until_a_report_of_after_it_whatever_waited_from_before() {
    const STOP_NS: u64 = 7_000_000_000;
    let mut map = TimeMap::new(48_000);
    let before: Vec<Stamp> = reports(0, 100, 0.0).collect();
    for stamp in &before {
        map.report(*stamp, 0);
    }
    let was = map.heard_ns(0).expect("a map");
    let last = before[99];
    map.doubt(last.callback_ns + STOP_NS / 2);
    assert!(map.is_stale() && map.is_doubted());
    // What waited in the queue since before the stop agrees with the map, and says nothing.
    map.report(Stamp { frame: last.frame + 1024, ..last }, 0);
    assert!(map.is_stale());
    assert_eq!(map.heard_ns(0), Some(was));
    let stamp = Stamp {
        frame: last.frame + 2048,
        callback_ns: last.callback_ns + STOP_NS,
        playback_ns: last.playback_ns + STOP_NS + 42_666_667,
    };
    map.report(stamp, 0);
    assert!(!map.is_stale() && !map.is_doubted());
    let moved_ns = map.heard_ns(0).expect("a map") - was;
    assert!(moved_ns.abs_diff(STOP_NS) < 8_000_000, "moved by {moved_ns} ns");
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
fn br_013_br_015_br_018_a_line_is_opened_by_its_exact_name_or_not_at_all() {
    let fault = |device: &str| Line::open(device, BUFFER_FRAMES).expect_err("no such line");
    assert_eq!(fault("loudspeaker"), LineFault::Malformed { device: "loudspeaker".into() });
    assert_eq!(fault("nohost:x"), LineFault::Malformed { device: "nohost:x".into() });
    assert!(matches!(fault("wav:/no/such/folder/x.wav"), LineFault::File { .. }));
    #[cfg(target_os = "linux")]
    assert!(matches!(fault("alsa:null"), LineFault::Malformed { .. }));
    #[cfg(target_os = "linux")]
    assert!(matches!(fault("alsa:no such card"), LineFault::Absent { .. }));
}
