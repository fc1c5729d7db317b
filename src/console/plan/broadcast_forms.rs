//! A day unlike the others as forms: a broadcast at other times or off, one more, a column moved, a segment on another
//! date.

use axum::extract::{Path, Query, State};
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;

use super::view::Open;
use super::{day_to_change, gone, parts, words};
use crate::console::page::{Tab, page};
use crate::console::refused::Refused;
use crate::console::site::Site;
use crate::console::who::Who;
use crate::problem::Text;
use crate::programme::WindowChange;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    khung: String,
    #[serde(default)]
    id: String,
}

/// A page with one form that posts to the month.
fn form(who: &Who, open: &Open, date: Date, work: &str, title: &Text, fields: &Markup) -> Markup {
    let back = format!("/lich/{date}");
    page(
        who,
        Tab::Plan,
        title,
        html! {
            (parts::files())
            h1 { (who.say(title)) }
            p.muted { (words::day(date, who.lang())) }
            form.stack.plan-form method="post" action=(format!("/lich/{}/luu", open.month)) data-check=(format!("/lich/{}/thu", open.month)) {
                (parts::hidden(who, open, work, &back))
                input type="hidden" name="ngay" value=(date);
                fieldset.card { legend.sr { (who.say(title)) } (fields) }
                (parts::form_end(who, &back))
            }
        },
    )
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
                label { span { (who.say(&label)) } input id=(name) name=(name) value=(value) placeholder="06:30" maxlength="8" inputmode="numeric" autocomplete="off"; }
            }
        }
    }
}

pub(super) async fn broadcast(
    who: Who,
    State(site): State<Site>,
    Path(when): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Refused> {
    let (date, open) = day_to_change(&who, &site, &when).await?;
    let window = open.window(&asked.khung).ok_or_else(gone)?;
    let change = open.change(date, &window.id);
    let (start, end) = match change {
        Some((_, WindowChange::Moved { start, end, .. })) => (start.unwrap_or(window.start), end.unwrap_or(window.end)),
        _ => (window.start, window.end),
    };
    let hour = |time: jiff::civil::Time| words::time(time);
    let off = matches!(change, Some((_, WindowChange::Off)));
    let written = change.map(|(by, _)| by.reason.clone()).unwrap_or_default();
    let title =
        Text::new(format!("{}: đổi giờ hoặc nghỉ", window.name), format!("{}: other times, or off", window.name));
    let fields = html! {
        input type="hidden" name="khung" value=(window.id);
        div.either.stack {
            label.check { input type="radio" name="cach" value="gio" checked[!off]; span { (who.say(&Text::new("Phát giờ khác", "At other times"))) } }
            (times(&who, &hour(start), &hour(end), "of-gio"))
            label.check { input type="radio" name="cach" value="nghi" checked[off]; span { (who.say(&Text::new("Không phát buổi này", "Not at all"))) } }
        }
        (reason(&who, &written))
    };
    Ok(form(&who, &open, date, "buoi", &title, &fields))
}

pub(super) async fn extra(who: Who, State(site): State<Site>, Path(when): Path<String>) -> Result<Markup, Refused> {
    let (date, open) = day_to_change(&who, &site, &when).await?;
    let (Some(schedule), Some(loaded)) = (open.schedule(), open.loaded()) else {
        return Err(Refused::not_found());
    };
    let permit = Text::new("Số văn bản cho phép", "Number of the document that permits it");
    let permit_hint = Text::new(
        "Có văn bản thì buổi này được phát cả trong giờ yên tĩnh và ngoài số buổi quy định.",
        "With a document it may air in quiet hours and beyond the number of broadcasts.",
    );
    let fields = html! {
        label { span { (who.say(&words::extra_name())) } input id="id" name="ten" required maxlength="60"; }
        (times(&who, "", "", ""))
        fieldset.plain-set {
            legend { (who.say(&Text::new("Phát những gì, theo thứ tự này", "What it airs, in this order"))) }
            div.stack-small {
                @for column in schedule.columns_in_force(&loaded.station) {
                    label.check { input type="checkbox" name="muc" value=(format!("column:{}", column.id)); span { (who.say(&Text::new("Chuyên mục", "Column"))) ": " (column.name) } }
                }
                @for segment in &schedule.segments {
                    label.check { input type="checkbox" name="muc" value=(format!("segment:{}", segment.id)); span { (segment.title) } }
                }
            }
        }
        label { span { (who.say(&permit)) } input id="permit" name="permit" aria-describedby="permit-hint"; span.hint-text id="permit-hint" { (who.say(&permit_hint)) } }
        (reason(&who, ""))
    };
    Ok(form(&who, &open, date, "buoi-them", &words::extra(), &fields))
}

pub(super) async fn column(
    who: Who,
    State(site): State<Site>,
    Path(when): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Refused> {
    let (date, open) = day_to_change(&who, &site, &when).await?;
    let columns = match (open.schedule(), open.loaded()) {
        (Some(schedule), Some(loaded)) => schedule.columns_in_force(&loaded.station),
        _ => Vec::new(),
    };
    let column = columns.into_iter().find(|column| column.id == asked.id).ok_or_else(gone)?;
    let title = Text::new(format!("Ngoại lệ của “{}”", column.name), format!("An exception of “{}”", column.name));
    let fields = html! {
        input type="hidden" name="cot" value=(column.id);
        div.either.stack {
            label.check { input type="radio" name="cach" value="nghi" checked; span { (who.say(&Text::new("Không phát ngày này", "Not on this date"))) } }
            label.check { input type="radio" name="cach" value="doi"; span { (who.say(&Text::new("Dời sang ngày khác", "On another date"))) } }
            (another(&who, &open, date, "of-doi"))
            label.check { input type="radio" name="cach" value="thuong"; span { (who.say(&words::as_usual())) } }
        }
        (reason(&who, ""))
    };
    Ok(form(&who, &open, date, "chuyen-muc", &title, &fields))
}

/// Another date of the month.
fn another(who: &Who, open: &Open, date: Date, class: &str) -> Markup {
    html! {
        label.(class) { span { (who.say(&Text::new("Ngày mới", "The new date"))) }
            select id="to" name="den" {
                @for day in open.month.days().filter(|day| *day != date) { option value=(day) { (words::day(day, who.lang())) } }
            }
        }
    }
}

pub(super) async fn another_date(
    who: Who,
    State(site): State<Site>,
    Path(when): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Refused> {
    let (date, open) = day_to_change(&who, &site, &when).await?;
    let segments = open.schedule().map(|schedule| schedule.segments.as_slice()).unwrap_or_default();
    let segment = segments.iter().find(|segment| segment.id == asked.id).ok_or_else(gone)?;
    let title = Text::new(format!("Dời “{}” sang ngày khác", segment.title), format!("Move “{}”", segment.title));
    let fields = html! {
        input type="hidden" name="ma" value=(segment.id);
        (another(&who, &open, date, ""))
        @if segment.dates.len() > 1 {
            p.hint-text { (who.say(&Text::new("Những ngày khác của tiết mục này giữ nguyên.", "Its other dates stay as they are."))) }
        }
    };
    Ok(form(&who, &open, date, "doi-ngay", &title, &fields))
}
