//! A form that is refused comes back: the page that it was filled in on, with what was typed and why beside its field, in
//! either language, and never with a password.

use loa::console::Role::{self, Admin, Operator, Viewer};

use crate::client::{Answer, Browser, between, unescaped};
use crate::world::{PASSWORD, STATION, World, until};

struct Case {
    role: Role,
    page: &'static str,
    to: &'static str,
    fields: &'static [(&'static str, &'static str)],
    /// The field that the message stands beside; none: it stands at the top of the form.
    beside: Option<&'static str>,
    why: [&'static str; 2],
    /// Text that stands in the page as it was typed.
    typed: &'static [&'static str],
}

const CASES: [Case; 5] = [
    Case {
        role: Operator,
        page: "/",
        to: "/tren-song/phat",
        fields: &[("what", "khong-co.mp3")],
        beside: Some("what"),
        why: ["khong-co.mp3", "khong-co.mp3"],
        typed: &["value=\"khong-co.mp3\""],
    },
    Case {
        role: Admin,
        page: "/dai/tai-khoan",
        to: "/dai/tai-khoan",
        fields: &[("ten", "Trực"), ("vai_tro", "approver"), ("mat_khau", "một mật khẩu dài")],
        beside: Some("ten"),
        why: ["đã có tài khoản", "there is an account"],
        typed: &["value=\"Trực\"", "<option value=\"approver\" selected>"],
    },
    Case {
        role: Admin,
        page: "/dai/tai-khoan",
        to: "/dai/tai-khoan",
        fields: &[("ten", "Người Mới"), ("vai_tro", "viewer"), ("mat_khau", "cụt-9Z")],
        beside: Some("mat_khau"),
        why: ["mật khẩu", "password"],
        typed: &["value=\"Người Mới\""],
    },
    Case {
        role: Viewer,
        page: "/dai",
        to: "/dai/mat-khau",
        fields: &[("cu", "không phải mật khẩu"), ("moi", "một mật khẩu khác")],
        beside: Some("cu"),
        why: ["mật khẩu hiện nay không đúng", "the password now is wrong"],
        typed: &[],
    },
    // Nothing that a viewer sees goes there: the message stands above all.
    Case {
        role: Viewer,
        page: "/",
        to: "/tren-song/dung",
        fields: &[],
        beside: None,
        why: ["việc này cần vai trò", "this needs the role"],
        typed: &[],
    },
];

/// The page of an address that shows one of the forms that came back, which one is its own.
fn without_word(shown: &str) -> &str {
    let (page, word) = shown.rsplit_once("giu=").unwrap_or_else(|| panic!("{shown}"));
    assert!(word.len() == 16 && word.bytes().all(|byte| byte.is_ascii_hexdigit()), "{shown}");
    page.strip_suffix(['?', '&']).unwrap()
}

/// The page that a refusal leads to, in either language.
fn page_after(browser: &Browser, page: &str, answer: &Answer) -> [String; 2] {
    let to = answer.header("location").unwrap_or_default();
    let shown = to.strip_suffix("#bi-tu-choi").unwrap_or_else(|| panic!("{answer:?}"));
    assert_eq!((answer.status, without_word(shown)), (303, page), "{answer:?}");
    let vi = browser.get(shown);
    let english =
        Browser { cookie: browser.cookie.as_ref().map(|own| format!("{own}; loa_tieng=en")), ..browser.clone() };
    let en = english.get(shown);
    assert_eq!((vi.status, en.status), (200, 200));
    [vi.body, en.body]
}

#[test]
fn each_kind_of_form_comes_back_with_what_was_typed_and_why_beside_its_field() {
    let world = World::new(STATION, true);
    for case in &CASES {
        let browser = world.browser(case.role);
        let answer = browser.send(case.page, case.to, case.fields);
        for (said, why) in page_after(&browser, case.page, &answer).iter().zip(case.why) {
            let told = between(said, "id=\"bi-tu-choi\"", "</").unwrap_or_else(|| panic!("{}: {said}", case.to));
            let whole = said.split_once("id=\"bi-tu-choi\"").unwrap().1.split("</p>").next().unwrap();
            assert!(whole.contains(why), "{}: {told}: {whole}", case.to);
            let marked = between(said, "aria-describedby=\"bi-tu-choi\"", ">").is_some();
            assert_eq!(marked, case.beside.is_some(), "{}", case.to);
            if let Some(field) = case.beside {
                let before = said.split("aria-describedby=\"bi-tu-choi\"").next().unwrap();
                let tag = before.rsplit('<').next().unwrap();
                assert!(tag.contains(&format!("name=\"{field}\"")), "{}: {tag}", case.to);
            }
            for typed in case.typed {
                assert!(said.contains(typed), "{}: {typed}: {said}", case.to);
            }
            for (_, secret) in case.fields.iter().filter(|(name, _)| ["cu", "moi", "mat_khau"].contains(name)) {
                assert!(!said.contains(secret), "{}: no password comes again", case.to);
            }
        }
    }
}

#[test]
fn an_order_that_goes_with_nothing_comes_back_to_its_page_and_is_forgotten_behind_it() {
    let world = World::new(STATION, true);
    let operator = world.browser(Operator);
    let emergency = [("what", "nhac-hieu.flac"), ("ordered_by", "Ông Bình"), ("repeat", "1"), ("every_minutes", "10")];
    assert_eq!(operator.post("/khan-cap/phat", &emergency).status, 303);
    until("the emergency", || operator.get("/").body.contains("Khẩn cấp").then_some(()));
    let answer = operator.send("/", "/tren-song/bo-qua", &[]);
    let [vi, _] = page_after(&operator, "/", &answer);
    let top = vi.split_once("id=\"noi-dung\"").unwrap().1;
    assert!(top.starts_with(" tabindex=\"-1\"><div id=\"bi-tu-choi\""), "{}", &top[..200]);
    operator.get("/kho");
    assert!(!operator.get("/").body.contains("bi-tu-choi"), "whoever comes from elsewhere begins anew");
}

/// Forms that their own handler shows again keep what was typed when the language is changed there.
#[test]
fn a_change_of_the_language_loses_nothing_that_was_typed() {
    let world = World::new(STATION, true);
    let admin = world.browser(Admin);
    for (page, to, fields, kept) in [
        ("/dai/muc/can-cu/dong?trong=0", "/dai/muc/can-cu", &[("number", "12")][..], &["value=\"12\""][..]),
        (
            "/nhat-ky/sua",
            "/nhat-ky/sua",
            &[("ten", "Loa tay"), ("ket_qua", "cut operator"), ("ghi_chu", "bằng USB")],
            &["value=\"Loa tay\"", "<option value=\"cut operator\" selected>", "value=\"bằng USB\""],
        ),
        (
            "/dai",
            "/dai/cau-hinh",
            &[("name", "Đài Khác"), ("quiet", "25:00-26:00"), ("approval", "off"), ("base", "{}")],
            &["value=\"Đài Khác\"", "value=\"25:00-26:00\"", "<option value=\"off\" selected>"],
        ),
    ] {
        let refused = admin.send(page, to, fields);
        let there = refused.header("location").unwrap_or_else(|| panic!("{to}: {refused:?}")).to_owned();
        assert_eq!((refused.status, without_word(&there)), (303, page), "{to}");
        // That is a page, and stays one: loaded anew or gone back to it says why, and nothing is sent again.
        for look in ["first", "again"] {
            let refused = admin.get(&there);
            assert_eq!(refused.status, 200, "{to}, {look}");
            assert!(
                refused.body.contains("<div class=\"notice error\" role=\"alert\""),
                "{to}, {look}: {}",
                refused.body
            );
            for kept in kept {
                assert!(refused.body.contains(kept), "{to}, {look}: {kept}: {}", refused.body);
            }
        }
        let refused = admin.get(&there);
        let back = unescaped(between(&refused.body, "name=\"ve\" value=\"", "\"").unwrap());
        assert_eq!(back, there);
        assert_eq!(admin.post("/tieng", &[("tieng", "en"), ("ve", &back)]).status, 303);
        let again = admin.get(&back).body;
        for kept in kept {
            assert!(again.contains(kept), "{to}: {kept}: {again}");
        }
        // And so it is where it was sent from the answer to it.
        let twice = admin.send(&there, to, fields);
        let back = twice.header("location").unwrap_or_default();
        assert!(twice.status == 303 && without_word(back) == page && back != there, "{to}: {twice:?}");
    }
    let nobody = Browser::new(&world.address);
    let login = nobody.arrive(nobody.post("/dang-nhap", &[("ten", "Trực"), ("mat_khau", "sai")]));
    let back = unescaped(between(&login.body, "name=\"ve\" value=\"/dang-nhap", "\"").unwrap());
    let again = Browser::new(&world.address).get(&format!("/dang-nhap{back}")).body;
    assert!(again.contains("value=\"Trực\"") && !again.contains("sai"), "{again}");
}

#[test]
fn what_two_tabs_of_one_page_have_sent_does_not_meet() {
    let world = World::new(STATION, true);
    let operator = world.browser(Operator);
    let play = |what| {
        let answer = operator.send("/", "/tren-song/phat", &[("what", what)]);
        answer.header("location").unwrap().trim_end_matches("#bi-tu-choi").to_owned()
    };
    let (one, other) = (play("mot.mp3"), play("hai.mp3"));
    for (tab, own, others) in [(&one, "mot.mp3", "hai.mp3"), (&other, "hai.mp3", "mot.mp3")] {
        let page = operator.get(tab).body;
        assert!(page.contains(&format!("value=\"{own}\"")) && !page.contains(others), "{page}");
    }
    assert!(!operator.get("/").body.contains(".mp3\" aria-invalid"), "a third one begins anew");
    // What is taken is forgotten, and nothing else.
    let taken = operator.send(&one, "/tren-song/phat", &[("what", "nhac-hieu.flac")]);
    assert_eq!((taken.status, taken.header("location")), (303, Some("/")), "{taken:?}");
    assert!(!operator.get(&one).body.contains("bi-tu-choi") && operator.get(&other).body.contains("hai.mp3"));
    // Of another session it is nobody's.
    assert!(!world.browser(Operator).get(&other).body.contains("hai.mp3"));
}

/// By an admin who sets another password, in another tab, or because somebody has logged in anew there.
#[test]
fn what_is_sent_after_its_session_has_ended_comes_back_behind_the_login_and_to_nobody_else() {
    let world = World::new(STATION, true);
    std::fs::write(world.home().join("schedules/2031-03.toml"), "month = \"2031-03\"\n").unwrap();
    let segment =
        ("/lich/2031-03-04/tiet-muc", "/lich/2031-03/luu", vec![("viec", "tiet-muc"), ("title", "Tin chưa lưu")]);
    let remarks =
        ("/bao-cao/viet?thang=2031-03", "/bao-cao/viet", vec![("thang", "2031-03"), ("next", "Tin chưa lưu")]);
    let admin = world.browser(Admin);
    for (page, to, fields) in [segment, remarks] {
        for ended in ["password", "logout", "login"] {
            let mut browser = world.browser(Operator);
            browser.get(page);
            match ended {
                "password" => {
                    let given = admin.post("/dai/tai-khoan/mat-khau", &[("ten", "Trực"), ("mat_khau", PASSWORD)]);
                    assert_eq!(given.status, 303, "{given:?}");
                }
                "logout" => {
                    browser.post("/dang-xuat", &[]);
                    browser.cookie = None;
                }
                _ => browser.cookie = world.browser(Operator).cookie,
            }
            let mut secret = fields.clone();
            secret.push(("mat_khau", "không ai thấy"));
            let answer = browser.send(page, to, &secret);
            let location = unescaped(answer.header("location").unwrap_or_else(|| panic!("{ended} {to}: {answer:?}")));
            let there = match location.strip_prefix("/dang-nhap?ve=") {
                Some(there) => {
                    let login = Browser::new(&world.address).get(&location).body;
                    assert!(login.contains("những gì đã điền hiện lại"), "{ended} {to}: {login}");
                    percent_decoded(there)
                }
                None => location,
            };
            let there = there.strip_suffix("#bi-tu-choi").unwrap_or_else(|| panic!("{there}"));
            assert_eq!((answer.status, without_word(there)), (303, page), "{ended}");
            let seen_by = |browser: &Browser| browser.get(there).body;
            let again = seen_by(&world.browser(Operator));
            for shown in ["Tin chưa lưu", "phiên đăng nhập đã hết nên chưa làm gì", "id=\"bi-tu-choi\""]
            {
                assert!(again.contains(shown), "{ended} {to}: {shown}: {again}");
            }
            assert!(!again.contains("không ai thấy"), "{ended}");
            assert!(!seen_by(&admin).contains("Tin chưa lưu"), "{ended} {to}: nobody else sees it");
        }
    }
    // Whoever else has logged in there meanwhile sends nothing of it in their own name, and sees nothing of it.
    let mut browser = world.browser(Operator);
    browser.cookie = admin.cookie.clone();
    let answer = browser.send("/bao-cao/viet?thang=2031-03", "/bao-cao/viet", &[("next", "Tin chưa lưu")]);
    assert_eq!((answer.status, answer.header("location")), (403, None), "{answer:?}");
    // Nothing of all that was done.
    let text = std::fs::read_to_string(world.home().join("schedules/2031-03.toml")).unwrap();
    assert_eq!(text, "month = \"2031-03\"\n");
}

/// The page's script asks that before it sends what was filled in.
#[test]
fn a_page_is_told_whether_its_session_goes_on() {
    let world = World::new(STATION, true);
    let (browser, other) = (world.browser(Operator), world.browser(Operator));
    let asked = |csrf: &str| browser.ask("GET", "/phien", &[("X-CSRF-Token", csrf)], "").status;
    assert_eq!([asked(&browser.csrf), asked(&other.csrf)], [204, 403]);
    browser.post("/dang-xuat", &[]);
    assert_eq!(asked(&browser.csrf), 401);
}

/// As it stands in an address that stands in another.
fn percent_decoded(text: &str) -> String {
    text.replace("%3F", "?").replace("%3D", "=").replace("%26", "&").replace("%23", "#")
}

#[test]
fn what_is_taken_after_all_is_not_shown_again() {
    let world = World::new(STATION, true);
    let admin = world.browser(Admin);
    let add = |name: &str| {
        let fields = [("ten", name), ("vai_tro", "viewer"), ("mat_khau", PASSWORD)];
        admin.send("/dai/tai-khoan", "/dai/tai-khoan", &fields)
    };
    page_after(&admin, "/dai/tai-khoan", &add("Trực"));
    assert_eq!(add("Người Mới").header("location"), Some("/dai/tai-khoan"));
    assert!(!admin.get("/dai/tai-khoan").body.contains("bi-tu-choi"));
}

/// What check says of what a form would write names the form's fields, and no line of a file that nobody sees there.
#[test]
fn what_is_wrong_in_a_form_is_said_by_the_labels_of_its_fields() {
    let world = World::new(STATION, true);
    let admin = world.browser(Admin);
    let settings = admin.get("/dai").body;
    let base = unescaped(between(&settings, "name=\"base\" value=\"", "\"").unwrap());
    for (to, fields, told) in [
        (
            "/dai/muc/duong-day-nong",
            vec![("viec", "luu"), ("id", "a"), ("unit", "Tỉnh"), ("number", "12ab")],
            &["“Số điện thoại”: <code>12ab</code> không phải số điện thoại", "“Số điện thoại”: <code>1022</code>"][..],
        ),
        (
            "/dai/cau-hinh",
            vec![
                ("name", "Đài Thử"),
                ("quiet", "25:00-26:00"),
                ("approval", "warn"),
                ("broadcasts_per_day", "0"),
                ("base", &base),
            ],
            &["“Giờ yên tĩnh”: <code>25:00</code>", "“Số buổi mỗi ngày không quá”"],
        ),
    ] {
        let answer = admin.post(to, &fields);
        assert_eq!(answer.status, 422, "{to}: {}", answer.body);
        for told in told {
            assert!(answer.body.contains(told), "{to}: {told}: {}", answer.body);
        }
        assert!(!answer.body.contains("station.toml, dòng"), "{to}: {}", answer.body);
    }
}
