//! A document's tables for a spreadsheet, one below the other.

use super::super::document::{Cell, Document, Table, words};
use super::plain;
use crate::cells;
use crate::problem::Lang;

/// The tables as CSV: each under its caption, an empty row between two. All rows are as wide as the widest, as the format
/// asks; figures have no marks between thousands, since a spreadsheet of another language would read a decimal point.
pub fn render(document: &Document) -> String {
    let wide = document.tables().map(|table| table.columns.len()).max().unwrap_or(1);
    let mut rows: Vec<Vec<String>> = Vec::new();
    for table in document.tables() {
        if !rows.is_empty() {
            rows.push(Vec::new());
        }
        set_table(&mut rows, table, document.lang);
    }
    if let Some(source) = &document.source {
        rows.extend([Vec::new(), vec![cells::inert(source)]]);
    }
    for row in &mut rows {
        row.resize(wide, String::new());
    }
    cells::csv(&rows)
}

fn set_table(rows: &mut Vec<Vec<String>>, table: &Table, lang: Lang) {
    let text = |text: &str| cells::inert(&plain(text));
    rows.push(vec![text(&table.caption(lang))]);
    rows.push(table.columns.iter().map(|column| text(&column.head)).collect());
    if table.rows.is_empty() {
        rows.push(vec![words::nothing(lang).to_owned()]);
    }
    rows.extend(table.lines().map(|(_, cells)| cells.into_iter().map(|cell| figure(cell, lang)).collect()));
    rows.extend(table.notes.iter().map(|note| vec![text(note)]));
}

/// A cell as a spreadsheet of the language reads it: a number, a share with its sign close to it, a date.
fn figure(cell: &Cell, lang: Lang) -> String {
    match cell {
        Cell::Text(text) => cells::inert(&plain(text)),
        Cell::Count(n) => n.to_string(),
        Cell::Length { ms, unit } => unit.shown(*ms, lang),
        Cell::Share { part, whole } if *whole != 0 => cells::percent(*part, *whole, lang).replace('\u{a0}', ""),
        Cell::Share { .. } | Cell::Empty | Cell::Date(_) | Cell::Time(_) => cell.shown(lang),
    }
}
