//! An input that hears the line: how loud it is, tenth by tenth of a second, on a thread of its own that opens it again for
//! as long as it is wanted. It never stands in the way of the line.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::Thread;
use std::time::Duration;

use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{BufferSize, ErrorKind, FromSample, SampleFormat, SizedSample, StreamConfig};
use rtrb::{Consumer, Producer, RingBuffer};

use crate::audio::inputs;
use crate::clock;
use crate::levels::Level;
use crate::problem::Text;

/// The pause before it is opened again.
const PAUSE: Duration = Duration::from_secs(2);
/// How often it is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// Hears nothing at all, not even silence, for so long: it is lost.
const STALL_LOOKS: u32 = 3;
/// How long a sound system may take to answer.
const ANSWER: Duration = Duration::from_secs(2);
/// Stretches that may wait to be judged: 25 s.
const WAITING: usize = 256;
/// Frames of a block asked for, at most: without this a server may keep seconds back.
const BLOCK_FRAMES: u32 = 2048;
/// Farther from where the count of frames has it, what comes is placed anew, in ns.
const ASTRAY_NS: u64 = 200_000_000;

/// What was heard from one instant to another, in ns of [`clock::monotonic_ns`].
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    /// Its beginning.
    pub from_ns: u64,
    /// Its end.
    pub to_ns: u64,
    /// Its mean power; that of a square wave at full scale is 1.
    pub power: f64,
}

/// What a monitor tells of itself.
#[derive(Debug)]
pub enum News {
    /// It is open: from here on it hears.
    Hears(Consumer<Stretch>),
    /// It cannot be opened, or is lost; in words. It is tried again.
    Lost(Text),
}

/// A monitor; dropped, its thread ends by itself.
#[derive(Debug)]
pub struct Monitor {
    stop: Arc<AtomicBool>,
    thread: Thread,
    news: Receiver<News>,
}

impl Monitor {
    /// Begins to listen at the input of that exact name.
    ///
    /// # Errors
    /// The system's, if it gives no thread.
    pub fn start(device: &str) -> std::io::Result<Monitor> {
        let (tell, news) = channel();
        let stop = Arc::new(AtomicBool::new(false));
        let (device, stopped) = (device.to_owned(), stop.clone());
        let run = move || listen_for_ever(&device, &tell, &stopped);
        let handle = std::thread::Builder::new().name("loa-monitor".into()).spawn(run)?;
        Ok(Monitor { stop, thread: handle.thread().clone(), news })
    }

    /// The next news, if there is any.
    pub fn news(&self) -> Option<News> {
        self.news.try_recv().ok()
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.unpark();
    }
}

fn listen_for_ever(device: &str, tell: &Sender<News>, stop: &AtomicBool) {
    let mut told: Option<Text> = None;
    while !stop.load(Ordering::Relaxed) {
        let why = match listen(device) {
            Ok((ear, heard)) => {
                told = None;
                if tell.send(News::Hears(heard)).is_err() {
                    return;
                }
                ear.wait(device, stop)
            }
            Err(why) => Some(why),
        };
        // It is tried every few seconds; it is told once.
        if let Some(why) = why.filter(|why| told.as_ref() != Some(why)) {
            told = Some(why.clone());
            if tell.send(News::Lost(why)).is_err() {
                return;
            }
        }
        std::thread::park_timeout(PAUSE);
    }
}

/// An open input.
struct Ear {
    stream: Option<cpal::Stream>,
    health: Arc<Health>,
}

#[derive(Debug, Default)]
struct Health {
    lost: AtomicBool,
    blocks: AtomicU64,
}

impl Ear {
    /// Until it is lost, and why; nothing where it is no longer wanted.
    fn wait(&self, device: &str, stop: &AtomicBool) -> Option<Text> {
        let (mut blocks, mut still) = (0, 0);
        while !stop.load(Ordering::Relaxed) {
            std::thread::park_timeout(LOOK);
            let now = self.health.blocks.load(Ordering::Relaxed);
            still = if now == blocks { still + 1 } else { 0 };
            blocks = now;
            if self.health.lost.load(Ordering::Relaxed) {
                return Some(Text::new(
                    "đầu vào báo lỗi hoặc bị rút ra",
                    "the input reported a fault or was unplugged",
                ));
            }
            if still >= STALL_LOOKS {
                return Some(Text::new("đầu vào đứng im", "the input gives nothing to hear"));
            }
            // A sound server may have moved us to another input without a word.
            if !inputs::is_there(device) {
                return Some(Text::new("đầu vào đã biến mất", "the input has disappeared"));
            }
        }
        None
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        let Some(stream) = self.stream.take() else { return };
        // The drop of a broken stream may never return.
        if let Err(error) = std::thread::Builder::new().name("loa-line-drop".into()).spawn(move || drop(stream)) {
            tracing::error!("no thread to drop the monitor on: {error}");
        }
    }
}

fn listen(name: &str) -> Result<(Ear, Consumer<Stretch>), Text> {
    let device = inputs::find(name)?;
    let in_words = |error: cpal::Error| inputs::in_words(name, &error);
    let own = device.default_input_config().map_err(in_words)?;
    let config = StreamConfig {
        channels: own.channels(),
        sample_rate: own.sample_rate(),
        buffer_size: BufferSize::Fixed(BLOCK_FRAMES),
    };
    match attempt(&device, own.sample_format(), config) {
        Err(error) if matches!(error.kind(), ErrorKind::UnsupportedConfig | ErrorKind::InvalidInput) => {
            attempt(&device, own.sample_format(), StreamConfig { buffer_size: BufferSize::Default, ..config })
        }
        other => other,
    }
    .map_err(in_words)
}

fn attempt(
    device: &cpal::Device,
    format: SampleFormat,
    config: StreamConfig,
) -> Result<(Ear, Consumer<Stretch>), cpal::Error> {
    let (out, heard) = RingBuffer::new(WAITING);
    let health = Arc::new(Health::default());
    let meter = Meter::new(out, &config);
    let stream = match format {
        SampleFormat::F32 => build::<f32>(device, config, meter, health.clone())?,
        SampleFormat::I32 => build::<i32>(device, config, meter, health.clone())?,
        SampleFormat::I24 => build::<cpal::I24>(device, config, meter, health.clone())?,
        SampleFormat::U8 => build::<u8>(device, config, meter, health.clone())?,
        SampleFormat::I16 => build::<i16>(device, config, meter, health.clone())?,
        _ => return Err(ErrorKind::UnsupportedConfig.into()),
    };
    stream.play()?;
    Ok((Ear { stream: Some(stream), health }, heard))
}

fn build<T>(
    device: &cpal::Device,
    config: StreamConfig,
    mut meter: Meter,
    health: Arc<Health>,
) -> Result<cpal::Stream, cpal::Error>
where
    T: SizedSample + Send + 'static,
    f32: FromSample<T>,
{
    let errors = health.clone();
    device.build_input_stream::<T, _, _>(
        config,
        move |samples, _| {
            health.blocks.fetch_add(1, Ordering::Relaxed);
            meter.take_in(samples.iter().map(|sample| <f32 as FromSample<T>>::from_sample_(*sample)));
        },
        move |error| {
            if !matches!(error.kind(), ErrorKind::Xrun | ErrorKind::RealtimeDenied) {
                errors.lost.store(true, Ordering::Relaxed);
            }
        },
        Some(ANSWER),
    )
}

/// Measures what comes, and places it in time by counting frames from when it first came.
struct Meter {
    out: Producer<Stretch>,
    channels: u64,
    frame_ns: f64,
    step_samples: u64,
    now: Level,
    /// Where the next step begins.
    from_ns: u64,
}

impl Meter {
    fn new(out: Producer<Stretch>, config: &StreamConfig) -> Meter {
        let channels = u64::from(config.channels.max(1));
        let rate = config.sample_rate.max(1);
        let step_samples = (u64::from(rate) / 10).max(1) * channels;
        Meter { out, channels, frame_ns: 1e9 / f64::from(rate), step_samples, now: Level::default(), from_ns: 0 }
    }

    fn ns(&self, samples: u64) -> u64 {
        (samples as f64 / self.channels as f64 * self.frame_ns) as u64
    }

    fn take_in(&mut self, samples: impl ExactSizeIterator<Item = f32>) {
        // Its last sample is of now, so its first and what waits of the one before it are earlier.
        let began_ns = clock::monotonic_ns().saturating_sub(self.ns(samples.len() as u64 + self.now.samples));
        if began_ns.abs_diff(self.from_ns) > ASTRAY_NS {
            self.from_ns = began_ns;
        }
        for sample in samples {
            self.now.take_in(&[sample]);
            if self.now.samples == self.step_samples {
                let to_ns = self.from_ns + self.ns(self.step_samples);
                // Nobody looks: then nothing is judged either.
                let _ = self.out.push(Stretch { from_ns: self.from_ns, to_ns, power: self.now.power() });
                (self.now, self.from_ns) = (Level::default(), to_ns);
            }
        }
    }
}
