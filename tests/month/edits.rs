//! What an edit does not reach any more.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::tz::TimeZone;
use loa::director::{Event, TooLate};
use loa::outcome::{Cause, Outcome};
use loa::problem::Text;
use loa::programme::particulars::{Approval, Particulars};
use loa::rehearsal::World;
use loa::schedule::audio_facts::AudioFacts;
use loa::timetable::{Bar, Slot};

use super::{MIN, ZONE, at, begin, facts, rules, slot};

#[test]
fn an_edit_within_the_last_minute_comes_too_late_for_what_is_of_record_and_in_time_for_the_rest() {
    let plan = [("05:45:00", "a"), ("05:45:50", "b"), ("06:30:00", "c")]
        .map(|(time, name)| slot(at(&format!("2026-12-01T{time}")), name, 10_000, 2 * MIN));
    let mut world = begin(at("2026-12-01T05:00:00"), &plan);
    world.run(at("2026-12-01T05:44:55"));
    let [a, mut b, mut c] = plan.clone();
    b.files = vec!["another.flac".into()];
    c.files = vec!["another.flac".into()];
    let past = slot(at("2026-12-01T05:44:54"), "d", 10_000, 2 * MIN);
    let soon = slot(at("2026-12-01T05:45:20"), "e", 10_000, 2 * MIN);
    let nothing = Bar { cause: Cause::NoSegment, reason: Text::same("x") };
    let empty = Slot { bar: Some(nothing), ..slot(at("2026-12-01T05:43:00"), "f", 10_000, 2 * MIN) };
    let edited = [b.clone(), c, past.clone(), soon.clone(), empty];
    let before: BTreeSet<_> = plan.iter().map(|slot| slot.id.clone()).collect();
    let too_late = world.director.too_late(world.now, &before, &edited);
    let said: Vec<_> = too_late.iter().map(|(slot, why)| (&slot.id, *why)).collect();
    assert_eq!(said, [(&a.id, TooLate::Removed), (&b.id, TooLate::Changed), (&past.id, TooLate::Past)]);

    world.disk.lay_for(&edited);
    world.send(Event::Planned { since: world.clock(), slots: edited.to_vec(), rules: rules() });
    world.run(at("2026-12-01T07:00:00"));
    let files = |slot: &Slot| world.ordered.iter().find(|(id, _)| *id == slot.id).map(|(_, files)| files[0].clone());
    assert_eq!(files(&plan[0]).unwrap(), "a.flac", "what is of record airs as it was");
    assert_eq!(files(&plan[1]).unwrap(), "b.flac");
    assert_eq!(files(&plan[2]).unwrap(), "another.flac");
    assert_eq!((files(&past), files(&soon).unwrap().as_str()), (None, "e.flac"));
}

#[test]
fn who_adds_a_daily_item_is_not_told_that_yesterday_has_passed() {
    let now = at("2026-12-02T00:20:00");
    for (planned, why, is_told) in [
        ("2026-12-02T00:10:00", TooLate::Past, true),
        ("2026-12-01T23:59:59", TooLate::Past, false),
        ("2026-12-01T23:59:59", TooLate::Removed, true),
        ("2026-12-01T05:45:00", TooLate::Changed, true),
    ] {
        assert_eq!(why.is_news(at(planned), now, &TimeZone::get(ZONE).unwrap()), is_told, "{planned} {why:?}");
    }
}

#[test]
fn quiet_hours_that_an_edit_brings_reach_what_is_of_record_and_has_not_begun() {
    let a = slot(at("2026-12-01T05:45:00"), "a", 10_000, 2 * MIN);
    let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&a));
    let quiet = Bar { cause: Cause::QuietHours, reason: Text::new("giờ yên tĩnh", "quiet hours") };
    let edited = [Slot { bar: Some(quiet), ..a.clone() }];
    let before = BTreeSet::from([a.id.clone()]);
    world.run(at("2026-12-01T05:44:55"));
    assert_eq!(world.director.too_late(world.now, &before, &edited), [], "they hold at air time");
    world.run(at("2026-12-01T05:45:05"));
    assert_eq!(
        world.director.too_late(world.now, &before, &edited),
        [(a, TooLate::Changed)],
        "what is on air plays out"
    );
}

/// A recording of ten seconds.
pub(super) fn item(time: &str, name: &str) -> Slot {
    slot(at(&format!("2026-12-01T{time}")), name, 10_000, 2 * MIN)
}

fn edit(world: &mut World, plan: &[Slot]) {
    world.plan_anew(plan.to_vec());
}

pub(super) fn run(world: &mut World, time: &str) {
    world.run(at(&format!("2026-12-01T{time}")));
}

pub(super) const TOO_LATE: Option<(Outcome, Option<Cause>)> = Some((Outcome::Excepted, Some(Cause::EditedLate)));
pub(super) const AIRED: Option<(Outcome, Option<Cause>)> = Some((Outcome::Aired, None));

/// Moved, or named otherwise without an id of its own.
#[test]
fn what_an_edit_moves_or_renames_too_late_is_heard_once_where_it_stood_before_and_the_log_says_so() {
    let old = item("05:45:00", "a");
    let renamed = Slot { segment: Some("a-sua".into()), ..item("05:45:00", "a-sua") };
    let renamed = Slot { files: old.files.clone(), ..renamed };
    let other = item("05:50:00", "b");
    // Armed, about to begin, and on air.
    for edited_at in ["05:44:10", "05:44:59", "05:45:05"] {
        for new in [item("05:45:20", "a"), item("17:00:00", "a"), renamed.clone()] {
            // What has its instant behind it is no place to move to.
            if edited_at == "05:45:05" && new.planned == old.planned {
                continue;
            }
            let mut world = begin(at("2026-12-01T05:00:00"), &[old.clone(), other.clone()]);
            world.run(at(&format!("2026-12-01T{edited_at}")));
            let before = BTreeSet::from([old.id.clone(), other.id.clone()]);
            let plan = [new.clone(), other.clone()];
            let said = world.director.too_late(world.now, &before, &plan);
            assert_eq!(said, [(old.clone(), TooLate::Changed)], "{edited_at} {:?}", new.id);
            edit(&mut world, &plan);
            // Saved once more with another change in it.
            edit(&mut world, &[new.clone(), item("05:50:00", "b"), item("06:30:00", "c")]);
            world.run(at("2026-12-01T18:00:00"));
            let told = format!("{edited_at} {:?}", new.id);
            assert_eq!((world.outcome(&old), world.sounds(&old).len()), (AIRED, 1), "{told}");
            assert_eq!((world.outcome(&new), world.sounds(&new).len()), (TOO_LATE, 0), "{told}");
            assert!(world.note(&new).starts_with("đã phát theo giờ cũ 05:45:00"), "{}", world.note(&new));
            assert_eq!(world.outcome(&other), AIRED, "{told}");
        }
    }
}

/// Moved once more in the last minute, or when the first of the new places had come; the line is there, or comes back later.
#[test]
fn what_an_edit_moves_twice_too_late_is_heard_once() {
    let failed = Some((Outcome::Failed, Some(Cause::Line)));
    for (again_at, away, wanted) in [
        ("05:44:40", false, [AIRED, None, TOO_LATE]),
        ("05:44:40", true, [failed, None, AIRED]),
        // Back within the grace of the second place alone, it is heard there, and not at the third as well.
        ("05:45:25", true, [failed, AIRED, TOO_LATE]),
    ] {
        let (old, new, newer) = (item("05:45:00", "a"), item("05:45:20", "a"), item("05:55:00", "a"));
        let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&old));
        run(&mut world, "05:44:30");
        if away {
            world.lose_line();
        }
        edit(&mut world, std::slice::from_ref(&new));
        run(&mut world, again_at);
        edit(&mut world, std::slice::from_ref(&newer));
        run(&mut world, "05:47:10");
        if away {
            world.open_line();
        }
        run(&mut world, "06:00:00");
        let of = [&old, &new, &newer].map(|slot| world.outcome(slot));
        assert_eq!(of, wanted, "{again_at} {away}");
        assert_eq!((world.heard.len(), world.violations()), (1, vec![]));
    }
}

/// Before the old place's time, while it sounds there, and hours later.
#[test]
fn a_late_edit_that_is_taken_back_or_made_anew_leaves_one_airing_and_no_row_that_contradicts_it() {
    let (old, new, newer) = (item("05:45:00", "a"), item("17:00:00", "a"), item("18:00:00", "a"));
    for second_at in ["05:44:40", "05:45:05", "12:00:00"] {
        for second in [&old, &newer] {
            let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&old));
            run(&mut world, "05:44:30");
            edit(&mut world, std::slice::from_ref(&new));
            run(&mut world, second_at);
            edit(&mut world, std::slice::from_ref(second));
            run(&mut world, "19:00:00");
            let rows: Vec<_> = world.log.entries().into_iter().map(|entry| world.outcome(&entry.slot)).collect();
            let wanted = if second.id == old.id { vec![AIRED] } else { vec![AIRED, TOO_LATE] };
            assert_eq!(rows, wanted, "{second_at} {:?}", second.id);
            assert_eq!((world.sounds(&old).len(), world.heard.len(), world.violations()), (1, 1, vec![]));
        }
    }
}

/// Until its own time has come nothing is written of what an edit has put elsewhere.
#[test]
fn what_an_edit_moved_too_late_is_of_record_when_its_own_time_has_come() {
    let (old, new) = (item("05:45:00", "a"), item("05:45:20", "a"));
    let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&old));
    run(&mut world, "05:44:30");
    edit(&mut world, std::slice::from_ref(&new));
    world.run(new.planned - super::ms_of(1));
    assert!(world.log.entry(&new.id).is_none());
    world.run(new.planned);
    assert_eq!(world.outcome(&new), TOO_LATE);
}

/// The power goes, the program dies, or somebody stops it: before the old place's time, in its midst, and after it.
#[test]
fn what_an_edit_moved_too_late_is_heard_once_though_the_run_ends_in_between() {
    let ends: [fn(&mut World, u64); 3] = [World::lose_power, World::crash, World::stop];
    for ends_at in ["05:44:40", "05:45:05", "05:45:15", "12:00:00"] {
        for (end, place) in ends.iter().zip([0, 1, 2]) {
            for time in ["05:45:20", "17:00:00"] {
                let (old, new) = (item("05:45:00", "a"), item(time, "a"));
                let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&old));
                run(&mut world, "05:44:30");
                edit(&mut world, std::slice::from_ref(&new));
                run(&mut world, ends_at);
                end(&mut world, 3_000);
                run(&mut world, "18:00:00");
                let told = format!("{ends_at} {place} {time}");
                assert_eq!((world.sounds(&old).len(), world.sounds(&new).len()), (1, 0), "{told}");
                assert_eq!((world.outcome(&new), world.violations()), (TOO_LATE, vec![]), "{told}");
                let whole = ends_at != "05:45:05";
                assert_eq!(world.outcome(&old) == AIRED, whole, "{told}: {:?}", world.outcome(&old));
            }
        }
    }
}

/// The power is away until the old place is given up; once the edit is taken back, and made again when all is over.
#[test]
fn after_a_run_that_ended_what_an_edit_moved_is_heard_at_its_new_place_if_nothing_was_heard_at_the_old_one() {
    let (old, new) = (item("05:45:00", "a"), item("17:00:00", "a"));
    let missed = Some((Outcome::Missed, Some(Cause::Power)));
    for (back_at, wanted) in [(None, [missed, AIRED]), (Some("05:44:40"), [AIRED, TOO_LATE])] {
        let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&old));
        run(&mut world, "05:44:30");
        edit(&mut world, std::slice::from_ref(&new));
        match back_at {
            None => world.lose_power(10 * MIN),
            Some(back_at) => {
                run(&mut world, back_at);
                edit(&mut world, std::slice::from_ref(&old));
                run(&mut world, "06:30:00");
                edit(&mut world, std::slice::from_ref(&new));
                world.lose_power(MIN);
            }
        }
        run(&mut world, "18:00:00");
        assert_eq!([&old, &new].map(|slot| world.outcome(slot)), wanted, "{back_at:?}");
        assert_eq!(world.violations(), []);
    }
}

/// Of two that change with each other both are of record, or the first is.
#[test]
fn two_items_that_change_with_each_other_too_late_are_heard_once_each() {
    for (second, wanted) in [("05:45:40", TOO_LATE), ("05:50:00", AIRED)] {
        let plan = [item("05:45:00", "a"), item(second, "b")];
        let swapped = [item(second, "a"), item("05:45:00", "b")];
        let mut world = begin(at("2026-12-01T05:00:00"), &plan);
        run(&mut world, "05:44:45");
        edit(&mut world, &swapped);
        run(&mut world, "06:00:00");
        assert_eq!(world.outcome(&plan[0]), AIRED, "{second}");
        assert_eq!([&swapped[0], &swapped[1]].map(|slot| world.outcome(slot)), [TOO_LATE, wanted], "{second}");
        assert_eq!((world.heard.len(), world.violations()), (2, vec![]), "{second}");
    }
}

#[test]
fn a_title_that_is_edited_too_late_is_told_too() {
    let old = item("05:45:00", "a");
    let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&old));
    run(&mut world, "05:44:30");
    let before = BTreeSet::from([old.id.clone()]);
    // Planned anew from another text of the month, with another reading of the file.
    let same = Slot { revision: "r2".into(), audio: None, ..old.clone() };
    assert_eq!(world.director.too_late(world.now, &before, &[same]), []);
    let retitled = Slot { title: "Tên khác".into(), ..old.clone() };
    assert_eq!(world.director.too_late(world.now, &before, &[retitled]), [(old, TooLate::Changed)]);
}

/// Whoever approves in the last minute has not come too late for what is heard anyhow.
#[test]
fn an_approval_of_what_is_heard_anyhow_is_no_edit_that_comes_too_late() {
    let old = item("05:45:00", "a");
    let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&old));
    run(&mut world, "05:44:30");
    let before = BTreeSet::from([old.id.clone()]);
    let hash = old.audio.as_ref().unwrap().sha256.clone();
    let by = |who: &str| {
        let approved = Some(Approval { by: who.into(), on: "2026-12-01".parse().unwrap(), reference: None });
        let particulars = Arc::new(Particulars { approved, ..(*old.particulars).clone() });
        Slot { particulars, approved_sha256: Some(hash.clone()), ..old.clone() }
    };
    let late = |edited: Slot| world.director.too_late(world.now, &before, &[edited]);
    assert_eq!(late(by("Bà Lan")), []);
    // Of another recording than the one that is heard, or with another title, it is one.
    let audio = old.audio.clone().map(|audio| AudioFacts { sha256: "khac".into(), ..audio });
    let another = Slot { audio, approved_sha256: Some("khac".into()), ..by("Bà Lan") };
    assert_eq!(late(another), [(old.clone(), TooLate::Changed)]);
    assert_eq!(late(Slot { title: "Tên khác".into(), ..by("Bà Lan") }), [(old.clone(), TooLate::Changed)]);
    // What it takes a bar off, which was frozen with one, is not heard all the same.
    let bar = Some(Bar { cause: Cause::Unapproved, reason: Text::same("chưa duyệt") });
    assert_eq!(late(Slot { bar, ..old.clone() }), [(old.clone(), TooLate::Changed)]);
}

/// The line is away until the old place is given up.
#[test]
fn what_an_edit_moved_too_late_is_heard_at_its_new_place_if_nothing_was_heard_at_the_old_one() {
    let (old, new) = (item("05:45:00", "a"), item("05:50:00", "a"));
    let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&old));
    world.run(at("2026-12-01T05:44:30"));
    world.lose_line();
    let told = world.director.too_late(world.now, &BTreeSet::from([old.id.clone()]), std::slice::from_ref(&new));
    edit(&mut world, std::slice::from_ref(&new));
    world.run(at("2026-12-01T05:48:00"));
    world.open_line();
    world.run(at("2026-12-01T06:00:00"));
    let (outcome, _) = world.outcome(&old).unwrap();
    assert_eq!(world.outcome(&old), Some((Outcome::Failed, Some(Cause::Line))));
    assert_eq!((world.outcome(&new), world.sound(&new).unwrap().0), (AIRED, new.planned));
    // That it airs as before the edit was told, and is not so any more.
    assert_eq!(told, [(old.clone(), TooLate::Changed)]);
    assert!(!TooLate::Changed.is_so_with(outcome));
}

#[test]
fn what_is_told_of_an_edit_that_came_too_late_is_so_as_long_as_what_became_of_the_slot_bears_it_out() {
    for outcome in Outcome::ALL {
        let heard = [Outcome::Aired, Outcome::Cut, Outcome::Interrupted].contains(outcome);
        let so = [TooLate::Changed, TooLate::Removed, TooLate::Past].map(|why| why.is_so_with(*outcome));
        assert_eq!(so, [heard, heard, !heard], "{outcome:?}");
    }
}

/// Whether it is named as before or not.
#[test]
fn another_recording_that_an_edit_puts_elsewhere_is_heard_there_beside_the_one_of_record() {
    let (old, new) = (item("05:45:00", "a"), item("05:50:00", "a"));
    let new = Slot { files: vec!["another.flac".into()], ..new };
    let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&old));
    world.run(at("2026-12-01T05:44:30"));
    edit(&mut world, std::slice::from_ref(&new));
    world.run(at("2026-12-01T06:00:00"));
    assert_eq!([&old, &new].map(|slot| world.outcome(slot)), [AIRED; 2]);
    assert_eq!((world.heard.len(), world.violations()), (2, vec![]));
}

#[test]
fn what_an_edit_moves_over_midnight_too_late_is_heard_once() {
    let [old, new] = ["2026-12-01T23:59:50", "2026-12-02T00:00:10"].map(|time| {
        let at_night = slot(at(time), "a", 10_000, 2 * MIN);
        Slot { permit: Some("CV 12/UBND".into()), ..at_night }
    });
    assert_ne!(old.date, new.date);
    let mut world = begin(at("2026-12-01T23:00:00"), std::slice::from_ref(&old));
    world.run(at("2026-12-01T23:59:20"));
    edit(&mut world, std::slice::from_ref(&new));
    world.run(at("2026-12-02T01:00:00"));
    assert_eq!([&old, &new].map(|slot| world.outcome(slot)), [AIRED, TOO_LATE]);
    assert_eq!((world.heard.len(), world.violations()), (1, vec![]));
}

/// What was heard at its time is moved to the evening: it was heard. Taken back and moved once more it is no other.
#[test]
fn what_was_heard_and_is_moved_to_later_that_day_is_not_heard_again() {
    let (old, new, newer) = (item("05:45:00", "a"), item("17:00:00", "a"), item("18:00:00", "a"));
    for edits in [&[&new][..], &[&old, &new], &[&new, &old, &newer], &[&new, &newer]] {
        let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&old));
        run(&mut world, "12:00:00");
        let last = edits[edits.len() - 1];
        let before = BTreeSet::from([old.id.clone()]);
        let said = world.director.too_late(world.now, &before, std::slice::from_ref(last));
        assert_eq!(said, [(old.clone(), TooLate::Changed)], "who moves it is told");
        edits.iter().for_each(|plan| edit(&mut world, std::slice::from_ref(*plan)));
        run(&mut world, "19:00:00");
        assert_eq!([&old, last].map(|slot| world.outcome(slot)), [AIRED, TOO_LATE]);
        assert_eq!((world.heard.len(), world.violations()), (1, vec![]));
    }
}

/// Who wants it heard again adds a time: beside the old one, or when that is gone already; and another recording is another item.
#[test]
fn what_was_heard_is_heard_again_at_a_time_that_is_added() {
    let (old, again) = (item("05:45:00", "a"), item("17:00:00", "a"));
    let other = Slot { files: vec!["another.flac".into()], ..again.clone() };
    let tomorrow = slot(at("2026-12-02T05:45:00"), "a", 10_000, 2 * MIN);
    for (edits, new) in [
        (vec![vec![old.clone(), again.clone()]], &again),
        (vec![vec![], vec![again.clone()]], &again),
        (vec![vec![other.clone()]], &other),
        (vec![vec![tomorrow.clone()]], &tomorrow),
    ] {
        let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&old));
        run(&mut world, "12:00:00");
        edits.iter().for_each(|plan| edit(&mut world, plan));
        world.run(at("2026-12-02T06:00:00"));
        assert_eq!([&old, new].map(|slot| world.outcome(slot)), [AIRED; 2], "{edits:?}");
        assert_eq!((world.heard.len(), world.violations()), (2, vec![]));
    }
}

/// Its new place has come and was written down as too late; moved on it is the same item still, and a time that is added is not.
#[test]
fn what_was_heard_and_is_moved_on_from_a_place_that_was_too_late_is_not_heard_there_either() {
    let old = item("05:45:00", "a");
    let [new, past, newer, newest] = ["17:00:00", "17:10:00", "18:00:00", "19:00:00"].map(|time| item(time, "a"));
    let other = Slot { files: vec!["another.flac".into()], ..newer.clone() };
    let tomorrow = slot(at("2026-12-02T05:45:00"), "a", 10_000, 2 * MIN);
    // At 17:30, the last one at 17:40.
    type Edits<'a> = &'a [&'a [&'a Slot]];
    let moved: [Edits; 6] = [
        &[&[&newer]],
        &[&[&newer], &[&newest]],
        &[&[&newer], &[&new], &[&newest]],
        &[&[&new, &other], &[&newest, &other]],
        &[&[], &[&new], &[&newer]],
        &[&[&past], &[&newer]],
    ];
    let added: [Edits; 6] = [
        &[&[&newer, &new]],
        &[&[&newer, &old]],
        &[&[], &[&newer]],
        &[&[&newer], &[&newest, &new]],
        &[&[&other]],
        &[&[&tomorrow]],
    ];
    for (all, wanted) in [(moved, TOO_LATE), (added, AIRED)] {
        for edits in all {
            let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&old));
            run(&mut world, "12:00:00");
            edit(&mut world, std::slice::from_ref(&new));
            run(&mut world, "17:30:00");
            let plan = |slots: &[&Slot]| slots.iter().map(|slot| (*slot).clone()).collect::<Vec<_>>();
            let [before @ .., last] = edits else { unreachable!() };
            before.iter().for_each(|slots| edit(&mut world, &plan(slots)));
            run(&mut world, "17:40:00");
            edit(&mut world, &plan(last));
            world.run(at("2026-12-02T06:00:00"));
            assert_eq!([&old, &new, last[0]].map(|slot| world.outcome(slot)), [AIRED, TOO_LATE, wanted], "{edits:?}");
            let others = before.iter().copied().chain([*last]).flatten().any(|slot| slot.files == other.files);
            let heard = 1 + usize::from(wanted == AIRED || others);
            assert_eq!((world.heard.len(), world.violations()), (heard, vec![]), "{edits:?}");
        }
    }
}

/// Who moves it on is told that it was heard.
#[test]
fn an_edit_that_moves_on_what_was_heard_is_told_as_too_late() {
    let (old, new, newer) = (item("05:45:00", "a"), item("17:00:00", "a"), item("18:00:00", "a"));
    let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&old));
    run(&mut world, "12:00:00");
    edit(&mut world, std::slice::from_ref(&new));
    run(&mut world, "17:30:00");
    let before = BTreeSet::from([new.id.clone()]);
    for (plan, said) in [
        (vec![newer.clone()], vec![(old.clone(), TooLate::Changed)]),
        (vec![newer.clone(), new.clone()], vec![]),
        (vec![], vec![]),
    ] {
        assert_eq!(world.director.too_late(world.now, &before, &plan), said, "{plan:?}");
    }
}

/// A recording that was planned twice a day stays so, and one that has been heard is planned again by whoever wants that.
#[test]
fn no_edit_takes_another_time_of_the_same_recording_away() {
    let (morning, evening, night) = (item("05:45:00", "a"), item("17:00:00", "a"), item("18:00:00", "a"));
    let mut world = begin(at("2026-12-01T05:00:00"), &[morning.clone(), evening.clone()]);
    world.disk.lay("a.flac", facts(10_000));
    world.run(at("2026-12-01T05:44:30"));
    // Of the day's two the first falls out too late; the second was there before.
    edit(&mut world, std::slice::from_ref(&evening));
    world.run(at("2026-12-01T05:46:00"));
    edit(&mut world, &[evening.clone(), night.clone()]);
    world.run(at("2026-12-01T19:00:00"));
    assert_eq!([&morning, &evening, &night].map(|slot| world.outcome(slot)), [AIRED; 3]);
    assert_eq!(world.heard.len(), 3);
}

/// The morning's is taken out too late, and the evening's, which is not of record yet, gets another time.
#[test]
fn what_moves_in_time_is_not_in_the_place_of_another_time_of_the_same_recording() {
    let (morning, evening, earlier) = (item("05:45:00", "a"), item("17:10:00", "a"), item("17:00:00", "a"));
    let mut world = begin(at("2026-12-01T05:00:00"), &[morning.clone(), evening]);
    run(&mut world, "05:44:30");
    edit(&mut world, std::slice::from_ref(&earlier));
    run(&mut world, "18:00:00");
    assert_eq!([&morning, &earlier].map(|slot| world.outcome(slot)), [AIRED; 2]);
    assert_eq!((world.heard.len(), world.violations()), (2, vec![]));
}

/// The line is away over both times; the run ends over them, or lives through.
#[test]
fn what_an_edit_moved_too_late_has_one_outcome_whatever_becomes_of_the_old_one() {
    let (old, new) = (item("05:45:00", "a"), item("05:45:20", "a"));
    for dies in [false, true] {
        let mut world = begin(at("2026-12-01T05:00:00"), std::slice::from_ref(&old));
        world.run(at("2026-12-01T05:44:15"));
        world.lose_line();
        edit(&mut world, std::slice::from_ref(&new));
        world.run(at("2026-12-01T05:45:40"));
        if dies {
            world.lose_power(10 * MIN);
            world.lose_line();
        }
        world.run(at("2026-12-01T06:00:00"));
        let cause = if dies { Cause::Power } else { Cause::Line };
        for slot in [&old, &new] {
            let outcome = if dies { Outcome::Missed } else { Outcome::Failed };
            assert_eq!(world.outcome(slot), Some((outcome, Some(cause))), "{dies} {:?}", slot.id);
        }
        assert_eq!((world.heard.len(), world.violations()), (0, vec![]), "{dies}");
    }
}
