//! What commands say of one recording.

use crate::problem::Text;
use crate::schedule::audio_facts::AudioFacts;
use crate::timetable::duration_words;

/// `7 phút 5 giây · mp3 · 44100 Hz · 2 kênh`.
pub(super) fn fact_words(facts: &AudioFacts) -> Text {
    let length = duration_words(facts.file_ms);
    let (codec, rate, channels) = (&facts.codec, facts.rate_hz, facts.channels);
    let plural = if channels == 1 { "" } else { "s" };
    Text::new(
        format!("{} · {codec} · {rate} Hz · {channels} kênh", length.vi),
        format!("{} · {codec} · {rate} Hz · {channels} channel{plural}", length.en),
    )
}
