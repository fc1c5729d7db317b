//! Recordings that air without anybody having measured them: an emergency that was never taken in, what came into the folder
//! of a relay's fallback since the plan was read. They air as they were recorded, below the ceiling, and are measured
//! meanwhile, so that every later airing has the station's loudness.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::Measures;
use super::supply::{Format, Recording};
use super::turn::Turn;
use crate::audio::measure;
use crate::audio::relay;
use crate::schedule::audio_facts::AudioFacts;
use crate::station::LineSettings;
use crate::system;

/// Measures a recording on this thread, behind all that sounds.
pub(super) fn learn(measures: &dyn Measures, path: &Path) {
    system::stand_back();
    match measures.find_out(path) {
        Ok(_) => tracing::info!(file = %path.display(), "measured: it airs at the station's loudness from now on"),
        Err(fault) => tracing::warn!(file = %path.display(), ?fault, "what airs as it was recorded cannot be measured"),
    }
}

/// How what stands in for a relay's source is opened for such a line: at the station's loudness where it was ever measured.
pub(super) fn stand_in(measures: Arc<dyn Measures>, line: LineSettings, format: Format) -> relay::Opener {
    let asked: Mutex<BTreeSet<PathBuf>> = Mutex::default();
    Arc::new(move |path| {
        let known = measure::sha256(path).ok().and_then(|sha256| measures.known(&sha256));
        if known.is_none() && asked.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned()) {
            learn_aside(measures.clone(), path.to_owned());
        }
        let audio: AudioFacts = known.unwrap_or_default();
        Turn::of(&Recording { path: path.to_owned(), audio }, &line, format).open()
    })
}

/// The same on a thread of its own.
fn learn_aside(measures: Arc<dyn Measures>, path: PathBuf) {
    let work = move || learn(&*measures, &path);
    if let Err(error) = std::thread::Builder::new().name("loa-learn".into()).spawn(work) {
        tracing::warn!("no thread to measure a recording on: {error}");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Condvar;

    use super::*;
    use crate::schedule::audio_facts::AudioFault;

    /// Measures for real, and remembers.
    #[derive(Default)]
    struct Remembering {
        found: Mutex<Vec<AudioFacts>>,
        news: Condvar,
    }

    impl Measures for Remembering {
        fn known(&self, sha256: &str) -> Option<AudioFacts> {
            self.found.lock().expect("whole").iter().find(|facts| facts.sha256 == sha256).cloned()
        }

        fn find_out(&self, path: &Path) -> Result<AudioFacts, AudioFault> {
            let facts = measure::measure(path)?;
            self.found.lock().expect("whole").push(facts.clone());
            self.news.notify_all();
            Ok(facts)
        }
    }

    #[test]
    fn what_stands_in_for_a_relay_is_measured_once_and_then_has_the_stations_loudness() {
        let measures = Arc::new(Remembering::default());
        let format = Format { rate_hz: 48_000, channels: 2 };
        let open = stand_in(measures.clone(), LineSettings::default(), format);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("audio/ban-tin.mp3");
        let gain = || open(&path).map(|recorded| recorded.gain).expect("opened");
        assert_eq!(gain().to_bits(), 1.0_f32.to_bits(), "never measured, it sounds as it was recorded");
        let found = measures.found.lock().expect("whole");
        let found = measures.news.wait_while(found, |found| found.is_empty()).expect("whole");
        let clufs = found[0].line_clufs(2).expect("a loudness");
        drop(found);
        let wanted = 10_f64.powf(f64::from(-1600 - clufs) / 2000.0) as f32;
        assert_eq!([gain(), gain()].map(f32::to_bits), [wanted; 2].map(f32::to_bits));
        assert_eq!(measures.found.lock().expect("whole").len(), 1);
    }
}
