//! One `[[segment]]` block.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Time};

use super::dates::dates;
use super::facts::{approval, particulars};
use super::names::Names;
use super::{Airtime, Month, Segment};
use crate::problem::{Place, Span, Text};
use crate::programme::particulars::Particulars;
use crate::programme::{AfterPowerCut, Class};
use crate::reading::fold::slug;
use crate::reading::tree::{Node, find};
use crate::reading::{Block, Reader, Row};

/// The keys that say what airs and when; `facts` has those that say what it is about.
const KEYS: [&str; 14] = [
    "title",
    "id",
    "audio",
    "at",
    "days",
    "dates",
    "on",
    "except",
    "grace",
    "after_power_cut",
    "column",
    "windows",
    "class",
    "approved",
];

/// A segment as far as it could be read.
pub(super) struct Draft<'n> {
    /// Its block.
    pub row: Row<'n>,
    /// Its id and where that is written.
    pub id: Option<(String, Place)>,
    /// Written, not made from the title.
    pub id_written: bool,
    /// Where in the day it airs.
    pub airtime: Airtime,
    /// Its dates less `except`.
    pub dates: BTreeSet<Date>,
    /// What of them `except` takes away.
    pub excepted: BTreeSet<Date>,
    /// What of them an exception takes off.
    pub off: BTreeSet<Date>,
    /// What it is about.
    pub particulars: Particulars,
    title: Option<(String, Place)>,
    audio: Option<(Vec<String>, Place)>,
    grace_ms: Option<u64>,
    class: Class,
    after_power_cut: AfterPowerCut,
    approved_sha256: Option<String>,
}

impl Draft<'_> {
    /// The airings it asks for at most, over all its dates, where each column has so many `places` in a day.
    pub(super) fn slots(&self, places: &BTreeMap<&str, usize>) -> usize {
        let a_day = match &self.airtime {
            Airtime::At(at) => at.len(),
            Airtime::Column { column, .. } => places.get(column.as_str()).copied().unwrap_or(1),
        };
        a_day.saturating_mul(self.dates.len())
    }

    /// The segment, and whether nothing of it is missing: of one that lacks a part the rest can still be looked at.
    pub(super) fn finish(self, header: &Place) -> (Segment, bool) {
        let whole = self.title.is_some() && self.audio.is_some() && self.id.is_some();
        let (audio, audio_place) = self.audio.unwrap_or_else(|| (Vec::new(), header.clone()));
        let (id, _) = self.id.unwrap_or_else(|| (String::new(), header.clone()));
        let (title, place) = self.title.unwrap_or_else(|| (id.clone(), header.clone()));
        let segment = Segment {
            id,
            title,
            audio,
            airtime: self.airtime,
            dates: self.dates,
            excepted: self.excepted,
            off: self.off,
            grace_ms: self.grace_ms,
            class: self.class,
            after_power_cut: self.after_power_cut,
            particulars: self.particulars,
            approved_sha256: self.approved_sha256,
            bar: None,
            place,
            audio_place,
        };
        (segment, whole)
    }
}

/// Reads one block.
pub(super) fn read<'n>(reader: &mut Reader<'_>, row: Row<'n>, month: Option<Month>, names: &Names<'_>) -> Draft<'n> {
    let known: Vec<&str> = KEYS.into_iter().chain(super::facts::KEYS).collect();
    let mut block = reader.row(row, &known);
    let title = block.need("title", "\"Bản tin\"").and_then(|node| {
        let title = block.reader.line("title", node, "\"Bản tin\"")?;
        Some((title, block.reader.place(node.span)))
    });
    let (id, id_written) = match block.node("id") {
        Some(node) => (block.reader.id("id", node).map(|id| (id, block.reader.place(node.span))), true),
        None => (title.clone().and_then(|(title, place)| id_of_title(block.reader, &title, place)), false),
    };
    let audio = block.need("audio", "\"ban-tin.mp3\"").and_then(|node| audio(block.reader, node));
    let placed = id.as_ref().is_some_and(|(id, _)| names.placed(id)) && at_or_column(&block).is_none();
    let airtime = airtime(&mut block, names, placed);
    let mut particulars = particulars(&mut block, names);
    let (approved, approved_sha256) = block.node("approved").and_then(|node| approval(block.reader, node)).unzip();
    particulars.approved = approved;
    let draft = Draft {
        row,
        id,
        id_written,
        airtime,
        particulars,
        audio,
        title,
        grace_ms: block.duration_ms("grace"),
        class: class(&mut block),
        after_power_cut: block.word("after_power_cut", AFTER_POWER_CUT).unwrap_or_default(),
        approved_sha256: approved_sha256.flatten(),
        dates: BTreeSet::new(),
        excepted: BTreeSet::new(),
        off: BTreeSet::new(),
    };
    let (dates, excepted) = dates(reader, row, month, placed);
    Draft { dates, excepted, ..draft }
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

/// One recording, or several that are played as one.
fn audio(reader: &mut Reader<'_>, node: &Node) -> Option<(Vec<String>, Place)> {
    let nodes = reader.list("audio", node, false);
    let paths: Vec<Option<String>> = nodes.iter().map(|node| reader.path("audio", node)).collect();
    let paths: Vec<String> = paths.into_iter().collect::<Option<_>>()?;
    let place = nodes.first().filter(|_| nodes.len() == 1).map_or(node.span, |node| node.span);
    (!paths.is_empty()).then(|| (paths, reader.place(place)))
}

/// Where the first of the keys stands that say where in the day a segment airs.
fn at_or_column(block: &Block<'_, '_, '_>) -> Option<Span> {
    block.node("at").or_else(|| block.node("column")).map(|node| node.span)
}

/// `at`, or `column` with `windows`, or neither for a segment that a running order names.
fn airtime(block: &mut Block<'_, '_, '_>, names: &Names<'_>, placed: bool) -> Airtime {
    let span = |key: &str| find(block.table, key).map(|(key, _)| key.span);
    let (at_span, column_span, windows_span) = (span("at"), span("column"), span("windows"));
    if let (Some(at), Some(column)) = (at_span, column_span) {
        let help = Text::new(
            "giữ `at` để phát đúng giờ, hoặc giữ `column` để phát trong chuyên mục",
            "keep `at` to air at a time of its own, or `column` to air in the column's place",
        );
        block.reader.not_together("column-and-at", ("column", column), ("at", at), help);
    }
    if let (Some(windows), None) = (windows_span, column_span) {
        let message = Text::new("`windows` chỉ dùng cùng `column`", "`windows` goes with `column` alone");
        let help = Text::new("thêm `column`, hoặc xóa `windows`", "add `column`, or delete `windows`");
        block.reader.refuse("windows-without-column", windows, message, help);
    }
    let windows: Option<Vec<String>> = block.node("windows").map(|node| {
        let nodes = block.reader.list("windows", node, false);
        block.reader.each_once("windows", nodes, |reader, node| names.window(reader, node))
    });
    if let (Some(node), None) = (block.node("column"), at_span) {
        let place = block.reader.place(node.span);
        if let Some(column) = names.column(block.reader, node) {
            return Airtime::Column { column, windows, place };
        }
        return Airtime::At(Vec::new());
    }
    let node = block.node("at");
    if node.is_none() && !placed && !block.is_damaged() {
        let message = Text::new("thiếu giờ phát: cần `at` hoặc `column`", "no time of day: `at` or `column` is needed");
        let help = Text::new(
            "thêm dòng `at = [\"05:45\", \"17:10\"]` để phát đúng giờ, hoặc `column = \"ban-tin\"` để phát trong chuyên mục",
            "add a line `at = [\"05:45\", \"17:10\"]` for times of its own, or `column = \"ban-tin\"` for a column's place",
        );
        block.reader.refuse("missing-key", block.header, message, help);
    }
    Airtime::At(node.map(|node| at(block.reader, node)).unwrap_or_default())
}

fn at(reader: &mut Reader<'_>, node: &Node) -> Vec<(Time, Place)> {
    let mut times: BTreeMap<Time, Place> = BTreeMap::new();
    for node in reader.list("at", node, false) {
        let Some(time) = reader.time("at", node) else { continue };
        let place = reader.place(node.span);
        match times.get(&time) {
            Some(first) => reader.repeated("at", &time.strftime("%H:%M:%S").to_string(), place, first.clone()),
            None => drop(times.insert(time, place)),
        }
    }
    times.into_iter().collect()
}

/// An emergency is a person's act of the moment: a file cannot foresee one.
fn class(block: &mut Block<'_, '_, '_>) -> Class {
    const WORDS: &[(Class, &[&str])] = &[
        (Class::Normal, &["thường", "thông thường", "normal"]),
        (Class::Priority, &["ưu tiên", "priority"]),
        (Class::Emergency, &["khẩn cấp", "emergency"]),
    ];
    let class = block.word("class", WORDS).unwrap_or_default();
    if class != Class::Emergency {
        return class;
    }
    let span = block.node("class").map_or(block.header, |node| node.span);
    let message = Text::new("bản tin khẩn cấp không thể lên lịch trước", "an emergency cannot be scheduled");
    let help = Text::new(
        "dùng `ưu tiên` nếu cần phát trước các mục khác; khi có việc khẩn cấp thì người trực phát ngay",
        "use `priority` for what goes first in a queue; in an emergency a person airs it on the spot",
    );
    block.reader.refuse("emergency-scheduled", span, message, help);
    Class::Normal
}

const AFTER_POWER_CUT: &[(AfterPowerCut, &[&str])] = &[
    (AfterPowerCut::Restart, &["phát lại", "restart"]),
    (AfterPowerCut::Resume, &["phát tiếp", "resume"]),
    (AfterPowerCut::Skip, &["bỏ qua", "skip"]),
];
