//! `[[exception]]` and the same keys of `[[holiday]]`: what becomes of windows and columns on days unlike the others.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use super::windows::{span as span_of, unique};
use super::{
    Column, ColumnChange, Exception, ExceptionKind, Extra, Item, What, Window, WindowChange, running_order, windows,
};
use crate::problem::{Place, Problem, Span, Text};
use crate::reading::fold::{bare, is_id};
use crate::reading::tree::{Node, Table, Value};
use crate::reading::{Block, Reader};

/// The keys that say what becomes of the days.
pub const CHANGES: [&str; 4] = ["kind", "windows", "columns", "extra"];
/// What a month's exception may say besides: segments are the month's own.
const KEYS: [&str; 5] = ["date", "from", "to", "reason", "segments"];
const MOVED: [&str; 3] = ["start", "end", "running_order"];
const EXTRA: [&str; 6] = ["id", "name", "start", "end", "running_order", "permit"];
const OFF: [&str; 4] = ["off", "nghỉ", "không phát", "tắt"];

/// The kinds of exception as files write them.
pub const KINDS: &[(ExceptionKind, &[&str])] = &[
    (ExceptionKind::Holiday, &["nghỉ lễ", "holiday"]),
    (ExceptionKind::Tet, &["tết", "tet"]),
    (ExceptionKind::Mourning, &["quốc tang", "mourning"]),
    (ExceptionKind::Event, &["sự kiện", "event"]),
    (ExceptionKind::Incident, &["sự cố", "incident"]),
];

/// The days that dates must lie in; none: any.
pub type Bounds = Option<(Date, Date)>;

/// What becomes of the days, whichever they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// As [`Exception::windows`].
    pub windows: BTreeMap<String, WindowChange>,
    /// As [`Exception::columns`].
    pub columns: BTreeMap<String, ColumnChange>,
    /// As [`Exception::moves`].
    pub moves: BTreeMap<String, Place>,
    /// As [`Exception::extra`].
    pub extra: Vec<Extra>,
}

/// The windows and columns that may be named; none where that is not known, so that any may.
pub type InForce<'i> = Option<(&'i [Window], &'i [Column])>;

/// The exceptions that `root`, the top of a month's file of `text_len` bytes, has.
pub fn exceptions(
    reader: &mut Reader<'_>,
    root: &Table,
    text_len: usize,
    month: Bounds,
    in_force: InForce<'_>,
) -> Vec<Exception> {
    let known: Vec<&str> = KEYS.into_iter().chain(CHANGES).collect();
    let rows = reader.rows(root, "exception", text_len);
    rows.into_iter()
        .filter_map(|row| {
            let mut block = reader.row(row, &known);
            let days = days(&mut block, month);
            let reason = block.needed_line("reason", "\"Tết Dương lịch\"");
            let kind = block.word("kind", KINDS).unwrap_or(ExceptionKind::Event);
            let changes = changes(&mut block, days, month, in_force);
            let segments = segments(&mut block);
            let place = block.place();
            let ((from, to), reason) = (days?, reason?);
            // Mourning alone changes the day by its kind.
            let is_bare = kind != ExceptionKind::Mourning && is_bare(&block);
            let Changes { windows, columns, moves, extra } = changes;
            Some(Exception { from, to, reason, kind, windows, columns, moves, extra, segments, is_bare, place })
        })
        .collect()
}

/// Whether nothing is written of what changes: what could not be read is told already.
fn is_bare(block: &Block<'_, '_, '_>) -> bool {
    let is_empty = |node: &Node| match &node.value {
        Value::Table(table) => table.is_empty(),
        Value::List(list) => list.is_empty(),
        _ => false,
    };
    ["windows", "columns", "extra", "segments"].into_iter().all(|key| block.node(key).is_none_or(is_empty))
}

/// A day that is called a holiday and airs as any other.
pub fn changes_nothing(exception: &Exception) -> Problem {
    let reason = &exception.reason;
    let message = Text::new(
        format!("ngoại lệ `{reason}` không cho nghỉ hay đổi gì: những ngày ấy vẫn phát như thường"),
        format!("the exception `{reason}` takes nothing off and changes nothing: those days air as any other"),
    );
    let help = Text::new(
        "ghi khung giờ nào nghỉ hay đổi giờ, như `windows = { sang = \"nghỉ\" }`, tiết mục nào nghỉ, như `segments = { tin-nong = \"nghỉ\" }`; khối này chỉ để ghi lý do thì để nguyên cũng được",
        "write which windows are off or moved, as in `windows = { sang = \"off\" }`, or which segments are off, as in `segments = { hot-news = \"off\" }`; a block that only gives the reason may stay",
    );
    Problem::warning("changes-nothing", Some(exception.place.clone()), message, help)
}

/// The segments that are off, by id. What the month has of them is known when they are read.
fn segments(block: &mut Block<'_, '_, '_>) -> BTreeMap<String, Place> {
    let node = block.node("segments");
    let mut taken_off = BTreeMap::new();
    for (id, node, span) in named(block.reader, ("segments", "segment", "tiết mục"), node, None) {
        match &node.value {
            Value::Text(text) if off(block.reader, &id, text, node.span) => {
                taken_off.insert(id, block.reader.place(span));
            }
            Value::Text(_) => {}
            _ => block.reader.wrong_type(&id, node, &Text::new("chữ `\"nghỉ\"`", "the word `\"off\"`"), "\"off\""),
        }
    }
    taken_off
}

/// `date`, or `from` and `to`.
pub fn days(block: &mut Block<'_, '_, '_>, bounds: Bounds) -> Option<(Date, Date)> {
    if let Some((second, _)) = block.table.iter().find(|(key, _)| ["from", "to"].contains(&key.name.as_str()))
        && let Some((first, _)) = block.table.iter().find(|(key, _)| key.name == "date")
    {
        let help = Text::new(
            "một ngày thì giữ `date`, nhiều ngày thì giữ `from` và `to`",
            "keep `date` for one day, `from` and `to` for several",
        );
        block.reader.not_together("date-and-range", (&second.name, second.span), ("date", first.span), help);
        return None;
    }
    // Whoever has a month before them is told days of that month.
    let (first, last) = bounds.unwrap_or((date(2026, 12, 1), date(2026, 12, 31)));
    let (from, to) = if block.node("from").is_some() || block.node("to").is_some() {
        (block.needed_date_as("from", first), block.needed_date_as("to", last))
    } else {
        let date = block.needed_date_as("date", first);
        (date, date)
    };
    for (key, date) in [("date", from), ("from", from), ("to", to)] {
        if let (Some(date), Some(node)) = (date, block.node(key)) {
            inside(block.reader, node.span, date, bounds);
        }
    }
    let (from, to) = (from?, to?);
    if to < from {
        let span = block.node("to").map_or(block.header, |node| node.span);
        let message =
            Text::new(format!("`to` ({to}) trước `from` ({from})"), format!("`to` ({to}) is before `from` ({from})"));
        block.reader.refuse("bad-range", span, message, Text::new("đổi chỗ hai ngày", "swap the two dates"));
        return None;
    }
    Some((from, to))
}

/// Notes that `date`, at `span`, lies outside `bounds`.
pub fn inside(reader: &mut Reader<'_>, span: Span, date: Date, bounds: Bounds) {
    let Some((first, last)) = bounds.filter(|(first, last)| !(*first..=*last).contains(&date)) else { return };
    let message = Text::new(
        format!("ngày `{date}` không nằm trong khoảng từ {first} đến {last}"),
        format!("`{date}` does not lie between {first} and {last}"),
    );
    let help = Text::new(
        "ghi ngày trong khoảng này; phần của tháng khác thì ghi ở tệp của tháng đó",
        "write a date of these days; what belongs to another month is written in that month's file",
    );
    reader.refuse("outside-month", span, message, help);
}

/// `windows`, `columns` and `extra` of the days from one date to another, where those are known; `bounds` are those of
/// dates that columns move to.
pub fn changes(
    block: &mut Block<'_, '_, '_>,
    days: Option<(Date, Date)>,
    bounds: Bounds,
    in_force: InForce<'_>,
) -> Changes {
    let mut changes = Changes::default();
    let (windows, columns, extra) = (block.node("windows"), block.node("columns"), block.node("extra"));
    let known: Option<Vec<&str>> = in_force.map(|(windows, _)| windows.iter().map(|w| w.id.as_str()).collect());
    for (id, node, span) in named(block.reader, ("windows", "window", "khung giờ"), windows, known.as_deref()) {
        changes.windows.extend(window(block.reader, &id, node, span).map(|change| (id, change)));
    }
    let known: Option<Vec<&str>> = in_force.map(|(_, columns)| columns.iter().map(|c| c.id.as_str()).collect());
    for (id, node, _) in named(block.reader, ("columns", "column", "chuyên mục"), columns, known.as_deref()) {
        let Some((change, place)) = column(block.reader, &id, node, (days, bounds)) else { continue };
        changes.moves.extend(place.map(|place| (id.clone(), place)));
        changes.columns.insert(id, change);
    }
    let mut ids = BTreeMap::new();
    let list = extra.map(|node| block.reader.list("extra", node, false)).unwrap_or_default();
    for node in list {
        const EXAMPLE: &str = "[{ id = \"gt\", start = \"23:50\", end = \"00:20\", running_order = [] }]";
        let Some(mut inner) = block.reader.inline("extra", node, &EXTRA, EXAMPLE) else { continue };
        let id = inner.need("id", "\"gt\"").and_then(|node| Some((inner.reader.id("id", node)?, node.span)));
        if let Some((id, span)) = &id {
            unique(inner.reader, id, *span, &mut ids, ("hai buổi thêm", "two extra broadcasts"));
        }
        let name = inner.name("name", "\"Buổi giao thừa\"");
        let times = (inner.needed_time("start", "\"23:50\""), inner.needed_time("end", "\"00:20\""));
        let items = inner.need("running_order", "[{ column = \"ban-tin\" }]");
        let items = items.map(|node| running_order::read(inner.reader, node));
        let permit = inner.line("permit", "\"CV 12/UBND\"");
        let place = inner.place();
        let Some((start, end)) = span_of(&mut inner, times.0, times.1) else { continue };
        running_order::inside(inner.reader, items.as_deref().unwrap_or_default(), start, end);
        let (Some((id, _)), Some(running_order)) = (id, items) else { continue };
        changes.extra.push(Extra { id, name, start, end, running_order, permit, place });
    }
    changes
}

/// `{ id = … }`, each id with its value.
fn named<'n>(
    reader: &mut Reader<'_>,
    (key, kind, kind_vi): (&str, &str, &str),
    node: Option<&'n Node>,
    known: Option<&[&str]>,
) -> Vec<(String, &'n Node, Span)> {
    let Some(node) = node else { return Vec::new() };
    let Value::Table(table) = &node.value else {
        let wanted = Text::new("các mã trong `{…}`", "ids inside `{…}`");
        let example = match kind {
            "window" => "{ sang = \"off\" }",
            "segment" => "{ tin-nong = \"off\" }",
            _ => "{ cchc = \"off\" }",
        };
        reader.wrong_type(key, node, &wanted, example);
        return Vec::new();
    };
    let table: &Table = table;
    let kind_of = Text::new(kind_vi, kind);
    let mut found = Vec::new();
    for (id, node) in table {
        let cure = windows::add(kind, &id.name);
        let name = match known {
            Some(known) => reader.named(&kind_of, &id.name, id.span, known.iter().copied(), cure).map(str::to_owned),
            None if is_id(&id.name) => Some(id.name.clone()),
            None => {
                reader.refuse_id("id", &id.name, id.span);
                None
            }
        };
        found.extend(name.map(|name| (name, node, id.span)));
    }
    found
}

fn window(reader: &mut Reader<'_>, id: &str, node: &Node, span: Span) -> Option<WindowChange> {
    if let Value::Text(text) = &node.value {
        return off(reader, id, text, node.span).then_some(WindowChange::Off);
    }
    let mut block = reader.inline(id, node, &MOVED, "{ start = \"06:30\", end = \"07:00\" }")?;
    let (start, end) = (block.time("start"), block.time("end"));
    let items = block.node("running_order").map(|node| running_order::read(block.reader, node));
    if let (Some(start), Some(end)) = (start, end) {
        span_of(&mut block, Some(start), Some(end))?;
        running_order::inside(block.reader, items.as_deref().unwrap_or_default(), start, end);
    }
    if block.table.is_empty() {
        let message =
            Text::new(format!("không ghi `{id}` thay đổi thế nào"), format!("nothing says how `{id}` changes"));
        let help = Text::new(
            format!("viết như `{id} = {{ start = \"06:30\", end = \"07:00\" }}` hoặc `{id} = \"off\"`"),
            format!("write as in `{id} = {{ start = \"06:30\", end = \"07:00\" }}` or `{id} = \"off\"`"),
        );
        block.reader.refuse("no-change", span, message, help);
        return None;
    }
    Some(WindowChange::Moved { start, end, running_order: items })
}

/// What becomes of a column, and where the day to which it moves is written.
fn column(
    reader: &mut Reader<'_>,
    id: &str,
    node: &Node,
    (days, bounds): (Option<(Date, Date)>, Bounds),
) -> Option<(ColumnChange, Option<Place>)> {
    if let Value::Text(text) = &node.value {
        return off(reader, id, text, node.span).then_some((ColumnChange::Off, None));
    }
    let mut block = reader.inline(id, node, &["moves_to"], "{ moves_to = \"2026-12-23\" }")?;
    let to = block.needed_date("moves_to")?;
    let span = block.node("moves_to").map_or(block.header, |node| node.span);
    inside(block.reader, span, to, bounds);
    // Of several days it comes to the one among them that it moves to, and stays there on that.
    if days == Some((to, to)) {
        moves_nowhere(block.reader, id, span, to);
    }
    Some((ColumnChange::MovesTo(to), Some(block.reader.place(span))))
}

fn moves_nowhere(reader: &mut Reader<'_>, id: &str, span: Span, date: Date) {
    let message = Text::new(
        format!("`{id}` dời từ ngày {0} sang chính ngày {0}", date.strftime("%d/%m/%Y")),
        format!("`{id}` moves from {date} to {date} itself"),
    );
    let help = Text::new(
        format!(
            "ghi ngày khác ở `moves_to`; ngày này không phát thì ghi `{id} = \"off\"`, vẫn phát như thường thì xóa mục này"
        ),
        format!(
            "write another date; if it does not air on that day write `{id} = \"off\"`, if it airs as ever delete this"
        ),
    );
    reader.refuse("moves-nowhere", span, message, help);
}

fn off(reader: &mut Reader<'_>, id: &str, text: &str, span: Span) -> bool {
    if OFF.iter().any(|word| bare(word) == bare(text)) {
        return true;
    }
    let message = Text::new(format!("`{id}` không có giá trị `{text}`"), format!("`{text}` is not a value of `{id}`"));
    let help = Text::new(
        "ghi `\"off\"` (hoặc `\"nghỉ\"`) nếu không phát, hoặc thay đổi trong `{…}`",
        "write `\"off\"` if it does not air, or what changes inside `{…}`",
    );
    reader.refuse("unknown-value", span, message, help);
    false
}

/// The items of all running orders that these changes bring.
pub fn items<'c>(windows: &'c BTreeMap<String, WindowChange>, extra: &'c [Extra]) -> impl Iterator<Item = &'c Item> {
    let moved = windows.values().filter_map(|change| match change {
        WindowChange::Moved { running_order, .. } => running_order.as_deref(),
        WindowChange::Off => None,
    });
    moved.chain(extra.iter().map(|extra| extra.running_order.as_slice())).flatten()
}

/// The recordings that an item names itself, below `audio/`.
pub fn sounds(item: &Item) -> Option<&str> {
    match &item.what {
        What::Ident(path) | What::Sting(path) | What::Music(path) | What::SignOff(path) => Some(path),
        What::Column { sting, .. } => sting.as_deref(),
        What::Segment(_) | What::Filler { .. } | What::Relay { .. } => None,
    }
}
