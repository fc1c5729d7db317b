//! `/metrics`: counts and states for a monitoring program of this PC, which needs no account.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Extension, Router};

use super::Peer;
use super::refused::Refused;
use super::site::Site;
use super::who::Who;

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/metrics", get(text))
}

async fn text(
    State(site): State<Site>,
    Extension(Peer(peer)): Extension<Peer>,
    who: Option<Who>,
) -> Result<Response, Refused> {
    if !peer.ip().to_canonical().is_loopback() && who.is_none() {
        return Err(Refused::nobody());
    }
    let text = site.link.snapshot().await.metrics.to_string();
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}
