//! The power goes at any instant: what the log says afterwards.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod support;

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use loa::outcome::Outcome;
use serde_json::Value;
use support::station::{Daemon, Planned, Station, instant, whole_second_in, write_tone};
use support::waiting::{sleep_until, until};

const STATIONS: u64 = 5;
/// Length of each segment: long enough to be killed in its midst.
const SEGMENT_S: u64 = 3;

/// How often each station is killed: ten times, or as often as `LOA_KILLS` has all of them killed.
fn kills() -> usize {
    let all: Option<usize> = std::env::var("LOA_KILLS").ok().map(|kills| kills.parse().expect("a number"));
    all.unwrap_or(50).div_ceil(STATIONS as usize)
}

/// Five stations at once, each killed in mid-airing at instants drawn from its seed.
#[test]
fn fifty_kills_in_mid_airing_lose_no_row_double_none_and_leave_none_open() {
    let kills = kills();
    let stations: Vec<_> = (1..=STATIONS).map(|seed| std::thread::spawn(move || killed(seed, kills))).collect();
    for station in stations {
        station.join().expect("a station keeps its log");
    }
}

fn killed(seed: u64, kills: usize) {
    let first = whole_second_in(Duration::from_secs(2));
    let plan: Vec<Planned> = (0..kills + 2)
        .map(|n| Planned {
            at: first + Duration::from_secs(n as u64 * (SEGMENT_S + 1)),
            id: format!("muc-{n}"),
            file: "tone.wav".into(),
        })
        .collect();
    let station = Station::new("null", &plan);
    write_tone(&station, SEGMENT_S);
    say_of_all(&station, "after_power_cut = \"skip\"");
    let mut draw = seed;
    let mut killed_at = Vec::new();
    for _ in 0..kills {
        let daemon = station.run();
        wait_for_a_new(&daemon, "began");
        std::thread::sleep(Duration::from_millis(next(&mut draw) % 2400));
        killed_at.push(support::ear::unix_now());
        daemon.kill();
    }
    let daemon = station.run();
    let rows = station.settled(plan.len());
    assert!(daemon.stop(Duration::from_secs(5)).success());
    judge(&rows, &plan, &killed_at, seed);
}

fn judge(rows: &[Value], plan: &[Planned], killed_at: &[f64], seed: u64) {
    let slots: BTreeSet<&str> = rows.iter().map(|row| row["slot"].as_str().unwrap()).collect();
    assert_eq!(slots.len(), rows.len(), "seed {seed}: a slot has two rows");
    assert_eq!(rows.len(), plan.len(), "seed {seed}: a row is lost");
    let interrupted: Vec<&Value> = rows.iter().filter(|row| row["outcome"] == "interrupted").collect();
    // Each kill meets the one that sounds, or, on a busy machine, the next one whose part is open already, or both.
    let kills = killed_at.len();
    assert!((kills..=2 * kills).contains(&interrupted.len()), "seed {seed}: {rows:#?}");
    for row in interrupted {
        assert_eq!(row["cause"], "daemon", "seed {seed}: the PC did not lose its power");
        let heard_to = instant(row, "ended");
        let near = |killed_at: &f64| match heard_to {
            Some(ended) => (-0.1..1.2).contains(&(killed_at - ended)),
            None => (-1.0..2.0).contains(&(instant(row, "planned").expect("planned") - killed_at)),
        };
        assert!(killed_at.iter().any(near), "seed {seed}: no kill is near {row:#} in {killed_at:?}");
        assert!(row["played_ms"].as_u64().unwrap() < SEGMENT_S * 1000);
    }
    for row in rows.iter().filter(|row| row["outcome"] != "interrupted") {
        assert_eq!(row["outcome"], "aired", "seed {seed}: {row:#}");
        assert_eq!(row["parts"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn what_no_daemon_was_there_for_is_missed_and_nothing_before_the_first_run_is_of_record() {
    let first = whole_second_in(Duration::from_secs(3));
    let at = |seconds: i64| Timestamp::from_second(first.as_second() + seconds).unwrap();
    let item = |seconds: i64, id: &str| Planned { at: at(seconds), id: id.into(), file: "tone.wav".into() };
    let plan = [item(-20, "truoc"), item(0, "dau"), item(6, "ngu"), item(14, "cuoi")];
    let station = Station::new("null", &plan);
    write_tone(&station, 1);
    say_of_all(&station, "grace = \"2s\"");
    let daemon = station.run();
    // In the log, not only told: what is told may still wait for the disk.
    station.until_logged(Outcome::Aired);
    daemon.kill();
    sleep_until(at(10));
    let daemon = station.run();
    let rows = station.settled(3);
    drop(daemon);
    let said: Vec<_> =
        rows.iter().map(|row| (row["segment"].as_str(), row["outcome"].as_str(), row["cause"].as_str())).collect();
    assert_eq!(
        said,
        [
            (Some("dau"), Some("aired"), None),
            (Some("ngu"), Some("missed"), Some("daemon")),
            (Some("cuoi"), Some("aired"), None),
        ]
    );
}

/// Killed after three of its eight seconds, a segment is heard again as it says, and is one airing all the same.
#[test]
fn what_a_kill_broke_off_is_heard_again_as_its_segment_says() {
    let stations: Vec<_> = [("restart", 8_000..8_100), ("resume", 5_900..7_300), ("skip", 0..0)]
        .map(|(word, again_ms)| std::thread::spawn(move || killed_once(word, &again_ms)))
        .into_iter()
        .collect();
    for station in stations {
        station.join().expect("a station keeps its log");
    }
}

fn killed_once(word: &str, again_ms: &std::ops::Range<u64>) {
    let first = whole_second_in(Duration::from_secs(5));
    let plan = [Planned { at: first, id: "muc".into(), file: "tone.wav".into() }];
    let station = Station::new("null", &plan);
    write_tone(&station, 8);
    say_of_all(&station, &format!("after_power_cut = \"{word}\""));
    let daemon = station.run();
    until("its beginning", || daemon.log().contains("began").then_some(()));
    std::thread::sleep(Duration::from_secs(3));
    daemon.kill();
    let daemon = station.run();
    let rows = station.settled(1);
    assert!(daemon.stop(Duration::from_secs(5)).success());
    let parts: Vec<u64> =
        rows[0]["parts"].as_array().unwrap().iter().map(|part| part["played_ms"].as_u64().unwrap()).collect();
    assert!((1_800..3_400).contains(&parts[0]), "{word}: {rows:#?}");
    if again_ms.is_empty() {
        assert_eq!((parts.len(), &rows[0]["outcome"], &rows[0]["cause"]), (1, &"interrupted".into(), &"daemon".into()));
    } else {
        assert_eq!((parts.len(), &rows[0]["outcome"]), (2, &"aired".into()), "{word}: {rows:#?}");
        // From the beginning, or from two seconds before the last instant that the log knew of.
        assert!(again_ms.contains(&parts[1]), "{word}: {rows:#?}");
        assert!(rows[0]["note"].as_str().unwrap().contains("giữa chừng"), "{word}: {rows:#?}");
    }
}

/// When an edit is saved.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Saved {
    /// While the program runs.
    Seen,
    /// While it does not.
    Unseen,
    /// The same, what it moves having been heard.
    UnseenAndTooLate,
}

/// Killed, or stopped in order, between the edit and the old time; or the edit is saved after the kill, before that time or
/// behind it.
#[test]
fn a_recording_that_an_edit_moves_in_the_last_minute_is_heard_once_though_the_run_ends_in_between() {
    type Way = (Saved, fn(Daemon));
    let ways: [Way; 4] = [
        (Saved::Seen, Daemon::kill),
        (Saved::Seen, |daemon| assert!(daemon.stop(Duration::from_secs(5)).success())),
        (Saved::Unseen, Daemon::kill),
        (Saved::UnseenAndTooLate, Daemon::kill),
    ];
    let stations: Vec<_> = ways.map(|way| std::thread::spawn(move || moved_over_an_end(way))).into_iter().collect();
    for station in stations {
        station.join().expect("a station keeps its log");
    }
}

fn moved_over_an_end((saved, end): (Saved, fn(Daemon))) {
    let first = whole_second_in(Duration::from_secs(10));
    let moved = first + Duration::from_secs(12);
    let station = Station::new("null", &[Planned { at: first, id: "muc".into(), file: "tone.wav".into() }]);
    write_tone(&station, 1);
    let told = || until("what came too late", || station.status()["schedule"]["too_late"][0].is_object().then_some(()));
    let edit = || change_in_all(&station, &clock_time(first), &clock_time(moved));
    let daemon = station.run();
    until("its row", || (station.logged().len() == 1).then_some(()));
    match saved {
        Saved::Seen => {
            edit();
            told();
        }
        Saved::Unseen => {}
        Saved::UnseenAndTooLate => station.until_logged(Outcome::Aired),
    }
    end(daemon);
    if saved != Saved::Seen {
        edit();
    }
    let daemon = station.run();
    if saved != Saved::Seen {
        told();
    }
    let rows = station.settled(2);
    assert!(daemon.stop(Duration::from_secs(5)).success());
    let said: Vec<_> = rows.iter().map(|row| (row["outcome"].as_str(), row["cause"].as_str())).collect();
    assert_eq!(said, [(Some("aired"), None), (Some("excepted"), Some("edited_late"))], "{saved:?}: {rows:#?}");
    assert!(rows[1]["began"].is_null() && rows[1]["parts"].as_array().unwrap().is_empty(), "{saved:?}: {rows:#?}");
}

/// The kill follows on the answer at once, before the fade is over or just behind it.
#[test]
fn what_a_person_stopped_does_not_begin_again_after_a_kill() {
    let plan = [Planned { at: whole_second_in(Duration::from_secs(5)), id: "muc".into(), file: "tone.wav".into() }];
    let station = Station::new("null", &plan);
    write_tone(&station, 20);
    say_of_all(&station, "after_power_cut = \"restart\"");
    let daemon = station.run();
    until("its beginning", || daemon.log().contains("began").then_some(()));
    std::thread::sleep(Duration::from_secs(2));
    assert!(station.loa(&["stop", "--by", "chị Hoa"]).output().unwrap().status.success());
    daemon.kill();
    let daemon = station.run();
    let rows = station.settled(1);
    assert!(daemon.stop(Duration::from_secs(5)).success());
    assert_eq!((&rows[0]["outcome"], &rows[0]["cause"]), (&"cut".into(), &"operator".into()), "{rows:#?}");
    assert_eq!(rows[0]["parts"].as_array().unwrap().len(), 1, "{rows:#?}");
    assert!(rows[0]["note"].as_str().unwrap().contains("chị Hoa"), "{rows:#?}");
}

/// As a schedule has it.
fn clock_time(at: Timestamp) -> String {
    at.to_zoned_datetime(support::zone::zone()).strftime("%H:%M:%S").to_string()
}

/// Writes a line into each segment of the station.
fn say_of_all(station: &Station, line: &str) {
    change_in_all(station, "audio = ", &format!("{line}\naudio = "));
}

fn change_in_all(station: &Station, from: &str, to: &str) {
    for entry in std::fs::read_dir(station.home().join("schedules")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, text.replace(from, to)).unwrap();
    }
}

/// Waits until the daemon's log says `word` once more than it did.
fn wait_for_a_new(daemon: &Daemon, word: &str) {
    let said = daemon.log().matches(word).count();
    until(word, || (daemon.log().matches(word).count() > said).then_some(()));
}

/// A small generator (Knuth's MMIX constants), so that a seed names its instants.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}
