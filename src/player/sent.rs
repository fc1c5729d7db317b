//! What was sent of a recording to the device: how loud each second was, and how long nothing is heard of it.

use super::supply::Format;
use crate::levels::{Level, Levels};

/// Silence up to this is a pause, whatever the recording holds, in ms.
const PAUSE_MS: u64 = 5_000;
/// What a silence may be longer than the recording's own: the two are measured by other blocks.
const LEEWAY_MS: u64 = 1_000;
/// How much longer it is each time it is told, in ms.
const TELL_MS: u64 = 1_000;

/// What was sent so far.
pub(super) struct Sent {
    format: Format,
    seconds: Vec<Level>,
    frames: u64,
    /// Of them, those since the last that could be heard.
    silent_frames: u64,
    /// What was last told of the silence that goes on.
    told_ms: Option<u64>,
    /// How long a silence was that was told and is over, until that is told too.
    over_ms: Option<u64>,
    /// Frames before and after each new measurement, and its power.
    steps: Vec<(u64, u64, f64)>,
}

impl Sent {
    pub fn new(format: Format) -> Sent {
        Sent {
            format,
            seconds: Vec::new(),
            frames: 0,
            silent_frames: 0,
            told_ms: None,
            over_ms: None,
            steps: Vec::new(),
        }
    }

    /// Takes in what the meter measured next.
    pub fn take_in(&mut self, level: Level) {
        let second = usize::try_from(self.frames / u64::from(self.format.rate_hz.max(1))).unwrap_or(usize::MAX);
        match self.seconds.get_mut(second) {
            Some(known) => known.join(level),
            None => self.seconds.push(level),
        }
        let frames = level.samples / u64::from(self.format.channels.max(1));
        self.steps.push((self.frames, self.frames + frames, level.power()));
        self.frames += frames;
        if level.is_silent() {
            self.silent_frames += frames;
        } else {
            self.over_ms = self.last_unheard_ms().or(self.over_ms);
            (self.silent_frames, self.told_ms) = (0, None);
        }
    }

    /// What was measured since this was last asked: from which frame of it to which, and the mean power.
    pub fn steps(&mut self) -> Vec<(u64, u64, f64)> {
        std::mem::take(&mut self.steps)
    }

    /// How long nothing was to be heard, in ms, if that is longer than any silence of the recording; told once for each
    /// second of it, and once more when it is over. Nothing can be said of a recording whose own silences are not known.
    pub fn unheard_ms(&mut self, own_silence_ms: Option<u64>) -> Option<u64> {
        if self.over_ms.is_some() {
            return self.over_ms.take();
        }
        let silent_ms = self.silent_ms();
        let news = self.told_ms.is_none_or(|told_ms| silent_ms >= told_ms + TELL_MS);
        if !news || silent_ms <= PAUSE_MS.max(own_silence_ms? + LEEWAY_MS) {
            return None;
        }
        self.told_ms = Some(silent_ms);
        Some(silent_ms)
    }

    /// How long the silence is that goes on, in ms, if it was told and has grown since.
    pub fn last_unheard_ms(&self) -> Option<u64> {
        let silent_ms = self.silent_ms();
        self.told_ms.filter(|told_ms| silent_ms > *told_ms).map(|_| silent_ms)
    }

    fn silent_ms(&self) -> u64 {
        self.silent_frames * 1000 / u64::from(self.format.rate_hz.max(1))
    }

    /// How loud the first `played_frames` were; what was sent later was not heard any more.
    pub fn levels(&self, played_frames: u64) -> Levels {
        let seconds = played_frames.div_ceil(u64::from(self.format.rate_hz.max(1)));
        let heard = self.seconds.len().min(usize::try_from(seconds).unwrap_or(usize::MAX));
        Levels::of(&self.seconds[..heard])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMAT: Format = Format { rate_hz: 48_000, channels: 2 };

    /// So many tenths of a second of that sample.
    fn send(sent: &mut Sent, tenths: usize, sample: f32) {
        let mut level = Level::default();
        level.take_in(&vec![sample; 9600]);
        (0..tenths).for_each(|_| sent.take_in(level));
    }

    #[test]
    fn seconds_are_seconds_at_any_rate_and_what_was_not_heard_is_left_out() {
        let mut sent = Sent::new(FORMAT);
        send(&mut sent, 20, 0.1);
        send(&mut sent, 15, 0.5);
        assert_eq!(sent.levels(168_000).seconds, [40, 40, 12, 12]);
        assert_eq!(
            sent.levels(96_000),
            Levels { peak_cdbfs: Some(-2000), rms_cdbfs: Some(-2000), seconds: vec![40, 40] }
        );
        let mut slower = Sent::new(Format { rate_hz: 44_100, channels: 2 });
        send(&mut slower, 93, 0.1);
        assert_eq!(slower.levels(u64::MAX).seconds.len(), 11, "446400 frames are ten seconds and a bit");
    }

    #[test]
    fn a_silence_is_told_that_is_longer_than_five_seconds_and_than_any_of_the_recording() {
        for (own_ms, silent_tenths, told) in [
            (Some(0), 50, None),
            (Some(0), 51, Some(5100)),
            (Some(4500), 55, None),
            (Some(4500), 56, Some(5600)),
            (Some(9000), 99, None),
            (None, 600, None),
        ] {
            let mut sent = Sent::new(FORMAT);
            send(&mut sent, 10, 0.1);
            send(&mut sent, silent_tenths, 0.0);
            assert_eq!(sent.unheard_ms(own_ms), told, "{own_ms:?}, {silent_tenths}");
        }
        let mut sent = Sent::new(FORMAT);
        send(&mut sent, 60, 0.0);
        assert_eq!((sent.unheard_ms(Some(0)), sent.unheard_ms(Some(0))), (Some(6000), None), "told once");
        send(&mut sent, 10, 0.0);
        assert_eq!(sent.unheard_ms(Some(0)), Some(7000), "and a second later again");
        send(&mut sent, 2, 0.0);
        assert_eq!((sent.unheard_ms(Some(0)), sent.last_unheard_ms()), (None, Some(7200)), "all of it at its end");
        send(&mut sent, 1, 0.1);
        assert_eq!((sent.unheard_ms(Some(0)), sent.unheard_ms(Some(0))), (Some(7200), None), "and once it is over");
        send(&mut sent, 1, 0.1);
        assert_eq!(sent.unheard_ms(Some(0)), None);
    }
}
