//! What was sent and not taken comes back: the page that it was filled in on, with what was typed and why it was refused, in
//! whichever language it is read then. A handler only refuses; what every form has in common is here.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Form, FromRequest as _, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::html;

use super::form::Sent;
use super::guard::{BODY_LIMIT, WITHOUT_SESSION, is_form};
use super::page::{Notice, marked, notice};
use super::places::in_fields;
use super::refill::{self, HERE, Typed};
use super::refused::Refused;
use super::site::Site;
use super::who::Who;
use crate::problem::{Lang, Text};

/// Sessions of which something is kept.
const MOST: usize = 64;
/// Never kept: what a form carries of the session, and passwords.
const NEVER: [&str; 5] = ["csrf", "mat_khau", "mat_khau_lai", "cu", "moi"];

/// A form that was not taken.
#[derive(Clone, Debug)]
struct Kept {
    /// The page on which it was filled in, with its query.
    page: String,
    /// Where it went.
    action: String,
    fields: Vec<(String, String)>,
    /// Why; none where the answer was a page that said it itself.
    why: Option<Refused>,
}

/// By session, the last one.
#[derive(Debug, Default)]
pub(super) struct Returned(Mutex<HashMap<[u8; 32], Kept>>);

impl Returned {
    fn all(&self) -> MutexGuard<'_, HashMap<[u8; 32], Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where a form was filled in that was sent from `page`: that page, unless it is the answer to that form itself, which is no
    /// page to go back to.
    pub fn page_of(&self, session: &[u8; 32], page: String) -> String {
        let all = self.all();
        let known = all.get(session).filter(|kept| kept.action == page);
        known.map_or(page, |kept| kept.page.clone())
    }

    /// Keeps what was typed into a form that its own handler shows again.
    pub fn keep_typed(&self, who: &Who, fields: Vec<(String, String)>) {
        let (page, action) = (who.manner.back.clone(), who.manner.path.clone());
        self.keep(who.session, Kept { page, action, fields, why: None });
    }

    fn keep(&self, session: [u8; 32], kept: Kept) {
        let mut all = self.all();
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(session, kept);
    }

    fn forget(&self, session: &[u8; 32]) {
        self.all().remove(session);
    }

    /// What was sent from the page; of another one nothing is kept any longer.
    fn of_page(&self, session: &[u8; 32], page: &str) -> Option<Kept> {
        let mut all = self.all();
        let kept = all.get(session).filter(|kept| kept.page == page).cloned();
        if kept.is_none() {
            all.remove(session);
        }
        kept
    }
}

/// Before every page: keeps what is not taken, and shows it again.
pub(super) async fn comes_back(State(site): State<Site>, request: Request, next: Next) -> Response {
    let Some(who) = request.extensions().get::<Who>().cloned().filter(|who| !who.manner.is_api()) else {
        return next.run(request).await;
    };
    let is_page = !WITHOUT_SESSION.contains(&request.uri().path());
    let by_script = request.headers().contains_key("x-csrf-token");
    if request.method() == Method::GET && is_page {
        // A frame within a page, or what a script reads, is not where one has gone.
        let dest = request.headers().get("sec-fetch-dest").is_none_or(|dest| dest == "document");
        let answer = next.run(request).await;
        return if dest { shown(&site, &who, answer).await } else { answer };
    }
    let is_form = request.headers().get(header::CONTENT_TYPE).is_some_and(is_form);
    if request.method() != Method::POST || !is_page || by_script || !is_form {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, BODY_LIMIT).await else { return Refused::stale_form().into_response() };
    let fields = fields_of(bytes.clone()).await;
    let answer = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    taken(&site, &who, fields, answer)
}

async fn fields_of(sent: Bytes) -> Vec<(String, String)> {
    let request = Request::builder().method(Method::POST);
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::from(sent));
    let Ok(request) = request else { return Vec::new() };
    Form::<Sent>::from_request(request, &()).await.map_or_else(|_| Vec::new(), |Form(sent)| sent.0)
}

/// What was sent was taken, or it is kept and its page is where one goes.
fn taken(site: &Site, who: &Who, mut fields: Vec<(String, String)>, answer: Response) -> Response {
    let status = answer.status();
    let why = answer.extensions().get::<Refused>().cloned();
    let (page, action) = (who.manner.back.clone(), who.manner.path.clone());
    // The page that takes this one's place knows nothing of what was sent to this one.
    if why.as_ref().is_some_and(|why| why.code == "exchanged") {
        return answer;
    }
    let is_refused = status.is_client_error() || status.is_server_error();
    // Sent from no page that could be gone back to: by a program, or by a browser that does not say.
    if !is_refused || !who.manner.sent_from_page {
        site.returned.forget(&who.session);
        return answer;
    }
    fields.retain(|(name, _)| !NEVER.contains(&name.as_str()));
    let goes_there = why.is_some().then(|| format!("{}#{HERE}", page.split('#').next().unwrap_or(&page)));
    site.returned.keep(who.session, Kept { page, action, fields, why });
    match goes_there {
        Some(there) => Redirect::to(&there).into_response(),
        None => answer,
    }
}

/// A page, with what was filled in on it and not taken.
async fn shown(site: &Site, who: &Who, answer: Response) -> Response {
    let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("text/html") || answer.status() != StatusCode::OK {
        return answer;
    }
    let Some(kept) = site.returned.of_page(&who.session, &who.manner.path) else { return answer };
    let (mut parts, body) = answer.into_parts();
    let Some(page) = to_bytes(body, usize::MAX).await.ok().and_then(|bytes| String::from_utf8(bytes.into()).ok())
    else {
        return Refused::broken(&anyhow::anyhow!("a page was broken off")).into_response();
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    let lang = who.lang();
    let (beside, above) = said(lang, kept.why.as_ref());
    let typed = Typed {
        action: &kept.action,
        fields: &kept.fields,
        hidden: kept.why.is_none(),
        field: kept.why.as_ref().and_then(|why| why.field),
        beside: &beside,
        above: &above,
    };
    Response::from_parts(parts, Body::from(refill::refilled(&page, &typed)))
}

/// The message beside a field, and above all of them.
fn said(lang: Lang, why: Option<&Refused>) -> (String, String) {
    let told = match why {
        Some(why) => Notice::Error(why.text.clone()),
        None => Notice::Warning(Text::new(
            "chưa lưu: những gì đã điền còn ở đây; gửi lại thì trang nói vì sao chưa nhận",
            "not saved: what was filled in is still here; sent again, the page says why it is not taken",
        )),
    };
    let above = html! { div id=(HERE) tabindex="-1" { (notice(lang, &told)) } };
    let beside = html! {
        @if let Some(why) = why {
            p.field-error id=(HERE) role="alert" { (marked(&in_fields(lang, why.text.get(lang)))) }
        }
    };
    (beside.into_string(), above.into_string())
}
