//! A document in a terminal: no page, so neither the state's head nor bars.

use super::super::document::{Annex, Block, Document, Numbering, Setting, Table, words};
use super::super::table::{Side, table, width};
use super::{ended, plain};

/// Paragraphs are broken at this many columns.
const COLUMNS: usize = 100;
/// What is wider has the words of its cells on several lines, as far as they can be broken.
const TABLE_COLUMNS: usize = 120;

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
        out.push_str(&table(&sides, &narrowed(rows, TABLE_COLUMNS)));
    }
    for note in &data.notes {
        paragraph(out, "", note);
    }
}

/// Room between two columns of a table.
const GAP: usize = 2;

/// Rows that together are no wider than `columns`, if breaking cells at spaces can do that: the widest column gives way
/// first. A broken row goes on in rows of its own.
fn narrowed(rows: Vec<Vec<String>>, columns: usize) -> Vec<Vec<String>> {
    let count = rows.first().map_or(0, Vec::len);
    let longest = |at: usize, of: fn(&str) -> usize| rows.iter().map(|row| of(&row[at])).max().unwrap_or(0);
    let word = |text: &str| text.split(' ').map(width).max().unwrap_or(0);
    let least: Vec<usize> = (0..count).map(|at| longest(at, word)).collect();
    let mut widths: Vec<usize> = (0..count).map(|at| longest(at, width)).collect();
    let room = columns.saturating_sub(GAP * count.saturating_sub(1));
    while widths.iter().sum::<usize>() > room {
        let gives = (0..count).filter(|at| widths[*at] > least[*at]).max_by_key(|at| widths[*at]);
        let Some(at) = gives else { break };
        widths[at] -= 1;
    }
    rows.into_iter().flat_map(|row| broken(&row, &widths)).collect()
}

/// A row as many rows as its longest cell has lines in columns of these widths.
fn broken(row: &[String], widths: &[usize]) -> Vec<Vec<String>> {
    let cells: Vec<Vec<String>> = row.iter().zip(widths).map(|(cell, wide)| lines(cell, *wide)).collect();
    let high = cells.iter().map(Vec::len).max().unwrap_or(1);
    (0..high).map(|nth| cells.iter().map(|lines| lines.get(nth).cloned().unwrap_or_default()).collect()).collect()
}

/// A text in lines of at most `wide` columns, broken at spaces alone.
fn lines(text: &str, wide: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last_mut().map(|last| (width(last), last));
        match last {
            Some((0, last)) => last.push_str(word),
            Some((used, last)) if used + 1 + width(word) <= wide => *last += &format!(" {word}"),
            _ => lines.push(word.to_owned()),
        }
    }
    lines
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_that_is_too_wide_breaks_its_widest_cells_at_spaces() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let rows = vec![row(["STT", "Tên", "Phút"]), row(["1", "Hỏi và đáp về dịch vụ công", "1.234,5"])];
        assert_eq!(narrowed(rows.clone(), 40), rows, "what fits stays as it is");
        assert_eq!(
            narrowed(rows.clone(), 27),
            [row(["STT", "Tên", "Phút"]), row(["1", "Hỏi và đáp về", "1.234,5"]), row(["", "dịch vụ công", ""]),]
        );
        let narrow = narrowed(rows, 5);
        assert_eq!(narrow[1..3], [row(["1", "Hỏi", "1.234,5"]), row(["", "và", ""])], "a word is never broken");
    }
}
