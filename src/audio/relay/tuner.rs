//! The thread that keeps a source tuned in: connects, decodes, fills the buffer, and tries again after every loss.

use std::sync::{Arc, Mutex, PoisonError};

use super::buffer::{Buffer, Pushed};
use super::fault::Fault;
use super::http::Reach;
use super::line_in::LineIn;
use super::sound::Sound;
use super::{Format, opened};
use crate::audio::packet::Blocks;
use crate::audio::resampled::{BLOCK_FRAMES, Resampled};
use crate::clock;
use crate::programme::relay::RelaySource;

/// A connection that held so long was a good one: the next loss is tried anew at once.
const GOOD_NS: u64 = 30_000_000_000;
/// The fade on either side of a break, in ms: no click.
pub(super) const BREAK_MS: usize = 10;

/// What became of the connections so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Tuning {
    /// Times it was tuned in.
    pub connections: u64,
    /// Why it gave no sound when it last gave none.
    pub last_fault: Option<Fault>,
}

/// What the thread needs.
pub(super) struct Tuner {
    pub source: RelaySource,
    pub reach: Arc<Reach>,
    pub buffer: Arc<Buffer>,
    pub format: Format,
    pub tuning: Arc<Mutex<Tuning>>,
}

impl Tuner {
    /// Until nobody listens any more, or there is nothing more to hear.
    pub fn run(&self) {
        let mut pause_ms = self.reach.terms().retry_first_ms;
        while !self.reach.is_closed() {
            let began_ns = clock::monotonic_ns();
            let fault = self.listen();
            self.buffer.break_off(BREAK_MS * self.format.rate_hz as usize / 1000);
            if fault == Fault::Closed || self.reach.is_closed() {
                return;
            }
            tracing::warn!(source = %self.source, "relay: {fault}");
            let is_final = fault.is_final();
            self.tuning.lock().unwrap_or_else(PoisonError::into_inner).last_fault = Some(fault);
            if is_final {
                return;
            }
            if clock::monotonic_ns().saturating_sub(began_ns) >= GOOD_NS {
                pause_ms = self.reach.terms().retry_first_ms;
            }
            if self.reach.wait(pause_ms).is_err() {
                return;
            }
            pause_ms = (pause_ms * 2).min(self.reach.terms().retry_most_ms);
        }
    }

    /// From tuning in to the loss.
    fn listen(&self) -> Fault {
        match &self.source {
            RelaySource::Manual => Fault::Closed,
            RelaySource::Stream(address) => {
                let sound = opened::open(&self.reach, address).and_then(|opened| Sound::open(&self.reach, opened));
                match sound {
                    Ok(sound) => self.pump(sound, |sound| sound.fault().cloned()),
                    Err(fault) => fault,
                }
            }
            RelaySource::LineIn(device) => match LineIn::open(&self.reach, device) {
                Ok(input) => self.pump(input, |input| input.fault().cloned()),
                Err(fault) => fault,
            },
        }
    }

    /// Into the buffer, until it ends.
    fn pump<S: Blocks + Send>(&self, sound: S, fault: impl Fn(&S) -> Option<Fault>) -> Fault {
        self.tuning.lock().unwrap_or_else(PoisonError::into_inner).connections += 1;
        let mut sound = Resampled::new(sound, self.format.rate_hz, self.format.channels);
        let mut block = vec![0.0; BLOCK_FRAMES * usize::from(self.format.channels)];
        loop {
            let samples = sound.read(&mut block);
            if samples == 0 {
                let resampler = || Fault::Broken(sound.fault().unwrap_or("resampler").to_owned());
                return fault(sound.source()).unwrap_or_else(resampler);
            }
            if self.buffer.push(&block[..samples], 0) != Pushed::Taken {
                return Fault::Closed;
            }
        }
    }
}
