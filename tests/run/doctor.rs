//! `loa doctor` on a station of which something is amiss.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use super::FIVE;
use super::support::station::{Station, in_a_row, whole_second_in};

/// The exit status, and what was found by what was looked at.
pub(super) fn doctor(station: &Station) -> (i32, BTreeMap<String, Vec<Value>>) {
    doctor_by(station.loa(&["doctor", "--json"]))
}

fn doctor_by(mut command: Command) -> (i32, BTreeMap<String, Vec<Value>>) {
    let out = command.output().unwrap();
    let all: Value = serde_json::from_slice(&out.stdout).unwrap();
    let mut found: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for finding in all["findings"].as_array().unwrap() {
        found.entry(finding["code"].as_str().unwrap().to_owned()).or_default().push(finding.clone());
    }
    (out.status.code().unwrap(), found)
}

pub(super) fn levels<'a>(found: &'a BTreeMap<String, Vec<Value>>, code: &str) -> Vec<&'a str> {
    found[code].iter().map(|finding| finding["level"].as_str().unwrap()).collect()
}

#[test]
fn the_doctor_says_what_is_amiss_and_what_to_do_and_ends_with_1_for_an_error() {
    // Near enough that the running daemon makes no copy of the log before it.
    let station = Station::new("null", &in_a_row(whole_second_in(Duration::from_secs(270)), &FIVE[..2], 1.0));
    let (status, found) = doctor(&station);
    assert_eq!((status, levels(&found, "daemon")), (1, vec!["error"]));
    assert_eq!(levels(&found, "log"), ["ok"], "a new station has no log yet");
    assert!(found["files"].iter().any(|finding| finding["message"].as_str().unwrap().contains("never measured")));
    let daemon = station.run();
    let (status, found) = doctor(&station);
    for code in ["daemon", "log", "next", "rights", "catalogue"] {
        assert_eq!(levels(&found, code), ["ok"], "{found:#?}");
    }
    assert_eq!(status, 0, "{found:#?}");
    assert_eq!(levels(&found, "line"), ["warning"], "nothing stands behind `null`");
    assert_eq!(levels(&found, "files"), ["warning", "warning"], "neither is approved");
    daemon.signal("STOP");
    let (status, found) = doctor(&station);
    daemon.signal("CONT");
    assert_eq!((status, levels(&found, "daemon")), (1, vec!["error"]));
    assert!(found["daemon"][0]["message"].as_str().unwrap().contains("does not answer"), "{found:#?}");
    std::fs::remove_file(station.home().join("audio/ban-tin.mp3")).unwrap();
    let (status, found) = doctor(&station);
    assert_eq!((status, levels(&found, "files")), (1, vec!["warning", "error"]));
    let kept_off = found["kept_off"][0]["message"].as_str().unwrap();
    assert!(kept_off.starts_with("errors keep 1 slot ahead off the air: `"), "{kept_off}");
    assert!(kept_off.ends_with("): No audio file"), "{kept_off}");
    let said = station.loa(&["doctor"]).output().unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(said.lines().any(|line| line.starts_with("error    ")), "{said}");
    assert!(said.lines().any(|line| line == "         → see `loa check`"), "{said}");
    assert!(daemon.stop(Duration::from_secs(5)).success());
    let log = station.home().join("var/ledger.db");
    let (_, found) = doctor(&station);
    assert_eq!(levels(&found, "backup"), ["warning"], "there is none yet");
    the_whole_home_moves(&station, &found);
    std::fs::create_dir_all(station.home().join("var/backup")).unwrap();
    let copy = station.home().join("var/backup/ledger-2026-11-25.db");
    std::fs::copy(&log, &copy).unwrap();
    assert_eq!(levels(&doctor(&station).1, "backup"), ["ok"]);
    std::fs::write(&copy, b"no database").unwrap();
    assert_eq!(levels(&doctor(&station).1, "backup"), ["error"]);
    let mut bytes = std::fs::read(&log).unwrap();
    let half = bytes.len() / 2;
    bytes[half..].fill(0x55);
    std::fs::write(&log, bytes).unwrap();
    assert_eq!(levels(&doctor(&station).1, "log"), ["error"]);
}

/// Its copy in `var/backup` is named, too.
#[test]
fn another_stations_log_is_told_by_the_doctor_and_no_report_is_made_of_it() {
    let [station, other] = [(); 2].map(|()| {
        let station = Station::new("null", &[]);
        assert!(station.run().stop(Duration::from_secs(5)).success());
        station
    });
    let (log, foreign) = (station.home().join("var/ledger.db"), other.home().join("var/ledger.db"));
    std::fs::create_dir_all(station.home().join("var/backup")).unwrap();
    let own = std::fs::read(&log).unwrap();
    std::fs::write(station.home().join("var/backup/ledger-2026-11-24.db"), &own).unwrap();
    std::fs::copy(&foreign, station.home().join("var/backup/ledger-2026-11-25.db")).unwrap();
    std::fs::copy(&foreign, &log).unwrap();
    let (status, found) = doctor(&station);
    assert_eq!((status, levels(&found, "log"), levels(&found, "backup")), (1, vec!["error"], vec!["ok", "warning"]));
    let said = |code: &str, n: usize| found[code][n]["message"].as_str().unwrap();
    assert!(said("log", 0).contains("is another station's (") && said("log", 0).contains("delete `var/station-id`"));
    assert!(
        said("backup", 0).contains("`ledger-2026-11-24.db`") && said("backup", 1).contains("`ledger-2026-11-25.db`")
    );
    for way in [&["airings"][..], &["report"], &["log", "verify"]] {
        let out = station.loa(way).output().unwrap();
        let told = String::from_utf8(out.stderr).unwrap();
        assert!(
            !out.status.success() && told.contains("another station's (") && out.stdout.is_empty(),
            "{way:?}: {told}"
        );
    }
    std::fs::write(&log, &own).unwrap();
    assert!(station.loa(&["report"]).output().unwrap().status.success());
}

/// As `docs/huong-dan/doi-may.md` tells: a copy is the same station, with the same log, plan and recordings.
fn the_whole_home_moves(station: &Station, found: &BTreeMap<String, Vec<Value>>) {
    let log = found["log"][0]["message"].as_str().unwrap();
    let (links, uuid) = log.strip_prefix("the airing log is whole: ").unwrap().split_once(" links; station ").unwrap();
    assert!(links.parse::<u32>().unwrap() > 0 && uuid.parse::<uuid::Uuid>().is_ok(), "{log}");
    let elsewhere = tempfile::tempdir().unwrap();
    let copied = Command::new("cp").arg("-a").arg(station.home().join(".")).arg(elsewhere.path()).status().unwrap();
    assert!(copied.success());
    let (_, moved) = doctor_by(station.loa_at(elsewhere.path(), &["doctor", "--json"]));
    for code in ["log", "next", "files", "catalogue", "rights"] {
        assert_eq!(moved[code], found[code]);
    }
}

/// The disk refused them, and the program was killed.
#[test]
fn what_is_read_out_of_the_log_says_how_many_rows_wait_beside_it() {
    let station = Station::new("null", &[]);
    let daemon = station.run();
    assert!(daemon.stop(Duration::from_secs(5)).success());
    let said = |args: &[&str]| String::from_utf8(station.loa(args).output().unwrap().stderr).unwrap();
    let ways: [&[&str]; 3] = [&["airings"], &["report"], &["log", "verify"]];
    assert!(ways.iter().all(|way| !said(way).contains("ledger-wait")));
    std::fs::write(station.home().join("var/ledger-wait.jsonl"), "{\"n\":1}\n{\"n\":2}\n").unwrap();
    for way in ways {
        let said = said(way);
        assert!(said.contains("lacking here: 2 that wait in `var/ledger-wait.jsonl`"), "{way:?}: {said}");
    }
}
