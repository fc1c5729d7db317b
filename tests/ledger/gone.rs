//! A log that is gone when a run was killed: what lies with its copies has how far that run had got.

use std::fs;

use jiff::Timestamp;
use loa::airing::IncidentKind;
use loa::outcome::Outcome;

use super::{Home, at, home, incidents, killed, on_air, open, written};

/// What is left of a killed run but for its log.
fn without_its_log(home: &Home) -> Home {
    let left = self::home();
    let backup = |home: &Home| home.path.with_file_name("backup");
    fs::create_dir_all(backup(&left)).unwrap();
    for file in fs::read_dir(backup(home)).unwrap().map(|file| file.unwrap()) {
        fs::copy(file.path(), backup(&left).join(file.file_name())).unwrap();
    }
    left
}

/// When the run before was last alive, how the crash stands in the log made anew, and what was on air.
type Stretch = (IncidentKind, Timestamp, Option<Timestamp>);

/// The last sign of life, the incidents, and what became of the airing with how much of it was heard.
fn found(left: &Home) -> (Timestamp, Vec<Stretch>, (Option<Outcome>, u64)) {
    let (_ledger, recovery) = open(&left.path, "05:40:00", "boot 1");
    let airing = recovery.closed_now[0].airing.as_ref().unwrap();
    (recovery.previous.unwrap().heartbeat, incidents(&left.path), (airing.outcome, airing.played_ms()))
}

#[test]
fn a_crash_begins_at_the_last_sign_of_life_and_what_was_on_air_was_heard_until_then_though_the_log_is_gone() {
    let home = home();
    let (ledger, slot) = on_air(&home);
    let crash = |began| vec![(IncidentKind::Crash, began, Some(at("05:40:00")))];
    let interrupted = |played_ms| (Some(Outcome::Interrupted), played_ms);
    let (alive, incidents, airing) = found(&without_its_log(&home));
    assert_eq!((alive, incidents), (at("05:31:01.5"), crash(at("05:31:01.5"))));
    assert_eq!(airing, interrupted(61_000));

    // A further sign of life alone keeps what was heard.
    ledger.heartbeat(at("05:31:03"), 1_868_000);
    written(&ledger);
    let (alive, _, airing) = found(&without_its_log(&home));
    assert_eq!((alive, airing), (at("05:31:03"), interrupted(61_000)));

    // The disk kept the rows and not the signs: the last row that tells of an instant says it.
    let left = without_its_log(&home);
    fs::remove_file(left.path.with_file_name("backup").join("alive.jsonl")).unwrap();
    let began = at("05:30:00.000250");
    let (alive, incidents, airing) = found(&left);
    assert_eq!((alive, incidents, airing), (began, crash(began), interrupted(0)));

    // What has ended is heard no longer than it was.
    ledger.close_part(&slot.id, at("05:35:00"), 300_000, 0);
    ledger.heartbeat(at("05:35:01"), 2_106_000);
    written(&ledger);
    let (alive, _, airing) = found(&without_its_log(&home));
    assert_eq!((alive, airing), (at("05:35:01"), (Some(Outcome::Aired), 300_000)));
}

/// Killed between what is written of it and the removal of the file, each start finds the same.
#[test]
fn that_a_killed_run_could_write_nothing_down_is_one_incident_however_often_its_file_is_found() {
    let home = home();
    let (_ledger, _) = on_air(&home);
    let dead = killed(&home);
    let left_behind = || {
        let left = fs::File::create(dead.path.with_file_name("ledger-wait.jsonl")).unwrap();
        left.set_modified(at("05:37:00").try_into().unwrap()).unwrap();
    };
    for second in ["05:38:00", "05:38:20", "05:38:40"] {
        left_behind();
        let (ledger, _) = open(&dead.path, second, "boot 1");
        drop(ledger);
    }
    let blind = (IncidentKind::Disk, at("05:31:01.5"), Some(at("05:37:00")));
    assert_eq!(incidents(&dead.path).into_iter().filter(|one| *one == blind).count(), 1, "{:?}", incidents(&dead.path));
}
