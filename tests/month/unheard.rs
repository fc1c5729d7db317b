//! What was sent and not heard: what an airing comes to by it, and when that is decided.

use loa::director::{Event, MonitorNews};
use loa::outcome::{Cause, Outcome};
use loa::problem::Text;
use loa::rehearsal::World;

use super::{MIN, Order, at, begin, ms_of, slot};

/// Or for half of it, where it is short.
#[test]
fn what_was_not_heard_for_five_seconds_did_not_air() {
    let aired = (Outcome::Aired, None);
    let interrupted = |cause| (Outcome::Interrupted, Some(cause));
    for (file_ms, for_ms, cause, wanted) in [
        (3 * MIN, 4_999, Cause::Line, aired),
        (3 * MIN, 5_000, Cause::Line, interrupted(Cause::Line)),
        (3 * MIN, 9_000, Cause::Short, interrupted(Cause::Short)),
        (2_500, 1_249, Cause::Line, aired),
        (2_500, 1_250, Cause::Line, interrupted(Cause::Line)),
        (9_000, 4_500, Cause::Line, interrupted(Cause::Line)),
        (11_000, 4_900, Cause::Line, aired),
    ] {
        let a = slot(at("2026-12-01T05:45:00"), "a", file_ms, 2 * MIN);
        let b = slot(at("2026-12-01T05:50:00"), "b", 3 * MIN, 2 * MIN);
        let mut world = begin(at("2026-12-01T05:00:00"), &[a.clone(), b.clone()]);
        world.run(at("2026-12-01T05:45:01"));
        world.send(Event::Unheard { slot: a.id.clone(), cause, for_ms });
        world.run(at("2026-12-01T06:00:00"));
        assert_eq!(world.outcome(&a), Some(wanted), "{for_ms} of {file_ms} ms");
        assert_eq!(world.outcome(&b), Some(aired), "the next one is another airing");
        assert_eq!(world.note(&a).contains("giây"), wanted != aired, "{:?}", world.note(&a));
    }
}

#[test]
fn an_airing_for_which_the_amplifier_could_not_be_switched_on_says_so() {
    let plan = ["05:45:00", "05:50:00"].map(|time| slot(at(&format!("2026-12-01T{time}")), time, MIN, 2 * MIN));
    let [dead, mended] = &plan;
    let mut world = begin(at("2026-12-01T05:00:00"), &plan);
    world.run(at("2026-12-01T05:45:10"));
    world.send(Event::Unamplified { slot: dead.id.clone() });
    world.run(at("2026-12-01T06:00:00"));
    // It may have been switched on by hand.
    assert_eq!(world.outcome(dead), Some((Outcome::Aired, None)));
    assert_eq!(world.note(dead), "không bật được máy tăng âm khi phát");
    assert_eq!((world.outcome(mended), world.note(mended)), (Some((Outcome::Aired, None)), ""));
}

fn hears() -> Event {
    Event::Monitor(MonitorNews::Hears { device: "mic".into() })
}

/// What happens a second after the end of an airing.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Then {
    Nothing,
    MonitorLost,
    MonitorDismissed,
    Shutdown,
    ClockSetBack,
}

/// The monitor's verdict comes some seconds behind the sound, and an outcome is set once.
#[test]
fn an_airing_that_the_monitor_finds_unheard_after_its_end_did_not_air() {
    let aired = (Outcome::Aired, None);
    let unheard = (Outcome::Interrupted, Some(Cause::Line));
    // Whether a monitor listens; when it is told that of four seconds so much was not heard.
    for (listens, then, told_ms, for_ms, wanted) in [
        (true, Then::Nothing, 3_000, 4_000, unheard),
        (true, Then::Nothing, 3_000, 2_000, unheard),
        (true, Then::Nothing, 3_000, 1_999, aired),
        (true, Then::Nothing, 5_100, 4_000, aired),
        (false, Then::Nothing, 3_000, 4_000, aired),
        (true, Then::MonitorLost, 3_000, 4_000, aired),
        (true, Then::MonitorDismissed, 3_000, 4_000, aired),
        (true, Then::Shutdown, 3_000, 4_000, aired),
        (true, Then::ClockSetBack, 3_000, 4_000, aired),
    ] {
        let a = slot(at("2026-12-01T05:45:00"), "a", 4_000, 2 * MIN);
        let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&a));
        if listens {
            world.send(hears());
        }
        let over = at("2026-12-01T05:45:04");
        world.run(over + ms_of(1_000));
        let case = format!("{listens}, {then:?}, {for_ms} ms told after {told_ms}");
        assert_eq!(world.outcome(&a), (!listens).then_some(aired), "{case}");
        match then {
            Then::Nothing => {}
            Then::MonitorLost => {
                world.send(Event::Monitor(MonitorNews::Lost { device: "mic".into(), why: Text::same("gone") }));
            }
            Then::MonitorDismissed => world.send(Event::Monitor(MonitorNews::Dismissed)),
            Then::Shutdown => world.send(Event::Shutdown),
            Then::ClockSetBack => world.step_clock(-ms_of(30 * MIN)),
        }
        world.run(over + ms_of(told_ms));
        let is_set = !listens || then != Then::Nothing || told_ms > 5_000;
        assert_eq!(world.outcome(&a), is_set.then_some(aired), "{case}");
        world.send(Event::Unheard { slot: a.id.clone(), cause: Cause::Line, for_ms });
        world.run(at("2026-12-01T06:00:00"));
        assert_eq!(world.outcome(&a), Some(wanted), "{case}");
        // Stopped before the monitor could tell, it says so.
        let says = wanted != aired || then == Then::Shutdown;
        assert_eq!(world.note(&a).contains("giây"), says, "{case}: {:?}", world.note(&a));
        assert_eq!(world.heard.len(), 1, "it is not heard again for that");
    }
}

/// What follows waits for nothing: it begins on the frame after the one before it, whose outcome is set later.
#[test]
fn what_waits_for_the_monitors_word_holds_up_nothing_that_follows() {
    let mut order = super::Order::new(at("2026-12-01T05:30:00"), 15);
    let (first, second) = (order.segment("a", MIN), order.segment("b", MIN));
    let mut world = begin(at("2026-12-01T05:00:00"), &order.slots);
    world.send(hears());
    world.run(at("2026-12-01T05:31:02"));
    assert_eq!(world.sound(&first).map(|(_, ended)| ended), Some(at("2026-12-01T05:31:00")));
    assert_eq!((world.outcome(&first), world.director.on_air().map(|slot| &slot.id)), (None, Some(&second.id)));
    world.send(Event::Unheard { slot: first.id.clone(), cause: Cause::Line, for_ms: 6_000 });
    world.send(Event::Unheard { slot: second.id.clone(), cause: Cause::Line, for_ms: 2_000 });
    world.run(at("2026-12-01T06:00:00"));
    assert_eq!(world.outcome(&first), Some((Outcome::Interrupted, Some(Cause::Line))));
    assert_eq!(world.outcome(&second), Some((Outcome::Aired, None)));
}

/// The power goes, the program dies or somebody stops it: what was sent whole has aired, and of its last seconds nobody knows.
#[test]
fn what_ends_with_its_run_before_the_monitor_could_tell_is_what_was_sent_and_says_so() {
    const UNKNOWN: &str =
        "chương trình dừng trước khi đường nghe kiểm tra kịp cho biết có nghe thấy 5 giây cuối hay không";
    let aired = Some((Outcome::Aired, None));
    let unheard = Some((Outcome::Interrupted, Some(Cause::Line)));
    let ends: [fn(&mut World, u64); 3] = [World::lose_power, World::crash, World::stop];
    for (way, end) in ends.iter().enumerate() {
        // Whether a monitor listens; how long after its end the run ends; what was not heard by then; the outcome, and what is
        // said of it.
        for (listens, after_ms, unheard_ms, wanted, unknown) in [
            (true, 1_000, None, aired, true),
            (true, 4_000, Some(4_999), aired, true),
            (true, 4_000, Some(5_000), unheard, true),
            (true, 5_100, None, aired, false),
            (false, 1_000, None, aired, false),
        ] {
            let mut order = Order::new(at("2026-12-01T05:30:00"), 45);
            let bulletin = order.segment("tin", 2 * MIN);
            let filler = order.filler(&["dem/a.flac"], at("2026-12-01T05:40:00"));
            let relay = order.relay(at("2026-12-01T05:40:00"), "tiep-am", 2 * MIN);
            for (one, over) in [(&bulletin, "05:32:00"), (&filler, "05:40:00"), (&relay, "05:42:00")] {
                let case = format!("{way} {listens} {after_ms} {unheard_ms:?} {:?}", one.kind);
                let mut world = begin(at("2026-12-01T05:00:00"), &order.slots);
                if listens {
                    world.listen();
                }
                world.run(at(&format!("2026-12-01T{over}")) + ms_of(after_ms));
                if let Some(for_ms) = unheard_ms {
                    world.send(Event::Unheard { slot: one.id.clone(), cause: Cause::Line, for_ms: for_ms / 2 });
                    world.send(Event::Unheard { slot: one.id.clone(), cause: Cause::Line, for_ms });
                }
                end(&mut world, 30_000);
                world.run(at("2026-12-01T07:00:00"));
                assert_eq!(world.outcome(one), wanted, "{case}");
                assert_eq!(world.note(one).contains(UNKNOWN), unknown, "{case}: {:?}", world.note(one));
                assert_eq!(world.sounds(one).len(), 1, "{case}");
                // The world hears whatever its monitor is made to say.
                assert!(wanted == unheard || world.violations().is_empty(), "{case}");
            }
        }
    }
}
