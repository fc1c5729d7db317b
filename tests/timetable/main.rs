//! From a month's text to exact instants.
#![allow(missing_docs, clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::{Time, date};
use jiff::tz::TimeZone;
use proptest::prelude::*;

use loa::civil::{QuietHours, Shift, resolve};
use loa::outcome::Cause;
use loa::problem::{Effect, Lang, Problem};
use loa::schedule::audio_facts::{AudioFacts, AudioFault, Facts};
use loa::schedule::{self, Schedule};
use loa::station::{self, ApprovalRule, Quiet, Rules, Station};
use loa::timetable::{Sheet, Slot, json, plan, summary, text};

mod filler;
mod lunar;
mod orders;
mod places;
mod recordings;
mod rows;
mod rows_of_facts;
mod sample;
mod unlike;
mod wall;

/// A station whose rules say nothing of approval.
fn station() -> Station {
    Station { rules: Rules { approval: ApprovalRule::Off, ..Rules::default() }, ..Station::default() }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn read(month: &str, segments: &str) -> Schedule {
    let (schedule, problems) =
        schedule::read(&format!("schedules/{month}.toml"), &format!("month = \"{month}\"\n{segments}"));
    schedule.unwrap_or_else(|| panic!("{problems:#?}"))
}

fn segment(title: &str, audio: &str, rest: &str) -> String {
    format!("[[segment]]\ntitle = \"{title}\"\naudio = \"{audio}\"\n{rest}\n")
}

fn berlin() -> Station {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    Station { zone, zone_name: "Europe/Berlin".into(), quiet: vec![], ..station() }
}

fn long(ms: u64) -> Result<AudioFacts, AudioFault> {
    Ok(AudioFacts {
        sha256: "0".repeat(64),
        file_ms: ms,
        frames: ms * 48,
        rate_hz: 48_000,
        channels: 1,
        codec: "flac".into(),
        declared_ms: None,
        damaged_packets: 0,
        measures: None,
    })
}

/// Each slot as its id, its instant and what bars it.
fn told(slots: &[Slot]) -> Vec<(String, String, Option<Cause>)> {
    slots.iter().map(|s| (s.id.0.clone(), s.planned.to_string(), s.bar.as_ref().map(|bar| bar.cause))).collect()
}

fn codes(problems: &[Problem]) -> Vec<(&'static str, Effect)> {
    problems.iter().map(|problem| (problem.code, problem.effect)).collect()
}

#[test]
fn local_time_is_an_instant_of_the_stations_zone_whatever_the_computers() {
    // In UTC the Monday's early bulletin lies on Sunday: its date, weekday and name are the local ones.
    let schedule = read("2026-12", &segment("Bản tin", "a.mp3", "at = [\"17:10:30\", \"5:45\"]\ndays = \"T2\"\n"));
    let (slots, _) = plan(&schedule, &station(), &Facts::new(), "r1");
    let days = ["07", "14", "21", "28"];
    let expected: Vec<_> = days
        .iter()
        .flat_map(|day| {
            let before: i32 = day.parse::<i32>().unwrap() - 1;
            [
                (format!("2026-12-{day}/05:45:00/ban-tin"), format!("2026-12-{before:02}T22:45:00Z"), None),
                (format!("2026-12-{day}/17:10:30/ban-tin"), format!("2026-12-{day}T10:10:30Z"), None),
            ]
        })
        .collect();
    assert_eq!(told(&slots), expected);
    assert_eq!(slots[0].broadcast, "2026-12-07/05:45:00");
    assert_eq!(slots[0].date, date(2026, 12, 7));
    assert_eq!((slots[0].grace_ms, slots[0].revision.as_str()), (120_000, "r1"));
}

#[test]
fn a_time_that_the_clock_skips_airs_at_the_first_instant_after_the_gap() {
    let segments =
        segment("Đêm", "a.mp3", "at = [\"01:59:59\", \"02:00\", \"02:30\", \"03:00\"]\non = \"2026-03-29\"\n");
    let (slots, problems) = plan(&read("2026-03", &segments), &berlin(), &Facts::new(), "r");
    let planned: Vec<_> = slots.iter().map(|slot| (slot.id.0.as_str(), slot.planned.to_string())).collect();
    assert_eq!(
        planned,
        [
            ("2026-03-29/01:59:59/dem", "2026-03-29T00:59:59Z".to_owned()),
            ("2026-03-29/02:00:00/dem", "2026-03-29T01:00:00Z".to_owned()),
            ("2026-03-29/02:30:00/dem", "2026-03-29T01:00:00Z".to_owned()),
            ("2026-03-29/03:00:00/dem", "2026-03-29T01:00:00Z".to_owned()),
        ]
    );
    // Three at one instant: the first airs, the others say why not.
    let barred: Vec<_> = slots.iter().map(|slot| slot.bar.as_ref().map(|bar| bar.cause)).collect();
    assert_eq!(barred, [None, None, Some(Cause::Overlap), Some(Cause::Overlap)]);
    let changes = problems.iter().filter(|problem| problem.code == "clock-change").count();
    assert_eq!(changes, 2, "02:00 and 02:30");
}

#[test]
fn a_time_that_the_clock_shows_twice_airs_the_first_time_alone() {
    let segments = segment("Đêm", "a.mp3", "at = \"02:30\"\non = \"2026-10-25\"\n");
    let (slots, problems) = plan(&read("2026-10", &segments), &berlin(), &Facts::new(), "r");
    assert_eq!(told(&slots), [("2026-10-25/02:30:00/dem".into(), "2026-10-25T00:30:00Z".into(), None)]);
    assert_eq!(codes(&problems), [("clock-change", Effect::None), ("early", Effect::None)]);
}

#[test]
fn odd_gaps_follow_the_same_rule() {
    // Half an hour only; at midnight; a whole day that never was.
    let cases = [
        ("Australia/Lord_Howe", date(2026, 10, 4).at(2, 15, 0, 0), "2026-10-03T15:30:00Z"),
        ("America/Santiago", date(2026, 9, 6).at(0, 30, 0, 0), "2026-09-06T04:00:00Z"),
        ("Pacific/Apia", date(2011, 12, 30).at(12, 0, 0, 0), "2011-12-30T10:00:00Z"),
    ];
    for (zone, civil, expected) in cases {
        let resolved = resolve(&TimeZone::get(zone).unwrap(), civil).unwrap();
        assert_eq!((resolved.at.to_string().as_str(), resolved.shift), (expected, Shift::Skipped), "{zone}");
    }
}

#[test]
fn quiet_hours_are_half_open_and_run_over_midnight() {
    let station = Station::default();
    let quiet = |from: &str, to: &str| QuietHours::of(&station).meets(at(from), at(to));
    // 21:00-05:00 in Viet Nam is 14:00-22:00 UTC.
    assert!(!quiet("2026-12-01T13:50:00Z", "2026-12-01T14:00:00Z"), "ends with their beginning");
    assert!(quiet("2026-12-01T13:50:00Z", "2026-12-01T14:00:00.001Z"));
    assert!(quiet("2026-12-01T14:00:00Z", "2026-12-01T14:00:00Z"), "an instant at their beginning");
    assert!(quiet("2026-12-01T21:59:59.999Z", "2026-12-01T21:59:59.999Z"));
    assert!(!quiet("2026-12-01T22:00:00Z", "2026-12-01T22:00:00Z"), "05:00 itself");
    assert!(!quiet("2026-12-01T22:00:00Z", "2026-12-02T14:00:00Z"), "the whole day between");
    assert!(quiet("2026-12-01T17:30:00Z", "2026-12-01T17:31:00Z"), "after midnight");
    assert!(quiet("2026-12-01T10:00:00Z", "2026-12-09T10:00:00Z"), "around them");
    let noon = Quiet { from: Time::constant(12, 0, 0, 0), to: Time::constant(13, 30, 0, 0) };
    let station = Station { quiet: vec![noon], ..Station::default() };
    assert!(QuietHours::of(&station).meets(at("2026-12-01T05:00:00Z"), at("2026-12-01T05:00:01Z")));
    assert!(!QuietHours::of(&station).meets(at("2026-12-01T06:30:00Z"), at("2026-12-01T14:30:00Z")));
    let none = Station { quiet: vec![], ..Station::default() };
    assert!(!QuietHours::of(&none).meets(at("2026-12-01T00:00:00Z"), at("2026-12-31T00:00:00Z")));
}

#[test]
fn a_broken_recording_bars_its_own_slots_and_nothing_else() {
    let segments = segment("Mất", "mat.mp3", "at = \"06:00\"\ndates = [1, 2]\n")
        + &segment("Còn", "con.mp3", "at = \"06:00:05\"\ndates = [1]\n")
        + &segment("Chưa rõ", "moi.mp3", "at = \"07:00\"\ndates = [1]\n");
    let facts = Facts::from([("mat.mp3".into(), Err(AudioFault::Absent)), ("con.mp3".into(), long(10_000))]);
    let (slots, problems) = plan(&read("2026-12", &segments), &station(), &facts, "r");
    let bars: Vec<_> = slots.iter().map(|s| (s.id.0.as_str(), s.bar.as_ref().map(|b| b.cause))).collect();
    assert_eq!(
        bars,
        [
            ("2026-12-01/06:00:00/mat", Some(Cause::NoFile)),
            ("2026-12-01/06:00:05/con", None),
            ("2026-12-01/07:00:00/chua-ro", None),
            ("2026-12-02/06:00:00/mat", Some(Cause::NoFile)),
        ]
    );
    assert_eq!(codes(&problems), [("audio-absent", Effect::Block)], "one problem a recording");
    let sum = summary(&slots);
    assert_eq!((sum.broadcasts, sum.airings, sum.duration_ms), (2, 2, None), "one length is not known");
}

#[test]
fn the_later_of_two_waits_within_its_grace_or_is_barred() {
    let segments = segment("Dài", "60s.mp3", "at = \"06:00\"\ndates = [1]\n")
        + &segment("Chờ vừa đủ", "60s.mp3", "at = \"06:00:30\"\ndates = [1]\ngrace = \"30s\"\n")
        + &segment("Chờ theo", "60s.mp3", "at = \"06:01:30\"\ndates = [1]\ngrace = \"29s\"\n")
        + &segment("Nối đuôi", "60s.mp3", "at = \"06:02:00\"\ndates = [1]\ngrace = \"0s\"\n");
    let facts = Facts::from([("60s.mp3".into(), long(60_000))]);
    let (slots, problems) = plan(&read("2026-12", &segments), &station(), &facts, "r");
    let bars: Vec<_> = slots.iter().map(|s| (s.segment.as_deref().unwrap(), s.bar.as_ref().map(|b| b.cause))).collect();
    // The second begins at 06:01:00 and ends at 06:02:00: the third would wait 30 s with 29 s of grace, the fourth none.
    assert_eq!(bars, [("dai", None), ("cho-vua-du", None), ("cho-theo", Some(Cause::Overlap)), ("noi-duoi", None)]);
    assert_eq!(codes(&problems), [("overlap-within-grace", Effect::None), ("overlap", Effect::Block)]);
}

#[test]
fn json_and_table_tell_every_field() {
    let segments = segment("Bản tin sáng", "ban-tin.mp3", "at = \"05:45\"\ndates = [1]\n")
        + &segment("Đêm", "moi.mp3", "at = \"22:00\"\ndates = [1]\n");
    let facts = Facts::from([("ban-tin.mp3".into(), long(8500))]);
    let station = station();
    let schedule = read("2026-12", &segments);
    let (slots, _) = plan(&schedule, &station, &facts, "r");
    let expected = r#"{"slots":[{"slot":"2026-12-01/05:45:00/ban-tin-sang","broadcast":"2026-12-01/05:45:00","window":null,"segment":"ban-tin-sang","title":"Bản tin sáng","column":null,"class":"normal","kind":"segment","file":"ban-tin.mp3","planned":"2026-12-01T05:45:00+07:00","ends":"2026-12-01T05:45:08.5+07:00","file_ms":8500,"hard":true,"excepted":null,"blocked":null,"relay":null},{"slot":"2026-12-01/22:00:00/dem","broadcast":"2026-12-01/22:00:00","window":null,"segment":"dem","title":"Đêm","column":null,"class":"normal","kind":"segment","file":"moi.mp3","planned":"2026-12-01T22:00:00+07:00","ends":null,"file_ms":null,"hard":true,"excepted":{"cause":"quiet_hours","reason":"`Đêm` lúc 22:00:00 nằm trong giờ yên tĩnh"},"blocked":null,"relay":null}],"exceptions":[]}"#;
    let table = "\
Thứ ba, 01/12/2026
  05:45:00     0:09  Bản tin sáng  ban-tin.mp3
  22:00:00        ?  Đêm           moi.mp3
                     KHÔNG PHÁT – Giờ yên tĩnh: `Đêm` lúc 22:00:00 nằm trong giờ yên tĩnh
";
    let sheet = |lang| Sheet {
        month: schedule.month,
        slots: &slots,
        station: &station,
        schedule: Some(&schedule),
        asked: None,
        lang,
    };
    assert_eq!(json(&sheet(Lang::Vi)).to_string(), expected);
    assert_eq!(text(&sheet(Lang::Vi)), table);
    assert!(text(&sheet(Lang::En)).starts_with("Tuesday, 2026-12-01\n"));
}

#[test]
fn the_table_calls_broadcasts_and_items_by_the_names_they_have_in_the_month_and_the_language() {
    let schedule = read(
        "2026-12",
        "[[window]]\nid = \"sang\"\nname = \"Buổi sớm\"\nstart = \"06:00\"\nend = \"06:10\"\ndays = \"T3\"\n\
         running_order = [{ audio = \"a.mp3\", kind = \"ident\" }]\n\
         [[exception]]\ndate = 2026-12-01\nreason = \"Khai mạc\"\nextra = [{ id = \"km\", start = \"08:00\", end = \"08:05\", \
         permit = \"12/UBND\", running_order = [{ filler = \"nhac\" }] }]\n",
    );
    let station = station();
    let facts = Facts::from([("a.mp3".into(), long(10_000)), ("nhac/b.mp3".into(), long(60_000))]);
    let (slots, _) = plan(&schedule, &station, &facts, "r");
    let day: Vec<Slot> = slots.into_iter().filter(|slot| slot.date == date(2026, 12, 1)).collect();
    let table = |lang| {
        text(&Sheet {
            month: schedule.month,
            slots: &day,
            station: &station,
            schedule: Some(&schedule),
            asked: Some(date(2026, 12, 1)),
            lang,
        })
    };
    let vi = "\
Thứ ba, 01/12/2026
  Ngoại lệ: Khai mạc
  Buổi sớm – đến 06:10
  06:00:00  mềm         0:10  Nhạc hiệu  a.mp3
  Buổi thêm – đến 08:05 (12/UBND)
  08:00:00  co giãn     5:00  Nhạc đệm   nhac/ (1 tệp)
";
    let en = "\
Tuesday, 2026-12-01
  Exception: Khai mạc
  Buổi sớm – until 06:10
  06:00:00  soft        0:10  Ident   a.mp3
  Extra broadcast – until 08:05 (12/UBND)
  08:00:00  elastic     5:00  Filler  nhac/ (1 file)
";
    assert_eq!((table(Lang::Vi).as_str(), table(Lang::En).as_str()), (vi, en));
}

#[test]
fn a_hundred_thousand_airings_are_the_most() {
    let times: Vec<String> =
        (0..3226).map(|n| format!("\"{:02}:{:02}:{:02}\"", n / 3600 + 6, n / 60 % 60, n % 60)).collect();
    let month = |times: &[String]| {
        let text = segment("Nhiều", "a.mp3", &format!("at = [{}]\ndays = \"hằng ngày\"\n", times.join(", ")));
        schedule::read("schedules/2026-12.toml", &format!("month = \"2026-12\"\n{text}"))
    };
    assert_eq!(codes(&month(&times).1), [("too-many-slots", Effect::Refuse)], "3226 times on 31 days are 100 006");
    let schedule = month(&times[..3225]).0.unwrap();
    let facts = Facts::from([("a.mp3".into(), long(500))]);
    let (slots, problems) = plan(&schedule, &station(), &facts, "r");
    assert_eq!((slots.len(), problems.len()), (99_975, 0));
}

/// Any text near enough to a schedule to be read now and then.
fn any_segment() -> impl Strategy<Value = String> {
    let time = (0..24u8, 0..60u8).prop_map(|(h, m)| format!("\"{h:02}:{m:02}\""));
    let dates = prop_oneof![
        Just("days = \"T2-CN\"".to_owned()),
        Just("days = [\"T7\", \"sun\"]".to_owned()),
        prop::collection::vec(1..32u8, 1..4).prop_map(|days| format!("dates = {days:?}")),
        Just("on = [\"2026-03-29\", \"2026-03-30\"]".to_owned()),
    ];
    let grace = prop_oneof![Just(String::new()), (0..900u32).prop_map(|s| format!("grace = \"{s}s\""))];
    let title = prop_oneof![1 => Just("Bản tin".to_owned()), 9 => "[a-zđơ]{4,8}"];
    (title, prop::collection::vec(time, 1..4), dates, grace, 0..4u8).prop_map(|(title, at, dates, grace, audio)| {
        segment(&title, &format!("{audio}.mp3"), &format!("at = [{}]\n{dates}\n{grace}\n", at.join(", ")))
    })
}

proptest! {
    #[test]
    fn whatever_is_read_is_planned_once_each_and_the_same_again(
        segments in prop::collection::vec(any_segment(), 0..8),
        lengths in prop::collection::vec(0..8_000_000u64, 3),
        in_berlin in any::<bool>(),
    ) {
        let text = format!("month = \"2026-03\"\n{}", segments.concat());
        let (schedule, problems) = schedule::read("schedules/2026-03.toml", &text);
        let Some(schedule) = schedule else {
            prop_assert!(problems.iter().any(|problem| problem.effect == Effect::Refuse));
            return Ok(());
        };
        let mut facts: Facts = lengths.iter().enumerate().map(|(n, ms)| (format!("{n}.mp3"), long(*ms))).collect();
        facts.insert("2.mp3".into(), Err(AudioFault::Silent));
        let station = if in_berlin { berlin() } else { station() };
        let (slots, found) = plan(&schedule, &station, &facts, "r");
        let ids: BTreeSet<_> = slots.iter().map(|slot| slot.id.clone()).collect();
        let wanted: usize = schedule.segments.iter().map(|segment| segment.at().len() * segment.dates.len()).sum();
        prop_assert_eq!((ids.len(), slots.len()), (wanted, wanted));
        prop_assert!(slots.is_sorted_by_key(|slot| slot.planned));
        let barred = slots.iter().any(|slot| slot.bar.is_some());
        prop_assert_eq!(barred, found.iter().any(|problem| problem.effect == Effect::Block && problem.code != "audio-silent")
            || slots.iter().any(|slot| slot.files == ["2.mp3"]));
        let again = plan(&schedule, &station, &facts, "r").0;
        prop_assert_eq!(told(&slots), told(&again));
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "(\\PC|[\\[\\]=\"#\n\r\\\\,{}.' ]|month|segment|\\[\\[segment\\]\\]\n|at = |\u{feff}){0,60}") {
        for file in ["schedules/2026-03.toml", "schedules/station.toml"] {
            let (read, problems) = schedule::read(file, &text);
            prop_assert_eq!(read.is_none(), problems.iter().any(|problem| problem.effect == Effect::Refuse));
            let (_, more) = station::read(file, &text);
            let sources = loa::problem::Sources::from([(file.to_owned(), text.clone())]);
            loa::problem::render(&problems, &sources, Lang::Vi, true);
            loa::problem::to_json(&more, &sources, Lang::En);
        }
    }
}
