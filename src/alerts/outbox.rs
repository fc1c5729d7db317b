//! What waits to be told on one way. A fault waits once, however often it comes and goes; what comes together is told
//! together; what cannot be told now is told with what comes later. What is urgent goes ahead of that.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Matter, News, Stands, Tell, Urgency, is_told, urgency};
use crate::airing::IncidentKind;
use crate::station::Pace;

/// How long the first news waits for others, in ms: a lost line soon has its slots.
const GATHER_MS: u64 = 20_000;
/// The same of what is urgent: a lost line and what it broke off are told at one instant.
const URGENT_MS: u64 = 1_000;
/// News that wait at most: more than a month of slots that were missed.
const MOST_WAITING: usize = 500;
/// The first pause after a failure and the longest, in ms.
const PAUSES_MS: (u64, u64) = (30_000, 30 * 60_000);

/// A fault that lasts.
#[derive(Clone, Debug)]
struct Fault {
    since: Timestamp,
    detail: String,
    /// When it was last told here, by the steady clock.
    told_ms: Option<u64>,
}

/// How long what comes next waits for a message that went before it, in ms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    /// Whatever it is.
    pub any_ms: u64,
    /// With something urgent among it.
    pub urgent_ms: u64,
}

/// What waits on one way, and when it may go. Instants are of a clock that never steps, in ms.
#[derive(Clone, Debug)]
pub struct Outbox {
    pace: Pace,
    lasting: BTreeMap<IncidentKind, Fault>,
    waiting: Vec<News>,
    /// News for which there was no room.
    dropped: u64,
    /// Not before then.
    from_ms: u64,
    /// With something urgent among it, not before then.
    urgent_from_ms: u64,
    /// What goes now goes ahead of its time, for something urgent is among it.
    ahead: bool,
    failures: u32,
}

impl Outbox {
    /// Nothing waits.
    pub fn new(pace: Pace) -> Outbox {
        let (lasting, waiting) = (BTreeMap::new(), Vec::new());
        Outbox { pace, lasting, waiting, dropped: 0, from_ms: 0, urgent_from_ms: 0, ahead: false, failures: 0 }
    }

    /// From now on at this pace.
    pub fn set_pace(&mut self, pace: Pace) {
        self.pace = pace;
    }

    /// How long what comes next waits, as of now: another run is to keep to it.
    pub fn wait(&self, now_ms: u64) -> Wait {
        let until = |from_ms: u64| from_ms.saturating_sub(now_ms);
        Wait { any_ms: until(self.from_ms), urgent_ms: until(self.urgent_from_ms) }
    }

    /// A run before this one told something, and what comes next is to wait so long still, but no longer than the pace has it.
    pub fn keep_to(&mut self, wait: Wait, now_ms: u64) {
        let from_ms = |ms: u64| now_ms + ms.min(self.pace.every_ms);
        (self.from_ms, self.urgent_from_ms) = (from_ms(wait.any_ms), from_ms(wait.urgent_ms));
    }

    /// How many news wait.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Takes in what happened.
    pub fn take(&mut self, tell: Tell, now_ms: u64) {
        let (waited, before) = (!self.waiting.is_empty(), self.urgency());
        match tell {
            Tell::Began { kind, at, detail } => self.began(kind, at, detail),
            Tell::Changed { kind, at, detail } => self.changed(kind, at, detail),
            Tell::Ended { kind, at } => self.ended(kind, at),
            Tell::Happened(news) => self.push(news),
        }
        if !waited && !self.waiting.is_empty() {
            self.from_ms = self.from_ms.max(now_ms + GATHER_MS);
        }
        match self.urgency() {
            now if now <= before => {}
            Urgency::AtOnce => self.urgent_from_ms = now_ms + URGENT_MS,
            _ => self.urgent_from_ms = self.urgent_from_ms.max(now_ms + URGENT_MS),
        }
    }

    /// How urgent the most urgent is of what waits and is not over.
    fn urgency(&self) -> Urgency {
        let lasts = self.waiting.iter().filter(|news| !matches!(news.stands, Stands::Over { .. }));
        lasts.map(|news| news.urgency).max().unwrap_or(Urgency::Waits)
    }

    fn began(&mut self, kind: IncidentKind, at: Timestamp, detail: String) {
        if !is_told(kind) {
            return;
        }
        if let Some(fault) = self.lasting.get_mut(&kind) {
            fault.detail = detail;
            return;
        }
        self.lasting.insert(kind, Fault { since: at, detail: detail.clone(), told_ms: None });
        let is_it = |news: &&mut News| news.matter == Matter::Incident(kind) && news.detail == detail;
        if let Some(news) = self.waiting.iter_mut().filter(is_it).find(|news| news.stands != Stands::Happened) {
            // The same had ended and nobody was told yet.
            (news.stands, news.latest) = (Stands::Lasts { again: false }, at);
            (news.times, news.urgency) = (news.times + 1, urgency(kind));
            return;
        }
        self.lasts(kind, at, detail);
    }

    fn changed(&mut self, kind: IncidentKind, at: Timestamp, detail: String) {
        let Some(fault) = self.lasting.get_mut(&kind) else { return self.began(kind, at, detail) };
        fault.detail.clone_from(&detail);
        match self.lasting_news_of(kind) {
            // Nobody was told what it was before.
            Some(news) => (news.detail, news.stands) = (detail, Stands::Lasts { again: false }),
            None => self.lasts(kind, at, detail),
        }
    }

    fn lasts(&mut self, kind: IncidentKind, at: Timestamp, detail: String) {
        let stands = Stands::Lasts { again: false };
        let (matter, urgency) = (Matter::Incident(kind), urgency(kind));
        self.push(News { matter, stands, at, latest: at, times: 1, slot: None, detail, urgency });
    }

    fn ended(&mut self, kind: IncidentKind, at: Timestamp) {
        let Some(fault) = self.lasting.remove(&kind) else { return };
        let stands = Stands::Over { until: at };
        if let Some(news) = self.lasting_news_of(kind) {
            news.stands = stands;
            return;
        }
        let (since, detail) = (fault.since, fault.detail);
        let (matter, urgency) = (Matter::Incident(kind), Urgency::Waits);
        self.push(News { matter, stands, at: since, latest: since, times: 1, slot: None, detail, urgency });
    }

    /// What waits to be told of the fault of this kind that lasts.
    fn lasting_news_of(&mut self, kind: IncidentKind) -> Option<&mut News> {
        let lasts = |news: &&mut News| matches!(news.stands, Stands::Lasts { .. });
        self.waiting.iter_mut().filter(lasts).find(|news| news.matter == Matter::Incident(kind))
    }

    fn push(&mut self, news: News) {
        self.waiting.push(news);
        if self.waiting.len() > MOST_WAITING {
            // What lasts is worth more than the oldest slot.
            let oldest = self.waiting.iter().position(|news| news.stands == Stands::Happened);
            self.waiting.remove(oldest.unwrap_or(0));
            self.dropped += 1;
        }
    }

    /// In how many ms something may go; none while there is nothing.
    pub fn due_in_ms(&self, now_ms: u64) -> Option<u64> {
        let next = if self.waiting.is_empty() {
            self.next_repeat_ms()?.max(self.from_ms)
        } else if self.failures == 0 && self.urgency() > Urgency::Waits {
            self.from_ms.min(self.urgent_from_ms)
        } else {
            // A way that fails is not tried more often for what is urgent.
            self.from_ms
        };
        Some(next.saturating_sub(now_ms))
    }

    fn next_repeat_ms(&self) -> Option<u64> {
        let repeat_ms = self.pace.repeat_ms?;
        self.lasting.values().filter_map(|fault| Some(fault.told_ms? + repeat_ms)).min()
    }

    /// What is to go now, the oldest first, and how many news were dropped; none while nothing is due.
    pub fn due(&mut self, now_ms: u64) -> Option<(&[News], u64)> {
        if self.due_in_ms(now_ms)? > 0 {
            return None;
        }
        self.ahead = now_ms < self.from_ms;
        self.remind(now_ms);
        (!self.waiting.is_empty()).then_some((self.waiting.as_slice(), self.dropped))
    }

    /// All that waits, due or not: there will be no later.
    pub fn rest(&self) -> Option<(&[News], u64)> {
        (!self.waiting.is_empty()).then_some((self.waiting.as_slice(), self.dropped))
    }

    /// Adds what has lasted for so long that it is told again.
    fn remind(&mut self, now_ms: u64) {
        let Some(repeat_ms) = self.pace.repeat_ms else { return };
        let long = |fault: &Fault| fault.told_ms.is_some_and(|told_ms| told_ms + repeat_ms <= now_ms);
        let due: Vec<_> = self.lasting.iter().filter(|(_, fault)| long(fault)).collect();
        let again = |(kind, fault): (&IncidentKind, &Fault)| News {
            matter: Matter::Incident(*kind),
            stands: Stands::Lasts { again: true },
            at: fault.since,
            latest: fault.since,
            times: 1,
            slot: None,
            detail: fault.detail.clone(),
            urgency: Urgency::Waits,
        };
        let news: Vec<News> = due.into_iter().map(again).collect();
        for news in news {
            let waits = self.waiting.iter().any(|other| other.matter == news.matter);
            if !waits {
                self.push(news);
            }
        }
    }

    /// What was due has arrived.
    pub fn sent(&mut self, now_ms: u64) {
        for news in self.waiting.drain(..) {
            if let (Matter::Incident(kind), Stands::Lasts { .. }) = (news.matter, news.stands)
                && let Some(fault) = self.lasting.get_mut(&kind)
            {
                fault.told_ms = Some(now_ms);
            }
        }
        self.dropped = 0;
        self.failures = 0;
        if std::mem::take(&mut self.ahead) {
            // What follows is told together soon; the next urgent thing waits its turn, for a line may come and go. An emergency
            // that nobody hears takes no turn.
            self.urgent_from_ms = now_ms + self.pace.every_ms;
            self.from_ms = self.from_ms.max(now_ms + GATHER_MS);
        } else {
            self.from_ms = now_ms + self.pace.every_ms;
        }
    }

    /// It could not be sent: it waits, longer each time.
    pub fn failed(&mut self, now_ms: u64) {
        let pause_ms = (PAUSES_MS.0 << self.failures.min(16)).min(PAUSES_MS.1);
        self.failures += 1;
        self.from_ms = now_ms + pause_ms;
    }
}

#[cfg(test)]
mod tests;
