//! The stretches of sound in a track, and the holes in them.

use super::track::Track;

/// One stretch of sound.
#[derive(Clone, Debug, PartialEq)]
pub struct Sound {
    /// Frame of its first loud sample.
    pub onset: usize,
    /// Frame after its last loud sample.
    pub end: usize,
    /// Its loudest sample, of full scale.
    pub peak: f32,
    /// Silences inside it that are long enough to be gaps: (first frame, frames).
    pub gaps: Vec<(usize, usize)>,
}

/// What counts as sound, and what as its end.
#[derive(Clone, Copy, Debug)]
pub struct Hearing {
    /// Louder than this, of full scale, is sound.
    pub threshold: f32,
    /// So much silence ends a sound, in seconds.
    pub hang: f64,
    /// So much silence within a sound is a gap, in seconds.
    pub gap: f64,
}

impl Default for Hearing {
    fn default() -> Hearing {
        Hearing { threshold: 0.01, hang: 1.0, gap: 0.6 }
    }
}

/// The sounds of a track, in order of time.
pub fn sounds(track: &Track, hearing: Hearing) -> Vec<Sound> {
    let frames = |seconds: f64| (seconds * f64::from(track.rate)) as usize;
    let (hang, gap) = (frames(hearing.hang), frames(hearing.gap));
    let mut sounds: Vec<Sound> = Vec::new();
    for (at, frame) in track.samples.chunks_exact(track.channels).enumerate() {
        let level = frame.iter().fold(0.0f32, |top, sample| top.max(sample.abs()));
        if level <= hearing.threshold {
            continue;
        }
        match sounds.last_mut() {
            Some(sound) if at - sound.end <= hang => {
                if at - sound.end > gap {
                    sound.gaps.push((sound.end, at - sound.end));
                }
                sound.end = at + 1;
                sound.peak = sound.peak.max(level);
            }
            _ => sounds.push(Sound { onset: at, end: at + 1, peak: level, gaps: Vec::new() }),
        }
    }
    sounds
}
