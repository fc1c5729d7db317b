//! The log and the reports in the browser: found, corrected, taken away.

use std::io::{Cursor, Read as _};

use loa::clock;
use loa::console::Role;
use loa::home::Home;
use loa::problem::Lang;
use loa::reporting::{Form, Made};
use loa::station::Rhythm;

use crate::client::between;
use crate::world::{STATION, World, until};
use crate::zone::{self, placed};

/// What a person writes of something that Loa did not play.
const BY_HAND: [(&str, &str); 6] = [
    ("ten", "Loa tay"),
    ("ket_qua", "aired"),
    ("bat_dau", "2020-01-05T05:30:00"),
    ("ket_thuc", "2020-01-05T05:34:30"),
    ("ghi_chu", "phát bằng USB"),
    ("ly_do", "mất điện cả buổi"),
];

#[test]
fn what_a_person_writes_stands_in_the_log_is_found_and_counts_in_the_report() {
    let world = World::new(&placed(STATION), true);
    let operator = world.browser(Role::Operator);
    assert_eq!(world.browser(Role::Viewer).post("/nhat-ky/sua", &BY_HAND).status, 403);
    for (lacking, why) in [("ly_do", "hãy ghi lý do"), ("ten", "cần đủ tên mục"), ("ket_thuc", "cần đủ tên mục")]
    {
        let fields: Vec<(&str, &str)> = BY_HAND.into_iter().filter(|(name, _)| *name != lacking).collect();
        let answer = operator.post("/nhat-ky/sua", &fields);
        assert_eq!(answer.status, 422, "{lacking}");
        assert!(answer.body.contains(why) && answer.body.contains("phát bằng USB"), "{}", answer.body);
    }
    let backwards = BY_HAND.map(|(name, value)| (name, if name == "ket_thuc" { "2020-01-05T05:29" } else { value }));
    let answer = operator.post("/nhat-ky/sua", &backwards);
    assert!(answer.status == 409 && answer.body.contains("giờ kết thúc trước giờ bắt đầu"), "{answer:?}");
    assert_eq!(operator.post("/nhat-ky/sua", &BY_HAND).status, 303);
    let told = operator.get("/nhat-ky").body;
    assert!(told.contains("Đã ghi mục phát không qua Loa; sửa hay rút lại thì mở mục ấy ở Nhật ký."), "{told}");
    assert!(told.contains("mở mục ấy ở Nhật ký. Báo cáo tính: 4 phút 30 giây."), "{told}");

    let days = "tu=2020-01-01&den=2020-01-31";
    let viewer = world.browser(Role::Viewer);
    let page = viewer.get(&format!("/nhat-ky?{days}")).body;
    assert!(page.contains("Chủ nhật, 05/01/2020") && page.contains("Loa tay") && page.contains("05:30:00"), "{page}");
    let today = zone::now().date();
    let heads = "Ngày,Giờ dự kiến,Bắt đầu,Kết thúc,Trễ (giây),Thời lượng,Tiết mục,Kết quả,Nguyên nhân,Ghi chú";
    let row = format!(
        "05/01/2020,,05:30:00,05:34:30,,4:30,\"Loa tay (phát không qua Loa, nhập tay)\",Đã phát,,\"Trực, {}: mất điện cả buổi; phát bằng USB\"",
        today.strftime("%d/%m/%Y")
    );
    for (filter, rows) in [
        ("", vec![&row]),
        ("&ket_qua=aired&tim=mat+dien", vec![&row]),
        ("&ket_qua=missed", vec![]),
        ("&chu_de=h", vec![]),
        ("&tim=khac", vec![]),
    ] {
        let answer = viewer.get(&format!("/nhat-ky/xuat/csv?{days}{filter}"));
        let lines: Vec<&str> = answer.body.trim_start_matches('\u{feff}').lines().collect();
        let expected: Vec<&str> = std::iter::once(heads).chain(rows.into_iter().map(String::as_str)).collect();
        assert_eq!(lines, expected, "{filter}");
        let saved = "attachment; filename=\"nhat-ky-2020-01-01-2020-01-31.csv\"";
        assert_eq!(answer.header("content-disposition"), Some(saved));
    }
    let json = viewer.get(&format!("/nhat-ky/xuat/json?{days}")).json();
    assert_eq!(json["corrections"][0]["title"], "Loa tay");
    assert_eq!(viewer.get(&format!("/nhat-ky/xuat/docx?{days}")).status, 404);
    let behind = viewer.get("/bao-cao/nguon?ky=2020-01&nhip=calendar&so=summary.airtime").body;
    assert!(behind.contains("Loa tay") && behind.contains("4:30") && behind.contains("Trực"), "{behind}");

    let id = json["corrections"][0]["correction"].as_str().unwrap();
    let page = operator.get(&format!("/nhat-ky?{days}")).body;
    assert!(page.contains(&format!("/nhat-ky/sua?muc={id}")), "{page}");
    assert!(operator.get(&format!("/nhat-ky/sua?muc={id}")).body.contains("rut_lai"));
    let taken_back = [("muc", id), ("rut_lai", "co"), ("ly_do", "ghi nhầm năm")];
    assert_eq!(operator.post("/nhat-ky/sua", &taken_back).status, 303);
    let told = operator.get("/nhat-ky").body;
    assert!(told.contains("Đã rút lại mục nhập tay"), "{told}");
    let page = viewer.get(&format!("/nhat-ky?{days}")).body;
    assert!(
        page.contains("Đã rút lại") && page.contains("ghi nhầm năm") && !page.contains("/nhat-ky/sua?muc="),
        "{page}"
    );
    assert_eq!(operator.post("/nhat-ky/sua", &taken_back).status, 409);
}

#[test]
fn a_report_is_looked_at_in_a_frame_of_its_own_and_taken_away_in_its_forms() {
    let world = World::new(STATION, true);
    let viewer = world.browser(Role::Viewer);
    let page = viewer.get("/bao-cao?ky=2020-01&nhip=calendar");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("/bao-cao/xem?ky=2020-01&amp;nhip=calendar"), "{}", page.body);
    assert!(page.header("content-security-policy").unwrap().contains("frame-src 'self'"));
    assert_eq!(page.header("x-frame-options"), Some("DENY"));
    let sheet = viewer.get("/bao-cao/xem?ky=2020-01&nhip=calendar");
    assert!(sheet.body.starts_with("<!DOCTYPE html>") && sheet.body.contains("Đài Thử"), "{}", sheet.body);
    let policy = sheet.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'unsafe-inline';") && policy.ends_with("sandbox"),
        "{policy}"
    );
    assert_eq!(sheet.header("x-frame-options"), Some("SAMEORIGIN"));

    let taken =
        |form: &str| viewer.bytes("GET", &format!("/bao-cao/tai?ky=2020-Q1&nhip=calendar&dang={form}"), &[], b"");
    let (answer, docx) = taken("docx");
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"bao-cao-2020-Q1.docx\""));
    let document = document_of(docx);
    assert!(document.contains("quý I năm 2020"), "{document}");
    let (_, xlsx) = taken("xlsx");
    assert!(zip::ZipArchive::new(Cursor::new(xlsx)).unwrap().by_name("xl/workbook.xml").is_ok());
    let json: serde_json::Value = serde_json::from_slice(&taken("json").1).unwrap();
    assert!(json["summary"]["rows"].is_array(), "{json}");
    assert_eq!(taken("exe").0.status, 404);
    assert!(viewer.get("/bao-cao?ky=2020-13").body.contains("không hiểu kỳ báo cáo"));
    assert_eq!(viewer.get("/bao-cao/nguon?ky=2020-01&so=khong.co").status, 404);
}

/// The text part of a docx.
fn document_of(docx: Vec<u8>) -> String {
    let mut document = String::new();
    let mut archive = zip::ZipArchive::new(Cursor::new(docx)).unwrap();
    archive.by_name("word/document.xml").unwrap().read_to_string(&mut document).unwrap();
    document
}

#[test]
fn the_document_of_the_decree_is_vietnamese_whatever_language_its_maker_reads() {
    let world = World::new(STATION, true);
    let (home, rhythm) = (Home::at(world.home()), Some(Rhythm::Calendar));
    let made = Made::of(&home, Some("2020-Q1"), rhythm, clock::now()).unwrap_or_else(|unmade| panic!("{unmade:?}"));
    let english = |form| made.bytes(form, None, Lang::En).unwrap();
    let state = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
    let document = document_of(english(Form::Docx));
    assert!(document.contains(state) && document.contains("quý I năm 2020"), "{document}");
    let page = String::from_utf8(english(Form::Html)).unwrap();
    assert!(page.contains("SOCIALIST REPUBLIC OF VIET NAM") && !page.contains(state), "{page}");
}

#[test]
fn what_no_log_tells_is_typed_into_the_months_file_and_over_nobody_elses_change() {
    let world = World::new(STATION, true);
    let path = world.home().join("schedules/2020-01.toml");
    let text = "month = \"2020-01\" # tháng Giêng\n\n[remarks]\nnext = [\"cũ\"] # nhớ sửa\n";
    std::fs::write(&path, text).unwrap();
    let operator = world.browser(Role::Operator);
    assert_eq!(world.browser(Role::Viewer).get("/bao-cao/viet?thang=2020-01").status, 403);
    assert_eq!(operator.get("/bao-cao/viet?thang=2020-02").status, 409, "it has no plan");
    let page = operator.get("/bao-cao/viet?thang=2020-01").body;
    assert!(page.contains(">cũ</textarea>"), "{page}");
    let version = between(&page, "name=\"ban\" value=\"", "\"").unwrap().to_owned();
    let send = |version: &str| {
        let said =
            [("thang", "2020-01"), ("ban", version), ("difficulties", "Thiếu máy\r\n\r\n Mất điện "), ("next", "")];
        operator.post("/bao-cao/viet", &said)
    };
    std::fs::write(&path, format!("# của người khác\n{text}")).unwrap();
    let conflict = send(&version);
    assert!(conflict.status == 409 && conflict.body.contains("Thiếu máy"), "{conflict:?}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), format!("# của người khác\n{text}"));
    let theirs = between(&conflict.body, "name=\"ban\" value=\"", "\"").unwrap();
    assert_eq!(send(theirs).status, 303);
    let now = std::fs::read_to_string(&path).unwrap();
    assert!(now.starts_with("# của người khác\nmonth = \"2020-01\" # tháng Giêng\n"), "{now}");
    assert!(now.contains("difficulties = [\"Thiếu máy\", \"Mất điện\"]") && !now.contains("cũ"), "{now}");
    let sheet = operator.get("/bao-cao/xem?ky=2020-01&nhip=calendar").body;
    assert!(sheet.contains("Thiếu máy"), "{sheet}");
}

#[test]
fn the_evidence_of_a_period_is_one_file_which_who_may_see_the_stations_text_takes() {
    let world = World::new(STATION, true);
    let (approver, admin) = (world.browser(Role::Approver), world.browser(Role::Admin));
    let (page, way) = ("/bao-cao?ky=2020-01&nhip=calendar", "/bao-cao/bang-chung?");
    assert!(admin.get(page).body.contains(way) && !approver.get(page).body.contains(way));
    assert_eq!(approver.get("/bao-cao/bang-chung?ky=2020-01&nhip=calendar").status, 403);
    let (answer, bytes) = admin.bytes("GET", "/bao-cao/bang-chung?ky=2020-01&nhip=calendar", &[], b"");
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"bang-chung-2020-01.zip\""));
    let seen = loa::evidence::check("bang-chung-2020-01.zip", &bytes, None).unwrap();
    assert_eq!(seen.verdict.findings, []);
}

#[test]
fn a_filter_of_days_the_wrong_way_round_stays_as_it_was_filled_in_with_why_beside_it() {
    let viewer = World::shared().browser(Role::Viewer);
    let reversed = viewer.get("/nhat-ky?tu=2020-02-01&den=2020-01-01&ket_qua=missed&tiet_muc=tin&tim=loa").body;
    let form = between(&reversed, "role=\"search\">", "</form>").expect(&reversed);
    for part in [
        "name=\"tu\" value=\"2020-02-01\" aria-invalid=\"true\" aria-describedby=\"ngay-sai\"",
        "name=\"den\" value=\"2020-01-01\" aria-invalid=\"true\"",
        "<option value=\"missed\" selected>",
        "<option value=\"tin\" selected>",
        "name=\"tim\" value=\"loa\"",
        "role=\"alert\">“Đến hết ngày” (01/01/2020) đứng trước “Từ ngày” (01/02/2020)",
    ] {
        assert!(form.contains(part), "{part}: {form}");
    }
    let export = viewer.get("/nhat-ky/xuat/csv?tu=2020-02-01&den=2020-01-01");
    assert!(export.status == 422 && export.body.contains("(01/01/2020)"), "{export:?}");
}

/// What a column lacks because it was played from a stick counts for it once somebody says which segment it was.
#[test]
fn what_aired_without_loa_is_of_a_segment_and_counts_for_its_column_and_topic() {
    let station = format!("{}\n[[topic]]\ncode = \"a\"\ntitle = \"Thể chế\"\n", placed(STATION));
    let world = World::new(&station, true);
    let operator = world.browser(Role::Operator);
    let now = zone::now();
    let (month, today) = (now.strftime("%Y-%m").to_string(), now.date());
    let plan = format!(
        "month = \"{month}\"\n[[window]]\nid = \"sang\"\nname = \"Buổi sáng\"\nstart = \"05:30\"\nend = \"06:00\"\ndays = \"hằng ngày\"\n\
         running_order = [{{ column = \"cchc\" }}]\n[[column]]\nid = \"cchc\"\nname = \"CCHC\"\ntopic = \"a\"\n\
         [[segment]]\nid = \"mot-cua\"\ntitle = \"Một cửa\"\naudio = \"nhac-hieu.flac\"\ncolumn = \"cchc\"\ndays = \"hằng ngày\"\n"
    );
    std::fs::write(world.home().join(format!("schedules/{month}.toml")), plan).unwrap();
    until("the month is in force", || {
        operator.get("/api/v1/status").json()["schedule"]["revision"].is_string().then_some(())
    });
    let form = operator.get("/nhat-ky/sua").body;
    let choice = between(&form, "name=\"tiet_muc\"", "</select>").expect(&form);
    assert!(choice.contains("<option value=\"mot-cua\">Một cửa</option>"), "{choice}");
    let day = now.date().yesterday().unwrap().max(now.date().first_of_month());
    let (began, ended) = (format!("{day}T00:00:01"), format!("{day}T00:00:05"));
    let fields = |segment| {
        [
            ("ten", ""),
            ("tiet_muc", segment),
            ("ket_qua", "aired"),
            ("bat_dau", began.as_str()),
            ("ket_thuc", ended.as_str()),
            ("ly_do", "phát bằng USB"),
        ]
    };
    let answer = operator.post("/nhat-ky/sua", &fields(""));
    assert!(answer.status == 422 && answer.body.contains("cần đủ tên mục (hoặc tiết mục"), "{answer:?}");
    let answer = operator.post("/nhat-ky/sua", &fields("khong-co"));
    assert!(answer.status == 409, "{answer:?}");
    let answer = operator.post("/nhat-ky/sua", &fields("mot-cua"));
    assert_eq!(answer.status, 303, "{}", answer.body);
    let report = operator.get(&format!("/bao-cao/tai?tu={day}&den={today}&dang=json")).json();
    let topics = report["topics"]["rows"].as_array().unwrap().clone();
    let airings = topics.iter().find(|row| row["topic"] == "a").map(|row| row["airings"].clone());
    assert_eq!(airings, Some(1.into()), "{report}");
}

#[test]
fn a_report_of_one_date_alone_is_refused_beside_the_field_that_is_empty() {
    let (viewer, admin) = (World::shared().browser(Role::Viewer), World::shared().browser(Role::Admin));
    for (query, field, said) in [
        (
            "tu=2026-12-02",
            "den",
            "Mới có “Hoặc từ ngày” (02/12/2026); hãy điền cả “Đến hết ngày”, hoặc bỏ trống cả hai",
        ),
        (
            "den=2026-12-02",
            "tu",
            "Mới có “Đến hết ngày” (02/12/2026); hãy điền cả “Hoặc từ ngày”, hoặc bỏ trống cả hai",
        ),
    ] {
        let page = viewer.get(&format!("/bao-cao?ky=2026-11&{query}")).body;
        assert_eq!(page.matches(said).count(), 1, "{said}: {page}");
        let input = between(&page, &format!("name=\"{field}\" value=\"\""), ">").unwrap();
        assert!(input.contains("aria-invalid=\"true\" aria-describedby=\"ngay-thieu\""), "{input}");
        assert!(page.contains("value=\"2026-12-02\"") && !page.contains("/bao-cao/xem?"), "no other period's: {page}");
        for (way, browser) in [("xem", &viewer), ("bang-chung", &admin)] {
            let answer = browser.get(&format!("/bao-cao/{way}?{query}"));
            assert!(answer.status >= 400 && answer.body.contains("(02/12/2026)"), "{way}: {answer:?}");
        }
    }
}

/// A browser that is told to save what cannot be made saves nothing and says nothing: the answer itself says what it is.
#[test]
fn where_no_pdf_can_be_made_there_is_no_link_to_one_but_the_ways_that_are_left() {
    let world = World::new(STATION, true);
    let viewer = world.browser(Role::Viewer);
    let page = viewer.get("/bao-cao?ky=2020-01&nhip=calendar").body;
    assert!(!page.contains(" download "), "{page}");
    if loa::reporting::has_maker() {
        return;
    }
    assert!(!page.contains("dang=pdf") && page.contains("chưa có LibreOffice nên chưa tạo được PDF"), "{page}");
    // Who has its address all the same is told on a page.
    let answer = viewer.get("/bao-cao/tai?ky=2020-01&nhip=calendar&dang=pdf");
    assert_eq!((answer.status, answer.header("content-disposition")), (409, None));
    for part in [
        "chưa cài LibreOffice",
        "href=\"/bao-cao/xem?ky=2020-01&amp;nhip=calendar\"",
        "href=\"/bao-cao/tai?ky=2020-01&amp;nhip=calendar&amp;dang=docx\"",
        "Lưu thành PDF",
    ] {
        assert!(answer.body.contains(part), "{part}: {}", answer.body);
    }
}
