//! A month as a calendar of its broadcasts.

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use maud::{Markup, html};

use super::view::{Broadcast, Open, open_month};
use super::{parts, words};
use crate::console::page::{Tab, csrf, page};
use crate::console::problems::problems;
use crate::console::refused::Refused;
use crate::console::role::Role;
use crate::console::say;
use crate::console::site::Site;
use crate::console::who::Who;
use crate::loading::NO_MONTH_FILE;
use crate::problem::{Lang, Text};
use crate::reading::weekdays;
use crate::schedule::Month;
use crate::timetable::summary;

pub(super) async fn shown(who: &Who, site: &Site, month: Month) -> Result<Markup, Refused> {
    let open = open_month(site, month).await?;
    let title = words::month(month);
    Ok(page(
        who,
        Tab::Plan,
        &title,
        html! {
            (parts::files())
            (head(who, &open, &title))
            @if open.text.is_none() { (absent(who, &open)) (said(who, &open)) }
            @else {
                @if open.is_refused() || open.checked.by_station_in_force { (parts::refused(who, &open)) }
                @if open.schedule().is_some() { (calendar(who, &open)) }
                (said(who, &open))
            }
        },
    ))
}

fn head(who: &Who, open: &Open, title: &Text) -> Markup {
    let sum = summary(open.slots());
    let (before, after) = (open.month.previous(), open.month.next());
    html! {
        div.head {
            div.stack-small {
                h1 { (who.say(title)) }
                @if sum.airings > 0 { p.muted { (who.say(&sum.words())) } }
            }
            nav.row aria-label=(who.say(&Text::new("Chọn tháng", "Choose a month"))) {
                a.button rel="prev" href=(format!("/lich/{before}")) { "‹ " (who.say(&words::before())) }
                @if open.month != Month::of(open.today) { a.button href="/lich" { (who.say(&words::today())) } }
                a.button rel="next" href=(format!("/lich/{after}")) { (who.say(&words::after())) " ›" }
            }
        }
        div.head.tools {
            (parts::undo(who, open, &format!("/lich/{}", open.month)))
            div.row {
                @if open.text.is_some() {
                    @if who.may(Role::Operator) {
                        @for (code, name) in crate::console::blocks::of_month_file() {
                            a.button.small href=(format!("/lich/{}/muc/{code}", open.month)) { (who.say(&name)) }
                        }
                    }
                    a.button.small href=(format!("/lich/{}/toml", open.month)) { (who.say(&words::text_of_file())) }
                    @if who.may(Role::Operator) && !open.months.contains(&after) { (copy(who, open.month, "small", &copies_on(after))) }
                }
            }
        }
    }
}

/// The button that makes the month after `from` from it; on which page that is decides what it says.
fn copy(who: &Who, from: Month, class: &str, says: &Text) -> Markup {
    html! {
        form method="post" action=(format!("/lich/{from}/chep")) {
            (csrf(who))
            button.(class) type="submit" id="chep" { (who.say(says)) }
        }
    }
}

/// What it says on the page of the month that is copied.
fn copies_on(to: Month) -> Text {
    let words = words::copy_month();
    Text::new(format!("{} ({})", words.vi, say::month(to)), format!("{} ({to})", words.en))
}

/// What it says on the page of the month that is to be made.
fn copies_from(from: Month) -> Text {
    Text::new(format!("Chép từ tháng trước ({})", say::month(from)), format!("Copy from the month before ({from})"))
}

fn absent(who: &Who, open: &Open) -> Markup {
    let earlier = open.months.iter().copied().filter(|month| *month < open.month).max();
    html! {
        section.card {
            p { (who.say(&Text::new("Tháng này chưa có kế hoạch.", "This month has no plan yet."))) }
            @if who.may(Role::Operator) {
                div.row {
                    @if let Some(from) = earlier.filter(|from| from.next() == open.month) { (copy(who, from, "primary", &copies_from(from))) }
                    form method="post" action=(format!("/lich/{}/lap", open.month)) {
                        (csrf(who))
                        button type="submit" id="lap" { (who.say(&Text::new("Lập kế hoạch mới, còn trống", "Begin an empty plan"))) }
                    }
                    @if let Some(from) = earlier.filter(|from| from.next() != open.month) {
                        a.button href=(format!("/lich/{from}")) {
                            (who.say(&Text::new(format!("Mở tháng gần nhất ({})", say::month(from)), format!("Open the latest month ({from})")))) }
                    }
                }
            }
        }
    }
}

fn said(who: &Who, open: &Open) -> Markup {
    // That there is no plan is said above, with what to do about it.
    let found: Vec<_> = open.checked.problems.iter().filter(|problem| problem.code != NO_MONTH_FILE).cloned().collect();
    if found.is_empty() && open.text.is_none() {
        return html! {};
    }
    html! {
        section.card aria-labelledby="kiem-tra" {
            div.head {
                h2 id="kiem-tra" { (who.say(&words::problems())) }
                div.row { (parts::counts(who.lang(), &found)) }
            }
            @if found.is_empty() { p { (who.say(&words::no_problem())) } }
            (problems(who, &found, &open.checked.sources))
        }
    }
}

/// Weeks from Monday on, with the days before and after that belong to other months.
fn weeks(month: Month) -> Vec<Vec<Date>> {
    let first = month.first();
    let before = i64::from(first.weekday().to_monday_zero_offset());
    let Ok(start) = first.checked_sub(before.days()) else { return Vec::new() };
    let days: Vec<Date> = start.series(1.day()).take(42).collect();
    days.chunks(7).filter(|week| week.iter().any(|day| month.contains(*day))).map(<[Date]>::to_vec).collect()
}

fn calendar(who: &Who, open: &Open) -> Markup {
    let days: Vec<Weekday> = Weekday::Monday.cycle_forward().take(7).collect();
    html! {
        div.calendar role="table" aria-label=(who.say(&words::month(open.month))) {
            div.week.names role="row" {
                @for day in days { div role="columnheader" { (weekdays::name(day, who.lang())) } }
            }
            @for week in weeks(open.month) {
                div.week role="row" {
                    @for date in week { (day(who, open, date)) }
                }
            }
        }
    }
}

fn day(who: &Who, open: &Open, date: Date) -> Markup {
    if !open.month.contains(date) {
        return html! { div.day.out role="cell" { span.num { (date.day()) } } };
    }
    let broadcasts = open.broadcasts(date);
    let off = open.off(date);
    let is_today = date == open.today;
    let quiet = broadcasts.is_empty();
    html! {
        div.day.today[is_today].quiet[quiet && off.is_empty()].past[date < open.today] role="cell" {
            a.date href=(format!("/lich/{date}")) aria-current=[is_today.then_some("date")] {
                span.sr { (words::day(date, who.lang())) }
                span.number aria-hidden="true" { (date.day()) }
                span.weekday aria-hidden="true" { (weekdays::name(date.weekday(), who.lang())) }
                @if is_today { span.badge.live { (who.say(&words::today())) } }
                @if let Some(lunar) = words::lunar_day(date) {
                    span.lunar title=(who.say(&Text::new("âm lịch", "lunar date"))) { (lunar) }
                }
            }
            @for told in open.unlike(date) { p.holiday { (told.words.get(who.lang())) } }
            @if quiet && off.is_empty() && !open.is_refused() { p.muted.none { (who.say(&words::no_broadcast())) } }
            @for broadcast in &broadcasts { (entry(who.lang(), open, broadcast)) }
            @for (window, _) in off {
                p.entry.off { span { s { (window.name) } } " " span.muted { (who.say(&words::no_broadcast())) } }
            }
        }
    }
}

fn entry(lang: Lang, open: &Open, broadcast: &Broadcast<'_>) -> Markup {
    html! {
        div.entry {
            p { time { (open.hour(broadcast.begins)) } " " span { (broadcast.called(lang)) } }
            @if let Some((filled, whole)) = broadcast.fill_ms() { (parts::fill(lang, filled, whole)) }
            p.badges { (parts::came_of(lang, broadcast)) }
        }
    }
}
