//! The timetable as a table for people and as JSON for programs.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;

use super::sheet::Sheet;
use super::{Bar, Changed, Kind, Slot, Start, Unlike};
use crate::problem::{Lang, Text};
use crate::reading::weekdays;
use crate::station::Station;

/// The documented object of `loa timetable --format json`: `slots`, and `exceptions` with the days unlike the others. What bars a slot is `excepted` where it will end as excepted, a
/// rule or the calendar keeping it off, and `blocked` otherwise; the other one is null.
pub fn json(sheet: &Sheet<'_>) -> Value {
    let Sheet { station, lang, .. } = *sheet;
    let slots: Vec<Value> = sheet
        .slots
        .iter()
        .map(|slot| {
            let bar = |of_rule: bool| {
                let bar = slot.bar.as_ref().filter(|bar| bar.is_rule() == of_rule);
                bar.map(|bar| bar_json(bar, lang))
            };
            let (excepted, blocked) = (bar(true), bar(false));
            json!({
                "slot": slot.id.0,
                "broadcast": slot.broadcast,
                "window": slot.window,
                "segment": slot.segment,
                "title": slot.title,
                "column": slot.column,
                "class": slot.class.code(),
                "kind": slot.kind.code(),
                "file": slot.files.first().filter(|_| slot.relay.is_none()),
                "planned": rfc3339(slot.planned, station),
                "ends": slot.ends().map(|ends| rfc3339(ends, station)),
                "file_ms": slot.file_ms(),
                "hard": slot.start == Start::Hard,
                "excepted": excepted,
                "blocked": blocked,
                "relay": slot.relay.as_ref().map(ToString::to_string),
            })
        })
        .collect();
    json!({ "slots": slots, "exceptions": sheet.unlike().iter().map(unlike_json).collect::<Vec<_>>() })
}

/// An exception on one of its days: which windows have no broadcast by it, and which another one.
pub fn unlike_json(day: &Unlike) -> Value {
    let ids = |windows: &[Changed]| windows.iter().map(|window| window.id.clone()).collect::<Vec<_>>();
    let (off, moved, segments) = (ids(&day.off), ids(&day.moved), ids(&day.segments));
    json!({ "date": day.date.to_string(), "reason": day.reason, "off": off, "moved": moved, "segments": segments })
}

fn bar_json(bar: &Bar, lang: Lang) -> Value {
    json!({ "cause": bar.cause.code(), "reason": bar.reason.get(lang) })
}

/// RFC 3339 with the offset of the station's zone.
fn rfc3339(at: jiff::Timestamp, station: &Station) -> String {
    at.display_with_offset(station.zone.to_offset(at)).to_string()
}

/// A table by day: what an exception makes of it, then time, length, title, and what keeps it off the air. The places of a
/// window's broadcast stand under its name, each with how it comes to its time.
pub fn text(sheet: &Sheet<'_>) -> String {
    let Sheet { slots, lang, .. } = *sheet;
    let table = Table {
        sheet,
        names: sheet.window_names(),
        title_width: slots.iter().map(|slot| width(slot.called(lang))).max().unwrap_or(0).min(60),
    };
    let mut unlike: BTreeMap<Date, Vec<Unlike>> = BTreeMap::new();
    for day in sheet.unlike() {
        unlike.entry(day.date).or_default().push(day);
    }
    let mut days: Vec<String> = Vec::new();
    for of_day in slots.chunk_by(|one, next| one.date == next.date) {
        let Some(date) = of_day.first().map(|slot| slot.date) else { continue };
        let later = unlike.split_off(&date);
        // Days before it on which nothing airs.
        let empty = std::mem::replace(&mut unlike, later).into_iter();
        days.extend(empty.map(|(day, exceptions)| table.day(day, &exceptions, &[])));
        days.push(table.day(date, &unlike.remove(&date).unwrap_or_default(), of_day));
    }
    days.extend(unlike.into_iter().map(|(day, exceptions)| table.day(day, &exceptions, &[])));
    if slots.is_empty() {
        days.push(Text::new("Không có lượt phát nào.\n", "Nothing airs.\n").get(lang).to_owned());
    }
    days.join("\n")
}

/// What the lines of a timetable have in common.
struct Table<'t, 's> {
    sheet: &'t Sheet<'s>,
    names: BTreeMap<&'s str, &'s str>,
    title_width: usize,
}

impl Table<'_, '_> {
    /// A day's lines, under its date.
    fn day(&self, date: Date, exceptions: &[Unlike], slots: &[Slot]) -> String {
        let lang = self.sheet.lang;
        // What sounds behind the midnight with which the asked day begins is of a broadcast of the day before.
        let mut out = match self.sheet.asked.filter(|asked| *asked != date) {
            None => day_words(date, lang),
            Some(asked) => {
                let of = Text::new("thuộc buổi của", "of a broadcast of");
                format!("{} – {} {}", day_words(asked, lang), of.get(lang), within(date, lang))
            }
        };
        out.push('\n');
        for exception in exceptions {
            let word = Text::new("Ngoại lệ", "Exception");
            out.push_str(&format!("  {}: {}\n", word.get(lang), exception.words().get(lang)));
        }
        let (mut broadcast, mut on) = (None, self.sheet.asked.unwrap_or(date));
        for slot in slots {
            if broadcast != Some(slot.broadcast.as_str()) {
                out.push_str(&heading(slot, self.sheet, &self.names));
                broadcast = Some(&slot.broadcast);
            }
            let local = self.sheet.shown(slot.planned).date();
            if local > on {
                let words = Text::new("sang", "on");
                out.push_str(&format!("  {} {}\n", words.get(lang), within(local, lang)));
                on = local;
            }
            out.push_str(&self.line(slot));
        }
        out
    }

    fn line(&self, slot: &Slot) -> String {
        let lang = self.sheet.lang;
        let local = self.sheet.shown(slot.planned);
        let seconds = if slot.kind == Kind::Column { Some(0) } else { Sheet::seconds(slot) };
        let length = seconds.map_or_else(|| "?".to_owned(), length);
        let (time, how, title) = (local.strftime("%H:%M:%S"), how(slot, lang), slot.called(lang));
        let padding = " ".repeat(self.title_width.saturating_sub(width(title)));
        let line = format!("  {time}  {how}{length:>7}  {title}{padding}  {}", sounds(slot, lang));
        let mut out = format!("{}\n", line.trim_end());
        if let Some(bar) = &slot.bar {
            let not = Text::new("KHÔNG PHÁT", "NOT AIRED");
            let indent = if slot.window.is_some() { 30 } else { 21 };
            let (not, cause, reason) = (not.get(lang), bar.cause.word(lang), bar.reason.get(lang));
            out.push_str(&format!("{:indent$}{not} – {cause}: {reason}\n", ""));
        }
        out
    }
}

/// A day within a sentence: `thứ năm, 31/12/2026`.
fn within(date: Date, lang: Lang) -> String {
    let words = day_words(date, lang);
    let mut letters = words.chars();
    match (lang, letters.next()) {
        (Lang::Vi, Some(first)) => first.to_lowercase().chain(letters).collect(),
        _ => words,
    }
}

/// Over the places of a window's broadcast: its name, its end and the permit it airs by. A broadcast of its own has none.
fn heading(slot: &Slot, sheet: &Sheet<'_>, names: &BTreeMap<&str, &str>) -> String {
    let (Some(_), Some(ends)) = (&slot.window, slot.broadcast_ends) else { return String::new() };
    let (_, name) = sheet.name(slot, names);
    let ends = sheet.shown(ends).strftime("%H:%M");
    let until = Text::new("đến", "until");
    let permit = slot.permit.as_ref().map_or_else(String::new, |permit| format!(" ({permit})"));
    format!("  {name} – {} {ends}{permit}\n", until.get(sheet.lang))
}

/// How a place of a window's broadcast comes to its time.
fn how(slot: &Slot, lang: Lang) -> String {
    if slot.window.is_none() {
        return String::new();
    }
    let word = match (slot.kind, slot.start) {
        (Kind::Filler, _) => Text::new("co giãn", "elastic"),
        (_, Start::Hard) => Text::new("cứng", "hard"),
        (_, Start::Soft) => Text::new("mềm", "soft"),
    };
    format!("{:<9}", word.get(lang))
}

/// The recordings; of filler, which may draw from many, how many; of a relay its source.
pub(super) fn sounds(slot: &Slot, lang: Lang) -> String {
    if let Some(source) = &slot.relay {
        return source.to_string();
    }
    if slot.kind != Kind::Filler {
        return slot.files.join(" + ");
    }
    let folder = slot.files.first().and_then(|file| file.rsplit_once('/')).map_or("", |(folder, _)| folder);
    let count = slot.files.len();
    let s = if count == 1 { "" } else { "s" };
    Text::new(format!("{folder}/ ({count} tệp)"), format!("{folder}/ ({count} file{s})")).get(lang).to_owned()
}

/// Columns on a terminal: Vietnamese letters take one each however they are composed.
fn width(text: &str) -> usize {
    text.nfc().count()
}

/// `0:08`, `12:30`, `1:02:05`.
fn length(seconds: u64) -> String {
    match seconds / 3600 {
        0 => format!("{}:{:02}", seconds / 60, seconds % 60),
        hours => format!("{hours}:{:02}:{:02}", seconds / 60 % 60, seconds % 60),
    }
}

pub(super) fn day_words(date: Date, lang: Lang) -> String {
    let day = weekdays::name(date.weekday(), lang);
    match lang {
        Lang::Vi => format!("{day}, {}", date.strftime("%d/%m/%Y")),
        Lang::En => format!("{day}, {date}"),
    }
}
