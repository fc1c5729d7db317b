//! An open sound input: what comes in, block by block, for as long as it comes from where it was opened.
//!
//! A desktop sound server may move a stream to another input by itself, as when somebody chooses a new microphone. Behind a
//! name of PulseAudio's it is told not to, and ends the stream instead. There is no other input in an input's place.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{BufferSize, ErrorKind, FromSample, SampleFormat, SizedSample, StreamConfig};

use super::bulletin::MOST_CHANNELS;
use super::inputs;
#[cfg(target_os = "linux")]
use super::line::server_capture::{self, Recording};
use crate::problem::Text;

/// How long a sound system may take to answer.
const ANSWER: Duration = Duration::from_secs(2);
/// Frames converted at a time.
const PIECE_FRAMES: usize = 1024;

/// What comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// Frames a second.
    pub rate_hz: NonZero<u32>,
    /// Samples of a frame.
    pub channels: NonZero<u16>,
}

impl Shape {
    /// None of what no sound has.
    pub fn new(rate_hz: u32, channels: u16) -> Option<Shape> {
        let channels = NonZero::new(channels).filter(|channels| usize::from(channels.get()) <= MOST_CHANNELS)?;
        Some(Shape { rate_hz: NonZero::new(rate_hz)?, channels })
    }
}

/// What the sound system's own thread tells.
#[derive(Debug, Default)]
pub(super) struct Health {
    pub lost: AtomicBool,
    pub blocks: AtomicU64,
}

/// Takes in blocks of whole frames, on a thread of the sound system's.
pub(super) trait TakeIn: FnMut(&[f32]) + Send + 'static {}
impl<T: FnMut(&[f32]) + Send + 'static> TakeIn for T {}

/// What feeds it.
enum Driver {
    Card {
        _stream: cpal::Stream,
    },
    #[cfg(target_os = "linux")]
    Pulse {
        _recording: Recording,
    },
}

/// An open input. Dropped, a card's stream goes to a throw-away thread: the drop of a broken one may never return.
pub(super) struct Capture {
    device: String,
    shape: Shape,
    health: Arc<Health>,
    driver: Option<Driver>,
}

impl Capture {
    /// Opens the input of that exact name, in blocks of `block_frames` if that can be had. `begin` is told what will come and
    /// gives what takes it in; it may be asked twice.
    ///
    /// # Errors
    /// Why not, in words.
    pub fn open<T: TakeIn>(device: &str, block_frames: u32, begin: impl FnMut(Shape) -> T) -> Result<Capture, Text> {
        let health = Arc::new(Health::default());
        let (shape, driver) = Capture::drive(device, block_frames, begin, &health)?;
        Ok(Capture { device: device.to_owned(), shape, health, driver: Some(driver) })
    }

    fn drive<T: TakeIn>(
        device: &str,
        block_frames: u32,
        mut begin: impl FnMut(Shape) -> T,
        health: &Arc<Health>,
    ) -> Result<(Shape, Driver), Text> {
        #[cfg(target_os = "linux")]
        if let Some(source) = device.strip_prefix(inputs::PULSE) {
            let (shape, recording) = server_capture::open(source, block_frames, begin, health)
                .map_err(|error| inputs::in_words(device, &error))?;
            return Ok((shape, Driver::Pulse { _recording: recording }));
        }
        let refused = |error: cpal::Error| inputs::in_words(device, &error);
        let found = inputs::find(device)?;
        let own = found.default_input_config().map_err(refused)?;
        let shape =
            Shape::new(own.sample_rate(), own.channels()).ok_or_else(|| Text::same(&format!("`{device}`: {own:?}")))?;
        let config = StreamConfig {
            channels: own.channels(),
            sample_rate: own.sample_rate(),
            buffer_size: BufferSize::Fixed(block_frames),
        };
        let stream = match attempt(&found, own.sample_format(), config, begin(shape), health) {
            Err(error) if matches!(error.kind(), ErrorKind::UnsupportedConfig | ErrorKind::InvalidInput) => {
                let config = StreamConfig { buffer_size: BufferSize::Default, ..config };
                attempt(&found, own.sample_format(), config, begin(shape), health)
            }
            other => other,
        };
        Ok((shape, Driver::Card { _stream: stream.map_err(refused)? }))
    }

    /// What comes.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Blocks that have come so far.
    pub fn blocks(&self) -> u64 {
        self.health.blocks.load(Ordering::Relaxed)
    }

    /// It has told a fault, or was ended: nothing more comes.
    pub fn is_lost(&self) -> bool {
        self.health.lost.load(Ordering::Acquire)
    }

    /// Whether its input is still there. May take as long as the sound system does to answer.
    pub fn is_there(&self) -> bool {
        match &self.driver {
            Some(Driver::Card { .. }) => inputs::is_there(&self.device),
            // A server that may not move a stream ends it.
            #[cfg(target_os = "linux")]
            Some(Driver::Pulse { .. }) => !self.is_lost(),
            None => false,
        }
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        let Some(driver) = self.driver.take() else { return };
        if let Err(error) = std::thread::Builder::new().name("loa-input-drop".into()).spawn(move || drop(driver)) {
            tracing::error!("no thread to drop an input on: {error}");
        }
    }
}

fn attempt(
    device: &cpal::Device,
    format: SampleFormat,
    config: StreamConfig,
    take_in: impl TakeIn,
    health: &Arc<Health>,
) -> Result<cpal::Stream, cpal::Error> {
    let stream = match format {
        SampleFormat::F32 => build::<f32>(device, config, take_in, health)?,
        SampleFormat::I32 => build::<i32>(device, config, take_in, health)?,
        SampleFormat::I24 => build::<cpal::I24>(device, config, take_in, health)?,
        SampleFormat::I16 => build::<i16>(device, config, take_in, health)?,
        SampleFormat::U8 => build::<u8>(device, config, take_in, health)?,
        _ => return Err(ErrorKind::UnsupportedConfig.into()),
    };
    stream.play()?;
    Ok(stream)
}

fn build<T>(
    device: &cpal::Device,
    config: StreamConfig,
    mut take_in: impl TakeIn,
    health: &Arc<Health>,
) -> Result<cpal::Stream, cpal::Error>
where
    T: SizedSample + Send + 'static,
    f32: FromSample<T>,
{
    let (blocks, errors) = (health.clone(), health.clone());
    let mut piece = vec![0.0; PIECE_FRAMES * usize::from(config.channels.max(1))];
    device.build_input_stream::<T, _, _>(
        config,
        move |samples, _| {
            for samples in samples.chunks(piece.len()) {
                let piece = &mut piece[..samples.len()];
                for (to, from) in piece.iter_mut().zip(samples) {
                    *to = <f32 as FromSample<T>>::from_sample_(*from);
                }
                take_in(piece);
            }
            blocks.blocks.fetch_add(1, Ordering::Relaxed);
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
