//! Silence in the midst of what sounds, which then ends later than it was to end.

use loa::outcome::{Cause, Outcome};
use loa::rehearsal::Fault;
use loa::timetable::Start;

use super::{MIN, Order, at, begin, ms_of, slot};

const AIRED: Option<(Outcome, Option<Cause>)> = Some((Outcome::Aired, None));

/// Nothing is heard over another: what comes next was placed by when that should have ended.
#[test]
fn what_has_an_instant_of_its_own_waits_for_what_silence_in_its_midst_made_late() {
    let first = slot(at("2026-12-01T05:29:00"), "a", 58_000, 0);
    let ends = at("2026-12-01T05:29:58");
    // Told of long before the next is ordered, only after that, and begun only after it.
    for (silent_at, next) in [(10_000, 2_000), (100, 1_500), (860, 360)] {
        for start in [Start::Hard, Start::Soft] {
            let mut next = slot(ends + ms_of(next), "b", MIN, 2 * MIN);
            next.start = start;
            let mut world = begin(at("2026-12-01T05:00:00"), &[first.clone(), next.clone()]);
            world.run(ends - ms_of(silent_at));
            world.suffer(&Fault::Gap { for_ms: 4_000 });
            world.run(at("2026-12-01T05:40:00"));
            assert_eq!(world.sound(&first).unwrap().1, ends + ms_of(4_000));
            assert_eq!((world.sound(&next).unwrap().0, world.outcome(&next)), (ends + ms_of(4_000), AIRED));
            assert_eq!(world.violations(), []);
        }
    }
}

#[test]
fn what_has_an_instant_of_its_own_keeps_it_behind_what_silence_in_its_midst_made_end_just_before() {
    let first = slot(at("2026-12-01T05:29:00"), "a", 58_000, 0);
    for start in [Start::Hard, Start::Soft] {
        let mut next = slot(at("2026-12-01T05:29:59.5"), "b", MIN, 2 * MIN);
        next.start = start;
        let mut world = begin(at("2026-12-01T05:00:00"), &[first.clone(), next.clone()]);
        world.run(at("2026-12-01T05:29:57.9"));
        world.suffer(&Fault::Gap { for_ms: 800 });
        world.run(at("2026-12-01T05:40:00"));
        assert_eq!((world.sound(&next).unwrap().0, world.outcome(&next)), (next.planned, AIRED));
        assert_eq!(world.violations(), []);
    }
}

#[test]
fn what_is_open_only_when_the_one_before_it_should_have_ended_waits_for_its_end() {
    let first = slot(at("2026-12-01T05:29:00"), "a", 58_000, 0);
    let next = slot(at("2026-12-01T05:29:30"), "b", MIN, 2 * MIN);
    let mut world = begin(at("2026-12-01T05:00:00"), &[first.clone(), next.clone()]);
    // Armed a minute ahead, it is open after the first should have ended and before that is told to last longer.
    world.disk.slow.insert("b.flac".into(), 88_100);
    world.run(at("2026-12-01T05:29:57.9"));
    world.suffer(&Fault::Gap { for_ms: 4_000 });
    world.run(at("2026-12-01T05:40:00"));
    assert_eq!(world.sound(&next).unwrap().0, at("2026-12-01T05:30:02"));
    assert_eq!(world.violations(), []);
}

/// A hard start cuts soft items: one that should have been over by then too.
#[test]
fn a_soft_item_that_silence_in_its_midst_carries_beyond_a_hard_start_is_cut_for_it() {
    let mut order = Order::new(at("2026-12-01T05:29:00"), 15);
    let soft = order.segment("noi-tiep", 55_000);
    order.segment("nhac-hieu", 3_000);
    let hard = order.hard(at("2026-12-01T05:30:00"), "co-gio", MIN);
    let mut world = begin(at("2026-12-01T05:00:00"), &order.slots);
    world.run(at("2026-12-01T05:29:50"));
    world.suffer(&Fault::Gap { for_ms: 8_000 });
    world.run(at("2026-12-01T05:40:00"));
    assert_eq!(world.sound(&hard).unwrap().0, hard.planned);
    assert_eq!(world.outcome(&soft), Some((Outcome::Cut, Some(Cause::Overlap))));
    assert_eq!(world.violations(), []);
}

#[test]
fn an_emergency_cuts_what_should_be_over_and_is_not() {
    let first = slot(at("2026-12-01T05:29:00"), "a", 58_000, 0);
    let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&first));
    world.disk.lay("bao.flac", super::facts(MIN));
    world.run(at("2026-12-01T05:29:57.9"));
    world.suffer(&Fault::Gap { for_ms: 4_000 });
    world.run(at("2026-12-01T05:29:58.05"));
    world.suffer(&Fault::Emergency { file: "bao.flac".into(), times: 1 });
    world.run(at("2026-12-01T05:40:00"));
    assert_eq!(world.outcome(&first), Some((Outcome::Cut, Some(Cause::Emergency))));
    assert_eq!(world.heard.last().map(loa::rehearsal::Heard::played_ms), Some(MIN));
    assert_eq!(world.violations(), []);
}

/// A loaded PC, or a disk that stalls, makes it late for them.
#[test]
fn what_silence_in_its_midst_carries_to_quiet_hours_ends_there() {
    let last = slot(at("2026-12-01T20:58:00"), "a", 2 * MIN - 2_000, MIN);
    for (for_ms, outcome) in [(4_000, (Outcome::Interrupted, Some(Cause::Busy))), (400, (Outcome::Aired, None))] {
        let mut world = begin(at("2026-12-01T20:00:00"), std::slice::from_ref(&last));
        world.run(at("2026-12-01T20:59:00"));
        world.suffer(&Fault::Gap { for_ms });
        world.run(at("2026-12-01T22:00:00"));
        assert!(world.sound(&last).unwrap().1 <= at("2026-12-01T21:00:00"));
        assert_eq!((world.outcome(&last), world.violations()), (Some(outcome), vec![]));
    }
}
