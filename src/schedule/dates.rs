//! The dates of a segment.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::Month;
use crate::problem::{Lang, Place, Problem, Text};
use crate::reading::tree::{Node, Value, find};
use crate::reading::weekdays::{Weekdays, name as weekday_name};
use crate::reading::{Reader, Row};

/// Exactly one of `days`, `dates`, `on`, less `except`; and what of them that takes away. A segment that a running order names
/// (`placed`) comes on every day of the month if it has none of them.
pub(super) fn dates(
    reader: &mut Reader<'_>,
    row: Row<'_>,
    month: Option<Month>,
    placed: bool,
) -> (BTreeSet<Date>, BTreeSet<Date>) {
    let mut dates = asked_for(reader, row, month, placed);
    let mut taken = BTreeSet::new();
    if let Some((_, node)) = find(row.table, "except") {
        let any = !dates.is_empty();
        let mut in_vain = Vec::new();
        for (date, place) in list_of_dates(reader, "except", node, month, full_date) {
            if dates.remove(&date) {
                taken.insert(date);
            } else if any {
                in_vain.push((date, place));
            }
        }
        excepted_in_vain(reader, &in_vain);
        if any && dates.is_empty() {
            let message = Text::new(
                "`except` bỏ hết mọi ngày phát của tiết mục",
                "`except` takes away every date of the segment",
            );
            let help = Text::new(
                "bớt ngày trong `except`, hoặc xóa tiết mục",
                "drop dates from `except`, or delete the segment",
            );
            reader.note(Problem::warning("never-airs", Some(reader.place(node.span)), message, help));
        }
    }
    (dates, taken)
}

/// Dates of `except` on which the segment would not air anyhow: mostly a slip for the day beside it.
fn excepted_in_vain(reader: &mut Reader<'_>, dates: &[(Date, Place)]) {
    let Some(((_, place), rest)) = dates.split_first() else { return };
    let days = |lang| {
        let words = |(date, _): &(Date, Place)| match lang {
            Lang::Vi => format!("{} ({})", date.strftime("%d/%m/%Y"), weekday_name(date.weekday(), lang)),
            Lang::En => format!("{date} ({})", weekday_name(date.weekday(), lang)),
        };
        dates.iter().map(words).collect::<Vec<_>>().join(", ")
    };
    let message = Text::new(
        format!("`except` bỏ ngày mà tiết mục vốn không phát: {}", days(Lang::Vi)),
        format!("`except` takes away what is no date of the segment: {}", days(Lang::En)),
    );
    let help = Text::new(
        "xem lại ngày: có thể nhầm sang ngày bên cạnh; không thì xóa khỏi `except`",
        "look at the date again: the day beside it may be meant; if not, delete it from `except`",
    );
    let problem = Problem::warning("except-in-vain", Some(place.clone()), message, help);
    let also = || Text::new("và ngày này", "and this one");
    reader.note(rest.iter().fold(problem, |problem, (_, place)| problem.and(place.clone(), also())));
}

/// The dates of exactly one of `days`, `dates`, `on`.
fn asked_for(reader: &mut Reader<'_>, row: Row<'_>, month: Option<Month>, placed: bool) -> BTreeSet<Date> {
    let Row { table, header, region } = row;
    let mut given = table.iter().filter(|(key, _)| matches!(key.name.as_str(), "days" | "dates" | "on"));
    let Some((key, node)) = given.next() else {
        if placed {
            return month.into_iter().flat_map(Month::days).collect();
        }
        if !reader.damaged_within(region) {
            let message = Text::new(
                "chưa có ngày phát: cần đúng một trong `days`, `dates`, `on`",
                "no dates: exactly one of `days`, `dates`, `on` is needed",
            );
            let help = Text::new(
                "thêm một dòng như `days = \"T2-T7\"`, `dates = [1, 15]` hoặc `on = [\"2026-12-01\"]`",
                "add a line such as `days = \"T2-T7\"`, `dates = [1, 15]` or `on = [\"2026-12-01\"]`",
            );
            reader.refuse("missing-key", header, message, help);
        }
        return BTreeSet::new();
    };
    if let Some((other, _)) = given.next() {
        let message = Text::new(
            format!("có cả `{}` lẫn `{}`: chỉ dùng một cách ghi ngày", key.name, other.name),
            format!("both `{}` and `{}` are given: dates are written in one way", key.name, other.name),
        );
        let help = Text::new("giữ một, xóa dòng kia", "keep one and delete the other");
        let problem = Problem::refuse("two-kinds-of-dates", Some(reader.place(other.span)), message, help);
        let first = reader.place(key.span);
        reader.note(problem.and(first, Text::new("cách ghi thứ nhất", "the first way")));
    }
    match key.name.as_str() {
        "days" => by_weekday(reader, node, month),
        "dates" => list_of_dates(reader, "dates", node, month, day_of_month).into_keys().collect(),
        _ => list_of_dates(reader, "on", node, month, full_date).into_keys().collect(),
    }
}

fn by_weekday(reader: &mut Reader<'_>, node: &Node, month: Option<Month>) -> BTreeSet<Date> {
    let mut days = Weekdays::default();
    for node in reader.list("days", node, false) {
        if let Some(more) = reader.weekdays("days", node) {
            days = days.with(more);
        }
    }
    month.into_iter().flat_map(Month::days).filter(|date| days.contains(date.weekday())).collect()
}

fn list_of_dates(
    reader: &mut Reader<'_>,
    key: &str,
    node: &Node,
    month: Option<Month>,
    one: fn(&mut Reader<'_>, &str, &Node, Option<Month>) -> Option<Date>,
) -> BTreeMap<Date, Place> {
    let mut dates: BTreeMap<Date, Place> = BTreeMap::new();
    for node in reader.list(key, node, key == "except") {
        let Some(date) = one(reader, key, node, month) else { continue };
        let place = reader.place(node.span);
        match dates.get(&date) {
            Some(first) => reader.repeated(key, &date.to_string(), place, first.clone()),
            None => drop(dates.insert(date, place)),
        }
    }
    dates
}

/// `1` to the month's last.
fn day_of_month(reader: &mut Reader<'_>, key: &str, node: &Node, month: Option<Month>) -> Option<Date> {
    if matches!(node.value, Value::Text(_) | Value::Datetime(_)) {
        let message = Text::new(
            format!("`{key}` là các ngày trong tháng, như `[1, 8, 15]`"),
            format!("`{key}` takes days of the month, as in `[1, 8, 15]`"),
        );
        let help = Text::new("ghi ngày đầy đủ thì dùng `on`", "for full dates use `on`");
        reader.refuse("wrong-type", node.span, message, help);
        return None;
    }
    let day = reader.integer(key, node, "[1, 8, 15]")?;
    let month = month?;
    let first = month.first();
    let date = i8::try_from(day).ok().and_then(|day| Date::new(first.year(), first.month(), day).ok());
    if date.is_none() {
        let last = month.last().day();
        let message = Text::new(
            format!("tháng {:02}/{} không có ngày {day}", first.month(), first.year()),
            format!("{month} has no day {day}"),
        );
        let help = Text::new(format!("ghi ngày từ 1 đến {last}"), format!("write a day from 1 to {last}"));
        reader.refuse("bad-date", node.span, message, help);
    }
    date
}

fn full_date(reader: &mut Reader<'_>, key: &str, node: &Node, month: Option<Month>) -> Option<Date> {
    if let Value::Integer(day) = &node.value {
        let message = Text::new(
            format!("`{key}` là các ngày đầy đủ, không phải số `{day}`"),
            format!("`{key}` takes full dates, not the number `{day}`"),
        );
        let example = month.and_then(|month| {
            let day = day.parse().ok()?;
            Date::new(month.first().year(), month.first().month(), day).ok()
        });
        let example = example.map_or_else(|| "2026-12-01".to_owned(), |date| date.to_string());
        let help =
            Text::new(format!("viết như `{key} = [\"{example}\"]`"), format!("write as in `{key} = [\"{example}\"]`"));
        reader.refuse("wrong-type", node.span, message, help);
        return None;
    }
    let date = reader.date(key, node)?;
    match month {
        Some(month) if !month.contains(date) => {
            let message = Text::new(
                format!("ngày `{date}` không thuộc tháng `{month}` của tệp này"),
                format!("`{date}` lies outside `{month}`, the month of this file"),
            );
            let help = Text::new(
                format!("ghi ngày trong tháng này, hoặc chuyển sang tệp `{}.toml`", Month::of(date)),
                format!("write a date of this month, or move it to the file `{}.toml`", Month::of(date)),
            );
            reader.refuse("outside-month", node.span, message, help);
            None
        }
        _ => Some(date),
    }
}
