//! The places of a running order.

use super::blocks::{Block, Sheet, spread};
use super::text::{Edit, indent, line_end, line_start, newline, next_line};
use super::values::{Keys, Value};
use crate::problem::Text;
use crate::programme::{Item, What};

/// A place of a running order.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// The one that stands at this place now, from 0: as it is written, with the remarks above and behind it.
    Kept(usize),
    /// A new one.
    New(Keys),
}

/// The change that gives `block` (a window, or what an exception makes of it) these places.
///
/// # Errors
/// No such place; a remark that could not be kept.
pub(super) fn set(sheet: &Sheet<'_>, block: &Block, places: &[Place]) -> Result<Edit, Text> {
    let text = sheet.text;
    let (newline, key) = (newline(text), "running_order");
    let Some(entry) = block.entry(key) else {
        return sheet.set(block, key, &list(places)?.written(newline));
    };
    let Some(span) = entry.value.clone() else { return Err(spread(key)) };
    let spans: Vec<_> = entry.rows.iter().filter_map(|row| row.span.clone()).collect();
    // One a line, as they are mostly written: then a place takes its remark along.
    let starts: Vec<usize> = spans.iter().map(|span| line_start(text, span.start)).collect();
    let a_line_each =
        !starts.is_empty() && starts.first() > Some(&line_start(text, span.start)) && starts.is_sorted_by(|a, b| a < b);
    if !a_line_each {
        let starts = spans.iter().map(|item| item.start).chain([span.end]);
        let ends = std::iter::once(span.start).chain(spans.iter().map(|item| item.end));
        if ends.zip(starts).any(|(end, start)| text.get(end..start).is_some_and(|between| between.contains('#'))) {
            return Err(remarks_between());
        }
        let written = |nth: usize| spans.get(nth).and_then(|span| text.get(span.clone()));
        let parts: Result<Vec<String>, Text> = places.iter().map(|place| one(place, &written, newline)).collect();
        return Ok(Edit { span, with: format!("[{}]", parts?.join(", ")) });
    }
    // What stands right above a place is about it; what stands above the first one is about them all.
    let above = |nth: usize| match nth.checked_sub(1) {
        None => starts[0]..starts[0],
        Some(before) => next_line(text, line_end(text, spans[before].end))..starts[nth],
    };
    let is_remark = |line: &str| line.trim().is_empty() || line.trim_start().starts_with('#');
    if (1..spans.len()).any(|nth| !text.get(above(nth)).is_some_and(|above| above.lines().all(is_remark))) {
        return Err(remarks_between());
    }
    let line = |nth: usize| {
        let span = spans.get(nth)?;
        let (item, rest) = (text.get(span.clone())?, text.get(span.end..line_end(text, span.end))?);
        let rest = rest.trim_start();
        let remark = rest.strip_prefix(',').unwrap_or(rest).trim();
        let remark = if remark.starts_with('#') { format!(" {remark}") } else { String::new() };
        Some((text.get(above(nth))?, item, remark))
    };
    let indent = indent(text, spans[0].start);
    let mut lines = String::new();
    for place in places {
        lines += &match place {
            Place::Kept(nth) => {
                let (above, item, remark) = line(*nth).ok_or_else(|| gone(*nth))?;
                format!("{above}{indent}{item},{remark}{newline}")
            }
            Place::New(keys) => format!("{indent}{},{newline}", Value::Table(keys.clone()).written(newline)),
        };
    }
    let last = spans.last().map_or(span.end, |span| span.end);
    let end = text.get(last..span.end).and_then(|rest| rest.find('\n')).map_or(span.end - 1, |at| last + at + 1);
    Ok(Edit { span: starts[0]..end, with: lines })
}

fn remarks_between() -> Text {
    Text::new(
        "ghi chú (`#`) trong trình tự này đứng ở chỗ không rõ là của mục nào; hãy sửa trong trang văn bản của tệp",
        "remarks (`#`) stand in this running order where nobody can tell of which place they are; change it in the file's text",
    )
}

fn one<'t>(place: &Place, written: &impl Fn(usize) -> Option<&'t str>, newline: &str) -> Result<String, Text> {
    match place {
        Place::Kept(nth) => written(*nth).map(str::to_owned).ok_or_else(|| gone(*nth)),
        Place::New(keys) => Ok(Value::Table(keys.clone()).written(newline)),
    }
}

/// The places as one value, where none stands in the file yet.
pub(super) fn list(places: &[Place]) -> Result<Value, Text> {
    let keys = places.iter().map(|place| match place {
        Place::New(keys) => Ok(Value::Table(keys.clone())),
        Place::Kept(nth) => Err(gone(*nth)),
    });
    Ok(Value::List(keys.collect::<Result<_, _>>()?))
}

fn gone(nth: usize) -> Text {
    Text::new(
        format!("trình tự không có mục thứ {}; hãy tải lại trang", nth + 1),
        format!("the running order has no item number {}; load the page again", nth + 1),
    )
}

/// A running order as a file has it, so that a day's own can begin as every day's.
pub fn items(running_order: &[Item]) -> Vec<Keys> {
    running_order.iter().map(keys).collect()
}

fn keys(item: &Item) -> Keys {
    let text = |key: &str, text: &str| (key.to_owned(), Value::text(text));
    let sound = |path: &str, kind: &str| vec![text("audio", path), text("kind", kind)];
    let mut keys = match &item.what {
        What::Column { id, sting } => {
            let sting = sting.iter().map(|sting| text("sting", sting));
            std::iter::once(text("column", id)).chain(sting).collect()
        }
        What::Segment(id) => vec![text("segment", id)],
        What::Ident(path) => sound(path, "ident"),
        What::Sting(path) => sound(path, "sting"),
        What::Music(path) => sound(path, "music"),
        What::SignOff(path) => sound(path, "sign_off"),
        What::Filler { folder, until } => {
            let until = until.iter().map(|until| ("until".to_owned(), Value::time(*until)));
            std::iter::once(text("filler", &format!("{folder}/"))).chain(until).collect()
        }
        What::Relay { source, for_ms, fallback } => {
            let fallback = fallback.iter().map(|folder| text("fallback", &format!("{folder}/")));
            let length = text("for", &duration(*for_ms));
            [text("relay", &source.to_string()), length].into_iter().chain(fallback).collect()
        }
    };
    keys.extend(item.at.map(|at| ("at".to_owned(), Value::time(at))));
    keys.extend(item.id.as_deref().map(|id| text("id", id)));
    keys.extend(item.title.as_deref().map(|title| text("title", title)));
    keys
}

/// A length as files have it: `14m`, `90s`.
pub fn duration(ms: u64) -> String {
    if ms.is_multiple_of(60_000) { format!("{}m", ms / 60_000) } else { format!("{}s", ms / 1000) }
}
