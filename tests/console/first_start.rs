//! From nothing to a station that is on air, in the browser alone.

use std::fs;

use loa::console::Role;

use crate::client::{Browser, between};
use crate::world::{PASSWORD, STATION, World, until};
use crate::zone::{self, placed};

#[test]
fn the_link_that_the_daemon_prints_sets_the_station_up_once() {
    let elsewhere = tempfile::tempdir().unwrap();
    let device = format!("'wav:{}'", elsewhere.path().join("dau.wav").display());
    let world = World::new(&STATION.replace("\"null\"", &device), false);
    let link = world.status["console"]["first_link"].as_str().expect("a link");
    let path = link.split_once(&world.address).expect("on this address").1;
    let mut browser = Browser::new(&world.address);
    assert_eq!(browser.get("/").header("location"), Some("/dang-nhap?ve=/"));
    assert!(browser.get("/dang-nhap").body.contains("chưa có tài khoản nào"));
    assert_eq!(browser.get("/bat-dau?ma=sai").status, 403);
    let page = browser.get(path);
    assert!(page.status == 200 && page.body.contains("value=\"Đài Thử\""), "{page:?}");
    let code = path.split_once("ma=").unwrap().1;
    let post = |browser: &Browser, again: &str| {
        browser.post(
            "/bat-dau",
            &[
                ("ma", code),
                ("dai", "Đài phường Mới"),
                ("device", "null"),
                ("ten", "Nguyễn Thị Lan"),
                ("mat_khau", PASSWORD),
                ("mat_khau_lai", again),
            ],
        )
    };
    let unlike = browser.arrive(post(&browser, "khác hẳn với cái kia"));
    assert!(unlike.status == 200 && unlike.body.contains("không giống nhau"), "{unlike:?}");
    let done = post(&browser, PASSWORD);
    assert_eq!((done.status, done.header("location")), (303, Some("/dai/buoc-dau")), "{done:?}");
    let session = done.header("set-cookie").and_then(|set| set.split(';').next()).map(str::to_owned);
    let first = Browser { cookie: session, ..browser.clone() }.get("/dai/buoc-dau").body;
    let head = between(&first, "class=\"brand\"", "</a>").expect(&first);
    assert!(head.contains("<span>Đài phường Mới</span>"), "the very next page is headed by the new name: {head}");
    browser.take(&done);
    let deeds = browser.get("/dai/tai-khoan").body;
    assert!(deeds.contains("Tạo tài khoản đầu tiên"), "who began is written down: {deeds}");
    let text = world.station_text();
    assert!(text.starts_with("# Của phường\n[station]\nname = \"Đài phường Mới\" # tên\n"), "{text}");
    assert!(text.contains("device = \"null\""), "{text}");
    assert_eq!((browser.get(path).status, post(&browser, PASSWORD).status), (403, 403), "it works once");
    // The line has changed without a new start, and the tone is heard on it.
    let status = browser.get("/api/v1/status").json();
    assert_eq!((status["line"]["device"].as_str(), status["line"]["wanted"].as_str()), (Some("null"), None));
    assert_eq!(browser.post("/dai/am-thu", &[]).status, 303);
    let row = until("the tone's airing", || {
        crate::on_air::first_row(&browser).filter(|row| row["played_ms"].as_u64().is_some_and(|played| played > 0))
    });
    assert_eq!((&row["title"], &row["by"]), (&"Âm thử".into(), &"Nguyễn Thị Lan".into()));
    assert!(fs::metadata(world.home().join("audio/am-thu.wav")).is_ok());
    // Of the first steps that one is done.
    let steps = browser.get("/dai/buoc-dau").body;
    let badges: Vec<&str> = steps.split("<li>").skip(1).filter_map(|step| between(step, "\">", "</span>")).collect();
    let badges: Vec<&str> = badges.iter().filter_map(|step| step.rsplit('>').next()).collect();
    assert_eq!(badges, ["Đã làm", "Chưa làm", "Chưa làm", "Chưa làm", "Chưa làm", "Chưa làm"], "{steps}");
    assert!(
        steps.contains("<a href=\"/dai#am-thu\">") && browser.get("/dai").body.contains("id=\"am-thu\""),
        "{steps}"
    );
    // And so is each as soon as there is something of it.
    assert_eq!(browser.post("/dai/muc/chu-de", &[("viec", "danh-muc")]).status, 303);
    fs::copy(world.home().join("audio/nhac-hieu.flac"), world.home().join("audio/tin.flac")).unwrap();
    until("the topics and the recording", || {
        let steps = browser.get("/dai/buoc-dau").body;
        (steps.matches(">Đã làm</span>").count() == 3).then_some(())
    });
}

#[test]
fn a_tone_that_was_refused_is_no_step_that_is_done() {
    let hour = zone::now().hour();
    let quiet = format!("quiet = [\"{:02}:00-{:02}:00\"]", (hour + 23) % 24, (hour + 2) % 24);
    let world = World::new(&placed(STATION).replace("quiet = []", &quiet), true);
    let admin = world.browser(Role::Admin);
    let answer = admin.post("/dai/am-thu", &[]);
    let told = admin.arrive(answer).body;
    assert!(told.contains("Giờ yên tĩnh của đài là"), "{told}");
    let steps = admin.get("/dai/buoc-dau").body;
    assert!(!steps.contains(">Đã làm</span>"), "{steps}");
}

#[test]
fn the_month_is_planned_once_something_of_the_stations_own_will_be_heard() {
    let world = World::new(&placed(STATION), true);
    let admin = world.browser(Role::Admin);
    fs::copy(world.home().join("audio/nhac-hieu.flac"), world.home().join("audio/tin.flac")).unwrap();
    let today = zone::now().date();
    let (month, first) = (today.strftime("%Y-%m"), today.first_of_month());
    for (audio, at, days, badge) in [
        ("nhac-hieu.flac", "23:59:59", "days = \"hằng ngày\"".to_owned(), "Chưa làm"),
        ("khong-co.flac", "23:59:59", "days = \"hằng ngày\"".to_owned(), "Chưa làm"),
        ("tin.flac", "00:00:00", format!("on = \"{first}\""), "Chưa làm"),
        ("tin.flac", "23:59:59", "days = \"hằng ngày\"".to_owned(), "Đã làm"),
    ] {
        let segment = format!("[[segment]]\ntitle = \"Tin\"\naudio = \"{audio}\"\nat = \"{at}\"\n{days}\n");
        let file = world.home().join(format!("schedules/{month}.toml"));
        fs::write(file, format!("month = \"{month}\"\n\n{segment}")).unwrap();
        let steps = admin.get("/dai/buoc-dau").body;
        let step = between(&steps, "Xếp lịch tháng này", "</p>").expect(&steps);
        assert!(step.contains(&format!(">{badge}</span>")), "{segment}: {step}");
    }
}

#[test]
fn the_sample_of_a_new_month_says_when_it_will_be_heard_and_goes_by_its_button() {
    let world = World::new(STATION, true);
    let admin = world.browser(Role::Admin);
    let zone = jiff::tz::TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
    let today = loa::clock::now().to_zoned_datetime(zone).date();
    let month = today.strftime("%Y-%m").to_string();
    let file = world.home().join(format!("schedules/{month}.toml"));
    let sample = "\n[[segment]]\ntitle = \"Nhạc hiệu\"\naudio = \"nhac-hieu.flac\"\nat = [\"00:00:00\", \"23:59:58\"]\ndays = \"hằng ngày\"\n";
    fs::write(&file, format!("month = \"{month}\"\n{sample}")).unwrap();
    let steps = admin.get("/dai/buoc-dau").body;
    let said = between(&steps, "Mục mẫu sẽ phát</h2>", "</section>").expect(&steps);
    // Of today's two the first is past.
    let ahead = 2 * (i32::from(today.days_in_month()) - i32::from(today.day())) + 1;
    let next = format!("{} 23:59:58", today.strftime("%d/%m/%Y"));
    assert!(said.contains(&next) && said.contains(&format!("còn {ahead} lượt trong tháng")), "{next}, {ahead}: {said}");
    let base = between(said, "name=\"base\" value=\"", "\"").unwrap().to_owned();
    let id = between(said, "name=\"ma\" value=\"", "\"").unwrap().to_owned();
    let fields = [("base", base.as_str()), ("viec", "bo"), ("ve", "/dai/buoc-dau"), ("ma", &id)];
    let gone = admin.post(&format!("/lich/{month}/luu"), &fields);
    assert_eq!((gone.status, gone.header("location")), (303, Some("/dai/buoc-dau")), "{gone:?}");
    assert!(!fs::read_to_string(&file).unwrap().contains("[[segment]]"));
    assert!(!admin.get("/dai/buoc-dau").body.contains("Mục mẫu sẽ phát"));
}

#[test]
fn with_an_account_there_is_no_link() {
    let world = World::shared();
    assert_eq!(world.status["console"]["first_link"], serde_json::Value::Null);
    assert_eq!(world.browser(Role::Admin).get("/bat-dau?ma=").status, 403);
}
