//! What people fill in, as files have it, and the other way: dates, times, weekdays, rows of a list.

use jiff::civil::{Date, Weekday};

use crate::editing::{Block, Keys, Value};
use crate::programme::Window;
use crate::reading::times;
use crate::reading::weekdays::Weekdays;

/// The lines that say something, each as `one` has it.
pub(super) fn each_line(filled: Option<&str>, one: impl Fn(&str) -> String) -> String {
    lines(filled.unwrap_or_default()).into_iter().map(one).collect::<Vec<_>>().join("\n")
}

/// A date as files have it, also where it was filled in as people write it: `24/12/2026`. What is none stays as it is.
pub(super) fn day_written(filled: &str) -> String {
    let as_people_do = || Date::strptime("%d/%m/%Y", filled).ok();
    filled.parse().ok().or_else(as_people_do).map_or_else(|| filled.to_owned(), |date: Date| date.to_string())
}

/// A time of day as files have it, also where it was filled in as people write it: `22h05`. What is none stays as it is.
pub(in crate::console) fn time_written(filled: &str) -> String {
    times::by_hand(filled).map_or_else(|| filled.to_owned(), |time| time.strftime("%H:%M").to_string())
}

/// The same of a stretch of the day: `21h-5h`.
pub(in crate::console) fn stretch_written(filled: &str) -> String {
    let Some((from, to)) = filled.split_once(['-', '–']) else { return filled.to_owned() };
    format!("{}-{}", time_written(from.trim()), time_written(to.trim()))
}

/// What a line of [`Control::Rows`] says of each key. What is left over belongs to the last one: an address may have a `;`.
pub(super) fn said(keys: &[&str], line: &str) -> Vec<String> {
    line.splitn(keys.len(), ';').map(|part| day_written(part.trim())).collect()
}

pub(super) fn joined(said: &[String]) -> String {
    said.join("; ").trim_end_matches([';', ' ']).to_owned()
}

/// A block as such a line.
pub(super) fn row_shown(keys: &[&str], row: &Block) -> String {
    let said = |key: &&str| row.written(key).into_iter().next().unwrap_or_default();
    joined(&keys.iter().map(said).collect::<Vec<_>>())
}

/// A line as such a block.
pub(super) fn row(keys: &[&str], line: &str) -> Value {
    let value = |text: String| text.parse().map_or_else(|_| Value::Text(text), Value::Date);
    let pairs = keys.iter().zip(said(keys, line)).filter(|(_, said)| !said.is_empty());
    Value::Table(pairs.map(|(key, said)| ((*key).to_owned(), value(said))).collect())
}

/// Without seconds that are none: `05:30` of `05:30:00`.
pub(super) fn short(time: &str) -> String {
    times::time(time).map_or_else(
        |_| time.to_owned(),
        |time| {
            let form = if time.second() == 0 { "%H:%M" } else { "%H:%M:%S" };
            time.strftime(form).to_string()
        },
    )
}

/// Weekdays as files have them, Monday first.
pub(in crate::console) const WEEKDAYS: [&str; 7] = ["T2", "T3", "T4", "T5", "T6", "T7", "CN"];

/// `T2-T7`, `T3, T5`, `hằng ngày`.
pub(in crate::console) fn days_written(days: Weekdays) -> String {
    let holds: Vec<bool> = Weekday::Monday.cycle_forward().take(7).map(|day| days.contains(day)).collect();
    if holds.iter().all(|holds| *holds) {
        return "hằng ngày".to_owned();
    }
    let mut parts: Vec<String> = Vec::new();
    let mut at = 0;
    while at < 7 {
        let run = holds[at..].iter().take_while(|holds| **holds).count();
        match run {
            0 => {}
            1 | 2 => parts.extend(WEEKDAYS[at..at + run].iter().map(|day| (*day).to_owned())),
            _ => parts.push(format!("{}-{}", WEEKDAYS[at], WEEKDAYS[at + run - 1])),
        }
        at += run.max(1);
    }
    parts.join(", ")
}

/// A window of the station as a month's own, with these places in its running order.
pub(in crate::console) fn window_written(window: &Window, places: Vec<Value>) -> Keys {
    let keys = [
        ("id", Value::text(&*window.id)),
        ("name", Value::text(&*window.name)),
        ("start", Value::time(window.start)),
        ("end", Value::time(window.end)),
        ("days", Value::text(days_written(window.days))),
        ("running_order", Value::List(places)),
    ];
    keys.map(|(key, value)| (key.to_owned(), value)).to_vec()
}

/// The lines that say something.
pub(in crate::console) fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}
