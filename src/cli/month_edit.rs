//! Changes in a month's file that leave every other byte as its author wrote it: places come from `toml_edit`, the text
//! between them is carried over untouched.

use std::fs::{self, File};
use std::io::Write as _;
use std::ops::Range;
use std::path::Path;

use toml_edit::{Document, Item, TableLike, Value};

use crate::problem::Text;
use crate::reading::fold::slug;

/// A stretch of the text and what takes its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub span: Range<usize>,
    pub with: String,
}

/// Makes the changes, which must not overlap.
pub(super) fn apply(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| edit.span.start);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(text.get(at..edit.span.start).unwrap_or_default());
        out.push_str(&edit.with);
        at = edit.span.end.max(at);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// A key of a block.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub name: String,
    /// From the key's first letter.
    pub key: Range<usize>,
    /// Its value; none for a key that is spread over lines or sections of its own.
    pub value: Option<Range<usize>>,
    /// To the end of all that belongs to it.
    pub end: usize,
    /// In a section of its own (`[segment.approved]`).
    pub section: bool,
    /// Its texts, if it is a text or a list of texts.
    pub texts: Vec<String>,
    /// Its numbers with their places, if it is a list of numbers.
    pub numbers: Vec<(i64, Range<usize>)>,
}

/// One block of a row (`[[segment]]`), or one `{…}` of `segment = [{…}]`.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// Whether it is written in braces.
    pub inline: bool,
    pub entries: Vec<Entry>,
}

impl Block {
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.entry(name)?.texts.first().map(String::as_str)
    }

    pub fn title(&self) -> &str {
        self.text("title").unwrap_or_default().trim()
    }

    /// Its id, written or made from its title.
    pub fn id(&self) -> Option<String> {
        self.text("id").map(str::to_owned).or_else(|| slug(self.title()))
    }

    /// From the line of its `[[…]]` to the end of its last line, without the line break.
    pub fn lines(&self, text: &str) -> Range<usize> {
        let first = self.entries.iter().map(|entry| entry.key.start).min().unwrap_or(0);
        let mut start = line_start(text, first);
        while start > 0 && !text.get(start..).unwrap_or_default().trim_start().starts_with("[[") {
            start = line_start(text, start - 1);
        }
        let last = self.entries.iter().map(|entry| entry.end).max().unwrap_or(first);
        start..line_end(text, last)
    }
}

/// The blocks of the row `name`.
///
/// # Errors
/// The text is no TOML.
pub(super) fn blocks(text: &str, name: &str) -> Result<Vec<Block>, Text> {
    let document = Document::parse(text).map_err(|_| unreadable())?;
    let tables: Vec<(&dyn TableLike, bool)> = match document.as_table().get(name) {
        Some(Item::ArrayOfTables(rows)) => rows.iter().map(|table| (table as &dyn TableLike, false)).collect(),
        Some(Item::Value(Value::Array(list))) => {
            let tables = list.iter().filter_map(Value::as_inline_table);
            tables.map(|table| (table as &dyn TableLike, true)).collect()
        }
        Some(Item::Table(table)) => vec![(table as &dyn TableLike, false)],
        _ => Vec::new(),
    };
    Ok(tables.into_iter().map(|(table, inline)| Block { inline, entries: entries(table) }).collect())
}

fn unreadable() -> Text {
    Text::new(
        "tệp kế hoạch có lỗi cú pháp; hãy chạy `loa check` và sửa trước",
        "the schedule has mistakes of syntax; run `loa check` and mend them first",
    )
}

/// The place of a key at the top of the file.
pub(super) fn top_value(text: &str, name: &str) -> Option<Range<usize>> {
    Document::parse(text).ok()?.as_table().get(name)?.span()
}

fn entries(table: &dyn TableLike) -> Vec<Entry> {
    let entry = |name: &str| {
        let (key, item) = table.get_key_value(name)?;
        // A key in a header or before a dot is where its own first value is, at the earliest.
        let inner = extent(item);
        let key = key.span().or_else(|| inner.clone())?;
        let section = match item {
            Item::Table(table) => !table.is_dotted(),
            Item::ArrayOfTables(_) => true,
            _ => false,
        };
        Some(Entry {
            name: name.to_owned(),
            end: inner.map_or(key.end, |inner| inner.end.max(key.end)),
            key,
            value: item.as_value().filter(|value| !is_dotted(value)).and_then(Value::span),
            section,
            texts: texts(item),
            numbers: numbers(item),
        })
    };
    table.iter().filter_map(|(name, _)| entry(name)).collect()
}

fn is_dotted(value: &Value) -> bool {
    value.as_inline_table().is_some_and(toml_edit::InlineTable::is_dotted)
}

/// All that belongs to an item.
fn extent(item: &Item) -> Option<Range<usize>> {
    let join = |a: Option<Range<usize>>, b: Option<Range<usize>>| match (a, b) {
        (Some(a), Some(b)) => Some(a.start.min(b.start)..a.end.max(b.end)),
        (a, b) => a.or(b),
    };
    let of_table = |table: &dyn TableLike| {
        table
            .iter()
            .filter_map(|(name, _)| table.get_key_value(name))
            .fold(None, |all, (key, item)| join(all, join(key.span(), extent(item))))
    };
    match item {
        Item::Value(Value::InlineTable(table)) if table.is_dotted() => of_table(table),
        Item::Value(value) => value.span(),
        Item::Table(table) => join(table.span(), of_table(table)),
        Item::ArrayOfTables(rows) => rows.iter().map(|table| join(table.span(), of_table(table))).fold(None, join),
        Item::None => None,
    }
}

fn texts(item: &Item) -> Vec<String> {
    match item {
        Item::Value(Value::String(text)) => vec![text.value().clone()],
        Item::Value(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn numbers(item: &Item) -> Vec<(i64, Range<usize>)> {
    let list: Vec<&Value> = match item {
        Item::Value(Value::Array(list)) => list.iter().collect(),
        Item::Value(value) => vec![value],
        _ => Vec::new(),
    };
    list.into_iter().filter_map(|value| Some((value.as_integer()?, value.span()?))).collect()
}

/// Where the line of `at` begins.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1)
}

/// Where the line of `at` ends, before its line break.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    at + line.strip_suffix('\r').unwrap_or(line).len()
}

/// The change that gives `key` of a block the value `value`: in its place, else on a line of its own after the block's
/// last key.
///
/// # Errors
/// The key is spread over lines of its own, which a person must join first.
pub(super) fn set(text: &str, block: &Block, key: &str, value: &str) -> Result<Edit, Text> {
    if let Some(entry) = block.entry(key) {
        let Some(span) = &entry.value else {
            return Err(Text::new(
                format!("`{key}` của tiết mục này ghi thành nhiều dòng; hãy gộp lại thành một dòng `{key} = …`"),
                format!("this segment's `{key}` is spread over several lines; join them to one line `{key} = …`"),
            ));
        };
        return Ok(Edit { span: span.clone(), with: value.to_owned() });
    }
    let last = block.entries.iter().filter(|entry| !entry.section).max_by_key(|entry| entry.end);
    let (first, last) = last.map_or((0, 0), |last| (last.key.start, last.end));
    if block.inline {
        return Ok(Edit { span: last..last, with: format!(", {key} = {value}") });
    }
    let at = line_end(text, last);
    let indent = text.get(line_start(text, first)..first).filter(|lead| lead.trim().is_empty()).unwrap_or_default();
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    Ok(Edit { span: at..at, with: format!("{newline}{indent}{key} = {value}") })
}

/// A text in quotes, as TOML has it.
pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string().trim().to_owned()
}

/// Puts `text` in the place of the file as a whole or not at all: a power cut leaves the old one or the new one.
///
/// # Errors
/// The file system's.
pub(super) fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    // The file that a link means is replaced, not the link.
    let path = fs::canonicalize(path)?;
    let folder = path.parent().map_or_else(|| Path::new(".").to_path_buf(), Path::to_path_buf);
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let beside = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let written = (|| {
        let mut file = File::create(&beside)?;
        file.write_all(text.as_bytes())?;
        file.set_permissions(fs::metadata(&path)?.permissions())?;
        file.sync_all()?;
        fs::rename(&beside, &path)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written?;
    // Of a folder only some systems take it; the file itself is safe already.
    let _ = File::open(&folder).and_then(|folder| folder.sync_all());
    Ok(())
}
