//! `[[window]]` and `[[column]]`, of either file.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jiff::civil::Time;

use super::{Column, Window, running_order};
use crate::problem::{Place, Problem, Span, Text};
use crate::reading::fold::{folded, is_id, slug};
use crate::reading::tree::{Table, find};
use crate::reading::weekdays::Weekdays;
use crate::reading::{Block, Reader, Row};

/// No ward is on air so long at a stretch without having thought about it.
const LONG: SignedDuration = SignedDuration::from_hours(6);
const DAY: SignedDuration = SignedDuration::from_hours(24);

const WINDOW: [&str; 6] = ["id", "name", "start", "end", "days", "running_order"];
const COLUMN: [&str; 6] = ["id", "name", "days", "topic", "minimum", "max"];

/// The windows that `root`, the top of a file of `text_len` bytes, has.
pub fn windows(reader: &mut Reader<'_>, root: &Table, text_len: usize) -> Vec<Window> {
    let (mut ids, mut names) = (BTreeMap::new(), BTreeMap::new());
    let rows = reader.rows(root, "window", text_len);
    rows.into_iter().filter_map(|row| window(reader, row, (&mut ids, &mut names))).collect()
}

fn window(reader: &mut Reader<'_>, row: Row<'_>, (ids, names): (&mut Places, &mut Places)) -> Option<Window> {
    let mut block = reader.row(row, &WINDOW);
    let id = id(&mut block, "sang", ids, ("hai khung giờ", "two windows"));
    let name = block.name("name", "\"Buổi sáng\"");
    alike(&mut block, name.as_deref(), names, ("hai khung giờ", "two windows"));
    let (start, end) = (block.needed_time("start", "\"05:30\""), block.needed_time("end", "\"06:15\""));
    let days = if block.node("days").is_some() { block.weekdays("days") } else { Some(Weekdays::ALL) };
    let items = block.need("running_order", "[{ column = \"ban-tin\" }]");
    let items = items.map(|node| running_order::read(block.reader, node));
    let place = block.place();
    let (start, end) = span(&mut block, start, end)?;
    if let Some(items) = &items {
        running_order::inside(block.reader, items, start, end);
    }
    let id = id?;
    Some(Window { name: name.unwrap_or_else(|| id.clone()), id, start, end, days: days?, running_order: items?, place })
}

/// Both ends of a broadcast, unless they are the same instant.
pub(super) fn span(block: &mut Block<'_, '_, '_>, start: Option<Time>, end: Option<Time>) -> Option<(Time, Time)> {
    let (start, end) = (start?, end?);
    if start == end {
        let span = find(block.table, "end").map_or(block.header, |(_, node)| node.span);
        let time = start.strftime("%H:%M");
        let message = Text::new(
            format!("khung giờ bắt đầu và kết thúc cùng lúc {time}"),
            format!("the window begins and ends at the same time, {time}"),
        );
        let help = Text::new(
            "sửa `start` hoặc `end`; `end` nhỏ hơn `start` nghĩa là qua nửa đêm",
            "correct `start` or `end`; an `end` before `start` means over midnight",
        );
        block.reader.refuse("empty-window", span, message, help);
        return None;
    }
    long(block, start, end);
    Some((start, end))
}

/// A slip in `end` makes a broadcast of most of a day, which filler would fill.
fn long(block: &mut Block<'_, '_, '_>, start: Time, end: Time) {
    let over_midnight = if end < start { DAY } else { SignedDuration::ZERO };
    let lasts = end.duration_since(start) + over_midnight;
    if lasts <= LONG {
        return;
    }
    let span = find(block.table, "end").map_or(block.header, |(_, node)| node.span);
    let (from, to) = (start.strftime("%H:%M"), end.strftime("%H:%M"));
    let (hours, minutes) = (lasts.as_hours(), lasts.as_mins() % 60);
    let message = Text::new(
        format!("buổi phát dài {hours} giờ {minutes} phút, từ {from} đến {to}"),
        format!("the broadcast lasts {hours} h {minutes} min, from {from} to {to}"),
    );
    let help = Text::new(
        "xem lại `end`: nhỏ hơn `start` nghĩa là qua nửa đêm; giữ nguyên nếu đúng ý",
        "look at `end` again: before `start` it means over midnight; leave it if that is meant",
    );
    let place = block.reader.place(span);
    block.reader.note(Problem::warning("long-broadcast", Some(place), message, help));
}

/// What to do about a window, column or segment that is named and not there.
pub fn add(kind: &str, id: &str) -> Text {
    let id = if is_id(id) { id.to_owned() } else { slug(id).unwrap_or_else(|| "…".to_owned()) };
    if kind == "segment" {
        return Text::new(
            format!("thêm khối `[[segment]]` với `id = \"{id}\"` vào tệp của tháng, hoặc xóa mục này"),
            format!("add a block `[[segment]]` with `id = \"{id}\"` to the month's file, or delete this item"),
        );
    }
    Text::new(
        format!("thêm khối `[[{kind}]]` với `id = \"{id}\"` vào `station.toml` hoặc tệp của tháng"),
        format!("add a block `[[{kind}]]` with `id = \"{id}\"` to `station.toml` or to the month's file"),
    )
}

/// The id that must be there and be the only one of its kind in the file.
fn id(
    block: &mut Block<'_, '_, '_>,
    example: &str,
    ids: &mut BTreeMap<String, Place>,
    two: (&str, &str),
) -> Option<String> {
    let node = block.need("id", &format!("\"{example}\""))?;
    let id = block.reader.id("id", node)?;
    unique(block.reader, &id, node.span, ids, two);
    Some(id)
}

/// Where each of a list is first found, by its id or by its name.
type Places = BTreeMap<String, Place>;

/// Notes that another block of the list is called so: plan, log and report call them by their names.
fn alike(block: &mut Block<'_, '_, '_>, name: Option<&str>, names: &mut Places, two: (&str, &str)) {
    let (Some(name), Some(node)) = (name, block.node("name")) else { return };
    let place = block.reader.place(node.span);
    let Some(first) = names.get(&folded(name)) else {
        names.insert(folded(name), place);
        return;
    };
    let message = Text::new(format!("{} cùng tên “{name}”", two.0), format!("{} are called “{name}”", two.1));
    let help = Text::new(
        "đổi một trong hai tên: lịch, nhật ký và báo cáo gọi theo tên nên người đọc không phân biệt được",
        "change one of the two: plan, log and report call them by their names, and nobody can tell them apart",
    );
    let problem = Problem::warning("same-name", Some(place), message, help);
    block.reader.note(problem.and(first.clone(), Text::new("lần đầu ở đây", "first used here")));
}

/// Notes that `id` is taken, with both places.
pub(super) fn unique(
    reader: &mut Reader<'_>,
    id: &str,
    span: Span,
    ids: &mut BTreeMap<String, Place>,
    two: (&str, &str),
) {
    let place = reader.place(span);
    let Some(first) = ids.get(id) else {
        ids.insert(id.to_owned(), place);
        return;
    };
    let message = Text::new(format!("{} cùng mã `{id}`", two.0), format!("{} have the id `{id}`", two.1));
    let help = Text::new("đổi một trong hai mã", "change one of the two");
    let problem = Problem::refuse("duplicate-id", Some(place), message, help);
    reader.note(problem.and(first.clone(), Text::new("lần đầu ở đây", "first used here")));
}

/// Finds the topic that a text at a place names, as the list of topics spells it; notes it if there is none.
pub type TopicOf<'t> = &'t dyn Fn(&mut Reader<'_>, &str, Span) -> Option<String>;

/// The columns that `root`, the top of a file of `text_len` bytes, has.
pub fn columns(reader: &mut Reader<'_>, root: &Table, text_len: usize, topic_of: TopicOf<'_>) -> Vec<Column> {
    let (mut ids, mut names) = (BTreeMap::new(), BTreeMap::new());
    let rows = reader.rows(root, "column", text_len);
    rows.into_iter().filter_map(|row| column(reader, row, (&mut ids, &mut names), topic_of)).collect()
}

fn column(
    reader: &mut Reader<'_>,
    row: Row<'_>,
    (ids, names): (&mut Places, &mut Places),
    topic_of: TopicOf<'_>,
) -> Option<Column> {
    let mut block = reader.row(row, &COLUMN);
    let id = id(&mut block, "cchc", ids, ("hai chuyên mục", "two columns"));
    let name = block.name("name", "\"Chuyên mục CCHC\"");
    alike(&mut block, name.as_deref(), names, ("hai chuyên mục", "two columns"));
    let days = block.weekdays("days");
    let topic = block.node("topic").and_then(|node| {
        let written = block.reader.line("topic", node, "\"a\"")?;
        topic_of(block.reader, &written, node.span)
    });
    let minimum = block.count("minimum", 1);
    let max_ms = block.duration_ms("max");
    let place = block.place();
    let id = id?;
    Some(Column { name: name.unwrap_or_else(|| id.clone()), id, days, topic, minimum, max_ms, place })
}
