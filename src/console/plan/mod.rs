//! "Lịch": the months as calendars, a day as its running orders, forms that change the files, and the files' own text.

use axum::Router;
use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use jiff::civil::Date;
use serde::de::DeserializeOwned;

use super::refused::Refused;
use super::role::Role;
use super::site::Site;
use super::who::Who;
use crate::problem::Text;
use crate::schedule::Month;

mod apart;
mod broadcast_forms;
mod changes;
mod day;
mod differences;
mod fields;
mod late;
mod look;
mod marks;
mod month;
mod new_months;
mod order_form;
pub(super) mod parts;
pub(super) mod raw;
mod record;
pub(super) mod remarks;
pub(super) mod save;
mod segment_change;
mod segment_day;
mod segment_form;
mod stays;
mod undo;
pub(super) mod view;
pub(super) mod words;

pub(super) use look::Looks;
use view::Open;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/lich", get(this_month))
        .route("/lich/{when}", get(shown))
        .route("/lich/{when}/tiet-muc", get(segment_form::shown))
        .route("/lich/{when}/doi-ngay", get(segment_day::another_date))
        .route("/lich/{when}/bo-ngay", get(segment_day::off))
        .route("/lich/{when}/buoi", get(broadcast_forms::broadcast))
        .route("/lich/{when}/buoi-them", get(broadcast_forms::extra))
        .route("/lich/{when}/chuyen-muc", get(broadcast_forms::column))
        .route("/lich/{when}/thu-tu", get(order_form::shown))
        .route("/lich/{when}/luu", post(save::save))
        .route("/lich/{when}/thu", post(save::rehearse))
        .route("/lich/{when}/hoan-tac", post(undo::undo))
        .route("/lich/{when}/chep", post(new_months::copied))
        .route("/lich/{when}/lap", post(new_months::begun))
        .route("/lich/{when}/toml", get(raw::month).post(raw::save_month))
        .route("/lich/{when}/toml/thu", post(raw::check_month))
        .route("/dai/tep", get(raw::station).post(raw::save_station))
        .route("/dai/tep/thu", post(raw::check_station))
        .route("/dai/tep/hoan-tac", post(raw::undo_station))
}

async fn this_month(_: Who, State(site): State<Site>) -> Redirect {
    Redirect::to(&format!("/lich/{}", Month::of(view::today(&site))))
}

/// `2026-12` or `2026-12-24`.
async fn shown(who: Who, State(site): State<Site>, Path(when): Path<String>) -> Result<Response, Refused> {
    if let Ok(month) = when.parse::<Month>() {
        return Ok(month::shown(&who, &site, month).await?.into_response());
    }
    Ok(day::shown(&who, &site, date(&when)?).await?.into_response())
}

fn date(when: &str) -> Result<Date, Refused> {
    when.parse().map_err(|_| Refused::not_found())
}

/// The day of a path, opened for who may change the plan, and what its link asks for: each form of a day begins with it.
struct DayToChange<A> {
    who: Who,
    site: Site,
    date: Date,
    open: Open,
    asked: A,
}

impl<A: DeserializeOwned + Send> FromRequestParts<Site> for DayToChange<A> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<DayToChange<A>, Response> {
        let who = Who::from_request_parts(parts, site).await?;
        let opened = async {
            let when = Path::<String>::from_request_parts(parts, site).await.map_err(|_| Refused::not_found())?;
            let asked = Query::<A>::from_request_parts(parts, site).await.map_err(|_| Refused::not_found())?;
            who.need(Role::Operator)?;
            let date = date(&when)?;
            Ok::<_, Refused>((date, view::open(site, Month::of(date)).await?, asked.0))
        };
        let (date, open, asked) = opened.await.map_err(IntoResponse::into_response)?;
        Ok(DayToChange { who, site: site.clone(), date, open, asked })
    }
}

/// The month of a path, opened for who may change it.
async fn month_to_change(who: &Who, site: &Site, when: &str) -> Result<Open, Refused> {
    who.need(Role::Operator)?;
    view::open(site, month_of(when)?).await
}

/// What a link or a form is about is in the plan no more: somebody took it out meanwhile.
fn gone() -> Refused {
    Refused::conflict(Text::new(
        "mục này không còn trong kế hoạch, có người vừa bỏ hoặc đổi; hãy mở lại ngày đó trong Lịch",
        "this is in the plan no more, somebody took it out or changed it meanwhile; open the day anew under Plan",
    ))
}

/// The month of a path's `2026-12` or `2026-12-24`.
pub(super) fn month_of(when: &str) -> Result<Month, Refused> {
    when.parse::<Month>().or_else(|()| date(when).map(Month::of))
}
