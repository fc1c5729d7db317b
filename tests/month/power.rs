//! The power goes in the midst of a broadcast: what is heard again, from where, and what is not.

use jiff::Timestamp;
use loa::director::{Event, Request};
use loa::outcome::{Cause, Outcome};
use loa::programme::AfterPowerCut;
use loa::rehearsal::{Fault, World};
use loa::timetable::Slot;

use super::{MIN, Order, at, begin, ms_of, slot};

type Ended = Option<(Outcome, Option<Cause>)>;
const AIRED: Ended = Some((Outcome::Aired, None));
const BY_POWER: Ended = Some((Outcome::Interrupted, Some(Cause::Power)));

fn day(time: &str) -> Timestamp {
    at(&format!("2026-12-01T{time}"))
}

/// A bulletin of ten minutes at 05:45 with five minutes of grace; the power goes at 05:47:00.5, when the log knows of
/// 2 min 0.4 s of it.
fn cut(policy: AfterPowerCut, off_ms: u64) -> (Slot, World) {
    let mut one = slot(day("05:45:00"), "a", 10 * MIN, 5 * MIN);
    one.after_power_cut = policy;
    let mut world = begin(day("05:00:00"), std::slice::from_ref(&one));
    world.run(day("05:47:00") + ms_of(500));
    world.lose_power(off_ms);
    world.run(day("07:00:00"));
    assert_eq!(world.violations(), []);
    (one, world)
}

#[test]
fn a_restart_is_heard_from_its_beginning_within_its_grace_and_not_beyond() {
    let (one, world) = cut(AfterPowerCut::Restart, MIN);
    let back = day("05:48:00") + ms_of(500);
    assert_eq!(world.sounds(&one), [(day("05:45:00"), day("05:47:00") + ms_of(500)), (back, back + ms_of(10 * MIN))]);
    assert_eq!(world.outcome(&one), AIRED);
    assert_eq!(world.note(&one), "mất điện giữa chừng, phát lại từ đầu sau 1 phút 0 giây");
    let airing = world.log.entry(&one.id).unwrap().airing.clone().unwrap();
    assert_eq!(airing.parts.iter().map(|part| part.played_ms).collect::<Vec<_>>(), [120_400, 600_000]);

    let (one, world) = cut(AfterPowerCut::Restart, 3 * MIN);
    assert_eq!((world.outcome(&one), world.sounds(&one).len()), (BY_POWER, 1));
    assert!(world.note(&one).contains("dừng đột ngột"), "{}", world.note(&one));
}

#[test]
fn what_resumes_goes_on_two_seconds_before_the_last_instant_known_and_for_as_long_as_its_grace() {
    let (one, world) = cut(AfterPowerCut::Resume, 4 * MIN);
    let back = day("05:51:00") + ms_of(500);
    assert_eq!(world.sounds(&one)[1], (back, back + ms_of(10 * MIN - 120_400 + 2_000)));
    assert_eq!(world.outcome(&one), AIRED);
    assert_eq!(world.note(&one), "mất điện giữa chừng, phát tiếp sau 4 phút 0 giây");
    let (one, world) = cut(AfterPowerCut::Resume, 5 * MIN + 1_000);
    assert_eq!((world.outcome(&one), world.sounds(&one).len()), (BY_POWER, 1));
}

#[test]
fn what_is_to_be_skipped_is_over() {
    let (one, world) = cut(AfterPowerCut::Skip, 1_000);
    assert_eq!((world.outcome(&one), world.sounds(&one).len()), (BY_POWER, 1));
}

#[test]
fn a_crash_is_called_a_crash() {
    let mut one = slot(day("05:45:00"), "a", 10 * MIN, 5 * MIN);
    one.after_power_cut = AfterPowerCut::Restart;
    let mut world = begin(day("05:00:00"), std::slice::from_ref(&one));
    world.run(day("05:46:00"));
    world.crash(2_000);
    world.run(day("07:00:00"));
    assert_eq!(world.outcome(&one), AIRED);
    assert_eq!(world.note(&one), "chương trình dừng đột ngột giữa chừng, phát lại từ đầu sau 3 giây");
}

#[test]
fn the_power_goes_twice_and_the_line_once() {
    let mut one = slot(day("05:45:00"), "a", 10 * MIN, 5 * MIN);
    one.after_power_cut = AfterPowerCut::Resume;
    let mut world = begin(day("05:00:00"), std::slice::from_ref(&one));
    world.run(day("05:46:00"));
    world.lose_power(30_000);
    world.run(day("05:47:00"));
    world.lose_line();
    world.run(day("05:47:20"));
    world.open_line();
    world.run(day("05:48:00"));
    world.lose_power(30_000);
    world.run(day("07:00:00"));
    assert_eq!(world.sounds(&one).len(), 4);
    assert_eq!((world.outcome(&one), world.violations()), (AIRED, vec![]));
}

/// It begins late, within its grace, and the power goes again in that millisecond.
#[test]
fn what_began_within_its_grace_is_heard_again_though_nothing_of_it_was() {
    let mut one = slot(day("05:06:00"), "a", MIN, 10 * MIN);
    one.after_power_cut = AfterPowerCut::Resume;
    let mut world = begin(day("05:00:00"), std::slice::from_ref(&one));
    world.run(day("05:05:00"));
    world.lose_power(615_000);
    world.run(day("05:15:15"));
    world.lose_power(140_000);
    world.run(day("06:00:00"));
    assert_eq!(world.sounds(&one), [(day("05:17:35"), day("05:18:35"))], "beyond its grace, which its beginning kept");
    assert_eq!((world.outcome(&one), world.violations()), (AIRED, vec![]));
}

/// Seven tenths of a second pass between two notes of how far it was heard: of 400 ms the log knows nothing.
#[test]
fn a_stretch_of_which_the_log_knows_nothing_is_heard_again_from_where_the_one_before_it_had_got() {
    let mut one = slot(day("05:45:00"), "a", 10 * MIN, 5 * MIN);
    one.after_power_cut = AfterPowerCut::Resume;
    let mut world = begin(day("05:00:00"), std::slice::from_ref(&one));
    world.run(day("05:47:00"));
    world.lose_line();
    world.run(day("05:47:02"));
    world.open_line();
    world.run(day("05:47:02") + ms_of(400));
    world.lose_power(30_000);
    world.run(day("07:00:00"));
    let from: Vec<u64> = world.heard.iter().map(|heard| heard.from_ms).collect();
    assert_eq!(from, [0, 118_000, 118_000], "two seconds before 2 min 0 s, both times");
    assert_eq!((world.outcome(&one), world.violations()), (AIRED, vec![]));
}

/// Killed when it was ordered and had not begun; the program is back before its instant.
#[test]
fn what_was_about_to_begin_at_a_kill_begins_at_its_instant_and_not_as_soon_as_the_program_is_back() {
    for policy in [AfterPowerCut::Restart, AfterPowerCut::Resume] {
        let mut one = slot(day("05:45:00"), "a", MIN, 5 * MIN);
        one.after_power_cut = policy;
        let mut world = begin(day("05:00:00"), std::slice::from_ref(&one));
        world.run(day("05:44:59"));
        world.crash(300);
        world.run(day("07:00:00"));
        assert_eq!(world.sounds(&one), [(day("05:45:00"), day("05:46:00"))], "{policy:?}");
        assert_eq!((world.outcome(&one), world.violations()), (AIRED, vec![]), "{policy:?}");
    }
}

/// What became of it afterwards is another thing: heard at its instant, late, or not at all, for the line is gone or its grace over.
#[test]
fn what_had_not_begun_when_its_run_ended_is_never_said_to_have_been_in_its_midst() {
    let began = |length: &str| {
        format!("chương trình dừng đột ngột đúng lúc sắp phát (nếu đã phát thì không quá một giây), phát sau {length}")
    };
    let not_begun = || "chương trình dừng đột ngột đúng lúc sắp phát; nếu đã phát thì không quá một giây".to_owned();
    let broken_off = Some((Outcome::Interrupted, Some(Cause::Daemon)));
    for (off_ms, loses_line, wanted, note) in [
        (300, false, AIRED, began("1 giây")),
        (2 * MIN, false, AIRED, began("1 phút 59 giây")),
        (2 * MIN, true, broken_off, not_begun()),
        (10 * MIN, false, broken_off, not_begun()),
    ] {
        let mut one = slot(day("05:45:00"), "a", MIN, 5 * MIN);
        one.after_power_cut = AfterPowerCut::Restart;
        let mut world = begin(day("05:00:00"), std::slice::from_ref(&one));
        world.run(day("05:44:59"));
        world.crash(off_ms);
        if loses_line {
            world.lose_line();
        }
        world.run(day("07:00:00"));
        let told = format!("{off_ms} {loses_line}");
        assert_eq!((world.outcome(&one), world.note(&one), world.violations()), (wanted, &*note, vec![]), "{told}");
    }
}

/// The order is written down before the sound has faded.
#[test]
fn what_a_person_has_ended_does_not_begin_again_however_soon_after_that_the_power_goes() {
    let orders: [fn(String) -> Request; 2] = [|by| Request::Stop { by }, |by| Request::Skip { by }];
    for policy in [AfterPowerCut::Restart, AfterPowerCut::Resume, AfterPowerCut::Skip] {
        for (order, place) in orders.iter().zip([0, 1]) {
            for after_ms in [0, 10, 100] {
                let mut one = slot(day("05:45:00"), "a", 10 * MIN, 5 * MIN);
                one.after_power_cut = policy;
                let mut world = begin(day("05:00:00"), std::slice::from_ref(&one));
                world.run(day("05:46:00"));
                world.send(Event::Asked(order("chị Hoa".into())));
                world.run(day("05:46:00") + ms_of(after_ms));
                world.crash(1_000);
                world.run(day("07:00:00"));
                let told = format!("{policy:?} {place} {after_ms}");
                let by_hand = Some((Outcome::Cut, Some(Cause::Operator)));
                assert_eq!((world.outcome(&one), world.sounds(&one).len()), (by_hand, 1), "{told}");
                assert_eq!((world.note(&one), world.violations()), ("theo yêu cầu của chị Hoa", vec![]), "{told}");
            }
        }
    }
}

/// What it was broken off by is the person's order, not the line.
#[test]
fn what_a_person_has_ended_does_not_go_on_though_the_line_is_lost_before_it_has_faded() {
    let one = slot(day("05:45:00"), "a", 10 * MIN, 5 * MIN);
    let mut world = begin(day("05:00:00"), std::slice::from_ref(&one));
    world.run(day("05:46:00"));
    world.send(Event::Asked(Request::Stop { by: "chị Hoa".into() }));
    world.run(day("05:46:00") + ms_of(10));
    world.lose_line();
    world.open_line();
    world.run(day("07:00:00"));
    assert_eq!(world.outcome(&one), Some((Outcome::Cut, Some(Cause::Operator))));
    assert_eq!((world.sounds(&one).len(), world.violations()), (1, vec![]));
}

/// Three seconds before the kill and three after it are more than five in all; two and two are not. Begun anew, it counts anew.
#[test]
fn what_a_monitor_did_not_hear_adds_up_over_a_kill_where_it_goes_on() {
    let line = Some((Outcome::Interrupted, Some(Cause::Line)));
    for (policy, before_ms, after_ms, wanted) in [
        (AfterPowerCut::Resume, 3_000, 3_000, line),
        (AfterPowerCut::Resume, 2_000, 2_000, AIRED),
        (AfterPowerCut::Restart, 3_000, 3_000, AIRED),
    ] {
        let mut one = slot(day("05:45:00"), "a", 10 * MIN, 5 * MIN);
        one.after_power_cut = policy;
        let mut world = begin(day("05:00:00"), std::slice::from_ref(&one));
        let unheard = |for_ms| Event::Unheard { slot: one.id.clone(), cause: Cause::Line, for_ms };
        world.run(day("05:46:00"));
        world.send(unheard(before_ms));
        world.crash(1_000);
        world.run(day("05:47:00"));
        world.send(unheard(after_ms));
        world.run(day("07:00:00"));
        assert_eq!((world.outcome(&one), world.sounds(&one).len()), (wanted, 2), "{policy:?} {before_ms}");
    }
}

#[test]
fn in_a_broadcast_it_is_heard_again_before_what_stands_behind_it() {
    let mut order = Order::new(day("05:30:00"), 30);
    let first = order.segment("a", 5 * MIN);
    let second = order.segment("b", 5 * MIN);
    for slot in &mut order.slots {
        slot.after_power_cut = AfterPowerCut::Restart;
    }
    let mut world = begin(day("05:00:00"), &order.slots);
    world.run(day("05:34:00"));
    world.lose_power(2 * MIN);
    world.run(day("07:00:00"));
    assert_eq!(world.sounds(&first)[1], (day("05:36:00"), day("05:41:00")));
    assert_eq!(world.sounds(&second), [(day("05:41:00"), day("05:46:00"))], "after it, on the next frame");
    assert_eq!((world.outcome(&first), world.outcome(&second)), (AIRED, AIRED));
}

#[test]
fn a_restart_that_would_run_into_a_hard_start_is_not_begun() {
    let mut order = Order::new(day("05:30:00"), 30);
    let first = order.segment("a", 9 * MIN);
    let hard = order.hard(day("05:40:00"), "b", 5 * MIN);
    order.slots[0].after_power_cut = AfterPowerCut::Restart;
    let mut world = begin(day("05:00:00"), &order.slots);
    world.run(day("05:34:00"));
    world.lose_power(MIN);
    world.run(day("07:00:00"));
    assert_eq!((world.outcome(&first), world.sounds(&first).len()), (BY_POWER, 1));
    assert_eq!(world.sound(&hard).unwrap().0, day("05:40:00"));
}

#[test]
fn it_is_not_heard_again_with_another_recording() {
    let mut one = slot(day("05:45:00"), "a", 10 * MIN, 5 * MIN);
    one.after_power_cut = AfterPowerCut::Restart;
    let mut world = begin(day("05:00:00"), std::slice::from_ref(&one));
    world.run(day("05:46:00"));
    world.disk.replace("a.flac", &"cd".repeat(32), 0);
    world.lose_power(MIN);
    world.run(day("07:00:00"));
    assert_eq!((world.outcome(&one), world.sounds(&one).len()), (BY_POWER, 1));
    assert!(world.note(&one).contains("thay đổi giữa chừng"), "{}", world.note(&one));
}

#[test]
fn filler_and_a_relay_go_on_when_the_power_is_back() {
    let mut order = Order::new(day("05:30:00"), 45);
    let filler = order.filler(&["dem/a.flac", "dem/b.flac"], day("06:00:00"));
    let relay = order.relay(day("06:00:00"), "tiep-am", 14 * MIN);
    for slot in &mut order.slots {
        slot.after_power_cut = AfterPowerCut::Restart;
    }
    let mut world = begin(day("05:00:00"), &[]);
    for file in ["dem/a.flac", "dem/b.flac"] {
        world.disk.lay(file, super::facts(20 * MIN));
    }
    world.plan_anew(order.slots.clone());
    world.run(day("05:40:00"));
    world.lose_power(MIN);
    world.run(day("06:05:00"));
    world.lose_power(MIN);
    world.run(day("07:00:00"));
    assert_eq!(world.sounds(&filler)[1], (day("05:41:00"), day("06:00:00")));
    assert_eq!(world.sounds(&relay)[1], (day("06:06:00"), day("06:14:00")));
    assert_eq!((world.outcome(&filler), world.outcome(&relay)), (AIRED, AIRED));
    assert_eq!(world.violations(), []);
}

/// By a clock that was set back, a plan that was read on a full disk has ahead what was behind it: a crash takes that reading with
/// it, and then nobody knows that it came; who stops the program leaves it beside the log.
#[test]
fn what_lay_ahead_in_a_plan_that_a_full_disk_lost_is_known_to_be_lost_and_a_stop_loses_nothing() {
    let put_in = slot(day("05:40:00"), "a", MIN, 2 * MIN);
    type Ends = fn(&mut World, u64);
    let ways: [(Ends, Ended); 3] = [(World::crash, None), (World::lose_power, None), (World::stop, AIRED)];
    for (n, (ends, outcome)) in ways.into_iter().enumerate() {
        let mut world = begin(day("05:00:00"), &[]);
        world.run(day("05:50:00"));
        world.plan_anew(vec![put_in.clone()]);
        world.suffer(&Fault::DiskFull);
        world.step_clock(-ms_of(15 * MIN));
        world.run(day("05:50:10"));
        world.confirm_clock();
        world.run(day("05:50:40"));
        ends(&mut world, 5_000);
        world.suffer(&Fault::DiskRoom);
        world.run(day("07:00:00"));
        assert_eq!((world.outcome(&put_in), world.violations()), (outcome, vec![]), "{n}");
    }
}
