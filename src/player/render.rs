//! What the street would hear, into a file, as fast as the machine can: the same recordings, gains, limiter, fades and
//! voices as on air, driven by frames instead of a clock.

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

use super::Settings;
use super::orders::GUESS;
use super::supply::{Format, Opened, Pieces, Recording, Supply};
use super::turn::linear;
use crate::audio::line::deck::{DeckControl, Fact, TakeId, deck};
use crate::audio::line::dither::Dither;
use crate::civil::DayGain;
use crate::schedule::audio_facts::AudioFacts;

/// Frames rendered at a time: 20 ms, as the null line does.
const BLOCK_FRAMES: u64 = 960;
/// How long before it sounds a take is given to the deck, in frames.
const AHEAD_FRAMES: u64 = 48_000;
/// The way from one gain of the day to the next, in frames: two seconds.
const WAY_FRAMES: u32 = 96_000;

/// A stretch of sound to be heard.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// The recordings and what is known of each, played as one.
    pub recordings: Vec<(PathBuf, AudioFacts)>,
    /// Loa's own tone before them, for at least so long, in ms: of an emergency, which no hour makes quieter.
    pub tone_ms: Option<u64>,
    /// From where in them, in ms.
    pub from_ms: u64,
    /// When its first sample is heard.
    pub begins: Timestamp,
    /// On the last frame of the stretch before it, whenever that is.
    pub follows: bool,
    /// When its last one has left; of a relay, whose sound nobody has, silence lasts until then.
    pub ends: Timestamp,
    /// When it has faded out, and how long that took in ms; none: at its own end.
    pub cut: Option<(Timestamp, u32)>,
}

/// A stretch on its way through the deck.
struct Voice {
    supply: Supply,
    begin_frame: u64,
    cut: Option<(u64, u32)>,
}

/// Writes what is heard from `begins` on into a new file at `path`, 16 bit at 48 kHz on two channels. `stretches` are in order
/// of time. `tell` is told how many seconds are written. Returns the frames written.
///
/// # Errors
/// A recording cannot be opened, or the file cannot be written.
pub fn render(
    path: &Path,
    begins: Timestamp,
    stretches: &[Stretch],
    settings: &Settings,
    tell: &mut dyn FnMut(u64),
) -> anyhow::Result<u64> {
    let Format { rate_hz, channels } = GUESS;
    let spec =
        hound::WavSpec { channels, sample_rate: rate_hz, bits_per_sample: 16, sample_format: hound::SampleFormat::Int };
    let mut file = hound::WavWriter::create(path, spec)?;
    let (mut deck, mut control) = deck(channels);
    let mut dither = Dither::new();
    let mut gain = Gain { settings, begins, told_cdb: None };
    let mut block = vec![0.0; BLOCK_FRAMES as usize * usize::from(channels)];
    let mut voices: Vec<Voice> = Vec::new();
    let mut waiting = stretches.iter().zip(1_u64..).peekable();
    let end_frame = stretches.iter().map(|stretch| frame_at(begins, stretch.ends)).max().unwrap_or(0);
    let mut frame = 0;
    while waiting.peek().is_some() || !voices.is_empty() || frame < end_frame {
        while let Some((stretch, n)) =
            waiting.next_if(|(stretch, _)| frame_at(begins, stretch.begins) <= frame + AHEAD_FRAMES)
        {
            voices.extend(hand_over(stretch, n, begins, settings, &mut control)?);
        }
        gain.tell(frame, &mut control);
        for voice in &mut voices {
            voice.supply.fill();
            if let Some((at, ramp)) =
                voice.cut.take_if(|(at, _)| *at <= frame + AHEAD_FRAMES && voice.begin_frame < frame)
            {
                control.cut(voice.supply.id, ramp, at);
            }
        }
        deck.render(&mut block);
        for sample in &block {
            file.write_sample(dither.round_to_i16(*sample))?;
        }
        frame += BLOCK_FRAMES;
        tell(frame / u64::from(rate_hz));
        while let Some(fact) = control.fact() {
            if let Fact::Ended { take, .. } = fact {
                voices.retain(|voice| voice.supply.id != take.id());
            }
        }
    }
    file.finalize()?;
    Ok(frame)
}

fn frame_at(begins: Timestamp, at: Timestamp) -> u64 {
    let ms = u64::try_from(at.duration_since(begins).as_millis()).unwrap_or(0);
    ms * u64::from(GUESS.rate_hz) / 1000
}

/// Opens a stretch and gives it to the deck; none of a relay, whose sound nobody has.
fn hand_over(
    stretch: &Stretch,
    n: u64,
    begins: Timestamp,
    settings: &Settings,
    control: &mut DeckControl,
) -> anyhow::Result<Option<Voice>> {
    if stretch.recordings.is_empty() {
        return Ok(None);
    }
    let recording = |(path, audio): &(PathBuf, AudioFacts)| Recording { path: path.clone(), audio: audio.clone() };
    let pieces = Pieces {
        tone_ms: stretch.tone_ms,
        recordings: stretch.recordings.iter().map(recording).collect(),
        from_ms: stretch.from_ms,
        at_full_level: stretch.tone_ms.is_some(),
    };
    let opened = Opened::open(&pieces, &settings.line, TakeId(n), GUESS);
    let (supply, take) = opened.map_err(|fault| anyhow::anyhow!("{fault:?}"))?.start();
    let begin_frame = frame_at(begins, stretch.begins);
    let placed = if stretch.follows { control.follow(take, TakeId(n - 1), 0) } else { control.cue(take, begin_frame) };
    placed.map_err(|_| anyhow::anyhow!("the deck takes no orders"))?;
    let cut = stretch.cut.map(|(ended, fade_ms)| {
        let ramp = u64::from(fade_ms) * u64::from(GUESS.rate_hz) / 1000;
        let at = frame_at(begins, ended).saturating_sub(ramp);
        (at, u32::try_from(ramp).unwrap_or(u32::MAX))
    });
    Ok(Some(Voice { supply, begin_frame, cut }))
}

/// How loud the line is at a time of day.
struct Gain<'a> {
    settings: &'a Settings,
    begins: Timestamp,
    told_cdb: Option<i32>,
}

impl Gain<'_> {
    fn tell(&mut self, frame: u64, control: &mut DeckControl) {
        let by = SignedDuration::from_millis(i64::try_from(frame * 1000 / u64::from(GUESS.rate_hz)).unwrap_or(0));
        let gain = DayGain { zone: &self.settings.zone, spans: &self.settings.line.gain };
        let wanted_cdb = gain.at(self.begins + by);
        if self.told_cdb != Some(wanted_cdb) {
            let way = if self.told_cdb.is_some() { WAY_FRAMES } else { 0 };
            if control.level(linear(wanted_cdb), frame, way) {
                self.told_cdb = Some(wanted_cdb);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::station::LineSettings;

    #[test]
    fn a_relay_at_the_end_is_silence_to_its_last_instant_and_the_way_there_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.wav");
        let at = |seconds| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds);
        let (recordings, from_ms, follows) = (Vec::new(), 0, false);
        let relay = Stretch { recordings, tone_ms: None, from_ms, begins: at(1), ends: at(3), follows, cut: None };
        let settings = Settings { line: LineSettings::default(), zone: TimeZone::UTC };
        let mut told = Vec::new();
        render(&path, at(0), &[relay], &settings, &mut |seconds| told.push(seconds)).expect("rendered");
        assert_eq!(hound::WavReader::open(&path).expect("a file").duration(), 3 * GUESS.rate_hz);
        assert_eq!((told.first(), told.last()), (Some(&0), Some(&3)));
    }
}
