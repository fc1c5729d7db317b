//! Which schedules are in force: read on a thread of their own, kept as long as nothing better is there, read again
//! when their files change.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use super::Message;
use crate::audio::catalogue::Catalogue;
use crate::home::Home;
use crate::loading::{self, Loaded};
use crate::problem::{Effect, Lang, Severity, Text};
use crate::schedule::Month;
use crate::station::Station;
use crate::timetable::Slot;

/// Files are looked at this often; the file watch only hints that it is worth looking sooner.
const POLL: SignedDuration = SignedDuration::from_secs(10);
/// A file must have been left alone for so long: editors save in several steps.
const REST: SignedDuration = SignedDuration::from_secs(1);

/// A month in force.
#[derive(Clone, Debug)]
pub struct InForce {
    /// As read when it was last good.
    pub loaded: Loaded,
    /// When that was.
    pub read_at: Timestamp,
}

/// A text that could not be trusted.
#[derive(Clone, Debug)]
pub struct Refused {
    /// Which file, and its first mistake, in both languages.
    pub detail: Text,
    /// When it was read.
    pub at: Timestamp,
}

/// All months in force and what was refused.
#[derive(Debug, Default)]
pub struct Schedules {
    in_force: BTreeMap<Month, InForce>,
    refused: BTreeMap<Month, Refused>,
}

/// What a fresh reading of a month changed.
#[derive(Debug, PartialEq, Eq)]
pub enum Change {
    /// It says what it said before.
    Same,
    /// It is in force from now on.
    New,
    /// It cannot be trusted; what was in force stays in force.
    Refused,
}

impl Schedules {
    /// Takes in a fresh reading.
    pub fn take(&mut self, loaded: Loaded, at: Timestamp) -> Change {
        let Some(month) = loaded.month else { return Change::Same };
        let had_text = self.in_force.get(&month).is_some_and(|before| before.loaded.month_text.is_some());
        if loaded.absent() && !had_text {
            // No file yet, and none before: an empty month is no mistake of a text.
            self.refused.remove(&month);
            self.in_force.insert(month, InForce { loaded, read_at: at });
            return Change::Same;
        }
        if loaded.refused() {
            let detail = first_mistake(&loaded);
            let again = self.refused.get(&month).is_some_and(|refused| refused.detail == detail);
            self.refused.insert(month, Refused { detail, at });
            return if again { Change::Same } else { Change::Refused };
        }
        self.refused.remove(&month);
        let before = self.in_force.get(&month).map(|in_force| in_force.loaded.revision.clone());
        let change = if before.as_ref() == Some(&loaded.revision) { Change::Same } else { Change::New };
        self.in_force.insert(month, InForce { loaded, read_at: at });
        change
    }

    /// Puts the last good text of `month` in force where the present one cannot be trusted.
    pub fn restore(&mut self, loaded: Loaded, read_at: Timestamp) {
        if let Some(month) = loaded.month {
            self.in_force.insert(month, InForce { loaded, read_at });
        }
    }

    /// The month in force.
    pub fn month(&self, month: Month) -> Option<&InForce> {
        self.in_force.get(&month)
    }

    /// What was refused, by month.
    pub fn refused(&self) -> impl Iterator<Item = (Month, &Refused)> {
        self.refused.iter().map(|(month, refused)| (*month, refused))
    }

    /// All slots of all months in force.
    pub fn slots(&self) -> Vec<Slot> {
        self.in_force.values().flat_map(|in_force| in_force.loaded.slots.iter().cloned()).collect()
    }

    /// The station as the latest good reading has it.
    pub fn station(&self) -> Station {
        let latest = self.in_force.values().max_by_key(|in_force| in_force.read_at);
        latest.map_or_else(Station::default, |in_force| in_force.loaded.station.clone())
    }

    /// Forgets months before `month`.
    pub fn forget_before(&mut self, month: Month) {
        self.in_force = self.in_force.split_off(&month);
        self.refused = self.refused.split_off(&month);
    }
}

fn first_mistake(loaded: &Loaded) -> Text {
    let mut refusing = loaded.problems.iter().filter(|problem| problem.effect == Effect::Refuse);
    let Some(problem) = refusing.next() else { return Text::new("", "") };
    let file = problem.place.as_ref().map_or("", |place| place.file.as_str());
    let (vi, en) = (problem.message.get(Lang::Vi), problem.message.get(Lang::En));
    match refusing.count() {
        0 => Text::new(format!("`{file}`: {vi}"), format!("`{file}`: {en}")),
        more => Text::new(format!("`{file}`: {vi} (và {more} lỗi nữa)"), format!("`{file}`: {en} (and {more} more)")),
    }
}

/// Reads schedules and measures recordings on a thread of its own: a first full decode may take minutes.
#[derive(Debug)]
pub struct Loader {
    requests: Sender<Vec<Month>>,
}

impl Loader {
    /// Starts the thread; results come as `Message::Loaded`.
    ///
    /// # Errors
    /// The system's, if no thread can be made.
    pub fn start(home: &Home, inbox: Sender<Message>) -> std::io::Result<Loader> {
        let (requests, todo) = channel::<Vec<Month>>();
        let home = home.clone();
        std::thread::Builder::new().name("loader".into()).spawn(move || work(&home, &todo, &inbox))?;
        Ok(Loader { requests })
    }

    /// Asks for a fresh reading.
    pub fn request(&self, months: &[Month]) {
        // The thread lives as long as this sender.
        let _ = self.requests.send(months.to_vec());
    }
}

fn work(home: &Home, todo: &Receiver<Vec<Month>>, inbox: &Sender<Message>) {
    let mut catalogue = Catalogue::open(&home.catalogue_file());
    while let Ok(mut months) = todo.recv() {
        // Only the latest of several requests matters.
        while let Ok(newer) = todo.try_recv() {
            months = newer;
        }
        let audio = home.audio();
        let mut facts_of =
            |files: &[String]| loading::facts_with_folders(&audio, files, |files| catalogue.facts(&audio, files));
        let loaded = months.into_iter().map(|month| loading::load(home, month, &mut facts_of)).collect();
        if inbox.send(Message::Loaded(loaded)).is_err() {
            return;
        }
    }
}

/// Notices that the files changed.
#[derive(Debug)]
pub struct FileWatch {
    read: [u8; 32],
    changing: Option<([u8; 32], Timestamp)>,
    next_poll: Timestamp,
}

impl FileWatch {
    /// Begins with what is there now as already read.
    pub fn new(home: &Home, months: &[Month], now: Timestamp) -> FileWatch {
        FileWatch { read: fingerprint(home, months), changing: None, next_poll: now + POLL }
    }

    /// Whether the files differ from what was read and have come to rest. Ask at least each second; `hinted` looks at
    /// once, else only when the poll is due or a change is under way.
    pub fn changed(&mut self, home: &Home, months: &[Month], now: Timestamp, hinted: bool) -> bool {
        if !hinted && self.changing.is_none() && now < self.next_poll && self.next_poll - now <= POLL {
            return false;
        }
        self.next_poll = now + POLL;
        let print = fingerprint(home, months);
        if print == self.read {
            self.changing = None;
            return false;
        }
        match self.changing {
            Some((seen, since)) if seen == print && (now - since) >= REST => {
                self.read = print;
                self.changing = None;
                true
            }
            Some((seen, since)) if seen == print && since <= now => false,
            _ => {
                self.changing = Some((print, now));
                false
            }
        }
    }
}

fn fingerprint(home: &Home, months: &[Month]) -> [u8; 32] {
    let files = std::iter::once(home.station_file()).chain(months.iter().map(|month| home.month_file(*month)));
    let mut hash = Sha256::new();
    for file in files {
        match loading::read_bounded(&file) {
            Ok(bytes) => {
                hash.update([1]);
                hash.update(Sha256::digest(&bytes));
            }
            Err(_) => hash.update([0]),
        }
    }
    hash.finalize().into()
}

/// How many errors and warnings a reading has, for the log.
pub fn counted(loaded: &Loaded) -> (usize, usize) {
    let of = |severity| loaded.problems.iter().filter(|problem| problem.severity == severity).count();
    (of(Severity::Error), of(Severity::Warning))
}
