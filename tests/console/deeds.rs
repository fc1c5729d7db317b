//! Who did what: every change that the page or the API makes is a row with its author.

use std::fs;

use loa::console::Role;
use loa::console::accounts::{Accounts, Deed};
use serde_json::json;

use crate::client::{Answer, Browser, between};
use crate::world::{PASSWORD, STATION, World};

const MONTH: &str = "month = \"2031-03\"\n\n[[segment]]\nid = \"tin\"\ntitle = \"Bản tin\"\naudio = \"nhac-hieu.flac\"\nat = \"07:00\"\ndates = [1]\n";

/// The version that a page was made from.
fn base(browser: &Browser, path: &str) -> String {
    between(&browser.get(path).body, "name=\"base\" value=\"", "\"").expect("a version").to_owned()
}

/// A change: what it is called in the rows, and what makes it.
type Change = (&'static str, fn(&Browser) -> Answer);

const CHANGES: [Change; 14] = [
    ("play", |browser| browser.post("/tren-song/phat", &[("what", "nhac-hieu.flac")])),
    ("skip", |browser| browser.post("/tren-song/bo-qua", &[])),
    ("stop", |browser| browser.post("/tren-song/dung", &[])),
    ("emergency", |browser| {
        let fields = [("what", "nhac-hieu.flac"), ("ordered_by", "Bình"), ("repeat", "1"), ("every_minutes", "1")];
        browser.post("/khan-cap/phat", &fields)
    }),
    ("end_emergency", |browser| browser.post("/khan-cap/dung", &[])),
    ("correct", |browser| {
        let fields = [
            ("ten", "Loa tay"),
            ("ket_qua", "aired"),
            ("bat_dau", "2020-01-05T05:30:00"),
            ("ket_thuc", "2020-01-05T05:34:30"),
            ("ly_do", "mất điện"),
        ];
        browser.post("/nhat-ky/sua", &fields)
    }),
    ("plan", |browser| {
        let base = base(browser, "/lich/2031-03-01/tiet-muc?id=tin");
        browser.post("/lich/2031-03/luu", &[("base", &base), ("viec", "chep-tiet-muc"), ("ma", "tin")])
    }),
    ("plan", |browser| browser.post("/lich/2031-03/hoan-tac", &[("base", &base(browser, "/lich/2031-03"))])),
    ("plan", |browser| browser.post("/lich/2031-03/chep", &[])),
    ("schedule", |browser| {
        let body = json!({ "file": "2031-05", "base": "", "text": MONTH.replace("2031-03", "2031-05") });
        browser.call("/api/v1/schedule", &body)
    }),
    ("approve", |browser| browser.call("/api/v1/approve", &json!({ "month": "2031-03", "segment": "tin" }))),
    ("station", |browser| {
        let text = format!("{STATION}\n[console]\nlisten = \"127.0.0.1:0\"\n# thêm\n");
        browser.post("/dai/tep", &[("base", &base(browser, "/dai/tep")), ("text", &text)])
    }),
    ("user-add", |browser| {
        browser.post("/dai/tai-khoan", &[("ten", "Mới"), ("vai_tro", "viewer"), ("mat_khau", PASSWORD)])
    }),
    ("user-remove", |browser| browser.post("/dai/tai-khoan/xoa", &[("ten", "Mới")])),
];

#[test]
fn every_change_is_written_down_with_who_made_it() {
    let world = World::new(STATION, true);
    fs::write(world.home().join("schedules/2031-03.toml"), MONTH).unwrap();
    let admin = world.browser(Role::Admin);
    let rows = || -> Vec<Deed> { Accounts::open(&world.home().join("var/accounts.db")).unwrap().deeds(1000).unwrap() };
    for (what, make) in CHANGES {
        let before = rows().len();
        let answer = make(&admin);
        assert!([200, 303].contains(&answer.status), "{what}: {answer:?}");
        let now = rows();
        let fresh: Vec<_> =
            now[..now.len() - before].iter().map(|deed| (deed.who.as_str(), deed.what.as_str())).collect();
        assert_eq!(fresh, [("Quản Trị", what)]);
    }
    // What is refused changes nothing, and is none.
    let before = rows().len();
    assert_eq!(world.browser(Role::Viewer).post("/tren-song/bo-qua", &[]).status, 403);
    assert_eq!(rows().len(), before + 1, "the login alone");
}
