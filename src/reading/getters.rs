//! Values of the kinds that files have, each taken from the tree with its own words for what is wrong.

use jiff::civil::{Date, Time};

use super::fold::{bare, did_you_mean, folded, nearest};
use super::hints::{among, known_here, meaning};
use super::times::{self, Refusal};
use super::tree::{Key, Node, Table, Value};
use super::weekdays::{self, Weekdays};
use crate::problem::{Bounded, Place, Problem, Span, Text};

/// Reads the values of one file and keeps its problems.
#[derive(Debug)]
pub struct Reader<'a> {
    file: &'a str,
    damaged: Vec<Span>,
    problems: Bounded,
}

/// The header that `key` stands in (`[line]`, `[[segment]]`); none for one with a value of its own on its line.
fn header(key: &Key, node: &Node) -> Option<String> {
    // A header begins before the name in it, a value after its key.
    let before = |block: &Node| block.span.start < key.span.start;
    match &node.value {
        Value::Table(_) if before(node) => Some(format!("[{}]", key.name)),
        Value::List(blocks) if blocks.first().is_some_and(before) => Some(format!("[[{}]]", key.name)),
        _ => None,
    }
}

impl<'a> Reader<'a> {
    /// For `file`, with the syntax mistakes already found in it.
    pub fn new(file: &'a str, syntax: Vec<Problem>, damaged: Vec<Span>) -> Reader<'a> {
        let mut problems = Bounded::default();
        syntax.into_iter().for_each(|problem| problems.push(problem));
        Reader { file, damaged, problems }
    }

    /// What was found.
    pub fn into_problems(self) -> Vec<Problem> {
        self.problems.into_problems()
    }

    /// A place in this file.
    pub fn place(&self, span: Span) -> Place {
        Place { file: self.file.to_owned(), span }
    }

    /// Whether a syntax mistake lies within `span`: what seems to be missing there may only be unreadable.
    pub fn damaged_within(&self, span: Span) -> bool {
        self.damaged.iter().any(|line| line.end >= span.start && line.start <= span.end)
    }

    /// Notes a problem, unless its line is already told to be unreadable.
    pub fn note(&mut self, problem: Problem) {
        let on = |span: Span| self.damaged.iter().any(|line| (line.start..=line.end).contains(&span.start));
        if problem.place.as_ref().is_some_and(|place| on(place.span)) {
            return;
        }
        self.problems.push(problem);
    }

    /// Whether further mistakes are only counted: then no hint is worth the search for it.
    pub fn is_full(&self) -> bool {
        self.problems.is_full(self.file)
    }

    /// What to do about `written`, which is none of `known`: the one of them that was probably meant, else `cure`. Nothing
    /// where further mistakes are only counted.
    pub fn hint<'k>(
        &self,
        written: &str,
        known: impl IntoIterator<Item = &'k str>,
        cure: impl FnOnce() -> Text,
    ) -> Text {
        if self.is_full() {
            return Text::new("", "");
        }
        nearest(written, known).map_or_else(cure, did_you_mean)
    }

    /// The same where what is known is a short list that tells more than a guess: `all` of it is told in any case.
    fn hint_among<'k>(&self, written: &str, known: impl IntoIterator<Item = &'k str>, all: Text) -> Text {
        if self.is_full() { Text::new("", "") } else { among(nearest(written, known), all, None) }
    }

    /// Notes a mistake that refuses the file.
    pub fn refuse(&mut self, code: &'static str, span: Span, message: Text, help: Text) {
        self.note(Problem::refuse(code, Some(self.place(span)), message, help));
    }

    fn refusal<T>(&mut self, code: &'static str, span: Span, value: Result<T, Refusal>) -> Option<T> {
        value.map_err(|refusal| self.refuse(code, span, refusal.message, refusal.help)).ok()
    }

    /// Holds the keys of a table against those that are known.
    pub fn keys(&mut self, table: &Table, known: &[&str]) {
        for (key, _) in table {
            let name = &key.name;
            self.unknown_key(
                key,
                known,
                Text::new(format!("không có khóa `{name}`"), format!("there is no key `{name}`")),
            );
        }
    }

    /// Holds the blocks and keys at the top of a file against those that are known here and those that belong into the
    /// file `other`.
    pub fn blocks(&mut self, root: &Table, known: &[&str], elsewhere: &[&str], other: &str) {
        for (key, node) in root {
            let name = &key.name;
            if elsewhere.contains(&name.as_str()) {
                let message = Text::new(
                    format!("`{name}` không thuộc tệp này"),
                    format!("`{name}` does not belong into this file"),
                );
                let help = Text::new(format!("chuyển sang `{other}`"), format!("move it to `{other}`"));
                self.refuse("misplaced-key", key.span, message, help);
                continue;
            }
            let (kind, vi, en) = match header(key, node) {
                Some(header) => (header, "khối", "block"),
                None => (name.clone(), "khóa", "key"),
            };
            let message = Text::new(format!("không có {vi} `{kind}`"), format!("there is no {en} `{kind}`"));
            self.unknown_key(key, known, message);
        }
    }

    fn unknown_key(&mut self, key: &Key, known: &[&str], message: Text) {
        let name = key.name.as_str();
        if known.contains(&name) {
            return;
        }
        let meant = if self.is_full() { None } else { meaning(name).filter(|word| known.contains(word)) };
        let help = match meant {
            Some(word) => did_you_mean(word),
            None => self.hint(name, known.iter().copied(), || known_here(known)),
        };
        self.refuse("unknown-key", key.span, message, help);
    }

    /// Notes that `key` is not there.
    pub fn missing(&mut self, span: Span, key: &str, example: &str) {
        let message = Text::new(format!("thiếu `{key}`"), format!("`{key}` is missing"));
        let help = Text::new(format!("thêm dòng `{example}`"), format!("add a line `{example}`"));
        self.refuse("missing-key", span, message, help);
    }

    /// Notes that `key` is not there inside `{…}`, which has no lines of its own.
    pub fn missing_inside(&mut self, span: Span, key: &str, example: &str) {
        let message = Text::new(format!("thiếu `{key}`"), format!("`{key}` is missing"));
        let help = Text::new(format!("thêm `{example}` vào trong `{{…}}`"), format!("add `{example}` inside `{{…}}`"));
        self.refuse("missing-key", span, message, help);
    }

    /// Notes a value of the wrong kind: what `key` wants, in both languages, and an example.
    pub fn wrong_type(&mut self, key: &str, node: &Node, wanted: &Text, example: &str) {
        let found = kind(&node.value);
        let message = Text::new(
            format!("`{key}` phải là {}, không phải {}", wanted.vi, found.vi),
            format!("`{key}` must be {}, not {}", wanted.en, found.en),
        );
        let help = Text::new(format!("viết như `{key} = {example}`"), format!("write as in `{key} = {example}`"));
        self.refuse("wrong-type", node.span, message, help);
    }

    /// Text that is not empty.
    pub fn text(&mut self, key: &str, node: &Node, example: &str) -> Option<String> {
        let Value::Text(text) = &node.value else {
            self.wrong_type(key, node, &Text::new("chữ trong ngoặc kép", "text in quotes"), example);
            return None;
        };
        if text.trim().is_empty() {
            self.empty(key, node, example);
            return None;
        }
        Some(text.clone())
    }

    /// Notes that the text of `key` says nothing.
    pub(super) fn empty(&mut self, key: &str, node: &Node, example: &str) {
        let message = Text::new(format!("`{key}` để trống"), format!("`{key}` is empty"));
        let help = Text::new(format!("viết như `{key} = {example}`"), format!("write as in `{key} = {example}`"));
        self.refuse("empty-text", node.span, message, help);
    }

    /// The values of a list, or the one value; an empty list is refused unless it is `allowed`.
    pub fn list<'n>(&mut self, key: &str, node: &'n Node, empty_allowed: bool) -> &'n [Node] {
        match &node.value {
            Value::List(list) => {
                if list.is_empty() && !empty_allowed {
                    let message = Text::new(format!("danh sách `{key}` trống"), format!("the list `{key}` is empty"));
                    let help = Text::new("ghi ít nhất một giá trị", "write at least one value");
                    self.refuse("empty-list", node.span, message, help);
                }
                list
            }
            _ => std::slice::from_ref(node),
        }
    }

    /// A time of day, in quotes or as TOML has it.
    pub fn time(&mut self, key: &str, node: &Node) -> Option<Time> {
        let time = match &node.value {
            Value::Text(text) => times::time(text),
            Value::Datetime(datetime) => match (datetime.date, datetime.time, datetime.offset) {
                // Parts of a second are no part of a plan: refused in the words for text.
                (None, Some(time), None) if time.nanosecond.unwrap_or(0) != 0 => times::time(&datetime.to_string()),
                (None, Some(time), None) => times::clock(
                    &datetime.to_string(),
                    i8::try_from(time.hour).unwrap_or(i8::MAX),
                    i8::try_from(time.minute).unwrap_or(i8::MAX),
                    i8::try_from(time.second.unwrap_or(0)).unwrap_or(i8::MAX),
                ),
                _ => {
                    self.wrong_type(key, node, &Text::new("giờ trong ngày", "a time of day"), "\"05:45\"");
                    return None;
                }
            },
            _ => {
                self.wrong_type(key, node, &Text::new("giờ trong ngoặc kép", "a time in quotes"), "\"05:45\"");
                return None;
            }
        };
        self.refusal("bad-time", node.span, time)
    }

    /// A date, in quotes or as TOML has it.
    pub fn date(&mut self, key: &str, node: &Node) -> Option<Date> {
        let date = match &node.value {
            Value::Text(text) => times::date(text),
            Value::Datetime(datetime) => match (datetime.date, datetime.time) {
                (Some(date), None) => times::calendar(
                    &datetime.to_string(),
                    i16::try_from(date.year).unwrap_or(i16::MAX),
                    i16::from(date.month),
                    i16::from(date.day),
                ),
                _ => {
                    self.wrong_type(key, node, &Text::new("ngày", "a date"), "\"2026-12-01\"");
                    return None;
                }
            },
            _ => {
                self.wrong_type(key, node, &Text::new("ngày", "a date"), "\"2026-12-01\"");
                return None;
            }
        };
        self.refusal("bad-date", node.span, date)
    }

    /// A length of time in ms.
    pub fn duration_ms(&mut self, key: &str, node: &Node) -> Option<u64> {
        let Value::Text(text) = &node.value else {
            let wanted =
                Text::new("khoảng thời gian kèm đơn vị trong ngoặc kép", "a length of time with its unit, in quotes");
            self.wrong_type(key, node, &wanted, "\"10m\"");
            return None;
        };
        self.refusal("bad-duration", node.span, times::duration_ms(text))
    }

    /// Days of the week.
    pub fn weekdays(&mut self, key: &str, node: &Node) -> Option<Weekdays> {
        let days = match &node.value {
            Value::Text(text) => weekdays::weekdays(text),
            Value::Integer(number) => Err(weekdays::refusal(number)),
            _ => {
                self.wrong_type(
                    key,
                    node,
                    &Text::new("tên thứ trong ngoặc kép", "names of days in quotes"),
                    "\"T3, T5\"",
                );
                return None;
            }
        };
        self.refusal("bad-weekday", node.span, days)
    }

    /// A whole number.
    pub fn integer(&mut self, key: &str, node: &Node, example: &str) -> Option<i64> {
        if let Value::Integer(number) = &node.value
            && let Ok(number) = number.parse()
        {
            return Some(number);
        }
        self.wrong_type(key, node, &Text::new("số nguyên", "a whole number"), example);
        None
    }

    /// A number, whole or not.
    pub fn number(&mut self, key: &str, node: &Node, example: &str) -> Option<f64> {
        if let Value::Integer(number) | Value::Float(number) = &node.value
            && let Some(number) = number.parse().ok().filter(|number: &f64| number.is_finite())
        {
            return Some(number);
        }
        self.wrong_type(key, node, &Text::new("một số", "a number"), example);
        None
    }

    /// One of a closed list of words; each has several writings, of which hints have the first in Vietnamese and the last in
    /// English.
    pub fn word<T: Copy>(&mut self, key: &str, node: &Node, words: &[(T, &[&'static str])]) -> Option<T> {
        let example = words.first().and_then(|(_, writings)| writings.first()).copied().unwrap_or_default();
        let text = self.text(key, node, &format!("\"{example}\""))?;
        let exact = |writing: &&str| folded(writing) == folded(&text) || bare(writing) == bare(&text);
        if let Some((meant, _)) = words.iter().find(|(_, writings)| writings.iter().any(exact)) {
            return Some(*meant);
        }
        let all = words.iter().flat_map(|(_, writings)| writings.iter().copied());
        let list = |one: fn(&[&'static str]) -> Option<&'static str>| {
            let words = words.iter().filter_map(|(_, writings)| one(writings));
            words.map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
        };
        let (vi, en) = (list(|writings| writings.first().copied()), list(|writings| writings.last().copied()));
        let known = Text::new(format!("ở đây dùng được: {vi}"), format!("known here: {en}"));
        let help = self.hint_among(&text, all, known);
        let message =
            Text::new(format!("`{key}` không có giá trị `{text}`"), format!("`{text}` is not a value of `{key}`"));
        self.refuse("unknown-value", node.span, message, help);
        None
    }

    /// The keys of a table.
    pub fn table<'n>(&mut self, key: &Key, node: &'n Node) -> Option<&'n Table> {
        let Value::Table(table) = &node.value else {
            let found = kind(&node.value);
            let name = &key.name;
            let message = Text::new(
                format!("`{name}` phải là một khối `[{name}]`, không phải {}", found.vi),
                format!("`{name}` must be a block `[{name}]`, not {}", found.en),
            );
            let help = Text::new(
                format!("viết `[{name}]` trên một dòng riêng, các khóa của nó ở các dòng dưới"),
                format!("write `[{name}]` on a line of its own and its keys on the lines below"),
            );
            self.refuse("wrong-type", key.span, message, help);
            return None;
        };
        Some(table)
    }
}

fn kind(value: &Value) -> Text {
    match value {
        Value::Text(_) => Text::new("chữ", "text"),
        Value::Float(number) if number.contains("nan") || number.contains("inf") => {
            let word = format!("`{number}`");
            Text::new(word.clone(), word)
        }
        Value::Integer(number) | Value::Float(number) => {
            Text::new(format!("số `{number}`"), format!("the number `{number}`"))
        }
        Value::Boolean(yes) => Text::new(format!("`{yes}`"), format!("`{yes}`")),
        Value::Datetime(datetime) => match (datetime.date, datetime.time, datetime.offset) {
            (_, _, Some(_)) => Text::new("thời điểm có múi giờ", "an instant with an offset"),
            (Some(_), Some(_), _) => Text::new("ngày kèm giờ", "a date with a time"),
            (None, _, _) => Text::new("giờ", "a time"),
            (Some(_), None, _) => Text::new("ngày", "a date"),
        },
        Value::List(_) => Text::new("danh sách", "a list"),
        Value::Table(_) => Text::new("một khối", "a block"),
    }
}
