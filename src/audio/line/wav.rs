//! The file behind the wav line.
//!
//! It holds what would have been heard, 16 bit, with the idle time taken out, so that a run of days stays small:
//! silence before the first sound is not written, and between two sounds at most one second of it. Silence inside a
//! recording is sound and stays, and so does that of a line which stood still in its midst, up to a minute. An existing
//! file is never overwritten: `x.wav`, then `x-2.wav`, `x-3.wav` and so on, and so it goes on before a file reaches the
//! 4 GiB that its header can hold.

use std::fs::{File, OpenOptions};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use super::dither::Dither;

/// Idle silence that is still written after a sound.
const IDLE_FRAMES: u64 = 48_000;
/// Of the silence of a line that stood still while it sounded so much is written: a PC may sleep for days.
const STOOD_STILL_FRAMES: u64 = 60 * 48_000;
/// Frames between two corrections of the header: what a kill may cost is one second.
const FLUSH_FRAMES: u64 = 48_000;
/// Frames of silence that are written at a time.
const SILENCE_FRAMES: u64 = 4_800;
/// Bytes of samples after which the next file is begun.
const ROLL_BYTES: u64 = 4_000_000_000;

/// The file being written.
pub struct WavFile {
    asked: PathBuf,
    path: PathBuf,
    writer: Option<hound::WavWriter<BufWriter<File>>>,
    spec: hound::WavSpec,
    dither: Dither,
    roll_bytes: u64,
    written_bytes: u64,
    unflushed_frames: u64,
    /// Idle frames since the last sound; none: nothing has sounded yet.
    idle_frames: Option<u64>,
}

impl std::fmt::Debug for WavFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WavFile").field("path", &self.path).finish_non_exhaustive()
    }
}

impl WavFile {
    /// A new file at `asked`, or beside it under the next free number.
    ///
    /// # Errors
    /// The system's, if it cannot be made.
    pub fn create(asked: &Path, rate_hz: u32, channels: u16) -> Result<WavFile, hound::Error> {
        let spec = hound::WavSpec {
            channels,
            sample_rate: rate_hz,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let (path, writer) = begin(asked, spec)?;
        Ok(WavFile {
            asked: asked.to_owned(),
            path,
            writer: Some(writer),
            spec,
            dither: Dither::new(),
            roll_bytes: ROLL_BYTES,
            written_bytes: 0,
            unflushed_frames: 0,
            idle_frames: None,
        })
    }

    /// The file now being written.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Begins the next file after this many bytes of samples, if that is sooner than the format asks for.
    #[must_use]
    pub fn rolling_at(mut self, bytes: u64) -> WavFile {
        self.roll_bytes = bytes.min(ROLL_BYTES);
        self
    }

    /// Takes a block of which the frames `sound` belong to takes.
    ///
    /// # Errors
    /// The system's, if it cannot be written.
    pub fn take(&mut self, block: &[f32], sound: Option<(usize, usize)>) -> Result<(), hound::Error> {
        let channels = usize::from(self.spec.channels);
        let Some((from, to)) = sound else {
            return self.idle(block);
        };
        self.idle(&block[..from * channels])?;
        self.write(&block[from * channels..to * channels])?;
        self.idle_frames = Some(0);
        self.idle(&block[to * channels..])
    }

    /// The line stood still for so many frames: the street heard silence.
    ///
    /// # Errors
    /// As of [`WavFile::take`].
    pub fn stood_still(&mut self, frames: u64) -> Result<(), hound::Error> {
        let silence = vec![0.0; usize::from(self.spec.channels) * SILENCE_FRAMES as usize];
        let in_sound = self.idle_frames == Some(0);
        let mut left = frames.min(STOOD_STILL_FRAMES);
        while left > 0 {
            let now = left.min(SILENCE_FRAMES);
            let block = &silence[..now as usize * usize::from(self.spec.channels)];
            if in_sound {
                self.write(block)?;
            } else {
                self.idle(block)?;
            }
            left -= now;
        }
        Ok(())
    }

    fn idle(&mut self, silence: &[f32]) -> Result<(), hound::Error> {
        let Some(idle) = self.idle_frames else { return Ok(()) };
        let channels = usize::from(self.spec.channels);
        let frames = (silence.len() / channels) as u64;
        let kept = frames.min(IDLE_FRAMES.saturating_sub(idle));
        self.idle_frames = Some(idle + frames);
        self.write(&silence[..kept as usize * channels])
    }

    fn write(&mut self, samples: &[f32]) -> Result<(), hound::Error> {
        if samples.is_empty() {
            return Ok(());
        }
        let bytes = samples.len() as u64 * 2;
        if self.written_bytes + bytes > self.roll_bytes {
            self.finish()?;
            let (path, writer) = begin(&self.asked, self.spec)?;
            tracing::info!(file = %path.display(), "the wav line goes on in its next file");
            (self.path, self.writer, self.written_bytes) = (path, Some(writer), 0);
        }
        let Some(writer) = &mut self.writer else { return Ok(()) };
        for &sample in samples {
            writer.write_sample(self.dither.round_to_i16(sample))?;
        }
        self.written_bytes += bytes;
        self.unflushed_frames += (samples.len() / usize::from(self.spec.channels)) as u64;
        if self.unflushed_frames >= FLUSH_FRAMES {
            writer.flush()?;
            self.unflushed_frames = 0;
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), hound::Error> {
        self.writer.take().map_or(Ok(()), hound::WavWriter::finalize)
    }
}

impl Drop for WavFile {
    fn drop(&mut self) {
        if let Err(why) = self.finish() {
            tracing::error!(file = %self.path.display(), "the wav line's file was not closed: {why}");
        }
    }
}

type Begun = (PathBuf, hound::WavWriter<BufWriter<File>>);

fn begin(asked: &Path, spec: hound::WavSpec) -> Result<Begun, hound::Error> {
    let stem = asked.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let ending = asked.extension().map(|ending| format!(".{}", ending.to_string_lossy())).unwrap_or_default();
    let mut number = 1_u64;
    loop {
        let path =
            if number == 1 { asked.to_owned() } else { asked.with_file_name(format!("{stem}-{number}{ending}")) };
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((path, hound::WavWriter::new(BufWriter::new(file), spec)?)),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error.into()),
        }
    }
}
