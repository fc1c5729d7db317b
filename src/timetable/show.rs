//! The timetable as a table for people and as JSON for programs.

use jiff::civil::{Date, Weekday};
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;

use super::{Bar, Slot};
use crate::problem::{Lang, Text};
use crate::station::Station;

/// The documented object of `loa timetable --format json`.
pub fn json(slots: &[Slot], station: &Station, lang: Lang) -> Value {
    let slots: Vec<Value> = slots
        .iter()
        .map(|slot| {
            json!({
                "slot": slot.id.0,
                "broadcast": slot.broadcast,
                "window": null,
                "segment": slot.segment,
                "title": slot.title,
                "column": null,
                "class": "normal",
                "kind": slot.kind.code(),
                "file": slot.files.first(),
                "planned": rfc3339(slot.planned, station),
                "ends": slot.ends().map(|ends| rfc3339(ends, station)),
                "file_ms": slot.file_ms(),
                "hard": true,
                "excepted": null,
                "blocked": slot.bar.as_ref().map(|bar| bar_json(bar, lang)),
            })
        })
        .collect();
    json!({ "slots": slots })
}

fn bar_json(bar: &Bar, lang: Lang) -> Value {
    json!({ "cause": bar.cause.code(), "reason": bar.reason.get(lang) })
}

/// RFC 3339 with the offset of the station's zone.
fn rfc3339(at: jiff::Timestamp, station: &Station) -> String {
    at.display_with_offset(station.zone.to_offset(at)).to_string()
}

/// A table by day: time, length, title, and what keeps it off the air.
pub fn text(slots: &[Slot], station: &Station, lang: Lang) -> String {
    let mut out = String::new();
    let mut day = None;
    let title_width = slots.iter().map(|slot| width(&slot.title)).max().unwrap_or(0).min(60);
    for slot in slots {
        let local = slot.planned.to_zoned_datetime(station.zone.clone());
        if day != Some(slot.date) {
            if day.is_some() {
                out.push('\n');
            }
            day = Some(slot.date);
            out.push_str(&day_words(slot.date, lang));
            out.push('\n');
        }
        let length = slot.file_ms().map_or_else(|| "?".to_owned(), length);
        let padding = " ".repeat(title_width.saturating_sub(width(&slot.title)));
        let title: &str = &slot.title;
        out.push_str(&format!(
            "  {}  {length:>7}  {title}{padding}  {}\n",
            local.strftime("%H:%M:%S"),
            slot.files.join(" + ")
        ));
        if let Some(bar) = &slot.bar {
            let not = Text::new("KHÔNG PHÁT", "NOT AIRED");
            out.push_str(&format!("{:21}{} – {}: {}\n", "", not.get(lang), bar.cause.word(lang), bar.reason.get(lang)));
        }
    }
    if slots.is_empty() {
        out.push_str(Text::new("Không có lượt phát nào.\n", "Nothing airs.\n").get(lang));
    }
    out
}

/// Columns on a terminal: Vietnamese letters take one each however they are composed.
fn width(text: &str) -> usize {
    text.nfc().count()
}

/// `0:08`, `12:30`, `1:02:05`; parts of a second rounded up, so that nothing seems to end before it does.
fn length(ms: u64) -> String {
    let seconds = ms.div_ceil(1000);
    match seconds / 3600 {
        0 => format!("{}:{:02}", seconds / 60, seconds % 60),
        hours => format!("{hours}:{:02}:{:02}", seconds / 60 % 60, seconds % 60),
    }
}

pub(super) fn day_words(date: Date, lang: Lang) -> String {
    let day = match date.weekday() {
        Weekday::Monday => Text::new("Thứ hai", "Monday"),
        Weekday::Tuesday => Text::new("Thứ ba", "Tuesday"),
        Weekday::Wednesday => Text::new("Thứ tư", "Wednesday"),
        Weekday::Thursday => Text::new("Thứ năm", "Thursday"),
        Weekday::Friday => Text::new("Thứ sáu", "Friday"),
        Weekday::Saturday => Text::new("Thứ bảy", "Saturday"),
        Weekday::Sunday => Text::new("Chủ nhật", "Sunday"),
    };
    match lang {
        Lang::Vi => format!("{}, {}", day.vi, date.strftime("%d/%m/%Y")),
        Lang::En => format!("{}, {date}", day.en),
    }
}
