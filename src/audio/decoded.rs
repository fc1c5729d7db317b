//! What a decoder gave, as samples.

use std::num::NonZero;

use symphonia::core::audio::{Audio, GenericAudioBufferRef};

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
    if let GenericAudioBufferRef::F32(planes) = buffer
        && let (2, Some(left), Some(right)) = (channels, planes.plane(0), planes.plane(1))
    {
        // What nearly all that airs is decoded to: put in one row and looked over in one go.
        samples.resize(2 * left.len(), 0.0);
        for ([to_left, to_right], (left, right)) in
            samples.as_chunks_mut::<2>().0.iter_mut().zip(left.iter().zip(right))
        {
            (*to_left, *to_right) = (bounded(*left), bounded(*right));
        }
        return Ok(Some(believed));
    }
    buffer.copy_to_vec_interleaved(samples);
    samples.iter_mut().for_each(|sample| *sample = bounded(*sample));
    Ok(Some(believed))
}

/// A float file can hold anything; the amplifier must not.
fn bounded(sample: f32) -> f32 {
    if sample.is_finite() { sample } else { 0.0 }
}
