//! One day: the dates of a segment, and what an exception makes of a day.

use std::ops::Range;

use jiff::civil::{Date, Time};

use super::blocks::{Block, Entry, Part, Sheet, spread};
use super::order::{self, Place};
use super::text::{Edit, changed, newline, with_comma};
use super::values::{Keys, Value, quoted};
use super::{DayChange, Target, one_edit, rows};
use crate::problem::Text;

/// The key that lists a segment's dates one by one.
const LISTS: [&str; 2] = ["on", "dates"];

fn segment<'s>(sheet: &'s Sheet<'_>, id: &str) -> Result<&'s Block, Text> {
    rows::find(sheet, &Target::Named("segment", id.to_owned()))
}

/// Where a list has `date`.
fn place_of(entry: &Entry, date: Date) -> Option<usize> {
    entry.parts.iter().position(|(part, _)| part.day(date) == Some(date))
}

pub(super) fn with_date(text: &str, id: &str, date: Date) -> Result<String, Text> {
    let sheet = Sheet::read(text)?;
    let block = segment(&sheet, id)?;
    if let Some(except) = block.entry("except")
        && let Some(at) = place_of(except, date)
    {
        return Ok(changed(text, out_of_list(&sheet, block, except, at)?));
    }
    let Some(list) = LISTS.iter().find_map(|key| block.entry(key)) else {
        return Err(Text::new(
            format!(
                "`{id}` phát theo thứ trong tuần (`days`) nên không thêm riêng ngày được; hãy chép nó thành tiết mục phát theo ngày (`on`)"
            ),
            format!(
                "`{id}` airs by weekdays (`days`) and takes no single date; copy it as a segment with dates (`on`)"
            ),
        ));
    };
    if place_of(list, date).is_some() {
        return Ok(text.to_owned());
    }
    Ok(one_edit(text, into_list(text, list, date)?))
}

pub(super) fn without_date(text: &str, id: &str, date: Date) -> Result<String, Text> {
    let sheet = Sheet::read(text)?;
    let block = segment(&sheet, id)?;
    let listed = LISTS.iter().find_map(|key| block.entry(key)).and_then(|list| Some((list, place_of(list, date)?)));
    if let Some((list, at)) = listed {
        if list.parts.len() == 1 {
            return Err(Text::new(
                format!("đây là ngày phát duy nhất của `{id}`; hãy bỏ cả tiết mục"),
                format!("this is the only date of `{id}`; remove the segment"),
            ));
        }
        return Ok(changed(text, out_of_list(&sheet, block, list, at)?));
    }
    match block.entry("except") {
        Some(except) if place_of(except, date).is_some() => Ok(text.to_owned()),
        Some(except) => Ok(one_edit(text, into_list(text, except, date)?)),
        None => Ok(one_edit(text, sheet.set(block, "except", &format!("[{}]", quoted(&date.to_string())))?)),
    }
}

/// Takes a part out of a list; the last one with its key.
fn out_of_list(sheet: &Sheet<'_>, block: &Block, list: &Entry, at: usize) -> Result<Vec<Edit>, Text> {
    if list.parts.len() == 1 {
        return sheet.without(block, list);
    }
    let span: Range<usize> = list.parts[at].1.clone();
    Ok(vec![Edit::cut(with_comma(sheet.text, span))])
}

/// Puts a date where it belongs in a list that is in order, written as its others are.
fn into_list(text: &str, list: &Entry, date: Date) -> Result<Edit, Text> {
    let span = list.value.clone().ok_or_else(|| spread(&list.name))?;
    let written = match list.parts.first() {
        Some((Part::Number(_), _)) => date.day().to_string(),
        Some((Part::Date(_), _)) => date.to_string(),
        None if list.name == "dates" => date.day().to_string(),
        _ => quoted(&date.to_string()),
    };
    let Some((_, last)) = list.parts.last() else { return Ok(Edit { span, with: format!("[{written}]") }) };
    if *last == span {
        // One date without brackets.
        let old = text.get(span.clone()).unwrap_or_default();
        let earlier = list.parts.first().and_then(|(part, _)| part.day(date)).is_some_and(|day| day < date);
        let with = if earlier { format!("[{old}, {written}]") } else { format!("[{written}, {old}]") };
        return Ok(Edit { span, with });
    }
    let later = list.parts.iter().find(|(part, _)| part.day(date).is_some_and(|day| day > date));
    Ok(match later {
        Some((_, later)) => Edit::insert(later.start, format!("{written}, ")),
        None => Edit::insert(last.end, format!(", {written}")),
    })
}

/// The keys of an exception that say what changes.
const CHANGES: [&str; 4] = ["windows", "columns", "extra", "segments"];

pub(super) fn on_day(text: &str, date: Date, reason: Option<&str>, change: &DayChange) -> Result<String, Text> {
    match change {
        DayChange::WindowOff(window) => put(text, date, reason, ("windows", window), &Value::text("off")),
        DayChange::ColumnOff(column) => put(text, date, reason, ("columns", column), &Value::text("off")),
        DayChange::ColumnMoves(column, to) => {
            let moved = Value::Table(vec![("moves_to".to_owned(), Value::text(to.to_string()))]);
            put(text, date, reason, ("columns", column), &moved)
        }
        DayChange::WindowMoved { window, times, places } => {
            moved(text, date, reason, window, *times, places.as_deref())
        }
        DayChange::SegmentOff(id) => put(text, date, reason, ("segments", id), &Value::text("off")),
        DayChange::SegmentOrdinary(id) => take_back(text, date, ("segments", id)),
        DayChange::WindowOrdinary(window) => take_back(text, date, ("windows", window)),
        DayChange::ColumnOrdinary(column) => take_back(text, date, ("columns", column)),
        DayChange::Extra(keys) => {
            let extra = Value::List(vec![Value::Table(keys.clone())]);
            rows::add(text, "exception", &exception(date, reason, vec![("extra".to_owned(), extra)]))
        }
        DayChange::NoExtra(id) => no_extra(text, date, id),
    }
}

fn exception(date: Date, reason: Option<&str>, changes: Keys) -> Keys {
    let reason = Value::text(reason.unwrap_or_default());
    let head = [("date".to_owned(), Value::Date(date)), ("reason".to_owned(), reason)];
    head.into_iter().chain(changes).collect()
}

/// Whether an exception is of this day alone.
fn is_of(block: &Block, date: Date) -> bool {
    let day = |key| block.day(key).and_then(|day| day.parse::<Date>().ok());
    let whole = (day("from"), day("to"));
    day("date").or(whole.0.filter(|from| whole.1 == Some(*from))) == Some(date)
}

/// Where the exceptions of this day alone stand among all: first one that changes `id` already.
fn nth(sheet: &Sheet<'_>, date: Date, (kind, id): (&str, &str)) -> Option<(usize, bool)> {
    let of_day = || sheet.row("exception").iter().enumerate().filter(|(_, block)| is_of(block, date));
    let changes = |block: &Block| inner(block, kind).is_some_and(|inner| inner.has(id));
    let same = of_day().find(|(_, block)| changes(block)).map(|(at, _)| (at, true));
    same.or_else(|| of_day().next_back().map(|(at, _)| (at, false)))
}

fn inner<'b>(block: &'b Block, key: &str) -> Option<&'b Block> {
    block.entry(key)?.inner.as_ref()
}

/// Says of a window or a column what becomes of it on a day: in the day's exception if there is one, else in a new one.
fn put(text: &str, date: Date, reason: Option<&str>, (kind, id): (&str, &str), value: &Value) -> Result<String, Text> {
    let sheet = Sheet::read(text)?;
    let Some((at, _)) = nth(&sheet, date, (kind, id)) else {
        let table = Value::Table(vec![(id.to_owned(), value.clone())]);
        return rows::add(text, "exception", &exception(date, reason, vec![(kind.to_owned(), table)]));
    };
    let block = &sheet.row("exception")[at];
    let written = value.written(newline(text));
    let edit = match inner(block, kind) {
        Some(inner) => match inner.entry(id).filter(|entry| entry.value.is_none()) {
            Some(_) => return Err(spread(id)),
            None => sheet.set(inner, id, &written)?,
        },
        None => {
            let table = Value::Table(vec![(id.to_owned(), value.clone())]);
            sheet.set(block, kind, &table.written(newline(text)))?
        }
    };
    with_reason(&one_edit(text, edit), at, reason)
}

fn with_reason(text: &str, at: usize, reason: Option<&str>) -> Result<String, Text> {
    let keys = reason.map(|reason| ("reason", Some(Value::text(reason))));
    rows::change(text, &Target::Nth("exception", at), keys.as_slice())
}

/// A window's broadcast at other times or with other places, which may be one after the other.
fn moved(
    text: &str,
    date: Date,
    reason: Option<&str>,
    window: &str,
    times: Option<(Time, Time)>,
    places: Option<&[Place]>,
) -> Result<String, Text> {
    let sheet = Sheet::read(text)?;
    let times: Keys = times.map_or_else(Vec::new, |(start, end)| {
        vec![("start".to_owned(), Value::time(start)), ("end".to_owned(), Value::time(end))]
    });
    let there = nth(&sheet, date, ("windows", window)).filter(|(_, same)| *same);
    let there = there.filter(|(at, _)| change_of(&sheet, *at, window).is_some());
    let Some((at, _)) = there else {
        let mut keys = times;
        if let Some(places) = places {
            keys.push(("running_order".to_owned(), order::list(places)?));
        }
        return put(text, date, reason, ("windows", window), &Value::Table(keys));
    };
    let mut text = text.to_owned();
    for (key, value) in &times {
        let sheet = Sheet::read(&text)?;
        let Some(change) = change_of(&sheet, at, window) else { continue };
        text = one_edit(&text, sheet.set(change, key, &value.written(newline(&text)))?);
    }
    if let Some(places) = places {
        let sheet = Sheet::read(&text)?;
        if let Some(change) = change_of(&sheet, at, window) {
            text = one_edit(&text, order::set(&sheet, change, places)?);
        }
    }
    with_reason(&text, at, reason)
}

fn change_of<'s>(sheet: &'s Sheet<'_>, at: usize, window: &str) -> Option<&'s Block> {
    inner(inner(sheet.row("exception").get(at)?, "windows")?, window)
}

/// Takes back what a day says of a window or a column; an exception that then says nothing goes too.
fn take_back(text: &str, date: Date, (kind, id): (&str, &str)) -> Result<String, Text> {
    let sheet = Sheet::read(text)?;
    let Some((at, true)) = nth(&sheet, date, (kind, id)) else { return Err(not_of_the_day(date, id)) };
    let block = &sheet.row("exception")[at];
    let (Some(entry), Some(inner)) = (block.entry(kind), inner(block, kind)) else {
        return Err(not_of_the_day(date, id));
    };
    let edits = match inner.entry(id) {
        _ if inner.entries.len() == 1 && says_no_more(block, kind) => sheet.without_block(block)?,
        _ if inner.entries.len() == 1 => sheet.without(block, entry)?,
        Some(change) => sheet.without(inner, change)?,
        None => Vec::new(),
    };
    Ok(changed(text, edits))
}

/// Whether an exception without `kind` would change nothing.
fn says_no_more(block: &Block, kind: &str) -> bool {
    !block.has("kind") && CHANGES.iter().all(|key| *key == kind || !block.has(key))
}

fn not_of_the_day(date: Date, id: &str) -> Text {
    Text::new(
        format!(
            "ngày {date} không có ngoại lệ riêng nào về `{id}`; ngoại lệ của nhiều ngày thì sửa trong trang văn bản"
        ),
        format!("{date} has no exception of its own about `{id}`; one of several days is changed in the file's text"),
    )
}

fn no_extra(text: &str, date: Date, id: &str) -> Result<String, Text> {
    let sheet = Sheet::read(text)?;
    let has = |block: &&Block| is_of(block, date) && extra(block, id).is_some();
    let block = sheet.row("exception").iter().find(has).ok_or_else(|| not_of_the_day(date, id))?;
    let (Some(entry), Some(row)) = (block.entry("extra"), extra(block, id)) else {
        return Err(not_of_the_day(date, id));
    };
    let edits = match entry.rows.len() {
        1 if says_no_more(block, "extra") => sheet.without_block(block)?,
        1 => sheet.without(block, entry)?,
        _ => sheet.without_block(row)?,
    };
    Ok(changed(text, edits))
}

fn extra<'b>(block: &'b Block, id: &str) -> Option<&'b Block> {
    block.entry("extra")?.rows.iter().find(|row| row.id().as_deref() == Some(id))
}
