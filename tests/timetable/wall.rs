//! The calendar for the wall: how much paper a month takes, and what stands on each sheet.

use loa::problem::Lang;
use loa::schedule;
use loa::schedule::audio_facts::Facts;
use loa::station;
use loa::timetable::{Sheet, html, plan};

use super::long;

/// The sample month of the repository with `longer` behind each name and title.
fn wall(longer: &str) -> String {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schedules");
    let load = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let is_name = |line: &str| line.starts_with("title") || line.starts_with("name");
    let month = load("2025-01.toml");
    let lines = month.lines().map(|line| match line.strip_suffix('"') {
        Some(open) if is_name(line) => format!("{open}{longer}\"\n"),
        _ => format!("{line}\n"),
    });
    let text: String = lines.collect();
    let station = station::read("schedules/station.toml", &load("station.toml")).0.unwrap();
    let (schedule, problems) = schedule::read_under("schedules/2025-01.toml", &text, Some(&station));
    let schedule = schedule.unwrap_or_else(|| panic!("{problems:#?}"));
    let facts: Facts = schedule.recordings(&station).into_iter().map(|file| (file, long(240_000))).collect();
    let (slots, _) = plan(&schedule, &station, &facts, "r");
    let sheet = Sheet {
        month: schedule.month,
        slots: &slots,
        station: &station,
        schedule: Some(&schedule),
        asked: None,
        lang: Lang::Vi,
    };
    html(&sheet)
}

/// The size of the days' letters, in tenths of a point.
fn size(wall: &str) -> u32 {
    let size = wall.split("--size: ").nth(1).and_then(|rest| rest.split("pt").next()).unwrap();
    size.replace('.', "").parse().unwrap()
}

/// Where there are several sheets each says which it is.
fn is_numbered(wall: &str) -> bool {
    wall.contains("counter(pages)")
}

#[test]
fn an_ordinary_month_fills_one_sheet_and_can_be_read_there() {
    let wall = wall("");
    assert!(!is_numbered(&wall));
    assert!((64..=72).contains(&size(&wall)), "{}", size(&wall));
}

#[test]
fn titles_that_are_too_long_for_one_sheet_take_another_rather_than_letters_that_nobody_reads() {
    let wall =
        wall(" – chuyên đề phổ biến chủ trương, chính sách của Đảng, pháp luật của Nhà nước và cải cách hành chính");
    assert!(is_numbered(&wall));
    assert!(size(&wall) >= 60, "{}", size(&wall));
}

#[test]
fn title_legend_and_weekdays_are_the_tables_head_which_every_sheet_repeats() {
    let wall = wall("");
    let head = wall.split("<thead>").nth(1).and_then(|rest| rest.split("</thead>").next()).unwrap();
    for part in ["<h1>Lịch phát thanh tháng 01 năm 2025</h1>", "<ul class=\"frames\">", "<th>T2</th>", "<th>CN</th>"]
    {
        assert!(head.contains(part), "{part}");
    }
    assert_eq!(wall.matches("<thead>").count(), 1);
}

/// Near ones are drawn as one, and counted as `check` counts them.
#[test]
fn a_day_says_how_many_broadcasts_check_counts() {
    let read = |at: &str| {
        let text = "[line]\ndevice = \"null\"\n[rules]\nquiet = []\n";
        let station = station::read("schedules/station.toml", text).0.unwrap();
        let month =
            format!("month = \"2026-12\"\n[[segment]]\ntitle = \"A\"\naudio = \"a.mp3\"\ndates = [5]\nat = {at}\n");
        let (schedule, problems) = schedule::read_under("schedules/2026-12.toml", &month, Some(&station));
        let schedule = schedule.unwrap_or_else(|| panic!("{problems:#?}"));
        let facts: Facts = [("a.mp3".to_owned(), long(10_000))].into_iter().collect();
        let (slots, _) = plan(&schedule, &station, &facts, "r");
        let counted = loa::timetable::summary(&slots).broadcasts;
        let sheet = Sheet {
            month: schedule.month,
            slots: &slots,
            station: &station,
            schedule: Some(&schedule),
            asked: None,
            lang: Lang::Vi,
        };
        (counted, html(&sheet))
    };
    for (at, count) in [("[\"06:00\", \"06:10\", \"07:00\", \"08:00\", \"17:00\"]", 5), ("\"06:00\"", 1)] {
        let (counted, wall) = read(at);
        assert_eq!(counted, count);
        assert!(wall.contains(&format!("<span class=\"count\">{count} buổi</span>")), "{at}");
    }
}
