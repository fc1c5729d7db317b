//! The files' own text in a pane, with what check says underlined at its place. Of a month what check refuses may be saved
//! here, said so expressly: its last good version stays in force, and half a day's typing is not lost. `station.toml` holds
//! for all months: it is saved whole or not at all.

use axum::Json;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use jiff::tz::TimeZone;
use maud::{Markup, html};
use serde_json::{Value, json};

use super::differences::differences;
use super::marks::marks;
use super::remarks::{self, Remark};
use super::undo::undone;
use super::{look, month_of, parts};
use crate::clock;
use crate::console::accounts::Act;
use crate::console::form::Sent;
use crate::console::guarded::Hand;
use crate::console::page::{Notice, Tab, answered, csrf, marked, page};
use crate::console::problems::of_a_text;
use crate::console::refused::Refused;
use crate::console::role::Role;
use crate::console::savable::{left, why_not};
use crate::console::say::deed;
use crate::console::site::Site;
use crate::console::station_page::{device_of, on_disk_alone, taken};
use crate::console::who::Who;
use crate::library::remembered_facts_of;
use crate::loading::{self, Checked, MonthFile};
use crate::problem::{Lang, Text, any_refuses};
use crate::saving::{self, Deed, Kept, PlanFile, Unsaved};

/// What a pane shows.
pub(in crate::console) struct Pane {
    pub file: PlanFile,
    /// What is in the pane.
    pub text: String,
    /// The version that a save is made from.
    pub version: String,
    pub checked: Checked,
    pub undo: Option<Kept>,
}

/// What check says of a file if it held that text, a month's under the station that is in force.
pub(in crate::console) async fn check(site: &Site, file: PlanFile, text: String) -> Result<Checked, Refused> {
    if let PlanFile::Month(month) = file {
        return look::check(site, month, Some(text)).await;
    }
    let home = site.link.home().clone();
    let checked = move || {
        let months = loading::months(&home).unwrap_or_default();
        let files: Vec<MonthFile> = months.into_iter().map(|month| MonthFile::of(&home, month)).collect();
        loading::check_station_text(&home, &text, &files, &mut remembered_facts_of(&home))
    };
    site.work(checked).await
}

/// A file as it lies on the disk.
///
/// # Errors
/// It cannot be read, or there is none.
pub(in crate::console) async fn pane(site: &Site, file: PlanFile) -> Result<Pane, Refused> {
    let home = site.link.home().clone();
    let read = move || -> Result<_, Text> {
        let there = file.read(&home)?;
        let version = saving::version(there.as_deref());
        // A station without a file has one once it is saved here.
        let text = there.or_else(|| (file == PlanFile::Station).then(String::new));
        let undo = text.as_deref().and_then(|text| saving::to_undo(&home, file, text));
        Ok((text, version, undo))
    };
    let (text, version, undo) = site.work(read).await?.map_err(Refused::conflict)?;
    let text = text.ok_or_else(Refused::not_found)?;
    let checked = check(site, file, text.clone()).await?;
    Ok(Pane { file, text, version, checked, undo })
}

fn path(file: PlanFile) -> String {
    match file {
        PlanFile::Station => "/dai/tep".to_owned(),
        PlanFile::Month(month) => format!("/lich/{month}/toml"),
    }
}

/// Who may change the file.
pub(in crate::console) fn needed(file: PlanFile) -> Role {
    match file {
        PlanFile::Station => Role::Admin,
        PlanFile::Month(_) => Role::Operator,
    }
}

pub(super) async fn month(who: Who, State(site): State<Site>, Path(when): Path<String>) -> Result<Markup, Refused> {
    let pane = pane(&site, PlanFile::Month(month_of(&when)?)).await?;
    Ok(shown(&who, &pane, None, &html! {}))
}

/// It may hold addresses with keys in them, so only an admin sees it.
pub(super) async fn station(who: Who, State(site): State<Site>) -> Result<Markup, Refused> {
    who.need(Role::Admin)?;
    let pane = pane(&site, PlanFile::Station).await?;
    Ok(shown(&who, &pane, None, &html! {}))
}

fn shown(who: &Who, pane: &Pane, said: Option<&Notice>, more: &Markup) -> Markup {
    let (file, path) = (pane.file, path(pane.file));
    let title = Text::same(&file.name());
    let tab = if file == PlanFile::Station { Tab::Station } else { Tab::Plan };
    let may = who.may(needed(file));
    let back = if file == PlanFile::Station { "/dai".to_owned() } else { format!("/lich/{}", file.stem()) };
    let text = pane.text.strip_prefix('\u{feff}').unwrap_or(&pane.text);
    html! { (page(who, tab, &title, html! {
        (parts::files())
        div.head {
            h1 { (file.name()) }
            a.button href=(back) { (who.say(&Text::new("‹ Quay lại", "‹ Back"))) }
        }
        @if let Some(said) = said { (answered(who.lang(), said)) }
        (more)
        @if may && let Some(kept) = &pane.undo { (undo(who, pane, kept)) }
        form.editor-form method="post" action=(path) data-typed {
            (csrf(who))
            input type="hidden" name="base" value=(pane.version);
            div.editor data-check=(format!("{path}/thu")) data-file=(file.name()) {
                pre.gutter aria-hidden="true" { @for line in 1..=text.lines().count().max(1) { (line) "\n" } }
                div.page {
                    pre.under aria-hidden="true" { (text) "\n" }
                    // A line break right behind the tag belongs to the tag.
                    textarea id="text" name="text" spellcheck="false" wrap="off" autocapitalize="off" autocomplete="off"
                        readonly[!may] aria-label=(file.name()) aria-describedby="ket-qua" { "\n" (text) }
                }
            }
            @if may {
                @if file == PlanFile::Station { p.hint-text { (marked(who.say(&on_disk_alone()))) } }
                div.row {
                    button.primary type="submit" id="luu" { (who.say(&super::words::save())) }
                    @if file != PlanFile::Station { (in_spite(who)) }
                }
            }
        }
        section.card aria-labelledby="kiem-tra" {
            div.head {
                h2 id="kiem-tra" { (who.say(&super::words::problems())) }
                div.row id="dem" { (counts(who.lang(), &pane.checked)) }
            }
            div id="ket-qua" role="status" aria-live="polite" { (list(who.lang(), &pane.checked)) }
        }
    })) }
}

/// Here it may be saved all the same.
fn or_in_spite(why: &Text) -> Text {
    Text::new(
        format!("{}, hoặc đánh dấu “Vẫn lưu” để làm tiếp sau", why.vi),
        format!("{}, or tick “Save in spite of errors” to go on later", why.en),
    )
}

fn in_spite(who: &Who) -> Markup {
    let words = Text::new(
        "Vẫn lưu dù còn lỗi (bản tốt gần nhất tiếp tục phát)",
        "Save in spite of errors (the last good version stays in force)",
    );
    html! {
        label.check id="van-luu" { input type="checkbox" name="van_luu" value="1"; span { (who.say(&words)) } }
    }
}

fn list(lang: Lang, checked: &Checked) -> Markup {
    html! {
        @if checked.problems.is_empty() { p { (super::words::no_problem().get(lang)) } }
        (of_a_text(lang, &checked.problems, &checked.sources))
    }
}

/// How much the list has of each kind, and whether all of it is refused.
fn counts(lang: Lang, checked: &Checked) -> Markup {
    let unusable = Text::new("chưa dùng được", "cannot be used");
    html! {
        (parts::counts(lang, &checked.problems))
        @if any_refuses(&checked.problems) { span.badge.bad { (unusable.get(lang)) } }
    }
}

fn undo(who: &Who, pane: &Pane, kept: &Kept) -> Markup {
    let action = match pane.file {
        PlanFile::Station => "/dai/tep/hoan-tac".to_owned(),
        PlanFile::Month(month) => format!("/lich/{month}/hoan-tac"),
    };
    let zone = pane.checked.months.first().map_or(TimeZone::UTC, |month| month.station.zone.clone());
    html! {
        form.undo method="post" action=(action) {
            (csrf(who))
            input type="hidden" name="base" value=(pane.version);
            input type="hidden" name="ve" value=(path(pane.file));
            p.muted { (marked(&deed(kept, &zone, who.lang()))) }
            button.small type="submit" { (who.say(&super::words::undo())) }
        }
    }
}

/// What was typed, as the file has its line breaks and its mark.
fn typed(sent: &Sent, before: &str) -> String {
    let text = sent.0.iter().find(|(name, _)| name == "text").map_or("", |(_, text)| text);
    // Pasted out of a file, it may bring that file's mark along.
    let plain = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    let lines = if before.contains("\r\n") { plain.replace('\n', "\r\n") } else { plain };
    if before.starts_with('\u{feff}') { format!("\u{feff}{lines}") } else { lines }
}

pub(super) async fn save_month(
    who: Who,
    State(site): State<Site>,
    Path(when): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, Refused> {
    save(&who, &site, PlanFile::Month(month_of(&when)?), sent).await
}

pub(super) async fn save_station(
    who: Who,
    State(site): State<Site>,
    Form(sent): Form<Sent>,
) -> Result<Response, Refused> {
    save(&who, &site, PlanFile::Station, sent).await
}

async fn save(who: &Who, site: &Site, file: PlanFile, sent: Sent) -> Result<Response, Refused> {
    who.need(needed(file))?;
    let there = pane(site, file).await?;
    let text = typed(&sent, &there.text);
    let base = sent.get("base").unwrap_or_default().to_owned();
    if base != there.version {
        return conflict(who, site, there, text).await;
    }
    let (home, hand, old, new) = (site.link.home().clone(), Hand::of(who), there.text.clone(), text.clone());
    if let Some(kept) = site.work(move || hand.kept_from(&home, file, Some(&old), &new)).await? {
        let status = if kept.status == StatusCode::FORBIDDEN { kept.status } else { StatusCode::UNPROCESSABLE_ENTITY };
        return Ok((status, again(who, there, text, kept.text).1).into_response());
    }
    let checked = check(site, file, text.clone()).await?;
    let why_not = why_not(file, &there.checked, &checked);
    let refused = why_not.is_some() || left(file, &checked).is_some();
    let remarks = remarks::of_change(file, &there.checked, &checked, clock::now());
    if let Some(why) = why_not.filter(|_| file == PlanFile::Station || sent.get("van_luu").is_none()) {
        let why = if file == PlanFile::Station { why } else { or_in_spite(&why) };
        return Ok(again(who, Pane { checked, ..there }, text, why).into_response());
    }
    let what = Text::new("sửa văn bản của tệp", "changed the file's text");
    let (home, by, now, typed) = (site.link.home().clone(), who.name().to_owned(), clock::now(), text.clone());
    let saved = site.work(move || saving::save(&home, file, &base, &typed, &Deed { by: &by, what, now })).await?;
    match saved {
        Ok(()) => {
            let kind = if file == PlanFile::Station { Act::Station } else { Act::Plan };
            site.note(who.name(), kind, Text::new("sửa văn bản", "changed its text").after(file.stem())).await;
            who.tell(
                site,
                if refused {
                    Notice::Warning(Text::new(
                        "đã lưu bản còn lỗi; bản tốt gần nhất vẫn đang được phát",
                        "saved with errors; the last good version stays in force",
                    ))
                } else {
                    saved_words(file, &remarks)
                },
            );
            Ok(Redirect::to(&path(file)).into_response())
        }
        Err(Unsaved::Changed { .. }) => conflict(who, site, pane(site, file).await?, text).await,
        Err(Unsaved::Failed(why)) => Ok(again(who, pane(site, file).await?, text, why).into_response()),
        Err(Unsaved::NothingToUndo) => Err(Refused::not_found()),
    }
}

/// That it is saved, and what is to be known of that.
fn saved_words(file: PlanFile, remarks: &[Remark]) -> Notice {
    let name = file.name();
    let said = remarks.iter().fold(
        Text::new(format!("đã lưu `{name}`"), format!("saved `{name}`")),
        |said, Remark { words, .. }| {
            Text::new(format!("{}; {}", said.vi, words.vi), format!("{}; {}", said.en, words.en))
        },
    );
    if remarks.iter().any(|remark| remark.grave) { Notice::Warning(said) } else { Notice::Done(said) }
}

/// The pane with what was typed, and why it was not saved.
fn again(who: &Who, there: Pane, text: String, why: Text) -> (StatusCode, Markup) {
    let pane = Pane { text, ..there };
    (StatusCode::UNPROCESSABLE_ENTITY, shown(who, &pane, Some(&Notice::Error(why)), &html! {}))
}

/// Both texts: one's own in the pane, to be saved on the newer version once it has what that has; the other beside it.
async fn conflict(who: &Who, site: &Site, there: Pane, text: String) -> Result<Response, Refused> {
    let why = Text::new(
        "có người vừa lưu tệp này; bản của bạn còn trong khung soạn, chưa lưu và không ghi đè gì. Chép những dòng mới của họ (bên dưới) vào bản của bạn rồi lưu",
        "somebody has just saved this file; yours is in the pane, not saved, and has overwritten nothing. Copy their new lines (below) into yours, then save",
    );
    let (theirs, own) = (there.text.clone(), text.clone());
    let differences = site.work(move || differences(&theirs, &own)).await?;
    let theirs = html! {
        section.card {
            h2 { (who.say(&Text::new("Bản của họ khác ở những dòng này", "Their version differs in these lines"))) }
            pre.differences tabindex="0" {
                @for (sign, line) in &differences {
                    @match sign {
                        '+' => { ins { "+ " (line) "\n" } }
                        _ => { del { "− " (line) "\n" } }
                    }
                }
            }
            p.hint-text { (who.say(&Text::new("+ chỉ có ở bản của họ · − chỉ có ở bản của bạn", "+ in theirs alone · − in yours alone"))) }
        }
    };
    let pane = Pane { text, ..there };
    Ok((StatusCode::CONFLICT, shown(who, &pane, Some(&Notice::Warning(why)), &theirs)).into_response())
}

pub(super) async fn check_month(
    who: Who,
    State(site): State<Site>,
    Path(when): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Json<Value>, Refused> {
    answer(&who, &site, PlanFile::Month(month_of(&when)?), sent).await
}

pub(super) async fn check_station(
    who: Who,
    State(site): State<Site>,
    Form(sent): Form<Sent>,
) -> Result<Json<Value>, Refused> {
    answer(&who, &site, PlanFile::Station, sent).await
}

/// What check says of a text that is being typed: where to underline, and the list.
async fn answer(who: &Who, site: &Site, file: PlanFile, sent: Sent) -> Result<Json<Value>, Refused> {
    who.need(needed(file))?;
    let text = typed(&sent, "");
    let lang = who.lang();
    let checked = check(site, file, text.clone()).await?;
    let before = match file {
        PlanFile::Month(month) => Some(look::at(site, month).await?.1),
        PlanFile::Station => None,
    };
    let answer = move || {
        let remarks = before.map(|before| remarks::of_change(file, &before, &checked, clock::now()));
        let remarks = remarks::shown(lang, &remarks.unwrap_or_default()).into_string();
        let marks = marks(&checked.problems, &file.name(), &text);
        let refused = any_refuses(&checked.problems);
        let (list, counts) = (list(lang, &checked).into_string(), counts(lang, &checked).into_string());
        json!({ "marks": marks, "refused": refused, "html": remarks + &list, "counts": counts })
    };
    Ok(Json(site.work(answer).await?))
}

/// Takes back the last change of `station.toml`.
pub(super) async fn undo_station(
    who: Who,
    State(site): State<Site>,
    Form(sent): Form<Sent>,
) -> Result<Redirect, Refused> {
    who.need(Role::Admin)?;
    let line = device_of(&site).await?;
    let notice = undone(&who, &site, PlanFile::Station, sent.get("base").unwrap_or_default()).await?;
    who.tell(&site, notice);
    // Taken back, the line changes as it does by its form, or it is said when it will.
    if let Some(device) = device_of(&site).await?.filter(|device| line.as_ref() != Some(device)) {
        let taken = taken(&site, &device).await;
        who.tell(&site, taken);
    }
    // Back to the page of settings where the button was.
    let back = sent.get("ve").filter(|path| path.starts_with("/dai/") && !path.contains("//"));
    Ok(Redirect::to(back.unwrap_or("/dai/tep")))
}
