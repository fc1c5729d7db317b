//! What an order to air came to: the outcome of a slot whose sound has ended, or what is still to be done for it.

use jiff::Timestamp;

use super::frozen::{Arming, Broken, Frozen, Held, Known, ms_between};
use super::lost::Lost;
use super::on_air::{Fate, OnAir};
use super::proof::Settled;
use super::verdicts::Verdict;
use super::{Action, Director, End, FADE_MS, GAP_LIMIT_MS, REMEMBERED, relay};
use crate::notes;
use crate::outcome::{Cause, Outcome};
use crate::station::AfterLineLoss;
use crate::timetable::{Kind, SlotId, length_words};

/// How the sound of an order ended.
#[derive(Clone, Copy)]
pub(super) struct Sound<'a> {
    pub at: Timestamp,
    pub played_ms: u64,
    pub gap_ms: u64,
    pub end: &'a End,
}

impl Director {
    pub(super) fn ended(&mut self, now: Timestamp, id: &SlotId, sound: Sound<'_>, actions: &mut Vec<Action>) {
        let Some(place) = self.airs.iter().position(|on_air| on_air.id == *id) else { return };
        let on_air = self.airs.remove(place);
        self.note_emergency(&on_air, sound.at);
        // Of a relay whose time was over before a frame of it was rendered (a step of the clock carried it away, or what was
        // before it had the line) nothing is left to be heard: it never began, and lacks no source.
        let is_over = *sound.end == End::Whole || on_air.fate == Fate::Filled;
        let never_began = sound.played_ms == 0 && (on_air.is_withdrawn() || (on_air.kind == Kind::Relay && is_over));
        let sound = if never_began { Sound { end: &End::Cut, ..sound } } else { sound };
        let heard = match self.frozen.get(id).filter(|frozen| frozen.slot.kind == Kind::Relay) {
            Some(frozen) => frozen.relayed.note(),
            None => self.note_filler(id, sound.at, sound.played_ms),
        };
        if on_air.fate == Fate::Cut(Cause::Operator) && sound.played_ms == 0 {
            // A person ended it before it was heard: it is not tried again.
            let by = on_air.cut_by.as_deref().map_or_else(String::new, notes::asked_for);
            return self.drop_slot(id, (Outcome::Missed, Cause::Operator, by), actions);
        }
        // Nor is what they ended in its midst, though the line was lost before it had faded.
        let by_hand = on_air.is_cut_by_hand() && *sound.end == End::Line;
        let sound = if by_hand { Sound { end: &End::Cut, ..sound } } else { sound };
        if self.is_to_be_tried_again(now, &on_air, sound) {
            self.lay_aside(id, actions);
            return;
        }
        let sent = self.sent(id, sound.played_ms);
        let (came_to, took_ms) = self.outcome(&on_air, sound, heard);
        let (outcome, cause, note) = self.as_heard(id, sent, came_to, took_ms);
        let before = self.frozen.get(id).and_then(|frozen| frozen.broken.as_ref()).map(|broken| broken.clock_set);
        let set = on_air.clock_set(sound.at, sound.played_ms + sound.gap_ms).and(before.unwrap_or_default()).note();
        let resumed = self.frozen.get(id).and_then(|frozen| Some((frozen.slot.kind, frozen.broken.as_ref()?)));
        let resumed = resumed
            .map_or_else(String::new, |(kind, broken)| broken.note(kind, ms_between(broken.since, on_air.begins)));
        let note = self.close(id, (outcome, cause), joined([note.as_str(), resumed.as_str(), &set]), actions);
        self.conclude(now, id, (outcome, cause, note), sent, actions);
    }

    /// The run ends: what sounds is cut, and nothing more goes on.
    pub(super) fn stop(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        self.stopping = true;
        // What waits to follow goes first.
        for on_air in self.airs.iter_mut().rev() {
            on_air.fate = Fate::Cut(Cause::Daemon);
            actions.push(Action::Cut { slot: on_air.id.clone(), at: now, fade_ms: FADE_MS });
        }
        // What waits to go on will not.
        let broken = self.frozen.values().filter(|frozen| frozen.broken.is_some() && !self.is_on_air(&frozen.slot.id));
        for id in broken.map(|frozen| frozen.slot.id.clone()).collect::<Vec<_>>() {
            self.drop_slot(&id, (Outcome::Interrupted, Cause::Line, String::new()), actions);
        }
    }

    /// It goes back among those that wait: nothing was heard of it yet, or the line broke off and it may go on from there.
    fn is_to_be_tried_again(&mut self, now: Timestamp, on_air: &OnAir, sound: Sound<'_>) -> bool {
        let held_by = match sound.end {
            End::Line => Held::Line,
            End::Cut => Held::Another,
            End::Whole | End::Short | End::Damaged(_) => return false,
        };
        let resumes = self.rules.after_line_loss == AfterLineLoss::Resume;
        let Some(frozen) = self.frozen.get_mut(&on_air.id) else { return false };
        let sounded_ms = sound.played_ms + sound.gap_ms;
        let row_until = on_air.told.map(|_| on_air.dated(sound.at, sounded_ms));
        frozen.row_until = frozen.row_until.max(row_until);
        if sound.played_ms > 0 {
            if *sound.end != End::Line || !resumes {
                return false;
            }
            // Filler has no place to go on from: it goes on with other files.
            let is_filler = frozen.slot.kind == Kind::Filler;
            let sha256 = frozen.ready().filter(|_| !is_filler).map(|audio| audio.sha256.clone());
            let heard_ms = if is_filler { 0 } else { frozen.resumes_ms() + sound.played_ms };
            let gap_ms = sound.gap_ms + frozen.broken.as_ref().map_or(0, |broken| broken.gap_ms);
            let before = frozen.broken.as_ref().map(|broken| broken.clock_set).unwrap_or_default();
            let clock_set = on_air.clock_set(sound.at, sounded_ms).and(before);
            frozen.picked.clear();
            let (since, until) = (sound.at, frozen.slot.goes_on_until(sound.at));
            let (cause, known) = (Cause::Line, Known::Heard);
            frozen.broken = Some(Broken { heard_ms, gap_ms, since, until, known, clock_set, cause, sha256 });
        }
        frozen.arming = Arming::Due(now);
        frozen.held_by = Some(held_by);
        true
    }

    /// Settles a slot that will not be heard.
    pub(super) fn drop_slot(&mut self, id: &SlotId, (outcome, cause, note): Verdict, actions: &mut Vec<Action>) {
        actions.push(Action::Disarm { slot: id.clone() });
        let heard = self.frozen.get(id).map_or_else(String::new, Frozen::heard_words);
        let broken = self.frozen.get(id).and_then(|frozen| frozen.broken.as_ref());
        // Part of it was heard: what keeps it from going on does not undo that.
        let (outcome, cause, note) = match broken {
            Some(broken) => {
                let is_told = broken.cause == Cause::Line || !note.is_empty();
                let note = if is_told { note } else { broken.note_of_the_end() };
                let note = joined([heard.as_str(), note.as_str(), &broken.clock_set.note()]);
                (Outcome::Interrupted, broken.cause, note)
            }
            None => (outcome, cause, note),
        };
        let note = self.close(id, (outcome, Some(cause)), note, actions);
        actions.push(Action::Settle { slot: id.clone(), outcome, cause: Some(cause), note });
    }

    /// Nothing more is to be done for it. Returns what is noted beside its outcome.
    fn close(
        &mut self,
        id: &SlotId,
        came_to: (Outcome, Option<Cause>),
        note: String,
        actions: &mut Vec<Action>,
    ) -> String {
        if let Some(frozen) = self.frozen.remove(id) {
            self.settle_moved(&frozen.slot.id, came_to, actions);
            if !came_to.0.is_silent() {
                self.keep_heard(frozen.slot.clone());
            }
            self.under_way.insert(frozen.slot.broadcast);
        }
        self.settled.insert(id.clone());
        self.with_doubt(note)
    }

    /// Forgets the oldest outcomes, where they are more than a timetable can bring back. By their number, for a clock that
    /// somebody vouched for may be a year ahead: what it takes for old airs again when it is set right.
    pub fn forget_oldest(&mut self) {
        // Slot ids begin with their broadcast's date, so they order by it.
        while self.settled.len() > REMEMBERED {
            self.settled.pop_first();
        }
        while self.under_way.len() > REMEMBERED {
            self.under_way.pop_first();
        }
    }

    /// The outcome as it sounded, and how much of its time that took from it, in ms: what ended it takes all.
    fn outcome(&self, on_air: &OnAir, sound: Sound<'_>, heard: String) -> (Settled, u64) {
        let broken = self.frozen.get(&on_air.id).and_then(|frozen| frozen.broken.as_ref());
        let gap_ms = sound.gap_ms + broken.map_or(0, |broken| broken.gap_ms);
        let cut = |cause, by: &Option<String>| {
            let by = match by.as_deref() {
                Some(by) => notes::asked_for(by),
                None if cause == Cause::Daemon => notes::stopped_in_order(),
                None => String::new(),
            };
            (Outcome::Cut, Some(cause), joined([heard.as_str(), by.as_str()]))
        };
        let end = match (sound.end, on_air.fate) {
            (End::Cut, Fate::Filled) => &End::Whole,
            (end, _) => end,
        };
        let came_to = match end {
            End::Whole => return self.outcome_of_whole(on_air, sound.at, gap_ms, heard),
            End::Short | End::Damaged(_) if sound.played_ms == 0 => {
                (Outcome::Failed, Some(Cause::Undecodable), String::new())
            }
            End::Short => (Outcome::Interrupted, Some(Cause::Short), heard),
            End::Damaged(why) => {
                let files =
                    self.frozen.get(&on_air.id).map_or_else(String::new, |frozen| frozen.slot.files.join("`, `audio/"));
                (
                    Outcome::Interrupted,
                    Some(Cause::Undecodable),
                    joined([heard.as_str(), &notes::not_whole(&files, &why.vi)]),
                )
            }
            End::Line => (Outcome::Interrupted, Some(Cause::Line), heard),
            End::Cut => match on_air.fate {
                Fate::Quieted(cause) => {
                    (Outcome::Interrupted, Some(cause), joined([heard.as_str(), &notes::quiet_hours_came()]))
                }
                // If withdrawn, then too late: its first frames were on their way.
                Fate::Cut(cause) | Fate::Withdrawn(cause) => cut(cause, &on_air.cut_by),
                Fate::Whole | Fate::Filled => cut(Cause::Operator, &None),
            },
        };
        (came_to, u64::MAX)
    }

    /// Of what went on to its end: silence in its midst, a relay's source that was not heard. What took most of its time leads,
    /// and the other is noted.
    fn outcome_of_whole(&self, on_air: &OnAir, ended: Timestamp, gap_ms: u64, heard: String) -> (Settled, u64) {
        let frozen = self.frozen.get(&on_air.id);
        let relay = frozen.and_then(|frozen| Some((frozen.slot.relay.as_ref()?, &frozen.relayed)));
        let (of_source, elsewhere_ms) = match relay {
            Some((source, relayed)) => (relay::outcome(source, relayed), relayed.fallback_ms + relayed.nothing_ms),
            None => ((Outcome::Aired, None, heard), 0),
        };
        if gap_ms <= GAP_LIMIT_MS {
            let took_ms = if of_source.0 == Outcome::Aired { 0 } else { elsewhere_ms };
            return (of_source, took_ms);
        }
        let of_silence = self.broken_by_silence(on_air, ended, gap_ms);
        if of_source.0 != Outcome::Aired && elsewhere_ms >= gap_ms {
            return (beside(of_source, &of_silence.2), elsewhere_ms);
        }
        (beside(of_silence, &of_source.2), gap_ms)
    }

    /// All of it was heard, with silence in its midst: the PC slept or stopped this program, reading the recording stood still,
    /// or the PC had no time for either.
    fn broken_by_silence(&self, on_air: &OnAir, ended: Timestamp, gap_ms: u64) -> (Outcome, Option<Cause>, String) {
        let meets = |lost: &Lost| lost.from < ended && on_air.begins < lost.to;
        let stood_still = self.lost.iter().any(|lost| lost.cause == Cause::Asleep && meets(lost));
        let cause = if stood_still { Cause::Asleep } else { self.cause_of_silence(&on_air.id, gap_ms, 0) };
        (Outcome::Interrupted, Some(cause), notes::silence_inside(&length_words(gap_ms).vi))
    }
}

/// An outcome with what is noted beside it of another fault.
pub(super) fn beside((outcome, cause, note): Settled, other: &str) -> Settled {
    (outcome, cause, joined([note.as_str(), other]))
}

/// Notes beside one outcome; those that say nothing are left out.
pub(super) fn joined<'n>(notes: impl IntoIterator<Item = &'n str>) -> String {
    notes.into_iter().filter(|note| !note.is_empty()).collect::<Vec<_>>().join("; ")
}
