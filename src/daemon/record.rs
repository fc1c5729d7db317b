//! The log and those who are told: whatever is written down as a fault, or as a slot that was not heard, is an alert as
//! well. Whoever has the record cannot write the one without telling the other, and the bare ledger goes to nobody who writes
//! either.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::path::Path;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::airing::{Entry, IncidentKind, LogHead};
use crate::alerts::{self, Ended, News, Sender, Tell, Urgency};
use crate::courier::{Courier, Route};
use crate::director::Past;
use crate::ledger::Ledger;
use crate::metrics::Metrics;
use crate::notes;
use crate::outcome::{Cause, Outcome};
use crate::problem::{Lang, Text};
use crate::programme::Class;
use crate::station::Station;
use crate::timetable::{Slot, SlotId};

/// The ledger with the couriers beside it. What only the ledger does it does as ever; what somebody may have to be told
/// of passes by here.
pub(super) struct Record {
    ledger: Ledger,
    couriers: Vec<Courier>,
    zone: TimeZone,
    lang: Lang,
    metrics: Metrics,
    /// Slots of record without an outcome.
    open: BTreeMap<SlotId, Open>,
}

/// A slot of record, as far as somebody may have to be told of it.
struct Open {
    title: String,
    planned: Timestamp,
    is_emergency: bool,
    began: bool,
    /// Why it is kept off the air, if it is, as its author was told.
    barred: Option<Text>,
}

impl Deref for Record {
    type Target = Ledger;

    fn deref(&self) -> &Ledger {
        &self.ledger
    }
}

impl Record {
    /// `past` has the slots of record that an earlier run left without an outcome.
    pub fn new(ledger: Ledger, lang: Lang, past: &Past) -> Record {
        let mut record = Record {
            ledger,
            couriers: Vec::new(),
            zone: TimeZone::UTC,
            lang,
            metrics: Metrics::default(),
            open: BTreeMap::new(),
        };
        past.frozen.iter().for_each(|slot| record.remember(slot));
        for off in &past.broken_off {
            record.remember(&off.slot);
            // How late it was first heard that run counted.
            record.open.entry(off.slot.id.clone()).and_modify(|open| open.began = true);
        }
        record
    }

    fn remember(&mut self, slot: &Slot) {
        let (title, planned, is_emergency) = (slot.title.clone(), slot.planned, slot.class == Class::Emergency);
        let barred = slot.bar.as_ref().map(|bar| bar.reason.clone());
        self.open.insert(slot.id.clone(), Open { title, planned, is_emergency, began: false, barred });
    }

    /// Has those told whom the station names, on the ways that it names.
    pub fn follow(&mut self, station: &Station, home: &Path) {
        self.zone = station.zone.clone();
        let sender = Sender { station: station.names.name.clone(), zone: station.zone.clone(), lang: self.lang };
        let wanted = &station.alerts.ways;
        self.couriers.retain(|courier| wanted.iter().any(|way| way.code() == courier.code()));
        for way in wanted {
            let (way, sender, home) = (way.clone(), sender.clone(), home.to_owned());
            let route = Route { way, pace: station.alerts.pace, sender, home };
            match self.couriers.iter_mut().find(|courier| courier.code() == route.way.code()) {
                Some(courier) => courier.change(route),
                None => match Courier::start(route) {
                    Ok(courier) => self.couriers.push(courier),
                    Err(error) => tracing::error!(%error, "no thread to send alerts"),
                },
            }
        }
    }

    /// Tells what is no row of the log.
    pub fn tell(&self, news: News) {
        self.pass_on(&Tell::Happened(news));
    }

    /// What the end of the run before broke off, and the start of this one closed, is told like any other.
    pub fn closed_by_the_start(&self, entries: &[Entry]) {
        for Entry { slot, airing } in entries {
            let Some((airing, outcome)) = airing.as_ref().and_then(|airing| Some((airing, airing.outcome?))) else {
                continue;
            };
            let barred = slot.bar.as_ref().map(|bar| &bar.reason);
            let (slot, title, planned) = (slot.id.0.as_str(), slot.title.as_str(), slot.planned);
            let (cause, note, is_emergency) = (airing.cause, airing.note.as_str(), false);
            let ended = Ended { slot, title, planned, outcome, cause, note, barred, is_emergency };
            // Of the run before: nobody can mend it any more.
            let news = News::of_slot(&ended, &self.zone, self.lang);
            news.into_iter().for_each(|news| self.tell(News { urgency: Urgency::Waits, ..news }));
        }
    }

    fn pass_on(&self, tell: &Tell) {
        let head = self.ledger.health().head.map(LogHead::from);
        self.couriers.iter().for_each(|courier| courier.tell(tell.clone(), head.clone()));
    }

    /// As [`Ledger::incident_began`].
    pub fn incident_began(&self, kind: IncidentKind, at: Timestamp, detail: &Text) {
        self.began_as(kind, at, detail, alerts::urgency(kind));
    }

    /// The line is lost; whether it broke off what sounded.
    pub fn line_lost(&self, at: Timestamp, detail: &Text, broke_off: bool) {
        const KIND: IncidentKind = IncidentKind::LineLost;
        let urgency = if broke_off { Urgency::AtOnce } else { alerts::urgency(KIND) };
        self.began_as(KIND, at, detail, urgency);
    }

    fn began_as(&self, kind: IncidentKind, at: Timestamp, detail: &Text, urgency: Urgency) {
        self.ledger.incident_began(kind, at, detail);
        self.pass_on(&Tell::Began { kind, at, detail: detail.get(self.lang).to_owned(), urgency });
    }

    /// As [`Ledger::incident_ended`].
    pub fn incident_ended(&self, kind: IncidentKind, at: Timestamp) {
        self.ledger.incident_ended(kind, at);
        self.pass_on(&Tell::Ended { kind, at });
    }

    /// What lasts of that kind is another thing from now on: to the log one has ended and one has begun; who is told hears of
    /// no end, for it has none yet.
    pub fn incident_changed(&self, kind: IncidentKind, at: Timestamp, detail: &Text) {
        self.ledger.incident_ended(kind, at);
        self.ledger.incident_began(kind, at, detail);
        self.pass_on(&Tell::Changed { kind, at, detail: detail.get(self.lang).to_owned() });
    }

    /// As [`Ledger::freeze`].
    pub fn freeze(&mut self, slot: &Slot) {
        self.remember(slot);
        self.ledger.freeze(slot);
    }

    /// As [`Ledger::note_began`].
    pub fn note_began(&mut self, slot: &SlotId, at: Timestamp) {
        if let Some(open) = self.open.get_mut(slot).filter(|open| !open.began) {
            open.began = true;
            self.metrics.began(i64::try_from(at.duration_since(open.planned).as_millis()).unwrap_or(i64::MAX));
        }
        self.ledger.note_began(slot, at);
    }

    /// What has happened in this run, counted.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Alerts that have not arrived, on all ways.
    pub fn alerts_waiting(&self) -> u64 {
        self.couriers.iter().map(|courier| u64::try_from(courier.standing().waiting).unwrap_or(u64::MAX)).sum()
    }

    /// As [`Ledger::settle`].
    pub fn settle(&mut self, slot: &SlotId, outcome: Outcome, cause: Option<Cause>, note: String) {
        self.metrics.settled(outcome, cause);
        let open = self.open.remove(slot);
        let said = notes::read(&note, open.as_ref().and_then(|open| open.barred.as_ref())).en;
        tracing::info!(slot = slot.0, outcome = outcome.code(), cause = cause.map(Cause::code), note = said, "settled");
        if let Some(Open { title, planned, is_emergency, barred, .. }) = open {
            let (slot, title, note, barred) = (slot.0.as_str(), title.as_str(), note.as_str(), barred.as_ref());
            let ended = Ended { slot, title, planned, outcome, cause, note, barred, is_emergency };
            if let Some(news) = News::of_slot(&ended, &self.zone, self.lang) {
                self.tell(news);
            }
        }
        self.ledger.settle(slot, outcome, cause, note);
    }

    /// For `loa status`: how each way does.
    pub fn ways(&self, time: &dyn Fn(Timestamp) -> String, lang: Lang) -> Vec<Value> {
        let of = |courier: &Courier| {
            let standing = courier.standing();
            let (since, why) = standing.failing.unzip();
            json!({
                "way": courier.code(), "waiting": standing.waiting, "failing_since": since.map(time),
                "why": why.map(|why| why.get(lang).to_owned()),
            })
        };
        self.couriers.iter().map(of).collect()
    }

    /// As [`Ledger::end_run`]. Nothing more is written, so that nobody is to be told any more: the last alerts go now or never,
    /// and what comes back waits for that.
    pub fn end_run(&mut self, at: Timestamp, how: &str) -> LastAlerts {
        let last = LastAlerts(self.couriers.drain(..).map(Courier::finish).collect());
        self.ledger.end_run(at, how);
        last
    }
}

/// Alerts on their way while the daemon ends.
pub(super) struct LastAlerts(Vec<Receiver<()>>);

impl LastAlerts {
    /// Waits for them, at most until `most` is over.
    pub fn wait(self, most: Duration) {
        let began_ns = crate::clock::monotonic_ns();
        for over in self.0 {
            let passed = Duration::from_nanos(crate::clock::monotonic_ns() - began_ns);
            // Nothing is ever sent: the wait ends when the thread has.
            let _ = over.recv_timeout(most.saturating_sub(passed));
        }
    }
}
