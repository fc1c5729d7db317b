//! What was sent and not taken comes back: the page that it was filled in on, with what was typed and why it was refused, in
//! whichever language it is read then. A handler only refuses; what every form has in common is here. No page is the answer to
//! what was sent: whoever goes back to one is asked to send nothing again.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Form, FromRequest as _, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use maud::html;

use super::accounts::{Account, Token};
use super::form::Sent;
use super::guard::{BODY_LIMIT, WITHOUT_SESSION, is_form};
use super::page::{Notice, notice, told};
use super::refill::{self, HERE, Typed};
use super::refused::Refused;
use super::site::Site;
use super::who::{Manner, Theme, Who};
use crate::problem::{Lang, Text};

/// The word of an address, and the field of a form, that says which of what is kept is shown there: each form that was sent has
/// its own, so that two tabs of one person do not meet.
const KEPT: &str = "giu";
/// Letters of that word.
const LETTERS: usize = 16;
/// Forms that are kept of all sessions, and of one.
const MOST: usize = 256;
const MOST_OF_ONE: usize = 16;
/// So many of them are kept with the page that answered them, the newest: of the others that page is made anew, without why.
const MOST_ANSWERS: usize = 32;
/// Never kept: what a form carries of the session, which of them it is, and passwords.
const NEVER: [&str; 6] = ["csrf", KEPT, "mat_khau", "mat_khau_lai", "cu", "moi"];

/// An account for as long as it is one: a number of the database alone may be given again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AccountKey(i64, String);

impl AccountKey {
    pub fn of(account: &Account) -> AccountKey {
        AccountKey(account.id, account.name.clone())
    }
}

/// To whom something is shown again.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Whose {
    /// To that session alone.
    Session([u8; 32]),
    /// In whichever session the account has: it was sent when its own had ended.
    Account(AccountKey),
}

impl Whose {
    fn is(&self, who: &Who) -> bool {
        match self {
            Whose::Session(session) => *session == who.session,
            Whose::Account(account) => *account == AccountKey::of(&who.account),
        }
    }
}

/// A form that was not taken.
#[derive(Clone, Debug)]
struct Kept {
    whose: Whose,
    /// By which it is asked for.
    word: String,
    /// The page on which it was filled in, with its query.
    page: String,
    /// Where it went.
    action: String,
    fields: Vec<(String, String)>,
    why: Why,
}

/// Why a form was not taken.
#[derive(Clone, Debug)]
enum Why {
    /// For that.
    Refused(Refused),
    /// As the page that answered it says, while that is kept.
    Answered(Option<Answered>),
}

/// The page that answered a form, and for whom it was made.
#[derive(Clone, Debug)]
struct Answered {
    page: String,
    lang: Lang,
    theme: Theme,
}

impl Answered {
    /// For who wants it as it was made.
    fn for_whom(&self, who: &Who) -> bool {
        (self.lang, self.theme) == (who.lang(), who.manner.theme)
    }
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
        let own = all.iter().filter(|other| other.whose == kept.whose).count();
        let oldest = all.iter().position(|other| own < MOST_OF_ONE || other.whose == kept.whose);
        if let Some(oldest) = oldest.filter(|_| own >= MOST_OF_ONE || all.len() >= MOST) {
            all.remove(oldest);
        }
        all.push_back(kept);
        let answered = all.iter_mut().rev().filter_map(|kept| match &mut kept.why {
            Why::Answered(answer) if answer.is_some() => Some(answer),
            Why::Answered(_) | Why::Refused(_) => None,
        });
        answered.skip(MOST_ANSWERS).for_each(|answer| *answer = None);
    }

    fn forget(&self, who: &Who, word: &str) {
        self.all().retain(|kept| !kept.whose.is(who) || kept.word != word);
    }

    fn of(&self, who: &Who, word: &str) -> Option<Kept> {
        self.all().iter().find(|kept| kept.whose.is(who) && kept.word == word).cloned()
    }
}

/// Whether an address leads to something that is kept.
pub(super) fn leads_to_kept(address: &str) -> bool {
    parted(address).1.is_some()
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
        let kept = if dest { kept(&site, &who) } else { None };
        return match kept {
            Some(Kept { why: Why::Answered(Some(answer)), .. }) if answer.for_whom(&who) => {
                Html(answer.page).into_response()
            }
            Some(kept) => shown(&who, &kept, next.run(request).await).await,
            None => next.run(request).await,
        };
    }
    let is_form = request.headers().get(header::CONTENT_TYPE).is_some_and(is_form);
    if request.method() != Method::POST || !is_page || by_script || !is_form {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, BODY_LIMIT).await else { return Refused::stale_form().into_response() };
    let fields = fields_of(bytes.clone()).await;
    request = Request::from_parts(parts, Body::from(bytes));
    let Some(word) = fresh_word() else { return next.run(request).await };
    let (page, before) = parted(&who.manner.back);
    // There a change of the language or the colours on the answer leads: what is kept is shown there.
    who.manner.back = showing(&page, &word);
    request.extensions_mut().insert(who.clone());
    let answer = next.run(request).await;
    let came = Came { page, word, before, fields };
    taken(&site, &who, came, answer).await
}

/// One that nobody guesses.
fn fresh_word() -> Option<String> {
    Token::fresh().ok().map(|fresh| fresh.text().chars().take(LETTERS).collect())
}

/// Keeps for an account what was sent in a session of its that has ended; where it is shown.
pub(super) async fn keep_for(site: &Site, account: AccountKey, manner: &Manner, sent: Bytes) -> Option<String> {
    let (word, mut fields) = (fresh_word()?, fields_of(sent).await);
    fields.retain(|(name, _)| !NEVER.contains(&name.as_str()));
    let page = parted(&manner.back).0;
    let there = format!("{}#{HERE}", showing(&page, &word));
    let (whose, why) = (Whose::Account(account), Why::Refused(Refused::ended()));
    site.returned.keep(Kept { whose, word, page, action: manner.path.clone(), fields, why });
    Some(there)
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
        site.returned.forget(who, &before);
    }
    // Sent from no page that could be gone back to: by a program, or by a browser that does not say.
    if !is_refused || !who.manner.sent_from_page {
        return answer;
    }
    let why = match why {
        Some(why) => Why::Refused(why),
        None if !is_page(&answer) => return answer,
        None => {
            let (lang, theme) = (who.lang(), who.manner.theme);
            match text_of(answer).await {
                Ok(page) => Why::Answered(Some(Answered { page, lang, theme })),
                Err(broken) => return broken.into_response(),
            }
        }
    };
    let Came { page, word, mut fields, .. } = came;
    fields.retain(|(name, _)| !NEVER.contains(&name.as_str()));
    // A page that answered says itself where one begins to read.
    let here = if matches!(why, Why::Refused(_)) { format!("#{HERE}") } else { String::new() };
    let there = format!("{}{here}", showing(&page, &word));
    let whose = Whose::Session(who.session);
    site.returned.keep(Kept { whose, word, page, action: who.manner.path.clone(), fields, why });
    Redirect::to(&there).into_response()
}

fn is_page(answer: &Response) -> bool {
    let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.starts_with("text/html")
}

async fn text_of(answer: Response) -> Result<String, Refused> {
    let text = to_bytes(answer.into_body(), usize::MAX).await.ok();
    let text = text.and_then(|bytes| String::from_utf8(bytes.into()).ok());
    text.ok_or_else(|| Refused::broken(&anyhow::anyhow!("a page was broken off")))
}

/// What is kept for the page that is asked for.
fn kept(site: &Site, who: &Who) -> Option<Kept> {
    let (page, word) = parted(&who.manner.path);
    site.returned.of(who, &word?).filter(|kept| kept.page == page)
}

/// The page that a form was filled in on, with what was filled in and not taken.
async fn shown(who: &Who, kept: &Kept, answer: Response) -> Response {
    if answer.status() != StatusCode::OK || !is_page(&answer) {
        return answer;
    }
    let why = match &kept.why {
        Why::Refused(why) => Some(why),
        Why::Answered(_) => None,
    };
    let (beside, above) = said(who.lang(), why);
    let typed = Typed {
        action: &kept.action,
        fields: &kept.fields,
        // What somebody saw before they had to log in may be another by now.
        hidden: why.is_none_or(|why| *why == Refused::ended()),
        field: why.and_then(|why| why.field),
        beside: &beside,
        above: &above,
    };
    match text_of(answer).await {
        Ok(page) => Html(refill::refilled(&page, &typed)).into_response(),
        Err(broken) => broken.into_response(),
    }
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
    use crate::console::role::Role;

    /// Somebody with that session.
    fn who(session: u8) -> Who {
        let account = Account { id: i64::from(session), name: "An".to_owned(), role: Role::Operator };
        let [station, path, back] = [const { String::new() }; 3];
        let (lang, theme) = (Lang::Vi, Theme::System);
        let manner = Manner { lang, theme, station, exposed: false, path, back, sent_from_page: false };
        Who { account, csrf: String::new(), manner, notices: Vec::new(), session: [session; 32] }
    }

    fn kept(session: u8, word: &str) -> Kept {
        let [page, action] = ["/a", "/b"].map(str::to_owned);
        let why = Why::Answered(Some(Answered { page: word.to_owned(), lang: Lang::Vi, theme: Theme::System }));
        Kept { whose: Whose::Session([session; 32]), word: word.to_owned(), page, action, fields: Vec::new(), why }
    }

    #[test]
    fn each_form_is_kept_for_itself_and_nobody_pushes_out_what_another_one_sent() {
        let returned = Returned::default();
        returned.keep(kept(1, "a"));
        for n in 0..MOST_OF_ONE + 3 {
            returned.keep(kept(2, &n.to_string()));
        }
        let of = |session: u8, word: &str| returned.of(&who(session), word).is_some();
        assert!(of(1, "a") && !of(2, "2") && of(2, "3") && of(2, "18") && !of(2, "a"));
        returned.forget(&who(2), "3");
        assert!(!of(2, "3") && of(2, "4"));
        for n in 3..=250 {
            returned.keep(kept(n, "x"));
        }
        assert_eq!(returned.all().len(), MOST);
        let has_answer = |kept: &Kept| matches!(&kept.why, Why::Answered(Some(answer)) if answer.page == kept.word);
        let with_answer: Vec<bool> = returned.all().iter().map(has_answer).collect();
        assert_eq!(with_answer, (1..=MOST).map(|nth| nth > MOST - MOST_ANSWERS).collect::<Vec<_>>());
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
