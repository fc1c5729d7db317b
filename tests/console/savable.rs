//! What may be saved: a form and the file's own text go by one rule, and say it in the same words.

use std::fs;

use loa::console::Role::{Admin, Operator};
use serde_json::json;

use crate::blocks::carried;
use crate::client::{Browser, between};
use crate::plan::{MONTH, Planned, SEGMENT, base_of};
use crate::world::STATION;

/// The form of the month's window with that name, sent.
fn named(browser: &Browser, name: &str) -> (u16, String) {
    let carried = carried(&browser.get("/lich/2031-03/muc/khung-gio/dong?dong=0"));
    let days = ["T2", "T3", "T4", "T5", "T6", "T7"].map(|day| ("days", day));
    let own = [("name", name), ("start", "05:30"), ("end", "06:00"), ("days", "")].into_iter().chain(days);
    let all: Vec<(&str, &str)> = carried.iter().map(|(name, value)| (*name, value.as_str())).chain(own).collect();
    let answer = browser.post("/lich/2031-03/muc/khung-gio", &all);
    (answer.status, answer.body)
}

#[test]
fn while_the_stations_file_is_broken_no_form_and_no_text_saves_a_plan_and_each_says_why_alike() {
    let planned = Planned::new(STATION);
    let browser = planned.world.browser(Operator);
    let good = planned.world.station_text();
    fs::write(planned.world.home().join("schedules/station.toml"), format!("{good}\nquiet = [\n")).unwrap();
    let first = "hãy sửa tệp ấy trước, ở trang Đài";
    let base = base_of(&browser, "/lich/2031-03-04/tiet-muc");
    let fields: Vec<(&str, &str)> =
        [("base", base.as_str()), ("viec", "tiet-muc"), ("ngay", "2031-03-04")].into_iter().chain(SEGMENT).collect();
    let text = MONTH.replace("Bản tin", "Tin");
    let meeting =
        [("thang", "2031-03"), ("viec", "luu"), ("form", "pa nô"), ("date", "2031-03-20"), ("title", "Treo pa nô")];
    for (path, fields) in [
        ("/lich/2031-03/luu", fields.as_slice()),
        ("/lich/2031-03/toml", &[("base", base.as_str()), ("text", &text)]),
        ("/bao-cao/viet/hinh-thuc-khac", &meeting),
    ] {
        let answer = browser.post(path, fields);
        assert!(answer.status == 422 && answer.body.contains(first), "{path}: {answer:?}");
        assert_eq!(planned.text(), MONTH, "{path}");
    }
    let (status, body) = named(&browser, "Buổi sớm");
    assert!(status == 422 && body.contains(first), "{body}");
    assert_eq!(planned.text(), MONTH);
}

#[test]
fn of_two_mistakes_one_may_be_mended_first_and_what_mends_none_is_not_saved() {
    let planned = Planned::new(STATION);
    let browser = planned.world.browser(Operator);
    let (name, end) = (MONTH.replace("Buổi sáng\"", "Buổi sáng\"\r\nkhac = 1"), "end = \"06:00\"");
    let broken = name.replace(end, "end = \"26:00\"");
    fs::write(&planned.file, &broken).unwrap();
    // Another segment mends nothing: it waits for the others.
    let base = base_of(&browser, "/lich/2031-03-04/tiet-muc");
    let fields: Vec<(&str, &str)> =
        [("base", base.as_str()), ("viec", "tiet-muc"), ("ngay", "2031-03-04")].into_iter().chain(SEGMENT).collect();
    let answer = browser.post("/lich/2031-03/luu", &fields);
    assert!(answer.status == 422 && answer.body.contains("vốn có lỗi khác nên không dùng được"), "{answer:?}");
    assert_eq!(planned.text(), broken);
    let (status, body) = named(&browser, "Buổi sáng");
    assert_eq!((status, planned.text()), (303, name), "{body}");
    let told = browser.get("/lich/2031-03").body;
    assert!(told.contains("Tệp vẫn còn lỗi khác nên chưa dùng được"), "{told}");
}

#[test]
fn a_month_that_was_refused_before_keeps_nobody_from_the_stations_file() {
    let planned = Planned::new(STATION);
    fs::write(&planned.file, MONTH.replace("[[column]]", "[[column]")).unwrap();
    let admin = planned.world.browser(Admin);
    let page = admin.get("/dai/tep").body;
    let base = between(&page, "name=\"base\" value=\"", "\"").unwrap();
    let text = planned.world.station_text().replace("Đài Thử", "Đài Mới");
    let answer = admin.post("/dai/tep", &[("base", base), ("text", &text)]);
    assert_eq!((answer.status, planned.world.station_text()), (303, text), "{}", answer.body);
    // What takes a good month with it is refused as before.
    fs::write(&planned.file, MONTH.replace("[[column]]\r\nid = \"ban-tin\"\r\n", "")).unwrap();
    let column = format!("{}\n[[column]]\nid = \"ban-tin\"\nname = \"Tin\"\n", planned.world.station_text());
    for (text, status) in [(&column, 303), (&planned.world.station_text(), 422)] {
        let page = admin.get("/dai/tep").body;
        let base = between(&page, "name=\"base\" value=\"", "\"").unwrap();
        assert_eq!(admin.post("/dai/tep", &[("base", base), ("text", text)]).status, status, "{text}");
    }
    assert_eq!(planned.world.station_text(), column);
}

#[test]
fn a_program_saves_what_the_page_would_and_nothing_else() {
    let planned = Planned::new(STATION);
    let (world, admin, operator) = (&planned.world, planned.world.browser(Admin), planned.world.browser(Operator));
    let column = "[[column]]\r\nid = \"ban-tin\"\r\n";
    let path = world.home().join("schedules/station.toml");
    let own = world.station_text();
    let station = format!("{own}\n[[column]]\nid = \"ban-tin\"\nname = \"Tin\"\n");
    fs::write(&path, &station).unwrap();
    fs::write(&planned.file, MONTH.replace(column, "")).unwrap();
    let send = |browser: &Browser, file: &str, text: &str| {
        let base = match file {
            "station" => between(&admin.get("/dai/tep").body, "name=\"base\" value=\"", "\"").unwrap().to_owned(),
            _ => base_of(browser, "/lich/2031-03/toml"),
        };
        let answer = browser.call("/api/v1/schedule", &json!({ "file": file, "base": base, "text": text }));
        (answer.status, answer.body)
    };
    // What takes a good month with it.
    let (status, body) = send(&admin, "station", &own);
    assert!(status == 422 && body.contains("ban-tin"), "the mistake is named: {body}");
    assert_eq!(world.station_text(), station);
    // Of two mistakes one is mended first, and no third is made.
    let broken = MONTH.replace("Buổi sáng\"", "Buổi sáng\"\r\nkhac = 1").replace("end = \"06:00\"", "end = \"26:00\"");
    fs::write(&planned.file, &broken).unwrap();
    let better = broken.replace("26:00", "06:00");
    assert_eq!(send(&operator, "2031-03", &format!("{broken}khac = 2\r\n")).0, 422);
    assert_eq!((send(&operator, "2031-03", &better).0, planned.text()), (200, better));
    // A month under a station's file that nobody can read.
    fs::write(&path, format!("{station}\nquiet = [\n")).unwrap();
    let (status, body) = send(&operator, "2031-03", MONTH);
    assert!(status == 422 && body.contains("hãy sửa tệp ấy trước"), "{body}");
}
