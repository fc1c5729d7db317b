//! Sound waiting between the thread that makes it and the one that plays it. Neither holds the lock for longer than it
//! takes to copy a block.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::quiet::Steady;

/// Samples at the line's rate and channels.
pub(super) struct Buffer {
    channels: usize,
    most_samples: usize,
    inner: Mutex<Inner>,
    room: Condvar,
}

struct Inner {
    samples: VecDeque<f32>,
    /// Somebody plays it: then what is full waits. Otherwise the newest is kept.
    is_played: bool,
    is_closed: bool,
    /// Changed by a reader who wants something else.
    turn: u64,
    steady: Steady,
    /// Samples still to be faded in after a break, of how many.
    fade_in: (usize, usize),
}

/// What became of a pushed block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pushed {
    Taken,
    /// The reader wants something else by now.
    Stale,
    /// Nobody reads any more.
    Closed,
}

impl Buffer {
    /// For `frames` of `channels`; `fade` frames are faded out before a break and in after it.
    pub fn new(frames: usize, channels: u16, steady: Steady, is_played: bool) -> Buffer {
        let channels = usize::from(channels.max(1));
        let inner = Inner { samples: VecDeque::new(), is_played, is_closed: false, turn: 0, steady, fade_in: (0, 0) };
        Buffer { channels, most_samples: frames.max(1) * channels, inner: Mutex::new(inner), room: Condvar::new() }
    }

    fn locked(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands over whole frames; waits for room while they are played.
    pub fn push(&self, block: &[f32], turn: u64) -> Pushed {
        let full = |inner: &mut Inner| {
            inner.is_played
                && !inner.is_closed
                && inner.turn == turn
                && inner.samples.len() + block.len() > self.most_samples
        };
        let mut inner = self.room.wait_while(self.locked(), full).unwrap_or_else(PoisonError::into_inner);
        if inner.is_closed {
            return Pushed::Closed;
        }
        if inner.turn != turn {
            return Pushed::Stale;
        }
        let old = inner.samples.len();
        inner.samples.extend(block);
        let (left, all) = inner.fade_in;
        if left > 0 {
            let count = left.min(block.len());
            for n in 0..count {
                inner.samples[old + n] *= (all - left + n) as f32 / all as f32;
            }
            inner.fade_in.0 = left - count;
        }
        let over = inner.samples.len().saturating_sub(self.most_samples);
        inner.samples.drain(..over);
        inner.steady.note(block, self.channels);
        Pushed::Taken
    }

    /// What follows does not belong to what is there: `frames` on either side are faded, so that it does not click.
    pub fn break_off(&self, frames: usize) {
        let mut inner = self.locked();
        let all = frames * self.channels;
        let (len, count) = (inner.samples.len(), all.min(inner.samples.len()));
        for n in 0..count {
            inner.samples[len - count + n] *= (count - n) as f32 / (count + 1) as f32;
        }
        inner.fade_in = (all, all);
        inner.steady.reset();
    }

    /// Takes whole frames; returns the samples.
    pub fn take(&self, out: &mut [f32]) -> usize {
        let mut inner = self.locked();
        let count = out.len().min(inner.samples.len());
        let count = count - count % self.channels;
        for (to, from) in out.iter_mut().zip(inner.samples.drain(..count)) {
            *to = from;
        }
        drop(inner);
        self.room.notify_all();
        count
    }

    /// Frames that are there, and how their newest sound.
    pub fn level(&self) -> (usize, Steady) {
        let inner = self.locked();
        (inner.samples.len() / self.channels, inner.steady)
    }

    /// Whether somebody plays it from now on.
    pub fn set_played(&self, is_played: bool) {
        let mut inner = self.locked();
        inner.is_played = is_played;
        if !is_played {
            // What was steady once says nothing about now.
            inner.steady.reset();
        }
        drop(inner);
        self.room.notify_all();
    }

    /// Drops all but the newest frames.
    pub fn keep_newest(&self, frames: usize) {
        let mut inner = self.locked();
        let over = inner.samples.len().saturating_sub(frames.saturating_mul(self.channels));
        inner.samples.drain(..over);
    }

    /// Drops what is there and asks for something else.
    pub fn skip(&self) {
        let mut inner = self.locked();
        inner.samples.clear();
        inner.turn += 1;
        drop(inner);
        self.room.notify_all();
    }

    /// Which turn it is.
    pub fn turn(&self) -> u64 {
        self.locked().turn
    }

    /// Nobody reads any more.
    pub fn close(&self) {
        self.locked().is_closed = true;
        self.room.notify_all();
    }
}
