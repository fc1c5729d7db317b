//! A recording's samples, as the program decodes them: what is heard is held against these.

use std::path::Path;

use loa::audio::bulletin::Bulletin;
use rodio::Source as _;

use earshot::track::{RATE, Track};

/// All of a recording, at its own rate and on its own channels.
pub fn decoded(path: &Path) -> Track {
    let source = Bulletin::open(path).unwrap_or_else(|fault| panic!("{}: {fault:?}", path.display()));
    let (rate, channels) = (source.sample_rate().get(), usize::from(source.channels().get()));
    Track { rate, channels, samples: source.collect() }
}

/// The same as a line in stereo plays it, by a resampler that is not the program's.
pub fn on_line(path: &Path) -> Track {
    decoded(path).at_rate(RATE).on_channels(2)
}
