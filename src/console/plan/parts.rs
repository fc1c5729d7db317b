//! What several of the months' pages show.

use maud::{Markup, html};

use super::record::Lacks;
use super::view::{Broadcast, Open};
use super::words;
use crate::console::assets::address;
use crate::console::page::{csrf, first_large, icon, marked};
use crate::console::role::Role;
use crate::console::say::deed;
use crate::console::silence;
use crate::console::who::Who;
use crate::editing::Block;
use crate::loading::STATION_FILE;
use crate::outcome::Outcome;
use crate::problem::{Effect, Lang, Problem, Severity, Text, any_refuses};

/// The pages' own files: styles and script.
pub(in crate::console) fn files() -> Markup {
    html! {
        link rel="stylesheet" href=(address("plan.css"));
        script src=(address("plan.js")) defer {}
    }
}

/// How full a broadcast is, as a bar beside its words. Over its window it says so.
pub(super) fn fill(lang: Lang, filled_ms: u64, whole_ms: u64) -> Markup {
    let percent = (filled_ms.saturating_mul(100) / whole_ms).min(100);
    let over = filled_ms > whole_ms;
    html! {
        span.fill.over[over] {
            svg.bar-of viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" {
                rect.whole width="100" height="6" {}
                rect.part width=(percent) height="6" {}
            }
            span.num { (words::filled(filled_ms, whole_ms).get(lang)) }
        }
    }
}

/// What came of a broadcast, or keeps it from being heard whole.
pub(super) fn came_of(lang: Lang, broadcast: &Broadcast<'_>) -> Markup {
    let Lacks { blocked, empty, silent, cut, interrupted, unlogged } = broadcast.lacks();
    let unknown =
        if broadcast.is_before_the_log() { silence::before_the_log() } else { words::are_planned_late(unlogged) };
    html! {
        @if broadcast.is_heard() { span.badge.good { (words::heard().get(lang)) } }
        @if unlogged > 0 { span.badge { (unknown.get(lang)) } }
        @if blocked > 0 { span.badge.bad { (words::will_not_air(blocked).get(lang)) } }
        @if silent > 0 { span.badge.bad { (words::were_silent(silent).get(lang)) } }
        @for (count, outcome) in [(cut, Outcome::Cut), (interrupted, Outcome::Interrupted)] {
            @if count > 0 { span.badge.bad { (words::ended_so(count, outcome).get(lang)) } }
        }
        @if empty > 0 { span.badge.warn { (words::are_empty(empty).get(lang)) } }
    }
}

/// Who changed the month last, and a way back.
pub(super) fn undo(who: &Who, open: &Open, back: &str) -> Markup {
    let Some(kept) = &open.undo else { return html! {} };
    html! {
        form.undo method="post" action=(format!("/lich/{}/hoan-tac", open.month)) {
            (csrf(who))
            input type="hidden" name="base" value=(open.version);
            input type="hidden" name="ve" value=(back);
            p.muted { (marked(&deed(kept, &open.station().zone, who.lang()))) }
            @if who.may(Role::Operator) {
                button.small type="submit" id="hoan-tac" { (who.say(&words::undo())) }
            }
        }
    }
}

/// The start of a form that changes a month: what it does, on which version, and where it leads back.
pub(in crate::console) fn hidden(who: &Who, open: &Open, work: &str, back: &str) -> Markup {
    html! {
        (csrf(who))
        input type="hidden" name="base" value=(open.version);
        input type="hidden" name="viec" value=(work);
        input type="hidden" name="ve" value=(back);
    }
}

/// The end of a form: what check says of it as it stands, and its two ways out.
pub(in crate::console) fn form_end(who: &Who, back: &str) -> Markup {
    form_end_with(who, back, &words::save())
}

/// The same with a button that says what it does.
pub(super) fn form_end_with(who: &Who, back: &str, does: &Text) -> Markup {
    html! {
        div.verdict id="ket-qua" role="status" aria-live="polite" {}
        div.row {
            button.primary type="submit" id="luu" { (who.say(does)) }
            a.button href=(back) data-leave { (who.say(&words::cancel())) }
        }
    }
}

/// Whether what stands in a form can be saved, over what check would find new; `why_not` is why it cannot.
pub(in crate::console) fn verdict_head(lang: Lang, why_not: Option<&Text>, fresh: &[Problem]) -> Markup {
    let refused = why_not.is_some();
    let (sign, words) = if let Some(why) = why_not {
        // What is named below says it, unless it is nothing that this form did.
        let named =
            Text::new("Chưa lưu được: kế hoạch sẽ không dùng được.", "Cannot be saved: the plan could not be used.");
        ("loi", if any_refuses(fresh) { named } else { why.clone() })
    } else if fresh.iter().any(|problem| problem.severity != Severity::Notice) {
        ("canh-bao", Text::new("Lưu được, nhưng hãy xem:", "Can be saved, but look at this:"))
    } else {
        ("xong", Text::new("Lưu được, không thêm lỗi hay cảnh báo nào.", "Can be saved, with nothing new to mend."))
    };
    html! { p.row.verdict-head data-refused[refused] { (icon(sign)) strong { (marked(&first_large(words.get(lang)))) } } }
}

/// A month that cannot be planned, or is by another station than the one that lies there: why, and the way to mend it.
pub(super) fn refused(who: &Who, open: &Open) -> Markup {
    let of_station = open.checked.by_station_in_force || open.checked.problems.iter().any(is_of_station);
    let text = match (open.checked.by_station_in_force, of_station) {
        (true, _) => Text::new(
            "Tệp `schedules/station.toml` có lỗi, hoặc không còn; bản tốt gần nhất của tệp ấy vẫn có hiệu lực, và lịch dưới đây theo bản ấy. Kế hoạch sửa từ nay chỉ được dùng khi tệp ấy đã sửa xong.",
            "The file `schedules/station.toml` has mistakes, or is gone; its last good version stays in force, and what is planned below is planned by that. What is changed of the plan from now on is used once that file is mended.",
        ),
        (false, true) => Text::new(
            "Tệp `schedules/station.toml` có lỗi và Loa chưa có bản tốt nào của nó, nên chưa xếp được lịch. Hãy sửa tệp ấy trước.",
            "The file `schedules/station.toml` has mistakes and Loa has no good version of it, so nothing is planned. Mend that file first.",
        ),
        (false, false) => Text::new(
            "Tệp của tháng này có lỗi nên chưa xếp được lịch; bản tốt gần nhất vẫn đang được phát. Sửa các lỗi dưới đây trong văn bản.",
            "This month's file has mistakes and cannot be planned; its last good version stays in force. Mend what is named below in its text.",
        ),
    };
    let (href, way) = if of_station {
        ("/dai#cau-hinh".to_owned(), Text::new("Xem lỗi ở trang Đài", "See what is wrong, on the page Station"))
    } else {
        (format!("/lich/{}/toml", open.month), words::from_toml())
    };
    html! {
        section.card {
            p { (marked(who.say(&text))) }
            p { a.button.primary href=(href) { (who.say(&way)) } }
        }
    }
}

fn is_of_station(problem: &Problem) -> bool {
    problem.effect == Effect::Refuse && problem.place.as_ref().is_some_and(|place| place.file == STATION_FILE)
}

/// How many there are of each kind, in badges.
pub(super) fn counts(lang: Lang, problems: &[Problem]) -> Markup {
    let kinds = [(Severity::Error, "bad"), (Severity::Warning, "warn"), (Severity::Notice, "")];
    html! {
        @for (severity, class) in kinds {
            @let count = crate::problem::count(problems, severity);
            @if count > 0 { span.badge.(class) { (count) " " (severity.words().get(lang)) } }
        }
    }
}

/// The segment of `blocks`, those of the `text` of `file`, that a problem stands in, and the key.
pub(in crate::console) fn field_of<'b>(
    blocks: &'b [Block],
    text: &str,
    file: &str,
    problem: &Problem,
) -> Option<(&'b Block, Option<&'b str>)> {
    let place = problem.place.as_ref().filter(|place| place.file == file)?;
    let block = blocks.iter().find(|block| block.range(text).contains(&place.span.start))?;
    Some((block, block.key_at(text, place.span.start)))
}

/// A link with a sign.
pub(super) fn link(href: &str, sign: &str, text: &str) -> Markup {
    html! { a.button.small href=(href) { (icon(sign)) (text) } }
}
