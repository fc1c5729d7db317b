//! The OpenAPI document, from the code.

use axum::Json;
use utoipa::OpenApi;

use super::{files, orders, reading, session};
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
    components(schemas(Details))
)]
struct Document;

/// The document.
pub(super) async fn document(_who: Who) -> Json<utoipa::openapi::OpenApi> {
    Json(Document::openapi())
}
