//! One voice of a deck: a take on its way from its cue to its last fact. Runs inside the sound callback and keeps its
//! rules.

use std::sync::atomic::Ordering;

use rtrb::Producer;

use super::deck::{Fact, Finish, Take, TakeId};
use super::fade::Gain;
use super::slope::LineGain;

#[derive(Debug)]
pub(super) enum Voice {
    Free,
    /// It begins on the frame after the last one of another, but not before that frame.
    Following {
        take: Take,
        after: TakeId,
        not_before: u64,
    },
    Cued {
        take: Take,
        start_frame: u64,
    },
    Sounding(Sounding),
    /// Its last facts have not left yet; the frame it began on goes first.
    Over {
        began_frame: Option<u64>,
        fact: Fact,
    },
}

#[derive(Debug)]
pub(super) struct Sounding {
    take: Take,
    /// The fact that it began has left.
    told: bool,
    began_frame: u64,
    /// One past the last frame that carried a sample.
    end_frame: u64,
    played_frames: u64,
    gap_frames: u64,
    /// One past the last frame that it may carry, where it lasts so long and no longer.
    lasts_to: Option<u64>,
    gain: Gain,
}

impl Take {
    pub(super) fn ended(self, end_frame: u64, played_frames: u64, gap_frames: u64, finish: Finish) -> Fact {
        Fact::Ended { take: self, end_frame, played_frames, gap_frames, finish }
    }
}

#[derive(Clone, Copy)]
pub(super) struct Stretch {
    pub first_frame: u64,
    pub channels: usize,
    pub level: LineGain,
}

impl Voice {
    /// Ramps it down from `at_frame` on, or from `frame`, the next to be rendered, if that is gone. What has not begun yet
    /// never does.
    pub fn cut(&mut self, id: TakeId, ramp_frames: u32, at_frame: u64, frame: u64) {
        match std::mem::replace(self, Voice::Free) {
            Voice::Cued { take, .. } | Voice::Following { take, .. } if take.id == id => {
                *self = Voice::Over { began_frame: None, fact: take.ended(frame, 0, 0, Finish::Cut) };
            }
            Voice::Sounding(mut sounding) => {
                if sounding.take.id == id {
                    sounding.gain = sounding.gain.cut(ramp_frames, at_frame, frame);
                }
                *self = Voice::Sounding(sounding);
            }
            other => *self = other,
        }
    }

    /// Moves by so many frames what is still to come of it, `frame` being the next to be rendered.
    pub fn shift(&mut self, frames: i64, frame: u64) {
        match self {
            Voice::Cued { start_frame, .. } => *start_frame = start_frame.saturating_add_signed(frames),
            Voice::Following { not_before, .. } => *not_before = not_before.saturating_add_signed(frames),
            Voice::Sounding(sounding) => sounding.shift(frames, frame),
            Voice::Free | Voice::Over { .. } => {}
        }
    }

    /// The take it has, if any.
    pub fn take(&self) -> Option<TakeId> {
        match self {
            Voice::Free => None,
            Voice::Following { take, .. }
            | Voice::Cued { take, .. }
            | Voice::Sounding(Sounding { take, .. })
            | Voice::Over { fact: Fact::Ended { take, .. }, .. } => Some(take.id),
            Voice::Over { fact: Fact::Began { take, .. }, .. } => Some(*take),
        }
    }

    /// The take it waits for.
    pub fn follows(&self) -> Option<TakeId> {
        match self {
            Voice::Following { after, .. } => Some(*after),
            _ => None,
        }
    }

    /// Whether it sounds as loud as the line's level is now.
    pub fn sounds_by_level(&self) -> bool {
        matches!(self, Voice::Sounding(sounding) if !sounding.take.at_full_level)
    }

    /// The frame on which it is to begin as loud as the line's level is then; what follows another begins when that has ended.
    pub fn begins_by_level(&self) -> Option<u64> {
        match self {
            Voice::Cued { take, start_frame } if !take.at_full_level => Some(*start_frame),
            _ => None,
        }
    }

    /// One past the last frame of a take that is over.
    pub fn over_at(&self) -> Option<u64> {
        match self {
            Voice::Over { fact: Fact::Ended { end_frame, .. }, .. } => Some(*end_frame),
            _ => None,
        }
    }

    /// What it waited for has ended: it begins on `start_frame`.
    pub fn place(&mut self, start_frame: u64) {
        match std::mem::replace(self, Voice::Free) {
            Voice::Following { take, not_before, .. } => {
                *self = Voice::Cued { take, start_frame: start_frame.max(not_before) };
            }
            other => *self = other,
        }
    }

    /// Adds its samples to the block; says where in the block there were any.
    pub fn render(&mut self, block: Stretch, out: &mut [f32]) -> Option<(usize, usize)> {
        let frames = out.len() / block.channels;
        let from = match self {
            Voice::Free | Voice::Following { .. } | Voice::Over { .. } => return None,
            Voice::Sounding(_) => 0,
            Voice::Cued { start_frame, .. } => {
                let wait = usize::try_from(start_frame.saturating_sub(block.first_frame)).unwrap_or(usize::MAX);
                if wait >= frames {
                    return None;
                }
                wait
            }
        };
        let mut sounding = match std::mem::replace(self, Voice::Free) {
            Voice::Sounding(sounding) => sounding,
            Voice::Cued { take, .. } => Sounding::new(take, block.first_frame + from as u64),
            other => {
                *self = other;
                return None;
            }
        };
        let (state, sound) = sounding.render(block, from, out);
        *self = match state {
            State::GoesOn => Voice::Sounding(sounding),
            State::Ended(finish) => sounding.over(finish),
        };
        sound
    }

    /// Lets its facts leave, in their order; what finds no room waits for the next block.
    pub fn tell(&mut self, facts: &mut Producer<Fact>) {
        match self {
            Voice::Sounding(sounding) => {
                if let Some(frame) = sounding.untold() {
                    sounding.told = facts.push(Fact::Began { take: sounding.take.id, frame }).is_ok();
                }
            }
            Voice::Over { began_frame, fact: Fact::Ended { take, .. } } => {
                if let Some(frame) = *began_frame
                    && facts.push(Fact::Began { take: take.id, frame }).is_ok()
                {
                    *began_frame = None;
                }
            }
            Voice::Free | Voice::Following { .. } | Voice::Cued { .. } | Voice::Over { .. } => return,
        }
        if matches!(self, Voice::Over { began_frame: None, .. })
            && !facts.is_full()
            && let Voice::Over { fact, .. } = std::mem::replace(self, Voice::Free)
        {
            let _ = facts.push(fact);
        }
    }
}

enum State {
    GoesOn,
    Ended(Finish),
}

impl Sounding {
    fn new(take: Take, frame: u64) -> Sounding {
        let lasts_to = take.lasts.map(|lasts| frame.saturating_add(lasts.frames));
        let gain = match (take.lasts, lasts_to) {
            (Some(lasts), Some(end_frame)) => {
                let ramp_frames = lasts.fade_frames.get().min(u32::try_from(lasts.frames).unwrap_or(u32::MAX));
                Gain::Until { frame: end_frame - u64::from(ramp_frames), ramp_frames }
            }
            _ => Gain::Full,
        };
        Sounding {
            take,
            told: false,
            began_frame: frame,
            end_frame: frame,
            played_frames: 0,
            gap_frames: 0,
            lasts_to,
            gain,
        }
    }

    /// Its cut, and the end of what lasts to an instant, come so many frames later.
    fn shift(&mut self, frames: i64, frame: u64) {
        let fades_to_its_end = self.gain.ends() == self.lasts_to;
        self.gain = self.gain.shift(frames, frame);
        let moved = self.lasts_to.map(|end_frame| end_frame.saturating_add_signed(frames).max(frame));
        self.lasts_to = if fades_to_its_end { self.gain.ends() } else { moved };
    }

    /// Its time is over: the silence in which it ended was a gap like any other.
    fn last(&mut self, end_frame: u64) {
        if self.played_frames > 0 {
            self.gap_frames += end_frame - self.end_frame;
            self.take.shared.gap_frames.store(self.gap_frames, Ordering::Relaxed);
        }
        self.end_frame = end_frame;
    }

    /// The frame it began on, if that is still to be told.
    fn untold(&self) -> Option<u64> {
        (!self.told && self.played_frames > 0).then_some(self.began_frame)
    }

    fn over(mut self, finish: Finish) -> Voice {
        self.take.meter.hand_over();
        let began_frame = self.untold();
        let fact = self.take.ended(self.end_frame, self.played_frames, self.gap_frames, finish);
        Voice::Over { began_frame, fact }
    }

    fn render(&mut self, block: Stretch, from: usize, out: &mut [f32]) -> (State, Option<(usize, usize)>) {
        let frames = out.len() / block.channels;
        let Gain::Until { frame, ramp_frames } = self.gain else { return self.stretch(block, from, frames, out) };
        let cut = usize::try_from(frame.saturating_sub(block.first_frame)).unwrap_or(usize::MAX);
        if cut >= frames {
            return self.stretch(block, from, frames, out);
        }
        let before = if cut > from { self.stretch(block, from, cut, out) } else { (State::GoesOn, None) };
        if matches!(before.0, State::Ended(_)) {
            return before;
        }
        self.gain = self.gain.fading(ramp_frames, block.first_frame + cut.max(from) as u64);
        let (state, after) = self.stretch(block, cut.max(from), frames, out);
        let sound = match (before.1, after) {
            (Some((first, _)), Some((_, last))) => Some((first, last)),
            (one, other) => one.or(other),
        };
        (state, sound)
    }

    fn stretch(&mut self, block: Stretch, from: usize, to: usize, out: &mut [f32]) -> (State, Option<(usize, usize)>) {
        let first_frame = block.first_frame + from as u64;
        let left = self.lasts_to.map(|end_frame| usize::try_from(end_frame - first_frame).unwrap_or(usize::MAX));
        let wanted = left.unwrap_or(usize::MAX).min(to - from);
        // In this order: what was pushed before `finish` is then seen in the ring.
        let finished = self.take.shared.finished.load(Ordering::Acquire);
        let ready = self.take.samples.slots() / block.channels;
        let fade = match self.gain {
            Gain::Full | Gain::Until { .. } => usize::MAX,
            // The fade at its own end goes on under a dry ring: only the end is to be kept.
            Gain::Fading(slope) if Some(slope.end_frame()) == self.lasts_to => usize::MAX,
            Gain::Fading(slope) => {
                let left = slope.end_frame().saturating_sub(first_frame);
                usize::try_from(left).unwrap_or(usize::MAX)
            }
        };
        let count = wanted.min(ready).min(fade);
        if count > 0 {
            self.copy(count, block, from, out);
        }
        let state = if fade <= count || (fade != usize::MAX && ready < wanted) {
            // A fading take that ran dry has nothing more to fade.
            State::Ended(Finish::Cut)
        } else if let Some(end_frame) = self.lasts_to.filter(|_| left == Some(wanted)) {
            self.last(end_frame);
            State::Ended(Finish::Lasted)
        } else if finished && ready <= count {
            State::Ended(Finish::Drained)
        } else {
            State::GoesOn
        };
        (state, (count > 0).then_some((from, from + count)))
    }

    fn copy(&mut self, count: usize, block: Stretch, from: usize, out: &mut [f32]) {
        let channels = block.channels;
        let first = block.first_frame + from as u64;
        if self.played_frames == 0 {
            self.began_frame = first;
        } else {
            // Silence counts as a gap only once sound follows it: after the last sample it is the end.
            self.gap_frames += first - self.end_frame;
            self.take.shared.gap_frames.store(self.gap_frames, Ordering::Relaxed);
        }
        let Ok(chunk) = self.take.samples.read_chunk(count * channels) else { return };
        let (a, b) = chunk.as_slices();
        let out = &mut out[from * channels..(from + count) * channels];
        let level = if self.take.at_full_level { LineGain::FULL } else { block.level };
        let is_full = matches!(self.gain, Gain::Full | Gain::Until { .. });
        if is_full && level.is_full(first, first + count as u64) {
            let (head, tail) = out.split_at_mut(a.len());
            add(head, a);
            add(tail, b);
            self.take.meter.take_in(a);
            self.take.meter.take_in(b);
        } else {
            let mut samples = a.iter().chain(b);
            for (frame, out) in (first..).zip(out.chunks_exact_mut(channels)) {
                let gain = self.gain.at(frame) * level.at(frame);
                for (out, sample) in out.iter_mut().zip(&mut samples) {
                    let sent = sample * gain;
                    *out += sent;
                    self.take.meter.take_in(&[sent]);
                }
            }
        }
        chunk.commit_all();
        self.played_frames += count as u64;
        self.end_frame = first + count as u64;
        self.take.shared.played_frames.store(self.played_frames, Ordering::Relaxed);
    }
}

fn add(out: &mut [f32], samples: &[f32]) {
    for (out, sample) in out.iter_mut().zip(samples) {
        *out += sample;
    }
}
