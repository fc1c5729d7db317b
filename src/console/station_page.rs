//! "Đài": settings, devices, accounts.

use axum::Router;
use axum::routing::get;
use maud::{Markup, html};

use super::page::{Tab, page};
use super::site::Site;
use super::who::Who;
use super::words;

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/dai", get(shown))
}

async fn shown(who: Who) -> Markup {
    page(&who, Tab::Station, &words::tab(Tab::Station), html! {})
}
