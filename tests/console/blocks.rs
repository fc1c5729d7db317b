//! The blocks of the files by forms: what each writes, what it leaves, and two people at once.

use std::fs;

use loa::console::Role::{Admin, Operator, Viewer};

use crate::client::{Answer, Browser, between, unescaped};
use crate::world::{STATION, World, until};

/// A station as a careful author leaves it.
pub const WARD: &str = "\
# Của phường
[station]
name = \"Đài Thử\" # tên

[line]
device = \"null\"
loudness = -16.0 # LUFS

[rules]
quiet = []

[[basis]] # kế hoạch năm
number   = \"289/KH-UBND\"
date     = 2025-12-30
issuer   = \"UBND phường\"
abstract = \"tuyên truyền\"

[[topic]]
code  = \"h\"
title = \"Đường dây nóng\"

[[window]]
id    = \"sang\"
name  = \"Buổi sáng\" # sớm
start = 05:30:00
end   = \"06:00\"
days  = \"T2 - T7\"
running_order = [
  { column = \"ban-tin\" }, # trước
  { audio = \"nhac-hieu.flac\", kind = \"lời chào\" },
]

[[column]]
id = \"ban-tin\"
name = \"Bản tin\"

[alerts]
command = [\"true\"]
webhook = \"https://tin.example/x\"
mail = { server = \"smtp.example\", user = \"x\", password_file = \"p\", from = \"x@phuong.example\", to = \"x@phuong.example\" } # ai trực

[console]
listen = \"127.0.0.1:0\"
";

/// What a form carries unseen of the block that it was opened on.
pub fn carried(page: &Answer) -> Vec<(&'static str, String)> {
    assert_eq!(page.status, 200, "{page:?}");
    let form = between(&page.body, "data-check=", "</form>").expect("a form");
    ["trong", "cha", "loai", "dong", "thay", "da-co"]
        .into_iter()
        .filter_map(|name| Some((name, unescaped(between(form, &format!("name=\"{name}\" value=\""), "\"")?))))
        .collect()
}

/// Somebody at the forms of a file.
pub struct Clerk {
    pub browser: Browser,
    base: &'static str,
}

impl Clerk {
    /// The form of a block with these fields, sent.
    pub fn send(&self, table: &str, query: &str, fields: &[(&str, &str)]) -> Answer {
        let once = query == "once";
        let path = if once { format!("{}/{table}", self.base) } else { format!("{}/{table}/dong?{query}", self.base) };
        let carried = carried(&self.browser.get(&path));
        self.sent(table, &carried, fields)
    }

    pub fn sent(&self, table: &str, carried: &[(&'static str, String)], fields: &[(&str, &str)]) -> Answer {
        let own = carried.iter().map(|(name, value)| (*name, value.as_str()));
        let all: Vec<(&str, &str)> = own.chain(fields.iter().copied()).collect();
        self.browser.post(&format!("{}/{table}", self.base), &all)
    }
}

pub fn admin(world: &World) -> Clerk {
    Clerk { browser: world.browser(Admin), base: "/dai/muc" }
}

/// A form, what is filled in, and what stands in the file for what stood there.
type Case = (&'static str, &'static str, &'static [(&'static str, &'static str)], &'static str, &'static str);

/// At the file's end.
const END: &str = "listen = \"127.0.0.1:0\"\n";

const CASES: &[Case] = &[
    // A block is changed where it is, with what it is not asked about.
    (
        "khung-gio",
        "dong=0",
        &[
            ("name", "Buổi sớm"),
            ("start", "05:30"),
            ("end", "06:10"),
            ("days", ""),
            ("days", "T2"),
            ("days", "T3"),
            ("days", "T4"),
            ("days", "T5"),
            ("days", "T6"),
            ("days", "T7"),
        ],
        "name  = \"Buổi sáng\" # sớm\nstart = 05:30:00\nend   = \"06:00\"\n",
        "name  = \"Buổi sớm\" # sớm\nstart = 05:30:00\nend   = \"06:10\"\n",
    ),
    (
        "khung-gio",
        "dong=0",
        &[("name", "Buổi sáng"), ("days", ""), ("days", "T3"), ("days", "CN"), ("start", "05:30"), ("end", "06:00")],
        "days  = \"T2 - T7\"\n",
        "days  = \"T3, CN\"\n",
    ),
    (
        "khung-gio",
        "",
        &[("name", "Buổi chiều"), ("start", "17h"), ("end", "17h30"), ("days", ""), ("dau_tien", "window:sang")],
        "\n[[column]]\nid",
        "\n[[window]]\nid = \"buoi-chieu\"\nname = \"Buổi chiều\"\nstart = \"17:00\"\nend = \"17:30\"\nrunning_order = [\n  { column = \"ban-tin\" },\n  { audio = \"nhac-hieu.flac\", kind = \"sign_off\" },\n]\n\n[[column]]\nid",
    ),
    // Places of a running order: one a line, with their remarks.
    (
        "trinh-tu",
        "trong=0&loai=audio",
        &[("audio", "nhac-hieu.flac"), ("kind", "ident"), ("title", ""), ("at", "")],
        "kind = \"lời chào\" },\n",
        "kind = \"lời chào\" },\n  { audio = \"nhac-hieu.flac\", kind = \"ident\" },\n",
    ),
    (
        "trinh-tu",
        "trong=0&dong=0",
        &[("column", "ban-tin"), ("sting", ""), ("at", "05:31")],
        "{ column = \"ban-tin\" }, # trước",
        "{ column = \"ban-tin\", at = \"05:31\" }, # trước",
    ),
    (
        "trinh-tu",
        "trong=0&dong=1",
        &[("viec", "len")],
        "  { column = \"ban-tin\" }, # trước\n  { audio = \"nhac-hieu.flac\", kind = \"lời chào\" },\n",
        "  { audio = \"nhac-hieu.flac\", kind = \"lời chào\" },\n  { column = \"ban-tin\" }, # trước\n",
    ),
    ("trinh-tu", "trong=0&dong=1", &[("viec", "bo")], "  { audio = \"nhac-hieu.flac\", kind = \"lời chào\" },\n", ""),
    (
        "chuyen-muc",
        "dong=0",
        &[("name", "Bản tin"), ("days", ""), ("topic", "h"), ("minimum", "8"), ("max", "12m")],
        "name = \"Bản tin\"\n",
        "name = \"Bản tin\"\ntopic = \"h\"\nminimum = 8\nmax = \"12m\"\n",
    ),
    (
        "chi-tieu",
        "once",
        &[("month.bai", "6"), ("month.hotline", "24"), ("year.minutes", "900"), ("quarter.tin", "")],
        END,
        "listen = \"127.0.0.1:0\"\n\n[targets]\nmonth = { bai = 6, hotline = 24 }\nyear = { minutes = 900 }\n",
    ),
    (
        "can-cu",
        "dong=0",
        &[
            ("number", "289/KH-UBND"),
            ("date", "2025-12-31"),
            ("issuer", "UBND phường"),
            ("abstract", "tuyên truyền CCHC"),
        ],
        "date     = 2025-12-30\nissuer   = \"UBND phường\"\nabstract = \"tuyên truyền\"",
        "date     = 2025-12-31\nissuer   = \"UBND phường\"\nabstract = \"tuyên truyền CCHC\"",
    ),
    (
        "can-cu",
        "",
        &[("number", "12/QĐ"), ("date", "2026-01-02"), ("issuer", "Sở"), ("abstract", "về loa")],
        "abstract = \"tuyên truyền\"\n",
        "abstract = \"tuyên truyền\"\n\n[[basis]]\nnumber = \"12/QĐ\"\ndate = 2026-01-02\nissuer = \"Sở\"\nabstract = \"về loa\"\n",
    ),
    (
        "can-cu",
        "dong=0",
        &[("viec", "bo")],
        "[[basis]] # kế hoạch năm\nnumber   = \"289/KH-UBND\"\ndate     = 2025-12-30\nissuer   = \"UBND phường\"\nabstract = \"tuyên truyền\"\n\n",
        "",
    ),
    (
        "muc-con",
        "trong=0",
        &[("code", "h1"), ("title", "Số của tỉnh")],
        "title = \"Đường dây nóng\"\n",
        "title = \"Đường dây nóng\"\n\n[[topic.sub]]\ncode = \"h1\"\ntitle = \"Số của tỉnh\"\n",
    ),
    (
        "cach-bao-cao",
        "once",
        &[
            ("period", "calendar"),
            ("to", "UBND phường\r\nSở"),
            ("recipients", ""),
            ("authority", "TM. Ủy ban nhân dân"),
            ("slow_days", "5"),
        ],
        END,
        "listen = \"127.0.0.1:0\"\n\n[report]\nperiod = \"calendar\"\nto = [\"UBND phường\", \"Sở\"]\nauthority = \"TM. Ủy ban nhân dân\"\nslow_days = 5\n",
    ),
    (
        "ten-cu",
        "",
        &[("name", "Đài Cũ"), ("valid_to", "2025-06-30")],
        "name = \"Đài Thử\" # tên\n",
        "name = \"Đài Thử\" # tên\n\n[[station.was]]\nname = \"Đài Cũ\"\nvalid_to = 2025-06-30\n",
    ),
    (
        "bao-tin",
        "once",
        &[
            ("webhook", ""),
            ("mail.to", "a@phuong.example\r\nb@phuong.example"),
            ("every", ""),
            ("repeat", "2h"),
            ("preflight", "20:00"),
        ],
        "webhook = \"https://tin.example/x\"\nmail = { server = \"smtp.example\", user = \"x\", password_file = \"p\", from = \"x@phuong.example\", to = \"x@phuong.example\" } # ai trực\n",
        "mail = { server = \"smtp.example\", user = \"x\", password_file = \"p\", from = \"x@phuong.example\", to = [\"a@phuong.example\", \"b@phuong.example\"] } # ai trực\nrepeat = \"2h\"\npreflight = \"20:00\"\n",
    ),
    (
        "am-luong",
        "once",
        &[("loudness", "-18,5"), ("peak", ""), ("after_line_loss", "skip")],
        "loudness = -16.0 # LUFS\n",
        "loudness = -18.5 # LUFS\nafter_line_loss = \"skip\"\n",
    ),
    (
        "giam-am",
        "",
        &[("from", "05:00"), ("to", "06:00"), ("db", "-6")],
        "loudness = -16.0 # LUFS\n",
        "loudness = -16.0 # LUFS\ngain = [{ from = \"05:00\", to = \"06:00\", db = -6.0 }]\n",
    ),
    (
        "am-luong",
        "once",
        &[("loudness", "-16.0"), ("monitor", "pulseaudio:line.monitor"), ("buffer_frames", "2048")],
        "loudness = -16.0 # LUFS\n",
        "loudness = -16.0 # LUFS\nmonitor = \"pulseaudio:line.monitor\"\nbuffer_frames = 2048\n",
    ),
    (
        "may-tang-am",
        "once",
        &[("serial", "/dev/ttyUSB0"), ("signal", "dtr"), ("before", "60s")],
        END,
        "listen = \"127.0.0.1:0\"\n\n[amplifier]\nserial = \"/dev/ttyUSB0\"\nsignal = \"dtr\"\nbefore = \"60s\"\n",
    ),
    (
        "bao-tin",
        "once",
        &[("webhook", ""), ("webhook_file", "tin.txt"), ("webhook_env", ""), ("mail.to", "x@phuong.example")],
        "webhook = \"https://tin.example/x\"\nmail = { server = \"smtp.example\", user = \"x\", password_file = \"p\", from = \"x@phuong.example\", to = \"x@phuong.example\" } # ai trực\n",
        "mail = { server = \"smtp.example\", user = \"x\", password_file = \"p\", from = \"x@phuong.example\", to = \"x@phuong.example\" } # ai trực\nwebhook_file = \"tin.txt\"\n",
    ),
    (
        "ngay-le",
        "",
        &[("name", "Tết"), ("lunar", "mùng 1"), ("kind", "tết"), ("windows", ""), ("windows", "sang"), ("columns", "")],
        END,
        "listen = \"127.0.0.1:0\"\n\n[[holiday]]\nname = \"Tết\"\nlunar = \"mùng 1\"\nkind = \"tết\"\nwindows = { sang = \"off\" }\n",
    ),
];

#[test]
fn each_form_of_a_block_writes_its_keys_where_they_belong_and_no_other_byte() {
    let world = World::new(WARD, true);
    let clerk = admin(&world);
    for (table, query, fields, before, after) in CASES {
        fs::write(world.home().join("schedules/station.toml"), WARD).unwrap();
        assert!(WARD.contains(before), "{table}: {before}");
        let answer = clerk.send(table, query, fields);
        let wanted = WARD.replacen(before, after, 1);
        assert_eq!((answer.status, world.station_text()), (303, wanted), "{table} {fields:?}: {}", answer.body);
    }
    let told = clerk.browser.get("/dai/tai-khoan").body;
    assert!(told.contains("station: sửa khung giờ “Buổi sớm”"), "who did it is written down: {told}");
}

#[test]
fn the_pages_own_form_takes_its_names_and_its_limit_and_never_where_it_is_asked_for() {
    let world = World::new(WARD, true);
    let clerk = admin(&world);
    let fields = [("upload_mib", "40"), ("listen", "off"), ("tls", "true")];
    assert_eq!(clerk.send("trang", "once", &fields).status, 303);
    assert_eq!(world.station_text(), format!("{WARD}upload_mib = 40\n"));
    until("the limit is in force, on the page as it was", || {
        clerk.browser.get("/kho").body.contains("40 MiB").then_some(())
    });
    let names = [("names", "loa.phuong.lan\r\nloa.lan"), ("upload_mib", "40")];
    assert_eq!(clerk.send("trang", "once", &names).status, 303);
    assert_eq!(world.station_text(), format!("{WARD}upload_mib = 40\nnames = [\"loa.phuong.lan\", \"loa.lan\"]\n"));
}

#[test]
fn an_id_that_is_changed_is_changed_wherever_the_file_names_it_and_refused_where_another_file_does() {
    let world = World::new(WARD, true);
    let clerk = admin(&world);
    let column = [("name", "Bản tin"), ("days", ""), ("id", "tin-tuc")];
    assert_eq!(clerk.send("chuyen-muc", "dong=0", &column).status, 303);
    let renamed =
        WARD.replace("column = \"ban-tin\"", "column = \"tin-tuc\"").replace("id = \"ban-tin\"", "id = \"tin-tuc\"");
    assert_eq!(world.station_text(), renamed);
    let window = [("name", "Buổi sáng"), ("start", "05:30"), ("end", "06:00"), ("id", "som")];
    assert_eq!(clerk.send("khung-gio", "dong=0", &window).status, 303);
    assert_eq!(world.station_text(), renamed.replace("id    = \"sang\"", "id    = \"som\""));
    let before = world.station_text();
    let month = "month = \"2031-03\"\n\n[[segment]]\ntitle = \"Tin\"\naudio = \"nhac-hieu.flac\"\ncolumn = \"tin-tuc\"\ndays = \"T2\"\n";
    fs::write(world.home().join("schedules/2031-03.toml"), month).unwrap();
    let answer = clerk.send("chuyen-muc", "dong=0", &[("name", "Bản tin"), ("days", ""), ("id", "khac")]);
    assert!(answer.status == 422 && answer.body.contains("2031-03.toml"), "{answer:?}");
    assert_eq!(world.station_text(), before);
    // A new one has the id that is asked for.
    let new = [("name", "Tiểu phẩm"), ("days", ""), ("id", "kich")];
    assert_eq!(clerk.send("chuyen-muc", "", &new).status, 303);
    assert!(
        world.station_text().contains("\n[[column]]\nid = \"kich\"\nname = \"Tiểu phẩm\"\n"),
        "{}",
        world.station_text()
    );
}

#[test]
fn a_forms_own_values_sent_back_change_nothing() {
    let world = World::new(WARD, true);
    let clerk = admin(&world);
    for (table, query, fields) in [
        (
            "khung-gio",
            "dong=0",
            vec![
                ("name", "Buổi sáng"),
                ("start", "05:30"),
                ("end", "06:00"),
                ("days", ""),
                ("days", "T2"),
                ("days", "T3"),
                ("days", "T4"),
                ("days", "T5"),
                ("days", "T6"),
                ("days", "T7"),
            ],
        ),
        (
            "trinh-tu",
            "trong=0&dong=1",
            vec![("audio", "nhac-hieu.flac"), ("kind", "sign_off"), ("title", ""), ("at", "")],
        ),
        ("am-luong", "once", vec![("loudness", "-16.0"), ("peak", ""), ("after_line_loss", "")]),
        (
            "bao-tin",
            "once",
            vec![
                ("webhook", "https://tin.example/x"),
                ("mail.to", "x@phuong.example"),
                ("every", ""),
                ("repeat", ""),
                ("preflight", ""),
            ],
        ),
        ("chi-tieu", "once", vec![("month.bai", ""), ("year.tin", "")]),
    ] {
        let page = clerk.browser.get(&format!(
            "/dai/muc/{table}{}",
            if query == "once" { String::new() } else { format!("/dong?{query}") }
        ));
        for (name, value) in fields.iter().filter(|(name, value)| !value.is_empty() && *name != "days") {
            let shown = page.body.contains(&format!("value=\"{value}\"")) || page.body.contains(&format!(">{value}<"));
            assert!(shown, "{table} shows {name}: {}", page.body);
        }
        let answer = clerk.send(table, query, &fields);
        assert_eq!((answer.status, world.station_text()), (303, WARD.to_owned()), "{table}: {}", answer.body);
    }
}

/// A path, the table's name, the fields sent, the status and what is said.
type Answered<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], u16, &'a str);

#[test]
fn what_check_refuses_or_reaches_a_program_is_not_written_and_what_was_filled_in_comes_again() {
    let world = World::new(WARD, true);
    let clerk = admin(&world);
    // A month that has the column in its broadcasts.
    fs::write(world.home().join("schedules/2031-03.toml"), "month = \"2031-03\"\n").unwrap();
    let window = [("name", "Buổi lạ"), ("end", "06:00"), ("days", ""), ("start", "25:99")];
    let mail = [("webhook", "tin.example"), ("mail.to", "x@phuong.example")];
    let cases: [Answered<'_>; 7] = [
        ("khung-gio", "dong=0", &window, 422, "25:99"),
        ("bao-tin", "once", &mail, 422, "tin.example"),
        ("bao-tin", "once", &[("mail.to", "không phải thư")], 422, "không phải thư"),
        ("chuyen-muc", "dong=0", &[("viec", "bo")], 422, "ban-tin"),
        (
            "can-cu",
            "",
            &[("number", "12/QĐ"), ("date", ""), ("issuer", "Sở"), ("abstract", "x")],
            409,
            "hãy điền ô “Ngày ban hành”",
        ),
        ("can-doi", "once", &[("praise_max", "120")], 422, "120"),
        // No field of the form, and none becomes one by being sent.
        (
            "bao-tin",
            "once",
            &[("command", "sh"), ("mail.server", "khac.example"), ("mail.to", "x@phuong.example")],
            303,
            "",
        ),
    ];
    for (table, query, fields, status, said) in cases {
        let answer = clerk.send(table, query, fields);
        assert_eq!(
            (answer.status, world.station_text()),
            (status, WARD.to_owned()),
            "{table} {fields:?}: {}",
            answer.body
        );
        assert!(answer.body.contains(said), "{table} {fields:?}: {}", answer.body);
        for (name, value) in fields.iter().filter(|(name, value)| status != 303 && *name != "viec" && !value.is_empty())
        {
            assert!(
                answer.body.contains(&format!("value=\"{value}\"")) || answer.body.contains(&format!(">{value}<")),
                "{name}: {}",
                answer.body
            );
        }
    }
    // Beside the form the same is said at its field.
    let carried = carried(&clerk.browser.get("/dai/muc/khung-gio/dong?dong=0"));
    let own = carried.iter().map(|(name, value)| (*name, value.as_str()));
    let all: Vec<(&str, &str)> = own.chain(window).collect();
    let beside = clerk.browser.post("/dai/muc/khung-gio/thu", &all);
    assert!(
        beside.status == 200 && beside.body.contains("data-field=\"start\"") && beside.body.contains("data-refused"),
        "{beside:?}"
    );
    assert_eq!(world.station_text(), WARD);
    for path in [
        "/dai/muc/khong-co",
        "/dai/muc/khung-gio/dong?dong=7",
        "/dai/muc/trinh-tu/dong?trong=3",
        "/dai/muc/ngay-khac",
        "/lich/2031-04/muc/khung-gio",
    ] {
        assert_eq!(clerk.browser.get(path).status, 404, "{path}");
    }
}

#[test]
fn two_who_change_other_blocks_both_have_their_way_and_of_one_block_the_second_is_told() {
    let world = World::new(WARD, true);
    let (first, second) = (admin(&world), admin(&world));
    let opened = |path: &str| carried(&second.browser.get(path));
    let (basis, targets, place) = (
        opened("/dai/muc/can-cu/dong?dong=0"),
        opened("/dai/muc/chi-tieu"),
        opened("/dai/muc/trinh-tu/dong?trong=0&dong=1"),
    );
    // A block before them moves all of them.
    let new = [("number", "1/QĐ"), ("date", "2025-01-02"), ("issuer", "Sở"), ("abstract", "x")];
    assert_eq!(first.send("can-cu", "", &new).status, 303);
    let text = world.station_text();
    let front = text.replacen(
        "[[basis]] # kế hoạch năm",
        "[[basis]]\nnumber = \"0\"\ndate = 2024-01-01\nissuer = \"Sở\"\nabstract = \"y\"\n\n[[basis]] # kế hoạch năm",
        1,
    );
    fs::write(world.home().join("schedules/station.toml"), &front).unwrap();
    let mine =
        [("number", "290/KH-UBND"), ("date", "2025-12-30"), ("issuer", "UBND phường"), ("abstract", "tuyên truyền")];
    assert_eq!(second.sent("can-cu", &basis, &mine).status, 303);
    assert_eq!(world.station_text(), front.replace("289/KH-UBND", "290/KH-UBND"));
    // Of one block the second overwrites nothing, and has what was filled in.
    assert_eq!(first.send("chi-tieu", "once", &[("month.bai", "6")]).status, 303);
    assert_eq!(first.send("trinh-tu", "trong=0&dong=1", &[("audio", "nhac-hieu.flac"), ("kind", "ident")]).status, 303);
    let theirs = world.station_text();
    for (table, carried, fields) in [
        ("can-cu", &basis, mine.as_slice()),
        ("chi-tieu", &targets, &[("month.bai", "7")]),
        ("trinh-tu", &place, &[("audio", "nhac-hieu.flac"), ("kind", "sting")]),
        ("trinh-tu", &place, &[("viec", "bo")]),
    ] {
        let answer = second.sent(table, carried, fields);
        assert_eq!((answer.status, world.station_text()), (409, theirs.clone()), "{table}");
        assert!(answer.body.contains("vừa có người khác sửa hoặc bỏ"), "{}", answer.body);
    }
    let answer = second.sent("chi-tieu", &targets, &[("month.bai", "7")]);
    assert!(answer.body.contains("value=\"7\"") && answer.body.contains("Vừa được lưu: 6"), "{}", answer.body);
    // Of a block that there is once it can be saved on the new version, knowingly.
    let again: Vec<_> = carried(&Answer { status: 200, ..answer });
    assert_eq!(second.sent("chi-tieu", &again, &[("month.bai", "7")]).status, 303);
    assert_eq!(world.station_text(), theirs.replace("bai = 6", "bai = 7"));
    // Other fields of it are none of each other's: both stay.
    let page = |browser: &Clerk| carried(&browser.browser.get("/dai/muc/chi-tieu"));
    let (mine, theirs) = (page(&first), page(&second));
    let held = [("month.bai", "7"), ("month.tin", "2")];
    assert_eq!(first.sent("chi-tieu", &mine, &held).status, 303);
    let other = [("month.bai", "7"), ("month.tin", ""), ("month.phong_su", "1")];
    assert_eq!(second.sent("chi-tieu", &theirs, &other).status, 303);
    let text = world.station_text();
    assert!(text.contains("tin = 2") && text.contains("phong_su = 1"), "{text}");
}

#[test]
fn a_month_has_blocks_of_its_own_and_the_stations_are_made_its_own_by_a_button() {
    let world = World::new(WARD, true);
    let file = world.home().join("schedules/2031-03.toml");
    let month = "# Tháng\nmonth = \"2031-03\"\n";
    fs::write(&file, month).unwrap();
    let operator = Clerk { browser: world.browser(Operator), base: "/lich/2031-03/muc" };
    let text = || fs::read_to_string(&file).unwrap();
    let own = [("viec", "chep"), ("ma", "sang")];
    assert_eq!(operator.browser.post("/lich/2031-03/muc/khung-gio", &own).status, 303);
    let window = "\n[[window]]\nid = \"sang\"\nname = \"Buổi sáng\"\nstart = \"05:30\"\nend = \"06:00\"\ndays = \"T2-T7\"\nrunning_order = [\n  { column = \"ban-tin\" },\n  { audio = \"nhac-hieu.flac\", kind = \"sign_off\" },\n]\n";
    assert_eq!(text(), format!("{month}{window}"));
    let page = operator.browser.get("/lich/2031-03/muc/khung-gio").body;
    assert!(page.contains("Tháng này đã đổi riêng") && page.contains("Hoàn tác"), "{page}");
    let mourning = [
        ("reason", "Quốc tang"),
        ("date", ""),
        ("from", "2031-03-04"),
        ("to", "2031-03-05"),
        ("kind", "quốc tang"),
        ("windows", ""),
        ("columns", ""),
        ("columns", "ban-tin"),
    ];
    assert_eq!(operator.send("ngay-khac", "", &mourning).status, 303);
    let exception = "\n[[exception]]\nreason = \"Quốc tang\"\nfrom = 2031-03-04\nto = 2031-03-05\nkind = \"quốc tang\"\ncolumns = { ban-tin = \"off\" }\n";
    assert_eq!(text(), format!("{month}{window}{exception}"));
    // What a form cannot show it does not ask about, and leaves.
    let moved = "windows = { sang = { start = \"06:30\", end = \"07:00\" } }\n";
    fs::write(&file, format!("{month}{window}{exception}{moved}")).unwrap();
    let form = operator.browser.get("/lich/2031-03/muc/ngay-khac/dong?dong=0").body;
    assert!(!form.contains("name=\"windows\"") && form.contains("name=\"columns\""), "{form}");
    assert_eq!(operator.send("ngay-khac", "dong=0", &[("reason", "Quốc tang"), ("columns", "")]).status, 303);
    assert_eq!(text(), format!("{month}{window}{}{moved}", exception.replace("columns = { ban-tin = \"off\" }\n", "")));
    let version = between(&operator.browser.get("/lich/2031-03/muc/ngay-khac").body, "name=\"base\" value=\"", "\"")
        .unwrap()
        .to_owned();
    let undone =
        operator.browser.post("/lich/2031-03/hoan-tac", &[("base", &version), ("ve", "/lich/2031-03/muc/ngay-khac")]);
    assert_eq!((undone.status, undone.header("location")), (303, Some("/lich/2031-03/muc/ngay-khac")));
    assert_eq!(text(), format!("{month}{window}{exception}{moved}"));
    // The station's own are an admin's.
    assert_eq!(operator.browser.post("/dai/muc/khung-gio", &own).status, 403);
    assert_eq!(world.browser(Viewer).get("/lich/2031-03/muc/khung-gio").status, 403);
    assert_eq!(
        world.browser(Viewer).get("/dai").body.matches("/dai/muc").count(),
        0,
        "nobody is led where they may not go"
    );
}

#[test]
fn every_table_has_its_page_in_both_languages_and_a_step_back_leads_there() {
    let world = World::new(&STATION.replace("\n[rules]", "\n[amplifier]\nserial = \"COM3\"\n\n[rules]"), true);
    let clerk = admin(&world);
    let index = clerk.browser.get("/dai/muc").body;
    let paths: Vec<&str> = index.split("href=\"/dai/muc/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(paths.len() > 18, "{paths:?}");
    for path in &paths {
        let page = clerk.browser.get(&format!("/dai/muc/{path}"));
        assert!(page.status == 200 && page.body.contains("class=\"hint-text\""), "{path}: {page:?}");
    }
    let mut english = clerk.browser.clone();
    english.cookie = english.cookie.map(|cookie| format!("{cookie}; loa_tieng=en"));
    let page = english.get("/dai/muc/chi-tieu").body;
    assert!(page.contains("New articles") && !page.contains("Bài mới"), "{page}");
    assert_eq!(clerk.send("chi-tieu", "once", &[("month.bai", "6")]).status, 303);
    let version =
        between(&clerk.browser.get("/dai/muc/chi-tieu").body, "name=\"base\" value=\"", "\"").unwrap().to_owned();
    let undone = clerk.browser.post("/dai/tep/hoan-tac", &[("base", &version), ("ve", "/dai/muc/chi-tieu")]);
    assert_eq!((undone.status, undone.header("location")), (303, Some("/dai/muc/chi-tieu")));
    assert!(!world.station_text().contains("[targets]"));
}
