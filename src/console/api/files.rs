//! What a program may write: a month's file, an approval, a recording.

use axum::Json;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use super::refusals::Changes;
use crate::clock;
use crate::console::accounts::Act;
use crate::console::guarded::Hand;
use crate::console::library::{Wanted, answer_for, take};
use crate::console::refused::{Details, Refused};
use crate::console::role::Role;
use crate::console::site::Site;
use crate::console::who::Who;
use crate::home::Home;
use crate::library::remembered_facts_of;
use crate::loading;
use crate::problem::{Effect, Problem, Text};
use crate::saving::{self, Deed, PlanFile};

/// Who answers for what a segment airs.
#[derive(Deserialize, ToSchema)]
pub(super) struct Approve {
    /// The month, `2026-12`.
    month: String,
    /// The segment's id.
    segment: String,
    /// The document's number.
    #[serde(default, rename = "ref")]
    reference: String,
    /// SHA-256 of what was heard; another recording is not approved. Without it, what is there now.
    sha256: Option<String>,
}

/// Approves a segment in the account's own name.
#[utoipa::path(
    post, path = "/api/v1/approve", request_body = Approve,
    security(("session" = [], "token" = [])),
    responses(
        (status = 200, description = "`{sha256, again}`: what is approved, and whether it was before", body = Value),
        Changes
    )
)]
pub(super) async fn approve(
    State(site): State<Site>,
    who: Who,
    Json(wish): Json<Approve>,
) -> Result<Json<Value>, Refused> {
    let month = wish.month.parse().map_err(|()| no_file(&wish.month))?;
    let approved = answer_for(&site, &who, month, &wish.segment, &wish.reference, wish.sha256).await?;
    Ok(Json(json!({ "sha256": approved.sha256, "again": approved.again })))
}

/// Where a recording is to go.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Upload {
    /// Its name; a safe one is made of it.
    name: String,
    /// Its folder below `audio/`; without it `audio/` itself.
    #[serde(default)]
    #[param(value_type = Option<String>, required = false)]
    folder: String,
    /// A name that is taken gets a number instead of a refusal.
    #[serde(default)]
    #[param(value_type = Option<bool>, required = false)]
    number: bool,
}

/// Takes a recording in: its bytes are the body.
#[utoipa::path(
    post, path = "/api/v1/upload", params(Upload),
    security(("session" = [], "token" = [])),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 200, description = "`{file}`: its path below `audio/`", body = Value),
        (status = 404, description = "No such folder", body = Details, content_type = "application/problem+json"),
        (status = 507, description = "The disk has no room", body = Details, content_type = "application/problem+json"),
        Changes
    )
)]
pub(super) async fn upload(
    State(site): State<Site>,
    who: Who,
    Query(upload): Query<Upload>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Value>, Refused> {
    who.need(Role::Operator)?;
    let len_bytes = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let trung = if upload.number { "so" } else { "hoi" }.to_owned();
    let wanted = Wanted { ten: upload.name, thu_muc: upload.folder, trung, thay: String::new() };
    let taken = take(&site, &who, &wanted, len_bytes, body.into_data_stream()).await;
    let filed = taken.map_err(|turned| Refused {
        field: None,
        status: turned.status(),
        code: "not-taken-in",
        text: turned.words(&wanted.ten),
    })?;
    Ok(Json(json!({ "file": filed.rel() })))
}

/// A file's new text.
#[derive(Deserialize, ToSchema)]
pub(super) struct Schedule {
    /// A month, `2026-12`, or `station`.
    file: String,
    /// SHA-256 in hexadecimal of the text it is to take the place of; empty where there is no file yet.
    base: String,
    /// The new text, TOML.
    text: String,
}

/// Saves a month's file or `station.toml`, unless somebody else wrote it meanwhile or it would change which programs the
/// station runs, or where and how the page is asked for.
#[utoipa::path(
    post, path = "/api/v1/schedule", request_body = Schedule,
    security(("session" = [], "token" = [])),
    responses(
        (status = 200, description = "`{sha256}`: of the file as it is now", body = Value),
        Changes
    )
)]
pub(super) async fn schedule(
    State(site): State<Site>,
    who: Who,
    Json(wish): Json<Schedule>,
) -> Result<Json<Value>, Refused> {
    let file = match wish.file.as_str() {
        "station" => PlanFile::Station,
        month => PlanFile::Month(month.parse().map_err(|()| no_file(month))?),
    };
    who.need(if file == PlanFile::Station { Role::Admin } else { Role::Operator })?;
    let (home, by, now, hand) = (site.link.home().clone(), who.name().to_owned(), clock::now(), Hand::of(&who));
    let saved = site
        .work(move || {
            if let Some(mistake) = mistake(&home, file, &wish.text) {
                return Err(Refused::bad(mistake));
            }
            let before = file.read(&home).map_err(Refused::conflict)?;
            if let Some(kept) = hand.kept_from(&home, file, before.as_deref(), &wish.text) {
                return Err(kept);
            }
            let deed = Deed { by: &by, what: Text::new("Lưu qua API", "Saved by the API"), now };
            saving::save(&home, file, &wish.base, &wish.text, &deed)
                .map_err(|unsaved| Refused::conflict(unsaved.words(&file.name())))?;
            Ok(saving::version(Some(&wish.text)))
        })
        .await?;
    let sha256 = saved?;
    site.note(who.name(), Act::Schedule, Text::same(&file.name())).await;
    Ok(Json(json!({ "sha256": sha256 })))
}

/// The first mistake for which the daemon would not take the text, if there is one.
fn mistake(home: &Home, file: PlanFile, text: &str) -> Option<Text> {
    let mut facts_of = remembered_facts_of(home);
    let checked = match file {
        PlanFile::Station => loading::check_station_text(home, text, &[], &mut facts_of),
        PlanFile::Month(month) => loading::check_month_text(home, month, text, &mut facts_of),
    };
    let own = |problem: &&Problem| problem.place.as_ref().is_none_or(|place| place.file == file.name());
    let mistake = checked.problems.iter().filter(own).find(|problem| problem.effect == Effect::Refuse)?;
    let (message, help) = (&mistake.message, &mistake.help);
    Some(Text::new(format!("{}; {}", message.vi, help.vi), format!("{}; {}", message.en, help.en)))
}

fn no_file(written: &str) -> Refused {
    Refused::bad(Text::new(
        format!("`{written}` không phải tháng; ghi như `2026-12`, hoặc `station`"),
        format!("`{written}` is no month; write as in `2026-12`, or `station`"),
    ))
}
