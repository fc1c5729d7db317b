//! The operator's page, as the loop sees it: begun where `station.toml` says, and shown how things stand while somebody
//! looks. That it cannot be had is told, and keeps nothing off the air.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::{Daemon, LineState, Message, wiring};
use crate::clock;
use crate::console::unlike::{self, Told};
use crate::console::{Link, Served, Setup, Snapshot, Sounding, Status, serve};
use crate::home::Home;
use crate::metrics::Standing;
use crate::player::Player;
use crate::problem::{Lang, Text};
use crate::station::{Console, Station};
use crate::timetable::Slot;

/// How often those who look are shown how things stand, in ms.
const EVERY_MS: u64 = 250;
/// What the log has to be asked for is asked for so often, in ms.
const STATUS_EVERY_MS: u64 = 1_000;
/// An address that could not be had is tried again after this, in ms.
const AGAIN_MS: u64 = 10_000;
/// One of the same port, which what was served until now lets go in this moment, after this.
const AGAIN_SOON_MS: u64 = 100;
/// So much of what lies ahead is shown.
const AHEAD: usize = 8;

/// The page.
pub(super) struct Page {
    link: Link,
    stands: Stands,
    /// When it is next shown something, by the steady clock.
    next_ms: u64,
    /// What was made last, and when.
    said: Option<(u64, Said)>,
    today: Today,
    /// It was opened in this turn: whoever comes first is to know whose page it is.
    opened: bool,
}

/// Whether it is served.
enum Stands {
    /// Nothing has been tried.
    New,
    /// As that says.
    Served(Console, Served),
    /// It could not be; when it is tried again.
    Refused(Console, Text, u64),
    /// The station wants none.
    Off,
}

/// What the daemon says of itself: asked of the log too, and so made once a second, for all who look.
#[derive(Clone)]
struct Said {
    status: Arc<Status>,
    metrics: Arc<str>,
}

/// The slots of a date, of these revisions.
#[derive(Default)]
struct Today {
    of: Option<(Date, Vec<String>)>,
    slots: Arc<Vec<Slot>>,
    unlike: Arc<Vec<Told>>,
    names: Arc<BTreeMap<String, String>>,
    station: Arc<Station>,
}

impl Page {
    pub fn new(home: &Home, lang: Lang, inbox: &Sender<Message>) -> Page {
        let link = Link::new(home, lang, wiring::asking(inbox));
        Page { link, stands: Stands::New, next_ms: 0, said: None, today: Today::default(), opened: false }
    }

    /// How long the loop may wait until it is due.
    pub fn wait(&self) -> Option<Duration> {
        let again_ms = match &self.stands {
            Stands::Refused(_, _, again_ms) => Some(*again_ms),
            Stands::New | Stands::Served(..) | Stands::Off => None,
        };
        let shown_ms = self.link.is_watched().then_some(self.next_ms);
        let due_ms = again_ms.into_iter().chain(shown_ms).min()?;
        Some(Duration::from_millis(due_ms.saturating_sub(clock::awake_or_asleep_ms())))
    }

    /// The link of the first start, while there is no account.
    pub fn first_link(&self) -> Option<String> {
        match &self.stands {
            Stands::Served(_, served) => served.first_link(),
            Stands::New | Stands::Refused(..) | Stands::Off => None,
        }
    }

    /// For `loa status`.
    pub fn status(&self, lang: Lang) -> Value {
        let (state, served, why) = match &self.stands {
            Stands::New => ("closed", None, None),
            Stands::Served(_, served) => ("open", Some(served), None),
            Stands::Refused(_, why, _) => ("refused", None, Some(why.get(lang))),
            Stands::Off => ("off", None, None),
        };
        json!({
            "state": state, "url": served.map(Served::url), "certificate_sha256": served.and_then(Served::fingerprint),
            "why": why,
        })
    }
}

impl Daemon {
    /// Serves the page where the station wants it, and shows it how things stand; at each turn of the loop.
    pub(super) fn tend_console(&mut self) {
        let now_ms = clock::awake_or_asleep_ms();
        self.serve_page(now_ms);
        let opened = std::mem::take(&mut self.page.opened);
        if opened || (now_ms >= self.page.next_ms && self.page.link.is_watched()) {
            self.page.next_ms = now_ms + EVERY_MS;
            let snapshot = self.snapshot(now_ms);
            self.page.link.show(snapshot);
        }
    }

    fn serve_page(&mut self, now_ms: u64) {
        // While no good `station.toml` says otherwise it is there for this PC, so that one can be written on it.
        let wanted = self.schedules.good_station().map(|station| station.console.clone()).unwrap_or_default();
        // How much it takes in is looked up at each upload: another limit closes nobody's page.
        let wanted = Console { upload_mib: Console::default().upload_mib, ..wanted };
        let stands = match &self.page.stands {
            _ if wanted.listen.is_none() => matches!(self.page.stands, Stands::Off),
            Stands::Served(as_it_is, _) => *as_it_is == wanted,
            Stands::Refused(tried, _, again_ms) => *tried == wanted && now_ms < *again_ms,
            Stands::New | Stands::Off => false,
        };
        if stands {
            return;
        }
        let (told, kept, again_ms) = match std::mem::replace(&mut self.page.stands, Stands::Off) {
            Stands::Refused(tried, why, _) if tried == wanted => (Some(why), None, AGAIN_MS),
            // What was served is given up here: whoever asks meanwhile waits on its address, if that stays.
            Stands::Served(_, served) => (None, served.hand_over(), AGAIN_SOON_MS),
            Stands::New | Stands::Refused(..) | Stands::Off => (None, None, AGAIN_MS),
        };
        if wanted.listen.is_none() {
            return;
        }
        self.page.stands = match serve(Setup { link: self.page.link.clone(), listening: wanted.clone() }, kept) {
            Ok(served) => {
                tracing::info!(url = served.url(), "the console is open");
                self.page.opened = true;
                Stands::Served(wanted, served)
            }
            Err(why) => {
                if told.as_ref() != Some(&why) {
                    tracing::warn!("{}", why.get(self.lang));
                }
                Stands::Refused(wanted, why, now_ms + again_ms)
            }
        };
    }

    /// The status, with what is for the one who started the daemon alone.
    pub(super) fn status_with_first_link(&self) -> Value {
        let mut status = self.status(self.lang);
        status["console"]["first_link"] = json!(self.page.first_link());
        status
    }

    fn snapshot(&mut self, now_ms: u64) -> Snapshot {
        let known = self.page.said.take().filter(|(made_ms, _)| now_ms < made_ms + STATUS_EVERY_MS);
        let (made_ms, said) = known.unwrap_or_else(|| (now_ms, self.said()));
        self.page.said = Some((made_ms, said.clone()));
        let now = clock::now();
        self.look_at_today(now);
        let sounding = self.director.all_sounding();
        let on_air =
            sounding.map(|on_air| Sounding { slot: on_air.slot.clone(), begins: on_air.begins, ends: on_air.ends });
        Snapshot {
            at: now,
            status: said.status,
            station: self.page.today.station.clone(),
            station_text: self.schedules.good_station_text(),
            on_air: on_air.collect(),
            level_dbfs: self.player.as_ref().and_then(Player::level_dbfs),
            ahead: self.director.ahead().filter(|slot| slot.planned > now).take(AHEAD).cloned().collect(),
            today: self.page.today.slots.clone(),
            unlike: self.page.today.unlike.clone(),
            names: self.page.today.names.clone(),
            metrics: said.metrics,
        }
    }

    fn said(&self) -> Said {
        let metrics = self.ledger.metrics().text(&self.standing());
        Said { status: Arc::new(self.status_in_both()), metrics: metrics.into() }
    }

    /// Takes the day's slots out of the months in force, where day or months have changed.
    fn look_at_today(&mut self, now: Timestamp) {
        let zone =
            self.schedules.good_station().map_or_else(|| Station::default().zone, |station| station.zone.clone());
        let date = now.to_zoned_datetime(zone).date();
        let of = Some((date, self.schedules.revisions()));
        if self.page.today.of != of {
            let slots = Arc::new(self.schedules.slots_of(date).cloned().collect());
            let names = Arc::new(self.schedules.broadcast_names(date));
            let station = Arc::new(self.schedules.station());
            let unlike = self.schedules.schedule_of(date).map(|schedule| unlike::told(schedule, &station, date));
            self.page.today = Today { of, slots, unlike: Arc::new(unlike.unwrap_or_default()), names, station };
        }
    }

    fn standing(&self) -> Standing {
        let health = self.ledger.health();
        Standing {
            line_open: matches!(self.line, LineState::Open { .. }),
            on_air: self.director.heard_now().is_some(),
            xruns: self.player.as_ref().map_or(0, Player::xruns),
            ring_ms: self.player.as_ref().and_then(Player::ring_ms),
            clock_offset_ms: self.clocks.offset_ms(),
            ledger_waiting: u64::try_from(health.waiting).unwrap_or(u64::MAX),
            ledger_lag_ms: health.lag_ms(clock::now()),
            alerts_waiting: self.ledger.alerts_waiting(),
        }
    }
}
