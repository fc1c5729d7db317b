//! Running orders: soft after soft, hard over soft, what fits, what comes first, what a late broadcast leaves out.

use jiff::Timestamp;
use loa::director::{Event, Past};
use loa::outcome::{Cause, Outcome};
use loa::problem::Text;
use loa::programme::Class;
use loa::rehearsal::World;
use loa::timetable::{Bar, Kind, Slot};

use super::{MIN, Order, at, begin, ms_of, rules, slot};

const AIRED: Option<(Outcome, Option<Cause>)> = Some((Outcome::Aired, None));

fn missed(cause: Cause) -> Option<(Outcome, Option<Cause>)> {
    Some((Outcome::Missed, Some(cause)))
}

fn excepted(cause: Cause) -> Option<(Outcome, Option<Cause>)> {
    Some((Outcome::Excepted, Some(cause)))
}

fn day(time: &str) -> Timestamp {
    at(&format!("2026-12-01T{time}"))
}

/// A world that starts at 05:00 with these slots.
fn world(slots: &[Slot]) -> World {
    begin(day("05:00:00"), slots)
}

fn hash(letter: &str) -> String {
    letter.repeat(64)
}

#[test]
fn soft_items_follow_each_other_without_a_gap() {
    let mut order = Order::new(day("05:30:00"), 45);
    let all = [
        order.soft(Kind::Ident, "hieu", 20_123),
        order.segment("tin", 3 * MIN + 7),
        order.soft(Kind::Sting, "cat", 900),
        order.segment("cchc", 5 * MIN),
        order.soft(Kind::SignOff, "chao", 15_000),
    ];
    let mut world = world(&order.slots);
    world.run(day("06:30:00"));
    let mut next = day("05:30:00");
    for slot in &all {
        assert_eq!(world.outcome(slot), AIRED, "{}", slot.id.0);
        assert_eq!(world.sound(slot), Some((next, next + ms_of(slot.file_ms().unwrap()))), "{}", slot.id.0);
        next += ms_of(slot.file_ms().unwrap());
    }
}

#[test]
fn what_follows_a_short_an_absent_or_a_cured_item_comes_at_once() {
    let mut order = Order::new(day("05:30:00"), 45);
    let ident = order.soft(Kind::Ident, "hieu", 20_000);
    let absent = order.segment("thieu", 3 * MIN);
    let short = order.segment("ngan", 3 * MIN);
    let last = order.segment("cuoi", MIN);
    let mut world = world(&order.slots);
    world.disk.absent.insert("thieu.flac".into());
    world.disk.short.insert("ngan.flac".into(), 30_000);
    world.run(day("06:30:00"));
    assert_eq!(world.outcome(&absent), Some((Outcome::Failed, Some(Cause::NoFile))));
    assert_eq!(world.outcome(&short), Some((Outcome::Interrupted, Some(Cause::Short))));
    assert_eq!(world.sound(&short).unwrap().0, world.sound(&ident).unwrap().1, "the absent one left no gap");
    assert_eq!(world.sound(&last).unwrap().0, world.sound(&short).unwrap().1, "nor did the short one");
    assert_eq!(world.outcome(&last), AIRED);
}

#[test]
fn the_first_item_of_a_broadcast_keeps_its_instant() {
    let mut first = Order::new(day("05:30:00"), 10);
    first.segment("a", 3 * MIN);
    let mut second = Order::new(day("05:40:00"), 10);
    let b = second.segment("b", MIN);
    let mut b = Slot { broadcast: "2026-12-01/trua".into(), ..b };
    b.id.0 = "2026-12-01/trua/b".into();
    let mut world = world(&[first.slots[0].clone(), b.clone()]);
    world.run(day("06:00:00"));
    assert_eq!(world.sound(&b).unwrap().0, day("05:40:00"));
}

#[test]
fn a_hard_start_cuts_a_soft_item_at_its_instant() {
    // The soft one is longer than anybody knew when it was begun: the hard one came by an edit.
    let mut order = Order::new(day("05:30:00"), 60);
    let soft = order.segment("dai", 20 * MIN);
    let mut world = world(&order.slots);
    world.run(day("05:40:00"));
    let hard = slot(day("05:45:00"), "cung", MIN, 2 * MIN);
    world.disk.lay_for(std::slice::from_ref(&hard));
    world.send(Event::Planned { since: world.clock(), slots: vec![hard.clone()], rules: rules() });
    world.run(day("06:30:00"));
    assert_eq!(world.outcome(&soft), Some((Outcome::Cut, Some(Cause::Overlap))));
    assert_eq!(world.sound(&soft).unwrap().1, day("05:45:00") + ms_of(10), "a ramp of 10 ms");
    assert_eq!(world.sound(&hard).unwrap().0, day("05:45:00"));
    assert_eq!(world.outcome(&hard), AIRED);
}

#[test]
fn nothing_is_cut_for_a_file_that_is_not_open() {
    for (slow_ms, expected) in [(None, (Outcome::Failed, Some(Cause::NoFile))), (Some(75_000), (Outcome::Aired, None))]
    {
        let mut order = Order::new(day("05:30:00"), 60);
        let soft = order.segment("dai", 20 * MIN);
        let mut world = world(&order.slots);
        world.run(day("05:40:00"));
        let hard = slot(day("05:45:00"), "cung", MIN, 2 * MIN);
        world.disk.lay_for(std::slice::from_ref(&hard));
        match slow_ms {
            Some(ms) => drop(world.disk.slow.insert("cung.flac".into(), ms)),
            None => drop(world.disk.absent.insert("cung.flac".into())),
        }
        world.send(Event::Planned { since: world.clock(), slots: vec![hard.clone()], rules: rules() });
        world.run(day("06:30:00"));
        assert_eq!(world.outcome(&hard), Some(expected));
        if slow_ms.is_none() {
            assert_eq!(world.outcome(&soft), AIRED, "what is on air goes on");
        } else {
            // Opened 15 s late, within its grace.
            assert_eq!(world.sound(&hard).unwrap().0, day("05:45:15"));
            assert_eq!(world.outcome(&soft), Some((Outcome::Cut, Some(Cause::Overlap))));
        }
    }
}

#[test]
fn a_soft_item_that_ends_within_a_second_of_a_hard_start_is_heard_to_its_end() {
    let mut order = Order::new(day("05:30:00"), 60);
    let soft = order.segment("a", 15 * MIN + 400);
    let hard = order.hard(day("05:45:00"), "b", MIN);
    let mut world = world(&order.slots);
    world.run(day("06:30:00"));
    assert_eq!(world.outcome(&soft), AIRED);
    assert_eq!(world.sound(&hard).unwrap().0, day("05:45:00") + ms_of(400));
}

/// A plan of a music and a sting of so many ms before a hard ident at 05:45, and what the air makes of them.
fn about_a_hard_start(music_ms: u64, sting_ms: u64) -> [bool; 2] {
    let text = "month = \"2026-12\"\n[[window]]\nid = \"sang\"\nstart = \"05:30\"\nend = \"06:00\"\ndays = \"T3\"\n\
                running_order = [{ audio = \"a.mp3\", kind = \"music\" }, { audio = \"b.mp3\", kind = \"sting\" }, \
                { audio = \"c.mp3\", kind = \"ident\", at = \"05:45\" }]\n";
    let (schedule, problems) = loa::schedule::read("schedules/2026-12.toml", text);
    let schedule = schedule.unwrap_or_else(|| panic!("{problems:#?}"));
    let lengths = [("a.mp3", music_ms), ("b.mp3", sting_ms), ("c.mp3", 10_000)];
    let facts: loa::schedule::audio_facts::Facts =
        lengths.map(|(file, ms)| (file.to_owned(), Ok(super::facts(ms)))).into();
    let (mut slots, _) = loa::timetable::plan(&schedule, &loa::station::Station::default(), &facts, "r");
    slots.retain(|slot| slot.date == jiff::civil::date(2026, 12, 1));
    let mut world = world(&slots);
    world.run(day("06:30:00"));
    let [music, sting, hard] = &slots[..] else { panic!("{slots:#?}") };
    assert_eq!(world.outcome(hard), AIRED);
    [music, sting].map(|slot| {
        let heard = world.outcome(slot) == AIRED;
        assert_eq!(
            heard,
            slot.bar.is_none(),
            "{} of {music_ms} and {sting_ms} ms: {:?}",
            slot.id.0,
            world.outcome(slot)
        );
        assert!(heard || world.outcome(slot) == missed(Cause::NoTime));
        heard
    })
}

#[test]
fn plan_and_air_agree_on_what_ends_about_a_hard_start() {
    for (music_ms, sting_ms, heard) in [
        (899_500, 500, [true, true]),
        (899_500, 1_500, [true, true]),
        (899_500, 1_501, [true, false]),
        (900_000, 500, [true, false]),
        (900_400, 500, [true, false]),
        (901_000, 500, [true, false]),
        (901_001, 500, [false, true]),
    ] {
        assert_eq!(about_a_hard_start(music_ms, sting_ms), heard, "{music_ms}, {sting_ms}");
    }
}

#[test]
fn what_would_run_into_a_hard_start_is_not_begun_and_the_next_that_fits_is_tried() {
    let mut order = Order::new(day("05:30:00"), 60);
    let first = order.segment("a", 10 * MIN);
    let long = order.segment("dai", 9 * MIN);
    order.next = day("05:41:00");
    let fits = order.segment("vua", 4 * MIN);
    let hard = order.hard(day("05:45:00"), "cung", 5 * MIN);
    let mut world = world(&order.slots);
    world.run(day("06:30:00"));
    assert_eq!(world.outcome(&long), missed(Cause::NoTime));
    assert_eq!(world.sound(&fits).unwrap().0, world.sound(&first).unwrap().1);
    assert_eq!(world.sound(&hard).unwrap().0, day("05:45:00"));
}

#[test]
fn what_would_end_a_minute_after_its_window_is_not_begun_and_what_is_on_air_plays_out() {
    let mut order = Order::new(day("05:30:00"), 10);
    let plays_out = order.segment("a", 10 * MIN + 30_000);
    let too_late = order.segment("b", 40_000);
    let fits = order.segment("c", 20_000);
    for slot in &mut order.slots {
        slot.grace_ms = 15 * MIN;
    }
    let mut world = world(&order.slots);
    world.run(day("06:30:00"));
    assert_eq!(world.outcome(&plays_out), AIRED);
    assert_eq!(world.outcome(&too_late), missed(Cause::NoTime));
    assert_eq!(world.outcome(&fits), AIRED);
}

#[test]
fn what_would_end_in_quiet_hours_is_excepted_and_a_permit_passes() {
    let mut order = Order::new(day("20:50:00"), 30);
    let fits = order.segment("a", 9 * MIN);
    let quiet_hours = order.segment("b", 2 * MIN);
    let also_fits = order.segment("c", 30_000);
    let last = order.slots.len();
    let mut permitted = order.segment("d", 5 * MIN);
    permitted.permit = Some("CV 12/UBND".into());
    order.slots[last] = permitted.clone();
    let mut world = begin(day("20:00:00"), &order.slots);
    world.run(day("22:00:00"));
    assert_eq!(world.outcome(&fits), AIRED);
    assert_eq!(world.outcome(&quiet_hours), excepted(Cause::QuietHours));
    assert_eq!(world.outcome(&also_fits), AIRED);
    assert_eq!(world.outcome(&permitted), AIRED, "its document lets it sound after 21:00");
}

#[test]
fn priority_goes_first_among_those_that_wait_and_cuts_nothing() {
    let a = slot(day("05:45:00"), "a", 3 * MIN, 10 * MIN);
    let b = slot(day("05:46:00"), "b", MIN, 10 * MIN);
    let mut c = slot(day("05:47:00"), "c", MIN, 10 * MIN);
    c.class = Class::Priority;
    let mut world = world(&[a.clone(), b.clone(), c.clone()]);
    world.run(day("06:30:00"));
    assert!([&a, &b, &c].iter().all(|slot| world.outcome(slot) == AIRED));
    assert_eq!(world.sound(&c).unwrap().0, day("05:48:00"));
    assert_eq!(world.sound(&b).unwrap().0, day("05:49:00"));
}

#[test]
fn a_late_broadcast_goes_on_in_order_and_leaves_out_what_is_late_and_short() {
    let mut order = Order::new(day("05:30:00"), 30);
    let ident = order.soft(Kind::Ident, "hieu", 20_000);
    let news = order.segment("tin", 5 * MIN);
    let sting = order.soft(Kind::Sting, "cat", 3_000);
    let cchc = order.segment("cchc", 5 * MIN);
    let started = day("05:33:00");
    let (past, ahead) = order.slots.split_at(2);
    let past =
        Past { unwritten: past.to_vec(), started: Some(started), gap_cause: Some(Cause::Power), ..Past::default() };
    let mut world = World::after(started, rules(), "null", &order.slots, past);
    world.send(Event::Planned { since: world.clock(), slots: ahead.to_vec(), rules: rules() });
    world.run(day("06:30:00"));
    assert_eq!(world.outcome(&ident), missed(Cause::Power), "what made it late is why it is missed");
    assert_eq!(world.sound(&news).unwrap().0, started);
    assert_eq!(world.outcome(&sting), missed(Cause::NoTime));
    assert_eq!(world.sound(&cchc).unwrap().0, day("05:38:00"));
    assert!([&news, &cchc].iter().all(|slot| world.outcome(slot) == AIRED));
}

#[test]
fn a_column_without_a_segment_is_missed_at_its_instant_and_stands_in_nobodys_way() {
    let mut order = Order::new(day("05:30:00"), 30);
    let first = order.segment("a", 5 * MIN);
    let mut column = order.soft(Kind::Column, "thong-bao", 0);
    column.files = Vec::new();
    order.slots[1] = column.clone();
    let last = order.segment("b", MIN);
    let mut world = world(&order.slots);
    world.run(day("05:34:59"));
    assert_eq!(world.outcome(&column), None);
    world.run(day("05:35:00"));
    assert_eq!(world.outcome(&column), missed(Cause::NoSegment));
    world.run(day("06:30:00"));
    assert_eq!(world.sound(&last).unwrap().0, world.sound(&first).unwrap().1);
}

#[test]
fn every_bar_ends_as_its_cause_says() {
    use Cause::*;
    for cause in [QuietHours, Cap, Unapproved, Changed, Expired, Holiday, Overlap, NoSegment] {
        let mut barred = slot(day("05:45:00"), "a", MIN, 2 * MIN);
        barred.bar = Some(Bar { cause, reason: Text::new("vì thế", "so") });
        let mut world = world(std::slice::from_ref(&barred));
        world.run(day("06:30:00"));
        let misses = matches!(cause, Overlap | NoSegment);
        assert_eq!(world.outcome(&barred), if misses { missed(cause) } else { excepted(cause) });
        assert!(world.heard.is_empty());
    }
}

#[test]
fn what_had_no_room_in_the_plan_airs_where_room_is_left_after_all() {
    let mut barred = slot(day("05:45:00"), "a", MIN, 2 * MIN);
    barred.bar = Some(Bar { cause: Cause::NoTime, reason: Text::new("vì thế", "so") });
    let mut world = world(std::slice::from_ref(&barred));
    world.run(day("06:30:00"));
    assert_eq!(world.outcome(&barred), AIRED);
}

#[test]
fn a_recording_other_than_the_approved_one_never_airs() {
    let mut a = slot(day("05:45:00"), "a", MIN, 2 * MIN);
    a.approved_sha256 = Some(hash("c"));
    let mut order = Order::new(day("05:50:00"), 30);
    order.segment("b", MIN);
    order.segment("c", MIN);
    order.slots[0].approved_sha256 = Some(hash("c"));
    let [b, c] = [0, 1].map(|n| order.slots[n].clone());
    let mut first = world(&[a.clone(), b.clone(), c.clone()]);
    first.run(day("06:30:00"));
    assert_eq!(first.outcome(&a), excepted(Cause::Changed));
    assert_eq!(first.outcome(&b), excepted(Cause::Changed));
    assert_eq!(first.outcome(&c), AIRED);
    // The approved file put back in time airs.
    let mut second = world(std::slice::from_ref(&a));
    second.run(day("05:44:30"));
    second.disk.replace("a.flac", &hash("c"), 0);
    second.run(day("06:30:00"));
    assert_eq!(second.outcome(&a), AIRED);
}

#[test]
fn what_is_no_longer_valid_when_it_would_begin_is_excepted() {
    let mut a = slot(day("05:45:00"), "a", MIN, 2 * MIN);
    a.particulars = std::sync::Arc::new(loa::programme::particulars::Particulars {
        valid_until: Some(jiff::civil::date(2026, 11, 30)),
        ..Default::default()
    });
    let mut world = world(std::slice::from_ref(&a));
    world.run(day("06:30:00"));
    assert_eq!(world.outcome(&a), excepted(Cause::Expired));
}

#[test]
fn a_soft_item_whose_file_is_slow_is_waited_for_and_then_passed_over() {
    for (slow_ms, heard) in [(63_000, true), (90_000, false)] {
        let mut order = Order::new(day("05:30:00"), 30);
        let slow = order.segment("cham", MIN);
        let next = order.segment("sau", MIN);
        let mut world = world(&order.slots);
        world.disk.slow.insert("cham.flac".into(), slow_ms);
        world.run(day("06:30:00"));
        let begins = |slot| world.sound(slot).map(|(begins, _)| begins);
        if heard {
            assert_eq!(begins(&slow), Some(day("05:30:03")));
            assert_eq!(begins(&next), Some(day("05:31:03")));
        } else {
            assert_eq!(world.outcome(&slow), Some((Outcome::Failed, Some(Cause::Disk))));
            assert_eq!(begins(&next), Some(day("05:30:05")));
        }
    }
}

#[test]
fn a_stop_in_a_running_order_cuts_what_sounds_and_begins_nothing() {
    let mut order = Order::new(day("05:30:00"), 30);
    let first = order.segment("a", MIN);
    let second = order.segment("b", MIN);
    let mut world = world(&order.slots);
    // The second one is ordered already.
    world.run(day("05:30:59"));
    world.send(Event::Shutdown);
    world.run(day("05:40:00"));
    assert!(world.stopped);
    assert_eq!(world.outcome(&first), Some((Outcome::Cut, Some(Cause::Daemon))));
    assert_eq!((world.outcome(&second), world.sound(&second)), (None, None));
}
