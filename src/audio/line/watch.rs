//! Watches that a line is still the one it was opened as.
//!
//! A desktop's sound server, when an output disappears, moves its streams to another one without a word: the bulletin
//! would sound from the wrong loudspeaker and look perfect. So while such a line is open, it is asked each second
//! whether the output is still there; if it is not, the line is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Thread;
use std::time::Duration;

use cpal::traits::HostTrait;

use super::{Health, devices};

/// How often it is asked.
const EVERY: Duration = Duration::from_secs(1);
/// The sound systems that move streams, as cpal calls them.
const MOVING: [&str; 2] = ["PulseAudio", "PipeWire"];

/// A running watch; dropped, its thread ends by itself, and nobody waits for it.
#[derive(Debug)]
pub struct Watch {
    stop: Arc<AtomicBool>,
    thread: Thread,
}

impl Watch {
    /// Watches `device`, if its sound system is one that moves streams.
    pub fn start(device: &str, health: Arc<Health>) -> Option<Watch> {
        let id: cpal::DeviceId = device.parse().ok()?;
        if !MOVING.contains(&id.host().name()) {
            return None;
        }
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let watch = move || {
            let Ok(host) = devices::host(id.host()) else { return };
            while !stopped.load(Ordering::Relaxed) {
                std::thread::park_timeout(EVERY);
                // A server that does not answer says nothing about the device; its own death, the stream reports.
                let Ok(mut present) = host.output_devices() else { continue };
                if !present.any(|found| cpal::traits::DeviceTrait::id(&found).is_ok_and(|found| found == id)) {
                    if !stopped.load(Ordering::Relaxed) {
                        tracing::error!(device = %id, "the output has disappeared; its sound system may have moved the sound");
                        health.note_lost();
                    }
                    return;
                }
            }
        };
        match std::thread::Builder::new().name("loa-line-watch".into()).spawn(watch) {
            Ok(handle) => Some(Watch { stop, thread: handle.thread().clone() }),
            Err(error) => {
                tracing::error!("no thread to watch the line with: {error}");
                None
            }
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.unpark();
    }
}
