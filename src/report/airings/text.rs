//! The log in a terminal.

use super::super::table::{Side, table};
use super::{Log, Row};
use crate::problem::{Lang, Text};

/// The log as lines of text.
pub fn render(log: &Log<'_>, lang: Lang) -> String {
    if log.entries.is_empty() && log.corrections.is_empty() {
        return Text::new("Không phát sinh\n", "Nothing in the log\n").get(lang).to_owned();
    }
    let mut heads = Row::heads(lang);
    heads.cause = format!("{} / {}", heads.cause, heads.note.to_lowercase());
    heads.note = String::new();
    let mut rows = vec![cells(heads)];
    rows.extend(log.rows(lang).into_iter().map(cells));
    let (left, right) = (Side::Left, Side::Right);
    table(&[left, right, right, right, right, right, left, left, left], &rows)
}

/// One column for cause and note: either may be empty, and a terminal is narrow.
fn cells(row: Row) -> Vec<String> {
    let why = if row.cause.is_empty() || row.note.is_empty() {
        row.cause + &row.note
    } else {
        format!("{}: {}", row.cause, row.note)
    };
    vec![row.date, row.planned, row.began, row.ended, row.late, row.length, row.title, row.outcome, why]
}
