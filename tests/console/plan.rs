//! The months on the page: what a form writes, what it does not, and two people at once.

use std::fs;
use std::path::PathBuf;

use loa::console::Role::{Admin, Operator, Viewer};
use serde_json::json;

use crate::client::{Answer, Browser, between};
use crate::together::version_of_order;
use crate::world::{STATION, World};

/// A month ahead, as a careful author leaves it, with Windows' line ends and a mark.
pub const MONTH: &str = "\u{feff}# Kế hoạch\r\nmonth = \"2031-03\"\r\n\r\n[[window]]\r\nid = \"sang\"\r\nname = \"Buổi sáng\"\r\nstart = \"05:30\"\r\nend = \"06:00\"\r\ndays = \"T2-T7\"\r\nrunning_order = [\r\n  { column = \"ban-tin\" }, # trước\r\n  { audio = \"nhac-hieu.flac\", kind = \"sign_off\" },\r\n]\r\n\r\n[[column]]\r\nid = \"ban-tin\"\r\n\r\n[[segment]]\r\nid = \"tin\" # mã\r\ntitle = \"Bản tin\"\r\naudio = \"nhac-hieu.flac\"\r\ncolumn = \"ban-tin\"\r\ndays = \"T2-T7\"\r\n";

/// A station with that month.
pub struct Planned {
    pub world: World,
    pub file: PathBuf,
}

impl Planned {
    pub fn new(station: &str) -> Planned {
        let world = World::new(station, true);
        let file = world.home().join("schedules/2031-03.toml");
        fs::write(&file, MONTH).unwrap();
        Planned { world, file }
    }

    pub fn text(&self) -> String {
        fs::read_to_string(&self.file).unwrap()
    }
}

/// The version that a page was made from.
fn base(page: &Answer) -> String {
    assert_eq!(page.status, 200, "{page:?}");
    between(&page.body, "name=\"base\" value=\"", "\"").expect("a version").to_owned()
}

pub fn base_of(browser: &Browser, path: &str) -> String {
    base(&browser.get(path))
}

/// What a form sends of `work` on that version.
fn sent<'s>(browser: &Browser, base: &'s str, work: &'s str, more: &[(&'s str, &'s str)]) -> Answer {
    let mut fields = vec![("base", base), ("viec", work), ("ngay", "2031-03-04"), ("ve", "/lich/2031-03-04")];
    fields.extend(more);
    browser.post("/lich/2031-03/luu", &fields)
}

pub const SEGMENT: [(&str, &str); 6] = [
    ("title", "Thông báo \"nóng\""),
    ("audio", "nhac-hieu.flac"),
    ("cach", "gio"),
    ("at", "17:10"),
    ("lich", "ngay"),
    ("on", "2031-03-04"),
];

#[test]
fn a_forms_change_is_in_the_file_on_the_page_in_the_timetable_and_can_be_taken_back() {
    let planned = Planned::new(STATION);
    let (operator, admin) = (planned.world.browser(Operator), planned.world.browser(Admin));
    let version = base_of(&operator, "/lich/2031-03-04/tiet-muc");
    let answer = sent(&operator, &version, "tiet-muc", &SEGMENT);
    assert_eq!((answer.status, answer.header("location")), (303, Some("/lich/2031-03-04")));
    let added = "\r\n[[segment]]\r\ntitle = 'Thông báo \"nóng\"'\r\naudio = \"nhac-hieu.flac\"\r\nat = \"17:10\"\r\non = \"2031-03-04\"\r\n";
    assert_eq!(planned.text(), format!("{MONTH}{added}"));
    let day = operator.get("/lich/2031-03-04").body;
    assert!(day.contains("17:10:00") && day.contains("Thông báo &quot;nóng&quot;") && day.contains("đã lưu"), "{day}");
    let timetable = admin.get("/api/v1/timetable?period=2031-03-04").body;
    assert!(timetable.contains("2031-03-04/17:10:00/thong-bao-nong"), "{timetable}");
    // By whoever, and told whose it was.
    let version = base_of(&admin, "/lich/2031-03");
    let undone = admin.post("/lich/2031-03/hoan-tac", &[("base", &version), ("ve", "/lich/2031-03")]);
    assert_eq!((undone.status, planned.text()), (303, MONTH.to_owned()));
    assert!(admin.get("/lich/2031-03").body.contains("của Trực"));
    assert!(admin.get("/dai/tai-khoan").body.contains("2031-03: "), "who did it is written down");
}

/// The form of the segment `tin` as it is, with these fields in place of its own.
pub fn changed<'s>(more: &[(&'s str, &'s str)]) -> Vec<(&'s str, &'s str)> {
    let own =
        [("ma", "tin"), ("title", "Bản tin"), ("audio", "nhac-hieu.flac"), ("cach", "cot"), ("column", "ban-tin")];
    let days = ["T2", "T3", "T4", "T5", "T6", "T7"].map(|day| ("days", day));
    let all = own.into_iter().chain([("lich", "thu")]).chain(days);
    all.filter(|(name, _)| !more.iter().any(|(other, _)| other == name)).chain(more.iter().copied()).collect()
}

#[test]
fn a_time_as_people_write_it_by_hand_is_written_as_files_have_it() {
    let planned = Planned::new(STATION);
    let browser = planned.world.browser(Operator);
    for (written, at) in [
        ("22h05", "at = \"22:05\""),
        ("22 giờ 05", "at = \"22:05\""),
        ("5h; 17:10", "at = [\"05:00\", \"17:10\"]"),
        ("5:45", "at = \"5:45\""),
    ] {
        fs::write(&planned.file, MONTH).unwrap();
        let version = base_of(&browser, "/lich/2031-03-04/tiet-muc");
        let mut fields = SEGMENT;
        fields[3] = ("at", written);
        let answer = sent(&browser, &version, "tiet-muc", &fields);
        assert!(answer.status == 303 && planned.text().contains(at), "{written}: {answer:?} {}", planned.text());
    }
    let version = base_of(&browser, "/lich/2031-03-04/buoi-them");
    let own =
        [("ten", "Buổi lễ"), ("start", "19h"), ("end", "19 giờ 20 phút"), ("muc", "segment:tin"), ("ly_do", "Lễ")];
    let answer = sent(&browser, &version, "buoi-them", &own);
    let extra = "start = \"19:00\", end = \"19:20\"";
    assert!(answer.status == 303 && planned.text().contains(extra), "{answer:?} {}", planned.text());
}

#[test]
fn a_segments_form_reaches_all_that_a_segment_may_say() {
    let planned = Planned::new(&STATION.replace(
        "[rules]",
        "[[topic]]\ncode = \"a\"\ntitle = \"Một\"\n\n[[topic]]\ncode = \"b\"\ntitle = \"Hai\"\n\n[rules]",
    ));
    let browser = planned.world.browser(Operator);
    let line = |lines: &str| format!("{MONTH}{lines}");
    let cases: [(&[(&str, &str)], String); 6] = [
        (&[("topic", "a"), ("topics", "")], line("topic = \"a\"\r\n")),
        (&[("topic", "b"), ("topics", ""), ("topics", "a")], line("topics = [\"b\", \"a\"]\r\n")),
        (
            &[("contributors", "An\r\nBình"), ("text", "Toàn văn")],
            line("contributors = [\"An\", \"Bình\"]\r\ntext = \"Toàn văn\"\r\n"),
        ),
        (
            &[("windows", ""), ("windows", "sang"), ("except", "24/03/2031")],
            line("windows = [\"sang\"]\r\nexcept = \"2031-03-24\"\r\n"),
        ),
        (
            &[("also_published", "Zalo; 02/03/2031; https://zalo.example/a;b\r\nTrang phường; 2031-03-03")],
            line(
                "also_published = [\r\n  { where = \"Zalo\", date = 2031-03-02, url = \"https://zalo.example/a;b\" },\r\n  { where = \"Trang phường\", date = 2031-03-03 },\r\n]\r\n",
            ),
        ),
        (&[("id", "ban-tin-sang")], MONTH.replace("id = \"tin\" # mã", "id = \"ban-tin-sang\" # mã")),
    ];
    for (more, wanted) in cases {
        fs::write(&planned.file, MONTH).unwrap();
        let version = base_of(&browser, "/lich/2031-03-04/tiet-muc?id=tin");
        let answer = sent(&browser, &version, "tiet-muc", &changed(more));
        assert_eq!((answer.status, planned.text()), (303, wanted), "{more:?}: {}", answer.body);
        // As it is shown again it changes nothing.
        let id = more.iter().find(|(name, _)| *name == "id").map_or("tin", |(_, id)| id);
        let page = browser.get(&format!("/lich/2031-03-04/tiet-muc?id={id}"));
        for (_, value) in
            more.iter().filter(|(name, value)| !value.is_empty() && ["topic", "contributors", "text"].contains(name))
        {
            assert!(page.body.contains(&value.replace("\r\n", "\n")), "{value}: {}", page.body);
        }
        let (version, text) = (base(&page), planned.text());
        let again: Vec<(&str, &str)> = changed(more)
            .into_iter()
            .map(|(name, value)| if name == "ma" { (name, id) } else { (name, value) })
            .collect();
        assert_eq!((sent(&browser, &version, "tiet-muc", &again).status, planned.text()), (303, text), "{more:?}");
    }
    fs::write(
        &planned.file,
        MONTH
            .replace("{ column = \"ban-tin\" }, # trước", "{ segment = \"tin\" }, # trước")
            .replace("column = \"ban-tin\"\r\ndays", "at = \"17:00\"\r\ndays"),
    )
    .unwrap();
    let version = base_of(&browser, "/lich/2031-03-04/tiet-muc?id=tin");
    let renamed = changed(&[("id", "moi"), ("cach", "gio"), ("at", "17:00")]);
    assert_eq!(sent(&browser, &version, "tiet-muc", &renamed).status, 303);
    assert!(
        planned.text().contains("{ segment = \"moi\" }, # trước") && planned.text().contains("id = \"moi\" # mã"),
        "{}",
        planned.text()
    );
}

#[test]
fn a_days_form_that_is_refused_comes_again_with_what_was_filled_in() {
    let planned = Planned::new(STATION);
    let browser = planned.world.browser(Operator);
    let version = base_of(&browser, "/lich/2031-03-04");
    let extra = [
        ("ten", "Giao thừa"),
        ("start", "19 giờ rưỡi"),
        ("end", "19:20"),
        ("muc", "segment:tin"),
        ("permit", "12/UBND"),
        ("ly_do", "Họp"),
    ];
    let times = [("khung", "sang"), ("cach", "gio"), ("start", "06:30"), ("end", "7 giờ 99"), ("ly_do", "Họp")];
    let column = [("cot", "ban-tin"), ("cach", "doi"), ("den", "2031-03-09"), ("ly_do", "")];
    for (work, fields) in [("buoi-them", extra.as_slice()), ("buoi", &times), ("chuyen-muc", &column)] {
        let answer = sent(&browser, &version, work, fields);
        assert_eq!((answer.status, planned.text()), (422, MONTH.to_owned()), "{work}");
        let form = between(&answer.body, "data-check=", "</form>").expect(work);
        for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
            let picked =
                [" checked", " selected"].iter().any(|sign| form.contains(&format!("value=\"{value}\"{sign}")));
            let typed = form.contains(&format!("name=\"{name}\" value=\"{value}\""));
            assert!(picked || typed, "{work}: {name} = {value}: {form}");
        }
    }
}

#[test]
fn each_form_writes_its_own_lines_and_no_others() {
    let planned = Planned::new(STATION);
    let browser = planned.world.browser(Operator);
    let exception =
        |line: &str| format!("{MONTH}\r\n[[exception]]\r\ndate = 2031-03-04\r\nreason = \"Họp\"\r\n{line}\r\n");
    let reason = ("ly_do", "Họp");
    type Case<'s> = (&'static str, Vec<(&'static str, &'s str)>, String);
    let shown = version_of_order(&browser, "/lich/2031-03-04/thu-tu?khung=sang&pham-vi=thang");
    let cases: [Case<'_>; 7] = [
        ("buoi", vec![("khung", "sang"), ("cach", "nghi"), reason], exception("windows = { sang = \"off\" }")),
        (
            "buoi",
            vec![("khung", "sang"), ("cach", "gio"), ("start", "06:30"), ("end", "07:00"), reason],
            exception("windows = { sang = { start = \"06:30\", end = \"07:00\" } }"),
        ),
        (
            "buoi-them",
            vec![
                ("ten", "Giao thừa"),
                ("start", "19:00"),
                ("end", "19:20"),
                ("muc", "segment:tin"),
                ("permit", "12/UBND"),
                reason,
            ],
            exception(
                "extra = [{ id = \"giao-thua\", name = \"Giao thừa\", start = \"19:00\", end = \"19:20\", running_order = [{ segment = \"tin\" }], permit = \"12/UBND\" }]",
            ),
        ),
        (
            "chuyen-muc",
            vec![("cot", "ban-tin"), ("cach", "nghi"), reason],
            exception("columns = { ban-tin = \"off\" }"),
        ),
        ("bo-ngay", vec![("ma", "tin")], format!("{MONTH}except = [\"2031-03-04\"]\r\n")),
        (
            "doi-ngay",
            vec![("ma", "tin"), ("den", "2031-03-09")],
            format!(
                "{MONTH}except = [\"2031-03-04\"]\r\n\r\n[[segment]]\r\nid = \"tin-2\" # mã\r\ntitle = \"Bản tin\"\r\naudio = \"nhac-hieu.flac\"\r\ncolumn = \"ban-tin\"\r\non = \"2031-03-09\"\r\n"
            ),
        ),
        (
            "thu-tu",
            vec![("khung", "sang"), ("pham_vi", "thang"), ("trinh_tu", &*shown), ("lenh", "xuong:0")],
            MONTH.replace(
                "  { column = \"ban-tin\" }, # trước\r\n  { audio = \"nhac-hieu.flac\", kind = \"sign_off\" },\r\n",
                "  { audio = \"nhac-hieu.flac\", kind = \"sign_off\" },\r\n  { column = \"ban-tin\" }, # trước\r\n",
            ),
        ),
    ];
    for (work, fields, wanted) in cases {
        fs::write(&planned.file, MONTH).unwrap();
        let answer = sent(&browser, &base_of(&browser, "/lich/2031-03-04/tiet-muc"), work, &fields);
        assert_eq!((answer.status, planned.text()), (303, wanted), "{work} {fields:?}: {}", answer.body);
        if work == "buoi-them" {
            for page in ["/lich/2031-03", "/lich/2031-03-04"] {
                let shown = browser.get(page).body;
                assert!(shown.contains("Giao thừa") && !shown.contains("</time> giao-thua"), "by its name: {shown}");
            }
        }
    }
}

#[test]
fn a_forms_own_values_sent_back_change_nothing() {
    let planned = Planned::new(STATION);
    let browser = planned.world.browser(Operator);
    let version = base_of(&browser, "/lich/2031-03-04/tiet-muc?id=tin");
    let days = ["T2", "T3", "T4", "T5", "T6", "T7"].map(|day| ("days", day));
    let mut fields = vec![
        ("ma", "tin"),
        ("title", "Bản tin"),
        ("audio", "nhac-hieu.flac"),
        ("cach", "cot"),
        ("column", "ban-tin"),
        ("lich", "thu"),
        ("tone", ""),
        ("genre", ""),
    ];
    fields.extend(days);
    assert_eq!(sent(&browser, &version, "tiet-muc", &fields).status, 303);
    assert_eq!(planned.text(), MONTH);
    fields.retain(|(name, _)| *name != "tone");
    fields.push(("tone", "hướng dẫn"));
    assert_eq!(sent(&browser, &version, "tiet-muc", &fields).status, 303);
    assert_eq!(planned.text(), format!("{MONTH}tone = \"hướng dẫn\"\r\n"));
    // What stands in braces of its own, too.
    fs::write(&planned.file, MONTH).unwrap();
    fields.pop();
    fields.extend([("source_doc.number", "12/UBND"), ("source_doc.date", "2031-02-20"), ("feedback.received", "")]);
    assert_eq!(sent(&browser, &version, "tiet-muc", &fields).status, 303);
    let document = "source_doc = { number = \"12/UBND\", date = 2031-02-20 }\r\n";
    assert_eq!(planned.text(), format!("{MONTH}{document}"));
    let form = browser.get("/lich/2031-03-04/tiet-muc?id=tin").body;
    assert!(form.contains("id=\"source_doc.number\" name=\"source_doc.number\" value=\"12/UBND\""), "{form}");
}

#[test]
fn the_second_of_two_editors_is_told_and_overwrites_nothing() {
    let planned = Planned::new(STATION);
    let (first, second) = (planned.world.browser(Admin), planned.world.browser(Operator));
    let version = base_of(&second, "/lich/2031-03-04/tiet-muc?id=tin");
    assert_eq!(sent(&first, &version, "bo-ngay", &[("ma", "tin")]).status, 303);
    let theirs = planned.text();
    let renamed = changed(&[("title", "Bản tin sáng")]);
    let answer = sent(&second, &version, "tiet-muc", &renamed);
    assert_eq!((answer.status, planned.text()), (409, theirs.clone()));
    assert!(answer.body.contains("Quản Trị vừa lưu: bỏ “Bản tin” ngày 04/03"), "{}", answer.body);
    // Made again on the newer version, both are there.
    let newer = between(&answer.body, "name=\"base\" value=\"", "\"").unwrap();
    let again: Vec<(&str, &str)> = renamed.into_iter().chain([("tu", version.as_str())]).collect();
    assert_eq!(sent(&second, newer, "tiet-muc", &again).status, 303);
    assert_eq!(planned.text(), theirs.replace("\"Bản tin\"", "\"Bản tin sáng\""));
    // In the pane of the text both texts are shown.
    let (now, own) = (planned.text(), format!("{MONTH}# của tôi\r\n"));
    let answer = second.post("/lich/2031-03/toml", &[("base", &version), ("text", &own)]);
    assert_eq!((answer.status, planned.text()), (409, now));
    assert!(
        answer.body.contains("# của tôi") && answer.body.contains("+ except = [&quot;2031-03-04&quot;]"),
        "{}",
        answer.body
    );
}

#[test]
fn what_was_typed_of_a_segment_that_another_took_out_is_kept_and_can_be_saved_as_a_new_one() {
    let planned = Planned::new(STATION);
    let (first, second) = (planned.world.browser(Admin), planned.world.browser(Operator));
    let page = "/lich/2031-03-04/tiet-muc?id=tin";
    let version = base_of(&second, page);
    assert_eq!(sent(&first, &version, "bo", &[("ma", "tin")]).status, 303);
    let theirs = planned.text();
    let mut fields = SEGMENT.to_vec();
    fields[0] = ("title", "Bản tin sửa dở");
    fields.push(("ma", "tin"));
    let answer = sent(&second, &version, "tiet-muc", &fields);
    assert_eq!((answer.status, planned.text()), (409, theirs.clone()), "{}", answer.body);
    assert!(answer.body.contains("Quản Trị vừa lưu: bỏ “Bản tin” khỏi tháng"), "who did what: {}", answer.body);
    assert!(
        answer.body.contains("value=\"Bản tin sửa dở\"") && !answer.body.contains("name=\"ma\""),
        "{}",
        answer.body
    );
    // As the form that came back sends it.
    fields.retain(|(name, _)| *name != "ma");
    let newer = base(&Answer { status: 200, ..answer });
    assert_eq!(sent(&second, &newer, "tiet-muc", &fields).status, 303);
    assert!(
        planned.text().starts_with(&theirs) && planned.text().contains("title = \"Bản tin sửa dở\""),
        "{}",
        planned.text()
    );
    // A link to what is gone says so, and is no page that never was.
    for gone in [page, "/lich/2031-03-04/doi-ngay?id=tin", "/lich/2031-03-04/thu-tu?khung=khac"] {
        let answer = second.get(gone);
        assert!(answer.status == 409 && answer.body.contains("không còn trong kế hoạch"), "{gone}: {answer:?}");
    }
}

#[test]
fn what_check_refuses_is_saved_by_no_form_and_by_the_pane_only_when_one_insists() {
    let planned = Planned::new(STATION);
    let browser = planned.world.browser(Operator);
    let version = base_of(&browser, "/lich/2031-03-04/tiet-muc");
    let mut fields = SEGMENT;
    fields[3] = ("at", "25:10");
    let answer = sent(&browser, &version, "tiet-muc", &fields);
    assert_eq!((answer.status, planned.text()), (422, MONTH.to_owned()));
    assert!(answer.body.contains("25:10"), "{}", answer.body);
    let broken = MONTH.replace("[[column]]", "[[column]");
    let answer = browser.post("/lich/2031-03/toml", &[("base", &version), ("text", &broken)]);
    assert_eq!((answer.status, planned.text()), (422, MONTH.to_owned()));
    assert!(answer.body.contains("[[column]\r\n"), "what was typed is still there");
    let answer = browser.post("/lich/2031-03/toml", &[("base", &version), ("text", &broken), ("van_luu", "1")]);
    // Line ends and the mark are the file's, whatever a browser makes of them.
    assert_eq!((answer.status, planned.text()), (303, broken));
    assert_eq!(browser.get("/lich/2031-03").status, 200, "the month says what is wrong with it");
}

#[test]
fn check_answers_beside_the_form_and_under_the_words() {
    let planned = Planned::new(STATION);
    let browser = planned.world.browser(Operator);
    let version = base_of(&browser, "/lich/2031-03-04/tiet-muc");
    let mut fields = vec![("base", version.as_str()), ("viec", "tiet-muc"), ("ngay", "2031-03-04")];
    fields.extend(SEGMENT);
    let said = browser.post("/lich/2031-03/thu", &fields).body;
    assert!(said.contains("0 → ") || said.contains("lượt phát"), "{said}");
    fields.retain(|(name, _)| *name != "audio");
    fields.push(("audio", "khong-co.mp3"));
    let said = browser.post("/lich/2031-03/thu", &fields).body;
    assert!(said.contains("data-field=\"audio\"") && said.contains("khong-co.mp3"), "{said}");
    assert_eq!(planned.text(), MONTH, "nothing is written");
    // What keeps something off the air comes before what is only worth a look.
    let taken = "\r\n[[segment]]\r\nid = \"khac\"\r\ntitle = \"Khác\"\r\naudio = \"nhac-hieu.flac\"\r\nat = \"17:10\"\r\non = \"2031-03-04\"\r\n";
    fs::write(&planned.file, format!("{MONTH}{taken}")).unwrap();
    let newer = base_of(&browser, "/lich/2031-03-04/tiet-muc");
    fields.retain(|(name, _)| !["audio", "base"].contains(name));
    fields.extend([("audio", "nhac-hieu.flac"), ("base", newer.as_str())]);
    // Of no day that it has: a warning of its own.
    fields.retain(|(name, _)| !["lich", "on"].contains(name));
    fields.extend([("lich", "thu"), ("days", "T3"), ("except", "05/03/2031")]);
    let said = browser.post("/lich/2031-03/thu", &fields).body;
    let worst: Vec<&str> = said.split("<li class=\"problem ").skip(1).filter_map(|one| one.split('"').next()).collect();
    assert!(worst.contains(&"error") && worst.contains(&"warning"), "{said}");
    // That some are not approved was so before; there is one more of them now.
    assert!(!said.contains("chưa được duyệt"), "{said}");
    assert!(
        worst.is_sorted_by_key(|kind| ["error", "warning", "hint"].iter().position(|known| known == kind)),
        "{said}"
    );
    fs::write(&planned.file, MONTH).unwrap();
    let text = "month = \"2031-03\"\r\n# Đây 🔊\r\nmonht = 1\r\n";
    let answer = browser.post("/lich/2031-03/toml/thu", &[("text", text)]).json();
    let at = "month = \"2031-03\"\n# Đây 🔊\n".encode_utf16().count();
    assert_eq!(answer["refused"], true);
    let counts = answer["counts"].as_str().unwrap();
    let errors = answer["html"].as_str().unwrap().matches("problem error").count();
    assert!(counts.contains(&format!(">{errors} lỗi<")) && counts.contains("chưa dùng được"), "{counts}");
    assert_eq!(answer["marks"][1], json!({ "from": at, "to": at + 5, "kind": "error" }), "{answer}");
}

#[test]
fn programs_stay_as_the_disk_has_them() {
    let station = format!("{STATION}\n[alerts]\ncommand = [\"/usr/bin/true\"]\n");
    let planned = Planned::new(&station);
    let admin = planned.world.browser(Admin);
    let (version, before) = (base_of(&admin, "/dai/tep"), planned.world.station_text());
    for altered in [
        before.replace("/usr/bin/true", "/usr/bin/false"),
        before.replace("[alerts]\ncommand", "[alerts]\n# command"),
        before.replace("[alerts]", "[alerts"),
        format!("{before}\n[amplifier]\non = [\"x\"]\noff = [\"y\"]\n"),
    ] {
        let answer = admin.post("/dai/tep", &[("base", &version), ("text", &altered)]);
        assert_eq!((answer.status, planned.world.station_text()), (422, before.clone()), "{altered}");
    }
    let renamed = before.replace("Đài Thử", "Đài Mới");
    assert_eq!(admin.post("/dai/tep", &[("base", &version), ("text", &renamed)]).status, 303);
    assert_eq!(planned.world.station_text(), renamed);
    let version = base_of(&admin, "/dai/tep");
    assert_eq!(admin.post("/dai/tep/hoan-tac", &[("base", &version)]).status, 303);
    assert_eq!(planned.world.station_text(), before);
}

#[test]
fn a_viewer_sees_all_and_changes_nothing() {
    let planned = Planned::new(STATION);
    let viewer = planned.world.browser(Viewer);
    let day = viewer.get("/lich/2031-03-04").body;
    assert!(day.contains("Bản tin") && !day.contains("/luu") && !day.contains("/tiet-muc"), "{day}");
    assert_eq!(viewer.get("/lich/2031-03-04/tiet-muc").status, 403);
    assert_eq!(sent(&viewer, "", "bo-ngay", &[("ma", "tin")]).status, 403);
    for path in ["/lich/2031-03/thu", "/lich/2031-03/hoan-tac", "/lich/2031-03/chep", "/lich/2031-03/toml"] {
        assert_eq!(viewer.post(path, &[]).status, 403, "{path}");
    }
    let text = viewer.get("/lich/2031-03/toml").body;
    assert!(text.contains("readonly") && text.contains("# Kế hoạch"), "{text}");
    assert_eq!(planned.text(), MONTH);
}

#[test]
fn the_next_month_comes_from_this_one_and_overwrites_none() {
    let planned = Planned::new(STATION);
    let browser = planned.world.browser(Operator);
    let answer = browser.post("/lich/2031-03/chep", &[]);
    assert_eq!((answer.status, answer.header("location")), (303, Some("/lich/2031-04")));
    let made = planned.world.home().join("schedules/2031-04.toml");
    assert_eq!(fs::read_to_string(&made).unwrap(), MONTH.replace("2031-03", "2031-04"));
    assert_eq!(browser.post("/lich/2031-03/chep", &[]).status, 409);
    let empty = browser.get("/lich/2031-06").body;
    assert!(empty.contains("chưa có kế hoạch") && empty.contains("/lich/2031-04"), "{empty}");
}

#[test]
fn of_two_in_one_column_the_second_is_moved_up() {
    let planned = Planned::new(STATION);
    let second = "\r\n# thứ hai\r\n[[segment]]\r\nid = \"hai\"\r\ntitle = \"Tin hai\"\r\naudio = \"nhac-hieu.flac\"\r\ncolumn = \"ban-tin\"\r\non = \"2031-03-04\"\r\n";
    fs::write(&planned.file, format!("{MONTH}{second}")).unwrap();
    let browser = planned.world.browser(Operator);
    let order = || {
        let day = browser.get("/api/v1/timetable?period=2031-03-04").json();
        let slots = day["slots"].as_array().cloned().unwrap_or_default();
        slots.iter().filter_map(|slot| slot["segment"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    assert_eq!(order(), ["tin", "hai"]);
    let day = browser.get("/lich/2031-03-04");
    assert!(day.body.contains("aria-label=\"Lên: Tin hai\"") && !day.body.contains("aria-label=\"Lên: Bản tin\""));
    let answer = sent(&browser, &base(&day), "len-truoc", &[("ma", "hai"), ("truoc", "tin")]);
    assert_eq!((answer.status, order()), (303, vec!["hai".to_owned(), "tin".to_owned()]));
    let (first, rest) = MONTH.split_once("[[segment]]").unwrap();
    let moved = format!("{first}{}\r\n[[segment]]{rest}", second.trim_start_matches("\r\n"));
    assert_eq!(planned.text(), moved, "with its remark, and no other line is another");
}
