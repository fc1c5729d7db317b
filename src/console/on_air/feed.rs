//! The page's parts as they change, as server-sent events. Whoever listens, each snapshot is made into parts once.

use std::convert::Infallible;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{Stream, unfold};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use tokio::sync::{Mutex, watch};

use super::day::{Broadcast, OfRecord, day};
use super::parts::{IDS, View};
use crate::clock;
use crate::console::link::Snapshot;
use crate::console::refused::Refused;
use crate::console::silence::{Kept, is_whole};
use crate::console::site::Site;
use crate::console::who::Who;
use crate::ledger::Reader;
use crate::problem::Lang;
use crate::timetable::SlotId;

/// Whether who listens is still logged in is looked at so often, in events.
const LOOKED_AT_EVERY: u32 = 20;

/// What was last made of a snapshot.
#[derive(Default)]
pub(in crate::console) struct Feed(Mutex<Memory>);

#[derive(Default)]
struct Memory {
    today: Option<(Timestamp, Arc<Vec<Broadcast>>)>,
    /// By language: Vietnamese, English.
    made: [Option<Arc<Made>>; 2],
}

/// A snapshot's parts in one language, for the script.
struct Made {
    at: Timestamp,
    fresh: bool,
    parts: Vec<String>,
    hashes: Vec<u64>,
}

/// The day as of a snapshot. The log is asked once a second, by the first who needs it.
pub(super) async fn today(site: &Site, now: &Arc<Snapshot>) -> Result<Arc<Vec<Broadcast>>, Refused> {
    today_in(&mut *site.feed.0.lock().await, site, now).await
}

async fn today_in(memory: &mut Memory, site: &Site, now: &Arc<Snapshot>) -> Result<Arc<Vec<Broadcast>>, Refused> {
    let known = memory.today.as_ref().filter(|(at, _)| now.at.duration_since(*at).abs() < SignedDuration::from_secs(1));
    if let Some((_, today)) = known {
        return Ok(today.clone());
    }
    let (from, snapshot) = (site.clone(), now.clone());
    let today = Arc::new(site.work(move || read(&from, &snapshot)).await?);
    memory.today = Some((now.at, today.clone()));
    Ok(today)
}

/// The parts of a snapshot, made now or remembered.
async fn made(site: &Site, now: &Arc<Snapshot>, lang: Lang) -> Result<Arc<Made>, Refused> {
    let fresh = now.is_fresh(clock::now());
    let mut memory = site.feed.0.lock().await;
    let place = usize::from(lang == Lang::En);
    if let Some(made) = memory.made[place].as_ref().filter(|made| made.at == now.at && made.fresh == fresh) {
        return Ok(made.clone());
    }
    let today = today_in(&mut memory, site, now).await?;
    let view = View { now, today: &today, fresh, lang, live: true };
    let parts: Vec<String> = view.parts().into_iter().map(maud::PreEscaped::into_string).collect();
    let hashes = parts.iter().map(|part| hash(part)).collect();
    let made = Arc::new(Made { at: now.at, fresh, parts, hashes });
    memory.made[place] = Some(made.clone());
    Ok(made)
}

/// The log's word counts; a log that cannot be read is told among what needs attention.
fn read(site: &Site, now: &Snapshot) -> Vec<Broadcast> {
    let date = now.at.to_zoned_datetime(now.zone().clone()).date();
    let reader = Reader::open(&site.link.home().ledger_file()).ok();
    let entries = reader.as_ref().and_then(|reader| reader.entries(date, date).ok());
    let corrections = reader.as_ref().and_then(|reader| reader.corrections(date, date).ok()).unwrap_or_default();
    let whole = entries.is_some() && is_whole(now);
    let kept = reader.as_ref().map(|reader| Kept::of(reader, whole)).unwrap_or_default();
    let sounding: Vec<SlotId> = now.on_air.iter().map(|sounding| sounding.slot.id.clone()).collect();
    let log = OfRecord { entries: entries.unwrap_or_default(), corrections, kept };
    day(&now.names, &now.today, log, &sounding, now.at)
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// One who listens.
struct Listener {
    site: Site,
    who: Who,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    sent: Vec<u64>,
    events: u32,
}

/// The events: `now_ms` (Unix), `level_dbfs`, and `parts`, by id, those that have changed.
pub(super) fn events(site: &Site, who: Who) -> Sse<impl Stream<Item = Result<Event, Infallible>> + use<>> {
    let listener =
        Listener { site: site.clone(), who, snapshots: site.link.snapshots(), sent: vec![0; IDS.len()], events: 0 };
    let events = unfold(listener, async |mut listener| {
        let event = listener.next().await?;
        Some((Ok(event), listener))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

impl Listener {
    /// The next event; none where the session has ended or the daemon has gone.
    async fn next(&mut self) -> Option<Event> {
        self.events += 1;
        if self.events.is_multiple_of(LOOKED_AT_EVERY) && !self.is_logged_in().await {
            return None;
        }
        self.snapshots.changed().await.ok()?;
        let now = self.snapshots.borrow_and_update().clone();
        let made = made(&self.site, &now, self.who.lang()).await.ok()?;
        let mut parts = Map::new();
        for (n, id) in IDS.iter().enumerate() {
            if self.sent[n] != made.hashes[n] {
                self.sent[n] = made.hashes[n];
                parts.insert((*id).to_owned(), Value::from(made.parts[n].as_str()));
            }
        }
        let level_dbfs = now.level_dbfs.map(|level| (level * 10.0).round() / 10.0);
        let data = json!({ "now_ms": now.at.as_millisecond(), "level_dbfs": level_dbfs, "parts": parts });
        Some(Event::default().data(data.to_string()))
    }

    async fn is_logged_in(&self) -> bool {
        let session = self.who.session;
        self.site.accounts(move |accounts| accounts.is_open(&session, clock::now())).await.unwrap_or(false)
    }
}
