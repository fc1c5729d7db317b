//! A document in a terminal: no page, so neither the state's head nor bars.

use super::super::document::{Annex, Block, Document, Numbering, Setting, Table, words};
use super::super::table::{Side, table};
use super::{ended, plain};

/// Words are broken at this many columns; tables are as wide as they must be.
const COLUMNS: usize = 100;

/// The document as lines of text.
pub fn render(document: &Document) -> String {
    let mut out = String::new();
    let head = &document.letterhead;
    for name in [&head.superior, &head.issuer].into_iter().filter(|name| !name.is_empty()) {
        line(&mut out, &name.to_uppercase());
    }
    line(&mut out, &words::number(document));
    line(&mut out, &words::place_and_date(document));
    out.push('\n');
    line(&mut out, &document.kind.to_uppercase());
    for subject in &document.subject {
        line(&mut out, subject);
    }
    out.push('\n');
    if !document.addressees.is_empty() {
        paragraph(&mut out, "", &format!("{} {}", words::to(document.lang), document.addressees.join("; ")));
        out.push('\n');
    }
    blocks(&mut out, document, &ended(&document.body));
    foot(&mut out, document);
    for (place, annex) in document.annexes.iter().enumerate() {
        attached(&mut out, document, place, annex);
    }
    if let Some(source) = &document.source {
        out.push('\n');
        line(&mut out, source);
    }
    out
}

fn foot(out: &mut String, document: &Document) {
    for title in &document.signature.titles {
        line(out, &title.to_uppercase());
    }
    if !document.signature.name.is_empty() {
        line(out, &document.signature.name);
    }
    if !document.recipients.is_empty() {
        out.push('\n');
        line(out, words::recipients(document.lang));
        for recipient in words::dashed(&document.recipients) {
            line(out, &recipient);
        }
    }
}

fn attached(out: &mut String, document: &Document, place: usize, annex: &Annex) {
    out.push('\n');
    line(out, &words::annex(document, place));
    line(out, &annex.title);
    line(out, &words::attached(document));
    out.push('\n');
    blocks(out, document, &annex.blocks);
}

/// The blocks, with an empty line after each.
fn blocks(out: &mut String, document: &Document, blocks: &[Block]) {
    let mut numbering = Numbering::default();
    for block in blocks {
        match block {
            Block::Heading(level, text) => line(out, &format!("{} {text}", numbering.next(*level))),
            Block::Paragraph(text) => paragraph(out, "", text),
            Block::List(items) => {
                for item in items {
                    paragraph(out, "- ", item);
                }
            }
            Block::Table(table) => set_table(out, document, table),
            Block::Chart(_) => continue,
        }
        out.push('\n');
    }
}

fn set_table(out: &mut String, document: &Document, data: &Table) {
    line(out, &data.caption(document.lang));
    if data.rows.is_empty() {
        line(out, words::nothing(document.lang));
    } else {
        let side = |set: Setting| match set {
            Setting::Words | Setting::Middle => Side::Left,
            Setting::Figures | Setting::Changes => Side::Right,
        };
        let sides: Vec<Side> = data.columns.iter().map(|column| side(column.set)).collect();
        let mut rows: Vec<Vec<String>> = vec![data.columns.iter().map(|column| plain(&column.head)).collect()];
        for (_, cells) in data.lines() {
            let shown = data.columns.iter().zip(cells).map(|(column, cell)| plain(&column.shown(cell, document.lang)));
            rows.push(shown.collect());
        }
        out.push_str(&table(&sides, &rows));
    }
    for note in &data.notes {
        paragraph(out, "", note);
    }
}

fn line(out: &mut String, text: &str) {
    out.push_str(plain(text).trim_end());
    out.push('\n');
}

/// A text broken at spaces; `mark` stands before its first line, and the others stand under its text.
fn paragraph(out: &mut String, mark: &str, text: &str) {
    let mut column = mark.len();
    out.push_str(mark);
    for word in plain(text).split(' ').filter(|word| !word.is_empty()) {
        let length = word.chars().count();
        if column > mark.len() && column + 1 + length > COLUMNS {
            out.push('\n');
            out.push_str(&" ".repeat(mark.len()));
            column = mark.len();
        } else if column > mark.len() {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out.push('\n');
}
