//! The real daemon with a log that cannot be written, or that somebody takes away.

use std::fs;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use loa::ledger::{Reader, hex};
use rusqlite::Connection;
use serde_json::Value;

use crate::alerts::webhook;
use crate::support::server::Server;
use crate::support::station::{Daemon, Planned, Station, whole_second_in, write_tone};
use crate::support::waiting::until;

/// A station in mid-airing of three seconds, and who is told.
fn on_air() -> (Station, Daemon, Server, Arc<Mutex<Vec<Value>>>) {
    let (server, got) = webhook();
    let at = whole_second_in(Duration::from_secs(2));
    let station = Station::new("null", &[Planned { at, id: "muc".into(), file: "tone.wav".into() }]);
    write_tone(&station, 3);
    station.add(&format!("[alerts]\nwebhook = \"{}\"\n", server.url("/tin")));
    let daemon = station.run();
    until("the beginning", || daemon.log().contains("began").then_some(()));
    (station, daemon, server, got)
}

fn aired_whole(station: &Station) {
    let rows = station.airings();
    assert_eq!((rows.len(), &rows[0]["outcome"]), (1, &"aired".into()), "{rows:#?}");
    assert_eq!((rows[0]["parts"].as_array().unwrap().len(), &rows[0]["played_ms"]), (1, &3000.into()), "{rows:#?}");
    let verified = station.loa(&["log", "verify"]).output().unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
}

#[test]
fn a_log_that_cannot_be_written_keeps_no_sound_back_is_told_and_loses_nothing_by_a_kill() {
    let (station, daemon, _server, _got) = on_air();
    let blocker = Connection::open(station.home().join("var/ledger.db")).unwrap();
    blocker.execute_batch("begin exclusive").unwrap();
    until("the alert", || (station.status()["alerts"][0]["waiting"] == 1).then_some(()));
    until("the end of the airing", || daemon.log().contains("settled").then_some(()));
    let status = station.status();
    let ledger = &status["ledger"];
    let head = Reader::open(&station.home().join("var/ledger.db")).unwrap().head().unwrap();
    assert_eq!((ledger["seq"].as_i64(), ledger["head"].as_str()), (Some(head.seq), Some(hex(&head.hash).as_str())));
    assert!(ledger["waiting"].as_u64() >= Some(1) && ledger["lag_ms"].as_u64() >= Some(1), "{ledger:#}");
    let incident = &status["incidents"][0];
    assert_eq!(incident["kind"], "disk", "{incident:#}");
    assert!(incident["detail"].as_str().unwrap().contains("ledger-wait.jsonl"), "{incident:#}");
    let beside = station.home().join("var/ledger-wait.jsonl");
    until("the rows beside the log", || fs::read_to_string(&beside).is_ok_and(|t| t.contains("settle")).then_some(()));
    daemon.kill();
    drop(blocker);
    let daemon = station.run();
    aired_whole(&station);
    assert!(!beside.exists());
    assert!(daemon.stop(Duration::from_secs(5)).success());
}

#[test]
fn a_log_written_over_in_mid_airing_is_made_anew_and_told() {
    let (station, daemon, _server, got) = on_air();
    let log = station.home().join("var/ledger.db");
    // What waits beside the file comes into it first, as it does after some thousand rows: else all of it is still there.
    let raw = Connection::open(&log).unwrap();
    raw.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())).unwrap();
    drop(raw);
    fs::write(&log, vec![0; usize::try_from(fs::metadata(&log).unwrap().len()).unwrap()]).unwrap();
    until("the end of the airing", || daemon.log().contains("settled").then_some(()));
    until("the alert", || (station.status()["alerts"][0]["waiting"] == 1).then_some(()));
    assert!(daemon.stop(Duration::from_secs(5)).success());
    let got = got.lock().unwrap();
    assert!(got[0]["alerts"][0]["message"].as_str().unwrap().contains("written over"), "{got:#?}");
    aired_whole(&station);
}

#[test]
fn a_log_deleted_in_mid_airing_is_put_back_and_told() {
    let (station, daemon, _server, got) = on_air();
    for name in ["ledger.db", "ledger.db-wal", "ledger.db-shm"] {
        fs::remove_file(station.home().join("var").join(name)).unwrap();
    }
    until("the end of the airing", || daemon.log().contains("settled").then_some(()));
    until("the alert", || (station.status()["alerts"][0]["waiting"] == 1).then_some(()));
    assert!(daemon.stop(Duration::from_secs(5)).success());
    // What is not sent yet goes with the end.
    let got = got.lock().unwrap();
    assert_eq!(
        (&got[0]["alerts"][0]["kind"], &got[0]["alerts"][0]["state"]),
        (&"log_touched".into(), &"happened".into())
    );
    assert!(got[0]["ledger"]["seq"].as_i64() >= Some(3), "{got:#?}");
    aired_whole(&station);
}

#[test]
fn triggers_that_were_taken_away_while_nobody_ran_are_an_incident_and_an_alert_of_the_next_start() {
    let (server, got) = webhook();
    let at = whole_second_in(Duration::from_secs(600));
    let station = Station::new("null", &[Planned { at, id: "muc".into(), file: "tone.wav".into() }]);
    write_tone(&station, 1);
    station.add(&format!("[alerts]\nwebhook = \"{}\"\n", server.url("/tin")));
    assert!(station.run().stop(Duration::from_secs(5)).success());
    let log = station.home().join("var/ledger.db");
    Connection::open(&log).unwrap().execute_batch("drop trigger slot_fixed; drop trigger part_kept").unwrap();
    let verified = station.loa(&["log", "verify"]).output().unwrap();
    let said = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(!verified.status.success() && said.contains("`slot_fixed`") && said.contains("`part_kept`"), "{said}");
    let daemon = station.run();
    until("the alert", || (station.status()["alerts"][0]["waiting"] == 1).then_some(()));
    assert!(daemon.stop(Duration::from_secs(5)).success());
    let got = got.lock().unwrap();
    let alert = &got[0]["alerts"][0];
    assert_eq!(alert["kind"], "log_touched", "{got:#?}");
    assert!(alert["message"].as_str().unwrap().contains("slot_fixed, part_kept"), "{got:#?}");
    assert!(station.loa(&["log", "verify"]).output().unwrap().status.success(), "they are there again");
    let all = Reader::open(&log).unwrap().incidents(jiff::Timestamp::MIN, jiff::Timestamp::MAX).unwrap();
    assert!(all.iter().any(|one| one.kind.code() == "log_touched" && one.ended.is_some()), "{all:#?}");
}

/// The log goes on by what it has; that something else was perhaps heard is not left to the program's own log.
#[test]
fn what_the_log_refuses_is_an_incident_and_an_alert() {
    let (server, got) = webhook();
    let at = whole_second_in(Duration::from_secs(8));
    let station = Station::new("null", &[Planned { at, id: "muc".into(), file: "tone.wav".into() }]);
    write_tone(&station, 3);
    station.add(&format!("[alerts]\nwebhook = \"{}\"\n", server.url("/tin")));
    let daemon = station.run();
    let raw = Connection::open(station.home().join("var/ledger.db")).unwrap();
    // It has its outcome already, by another hand than the run's.
    let insert = "insert into airing (uuid, slot, line, outcome, cause, note, run)
        select 'u', id, 'main', 'missed', 'clock', '', run from slot";
    until("the slot of record", || raw.execute(insert, []).is_ok_and(|rows| rows == 1).then_some(()));
    drop(raw);
    let kinds = || station.status()["incidents"].as_array().cloned().unwrap_or_default();
    until("the incident", || kinds().iter().any(|one| one["kind"] == "row_refused").then_some(()));
    assert!(daemon.log().contains("the ledger refuses a row that contradicts it"), "{}", daemon.log());
    assert!(daemon.stop(Duration::from_secs(5)).success());
    let got = got.lock().unwrap();
    let told = got.iter().flat_map(|message| message["alerts"].as_array().unwrap());
    assert!(told.into_iter().any(|alert| alert["kind"] == "row_refused"), "{got:#?}");
}
