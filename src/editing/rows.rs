//! Whole blocks and their keys.

use super::blocks::{Block, Entry, Sheet, spread};
use super::text::{Edit, changed, line_end, line_start, newline, next_line, with_blank_lines};
use super::values::{Keys, Value, key_written};
use super::{Target, one_edit};
use crate::problem::Text;
use crate::reading::fold::{did_you_mean, nearest};

/// The block that `target` means.
pub(super) fn find<'s>(sheet: &'s Sheet<'_>, target: &Target) -> Result<&'s Block, Text> {
    found(sheet, target).ok_or_else(|| absent(sheet, target))
}

fn found<'s>(sheet: &'s Sheet<'_>, target: &Target) -> Option<&'s Block> {
    match target {
        Target::Named(row, id) => sheet.row(row).iter().find(|block| block.id().as_deref() == Some(id)),
        Target::Nth(row, nth) => sheet.row(row).get(*nth),
        Target::Once(name) => sheet.root.inner(name),
        Target::Within(of, key) => found(sheet, of)?.inner(key),
        Target::InRow(of, row, nth) => found(sheet, of)?.rows(row).get(*nth),
    }
}

fn absent(sheet: &Sheet<'_>, target: &Target) -> Text {
    match target {
        Target::Named(row, id) => {
            let known: Vec<String> = sheet.row(row).iter().filter_map(Block::id).collect();
            let hint = nearest(id, known.iter().map(String::as_str)).map(did_you_mean);
            let hint = hint
                .map_or_else(|| Text::same(""), |hint| Text::new(format!("; {}", hint.vi), format!("; {}", hint.en)));
            Text::new(
                format!("tệp này không có khối `[[{row}]]` nào mã `{id}`{}", hint.vi),
                format!("this file has no block `[[{row}]]` with the id `{id}`{}", hint.en),
            )
        }
        Target::Nth(row, nth) => Text::new(
            format!("tệp này không có khối `[[{row}]]` thứ {}", nth + 1),
            format!("this file has no block `[[{row}]]` number {}", nth + 1),
        ),
        Target::Once(name) => {
            Text::new(format!("tệp này không có khối `[{name}]`"), format!("this file has no block `[{name}]`"))
        }
        Target::Within(_, key) => {
            Text::new(format!("khối này không có `{key} = {{…}}`"), format!("this block has no `{key} = {{…}}`"))
        }
        Target::InRow(_, row, nth) => Text::new(
            format!("`{row}` của khối này không có mục thứ {}", nth + 1),
            format!("`{row}` of this block has no item number {}", nth + 1),
        ),
    }
}

/// A new block behind the last one of its row.
pub(super) fn add(text: &str, row: &str, keys: &Keys) -> Result<String, Text> {
    let sheet = Sheet::read(text)?;
    if let Some(entry) = sheet.root.entry(row).filter(|entry| !entry.section && entry.value.is_some()) {
        return into_list(text, row, entry, keys);
    }
    let after = sheet.row(row).last().map(Block::end);
    Ok(insert_block(text, after, &format!("[[{row}]]"), keys))
}

/// A new block at the end of a row that is written as a list of braces.
fn into_list(text: &str, row: &str, entry: &Entry, keys: &Keys) -> Result<String, Text> {
    let list = entry.value.clone().ok_or_else(|| spread(row))?;
    let block = Value::Table(keys.clone()).written(newline(text));
    Ok(one_edit(
        text,
        match entry.rows.last() {
            Some(last) => Edit::insert(last.end(), format!(", {block}")),
            None => Edit { span: list, with: format!("[{block}]") },
        },
    ))
}

/// A new block behind the last one of a row that the block `of` has.
pub(super) fn add_within(text: &str, of: &Target, row: &str, keys: &Keys, braces: bool) -> Result<String, Text> {
    let sheet = Sheet::read(text)?;
    let block = match (find(&sheet, of), of) {
        (Ok(block), _) => block,
        (Err(_), Target::Once(name)) if !braces => {
            return Ok(insert_block(text, None, &format!("[[{name}.{row}]]"), keys));
        }
        (Err(_), Target::Once(_)) => return change_one(text, of, row, Some(&only(keys))),
        (Err(why), _) => return Err(why),
    };
    let header = match (of, block.entry(row)) {
        (_, Some(entry)) if !entry.section => return into_list(text, row, entry, keys),
        (_, None) if braces || block.is_inline() => return change_one(text, of, row, Some(&only(keys))),
        (Target::Once(name) | Target::Named(name, _) | Target::Nth(name, _), _)
            if block.has_lines() && !block.is_dotted() =>
        {
            format!("[[{name}.{row}]]")
        }
        _ => return Err(spread(row)),
    };
    let after = block.rows(row).last().map_or(block.end(), Block::end);
    Ok(insert_block(text, Some(after), &header, keys))
}

/// A row that has this block alone.
fn only(keys: &Keys) -> Value {
    Value::List(vec![Value::Table(keys.clone())])
}

/// A block on lines of its own behind the lines that belong to what ends at `after`; at the text's end if there is none.
fn insert_block(text: &str, after: Option<usize>, header: &str, keys: &Keys) -> String {
    let newline = newline(text);
    let mut lines = format!("{header}{newline}");
    for (key, value) in keys {
        lines += &format!("{} = {}{newline}", key_written(key), value.written(newline));
    }
    insert_lines(text, after.map_or(text.len(), |after| behind(text, after)), &lines)
}

/// Behind the line of `at` and the remarks that stand right below it.
fn behind(text: &str, at: usize) -> usize {
    let mut end = next_line(text, line_end(text, at));
    while text.get(end..).is_some_and(|rest| rest.trim_start_matches([' ', '\t']).starts_with('#')) {
        end = next_line(text, end);
    }
    end
}

/// Whole lines as a paragraph of their own.
fn insert_lines(text: &str, at: usize, lines: &str) -> String {
    let newline = newline(text);
    let before = text.get(..at).unwrap_or_default();
    let ended = before.is_empty() || before.ends_with('\n');
    let apart = before.is_empty() || before.trim_end_matches([' ', '\t']).ends_with(&format!("{newline}{newline}"));
    let mut with = String::new();
    with += if ended { "" } else { newline };
    with += if apart { "" } else { newline };
    with += lines;
    let after = text.get(at..).unwrap_or_default();
    if !after.is_empty() && !after.starts_with(newline) {
        with += newline;
    }
    if after.is_empty() && !ended {
        // A file without a last line break stays one.
        with.truncate(with.trim_end().len());
    }
    one_edit(text, Edit::insert(at, with))
}

/// Another block like this one.
pub(super) fn copy(text: &str, of: &Target, keys: &[(&'static str, Option<Value>)]) -> Result<String, Text> {
    let sheet = Sheet::read(text)?;
    let block = find(&sheet, of)?;
    let Some((row, nth)) = place(&sheet, of) else { return Err(absent(&sheet, of)) };
    // What stands among the lines of others is refused: those would be copied with it.
    sheet.without_block(block)?;
    let copied = if block.is_inline() {
        let written = block.span.clone().and_then(|span| text.get(span)).unwrap_or_default();
        one_edit(text, Edit::insert(block.end(), format!(", {written}")))
    } else {
        let span = block.lines(text);
        let lines = format!("{}{}", text.get(span).unwrap_or_default(), newline(text));
        insert_lines(text, behind(text, block.end()), &lines)
    };
    change(&copied, &Target::Nth(row, nth + 1), keys)
}

/// The block's lines right before another's; each has the remarks right above it for its own.
pub(super) fn move_before(text: &str, of: &Target, before: &Target) -> Result<String, Text> {
    let sheet = Sheet::read(text)?;
    let (block, other) = (find(&sheet, of)?, find(&sheet, before)?);
    if block.is_inline() || other.is_inline() {
        return Err(Text::new(
            "các khối này viết trong ngoặc nhọn trên một danh sách; hãy đổi chỗ trong trang văn bản của tệp",
            "these blocks are written in braces in a list; change their order in the file's text",
        ));
    }
    // What stands among the lines of others is refused.
    sheet.without_block(block)?;
    sheet.without_block(other)?;
    let lines = block.lines(text);
    let below = behind(text, lines.end);
    // Remarks between two headers are about the second.
    let is_next_ones = text.get(below..).is_some_and(|rest| rest.trim_start_matches([' ', '\t']).starts_with('['));
    let end = if is_next_ones { next_line(text, lines.end) } else { below };
    let own = with_remarks(text, lines.start)..end;
    let to = with_remarks(text, other.lines(text).start);
    let mut moved = text.get(own.clone()).unwrap_or_default().to_owned();
    if !moved.ends_with('\n') {
        moved += newline(text);
    }
    let cut = with_blank_lines(text, own);
    // Counted in the text without it.
    let to = if to >= cut.end { to - cut.len() } else { to.min(cut.start) };
    Ok(insert_lines(&changed(text, vec![Edit::cut(cut)]), to, &moved))
}

/// Where the remarks begin that stand right above the line at `start`.
fn with_remarks(text: &str, start: usize) -> usize {
    let mut first = start;
    while first > 0 {
        let above = line_start(text, first - 1);
        if !text.get(above..first).is_some_and(|line| line.trim_start().starts_with('#')) {
            break;
        }
        first = above;
    }
    first
}

/// The row of a target and its place there.
fn place(sheet: &Sheet<'_>, target: &Target) -> Option<(&'static str, usize)> {
    match target {
        Target::Named(row, id) => {
            let at = sheet.row(row).iter().position(|block| block.id().as_deref() == Some(id))?;
            Some((row, at))
        }
        Target::Nth(row, nth) => Some((row, *nth)),
        Target::Once(_) | Target::Within(..) | Target::InRow(..) => None,
    }
}

/// Keys of a block given a value or taken away, one after another.
pub(super) fn change(text: &str, of: &Target, keys: &[(&'static str, Option<Value>)]) -> Result<String, Text> {
    let mut text = text.to_owned();
    let mut target = of.clone();
    if let Target::Named(..) = of {
        // Its id may be among what changes.
        let sheet = Sheet::read(&text)?;
        let (row, nth) = place(&sheet, of).ok_or_else(|| absent(&sheet, of))?;
        target = Target::Nth(row, nth);
    }
    for (key, value) in keys {
        text = change_one(&text, &target, key, value.as_ref())?;
    }
    Ok(text)
}

fn change_one(text: &str, of: &Target, key: &str, value: Option<&Value>) -> Result<String, Text> {
    let sheet = Sheet::read(text)?;
    if let Target::Once(name) = of
        && !sheet.root.has(name)
    {
        let keys = value.map(|value| (key.to_owned(), value.clone())).into_iter().collect();
        return Ok(if value.is_some() {
            insert_block(text, None, &format!("[{name}]"), &keys)
        } else {
            text.to_owned()
        });
    }
    if let Target::Within(outer, name) = of {
        let known = found(&sheet, of);
        if let (None, Some(value)) = (known, value) {
            let table = Value::Table(vec![(key.to_owned(), value.clone())]);
            return change_one(text, outer, name, Some(&table));
        }
        if value.is_none() && known.is_none_or(|block| block.entries.iter().all(|entry| entry.name == key)) {
            return change_one(text, outer, name, None);
        }
    }
    let block = find(&sheet, of)?;
    let edits = match (value, block.entry(key)) {
        (Some(value), _) => vec![sheet.set(block, key, &value.written(newline(text)))?],
        (None, Some(entry)) => sheet.without(block, entry)?,
        (None, None) => Vec::new(),
    };
    Ok(changed(text, edits))
}
