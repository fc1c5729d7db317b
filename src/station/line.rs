//! `[line]`: the sound output that feeds the amplifier.

use crate::problem::{Problem, Span, Text};
use crate::programme::later::later;
use crate::reading::Reader;
use crate::reading::tree::{Node, Table, Value, find};

const KEYS: [&str; 1] = ["device"];

/// The device that is named in `line`, the block of `root`; none where none is.
pub(super) fn read(reader: &mut Reader<'_>, root: &Table, line: Option<&Table>) -> Option<String> {
    if let Some(table) = line {
        reader.keys(table, &KEYS, later("line"));
    }
    match line.and_then(|table| find(table, "device")) {
        Some((_, node)) => {
            let device = device(reader, node)?;
            if device == "default" {
                default_device(reader, Some(node.span));
            } else if device.strip_prefix("alsa:").is_some_and(|name| !names_a_card(name)) {
                through_a_plugin(reader, node.span, &device);
            }
            Some(device)
        }
        None if line.is_none() && find(root, "line").is_some() => None,
        None => {
            default_device(reader, find(root, "line").map(|(key, _)| key.span));
            None
        }
    }
}

fn default_device(reader: &mut Reader<'_>, span: Option<Span>) {
    let message = Text::new(
        "đường loa theo thiết bị mặc định của máy, có thể bị đổi mà không ai hay",
        "the line follows the computer's default device, which can change unnoticed",
    );
    let help = Text::new(
        "chạy `loa devices` rồi ghi tên thiết bị, như `device = \"alsa:hw:CARD=PCH,DEV=0\"`, ở khối `[line]`",
        "run `loa devices` and write the device's name, as in `device = \"alsa:hw:CARD=PCH,DEV=0\"`, under `[line]`",
    );
    let place = span.map(|span| reader.place(span));
    reader.note(Problem::warning("default-device", place, message, help));
}

/// Whether an ALSA name leads straight to a card. Any other may lead to a desktop sound server, which moves sound from one
/// output to the next when the first goes, and tells nobody.
fn names_a_card(name: &str) -> bool {
    ["hw:", "plughw:"].iter().any(|card| name.starts_with(card)) || name.contains("CARD=")
}

fn through_a_plugin(reader: &mut Reader<'_>, span: Span, device: &str) {
    let message = Text::new(
        format!(
            "`{device}` không chỉ thẳng tới một cạc âm thanh: nếu sau nó là PulseAudio hay PipeWire, tiếng có thể bị chuyển sang loa khác mà không ai hay"
        ),
        format!(
            "`{device}` does not name a card: if PulseAudio or PipeWire stands behind it, the sound can be moved to another output unnoticed"
        ),
    );
    let help = Text::new(
        "chạy `loa devices`, chọn tên có `CARD=` hoặc tên bắt đầu bằng `pulseaudio:`",
        "run `loa devices` and choose a name with `CARD=`, or one that begins with `pulseaudio:`",
    );
    let place = reader.place(span);
    reader.note(Problem::warning("line-through-plugin", Some(place), message, help));
}

/// `default`, `null`, `wav:FILE` or `host:name`. A number or a bare name is refused: both change when hardware does.
fn device(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    let Value::Text(text) = &node.value else {
        reader.wrong_type(
            "device",
            node,
            &Text::new("tên thiết bị trong ngoặc kép", "a device's name in quotes"),
            "\"default\"",
        );
        return None;
    };
    if text.trim().is_empty() {
        reader.text("device", node, "\"default\"");
        return None;
    }
    let text = text.trim();
    let named = text.split_once(':').filter(|(host, name)| {
        host.len() > 1 && host.bytes().all(|b| b.is_ascii_lowercase()) && !name.trim().is_empty()
    });
    if matches!(text, "default" | "null") || named.is_some() {
        return Some(text.to_owned());
    }
    let message = Text::new(format!("`{text}` không phải tên thiết bị"), format!("`{text}` is not a device's name"));
    let help = if text.to_ascii_lowercase().ends_with(".wav") {
        Text::new(format!("để ghi ra tệp, viết `wav:{text}`"), format!("to write into a file, write `wav:{text}`"))
    } else {
        Text::new(
            "ghi tên mà `loa devices` in ra, như `alsa:hw:CARD=PCH,DEV=0`, hoặc `default`, `null`, `wav:TỆP`",
            "write a name that `loa devices` prints, as `alsa:hw:CARD=PCH,DEV=0`, or `default`, `null`, `wav:FILE`",
        )
    };
    reader.refuse("bad-device", node.span, message, help);
    None
}
