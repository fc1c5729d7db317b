//! A card that runs dry shortly before a start: what has an instant keeps it, whatever sounds before.

use std::time::Duration;

use cpal::SampleFormat;
use loa::audio::line::Line;
use loa::audio::line::deck::{Fact, Feed, Take, TakeId, take};

use super::fake::{Act, CHANNELS, Fake, RATE_HZ};

const BLOCK: u32 = 1024;
/// Of sound, in frames: longer than the test listens.
const LONG: usize = 4 * RATE_HZ as usize;
/// The fade under the start.
const FADE: u64 = 24_000;

/// A line on a card that is driven by hand, and what it told.
struct Rig {
    card: Fake,
    line: Line,
    told: Vec<Fact>,
}

impl Rig {
    fn new() -> Rig {
        let card = Fake::new(SampleFormat::F32, &[Act::ByHand]);
        let line = Line::on("fake", &card, BLOCK).expect("it opens");
        Rig { card, line, told: Vec::new() }
    }

    fn run(&mut self, blocks: usize) {
        for _ in 0..blocks {
            self.card.tick();
            self.line.tend().expect("it is there");
            self.told.extend(std::iter::from_fn(|| self.line.fact()));
        }
    }

    /// When the first frame of a take, and the one after its last, are heard by the card's own time, in ns.
    fn heard_ns(&self, id: u64) -> (Option<u64>, Option<u64>) {
        let heard = |frame| self.line.map().heard_ns(frame).expect("a map");
        let began = self.told.iter().find_map(|fact| match fact {
            Fact::Began { take, frame } if take.0 == id => Some(heard(*frame)),
            _ => None,
        });
        let ended = self.told.iter().find_map(|fact| match fact {
            Fact::Ended { take, end_frame, .. } if take.id().0 == id => Some(heard(*end_frame)),
            _ => None,
        });
        (began, ended)
    }
}

fn sound(id: u64) -> (Feed, Take) {
    let (mut feed, sound) = take(TakeId(id), LONG, CHANNELS);
    assert!(feed.push(&vec![0.25; LONG * usize::from(CHANNELS)]).is_empty());
    (feed, sound)
}

#[test]
fn a_start_and_the_fade_of_what_sounds_before_it_keep_their_instant_over_a_card_that_runs_dry() {
    for dry_ms in [0, 30, 85, 300] {
        let mut rig = Rig::new();
        let (_filler_feed, filler) = sound(1);
        rig.line.cue(filler, 0).expect("taken");
        rig.run(40);
        let at_ns = rig.line.map().heard_ns(rig.line.rendered_frames() + 43_200).expect("a map that has settled");
        let frame = rig.line.map().frame_at(at_ns).expect("a frame");
        assert!(rig.line.cut(TakeId(1), u32::try_from(FADE).unwrap(), frame - FADE));
        let (_start_feed, start) = sound(2);
        rig.line.cue(start, frame).expect("taken");
        rig.run(5);
        rig.card.runs_dry(Duration::from_millis(dry_ms));
        rig.run(60);
        let ((_, Some(ended_ns)), (Some(began_ns), _)) = (rig.heard_ns(1), rig.heard_ns(2)) else {
            panic!("dry for {dry_ms} ms: not heard: {:?}", rig.told)
        };
        let off_us = [began_ns, ended_ns].map(|ns| ns.abs_diff(at_ns) / 1_000);
        assert!(off_us.iter().all(|off_us| *off_us < 500), "dry for {dry_ms} ms: off by {off_us:?} µs");
    }
}
