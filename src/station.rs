//! `station.toml` → what changes rarely: names, the line, the ward's own rules.

use jiff::civil::Time;
use jiff::tz::TimeZone;

use crate::problem::{Problem, Span, Text, any_refuses};
use crate::reading::fold::nearest;
use crate::reading::tree::{Node, Table, Value, find};
use crate::reading::{Reader, parse, times};

/// The station.
#[derive(Clone, Debug, PartialEq)]
pub struct Station {
    /// `Đài truyền thanh phường Long Xuyên`.
    pub name: String,
    /// `ĐTT`.
    pub code: String,
    /// `UBND phường Long Xuyên`.
    pub parent: String,
    /// `Long Xuyên`.
    pub place: String,
    /// The zone all civil times are in.
    pub zone: TimeZone,
    /// The zone's IANA name.
    pub zone_name: String,
    /// The line's device: `host:name` as `loa devices` prints it, `null`, `wav:FILE` or `default`.
    pub device: String,
    /// Stretches of the day in which nothing airs.
    pub quiet: Vec<Quiet>,
    /// Later than this counts as late in the report, in ms.
    pub on_time_ms: u64,
}

/// A stretch of every day, from its first instant up to but not including its last; it may run over midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// First instant.
    pub from: Time,
    /// First instant after it.
    pub to: Time,
}

/// The zone of a station that names none.
const ZONE: &str = "Asia/Ho_Chi_Minh";

impl Default for Station {
    /// What holds without a `station.toml`.
    fn default() -> Station {
        Station {
            name: "Đài truyền thanh".to_owned(),
            code: String::new(),
            parent: String::new(),
            place: String::new(),
            // The zone's data is in the binary; without it the fixed offset is the same for every date since 1975.
            zone: TimeZone::get(ZONE).unwrap_or_else(|_| TimeZone::fixed(jiff::tz::offset(7))),
            zone_name: ZONE.to_owned(),
            device: "default".to_owned(),
            quiet: vec![Quiet { from: Time::constant(21, 0, 0, 0), to: Time::constant(5, 0, 0, 0) }],
            on_time_ms: 30_000,
        }
    }
}

const TABLES: [&str; 3] = ["station", "line", "rules"];
const TABLES_OF_MONTH: [&str; 2] = ["month", "segment"];
const TABLES_LATER: [&str; 16] = [
    "amplifier",
    "clock",
    "emergency",
    "topic",
    "genre",
    "field",
    "form",
    "basis",
    "hotline",
    "holiday",
    "report",
    "targets",
    "balance",
    "alerts",
    "console",
    "window",
];
const STATION: [&str; 5] = ["name", "code", "parent", "place", "timezone"];
const LINE: [&str; 1] = ["device"];
const LINE_LATER: [&str; 6] = ["loudness", "peak", "gain", "monitor", "buffer_frames", "after_line_loss"];
const RULES: [&str; 1] = ["quiet"];
const RULES_LATER: [&str; 7] = [
    "broadcasts_per_day",
    "broadcast_minutes",
    "repeats_per_day",
    "approval",
    "on_time",
    "cchc_gap_days",
    "hotline_per_day",
];

/// Reads the text of `file` (`schedules/station.toml`). Keys that are not there keep the values of
/// [`Station::default`]; no station comes back if any problem refuses the file.
pub fn read(file: &str, text: &str) -> (Option<Station>, Vec<Problem>) {
    let document = parse(file, text, &[]);
    let mut reader = Reader::new(file, document.problems, document.damaged);
    let mut later = TABLES_LATER.to_vec();
    later.push("column");
    reader.misplaced(&document.root, &TABLES_OF_MONTH, "schedules/2026-12.toml");
    let known: Vec<&str> = TABLES.into_iter().chain(TABLES_OF_MONTH).collect();
    reader.keys(&document.root, &known, &later);
    let mut station = Station::default();
    if let Some(table) = block(&mut reader, &document.root, "station") {
        names(&mut reader, table, &mut station);
    }
    let line = block(&mut reader, &document.root, "line");
    if let Some(table) = line {
        reader.keys(table, &LINE, &LINE_LATER);
    }
    match line.and_then(|table| find(table, "device")) {
        Some((_, node)) => {
            if let Some(device) = device(&mut reader, node) {
                station.device = device;
                if station.device == "default" {
                    default_device(&mut reader, Some(node.span));
                }
            }
        }
        None if line.is_none() && find(&document.root, "line").is_some() => {}
        None => default_device(&mut reader, find(&document.root, "line").map(|(key, _)| key.span)),
    }
    if let Some(table) = block(&mut reader, &document.root, "rules") {
        reader.keys(table, &RULES, &RULES_LATER);
        if let Some((_, node)) = find(table, "quiet") {
            station.quiet =
                reader.list("quiet", node, true).iter().filter_map(|node| quiet(&mut reader, node)).collect();
        }
    }
    let problems = reader.into_problems();
    let station = (!any_refuses(&problems)).then_some(station);
    (station, problems)
}

fn block<'n>(reader: &mut Reader<'_>, root: &'n Table, name: &str) -> Option<&'n Table> {
    let (key, node) = find(root, name)?;
    reader.table(key, node)
}

fn names(reader: &mut Reader<'_>, table: &Table, station: &mut Station) {
    reader.keys(table, &STATION, &["was"]);
    let mut take = |key: &str, into: &mut String, example: &str| {
        if let Some((_, node)) = find(table, key)
            && let Some(text) = reader.text(key, node, example)
        {
            *into = text.trim().to_owned();
        }
    };
    take("name", &mut station.name, "\"Đài truyền thanh phường Long Xuyên\"");
    take("code", &mut station.code, "\"ĐTT\"");
    take("parent", &mut station.parent, "\"UBND phường Long Xuyên\"");
    take("place", &mut station.place, "\"Long Xuyên\"");
    let Some((_, node)) = find(table, "timezone") else { return };
    let Some(name) = reader.text("timezone", node, "\"Asia/Ho_Chi_Minh\"") else { return };
    match TimeZone::get(name.trim()) {
        Ok(zone) => {
            station.zone_name = zone.iana_name().unwrap_or(name.trim()).to_owned();
            station.zone = zone;
        }
        Err(_) => unknown_zone(reader, node.span, &name),
    }
}

fn unknown_zone(reader: &mut Reader<'_>, span: Span, name: &str) {
    let known: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
    let known = known.iter().map(String::as_str).filter(|name| name.contains('/'));
    let help = match nearest(name, known) {
        Some(near) => Text::new(format!("có phải là `{near}` không?"), format!("did you mean `{near}`?")),
        None => Text::new(
            "ở Việt Nam dùng `Asia/Ho_Chi_Minh`",
            "in Viet Nam write `Asia/Ho_Chi_Minh`; elsewhere the zone's IANA name",
        ),
    };
    let message = Text::new(format!("không có múi giờ `{name}`"), format!("there is no time zone `{name}`"));
    reader.refuse("unknown-zone", span, message, help);
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

/// `21:00-05:00`.
fn quiet(reader: &mut Reader<'_>, node: &Node) -> Option<Quiet> {
    let Value::Text(text) = &node.value else {
        let wanted = Text::new("khoảng giờ trong ngoặc kép", "a stretch of the day in quotes");
        reader.wrong_type("quiet", node, &wanted, "[\"21:00-05:00\"]");
        return None;
    };
    let help = || Text::new("viết như `\"21:00-05:00\"`", "write as in `\"21:00-05:00\"`");
    let Some((from, to)) = text.split_once(['-', '–', '—']) else {
        let message =
            Text::new(format!("`{text}` không phải khoảng giờ"), format!("`{text}` is not a stretch of the day"));
        reader.refuse("bad-time", node.span, message, help());
        return None;
    };
    let mut side = |text: &str| {
        times::time(text.trim())
            .map_err(|refusal| reader.refuse("bad-time", node.span, refusal.message, refusal.help))
            .ok()
    };
    let (from, to) = (side(from)?, side(to)?);
    if from == to {
        let message = Text::new(
            format!("`{text}` bắt đầu và kết thúc cùng lúc"),
            format!("`{text}` begins and ends at the same time"),
        );
        reader.refuse("bad-time", node.span, message, help());
        return None;
    }
    Some(Quiet { from, to })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good(text: &str) -> Station {
        let (station, problems) = read("schedules/station.toml", text);
        station.unwrap_or_else(|| panic!("{problems:?}"))
    }

    fn codes(text: &str) -> Vec<&'static str> {
        let (station, problems) = read("schedules/station.toml", text);
        assert_eq!(station.is_none(), any_refuses(&problems));
        problems.iter().map(|problem| problem.code).collect()
    }

    #[test]
    fn an_empty_file_is_the_default_and_warns_of_the_device() {
        assert_eq!(good(""), Station::default());
        assert_eq!(codes(""), ["default-device"]);
        assert_eq!(codes("[line]\ndevice = \"default\"\n"), ["default-device"]);
        assert_eq!(codes("[line]\ndevice = \"null\"\n"), [] as [&str; 0]);
    }

    #[test]
    fn quiet_hours_may_run_over_midnight_or_be_none() {
        let t = |h, m| Time::constant(h, m, 0, 0);
        let station = good("[rules]\nquiet = [\"21:00-05:00\", \"12:00 – 13:30\"]\n");
        assert_eq!(station.quiet, [Quiet { from: t(21, 0), to: t(5, 0) }, Quiet { from: t(12, 0), to: t(13, 30) }]);
        assert_eq!(good("[rules]\nquiet = []\n").quiet, []);
    }

    #[test]
    fn devices_are_named_with_their_host() {
        for name in ["default", "null", "wav:out.wav", "alsa:hw:CARD=PCH,DEV=0", "wasapi:Loa phường", "pulseaudio:line"]
        {
            assert_eq!(good(&format!("[line]\ndevice = '{name}'\n")).device, name);
        }
        for name in ["hw:0".to_uppercase().as_str(), "0", "Loa", "wav:", "c:\\out.wav"] {
            assert_eq!(codes(&format!("[line]\ndevice = '{name}'\n")), ["bad-device"], "{name}");
        }
        assert_eq!(codes("[line]\ndevice = 0\n"), ["wrong-type"]);
        assert_eq!(codes("[line]\ndevice = \" \"\n"), ["empty-text"]);
    }

    #[test]
    fn zones_come_from_the_data_in_the_binary() {
        assert_eq!(good("[station]\ntimezone = \"Europe/Berlin\"\n").zone_name, "Europe/Berlin");
        let (_, problems) = read("f", "[station]\ntimezone = \"Asia/Ho_Chi_Min\"\n[line]\ndevice = \"null\"\n");
        assert_eq!(problems[0].help.en, "did you mean `Asia/Ho_Chi_Minh`?");
    }

    #[test]
    fn what_is_not_aired_yet_is_refused_and_what_never_was_is_unknown() {
        let text = "[amplifier]\n[line]\ndevice = \"null\"\nloudness = -16.0\n[rules]\non_time = \"1m\"\nquiett = []\n[colour]\n";
        assert_eq!(
            codes(text),
            ["not-supported-yet", "unknown-key", "not-supported-yet", "not-supported-yet", "unknown-key"]
        );
    }
}
