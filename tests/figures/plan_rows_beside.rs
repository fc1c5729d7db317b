//! The rows of the ward's plan that are typed beside the log, or that are words of the document.

use std::collections::HashMap;

use loa::airing::{Corrected, Correction, Incident, IncidentKind};
use loa::outcome::{Cause, Outcome};
use loa::problem::{Lang, Place, Span, Text};
use loa::programme::particulars::{Feedback, Origin, Publication};
use loa::report::document::Document;
use loa::report::row::{Row, correct};
use loa::report::{Before, Given, Report, explain, json, paper, web};
use loa::schedule::{Deliverable, OtherActivity, Remarks};

use super::{With, at, day, december, given, heard, paper_of, reform, sentences, station, table};

fn place() -> Place {
    Place { file: "schedules/2026-12.toml".into(), span: Span { start: 0, end: 0 } }
}

#[test]
fn r06_what_was_published_again_is_counted_by_its_date_and_once() {
    let on = |channel: &str, date: &str| Publication { channel: channel.into(), date: day(date), url: None };
    let row = reform("2026-12-01", "05:31:00", "a").saying(|said| said.also_published = vec![on("Zalo", "2026-12-02")]);
    let mut given = given("2026-12", vec![row]);
    let typed = [on("zalo", "2026-12-02"), on("Facebook", "2026-12-31"), on("Facebook", "2027-01-01")];
    given.typed.published = typed.map(|publication| ("a".to_owned(), publication)).into();
    let report = Report::new(given, &station());
    let counts: Vec<(&str, usize)> =
        report.publicity.channels.iter().map(|channel| (channel.name.as_str(), channel.published.len())).collect();
    assert_eq!(counts, [("Facebook", 1), ("Zalo", 1)]);
    assert!(sentences(&paper_of(&report)).contains("Đăng lại trên (nhập tay): Facebook 1, Zalo 1."));
}

#[test]
fn r08_targets_show_what_is_done_and_due() {
    let genre = |date: &str, genre: &str| reform(date, "05:31:00", date).saying(|said| said.genre = Some(genre.into()));
    let rows = vec![
        genre("2026-12-01", "tin"),
        genre("2026-12-02", "tin"),
        genre("2026-12-03", "bài"),
        heard("2026-12-04", "05:50:00", "h").saying(|said| said.hotline = Some("tinh".into())),
    ];
    let report = december(rows.clone());
    assert_eq!(
        table(&paper_of(&report), "targets"),
        [
            "Phút CCHC | 20,0 | 15,0 | 75,0 %",
            "Tin mới | 1 | 2 | 200,0 %",
            "Bài mới | 1 | 1 | 100,0 %",
            "Phóng sự mới | 1 | 0 | 0,0 %",
            "Lượt đường dây nóng | 2 | 1 | 50,0 %",
        ]
    );
    let quarter = Report::new(given("2026-Q4", rows), &station());
    let due: Vec<(&str, u64)> = quarter.goals.iter().map(|goal| (goal.key, goal.due)).collect();
    assert_eq!(due, [("minutes", 3_600_000)]);
}

#[test]
fn r22_and_r25_other_forms_are_marked_as_typed_and_are_no_airtime() {
    let activity = |form: &str, date: &str| OtherActivity {
        form: form.into(),
        date: day(date),
        title: "Tuyên truyền CCHC".into(),
        unit: None,
        place: place(),
    };
    let mut given = given("2026-12", vec![reform("2026-12-01", "05:31:00", "a")]);
    given.typed.other_activities =
        vec![activity("pa nô", "2026-12-20"), activity("hội nghị", "2026-12-05"), activity("hội nghị", "2027-01-01")];
    let report = Report::new(given, &station());
    assert_eq!(
        table(&paper_of(&report), "other_activities"),
        [
            "hội nghị | 05/12/2026 | Tuyên truyền CCHC |  | nhập tay",
            "pa nô | 20/12/2026 | Tuyên truyền CCHC |  | nhập tay",
        ]
    );
    assert_eq!(report.totals.airtime.value, 300_000);
}

#[test]
fn r24_a_months_new_segments_go_to_the_page_once_each_and_no_markup_comes_through() {
    let text = |row: loa::report::row::Row| {
        row.saying(|said| {
            said.summary = Some("Tóm tắt".into());
            said.text = Some("Dòng một\nDòng <b>hai</b> & \"ba\"".into());
        })
    };
    let report = december(vec![
        text(reform("2026-12-01", "05:31:00", "Một <cửa>")),
        text(reform("2026-12-08", "05:31:00", "Một <cửa>")),
    ]);
    assert_eq!(
        web::html(&report, Lang::Vi),
        "<article>\n<h2>Một &lt;cửa&gt;</h2>\n<p class=\"summary\">Tóm tắt</p>\n<p class=\"text\">Dòng một</p>\n\
         <p class=\"text\">Dòng &lt;b&gt;hai&lt;/b&gt; &amp; &quot;ba&quot;</p>\n\
         <p class=\"aired\">Đã phát thanh: 01/12/2026, 08/12/2026</p>\n</article>\n"
    );
    assert_eq!(web::text(&report, Lang::Vi).matches("Một <cửa>").count(), 1);
    assert!(sentences(&paper_of(&report)).contains("Tin, bài gửi Trang TTĐT: 1."));
}

#[test]
fn r26_feedback_without_an_answer_is_flagged_and_a_selected_work_shows_its_credit() {
    let feedback = |date: &str, answered: Option<&str>| {
        let feedback = Feedback {
            received: day("2026-11-20"),
            answered_by: answered.map(|_| "UBND phường".to_owned()),
            answered: answered.map(day),
        };
        reform(date, "05:31:00", date).saying(|said| said.feedback = Some(feedback))
    };
    let selected = reform("2026-12-05", "05:31:00", "bao").saying(|said| {
        said.origin = Some(Origin::Selected);
        said.credit = Some("Báo Hải Dương".into());
    });
    let report = december(vec![feedback("2026-12-01", None), feedback("2026-12-02", Some("2026-11-28")), selected]);
    let document = paper_of(&report);
    assert_eq!(
        table(&document, "publicity"),
        [
            "Phản ánh, kiến nghị | 2026-12-01 (nhận 20/11/2026; chưa trả lời) | 1 | ",
            "Phản ánh, kiến nghị | 2026-12-02 (nhận 20/11/2026; UBND phường trả lời ngày 28/11/2026) | 1 | ",
        ]
    );
    assert!(sentences(&document).contains("Phản ánh, kiến nghị nêu trên sóng: 2; đã trả lời trên sóng: 1."));
    assert!(table(&document, "production")[2].contains("tuyển chọn (Báo Hải Dương)"));
    assert!(!report.works[2].is_own(&report.log));
}

#[test]
fn r28_products_are_done_late_overdue_or_under_way() {
    let tagged = |date: &str, tag: &str| reform(date, "05:31:00", date).saying(|said| said.tags = vec![tag.into()]);
    let promised = |name: &str, due: &str, tag: Option<&str>| Deliverable {
        name: name.into(),
        quantity: 1,
        due: day(due),
        tag: tag.map(str::to_owned),
        unit: None,
        place: place(),
    };
    let mut given = given("2026-12", vec![tagged("2026-12-05", "x"), tagged("2026-12-20", "y")]);
    given.typed.deliverables = vec![
        promised("đúng", "2026-12-06", Some("X")),
        promised("muộn", "2026-12-10", Some("y")),
        promised("quá", "2026-12-15", Some("z")),
        promised("sau", "2027-01-15", Some("z")),
        promised("sau", "2027-01-15", Some("z")),
        promised("tay", "2027-02-01", None),
    ];
    let report = Report::new(given, &station());
    assert_eq!(
        table(&paper_of(&report), "deliverables"),
        [
            "đúng | 1 | 1 | 06/12/2026 |  | đã đạt",
            "muộn | 1 | 1 | 10/12/2026 |  | đạt, muộn",
            "quá | 1 | 0 | 15/12/2026 |  | quá hạn",
            "sau | 1 | 0 | 15/01/2027 |  | đang thực hiện",
            "tay | 1 |  | 01/02/2027 |  | nhập tay",
        ]
    );
}

#[test]
fn r42_every_figure_is_explained_by_its_rows() {
    let report =
        december(vec![reform("2026-12-01", "05:31:00", "a"), heard("2026-12-01", "05:41:00", "b").lasting(1_500)]);
    assert_eq!(
        explain::text(&report, "summary.airtime", Lang::Vi),
        "summary.airtime = 5,0 phút  (2 dòng)\n\
         \x20   2026-12-01/sang/a-05:31:00  a  Đã phát  5 phút 0 giây\n\
         \x20   2026-12-01/sang/b-05:41:00  b  Đã phát  1,5 giây\n"
    );
    assert_eq!(explain::text(&report, "summary.air", Lang::Vi), "");
    assert_eq!(["", "summary", "summary.air"].map(|asked| explain::is_known(&report, asked)), [true, true, false]);
}

#[test]
fn r43_a_power_cut_appears_with_its_time_and_length() {
    let mut given =
        given("2026-12", vec![reform("2026-12-03", "05:50:00", "thuế").unheard(Outcome::Missed, Cause::Power)]);
    given.incidents = vec![Incident {
        kind: IncidentKind::PowerCut,
        began: at("2026-12-03", "05:45:00"),
        ended: Some(at("2026-12-03", "07:05:00")),
        detail: Text::same(""),
    }];
    let remarks = Remarks { difficulties: vec!["Thiếu cộng tác viên.".into()], ..Remarks::default() };
    given.typed.remarks = vec![("2026-12".parse().unwrap(), remarks)];
    let text = sentences(&paper_of(&Report::new(given, &station())));
    assert!(text.contains("Mất điện: từ 05:45 ngày 03/12/2026, 1 giờ 20 phút"), "{text}");
    assert!(text.contains("Bỏ lỡ – Mất điện: 1 mục (05:50 thuế: 03/12)"), "{text}");
    assert!(text.contains("Thiếu cộng tác viên."), "{text}");
}

/// Of some incidents the log has no more than their kind.
#[test]
fn an_incident_says_its_kind_once_and_what_more_there_is_of_it_in_brackets() {
    let crash = |n: i64, detail: Text| Incident {
        kind: IncidentKind::Crash,
        began: at("2026-12-03", "05:45:00") + jiff::SignedDuration::from_hours(n),
        ended: Some(at("2026-12-03", "05:46:00") + jiff::SignedDuration::from_hours(n)),
        detail,
    };
    for (detail, brackets) in
        [(IncidentKind::Crash.words(), ""), (Text::same(""), ""), (Text::same("mã 11"), " (mã 11)")]
    {
        for count in [1, 12] {
            let mut given = given("2026-12", Vec::new());
            given.incidents = (0..count).map(|n| crash(n, detail.clone())).collect();
            let text = sentences(&paper_of(&Report::new(given, &station())));
            let line =
                text.lines().find(|line| line.starts_with("Chương trình dừng đột ngột")).expect(&text).to_owned();
            assert_eq!(line.to_lowercase().matches("dừng đột ngột").count(), 1, "{line}");
            assert!(line.ends_with(brackets) && line.contains('(') != brackets.is_empty(), "{line}");
        }
    }
}

/// A line whose plug is loose: the log has each loss, the paper one line for them, and what came once its own.
#[test]
fn a_fault_that_comes_and_goes_all_morning_is_one_line_of_the_report_and_each_time_a_row_of_its_json() {
    let minute = |n: i64| at("2026-12-03", "05:45:00") + jiff::SignedDuration::from_mins(n);
    let lost = |n: i64| Incident {
        kind: IncidentKind::LineLost,
        began: minute(n),
        ended: Some(minute(n) + jiff::SignedDuration::from_secs(20)),
        detail: Text::new("alsa:hw:CARD=PCH,DEV=0: rút dây", "alsa:hw:CARD=PCH,DEV=0: unplugged"),
    };
    let power = Incident {
        kind: IncidentKind::PowerCut,
        began: at("2026-12-03", "12:00:00"),
        ended: Some(at("2026-12-03", "12:10:00")),
        detail: Text::same(""),
    };
    let all: Vec<Incident> = (0..50).map(lost).chain([power, lost(24 * 60)]).collect();
    let told = |incidents: &[Incident]| {
        let mut given = given("2026-12", vec![reform("2026-12-03", "05:50:00", "thuế")]);
        given.incidents = incidents.to_vec();
        let report = Report::new(given, &station());
        (sentences(&paper_of(&report)), json::value(&report)["incidents"]["rows"].as_array().unwrap().len())
    };
    let (text, rows) = told(&all);
    assert_eq!(rows, 52, "each is in the report that programs read");
    for line in [
        "Mất đường loa: 50 lần ngày 03/12/2026, từ 05:45 đến 06:34, tất cả 16 phút 40 giây (alsa:hw:CARD=PCH,DEV=0: rút dây)",
        "Mất điện: từ 12:00 ngày 03/12/2026, 10 phút 0 giây",
        "Mất đường loa: từ 05:45 ngày 04/12/2026, 20 giây (alsa:hw:CARD=PCH,DEV=0: rút dây)",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert_eq!(text.matches("Mất đường loa:").count(), 2, "{text}");
    let mut english = given("2026-12", vec![reform("2026-12-03", "05:50:00", "thuế")]);
    english.incidents = vec![lost(0)];
    let english = paper::document(&Report::new(english, &station()), &station(), day("2026-11-25"), None, Lang::En);
    let english = sentences(&english);
    assert!(english.contains("20 s (alsa:hw:CARD=PCH,DEV=0: unplugged)"), "{english}");
    let lasts = [lost(0), lost(1), Incident { ended: None, ..lost(2) }];
    assert!(told(&lasts).0.contains("3 lần ngày 03/12/2026, từ 05:45, chưa hết, tất cả 40 giây"), "{}", told(&lasts).0);
    // The first of them outlasts those that began behind it, to another day.
    let over = [Incident { ended: Some(minute(24 * 60)), ..lost(0) }, lost(1), lost(2)];
    let until = "3 lần ngày 03/12/2026, từ 05:45 đến 05:45 ngày 04/12/2026, tất cả";
    assert!(told(&over).0.contains(until), "{}", told(&over).0);
    assert_eq!(told(&lasts[..2]).0.matches("Mất đường loa: từ").count(), 2, "two are told one by one");
}

/// It was read, and was silent: to whoever reads the report that is no decoder's fault. Of several the word that is true of all.
#[test]
fn a_silent_recording_is_told_as_that_in_every_part_of_the_report() {
    let failed = |time: &str, note: &str| Row {
        note: note.into(),
        ..reform("2026-12-03", time, "thuế").unheard(Outcome::Failed, Cause::Undecodable)
    };
    let silent = failed("05:50:00", "tệp `audio/a.mp3` toàn im lặng; hãy thu lại");
    let broken = failed("06:50:00", "không giải mã được tệp `audio/b.mp3`: hỏng");
    let document = paper_of(&december(vec![silent.clone()]));
    let text = sentences(&document);
    assert!(text.contains("Lỗi phát – Bản ghi im lặng: 1 mục"), "{text}");
    assert!(!text.contains("Không giải mã được"), "{text}");
    let annex = format!("{:?}", table(&document, "annex"));
    assert!(annex.contains("Bản ghi im lặng: tệp “audio/a.mp3” toàn im lặng; hãy thu lại"), "{annex}");
    let text = sentences(&paper_of(&december(vec![silent, broken])));
    assert!(text.contains("Lỗi phát – Không giải mã được: 2 mục"), "{text}");
}

fn of(period: &str, dated: Option<&str>) -> Document {
    let report = Report::new(given(period, Vec::new()), &station());
    paper::document(&report, &station(), day("2026-11-25"), dated.map(day), Lang::Vi)
}

#[test]
fn r02_and_r44_the_head_and_the_foot_are_those_of_their_day_and_know_no_district_any_more() {
    let (old, new) = (of("2025-06", Some("2025-06-30")), of("2025-07", None));
    assert_eq!(
        (old.letterhead.superior.as_str(), old.letterhead.place.as_str()),
        ("UBND phường Long Xuyên", "Long Xuyên")
    );
    assert_eq!((new.letterhead.superior.as_str(), new.letterhead.place.as_str()), ("UBND phường Kinh Môn", "Kinh Môn"));
    assert_eq!((new.letterhead.issuer.as_str(), new.letterhead.symbol.as_str()), ("Đài truyền thanh", "BC-ĐTT"));
    assert_eq!(new.addressees, ["Ủy ban nhân dân phường Kinh Môn"]);
    assert_eq!(new.signature.titles, ["KT. Trưởng đài", "Phó Trưởng đài"]);
    assert_eq!(new.signature.name, "Nguyễn Văn An");
    assert_eq!(new.recipients, ["Như trên", "Văn phòng HĐND-UBND", "Công chức VH-TT", "Lưu: VT, ĐTT"]);
    assert!(old.recipients.contains(&"Phòng Nội vụ thị xã Kinh Môn".to_owned()));
    assert!(sentences(&old).contains("số 289/KH-UBND ngày 28/12/2023 của UBND thị xã Kinh Môn"));
    assert!(!sentences(&new).contains("thị xã"), "{}", sentences(&new));
    let desk = |document: &Document| document.tables().find(|table| table.key == "one_stop").unwrap().title.clone();
    assert_eq!(desk(&old), "Một cửa (Bộ phận Tiếp nhận và Trả kết quả)");
    assert_eq!(desk(&new), "Một cửa (Trung tâm Phục vụ hành chính công phường)");
    assert_eq!(of("2025-06", Some("2025-07-05")).letterhead.place, "Kinh Môn", "a day that is given has its own names");
    assert_eq!(of("2025-06", None).letterhead.place, "Kinh Môn", "today has today's");
    assert!(sentences(&new).contains("15/KH-UBND"));
    assert!(!sentences(&old).contains("15/KH-UBND"), "no report carries out what is issued later");
}

#[test]
fn an_empty_month_and_one_without_a_month_before_say_so() {
    let report = december(Vec::new());
    let document = paper_of(&report);
    assert!(sentences(&document).contains("Trong kỳ không có ngày nào phát nội dung CCHC (31 ngày)."));
    assert!(sentences(&document).contains("Trong kỳ, nhật ký không có mục nào theo kế hoạch."));
    assert!(!sentences(&document).contains("Không có mục nào bị bỏ lỡ"));
    assert!(table(&document, "annex").is_empty() && table(&document, "genres").is_empty());
    let mut first = given("2026-12", Vec::new());
    first.first_run = Some(day("2026-11-20"));
    let report = Report::new(first, &station());
    assert_eq!(report.before, Before::From(day("2026-11-20")));
    let text = sentences(&paper_of(&report));
    assert!(text.contains("Chưa đủ số liệu kỳ trước để so sánh: nhật ký có từ ngày 20/11/2026."), "{text}");
}

#[test]
fn a_station_that_is_new_to_loa_says_from_when_on_it_has_figures() {
    let of = |first_run: Option<&str>, rows| {
        let given = Given { first_run: first_run.map(day), ..given("2026-12", rows) };
        let report = Report::new(given, &station());
        let text = sentences(&paper_of(&report));
        (report, text)
    };
    let (report, text) = of(Some("2026-12-20"), vec![reform("2026-12-22", "05:31:00", "thuế")]);
    assert!(text.contains("Nhật ký có từ ngày 20/12/2026: số liệu của kỳ tính từ ngày ấy."), "{text}");
    assert_eq!(report.regularity.days_without, 11, "of the twelve days from the 20th on");
    assert!(text.contains("Khoảng trống CCHC dài nhất 10 ngày (từ 22/12/2026 đến 01/01/2027)"), "{text}");
    // Of the day before the log begins nobody knows whether it was a gap.
    let (begins, text) = of(Some("2026-12-28"), vec![reform("2026-12-31", "05:31:00", "thuế")]);
    let gap = begins.regularity.gap.unwrap();
    assert_eq!((gap.days, gap.from, gap.to), (3, day("2026-12-28"), day("2026-12-31")));
    assert!(text.contains("Khoảng trống CCHC dài nhất 3 ngày (từ 28/12/2026 đến 31/12/2026); 3 ngày"), "{text}");
    let (begins, text) = of(Some("2026-12-31"), vec![reform("2026-12-31", "05:31:00", "thuế")]);
    assert_eq!(begins.regularity.days_without, 0);
    assert!(
        text.contains("Ngày nào cũng phát nội dung CCHC (không kể ngày nghỉ).") && !text.contains("30/12/2026"),
        "{text}"
    );
    for (first_run, said) in [
        (None, "Chưa có nhật ký phát sóng: Loa chưa chạy lần nào ở đài này."),
        (Some("2027-01-02"), "Nhật ký có từ ngày 02/01/2027, sau kỳ này: kỳ này không có số liệu."),
    ] {
        let (_, text) = of(first_run, Vec::new());
        assert!(text.contains(said), "{text}");
        assert!(text.contains("Chưa đủ số liệu kỳ trước để so sánh."), "{text}");
        for untold in [
            "không phát ngày nào",
            "Khoảng trống",
            "không có ngày nào phát",
            "không có mục nào",
            "Không có mục nào",
            "Không có tác phẩm CCHC mới",
            "Nội dung chưa có lượt phát",
            "Tin, bài gửi Trang TTĐT",
        ] {
            assert!(!text.contains(untold), "{untold}: {text}");
        }
    }
}

#[test]
fn what_was_written_by_hand_counts_as_written_and_is_told() {
    let correction = |of: Corrected, outcome| Correction {
        id: "019ad5f0-0000-7000-8000-000000000001".into(),
        of,
        date: day("2026-12-03"),
        by: "Lan".into(),
        why: "mất điện, phát bằng máy nổ".into(),
        written: at("2026-12-04", "08:00:00"),
        outcome: Some(outcome),
        cause: None,
        began: Some(at("2026-12-03", "06:00:00")),
        ended: Some(at("2026-12-03", "06:02:00")),
        played_ms: None,
        note: None,
        replaces: None,
    };
    let missed = reform("2026-12-03", "05:31:00", "a").unheard(Outcome::Missed, Cause::Power);
    let slot = Corrected::Slot(missed.slot.clone());
    let without = Corrected::WithoutLoa { title: "Tin bão".into(), segment: Some("a".into()) };
    let entry = correction(without, Outcome::Aired);
    let known = HashMap::from([(entry.id.clone(), missed.clone())]);
    let mut rows = vec![missed];
    let wrong = Correction { played_ms: Some(1), ..correction(slot.clone(), Outcome::Aired) };
    correct(&mut rows, &[wrong, correction(slot, Outcome::Aired), entry], &known);
    let report = december(rows);
    let classes = &report.schedule.total;
    assert_eq!((classes.planned.value, classes.aired.value, classes.missed.value), (1, 1, 0));
    assert_eq!(
        (report.totals.reform.value, report.totals.new_works.value, report.totals.by_hand.value),
        (240_000, 1, 1)
    );
    let document = paper_of(&report);
    assert!(
        table(&document, "annex")[0]
            .ends_with("| Mới | Đã phát | nhập tay, Lan: mất điện, phát bằng máy nổ; tính 2 phút 0 giây")
    );
    let text = sentences(&document);
    assert!(text.contains("2 dòng do người nhập tay bên cạnh nhật ký"), "{text}");
    assert!(text.contains("03/12 a: Đã phát (Lan: mất điện, phát bằng máy nổ)"), "{text}");
    let explained = explain::text(&report, "summary.reform", Lang::Vi);
    assert!(explained.contains("2 phút 0 giây  (nhập tay: Lan)"), "{explained}");
}

/// An entry by hand of 3 December, without times.
fn by_hand(id: &str, of: Corrected, outcome: Outcome) -> Correction {
    Correction {
        id: id.into(),
        of,
        date: day("2026-12-03"),
        by: "Lan".into(),
        why: "dân không nghe".into(),
        written: at("2026-12-04", "08:00:00"),
        outcome: Some(outcome),
        cause: (outcome != Outcome::Aired).then_some(Cause::Power),
        began: None,
        ended: None,
        played_ms: None,
        note: None,
        replaces: None,
    }
}

#[test]
fn of_two_times_the_one_that_nobody_wrote_is_the_logs() {
    let aired = reform("2026-12-03", "05:31:00", "a").in_column("cchc");
    let (began, ended) = (aired.began.expect("heard"), aired.ended.expect("heard"));
    let whole_ms = aired.heard_ms;
    let later = |seconds| Some(began + jiff::SignedDuration::from_secs(seconds));
    for (typed, counts_ms) in [
        ((None, later(10)), 10_000),
        ((later(10), None), (ended.duration_since(began).as_millis() as u64) - 10_000),
        ((later(10), later(15)), 5_000),
        ((None, None), whole_ms),
    ] {
        let entry = by_hand("c", Corrected::Slot(aired.slot.clone()), Outcome::Interrupted);
        let entry = Correction { began: typed.0, ended: typed.1, ..entry };
        let mut rows = vec![aired.clone()];
        correct(&mut rows, &[entry], &HashMap::new());
        assert_eq!(rows[0].heard_ms, counts_ms, "{typed:?}");
    }
}

#[test]
fn what_is_corrected_to_unheard_counts_nowhere_and_has_no_times() {
    for outcome in [Outcome::Missed, Outcome::Failed, Outcome::Excepted] {
        let aired = reform("2026-12-03", "05:31:00", "a").in_column("cchc");
        let entry = by_hand("c", Corrected::Slot(aired.slot.clone()), outcome);
        let mut rows = vec![aired];
        correct(&mut rows, &[entry], &HashMap::new());
        let report = december(rows);
        let totals = &report.totals;
        let figures = [&totals.days, &totals.broadcasts, &totals.airtime, &totals.reform, &totals.reform_airings];
        assert_eq!(figures.map(|figure| figure.value), [0; 5], "{outcome:?}");
        assert_eq!((totals.kept.value, totals.new_works.value, report.schedule.total.airtime.value), (0, 0, 0));
        let annex = table(&paper_of(&report), "annex");
        assert_eq!(annex.len(), 1);
        assert!(annex[0].starts_with("1 | 03/12/2026 |  |  | a |"), "{annex:?}");
        assert!(annex[0].ends_with("Mất điện: nhập tay, Lan: dân không nghe"), "{annex:?}");
    }
}

#[test]
fn what_was_aired_without_loa_is_a_broadcast_under_its_segments_name_and_no_longer_than_its_recording() {
    let aired = reform("2026-12-02", "05:31:00", "a").lasting(6_000);
    let entry = |id: &str, time: &str, segment: Option<&str>| Correction {
        began: Some(at("2026-12-03", time)),
        ended: Some(at("2026-12-03", time) + jiff::SignedDuration::from_mins(5)),
        ..by_hand(
            id,
            Corrected::WithoutLoa { title: "Tên khác".into(), segment: segment.map(str::to_owned) },
            Outcome::Aired,
        )
    };
    let entries = [entry("c1", "05:50:00", Some("a")), entry("c2", "17:00:00", None)];
    let known = HashMap::from([("c1".to_owned(), aired.clone())]);
    let mut rows = vec![aired];
    correct(&mut rows, &entries, &known);
    let report = december(rows);
    let totals = &report.totals;
    assert_eq!((totals.days.value, totals.broadcasts.value), (2, 3));
    assert_eq!((totals.reform.value, totals.airtime.value), (12_000, 312_000));
    let titles: Vec<&str> = report.log.rows.iter().map(|row| row.title.as_str()).collect();
    assert_eq!(titles, ["a", "a", "Tên khác"]);
    let annex = table(&paper_of(&report), "annex");
    assert!(annex[1].ends_with("nhập tay, Lan: dân không nghe; tính 6,0 giây"), "{annex:?}");
}

#[test]
fn what_is_not_whole_is_not_compared_and_what_is_ahead_is_not_done() {
    let activity = |date: &str| OtherActivity {
        form: "hội nghị".into(),
        date: day(date),
        title: date.into(),
        unit: None,
        place: place(),
    };
    let rows = || vec![reform("2026-11-02", "05:31:00", "a"), reform("2026-12-01", "05:31:00", "b")];
    let mut half = given("2026-12", rows());
    half.today = day("2026-12-10");
    half.typed.other_activities = vec![activity("2026-12-10"), activity("2026-12-11")];
    let mut short = given("2026-12", rows());
    short.first_run = Some(day("2026-11-20"));
    for (given, why) in
        [(half, "Kỳ này chưa hết (số liệu đến ngày 10/12/2026)"), (short, "nhật ký có từ ngày 20/11/2026")]
    {
        let report = Report::new(given, &station());
        let document = paper_of(&report);
        assert!(sentences(&document).contains(why), "{}", sentences(&document));
        assert_eq!(table(&document, "summary")[4], "Thời lượng CCHC (phút) | 5,0 | 5,0 |  | không so sánh được | 10,0");
        let done: Vec<String> = report.other_activities.iter().map(|done| done.date.to_string()).collect();
        assert!(done.iter().all(|date| date == "2026-12-10"), "{done:?}");
    }
}

#[test]
fn signs_that_turn_a_title_round_are_printed_nowhere() {
    let mut row = reform("2026-12-01", "05:31:00", "a").saying(|said| said.text = Some("một\u{202e}\nhai".into()));
    row.title = "Tin\u{202e} đảo\u{2066}".into();
    let report = december(vec![row]);
    let printed = [
        explain::text(&report, "summary.reform", Lang::Vi),
        explain::json(&report, "summary.reform").to_string(),
        web::text(&report, Lang::Vi),
        web::html(&report, Lang::Vi),
    ];
    for text in printed {
        assert!(text.contains("Tin đảo") && !text.contains(['\u{202e}', '\u{2066}']), "{text}");
    }
}
