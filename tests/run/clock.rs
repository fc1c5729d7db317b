//! What a wrong clock does to the daemon, whose wall clock is its own here.

use std::path::Path;
use std::time::Duration;

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use loa::ledger::Reader;
use loa::outcome::Outcome;
use serde_json::Value;

use super::month_file;
use super::support::clock::OwnClock;
use super::support::station::{Planned, Station, row, whole_second_in, write_tone};
use super::support::waiting::until;
use super::support::zone::zone;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn seconds(s: i64) -> SignedDuration {
    SignedDuration::from_secs(s)
}

/// Bulletins of a second at these seconds from an instant two hours from now, each with a second of grace, at a station
/// that is on duty for a moment now. Its clock then stands half an hour before that instant.
fn station(clock: &OwnClock, at_s: &[i64]) -> (Station, Timestamp) {
    let first = whole_second_in(Duration::from_secs(7_200));
    let item = |(n, s): (usize, &i64)| Planned {
        at: first + seconds(*s),
        id: format!("muc-{}", n + 1),
        file: "tone.wav".into(),
    };
    let plan: Vec<Planned> = at_s.iter().enumerate().map(item).collect();
    let station = Station::new("null", &plan).with_env(clock.env());
    write_tone(&station, 1);
    for entry in std::fs::read_dir(station.home().join("schedules")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, text.replace("audio = ", "grace = \"1s\"\naudio = ")).unwrap();
    }
    let daemon = station.run();
    assert_eq!(station.status()["clock"]["trusted"], true);
    assert!(daemon.stop(Duration::from_secs(5)).success());
    clock.set_to(first - HOUR / 2);
    (station, first)
}

fn reader(station: &Station) -> Reader {
    Reader::open(&station.home().join("var/ledger.db")).unwrap()
}

fn incidents(station: &Station, kind: &str) -> Vec<loa::airing::Incident> {
    let all = reader(station).incidents(Timestamp::MIN, Timestamp::MAX).unwrap();
    all.into_iter().filter(|incident| incident.kind.code() == kind).collect()
}

fn trusted(station: &Station, wanted: bool) -> Value {
    until("the judgement on the clock", || {
        let status = station.status();
        (status["clock"]["trusted"] == wanted).then_some(status)
    })
}

fn result<'a>(rows: &'a [Value], id: &str) -> (&'a str, Option<&'a str>) {
    let row = row(rows, id);
    (row["outcome"].as_str().unwrap(), row["cause"].as_str())
}

#[test]
fn a_pc_that_wakes_in_1970_airs_nothing_until_its_clock_is_set_and_what_was_due_is_missed_for_it() {
    let clock = OwnClock::new();
    let (station, first) = station(&clock, &[0, 5]);
    // Near enough that what the clock leaps in the end, and what passes meanwhile, is less than makes it wait.
    clock.set_to(first - HOUR / 3);
    station.run().kill();
    let heartbeat = reader(&station).last_heartbeat().unwrap();
    clock.set_to(Timestamp::UNIX_EPOCH);
    let daemon = station.run();
    let before = trusted(&station, false);
    assert!(before["clock"]["doubt"].as_str().unwrap().contains("1970-01-01"), "{before:#}");
    assert_eq!(before["clock"]["synchronised"], false);
    let open: Vec<&Value> = before["incidents"].as_array().unwrap().iter().map(|open| &open["kind"]).collect();
    assert!(open.contains(&&Value::from("clock_untrusted")), "{before:#}");
    // No month is called planless by a clock that nobody believes.
    let told = |words: &[&str]| String::from_utf8(station.loa(words).output().unwrap().stdout).unwrap();
    for said in [told(&["status", "--lang", "vi"]), told(&["doctor", "--lang", "vi"])] {
        assert!(said.contains("đáng tin nên") && !said.contains("chưa có kế hoạch"), "{said}");
    }
    let said = station.loa(&["clock", "confirm", "--by", "Lan"]).output().unwrap();
    assert_eq!(said.status.code(), Some(1), "for 1970 nobody can vouch");
    assert_eq!(station.airings(), [] as [Value; 0], "nothing is frozen");
    assert_eq!(reader(&station).last_heartbeat().unwrap(), heartbeat, "no heartbeat moves");
    // The run is to have begun before the first one was due: else nobody was there for it.
    std::thread::sleep(Duration::from_millis(2500));
    clock.set_to(first + seconds(2));
    trusted(&station, true);
    let rows = station.settled(2);
    assert!(daemon.stop(Duration::from_secs(5)).success());
    assert_eq!((result(&rows, "muc-1"), result(&rows, "muc-2")), (("missed", Some("clock")), ("aired", None)));
    assert!(reader(&station).last_heartbeat().unwrap() > heartbeat);
    // What ended the run before lasted until the clock leapt to where this one began, by the clock as it was set right.
    let crash = &incidents(&station, "crash")[0];
    assert_eq!(Some(crash.began), heartbeat);
    let leap = incidents(&station, "clock_step").pop().unwrap();
    let ended = leap.ended.unwrap();
    assert!(leap.began == crash.ended.unwrap() && first - seconds(60) < ended && ended < first, "{leap:?}");
}

#[test]
fn a_clock_from_before_1970_is_doubted_as_any_other_that_is_wrong_and_ends_nothing() {
    let clock = OwnClock::new();
    let (station, first) = station(&clock, &[0]);
    clock.set_to(Timestamp::UNIX_EPOCH - HOUR);
    let daemon = station.run();
    trusted(&station, false);
    assert!(station.airings().iter().all(|row| row["outcome"].is_null()), "nothing airs by it");
    clock.set_to(first - seconds(3));
    clock.is_kept(true);
    trusted(&station, true);
    let rows = station.settled(1);
    assert_eq!(result(&rows, "muc-1"), ("aired", None));
    assert!(daemon.stop(Duration::from_secs(5)).success());
}

#[test]
fn one_bad_start_in_2031_plays_only_an_emergency_and_does_not_lock_the_station_out() {
    let clock = OwnClock::new();
    let (station, first) = station(&clock, &[0]);
    clock.step(HOUR * (24 * 365 * 5));
    let daemon = station.run();
    trusted(&station, false);
    let played = station.loa(&["play", "tone.wav", "--by", "Lan"]).output().unwrap();
    assert_eq!(played.status.code(), Some(1));
    let said = String::from_utf8(played.stderr).unwrap();
    assert!(said.contains("over 35 days") && said.contains("only an emergency"), "{said}");
    let heard = station.loa(&["emergency", "tone.wav", "--by", "Bình"]).output().unwrap();
    assert_eq!(String::from_utf8(heard.stdout).unwrap(), "On air.\n");
    daemon.kill();
    clock.set_to(first - HOUR / 3);
    let daemon = station.run();
    trusted(&station, true);
    clock.set_to(first - seconds(2));
    let rows = station.settled(1);
    assert!(daemon.stop(Duration::from_secs(5)).success());
    assert_eq!(result(&rows, "muc-1"), ("aired", None));
}

/// Killed by a clock that shows 2031, before anybody has set that right.
#[test]
fn the_repeats_of_an_emergency_that_was_ordered_in_doubt_are_known_to_the_next_run() {
    let clock = OwnClock::new();
    let (station, _) = station(&clock, &[0]);
    clock.step(HOUR * (24 * 365 * 5));
    let daemon = station.run();
    trusted(&station, false);
    let order = ["emergency", "tone.wav", "--by", "Bình", "--repeat", "2", "--every", "2h"];
    let heard = station.loa(&order).output().unwrap();
    assert_eq!(String::from_utf8(heard.stdout).unwrap(), "On air.\n");
    let of_2031 = || {
        let [from, to] = [2031, 2032].map(|year| jiff::civil::date(year, 1, 1));
        reader(&station).entries(from, to).unwrap().into_iter().filter_map(|entry| entry.airing?.outcome)
    };
    until("its end", || of_2031().any(|outcome| outcome == Outcome::Aired).then_some(()));
    daemon.kill();
    let daemon = station.run();
    trusted(&station, false);
    let ended = station.loa(&["emergency", "--end", "--by", "Tư"]).output().unwrap();
    assert_eq!(String::from_utf8(ended.stdout).unwrap(), "Not to be heard any more: `tone`.\n");
    assert!(daemon.stop(Duration::from_secs(5)).success());
    assert_eq!(of_2031().collect::<Vec<_>>(), [Outcome::Aired, Outcome::Missed]);
}

#[test]
fn a_clock_that_leaps_over_days_under_a_running_daemon_writes_nothing_off_and_is_trusted_once_it_is_right() {
    let clock = OwnClock::new();
    let (station, first) = station(&clock, &[0, 5]);
    let daemon = station.run();
    trusted(&station, true);
    clock.step(HOUR * (24 * 20));
    let leapt = trusted(&station, false);
    assert!(leapt["clock"]["doubt"].as_str().unwrap().contains("it leapt there from "), "{leapt:#}");
    // Another run in the same boot of the PC knows as well how long it was.
    daemon.kill();
    let daemon = station.run();
    let leapt = trusted(&station, false);
    assert!(leapt["clock"]["doubt"].as_str().unwrap().contains("it leapt there from "), "{leapt:#}");
    clock.set_to(first - seconds(3));
    trusted(&station, true);
    let rows = station.settled(2);
    assert!(daemon.stop(Duration::from_secs(5)).success());
    assert_eq!((result(&rows, "muc-1"), result(&rows, "muc-2")), (("aired", None), ("aired", None)));
}

/// Somebody typed another hour and saw it.
#[test]
fn a_leap_that_is_taken_back_within_a_day_needs_nobody_to_vouch_for_the_clock_and_writes_nothing_off() {
    let clock = OwnClock::new();
    let (station, first) = station(&clock, &[0]);
    let daemon = station.run();
    trusted(&station, true);
    clock.step(HOUR * 2);
    until("what waits", || station.status()["clock"]["unsure"].is_string().then_some(()));
    clock.step(-HOUR * 2);
    let back = until("the step back", || {
        let status = station.status();
        status["clock"]["unsure"].is_null().then_some(status)
    });
    assert_eq!(
        (&back["clock"]["trusted"], &back["next"]["title"]),
        (&true.into(), &"Tiết mục muc-1".into()),
        "{back:#}"
    );
    clock.set_to(first - seconds(4));
    let rows = station.settled(1);
    assert!(daemon.stop(Duration::from_secs(5)).success());
    assert_eq!(result(&rows, "muc-1"), ("aired", None));
}

/// The hardware clock keeps local time and is read as if it did not, or somebody typed another hour.
#[test]
fn a_start_by_a_clock_that_is_hours_ahead_writes_nothing_off_that_airs_once_it_is_set_back() {
    let clock = OwnClock::new();
    let (station, first) = station(&clock, &[0]);
    station.run().kill();
    clock.set_to(first + HOUR * 7);
    let daemon = station.run();
    let status = until("what waits", || {
        let status = station.status();
        status["clock"]["unsure"].is_string().then_some(status)
    });
    assert_eq!((&status["clock"]["trusted"], &status["next"]), (&true.into(), &Value::Null));
    let said = String::from_utf8(station.loa(&["status"]).output().unwrap().stdout).unwrap();
    assert!(said.contains("IS THE CLOCK RIGHT") && said.contains("1 item from "), "{said}");
    // The clock that nobody sets knows that nobody was away for seven hours.
    let [crash] = &incidents(&station, "crash")[..] else { panic!("one crash") };
    let leap = incidents(&station, "clock_step").pop().unwrap();
    assert_eq!(crash.ended, Some(leap.began), "{crash:#?}");
    let off = [(leap.began, first - HOUR / 2), (leap.ended.unwrap(), first + HOUR * 7)]
        .map(|(found, wanted)| found.duration_since(wanted).abs() < seconds(60));
    assert_eq!(off, [true; 2], "{leap:#?}");
    clock.set_to(first - seconds(4));
    trusted(&station, false);
    let vouched = station.loa(&["clock", "confirm", "--by", "Lan"]).output().unwrap();
    assert!(vouched.status.success(), "{}", String::from_utf8_lossy(&vouched.stderr));
    let rows = station.settled(1);
    assert!(daemon.stop(Duration::from_secs(5)).success());
    assert_eq!(result(&rows, "muc-1"), ("aired", None));
    assert!(row(&rows, "muc-1")["late_ms"].as_i64().unwrap().abs() < 1_000, "{:#}", row(&rows, "muc-1"));
}

#[test]
fn a_clock_set_back_is_trusted_again_when_a_person_or_a_time_source_vouches_for_it() {
    let clock = OwnClock::new();
    let (station, _) = station(&clock, &[0]);
    clock.step(-HOUR * 2);
    let daemon = station.run();
    let before = trusted(&station, false);
    assert!(before["clock"]["doubt"].as_str().unwrap().contains("loa clock confirm"), "{before:#}");
    assert_eq!(before["next"], Value::Null);
    let said = station.loa(&["clock", "confirm", "--by", "Nguyễn Thị Lan"]).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let after = trusted(&station, true);
    assert_eq!(after["next"]["title"], "Tiết mục muc-1");
    assert_eq!(after["incidents"], serde_json::json!([]));
    daemon.kill();
    assert_eq!(incidents(&station, "clock_untrusted").len(), 1);
    assert!(incidents(&station, "clock_confirmed")[0].detail.vi.starts_with("Nguyễn Thị Lan"));
    // What was vouched for is what the next start judges by.
    let daemon = station.run();
    trusted(&station, true);
    clock.step(-HOUR);
    trusted(&station, false);
    clock.is_kept(true);
    let kept = trusted(&station, true);
    assert_eq!((&kept["clock"]["synchronised"], &kept["clock"]["offset_ms"]), (&true.into(), &7.into()));
    drop(daemon);
}

#[test]
fn a_wrong_confirmation_writes_off_no_days_that_nobody_was_told_of() {
    let clock = OwnClock::new();
    let (station, first) = station(&clock, &[0, 90_000]);
    clock.step(HOUR * (24 * 365 * 5));
    let daemon = station.run();
    trusted(&station, false);
    let confirm = |more: &[&str]| {
        let said = station.loa(&[&["clock", "confirm", "--by", "Lan"], more].concat()).output().unwrap();
        (said.status.code(), String::from_utf8([said.stdout, said.stderr].concat()).unwrap())
    };
    let year = |at: Timestamp| at.to_zoned_datetime(super::support::zone::zone()).year();
    let (status, said) = confirm(&[]);
    let wrong = year(first + HOUR * (24 * 365 * 5));
    assert!(status == Some(1) && said.contains("2 items from ") && said.contains("--yes"), "{said}");
    assert!(said.contains(&format!("says {wrong}-")) && said.contains(&format!("from {}-", year(first))), "{said}");
    trusted(&station, false);
    assert!(incidents(&station, "clock_confirmed").is_empty());
    let (status, said) = confirm(&["--yes"]);
    assert!(status == Some(0) && said.contains(&format!("/{wrong} ")), "{said}");
    let rows = station.settled(2);
    assert_eq!(["muc-1", "muc-2"].map(|id| result(&rows, id)), [("missed", Some("clock")); 2]);
    // Set right after all, somebody is told what will not air.
    clock.set_to(first - HOUR / 2);
    trusted(&station, false);
    assert_eq!(confirm(&[]).0, Some(0));
    // What was confirmed is in the log a moment after it was answered, and `loa doctor` goes by that.
    let ahead = "2 items ahead were written down as missed while the PC's clock was ahead";
    let doctor = || String::from_utf8(station.loa(&["doctor"]).output().unwrap().stdout).unwrap();
    until("what the doctor says of them", || doctor().contains(ahead).then_some(()));
    drop(daemon);
}

/// By that clock its time had passed when it was read.
#[test]
fn what_an_edit_adds_by_a_clock_that_is_ahead_airs_at_its_time_where_the_clock_is_set_back_before_that() {
    let evening: Timestamp = "2026-12-10T12:00:00Z".parse().unwrap();
    let item = |at: Timestamp, id: &str| Planned { at, id: id.into(), file: "tone.wav".into() };
    let plan = [item(evening, "muc-1"), item(evening - HOUR * 8, "muc-2")];
    let clock = OwnClock::new();
    clock.set_to(evening - HOUR * 7);
    clock.is_kept(true);
    let station = Station::new("null", &plan).with_env(clock.env());
    write_tone(&station, 1);
    let month = month_file(&station);
    let edited = std::fs::read_to_string(&month).unwrap();
    std::fs::write(&month, &edited[..edited.rfind("[[segment]]").unwrap()]).unwrap();
    let daemon = station.run();
    std::fs::write(&month, &edited).unwrap();
    let too_late = || station.status()["schedule"]["too_late"].as_array().map(Vec::len);
    until("what comes too late", || (too_late() == Some(1)).then_some(()));
    clock.set_to(plan[1].at - seconds(4));
    let rows = station.settled(1);
    assert_eq!((result(&rows, "muc-2"), too_late()), (("aired", None), Some(0)));
    assert!(daemon.stop(Duration::from_secs(5)).success());
}

#[test]
fn an_hour_that_the_clock_skips_is_missed_for_it_and_one_that_it_repeats_airs_nothing_again() {
    let clock = OwnClock::new();
    let (station, first) = station(&clock, &[0, 1800]);
    let daemon = station.run();
    clock.set_to(first - seconds(2));
    station.until_logged(Outcome::Aired);
    clock.is_kept(true);
    clock.step(-HOUR / 6);
    // It was set before the start, too.
    until("the step back", || (incidents(&station, "clock_step").len() == 3).then_some(()));
    assert_eq!(trusted(&station, true)["on_air"], Value::Null);
    clock.step(HOUR);
    let rows = station.settled(2);
    assert!(daemon.stop(Duration::from_secs(5)).success());
    assert_eq!((result(&rows, "muc-1"), result(&rows, "muc-2")), (("aired", None), ("missed", Some("clock"))));
    assert_eq!(row(&rows, "muc-1")["parts"].as_array().unwrap().len(), 1);
    let steps = incidents(&station, "clock_step");
    assert_eq!(steps.len(), 4);
    assert!(steps.iter().all(|step| step.began <= step.ended.unwrap()), "{steps:#?}");
    assert!(steps.iter().any(|step| step.detail.en.contains("(back by 10 min 0 s)")), "{steps:#?}");
}

/// The program is started a moment before an instant that no run has seen come near: it gets ready meanwhile, and nothing is
/// left out.
#[test]
fn what_falls_due_while_the_program_gets_ready_is_heard_within_its_grace() {
    let clock = OwnClock::new();
    let (station, first) = station(&clock, &[0]);
    let month = month_file(&station);
    let text = std::fs::read_to_string(&month).unwrap();
    std::fs::write(&month, text.replace("grace = \"1s\"", "grace = \"2m\"")).unwrap();
    clock.set_to(first - SignedDuration::from_millis(10));
    let daemon = station.run();
    let rows = station.settled(1);
    assert!(daemon.stop(Duration::from_secs(5)).success());
    let airing = row(&rows, "muc-1");
    assert_eq!(result(&rows, "muc-1"), ("aired", None), "{airing:#}");
    assert!((0..120_000).contains(&airing["late_ms"].as_i64().unwrap()), "{airing:#}");
    assert_eq!(airing["parts"].as_array().unwrap().len(), 1);
}

/// By the clock as it was when it began: a row whose end lies before its beginning nobody believes.
#[test]
fn an_airing_in_whose_midst_the_clock_is_set_back_ends_after_its_beginning() {
    let clock = OwnClock::new();
    let (station, first) = station(&clock, &[0]);
    write_tone(&station, 4);
    let daemon = station.run();
    clock.set_to(first - seconds(2));
    until("the beginning", || daemon.log().contains("began").then_some(()));
    clock.step(-HOUR);
    let rows = station.settled(1);
    assert!(daemon.stop(Duration::from_secs(5)).success());
    let airing = row(&rows, "muc-1");
    assert_eq!(result(&rows, "muc-1"), ("aired", None));
    let instant = |key: &str| airing[key].as_str().unwrap().parse::<Timestamp>().unwrap();
    let (began, ended) = (instant("began"), instant("ended"));
    assert!(began >= first - seconds(1), "{airing:#}");
    let sounded_ms = i128::from(airing["played_ms"].as_u64().unwrap() + airing["gap_ms"].as_u64().unwrap());
    assert!((ended.duration_since(began).as_millis() - sounded_ms).abs() <= 2, "{airing:#}");
    assert!(airing["note"].as_str().unwrap().contains("đồng hồ máy bị chỉnh lùi khi đang phát"), "{airing:#}");
}

#[test]
fn trust_always_airs_by_whatever_the_clock_says() {
    let clock = OwnClock::new();
    let (station, _) = station(&clock, &[0]);
    station.add("\n[clock]\ntrust = \"luôn tin\"\n");
    clock.step(-HOUR * 2);
    let daemon = station.run();
    assert_eq!(trusted(&station, true)["next"]["title"], "Tiết mục muc-1");
    drop(daemon);
}

#[test]
fn a_daemon_that_was_stopped_for_a_while_misses_what_fell_due_as_asleep() {
    let clock = OwnClock::new();
    let (station, first) = station(&clock, &[2, 9]);
    let daemon = station.run();
    clock.set_to(first);
    until("the step", || (incidents(&station, "clock_step").len() == 2).then_some(()));
    daemon.signal("STOP");
    std::thread::sleep(Duration::from_secs(6));
    daemon.signal("CONT");
    let rows = station.settled(2);
    assert!(daemon.stop(Duration::from_secs(5)).success());
    assert_eq!(result(&rows, "muc-1"), ("missed", Some("asleep")));
    assert_eq!(result(&rows, "muc-2"), ("aired", None));
    let [asleep] = &incidents(&station, "asleep")[..] else { panic!("one stretch") };
    let lasted = asleep.ended.unwrap().duration_since(asleep.began);
    assert!(lasted > seconds(5), "{lasted}");
}

/// Too short for a sleep to be told by its length; but nothing of the program ran, though the PC was free.
#[test]
fn a_stop_of_a_few_seconds_in_mid_airing_is_called_asleep_and_is_a_silence_of_what_the_street_heard() {
    let first = whole_second_in(Duration::from_secs(4));
    let plan = [Planned { at: first, id: "muc-1".into(), file: "tone.wav".into() }];
    let station = Station::new("wav:duong-pho.wav", &plan);
    write_tone(&station, 12);
    let daemon = station.run();
    until("its sound", || (station.status()["on_air"]["title"] == "Tiết mục muc-1").then_some(()));
    std::thread::sleep(Duration::from_secs(2));
    daemon.signal("STOP");
    std::thread::sleep(Duration::from_secs(4));
    daemon.signal("CONT");
    let rows = station.settled(1);
    assert!(daemon.stop(Duration::from_secs(5)).success());
    assert_eq!(result(&rows, "muc-1"), ("interrupted", Some("asleep")));
    let row = row(&rows, "muc-1");
    let gap_ms = row["gap_ms"].as_u64().unwrap();
    assert!((3_500..5_000).contains(&gap_ms) && row["note"].as_str().unwrap().contains("im lặng"), "{row:#}");
    let [asleep] = &incidents(&station, "asleep")[..] else { panic!("one stretch") };
    let lasted = asleep.ended.unwrap().duration_since(asleep.began);
    assert!((3_500..6_000).contains(&lasted.as_millis()), "{lasted}");
    let silent_ms = longest_silence_ms(&station.home().join("duong-pho.wav"));
    assert!(silent_ms.abs_diff(gap_ms) < 300, "{silent_ms} ms of silence, {gap_ms} ms by the log");
}

/// In a wav of 48 kHz and two channels, dither aside.
fn longest_silence_ms(file: &Path) -> u64 {
    let samples = hound::WavReader::open(file).unwrap().into_samples::<i16>();
    let (mut longest, mut now) = (0, 0);
    for sample in samples {
        now = if sample.unwrap().abs() <= 3 { now + 1 } else { 0 };
        longest = longest.max(now);
    }
    longest / 2 / 48
}

#[test]
fn the_new_month_takes_over_at_midnight_without_touching_what_is_on_air_across_it() {
    let midnight = zone().to_timestamp(date(2027, 1, 1).at(0, 0, 0, 0)).unwrap();
    let clock = OwnClock::new();
    clock.set_to(midnight - HOUR);
    let item = |s: i64, id: &str| Planned { at: midnight + seconds(s), id: id.into(), file: "tone.wav".into() };
    let plan = [item(-1, "cuoi-nam"), item(4, "dau-nam")];
    let station = Station::new("null", &plan).with_env(clock.env());
    write_tone(&station, 3);
    let daemon = station.run();
    let december = station.status()["schedule"]["revision"].clone();
    clock.set_to(midnight - seconds(3));
    let rows = station.settled(2);
    let january = station.status()["schedule"]["revision"].clone();
    assert!(daemon.stop(Duration::from_secs(5)).success());
    assert_eq!((result(&rows, "cuoi-nam"), result(&rows, "dau-nam")), (("aired", None), ("aired", None)));
    let across = row(&rows, "cuoi-nam");
    assert_eq!(across["parts"].as_array().unwrap().len(), 1);
    assert!(across["played_ms"].as_u64().unwrap().abs_diff(across["file_ms"].as_u64().unwrap()) <= 2);
    assert!(december.is_string() && january.is_string() && december != january, "{december} {january}");
}
