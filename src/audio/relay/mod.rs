//! Live sources: what a relay (tiếp âm) takes from elsewhere at the moment it airs, and what sounds in its place when
//! that gives nothing.
//!
//! A stream's way: `opened` follows an address to sound (`http`, `lists`, `hls`), `sound` decodes it as it comes
//! (`icy`, `ts`, `frames`, `helper`), `tuner` keeps it tuned in through every loss on a thread of its own, `buffer`
//! holds it ready. A sound input comes in by `line_in`. [`Live`] is the end that the player reads: it only copies, so
//! that no network, device or disk can hold the line up, and it decides by what it copies which of the two is heard.
//!
//! # When the fallback is heard
//! - At once when there is nothing of the source to play: its buffer has then hidden as long a loss as it holds.
//! - When the source has been silent for [`Terms::silence_ms`].
//! - Until the source has sounded steadily again for [`Terms::steady_ms`]; then one fades into the other. It is not
//!   waited for the end of the fallback's recording: a song may be longer than what is left of the news. A source that
//!   comes and goes has to sound longer each time before it is believed.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::bulletin::Bulletin;
use super::channels::Route;
use super::reel::Recorded;
use crate::schedule::audio_facts::AudioFault;

mod buffer;
mod fallback;
mod fault;
mod frames;
mod helper;
mod hls;
mod http;
mod icy;
mod line_in;
mod lists;
mod live;
mod opened;
mod quiet;
mod sound;
mod ts;
mod tuner;

pub use fault::Fault;
pub use live::{Heard, Live, ReadNow, Stats, Why};

/// What a line takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// Frames a second.
    pub rate_hz: u32,
    /// Channels of a frame.
    pub channels: u16,
}

/// How a recording is opened, to sound at its gain.
pub type Opener = Arc<dyn Fn(&Path) -> Result<Recorded, AudioFault> + Send + Sync>;

/// Recordings that sound in the place of a source, one after the other.
#[derive(Clone)]
pub struct Recordings {
    /// The folder that their names start from.
    pub below: PathBuf,
    /// With `/`; may be none.
    pub names: Vec<String>,
    /// How each is opened when its turn comes.
    pub open: Opener,
}

/// None, which would sound as they were recorded.
impl Default for Recordings {
    fn default() -> Recordings {
        let as_recorded = |path: &Path| {
            let bulletin = Bulletin::open(path)?;
            Ok(Recorded { bulletin, gain: 1.0, route: Route::of(None), unmeasured: None })
        };
        Recordings { below: PathBuf::new(), names: Vec::new(), open: Arc::new(as_recorded) }
    }
}

/// On what terms a source is listened to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Longest that a server may take to be found, to connect, to answer (each), in ms.
    pub connect_ms: u64,
    /// Longest that a connection may stand without a byte, in ms.
    pub stall_ms: u64,
    /// First pause before a lost source is tried again, in ms; it doubles each time.
    pub retry_first_ms: u64,
    /// Longest such pause, in ms.
    pub retry_most_ms: u64,
    /// Sound of the source held ready, in ms: a loss shorter than this is not heard.
    pub buffer_ms: u64,
    /// Silence of the source that is taken for a fault, in ms.
    pub silence_ms: u64,
    /// How long it has to sound before it is heard again, in ms.
    pub steady_ms: u64,
    /// The program that decodes what the library does not.
    pub ffmpeg: OsString,
}

impl Default for Terms {
    fn default() -> Terms {
        Terms {
            connect_ms: 10_000,
            stall_ms: 10_000,
            retry_first_ms: 500,
            retry_most_ms: 30_000,
            buffer_ms: 10_000,
            silence_ms: 5_000,
            steady_ms: 5_000,
            ffmpeg: "ffmpeg".into(),
        }
    }
}
