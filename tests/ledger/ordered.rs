//! What a person ordered by a clock in doubt is known to the run after a kill.

use loa::airing::Entry;
use loa::outcome::{Cause, Outcome};
use loa::timetable::Slot;

use super::chained::{found, lived_for_long};
use super::{at, entries, home, killed, open, slot, written};

/// An emergency's repeats as a clock showed them that was years off; their distances are all that is known.
fn repeats() -> [Slot; 2] {
    ["05:10:00", "05:20:00"].map(|time| Slot { asked_by: Some("anh Bình".into()), ..slot(time, time) })
}

/// The runs of the tests begin five seconds after the boot. One of the repeats has come to be of record.
#[test]
fn what_was_ordered_by_a_clock_in_doubt_keeps_its_distance_from_the_boot() {
    let home = home();
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    let [first, second] = repeats();
    ledger.note_ordered(&first, 65_000);
    ledger.note_ordered(&second, 3_605_000);
    ledger.freeze(&first);
    written(&ledger);
    let dead = killed(&home);
    drop(ledger);
    let (_ledger, recovery) = open(&dead.path, "12:00:00", "boot 1");
    // The one is of record already, by the clock in doubt.
    let wanted = [(first, "12:01:00"), (second.clone(), "13:00:00")];
    assert_eq!(recovery.ordered, wanted.map(|(slot, planned)| Slot { planned: at(planned), ..slot }));
    assert!(entries(&dead.path).iter().all(|entry| entry.slot.id != second.id), "it is not of record yet");
}

#[test]
fn what_was_ordered_by_a_clock_in_doubt_before_another_boot_is_missed_for_what_ended_that_run_and_says_so() {
    let home = home();
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    for repeat in repeats() {
        ledger.note_ordered(&repeat, 65_000);
    }
    written(&ledger);
    let dead = killed(&home);
    drop(ledger);
    let (_ledger, recovery) = open(&dead.path, "12:00:00", "boot 2");
    assert_eq!(recovery.ordered, []);
    let came = |entry: &Entry| {
        let airing = entry.airing.clone().unwrap();
        (entry.slot.clone(), airing.outcome, airing.cause, airing.note)
    };
    let note = "đặt khi đồng hồ máy chưa đáng tin; máy đã khởi động lại nên không còn biết giờ phát";
    let missed = (Some(Outcome::Missed), Some(Cause::Power), note.to_owned());
    let wanted = repeats().map(|slot| (slot, missed.0, missed.1, missed.2.clone()));
    assert_eq!(entries(&dead.path).iter().map(came).collect::<Vec<_>>(), wanted);
    assert_eq!(recovery.closed_now.iter().map(came).collect::<Vec<_>>(), wanted, "somebody is told");
    assert!(repeats().iter().all(|slot| recovery.settled.contains(&slot.id)));
}

/// It is of record from the order on, days before it can have an outcome; behind its time it is named as ever.
#[test]
fn a_log_with_a_repeat_that_is_days_ahead_is_one_that_nobody_touched() {
    let home = home();
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    let now = loa::clock::now();
    let days = |days: i64| now + jiff::SignedDuration::from_hours(24 * days);
    let ahead = Slot { planned: days(9), ..repeats()[0].clone() };
    ledger.freeze(&ahead);
    ledger.heartbeat(days(5), 432_000_000);
    written(&ledger);
    assert_eq!(found(&home.path, None), [""; 0]);
    lived_for_long(&ledger);
    assert_eq!(found(&home.path, None), [format!("no_outcome {}", ahead.id.0)]);
}
