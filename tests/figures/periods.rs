//! What a period holds: its rows, the same of the period before, and the year to date.

use loa::problem::Lang;
use loa::report::groups::By;
use loa::report::row::{Log, Row};
use loa::report::{Given, Report, paper};

use super::{STATION, day, given, paper_of, reform, sentences, station};

#[test]
fn the_year_to_date_begins_with_the_reporting_year_and_a_work_is_new_once() {
    let rows = || {
        vec![
            reform("2026-01-01", "05:31:00", "a"),
            reform("2026-06-30", "05:31:00", "b"),
            reform("2026-07-01", "05:31:00", "b"),
            reform("2026-07-02", "05:31:00", "c"),
        ]
    };
    let report = Report::new(given("2026-Q3", rows()), &station());
    let new = |totals: &loa::report::totals::Totals| (totals.new_works.value, totals.reform_airings.value);
    assert_eq!((new(&report.totals), new(&report.previous), new(&report.to_date)), ((1, 2), (1, 1), (3, 4)));
    let half = Report::new(given("2026-H2", rows()), &station());
    assert_eq!((new(&half.totals), new(&half.previous)), ((1, 2), (2, 2)));
    let genres: u64 = report.groups(By::Genre).iter().map(|group| group.airings.value).sum();
    assert_eq!(genres, 2);
}

#[test]
fn a_work_of_which_only_a_part_was_heard_is_not_new_yet() {
    let cut = loa::report::row::Row {
        outcome: Some(loa::outcome::Outcome::Cut),
        cause: Some(loa::outcome::Cause::Operator),
        ..reform("2026-12-01", "05:31:00", "a")
    };
    let of = |rows| Report::new(given("2026-12", rows), &station()).totals;
    let only_cut = of(vec![cut.clone()]);
    assert_eq!((only_cut.new_works.value, only_cut.reform_airings.value), (0, 1));
    assert_eq!(of(vec![cut, reform("2026-12-02", "05:31:00", "a")]).new_works.value, 1);
}

#[test]
fn a_period_that_is_not_over_says_so_and_counts_what_is_ahead_in_no_share() {
    let pending = |date: &str| Row {
        outcome: None,
        began: None,
        heard_ms: 0,
        ..Row { column: Some("cchc".into()), ..reform(date, "05:31:00", date) }
    };
    let ahead = vec![pending("2026-12-20"), pending("2026-12-21")];
    let of = |today: &str, rows: Vec<Row>| {
        let log = Log::new(rows, ahead.clone(), &Default::default());
        Report::new(Given { today: day(today), log, ..given("2026-12", Vec::new()) }, &station())
    };
    let running = of("2026-12-10", vec![reform("2026-12-01", "05:31:00", "a")]);
    let classes = &running.schedule.total;
    assert_eq!((classes.planned.value, classes.pending.value, classes.aired.value), (3, 2, 1));
    assert_eq!((running.columns[0].to_keep.value, running.columns[0].pending.value), (0, 2));
    assert_eq!(running.regularity.days_without, 9, "days to come are no gap");
    assert!(sentences(&paper_of(&running)).contains("Kỳ báo cáo chưa kết thúc: số liệu đến ngày 10/12/2026."));
    let future = of("2026-11-20", Vec::new());
    assert_eq!((future.schedule.total.pending.value, future.regularity.gap), (2, None));
    let text = sentences(&paper_of(&future));
    assert!(text.contains("Kỳ báo cáo chưa bắt đầu") && !text.contains("không có ngày nào phát"), "{text}");
}

/// Today is in 2026: neither January 2028 nor the December before it has begun, and nobody planned either.
#[test]
fn a_period_that_lies_ahead_and_has_no_plan_is_compared_with_nothing_and_shows_no_window() {
    let window = "\n[[window]]\nid = \"sang\"\nname = \"Buổi sáng\"\nstart = \"05:30\"\nend = \"06:00\"\n\
        running_order = [{ audio = \"a.mp3\", kind = \"ident\" }]\n";
    let (of_windows, problems) = loa::station::read("schedules/station.toml", &format!("{STATION}{window}"));
    let of_windows = of_windows.unwrap_or_else(|| panic!("{problems:#?}"));
    let paper = |report: &Report| paper::document(report, &of_windows, day("2027-01-04"), None, Lang::Vi);
    let of = |period: &str, ahead: Vec<Row>| {
        let log = Log::new(vec![reform("2026-11-02", "05:31:00", "a")], ahead, &Default::default());
        Report::new(Given { today: day("2026-12-10"), log, ..given(period, Vec::new()) }, &station())
    };
    let future = of("2028-01", Vec::new());
    let document = paper(&future);
    let text = sentences(&document);
    assert!(text.contains("cũng chưa có kế hoạch: chưa có số liệu") && !text.contains("mới có kế hoạch"), "{text}");
    assert!(!text.contains("so sánh") && !text.contains("Khung giờ phát"), "{text}");
    let summary = super::table(&document, "summary");
    assert_eq!(summary[0], "Số ngày phát | – | – |  | không so sánh được | –");
    // Of a month whose plan is written the windows are known, and what came before it is not over yet.
    let pending = Row { outcome: None, began: None, heard_ms: 0, ..reform("2027-01-05", "05:31:00", "b") };
    let next = of("2027-01", vec![pending]);
    let text = sentences(&paper(&next));
    assert!(text.contains("mới có kế hoạch, chưa có số liệu") && text.contains("Khung giờ phát"), "{text}");
    assert!(!text.contains("so sánh"), "{text}");
}
