//! A card: the deck inside a cpal stream.

use std::sync::Arc;
use std::time::Duration;

use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{BufferSize, ErrorKind, SampleFormat, SizedSample, StreamConfig, SupportedStreamConfigRange};
use rtrb::{Consumer, Producer, RingBuffer};

use super::deck::{Deck, DeckControl, deck};
use super::dither::Dither;
use super::time_map::Stamp;
use super::{Health, LineFault, STAMPS};
use crate::clock;

/// The block asked of the card: a power of two (others make constant xruns behind PipeWire). On a loaded two-core PC
/// blocks of 1024 ran dry through ALSA's PulseAudio plug-in, blocks of 2048 did not; a cut is heard within 0.1 s.
const BLOCK_FRAMES: u32 = 2048;
/// The block asked of a PulseAudio server. The client inside cpal clears 1 MiB at each of its six wake-ups a block, which
/// at 2048 frames alone costs 0.85 % of a core on the same PC; at this size a cut is heard within 0.2 s.
const PULSE_BLOCK_FRAMES: u32 = 4096;
/// How cpal calls it.
const PULSE: &str = "PulseAudio";
/// Rates in the order we want them; then the device's own.
const RATES_HZ: [u32; 2] = [48_000, 44_100];
/// Channel counts in the order we want them; then the device's own.
const CHANNELS: [u16; 2] = [2, 1];
/// Sample formats in the order we want them.
const FORMATS: [SampleFormat; 3] = [SampleFormat::F32, SampleFormat::I32, SampleFormat::I16];
/// Frames converted at a time where the card does not take floats.
const SCRATCH_FRAMES: usize = 1024;
/// How long a sound system may take to answer.
const ANSWER: Duration = Duration::from_secs(2);

/// What the sound system's thread waits after a fault of no particular kind.
const FAULT_PAUSE: Duration = Duration::from_millis(1);

/// A running stream. Dropped, it goes to a throw-away thread: the drop of a broken stream may never return.
pub struct Card {
    stream: Option<cpal::Stream>,
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
        let dropped = std::thread::Builder::new().name("loa-line-drop".into()).spawn(move || drop(stream));
        if let Err(error) = dropped {
            tracing::error!("no thread to drop the stream on: {error}");
        }
    }
}

fn instant_ns(instant: cpal::StreamInstant) -> u64 {
    u64::try_from(instant.as_nanos()).unwrap_or(u64::MAX)
}

/// Opens `device` and starts it, playing silence.
pub fn open(name: &str, device: &cpal::Device) -> Result<Opened, LineFault> {
    let refused = |error: cpal::Error| LineFault::Refused { device: name.into(), why: error.to_string() };
    let (format, config) = choose(device).map_err(refused)?;
    let is_pulse = device.id().is_ok_and(|id| id.host().name() == PULSE);
    let frames = if is_pulse { PULSE_BLOCK_FRAMES } else { BLOCK_FRAMES };
    let fixed = StreamConfig { buffer_size: BufferSize::Fixed(frames), ..config };
    match attempt(device, format, fixed) {
        Err(error) if matches!(error.kind(), ErrorKind::UnsupportedConfig | ErrorKind::InvalidInput) => {
            tracing::warn!(
                device = name,
                "the device refuses blocks of {frames} frames, its own size is used: {error}"
            );
            attempt(device, format, config).map_err(refused)
        }
        other => other.map_err(refused),
    }
}

fn attempt(device: &cpal::Device, format: SampleFormat, config: StreamConfig) -> Result<Opened, cpal::Error> {
    let (deck, control) = deck(config.channels);
    let (stamps_in, stamps) = RingBuffer::new(STAMPS);
    let health = Arc::new(Health::default());
    let callback = Callback { deck, stamps: stamps_in, health: health.clone() };
    let stream = match format {
        SampleFormat::I32 => callback.build::<i32>(device, config)?,
        SampleFormat::I16 => callback.build::<i16>(device, config)?,
        _ => callback.build::<f32>(device, config)?,
    };
    stream.play()?;
    Ok(Opened {
        card: Card { stream: Some(stream) },
        control,
        stamps,
        health,
        rate_hz: config.sample_rate,
        channels: config.channels,
    })
}

/// The best of what the device can do, by our order of wishes.
fn choose(device: &cpal::Device) -> Result<(SampleFormat, StreamConfig), cpal::Error> {
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

/// A sample as the card takes it.
trait CardSample: SizedSample + Send + 'static {
    /// From −1 … 1, already limited to it.
    fn from_full_scale(sample: f32, dither: &mut Dither) -> Self;
    /// The card's own buffer, where it takes what the deck renders.
    fn as_floats(_buffer: &mut [Self]) -> Option<&mut [f32]> {
        None
    }
}

impl CardSample for f32 {
    fn from_full_scale(sample: f32, _: &mut Dither) -> f32 {
        sample
    }

    fn as_floats(buffer: &mut [f32]) -> Option<&mut [f32]> {
        Some(buffer)
    }
}

impl CardSample for i32 {
    fn from_full_scale(sample: f32, _: &mut Dither) -> i32 {
        // `as` saturates: full scale itself is one step too far for the positive side.
        (f64::from(sample) * 2_147_483_648.0).round() as i32
    }
}

impl CardSample for i16 {
    fn from_full_scale(sample: f32, dither: &mut Dither) -> i16 {
        dither.round(sample)
    }
}

/// All that the sound callback owns.
struct Callback {
    deck: Deck,
    stamps: Producer<Stamp>,
    health: Arc<Health>,
}

impl Callback {
    fn build<T: CardSample>(self, device: &cpal::Device, config: StreamConfig) -> Result<cpal::Stream, cpal::Error> {
        let Callback { mut deck, mut stamps, health } = self;
        let errors = health.clone();
        let mut dither = Dither::new();
        let mut scratch = vec![0.0_f32; SCRATCH_FRAMES * usize::from(config.channels)];
        device.build_output_stream::<T, _, _>(
            config,
            move |out, info| {
                let instants = info.timestamp();
                let stamp = Stamp {
                    frame: deck.frame(),
                    callback_ns: instant_ns(instants.callback),
                    playback_ns: instant_ns(instants.playback),
                };
                // A full ring means that nobody looks: the reports are then worth nothing.
                let _ = stamps.push(stamp);
                if let Some(floats) = T::as_floats(out) {
                    deck.render(floats);
                } else {
                    for part in out.chunks_mut(scratch.len()) {
                        let floats = &mut scratch[..part.len()];
                        deck.render(floats);
                        for (to, from) in part.iter_mut().zip(floats) {
                            *to = T::from_full_scale(*from, &mut dither);
                        }
                    }
                }
                health.note_callback();
            },
            move |error| match error.kind() {
                ErrorKind::Xrun => errors.note_xrun(),
                ErrorKind::RealtimeDenied => {}
                ErrorKind::BackendError | ErrorKind::Other => {
                    errors.note_fault();
                    // Nothing sounds meanwhile, and some of these come a million times a second.
                    std::thread::sleep(FAULT_PAUSE);
                }
                // Unknown kinds too: a line that may be lost is treated as lost, never as well.
                _ => errors.note_lost(),
            },
            Some(ANSWER),
        )
    }
}
