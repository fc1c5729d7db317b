//! What a person asks for: emergencies, a recording now, skip and stop.

use jiff::Timestamp;
use loa::director::{Event, Request};
use loa::outcome::{Cause, Outcome};
use loa::programme::Class;
use loa::rehearsal::World;
use loa::timetable::{Kind, Slot, SlotId, cap_against};

use super::{MIN, Order, at, begin, facts, ms_of, slot};

type Ended = Option<(Outcome, Option<Cause>)>;
const AIRED: Ended = Some((Outcome::Aired, None));

fn ended(outcome: Outcome, cause: Cause) -> Ended {
    Some((outcome, Some(cause)))
}

fn day(time: &str) -> Timestamp {
    at(&format!("2026-12-01T{time}"))
}

/// A window from 05:30 with three soft items of five minutes.
fn window() -> Order {
    let mut order = Order::new(day("05:30:00"), 30);
    for name in ["a", "b", "c"] {
        order.segment(name, 5 * MIN);
    }
    order
}

/// What somebody wants heard at that instant.
fn by_hand(when: Timestamp, name: &str, file_ms: u64, class: Class) -> Slot {
    let mut wanted = slot(when, name, file_ms, 10 * MIN);
    wanted.id = SlotId(format!("2026-12-01/by-hand/{name}/{}", when.as_second()));
    wanted.broadcast.clone_from(&wanted.id.0);
    (wanted.kind, wanted.class, wanted.segment, wanted.audio) = (Kind::ByHand, class, None, None);
    wanted.asked_by = Some("chị Lan".into());
    wanted
}

fn emergency(when: Timestamp, file_ms: u64) -> Slot {
    by_hand(when, "bao-so-3", file_ms, Class::Emergency)
}

fn ask(world: &mut World, wanted: &Slot, file_ms: u64) {
    world.disk.lay(&wanted.files[0], facts(file_ms));
    world.send(Event::Asked(Request::Play(Box::new(wanted.clone()))));
}

#[test]
fn an_emergency_cuts_what_is_on_air_at_once_and_what_it_cut_is_not_resumed() {
    let order = window();
    let mut world = begin(day("05:00:00"), &order.slots);
    world.run(day("05:32:00"));
    let wanted = emergency(world.now, MIN);
    ask(&mut world, &wanted, MIN);
    world.run(day("06:30:00"));
    assert_eq!(world.tones, std::slice::from_ref(&wanted.id));
    assert_eq!(world.sounds(&wanted), [(day("05:32:00"), day("05:33:00"))]);
    assert_eq!(world.outcome(&wanted), AIRED);
    let [a, b, c] = [0, 1, 2].map(|n| &order.slots[n]);
    assert_eq!(world.outcome(a), ended(Outcome::Cut, Cause::Emergency));
    assert_eq!(world.sounds(a), [(day("05:30:00"), day("05:32:00") + ms_of(10))], "a ramp of 10 ms, once");
    assert!(world.note(a).contains("chị Lan"));
    // The broadcast goes on behind it.
    assert_eq!(world.sound(b).unwrap().0, day("05:33:00"));
    assert!([b, c].iter().all(|slot| world.outcome(slot) == AIRED));
}

#[test]
fn an_emergency_cuts_hard_items_too_and_what_fell_due_under_it_was_missed_for_it() {
    let hard = slot(day("05:45:00"), "a", 10 * MIN, 2 * MIN);
    let under = slot(day("05:48:00"), "b", MIN, 2 * MIN);
    let late = slot(day("05:52:00"), "c", MIN, 2 * MIN);
    let mut world = begin(day("05:00:00"), &[hard.clone(), under.clone(), late.clone()]);
    world.run(day("05:46:00"));
    let wanted = emergency(world.now, 7 * MIN);
    ask(&mut world, &wanted, 7 * MIN);
    world.run(day("06:30:00"));
    assert_eq!(world.outcome(&hard), ended(Outcome::Cut, Cause::Emergency));
    assert_eq!(world.outcome(&under), ended(Outcome::Missed, Cause::Emergency));
    assert_eq!(world.sound(&late).unwrap().0, day("05:53:00"), "within its grace it airs late");
}

#[test]
fn an_emergency_that_cannot_be_opened_cuts_nothing() {
    let order = window();
    let mut world = begin(day("05:00:00"), &order.slots);
    world.run(day("05:32:00"));
    let wanted = emergency(world.now, MIN);
    world.disk.absent.insert(wanted.files[0].clone());
    ask(&mut world, &wanted, MIN);
    world.run(day("06:30:00"));
    assert_eq!(world.outcome(&wanted), ended(Outcome::Failed, Cause::NoFile));
    assert!(order.slots.iter().all(|slot| world.outcome(slot) == AIRED), "what is on air goes on");
}

#[test]
fn an_emergency_passes_quiet_hours_and_a_recording_played_by_hand_does_not() {
    for (class, outcome) in [(Class::Emergency, AIRED), (Class::Normal, ended(Outcome::Excepted, Cause::QuietHours))] {
        let mut world = begin(day("03:00:00"), &[]);
        let wanted = by_hand(world.now, "bao", MIN, class);
        ask(&mut world, &wanted, MIN);
        world.run(day("04:00:00"));
        assert_eq!(world.outcome(&wanted), outcome);
    }
}

#[test]
fn an_emergency_of_unknown_length_is_followed_when_it_ends() {
    let hard = slot(day("05:45:00"), "a", MIN, 10 * MIN);
    let mut world = begin(day("05:00:00"), std::slice::from_ref(&hard));
    world.disk.unmeasured.insert("bao-so-3.flac".into());
    world.run(day("05:44:00"));
    let wanted = emergency(world.now, 3 * MIN);
    ask(&mut world, &wanted, 3 * MIN);
    world.run(day("06:30:00"));
    assert_eq!(world.sounds(&wanted), [(day("05:44:00"), day("05:47:00"))]);
    assert_eq!(world.sound(&hard).unwrap().0, day("05:47:00"));
}

#[test]
fn an_emergency_is_repeated_until_somebody_ends_it() {
    let order = window();
    let mut world = begin(day("05:00:00"), &order.slots);
    world.run(day("05:31:00"));
    let all = ["05:31:00", "05:41:00", "05:51:00"].map(|time| emergency(day(time), 2 * MIN));
    for wanted in &all {
        ask(&mut world, wanted, 2 * MIN);
    }
    // A new plan takes nothing away of what was asked for.
    world.send(Event::Planned { since: world.clock(), slots: order.slots[1..].to_vec(), rules: super::rules() });
    world.run(day("05:42:00"));
    assert_eq!(world.outcome(&all[0]), AIRED);
    assert_eq!(world.sound(&order.slots[1]), Some((day("05:33:00"), day("05:38:00"))));
    world.send(Event::Asked(Request::EndEmergency { by: "anh Tư".into() }));
    world.run(day("06:30:00"));
    assert_eq!(world.outcome(&all[1]), ended(Outcome::Cut, Cause::Operator));
    assert_eq!(world.sounds(&all[1]), [(day("05:41:00"), day("05:42:00") + ms_of(30))]);
    assert!(world.note(&all[1]).contains("anh Tư"));
    assert_eq!(world.outcome(&all[2]), ended(Outcome::Missed, Cause::Operator), "taken back before its time");
    assert!(world.sounds(&all[2]).is_empty() && world.note(&all[2]).contains("anh Tư"), "{}", world.note(&all[2]));
}

/// However far ahead they are: the first is over, and nothing sounds.
#[test]
fn repeats_that_are_taken_back_have_their_rows_with_who_ended_them_however_far_ahead_they_are() {
    let mut world = begin(day("05:00:00"), &[]);
    let far = at("2026-12-09T05:00:00");
    let all = [day("05:00:00"), day("05:05:00"), far].map(|when| emergency(when, MIN));
    for wanted in &all {
        ask(&mut world, wanted, MIN);
    }
    world.run(day("05:02:00"));
    assert_eq!(world.tones, std::slice::from_ref(&all[0].id), "what lies ahead is not opened yet");
    world.send(Event::Asked(Request::EndEmergency { by: "anh Tư".into() }));
    for wanted in &all[1..] {
        assert_eq!(world.outcome(wanted), ended(Outcome::Missed, Cause::Operator));
        assert!(world.note(wanted).contains("anh Tư"), "{}", world.note(wanted));
    }
    world.run(day("06:00:00"));
    assert_eq!((world.outcome(&all[0]), world.heard.len(), world.violations()), (AIRED, 1, vec![]));
}

/// Whatever ended it, the next run knows of them: at their time, or late within their grace, they air; beyond it they were
/// missed for that.
#[test]
fn the_repeats_of_an_emergency_outlive_the_run_in_which_it_was_ordered() {
    type End = fn(&mut World, u64);
    let ends: [(End, Cause); 3] =
        [(World::stop, Cause::Daemon), (World::crash, Cause::Daemon), (World::lose_power, Cause::Power)];
    for (end, cause) in ends {
        for (off_ms, heard) in [
            (MIN, &["05:41:00", "05:51:00"][..]),
            (10 * MIN, &["05:45:00", "05:51:00"]),
            (20 * MIN, &["05:55:00"]),
            (30 * MIN, &[]),
        ] {
            let mut world = begin(day("05:00:00"), &[]);
            world.run(day("05:31:00"));
            let all = ["05:31:00", "05:41:00", "05:51:00"].map(|time| emergency(day(time), 2 * MIN));
            for wanted in &all {
                ask(&mut world, wanted, 2 * MIN);
            }
            world.run(day("05:35:00"));
            end(&mut world, off_ms);
            world.run(day("07:00:00"));
            assert_eq!((world.outcome(&all[0]), world.sounds(&all[0]).len()), (AIRED, 1), "{cause:?} {off_ms}");
            let began: Vec<Timestamp> = world.heard[1..].iter().map(|heard| heard.began).collect();
            assert_eq!(began, heard.iter().map(|time| day(time)).collect::<Vec<_>>(), "{cause:?} {off_ms}");
            let missed = 2 - heard.len();
            for (n, wanted) in all[1..].iter().enumerate() {
                let wanted_is = if n < missed { ended(Outcome::Missed, cause) } else { AIRED };
                assert_eq!(world.outcome(wanted), wanted_is, "{cause:?} {off_ms} {}", wanted.id.0);
            }
            assert_eq!(world.violations(), []);
        }
    }
}

/// A recording takes its time to open, and the amplifier to warm: nothing that is on air meanwhile is what it waits for.
#[test]
fn an_emergency_waits_for_nothing_on_air_but_another_emergency() {
    let long = slot(day("05:30:00"), "a", 20 * MIN, MIN);
    let mut world = begin(day("05:00:00"), std::slice::from_ref(&long));
    world.run(day("05:31:00"));
    let behind = |world: &World, wanted: &Slot| world.director.waits_behind(&wanted.id).map(|slot| slot.title.clone());
    let [play, first, second] = [("mot", Class::Normal), ("bao", Class::Emergency), ("khac", Class::Emergency)]
        .map(|(name, class)| by_hand(day("05:31:00"), name, 2 * MIN, class));
    ask(&mut world, &play, 2 * MIN);
    assert_eq!(behind(&world, &play), Some(long.title.clone()));
    world.disk.all_slow_ms = 3_000;
    ask(&mut world, &first, 2 * MIN);
    assert_eq!(world.director.on_air().map(|slot| &slot.id), Some(&long.id), "it is not cut yet");
    assert_eq!(behind(&world, &first), None);
    world.run(day("05:32:00"));
    ask(&mut world, &second, 2 * MIN);
    world.run(day("05:32:10"));
    assert_eq!(behind(&world, &second), Some(first.title.clone()));
    world.run(day("06:00:00"));
    assert_eq!(world.sound(&second).unwrap().0, world.sound(&first).unwrap().1);
    assert_eq!(world.outcome(&long), ended(Outcome::Cut, Cause::Emergency));
}

#[test]
fn skip_and_stop_leave_an_emergency_on_air() {
    let mut world = begin(day("05:00:00"), &[]);
    let wanted = emergency(world.now, 2 * MIN);
    ask(&mut world, &wanted, 2 * MIN);
    world.run(day("05:01:00"));
    world.send(Event::Asked(Request::Skip { by: "chị Hai".into() }));
    world.send(Event::Asked(Request::Stop { by: "chị Hai".into() }));
    world.run(day("05:10:00"));
    assert_eq!(world.outcome(&wanted), AIRED);
    assert_eq!(world.sound(&wanted), Some((day("05:00:00"), day("05:02:00"))));
}

#[test]
fn two_emergencies_follow_each_other() {
    let mut world = begin(day("05:00:00"), &[]);
    let (first, second) = (emergency(world.now, MIN), by_hand(world.now, "khac", MIN, Class::Emergency));
    ask(&mut world, &first, MIN);
    ask(&mut world, &second, MIN);
    world.run(day("06:00:00"));
    assert_eq!(world.sound(&first), Some((day("05:00:00"), day("05:01:00"))));
    assert_eq!(world.sound(&second), Some((day("05:01:00"), day("05:02:00"))));
}

#[test]
fn a_recording_played_by_hand_waits_for_what_is_on_air_and_takes_the_place_of_filler() {
    let mut order = Order::new(day("05:30:00"), 30);
    let news = order.segment("a", 5 * MIN);
    let mut filler = order.filler(&["m1.mp3", "m2.mp3"], day("06:00:00"));
    filler.audio = Some(super::facts(20 * MIN));
    order.slots[1] = filler.clone();
    let mut world = begin(day("05:00:00"), &order.slots);
    world.run(day("05:33:00"));
    let first = by_hand(world.now, "mot", MIN, Class::Normal);
    ask(&mut world, &first, MIN);
    world.run(day("05:40:00"));
    assert_eq!(world.sound(&first), Some((day("05:35:00"), day("05:36:00"))), "behind the news");
    assert_eq!(world.outcome(&news), AIRED);
    assert_eq!(world.sound(&filler).map_or(day("05:36:00"), |heard| heard.0), day("05:36:00"));
    let second = by_hand(world.now, "hai", MIN, Class::Normal);
    ask(&mut world, &second, MIN);
    world.run(day("06:30:00"));
    assert_eq!(world.sound(&second).unwrap().0, day("05:40:00"));
    assert_eq!(world.outcome(&second), AIRED);
}

#[test]
fn skip_goes_on_to_the_next_item() {
    let order = window();
    let mut world = begin(day("05:00:00"), &order.slots);
    world.run(day("05:32:00"));
    world.send(Event::Asked(Request::Skip { by: "chị Lan".into() }));
    world.run(day("06:30:00"));
    let [a, b, c] = [0, 1, 2].map(|n| &order.slots[n]);
    assert_eq!(world.outcome(a), ended(Outcome::Cut, Cause::Operator));
    assert!(world.note(a).contains("chị Lan"));
    assert_eq!(world.sound(b).unwrap().0, day("05:32:00") + ms_of(30), "behind the fade");
    assert!([b, c].iter().all(|slot| world.outcome(slot) == AIRED));
}

#[test]
fn skip_close_to_an_items_end_skips_what_sounds_and_not_what_follows() {
    let order = window();
    let mut world = begin(day("05:00:00"), &order.slots);
    world.run(day("05:34:59"));
    world.send(Event::Asked(Request::Skip { by: "chị Lan".into() }));
    world.run(day("06:30:00"));
    assert_eq!(world.outcome(&order.slots[0]), ended(Outcome::Cut, Cause::Operator));
    assert_eq!(world.outcome(&order.slots[1]), AIRED);
}

#[test]
fn stop_ends_the_broadcast_and_the_next_one_comes_as_planned() {
    let order = window();
    let next = slot(day("06:10:00"), "sau", MIN, 2 * MIN);
    let mut all = order.slots.clone();
    all.push(next.clone());
    let mut world = begin(day("05:00:00"), &all);
    world.run(day("05:32:00"));
    world.send(Event::Asked(Request::Stop { by: "chị Lan".into() }));
    // The plan read again brings nothing of it back.
    world.send(Event::Planned { since: world.clock(), slots: all.clone(), rules: super::rules() });
    world.run(day("06:30:00"));
    assert_eq!(world.outcome(&order.slots[0]), ended(Outcome::Cut, Cause::Operator));
    for slot in &order.slots[1..] {
        assert_eq!(world.outcome(slot), ended(Outcome::Missed, Cause::Operator), "{}", slot.id.0);
        assert!(world.sounds(slot).is_empty() && world.note(slot).contains("chị Lan"));
    }
    assert_eq!(world.outcome(&next), AIRED);
}

/// Whoever stops what sounds wants silence: what somebody had asked for behind it does not begin in its place.
#[test]
fn stop_takes_back_what_a_person_had_played_next_and_neither_a_later_broadcast_nor_an_emergency() {
    let order = window();
    let next = slot(day("06:10:00"), "sau", MIN, 2 * MIN);
    let all = [order.slots.clone(), vec![next.clone()]].concat();
    let mut world = begin(day("05:00:00"), &all);
    world.run(day("05:32:00"));
    let waiting = by_hand(world.now, "mot", MIN, Class::Normal);
    ask(&mut world, &waiting, MIN);
    // Its repeat is still to come.
    let repeat = emergency(day("06:00:00"), MIN);
    ask(&mut world, &repeat, MIN);
    world.run(day("05:33:00"));
    world.send(Event::Asked(Request::Stop { by: "chị Hai".into() }));
    world.run(day("05:59:00"));
    assert_eq!(world.outcome(&order.slots[0]), ended(Outcome::Cut, Cause::Operator));
    assert_eq!(world.outcome(&waiting), ended(Outcome::Missed, Cause::Operator));
    assert!(world.sounds(&waiting).is_empty() && world.note(&waiting).contains("chị Hai"), "{}", world.note(&waiting));
    assert_eq!(world.heard.len(), 1, "silence from there on");
    world.run(day("06:30:00"));
    assert_eq!([world.outcome(&repeat), world.outcome(&next)], [AIRED; 2]);
    assert_eq!(world.violations(), []);
}

/// On its way to the air it cannot be skipped, for it is not heard yet; but it can be stopped with its broadcast, and then it is
/// not tried again.
#[test]
fn what_is_stopped_before_its_first_sample_is_missed_for_that_and_what_has_not_begun_is_not_skipped() {
    let order = window();
    for (when, heard) in [("05:29:59.2", 0), ("05:34:59.2", 1)] {
        let mut world = begin(day("05:00:00"), &order.slots);
        world.run(day(when));
        assert_eq!(world.ordered.len(), heard + 1, "the next one is on its way");
        world.send(Event::Asked(Request::Stop { by: "chị Lan".into() }));
        world.run(day("06:30:00"));
        for slot in &order.slots[heard..] {
            assert_eq!(world.outcome(slot), ended(Outcome::Missed, Cause::Operator), "{} at {when}", slot.id.0);
            assert!(world.sounds(slot).is_empty() && world.note(slot).contains("chị Lan"));
        }
        assert_eq!((world.heard.len(), world.violations()), (heard, vec![]));
    }
    let mut world = begin(day("05:00:00"), &order.slots);
    world.run(day("05:29:59.2"));
    world.send(Event::Asked(Request::Skip { by: "chị Lan".into() }));
    world.run(day("06:30:00"));
    assert!(order.slots.iter().all(|slot| world.outcome(slot) == AIRED));
}

/// The line is away, and what it broke off waits to go on: to whoever asks it is on air.
#[test]
fn what_waits_for_the_line_to_go_on_is_skipped_and_stopped_with_its_broadcast() {
    let order = window();
    for (request, airs) in [
        (Request::Skip { by: "chị Lan".into() }, vec![AIRED, AIRED]),
        (Request::Stop { by: "chị Lan".into() }, vec![ended(Outcome::Missed, Cause::Operator); 2]),
    ] {
        let mut world = begin(day("05:00:00"), &order.slots);
        world.run(day("05:32:00"));
        world.lose_line();
        world.run(day("05:32:10"));
        assert_eq!(world.director.all_begun().count(), 1);
        world.send(Event::Asked(request));
        world.run(day("05:32:20"));
        world.open_line();
        world.run(day("06:30:00"));
        let [a, rest @ ..] = &order.slots[..] else { panic!() };
        assert_eq!(world.outcome(a), ended(Outcome::Interrupted, Cause::Line));
        assert!(world.note(a).contains("theo yêu cầu của chị Lan"), "{}", world.note(a));
        assert_eq!(world.sounds(a), [(day("05:30:00"), day("05:32:00"))], "it does not go on");
        assert_eq!(rest.iter().map(|slot| world.outcome(slot)).collect::<Vec<_>>(), airs);
        assert_eq!(world.violations(), []);
    }
}

#[test]
fn with_nothing_on_air_skip_and_stop_do_nothing() {
    let order = window();
    let mut world = begin(day("05:00:00"), &order.slots);
    world.send(Event::Asked(Request::Skip { by: "x".into() }));
    world.send(Event::Asked(Request::Stop { by: "x".into() }));
    world.send(Event::Asked(Request::EndEmergency { by: "x".into() }));
    world.run(day("06:30:00"));
    assert!(order.slots.iter().all(|slot| world.outcome(slot) == AIRED));
}

#[test]
fn a_recording_played_by_hand_keeps_within_the_days_caps() {
    let morning = slot(day("05:45:00"), "a", 10 * MIN, 2 * MIN);
    let evening = slot(day("17:10:00"), "b", 10 * MIN, 2 * MIN);
    let planned = [morning, evening];
    let mut wanted = by_hand(day("10:00:00"), "mot", MIN, Class::Normal);
    wanted.audio = Some(super::facts(MIN));
    let rules = |broadcasts, minutes| loa::station::Rules {
        broadcasts_per_day: broadcasts,
        broadcast_minutes: minutes,
        ..loa::station::Rules::default()
    };
    let against = |rules: &loa::station::Rules, wanted: &Slot| cap_against(rules, &planned, wanted).map(|text| text.en);
    assert_eq!(against(&rules(Some(3), Some(45)), &wanted), None);
    assert!(against(&rules(Some(2), None), &wanted).unwrap().contains("broadcasts_per_day"));
    // Close behind the evening's it is part of that, which then is eleven minutes long.
    wanted.planned = day("17:25:00");
    assert_eq!(against(&rules(Some(2), Some(11)), &wanted), None);
    assert!(against(&rules(Some(2), Some(10)), &wanted).unwrap().contains("broadcast_minutes"));
}

/// Filler stretches to the repeat's instant: that must not keep it from being ended there.
#[test]
fn a_repeat_of_an_emergency_ends_the_filler_that_stretches_to_it() {
    let mut order = Order::new(day("05:30:00"), 40);
    let filler = order.filler(&["dem/a.flac"], day("06:00:00"));
    let mut world = begin(day("05:00:00"), &[]);
    world.disk.lay("dem/a.flac", facts(20 * MIN));
    world.plan_anew(order.slots.clone());
    let repeat = emergency(day("05:40:00"), MIN);
    world.run(day("05:31:00"));
    ask(&mut world, &repeat, MIN);
    world.run(day("06:30:00"));
    assert_eq!(world.sound(&repeat), Some((day("05:40:00"), day("05:41:00"))));
    assert_eq!(world.sound(&filler).unwrap().1, day("05:40:00") + ms_of(10));
}

/// The filler is to end for it, and it is taken back in the second before: what follows waits for the filler's end.
#[test]
fn an_emergency_that_is_ended_before_its_first_sample_lets_nothing_over_what_it_was_to_cut() {
    let mut order = Order::new(day("05:30:00"), 40);
    let filler = order.filler(&["dem/a.flac"], day("05:39:59"));
    let bye = order.segment("chao", 15_000);
    let mut world = begin(day("05:00:00"), &[]);
    world.disk.lay("dem/a.flac", facts(20 * MIN));
    world.plan_anew(order.slots.clone());
    let repeat = emergency(day("05:39:00"), MIN);
    world.run(day("05:31:00"));
    ask(&mut world, &repeat, MIN);
    world.run(day("05:38:59"));
    world.send(Event::Asked(Request::EndEmergency { by: "chị Lan".into() }));
    world.run(day("06:30:00"));
    assert_eq!(world.outcome(&repeat), ended(Outcome::Missed, Cause::Operator));
    assert_eq!(world.sound(&bye).unwrap().0, world.sound(&filler).unwrap().1);
    assert_eq!(world.violations(), []);
}

/// What only fills has no right to go on before what a person asked for while the line was away.
#[test]
fn filler_that_was_broken_off_goes_on_behind_what_waits_for_the_line() {
    let mut order = Order::new(day("05:30:00"), 40);
    let filler = order.filler(&["dem/a.flac"], day("06:00:00"));
    for power in [false, true] {
        order.slots[0].after_power_cut = loa::programme::AfterPowerCut::Restart;
        let mut world = begin(day("05:00:00"), &[]);
        world.disk.lay("dem/a.flac", facts(20 * MIN));
        world.plan_anew(order.slots.clone());
        world.run(day("05:40:00"));
        let wanted = by_hand(day("05:40:00") + ms_of(1_000), "mot", MIN, Class::Normal);
        if power {
            world.lose_power(1_000);
            world.lose_line();
        } else {
            world.lose_line();
            world.run(wanted.planned);
        }
        ask(&mut world, &wanted, MIN);
        world.run(day("05:40:05"));
        world.open_line();
        world.run(day("06:30:00"));
        assert_eq!(world.sound(&wanted), Some((day("05:40:05"), day("05:41:05"))), "power: {power}");
        let heard = world.sounds(&filler);
        assert_eq!(heard.last(), Some(&(day("05:41:05"), day("06:00:00"))), "power: {power}");
        assert_eq!((world.outcome(&filler), world.violations()), (AIRED, vec![]));
    }
}

/// The power comes back, the clock is set on past the filler's end and somebody asks for a recording, all in one millisecond:
/// the filler has just begun, and cannot be cut before its first sample is told.
#[test]
fn what_is_asked_for_while_filler_cannot_be_cut_yet_waits_for_its_fade() {
    let mut order = Order::new(day("05:30:00"), 30);
    let filler = order.filler(&["dem/a.flac"], day("06:00:00"));
    order.slots[0].after_power_cut = loa::programme::AfterPowerCut::Restart;
    let mut world = begin(day("05:00:00"), &[]);
    world.disk.lay("dem/a.flac", facts(20 * MIN));
    world.plan_anew(order.slots.clone());
    world.run(day("05:40:00"));
    world.lose_power(MIN);
    world.step_clock(jiff::SignedDuration::from_hours(1));
    let wanted = by_hand(world.clock(), "mot", MIN, Class::Normal);
    ask(&mut world, &wanted, MIN);
    world.run(day("06:30:00"));
    assert_eq!(world.sounds(&filler).last(), Some(&(day("05:41:00"), day("05:41:01"))));
    assert_eq!(world.sound(&wanted), Some((day("05:41:01"), day("05:42:01"))));
    assert_eq!(world.violations(), []);
}

#[test]
fn of_two_orders_that_end_the_same_the_first_counts() {
    let stop = || Request::Stop { by: "anh Tư".into() };
    let end = |by: &str| Request::EndEmergency { by: by.into() };
    let wanted = emergency(day("05:31:00"), 2 * MIN);
    for (first, second) in [(end("anh Tư"), end("anh Bình")), (end("anh Tư"), stop())] {
        let mut world = begin(day("05:31:00"), &[]);
        ask(&mut world, &wanted, 2 * MIN);
        world.run(day("05:32:00"));
        world.send(Event::Asked(first));
        world.run(day("05:32:00") + ms_of(20));
        world.send(Event::Asked(second));
        world.run(day("06:30:00"));
        assert_eq!(world.outcome(&wanted), ended(Outcome::Cut, Cause::Operator));
        assert!(world.note(&wanted).contains("anh Tư"), "{}", world.note(&wanted));
        assert_eq!(world.sounds(&wanted), [(day("05:31:00"), day("05:32:00") + ms_of(30))]);
    }
    // An emergency in the midst of the fade takes the line, not the credit.
    let order = window();
    let mut world = begin(day("05:00:00"), &order.slots);
    world.run(day("05:32:00"));
    world.send(Event::Asked(stop()));
    let wanted = emergency(world.now, MIN);
    ask(&mut world, &wanted, MIN);
    world.run(day("06:30:00"));
    assert_eq!(world.outcome(&order.slots[0]), ended(Outcome::Cut, Cause::Operator));
    assert!(world.note(&order.slots[0]).contains("anh Tư"), "{}", world.note(&order.slots[0]));
}

#[test]
fn what_waits_for_a_lost_line_is_known_with_how_long_it_may() {
    let order = window();
    let mut world = begin(day("05:00:00"), &order.slots);
    world.run(day("05:32:00"));
    let waiting = |world: &World| -> Vec<(SlotId, bool, Timestamp)> {
        let waiting = world.director.all_waiting(world.now);
        waiting.iter().map(|one| (one.slot.id.clone(), one.goes_on, one.until)).collect()
    };
    assert_eq!(waiting(&world), []);
    world.lose_line();
    let wanted = emergency(world.now, MIN);
    ask(&mut world, &wanted, MIN);
    world.run(day("05:33:00"));
    let found = waiting(&world);
    let ids: Vec<&SlotId> = found.iter().map(|(id, ..)| id).collect();
    assert_eq!(ids, [&order.slots[0].id, &wanted.id]);
    assert_eq!([found[0].1, found[1].1], [true, false], "one was heard in part");
    assert_eq!(found[1].2, day("05:42:00"));
    world.open_line();
    world.run(day("05:34:30"));
    assert!(!waiting(&world).iter().any(|(id, ..)| *id == wanted.id), "it was heard");
}

#[test]
fn what_a_person_stopped_stays_stopped_by_them_though_an_emergency_follows_at_once() {
    for hard in [false, true] {
        let mut order = window();
        if hard {
            order.slots = vec![slot(day("05:30:00"), "a", 5 * MIN, 2 * MIN)];
        }
        let mut world = begin(day("05:00:00"), &order.slots);
        world.run(day("05:32:00"));
        world.send(Event::Asked(Request::Stop { by: "anh Tư".into() }));
        let wanted = emergency(world.now, MIN);
        ask(&mut world, &wanted, MIN);
        world.run(day("06:30:00"));
        let stopped = &order.slots[0];
        assert_eq!(world.outcome(stopped), ended(Outcome::Cut, Cause::Operator));
        assert_eq!(world.note(stopped), "theo yêu cầu của anh Tư");
        assert_eq!(world.sound(&wanted).unwrap().0, day("05:32:00"));
        assert_eq!((world.outcome(&wanted), world.violations()), (AIRED, vec![]));
    }
}
