//! What all pages share.

use std::collections::{BTreeSet, HashMap};
use std::ops::Deref;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::Semaphore;

use super::accounts::{Accounts, Act, Keeper, Token};
use super::ended::Owners;
use super::link::Link;
use super::page::Notice;
use super::refused::Refused;
use super::remembered::Remembered;
use super::returned::Returned;
use crate::clock;
use crate::loading;
use crate::problem::Text;

/// Passwords that may be hashed at one moment: each takes 19 MiB and a core.
const HASHES_AT_ONCE: usize = 2;
/// Sessions that something is still to be told to.
const TOLD_MOST: usize = 1_000;

/// The router's state; a clone is the same.
#[derive(Clone)]
pub struct Site(Arc<Shared>);

/// What it holds.
pub struct Shared {
    /// The way to the daemon.
    pub link: Link,
    /// Names beside `localhost` under which the page may be asked for; addresses in figures always may.
    pub names: Vec<String>,
    /// Asked for by TLS.
    pub secure: bool,
    /// Open to the LAN without TLS, because `station.toml` insists.
    pub exposed: bool,
    /// Held while a password is hashed.
    pub hashes: Semaphore,
    /// What is made for those who watch what is on air.
    pub(super) feed: super::on_air::Feed,
    /// The recordings that may be chosen from.
    pub(super) offered: Remembered<Arc<Vec<String>>>,
    /// The sound inputs of the station's PC.
    pub(super) inputs: Remembered<Arc<Vec<String>>>,
    /// The months in force and the next ones as somebody saw them last.
    pub(super) ahead: super::library::Seen,
    /// The months that were looked at last.
    pub(super) looks: super::plan::Looks,
    /// Recordings are being measured for the library's page.
    pub(super) measuring: AtomicBool,
    /// How far the targets of the reporting month are.
    pub(super) targets: Remembered<Arc<Value>>,
    /// What was sent and not taken.
    pub(super) returned: Returned,
    /// Whose the sessions are and were.
    pub(super) owners: Owners,
    accounts: Keeper,
    /// The link of the first start, while there is no account.
    first: Mutex<Option<Token>>,
    /// Whose report is being made.
    making: Mutex<BTreeSet<String>>,
    told: Mutex<HashMap<[u8; 32], Vec<Notice>>>,
}

impl Deref for Site {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl Site {
    /// Around its parts.
    pub(super) fn new(setup: super::Setup, accounts: Keeper, first: Option<Token>) -> Site {
        let names = setup.listening.names.iter().map(|name| name.to_lowercase()).collect();
        Site(Arc::new(Shared {
            link: setup.link,
            names,
            secure: setup.listening.is_secure(),
            exposed: setup.listening.is_exposed(),
            hashes: Semaphore::new(HASHES_AT_ONCE),
            feed: super::on_air::Feed::default(),
            offered: Remembered::default(),
            inputs: Remembered::default(),
            ahead: super::library::Seen::default(),
            looks: super::plan::Looks::default(),
            measuring: AtomicBool::new(false),
            targets: Remembered::default(),
            returned: Returned::default(),
            owners: Owners::default(),
            accounts,
            first: Mutex::new(first),
            making: Mutex::default(),
            told: Mutex::default(),
        }))
    }

    /// Works on the accounts, on their own thread.
    ///
    /// # Errors
    /// A 500 where the file fails.
    pub async fn accounts<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Accounts) -> anyhow::Result<T> + Send + 'static,
    ) -> Result<T, Refused> {
        self.accounts.ask(work).await.map_err(|error| Refused::broken(&error))
    }

    /// Does what takes time, off the threads that answer: a file, a database, a hash.
    ///
    /// # Errors
    /// A 500 where it panics; a 503 where the page is being exchanged for another.
    pub async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refused> {
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| if error.is_cancelled() { Refused::exchanged() } else { Refused::broken(&error.into()) })
    }

    /// Asks the daemon; what it refuses is a 409 with its words, and silence a 503.
    ///
    /// # Errors
    /// It refuses or does not answer.
    pub async fn ask(&self, question: Value) -> Result<Value, Refused> {
        let answer = self.link.ask(question).await;
        if let Some(refused) = answer["refused"].as_object() {
            let text = |lang: &str| refused.get(lang).and_then(Value::as_str).unwrap_or_default().to_owned();
            return Err(Refused::conflict(Text::new(text("vi"), text("en"))));
        }
        if answer["error"].is_string() { Err(Refused::silent()) } else { Ok(answer) }
    }

    /// The text of the station in force, where the one that lies on the disk says nothing: by that the months are planned.
    ///
    /// # Errors
    /// The page is being exchanged for another.
    pub async fn station_in_force(&self) -> Result<Option<Arc<str>>, Refused> {
        let home = self.link.home().clone();
        let says_nothing = self.work(move || loading::load_station(&home).says_nothing()).await?;
        Ok(if says_nothing { self.link.snapshot().await.station_text.clone() } else { None })
    }

    /// What lies in the library is another now.
    pub async fn recordings_changed(&self) {
        self.offered.forget().await;
        self.ahead.forget().await;
        self.looks.forget().await;
    }

    /// Writes down who did what. That it cannot be written is told to the program's log, and keeps nobody from it.
    pub async fn note(&self, who: &str, what: Act, detail: Text) {
        let (who, now) = (who.to_owned(), clock::now());
        tracing::info!(who, what = what.code(), detail = detail.vi, "by the console");
        if let Err(refused) = self.accounts(move |accounts| accounts.note_deed(&who, what, &detail, now)).await {
            tracing::error!(why = refused.text.en, "who did what is not written down");
        }
    }

    /// A place among those who have a report made; none while that person's last one is being made: nobody keeps the PC busy.
    pub fn turn(&self, who: &str) -> Option<Turn> {
        held(&self.making).insert(who.to_owned()).then(|| Turn { site: self.clone(), who: who.to_owned() })
    }

    /// What the next page that this session opens is to say at its top.
    pub fn tell(&self, session: [u8; 32], notice: Notice) {
        let mut told = held(&self.told);
        if told.len() >= TOLD_MOST {
            told.clear();
        }
        told.entry(session).or_default().push(notice);
    }

    /// What is to be said, once.
    pub(super) fn to_tell(&self, session: &[u8; 32]) -> Vec<Notice> {
        held(&self.told).remove(session).unwrap_or_default()
    }

    /// Whether that is the token of the first start, which holds while there is no account.
    pub(super) fn is_first(&self, token: &str) -> bool {
        held(&self.first).as_ref().is_some_and(|first| first.sha256() == Token::sent(token).sha256())
    }

    /// The first start is over.
    pub(super) fn begun(&self) {
        *held(&self.first) = None;
    }

    /// The token of the first start, if it is to come.
    pub(super) fn first(&self) -> Option<String> {
        held(&self.first).as_ref().map(|token| token.text().to_owned())
    }
}

/// Given back when dropped.
pub struct Turn {
    site: Site,
    who: String,
}

impl Drop for Turn {
    fn drop(&mut self) {
        held(&self.site.making).remove(&self.who);
    }
}

/// A panic elsewhere leaves what is kept here as it was.
fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}
