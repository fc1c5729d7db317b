//! One row of the log, and what is behind it when it is opened.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::asked::{Row, View};
use super::counted::Counted;
use crate::airing::{Airing, Corrected, Correction, Entry, Incident};
use crate::console::library;
use crate::console::page::first_large;
use crate::console::role::Role;
use crate::console::say::{date_and_time, decibels, either, length, outcome_class, query};
use crate::console::who::Who;
use crate::outcome::Outcome;
use crate::problem::{Lang, Text};
use crate::programme::Class;
use crate::timetable::{Slot, late_words, length_words};
use crate::{cells, clock};

pub(super) fn row(who: &Who, view: &View, row: &Row<'_>) -> Markup {
    match row {
        Row::Slot(entry) => slot(who, view, entry),
        Row::WithoutLoa(one) => without_loa(who, view, one),
        Row::Incident(one) => incident(one, &view.zone, who.lang()),
    }
}

/// How it ended, as a badge.
pub(in crate::console) fn outcome_badge(outcome: Option<Outcome>, lang: Lang) -> Markup {
    match outcome {
        Some(outcome) => html! { span.badge.(outcome_class(outcome)) { (outcome.word(lang)) } },
        None => html! { span.badge { (either(lang, "Chưa có kết quả", "No outcome yet")) } },
    }
}

/// How a row stands: what is on air has no outcome yet, and is not to be taken for what nobody knows of.
fn standing_badge(view: &View, slot: &Slot, outcome: Option<Outcome>, lang: Lang) -> Markup {
    if outcome.is_none() && view.sounding.contains(&slot.id) {
        return html! { span.badge.live { (either(lang, "Đang phát", "On air")) } };
    }
    // Of record, a minute ahead.
    if outcome.is_none() && slot.planned > clock::now() {
        return html! { span.badge { (either(lang, "Chưa đến giờ", "Ahead")) } };
    }
    outcome_badge(outcome, lang)
}

/// What has another right of way than most, as a badge.
fn class(class: Class, lang: Lang) -> Markup {
    let colour = if class == Class::Emergency { "bad" } else { "" };
    html! { @if let Some(word) = class_word(class, lang) { " " span.badge.(colour) { (word) } } }
}

/// The same as a fact.
fn class_word(class: Class, lang: Lang) -> Option<String> {
    let word = match class {
        Class::Normal => return None,
        Class::Priority => either(lang, "Ưu tiên", "Priority"),
        Class::Emergency => either(lang, "Khẩn cấp", "Emergency"),
    };
    Some(word.to_owned())
}

/// By whose hand it was heard.
fn by_whom(class: Class, by: &str, lang: Lang) -> String {
    let word = match class {
        Class::Emergency => either(lang, "Người ra lệnh", "Ordered by"),
        Class::Normal | Class::Priority => either(lang, "Người yêu cầu", "Asked for by"),
    };
    format!("{word}: {by}")
}

fn time_of_day(at: Option<Timestamp>, zone: &TimeZone) -> String {
    at.map_or_else(|| "—".to_owned(), |at| cells::on_clock(at, zone).strftime("%H:%M:%S").to_string())
}

fn slot(who: &Who, view: &View, entry: &Entry) -> Markup {
    let (lang, zone, slot, airing) = (who.lang(), &view.zone, &entry.slot, entry.airing.as_ref());
    let beside = view.logged.beside(&slot.id);
    let counted = Counted::of(entry, view.logged.counting().of_slot(&slot.id));
    let why = counted.why(entry, lang);
    html! {
        details.entry id=(slot.id.0) {
            summary {
                span.num { (time_of_day(Some(slot.planned), zone)) }
                span { (slot.called(lang)) (class(slot.class, lang)) }
                (standing_badge(view, slot, counted.outcome(), lang))
                span.num.length { (counted.heard_ms(entry).map_or_else(String::new, length)) }
                @if let Some(by) = &slot.asked_by { span.why { (by_whom(slot.class, by, lang)) } }
                @if !why.is_empty() { span.why { (why) } }
                @if let Some(by_hand) = counted.by_hand_words(entry, zone, lang) { span.why { (by_hand) } }
            }
            div {
                (facts(view, entry, lang))
                @if let Some(airing) = airing.filter(|airing| airing.heard_parts().count() > 1) { (parts(airing, zone, lang)) }
                @for one in beside { (by_hand(one, zone, lang)) }
                @if who.may(Role::Operator) {
                    p { a.button href=(format!("/nhat-ky/sua{}", query([("muc", slot.id.0.as_str())]))) {
                        (either(lang, "Ghi sửa tay bên cạnh", "Write a correction beside it")) } }
                }
            }
        }
    }
}

fn facts(view: &View, entry: &Entry, lang: Lang) -> Markup {
    let (zone, slot, airing) = (&view.zone, &entry.slot, entry.airing.as_ref());
    let said = &slot.particulars;
    let fact = |vi: &'static str, en: &'static str, value: Option<String>| {
        html! { @if let Some(value) = value { dt { (either(lang, vi, en)) } dd.num { (value) } } }
    };
    let at = |at: Option<Timestamp>| Some(time_of_day(at, zone));
    let heard = airing.filter(|airing| airing.heard_parts().next().is_some());
    let late = entry.late_ms().and_then(late_words).map(|words| words.get(lang).to_owned());
    let gap = airing.map(Airing::gap_ms).filter(|ms| *ms > 0);
    let gap = gap.map(|ms| length_words(ms).get(lang).to_owned());
    let file = airing.and_then(|airing| airing.file_ms).or(slot.file_ms()).map(length);
    let levels = airing.and_then(|airing| Some((airing.rms_cdbfs()?, airing.peak_cdbfs()?)));
    let levels = levels.map(|(rms, peak)| format!("{} / {} dBFS", decibels(rms, lang), decibels(peak, lang)));
    html! {
        div.pair {
            dl.facts {
                (fact("Giờ dự kiến", "Planned", at(Some(slot.planned))))
                (fact("Bắt đầu", "Began", at(airing.and_then(Airing::began))))
                @match airing.and_then(Airing::on_air_at) {
                    Some(still) => { (fact("Đang phát lúc", "On air at", at(Some(still)))) }
                    None => { (fact("Kết thúc", "Ended", at(airing.and_then(Airing::ended)))) }
                }
                (fact("So với giờ dự kiến", "Against its instant", late))
                (fact("Nghe được", "Heard", heard.map(|airing| length(airing.heard_ms()))))
                (fact("Độ dài tệp", "File's length", file))
                (fact("Im lặng chen giữa", "Silence inside", gap))
                (fact("Mức trung bình / đỉnh", "RMS / peak", levels))
            }
            dl.facts {
                (fact("Loại", "Kind", Some(slot.kind.word(lang).to_owned())))
                (fact("Hạng", "Class", class_word(slot.class, lang)))
                (fact("Ai cho phát", "By whose hand", slot.asked_by.clone()))
                @if !slot.files.is_empty() {
                    dt { (either(lang, "Bản ghi", "Recording")) }
                    dd { @for file in slot.files.iter().take(3) { a.under href=(library::page_of(file)) { (file) } }
                        @if slot.files.len() > 3 { span.muted { "+" (slot.files.len() - 3) } } }
                }
                (fact("Nội dung", "Topics", Some(said.topics.join(", ")).filter(|text| !text.is_empty())))
                (fact("Biên tập", "Editor", said.editor.clone()))
                (fact("Phát thanh viên", "Announcer", said.announcer.clone()))
                (fact("Cộng tác viên", "Contributors", Some(said.contributors.join(", ")).filter(|text| !text.is_empty())))
                (fact("Người duyệt", "Approved by", said.approved.as_ref().map(|approval| approval.by.clone())))
                (fact("Thiết bị", "Device", airing.and_then(|airing| airing.device.clone())))
                dt { (either(lang, "Mã", "Id")) } dd { code { (slot.id.0) } }
            }
        }
    }
}

fn parts(airing: &Airing, zone: &TimeZone, lang: Lang) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(either(lang, "Các đoạn nghe được", "Stretches that were heard")) {
            table {
                caption { (either(lang, "Các đoạn nghe được", "Stretches that were heard")) }
                thead { tr { th scope="col" { (either(lang, "Bắt đầu", "Began")) } th scope="col" { (either(lang, "Kết thúc", "Ended")) }
                    th.right scope="col" { (either(lang, "Nghe được", "Heard")) } } }
                tbody { @for part in airing.heard_parts() { tr {
                    td { (time_of_day(part.began, zone)) } td { (time_of_day(part.ended.filter(|_| !part.is_open), zone)) }
                    td.right { (length(part.heard_ms())) }
                } } }
            }
        }
    }
}

/// What a person wrote beside.
pub(super) fn by_hand(one: &Correction, zone: &TimeZone, lang: Lang) -> Markup {
    let times = (one.began.is_some() || one.ended.is_some())
        .then(|| format!("{} – {}", time_of_day(one.began, zone), time_of_day(one.ended, zone)));
    html! {
        div.by-hand {
            p { strong { (either(lang, "Sửa tay", "By hand")) ": " }
                @if one.is_withdrawal() { (either(lang, "rút lại", "withdrawn")) } @else {
                    @if let Some(outcome) = one.outcome { (outcome_badge(Some(outcome), lang)) " " }
                    @if let Some(cause) = one.cause { (cause.word(lang)) " " }
                    @if let Some(times) = times { span.num { (times) } }
                    @if let Some(ms) = one.played_ms { " · " (length(ms)) }
                } }
            p { (one.why) @if let Some(note) = &one.note { " · " (note) } }
            p.num { (one.by) ", " (date_and_time(one.written, zone, lang)) }
        }
    }
}

fn without_loa(who: &Who, view: &View, one: &Correction) -> Markup {
    let Corrected::WithoutLoa { title, .. } = &one.of else { return html! {} };
    let (zone, lang) = (&view.zone, who.lang());
    let all = view.logged.corrections.iter().filter(|other| other.entry() == one.entry());
    html! {
        details.entry id=(one.id) {
            summary {
                span.num { (time_of_day(one.began, zone)) }
                span { (title) }
                @if one.is_withdrawal() { span.badge { (either(lang, "Đã rút lại", "Withdrawn")) } } @else { (outcome_badge(one.outcome, lang)) }
                span.num.length { (one.played_ms.map_or_else(String::new, length)) }
                span.why { (either(lang, "Phát không qua Loa, nhập tay", "Aired without Loa, entered by hand")) }
            }
            div {
                @for one in all { (by_hand(one, zone, lang)) }
                @if who.may(Role::Operator) {
                    p { a.button href=(format!("/nhat-ky/sua{}", query([("muc", one.entry())]))) {
                        (either(lang, "Sửa hoặc rút lại", "Correct or withdraw")) } }
                }
            }
        }
    }
}

/// As the log has it: what it has in Vietnamese alone says so to who hears the page read.
fn detail(words: &Text, lang: Lang) -> Markup {
    let foreign = lang == Lang::En && words.en == words.vi && !words.vi.is_ascii();
    html! { p lang=[foreign.then_some("vi")] { (words.get(lang)) } }
}

fn incident(one: &Incident, zone: &TimeZone, lang: Lang) -> Markup {
    let day = |at| cells::on_clock(at, zone).date();
    let ended = match one.ended {
        None => either(lang, "chưa hết", "not over").to_owned(),
        Some(at) if day(at) == day(one.began) => time_of_day(Some(at), zone),
        Some(at) => format!("{} {}", time_of_day(Some(at), zone), cells::date(day(at), lang)),
    };
    html! {
        div.incident {
            span.num { (time_of_day(Some(one.began), zone)) }
            strong { (either(lang, "Sự cố", "Incident")) ": " (one.kind.word(lang)) }
            span.badge.warn { (first_large(either(lang, "sự cố", "incident"))) }
            span.num { "→ " (ended) }
            // Of some the log has no more than their kind.
            @if !one.detail.vi.is_empty() && one.detail.vi != one.kind.words().vi { (detail(&one.detail, lang)) }
        }
    }
}
