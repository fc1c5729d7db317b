//! The line is lost in the midst of a bulletin, and comes back or does not.

use jiff::Timestamp;
use loa::director::{Event, Request};
use loa::outcome::{Cause, Outcome};
use loa::programme::Class;
use loa::rehearsal::World;
use loa::station::AfterLineLoss;
use loa::timetable::{Kind, Slot};

use super::{MIN, Order, at, begin, ms_of, rules, slot};

type Ended = Option<(Outcome, Option<Cause>)>;
const AIRED: Ended = Some((Outcome::Aired, None));
const BROKEN_OFF: Ended = Some((Outcome::Interrupted, Some(Cause::Line)));

fn day(time: &str) -> Timestamp {
    at(&format!("2026-12-01T{time}"))
}

fn lose_for(world: &mut World, seconds: u64) {
    world.lose_line();
    let back = world.now + ms_of(seconds * 1000);
    world.run(back);
    world.open_line();
}

fn single() -> (Slot, World) {
    let one = slot(day("05:45:00"), "a", 10 * MIN, 2 * MIN);
    let mut world = begin(day("05:00:00"), std::slice::from_ref(&one));
    world.run(day("05:48:00"));
    (one, world)
}

#[test]
fn a_bulletin_goes_on_two_seconds_before_where_the_line_broke_off() {
    let (one, mut world) = single();
    lose_for(&mut world, 20);
    world.run(day("06:30:00"));
    assert_eq!(
        world.sounds(&one),
        [(day("05:45:00"), day("05:48:00")), (day("05:48:20"), day("05:55:22"))],
        "ten minutes less three, and two seconds again"
    );
    assert_eq!(world.outcome(&one), AIRED, "all of it was heard");
    assert!(world.note(&one).contains("phát tiếp sau 20 giây"), "{}", world.note(&one));
}

#[test]
fn twice_broken_off_it_goes_on_twice() {
    let (one, mut world) = single();
    lose_for(&mut world, 20);
    world.run(day("05:49:20"));
    lose_for(&mut world, 10);
    world.run(day("06:30:00"));
    let heard = world.sounds(&one);
    assert_eq!(heard.len(), 3);
    // 3 minutes, then one from 2:58 on, then from 3:56 on to the end.
    assert_eq!(heard[2], (day("05:49:30"), day("05:55:34")));
    assert_eq!(world.outcome(&one), AIRED);
}

/// It has an instant of its own, which is behind it, whatever the clock shows by then.
#[test]
fn what_goes_on_behind_an_emergency_follows_it_though_the_clock_was_set_back_before_its_instant() {
    let (one, mut world) = single();
    world.step_clock(-ms_of(15 * MIN));
    world.run(day("05:48:10"));
    world.confirm_clock();
    world.lose_line();
    let mut alarm = slot(world.clock(), "bao-so-3", MIN, 10 * MIN);
    (alarm.kind, alarm.class, alarm.asked_by) = (Kind::ByHand, Class::Emergency, Some("anh Bình".into()));
    world.disk.lay_for(std::slice::from_ref(&alarm));
    world.send(Event::Asked(Request::Play(Box::new(alarm.clone()))));
    world.open_line();
    world.run(day("07:30:00"));
    let (_, ended) = world.sound(&alarm).unwrap();
    assert_eq!(ended, day("05:49:10"));
    assert_eq!(world.sounds(&one), [(day("05:45:00"), day("05:48:10")), (ended, ended + ms_of(412_000))]);
    assert_eq!((world.outcome(&one), world.violations()), (AIRED, vec![]));
}

#[test]
fn where_the_station_wants_it_over_it_is_over() {
    let one = slot(day("05:45:00"), "a", 10 * MIN, 2 * MIN);
    let mut world = begin(day("05:00:00"), &[]);
    let mut rules = rules();
    rules.after_line_loss = AfterLineLoss::Skip;
    world.disk.lay_for(std::slice::from_ref(&one));
    world.send(Event::Planned { since: world.clock(), slots: vec![one.clone()], rules });
    world.run(day("05:48:00"));
    lose_for(&mut world, 1);
    world.run(day("06:30:00"));
    assert_eq!((world.outcome(&one), world.sounds(&one).len()), (BROKEN_OFF, 1));
}

#[test]
fn a_line_that_stays_away_for_longer_than_the_grace_ends_it() {
    let (one, mut world) = single();
    lose_for(&mut world, 121);
    world.run(day("06:30:00"));
    assert_eq!((world.outcome(&one), world.sounds(&one).len()), (BROKEN_OFF, 1));
}

#[test]
fn it_does_not_go_on_with_another_recording() {
    let (one, mut world) = single();
    world.disk.replace("a.flac", &"cd".repeat(32), 0);
    lose_for(&mut world, 20);
    world.run(day("06:30:00"));
    assert_eq!((world.outcome(&one), world.sounds(&one).len()), (BROKEN_OFF, 1));
}

#[test]
fn it_does_not_go_on_into_quiet_hours() {
    let one = slot(day("20:50:00"), "a", 9 * MIN, 30 * MIN);
    let mut world = begin(day("20:00:00"), std::slice::from_ref(&one));
    world.run(day("20:55:00"));
    lose_for(&mut world, 5 * 60);
    world.run(day("22:00:00"));
    assert_eq!((world.outcome(&one), world.sounds(&one).len()), (BROKEN_OFF, 1));
}

#[test]
fn in_a_broadcast_it_goes_on_before_what_stands_behind_it_while_the_window_lasts() {
    for (away_s, resumes) in [(60, true), (20 * 60, false)] {
        let mut order = Order::new(day("05:30:00"), 15);
        let first = order.segment("a", 5 * MIN);
        let second = order.segment("b", 2 * MIN);
        let mut world = begin(day("05:00:00"), &order.slots);
        world.run(day("05:32:00"));
        lose_for(&mut world, away_s);
        world.run(day("06:30:00"));
        if resumes {
            assert_eq!(world.sounds(&first)[1], (day("05:33:00"), day("05:36:02")));
            assert_eq!(world.sound(&second).unwrap().0, day("05:36:02"));
            assert_eq!((world.outcome(&first), world.outcome(&second)), (AIRED, AIRED));
        } else {
            assert_eq!((world.outcome(&first), world.sounds(&first).len()), (BROKEN_OFF, 1));
            assert_eq!(world.sounds(&second), []);
        }
    }
}

#[test]
fn a_stop_while_the_line_is_away_leaves_nothing_open() {
    let (one, mut world) = single();
    world.lose_line();
    world.send(Event::Shutdown);
    assert!(world.stopped);
    assert_eq!(world.outcome(&one), BROKEN_OFF);
}
