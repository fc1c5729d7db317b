//! What commands say of one recording.

use crate::problem::Text;
use crate::schedule::audio_facts::{AudioFacts, AudioFault};
use crate::timetable::duration_words;

/// Why a recording cannot air.
pub(super) fn fault_words(file: &str, fault: &AudioFault) -> Text {
    match fault {
        AudioFault::Absent => Text::new(format!("không có tệp `{file}`"), format!("there is no file `{file}`")),
        AudioFault::Unreadable(why) => {
            Text::new(format!("không mở được tệp `{file}`: {why}"), format!("`{file}` cannot be opened: {why}"))
        }
        AudioFault::Empty => {
            Text::new(format!("tệp `{file}` không có âm thanh nào"), format!("`{file}` holds no sound at all"))
        }
        AudioFault::Silent => {
            Text::new(format!("tệp `{file}` im lặng từ đầu đến cuối"), format!("`{file}` is silent from end to end"))
        }
        AudioFault::Undecodable(why) => Text::new(
            format!("không giải mã được `{file}`: {}", why.vi),
            format!("`{file}` cannot be decoded: {}", why.en),
        ),
    }
}

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
