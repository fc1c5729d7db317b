//! A day opened: its broadcasts as running orders with exact times, each item with its state and what can be done.

use jiff::civil::Date;
use maud::{Markup, html};

use super::segment_day::off_words;
use super::view::{Broadcast, Open, open_day};
use super::{parts, words};
use crate::console::assets::address;
use crate::console::log;
use crate::console::page::{Tab, told};
use crate::console::problems::problems;
use crate::console::refused::Refused;
use crate::console::renewing::renews_ms;
use crate::console::role::Role;
use crate::console::say;
use crate::console::silence::{self, Silence};
use crate::console::site::Site;
use crate::console::unlike::Told;
use crate::console::who::{Who, escaped};
use crate::editing::{self, Block};
use crate::lunar;
use crate::outcome::Outcome;
use crate::problem::{Lang, Problem, Text};
use crate::programme::{Class, Exception, ExceptionKind, Window};
use crate::saving::PlanFile;
use crate::schedule::Segment;
use crate::timetable::{Kind, Slot, Start};

pub(super) async fn shown(who: &Who, site: &Site, date: Date) -> Result<Markup, Refused> {
    let open = open_day(site, date).await?;
    let day = words::day(date, who.lang());
    let title = Text::same(&day);
    Ok(crate::console::page::page(
        who,
        Tab::Plan,
        &title,
        html! {
            (parts::files())
            script src=(address("renew.js")) defer {}
            (head(who, &open, date, &day))
            @if open.is_refused() || open.checked.by_station_in_force { (parts::refused(who, &open)) }
            @if open.schedule().is_some() { (broadcasts(who, &open, date)) (said(who, &open, date)) }
        },
    ))
}

fn head(who: &Who, open: &Open, date: Date, day: &str) -> Markup {
    let beside = |date: Option<Date>, rel: &str, text: Text| {
        html! { @if let Some(date) = date { a.button rel=(rel) href=(format!("/lich/{date}")) { (who.say(&text)) } } }
    };
    let lunar = lunar::of(date).map(|lunar| {
        let leap = if lunar.leap { (" nhuận", " (leap)") } else { ("", "") };
        Text::new(
            format!("Âm lịch {}/{}{}", lunar.day, lunar.month, leap.0),
            format!("Lunar date {}/{}{}", lunar.day, lunar.month, leap.1),
        )
    });
    html! {
        div.head {
            div.stack-small {
                h1 { (day) @if date == open.today { " " span.badge.live { (who.say(&words::today())) } } }
                @if let Some(lunar) = lunar { p.muted { (who.say(&lunar)) } }
            }
            nav.row aria-label=(who.say(&Text::new("Chọn ngày", "Choose a day"))) {
                (beside(date.yesterday().ok(), "prev", Text::new("‹ Hôm trước", "‹ Day before")))
                a.button rel="up" href=(format!("/lich/{}", open.month)) { (who.say(&words::month(open.month))) }
                (beside(date.tomorrow().ok(), "next", Text::new("Hôm sau ›", "Day after ›")))
            }
        }
        @for told in open.unlike(date) { (unlike_line(who.lang(), &told)) }
        @if date < open.today { p.muted { (who.say(&words::past())) } }
        (parts::undo(who, open, &format!("/lich/{date}")))
    }
}

fn unlike_line(lang: Lang, told: &Told) -> Markup {
    let kind = match told.kind {
        ExceptionKind::Holiday => Text::new("Nghỉ lễ", "Holiday"),
        ExceptionKind::Tet => Text::new("Tết", "Lunar New Year"),
        ExceptionKind::Mourning => Text::new("Quốc tang", "Mourning"),
        ExceptionKind::Event => Text::new("Ngoại lệ", "Exception"),
        ExceptionKind::Incident => Text::new("Sự cố", "Incident"),
    };
    html! { p.row { span.badge.warn { (kind.get(lang)) } strong { (told.words.get(lang)) } } }
}

fn broadcasts(who: &Who, open: &Open, date: Date) -> Markup {
    let all = open.broadcasts(date);
    let may = who.may(Role::Operator);
    html! {
        div.renews id="cac-buoi" data-renews=[renews_ms(open.record.has_open_rows(), open.may_bring_more(date))] {
            @for broadcast in &all { (one(who, open, date, broadcast)) }
        }
        @for (window, by) in open.off(date) { (off(who, open, date, window, by)) }
        @for (segment, by) in open.segments_off(date) { (segment_off(who, open, date, segment, by)) }
        @if all.is_empty() && open.off(date).is_empty() && !open.is_refused() { section.card { p { (who.say(&words::no_broadcast())) "." } } }
        @if may {
            div.row {
                (parts::link(&format!("/lich/{date}/tiet-muc"), "them", who.say(&words::own_segment())))
                (parts::link(&format!("/lich/{date}/buoi-them"), "them", who.say(&words::extra())))
            }
        }
    }
}

fn off(who: &Who, open: &Open, date: Date, window: &Window, by: Option<&Exception>) -> Markup {
    html! {
        section.card.is-off {
            div.head {
                h2 { s { (window.name) } " " span.badge { (who.say(&words::no_broadcast())) } }
                @if let Some(by) = by {
                    p.muted { (by.reason) }
                    @if who.may(Role::Operator) && open.is_own(by) { (as_usual(who, open, date, &window.id)) }
                }
            }
        }
    }
}

/// A segment with times of its own that the day has off.
fn segment_off(who: &Who, open: &Open, date: Date, segment: &Segment, by: &Exception) -> Markup {
    html! {
        section.card.is-off {
            div.head {
                h2 { s { "“" (segment.title) "”" } " " span.badge { (who.say(&words::is_off())) } }
                p.muted { (by.reason) }
                @if who.may(Role::Operator) && open.is_own(by) {
                    form method="post" action=(format!("/lich/{}/luu", open.month)) {
                        (parts::hidden(who, open, "tiet-muc-nhu-thuong", &format!("/lich/{date}")))
                        input type="hidden" name="ngay" value=(date);
                        input type="hidden" name="ma" value=(segment.id);
                        button.small type="submit" { (who.say(&words::as_usual())) }
                    }
                }
            }
        }
    }
}

/// Takes back what this day says of a window.
fn as_usual(who: &Who, open: &Open, date: Date, window: &str) -> Markup {
    html! {
        form method="post" action=(format!("/lich/{}/luu", open.month)) {
            (parts::hidden(who, open, "buoi-nhu-thuong", &format!("/lich/{date}")))
            input type="hidden" name="ngay" value=(date);
            input type="hidden" name="khung" value=(window);
            button.small type="submit" { (who.say(&words::as_usual())) }
        }
    }
}

fn one(who: &Who, open: &Open, date: Date, broadcast: &Broadcast<'_>) -> Markup {
    let lang = who.lang();
    let ends = broadcast.ends.map(|ends| open.hour(ends));
    let own = broadcast.window.and_then(|window| open.change(date, window)).filter(|(by, _)| open.is_own(by));
    html! {
        section.card {
            div.head {
                h2 {
                    time { (open.hour(broadcast.begins)) @if let Some(ends) = ends { "–" (ends) } } " "
                    (broadcast.called(lang))
                }
                div.row {
                    @if let Some((filled, whole)) = broadcast.fill_ms() { (parts::fill(lang, filled, whole)) }
                    (parts::came_of(lang, broadcast))
                    @if own.is_some() { span.badge.warn { (who.say(&words::moved())) } }
                }
            }
            ol.items {
                @for (nth, slot) in broadcast.slots.iter().enumerate() {
                    (item(who, open, date, slot, before_in_column(broadcast, nth)))
                }
            }
            @if who.may(Role::Operator) && let Some(window) = broadcast.window {
                div.row.tools { (broadcast_tools(who, open, date, window, own.is_some())) }
            }
        }
    }
}

fn broadcast_tools(who: &Who, open: &Open, date: Date, window: &str, own: bool) -> Markup {
    let at = |form: &str| format!("/lich/{date}/{form}?khung={}", escaped(window));
    html! {
        (parts::link(&at("tiet-muc"), "them", who.say(&words::add_segment())))
        @if open.window(window).is_some() {
            (parts::link(&at("thu-tu"), "thu-tu", who.say(&words::order())))
            (parts::link(&at("buoi"), "gio", who.say(&words::times())))
            @if own { (as_usual(who, open, date, window)) }
        } @else {
            form method="post" action=(format!("/lich/{}/luu", open.month)) {
                (parts::hidden(who, open, "bo-buoi-them", &format!("/lich/{date}")))
                input type="hidden" name="ngay" value=(date);
                input type="hidden" name="khung" value=(window);
                button.small.outline-danger type="submit" { (who.say(&Text::new("Bỏ buổi này", "Take this broadcast out"))) }
            }
        }
    }
}

/// A slot's state: a word with its class. Of what has come the log's, whatever the plan says of it now: it is never ready.
fn state(open: &Open, slot: &Slot) -> (&'static str, Text) {
    if let Some(came) = open.record.came_of(&slot.id) {
        match came.outcome {
            Some(outcome) => return (say::outcome_class(outcome), outcome.words()),
            None if open.sounding.contains(&slot.id) => return ("live", words::sounds()),
            None if slot.planned <= open.now => return ("", words::no_outcome()),
            // Of record, a minute ahead.
            None => {}
        }
    }
    match open.record.silence(slot, open.now) {
        Silence::Ahead => {}
        Silence::Due => return ("", words::no_outcome()),
        Silence::PlannedLate => return ("warn", silence::planned_late()),
        Silence::BeforeTheLog => return ("", silence::before_the_log()),
    }
    if slot.kind == Kind::Column {
        return ("warn", words::empty());
    }
    if slot.bar.is_some() {
        return ("bad", words::blocked());
    }
    match (slot.kind, &slot.audio) {
        (Kind::Filler, _) => ("", words::elastic()),
        (Kind::Relay, _) => ("", Kind::Relay.words()),
        (_, None) => ("warn", words::not_measured()),
        _ if slot.particulars.approved.is_some() => ("good", words::approved()),
        _ => ("good", words::ready()),
    }
}

/// The segment that airs right before this one in the same column.
fn before_in_column<'b>(broadcast: &'b Broadcast<'_>, nth: usize) -> Option<&'b str> {
    let slot = broadcast.slots.get(nth)?;
    let before = broadcast.slots.get(nth.checked_sub(1)?)?;
    before.segment.as_deref().filter(|_| slot.column.is_some() && slot.column == before.column)
}

fn item(who: &Who, open: &Open, date: Date, slot: &Slot, before: Option<&str>) -> Markup {
    let (class, word) = state(open, slot);
    let length = if slot.kind == Kind::Column { None } else { slot.airtime_ms() };
    let is_segment = matches!(slot.kind, Kind::Segment | Kind::Column | Kind::ByHand);
    let why = why(open, slot, who.lang());
    let came = open.record.came_of(&slot.id);
    let is_ahead = open.record.silence(slot, open.now) == Silence::Ahead;
    let silent = came.and_then(|came| came.outcome).map_or(slot.bar.is_some() && is_ahead, Outcome::is_silent);
    html! {
        li.is-barred[silent && slot.kind != Kind::Column].is-minor[!is_segment] {
            time.when { (open.exact(slot.planned)) }
            div.what {
                p.title {
                    (slot.called(who.lang()))
                    @if slot.class == Class::Emergency { " " span.badge.bad { (who.say(&words::emergency())) } }
                }
                p.muted.about {
                    @if slot.start == Start::Hard { span { (who.say(&words::hard())) } }
                    @if let Some(length) = length { span.num { (say::length(length)) } }
                    @if let Some(column) = &slot.column && slot.kind == Kind::Segment { span { (open.column_name(column)) } }
                    @if let Some(source) = &slot.relay { span { (source) } }
                    @if slot.kind != Kind::Filler && slot.relay.is_none() { @for file in &slot.files { code { (file) } } }
                }
                @if let Some(why) = why { p.why { (told(who.lang(), &why)) } }
            }
            @if came.is_some() {
                a.badge.(class) href=(log::page_of(&slot.id.0, date)) title=(who.say(&words::in_the_log())) { (who.say(&word)) }
            } @else {
                span.badge.(class) { (who.say(&word)) }
            }
            @if who.may(Role::Operator) && open.plans(slot) { (item_tools(who, open, date, slot, before)) }
        }
    }
}

/// Why it was not heard whole, or will not be.
fn why(open: &Open, slot: &Slot, lang: Lang) -> Option<String> {
    if open.record.came_of(&slot.id).is_none() {
        return match open.record.silence(slot, open.now) {
            Silence::Ahead => slot.bar.as_ref().map(|bar| bar.reason.get(lang).to_owned()),
            Silence::PlannedLate => Some(silence::planned_late_why().get(lang).to_owned()),
            Silence::Due | Silence::BeforeTheLog => None,
        };
    }
    let (entry, counted) = open.record.counted(&slot.id)?;
    let by_hand = counted.by_hand_words(entry, &open.loaded()?.station.zone, lang);
    let why: Vec<String> = [Some(counted.why(entry, lang)), by_hand].into_iter().flatten().collect();
    let why: Vec<&str> = why.iter().map(String::as_str).filter(|why| !why.is_empty()).collect();
    (!why.is_empty()).then(|| why.join(". "))
}

fn item_tools(who: &Who, open: &Open, date: Date, slot: &Slot, before: Option<&str>) -> Markup {
    let at = |form: &str, id: &str| format!("/lich/{date}/{form}?id={}", escaped(id));
    // The name of what a button is about, for who does not see where it stands.
    let of = |text: &Text| format!("{}: {}", who.say(text), slot.called(who.lang()));
    let post = |work: &str, fields: &[(&str, &str)], text: &Text| {
        html! {
            form method="post" action=(format!("/lich/{}/luu", open.month)) {
                (parts::hidden(who, open, work, &format!("/lich/{date}")))
                @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
                button.small type="submit" aria-label=(of(text)) { (who.say(text)) }
            }
        }
    };
    let exception = Text::new("Ngoại lệ chuyên mục", "Column's exception");
    let link =
        |href: String, text: &Text| html! { a.button.small href=(href) aria-label=(of(text)) { (who.say(text)) } };
    if slot.segment.is_none() && slot.column.is_none() {
        return html! {};
    }
    html! {
        div.tools {
            @if let Some(id) = &slot.segment {
                (link(at("tiet-muc", id), &words::change()))
            } @else if let Some(column) = &slot.column {
                a.button.small href=(format!("/lich/{date}/tiet-muc?cot={}", escaped(column))) { (who.say(&words::add_segment())) }
            }
            // All in one row where there is room; a menu where there is none.
            details.others {
                summary.button.small aria-label=(of(&words::others())) { (who.say(&words::others())) }
                div.tools {
                    @if let (Some(id), Some(before)) = (&slot.segment, before) {
                        (post("len-truoc", &[("ma", id), ("truoc", before)], &words::up()))
                    }
                    @if let Some(id) = &slot.segment { (link(at("doi-ngay", id), &words::another_date())) }
                    @if let Some(column) = &slot.column { (link(at("chuyen-muc", column), &exception)) }
                    @if let Some(id) = &slot.segment {
                        @let times = open.times_of(id, date).len();
                        // What takes more away than this one item is asked about first.
                        @if times > 1 || open.airs_on_no_other(id, date) { (link(at("bo-ngay", id), &off_words(times))) }
                        @else { (post("bo-ngay", &[("ngay", &date.to_string()), ("ma", id)], &words::not_today())) }
                    }
                }
            }
        }
    }
}

/// What check says of what airs on this day.
fn said(who: &Who, open: &Open, date: Date) -> Markup {
    let found = of_day(open, date);
    html! {
        @if !found.is_empty() {
            section.card aria-labelledby="kiem-tra" {
                div.head {
                    h2 id="kiem-tra" { (who.say(&words::problems())) }
                    div.row { (parts::counts(who.lang(), &found)) }
                }
                (problems(who, &found, &open.checked.sources))
            }
        }
    }
}

fn of_day(open: &Open, date: Date) -> Vec<Problem> {
    let Some(text) = &open.text else { return Vec::new() };
    let file = PlanFile::Month(open.month).name();
    let blocks = editing::blocks(text, "segment").unwrap_or_default();
    let aired: Vec<&str> =
        open.slots().iter().filter(|slot| slot.date == date).filter_map(|slot| slot.segment.as_deref()).collect();
    let exceptions: Vec<usize> = open.exceptions(date).iter().map(|exception| exception.place.span.start).collect();
    let airs = |block: &Block| block.id().is_some_and(|id| aired.contains(&id.as_str()));
    let concerns = |problem: &&Problem| {
        let segment = parts::field_of(&blocks, text, &file, problem).is_some_and(|(block, _)| airs(block));
        let place = problem.place.as_ref().filter(|place| place.file == file);
        segment || place.is_some_and(|place| exceptions.contains(&place.span.start))
    };
    open.checked.problems.iter().filter(concerns).cloned().collect()
}
