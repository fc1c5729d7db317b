//! The months' pages where the log has a word of its own, and how all pages tell one instant.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp, Unit};
use loa::console::Role;

use crate::client::{between, id_in};
use crate::world::{STATION, World, until};
use crate::zone::{self, placed};

/// The item of a day's page with that title.
fn item<'p>(page: &'p str, title: &str) -> &'p str {
    let items = page.split("<li class=\"").find(|item| item.contains(&format!("<p class=\"title\">{title}</p>")));
    let item = items.unwrap_or_else(|| panic!("no {title} in {page}"));
    item.split("</li>").next().unwrap_or(item)
}

/// A station that has aired one segment of a month of its own, and the day.
fn after_an_airing() -> (World, Date, PathBuf) {
    let world = World::new(&placed(STATION), true);
    // A folder of its own for what is taken away later.
    fs::copy(world.home().join("audio/nhac-hieu.flac"), world.home().join("audio/tin.flac")).unwrap();
    let at = zone::now().checked_add(SignedDuration::from_secs(8)).unwrap();
    let (date, time) = (at.date(), at.strftime("%H:%M:%S").to_string());
    let file = world.home().join(format!("schedules/{}.toml", date.strftime("%Y-%m")));
    let segment =
        format!("[[segment]]\ntitle = \"Tin đã phát\"\naudio = \"tin.flac\"\nat = \"{time}\"\non = \"{date}\"\n");
    let text = format!("month = \"{}\"\n{segment}", date.strftime("%Y-%m"));
    fs::write(&file, text).unwrap();
    let viewer = world.browser(Role::Viewer);
    until("it has aired", || {
        let log = viewer.get(&format!("/nhat-ky?tu={date}&den={date}")).body;
        (log.contains("Tin đã phát") && log.contains("badge good\">Đã phát")).then_some(())
    });
    (world, date, file)
}

#[test]
fn a_day_that_is_past_shows_what_the_log_says_whatever_became_of_the_file_and_the_plan_since() {
    let (world, date, file) = after_an_airing();
    let operator = world.browser(Role::Operator);
    fs::remove_file(world.home().join("audio/tin.flac")).unwrap();
    let (day, month) = (format!("/lich/{date}"), format!("/lich/{}", date.strftime("%Y-%m")));
    let page = operator.get(&day).body;
    let shown = item(&page, "Tin đã phát");
    assert!(
        shown.contains(">Đã phát</a>") && shown.contains("/nhat-ky?"),
        "the log's word, and the way to it: {shown}"
    );
    assert!(shown.contains("<span>Giờ riêng</span>") && !shown.contains("Đúng giờ"), "how it is planned: {shown}");
    assert!(
        !shown.contains("is-barred") && !shown.contains("Không phát") && !shown.contains("class=\"why\""),
        "{shown}"
    );
    let calendar = operator.get(&month).body;
    assert!(calendar.contains("Tin đã phát") && !calendar.contains("1 không phát"), "{calendar}");
    // What is planned no more was heard all the same; nothing of it can be changed.
    let before = fs::read_to_string(&file).unwrap();
    let (head, _) = before.split_once("[[segment]]").unwrap();
    let later =
        format!("{head}[[segment]]\ntitle = \"Khác\"\naudio = \"nhac-hieu.flac\"\nat = \"04:00\"\non = \"{date}\"\n");
    fs::write(&file, later).unwrap();
    for path in [&day, &month] {
        let page = operator.get(path).body;
        assert!(page.contains("Tin đã phát") && page.contains("Khác"), "{path}: {page}");
    }
    let page = operator.get(&day).body;
    let shown = item(&page, "Tin đã phát");
    assert!(shown.contains(">Đã phát</a>") && !shown.contains("/tiet-muc"), "{shown}");
}

#[test]
fn what_a_person_corrected_counts_in_the_calendar_and_on_the_day_until_it_is_withdrawn() {
    let (world, date, _) = after_an_airing();
    let operator = world.browser(Role::Operator);
    let (day, month) = (format!("/lich/{date}"), format!("/lich/{}", date.strftime("%Y-%m")));
    let log = operator.get(&format!("/nhat-ky?tu={date}&den={date}&tim=Tin+da+phat")).body;
    let slot = between(&log, "/nhat-ky/sua?muc=", "\"").map(id_in).expect("its row");
    let correct = |said: &[(&str, &str)]| {
        let said: Vec<_> = [("muc", slot.as_str())].iter().chain(said).copied().collect();
        assert_eq!(operator.post("/nhat-ky/sua", &said).status, 303, "{said:?}");
    };
    correct(&[("ket_qua", "failed line"), ("ly_do", "dân không nghe gì"), ("ghi_chu", "đứt dây")]);
    let page = operator.get(&day).body;
    let shown = item(&page, "Tin đã phát");
    assert!(shown.contains("badge bad") && shown.contains(">Lỗi phát</a>"), "{shown}");
    let why = between(shown, "<p class=\"why\">", "</p>").expect("why");
    assert!(why.starts_with("Mất đường loa: đứt dây. Sửa tay (Trực); nhật ký ghi: Đã phát "), "{why}");
    assert!(operator.get(&month).body.contains(">1 đã không phát</span>"));
    // The heading counts it by the word that stands beside it.
    for (sent, word, counted) in
        [("interrupted power", "Gián đoạn", "1 gián đoạn"), ("cut operator", "Phát dở", "1 phát dở")]
    {
        correct(&[("ket_qua", sent), ("ly_do", "dân nghe dở dang")]);
        for path in [&day, &month] {
            let page = operator.get(path).body;
            let counts: Vec<&str> = ["1 gián đoạn", "1 phát dở"]
                .into_iter()
                .filter(|one| page.contains(&format!(">{one}</span>")))
                .collect();
            assert_eq!(counts, [counted], "{path}: {page}");
        }
        assert!(item(&operator.get(&day).body, "Tin đã phát").contains(&format!(">{word}</a>")), "{word}");
    }

    correct(&[("rut_lai", "co"), ("ly_do", "nhầm dòng")]);
    let page = operator.get(&day).body;
    let shown = item(&page, "Tin đã phát");
    assert!(shown.contains(">Đã phát</a>") && !shown.contains("Sửa tay"), "{shown}");
    assert!(!operator.get(&month).body.contains("đã không phát</span>"));
}

#[test]
fn what_is_planned_too_late_is_told_at_once_and_no_longer_than_it_is_so() {
    let (world, date, file) = after_an_airing();
    let operator = world.browser(Role::Operator);
    let before = fs::read_to_string(&file).unwrap();
    let aired = between(&before, "at = \"", "\"").unwrap().parse::<Time>().unwrap();
    // The station ran by then, and it might begin for a long time yet.
    let late = (aired + SignedDuration::from_secs(1)).strftime("%H:%M:%S").to_string();
    let with_late = format!(
        "{before}[[segment]]\ntitle = \"Tin xếp trễ\"\naudio = \"nhac-hieu.flac\"\nat = \"{late}\"\non = \"{date}\"\ngrace = \"2h\"\n"
    );
    fs::write(&file, with_late).unwrap();
    let attention = || {
        let page = operator.get("/").body;
        between(&page, "id=\"can-chu-y\"", "</section>").unwrap().to_owned()
    };
    until("the edit is told as too late", || attention().contains("Sửa quá muộn").then_some(()));
    for path in ["/", &format!("/lich/{date}")] {
        until(path, || {
            let page = operator.get(path).body;
            let row = page.split("<li").find(|row| row.contains("Tin xếp trễ") && row.contains(">Xếp quá muộn<"))?;
            row.contains("cần phát thì đổi sang giờ chưa tới").then_some(())
        });
    }
    // Taken out it is not to be heard any more, and put right.
    fs::write(&file, &before).unwrap();
    until("what is put right is told no longer", || (!attention().contains("Sửa quá muộn")).then_some(()));
}

#[test]
fn one_instant_is_told_to_the_same_second_on_every_page_and_in_every_file() {
    let world = World::new(&placed(STATION), true);
    let operator = world.browser(Role::Operator);
    let month = "month = \"2031-03\"\n[[window]]\nid = \"sang\"\nname = \"Buổi sáng\"\nstart = \"05:30\"\nend = \"06:00\"\ndays = \"hằng ngày\"\nrunning_order = [\n { audio = \"loi-chao.flac\", kind = \"ident\" },\n { audio = \"nhac-hieu.flac\", kind = \"music\" },\n { audio = \"nhac-hieu.flac\", kind = \"sign_off\" },\n]\n[[segment]]\ntitle = \"Tin\"\naudio = \"nhac-hieu.flac\"\nat = \"17:00\"\non = \"2031-03-04\"\n";
    fs::write(world.home().join("schedules/2031-03.toml"), month).unwrap();
    let greeting = Path::new(env!("CARGO_MANIFEST_DIR")).join("audio/loi-chao.flac");
    fs::copy(greeting, world.home().join("audio/loi-chao.flac")).unwrap();
    // Measured, as they are by whoever looks at them.
    for name in ["nhac-hieu.flac", "loi-chao.flac"] {
        assert_eq!(operator.get(&format!("/kho/tep?ten={name}")).status, 200);
    }
    let day = operator.get("/api/v1/timetable?period=2031-03-04").json();
    let planned = day["slots"].as_array().unwrap().iter().map(|slot| slot["planned"].as_str().unwrap());
    let planned: Vec<Timestamp> = planned.map(|at| at.parse().unwrap()).collect();
    let rounded_up = |at: &&Timestamp| at.subsec_millisecond() >= 500;
    assert!(
        planned.iter().any(|at| rounded_up(&at)),
        "the sample has an instant that is told a second late: {planned:?}"
    );
    let page = operator.get("/lich/2031-03-04").body;
    for at in &planned {
        let told = at.round(Unit::Second).unwrap().to_zoned_datetime(zone::zone()).strftime("%H:%M:%S").to_string();
        assert!(page.contains(&format!("<time class=\"when\">{told}</time>")), "{at} as {told}: {page}");
    }
}
