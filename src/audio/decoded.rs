//! What a decoder gave, as samples.

use std::num::NonZero;

use symphonia::core::audio::GenericAudioBufferRef;

use super::bulletin::{MOST_CHANNELS, RATES_HZ};

/// Frames a second, and channels.
pub(super) type RateAndChannels = (NonZero<u32>, NonZero<u16>);

/// Puts the interleaved samples of `buffer` into `samples`, in place of what is there. Gives their rate and channels;
/// none if it holds no sound.
///
/// # Errors
/// A rate or a number of channels that cannot be.
pub(super) fn samples_of(
    buffer: &GenericAudioBufferRef<'_>,
    samples: &mut Vec<f32>,
) -> Result<Option<RateAndChannels>, String> {
    samples.clear();
    if buffer.frames() == 0 {
        return Ok(None);
    }
    let (rate_hz, channels) = (buffer.spec().rate(), buffer.num_planes());
    let rate = NonZero::new(rate_hz).filter(|rate| RATES_HZ.contains(&rate.get()));
    let count = u16::try_from(channels).ok().and_then(NonZero::new).filter(|n| usize::from(n.get()) <= MOST_CHANNELS);
    let believed = rate.zip(count).ok_or_else(|| format!("{rate_hz} Hz with {channels} channels is not believable"))?;
    buffer.copy_to_vec_interleaved(samples);
    // A float file can hold anything; the amplifier must not.
    for sample in samples {
        if !sample.is_finite() {
            *sample = 0.0;
        }
    }
    Ok(Some(believed))
}
