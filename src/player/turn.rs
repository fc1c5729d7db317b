//! How a recording of a take is to sound, and its opening: with the others of its take, or when its turn comes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use super::supply::{Format, Recording};
use crate::audio::bulletin::Bulletin;
use crate::audio::channels::Route;
use crate::audio::reel::Recorded;
use crate::problem::Text;
use crate::schedule::audio_facts::{AudioFacts, AudioFault};
use crate::station::LineSettings;

/// A measured peak this near the ceiling may pass it on its way through the resampler, in hundredths of a dB.
const NEAR_CDB: i32 = 50;

/// How a recording is to sound when its turn comes.
pub(super) struct Turn {
    path: PathBuf,
    /// What its samples are multiplied by.
    gain: f32,
    route: Route,
    is_measured: bool,
}

impl Turn {
    pub fn of(recording: &Recording, line: &LineSettings, format: Format) -> Turn {
        let measures = recording.audio.measures.as_deref();
        let gain = linear(gain_cdb(&recording.audio, line, format));
        let route = Route::of(measures.and_then(|measures| measures.stereo_fault));
        Turn { path: recording.path.clone(), gain, route, is_measured: recording.audio.file_ms > 0 }
    }

    /// # Errors
    /// As of [`Bulletin::open`].
    pub fn open(self) -> Result<Recorded, AudioFault> {
        let Turn { path, gain, route, is_measured } = self;
        let open = if is_measured { Bulletin::open } else { Bulletin::open_unmeasured };
        let bulletin = catch_unwind(AssertUnwindSafe(|| open(&path))).unwrap_or_else(|_| Err(broken()))?;
        Ok(Recorded { bulletin, gain, route, unmeasured: (!is_measured).then_some(path) })
    }

    /// In the midst of the sound, with nobody to tell but the program's log.
    pub fn open_late(self) -> Option<Recorded> {
        let path = self.path.clone();
        self.open().inspect_err(|fault| tracing::error!(file = %path.display(), ?fault, "an armed copy is gone")).ok()
    }
}

/// What a recording is amplified by on such a line, in hundredths of a dB.
fn gain_cdb(audio: &AudioFacts, line: &LineSettings, format: Format) -> i32 {
    line.gain_cdb(audio.line_clufs(format.channels))
}

/// Whether some peak of it would pass the ceiling, or may: nothing is known of what was never measured.
pub(super) fn passes_the_ceiling(audio: &AudioFacts, line: &LineSettings, format: Format) -> bool {
    let Some(measures) = audio.measures.as_deref() else { return true };
    let peak_cdbtp = measures.true_peak_cdbtp.map(|peak| peak + gain_cdb(audio, line, format));
    peak_cdbtp.is_some_and(|peak| peak > line.peak_cdbtp - NEAR_CDB)
}

/// Hundredths of a dB as a factor.
pub(super) fn linear(cdb: i32) -> f32 {
    10_f64.powf(f64::from(cdb) / 2000.0) as f32
}

/// Its decoder panicked.
pub(super) fn broken() -> AudioFault {
    AudioFault::Undecodable(Text::new(
        "tệp bị hỏng làm bộ giải mã dừng đột ngột; hãy lưu lại tệp bằng chương trình thu âm",
        "the file is damaged and stopped the decoder dead; save it again from the recording program",
    ))
}
