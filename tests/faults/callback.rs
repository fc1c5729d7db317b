//! The callback only copies: shown by counting what memory it takes and gives back, and by reading its source.

use std::path::Path;

use allocation_counter::AllocationInfo;
use cpal::SampleFormat;
use loa::audio::line::Line;
use loa::audio::line::deck::{Fact, Feed, TakeId, VOICES, take};

use super::fake::{Act, CHANNELS, Fake};

const BLOCK: u32 = 256;

/// A line on a card that is driven by hand.
struct Rig {
    card: Fake,
    line: Line,
    told: Vec<Fact>,
}

impl Rig {
    fn new(format: SampleFormat) -> Rig {
        let card = Fake::new(format, &[Act::ByHand]);
        let line = Line::on("fake", &card, BLOCK).expect("it opens");
        Rig { card, line, told: Vec::new() }
    }

    /// Lets the card take `blocks`; what that took and gave back of memory is nothing, and what it told is kept.
    fn run(&mut self, what: &str, blocks: usize) {
        for _ in 0..blocks {
            assert_eq!(self.card.tick(), AllocationInfo::default(), "{what}");
            let _ = self.line.tend();
            self.told.extend(std::iter::from_fn(|| self.line.fact()));
        }
    }

    fn cue(&mut self, id: u64, frames: usize, start_frame: u64) -> Feed {
        let (feed, sound) = filled(id, frames);
        self.line.cue(sound, start_frame).expect("taken");
        feed
    }

    fn ended(&self) -> usize {
        self.told.iter().filter(|fact| matches!(fact, Fact::Ended { .. })).count()
    }
}

fn filled(id: u64, frames: usize) -> (Feed, loa::audio::line::deck::Take) {
    let (mut feed, sound) = take(TakeId(id), 48_000, CHANNELS);
    assert!(feed.push(&vec![0.25; frames * usize::from(CHANNELS)]).is_empty());
    (feed, sound)
}

/// Everything a deck can be told, one thing after the other, on one line.
fn everything(format: SampleFormat) {
    let mut rig = Rig::new(format);
    rig.run("silence", 4);

    rig.cue(1, 3000, 1500).finish();
    rig.run("a start, steady sound, its end", 20);
    assert_eq!(rig.ended(), 1);

    let _feed = rig.cue(2, 20_000, 0);
    let (mut follower, sound) = filled(3, 2000);
    follower.finish();
    rig.line.follow(sound, TakeId(2), 0).expect("taken");
    rig.run("sound with another waiting", 3);
    let at = rig.line.rendered_frames() + 700;
    assert!(rig.line.cut(TakeId(2), 480, at));
    rig.run("a cut, and what follows it", 20);
    assert_eq!(rig.ended(), 3);

    let mut dry = rig.cue(4, 300, 0);
    rig.run("a dry ring", 5);
    assert!(dry.push(&[0.25; 600]).is_empty());
    dry.finish();
    rig.run("sound again", 5);
    assert_eq!(rig.ended(), 4);

    let feeds: Vec<Feed> = (10..10 + 2 * VOICES as u64).map(|id| rig.cue(id, 2000, 0)).collect();
    rig.run("more takes than voices", 3);
    drop(feeds);
    for id in 10..10 + 2 * VOICES as u64 {
        rig.line.cut(TakeId(id), 1, 0);
    }
    rig.run("cuts of all of them, the unknown too", 10);
    assert_eq!(rig.ended(), 4 + 2 * VOICES);

    // Nobody reads the facts, and orders come until none is taken.
    let mut kept = Vec::new();
    for id in 100.. {
        let (mut feed, sound) = filled(id, 10);
        feed.finish();
        kept.push(feed);
        if rig.line.cue(sound, 0).is_err() {
            break;
        }
    }
    for _ in 0..60 {
        let used = rig.card.tick();
        assert_eq!(used, AllocationInfo::default(), "orders beyond what the rings hold, and facts that nobody reads");
    }
    assert!(kept.len() > VOICES, "the deck took no more than {} orders", kept.len());
}

#[test]
fn the_callback_takes_and_gives_back_no_memory_whatever_it_is_told() {
    for format in [SampleFormat::F32, SampleFormat::I16, SampleFormat::I32] {
        everything(format);
    }
}

#[test]
fn a_count_of_memory_that_is_taken_and_given_back_is_not_nothing() {
    // What the test above rests on: both would be seen, also a giving back alone.
    let kept = vec![1.0_f32; 100];
    assert_ne!(allocation_counter::measure(|| drop(kept)), AllocationInfo::default());
    assert_ne!(allocation_counter::measure(|| drop(vec![1.0_f32; 100])), AllocationInfo::default());
}

/// What nothing that runs in the callback may name.
const BANNED: [&str; 39] = [
    "Mutex",
    "RwLock",
    "Condvar",
    ".lock(",
    "mpsc",
    "channel(",
    ".send(",
    ".recv(",
    "park(",
    "sleep",
    "yield_now",
    "join(",
    "tracing",
    "print",
    "format!",
    "panic!",
    "assert",
    ".expect(",
    "Box::new",
    "Arc::new",
    "Vec",
    "vec!",
    "String",
    "to_owned",
    "to_string",
    "to_vec",
    ".clone()",
    "collect",
    "clock::",
    "Instant::now",
    "SystemTime",
    "std::fs",
    "std::io",
    "std::net",
    "std::env",
    "std::thread",
    "std::process",
    "rustix",
    "libc",
];

#[test]
fn the_source_of_the_callback_names_nothing_that_waits_allocates_logs_or_asks_the_system() {
    // What makes the two ends of a line runs before there is a callback, and the player's end never runs in it.
    let outside = [
        ("callback.rs", ["pub fn new("].as_slice()),
        ("deck.rs", &["pub fn take(id", "pub fn deck(", "impl Feed {", "impl DeckControl {"]),
        ("voice.rs", &[]),
        ("fade.rs", &[]),
        ("slope.rs", &[]),
        ("dither.rs", &[]),
        ("meter.rs", &[]),
    ];
    let mut wrong = Vec::new();
    for (file, outside) in outside {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/audio/line").join(file);
        let text = std::fs::read_to_string(path).expect("the source");
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let mut skipped = 0;
        let mut skip_until: Option<String> = None;
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            if let Some(end) = &skip_until {
                if line == end {
                    skip_until = None;
                }
                continue;
            }
            if outside.iter().any(|start| line.trim_start().starts_with(start)) {
                skipped += 1;
                skip_until = Some(format!("{}}}", &line[..line.len() - line.trim_start().len()]));
                continue;
            }
            wrong.extend(
                BANNED.iter().filter(|word| line.contains(*word)).map(|word| format!("{file}: `{word}` in {line}")),
            );
        }
        assert_eq!(skipped, outside.len(), "{file}: what lies outside the callback is named anew");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// With one, a callback that loops after a loss has the kernel end the whole program.
#[test]
fn br_022_nothing_asks_for_a_real_time_priority() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let packages = std::fs::read_to_string(root.join("Cargo.lock")).expect("the packages");
    assert!(packages.contains("name = \"cpal\""));
    for asks in ["audio_thread_priority", "rtkit", "thread-priority"] {
        assert!(!packages.contains(&format!("name = \"{asks}\"")), "{asks}");
    }
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).expect("the manifest");
    assert!(!manifest.contains("realtime"), "a feature of the sound library asks for it");
}
