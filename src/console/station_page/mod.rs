//! "Đài": what rarely changes. Settings are written into `station.toml`, which stays the truth; which programs the station
//! runs is shown here and changed on its disk alone.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use maud::{Markup, html};

use super::on_air::watch;
use super::page::{Tab, page};
use super::refused::Refused;
use super::role::Role;
use super::site::Site;
use super::who::Who;
use super::words;

mod accounts;
mod first_steps;
mod looks;
mod programs;
mod settings;
mod settings_form;
mod sound;
mod write;

pub(super) use first_steps::FIRST_STEPS;
pub(super) use programs::{on_disk_alone, programs};
pub(super) use sound::{choice_in, device_of, set_up_line, taken};

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/dai", get(shown))
        .route("/dai/cau-hinh", post(settings::save))
        .route("/dai/am-thu", post(sound::sound))
        .route("/dai/duong-loa", post(sound::change))
        .route("/dai/buoc-dau", get(first_steps::shown))
        .route("/dai/kham", get(looks::doctor))
        .route("/dai/bao-tin-thu", post(looks::alerts))
        .route("/dai/tai-khoan", get(accounts::shown).post(accounts::add))
        .route("/dai/tai-khoan/vai-tro", post(accounts::give_role))
        .route("/dai/tai-khoan/mat-khau", post(accounts::give_password))
        .route("/dai/tai-khoan/xoa", post(accounts::remove))
        .route("/dai/mat-khau", post(accounts::own_password))
}

async fn shown(State(site): State<Site>, who: Who) -> Result<Markup, Refused> {
    let settings = settings::form(&site, &who).await?;
    let sound = sound::card(&site, &who).await?;
    Ok(page(
        &who,
        Tab::Station,
        &words::tab(Tab::Station),
        html! {
            (watch(who.lang()))
            div.head {
                h1 { (who.say(&words::tab(Tab::Station))) }
                (sub_pages(&who))
            }
            div.columns {
                (settings)
                div.column {
                    (sound)
                    (looks::card(&site, &who))
                    (accounts::own_card(&who))
                }
            }
        },
    ))
}

/// The pages below this one.
fn sub_pages(who: &Who) -> Markup {
    let link = |href: &str, vi: &str, en: &str| {
        html! { a.button href=(href) { (crate::problem::Text::new(vi, en).get(who.lang())) } }
    };
    html! {
        div.actions {
            (link("/dai/kham", "Khám máy và đài", "Doctor"))
            @if who.may(Role::Admin) {
                (link(FIRST_STEPS, "Bước đầu", "First steps"))
                (link("/dai/muc", "Khung giờ, chuyên mục, chỉ tiêu…", "Windows, columns, targets …"))
                (link("/dai/tai-khoan", "Tài khoản", "Accounts"))
                (link("/dai/tep", "Tệp station.toml", "station.toml"))
            }
        }
    }
}
