//! What the loop is joined to: the player's facts, the local socket, the file watch.

use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;

use super::{Message, control};
use crate::audio::catalogue::Catalogue;
use crate::director::Event;
use crate::home::Home;
use crate::player::Measures;
use crate::schedule::audio_facts::{AudioFacts, AudioFault};

/// What the catalogue knows of armed copies. It is held for a look alone: several may be measured at once.
struct Remembered(Mutex<Catalogue>);

impl Remembered {
    fn catalogue(&self) -> MutexGuard<'_, Catalogue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Measures for Remembered {
    fn known(&self, sha256: &str) -> Option<AudioFacts> {
        self.catalogue().measured(sha256)
    }

    fn find_out(&self, path: &Path) -> Result<AudioFacts, AudioFault> {
        let facts = crate::audio::measure::measure(path)?;
        self.catalogue().remember(&facts);
        Ok(facts)
    }
}

/// What full decodes of this home's recordings found.
pub(super) fn measures(home: &Home) -> Arc<dyn Measures> {
    Arc::new(Remembered(Mutex::new(Catalogue::open(&home.catalogue_file()))))
}

/// The player's end of the inbox.
pub(super) fn facts_into(inbox: &Sender<Message>) -> std::io::Result<Sender<Event>> {
    let (facts, events) = channel();
    let inbox = inbox.clone();
    std::thread::Builder::new().name("facts".into()).spawn(move || {
        for event in events {
            if inbox.send(Message::Fact(event)).is_err() {
                return;
            }
        }
    })?;
    Ok(facts)
}

/// Asks the loop, and waits some seconds for its answer.
pub(super) fn asking(inbox: &Sender<Message>) -> impl Fn(Value) -> Value + Send + Sync + 'static {
    let inbox = inbox.clone();
    move |question| {
        let (reply, answer) = channel();
        let sent = inbox.send(Message::Ask(question, reply));
        let answer = sent.ok().and_then(|()| answer.recv_timeout(Duration::from_secs(2)).ok());
        answer.unwrap_or_else(|| serde_json::json!({ "error": "busy" }))
    }
}

/// Answers what is asked through the local socket.
pub(super) fn serve_questions(home: &Home, inbox: &Sender<Message>) {
    if let Err(error) = control::serve(home, asking(inbox)) {
        tracing::warn!(%error, "no local socket: `loa status` will not reach this daemon");
    }
}

/// The hint that a schedule was saved. Without it the poll notices all the same, some seconds later.
pub(super) fn watch_folder(home: &Home, inbox: &Sender<Message>) -> Option<notify::RecommendedWatcher> {
    use notify::{RecursiveMode, Watcher as _};
    let inbox = inbox.clone();
    let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        if event.is_ok_and(|event| !event.kind.is_access()) {
            let _ = inbox.send(Message::FilesTouched);
        }
    });
    let started = watcher.and_then(|mut watcher| {
        watcher.watch(&home.schedules(), RecursiveMode::NonRecursive)?;
        Ok(watcher)
    });
    started.inspect_err(|error| tracing::warn!(%error, "no file watch: schedules are polled")).ok()
}
