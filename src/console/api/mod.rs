//! `/api/v1`: the same as the pages, for programs.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::Value;

use super::site::Site;
use super::who::Who;

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/api/v1/status", get(status))
}

async fn status(State(site): State<Site>, _who: Who) -> Json<Value> {
    Json(site.link.snapshot().await.status.clone())
}
