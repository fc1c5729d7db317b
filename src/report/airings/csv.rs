//! The log for a spreadsheet.

use super::{Log, Row};
use crate::cells::{csv, inert};
use crate::problem::Lang;

/// The log as CSV, a row a slot.
pub fn render(log: &Log<'_>, lang: Lang) -> String {
    let mut rows = vec![cells(Row::heads(lang))];
    rows.extend(log.rows(lang).into_iter().map(cells));
    csv(&rows)
}

fn cells(row: Row) -> Vec<String> {
    let (title, note) = (inert(&row.title), inert(&row.note));
    let Row { date, planned, began, ended, late, length, outcome, cause, .. } = row;
    vec![date, planned, began, ended, late, length, title, outcome, cause, note]
}
