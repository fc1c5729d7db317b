//! What is sent after its session has ended, by an admin's hand, in another tab or by itself, is not lost with it: it comes back
//! behind the login, not done, and to nobody but the account in whose pages it was filled in.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use axum::body::Bytes;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::accounts::Account;
use super::guard::{WITHOUT_SESSION, csrf_in};
use super::returned::{self, AccountKey};
use super::site::Site;
use super::who::{Manner, Who, escaped};

/// Sessions that are known, open or ended: those of a ward for months.
const MOST: usize = 1_000;

/// Whose each session is or was, by the token of its forms: nobody but its own pages has that. It is known while the page is served;
/// of what was sent later nothing is kept.
#[derive(Debug, Default)]
pub(super) struct Owners(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    by_csrf: HashMap<String, AccountKey>,
    /// The oldest first.
    order: VecDeque<String>,
}

impl Owners {
    /// A session is seen.
    pub fn see(&self, csrf: &str, account: &Account) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.by_csrf.contains_key(csrf) {
            return;
        }
        if known.order.len() >= MOST
            && let Some(oldest) = known.order.pop_front()
        {
            known.by_csrf.remove(&oldest);
        }
        known.order.push_back(csrf.to_owned());
        known.by_csrf.insert(csrf.to_owned(), AccountKey::of(account));
    }

    fn of(&self, csrf: &str) -> Option<AccountKey> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).by_csrf.get(csrf).cloned()
    }
}

/// The way to what was sent, of which nothing is done; none where it was sent from no page, or it is not known from whose, or somebody
/// else has logged in meanwhile.
pub(super) async fn comes_back(site: &Site, manner: &Manner, now: Option<&Who>, sent: Bytes) -> Option<Response> {
    let path = manner.path.split('?').next().unwrap_or_default();
    if manner.is_api() || !manner.sent_from_page || WITHOUT_SESSION.contains(&path) {
        return None;
    }
    let owner = site.owners.of(csrf_in(&sent)?)?;
    if now.is_some_and(|who| AccountKey::of(&who.account) != owner) {
        return None;
    }
    let there = returned::keep_for(site, owner, manner, sent).await?;
    let to = if now.is_some() { there } else { format!("/dang-nhap?ve={}", escaped(&there)) };
    Some(Redirect::to(&to).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::role::Role;

    #[test]
    fn of_many_sessions_the_oldest_is_forgotten_and_no_other() {
        let owners = Owners::default();
        let account = |id: i64| Account { id, name: format!("Người {id}"), role: Role::Viewer };
        for id in 0..=1_000 {
            owners.see(&id.to_string(), &account(id));
            // One that goes on is seen at each request, and stays whose it was.
            owners.see("1", &account(id));
        }
        let of = |id: i64| owners.of(&id.to_string()).map(|key| key == AccountKey::of(&account(id)));
        assert_eq!([of(0), of(2), of(1_000)], [None, Some(true), Some(true)]);
        assert!(owners.of("1") == Some(AccountKey::of(&account(0))));
    }
}
