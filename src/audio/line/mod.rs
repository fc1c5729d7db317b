//! The line: the sound output that feeds the amplifier, be it a card, nothing (`null`) or a file (`wav:FILE`).
//!
//! A line is opened seconds before it is needed, by the exact name that `loa devices` prints, and then stays open, fed
//! with silence. There is no fallback: Loa opens no other output than the one named. When it is lost it is dropped and
//! opened again by the same name; see [`crate::player`].
//!
//! A desktop sound server may move a stream to another output by itself. Behind a name of PulseAudio's that is noticed
//! within about a second, and the line counts as lost; behind a plug-in of ALSA's that leads to such a server it is not
//! noticed. `loa check` warns of names that can lead there.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rtrb::{Consumer, RingBuffer};

use crate::clock;
use crate::problem::Text;

mod card;
pub mod deck;
pub mod devices;
pub mod meter;
pub mod mixer;
pub mod monitor;
mod null;
pub mod time_map;
mod voice;
mod watch;
pub mod wav;

use deck::{DeckControl, Fact, Take, TakeId};
use time_map::{Stamp, TimeMap};

/// Callback reports that may wait for the player: 20 s of 1024-frame blocks.
const STAMPS: usize = 1024;
/// No callback for this long: the line is lost, though it never said so.
const STALL_NS: u64 = 2_000_000_000;
/// What one look may add to a stall: a program that was itself stopped for long says nothing about the device.
const LOOK_NS: u64 = 1_000_000_000;
/// Faults and no callback for this long: they do not pass by themselves.
const FAULTY_NS: u64 = 400_000_000;
/// How often the stream's own clock is set against ours.
const RELATE_NS: u64 = 1_000_000_000;

/// Why a line could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineFault {
    /// The name is none that a line can have.
    Malformed {
        /// As it was given.
        device: String,
    },
    /// The sound system that the name begins with is not there.
    HostAbsent {
        /// As it was given.
        device: String,
        /// In the system's words.
        why: String,
    },
    /// No such output now.
    Absent {
        /// As it was given.
        device: String,
        /// What is there.
        present: Vec<String>,
    },
    /// It is there and does not open.
    Refused {
        /// As it was given.
        device: String,
        /// In the system's words.
        why: String,
    },
    /// The file of a wav line cannot be made.
    File {
        /// Which.
        path: PathBuf,
        /// In the system's words.
        why: String,
    },
}

impl LineFault {
    /// For the user: what, where and what to do.
    pub fn text(&self) -> Text {
        match self {
            LineFault::Malformed { device } => Text::new(
                format!("`{device}` không phải tên đường loa; hãy dùng đúng một tên mà `loa devices` in ra"),
                format!("`{device}` is no name of a line; use exactly one of those that `loa devices` prints"),
            ),
            LineFault::HostAbsent { device, why } => Text::new(
                format!(
                    "không mở được đường loa `{device}`: hệ thống âm thanh của nó không chạy ({why}); hãy bật nó lên"
                ),
                format!("the line `{device}` cannot be opened: its sound system is not running ({why}); start it"),
            ),
            LineFault::Absent { device, present } if present.is_empty() => Text::new(
                format!(
                    "không thấy đường loa `{device}`, máy cũng không có đường ra âm thanh nào khác; hãy cắm lại thiết bị"
                ),
                format!("there is no line `{device}`, nor any other sound output; plug the device in again"),
            ),
            LineFault::Absent { device, present } => {
                let list = present.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                Text::new(
                    format!("không thấy đường loa `{device}`; hiện có: {list}; hãy cắm lại thiết bị hoặc sửa `device`"),
                    format!(
                        "there is no line `{device}`; present: {list}; plug the device in again or change `device`"
                    ),
                )
            }
            LineFault::Refused { device, why } => Text::new(
                format!("đường loa `{device}` không mở được ({why}); hãy xem chương trình nào khác đang giữ nó"),
                format!("the line `{device}` does not open ({why}); see whether another program holds it"),
            ),
            LineFault::File { path, why } => Text::new(
                format!("không tạo được tệp `{}` của đường loa ({why}); hãy chọn thư mục ghi được", path.display()),
                format!(
                    "the line's file `{}` cannot be made ({why}); choose a folder that can be written",
                    path.display()
                ),
            ),
        }
    }
}

/// Why an open line is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// The device said so, or something that can mean nothing else.
    Reported,
    /// It asked for no sound for two seconds.
    Stalled,
}

impl Lost {
    /// In words, for the log.
    pub fn text(self) -> Text {
        match self {
            Lost::Reported => {
                Text::new("thiết bị báo lỗi hoặc bị rút ra", "the device reported a fault or was unplugged")
            }
            Lost::Stalled => Text::new(
                "thiết bị không lấy âm thanh trong 2 giây mà không báo lỗi",
                "the device took no sound for 2 seconds and reported nothing",
            ),
        }
    }
}

/// What a sound callback tells about itself: counters and one flag, so that it never waits.
#[derive(Debug, Default)]
struct Health {
    lost: AtomicBool,
    /// Faults of no particular kind: some pass by themselves (ALSA's PulseAudio plug-in has a thousand of them while it
    /// connects anew after an xrun), some never do (the same plug-in after its server has died).
    faults: AtomicU64,
    xruns: AtomicU64,
    callbacks: AtomicU64,
}

impl Health {
    fn note_lost(&self) {
        self.lost.store(true, Ordering::Release);
    }

    fn note_fault(&self) {
        self.faults.fetch_add(1, Ordering::Relaxed);
    }

    fn note_xrun(&self) {
        self.xruns.fetch_add(1, Ordering::Relaxed);
    }

    fn note_callback(&self) {
        self.callbacks.fetch_add(1, Ordering::Relaxed);
    }
}

/// What drives the deck.
#[derive(Debug)]
enum Driver {
    Card { card: card::Card, _watch: Option<watch::Watch> },
    Paced { _thread: null::Paced },
}

/// An open line. Dropped, a card never blocks its dropper, whatever state the device is in; the null and wav lines wait
/// for the block they are at.
#[derive(Debug)]
pub struct Line {
    device: String,
    rate_hz: u32,
    channels: u16,
    control: DeckControl,
    map: TimeMap,
    stamps: Consumer<Stamp>,
    health: Arc<Health>,
    driver: Driver,
    seen: Seen,
}

/// What the last look at the line saw.
#[derive(Clone, Copy, Debug)]
struct Seen {
    callbacks: u64,
    faults: u64,
    faulty_ns: u64,
    looked_ns: u64,
    still_ns: u64,
    related_ns: u64,
    stream_to_monotonic_ns: i64,
}

impl Line {
    /// Opens a line by its name: `host:name` as `loa devices` prints it, `default` (what the system has as its default
    /// now; [`Line::device`] then names it), `null`, or `wav:FILE`. May take seconds: call it on a thread of its own,
    /// and a fresh one each time (Windows binds sound to threads).
    ///
    /// # Errors
    /// Why not, with what is there instead.
    pub fn open(device: &str) -> Result<Line, LineFault> {
        if device == "null" {
            return Line::paced("null".into(), null::Sink::Null);
        }
        if let Some(file) = device.strip_prefix("wav:") {
            let path = PathBuf::from(file);
            let wav = wav::WavFile::create(&path, null::RATE_HZ, null::CHANNELS)
                .map_err(|error| LineFault::File { path, why: error.to_string() })?;
            return Line::paced(format!("wav:{}", wav.path().display()), null::Sink::Wav(wav));
        }
        let (name, found) = devices::find(device)?;
        let opened = card::open(&name, &found)?;
        let watch = watch::Watch::start(&name, opened.health.clone());
        Ok(Line {
            device: name,
            rate_hz: opened.rate_hz,
            channels: opened.channels,
            control: opened.control,
            map: TimeMap::new(opened.rate_hz),
            stamps: opened.stamps,
            health: opened.health,
            driver: Driver::Card { card: opened.card, _watch: watch },
            seen: Seen::now(),
        })
    }

    fn paced(device: String, sink: null::Sink) -> Result<Line, LineFault> {
        let (deck, control) = deck::deck(null::CHANNELS);
        let (stamps_in, stamps) = RingBuffer::new(STAMPS);
        let health = Arc::new(Health::default());
        let thread = null::Paced::start(deck, sink, stamps_in, health.clone())
            .map_err(|error| LineFault::Refused { device: device.clone(), why: error.to_string() })?;
        Ok(Line {
            device,
            rate_hz: null::RATE_HZ,
            channels: null::CHANNELS,
            control,
            map: TimeMap::new(null::RATE_HZ),
            stamps,
            health,
            driver: Driver::Paced { _thread: thread },
            seen: Seen::now(),
        })
    }

    /// The output that has the sound, as `loa devices` prints it.
    pub fn device(&self) -> &str {
        &self.device
    }

    /// Frames a second.
    pub fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// Channels of a frame.
    pub fn channels(&self) -> u16 {
        self.channels
    }

    /// Times the device ran dry since it was opened. Counted only: a rebuilt stream would make a click into a gap.
    pub fn xruns(&self) -> u64 {
        self.health.xruns.load(Ordering::Relaxed)
    }

    /// Takes in what the callbacks reported since the last look. Due at least twice a second.
    ///
    /// # Errors
    /// The line is lost; drop it.
    pub fn tend(&mut self) -> Result<(), Lost> {
        let now_ns = clock::monotonic_ns();
        if let Driver::Card { card, .. } = &self.driver
            && (self.seen.related_ns == 0 || now_ns.saturating_sub(self.seen.related_ns) >= RELATE_NS)
        {
            self.seen.stream_to_monotonic_ns = card.stream_to_monotonic_ns();
            self.seen.related_ns = now_ns.max(1);
        }
        while let Ok(stamp) = self.stamps.pop() {
            self.map.report(stamp, self.seen.stream_to_monotonic_ns);
        }
        if self.health.lost.load(Ordering::Acquire) {
            return Err(Lost::Reported);
        }
        let callbacks = self.health.callbacks.load(Ordering::Relaxed);
        let faults = self.health.faults.load(Ordering::Relaxed);
        let looked_ns = now_ns.saturating_sub(self.seen.looked_ns).min(LOOK_NS);
        let still = callbacks == self.seen.callbacks;
        self.seen.still_ns = if still { self.seen.still_ns + looked_ns } else { 0 };
        self.seen.faulty_ns = if still && faults != self.seen.faults { self.seen.faulty_ns + looked_ns } else { 0 };
        (self.seen.callbacks, self.seen.faults, self.seen.looked_ns) = (callbacks, faults, now_ns);
        if self.seen.faulty_ns >= FAULTY_NS {
            return Err(Lost::Reported);
        }
        if self.seen.still_ns >= STALL_NS { Err(Lost::Stalled) } else { Ok(()) }
    }

    /// How soon it should be tended again, in ns: at half a second, a loss is known within a second and a half.
    pub fn tend_within_ns(&self) -> u64 {
        let quiet = self.seen.still_ns == 0 && self.health.faults.load(Ordering::Relaxed) == self.seen.faults;
        if quiet { 500_000_000 } else { 100_000_000 }
    }

    /// Which frame is heard when.
    pub fn map(&self) -> &TimeMap {
        &self.map
    }

    /// Frames rendered so far.
    pub fn rendered_frames(&self) -> u64 {
        self.control.rendered_frames()
    }

    /// See [`DeckControl::cue`].
    ///
    /// # Errors
    /// The take, if the line takes no orders.
    pub fn cue(&mut self, take: Take, start_frame: u64) -> Result<(), Take> {
        self.control.cue(take, start_frame)
    }

    /// See [`DeckControl::follow`].
    ///
    /// # Errors
    /// The take, if the line takes no orders.
    pub fn follow(&mut self, take: Take, after: TakeId) -> Result<(), Take> {
        self.control.follow(take, after)
    }

    /// See [`DeckControl::cut`].
    pub fn cut(&mut self, take: TakeId, ramp_frames: u32, at_frame: u64) -> bool {
        self.control.cut(take, ramp_frames, at_frame)
    }

    /// The deck's next fact.
    pub fn fact(&mut self) -> Option<Fact> {
        self.control.fact()
    }
}

impl Seen {
    fn now() -> Seen {
        Seen {
            callbacks: 0,
            faults: 0,
            faulty_ns: 0,
            looked_ns: clock::monotonic_ns(),
            still_ns: 0,
            related_ns: 0,
            stream_to_monotonic_ns: 0,
        }
    }
}
