//! Decides what is on air: a pure state machine. Events in, actions out; `now` is an argument.
//!
//! # Rules
//! - A slot airs at most once; a backward clock step repeats nothing.
//! - Late within its grace a slot airs; beyond it, it is missed, with the cause of the lateness.
//! - Hard against hard waits within grace; nothing is cut for another slot.
//! - A recording is open and decoding before its slot is ordered on air; if it cannot be opened by the slot's instant,
//!   the slot has failed and what is on air goes on.
//! - A slot is frozen when it is armed. A frozen slot is never planned, changed or removed again.
//! - Quiet hours hold at air time too, whatever the plan said.
//!
//! Waking is a question (`wake`), not an action, and to be woken proves nothing: every step asks again what is due.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};

use crate::civil::QuietHours;
use crate::outcome::{Cause, Outcome};
use crate::timetable::{Slot, SlotId};

mod frozen;
mod messages;

use frozen::{Arming, Frozen, Held, earlier, later, later_ms};

pub use messages::{Action, End, Event};

/// How long before its instant a slot is frozen and its recording armed.
pub const ARM_AHEAD: SignedDuration = SignedDuration::from_secs(60);
/// How long before its instant a slot is ordered on air: time for the ledger's sync and for placing the first frame.
pub const AIR_AHEAD: SignedDuration = SignedDuration::from_millis(1500);
/// How long to wait before arming is tried again after it failed.
const REARM_AFTER: SignedDuration = SignedDuration::from_secs(5);
/// Silence inside an airing up to this is noted, more makes it `interrupted`.
pub const GAP_LIMIT_MS: u64 = 500;
/// The fade of a cut by order.
const FADE_MS: u32 = 100;
/// Clock jumps remembered for the causes of missed slots.
const JUMPS_KEPT: usize = 32;

/// What the director knows when it begins.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// Slots that have their outcome already.
    pub settled: BTreeSet<SlotId>,
    /// Slots of record without an outcome.
    pub frozen: Vec<Slot>,
    /// Slots that fell due while no daemon ran, as planned by the revision then in force; not yet of record.
    pub unwritten: Vec<Slot>,
    /// When this run of the daemon began.
    pub started: Option<Timestamp>,
    /// Why there was none before it.
    pub gap_cause: Option<Cause>,
}

/// The state machine.
#[derive(Clone, Debug)]
pub struct Director {
    quiet: QuietHours,
    planned: BTreeMap<SlotId, Slot>,
    frozen: BTreeMap<SlotId, Frozen>,
    settled: BTreeSet<SlotId>,
    on_air: Option<OnAir>,
    line_open: bool,
    jumps: VecDeque<(Timestamp, Timestamp, Cause)>,
    stopping: bool,
}

#[derive(Clone, Debug)]
struct OnAir {
    id: SlotId,
    cut: Option<Cause>,
}

impl Director {
    /// A director that takes over from `past`.
    pub fn new(past: Past, quiet: QuietHours) -> Director {
        let mut director = Director {
            quiet,
            planned: BTreeMap::new(),
            frozen: BTreeMap::new(),
            settled: past.settled,
            on_air: None,
            line_open: false,
            jumps: VecDeque::new(),
            stopping: false,
        };
        if let (Some(started), Some(cause)) = (past.started, past.gap_cause) {
            director.jumps.push_back((Timestamp::MIN, started, cause));
        }
        for slot in past.frozen {
            director.frozen.insert(slot.id.clone(), Frozen::new(slot));
        }
        for slot in past.unwritten {
            if !director.frozen.contains_key(&slot.id) && !director.settled.contains(&slot.id) {
                director.planned.insert(slot.id.clone(), slot);
            }
        }
        director
    }

    /// Takes in what happened and says what to do about it, and about everything else that is due at `now`.
    pub fn step(&mut self, now: Timestamp, event: Event) -> Vec<Action> {
        let mut actions = Vec::new();
        self.take_in(now, event, &mut actions);
        self.decide(now, &mut actions);
        actions
    }

    /// When to ask again at the latest, always after `now`; none if only an event can change anything.
    pub fn wake(&self, now: Timestamp) -> Option<Timestamp> {
        if self.stopping {
            return None;
        }
        let arm = self.planned.values().map(|slot| earlier(slot.planned, ARM_AHEAD));
        let air = self.frozen.values().flat_map(Frozen::moments);
        arm.chain(air).filter(|at| *at > now).min()
    }

    /// The slot on air, if any.
    pub fn on_air(&self) -> Option<&Slot> {
        let on_air = self.on_air.as_ref()?;
        Some(&self.frozen.get(&on_air.id)?.slot)
    }

    /// The next slots ahead, in order of time.
    pub fn ahead(&self) -> impl Iterator<Item = &Slot> {
        let frozen = self.frozen.values().map(|frozen| &frozen.slot).filter(|slot| !self.is_on_air(&slot.id));
        let mut all: Vec<&Slot> = frozen.chain(self.planned.values()).collect();
        all.sort_by(|a, b| (a.planned, &a.id).cmp(&(b.planned, &b.id)));
        all.into_iter()
    }

    fn is_on_air(&self, id: &SlotId) -> bool {
        self.on_air.as_ref().is_some_and(|on_air| on_air.id == *id)
    }

    fn take_in(&mut self, now: Timestamp, event: Event, actions: &mut Vec<Action>) {
        match event {
            Event::Woken => {}
            Event::Planned { slots, quiet } => self.plan(now, slots, quiet),
            Event::Armed { slot, audio, .. } => self.set_arming(&slot, Arming::Ready(Box::new(audio))),
            Event::NotArmed { slot, cause, note } => {
                self.set_arming(&slot, Arming::Failed { cause, note, again: later(now, REARM_AFTER) });
            }
            Event::Began { slot, at } => actions.push(Action::NoteBegan { slot, at }),
            Event::Heard { slot, at, played_ms } => actions.push(Action::NoteHeard { slot, at, played_ms }),
            Event::Ended { slot, at, played_ms, gap_ms, end } => {
                actions.push(Action::ClosePart { slot: slot.clone(), at, played_ms, gap_ms });
                self.ended(now, &slot, played_ms, gap_ms, &end, actions);
            }
            Event::LineOpened { .. } => self.line_open = true,
            Event::LineLost { .. } => self.line_open = false,
            Event::Jumped { from, to, cause } => {
                self.jumps.push_back((from, to, cause));
                if self.jumps.len() > JUMPS_KEPT {
                    self.jumps.pop_front();
                }
            }
            Event::Shutdown => self.stop(actions),
        }
    }

    fn plan(&mut self, now: Timestamp, slots: Vec<Slot>, quiet: QuietHours) {
        self.quiet = quiet;
        // What was planned for an instant that has come is not unplanned by a later edit.
        self.planned.retain(|_, slot| slot.planned <= now);
        for slot in slots {
            let known = self.frozen.contains_key(&slot.id) || self.settled.contains(&slot.id);
            if slot.planned > now && !known {
                self.planned.insert(slot.id.clone(), slot);
            }
        }
    }

    fn set_arming(&mut self, id: &SlotId, arming: Arming) {
        // An answer that comes after its slot was settled is of no use to anyone.
        if let Some(frozen) = self.frozen.get_mut(id) {
            frozen.arming = arming;
        }
    }

    fn ended(
        &mut self,
        now: Timestamp,
        id: &SlotId,
        played_ms: u64,
        gap_ms: u64,
        end: &End,
        actions: &mut Vec<Action>,
    ) {
        let Some(on_air) = self.on_air.take_if(|on_air| on_air.id == *id) else { return };
        let (outcome, cause, note) = match end {
            End::Whole if gap_ms <= GAP_LIMIT_MS => (Outcome::Aired, None, String::new()),
            End::Whole => (Outcome::Interrupted, Some(Cause::Short), format!("im lặng {gap_ms} ms giữa chừng")),
            End::Short if played_ms == 0 => (Outcome::Failed, Some(Cause::Undecodable), String::new()),
            End::Short => (Outcome::Interrupted, Some(Cause::Short), String::new()),
            // Nothing was heard of it yet: it may still be tried within its grace, in this run or the next.
            End::Line | End::Cut if played_ms == 0 => {
                if let Some(frozen) = self.frozen.get_mut(id) {
                    frozen.arming = Arming::Due(now);
                    frozen.held_by = Some(Held::ByLine);
                }
                return;
            }
            End::Line => (Outcome::Interrupted, Some(Cause::Line), String::new()),
            End::Cut => (Outcome::Cut, Some(on_air.cut.unwrap_or(Cause::Operator)), String::new()),
        };
        self.settle(id, outcome, cause, note, actions);
    }

    fn stop(&mut self, actions: &mut Vec<Action>) {
        self.stopping = true;
        if let Some(on_air) = &mut self.on_air {
            on_air.cut = Some(Cause::Daemon);
            actions.push(Action::Cut { slot: on_air.id.clone(), at: Timestamp::MIN, fade_ms: FADE_MS });
        }
    }

    fn decide(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        if self.stopping {
            if self.on_air.is_none() {
                actions.push(Action::Stop);
            }
            return;
        }
        self.freeze(now, actions);
        self.arm(now, actions);
        self.give_up(now, actions);
        self.air(now, actions);
    }

    fn freeze(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        let mut due: Vec<Slot> = self
            .planned
            .extract_if(.., |_, slot| earlier(slot.planned, ARM_AHEAD) <= now)
            .map(|(_, slot)| slot)
            .collect();
        due.sort_by(|a, b| (a.planned, &a.id).cmp(&(b.planned, &b.id)));
        for slot in due {
            actions.push(Action::Freeze(Box::new(slot.clone())));
            self.frozen.insert(slot.id.clone(), Frozen::new(slot));
        }
    }

    fn arm(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        for frozen in self.frozen.values_mut() {
            let due = match &frozen.arming {
                Arming::Due(at) => *at <= now,
                Arming::Failed { again, .. } => *again <= now,
                Arming::Asked | Arming::Ready(_) => false,
            };
            if due && frozen.can_be_cured() && now <= frozen.latest() {
                frozen.arming = Arming::Asked;
                actions.push(Action::Arm { slot: frozen.slot.id.clone(), files: frozen.slot.files.clone() });
            }
        }
    }

    /// Settles every slot that will not be heard any more.
    fn give_up(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        let lost: Vec<_> = self
            .frozen
            .values()
            .filter(|frozen| !self.is_on_air(&frozen.slot.id))
            .filter_map(|frozen| Some((frozen.slot.id.clone(), self.verdict(now, frozen)?)))
            .collect();
        for (id, (outcome, cause, note)) in lost {
            actions.push(Action::Disarm { slot: id.clone() });
            self.settle(&id, outcome, Some(cause), note, actions);
        }
    }

    /// The outcome of a slot that is not on air, if it can no longer be.
    fn verdict(&self, now: Timestamp, frozen: &Frozen) -> Option<(Outcome, Cause, String)> {
        let slot = &frozen.slot;
        if now < slot.planned {
            return None;
        }
        if let Some(bar) = slot.bar.as_ref().filter(|_| !frozen.can_be_cured()) {
            let outcome = if bar.cause == Cause::QuietHours { Outcome::Excepted } else { Outcome::Missed };
            return Some((outcome, bar.cause, bar.reason.vi.clone()));
        }
        if now > frozen.latest() {
            return Some(self.late_verdict(frozen));
        }
        // Begun now it would sound in quiet hours, whatever the plan said when it was made.
        if self.quiet.meets(now, later_ms(now, frozen.audio_ms())) {
            return Some((Outcome::Excepted, Cause::QuietHours, String::new()));
        }
        match &frozen.arming {
            Arming::Failed { cause, note, .. } => Some((Outcome::Failed, *cause, note.clone())),
            Arming::Due(_) | Arming::Asked | Arming::Ready(_) => None,
        }
    }

    fn late_verdict(&self, frozen: &Frozen) -> (Outcome, Cause, String) {
        let planned = frozen.slot.planned;
        let jumped = self.jumps.iter().find(|(from, to, _)| *from < planned && planned <= *to);
        if let Some((_, _, cause)) = jumped {
            return (Outcome::Missed, *cause, String::new());
        }
        match (&frozen.arming, frozen.held_by) {
            (Arming::Failed { cause, note, .. }, _) => (Outcome::Failed, *cause, note.clone()),
            (_, Some(Held::ByAnother)) => (Outcome::Missed, Cause::Overlap, String::new()),
            (_, Some(Held::ByLine)) => (Outcome::Failed, Cause::Line, String::new()),
            (Arming::Asked, None) => (Outcome::Failed, Cause::Disk, "chưa đọc xong tệp khi hết giờ chờ".into()),
            (Arming::Due(_) | Arming::Ready(_), None) => (Outcome::Missed, Cause::Daemon, String::new()),
        }
    }

    /// Orders the first slot that is due and ready, if the line is free.
    fn air(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        let mut due: Vec<_> = self
            .frozen
            .values()
            .filter(|frozen| earlier(frozen.slot.planned, AIR_AHEAD) <= now && !self.is_on_air(&frozen.slot.id))
            .map(|frozen| (frozen.slot.planned, frozen.slot.id.clone()))
            .collect();
        due.sort();
        for (planned, id) in due {
            let busy = self.on_air.is_some();
            let open = self.line_open;
            let Some(frozen) = self.frozen.get_mut(&id) else { continue };
            let Arming::Ready(audio) = &frozen.arming else { continue };
            if !frozen.can_be_cured() {
                continue;
            }
            let audio = audio.clone();
            frozen.held_by = match (busy, open) {
                (true, _) => Some(Held::ByAnother),
                (false, false) => Some(Held::ByLine),
                (false, true) => None,
            };
            let at = planned.max(now);
            let ends = later_ms(at, audio.file_ms);
            if frozen.held_by.is_none() && !self.quiet.meets(at, ends) {
                self.on_air = Some(OnAir { id: id.clone(), cut: None });
                actions.push(Action::Air { slot: id, at, after: None, audio });
            }
        }
    }

    fn settle(&mut self, id: &SlotId, outcome: Outcome, cause: Option<Cause>, note: String, actions: &mut Vec<Action>) {
        self.frozen.remove(id);
        self.settled.insert(id.clone());
        actions.push(Action::Settle { slot: id.clone(), outcome, cause, note });
    }

    /// Forgets the outcomes of slots of dates before `date`, which no timetable can bring back.
    pub fn forget_before(&mut self, date: jiff::civil::Date) {
        // Slot ids begin with their broadcast's date, so they order by it.
        self.settled = self.settled.split_off(&SlotId(date.to_string()));
    }
}
