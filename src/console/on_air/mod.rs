//! "Trên sóng": what is heard now, what comes, what became of today, and the orders an operator may give. The page is
//! whole without a script; with one it keeps itself up to date, and says so when it cannot.

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use maud::{Markup, html};

use super::page::{Notice, Tab, csrf, icon, notice, page};
use super::refused::Refused;
use super::role::Role;
use super::site::Site;
use super::who::Who;

pub(super) mod actions;
mod brought;
mod clock;
mod day;
mod emergency;
mod feed;
pub(super) mod outcome;
mod parts;
mod recordings;
mod sure;
mod watch;
mod words;

pub(super) use emergency::emergency_question;
pub(super) use feed::Feed;
use parts::{IDS, View};
pub(super) use recordings::recordings;
pub(super) use watch::watch;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/", get(shown))
        .route("/tren-song/luong", get(stream))
        .route("/tren-song/bo-qua", post(actions::skip))
        .route("/tren-song/dung", post(actions::stop))
        .route("/tren-song/phat", post(actions::play))
        .route("/dong-ho", get(clock::shown).post(clock::confirm))
        .route("/khan-cap", get(emergency::first).post(emergency::second))
        .route("/khan-cap/xem", get(emergency::look))
        // The library has its own limit, and nothing of a file is kept in memory.
        .route("/khan-cap/tep", post(emergency::with_file).layer(DefaultBodyLimit::disable()))
        .route("/khan-cap/phat", post(emergency::sound))
        .route("/khan-cap/dung", post(actions::end_emergency))
}

async fn stream(State(site): State<Site>, who: Who) -> impl IntoResponse {
    feed::events(&site, who)
}

async fn shown(State(site): State<Site>, who: Who) -> Result<Markup, Refused> {
    let now = site.link.snapshot().await;
    let today = feed::today(&site, &now).await?;
    let view =
        View { now: &now, today: &today, fresh: now.is_fresh(crate::clock::now()), lang: who.lang(), live: false };
    let [time, on_air, next, today, state, attention, _] = view.parts();
    let [clock_id, on_air_id, next_id, today_id, state_id, attention_id, _] = IDS;
    let part = |id: &str, class: &str, body: Markup| html! { section.card.live-part.(class) id=(id) { (body) } };
    let control = if who.may(Role::Operator) { Some(control(&site, &who).await?) } else { None };
    Ok(page(
        &who,
        Tab::OnAir,
        &super::words::tab(Tab::OnAir),
        html! {
            h1.sr { (who.say(&super::words::tab(Tab::OnAir))) }
            (watch(who.lang()))
            noscript { (notice(who.lang(), &Notice::Warning(words::no_script()))) }
            div.now data-now-ms=[view.fresh.then(|| now.at.as_millisecond())] data-days=(who.say(&words::days())) data-hours=(who.say(&words::hours()))
                data-minutes=(who.say(&words::minutes())) {
                (part(clock_id, "clock", time))
                div.column {
                    (part(on_air_id, "on-air", on_air))
                    div.card.live-part.meter {
                        span id="muc-ten" { (who.say(&words::level())) }
                        progress id="muc" aria-labelledby="muc-ten" max="60" value=(bar(&now)) {}
                        output id="muc-so" { (level(&now)) }
                    }
                }
            }
            // What asks for a hand comes first, also where there is one column alone.
            div.columns.air {
                div.column {
                    (part(attention_id, "", attention))
                    @if let Some(control) = control { (control) }
                    (part(next_id, "", next))
                    (part(state_id, "", state))
                }
                (part(today_id, "", today))
            }
        },
    ))
}

/// `−17 dB`, with the sign that is read aloud; `loa.js` says the same.
fn level(now: &super::link::Snapshot) -> String {
    now.level_dbfs.map_or_else(|| "—".to_owned(), |level| format!("{level:.0} dB").replace('-', "−"))
}

/// The same as the bar beside it shows it: from −60 dB on.
fn bar(now: &super::link::Snapshot) -> String {
    now.level_dbfs.map_or_else(|| "0".to_owned(), |level| format!("{:.0}", (60.0 + level).clamp(0.0, 60.0)))
}

/// The orders.
async fn control(site: &Site, who: &Who) -> Result<Markup, Refused> {
    let known = recordings(site).await?;
    let say = |text: &crate::problem::Text| who.say(text).to_owned();
    Ok(html! {
        section.card id="dieu-khien" {
            h2 { (say(&words::control())) }
            div.actions {
                form method="post" action="/tren-song/bo-qua" data-order {
                    (csrf(who))
                    button id="bo-qua" type="submit" { (say(&words::skip())) }
                }
                details.sure {
                    summary.button id="dung" { (say(&words::stop())) }
                    div {
                        p { (say(&words::stop_sure())) }
                        form method="post" action="/tren-song/dung" data-order {
                            (csrf(who))
                            button.danger id="dung-ngay" type="submit" { (say(&words::stop_yes())) }
                        }
                    }
                }
                a.button.outline-danger id="khan-cap" href="/khan-cap" { (icon("loa")) (say(&words::emergency_do())) }
                form method="post" action="/khan-cap/dung" data-order {
                    (csrf(who))
                    button id="dung-khan-cap" type="submit" { (say(&words::emergency_end())) }
                }
            }
            hr;
            form.stack method="post" action="/tren-song/phat" data-order {
                (csrf(who))
                label { span { (say(&words::play())) }
                    input id="phat-tep" name="what" list="tep" required autocomplete="off"
                        placeholder=(say(&words::play_what())) aria-describedby="phat-y"; }
                (recordings::choices("tep", &known))
                p.hint-text id="phat-y" { (say(&words::play_hint())) }
                div.row { button.primary id="phat" type="submit" { (say(&words::play_yes())) } }
            }
        }
    })
}
