//! Who did what: every change that the page or the API makes is a row with its author.

use std::collections::BTreeSet;
use std::fs;

use loa::console::Role;
use loa::console::accounts::{Accounts, Deed};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::client::{Browser, between, unescaped};
use crate::library::{by_form, wav};
use crate::world::{PASSWORD, STATION, World};

const MONTH: &str = "month = \"2031-03\"\n\n[[segment]]\nid = \"tin\"\ntitle = \"Bản tin\"\naudio = \"nhac-hieu.flac\"\nat = \"07:00\"\ndates = [1]\n";
const TUNE: &str = "nhac-hieu.flac";

/// The version that a page was made from.
fn base(browser: &Browser, path: &str) -> String {
    unescaped(between(&browser.get(path).body, "name=\"base\" value=\"", "\"").expect("a version"))
}

fn sha256(world: &World, rel: &str) -> String {
    let bytes = fs::read(world.home().join("audio").join(rel)).unwrap();
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A change: its address, what it is called in the row, and what makes it; the answer's status.
type Change = (&'static str, &'static str, fn(&World, &Browser) -> u16);

/// A form whose fields are known beforehand.
macro_rules! form {
    ($path:literal, $($field:literal: $value:expr),*) => {
        |_, browser| browser.post($path, &[$(($field, $value)),*]).status
    };
}

/// A call that has that body.
macro_rules! call {
    ($path:literal, $body:tt) => {
        |_, browser| browser.call($path, &json!($body)).status
    };
}

/// What an operator orders.
const ORDERS: &[Change] = &[
    ("/dong-ho", "confirm_clock", form!("/dong-ho",)),
    ("/tren-song/phat", "play", form!("/tren-song/phat", "what": TUNE)),
    ("/tren-song/bo-qua", "skip", form!("/tren-song/bo-qua",)),
    ("/tren-song/dung", "stop", form!("/tren-song/dung",)),
    ("/api/v1/play", "play", call!("/api/v1/play", { "what": TUNE })),
    ("/api/v1/skip", "skip", call!("/api/v1/skip", {})),
    ("/api/v1/stop", "stop", call!("/api/v1/stop", {})),
    // Last: neither skip nor stop is taken while an emergency sounds or fades.
    (
        "/khan-cap/phat",
        "emergency",
        form!("/khan-cap/phat", "what": TUNE, "ordered_by": "Bình", "repeat": "1", "every_minutes": "1"),
    ),
    ("/khan-cap/dung", "end_emergency", form!("/khan-cap/dung",)),
    ("/dai/am-thu", "tone", form!("/dai/am-thu",)),
    ("/dai/bao-tin-thu", "alerts-test", form!("/dai/bao-tin-thu",)),
    ("/api/v1/emergency", "emergency", call!("/api/v1/emergency", { "what": TUNE, "ordered_by": "Bình" })),
    ("/api/v1/emergency/end", "end_emergency", call!("/api/v1/emergency/end", {})),
];

/// What is written into the log and the plan.
const WRITTEN: &[Change] = &[
    (
        "/nhat-ky/sua",
        "correct",
        form!("/nhat-ky/sua", "ten": "Loa tay", "ket_qua": "aired", "bat_dau": "2020-01-05T05:30:00",
            "ket_thuc": "2020-01-05T05:34:30", "ly_do": "mất điện"),
    ),
    (
        "/api/v1/correction",
        "correct",
        call!("/api/v1/correction", { "title": "Loa tay", "outcome": "aired", "why": "mất điện",
            "began": "2020-01-06T05:30:00+07:00", "ended": "2020-01-06T05:31:00+07:00" }),
    ),
    ("/lich/{when}/luu", "plan", |_, browser| {
        let base = base(browser, "/lich/2031-03-01/tiet-muc?id=tin");
        browser.post("/lich/2031-03/luu", &[("base", &base), ("viec", "chep-tiet-muc"), ("ma", "tin")]).status
    }),
    ("/lich/{when}/hoan-tac", "plan", |_, browser| {
        browser.post("/lich/2031-03/hoan-tac", &[("base", &base(browser, "/lich/2031-03"))]).status
    }),
    (
        "/lich/{when}/muc/{muc}",
        "plan",
        form!("/lich/2031-03/muc/chuyen-muc", "viec": "luu", "name": "Chuyên mục mới", "days": "T3"),
    ),
    ("/lich/{when}/chep", "plan", form!("/lich/2031-03/chep",)),
    ("/lich/{when}/lap", "plan", form!("/lich/2031-09/lap",)),
    ("/lich/{when}/toml", "plan", |_, browser| {
        let base = base(browser, "/lich/2031-03/toml");
        browser.post("/lich/2031-03/toml", &[("base", &base), ("text", &format!("{MONTH}# thêm\n"))]).status
    }),
    ("/bao-cao/viet", "remarks", |_, browser| {
        let page = browser.get("/bao-cao/viet?thang=2031-03").body;
        let version = between(&page, "name=\"ban\" value=\"", "\"").expect("a version");
        browser.post("/bao-cao/viet", &[("thang", "2031-03"), ("ban", version), ("next", "Mua máy")]).status
    }),
    (
        "/bao-cao/viet/{kind}",
        "typed",
        form!("/bao-cao/viet/hinh-thuc-khac", "thang": "2031-03", "viec": "luu", "form": "hội nghị", "date": "2031-03-10",
            "title": "Họp tổ dân phố"),
    ),
    ("/api/v1/schedule", "schedule", |_, browser| {
        let text = MONTH.replace("2031-03", "2031-05");
        browser.call("/api/v1/schedule", &json!({ "file": "2031-05", "base": "", "text": text })).status
    }),
];

/// What is done with recordings.
const RECORDINGS: &[Change] = &[
    ("/kho/tai-len/tep", "upload", |_, browser| browser.upload(&[("ten", "mot.wav")], &wav(10)).0),
    ("/kho/tai-len/tep", "replace-recording", |world, browser| {
        browser.upload(&[("ten", "mot.wav"), ("thay", &sha256(world, "mot.wav"))], &wav(12)).0
    }),
    ("/kho/tai-len", "upload", |_, browser| by_form(browser, &browser.csrf, &[("thu_muc", "")], "hai.wav", &wav(14))),
    ("/khan-cap/tep", "upload", |_, browser| {
        let order = [("ordered_by", "Bình"), ("repeat", "1"), ("every_minutes", "1")];
        crate::newcomer::multipart(browser, "/khan-cap/tep", &order, Some(("bão.wav", &wav(18)))).status
    }),
    ("/api/v1/upload", "upload", |_, browser| {
        let headers = [("X-CSRF-Token", browser.csrf.as_str()), ("Content-Type", "application/octet-stream")];
        browser.bytes("POST", "/api/v1/upload?name=ba.wav", &headers, &wav(16)).0.status
    }),
    ("/kho/doi-ten", "rename-recording", form!("/kho/doi-ten", "ten": "hai.wav", "ten_moi": "bốn.wav")),
    ("/kho/bo", "remove-recording", form!("/kho/bo", "ten": "ba.wav")),
    ("/kho/duyet", "approve", |world, browser| {
        let sha256 = sha256(world, TUNE);
        let fields = [("ten", TUNE), ("thang", "2031-03"), ("tiet_muc", "tin"), ("sha256", &sha256)];
        browser.post("/kho/duyet", &fields).status
    }),
    ("/api/v1/approve", "approve", call!("/api/v1/approve", { "month": "2031-03", "segment": "tin" })),
];

/// What an admin changes.
const STATION_AND_ACCOUNTS: &[Change] = &[
    ("/dai/cau-hinh", "station", |_, browser| {
        let base = base(browser, "/dai");
        let fields =
            [("name", "Đài Mới"), ("code", ""), ("parent", ""), ("place", ""), ("quiet", ""), ("approval", "warn")];
        let rules = ["broadcasts_per_day", "broadcast_minutes", "repeats_per_day"].map(|rule| (rule, ""));
        let all: Vec<_> = [("base", base.as_str())].into_iter().chain(fields).chain(rules).collect();
        browser.post("/dai/cau-hinh", &all).status
    }),
    (
        "/dai/muc/{muc}",
        "station",
        form!("/dai/muc/can-cu", "viec": "luu", "number": "12/KH-UBND", "date": "2025-12-28", "issuer": "UBND phường",
            "abstract": "tuyên truyền"),
    ),
    ("/dai/duong-loa", "line", form!("/dai/duong-loa", "device": "null")),
    ("/dai/tep", "station", |world, browser| {
        let text = format!("{}# thêm\n", world.station_text());
        browser.post("/dai/tep", &[("base", &base(browser, "/dai/tep")), ("text", &text)]).status
    }),
    ("/dai/tep/hoan-tac", "station", |_, browser| {
        browser.post("/dai/tep/hoan-tac", &[("base", &base(browser, "/dai/tep"))]).status
    }),
    ("/dai/tai-khoan", "user-add", form!("/dai/tai-khoan", "ten": "Mới", "vai_tro": "viewer", "mat_khau": PASSWORD)),
    ("/dai/tai-khoan/vai-tro", "user-role", form!("/dai/tai-khoan/vai-tro", "ten": "Mới", "vai_tro": "operator")),
    ("/dai/tai-khoan/mat-khau", "user-password", form!("/dai/tai-khoan/mat-khau", "ten": "Mới", "mat_khau": PASSWORD)),
    ("/dai/tai-khoan/xoa", "user-remove", form!("/dai/tai-khoan/xoa", "ten": "Mới")),
    // These end the session.
    ("/dang-xuat", "logout", form!("/dang-xuat",)),
    ("/dai/mat-khau", "user-password", form!("/dai/mat-khau", "cu": PASSWORD, "moi": PASSWORD)),
];

/// Addresses that take what is sent and change nothing that others see: second thoughts, trials, one's own browser.
const NO_CHANGES: &[&str] = &[
    "/khan-cap",
    "/lich/{when}/thu",
    "/lich/{when}/toml/thu",
    "/dai/tep/thu",
    "/dai/muc/{muc}/thu",
    "/lich/{when}/muc/{muc}/thu",
    "/tieng",
    "/mau",
];

#[test]
fn every_change_is_written_down_with_who_made_it() {
    let world = World::new(STATION, true);
    fs::write(world.home().join("schedules/2031-03.toml"), MONTH).unwrap();
    let rows = || -> Vec<Deed> { Accounts::open(&world.home().join("var/accounts.db")).unwrap().deeds(1000).unwrap() };
    let mut admin = world.browser(Role::Admin);
    let changes = || [ORDERS, WRITTEN, RECORDINGS, STATION_AND_ACCOUNTS].into_iter().flatten();
    for (path, what, make) in changes() {
        if admin.get("/dai").status != 200 {
            admin = world.browser(Role::Admin);
        }
        let before = rows().len();
        let status = make(&world, &admin);
        assert!([200, 201, 303].contains(&status), "{path} as {what}: {status}");
        let now = rows();
        let fresh: Vec<_> =
            now[..now.len() - before].iter().map(|deed| (deed.who.as_str(), deed.what.as_str())).collect();
        assert_eq!(fresh, [("Quản Trị", *what)], "{path}");
    }
    // What is refused changes nothing, and is none.
    let viewer = world.browser(Role::Viewer);
    let before = rows().len();
    assert_eq!(viewer.post("/tren-song/bo-qua", &[]).status, 403);
    assert_eq!(rows().len(), before);
    // An admin reads of all of it in words.
    let page = world.browser(Role::Admin).get("/dai/tai-khoan").body;
    for words in ["Nhận bản ghi", "Duyệt bản ghi", "Sửa lịch", "Nhập tay số liệu báo cáo", "Đăng nhập", "Đổi vai trò"]
    {
        assert!(page.contains(words), "{words}");
    }

    let sent: BTreeSet<&str> = crate::roles::changing().collect();
    let told: BTreeSet<&str> = changes().map(|(path, ..)| *path).chain(NO_CHANGES.iter().copied()).collect();
    assert_eq!(told, sent, "no address that changes something is left out");
}
