//! What an edit does not reach any more.

use std::collections::BTreeSet;

use loa::director::{Event, TooLate};
use loa::outcome::Cause;
use loa::problem::Text;
use loa::timetable::{Bar, Slot};

use super::{MIN, at, begin, rules, slot};

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
    let edited = [b.clone(), c, past.clone(), soon.clone()];
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
