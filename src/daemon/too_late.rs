//! What edits did not reach any more: told for a while, and no longer than it is so.

use jiff::{SignedDuration, Timestamp};

use crate::director::TooLate;
use crate::outcome::Outcome;
use crate::schedule::Month;
use crate::timetable::{Slot, SlotId};

/// It is told for so long after the edit, and no less long after the instant that the edit was for.
const TOLD: SignedDuration = SignedDuration::from_hours(1);

/// All of it.
#[derive(Debug, Default)]
pub struct TooLates(Vec<Unreached>);

/// What an edit did not reach, and since when that is known.
#[derive(Debug)]
struct Unreached {
    slot: Slot,
    why: TooLate,
    since: Timestamp,
}

impl TooLates {
    /// Whether that is known already.
    pub fn knows(&self, slot: &SlotId, why: TooLate) -> bool {
        self.found(slot, why).is_some()
    }

    fn found(&self, slot: &SlotId, why: TooLate) -> Option<&Unreached> {
        self.0.iter().find(|known| known.slot.id == *slot && known.why == why)
    }

    /// Notes what an edit did not reach. What is known already is not known anew.
    pub fn note(&mut self, now: Timestamp, unreached: Vec<(Slot, TooLate)>) {
        let since = |slot: &Slot, why| self.found(&slot.id, why).map_or(now, |known| known.since);
        let unreached: Vec<Unreached> =
            unreached.into_iter().map(|(slot, why)| Unreached { since: since(&slot, why), slot, why }).collect();
        self.0.retain(|old| unreached.iter().all(|new| new.slot.id != old.slot.id));
        self.0.extend(unreached);
    }

    /// The plan of a month is `plan` by now: what is put right by it is told no longer.
    pub fn planned(&mut self, month: Month, plan: &[Slot], now: Timestamp) {
        let planned = |id: &SlotId| plan.iter().find(|slot| slot.id == *id);
        self.0.retain(|old| {
            Month::of(old.slot.date) != month || old.why.is_so_beside(&old.slot, planned(&old.slot.id), now)
        });
    }

    /// A slot came to that: what is no longer so is told no longer.
    pub fn came_to(&mut self, slot: &SlotId, outcome: Outcome) {
        self.0.retain(|old| old.slot.id != *slot || old.why.is_so_with(outcome));
    }

    /// What is to be told now.
    pub fn told(&self, now: Timestamp) -> impl Iterator<Item = (&Slot, TooLate)> {
        let is_told = move |late: &&Unreached| now.duration_since(late.slot.planned.max(late.since)) <= TOLD;
        self.0.iter().filter(is_told).map(|late| (&late.slot, late.why))
    }

    /// Forgets months before `month`.
    pub fn forget_before(&mut self, month: Month) {
        self.0.retain(|late| Month::of(late.slot.date) >= month);
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::programme::Class;
    use crate::timetable::ByHand;

    fn at(time: &str) -> Timestamp {
        format!("2026-12-01T{time}Z").parse().unwrap()
    }

    fn slot(number: u64, planned: &str) -> Slot {
        let (class, title, files) = (Class::Normal, "Bản tin".into(), vec!["a.mp3".into()]);
        ByHand { at: at(planned), zone: &TimeZone::UTC, number, class, title, files, of: None, by: "Lan" }.slot()
    }

    fn told(late: &TooLates, now: &str) -> Vec<(Timestamp, TooLate)> {
        late.told(at(now)).map(|(slot, why)| (slot.planned, why)).collect()
    }

    #[test]
    fn what_came_too_late_is_told_for_an_hour_after_the_edit_or_after_its_instant_whichever_is_later() {
        let (morning, noon) = (slot(1, "05:45:00"), slot(2, "12:00:00"));
        let mut late = TooLates::default();
        let found = vec![(morning.clone(), TooLate::Past), (noon.clone(), TooLate::Changed)];
        late.note(at("11:59:30"), found.clone());
        let both = [(at("05:45:00"), TooLate::Past), (at("12:00:00"), TooLate::Changed)];
        assert_eq!(told(&late, "12:59:30"), both);
        // Found once more at the next save, it is not told for longer.
        late.note(at("12:30:00"), found);
        assert!(late.knows(&morning.id, TooLate::Past) && !late.knows(&morning.id, TooLate::Removed));
        assert_eq!(told(&late, "12:59:31"), both[1..]);
        assert_eq!(told(&late, "13:00:01"), []);
        // What did not air came too late for nobody.
        late.came_to(&noon.id, Outcome::Missed);
        assert!(!late.knows(&noon.id, TooLate::Changed));
    }

    #[test]
    fn what_the_plan_puts_right_is_told_no_longer() {
        let planned = slot(1, "05:45:00");
        let later = Slot { planned: at("12:30:00"), ..planned.clone() };
        let other = Slot { title: "Bản tin khác".into(), ..planned.clone() };
        let december: Month = "2026-12".parse().unwrap();
        for (why, month, plan, is_told) in [
            (TooLate::Past, december, vec![planned.clone()], true),
            (TooLate::Past, december, vec![later.clone()], false),
            (TooLate::Past, december, vec![], false),
            (TooLate::Past, december.next(), vec![], true),
            (TooLate::Removed, december, vec![], true),
            (TooLate::Removed, december, vec![planned.clone()], false),
            (TooLate::Changed, december, vec![other.clone()], true),
            (TooLate::Changed, december, vec![planned.clone()], false),
        ] {
            let mut late = TooLates::default();
            late.note(at("12:00:00"), vec![(planned.clone(), why)]);
            late.planned(month, &plan, at("12:10:00"));
            assert_eq!(late.knows(&planned.id, why), is_told, "{why:?} {month} {plan:?}");
        }
    }
}
