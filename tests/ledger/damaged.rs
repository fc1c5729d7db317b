//! A log that a start finds damaged: it is kept aside and made anew of its copy and of the rows noted since, and nothing of it
//! is heard twice.

use std::fs;
use std::path::{Path, PathBuf};

use loa::airing::IncidentKind;
use loa::ledger::{Blind, Lacking, Ledger, Reader, Refused, back_up};
use loa::outcome::{Cause, Outcome};
use rusqlite::Connection;

use super::disk::{in_var, killed_with_its_copies, nothing_is_lost, stopped_after_its_copy, verified};
use super::{Home, at, entries, home, incidents, on_air, open, slot, start, written, zone};

const HOW: [&str; 4] = ["rubbish", "zeros", "cut short", "a page"];

/// What a failing disk or another hand leaves of the file; its bytes.
fn damage(path: &Path, how: &str) -> Vec<u8> {
    let mut bytes = fs::read(path).unwrap();
    match how {
        "rubbish" => bytes = "not a database, but long enough to be looked at".repeat(100).into_bytes(),
        "zeros" => bytes.fill(0),
        "cut short" => bytes.truncate(bytes.len() / 2 + 100),
        "a page" => bytes[8192..12288].iter_mut().for_each(|byte| *byte ^= 0x5a),
        how => panic!("{how}"),
    }
    fs::write(path, &bytes).unwrap();
    bytes
}

/// What waits beside the file comes into it, as it does after some thousand rows: else all of it is still there, and nothing is
/// damaged.
fn checkpoint(path: &Path) {
    let raw = Connection::open(path).unwrap();
    raw.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())).unwrap();
}

/// Of `var/backup` the copies alone are left.
fn lose_what_was_noted(home: &Home) {
    let rows = fs::read_dir(in_var(home, "backup")).unwrap().map(|file| file.unwrap().path());
    rows.filter(|path| path.extension().is_some_and(|ending| ending == "jsonl"))
        .for_each(|path| fs::remove_file(path).unwrap());
}

/// What was set aside, but for what stood beside it.
fn aside(home: &Home) -> Vec<PathBuf> {
    let all = fs::read_dir(home.path.parent().unwrap()).unwrap().map(|file| file.unwrap().path());
    let is_aside = |path: &PathBuf| {
        let name = path.to_string_lossy();
        name.contains("ledger.db.replaced-") && !name.ends_with("-wal") && !name.ends_with("-shm")
    };
    all.filter(is_aside).collect()
}

#[test]
fn a_log_that_is_damaged_after_an_orderly_stop_is_made_anew_of_its_copy_and_the_rows_since_and_kept_aside() {
    for how in HOW {
        let home = home();
        stopped_after_its_copy(&home);
        let bytes = damage(&home.path, how);
        let said = Reader::open(&home.path).and_then(|reader| reader.check(&home.path)).unwrap_err();
        assert!(said.en.contains("is damaged") && said.en.contains("start `loa run`"), "{how}: {}", said.en);
        nothing_is_lost(&home, "tệp nhật ký khi khởi động bị hỏng; đã dựng lại từ bản sao ngày 01/12/2026");
        let kept = aside(&home);
        assert_eq!((kept.len(), fs::read(&kept[0]).unwrap() == bytes), (1, true), "{how}: it is kept as it was found");
    }
}

#[test]
fn a_log_that_is_damaged_after_a_kill_in_mid_airing_knows_what_was_heard_until_then() {
    for how in HOW {
        let home = home();
        let (ledger, _) = on_air(&home);
        back_up(&home.path, &in_var(&home, "backup"), jiff::civil::date(2026, 12, 1)).unwrap();
        ledger.heartbeat(at("05:31:05"), 1_870_000);
        written(&ledger);
        checkpoint(&home.path);
        ledger.incident_began(IncidentKind::LineLost, at("05:31:06"), &loa::problem::Text::same("rút dây"));
        written(&ledger);
        let dead = killed_with_its_copies(&home);
        damage(&dead.path, how);
        let (next, recovery) = open(&dead.path, "05:40:00", "boot 1");
        assert!(recovery.touched.unwrap().vi.contains("khi khởi động bị hỏng"), "{how}");
        let airing = recovery.closed_now[0].airing.clone().unwrap();
        assert_eq!((airing.outcome, airing.played_ms()), (Some(Outcome::Interrupted), 61_000), "{how}");
        let crash = (IncidentKind::Crash, at("05:31:06"), Some(at("05:40:00")));
        let found = incidents(&dead.path);
        assert!(found.contains(&crash) && found.iter().any(|one| one.0 == IncidentKind::LineLost), "{how}: {found:?}");
        assert_eq!((aside(&dead).len(), next.health().refused), (1, 0), "{how}");
        verified(&dead);
    }
}

/// Neither the slot on air at the copy nor the one that fell due since is heard again: nobody knows what became of them.
#[test]
fn what_may_have_been_heard_since_the_copy_of_a_damaged_log_of_which_nothing_was_noted_is_not_heard_again() {
    let home = home();
    let (ledger, _) = on_air(&home);
    let (due, ahead) = (slot("05:36:00", "thue"), slot("05:50:00", "sau"));
    ledger.freeze(&due);
    ledger.freeze(&ahead);
    written(&ledger);
    back_up(&home.path, &in_var(&home, "backup"), jiff::civil::date(2026, 12, 1)).unwrap();
    checkpoint(&home.path);
    let dead = killed_with_its_copies(&home);
    lose_what_was_noted(&dead);
    damage(&dead.path, "rubbish");
    let (_next, recovery) = open(&dead.path, "05:40:00", "boot 1");
    assert_eq!(recovery.blind, Some(Blind { from: at("05:31:01.5"), to: at("05:40:00"), why: Lacking::Lost }));
    let told = recovery.touched.unwrap();
    assert!(told.vi.contains("05:40:00 01/12 nhật ký có thể thiếu dòng"), "{}", told.vi);
    assert!(told.en.contains("to 05:40:00 01/12 it may lack rows"), "{}", told.en);
    let of = |segment: &str| {
        let entry =
            entries(&dead.path).into_iter().find(|entry| entry.slot.segment.as_deref() == Some(segment)).unwrap();
        entry.airing.map(|airing| (airing.outcome, airing.cause, airing.note))
    };
    let (outcome, cause, note) = of("thue").unwrap();
    assert_eq!((outcome, cause), (Some(Outcome::Missed), Some(Cause::Daemon)));
    assert!(note.starts_with("nhật ký bị mất các dòng từ 05:31:0") && note.ends_with("nên không phát lại"), "{note}");
    let (outcome, _, note) = of("cchc").unwrap();
    assert!(outcome == Some(Outcome::Interrupted) && note.contains("có thể đã phát thêm"), "{note}");
    assert_eq!((of("sau"), recovery.open.len(), recovery.broken_off.len()), (None, 1, 0), "what is ahead airs");
    verified(&dead);
}

/// A clock that stood in 2030 for a day has named a copy that is older than the next one for four years to come.
#[test]
fn the_newest_copy_is_the_one_that_holds_most_of_the_log_whatever_day_it_is_named_for() {
    let home = home();
    let (ledger, _) = on_air(&home);
    let backup = in_var(&home, "backup");
    back_up(&home.path, &backup, jiff::civil::date(2030, 12, 3)).unwrap();
    let due = slot("05:36:00", "thue");
    ledger.freeze(&due);
    ledger.settle(&due.id, Outcome::Missed, Some(Cause::Overlap), "");
    written(&ledger);
    back_up(&home.path, &backup, jiff::civil::date(2026, 12, 1)).unwrap();
    checkpoint(&home.path);
    let dead = killed_with_its_copies(&home);
    lose_what_was_noted(&dead);
    damage(&dead.path, "rubbish");
    let (_next, recovery) = open(&dead.path, "05:40:00", "boot 1");
    let told = recovery.touched.unwrap();
    assert!(told.vi.contains("đã dựng lại từ bản sao ngày 01/12/2026"), "{}", told.vi);
    let entries = entries(&dead.path);
    let row = entries.iter().find(|entry| entry.slot.segment.as_deref() == Some("thue")).unwrap();
    let airing = row.airing.as_ref().unwrap();
    assert_eq!((airing.outcome, airing.cause), (Some(Outcome::Missed), Some(Cause::Overlap)));
    verified(&dead);
}

#[test]
fn of_a_damaged_log_of_which_nothing_else_is_left_it_is_said_that_what_aired_is_not_known() {
    let home = home();
    stopped_after_its_copy(&home);
    fs::remove_dir_all(in_var(&home, "backup")).unwrap();
    damage(&home.path, "rubbish");
    let (_ledger, recovery) = open(&home.path, "05:50:00", "boot 1");
    let told = recovery.touched.unwrap();
    assert!(told.vi.contains("bị hỏng") && told.vi.contains("không còn biết"), "{}", told.vi);
    // Nothing planned before this start is of record, so that nothing is heard again.
    assert_eq!((recovery.first_run, aside(&home).len()), (at("05:50:00"), 1));
}

/// What a program holds is not damaged.
#[test]
fn a_log_that_another_program_has_locked_is_left_as_it_is() {
    let home = home();
    stopped_after_its_copy(&home);
    let other = Connection::open(&home.path).unwrap();
    other.pragma_update(None, "locking_mode", "exclusive").unwrap();
    other.execute_batch("begin exclusive").unwrap();
    let error = Ledger::open(&home.path, &start("05:50:00", "boot 1"), &zone()).unwrap_err();
    assert!(error.downcast::<Refused>().unwrap().text.en.contains("another program holds"));
    assert!(aside(&home).is_empty());
}
