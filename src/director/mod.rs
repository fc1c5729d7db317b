//! Decides what is on air: a pure state machine. Events in, actions out; `now` is an argument.
//!
//! # AirRules
//! - A slot airs at most once; a backward clock step repeats nothing. While the clock steps or the PC sleeps, what sounds goes
//!   on or stands still: nothing begins over it, nor over what silence in its midst made late. What was about to begin is asked
//!   about again, and what was carried to quiet hours ends there, interrupted by what carried it.
//! - Late within its grace a slot airs; beyond it, it is missed, with the cause of the lateness. What only a leap of a clock says
//!   for which nobody vouches waits for a quarter of an hour: set back by then, it airs at its instant.
//! - The first item of a broadcast and hard starts have instants of their own. A soft item follows the one before it on
//!   the very next frame, early too where one before it fell out; a late broadcast goes on in order from the first item
//!   not yet heard.
//! - A hard start cuts a soft item, but for one that ends by itself within a second; hard against hard waits within grace.
//!   Behind what breaks off short of its instant it keeps that.
//!   Of those that wait, priority goes first and cuts nothing.
//! - A recording is open and decoding before its slot is ordered on air or anything is cut for it; if it cannot be opened
//!   by the slot's instant, the slot has failed and what is on air goes on.
//! - A soft item is not begun if it would end after the next hard start, more than a minute after its broadcast, or in
//!   quiet hours; the next one that fits is tried, and what the plan had no room for before a hard start does not come
//!   behind it. Idents and stings over a minute late are left out. Filler takes what
//!   room is left. An item on air at its window's end plays out.
//! - A relay is hard, is joined as late as it lasts, and ends at its instant, whatever came of its source or the line; it waits
//!   for no source, and stops at quiet hours like filler. One of which no frame was rendered by then was missed.
//! - What the line's loss broke off goes on when the line is back, from two seconds before, where the station wants that and
//!   it may still sound; else it is over. Filler goes on with other files, once nothing else waits for the line. What the
//!   end of a run broke off is heard again as its slot says: from its beginning within its grace, from two seconds before,
//!   or not.
//! - An emergency cuts everything once its recording is open, and what it cut is not resumed; it passes quiet hours. What
//!   else a person has played waits for what is on air, filler excepted.
//! - A slot is frozen when it is armed, and what a person asks for when they do, however far ahead its repeats are. A frozen
//!   slot is never planned, changed or removed again. Where an edit moves or renames it all the same, on air or heard already,
//!   what it puts in its place is not heard as well, by a later run neither; only if nothing is heard of the frozen one. Until
//!   its own time comes another edit may take it back.
//! - What a person has ended is not heard again, whatever breaks it off before its fade is over.
//! - Quiet hours and the last day a segment is valid hold at air time too, whatever the plan said; a permit passes quiet
//!   hours. A recording other than the approved one never airs, nor one that nobody approved where the station wants that.
//! - Where a monitor hears the line, what is over and would be `aired` waits five seconds for its word: an outcome is set once.
//!   Where the run ends before that, it is what was sent, and its note says of how much the word is missing.
//! - By a clock that is not trusted nothing is frozen, begun or given up; only an emergency that a person orders airs.
//!
//! Waking is a question (`wake`), not an action, and to be woken proves nothing: every step asks again what is due.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};

use crate::notes;
use crate::outcome::Cause;
use crate::programme::Class;
use crate::schedule::audio_facts::AudioFacts;
use crate::timetable::{Kind, Slot, SlotId};

mod air_rules;
mod by_hand;
mod dating;
mod edits;
mod endings;
mod filler;
mod frozen;
mod heard;
mod lost;
mod messages;
mod on_air;
mod outlook;
mod past;
mod planned;
mod proof;
mod queue;
mod quiet;
mod relay;
mod too_late;
mod trust;
mod unjudged;
mod verdicts;

use edits::Moved;
use endings::Sound;
use frozen::{Arming, Frozen, earlier, later};
use heard::OfLate;
use lost::Lost;
use on_air::OnAir;
use planned::Planned;
use trust::Clock;
use unjudged::Unjudged;

pub use air_rules::{AirRules, AttentionTone};
pub use by_hand::Request;
pub use dating::{ClockSet, RunBefore};
pub use edits::{Instead, keep_off_what_was_taken_out};
pub use lost::{Leap, Unsure, leaps_of};
pub use messages::{Action, After, End, Event, Relayed};
pub use outlook::{Outlook, Sounding, Waiting};
pub use past::{BrokenOff, PartState, Past, SentWhole, TakenUp, taken_up};
pub use proof::{Asleep, MonitorNews, Unheard};
pub use too_late::TooLate;
pub use unjudged::LAST_WORD_MS;

/// How long before its instant a slot is frozen and its recording armed.
pub const ARM_AHEAD: SignedDuration = SignedDuration::from_secs(60);
/// How long before its instant a slot is ordered on air: time for the ledger's sync and for placing the first frame.
pub const AIR_AHEAD: SignedDuration = SignedDuration::from_millis(1500);
/// How long to wait before arming is tried again after it failed.
const REARM_AFTER: SignedDuration = SignedDuration::from_secs(5);
/// Silence inside an airing up to this is noted, more makes it `interrupted`.
pub const GAP_LIMIT_MS: u64 = 500;
/// A soft item that ends so little after a hard start is heard to its end: the hard one follows it.
const SLACK: SignedDuration = SignedDuration::from_secs(1);
/// Outcomes that are remembered: at fifty slots a day, those of half a year.
pub const REMEMBERED: usize = 10_000;
/// The fade of a cut by order: soft, and over within a tenth of a second of it, a sound server's blocks included.
const FADE_MS: u32 = 30;
/// The ramp of what is cut for another: no click, and no more.
const RAMP: SignedDuration = SignedDuration::from_millis(10);
const RAMP_MS: u32 = 10;

/// The state machine.
#[derive(Clone, Debug)]
pub struct Director {
    rules: AirRules,
    planned: Planned,
    /// A plan has been in force.
    has_plan: bool,
    frozen: BTreeMap<SlotId, Frozen>,
    /// What edits put in the place of slots of record, by its id: it waits for what becomes of these.
    instead: BTreeMap<SlotId, Moved>,
    settled: BTreeSet<SlotId>,
    of_late: OfLate,
    /// In order of their beginning.
    airs: Vec<OnAir>,
    /// Broadcasts of which this run has ordered or settled a slot.
    under_way: BTreeSet<String>,
    /// When this run last heard a file of filler.
    heard_files: BTreeMap<String, Timestamp>,
    next_order: u64,
    line_open: bool,
    lost: VecDeque<Lost>,
    clock: Clock,
    /// Somebody vouches for it: a time source, or a person.
    clock_is_kept: bool,
    /// The latest instant it was asked with.
    asked_at: Timestamp,
    /// What is over and waits for the monitor's word.
    unjudged: Unjudged,
    stopping: bool,
}

impl Director {
    /// A director that takes over from `past`.
    pub fn new(past: Past, rules: AirRules) -> Director {
        let mut director = Director {
            rules,
            planned: Planned::default(),
            has_plan: false,
            frozen: BTreeMap::new(),
            instead: BTreeMap::new(),
            settled: BTreeSet::new(),
            of_late: OfLate::default(),
            airs: Vec::new(),
            under_way: BTreeSet::new(),
            heard_files: BTreeMap::new(),
            next_order: 0,
            line_open: false,
            lost: VecDeque::new(),
            clock: Clock::Trusted,
            clock_is_kept: !past.clock_is_unkept,
            asked_at: past.started.unwrap_or(Timestamp::MIN),
            unjudged: Unjudged::default(),
            stopping: false,
        };
        director.take_up(past);
        director
    }

    fn number(&mut self) -> u64 {
        self.next_order += 1;
        self.next_order
    }

    /// Takes in what happened and says what to do about it, and about everything else that is due at `now`.
    pub fn step(&mut self, now: Timestamp, event: Event) -> Vec<Action> {
        let mut actions = Vec::new();
        self.take_in(now, event, &mut actions);
        self.asked_at = now;
        self.decide(now, &mut actions);
        actions
    }

    /// When to ask again at the latest, always after `now`; none if only an event can change anything.
    pub fn wake(&self, now: Timestamp) -> Option<Timestamp> {
        if self.stopping {
            return None;
        }
        let moved = self.instead.values().filter_map(Moved::moment);
        let arm = self.planned.first().map(|slot| earlier(slot.planned, ARM_AHEAD)).into_iter().chain(moved);
        let air = self.frozen.values().flat_map(Frozen::moments);
        let ends = self
            .airs
            .iter()
            .flat_map(|on_air| [earlier(on_air.ends, ARM_AHEAD), earlier(on_air.ends, AIR_AHEAD), on_air.ends]);
        arm.chain(air)
            .chain(ends)
            .chain(self.filler_moments())
            .chain(self.judged_at())
            .chain(self.sure_at())
            .filter(|at| *at > now)
            .min()
    }

    /// The slot on air, if any; while one ends under the next, the one that ends.
    pub fn on_air(&self) -> Option<&Slot> {
        let on_air = self.airs.first()?;
        Some(&self.frozen.get(&on_air.id)?.slot)
    }

    /// Everything whose sound was ordered and has not ended, in order of its beginning.
    pub fn all_on_air(&self) -> impl Iterator<Item = &Slot> {
        self.airs.iter().filter_map(|on_air| Some(&self.frozen.get(&on_air.id)?.slot))
    }

    /// As `all_on_air`, and what was broken off and waits to go on.
    pub fn all_begun(&self) -> impl Iterator<Item = &Slot> {
        let waits = |frozen: &&Frozen| frozen.goes_on() && !self.is_on_air(&frozen.slot.id);
        self.all_on_air().chain(self.frozen.values().filter(waits).map(|frozen| &frozen.slot))
    }

    /// An instant of what sounds, as its row has it.
    fn dated(&self, id: &SlotId, at: Timestamp, sounded_ms: u64) -> Timestamp {
        self.airs.iter().find(|on_air| on_air.id == *id).map_or(at, |on_air| on_air.dated(at, sounded_ms))
    }

    fn is_on_air(&self, id: &SlotId) -> bool {
        self.airs.iter().any(|on_air| on_air.id == *id)
    }

    fn take_in(&mut self, now: Timestamp, event: Event, actions: &mut Vec<Action>) {
        match event {
            Event::Woken => {}
            Event::Monitor(news) => self.note_monitor(&news),
            Event::Planned { since, slots, rules } => self.plan(now, since, slots, rules, actions),
            Event::Armed { slot, audio, lengths_ms } => self.armed(now, &slot, Box::new(audio), lengths_ms),
            Event::NotArmed { slot, cause, note } => self.not_armed(now, &slot, cause, note),
            Event::Began { slot, at } => {
                let on_air = self.airs.iter_mut().find(|on_air| on_air.id == slot);
                let at = on_air.map_or(at, |on_air| on_air.began(at));
                actions.push(Action::NoteBegan { slot, at });
            }
            Event::Relayed { slot, heard } => self.relayed(&slot, heard, actions),
            Event::Relaying { slot, heard } => self.relaying(&slot, heard, actions),
            Event::Heard { slot, at, played_ms } => {
                let at = self.dated(&slot, at, played_ms);
                actions.push(Action::NoteHeard { slot, at, played_ms });
            }
            Event::Unheard { slot, cause, for_ms } => self.unheard(slot, cause, for_ms, actions),
            Event::Gaps { slot, gap_ms, waited_ms } => {
                self.fell_silent(&slot, gap_ms, waited_ms);
                actions.push(Action::NoteGaps { slot, gap_ms, waited_ms });
            }
            Event::Waited { slot, for_ms } => self.waited(&slot, for_ms),
            Event::StoodStill { slot, for_ms } => self.stood_still(&slot, for_ms),
            Event::Mixer { slot, silencer } => self.silenced(slot.as_ref(), silencer),
            Event::Unamplified { slot } => self.unamplified(&slot),
            Event::Measured { slot, levels } => actions.push(Action::NoteLevels { slot, levels }),
            Event::Ended { slot, at, played_ms, gap_ms, end } => {
                let dated = self.dated(&slot, at, played_ms + gap_ms);
                actions.push(Action::ClosePart { slot: slot.clone(), at: dated, played_ms, gap_ms });
                // Told before the loss itself: nothing may be ordered in between.
                self.line_open &= end != End::Line;
                self.ended(now, &slot, Sound { at, played_ms, gap_ms, end: &end }, actions);
            }
            Event::LineOpened { .. } => self.line_open = true,
            Event::LineLost { .. } => self.line_open = false,
            Event::Jumped { from, to, cause } => self.jumped(now, Lost::new(from, to, cause), actions),
            Event::ClockKept(kept) => self.vouch(kept),
            Event::ClockDoubted => self.doubt_clock(now, actions),
            Event::ClockTrusted { since, due } => self.trust_clock(now, since, due, actions),
            Event::Asked(request) => self.asked(now, request, actions),
            Event::Shutdown => self.stop(now, actions),
        }
    }

    fn armed(&mut self, now: Timestamp, id: &SlotId, audio: Box<AudioFacts>, lengths_ms: Vec<u64>) {
        // An answer that comes after its slot was settled is of no use to anyone.
        let Some(frozen) = self.frozen.get_mut(id) else { return };
        let approved = frozen.slot.approved_sha256.as_ref();
        if approved.is_some_and(|approved| !approved.eq_ignore_ascii_case(&audio.sha256)) {
            let note = notes::not_the_approved();
            frozen.arming = Arming::Failed { cause: Cause::Changed, note, again: later(now, REARM_AFTER) };
            return;
        }
        // Its recording was absent when the month was planned, and came without anybody having heard it.
        let approved = frozen.slot.particulars.approved.is_some() || frozen.slot.kind != Kind::Segment;
        if self.rules.approval_required && !approved {
            let note = notes::not_approved();
            frozen.arming = Arming::Failed { cause: Cause::Unapproved, note, again: later(now, REARM_AFTER) };
            return;
        }
        let broken = frozen.broken.as_ref();
        if broken.and_then(|broken| broken.sha256.as_ref()).is_some_and(|sounded| *sounded != audio.sha256) {
            let note = notes::changed_meanwhile();
            frozen.arming = Arming::Failed { cause: Cause::Changed, note, again: Timestamp::MAX };
            return;
        }
        frozen.arming = Arming::Ready { audio, lengths_ms };
        if !self.is_on_air(id) {
            self.stretch_filler(now, id);
        }
    }

    fn not_armed(&mut self, now: Timestamp, id: &SlotId, cause: Cause, note: String) {
        let Some(frozen) = self.frozen.get_mut(id) else { return };
        let mut again = later(now, REARM_AFTER);
        if frozen.slot.kind == Kind::Filler {
            frozen.failures += 1;
            frozen.picked.clear();
            if frozen.failures < frozen.slot.files.len() {
                // Another file is another chance.
                again = now;
            }
        }
        frozen.arming = Arming::Failed { cause, note, again };
    }

    fn decide(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        self.settle_judged(now, actions);
        if self.stopping {
            // What has its instant behind it when the run ends is of the past to the next one.
            self.freeze_moved(now, actions);
            self.drop_moved(actions);
            if self.airs.is_empty() {
                actions.push(Action::Stop);
            }
            return;
        }
        // What falls out lets the one behind it come early: asked again until nothing falls out.
        loop {
            let settled = self.settled.len();
            self.freeze(now, actions);
            self.arm(now, actions);
            self.give_up(now, actions);
            self.air(now, actions);
            if self.settled.len() == settled {
                return;
            }
        }
    }

    fn freeze(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        let line_free = self.airs.iter().map(|on_air| on_air.ends).max().unwrap_or(now);
        let soon = earlier(line_free, ARM_AHEAD) <= now;
        let due = self.planned.near(now).filter(|(order, slot)| {
            earlier(slot.planned, ARM_AHEAD) <= now || (soon && self.comes_early(slot, *order))
        });
        let due: Vec<(Timestamp, u64, SlotId)> =
            due.map(|(order, slot)| (slot.planned, order, slot.id.clone())).collect();
        for (_, _, id) in due {
            let Some((order, slot)) = self.planned.remove(&id) else { continue };
            actions.push(Action::Freeze(Box::new(slot.clone())));
            self.frozen.insert(id, Frozen::new(slot, order));
        }
        self.freeze_moved(now, actions);
        self.drop_moved(actions);
    }

    fn arm(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        let due = |frozen: &&Frozen| {
            let due = match &frozen.arming {
                Arming::Due(at) => frozen.due_to_arm(*at) <= now,
                Arming::Failed { again, .. } => *again <= now,
                Arming::Asked | Arming::Ready { .. } => false,
            };
            due && frozen.can_air() && now <= frozen.latest() && !self.is_on_air(&frozen.slot.id)
        };
        let due: Vec<(SlotId, Vec<String>, Option<Timestamp>)> = self
            .frozen
            .values()
            .filter(due)
            .map(|frozen| {
                let files = match frozen.slot.kind {
                    Kind::Relay => self.pick(now, frozen),
                    Kind::Filler if frozen.picked.is_empty() => self.pick(now, frozen),
                    Kind::Filler => frozen.picked.clone(),
                    _ => frozen.slot.files.clone(),
                };
                (frozen.slot.id.clone(), files, self.relay_stop(frozen, frozen.slot.planned.max(now)))
            })
            .collect();
        for (id, files, stop) in due {
            let Some(frozen) = self.frozen.get_mut(&id) else { continue };
            frozen.arming = Arming::Asked;
            if frozen.slot.kind == Kind::Filler {
                frozen.picked.clone_from(&files);
            }
            let tone = (frozen.slot.class == Class::Emergency).then(|| self.rules.tone.clone());
            actions.push(match frozen.slot.relay.clone().zip(stop) {
                Some((source, until)) => Action::Tune { slot: id, source, fallback: files, until },
                None => Action::Arm { slot: id, files, from_ms: frozen.resumes_ms(), tone },
            });
        }
    }
}
