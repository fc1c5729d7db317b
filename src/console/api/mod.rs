//! `/api/v1`: the same as the pages, for programs. Objects are those that the commands print as JSON; what is refused
//! comes as problem details (RFC 9457). A program logs in as a browser does, by `POST /api/v1/session`, and sends what
//! that answers as `X-CSRF-Token` with everything that changes something.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use super::site::Site;

mod document;
mod files;
mod orders;
mod reading;
mod refusals;
mod session;

pub(super) fn routes() -> Router<Site> {
    // The library has its own limit, and nothing of a file is kept in memory.
    let uploads = Router::new().route("/api/v1/upload", post(files::upload)).layer(DefaultBodyLimit::disable());
    Router::new()
        .route("/api/v1/openapi.json", get(document::document))
        .route("/api/v1/session", post(session::open))
        .route("/api/v1/status", get(reading::status))
        .route("/api/v1/timetable", get(reading::timetable))
        .route("/api/v1/airings", get(reading::airings))
        .route("/api/v1/report", get(reading::report))
        .route("/api/v1/problems", get(reading::problems))
        .route("/api/v1/devices", get(reading::devices))
        .route("/api/v1/play", post(orders::play))
        .route("/api/v1/stop", post(orders::stop))
        .route("/api/v1/skip", post(orders::skip))
        .route("/api/v1/emergency", post(orders::emergency))
        .route("/api/v1/emergency/end", post(orders::end_emergency))
        .route("/api/v1/correction", post(orders::correction))
        .route("/api/v1/schedule", post(files::schedule))
        .route("/api/v1/approve", post(files::approve))
        .merge(uploads)
}
