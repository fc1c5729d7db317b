//! The OpenAPI document, from the code.

use axum::Json;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::{files, orders, reading, session};
use crate::console::guard::SESSION_COOKIE;
use crate::console::refused::Details;
use crate::console::who::Who;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Loa",
        description = "The console of a ward's loudspeaker station",
        license(name = "MIT OR Apache-2.0")
    ),
    paths(
        session::open,
        reading::status,
        reading::timetable,
        reading::airings,
        reading::report,
        reading::problems,
        reading::devices,
        orders::play,
        orders::stop,
        orders::skip,
        orders::emergency,
        orders::end_emergency,
        orders::correction,
        files::schedule,
        files::approve,
        files::upload
    ),
    components(schemas(Details)),
    modifiers(&Session)
)]
struct Document;

/// How a program shows who it is: the session's cookie with everything, and its token with what changes something.
struct Session;

impl Modify for Session {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let session = ApiKeyValue::with_description(SESSION_COOKIE, "Set by `POST /api/v1/session`");
        let token = ApiKeyValue::with_description("X-CSRF-Token", "The `csrf` that `POST /api/v1/session` answers");
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(session)));
        components.add_security_scheme("token", SecurityScheme::ApiKey(ApiKey::Header(token)));
    }
}

/// The document.
pub(super) async fn document(_who: Who) -> Json<utoipa::openapi::OpenApi> {
    Json(Document::openapi())
}
