//! Recordings that a test writes itself.

use std::path::Path;

/// Writes a WAV of 16 bits; the samples of its channels take turns.
pub fn write_wav(path: &Path, rate_hz: u32, channels: u16, samples: impl IntoIterator<Item = i16>) {
    let sample_format = hound::SampleFormat::Int;
    let spec = hound::WavSpec { channels, sample_rate: rate_hz, bits_per_sample: 16, sample_format };
    let mut wav = hound::WavWriter::create(path, spec).expect("a file");
    samples.into_iter().for_each(|sample| wav.write_sample(sample).expect("written"));
    wav.finalize().expect("closed");
}
