//! A source at the line's rate and channels. The player's thread pulls it; the sound callback never does.

use rodio::Source;

use super::channels::map_channels;
use super::converter::Converter;
use super::packet::Blocks;

/// Frames asked of the source at a time: about 20 ms, so that a cut never waits for a long stretch.
pub(super) const BLOCK_FRAMES: usize = 1024;

/// `source` at the rate and channels of the line.
///
/// - Frame 0 out is frame 0 in: the resampler's delay is trimmed and its tail flushed.
/// - A stretch of `n` frames at one rate gives exactly `round(n × line rate / its rate)` frames.
/// - At equal rates samples pass unchanged, bit for bit, up to the mapping of channels.
/// - Rate or channels may change at the end of a span; the next frame follows without a gap.
///
/// Channels: one goes to all; several to one are averaged; several to two are left and right with the centre at
/// −3 dB in both and the surrounds at −3 dB in theirs (ITU-R BS.775, the LFE left out), scaled so that no sum clips.
pub struct Resampled<S> {
    source: S,
    line_rate_hz: u32,
    line_channels: usize,
    span: Span,
    stage: Stage,
    /// Interleaved at the line's rate and channels, from `pending_at` on not yet given out.
    pending: Vec<f32>,
    pending_at: usize,
    /// Frames of the source.
    block: Vec<f32>,
    source_over: bool,
    fault: Option<String>,
}

/// The stretch of equal rate and channels that is being read.
#[derive(Clone, Copy)]
struct Span {
    rate_hz: u32,
    channels: usize,
    /// Samples left in the source's span; none if it has no end in sight.
    left: Option<usize>,
}

enum Stage {
    /// Rates are equal.
    Same,
    /// Rates differ.
    Convert(Box<Converter>),
}

impl<S: Blocks + Send> Resampled<S> {
    /// `source` for a line of `line_rate_hz` and `line_channels` (0 of either is taken as 1).
    pub fn new(source: S, line_rate_hz: u32, line_channels: u16) -> Resampled<S> {
        let span = Span::of(&source);
        let mut resampled = Resampled {
            source,
            line_rate_hz: line_rate_hz.max(1),
            line_channels: usize::from(line_channels.max(1)),
            span,
            stage: Stage::Same,
            pending: Vec::new(),
            pending_at: 0,
            block: Vec::new(),
            source_over: false,
            fault: None,
        };
        resampled.restage();
        resampled
    }

    /// Fills `out` with whole interleaved frames; returns the samples written. Less than the whole frames that fit
    /// only at the end; 0 is the end.
    pub fn read(&mut self, out: &mut [f32]) -> usize {
        let whole = out.len() - out.len() % self.line_channels;
        let mut written = 0;
        while written < whole {
            if self.pending_at == self.pending.len() {
                self.pending.clear();
                self.pending_at = 0;
                if !self.produce() {
                    break;
                }
                continue;
            }
            let take = (whole - written).min(self.pending.len() - self.pending_at);
            out[written..written + take].copy_from_slice(&self.pending[self.pending_at..self.pending_at + take]);
            written += take;
            self.pending_at += take;
        }
        written
    }

    /// What is being read: for a bulletin, how it ended.
    pub fn source(&self) -> &S {
        &self.source
    }

    /// Why the stretch ended before its source did, if the resampler itself failed.
    pub fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    /// Adds to `pending`, perhaps nothing yet; false at the end.
    fn produce(&mut self) -> bool {
        if self.source_over {
            return false;
        }
        if self.span.left == Some(0) {
            return self.next_span();
        }
        let is_over = !self.read_block();
        match &mut self.stage {
            Stage::Same => map_channels(&self.block, self.span.channels, self.line_channels, &mut self.pending),
            Stage::Convert(converter) => {
                if let Err(why) = converter.push(&self.block, self.span.channels, self.line_channels, &mut self.pending)
                {
                    self.fail(why);
                    return false;
                }
            }
        }
        if is_over {
            self.finish_stage();
            self.source_over = true;
        }
        !is_over || !self.pending.is_empty()
    }

    /// The next frames of the span into `block`; false if the source ends with them.
    fn read_block(&mut self) -> bool {
        let most = BLOCK_FRAMES * self.span.channels;
        let wanted = self.span.left.map_or(most, |left| left.min(most));
        self.block.clear();
        self.source.read_block(wanted, &mut self.block);
        let got = self.block.len();
        if let Some(left) = &mut self.span.left {
            *left -= got.min(*left);
        }
        // Of a frame that is not whole nothing is heard.
        self.block.truncate(got - got % self.span.channels);
        got == wanted
    }

    fn next_span(&mut self) -> bool {
        let old = self.span;
        self.span = Span::of(&self.source);
        if self.span.left == Some(0) {
            self.finish_stage();
            self.source_over = true;
            return !self.pending.is_empty();
        }
        if old.rate_hz != self.span.rate_hz || old.channels != self.span.channels {
            self.finish_stage();
            self.restage();
        }
        !self.source_over
    }

    fn finish_stage(&mut self) {
        if let Stage::Convert(converter) = &mut self.stage
            && let Err(why) = converter.finish(self.line_channels, &mut self.pending)
        {
            self.fail(why);
        }
    }

    fn restage(&mut self) {
        self.stage = Stage::Same;
        if self.span.rate_hz != self.line_rate_hz {
            let channels = self.span.channels.min(self.line_channels);
            match Converter::new(self.span.rate_hz, self.line_rate_hz, channels) {
                Ok(converter) => self.stage = Stage::Convert(Box::new(converter)),
                Err(why) => self.fail(why),
            }
        }
    }

    fn fail(&mut self, why: String) {
        self.fault = Some(why);
        self.source_over = true;
    }
}

impl Span {
    fn of(source: &impl Source) -> Span {
        Span {
            rate_hz: source.sample_rate().get(),
            channels: usize::from(source.channels().get()),
            left: source.current_span_len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZero;
    use std::time::Duration;

    use rodio::Source;

    use super::*;

    /// Spans of (rate, channels, interleaved samples).
    struct Spans {
        spans: Vec<(u32, u16, Vec<f32>)>,
        span: usize,
        at: usize,
    }

    impl Spans {
        fn new(spans: Vec<(u32, u16, Vec<f32>)>) -> Spans {
            Spans { spans, span: 0, at: 0 }
        }
        fn here(&self) -> Option<&(u32, u16, Vec<f32>)> {
            self.spans.get(self.span).or(self.spans.last())
        }
    }

    impl Iterator for Spans {
        type Item = f32;
        fn next(&mut self) -> Option<f32> {
            let (_, _, samples) = self.spans.get(self.span)?;
            let sample = samples[self.at];
            self.at += 1;
            if self.at == samples.len() {
                self.span += 1;
                self.at = 0;
            }
            Some(sample)
        }
    }

    impl Source for Spans {
        fn current_span_len(&self) -> Option<usize> {
            Some(self.spans.get(self.span).map_or(0, |(_, _, samples)| samples.len()))
        }
        fn channels(&self) -> NonZero<u16> {
            NonZero::new(self.here().unwrap().1).unwrap()
        }
        fn sample_rate(&self) -> NonZero<u32> {
            NonZero::new(self.here().unwrap().0).unwrap()
        }
        fn total_duration(&self) -> Option<Duration> {
            None
        }
    }

    impl Blocks for Spans {}

    fn sine(rate_hz: u32, hz: f64, frames: usize) -> Vec<f32> {
        (0..frames).map(|n| ((n as f64 * hz / f64::from(rate_hz) * std::f64::consts::TAU).sin() * 0.5) as f32).collect()
    }

    fn all(source: impl Blocks + Send, rate_hz: u32, channels: u16) -> Vec<f32> {
        let mut resampled = Resampled::new(source, rate_hz, channels);
        let (mut out, mut piece) = (Vec::new(), [0.0; 777]);
        loop {
            match resampled.read(&mut piece) {
                0 => break,
                got => out.extend_from_slice(&piece[..got]),
            }
        }
        assert_eq!(resampled.fault(), None);
        out
    }

    #[test]
    fn a_tone_keeps_its_place_its_length_and_its_shape() {
        for (from, to) in [(22_050, 48_000), (44_100, 48_000), (48_000, 44_100), (8_000, 48_000), (96_000, 48_000)] {
            for frames in [from as usize * 2, from as usize + 777, 5, 1] {
                let out = all(Spans::new(vec![(from, 1, sine(from, 440.0, frames))]), to, 1);
                let due = (frames as f64 * f64::from(to) / f64::from(from)).round() as usize;
                assert_eq!(out.len(), due, "{from} to {to}, {frames} frames");
                let ideal = sine(to, 440.0, due);
                if due < 2000 {
                    continue;
                }
                // The ends ring, for the tone is cut there; in between the wave lies on the ideal one: a delay of one
                // frame alone would make an error of 0.03.
                let ring = 400;
                let worst = (ring..due - ring).map(|n| (out[n] - ideal[n]).abs()).fold(0.0, f32::max);
                assert!(worst < 0.001, "{from} to {to}, {frames} frames: off by {worst}");
            }
        }
    }

    #[test]
    fn equal_rates_pass_bit_for_bit() {
        let samples = sine(48_000, 1234.5, 5000);
        assert_eq!(all(Spans::new(vec![(48_000, 1, samples.clone())]), 48_000, 1), samples);
    }

    #[test]
    fn channels_are_spread_and_averaged() {
        let mono = vec![0.25, -0.5];
        assert_eq!(all(Spans::new(vec![(48_000, 1, mono)]), 48_000, 2), [0.25, 0.25, -0.5, -0.5]);
        let stereo = vec![1.0, 0.5, -1.0, 0.5];
        assert_eq!(all(Spans::new(vec![(48_000, 2, stereo)]), 48_000, 1), [0.75, -0.25]);
        let loud = vec![1.0; 6];
        assert!(all(Spans::new(vec![(48_000, 6, loud)]), 48_000, 2).iter().all(|s| *s <= 1.0 && *s > 0.9));
    }

    #[test]
    fn a_change_of_rate_loses_no_frame() {
        let spans = vec![
            (44_100, 1, sine(44_100, 300.0, 44_100)),
            (44_100, 1, sine(44_100, 300.0, 441)),
            (48_000, 2, vec![0.25; 2000]),
            (22_050, 1, sine(22_050, 300.0, 2205)),
        ];
        let out = all(Spans::new(spans), 48_000, 1);
        assert_eq!(out.len(), 48_480 + 1000 + 4800);
        assert!(out[48_480..49_480].iter().all(|s| *s == 0.25), "the span at the line's own rate is untouched");
    }

    #[test]
    fn bulletins_may_go_to_the_players_thread() {
        fn is_send<T: Send>() {}
        is_send::<Resampled<crate::audio::bulletin::Bulletin>>();
    }
}
