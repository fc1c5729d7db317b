//! The accounts on a thread of their own, which does one thing after the other: whose session it is, is known without
//! waiting for the pages that are being made.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};

use tokio::sync::oneshot;

use super::Accounts;

/// Something to be done with the accounts.
type Work = Box<dyn FnOnce(&mut Accounts) + Send>;

/// The way to that thread, which ends with the last of these.
#[derive(Clone)]
pub struct Keeper(Sender<Work>);

impl Keeper {
    /// Gives the accounts to their thread.
    ///
    /// # Errors
    /// The system's, if it gives no thread.
    pub fn of(accounts: Accounts) -> io::Result<Keeper> {
        let (ask, asked) = channel();
        std::thread::Builder::new().name("accounts".into()).spawn(move || keep(accounts, &asked))?;
        Ok(Keeper(ask))
    }

    /// Has something done with them.
    ///
    /// # Errors
    /// That of `work`, or `work` panicked.
    pub async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Accounts) -> anyhow::Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        let (tell, told) = oneshot::channel();
        // Who has gone meanwhile is told nothing.
        let sent = self.0.send(Box::new(move |accounts| drop(tell.send(work(accounts)))));
        sent.map_err(|_| anyhow::anyhow!("the accounts' thread is gone"))?;
        told.await?
    }
}

fn keep(mut accounts: Accounts, asked: &Receiver<Work>) {
    crate::system::stand_back();
    for work in asked {
        // What SQLite had begun it takes back; a panic costs who asked, and nobody else.
        let _ = catch_unwind(AssertUnwindSafe(|| work(&mut accounts)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_costs_who_asked_and_nobody_else() {
        let dir = tempfile::tempdir().unwrap();
        let keeper = Keeper::of(Accounts::open(&dir.path().join("accounts.db")).unwrap()).unwrap();
        let broken: anyhow::Result<()> = keeper.ask(|_| panic!("on purpose")).await;
        assert!(broken.is_err());
        assert!(keeper.ask(|accounts| accounts.is_empty()).await.unwrap());
    }
}
