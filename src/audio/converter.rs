//! From one rate to another, with nothing added in front and nothing lost behind.

use audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Indexing, Resampler};

use super::channels::map_channels;
use super::resampled::BLOCK_FRAMES;

/// From this block size on, the half frame that an odd block puts the output off by is below a microsecond's worth.
const ODD_BLOCK_OK: usize = 8192;

/// One resampler for one stretch of equal rate.
pub(super) struct Converter {
    fft: Fft<f32>,
    channels: usize,
    rate_in_hz: u64,
    rate_out_hz: u64,
    input: Vec<f32>,
    output: Vec<f32>,
    frames_in: u64,
    frames_out: u64,
    /// Output frames still to be dropped at the head.
    delay_left: usize,
}

impl Converter {
    /// From one rate to the other, for `channels` channels.
    pub(super) fn new(rate_in_hz: u32, rate_out_hz: u32, channels: usize) -> Result<Converter, String> {
        // The smallest block holds whole numbers of frames on both sides; an even number of blocks makes the delay,
        // half a block, a whole number of frames too.
        let smallest = (rate_in_hz / gcd(rate_in_hz, rate_out_hz)) as usize;
        let mut blocks = BLOCK_FRAMES.div_ceil(smallest).max(1);
        if smallest < ODD_BLOCK_OK {
            blocks += blocks % 2;
        }
        let fft =
            Fft::<f32>::new(rate_in_hz as usize, rate_out_hz as usize, smallest * blocks, channels, FixedSync::Both)
                .map_err(|e| e.to_string())?;
        let delay_left = fft.output_delay();
        let input = Vec::with_capacity(fft.input_frames_next() * channels);
        let output = vec![0.0; fft.output_frames_max() * channels];
        Ok(Converter {
            fft,
            channels,
            rate_in_hz: u64::from(rate_in_hz),
            rate_out_hz: u64::from(rate_out_hz),
            input,
            output,
            frames_in: 0,
            frames_out: 0,
            delay_left,
        })
    }

    /// Takes frames of the source, which has `given` channels; gives a block out whenever one is full.
    pub(super) fn push(
        &mut self,
        mut samples: &[f32],
        given: usize,
        line_channels: usize,
        out: &mut Vec<f32>,
    ) -> Result<(), String> {
        while !samples.is_empty() {
            let missing = self.fft.input_frames_next() - self.input.len() / self.channels;
            let (now, later) = samples.split_at(samples.len().min(missing * given));
            map_channels(now, given, self.channels, &mut self.input);
            self.frames_in += (now.len() / given) as u64;
            if self.input.len() == self.fft.input_frames_next() * self.channels {
                self.convert(line_channels, u64::MAX, out)?;
            }
            samples = later;
        }
        Ok(())
    }

    /// Flushes the tail: silence goes in until as much came out as belongs to what went in.
    pub(super) fn finish(&mut self, line_channels: usize, out: &mut Vec<f32>) -> Result<(), String> {
        let due = (self.frames_in * self.rate_out_hz + self.rate_in_hz / 2) / self.rate_in_hz;
        while self.frames_out < due {
            self.convert(line_channels, due, out)?;
        }
        Ok(())
    }

    fn convert(&mut self, line_channels: usize, due: u64, out: &mut Vec<f32>) -> Result<(), String> {
        let frames = self.input.len() / self.channels;
        let room = self.output.len() / self.channels;
        let input = InterleavedSlice::new(self.input.as_slice(), self.channels, frames).map_err(|e| e.to_string())?;
        let mut output =
            InterleavedSlice::new_mut(self.output.as_mut_slice(), self.channels, room).map_err(|e| e.to_string())?;
        let partial = Indexing::new().partial_len(frames);
        let (_, made) = self.fft.process_into_buffer(&input, &mut output, Some(&partial)).map_err(|e| e.to_string())?;
        self.input.clear();
        let skip = self.delay_left.min(made);
        self.delay_left -= skip;
        let wanted = usize::try_from(due - self.frames_out).unwrap_or(usize::MAX).min(made - skip);
        let frames = &self.output[skip * self.channels..(skip + wanted) * self.channels];
        map_channels(frames, self.channels, line_channels, out);
        self.frames_out += wanted as u64;
        Ok(())
    }
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}
