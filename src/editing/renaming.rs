//! A block is called by another id where days that are unlike the others name it.

use super::blocks::{Block, Sheet, spread};
use super::text::Edit;
use super::values::{key_written, quoted};
use crate::problem::Text;

/// The rows of days that are unlike the others.
const DAYS: [&str; 2] = ["exception", "holiday"];

/// By which key days have what becomes of the blocks of a row, and by which a place of theirs names one.
fn keys(row: &str) -> Option<(&'static str, Option<&'static str>)> {
    match row {
        "window" => Some(("windows", None)),
        "column" => Some(("columns", Some("column"))),
        "segment" => Some(("segments", Some("segment"))),
        _ => None,
    }
}

/// What days say of the block `old` of a row they say of `new`.
///
/// # Errors
/// The name is spread over several lines, or over headers, of which only a person changes each.
pub(super) fn in_days(sheet: &Sheet<'_>, row: &str, old: &str, new: &str) -> Result<Vec<Edit>, Text> {
    let Some((key, place)) = keys(row) else { return Ok(Vec::new()) };
    let mut edits = Vec::new();
    for day in DAYS.into_iter().flat_map(|days| sheet.row(days)) {
        if let Some(entry) = day.inner(key).and_then(|inner| inner.entry(old)) {
            if entry.section || entry.value.is_none() {
                return Err(spread(old));
            }
            edits.push(Edit { span: entry.key.clone(), with: key_written(new) });
        }
        if let Some(place) = place {
            in_places(day, place, old, new, &mut edits);
        }
    }
    Ok(edits)
}

/// The places of a day's running orders, wherever it has them.
fn in_places(block: &Block, key: &str, old: &str, new: &str, edits: &mut Vec<Edit>) {
    for entry in &block.entries {
        if entry.name == key && block.texts(key) == [old] {
            edits.extend(entry.value.clone().map(|span| Edit { span, with: quoted(new) }));
        }
        entry.inner.iter().chain(&entry.rows).for_each(|within| in_places(within, key, old, new, edits));
    }
}
