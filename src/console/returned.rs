//! What was sent and not taken comes back: the page that it was filled in on, with what was typed and why it was refused, in
//! whichever language it is read then. A handler only refuses; what every form has in common is here.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Form, FromRequest as _, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::html;

use super::accounts::Token;
use super::form::Sent;
use super::guard::{BODY_LIMIT, WITHOUT_SESSION, is_form};
use super::page::{Notice, notice, told};
use super::refill::{self, HERE, Typed};
use super::refused::Refused;
use super::site::Site;
use super::who::Who;
use crate::problem::{Lang, Text};

/// The word of an address, and the field of a form, that says which of what is kept is shown there: each form that was sent has
/// its own, so that two tabs of one person do not meet.
const KEPT: &str = "giu";
/// Letters of that word.
const LETTERS: usize = 16;
/// Forms that are kept of all sessions, and of one.
const MOST: usize = 256;
const MOST_OF_ONE: usize = 16;
/// Never kept: what a form carries of the session, which of them it is, and passwords.
const NEVER: [&str; 6] = ["csrf", KEPT, "mat_khau", "mat_khau_lai", "cu", "moi"];

/// A form that was not taken.
#[derive(Clone, Debug)]
struct Kept {
    session: [u8; 32],
    /// By which it is asked for.
    word: String,
    /// The page on which it was filled in, with its query.
    page: String,
    /// Where it went.
    action: String,
    fields: Vec<(String, String)>,
    /// Why; none where the answer was a page that said it itself.
    why: Option<Refused>,
}

/// All of them, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Returned(Mutex<VecDeque<Kept>>);

impl Returned {
    fn all(&self) -> MutexGuard<'_, VecDeque<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, kept: Kept) {
        let mut all = self.all();
        let own = all.iter().filter(|other| other.session == kept.session).count();
        let oldest = all.iter().position(|other| own < MOST_OF_ONE || other.session == kept.session);
        if let Some(oldest) = oldest.filter(|_| own >= MOST_OF_ONE || all.len() >= MOST) {
            all.remove(oldest);
        }
        all.push_back(kept);
    }

    fn forget(&self, session: &[u8; 32], word: &str) {
        self.all().retain(|kept| kept.session != *session || kept.word != word);
    }

    fn of(&self, session: &[u8; 32], word: &str) -> Option<Kept> {
        self.all().iter().find(|kept| kept.session == *session && kept.word == word).cloned()
    }
}

/// The address without the word in it, and that word.
fn parted(address: &str) -> (String, Option<String>) {
    let Some((path, query)) = address.split_once('?') else { return (address.to_owned(), None) };
    let word = |pair: &&str| pair.split_once('=').is_some_and(|(name, _)| name == KEPT);
    let found = query.split('&').find(word).and_then(|pair| pair.split_once('=')).map(|(_, word)| word.to_owned());
    let rest: Vec<&str> = query.split('&').filter(|pair| !word(pair)).collect();
    let rest = rest.join("&");
    (if rest.is_empty() { path.to_owned() } else { format!("{path}?{rest}") }, found)
}

/// The address at which what is kept under that word is shown.
fn showing(page: &str, word: &str) -> String {
    format!("{page}{}{KEPT}={word}", if page.contains('?') { '&' } else { '?' })
}

/// Before every page: keeps what is not taken, and shows it again.
pub(super) async fn comes_back(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let Some(mut who) = request.extensions().get::<Who>().cloned().filter(|who| !who.manner.is_api()) else {
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
    request = Request::from_parts(parts, Body::from(bytes));
    let Ok(fresh) = Token::fresh() else { return next.run(request).await };
    let word: String = fresh.text().chars().take(LETTERS).collect();
    let (page, before) = filled_in_on(&site, &who, &fields);
    // There a change of the language or the colours on the answer leads: what is kept is shown there.
    who.manner.back = showing(&page, &word);
    request.extensions_mut().insert(who.clone());
    let answer = next.run(request).await;
    let came = Came { page, word, before, fields };
    taken(&site, &who, came, answer).await
}

/// The page that a form was filled in on, and the word of what it was filled in with again. Where it was sent from the answer
/// to that form itself, which is no page to go back to, the form says which it is.
fn filled_in_on(site: &Site, who: &Who, fields: &[(String, String)]) -> (String, Option<String>) {
    let (page, in_address) = parted(&who.manner.back);
    let in_form = fields.iter().find(|(name, _)| name == KEPT).map(|(_, word)| word.clone());
    let word = in_form.or(in_address);
    let known = word.as_ref().and_then(|word| site.returned.of(&who.session, word));
    let page = known.filter(|kept| kept.action == page).map_or(page, |kept| kept.page);
    (page, word)
}

async fn fields_of(sent: Bytes) -> Vec<(String, String)> {
    let request = Request::builder().method(Method::POST);
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::from(sent));
    let Ok(request) = request else { return Vec::new() };
    Form::<Sent>::from_request(request, &()).await.map_or_else(|_| Vec::new(), |Form(sent)| sent.0)
}

/// A form that came.
struct Came {
    page: String,
    /// Under which it is kept if it is not taken.
    word: String,
    /// Under which it was kept before.
    before: Option<String>,
    fields: Vec<(String, String)>,
}

/// What was sent was taken, or it is kept and its page is where one goes.
async fn taken(site: &Site, who: &Who, came: Came, answer: Response) -> Response {
    let status = answer.status();
    let why = answer.extensions().get::<Refused>().cloned();
    // The page that takes this one's place knows nothing of what was sent to this one.
    if why.as_ref().is_some_and(|why| why.code == "exchanged") {
        return answer;
    }
    let is_refused = status.is_client_error() || status.is_server_error();
    if let Some(before) = came.before.filter(|_| !is_refused) {
        site.returned.forget(&who.session, &before);
    }
    // Sent from no page that could be gone back to: by a program, or by a browser that does not say.
    if !is_refused || !who.manner.sent_from_page {
        return answer;
    }
    let Came { page, word, mut fields, .. } = came;
    fields.retain(|(name, _)| !NEVER.contains(&name.as_str()));
    let (there, action) = (showing(&page, &word), who.manner.path.clone());
    let goes_there = why.is_some();
    site.returned.keep(Kept { session: who.session, word: word.clone(), page, action: action.clone(), fields, why });
    if goes_there {
        return Redirect::to(&format!("{there}#{HERE}")).into_response();
    }
    changed(answer, |page| refill::carrying(page, &action, KEPT, &word)).await
}

/// A page with that change; what is no page, as it is.
async fn changed(answer: Response, change: impl FnOnce(&str) -> String) -> Response {
    let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("text/html") {
        return answer;
    }
    let (mut parts, body) = answer.into_parts();
    let Some(page) = to_bytes(body, usize::MAX).await.ok().and_then(|bytes| String::from_utf8(bytes.into()).ok())
    else {
        return Refused::broken(&anyhow::anyhow!("a page was broken off")).into_response();
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(change(&page)))
}

/// A page, with what was filled in on it and not taken.
async fn shown(site: &Site, who: &Who, answer: Response) -> Response {
    let (page, word) = parted(&who.manner.path);
    let kept = word.and_then(|word| site.returned.of(&who.session, &word)).filter(|kept| kept.page == page);
    let Some(kept) = kept.filter(|_| answer.status() == StatusCode::OK) else { return answer };
    let (beside, above) = said(who.lang(), kept.why.as_ref());
    let typed = Typed {
        action: &kept.action,
        fields: &kept.fields,
        hidden: kept.why.is_none(),
        field: kept.why.as_ref().and_then(|why| why.field),
        beside: &beside,
        above: &above,
    };
    changed(answer, |page| refill::refilled(page, &typed)).await
}

/// The message beside a field, and above all of them.
fn said(lang: Lang, why: Option<&Refused>) -> (String, String) {
    let notes = match why {
        Some(why) => Notice::Error(why.text.clone()),
        None => Notice::Warning(Text::new(
            "chưa lưu: những gì đã điền còn ở đây; gửi lại thì trang nói vì sao chưa nhận",
            "not saved: what was filled in is still here; sent again, the page says why it is not taken",
        )),
    };
    let above = html! { div id=(HERE) tabindex="-1" { (notice(lang, &notes)) } };
    let beside = html! {
        @if let Some(why) = why {
            p.field-error id=(HERE) role="alert" { (told(lang, why.text.get(lang))) }
        }
    };
    (beside.into_string(), above.into_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(session: u8, word: &str) -> Kept {
        let [page, action] = ["/a", "/b"].map(str::to_owned);
        Kept { session: [session; 32], word: word.to_owned(), page, action, fields: Vec::new(), why: None }
    }

    #[test]
    fn each_form_is_kept_for_itself_and_nobody_pushes_out_what_another_one_sent() {
        let returned = Returned::default();
        returned.keep(kept(1, "a"));
        for n in 0..MOST_OF_ONE + 3 {
            returned.keep(kept(2, &n.to_string()));
        }
        let of = |session: u8, word: &str| returned.of(&[session; 32], word).is_some();
        assert!(of(1, "a") && !of(2, "2") && of(2, "3") && of(2, "18") && !of(2, "a"));
        returned.forget(&[2; 32], "3");
        assert!(!of(2, "3") && of(2, "4"));
        for n in 3..=250 {
            returned.keep(kept(n, "x"));
        }
        assert_eq!(returned.all().len(), MOST);
        assert!(!of(1, "a") && of(250, "x"), "of all the oldest goes");
    }

    #[test]
    fn the_word_stands_behind_what_a_page_is_asked_for_by() {
        for (page, there) in [("/a", "/a?giu=7f"), ("/a?b=1&c=2", "/a?b=1&c=2&giu=7f")] {
            assert_eq!(showing(page, "7f"), there);
            assert_eq!(parted(there), (page.to_owned(), Some("7f".to_owned())));
            assert_eq!(parted(page), (page.to_owned(), None));
        }
        assert_eq!(parted("/a?giu=7f&c=2"), ("/a?c=2".to_owned(), Some("7f".to_owned())));
    }
}
