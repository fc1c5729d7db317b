//! How the channels of a recording become those of the line.

/// Appends `frame` to `out` with `channels` channels.
pub(super) fn map_channels(frame: &[f32], channels: usize, out: &mut Vec<f32>) {
    const HALF_POWER: f32 = std::f32::consts::FRAC_1_SQRT_2;
    let given = frame.len();
    if given == channels {
        out.extend_from_slice(frame);
    } else if given == 1 {
        out.extend(std::iter::repeat_n(frame[0], channels));
    } else if channels == 1 {
        // Two channels: (left + right) × 0.5.
        out.push(frame.iter().sum::<f32>() * (1.0 / given as f32));
    } else if channels == 2 {
        // The orders of WAVE, FLAC and Vorbis agree on left and right first and, up to 5 channels, on what follows.
        let (centre, surround_left, surround_right) = match given {
            3 => (frame[2], 0.0, 0.0),
            4 => (0.0, frame[2], frame[3]),
            5 => (frame[2], frame[3], frame[4]),
            6 => (frame[2], frame[4], frame[5]),
            7 => (frame[2], frame[5], frame[6]),
            _ => (frame[2], frame[4] + frame[6], frame[5] + frame[7]),
        };
        let most = 1.0 + HALF_POWER * if given > 7 { 3.0 } else { 2.0 };
        out.push((frame[0] + HALF_POWER * (centre + surround_left)) / most);
        out.push((frame[1] + HALF_POWER * (centre + surround_right)) / most);
    } else {
        // Fewer or more than the line has, and neither side is mono or stereo: what is there goes where it belongs.
        out.extend((0..channels).map(|channel| frame.get(channel).copied().unwrap_or(0.0)));
    }
}
