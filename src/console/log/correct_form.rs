//! The form of what a person knows better than the log: it offers what goes together, and to withdraw what there is to
//! withdraw.

use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::asked::day_words;
use super::correct::{About, Said};
use super::entry::{by_hand, outcome_badge};
use super::page_of;
use crate::airing::{Corrected, Entry};
use crate::cells;
use crate::console::page::{Tab, below, csrf, page, refusal};
use crate::console::say::either;
use crate::console::who::Who;
use crate::outcome::Outcome;
use crate::problem::{Lang, Text};

/// With what was filled in, and why that will not do.
pub(super) fn shown(who: &Who, about: &About, said: &Said, why: Option<Text>) -> Markup {
    let lang = who.lang();
    let title = match (&about.entry, &about.standing) {
        (Some(_), _) => Text::new("Sửa tay một dòng nhật ký", "Correct a row of the log"),
        (None, Some(_)) => Text::new("Sửa mục nhập tay", "Correct an entry by hand"),
        (None, None) => Text::new("Ghi mục phát không qua Loa", "Add what aired without Loa"),
    };
    let back = about.entry.as_ref().map_or("/nhat-ky".to_owned(), |entry| page_of(&entry.slot.id.0, entry.slot.date));
    let to_withdraw = about.standing.as_ref().is_some_and(|standing| !standing.is_withdrawal());
    page(
        who,
        Tab::Log,
        &title,
        html! {
            (below(&back, either(lang, "Nhật ký", "Log"), who.say(&title)))
            @if let Some(why) = why { (refusal(lang, &why)) }
            section.card.to-read {
                (what(about, lang))
                (new_word(who, about, said))
            }
            @if to_withdraw { (withdrawal(who, about, said)) }
        },
    )
}

/// What it is about, and what stands of it by now.
fn what(about: &About, lang: Lang) -> Markup {
    html! {
        @if let Some(entry) = &about.entry {
            p { strong { (entry.slot.called(lang)) } span.muted.num { " · " (date_words(entry, &about.zone, lang)) } " "
                (outcome_badge(entry.airing.as_ref().and_then(|airing| airing.outcome), lang)) }
        }
        @if let Some(standing) = &about.standing {
            @if let Corrected::WithoutLoa { title, .. } = &standing.of { p { strong { (title) } } }
            (by_hand(standing, &about.zone, lang))
        }
    }
}

fn new_word(who: &Who, about: &About, said: &Said) -> Markup {
    let lang = who.lang();
    let hint = match (&about.entry, &about.standing) {
        (Some(_), _) => Text::new(
            "Dòng gốc của nhật ký giữ nguyên. Điều bạn ghi đứng bên cạnh, kèm tên bạn và giờ ghi, và báo cáo tính theo nó. Ô để trống: như nhật ký.",
            "The log's own row stays. What you write stands beside it, with your name and the time, and reports count it. What is left empty is as the log has it.",
        ),
        (None, Some(_)) => Text::new(
            "Điều đã ghi giữ nguyên trong nhật ký; điều bạn ghi thay chỗ nó, kèm tên bạn và giờ ghi, và báo cáo tính theo nó. Ô để trống: như đã ghi.",
            "What was written stays in the log; what you write takes its place, with your name and the time, and reports count it. What is left empty is as it was written.",
        ),
        (None, None) => Text::new(
            "Dành cho điều đã phát mà Loa không phát, như bằng USB hay loa kéo; nó đứng trong nhật ký kèm tên bạn và giờ ghi, và báo cáo tính nó.",
            "For what was aired and not by Loa, as from a USB stick or another loudspeaker; it stands in the log with your name and the time, and reports count it.",
        ),
    };
    html! {
        p.hint-text { (who.say(&hint)) }
        form.stack method="post" action="/nhat-ky/sua" data-typed {
            (csrf(who))
            input type="hidden" name="muc" value=(said.muc);
            (fields(about, said, lang))
            (reason(if said.rut_lai.is_empty() { &said.ly_do } else { "" }, lang))
            div.row {
                button.primary type="submit" { (either(lang, "Ghi vào nhật ký", "Write it")) }
                span.hint-text { (either(lang, "Người ghi", "Written by")) ": " (who.name()) }
            }
        }
    }
}

/// To take back what counts by hand.
fn withdrawal(who: &Who, about: &About, said: &Said) -> Markup {
    let lang = who.lang();
    let hint = match about.entry {
        Some(_) => Text::new(
            "Lời của nhật ký lại được tính. Điều đã ghi vẫn nằm trong nhật ký.",
            "The log's own word counts again. What was written stays in the log.",
        ),
        None => Text::new(
            "Mục này không được tính nữa. Điều đã ghi vẫn nằm trong nhật ký.",
            "It counts no more. What was written stays in the log.",
        ),
    };
    html! {
        section.card.to-read {
            h2 { (either(lang, "Rút lại điều đã ghi tay", "Take back what was written by hand")) }
            p.hint-text { (who.say(&hint)) }
            form.stack method="post" action="/nhat-ky/sua" data-typed {
                (csrf(who))
                input type="hidden" name="muc" value=(said.muc);
                input type="hidden" name="rut_lai" value="co";
                (reason(if said.rut_lai.is_empty() { "" } else { &said.ly_do }, lang))
                div.row { button.outline-danger type="submit" { (either(lang, "Rút lại", "Take back")) } }
            }
        }
    }
}

fn reason(said: &str, lang: Lang) -> Markup {
    html! {
        label { span { (either(lang, "Lý do (bắt buộc)", "Reason (needed)")) }
            textarea name="ly_do" required maxlength="500" rows="3" { (said) } }
    }
}

fn date_words(entry: &Entry, zone: &TimeZone, lang: Lang) -> String {
    let at = cells::on_clock(entry.slot.planned, zone);
    format!("{}, {}", day_words(entry.slot.date, lang), at.strftime("%H:%M:%S"))
}

fn fields(about: &About, said: &Said, lang: Lang) -> Markup {
    let needed = about.is_new();
    let local = |name: &str, vi: &'static str, en: &'static str, value: &str| {
        html! { label { span { (either(lang, vi, en)) }
        input type="datetime-local" step="1" name=(name) value=(value) required[needed]; } }
    };
    html! {
        @if about.entry.is_none() {
            @if about.is_new() { (segment(about, said, lang)) }
            label { span { (either(lang, "Tên mục", "Title")) } input name="ten" value=(said.ten) maxlength="200"; }
        }
        label { span { (either(lang, "Kết quả", "Outcome")) } (verdicts(about, &said.ket_qua, lang)) }
        div.pair {
            (local("bat_dau", "Bắt đầu nghe thấy", "First heard", &said.bat_dau))
            (local("ket_thuc", "Nghe thấy lần cuối", "Last heard", &said.ket_thuc))
        }
        label { span { (either(lang, "Ghi chú cho báo cáo", "Note for the report")) } input name="ghi_chu" value=(said.ghi_chu) maxlength="300"; }
    }
}

/// Which segment it was: by that reports know its column, its topic and how long its recording is.
fn segment(about: &About, said: &Said, lang: Lang) -> Markup {
    html! {
        label { span { (either(lang, "Tiết mục trong kế hoạch", "Segment of the plan")) }
            select name="tiet_muc" aria-describedby="tiet-muc-y" {
                option value="" { (either(lang, "Không có trong kế hoạch", "None of the plan")) }
                @for (id, title) in &about.segments { option value=(id) selected[*id == said.tiet_muc] { (title) } }
            } }
        p.hint-text id="tiet-muc-y" { (either(lang,
            "Chọn tiết mục thì không cần ghi tên; báo cáo tính lượt này cho chuyên mục và chủ đề của tiết mục ấy, không quá độ dài bản ghi của nó. Không chọn thì lượt này không thuộc chuyên mục hay chủ đề nào.",
            "With a segment no title is needed; reports count this for its column and topics, and no longer than its recording is. Without one it is of no column and no topic.")) }
    }
}

/// Each outcome with a cause that goes with it; of what was aired without Loa those alone of which something was heard.
fn verdicts(about: &About, chosen: &str, lang: Lang) -> Markup {
    let as_before = match (&about.entry, &about.standing) {
        (Some(_), _) => Some(either(lang, "Như nhật ký", "As the log has it")),
        (None, Some(_)) => Some(either(lang, "Như đã ghi", "As it was written")),
        (None, None) => None,
    };
    let without_loa = about.entry.is_none();
    let aired = Outcome::Aired;
    let offered = Outcome::ALL.iter().filter(|outcome| !outcome.causes().is_empty());
    let offered = offered.filter(|outcome| !(without_loa && outcome.is_silent()));
    html! {
        select name="ket_qua" {
            @if let Some(word) = as_before { option value="" { (word) } }
            option value=(aired.code()) selected[chosen == aired.code()] { (aired.word(lang)) }
            @for outcome in offered {
                optgroup label=(outcome.word(lang)) {
                    @for cause in outcome.causes() {
                        @let both = format!("{} {}", outcome.code(), cause.code());
                        option value=(both) selected[chosen == both] { (outcome.word(lang)) ": " (cause.word(lang)) }
                    }
                }
            }
        }
    }
}
