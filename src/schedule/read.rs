//! The text of a month's file → a `Schedule`, or every reason why it cannot be trusted.

use std::collections::BTreeMap;

use super::segment::{self, Draft};
use super::{Month, Schedule};
use crate::problem::{Place, Problem, Span, Text, any_refuses};
use crate::reading::tree::{Node, Table, Value, find};
use crate::reading::{Reader, parse};

/// The most airings a month may ask for: far beyond any station's, and few enough for the oldest PC.
pub const SLOTS_MAX: usize = 100_000;

/// Years a schedule may be of: a slip of the keyboard outside them is caught, and every time of theirs is an instant.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2199;

const KEYS: [&str; 2] = ["month", "segment"];
const KEYS_OF_STATION: [&str; 3] = ["station", "line", "rules"];
const KEYS_LATER: [&str; 5] = ["window", "column", "exception", "other_activity", "deliverable"];

/// Reads the text of `file` (`schedules/2026-12.toml`). No schedule comes back if any problem refuses the file.
pub fn read(file: &str, text: &str) -> (Option<Schedule>, Vec<Problem>) {
    let document = parse(file, text, &["segment"]);
    let mut reader = Reader::new(file, document.problems, document.damaged);
    let whole = Span { start: 0, end: text.len() };
    reader.misplaced(&document.root, &KEYS_OF_STATION, "schedules/station.toml");
    let known: Vec<&str> = KEYS.into_iter().chain(KEYS_OF_STATION).collect();
    reader.keys(&document.root, &known, &KEYS_LATER);
    let month = month(&mut reader, &document.root, file, whole);
    let drafts = drafts(&mut reader, &document.root, month, text);
    unique_ids(&mut reader, &drafts);
    let slots: usize = drafts.iter().map(|draft| draft.at.len() * draft.dates.len()).sum();
    if slots > SLOTS_MAX {
        let message = Text::new(
            format!("kế hoạch có {slots} lượt phát, nhiều hơn mức {SLOTS_MAX}"),
            format!("the schedule has {slots} airings, more than {SLOTS_MAX}"),
        );
        let help = Text::new(
            "bớt giờ hoặc ngày trong `at`, `days`, `dates`",
            "drop times or dates from `at`, `days`, `dates`",
        );
        let at = drafts.first().map_or(Span { start: 0, end: 0 }, |draft| draft.header);
        reader.refuse("too-many-slots", at, message, help);
    }
    let blocks = find(&document.root, "segment").map(|(_, node)| &node.value);
    if blocks.is_none_or(|blocks| *blocks == Value::List(Vec::new())) && !reader.damaged_within(whole) {
        nothing_airs(&mut reader, &document.root);
    }
    let segments: Option<Vec<_>> = drafts.into_iter().map(Draft::finish).collect();
    let problems = reader.into_problems();
    let schedule = match (month, segments) {
        (Some(month), Some(segments)) if !any_refuses(&problems) => {
            Some(Schedule { month, windows: Vec::new(), columns: Vec::new(), segments, exceptions: Vec::new() })
        }
        _ => None,
    };
    debug_assert!(schedule.is_some() || any_refuses(&problems), "a refusal says why");
    (schedule, problems)
}

/// The month, held against the file's name. Where one of the two is unusable the other serves, so that dates can still be
/// checked.
fn month(reader: &mut Reader<'_>, root: &Table, file: &str, whole: Span) -> Option<Month> {
    let stem = file.rsplit('/').next().unwrap_or(file).trim_end_matches(".toml");
    let named: Option<Month> = stem.parse().ok();
    let example = named.map_or_else(|| "2026-12".to_owned(), |month| month.to_string());
    let Some((_, node)) = find(root, "month") else {
        if !reader.damaged_within(whole) {
            reader.missing(Span { start: 0, end: 0 }, "month", &format!("month = \"{example}\""));
        }
        return named;
    };
    let Some(written) = reader.text("month", node, &format!("\"{example}\"")) else { return named };
    let usable = |month: &Month| YEARS.contains(&month.first().year());
    let Some(month) = written.trim().parse::<Month>().ok().filter(usable) else {
        let message = Text::new(format!("`{written}` không phải tháng"), format!("`{written}` is not a month"));
        let help = Text::new(
            format!("ghi theo thứ tự năm-tháng: `month = \"{example}\"`"),
            format!("write year-month: `month = \"{example}\"`"),
        );
        reader.refuse("bad-month", node.span, message, help);
        return named;
    };
    if named != Some(month) {
        let message = Text::new(
            format!("`month` là `{month}` nhưng tên tệp là `{stem}.toml`"),
            format!("`month` is `{month}` but the file is named `{stem}.toml`"),
        );
        let help = Text::new(
            format!("sửa `month`, hoặc đổi tên tệp thành `{month}.toml`"),
            format!("correct `month`, or rename the file to `{month}.toml`"),
        );
        reader.refuse("month-unlike-file", node.span, message, help);
    }
    Some(month)
}

fn drafts(reader: &mut Reader<'_>, root: &Table, month: Option<Month>, text: &str) -> Vec<Draft> {
    let Some((key, node)) = find(root, "segment") else { return Vec::new() };
    let blocks: &[Node] = match &node.value {
        Value::List(list) => list,
        Value::Table(_) => std::slice::from_ref(node),
        _ => {
            let wanted = Text::new("các khối `[[segment]]`", "blocks `[[segment]]`");
            reader.wrong_type(&key.name, node, &wanted, "[{ title = \"…\" }]");
            return Vec::new();
        }
    };
    let mut drafts = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        let Value::Table(table) = &block.value else {
            let wanted = Text::new("một khối `[[segment]]`", "a block `[[segment]]`");
            reader.wrong_type("segment", block, &wanted, "[{ title = \"…\" }]");
            continue;
        };
        let next = blocks.get(at + 1).map_or(text.len(), |next| next.span.start);
        let region = Span { start: block.span.start, end: next.max(block.span.end) };
        drafts.push(segment::read(reader, table, block.span, region, month));
    }
    drafts
}

/// Two segments under one id: the log could not tell them apart.
fn unique_ids(reader: &mut Reader<'_>, drafts: &[Draft]) {
    let mut first: BTreeMap<&str, &Place> = BTreeMap::new();
    for draft in drafts {
        let Some((id, place)) = &draft.id else { continue };
        let Some(earlier) = first.get(id.as_str()) else {
            first.insert(id, place);
            continue;
        };
        let message = Text::new(format!("hai tiết mục cùng mã `{id}`"), format!("two segments have the id `{id}`"));
        let help = if draft.id_written {
            Text::new("đổi một trong hai `id`", "change one of the two `id`s")
        } else {
            Text::new(
                format!(
                    "mã lấy từ `title`: ghi thêm `id = \"{id}-2\"` cho một tiết mục, hoặc gộp giờ và ngày vào một tiết mục"
                ),
                format!(
                    "the id comes from `title`: add `id = \"{id}-2\"` to one of them, or join their times and dates in one"
                ),
            )
        };
        let problem = Problem::refuse("duplicate-id", Some(place.clone()), message, help);
        reader.note(problem.and((*earlier).clone(), Text::new("lần đầu ở đây", "first used here")));
    }
}

fn nothing_airs(reader: &mut Reader<'_>, root: &Table) {
    let place = find(root, "month").map(|(key, _)| reader.place(key.span));
    let message = Text::new("tháng này chưa có tiết mục nào", "this month has no segment yet");
    let help = Text::new(
        "thêm khối `[[segment]]` với `title`, `audio`, `at` và `days`",
        "add a block `[[segment]]` with `title`, `audio`, `at` and `days`",
    );
    reader.note(Problem::warning("no-segments", place, message, help));
}
