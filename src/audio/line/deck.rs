//! The only code that runs inside a sound callback, and the same for a card, the null line and the wav line.
//!
//! It places, ramps and copies. It takes no lock, allocates and frees nothing, logs nothing and calls no system: orders
//! come over one lock-free ring, facts leave over another, and a spent take travels back inside its last fact, so that
//! it is dropped by the thread that made it.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rtrb::{Consumer, Producer, RingBuffer};

use super::meter::{Meter, meter};
use super::slope::LineGain;
use super::voice::{Stretch, Voice};
use crate::levels::Level;

/// How many takes may be known to a deck at once: one sounding, one fading out, one waiting, one over all.
pub const VOICES: usize = 4;

/// Orders or facts that may wait in their ring; every take needs two of either.
const MESSAGES: usize = 8 * VOICES;

/// Names a take for as long as its line lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TakeId(pub u64);

/// What the two ends of a take share.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// The last sample is in the ring.
    pub finished: AtomicBool,
    /// Frames the deck has taken.
    pub played_frames: AtomicU64,
    /// Frames of silence between them.
    pub gap_frames: AtomicU64,
}

/// One stretch of sound on its way to the deck: interleaved samples at the line's rate and channels.
#[derive(Debug)]
pub struct Take {
    pub(super) id: TakeId,
    pub(super) samples: Consumer<f32>,
    pub(super) shared: Arc<Shared>,
    /// The line's level by time of day does not touch it.
    pub(super) at_full_level: bool,
    pub(super) lasts: Option<Lasts>,
    pub(super) meter: Meter,
}

/// How long a take lasts from the frame it is placed on, and the fade at its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lasts {
    pub frames: u64,
    pub fade_frames: NonZero<u32>,
}

/// The end of a take that the player fills.
#[derive(Debug)]
pub struct Feed {
    samples: Producer<f32>,
    shared: Arc<Shared>,
    levels: Consumer<Level>,
}

/// A take whose ring holds `frames` of `channels`, and the end that fills it.
pub fn take(id: TakeId, frames: usize, channels: u16) -> (Feed, Take) {
    let (producer, consumer) = RingBuffer::new(frames.max(1) * usize::from(channels.max(1)));
    let shared = Arc::new(Shared::default());
    let (meter, levels) = meter(channels);
    let take = Take { id, samples: consumer, shared: shared.clone(), at_full_level: false, lasts: None, meter };
    (Feed { samples: producer, shared, levels }, take)
}

impl Take {
    /// Its name.
    pub fn id(&self) -> TakeId {
        self.id
    }

    /// Not made quieter by the time of day: an emergency has to be heard.
    #[must_use]
    pub fn at_full_level(self) -> Take {
        Take { at_full_level: true, ..self }
    }

    /// It is over so many frames after the one it is placed on, with a fade before, whatever its feed gives: the silence of
    /// a feed that is too slow counts.
    #[must_use]
    pub fn lasting(self, frames: u64, fade_frames: u32) -> Take {
        let fade_frames = NonZero::new(fade_frames).unwrap_or(NonZero::<u32>::MIN);
        Take { lasts: Some(Lasts { frames, fade_frames }), ..self }
    }
}

impl Feed {
    /// Samples (not frames) for which there is room.
    pub fn room(&self) -> usize {
        self.samples.slots()
    }

    /// Samples (not frames) that wait for the deck.
    pub fn ready(&self) -> usize {
        self.samples.buffer().capacity() - self.samples.slots()
    }

    /// Hands over whole frames; what does not fit is returned.
    pub fn push<'a>(&mut self, samples: &'a [f32]) -> &'a [f32] {
        self.samples.push_partial_slice(samples).1
    }

    /// Says that no sample will follow. Without it the deck waits for more and counts a gap.
    pub fn finish(&mut self) {
        self.shared.finished.store(true, Ordering::Release);
    }

    /// Frames the deck has taken so far; the line's lead lies between taken and heard.
    pub fn played_frames(&self) -> u64 {
        self.shared.played_frames.load(Ordering::Relaxed)
    }

    /// Frames of silence inside it so far, because the ring was dry.
    pub fn gap_frames(&self) -> u64 {
        self.shared.gap_frames.load(Ordering::Relaxed)
    }

    /// How loud the next [`super::meter::STEP_FRAMES`] were as the deck sent them, cut and faded as they were; once the
    /// take is done with, the rest of it too.
    pub fn level(&mut self) -> Option<Level> {
        self.levels.pop().ok()
    }
}

/// An order to the deck.
#[derive(Debug)]
enum Command {
    Cue { take: Take, start_frame: u64 },
    Follow { take: Take, after: TakeId, not_before: u64 },
    Cut { take: TakeId, ramp_frames: u32, at_frame: u64 },
    Level { gain: f32, at_frame: u64, ramp_frames: u32 },
    Shift { frames: i64 },
}

/// Why a take ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// All that its feed gave was taken.
    Drained,
    /// It was cut.
    Cut,
    /// The time that it lasts was over.
    Lasted,
    /// All voices were taken: it never sounded.
    NoVoice,
}

/// What the deck did.
#[derive(Debug)]
pub enum Fact {
    /// The first frame of a take was rendered.
    Began {
        /// Which.
        take: TakeId,
        /// The frame of the line that carries it.
        frame: u64,
    },
    /// A take is done with; it is handed back to be dropped.
    Ended {
        /// It.
        take: Take,
        /// One past the last frame of the line that carries it.
        end_frame: u64,
        /// Frames of it that were rendered.
        played_frames: u64,
        /// Frames of silence inside it, because its ring was dry.
        gap_frames: u64,
        /// How.
        finish: Finish,
    },
}

/// The other end of a deck: orders in, facts out. One thread owns it.
#[derive(Debug)]
pub struct DeckControl {
    commands: Producer<Command>,
    facts: Consumer<Fact>,
    rendered: Arc<AtomicU64>,
}

impl DeckControl {
    /// Places a take on the frame `start_frame`; at once if that frame is gone.
    ///
    /// # Errors
    /// The take, if the deck has not taken its last orders (it is not being driven).
    pub fn cue(&mut self, take: Take, start_frame: u64) -> Result<(), Take> {
        match self.commands.push(Command::Cue { take, start_frame }) {
            Err(rtrb::PushError::Full(Command::Cue { take, .. })) => Err(take),
            _ => Ok(()),
        }
    }

    /// Places a take on the frame after the last one of the take `after`, whenever and however that ends, at once if the
    /// deck does not have it (any more); but not before the frame `not_before`.
    ///
    /// # Errors
    /// As [`DeckControl::cue`].
    pub fn follow(&mut self, take: Take, after: TakeId, not_before: u64) -> Result<(), Take> {
        match self.commands.push(Command::Follow { take, after, not_before }) {
            Err(rtrb::PushError::Full(Command::Follow { take, .. })) => Err(take),
            _ => Ok(()),
        }
    }

    /// Ramps a take down from the frame `at_frame`, or from the next rendered one if that is gone, whatever its ring
    /// holds. A take that has not begun by the time this is read never does. False if the deck takes no orders.
    pub fn cut(&mut self, take: TakeId, ramp_frames: u32, at_frame: u64) -> bool {
        self.commands.push(Command::Cut { take, ramp_frames, at_frame }).is_ok()
    }

    /// Makes all takes but those at full level quieter, or loud again, within `ramp_frames` from the frame `at_frame` on;
    /// at once if that is gone. 1 is as loud as they are. False if the deck takes no orders.
    pub fn level(&mut self, gain: f32, at_frame: u64, ramp_frames: u32) -> bool {
        self.commands.push(Command::Level { gain, at_frame, ramp_frames }).is_ok()
    }

    /// The clock lies elsewhere on the frames than was thought: what was placed by it and is still to come, starts, cuts
    /// and ends, comes so many frames later. False if the deck takes no orders.
    pub fn shift(&mut self, frames: i64) -> bool {
        self.commands.push(Command::Shift { frames }).is_ok()
    }

    /// The next fact, if there is one.
    pub fn fact(&mut self) -> Option<Fact> {
        self.facts.pop().ok()
    }

    /// The next frame to be rendered.
    pub fn rendered_frames(&self) -> u64 {
        self.rendered.load(Ordering::Acquire)
    }
}

/// Where in a block there was sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its first frame.
    pub first_frame: u64,
    /// Frames from the start of the block to its first and to one past its last sounding frame; none: all idle.
    pub sound: Option<(usize, usize)>,
}

/// The renderer.
#[derive(Debug)]
pub struct Deck {
    channels: usize,
    frame: u64,
    /// One past the last frame that sounded.
    sounded_to: u64,
    level: LineGain,
    voices: [Voice; VOICES],
    commands: Consumer<Command>,
    facts: Producer<Fact>,
    rendered: Arc<AtomicU64>,
}

/// A deck for a line of `channels`, and its other end.
pub fn deck(channels: u16) -> (Deck, DeckControl) {
    let (commands_in, commands) = RingBuffer::new(MESSAGES);
    let (facts, facts_out) = RingBuffer::new(MESSAGES);
    let rendered = Arc::new(AtomicU64::new(0));
    let deck = Deck {
        channels: usize::from(channels.max(1)),
        frame: 0,
        sounded_to: u64::MAX,
        level: LineGain::FULL,
        voices: [const { Voice::Free }; VOICES],
        commands,
        facts,
        rendered: rendered.clone(),
    };
    (deck, DeckControl { commands: commands_in, facts: facts_out, rendered })
}

impl Deck {
    /// The next frame to be rendered.
    pub fn frame(&self) -> u64 {
        self.frame
    }

    /// Fills `out` (whole frames) with the next stretch of the line: the takes placed there, silence elsewhere.
    pub fn render(&mut self, out: &mut [f32]) -> Block {
        out.fill(0.0);
        self.obey();
        self.settle_level((out.len() / self.channels) as u64);
        self.level.pass(self.frame);
        let block = Stretch { first_frame: self.frame, channels: self.channels, level: self.level };
        let mut sound: Option<(usize, usize)> = None;
        let mut done = [false; VOICES];
        // What follows another has its frame once that one has ended, in this very block perhaps: a round for each.
        for _ in 0..VOICES {
            self.place_followers();
            for (voice, done) in self.voices.iter_mut().zip(&mut done) {
                if *done || voice.follows().is_some() {
                    continue;
                }
                *done = true;
                if let Some((from, to)) = voice.render(block, out) {
                    sound = Some(sound.map_or((from, to), |(a, b)| (a.min(from), b.max(to))));
                }
            }
        }
        for voice in &mut self.voices {
            voice.tell(&mut self.facts);
        }
        if let Some((_, to)) = sound {
            self.sounded_to = self.frame + to as u64;
            // Only an overlap of two takes can reach beyond full scale; a card would wrap or clip it worse.
            for sample in out.iter_mut() {
                *sample = sample.clamp(-1.0, 1.0);
            }
        }
        self.frame += (out.len() / self.channels) as u64;
        self.rendered.store(self.frame, Ordering::Release);
        Block { first_frame: block.first_frame, sound }
    }

    /// A change of the level over silence takes no time.
    fn settle_level(&mut self, frames: u64) {
        let begins = self.voices.iter().filter_map(Voice::begins_by_level).min().unwrap_or(u64::MAX);
        // What begins on the very frame on which another ended goes on with it.
        let goes_on = begins <= self.frame && self.sounded_to == self.frame;
        if !goes_on && !self.voices.iter().any(Voice::sounds_by_level) {
            self.level.settle(self.frame, begins.max(self.frame), self.frame + frames);
        }
    }

    fn place_followers(&mut self) {
        for at in 0..VOICES {
            let Some(after) = self.voices[at].follows() else { continue };
            let before = self.voices.iter().find(|voice| voice.take() == Some(after));
            // Gone already: a frame that is past is the next one.
            if let Some(frame) = before.map_or(Some(0), Voice::over_at) {
                self.voices[at].place(frame);
            }
        }
    }

    fn obey(&mut self) {
        // Orders stay in their ring while a take that found no voice still waits to be handed back.
        while let Ok(command) = self.commands.peek() {
            let free = self.voices.iter().position(|voice| matches!(voice, Voice::Free));
            if matches!(command, Command::Cue { .. } | Command::Follow { .. }) && free.is_none() && self.facts.is_full()
            {
                return;
            }
            let Ok(command) = self.commands.pop() else { return };
            match (command, free) {
                (Command::Cue { take, start_frame }, Some(free)) => {
                    self.voices[free] = Voice::Cued { take, start_frame };
                }
                (Command::Follow { take, after, not_before }, Some(free)) => {
                    self.voices[free] = Voice::Following { take, after, not_before };
                }
                (Command::Cue { take, .. } | Command::Follow { take, .. }, None) => {
                    let fact = take.ended(self.frame, 0, 0, Finish::NoVoice);
                    // There is room: looked for above, and only this thread fills the ring.
                    let _ = self.facts.push(fact);
                }
                (Command::Cut { take, ramp_frames, at_frame }, _) => {
                    for voice in &mut self.voices {
                        voice.cut(take, ramp_frames, at_frame, self.frame);
                    }
                }
                (Command::Level { gain, at_frame, ramp_frames }, _) => {
                    self.level.change(gain, at_frame, ramp_frames, self.frame);
                }
                (Command::Shift { frames }, _) => {
                    for voice in &mut self.voices {
                        voice.shift(frames, self.frame);
                    }
                }
            }
        }
    }
}
