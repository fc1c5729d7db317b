//! Who asks, and how they want to be answered.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri, header};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::accounts::Account;
use super::guard::is_same;
use super::page::Notice;
use super::refused::Refused;
use super::role::Role;
use super::site::Site;
use crate::problem::{Lang, Text};

/// The cookie of the language, `vi` or `en`.
pub const LANG_COOKIE: &str = "loa_tieng";
/// The cookie of the colours, `light` or `dark`; none: as the system.
pub const THEME_COOKIE: &str = "loa_mau";

/// Dark or light.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The word in the cookie and the page.
    pub fn code(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

/// How a browser wants its pages, whoever sits before it.
#[derive(Clone, Debug)]
pub struct Manner {
    /// The language.
    pub lang: Lang,
    /// Dark or light.
    pub theme: Theme,
    /// The station's name.
    pub station: String,
    /// Open to the LAN without TLS: each page says so.
    pub exposed: bool,
    /// The path asked for, with its query.
    pub path: String,
    /// Where a change of the language or the colours leads back to: that path or, of what was sent, the page it was sent from.
    pub back: String,
    /// It was sent from a page of ours, as browsers say.
    pub sent_from_page: bool,
}

impl Manner {
    /// As the request's cookies have it.
    pub(super) fn of(site: &Site, headers: &HeaderMap, uri: &Uri) -> Manner {
        let lang = match cookie(headers, LANG_COOKIE) {
            Some("vi") => Lang::Vi,
            Some("en") => Lang::En,
            _ => site.link.lang(),
        };
        let theme = match cookie(headers, THEME_COOKIE) {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            _ => Theme::System,
        };
        let station = site.link.latest().station.names.name.clone();
        let path = uri.path_and_query().map_or_else(|| uri.path().to_owned(), ToString::to_string);
        let back = path.clone();
        Manner { lang, theme, station, exposed: site.exposed, path, back, sent_from_page: false }
    }

    /// The same of what was sent: its own address shows no page.
    pub(super) fn of_sent(self, headers: &HeaderMap) -> Manner {
        let before = page_before(headers);
        Manner { back: before.unwrap_or("/").to_owned(), sent_from_page: before.is_some(), ..self }
    }

    /// The words in its language.
    pub fn say<'t>(&self, text: &'t Text) -> &'t str {
        text.get(self.lang)
    }

    /// Asked for by a program.
    pub fn is_api(&self) -> bool {
        self.path.starts_with("/api/")
    }
}

/// Somebody who has logged in. As an extractor: whoever has not is sent to `/dang-nhap`, or gets a 401 under `/api/`.
#[derive(Clone, Debug)]
pub struct Who {
    /// The account.
    pub account: Account,
    /// What each of the session's forms carries, as `csrf`, and each fetch, as `X-CSRF-Token`.
    pub csrf: String,
    /// How they want their pages.
    pub manner: Manner,
    /// What [`Who::tell`] said last; a page shows it at its top.
    pub notices: Vec<Notice>,
    /// The hash of the session's token.
    pub(super) session: [u8; 32],
}

impl Who {
    /// The account's name: who asks, in the log.
    pub fn name(&self) -> &str {
        &self.account.name
    }

    /// Their language.
    pub fn lang(&self) -> Lang {
        self.manner.lang
    }

    /// The words in their language.
    pub fn say<'t>(&self, text: &'t Text) -> &'t str {
        text.get(self.manner.lang)
    }

    /// Whether their role may do what `needed` may.
    pub fn may(&self, needed: Role) -> bool {
        self.account.role.may(needed)
    }

    /// The same as a gate.
    ///
    /// # Errors
    /// A 403, if not.
    pub fn need(&self, needed: Role) -> Result<(), Refused> {
        if self.may(needed) { Ok(()) } else { Err(Refused::role(needed)) }
    }

    /// Has the next page they open say something at its top.
    pub fn tell(&self, site: &Site, notice: Notice) {
        site.tell(self.session, notice);
    }
}

/// Somebody with a session whose form has files: it has not been seen to come from one of our own pages yet.
#[derive(Clone, Debug)]
pub struct Unproven(Who);

impl Unproven {
    pub(super) fn new(who: Who) -> Unproven {
        Unproven(who)
    }

    /// Who it is, now that the form's token has been read.
    ///
    /// # Errors
    /// A 403: it is another's.
    pub fn proven(self, csrf: &str) -> Result<Who, Refused> {
        if is_same(csrf, &self.0.csrf) { Ok(self.0) } else { Err(Refused::stale_form()) }
    }
}

impl FromRequestParts<Site> for Unproven {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Unproven, Refused> {
        parts.extensions.get::<Unproven>().cloned().ok_or_else(Refused::nobody)
    }
}

impl OptionalFromRequestParts<Site> for Unproven {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Option<Unproven>, Self::Rejection> {
        Ok(parts.extensions.get::<Unproven>().cloned())
    }
}

impl FromRequestParts<Site> for Who {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Who, Response> {
        let who = <Who as OptionalFromRequestParts<Site>>::from_request_parts(parts, site).await;
        if let Ok(Some(who)) = who {
            return Ok(who);
        }
        let manner = Manner::of(site, &parts.headers, &parts.uri);
        if manner.is_api() || wants_no_page(parts) {
            return Err(Refused::nobody().into_response());
        }
        // What was sent is lost with the session; the page that it was filled in on is not.
        let back = if parts.method == Method::GET { Some(manner.path.as_str()) } else { page_before(&parts.headers) };
        Err(Redirect::to(&format!("/dang-nhap?ve={}", escaped(back.unwrap_or("/")))).into_response())
    }
}

impl OptionalFromRequestParts<Site> for Who {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Option<Who>, Self::Rejection> {
        let Some(mut who) = parts.extensions.get::<Who>().cloned() else { return Ok(None) };
        if parts.method == Method::GET && !who.manner.is_api() && !wants_no_page(parts) {
            who.notices = site.to_tell(&who.session);
        }
        Ok(Some(who))
    }
}

/// A script or an event stream: a page in answer would be read by nobody.
fn wants_no_page(parts: &Parts) -> bool {
    let accepts = parts.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    parts.headers.contains_key("x-csrf-token") || accepts.starts_with("text/event-stream")
}

/// The page of this server that a form was sent from.
fn page_before(headers: &HeaderMap) -> Option<&str> {
    let text = |name: header::HeaderName| headers.get(name)?.to_str().ok();
    let (from, host) = (text(header::REFERER)?, text(header::HOST)?);
    let from = from.strip_prefix("http://").or(from.strip_prefix("https://"))?;
    from.strip_prefix(host).filter(|path| path.starts_with('/'))
}

/// The value of a cookie that the browser sent.
pub(super) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let sent = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    sent.flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().split_once('=').filter(|(key, _)| *key == name))
        .map(|(_, value)| value)
}

/// A path as a query's value.
pub(super) fn escaped(path: &str) -> String {
    use std::fmt::Write as _;
    path.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}
