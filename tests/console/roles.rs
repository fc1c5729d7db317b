//! Who may do what: each role tries every address.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use loa::console::Role;
use serde_json::json;

use crate::client::{Browser, form};
use crate::world::{World, until};

/// Who gets an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
enum For {
    /// Whoever comes.
    All,
    /// Who has that role or more.
    From(Role),
}

use For::{All, From};
use Role::{Admin, Approver, Operator, Viewer};

/// Every address with what is sent there: a form's fields, or JSON. What would change the station for the other tests
/// names what is not there.
const ADDRESSES: &[(&str, &str, For, &str)] = &[
    ("GET", "/", From(Viewer), ""),
    ("GET", "/dang-nhap", All, ""),
    ("GET", "/phien", From(Viewer), ""),
    ("GET", "/tren-song/luong", From(Viewer), ""),
    ("POST", "/tren-song/bo-qua", From(Operator), ""),
    ("POST", "/tren-song/dung", From(Operator), ""),
    ("POST", "/tren-song/phat", From(Operator), "what=khong-co.mp3"),
    ("GET", "/dong-ho", From(Operator), ""),
    ("POST", "/dong-ho", From(Operator), ""),
    ("GET", "/khan-cap", From(Operator), ""),
    ("GET", "/khan-cap/xem?what=a&ordered_by=b&repeat=1&every_minutes=1", From(Operator), ""),
    ("POST", "/khan-cap", From(Operator), "what=a&ordered_by=b&repeat=1&every_minutes=1"),
    ("POST", "/khan-cap/phat", From(Operator), "what=khong-co.mp3&ordered_by=b&repeat=1&every_minutes=1"),
    ("POST", "/khan-cap/dung", From(Operator), ""),
    ("GET", "/dai", From(Viewer), ""),
    ("POST", "/dai/cau-hinh", From(Admin), "base=khac"),
    ("GET", "/dai/tep", From(Admin), ""),
    ("POST", "/dai/tep", From(Admin), "base=khac&text="),
    ("POST", "/dai/tep/thu", From(Admin), "base=khac&text="),
    ("POST", "/dai/tep/hoan-tac", From(Admin), "base=khac"),
    ("GET", "/dai/muc", From(Admin), ""),
    ("GET", "/dai/muc/{muc}", From(Admin), ""),
    ("GET", "/dai/muc/{muc}/dong", From(Admin), ""),
    ("POST", "/dai/muc/{muc}", From(Admin), "viec=luu"),
    ("POST", "/dai/muc/{muc}/thu", From(Admin), "viec=luu"),
    ("GET", "/lich/{when}/muc/{muc}", From(Operator), ""),
    ("GET", "/lich/{when}/muc/{muc}/dong", From(Operator), ""),
    ("POST", "/lich/{when}/muc/{muc}", From(Operator), "viec=luu"),
    ("POST", "/lich/{when}/muc/{muc}/thu", From(Operator), "viec=luu"),
    ("GET", "/lich", From(Viewer), ""),
    ("GET", "/lich/{when}", From(Viewer), ""),
    ("GET", "/lich/{when}/tiet-muc", From(Operator), ""),
    ("GET", "/lich/{when}/doi-ngay", From(Operator), ""),
    ("GET", "/lich/{when}/bo-ngay", From(Operator), ""),
    ("GET", "/lich/{when}/buoi", From(Operator), ""),
    ("GET", "/lich/{when}/buoi-them", From(Operator), ""),
    ("GET", "/lich/{when}/chuyen-muc", From(Operator), ""),
    ("GET", "/lich/{when}/thu-tu", From(Operator), ""),
    ("POST", "/lich/{when}/luu", From(Operator), "base=khac"),
    ("POST", "/lich/{when}/thu", From(Operator), "base=khac"),
    ("POST", "/lich/{when}/hoan-tac", From(Operator), "base=khac"),
    ("POST", "/lich/{when}/chep", From(Operator), "base=khac"),
    ("POST", "/lich/{when}/lap", From(Operator), ""),
    ("GET", "/lich/{when}/toml", From(Viewer), ""),
    ("POST", "/lich/{when}/toml", From(Operator), "base=khac&text="),
    ("POST", "/lich/{when}/toml/thu", From(Operator), "base=khac&text="),
    ("GET", "/kho", From(Viewer), ""),
    ("GET", "/kho/tep", From(Viewer), ""),
    ("GET", "/kho/nghe", From(Viewer), ""),
    ("POST", "/kho/duyet", From(Approver), "ten=a&thang=2020-01&tiet_muc=b&sha256=c"),
    ("POST", "/kho/doi-ten", From(Operator), "ten=khong-co.mp3&moi=b.mp3"),
    ("POST", "/kho/bo", From(Operator), "ten=khong-co.mp3"),
    ("POST", "/kho/tai-len/tep", From(Operator), ""),
    ("GET", "/nhat-ky", From(Viewer), ""),
    ("GET", "/nhat-ky/xuat/{form}", From(Viewer), ""),
    ("GET", "/nhat-ky/sua", From(Operator), ""),
    ("POST", "/nhat-ky/sua", From(Operator), "muc=khong-co&ly_do=x"),
    ("GET", "/bao-cao", From(Viewer), ""),
    ("GET", "/bao-cao/xem", From(Viewer), ""),
    ("GET", "/bao-cao/tai", From(Viewer), ""),
    ("GET", "/bao-cao/bang-chung", From(Admin), ""),
    ("GET", "/bao-cao/viet", From(Operator), ""),
    ("POST", "/bao-cao/viet", From(Operator), "thang=2020-01&ban=khac"),
    ("GET", "/bao-cao/viet/{kind}", From(Operator), ""),
    ("POST", "/bao-cao/viet/{kind}", From(Operator), "thang=2020-01"),
    ("GET", "/bao-cao/nguon", From(Viewer), ""),
    ("POST", "/dai/am-thu", From(Operator), ""),
    ("POST", "/dai/duong-loa", From(Admin), "device=null"),
    ("GET", "/dai/kham", From(Viewer), ""),
    ("GET", "/dai/buoc-dau", From(Admin), ""),
    ("POST", "/dai/bao-tin-thu", From(Operator), ""),
    ("GET", "/dai/tai-khoan", From(Admin), ""),
    ("POST", "/dai/tai-khoan", From(Admin), "ten=x&vai_tro=viewer&mat_khau=x"),
    ("POST", "/dai/tai-khoan/vai-tro", From(Admin), "ten=khong+co&vai_tro=viewer"),
    ("POST", "/dai/tai-khoan/mat-khau", From(Admin), "ten=khong+co&mat_khau=x"),
    ("POST", "/dai/tai-khoan/xoa", From(Admin), "ten=khong+co"),
    ("POST", "/dai/mat-khau", From(Viewer), "cu=sai&moi=x"),
    ("POST", "/tieng", All, "tieng=vi"),
    ("POST", "/mau", All, "mau=system"),
    ("GET", "/metrics", All, ""),
    ("GET", "/api/v1/openapi.json", From(Viewer), ""),
    ("GET", "/api/v1/status", From(Viewer), ""),
    ("GET", "/api/v1/timetable", From(Viewer), ""),
    ("GET", "/api/v1/airings", From(Viewer), ""),
    ("GET", "/api/v1/report", From(Viewer), ""),
    ("GET", "/api/v1/problems", From(Viewer), ""),
    ("GET", "/api/v1/devices", From(Viewer), ""),
    ("POST", "/api/v1/play", From(Operator), "{\"what\":\"khong-co.mp3\"}"),
    ("POST", "/api/v1/stop", From(Operator), ""),
    ("POST", "/api/v1/skip", From(Operator), ""),
    ("POST", "/api/v1/emergency", From(Operator), "{\"what\":\"khong-co.mp3\",\"ordered_by\":\"b\"}"),
    ("POST", "/api/v1/emergency/end", From(Operator), ""),
    ("POST", "/api/v1/correction", From(Operator), "{\"why\":\"thử\",\"target\":\"khong-co\"}"),
    ("POST", "/api/v1/schedule", From(Operator), "{\"file\":\"2020-01\",\"base\":\"khac\",\"text\":\"?\"}"),
    ("POST", "/api/v1/approve", From(Approver), "{\"month\":\"2020-01\",\"segment\":\"khong-co\"}"),
    ("POST", "/api/v1/upload?name=a.mp3", From(Operator), ""),
    ("POST", "/api/v1/schedule", From(Admin), "{\"file\":\"station\",\"base\":\"khac\",\"text\":\"\"}"),
];

/// Addresses that are no account's, told of in tests of their own.
const ELSEWHERE: &[&str] =
    &["/bat-dau", "/dang-xuat", "/tinh/{name}", "/api/v1/session", "/kho/tai-len", "/khan-cap/tep"];

/// Without their queries.
fn addresses() -> impl Iterator<Item = &'static str> {
    ADDRESSES.iter().map(|(_, path, ..)| path.split('?').next().unwrap_or_default())
}

/// Those that are sent something by somebody who has logged in, without their queries.
pub fn changing() -> impl Iterator<Item = &'static str> {
    let sent = ADDRESSES.iter().filter(|(method, ..)| *method == "POST").map(|(_, path, ..)| *path);
    sent.chain(["/dang-xuat", "/kho/tai-len", "/khan-cap/tep"]).map(|path| path.split('?').next().unwrap_or_default())
}

/// The status of what is sent there; an event stream ends with its head.
fn status(browser: &Browser, method: &str, path: &str, body: &str) -> u16 {
    let path = &path
        .replace("{when}", "2020-01")
        .replace("{form}", "csv")
        .replace("{kind}", "san-pham")
        .replace("{muc}", "khung-gio");
    let csrf = browser.csrf.as_str();
    let json = body.starts_with('{') || path.starts_with("/api/");
    let (kind, body) = match (method, json) {
        ("GET", _) => ("text/plain", String::new()),
        (_, true) => ("application/json", body.to_owned()),
        (_, false) => ("application/x-www-form-urlencoded", format!("{body}&{}", form(&[("csrf", csrf)]))),
    };
    let mut headers = vec![("Content-Type", kind)];
    if json && method == "POST" && !csrf.is_empty() {
        headers.push(("X-CSRF-Token", csrf));
    }
    if path == "/tren-song/luong" {
        // Of one who may the stream goes on: its head is enough.
        return crate::on_air::stream_status(browser);
    }
    browser.ask(method, path, &headers, &body).status
}

#[test]
fn each_role_gets_what_it_may_and_nothing_else() {
    let world = World::shared();
    let browsers = Role::ALL.map(|role| (role, world.browser(role)));
    let nobody = Browser::new(&world.address);
    let mut wrong = Vec::new();
    for (method, path, who, body) in ADDRESSES {
        let got = status(&nobody, method, path, body);
        let expected = match who {
            All => got != 401 && got != 403,
            From(_) if path.starts_with("/api/") || *path == "/tren-song/luong" => got == 401,
            From(_) => got == 303,
        };
        if !expected {
            wrong.push(format!("nobody: {method} {path} → {got}"));
        }
        for (role, browser) in &browsers {
            let may = match who {
                All => true,
                From(needed) => role.may(*needed),
            };
            let got = status(browser, method, path, body);
            if may == (got == 403) || got == 401 || got >= 500 {
                wrong.push(format!("{role:?}: {method} {path} → {got}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_address_is_left_out() {
    let mut routes = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/console")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                routes
                    .extend(text.split(".route(").skip(1).filter_map(|rest| rest.split('"').nth(1).map(str::to_owned)));
            }
        }
    }
    let known: BTreeSet<String> =
        addresses().map(str::to_owned).chain(ELSEWHERE.iter().map(|path| (*path).to_owned())).collect();
    assert_eq!(routes, known);
}

#[test]
fn a_role_that_is_taken_away_is_gone_at_once() {
    let world = World::new(crate::world::STATION, true);
    let (admin, operator) = (world.browser(Admin), world.browser(Operator));
    assert_eq!(operator.get("/khan-cap").status, 200);
    let done = admin.post("/dai/tai-khoan/vai-tro", &[("ten", "Trực"), ("vai_tro", "viewer")]);
    assert_eq!((done.status, operator.get("/khan-cap").status), (303, 403));
    admin.post("/dai/tai-khoan/xoa", &[("ten", "Trực")]);
    assert_eq!(operator.get("/").status, 303, "to the login");
    let last = admin.post("/dai/tai-khoan/xoa", &[("ten", "Quản Trị")]);
    assert_eq!(last.status, 409);
    let deeds = admin.get("/dai/tai-khoan").body;
    assert!(deeds.contains("Đổi vai trò") && deeds.contains("Xóa tài khoản"), "{deeds}");
    // What is done from the command line counts at once, too.
    let mut accounts = loa::console::accounts::Accounts::open(&world.home().join("var/accounts.db")).unwrap();
    accounts.remove("Xem").unwrap();
    until("the login fails", || {
        let tried =
            Browser::new(&world.address).post("/dang-nhap", &[("ten", "Xem"), ("mat_khau", crate::world::PASSWORD)]);
        tried.header("set-cookie").is_none().then_some(())
    });
}

#[test]
fn the_document_describes_every_address_of_the_api() {
    let world = World::shared();
    let document = world.browser(Viewer).get("/api/v1/openapi.json").json();
    let described: BTreeSet<&str> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    let mut known: BTreeSet<&str> = addresses().filter(|path| path.starts_with("/api/")).collect();
    known.insert("/api/v1/session");
    known.remove("/api/v1/openapi.json");
    assert_eq!(described, known);
}

#[test]
fn a_program_logs_in_and_is_refused_in_problem_details() {
    let world = World::shared();
    let mut program = Browser::new(&world.address);
    let wrong = program.call("/api/v1/session", &json!({ "name": "Trực", "password": "sai" }));
    let kind = wrong.header("content-type").unwrap();
    assert_eq!((wrong.status, kind), (401, "application/problem+json"));
    assert_eq!((&wrong.json()["status"], &wrong.json()["code"]), (&json!(401), &json!("login")));
    let right = program.call("/api/v1/session", &json!({ "name": "trực", "password": crate::world::PASSWORD }));
    assert_eq!((right.status, &right.json()["role"]), (200, &json!("operator")));
    program.take(&right);
    assert_eq!(program.csrf, right.json()["csrf"].as_str().unwrap());
    let refused = program.call("/api/v1/play", &json!({ "what": "khong-co.mp3" }));
    assert_eq!((refused.status, &refused.json()["code"]), (409, &json!("refused")));
    assert!(refused.json()["detail"].as_str().unwrap().contains("khong-co.mp3"), "{refused:?}");
    let nonsense = program.ask("POST", "/api/v1/play", &[("X-CSRF-Token", &program.csrf)], "{");
    assert_eq!((nonsense.status, &nonsense.json()["code"]), (415, &json!("bad-input")));
    assert_eq!(program.get("/api/v1/khong-co").json()["code"], "not-found");
    let status = program.get("/api/v1/status").json();
    assert_eq!((&status["line"]["device"], &status["console"]["state"]), (&json!("null"), &json!("open")));
    assert!(status["console"].get("first_link").is_none(), "{status}");
}
