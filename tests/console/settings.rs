//! "Đài": what is written into station.toml, and what never is.

use loa::console::Role;
use serde_json::json;

use crate::client::{between, unescaped};
use crate::world::{STATION, World, until};
use crate::zone::{self, placed};

const AMPLIFIER: &str = "\n[amplifier]\non = [\"true\", \"bật\"]\noff = [\"true\"]\n";

#[test]
fn a_form_changes_its_keys_and_no_other_byte() {
    let world = World::new(STATION, true);
    let admin = world.browser(Role::Admin);
    let page = admin.get("/dai").body;
    let base = unescaped(between(&page, "name=\"base\" value=\"", "\"").unwrap());
    let fields = |quiet: &'static str, name: &'static str| {
        [
            ("base", base.clone()),
            ("name", name.to_owned()),
            ("code", "ĐTT".to_owned()),
            ("parent", String::new()),
            ("place", String::new()),
            ("quiet", quiet.to_owned()),
            ("approval", "required".to_owned()),
            ("broadcasts_per_day", "3".to_owned()),
            ("broadcast_minutes", String::new()),
            ("repeats_per_day", String::new()),
        ]
    };
    let send = |fields: &[(&'static str, String)]| {
        admin.post("/dai/cau-hinh", &fields.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>())
    };
    let wrong = send(&fields("21 giờ", "Đài Mới"));
    assert!(
        wrong.status == 422 && wrong.body.contains("“Giờ yên tĩnh”: <code>21 giờ</code> không phải khoảng giờ"),
        "{wrong:?}"
    );
    assert!(
        world.station_text().starts_with("# Của phường\n[station]\nname = \"Đài Thử\" # tên\n"),
        "nothing is written"
    );
    let right = send(&fields("21:00-05:00", "Đài Mới"));
    assert_eq!(right.status, 303, "{right:?}");
    let text = world.station_text();
    assert!(text.starts_with("# Của phường\n[station]\nname = \"Đài Mới\" # tên\n"), "{text}");
    assert!(text.contains("quiet = [\"21:00-05:00\"]\napproval = \"required\"\nbroadcasts_per_day = 3\n"), "{text}");
    let late = send(&fields("", "Đài Khác"));
    assert!(late.status == 409 && late.body.contains("người khác sửa"), "the second is told: {late:?}");
    let kept = between(&late.body, "id=\"cau-hinh\"", "</form>").unwrap();
    assert!(kept.contains("value=\"Đài Khác\"") && kept.contains("Vừa được lưu: Đài Mới"), "both are there: {kept}");
    // What the second did not touch is as the first saved it, and nothing is to be told of it.
    assert!(kept.contains("value=\"21:00-05:00\"") && !kept.contains("Vừa được lưu: 21:00-05:00"), "{kept}");
    // Saved again it is saved knowingly.
    let mut again = fields("", "Đài Khác");
    again[0].1 = unescaped(between(kept, "name=\"base\" value=\"", "\"").unwrap());
    assert_eq!(send(&again).status, 303);
    let text = world.station_text();
    assert!(text.contains("name = \"Đài Khác\" # tên\n") && text.contains("quiet = []\n"), "{text}");
    let next = admin.get("/dai").body;
    let head = between(&next, "class=\"brand\"", "</a>").unwrap();
    assert!(head.contains("<span>Đài Khác</span>"), "the very next page is headed by the new name: {head}");
}

#[test]
fn two_who_save_other_fields_of_one_form_both_keep_theirs() {
    let world = World::new(STATION, true);
    let admin = world.browser(Role::Admin);
    let open = || unescaped(between(&admin.get("/dai").body, "name=\"base\" value=\"", "\"").unwrap());
    let (first, second) = (open(), open());
    let send = |base: &str, place: &str, parent: &str| {
        let rules = [("approval", ""), ("broadcasts_per_day", ""), ("broadcast_minutes", ""), ("repeats_per_day", "")];
        let names = [("base", base), ("place", place), ("parent", parent)];
        let held: std::collections::BTreeMap<String, String> = serde_json::from_str(base).unwrap();
        let as_held = |name: &'static str| (name, held[name].clone());
        let mut all: Vec<(&str, String)> = names.map(|(name, value)| (name, value.to_owned())).to_vec();
        all.extend(["name", "code", "quiet"].into_iter().chain(rules.map(|(name, _)| name)).map(as_held));
        admin.post("/dai/cau-hinh", &all.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>())
    };
    assert_eq!(send(&first, "Kinh Môn", "").status, 303);
    let answer = send(&second, "", "UBND phường");
    assert_eq!(answer.status, 303, "{answer:?}");
    let text = world.station_text();
    assert!(text.contains("Kinh Môn") && text.contains("UBND phường"), "{text}");
}

#[test]
fn what_another_changes_beside_the_settings_form_is_no_conflict_and_what_is_no_number_is_typed_no_second_time() {
    let world = World::new(STATION, true);
    let admin = world.browser(Role::Admin);
    let base = unescaped(between(&admin.get("/dai").body, "name=\"base\" value=\"", "\"").unwrap());
    let targets = between(&admin.get("/dai/muc/chi-tieu").body, "name=\"thay\" value=\"", "\"").unwrap().to_owned();
    assert_eq!(admin.post("/dai/muc/chi-tieu", &[("thay", &targets), ("month.bai", "6")]).status, 303);
    let fields = |most: &'static str| {
        let named = [("name", "Đài Mới"), ("code", ""), ("parent", ""), ("place", ""), ("quiet", "")];
        let rules =
            [("approval", "off"), ("broadcasts_per_day", most), ("broadcast_minutes", ""), ("repeats_per_day", "")];
        named.into_iter().chain(rules).collect::<Vec<_>>()
    };
    let send = |most| admin.post("/dai/cau-hinh", &[vec![("base", base.as_str())], fields(most)].concat());
    let wrong = send("ba");
    assert!(wrong.status == 422 && wrong.body.contains("không phải một số"), "{wrong:?}");
    assert!(wrong.body.contains("value=\"ba\"") && wrong.body.contains("value=\"Đài Mới\""), "{}", wrong.body);
    assert_eq!(send("3").status, 303);
    let text = world.station_text();
    assert!(text.contains("bai = 6") && text.contains("Đài Mới") && text.contains("broadcasts_per_day = 3"), "{text}");
}

#[test]
fn no_way_leads_from_the_page_to_a_program_of_ones_choice() {
    let world = World::new(&format!("{STATION}{AMPLIFIER}"), true);
    let admin = world.browser(Role::Admin);
    let page = admin.get("/dai").body;
    assert!(page.contains("true bật"), "it is shown: {page}");
    let before = world.station_text();
    let base = between(&admin.get("/dai/tep").body, "name=\"base\" value=\"", "\"").unwrap().to_owned();
    for text in [
        before.replace("\"bật\"", "\"tắt\""),
        before.replace("off = [\"true\"]", "off = [\"false\"]"),
        format!("{before}\n[alerts]\ncommand = [\"sh\"]\n"),
        format!("alerts.command = [\"sh\"]\n{before}"),
        format!(
            "{before}\n[alerts]\nmail = {{ server = \"smtp.example\", user = \"x\", password_file = \"/etc/hostname\", \
             from = \"x@phuong.example\", to = [\"x@phuong.example\"] }}\n"
        ),
        before.replace("\"null\"", "\"wav:../dau-do.wav\""),
    ] {
        let saved = admin.post("/dai/tep", &[("base", &base), ("text", &text)]);
        let by_api = admin.call("/api/v1/schedule", &json!({ "file": "station", "base": base, "text": text }));
        assert!(saved.status >= 400 && by_api.status >= 400, "{text}: {} {}", saved.status, by_api.status);
        assert_eq!(world.station_text(), before);
    }
    assert_eq!(admin.post("/dai/duong-loa", &[("device", "wav:../dau-do.wav")]).status, 409);
    assert_eq!(world.station_text(), before);
}

#[test]
fn the_file_itself_is_saved_whole_or_not_at_all() {
    let world = World::new(STATION, true);
    let admin = world.browser(Role::Admin);
    let base = || between(&admin.get("/dai/tep").body, "name=\"base\" value=\"", "\"").unwrap().to_owned();
    let text = world.station_text();
    let broken = admin.post("/dai/tep", &[("base", &base()), ("text", &text.replace("quiet", "quite"))]);
    assert!(broken.status == 422 && broken.body.contains("quite") && world.station_text() == text, "{broken:?}");
    let good = text.replace("Đài Thử", "Đài Tệp").replace('\n', "\r\n");
    assert_eq!(admin.post("/dai/tep", &[("base", &base()), ("text", &good)]).status, 303);
    assert_eq!(world.station_text(), text.replace("Đài Thử", "Đài Tệp"), "line breaks are those of the file");
}

#[test]
fn where_and_how_the_page_is_asked_for_is_changed_on_the_disk_alone() {
    let console = "\n[console]\nlisten = \"127.0.0.1:0\"\n";
    let world = World::new(&format!("{STATION}{console}"), true);
    let admin = world.browser(Role::Admin);
    let base = || between(&admin.get("/dai/tep").body, "name=\"base\" value=\"", "\"").unwrap().to_owned();
    let before = world.station_text();
    for (key, text) in [
        ("tls", format!("{before}tls = true\n")),
        ("certificate", format!("{before}certificate = \"khong-co.pem\"\nkey = \"/etc/hostname\"\n")),
        ("insecure", format!("{before}insecure = true\n")),
        ("listen", before.replace("127.0.0.1:0", "127.0.0.1:9")),
        ("listen", before.replace("\"127.0.0.1:0\"", "\"off\"")),
        ("listen", before.replace(console, "")),
        ("listen", format!("console.listen = \"off\"\n{}", before.replace(console, ""))),
    ] {
        let base = base();
        let saved = admin.post("/dai/tep", &[("base", &base), ("text", &text)]);
        let why = format!("<code>{key}</code> trong [console] định địa chỉ và cách mở chính trang này");
        assert!(saved.status == 422 && saved.body.contains(&why), "{text}: {saved:?}");
        let by_api = admin.call("/api/v1/schedule", &json!({ "file": "station", "base": base, "text": text }));
        assert!(by_api.status == 409 && by_api.body.contains("chỉ sửa được ngay trong tệp trên máy"), "{by_api:?}");
        assert_eq!(world.station_text(), before);
    }
    // What shuts nobody out is changed as ever.
    let harmless = format!("{before}names = [\"loa.phuong.lan\"]\nupload_mib = 40\n");
    assert_eq!(admin.post("/dai/tep", &[("base", &base()), ("text", &harmless)]).status, 303);
    // Nor does a step back over what was changed on the disk.
    let on_disk = harmless.replace("upload_mib", "insecure = false\nupload_mib");
    std::fs::write(world.home().join("schedules/station.toml"), &on_disk).unwrap();
    let undone = admin.post("/dai/tep/hoan-tac", &[("base", &base())]);
    assert!(undone.status >= 400 || world.station_text() == on_disk, "{undone:?}");
    assert_eq!(world.station_text(), on_disk);
}

#[test]
fn a_broken_file_is_told_where_its_form_was_and_mended_from_the_page_with_what_the_station_runs_as_it_was() {
    let world = World::new(
        &format!("{}{AMPLIFIER}\n[console]\nlisten = \"127.0.0.1:0\"\nupload_mib = 40\n", placed(STATION)),
        true,
    );
    let (admin, operator) = (world.browser(Role::Admin), world.browser(Role::Operator));
    let month = zone::now().strftime("%Y-%m").to_string();
    let plan = format!(
        "month = \"{month}\"\n[[segment]]\ntitle = \"Tin\"\naudio = \"nhac-hieu.flac\"\nat = \"05:45\"\ndays = \"hằng ngày\"\n"
    );
    std::fs::write(world.home().join(format!("schedules/{month}.toml")), plan).unwrap();
    until("the month is in force", || {
        admin.get("/api/v1/status").json()["schedule"]["revision"].is_string().then_some(())
    });
    let (good, file) = (world.station_text(), world.home().join("schedules/station.toml"));
    let broken = good.replace("[rules]", "[rules");
    std::fs::write(&file, &broken).unwrap();
    let page = admin.get("/dai").body;
    assert!(page.contains("có lỗi nên chưa dùng được") && page.contains("dòng 9"), "{page}");
    assert!(!page.contains("name=\"quiet\""), "no form with values that hold nowhere: {page}");
    assert!(page.contains("href=\"/dai/tep\"") && page.contains("ngay trên máy của đài"), "where to mend what: {page}");
    assert!(operator.get("/dai").body.contains("nhờ quản trị"));
    let base = || between(&admin.get("/dai/tep").body, "name=\"base\" value=\"", "\"").unwrap().to_owned();
    // What runs programs or says where the page is stays as it was when the file was good.
    for altered in
        [good.replace("\"bật\"", "\"tắt\""), good.replace("127.0.0.1:0", "127.0.0.1:9"), good.replace(AMPLIFIER, "")]
    {
        let answer = admin.post("/dai/tep", &[("base", &base()), ("text", &altered)]);
        assert_eq!((answer.status, world.station_text()), (422, broken.clone()), "{altered}: {}", answer.body);
    }
    let mended = good.replace("Đài Thử", "Đài Đã Sửa");
    let answer = admin.post("/dai/tep", &[("base", &base()), ("text", &mended)]);
    assert_eq!((answer.status, world.station_text()), (303, mended), "{}", answer.body);
    assert!(admin.get("/dai").body.contains("name=\"quiet\""), "the form is there again");
}

#[test]
fn an_open_page_says_what_is_dangerous_where_it_is_changed_and_into_what() {
    let world = World::new(&format!("{STATION}\n[console]\nlisten = \"0.0.0.0:0\"\ninsecure = true\n"), true);
    let admin = world.browser(Role::Admin);
    let login = crate::client::ask(&world.address, "GET", "/dang-nhap", &[], "").body;
    for page in [login, admin.get("/").body, admin.get("/dai").body] {
        for said in [
            "không mã hóa",
            "đọc trộm mật khẩu",
            "Trên máy của đài",
            "<code>schedules/station.toml</code>",
            "[console]",
            "<code>tls = true</code>",
            "<code>https://</code>",
        ] {
            assert!(page.contains(said), "{said}: {page}");
        }
    }
    assert_eq!(admin.post("/tieng", &[("tieng", "en"), ("ve", "/")]).status, 303);
    let cookie = format!("{}; loa_tieng=en", admin.cookie.clone().unwrap());
    let page = crate::client::ask(&world.address, "GET", "/", &[("Cookie", cookie.as_str())], "").body;
    for said in [
        "without encryption",
        "read passwords",
        "On the station's PC",
        "<code>schedules/station.toml</code>",
        "[console]",
        "<code>tls = true</code>",
        "<code>https://</code>",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
}

/// What the calendar shows while the station's file says nothing is what airs.
#[test]
fn while_the_stations_file_is_broken_or_gone_the_calendar_is_by_the_one_in_force() {
    let window = "\n[[window]]\nid = \"toi\"\nname = \"Buổi tối\"\nstart = \"20:00\"\nend = \"20:10\"\ndays = \"hằng ngày\"\nrunning_order = [{ audio = \"nhac-hieu.flac\", kind = \"ident\" }]\n";
    let world = World::new(&format!("{}{window}", placed(STATION)), true);
    let operator = world.browser(Role::Operator);
    let today = zone::now().date();
    let month = today.strftime("%Y-%m").to_string();
    let last = today.last_of_month();
    std::fs::write(world.home().join(format!("schedules/{month}.toml")), format!("month = \"{month}\"\n")).unwrap();
    until("the month is in force", || {
        operator.get("/api/v1/status").json()["schedule"]["revision"].is_string().then_some(())
    });
    let pages = [format!("/lich/{month}"), format!("/lich/{last}")];
    let report_of = |form: &str| format!("/bao-cao/tai?ky={month}&nhip=calendar&dang={form}");
    for page in &pages {
        let body = operator.get(page).body;
        assert!(body.contains("Buổi tối") && !body.contains("bản tốt gần nhất"), "{page}: {body}");
    }
    let (good, file) = (world.station_text(), world.home().join("schedules/station.toml"));
    for broken in [Some(format!("{good}\nquiet = [\n")), Some(String::new()), None] {
        match &broken {
            Some(text) => std::fs::write(&file, text).unwrap(),
            None => std::fs::remove_file(&file).unwrap(),
        }
        for page in &pages {
            let body = operator.get(page).body;
            assert!(body.contains("Buổi tối"), "{broken:?} {page}: {body}");
            assert!(!body.contains("Không phát") && !body.contains("Buổi thêm"), "{broken:?} {page}: {body}");
            assert!(body.contains("bản tốt gần nhất của tệp ấy vẫn có hiệu lực"), "{broken:?} {page}: {body}");
        }
        let timetable = operator.get(&format!("/api/v1/timetable?period={last}")).json();
        assert!(timetable.to_string().contains("/toi/ident"), "{broken:?}: {timetable}");
        // A report is made under it too, and says so.
        let report = operator.get(&report_of("json")).json();
        assert_eq!(report["by_last_good_station"], true, "{broken:?}");
        assert_eq!(
            operator.get(&report_of("html")).body.matches("bản tốt gần nhất của tệp ấy").count(),
            1,
            "{broken:?}"
        );
        assert!(operator.get(&report_of("html")).body.to_lowercase().contains("đài thử"), "{broken:?}");
    }
    std::fs::write(&file, &good).unwrap();
    assert!(!operator.get(&pages[0]).body.contains("bản tốt gần nhất"));
    assert_eq!(operator.get(&report_of("json")).json()["by_last_good_station"], false);
}

#[test]
fn a_change_of_settings_names_what_from_which_into_which_value_wherever_it_is_told() {
    let world = World::new(STATION, true);
    let admin = world.browser(Role::Admin);
    let page = admin.get("/dai").body;
    let base = unescaped(between(&page, "name=\"base\" value=\"", "\"").unwrap());
    let fields = [
        ("base", base.as_str()),
        ("name", "Đài Thử"),
        ("quiet", "21:00-05:00"),
        ("approval", "warn"),
        ("broadcasts_per_day", "3"),
    ];
    let answer = admin.post("/dai/cau-hinh", &fields);
    assert_eq!(answer.status, 303, "{answer:?}");
    let refused = world.browser(Role::Approver).post("/dai/cau-hinh", &fields);
    assert!(refused.status == 403 && refused.body.contains("việc này chỉ Quản trị làm được"), "{refused:?}");
    let changed = "Giờ yên tĩnh: để trống → “21:00-05:00”; ";
    for page in ["/dai/tai-khoan", "/dai/tep"] {
        let body = admin.get(page).body;
        assert!(body.contains(changed), "{page}: {body}");
        assert!(body.contains("Số buổi mỗi ngày không quá: để trống → “3”"), "{page}: {body}");
    }
}

/// The line in use changes by the form, and by taking the form's change back.
#[test]
fn to_take_a_change_of_the_line_back_changes_the_line_in_use_too() {
    let absent = "alsa:hw:CARD=VangMat,DEV=0";
    let world = World::new(&STATION.replace("\"null\"", &format!("\"{absent}\"")), true);
    let admin = world.browser(Role::Admin);
    let device = || admin.get("/api/v1/status").json()["line"]["device"].as_str().unwrap().to_owned();
    assert_eq!(device(), absent);
    assert_eq!(admin.post("/dai/duong-loa", &[("device", "null")]).status, 303);
    assert_eq!(device(), "null");
    let page = admin.get("/dai/tep").body;
    assert!(page.contains(&format!("Đổi đường loa, {absent} → null")), "{page}");
    let base = between(&page, "name=\"base\" value=\"", "\"").unwrap();
    assert_eq!(admin.post("/dai/tep/hoan-tac", &[("base", base)]).status, 303);
    assert_eq!(device(), absent);
    assert!(admin.get("/dai").body.contains(&format!("Đường loa bây giờ là <code>{absent}</code>")));
}

#[test]
fn what_a_program_is_told_is_shown_to_who_may_see_the_stations_text_alone() {
    let told = "\n[amplifier]\non = [\"true\", \"--token\", \"K9x7\"]\noff = [\"true\"]\n\n[alerts]\ncommand = [\"true\", \"https://bao.tin/K9x7\"]\n";
    let world = World::new(&format!("{STATION}{told}"), true);
    for role in Role::ALL {
        let page = world.browser(role).get("/dai").body;
        assert_eq!(page.contains("K9x7"), role == Role::Admin, "{role:?}: {page}");
        assert!(page.contains("amplifier.on") && page.contains("<code>true"), "{role:?}: {page}");
    }
}
