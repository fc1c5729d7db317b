//! The real daemon on a disk that is truly full: a file system of its own that a test may fill, in a namespace of its own.

use std::fs::{self, File};
use std::io::Write;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;

use crate::support::station::{Daemon, Planned, Station, whole_second_in, write_tone};
use crate::support::waiting::until;
use crate::support::zone::zone;

/// Says to the test that it runs where it may mount.
const INSIDE: &str = "LOA_TEST_MAY_MOUNT";

#[test]
fn a_disk_that_is_truly_full_keeps_no_sound_back_is_told_and_loses_nothing() {
    where_it_may_mount("a_disk_that_is_truly_full_keeps_no_sound_back_is_told_and_loses_nothing", fill);
}

#[test]
fn what_was_skipped_on_a_disk_that_is_truly_full_is_not_heard_again_after_a_kill() {
    where_it_may_mount("what_was_skipped_on_a_disk_that_is_truly_full_is_not_heard_again_after_a_kill", skip);
}

#[test]
fn a_start_on_a_full_disk_takes_the_room_kept_for_the_log_and_without_it_is_worth_another_start() {
    where_it_may_mount(
        "a_start_on_a_full_disk_takes_the_room_kept_for_the_log_and_without_it_is_worth_another_start",
        start_on_a_full_disk,
    );
}

#[test]
fn a_start_on_a_read_only_disk_says_so_and_is_not_worth_another_one_until_that_is_mended() {
    where_it_may_mount(
        "a_start_on_a_read_only_disk_says_so_and_is_not_worth_another_one_until_that_is_mended",
        start_on_a_read_only_disk,
    );
}

fn where_it_may_mount(name: &str, test: fn()) {
    if std::env::var_os(INSIDE).is_some() {
        return test();
    }
    let may_mount = Command::new("unshare").args(["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).output();
    if !may_mount.is_ok_and(|tried| tried.status.success()) {
        println!("SKIPPED: here nobody may mount a file system of their own (`unshare -rm`)");
        return;
    }
    let own = std::env::current_exe().unwrap();
    let mut command = Command::new("unshare");
    command.arg("-rm").arg(own).args(["--exact", &format!("full::{name}"), "--nocapture"]).env(INSIDE, "1");
    let out = command.output().unwrap();
    let said = String::from_utf8_lossy(&out.stdout) + String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success() && said.contains("1 passed"), "{said}");
}

fn start_on_a_full_disk() {
    let plan = [Planned { at: whole_second_in(Duration::from_secs(600)), id: "sau".into(), file: "tone.wav".into() }];
    let station = Station::new("null", &plan);
    write_tone(&station, 1);
    let var = small_disk(&station, "16m");
    assert!(station.run().stop(Duration::from_secs(5)).success());
    let reserve = var.join("reserve");
    fs::write(&reserve, vec![b'L'; 8 << 20]).unwrap();
    let mut file = File::create(var.join("filled")).unwrap();
    while file.write_all(&[1; 512]).is_ok() {}

    let daemon = station.run();
    assert!(!reserve.exists(), "the room kept for the log is what it began in");
    assert!(daemon.stop(Duration::from_secs(5)).success());

    while file.write_all(&[1; 512]).is_ok() {}
    let out = station.loa(&["run"]).output().unwrap();
    let said = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(1), "the supervisor tries again: {said}");
}

fn start_on_a_read_only_disk() {
    let plan = [Planned { at: whole_second_in(Duration::from_secs(600)), id: "sau".into(), file: "tone.wav".into() }];
    let station = Station::new("null", &plan);
    write_tone(&station, 1);
    let var = station.home().join("var");
    fs::create_dir(&var).unwrap();
    let mount = |options: &str| {
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(&var).status().unwrap();
        assert!(mounted.success(), "{options}");
    };
    mount("size=32m");
    assert!(station.run().stop(Duration::from_secs(5)).success());
    mount("remount,ro");
    let out = station.loa(&["run"]).output().unwrap();
    let said = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(78), "{said}");
    assert!(said.contains("the disk is read-only"), "{said}");
    mount("remount,rw");
    assert!(station.run().stop(Duration::from_secs(5)).success());
}

/// Runs `test` while not a byte more fits beside what lies in `var`, and whatever is given back is taken at once, as a copy is
/// that has aired.
fn while_full(var: &Path, test: impl FnOnce()) {
    let filled = var.join("filled");
    let mut file = File::create(&filled).unwrap();
    while file.write_all(&[1; 512]).is_ok() {}
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                if file.write_all(&[1; 512]).is_err() {
                    std::thread::sleep(Duration::from_millis(1));
                }
            }
        });
        let tried = std::panic::catch_unwind(AssertUnwindSafe(test));
        over.store(true, Ordering::Relaxed);
        tried.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
    drop(file);
    fs::remove_file(filled).unwrap();
}

/// A folder `var` on a small disk of its own.
fn small_disk(station: &Station, size: &str) -> PathBuf {
    let var = station.home().join("var");
    fs::create_dir(&var).unwrap();
    let size = format!("size={size}");
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&var).status().unwrap();
    assert!(mounted.success());
    var
}

/// Its slot is to be heard again from its beginning where a run ends in its midst, and for long.
fn skip() {
    let at = whole_second_in(Duration::from_secs(3));
    let station = Station::new("null", &[Planned { at, id: "muc".into(), file: "tone.wav".into() }]);
    write_tone(&station, 20);
    let local = at.to_zoned_datetime(zone());
    let path = station.home().join(format!("schedules/{}.toml", local.strftime("%Y-%m")));
    let before = fs::read_to_string(&path).unwrap();
    fs::write(&path, before + "after_power_cut = \"restart\"\ngrace = \"10m\"\n").unwrap();
    let var = small_disk(&station, "8m");
    let daemon = station.run();
    until("the beginning", || daemon.log().contains("began").then_some(()));
    while_full(&var, || {
        let skipped = station.loa(&["skip", "--by", "Lan"]).output().unwrap();
        assert!(skipped.status.success(), "{}", String::from_utf8_lossy(&skipped.stderr));
        let beside = var.join("ledger-wait.jsonl");
        let stands = || fs::read_to_string(&beside).is_ok_and(|text| text.contains("\"settle\""));
        // The log takes it where it was sooner than we to the room that the copy gave back.
        let is_in_it = || station.airings()[0]["outcome"] == "cut";
        until("the row beside the log", || (stands() || is_in_it()).then_some(()));
        daemon.kill();
    });
    let daemon = station.run();
    let row = &station.airings()[0];
    assert_eq!((&row["outcome"], &row["cause"]), (&"cut".into(), &"operator".into()), "{row:#}");
    assert_eq!(row["note"], "theo yêu cầu của Lan");
    assert_eq!(row["parts"].as_array().unwrap().len(), 1, "{row:#}");
    assert_eq!(daemon.log().matches("began").count(), 1, "it is not heard again");
    assert!(daemon.stop(Duration::from_secs(5)).success());
}

fn fill() {
    let first = whole_second_in(Duration::from_secs(4));
    let plan = [Planned { at: first, id: "truoc".into(), file: "tone.wav".into() }];
    let station = Station::new("null", &plan);
    write_tone(&station, 3);
    let var = small_disk(&station, "4m");
    let daemon = station.run();
    while_full(&var, || on_a_full_disk(&station, &daemon, first));
    let rows = station.settled(2);
    let is_whole = |row: &Value| {
        (&row["outcome"], &row["played_ms"]) == (&"aired".into(), &3000.into())
            && row["parts"].as_array().unwrap().len() == 1
    };
    assert!(rows.iter().all(is_whole), "{rows:#?}");
    let verified = station.loa(&["log", "verify"]).output().unwrap();
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    assert!(daemon.stop(Duration::from_secs(5)).success());
}

fn on_a_full_disk(station: &Station, daemon: &Daemon, first: jiff::Timestamp) {
    add_a_segment(station, first + Duration::from_secs(5));
    let settled = || daemon.log().matches("settled").count() == 2;
    until("both airings", || settled().then_some(()));
    assert!(daemon.log().contains("held in memory"), "the second was armed on a full disk");
    let status = until("the incident", || {
        let status = station.status();
        // The file beside the log stands in the room that was kept for it.
        let beside = |one: &Value| one["detail"].as_str().is_some_and(|detail| detail.contains("ledger-wait.jsonl"));
        let is_told = status["incidents"].as_array().unwrap().iter().any(|one| one["kind"] == "disk" && beside(one));
        is_told.then_some(status)
    });
    assert!(status["ledger"]["waiting"].as_u64() > Some(0), "{status:#}");
    assert_eq!(
        (&status["ledger"]["in_memory_alone"], &status["ledger"]["why"]),
        (&false.into(), &"the disk is full".into())
    );
    let out = station.loa(&["doctor", "--json"]).output().unwrap();
    let found: Value = serde_json::from_slice(&out.stdout).unwrap();
    let of = |code: &str| {
        let all = found["findings"].as_array().unwrap();
        let one = all.iter().find(|one| one["code"] == code).unwrap_or_else(|| panic!("{code}: {found:#}"));
        (one["level"].clone(), format!("{} → {}", one["message"], one["help"]))
    };
    let (level, said) = of("log");
    assert!(level == "error" && said.contains("not be written (the disk is full)"), "{said}");
    let (level, said) = of("rights");
    assert!(level == "error" && said.contains("the disk is full") && said.contains("delete files"), "{said}");
    // What is written is told and does not wait; what waits beside the log, where a kill takes nothing of it, is not told.
    until("the log and what waits beside it to agree on each airing", || {
        let beside = fs::read_to_string(station.home().join("var/ledger-wait.jsonl")).unwrap();
        let waits = |row: &Value| {
            let slot = row["slot"].to_string();
            beside.lines().any(|line| line.contains(r#""write":"settle""#) && line.contains(&slot))
        };
        let rows = station.airings();
        let agree = !rows.is_empty() && rows.iter().all(|row| row["outcome"].is_null() == waits(row));
        agree.then_some(())
    });
}

/// Adds a segment of the same day to the plan, when no copy of its recording can be made any more.
fn add_a_segment(station: &Station, at: jiff::Timestamp) {
    let local = at.to_zoned_datetime(zone());
    let path = station.home().join(format!("schedules/{}.toml", local.strftime("%Y-%m")));
    let before = fs::read_to_string(&path).unwrap();
    let (date, time) = (local.date(), local.strftime("%H:%M:%S"));
    let segment = format!(
        "\n[[segment]]\nid = \"sau\"\ntitle = \"Sau\"\naudio = \"tone.wav\"\non = [\"{date}\"]\nat = [\"{time}\"]\n"
    );
    fs::write(path, before + &segment).unwrap();
}
