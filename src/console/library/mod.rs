//! "Kho âm thanh": the recordings, listed, heard, taken in, approved, renamed and put away. Every page works without a
//! script; with one, files are dropped on it and their progress is seen.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use super::link::Snapshot;
use super::say::either;
use super::site::Site;

mod changes;
mod list;
mod measuring;
mod one;
mod shelf;
mod sound;
mod upload;

pub(super) fn routes() -> Router<Site> {
    let uploads = Router::new()
        .route("/kho/tai-len", post(upload::form))
        .route("/kho/tai-len/tep", post(upload::script))
        // The library has its own limit, and nothing of a file is kept in memory.
        .layer(DefaultBodyLimit::disable());
    Router::new()
        .route("/kho", get(list::shown))
        .route("/kho/tep", get(one::shown))
        .route("/kho/nghe", get(sound::heard))
        .route("/kho/duyet", post(changes::approve))
        .route("/kho/doi-ten", post(changes::rename))
        .route("/kho/bo", post(changes::remove))
        .merge(uploads)
}

pub(super) use changes::answer_for;
pub(super) use shelf::Seen;
pub(super) use upload::{Wanted, field_text, take};

/// What the file dialogue offers; what a recording is, its bytes say.
pub(super) const ACCEPTED: &str = "audio/*,.mp3,.m4a,.mp4,.aac,.ogg,.oga,.opus,.flac,.wav,.aif,.aiff,.caf,.mka";

/// Where a recording's page is.
pub(super) fn page_of(rel: &str) -> String {
    format!("/kho/tep{}", super::say::query([("ten", rel)]))
}

/// The recordings that are on air, or that are armed any moment.
fn held(now: &Snapshot) -> Vec<String> {
    const ARMED_S: i64 = 90;
    let soon = now.at.saturating_add(jiff::SignedDuration::from_secs(ARMED_S)).unwrap_or(now.at);
    let on_air = now.on_air.iter().map(|sounding| &sounding.slot);
    let armed = now.ahead.iter().filter(|slot| slot.planned <= soon);
    on_air.chain(armed).flat_map(|slot| slot.files.iter().cloned()).collect()
}
