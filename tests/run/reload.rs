//! What happens to a schedule under the running daemon's hands.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use super::doctor::{doctor, levels};
use super::support::station::{Planned, Station, in_a_row, row, whole_second_in};
use super::support::waiting::until;
use super::{FIVE, month_file};

#[test]
fn a_month_file_that_is_gone_half_written_or_in_utf_16_leaves_the_last_good_one_in_force_and_is_an_incident() {
    let station = Station::new("null", &in_a_row(whole_second_in(Duration::from_secs(600)), &FIVE[..1], 1.0));
    let daemon = station.run();
    let before = station.status();
    let file = month_file(&station);
    let good = std::fs::read_to_string(&file).unwrap();
    let utf_16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let half = good.len() / 2;
    let ways: [(&str, &dyn Fn()); 3] = [
        ("schedules/", &|| std::fs::remove_file(&file).unwrap()),
        ("UTF-16", &|| std::fs::write(&file, [&[0xFF, 0xFE], utf_16.as_slice()].concat()).unwrap()),
        ("(and ", &|| std::fs::write(&file, good.get(..half).unwrap_or(&good[..half - 1])).unwrap()),
    ];
    let mut last = String::new();
    for (word, spoil) in ways {
        spoil();
        let spoilt = until(word, || {
            let status = station.status();
            let message = status["schedule"]["refused"][0]["message"].as_str().unwrap_or_default().to_owned();
            // It is told at once, and of record a moment later.
            let of_record = status["incidents"][0]["kind"] == "schedule_refused";
            (!message.is_empty() && message != last && of_record).then_some((status, message))
        });
        last = spoilt.1;
        for key in ["revision", "read_at"] {
            assert_eq!(spoilt.0["schedule"][key], before["schedule"][key], "{word}: {last}");
        }
        assert_eq!(spoilt.0["next"], before["next"], "{word}");
        let (_, found) = doctor(&station);
        let said = ["schedule", "months", "next"].map(|code| levels(&found, code));
        assert_eq!(said, [["error"], ["ok"], ["ok"]], "{word}: the doctor says as the daemon does: {found:#?}");
    }
    std::fs::write(&file, &good).unwrap();
    let after = until("the good one again", || {
        let status = station.status();
        (status["schedule"]["refused"] == json!([])).then_some(status)
    });
    assert_eq!((&after["next"], &after["incidents"]), (&before["next"], &json!([])));
    drop(daemon);
}

#[test]
fn a_station_file_that_is_gone_or_empty_takes_no_rule_away_and_a_months_file_none_of_its_plan_over_a_restart_too() {
    let station = Station::new("null", &in_a_row(whole_second_in(Duration::from_secs(600)), &FIVE[..1], 1.0));
    let file = station.home().join("schedules/station.toml");
    let good = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, good.replace("[rules]\n", "[rules]\napproval = \"required\"\n")).unwrap();
    let required = || {
        let said = station.loa(&["play", "nhac-hieu.flac", "--by", "Lan"]).output().unwrap();
        String::from_utf8(said.stderr).unwrap().contains("loa approve")
    };
    let refused = |word: &str| {
        until(word, || {
            let status = station.status();
            let refused = status["schedule"]["refused"][0]["message"].as_str().unwrap_or_default().to_owned();
            refused.contains(word).then_some(status)
        })
    };
    let daemon = station.run();
    assert!(required());
    std::fs::remove_file(&file).unwrap();
    refused("station.toml` is gone or empty");
    assert!(required());
    std::fs::write(&file, [0xFF, 0xFE, b'#', 0]).unwrap();
    refused("UTF-16");
    std::fs::write(&file, "\n").unwrap();
    daemon.kill();
    let daemon = station.run();
    let before = refused("station.toml` is gone or empty");
    assert!(required());
    daemon.kill();
    std::fs::write(&file, &good).unwrap();
    std::fs::remove_file(month_file(&station)).unwrap();
    let daemon = station.run();
    let after = refused("schedules/2");
    assert_eq!(after["schedule"]["revision"], before["schedule"]["revision"]);
    assert!(after["schedule"]["revision"].is_string());
    drop(daemon);
}

#[test]
fn an_edit_in_the_last_minute_reaches_what_is_not_armed_and_says_what_it_does_not_reach() {
    let first = whole_second_in(Duration::from_secs(6));
    let at = |s: u64| first + Duration::from_secs(s);
    let item = |s: u64, id: &str| Planned { at: at(s), id: id.into(), file: "loi-chao.flac".into() };
    let station = Station::new("null", &[item(0, "muc-1"), item(80, "muc-2")]);
    let daemon = station.run();
    let file = month_file(&station);
    let edited = std::fs::read_to_string(&file).unwrap().replace("audio = ", "class = \"ưu tiên\"\naudio = ");
    std::fs::write(&file, edited.replace("Tiết mục muc-2", "Tiết mục đã sửa")).unwrap();
    let told = until("what came too late", || {
        let status = station.status();
        status["schedule"]["too_late"][0].is_object().then_some(status)
    });
    let too_late: Vec<_> = told["schedule"]["too_late"].as_array().unwrap().iter().collect();
    let [edit] = too_late[..] else { panic!("{told:#}") };
    assert_eq!((edit["title"].as_str(), edit["why"].as_str()), (Some("Tiết mục muc-1"), Some("changed")));
    let said = station.loa(&["status"]).output().unwrap();
    assert!(String::from_utf8(said.stdout).unwrap().contains("EDIT TOO LATE"));
    let next = until("the second one", || {
        let next = station.status()["next"].clone();
        (next["title"] != "Tiết mục muc-1").then_some(next)
    });
    assert_eq!(next["title"], "Tiết mục đã sửa");
    drop(daemon);
}

#[test]
fn a_recording_that_an_edit_moves_in_the_last_minute_is_heard_once_and_told() {
    let first = whole_second_in(Duration::from_secs(6));
    let moved = first + Duration::from_secs(8);
    let station = Station::new("null", &in_a_row(first, &FIVE[..1], 1.0));
    let daemon = station.run();
    let file = month_file(&station);
    let text = std::fs::read_to_string(&file).unwrap();
    let edited = text.replace(&row_time(first), &row_time(moved));
    assert_ne!(edited, text);
    std::fs::write(&file, edited).unwrap();
    let told = until("what came too late", || {
        let status = station.status();
        status["schedule"]["too_late"][0].is_object().then_some(status)
    });
    assert_eq!(told["schedule"]["too_late"][0]["why"], "changed", "{told:#}");
    let rows = station.settled(2);
    let said: Vec<_> = rows.iter().map(|row| (row["outcome"].as_str(), row["cause"].as_str())).collect();
    assert_eq!(said, [(Some("aired"), None), (Some("excepted"), Some("edited_late"))], "{rows:#?}");
    assert!(rows[1]["began"].is_null(), "{rows:#?}");
    drop(daemon);
}

/// As the schedule has it.
fn row_time(at: jiff::Timestamp) -> String {
    at.to_zoned_datetime(super::support::zone::zone()).strftime("%H:%M:%S").to_string()
}

/// `systemd-inhibit` as the daemon finds it, which writes down what it is asked and when it is let go of.
fn inhibitor(folder: &Path) -> PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    let log = folder.join("log");
    let script = folder.join("systemd-inhibit");
    let text = format!("#!/bin/sh\necho \"held $1\" >> {0}\ncat > /dev/null\necho let go >> {0}\n", log.display());
    std::fs::write(&script, text).unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    log
}

#[test]
fn the_pc_is_kept_awake_for_a_broadcast_and_let_go_of_after_it_and_when_the_daemon_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let log = inhibitor(folder.path());
    let path = std::env::join_paths(
        std::iter::once(folder.path().to_owned()).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    let plan = in_a_row(whole_second_in(Duration::from_secs(4)), &FIVE[4..], 1.0);
    let station = Station::new("null", &plan).with_env(vec![("PATH", path.unwrap())]);
    let says = |lines: &[&str]| {
        until(lines[lines.len() - 1], || {
            let text = std::fs::read_to_string(&log).unwrap_or_default();
            text.lines().eq(lines.iter().copied()).then_some(())
        });
    };
    let held = "held --what=sleep:idle";
    let daemon = station.run();
    says(&[held]);
    let sleep = &station.status()["sleep"];
    assert_eq!((&sleep["kept_away"], &sleep["refused"]), (&json!(true), &Value::Null));
    assert_eq!(sleep["may_sleep"], false, "asked when the system refuses");
    assert!(sleep["wakes"].is_boolean(), "what this PC's clock lets the daemon do: {sleep}");
    daemon.kill();
    says(&[held, "let go"]);
    let daemon = station.run();
    says(&[held, "let go", held]);
    let rows = station.settled(1);
    assert_eq!(row(&rows, "muc-1")["outcome"], "aired");
    says(&[held, "let go", held, "let go"]);
    assert!(daemon.stop(Duration::from_secs(5)).success());
}
