//! The line: the sound output that feeds the amplifier, be it a card, nothing (`null`) or a file (`wav:FILE`).
//!
//! A line is opened seconds before it is needed, by the exact name that `loa devices` prints, and then stays open, fed
//! with silence. There is no fallback: Loa opens no other output than the one named. When it is lost it is dropped and
//! opened again by the same name; see [`crate::player`].
//!
//! A desktop sound server may move a stream to another output by itself. Behind a name of PulseAudio's it is told not to,
//! and ends the stream instead; behind a plug-in of ALSA's that leads to such a server the move is noticed at once and the
//! stream ended there. Either way the line is lost, and is opened again by its name.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};

use cpal::traits::DeviceTrait;
use rtrb::{Consumer, RingBuffer};

use crate::clock;

mod callback;
mod card;
pub mod deck;
pub mod devices;
pub mod dither;
mod fade;
mod fault;
pub mod meter;
pub mod mixer;
pub mod mixer_watch;
pub mod monitor;
mod null;
pub mod outlet;
#[cfg(target_os = "linux")]
mod pulse;
mod slope;
pub mod time_map;
mod voice;
pub mod wav;

pub use fault::{LineFault, Lost};
#[cfg(target_os = "linux")]
pub(in crate::audio) use pulse::{Server as SoundServer, Source, capture as server_capture};

use deck::{DeckControl, Fact, Take, TakeId};
use devices::Found;
use time_map::{Stamp, TimeMap};

/// The block asked of a card where the station names none, in frames: 21 ms at 48 kHz, of which the card holds two, so
/// that a cut is heard within 0.1 s. A power of two: others make constant xruns behind PipeWire.
pub const BUFFER_FRAMES: u32 = 1024;
/// Callback reports that may wait for the player: 20 s of 1024-frame blocks.
const STAMPS: usize = 1024;
/// No callback for this long: the line is lost, though it never said so. With the looks between, that is known within
/// two seconds.
const STALL_NS: u64 = 1_500_000_000;
/// So soon after a line was opened it is not lost for that: PulseAudio may have mixed two seconds of silence ahead for a sink
/// that nobody played to, and a null sink does not take those back.
const OPENING_NS: u64 = 4_000_000_000;
/// What one look may add to a stall: a program that was itself stopped for long says nothing about the device.
const LOOK_NS: u64 = 1_000_000_000;
/// Faults and no callback for this long: they do not pass by themselves.
const FAULTY_NS: u64 = 400_000_000;
/// A map that moved by less between two looks only followed the device's own clock.
const MOVED_NS: u64 = 1_000_000;
/// How often the stream's own clock is set against ours.
const RELATE_NS: u64 = 1_000_000_000;

/// What a sound callback tells about itself: counters and flags, so that it never waits.
#[derive(Debug, Default)]
struct Health {
    /// A [`Lost`] and one; the first that is told stays.
    lost: AtomicU8,
    /// Nothing of what the device plays is heard.
    silenced: AtomicBool,
    /// When its frames are heard is not sure: each report more is wanted.
    asked_closely: AtomicBool,
    /// Faults of no particular kind: some pass by themselves (ALSA's PulseAudio plug-in has a thousand of them while it
    /// connects anew after an xrun), some never do (the same plug-in after its server has died).
    faults: AtomicU64,
    xruns: AtomicU64,
    callbacks: AtomicU64,
}

impl Health {
    fn note_lost(&self, lost: Lost) {
        let _ = self.lost.compare_exchange(0, lost as u8 + 1, Ordering::Release, Ordering::Relaxed);
    }

    fn lost(&self) -> Option<Lost> {
        let told = self.lost.load(Ordering::Acquire);
        [Lost::Reported, Lost::Stalled, Lost::Gone, Lost::Moved].into_iter().find(|lost| *lost as u8 + 1 == told)
    }

    #[cfg(target_os = "linux")]
    fn note_silenced(&self, silenced: bool) {
        self.silenced.store(silenced, Ordering::Relaxed);
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
    Card {
        card: card::Card,
        #[cfg(target_os = "linux")]
        _watch: Option<pulse::watch::Watch>,
    },
    #[cfg(target_os = "linux")]
    Pulse {
        _playing: pulse::stream::Playing,
    },
    Paced {
        _thread: null::Paced,
    },
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
    opened_ns: u64,
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
    /// now; [`Line::device`] then names it), `null`, or `wav:FILE`. A card is asked for blocks of `buffer_frames` and
    /// holds two. May take seconds: call it on a thread of its own, and a fresh one each time (Windows binds sound to
    /// threads).
    ///
    /// # Errors
    /// Why not, with what is there instead.
    pub fn open(device: &str, buffer_frames: u32) -> Result<Line, LineFault> {
        if device == "null" {
            return Line::paced("null".into(), null::Sink::Null);
        }
        if let Some(file) = device.strip_prefix("wav:") {
            let path = PathBuf::from(file);
            let wav = wav::WavFile::create(&path, null::RATE_HZ, null::CHANNELS)
                .map_err(|error| LineFault::of_file(path, &error))?;
            return Line::paced(format!("wav:{}", wav.path().display()), null::Sink::Wav(wav));
        }
        match devices::find(device)? {
            Found::Card { name, device } => Line::on(&name, &*device, buffer_frames),
            #[cfg(target_os = "linux")]
            Found::Pulse { name, server, sink } => {
                let refused = |error: std::io::Error| LineFault::of_server(&name, &error);
                let opened = pulse::stream::open(*server, &sink, buffer_frames).map_err(refused)?;
                Ok(Line {
                    device: name,
                    rate_hz: opened.rate_hz,
                    channels: opened.channels,
                    control: opened.control,
                    map: TimeMap::new(opened.rate_hz),
                    stamps: opened.stamps,
                    health: opened.health,
                    driver: Driver::Pulse { _playing: opened.playing },
                    seen: Seen::now(),
                })
            }
        }
    }

    /// Opens an output that is at hand, under a name: the seam below [`Line::open`].
    ///
    /// # Errors
    /// It is refused.
    pub fn on<D>(name: &str, device: &D, buffer_frames: u32) -> Result<Line, LineFault>
    where
        D: DeviceTrait,
        D::Stream: Send + 'static,
    {
        let opened = card::open(name, device, buffer_frames)?;
        #[cfg(target_os = "linux")]
        let (leads_to_server, health) = (devices::may_lead_to_server(name), opened.health.clone());
        Ok(Line {
            device: name.to_owned(),
            rate_hz: opened.rate_hz,
            channels: opened.channels,
            control: opened.control,
            map: TimeMap::new(opened.rate_hz),
            stamps: opened.stamps,
            health: opened.health,
            driver: Driver::Card {
                card: opened.card,
                #[cfg(target_os = "linux")]
                _watch: if leads_to_server { pulse::watch::Watch::start(health) } else { None },
            },
            seen: Seen::now(),
        })
    }

    fn paced(device: String, sink: null::Sink) -> Result<Line, LineFault> {
        let (deck, control) = deck::deck(null::CHANNELS);
        let (stamps_in, stamps) = RingBuffer::new(STAMPS);
        let health = Arc::new(Health::default());
        let thread = null::Paced::start(deck, sink, stamps_in, health.clone())
            .map_err(|error| LineFault::of_thread(&device, &error))?;
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

    /// Whether its sound system says that nothing of it is heard: muted, or the volume as good as at nothing. Told by PulseAudio
    /// servers only.
    pub fn is_silenced(&self) -> bool {
        self.health.silenced.load(Ordering::Relaxed)
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
        self.follow_the_clock();
        if let Some(lost) = self.health.lost() {
            return Err(lost);
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
        let is_opening = now_ns.saturating_sub(self.seen.opened_ns) < OPENING_NS;
        if self.seen.still_ns >= STALL_NS && !is_opening { Err(Lost::Stalled) } else { Ok(()) }
    }

    /// Takes in the reports. Where they say that the line ran dry, or that it was mistaken, what waits in the deck for an instant
    /// keeps that instant and not its frame.
    fn follow_the_clock(&mut self) {
        let frame = self.control.rendered_frames();
        let before_ns = self.map.heard_ns(frame);
        while let Ok(stamp) = self.stamps.pop() {
            self.map.report(stamp, self.seen.stream_to_monotonic_ns);
        }
        let is_sure = self.map.is_settled() && !self.map.is_doubted();
        self.health.asked_closely.store(!is_sure, Ordering::Relaxed);
        let Some((before_ns, after_ns)) = before_ns.zip(self.map.heard_ns(frame)) else { return };
        if before_ns.abs_diff(after_ns) >= MOVED_NS {
            let sooner_ns = i128::from(before_ns) - i128::from(after_ns);
            let frames = sooner_ns * i128::from(self.rate_hz) / 1_000_000_000;
            self.control.shift(i64::try_from(frames).unwrap_or(0));
        }
    }

    /// How soon it should be tended again, in ns: at half a second, a loss is known within a second and a half.
    pub fn tend_within_ns(&self) -> u64 {
        let quiet = self.seen.still_ns == 0 && self.health.faults.load(Ordering::Relaxed) == self.seen.faults;
        if quiet { 500_000_000 } else { 100_000_000 }
    }

    /// Nothing of the program ran for `for_ms` up to now: what it knows of the device's clock is of before.
    pub fn stood_still(&mut self, for_ms: u64) {
        // The sound callback's thread may have run again a little before the one that asks.
        self.map.doubt(clock::monotonic_ns().saturating_sub(for_ms * 1_000_000 / 2));
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
    pub fn follow(&mut self, take: Take, after: TakeId, not_before: u64) -> Result<(), Take> {
        self.control.follow(take, after, not_before)
    }

    /// See [`DeckControl::cut`].
    pub fn cut(&mut self, take: TakeId, ramp_frames: u32, at_frame: u64) -> bool {
        self.control.cut(take, ramp_frames, at_frame)
    }

    /// See [`DeckControl::level`].
    pub fn level(&mut self, gain: f32, at_frame: u64, ramp_frames: u32) -> bool {
        self.control.level(gain, at_frame, ramp_frames)
    }

    /// The deck's next fact.
    pub fn fact(&mut self) -> Option<Fact> {
        self.control.fact()
    }
}

impl Seen {
    fn now() -> Seen {
        let now_ns = clock::monotonic_ns();
        Seen {
            opened_ns: now_ns,
            callbacks: 0,
            faults: 0,
            faulty_ns: 0,
            looked_ns: now_ns,
            still_ns: 0,
            related_ns: 0,
            stream_to_monotonic_ns: 0,
        }
    }
}
