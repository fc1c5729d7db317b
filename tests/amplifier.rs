//! The amplifier, switched by the real daemon at real seconds, and what becomes of the airing when it cannot be.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use loa::outcome::Outcome;
use serde_json::Value;
use support::ear::unix;
use support::station::{Daemon, Station, in_a_row, instant, whole_second_in};
use support::waiting::until;

/// A recording of the repository and its length, rounded up.
const SOUND: (&str, f64) = ("loi-chao.flac", 5.0);

/// Writes each call's moment and argument into `calls`, as `date +%s.%N` gives it.
const NOTES: &str = "#!/bin/sh\necho \"$(date +%s.%N) $1\" >> calls\n";

/// A station whose amplifier is switched by `amplifier.sh on|off` with this text, and the segments after the first gap.
fn station(script: &str, settings: &str, plan: &[support::station::Planned]) -> Station {
    let station = Station::new("null", plan);
    let path = station.home().join("amplifier.sh");
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let commands = "[amplifier]\non = [\"./amplifier.sh\", \"on\"]\noff = [\"./amplifier.sh\", \"off\"]\n";
    station.add(&format!("{commands}{settings}"));
    station
}

/// The calls so far: when and which.
fn calls(station: &Station) -> Vec<(f64, String)> {
    let text = fs::read_to_string(station.home().join("calls")).unwrap_or_default();
    let call = |line: &str| {
        let (at, which) = line.split_once(' ')?;
        Some((at.parse().ok()?, which.to_owned()))
    };
    text.lines().filter_map(call).collect()
}

fn which(station: &Station) -> Vec<String> {
    calls(station).into_iter().map(|(_, which)| which).collect()
}

/// The open incident of the amplifier, in words.
fn incident(station: &Station) -> Option<String> {
    let status = station.status();
    let open = status["incidents"].as_array()?.iter().find(|one| one["kind"] == "amplifier")?;
    Some(open["detail"].as_str()?.to_owned())
}

fn aired(station: &Station, slots: usize) -> Vec<Value> {
    let rows = station.settled(slots);
    assert!(rows.iter().all(|row| row["outcome"] == "aired"), "{rows:#?}");
    rows
}

fn stopped(daemon: Daemon, patience_s: u64) {
    assert!(daemon.stop(Duration::from_secs(patience_s)).success());
}

#[test]
fn it_is_on_before_and_off_after_and_a_short_gap_keeps_it_on() {
    // 12 s of nothing, two sounds with a second between, a gap longer than before and after, a third sound.
    let mut plan = in_a_row(whole_second_in(Duration::from_secs(12)), &[SOUND, SOUND, SOUND], 1.0);
    plan[2].at += jiff::SignedDuration::from_secs(10);
    let station = station(NOTES, "before = \"3s\"\nafter = \"2s\"\n", &plan);
    let daemon = station.run();
    let rows = aired(&station, 3);
    until("off after the last", || (which(&station).len() == 5).then_some(()));
    until("off in the status", || (station.status()["amplifier"]["state"] == "off").then_some(()));
    stopped(daemon, 3);
    let calls = calls(&station);
    let order: Vec<&str> = calls.iter().map(|(_, which)| which.as_str()).collect();
    assert_eq!(order, ["off", "on", "off", "on", "off"], "what is off is not switched off again at the stop");
    let moment = |row: &Value, key: &str| instant(row, key).unwrap();
    let wanted = [
        unix(plan[0].at) - 3.0,
        moment(&rows[1], "ended") + 2.0,
        unix(plan[2].at) - 3.0,
        moment(&rows[2], "ended") + 2.0,
    ];
    for ((at, which), wanted) in calls[1..].iter().zip(wanted) {
        assert!((at - wanted).abs() < 1.0, "{which} at {at}, wanted at {wanted}");
    }
}

#[test]
fn a_stop_switches_it_off_and_so_does_the_start_after_a_crash() {
    // Farther ahead than anything is armed, so that the plan can still be taken back.
    let far = in_a_row(whole_second_in(Duration::from_secs(120)), &[SOUND], 1.0);
    let station = station(NOTES, "before = \"3m\"\n", &far);
    let daemon = station.run();
    until("on", || (which(&station) == ["on"]).then_some(()));
    stopped(daemon, 3);
    assert_eq!(which(&station), ["on", "off"]);
    let daemon = station.run();
    until("on again", || (which(&station).len() == 3).then_some(()));
    daemon.kill();
    // Nothing is due any more.
    let month = fs::read_dir(station.home().join("schedules")).unwrap().map(|entry| entry.unwrap().path());
    for month in month.filter(|path| path.file_name().unwrap() != "station.toml") {
        let text = fs::read_to_string(&month).unwrap();
        fs::write(&month, text.lines().next().unwrap()).unwrap();
    }
    let daemon = station.run();
    until("off", || (which(&station) == ["on", "off", "on", "off"]).then_some(()));
    stopped(daemon, 3);
}

#[test]
fn one_that_fails_is_an_incident_and_the_airing_goes_on() {
    let plan = in_a_row(whole_second_in(Duration::from_secs(4)), &[SOUND], 1.0);
    let script = format!("{NOTES}echo relay does not answer >&2\ntest -e mended\n");
    let station = station(&script, "", &plan);
    let daemon = station.run();
    let said = until("the incident", || incident(&station));
    assert!(said.contains("./amplifier.sh on") && said.contains("relay does not answer"), "{said}");
    let rows = aired(&station, 1);
    assert!(rows[0]["late_ms"].as_i64().unwrap().abs() < 100, "{:#}", rows[0]);
    assert_eq!(rows[0]["note"], "không bật được máy tăng âm khi phát");
    assert!(calls(&station).len() >= 2, "it is tried again");
    fs::write(station.home().join("mended"), "").unwrap();
    until("the end of the incident", || incident(&station).is_none().then_some(()));
    assert_eq!(station.status()["amplifier"]["state"], "on");
    stopped(daemon, 3);
}

#[test]
fn one_that_hangs_is_ended_with_all_it_started_and_neither_airing_nor_stop_waits() {
    let plan = in_a_row(whole_second_in(Duration::from_secs(4)), &[SOUND], 1.0);
    let script = format!("{NOTES}yes &\nsleep 613\n");
    let station = station(&script, "", &plan);
    let daemon = station.run();
    let rows = aired(&station, 1);
    assert!(rows[0]["late_ms"].as_i64().unwrap().abs() < 100, "{:#}", rows[0]);
    let said = until("the incident", || incident(&station));
    assert!(said.contains("10 seconds"), "{said}");
    assert!(daemon.log().len() < 100_000, "its words are bounded: {} bytes", daemon.log().len());
    // Another attempt may hang by now; the stop waits three seconds for it and no more.
    let asked = Instant::now();
    stopped(daemon, 6);
    assert!(asked.elapsed() > Duration::from_secs(2), "it was given a chance");
    assert_eq!(which(&station).last().unwrap(), "off");
}

#[test]
fn a_program_and_a_port_that_are_not_there_are_told_by_name() {
    let plan = in_a_row(whole_second_in(Duration::from_secs(3)), &[SOUND], 1.0);
    for (settings, name) in [
        ("[amplifier]\non = [\"no-such-relay\"]\noff = [\"no-such-relay\"]\n", "no-such-relay"),
        ("[amplifier]\nserial = \"/dev/no-such-port\"\n", "/dev/no-such-port"),
    ] {
        let station = Station::new("null", &plan);
        station.add(settings);
        let daemon = station.run();
        let said = until("the incident", || incident(&station));
        assert!(said.contains(name), "{said}");
        stopped(daemon, 6);
    }
}

/// First it cannot be switched off, then it is to be on: the incident is of that, in Vietnamese and in English.
#[test]
fn an_amplifier_that_cannot_be_switched_is_told_in_either_language_by_what_is_wanted_of_it_now() {
    let plan = in_a_row(whole_second_in(Duration::from_secs(600)), &[SOUND], 1.0);
    let station = station(&format!("{NOTES}exit 1\n"), "before = \"5s\"\nafter = \"1s\"\n", &plan);
    let daemon = station.run();
    let said = until("the incident", || incident(&station));
    assert!(said.contains("./amplifier.sh off"), "{said}");
    let amplifier = || {
        let status = station.status()["amplifier"].clone();
        (status["state"].clone(), status["failed"].clone())
    };
    assert_eq!(amplifier(), (Value::Null, "off".into()));
    fs::copy(support::station::recordings().join(SOUND.0), station.home().join("audio/bao.flac")).unwrap();
    let order = station.loa(&["emergency", "bao.flac", "--by", "Bình"]).output().unwrap();
    assert!(order.status.success(), "{order:?}");
    let said = until("that of on", || incident(&station).filter(|said| said.contains("./amplifier.sh on")));
    assert!(said.starts_with("the command `"), "{said}");
    assert_eq!(amplifier(), (Value::Null, "on".into()));
    let vi = station.loa(&["status", "--json", "--lang", "vi"]).output().unwrap();
    assert!(String::from_utf8(vi.stdout).unwrap().contains("lệnh `./amplifier.sh on` báo lỗi"));
    stopped(daemon, 6);
}

#[test]
fn another_amplifier_in_the_stations_file_switches_the_old_one_off() {
    let plan = in_a_row(whole_second_in(Duration::from_secs(40)), &[SOUND], 1.0);
    let station = station(NOTES, "", &plan);
    let daemon = station.run();
    until("on", || (which(&station) == ["on"]).then_some(()));
    let path = station.home().join("schedules/station.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"on\"]", "\"up\"]").replace("\"off\"]", "\"down\"]")).unwrap();
    until("the new one", || which(&station).contains(&"up".to_owned()).then_some(()));
    until("the old one", || which(&station).contains(&"off".to_owned()).then_some(()));
    stopped(daemon, 3);
    assert_eq!(which(&station).last().unwrap(), "down");
}

#[test]
fn an_emergency_to_a_cold_amplifier_sounds_its_tone_until_that_is_warm() {
    let far = in_a_row(whole_second_in(Duration::from_secs(600)), &[SOUND], 1.0);
    let station = station(NOTES, "before = \"10s\"\nafter = \"1s\"\nemergency_before = \"5s\"\n", &far);
    let daemon = station.run();
    let said = station.loa(&["emergency", SOUND.0, "--by", "Bình"]).output().unwrap();
    assert!(said.status.success(), "{said:?}");
    station.until_logged(Outcome::Aired);
    let emergency = station.airings().into_iter().find(|row| row["by"] == "Bình" && row["outcome"] == "aired").unwrap();
    let began = instant(&emergency, "began").unwrap();
    until("off again", || (which(&station) == ["off", "on", "off"]).then_some(()));
    stopped(daemon, 3);
    // Two rounds of three seconds are the fewest that last five; the recording follows them.
    let file_ms = loa::audio::measure::measure(&station.home().join("audio").join(SOUND.0)).unwrap().file_ms;
    assert!(emergency["played_ms"].as_u64().unwrap().abs_diff(6_000 + file_ms) <= 2, "{emergency:#}");
    let calls = calls(&station);
    let (on, off, ended) = (calls[1].0, calls[2].0, instant(&emergency, "ended").unwrap());
    assert!(on < began + 1.0, "switched on at {on}, heard from {began} on");
    assert!((off - ended - 1.0).abs() < 1.0, "switched off at {off}, heard until {ended}");
}
