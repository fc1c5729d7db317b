//! The blocks of the files by forms: each kind is one description ([`table::Table`]), by which it is listed, drawn, read and
//! written; what check says stands beside the form, and nothing is written over what somebody else changed.

use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use maud::Markup;
use serde::Deserialize;

use super::accounts::Act;
use super::form::Sent;
use super::plan::{month_of, save::done};
use super::refused::Refused;
use super::role::Role;
use super::site::Site;
use super::who::Who;
use crate::problem::Text;
use crate::saving::PlanFile;

mod broadcasts;
mod cchc;
mod change;
mod form_page;
mod list_page;
mod operation;
mod paper;
mod renaming;
mod reporting;
mod table;

use form_page::Filling;
use paper::Paper;
use table::{Files, Shape, Table};

pub(super) use change::{differing, keys_of};
pub(super) use renaming::followers;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/dai/muc", get(index))
        .route("/dai/muc/{muc}", get(of_station).post(sent_to_station))
        .route("/dai/muc/{muc}/dong", get(one_of_station))
        .route("/dai/muc/{muc}/thu", post(tried_on_station))
        .route("/lich/{when}/muc/{muc}", get(of_month).post(sent_to_month))
        .route("/lich/{when}/muc/{muc}/dong", get(one_of_month))
        .route("/lich/{when}/muc/{muc}/thu", post(tried_on_month))
}

/// All of them.
fn tables() -> impl Iterator<Item = &'static Table> {
    broadcasts::TABLES.iter().chain(&reporting::TABLES).chain(&operation::TABLES)
}

fn table_of(code: &str) -> Option<&'static Table> {
    tables().find(|table| table.code == code)
}

/// The tables of a file that stand in its own list: not those of another's blocks.
pub(super) fn of_month_file() -> impl Iterator<Item = (&'static str, Text)> {
    let own = tables().filter(|table| table.files != Files::Station && table.parent().is_none());
    own.map(|table| (table.code, Table::text(table.name)))
}

/// The rows of blocks of a file that have forms, by their name in the file, and where these are.
pub(super) fn rows_of(file: PlanFile) -> impl Iterator<Item = (&'static str, String)> {
    let own = tables().filter(move |table| table.shape == Shape::Row && may_have(table, file));
    own.map(move |table| (table.block, format!("{}/{}/dong", base(file), table.code)))
}

/// Where the tables of a file are.
fn base(file: PlanFile) -> String {
    match file {
        PlanFile::Station => "/dai/muc".to_owned(),
        PlanFile::Month(month) => format!("/lich/{month}/muc"),
    }
}

/// Where the blocks of a table are listed: a row of another's block on that block's page, the `of`-th of its kind.
fn list_of(table: &Table, file: PlanFile, of: usize) -> String {
    let base = base(file);
    match table.parent() {
        None => format!("{base}/{}", table.code),
        Some(parent) if parent.shape == Shape::Once => format!("{base}/{}", parent.code),
        Some(parent) => format!("{base}/{}/dong?dong={of}", parent.code),
    }
}

/// Which entry a form is of.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    /// Its place; none: a new one.
    dong: Option<usize>,
    /// The place of the block whose row it is in.
    trong: usize,
    /// The kind of a new one.
    loai: String,
}

/// The table of that word, if the file may have it.
fn known(code: &str, file: PlanFile) -> Result<&'static Table, Refused> {
    table_of(code).filter(|table| may_have(table, file)).ok_or_else(Refused::not_found)
}

fn may_have(table: &Table, file: PlanFile) -> bool {
    let own = match file {
        PlanFile::Station => Files::Station,
        PlanFile::Month(_) => Files::Month,
    };
    table.files == own || table.files == Files::Both
}

async fn index(State(site): State<Site>, who: Who) -> Result<Markup, Refused> {
    let paper = paper::open(&site, &who, PlanFile::Station, "").await?;
    list_page::index(&who, &paper)
}

async fn of_station(State(site): State<Site>, who: Who, Path(code): Path<String>) -> Result<Markup, Refused> {
    listed(&site, &who, PlanFile::Station, &code).await
}

async fn of_month(
    State(site): State<Site>,
    who: Who,
    Path((when, code)): Path<(String, String)>,
) -> Result<Markup, Refused> {
    listed(&site, &who, PlanFile::Month(month_of(&when)?), &code).await
}

/// A table's blocks; of the one block its form.
async fn listed(site: &Site, who: &Who, file: PlanFile, code: &str) -> Result<Markup, Refused> {
    let paper = paper::open(site, who, file, code).await?;
    let table = known(code, file)?;
    match table.shape {
        Shape::Once => form_page::shown(who, &paper, table, &Filling::of(&paper, table, &Asked::default())?),
        Shape::Row => list_page::shown(who, &paper, table),
        Shape::RowOf { .. } => Err(Refused::not_found()),
    }
}

async fn one_of_station(
    State(site): State<Site>,
    who: Who,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Refused> {
    one(&site, &who, PlanFile::Station, &code, &asked).await
}

async fn one_of_month(
    State(site): State<Site>,
    who: Who,
    Path((when, code)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Refused> {
    one(&site, &who, PlanFile::Month(month_of(&when)?), &code, &asked).await
}

async fn one(site: &Site, who: &Who, file: PlanFile, code: &str, asked: &Asked) -> Result<Markup, Refused> {
    let paper = paper::open(site, who, file, code).await?;
    let table = known(code, file)?;
    form_page::shown(who, &paper, table, &Filling::of(&paper, table, asked)?)
}

async fn sent_to_station(
    State(site): State<Site>,
    who: Who,
    Path(code): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, Refused> {
    save(&site, &who, PlanFile::Station, &code, &sent).await
}

async fn sent_to_month(
    State(site): State<Site>,
    who: Who,
    Path((when, code)): Path<(String, String)>,
    Form(sent): Form<Sent>,
) -> Result<Response, Refused> {
    who.need(Role::Operator)?;
    save(&site, &who, PlanFile::Month(month_of(&when)?), &code, &sent).await
}

async fn save(site: &Site, who: &Who, file: PlanFile, code: &str, sent: &Sent) -> Result<Response, Refused> {
    let paper = paper::open(site, who, file, code).await?;
    let table = known(code, file)?;
    let tried = match paper::tried(site, &paper, table, sent).await? {
        Ok(tried) => tried,
        Err(why) => return again(who, &paper, table, sent, (StatusCode::CONFLICT, &why)),
    };
    if let Some(why) = &tried.why_not {
        let page =
            form_page::shown(who, &paper, table, &Filling::sent(&paper, table, sent).refused(why, Some(&tried)))?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    if let Err(why) = paper::save(site, who, &paper, &tried).await? {
        return again(who, &paper, table, sent, (StatusCode::CONFLICT, &why));
    }
    let act = if file == PlanFile::Station { Act::Station } else { Act::Plan };
    site.note(who.name(), act, tried.what.after(file.stem())).await;
    let fresh = Filling::sent(&paper, table, sent).in_words(&tried);
    who.tell(site, done(&tried.what, &fresh, &tried.remarks));
    Ok(Redirect::to(&after(&paper, table, sent)?).into_response())
}

/// The form with what was filled in, and why that was not saved.
fn again(
    who: &Who,
    paper: &Paper,
    table: &'static Table,
    sent: &Sent,
    (status, why): (StatusCode, &Text),
) -> Result<Response, Refused> {
    let filling = Filling::sent(paper, table, sent).beside_theirs(who.lang(), paper, table)?;
    let page = form_page::shown(who, paper, table, &filling.refused(why, None))?;
    Ok((status, page).into_response())
}

/// The page behind a save: the list, and of a new block that has rows its own.
fn after(paper: &Paper, table: &'static Table, sent: &Sent) -> Result<String, Refused> {
    let list = list_of(table, paper.pane.file, change::number(sent, "trong"));
    let has_rows = tables().any(|other| other.parent().is_some_and(|parent| parent.code == table.code));
    let several = sent.get("viec") == Some("danh-muc");
    if table.shape != Shape::Row || !has_rows || sent.has("thay") || several {
        return Ok(list);
    }
    let nth = table.entries(&paper.pane.text, &paper.known, 0).map_err(Refused::conflict)?.len();
    Ok(format!("{list}/dong?dong={nth}"))
}

async fn tried_on_station(
    State(site): State<Site>,
    who: Who,
    Path(code): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Markup, Refused> {
    verdict(&site, &who, PlanFile::Station, &code, &sent).await
}

async fn tried_on_month(
    State(site): State<Site>,
    who: Who,
    Path((when, code)): Path<(String, String)>,
    Form(sent): Form<Sent>,
) -> Result<Markup, Refused> {
    verdict(&site, &who, PlanFile::Month(month_of(&when)?), &code, &sent).await
}

/// What check would say, as a part of a page.
async fn verdict(site: &Site, who: &Who, file: PlanFile, code: &str, sent: &Sent) -> Result<Markup, Refused> {
    let paper = paper::open(site, who, file, code).await?;
    let table = known(code, file)?;
    let tried = paper::tried(site, &paper, table, sent).await?;
    Ok(form_page::verdict(who.lang(), &Filling::sent(&paper, table, sent), tried))
}
