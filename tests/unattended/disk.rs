//! The real daemon with a log that cannot be written, or that somebody takes away.

use std::fs;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use data_encoding::HEXLOWER;
use loa::ledger::Reader;
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
    assert_eq!(
        (ledger["seq"].as_i64(), ledger["head"].as_str()),
        (Some(head.seq), Some(HEXLOWER.encode(&head.hash).as_str()))
    );
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
fn a_log_that_a_start_finds_damaged_is_made_anew_and_told_everywhere_and_nothing_is_heard_twice() {
    let (station, daemon, _server, got) = on_air();
    assert_eq!(station.settled(1)[0]["outcome"], "aired");
    daemon.kill();
    let log = station.home().join("var/ledger.db");
    // What waits beside the file comes into it first: else all of it is still there.
    let raw = Connection::open(&log).unwrap();
    raw.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())).unwrap();
    drop(raw);
    fs::write(&log, "as a disk leaves it that is about to fail; ".repeat(200)).unwrap();
    let daemon = station.run();
    aired_whole(&station);
    assert_eq!(daemon.log().matches(" began").count(), 1, "it is not heard again");
    let said = |args: &[&str]| String::from_utf8(station.loa(args).output().unwrap().stdout).unwrap();
    let verified = said(&["log", "verify"]);
    assert!(verified.contains("When another hand was at the log"), "{verified}");
    assert!(verified.contains("the log file was damaged at the start"), "{verified}");
    let verified: Value = serde_json::from_str(&said(&["log", "verify", "--json"])).unwrap();
    assert!(verified["touched"][0]["detail_en"].as_str().unwrap().contains("damaged at the start"), "{verified:#}");
    let report = said(&["report"]);
    assert!(report.contains("the log file was damaged at the start"), "{report}");
    let found = said(&["doctor"]);
    assert!(found.contains("damaged at the start"), "{found}");
    assert!(daemon.stop(Duration::from_secs(5)).success());
    let got = got.lock().unwrap();
    let mut told = got.iter().flat_map(|message| message["alerts"].as_array().unwrap());
    let is_it = |alert: &&Value| alert["kind"] == "log_touched";
    let alert = told.find(is_it).unwrap_or_else(|| panic!("{got:#?}"));
    assert!(alert["message"].as_str().unwrap().contains("the log file was damaged at the start"), "{alert:#}");
}

/// Its lock goes with the folder: nothing else keeps a second daemon off the air.
#[test]
fn a_daemon_whose_home_another_home_took_the_place_of_ends_and_writes_nothing_into_that_one() {
    let (server, got) = webhook();
    let at = whole_second_in(Duration::from_secs(600));
    let station = Station::new("null", &[Planned { at, id: "muc".into(), file: "tone.wav".into() }]);
    write_tone(&station, 1);
    station.add(&format!("[alerts]\nwebhook = \"{}\"\n", server.url("/tin")));
    let mut daemon = station.run();
    let elsewhere = tempfile::tempdir().unwrap();
    let (here, there) = (station.home(), elsewhere.path().join("dai-cu"));
    fs::rename(here, &there).unwrap();
    let second = station.loa_at(&there, &["run"]).output().unwrap();
    assert_eq!(second.status.code(), Some(3), "where it was moved it is held: {second:?}");
    fs::create_dir(here).unwrap();
    let copied = Command::new("cp").arg("-r").args([there.join("schedules"), there.join("audio")]).arg(here).status();
    assert!(copied.unwrap().success());
    assert_eq!(daemon.end(Duration::from_secs(10)).code(), Some(1));
    let said = fs::read_to_string(there.join("daemon.log")).unwrap();
    assert!(said.contains("another station's folder lies there now"), "{said}");
    assert!(!here.join("var").exists(), "nothing is written into the other's folder");
    let reader = Reader::open(&there.join("var/ledger.db")).unwrap();
    assert!(reader.runs().unwrap()[0].ended.is_some(), "its log is closed where it lies");
    assert_eq!(reader.touched(jiff::Timestamp::MIN).unwrap().len(), 1);
    let got = got.lock().unwrap();
    assert_eq!(got[0]["alerts"][0]["kind"], "log_touched", "{got:#?}");
    drop(got);
    let next = station.run();
    assert!(next.stop(Duration::from_secs(5)).success());
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

/// The log says so with its first rows; the alert is told some seconds later.
#[test]
fn that_the_log_was_put_back_is_told_though_the_program_is_killed_at_once() {
    let (server, got) = webhook();
    let station = Station::new("null", &[]);
    station.add(&format!("[alerts]\nwebhook = \"{}\"\n", server.url("/tin")));
    let daemon = station.run();
    let log = station.home().join("var/ledger.db");
    for name in ["ledger.db", "ledger.db-wal", "ledger.db-shm"] {
        fs::remove_file(station.home().join("var").join(name)).unwrap();
    }
    let touched = || Reader::open(&log).ok().and_then(|reader| reader.touched(jiff::Timestamp::MIN).ok());
    until("the log says so", || touched().is_some_and(|touched| !touched.is_empty()).then_some(()));
    daemon.kill();
    let daemon = station.run();
    until("the alert", || (station.status()["alerts"][0]["waiting"].as_u64() >= Some(1)).then_some(()));
    assert!(daemon.stop(Duration::from_secs(5)).success());
    let got = got.lock().unwrap();
    let told: Vec<&Value> = got.iter().flat_map(|message| message["alerts"].as_array().unwrap()).collect();
    let of_the_log: Vec<&&Value> = told.iter().filter(|alert| alert["kind"] == "log_touched").collect();
    assert_eq!(of_the_log.len(), 1, "{got:#?}");
    assert!(of_the_log[0]["message"].as_str().unwrap().contains("deleted while it was open"), "{got:#?}");
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
