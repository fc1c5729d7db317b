//! A line without a card, paced as a card is: its own thread takes a block each 20 ms, at exact instants. It feeds
//! nothing (`null`) or a file (`wav:FILE`).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use super::deck::Deck;
use super::time_map::Stamp;
use super::wav::WavFile;
use super::{Health, Lost};
use crate::clock;

/// The rate of a line without a card.
pub const RATE_HZ: u32 = 48_000;
/// Its channels.
pub const CHANNELS: u16 = 2;
/// Its block: 20 ms.
const BLOCK_FRAMES: u64 = 960;
/// Blocks between the instant a frame is asked for and the instant it counts as heard.
const LEAD_BLOCKS: u64 = 2;
/// Behind by more than this (the PC slept or was stopped), the line goes on from now, as a card does after an xrun.
const BEHIND_NS: u64 = 200_000_000;

/// Where its sound goes.
#[derive(Debug)]
pub enum Sink {
    /// Nowhere.
    Null,
    /// Into a file.
    Wav(WavFile),
}

/// A running line without a card; dropped, it ends its thread and closes its file.
#[derive(Debug)]
pub struct Paced {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Paced {
    /// Starts taking blocks from the deck.
    ///
    /// # Errors
    /// The system's, if it gives no thread.
    pub fn start(
        deck: Deck,
        sink: Sink,
        stamps: rtrb::Producer<Stamp>,
        health: Arc<Health>,
    ) -> Result<Paced, std::io::Error> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let pace = Pace { deck, sink, stamps, health };
        let thread = std::thread::Builder::new().name("loa-line".into()).spawn(move || pace.run(&stopped))?;
        Ok(Paced { stop, thread: Some(thread) })
    }
}

impl Drop for Paced {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Pace {
    deck: Deck,
    sink: Sink,
    stamps: rtrb::Producer<Stamp>,
    health: Arc<Health>,
}

impl Pace {
    fn run(mut self, stop: &AtomicBool) {
        let mut block = vec![0.0_f32; BLOCK_FRAMES as usize * usize::from(CHANNELS)];
        let block_ns = BLOCK_FRAMES * 1_000_000_000 / u64::from(RATE_HZ);
        let mut due_ns = clock::monotonic_ns();
        while !stop.load(Ordering::Relaxed) {
            let now_ns = clock::monotonic_ns();
            if now_ns < due_ns {
                std::thread::sleep(Duration::from_nanos(due_ns - now_ns));
                continue;
            }
            if now_ns - due_ns > BEHIND_NS {
                let missed_frames = (now_ns - due_ns) / 1_000 * u64::from(RATE_HZ) / 1_000_000;
                due_ns = now_ns;
                self.health.note_xrun();
                if let Sink::Wav(file) = &mut self.sink
                    && let Err(why) = file.stood_still(missed_frames)
                {
                    return self.lose(&why);
                }
            }
            let stamp =
                Stamp { frame: self.deck.frame(), callback_ns: due_ns, playback_ns: due_ns + LEAD_BLOCKS * block_ns };
            let rendered = self.deck.render(&mut block);
            let _ = self.stamps.push(stamp);
            self.health.note_callback();
            if let Sink::Wav(file) = &mut self.sink
                && let Err(why) = file.take(&block, rendered.sound)
            {
                return self.lose(&why);
            }
            due_ns += block_ns;
        }
    }

    fn lose(&self, why: &hound::Error) {
        if let Sink::Wav(file) = &self.sink {
            tracing::error!(file = %file.path().display(), "the wav line cannot be written: {why}");
        }
        self.health.note_lost(Lost::Reported);
    }
}
