//! A card: the deck inside a cpal stream.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{BufferSize, ErrorKind, SampleFormat, StreamConfig, SupportedStreamConfigRange};
use rtrb::{Consumer, RingBuffer};

use super::callback::{Callback, CardSample, instant_ns};
use super::deck::{DeckControl, deck};
use super::time_map::Stamp;
use super::{Health, LineFault, Lost, STAMPS};
use crate::clock;

/// Rates in the order we want them; then the device's own.
const RATES_HZ: [u32; 2] = [48_000, 44_100];
/// Channel counts in the order we want them; then the device's own.
const CHANNELS: [u16; 2] = [2, 1];
/// Sample formats in the order we want them.
const FORMATS: [SampleFormat; 3] = [SampleFormat::F32, SampleFormat::I32, SampleFormat::I16];
/// How long a sound system may take to answer.
const ANSWER: Duration = Duration::from_secs(2);

/// What the sound system's thread waits after a fault of no particular kind.
const FAULT_PAUSE: Duration = Duration::from_millis(1);

/// A running stream. Dropped, it goes to a throw-away thread: the drop of a broken stream may never return.
pub struct Card {
    stream: Option<Box<dyn StreamTrait + Send>>,
}

impl std::fmt::Debug for Card {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Card")
    }
}

/// What was opened, with the ends of its deck and of its reports.
pub struct Opened {
    pub card: Card,
    pub control: DeckControl,
    pub stamps: Consumer<Stamp>,
    pub health: Arc<Health>,
    pub rate_hz: u32,
    pub channels: u16,
}

impl Card {
    /// What must be added to the stream's instants to have ours, read now.
    pub fn stream_to_monotonic_ns(&self) -> i64 {
        let Some(stream) = &self.stream else { return 0 };
        let (stream_now, monotonic_ns) = clock::beside(|| stream.now());
        i64::try_from(i128::from(monotonic_ns) - i128::from(instant_ns(stream_now))).unwrap_or(0)
    }
}

impl Drop for Card {
    fn drop(&mut self) {
        let Some(stream) = self.stream.take() else { return };
        let drop_it = move || {
            if catch_unwind(AssertUnwindSafe(|| drop(stream))).is_err() {
                tracing::error!("the sound system's drop of a stream panicked");
            }
        };
        let dropped = std::thread::Builder::new().name("loa-line-drop".into()).spawn(drop_it);
        if let Err(error) = dropped {
            tracing::error!("no thread to drop the stream on: {error}");
        }
    }
}

/// Opens `device` and starts it, playing silence; blocks of `buffer_frames` are asked of it.
pub fn open<D>(name: &str, device: &D, buffer_frames: u32) -> Result<Opened, LineFault>
where
    D: DeviceTrait,
    D::Stream: Send + 'static,
{
    let refused = |error: cpal::Error| LineFault::of_card(name, &error);
    let (format, config) = choose(device).map_err(refused)?;
    let fixed = StreamConfig { buffer_size: BufferSize::Fixed(buffer_frames), ..config };
    match attempt(device, format, fixed) {
        Err(error) if matches!(error.kind(), ErrorKind::UnsupportedConfig | ErrorKind::InvalidInput) => {
            tracing::warn!(
                device = name,
                "the device refuses blocks of {buffer_frames} frames, its own size is used: {error}"
            );
            attempt(device, format, config).map_err(refused)
        }
        other => other.map_err(refused),
    }
}

fn attempt<D>(device: &D, format: SampleFormat, config: StreamConfig) -> Result<Opened, cpal::Error>
where
    D: DeviceTrait,
    D::Stream: Send + 'static,
{
    let (deck, control) = deck(config.channels);
    let (stamps_in, stamps) = RingBuffer::new(STAMPS);
    let health = Arc::new(Health::default());
    let callback = Callback::new(deck, config.channels, stamps_in, health.clone());
    let stream = match format {
        SampleFormat::I32 => build::<i32, D>(callback, health.clone(), device, config)?,
        SampleFormat::I16 => build::<i16, D>(callback, health.clone(), device, config)?,
        _ => build::<f32, D>(callback, health.clone(), device, config)?,
    };
    stream.play()?;
    Ok(Opened {
        card: Card { stream: Some(Box::new(stream)) },
        control,
        stamps,
        health,
        rate_hz: config.sample_rate,
        channels: config.channels,
    })
}

fn build<T: CardSample, D: DeviceTrait>(
    mut callback: Callback,
    health: Arc<Health>,
    device: &D,
    config: StreamConfig,
) -> Result<D::Stream, cpal::Error> {
    device.build_output_stream::<T, _, _>(
        config,
        move |out, info| callback.fill(out, info),
        move |error| note(&health, error.kind()),
        Some(ANSWER),
    )
}

/// What a fault that the sound system tells means for the line.
fn note(health: &Health, kind: ErrorKind) {
    match kind {
        ErrorKind::Xrun => health.note_xrun(),
        ErrorKind::RealtimeDenied => {}
        ErrorKind::BackendError | ErrorKind::Other => {
            health.note_fault();
            // Nothing sounds meanwhile, and some of these come a million times a second.
            std::thread::sleep(FAULT_PAUSE);
        }
        // Unknown kinds too: a line that may be lost is treated as lost, never as well.
        _ => health.note_lost(Lost::Reported),
    }
}

/// The best of what the device can do, by our order of wishes.
fn choose(device: &impl DeviceTrait) -> Result<(SampleFormat, StreamConfig), cpal::Error> {
    let own = device.default_output_config()?;
    let ranges: Vec<SupportedStreamConfigRange> = device.supported_output_configs()?.collect();
    let offers = |rate: u32, channels: u16, format: SampleFormat| {
        ranges.iter().any(|range| {
            range.channels() == channels
                && range.sample_format() == format
                && (range.min_sample_rate()..=range.max_sample_rate()).contains(&rate)
        })
    };
    for rate in RATES_HZ.into_iter().chain([own.sample_rate()]) {
        for channels in CHANNELS.into_iter().chain([own.channels()]) {
            for format in FORMATS {
                if offers(rate, channels, format) {
                    let config = StreamConfig { channels, sample_rate: rate, buffer_size: BufferSize::Default };
                    return Ok((format, config));
                }
            }
        }
    }
    Err(ErrorKind::UnsupportedConfig.into())
}
