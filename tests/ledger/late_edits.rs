//! What an edit put too late in the place of a slot of record, and what a person ended, is known to the run after a kill.

use loa::director::Instead;
use loa::outcome::{Cause, Outcome};
use loa::programme::AfterPowerCut;
use loa::timetable::SlotId;

use super::{PATIENCE, at, audio, entries, home, killed, on_air_with, open, slot, written};

/// The last word counts; what has its outcome stands in nobody's place, but for what was not heard for that, and an old place that
/// was silent is told as that.
#[test]
fn what_stands_in_the_place_of_a_slot_of_record_is_known_after_a_kill() {
    let home = home();
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    let old = [("05:30:00", "a"), ("05:31:00", "b"), ("05:32:00", "c"), ("05:33:00", "d")];
    let [waits, heard, silent, cut_short] = old.map(|(time, name)| slot(time, name));
    for of in [&waits, &heard, &silent, &cut_short] {
        ledger.freeze(of);
    }
    let place = |of: &loa::timetable::Slot| SlotId(format!("2026-12-01/17:00:00/{}", of.segment.as_ref().unwrap()));
    for of in [&waits, &heard, &silent, &cut_short] {
        ledger.note_instead(&place(of), Some(&of.id));
    }
    // Taken back, once for good.
    let taken_back = SlotId("2026-12-01/18:00:00/a".into());
    for (new, of) in
        [(&taken_back, Some(&waits.id)), (&taken_back, None), (&place(&waits), None), (&place(&waits), Some(&waits.id))]
    {
        ledger.note_instead(new, of);
    }
    ledger.open_part(&heard.id, &audio(), "main", "null", PATIENCE);
    ledger.note_began(&heard.id, at("05:31:00"));
    ledger.close_part(&heard.id, at("05:36:00"), 300_000, 0);
    ledger.settle(&heard.id, Outcome::Aired, None, "");
    ledger.settle(&silent.id, Outcome::Missed, Some(Cause::NoTime), "");
    // It may have sounded for less than a second.
    ledger.open_part(&cut_short.id, &audio(), "main", "null", PATIENCE);
    // Of record by now, and over.
    let over = [("05:40:00", Some(Cause::EditedLate)), ("05:41:00", Some(Cause::QuietHours))];
    let [too_late, _] = over.map(|(time, cause)| {
        let over = slot(time, "e");
        ledger.freeze(&over);
        ledger.note_instead(&over.id, Some(&heard.id));
        ledger.settle(&over.id, Outcome::Excepted, cause, "");
        over
    });
    written(&ledger);
    let dead = killed(&home);
    drop(ledger);
    let (_ledger, recovery) = open(&dead.path, "05:50:00", "boot 2");
    let mut found = recovery.instead;
    found.sort_by(|one, other| one.slot.cmp(&other.slot));
    let wanted = [(&waits, None), (&heard, Some(true)), (&silent, Some(false)), (&cut_short, Some(false))];
    let mut wanted = wanted.map(|(of, was_heard)| Instead { slot: place(of), of: of.clone(), was_heard }).to_vec();
    wanted.insert(0, Instead { slot: too_late.id, of: heard, was_heard: Some(true) });
    assert_eq!(found, wanted);
}

#[test]
fn what_a_person_ended_is_over_after_a_kill_before_its_fade_was() {
    for (policy, closed_at_ms) in
        [(AfterPowerCut::Restart, None), (AfterPowerCut::Resume, None), (AfterPowerCut::Resume, Some(61_000))]
    {
        let home = home();
        let (ledger, slot) = on_air_with(&home, |slot| slot.after_power_cut = policy);
        ledger.note_ended_by(&slot.id, "chị Hoa");
        // Another order for the same.
        ledger.note_ended_by(&slot.id, "anh Ba");
        closed_at_ms.into_iter().for_each(|ms| ledger.close_part(&slot.id, at("05:31:01"), ms, 0));
        assert_eq!(ledger.written_down(PATIENCE), loa::ledger::Synced::Yes);
        let dead = killed(&home);
        drop(ledger);
        let (_ledger, recovery) = open(&dead.path, "05:31:02", "boot 1");
        assert_eq!(recovery.broken_off, []);
        let airing = entries(&dead.path)[0].airing.clone().unwrap();
        assert_eq!((airing.outcome, airing.cause), (Some(Outcome::Cut), Some(Cause::Operator)), "{policy:?}");
        assert_eq!((airing.note.as_str(), airing.played_ms()), ("theo yêu cầu của chị Hoa", 61_000));
    }
}
