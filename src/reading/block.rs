//! One block of a file, read key by key.

use jiff::civil::{Date, Time};

use super::Reader;
use super::fold::composed;
use super::tree::{Node, Table, Value, find};
use super::weekdays::Weekdays;
use crate::problem::{Place, Span, Text};

/// What a row of blocks looks like inside one line.
const EXAMPLE: &str = "[{ title = \"…\" }]";

/// A block that came in a row (`[[window]]`).
#[derive(Clone, Copy, Debug)]
pub struct Row<'n> {
    /// Its keys.
    pub table: &'n Table,
    /// Its header.
    pub header: Span,
    /// All of its text, as far as it can be told.
    pub region: Span,
}

/// A block's keys and the reader that takes them. An absent key is no mistake unless it is asked for as needed.
#[derive(Debug)]
pub struct Block<'r, 'a, 'n> {
    /// Keeps the problems.
    pub reader: &'r mut Reader<'a>,
    /// The keys.
    pub table: &'n Table,
    /// Where the block begins.
    pub header: Span,
    region: Span,
    inline: bool,
}

impl<'a> Reader<'a> {
    /// The blocks `[[name]]` of `root`, a text of `text_len` bytes. What is no block is noted and left out.
    pub fn rows<'n>(&mut self, root: &'n Table, name: &str, text_len: usize) -> Vec<Row<'n>> {
        let Some((key, node)) = find(root, name) else { return Vec::new() };
        let blocks: &[Node] = match &node.value {
            Value::List(list) => list,
            Value::Table(_) => std::slice::from_ref(node),
            _ => {
                let wanted = Text::new(format!("các khối `[[{name}]]`"), format!("blocks `[[{name}]]`"));
                self.wrong_type(&key.name, node, &wanted, EXAMPLE);
                return Vec::new();
            }
        };
        let headers = headers(root);
        let mut rows = Vec::new();
        for block in blocks {
            let Value::Table(table) = &block.value else {
                let wanted = Text::new(format!("một khối `[[{name}]]`"), format!("a block `[[{name}]]`"));
                self.wrong_type(name, block, &wanted, EXAMPLE);
                continue;
            };
            let after = headers.partition_point(|start| *start <= block.span.start);
            let next = headers.get(after).copied().unwrap_or(text_len);
            let region = Span { start: block.span.start, end: next.max(block.span.end) };
            rows.push(Row { table, header: block.span, region });
        }
        rows
    }

    /// The keys of `row`, of which `known` are known.
    pub fn row<'r, 'n>(&'r mut self, row: Row<'n>, known: &[&str]) -> Block<'r, 'a, 'n> {
        self.keys(row.table, known);
        Block { reader: self, table: row.table, header: row.header, region: row.region, inline: false }
    }

    /// The keys of `{…}`, the value of `key`.
    pub fn inline<'r, 'n>(
        &'r mut self,
        key: &str,
        node: &'n Node,
        known: &[&str],
        example: &str,
    ) -> Option<Block<'r, 'a, 'n>> {
        let Value::Table(table) = &node.value else {
            let wanted = Text::new("các khóa trong `{…}`", "keys inside `{…}`");
            self.wrong_type(key, node, &wanted, example);
            return None;
        };
        self.keys(table, known);
        Some(Block { reader: self, table, header: node.span, region: node.span, inline: true })
    }
}

/// Where the blocks of `root` begin, ascending: a block's text ends where the next one begins.
fn headers(root: &Table) -> Vec<usize> {
    let mut starts = Vec::new();
    for (_, node) in root {
        match &node.value {
            Value::Table(_) => starts.push(node.span.start),
            Value::List(list) => starts.extend(list.iter().map(|node| node.span.start)),
            _ => {}
        }
    }
    starts.sort_unstable();
    starts
}

impl<'n> Block<'_, '_, 'n> {
    /// The value of `key`.
    pub fn node(&self, key: &str) -> Option<&'n Node> {
        find(self.table, key).map(|(_, node)| node)
    }

    /// The value of `key`, noted if it is not there; `example` is a value.
    pub fn need(&mut self, key: &str, example: &str) -> Option<&'n Node> {
        let node = self.node(key);
        if node.is_none() && !self.is_damaged() {
            let example = format!("{key} = {example}");
            if self.inline {
                self.reader.missing_inside(self.header, key, &example);
            } else {
                self.reader.missing(self.header, key, &example);
            }
        }
        node
    }

    /// Whether a syntax mistake lies in it: what seems to be missing may only be unreadable.
    pub fn is_damaged(&self) -> bool {
        self.reader.damaged_within(self.region)
    }

    /// Where the block begins.
    pub fn place(&self) -> Place {
        self.reader.place(self.header)
    }

    /// A line of text.
    pub fn line(&mut self, key: &str, example: &str) -> Option<String> {
        let node = self.node(key)?;
        self.reader.line(key, node, example)
    }

    /// A name.
    pub fn name(&mut self, key: &str, example: &str) -> Option<String> {
        let node = self.node(key)?;
        self.reader.name(key, node, example)
    }

    /// A name that must be there.
    pub fn needed_name(&mut self, key: &str, example: &str) -> Option<String> {
        let node = self.need(key, example)?;
        self.reader.name(key, node, example)
    }

    /// A line of text that must be there.
    pub fn needed_line(&mut self, key: &str, example: &str) -> Option<String> {
        let node = self.need(key, example)?;
        self.reader.line(key, node, example)
    }

    /// Lines of text; none where the key is not there.
    pub fn lines(&mut self, key: &str, example: &str) -> Vec<String> {
        self.node(key).map(|node| self.reader.lines(key, node, example)).unwrap_or_default()
    }

    /// Text that may have several lines.
    pub fn text(&mut self, key: &str, example: &str) -> Option<String> {
        let node = self.node(key)?;
        Some(composed(self.reader.text(key, node, example)?.trim()))
    }

    /// A date.
    pub fn date(&mut self, key: &str) -> Option<Date> {
        let node = self.node(key)?;
        self.reader.date(key, node)
    }

    /// A date that must be there.
    pub fn needed_date(&mut self, key: &str) -> Option<Date> {
        self.needed_date_as(key, jiff::civil::date(2026, 12, 1))
    }

    /// The same; where it is not there, `example` is told as one that would do.
    pub fn needed_date_as(&mut self, key: &str, example: Date) -> Option<Date> {
        let node = self.need(key, &example.to_string())?;
        self.reader.date(key, node)
    }

    /// A time of day.
    pub fn time(&mut self, key: &str) -> Option<Time> {
        let node = self.node(key)?;
        self.reader.time(key, node)
    }

    /// A time of day that must be there.
    pub fn needed_time(&mut self, key: &str, example: &str) -> Option<Time> {
        let node = self.need(key, example)?;
        self.reader.time(key, node)
    }

    /// A length of time in ms.
    pub fn duration_ms(&mut self, key: &str) -> Option<u64> {
        let node = self.node(key)?;
        self.reader.duration_ms(key, node)
    }

    /// A number not below `least`.
    pub fn count(&mut self, key: &str, least: u32) -> Option<u32> {
        let node = self.node(key)?;
        self.reader.count(key, node, least)
    }

    /// Days of the week, one value or a list.
    pub fn weekdays(&mut self, key: &str) -> Option<Weekdays> {
        let node = self.node(key)?;
        let mut days = Weekdays::default();
        for node in self.reader.list(key, node, false) {
            days = days.with(self.reader.weekdays(key, node)?);
        }
        Some(days)
    }

    /// One of a closed list of words.
    pub fn word<T: Copy>(&mut self, key: &str, words: &[(T, &[&'static str])]) -> Option<T> {
        let node = self.node(key)?;
        self.reader.word(key, node, words)
    }
}
