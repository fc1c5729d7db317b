//! What may be asked for. An operator or more may.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::refusals::Changes;
use crate::console::accounts::Act;
use crate::console::on_air::actions::order;
use crate::console::refused::Refused;
use crate::console::site::Site;
use crate::console::who::Who;

/// A recording or a segment.
#[derive(Deserialize, ToSchema)]
pub(super) struct Play {
    /// A path below `audio/`, or a segment's id.
    what: String,
}

/// Plays it now, by the rules.
#[utoipa::path(
    post, path = "/api/v1/play", request_body = Play,
    security(("session" = [], "token" = [])),
    responses(
        (status = 200, description = "`{slots}`: the ids in the log", body = Value),
        Changes
    )
)]
pub(super) async fn play(State(site): State<Site>, who: Who, Json(play): Json<Play>) -> Result<Json<Value>, Refused> {
    Ok(Json(order(&site, &who, Act::Play, json!({ "what": play.what })).await?))
}

/// Ends what is on air, its broadcast, and what a person had played next.
#[utoipa::path(
    post, path = "/api/v1/stop",
    security(("session" = [], "token" = [])),
    responses(
        (status = 200, description = "`{on_air, cut, ending, dropped, written}`: what was on air, how much was cut, what an order before has ended and still sounds, what is not heard for it, and whether that is on disk", body = Value),
        Changes
    )
)]
pub(super) async fn stop(State(site): State<Site>, who: Who) -> Result<Json<Value>, Refused> {
    Ok(Json(order(&site, &who, Act::Stop, json!({})).await?))
}

/// Ends what is on air; what follows goes on.
#[utoipa::path(
    post, path = "/api/v1/skip",
    security(("session" = [], "token" = [])),
    responses(
        (status = 200, description = "`{on_air, cut, ending, dropped, written}`: what was on air, how much was cut, what an order before has ended and still sounds, what is not heard for it, and whether that is on disk", body = Value),
        Changes
    )
)]
pub(super) async fn skip(State(site): State<Site>, who: Who) -> Result<Json<Value>, Refused> {
    Ok(Json(order(&site, &who, Act::Skip, json!({})).await?))
}

/// An emergency.
#[derive(Deserialize, ToSchema)]
pub(super) struct Emergency {
    /// A path below `audio/`, or a segment's id.
    what: String,
    /// Who orders it; the log has it beside the account's name.
    ordered_by: String,
    /// How often, 1 to 100.
    #[serde(default = "once")]
    #[schema(minimum = 1, maximum = 100)]
    repeat: u64,
    /// How far apart, in ms.
    #[serde(default)]
    #[schema(maximum = 43_200_000)]
    every_ms: u64,
}

fn once() -> u64 {
    1
}

/// Plays it at once, over everything.
#[utoipa::path(
    post, path = "/api/v1/emergency", request_body = Emergency,
    security(("session" = [], "token" = [])),
    responses(
        (status = 200, description = "`{slots}`: the ids in the log", body = Value),
        Changes
    )
)]
pub(super) async fn emergency(
    State(site): State<Site>,
    who: Who,
    Json(wish): Json<Emergency>,
) -> Result<Json<Value>, Refused> {
    let question =
        crate::console::on_air::emergency_question(&who, &wish.what, &wish.ordered_by, wish.repeat, wish.every_ms)?;
    Ok(Json(order(&site, &who, Act::Emergency, question).await?))
}

/// Ends the emergency, and its repeats.
#[utoipa::path(
    post, path = "/api/v1/emergency/end",
    security(("session" = [], "token" = [])),
    responses(
        (status = 200, description = "`{on_air, cut, ending, dropped, written}`: what was on air, how much was cut, what an order before has ended and still sounds, what is not heard for it, and whether that is on disk", body = Value),
        Changes
    )
)]
pub(super) async fn end_emergency(State(site): State<Site>, who: Who) -> Result<Json<Value>, Refused> {
    Ok(Json(order(&site, &who, Act::EndEmergency, json!({})).await?))
}

/// A word beside the log's own; what is not said stays as the log has it.
#[derive(Deserialize, serde::Serialize, ToSchema)]
pub(super) struct Correction {
    /// The id of a slot, an airing or an entry of what was aired without Loa; none: a new entry of that.
    target: Option<String>,
    /// What was aired without Loa.
    title: Option<String>,
    /// Its segment, whose title it then has.
    segment: Option<String>,
    /// Takes back what was written of it by hand.
    withdraw: Option<bool>,
    /// Why it is corrected.
    why: String,
    /// How it ended.
    outcome: Option<String>,
    /// Why, where the outcome is not `aired`.
    cause: Option<String>,
    /// When the first sound was heard, RFC 3339.
    began: Option<String>,
    /// When the last sound was heard, RFC 3339.
    ended: Option<String>,
    /// How much was heard, in ms.
    played_ms: Option<u64>,
    /// For the reader of the report.
    note: Option<String>,
}

/// Adds a correction beside the log.
#[utoipa::path(
    post, path = "/api/v1/correction", request_body = Correction,
    security(("session" = [], "token" = [])),
    responses(
        (status = 200, description = "`{correction, written}`: its id, and whether it is on disk", body = Value),
        Changes
    )
)]
pub(super) async fn correction(
    State(site): State<Site>,
    who: Who,
    Json(wish): Json<Correction>,
) -> Result<Json<Value>, Refused> {
    let question = serde_json::to_value(wish).map_err(|error| Refused::broken(&error.into()))?;
    Ok(Json(order(&site, &who, Act::Correct, question).await?))
}
