//! A sound input as a [`rodio::Source`]: a tuner's or a mixer's line into this PC.

use std::sync::Arc;
use std::time::Duration;

use rodio::Source;
use rtrb::{Consumer, RingBuffer};

use super::fault::Fault;
use super::http::Reach;
use crate::audio::capture::{Capture, Shape};
use crate::audio::inputs;
use crate::audio::packet::Blocks;
use crate::clock;
use crate::problem::Text;

/// Sound that may wait for the relay's thread: it looks far more often.
const RING_SECONDS: usize = 1;
/// Frames of a block asked for: a server left to itself may keep seconds back.
const BLOCK_FRAMES: u32 = 2048;
/// How often it looks, in ms.
const LOOK_MS: u64 = 10;
/// How often it is asked whether the input is still there.
const WATCH_NS: u64 = 1_000_000_000;
/// Frames handed on at a time.
const SPAN_FRAMES: usize = 480;

/// An open input.
pub(super) struct LineIn {
    device: String,
    reach: Arc<Reach>,
    capture: Capture,
    samples: Consumer<f32>,
    /// Samples left of the span being read.
    span: usize,
    /// The blocks seen, when they last came, and when the input was last looked for, in monotonic ns.
    seen: (u64, u64, u64),
    fault: Option<Fault>,
}

impl LineIn {
    /// Opens the input of that exact name. There is no other in its place, and none that hears the line.
    pub fn open(reach: &Arc<Reach>, device: &str) -> Result<LineIn, Fault> {
        if inputs::hears_us(device) {
            return Err(Fault::OwnLine);
        }
        let mut into_here = None;
        let capture = Capture::open(device, BLOCK_FRAMES, |Shape { rate_hz, channels }| {
            let channels = usize::from(channels.get());
            let (mut into, samples) = RingBuffer::new(rate_hz.get() as usize * channels * RING_SECONDS);
            into_here = Some(samples);
            move |samples: &[f32]| {
                // Whole frames alone, so that channels never change places; what nobody took in a second is old.
                let room = into.slots() - into.slots() % channels;
                for sample in samples.iter().take(room) {
                    let _ = into.push(*sample);
                }
            }
        });
        let capture = capture.map_err(Fault::Input)?;
        let samples = into_here.ok_or_else(|| Fault::Input(Text::same(&format!("`{device}`"))))?;
        let now_ns = clock::monotonic_ns();
        let mut input = LineIn {
            device: device.to_owned(),
            reach: reach.clone(),
            capture,
            samples,
            span: 0,
            seen: (0, now_ns, now_ns),
            fault: None,
        };
        input.next_span();
        match input.fault.clone() {
            Some(fault) => Err(fault),
            None => Ok(input),
        }
    }

    /// Why it ended.
    pub fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    /// Waits for the next frames, as long as the input lives.
    fn next_span(&mut self) {
        let channels = usize::from(self.capture.shape().channels.get());
        loop {
            let there = self.samples.slots();
            if there >= channels {
                self.span = (there - there % channels).min(SPAN_FRAMES * channels);
                return;
            }
            if let Err(fault) = self.reach.wait(LOOK_MS).and_then(|()| self.look()) {
                (self.span, self.fault) = (0, Some(fault));
                return;
            }
        }
    }

    fn look(&mut self) -> Result<(), Fault> {
        let lost = |vi: &str, en: &str| {
            let name = &self.device;
            Err(Fault::Input(Text::new(format!("`{name}` {vi}"), format!("`{name}` {en}"))))
        };
        if self.capture.is_lost() {
            return lost("mất kết nối", "was lost");
        }
        let now_ns = clock::monotonic_ns();
        let blocks = self.capture.blocks();
        let (seen, seen_ns, watched_ns) = self.seen;
        if blocks != seen {
            (self.seen.0, self.seen.1) = (blocks, now_ns);
        } else if now_ns.saturating_sub(seen_ns) > self.reach.terms().stall_ms * 1_000_000 {
            return lost("đứng im", "gives nothing");
        }
        if now_ns.saturating_sub(watched_ns) > WATCH_NS {
            self.seen.2 = now_ns;
            if !self.capture.is_there() {
                return lost("đã rút ra", "was unplugged");
            }
            // The line may have been opened, or moved, since.
            if inputs::hears_us(&self.device) {
                return Err(Fault::OwnLine);
            }
        }
        Ok(())
    }
}

impl Iterator for LineIn {
    type Item = rodio::Sample;

    fn next(&mut self) -> Option<rodio::Sample> {
        if self.span == 0 {
            return None;
        }
        let sample = self.samples.pop().ok()?;
        self.span -= 1;
        if self.span == 0 {
            self.next_span();
        }
        Some(sample)
    }
}

impl Source for LineIn {
    fn current_span_len(&self) -> Option<usize> {
        Some(self.span)
    }

    fn channels(&self) -> rodio::ChannelCount {
        self.capture.shape().channels
    }

    fn sample_rate(&self) -> rodio::SampleRate {
        self.capture.shape().rate_hz
    }

    fn total_duration(&self) -> Option<Duration> {
        None
    }
}

impl Blocks for LineIn {}
