//! The files that the pages name, compiled in. Each is asked for by a name that holds its hash, so that a browser may
//! keep it for good and a new Loa is seen at once.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::refused::Refused;
use super::site::Site;

struct Asset {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
    address: String,
}

const JS: &str = "text/javascript; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// All of them. A page's own file is one more line.
static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    [
        ("loa.css", CSS, &include_bytes!("assets/loa.css")[..]),
        ("loa.js", JS, include_bytes!("assets/loa.js")),
        ("pages.css", CSS, include_bytes!("assets/pages.css")),
        ("library.js", JS, include_bytes!("assets/library.js")),
        ("plan.css", CSS, include_bytes!("assets/plan.css")),
        ("plan.js", JS, include_bytes!("assets/plan.js")),
        ("renew.js", JS, include_bytes!("assets/renew.js")),
        ("report.js", JS, include_bytes!("assets/report.js")),
        ("icons.svg", SVG, include_bytes!("assets/icons.svg")),
        ("loa.svg", SVG, include_bytes!("assets/loa.svg")),
    ]
    .into_iter()
    .map(|(name, kind, bytes)| Asset { name, kind, bytes, address: addressed(name, bytes) })
    .collect()
});

fn addressed(name: &str, bytes: &[u8]) -> String {
    let hash = HEXLOWER.encode(&Sha256::digest(bytes)[..6]);
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    format!("/tinh/{stem}-{hash}.{ending}")
}

/// Where a page finds the file of that name.
pub fn address(name: &str) -> &'static str {
    ASSETS.iter().find(|asset| asset.name == name).map_or("/tinh/", |asset| asset.address.as_str())
}

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/tinh/{name}", get(serve))
}

async fn serve(Path(name): Path<String>) -> Response {
    let asset = ASSETS.iter().find(|asset| asset.address.strip_prefix("/tinh/") == Some(&*name));
    let Some(asset) = asset else { return Refused::not_found().into_response() };
    let kept = "public, max-age=31536000, immutable";
    ([(header::CONTENT_TYPE, asset.kind), (header::CACHE_CONTROL, kept)], asset.bytes).into_response()
}
