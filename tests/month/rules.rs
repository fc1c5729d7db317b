//! Slots with instants of their own, and what can happen to them.

use loa::director::{Action, AirRules, BrokenOff, ClockSet, Director, End, Event, Past, Relayed, Unheard};
use loa::outcome::{Cause, Outcome};
use loa::programme::AfterPowerCut;
use loa::rehearsal::{Edit, Fault, Heard, Promise, World};
use loa::timetable::{Bar, Slot};

use super::{MIN, Order, at, begin, facts, ms_of, rules, slot};

/// Whoever asks what is on air is told what is heard, not what is about to be.
#[test]
fn what_is_ordered_and_has_not_begun_is_still_ahead_and_not_heard() {
    let planned = at("2026-12-01T05:45:00");
    let slot = slot(planned, "cchc", 30_000, 0);
    let mut world = begin(planned - ms_of(2 * MIN), std::slice::from_ref(&slot));
    let heard = |world: &World| world.director.heard_now().map(|slot| slot.id.clone());
    let next = |world: &World| world.director.ahead().next().map(|slot| slot.id.clone());
    world.run(planned - ms_of(500));
    assert_eq!(world.ordered.len(), 1, "it is on its way");
    assert_eq!((heard(&world), next(&world)), (None, Some(slot.id.clone())));
    world.run(planned + ms_of(500));
    assert_eq!((heard(&world), next(&world)), (Some(slot.id.clone()), None));
    world.run(planned + ms_of(31_000));
    assert_eq!((heard(&world), next(&world)), (None, None));
}

#[test]
fn airs_at_its_instant() {
    let a = slot(at("2026-12-01T05:45:00"), "a", 3 * MIN, 2 * MIN);
    let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&a));
    world.run(at("2026-12-01T06:00:00"));
    assert_eq!(world.outcome(&a), Some((Outcome::Aired, None)));
    assert_eq!(world.sounds(&a), [(a.planned, a.planned + ms_of(3 * MIN))]);
    assert_eq!(world.heard.len(), 1);
}

/// What is planned again is no repetition that anything guards against.
#[test]
fn br_107_a_recording_that_is_planned_four_times_a_day_and_twice_in_a_minute_airs_each_time() {
    let times = ["05:45:00", "05:45:30", "11:00:00", "17:00:00", "19:30:00"];
    let plan = times.map(|time| slot(at(&format!("2026-12-01T{time}")), "cchc", 20_000, 2 * MIN));
    let mut world = begin(at("2026-12-01T05:00:00"), &plan);
    world.run(at("2026-12-01T20:00:00"));
    let began: Vec<_> = world.heard.iter().map(|heard| heard.began).collect();
    assert_eq!(began, plan.iter().map(|slot| slot.planned).collect::<Vec<_>>());
    assert!(plan.iter().all(|slot| world.outcome(slot) == Some((Outcome::Aired, None))));
}

#[test]
fn hard_against_hard_waits_within_grace_and_not_beyond() {
    let a = slot(at("2026-12-01T05:45:00"), "a", 3 * MIN, 2 * MIN);
    let b = slot(at("2026-12-01T05:47:00"), "b", 3 * MIN, 2 * MIN);
    let c = slot(at("2026-12-01T05:48:30"), "c", MIN, 2 * MIN);
    let mut world = begin(at("2026-12-01T05:00:00"), &[a.clone(), b.clone(), c.clone()]);
    world.run(at("2026-12-01T06:00:00"));
    assert_eq!(world.outcome(&a), Some((Outcome::Aired, None)));
    assert_eq!(world.outcome(&b), Some((Outcome::Aired, None)));
    assert_eq!(world.heard[1].began, at("2026-12-01T05:48:00"));
    assert_eq!(world.outcome(&c), Some((Outcome::Missed, Some(Cause::Overlap))));
}

/// What is about to end is waited for rather than cut, but only as long as that is in time.
#[test]
fn a_hard_start_does_not_wait_beyond_its_grace_for_what_ends_within_a_moment() {
    let before = slot(at("2026-12-01T05:44:00"), "truoc", 3 * MIN + 600, 0);
    let mut order = Order::new(at("2026-12-01T05:45:00"), 15);
    let hard = order.hard(at("2026-12-01T05:45:00"), "co-gio", MIN);
    let soft = order.segment("noi-tiep", MIN);
    let mut world = begin(at("2026-12-01T05:00:00"), &[before, hard.clone(), soft.clone()]);
    // Looked at once more when what follows is ordered already, and the grace is not over.
    world.run(at("2026-12-01T05:46:59") + ms_of(800));
    world.suffer(&Fault::Edited(Edit::TakenBack));
    world.run(at("2026-12-01T06:00:00"));
    assert_eq!(world.violations(), []);
    assert_eq!(world.outcome(&hard), Some((Outcome::Missed, Some(Cause::Overlap))));
    assert_eq!(world.outcome(&soft), Some((Outcome::Aired, None)));
    assert_eq!(world.heard[1].began, at("2026-12-01T05:47:00") + ms_of(600));
}

#[test]
fn an_absent_file_fails_and_leaves_what_is_on_air_alone() {
    let a = slot(at("2026-12-01T05:45:00"), "a", 3 * MIN, 2 * MIN);
    let b = slot(at("2026-12-01T05:46:00"), "b", MIN, 5 * MIN);
    let mut world = begin(at("2026-12-01T05:00:00"), &[a.clone(), b.clone()]);
    world.disk.absent.insert("b.flac".into());
    world.run(at("2026-12-01T06:00:00"));
    assert_eq!(world.outcome(&a), Some((Outcome::Aired, None)));
    assert_eq!(world.outcome(&b), Some((Outcome::Failed, Some(Cause::NoFile))));
}

#[test]
fn a_file_that_arrives_before_its_instant_airs_although_check_missed_it() {
    let mut a = slot(at("2026-12-01T05:45:00"), "a", MIN, 2 * MIN);
    let reason = loa::problem::Text::new("thiếu", "absent");
    a.bar = Some(Bar { cause: Cause::NoFile, reason });
    let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&a));
    world.disk.absent.insert("a.flac".into());
    world.run(at("2026-12-01T05:44:30"));
    world.disk.absent.clear();
    world.run(at("2026-12-01T06:00:00"));
    assert_eq!(world.outcome(&a), Some((Outcome::Aired, None)));
}

#[test]
fn a_recording_that_arrives_after_check_airs_only_if_somebody_approved_it_where_that_is_required() {
    for (required, outcome) in [(false, (Outcome::Aired, None)), (true, (Outcome::Excepted, Some(Cause::Unapproved)))] {
        let mut a = slot(at("2026-12-01T05:45:00"), "a", MIN, 2 * MIN);
        let reason = loa::problem::Text::new("thiếu", "absent");
        a.bar = Some(Bar { cause: Cause::NoFile, reason });
        let rules = AirRules { approval_required: required, ..rules() };
        let mut world = World::new(at("2026-12-01T05:00:00"), rules, "null", std::slice::from_ref(&a));
        world.disk.absent.insert("a.flac".into());
        world.run(at("2026-12-01T05:44:30"));
        world.disk.absent.clear();
        world.run(at("2026-12-01T06:00:00"));
        assert_eq!(world.outcome(&a), Some(outcome), "required: {required}");
    }
}

#[test]
fn quiet_hours_hold_at_air_time() {
    // Planned while the rule was shorter: the rule in force at air time counts.
    let a = slot(at("2026-12-01T20:59:30"), "a", MIN, 2 * MIN);
    let b = slot(at("2026-12-01T20:58:00"), "b", MIN, 2 * MIN);
    let mut world = begin(at("2026-12-01T20:00:00"), &[a.clone(), b.clone()]);
    world.run(at("2026-12-01T22:00:00"));
    assert_eq!(world.outcome(&a), Some((Outcome::Excepted, Some(Cause::QuietHours))));
    assert_eq!(world.outcome(&b), Some((Outcome::Aired, None)));
}

#[test]
fn a_barred_slot_ends_with_its_cause_at_its_instant() {
    let mut a = slot(at("2026-12-01T22:00:00"), "a", MIN, 2 * MIN);
    let reason = loa::problem::Text::new("giờ yên tĩnh", "quiet hours");
    a.bar = Some(Bar { cause: Cause::QuietHours, reason });
    let mut world = begin(at("2026-12-01T20:00:00"), std::slice::from_ref(&a));
    world.run(at("2026-12-01T21:59:59"));
    assert_eq!(world.outcome(&a), None);
    world.run(at("2026-12-01T22:00:00"));
    assert_eq!(world.outcome(&a), Some((Outcome::Excepted, Some(Cause::QuietHours))));
}

#[test]
fn a_short_file_is_never_called_aired() {
    let a = slot(at("2026-12-01T05:45:00"), "a", 3 * MIN, 2 * MIN);
    let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&a));
    world.disk.short.insert("a.flac".into(), MIN);
    world.run(at("2026-12-01T06:00:00"));
    assert_eq!(world.outcome(&a), Some((Outcome::Interrupted, Some(Cause::Short))));
}

#[test]
fn a_lost_line_interrupts_what_sounds_and_fails_what_cannot_start() {
    let a = slot(at("2026-12-01T05:45:00"), "a", 3 * MIN, 2 * MIN);
    let b = slot(at("2026-12-01T05:50:00"), "b", MIN, 2 * MIN);
    let c = slot(at("2026-12-01T05:55:00"), "c", MIN, 2 * MIN);
    let mut world = begin(at("2026-12-01T05:00:00"), &[a.clone(), b.clone(), c.clone()]);
    world.run(at("2026-12-01T05:46:00"));
    world.lose_line();
    world.run(at("2026-12-01T05:56:00"));
    world.send(Event::LineOpened { device: "null".into() });
    world.run(at("2026-12-01T06:00:00"));
    assert_eq!(world.outcome(&a), Some((Outcome::Interrupted, Some(Cause::Line))));
    assert_eq!(world.outcome(&b), Some((Outcome::Failed, Some(Cause::Line))));
    assert_eq!(world.outcome(&c), Some((Outcome::Aired, None)));
    assert_eq!(world.heard.last().unwrap().began, at("2026-12-01T05:56:00"), "late within its grace");
}

#[test]
fn a_clock_step_repeats_nothing_and_names_what_it_skipped() {
    let a = slot(at("2026-12-01T05:45:00"), "a", MIN, 2 * MIN);
    let b = slot(at("2026-12-01T06:30:00"), "b", MIN, 2 * MIN);
    let mut world = begin(at("2026-12-01T05:00:00"), &[a.clone(), b.clone()]);
    world.run(at("2026-12-01T05:50:00"));
    world.step_clock(-ms_of(10 * MIN));
    assert_eq!(world.clock(), at("2026-12-01T05:40:00"));
    world.run(at("2026-12-01T06:05:00"));
    world.step_clock(ms_of(65 * MIN));
    world.run(at("2026-12-01T06:05:01"));
    assert_eq!(world.clock(), at("2026-12-01T07:00:01"));
    assert_eq!(world.heard.len(), 1);
    assert_eq!(world.outcome(&b), Some((Outcome::Missed, Some(Cause::Clock))));
}

#[test]
fn what_no_daemon_aired_is_missed_and_what_is_within_grace_airs_late() {
    let a = slot(at("2026-12-01T05:45:00"), "a", MIN, 2 * MIN);
    let b = slot(at("2026-12-01T06:00:00"), "b", MIN, 2 * MIN);
    let c = slot(at("2026-12-01T05:30:00"), "c", MIN, 2 * MIN);
    let started = at("2026-12-01T06:01:00");
    let past = Past {
        frozen: vec![c.clone()],
        unwritten: vec![a.clone(), b.clone()],
        started: Some(started),
        gap_cause: Some(Cause::Power),
        ..Past::default()
    };
    let mut world = World::after(started, rules(), "null", &[a.clone(), b.clone(), c.clone()], past);
    world.run(at("2026-12-01T06:10:00"));
    assert_eq!(world.outcome(&a), Some((Outcome::Missed, Some(Cause::Power))));
    assert_eq!(world.outcome(&c), Some((Outcome::Missed, Some(Cause::Power))));
    assert_eq!(world.outcome(&b), Some((Outcome::Aired, None)));
    assert_eq!(world.heard[0].began, started);
}

#[test]
fn what_falls_due_while_the_run_gets_ready_is_heard_within_its_grace_or_missed_for_that_reason() {
    let started = at("2026-12-01T05:30:03") + ms_of(655);
    let before = slot(at("2026-12-01T05:30:03"), "before", 500, 2 * MIN);
    let heard = slot(at("2026-12-01T05:30:04"), "heard", 500, 2 * MIN);
    let missed = slot(at("2026-12-01T05:30:04") + ms_of(100), "missed", 500, 0);
    let ahead = slot(at("2026-12-01T05:30:06"), "ahead", 500, 2 * MIN);
    let plan = [before.clone(), heard.clone(), missed.clone(), ahead.clone()];
    for gap_cause in [None, Some(Cause::Power)] {
        let past = Past { started: Some(started), gap_cause, ..Past::default() };
        let mut world = World::after(started, rules(), "null", &plan, past);
        world.run(at("2026-12-01T05:30:04") + ms_of(337));
        let now = world.clock();
        for _ in 0..2 {
            world.send(Event::Planned { since: started, slots: plan.to_vec(), rules: rules() });
        }
        world.run(at("2026-12-01T06:00:00"));
        assert_eq!(world.outcome(&before), None, "it was no business of this run");
        assert_eq!(world.outcome(&heard), Some((Outcome::Aired, None)));
        assert!(world.sound(&heard).unwrap().0 >= now);
        assert_eq!(world.outcome(&missed), Some((Outcome::Missed, Some(Cause::Daemon))));
        assert_eq!((world.outcome(&ahead), world.sounds(&heard).len()), (Some((Outcome::Aired, None)), 1));
        assert_eq!(world.log.entries().len(), 3);
    }
}

#[test]
fn an_edit_touches_nothing_frozen_and_invents_no_past() {
    let a = slot(at("2026-12-01T05:45:00"), "a", MIN, 2 * MIN);
    let late = slot(at("2026-12-01T05:30:00"), "late", MIN, 2 * MIN);
    let b = slot(at("2026-12-01T06:45:00"), "b", MIN, 2 * MIN);
    let mut world = begin(at("2026-12-01T05:00:00"), &[a.clone(), late.clone(), b.clone()]);
    world.director = Director::new(Past::default(), rules());
    world.send(Event::LineOpened { device: "null".into() });
    world.send(Event::Planned { since: world.clock(), slots: vec![a.clone(), b.clone()], rules: rules() });
    world.run(at("2026-12-01T05:44:30"));
    world.send(Event::Planned { since: world.clock(), slots: vec![late.clone()], rules: rules() });
    world.run(at("2026-12-01T07:00:00"));
    assert_eq!(world.outcome(&a), Some((Outcome::Aired, None)), "it was armed");
    assert_eq!(world.outcome(&late), None);
    assert_eq!(world.outcome(&b), None);
}

#[test]
fn a_stop_cuts_closes_and_ends() {
    let a = slot(at("2026-12-01T05:45:00"), "a", 3 * MIN, 2 * MIN);
    let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&a));
    world.run(at("2026-12-01T05:46:00"));
    world.send(Event::Shutdown);
    world.run(world.now + ms_of(1000));
    assert!(world.stopped);
    assert_eq!(world.outcome(&a), Some((Outcome::Cut, Some(Cause::Daemon))));
}

/// A PC that sleeps in the second before a bulletin and wakes at night must not begin it then.
#[test]
fn what_was_about_to_begin_when_the_pc_fell_asleep_is_missed_and_what_waits_within_its_grace_airs() {
    for (asleep, expected) in [(30 * MIN, (Outcome::Missed, Some(Cause::Asleep))), (MIN, (Outcome::Aired, None))] {
        let a = slot(at("2026-12-01T05:45:00"), "a", MIN, 2 * MIN);
        let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&a));
        world.run(at("2026-12-01T05:44:59"));
        world.sleep(asleep);
        world.run(at("2026-12-01T07:00:00"));
        assert_eq!(world.outcome(&a), Some(expected));
        assert_eq!(world.heard.len(), usize::from(expected.0 == Outcome::Aired));
    }
}

/// The sound goes on, or stands still, while the clock moves: what comes next waits for its end.
#[test]
fn a_sleep_or_a_step_in_mid_airing_puts_nothing_over_what_sounds() {
    for stepped in [true, false] {
        let a = slot(at("2026-12-01T05:45:00"), "a", 10 * MIN, 2 * MIN);
        let b = slot(at("2026-12-01T06:47:00"), "b", MIN, 30 * MIN);
        let mut world = begin(at("2026-12-01T05:00:00"), &[a.clone(), b.clone()]);
        world.run(at("2026-12-01T05:46:00"));
        if stepped {
            world.step_clock(ms_of(60 * MIN));
        } else {
            world.sleep(60 * MIN);
        }
        world.run(at("2026-12-01T08:00:00"));
        assert_eq!(world.sound(&b).unwrap().0, world.sound(&a).unwrap().1, "{stepped}");
        assert_eq!(world.violations(), []);
    }
}

/// What is behind it in its broadcast is held to where it ends by then.
#[test]
fn a_sleep_in_the_moment_in_which_something_begins_carries_its_end() {
    let mut order = super::Order::new(at("2026-12-01T05:30:00"), 30);
    let (a, b) = (order.segment("a", 10 * MIN), order.segment("b", 5 * MIN));
    let mut world = begin(at("2026-12-01T05:00:00"), &order.slots);
    world.run(at("2026-12-01T05:29:00"));
    world.lose_line();
    world.run(at("2026-12-01T05:31:00"));
    world.open_line();
    world.sleep(20 * MIN);
    world.run(at("2026-12-01T07:00:00"));
    assert_eq!(world.sounds(&a), [(at("2026-12-01T05:31:00"), at("2026-12-01T06:01:00"))]);
    assert_eq!((world.sounds(&b), world.violations()), (vec![], vec![]));
}

/// It is ordered onto the last frame of what would last beyond its instant, and that breaks off short.
#[test]
fn what_has_an_instant_of_its_own_keeps_it_behind_what_breaks_off_before_that() {
    for (short_ms, begins) in [(59_200, "05:46:00"), (59_999, "05:46:00"), (60_300, "05:46:00.3")] {
        let (a, b) = (slot(day("05:45:00"), "a", 60_500, 2 * MIN), slot(day("05:46:00"), "b", MIN, 2 * MIN));
        let mut world = begin(day("05:00:00"), &[a.clone(), b.clone()]);
        world.disk.short.insert("a.flac".into(), short_ms);
        world.run(day("06:00:00"));
        assert_eq!(world.sound(&b).unwrap().0, day(begins), "{short_ms}");
        assert_eq!((world.sound(&a).unwrap().1, world.violations()), (day("05:45:00") + ms_of(short_ms), vec![]));
    }
}

#[test]
fn equals_queue_in_the_order_of_their_instants_each_within_its_own_grace() {
    let first = slot(at("2026-12-01T05:45:00"), "a", 5 * MIN, 2 * MIN);
    let waits = [("05:46:00", "b", 10), ("05:46:00", "c", 10), ("05:47:00", "d", 10), ("05:48:00", "e", 2)]
        .map(|(time, name, grace)| slot(at(&format!("2026-12-01T{time}")), name, MIN, grace * MIN));
    let all: Vec<_> = std::iter::once(&first).chain(&waits).cloned().collect();
    let mut world = begin(at("2026-12-01T05:00:00"), &all);
    world.run(at("2026-12-01T06:30:00"));
    let begins = |n: usize| world.sound(&waits[n]).map(|(begins, _)| begins);
    let times = ["05:50:00", "05:51:00", "05:52:00"].map(|time| Some(at(&format!("2026-12-01T{time}"))));
    assert_eq!([begins(0), begins(1), begins(2)], times);
    assert_eq!(world.outcome(&waits[3]), Some((Outcome::Missed, Some(Cause::Overlap))), "its grace was over first");
}

fn day(time: &str) -> jiff::Timestamp {
    at(&format!("2026-12-01T{time}"))
}

/// A slot of a minute that began at its instant, 05:45.
fn on_air_at_0545() -> (Director, Slot) {
    let one = slot(day("05:45:00"), "a", MIN, MIN);
    let id = || one.id.clone();
    let mut director = Director::new(Past::default(), rules());
    director.step(day("05:44:00"), Event::LineOpened { device: "null".into() });
    director.step(day("05:44:00"), Event::Planned { since: day("05:44:00"), slots: vec![one.clone()], rules: rules() });
    director.step(day("05:44:01"), Event::Armed { slot: id(), audio: facts(MIN), lengths_ms: vec![MIN] });
    director.step(day("05:44:59"), Event::Woken);
    director.step(day("05:45:00"), Event::Began { slot: id(), at: day("05:45:00") });
    (director, one)
}

/// How an airing of a minute ends after that news of it.
fn ended_after(news: Vec<Event>, gap_ms: u64) -> (Outcome, Option<Cause>, String) {
    let (mut director, one) = on_air_at_0545();
    let id = || one.id.clone();
    let end = Event::Ended { slot: id(), at: day("05:46:01"), played_ms: MIN, gap_ms, end: End::Whole };
    let done = news.into_iter().chain([end]).flat_map(|event| director.step(day("05:46:01"), event)).collect();
    let ((outcome, cause), note) = settled(done);
    (outcome, cause, note)
}

/// What the one slot came to that these actions settle.
fn settled(actions: Vec<Action>) -> ((Outcome, Option<Cause>), String) {
    let settled = actions.into_iter().find_map(|action| match action {
        Action::Settle { outcome, cause, note, .. } => Some(((outcome, cause), note)),
        _ => None,
    });
    settled.unwrap()
}

/// What the run before it broke off: the director that takes it over sends the rest, all of which is heard.
#[test]
fn what_a_run_did_not_get_heard_no_later_run_calls_aired() {
    let line = "đường nghe kiểm tra không nghe thấy 15 giây; chương trình dừng đột ngột giữa chừng";
    let slept = "im lặng 10,0 giây giữa chừng; chương trình dừng đột ngột giữa chừng";
    let interrupted = |cause| (Outcome::Interrupted, Some(cause));
    let went_on = "chương trình dừng đột ngột giữa chừng, phát tiếp";
    for (again, unheard_ms, slept_ms, waited_ms, wanted, note) in [
        (AfterPowerCut::Resume, 15_000, 0, 0, interrupted(Cause::Line), line),
        (AfterPowerCut::Resume, 0, 10_000, 0, interrupted(Cause::Asleep), slept),
        (AfterPowerCut::Resume, 0, 0, 10_000, interrupted(Cause::Disk), slept),
        (AfterPowerCut::Resume, 0, 0, 0, (Outcome::Aired, None), went_on),
        // Heard from its beginning, it is heard whole.
        (AfterPowerCut::Restart, 15_000, 10_000, 0, (Outcome::Aired, None), "chương trình dừng"),
    ] {
        let mut one = slot(day("05:45:00"), "a", MIN, MIN);
        one.after_power_cut = again;
        let id = || one.id.clone();
        let since = day("05:45:30");
        let (gap_ms, sha256) = (slept_ms.max(waited_ms), None);
        let (row_until, clock_set) = (Some(since), ClockSet::default());
        let slot = one.clone();
        let (mut unheard, relayed) = (Unheard::default(), Relayed::default());
        unheard.note(Cause::Line, unheard_ms);
        let heard_ms = 20_000;
        let off = BrokenOff {
            slot,
            heard_ms,
            gap_ms,
            slept_ms,
            waited_ms,
            unheard,
            relayed,
            since,
            row_until,
            clock_set,
            sha256,
        };
        let past = Past { broken_off: vec![off], gap_cause: Some(Cause::Daemon), ..Past::default() };
        let mut director = Director::new(past, rules());
        director.step(day("05:45:35"), Event::LineOpened { device: "null".into() });
        director.step(day("05:45:36"), Event::Armed { slot: id(), audio: facts(MIN), lengths_ms: vec![MIN] });
        director.step(day("05:45:38"), Event::Began { slot: id(), at: day("05:45:38") });
        let end = Event::Ended { slot: id(), at: day("05:46:20"), played_ms: 42_000, gap_ms: 0, end: End::Whole };
        let (found, said) = settled(director.step(day("05:46:20"), end));
        assert_eq!(found, wanted, "{again:?} {unheard_ms} {slept_ms} {waited_ms}");
        assert!(said.starts_with(note), "{said}");
    }
}

/// The PC slept in the first part, the line was lost later, and it went on.
#[test]
fn what_slept_before_the_line_was_lost_is_called_asleep_where_it_goes_on() {
    let (mut director, one) = on_air_at_0545();
    let id = || one.id.clone();
    director.step(day("05:45:18"), Event::Jumped { from: day("05:45:10"), to: day("05:45:18"), cause: Cause::Asleep });
    let lost = Event::Ended { slot: id(), at: day("05:45:30"), played_ms: 22_000, gap_ms: 8_000, end: End::Line };
    director.step(day("05:45:30"), lost);
    director.step(day("05:45:34"), Event::LineOpened { device: "null".into() });
    director.step(day("05:45:35"), Event::Armed { slot: id(), audio: facts(MIN), lengths_ms: vec![MIN] });
    director.step(day("05:45:36"), Event::Began { slot: id(), at: day("05:45:36") });
    let end = Event::Ended { slot: id(), at: day("05:46:16"), played_ms: 40_000, gap_ms: 0, end: End::Whole };
    let (found, note) = settled(director.step(day("05:46:16"), end));
    assert_eq!(found, (Outcome::Interrupted, Some(Cause::Asleep)), "{note}");
}

#[test]
fn a_silence_in_mid_airing_is_called_by_what_caused_it() {
    let id = || slot(day("05:45:00"), "a", MIN, MIN).id;
    let waited = |for_ms| vec![Event::Waited { slot: id(), for_ms }];
    let stopped = |for_ms, waited_ms| {
        vec![Event::Waited { slot: id(), for_ms: waited_ms }, Event::StoodStill { slot: id(), for_ms }]
    };
    let slept = Event::Jumped { from: day("05:45:10"), to: day("05:45:11"), cause: Cause::Asleep };
    let said = "im lặng 1,2 giây giữa chừng".to_owned();
    for (news, cause) in [
        (waited(600), Cause::Disk),
        (waited(599), Cause::Busy),
        (vec![], Cause::Busy),
        (vec![slept], Cause::Asleep),
        (stopped(600, 0), Cause::Asleep),
        (stopped(599, 600), Cause::Disk),
        (stopped(599, 0), Cause::Busy),
    ] {
        assert_eq!(ended_after(news, 1_200), (Outcome::Interrupted, Some(cause), said.clone()));
    }
    assert_eq!(ended_after(waited(9_000), 400), (Outcome::Aired, None, String::new()), "that short it is noted alone");
}

/// A bulletin of four minutes at 20:55 with two of them heard at 20:57, when `befalls` comes over the station.
fn from_2057(permit: Option<&str>, befalls: impl Fn(&mut World)) -> (World, Slot) {
    let mut a = slot(at("2026-12-01T20:55:00"), "a", 4 * MIN, 2 * MIN);
    a.permit = permit.map(str::to_owned);
    let mut world = begin(at("2026-12-01T20:00:00"), std::slice::from_ref(&a));
    world.run(at("2026-12-01T20:57:00"));
    befalls(&mut world);
    world.run(at("2026-12-02T04:00:00"));
    (world, a)
}

#[test]
fn what_a_sleep_or_a_step_of_the_clock_carries_to_quiet_hours_ends_there() {
    let began = at("2026-12-01T20:55:00");
    let interrupted = |cause| Some((Outcome::Interrupted, Some(cause)));
    let (short, a) = from_2057(None, |world| world.sleep(150_000));
    assert_eq!(short.outcome(&a), interrupted(Cause::Asleep));
    assert_eq!(short.sounds(&a), [(began, at("2026-12-01T21:00:00"))], "half a minute more, to the hour");
    assert!(short.note(&a).contains("giờ yên tĩnh"), "{}", short.note(&a));

    let (night, a) = from_2057(None, |world| world.sleep(378 * MIN));
    assert_eq!(night.outcome(&a), interrupted(Cause::Asleep));
    assert_eq!(night.sounds(&a), [(began, at("2026-12-02T03:15:00") + ms_of(30))], "its fade, and nothing at 03:15");

    let (set_on, a) = from_2057(None, |world| world.step_clock(ms_of(150_000)));
    assert_eq!(set_on.outcome(&a), interrupted(Cause::Clock));
    assert_eq!(set_on.sounds(&a), [(began, at("2026-12-01T20:57:30"))], "when the clock says 21:00");

    let (permitted, a) = from_2057(Some("CV 12/UBND"), |world| world.sleep(150_000));
    assert_eq!(permitted.sounds(&a), [(began, at("2026-12-01T21:01:30"))]);
    let (soon, a) = from_2057(None, |world| world.sleep(60_000));
    assert_eq!(soon.sounds(&a), [(began, at("2026-12-01T21:00:00"))], "it is over when they begin");
    for world in [short, night, set_on, permitted, soon] {
        assert_eq!(world.violations(), []);
    }
}

/// Whoever reads a row of an hour and twenty seconds of sound is told why.
#[test]
fn a_row_in_whose_midst_the_clock_is_set_on_says_so() {
    for (set_on, says) in [(ms_of(60 * MIN), true), (ms_of(0), false)] {
        let a = slot(at("2026-12-01T05:45:00"), "a", 4 * MIN, 2 * MIN);
        let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&a));
        world.run(at("2026-12-01T05:46:00"));
        world.step_clock(set_on);
        world.run(at("2026-12-01T08:00:00"));
        assert_eq!(world.outcome(&a), Some((Outcome::Aired, None)));
        assert_eq!(world.note(&a).contains("chỉnh nhanh lên"), says, "{}", world.note(&a));
    }
}

/// A clock that was vouched for and is a year ahead takes for old what has just been heard; set right, it brings none of it back.
#[test]
fn an_outcome_is_not_forgotten_for_a_clock_that_was_a_year_ahead() {
    let a = slot(at("2026-12-01T05:45:00"), "a", MIN, 20 * MIN);
    let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&a));
    world.clock_rule = loa::station::ClockRule::Always;
    world.run(at("2026-12-01T05:50:00"));
    world.set_clock(at("2027-12-01T05:50:00"));
    world.run(world.now + ms_of(MIN));
    world.director.forget_oldest();
    world.set_clock(at("2026-12-01T05:40:00"));
    world.run(world.now + ms_of(5_000));
    world.send(Event::Planned { since: world.clock(), slots: vec![a.clone()], rules: rules() });
    world.run(world.now + ms_of(20 * MIN));
    assert_eq!((world.sounds(&a).len(), world.outcome(&a)), (1, Some((Outcome::Aired, None))));
    assert_eq!(world.violations(), []);
}

/// The judge is no judge if nothing can be told to it: half a minute more in the night, and the same by permit.
#[test]
fn what_sounds_in_quiet_hours_after_a_sleep_is_seen_by_the_judge() {
    let (wake, fade) = (at("2026-12-02T03:15:00"), at("2026-12-02T03:15:00.050"));
    for (permit, until, seen) in
        [(None, fade, false), (None, wake + ms_of(30_000), true), (Some("CV 12/UBND"), wake + ms_of(30_000), false)]
    {
        let (mut night, a) = from_2057(permit, |world| world.sleep(378 * MIN));
        let heard = night.heard.iter_mut().find(|heard| heard.slot == a.id).unwrap();
        heard.ended = until;
        let of_quiet = night.violations().iter().any(|violation| violation.promise == Promise::Quiet);
        assert_eq!(of_quiet, seen, "{permit:?} until {until}");
    }
    // What was about to begin when the PC fell asleep, and began as it woke.
    let (mut night, _) = from_2057(None, |world| world.sleep(378 * MIN));
    let heard = night.heard[0].clone();
    night.heard.push(Heard { began: wake, clock_began: wake, ended: wake + ms_of(30_000), gap_ms: 0, ..heard });
    assert!(night.violations().iter().any(|violation| violation.promise == Promise::Quiet));
}
