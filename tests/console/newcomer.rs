//! What a newcomer is told: what really comes of an order, what a plan that comes too late is worth, where each message leads.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use loa::console::Role::{Admin, Approver, Operator, Viewer};

use crate::client::{Answer, Browser, ask, between, id_in, unescaped};
use crate::on_air::first_row;
use crate::world::{PASSWORD, STATION, World, until};
use crate::zone::{now, placed};

/// What stands at the top of the page that an answer leads to.
fn told(browser: &Browser, answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{answer:?}");
    let page = browser.get(answer.header("location").unwrap().split('#').next().unwrap()).body;
    let notices = page.split("<div class=\"notice ").skip(1).filter_map(|notice| notice.split("</div></div>").next());
    notices.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_quiet_hours_refuse_is_no_success_and_says_when_it_may_sound() {
    // Of the whole day but the minute that lies farthest off.
    let (from, to) = (now().checked_add(SignedDuration::from_hours(12)).unwrap(), now());
    let to = to.checked_add(SignedDuration::from_hours(12) - SignedDuration::from_mins(2)).unwrap();
    let quiet = format!("{}-{}", from.strftime("%H:%M"), to.strftime("%H:%M"));
    let world = World::new(&placed(STATION).replace("quiet = []", &format!("quiet = [\"{quiet}\"]")), true);
    let operator = world.browser(Operator);
    for (address, fields, called) in
        [("/dai/am-thu", &[][..], "“Âm thử”"), ("/tren-song/phat", &[("what", "nhac-hieu.flac")], "“nhac-hieu.flac”")]
    {
        let said = told(&operator, &operator.post(address, fields));
        let why = format!(
            "{called}: Không phát theo ngoại lệ: Giờ yên tĩnh. Giờ yên tĩnh của đài là {quiet}; hãy phát lại ngoài giờ đó"
        );
        assert!(said.starts_with("error") && said.contains(&why), "{address}: {said}");
    }
}

#[test]
fn what_sounds_is_said_to_sound_and_what_waits_says_for_what_and_until_when() {
    let world = World::new(STATION, true);
    let operator = world.browser(Operator);
    let play = || operator.post("/tren-song/phat", &[("what", "nhac-hieu.flac")]);
    let said = told(&operator, &play());
    assert!(said.starts_with("done") && said.contains("Đã yêu cầu phát “nhac-hieu.flac”. Đang phát."), "{said}");
    let said = told(&operator, &play());
    let waits = "Đã yêu cầu phát “nhac-hieu.flac”. Sẽ phát khi <code>nhac-hieu</code> kết thúc, muộn nhất lúc ";
    assert!(said.starts_with("warning") && said.contains(waits), "{said}");
}

/// The month of today with one segment, and a station that has it in force.
fn running() -> (World, Browser, String) {
    let world = World::new(&placed(STATION), true);
    let month = now().strftime("%Y-%m").to_string();
    let ahead =
        "[[segment]]\ntitle = \"Tin cuối ngày\"\naudio = \"nhac-hieu.flac\"\nat = \"23:59:58\"\ndays = \"hằng ngày\"\n";
    fs::write(world.home().join(format!("schedules/{month}.toml")), format!("month = \"{month}\"\n{ahead}")).unwrap();
    let operator = world.browser(Operator);
    until("the month is in force", || {
        operator.get("/api/v1/status").json()["schedule"]["revision"].is_string().then_some(())
    });
    (world, operator, month)
}

#[test]
fn what_is_planned_for_a_time_that_is_past_is_told_beside_the_form_and_shown_as_what_it_is() {
    let (_world, operator, month) = running();
    // Behind the start of the station, and past by the time that the form is sent.
    let (date, time) = (now().date().to_string(), now().strftime("%H:%M:%S").to_string());
    let grace = Duration::from_millis(6_500);
    let since = Instant::now();
    let page = operator.get(&format!("/lich/{date}/tiet-muc"));
    let base = between(&page.body, "name=\"base\" value=\"", "\"").unwrap().to_owned();
    let fields = [
        ("base", base.as_str()),
        ("viec", "tiet-muc"),
        ("ngay", &date),
        ("ve", &format!("/lich/{date}")),
        ("title", "Tin muộn"),
        ("audio", "nhac-hieu.flac"),
        ("cach", "gio"),
        ("at", &time),
        ("lich", "ngay"),
        ("on", &date),
    ];
    let late = "1 lượt phát ở giờ đã qua nên không phát: “Tin muộn” ";
    let beside = operator.post(&format!("/lich/{month}/thu"), &fields).body;
    assert!(beside.contains(late) && beside.contains("Lưu được"), "a warning, and no error: {beside}");
    let saved = operator.post(&format!("/lich/{month}/luu"), &fields);
    let said = told(&operator, &saved);
    assert!(said.starts_with("warning") && said.contains("đã lưu") && said.contains(&late[2..]), "{said}");
    until("the moment in which the log could have it is over", || (since.elapsed() > grace).then_some(()));
    let row = until("the page has it", || {
        let page = operator.get("/").body;
        let row = page
            .split("<li")
            .find(|row| row.contains("<time") && row.contains("Tin muộn"))?
            .split("</li>")
            .next()?
            .to_owned();
        row.contains("Xếp quá muộn").then_some(row)
    });
    assert!(
        row.contains("Giờ này đã qua khi mục được xếp vào kế hoạch") && !row.contains("trước khi đài chạy"),
        "{row}"
    );
}

#[test]
fn the_address_is_answered_all_the_time_while_what_is_served_there_changes() {
    let world = World::new(STATION, true);
    let admin = world.browser(Admin);
    let before = world.station_text();
    fs::write(world.home().join("schedules/station.toml"), format!("{before}names = [\"loa.phuong.lan\"]\n")).unwrap();
    // Whoever asks meanwhile is answered, by the one or the other.
    until("the new name is taken", || {
        let named = ask(&world.address, "GET", "/dang-nhap", &[("Host", "loa.phuong.lan")], "");
        assert!([200, 403].contains(&named.status), "{named:?}");
        assert_eq!(ask(&world.address, "GET", "/dang-nhap", &[], "").status, 200);
        (named.status == 200).then_some(())
    });
    let page = admin.get("/");
    assert_eq!(page.status, 200, "who has logged in stays so: {page:?}");
}

#[test]
fn the_log_says_that_an_airing_was_an_emergency_and_by_whose_hand() {
    let world = World::new(STATION, true);
    let operator = world.browser(Operator);
    let wish = [("what", "nhac-hieu.flac"), ("ordered_by", "Ông Bình"), ("repeat", "1"), ("every_minutes", "1")];
    assert_eq!(operator.post("/khan-cap/phat", &wish).status, 303);
    until("its row", || first_row(&operator)?["began"].is_string().then_some(()));
    let page = world.browser(Viewer).get("/nhat-ky").body;
    let row = page.split("<details class=\"entry\"").find(|row| row.contains("nhac-hieu")).expect("its row");
    let summary = row.split("</summary>").next().unwrap();
    assert!(summary.contains("badge bad\">Khẩn cấp</span>"), "{summary}");
    assert!(summary.contains("Người ra lệnh: Ông Bình (qua Trực)"), "{summary}");
    operator.post("/khan-cap/dung", &[]);
}

/// The id of a slot that the log has as cut by the operator.
pub fn played_and_skipped(operator: &Browser) -> String {
    operator.post("/tren-song/phat", &[("what", "nhac-hieu.flac")]);
    until("its end", || {
        operator.post("/tren-song/bo-qua", &[]);
        let row = first_row(operator)?;
        row["outcome"].is_string().then_some(())?;
        let page = operator.get("/nhat-ky").body;
        Some(id_in(between(&page, "/nhat-ky/sua?muc=", "\"")?))
    })
}

#[test]
fn a_correction_that_is_refused_names_the_forms_fields() {
    let world = World::new(&placed(STATION), true);
    let operator = world.browser(Operator);
    let slot = played_and_skipped(&operator);
    let today = now().date().to_string();
    let at = |time: &str| format!("{today}T{time}");
    let (began, ended) = (at("00:00:01"), at("00:00:00"));
    for (outcome, began, ended, field) in [
        ("missed operator", began.as_str(), "", "“Bắt đầu nghe thấy”"),
        ("missed operator", "2019-01-01T00:00:00", "", "“Kết quả”"),
        ("", "2019-01-01T00:00:00", "", "“Ghi mục phát không qua Loa” ở Nhật ký"),
        ("", &began, &ended, "giờ kết thúc trước giờ bắt đầu"),
        ("aired power", "", "", "hãy bỏ “Nguyên nhân”"),
        ("failed", "", "", "phải có nguyên nhân"),
        ("failed quiet_hours", "", "", "kết quả “Lỗi phát” không đi với nguyên nhân “Giờ yên tĩnh”"),
    ] {
        let fields =
            [("muc", slot.as_str()), ("ket_qua", outcome), ("bat_dau", began), ("ket_thuc", ended), ("ly_do", "thử")];
        let answer = operator.post("/nhat-ky/sua", &fields);
        assert!(answer.status >= 400 && answer.body.contains(field), "{fields:?}: {}", answer.body);
        assert!(!answer.body.contains("<code>--"), "no flag of a command: {}", answer.body);
    }
}

/// A form with a file, as a browser sends it.
pub fn multipart(browser: &Browser, path: &str, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Answer {
    const BOUNDARY: &str = "----loa-thu-nghiem";
    let mut body = Vec::new();
    let all = [("csrf", browser.csrf.as_str())].into_iter().chain(fields.iter().copied());
    for (name, value) in all {
        body.extend(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
        );
    }
    let (name, bytes) = file.unwrap_or_default();
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"tep\"; filename=\"{name}\"\r\nContent-Type: audio/flac\r\n\r\n"
    );
    body.extend(head.bytes());
    body.extend_from_slice(bytes);
    body.extend(format!("\r\n--{BOUNDARY}--\r\n").bytes());
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let (answer, bytes) = browser.bytes("POST", path, &[("Content-Type", &kind)], &body);
    Answer { body: String::from_utf8(bytes).unwrap(), ..answer }
}

#[test]
fn an_emergency_is_ordered_with_a_recording_that_is_brought_along_or_lies_ready() {
    let world = World::new(&STATION.replace("quiet = []", "quiet = []\napproval = \"required\""), true);
    let operator = world.browser(Operator);
    assert!(operator.get("/khan-cap").body.contains("Chưa có bản tin soạn sẵn"));
    let tune = fs::read(world.home().join("audio/nhac-hieu.flac")).unwrap();
    // Another recording than the one that is in the library already.
    let greeting = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("audio/loi-chao.flac")).unwrap();
    let fields = [("what", "nhac-hieu.flac"), ("ordered_by", "Ông Bình"), ("repeat", "1"), ("every_minutes", "10")];
    let send = |fields: &[(&str, &str)], file| {
        let answer = multipart(&operator, "/khan-cap/tep", fields, file);
        assert_eq!(answer.status, 303, "each step is a page that one may go back to: {}", answer.body);
        operator.arrive(answer)
    };
    let bad = send(&fields, Some(("hong.mp3", b"no sound at all".as_slice())));
    assert!(
        bad.status == 200 && bad.body.contains("hong.mp3") && bad.body.contains("value=\"Ông Bình\""),
        "{}",
        bad.body
    );
    let second = send(&fields, Some(("Bão số 3.flac", &greeting)));
    assert_eq!(second.status, 200, "{}", second.body);
    assert!(
        second.body.contains("ngay bây giờ?") && second.body.contains("<strong>khan-cap/Bão số 3.flac</strong>"),
        "{}",
        second.body
    );
    assert_eq!(fs::read(world.home().join("audio/khan-cap/Bão số 3.flac")).unwrap(), greeting);
    assert_eq!(operator.get("/api/v1/airings").json()["airings"].as_array().unwrap().len(), 0, "nothing sounds yet");
    // What is in the library already is taken from there.
    let known = send(&fields, Some(("USB.flac", &tune)));
    assert!(known.body.contains("<strong>nhac-hieu.flac</strong>"), "{}", known.body);
    // Without a file it is the form that it was; what lacks is told with the file kept.
    let plain = send(&fields, None);
    assert!(plain.status == 200 && plain.body.contains("<strong>nhac-hieu.flac</strong>"), "{}", plain.body);
    let nobody = [("what", ""), ("ordered_by", " "), ("repeat", "1"), ("every_minutes", "10")];
    let lacking = send(&nobody, Some(("Bão số 3.flac", &greeting)));
    assert!(lacking.status == 422 && lacking.body.contains("value=\"khan-cap/Bão số 3.flac\""), "{}", lacking.body);
    assert!(operator.get("/khan-cap").body.contains("<span>Bão số 3</span>"), "it lies ready from now on");
    // It needs nobody's approval, but a name, and sounds.
    let order =
        [("what", "khan-cap/Bão số 3.flac"), ("ordered_by", "Ông Bình"), ("repeat", "1"), ("every_minutes", "10")];
    let said = told(&operator, &operator.post("/khan-cap/phat", &order));
    assert!(said.contains("Đang phát khẩn cấp “khan-cap/Bão số 3.flac”."), "{said}");
    assert_eq!(first_row(&operator).unwrap()["by"], "Ông Bình (qua Trực)");
    operator.post("/khan-cap/dung", &[]);
    let viewer = world.browser(Viewer);
    assert_eq!(multipart(&viewer, "/khan-cap/tep", &fields, None).status, 403);
    let forged = Browser { csrf: "0".repeat(operator.csrf.len()), ..operator.clone() };
    assert_eq!(multipart(&forged, "/khan-cap/tep", &fields, None).status, 403);
    assert_eq!(multipart(&Browser::new(&world.address), "/khan-cap/tep", &fields, None).status, 401);
}

#[test]
fn the_first_start_is_the_same_form_with_its_error_in_the_other_language() {
    let world = World::new(STATION, false);
    let link = world.status["console"]["first_link"].as_str().unwrap();
    let code = link.split_once("ma=").unwrap().1;
    let browser = Browser::new(&world.address);
    for (name, password, again, vi, en) in [
        (
            "Nguyễn Thị Lan",
            PASSWORD,
            "khác hẳn",
            "hai lần nhập mật khẩu không giống nhau",
            "the two passwords are not the same",
        ),
        (
            "Nguyễn Thị Lan",
            "ngắn",
            "ngắn",
            "mật khẩu phải có từ 10 đến 200 ký tự",
            "a password has 10 to 200 characters",
        ),
        (
            "L",
            PASSWORD,
            PASSWORD,
            "tên tài khoản phải có từ 2 đến 60 ký tự",
            "an account&#39;s name has 2 to 60 characters",
        ),
    ] {
        let fields = [
            ("ma", code),
            ("dai", "Đài phường Mới"),
            ("device", "null"),
            ("ten", name),
            ("mat_khau", password),
            ("mat_khau_lai", again),
        ];
        let refused = browser.post("/bat-dau", &fields);
        assert_eq!(refused.status, 303, "{refused:?}");
        let refused = browser.arrive(refused);
        assert!(refused.status == 200 && refused.body.contains(vi), "{refused:?}");
        let back = unescaped(between(&refused.body, "name=\"ve\" value=\"", "\"").unwrap());
        assert!(!back.contains("mat_khau"), "no password stands in an address: {back}");
        let switched = browser.post("/tieng", &[("tieng", "en"), ("ve", &back)]);
        assert_eq!((switched.status, switched.header("location")), (303, Some(back.as_str())));
        let english = ask(&world.address, "GET", &back, &[("Cookie", "loa_tieng=en")], "");
        let said = english.body.replace('\'', "&#39;");
        assert!(english.status == 200 && said.contains(en), "{english:?}");
        for kept in ["value=\"Đài phường Mới\"".to_owned(), format!("value=\"{name}\""), format!("value=\"{code}\"")]
        {
            assert!(english.body.contains(&kept), "{kept}: {}", english.body);
        }
    }
}

#[test]
fn a_change_of_the_language_leads_from_what_was_refused_to_a_page_that_is_there() {
    let world = World::shared();
    let admin = world.browser(Admin);
    let form = "/dai/muc/can-cu/dong?trong=0";
    let referer = format!("http://{}{form}", world.address);
    let body = crate::client::form(&[("csrf", &admin.csrf), ("number", "12")]);
    let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Referer", referer.as_str())];
    let refused = admin.ask("POST", "/dai/muc/can-cu", &headers, &body);
    assert_eq!(refused.status, 303, "{}", refused.body);
    let refused = admin.arrive(refused);
    assert!(refused.status == 200 && refused.body.contains("hãy điền ô “Ngày ban hành”"), "{}", refused.body);
    let back = unescaped(between(&refused.body, "name=\"ve\" value=\"", "\"").unwrap());
    assert!(back.starts_with(form) && back.contains("&giu=") && admin.get(&back).status == 200, "{back}");
}

#[test]
fn an_input_that_is_not_there_is_saved_and_said_so() {
    let world = World::new(STATION, true);
    let admin = world.browser(Admin);
    let page = admin.get("/dai/muc/am-luong");
    assert!(page.body.contains("list=\"monitor-co\""), "what is there is offered: {}", page.body);
    let carried = |name: &str| unescaped(between(&page.body, &format!("name=\"{name}\" value=\""), "\"").unwrap());
    let (version, held) = (carried("thay"), carried("da-co"));
    let fields = [
        ("dong", "0"),
        ("thay", version.as_str()),
        ("da-co", held.as_str()),
        ("monitor", "alsa:hw:CARD=KhongCo,DEV=0"),
    ];
    let absent = "không thấy đường vào <code>alsa:hw:CARD=KhongCo,DEV=0</code> trên máy của đài; ";
    let beside = admin.post("/dai/muc/am-luong/thu", &fields).body;
    assert!(beside.contains(absent) && beside.contains("Lưu được"), "{beside}");
    let said = told(&admin, &admin.post("/dai/muc/am-luong", &fields));
    assert!(said.starts_with("warning") && said.to_lowercase().contains(&absent.to_lowercase()), "{said}");
    assert!(world.station_text().contains("monitor = \"alsa:hw:CARD=KhongCo,DEV=0\""));
}

#[test]
fn two_columns_of_one_name_are_told_beside_the_form_and_where_it_is_saved() {
    let columns = "\n[[column]]\nid = \"tin\"\nname = \"Bản tin\"\n";
    let world = World::new(&format!("{STATION}{columns}"), true);
    let admin = world.browser(Admin);
    let fields = [("name", "Bản  tin"), ("days", ""), ("id", "tin-2")];
    let beside = admin.post("/dai/muc/chuyen-muc/thu", &fields).body;
    assert!(beside.contains("hai chuyên mục cùng tên") && beside.contains("Lưu được, nhưng hãy xem"), "{beside}");
    let told = told(&admin, &admin.post("/dai/muc/chuyen-muc", &fields));
    assert!(told.starts_with("warning") && told.contains("ai chuyên mục cùng tên"), "{told}");
}

#[test]
fn a_recording_is_approved_by_way_of_the_plan_from_its_own_page() {
    let (world, _, month) = running();
    let approver = world.browser(Approver);
    fs::copy(world.home().join("audio/nhac-hieu.flac"), world.home().join("audio/ban-tin_moi.flac")).unwrap();
    let page = approver.get("/kho/tep?ten=ban-tin_moi.flac").body;
    assert!(page.contains("Duyệt là duyệt cho một tiết mục"), "{page}");
    let today = now().date();
    let way = unescaped(between(&page, "class=\"button\" href=\"/lich/", "\"").expect("a way on"));
    assert_eq!(way, format!("{today}/tiet-muc?tep=ban-tin_moi.flac"));
    let form = approver.get(&format!("/lich/{way}"));
    assert_eq!(form.status, 200, "{form:?}");
    assert!(
        form.body.contains("name=\"title\" value=\"Ban tin moi\"")
            && form.body.contains(">ban-tin_moi.flac</textarea>"),
        "{}",
        form.body
    );
    let base = between(&form.body, "name=\"base\" value=\"", "\"").unwrap();
    let fields = [
        ("base", base),
        ("viec", "tiet-muc"),
        ("ngay", &today.to_string()),
        ("title", "Bản tin mới"),
        ("audio", "ban-tin_moi.flac"),
        ("cach", "gio"),
        ("at", "23:59:00"),
        ("lich", "thu"),
        ("days", "T2"),
        ("days", "T3"),
        ("days", "T4"),
        ("days", "T5"),
        ("days", "T6"),
        ("days", "T7"),
        ("days", "CN"),
    ];
    assert_eq!(approver.post(&format!("/lich/{month}/luu"), &fields).status, 303);
    let page = approver.get("/kho/tep?ten=ban-tin_moi.flac").body;
    assert!(page.contains("Duyệt bản ghi này"), "planned, it can be approved: {page}");
    // Where the month has no plan yet the way leads to the month.
    fs::remove_file(world.home().join(format!("schedules/{month}.toml"))).unwrap();
    let page = approver.get("/kho/tep?ten=ban-tin_moi.flac").body;
    assert_eq!(between(&page, "class=\"button\" href=\"", "\""), Some(format!("/lich/{month}").as_str()), "{page}");
}

#[test]
fn whatever_an_exception_calls_off_moves_or_adds_stands_with_its_reason_on_every_page_that_shows_the_day() {
    let world = World::new(&placed(STATION), true);
    let (month, today) = (now().strftime("%Y-%m").to_string(), now().date());
    let plan = format!(
        "month = \"{month}\"\n[[window]]\nid = \"sang\"\nname = \"Buổi sáng\"\nstart = \"05:30\"\nend = \"06:00\"\nrunning_order = [{{ column = \"tin\" }}]\n[[column]]\nid = \"tin\"\nname = \"Bản tin\"\n[[exception]]\ndate = {today}\nreason = \"Sửa đường dây\"\nwindows = {{ sang = \"nghỉ\" }}\ncolumns = {{ tin = \"off\" }}\n"
    );
    fs::write(world.home().join(format!("schedules/{month}.toml")), plan).unwrap();
    let viewer = world.browser(Viewer);
    let said = "Sửa đường dây (nghỉ Buổi sáng; nghỉ Bản tin)";
    until("the page On air has it", || viewer.get("/").body.contains(said).then_some(()));
    for path in [format!("/lich/{month}"), format!("/lich/{today}")] {
        let page = viewer.get(&path).body;
        assert!(page.contains(said), "{path}: {page}");
    }
}

/// A new station has a tune and nothing else: what can be chosen is chosen, and the way to the columns stands there.
#[test]
fn a_new_window_says_where_columns_are_made_and_begins_with_something() {
    let world = World::new(STATION, true);
    let clerk = crate::blocks::admin(&world);
    let times = [("start", "17:00"), ("end", "17:30"), ("days", "")];
    let page = clerk.browser.get("/dai/muc/khung-gio/dong").body;
    assert!(page.contains("<option value=\"ident:nhac-hieu.flac\" selected>"), "{page}");
    assert!(page.contains("<a href=\"/dai/muc/chuyen-muc\">Đài › Chuyên mục</a>"), "{page}");
    let tune: Vec<_> = [("name", "Sáng"), ("dau_tien", "ident:nhac-hieu.flac")].into_iter().chain(times).collect();
    assert_eq!(clerk.send("khung-gio", "", &tune).status, 303);
    let place = clerk.browser.get("/dai/muc/trinh-tu/dong?trong=0&loai=column").body;
    assert!(place.contains("<a href=\"/dai/muc/chuyen-muc\">Đài › Chuyên mục</a>"), "{place}");
    assert_eq!(clerk.send("chuyen-muc", "", &[("name", "Bản tin"), ("days", "")]).status, 303);
    let before = world.station_text();
    let times = [("start", "18:00"), ("end", "18:30"), ("days", "")];
    let nothing: Vec<_> = [("name", "Chiều"), ("dau_tien", ""), ("cot", "")].into_iter().chain(times).collect();
    let refused = clerk.send("khung-gio", "", &nothing);
    assert!(refused.status == 409 && refused.body.contains("đánh dấu ít nhất một chuyên mục"), "{refused:?}");
    assert_eq!(world.station_text(), before);
    for (first, times, order) in [
        ("", ["18:00", "18:30"], "[{ column = \"ban-tin\" }]"),
        (
            "ident:nhac-hieu.flac",
            ["19:00", "19:30"],
            "[\n  { audio = \"nhac-hieu.flac\", kind = \"ident\" },\n  { column = \"ban-tin\" },\n]",
        ),
    ] {
        let [start, end] = times;
        let name = format!("Buổi {start}");
        let ticked = [
            ("name", name.as_str()),
            ("start", start),
            ("end", end),
            ("days", ""),
            ("dau_tien", first),
            ("cot", ""),
            ("cot", "ban-tin"),
        ];
        assert_eq!(clerk.send("khung-gio", "", &ticked).status, 303);
        let (text, added) = (world.station_text(), format!("end = \"{end}\"\nrunning_order = {order}\n"));
        assert!(text.contains(&added), "{added}: {text}");
    }
}
