//! A day unlike the others as forms: a broadcast at other times or off, one more, a column moved.

use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;

use super::stays::staying;
use super::view::Open;
use super::{DayToChange, gone, parts, segment_day, words};
use crate::console::form::Sent;
use crate::console::page::{Tab, page, refusal};
use crate::console::problems::of_a_form;
use crate::console::refused::Refused;
use crate::console::who::Who;
use crate::problem::{Problem, Sources, Text};
use crate::programme::WindowChange;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    khung: String,
    #[serde(default)]
    pub id: String,
}

/// What a form is filled in with where it comes again.
#[derive(Clone, Copy)]
pub(super) struct Filled<'f>(pub Option<(&'f Sent, (&'f Text, &'f [Problem]))>);

impl<'f> Filled<'f> {
    /// What was filled in, else what stands in the plan.
    fn or(self, name: &str, written: &'f str) -> &'f str {
        self.0.map_or(written, |(sent, _)| sent.get(name).unwrap_or_default())
    }

    /// Whether that is chosen.
    pub fn has(self, name: &str, value: &str, written: bool) -> bool {
        self.0.map_or(written, |(sent, _)| sent.all(name).any(|chosen| chosen == value))
    }
}

/// A page with one form that posts to the month.
pub(super) fn form(
    who: &Who,
    open: &Open,
    date: Date,
    (work, title): (&str, &Text),
    fields: &Markup,
    filled: Filled<'_>,
) -> Markup {
    let back = format!("/lich/{date}");
    page(
        who,
        Tab::Plan,
        title,
        html! {
            (parts::files())
            h1 { (who.say(title)) }
            p.muted { (words::day(date, who.lang())) }
            @if let Some((_, (why, found))) = filled.0 {
                div.refused { (refusal(who.lang(), why)) (of_a_form(who.lang(), found, &Sources::new())) }
            }
            form.stack.plan-form method="post" action=(format!("/lich/{}/luu", open.month)) data-check=(format!("/lich/{}/thu", open.month)) {
                (parts::hidden(who, open, work, &back))
                input type="hidden" name="ngay" value=(date);
                fieldset.card { legend.sr { (who.say(title)) } (fields) }
                (parts::form_end_with(who, &back, &does(work)))
            }
        },
    )
}

/// What its button does.
fn does(work: &str) -> Text {
    match work {
        "bo-ngay" => Text::new("Bỏ khỏi ngày này", "Take it off this date"),
        "doi-ngay" => Text::new("Dời sang ngày đã chọn", "Move it to that date"),
        "buoi-them" => Text::new("Thêm buổi này", "Add this broadcast"),
        _ => words::save(),
    }
}

/// The form that was sent again with what was filled in, and why that was not saved; none where a button was the whole form.
///
/// # Errors
/// What it is about is in the plan no more.
pub(super) fn again(who: &Who, open: &Open, sent: &Sent, why: (&Text, &[Problem])) -> Result<Option<Markup>, Refused> {
    let Some(date) = sent.get("ngay").and_then(|date| date.parse().ok()) else { return Ok(None) };
    let text = |name: &str| sent.get(name).unwrap_or_default().to_owned();
    let filled = Filled(Some((sent, why)));
    Ok(Some(match sent.get("viec").unwrap_or_default() {
        "buoi" => broadcast_form(who, open, date, &text("khung"), filled)?,
        "buoi-them" => extra_form(who, open, date, filled)?,
        "chuyen-muc" => column_form(who, open, date, &text("cot"), filled)?,
        "doi-ngay" => segment_day::another_date_form(who, open, date, &text("ma"), filled)?,
        "bo-ngay" => segment_day::off_form(who, open, date, &text("ma"), filled)?,
        _ => return Ok(None),
    }))
}

fn reason(who: &Who, written: &str) -> Markup {
    html! {
        label { span { (who.say(&words::reason())) }
            input id="reason" name="ly_do" value=(written) required maxlength="200" aria-describedby="ly-do-hint";
            span.hint-text id="ly-do-hint" { (who.say(&words::reason_hint())) } }
    }
}

/// Times of day, written as files write them: a browser's own field for them may speak of AM and PM.
fn times(who: &Who, start: &str, end: &str, class: &str) -> Markup {
    html! {
        div.grid-fields.(class) {
            @for (name, label, value) in [("start", words::start(), start), ("end", words::end(), end)] {
                label { span { (who.say(&label)) } input id=(name) name=(name) value=(value) placeholder="06:30" maxlength="16" autocomplete="off"; }
            }
        }
    }
}

/// One of the ways that exclude each other.
fn way(who: &Who, value: &str, chosen: bool, words: &Text) -> Markup {
    html! { label.check { input type="radio" name="cach" value=(value) checked[chosen]; span { (who.say(words)) } } }
}

pub(super) async fn broadcast(day: DayToChange<Asked>) -> Result<Markup, Refused> {
    let DayToChange { who, date, open, asked, .. } = day;
    broadcast_form(&who, &open, date, &asked.khung, Filled(None))
}

fn broadcast_form(who: &Who, open: &Open, date: Date, id: &str, filled: Filled<'_>) -> Result<Markup, Refused> {
    let window = open.window(id).ok_or_else(gone)?;
    let change = open.change(date, &window.id);
    let (start, end) = match change {
        Some((_, WindowChange::Moved { start, end, .. })) => (start.unwrap_or(window.start), end.unwrap_or(window.end)),
        _ => (window.start, window.end),
    };
    let (start, end) = (words::time(start), words::time(end));
    let off = matches!(change, Some((_, WindowChange::Off)));
    let written = change.map(|(by, _)| by.reason.as_str()).unwrap_or_default();
    let title =
        Text::new(format!("{}: đổi giờ hoặc nghỉ", window.name), format!("{}: other times, or off", window.name));
    let fields = html! {
        input type="hidden" name="khung" value=(window.id);
        div.either.stack {
            (way(who, "gio", filled.has("cach", "gio", !off), &Text::new("Phát giờ khác", "At other times")))
            (times(who, filled.or("start", &start), filled.or("end", &end), "of-gio"))
            (way(who, "nghi", filled.has("cach", "nghi", off), &Text::new("Không phát buổi này", "Not at all")))
            (own_times(who, open, date, filled))
        }
        (reason(who, filled.or("ly_do", written)))
    };
    Ok(form(who, open, date, ("buoi", &title), &fields, filled))
}

/// What airs by itself on the date, to be taken off with the broadcast.
fn own_times(who: &Who, open: &Open, date: Date, filled: Filled<'_>) -> Markup {
    let stays = staying(open.slots(), &|day| day == date, (open.now, &open.station().zone));
    let legend = Text::new(
        "Những tiết mục này có giờ riêng nên hôm ấy vẫn phát; đánh dấu tiết mục nào thì tiết mục ấy cũng nghỉ, và phát lại khi ngày này không nghỉ nữa",
        "These have times of their own and stay planned on that date; those that you tick are off too, and air again when this day is off no more",
    );
    html! {
        @if !stays.is_empty() {
            fieldset.plain-set.of-nghi {
                legend { (who.say(&legend)) }
                div.stack-small {
                    @for one in &stays {
                        label.check {
                            input type="checkbox" name="nghi_ca" value=(one.id) checked[filled.has("nghi_ca", &one.id, false)];
                            span { (one.words()) }
                        }
                    }
                }
            }
        }
    }
}

pub(super) async fn extra(day: DayToChange<Asked>) -> Result<Markup, Refused> {
    let DayToChange { who, date, open, .. } = day;
    extra_form(&who, &open, date, Filled(None))
}

fn extra_form(who: &Who, open: &Open, date: Date, filled: Filled<'_>) -> Result<Markup, Refused> {
    let schedule = open.schedule().ok_or_else(Refused::not_found)?;
    let permit = Text::new("Số văn bản cho phép", "Number of the document that permits it");
    let permit_hint = Text::new(
        "Có văn bản thì buổi này được phát cả trong giờ yên tĩnh và ngoài số buổi quy định.",
        "With a document it may air in quiet hours and beyond the number of broadcasts.",
    );
    let column = who.say(&Text::new("Chuyên mục", "Column")).to_owned();
    let columns =
        open.columns().into_iter().map(|known| (format!("column:{}", known.id), format!("{column}: {}", known.name)));
    let segments = schedule.segments.iter().map(|known| (format!("segment:{}", known.id), known.title.clone()));
    let fields = html! {
        label { span { (who.say(&words::extra_name())) } input id="id" name="ten" value=(filled.or("ten", "")) required maxlength="60"; }
        (times(who, filled.or("start", ""), filled.or("end", ""), ""))
        fieldset.plain-set {
            legend { (who.say(&Text::new("Phát những gì, theo thứ tự này", "What it airs, in this order"))) }
            div.stack-small {
                @for (code, name) in columns.chain(segments) {
                    label.check { input type="checkbox" name="muc" value=(code) checked[filled.has("muc", &code, false)]; span { (name) } }
                }
            }
        }
        label { span { (who.say(&permit)) } input id="permit" name="permit" value=(filled.or("permit", "")) aria-describedby="permit-hint"; span.hint-text id="permit-hint" { (who.say(&permit_hint)) } }
        (reason(who, filled.or("ly_do", "")))
    };
    Ok(form(who, open, date, ("buoi-them", &words::extra()), &fields, filled))
}

pub(super) async fn column(day: DayToChange<Asked>) -> Result<Markup, Refused> {
    let DayToChange { who, date, open, asked, .. } = day;
    column_form(&who, &open, date, &asked.id, Filled(None))
}

fn column_form(who: &Who, open: &Open, date: Date, id: &str, filled: Filled<'_>) -> Result<Markup, Refused> {
    let column = open.columns().into_iter().find(|column| column.id == id).ok_or_else(gone)?;
    let title = Text::new(format!("Ngoại lệ của “{}”", column.name), format!("An exception of “{}”", column.name));
    let fields = html! {
        input type="hidden" name="cot" value=(column.id);
        div.either.stack {
            (way(who, "nghi", filled.has("cach", "nghi", true), &Text::new("Không phát ngày này", "Not on this date")))
            (way(who, "doi", filled.has("cach", "doi", false), &Text::new("Dời sang ngày khác", "On another date")))
            (another(who, open, ("of-doi", &|day| day != date), filled))
            (way(who, "thuong", filled.has("cach", "thuong", false), &words::as_usual()))
        }
        (reason(who, filled.or("ly_do", "")))
    };
    Ok(form(who, open, date, ("chuyen-muc", &title), &fields, filled))
}

/// Another date of the month, of those that are not over and that `may` be. None is chosen beforehand.
pub(super) fn another(
    who: &Who,
    open: &Open,
    (class, may): (&str, &dyn Fn(Date) -> bool),
    filled: Filled<'_>,
) -> Markup {
    let days: Vec<Date> = open.month.days().filter(|day| *day >= open.today && may(*day)).collect();
    let none = Text::new(
        "Tháng này không còn ngày nào để dời sang; sang tháng sau thì thêm tiết mục ở kế hoạch tháng ấy.",
        "This month has no date left to move to; into the next month, add it to the plan of that one.",
    );
    html! {
        @if days.is_empty() {
            p.hint-text.(class) { (who.say(&none)) }
        } @else {
            label.(class) { span { (who.say(&words::new_date())) }
                select id="to" name="den" required[class.is_empty()] {
                    option value="" { (who.say(&Text::new("Chọn ngày…", "Choose a date…"))) }
                    @for day in days {
                        option value=(day) selected[filled.has("den", &day.to_string(), false)] { (words::day(day, who.lang())) }
                    }
                }
            }
        }
    }
}
