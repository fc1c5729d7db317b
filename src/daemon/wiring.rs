//! What the loop is joined to: the player's facts, the local socket, the file watch.

use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::{Message, control};
use crate::audio::catalogue::Catalogue;
use crate::director::Event;
use crate::home::Home;
use crate::player::Measure;

/// What a full decode of an armed copy found: remembered by its hash, or found out now.
pub(super) fn measure(home: &Home) -> Measure {
    let catalogue = Mutex::new(Catalogue::open(&home.catalogue_file()));
    Arc::new(move |path, sha256| {
        // Held for a look alone: several recordings may be measured at once.
        let catalogue = || catalogue.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = catalogue().measured(sha256) {
            return Ok(known);
        }
        let facts = crate::audio::measure::measure(path)?;
        catalogue().remember(&facts);
        Ok(facts)
    })
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

/// Answers what is asked through the local socket.
pub(super) fn serve_questions(home: &Home, inbox: &Sender<Message>) {
    let inbox = inbox.clone();
    let served = control::serve(home, move |question| {
        let (reply, answer) = channel();
        let sent = inbox.send(Message::Ask(question, reply));
        let answer = sent.ok().and_then(|()| answer.recv_timeout(Duration::from_secs(2)).ok());
        answer.unwrap_or_else(|| serde_json::json!({ "error": "busy" }))
    });
    if let Err(error) = served {
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
