//! A clock that cannot be trusted: what airs by it, and what becomes of the plan.

use loa::director::{Event, Request};
use loa::outcome::{Cause, Outcome};
use loa::programme::Class;
use loa::rehearsal::{Fault, World};
use loa::timetable::{Kind, SlotId};

use super::{MIN, at, begin, facts, ms_of, rules, slot};

#[test]
fn nothing_moves_by_a_clock_in_doubt_but_an_emergency_and_what_is_on_air_plays_out() {
    let plan = [("05:45:00", "a"), ("05:46:30", "b"), ("07:00:00", "c"), ("09:00:00", "d")]
        .map(|(time, name)| slot(at(&format!("2026-12-01T{time}")), name, MIN, 2 * MIN));
    let [a, b, c, d] = &plan;
    let mut world = begin(at("2026-12-01T05:00:00"), &plan);
    // Doubted by hand.
    world.clock_rule = loa::station::ClockRule::Always;
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
    world.disk.lay("bao-so-3.flac", facts(MIN));
    world.send(Event::Planned { since: world.clock(), slots: Vec::new(), rules: rules() });
    let mut again = alarm.clone();
    (again.id, again.planned) = (SlotId("2031-01-01/by-hand~2".into()), alarm.planned + ms_of(90 * MIN));
    for wanted in [&alarm, &again] {
        world.send(Event::Asked(Request::Play(Box::new(wanted.clone()))));
    }
    world.run(at("2031-01-01T13:00:00"));
    assert_eq!(world.outcome(&alarm), Some((Outcome::Aired, None)));
    assert!(world.note(&alarm).contains("đồng hồ máy chưa đáng tin"), "{}", world.note(&alarm));
    assert_eq!(
        world.log.entries().iter().filter(|entry| entry.airing.is_some()).count(),
        2,
        "nothing of the plan is given up"
    );
    assert_eq!(world.director.ahead().map(|slot| &slot.id).collect::<Vec<_>>(), [&again.id]);

    // Set right: what fell due was missed for the clock, what is within its grace airs late.
    world.now = at("2026-12-01T07:01:30");
    let unheard_of = slot(at("2026-12-01T06:00:00"), "e", MIN, 2 * MIN);
    let due = vec![b.clone(), c.clone(), unheard_of.clone()];
    world.disk.lay_for(std::slice::from_ref(&unheard_of));
    world.send(Event::ClockTrusted { since: doubted, due });
    world.send(Event::Planned { since: world.clock(), slots: plan.to_vec(), rules: rules() });
    world.run(at("2026-12-01T10:00:00"));
    assert_eq!(world.outcome(b), Some((Outcome::Missed, Some(Cause::Clock))));
    assert_eq!(world.outcome(&unheard_of), Some((Outcome::Missed, Some(Cause::Clock))));
    assert_eq!(world.sound(c), Some((at("2026-12-01T07:01:30"), at("2026-12-01T07:01:30") + ms_of(MIN))));
    let half_an_hour = ms_of(30 * MIN);
    assert_eq!(world.sound(&again).unwrap().0, at("2026-12-01T07:01:30") + half_an_hour, "not in 2031");
    assert_eq!(world.sound(d).unwrap().0, at("2026-12-01T09:00:00"));
    assert!(world.note(d).is_empty());
}

use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    /// Doubts of any length at any time, with the clock anywhere meanwhile.
    #[test]
    fn whatever_the_clock_does_every_slot_ends_once_and_none_begins_in_doubt(
        // What is planned for the very instant of the first start was planned for no run.
        starts_s in prop::collection::vec(1_i64..10_800, 1..20),
        doubts in prop::collection::vec((60_i64..3_600, 1_i64..3_600, -50_i64..50), 1..5),
    ) {
        let begins = at("2026-12-01T05:00:00");
        let seconds = |s: i64| jiff::SignedDuration::from_secs(s);
        let plan: Vec<_> = starts_s
            .iter()
            .enumerate()
            .map(|(n, s)| slot(begins + seconds(*s), &format!("s{n}"), 20_000, 2 * MIN))
            .collect();
        let mut world = begin(begins, &plan);
        // Doubted by hand.
        world.clock_rule = loa::station::ClockRule::Always;
        let mut unknown = Vec::new();
        for (after_s, for_s, days) in doubts {
            let doubted = world.now + seconds(after_s);
            world.run(doubted);
            world.send(Event::ClockDoubted);
            // What is on air plays out, by a clock that goes on.
            world.run(doubted + seconds(30));
            world.now = doubted + seconds(86_400 * days + 40);
            world.send(Event::Woken);
            world.run(world.now + seconds(for_s));
            let right = doubted + seconds(40 + for_s);
            world.now = right;
            // What was ordered already begins within a second and a half.
            unknown.push((doubted + seconds(2), right));
            let due = plan.iter().filter(|slot| doubted < slot.planned && slot.planned <= right).cloned().collect();
            world.send(Event::ClockTrusted { since: doubted, due });
            world.send(Event::Planned { since: world.clock(), slots: plan.clone(), rules: rules() });
        }
        world.run(begins + seconds(8 * 3_600));
        for slot in &plan {
            let ended = world.outcome(slot);
            prop_assert!(ended.is_some(), "{:?} has no outcome", slot.id);
            prop_assert!(world.sounds(slot).len() <= 1, "{:?} airs twice", slot.id);
        }
        for loa::rehearsal::Heard { slot: id, began, .. } in &world.heard {
            prop_assert!(!unknown.iter().any(|(from, to)| from < began && began < to), "{id:?} begins in doubt");
        }
    }
}

/// What is ordered and has not begun when the clock goes to 1970 begins neither by that clock nor over what follows when it
/// is set right.
#[test]
fn what_is_about_to_begin_when_the_clock_is_doubted_waits_until_it_is_trusted() {
    let slots = [("05:45:00", "a"), ("05:47:00", "b")]
        .map(|(time, name)| slot(at(&format!("2026-12-01T{time}")), name, MIN, 20 * MIN));
    let mut world = begin(at("2026-12-01T05:00:00"), &slots);
    world.run(at("2026-12-01T05:45:00") - ms_of(700));
    world.set_clock("1970-01-01T05:00:00Z".parse().unwrap());
    world.run(at("2026-12-01T05:55:00"));
    assert_eq!(world.heard, []);
    world.set_clock(world.now);
    world.run(at("2026-12-01T07:00:00"));
    let heard: Vec<_> = slots.iter().map(|slot| world.sound(slot).unwrap()).collect();
    assert!(heard[0].1 <= heard[1].0, "{heard:?}");
    assert_eq!(world.violations(), []);
}

/// What sounded for ten minutes cannot end fifty minutes before it began, whatever the clock shows by then.
#[test]
fn a_row_in_whose_midst_the_clock_is_set_back_goes_on_by_the_clock_of_its_beginning() {
    let one = slot(at("2026-12-01T05:45:00"), "a", 10 * MIN, 2 * MIN);
    for by_min in [-60, 60] {
        let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&one));
        world.run(at("2026-12-01T05:48:00"));
        world.step_clock(jiff::SignedDuration::from_mins(by_min));
        world.run(at("2026-12-01T07:00:00"));
        let airing = world.log.entry(&one.id).unwrap().airing.clone().unwrap();
        assert_eq!((airing.outcome, airing.began()), (Some(Outcome::Aired), Some(at("2026-12-01T05:45:00"))));
        let (ended, note) = if by_min < 0 {
            let note = "đồng hồ máy bị chỉnh lùi khi đang phát; giờ kết thúc tính tiếp theo đồng hồ lúc bắt đầu; \
                đồng hồ máy chưa đáng tin khi phát, giờ ghi có thể sai";
            (at("2026-12-01T05:55:00"), note)
        } else {
            (at("2026-12-01T06:55:00"), "đồng hồ máy bị chỉnh nhanh lên khi đang phát; giờ kết thúc theo đồng hồ mới")
        };
        assert_eq!((airing.ended(), airing.note.as_str()), (Some(ended), note), "{by_min}");
        assert_eq!(world.violations(), []);
    }
}

#[test]
fn what_is_dated_ahead_of_a_clock_that_was_set_back_goes_on_for_no_longer_than_its_grace_from_now() {
    let mut one = slot(at("2026-12-01T05:45:00"), "a", 10 * MIN, 5 * MIN);
    one.after_power_cut = loa::programme::AfterPowerCut::Resume;
    let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&one));
    world.clock_rule = loa::station::ClockRule::Always;
    world.run(at("2026-12-01T05:48:00"));
    world.step_clock(-ms_of(3 * MIN));
    world.run(at("2026-12-01T05:49:00"));
    world.lose_line();
    world.crash(1_000);
    world.lose_line();
    world.run(at("2026-12-01T05:55:00"));
    world.open_line();
    world.run(at("2026-12-01T07:00:00"));
    assert_eq!((world.outcome(&one).unwrap().0, world.sounds(&one).len()), (Outcome::Interrupted, 1));
}

/// The log knows that it began and no more: the street has heard less than a second of it.
#[test]
fn what_is_killed_in_its_first_second_waits_for_its_instant_again_where_the_clock_is_set_back_before_that() {
    let mut one = slot(at("2026-12-01T05:45:00"), "a", MIN, 5 * MIN);
    one.after_power_cut = loa::programme::AfterPowerCut::Resume;
    let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&one));
    world.clock_rule = loa::station::ClockRule::Always;
    world.run(at("2026-12-01T05:45:00.3"));
    world.crash(1_000);
    world.lose_line();
    world.step_clock(-ms_of(3 * MIN));
    world.run(world.now + ms_of(2_000));
    world.open_line();
    world.run(at("2026-12-01T07:00:00"));
    let sounds = world.sounds(&one);
    // By the clock that was set back it is 05:45 again three minutes later.
    let again = at("2026-12-01T05:48:00");
    assert_eq!(sounds.last(), Some(&(again, again + ms_of(MIN))), "{sounds:?}");
    assert_eq!(world.outcome(&one), Some((Outcome::Aired, None)));
    assert_eq!(world.violations(), []);
}

/// It goes on after a kill when the line is lost on its first sample.
#[test]
fn what_began_unheard_and_goes_on_by_a_clock_that_was_set_back_is_dated_no_earlier_than_its_row() {
    let mut one = slot(at("2026-12-01T05:45:00"), "a", MIN, 5 * MIN);
    one.after_power_cut = loa::programme::AfterPowerCut::Resume;
    let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&one));
    world.clock_rule = loa::station::ClockRule::Always;
    world.run(at("2026-12-01T05:45:30"));
    world.crash(20_000);
    world.run(world.now);
    world.lose_line();
    world.step_clock(-ms_of(30_000));
    world.run(world.now + ms_of(2_000));
    world.open_line();
    world.run(at("2026-12-01T07:00:00"));
    let parts = world.log.entry(&one.id).unwrap().airing.as_ref().unwrap().parts.clone();
    let instants: Vec<_> = parts.iter().map(|part| (part.began, part.played_ms)).collect();
    let again = Some(at("2026-12-01T05:45:50"));
    assert_eq!(instants, [(Some(one.planned), 29_400), (again, 0), (again, 32_600)], "{parts:?}");
    assert_eq!(world.violations(), []);
}

/// The clock is behind by 672 ms, is set back by an hour and set right, both in one millisecond: it was drawn on by 672 ms.
#[test]
fn a_clock_that_is_set_twice_in_one_instant_was_set_once_by_what_both_come_to() {
    let mut order = super::Order::new(at("2026-12-01T05:55:00"), 30);
    let relay = order.relay(at("2026-12-01T06:00:00"), "tiep-am", 14 * MIN);
    let bye = order.hard(at("2026-12-01T06:14:00"), "chao", 15_000);
    let mut world = begin(at("2026-12-01T05:00:00"), &order.slots);
    world.slew_clock(-ms_of(672));
    world.run(at("2026-12-01T06:13:44"));
    world.step_clock(-ms_of(60 * MIN));
    world.set_clock(world.now);
    world.run(at("2026-12-01T07:00:00"));
    assert_eq!(
        (world.outcome(&relay), world.outcome(&bye)),
        (Some((Outcome::Aired, None)), Some((Outcome::Aired, None)))
    );
    assert_eq!(world.violations(), []);
}

/// It has just begun when the clock is drawn back by half a second, shows 2030 for a second and is right again.
#[test]
fn what_has_begun_goes_on_though_the_clock_was_drawn_back_before_its_beginning() {
    let mut order = super::Order::new(at("2026-12-01T05:45:00"), 30);
    let (first, second) = (order.segment("a", 5 * MIN), order.segment("b", 5 * MIN));
    let mut world = begin(at("2026-12-01T05:00:00"), &order.slots);
    world.run(at("2026-12-01T05:45:00"));
    world.slew_clock(-ms_of(522));
    world.send(Event::Woken);
    world.set_clock(at("2030-01-01T12:00:00"));
    world.send(Event::Woken);
    world.run(world.now + ms_of(1_000));
    world.set_clock(world.now);
    world.run(at("2026-12-01T07:00:00"));
    let (_, first_ended) = world.sound(&first).unwrap();
    assert_eq!(first_ended, at("2026-12-01T05:50:00"));
    assert_eq!(world.sound(&second).unwrap().0, first_ended);
    assert_eq!(world.violations(), []);
}

/// The battery of the PC's clock is dead: it begins again in 2020, where no instant of an order from before means anything.
#[test]
fn what_was_ordered_before_a_start_that_does_not_know_the_time_waits_until_somebody_does_and_can_be_ended() {
    for ended in [false, true] {
        let mut world = begin(at("2026-12-01T05:00:00"), &[]);
        world.disk.lay("bao-so-3.flac", facts(MIN));
        let [first, again] = ["05:00:00", "05:20:00"].map(|time| {
            let mut wanted = slot(at(&format!("2026-12-01T{time}")), "bao-so-3", MIN, 10 * MIN);
            wanted.id = SlotId(format!("2026-12-01/by-hand/{time}"));
            (wanted.kind, wanted.class) = (Kind::ByHand, Class::Emergency);
            wanted.asked_by = Some("anh Bình".into());
            wanted
        });
        for wanted in [&first, &again] {
            world.send(Event::Asked(Request::Play(Box::new(wanted.clone()))));
        }
        world.run(at("2026-12-01T05:02:00"));
        world.lose_power_and_time(MIN, at("2020-01-01T00:00:00"));
        world.run(at("2026-12-01T05:10:00"));
        assert_eq!((world.outcome(&first), world.outcome(&again)), (Some((Outcome::Aired, None)), None));
        assert_eq!(world.director.laid_aside().map(|slot| &slot.id).collect::<Vec<_>>(), [&again.id]);
        if ended {
            world.send(Event::Asked(Request::EndEmergency { by: "anh Tư".into() }));
        }
        world.set_clock(world.now);
        world.run(at("2026-12-01T06:00:00"));
        if ended {
            assert_eq!(world.outcome(&again), Some((Outcome::Missed, Some(Cause::Operator))));
            assert!(world.sounds(&again).is_empty() && world.note(&again).contains("anh Tư"));
        } else {
            assert_eq!(world.outcome(&again), Some((Outcome::Aired, None)));
            assert_eq!(world.sound(&again).unwrap().0, at("2026-12-01T05:20:00"));
        }
        assert_eq!(world.violations(), []);
    }
}

/// The clock shows 2020; the program dies a moment after the order, or the PC loses its power. It is still wrong afterwards, or
/// is set right before the repeat is due.
#[test]
fn the_repeats_of_an_emergency_that_was_ordered_in_doubt_keep_their_distance_over_the_end_of_the_run() {
    for (dies, set_right) in [(true, false), (true, true), (false, false)] {
        let mut world = begin(at("2026-12-01T05:00:00"), &[]);
        world.disk.lay("bao-so-3.flac", facts(MIN));
        world.set_clock(at("2020-01-01T00:00:00"));
        world.run(at("2026-12-01T05:00:10"));
        let [first, again] = [0, 20].map(|minutes| {
            let mut wanted = slot(world.clock() + ms_of(minutes * MIN), "bao-so-3", MIN, 10 * MIN);
            wanted.id = SlotId(format!("2020-01-01/by-hand/{minutes}"));
            (wanted.kind, wanted.class, wanted.asked_by) = (Kind::ByHand, Class::Emergency, Some("anh Bình".into()));
            wanted
        });
        for wanted in [&first, &again] {
            world.send(Event::Asked(Request::Play(Box::new(wanted.clone()))));
        }
        world.run(at("2026-12-01T05:02:00"));
        let end = if dies { World::crash } else { World::lose_power };
        end(&mut world, 3_000);
        if set_right {
            world.run(at("2026-12-01T05:10:00"));
            world.set_clock(world.now);
        }
        world.run(at("2026-12-01T06:00:00"));
        assert_eq!(world.outcome(&first), Some((Outcome::Aired, None)));
        let told = format!("{dies} {set_right}");
        if dies {
            assert_eq!(world.outcome(&again), Some((Outcome::Aired, None)), "{told}");
            // That a clock was set is seen within a second, and a repeat may be as late by that.
            let seen = ms_of(if set_right { 1_000 } else { 0 });
            assert_eq!(world.sound(&again).unwrap().0, at("2026-12-01T05:20:10") + seen, "{told}");
        } else {
            assert_eq!(world.outcome(&again), Some((Outcome::Missed, Some(Cause::Power))), "{told}");
            assert!(world.note(&again).contains("không còn biết giờ phát"), "{}", world.note(&again));
        }
        assert_eq!(world.violations(), [], "{told}");
    }
}

/// The hardware clock is in local time and is read as UTC, or somebody typed another hour, and nobody vouches for it. By that
/// clock the morning is over.
#[test]
fn what_only_a_leap_of_the_clock_says_was_missed_waits_a_quarter_of_an_hour_and_airs_if_it_is_set_back() {
    let plan = ["06:00:00", "09:00:00", "11:50:00"]
        .map(|time| slot(at(&format!("2026-12-01T{time}")), &time[..2], MIN, 2 * MIN));
    for at_a_start in [false, true] {
        let begun = || {
            let mut world = begin(at("2026-12-01T05:00:00"), &plan);
            // Each clock is believed at once.
            world.clock_rule = loa::station::ClockRule::Always;
            world.clock_is_kept = false;
            world.send(Event::ClockKept(false));
            world.run(at("2026-12-01T05:30:00"));
            if at_a_start {
                world.lose_power_and_time(MIN, at("2026-12-01T12:31:00"));
            } else {
                world.step_clock(jiff::SignedDuration::from_hours(7));
            }
            world
        };
        let missed = |cause| Some((Outcome::Missed, Some(cause)));
        let cause = if at_a_start { Cause::Power } else { Cause::Clock };

        let mut believed = begun();
        believed.run(at("2026-12-01T05:44:00"));
        assert!(plan.iter().all(|slot| believed.outcome(slot).is_none()));
        let unsure = believed.director.unsure().unwrap();
        assert_eq!((unsure.slots, unsure.from, unsure.to), (3, plan[0].planned, plan[2].planned));
        assert_eq!(
            (believed.director.outlook().next, believed.director.ahead().count()),
            (None, 0),
            "no sound to come"
        );
        believed.run(at("2026-12-01T05:47:00"));
        assert!(plan.iter().all(|slot| believed.outcome(slot) == missed(cause)), "{:?}", believed.outcome(&plan[0]));
        assert_eq!(believed.director.unsure(), None);

        let mut vouched_for = begun();
        vouched_for.run(at("2026-12-01T05:33:00"));
        vouched_for.send(Event::ClockKept(true));
        assert!(plan.iter().all(|slot| vouched_for.outcome(slot) == missed(cause)));

        // Killed meanwhile, and set right.
        let mut set_back = begun();
        set_back.run(at("2026-12-01T05:40:00"));
        set_back.crash(1_000);
        set_back.run(at("2026-12-01T05:42:00"));
        set_back.set_clock(set_back.now);
        set_back.run(at("2026-12-01T13:00:00"));
        for slot in &plan {
            assert_eq!(set_back.outcome(slot), Some((Outcome::Aired, None)), "{at_a_start}");
            assert_eq!(set_back.sound(slot).unwrap().0, slot.planned);
        }
        assert_eq!(set_back.violations(), []);
    }
}

/// The program ran, or was away for a minute, while the clock leapt over the morning; of a PC that was switched off nobody knows
/// which of both it was.
#[test]
fn what_the_clock_leapt_over_is_missed_for_it_over_the_end_of_a_run_and_what_only_a_clock_says_has_that_in_its_note() {
    type Mishap = fn(&mut World);
    let only_the_clock = loa::notes::only_the_clock_says();
    let plan = ["05:30:30", "06:00:00", "11:50:00"]
        .map(|time| slot(at(&format!("2026-12-01T{time}")), &time[..5], MIN, 2 * MIN));
    let stepped: Mishap = |world| world.step_clock(jiff::SignedDuration::from_hours(7));
    let stepped_and_killed: Mishap = |world| {
        world.step_clock(jiff::SignedDuration::from_hours(7));
        world.run(at("2026-12-01T05:40:00"));
        world.crash(1_000);
    };
    let set_while_nobody_ran: Mishap = |world| world.crash_and_set_clock(MIN, at("2026-12-01T12:31:00"));
    let switched_off: Mishap = |world| world.lose_power_and_time(MIN, at("2026-12-01T12:31:00"));
    let vouched_for: Mishap = |world| {
        world.lose_power_and_time(MIN, at("2026-12-01T12:31:00"));
        world.send(Event::ClockKept(true));
    };
    let clock = (Cause::Clock, "");
    let told = only_the_clock.as_str();
    for (n, (mishap, wanted)) in [
        (stepped, [clock; 3]),
        (stepped_and_killed, [clock; 3]),
        // What fell due in the minute in which nobody ran could have been heard after it.
        (set_while_nobody_ran, [(Cause::Daemon, told), clock, clock]),
        (switched_off, [(Cause::Power, told); 3]),
        (vouched_for, [(Cause::Power, ""); 3]),
    ]
    .into_iter()
    .enumerate()
    {
        let mut world = begin(at("2026-12-01T05:00:00"), &plan);
        world.clock_rule = loa::station::ClockRule::Always;
        world.clock_is_kept = false;
        world.send(Event::ClockKept(false));
        world.run(at("2026-12-01T05:30:00"));
        mishap(&mut world);
        world.run(at("2026-12-01T05:57:00"));
        for (slot, (cause, note)) in plan.iter().zip(wanted) {
            let found = (world.outcome(slot), world.note(slot));
            assert_eq!(found, (Some((Outcome::Missed, Some(cause))), note), "{n}: {}", slot.id.0);
        }
    }
}

/// Short of half an hour the clock is taken at its word, and so is one for which somebody vouches.
#[test]
fn what_a_short_leap_or_one_of_a_clock_that_is_kept_takes_is_missed_at_once() {
    let one = slot(at("2026-12-01T05:40:00"), "a", MIN, 2 * MIN);
    for (kept, minutes) in [(false, 29), (true, 400)] {
        let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&one));
        world.clock_rule = loa::station::ClockRule::Always;
        world.send(Event::ClockKept(kept));
        world.run(at("2026-12-01T05:30:00"));
        world.step_clock(jiff::SignedDuration::from_mins(minutes));
        world.run(at("2026-12-01T05:30:05"));
        assert_eq!(world.outcome(&one), Some((Outcome::Missed, Some(Cause::Clock))));
    }
}

/// The clock was an hour slow when it was ordered, and is set right before its repeat.
#[test]
fn the_repeats_of_an_emergency_keep_their_distance_where_the_clock_is_set_on_or_back() {
    for by_min in [60, -60, 20] {
        let mut world = begin(at("2026-12-01T05:00:00"), &[]);
        world.clock_rule = loa::station::ClockRule::Always;
        world.disk.lay("bao-so-3.flac", facts(MIN));
        let [first, again] = [0, 15].map(|minutes| {
            let mut wanted = slot(world.clock() + ms_of(minutes * MIN), "bao-so-3", MIN, 10 * MIN);
            wanted.id = SlotId(format!("2026-12-01/by-hand/{minutes}"));
            (wanted.kind, wanted.class, wanted.asked_by) = (Kind::ByHand, Class::Emergency, Some("anh Bình".into()));
            wanted
        });
        for wanted in [&first, &again] {
            world.send(Event::Asked(Request::Play(Box::new(wanted.clone()))));
        }
        world.run(at("2026-12-01T05:02:00"));
        world.step_clock(jiff::SignedDuration::from_mins(by_min));
        world.run(at("2026-12-01T06:00:00"));
        assert_eq!(world.outcome(&again), Some((Outcome::Aired, None)), "{by_min}");
        let late = world.sound(&again).unwrap().0.duration_since(at("2026-12-01T05:15:00"));
        // A step is seen within a second, and a repeat may be as late by that.
        assert!((0..=1_000).contains(&late.as_millis()), "{by_min}: {late}");
    }
}

/// Killed seconds after the clock was set under what sounds, by minutes or by most of an hour, with a person's word for it or without.
#[test]
fn a_clock_that_was_set_in_mid_airing_is_told_over_a_kill_and_nothing_ends_before_it_begins() {
    use loa::programme::AfterPowerCut::{Resume, Skip};
    for (by_min, wanted) in
        [(60, loa::notes::clock_set_on()), (-3, loa::notes::clock_set_back()), (-40, loa::notes::clock_set_back())]
    {
        for (policy, outcome) in [(Skip, Outcome::Interrupted), (Resume, Outcome::Aired)] {
            for confirmed in [true, false] {
                let mut one = slot(at("2026-12-01T05:45:00"), "a", 10 * MIN, 5 * MIN);
                one.after_power_cut = policy;
                let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&one));
                world.run(at("2026-12-01T05:48:00"));
                world.step_clock(jiff::SignedDuration::from_mins(by_min));
                world.run(at("2026-12-01T05:48:20"));
                if confirmed {
                    world.confirm_clock();
                    world.run(at("2026-12-01T05:48:40"));
                }
                world.crash(1_000);
                world.run(at("2026-12-01T05:49:00"));
                world.confirm_clock();
                world.run(at("2026-12-01T07:30:00"));
                let told = format!("{by_min} {policy:?} {confirmed}: {}", world.note(&one));
                assert_eq!((world.outcome(&one).unwrap().0, world.violations()), (outcome, vec![]), "{told}");
                assert!(world.note(&one).contains(&wanted), "{told}");
            }
        }
    }
}

/// Trusted, and three hours ahead; the program dies, and the clock is set right before it is back.
#[test]
fn the_repeats_that_a_clock_hours_ahead_was_trusted_for_keep_their_distance_over_a_kill() {
    let mut world = begin(at("2026-12-01T05:00:00"), &[]);
    world.clock_rule = loa::station::ClockRule::Always;
    world.disk.lay("bao-so-3.flac", facts(MIN));
    world.step_clock(jiff::SignedDuration::from_hours(3));
    world.run(at("2026-12-01T05:00:10"));
    let [first, again] = [0, 15].map(|minutes| {
        let mut wanted = slot(world.clock() + ms_of(minutes * MIN), "bao-so-3", MIN, 10 * MIN);
        wanted.id = SlotId(format!("2026-12-01/by-hand/{minutes}"));
        (wanted.kind, wanted.class, wanted.asked_by) = (Kind::ByHand, Class::Emergency, Some("anh Bình".into()));
        wanted
    });
    for wanted in [&first, &again] {
        world.send(Event::Asked(Request::Play(Box::new(wanted.clone()))));
    }
    world.run(at("2026-12-01T05:02:00"));
    world.crash_and_set_clock(3_000, at("2026-12-01T05:02:03"));
    world.run(at("2026-12-01T09:00:00"));
    assert_eq!(world.sound(&again).unwrap().0, at("2026-12-01T05:15:10"));
    assert_eq!((world.outcome(&again), world.violations()), (Some((Outcome::Aired, None)), vec![]));
}

/// Who sees another year on the page does not say that it is right: once it is set right, all that waits is heard.
#[test]
fn nobody_vouches_for_the_clock_of_another_year_so_that_it_is_trusted_when_it_is_set_right() {
    let plan = ["05:45:00", "06:45:00"].map(|time| slot(at(&format!("2026-12-01T{time}")), &time[..2], MIN, 5 * MIN));
    let mut world = begin(at("2026-12-01T05:00:00"), &plan);
    world.run(at("2026-12-01T05:40:00"));
    world.set_clock(at("2030-01-01T12:00:00"));
    world.run(at("2026-12-01T05:40:10"));
    world.suffer(&Fault::ClockConfirmed);
    world.run(at("2026-12-01T05:41:00"));
    world.suffer(&Fault::ClockRight);
    world.run(at("2026-12-01T07:30:00"));
    let wanted = plan.each_ref().map(|_| Some((Outcome::Aired, None)));
    assert_eq!((plan.each_ref().map(|slot| world.outcome(slot)), world.violations()), (wanted, vec![]));
}
