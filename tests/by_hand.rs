//! What a person asks of the running daemon, from the command to the log.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod support;

use std::time::Duration;

use loa::airing::Entry;
use loa::outcome::Outcome;
use serde_json::Value;
use support::station::{Station, in_a_row, recordings, whole_second_in};
use support::waiting::until;
use support::wav::write_wav;

struct Said {
    status: i32,
    text: String,
}

fn loa(station: &Station, args: &[&str]) -> Said {
    let out = station.loa(args).output().unwrap();
    let text = [out.stdout, out.stderr].concat();
    Said { status: out.status.code().unwrap(), text: String::from_utf8(text).unwrap() }
}

/// A station on the null line with one bulletin of twelve seconds, beginning in four.
fn station() -> Station {
    Station::new("null", &in_a_row(whole_second_in(Duration::from_secs(4)), &[("ban-tin.mp3", 12.0)], 1.0))
}

fn on_air(station: &Station) {
    begun(station, 1);
    until("what is on air in the status", || (!station.status()["on_air"].is_null()).then_some(()));
}

/// Waits until the log says of so many slots that they began.
fn begun(station: &Station, slots: usize) {
    let began = |entry: &Entry| entry.airing.as_ref().is_some_and(|airing| airing.began().is_some());
    let begun = || station.logged().iter().filter(|entry| began(entry)).count();
    until("its beginning", || (begun() == slots).then_some(()));
}

fn result(row: &Value) -> (&str, Option<&str>) {
    (row["outcome"].as_str().unwrap(), row["cause"].as_str())
}

#[test]
fn an_emergency_is_on_air_when_the_command_says_so_and_the_log_names_who_ordered_it() {
    let station = station();
    let daemon = station.run();
    on_air(&station);
    // From anywhere on this PC: nobody has time to file it away.
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("bão số 3.flac");
    std::fs::copy(recordings().join("loi-chao.flac"), &file).unwrap();
    let said = loa(&station, &["emergency", file.to_str().unwrap(), "--by", "Trần Văn Bình"]);
    assert_eq!((said.status, said.text.as_str()), (0, "On air.\n"));
    let rows = station.settled(2);
    daemon.stop(Duration::from_secs(5));
    let (planned, emergency) = (&rows[0], &rows[1]);
    assert_eq!(result(planned), ("cut", Some("emergency")));
    assert!(planned["note"].as_str().unwrap().contains("Trần Văn Bình"), "{planned:#}");
    assert_eq!(result(emergency), ("aired", None));
    assert_eq!((emergency["class"].as_str(), emergency["by"].as_str()), (Some("emergency"), Some("Trần Văn Bình")));
    assert_eq!((&emergency["slot"], emergency["file"].as_str()), (&Value::Null, Some("khan-cap/bão số 3.flac")));
    // Loa's own tone of three seconds, then the recording.
    let file_ms = loa::audio::measure::measure(&recordings().join("loi-chao.flac")).unwrap().file_ms;
    assert!(emergency["played_ms"].as_u64().unwrap().abs_diff(3_000 + file_ms) <= 2, "{emergency:#}");
    let report: Value = serde_json::from_str(&loa(&station, &["report", "--format", "json"]).text).unwrap();
    assert_eq!(report["schedule"]["total"]["planned"], 1, "the plan is what was planned");
    let by_hand = report["summary"]["rows"].as_array().unwrap().iter().find(|row| row["figure"] == "by_hand").unwrap();
    assert_eq!(by_hand["value"], 1);
    // Whoever reads either on paper reads who ordered it, and that it was an emergency.
    for (command, said) in [
        (["airings", "--format", "text"], "Emergency: bão số 3"),
        (["airings", "--format", "csv"], "Emergency: bão số 3"),
        (["report", "--format", "text"], "Emergencies:"),
    ] {
        let text = loa(&station, &command).text;
        let line = text.lines().find(|line| line.contains("bão số 3") && line.contains("ordered by Trần Văn Bình"));
        assert!(text.contains(said) && line.is_some(), "{command:?}: {text}");
    }
}

/// What cannot be heard is not taken for an emergency, and does not lie among the recordings prepared for one.
#[test]
fn an_emergency_from_elsewhere_that_cannot_be_heard_is_refused_and_leaves_no_copy() {
    let station =
        Station::new("null", &in_a_row(whole_second_in(Duration::from_secs(600)), &[("ban-tin.mp3", 12.0)], 1.0));
    let elsewhere = tempfile::tempdir().unwrap();
    write_wav(&elsewhere.path().join("im-lang.wav"), 8_000, 1, [0; 16_000]);
    std::fs::write(elsewhere.path().join("rong.wav"), b"").unwrap();
    std::fs::write(elsewhere.path().join("passwd"), b"root:x:0:0:root:/root:/bin/bash\n").unwrap();
    std::fs::copy(recordings().join("loi-chao.flac"), elsewhere.path().join("tot.flac")).unwrap();
    let copies = || std::fs::read_dir(station.home().join("audio/khan-cap")).map_or(0, Iterator::count);
    // What is not there, or is no file, is told as that and by the name that it was given, daemon or none.
    let away = elsewhere.path().join("khong-co.wav").display().to_string();
    for (named, why) in [
        (away.as_str(), format!("there is no file `{away}`; look at its name and folder again")),
        ("../khong-co.wav", "there is no file `../khong-co.wav`; look at its name and folder again".to_owned()),
        ("/", "`/` cannot be opened: it is a folder, not a file; copy the recording itself into `audio/`".to_owned()),
    ] {
        let audition = ["audition", named, "--device", "wav:nghe.wav"];
        for order in [&["emergency", named, "--by", "Bình"][..], &["play", named], &audition] {
            let said = loa(&station, order);
            assert_eq!((said.status, said.text), (1, format!("loa: {why}\n")), "{order:?}");
        }
    }
    // A good one that no daemon takes leaves nothing either.
    let order =
        |file: &str| loa(&station, &["emergency", elsewhere.path().join(file).to_str().unwrap(), "--by", "Bình"]);
    assert_eq!((order("tot.flac").status, copies()), (3, 0));
    let daemon = station.run();
    let asked = serde_json::json!({ "ask": "emergency", "what": away, "by": "Bình" });
    let answer = loa::daemon::control::ask(&loa::home::Home::at(station.home()), &asked).unwrap();
    assert_eq!(
        answer["refused"]["en"],
        format!(
            "no segment in the schedules has the id `{away}`, and `{away}` cannot be opened: it leads outside the folder `audio`"
        )
    );
    for (file, why) in [("im-lang.wav", "silent"), ("rong.wav", "no sound"), ("passwd", "passwd")] {
        let said = order(file);
        assert!(said.status == 1 && said.text.contains(why), "{file}: {}", said.text);
        assert_eq!(copies(), 0, "{file}");
    }
    // One that lies below `audio/` already.
    std::fs::copy(elsewhere.path().join("im-lang.wav"), station.home().join("audio/im-lang.wav")).unwrap();
    let said = loa(&station, &["emergency", "im-lang.wav", "--by", "Bình"]);
    assert!(said.status == 1 && said.text.contains("is silent from end to end"), "{}", said.text);
    assert!(!said.text.contains("Cannot be decoded"), "it was, and is silent: {}", said.text);
    let rows = station.settled(1);
    daemon.stop(Duration::from_secs(5));
    assert_eq!(result(&rows[0]), ("failed", Some("undecodable")));
}

/// A service's account sees nothing of one's own folders, nor of a USB stick: told as no segment, that was no help to anybody.
#[cfg(unix)]
#[test]
fn a_recording_that_this_account_may_not_read_is_told_as_that_and_what_to_do() {
    use std::os::unix::fs::PermissionsExt;

    let station = station();
    let elsewhere = tempfile::tempdir().unwrap();
    let closed = elsewhere.path().join("closed");
    std::fs::create_dir(&closed).unwrap();
    let (hidden, own) = (closed.join("bao.flac"), elsewhere.path().join("rieng.flac"));
    for file in [&hidden, &own] {
        std::fs::copy(recordings().join("loi-chao.flac"), file).unwrap();
    }
    let rights = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    rights(&own, 0o000);
    rights(&closed, 0o000);
    if std::fs::File::open(&own).is_ok() {
        println!("SKIPPED: whoever runs this may read everything");
        return;
    }
    let daemon = station.run();
    for file in [&hidden, &own] {
        let name = file.to_str().unwrap();
        for args in [&["emergency", name, "--by", "Bình"][..], &["import", name]] {
            let said = loa(&station, args);
            let words = format!("may not read `{name}`");
            assert!(said.status == 1 && said.text.contains(&words) && said.text.contains("/tmp"), "{}", said.text);
        }
    }
    rights(&closed, 0o700);
    daemon.stop(Duration::from_secs(5));
}

#[test]
fn an_emergency_that_cannot_be_heard_says_so_and_cuts_nothing() {
    let station = station();
    let daemon = station.run();
    on_air(&station);
    std::fs::write(station.home().join("audio/hong.mp3"), b"no sound at all").unwrap();
    let said = loa(&station, &["emergency", "hong.mp3", "--by", "Bình"]);
    assert_eq!(said.status, 1);
    assert!(said.text.contains("Cannot be decoded"), "{}", said.text);
    let said = loa(&station, &["emergency", "khong-co.mp3", "--by", "Bình"]);
    assert_eq!(said.status, 1);
    assert!(said.text.contains("khong-co.mp3"), "{}", said.text);
    assert_eq!(loa(&station, &["emergency", "ban-tin.mp3"]).status, 2, "without a name there is no emergency");
    let rows = station.settled(2);
    daemon.stop(Duration::from_secs(5));
    assert_eq!(result(&rows[0]), ("aired", None));
    assert_eq!(result(&rows[1]), ("failed", Some("undecodable")));
}

/// It was copied from a stick that was pulled out: what there is of it is heard at once, and nobody reads that it was all.
#[test]
fn an_emergency_that_was_cut_short_in_copying_is_heard_and_logged_as_not_whole() {
    let station = station();
    let daemon = station.run();
    let whole = std::fs::read(recordings().join("loi-chao.flac")).unwrap();
    std::fs::write(station.home().join("audio/bao.flac"), &whole[..whole.len() * 3 / 5]).unwrap();
    let said = loa(&station, &["emergency", "bao.flac", "--by", "Bình"]);
    assert_eq!((said.status, said.text.as_str()), (0, "On air.\n"));
    let emergency = until("the emergency's end", || {
        let row = |row: &Value| row["class"] == "emergency" && row["outcome"].is_string();
        station.airings().into_iter().find(row)
    });
    daemon.stop(Duration::from_secs(5));
    assert_eq!(result(&emergency), ("interrupted", Some("undecodable")));
    assert_eq!(
        emergency["note"].as_str().unwrap(),
        "tệp `audio/bao.flac` không nguyên vẹn: tệp ngắn hơn độ dài ghi trong phần đầu: chỉ có 2,6 trên 4,6 giây; hãy chép lại từ bản gốc"
    );
    assert!(emergency["played_ms"].as_u64().unwrap().abs_diff(5_645) <= 2, "{emergency:#}");
}

#[test]
fn skip_and_stop_cut_what_is_on_air_and_play_waits_for_it() {
    let station = station();
    let daemon = station.run();
    assert_eq!(loa(&station, &["skip", "--by", "Lan"]).text, "There was nothing to end.\n");
    on_air(&station);
    let said = loa(&station, &["play", "ban-tin.mp3", "--by", "Lan"]);
    assert!(said.status == 0 && said.text.contains("It begins when"), "{}", said.text);
    let said = loa(&station, &["skip", "--by", "Lan"]);
    assert_eq!((said.status, said.text.as_str()), (0, "Ended: `Tiết mục muc-1`.\n"), "what is cut alone is named");
    begun(&station, 2);
    assert_eq!(loa(&station, &["stop", "--by", "Tư"]).status, 0);
    let rows = station.settled(2);
    daemon.stop(Duration::from_secs(5));
    let notes: Vec<_> = rows.iter().map(|row| (result(row), row["note"].as_str().unwrap_or_default())).collect();
    let cut = |by: &'static str| (("cut", Some("operator")), by);
    assert_eq!(notes, [cut("theo yêu cầu của Lan"), cut("theo yêu cầu của Tư")]);
    assert_eq!(rows[1]["by"], "Lan");
}

/// The system need not say whose account it is; who is asked in English is not answered in Vietnamese.
#[test]
fn an_order_of_nobody_in_particular_is_signed_in_the_language_of_who_gives_it() {
    for (lang, by) in [("vi", "người trực"), ("en", "the operator")] {
        let station = station();
        let daemon = station.run();
        on_air(&station);
        let order = station.loa(&["--lang", lang, "skip"]).env_remove("USER").env_remove("USERNAME").output().unwrap();
        assert!(order.status.success(), "{order:?}");
        let rows = station.settled(1);
        daemon.stop(Duration::from_secs(5));
        assert_eq!(rows[0]["note"], format!("theo yêu cầu của {by}"));
    }
}

#[test]
fn a_name_of_blanks_is_no_name_for_the_command_nor_for_the_daemon() {
    let station =
        Station::new("null", &in_a_row(whole_second_in(Duration::from_secs(600)), &[("ban-tin.mp3", 12.0)], 1.0));
    let daemon = station.run();
    let home = loa::home::Home::at(station.home());
    for blank in ["", "   ", "\u{a0}", "\u{200b}"] {
        for order in [["emergency", "ban-tin.mp3"], ["play", "ban-tin.mp3"], ["clock", "confirm"]] {
            let said = loa(&station, &[&order[..], &["--by", blank]].concat());
            assert!(said.status != 0 && said.text.contains("`--by`"), "{order:?} {blank:?}: {}", said.text);
        }
        for order in ["emergency", "play", "skip", "stop", "end_emergency", "tone", "correct", "confirm_clock"] {
            let asked = serde_json::json!({ "ask": order, "what": "ban-tin.mp3", "by": blank });
            let answer = loa::daemon::control::ask(&home, &asked).unwrap();
            assert!(answer["refused"]["vi"].as_str().unwrap().contains("`--by`"), "{order} {blank:?}: {answer}");
        }
    }
    daemon.stop(Duration::from_secs(5));
    assert_eq!(station.airings(), Vec::<Value>::new());
}

/// What the answer says of the repeats: whether they are known to the next run whatever ends this one.
#[test]
fn an_emergency_is_answered_for_as_written_only_where_its_repeats_are_on_disk() {
    let station = Station::new("null", &[]);
    std::fs::copy(recordings().join("ban-tin.mp3"), station.home().join("audio/ban-tin.mp3")).unwrap();
    let daemon = station.run();
    let home = loa::home::Home::at(station.home());
    let order = |repeat: u64| {
        let asked = serde_json::json!({
            "ask": "emergency", "what": "ban-tin.mp3", "by": "Bình", "repeat": repeat, "every_ms": 600_000,
        });
        let answer = loa::daemon::control::ask(&home, &asked).unwrap();
        (answer["slots"].as_array().map(Vec::len), answer["written"].clone())
    };
    let end =
        || loa::daemon::control::ask(&home, &serde_json::json!({ "ask": "end_emergency", "by": "Bình" })).unwrap();
    let told = || {
        let said = loa(&station, &["emergency", "ban-tin.mp3", "--by", "Bình", "--repeat", "2", "--every", "10m"]);
        (said.status, said.text)
    };
    assert_eq!(order(3), (Some(3), true.into()));
    assert_eq!(end()["written"], true);
    let log = rusqlite::Connection::open(station.home().join("var/ledger.db")).unwrap();
    log.execute_batch("begin immediate").unwrap();
    assert_eq!(order(3), (Some(3), true.into()), "what stands beside the log is known to the next run");
    assert_eq!(end()["written"], true);
    log.execute_batch("rollback").unwrap();
    let beside = station.home().join("var/ledger-wait.jsonl");
    until("the log has it all", || (!beside.exists()).then_some(()));
    // Neither the log takes it nor a file beside it.
    std::fs::create_dir(&beside).unwrap();
    log.execute_batch("begin immediate").unwrap();
    assert_eq!(order(3), (Some(3), false.into()));
    assert_eq!(order(1), (Some(1), true.into()), "of what sounds at once nothing is promised to the next run");
    let (status, text) = told();
    assert!(status == 0 && text.contains("But its repeats could not be written to the disk"), "{text}");
    assert_eq!(end()["written"], false);
    log.execute_batch("rollback").unwrap();
    std::fs::remove_dir(&beside).unwrap();
    until("the log has it all", || (end()["written"] == true).then_some(()));
    drop(log);
    daemon.stop(Duration::from_secs(5));
}

/// What is brought within bounds unasked sounds at hours that nobody ordered.
#[test]
fn an_emergency_is_repeated_as_it_was_ordered_or_refused_before_any_of_it_sounds() {
    let station = Station::new("null", &[]);
    std::fs::copy(recordings().join("ban-tin.mp3"), station.home().join("audio/ban-tin.mp3")).unwrap();
    let daemon = station.run();
    let order = |args: &[&str]| loa(&station, &[&["emergency", "ban-tin.mp3", "--by", "Bình"], args].concat());
    let said = order(&["--repeat", "5", "--every", "24h"]);
    assert!(said.status == 2 && said.text.contains("at most 12 hours apart"), "{}", said.text);
    assert_eq!(order(&["--repeat", "101"]).status, 2);
    let home = loa::home::Home::at(station.home());
    let hour_ms = 3_600_000;
    for (repeat, every_ms) in [(0, 0), (101, 0), (-1, 0), (5, -1), (5, -hour_ms), (5, 12 * hour_ms + 1)] {
        let asked = serde_json::json!({
            "ask": "emergency", "what": "ban-tin.mp3", "by": "Bình", "repeat": repeat, "every_ms": every_ms,
        });
        let answer = loa::daemon::control::ask(&home, &asked).unwrap();
        let why = answer["refused"]["vi"].as_str().unwrap_or_default();
        assert!(why.contains("từ 1 đến 100 lần") && why.contains("12 giờ"), "{repeat} {every_ms}: {answer}");
    }
    assert_eq!(station.airings(), Vec::<Value>::new());
    let planned = |at: &str| -> jiff::Timestamp { at.parse().unwrap() };
    let said = order(&["--repeat", "3", "--every", "12h"]);
    assert_eq!(said.status, 0, "{}", said.text);
    let rows = station.airings();
    daemon.stop(Duration::from_secs(5));
    let at: Vec<_> = rows.iter().map(|row| planned(row["planned"].as_str().unwrap())).collect();
    let apart: Vec<_> = at.windows(2).map(|pair| pair[1].duration_since(pair[0]).as_hours()).collect();
    assert_eq!(apart, [12, 12]);
}

#[test]
fn only_its_own_order_ends_an_emergency() {
    let station =
        Station::new("null", &in_a_row(whole_second_in(Duration::from_secs(600)), &[("ban-tin.mp3", 12.0)], 1.0));
    let daemon = station.run();
    assert_eq!(loa(&station, &["emergency", "ban-tin.mp3", "--by", "Bình"]).text, "On air.\n");
    for order in ["skip", "stop"] {
        let said = loa(&station, &[order, "--by", "Hai"]);
        assert!(said.status == 1 && said.text.contains("loa emergency --end"), "{}", said.text);
    }
    // Until it is silent the status has it on air: who asks again meanwhile is not told that nothing is.
    let end = serde_json::json!({ "ask": "end_emergency", "by": "Bình" });
    let home = loa::home::Home::at(station.home());
    let answers = [(); 2].map(|()| loa::daemon::control::ask(&home, &end).unwrap());
    let told = answers.map(|answer| loa::airing::what_was_cut(&answer, ["`", "`"]).en);
    assert_eq!(told, ["Ended: `ban-tin`.", "Ended already, silent in a moment: `ban-tin`."]);
    let rows = station.settled(1);
    assert_eq!(loa(&station, &["emergency", "--end", "--by", "Bình"]).text, "There was nothing to end.\n");
    daemon.stop(Duration::from_secs(5));
    assert_eq!(
        (result(&rows[0]), rows[0]["note"].as_str()),
        (("cut", Some("operator")), Some("theo yêu cầu của Bình"))
    );
}

#[test]
fn what_was_approved_without_a_hash_may_be_played_by_hand_as_it_airs_at_its_hour() {
    let plan = in_a_row(whole_second_in(Duration::from_secs(600)), &[("ban-tin.mp3", 12.0)], 1.0);
    let station = Station::new("null", &plan);
    for entry in std::fs::read_dir(station.home().join("schedules")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap().replace("[rules]\n", "[rules]\napproval = \"required\"\n");
        let approved = "approved = { by = \"Trần Văn Dũng\", on = 2026-11-28 }\naudio = ";
        std::fs::write(path, text.replace("audio = ", approved)).unwrap();
    }
    let daemon = station.run();
    let said = loa(&station, &["play", &plan[0].id, "--by", "Lan"]);
    assert_eq!((said.status, said.text.as_str()), (0, "On air.\n"));
    daemon.stop(Duration::from_secs(5));
}

#[test]
fn the_wards_rules_hold_for_what_is_played_by_hand() {
    let station = station();
    let toml = station.home().join("schedules/station.toml");
    let text = std::fs::read_to_string(&toml).unwrap();
    std::fs::write(&toml, text.replace("[rules]\n", "[rules]\napproval = \"required\"\n")).unwrap();
    let daemon = station.run();
    let said = loa(&station, &["play", "ban-tin.mp3", "--by", "Lan"]);
    daemon.stop(Duration::from_secs(5));
    assert!(said.status == 1 && said.text.contains("loa approve"), "{}", said.text);
    let none = loa(&station, &["play", "ban-tin.mp3"]);
    assert_eq!(none.status, 3, "no daemon runs");
}

/// A status once it says what is wanted.
fn status_when(station: &Station, wanted: impl Fn(&Value) -> bool) -> Value {
    until("what is wanted of the status", || Some(station.status()).filter(&wanted))
}

#[test]
fn what_was_ordered_with_the_line_away_is_told_as_waiting_for_it() {
    let plan = in_a_row(whole_second_in(Duration::from_secs(600)), &[("ban-tin.mp3", 12.0)], 1.0);
    let station = Station::new("alsa:hw:CARD=KhongCo,DEV=0", &plan);
    let daemon = station.run();
    status_when(&station, |status| status["line"]["state"] == "lost");
    let ordered = [&["emergency", "ban-tin.mp3", "--by", "Bình"][..], &["play", "ban-tin.mp3", "--by", "Lan"]];
    ordered.iter().for_each(|order| assert_eq!(loa(&station, order).status, 0));
    let status = status_when(&station, |status| status["waiting"].as_array().is_some_and(|waiting| waiting.len() == 2));
    let told = loa(&station, &["status", "--lang", "vi"]).text;
    daemon.stop(Duration::from_secs(5));
    let [emergency, play] = [0, 1].map(|at| status["waiting"][at].clone());
    assert_eq!(
        (&emergency["emergency"], &emergency["for"], &play["for"]),
        (&true.into(), &"line".into(), &"line".into())
    );
    assert!(told.contains("KHẨN CẤP ĐANG CHỜ `ban-tin`: phát khi đường loa mở lại, muộn nhất"), "{told}");
    assert!(told.contains("\nĐANG CHỜ `ban-tin`: phát khi đường loa mở lại"), "{told}");
}

#[test]
fn the_doctor_names_the_other_station_on_this_pc_that_sounds_on_the_same_device_while_it_runs() {
    let plan = in_a_row(whole_second_in(Duration::from_secs(600)), &[("ban-tin.mp3", 12.0)], 1.0);
    // A name that nothing else on this PC has, whoever tests beside this.
    let device = format!("alsa:hw:CARD=KhongCo{},DEV=0", std::process::id());
    let [first, second] = [(); 2].map(|()| Station::new(&device, &plan));
    let told = |of: &Station| {
        let said = loa(of, &["doctor", "--json"]).text;
        let found: Value = serde_json::from_str(&said).unwrap();
        let shared = |finding: &Value| finding["message"].as_str().is_some_and(|text| text.contains("sounds on"));
        found["findings"].as_array().unwrap().iter().find(|finding| shared(finding)).cloned()
    };
    let one = first.run();
    status_when(&first, |status| status["line"]["state"] == "lost");
    assert_eq!(told(&first), None);
    let home = first.home().display().to_string();
    let expected =
        format!("the Loa of the station in `{home}` sounds on `{device}` too: the two are heard over each other");
    let before = told(&second).expect("before it starts");
    assert_eq!(
        (&before["code"], &before["level"], &before["message"]),
        (&"line".into(), &"warning".into(), &expected.into())
    );
    let other = second.run();
    status_when(&second, |status| status["line"]["state"] == "lost");
    assert!(
        told(&first).is_some_and(|found| found["message"].as_str().unwrap().contains(second.home().to_str().unwrap()))
    );
    one.stop(Duration::from_secs(5));
    assert_eq!(told(&second), None, "what ended is not told of");
    other.stop(Duration::from_secs(5));
}

#[test]
fn an_emergency_ordered_twice_is_told_with_its_repeats_and_lies_below_audio_once() {
    let station =
        Station::new("null", &in_a_row(whole_second_in(Duration::from_secs(600)), &[("ban-tin.mp3", 12.0)], 1.0));
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("bão.mp3");
    std::fs::copy(recordings().join("ban-tin.mp3"), &file).unwrap();
    let daemon = station.run();
    let order = |more: &[&str]| {
        let words = ["emergency", file.to_str().unwrap(), "--by", "Bình"];
        assert_eq!(loa(&station, &[&words[..], more].concat()).text, "On air.\n");
    };
    order(&["--repeat", "3"]);
    let status = status_when(&station, |status| !status["on_air"].is_null());
    assert_eq!((&status["on_air"]["emergency"], &status["on_air"]["repeats_left"]), (&true.into(), &2.into()));
    assert!(loa(&station, &["status"]).text.contains("bão (EMERGENCY, 2 repeats left)"));
    assert_eq!(loa(&station, &["emergency", "--end", "--by", "Bình"]).status, 0);
    order(&[]);
    // Another recording of that name is no copy of it.
    std::fs::copy(recordings().join("loi-chao.flac"), elsewhere.path().join("bão.flac")).unwrap();
    std::fs::rename(elsewhere.path().join("bão.flac"), &file).unwrap();
    assert_eq!(loa(&station, &["emergency", "--end", "--by", "Bình"]).status, 0);
    order(&[]);
    daemon.stop(Duration::from_secs(5));
    let names = std::fs::read_dir(station.home().join("audio/khan-cap")).unwrap();
    let mut names: Vec<String> = names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["bão-2.mp3", "bão.mp3"]);
}

/// The program dies behind the first one: the next run has the repeats, and they are withdrawn by name though nothing sounds.
#[test]
fn the_repeats_of_an_emergency_are_known_to_the_next_run_and_withdrawn_with_a_row_each() {
    let station =
        Station::new("null", &in_a_row(whole_second_in(Duration::from_secs(600)), &[("ban-tin.mp3", 12.0)], 1.0));
    std::fs::copy(recordings().join("loi-chao.flac"), station.home().join("audio/bao.flac")).unwrap();
    let daemon = station.run();
    let said = loa(&station, &["emergency", "bao.flac", "--by", "Bình", "--repeat", "3", "--every", "2h"]);
    assert_eq!((said.status, said.text.as_str()), (0, "On air.\n"));
    station.until_logged(Outcome::Aired);
    daemon.kill();
    let daemon = station.run();
    let said = loa(&station, &["emergency", "--end", "--by", "Tư"]);
    assert_eq!((said.status, said.text.as_str()), (0, "Not to be heard any more: `bao`, `bao`.\n"));
    let rows = station.settled(3);
    let said = loa(&station, &["emergency", "--end", "--by", "Tư"]);
    assert_eq!(said.text, "There was nothing to end.\n");
    daemon.stop(Duration::from_secs(5));
    assert_eq!(
        rows.iter().map(result).collect::<Vec<_>>(),
        [("aired", None), ("missed", Some("operator")), ("missed", Some("operator")),]
    );
    for row in &rows[1..] {
        assert_eq!(row["by"], "Bình");
        assert!(row["note"].as_str().unwrap().contains("Tư"), "{row:#}");
    }
}

/// Another program holds the log, and the kill follows on the answer at once.
#[test]
fn repeats_that_were_withdrawn_while_the_log_is_locked_stay_so_though_the_program_is_killed_at_once() {
    let station =
        Station::new("null", &in_a_row(whole_second_in(Duration::from_secs(600)), &[("ban-tin.mp3", 12.0)], 1.0));
    std::fs::copy(recordings().join("loi-chao.flac"), station.home().join("audio/bao.flac")).unwrap();
    let daemon = station.run();
    let said = loa(&station, &["emergency", "bao.flac", "--by", "Bình", "--repeat", "3", "--every", "2h"]);
    assert_eq!((said.status, said.text.as_str()), (0, "On air.\n"));
    station.until_logged(Outcome::Aired);
    let other = rusqlite::Connection::open(station.home().join("var/ledger.db")).unwrap();
    other.execute_batch("begin immediate").unwrap();
    let said = loa(&station, &["emergency", "--end", "--by", "Tư"]);
    daemon.kill();
    assert_eq!((said.status, said.text.as_str()), (0, "Not to be heard any more: `bao`, `bao`.\n"));
    other.execute_batch("rollback").unwrap();
    drop(other);
    let daemon = station.run();
    let said = loa(&station, &["emergency", "--end", "--by", "Tư"]);
    assert_eq!(said.text, "There was nothing to end.\n");
    let rows = station.settled(3);
    daemon.stop(Duration::from_secs(5));
    assert_eq!(rows[1..].iter().map(result).collect::<Vec<_>>(), [("missed", Some("operator")); 2]);
}

/// The second waits for the first, and says so; the first cuts what is on air, and never says that it waits for that.
#[test]
fn an_emergency_during_another_is_told_that_it_waits_for_that() {
    let station =
        Station::new("null", &in_a_row(whole_second_in(Duration::from_secs(600)), &[("ban-tin.mp3", 12.0)], 1.0));
    let daemon = station.run();
    assert_eq!(loa(&station, &["play", "ban-tin.mp3", "--by", "Lan"]).text, "On air.\n");
    assert_eq!(loa(&station, &["emergency", "ban-tin.mp3", "--by", "Bình"]).text, "On air.\n");
    let second = loa(&station, &["emergency", "ban-tin.mp3", "--by", "Tư"]);
    daemon.stop(Duration::from_secs(5));
    assert!(second.status == 0 && second.text.starts_with("It begins when `ban-tin` has ended, "), "{}", second.text);
}
