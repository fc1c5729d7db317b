//! A clock that cannot be trusted: what airs by it, and what becomes of the plan.

use loa::director::{Event, Request};
use loa::outcome::{Cause, Outcome};
use loa::programme::Class;
use loa::timetable::{Kind, SlotId};

use super::world::World;
use super::{MIN, at, ms_of, rules, slot};

#[test]
fn nothing_moves_by_a_clock_in_doubt_but_an_emergency_and_what_is_on_air_plays_out() {
    let plan = [("05:45:00", "a"), ("05:46:30", "b"), ("07:00:00", "c"), ("09:00:00", "d")]
        .map(|(time, name)| slot(at(&format!("2026-12-01T{time}")), name, MIN, 2 * MIN));
    let [a, b, c, d] = &plan;
    let mut world = World::new(at("2026-12-01T05:00:00"), &plan);
    // The second one is frozen and armed already when the clock jumps to where all of them are long past.
    world.run(at("2026-12-01T05:45:40"));
    let doubted = world.now;
    world.send(Event::ClockDoubted);
    world.run(at("2026-12-01T05:47:00"));
    assert_eq!((world.outcome(a), world.outcome(b)), (Some((Outcome::Aired, None)), None));
    world.now = at("2031-01-01T12:00:00");
    let mut alarm = slot(world.now, "bao-so-3", MIN, 10 * MIN);
    (alarm.id, alarm.kind, alarm.class) = (SlotId("2031-01-01/by-hand".into()), Kind::ByHand, Class::Emergency);
    alarm.asked_by = Some("anh Bình".into());
    world.lengths.insert("bao-so-3.flac".into(), MIN);
    world.send(Event::Planned { slots: Vec::new(), rules: rules() });
    world.send(Event::Asked(Request::Play(Box::new(alarm.clone()))));
    world.run(at("2031-01-01T13:00:00"));
    assert_eq!(world.outcome(&alarm), Some((Outcome::Aired, None)));
    assert!(world.notes[&alarm.id].contains("đồng hồ máy chưa đáng tin"), "{}", world.notes[&alarm.id]);
    assert_eq!(world.settled.len(), 2, "nothing of the plan is given up");
    assert_eq!(world.director.ahead().count(), 0);

    // Set right: what fell due was missed for the clock, what is within its grace airs late.
    world.now = at("2026-12-01T07:01:30");
    let unheard_of = slot(at("2026-12-01T06:00:00"), "e", MIN, 2 * MIN);
    let due = vec![b.clone(), c.clone(), unheard_of.clone()];
    world.know(std::slice::from_ref(&unheard_of));
    world.send(Event::ClockTrusted { since: doubted, due });
    world.send(Event::Planned { slots: plan.to_vec(), rules: rules() });
    world.run(at("2026-12-01T10:00:00"));
    assert_eq!(world.outcome(b), Some((Outcome::Missed, Some(Cause::Clock))));
    assert_eq!(world.outcome(&unheard_of), Some((Outcome::Missed, Some(Cause::Clock))));
    assert_eq!(world.sound(c), Some((at("2026-12-01T07:01:30"), at("2026-12-01T07:01:30") + ms_of(MIN))));
    assert_eq!(world.sound(d).unwrap().0, at("2026-12-01T09:00:00"));
    assert!(world.notes[&d.id].is_empty());
}
