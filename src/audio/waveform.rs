//! The outline of a recording, to be drawn: how far it swings over equal stretches of its time.

use std::fmt::Write as _;

/// Stretches a second at first.
const A_SECOND: u32 = 100;
/// So many stretches become half as many, twice as long: a drawing has no more columns than this.
const MOST: usize = 2000;

/// The outline of a whole recording.
///
/// Up to 2000 stretches: of 10 ms in a recording of up to 20 s, of 20 ms in one of up to 40 s, and so on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waveform {
    /// Lowest and highest sample of any channel in each stretch, in 127ths of full scale.
    pairs: Vec<(i8, i8)>,
}

impl Waveform {
    /// Lowest and highest sample of each stretch, in 127ths of full scale.
    pub fn pairs(&self) -> &[(i8, i8)] {
        &self.pairs
    }

    /// As it is kept: two signed bytes a stretch.
    pub fn bytes(&self) -> Vec<u8> {
        self.pairs.iter().flat_map(|(low, high)| [low.cast_unsigned(), high.cast_unsigned()]).collect()
    }

    /// What [`Waveform::bytes`] gave; none if these are no such bytes.
    pub fn of_bytes(bytes: &[u8]) -> Option<Waveform> {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let pairs = pairs.iter().map(|[low, high]| (low.cast_signed(), high.cast_signed())).collect();
        rest.is_empty().then_some(Waveform { pairs })
    }

    /// The outline as the path of an SVG whose `viewBox` is `0 -127 N 254`, N being the number of stretches: along the
    /// highest to the right, back along the lowest.
    pub fn svg_path(&self) -> String {
        let mut path = String::with_capacity(self.pairs.len() * 16);
        let above = self.pairs.iter().enumerate().map(|(at, (_, high))| (at, -i16::from(*high)));
        let below = self.pairs.iter().enumerate().rev().map(|(at, (low, _))| (at, -i16::from(*low)));
        for (x, y) in above.chain(below) {
            // To write into a text cannot fail.
            let _ = write!(path, "{}{x} {y}", if path.is_empty() { 'M' } else { 'L' });
        }
        if !path.is_empty() {
            path.push('Z');
        }
        path
    }
}

/// Draws the outline while a recording is decoded. Memory does not grow with the length.
#[derive(Default)]
pub(super) struct Tracer {
    pairs: Vec<(f32, f32)>,
    /// The stretch being filled, and its frames so far.
    open: (f32, f32),
    frames: usize,
    rate_hz: u32,
    /// How often stretches were joined.
    doublings: u32,
}

impl Tracer {
    /// Takes interleaved `samples`.
    pub(super) fn feed(&mut self, samples: &[f32], rate_hz: u32, channels: u16) {
        if self.rate_hz != rate_hz {
            // Joined parts differ: a stretch ends with its part.
            self.close();
            self.rate_hz = rate_hz;
        }
        let channels = usize::from(channels.max(1));
        let mut rest = samples;
        while !rest.is_empty() {
            let lacking = self.stretch_frames().saturating_sub(self.frames).max(1) * channels;
            let (now, later) = rest.split_at(lacking.min(rest.len()));
            self.open = now.iter().fold(self.open, |(low, high), sample| (low.min(*sample), high.max(*sample)));
            self.frames += now.len() / channels;
            rest = later;
            if self.frames >= self.stretch_frames() {
                self.close();
            }
        }
    }

    fn stretch_frames(&self) -> usize {
        (self.rate_hz as usize / A_SECOND as usize).max(1) << self.doublings
    }

    fn close(&mut self) {
        if std::mem::take(&mut self.frames) == 0 {
            return;
        }
        self.pairs.push(std::mem::take(&mut self.open));
        if self.pairs.len() == MOST {
            let (twos, _) = self.pairs.as_chunks::<2>();
            self.pairs = twos.iter().map(|[a, b]| (a.0.min(b.0), a.1.max(b.1))).collect();
            self.doublings += 1;
        }
    }

    /// The outline of all that was taken.
    pub(super) fn read(mut self) -> Waveform {
        self.close();
        // `as` cuts off what is beyond full scale.
        let level = |sample: f32| (sample * 127.0).round().max(-127.0) as i8;
        Waveform { pairs: self.pairs.iter().map(|(low, high)| (level(*low), level(*high))).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traced(samples: &[f32], rate_hz: u32, channels: u16, piece: usize) -> Waveform {
        let mut tracer = Tracer::default();
        samples.chunks(piece).for_each(|samples| tracer.feed(samples, rate_hz, channels));
        tracer.read()
    }

    #[test]
    fn a_stretch_holds_the_extremes_of_all_channels_however_the_packets_fall() {
        // Two stretches of 10 ms of stereo at 800 Hz, and a half one.
        let left = [0.0, 0.5, -0.25, 0.0, 0.0, 0.0, 0.0, 0.0].into_iter();
        let right = [0.0, 0.0, 0.0, 0.0, -1.0, 0.0, 1.0, 0.0].into_iter();
        let one: Vec<f32> = left.zip(right).flat_map(|(left, right)| [left, right]).collect();
        let samples: Vec<f32> = one.iter().chain(&vec![0.25; 16]).chain(&[-0.5; 8]).copied().collect();
        for piece in [2, 6, 16, 40] {
            let wave = traced(&samples, 800, 2, piece);
            assert_eq!(wave.pairs(), [(-127, 127), (0, 32), (-64, 0)], "{piece}");
        }
    }

    #[test]
    fn a_long_recording_has_longer_stretches_and_loses_no_peak() {
        // 60 s at 100 Hz: a frame a stretch, doubled at 20 s and at 40 s.
        let mut samples = vec![0.0; 6000];
        (samples[0], samples[2345], samples[5999]) = (0.5, -1.0, 1.0);
        let wave = traced(&samples, 100, 1, 512);
        let mut expected = vec![(0, 0); 1500];
        (expected[0], expected[2345 / 4], expected[1499]) = ((0, 64), (-127, 0), (0, 127));
        assert_eq!(wave.pairs(), expected);
    }

    #[test]
    fn what_is_kept_comes_back_and_draws_a_closed_outline() {
        let wave = Waveform { pairs: vec![(-127, 127), (0, 5), (-3, 0)] };
        assert_eq!(Waveform::of_bytes(&wave.bytes()), Some(wave.clone()));
        assert_eq!(Waveform::of_bytes(&[1, 2, 3]), None);
        assert_eq!(wave.svg_path(), "M0 -127L1 -5L2 0L2 3L1 0L0 127Z");
        assert_eq!(Waveform::default().svg_path(), "");
    }
}
