//! Columns against their dates: segments whose date has no place for them, places that no segment fills, and columns that
//! come too seldom.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::Kind;
use super::bars::{Item, on_days};
use super::days::Days;
use super::ground::Ground;
use crate::problem::{Place, Problem, Text};
use crate::programme::ColumnChange;
use crate::schedule::Airtime;

/// What is to be said of the month's columns.
pub(super) fn problems(ground: &Ground<'_>, days: &Days<'_>, items: &[Item<'_>], problems: &mut Vec<Problem>) {
    nowhere(ground, days, items, problems);
    moved_nowhere(ground, days, problems);
    empty(items, problems);
    seldom(ground, items, problems);
}

/// Dates of segments on which nothing has their column. What an exception took away is no mistake: it says so itself.
fn nowhere(ground: &Ground<'_>, days: &Days<'_>, items: &[Item<'_>], problems: &mut Vec<Problem>) {
    let placed: BTreeSet<(usize, Date)> =
        items.iter().filter_map(|item| Some((item.segment?, item.slot.date))).collect();
    for (at, segment) in ground.schedule.segments.iter().enumerate() {
        let Airtime::Column { column, place, .. } = &segment.airtime else { continue };
        let lost: Vec<Date> = segment
            .dates
            .iter()
            .copied()
            .filter(|date| !placed.contains(&(at, *date)))
            .filter(|date| match days.moved_to(column, *date) {
                // A day without a place for it is told where it is written that the column comes on that day.
                Some(to) => !placed.contains(&(at, to)) && days.has_place(ground, column, to),
                None => !days.has_ordinary_place(segment, *date),
            })
            .collect();
        if lost.is_empty() {
            continue;
        }
        let (title, (vi, en)) = (&segment.title, on_days(&lost));
        let message = Text::new(
            format!("không khung giờ nào có chuyên mục `{column}` cho `{title}`: {vi}"),
            format!("no window has the column `{column}` for `{title}`: {en}"),
        );
        let help = Text::new(
            "sửa ngày của tiết mục, `days` của chuyên mục, hoặc thêm chuyên mục vào `running_order`; các ngày này không phát",
            "correct the segment's dates or the column's `days`, or put the column into a `running_order`; on these days \
             it does not air",
        );
        problems.push(Problem::block("column-not-there", Some(place.clone()), message, help));
    }
}

/// Columns that an exception moves to a day on which nothing has them, whether or not they have a segment yet.
fn moved_nowhere(ground: &Ground<'_>, days: &Days<'_>, problems: &mut Vec<Problem>) {
    for exception in &ground.schedule.exceptions {
        for (id, change) in &exception.columns {
            let ColumnChange::MovesTo(to) = change else { continue };
            let is_inside = ground.schedule.month.contains(*to);
            let Some(place) = exception.moves.get(id).filter(|_| is_inside && !days.has_place(ground, id, *to)) else {
                continue;
            };
            let (vi, en) = on_days(&[*to]);
            let message = Text::new(
                format!("không khung giờ nào có chuyên mục `{id}` {vi}, là ngày mà `{}` dời nó sang", exception.reason),
                format!("no window has the column `{id}` {en}, to which `{}` moves it", exception.reason),
            );
            let help = Text::new(
                "ghi ở `moves_to` một ngày có khung giờ phát chuyên mục này, hoặc thêm buổi cho ngày ấy bằng `extra`; nếu không, \
                 chuyên mục không phát",
                "write a day with a window that has the column at `moves_to`, or give that day a broadcast by `extra`; as it \
                 is, the column does not air",
            );
            problems.push(Problem::block("column-not-there", Some(place.clone()), message, help));
        }
    }
}

/// Places of columns that are due and have no segment.
fn empty(items: &[Item<'_>], problems: &mut Vec<Problem>) {
    let mut found: BTreeMap<(&Place, &str), Vec<Date>> = BTreeMap::new();
    for item in items.iter().filter(|item| item.slot.kind == Kind::Column) {
        found.entry((item.place, &item.slot.title)).or_default().push(item.slot.date);
    }
    for ((place, title), dates) in found {
        let (vi, en) = on_days(&dates);
        let message = Text::new(
            format!("chuyên mục `{title}` chưa có tiết mục: {vi}"),
            format!("the column `{title}` has no segment: {en}"),
        );
        let help = Text::new(
            "thêm tiết mục có chuyên mục và ngày này; đến giờ mà vẫn trống thì ghi là bỏ lỡ",
            "add a segment with this column and date; if it stays empty it is logged as missed",
        );
        problems.push(Problem::warning("column-without-segment", Some(place.clone()), message, help));
    }
}

/// Columns with fewer broadcasts in the month than their minimum.
fn seldom(ground: &Ground<'_>, items: &[Item<'_>], problems: &mut Vec<Problem>) {
    let mut airings: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for item in items.iter().filter(|item| item.slot.bar.is_none() && item.segment.is_some()) {
        if let Some(column) = &item.slot.column {
            airings.entry(column).or_default().insert(&item.slot.broadcast);
        }
    }
    for column in ground.columns.values() {
        let count = airings.get(column.id.as_str()).map_or(0, BTreeSet::len);
        let Some(minimum) = column.minimum.filter(|minimum| count < *minimum as usize) else { continue };
        let name = &column.name;
        let message = Text::new(
            format!("`{name}` có {count} buổi trong tháng, dưới mức tối thiểu {minimum}"),
            format!("`{name}` has {count} broadcasts in the month, below its minimum of {minimum}"),
        );
        let help =
            Text::new("thêm ngày cho chuyên mục này, hoặc sửa `minimum`", "add dates to it, or change `minimum`");
        problems.push(Problem::warning("column-seldom", Some(column.place.clone()), message, help));
    }
}
