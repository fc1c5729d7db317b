//! What a month lacks or has too much of: topics, criticism, regular airings about administrative reform, hotlines,
//! repeats. Nothing of it keeps anything off the air.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, Time};

use super::bars::{Item, on_days};
use super::days::Days;
use super::ground::Ground;
use super::{Kind, shares, targets};
use crate::problem::{Place, Problem, Span, Text};
use crate::programme::particulars::Tone;
use crate::reading::fold::folded;

/// All of it. `items` carry their bars: what does not air counts nowhere.
pub(super) fn problems(ground: &Ground<'_>, days: &Days<'_>, items: &[Item<'_>], problems: &mut Vec<Problem>) {
    let airing: Vec<&Item<'_>> = items.iter().filter(|item| item.slot.bar.is_none()).collect();
    problems.extend(reform_gap(ground, days, &airing));
    problems.extend(topics(ground, &airing));
    problems.extend(one_way(ground, &airing));
    problems.extend(shares::outside(ground, &airing, month_file(ground).as_ref()));
    problems.extend(hotlines_a_day(ground, &airing));
    repeats(ground, &airing, problems);
    problems.extend(targets::below(ground, &airing, month_file(ground)));
    problems.extend(early(&airing));
}

/// The longest gap between airings about administrative reform. Days of Tết, holidays and mourning do not count; the days
/// before the month's first such airing and after its last do: nothing in this month ends them.
fn reform_gap(ground: &Ground<'_>, days: &Days<'_>, airing: &[&Item<'_>]) -> Option<Problem> {
    let limit = i64::from(ground.rules().cchc_gap_days?);
    if ground.schedule.segments.iter().all(|segment| segment.particulars.topics.is_empty()) {
        return None;
    }
    let month = ground.schedule.month;
    let dates: BTreeSet<Date> = airing.iter().filter(|item| item.slot.is_reform()).map(|item| item.slot.date).collect();
    let before = month.first().yesterday().ok();
    let after = month.last().tomorrow().ok();
    let marks: Vec<Date> = before.into_iter().chain(dates.iter().copied()).chain(after).collect();
    let free = |date: &Date| days.exceptions(*date).iter().any(|exception| exception.kind.is_day_off());
    let (gap, from, to) = marks
        .windows(2)
        .map(|pair| {
            let between = month.days().filter(|day| pair[0] < *day && *day < pair[1] && !free(day)).count();
            (i64::try_from(between).unwrap_or(i64::MAX).saturating_add(1), pair[0], pair[1])
        })
        .max_by_key(|(gap, from, _)| (*gap, std::cmp::Reverse(*from)))?;
    if gap <= limit {
        return None;
    }
    let (from_vi, to_vi) = (from.strftime("%d/%m"), to.strftime("%d/%m"));
    let message = Text::new(
        format!("khoảng trống tin CCHC dài {gap} ngày, từ {from_vi} đến {to_vi}, quá mức {limit} ngày"),
        format!("a gap of {gap} days without administrative reform, from {from} to {to}, over the limit of {limit}"),
    );
    let help = Text::new("thêm ngày phát trong khoảng này", "add an airing in between");
    Some(Problem::warning("cchc-gap", month_file(ground), message, help))
}

/// The head of the month's file: where what concerns the whole month is told.
fn month_file(ground: &Ground<'_>) -> Option<Place> {
    let written = ground.schedule.segments.first().map(|segment| segment.place.file.clone());
    let file = written.unwrap_or_else(|| format!("schedules/{}.toml", ground.schedule.month));
    Some(Place { file, span: Span { start: 0, end: 0 } })
}

fn topics(ground: &Ground<'_>, airing: &[&Item<'_>]) -> Option<Problem> {
    let aired: BTreeSet<String> =
        airing.iter().flat_map(|item| &item.slot.particulars.topics).map(|code| folded(code)).collect();
    let is_aired = |code: &str| aired.contains(&folded(code));
    let silent: Vec<String> = ground
        .station
        .topics
        .iter()
        .filter(|topic| !is_aired(&topic.code) && !topic.sub.iter().any(|sub| is_aired(&sub.code)))
        .map(|topic| format!("{} ({})", topic.code, topic.title))
        .collect();
    if silent.is_empty() {
        return None;
    }
    let silent = silent.join("; ");
    let message = Text::new(
        format!("chủ đề chưa có lượt phát nào trong tháng: {silent}"),
        format!("topics with no airtime this month: {silent}"),
    );
    let help = Text::new("ghi `topic` cho tiết mục về chủ đề này", "give a segment about it this `topic`");
    Some(Problem::warning("topic-silent", month_file(ground), message, help))
}

fn one_way(ground: &Ground<'_>, airing: &[&Item<'_>]) -> Option<Problem> {
    let count = |tone| airing.iter().filter(|item| item.slot.particulars.tone == Some(tone)).count();
    let praise = count(Tone::Praise);
    if praise == 0 || count(Tone::Criticism) > 0 {
        return None;
    }
    let message = Text::new(
        format!("một chiều: {praise} lượt biểu dương mà không có lượt phê phán, góp ý nào"),
        format!("one-sided: {praise} airings praise and none criticises"),
    );
    let help = Text::new(
        "thêm tiết mục có `tone = \"phê phán\"` về việc còn hạn chế",
        "add a segment with `tone = \"criticism\"` about what falls short",
    );
    Some(Problem::warning("one-way", month_file(ground), message, help))
}

/// Days on which the ward airs something of its own and a hotline is told too seldom; of a month without any, all of them. A
/// relay with its tunes is nobody's place to tell a number.
fn hotlines_a_day(ground: &Ground<'_>, airing: &[&Item<'_>]) -> Option<Problem> {
    let least = ground.rules().hotline_per_day? as usize;
    let mut counts: BTreeMap<Date, usize> = BTreeMap::new();
    for item in airing.iter().filter(|item| item.slot.kind == Kind::Segment) {
        *counts.entry(item.slot.date).or_default() += usize::from(item.slot.particulars.hotline.is_some());
    }
    let few: Vec<Date> = counts.into_iter().filter(|(_, count)| *count < least).map(|(date, _)| date).collect();
    if few.is_empty() {
        return None;
    }
    let (vi, en) = on_days(&few);
    let message = Text::new(
        format!("đường dây nóng phát dưới {least} lượt: {vi}"),
        format!("fewer than {least} hotline airings: {en}"),
    );
    let help = Text::new("thêm ngày cho tiết mục đường dây nóng", "add days to a hotline's segment");
    Some(Problem::warning("hotline-seldom", month_file(ground), message, help))
}

fn repeats(ground: &Ground<'_>, airing: &[&Item<'_>], problems: &mut Vec<Problem>) {
    let Some(limit) = ground.rules().repeats_per_day else { return };
    let mut counts: BTreeMap<(usize, Date), usize> = BTreeMap::new();
    for item in airing {
        if let Some(segment) = item.segment {
            *counts.entry((segment, item.slot.date)).or_default() += 1;
        }
    }
    let mut over: BTreeMap<usize, (usize, Vec<Date>)> = BTreeMap::new();
    for ((segment, date), count) in counts {
        let repeats = count - 1;
        if repeats > limit as usize {
            let found = over.entry(segment).or_default();
            found.0 = found.0.max(repeats);
            found.1.push(date);
        }
    }
    for (at, (most, dates)) in over {
        let (segment, (vi, en)) = (ground.segment(at), on_days(&dates));
        let title = &segment.title;
        let message = Text::new(
            format!("`{title}` phát lại {most} lần trong ngày, quá mức {limit}: {vi}"),
            format!("`{title}` is repeated {most} times a day, over the limit of {limit}: {en}"),
        );
        let help = Text::new("bớt giờ phát của tiết mục này", "drop some of its times");
        problems.push(Problem::warning("repeats-over", Some(segment.place.clone()), message, help));
    }
}

/// Before this hour a ward still sleeps: told, not forbidden.
const EARLY: Time = Time::constant(6, 0, 0, 0);

/// One notice a month, at the earliest time.
fn early(airing: &[&Item<'_>]) -> Option<Problem> {
    let early = || airing.iter().filter(|item| item.time < EARLY && item.slot.permit.is_none());
    let first = early().min_by_key(|item| (item.time, item.place))?;
    let count = early().count();
    let time = first.time.strftime("%H:%M");
    let message = Text::new(
        format!("{count} lượt phát trước 06:00, sớm nhất lúc {time}"),
        format!("{count} airing{} before 06:00, the earliest at {time}", if count == 1 { "" } else { "s" }),
    );
    let help = Text::new(
        "giữ nguyên nếu phường đã thống nhất giờ này",
        "leave it as it is if the ward has agreed to this hour",
    );
    Some(Problem::notice("early", Some(first.place.clone()), message, help))
}
