//! Filler: it takes what room is left, and no more.

use jiff::Timestamp;
use loa::outcome::{Cause, Outcome};
use loa::rehearsal::World;
use loa::timetable::{Kind, Slot};

use super::{MIN, Order, at, begin, facts, ms_of};

const AIRED: Option<(Outcome, Option<Cause>)> = Some((Outcome::Aired, None));
const FILES: [&str; 3] = ["dem/a.flac", "dem/b.flac", "dem/c.flac"];

fn day(time: &str) -> Timestamp {
    at(&format!("2026-12-01T{time}"))
}

fn world(slots: &[Slot], each_ms: u64) -> World {
    let mut world = begin(day("05:00:00"), &[]);
    world.disk.lay_for(slots);
    for file in FILES {
        world.disk.lay(file, facts(each_ms));
    }
    world.send(loa::director::Event::Planned { since: world.clock(), slots: slots.to_vec(), rules: super::rules() });
    world
}

#[test]
fn filler_stretches_to_the_hard_start_and_fades_out_under_it() {
    let mut order = Order::new(day("05:30:00"), 45);
    let news = order.segment("tin", 10 * MIN);
    let filler = order.filler(&FILES, day("06:00:00"));
    let hard = order.hard(day("06:00:00"), "cung", 5 * MIN);
    let bye = order.soft(Kind::SignOff, "chao", 15_000);
    let mut world = world(&order.slots, 3 * MIN);
    world.run(day("07:00:00"));
    assert_eq!(world.sound(&filler), Some((world.sound(&news).unwrap().1, day("06:00:00"))));
    assert_eq!(world.outcome(&filler), AIRED, "it has filled its place");
    assert_eq!(world.sound(&hard).unwrap().0, day("06:00:00"));
    assert_eq!(world.sound(&bye).unwrap().0, day("06:05:00"));
    // 20 minutes of three-minute pieces, as one sound: one order to air, and the log names what was heard.
    let files: Vec<_> = world.ordered.iter().filter(|(id, _)| *id == filler.id).collect();
    assert_eq!(files.len(), 1);
    assert!(files[0].1.len() >= 7);
    let times = |note: &str| {
        note.split("lần").filter_map(|word| word.split('(').nth(1)?.trim().parse::<u32>().ok()).sum::<u32>()
    };
    assert_eq!((times(world.note(&filler)), world.note(&filler).matches("dem/").count()), (7, 3), "each is named once");
}

#[test]
fn filler_of_short_files_fills_its_place_and_names_each_file_once() {
    let mut order = Order::new(day("05:30:00"), 45);
    let filler = order.filler(&FILES[..1], day("05:59:00"));
    let mut world = world(&order.slots, 15_000);
    world.run(day("07:00:00"));
    assert_eq!(world.sound(&filler), Some((day("05:30:00"), day("05:59:00"))));
    assert_eq!(world.note(&filler), "`dem/a.flac` (116 lần)");
}

#[test]
fn filler_of_very_short_files_goes_on_to_the_hard_start() {
    for each_ms in [400, 5_000, 15_000] {
        let mut order = Order::new(day("05:30:00"), 180);
        let filler = order.filler(&FILES, day("08:00:00"));
        let hard = order.hard(day("08:00:00"), "cung", 5 * MIN);
        let mut world = world(&order.slots, each_ms);
        world.run(day("09:00:00"));
        assert_eq!(world.sound(&filler), Some((day("05:30:00"), day("08:00:00"))), "files of {each_ms} ms");
        assert_eq!((world.outcome(&filler), world.outcome(&hard)), (AIRED, AIRED));
    }
}

#[test]
fn filler_that_begins_early_because_what_stood_before_it_failed_lasts_to_the_end_of_its_room() {
    let mut order = Order::new(day("05:30:00"), 45);
    order.segment("tin", 20 * MIN);
    let filler = order.filler(&FILES[..1], day("06:00:00"));
    let mut world = world(&order.slots, MIN);
    world.disk.absent.insert("tin.flac".into());
    world.run(day("07:00:00"));
    let (began, ended) = world.sound(&filler).unwrap();
    assert!(began < day("05:31:00"), "{began}");
    assert_eq!(ended, day("06:00:00"));
}

#[test]
fn a_soft_item_follows_where_the_filler_before_it_ends() {
    let mut order = Order::new(day("05:30:00"), 45);
    order.segment("tin", 10 * MIN);
    let filler = order.filler(&FILES, day("06:00:00"));
    let bye = order.soft(Kind::SignOff, "chao", 15_000);
    let mut world = world(&order.slots, 3 * MIN);
    world.run(day("07:00:00"));
    assert_eq!(world.sound(&bye).unwrap().0, world.sound(&filler).unwrap().1);
    assert_eq!(world.sound(&bye).unwrap().0, day("06:00:00"));
    assert_eq!(world.outcome(&filler), AIRED);
}

#[test]
fn filler_shrinks_first_and_is_left_out_when_there_is_no_room() {
    for (overrun_ms, airs) in [(5 * MIN, true), (20 * MIN - 1_000, false)] {
        let mut order = Order::new(day("05:30:00"), 45);
        let news = order.segment("tin", 10 * MIN);
        let filler = order.filler(&FILES, day("06:00:00"));
        let hard = order.hard(day("06:00:00"), "cung", 5 * MIN);
        let mut world = world(&order.slots, 3 * MIN);
        // The recording is longer than it was when the month was planned.
        world.disk.lay("tin.flac", facts(10 * MIN + overrun_ms));
        world.run(day("07:00:00"));
        assert_eq!(world.sound(&hard).unwrap().0, day("06:00:00"));
        assert_eq!(world.outcome(&news), AIRED);
        if airs {
            assert_eq!(world.sound(&filler), Some((day("05:45:00"), day("06:00:00"))));
        } else {
            assert_eq!(world.outcome(&filler), Some((Outcome::Missed, Some(Cause::NoTime))));
        }
    }
}

#[test]
fn filler_takes_the_file_that_was_heard_longest_ago_first() {
    let mut slots = Vec::new();
    for hour in ["06", "07", "08"] {
        let mut order = Order::new(day(&format!("{hour}:00:00")), 10);
        let mut filler = order.filler(&FILES, day(&format!("{hour}:04:00")));
        filler.id.0 = format!("2026-12-01/{hour}/dem");
        filler.broadcast = format!("2026-12-01/{hour}");
        slots.push(filler);
    }
    let mut world = world(&slots, 3 * MIN);
    world.run(day("09:00:00"));
    let firsts: Vec<&String> = world.ordered.iter().map(|(_, files)| &files[0]).collect();
    assert_eq!(firsts.len(), 3);
    // Two are heard each time: the second time begins with the one that was left.
    let second_of_first = &world.ordered[0].1[1];
    assert!(firsts[1] != firsts[0] && firsts[1] != second_of_first, "{firsts:?}");
    assert_eq!(firsts[2], second_of_first);
}

#[test]
fn filler_stops_at_quiet_hours() {
    let mut order = Order::new(day("20:50:00"), 30);
    let filler = order.filler(&FILES, day("21:10:00"));
    let mut world = world(&order.slots, 3 * MIN);
    world.run(day("22:00:00"));
    assert_eq!(world.sound(&filler), Some((day("20:50:00"), day("21:00:00"))));
    assert_eq!(world.outcome(&filler), AIRED);
}

#[test]
fn filler_goes_on_while_the_file_of_the_hard_start_is_not_open() {
    let mut order = Order::new(day("05:50:00"), 45);
    let filler = order.filler(&FILES, day("06:00:00"));
    let hard = order.hard(day("06:00:00"), "cung", 5 * MIN);
    let mut world = world(&order.slots, 3 * MIN);
    world.disk.slow.insert("cung.flac".into(), 70_000);
    world.run(day("07:00:00"));
    // Opened ten seconds after its instant.
    assert_eq!(world.sound(&hard).unwrap().0, day("06:00:10"));
    let (_, ended) = world.sound(&filler).unwrap();
    assert!(ended >= day("06:00:10") && ended <= day("06:00:10") + ms_of(500), "{ended}");
    assert_eq!(world.outcome(&filler), AIRED);
}

#[test]
fn filler_with_bad_files_fills_its_place_with_one_that_is_good() {
    let mut order = Order::new(day("05:50:00"), 45);
    let filler = order.filler(&FILES, day("06:00:00"));
    let next = order.segment("sau", MIN);
    let mut world = world(&order.slots, 3 * MIN);
    world.disk.absent.insert(FILES[0].into());
    world.disk.absent.insert(FILES[1].into());
    world.run(day("07:00:00"));
    assert_eq!(world.outcome(&filler), AIRED);
    assert!(world.ordered[0].1.iter().all(|file| file == FILES[2]), "{:?}", world.ordered[0].1);
    assert_eq!(world.sound(&filler), Some((day("05:50:00"), day("06:00:00"))));
    assert_eq!(world.sound(&next).unwrap().0, day("06:00:00"));
}

#[test]
fn filler_that_the_line_broke_off_goes_on_with_other_files_and_its_note_has_those_of_both_parts() {
    let mut order = Order::new(day("05:30:00"), 45);
    let filler = order.filler(&FILES, day("06:00:00"));
    let hard = order.hard(day("06:00:00"), "cung", 5 * MIN);
    let mut world = world(&order.slots, 3 * MIN);
    world.run(day("05:32:00"));
    world.lose_line();
    world.run(day("05:32:20"));
    world.open_line();
    world.run(day("07:00:00"));
    let heard = [(day("05:30:00"), day("05:32:00")), (day("05:32:20"), day("06:00:00"))];
    assert_eq!(world.sounds(&filler), heard);
    assert_eq!((world.outcome(&filler), world.sound(&hard).unwrap().0), (AIRED, day("06:00:00")));
    // Two minutes of one file; then ten of three minutes, the two that were not heard yet first.
    let files = "`dem/c.flac` (4 lần), `dem/a.flac` (4 lần), `dem/b.flac` (3 lần)";
    assert_eq!(world.note(&filler), format!("{files}; mất đường loa giữa chừng, phát tiếp sau 20 giây"));
    assert_eq!(world.violations(), []);
}

#[test]
fn filler_whose_room_is_over_when_the_line_is_back_is_interrupted_and_its_note_has_the_files_that_were_heard() {
    let mut order = Order::new(day("05:30:00"), 45);
    let filler = order.filler(&FILES, day("06:00:00"));
    let hard = order.hard(day("06:00:00"), "cung", 5 * MIN);
    let mut world = world(&order.slots, 3 * MIN);
    world.run(day("05:34:00"));
    world.lose_line();
    world.run(day("06:00:10"));
    world.open_line();
    world.run(day("07:00:00"));
    assert_eq!(world.outcome(&filler), Some((Outcome::Interrupted, Some(Cause::Line))));
    let files = "`dem/c.flac`, `dem/a.flac`";
    assert_eq!(world.note(&filler), format!("{files}; không còn chỗ trống để phát đệm"));
    assert_eq!(world.sound(&hard).unwrap().0, day("06:00:10"), "within its grace, and before what only fills");
    assert_eq!(world.violations(), []);
}

/// A hard place between whose recording is lacking, or that waits for approval.
#[test]
fn filler_sounds_on_over_a_hard_place_that_does_not_air() {
    for (cause, outcome) in [(Cause::Unapproved, Outcome::Excepted), (Cause::NoFile, Outcome::Failed)] {
        let mut order = Order::new(day("05:30:00"), 30);
        let lacking = cause == Cause::NoFile;
        let filler = order.filler(&FILES, day(if lacking { "05:40:00" } else { "06:00:00" }));
        order.hard(day("05:40:00"), "cung", 5 * MIN);
        let hard = order.slots.last_mut().unwrap();
        hard.bar = Some(loa::timetable::Bar { cause, reason: loa::problem::Text::same("thiếu") });
        let hard = hard.clone();
        // Where it may still come, filler goes on behind it in a place of its own.
        order.next = day("05:40:00");
        let mut behind = order.filler(&FILES, day("06:00:00"));
        behind.id.0.push_str("~2");
        *order.slots.last_mut().unwrap() = behind.clone();
        if !lacking {
            order.slots.pop();
        }
        let mut world = world(&order.slots, 3 * MIN);
        if lacking {
            world.disk.absent.insert(hard.files[0].clone());
        }
        world.run(day("07:00:00"));
        assert_eq!(world.outcome(&hard), Some((outcome, Some(cause))));
        if lacking {
            assert_eq!(world.sound(&filler), Some((day("05:30:00"), day("05:40:00"))));
            assert_eq!(world.sound(&behind), Some((day("05:40:00"), day("06:00:00"))));
        } else {
            assert_eq!(world.sound(&filler), Some((day("05:30:00"), day("06:00:00"))));
        }
        assert_eq!(world.violations(), []);
    }
}
