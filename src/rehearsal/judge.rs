//! What the log promises, held against what the street heard.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::line::ms_between;
use super::plan::Carried;
use super::world::{Ending, Heard, World};
use crate::airing::{Airing, Entry, Part};
use crate::outcome::{Cause, Outcome, words};
use crate::programme::{AfterPowerCut, Class};
use crate::timetable::{Kind, Slot, SlotId, Start};

/// How much of what was heard comes again where it goes on, in ms.
const REWIND_MS: u64 = 2_000;
/// What a crash may leave unsaid of an airing, in ms.
const UNSURE_MS: u64 = 1_000;
/// Two sounds may overlap by the longest fade, in ms.
const FADE_MS: u64 = 500;
/// A movement of the clock so shortly before a start moves that start.
const UNDER_WAY: SignedDuration = SignedDuration::from_secs(3);
const SECOND: SignedDuration = SignedDuration::from_secs(1);
const HOUR: SignedDuration = SignedDuration::from_hours(1);
/// Steps of the director that one slot may take, and a whole rehearsal beside them.
const STEPS: (usize, usize) = (60, 1_000);

words! {
    /// What the log promises, whatever happens.
    Promise {
        /// Every slot whose time came has one airing, with one outcome.
        OneAiring = "one_airing", "mỗi mục có đúng một lượt phát", "every planned slot has exactly one airing";
        /// Nothing is heard twice but what its rules have heard again.
        NotTwice = "not_twice", "không mục nào phát hai lần", "none airs twice";
        /// Nothing is heard outside the rules.
        Rules = "rules", "không mục nào phát sai quy định", "none airs outside its rules";
        /// Nothing is heard in quiet hours but an emergency, or what has a permit.
        Quiet = "quiet", "giờ yên tĩnh không có tiếng", "nothing sounds in quiet hours";
        /// Every stretch that was heard is one part of one airing.
        EveryFrame = "every_frame", "mọi đoạn đã phát đều thuộc một lượt phát", "every heard frame belongs to one airing";
        /// What is called aired was heard whole, and what was heard whole is called aired.
        Whole = "whole", "chỉ ghi đã phát khi nghe trọn", "nothing is aired that was not heard whole";
        /// No row ends before it begins, and what goes on is none that went back.
        InOrder = "in_order", "không dòng nào kết thúc trước khi bắt đầu", "no row ends before it begins";
        /// The director rests between what happens.
        Rest = "rest", "không chạy quẩn", "no busy loop";
    }
}

/// A promise that was not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which.
    pub promise: Promise,
    /// Of which slot, if of one.
    pub slot: Option<SlotId>,
    /// What was seen.
    pub why: String,
}

impl World {
    /// The promises that were not kept so far; asked when the last slot is over, none.
    pub fn violations(&self) -> Vec<Violation> {
        let mut found = self.violations.clone();
        self.judge_outcomes(&mut found);
        let mut by_slot: BTreeMap<&SlotId, Vec<&Heard>> = BTreeMap::new();
        for heard in &self.heard {
            by_slot.entry(&heard.slot).or_default().push(heard);
        }
        for (id, heard) in &by_slot {
            if self.log.lost.contains(*id) {
                continue;
            }
            let judge = Judge { world: self, id, heard, found: &mut found };
            judge.all();
        }
        self.judge_overlaps(&mut found);
        self.judge_edits(&mut found);
        let slots = self.log.all().count();
        if self.steps > STEPS.0 * slots + STEPS.1 {
            let why = format!("{} steps for {slots} slots", self.steps);
            found.push(Violation { promise: Promise::Rest, slot: None, why });
        }
        found
    }

    fn judge_outcomes(&self, found: &mut Vec<Violation>) {
        let open = self.open_slots();
        let unsettled = self.log.all().filter(|entry| entry.airing.as_ref().is_none_or(|a| a.outcome.is_none()));
        let unsettled = unsettled.filter(|entry| entry.slot.planned <= self.clock()).map(|entry| entry.slot.id.clone());
        // Rows that were lost with the memory, on a full disk and by a power cut, are known to be lost.
        let lost = |id: &SlotId| self.log.lost.contains(id);
        for id in open.into_iter().chain(unsettled).filter(|id| !lost(id)).collect::<BTreeSet<_>>() {
            found.push(Violation { promise: Promise::OneAiring, slot: Some(id), why: "it has no outcome".into() });
        }
        let heard: BTreeSet<&SlotId> = self.heard.iter().map(|heard| &heard.slot).collect();
        for entry in self.log.all() {
            let parts = entry.airing.iter().flat_map(|airing| &airing.parts);
            let instants = parts.flat_map(|part| [part.began, part.ended]).flatten();
            if !instants.is_sorted() {
                let why = format!("{:?}", entry.airing.as_ref().map(|airing| &airing.parts));
                found.push(Violation { promise: Promise::InOrder, slot: Some(entry.slot.id.clone()), why });
            }
            let aired = entry.airing.as_ref().is_some_and(|airing| airing.outcome == Some(Outcome::Aired));
            if aired && !heard.contains(&entry.slot.id) {
                let why = "called aired, and nothing of it was heard".into();
                found.push(Violation { promise: Promise::Whole, slot: Some(entry.slot.id.clone()), why });
            }
        }
    }

    /// By how much a start may be off since the clock was drawn on within the hour before it, or the PC slept on its way to
    /// it, in ms.
    fn off_ms(&self, began: Timestamp) -> u64 {
        let drawn_on = self.moved.iter().filter(|(moved, _)| began - HOUR < *moved && *moved <= began);
        let off = drawn_on.map(|(moved, by)| match by.abs() {
            by if by.is_zero() && began - UNDER_WAY < *moved => 1_500,
            by if by < SECOND => u64::try_from(by.as_millis()).unwrap_or(0),
            _ => 0,
        });
        off.sum()
    }

    /// What an edit carried elsewhere too late is heard in one of both places, and where the log says so.
    fn judge_edits(&self, found: &mut Vec<Violation>) {
        let lost = |id: &SlotId| self.log.lost.contains(id);
        let heard: BTreeSet<&SlotId> =
            self.heard.iter().filter(|heard| !heard.is_unsaid()).map(|heard| &heard.slot).collect();
        for Carried { old, new } in &self.plan.carried {
            if heard.contains(old) && heard.contains(new) && !lost(old) && !lost(new) {
                let why = format!("heard in the place of `{}` and there too", old.0);
                found.push(Violation { promise: Promise::NotTwice, slot: Some(new.clone()), why });
            }
        }
        let was_tried = |entry: &&Entry| entry.airing.as_ref().is_some_and(|airing| !airing.parts.is_empty());
        let too_late = |entry: &&Entry| entry.airing.as_ref().is_some_and(|a| a.cause == Some(Cause::EditedLate));
        for entry in self.log.all().filter(too_late).filter(|entry| !lost(&entry.slot.id)) {
            let is_it = |other: &Entry| other.slot.files == entry.slot.files;
            if !self.log.all().filter(was_tried).any(is_it) {
                let why = "called heard by its old time, and was not".into();
                found.push(Violation { promise: Promise::Whole, slot: Some(entry.slot.id.clone()), why });
            }
        }
    }

    fn judge_overlaps(&self, found: &mut Vec<Violation>) {
        let mut sounds: Vec<&Heard> = self.heard.iter().collect();
        sounds.sort_by_key(|heard| (heard.began, heard.ended));
        for pair in sounds.windows(2) {
            let (from, to) = (pair[1].began, pair[0].ended.min(pair[1].ended));
            // While the PC slept neither sounded.
            let asleep = self.sleeps.iter().map(|(slept, woke)| ms_between(from.max(*slept), to.min(*woke)));
            let overlap_ms = ms_between(from, to).saturating_sub(asleep.sum());
            if overlap_ms > FADE_MS + self.off_ms(pair[1].began) {
                let why = format!("over `{}` for {overlap_ms} ms, from {}", pair[0].slot.0, pair[1].began);
                found.push(Violation { promise: Promise::EveryFrame, slot: Some(pair[1].slot.clone()), why });
            }
        }
    }
}

/// One slot before the judge.
struct Judge<'w> {
    world: &'w World,
    id: &'w SlotId,
    /// In order of time.
    heard: &'w [&'w Heard],
    found: &'w mut Vec<Violation>,
}

impl Judge<'_> {
    fn violates(&mut self, promise: Promise, why: String) {
        self.found.push(Violation { promise, slot: Some(self.id.clone()), why });
    }

    fn all(mut self) {
        let Some(entry) = self.world.log.entry(self.id) else {
            return self.violates(Promise::EveryFrame, "heard, and not in the log".into());
        };
        let Some(airing) = &entry.airing else {
            return self.violates(Promise::EveryFrame, "heard, and no airing in the log".into());
        };
        self.parts(airing);
        self.starts(&entry.slot, airing);
        self.rules(entry);
        self.again(&entry.slot);
        self.whole(entry, airing);
    }

    /// The stretches that were heard are the airing's parts, to the millisecond; but for what a crash left unsaid.
    fn parts(&mut self, airing: &Airing) {
        let (mut parts, mut row_until) = (airing.parts.iter(), Timestamp::MIN);
        for heard in self.heard {
            let unsaid = heard.is_unsaid();
            let mut dated_from = row_until;
            // Parts of which nothing sounded say so; one that a crash cut off may, whatever the clock did meanwhile.
            let part = parts.by_ref().find(|part| {
                dated_from = row_until;
                row_until = row_until.max(part.ended.or(part.began).unwrap_or(Timestamp::MIN));
                part.played_ms > 0 || unsaid
            });
            match part {
                Some(part) if says(part, heard, dated_from) => {}
                _ if unsaid => {}
                Some(part) => {
                    let why = format!("heard {} ms from {}, logged as {part:?}", heard.played_ms(), heard.clock_began);
                    return self.violates(Promise::EveryFrame, why);
                }
                None => return self.violates(Promise::EveryFrame, format!("no part for {heard:?}")),
            }
        }
        if let Some(part) = parts.find(|part| part.played_ms > 0) {
            self.violates(Promise::EveryFrame, format!("never heard: {part:?}"));
        }
    }

    /// The clock was not moved while it was on its way to the air.
    fn is_undisturbed(&self, began: Timestamp) -> bool {
        self.world.moved.iter().all(|(moved, _)| *moved > began || *moved < began - UNDER_WAY)
    }

    fn starts(&mut self, slot: &Slot, airing: &Airing) {
        let first = self.heard[0];
        let began = first.clock_began;
        if !self.is_undisturbed(first.began) {
            return;
        }
        // What a person asked for keeps its distance from when they did, whatever the clock does, as long as anybody knows it.
        let due = self.world.asked.get(self.id).copied();
        // What follows a relay on its last frame is as early as the clock was drawn on meanwhile.
        let early = super::line::ms(self.world.off_ms(first.began));
        let is_early = began + early < slot.planned && due.is_none_or(|due| first.began + early < due);
        if slot.start == Start::Hard && is_early {
            self.violates(Promise::Rules, format!("began at {began}, before its {}", slot.planned));
        }
        // Of what a crash cut off on its first sample the log knows the beginning and the street nothing: it begins anew.
        let known = airing.parts.iter().filter_map(|part| part.began).min();
        let grace = slot.latest().duration_since(slot.planned);
        let is_late = known.map_or(began, |known| known.min(began)) > slot.latest();
        if is_late && due.is_none_or(|due| first.began > due + grace) {
            self.violates(Promise::Rules, format!("began at {began}, beyond its grace"));
        }
    }

    fn rules(&mut self, entry: &Entry) {
        let (world, slot) = (self.world, &entry.slot);
        if slot.bar.as_ref().is_some_and(crate::timetable::Bar::is_rule) {
            self.violates(Promise::Rules, "heard although a rule bars it".into());
        }
        let sha256 = entry.airing.as_ref().and_then(|airing| airing.sha256.as_ref());
        if let (Some(approved), Some(sha256)) = (&slot.approved_sha256, sha256)
            && approved != sha256
        {
            self.violates(Promise::Rules, "another recording than the approved one".into());
        }
        for heard in self.heard {
            self.quiet(slot, heard);
            if !self.is_undisturbed(heard.began) {
                continue;
            }
            let (began, ended) = (heard.clock_began, heard.clock_began + super::line::ms(heard.played_ms()));
            // What stops at an instant of its own stops there by a clock that may be drawn on meanwhile.
            let drawn_on = world.moved.iter().any(|(moved, _)| heard.began < *moved && *moved < heard.ended);
            let date = began.to_zoned_datetime(world.rules.quiet.zone.clone()).date();
            if slot.particulars.valid_until.is_some_and(|last| last < date) {
                self.violates(Promise::Rules, format!("heard on {date}, when it was no longer valid"));
            }
            if slot.kind == Kind::Relay && !drawn_on && slot.until.is_some_and(|until| ended > until) {
                self.violates(Promise::Rules, format!("the relay lasted until {ended}"));
            }
        }
    }

    /// The street hears nothing in quiet hours, though the PC slept on the way to them or into them. By a clock that was set
    /// meanwhile, or drawn on, nobody knows to a moment when they are.
    fn quiet(&mut self, slot: &Slot, heard: &Heard) {
        let world = self.world;
        let set = |(at, by): &(Timestamp, SignedDuration)| {
            !by.is_zero() && heard.began - UNDER_WAY <= *at && *at < heard.ended
        };
        if slot.permit.is_some() || slot.class == Class::Emergency || world.moved.iter().any(set) {
            return;
        }
        let by_the_clock = |at: Timestamp| heard.clock_began + at.duration_since(heard.began);
        let in_its_midst = world.sleeps.iter().filter(|(from, to)| heard.began <= *from && *to <= heard.ended);
        let mut stretches = vec![(heard.began, heard.ended)];
        for (from, to) in in_its_midst {
            let last = stretches.last_mut().map_or(heard.ended, |last| std::mem::replace(&mut last.1, *from));
            stretches.push((*to, last));
        }
        for (began, ended) in stretches {
            // What the PC wakes to in them, or silence carried there, is faded out once that is seen; what ends by itself within a
            // second is heard to its end.
            let slept = world.sleeps.iter().any(|(_, to)| began - UNDER_WAY < *to && *to <= began);
            let grace = if slept || heard.gap_ms > 0 { SECOND } else { SignedDuration::ZERO };
            let (began, ended) = (by_the_clock(began + grace), by_the_clock(ended - grace));
            if began < ended && world.rules.quiet.meets(began, ended) {
                self.violates(Promise::Quiet, format!("heard in quiet hours, {began} to {ended}"));
            }
        }
    }

    /// What is heard again is heard as the rules say. Of a stretch that a crash left unsaid nobody knows: it may go on from
    /// where the one before that had got, and nobody misses anything by it.
    fn again(&mut self, slot: &Slot) {
        for at in 1..self.heard.len() {
            let after = self.heard[at];
            // The last one of which the log may know, and what came after it.
            let known = self.heard[..at].iter().rposition(|before| !before.is_unsaid()).unwrap_or(0);
            let lawful = self.heard[known..at].iter().any(|before| self.may_go_on(slot, before, after));
            if !lawful {
                let why = format!("heard from {} ms on after {:?}", after.from_ms, self.heard[at - 1]);
                self.violates(Promise::NotTwice, why);
            }
        }
    }

    fn may_go_on(&self, slot: &Slot, before: &Heard, after: &Heard) -> bool {
        let reached_ms = before.from_ms + before.played_ms();
        let goes_on_ms = reached_ms.saturating_sub(REWIND_MS);
        let tells_no_place = matches!(slot.kind, Kind::Filler | Kind::Relay);
        // What waited for the line to go on was broken off by the end of its run.
        let died = self.world.ends.iter().any(|end| before.ended <= *end && *end <= after.began);
        let ending = if before.ending == Ending::Line && died { Ending::Run } else { before.ending };
        match (ending, slot.after_power_cut) {
            // Filler goes on with other files, from their beginning.
            (Ending::Line, _) if slot.kind == Kind::Filler => after.from_ms == 0,
            (Ending::Line, _) => slot.kind == Kind::Relay || after.from_ms == goes_on_ms,
            (Ending::Run, AfterPowerCut::Restart) => after.from_ms == 0,
            (Ending::Run, AfterPowerCut::Resume) => {
                let unsure = goes_on_ms.saturating_sub(UNSURE_MS)..=goes_on_ms;
                tells_no_place || unsure.contains(&after.from_ms)
            }
            (Ending::Run, AfterPowerCut::Skip) | (Ending::Own | Ending::Cut(_), _) => false,
        }
    }

    fn whole(&mut self, entry: &Entry, airing: &Airing) {
        let slot = &entry.slot;
        let Some(last) = self.heard.last().filter(|_| !matches!(slot.kind, Kind::Filler | Kind::Relay)) else { return };
        let length_ms = airing.file_ms.unwrap_or_else(|| self.world.disk.length_ms(&slot.files[0]));
        let whole = last.from_ms + last.played_ms() >= length_ms && last.gap_ms <= crate::director::GAP_LIMIT_MS;
        let aired = airing.outcome == Some(Outcome::Aired);
        if aired && !whole {
            self.violates(Promise::Whole, format!("called aired, and last heard was {last:?} of {length_ms} ms"));
        }
        // Killed on its last frames, or silent for long before, it is not known to have been whole.
        if whole && !aired && last.ending == Ending::Own && airing.gap_ms() <= crate::director::GAP_LIMIT_MS {
            self.violates(Promise::Whole, format!("heard whole, and called {:?}", airing.outcome));
        }
    }
}

impl Heard {
    /// So little was heard of it before a crash that the log may not know of it.
    fn is_unsaid(&self) -> bool {
        self.ending == Ending::Run && self.played_ms() <= UNSURE_MS
    }
}

/// Whether the log's part is what was heard. What goes on by a clock that was set back is dated from where its row had got.
fn says(part: &Part, heard: &Heard, row_until: Timestamp) -> bool {
    let began = part.began == Some(heard.clock_began.max(row_until));
    let missing_ms = heard.played_ms().checked_sub(part.played_ms);
    let unsure_ms = if heard.ending == Ending::Run { UNSURE_MS } else { 0 };
    began && missing_ms.is_some_and(|missing_ms| missing_ms <= unsure_ms)
}
