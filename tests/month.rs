//! A month in milliseconds: the real director in a small world of its own, with faults drawn by proptest. What is
//! asserted is what the log promises: every slot has one outcome, none airs twice, none sounds in quiet hours, and the
//! director never asks to be woken at once for ever.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use loa::civil::QuietHours;
use loa::director::{Action, Director, End, Event, Past};
use loa::outcome::{Cause, Outcome};
use loa::programme::{AfterPowerCut, Class};
use loa::schedule::audio_facts::AudioFacts;
use loa::station::Quiet;
use loa::timetable::{Bar, Kind, Slot, SlotId, Start};
use proptest::prelude::*;

const ZONE: &str = "Asia/Ho_Chi_Minh";

fn quiet() -> QuietHours {
    let time = |hour| jiff::civil::time(hour, 0, 0, 0);
    QuietHours { zone: TimeZone::get(ZONE).unwrap(), spans: vec![Quiet { from: time(21), to: time(5) }] }
}

fn at(text: &str) -> Timestamp {
    let civil: jiff::civil::DateTime = text.parse().unwrap();
    civil.to_zoned_datetime(TimeZone::get(ZONE).unwrap()).unwrap().timestamp()
}

fn facts(file_ms: u64) -> AudioFacts {
    AudioFacts {
        sha256: "ab".repeat(32),
        file_ms,
        frames: file_ms * 48,
        rate_hz: 48_000,
        channels: 1,
        codec: "flac".into(),
        declared_ms: None,
        damaged_packets: 0,
        measures: None,
    }
}

fn slot(when: Timestamp, name: &str, file_ms: u64, grace_ms: u64) -> Slot {
    let local = when.to_zoned_datetime(TimeZone::get(ZONE).unwrap());
    let broadcast = format!("{}/{}", local.date(), local.time());
    Slot {
        id: SlotId(format!("{broadcast}/{name}")),
        broadcast,
        date: local.date(),
        kind: Kind::Segment,
        window: None,
        class: Class::Normal,
        segment: Some(name.into()),
        column: None,
        title: name.into(),
        files: vec![format!("{name}.flac")],
        audio: Some(facts(file_ms)),
        planned: when,
        start: Start::Hard,
        until: None,
        broadcast_ends: None,
        grace_ms,
        after_power_cut: AfterPowerCut::Skip,
        permit: None,
        particulars: std::sync::Arc::default(),
        bar: None,
        revision: "r".into(),
    }
}

/// A line, a disk and a clock for one director.
struct World {
    now: Timestamp,
    director: Director,
    absent: BTreeSet<String>,
    /// Files that end after this many ms, whatever was measured.
    short: BTreeMap<String, u64>,
    lengths: BTreeMap<SlotId, u64>,
    files: BTreeMap<SlotId, String>,
    sounding: Option<(SlotId, Timestamp, u64)>,
    heard: Vec<(SlotId, Timestamp, Timestamp)>,
    settled: BTreeMap<SlotId, (Outcome, Option<Cause>)>,
    stopped: bool,
    steps: usize,
}

impl World {
    fn new(now: Timestamp, slots: &[Slot]) -> World {
        let mut world = World::after(now, slots, Past::default());
        world.send(Event::Planned { slots: slots.to_vec(), quiet: quiet() });
        world
    }

    fn after(now: Timestamp, slots: &[Slot], past: Past) -> World {
        let mut world = World {
            now,
            director: Director::new(past, quiet()),
            absent: BTreeSet::new(),
            short: BTreeMap::new(),
            lengths: BTreeMap::new(),
            files: BTreeMap::new(),
            sounding: None,
            heard: Vec::new(),
            settled: BTreeMap::new(),
            stopped: false,
            steps: 0,
        };
        for slot in slots {
            world.lengths.insert(slot.id.clone(), slot.audio.as_ref().map_or(1000, |audio| audio.file_ms));
            world.files.insert(slot.id.clone(), slot.files[0].clone());
        }
        world.send(Event::LineOpened { device: "null".into() });
        world
    }

    fn send(&mut self, event: Event) {
        self.steps += 1;
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            for action in self.director.step(self.now, event) {
                self.obey(action, &mut events);
            }
        }
    }

    fn obey(&mut self, action: Action, events: &mut Vec<Event>) {
        match action {
            Action::Arm { slot, files } => events.push(if self.absent.contains(&files[0]) {
                Event::NotArmed { slot, cause: Cause::NoFile, note: String::new() }
            } else {
                let audio = facts(self.lengths[&slot]);
                Event::Armed { slot, audio }
            }),
            Action::Air { slot, at, .. } => {
                assert!(self.sounding.is_none(), "two at once: {slot:?}");
                let file = &self.files[&slot];
                let length = self.short.get(file).copied().unwrap_or(self.lengths[&slot]);
                self.sounding = Some((slot, at, length));
            }
            Action::Cut { slot, .. } => {
                let (id, began, _) = self.sounding.take().unwrap();
                assert_eq!(id, slot);
                events.push(self.end(id, began, self.now, End::Cut));
            }
            Action::Settle { slot, outcome, cause, .. } => {
                assert_eq!(cause.is_none(), outcome == Outcome::Aired, "{slot:?}");
                assert_eq!(self.settled.insert(slot, (outcome, cause)), None, "settled twice");
            }
            Action::Stop => self.stopped = true,
            Action::Freeze(_)
            | Action::Disarm { .. }
            | Action::NoteBegan { .. }
            | Action::NoteHeard { .. }
            | Action::ClosePart { .. } => {}
        }
    }

    fn end(&mut self, slot: SlotId, began: Timestamp, ended: Timestamp, end: End) -> Event {
        let ended = ended.max(began);
        let played_ms = ended.duration_since(began).as_millis() as u64;
        if played_ms > 0 {
            self.heard.push((slot.clone(), began, ended));
        }
        Event::Ended { slot, at: ended, played_ms, gap_ms: 0, end }
    }

    /// Lets time pass until `until`, waking the director exactly when it asked for it.
    fn run(&mut self, until: Timestamp) {
        loop {
            let sound_ends = self.sounding.as_ref().map(|(_, began, ms)| *began + ms_of(*ms));
            let wake = self.director.wake(self.now);
            let Some(next) = [sound_ends, wake].into_iter().flatten().min().filter(|next| *next <= until) else {
                break;
            };
            assert!(next > self.now || sound_ends == Some(next), "asked to be woken in the past");
            self.now = next.max(self.now);
            if sound_ends == Some(next) {
                let (slot, began, ms) = self.sounding.take().unwrap();
                let end = if ms < self.lengths[&slot] { End::Short } else { End::Whole };
                let event = self.end(slot, began, began + ms_of(ms), end);
                self.send(event);
            } else {
                self.send(Event::Woken);
            }
        }
        self.now = until;
        self.send(Event::Woken);
    }

    fn lose_line(&mut self) {
        if let Some((slot, began, _)) = self.sounding.take() {
            let event = self.end(slot, began, self.now, End::Line);
            self.send(event);
        }
        self.send(Event::LineLost { device: "null".into(), why: "unplugged".into() });
    }

    fn outcome(&self, slot: &Slot) -> Option<(Outcome, Option<Cause>)> {
        self.settled.get(&slot.id).copied()
    }
}

fn ms_of(ms: u64) -> SignedDuration {
    SignedDuration::from_millis(i64::try_from(ms).unwrap())
}

const MIN: u64 = 60_000;

#[test]
fn airs_at_its_instant() {
    let a = slot(at("2026-12-01T05:45:00"), "a", 3 * MIN, 2 * MIN);
    let mut world = World::new(at("2026-12-01T05:00:00"), std::slice::from_ref(&a));
    world.run(at("2026-12-01T06:00:00"));
    assert_eq!(world.outcome(&a), Some((Outcome::Aired, None)));
    assert_eq!(world.heard, vec![(a.id.clone(), a.planned, a.planned + ms_of(3 * MIN))]);
}

#[test]
fn hard_against_hard_waits_within_grace_and_not_beyond() {
    let a = slot(at("2026-12-01T05:45:00"), "a", 3 * MIN, 2 * MIN);
    let b = slot(at("2026-12-01T05:47:00"), "b", 3 * MIN, 2 * MIN);
    let c = slot(at("2026-12-01T05:48:30"), "c", MIN, 2 * MIN);
    let mut world = World::new(at("2026-12-01T05:00:00"), &[a.clone(), b.clone(), c.clone()]);
    world.run(at("2026-12-01T06:00:00"));
    assert_eq!(world.outcome(&a), Some((Outcome::Aired, None)));
    assert_eq!(world.outcome(&b), Some((Outcome::Aired, None)));
    assert_eq!(world.heard[1].1, at("2026-12-01T05:48:00"));
    assert_eq!(world.outcome(&c), Some((Outcome::Missed, Some(Cause::Overlap))));
}

#[test]
fn an_absent_file_fails_and_leaves_what_is_on_air_alone() {
    let a = slot(at("2026-12-01T05:45:00"), "a", 3 * MIN, 2 * MIN);
    let b = slot(at("2026-12-01T05:46:00"), "b", MIN, 5 * MIN);
    let mut world = World::new(at("2026-12-01T05:00:00"), &[a.clone(), b.clone()]);
    world.absent.insert("b.flac".into());
    world.run(at("2026-12-01T06:00:00"));
    assert_eq!(world.outcome(&a), Some((Outcome::Aired, None)));
    assert_eq!(world.outcome(&b), Some((Outcome::Failed, Some(Cause::NoFile))));
}

#[test]
fn a_file_that_arrives_before_its_instant_airs_although_check_missed_it() {
    let mut a = slot(at("2026-12-01T05:45:00"), "a", MIN, 2 * MIN);
    let reason = loa::problem::Text::new("thiếu", "absent");
    a.bar = Some(Bar { cause: Cause::NoFile, reason });
    let mut world = World::new(at("2026-12-01T05:00:00"), std::slice::from_ref(&a));
    world.absent.insert("a.flac".into());
    world.run(at("2026-12-01T05:44:30"));
    world.absent.clear();
    world.run(at("2026-12-01T06:00:00"));
    assert_eq!(world.outcome(&a), Some((Outcome::Aired, None)));
}

#[test]
fn quiet_hours_hold_at_air_time() {
    // Planned while the rule was shorter: the rule in force at air time counts.
    let a = slot(at("2026-12-01T20:59:30"), "a", MIN, 2 * MIN);
    let b = slot(at("2026-12-01T20:58:00"), "b", MIN, 2 * MIN);
    let mut world = World::new(at("2026-12-01T20:00:00"), &[a.clone(), b.clone()]);
    world.run(at("2026-12-01T22:00:00"));
    assert_eq!(world.outcome(&a), Some((Outcome::Excepted, Some(Cause::QuietHours))));
    assert_eq!(world.outcome(&b), Some((Outcome::Aired, None)));
}

#[test]
fn a_barred_slot_ends_with_its_cause_at_its_instant() {
    let mut a = slot(at("2026-12-01T22:00:00"), "a", MIN, 2 * MIN);
    let reason = loa::problem::Text::new("giờ yên tĩnh", "quiet hours");
    a.bar = Some(Bar { cause: Cause::QuietHours, reason });
    let mut world = World::new(at("2026-12-01T20:00:00"), std::slice::from_ref(&a));
    world.run(at("2026-12-01T21:59:59"));
    assert_eq!(world.outcome(&a), None);
    world.run(at("2026-12-01T22:00:00"));
    assert_eq!(world.outcome(&a), Some((Outcome::Excepted, Some(Cause::QuietHours))));
}

#[test]
fn a_short_file_is_never_called_aired() {
    let a = slot(at("2026-12-01T05:45:00"), "a", 3 * MIN, 2 * MIN);
    let mut world = World::new(at("2026-12-01T05:00:00"), std::slice::from_ref(&a));
    world.short.insert("a.flac".into(), MIN);
    world.run(at("2026-12-01T06:00:00"));
    assert_eq!(world.outcome(&a), Some((Outcome::Interrupted, Some(Cause::Short))));
}

#[test]
fn a_lost_line_interrupts_what_sounds_and_fails_what_cannot_start() {
    let a = slot(at("2026-12-01T05:45:00"), "a", 3 * MIN, 2 * MIN);
    let b = slot(at("2026-12-01T05:50:00"), "b", MIN, 2 * MIN);
    let c = slot(at("2026-12-01T05:55:00"), "c", MIN, 2 * MIN);
    let mut world = World::new(at("2026-12-01T05:00:00"), &[a.clone(), b.clone(), c.clone()]);
    world.run(at("2026-12-01T05:46:00"));
    world.lose_line();
    world.run(at("2026-12-01T05:56:00"));
    world.send(Event::LineOpened { device: "null".into() });
    world.run(at("2026-12-01T06:00:00"));
    assert_eq!(world.outcome(&a), Some((Outcome::Interrupted, Some(Cause::Line))));
    assert_eq!(world.outcome(&b), Some((Outcome::Failed, Some(Cause::Line))));
    assert_eq!(world.outcome(&c), Some((Outcome::Aired, None)));
    assert_eq!(world.heard.last().unwrap().1, at("2026-12-01T05:56:00"), "late within its grace");
}

#[test]
fn a_clock_step_repeats_nothing_and_names_what_it_skipped() {
    let a = slot(at("2026-12-01T05:45:00"), "a", MIN, 2 * MIN);
    let b = slot(at("2026-12-01T06:30:00"), "b", MIN, 2 * MIN);
    let mut world = World::new(at("2026-12-01T05:00:00"), &[a.clone(), b.clone()]);
    world.run(at("2026-12-01T05:50:00"));
    let (from, back) = (world.now, at("2026-12-01T05:40:00"));
    world.now = back;
    world.send(Event::Jumped { from, to: back, cause: Cause::Clock });
    world.run(at("2026-12-01T05:55:00"));
    let (from, to) = (world.now, at("2026-12-01T07:00:00"));
    world.now = to;
    world.send(Event::Jumped { from, to, cause: Cause::Clock });
    assert_eq!(world.heard.len(), 1);
    assert_eq!(world.outcome(&b), Some((Outcome::Missed, Some(Cause::Clock))));
}

#[test]
fn what_no_daemon_aired_is_missed_and_what_is_within_grace_airs_late() {
    let a = slot(at("2026-12-01T05:45:00"), "a", MIN, 2 * MIN);
    let b = slot(at("2026-12-01T06:00:00"), "b", MIN, 2 * MIN);
    let c = slot(at("2026-12-01T05:30:00"), "c", MIN, 2 * MIN);
    let started = at("2026-12-01T06:01:00");
    let past = Past {
        settled: BTreeSet::new(),
        frozen: vec![c.clone()],
        unwritten: vec![a.clone(), b.clone()],
        started: Some(started),
        gap_cause: Some(Cause::Power),
    };
    let mut world = World::after(started, &[a.clone(), b.clone(), c.clone()], past);
    world.run(at("2026-12-01T06:10:00"));
    assert_eq!(world.outcome(&a), Some((Outcome::Missed, Some(Cause::Power))));
    assert_eq!(world.outcome(&c), Some((Outcome::Missed, Some(Cause::Power))));
    assert_eq!(world.outcome(&b), Some((Outcome::Aired, None)));
    assert_eq!(world.heard[0].1, started);
}

#[test]
fn an_edit_touches_nothing_frozen_and_invents_no_past() {
    let a = slot(at("2026-12-01T05:45:00"), "a", MIN, 2 * MIN);
    let late = slot(at("2026-12-01T05:30:00"), "late", MIN, 2 * MIN);
    let b = slot(at("2026-12-01T06:45:00"), "b", MIN, 2 * MIN);
    let mut world = World::new(at("2026-12-01T05:00:00"), &[a.clone(), late.clone(), b.clone()]);
    world.director = Director::new(Past::default(), quiet());
    world.send(Event::LineOpened { device: "null".into() });
    world.send(Event::Planned { slots: vec![a.clone(), b.clone()], quiet: quiet() });
    world.run(at("2026-12-01T05:44:30"));
    world.send(Event::Planned { slots: vec![late.clone()], quiet: quiet() });
    world.run(at("2026-12-01T07:00:00"));
    assert_eq!(world.outcome(&a), Some((Outcome::Aired, None)), "it was armed");
    assert_eq!(world.outcome(&late), None);
    assert_eq!(world.outcome(&b), None);
}

#[test]
fn a_stop_cuts_closes_and_ends() {
    let a = slot(at("2026-12-01T05:45:00"), "a", 3 * MIN, 2 * MIN);
    let mut world = World::new(at("2026-12-01T05:00:00"), std::slice::from_ref(&a));
    world.run(at("2026-12-01T05:46:00"));
    world.send(Event::Shutdown);
    assert!(world.stopped);
    assert_eq!(world.outcome(&a), Some((Outcome::Cut, Some(Cause::Daemon))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Thirty days of random slots with random faults.
    #[test]
    fn a_month_keeps_its_promises(
        times in prop::collection::vec((0u64..30 * 1440, 1u64..20, 0u64..10), 1..120),
        faults in prop::collection::vec((0u64..30 * 1440, 0u8..5), 0..40),
    ) {
        let begin = at("2026-12-01T00:00:00");
        let end = at("2027-01-01T00:00:00");
        let mut slots: Vec<Slot> = times
            .iter()
            .enumerate()
            .map(|(n, (minute, length, grace))| {
                slot(begin + ms_of(minute * MIN), &format!("s{n}"), length * 30_000, grace * MIN)
            })
            .collect();
        slots.sort_by_key(|slot| slot.planned);
        let mut world = World::new(begin - ms_of(MIN), &slots);
        let mut faults = faults;
        faults.sort_unstable();
        for (minute, kind) in faults {
            world.run(world.now.max(begin + ms_of(minute * MIN)));
            match kind {
                0 => world.lose_line(),
                1 => world.send(Event::LineOpened { device: "null".into() }),
                2 => { world.absent.insert(slots[minute as usize % slots.len()].files[0].clone()); }
                3 => world.absent.clear(),
                _ => { world.short.insert(slots[minute as usize % slots.len()].files[0].clone(), 5_000); }
            }
        }
        world.run(end);
        for slot in &slots {
            let outcome = world.outcome(slot);
            prop_assert!(outcome.is_some(), "{slot:?} has no outcome");
            let heard: Vec<_> = world.heard.iter().filter(|(id, ..)| *id == slot.id).collect();
            prop_assert!(heard.len() <= 1, "{slot:?} was heard {} times", heard.len());
            for (_, began, ended) in heard {
                prop_assert!(*began >= slot.planned && *began <= slot.planned + ms_of(slot.grace_ms));
                prop_assert!(!quiet().meets(*began, *ended), "{slot:?} sounded in quiet hours");
                let whole = ended.duration_since(*began).as_millis() as u64 == world.lengths[&slot.id];
                prop_assert_eq!(whole, outcome == Some((Outcome::Aired, None)));
            }
        }
        prop_assert!(world.steps < 40 * slots.len() + 200, "{} steps for {} slots", world.steps, slots.len());
    }
}
