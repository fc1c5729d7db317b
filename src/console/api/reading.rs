//! What may be looked at. Any account may.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

use super::refusals::{Gathers, Looks};
use crate::audio::inputs;
use crate::audio::line::devices;
use crate::checkup;
use crate::clock;
use crate::console::log::MOST_DAYS;
use crate::console::refused::Refused;
use crate::console::report::turn;
use crate::console::site::Site;
use crate::console::who::Who;
use crate::ledger::Reader;
use crate::library::remembered_facts_of;
use crate::loading::{self, MonthFile};
use crate::problem::Text;
use crate::report::airings::json;
use crate::reporting::{Form, Logged, Made, Unmade};
use crate::schedule::Month;
use crate::timetable::{self, Sheet};

/// How things stand, as `loa status --json`.
#[utoipa::path(
    get, path = "/api/v1/status",
    security(("session" = [])),
    responses(
        (status = 200, description = "As `loa status --json`", body = Value),
        Looks
    )
)]
pub(super) async fn status(State(site): State<Site>, who: Who) -> Result<Json<Value>, Refused> {
    let now = site.link.snapshot().await;
    if !now.is_fresh(clock::now()) {
        return Err(Refused::silent());
    }
    let (mut status, home) = (now.status.get(who.lang()).clone(), site.link.home().clone());
    // They are counted over a year of the log.
    let counted = async { site.work(move || Arc::new(crate::reporting::targets(&home, clock::now()))).await };
    status["targets"] = Value::clone(&*site.targets.or(counted).await?);
    Ok(Json(status))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Day {
    /// A month, `2026-12`, or a date, `2026-12-01`; without it this month.
    #[param(required = false)]
    period: Option<String>,
}

/// What will air, as `loa timetable --format json`.
#[utoipa::path(
    get, path = "/api/v1/timetable", params(Day),
    security(("session" = [])),
    responses(
        (status = 200, description = "As `loa timetable --format json`", body = Value),
        Looks
    )
)]
pub(super) async fn timetable(
    State(site): State<Site>,
    who: Who,
    Query(day): Query<Day>,
) -> Result<Json<Value>, Refused> {
    let zone = site.link.snapshot().await.zone().clone();
    let today = clock::now().to_zoned_datetime(zone).date();
    let (month, date) = match day.period.as_deref() {
        None => (Month::of(today), None),
        Some(written) => match (written.parse::<Month>(), written.parse::<Date>()) {
            (Ok(month), _) => (month, None),
            (_, Ok(date)) => (Month::of(date), Some(date)),
            _ => return Err(no_period(written)),
        },
    };
    let (home, lang, in_force) = (site.link.home().clone(), who.lang(), site.station_in_force().await?);
    site.work(move || {
        let mut facts_of = remembered_facts_of(&home);
        let checked = loading::check_month_in_force(&home, month, None, in_force.as_deref(), &mut facts_of);
        let mut loaded = checked.months.into_iter().next()?;
        if loaded.refused() {
            return None;
        }
        let (slots, station, schedule) = (&mut loaded.slots, &loaded.station, loaded.schedule.as_ref());
        slots.retain(|slot| date.is_none_or(|date| slot.is_of_day(date, &station.zone)));
        Some(Json(timetable::json(&Sheet { month, slots, station, schedule, asked: date, lang })))
    })
    .await?
    .ok_or_else(|| {
        Refused::conflict(Text::new(
            format!("kế hoạch tháng {month} chưa dùng được; xem các lỗi ở `/api/v1/problems`"),
            format!("the schedule of {month} is refused; its mistakes stand at `/api/v1/problems`"),
        ))
    })
}

fn no_period(written: &str) -> Refused {
    Refused::bad(Text::new(
        format!("`{written}` không phải tháng hay ngày; ghi như `2026-12` hoặc `2026-12-01`"),
        format!("`{written}` is neither a month nor a date; write as in `2026-12` or `2026-12-01`"),
    ))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Dates {
    /// The first date; without it the first of the month of the last one.
    #[param(value_type = Option<String>, required = false)]
    from: Option<String>,
    /// The last date; without it today.
    #[param(value_type = Option<String>, required = false)]
    to: Option<String>,
}

fn too_long() -> Refused {
    Refused::bad(Text::new(
        format!("từ ngày đầu đến ngày cuối nhiều nhất {MOST_DAYS} ngày; hãy hỏi từng năm"),
        format!("from the first date to the last are {MOST_DAYS} days at most; ask for a year at a time"),
    ))
}

/// The log, as `loa airings --json`: 366 days at most at a time.
#[utoipa::path(
    get, path = "/api/v1/airings", params(Dates),
    security(("session" = [])),
    responses(
        (status = 200, description = "As `loa airings --json`", body = Value),
        Gathers
    )
)]
pub(super) async fn airings(
    State(site): State<Site>,
    who: Who,
    Query(dates): Query<Dates>,
) -> Result<Response, Refused> {
    let zone = site.link.snapshot().await.zone().clone();
    let date =
        |written: Option<&str>| written.map(|text| text.parse::<Date>().map_err(|_| no_period(text))).transpose();
    let to = date(dates.to.as_deref())?.unwrap_or_else(|| clock::now().to_zoned_datetime(zone.clone()).date());
    let from = date(dates.from.as_deref())?.unwrap_or_else(|| Month::of(to).first());
    if from.until(to).is_ok_and(|between| i64::from(between.get_days()) >= MOST_DAYS) {
        return Err(too_long());
    }
    let (home, turn) = (site.link.home().clone(), turn(&site, &who)?);
    let read = site.work(move || {
        let _turn = turn;
        let reader = Reader::open(&home.ledger_file())?;
        let logged = Logged::read(&home, &reader, &zone, from, to)?;
        Ok(json::render(&logged.log()))
    });
    Ok(as_json(read.await?.map_err(Refused::conflict)?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Period {
    /// As `loa report` takes it: `2026-12`, `2026-Q4`, `2026`, `FROM..TO`; without it the period that holds today.
    #[param(required = false)]
    period: Option<String>,
}

/// The report, as `loa report --format json`.
#[utoipa::path(
    get, path = "/api/v1/report", params(Period),
    security(("session" = [])),
    responses(
        (status = 200, description = "As `loa report --format json`", body = Value),
        Gathers
    )
)]
pub(super) async fn report(
    State(site): State<Site>,
    who: Who,
    Query(asked): Query<Period>,
) -> Result<Response, Refused> {
    let (home, lang, turn) = (site.link.home().clone(), who.lang(), turn(&site, &who)?);
    let made = site.work(move || {
        let _turn = turn;
        let made = Made::of(&home, asked.period.as_deref(), None, clock::now())?;
        made.bytes(Form::Json, None, lang).map_err(Unmade::NoLog)
    });
    let bytes = made.await?.map_err(|unmade| match unmade {
        Unmade::NoPeriod(text) => Refused::bad(text),
        Unmade::NoLog(text) => Refused::conflict(text),
    })?;
    Ok(as_json(bytes))
}

/// What was written as JSON already.
fn as_json(text: impl IntoResponse) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

/// All problems of the station and its months, as `loa check --json`.
#[utoipa::path(
    get, path = "/api/v1/problems",
    security(("session" = [])),
    responses(
        (status = 200, description = "As `loa check --json`", body = Value),
        Looks
    )
)]
pub(super) async fn problems(State(site): State<Site>, who: Who) -> Result<Json<Value>, Refused> {
    let (home, lang) = (site.link.home().clone(), who.lang());
    let checked = site.work(move || {
        let months = loading::months(&home).map_err(|error| loading::unreadable("schedules/", &error))?;
        let files: Vec<MonthFile> = months.into_iter().map(|month| MonthFile::of(&home, month)).collect();
        Ok(loading::check_home(&home, &files, &mut remembered_facts_of(&home)).to_json(lang))
    });
    checked.await?.map(Json).map_err(Refused::conflict)
}

/// The sound outputs and inputs, as `loa devices --json`.
#[utoipa::path(
    get, path = "/api/v1/devices",
    security(("session" = [])),
    responses(
        (status = 200, description = "As `loa devices --json`", body = Value),
        Looks
    )
)]
pub(super) async fn devices(State(site): State<Site>, who: Who) -> Result<Json<Value>, Refused> {
    let lang = who.lang();
    let look = move || {
        let (outputs, refused) = devices::look();
        checkup::outlets(&outputs, &inputs::list(), refused.as_ref().map(|why| why.get(lang)))
    };
    Ok(Json(site.work(look).await?))
}
