//! The sample month of the repository as reports, to be looked at page by page.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};
use loa::outcome::{Cause, Outcome};
use loa::problem::Lang;
use loa::report::forms;
use loa::report::period::Period;
use loa::report::row::{Log, Row};
use loa::report::{Given, Report, Typed, paper};
use loa::schedule::audio_facts::{AudioFacts, Facts};
use loa::station::{Rhythm, Station};
use loa::timetable::{Kind, Slot};

fn sample() -> (Station, Vec<Slot>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("schedules");
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let station = loa::station::read("schedules/station.toml", &read("station.toml")).0.unwrap();
    let month = loa::schedule::read_under("schedules/2025-01.toml", &read("2025-01.toml"), Some(&station)).0.unwrap();
    let long =
        |seconds: u64| AudioFacts { file_ms: seconds * 1000, frames: seconds, rate_hz: 1, ..AudioFacts::default() };
    let lengths = [
        ("nhac-hieu.flac", 20),
        ("ban-tin.mp3", 540),
        ("cchc-ket-qua.mp3", 600),
        ("mot-cua.m4a", 360),
        ("hoi-dap.ogg", 480),
        ("duong-day-nong.wav", 180),
        ("loi-chao.flac", 45),
        ("nhac-dem/chuong-cham.ogg", 240),
    ];
    let facts: Facts = lengths.map(|(file, seconds)| (file.to_owned(), Ok(long(seconds)))).into();
    let slots = loa::timetable::plan(&month, &station, &facts, "r").0;
    (station, slots)
}

/// What became of a slot: most aired, some did not.
fn row(nth: usize, slot: &Slot, later: i64) -> Row {
    let at = |at: jiff::Timestamp| at + SignedDuration::from_hours(later * 28 * 24);
    let (planned, length_ms) = (at(slot.planned), slot.airtime_ms().unwrap_or(0));
    let ended = match nth % 41 {
        17 => (Outcome::Missed, Some(Cause::Power), ""),
        23 if slot.kind == Kind::Relay => {
            (Outcome::Interrupted, Some(Cause::Short), "phát thay 2 phút 10 giây: máy chủ không trả lời")
        }
        29 => (Outcome::Cut, Some(Cause::Operator), "theo yêu cầu của Nguyễn Thị Lan"),
        37 => (Outcome::Failed, Some(Cause::NoFile), "không thấy tệp `audio/cchc-ket-qua.mp3`; hãy chép tệp vào đó"),
        _ => (Outcome::Aired, None, ""),
    };
    let silent = matches!(ended.0, Outcome::Missed | Outcome::Failed);
    let heard_ms = if silent { 0 } else { length_ms };
    Row {
        slot: slot.id.clone(),
        date: slot.date.checked_add((later * 28).days()).unwrap(),
        broadcast: format!("{later}{}", slot.broadcast),
        kind: slot.kind,
        segment: slot.segment.clone(),
        column: slot.column.clone(),
        title: slot.title.clone(),
        planned,
        particulars: slot.particulars.clone(),
        file_ms: slot.file_ms(),
        outcome: Some(ended.0),
        cause: ended.1,
        note: ended.2.to_owned(),
        bar: None,
        began: (!silent).then_some(planned),
        ended: (!silent).then_some(planned + SignedDuration::from_millis(i64::try_from(heard_ms).unwrap())),
        heard_ms,
        stand_in_ms: None,
        emergency_by: None,
        by_hand: None,
    }
}

fn report(period: &str, rows: Vec<Row>, first_run: Option<Date>, station: &Station) -> Report {
    let period = Period::parse(period, Rhythm::Calendar).unwrap();
    let given = Given {
        period,
        today: period.to(),
        log: Log::new(rows, Vec::new(), &std::collections::BTreeSet::new()),
        incidents: Vec::new(),
        touched_since: Vec::new(),
        typed: Typed { columns: station.columns.clone(), ..Typed::default() },
        first_run,
        unwritten: 0,
        unforeseen: 0,
        read_late: 0,
        head: None,
    };
    Report::new(given, station)
}

/// Writes them into the folder `LOA_LOOK`: `LOA_LOOK=/tmp cargo test --test report sample_month -- --ignored`.
#[test]
#[ignore = "writes pages into LOA_LOOK to be looked at"]
fn the_sample_month_as_pages() {
    let Some(folder) = std::env::var_os("LOA_LOOK").map(PathBuf::from) else { return };
    let (station, slots) = sample();
    let month = |later: i64| slots.iter().enumerate().map(move |(nth, slot)| row(nth, slot, later));
    let first = Some(super::day("2024-01-01"));
    for (name, report) in [
        ("thang-thuong", report("2025-01-01..2025-01-21", month(0).collect(), first, &station)),
        ("thang-tet", report("2025-01", month(-1).chain(month(0)).collect(), first, &station)),
        ("thang-trong", report("2025-01", Vec::new(), None, &station)),
        ("nam", report("2025", (0..12).flat_map(month).collect(), first, &station)),
    ] {
        let document = paper::document(&report, &station, super::day("2025-02-05"), None, Lang::Vi);
        let path = |ending: &str| folder.join(format!("{name}.{ending}"));
        forms::docx::render(&document).pack(std::fs::File::create(path("docx")).unwrap()).unwrap();
        std::fs::write(path("html"), forms::html::render(&document)).unwrap();
        std::fs::write(path("xlsx"), forms::xlsx::render(&document).unwrap()).unwrap();
        std::fs::write(path("txt"), forms::text::render(&document)).unwrap();
        std::fs::write(path("csv"), forms::csv::render(&document)).unwrap();
    }
}
