//! What waits to be told on one way. A fault waits once, however often it comes and goes; what comes together is told
//! together; what cannot be told now is told with what comes later.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Matter, News, Stands, Tell, is_told};
use crate::airing::IncidentKind;
use crate::station::Pace;

/// How long the first news waits for others, in ms: a lost line soon has its slots.
const GATHER_MS: u64 = 20_000;
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
    failures: u32,
}

impl Outbox {
    /// Nothing waits.
    pub fn new(pace: Pace) -> Outbox {
        Outbox { pace, lasting: BTreeMap::new(), waiting: Vec::new(), dropped: 0, from_ms: 0, failures: 0 }
    }

    /// From now on at this pace.
    pub fn set_pace(&mut self, pace: Pace) {
        self.pace = pace;
    }

    /// How many news wait.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Takes in what happened.
    pub fn take(&mut self, tell: Tell, now_ms: u64) {
        let waited = !self.waiting.is_empty();
        match tell {
            Tell::Began { kind, at, detail } => self.began(kind, at, detail),
            Tell::Changed { kind, at, detail } => self.changed(kind, at, detail),
            Tell::Ended { kind, at } => self.ended(kind, at),
            Tell::Happened(news) => self.push(news),
        }
        if !waited && !self.waiting.is_empty() {
            self.from_ms = self.from_ms.max(now_ms + GATHER_MS);
        }
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
            news.stands = Stands::Lasts { again: false };
            news.times += 1;
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
        self.push(News { matter: Matter::Incident(kind), stands, at, times: 1, slot: None, detail });
    }

    fn ended(&mut self, kind: IncidentKind, at: Timestamp) {
        let Some(fault) = self.lasting.remove(&kind) else { return };
        let stands = Stands::Over { until: at };
        if let Some(news) = self.lasting_news_of(kind) {
            news.stands = stands;
            return;
        }
        let (since, detail) = (fault.since, fault.detail);
        self.push(News { matter: Matter::Incident(kind), stands, at: since, times: 1, slot: None, detail });
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
        let next = if self.waiting.is_empty() { self.next_repeat_ms()?.max(self.from_ms) } else { self.from_ms };
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
            times: 1,
            slot: None,
            detail: fault.detail.clone(),
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
        self.from_ms = now_ms + self.pace.every_ms;
    }

    /// It could not be sent: it waits, longer each time.
    pub fn failed(&mut self, now_ms: u64) {
        let pause_ms = (PAUSES_MS.0 << self.failures.min(16)).min(PAUSES_MS.1);
        self.failures += 1;
        self.from_ms = now_ms + pause_ms;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: Pace = Pace { every_ms: 600_000, repeat_ms: Some(3_600_000) };
    const LINE: IncidentKind = IncidentKind::LineLost;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn began(second: i64) -> Tell {
        Tell::Began { kind: LINE, at: at(second), detail: "usb".into() }
    }

    fn ended(second: i64) -> Tell {
        Tell::Ended { kind: LINE, at: at(second) }
    }

    fn slot(second: i64) -> Tell {
        let matter = Matter::Slot(crate::outcome::Outcome::Missed);
        Tell::Happened(News::happened(matter, at(second), None, "x".into()))
    }

    /// What goes at `now_ms`, and that it arrives: how each stands and how often it came.
    fn gone(outbox: &mut Outbox, now_ms: u64) -> Vec<(Stands, u32)> {
        let gone = outbox.due(now_ms).map(|(news, _)| news.iter().map(|news| (news.stands, news.times)).collect());
        if gone.is_some() {
            outbox.sent(now_ms);
        }
        gone.unwrap_or_default()
    }

    const LASTS: Stands = Stands::Lasts { again: false };

    #[test]
    fn what_comes_together_is_told_together_and_the_next_message_waits_its_time() {
        let mut outbox = Outbox::new(PACE);
        assert_eq!(outbox.due_in_ms(0), None);
        outbox.take(began(1), 1_000);
        outbox.take(slot(2), 2_000);
        assert_eq!((outbox.due_in_ms(2_000), gone(&mut outbox, 20_999)), (Some(19_000), vec![]));
        assert_eq!(gone(&mut outbox, 21_000), [(LASTS, 1), (Stands::Happened, 1)]);
        outbox.take(slot(3), 30_000);
        assert_eq!((outbox.due_in_ms(30_000), gone(&mut outbox, 620_999)), (Some(591_000), vec![]));
        assert_eq!(gone(&mut outbox, 621_000), [(Stands::Happened, 1)]);
    }

    #[test]
    fn a_fault_is_told_once_again_while_it_lasts_and_when_it_is_over() {
        let mut outbox = Outbox::new(PACE);
        outbox.take(began(1), 0);
        assert_eq!(gone(&mut outbox, 20_000), [(LASTS, 1)]);
        for ms in (25_000..3_620_000).step_by(10_000) {
            outbox.take(began(9), ms);
        }
        assert_eq!(outbox.due_in_ms(3_619_000), Some(1_000), "nothing new: only the reminder is ahead");
        assert_eq!(gone(&mut outbox, 3_620_000), [(Stands::Lasts { again: true }, 1)]);
        outbox.take(ended(4_000), 4_000_000);
        let (news, _) = outbox.due(4_220_000).unwrap();
        assert_eq!((news[0].at, news[0].stands), (at(1), Stands::Over { until: at(4_000) }));
        outbox.sent(4_220_000);
        assert_eq!(outbox.due_in_ms(9_000_000), None, "what is over is not told again");
        outbox.take(ended(5_000), 5_000_000);
        assert_eq!(outbox.waiting(), 0, "what was not there cannot be over");
    }

    #[test]
    fn a_fault_that_comes_and_goes_waits_as_one() {
        let mut outbox = Outbox::new(PACE);
        for second in 0..50 {
            outbox.take(began(2 * second), 0);
            outbox.take(ended(2 * second + 1), 0);
        }
        assert_eq!(gone(&mut outbox, 20_000), [(Stands::Over { until: at(99) }, 50)]);
    }

    /// Three saves in a row, each refused for something else: each mistake that is still one when the message goes is told once,
    /// and the end when it has come.
    #[test]
    fn what_is_refused_for_one_thing_after_another_is_told_thing_by_thing_and_over_once_it_is() {
        const REFUSED: IncidentKind = IncidentKind::ScheduleRefused;
        let began = |second, what: &str| Tell::Began { kind: REFUSED, at: at(second), detail: what.into() };
        let changed = |second, what: &str| Tell::Changed { kind: REFUSED, at: at(second), detail: what.into() };
        let ended = |second| Tell::Ended { kind: REFUSED, at: at(second) };
        let mut outbox = Outbox::new(PACE);
        let told = |outbox: &mut Outbox, now_ms| {
            let news = outbox.due(now_ms).map(|(news, _)| news.to_vec()).unwrap_or_default();
            outbox.sent(now_ms);
            news.into_iter().map(|news| (news.detail, news.stands, news.at)).collect::<Vec<_>>()
        };
        outbox.take(began(1, "một"), 1_000);
        outbox.take(changed(5, "hai"), 5_000);
        assert_eq!(told(&mut outbox, 21_000), [("hai".to_owned(), LASTS, at(1))], "the first is none any more");
        outbox.take(changed(30, "ba"), 30_000);
        assert_eq!(
            told(&mut outbox, 621_000),
            [("ba".to_owned(), LASTS, at(30))],
            "told, and no end before it has come"
        );
        outbox.take(began(700, "ba"), 700_000);
        assert_eq!(outbox.waiting(), 0, "told once");
        // Mended, and broken in another way before that is told: the end of the one, and the other.
        outbox.take(ended(800), 800_000);
        outbox.take(began(900, "bốn"), 900_000);
        let over = Stands::Over { until: at(800) };
        let wanted = [("ba".to_owned(), over, at(1)), ("bốn".to_owned(), LASTS, at(900))];
        assert_eq!(told(&mut outbox, 1_221_000), wanted);
        outbox.take(ended(1_300), 1_300_000);
        let over = Stands::Over { until: at(1_300) };
        assert_eq!(told(&mut outbox, 1_821_000), [("bốn".to_owned(), over, at(900))]);
    }

    #[test]
    fn a_way_that_fails_is_tried_ever_more_rarely_and_loses_nothing() {
        let mut outbox = Outbox::new(PACE);
        outbox.take(slot(1), 0);
        let mut now_ms = 20_000;
        let mut pauses = Vec::new();
        for _ in 0..9 {
            assert!(outbox.due(now_ms).is_some());
            outbox.failed(now_ms);
            let pause_ms = outbox.due_in_ms(now_ms).unwrap();
            pauses.push(pause_ms / 1000);
            now_ms += pause_ms;
        }
        assert_eq!(pauses, [30, 60, 120, 240, 480, 960, 1800, 1800, 1800]);
        outbox.take(slot(2), now_ms - 1);
        assert_eq!(gone(&mut outbox, now_ms).len(), 2);
    }

    #[test]
    fn a_full_outbox_drops_the_oldest_slot_and_counts_it() {
        let mut outbox = Outbox::new(PACE);
        outbox.take(began(0), 0);
        for second in 1..=i64::try_from(MOST_WAITING).unwrap() + 6 {
            outbox.take(slot(second), 0);
        }
        let (news, dropped) = outbox.rest().unwrap();
        assert_eq!((news.len(), dropped, news[0].stands, news[1].at), (MOST_WAITING, 7, LASTS, at(8)));
    }

    #[test]
    fn a_step_of_the_clock_is_told_by_what_it_did_to_the_plan() {
        let mut outbox = Outbox::new(PACE);
        outbox.take(Tell::Began { kind: IncidentKind::ClockStep, at: at(0), detail: String::new() }, 0);
        assert_eq!(outbox.waiting(), 0);
    }
}
