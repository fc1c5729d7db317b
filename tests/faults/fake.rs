//! A sound card made for tests: it behaves as cpal's do, and misbehaves as its script says.
//!
//! It gives typed buffers by its own `build_output_stream`, so nothing of the product knows that it is none, and no
//! raw memory is needed.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::ThreadId;
use std::time::{Duration, Instant};

use allocation_counter::AllocationInfo;
use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{
    BufferSize, Data, DeviceDescription, DeviceDescriptionBuilder, DeviceId, Error, ErrorKind, FrameCount, HostId,
    InputCallbackInfo, OutputCallbackInfo, OutputStreamTimestamp, Sample, SampleFormat, SizedSample, StreamConfig,
    StreamInstant, SupportedBufferSize, SupportedStreamConfig, SupportedStreamConfigRange,
};

pub const RATE_HZ: u32 = 48_000;
pub const CHANNELS: u16 = 2;

/// What the stream of one opening does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Takes a block whenever the test says so, and never by itself.
    ByHand,
    /// Takes its blocks at its rate.
    Well,
    /// Says after these blocks, once, that something is amiss, and takes no more.
    Says { after: u64, kind: ErrorKind },
    /// Tells faults without a pause after these blocks, and takes no more.
    Flood { after: u64 },
    /// Takes these blocks and no more, without a word.
    Stall { after: u64 },
    /// Takes nothing for this long, then takes its blocks.
    LateBy(Duration),
    /// Runs dry after each so many blocks, says so and goes on.
    Xruns { each: u64 },
    /// Takes its blocks at its rate, and is never clear about when they are heard.
    Restless,
    /// Says after these blocks that it is gone, and its drop never returns.
    StuckDrop { after: u64 },
    /// Says after these blocks that it is gone, and its drop panics.
    PanickingDrop { after: u64 },
    /// Does not open.
    Refused,
    /// The attempt to open it panics.
    PanickingOpening,
    /// The attempt to open it returns only when that is over.
    StuckOpening(Duration),
}

type Answer = mpsc::Sender<AllocationInfo>;

/// The card; its clones are the same card.
#[derive(Clone)]
pub struct Fake(Arc<Inner>);

struct Inner {
    format: SampleFormat,
    refuses_fixed: bool,
    /// What comes next, by opening; the last one stays.
    acts: Mutex<Vec<Act>>,
    opened_on: Mutex<Vec<ThreadId>>,
    faults_told: AtomicU64,
    /// What was taken, as floats, over all openings.
    taken: Mutex<Vec<f32>>,
    by_hand: Mutex<Option<mpsc::Sender<Answer>>>,
    asked: Mutex<Option<StreamConfig>>,
    /// For how long it was dry so far, in ns: all that it takes from there on is heard so much later.
    dry_ns: AtomicU64,
}

impl Fake {
    pub fn new(format: SampleFormat, acts: &[Act]) -> Fake {
        Fake::made(format, acts, false)
    }

    /// One that takes no block size but its own.
    pub fn stubborn(acts: &[Act]) -> Fake {
        Fake::made(SampleFormat::F32, acts, true)
    }

    fn made(format: SampleFormat, acts: &[Act], refuses_fixed: bool) -> Fake {
        Fake(Arc::new(Inner {
            format,
            refuses_fixed,
            acts: Mutex::new(acts.iter().rev().copied().collect()),
            opened_on: Mutex::default(),
            faults_told: AtomicU64::new(0),
            taken: Mutex::default(),
            by_hand: Mutex::new(None),
            asked: Mutex::new(None),
            dry_ns: AtomicU64::new(0),
        }))
    }

    /// How often it was opened or refused.
    pub fn openings(&self) -> usize {
        self.0.opened_on.lock().unwrap().len()
    }

    pub fn faults_told(&self) -> u64 {
        self.0.faults_told.load(Ordering::Relaxed)
    }

    /// Takes one block, where it is driven by hand; says what the callback took and gave back of memory.
    pub fn tick(&self) -> AllocationInfo {
        let (answer, answered) = mpsc::channel();
        self.0.by_hand.lock().unwrap().as_ref().expect("driven by hand").send(answer).expect("an open stream");
        answered.recv().expect("the card's thread lives")
    }

    /// It has nothing to play for so long.
    pub fn runs_dry(&self, time: Duration) {
        self.0.dry_ns.fetch_add(u64::try_from(time.as_nanos()).unwrap(), Ordering::Relaxed);
    }

    /// All samples taken so far.
    pub fn taken(&self) -> Vec<f32> {
        self.0.taken.lock().unwrap().clone()
    }

    /// What was asked of it last.
    pub fn asked(&self) -> Option<StreamConfig> {
        *self.0.asked.lock().unwrap()
    }
}

impl Inner {
    /// What the opening that begins now does; some do it at once.
    fn next_act(&self) -> Act {
        let act = {
            let mut acts = self.acts.lock().unwrap();
            if acts.len() > 1 { acts.pop().unwrap() } else { acts[0] }
        };
        match act {
            Act::PanickingOpening => panic!("a driver that is broken"),
            Act::StuckOpening(time) => std::thread::sleep(time),
            _ => {}
        }
        act
    }

    /// When a frame is asked for: as evenly as its clock goes, but no earlier than it can be. Driven by hand it knows no time but
    /// that of its blocks.
    fn even(&self, act: Act, frame: u64, earliest: Duration) -> Duration {
        let dry = Duration::from_nanos(self.dry_ns.load(Ordering::Relaxed));
        let even = Duration::from_secs_f64(frame as f64 / f64::from(RATE_HZ)) + dry;
        if act == Act::ByHand { even } else { even.max(earliest) }
    }
}

impl DeviceTrait for Fake {
    type SupportedInputConfigs = std::iter::Empty<SupportedStreamConfigRange>;
    type SupportedOutputConfigs = std::iter::Once<SupportedStreamConfigRange>;
    type Stream = Stream;

    fn description(&self) -> Result<DeviceDescription, Error> {
        Ok(DeviceDescriptionBuilder::new("fake").build())
    }

    fn id(&self) -> Result<DeviceId, Error> {
        Ok(DeviceId::new(HostId::Alsa, "fake"))
    }

    fn supported_input_configs(&self) -> Result<Self::SupportedInputConfigs, Error> {
        Ok(std::iter::empty())
    }

    fn supported_output_configs(&self) -> Result<Self::SupportedOutputConfigs, Error> {
        let any = SupportedBufferSize::Range { min: 1, max: 1 << 16 };
        Ok(std::iter::once(SupportedStreamConfigRange::new(CHANNELS, RATE_HZ, RATE_HZ, any, self.0.format)))
    }

    fn default_input_config(&self) -> Result<SupportedStreamConfig, Error> {
        Err(ErrorKind::UnsupportedOperation.into())
    }

    fn default_output_config(&self) -> Result<SupportedStreamConfig, Error> {
        Ok(SupportedStreamConfig::new(CHANNELS, RATE_HZ, SupportedBufferSize::Unknown, self.0.format))
    }

    fn build_input_stream_raw<D, E>(
        &self,
        _: StreamConfig,
        _: SampleFormat,
        _: D,
        _: E,
        _: Option<Duration>,
    ) -> Result<Stream, Error>
    where
        D: FnMut(&Data, &InputCallbackInfo) + Send + 'static,
        E: FnMut(Error) + Send + 'static,
    {
        Err(ErrorKind::UnsupportedOperation.into())
    }

    fn build_output_stream_raw<D, E>(
        &self,
        _: StreamConfig,
        _: SampleFormat,
        _: D,
        _: E,
        _: Option<Duration>,
    ) -> Result<Stream, Error>
    where
        D: FnMut(&mut Data, &OutputCallbackInfo) + Send + 'static,
        E: FnMut(Error) + Send + 'static,
    {
        Err(ErrorKind::UnsupportedOperation.into())
    }

    fn build_output_stream<T, D, E>(
        &self,
        config: StreamConfig,
        mut data: D,
        error: E,
        _: Option<Duration>,
    ) -> Result<Stream, Error>
    where
        T: SizedSample,
        D: FnMut(&mut [T], &OutputCallbackInfo) + Send + 'static,
        E: FnMut(Error) + Send + 'static,
    {
        let frames = match config.buffer_size {
            BufferSize::Fixed(_) if self.0.refuses_fixed => return Err(ErrorKind::UnsupportedConfig.into()),
            BufferSize::Fixed(frames) => frames,
            BufferSize::Default => 960,
        };
        *self.0.asked.lock().unwrap() = Some(config);
        let act = self.0.next_act();
        let here = std::thread::current().id();
        let mut opened_on = self.0.opened_on.lock().unwrap();
        // As Windows does: a thread that has had one stream gets no other.
        let again = opened_on.contains(&here);
        opened_on.push(here);
        if act == Act::Refused || again {
            return Err(ErrorKind::DeviceNotAvailable.into());
        }
        let started = Instant::now();
        let stop = Arc::new(AtomicBool::new(false));
        let (asks, asked) = mpsc::channel();
        *self.0.by_hand.lock().unwrap() = (act == Act::ByHand).then_some(asks);
        let (card, stopped) = (self.clone(), stop.clone());
        let runner = move || {
            // Not captured, but made here: nothing says that such samples may go from thread to thread.
            let mut buffer = vec![T::EQUILIBRIUM; frames as usize * usize::from(config.channels)];
            let mut frame = 0_u64;
            let mut block = |keep: bool| {
                let now = started.elapsed();
                let lead = Duration::from_secs_f64(f64::from(2 * frames) / f64::from(RATE_HZ));
                let even = card.0.even(act, frame, now.saturating_sub(lead));
                let restless = act == Act::Restless && frame.is_multiple_of(u64::from(2 * frames));
                let lead = lead + Duration::from_millis(if restless { 30 } else { 0 });
                let instant = |at: Duration| StreamInstant::new(at.as_secs(), at.subsec_nanos());
                let info = OutputCallbackInfo::new(OutputStreamTimestamp {
                    callback: instant(even),
                    playback: instant(even + lead),
                });
                let used = allocation_counter::measure(|| data(&mut buffer, &info));
                frame += u64::from(frames);
                if keep {
                    let float = |sample: &T| sample.to_float_sample().to_sample::<f64>() as f32;
                    card.0.taken.lock().unwrap().extend(buffer.iter().map(float));
                }
                used
            };
            if act == Act::ByHand {
                return asked.iter().for_each(|answer: Answer| answer.send(block(false)).unwrap());
            }
            let mut error = error;
            let tell = |kind: ErrorKind| {
                card.0.faults_told.fetch_add(1, Ordering::Relaxed);
                error(kind.into());
            };
            run(act, f64::from(frames) / f64::from(RATE_HZ), &stopped, || _ = block(true), tell);
        };
        Ok(Stream { act, started, stop, runner: Mutex::new(Some(Box::new(runner))) })
    }
}

/// The card's own thread.
fn run(act: Act, block_s: f64, stop: &AtomicBool, mut block: impl FnMut(), mut tell: impl FnMut(ErrorKind)) {
    if let Act::LateBy(late) = act {
        std::thread::sleep(late);
    }
    let began = Instant::now();
    for n in 0_u64.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        match act {
            Act::Says { after, kind } if n == after => return tell(kind),
            Act::StuckDrop { after } | Act::PanickingDrop { after } if n == after => {
                return tell(ErrorKind::DeviceNotAvailable);
            }
            Act::Stall { after } if n == after => return,
            Act::Flood { after } if n == after => {
                while !stop.load(Ordering::Relaxed) {
                    tell(ErrorKind::BackendError);
                }
                return;
            }
            Act::Xruns { each } if n % each == each - 1 => tell(ErrorKind::Xrun),
            _ => {}
        }
        block();
        let due = began + Duration::from_secs_f64(block_s * (n + 1) as f64);
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
    }
}

type Runner = Box<dyn FnOnce() + Send>;

/// One opening of the card.
pub struct Stream {
    act: Act,
    started: Instant,
    stop: Arc<AtomicBool>,
    runner: Mutex<Option<Runner>>,
}

impl StreamTrait for Stream {
    fn play(&self) -> Result<(), Error> {
        if let Some(runner) = self.runner.lock().unwrap().take() {
            std::thread::Builder::new().name("fake-card".into()).spawn(runner).unwrap();
        }
        Ok(())
    }

    fn pause(&self) -> Result<(), Error> {
        Ok(())
    }

    fn now(&self) -> StreamInstant {
        let now = self.started.elapsed();
        StreamInstant::new(now.as_secs(), now.subsec_nanos())
    }

    fn buffer_size(&self) -> Result<FrameCount, Error> {
        Ok(0)
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        match self.act {
            Act::StuckDrop { .. } => loop {
                std::thread::park();
            },
            Act::PanickingDrop { .. } => panic!("the driver's own fault"),
            _ => {}
        }
    }
}

impl PartialEq for Fake {
    fn eq(&self, other: &Fake) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Fake {}

impl Hash for Fake {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.0).hash(state);
    }
}

impl fmt::Debug for Fake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fake")
    }
}

impl fmt::Display for Fake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("fake")
    }
}
