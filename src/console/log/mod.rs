//! "Nhật ký": what was planned, what was heard, and why not where it was not; found by day, segment, topic, outcome or
//! words, corrected beside, and taken away as a table.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use maud::{Markup, html};

use super::assets::address;
use super::page::{Notice, Tab, notice, page};
use super::refused::Refused;
use super::role::Role;
use super::say::{either, query};
use super::site::Site;
use super::who::Who;
use super::words;
use crate::clock;
use crate::problem::{Lang, Text};
use crate::report::airings::{csv, json};

mod asked;
mod correct;
mod correct_form;
mod counted;
mod entry;

pub(super) use asked::MOST_DAYS;
pub(super) use counted::Counted;
pub(super) use entry::outcome_badge;

use asked::{Asked, ENDINGS, Unseen, View, view};

/// Rows on one page.
const A_PAGE: usize = 60;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/nhat-ky", get(shown))
        .route("/nhat-ky/xuat/{form}", get(exported))
        .route("/nhat-ky/sua", get(correct::form).post(correct::written))
}

async fn shown(State(site): State<Site>, who: Who, Query(asked): Query<Asked>) -> Result<Markup, Refused> {
    let mut view = seen(&site, &asked).await?;
    if let Some(view) = view.as_mut().ok().filter(|view| view.has_open_rows()) {
        view.sounding = site.link.sounding().await;
    }
    let lang = who.lang();
    Ok(page(
        &who,
        Tab::Log,
        &words::tab(Tab::Log),
        html! {
            link rel="stylesheet" href=(address("pages.css"));
            script src=(address("renew.js")) defer {}
            div.head {
                h1 { (who.say(&words::tab(Tab::Log))) }
                @if who.may(Role::Operator) {
                    a.button href="/nhat-ky/sua" { (either(lang, "Ghi mục phát không qua Loa", "Add what aired without Loa")) }
                }
            }
            @match view {
                Err(Unseen::Reversed(why)) => section.card { (find(&asked, Err(&why), lang)) },
                Err(Unseen::Unreadable(why)) => (notice(lang, &Notice::Error(why))),
                Ok(view) => (rows(&who, &asked, &view)),
            }
        },
    ))
}

/// What the log has of it, by the station in force: a look costs no reading of its file.
async fn seen(site: &Site, asked: &Asked) -> Result<Result<View, Unseen>, Refused> {
    let (home, asked) = (site.link.home().clone(), asked.clone());
    let station = site.link.snapshot().await.station.clone();
    site.work(move || view(&home, &station, &asked, clock::now())).await
}

fn rows(who: &Who, asked: &Asked, view: &View) -> Markup {
    let lang = who.lang();
    let rows = view.rows();
    let pages = rows.len().div_ceil(A_PAGE).max(1);
    let at = asked.trang.clamp(1, pages);
    let to = |page: usize| format!("/nhat-ky{}", asked.query(view, &page.to_string()));
    let shown = rows.chunks(A_PAGE).nth(at - 1).unwrap_or_default();
    html! {
        section.card {
            (find(asked, Ok(view), lang))
            div id="cac-muc" data-renews=[view.renews_ms(clock::now())] {
                @if rows.is_empty() {
                    p.muted { (either(lang, "Không có dòng nào trong những ngày và điều kiện này.", "There is no row on these days and terms.")) }
                }
                div.entries {
                    @for day in shown.chunk_by(|one, next| one.date(&view.zone) == next.date(&view.zone)) {
                        h2.day { (asked::day_words(day[0].date(&view.zone), lang)) }
                        @for row in day { (entry::row(who, view, row)) }
                    }
                }
                (super::say::pager(at, pages, lang, &to))
            }
        }
    }
}

/// What rows are looked for by; where the days are none, as it was filled in and why that finds nothing.
fn find(asked: &Asked, view: Result<&View, &Text>, lang: Lang) -> Markup {
    let option =
        |value: &str, chosen: &str, name: &str| html! { option value=(value) selected[value == chosen] { (name) } };
    let (from, to) = match view {
        Ok(view) => (view.from.to_string(), view.to.to_string()),
        Err(_) => (asked.tu.clone(), asked.den.clone()),
    };
    let why = view.err();
    let wrong = why.is_some();
    html! {
        form.stack method="get" action="/nhat-ky" role="search" {
            div.fields {
                label { span { (either(lang, "Từ ngày", "From")) }
                    input type="date" name="tu" value=(from) aria-invalid=[wrong.then_some("true")] aria-describedby=[wrong.then_some("ngay-sai")]; }
                label { span { (either(lang, "Đến hết ngày", "To")) }
                    input type="date" name="den" value=(to) aria-invalid=[wrong.then_some("true")] aria-describedby=[wrong.then_some("ngay-sai")]; }
                label { span { (either(lang, "Kết quả", "Outcome")) }
                    select name="ket_qua" {
                        (option("", &asked.ket_qua, either(lang, "Tất cả", "All")))
                        @for (code, words) in ENDINGS.iter() { (option(code, &asked.ket_qua, words.get(lang))) }
                    } }
                label { span { (either(lang, "Tiết mục", "Segment")) }
                    select name="tiet_muc" {
                        (option("", &asked.tiet_muc, either(lang, "Tất cả", "All")))
                        @for (id, title) in known(view.map(|view| &view.segments), &asked.tiet_muc) { (option(id, &asked.tiet_muc, title)) }
                    } }
                @if view.map_or(!asked.chu_de.is_empty(), |view| !view.topics.is_empty()) {
                    label { span { (either(lang, "Nội dung (mã)", "Topic (code)")) }
                        select name="chu_de" {
                            (option("", &asked.chu_de, either(lang, "Tất cả", "All")))
                            @match view {
                                Ok(view) => { @for topic in &view.topics { (option(topic, &asked.chu_de, topic)) } }
                                Err(_) => (option(&asked.chu_de, &asked.chu_de, &asked.chu_de)),
                            }
                        } }
                }
                label { span { (either(lang, "Có chữ", "With the words")) } input type="search" name="tim" value=(asked.tim); }
            }
            @if let Some(why) = why { p.field-error id="ngay-sai" role="alert" { (why.get(lang)) } }
            div.head {
                div.row {
                    button.primary type="submit" { (either(lang, "Lọc", "Find")) }
                    @if let Ok(view) = view {
                        a.button href=(format!("/nhat-ky/xuat/csv{}", asked.query(view, ""))) { (either(lang, "Tải về CSV", "Download CSV")) }
                        a.button href=(format!("/nhat-ky/xuat/json{}", asked.query(view, ""))) { (either(lang, "Tải về JSON", "Download JSON")) }
                    }
                }
                @if let Ok(view) = view { p.muted.num role="status" id="so-muc" data-renews=[view.renews_ms(clock::now())] { (view.logged.entries.len()) " " (either(lang, "mục", "rows")) } }
            }
        }
    }
}

/// The segments to choose from; where they are not known, the one that was chosen.
fn known<'k>(segments: Result<&'k BTreeMap<String, String>, &Text>, chosen: &'k str) -> Vec<(&'k str, &'k str)> {
    match segments {
        Ok(segments) => segments.iter().map(|(id, title)| (id.as_str(), title.as_str())).collect(),
        Err(_) => Some((chosen, chosen)).filter(|_| !chosen.is_empty()).into_iter().collect(),
    }
}

/// What the filter keeps, as a file.
async fn exported(
    State(site): State<Site>,
    who: Who,
    Path(form): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Refused> {
    let (kind, render): (_, fn(&crate::report::airings::Log<'_>, Lang) -> String) = match form.as_str() {
        "csv" => ("text/csv; charset=utf-8", csv::render),
        "json" => ("application/json", |log, _| json::render(log)),
        _ => return Err(Refused::not_found()),
    };
    let (view, lang) = (seen(&site, &asked).await?.map_err(|unseen| Refused::bad(unseen.words()))?, who.lang());
    let made = move || (format!("nhat-ky-{}-{}", view.from, view.to), render(&view.logged.log(), lang));
    let (name, text) = site.work(made).await?;
    let saved = format!("attachment; filename=\"{name}.{form}\"");
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, saved)], text).into_response())
}

/// The page of the log that shows one slot's day, opened there.
pub(super) fn page_of(slot: &str, date: jiff::civil::Date) -> String {
    let date = date.to_string();
    format!("/nhat-ky{}#{}", query([("tu", date.as_str()), ("den", &date)]), super::who::escaped(slot))
}
