//! What was sent is not what was heard: an airing of which nothing was heard for long is none that was heard whole.

use jiff::Timestamp;

use super::endings::{beside, joined};
use super::frozen::ms_between;
use super::past::BrokenOff;
use super::unjudged::Sent;
use super::{Action, Director};
use crate::airing::{Part, unheard_of};
use crate::notes;
use crate::outcome::{Cause, Outcome};
use crate::problem::Text;
use crate::timetable::{SlotId, duration_words};

/// So long may nothing be heard of what airs, in ms: of `short` at a stretch, of `line` in all.
const UNHEARD_LIMIT_MS: u64 = 5_000;

/// Whether so much of what was sent was not heard that it is none that was heard whole: long, or as much as half of it.
fn is_unheard(for_ms: u64, sent_ms: u64) -> bool {
    for_ms >= UNHEARD_LIMIT_MS || (for_ms > 0 && for_ms * 2 >= sent_ms)
}

/// What the input that hears the line can say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MonitorNews {
    /// It is there and listens.
    Hears {
        /// Its name.
        device: String,
    },
    /// It is not there, or no more: nothing is known of the line.
    Lost {
        /// Its name.
        device: String,
        /// In words.
        why: Text,
    },
    /// It does not hear what is sent.
    Silent {
        /// Its name.
        device: String,
        /// Since when.
        since: Timestamp,
    },
    /// It hears what is sent again.
    Sounds {
        /// Since when.
        since: Timestamp,
    },
    /// Nothing is sent any more of what it did not hear.
    Rests {
        /// Since when.
        since: Timestamp,
    },
    /// The station wants none any more, or another one, of which nothing is known yet.
    Dismissed,
}

/// A stretch of which an incident says that nothing of the program ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asleep {
    /// Since when.
    pub from: Timestamp,
    /// Until when; the end of time while it lasts.
    pub to: Timestamp,
}

impl Asleep {
    /// How much of a part it covers, in ms.
    fn of_ms(&self, part: &Part) -> u64 {
        let Some((began, ended)) = part.began.zip(part.ended) else { return 0 };
        ms_between(began.max(self.from), ended.min(self.to))
    }

    /// For how long nothing of the program ran while a part sounded, in ms; no longer than nothing was heard of it.
    pub fn slept_ms(all: &[Asleep], part: &Part) -> u64 {
        let asleep = all.iter().map(|one| one.of_ms(part)).sum::<u64>();
        let lasted_ms = part.began.zip(part.ended).map_or(0, |(began, ended)| ms_between(began, ended));
        asleep.min(lasted_ms.saturating_sub(part.played_ms))
    }
}

/// What is noted of an airing of which nothing was heard for so long.
pub(super) fn unheard_words(why: Cause, for_ms: u64) -> String {
    let long = duration_words(for_ms).vi;
    if why == Cause::Line { notes::unheard_by_monitor(&long) } else { notes::silent_unlike_recording(&long) }
}

/// For how long nothing was heard of what was sent of an airing, over all the runs that had it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unheard {
    /// The longest stretch that was sent silent where its recording is not, in ms.
    silent_ms: u64,
    /// What the monitor did not hear in the runs before, in ms.
    before_ms: u64,
    /// And in this one.
    line_ms: u64,
}

impl Unheard {
    /// Takes in what was told: of `short` at a stretch, of `line` in all that this run had of it.
    pub fn note(&mut self, cause: Cause, for_ms: u64) {
        let known_ms = if cause == Cause::Line { &mut self.line_ms } else { &mut self.silent_ms };
        *known_ms = for_ms.max(*known_ms);
    }

    /// Another run goes on with it, and counts anew.
    pub fn begin_anew(&mut self) {
        self.before_ms += std::mem::take(&mut self.line_ms);
    }

    /// Why and for how long, in ms, where that was long.
    pub fn told(self) -> Option<(Cause, u64)> {
        self.told_of(u64::MAX)
    }

    /// The same of an airing of which `sent_ms` were sent, where it was as much as half of that, too.
    pub fn told_of(self, sent_ms: u64) -> Option<(Cause, u64)> {
        let of_line = (Cause::Line, self.before_ms + self.line_ms);
        let longest = [(Cause::Short, self.silent_ms), of_line].into_iter().max_by_key(|(_, for_ms)| *for_ms);
        let (why, for_ms) = longest.filter(|(_, for_ms)| is_unheard(*for_ms, sent_ms))?;
        Some((why, unheard_of(sent_ms, for_ms)))
    }
}

/// What is known of an airing that was sent and not heard.
#[derive(Clone, Debug, Default)]
pub(super) struct Doubt {
    unheard: Unheard,
    /// For how long the disk kept it waiting, in ms.
    waited_ms: u64,
    /// For how long the program was stopped, or the PC slept, in ms.
    stood_still_ms: u64,
    /// The same, as the clocks of the daemon showed it.
    slept_ms: u64,
    /// The volume control that let nothing through at some time.
    silencer: Option<String>,
    /// The amplifier could not be switched on.
    unamplified: bool,
}

impl Doubt {
    /// What goes on from where the run before broke it off was not heard whole if its beginning was not.
    pub fn of_what_goes_on(off: &BrokenOff) -> Doubt {
        let BrokenOff { mut unheard, slept_ms, waited_ms, .. } = *off;
        unheard.begin_anew();
        Doubt { unheard, slept_ms, waited_ms, ..Doubt::default() }
    }
}

pub(super) type Settled = (Outcome, Option<Cause>, String);

impl Director {
    fn doubt(&mut self, id: &SlotId) -> Option<&mut Doubt> {
        let on_air = self.is_on_air(id);
        self.frozen.get_mut(id).filter(|_| on_air).map(|frozen| &mut frozen.doubt)
    }

    /// Notes that nothing is heard of what is on air: of what the monitor does not hear each moment, for they add up, over a
    /// kill too.
    pub(super) fn unheard(&mut self, slot: SlotId, cause: Cause, for_ms: u64, actions: &mut Vec<Action>) {
        if cause != Cause::Line && for_ms < UNHEARD_LIMIT_MS {
            return;
        }
        let known = match self.unheard_of_past(&slot) {
            Some(of_past) => of_past,
            None => match self.doubt(&slot) {
                Some(doubt) => &mut doubt.unheard,
                None => return,
            },
        };
        known.note(cause, for_ms);
        actions.push(Action::NoteUnheard { slot, cause, for_ms });
    }

    /// Notes for how long the disk kept it waiting.
    pub(super) fn waited(&mut self, id: &SlotId, for_ms: u64) {
        if let Some(doubt) = self.doubt(id) {
            doubt.waited_ms += for_ms;
        }
    }

    /// Notes for how long nothing of the program ran.
    pub(super) fn stood_still(&mut self, id: &SlotId, for_ms: u64) {
        if let Some(doubt) = self.doubt(id) {
            doubt.stood_still_ms += for_ms;
        }
    }

    /// Notes that the clocks show that nothing of the program ran for so long.
    pub(super) fn slept(&mut self, id: &SlotId, for_ms: u64) {
        if let Some(doubt) = self.doubt(id) {
            doubt.slept_ms += for_ms;
        }
    }

    /// Why so much silence was in its midst: this program was stopped, or the disk kept it waiting, for as long as the better
    /// half; else the PC did not get to it. Of what still sounds the disk's share is not taken in yet.
    pub(super) fn cause_of_silence(&self, id: &SlotId, gap_ms: u64, still_waited_ms: u64) -> Cause {
        let Some(frozen) = self.frozen.get(id) else { return Cause::Busy };
        let Doubt { waited_ms, stood_still_ms, slept_ms, .. } = frozen.doubt;
        let is_most = |of_ms: u64| of_ms * 2 >= gap_ms;
        if is_most(stood_still_ms.max(slept_ms)) {
            Cause::Asleep
        } else if is_most(waited_ms.max(still_waited_ms)) {
            Cause::Disk
        } else {
            Cause::Busy
        }
    }

    /// Notes that a volume control lets nothing of it through. It stays `aired`: a control can be one that Loa mistakes.
    pub(super) fn silenced(&mut self, id: Option<&SlotId>, silencer: Option<String>) {
        if let Some(doubt) = id.and_then(|id| self.doubt(id))
            && silencer.is_some()
        {
            doubt.silencer = silencer;
        }
    }

    /// Notes that the amplifier cannot be switched on. It stays `aired`: somebody may have switched it on by hand.
    pub(super) fn unamplified(&mut self, id: &SlotId) {
        if let Some(doubt) = self.doubt(id) {
            doubt.unamplified = true;
        }
    }

    /// What was sent of a slot in all, the `sent_ms` of its last part with it, and what was not heard of it as far as is known.
    pub(super) fn sent(&self, id: &SlotId, sent_ms: u64) -> Sent {
        let Some(frozen) = self.frozen.get(id) else { return (Unheard::default(), sent_ms) };
        (frozen.doubt.unheard, sent_ms + frozen.broken.as_ref().map_or(0, |broken| broken.heard_ms))
    }

    /// The outcome of a slot with what was not heard of what was sent, and what stands in doubt. Where its outcome took `took_ms`
    /// from it, and the silence took more, that leads; else it is noted.
    pub(super) fn as_heard(
        &self,
        id: &SlotId,
        (unheard, sent_ms): Sent,
        (outcome, cause, note): Settled,
        took_ms: u64,
    ) -> Settled {
        let Some(frozen) = self.frozen.get(id) else { return (outcome, cause, note) };
        let silenced = frozen.doubt.silencer.as_deref().map(notes::output_muted);
        let unamplified = frozen.doubt.unamplified.then(notes::amplifier_not_on);
        let notes = [silenced, unamplified, Some(note)];
        let settled = (outcome, cause, joined(notes.iter().flatten().map(String::as_str)));
        match unheard.told_of(sent_ms).filter(|_| outcome == Outcome::Interrupted) {
            Some((why, for_ms)) if for_ms > took_ms => {
                beside((Outcome::Interrupted, Some(why), unheard_words(why, for_ms)), &settled.2)
            }
            Some((why, for_ms)) => beside(settled, &unheard_words(why, for_ms)),
            None => judged(unheard, sent_ms, settled),
        }
    }
}

/// The outcome of an airing of which so much was sent and so much not heard: what would be `aired` may be `interrupted`.
pub(super) fn judged(unheard: Unheard, sent_ms: u64, (outcome, cause, note): Settled) -> Settled {
    match unheard.told_of(sent_ms) {
        Some((why, for_ms)) if outcome == Outcome::Aired => {
            (Outcome::Interrupted, Some(why), joined([unheard_words(why, for_ms).as_str(), &note]))
        }
        _ => (outcome, cause, note),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a row's note says was not heard is what its figures leave out.
    #[test]
    fn of_a_short_item_of_which_most_was_not_heard_the_note_has_the_length_that_the_figures_have() {
        let mut unheard = Unheard::default();
        unheard.note(Cause::Line, 6_000);
        for (sent_ms, told_ms) in [(7_200, 7_200), (7_600, 6_000), (20_000, 6_000)] {
            assert_eq!(unheard.told_of(sent_ms), Some((Cause::Line, told_ms)), "of {sent_ms} ms");
            assert_eq!(unheard_of(sent_ms, 6_000), told_ms);
        }
    }
}
