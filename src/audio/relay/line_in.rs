//! A sound input as a [`rodio::Source`]: a tuner's or a mixer's line into this PC.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{BufferSize, ErrorKind, FromSample, Sample, SampleFormat, SizedSample, StreamConfig};
use rodio::Source;
use rtrb::{Consumer, Producer, RingBuffer};

use super::fault::Fault;
use super::http::Reach;
use crate::audio::bulletin::MOST_CHANNELS;
use crate::audio::inputs;
use crate::audio::packet::Blocks;
use crate::clock;
use crate::problem::Text;

/// Sound that may wait for the relay's thread: it looks far more often.
const RING_SECONDS: usize = 1;
/// How often it looks, in ms.
const LOOK_MS: u64 = 10;
/// How often it is asked whether the input is still there: a sound server that lost it hands out another one's sound.
const WATCH_NS: u64 = 1_000_000_000;
/// How long a sound system may take to answer.
const ANSWER: Duration = Duration::from_secs(2);
/// Frames handed on at a time.
const SPAN_FRAMES: usize = 480;

/// What the callbacks tell.
#[derive(Default)]
struct Health {
    lost: AtomicBool,
    callbacks: AtomicU64,
}

/// An open input. Dropped, its stream goes to a throw-away thread: the drop of a broken one may never return.
pub(super) struct LineIn {
    device: String,
    reach: Arc<Reach>,
    stream: Option<cpal::Stream>,
    samples: Consumer<f32>,
    health: Arc<Health>,
    rate_hz: NonZero<u32>,
    channels: NonZero<u16>,
    /// Samples left of the span being read.
    span: usize,
    /// The callbacks seen, when they last came, and when the input was last looked for, in monotonic ns.
    seen: (u64, u64, u64),
    fault: Option<Fault>,
}

impl LineIn {
    /// Opens the input of that exact name. There is no other in its place.
    pub fn open(reach: &Arc<Reach>, device: &str) -> Result<LineIn, Fault> {
        let refused = |error: cpal::Error| Fault::Input(inputs::in_words(device, &error));
        let found = inputs::find(device).map_err(Fault::Input)?;
        let own = found.default_input_config().map_err(refused)?;
        let believed = NonZero::new(own.sample_rate())
            .zip(NonZero::new(own.channels()).filter(|channels| usize::from(channels.get()) <= MOST_CHANNELS));
        let (rate_hz, channels) = believed.ok_or_else(|| Fault::Input(Text::same(&format!("`{device}`"))))?;
        let config =
            StreamConfig { channels: channels.get(), sample_rate: rate_hz.get(), buffer_size: BufferSize::Default };
        let (into, samples) = RingBuffer::new(rate_hz.get() as usize * usize::from(channels.get()) * RING_SECONDS);
        let health = Arc::new(Health::default());
        let told = health.clone();
        let stream = match own.sample_format() {
            SampleFormat::F32 => build::<f32>(&found, config, into, told),
            SampleFormat::I32 => build::<i32>(&found, config, into, told),
            SampleFormat::I16 => build::<i16>(&found, config, into, told),
            SampleFormat::U8 => build::<u8>(&found, config, into, told),
            other => return Err(Fault::Input(Text::same(&format!("`{device}`: {other}")))),
        };
        let stream = stream.map_err(refused)?;
        stream.play().map_err(refused)?;
        let now_ns = clock::monotonic_ns();
        let mut input = LineIn {
            device: device.to_owned(),
            reach: reach.clone(),
            stream: Some(stream),
            samples,
            health,
            rate_hz,
            channels,
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
        let channels = usize::from(self.channels.get());
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
        if self.health.lost.load(Ordering::Acquire) {
            return lost("mất kết nối", "was lost");
        }
        let now_ns = clock::monotonic_ns();
        let callbacks = self.health.callbacks.load(Ordering::Relaxed);
        let (seen, seen_ns, watched_ns) = self.seen;
        if callbacks != seen {
            (self.seen.0, self.seen.1) = (callbacks, now_ns);
        } else if now_ns.saturating_sub(seen_ns) > self.reach.terms().stall_ms * 1_000_000 {
            return lost("đứng im", "gives nothing");
        }
        if now_ns.saturating_sub(watched_ns) > WATCH_NS {
            self.seen.2 = now_ns;
            if !inputs::is_there(&self.device) {
                return lost("đã rút ra", "was unplugged");
            }
        }
        Ok(())
    }
}

fn build<T>(
    device: &cpal::Device,
    config: StreamConfig,
    mut into: Producer<f32>,
    health: Arc<Health>,
) -> Result<cpal::Stream, cpal::Error>
where
    T: SizedSample + Send + 'static,
    f32: FromSample<T>,
{
    let errors = health.clone();
    let channels = usize::from(config.channels);
    device.build_input_stream::<T, _, _>(
        config,
        move |samples, _| {
            // Whole frames alone, so that channels never change places; what nobody took in a second is old.
            let room = into.slots() - into.slots() % channels;
            for sample in samples.iter().take(room) {
                let _ = into.push(f32::from_sample(*sample));
            }
            health.callbacks.fetch_add(1, Ordering::Relaxed);
        },
        move |error| {
            if !matches!(error.kind(), ErrorKind::Xrun | ErrorKind::RealtimeDenied) {
                errors.lost.store(true, Ordering::Release);
                // Some of these come a million times a second.
                std::thread::sleep(Duration::from_millis(1));
            }
        },
        Some(ANSWER),
    )
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
        self.channels
    }

    fn sample_rate(&self) -> rodio::SampleRate {
        self.rate_hz
    }

    fn total_duration(&self) -> Option<Duration> {
        None
    }
}

impl Blocks for LineIn {}

impl Drop for LineIn {
    fn drop(&mut self) {
        if let Some(stream) = self.stream.take() {
            let _ = std::thread::Builder::new().name("loa-input-drop".into()).spawn(move || drop(stream));
        }
    }
}
