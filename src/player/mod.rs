//! One thread: orders in, sound out, facts back. It keeps the line open, the armed recordings at hand and the ring of
//! what is on air full, and says truthfully what was heard: frames that the device consumed, at the instants its clock
//! gives them, never what was asked for.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::audio::line::{BUFFER_FRAMES, Line, LineFault};
use crate::director::{After, AttentionTone, Event};
use crate::home::Home;
use crate::outcome::Cause;
use crate::programme::relay::RelaySource;
use crate::schedule::audio_facts::{AudioFacts, AudioFault};
use crate::station::LineSettings;
use crate::timetable::SlotId;

mod arm;
mod desk;
mod ear;
mod keeper;
mod learn;
mod level;
mod on_air;
mod orders;
mod partings;
mod relay;
pub mod render;
mod sent;
mod sound;
mod spot;
mod supply;
mod turn;
mod waiting;

use arm::ArmedCopy;
use desk::Desk;
use keeper::Keeper;
use supply::Opened;

/// How what airs is to sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The station's `[line]`.
    pub line: LineSettings,
    /// The zone that its times of day are in.
    pub zone: TimeZone,
}

/// An order of the director.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Copy, hash and open the recordings of a slot.
    Arm {
        /// Which.
        slot: SlotId,
        /// The recordings below `audio/`, played as one.
        files: Vec<String>,
        /// From where in their sound, in ms.
        from_ms: u64,
        /// Of an emergency: the tone before it. It is measured only if that takes no time.
        tone: Option<AttentionTone>,
    },
    /// Tune a relay in, so that its sound is ready at its instant.
    Tune {
        /// Which.
        slot: SlotId,
        /// Where it comes from.
        source: RelaySource,
        /// The recordings below `audio/` that sound in its place.
        fallback: Vec<String>,
        /// The instant of its end.
        until: Timestamp,
    },
    /// Let its first sample be heard at that instant; as soon as possible if it is past.
    Air {
        /// Which.
        slot: SlotId,
        /// The instant; with `after`, when it is expected.
        at: Timestamp,
        /// What it follows; if that has ended, it begins at once, or at the earliest instant that it may.
        after: Option<After>,
    },
    /// End its sound with a fade (10 ms at least). What has not begun when this comes never does.
    Cut {
        /// Which.
        slot: SlotId,
        /// The instant at which the fade begins; if it is past, it is heard at once.
        at: Timestamp,
        /// Length of the fade, in ms.
        fade_ms: u32,
    },
    /// Drop an armed recording that will not air.
    Disarm {
        /// Which.
        slot: SlotId,
    },
    /// Let what is armed from now on sound like that. The device stays the one that the player was started with.
    Sound(Settings),
    /// Set what the input of that name hears of the line against what is sent to it; none: no more.
    Listen {
        /// By the name that its sound system gives it, with the host (`pulseaudio:line.monitor`).
        device: Option<String>,
    },
    /// Close what is still on air, close the line, end the thread.
    Shutdown,
}

/// An armed slot's order to air.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    at: Timestamp,
    after: Option<After>,
}

impl Place {
    /// The earliest instant at which it may be its turn.
    fn instant(&self) -> Timestamp {
        self.after.as_ref().and_then(|after| after.not_before).unwrap_or(self.at)
    }
}

/// What full decodes found out about recordings. Asked on arming threads, by several at once.
pub trait Measures: Send + Sync {
    /// What is remembered of the recording with that SHA-256.
    fn known(&self, sha256: &str) -> Option<AudioFacts>;

    /// What a full decode of the recording at `path` finds out now.
    ///
    /// # Errors
    /// What keeps it from airing.
    fn find_out(&self, path: &Path) -> Result<AudioFacts, AudioFault>;
}

/// How a line is opened by its name. Called on a fresh thread each time, and it may take seconds.
pub type Opener = Arc<dyn Fn(&str) -> Result<Line, LineFault> + Send + Sync>;

/// What the player's thread is told.
enum Message {
    Order(Order),
    /// A recording was copied and opened, or not.
    Armed {
        slot: SlotId,
        arming: u64,
        result: Result<(ArmedCopy, Opened), NotArmed>,
    },
    /// An armed recording was opened for the line's rate, or not.
    Prepared {
        slot: SlotId,
        arming: u64,
        result: Result<Opened, AudioFault>,
    },
    /// The attempt of that number to open the line has ended.
    Opened(u64, Box<Result<Line, LineFault>>),
}

/// Of a ring's level, in ms: nothing sounds that could fill it.
const NOTHING_ON_AIR: u64 = u64::MAX;

/// Why a recording was not armed.
struct NotArmed {
    cause: Cause,
    note: String,
}

/// The running player. Dropped, it shuts down and waits for its thread, which never waits for a device.
#[derive(Debug)]
pub struct Player {
    messages: Sender<Message>,
    rounds: Arc<AtomicU64>,
    xruns: Arc<AtomicU64>,
    sent_power: Arc<AtomicU64>,
    ring_ms: Arc<AtomicU64>,
    thread: Option<JoinHandle<()>>,
}

impl Player {
    /// Starts the thread, clears what an earlier run left in `var/armed/`, and begins to open the settings' device (see
    /// [`Line::open`] for what it may be). What happens from here on arrives at `facts`.
    ///
    /// # Errors
    /// The system's, if it gives no thread.
    pub fn start(
        home: &Home,
        settings: Settings,
        measures: Arc<dyn Measures>,
        facts: Sender<Event>,
    ) -> Result<Player, std::io::Error> {
        let frames = settings.line.buffer_frames.unwrap_or(BUFFER_FRAMES);
        let named = home.clone();
        let open: Opener = Arc::new(move |device| Line::open(&named.line(device), frames));
        Player::start_on(home, settings, open, measures, facts)
    }

    /// The same with another way to open the line.
    ///
    /// # Errors
    /// As [`Player::start`].
    pub fn start_on(
        home: &Home,
        settings: Settings,
        open: Opener,
        measures: Arc<dyn Measures>,
        facts: Sender<Event>,
    ) -> Result<Player, std::io::Error> {
        let (messages, inbox) = channel();
        let keeper = Keeper::new(settings.line.device.clone(), open);
        let desk = Desk::new(home, keeper, settings, measures, facts, messages.clone());
        let (rounds, xruns) = (desk.rounds.clone(), desk.xruns.clone());
        let (sent_power, ring_ms) = (desk.sent_power.clone(), desk.ring_ms.clone());
        let thread = std::thread::Builder::new().name("loa-player".into()).spawn(move || desk.run(&inbox))?;
        Ok(Player { messages, rounds, xruns, sent_power, ring_ms, thread: Some(thread) })
    }

    /// How often its thread has looked at all that may be due: it goes on counting while the thread lives, at least once
    /// a second.
    pub fn rounds(&self) -> u64 {
        self.rounds.load(Ordering::Relaxed)
    }

    /// How often the device ran dry since the line was last opened.
    pub fn xruns(&self) -> u64 {
        self.xruns.load(Ordering::Relaxed)
    }

    /// How loud what the line was sent last is, RMS in dBFS; none where it is silent or nothing is sent.
    pub fn level_dbfs(&self) -> Option<f64> {
        Some(10.0 * f64::from_bits(self.sent_power.load(Ordering::Relaxed)).log10()).filter(|db| db.is_finite())
    }

    /// What of the sound on air is decoded and ready for the device, in ms; none while nothing sounds.
    pub fn ring_ms(&self) -> Option<u64> {
        Some(self.ring_ms.load(Ordering::Relaxed)).filter(|ms| *ms != NOTHING_ON_AIR)
    }

    /// Gives an order. After a shutdown it is ignored.
    pub fn order(&self, order: Order) {
        let _ = self.messages.send(Message::Order(order));
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.order(Order::Shutdown);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the player's thread had panicked");
        }
    }
}
