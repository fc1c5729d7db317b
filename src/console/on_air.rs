//! "Trên sóng": what is heard now.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};

use super::page::{Tab, page};
use super::site::Site;
use super::who::Who;
use super::words;

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/", get(shown))
}

async fn shown(State(site): State<Site>, who: Who) -> Markup {
    let now = site.link.snapshot().await;
    page(
        &who,
        Tab::OnAir,
        &words::tab(Tab::OnAir),
        html! {
            @for sounding in &now.on_air { p { (sounding.slot.title) } }
        },
    )
}
