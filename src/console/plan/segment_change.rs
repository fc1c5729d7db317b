//! What the form of a segment asks for: each of its keys that is another, and the keys that hang on those.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::changes::Change;
use super::fields::{ID, TOPIC, TOPICS, WINDOWS, except, facts, listed, topics_of};
use super::view::Open;
use crate::console::blocks::{differing, followers, keys_of};
use crate::console::form::{Field, Sent, days_written, lines, time_written};
use crate::editing::{Block, Keys, Operation, Target, Value, blocks, free_id};
use crate::problem::{Lang, Text};
use crate::reading::fold::slug;
use crate::reading::weekdays::weekdays;

pub(super) fn segment(sent: &Sent, open: &Open, text: &str) -> Result<Change, Text> {
    let title = sent.need("title", &Text::new("Tên tiết mục", "Title"))?;
    let audio = lines(sent.need("audio", &Text::new("Bản ghi", "Recording"))?);
    let all = blocks(text, "segment")?;
    let id = sent.get("ma");
    let block = match id {
        None => None,
        Some(id) => Some(all.iter().find(|block| block.id().as_deref() == Some(id)).ok_or_else(|| {
            Text::new(format!("không còn tiết mục `{id}`"), format!("there is no segment `{id}` any more"))
        })?),
    };
    let mut keys: Vec<(&'static str, Option<Value>)> = Vec::new();
    if block.is_none_or(|block| block.title() != title) {
        if let (Some(id), Some(block)) = (id, block)
            && !block.has(ID)
            && sent.get(ID).is_none()
        {
            // Its id was made from its title: what is of record under it stays one work.
            keys.push((ID, Some(Value::text(id))));
        }
        keys.push(("title", Some(Value::text(title))));
    }
    if block.is_none_or(|block| block.texts("audio") != audio) {
        let one = if let [one] = audio.as_slice() { Some(Value::text(*one)) } else { None };
        keys.push(("audio", Some(one.unwrap_or_else(|| Value::texts(audio.iter().copied())))));
    }
    airtime(sent, block, &mut keys)?;
    dates(sent, open, block, &mut keys)?;
    topics(sent, block, &mut keys);
    let asked = asked(sent, open);
    let Some(id) = id else {
        let mut keys = new_keys(text, title, sent.get(ID), keys)?;
        keys.extend(keys_of(&asked, sent));
        let what = Text::new(format!("thêm “{title}”"), format!("added “{title}”"));
        return Ok(Change::one(Operation::Add { row: "segment", keys }, what));
    };
    let of = Target::Named("segment", id.to_owned());
    let what = Text::new(format!("sửa “{title}”"), format!("changed “{title}”"));
    let facts = differing(&of, block, &asked, sent);
    let mut operations: Vec<Operation> =
        std::iter::once(Operation::Change { of: of.clone(), keys }).chain(facts).collect();
    if let Some(new) = sent.get(ID).filter(|new| *new != id) {
        operations.extend(followers(text, "segment", id, new)?);
        // Last: by the old one it is found until then.
        operations.push(Operation::Change { of, keys: vec![(ID, Some(Value::text(new)))] });
    }
    Ok(Change { operations, what })
}

/// The fields that each write a key of their own; what hangs on a choice above them only where that is made.
fn asked(sent: &Sent, open: &Open) -> Vec<Field> {
    let (in_column, by_week) = (sent.get("cach") == Some("cot"), sent.get("lich") == Some("thu"));
    let facts = facts(&open.station(), &open.windows(), Lang::Vi).into_iter();
    let own = facts.filter(|field| match field.key {
        TOPIC | TOPICS | ID => false,
        WINDOWS => in_column,
        _ => true,
    });
    own.chain(by_week.then(|| except(open.month))).collect()
}

/// One topic is `topic`, several are `topics`: one key goes when the other comes.
fn topics(sent: &Sent, block: Option<&Block>, keys: &mut Vec<(&'static str, Option<Value>)>) {
    if !sent.has(TOPIC) && !sent.has(TOPICS) {
        return;
    }
    let first = sent.get(TOPIC);
    let others = sent.all(TOPICS).filter(|topic| !topic.is_empty() && Some(*topic) != first);
    let wanted: Vec<&str> = first.into_iter().chain(others).collect();
    if wanted == topics_of(block) {
        return;
    }
    let (one, several) = match wanted.as_slice() {
        [] => (None, None),
        [one] => (Some(Value::text(*one)), None),
        several => (None, Some(Value::texts(several.iter().copied()))),
    };
    for (key, value) in [(TOPIC, one), (TOPICS, several)] {
        if value.is_some() || block.is_some_and(|block| block.has(key)) {
            keys.push((key, value));
        }
    }
}

/// Of a new segment, with the id that is asked for, or one of its own where its title's is taken.
fn new_keys(
    text: &str,
    title: &str,
    asked: Option<&str>,
    keys: Vec<(&'static str, Option<Value>)>,
) -> Result<Keys, Text> {
    let wanted = slug(title).unwrap_or_else(|| "tiet-muc".to_owned());
    let id = match asked {
        Some(id) => id.to_owned(),
        None => free_id(text, "segment", &wanted)?,
    };
    let id = (Some(&id) != slug(title).as_ref()).then(|| (ID.to_owned(), Value::text(id)));
    let keys = keys.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Ok(id.into_iter().chain(keys).collect())
}

/// By column or by times of its own: one goes when the other comes.
fn airtime(sent: &Sent, block: Option<&Block>, keys: &mut Vec<(&'static str, Option<Value>)>) -> Result<(), Text> {
    let has = |key| block.is_some_and(|block| block.has(key));
    if sent.get("cach") == Some("cot") {
        let column = sent.need("column", &Text::new("Chuyên mục", "Column"))?;
        if block.is_none_or(|block| block.texts("column") != [column]) {
            keys.push(("column", Some(Value::text(column))));
        }
        keys.extend(has("at").then_some(("at", None)));
        return Ok(());
    }
    let written = sent.need("at", &Text::new("Các giờ", "Times"))?;
    let times = written.split([',', ';']).map(str::trim).filter(|time| !time.is_empty());
    let times: Vec<String> = times.map(time_written).collect();
    if block.is_none_or(|block| block.written("at") != times) {
        let one = if let [one] = times.as_slice() { Some(Value::text(one)) } else { None };
        keys.push(("at", Some(one.unwrap_or_else(|| Value::texts(times.iter().map(String::as_str))))));
    }
    keys.extend(["column", "windows"].into_iter().filter(|key| has(key)).map(|key| (key, None)));
    Ok(())
}

/// By weekdays or by dates: one goes when the other comes.
fn dates(
    sent: &Sent,
    open: &Open,
    block: Option<&Block>,
    keys: &mut Vec<(&'static str, Option<Value>)>,
) -> Result<(), Text> {
    let has = |key| block.is_some_and(|block| block.has(key));
    let none = || Text::new("hãy chọn ít nhất một ngày", "choose at least one day");
    if sent.get("lich") == Some("thu") {
        let chosen = weekdays(&sent.all("days").collect::<Vec<_>>().join(", ")).map_err(|_| none())?;
        let written = block.map(|block| block.texts("days").join(", ")).unwrap_or_default();
        if weekdays(&written).ok() != Some(chosen) {
            keys.push(("days", Some(Value::text(days_written(chosen)))));
        }
        keys.extend(["on", "dates"].into_iter().filter(|key| has(key)).map(|key| (key, None)));
        return Ok(());
    }
    let chosen: BTreeSet<Date> =
        sent.all("on").filter_map(|date| date.parse().ok()).filter(|date| open.month.contains(*date)).collect();
    if chosen.is_empty() {
        return Err(none());
    }
    if listed(block, open.month) != chosen {
        if has("dates") {
            let days = chosen.iter().map(|date| Value::Number(i64::from(date.day())));
            keys.push(("dates", Some(Value::List(days.collect()))));
        } else {
            let days: Vec<String> = chosen.iter().map(ToString::to_string).collect();
            let one = if let [one] = days.as_slice() { Some(Value::text(one)) } else { None };
            keys.push(("on", Some(one.unwrap_or_else(|| Value::texts(days.iter().map(String::as_str))))));
        }
    }
    if has("days") {
        keys.extend(["days", "except"].into_iter().filter(|key| has(key)).map(|key| (key, None)));
    }
    Ok(())
}
