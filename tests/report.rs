//! The log as it is printed, and the report's figures (`tests/figures`).

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what is wanted")]
#![allow(clippy::print_stdout, reason = "a test that skips has to say so")]

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use loa::airing::{Airing, Corrected, Correction, Entry, Part};
use loa::levels::Levels;
use loa::outcome::{Cause, Outcome};
use loa::problem::Lang;
use loa::programme::Class;
use loa::programme::particulars::{Level, Origin, Particulars, Tone};
use loa::report::airings::filter::{Ended, Filter};
use loa::report::airings::{self, Log};
use loa::timetable::{Kind, Slot, SlotId, Start};
#[path = "figures/mod.rs"]
mod figures;
#[path = "forms/mod.rs"]
mod forms;
#[path = "support/slots.rs"]
mod slots;
use serde_json::Value;

const FIRST: Date = date(2026, 12, 1);

fn at(text: &str) -> Timestamp {
    format!("2026-12-01T{text}+07:00").parse().unwrap()
}

fn slot(time: &str, segment: &str, title: &str) -> Slot {
    Slot { title: title.into(), ..slots::segment(at(time), (FIRST, time), segment) }
}

fn airing(outcome: Option<Outcome>, cause: Option<Cause>, note: &str) -> Airing {
    Airing {
        id: "019ad5f0-0000-7000-8000-000000000001".into(),
        parts: Vec::new(),
        outcome,
        cause,
        note: note.into(),
        sha256: None,
        file_ms: None,
        line: "main".into(),
        device: None,
        run: "1f6d1e0a-0000-4000-8000-000000000002".into(),
    }
}

fn heard(outcome: Option<Outcome>, cause: Option<Cause>, began: &str, played_ms: u64) -> Airing {
    let began = at(began);
    let ended = began + SignedDuration::from_millis(i64::try_from(played_ms).unwrap());
    let (began, ended, levels) = (Some(began), Some(ended), Some(levels()));
    let part = Part { began, ended, played_ms, levels, ..Part::default() };
    let (sha256, device) = (Some("ab".repeat(32)), Some("alsa:hw:CARD=Device".into()));
    Airing { parts: vec![part], file_ms: Some(299_000), sha256, device, ..airing(outcome, cause, "") }
}

/// A broadcast over midnight counts on the day on which it begins; what it airs after midnight has the date of the clock.
#[test]
fn what_airs_after_midnight_has_the_date_that_the_clock_has() {
    let mut late = slot("23:50:00", "chuc-tet", "Thư chúc Tết");
    let mut next = late.clone();
    (next.id.0, next.planned) = (format!("{}~2", late.id.0), late.planned + SignedDuration::from_mins(20));
    (late.broadcast, next.broadcast) = ("2026-12-01/dem".into(), "2026-12-01/dem".into());
    let entries = [late, next].map(|slot| Entry { slot, airing: None });
    let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
    let log = Log { station: "", zone: &zone, entries: &entries, first: &BTreeSet::new(), corrections: &[] };
    let text = airings::text::render(&log, Lang::Vi);
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().take(2).collect()).collect();
    assert!(rows.contains(&vec!["01/12/2026", "23:50:00"]), "{text}");
    assert!(rows.contains(&vec!["02/12/2026", "00:10:00"]), "{text}");
}

/// A part that was opened and withdrawn before its first sample is in the log, for it was written ahead; it is no stretch of
/// sound to whoever reads.
#[test]
fn what_was_never_heard_has_no_stretch_of_sound_and_what_began_before_its_instant_was_early() {
    let opened = Part::default();
    let missed = airing(Some(Outcome::Missed), Some(Cause::Clock), "");
    let missed = Airing { parts: vec![opened.clone()], device: Some("null".into()), ..missed };
    let mut early = heard(Some(Outcome::Aired), None, "05:15:02", 299_000);
    early.parts.insert(0, opened);
    let entries = [("05:00:00", missed), ("05:20:00", early)]
        .map(|(time, airing)| Entry { slot: slot(time, "cchc", "CCHC"), airing: Some(airing) });
    let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
    let log = Log { station: "", zone: &zone, entries: &entries, first: &BTreeSet::new(), corrections: &[] };
    let json: Value = serde_json::from_str(&airings::json::render(&log)).unwrap();
    let rows = json["airings"].as_array().unwrap();
    assert_eq!((&rows[0]["parts"], &rows[0]["began"]), (&serde_json::json!([]), &Value::Null));
    assert_eq!(rows[1]["parts"].as_array().unwrap().len(), 1);
    assert_eq!(rows[1]["late_ms"], -298_000);
    let csv = airings::csv::render(&log, Lang::Vi);
    let rows: Vec<&str> = csv.lines().skip(1).collect();
    assert_eq!(
        rows,
        [
            "01/12/2026,05:00:00,,,,,CCHC,Bỏ lỡ,Sai giờ hệ thống,",
            "01/12/2026,05:20:00,05:15:02,05:20:01,\"sớm 298,0\",4:59,CCHC,Đã phát,,",
        ]
    );
}

/// What sounds has no end yet: the log knows up to when it did.
#[test]
fn what_is_on_air_is_told_as_that_with_no_end_in_every_form() {
    let mut sounding = heard(None, None, "05:20:00", 61_000);
    sounding.parts[0].is_open = true;
    // Its outcome waits for the monitor.
    let over = heard(None, None, "05:30:00", 61_000);
    let entries = [("05:20:00", sounding), ("05:30:00", over)]
        .map(|(time, airing)| Entry { slot: slot(time, "cchc", "CCHC"), airing: Some(airing) });
    let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
    let log = Log { station: "", zone: &zone, entries: &entries, first: &BTreeSet::new(), corrections: &[] };
    let csv = |lang| airings::csv::render(&log, lang).lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(
        csv(Lang::Vi),
        [
            "01/12/2026,05:20:00,05:20:00,,\"0,0\",1:01,CCHC,Đang phát lúc 05:21:01,,",
            "01/12/2026,05:30:00,05:30:00,05:31:01,\"0,0\",1:01,CCHC,Chưa có kết quả,,",
        ]
    );
    assert!(csv(Lang::En)[0].contains(",On air at 05:21:01,"));
    let json: Value = serde_json::from_str(&airings::json::render(&log)).unwrap();
    let ended = |row: usize| (json["airings"][row]["ended"].clone(), json["airings"][row]["parts"][0]["ended"].clone());
    assert_eq!(ended(0), (Value::Null, Value::Null));
    assert!(ended(1).0.is_string() && ended(1).1.is_string());
}

/// A morning with one of everything.
fn morning() -> Vec<Entry> {
    let entry = |time, segment, title, airing| Entry { slot: slot(time, segment, title), airing };
    let tax = "=HYPERLINK(\"x\") thuế, phí";
    vec![
        entry(
            "05:00:00",
            "cchc",
            "Cải cách hành chính",
            Some(heard(Some(Outcome::Aired), None, "05:00:00.000250", 299_000)),
        ),
        entry("05:10:00", "thue", tax, Some(heard(Some(Outcome::Aired), None, "05:10:42.26", 299_040))),
        entry(
            "05:20:00",
            "cchc",
            "Cải cách hành chính",
            Some(heard(Some(Outcome::Cut), Some(Cause::Operator), "05:20:00", 61_400)),
        ),
        entry(
            "05:30:00",
            "thue",
            tax,
            Some(heard(Some(Outcome::Interrupted), Some(Cause::Power), "05:30:00", 120_000)),
        ),
        entry(
            "05:40:00",
            "cchc",
            "Cải cách hành chính",
            Some(airing(Some(Outcome::Failed), Some(Cause::NoFile), "thiếu tệp `cchc.mp3`")),
        ),
        entry("05:50:00", "thue", tax, Some(airing(Some(Outcome::Missed), Some(Cause::Power), ""))),
        entry(
            "06:00:00",
            "cchc",
            "Cải cách hành chính (mới)",
            Some(airing(Some(Outcome::Excepted), Some(Cause::QuietHours), "")),
        ),
        entry("06:10:00", "cchc", "Cải cách hành chính (mới)", Some(heard(None, None, "06:10:00", 5_000))),
        entry("06:20:00", "cchc", "Cải cách hành chính (mới)", None),
    ]
}

fn with_log<T>(entries: &[Entry], print: impl FnOnce(&Log<'_>) -> T) -> T {
    let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
    let first = BTreeSet::from([SlotId("2026-12-01/05:00:00/cchc".into())]);
    print(&Log {
        station: "8d7c2f51-0000-4000-8000-000000000003",
        zone: &zone,
        entries,
        first: &first,
        corrections: &[],
    })
}

/// A window of which only its segments are anybody's work.
fn window() -> Vec<Entry> {
    let place = |time: &str, kind: Kind, title: &str, played_ms: u64| {
        let mut slot = slot(time, title, title);
        (slot.kind, slot.segment, slot.start) = (kind, None, Start::Soft);
        slot.window = Some("sang".into());
        Entry { slot, airing: Some(heard(Some(Outcome::Aired), None, time, played_ms)) }
    };
    let mut segment = Entry {
        slot: slot("05:30:20", "dvc", "Dịch vụ công"),
        airing: Some(heard(Some(Outcome::Aired), None, "05:30:20", 299_000)),
    };
    segment.slot.window = Some("sang".into());
    segment.slot.column = Some("cchc".into());
    segment.slot.class = Class::Priority;
    segment.slot.files = vec!["dvc-1.mp3".into(), "dvc-2.mp3".into()];
    segment.slot.particulars = std::sync::Arc::new(Particulars {
        topics: vec!["h1".into(), "g".into()],
        genre: Some("bài".into()),
        tone: Some(Tone::Guidance),
        level: Some(Level::Ward),
        field: Some("đất đai".into()),
        audience: vec!["nhân dân".into()],
        partner: vec!["MTTQ".into()],
        origin: Some(Origin::Own),
        ..Particulars::default()
    });
    let mut empty = Entry {
        slot: slot("05:36:00", "thong-bao", "Thông báo"),
        airing: Some(airing(Some(Outcome::Missed), Some(Cause::NoSegment), "")),
    };
    (empty.slot.kind, empty.slot.segment, empty.slot.column) = (Kind::Column, None, Some("thong-bao".into()));
    vec![
        place("05:30:00", Kind::Ident, "nhac-hieu.mp3", 20_000),
        segment,
        place("05:35:19", Kind::Sting, "nhac-cat.mp3", 3_000),
        empty,
        place("05:40:00", Kind::Filler, "Nhạc đệm", 100_000),
        place("06:14:00", Kind::SignOff, "loi-chao.mp3", 15_000),
        place("17:00:00", Kind::Ident, "nhac-hieu.mp3", 20_000),
    ]
}

#[test]
fn a_window_reads_so() {
    let entries = window();
    insta::assert_snapshot!("window_vi", with_log(&entries, |log| airings::text::render(log, Lang::Vi)));
    let json: Value = serde_json::from_str(&with_log(&entries, airings::json::render)).unwrap();
    let keys = |row: &Value| row.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(
        keys(&json["airings"][1]),
        "airing station slot broadcast window kind segment title column class genre tone level field audience partner \
         topics origin first file files sha256 planned began ended late_ms played_ms heard_ms gap_ms file_ms parts peak_dbfs \
        rms_dbfs line device by outcome cause note revision run corrected"
    );
    let said = |key: &str| json["airings"][1][key].to_string();
    let found: Vec<String> =
        ["window", "column", "class", "tone", "level", "topics", "origin", "files"].map(said).into();
    assert_eq!(
        found.join(" "),
        r#""sang" "cchc" "priority" "guidance" "ward" ["h1","g"] "own" ["dvc-1.mp3","dvc-2.mp3"]"#
    );
    assert!(json["airings"][0]["segment"].is_null() && json["airings"][0]["topics"].is_null());
}

#[test]
fn the_log_reads_so() {
    let entries = morning();
    insta::assert_snapshot!("airings_vi", with_log(&entries, |log| airings::text::render(log, Lang::Vi)));
    insta::assert_snapshot!("airings_en", with_log(&entries, |log| airings::text::render(log, Lang::En)));
    insta::assert_snapshot!("airings_json", with_log(&entries, airings::json::render));
    assert_eq!(with_log(&[], |log| airings::text::render(log, Lang::Vi)), "Không phát sinh\n");
}

/// What a person wrote by hand stands below the airing that it is about, which reads as it counts by now, and what aired
/// without Loa in its time; each outcome stands in one row, and one that was withdrawn in none.
#[test]
fn corrections_read_so() {
    let by_hand = |id: &str, of: Corrected, outcome, cause, began: &str, ended: &str| Correction {
        id: id.into(),
        of,
        date: FIRST,
        by: "Nguyễn Thị Lan".into(),
        why: "nghe tại tổ 5".into(),
        written: at("17:00:00"),
        outcome: Some(outcome),
        cause,
        began: Some(at(began)),
        ended: Some(at(ended)),
        played_ms: Some(120_000),
        note: Some("=loa tổ 5 mất tiếng".into()),
        replaces: None,
    };
    let entries = morning();
    let of_slot = Corrected::Slot(entries[0].slot.id.clone());
    let without = Corrected::WithoutLoa { title: "Bản tin khẩn".into(), segment: None };
    let failed = |id: &str, entry: &Entry| {
        let of = Corrected::Slot(entry.slot.id.clone());
        let failed = by_hand(id, of, Outcome::Failed, Some(Cause::Line), "05:00:00", "05:00:00");
        Correction { began: None, ended: None, ..failed }
    };
    let entered = |id: &str, title: &str, began: &str, replaces: Option<&str>| {
        let of = Corrected::WithoutLoa { title: title.into(), segment: None };
        let entered = by_hand(id, of, Outcome::Aired, None, began, "05:38:00");
        Correction { replaces: replaces.map(str::to_owned), ..entered }
    };
    let corrections = [
        by_hand("c1", of_slot, Outcome::Interrupted, Some(Cause::Line), "05:00:00", "05:02:00"),
        by_hand("c2", without, Outcome::Aired, None, "05:07:00", "05:09:00"),
        Correction { played_ms: Some(0), ..failed("c3", &entries[1]) },
        Correction { outcome: None, cause: None, note: None, played_ms: None, ..failed("c4", &entries[1]) },
        entered("c5", "Loa kéo", "05:32:00", None),
        entered("c6", "Loa kéo tổ 5", "05:33:00", Some("c5")),
        entered("c7", "Tin bão", "05:36:00", None),
        Correction { outcome: Some(Outcome::Missed), ..entered("c8", "Tin bão", "05:36:00", Some("c7")) },
        Correction { played_ms: Some(0), ..failed("c9", &entries[2]) },
    ];
    let with = |print: &dyn Fn(&Log<'_>) -> String| {
        with_log(&entries, |log| print(&Log { corrections: &corrections, ..*log }))
    };
    insta::assert_snapshot!("corrections_vi", with(&|log| airings::text::render(log, Lang::Vi)));
    insta::assert_snapshot!("corrections_en", with(&|log| airings::text::render(log, Lang::En)));
    let csv = with(&|log| airings::csv::render(log, Lang::Vi));
    insta::assert_snapshot!("corrections_csv", csv.replace("\r\n", "\n").replace('\u{feff}', "<BOM>"));
}

#[test]
fn csv_opens_in_excel_with_its_marks_right_and_runs_nothing() {
    let log = with_log(&morning(), |log| airings::csv::render(log, Lang::Vi));
    assert_eq!(log.as_bytes()[..3], [0xEF, 0xBB, 0xBF]);
    assert!(log.lines().all(|line| !line.starts_with(['=', '+', '-', '@'])));
    assert!(log.contains("\"'=HYPERLINK(\"\"x\"\") thuế, phí\""), "{log}");
    assert!(log.ends_with("\r\n") && !log.replace("\r\n", "").contains(['\r', '\n']));
    assert!(log.contains("\r\n01/12/2026,05:10:00,05:10:42,05:15:41,\"42,3\",4:59,"), "{log}");
}

#[test]
fn the_keys_of_an_airing_stand_in_the_documented_order() {
    let text = with_log(&morning(), airings::json::render);
    let value: Value = serde_json::from_str(&text).unwrap();
    let keys = "airing station slot broadcast window kind segment title column class genre tone level field audience \
        partner topics origin first file files sha256 planned began ended late_ms played_ms heard_ms gap_ms file_ms parts peak_dbfs \
        rms_dbfs line device by outcome cause note revision run corrected";
    for airing in value["airings"].as_array().unwrap() {
        let found: Vec<&str> = airing.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(found, keys.split_whitespace().collect::<Vec<_>>());
    }
    let began = value["airings"][0]["began"].as_str().unwrap();
    assert_eq!(began, "2026-12-01T05:00:00.000250+07:00");
    assert_eq!(began.parse::<Timestamp>().unwrap(), at("05:00:00.000250"));
}

/// Of three seconds, the last one silent.
fn levels() -> Levels {
    Levels { peak_cdbfs: Some(-310), rms_cdbfs: Some(-1825), seconds: vec![37, 36, 255] }
}

#[test]
fn of_the_log_one_finds_what_one_looks_for() {
    let mut entries = morning();
    entries[1].slot.particulars =
        std::sync::Arc::new(Particulars { topics: vec!["h".into()], ..Particulars::default() });
    let correction = |of, outcome, why: &str| Correction {
        id: "019ad5f0-0000-7000-8000-000000000009".into(),
        of,
        date: FIRST,
        by: "Nguyễn Văn A".into(),
        why: why.into(),
        written: at("09:00:00"),
        outcome,
        cause: None,
        began: Some(at("05:50:00")),
        ended: None,
        played_ms: None,
        note: None,
        replaces: None,
    };
    let power = Corrected::Slot(entries[5].slot.id.clone());
    let by_hand = correction(power, Some(Outcome::Aired), "phát bằng USB");
    let without = Corrected::WithoutLoa { title: "Loa tay".into(), segment: None };
    let without = correction(without, Some(Outcome::Aired), "mất điện");
    let found = |filter: &Filter| -> Vec<usize> {
        let counts = |at: usize| (at == 5).then_some(&by_hand);
        (0..entries.len()).filter(|at| filter.keeps(&entries[*at], counts(*at))).collect()
    };
    let ended = |ended| Filter { ended: Some(ended), ..Filter::default() };
    let text = |text: &str| Filter { text: text.into(), ..Filter::default() };
    for (filter, rows, without_too) in [
        (Filter::default(), vec![0, 1, 2, 3, 4, 5, 6, 7, 8], true),
        (Filter { segment: Some("thue".into()), ..Filter::default() }, vec![1, 3, 5], false),
        (Filter { topic: Some("h".into()), ..Filter::default() }, vec![1], false),
        (ended(Ended::As(Outcome::Aired)), vec![0, 1, 5], true),
        (ended(Ended::As(Outcome::Missed)), vec![], false),
        (ended(Ended::NotAired), vec![2, 3, 4, 6], false),
        (ended(Ended::Open), vec![7, 8], false),
        (ended(Ended::ByHand), vec![5], true),
        (text("  PHI thue "), vec![1, 3, 5], false),
        (text("thieu tep"), vec![4], false),
        (text("usb"), vec![5], false),
        (text("mat dien"), vec![], true),
        (text("05:30:00"), vec![3], false),
    ] {
        assert_eq!((found(&filter), filter.keeps_without_loa(&without)), (rows, without_too), "{filter:?}");
    }
}
