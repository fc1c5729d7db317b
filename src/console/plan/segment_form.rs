//! A segment as a form: what airs, where in the day, on which dates, and what it says of itself.

use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;

use super::fields::{TOPIC, TOPICS, except, facts, listed, topics_of};
use super::view::Open;
use super::{DayToChange, gone, parts, words};
use crate::console::form::{Field, Labels, Sent, WEEKDAYS, folded};
use crate::console::on_air::recordings;
use crate::console::page::{Tab, first_large, marked, page, refusal};
use crate::console::problems::of_a_form;
use crate::console::refused::Refused;
use crate::console::role::Role;
use crate::console::site::Site;
use crate::console::who::{Who, escaped};
use crate::editing::{self, Block};
use crate::problem::{Lang, Problem, Sources, Text};
use crate::reading::weekdays::{self, weekdays};
use crate::saving::Kept;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    /// The segment; none: a new one.
    id: Option<String>,
    /// The window that it is to be in.
    khung: Option<String>,
    /// The column that it is to fill.
    cot: Option<String>,
    /// The recording that it is to air.
    tep: Option<String>,
}

pub(super) async fn shown(day: DayToChange<Asked>) -> Result<Markup, Refused> {
    let DayToChange { who, site, date, open, asked, .. } = day;
    let recordings = recordings(&site).await?;
    form(&who, &open, date, &asked, &recordings, None)
}

/// The form again with what was filled in, and why it was not saved.
pub(super) async fn again(
    who: &Who,
    site: &Site,
    open: &Open,
    sent: &Sent,
    why: (&Text, &[Problem]),
) -> Result<Markup, Refused> {
    let date = sent.get("ngay").and_then(|date| date.parse().ok()).unwrap_or(open.month.first());
    let asked = Asked { id: sent.get("ma").map(str::to_owned), ..Asked::default() };
    let recordings = recordings(site).await?;
    form(who, open, date, &asked, &recordings, Some((sent, why)))
}

/// Whether the segment that a form changes is in the month no more.
pub(super) fn is_gone(sent: &Sent, open: &Open) -> bool {
    let Some(id) = sent.get("ma").filter(|_| sent.get("viec") == Some("tiet-muc")) else { return false };
    let blocks = editing::blocks(open.text.as_deref().unwrap_or_default(), "segment").unwrap_or_default();
    blocks.iter().all(|block| block.id().as_deref() != Some(id))
}

/// What is said of it.
pub(super) fn is_gone_words(last: Option<&Kept>) -> Text {
    let whose = last.map_or_else(
        || Text::new("tiết mục này không còn trong tháng", "this segment is in the month no more"),
        |last| {
            let what = last.what();
            Text::new(
                format!("{} vừa lưu: {}; tiết mục này không còn trong tháng", last.by, what.vi),
                format!("{} has just saved: {}; this segment is in the month no more", last.by, what.en),
            )
        },
    );
    Text::new(
        format!("{}. Những gì bạn đã nhập còn ở đây, chưa lưu: bấm Lưu thì thành một tiết mục mới", whose.vi),
        format!("{}. What you typed is still here, not saved: saved, it is a new segment", whose.en),
    )
}

/// What was written, or filled in meanwhile.
struct Filled<'f> {
    block: Option<&'f Block>,
    sent: Option<&'f Sent>,
}

impl Filled<'_> {
    fn of(&self, field: &Field) -> String {
        match (self.sent, field.key) {
            (Some(sent), _) => field.filled(sent),
            (None, TOPIC) => topics_of(self.block).first().map_or_else(String::new, |first| (*first).to_owned()),
            (None, TOPICS) => topics_of(self.block).get(1..).unwrap_or_default().join("\n"),
            (None, _) => field.shown(self.block),
        }
    }

    fn texts(&self, name: &str, key: &str, between: &str) -> String {
        match self.sent {
            Some(sent) => sent.all(name).next().unwrap_or_default().to_owned(),
            None => self.block.map(|block| block.texts(key).join(between)).unwrap_or_default(),
        }
    }
}

/// What its fields are called, by the keys that they fill in.
pub(super) fn labels(open: &Open, lang: Lang) -> Labels {
    let own = [
        ("title", Text::new("Tên tiết mục", "Title")),
        ("audio", Text::new("Bản ghi", "Recording")),
        ("column", Text::new("Chuyên mục", "Column")),
        ("at", Text::new("Các giờ", "Times")),
        ("days", Text::new("Theo thứ", "By weekdays")),
        ("on", Text::new("Những ngày chọn riêng", "On these dates")),
    ];
    let fields = facts(&open.station(), &open.windows(), lang);
    Labels::named(own).and(Labels::of(fields.iter().chain([&except(open.month)])))
}

fn form(
    who: &Who,
    open: &Open,
    date: Date,
    asked: &Asked,
    recordings: &[String],
    refused: Option<(&Sent, (&Text, &[Problem]))>,
) -> Result<Markup, Refused> {
    let text = open.text.as_deref().ok_or_else(Refused::not_found)?;
    let blocks = editing::blocks(text, "segment").map_err(Refused::conflict)?;
    let block = match &asked.id {
        // What was typed of one that somebody took out meanwhile is not lost: saved, it is a new one.
        Some(id) => match blocks.iter().find(|block| block.id().as_deref() == Some(id)) {
            None if refused.is_none() => return Err(gone()),
            found => found,
        },
        None => None,
    };
    let filled = Filled { block, sent: refused.map(|(sent, _)| sent) };
    let title = match block {
        Some(block) => Text::new(format!("Sửa “{}”", block.title()), format!("Change “{}”", block.title())),
        None => Text::new("Tiết mục mới", "A new segment"),
    };
    let back = format!("/lich/{date}");
    Ok(page(
        who,
        Tab::Plan,
        &title,
        html! {
            (parts::files())
            h1 { (who.say(&title)) }
            @if let Some((_, (why, found))) = refused {
                div.refused { (refusal(who.lang(), why)) (of_a_form(who.lang(), found, &Sources::new())) }
            }
            form.stack.plan-form method="post" action=(format!("/lich/{}/luu", open.month)) data-check=(format!("/lich/{}/thu", open.month)) {
                (parts::hidden(who, open, "tiet-muc", &back))
                input type="hidden" name="ngay" value=(date);
                @if let Some(id) = block.and_then(Block::id) { input type="hidden" name="ma" value=(id); }
                (what(who, &filled, asked, recordings))
                (place(who, open, asked, &filled))
                (days(who, open, date, &filled))
                (about(who, open, &filled))
                (parts::form_end(who, &back))
            }
            @if let Some(id) = block.and_then(Block::id) { (removal(who, open, &back, &id)) }
        },
    ))
}

fn what(who: &Who, filled: &Filled<'_>, asked: &Asked, recordings: &[String]) -> Markup {
    // A recording that is to be planned brings its name along.
    let new = asked.tep.as_deref().filter(|_| filled.block.is_none() && filled.sent.is_none()).unwrap_or_default();
    let of_new = |text: String, own: &str| if text.is_empty() { own.to_owned() } else { text };
    let title = of_new(filled.texts("title", "title", ""), &called(new));
    let audio = of_new(filled.texts("audio", "audio", "\n"), new);
    let hint = Text::new(
        "Tệp trong `audio/`. Nhiều tệp thì mỗi dòng một tệp, phát liền nhau.",
        "A file in `audio/`. Several, a line each, are played as one.",
    );
    html! {
        fieldset.card {
            legend { (who.say(&Text::new("Nội dung", "What"))) }
            label { span { (who.say(&Text::new("Tên tiết mục", "Title"))) }
                input id="title" name="title" value=(title) required maxlength="300" autofocus; }
            label { span { (who.say(&Text::new("Bản ghi", "Recording"))) }
                textarea.short id="audio" name="audio" rows="2" required aria-describedby="audio-hint" { (audio) }
                span.hint-text id="audio-hint" { (marked(who.say(&hint))) } }
            @if !recordings.is_empty() {
                label { span { (who.say(&Text::new("Chọn từ kho", "Choose from the library"))) }
                    select id="tu-kho" data-into="audio" {
                        option value="" { "—" }
                        @for name in recordings { option value=(name) { (name) } }
                    }
                }
            }
        }
    }
}

/// `2026-12/ban-tin_sang.mp3` → `ban tin sang`: a title to begin with.
fn called(rel: &str) -> String {
    let name = rel.rsplit('/').next().unwrap_or(rel);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    first_large(&stem.replace(['-', '_'], " "))
}

fn place(who: &Who, open: &Open, asked: &Asked, filled: &Filled<'_>) -> Markup {
    let columns = open.columns();
    let of_window = asked.khung.as_deref().and_then(|id| open.window(id)).and_then(|window| {
        window.running_order.iter().find_map(|item| match &item.what {
            crate::programme::What::Column { id, .. } => Some(id.as_str()),
            _ => None,
        })
    });
    let at = match filled.sent {
        Some(sent) => sent.get("at").unwrap_or_default().to_owned(),
        None => filled.block.map(|block| block.written("at").join(", ")).unwrap_or_default(),
    };
    let column = filled.texts("column", "column", "");
    let column = Some(column).filter(|column| !column.is_empty());
    let column = column.or_else(|| asked.cot.clone().or(of_window.map(str::to_owned)).filter(|_| at.is_empty()));
    let (by_column, by_time) = (
        Text::new("Trong chuyên mục của trình tự", "In a column of the running order"),
        Text::new("Đúng giờ riêng", "At times of its own"),
    );
    let chosen = filled.sent.and_then(|sent| sent.get("cach")).map_or(column.is_some(), |way| way == "cot");
    html! {
        fieldset.card.either {
            legend { (who.say(&Text::new("Phát lúc nào trong ngày", "Where in the day"))) }
            label.check { input type="radio" name="cach" value="cot" checked[chosen]; span { (who.say(&by_column)) } }
            label.of-cot { span { (who.say(&Text::new("Chuyên mục", "Column"))) }
                select id="column" name="column" {
                    @for known in &columns {
                        option value=(known.id) selected[Some(&known.id) == column.as_ref()] { (known.name) }
                    }
                }
                @if columns.is_empty() {
                    span.hint-text {
                        (who.say(&Text::new("Chưa có chuyên mục nào; thêm ở ", "There is no column yet; add one at ")))
                        a href=(format!("/lich/{}/muc/chuyen-muc", open.month)) { (who.say(&Text::new("Lịch › Chuyên mục", "Plan › Columns"))) }
                    }
                }
            }
            label.check { input type="radio" name="cach" value="gio" checked[!chosen]; span { (who.say(&by_time)) } }
            label.of-gio { span { (who.say(&Text::new("Các giờ, cách nhau bằng dấu phẩy", "Times, with commas between"))) }
                input id="at" name="at" value=(at) placeholder="05:45, 17:10" inputmode="text"; }
        }
    }
}

fn days(who: &Who, open: &Open, date: Date, filled: &Filled<'_>) -> Markup {
    let written = filled.block.map(|block| block.texts("days").join(", ")).unwrap_or_default();
    let week = weekdays(&written).unwrap_or_default();
    let (chosen_days, chosen_week): (Vec<Date>, Vec<bool>) = match filled.sent {
        Some(sent) => (
            sent.all("on").filter_map(|date| date.parse().ok()).collect(),
            WEEKDAYS.iter().map(|day| sent.all("days").any(|sent| sent == *day)).collect(),
        ),
        None => {
            let listed = listed(filled.block, open.month);
            let own = if filled.block.is_none() { vec![date] } else { listed.into_iter().collect() };
            let monday = jiff::civil::Weekday::Monday.cycle_forward();
            (own, monday.take(7).map(|day| week.contains(day)).collect())
        }
    };
    let by_week = filled.sent.and_then(|sent| sent.get("lich")).map_or(!written.is_empty(), |way| way == "thu");
    let monday = jiff::civil::Weekday::Monday.cycle_forward();
    html! {
        fieldset.card.either {
            legend { (who.say(&Text::new("Phát những ngày nào", "On which dates"))) }
            label.check { input type="radio" name="lich" value="thu" checked[by_week]; span { (who.say(&Text::new("Theo thứ, suốt tháng", "By weekdays, all month"))) } }
            div.picks.of-thu {
                @for ((day, name), chosen) in WEEKDAYS.into_iter().zip(monday.clone()).zip(chosen_week) {
                    label.pick { input type="checkbox" name="days" value=(day) checked[chosen]; span { (weekdays::name(name, who.lang())) } }
                }
            }
            div.of-thu { (except(open.month).input(who.lang(), &filled.of(&except(open.month)))) }
            label.check { input type="radio" name="lich" value="ngay" checked[!by_week]; span { (who.say(&Text::new("Những ngày chọn riêng", "On these dates"))) } }
            div.picks.dates.of-ngay {
                @for (day, name) in WEEKDAYS.into_iter().zip(monday) { span.pick-head aria-hidden="true" { (weekday_head(day, name, who.lang())) } }
                @for _ in 0..open.month.first().weekday().to_monday_zero_offset() { span aria-hidden="true" {} }
                @for day in open.month.days() {
                    label.pick {
                        input type="checkbox" name="on" value=(day) checked[chosen_days.contains(&day)] aria-label=(words::day(day, who.lang()));
                        span aria-hidden="true" { (day.day()) }
                    }
                }
            }
        }
    }
}

/// `T2`, `Mo`: over a column of dates.
fn weekday_head(day: &'static str, weekday: jiff::civil::Weekday, lang: Lang) -> &'static str {
    match lang {
        Lang::Vi => day,
        Lang::En => weekdays::name(weekday, lang).get(..2).unwrap_or_default(),
    }
}

fn about(who: &Who, open: &Open, filled: &Filled<'_>) -> Markup {
    let valued = |field: Field| {
        let value = filled.of(&field);
        (field, value)
    };
    let fields = facts(&open.station(), &open.windows(), who.lang());
    // What a form cannot show it does not ask about, and leaves.
    let fields = fields.into_iter().filter(|field| filled.block.is_none_or(|block| !field.would_lose(block)));
    let fields: Vec<_> = fields.map(|field| valued(field.reached(who.may(Role::Admin)))).collect();
    html! {
        fieldset.card {
            legend { (who.say(&Text::new("Ghi cho báo cáo", "For the report"))) }
            (folded(who.lang(), &fields))
        }
    }
}

fn removal(who: &Who, open: &Open, back: &str, id: &str) -> Markup {
    let title = Text::new("Bỏ hẳn tiết mục này khỏi tháng", "Take this segment out of the month");
    let copy = Text::new("Chép thành tiết mục mới", "Copy as a new segment");
    html! {
        div.row {
            form method="post" action=(format!("/lich/{}/luu", open.month)) {
                (parts::hidden(who, open, "chep-tiet-muc", back))
                input type="hidden" name="ma" value=(id);
                button type="submit" { (who.say(&copy)) }
            }
            form method="post" action=(format!("/lich/{}/luu", open.month)) {
                (parts::hidden(who, open, "bo", back))
                input type="hidden" name="ma" value=(id);
                button.outline-danger type="submit" { (who.say(&title)) }
            }
            a href=(format!("/lich/{}/toml#{}", open.month, escaped(id))) { (who.say(&words::text_of_file())) }
        }
    }
}
