//! An operator's work in the browser, judged from outside: at the sink, in the log, and in the files.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use loa::clock;
use serde_json::{Value, json};

use crate::pictures::spoken;
use crate::support::decoded::on_line;
use crate::support::ear::{Recorder, Recording, unix};
use crate::support::pulse::PulseLine;
use crate::support::station::{recordings, whole_second_in};
use crate::support::zone;
use crate::{Newcomer, browser, walk};
use earshot::likeness::{Found, find};
use earshot::track::RATE;

/// The month of that instant with one segment, and its file's name.
fn month_of(at: Timestamp, segment: &str) -> (String, String) {
    let local = at.to_zoned_datetime(zone::zone());
    let month = local.strftime("%Y-%m").to_string();
    let text = format!(
        "month = \"{month}\" # giữ nguyên\n\n[[segment]]\n{segment}at = \"{}\"\non = [\"{}\"]\n",
        local.strftime("%H:%M:%S"),
        local.date()
    );
    (format!("schedules/{month}.toml"), text)
}

fn instant(noted: &Value, key: &str) -> Timestamp {
    noted[key].as_str().expect("an instant").parse().expect("RFC 3339")
}

/// Where `file` was heard on the line, if it was within a second of `at`.
fn heard_at(heard: &Recording, file: &str, at: Timestamp) -> Option<Found> {
    let whole = on_line(&recordings().join(file));
    find(&whole, &heard.track, heard.frame(unix(at)), RATE as usize)
}

#[test]
fn a_segment_moved_in_the_month_is_heard_at_its_new_time_and_stands_in_the_log_once() {
    let Some(line) = PulseLine::start(&["line", "other"]) else { return };
    let Some(browser) = browser() else { return };
    let file = "cchc-ket-qua.mp3";
    // Far enough ahead that it is not armed before a slow machine has moved it.
    let old = whole_second_in(Duration::from_secs(240));
    let (month, text) = month_of(old, &format!("id = \"tin\"\ntitle = \"Bản tin\"\naudio = \"{file}\"\n"));
    let newcomer = Newcomer::finds(line.env(), "127.0.0.1:0", |home| {
        fs::write(home.join(&month), &text).unwrap();
        fs::copy(recordings().join(file), home.join("audio").join(file)).unwrap();
    });
    let recorder = Recorder::start(&line, "line");
    let noted = walk(browser, "moves", &newcomer, &[]);
    let heard = recorder.finish();
    let planned = instant(&noted, "planned");
    let found = heard_at(&heard, file, planned).expect("it is heard at its new time");
    let late_ms = (heard.pace.instant(found.start) - unix(planned)) * 1000.0;
    assert!(late_ms.abs() < 50.0, "heard {late_ms:.1} ms late");
    let rows = newcomer.airings();
    let outcomes: Vec<_> = rows.iter().filter(|row| row["segment"] == "tin").map(|row| &row["outcome"]).collect();
    assert_eq!(outcomes, ["aired"], "{rows:#?}");
}

#[test]
fn an_emergency_sounds_over_the_bulletin_that_is_on_air() {
    let Some(line) = PulseLine::start(&["line", "other"]) else { return };
    let Some(browser) = browser() else { return };
    let storm = "bao-so-3.ogg";
    let newcomer = Newcomer::finds(line.env(), "127.0.0.1:0", |home| {
        spoken("ban-tin-dai", &home.join("audio/ban-tin-dai.wav"));
        fs::copy(recordings().join("hoi-dap.ogg"), home.join("audio").join(storm)).unwrap();
    });
    let recorder = Recorder::start(&line, "line");
    let noted = walk(browser, "emergency", &newcomer, &[("LOA_FILE", storm.to_owned())]);
    assert_eq!(noted["open"], true, "{noted}");
    let heard = recorder.finish();
    let rows = newcomer.airings();
    let row = |class: &str| rows.iter().find(|row| row["class"] == class).unwrap_or_else(|| panic!("{rows:#?}"));
    let (cut, emergency) = (row("normal"), row("emergency"));
    assert_eq!(cut["outcome"], "cut", "{rows:#?}");
    assert_eq!(emergency["outcome"], "aired", "{rows:#?}");
    assert_eq!(emergency["by"], "Trần Văn Bình, Phó Chủ tịch (qua Nguyễn Thị Bình)");
    // A tone comes before the words: they end when the airing does.
    let words = on_line(&recordings().join("hoi-dap.ogg"));
    let ended = unix(instant(emergency, "ended"));
    let found = find(&words, &heard.track, heard.frame(ended - words.seconds()), RATE as usize);
    found.expect("the emergency is heard at the sink");
    let (began, over) = (unix(instant(cut, "began")), unix(instant(emergency, "began")));
    assert!(over > began + 1.0 && over < began + 239.0, "it cut the bulletin in its middle: {rows:#?}");
}

#[test]
fn a_recording_is_dropped_a_bad_one_refused_the_good_one_approved_and_that_taken_back() {
    let Some(browser) = browser() else { return };
    let local = zone::now();
    let below = format!("{}/Bản tin mới.mp3", local.strftime("%Y-%m"));
    let segment = format!("id = \"tin\"\ntitle = \"Bản tin\"\naudio = \"{below}\"\n");
    let (month, text) = month_of(clock::now(), &segment);
    let newcomer = Newcomer::finds(Vec::new(), "127.0.0.1:0", |home| fs::write(home.join(&month), &text).unwrap());
    let home: PathBuf = newcomer.home.path().to_owned();
    let sent = recordings().join("ban-tin.mp3");
    let noted = walk(browser, "library", &newcomer, &[("LOA_FILE", sent.display().to_string())]);
    assert_eq!(fs::read(home.join("audio").join(&below)).unwrap(), fs::read(&sent).unwrap());
    let names = |folder: &Path| fs::read_dir(folder).unwrap().map(|one| one.unwrap().file_name()).collect::<Vec<_>>();
    assert_eq!(names(&home.join("audio").join(below.split('/').next().unwrap())), ["Bản tin mới.mp3"]);
    let approved = noted["approved"].as_str().expect("the file's text");
    assert!(approved.contains("approved = { by = \"Nguyễn Thị Bình\""), "{approved}");
    assert_eq!(fs::read_to_string(home.join(&month)).unwrap(), text, "taken back on the month's page");
}

#[test]
fn the_second_of_two_editors_is_told_and_loses_nothing() {
    let Some(browser) = browser() else { return };
    let (month, text) = month_of(clock::now(), "id = \"tin\"\ntitle = \"Bản tin\"\naudio = \"a.mp3\"\n");
    let newcomer = Newcomer::finds(Vec::new(), "127.0.0.1:0", |home| fs::write(home.join(&month), &text).unwrap());
    walk(browser, "editors", &newcomer, &[]);
    let both = fs::read_to_string(newcomer.home.path().join(&month)).unwrap();
    assert_eq!(both, text.replace("\"Bản tin\"", "\"Bản tin sáng\"") + "editor = \"Lan\"\n");
}

#[test]
fn what_is_filled_in_and_not_sent_outlives_a_change_of_the_language_and_of_the_colours() {
    let Some(browser) = browser() else { return };
    let newcomer = Newcomer::finds(Vec::new(), "127.0.0.1:0", |_| {});
    let noted = walk(browser, "unsent", &newcomer, &[]);
    let filled = |lang: &str| json!([lang, "Tin “nóng” & mới", true, "tin", true]);
    assert_eq!((&noted["english"], &noted["dark"]), (&filled("en"), &filled("en")), "{noted}");
    for one in ["beside", "anew"] {
        assert_eq!(noted[one][1], "", "{one} begins anew: {noted}");
    }
    let kept =
        json!({ "asked": ["beforeunload", "confirm"], "left": [true, "Sắp mất"], "beside": "UBND phường Bình An" });
    assert_eq!(noted["kept"], kept, "neither a link nor another button loses it unasked: {noted}");
    assert_eq!(noted["stayed"], json!(["Lan", "mười hai con giáp"]), "{noted}");
    assert_eq!(noted["changed"], json!(["Lan", ""]), "no password is kept: {noted}");
}

/// A free port that no system gives to those who ask for any: whose station is gone for a while finds it again.
fn port_that_stays() -> u16 {
    let from = 20_000 + u16::try_from(std::process::id() % 5_000).unwrap();
    (from..from + 1_000)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("one of a thousand is free")
}

#[test]
fn a_lost_connection_is_shown_and_comes_back_by_itself() {
    let Some(browser) = browser() else { return };
    let port = port_that_stays();
    let newcomer = Newcomer::finds(Vec::new(), &format!("127.0.0.1:{port}"), |home| {
        spoken("ban-tin-dai", &home.join("audio/ban-tin-dai.wav"));
    });
    let daemon = newcomer.daemon.id().to_string();
    let env = [("LOA_PID", daemon), ("LOA_PROGRAM", env!("CARGO_BIN_EXE_loa").to_owned())];
    let noted = walk(browser, "lost", &newcomer, &env);
    assert_eq!((&noted["while_silent"], &noted["while_gone"]), (&Value::Bool(true), &Value::Bool(true)));
    // Nothing can be filled in there, and it does not say that anything was.
    let old = "Mất liên lạc với đài: lúc này không gửi gì đi được. Những gì hiện ở đây là của trước lúc ấy: có thể không còn phát nữa. Có liên lạc lại thì dòng này tự mất.";
    assert_eq!(noted["old"], old, "{noted}");
    // No order goes to a station that is not reached, on whatever page; each page names the way that is left.
    let orders = &noted["orders"];
    let all = |is: bool| {
        let ids = ["am-thu", "bo-qua", "dung-khan-cap", "dung-ngay", "khan-cap-phat", "khan-cap-tiep", "phat"];
        Value::Object(ids.map(|id| (id.to_owned(), Value::Bool(is))).into_iter().collect())
    };
    assert_eq!(
        [&orders["before"], &orders["barred"], &orders["after"]],
        [&all(true), &all(false), &all(true)],
        "{noted}"
    );
    assert_eq!(orders["way"], true, "{noted}");
    let [from, to] = ["from", "to"].map(|key| instant(&noted["first"], key));
    let shown: jiff::civil::DateTime =
        noted["first"]["early"].as_str().expect("a time").parse().expect("of the station");
    let early = shown.to_zoned_datetime(zone::zone()).unwrap().timestamp();
    let second = jiff::SignedDuration::from_secs(2);
    assert!(from - second <= early && early <= to + second, "the clock before the first event: {noted}");
}
