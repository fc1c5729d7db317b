//! Whole months, planned from the texts that an operator would write, with faults drawn from a seed. A seed that breaks a
//! promise is named, and `LOA_SEED=n cargo test --test month months` runs it alone and tells what happened.

#![allow(clippy::print_stdout, reason = "a seed that breaks a promise tells its story")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use jiff::{Timestamp, ToSpan as _};
use loa::airing::Entry;
use loa::director::{AirRules, Event};
use loa::outcome::Outcome;
use loa::rehearsal::{self, Disk, Draw, Violation, World};
use loa::schedule;
use loa::schedule::audio_facts::{AudioFault, Facts};
use loa::station;
use loa::timetable::{self, Slot, SlotId};

use super::{at, facts};

/// What the daily run tries, and what `make sim` does unless it is told another number.
const DAILY: u64 = 200;
const MANY: u64 = 10_000;
/// So many broken seeds are told in full, and each after them in a short line.
const IN_FULL: usize = 20;

const STATION: &str = include_str!("months/station.toml");
/// An ordinary month, the month of Tết, one full of set times, and one in which much is wrong.
const MONTHS: [(&str, &str); 4] = [
    ("2026-12", include_str!("months/2026-12.toml")),
    ("2027-02", include_str!("months/2027-02.toml")),
    ("2027-03", include_str!("months/2027-03.toml")),
    ("2027-04", include_str!("months/2027-04.toml")),
];

/// A month as it is planned with the recordings that a seed drew.
struct Drawn {
    slots: Vec<Slot>,
    rules: AirRules,
    facts: Facts,
}

impl Drawn {
    fn of(seed: u64) -> Drawn {
        let (name, text) = MONTHS[(seed % MONTHS.len() as u64) as usize];
        let mut draw = Draw::of(seed);
        let (station, problems) = station::read("station.toml", STATION);
        let station = station.unwrap_or_else(|| panic!("{problems:#?}"));
        let (month, problems) = schedule::read_under(&format!("schedules/{name}.toml"), text, Some(&station));
        let month = month.unwrap_or_else(|| panic!("{problems:#?}"));
        let folder = timetable::folders(&month, &station).into_iter().map(|folder| format!("{folder}/"));
        let files = month.recordings(&station).into_iter().filter(|file| !file.ends_with('/'));
        let mut known = Facts::new();
        for folder in folder {
            known.extend((0..5).map(|n| (format!("{folder}{n}.mp3"), Ok(facts(draw.between(60_000, 400_000))))));
        }
        for file in files {
            let ms = if file.starts_with("nhac") { draw.between(800, 20_000) } else { draw.between(15_000, 420_000) };
            let mut audio = facts(ms);
            // Each its own, so that the one is not taken for the other.
            audio.sha256 = format!("{:064x}", draw.any());
            let fact = if draw.once_in(20) { Err(AudioFault::Absent) } else { Ok(audio) };
            known.insert(file, fact);
        }
        let (slots, _) = timetable::plan(&month, &station, &known, "r");
        Drawn { slots, rules: AirRules::of(&station), facts: known }
    }

    fn world(&self) -> World {
        let first = self.slots[0].planned - super::ms_of(600_000);
        let mut world = World::new(first, self.rules.clone(), "null", &[]);
        world.disk = Disk::of(&self.facts);
        world.plan_anew(self.slots.clone());
        world
    }

    fn last(&self) -> Timestamp {
        self.slots.last().unwrap().planned
    }
}

/// Lets a month pass; what it broke.
fn broken(seed: u64, tell: bool) -> Vec<Violation> {
    let drawn = Drawn::of(seed);
    let mut world = drawn.world();
    // Every other time each month is drawn.
    if seed / MONTHS.len() as u64 % 2 == 1 {
        world.listen();
    }
    // And every other two times nobody vouches for the clock.
    world.clock_is_kept = (seed / MONTHS.len() as u64 / 2).is_multiple_of(2);
    let faults = rehearsal::faults(seed, &drawn.slots);
    if tell {
        faults.iter().for_each(|(at, fault)| println!("{at} {fault:?}"));
    }
    rehearsal::rehearse(&mut world, &faults, drawn.last());
    let violations = world.violations();
    if tell {
        for violation in &violations {
            let id = violation.slot.as_ref();
            println!("{:#?}", id.and_then(|id| world.log.entry(id)));
            let date = id.map_or("", |id| &id.0[..10]);
            let heard = world.heard.iter().filter(|heard| heard.slot.0.starts_with(date));
            heard.for_each(|heard| println!("{} to {} {:?} {}", heard.began, heard.ended, heard.ending, heard.slot.0));
        }
    }
    violations
}

/// The same month again, so many days later.
fn later(slots: &[Slot], days: i64) -> Vec<Slot> {
    let shift = |at: Timestamp| at + jiff::SignedDuration::from_hours(24 * days);
    let renamed =
        |slot: &Slot, name: &str| name.replacen(&slot.date.to_string(), &(slot.date + days.days()).to_string(), 1);
    let moved = |slot: &Slot| Slot {
        id: SlotId(renamed(slot, &slot.id.0)),
        broadcast: renamed(slot, &slot.broadcast),
        date: slot.date + days.days(),
        planned: shift(slot.planned),
        until: slot.until.map(shift),
        broadcast_ends: slot.broadcast_ends.map(shift),
        ..slot.clone()
    };
    slots.iter().map(moved).collect()
}

/// Twelve months pass; what the log of the world keeps of each is put away, and nothing else may be left of it.
#[test]
fn a_year_at_speed_takes_no_more_memory_than_its_first_months() {
    let drawn = Drawn::of(0);
    let mut world = drawn.world();
    let grown: Vec<i64> = (0..12)
        .map(|month| {
            let of_month = || {
                let slots = later(&drawn.slots, 31 * month);
                let last = slots.last().unwrap().planned;
                world.disk.lay_for(&slots);
                world.director.forget_oldest();
                world.send(Event::Planned { since: world.clock(), slots, rules: drawn.rules.clone() });
                world.run(last + super::ms_of(6 * 3_600_000));
                assert!(world.log.entries().len() >= drawn.slots.len(), "month {month}");
                world.log = World::new(world.now, drawn.rules.clone(), "null", &[]).log;
                (world.heard, world.ordered) = (Vec::new(), Vec::new());
                world.tuned.clear();
            };
            allocation_counter::measure(of_month).bytes_current
        })
        .collect();
    // The director remembers outcomes by their number: a few hundred bytes a day until that is reached.
    let after: i64 = grown[2..].iter().sum();
    assert!(after.abs() <= 1 << 20, "{after} bytes in ten months: {grown:?}");
}

fn seeds_hold(seeds: std::ops::Range<u64>) {
    let begun = Instant::now();
    // A thread a core; each takes every n-th seed.
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = |first: usize| -> Vec<(u64, Vec<Violation>)> {
        let mine = seeds.clone().skip(first).step_by(cores).map(|seed| (seed, broken(seed, false)));
        mine.filter(|(_, violations)| !violations.is_empty()).collect()
    };
    let found: BTreeMap<u64, Vec<Violation>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores)
            .map(|first| {
                scope.spawn({
                    let share = &share;
                    move || share(first)
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    println!("{} months in {:.1} s", seeds.end - seeds.start, begun.elapsed().as_secs_f64());
    let broken: usize = found.values().map(Vec::len).sum();
    let lines = found.iter().enumerate().flat_map(|(n, (seed, violations))| match n < IN_FULL {
        true => violations.iter().map(|broken| in_full(*seed, broken)).collect(),
        false => vec![in_short(*seed, violations)],
    });
    let lines: Vec<String> = lines.collect();
    let seeds = found.len();
    assert!(
        found.is_empty(),
        "{broken} promises broken by {seeds} seeds; LOA_SEED=n replays one:\n{}",
        lines.join("\n")
    );
}

fn in_full(seed: u64, broken: &Violation) -> String {
    format!("seed {seed}: {:?} of {:?}: {}", broken.promise, broken.slot.as_ref().map(|id| &id.0), broken.why)
}

fn in_short(seed: u64, violations: &[Violation]) -> String {
    let promises: BTreeSet<&str> = violations.iter().map(|broken| broken.promise.code()).collect();
    format!("seed {seed}: {}", promises.into_iter().collect::<Vec<_>>().join(", "))
}

#[test]
fn two_hundred_months_keep_their_promises() {
    match std::env::var("LOA_SEED").ok().and_then(|seed| seed.parse().ok()) {
        Some(seed) => {
            let broken: Vec<String> = broken(seed, true).iter().map(|broken| in_full(seed, broken)).collect();
            assert!(broken.is_empty(), "{}", broken.join("\n"));
        }
        None => seeds_hold(0..DAILY),
    }
}

/// `make sim`: `SEEDS` of them, 10,000 if nothing is said, from `FROM` on.
#[test]
#[ignore = "takes minutes; `make sim`"]
fn very_many_months_keep_their_promises() {
    let number = |name: &str| std::env::var(name).ok().and_then(|number| number.parse().ok());
    let from = number("FROM").unwrap_or(0);
    seeds_hold(from..from + number("SEEDS").unwrap_or(MANY));
}

/// Undisturbed, each month airs all that nothing bars; and each has in it what it is for.
#[test]
fn undisturbed_a_month_airs_what_nothing_bars() {
    for seed in 0..MONTHS.len() as u64 {
        let drawn = Drawn::of(seed);
        let mut world = drawn.world();
        rehearsal::rehearse(&mut world, &[], drawn.last());
        assert_eq!(world.violations(), []);
        let entries = world.log.entries();
        assert_eq!(entries.len(), drawn.slots.len());
        let outcome = |entry: &Entry| entry.airing.as_ref().and_then(|airing| airing.outcome);
        let aired = entries.iter().filter(|entry| outcome(entry) == Some(Outcome::Aired)).count();
        assert!(aired * 2 > entries.len(), "{}: {aired} of {}", MONTHS[seed as usize].0, entries.len());
        // Nothing breaks off by itself.
        assert!(!entries.iter().any(|entry| outcome(entry) == Some(Outcome::Interrupted)));
    }
}

/// What is edited is the month that was written: most of it stays, and all of it comes back.
#[test]
fn an_edit_leaves_most_of_a_month_and_is_taken_back() {
    const DRAWN: rehearsal::Edit = rehearsal::Edit::Drawn { seed: 7 };
    let drawn = Drawn::of(0);
    let known = |faults: &[rehearsal::Fault]| {
        let mut world = drawn.world();
        let at = drawn.slots[0].planned + super::ms_of(3_600_000);
        let faults: Vec<_> = faults.iter().map(|fault| (at, fault.clone())).collect();
        rehearsal::rehearse(&mut world, &faults, drawn.last());
        assert_eq!(world.violations(), []);
        world.log.entries().len()
    };
    let edited = known(&[rehearsal::Fault::Edited(DRAWN)]);
    assert!(edited < drawn.slots.len() && edited * 10 > drawn.slots.len() * 9, "{edited} of {}", drawn.slots.len());
    let both = [DRAWN, rehearsal::Edit::TakenBack].map(rehearsal::Fault::Edited);
    assert_eq!(known(&both), drawn.slots.len());
}

#[test]
fn a_seed_gives_the_same_month_again() {
    let log = |seed| {
        let drawn = Drawn::of(seed);
        let mut world = drawn.world();
        rehearsal::rehearse(&mut world, &rehearsal::faults(seed, &drawn.slots), drawn.last());
        (world.log.entries(), world.heard)
    };
    assert_eq!(log(7), log(7));
    assert_ne!(log(7), log(11));
}

/// The broadcast of the night in which the year changes is there: it lasts over midnight, by permit, in quiet hours.
#[test]
fn a_broadcast_over_midnight_is_heard_whole() {
    let drawn = Drawn::of(1);
    let mut world = drawn.world();
    rehearsal::rehearse(&mut world, &[], drawn.last());
    let night: Vec<_> = world.heard.iter().filter(|heard| heard.slot.0.starts_with("2027-02-05/giao-thua")).collect();
    assert!(night[0].began == at("2027-02-05T23:50:00"), "{night:#?}");
    assert!(night.last().unwrap().ended > at("2027-02-06T00:00:00"), "{night:#?}");
}
