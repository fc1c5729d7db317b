//! Plays a sound on a line of the command's own until it ends or Ctrl+C is pressed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::audio::line::deck::{Fact, TakeId, take};
use crate::audio::line::{Line, Lost};

/// Read frames ahead of what sounds, in seconds.
const AHEAD_S: usize = 2;
const STEP_FRAMES: usize = 2048;
const PAUSE: Duration = Duration::from_millis(20);
/// From the end in the deck to the end at the ear.
const LEAD: Duration = Duration::from_millis(300);

/// Raised by Ctrl+C.
pub fn stop_on_ctrl_c() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = stop.clone();
    // Without the thread the signal ends the program as it is, only less gently.
    let _ = std::thread::Builder::new().name("loa-ctrl-c".into()).spawn(move || {
        if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build()
            && runtime.block_on(tokio::signal::ctrl_c()).is_ok()
        {
            flag.store(true, Ordering::Release);
        }
    });
    stop
}

/// Plays what `read` fills: interleaved samples of the line's rate and channels, 0 at the end.
///
/// # Errors
/// The line is lost.
pub fn play(
    line: &mut Line,
    read: &mut dyn FnMut(&mut [f32]) -> usize,
    id: TakeId,
    stop: &AtomicBool,
) -> Result<(), Lost> {
    let (rate, channels) = (line.rate_hz(), line.channels());
    let ring = usize::try_from(rate).unwrap_or(48_000) * AHEAD_S;
    let (mut feed, take) = take(id, ring, channels);
    let mut step = vec![0.0; STEP_FRAMES * usize::from(channels)];
    let mut waiting = Some(take);
    let (mut whole, mut cut) = (false, false);
    loop {
        while !whole && feed.room() >= step.len() {
            match read(&mut step) {
                0 => {
                    feed.finish();
                    whole = true;
                }
                samples => drop(feed.push(&step[..samples])),
            }
        }
        if let Some(take) = waiting.take() {
            let from = line.rendered_frames();
            waiting = line.cue(take, from).err();
        }
        if stop.load(Ordering::Acquire) && !cut {
            cut = line.cut(id, rate / 20, 0);
        }
        line.tend()?;
        while let Some(fact) = line.fact() {
            if matches!(fact, Fact::Ended { .. }) {
                std::thread::sleep(LEAD);
                return Ok(());
            }
        }
        std::thread::sleep(PAUSE);
    }
}
