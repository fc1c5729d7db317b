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
/// A look that comes so much later than it should tells that the program stood still, or the PC slept, in ms.
const STOOD_STILL_MS: u64 = 1_000;
/// What the input says for so long after that is no fault of its own, in ms: it takes a listener that stands still for a fault.
const EXCUSED_MS: u64 = 5_000;
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
                match ear.wait(device, stop) {
                    Over::NotWanted => return,
                    // It is opened again without a word; if that fails, it is lost.
                    Over::StoodStill => None,
                    Over::Lost(why) => Some(why),
                }
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
    /// Until it is listened to no more, and why.
    fn wait(&self, device: &str, stop: &AtomicBool) -> Over {
        let mut watch = Watch::new(clock::awake_or_asleep_ms());
        while !stop.load(Ordering::Relaxed) {
            std::thread::park_timeout(LOOK);
            let now_ms = clock::awake_or_asleep_ms();
            let (blocks, lost) = (self.health.blocks.load(Ordering::Relaxed), self.health.lost.load(Ordering::Relaxed));
            // A sound server may have moved us to another input without a word.
            if let Some(over) = watch.look(now_ms, blocks, lost, || inputs::is_there(device)) {
                return over;
            }
        }
        Over::NotWanted
    }
}

/// Why an input is listened to no more.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Over {
    NotWanted,
    /// The program was stopped, or the PC slept, and the input did not outlast that.
    StoodStill,
    /// In words.
    Lost(Text),
}

/// Looks at an open input, once a second.
#[derive(Debug)]
struct Watch {
    looked_ms: u64,
    /// Until then a fault is laid to what the program itself missed.
    excused_until_ms: u64,
    blocks: u64,
    still: u32,
}

impl Watch {
    fn new(now_ms: u64) -> Watch {
        Watch { looked_ms: now_ms, excused_until_ms: 0, blocks: 0, still: 0 }
    }

    /// What is seen at `now_ms`: how many blocks have come so far, and whether the stream said that it is lost.
    fn look(&mut self, now_ms: u64, blocks: u64, lost: bool, is_there: impl FnOnce() -> bool) -> Option<Over> {
        let should_ms = self.looked_ms + u64::try_from(LOOK.as_millis()).unwrap_or(0);
        if now_ms >= should_ms + STOOD_STILL_MS {
            self.excused_until_ms = now_ms + EXCUSED_MS;
        }
        self.still = if blocks == self.blocks { self.still + 1 } else { 0 };
        (self.blocks, self.looked_ms) = (blocks, now_ms);
        let why = if lost {
            Text::new("đầu vào báo lỗi hoặc bị rút ra", "the input reported a fault or was unplugged")
        } else if self.still >= STALL_LOOKS {
            Text::new("đầu vào đứng im", "the input gives nothing to hear")
        } else if !is_there() {
            Text::new("đầu vào đã biến mất", "the input has disappeared")
        } else {
            return None;
        };
        Some(if now_ms < self.excused_until_ms { Over::StoodStill } else { Over::Lost(why) })
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The program is stopped, and what the input makes of that is found at the first look afterwards, or some looks later.
    #[test]
    fn a_stop_of_the_program_is_not_blamed_on_the_monitor_and_what_it_does_by_itself_is() {
        const FAULT: &str = "đầu vào báo lỗi hoặc bị rút ra";
        const STILL: &str = "đầu vào đứng im";
        const GONE: &str = "đầu vào đã biến mất";
        // At which ms it is looked at, the blocks by then, whether the stream says that it is lost, whether it is there.
        type Look = (u64, u64, bool, bool);
        let cases: [(&[Look], Option<Option<&str>>); 8] = [
            (&[(1_000, 20, false, true), (2_000, 40, false, true)], None),
            (&[(1_000, 20, false, true), (2_000, 40, true, true)], Some(Some(FAULT))),
            (&[(1_000, 20, false, true), (2_000, 40, false, false)], Some(Some(GONE))),
            (&[(1_000, 20, false, true), (2_000, 20, false, true), (3_000, 20, false, true)], None),
            (
                &[(1_000, 9, false, true), (2_000, 9, false, true), (3_000, 9, false, true), (4_000, 9, false, true)],
                Some(Some(STILL)),
            ),
            // Stopped for eight seconds.
            (&[(1_000, 20, false, true), (9_000, 20, true, true)], Some(None)),
            (&[(1_000, 20, false, true), (9_000, 20, false, true), (10_000, 20, true, true)], Some(None)),
            (&[(1_000, 20, false, true), (9_000, 20, false, false)], Some(None)),
        ];
        for (looks, wanted) in cases {
            let mut watch = Watch::new(0);
            let found = looks
                .iter()
                .find_map(|(now_ms, blocks, lost, is_there)| watch.look(*now_ms, *blocks, *lost, || *is_there));
            let wanted = wanted.map(|why| why.map_or(Over::StoodStill, |vi| Over::Lost(told(vi))));
            assert_eq!(found, wanted, "{looks:?}");
        }
        let mut watch = Watch::new(0);
        assert_eq!(watch.look(9_000, 20, false, || true), None);
        for second in 10..15 {
            assert_eq!(watch.look(second * 1_000, second * 20, false, || true), None);
        }
        assert_eq!(watch.look(15_000, 300, true, || true), Some(Over::Lost(told(FAULT))), "long after it");
    }

    fn told(vi: &str) -> Text {
        let en = match vi {
            "đầu vào báo lỗi hoặc bị rút ra" => "the input reported a fault or was unplugged",
            "đầu vào đứng im" => "the input gives nothing to hear",
            _ => "the input has disappeared",
        };
        Text::new(vi, en)
    }
}
