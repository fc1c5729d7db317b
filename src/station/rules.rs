//! `[rules]`: the ward's own operating rules.

use jiff::civil::Time;

use crate::problem::Text;
use crate::reading::tree::{Node, Table, Value};
use crate::reading::{Reader, times};

use super::Station;

/// The rules besides quiet hours. None: no such rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Broadcasts a day at most.
    pub broadcasts_per_day: Option<u32>,
    /// Minutes of one broadcast at most, relay included.
    pub broadcast_minutes: Option<u32>,
    /// Times that one segment is repeated on a day at most.
    pub repeats_per_day: Option<u32>,
    /// What a segment without approval means.
    pub approval: ApprovalRule,
    /// Later than this counts as late in the report, in ms.
    pub on_time_ms: u64,
    /// Days without administrative reform on air at most.
    pub cchc_gap_days: Option<u32>,
    /// Airings of a hotline a day at least.
    pub hotline_per_day: Option<u32>,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules {
            broadcasts_per_day: None,
            broadcast_minutes: None,
            repeats_per_day: None,
            approval: ApprovalRule::Warn,
            on_time_ms: 30_000,
            cchc_gap_days: None,
            hotline_per_day: None,
        }
    }
}

/// What a segment without approval means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApprovalRule {
    /// It does not air.
    Required,
    /// It airs with a warning.
    Warn,
    /// Nothing.
    Off,
}

/// A stretch of every day, from its first instant up to but not including its last; it may run over midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// First instant.
    pub from: Time,
    /// First instant after it.
    pub to: Time,
}

impl Quiet {
    /// As files have it: `21:00-05:00`.
    pub fn written(&self) -> String {
        format!("{}-{}", self.from.strftime("%H:%M"), self.to.strftime("%H:%M"))
    }
}

const KEYS: [&str; 8] = [
    "quiet",
    "broadcasts_per_day",
    "broadcast_minutes",
    "repeats_per_day",
    "approval",
    "on_time",
    "cchc_gap_days",
    "hotline_per_day",
];

const APPROVAL: &[(ApprovalRule, &[&str])] = &[
    (ApprovalRule::Required, &["bắt buộc", "required"]),
    (ApprovalRule::Warn, &["cảnh báo", "warn"]),
    (ApprovalRule::Off, &["không", "off"]),
];

pub(super) fn read(reader: &mut Reader<'_>, table: &Table, station: &mut Station) {
    reader.keys(table, &KEYS);
    for (key, node) in table {
        let key = key.name.as_str();
        let rules = &mut station.rules;
        match key {
            "quiet" => {
                station.quiet = reader.list(key, node, true).iter().filter_map(|node| quiet(reader, node)).collect();
            }
            "broadcasts_per_day" => rules.broadcasts_per_day = reader.count(key, node, 1),
            "broadcast_minutes" => rules.broadcast_minutes = reader.count(key, node, 1),
            "repeats_per_day" => rules.repeats_per_day = reader.count(key, node, 0),
            "approval" => rules.approval = reader.word(key, node, APPROVAL).unwrap_or(rules.approval),
            "on_time" => rules.on_time_ms = reader.duration_ms(key, node).unwrap_or(rules.on_time_ms),
            "cchc_gap_days" => rules.cchc_gap_days = reader.count(key, node, 1),
            "hotline_per_day" => rules.hotline_per_day = reader.count(key, node, 1),
            _ => {}
        }
    }
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
