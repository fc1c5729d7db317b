//! What the log refuses to have done to it, and a disk that refuses the log.

use std::path::Path;
use std::time::{Duration, Instant};

use loa::airing::IncidentKind;
use loa::ledger::{LastWrite, Ledger, Reader, Refused, Synced, VERSION};
use loa::outcome::{Cause, Outcome};
use loa::problem::Text;
use rusqlite::Connection;

use super::{PATIENCE, at, audio, entries, home, on_air, open, slot, start, until, written, zone};

#[test]
fn a_locked_database_loses_nothing_doubles_nothing_and_holds_no_sound_back() {
    let home = home();
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    let slot = slot("05:30:00", "cchc");
    let blocker = Connection::open(&home.path).unwrap();
    blocker.execute_batch("begin exclusive").unwrap();
    ledger.freeze(&slot);
    let asked = Instant::now();
    assert_eq!(ledger.open_part(&slot.id, &audio(), "main", "null", Duration::from_millis(30)), Synced::No);
    assert!(asked.elapsed() < Duration::from_secs(2), "the wait is bounded");
    ledger.note_began(&slot.id, at("05:30:00"));
    ledger.close_part(&slot.id, at("05:35:00"), 300_000, 0);
    ledger.settle(&slot.id, Outcome::Aired, None, "");
    until(|| matches!(ledger.health().last_write, LastWrite::Failing { .. }));
    assert_eq!(ledger.health().waiting, 5);
    assert_eq!(entries(&home.path), []);
    blocker.execute_batch("rollback").unwrap();
    written(&ledger);
    let health = ledger.health();
    assert_eq!((health.lost, health.refused), (0, 0));
    let found = entries(&home.path);
    let airing = found[0].airing.as_ref().unwrap();
    assert_eq!((found.len(), airing.parts.len(), airing.outcome), (1, 1, Some(Outcome::Aired)));
    assert!(airing.parts[0].unsynced, "sound went first, and the log says so");
}

#[test]
fn a_row_that_contradicts_the_log_is_refused_and_counted_and_stops_nothing() {
    let home = home();
    let (ledger, slot_on_air) = on_air(&home);
    ledger.settle(&slot_on_air.id, Outcome::Aired, None, "its part is still open");
    ledger.close_part(&slot_on_air.id, at("05:35:00"), 300_000, 0);
    ledger.settle(&slot_on_air.id, Outcome::Cut, None, "no cause");
    ledger.settle(&slot_on_air.id, Outcome::Aired, None, "");
    ledger.settle(&slot_on_air.id, Outcome::Cut, Some(Cause::Operator), "a second outcome");
    let never_frozen = slot("09:00:00", "la");
    ledger.settle(&never_frozen.id, Outcome::Missed, Some(Cause::Daemon), "");
    assert_eq!(ledger.open_part(&never_frozen.id, &audio(), "main", "null", PATIENCE), Synced::No);
    ledger.freeze(&slot("06:00:00", "sau"));
    written(&ledger);
    let health = ledger.health();
    assert_eq!((health.refused, health.lost), (5, 0));
    let found = entries(&home.path);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].airing.as_ref().unwrap().outcome, Some(Outcome::Aired));
}

#[test]
fn every_trigger_refuses() {
    let home = home();
    let (ledger, slot) = on_air(&home);
    ledger.note_instead(&loa::timetable::SlotId("2026-12-01/17:00:00/cchc".into()), Some(&slot.id));
    ledger.note_ordered(&super::slot("17:00:00", "bao"), 60_000);
    ledger.close_part(&slot.id, at("05:35:00"), 300_000, 0);
    ledger.note_sent_whole(&slot.id, String::new());
    ledger.settle(&slot.id, Outcome::Aired, None, "");
    ledger.keep_revision("2026-12".parse().unwrap(), "station", "month", "ef", at("05:00:01"));
    ledger.incident_began(IncidentKind::Disk, at("05:01:00"), &Text::same("đĩa"));
    ledger.incident_ended(IncidentKind::Disk, at("05:02:00"));
    let correction = super::chained::correction("c", loa::airing::Corrected::Slot(slot.id));
    assert_eq!(ledger.correct(correction, PATIENCE), Synced::Yes);
    ledger.end_run(at("07:00:00"), "stopped");
    drop(ledger);
    let connection = Connection::open(&home.path).unwrap();
    connection.pragma_update(None, "recursive_triggers", true).unwrap();
    let refused = [
        ("update version set at_us = 1", "never changed"),
        ("delete from version", "never deleted"),
        ("update station set uuid = 'x'", "never changed"),
        ("delete from station", "never deleted"),
        ("update run set heartbeat_us = 1", "a run that ended"),
        ("update run set ended_us = 1", "a run that ended"),
        ("delete from run", "never deleted"),
        ("update revision set schedule_text = ''", "never changed"),
        ("delete from revision", "never deleted"),
        ("update reading set read_us = 1", "never changed"),
        ("delete from reading", "never deleted"),
        ("update slot set planned_us = 1", "never changed"),
        ("delete from slot", "never deleted"),
        ("insert or replace into slot select * from slot", "never deleted"),
        ("update airing set outcome = 'cut', cause = 'operator'", "with an outcome"),
        ("update airing set note = 'x'", "with an outcome"),
        ("update airing set slot = null", "never changed"),
        ("delete from airing", "never deleted"),
        ("insert into part (airing, n, opened_us, run) values (1, 2, 1, 1)", "no further part"),
        ("update part set played_ms = 1", "a closed part"),
        ("update part set opened_us = 1", "never changed"),
        ("delete from part", "never deleted"),
        ("update late_edit set instead_of = null", "never changed"),
        ("delete from late_edit", "never deleted"),
        ("update ordered set due_uptime_ms = 1", "never changed"),
        ("delete from ordered", "never deleted"),
        ("update unjudged set note = ''", "never changed"),
        ("delete from unjudged", "never deleted"),
        ("update incident set ended_us = 1", "that ended"),
        ("delete from incident", "never deleted"),
        ("update correction set why = 'x'", "never changed"),
        ("delete from correction", "never deleted"),
        ("insert into chain values (99, 'run', 'u', 1, zeroblob(32))", "follows on the last one"),
        ("update chain set kind = 'x'", "never changed"),
        ("delete from chain", "never deleted"),
    ];
    for (sql, why) in refused {
        let error = connection.execute(sql, []).expect_err(sql).to_string();
        assert!(error.contains(why), "{sql}: {error}");
    }
    let sql = "select count(*) from sqlite_master where type = 'trigger'";
    let triggers: i64 = connection.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(triggers, 37, "a new trigger needs a line above or below");
}

#[test]
fn what_is_still_open_is_only_closed() {
    let home = home();
    let (ledger, _slot) = on_air(&home);
    ledger.incident_began(IncidentKind::Disk, at("05:01:00"), &Text::same("đĩa"));
    written(&ledger);
    let connection = Connection::open(&home.path).unwrap();
    for (sql, why) in [
        ("insert into part (airing, n, opened_us, run) values (1, 2, 1, 1)", "only on a closed one"),
        ("update part set began_us = 1", "beginning"),
        ("update run set started_us = 1", "start of a run"),
        ("update incident set detail = 'x'", "only ended"),
        ("update airing set outcome = 'aired'", "part is open"),
    ] {
        let error = connection.execute(sql, []).expect_err(sql).to_string();
        assert!(error.contains(why), "{sql}: {error}");
    }
}

#[test]
fn a_newer_a_foreign_and_an_absent_file_are_told_apart_and_left_as_they_are() {
    let newer = home();
    let absent = Reader::open(&newer.path).unwrap_err();
    assert!(absent.en.starts_with("there is no log"), "{}", absent.en);
    drop(open(&newer.path, "05:00:00", "boot 1"));
    Connection::open(&newer.path).unwrap().pragma_update(None, "user_version", VERSION + 1).unwrap();
    let refusal = |path: &Path| {
        let error = Ledger::open(path, &start("06:00:00", "boot 1"), &zone()).unwrap_err();
        let text = error.downcast::<Refused>().unwrap().text;
        assert_eq!(text, Reader::open(path).unwrap_err(), "both say the same");
        text.en
    };
    assert!(refusal(&newer.path).contains("written by a newer Loa"));

    let foreign = home();
    std::fs::create_dir_all(foreign.path.parent().unwrap()).unwrap();
    Connection::open(&foreign.path).unwrap().execute_batch("create table t (x)").unwrap();
    assert!(refusal(&foreign.path).contains("is no log of Loa's"));
    for left in [&newer, &foreign] {
        let names = std::fs::read_dir(left.path.parent().unwrap()).unwrap().map(|file| file.unwrap().file_name());
        let is_aside = |name: std::ffi::OsString| name.to_string_lossy().contains("replaced");
        assert!(!names.into_iter().any(is_aside));
    }
}

#[test]
fn a_disk_without_wal_is_refused_with_the_reason() {
    // A database in memory grants no WAL, as a network share does not.
    let error = Ledger::open(Path::new(":memory:"), &start("05:00:00", "boot 1"), &zone()).unwrap_err();
    let text = error.downcast::<Refused>().unwrap().text;
    assert!(text.vi.contains("chế độ WAL"), "{}", text.vi);
    assert!(text.en.contains("network shares"), "{}", text.en);
}
