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
use crate::console::fresh::{Said, fresh};
use crate::console::guarded::Hand;
use crate::console::library::{Wanted, answer_for, take};
use crate::console::plan::raw::{check, needed};
use crate::console::refused::{Details, Refused};
use crate::console::role::Role;
use crate::console::savable::why_not;
use crate::console::site::Site;
use crate::console::who::Who;
use crate::loading::Checked;
use crate::problem::{Effect, Problem, Text};
use crate::saving::{self, Deed, PlanFile, Unsaved};

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

/// Saves a month's file or `station.toml`, unless somebody else wrote it meanwhile, it could not be used, or it would change
/// which programs the station runs, where and how the page is asked for or, by who may not approve, what is approved.
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
    who.need(needed(file))?;
    let home = site.link.home().clone();
    let before = site.work(move || file.read(&home)).await?.map_err(Refused::conflict)?;
    if saving::version(before.as_deref()) != wish.base {
        return Err(unsaved(file, Unsaved::Changed { theirs: None, last: None }));
    }
    let (home, hand, old, new) = (site.link.home().clone(), Hand::of(&who), before.clone(), wish.text.clone());
    if let Some(kept) = site.work(move || hand.kept_from(&home, file, old.as_deref(), &new)).await? {
        return Err(kept);
    }
    let there = check(&site, file, before.unwrap_or_default()).await?;
    let checked = check(&site, file, wish.text.clone()).await?;
    if let Some(why) = why_not(file, &there, &checked) {
        return Err(Refused::bad(with_first(&why, &there, &checked)));
    }
    let (home, by, now) = (site.link.home().clone(), who.name().to_owned(), clock::now());
    let saved = site.work(move || {
        let deed = Deed { by: &by, what: Text::new("Lưu qua API", "Saved by the API"), now };
        saving::save(&home, file, &wish.base, &wish.text, &deed)?;
        Ok(saving::version(Some(&wish.text)))
    });
    let sha256 = saved.await?.map_err(|why| unsaved(file, why))?;
    site.note(who.name(), Act::Schedule, Text::same(&file.name())).await;
    Ok(Json(json!({ "sha256": sha256 })))
}

fn unsaved(file: PlanFile, why: Unsaved) -> Refused {
    Refused::conflict(why.words(&file.name()))
}

/// Why a text may not be saved, with the first mistake for that: a program has no list of them beside it.
fn with_first(why: &Text, before: &Checked, after: &Checked) -> Text {
    let fresh = fresh(Said::of(before), Said::of(after));
    let first = fresh.iter().chain(&after.problems).find(|problem| problem.effect == Effect::Refuse);
    let Some(Problem { message, help, .. }) = first else { return why.clone() };
    Text::new(format!("{}: {}; {}", why.vi, message.vi, help.vi), format!("{}: {}; {}", why.en, message.en, help.en))
}

fn no_file(written: &str) -> Refused {
    Refused::bad(Text::new(
        format!("`{written}` không phải tháng; ghi như `2026-12`, hoặc `station`"),
        format!("`{written}` is no month; write as in `2026-12`, or `station`"),
    ))
}
