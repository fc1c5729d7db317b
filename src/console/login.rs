//! `/dang-nhap`, `/dang-xuat`, and how a browser wants its pages.

use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use maud::{Markup, html};
use serde::Deserialize;

use super::accounts::{Account, Act, Knocks, Token, right_password};
use super::guard::{SESSION_COOKIE, cookie_header, is_same};
use super::page::{Notice, bare_page, notice};
use super::refused::Refused;
use super::returned;
use super::say::query;
use super::site::Site;
use super::who::{LANG_COOKIE, Manner, THEME_COOKIE, Who, cookie};
use super::{Peer, words};
use crate::clock;
use crate::problem::Text;

/// A browser keeps its language and colours for a year.
const A_YEAR_S: i64 = 365 * 24 * 3600;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/dang-nhap", get(form).post(log_in))
        .route("/dang-xuat", post(log_out))
        .route("/phien", get(goes_on))
        .route("/tieng", post(language))
        .route("/mau", post(colours))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Back {
    ve: String,
    /// The name that was typed before it was refused, or in the other language.
    ten: String,
    /// It was refused for the password, or the name.
    loi: Option<String>,
    /// It was refused for so many failures that one waits so long, in seconds.
    cho: Option<i64>,
}

impl Back {
    /// Why nobody was let in.
    fn refused(&self) -> Option<Text> {
        self.cho.map(words::wait).or_else(|| self.loi.as_ref().map(|_| words::wrong()))
    }
}

async fn form(
    State(site): State<Site>,
    Query(back): Query<Back>,
    headers: HeaderMap,
    uri: Uri,
    who: Option<Who>,
) -> Result<Response, Refused> {
    if who.is_some() {
        return Ok(Redirect::to(ours(&back.ve)).into_response());
    }
    let manner = Manner::of(&site, &headers, &uri);
    let nobody = site.accounts(|accounts| accounts.is_empty()).await?;
    let told = nobody.then(|| Notice::Warning(words::no_accounts()));
    let kept = returned::leads_to_kept(&back.ve).then(|| Notice::Warning(words::kept()));
    let told = back.refused().map(Notice::Error).or(told).or(kept);
    Ok(shown(&manner, &back.ten, &back.ve, told.as_ref()).into_response())
}

fn shown(manner: &Manner, name: &str, back: &str, told: Option<&Notice>) -> Markup {
    bare_page(
        manner,
        &words::log_in(),
        html! {
            @if let Some(told) = told { (notice(manner.lang, told)) }
            form.stack method="post" action="/dang-nhap" {
                input type="hidden" name="ve" value=(back);
                label { span { (manner.say(&words::name())) }
                    input id="ten" name="ten" value=(name) autocomplete="username" required autofocus[name.is_empty()]; }
                label { span { (manner.say(&words::password())) }
                    input id="mat-khau" name="mat_khau" type="password" autocomplete="current-password" required
                        autofocus[!name.is_empty()]; }
                button.primary id="vao" type="submit" { (manner.say(&words::log_in())) }
            }
        },
    )
}

#[derive(Deserialize)]
struct LogIn {
    ten: String,
    mat_khau: String,
    #[serde(default)]
    ve: String,
}

/// Whoever is not let in is led to the form again: with where it leads to and the name that was typed, in either language, and
/// nothing is sent again by who loads it anew or goes back to it.
async fn log_in(
    State(site): State<Site>,
    Extension(Peer(peer)): Extension<Peer>,
    Form(sent): Form<LogIn>,
) -> Result<Response, Refused> {
    let why = match knock(&site, &sent.ten, sent.mat_khau, &peer.ip().to_string()).await? {
        Knocks::Welcome(account) => return welcome(&site, &account, &sent.ve).await,
        Knocks::Wrong => ("loi", "co".to_owned()),
        Knocks::Wait { seconds } => ("cho", seconds.to_string()),
    };
    let again = query([("ve", sent.ve.as_str()), ("ten", &sent.ten), (why.0, &why.1)]);
    Ok(Redirect::to(&format!("/dang-nhap{again}")).into_response())
}

/// Somebody at the door.
pub(super) async fn knock(site: &Site, name: &str, password: String, from: &str) -> Result<Knocks, Refused> {
    let knocks = held_against(site, name, password, from).await?;
    if let Knocks::Welcome(account) = &knocks {
        site.note(&account.name, Act::Login, Text::same(from)).await;
    }
    Ok(knocks)
}

/// Holds a password against an account. What fails is counted, and waited for.
pub(super) async fn held_against(site: &Site, name: &str, password: String, from: &str) -> Result<Knocks, Refused> {
    let Ok(_turn) = site.hashes.acquire().await else { return Err(Refused::silent()) };
    let (name, from) = (name.to_owned(), from.to_owned());
    let (asked, peer) = (name.clone(), from.clone());
    let known = site
        .accounts(move |accounts| match accounts.to_wait(&asked, &peer, clock::now())? {
            Some(seconds) => Ok(Err(seconds)),
            None => Ok(Ok(accounts.to_match(&asked)?)),
        })
        .await?;
    let known = match known {
        Ok(known) => known,
        Err(seconds) => return Ok(Knocks::Wait { seconds }),
    };
    let (known, right) = site
        .work(move || {
            let right = right_password(&password, known.as_ref());
            (known, right)
        })
        .await?;
    match known.filter(|_| right) {
        Some((account, _)) => {
            let mine = account.name.clone();
            site.accounts(move |accounts| accounts.forget_failures(&mine)).await?;
            Ok(Knocks::Welcome(account))
        }
        None => {
            let (tried, peer) = (name.clone(), from.clone());
            site.accounts(move |accounts| accounts.note_failure(&tried, &peer, clock::now())).await?;
            let tried: String = name.chars().take(64).collect();
            site.note(&tried, Act::LoginFailed, Text::same(&from)).await;
            Ok(Knocks::Wrong)
        }
    }
}

/// Opens a session.
pub(super) async fn open_session(site: &Site, of: &Account) -> Result<Token, Refused> {
    let of = of.clone();
    site.accounts(move |accounts| accounts.open_session(&of, clock::now())).await
}

/// Opens a session and goes where they wanted to.
pub(super) async fn welcome(site: &Site, account: &Account, back: &str) -> Result<Response, Refused> {
    let token = open_session(site, account).await?;
    Ok(session_begins(site, &token, ours(back)))
}

/// The browser has its session, and goes there.
pub(super) fn session_begins(site: &Site, token: &Token, to: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    response.headers_mut().append(header::SET_COOKIE, cookie_header(site, SESSION_COOKIE, token.text(), None));
    response
}

/// A path of this server; anything else is the first page.
fn ours(back: &str) -> &str {
    let path = back.starts_with('/') && !back.starts_with("//") && !back.contains(['\\', '\r', '\n']);
    if path && HeaderValue::from_str(back).is_ok() { back } else { "/" }
}

async fn log_out(State(site): State<Site>, who: Option<Who>, headers: HeaderMap) -> Result<Response, Refused> {
    let token = cookie(&headers, SESSION_COOKIE).map(Token::sent);
    if let (Some(token), Some(who)) = (token, &who) {
        site.accounts(move |accounts| accounts.close_session(&token)).await?;
        site.note(who.name(), Act::Logout, Text::same("")).await;
    }
    let mut response = Redirect::to("/dang-nhap").into_response();
    response.headers_mut().append(header::SET_COOKIE, cookie_header(&site, SESSION_COOKIE, "", Some(0)));
    Ok(response)
}

/// Whether the session of a page goes on, by the token of its forms: its script asks before it sends one.
async fn goes_on(who: Who, headers: HeaderMap) -> Result<StatusCode, Refused> {
    let same = |sent: &HeaderValue| sent.to_str().is_ok_and(|sent| is_same(sent, &who.csrf));
    if headers.get("x-csrf-token").is_none_or(same) { Ok(StatusCode::NO_CONTENT) } else { Err(Refused::stale_form()) }
}

#[derive(Deserialize)]
struct Wish {
    #[serde(default)]
    tieng: String,
    #[serde(default)]
    mau: String,
    #[serde(default)]
    ve: String,
}

async fn language(State(site): State<Site>, Form(wish): Form<Wish>) -> Response {
    let lang = if wish.tieng == "en" { "en" } else { "vi" };
    kept(&site, LANG_COOKIE, lang, &wish.ve)
}

async fn colours(State(site): State<Site>, Form(wish): Form<Wish>) -> Response {
    let theme = match wish.mau.as_str() {
        "light" => "light",
        "dark" => "dark",
        _ => "system",
    };
    kept(&site, THEME_COOKIE, theme, &wish.ve)
}

fn kept(site: &Site, name: &str, value: &str, back: &str) -> Response {
    let mut response = Redirect::to(ours(back)).into_response();
    response.headers_mut().append(header::SET_COOKIE, cookie_header(site, name, value, Some(A_YEAR_S)));
    response
}

#[cfg(test)]
mod tests {
    #[test]
    fn one_goes_back_to_pages_of_this_server_alone() {
        for (back, to) in [
            ("/lich/2026-12", "/lich/2026-12"),
            ("/?a=%C3%A1", "/?a=%C3%A1"),
            ("", "/"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example", "/"),
            ("/a\r\nSet-Cookie: x=y", "/"),
        ] {
            assert_eq!(super::ours(back), to, "{back:?}");
        }
    }
}
