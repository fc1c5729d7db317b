//! How the channels of a recording become those of the line.

use crate::schedule::audio_facts::StereoFault;

/// What becomes of a recording's two channels before anything else, so that what is wrong with them is not heard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Route {
    /// They are as they should be.
    #[default]
    AsTheyAre,
    /// The right one holds nothing: the left one is a recording of one channel.
    LeftAlone,
    /// The left one holds nothing.
    RightAlone,
    /// One is the other upside down: the right one is turned over, so that they add up on whatever sounds both.
    RightTurnedOver,
}

impl Route {
    /// What puts it right.
    pub fn of(fault: Option<StereoFault>) -> Route {
        match fault {
            None => Route::AsTheyAre,
            Some(StereoFault::DeadRight) => Route::LeftAlone,
            Some(StereoFault::DeadLeft) => Route::RightAlone,
            Some(StereoFault::Inverted) => Route::RightTurnedOver,
        }
    }

    /// Appends interleaved `samples` of `channels` to `out`, put right; returns how many channels they have there.
    pub(super) fn apply(self, samples: &[f32], channels: u16, out: &mut Vec<f32>) -> u16 {
        let (pairs, _) = samples.as_chunks::<2>();
        match self {
            Route::LeftAlone if channels == 2 => out.extend(pairs.iter().map(|[left, _]| left)),
            Route::RightAlone if channels == 2 => out.extend(pairs.iter().map(|[_, right]| right)),
            Route::RightTurnedOver if channels == 2 => {
                out.extend(pairs.iter().flat_map(|[left, right]| [*left, -right]));
                return 2;
            }
            _ => {
                out.extend_from_slice(samples);
                return channels;
            }
        }
        1
    }
}

/// Appends interleaved frames of `given` channels to `out` with `channels` channels.
pub(super) fn map_channels(frames: &[f32], given: usize, channels: usize, out: &mut Vec<f32>) {
    if given == channels {
        out.extend_from_slice(frames);
    } else if given == 1 && channels == 2 {
        out.extend(frames.iter().flat_map(|sample| [*sample; 2]));
    } else if given == 1 {
        out.extend(frames.iter().flat_map(|sample| std::iter::repeat_n(*sample, channels)));
    } else if channels == 1 {
        // Two channels: (left + right) × 0.5.
        out.extend(frames.chunks_exact(given).map(|frame| frame.iter().sum::<f32>() * (1.0 / given as f32)));
    } else if channels == 2 {
        out.extend(frames.chunks_exact(given).flat_map(as_stereo));
    } else {
        // Fewer or more than the line has, and neither side is mono or stereo: what is there goes where it belongs.
        for frame in frames.chunks_exact(given) {
            out.extend((0..channels).map(|at| frame.get(at).copied().unwrap_or(0.0)));
        }
    }
}

/// Left and right of a frame of three channels or more.
fn as_stereo(frame: &[f32]) -> [f32; 2] {
    const HALF_POWER: f32 = std::f32::consts::FRAC_1_SQRT_2;
    // The orders of WAVE, FLAC and Vorbis agree on left and right first and, up to 5 channels, on what follows.
    let (centre, surround_left, surround_right) = match frame.len() {
        3 => (frame[2], 0.0, 0.0),
        4 => (0.0, frame[2], frame[3]),
        5 => (frame[2], frame[3], frame[4]),
        6 => (frame[2], frame[4], frame[5]),
        7 => (frame[2], frame[5], frame[6]),
        _ => (frame[2], frame[4] + frame[6], frame[5] + frame[7]),
    };
    let most = 1.0 + HALF_POWER * if frame.len() > 7 { 3.0 } else { 2.0 };
    [
        (frame[0] + HALF_POWER * (centre + surround_left)) / most,
        (frame[1] + HALF_POWER * (centre + surround_right)) / most,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a line of one channel makes of a recording of two, given what its measuring found.
    fn on_mono(fault: Option<StereoFault>, stereo: &[f32]) -> Vec<f32> {
        let (mut routed, mut out) = (Vec::new(), Vec::new());
        let channels = Route::of(fault).apply(stereo, 2, &mut routed);
        map_channels(&routed, usize::from(channels), 1, &mut out);
        out
    }

    #[test]
    fn br_027_a_voice_on_one_channel_alone_is_as_loud_on_one_loudspeaker_as_it_was_recorded() {
        assert_eq!(on_mono(Some(StereoFault::DeadLeft), &[0.01, 0.5, 0.0, -0.5]), [0.5, -0.5]);
        assert_eq!(on_mono(Some(StereoFault::DeadRight), &[0.5, 0.0, -0.5, 0.01]), [0.5, -0.5]);
        assert_eq!(on_mono(None, &[0.5, 0.0, -0.5, 0.25]), [0.25, -0.125], "true stereo is added up");
    }

    #[test]
    fn br_028_channels_that_are_each_others_inverse_do_not_cancel_on_one_loudspeaker() {
        assert_eq!(on_mono(None, &[0.5, -0.5]), [0.0], "which is what they would do");
        assert_eq!(on_mono(Some(StereoFault::Inverted), &[0.5, -0.5, -0.25, 0.25]), [0.5, -0.25]);
    }
}
