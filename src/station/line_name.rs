//! What may be the name of a line.

use crate::problem::Text;

/// What a name may begin with: the sound systems that Loa speaks to, here or on another kind of PC, and its own file.
const HOSTS: [&str; 5] = ["alsa", "pulseaudio", "wasapi", "coreaudio", "wav"];
/// ALSA's own null swallows sound faster than time passes: no line, however it is asked for.
const SWALLOWS: &str = "alsa:null";

/// Whether it is `host:name`, and such as can be opened where that is there.
pub(super) fn is_named(text: &str) -> bool {
    let is_known = |(host, name): (&str, &str)| HOSTS.contains(&host) && !name.trim().is_empty();
    text != SWALLOWS && text.split_once(':').is_some_and(is_known)
}

/// The name of a line: `default`, `null`, `wav:FILE` or `host:name`, whether or not anything of that name is there now. A number
/// or a bare name is none: both change when hardware does.
///
/// # Errors
/// It is none: what to write instead.
pub fn line_name(text: &str) -> Result<&str, Text> {
    let text = text.trim();
    if matches!(text, "default" | "null") || is_named(text) {
        return Ok(text);
    }
    Err(if text.to_ascii_lowercase().ends_with(".wav") {
        Text::new(format!("để ghi ra tệp, viết `wav:{text}`"), format!("to write into a file, write `wav:{text}`"))
    } else if text == SWALLOWS {
        Text::new("để chạy thử không có tiếng, viết `null`", "to run without a sound, write `null`")
    } else {
        Text::new(
            "ghi tên mà `loa devices` in ra, như `alsa:hw:CARD=PCH,DEV=0`, hoặc `default`, `null`, `wav:TỆP`",
            "write a name that `loa devices` prints, as `alsa:hw:CARD=PCH,DEV=0`, or `default`, `null`, `wav:FILE`",
        )
    })
}
