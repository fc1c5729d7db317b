//! The rows of the ward's plan that are figures of the log, each by its number.

use loa::outcome::{Cause, Outcome};
use loa::problem::Lang;
use loa::programme::particulars::{Level, OneStop, Origin, Procedure, SourceDoc, Survey, Tone};
use loa::report::groups::{By, Group};
use loa::report::{Report, explain};
use loa::timetable::Kind;

use super::{With, at, day, december, given, heard, paper_of, reform, sentences, station, table};

fn group<'r>(report: &'r Report, by: By, code: Option<&str>) -> &'r Group {
    report.groups(by).iter().find(|group| group.code.as_deref() == code).unwrap_or_else(|| panic!("{by:?} {code:?}"))
}

fn minutes(groups: &[Group]) -> u64 {
    groups.iter().filter(|group| group.part_of.is_none()).map(|group| group.airtime.value).sum::<u64>() / 60_000
}

#[test]
fn r03_levels_add_up_to_all_airtime_about_reform() {
    let with = |date, level: Option<Level>| reform(date, "05:31:00", date).saying(|said| said.level = level);
    let report = december(vec![
        with("2026-12-01", Some(Level::Central)),
        with("2026-12-02", Some(Level::Ward)),
        with("2026-12-03", Some(Level::Ward)),
        with("2026-12-04", None),
        heard("2026-12-05", "05:31:00", "ca-nhac"),
    ]);
    assert_eq!(group(&report, By::Level, Some("ward")).airtime.value, 600_000);
    assert_eq!(group(&report, By::Level, None).airings.value, 1);
    assert_eq!(minutes(report.groups(By::Level)) * 60_000, report.totals.reform.value);
    let shown = table(&paper_of(&report), "cooperation").join("\n");
    assert!(shown.contains("Cấp ban hành chính sách | phường | 2 | 2 | 10,0"), "{shown}");
}

#[test]
fn r04_a_segment_aired_nine_days_after_its_document_shows_nine() {
    let document = |date: &str| SourceDoc { number: "12/QĐ".into(), date: day(date) };
    let report = december(vec![
        reform("2026-12-10", "05:31:00", "cham").saying(|said| said.source_doc = Some(document("2026-12-01"))),
        reform("2026-12-12", "05:31:00", "nhanh").saying(|said| said.source_doc = Some(document("2026-12-11"))),
    ]);
    let days: Vec<i64> = report.works.iter().filter_map(|work| Some(work.speed(&report.log)?.1)).collect();
    assert_eq!(days, [9, 1]);
    let text = sentences(&paper_of(&report));
    assert!(text.contains("lâu nhất 9 ngày kể từ ngày ban hành; 1 tác phẩm quá 7 ngày"), "{text}");
    assert!(text.contains("cham (12/QĐ ngày 01/12/2026): 9 ngày") && !text.contains("nhanh (12/QĐ"), "{text}");
}

#[test]
fn r05_and_r41_tones_are_weighed_and_praise_alone_is_told_as_one_way() {
    let tone = |date: &str, tone| reform(date, "05:31:00", date).saying(|said| said.tone = Some(tone));
    let praise_only = december(vec![tone("2026-12-01", Tone::Praise), tone("2026-12-02", Tone::Praise)]);
    let text = sentences(&paper_of(&praise_only));
    assert!(text.contains("Tháng này chưa có tin, bài phê phán, góp ý: nội dung có nguy cơ một chiều."), "{text}");
    let both = december(vec![
        tone("2026-12-01", Tone::Praise),
        tone("2026-12-02", Tone::Neutral),
        tone("2026-12-03", Tone::Criticism).lasting(60_000),
    ]);
    assert_eq!(
        table(&paper_of(&both), "balance"),
        [
            "Biểu dương | 1 | 1 | 1 | 5,0 | 45,5 %",
            "Phê phán | 1 | 1 | 1 | 1,0 | 9,1 %",
            "Phản ánh | 1 | 1 | 1 | 5,0 | 45,5 %",
            "Hướng dẫn | 0 | 0 | 0 | 0,0 | 0,0 %",
            "Thông báo | 0 | 0 | 0 | 0,0 | 0,0 %",
            "Tổng cộng | 3 | 3 | 3 | 11,0 | 100,0 %",
        ]
    );
    let text = sentences(&paper_of(&both));
    assert!(!text.contains("một chiều"), "{text}");
    assert!(text.contains("Tỷ lệ phê phán, góp ý 9,1\u{a0}%, dưới mức 10,0\u{a0}% của phường."), "{text}");
    assert_eq!(december(Vec::new()).imbalances, [], "where nothing aired there is nothing to balance");
}

#[test]
fn r07_a_partner_lists_its_own_segments_alone() {
    let with = |date: &str, partner: &str| {
        reform(date, "05:31:00", date).saying(|said| said.partner = vec![partner.to_owned()])
    };
    let report = december(vec![
        with("2026-12-01", "MTTQ"),
        with("2026-12-02", "Hội Phụ nữ"),
        with("2026-12-03", "mttq"),
        reform("2026-12-04", "05:31:00", "rieng"),
    ]);
    let explained = explain::text(&report, "cooperation.partner.MTTQ.airings", Lang::Vi);
    let slots: Vec<&str> = explained.lines().skip(1).map(|line| line.split_whitespace().next().unwrap()).collect();
    assert_eq!(slots, ["2026-12-01/sang/2026-12-01-05:31:00", "2026-12-03/sang/2026-12-03-05:31:00"]);
}

#[test]
fn r09_a_gap_of_eight_days_is_told_where_seven_are_allowed() {
    let mut rows: Vec<_> = (1..=31)
        .filter(|n| !(11..=17).contains(n))
        .map(|n| reform(&format!("2026-12-{n:02}"), "05:31:00", &format!("s{n}")))
        .collect();
    let report = december(rows.clone());
    let gap = report.regularity.gap.unwrap();
    assert_eq!((gap.days, gap.from, gap.to), (8, day("2026-12-10"), day("2026-12-18")));
    assert_eq!((report.regularity.is_over(), report.regularity.days_without), (true, 7));
    let text = sentences(&paper_of(&report));
    assert!(
        text.contains("dài nhất 8 ngày (từ 10/12/2026 đến 18/12/2026); 7 ngày không có CCHC, quá mức 7 ngày"),
        "{text}"
    );
    assert_eq!(report.regularity.silent_topics, ["b", "d", "đ", "e", "k"]);
    rows.push(reform("2026-12-14", "05:31:00", "giua"));
    assert!(!december(rows).regularity.is_over());
}

#[test]
fn r10_an_airing_for_two_audiences_stands_under_both_and_once_in_the_totals() {
    let report = december(vec![
        reform("2026-12-01", "05:31:00", "a")
            .saying(|said| said.audience = vec!["nhân dân".into(), "doanh nghiệp".into()]),
    ]);
    let airings: Vec<u64> = report.groups(By::Audience).iter().map(|group| group.airings.value).collect();
    assert_eq!((airings, report.totals.reform_airings.value), (vec![1, 1], 1));
}

#[test]
fn r11_the_number_of_genres_in_use_is_told() {
    let genre = |date: &str, genre: &str| reform(date, "05:31:00", date).saying(|said| said.genre = Some(genre.into()));
    let report = december(vec![genre("2026-12-01", "tin"), genre("2026-12-02", "bài"), genre("2026-12-03", "tin")]);
    let text = sentences(&paper_of(&report));
    assert!(text.contains("Có 3 tác phẩm CCHC mới; sử dụng 2 thể loại."), "{text}");
}

#[test]
fn r12_labels_do_not_change_the_totals() {
    let plain = vec![reform("2026-12-01", "05:31:00", "a"), reform("2026-12-02", "05:31:00", "b")];
    let labelled: Vec<_> = plain
        .iter()
        .cloned()
        .map(|row| row.saying(|said| said.tags = vec!["pháp luật".into(), "phòng chống tham nhũng".into()]))
        .collect();
    let (plain, labelled) = (december(plain), december(labelled));
    assert_eq!(plain.totals, labelled.totals);
    assert_eq!(labelled.groups(By::Tag).len(), 2);
}

#[test]
fn r13_to_r16_topics_stand_in_the_table_also_without_a_word_and_their_parts_add_up() {
    let topics = |date: &str, topics: &[&str]| {
        let topics = topics.iter().map(|code| (*code).to_owned()).collect();
        heard(date, "05:31:00", date).saying(|said| said.topics = topics)
    };
    let report = december(vec![
        topics("2026-12-01", &["b1", "b2"]),
        topics("2026-12-02", &["b2", "e"]),
        topics("2026-12-03", &["b"]),
    ]);
    assert_eq!(
        table(&paper_of(&report), "topics"),
        [
            "a | Chủ trương, chính sách | 0 | 0 | 0 | 0,0 | 0,0 %",
            "b | Nhiệm vụ CCHC | 3 | 3 | 3 | 15,0 | 100,0 %",
            "b | Nội dung chung | 1 | 1 | 1 | 5,0 | 33,3 %",
            "b1 | Thể chế | 1 | 1 | 1 | 5,0 | 33,3 %",
            "b2 | Thủ tục hành chính | 2 | 2 | 2 | 5,0 | 33,3 %",
            "d | Nhà nước và nhân dân | 0 | 0 | 0 | 0,0 | 0,0 %",
            "đ | Nội dung riêng của phường | 0 | 0 | 0 | 0,0 | 0,0 %",
            "e | Một cửa | 1 | 1 | 1 | 0,0 | 0,0 %",
            "k | Sáng kiến, điển hình | 0 | 0 | 0 | 0,0 | 0,0 %",
            " | Tổng cộng | 3 | 3 | 3 | 15,0 | 100,0 %",
        ]
    );
}

#[test]
fn r17_one_stop_figures_are_printed_as_typed_the_latest_of_each_period() {
    let told = |date: &str, period: &str, received| {
        let figures = OneStop {
            period: period.into(),
            received: Some(received),
            resolved: Some(119),
            early: Some(30),
            on_time: Some(118),
            overdue: Some(1),
            online: None,
            source: Some("Một cửa".into()),
        };
        reform(date, "05:31:00", date).saying(|said| said.one_stop = Some(figures))
    };
    let report = december(vec![
        told("2026-12-01", "11/2026", 120),
        told("2026-12-08", "11/2026", 121),
        told("2026-12-15", "12/2026", 7),
    ]);
    assert_eq!(
        table(&paper_of(&report), "one_stop"),
        ["11/2026 | 121 | 119 | 30 | 118 | 1 |  | Một cửa", "12/2026 | 7 | 119 | 30 | 118 | 1 |  | Một cửa"]
    );
}

#[test]
fn r34_survey_figures_are_printed_as_typed_the_latest_of_each_period() {
    let told = |date: &str, period: &str, satisfied| {
        let survey =
            Survey { period: period.into(), asked: Some(1_200), satisfied, source: Some("Văn phòng".into()) };
        reform(date, "05:31:00", date).saying(|said| said.survey = Some(survey))
    };
    let report = december(vec![
        told("2026-12-01", "2025", None),
        told("2026-12-08", "2026", Some(1_100)),
        told("2026-12-15", "2026", Some(1_116)),
    ]);
    let text = sentences(&paper_of(&report));
    let told: Vec<&str> = text.lines().filter(|line| line.starts_with("Khảo sát")).collect();
    assert_eq!(
        told,
        [
            "Khảo sát hài lòng 2025: hỏi 1.200 người, hài lòng … (nguồn: Văn phòng).",
            "Khảo sát hài lòng 2026: hỏi 1.200 người, hài lòng 1.116 (nguồn: Văn phòng).",
        ]
    );
}

#[test]
fn r19_to_r23_hotlines_and_procedures_are_counted_and_what_expired_is_excepted() {
    let hotline = |date: &str, time: &str| {
        heard(date, time, &format!("h{time}")).saying(|said| said.hotline = Some("tinh".into()))
    };
    let procedure = Procedure {
        action: "sửa đổi".into(),
        name: "Đăng ký khai sinh".into(),
        decision: Some("12/QĐ".into()),
        effective: Some(day("2026-12-01")),
    };
    let report = december(vec![
        hotline("2026-12-01", "05:50:00"),
        hotline("2026-12-01", "17:20:00"),
        heard("2026-12-02", "05:50:00", "tthc").saying(|said| said.procedure = Some(procedure)),
        reform("2026-12-03", "05:50:00", "het").unheard(Outcome::Excepted, Cause::Expired),
    ]);
    assert_eq!(
        table(&paper_of(&report), "publicity"),
        ["Đường dây nóng | UBND tỉnh – 0000 | 2 | 1", "Thủ tục hành chính | Đăng ký khai sinh (sửa đổi, 12/QĐ) | 1 | ",]
    );
    let text = sentences(&paper_of(&report));
    assert!(text.contains("Ngày phát đường dây nóng dưới 1 lượt: 02/12."), "{text}");
    assert!(text.contains("Không phát theo ngoại lệ – Hết hiệu lực: 1 mục (05:50 het: 03/12)"), "{text}");
}

#[test]
fn r27_and_r36_fields_add_up_with_what_has_none() {
    let field = |date: &str, field: Option<&str>| {
        reform(date, "05:31:00", date).saying(|said| said.field = field.map(str::to_owned))
    };
    let report = december(vec![
        field("2026-12-01", Some("đất đai")),
        field("2026-12-02", Some("Đất  ĐAI")),
        field("2026-12-03", Some("lĩnh vực mới")),
        field("2026-12-04", None),
    ]);
    let found: Vec<(Option<&str>, u64)> =
        report.groups(By::Field).iter().map(|group| (group.code.as_deref(), group.airings.value)).collect();
    assert_eq!(found, [(Some("đất đai"), 2), (Some("hộ tịch"), 0), (Some("lĩnh vực mới"), 1), (None, 1)]);
    assert_eq!(report.groups(By::Field).last().unwrap().name.vi, "không gắn lĩnh vực");
    assert_eq!(minutes(report.groups(By::Field)) * 60_000, report.totals.reform.value);
}

#[test]
fn r29_r31_and_r39_a_new_work_stands_once_in_the_sheet_however_often_it_aired() {
    let reportage = |date: &str| {
        reform(date, "05:31:00", "mo-hinh").saying(|said| {
            said.genre = Some("phóng sự".into());
            said.editor = Some("Lan".into());
            said.announcer = Some("Bình".into());
            said.contributors = vec!["Hòa".into(), "lan".into()];
            said.subject = Some("Tổ dân phố số 3".into());
        })
    };
    let dates = ["2026-12-01", "2026-12-08", "2026-12-15", "2026-12-22"];
    let report = december(dates.map(reportage).into());
    let genre = group(&report, By::Genre, Some("phóng sự"));
    assert_eq!((genre.new_works.value, genre.airings.value), (1, 4));
    let document = paper_of(&report);
    assert_eq!(table(&document, "production"), ["1 | mo-hinh | phóng sự | Lan, Bình, Hòa | 5,0 | 01/12/2026 | 4"]);
    assert!(sentences(&document).contains("Tổ dân phố số 3 (mo-hinh)"));
    assert_eq!(
        table(&document, "annex")[1],
        "2 | 08/12/2026 | 05:31:00 | 05:36:00 | mo-hinh | phóng sự | a | PL | Đã phát | "
    );
}

#[test]
fn r35_columns_are_ranked_by_minutes_and_airings() {
    let report = december(vec![
        heard("2026-12-01", "05:40:00", "x").in_column("ca-nhac").lasting(60_000),
        reform("2026-12-01", "05:31:00", "y").in_column("cchc"),
    ]);
    let ranked: Vec<&str> = report.columns.iter().map(|column| column.id.as_str()).collect();
    assert_eq!(ranked, ["cchc", "ca-nhac"]);
}

#[test]
fn r37_an_audience_can_be_looked_up() {
    let report = december(vec![
        reform("2026-12-01", "05:31:00", "truong").saying(|said| {
            said.audience = vec!["học sinh".into()];
            said.partner = vec!["nhà trường".into()];
        }),
        reform("2026-12-02", "05:31:00", "khac"),
    ]);
    let rows = &explain::json(&report, "cooperation.audience.học sinh.airings")[0]["rows"];
    assert_eq!(rows.as_array().unwrap().len(), 1);
    assert_eq!(rows[0]["title"], "truong");
}

#[test]
fn r38_eight_of_nine_slots_are_88_9_percent_and_the_ninth_says_why() {
    let mut rows: Vec<_> =
        (1..=8).map(|n| reform(&format!("2026-12-{n:02}"), "05:31:00", &format!("s{n}")).in_column("cchc")).collect();
    rows.push(reform("2026-12-09", "05:31:00", "s9").in_column("cchc").unheard(Outcome::Missed, Cause::Power));
    rows.push(reform("2026-12-10", "05:31:00", "s10").in_column("cchc").unheard(Outcome::Excepted, Cause::Holiday));
    let report = december(rows);
    let column = &report.columns[0];
    assert_eq!((column.kept.value, column.to_keep.value, column.kept_permille()), (8, 9, Some(889)));
    assert_eq!((column.excepted.value, column.minimum), (1, Some(8)));
    let document = paper_of(&report);
    assert_eq!(table(&document, "columns"), ["Chuyên mục CCHC | 9 | 8 | 88,9 % | 1 | 8 | 8 | 40,0 | 100,0 %"]);
    assert!(sentences(&document).contains("s9: Bỏ lỡ – Mất điện (09/12)"));
}

#[test]
fn what_was_lost_alike_is_one_line_with_its_days() {
    let lost = |date: &str, time: &str, title: &str| {
        reform(date, time, title).in_column("cchc").unheard(Outcome::Missed, Cause::Power)
    };
    let text = sentences(&paper_of(&december(vec![
        lost("2026-12-01", "05:31:00", "thuế"),
        lost("2026-12-02", "05:31:00", "thuế"),
        lost("2026-12-02", "17:31:00", "thuế"),
        lost("2026-12-03", "05:31:00", "đất"),
    ])));
    let lines = "Các mục CCHC không phát được:\nthuế: Bỏ lỡ – Mất điện (01/12, 02/12 (2 lượt))\nđất: Bỏ lỡ – Mất điện (03/12)\n";
    assert!(text.contains(lines), "{text}");
    let reason = "Bỏ lỡ – Mất điện: 4 mục (05:31 thuế: 01/12, 02/12; 17:31 thuế: 02/12; 05:31 đất: 03/12)";
    assert!(text.contains(reason), "{text}");
    // Of a year with very many the first are named, and how many more there are.
    let days = day("2026-01-01").series(jiff::ToSpan::days(1)).take(40);
    let rows = days.map(|day| lost(&day.to_string(), "05:31:00", "thuế")).collect();
    let text = sentences(&paper_of(&Report::new(given("2026", rows), &station())));
    assert!(
        text.contains("thuế: Bỏ lỡ – Mất điện (01/01, 02/01, ") && text.contains("15/01 và 25 ngày khác)"),
        "{text}"
    );
}

#[test]
fn r40_growth_is_told_in_all_and_a_day_and_from_nothing_none_is() {
    let mut rows = vec![
        reform("2026-11-02", "05:31:00", "n1"),
        reform("2026-11-03", "05:31:00", "n2"),
        reform("2026-12-01", "05:31:00", "d1"),
        reform("2026-12-01", "05:41:00", "d2"),
        reform("2026-12-01", "17:31:00", "d3"),
    ];
    let document = paper_of(&december(rows.clone()));
    let summary = table(&document, "summary");
    assert_eq!(summary[4], "Thời lượng CCHC (phút) | 15,0 | 10,0 | +5,0 | +50,0 % | 25,0");
    assert_eq!(summary[6], "Phút CCHC/ngày phát | 15,0 | 5,0 | +10,0 | +200,0 % | 8,3");
    assert_eq!(summary[10], "Lượt đường dây nóng | 0 | 0 | 0 | không so sánh được | 0");
    rows.retain(|row| row.date >= day("2026-12-01"));
    let summary = table(&paper_of(&december(rows)), "summary");
    assert_eq!(summary[4], "Thời lượng CCHC (phút) | 15,0 | 0,0 | +15,0 | không so sánh được | 15,0");
}

#[test]
fn a_relay_is_no_reform_whatever_it_says() {
    let mut relay = reform("2026-12-01", "06:00:00", "vov");
    relay.kind = Kind::Relay;
    let said = reform("2026-12-02", "05:31:00", "dai-tinh").saying(|said| said.origin = Some(Origin::Relay));
    let report = december(vec![relay, said, heard("2026-12-01", "05:40:00", "x")]);
    assert_eq!(
        (report.totals.reform.value, report.totals.relay.value, report.totals.airtime.value),
        (0, 600_000, 900_000)
    );
    assert_eq!(report.totals.reform_share_permille(), Some(0));
    assert!(report.annex.is_empty());
}

#[test]
fn what_stood_in_for_a_relay_is_no_relay_and_no_reform_and_the_report_says_how_long_it_was() {
    for cause in [Cause::Source, Cause::Short] {
        let mut relay = reform("2026-12-01", "06:00:00", "vov");
        (relay.kind, relay.outcome, relay.cause) = (Kind::Relay, Some(Outcome::Interrupted), Some(cause));
        let report = december(vec![relay, heard("2026-12-01", "05:40:00", "x")]);
        let totals = &report.totals;
        assert_eq!((totals.relay.value, totals.in_place_of_relay.value, totals.reform.value), (0, 300_000, 0));
        let document = paper_of(&report);
        let said = "tổng thời lượng 10 phút 0 giây, không có tiếp âm; mất nguồn tiếp âm, phát thay 5 phút 0 giây.";
        assert!(loa::report::forms::text::render(&document).replace('\n', " ").contains(said));
    }
}

/// Where the log says how long the recordings sounded, each relay is the one for as long as it was and the other for the rest,
/// whatever its outcome.
#[test]
fn a_relay_that_lost_its_source_for_a_while_is_a_relay_for_the_rest_of_it_alone() {
    let relay = |date: &str, outcome, stand_in_ms| {
        let mut relay = reform(date, "06:00:00", "vov").lasting(60_000);
        (relay.kind, relay.outcome, relay.stand_in_ms) = (Kind::Relay, Some(outcome), Some(stand_in_ms));
        relay.cause = (outcome == Outcome::Interrupted).then_some(Cause::Source);
        relay
    };
    let report = december(vec![
        relay("2026-12-01", Outcome::Aired, 21_000),
        relay("2026-12-02", Outcome::Interrupted, 50_000),
        relay("2026-12-03", Outcome::Aired, 0),
    ]);
    let totals = &report.totals;
    assert_eq!((totals.relay.value, totals.in_place_of_relay.value), (109_000, 71_000));
    assert_eq!(totals.relay.value + totals.in_place_of_relay.value, totals.airtime.value);
    assert_eq!((totals.relay.rows.len(), totals.in_place_of_relay.rows.len()), (3, 2));
    let told = explain::text(&report, "summary.in_place_of_relay", Lang::Vi);
    assert!(told.contains("21,0 giây") && told.contains("50,0 giây"), "{told}");
    let summary = table(&paper_of(&report), "summary");
    assert!(summary.iter().any(|line| line.starts_with("Phát thay tiếp âm (giờ) | 0,02 |")), "{summary:#?}");
}

#[test]
fn a_row_counts_on_its_broadcasts_date_and_a_broadcast_over_midnight_once() {
    let mut over = reform("2026-12-31", "23:58:00", "gt");
    over.planned = at("2027-01-01", "00:05:00");
    over.broadcast = "2026-12-31/gt".into();
    let mut first = heard("2026-12-31", "23:50:00", "tune");
    first.broadcast = "2026-12-31/gt".into();
    let report = december(vec![over, first]);
    assert_eq!(
        (report.totals.days.value, report.totals.broadcasts.value, report.totals.reform_airings.value),
        (1, 1, 1)
    );
}
