//! What an exception takes away: told by exception, so that nothing vanishes unseen and a long holiday is still one
//! message.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::bars::{Item, on_days};
use super::days::Days;
use super::ground::Ground;
use super::places::is_for;
use crate::outcome::Cause;
use crate::problem::{Lang, Place, Problem, Text};
use crate::programme::{Exception, What};

/// So many are named; of more it is said how many.
const NAMED: usize = 5;

/// What an exception drops, by where it is written, with its title and dates.
type Dropped<'s> = BTreeMap<(&'s Place, Text), BTreeSet<Date>>;

/// What is to be said of the month's exceptions.
pub(super) fn problems(ground: &Ground<'_>, days: &Days<'_>, items: &[Item<'_>], problems: &mut Vec<Problem>) {
    let mut found: BTreeMap<&Place, (&Exception, Dropped<'_>)> = BTreeMap::new();
    for (by, place, title, date) in
        lost(ground, days, items).into_iter().chain(named(ground)).chain(in_mourning(days, items))
    {
        let dropped = &mut found.entry(&by.place).or_insert((by, Dropped::new())).1;
        dropped.entry((place, title)).or_default().insert(date);
    }
    problems.extend(found.into_values().map(|(by, dropped)| problem(by, &dropped)));
}

/// The exception, where the thing is written, its title, and the date.
type Lost<'s> = (&'s Exception, &'s Place, Text, Date);

/// Segments that have fewer places on a date than the ordinary week gives them there.
fn lost<'s>(ground: &Ground<'s>, days: &Days<'s>, items: &[Item<'s>]) -> Vec<Lost<'s>> {
    let mut placed: BTreeMap<(usize, Date), usize> = BTreeMap::new();
    for item in items.iter().filter(|item| item.slot.window.is_some()) {
        if let Some(segment) = item.segment {
            *placed.entry((segment, item.slot.date)).or_default() += 1;
        }
    }
    let mut lost = Vec::new();
    for date in ground.schedule.month.days().filter(|date| days.is_unlike_others(*date)) {
        for (at, causes) in ordinary(ground, days, date) {
            let segment = ground.segment(at);
            let here = placed.get(&(at, date)).copied().unwrap_or(0);
            let moved = segment.column().and_then(|column| days.moved_to(column, date));
            let elsewhere = moved.is_some_and(|to| placed.contains_key(&(at, to)));
            if here < causes.len() && !elsewhere {
                let cause = causes.into_iter().flatten().next();
                lost.extend(cause.map(|by| (by, &segment.place, Text::same(&segment.title), date)));
            }
        }
    }
    lost
}

/// Segments that an exception names as off. What it names has no place there, so that none of these is among the lost.
fn named<'s>(ground: &Ground<'s>) -> impl Iterator<Item = Lost<'s>> {
    let exceptions = &ground.schedule.exceptions;
    ground.schedule.segments.iter().flat_map(move |segment| {
        segment.off.iter().filter_map(move |date| {
            let is_by = |by: &&Exception| by.segments.contains_key(&segment.id) && (by.from..=by.to).contains(date);
            let by = exceptions.iter().rfind(is_by)?;
            Some((by, &segment.place, Text::same(&segment.title), *date))
        })
    })
}

/// The segments of a date in the ordinary week, each with what an exception does to each of its places.
fn ordinary<'s>(ground: &Ground<'s>, days: &Days<'s>, date: Date) -> BTreeMap<usize, Vec<Option<&'s Exception>>> {
    let mut segments: BTreeMap<usize, Vec<Option<&Exception>>> = BTreeMap::new();
    for window in ground.windows.iter().filter(|window| window.days.contains(date.weekday())) {
        for item in &window.running_order {
            let (column, due): (Option<&str>, Vec<usize>) = match &item.what {
                What::Column { id, .. } if days.is_ordinary_day(ground, id, date) => {
                    let due = ground.due.get(&(id.as_str(), date)).into_iter().flatten().copied();
                    (Some(id), due.filter(|at| is_for(ground, *at, &window.id)).collect())
                }
                What::Segment(id) => {
                    let at = ground.segments.get(id.as_str()).copied();
                    (None, at.into_iter().filter(|at| ground.segment(*at).dates.contains(&date)).collect())
                }
                _ => continue,
            };
            for at in due {
                segments.entry(at).or_default().push(days.changed_by(column, &window.id, date));
            }
        }
    }
    segments
}

/// Music and skits that mourning keeps off the air.
fn in_mourning<'s>(days: &Days<'s>, items: &[Item<'s>]) -> Vec<Lost<'s>> {
    let barred = items.iter().filter(|item| item.slot.bar.as_ref().is_some_and(|bar| bar.cause == Cause::Holiday));
    let of = |item: &Item<'s>| {
        let title = Text::new(item.slot.called(Lang::Vi), item.slot.called(Lang::En));
        Some((days.mourning(item.slot.date)?, item.place, title, item.slot.date))
    };
    barred.filter_map(of).collect()
}

fn problem(by: &Exception, dropped: &Dropped<'_>) -> Problem {
    // The same music in several windows is one thing to whoever reads.
    let mut alike: Vec<(&Text, BTreeSet<Date>)> = Vec::new();
    for ((_, title), dates) in dropped {
        match alike.iter_mut().find(|(known, _)| *known == title) {
            Some((_, known)) => known.extend(dates),
            None => alike.push((title, dates.clone())),
        }
    }
    let named = alike.iter().take(NAMED).map(|(title, dates)| {
        let (vi, en) = on_days(&dates.iter().copied().collect::<Vec<_>>());
        (format!("`{}` ({vi})", title.vi), format!("`{}` ({en})", title.en))
    });
    let (vi, en): (Vec<String>, Vec<String>) = named.unzip();
    let (more_vi, more_en) = match alike.len().saturating_sub(NAMED) {
        0 => (String::new(), String::new()),
        more => (format!(" và {more} mục nữa"), format!(" and {more} more")),
    };
    let reason = &by.reason;
    let message = Text::new(
        format!("ngoại lệ `{reason}` bỏ {}{more_vi}", vi.join(", ")),
        format!("the exception `{reason}` drops {}{more_en}", en.join(", ")),
    );
    let help = Text::new(
        "giữ nguyên nếu đúng ý; vẫn cần phát thì ghi mục đó vào `running_order` của ngoại lệ, hoặc cho nó ngày khác",
        "leave it if that is meant; otherwise put it into the exception's `running_order`, or give it another date",
    );
    Problem::warning("exception-drops", Some(by.place.clone()), message, help)
}
