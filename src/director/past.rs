//! What a run takes up from the one before it: what became of an airing that was left without an outcome, and what a
//! director is told of the past when it begins.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::dating::{ClockSet, RunBefore};
use super::endings::joined;
use super::frozen::{Broken, Frozen, Known, REWIND_MS, ms_between};
use super::lost::{Leap, Lost};
use super::on_air::{Fate, OnAir};
use super::proof::{Asleep, Doubt, Unheard, unheard_words};
use super::trust::Clock;
use super::unjudged::without_its_word;
use super::{Action, Director, GAP_LIMIT_MS, Instead, RAMP_MS, Relayed};
use crate::airing::{Entry, Part};
use crate::notes;
use crate::outcome::{Cause, Outcome};
use crate::programme::AfterPowerCut;
use crate::timetable::{Kind, Slot, SlotId, span_words};

/// Rounding of a length to whole milliseconds.
const ROUNDING_MS: u64 = 1;

/// What the director knows when it begins.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// Slots that have their outcome already.
    pub settled: BTreeSet<SlotId>,
    /// Of those, what was heard on the days around now.
    pub heard: Vec<Slot>,
    /// Slots of record without an outcome, of which nothing was heard.
    pub frozen: Vec<Slot>,
    /// The last instants that rows of those have, where they were tried.
    pub rows_until: BTreeMap<SlotId, Timestamp>,
    /// Airings that the end of the run before broke off and that may be heard again.
    pub broken_off: Vec<BrokenOff>,
    /// What edits that came too late have put in the place of slots of record, and what was not heard for that.
    pub instead: Vec<Instead>,
    /// Slots that fell due while no daemon ran, as planned by the revision then in force; not yet of record.
    pub unwritten: Vec<Slot>,
    /// What a person ordered by a clock in doubt and is not of record yet, at instants by the clock of now.
    pub ordered: Vec<Slot>,
    /// What that revision has for after now; none if there was none. The first plan that comes into force is an edit of it.
    pub plan: Option<Vec<Slot>>,
    /// What it had for before that.
    pub passed: Vec<Slot>,
    /// When this run of the daemon began.
    pub started: Option<Timestamp>,
    /// Why there was none before it.
    pub gap_cause: Option<Cause>,
    /// What the clock leapt over before that.
    pub leaps: Vec<Leap>,
    /// Nobody vouches for the clock by which it began.
    pub clock_is_unkept: bool,
}

/// An airing that the end of a run broke off, to be heard again as its slot's `after_power_cut` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenOff {
    /// Its slot.
    pub slot: Slot,
    /// How far into its sound it was heard, in ms; 0 also if it may never have begun.
    pub heard_ms: u64,
    /// Silence inside that, in ms.
    pub gap_ms: u64,
    /// Of which nothing of the program ran, in ms.
    pub slept_ms: u64,
    /// Of which the disk kept it waiting, in ms.
    pub waited_ms: u64,
    /// What of that was sent and not heard.
    pub unheard: Unheard,
    /// What was heard of a relay.
    pub relayed: Relayed,
    /// The last instant it is known to have sounded, by the clock of now; its planned one if it may never have begun.
    pub since: Timestamp,
    /// The same as its row has it; none if it may never have begun.
    pub row_until: Option<Timestamp>,
    /// How the clock was set in its midst.
    pub clock_set: ClockSet,
    /// SHA-256 of what sounded; none of a relay.
    pub sha256: Option<String>,
}

/// What the log has of a part beside what it says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartState {
    /// Which run had the sound: a number of its own for each.
    pub run: i64,
    /// It was over before its run was.
    pub closed: bool,
    /// For how long the disk kept it waiting, in ms.
    pub waited_ms: u64,
    /// Why and how long nothing was heard of it, in ms: of `short` at a stretch, of `line` in all that this run had of it.
    pub unheard: Option<(Cause, u64)>,
    /// Who has ended it, if a person has.
    pub ended_by: Option<String>,
}

/// What the log has of an airing that was sent whole and waited for the monitor's word when its run ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentWhole {
    /// What is noted beside its outcome.
    pub note: String,
    /// Why and how long nothing was heard of it, in ms, as it was told since.
    pub unheard: Vec<(Cause, u64)>,
}

impl SentWhole {
    /// The outcome; `unheard` is what was known by its end.
    fn comes_to(&self, mut unheard: Unheard, sent_ms: u64) -> TakenUp {
        self.unheard.iter().for_each(|(cause, for_ms)| unheard.note(*cause, *for_ms));
        let (outcome, cause, note) = without_its_word(unheard, sent_ms, &self.note);
        TakenUp::Over(outcome, cause, note)
    }
}

/// What a start makes of an airing that the run before left without an outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakenUp {
    /// Nothing was heard of it: it may be tried as if nothing had been.
    Untried,
    /// It may be heard again.
    BrokenOff(Box<BrokenOff>),
    /// It has its outcome, with its cause and what is to be noted beside it.
    Over(Outcome, Option<Cause>, String),
}

/// What to make at `now` of an airing that the end of a run left without an outcome. `states` are of its parts, and it may
/// have been `sent` whole; `before` is what is known of that run. Where that run was `blind` at last, for nothing could be written
/// down, what was on air may have ended in any way, and is not heard again. `sleeps` are of those runs: what was not heard
/// before the end of one is not heard by the next.
pub fn taken_up(
    entry: &Entry,
    (states, sent): (&[PartState], Option<&SentWhole>),
    sleeps: &[Asleep],
    before: &RunBefore,
    now: Timestamp,
    blind: bool,
) -> TakenUp {
    let Some(airing) = &entry.airing else { return TakenUp::Untried };
    let slot = &entry.slot;
    let was_closed = states.iter().all(|state| state.closed);
    let began = airing.parts.iter().any(|part| part.began.is_some() || part.played_ms > 0);
    let ended_by = states.last().and_then(|state| state.ended_by.as_deref());
    if was_closed && airing.played_ms() == 0 && ended_by.is_none() {
        // Stopped in order before its first sample: nothing is uncertain.
        return TakenUp::Untried;
    }
    let Reached { heard_ms, gap_ms, slept_ms, waited_ms, unheard } =
        reached(slot.after_power_cut, &airing.parts, states, sleeps);
    if let Some(sent) = sent.filter(|_| was_closed) {
        return sent.comes_to(unheard, heard_ms);
    }
    let asked_for = slot.asked_by.is_some();
    let clock_set = before.clock_set(&airing.parts, asked_for);
    let over = |outcome, cause, note: String| TakenUp::Over(outcome, cause, joined([note.as_str(), &clock_set.note()]));
    let whole = gap_ms <= GAP_LIMIT_MS && airing.file_ms.is_some_and(|file_ms| heard_ms + ROUNDING_MS >= file_ms);
    if was_closed && whole {
        // Its last sample was written down; only the outcome was not.
        return unheard.told_of(heard_ms).map_or(over(Outcome::Aired, None, String::new()), |(why, for_ms)| {
            over(Outcome::Interrupted, Some(why), unheard_words(why, for_ms))
        });
    }
    if let Some(by) = ended_by {
        // What a person has ended does not begin again, however soon after that its run ended.
        let outcome = if began { Outcome::Cut } else { Outcome::Missed };
        return over(outcome, Some(Cause::Operator), notes::asked_for(by));
    }
    // What was dated ahead of now, for the clock was set back, goes on for no longer by that.
    let last = airing.parts.iter().rev().find(|part| part.ended.is_some());
    let since = last.and_then(|part| before.broke_off(part, asked_for)).unwrap_or(slot.planned).min(now);
    if !blind && slot.again_until(since).is_some_and(|until| now <= until) {
        let relayed = slot.relay.as_ref().map(|_| Relayed::of(&airing.parts)).unwrap_or_default();
        return TakenUp::BrokenOff(Box::new(BrokenOff {
            slot: slot.clone(),
            heard_ms,
            gap_ms,
            slept_ms,
            waited_ms,
            unheard,
            relayed,
            since,
            row_until: airing.row_until(),
            clock_set,
            sha256: airing.sha256.clone(),
        }));
    }
    let note = if began { notes::broken_off_by_the_end() } else { notes::never_began() };
    over(Outcome::Interrupted, Some(before.cause), note)
}

/// How far an airing has got.
#[derive(Default)]
struct Reached {
    heard_ms: u64,
    gap_ms: u64,
    slept_ms: u64,
    waited_ms: u64,
    unheard: Unheard,
}

/// How far into its sound the parts have got, and what inside that was not heard. A part of the same run as the one before
/// it went on behind a lost line; one of another run did as `again` says.
fn reached(again: AfterPowerCut, parts: &[Part], states: &[PartState], sleeps: &[Asleep]) -> Reached {
    let (mut got, mut before) = (Reached::default(), None);
    for (part, state) in parts.iter().zip(states).filter(|(part, _)| part.played_ms > 0) {
        if before.is_some_and(|run| run != state.run) && again != AfterPowerCut::Resume {
            got = Reached::default();
        }
        got.heard_ms = got.heard_ms.saturating_sub(REWIND_MS) + part.played_ms;
        got.gap_ms += part.gap_ms;
        got.slept_ms += Asleep::slept_ms(sleeps, part).min(part.gap_ms);
        got.waited_ms += state.waited_ms.min(part.gap_ms);
        if before.is_some_and(|run| run != state.run) {
            got.unheard.begin_anew();
        }
        if let Some((cause, for_ms)) = state.unheard {
            got.unheard.note(cause, for_ms);
        }
        before = Some(state.run);
    }
    got
}

impl Director {
    /// The clock moved over a stretch that nobody saw, or nobody ran. What sounds went on, or stood still, all the while.
    pub(super) fn jumped(&mut self, now: Timestamp, lost: Lost, actions: &mut Vec<Action>) {
        if matches!(lost.cause, Cause::Clock | Cause::Asleep) {
            // What was about to begin is asked about again: its time may be over.
            let waits = |on_air: &&mut OnAir| !on_air.had_begun(lost.from) && !on_air.is_withdrawn();
            for on_air in self.airs.iter_mut().rev().filter(waits).filter(|_| !matches!(self.clock, Clock::Doubted(_)))
            {
                on_air.fate = Fate::Withdrawn(lost.cause);
                actions.push(Action::Cut { slot: on_air.id.clone(), at: now, fade_ms: RAMP_MS });
            }
            if lost.cause == Cause::Asleep {
                let sounds = self.airs.iter().filter(|on_air| on_air.had_begun(lost.from));
                for id in sounds.map(|on_air| on_air.id.clone()).collect::<Vec<_>>() {
                    self.slept(&id, ms_between(lost.from, lost.to));
                }
            }
            self.airs.iter_mut().for_each(|on_air| on_air.jumped(lost.from, lost.to, lost.cause));
        }
        let is_gap = !matches!(lost.cause, Cause::Clock | Cause::Asleep);
        if self.is_in_doubt() && is_gap {
            // Told where the time is known again: what was asked for by hand meanwhile moves with it.
            self.follow_the_clock(now);
        }
        if lost.cause == Cause::Clock {
            self.carry_what_waits(now);
        }
        self.lose_nothing_ahead_of(now);
        // By a clock in doubt no instant is lost: when it is trusted again all that time is.
        if is_gap || !self.is_in_doubt() {
            self.lose_by_the_clock(now, lost, lost.from);
        }
    }

    /// Takes over from the runs before.
    pub(super) fn take_up(&mut self, past: Past) {
        self.settled = past.settled;
        let cause = past.gap_cause.unwrap_or(Cause::Daemon);
        if let (Some(started), Some(cause)) = (past.started, past.gap_cause) {
            // They come first: nobody was away in a time that did not pass.
            for Leap { from, to } in past.leaps {
                self.lose_by_the_clock(started, Lost::new(from, to.min(started), Cause::Clock), from);
            }
            let lost = Lost::new(Timestamp::MIN, started, cause);
            let first = past.frozen.iter().chain(&past.unwritten).map(|slot| slot.planned).min();
            self.lose_by_the_clock(started, lost, first.unwrap_or(started));
        }
        past.heard.into_iter().for_each(|slot| self.keep_heard(slot));
        self.take_up_moved(past.instead);
        for slot in past.frozen {
            if self.keep_moved(&slot, true) {
                continue;
            }
            let order = self.number();
            // Of what was ordered by a clock in doubt, in this boot of the PC, the time is known all the same.
            let known = past.ordered.iter().find(|ordered| ordered.id == slot.id).map(|ordered| ordered.planned);
            let slot = Slot { planned: known.unwrap_or(slot.planned), ..slot };
            let row_until = past.rows_until.get(&slot.id).copied();
            let frozen = Frozen { of_a_run_before: known.is_none(), row_until, ..Frozen::new(slot, order) };
            self.frozen.insert(frozen.slot.id.clone(), frozen);
        }
        for broken_off in past.broken_off {
            let order = self.number();
            let broken = Broken::by_the_end_of_a_run(&broken_off, cause);
            let goes_on = broken_off.goes_on();
            let doubt = if goes_on { Doubt::of_what_goes_on(&broken_off) } else { Doubt::default() };
            let (row_until, relayed) = (broken_off.row_until, broken_off.relayed);
            let fresh = Frozen::new(broken_off.slot, order);
            let frozen = Frozen { broken: Some(broken), row_until, doubt, relayed, ..fresh };
            self.frozen.insert(frozen.slot.id.clone(), frozen);
        }
        self.add_unwritten(past.unwritten);
        self.add_unwritten(past.ordered);
        self.has_plan = past.plan.is_some();
        let ahead = past.plan.unwrap_or_default();
        self.take_up_passed(past.passed, &ahead);
        self.add_unwritten(ahead);
    }

    /// Takes in what fell due between the reading of a plan and now: what comes too late of it does so because this program
    /// was not ready at its instant.
    pub(super) fn add_due(&mut self, since: Timestamp, now: Timestamp, mut due: Vec<Slot>) {
        due.retain(|slot| !self.knows(&slot.id));
        if !due.is_empty() {
            self.lose(Lost::new(since, now, Cause::Daemon));
            self.add_unwritten(due);
        }
    }

    pub(super) fn knows(&self, id: &SlotId) -> bool {
        let waits = self.instead.contains_key(id);
        waits || self.frozen.contains_key(id) || self.settled.contains(id) || self.planned.contains(id)
    }
}

impl BrokenOff {
    /// It goes on from where it was broken off, rather than from its beginning.
    fn goes_on(&self) -> bool {
        self.slot.after_power_cut == AfterPowerCut::Resume && self.slot.kind != Kind::Filler
    }
}

impl Broken {
    fn by_the_end_of_a_run(off: &BrokenOff, cause: Cause) -> Broken {
        let (heard_ms, gap_ms) = if off.goes_on() { (off.heard_ms, off.gap_ms) } else { (0, 0) };
        // Filler is made of other files each time.
        let sha256 = off.sha256.clone().filter(|_| off.slot.kind != Kind::Filler);
        let until = off.slot.again_until(off.since).unwrap_or(off.since);
        let (since, clock_set) = (off.since, off.clock_set);
        let known = match off.row_until {
            None => Known::Ordered,
            Some(_) if off.heard_ms == 0 => Known::Begun,
            Some(_) => Known::Heard,
        };
        Broken { heard_ms, gap_ms, since, until, known, clock_set, cause, sha256 }
    }

    /// What is noted beside an airing that does not go on after the end of a run.
    pub fn note_of_the_end(&self) -> String {
        if self.known == Known::Ordered { notes::never_began() } else { notes::broken_off_by_the_end() }
    }

    /// What is noted beside an airing of that kind that went on, where it went on so many ms later.
    pub fn note(&self, kind: Kind, silent_ms: u64) -> String {
        let what = match self.cause {
            Cause::Power => notes::power_cut(),
            Cause::Daemon => notes::ended_abruptly(),
            _ => notes::line_lost(),
        };
        // What another station says now, or the next music, is no beginning that was heard before.
        let has_beginning = !matches!(kind, Kind::Relay | Kind::Filler);
        let from_it = has_beginning && self.cause != Cause::Line && self.heard_ms == 0;
        let note = match self.known {
            Known::Ordered => notes::began_later,
            Known::Begun | Known::Heard if from_it => notes::began_again,
            Known::Begun | Known::Heard => notes::went_on,
        };
        note(&what, &span_words(silent_ms).vi)
    }
}
