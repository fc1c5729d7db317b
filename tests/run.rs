//! The real daemon on the null line, which is paced as a card is.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[cfg(target_os = "linux")]
#[path = "run/clock.rs"]
mod clock;
#[cfg(unix)]
#[path = "run/doctor.rs"]
mod doctor;
#[cfg(target_os = "linux")]
#[path = "run/reload.rs"]
mod reload;
mod support;

use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use support::station::{Planned, Station, in_a_row, row, whole_second_in};
use support::waiting::until;

/// The repository's recordings of five formats with their lengths, rounded up.
const FIVE: [(&str, f64); 5] = [
    ("nhac-hieu.flac", 6.0),
    ("ban-tin.mp3", 12.0),
    ("mot-cua.m4a", 9.0),
    ("hoi-dap.ogg", 9.0),
    ("loi-chao.flac", 5.0),
];

fn month_file(station: &Station) -> PathBuf {
    let files = std::fs::read_dir(station.home().join("schedules")).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.file_name().unwrap() != "station.toml").min().unwrap()
}

#[test]
fn one_of_five_recordings_absent_airs_the_other_four() {
    let mut plan = in_a_row(whole_second_in(Duration::from_secs(2)), &FIVE, 1.0);
    plan[2].file = "khong-co.m4a".into();
    let station = Station::new("null", &plan);
    let daemon = station.run();
    let rows = station.settled(5);
    assert!(daemon.stop(Duration::from_secs(5)).success());
    for (n, row) in rows.iter().enumerate() {
        let expected = if n == 2 { ("failed", Some("no_file")) } else { ("aired", None) };
        assert_eq!((row["outcome"].as_str().unwrap(), row["cause"].as_str()), expected, "{row:#}");
    }
    let played: u64 = rows.iter().map(|row| row["played_ms"].as_u64().unwrap()).sum();
    let files: u64 = rows.iter().filter_map(|row| row["file_ms"].as_u64()).sum();
    assert!(played.abs_diff(files) <= 4, "heard {played} ms of {files} ms");
}

#[test]
fn a_second_daemon_refuses_and_names_the_first() {
    let station = Station::new("null", &in_a_row(whole_second_in(Duration::from_secs(600)), &FIVE[..1], 1.0));
    let daemon = station.run();
    let refused = || {
        let second = station.loa(&["run"]).output().unwrap();
        assert_eq!(second.status.code(), Some(3));
        let said = String::from_utf8(second.stderr).unwrap();
        assert!(said.contains(&format!("process {}", daemon.pid())), "{said}");
        // By the station's time, which is not this PC's.
        let since = said.split("running since ").nth(1).and_then(|rest| rest.split(')').next()).unwrap();
        let since = jiff::civil::DateTime::strptime("%d/%m/%Y %H:%M:%S", since).unwrap();
        let now = whole_second_in(Duration::ZERO).to_zoned_datetime(support::zone::zone()).datetime();
        assert!(now.duration_since(since).abs() < jiff::SignedDuration::from_mins(5), "{said}");
    };
    refused();
    // What marks it may be tidied away under it.
    #[cfg(unix)]
    {
        std::fs::remove_file(station.home().join("var/daemon.lock")).unwrap();
        refused();
    }
}

#[test]
fn a_stop_in_mid_airing_fades_and_closes_the_row() {
    let station = Station::new("null", &in_a_row(whole_second_in(Duration::from_secs(2)), &FIVE[1..2], 1.0));
    let daemon = station.run();
    until("the airing", || station.status()["on_air"]["title"].is_string().then_some(()));
    std::thread::sleep(Duration::from_millis(1500));
    assert!(daemon.stop(Duration::from_secs(5)).success());
    let rows = station.airings();
    assert_eq!((rows[0]["outcome"].as_str(), rows[0]["cause"].as_str()), (Some("cut"), Some("daemon")));
    assert!(rows[0]["played_ms"].as_u64().unwrap() < 11_000, "{:#}", rows[0]);
}

#[test]
fn a_broken_edit_leaves_the_last_good_schedule_in_force_also_over_a_restart() {
    let first = whole_second_in(Duration::from_secs(600));
    let station = Station::new("null", &in_a_row(first, &FIVE[..1], 1.0));
    let daemon = station.run();
    let before = station.status();
    assert_eq!(before["schedule"]["refused"], serde_json::json!([]));
    let file = month_file(&station);
    let good = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, good.replace("title", "tilte")).unwrap();
    let refused = until("the refusal", || {
        let status = station.status();
        status["schedule"]["refused"][0].is_object().then_some(status)
    });
    assert_eq!(refused["schedule"]["revision"], before["schedule"]["revision"]);
    assert_eq!(refused["next"], before["next"]);
    assert!(refused["schedule"]["refused"][0]["message"].as_str().unwrap().contains("title"));
    daemon.kill();
    let daemon = station.run();
    assert_eq!(station.status()["next"], before["next"], "the last good schedule comes from the log");
    std::fs::write(&file, good.replace("muc-1", "muc-moi")).unwrap();
    let after = until("the new schedule", || {
        let status = station.status();
        (status["schedule"]["revision"] != before["schedule"]["revision"]).then_some(status)
    });
    assert_eq!(after["schedule"]["refused"], serde_json::json!([]));
    assert!(after["next"]["slot"].as_str().unwrap().ends_with("/muc-moi"), "{after:#}");
    drop(daemon);
}

#[test]
fn an_edit_touches_nothing_that_is_armed() {
    let first = whole_second_in(Duration::from_secs(5));
    let station = Station::new("null", &in_a_row(first, &FIVE[4..], 1.0));
    let daemon = station.run();
    let file = month_file(&station);
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.lines().next().unwrap()).unwrap();
    let rows = station.settled(1);
    assert_eq!(rows[0]["outcome"], "aired");
    drop(daemon);
}

#[test]
fn status_without_a_daemon_says_so_with_status_3() {
    let station =
        Station::new("null", &[Planned { at: whole_second_in(Duration::ZERO), id: "a".into(), file: "a.wav".into() }]);
    let out = station.loa(&["status"]).output().unwrap();
    assert_eq!(out.status.code(), Some(3));
    assert!(String::from_utf8(out.stderr).unwrap().contains("loa run"));
}

#[test]
fn a_recording_overwritten_while_it_airs_is_heard_as_it_was_armed() {
    let plan = in_a_row(whole_second_in(Duration::from_secs(3)), &FIVE[1..2], 1.0);
    let station = Station::new("null", &plan);
    let daemon = station.run();
    until("the airing", || station.status()["on_air"]["title"].is_string().then_some(()));
    std::fs::write(station.home().join("audio/ban-tin.mp3"), b"").unwrap();
    let rows = station.settled(1);
    assert_eq!(row(&rows, "muc-1")["outcome"], "aired");
    drop(daemon);
}

#[test]
fn a_typo_in_the_stations_file_at_the_start_opens_no_line_until_it_is_mended() {
    let station = Station::new("null", &in_a_row(whole_second_in(Duration::from_secs(600)), &FIVE[..1], 1.0));
    let file = station.home().join("schedules/station.toml");
    let good = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, good.replace("quiet", "quiett")).unwrap();
    let daemon = station.run();
    let before = station.status();
    assert_eq!((before["line"]["device"].as_str(), before["line"]["state"].as_str()), (None, Some("closed")));
    assert!(before["schedule"]["refused"][0]["message"].as_str().unwrap().contains("quiett"), "{before:#}");
    std::fs::write(&file, good).unwrap();
    let after = until("the line", || {
        let status = station.status();
        (status["line"]["state"] == "open").then_some(status)
    });
    assert_eq!(after["line"]["device"], "null");
    assert!(after["next"].is_object());
    drop(daemon);
}

#[cfg(unix)]
#[test]
fn a_schedule_that_hangs_when_it_is_read_stops_neither_the_airing_nor_the_check() {
    let plan = in_a_row(whole_second_in(Duration::from_secs(6)), &FIVE[4..], 1.0);
    let station = Station::new("null", &plan);
    let daemon = station.run();
    let file = month_file(&station);
    std::fs::remove_file(&file).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&file).status().unwrap();
    assert!(made.success());
    let rows = station.settled(1);
    assert_eq!(rows[0]["outcome"], "aired");
    let checked = station.loa(&["check"]).output().unwrap();
    assert_eq!(checked.status.code(), Some(1));
    assert!(daemon.stop(Duration::from_secs(5)).success());
}

#[cfg(unix)]
#[test]
fn a_daemon_that_does_not_answer_is_not_called_absent() {
    let station = Station::new("null", &in_a_row(whole_second_in(Duration::from_secs(600)), &FIVE[..1], 1.0));
    let daemon = station.run();
    daemon.signal("STOP");
    let out = station.loa(&["status"]).output().unwrap();
    daemon.signal("CONT");
    assert_eq!(out.status.code(), Some(3));
    let said = String::from_utf8(out.stderr).unwrap();
    assert!(said.contains("does not answer"), "{said}");
}

/// The daemon speaks one language, in its log too; whoever asks how it does may read another.
#[cfg(target_os = "linux")]
#[test]
fn status_and_doctor_speak_the_language_of_who_asks_whatever_the_daemon_speaks() {
    let plan = in_a_row(whole_second_in(Duration::from_secs(600)), &FIVE[..1], 1.0);
    let station = Station::new("alsa:khong-co-thiet-bi", &plan);
    let daemon = station.run();
    let asked = |lang: &str, words: &[&str]| {
        let out = station.loa(&[&["--lang", lang], words].concat()).output().unwrap();
        String::from_utf8(out.stdout).unwrap()
    };
    let status = |lang: &str| serde_json::from_str::<Value>(&asked(lang, &["status", "--json"])).unwrap();
    until("the loss", || (status("vi")["incidents"][0]["kind"] == "line_lost").then_some(()));
    // What the station and its home are called is nobody's language.
    let named = |text: &str| {
        let text = text.replace("Tiết mục", "").replace(station.home().to_str().unwrap(), "");
        text.chars().filter(|letter| letter.is_alphabetic() && !letter.is_ascii()).collect::<String>()
    };
    for words in [&["status"][..], &["doctor"]] {
        let (vi, en) = (asked("vi", words), asked("en", words));
        assert_eq!(named(&en), "", "{en}");
        assert_ne!(named(&vi), "", "{vi}");
    }
    let (vi, en) = (status("vi"), status("en"));
    for (vi, en) in [
        (&vi["line"]["why"], &en["line"]["why"]),
        (&vi["incidents"][0]["detail"], &en["incidents"][0]["detail"]),
        (&vi["incidents"][0]["word"], &en["incidents"][0]["word"]),
    ] {
        assert!(named(en.as_str().unwrap()).is_empty() && !named(vi.as_str().unwrap()).is_empty(), "{vi} {en}");
    }
    assert!(daemon.stop(Duration::from_secs(5)).success());
}

#[cfg(unix)]
#[test]
fn an_order_whose_caller_was_told_no_answer_lapses() {
    let station = Station::new("null", &in_a_row(whole_second_in(Duration::from_secs(600)), &FIVE[..1], 1.0));
    let daemon = station.run();
    daemon.signal("STOP");
    for order in ["emergency", "play"] {
        let out = station.loa(&[order, FIVE[0].0, "--by", "Bình"]).output().unwrap();
        assert_eq!(out.status.code(), Some(3), "{order}");
    }
    daemon.signal("CONT");
    // Questions are answered in their turn: behind this one none of before is left.
    until("an answer", || station.loa(&["status"]).output().unwrap().status.success().then_some(()));
    assert!(daemon.stop(Duration::from_secs(5)).success());
    assert_eq!(station.airings(), Vec::<Value>::new());
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_of_armed_copies_that_was_tidied_away_is_made_again_and_one_that_cannot_be_made_fails_nothing() {
    let station = Station::new("null", &in_a_row(whole_second_in(Duration::from_secs(600)), &FIVE[..1], 1.0));
    let daemon = station.run();
    let armed = station.home().join("var/armed");
    let play = || {
        let said = station.loa(&["play", FIVE[0].0, "--by", "Lan"]).output().unwrap();
        assert_eq!(String::from_utf8([said.stdout, said.stderr].concat()).unwrap(), "On air.\n");
        assert!(station.loa(&["skip", "--by", "Lan"]).output().unwrap().status.success());
        until("its end", || station.status()["on_air"].is_null().then_some(()));
    };
    std::fs::remove_dir_all(&armed).unwrap();
    play();
    assert!(armed.is_dir());
    std::fs::remove_dir_all(&armed).unwrap();
    std::fs::write(&armed, "").unwrap();
    play();
    assert!(daemon.stop(Duration::from_secs(5)).success());
}
