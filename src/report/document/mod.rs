//! A document as data: what it says and in which parts, in one language. How it looks is not here: each form
//! ([`super::forms`]) sets the same document in its own way, and adds the words that belong to the form alone
//! ([`words`]).

mod numbering;
mod table;
pub mod words;

use jiff::civil::Date;

pub use numbering::Numbering;
pub use table::{Cell, Column, Rank, Row, Setting, Sum, Table, Unit};

use crate::problem::Lang;

/// A report, or any other paper that goes from the station to an office.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The language of every text in it, and of the words and figures that a form adds.
    pub lang: Lang,
    /// Who writes, where and when.
    pub letterhead: Letterhead,
    /// What kind of paper it is: `Báo cáo`.
    pub kind: String,
    /// What it is about: `Kết quả tuyên truyền …`, one string a line (the period stands on a line of its own).
    pub subject: Vec<String>,
    /// Whom it is sent to (`Kính gửi`); none: to nobody above.
    pub addressees: Vec<String>,
    /// What it says.
    pub body: Vec<Block>,
    /// Who signs.
    pub signature: Signature,
    /// Who gets it (`Nơi nhận`), the archive last, each without its dash and stop.
    pub recipients: Vec<String>,
    /// What is attached.
    pub annexes: Vec<Annex>,
    /// What its figures can be checked by: paper forms have it in the head of the first annex, the others as their last line.
    /// None where no log is behind them.
    pub source: Option<String>,
}

/// The head of the first page. Names are written as their owners write them; a form sets them in capitals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letterhead {
    /// The body above: `UBND phường Long Xuyên`; empty if there is none.
    pub superior: String,
    /// Who issues it: `Đài truyền thanh`.
    pub issuer: String,
    /// Kind and issuer as letters: `BC-ĐTT`. The number before it is given by the clerk and stays blank.
    pub symbol: String,
    /// Where it is written: `Long Xuyên`; empty if unknown.
    pub place: String,
    /// The day it is written.
    pub date: Date,
}

/// The foot of the last page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signature {
    /// In whose name and as what, a line each: `TM. Ủy ban nhân dân`, `Chủ tịch`; or `Trưởng đài` alone.
    pub titles: Vec<String>,
    /// The name; empty: left blank.
    pub name: String,
}

/// A part of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading; its number is not written but counted ([`Numbering`]).
    Heading(Level, String),
    /// A paragraph.
    Paragraph(String),
    /// Things told one under the other, each without its dash.
    List(Vec<String>),
    /// A table.
    Table(Table),
    /// Bars. Only forms that can draw show it: its figures stand in a table or a sentence too.
    Chart(Chart),
}

/// How deep a heading stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// `I.`
    Part,
    /// `1.`
    Section,
    /// `a)`
    Point,
}

/// Lengths beside each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// What is shown.
    pub title: String,
    /// What all its figures are.
    pub measure: Measure,
    /// The name of each bar of a group: `["Kế hoạch", "Đã phát"]`, or one alone.
    pub series: Vec<String>,
    /// The groups, in their order.
    pub groups: Vec<Group>,
}

/// What a chart's figures are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// A number of things.
    Count,
    /// Milliseconds, shown as this.
    Length(Unit),
}

/// The bars of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What they are of.
    pub label: String,
    /// A figure a series.
    pub figures: Vec<u64>,
}

/// A paper attached to the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annex {
    /// What it is.
    pub title: String,
    /// What it says.
    pub blocks: Vec<Block>,
}

impl Document {
    /// All tables, the body's and then the annexes', in their order.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        let blocks = self.body.iter().chain(self.annexes.iter().flat_map(|annex| &annex.blocks));
        blocks.filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        })
    }

    /// The same with “ ” about what programs mark with grave accents, which no paper has.
    pub fn quoted(mut self) -> Document {
        for block in self.body.iter_mut().chain(self.annexes.iter_mut().flat_map(|annex| &mut annex.blocks)) {
            match block {
                Block::Heading(_, text) | Block::Paragraph(text) => quote(text),
                Block::List(items) => items.iter_mut().for_each(quote),
                Block::Table(table) => table.texts_mut().for_each(quote),
                Block::Chart(_) => {}
            }
        }
        self
    }

    /// `Báo cáo kết quả tuyên truyền … tháng 01 năm 2025`: what the document is called in one line.
    pub fn name(&self) -> String {
        std::iter::once(&self.kind).chain(&self.subject).map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

/// Each pair of grave accents becomes a pair of quotation marks; one alone is left as it is.
fn quote(text: &mut String) {
    let mut parts = text.split('`');
    let Some(mut out) = parts.next().map(str::to_owned) else { return };
    let mut parts = parts.peekable();
    while let Some(inside) = parts.next() {
        match parts.next() {
            Some(after) => out.extend(["“", inside, "”", after]),
            None => out.extend(["`", inside]),
        }
    }
    *text = out;
}

impl Chart {
    /// A figure of the chart as a cell of a table would hold it.
    pub fn cell(&self, figure: u64) -> Cell {
        let figure = i64::try_from(figure).unwrap_or(i64::MAX);
        match self.measure {
            Measure::Count => Cell::Count(figure),
            Measure::Length(unit) => Cell::Length { ms: figure, unit },
        }
    }
}
