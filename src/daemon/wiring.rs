//! What the loop is joined to: the player's facts, the local socket, the file watch.

use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{Message, control};
use crate::audio::catalogue::Catalogue;
use crate::clock;
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

/// How long the loop may take to come upon a question.
const PATIENCE: SignedDuration = SignedDuration::from_secs(2);
/// And then to answer it.
const ANSWERING: Duration = Duration::from_millis(400);

/// What somebody asks for, and until when they wait for it.
#[derive(Debug)]
pub struct Question {
    asked: Value,
    until: Timestamp,
    reply: Sender<Value>,
}

impl Question {
    /// A question put at `now`. Who asks may say in `until` that they wait for less long.
    fn new(asked: Value, now: Timestamp, reply: Sender<Value>) -> Question {
        let longest = now.checked_add(PATIENCE).unwrap_or(now);
        let said = asked[control::UNTIL].as_str().and_then(|until| until.parse().ok());
        Question { asked, until: said.unwrap_or(longest).min(longest), reply }
    }

    /// Answers it; what the loop comes upon too late lapses: who asked was told that nobody answers.
    pub(super) fn answer(self, now: Timestamp, answer: impl FnOnce(&Value) -> Value) {
        if now > self.until {
            tracing::warn!(ask = self.asked["ask"].as_str(), "a question that nobody waits for any more lapses");
            return;
        }
        let _ = self.reply.send(answer(&self.asked));
    }
}

/// Asks the loop, and waits some seconds for its answer.
pub(super) fn asking(inbox: &Sender<Message>) -> impl Fn(Value) -> Value + Send + Sync + 'static {
    let inbox = inbox.clone();
    move |asked| {
        let (reply, answer) = channel();
        let now = clock::now();
        let question = Question::new(asked, now, reply);
        let left = Duration::try_from(question.until.duration_since(now)).unwrap_or(Duration::ZERO);
        let sent = inbox.send(Message::Ask(question));
        let answer = sent.ok().and_then(|()| answer.recv_timeout(left + ANSWERING).ok());
        answer.unwrap_or_else(|| serde_json::json!({ "error": "busy" }))
    }
}

/// Answers what is asked through the local socket.
pub(super) fn serve_questions(home: &Home, inbox: &Sender<Message>) {
    if let Err(error) = control::serve(home, asking(inbox)) {
        tracing::warn!(%error, "no local socket: `loa status` will not reach this daemon");
    }
}

/// Answers anew where somebody took the socket away, with the folder `var` or alone.
pub(super) fn serve_again_if_gone(home: &Home, inbox: &Sender<Message>) {
    if control::is_gone(home) {
        tracing::warn!("the control socket is gone and is made anew");
        serve_questions(home, inbox);
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// Whether a question put at second 100 is answered by a loop that comes upon it at second `now`.
    fn is_answered(until: Option<Timestamp>, now: i64) -> bool {
        let (reply, answer) = channel();
        let until = until.map(|until| until.to_string());
        let question = Question::new(json!({ "ask": "play", "until": until }), at(100), reply);
        let mut done = false;
        question.answer(at(now), |asked| {
            done = true;
            asked["ask"].clone()
        });
        assert_eq!(
            answer.recv().ok(),
            done.then(|| json!("play")),
            "who asked is told of what is done, and of nothing else"
        );
        done
    }

    #[test]
    fn an_order_whose_caller_was_told_no_answer_lapses() {
        assert!(is_answered(None, 102) && !is_answered(None, 103));
        assert!(is_answered(Some(at(101)), 101) && !is_answered(Some(at(101)), 102), "who waits for less long says so");
        assert!(!is_answered(Some(at(60)), 100), "it lay in the socket while the program stood still");
        assert!(!is_answered(Some(at(900)), 103), "nobody is waited for that long");
    }
}
