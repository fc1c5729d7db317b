//! Counting while decoding: how much came out, and which of it is the recording's.

use super::mpeg_header::LengthTag;

/// What was decoded.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    /// Frames given out, by rate: a file may hold several.
    pub(super) frames: Vec<(u32, u64)>,
    /// Packets skipped as damaged.
    pub(super) damaged: u64,
    /// Packets that gave sound.
    pub(super) sounding: u64,
    /// Packets read, sound or not.
    pub(super) packets: u64,
}

impl Counts {
    /// Length of all frames, in ms.
    pub(super) fn ms(&self) -> u64 {
        let seconds: f64 = self.frames.iter().map(|(rate, frames)| *frames as f64 / f64::from(*rate)).sum();
        (seconds * 1000.0).round() as u64
    }

    /// One packet more.
    pub(super) fn add(&mut self, rate_hz: u32, frames: u64) {
        self.sounding += 1;
        match self.frames.iter_mut().find(|(rate, _)| *rate == rate_hz) {
            Some((_, sum)) => *sum += frames,
            None => self.frames.push((rate_hz, frames)),
        }
    }
}

/// What of the samples is the encoder's and not the recording's. All of it is sound unless something says otherwise.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Trim {
    /// Samples of the part decoded so far.
    at: u64,
    /// Where the recording's first sample stands.
    first: u64,
    /// Where its last one ends and where the frames that the tag counts end; behind them all is sound again.
    tail: Option<(u64, u64)>,
}

impl Trim {
    pub(super) fn of(tag: LengthTag, samples_per_frame: u64) -> Trim {
        let tail = tag.frames.map(|frames| {
            let end = frames.saturating_mul(samples_per_frame);
            (end.saturating_sub(tag.tail), end)
        });
        Trim { at: 0, first: tag.head, tail: tail.filter(|_| tag.tail > 0) }
    }

    /// Of one stretch, `len` samples from `first` on.
    pub(super) fn within(first: u64, len: u64) -> Trim {
        Trim { at: 0, first, tail: Some((first.saturating_add(len), u64::MAX)) }
    }

    /// The part of the next `len` samples that is sound.
    pub(super) fn keep(&mut self, len: u64) -> std::ops::Range<usize> {
        let (from, to) = (self.at, self.at + len);
        self.at = to;
        let low = from.max(self.first).min(to);
        let high = match self.tail {
            Some((last, end)) if from < end => to.min(last).max(low),
            _ => to,
        };
        (low - from) as usize..(high - from) as usize
    }
}
