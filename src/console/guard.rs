//! What stands before every page: which host is asked, from where, by whom, how much and for how long; and what a browser
//! may do with the answer.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::accounts::{Token, csrf_of};
use super::ended;
use super::refused::Refused;
use super::site::Site;
use super::who::{Manner, Unproven, Who, cookie};
use crate::clock;
use crate::problem::Text;

/// The cookie of the session.
pub const SESSION_COOKIE: &str = "loa_phien";
/// A form's or a call's body at most, in bytes; an upload's route sets its own limit.
pub const BODY_LIMIT: usize = 1024 * 1024;
/// A request is answered within this, its body included; an answer's own body may last.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
/// An upload over a slow line takes its time. Only who has logged in gets so far.
const PATIENCE_WITH_UPLOADS: Duration = Duration::from_secs(60 * 60);

/// What is not done in a session's name: it is sent before there is one, or by a page that knows of none.
pub(super) const WITHOUT_SESSION: [&str; 5] = ["/dang-nhap", "/bat-dau", "/tieng", "/mau", "/api/v1/session"];

/// All that a browser may do with a page: nothing that the page's own files do not.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; \
    connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What each answer says to the browser.
pub(super) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
    ] {
        // A page that shows what others wrote says so itself, and allows less.
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    // What a page shows is for who has logged in, as it is now.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Another site's page must neither ask in our name nor reach us by a name of its own (DNS rebinding).
pub(super) async fn same_site(State(site): State<Site>, request: Request, next: Next) -> Response {
    if is_ours(request.headers(), request.uri().authority().map(axum::http::uri::Authority::as_str), &site.names) {
        next.run(request).await
    } else {
        Refused::foreign().into_response()
    }
}

/// An address in figures is no name that a stranger can point at us; of names only `localhost` and the station's own are
/// ours.
fn is_ours(headers: &HeaderMap, authority: Option<&str>, names: &[String]) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let Some(host) = text(header::HOST).or(authority) else { return false };
    let known = host_of(host).is_some_and(|host| {
        host == "localhost"
            || host.parse::<std::net::IpAddr>().is_ok()
            || names.iter().any(|name| *name == host.to_lowercase())
    });
    let same_origin = text(header::ORIGIN).is_none_or(|origin| {
        origin.strip_prefix("http://").or(origin.strip_prefix("https://")).is_some_and(|from| from == host)
    });
    // Navigations from elsewhere are links that somebody follows; anything else from elsewhere is not ours.
    let fetched = HeaderName::from_static("sec-fetch-site");
    let foreign = matches!(text(fetched), Some("cross-site" | "same-site"));
    let navigates = text(HeaderName::from_static("sec-fetch-mode")) == Some("navigate");
    known && same_origin && (!foreign || navigates)
}

/// `[::1]:8420` → `::1`; `localhost:8420` → `localhost`.
fn host_of(written: &str) -> Option<&str> {
    if let Some(rest) = written.strip_prefix('[') {
        return rest.split_once(']').map(|(host, _)| host);
    }
    Some(written.rsplit_once(':').map_or(written, |(host, _)| host)).filter(|host| !host.is_empty())
}

/// Nobody holds a place for long.
pub(super) async fn in_time(request: Request, next: Next) -> Response {
    let known = request.extensions().get::<Who>().is_some() || request.extensions().get::<Unproven>().is_some();
    let uploads = known && request.headers().get(header::CONTENT_TYPE).is_some_and(|kind| !is_form(kind));
    let patience = if uploads { PATIENCE_WITH_UPLOADS } else { PATIENCE };
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let text = Text::new(
                "gửi quá chậm nên đã dừng; hãy kiểm tra đường mạng rồi thử lại",
                "this took too long and was left; look at the network and try again",
            );
            Refused::of(StatusCode::REQUEST_TIMEOUT, "slow", text).into_response()
        }
    }
}

/// Whose session it is, and that what changes something was sent by one of its own pages. No handler can forget it.
pub(super) async fn session(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let Some(token) = cookie(request.headers(), SESSION_COOKIE).map(Token::sent) else {
        return nobody(&site, request, next).await;
    };
    let known = token.clone();
    let account = match site.accounts(move |accounts| accounts.session(&known, clock::now())).await {
        Ok(Some(account)) => account,
        Ok(None) => return nobody(&site, request, next).await,
        Err(refused) => return refused.into_response(),
    };
    let csrf = csrf_of(&token);
    site.owners.see(&csrf, &account);
    let manner = Manner::of(&site, request.headers(), request.uri());
    let is_sent = ![Method::GET, Method::HEAD].contains(request.method());
    let manner = if is_sent { manner.of_sent(request.headers()) } else { manner };
    let who = Who { account, csrf: csrf.clone(), manner, notices: Vec::new(), session: token.sha256() };
    if is_sent && !WITHOUT_SESSION.contains(&request.uri().path()) {
        if !request.headers().contains_key("x-csrf-token") && has_files(request.headers()) {
            // Too large to be read here: whoever takes it in reads the token first.
            request.extensions_mut().insert(Unproven::new(who));
            return next.run(request).await;
        }
        request = match carries(request, &csrf).await {
            Ok(request) => request,
            Err(Unproved::Refused(refused)) => return refused.into_response(),
            // Of a session before this one in the same browser.
            Err(Unproved::Other(sent)) => {
                let back = ended::comes_back(&site, &who.manner, Some(&who), sent).await;
                return back.unwrap_or_else(|| Refused::stale_form().into_response());
            }
        };
    }
    request.extensions_mut().insert(who);
    next.run(request).await
}

/// Who has no session, or none any more, is answered as the page that was asked for does; a form that was filled in while there was
/// one is kept for whose it was.
async fn nobody(site: &Site, request: Request, next: Next) -> Response {
    let is_sent = request.method() == Method::POST && request.headers().get(header::CONTENT_TYPE).is_some_and(is_form);
    if !is_sent || request.headers().contains_key("x-csrf-token") {
        return next.run(request).await;
    }
    let manner = Manner::of(site, request.headers(), request.uri()).of_sent(request.headers());
    let (parts, sent) = match read(request).await {
        Ok(read) => read,
        Err(refused) => return refused.into_response(),
    };
    match ended::comes_back(site, &manner, None, sent.clone()).await {
        Some(back) => back,
        None => next.run(Request::from_parts(parts, Body::from(sent))).await,
    }
}

/// Why a request is not taken for one of the session's own pages'.
enum Unproved {
    /// For that.
    Refused(Refused),
    /// It is a form with another token than the session's, or none.
    Other(Bytes),
}

/// The request, if it carries the session's token in its header or, being a form, in its field `csrf`.
async fn carries(request: Request, csrf: &str) -> Result<Request, Unproved> {
    let stale = || Err(Unproved::Refused(Refused::stale_form()));
    if let Some(sent) = request.headers().get("x-csrf-token") {
        let same = sent.to_str().is_ok_and(|sent| is_same(sent, csrf));
        return if same { Ok(request) } else { stale() };
    }
    if !request.headers().get(header::CONTENT_TYPE).is_some_and(is_form) {
        return stale();
    }
    let (parts, bytes) = read(request).await.map_err(Unproved::Refused)?;
    if csrf_in(&bytes).is_some_and(|sent| is_same(sent, csrf)) {
        Ok(Request::from_parts(parts, Body::from(bytes)))
    } else {
        Err(Unproved::Other(bytes))
    }
}

/// A form's whole body.
async fn read(request: Request) -> Result<(Parts, Bytes), Refused> {
    let (parts, body) = request.into_parts();
    let read = tokio::time::timeout(PATIENCE, to_bytes(body, BODY_LIMIT)).await;
    let bytes = read.map_err(|_| Refused::stale_form())?.map_err(|_| too_large())?;
    Ok((parts, bytes))
}

/// The token that a form carries. Hexadecimal digits stand in it as they are.
pub(super) fn csrf_in(form: &[u8]) -> Option<&str> {
    let token = form.split(|byte| *byte == b'&').find_map(|field| field.strip_prefix(b"csrf="))?;
    std::str::from_utf8(token).ok()
}

/// A month of a thousand segments is half as long.
fn too_large() -> Refused {
    let mib = BODY_LIMIT >> 20;
    let text = Text::new(
        format!(
            "dài quá {mib} MiB nên không nhận, và chưa lưu gì; hãy quay lại rồi rút ngắn, hoặc sửa tệp ngay trên máy của đài"
        ),
        format!(
            "this is longer than {mib} MiB and is not taken, nothing is saved; go back and shorten it, or change the file on the station's own PC"
        ),
    );
    Refused::of(StatusCode::PAYLOAD_TOO_LARGE, "too-large", text)
}

fn has_files(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/form-data"))
}

/// Whether a token is the session's, found out in a time that tells nothing.
pub(super) fn is_same(sent: &str, csrf: &str) -> bool {
    sent.len() == csrf.len() && sent.bytes().zip(csrf.bytes()).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

pub(super) fn is_form(kind: &HeaderValue) -> bool {
    kind.as_bytes().starts_with(b"application/x-www-form-urlencoded")
}

/// A cookie that only this server gets, and no script.
pub(super) fn cookie_header(site: &Site, name: &str, value: &str, max_age_s: Option<i64>) -> HeaderValue {
    let secure = if site.secure { "; Secure" } else { "" };
    let age = max_age_s.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{age}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("loa_phien="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_names_and_origins_are_ours() {
        let ours = |pairs: &[(&'static str, &'static str)]| {
            let headers =
                pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
            is_ours(&headers.collect(), None, &["loa.phuong.lan".to_owned()])
        };
        for host in ["127.0.0.1:8420", "localhost:8420", "[::1]:8420", "192.168.1.9", "LOA.phuong.lan:8420"] {
            assert!(ours(&[("host", host)]), "{host}");
        }
        for host in ["evil.example", "evil.example:8420", "127.0.0.1.evil.example", "", ":8420", "localhost.evil:1"] {
            assert!(!ours(&[("host", host)]), "{host}");
        }
        assert!(!ours(&[]));
        let host = ("host", "localhost:8420");
        for (origin, same) in [
            ("http://localhost:8420", true),
            ("https://localhost:8420", true),
            ("http://localhost:8421", false),
            ("http://127.0.0.1:8420", false),
            ("https://evil.example", false),
            ("null", false),
        ] {
            assert_eq!(ours(&[host, ("origin", origin)]), same, "{origin}");
        }
        assert!(ours(&[host, ("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "cors")]));
        assert!(ours(&[host, ("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")]));
        assert!(ours(&[host, ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")]), "a link");
        assert!(!ours(&[host, ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")]));
    }
}
