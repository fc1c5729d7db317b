//! Airings that are over and may yet turn out not to have been heard: the monitor's verdict comes some seconds behind the
//! sound, and an outcome is set once.

use jiff::Timestamp;

use super::endings::joined;
use super::frozen::later_ms;
use super::proof::{MonitorNews, Settled, Unheard, judged};
use super::{Action, Director};
use crate::notes;
use crate::outcome::Outcome;
use crate::timetable::{SlotId, duration_words};

/// How long after an airing the monitor may still say that it was not heard, in ms.
pub const LAST_WORD_MS: u64 = 5_000;

/// Those that wait, where a monitor listens.
#[derive(Clone, Debug, Default)]
pub(super) struct Unjudged {
    /// A monitor listens.
    hears: bool,
    waiting: Vec<Waiting>,
}

/// One that would be `aired`.
#[derive(Clone, Debug)]
struct Waiting {
    id: SlotId,
    /// Since when it waits.
    since: Timestamp,
    unheard: Unheard,
    sent_ms: u64,
    note: String,
}

impl Waiting {
    /// A clock that was set back never gets there.
    fn is_over(&self, now: Timestamp) -> bool {
        now < self.since || now >= later_ms(self.since, LAST_WORD_MS)
    }
}

/// The outcome of what was sent whole, where the run ends before the monitor has told of the last of it.
pub(super) fn without_its_word(unheard: Unheard, sent_ms: u64, note: &str) -> Settled {
    let last = duration_words(sent_ms.min(LAST_WORD_MS)).vi;
    let note = joined([note, &notes::monitor_had_no_word(&last)]);
    judged(unheard, sent_ms, (Outcome::Aired, None, note))
}

/// What is known of an airing that is over: what the monitor did not hear so far, and how much was sent.
pub(super) type Sent = (Unheard, u64);

impl Director {
    /// Takes in whether a monitor listens.
    pub(super) fn note_monitor(&mut self, news: &MonitorNews) {
        match news {
            MonitorNews::Hears { .. } => self.unjudged.hears = true,
            MonitorNews::Lost { .. } | MonitorNews::Dismissed => self.unjudged.hears = false,
            MonitorNews::Silent { .. } | MonitorNews::Sounds { .. } | MonitorNews::Rests { .. } => {}
        }
    }

    /// Sets the outcome of what is over, or has it wait for what the monitor says.
    pub(super) fn conclude(
        &mut self,
        now: Timestamp,
        id: &SlotId,
        (outcome, cause, note): Settled,
        (unheard, sent_ms): Sent,
        actions: &mut Vec<Action>,
    ) {
        if outcome != Outcome::Aired || !self.unjudged.hears {
            return actions.push(Action::Settle { slot: id.clone(), outcome, cause, note });
        }
        // Written down before it is set: a kill may come meanwhile.
        actions.push(Action::NoteSentWhole { slot: id.clone(), note: note.clone() });
        self.unjudged.waiting.push(Waiting { id: id.clone(), since: now, unheard, sent_ms, note });
    }

    /// What is known not to have been heard of what is over and waits for that.
    pub(super) fn unheard_of_past(&mut self, id: &SlotId) -> Option<&mut Unheard> {
        let waiting = self.unjudged.waiting.iter_mut().find(|waiting| waiting.id == *id);
        waiting.map(|waiting| &mut waiting.unheard)
    }

    /// Sets the outcomes of which the monitor has nothing more to say.
    pub(super) fn settle_judged(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        let (stopping, at_once) = (self.stopping, self.stopping || !self.unjudged.hears);
        for waiting in self.unjudged.waiting.extract_if(.., |waiting| at_once || waiting.is_over(now)) {
            let is_early = stopping && !waiting.is_over(now);
            let Waiting { id, unheard, sent_ms, note, .. } = waiting;
            let (outcome, cause, note) = if is_early {
                without_its_word(unheard, sent_ms, &note)
            } else {
                judged(unheard, sent_ms, (Outcome::Aired, None, note))
            };
            actions.push(Action::Settle { slot: id, outcome, cause, note });
        }
    }

    /// When the next of them is to be settled.
    pub(super) fn judged_at(&self) -> Option<Timestamp> {
        self.unjudged.waiting.iter().map(|waiting| later_ms(waiting.since, LAST_WORD_MS)).min()
    }

    /// Whether anything waits for the monitor.
    pub fn waits_for_the_monitor(&self) -> bool {
        !self.unjudged.waiting.is_empty()
    }
}
