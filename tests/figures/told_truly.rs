//! What a report must not say: a repeat of what was never heard, growth of what was not over, a column that is about
//! something else.

use loa::airing::{Incident, IncidentKind};
use loa::outcome::{Cause, Outcome};
use loa::problem::{Lang, Text};
use loa::programme::particulars::SourceDoc;
use loa::report::row::Row;
use loa::report::{Given, Report, json};
use loa::station::Station;
use loa::timetable::{Changed, Kind, Unlike};
use serde_json::Value;

use super::{With as _, day, december, given, heard, paper_of, reform, sentences, station, table};

#[test]
fn a_column_is_about_reform_by_its_own_topic_and_not_by_what_was_once_planned_in_it() {
    let rows = || {
        vec![
            reform("2026-12-01", "05:31:00", "a").in_column("thong-bao"),
            heard("2026-12-02", "05:31:00", "b").in_column("thong-bao").unheard(Outcome::Missed, Cause::NoFile),
        ]
    };
    let columns = |topic: Option<&str>| -> Vec<loa::programme::Column> {
        let mut column = station().columns[0].clone();
        "thong-bao".clone_into(&mut column.id);
        column.topic = topic.map(str::to_owned);
        vec![column]
    };
    let of = |columns: Vec<loa::programme::Column>, rows: Vec<Row>| {
        let mut given = given("2026-12", rows);
        given.typed.columns = columns;
        let totals = Report::new(given, &station()).totals;
        (totals.kept.value, totals.to_keep.value)
    };
    assert_eq!(of(columns(None), rows()), (0, 0));
    assert_eq!(of(columns(Some("a")), rows()), (1, 2));
    // Of a column that no schedule has any more all its segments must have a topic.
    assert_eq!(of(Vec::new(), rows()), (0, 0));
    assert_eq!(of(Vec::new(), rows()[..1].to_vec()), (1, 1));
}

/// What is called off leaves no slot: without a word of it the month would look whole.
#[test]
fn a_day_off_by_an_exception_is_told_with_its_reason_unless_the_log_has_what_was_called_off() {
    let day_off = |date: &str, reason: &str, window: &str| Unlike {
        date: day(date),
        reason: reason.to_owned(),
        off: vec![Changed { id: window.to_owned(), name: format!("Buổi {window}"), hours: None }],
        moved: Vec::new(),
        segments: Vec::new(),
    };
    let evening = (jiff::civil::time(18, 0, 0, 0), jiff::civil::time(18, 30, 0, 0));
    let to_the_evening = Changed { id: "chieu".into(), name: "Buổi chieu".into(), hours: Some(evening) };
    let moved =
        Unlike { off: Vec::new(), moved: vec![to_the_evening], ..day_off("2026-12-26", "Hội nghị", "chieu") };
    let mut given = given("2026-12", vec![reform("2026-12-20", "05:31:00", "a")]);
    given.today = day("2026-12-28");
    given.typed.unlike = vec![
        // This one aired, and was called off in the file afterwards.
        day_off("2026-12-20", "Ghi muộn", "sang"),
        day_off("2026-12-23", "Mất điện theo lịch của điện lực", "sang"),
        day_off("2026-12-24", "Mất điện theo lịch của điện lực", "sang"),
        day_off("2026-12-25", "Họp dân", "chieu"),
        moved,
        day_off("2026-12-31", "Chưa đến", "sang"),
    ];
    let report = Report::new(given, &station());
    let document = paper_of(&report);
    let schedule = document.tables().find(|table| table.key == "schedule").unwrap();
    let told = "Ngày nghỉ, đổi giờ theo ngoại lệ: 23/12, 24/12 – Mất điện theo lịch của điện lực (nghỉ Buổi sang); \
                25/12 – Họp dân (nghỉ Buổi chieu); 26/12 – Hội nghị (dời Buổi chieu sang 18:00–18:30).";
    assert_eq!(schedule.notes, [told]);
    let json = json::value(&report);
    let dates: Vec<&Value> =
        json["schedule"]["exceptions"].as_array().unwrap().iter().map(|day| &day["date"]).collect();
    assert_eq!(dates, ["2026-12-23", "2026-12-24", "2026-12-25", "2026-12-26"]);
    assert_eq!(json["schedule"]["exceptions"][0]["off"], serde_json::json!(["sang"]));
}

/// It was planned once and heard once, where it stood before the edit.
#[test]
fn what_an_edit_moved_too_late_is_no_second_slot_of_the_plan() {
    let aired = || reform("2026-12-01", "05:31:00", "a").in_column("thong-bao");
    let moved =
        reform("2026-12-01", "05:31:20", "a").in_column("thong-bao").unheard(Outcome::Excepted, Cause::EditedLate);
    let told = |rows: Vec<Row>| sentences(&paper_of(&Report::new(given("2026-12", rows), &station())));
    assert_eq!(told(vec![aired(), moved]), told(vec![aired()]));
}

/// Readings of a clock before and after it was set are those of two clocks.
#[test]
fn what_happened_to_the_clock_is_told_by_what_it_showed_and_without_a_length() {
    let at = |text: &str| format!("{text}+07:00").parse().unwrap();
    let incident = |kind, began: &str, ended: &str| Incident {
        kind,
        began: at(began),
        ended: Some(at(ended)),
        detail: Text::same(""),
    };
    let mut given = given("2026-12", vec![reform("2026-12-20", "05:31:00", "a")]);
    given.incidents = vec![
        incident(IncidentKind::ClockUntrusted, "2026-12-01T05:00:00", "2026-12-21T05:10:00"),
        incident(IncidentKind::ClockConfirmed, "2026-12-21T05:10:00", "2026-12-21T05:10:00"),
        incident(IncidentKind::PowerCut, "2026-12-22T05:10:00", "2026-12-22T05:30:00"),
    ];
    let report = Report::new(given, &station());
    let said = sentences(&paper_of(&report));
    for wanted in [
        "Đồng hồ máy không đáng tin: từ 05:00 ngày 01/12/2026 đến 05:10 ngày 21/12/2026",
        "Người trực xác nhận giờ máy: lúc 05:10 ngày 21/12/2026",
        "Mất điện: từ 05:10 ngày 22/12/2026, 20 phút",
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    let rows = json::value(&report)["incidents"]["rows"].clone();
    let lasted: Vec<Value> = rows.as_array().unwrap().iter().map(|row| row["lasted_ms"].clone()).collect();
    assert_eq!(lasted, [Value::Null, Value::Null, 1_200_000.into()]);
}

/// The figures are of the log as it stands, whatever was done to it; that something was done is said.
#[test]
fn a_log_that_was_made_anew_after_the_period_is_told_and_changes_no_figure() {
    let rows = || vec![reform("2026-12-20", "05:31:00", "a")];
    let touched = Incident {
        kind: IncidentKind::LogTouched,
        began: "2027-01-02T05:10:00+07:00".parse().unwrap(),
        ended: Some("2027-01-02T05:10:00+07:00".parse().unwrap()),
        detail: Text::new("đã dựng lại từ bản sao", "it was made anew of a copy"),
    };
    let untouched = Report::new(given("2026-12", rows()), &station());
    let report = Report::new(Given { touched_since: vec![touched], ..given("2026-12", rows()) }, &station());
    let said = sentences(&paper_of(&report));
    assert!(said.contains("lúc 05:10 ngày 02/01/2027 (đã dựng lại từ bản sao)"), "{said}");
    let (mut told, mut whole) = (json::value(&report), json::value(&untouched));
    assert_eq!(told["touched_since"][0]["detail_en"], "it was made anew of a copy");
    (told["touched_since"], whole["touched_since"]) = (Value::Null, Value::Null);
    assert_eq!(told, whole);
}

#[test]
fn no_paper_has_the_grave_accents_by_which_programs_mark_names() {
    let row = Row {
        outcome: Some(Outcome::Failed),
        cause: Some(Cause::NoFile),
        note: "không thấy tệp `audio/a.mp3`; hãy chép tệp vào đó".into(),
        ..reform("2026-12-01", "05:31:00", "a").unheard(Outcome::Failed, Cause::NoFile)
    };
    let mut given = given("2026-12", vec![row]);
    given.unwritten = 2;
    let report = Report::new(given, &station());
    for lang in [Lang::Vi, Lang::En] {
        let document = loa::report::paper::document(&report, &station(), day("2027-01-04"), None, lang);
        let page = loa::report::forms::html::render(&document);
        assert!(!page.contains('`'), "{page}");
        assert!(page.contains("“loa run”") && page.contains("“audio/a.mp3”"), "{page}");
    }
}

#[test]
fn a_work_that_broke_off_before_it_was_ever_heard_whole_is_no_repeat() {
    let cut =
        |date: &str| Row { outcome: Some(Outcome::Cut), cause: Some(Cause::Operator), ..reform(date, "05:31:00", "a") };
    let missed = reform("2026-12-01", "05:31:00", "a").unheard(Outcome::Missed, Cause::Power);
    let whole = |date: &str| reform(date, "05:31:00", "a");
    let rows = vec![missed, cut("2026-12-02"), whole("2026-12-03"), cut("2026-12-04"), whole("2026-12-05")];
    let annex = table(&paper_of(&december(rows)), "annex");
    let said: Vec<&str> = annex.iter().map(|line| line.split(" | ").nth(7).unwrap()).collect();
    assert_eq!(said, ["", "Mới (dở)", "Mới", "PL", "PL"]);
}

fn summary(report: &Report, figure: &str) -> Value {
    let value = json::value(report);
    value["summary"]["rows"].as_array().unwrap().iter().find(|row| row["figure"] == figure).unwrap().clone()
}

#[test]
fn json_tells_no_growth_where_the_text_says_that_none_can_be_told() {
    let rows = || vec![reform("2026-11-02", "05:31:00", "a"), reform("2026-12-01", "05:31:00", "b")];
    let whole = december(rows());
    let row = summary(&whole, "reform_airings");
    assert_eq!((&row["change"], &row["growth_permille"]), (&Value::from(0), &Value::from(0)));
    let mut half = given("2026-12", rows());
    half.today = day("2026-12-10");
    let mut short = given("2026-12", rows());
    short.first_run = Some(day("2026-11-20"));
    for given in [half, short] {
        let report = Report::new(given, &station());
        for figure in ["reform_airings", "airtime", "kept_share"] {
            let row = summary(&report, figure);
            assert_eq!((&row["change"], &row["growth_permille"]), (&Value::Null, &Value::Null), "{figure}");
        }
    }
}

#[test]
fn of_before_the_log_began_there_is_no_figure_and_not_nought() {
    let mut first = given("2026-12", vec![reform("2026-12-20", "05:31:00", "a")]);
    first.first_run = Some(day("2026-12-15"));
    let report = Report::new(first, &station());
    assert_eq!(table(&paper_of(&report), "summary")[0], "Số ngày phát | 1 | – |  | không so sánh được | 1");
    assert_eq!(summary(&report, "days")["previous"], Value::Null);
    let mut before = given("2026-11", Vec::new());
    before.first_run = Some(day("2026-12-15"));
    let report = Report::new(before, &station());
    assert_eq!(table(&paper_of(&report), "summary")[0], "Số ngày phát | – | – |  | không so sánh được | –");
    let row = summary(&report, "days");
    assert_eq!((&row["value"], &row["previous"], &row["to_date"]), (&Value::Null, &Value::Null, &Value::Null));
}

/// In December the next year has nothing to date, and nought would be a figure; later in the year a month ahead has.
#[test]
fn a_year_that_has_not_begun_has_nothing_to_date_and_says_so() {
    let of = |period: &str, today: &str| {
        let rows = vec![reform("2026-11-20", "05:31:00", "a"), reform("2027-02-01", "05:31:00", "b")];
        let rows = rows.into_iter().filter(|row| row.date <= day(today)).collect();
        Report::new(Given { today: day(today), ..given(period, rows) }, &station())
    };
    let note = ["Năm báo cáo bắt đầu ngày 01/01/2027: chưa có lũy kế."];
    for (period, today, to_date, notes) in [
        ("2027-01", "2026-12-05", None, &note[..]),
        ("2026-12-15..2027-01-15", "2026-12-20", None, &note),
        ("2027-01", "2027-01-05", Some(0), &[]),
        ("2027-05", "2027-02-20", Some(1), &[]),
    ] {
        let report = of(period, today);
        let row = summary(&report, "days");
        assert_eq!(row["to_date"].as_u64(), to_date, "{period} on {today}");
        let document = paper_of(&report);
        let table = document.tables().find(|table| table.key == "summary").unwrap();
        assert_eq!(table.notes, notes, "{period} on {today}");
        let told = to_date.map_or("–".to_owned(), |days: u64| days.to_string());
        assert!(super::table(&document, "summary")[0].ends_with(&format!("| {told}")), "{period} on {today}");
    }
}

#[test]
fn what_was_entered_by_hand_of_before_the_log_began_is_told_as_all_there_is() {
    let without = |date: &str| {
        let by_hand = loa::report::row::ByHand { by: "Lan".into(), why: "sổ".into(), without_loa: true };
        Row { kind: Kind::ByHand, by_hand: Some(by_hand), ..heard(date, "05:31:00", date) }
    };
    let mut early = given("2026-12", vec![without("2026-12-02"), reform("2026-12-20", "05:31:00", "a")]);
    early.first_run = Some(day("2026-12-15"));
    let text = sentences(&paper_of(&Report::new(early, &station())));
    assert!(text.contains("Nhật ký có từ ngày 15/12/2026: trước ngày ấy chỉ có 1 mục nhập tay."), "{text}");
}

#[test]
fn what_a_person_had_played_is_a_broadcast_of_its_own() {
    let by_hand = |id: &str| Row { kind: Kind::ByHand, broadcast: id.into(), ..heard("2026-12-01", "07:00:00", id) };
    let report = december(vec![by_hand("khan"), by_hand("nhac")]);
    assert_eq!((report.totals.days.value, report.totals.broadcasts.value), (1, 2));
    assert!(sentences(&paper_of(&report)).contains("đài phát 2 buổi trong 1 ngày"));
}

#[test]
fn what_a_person_asked_for_and_nobody_heard_is_nothing_beyond_the_plan() {
    let by_hand = |id: &str| Row { kind: Kind::ByHand, broadcast: id.into(), ..heard("2026-12-01", "07:00:00", id) };
    let refused = by_hand("khuya").unheard(Outcome::Excepted, Cause::QuietHours);
    let failed = by_hand("hong").unheard(Outcome::Failed, Cause::Line);
    let cut = Row { outcome: Some(Outcome::Cut), cause: Some(Cause::Operator), ..by_hand("do") }.lasting(20_000);
    let report = december(vec![by_hand("khan"), refused, failed, cut]);
    let totals = &report.totals;
    assert_eq!((totals.by_hand.value, totals.by_hand_airtime.value, totals.airtime.value), (2, 320_000, 320_000));
    assert!(
        table(&paper_of(&report), "summary")
            .contains(&"Phát ngoài kế hoạch (lượt) | 2 | 0 | +2 | không so sánh được | 2".to_owned())
    );
}

#[test]
fn the_short_name_of_reform_is_explained_with_and_without_a_document_to_carry_out() {
    for basis in [station().basis, Vec::new()] {
        let station = Station { basis, ..station() };
        let report = Report::new(given("2026-12", Vec::new()), &station);
        let document = loa::report::paper::document(&report, &station, day("2027-01-04"), None, loa::problem::Lang::Vi);
        let text = sentences(&document);
        assert!(text.contains("cải cách hành chính (CCHC); số liệu từ"), "{text}");
    }
}

#[test]
fn news_of_a_document_that_is_dated_later_did_not_come_before_it() {
    let document = |date: &str| SourceDoc { number: "12/UBND".into(), date: day(date) };
    let work =
        |date: &str, of: &str| reform(date, "05:31:00", date).saying(|said| said.source_doc = Some(document(of)));
    let report = december(vec![work("2026-12-05", "2026-12-10"), work("2026-12-06", "2026-12-04")]);
    let value = json::value(&report);
    let rows = value["production"]["rows"].as_array().unwrap();
    let told: Vec<(&Value, &Value)> =
        rows.iter().map(|row| (&row["document_date"], &row["days_after_document"])).collect();
    assert_eq!(told, [(&"2026-12-10".into(), &Value::Null), (&"2026-12-04".into(), &Value::from(2))]);
    assert!(sentences(&paper_of(&report)).contains("1 tác phẩm truyền tải văn bản; lâu nhất 2 ngày"));
}

#[test]
fn a_sheet_has_no_column_in_which_nobody_wrote_anything() {
    let heads = |report: &Report| {
        let document = paper_of(report);
        let sheet = document.tables().find(|table| table.key == "production").unwrap().clone();
        assert!(sheet.rows.iter().all(|row| row.cells.len() == sheet.columns.len()));
        sheet.columns.iter().map(|column| column.key).collect::<Vec<_>>()
    };
    let bare = december(vec![reform("2026-12-01", "05:31:00", "a")]);
    assert_eq!(heads(&bare), ["number", "title", "genre", "file_ms", "first_aired", "airings"]);
    let made = reform("2026-12-01", "05:31:00", "a").saying(|said| said.editor = Some("Lan".into()));
    let both = december(vec![made, reform("2026-12-02", "05:31:00", "b")]);
    assert_eq!(heads(&both), ["number", "title", "genre", "makers", "file_ms", "first_aired", "airings"]);
}

#[test]
fn a_city_is_no_province_and_slots_of_a_schedule_that_was_read_late_are_told() {
    let city = reform("2026-12-01", "05:31:00", "a")
        .saying(|said| said.level = Some(loa::programme::particulars::Level::Province));
    let mut given = given("2026-12", vec![city]);
    given.read_late = 3;
    let report = Report::new(given, &station());
    let document = paper_of(&report);
    assert!(table(&document, "cooperation").iter().any(|line| line.contains("ỉnh, thành phố")));
    assert!(
        sentences(&document)
            .contains("Lưu ý: 3 mục được ghi theo kế hoạch mà chương trình chỉ đọc được sau khi đã qua giờ")
    );
    assert_eq!(json::value(&report)["read_late"], 3);
}
