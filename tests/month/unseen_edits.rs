//! What an edit that is saved while the program does not run makes of what was planned before it.

use loa::outcome::{Cause, Outcome};
use loa::rehearsal::{Edit, Fault, World};
use loa::timetable::Slot;

use super::edits::{AIRED, TOO_LATE, item, run};
use super::{MIN, at, begin, ms_of, slot};

/// `old` is moved to where `new` stands while the program does not run: from when to when.
fn moved_unseen(
    plan: &[Slot],
    (old, new): (&Slot, &Slot),
    (from, to): (&str, &str),
    off: fn(&mut World, u64),
) -> World {
    let mut world = begin(at("2026-12-01T05:00:00"), plan);
    run(&mut world, from);
    let by_ms = u64::try_from(new.planned.duration_since(old.planned).as_millis()).unwrap();
    world.suffer(&Fault::EditedMeanwhile(Edit::Moved { slot: old.id.clone(), by_ms }));
    let off_ms = at(&format!("2026-12-01T{to}")).duration_since(world.now).as_millis();
    off(&mut world, u64::try_from(off_ms).unwrap());
    run(&mut world, "19:00:00");
    world
}

/// The power is away, the program has died, or somebody stopped it.
const WAYS: [fn(&mut World, u64); 3] = [World::lose_power, World::crash, World::stop];

#[test]
fn what_is_of_record_when_an_edit_moves_it_while_nobody_runs_is_heard_once_where_it_stood() {
    let old = item("05:45:00", "a");
    for (from, to) in [
        ("05:44:10", "05:44:15"),
        ("05:44:40", "05:44:59"),
        // Back within its grace.
        ("05:44:40", "05:46:10"),
    ] {
        for new in [item("05:46:30", "a"), item("17:00:00", "a")] {
            for (way, off) in WAYS.iter().enumerate() {
                let world = moved_unseen(std::slice::from_ref(&old), (&old, &new), (from, to), *off);
                let told = format!("{from} {to} {:?} {way}", new.id);
                assert_eq!([&old, &new].map(|slot| world.outcome(slot)), [AIRED, TOO_LATE], "{told}");
                assert_eq!((world.heard.len(), world.violations()), (1, vec![]), "{told}");
            }
        }
    }
}

/// Back too late for the old place, or not of record before it ended.
#[test]
fn what_an_edit_moves_while_nobody_runs_is_heard_at_its_new_place_if_it_cannot_be_at_the_old_one() {
    let (old, new) = (item("05:45:00", "a"), item("05:50:00", "a"));
    let missed = Some((Outcome::Missed, Some(Cause::Power)));
    for (from, to, wanted) in [
        ("05:44:40", "05:48:00", missed),
        // Its time came while nobody ran; it is as if it had been taken out, fresh as it is.
        ("05:43:00", "05:45:30", missed),
        // It had not come to be of record: an edit reaches it.
        ("05:43:00", "05:44:50", None),
    ] {
        let world = moved_unseen(std::slice::from_ref(&old), (&old, &new), (from, to), World::lose_power);
        assert_eq!([&old, &new].map(|slot| world.outcome(slot)), [wanted, AIRED], "{from} {to}");
        assert_eq!((world.heard.len(), world.violations()), (1, vec![]), "{from} {to}");
        assert_eq!(world.sound(&new).unwrap().0, new.planned, "{from} {to}");
    }
}

/// Both times came while nobody ran.
#[test]
fn what_moves_within_the_time_in_which_nobody_ran_is_heard_late_where_it_stood() {
    let (old, new) = (item("05:45:00", "a"), item("05:45:20", "a"));
    let world = moved_unseen(std::slice::from_ref(&old), (&old, &new), ("05:43:00", "05:45:30"), World::lose_power);
    assert_eq!([&old, &new].map(|slot| world.outcome(slot)), [AIRED, None]);
    let back = at("2026-12-01T05:45:30");
    let late = world.sound(&old).unwrap().0.duration_since(back);
    assert!((ms_of(0)..ms_of(2_000)).contains(&late), "{late:?}");
    assert_eq!((world.heard.len(), world.violations()), (1, vec![]));
}

/// A day's other time of the same recording stays what it was.
#[test]
fn no_edit_that_is_saved_while_nobody_runs_takes_another_time_of_the_same_recording_away() {
    let (morning, new, evening) = (item("05:45:00", "a"), item("05:50:00", "a"), item("17:00:00", "a"));
    let plan = [morning.clone(), evening.clone()];
    let world = moved_unseen(&plan, (&morning, &new), ("05:44:40", "05:44:50"), World::crash);
    assert_eq!([&morning, &new, &evening].map(|slot| world.outcome(slot)), [AIRED, TOO_LATE, AIRED]);
    assert_eq!((world.heard.len(), world.violations()), (2, vec![]));
}

/// Nobody knows the time when it is back: what became of the old place is decided once somebody does.
#[test]
fn an_edit_that_is_saved_while_the_time_is_lost_is_seen_when_it_is_known_again() {
    let (old, new) = (item("05:45:00", "a"), item("05:50:00", "a"));
    let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&old));
    run(&mut world, "05:44:40");
    world.suffer(&Fault::EditedMeanwhile(Edit::Moved { slot: old.id.clone(), by_ms: 5 * MIN }));
    world.lose_power_and_time(5_000, jiff::Timestamp::UNIX_EPOCH);
    run(&mut world, "05:45:10");
    assert_eq!(world.heard.len(), 0);
    world.suffer(&Fault::ClockRight);
    run(&mut world, "19:00:00");
    assert_eq!([&old, &new].map(|slot| world.outcome(slot)), [AIRED, TOO_LATE]);
    assert_eq!((world.heard.len(), world.violations()), (1, vec![]));
}

/// Of a window an item keeps its name wherever it stands: there is one of it.
#[test]
fn what_is_moved_ahead_under_its_own_name_while_nobody_runs_is_heard_at_its_new_time() {
    let mut order = super::Order::new(at("2026-12-01T05:30:00"), 60);
    let old = order.hard(at("2026-12-01T05:45:00"), "a", 10_000);
    let new = Slot { planned: at("2026-12-01T05:50:00"), ..old.clone() };
    let world = moved_unseen(&order.slots, (&old, &new), ("05:43:00", "05:45:30"), World::lose_power);
    assert_eq!((world.outcome(&new), world.sound(&new).unwrap().0), (AIRED, new.planned));
    assert_eq!((world.log.entries().len(), world.heard.len(), world.violations()), (1, 1, vec![]));
}

/// An hour after it was heard, or moments; whichever way the run ended. A time that was there before, or is added beside the
/// old one, is another time of it.
#[test]
fn what_was_heard_and_is_moved_to_later_that_day_while_nobody_runs_is_not_heard_again() {
    let old = item("05:45:00", "a");
    for (from, to) in [("05:45:11", "05:45:20"), ("06:45:00", "06:50:00")] {
        for (way, off) in WAYS.iter().enumerate() {
            let new = item("17:00:00", "a");
            let world = moved_unseen(std::slice::from_ref(&old), (&old, &new), (from, to), *off);
            let told = format!("{from} {to} {way}");
            assert_eq!([&old, &new].map(|slot| world.outcome(slot)), [AIRED, TOO_LATE], "{told}");
            assert!(world.note(&new).starts_with("đã phát theo giờ cũ 05:45:00"), "{}", world.note(&new));
            assert_eq!((world.heard.len(), world.violations()), (1, vec![]), "{told}");
        }
    }
}

/// The run after that one ends too, before the new time or over it.
#[test]
fn what_was_heard_and_moved_while_nobody_ran_is_not_heard_again_by_a_later_run_either() {
    let (old, new) = (item("05:45:00", "a"), item("17:00:00", "a"));
    for (ends_at, off_ms) in [("12:00:00", MIN), ("16:59:30", 10 * MIN)] {
        let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&old));
        run(&mut world, "06:45:00");
        let by_ms = u64::try_from(new.planned.duration_since(old.planned).as_millis()).unwrap();
        world.suffer(&Fault::EditedMeanwhile(Edit::Moved { slot: old.id.clone(), by_ms }));
        world.crash(MIN);
        run(&mut world, ends_at);
        world.lose_power(off_ms);
        run(&mut world, "19:00:00");
        assert_eq!((world.heard.len(), world.violations()), (1, vec![]), "{ends_at}");
        let came = world.outcome(&new).map(|(outcome, _)| outcome);
        assert!(came.is_none_or(Outcome::is_silent), "{ends_at} {came:?}");
    }
}

/// An item is moved on while the program runs, with the end of a run before that or behind it, or while it does not run.
const MOVES: [fn(&mut World, Edit); 6] = [
    |world, edit| world.suffer(&Fault::Edited(edit)),
    |world, edit| {
        world.suffer(&Fault::Edited(edit));
        world.crash(MIN);
    },
    |world, edit| {
        world.lose_power(MIN);
        world.suffer(&Fault::Edited(edit));
    },
    |world, edit| unseen(world, edit, World::lose_power),
    |world, edit| unseen(world, edit, World::crash),
    |world, edit| unseen(world, edit, World::stop),
];

/// From there on it is not read before the next run, ten minutes later.
const UNSEEN: usize = 3;

fn unseen(world: &mut World, edit: Edit, off: fn(&mut World, u64)) {
    world.suffer(&Fault::EditedMeanwhile(edit));
    off(world, 10 * MIN);
}

/// Each time its place has come and was written down as too late, or had passed when the edit was read and is of no record.
#[test]
fn what_was_heard_is_not_heard_again_however_often_and_in_whatever_runs_it_is_moved_on() {
    let old = item("05:45:00", "a");
    let hours = |n: u64| ms_of(n * 60 * MIN);
    for behind in [5 * MIN, 55 * MIN] {
        for (first, one) in MOVES.iter().enumerate() {
            for (second, other) in MOVES.iter().enumerate() {
                let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&old));
                let ways = [(first, one), (second, other), (second, other), (first, one)];
                for (n, (_, way)) in (0..).zip(ways) {
                    world.run(old.planned + hours(n) + ms_of(behind));
                    way(&mut world, Edit::Moved { slot: old.id.clone(), by_ms: 60 * MIN });
                }
                run(&mut world, "19:00:00");
                let told = format!("{behind} {first} {second}");
                for (n, (way, _)) in (6..).zip(ways) {
                    let place = item(&format!("{n:02}:45:00"), "a");
                    let has_passed = way >= UNSEEN && behind > 50 * MIN;
                    assert_eq!(world.outcome(&place), TOO_LATE.filter(|_| !has_passed), "{told} {n}");
                    let is_told = || world.note(&place).starts_with("đã phát theo giờ cũ 05:45:00");
                    assert!(has_passed || is_told(), "{told} {n}");
                }
                assert_eq!((world.outcome(&old), world.heard.len()), (AIRED, 1), "{told}");
                assert_eq!(world.violations(), [], "{told}");
            }
        }
    }
}

/// Its first new place comes while nobody runs, and it is moved on meanwhile.
#[test]
fn what_was_heard_and_is_moved_on_while_its_new_place_comes_and_nobody_runs_is_not_heard_again() {
    let places = ["05:45:00", "06:45:00", "07:45:00"].map(|time| item(time, "a"));
    for (way, off) in WAYS.iter().enumerate() {
        let mut world = begin(at("2026-12-01T05:00:00"), &places[..1]);
        let edit = || Edit::Moved { slot: places[0].id.clone(), by_ms: 60 * MIN };
        run(&mut world, "06:00:00");
        world.suffer(&Fault::Edited(edit()));
        run(&mut world, "06:40:00");
        unseen(&mut world, edit(), *off);
        run(&mut world, "19:00:00");
        assert_eq!(places.each_ref().map(|slot| world.outcome(slot)), [AIRED, TOO_LATE, TOO_LATE], "{way}");
        assert_eq!((world.heard.len(), world.violations()), (1, vec![]), "{way}");
    }
}

/// Its first new place had passed when the edit was read, so that it was heard where it stood; then it is moved once more.
#[test]
fn what_was_heard_though_an_edit_had_moved_it_to_what_had_passed_is_not_heard_again_where_another_moves_it() {
    let (old, newer) = (item("05:45:00", "a"), item("17:00:00", "a"));
    // Of record when the first edit was saved, or not.
    for from in ["05:44:30", "05:43:00"] {
        for (is_added, wanted) in [(false, TOO_LATE), (true, AIRED)] {
            let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&old));
            run(&mut world, from);
            let moved = |by_ms| Edit::Moved { slot: old.id.clone(), by_ms };
            world.suffer(&Fault::EditedMeanwhile(moved(20_000)));
            let back = at("2026-12-01T05:45:30").duration_since(world.now).as_millis();
            world.lose_power(u64::try_from(back).unwrap());
            run(&mut world, "06:45:00");
            assert_eq!((world.outcome(&old), world.heard.len()), (AIRED, 1), "{from}");
            if is_added {
                world.plan_anew(vec![item("05:45:20", "a"), newer.clone()]);
            } else {
                let by_ms = newer.planned.duration_since(old.planned).as_millis();
                world.suffer(&Fault::EditedMeanwhile(moved(u64::try_from(by_ms).unwrap() - 20_000)));
                world.crash(MIN);
            }
            run(&mut world, "19:00:00");
            assert_eq!(world.outcome(&newer), wanted, "{from} {is_added}");
            assert_eq!(
                (world.heard.len() - usize::from(is_added), world.violations()),
                (1, vec![]),
                "{from} {is_added}"
            );
        }
    }
}

/// By a clock that was ahead its new place had passed when the edit was read; the clock is set back before both, and somebody vouches for it.
#[test]
fn what_was_heard_and_moved_to_what_had_passed_is_not_heard_again_where_the_clock_is_set_back() {
    let (old, new) = (item("05:45:00", "a"), item("05:48:30", "a"));
    let edit = || Edit::Moved { slot: old.id.clone(), by_ms: 210_000 };
    let ways: [fn(&mut World, Edit); 3] = [
        |world, edit| world.suffer(&Fault::Edited(edit)),
        |world, edit| unseen(world, edit, World::lose_power),
        |world, edit| unseen(world, edit, World::crash),
    ];
    for (way, edited) in ways.iter().enumerate() {
        for crashes in [false, true] {
            let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&old));
            run(&mut world, "06:10:00");
            edited(&mut world, edit());
            run(&mut world, "06:25:00");
            world.step_clock(jiff::SignedDuration::from_mins(-60));
            run(&mut world, "06:25:10");
            if crashes {
                world.crash(3_000);
            }
            world.suffer(&Fault::ClockConfirmed);
            run(&mut world, "19:00:00");
            let told = format!("{way} {crashes}");
            assert_eq!([&old, &new].map(|slot| world.outcome(slot)), [AIRED, TOO_LATE], "{told}");
            assert_eq!((world.heard.len(), world.violations()), (1, vec![]), "{told}");
        }
    }
}

/// The clock was an hour ahead when it was heard and when it was moved, and is set back without anybody's word, for that takes a
/// leap back; the run ends before the loop has seen that, or after it.
#[test]
fn what_was_heard_and_moved_by_a_clock_hours_ahead_is_not_heard_again_though_the_run_ends_once_that_is_set_back() {
    let (old, new) = (item("05:45:00", "a"), item("06:25:00", "a"));
    for (way, off) in WAYS.iter().enumerate() {
        for seen_ms in [0, 500, 10_000] {
            let mut world = begin(at("2026-12-01T04:30:00"), std::slice::from_ref(&old));
            run(&mut world, "04:31:00");
            world.step_clock(jiff::SignedDuration::from_mins(60));
            run(&mut world, "06:10:00");
            world.suffer(&Fault::Edited(Edit::Moved { slot: old.id.clone(), by_ms: 40 * MIN }));
            run(&mut world, "06:12:00");
            world.step_clock(jiff::SignedDuration::from_mins(-60));
            world.run(world.now + ms_of(seen_ms));
            off(&mut world, MIN);
            run(&mut world, "19:00:00");
            let told = format!("{way} {seen_ms}");
            assert_eq!([&old, &new].map(|slot| world.outcome(slot)), [AIRED, TOO_LATE], "{told}");
            assert_eq!((world.heard.len(), world.violations()), (1, vec![]), "{told}");
        }
    }
}

/// By a clock hours ahead its time had passed when it was read. It airs by this run, and by the next one.
#[test]
fn what_an_edit_adds_by_a_clock_hours_ahead_airs_at_its_time_where_the_clock_is_set_back_before_that() {
    let (old, added) = (item("05:45:00", "a"), item("06:25:00", "b"));
    for ends in [false, true] {
        let mut world = begin(at("2026-12-01T04:30:00"), std::slice::from_ref(&old));
        run(&mut world, "04:31:00");
        world.step_clock(jiff::SignedDuration::from_mins(60));
        run(&mut world, "06:10:00");
        world.plan_anew(vec![old.clone(), added.clone()]);
        run(&mut world, "06:12:00");
        world.step_clock(jiff::SignedDuration::from_mins(-60));
        world.run(world.now + ms_of(2_000));
        if ends {
            // Over its time: what is planned then is planned as it was read by the clock before.
            let off_ms = added.planned.duration_since(world.clock()).as_millis() + 30_000;
            world.lose_power(u64::try_from(off_ms).unwrap());
        }
        run(&mut world, "19:00:00");
        let late_ms = if ends { 30_000..32_000 } else { 0..1 };
        let heard = world.heard.iter().find(|heard| heard.slot == added.id).map(|heard| heard.clock_began);
        let late = heard.map(|began| began.duration_since(added.planned).as_millis());
        assert!(late.is_some_and(|late| late_ms.contains(&late)), "{ends} {late:?}");
        assert_eq!((world.outcome(&added), world.heard.len()), (AIRED, 2), "{ends}");
        assert_eq!(world.violations(), [], "{ends}");
    }
}

/// What was read and noted meanwhile is gone with the power: the log has it where it stood before.
#[test]
fn what_was_heard_and_moved_on_while_nothing_can_be_written_is_not_heard_again_after_a_power_cut() {
    let places = ["05:45:00", "06:45:00", "07:45:00"].map(|time| item(time, "a"));
    let mut world = begin(at("2026-12-01T05:00:00"), &places[..1]);
    let edit = || Edit::Moved { slot: places[0].id.clone(), by_ms: 60 * MIN };
    run(&mut world, "06:00:00");
    world.suffer(&Fault::DiskFull);
    world.suffer(&Fault::Edited(edit()));
    run(&mut world, "06:10:00");
    unseen(&mut world, edit(), World::lose_power);
    world.suffer(&Fault::DiskRoom);
    run(&mut world, "19:00:00");
    assert_eq!(places.each_ref().map(|slot| world.outcome(slot)), [AIRED, None, TOO_LATE]);
    assert_eq!((world.heard.len(), world.violations()), (1, vec![]));
}

/// Its new place comes in the moment of the stop: before what is on air has faded, or before the program is back.
#[test]
fn what_an_edit_put_where_its_time_comes_in_the_moment_of_a_stop_has_its_row() {
    for stops_ms in [9_940, 9_985, 9_999, 10_000] {
        let (old, new) =
            (slot(at("2026-12-01T05:45:00"), "a", MIN, 2 * MIN), slot(at("2026-12-01T05:45:10"), "a", MIN, 2 * MIN));
        let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&old));
        run(&mut world, "05:45:01");
        world.plan_anew(vec![new.clone()]);
        world.run(old.planned + ms_of(stops_ms));
        world.stop(2_000);
        run(&mut world, "06:00:00");
        let cut = Some((Outcome::Cut, Some(Cause::Daemon)));
        assert_eq!([&old, &new].map(|slot| world.outcome(slot)), [cut, TOO_LATE], "{stops_ms}");
        assert_eq!((world.heard.len(), world.violations()), (1, vec![]), "{stops_ms}");
    }
}
