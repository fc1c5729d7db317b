//! `[amplifier]`: how the amplifier behind the line is switched, and how long it warms.

use super::command;
use crate::problem::{Span, Text};
use crate::reading::Reader;
use crate::reading::tree::{Node, Table, find};

/// The amplifier, where the station lets Loa switch it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amplifier {
    /// What switches it.
    pub switch: Switch,
    /// So long before the next sound it is on, in ms.
    pub before_ms: u64,
    /// So long after the last sound it stays on, in ms.
    pub after_ms: u64,
    /// So long an emergency's tone repeats while it warms, in ms.
    pub emergency_before_ms: u64,
}

/// What switches an amplifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Switch {
    /// A program and its arguments for either way, run without a shell.
    Commands {
        /// Switches it on.
        on: Vec<String>,
        /// Switches it off.
        off: Vec<String>,
    },
    /// A signal of a serial port, up for on.
    Serial {
        /// `COM3`, `/dev/ttyUSB0`.
        port: String,
        /// Which of its signals.
        signal: Signal,
    },
}

/// A signal that a PC drives on a serial port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Request to send.
    Rts,
    /// Data terminal ready.
    Dtr,
}

const KEYS: [&str; 7] = ["on", "off", "serial", "signal", "before", "after", "emergency_before"];
const SIGNALS: &[(Signal, &[&str])] = &[(Signal::Rts, &["rts"]), (Signal::Dtr, &["dtr"])];

/// What holds where the file does not say, in ms: most amplifiers of a ward have warmed in a minute.
const BEFORE_MS: u64 = 60_000;
const AFTER_MS: u64 = 30_000;
const EMERGENCY_BEFORE_MS: u64 = 5_000;

/// The block `[amplifier]`, whose header stands at `header`.
pub(super) fn read(reader: &mut Reader<'_>, header: Span, table: &Table) -> Option<Amplifier> {
    reader.keys(table, &KEYS);
    let mut length_ms = |key: &str, default_ms: u64| {
        find(table, key).and_then(|(_, node)| reader.duration_ms(key, node)).unwrap_or(default_ms)
    };
    let before_ms = length_ms("before", BEFORE_MS);
    let after_ms = length_ms("after", AFTER_MS);
    let emergency_before_ms = length_ms("emergency_before", EMERGENCY_BEFORE_MS);
    let switch = switch(reader, header, table)?;
    Some(Amplifier { switch, before_ms, after_ms, emergency_before_ms })
}

fn switch(reader: &mut Reader<'_>, header: Span, table: &Table) -> Option<Switch> {
    let node = |key: &str| find(table, key).map(|(_, node)| node);
    match (node("serial"), node("on"), node("off")) {
        (Some(port), None, None) => {
            let port = reader.text("serial", port, "\"COM3\"").map(|text| text.trim().to_owned());
            let signal = match node("signal") {
                Some(node) => reader.word("signal", node, SIGNALS),
                None => Some(Signal::Rts),
            };
            Some(Switch::Serial { port: port?, signal: signal? })
        }
        (Some(port), _, _) => {
            two_ways(reader, port.span);
            None
        }
        (None, None, None) => {
            no_way(reader, header);
            None
        }
        (None, on, off) => {
            if let Some((key, _)) = find(table, "signal") {
                reader.missing(key.span, "serial", "serial = \"COM3\"");
            }
            // Both are looked at, so that all their mistakes are shown at once.
            let mut either = |key: &str, node: Option<&Node>| match node {
                Some(node) => command::read(reader, key, node, EXAMPLE),
                None => {
                    reader.missing(header, key, &format!("{key} = {EXAMPLE}"));
                    None
                }
            };
            let (on, off) = (either("on", on), either("off", off));
            Some(Switch::Commands { on: on?, off: off? })
        }
    }
}

const EXAMPLE: &str = "[\"curl\", \"-s\", \"http://192.168.1.20/relay/0\"]";

fn two_ways(reader: &mut Reader<'_>, span: Span) {
    let message = Text::new(
        "máy tăng âm được bật bằng hai cách: `serial` và `on`/`off`",
        "the amplifier is switched in two ways: `serial` and `on`/`off`",
    );
    let help = Text::new(
        "giữ một cách: bỏ `serial`, hoặc bỏ `on` và `off`",
        "keep one of them: delete `serial`, or `on` and `off`",
    );
    reader.refuse("two-switches", span, message, help);
}

fn no_way(reader: &mut Reader<'_>, header: Span) {
    let message = Text::new(
        "khối `[amplifier]` không ghi cách bật máy tăng âm",
        "the block `[amplifier]` does not say how the amplifier is switched",
    );
    let help = Text::new(
        format!("thêm hai lệnh `on = {EXAMPLE}` và `off = […]`, hoặc `serial = \"COM3\"`"),
        format!("add the two commands `on = {EXAMPLE}` and `off = […]`, or `serial = \"COM3\"`"),
    );
    reader.refuse("no-switch", header, message, help);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::station;

    fn read(text: &str) -> (Option<Amplifier>, Vec<&'static str>) {
        let text = format!("[line]\ndevice = \"null\"\n[amplifier]\n{text}");
        let (station, problems) = station::read("schedules/station.toml", &text);
        (station.and_then(|station| station.amplifier), problems.iter().map(|problem| problem.code).collect())
    }

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn commands_are_lists_and_lengths_have_defaults() {
        let (found, codes) = read("on = [\"relay\", \"\", \"a b\"]\noff = [\"relay\", \"0\"]\nafter = \"0s\"\n");
        assert_eq!(codes, [] as [&str; 0]);
        let switch = Switch::Commands { on: words(&["relay", "", "a b"]), off: words(&["relay", "0"]) };
        let wanted = Amplifier { switch, before_ms: 60_000, after_ms: 0, emergency_before_ms: 5000 };
        assert_eq!(found, Some(wanted));
    }

    #[test]
    fn a_serial_port_moves_one_of_two_signals() {
        let (found, _) = read("serial = \"COM3\"\nsignal = \"DTR\"\nbefore = \"2m\"\nemergency_before = \"8s\"\n");
        let switch = Switch::Serial { port: "COM3".into(), signal: Signal::Dtr };
        let wanted = Amplifier { switch, before_ms: 120_000, after_ms: 30_000, emergency_before_ms: 8000 };
        assert_eq!(found, Some(wanted));
        let rts = Switch::Serial { port: "/dev/ttyUSB0".into(), signal: Signal::Rts };
        assert_eq!(read("serial = \"/dev/ttyUSB0\"\n").0.unwrap().switch, rts);
    }

    #[test]
    fn every_mistake_has_its_code_and_none_is_half_read() {
        for (text, codes) in [
            ("", vec!["no-switch"]),
            ("before = \"5s\"\n", vec!["no-switch"]),
            ("on = [\"a\"]\n", vec!["missing-key"]),
            ("on = \"a b\"\noff = []\n", vec!["wrong-type", "empty-list"]),
            ("on = [\"a\"]\noff = [\"\"]\n", vec!["empty-text"]),
            ("on = [\"a\", 1]\noff = [\"b\"]\n", vec!["wrong-type"]),
            ("on = [\"a\"]\noff = [\"b\"]\nserial = \"COM3\"\n", vec!["two-switches"]),
            ("on = [\"a\"]\noff = [\"b\"]\nsignal = \"rts\"\n", vec!["missing-key"]),
            ("serial = 3\n", vec!["wrong-type"]),
            ("serial = \"COM3\"\nsignal = \"cts\"\n", vec!["unknown-value"]),
            ("serial = \"COM3\"\nbefore = 60\n", vec!["wrong-type"]),
            ("serial = \"COM3\"\nwarm = \"5s\"\n", vec!["unknown-key"]),
        ] {
            let (found, seen) = read(text);
            assert_eq!((found, seen), (None, codes), "{text}");
        }
    }
}
