//! `[line]`: the sound output that feeds the amplifier, and how what airs on it sounds.

use jiff::civil::Time;

use crate::problem::{Problem, Span, Text};
use crate::reading::Reader;
use crate::reading::tree::{Node, Table, Value, find};

use super::line_name::{is_named, line_name};

/// The line's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineSettings {
    /// `host:name` as `loa devices` prints it, `null`, `wav:FILE` (from the home on) or `default`.
    pub device: String,
    /// What every recording is brought to, in hundredths of a LUFS; none: it airs as it was recorded.
    pub loudness_clufs: Option<i32>,
    /// The ceiling of what airs, in hundredths of a dBTP.
    pub peak_cdbtp: i32,
    /// Gain by time of day: stretches that do not overlap, in the order of the file. 0 dB outside them.
    pub gain: Vec<GainSpan>,
    /// The input that hears the line: `host:name`.
    pub monitor: Option<String>,
    /// Frames of one block of the device, a power of two; none: what suits its sound system.
    pub buffer_frames: Option<u32>,
    /// What becomes of a recording that was on air when the line went.
    pub after_line_loss: AfterLineLoss,
}

/// A stretch of every day in which the line is quieter; it may run over midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GainSpan {
    /// First instant.
    pub from: Time,
    /// First instant after it.
    pub to: Time,
    /// Gain in hundredths of a dB, never above 0.
    pub gain_cdb: i32,
}

/// What becomes of a recording that was on air when the line went, once the line is back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterLineLoss {
    /// It goes on from where it was.
    Resume,
    /// Its rest is left out.
    Skip,
}

/// −16 LUFS: well above television's −23, since a street is noisier than a room.
const LOUDNESS_CLUFS: i32 = -1600;
/// −1 dBTP: what EBU R128 leaves for the rounding of everything behind.
const PEAK_CDBTP: i32 = -100;

impl Default for LineSettings {
    fn default() -> LineSettings {
        LineSettings {
            device: "default".to_owned(),
            loudness_clufs: Some(LOUDNESS_CLUFS),
            peak_cdbtp: PEAK_CDBTP,
            gain: Vec::new(),
            monitor: None,
            buffer_frames: None,
            after_line_loss: AfterLineLoss::Resume,
        }
    }
}

/// The most that a recording is raised, in hundredths of a dB: what needs more is mostly noise.
const MOST_RAISED_CDB: i32 = 2000;

impl LineSettings {
    /// What a recording of that loudness is amplified by, in hundredths of a dB. One that no loudness can be told of, as
    /// it is too short, airs as it is.
    pub fn gain_cdb(&self, clufs: Option<i32>) -> i32 {
        let gain = |(target, clufs): (i32, i32)| target.saturating_sub(clufs).min(MOST_RAISED_CDB);
        self.loudness_clufs.zip(clufs).map_or(0, gain)
    }

    /// Whether that input is known by its name to hear the line: it is the monitor, or PulseAudio's own of the line's sink.
    pub fn is_heard_by(&self, input: &str) -> bool {
        let tells_of = |sink: &str| input.strip_suffix(".monitor") == Some(sink);
        self.monitor.as_deref() == Some(input) || (self.device.starts_with("pulseaudio:") && tells_of(&self.device))
    }
}

const KEYS: [&str; 7] = ["device", "loudness", "peak", "gain", "monitor", "buffer_frames", "after_line_loss"];

const AFTER_LINE_LOSS: &[(AfterLineLoss, &[&str])] =
    &[(AfterLineLoss::Resume, &["phát tiếp", "resume"]), (AfterLineLoss::Skip, &["bỏ qua", "skip"])];

/// What a number may be, in its unit.
struct Bounds {
    least: f64,
    most: f64,
    unit: &'static str,
    example: &'static str,
}

/// Below it nothing would be heard in a street, above it only noise reaches it.
const LOUDNESS: Bounds = Bounds { least: -36.0, most: -8.0, unit: "LUFS", example: "-16.0" };
const PEAK: Bounds = Bounds { least: -20.0, most: 0.0, unit: "dBTP", example: "-1.0" };
/// Nothing is made louder: the ceiling could not be kept.
const GAIN: Bounds = Bounds { least: -60.0, most: 0.0, unit: "dB", example: "-6.0" };
/// From 5 ms, which few devices keep up with, to a third of a second, after which no cut is heard in time.
const BUFFER_FRAMES: [u32; 7] = [256, 512, 1024, 2048, 4096, 8192, 16_384];

/// The settings of `line`, the block of `root`; those of [`LineSettings::default`] where none is.
pub(super) fn read(reader: &mut Reader<'_>, root: &Table, line: Option<&Table>) -> LineSettings {
    let mut settings = LineSettings::default();
    let Some(table) = line else {
        // A `line` that is no block has been refused already.
        if find(root, "line").is_none() {
            default_device(reader, None);
        }
        return settings;
    };
    reader.keys(table, &KEYS);
    for (key, node) in table {
        let key = key.name.as_str();
        match key {
            "device" => settings.device = line_device(reader, node).unwrap_or(settings.device),
            "loudness" => loudness(reader, node, &mut settings),
            "peak" => settings.peak_cdbtp = hundredths(reader, key, node, &PEAK).unwrap_or(PEAK_CDBTP),
            "gain" => settings.gain = gain(reader, node),
            "monitor" => settings.monitor = monitor(reader, node),
            "buffer_frames" => settings.buffer_frames = buffer_frames(reader, node),
            "after_line_loss" => {
                let written = reader.word(key, node, AFTER_LINE_LOSS);
                settings.after_line_loss = written.unwrap_or(settings.after_line_loss);
            }
            _ => {}
        }
    }
    if find(table, "device").is_none() {
        default_device(reader, find(root, "line").map(|(key, _)| key.span));
    }
    settings
}

fn line_device(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    let device = device(reader, node)?;
    if device == "default" {
        default_device(reader, Some(node.span));
    } else if device.strip_prefix("alsa:").is_some_and(|name| !names_a_card(name)) {
        through_a_plugin(reader, node.span, &device);
    } else if device.strip_prefix("alsa:").is_some_and(names_it_by_number) {
        card_by_number(reader, node.span, &device);
    }
    Some(device)
}

/// A number or `false`.
fn loudness(reader: &mut Reader<'_>, node: &Node, settings: &mut LineSettings) {
    if node.value == Value::Boolean(false) {
        settings.loudness_clufs = None;
    } else if let Some(clufs) = hundredths(reader, "loudness", node, &LOUDNESS) {
        settings.loudness_clufs = Some(clufs);
    }
}

/// A number within bounds, in hundredths of its unit.
fn hundredths(reader: &mut Reader<'_>, key: &str, node: &Node, bounds: &Bounds) -> Option<i32> {
    let Bounds { least, most, unit, example } = bounds;
    let number = reader.number(key, node, example)?;
    let fits = |number: f64| (*least..=*most).contains(&number);
    if fits(number) {
        return Some((number * 100.0).round() as i32);
    }
    let message = Text::new(
        format!("`{key}` không thể là `{number}`: ghi số từ {least} đến {most} ({unit})"),
        format!("`{key}` cannot be `{number}`: it takes a number from {least} to {most} ({unit})"),
    );
    let help = match key {
        _ if fits(-number) => Text::new(
            format!("có phải là `-{number}` không? Đơn vị {unit} tính từ 0 xuống"),
            format!("did you mean `-{number}`? {unit} counts downwards from 0"),
        ),
        "db" => Text::new(
            "ở đây chỉ giảm được; muốn to hơn thì tăng `loudness` của `[line]`",
            "it only makes quieter; to make all louder, raise `loudness` under `[line]`",
        ),
        _ => Text::new(format!("viết như `{key} = {example}`"), format!("write as in `{key} = {example}`")),
    };
    reader.refuse("bad-number", node.span, message, help);
    None
}

const GAIN_EXAMPLE: &str = "[{ from = \"05:00\", to = \"06:00\", db = -6.0 }]";

fn gain(reader: &mut Reader<'_>, node: &Node) -> Vec<GainSpan> {
    let mut spans: Vec<(GainSpan, Span)> = Vec::new();
    for node in reader.list("gain", node, true) {
        let Some(span) = gain_span(reader, node) else { continue };
        if let Some((_, earlier)) = spans.iter().find(|(other, _)| overlap(span, *other)) {
            let message = Text::new("hai khoảng giờ của `gain` chồng lên nhau", "two stretches of `gain` overlap");
            let help = Text::new(
                "sửa `from` hoặc `to`: mỗi lúc chỉ có một mức",
                "change a `from` or a `to`: there is one gain at a time",
            );
            let problem = Problem::refuse("gain-overlaps", Some(reader.place(node.span)), message, help);
            let place = reader.place(*earlier);
            reader.note(problem.and(place, Text::new("khoảng kia ở đây", "the other one is here")));
        }
        spans.push((span, node.span));
    }
    spans.into_iter().map(|(span, _)| span).collect()
}

fn gain_span(reader: &mut Reader<'_>, node: &Node) -> Option<GainSpan> {
    let mut block = reader.inline("gain", node, &["from", "to", "db"], GAIN_EXAMPLE)?;
    let from = block.needed_time("from", "\"05:00\"");
    let to = block.needed_time("to", "\"06:00\"");
    let db = block.need("db", "-6.0");
    let gain_cdb = db.and_then(|db| hundredths(block.reader, "db", db, &GAIN));
    let (from, to, gain_cdb) = (from?, to?, gain_cdb?);
    if from == to {
        let message = Text::new(
            format!("khoảng giờ bắt đầu và kết thúc cùng lúc ({})", from.strftime("%H:%M")),
            format!("the stretch begins and ends at the same time ({})", from.strftime("%H:%M")),
        );
        let help = Text::new("sửa `from` hoặc `to`", "change `from` or `to`");
        reader.refuse("bad-time", node.span, message, help);
        return None;
    }
    Some(GainSpan { from, to, gain_cdb })
}

/// Whether two stretches of the day have an instant in common.
fn overlap(one: GainSpan, other: GainSpan) -> bool {
    one.holds(other.from) || other.holds(one.from)
}

impl GainSpan {
    /// Whether the time of day lies in it.
    pub fn holds(&self, time: Time) -> bool {
        if self.from < self.to { (self.from..self.to).contains(&time) } else { time >= self.from || time < self.to }
    }
}

fn buffer_frames(reader: &mut Reader<'_>, node: &Node) -> Option<u32> {
    let number = reader.integer("buffer_frames", node, "1024")?;
    let frames = BUFFER_FRAMES.into_iter().find(|frames| i64::from(*frames) == number);
    if frames.is_none() {
        let list = BUFFER_FRAMES.map(|frames| format!("`{frames}`")).join(", ");
        let message = Text::new(
            format!("`buffer_frames` không thể là `{number}`"),
            format!("`buffer_frames` cannot be `{number}`"),
        );
        let help = Text::new(
            format!("dùng một trong: {list}; số nhỏ thì cắt tiếng nhanh, số lớn thì ít bị hụt tiếng"),
            format!("use one of {list}: a small one cuts sooner, a large one runs dry less often"),
        );
        reader.refuse("bad-number", node.span, message, help);
    }
    frames
}

/// `host:name` of an input.
fn monitor(reader: &mut Reader<'_>, node: &Node) -> Option<String> {
    let text = reader.line("monitor", node, "\"pulseaudio:line.monitor\"")?;
    if is_named(&text) && !text.starts_with("wav:") {
        return Some(text);
    }
    let message = Text::new(format!("`{text}` không phải tên đầu vào"), format!("`{text}` is not an input's name"));
    let help = Text::new(
        "ghi tên đầu vào như `pulseaudio:line.monitor`, `alsa:hw:CARD=PCH,DEV=0`",
        "write an input's name, as `pulseaudio:line.monitor`, `alsa:hw:CARD=PCH,DEV=0`",
    );
    reader.refuse("bad-device", node.span, message, help);
    None
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

/// Whether an ALSA name that leads to a card has its number there: `hw:1,0`, `hw:CARD=1`.
fn names_it_by_number(name: &str) -> bool {
    let card = name.split_once(':').and_then(|(_, words)| words.split(',').next());
    card.is_some_and(|card| card.strip_prefix("CARD=").unwrap_or(card).parse::<u32>().is_ok())
}

fn card_by_number(reader: &mut Reader<'_>, span: Span, device: &str) {
    let message = Text::new(
        format!("`{device}` gọi cạc theo số, mà số đổi khi cắm thêm cạc hay khởi động lại: tiếng có thể ra cạc khác"),
        format!("`{device}` names its card by number, which changes with cards and boots: the sound may go to another"),
    );
    let help = Text::new(
        "chạy `loa devices` rồi ghi tên có `CARD=` và tên cạc",
        "run `loa devices` and write the name that has `CARD=` and the card's own name",
    );
    let place = reader.place(span);
    reader.note(Problem::warning("card-by-number", Some(place), message, help));
}

fn through_a_plugin(reader: &mut Reader<'_>, span: Span, device: &str) {
    let message = Text::new(
        format!(
            "`{device}` không chỉ thẳng tới một cạc âm thanh: nếu sau nó là PulseAudio hay PipeWire, tiếng có thể bị chuyển sang loa khác trong chốc lát, cho đến khi Loa thấy và ngắt"
        ),
        format!(
            "`{device}` does not name a card: if PulseAudio or PipeWire stands behind it, the sound can be moved to another output for a moment, until Loa sees it and ends it"
        ),
    );
    let help = Text::new(
        "chạy `loa devices`, chọn tên có `CARD=` hoặc tên bắt đầu bằng `pulseaudio:`",
        "run `loa devices` and choose a name with `CARD=`, or one that begins with `pulseaudio:`",
    );
    let place = reader.place(span);
    reader.note(Problem::warning("line-through-plugin", Some(place), message, help));
}

/// The name of a line.
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
    match line_name(text) {
        Ok(name) => Some(name.to_owned()),
        Err(help) => {
            let text = text.trim();
            let message =
                Text::new(format!("`{text}` không phải tên thiết bị"), format!("`{text}` is not a device's name"));
            reader.refuse("bad-device", node.span, message, help);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_is_known_by_its_name_to_hear_the_line() {
        let line = |device: &str, monitor: Option<&str>| LineSettings {
            device: device.into(),
            monitor: monitor.map(str::to_owned),
            ..LineSettings::default()
        };
        for (device, monitor, input, is_heard) in [
            ("pulseaudio:line", None, "pulseaudio:line.monitor", true),
            ("pulseaudio:line", None, "pulseaudio:line", false),
            ("pulseaudio:line", None, "pulseaudio:line2.monitor", false),
            ("pulseaudio:line", Some("alsa:hw:CARD=Mic,DEV=0"), "alsa:hw:CARD=Mic,DEV=0", true),
            ("alsa:line", None, "alsa:line.monitor", false),
            ("default", Some("pulseaudio:line.monitor"), "pulseaudio:line.monitor", true),
            ("default", None, "pulseaudio:line.monitor", false),
        ] {
            assert_eq!(line(device, monitor).is_heard_by(input), is_heard, "{device}, {monitor:?}, {input}");
        }
    }
}
