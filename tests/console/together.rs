//! Two people at one month, and at the rows of one list.

use std::fs;

use loa::console::Role::{Admin, Operator};

use crate::blocks::{Clerk, WARD, admin, carried};
use crate::client::{Answer, Browser, between};
use crate::plan::{MONTH, Planned, SEGMENT, base_of, changed};
use crate::world::{STATION, World};

#[test]
fn two_who_change_other_blocks_of_one_month_both_have_their_way_at_once() {
    let planned = Planned::new(STATION);
    let (first, second) = (planned.world.browser(Admin), planned.world.browser(Operator));
    let exception = [("khung", "sang"), ("cach", "nghi"), ("ly_do", "Họp")];
    let other_day = [("ngay", "2031-03-05"), ("khung", "sang"), ("cach", "nghi"), ("ly_do", "Lễ")];
    let shown = version_of_order(&second, "/lich/2031-03-04/thu-tu?khung=sang&pham-vi=thang");
    let order = [("khung", "sang"), ("pham_vi", "thang"), ("trinh_tu", &*shown), ("lenh", "xuong:0")];
    let (own, title) = (changed(&[("editor", "Lan")]), changed(&[("title", "Bản tin sáng")]));
    type Work<'s> = (&'s str, &'s [(&'s str, &'s str)]);
    // What the first saves, then the second from the same page, and whether both have their way.
    let cases: [(Work<'_>, Work<'_>, bool); 8] = [
        (("bo-ngay", &[("ma", "tin")]), ("tiet-muc", &SEGMENT), true),
        (("tiet-muc", &SEGMENT), ("tiet-muc", &own), true),
        (("buoi", &exception), ("tiet-muc", &own), true),
        (("thu-tu", &order), ("buoi", &exception), true),
        (("buoi", &exception), ("buoi", &other_day), true),
        (("buoi", &exception), ("buoi-nhu-thuong", &exception), false),
        (("tiet-muc", &title), ("tiet-muc", &own), false),
        (("tiet-muc", &own), ("bo", &[("ma", "tin")]), false),
    ];
    for ((work, fields), (other, others), both) in cases {
        fs::write(&planned.file, MONTH).unwrap();
        let version = base_of(&second, "/lich/2031-03-04/tiet-muc");
        assert_eq!(sent_of(&first, &version, work, fields).status, 303, "{work}");
        let theirs = planned.text();
        let answer = sent_of(&second, &version, other, others);
        assert_eq!(answer.status, if both { 303 } else { 409 }, "{work} {other}: {}", answer.body);
        assert_eq!(planned.text() != theirs, both, "{work} {other}");
        if both {
            let page = second.get("/lich/2031-03-04").body;
            assert!(page.contains("Quản Trị vừa lưu trước đó:") && page.contains("cả hai thay đổi đều còn"), "{page}");
            // As if the second had opened its form behind the first's save.
            let merged = planned.text();
            fs::write(&planned.file, &theirs).unwrap();
            let version = base_of(&second, "/lich/2031-03-04/tiet-muc");
            assert_eq!(sent_of(&second, &version, other, others).status, 303, "{work} {other}");
            assert_eq!(planned.text(), merged, "{work} {other}");
        }
    }
}

/// As [`sent`], on the day that the fields say, if they do.
fn sent_of(browser: &Browser, base: &str, work: &str, fields: &[(&str, &str)]) -> Answer {
    let mut all = vec![("base", base), ("viec", work), ("ve", "/lich/2031-03-04")];
    if !fields.iter().any(|(name, _)| *name == "ngay") {
        all.push(("ngay", "2031-03-04"));
    }
    all.extend(fields);
    browser.post("/lich/2031-03/luu", &all)
}

type Fields = &'static [(&'static str, &'static str)];

/// A form with the fields that nobody touches in it.
fn window(name: &'static str, start: &'static str, end: &'static str) -> Vec<(&'static str, &'static str)> {
    let days = ["T2", "T3", "T4", "T5", "T6", "T7"].map(|day| ("days", day));
    let own = [("name", name), ("start", start), ("end", end), ("id", "sang"), ("days", "")];
    own.into_iter().chain(days).collect()
}

#[test]
fn of_one_row_both_keep_the_fields_that_they_changed() {
    let world = World::new(WARD, true);
    let (first, second) = (admin(&world), admin(&world));
    let basis =
        |number, date, issuer, what| vec![("number", number), ("date", date), ("issuer", issuer), ("abstract", what)];
    let (number, issuer) = ("289/KH-UBND", "UBND phường");
    // What each fills in of the same row, opened at the same time, and what stands in the file for what stood there.
    for (table, mine, theirs, changed) in [
        (
            "khung-gio",
            window("Buổi sớm", "05:30", "06:00"),
            window("Buổi sáng", "05:30", "06:10"),
            [("\"Buổi sáng\"", "\"Buổi sớm\""), ("end   = \"06:00\"", "end   = \"06:10\"")],
        ),
        (
            "can-cu",
            basis(number, "2025-12-31", issuer, "tuyên truyền"),
            basis(number, "2025-12-30", issuer, "tuyên truyền CCHC"),
            [("2025-12-30", "2025-12-31"), ("\"tuyên truyền\"", "\"tuyên truyền CCHC\"")],
        ),
    ] {
        fs::write(world.home().join("schedules/station.toml"), WARD).unwrap();
        let opened = |clerk: &Clerk| carried(&clerk.browser.get(&format!("/dai/muc/{table}/dong?dong=0")));
        let (one, other) = (opened(&first), opened(&second));
        assert_eq!(first.sent(table, &one, &mine).status, 303, "{table}");
        let answer = second.sent(table, &other, &theirs);
        let wanted = changed.iter().fold(WARD.to_owned(), |text, (before, after)| text.replacen(before, after, 1));
        assert_eq!((answer.status, world.station_text()), (303, wanted), "{table}: {}", answer.body);
    }
}

#[test]
fn of_one_field_the_second_is_told_has_both_and_saves_knowingly_and_of_another_row_nothing_is_touched() {
    let world = World::new(WARD, true);
    let (first, second) = (admin(&world), admin(&world));
    let path = "/dai/muc/chuyen-muc/dong?dong=0";
    let (one, other) = (carried(&first.browser.get(path)), carried(&second.browser.get(path)));
    let mine: Fields = &[("name", "Bản tin sáng"), ("days", ""), ("id", "ban-tin")];
    let theirs: Fields = &[("name", "Bản tin tối"), ("days", ""), ("id", "ban-tin")];
    assert_eq!(first.sent("chuyen-muc", &one, mine).status, 303);
    let saved = world.station_text();
    let answer = second.sent("chuyen-muc", &other, theirs);
    assert_eq!((answer.status, world.station_text()), (409, saved.clone()));
    assert!(
        answer.body.contains("value=\"Bản tin tối\"") && answer.body.contains("Vừa được lưu: Bản tin sáng"),
        "{}",
        answer.body
    );
    let again = carried(&Answer { status: 200, ..answer });
    assert_eq!(second.sent("chuyen-muc", &again, theirs).status, 303);
    assert_eq!(world.station_text(), saved.replace("Bản tin sáng", "Bản tin tối"));
    // Where the row was taken out, no other takes its place.
    let text = world.station_text();
    let column = "[[column]]\nid = \"ban-tin\"\nname = \"Bản tin tối\"\n";
    let place = "  { column = \"ban-tin\" }, # trước\n";
    let without = text.replace(column, "[[column]]\nid = \"khac\"\nname = \"Khác\"\n").replace(place, "");
    fs::write(world.home().join("schedules/station.toml"), &without).unwrap();
    let gone =
        second.sent("chuyen-muc", &again, &[("name", "Bản tin tối"), ("days", ""), ("id", "ban-tin"), ("max", "12m")]);
    assert_eq!((gone.status, world.station_text()), (409, without), "{}", gone.body);
}

#[test]
fn a_row_of_a_block_is_changed_though_somebody_changed_the_block_itself() {
    let world = World::new(WARD, true);
    let (first, second) = (admin(&world), admin(&world));
    let place = carried(&second.browser.get("/dai/muc/trinh-tu/dong?trong=0&dong=0"));
    assert_eq!(first.send("khung-gio", "dong=0", &window("Buổi sớm", "05:30", "06:00")).status, 303);
    let theirs = world.station_text();
    let answer = second.sent("trinh-tu", &place, &[("column", "ban-tin"), ("sting", ""), ("at", "05:31")]);
    let wanted = theirs.replace("{ column = \"ban-tin\" }", "{ column = \"ban-tin\", at = \"05:31\" }");
    assert_eq!((answer.status, world.station_text()), (303, wanted), "{}", answer.body);
}

/// Which order a page of one showed.
pub fn version_of_order(browser: &Browser, page: &str) -> String {
    let page = browser.get(page).body;
    between(&page, "name=\"trinh_tu\" value=\"", "\"").expect(&page).to_owned()
}

#[test]
fn a_place_that_another_moved_meanwhile_is_taken_for_no_other_place_however_often_it_is_asked() {
    let planned = Planned::new(STATION);
    let (first, second) = (planned.world.browser(Admin), planned.world.browser(Operator));
    let page = "/lich/2031-03-04/thu-tu?khung=sang&pham-vi=thang";
    let (version, shown) = (base_of(&second, page), version_of_order(&second, page));
    let wish = |what| [("khung", "sang"), ("pham_vi", "thang"), ("trinh_tu", &*shown), ("lenh", what)];
    assert_eq!(sent_of(&first, &version, "thu-tu", &wish("xuong:0")).status, 303);
    let theirs = planned.text();
    // The second takes out the first place that they saw, which is the second by now.
    let answer = sent_of(&second, &version, "thu-tu", &wish("bo:0"));
    assert!(answer.status == 409 && answer.body.contains("trình tự đã khác"), "{}", answer.body);
    assert!(!answer.body.contains("id=\"ap-lai\""), "{}", answer.body);
    let newer = base_of(&second, page);
    let again: Vec<(&str, &str)> = wish("bo:0").into_iter().chain([("tu", &*version)]).collect();
    assert_eq!((sent_of(&second, &newer, "thu-tu", &again).status, planned.text()), (422, theirs.clone()));
    let seen = version_of_order(&second, page);
    let anew = [("khung", "sang"), ("pham_vi", "thang"), ("trinh_tu", &*seen), ("lenh", "bo:1")];
    assert_eq!(sent_of(&second, &newer, "thu-tu", &anew).status, 303);
    assert_eq!(planned.text(), theirs.replace("  { column = \"ban-tin\" }, # trước\r\n", ""));
}
