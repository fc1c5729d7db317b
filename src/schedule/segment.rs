//! One `[[segment]]` block.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Time};

use super::{Airtime, Month, Segment};
use crate::problem::{Place, Problem, Span, Text};
use crate::programme::particulars::Particulars;
use crate::programme::{AfterPowerCut, Class};
use crate::reading::Reader;
use crate::reading::fold::{bare, is_id, slug};
use crate::reading::tree::{Key, Node, Table, Value, find};
use crate::reading::weekdays::Weekdays;

const KEYS: [&str; 10] = ["title", "id", "audio", "at", "days", "dates", "on", "except", "grace", "after_power_cut"];
const KEYS_LATER: [&str; 27] = [
    "column",
    "windows",
    "class",
    "topic",
    "topics",
    "genre",
    "tone",
    "level",
    "field",
    "audience",
    "partner",
    "subject",
    "origin",
    "credit",
    "editor",
    "announcer",
    "contributors",
    "summary",
    "text",
    "source_doc",
    "valid_until",
    "hotline",
    "procedure",
    "feedback",
    "one_stop",
    "also_published",
    "tags",
];

/// A segment as far as it could be read.
pub(super) struct Draft {
    /// Its id and where that is written.
    pub id: Option<(String, Place)>,
    /// Written, not made from the title.
    pub id_written: bool,
    /// Its header.
    pub header: Span,
    /// Times of day, ascending, each once.
    pub at: Vec<(Time, Place)>,
    /// Its dates less `except`.
    pub dates: BTreeSet<Date>,
    title: Option<(String, Place)>,
    audio: Option<(String, Place)>,
    grace_ms: Option<u64>,
}

impl Draft {
    /// The segment, if nothing of it is missing.
    pub(super) fn finish(self) -> Option<Segment> {
        let (title, place) = self.title?;
        let (audio, audio_place) = self.audio?;
        let (id, _) = self.id?;
        let Draft { at, dates, grace_ms, .. } = self;
        Some(Segment {
            id,
            title,
            audio: vec![audio],
            airtime: Airtime::At(at),
            dates,
            grace_ms,
            class: Class::default(),
            after_power_cut: AfterPowerCut::Skip,
            particulars: Particulars::default(),
            approved: None,
            place,
            audio_place,
        })
    }
}

/// Reads one block; `region` is all of its text, `header` its first line.
pub(super) fn read(reader: &mut Reader<'_>, table: &Table, header: Span, region: Span, month: Option<Month>) -> Draft {
    let mut later = KEYS_LATER.to_vec();
    later.push("approved");
    reader.keys(table, &KEYS, &later);
    let title = find(table, "title").and_then(|(_, node)| title(reader, node));
    let (id, id_written) = match find(table, "id") {
        Some((_, node)) => (id(reader, node), true),
        None => (title.clone().and_then(|(title, place)| id_of_title(reader, &title, place)), false),
    };
    let draft = Draft {
        id,
        id_written,
        header,
        at: find(table, "at").map(|(_, node)| at(reader, node)).unwrap_or_default(),
        dates: dates(reader, table, header, region, month),
        audio: find(table, "audio").and_then(|(key, node)| audio(reader, key, node)),
        title,
        grace_ms: find(table, "grace").and_then(|(_, node)| reader.duration_ms("grace", node)),
    };
    if let Some((_, node)) = find(table, "after_power_cut") {
        after_power_cut(reader, node);
    }
    let examples =
        [("title", "title = \"Bản tin\""), ("audio", "audio = \"ban-tin.mp3\""), ("at", "at = [\"05:45\", \"17:10\"]")];
    for (key, example) in examples {
        if find(table, key).is_none() && !reader.damaged_within(region) {
            reader.missing(header, key, example);
        }
    }
    draft
}

fn title(reader: &mut Reader<'_>, node: &Node) -> Option<(String, Place)> {
    let title = reader.text("title", node, "\"Bản tin\"")?;
    if title.trim().chars().any(char::is_control) {
        let message =
            Text::new("`title` có xuống dòng hoặc ký tự ẩn", "`title` has a line break or an invisible character");
        reader.refuse("bad-title", node.span, message, Text::new("ghi tên trên một dòng", "write it on one line"));
        return None;
    }
    Some((title.trim().to_owned(), reader.place(node.span)))
}

fn id(reader: &mut Reader<'_>, node: &Node) -> Option<(String, Place)> {
    let id = reader.text("id", node, "\"ban-tin\"")?;
    if is_id(&id) {
        return Some((id, reader.place(node.span)));
    }
    let message = Text::new(
        format!("`{id}` không dùng làm mã được: chỉ gồm `a` đến `z`, `0` đến `9` và `-`, tối đa 64 ký tự"),
        format!("`{id}` cannot be an id: it takes `a` to `z`, `0` to `9` and `-`, at most 64 of them"),
    );
    let help = match slug(&id) {
        Some(good) => Text::new(format!("viết `id = \"{good}\"`"), format!("write `id = \"{good}\"`")),
        None => Text::new("viết như `id = \"ban-tin\"`", "write as in `id = \"ban-tin\"`"),
    };
    reader.refuse("bad-id", node.span, message, help);
    None
}

fn id_of_title(reader: &mut Reader<'_>, title: &str, place: Place) -> Option<(String, Place)> {
    let id = slug(title);
    if id.is_none() {
        let message = Text::new(
            format!("không tạo được mã từ tên `{title}`"),
            format!("no id can be made from the title `{title}`"),
        );
        let help = Text::new("ghi thêm `id = \"ban-tin\"`", "add a line `id = \"ban-tin\"`");
        reader.refuse("bad-id", place.span, message, help);
    }
    Some((id?, place))
}

/// The one recording; its path stays below `audio/` and reads the same on every system.
fn audio(reader: &mut Reader<'_>, key: &Key, node: &Node) -> Option<(String, Place)> {
    let nodes = reader.list("audio", node, false);
    if nodes.len() > 1 {
        reader.not_yet(key.span, "audio = […, …]");
        return None;
    }
    let node = nodes.first()?;
    let path = reader.text("audio", node, "\"ban-tin.mp3\"")?;
    let path = path.trim();
    let Some((message, help)) = path_fault(path) else {
        return Some((path.to_owned(), reader.place(node.span)));
    };
    reader.refuse("bad-path", node.span, message, help);
    None
}

fn path_fault(path: &str) -> Option<(Text, Text)> {
    let file = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let copy = Text::new(
        format!("chép tệp vào thư mục `audio/` rồi ghi `audio = \"{file}\"`"),
        format!("copy the file into `audio/` and write `audio = \"{file}\"`"),
    );
    let drive = path.as_bytes().get(1) == Some(&b':') && path.as_bytes()[0].is_ascii_alphabetic();
    if drive || path.starts_with(['/', '\\']) {
        let message = Text::new(
            format!("`{path}` nằm ngoài thư mục `audio/`"),
            format!("`{path}` lies outside the folder `audio/`"),
        );
        return Some((message, copy));
    }
    if path.split(['/', '\\']).any(|part| part == "..") {
        let message = Text::new(
            format!("`{path}` dẫn ra ngoài thư mục `audio/`"),
            format!("`{path}` leads out of the folder `audio/`"),
        );
        return Some((message, copy));
    }
    if path.contains('\\') {
        let good = path.replace('\\', "/");
        let message = Text::new(format!("`{path}` dùng dấu `\\`"), format!("`{path}` has a `\\`"));
        return Some((message, Text::new(format!("viết `{good}`"), format!("write `{good}`"))));
    }
    let odd = path.chars().any(char::is_control) || path.split('/').any(|part| part.is_empty() || part == ".");
    odd.then(|| {
        let message =
            Text::new(format!("`{path}` không phải đường dẫn tệp"), format!("`{path}` is not the path of a file"));
        let help = Text::new(
            "ghi tên tệp trong `audio/`, như `2026-12/ban-tin.mp3`",
            "write the file's name below `audio/`, as in `2026-12/ban-tin.mp3`",
        );
        (message, help)
    })
}

fn at(reader: &mut Reader<'_>, node: &Node) -> Vec<(Time, Place)> {
    let mut times: BTreeMap<Time, Place> = BTreeMap::new();
    for node in reader.list("at", node, false) {
        let Some(time) = reader.time("at", node) else { continue };
        let place = reader.place(node.span);
        match times.get(&time) {
            Some(first) => repeated(reader, "at", &time.strftime("%H:%M:%S").to_string(), &place, first.clone()),
            None => drop(times.insert(time, place)),
        }
    }
    times.into_iter().collect()
}

fn repeated(reader: &mut Reader<'_>, key: &str, value: &str, place: &Place, first: Place) {
    let message = Text::new(
        format!("`{value}` có hai lần trong `{key}`; chỉ tính một"),
        format!("`{value}` stands twice in `{key}`; it counts once"),
    );
    let help = Text::new("xóa một giá trị", "delete one of them");
    let problem = Problem::warning("repeated-value", Some(place.clone()), message, help);
    reader.note(problem.and(first, Text::new("lần đầu ở đây", "first written here")));
}

/// Exactly one of `days`, `dates`, `on`; less `except`.
fn dates(reader: &mut Reader<'_>, table: &Table, header: Span, region: Span, month: Option<Month>) -> BTreeSet<Date> {
    let mut given = table.iter().filter(|(key, _)| matches!(key.name.as_str(), "days" | "dates" | "on"));
    let Some((key, node)) = given.next() else {
        if !reader.damaged_within(region) {
            let message = Text::new(
                "chưa có ngày phát: cần đúng một trong `days`, `dates`, `on`",
                "no dates: exactly one of `days`, `dates`, `on` is needed",
            );
            let help = Text::new(
                "thêm một dòng như `days = \"T2-T7\"`, `dates = [1, 15]` hoặc `on = [\"2026-12-01\"]`",
                "add a line such as `days = \"T2-T7\"`, `dates = [1, 15]` or `on = [\"2026-12-01\"]`",
            );
            reader.refuse("missing-key", header, message, help);
        }
        return BTreeSet::new();
    };
    if let Some((other, _)) = given.next() {
        let message = Text::new(
            format!("có cả `{}` lẫn `{}`: chỉ dùng một cách ghi ngày", key.name, other.name),
            format!("both `{}` and `{}` are given: dates are written in one way", key.name, other.name),
        );
        let help = Text::new("giữ một, xóa dòng kia", "keep one and delete the other");
        let problem = Problem::refuse("two-kinds-of-dates", Some(reader.place(other.span)), message, help);
        let first = reader.place(key.span);
        reader.note(problem.and(first, Text::new("cách ghi thứ nhất", "the first way")));
    }
    let mut dates = match key.name.as_str() {
        "days" => by_weekday(reader, node, month),
        "dates" => list_of_dates(reader, "dates", node, month, day_of_month),
        _ => list_of_dates(reader, "on", node, month, full_date),
    };
    let any = !dates.is_empty();
    if let Some((_, node)) = find(table, "except") {
        for date in list_of_dates(reader, "except", node, month, full_date) {
            dates.remove(&date);
        }
        if any && dates.is_empty() {
            let message = Text::new(
                "`except` bỏ hết mọi ngày phát của tiết mục",
                "`except` takes away every date of the segment",
            );
            let help = Text::new(
                "bớt ngày trong `except`, hoặc xóa tiết mục",
                "drop dates from `except`, or delete the segment",
            );
            reader.note(Problem::warning("never-airs", Some(reader.place(node.span)), message, help));
        }
    }
    dates
}

fn by_weekday(reader: &mut Reader<'_>, node: &Node, month: Option<Month>) -> BTreeSet<Date> {
    let mut days = Weekdays::default();
    for node in reader.list("days", node, false) {
        if let Some(more) = reader.weekdays("days", node) {
            days = days.with(more);
        }
    }
    month.into_iter().flat_map(Month::days).filter(|date| days.contains(date.weekday())).collect()
}

fn list_of_dates(
    reader: &mut Reader<'_>,
    key: &str,
    node: &Node,
    month: Option<Month>,
    one: fn(&mut Reader<'_>, &str, &Node, Option<Month>) -> Option<Date>,
) -> BTreeSet<Date> {
    let mut dates: BTreeMap<Date, Place> = BTreeMap::new();
    for node in reader.list(key, node, key == "except") {
        let Some(date) = one(reader, key, node, month) else { continue };
        let place = reader.place(node.span);
        match dates.get(&date) {
            Some(first) => repeated(reader, key, &date.to_string(), &place, first.clone()),
            None => drop(dates.insert(date, place)),
        }
    }
    dates.into_keys().collect()
}

/// `1` to the month's last.
fn day_of_month(reader: &mut Reader<'_>, key: &str, node: &Node, month: Option<Month>) -> Option<Date> {
    if matches!(node.value, Value::Text(_) | Value::Datetime(_)) {
        let message = Text::new(
            format!("`{key}` là các ngày trong tháng, như `[1, 8, 15]`"),
            format!("`{key}` takes days of the month, as in `[1, 8, 15]`"),
        );
        let help = Text::new("ghi ngày đầy đủ thì dùng `on`", "for full dates use `on`");
        reader.refuse("wrong-type", node.span, message, help);
        return None;
    }
    let day = reader.integer(key, node, "[1, 8, 15]")?;
    let month = month?;
    let first = month.first();
    let date = i8::try_from(day).ok().and_then(|day| Date::new(first.year(), first.month(), day).ok());
    if date.is_none() {
        let last = month.last().day();
        let message = Text::new(
            format!("tháng {:02}/{} không có ngày {day}", first.month(), first.year()),
            format!("{month} has no day {day}"),
        );
        let help = Text::new(format!("ghi ngày từ 1 đến {last}"), format!("write a day from 1 to {last}"));
        reader.refuse("bad-date", node.span, message, help);
    }
    date
}

fn full_date(reader: &mut Reader<'_>, key: &str, node: &Node, month: Option<Month>) -> Option<Date> {
    if let Value::Integer(day) = &node.value {
        let message = Text::new(
            format!("`{key}` là các ngày đầy đủ, không phải số `{day}`"),
            format!("`{key}` takes full dates, not the number `{day}`"),
        );
        let example = month.and_then(|month| {
            let day = day.parse().ok()?;
            Date::new(month.first().year(), month.first().month(), day).ok()
        });
        let example = example.map_or_else(|| "2026-12-01".to_owned(), |date| date.to_string());
        let help =
            Text::new(format!("viết như `{key} = [\"{example}\"]`"), format!("write as in `{key} = [\"{example}\"]`"));
        reader.refuse("wrong-type", node.span, message, help);
        return None;
    }
    let date = reader.date(key, node)?;
    match month {
        Some(month) if !month.contains(date) => {
            let message = Text::new(
                format!("ngày `{date}` không thuộc tháng `{month}` của tệp này"),
                format!("`{date}` lies outside `{month}`, the month of this file"),
            );
            let help = Text::new(
                format!("ghi ngày trong tháng này, hoặc chuyển sang tệp `{}.toml`", Month::of(date)),
                format!("write a date of this month, or move it to the file `{}.toml`", Month::of(date)),
            );
            reader.refuse("outside-month", node.span, message, help);
            None
        }
        _ => Some(date),
    }
}

/// Absent means what the file's full form calls the default; no airing is taken up again yet, so only `skip` may be
/// written, which says what happens.
fn after_power_cut(reader: &mut Reader<'_>, node: &Node) {
    const LATER: [&str; 4] = ["restart", "phát lại", "resume", "phát tiếp"];
    match &node.value {
        Value::Text(text) if LATER.iter().any(|word| bare(word) == bare(text)) => {
            reader.not_yet(node.span, &format!("after_power_cut = \"{text}\""));
        }
        _ => drop(reader.word("after_power_cut", node, &[((), &["skip", "bỏ qua"])])),
    }
}
