//! A day that is called off, a segment that leaves a day, and days that are past: what is told of them before and after.

use std::collections::BTreeSet;
use std::fs;

use jiff::ToSpan as _;
use jiff::civil::Date;
use loa::console::Role::{Admin, Operator, Viewer};

use crate::client::{Answer, Browser, between};
use crate::plan::{Planned, base_of};
use crate::world::{STATION, World};
use crate::zone::{now, placed};

/// Behind the month of the tests of forms: segments with times of their own, one of them of a single date.
const OWN: &str = "\r\n[[segment]]\r\nid = \"nong\"\r\ntitle = \"Tin nóng\"\r\naudio = \"nhac-hieu.flac\"\r\nat = [\"06:45\", \"17:10\"]\r\ndays = \"T3\"\r\n\r\n[[segment]]\r\nid = \"moi\"\r\ntitle = \"Giấy mời\"\r\naudio = \"nhac-hieu.flac\"\r\nat = \"18:00\"\r\non = \"2031-03-04\"\r\n";

fn planned() -> (Planned, String) {
    let planned = Planned::new(STATION);
    let text = format!("{}{OWN}", planned.text());
    fs::write(&planned.file, &text).unwrap();
    (planned, text)
}

/// A form of 4 March 2031, a Tuesday.
fn sent(browser: &Browser, to: &str, work: &str, more: &[(&str, &str)]) -> Answer {
    let base = base_of(browser, "/lich/2031-03-04");
    let mut fields = vec![("base", base.as_str()), ("viec", work), ("ngay", "2031-03-04"), ("ve", "/lich/2031-03-04")];
    fields.extend(more);
    browser.post(to, &fields)
}

/// What stands at the top of the page that an answer leads to.
fn told(browser: &Browser, answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{answer:?}");
    let page = browser.get(answer.header("location").unwrap()).body;
    between(&page, "<div class=\"told\">", "</div></div></div>").unwrap_or_default().to_owned()
}

const STAYS: &str =
    "tiết mục có giờ riêng không nghỉ theo buổi mà vẫn phát: “Tin nóng” 06:45, 17:10; “Giấy mời” 18:00 (04/03/2031)";
const OFF: [(&str, &str); 3] = [("khung", "sang"), ("cach", "nghi"), ("ly_do", "Nghỉ lễ")];

#[test]
fn who_calls_a_broadcast_off_is_told_what_airs_by_itself_and_may_take_it_off_too() {
    let (planned, before) = planned();
    let operator = planned.world.browser(Operator);
    let form = operator.get("/lich/2031-03-04/buoi?khung=sang").body;
    for (id, words) in [("nong", "“Tin nóng” 06:45, 17:10</span>"), ("moi", "“Giấy mời” 18:00</span>")] {
        let offered = between(&form, &format!("name=\"nghi_ca\" value=\"{id}\">"), "</label>").expect(&form);
        assert!(offered.contains(words), "{offered}");
    }
    // Where none is chosen they stay, and that is said beside the form and after the save.
    let beside = sent(&operator, "/lich/2031-03/thu", "buoi", &OFF).body;
    assert!(beside.contains(STAYS), "{beside}");
    let saved = sent(&operator, "/lich/2031-03/luu", "buoi", &OFF);
    let said = told(&operator, &saved);
    let exception =
        "\r\n[[exception]]\r\ndate = 2031-03-04\r\nreason = \"Nghỉ lễ\"\r\nwindows = { sang = \"off\" }\r\n";
    assert!(said.contains("notice warning") && said.to_lowercase().contains(&STAYS.to_lowercase()), "{said}");
    assert_eq!(planned.text(), format!("{before}{exception}"));
    // Where they are chosen they are off with it, and the day says so. One undo brings all back.
    fs::write(&planned.file, &before).unwrap();
    let all = [OFF.as_slice(), &[("nghi_ca", "nong"), ("nghi_ca", "moi")]].concat();
    let saved = sent(&operator, "/lich/2031-03/luu", "buoi", &all);
    let said = told(&operator, &saved);
    assert!(said.contains("nghỉ Buổi sáng ngày 04/03, cả “Tin nóng”, “Giấy mời”"), "{said}");
    assert!(!said.contains("mà vẫn phát"), "{said}");
    let off = "segments = { nong = \"off\", moi = \"off\" }\r\n";
    assert_eq!(planned.text(), format!("{before}{exception}{off}"));
    let day = operator.get("/lich/2031-03-04").body;
    for words in ["<s>“Tin nóng”</s>", "<s>“Giấy mời”</s>", "Nghỉ lễ (nghỉ Buổi sáng, “Tin nóng”, “Giấy mời”)"]
    {
        assert!(day.contains(words), "{words}: {day}");
    }
    let version = base_of(&operator, "/lich/2031-03");
    assert_eq!(operator.post("/lich/2031-03/hoan-tac", &[("base", &version)]).status, 303);
    assert_eq!(planned.text(), before);
}

const LEFT_OUT: &str = "except = [\"2031-03-04\"]";

#[test]
fn a_day_that_is_off_no_more_has_what_its_form_had_off_on_the_air_again_and_says_so() {
    let (planned, before) = planned();
    let operator = planned.world.browser(Operator);
    let all = [OFF.as_slice(), &[("nghi_ca", "nong"), ("nghi_ca", "moi")]].concat();
    let as_ever = [("khung", "sang")];
    // By the broadcast.
    assert_eq!(sent(&operator, "/lich/2031-03/luu", "buoi", &all).status, 303);
    let saved = sent(&operator, "/lich/2031-03/luu", "buoi-nhu-thuong", &as_ever);
    let said = told(&operator, &saved);
    assert!(said.contains("Buổi sáng ngày 04/03 như thường, cả “Tin nóng”, “Giấy mời”"), "{said}");
    assert_eq!(planned.text(), before);
    // By other hours in the place of the day off.
    assert_eq!(sent(&operator, "/lich/2031-03/luu", "buoi", &all).status, 303);
    let hours = [("khung", "sang"), ("cach", "gio"), ("start", "06:30"), ("end", "07:00"), ("ly_do", "Lễ")];
    let saved = sent(&operator, "/lich/2031-03/luu", "buoi", &hours);
    assert!(told(&operator, &saved).contains("đổi giờ Buổi sáng ngày 04/03, cả “Tin nóng”, “Giấy mời”"));
    assert!(!planned.text().contains("segments"), "{}", planned.text());
    // One segment alone, the day stays off.
    fs::write(&planned.file, &before).unwrap();
    assert_eq!(sent(&operator, "/lich/2031-03/luu", "buoi", &all).status, 303);
    let saved = sent(&operator, "/lich/2031-03/luu", "tiet-muc-nhu-thuong", &[("ma", "nong")]);
    assert!(told(&operator, &saved).contains("“Tin nóng” ngày 04/03 phát như thường"));
    assert!(planned.text().ends_with("segments = { moi = \"off\" }\r\n"), "{}", planned.text());
    // By the list of days; what a person wrote stays, and is told.
    let by_hand = before.replace("days = \"T3\"\r\n", &format!("days = \"T3\"\r\n{LEFT_OUT}\r\n"));
    let day = "\r\n[[exception]]\r\ndate = 2031-03-04\r\nreason = \"Lễ\"\r\nwindows = { sang = \"off\" }\r\nsegments = { moi = \"off\" }\r\n";
    fs::write(&planned.file, format!("{by_hand}{day}")).unwrap();
    let list = operator.get("/lich/2031-03/muc/ngay-khac").body;
    assert!(list.contains("Những tiết mục nghỉ: “Giấy mời” 18:00"), "{list}");
    let version = between(&list, "name=\"thay\" value=\"", "\"").expect(&list);
    let fields = [("trong", "0"), ("cha", ""), ("dong", "0"), ("thay", version), ("viec", "bo")];
    let saved = operator.post("/lich/2031-03/muc/ngay-khac", &fields);
    let said = told(&operator, &saved);
    assert!(said.contains("bỏ ngày khác thường “Lễ”, phát lại “Giấy mời”"), "{said}");
    assert!(said.contains("tiết mục ghi trừ ngày ấy: “Tin nóng” (04/03/2031)"), "{said}");
    assert_eq!(planned.text(), by_hand);
}

#[test]
fn a_day_off_that_gives_a_reason_alone_is_mended_in_the_pages_words() {
    let (planned, before) = planned();
    let operator = planned.world.browser(Operator);
    let day = "\r\n[[exception]]\r\ndate = 2031-03-04\r\nreason = \"Lễ hội\"\r\n";
    fs::write(&planned.file, format!("{before}{day}")).unwrap();
    let page = operator.get("/lich/2031-03-04").body;
    let told = between(&page, "ngoại lệ <code>Lễ hội</code>", "</li>").expect(&page);
    assert!(told.contains("đánh dấu buổi hoặc tiết mục nào nghỉ"), "{told}");
    assert!(told.contains("<a href=\"/lich/2031-03/muc/ngay-khac/dong?dong=0\">mở “Lễ hội”</a>"), "{told}");
    assert!(!told.contains("windows"), "{told}");
    // Where a segment leaves the day out itself, the reason is of use.
    let by_hand = before.replace("days = \"T3\"\r\n", &format!("days = \"T3\"\r\n{LEFT_OUT}\r\n"));
    fs::write(&planned.file, format!("{by_hand}{day}")).unwrap();
    let page = operator.get("/lich/2031-03-04").body;
    assert!(!page.contains("không cho nghỉ hay đổi gì"), "{page}");
}

#[test]
fn the_form_of_several_days_off_tells_and_offers_the_same() {
    let (planned, before) = planned();
    let operator = planned.world.browser(Operator);
    let form = operator.get("/lich/2031-03/muc/ngay-khac/dong").body;
    let offered = between(&form, "id=\"segments\"", "</fieldset>").expect(&form);
    assert!(offered.contains("<span>“Tin nóng” 06:45, 17:10</span>") && offered.contains("“Giấy mời” 18:00"), "{form}");
    let days = [("reason", "Tết"), ("from", "2031-03-03"), ("to", "2031-03-05"), ("windows", ""), ("windows", "sang")];
    let beside = operator.post("/lich/2031-03/muc/ngay-khac/thu", &days).body;
    assert!(beside.contains(STAYS), "{beside}");
    assert!(!offered.contains(" checked"), "nothing is taken off unasked");
    let all = [days.as_slice(), &[("segments", ""), ("segments", "nong"), ("segments", "moi")]].concat();
    let beside = operator.post("/lich/2031-03/muc/ngay-khac/thu", &all).body;
    assert!(!beside.contains("mà vẫn phát"), "{beside}");
    assert_eq!(planned.text(), before, "nothing is written yet");
    assert_eq!(operator.post("/lich/2031-03/muc/ngay-khac", &all).status, 303);
    let text = planned.text();
    assert!(text.ends_with("segments = { nong = \"off\", moi = \"off\" }\r\n"), "{text}");
    // A day off that is written by hand says so too.
    fs::write(&planned.file, &before).unwrap();
    let version = base_of(&operator, "/lich/2031-03/toml");
    let by_hand = format!(
        "{before}\r\n[[exception]]\r\ndate = 2031-03-04\r\nreason = \"Lễ\"\r\nwindows = {{ sang = \"off\" }}\r\n"
    );
    let saved = operator.post("/lich/2031-03/toml", &[("base", &version), ("text", &by_hand)]);
    let said = told(&operator, &saved);
    assert!(said.contains("notice warning") && said.contains(STAYS), "{said}");
}

#[test]
fn what_leaves_a_day_names_its_times_beforehand_and_all_of_them_go() {
    let (planned, before) = planned();
    let operator = planned.world.browser(Operator);
    let day = operator.get("/lich/2031-03-04").body;
    assert!(day.contains("/lich/2031-03-04/bo-ngay?id=nong") && day.contains("Bỏ cả 2 lượt ngày này"), "{day}");
    assert!(day.contains("/lich/2031-03-04/bo-ngay?id=moi"), "its only date is asked about: {day}");
    assert!(!day.contains("bo-ngay?id=tin"), "one of several dates goes at once: {day}");
    for (path, says) in [
        ("/lich/2031-03-04/bo-ngay?id=nong", "Cả 2 lượt ngày này đều không phát: 06:45, 17:10."),
        ("/lich/2031-03-04/bo-ngay?id=moi", "Đây là ngày phát duy nhất trong tháng"),
        ("/lich/2031-03-04/doi-ngay?id=nong", "Cả 2 lượt ngày này cùng dời: 06:45, 17:10."),
        ("/lich/2031-03-04/doi-ngay?id=moi", "Lượt phát lúc 18:00."),
    ] {
        let form = operator.get(path).body;
        assert!(form.contains(says), "{path}: {form}");
        let does = if path.contains("bo-ngay") { "Bỏ khỏi ngày này" } else { "Dời sang ngày đã chọn" };
        assert!(form.contains(&format!("id=\"luu\">{does}</button>")), "{path}: {form}");
    }
    let saved = sent(&operator, "/lich/2031-03/luu", "bo-ngay", &[("ma", "nong")]);
    let said = told(&operator, &saved);
    assert!(said.contains("bỏ “Tin nóng” ngày 04/03, cả 2 lượt (06:45, 17:10)"), "{said}");
    assert_eq!(planned.text(), before.replace("\"T3\"\r\n", "\"T3\"\r\nexcept = [\"2031-03-04\"]\r\n"));
    // Twice is told, and is no success.
    let again = sent(&operator, "/lich/2031-03/luu", "bo-ngay", &[("ma", "nong")]);
    assert!(again.status == 422 && again.body.contains("đã bỏ rồi"), "{}", again.body);
    assert_eq!(sent(&operator, "/lich/2031-03/luu", "bo-ngay", &[("ma", "moi")]).status, 303);
    assert!(!planned.text().contains("Giấy mời"));
    // A new date is chosen, not preset, and none on which it airs anyhow is offered.
    fs::write(&planned.file, &before).unwrap();
    let form = operator.get("/lich/2031-03-04/doi-ngay?id=nong").body;
    let offered = offered(&form);
    assert!(!form.contains(" selected") && form.contains("<select id=\"to\" name=\"den\" required"), "{form}");
    assert!(offered.contains("2031-03-05") && !offered.contains("2031-03-11"), "{offered:?}");
    let none = sent(&operator, "/lich/2031-03/luu", "doi-ngay", &[("ma", "nong"), ("den", "")]);
    assert!(none.status == 422 && none.body.contains("hãy điền ô “Ngày mới”"), "{}", none.body);
    assert!(none.body.contains("role=\"alert\" tabindex=\"-1\" autofocus"), "the error comes first: {}", none.body);
}

/// The dates that a form offers.
fn offered(form: &str) -> BTreeSet<String> {
    let list = between(form, "name=\"den\"", "</select>").unwrap_or_default();
    let values = list.split("<option value=\"").skip(1).filter_map(|option| option.split('"').next());
    values.filter(|value| !value.is_empty()).map(str::to_owned).collect()
}

/// A month with a segment each day, approved for ever.
fn month_of(date: Date) -> String {
    let month = date.strftime("%Y-%m");
    format!(
        "month = \"{month}\"\n[[window]]\nid = \"sang\"\nname = \"Buổi sáng\"\nstart = \"00:10\"\nend = \"00:20\"\nrunning_order = [{{ column = \"tin\" }}]\n[[column]]\nid = \"tin\"\nname = \"Bản tin\"\n[[segment]]\nid = \"sang\"\ntitle = \"Tin sáng\"\naudio = \"nhac-hieu.flac\"\ncolumn = \"tin\"\ndays = \"hằng ngày\"\napproved = {{ by = \"Bình\", on = 2020-01-01 }}\n[[segment]]\nid = \"rieng\"\ntitle = \"Tin riêng\"\naudio = \"nhac-hieu.flac\"\nat = \"00:00:01\"\ngrace = \"1s\"\ndays = \"hằng ngày\"\n"
    )
}

#[test]
fn no_date_that_is_over_is_offered() {
    let world = World::new(&placed(STATION), true);
    let today = now().date();
    fs::write(world.home().join(format!("schedules/{}.toml", today.strftime("%Y-%m"))), month_of(today)).unwrap();
    let operator = world.browser(Operator);
    for path in [format!("/lich/{today}/doi-ngay?id=rieng"), format!("/lich/{today}/chuyen-muc?id=tin")] {
        let form = operator.get(&path).body;
        let over: Vec<String> = offered(&form).into_iter().filter(|date| *date < today.to_string()).collect();
        assert_eq!(over, Vec::<String>::new(), "{path}");
        assert!(!form.contains("<option value=\"20") || !form.contains(" selected>"), "{path}: {form}");
    }
}

#[test]
fn a_day_before_the_station_ran_is_never_shown_as_ready() {
    let world = World::new(&placed(STATION), true);
    let yesterday = now().date().checked_sub(1.day()).unwrap();
    let month = yesterday.strftime("%Y-%m").to_string();
    fs::write(world.home().join(format!("schedules/{month}.toml")), month_of(yesterday)).unwrap();
    let viewer = world.browser(Viewer);
    for path in [format!("/lich/{yesterday}"), format!("/lich/{month}")] {
        let page = viewer.get(&path).body;
        assert!(page.contains("Tin riêng"), "{path}: {page}");
        assert!(page.contains("<span class=\"badge\">Qua trước khi đài chạy</span>"), "{path}: {page}");
    }
    let page = viewer.get(&format!("/lich/{yesterday}")).body;
    for ready in ["Sẵn sàng", "Đã duyệt", "Chưa đo", "Không phát", "is-barred"] {
        assert!(!page.contains(ready), "{ready}: {page}");
    }
}

#[test]
fn a_station_without_lists_says_where_they_are_made_and_has_the_usual_topics_to_begin_with() {
    let planned = Planned::new(STATION);
    let (operator, admin) = (planned.world.browser(Operator), planned.world.browser(Admin));
    let form = "/lich/2031-03-04/tiet-muc";
    let (seen, by_admin) = (operator.get(form).body, admin.get(form).body);
    for (label, path) in [("Chủ đề CCHC", "/dai/muc/chu-de"), ("Lĩnh vực", "/dai/muc/linh-vuc")] {
        let told = between(&by_admin, &format!("<p class=\"label\">{label}</p>"), "</p>").expect(&by_admin);
        assert!(told.contains("Chưa có gì để chọn.") && told.contains(&format!("href=\"{path}\"")), "{told}");
        let told = between(&seen, &format!("<p class=\"label\">{label}</p>"), "</p>").expect(&seen);
        assert!(told.contains("Đài › ") && !told.contains("href"), "an operator may not go there: {told}");
    }
    let list = admin.get("/dai/muc/chu-de").body;
    assert!(list.contains("id=\"danh-muc\"") && list.contains("k. Sáng kiến, mô hình, điển hình tiên tiến"), "{list}");
    let taken = admin.post("/dai/muc/chu-de", &[("viec", "danh-muc")]);
    assert_eq!((taken.status, taken.header("location")), (303, Some("/dai/muc/chu-de")), "{}", taken.body);
    let form = operator.get(form).body;
    for topic in ["b2. Cải cách thủ tục hành chính", "h2. Đường dây nóng tiếp nhận phản ánh, kiến nghị"]
    {
        assert!(form.contains(&format!(">{topic}</option>")), "{topic}: {form}");
    }
    // Once there is a list it is the ward's own.
    let text = planned.world.station_text();
    assert!(!admin.get("/dai/muc/chu-de").body.contains("id=\"danh-muc\""));
    assert_eq!(admin.post("/dai/muc/chu-de", &[("viec", "danh-muc")]).status, 409);
    assert_eq!(planned.world.station_text(), text);
}

#[test]
fn the_test_tone_is_offered_nowhere_as_programme_and_the_folder_of_emergencies_before_anything_is_in_it() {
    let world = World::new(STATION, true);
    let admin = world.browser(Admin);
    fs::copy(world.home().join("audio/nhac-hieu.flac"), world.home().join("audio/am-thu.wav")).unwrap();
    for path in
        ["/", "/kho", "/khan-cap", "/dai/muc/khung-gio/dong", "/dai/muc/khan-cap", "/dai/muc/trinh-tu/dong?loai=audio"]
    {
        let page = admin.get(path).body;
        assert!(!page.contains("am-thu.wav"), "{path}: {page}");
    }
    let library = admin.get("/kho").body;
    assert!(library.contains("<option value=\"khan-cap\">audio/khan-cap (bản tin khẩn cấp)</option>"), "{library}");
    let asked = admin.get("/khan-cap").body;
    assert!(asked.contains("href=\"/kho?thu_muc=khan-cap\""), "{asked}");
    let library = admin.get("/kho?thu_muc=khan-cap").body;
    assert!(library.contains("<option value=\"khan-cap\" selected>"), "{library}");
}

#[test]
fn before_an_emergency_sounds_one_sees_how_long_it_is_what_it_cuts_and_may_listen() {
    let world = World::new(STATION, true);
    let operator = world.browser(Operator);
    let wish = [("what", "nhac-hieu.flac"), ("ordered_by", "Ông Bình"), ("repeat", "1"), ("every_minutes", "1")];
    let look = |what| {
        let page = operator.arrive(operator.post("/khan-cap", &wish)).body;
        let (before, after) = match what {
            "cat" => ("<div id=\"khan-cap-cat\" role=\"status\">", "</div>"),
            _ => ("<dd id=\"khan-cap-dai\">", "</dd>"),
        };
        between(&page, before, after).expect(&page).to_owned()
    };
    assert_eq!((look("dai").as_str(), look("cat").as_str()), ("0:05", "<p>không cắt gì: không có gì đang phát</p>"));
    let page = operator.arrive(operator.post("/khan-cap", &wish)).body;
    assert!(page.contains("<audio controls preload=\"none\" src=\"/kho/nghe?ten=nhac-hieu.flac\""), "{page}");
    let cuts = crate::world::until("it sounds while somebody looks", || {
        operator.post("/tren-song/phat", &[("what", "nhac-hieu.flac")]);
        Some(look("cat")).filter(|cuts| cuts.starts_with("<p>cắt “nhac-hieu” đang phát, lẽ ra hết lúc "))
    });
    assert!(cuts.ends_with("; mục ấy không phát lại</p>"), "{cuts}");
}
