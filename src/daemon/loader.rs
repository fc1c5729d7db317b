//! The thread that touches the operator's files. A first full decode may take minutes and a dead network share may hang
//! for ever: neither must stop the loop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};

use super::Message;
use crate::audio::catalogue::Catalogue;
use crate::home::Home;
use crate::loading;
use crate::schedule::Month;

/// Files are looked at this often; the file watch only hints that it is worth looking sooner.
const POLL: SignedDuration = SignedDuration::from_secs(10);
/// A file must have been left alone for so long: editors save in several steps.
const REST: SignedDuration = SignedDuration::from_secs(1);

enum Request {
    /// Read these months now.
    Read([Month; 2]),
    /// Read them if their files have changed.
    Look { months: [Month; 2], now: Timestamp, hinted: bool },
}

/// The loop's hand on the thread.
#[derive(Debug)]
pub struct Loader {
    requests: Sender<Request>,
    /// A look is under way: more of them would only queue up behind it.
    looking: Arc<AtomicBool>,
}

impl Loader {
    /// Starts the thread; results come as `Message::Loaded`. What is there now counts as already read.
    ///
    /// # Errors
    /// The system's, if no thread can be made.
    pub fn start(home: &Home, months: [Month; 2], inbox: Sender<Message>) -> std::io::Result<Loader> {
        let (requests, todo) = channel();
        let looking = Arc::new(AtomicBool::new(false));
        let (home, busy) = (home.clone(), looking.clone());
        std::thread::Builder::new().name("loader".into()).spawn(move || {
            let catalogue = Catalogue::open(&home.catalogue_file());
            let files = FileWatch::new(&home, months);
            Worker { home, catalogue, files, inbox }.work(&todo, &busy);
        })?;
        Ok(Loader { requests, looking })
    }

    /// Asks for a fresh reading.
    pub fn read(&self, months: [Month; 2]) {
        // The thread lives as long as this sender.
        let _ = self.requests.send(Request::Read(months));
    }

    /// Asks for a look at the files; to be called each second.
    pub fn look(&self, months: [Month; 2], now: Timestamp, hinted: bool) {
        if !self.looking.swap(true, Ordering::Relaxed) {
            let _ = self.requests.send(Request::Look { months, now, hinted });
        }
    }
}

struct Worker {
    home: Home,
    catalogue: Catalogue,
    files: FileWatch,
    inbox: Sender<Message>,
}

impl Worker {
    fn work(mut self, todo: &Receiver<Request>, looking: &AtomicBool) {
        while let Ok(request) = todo.recv() {
            let wanted = match request {
                Request::Read(months) => Some(months),
                Request::Look { months, now, hinted } => {
                    let changed = self.files.changed(&self.home, months, now, hinted);
                    looking.store(false, Ordering::Relaxed);
                    changed.then_some(months)
                }
            };
            if let Some(months) = wanted
                && !self.read(months)
            {
                return;
            }
        }
    }

    /// Reads months and says so; false if nobody listens any more.
    fn read(&mut self, months: [Month; 2]) -> bool {
        let Worker { home, catalogue, .. } = self;
        let audio = home.audio();
        let mut facts_of =
            |files: &[String]| loading::facts_with_folders(&audio, files, |files| catalogue.facts(&audio, files));
        let loaded = months.into_iter().map(|month| loading::load(home, month, &mut facts_of)).collect();
        self.inbox.send(Message::Loaded(loaded)).is_ok()
    }
}

/// Notices that the files changed.
struct FileWatch {
    read: [u8; 32],
    changing: Option<([u8; 32], Timestamp)>,
    next_poll: Timestamp,
}

impl FileWatch {
    fn new(home: &Home, months: [Month; 2]) -> FileWatch {
        FileWatch { read: fingerprint(home, months), changing: None, next_poll: Timestamp::MIN }
    }

    /// Whether the files differ from what was read and have come to rest. `hinted` looks at once, else only when the poll
    /// is due or a change is under way.
    fn changed(&mut self, home: &Home, months: [Month; 2], now: Timestamp, hinted: bool) -> bool {
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

fn fingerprint(home: &Home, months: [Month; 2]) -> [u8; 32] {
    let files = std::iter::once(home.station_file()).chain(months.iter().map(|month| home.month_file(*month)));
    let mut hash = Sha256::new();
    for file in files {
        match loading::read_bounded(&file) {
            Ok(bytes) => {
                hash.update([1]);
                hash.update(Sha256::digest(&bytes));
            }
            // Gone is another state than there but unreadable.
            Err(error) => hash.update(format!("{:?}", error.kind())),
        }
    }
    hash.finalize().into()
}
