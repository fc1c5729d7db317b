//! Running orders drawn at random, as no ward would write them, with faults drawn from a seed.

use jiff::Timestamp;
use loa::outcome::{Cause, Outcome};
use loa::programme::Class;
use loa::rehearsal;
use loa::timetable::{Kind, Slot, SlotId, Start};
use proptest::prelude::*;

use super::{MIN, Order, at, begin, ms_of, slot};

/// What a place of a drawn running order is, and how long, in steps of 5 s.
type Place = (u8, u64);

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

/// Drawn anew at each run: what breaks is written down among the cases that are tried first. `PROPTEST_CASES=3000` looks on.
fn drawn() -> ProptestConfig {
    let asked = ProptestConfig::default();
    let is_search = std::env::var_os("PROPTEST_CASES").is_some();
    ProptestConfig { cases: if is_search { asked.cases } else { 64 }, ..asked }
}

proptest! {
    #![proptest_config(drawn())]

    /// Days of windows with random running orders, slots of their own between them, and faults about one a day.
    #[test]
    fn running_orders_keep_their_promises(
        orders in prop::collection::vec(prop::collection::vec((0u8..12, 1u64..100), 1..14), 1..12),
        own in prop::collection::vec((0u64..4 * 1440, 1u64..20, 0u64..10), 0..12),
        seed in any::<u64>(),
    ) {
        let mut slots = Vec::new();
        for (n, places) in orders.iter().enumerate() {
            slots.extend(broadcast(n, windows(n as u64 / 3)[n % 3], places));
        }
        let first = at("2026-12-01T00:00:00");
        slots.extend(own.iter().enumerate().map(|(n, (minute, length, grace))| {
            slot(first + ms_of(minute * MIN), &format!("own{n}"), length * 30_000, grace * MIN)
        }));
        slots.sort_by_key(|slot| slot.planned);
        let approved = slots.len() / 2;
        slots[approved].approved_sha256 = Some("ab".repeat(32));
        let mut world = begin(first - ms_of(MIN), &slots);
        rehearsal::rehearse(&mut world, &rehearsal::faults(seed, &slots), slots.last().unwrap().planned);
        prop_assert_eq!(world.violations(), vec![]);
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
        let mut world = begin(at("2026-12-01T00:00:00"), &slots);
        for n in absent {
            let slot = &slots[n % slots.len()];
            if slot.kind != Kind::Filler {
                world.disk.absent.insert(slot.files[0].clone());
            }
        }
        world.run(at("2026-12-20T00:00:00"));
        prop_assert_eq!(world.violations(), vec![]);
        let slot_of = |id: &SlotId| slots.iter().find(|slot| slot.id == *id).unwrap();
        world.heard.sort_by_key(|heard| heard.began);
        for pair in world.heard.windows(2) {
            let (before, after) = (slot_of(&pair[0].slot), slot_of(&pair[1].slot));
            // A hard item that fell out between them kept its instant all the same.
            let apart = slots.iter().any(|slot| {
                let between = before.planned < slot.planned && slot.planned <= after.planned;
                slot.broadcast == after.broadcast && slot.start == Start::Hard && between
            });
            if before.broadcast == after.broadcast && after.start == Start::Soft && !apart {
                prop_assert_eq!(pair[1].began, pair[0].ended, "{:?} after {:?}", after, before);
            }
        }
        let lost = |slot: &&Slot| matches!(world.outcome(slot), Some((Outcome::Cut | Outcome::Interrupted, _)));
        prop_assert!(!slots.iter().any(|slot| lost(&slot)), "cut although everything was known");
        let by_daemon = |slot: &&Slot| world.outcome(slot).is_some_and(|(_, cause)| cause == Some(Cause::Daemon));
        prop_assert!(!slots.iter().any(|slot| by_daemon(&slot)));
    }
}
