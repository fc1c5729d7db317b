//! What a person knows better than the log, written beside it in their name: the daemon holds it against the log's own
//! rules, and the log's word stays.

use axum::extract::{Form, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::page_of;
use crate::airing::{Corrected, Correction, Entry};
use crate::cells;
use crate::clock;
use crate::console::accounts::Act;
use crate::console::on_air::actions::order;
use crate::console::page::{Notice, Tab, below, csrf, page, refusal};
use crate::console::refused::Refused;
use crate::console::role::Role;
use crate::console::say::either;
use crate::console::site::Site;
use crate::console::who::Who;
use crate::home::Home;
use crate::ledger::{self, Reader};
use crate::loading;
use crate::outcome::{Cause, Outcome};
use crate::problem::Text;
use crate::reporting::{self, Logged};

/// The form, as it was filled in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Said {
    /// The slot, or the entry of what aired without Loa; none: a new entry of that.
    muc: String,
    ten: String,
    ket_qua: String,
    nguyen_nhan: String,
    bat_dau: String,
    ket_thuc: String,
    ghi_chu: String,
    ly_do: String,
    /// Not empty: what was written by hand is taken back.
    rut_lai: String,
}

/// What it is about.
struct About {
    zone: TimeZone,
    /// None: it aired without Loa.
    entry: Option<Entry>,
    /// What was entered as aired without Loa, as it stands now.
    standing: Option<Correction>,
}

fn about(home: &Home, slot: &str) -> Result<Option<About>, Text> {
    let zone = loading::load_station(home).station.unwrap_or_default().zone;
    if slot.is_empty() {
        return Ok(Some(About { zone, entry: None, standing: None }));
    }
    let reader = Reader::open(&home.ledger_file())?;
    let named = reader.slot_named(slot).map_err(|error| reporting::unreadable(home, &error))?;
    let Some((id, date)) = named else {
        let standing = reader.without_loa(slot).map_err(|error| reporting::unreadable(home, &error))?;
        return Ok(standing.map(|standing| About { zone, entry: None, standing: Some(standing) }));
    };
    let logged = Logged::read(home, &reader, &zone, date, date)?;
    let entry = logged.entries.into_iter().find(|entry| entry.slot.id == id);
    Ok(entry.map(|entry| About { zone, entry: Some(entry), standing: None }))
}

async fn known(site: &Site, slot: &str) -> Result<About, Refused> {
    let (home, slot) = (site.link.home().clone(), slot.to_owned());
    site.work(move || about(&home, &slot)).await?.map_err(Refused::bad)?.ok_or_else(Refused::not_found)
}

pub(super) async fn form(State(site): State<Site>, who: Who, Query(said): Query<Said>) -> Result<Markup, Refused> {
    who.need(Role::Operator)?;
    let about = known(&site, &said.muc).await?;
    Ok(shown(&who, &about, &said, None))
}

pub(super) async fn written(State(site): State<Site>, who: Who, Form(said): Form<Said>) -> Result<Response, Refused> {
    who.need(Role::Operator)?;
    let about = known(&site, &said.muc).await?;
    let wish = match wish(&said, &about) {
        Ok(wish) => wish,
        Err(why) => return Ok(again(&who, &about, &said, why, axum::http::StatusCode::UNPROCESSABLE_ENTITY)),
    };
    // Read before it is written, for afterwards it would stand in its own way. What is wrong with it the daemon says.
    let (home, by, asked) = (site.link.home().clone(), who.name().to_owned(), wish.clone());
    let correction = site.work(move || meant(&home, asked, &by)).await?;
    match order(&site, &who, Act::Correct, wish).await {
        Ok(answer) => {
            let is_written = answer["written"].as_bool() == Some(true);
            let home = site.link.home().clone();
            let id = answer["correction"].as_str().unwrap_or_default().to_owned();
            let told = site.work(move || told(&home, &Correction { id, ..correction? }, is_written)).await?;
            let told = told.map_err(Refused::bad)?;
            let told = if is_written { Notice::Done(told) } else { Notice::Warning(told) };
            who.tell(&site, told);
            let to = match &about.entry {
                Some(entry) => page_of(&entry.slot.id.0, entry.slot.date),
                None => "/nhat-ky".to_owned(),
            };
            Ok(Redirect::to(&to).into_response())
        }
        Err(refused) => Ok(again(&who, &about, &said, refused.text, refused.status)),
    }
}

/// What is told of what was written, and what reports make of it.
fn told(home: &Home, correction: &Correction, is_written: bool) -> Result<Text, Text> {
    let reader = Reader::open(&home.ledger_file())?;
    let told = reporting::told_of(home, &reader, correction, is_written);
    told.map_err(|error| reporting::unreadable(home, &error))
}

/// The correction that the question stands for.
fn meant(home: &Home, mut wish: serde_json::Value, by: &str) -> Result<Correction, Text> {
    wish["by"] = by.into();
    let zone = loading::load_station(home).station.unwrap_or_default().zone;
    ledger::correction(&wish, &Reader::open(&home.ledger_file())?, &zone, clock::now(), &|date| {
        reporting::planned_around(home, date)
    })
}

fn again(who: &Who, about: &About, said: &Said, why: Text, status: axum::http::StatusCode) -> Response {
    (status, shown(who, about, said, Some(why))).into_response()
}

/// The question to the daemon, as the command asks it.
fn wish(said: &Said, about: &About) -> Result<serde_json::Value, Text> {
    let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    if text(&said.ly_do).is_none() {
        return Err(Text::new("hãy ghi lý do: vì sao biết là khác nhật ký", "give the reason: how this is known"));
    }
    if !said.rut_lai.is_empty() {
        return Ok(json!({ "target": text(&said.muc), "withdraw": true, "why": said.ly_do.trim() }));
    }
    let aired = said.ket_qua == Outcome::Aired.code();
    if !said.ket_qua.is_empty() && !aired && said.nguyen_nhan.is_empty() {
        return Err(Text::new("hãy chọn nguyên nhân của kết quả này", "choose the cause of that outcome"));
    }
    if said.ket_qua.is_empty() && !said.nguyen_nhan.is_empty() {
        return Err(Text::new("hãy chọn kết quả đi với nguyên nhân này", "choose the outcome that has this cause"));
    }
    let nothing = [&said.ket_qua, &said.bat_dau, &said.ket_thuc, &said.ghi_chu, &said.ten]
        .iter()
        .all(|text| text.trim().is_empty());
    if nothing {
        return Err(Text::new(
            "chưa sửa gì: hãy ghi kết quả, giờ hoặc ghi chú",
            "nothing is corrected: give an outcome, a time or a note",
        ));
    }
    let is_new = about.entry.is_none() && about.standing.is_none();
    if is_new && [&said.ten, &said.bat_dau, &said.ket_thuc].iter().any(|text| text.trim().is_empty()) {
        return Err(Text::new(
            "cần đủ tên mục, giờ bắt đầu và giờ kết thúc",
            "its title, its beginning and its end are needed",
        ));
    }
    let (began, ended) = (instant(&said.bat_dau, &about.zone)?, instant(&said.ket_thuc, &about.zone)?);
    let cause = text(&said.nguyen_nhan).filter(|_| !aired);
    Ok(json!({
        "target": text(&said.muc), "title": text(&said.ten), "segment": null, "why": said.ly_do.trim(),
        "outcome": text(&said.ket_qua), "cause": cause, "began": began.map(|at| at.to_string()),
        "ended": ended.map(|at| at.to_string()), "played_ms": null, "note": text(&said.ghi_chu),
    }))
}

/// A date and a time of day as browsers send them, in the station's zone.
fn instant(text: &str, zone: &TimeZone) -> Result<Option<Timestamp>, Text> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let read = text.trim().replace(' ', "T").parse::<DateTime>().ok();
    read.and_then(|local| zone.to_timestamp(local).ok()).map(Some).ok_or_else(|| {
        Text::new(
            format!("không hiểu giờ `{text}`; viết như `2026-12-01 05:30:15`"),
            format!("`{text}` is no time; write it as `2026-12-01 05:30:15`"),
        )
    })
}

fn shown(who: &Who, about: &About, said: &Said, why: Option<Text>) -> Markup {
    let lang = who.lang();
    let title = match (&about.entry, &about.standing) {
        (Some(_), _) => Text::new("Sửa tay một dòng nhật ký", "Correct a row of the log"),
        (None, Some(_)) => Text::new("Sửa mục nhập tay", "Correct an entry by hand"),
        (None, None) => Text::new("Ghi mục phát không qua Loa", "Add what aired without Loa"),
    };
    let back = about.entry.as_ref().map_or("/nhat-ky".to_owned(), |entry| page_of(&entry.slot.id.0, entry.slot.date));
    page(
        who,
        Tab::Log,
        &title,
        html! {
            (below(&back, either(lang, "Nhật ký", "Log"), who.say(&title)))
            @if let Some(why) = why { (refusal(lang, &why)) }
            section.card {
                @if let Some(entry) = &about.entry {
                    p { strong { (entry.slot.called(lang)) } span.muted.num { " · " (date_words(entry, &about.zone, lang)) } " "
                        (super::entry::outcome_badge(entry.airing.as_ref().and_then(|airing| airing.outcome), lang)) }
                }
                @if let Some(Corrected::WithoutLoa { title, .. }) = about.standing.as_ref().map(|standing| &standing.of) {
                    p { strong { (title) } }
                }
                p.hint-text { (either(lang,
                    "Dòng gốc của nhật ký giữ nguyên. Điều bạn ghi đứng bên cạnh, kèm tên bạn và giờ ghi, và báo cáo tính theo nó. Ô để trống: như nhật ký.",
                    "The log's own row stays. What you write stands beside it, with your name and the time, and reports count it. What is left empty is as the log has it.")) }
                form.stack method="post" action="/nhat-ky/sua" {
                    (csrf(who))
                    input type="hidden" name="muc" value=(said.muc);
                    (fields(about, said, lang))
                    @if !said.muc.is_empty() {
                        label { input type="checkbox" name="rut_lai" value="co" checked[!said.rut_lai.is_empty()];
                            " " (either(lang, "Rút lại điều đã ghi tay trước đó, không ghi gì mới", "Take back what was written by hand before, and write nothing new")) }
                    }
                    label { span { (either(lang, "Lý do (bắt buộc)", "Reason (needed)")) } textarea name="ly_do" required maxlength="500" { (said.ly_do) } }
                    div.row {
                        button.primary type="submit" { (either(lang, "Ghi vào nhật ký", "Write it")) }
                        span.hint-text { (either(lang, "Người ghi", "Written by")) ": " (who.name()) }
                    }
                }
            }
        },
    )
}

fn date_words(entry: &Entry, zone: &TimeZone, lang: crate::problem::Lang) -> String {
    let date: Date = entry.slot.date;
    format!(
        "{}, {}",
        super::asked::day_words(date, lang),
        cells::on_clock(entry.slot.planned, zone).strftime("%H:%M:%S")
    )
}

fn fields(about: &About, said: &Said, lang: crate::problem::Lang) -> Markup {
    let local = |name: &str, vi: &'static str, en: &'static str, value: &str| {
        html! { label { span { (either(lang, vi, en)) } input type="datetime-local" step="1" name=(name) value=(value); } }
    };
    html! {
        div.fields {
            @if about.entry.is_none() {
                label { span { (either(lang, "Tên mục", "Title")) } input name="ten" value=(said.ten) required[about.standing.is_none()] maxlength="200"; }
            }
            label { span { (either(lang, "Kết quả", "Outcome")) }
                select name="ket_qua" {
                    option value="" { (either(lang, "Như nhật ký", "As the log has it")) }
                    @for outcome in Outcome::ALL { option value=(outcome.code()) selected[said.ket_qua == outcome.code()] { (outcome.word(lang)) } }
                } }
            label { span { (either(lang, "Nguyên nhân (nếu không phát trọn)", "Cause (unless aired)")) }
                select name="nguyen_nhan" {
                    option value="" { "—" }
                    @for cause in Cause::ALL { option value=(cause.code()) selected[said.nguyen_nhan == cause.code()] { (cause.word(lang)) } }
                } }
            (local("bat_dau", "Bắt đầu nghe thấy", "First heard", &said.bat_dau))
            (local("ket_thuc", "Nghe thấy lần cuối", "Last heard", &said.ket_thuc))
            label { span { (either(lang, "Ghi chú cho báo cáo", "Note for the report")) } input name="ghi_chu" value=(said.ghi_chu) maxlength="300"; }
        }
    }
}
