//! Months drawn at random, with faults drawn at random.

use std::collections::BTreeMap;

use jiff::Timestamp;
use loa::director::Event;
use loa::outcome::{Cause, Outcome};
use loa::programme::Class;
use loa::timetable::{Kind, Slot, SlotId, Start};
use proptest::prelude::*;

use super::world::World;
use super::{MIN, Order, at, ms_of, quiet, slot};

/// What a place of a drawn running order is, and how long, in steps of 5 s.
type Place = (u8, u64);
/// When a fault comes, in minutes, and which.
type Fault = (u64, u8);

const FILLER: [&str; 3] = ["dem/a.flac", "dem/b.flac", "dem/c.flac"];

/// The windows of a day: one of them runs into quiet hours.
fn windows(day: u64) -> [(Timestamp, u64); 3] {
    let midnight = at("2026-12-01T00:00:00") + ms_of(day * 1440 * MIN);
    [(5 * 60 + 30, 45), (17 * 60, 60), (20 * 60 + 30, 40)].map(|(from, long)| (midnight + ms_of(from * MIN), long))
}

/// A running order of drawn places.
fn broadcast(name: usize, (begins, minutes): (Timestamp, u64), places: &[Place]) -> Vec<Slot> {
    let mut order = Order::new(begins, minutes);
    for (n, (kind, steps)) in places.iter().enumerate() {
        let (id, ms) = (format!("s{name}-{n}"), steps * 5_000);
        let hard = begins + ms_of(minutes * MIN / 2);
        match kind {
            0 => drop(order.soft(Kind::Ident, &id, ms.min(20_000))),
            1 => drop(order.soft(Kind::Sting, &id, 1_000 + ms % 3_000)),
            2 if order.next < hard => drop(order.hard(hard, &id, ms)),
            3 if order.next < hard => drop(order.filler(&FILLER, hard)),
            6 if order.next < hard => drop(order.relay(hard, &id, ms.max(10_000))),
            _ => drop(order.segment(&id, ms)),
        }
        let last = order.slots.last_mut().unwrap();
        last.id = SlotId(format!("{}/{name}/{id}", last.date));
        last.broadcast = format!("{}/{name}", last.date);
        last.class = if *kind == 4 { Class::Priority } else { Class::Normal };
        last.permit = (*kind == 5).then(|| "CV 12/UBND".into());
    }
    order.slots
}

/// What must hold of every month.
fn assert_promises(world: &World, slots: &[Slot]) {
    let known: BTreeMap<&SlotId, &Slot> = slots.iter().map(|slot| (&slot.id, slot)).collect();
    // How far into its recording each was heard, and when it stopped.
    let mut heard: BTreeMap<&SlotId, (u64, Timestamp)> = BTreeMap::new();
    for (id, began, ended) in &world.heard {
        let slot = known[id];
        let before = heard.get(id).copied();
        if let Some((_, stopped)) = before {
            assert!(world.losses.contains(&stopped), "{slot:?} was heard twice, and no line was lost between");
        } else {
            assert!(slot.start == Start::Soft || *began >= slot.planned, "{slot:?} began {began}");
            assert!(*began <= slot.planned + ms_of(slot.grace_ms), "{slot:?} began {began}");
        }
        assert!(slot.permit.is_some() || !quiet().meets(*began, *ended), "{slot:?} sounded in quiet hours");
        let from_ms = before.map_or(0, |(reached_ms, _)| reached_ms.saturating_sub(2_000));
        heard.insert(id, (from_ms + ended.duration_since(*began).as_millis() as u64, *ended));
    }
    for (id, (reached_ms, ended)) in &heard {
        let slot = known[id];
        if slot.kind == Kind::Relay {
            assert!(slot.until.is_some_and(|until| *ended <= until), "{slot:?} outlasted its end: {ended}");
            continue;
        }
        let whole = slot.kind == Kind::Filler || *reached_ms == world.lengths[&slot.files[0]];
        let aired = world.outcome(slot) == Some((Outcome::Aired, None));
        assert!(whole || !aired, "{slot:?} called aired after {reached_ms} ms");
        assert!(slot.kind == Kind::Filler || aired || !whole, "{slot:?} heard whole and not called so");
    }
    for slot in slots {
        let outcome = world.outcome(slot);
        assert!(outcome.is_some(), "{slot:?} has no outcome");
        assert!(outcome.unwrap().0 != Outcome::Aired || heard.contains_key(&slot.id), "{slot:?} aired unheard");
    }
    let mut sounds: Vec<_> = world.heard.iter().map(|(_, began, ended)| (*began, *ended)).collect();
    sounds.sort();
    for pair in sounds.windows(2) {
        assert!(pair[1].0 + ms_of(500) >= pair[0].1, "two at once for longer than a fade: {pair:?}");
    }
    assert!(world.steps < 60 * slots.len() + 500, "{} steps for {} slots", world.steps, slots.len());
}

fn fault(world: &mut World, slots: &[Slot], (minute, kind): Fault) {
    let file = |n: u64| slots[n as usize % slots.len()].files[0].clone();
    match kind {
        0 => world.lose_line(),
        1 => world.send(Event::LineOpened { device: "null".into() }),
        2 => drop(world.absent.insert(file(minute))),
        3 => world.absent.clear(),
        4 => drop(world.short.insert(file(minute), 4_000)),
        5 => drop(world.slow.insert(file(minute), (minute % 100) * 1_000)),
        6 => world.lose_power((minute % 40) * 30_000, slots),
        7 => drop(world.hashes.insert(file(minute), "cd".repeat(32))),
        _ => world.slow.clear(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Thirty days of random slots of their own with random faults.
    #[test]
    fn a_month_keeps_its_promises(
        times in prop::collection::vec((0u64..30 * 1440, 1u64..20, 0u64..10), 1..120),
        faults in prop::collection::vec((0u64..30 * 1440, 0u8..9), 0..40),
    ) {
        let begin = at("2026-12-01T00:00:00");
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
            fault(&mut world, &slots, (minute, kind));
        }
        world.run(at("2027-01-02T00:00:00").max(world.now));
        assert_promises(&world, &slots);
    }

    /// Days of windows with random running orders, slots of their own between them, and faults while they are on air.
    #[test]
    fn running_orders_keep_their_promises(
        orders in prop::collection::vec(prop::collection::vec((0u8..12, 1u64..100), 1..14), 1..12),
        own in prop::collection::vec((0u64..2 * 1440, 1u64..20), 0..6),
        faults in prop::collection::vec((0usize..12, 0u64..60, 0u8..9), 0..12),
    ) {
        let mut slots = Vec::new();
        for (n, places) in orders.iter().enumerate() {
            slots.extend(broadcast(n, windows(n as u64 / 3)[n % 3], places));
        }
        let begin = at("2026-12-01T00:00:00");
        slots.extend(own.iter().enumerate().map(|(n, (minute, length))| {
            slot(begin + ms_of(minute * MIN), &format!("own{n}"), length * 30_000, 2 * MIN)
        }));
        slots.sort_by_key(|slot| slot.planned);
        let approved = slots.len() / 2;
        slots[approved].approved_sha256 = Some("ab".repeat(32));
        let mut world = World::new(begin - ms_of(MIN), &slots);
        let mut faults: Vec<(Timestamp, Fault)> = faults
            .iter()
            .map(|(window, minute, kind)| {
                let (begins, _) = windows(*window as u64 / 3)[window % 3];
                (begins + ms_of(minute * MIN + 777), (minute + *window as u64 * 7, *kind))
            })
            .collect();
        faults.sort();
        for (when, drawn) in faults {
            world.run(world.now.max(when));
            fault(&mut world, &slots, drawn);
        }
        world.run(at("2026-12-20T00:00:00").max(world.now));
        assert_promises(&world, &slots);
    }

    /// Undisturbed but for files that are not there, soft items follow each other on the very next frame.
    #[test]
    fn soft_items_leave_no_gap(
        orders in prop::collection::vec(prop::collection::vec((0u8..12, 1u64..100), 1..14), 1..6),
        absent in prop::collection::vec(0usize..60, 0..5),
    ) {
        let mut slots = Vec::new();
        for (n, places) in orders.iter().enumerate() {
            slots.extend(broadcast(n, windows(n as u64 / 3)[n % 3], places));
        }
        let mut world = World::new(at("2026-12-01T00:00:00"), &slots);
        for n in absent {
            let slot = &slots[n % slots.len()];
            if slot.kind != Kind::Filler {
                world.absent.insert(slot.files[0].clone());
            }
        }
        world.run(at("2026-12-20T00:00:00"));
        assert_promises(&world, &slots);
        let slot_of = |id: &SlotId| slots.iter().find(|slot| slot.id == *id).unwrap();
        world.heard.sort_by_key(|(_, began, _)| *began);
        for pair in world.heard.windows(2) {
            let ((before, _, ended), (after, began, _)) = (&pair[0], &pair[1]);
            let (before, after) = (slot_of(before), slot_of(after));
            // A hard item that fell out between them kept its instant all the same.
            let apart = slots.iter().any(|slot| {
                let between = before.planned < slot.planned && slot.planned <= after.planned;
                slot.broadcast == after.broadcast && slot.start == Start::Hard && between
            });
            if before.broadcast == after.broadcast && after.start == Start::Soft && !apart {
                prop_assert_eq!(began, ended, "{:?} after {:?}", after, before);
            }
        }
        let lost = |slot: &&Slot| matches!(world.outcome(slot), Some((Outcome::Cut | Outcome::Interrupted, _)));
        prop_assert!(!slots.iter().any(|slot| lost(&slot)), "cut although everything was known");
        prop_assert!(!world.settled.values().any(|(_, cause)| *cause == Some(Cause::Daemon)));
    }
}
