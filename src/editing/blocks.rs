//! The blocks and keys of a file with their places, as `toml_edit` finds them.

use std::ops::Range;

use jiff::civil::Date;
use toml_edit::{Document, Item, TableLike, Value};

use super::text::{Edit, indent, line_end, line_start, newline, next_line, with_blank_lines, with_comma};
use super::values::key_written;
use crate::problem::Text;
use crate::reading::fold::slug;

/// How a block is written.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    /// The whole file.
    File,
    /// Its keys on lines of their own, behind a header.
    Lines,
    /// `{…}`.
    Braces,
    /// `windows.sang = …` on lines of their own: keys that begin alike, with what they begin with.
    Dotted(String),
    /// The same in braces, which only a person changes.
    Knotted,
}

/// Keys that belong together: `[[segment]]` and what follows it, `{…}`, or the whole file.
#[derive(Clone, Debug)]
pub struct Block {
    form: Form,
    /// Its `[[…]]`, `[…]` or `{…}`; none for the file and for dotted keys.
    pub(super) span: Option<Range<usize>>,
    pub(super) entries: Vec<Entry>,
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
    /// Its keys, if it has any.
    pub inner: Option<Block>,
    /// Its blocks, if it is a row or a list of braces.
    pub rows: Vec<Block>,
    /// Its parts, if it is a list; else its value.
    pub parts: Vec<(Part, Range<usize>)>,
}

/// A value, or a part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Text(String),
    Number(i64),
    /// As it is written.
    Date(String),
    /// With its point.
    Decimal(String),
    Flag(bool),
    Other,
}

impl Part {
    /// The date that it says; a bare number is a day of the month of `within`.
    pub fn day(&self, within: Date) -> Option<Date> {
        match self {
            Part::Text(text) | Part::Date(text) => text.trim().parse().ok(),
            Part::Number(day) => Date::new(within.year(), within.month(), i8::try_from(*day).ok()?).ok(),
            Part::Decimal(_) | Part::Flag(_) | Part::Other => None,
        }
    }
}

/// The length of the byte order mark, and the text behind it.
pub(super) fn unmarked(text: &str) -> (usize, &str) {
    let rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    (text.len() - rest.len(), rest)
}

impl Block {
    pub(super) fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    /// Whether it is written in braces.
    pub(super) fn is_inline(&self) -> bool {
        self.form == Form::Braces
    }

    /// Whether its lines are keys that begin alike.
    pub(super) fn is_dotted(&self) -> bool {
        matches!(self.form, Form::Dotted(_))
    }

    /// Whether its keys stand on lines or in sections of their own, so that a mark of a remark before them takes them away.
    pub(super) fn has_lines(&self) -> bool {
        matches!(self.form, Form::File | Form::Lines | Form::Dotted(_))
    }

    /// Whether it has the key.
    pub fn has(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    /// The block that a key is, if it is one.
    pub fn inner(&self, name: &str) -> Option<&Block> {
        self.entry(name)?.inner.as_ref()
    }

    /// The blocks of a row that it has: in order, those of a list of braces too.
    pub fn rows(&self, name: &str) -> &[Block] {
        match self.entry(name) {
            Some(Entry { rows, .. }) if !rows.is_empty() => rows,
            Some(Entry { inner: Some(inner), .. }) => std::slice::from_ref(inner),
            _ => &[],
        }
    }

    /// The names of its keys, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.name.as_str())
    }

    /// The texts that a key has: its own, or those of its list.
    pub fn texts(&self, name: &str) -> Vec<&str> {
        let parts = self.entry(name).map(|entry| entry.parts.as_slice()).unwrap_or_default();
        parts
            .iter()
            .filter_map(|(part, _)| if let Part::Text(text) = part { Some(text.as_str()) } else { None })
            .collect()
    }

    /// What a key has, as it is written, without quotes: its own value, or those of its list.
    pub fn written(&self, name: &str) -> Vec<String> {
        let parts = self.entry(name).map(|entry| entry.parts.as_slice()).unwrap_or_default();
        let written = parts.iter().filter_map(|(part, _)| match part {
            Part::Text(text) | Part::Date(text) | Part::Decimal(text) => Some(text.clone()),
            Part::Number(number) => Some(number.to_string()),
            Part::Flag(flag) => Some(flag.to_string()),
            Part::Other => None,
        });
        written.collect()
    }

    /// The dates that `on` or `dates` lists; a bare number is a day of the month of `within`.
    pub fn dates(&self, within: Date) -> Vec<Date> {
        let parts = ["on", "dates"].into_iter().filter_map(|key| self.entry(key)).flat_map(|entry| &entry.parts);
        parts.filter_map(|(part, _)| part.day(within)).collect()
    }

    /// The texts that a key has here and in all blocks within.
    pub(super) fn named(&self, key: &str) -> Vec<&str> {
        let within = self.entries.iter().flat_map(|entry| entry.inner.iter().chain(&entry.rows));
        self.texts(key).into_iter().chain(within.flat_map(|block| block.named(key))).collect()
    }

    /// From its first line to the end of its last, in the bytes of `text`, its file's.
    pub fn range(&self, text: &str) -> Range<usize> {
        let (mark, text) = unmarked(text);
        let lines = self.lines(text);
        lines.start + mark..lines.end + mark
    }

    /// The key of it that stands at this byte of its file's `text`.
    pub fn key_at(&self, text: &str, at: usize) -> Option<&str> {
        let at = at.checked_sub(unmarked(text).0)?;
        self.entries.iter().find(|entry| (entry.key.start..=entry.end).contains(&at)).map(|entry| entry.name.as_str())
    }

    /// Its title; empty without one.
    pub fn title(&self) -> &str {
        self.texts("title").first().map_or("", |title| title.trim())
    }

    /// Its id, written or made from its title.
    pub fn id(&self) -> Option<String> {
        self.texts("id").first().map(|id| (*id).to_owned()).or_else(|| slug(self.title()))
    }

    /// The day that a key says, in quotes or bare.
    pub fn day(&self, name: &str) -> Option<&str> {
        match self.entry(name)?.parts.first()? {
            (Part::Text(text) | Part::Date(text), _) => Some(text.trim()),
            _ => None,
        }
    }

    /// From its first line to the end of its last, without the line break.
    pub(super) fn lines(&self, text: &str) -> Range<usize> {
        let first = self.span.clone().map(|span| span.start);
        let first = self.entries.iter().map(|entry| entry.key.start).chain(first).min().unwrap_or(0);
        line_start(text, first)..line_end(text, self.end())
    }

    /// Where all that belongs to it ends.
    pub(super) fn end(&self) -> usize {
        let last = self.span.clone().map(|span| span.end);
        self.entries.iter().map(|entry| entry.end).chain(last).max().unwrap_or(0)
    }

    /// Headers of its own and of its sections.
    fn headers(&self) -> usize {
        let sections = self.entries.iter().filter(|entry| entry.section);
        let inner = sections.flat_map(|entry| entry.inner.iter().chain(&entry.rows));
        usize::from(self.form == Form::Lines && self.span.is_some()) + inner.map(Block::headers).sum::<usize>()
    }
}

/// A file that can be changed.
pub(super) struct Sheet<'t> {
    pub text: &'t str,
    pub root: Block,
}

impl<'t> Sheet<'t> {
    /// # Errors
    /// The text is no TOML.
    pub fn read(text: &'t str) -> Result<Sheet<'t>, Text> {
        let document = Document::parse(text).map_err(|_| unreadable())?;
        Ok(Sheet { text, root: block(document.as_table(), Form::File, None) })
    }

    /// The blocks of the row `name`.
    pub fn row(&self, name: &str) -> &[Block] {
        self.root.rows(name)
    }

    /// The change that gives `key` of a block the value `value`: in its place, else on a line of its own after the block's
    /// last key.
    ///
    /// # Errors
    /// The key is spread over lines of its own, which a person must join first.
    pub fn set(&self, block: &Block, key: &str, value: &str) -> Result<Edit, Text> {
        let text = self.text;
        if let Some(entry) = block.entry(key) {
            let span = entry.value.clone().ok_or_else(|| spread(key))?;
            return Ok(Edit { span, with: value.to_owned() });
        }
        let pair = format!("{} = {value}", key_written(key));
        let last = block.entries.iter().filter(|entry| !entry.section).max_by_key(|entry| entry.end);
        let (prefix, at) = match (&block.form, last, &block.span) {
            (Form::Knotted, ..) => return Err(spread(key)),
            (Form::Braces, Some(last), _) => return Ok(Edit::insert(last.end, format!(", {pair}"))),
            (Form::Braces, None, Some(span)) => return Ok(Edit { span: span.clone(), with: format!("{{ {pair} }}") }),
            (Form::Dotted(prefix), Some(last), _) => (prefix.as_str(), last.key.start..last.end),
            (_, Some(last), _) => ("", last.key.start..last.end),
            (_, None, Some(span)) => ("", span.clone()),
            (Form::File, None, None) => return Ok(Edit::insert(0, format!("{pair}{}", newline(text)))),
            (_, None, None) => return Err(spread(key)),
        };
        let (indent, end) = (indent(text, at.start), line_end(text, at.end));
        Ok(Edit::insert(end, format!("{}{indent}{prefix}{pair}", newline(text))))
    }

    /// Takes a key away: its whole lines, or its part of the braces.
    ///
    /// # Errors
    /// Other blocks stand between its lines.
    pub fn without(&self, block: &Block, entry: &Entry) -> Result<Vec<Edit>, Text> {
        let lines =
            |span: Range<usize>| line_start(self.text, span.start)..next_line(self.text, line_end(self.text, span.end));
        match &entry.inner {
            _ if block.form == Form::Knotted => Err(spread(&entry.name)),
            Some(Block { form: Form::Knotted, .. }) => Err(spread(&entry.name)),
            Some(inner) if matches!(inner.form, Form::Dotted(_)) => {
                let edits = inner.entries.iter().map(|entry| self.without(inner, entry));
                Ok(edits.collect::<Result<Vec<_>, _>>()?.concat())
            }
            Some(inner) if entry.section => self.without_block(inner),
            _ if entry.section => {
                let edits = entry.rows.iter().map(|row| self.without_block(row));
                Ok(edits.collect::<Result<Vec<_>, _>>()?.concat())
            }
            _ if block.form == Form::Braces => Ok(vec![Edit::cut(with_comma(self.text, entry.key.start..entry.end))]),
            _ => Ok(vec![Edit::cut(lines(entry.key.start..entry.end))]),
        }
    }

    /// Takes a block away, with the remarks between its lines; those above it stay.
    ///
    /// # Errors
    /// Other blocks stand between its lines.
    pub fn without_block(&self, block: &Block) -> Result<Vec<Edit>, Text> {
        if block.form == Form::Braces {
            return Ok(block.span.iter().map(|span| Edit::cut(with_comma(self.text, span.clone()))).collect());
        }
        let lines = block.lines(self.text);
        let whole = lines.start..next_line(self.text, lines.end);
        let taken = self.text.get(whole.clone()).unwrap_or_default();
        let headers = taken.lines().filter(|line| line.trim_start().starts_with('[')).count();
        // A line of a list may begin like a header: then it is looked at closely.
        if headers > block.headers() && self.holds_others(&whole, block.headers()) {
            return Err(Text::new(
                "các dòng của khối này nằm lẫn với khối khác; hãy sửa trong trang văn bản của tệp",
                "this block's lines stand among those of others; change them in the file's text",
            ));
        }
        Ok(vec![Edit::cut(with_blank_lines(self.text, whole))])
    }

    fn holds_others(&self, lines: &Range<usize>, own: usize) -> bool {
        let mut found = 0;
        let mut left = vec![&self.root];
        while let Some(block) = left.pop() {
            let header = block.span.as_ref().filter(|_| block.form == Form::Lines);
            found += usize::from(header.is_some_and(|span| lines.contains(&span.start)));
            left.extend(block.entries.iter().flat_map(|entry| entry.inner.iter().chain(&entry.rows)));
        }
        found > own
    }
}

pub(super) fn spread(key: &str) -> Text {
    Text::new(
        format!("`{key}` ở đây ghi thành nhiều dòng; hãy gộp lại thành một dòng `{key} = …`"),
        format!("`{key}` is spread over several lines here; join them to one line `{key} = …`"),
    )
}

fn unreadable() -> Text {
    Text::new(
        "tệp có lỗi cú pháp; hãy chạy `loa check` và sửa trước",
        "the file has mistakes of syntax; run `loa check` and mend them first",
    )
}

fn block(table: &dyn TableLike, form: Form, span: Option<Range<usize>>) -> Block {
    let entries = table.iter().filter_map(|(name, _)| entry(table, name, &form)).collect();
    Block { form, span, entries }
}

fn entry(table: &dyn TableLike, name: &str, within: &Form) -> Option<Entry> {
    let (key, item) = table.get_key_value(name)?;
    let dotted = || match within {
        Form::Braces | Form::Knotted => Form::Knotted,
        Form::Dotted(prefix) => Form::Dotted(format!("{prefix}{}.", key_written(name))),
        Form::File | Form::Lines => Form::Dotted(format!("{}.", key_written(name))),
    };
    let (mut inner, mut rows, mut section) = (None, Vec::new(), false);
    match item {
        Item::Table(table) if table.is_dotted() => inner = Some(block(table, dotted(), None)),
        Item::Table(table) => {
            section = true;
            inner = Some(block(table, Form::Lines, table.span().filter(|_| !table.is_implicit())));
        }
        Item::ArrayOfTables(list) => {
            section = true;
            rows = list.iter().map(|table| block(table, Form::Lines, table.span())).collect();
        }
        Item::Value(Value::InlineTable(table)) if table.is_dotted() => inner = Some(block(table, dotted(), None)),
        Item::Value(Value::InlineTable(table)) => inner = Some(block(table, Form::Braces, table.span())),
        Item::Value(Value::Array(list)) => {
            let tables = list.iter().filter_map(Value::as_inline_table);
            rows = tables.map(|table| block(table, Form::Braces, table.span())).collect();
        }
        _ => {}
    }
    let value = item.as_value().filter(|value| !is_dotted(value)).and_then(Value::span);
    let within: Vec<Range<usize>> = inner.iter().chain(&rows).filter_map(extent).collect();
    // A key in a header or before a dot is where its own first value is, at the earliest.
    let key = key.span().filter(|_| !section).or_else(|| within.first().cloned()).or_else(|| key.span())?;
    let ends = within.iter().map(|span| span.end).chain(value.as_ref().map(|span| span.end));
    let end = ends.fold(key.end, usize::max);
    Some(Entry { name: name.to_owned(), key, value, end, section, inner, rows, parts: parts(item) })
}

/// All that belongs to a block; none if it has no place.
fn extent(block: &Block) -> Option<Range<usize>> {
    let spans = block.entries.iter().map(|entry| entry.key.start..entry.end).chain(block.span.clone());
    spans.reduce(|a, b| a.start.min(b.start)..a.end.max(b.end))
}

fn is_dotted(value: &Value) -> bool {
    value.as_inline_table().is_some_and(toml_edit::InlineTable::is_dotted)
}

fn parts(item: &Item) -> Vec<(Part, Range<usize>)> {
    let list: Vec<&Value> = match item {
        Item::Value(Value::Array(list)) => list.iter().collect(),
        Item::Value(value) if !is_dotted(value) => vec![value],
        _ => Vec::new(),
    };
    let part = |value: &Value| match value {
        Value::String(text) => Part::Text(text.value().clone()),
        Value::Integer(number) => Part::Number(*number.value()),
        Value::Datetime(date) => Part::Date(date.value().to_string()),
        Value::Float(number) => Part::Decimal(format!("{:?}", number.value())),
        Value::Boolean(flag) => Part::Flag(*flag.value()),
        _ => Part::Other,
    };
    list.into_iter().filter_map(|value| Some((part(value), value.span()?))).collect()
}
