//! Which slots will not be heard any more, and why.

use jiff::Timestamp;

use super::frozen::{Arming, Frozen, Held, later_ms, ms_between};
use super::{Action, Director, SLACK, later};
use crate::notes;
use crate::outcome::{Cause, Outcome};
use crate::programme::Class;
use crate::timetable::{FILLER_ROOM_MS, Kind, SHORT_LATE_MS, Slot, Start};

/// A soft item may end so long after its broadcast, in ms.
const OVERRUN_MS: u64 = 60_000;

pub(super) type Verdict = (Outcome, Cause, String);

impl Director {
    /// Settles every slot that will not be heard any more.
    pub(super) fn give_up(&mut self, now: Timestamp, actions: &mut Vec<Action>) {
        let lost: Vec<_> = self
            .frozen
            .values()
            .filter(|frozen| !self.is_on_air(&frozen.slot.id))
            .filter_map(|frozen| Some((frozen.slot.id.clone(), self.verdict(now, frozen)?)))
            .collect();
        for (id, verdict) in lost {
            self.drop_slot(&id, verdict, actions);
        }
    }

    /// The outcome of a slot that is not on air, if it can no longer be.
    fn verdict(&self, now: Timestamp, frozen: &Frozen) -> Option<Verdict> {
        let slot = &frozen.slot;
        // What was heard already has its instant behind it, though the clock was set back before that.
        let is_ahead = now < slot.planned && (!frozen.goes_on() || now <= frozen.latest());
        if is_ahead || self.unsure_until(now, frozen).is_some() {
            return None;
        }
        if !frozen.can_air() {
            return Some(barred(slot));
        }
        if now > frozen.latest() {
            return Some(self.late_verdict(frozen));
        }
        // Begun now it would sound in quiet hours, whatever the plan said when it was made.
        let sounds_ms = if slot.kind == Kind::Filler { 0 } else { self.sounds_ms(frozen, now) };
        if let Some(cause) = self.rule_against(slot, now, later_ms(now, sounds_ms)) {
            return Some((Outcome::Excepted, cause, String::new()));
        }
        match &frozen.arming {
            // A soft one's turn may be still to come, and the file with it.
            Arming::Failed { .. } if frozen.is_hard() => failed(frozen),
            _ => None,
        }
    }

    /// The rule that a sound from `from` to `to` would break.
    pub(super) fn rule_against(&self, slot: &Slot, from: Timestamp, to: Timestamp) -> Option<Cause> {
        let passes = slot.permit.is_some() || slot.class == Class::Emergency;
        if !passes && self.rules.quiet.meets(from, to) {
            return Some(Cause::QuietHours);
        }
        let date = from.to_zoned_datetime(self.rules.quiet.zone.clone()).date();
        slot.particulars.valid_until.is_some_and(|last| last < date).then_some(Cause::Expired)
    }

    fn late_verdict(&self, frozen: &Frozen) -> Verdict {
        if let Some((cause, note)) = self.lost_to(frozen.slot.planned, frozen.slot.planned) {
            // Of what was broken off it is known what broke it off.
            let note = if frozen.broken.is_some() { String::new() } else { note };
            return (Outcome::Missed, cause, note);
        }
        let behind = if frozen.is_hard() { Cause::Overlap } else { Cause::NoTime };
        match (&frozen.arming, frozen.held_by) {
            (Arming::Failed { .. }, _) => failed(frozen).unwrap_or((Outcome::Failed, Cause::Disk, String::new())),
            (_, Some(Held::Another)) => (Outcome::Missed, behind, String::new()),
            (_, Some(Held::Emergency)) => (Outcome::Missed, Cause::Emergency, String::new()),
            (_, Some(Held::Line)) => (Outcome::Failed, Cause::Line, String::new()),
            (Arming::Asked, None) => still_reading(),
            (Arming::Due(_) | Arming::Ready { .. }, None) if !frozen.is_hard() => {
                (Outcome::Missed, Cause::NoTime, String::new())
            }
            (Arming::Due(_) | Arming::Ready { .. }, None) => (Outcome::Missed, Cause::Daemon, String::new()),
        }
    }

    /// Why a soft slot whose turn comes at `start` is not begun; and when it would end.
    pub(super) fn fit(&self, frozen: &Frozen, file_ms: u64, start: Timestamp) -> Result<Timestamp, Verdict> {
        let slot = &frozen.slot;
        let no_time = |note: String| {
            let cause = self.lost_to(slot.planned, start).map_or(Cause::NoTime, |(cause, _)| cause);
            Err((Outcome::Missed, cause, note))
        };
        if start > frozen.latest() {
            return no_time(String::new());
        }
        let short = matches!(slot.kind, Kind::Ident | Kind::Sting);
        if short && start > later_ms(slot.planned, SHORT_LATE_MS) {
            return no_time(notes::a_minute_late());
        }
        if slot.kind == Kind::Filler {
            let stop = self.filler_stop(slot, start);
            if ms_between(start, stop) >= FILLER_ROOM_MS {
                return Ok(later_ms(start, file_ms).min(stop));
            }
            return match self.rule_against(slot, start, later_ms(start, FILLER_ROOM_MS)) {
                Some(cause) if slot.until.is_none_or(|until| until > stop) => {
                    Err((Outcome::Excepted, cause, String::new()))
                }
                _ => no_time(notes::no_room_for_filler()),
            };
        }
        let ends = later_ms(start, file_ms);
        if self.next_hard(start).is_some_and(|hard| later(hard, SLACK) < ends) {
            return no_time(notes::into_a_fixed_time());
        }
        if slot.broadcast_ends.is_some_and(|end| later_ms(end, OVERRUN_MS) < ends) {
            return no_time(notes::past_the_end());
        }
        match self.rule_against(slot, start, ends) {
            Some(cause) => Err((Outcome::Excepted, cause, String::new())),
            None => Ok(ends),
        }
    }

    /// The first instant after `from` at which a hard slot will want the line.
    pub(super) fn next_hard(&self, from: Timestamp) -> Option<Timestamp> {
        let frozen =
            self.frozen.values().filter(|frozen| frozen.claims_its_instant() && !self.is_on_air(&frozen.slot.id));
        let wants = |slot: &&Slot| slot.start == Start::Hard && slot.bar.is_none() && slot.kind != Kind::Column;
        let planned = self.planned.after(from).find(wants);
        frozen.map(|frozen| &frozen.slot).chain(planned).map(|slot| slot.planned).filter(|at| *at > from).min()
    }

    /// Where the place after it in its broadcast is planned.
    pub(super) fn next_in_broadcast(&self, slot: &Slot) -> Option<Timestamp> {
        let frozen = self.frozen.values().map(|frozen| &frozen.slot);
        let all = frozen.chain(self.planned.near(slot.planned).map(|(_, slot)| slot));
        all.filter(|other| other.broadcast == slot.broadcast && other.planned > slot.planned)
            .map(|other| other.planned)
            .min()
    }
}

/// The outcome of a slot whose bar cannot be lifted any more.
pub(super) fn barred(slot: &Slot) -> Verdict {
    let Some(bar) = &slot.bar else {
        let cause = if slot.kind == Kind::Column { Cause::NoSegment } else { Cause::NoFile };
        let outcome = if slot.kind == Kind::Column { Outcome::Missed } else { Outcome::Failed };
        return (outcome, cause, String::new());
    };
    (outcome_of_bar(bar.cause), bar.cause, bar.reason.vi.clone())
}

/// A rule or exception keeps a slot off; a place that could not be filled is missed.
fn outcome_of_bar(cause: Cause) -> Outcome {
    match cause {
        Cause::QuietHours | Cause::Cap | Cause::Unapproved | Cause::Changed | Cause::Expired | Cause::Holiday => {
            Outcome::Excepted
        }
        Cause::NoFile | Cause::Undecodable | Cause::Disk => Outcome::Failed,
        _ => Outcome::Missed,
    }
}

/// The outcome of a slot whose recording could not be armed by the time it was wanted.
pub(super) fn failed(frozen: &Frozen) -> Option<Verdict> {
    match &frozen.arming {
        Arming::Failed { cause: cause @ (Cause::Changed | Cause::Unapproved), note, .. } => {
            Some((Outcome::Excepted, *cause, note.clone()))
        }
        Arming::Failed { cause, note, .. } => Some((Outcome::Failed, *cause, note.clone())),
        _ => None,
    }
}

/// The outcome of a slot whose recording was still being read when it was wanted.
pub(super) fn still_reading() -> Verdict {
    (Outcome::Failed, Cause::Disk, notes::still_reading())
}
