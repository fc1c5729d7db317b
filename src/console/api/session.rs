//! A program's login.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::refusals::Enters;
use crate::console::Peer;
use crate::console::accounts::{Knocks, csrf_of};
use crate::console::guard::{SESSION_COOKIE, cookie_header};
use crate::console::login::{knock, open_session};
use crate::console::refused::Refused;
use crate::console::site::Site;
use crate::console::words;

/// Who logs in.
#[derive(Deserialize, ToSchema)]
pub(super) struct LogIn {
    /// The account's name.
    name: String,
    /// Its password.
    password: String,
}

/// An open session; its token is in the cookie alone.
#[derive(Serialize, ToSchema)]
pub(super) struct Session {
    /// To be sent as `X-CSRF-Token` with everything that changes something.
    csrf: String,
    /// `viewer`, `operator`, `approver` or `admin`.
    role: String,
}

/// Opens a session.
#[utoipa::path(
    post, path = "/api/v1/session", request_body = LogIn,
    responses(
        (status = 200, description = "The session; its token is set as a cookie", body = Session),
        Enters
    )
)]
pub(super) async fn open(
    State(site): State<Site>,
    Extension(Peer(peer)): Extension<Peer>,
    Json(sent): Json<LogIn>,
) -> Result<Response, Refused> {
    let account = match knock(&site, &sent.name, sent.password, &peer.ip().to_string()).await? {
        Knocks::Welcome(account) => account,
        Knocks::Wrong => return Err(Refused { text: words::wrong(), ..Refused::nobody() }),
        Knocks::Wait { seconds } => return Err(Refused::wait(seconds)),
    };
    let token = open_session(&site, &account).await?;
    let session = Session { csrf: csrf_of(&token), role: account.role.code().to_owned() };
    let mut response = Json(session).into_response();
    response.headers_mut().append(header::SET_COOKIE, cookie_header(&site, SESSION_COOKIE, token.text(), None));
    Ok(response)
}
