//! The ear: what a sink played, and at which instant each sample of it was heard.

use std::io::Read;
use std::process::{Child, ChildStdout, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::pulse::PulseLine;
use earshot::sounds::{Hearing, Sound, sounds};
use earshot::track::{RATE, Track};

/// The block that the listener asks for. The sink mixes in the shortest block that anybody at it asks for.
pub const BLOCK_MS: u32 = 5;
/// How often the server is asked which block the sink mixes in.
const ASK_EVERY: Duration = Duration::from_secs(3);
const CHANNELS: usize = 2;
const FRAME_BYTES: usize = CHANNELS * 2;

/// Listens at one sink until told to finish.
pub struct Recorder {
    parec: Child,
    listener: JoinHandle<Take>,
    blocks: JoinHandle<Vec<f64>>,
    done: Arc<AtomicBool>,
}

/// What was heard, in stereo at 48 kHz.
pub struct Recording {
    /// The samples.
    pub track: Track,
    /// When they were heard.
    pub pace: Pace,
}

/// The map from frames of a recording to the wall clock.
///
/// A reading can only be late, never early, so the least delayed readings of a stretch fix the map there. A null sink
/// rounds each block to whole microseconds and so runs fast by some 0.05 ‰, which is milliseconds in a minute: the map
/// follows.
pub struct Pace {
    /// (frame, Unix seconds − frame / rate), some seconds apart.
    offsets: Vec<(f64, f64)>,
}

/// How far apart the least delayed readings are looked for, in seconds.
const STRETCH_S: f64 = 1.0;

impl Pace {
    /// From readings: frames read until then, and Unix time; `block_s` is the block that the sink mixes in, in seconds.
    pub fn new(readings: &[(u64, f64)], block_s: f64) -> Pace {
        let rate = f64::from(RATE);
        let offset = |&(frames, at): &(u64, f64)| (frames as f64, at - frames as f64 / rate);
        // Blocks mixed before our wish for short ones took effect were handed over further ahead.
        let settled = readings.iter().position(|(frames, _)| *frames > u64::from(RATE)).unwrap_or(0);
        let mut least: Vec<(f64, f64)> = Vec::new();
        let mut until = 0.0;
        for (frame, offset) in readings[settled..].iter().map(offset) {
            match least.last_mut() {
                Some(best) if frame < until => {
                    if offset < best.1 {
                        *best = (frame, offset);
                    }
                }
                _ => {
                    least.push((frame, offset));
                    until = frame + STRETCH_S * rate;
                }
            }
        }
        // In a stretch all readings may have been late. With the drift taken out, neighbours can tell.
        let mut slopes: Vec<f64> = least
            .iter()
            .enumerate()
            .flat_map(|(n, a)| least.iter().skip(n + 5).map(move |b| (b.1 - a.1) / (b.0 - a.0)))
            .collect();
        slopes.sort_by(f64::total_cmp);
        let slope = slopes.get(slopes.len() / 2).copied().unwrap_or(0.0);
        let level: Vec<f64> = least.iter().map(|(frame, offset)| offset - slope * frame).collect();
        let offsets = least.iter().enumerate().map(|(n, &(frame, _))| {
            let near = &level[n.saturating_sub(5)..(n + 6).min(level.len())];
            // A null sink hands a block to its monitor when it mixes it, which is one block before that is heard.
            (frame, near.iter().copied().fold(f64::MAX, f64::min) + slope * frame + block_s)
        });
        Pace { offsets: offsets.collect() }
    }

    /// When a frame was heard: Unix time in seconds.
    pub fn instant(&self, frame: f64) -> f64 {
        let after = self.offsets.partition_point(|&(at, _)| at <= frame);
        let offset = match (self.offsets.get(after.wrapping_sub(1)), self.offsets.get(after)) {
            (Some(a), Some(b)) => a.1 + (b.1 - a.1) * (frame - a.0) / (b.0 - a.0),
            (Some(only), None) | (None, Some(only)) => only.1,
            (None, None) => panic!("nothing was read"),
        };
        offset + frame / f64::from(RATE)
    }

    /// The frame that was heard at an instant.
    pub fn frame(&self, instant: f64) -> f64 {
        let mut frame = 0.0;
        for _ in 0..4 {
            frame += (instant - self.instant(frame)) * f64::from(RATE);
        }
        frame
    }
}

struct Take {
    bytes: Vec<u8>,
    /// For each reading, (frames read until then, Unix time of the reading).
    readings: Vec<(u64, f64)>,
}

impl Recorder {
    /// Starts to listen at a sink of the line; returns when sound (or silence) comes in.
    pub fn start(line: &PulseLine, sink: &str) -> Recorder {
        let mut parec = line
            .command("parec")
            .args(["--raw", "--format=s16le", &format!("--rate={RATE}"), &format!("--channels={CHANNELS}")])
            .args([&format!("--device={sink}.monitor"), &format!("--latency-msec={BLOCK_MS}")])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("parec starts");
        let sound = parec.stdout.take().expect("parec's output");
        let (tell, told) = mpsc::channel();
        let listener = std::thread::spawn(move || listen(sound, &tell));
        told.recv_timeout(Duration::from_secs(20)).expect("the monitor gives something to hear");
        let done = Arc::new(AtomicBool::new(false));
        let blocks = ask_for_blocks(line, sink, done.clone());
        Recorder { parec, listener, blocks, done }
    }

    /// Stops listening and says what was heard.
    pub fn finish(mut self) -> Recording {
        self.done.store(true, Ordering::Relaxed);
        let mut blocks = self.blocks.join().expect("the server was asked");
        blocks.sort_by(f64::total_cmp);
        let block_s = blocks.get(blocks.len() / 2).copied().unwrap_or(f64::from(BLOCK_MS) / 1000.0);
        self.parec.kill().expect("parec stops");
        self.parec.wait().expect("parec is gone");
        let take = self.listener.join().expect("the listener lives");
        Recording { pace: Pace::new(&take.readings, block_s), track: Track::from_s16le(RATE, CHANNELS, &take.bytes) }
    }
}

/// Asks the server now and then which block the sink mixes in, in seconds: it follows whoever plays and listens.
fn ask_for_blocks(line: &PulseLine, sink: &str, done: Arc<AtomicBool>) -> JoinHandle<Vec<f64>> {
    let mut pactl = line.command("pactl");
    pactl.args(["list", "sinks"]).env("LC_ALL", "C");
    let sink = sink.to_owned();
    std::thread::spawn(move || {
        let mut blocks = Vec::new();
        let mut asked: Option<Instant> = None;
        while !done.load(Ordering::Relaxed) {
            if asked.is_none_or(|asked| asked.elapsed() >= ASK_EVERY) {
                asked = Some(Instant::now());
                let answer = pactl.output().expect("pactl answers");
                blocks.extend(configured_block_s(&String::from_utf8_lossy(&answer.stdout), &sink));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        blocks
    })
}

/// The `configured` time of a sink's `Latency:` line in what `pactl list sinks` prints, in seconds.
pub fn configured_block_s(listing: &str, sink: &str) -> Option<f64> {
    let of_sink =
        listing.split("Sink #").find(|part| part.lines().any(|line| line.trim() == format!("Name: {sink}")))?;
    let usec = of_sink.split_once("configured ")?.1.split_whitespace().next()?;
    Some(usec.parse::<f64>().ok()? / 1e6)
}

fn listen(mut sound: ChildStdout, tell: &mpsc::Sender<()>) -> Take {
    let mut take = Take { bytes: Vec::new(), readings: Vec::new() };
    let mut block = vec![0; 1 << 16];
    while let Ok(n @ 1..) = sound.read(&mut block) {
        let now = unix_now();
        take.bytes.extend_from_slice(&block[..n]);
        take.readings.push(((take.bytes.len() / FRAME_BYTES) as u64, now));
        let _ = tell.send(());
    }
    take
}

impl Recording {
    /// When a place in the recording, in frames, was heard: Unix time in seconds.
    pub fn instant(&self, frame: f64) -> f64 {
        self.pace.instant(frame)
    }

    /// The place, in frames, of what was heard at an instant.
    pub fn frame(&self, instant: f64) -> f64 {
        self.pace.frame(instant)
    }

    /// The sounds heard, in order of time.
    pub fn sounds(&self, hearing: Hearing) -> Vec<Sound> {
        sounds(&self.track, hearing)
    }
}

/// Now, in Unix seconds.
pub fn unix_now() -> f64 {
    unix(loa::clock::now())
}

/// An instant in Unix seconds.
pub fn unix(instant: jiff::Timestamp) -> f64 {
    instant.as_nanosecond() as f64 / 1e9
}
