//! The only way from a page to the daemon: questions, a few at a time, and snapshots that the daemon makes while somebody
//! looks. However many ask, the loop is asked little.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::sync::{Semaphore, watch};

use super::unlike::Told;
use crate::clock;
use crate::home::Home;
use crate::problem::Lang;
use crate::station::Station;
use crate::timetable::{Slot, SlotId};

/// Questions that may be with the daemon at one moment.
const AT_ONCE: usize = 4;
/// How long a question waits for its turn.
const TURN: Duration = Duration::from_secs(3);
/// A page takes a snapshot that is no older.
const FRESH: SignedDuration = SignedDuration::from_millis(1200);
/// How long a page waits for a fresh one; then it shows what there is, and its age.
const PATIENCE: Duration = Duration::from_millis(1500);
/// How long whoever has saved another name of the station waits until the daemon has read it.
const READ_WITHIN: Duration = Duration::from_secs(5);

/// What sounds, or is ordered to.
#[derive(Clone, Debug, PartialEq)]
pub struct Sounding {
    /// The slot.
    pub slot: Slot,
    /// When its first sample left, or will.
    pub begins: Timestamp,
    /// When it ends, as things stand.
    pub ends: Timestamp,
}

/// What the daemon says of itself, as `loa status --json` has it, with its sentences in either language: who looks may read
/// another than it was started in.
#[derive(Clone, Debug, Default)]
pub struct Status {
    /// In Vietnamese.
    pub vi: Value,
    /// In English.
    pub en: Value,
}

impl Status {
    /// In that language.
    pub fn get(&self, lang: Lang) -> &Value {
        match lang {
            Lang::Vi => &self.vi,
            Lang::En => &self.en,
        }
    }
}

/// How things stand at one moment.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Which; by the PC's clock, whatever it is worth.
    pub at: Timestamp,
    /// What the daemon says of itself.
    pub status: Arc<Status>,
    /// The station as the latest good reading has it.
    pub station: Arc<Station>,
    /// The text of its file then; none where there is none that says something.
    pub station_text: Option<Arc<str>>,
    /// On air, the last begun last.
    pub on_air: Vec<Sounding>,
    /// RMS of what was sent to the line last, in dBFS; none in silence.
    pub level_dbfs: Option<f64>,
    /// What is still to come, the next first; no more than a few.
    pub ahead: Vec<Slot>,
    /// The slots of today in the schedules in force.
    pub today: Arc<Vec<Slot>>,
    /// What is unlike other days today, and why.
    pub unlike: Arc<Vec<Told>>,
    /// What people call the windows in force and the extra broadcasts of today, by id.
    pub names: Arc<BTreeMap<String, String>>,
    /// Counts and states, as a monitoring program reads them.
    pub metrics: Arc<str>,
}

impl Snapshot {
    /// Before the daemon has said anything.
    pub fn none() -> Snapshot {
        Snapshot {
            at: Timestamp::MIN,
            status: Arc::default(),
            station: Arc::default(),
            station_text: None,
            on_air: Vec::new(),
            level_dbfs: None,
            ahead: Vec::new(),
            today: Arc::default(),
            unlike: Arc::default(),
            names: Arc::default(),
            metrics: Arc::from(""),
        }
    }

    /// The station's zone.
    pub fn zone(&self) -> &TimeZone {
        &self.station.zone
    }

    /// Whether it may be shown as how things stand.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        self.at != Timestamp::MIN && now.duration_since(self.at).abs() <= FRESH
    }
}

/// The way to the daemon.
#[derive(Clone)]
pub struct Link(Arc<Ends>);

struct Ends {
    home: Home,
    lang: Lang,
    ask: Box<dyn Fn(Value) -> Value + Send + Sync>,
    turns: Semaphore,
    snapshots: watch::Sender<Arc<Snapshot>>,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("home", &self.0.home).finish_non_exhaustive()
    }
}

impl Link {
    /// A way to a daemon that answers by `ask`, which waits for no longer than some seconds.
    pub fn new(home: &Home, lang: Lang, ask: impl Fn(Value) -> Value + Send + Sync + 'static) -> Link {
        let (snapshots, _) = watch::channel(Arc::new(Snapshot::none()));
        let turns = Semaphore::new(AT_ONCE);
        Link(Arc::new(Ends { home: home.clone(), lang, ask: Box::new(ask), turns, snapshots }))
    }

    /// The station's home.
    pub fn home(&self) -> &Home {
        &self.0.home
    }

    /// The language of the daemon's own words.
    pub fn lang(&self) -> Lang {
        self.0.lang
    }

    /// Asks what may be asked through the control socket, and waits some seconds for the answer;
    /// `{"error": "busy"}` if none comes.
    pub async fn ask(&self, question: Value) -> Value {
        let busy = || json!({ "error": "busy" });
        let Ok(Ok(turn)) = tokio::time::timeout(TURN, self.0.turns.acquire()).await else { return busy() };
        let ends = self.0.clone();
        let answer = tokio::task::spawn_blocking(move || (ends.ask)(question)).await;
        drop(turn);
        answer.unwrap_or_else(|_| busy())
    }

    /// The snapshots as they come. While one of these receivers lives the daemon makes them.
    pub fn snapshots(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.0.snapshots.subscribe()
    }

    /// How things stood when the daemon last said so, however long ago.
    pub fn latest(&self) -> Arc<Snapshot> {
        self.0.snapshots.borrow().clone()
    }

    /// How things stand now; what there is if the daemon does not answer in time.
    pub async fn snapshot(&self) -> Arc<Snapshot> {
        // In vain: what there is shows its age.
        self.comes_to(PATIENCE, |snapshot| snapshot.is_fresh(clock::now())).await;
        self.latest()
    }

    /// Waits until things stand so, for no longer than that.
    async fn comes_to(&self, patience: Duration, is_so: impl Fn(&Snapshot) -> bool) {
        let mut snapshots = self.snapshots();
        if is_so(&snapshots.borrow_and_update()) {
            return;
        }
        let look = async {
            self.ask(json!({ "ask": "look" })).await;
            snapshots.wait_for(|snapshot| is_so(snapshot)).await.is_ok()
        };
        let _ = tokio::time::timeout(patience, look).await;
    }

    /// Waits until the daemon has the station by that name: the pages that follow are headed by it.
    pub async fn is_called(&self, name: &str) {
        self.comes_to(READ_WITHIN, |snapshot| snapshot.station.names.name == name.trim()).await;
    }

    /// The slots that are on air now; none where the daemon does not say so.
    pub async fn sounding(&self) -> BTreeSet<SlotId> {
        let now = self.snapshot().await;
        let heard = now.on_air.iter().filter(|_| now.is_fresh(clock::now()));
        heard.map(|sounding| sounding.slot.id.clone()).collect()
    }

    /// Whether somebody looks.
    pub fn is_watched(&self) -> bool {
        self.0.snapshots.receiver_count() > 0
    }

    /// The daemon shows how things stand.
    pub fn show(&self, snapshot: Snapshot) {
        self.0.snapshots.send_replace(Arc::new(snapshot));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn the_daemon_is_asked_four_things_at_a_time_however_many_ask() {
        let (at_once, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (asked, seen) = (at_once.clone(), most.clone());
        // Nobody is answered before four are there.
        let four = Barrier::new(AT_ONCE);
        let link = Link::new(&Home::at("."), Lang::Vi, move |question| {
            seen.fetch_max(asked.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            four.wait();
            asked.fetch_sub(1, Ordering::SeqCst);
            question
        });
        let ask = |n: usize| {
            let link = link.clone();
            tokio::spawn(async move { link.ask(json!(n)).await })
        };
        let all: Vec<_> = (0..3 * AT_ONCE).map(ask).collect();
        for (n, answer) in all.into_iter().enumerate() {
            assert_eq!(answer.await.unwrap(), json!(n));
        }
        assert_eq!((most.load(Ordering::SeqCst), at_once.load(Ordering::SeqCst)), (AT_ONCE, 0));
    }

    #[test]
    fn it_is_watched_while_somebody_looks_and_no_longer() {
        let link = Link::new(&Home::at("."), Lang::Vi, |question| question);
        assert!(!link.is_watched());
        let somebody = link.snapshots();
        assert!(link.is_watched());
        drop(somebody);
        assert!(!link.is_watched());
    }
}
