//! "Trên sóng": live, and the orders given there.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::Path;

use loa::console::Role;
use serde_json::Value;

use crate::client::{Browser, between, connect, unescaped};
use crate::world::{STATION, World, until};
use crate::zone::{self, placed};

/// An open event stream.
struct Stream(BufReader<TcpStream>);

impl Stream {
    fn open(browser: &Browser) -> (u16, Stream) {
        let mut stream = connect(&browser.address);
        let cookie = browser.cookie.as_ref().map(|cookie| format!("Cookie: {cookie}\r\n")).unwrap_or_default();
        let host = &browser.address;
        write!(stream, "GET /tren-song/luong HTTP/1.1\r\nHost: {host}\r\nAccept: text/event-stream\r\n{cookie}\r\n")
            .unwrap();
        let mut reader = BufReader::new(stream);
        let mut head = String::new();
        reader.read_line(&mut head).unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), Stream(reader))
    }

    /// The next event; none when the stream has ended.
    fn event(&mut self) -> Option<Value> {
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            if let Some(data) = line.strip_prefix("data: ") {
                return Some(serde_json::from_str(data).unwrap());
            }
        }
    }
}

pub fn stream_status(browser: &Browser) -> u16 {
    Stream::open(browser).0
}

/// The log's first row of today, if there is one.
pub fn first_row(browser: &Browser) -> Option<Value> {
    browser.get("/api/v1/airings").json().pointer("/airings/0").cloned()
}

#[test]
fn what_is_on_air_is_told_as_it_changes() {
    let world = World::new(STATION, true);
    let browser = world.browser(Role::Operator);
    let (status, mut stream) = Stream::open(&browser);
    assert_eq!(status, 200);
    let first = stream.event().unwrap();
    for part in ["dong-ho", "dang-phat", "tiep-theo", "hom-nay", "tinh-trang", "can-chu-y"] {
        assert!(first["parts"][part].is_string(), "{part} in {first}");
    }
    // What an emergency would cut, for who is about to order one.
    assert_eq!(first["parts"]["khan-cap-cat"], "<p>không cắt gì: không có gì đang phát</p>");
    assert!(first["parts"]["dang-phat"].as_str().unwrap().contains("Không có gì đang phát"), "{first}");
    assert_eq!(first["level_dbfs"], Value::Null);
    assert_eq!(browser.post("/tren-song/phat", &[("what", "nhac-hieu.flac")]).status, 303);
    let mut cuts = None;
    let heard = std::iter::from_fn(|| stream.event()).take(80).find(|event| {
        cuts = event["parts"]["khan-cap-cat"].as_str().map(str::to_owned).or(cuts.take());
        event["level_dbfs"].is_f64()
    });
    let cuts = cuts.expect("what would be cut is another now");
    assert!(cuts.starts_with("<p>cắt “nhac-hieu” đang phát, lẽ ra hết lúc "), "{cuts}");
    let level = heard.expect("it sounds")["level_dbfs"].as_f64().unwrap();
    assert!((-60.0..0.0).contains(&level), "{level}");
    let page = browser.get("/").body;
    assert!(page.contains("nhac-hieu") && page.contains("Đã yêu cầu phát"), "{page}");
    // What says nothing new is not sent anew.
    let quiet =
        std::iter::from_fn(|| stream.event()).take(8).filter(|event| event["parts"].as_object().unwrap().is_empty());
    assert!(quiet.count() >= 4);
    assert_eq!(browser.post("/tren-song/dung", &[]).status, 303);
    assert!(browser.get("/").body.contains("Đã dừng: “nhac-hieu”."));
    let row = until("the airing's end", || {
        let row = first_row(&browser)?;
        row["outcome"].is_string().then_some(row)
    });
    assert_eq!(
        (row["outcome"].as_str(), row["cause"].as_str(), row["by"].as_str()),
        (Some("cut"), Some("operator"), Some("Trực"))
    );
    browser.post("/dang-xuat", &[]);
    let ends = std::iter::from_fn(|| stream.event()).take(100).count();
    assert!(ends < 100, "the stream outlives its session");
}

/// A minute of a tone.
fn long_recording(to: &Path) {
    let spec =
        hound::WavSpec { channels: 1, sample_rate: 8000, bits_per_sample: 16, sample_format: hound::SampleFormat::Int };
    let mut wav = hound::WavWriter::create(to, spec).unwrap();
    (0..60 * 8000).for_each(|n: i32| wav.write_sample(((n % 20 - 10) * 500) as i16).unwrap());
    wav.finalize().unwrap();
}

#[test]
fn what_is_on_air_is_no_row_without_an_outcome_in_the_log_or_in_its_day() {
    let world = World::new(&placed(STATION), true);
    let browser = world.browser(Role::Operator);
    let today = zone::now().date();
    let month = today.strftime("%Y-%m");
    std::fs::write(world.home().join(format!("schedules/{month}.toml")), format!("month = \"{month}\"\n")).unwrap();
    long_recording(&world.home().join("audio/dai.wav"));
    assert_eq!(browser.post("/tren-song/phat", &[("what", "dai.wav")]).status, 303);
    for (page, row, end) in
        [("/nhat-ky".to_owned(), "<summary>", "</summary>"), (format!("/lich/{today}"), "<li class", "</li>")]
    {
        until(&page, || {
            let body = browser.get(&page).body;
            assert!(body.contains("/tinh/renew-"), "{body}");
            let rows = body.split(row).skip(1).filter_map(|rest| rest.split(end).next());
            let sounding = rows.filter(|row| row.contains("dai") && row.contains(">Đang phát<")).count();
            // Its script looks again while it shows that.
            (sounding == 1 && body.contains(" data-renews=\"6000\"") && !body.contains(">Chưa có kết quả</span>"))
                .then_some(())
        });
    }
    assert_eq!(browser.post("/tren-song/dung", &[]).status, 303);
    for page in ["/nhat-ky".to_owned(), format!("/lich/{today}")] {
        until(&page, || {
            let body = browser.get(&page).body;
            (body.contains(">Phát dở<") && !body.contains(">Đang phát<") && body.contains(" data-renews=\"15000\""))
                .then_some(())
        });
    }
}

#[test]
fn what_comes_next_on_another_day_has_its_date() {
    let world = World::new(&placed(STATION), true);
    let browser = world.browser(Role::Viewer);
    let date = zone::now().date().tomorrow().unwrap();
    let month = date.strftime("%Y-%m");
    let segment =
        format!("[[segment]]\ntitle = \"Tin mai\"\naudio = \"nhac-hieu.flac\"\nat = \"05:45\"\non = \"{date}\"\n");
    std::fs::write(world.home().join(format!("schedules/{month}.toml")), format!("month = \"{month}\"\n\n{segment}"))
        .unwrap();
    let next = until("what comes next", || {
        let page = browser.get("/").body;
        between(&page, "<div class=\"coming\">", "</p>").map(str::to_owned)
    });
    let time = format!("<time>05:45, {}</time>", date.strftime("%d/%m/%Y"));
    assert!(next.contains("<strong>Tin mai</strong>") && next.ends_with(&time), "{next}");
}

#[test]
fn an_emergency_takes_two_steps_and_names_who_ordered_it() {
    let world = World::new(&placed(STATION), true);
    let browser = world.browser(Role::Operator);
    let ready_made = world.home().join("audio/khan-cap");
    std::fs::create_dir(&ready_made).unwrap();
    std::fs::copy(world.home().join("audio/nhac-hieu.flac"), ready_made.join("bao-so-3.ogg")).unwrap();
    long_recording(&world.home().join("audio/dai.wav"));
    let wish =
        [("what", "dai.wav"), ("ordered_by", "Trần Văn Bình <Phó Chủ tịch>"), ("repeat", "1"), ("every_minutes", "10")];
    let second = browser.arrive(browser.post("/khan-cap", &wish));
    assert!(
        second.body.contains("Phát khẩn cấp ngay bây giờ?") && second.body.contains("&lt;Phó Chủ tịch&gt;"),
        "{second:?}"
    );
    assert_eq!(browser.get("/api/v1/airings").json()["airings"].as_array().unwrap().len(), 0, "nothing yet");
    let ready = ("ready", "khan-cap/bao-so-3.ogg");
    let chosen = [("what", " "), ready, ("ordered_by", "Bình"), ("repeat", "1"), ("every_minutes", "10")];
    let chosen = browser.arrive(browser.post("/khan-cap", &chosen));
    assert!(chosen.body.contains("<strong>khan-cap/bao-so-3.ogg</strong>"), "what was recorded beforehand: {chosen:?}");
    let nobody = [("what", "nhac-hieu.flac"), ("ordered_by", " "), ("repeat", "1"), ("every_minutes", "10")];
    assert_eq!(browser.arrive(browser.post("/khan-cap", &nobody)).status, 422);
    assert_eq!(browser.post("/khan-cap/phat", &wish).status, 303);
    let row = until("its airing", || {
        let row = first_row(&browser)?;
        row["began"].is_string().then_some(row)
    });
    assert_eq!(row["by"], "Trần Văn Bình <Phó Chủ tịch> (qua Trực)");
    assert_eq!(row["class"], "emergency");
    // On its day and on air it says what it is, and who ordered it.
    let today = zone::now().date();
    let month = today.strftime("%Y-%m");
    std::fs::write(world.home().join(format!("schedules/{month}.toml")), format!("month = \"{month}\"\n")).unwrap();
    let day = browser.get(&format!("/lich/{today}")).body;
    assert!(day.contains("dai <span class=\"badge bad\">Khẩn cấp</span>"), "{day}");
    let on_air = until("it is on air", || {
        let page = browser.get("/").body;
        between(&page, "id=\"dang-phat\"", "</section>").filter(|part| part.contains("data-slot")).map(str::to_owned)
    });
    assert!(on_air.contains("Người ra lệnh: <strong>Trần") && !on_air.contains("Người yêu cầu"), "{on_air}");
    assert_eq!(browser.post("/khan-cap/dung", &[]).status, 303);
    let admin = world.browser(Role::Admin).get("/dai/tai-khoan").body;
    assert!(admin.contains("Phát khẩn cấp") && admin.contains("Dừng khẩn cấp"), "{admin}");
}

/// What a person is about to order stays before them whatever they change of the page, and on the way back.
#[test]
fn the_second_step_of_an_emergency_keeps_what_was_typed_in_either_language_and_on_the_way_back() {
    let world = World::new(STATION, true);
    let browser = world.browser(Role::Operator);
    let by = "Bà \"Lan\" & ông Bình";
    let wish = [("what", "nhac-hieu.flac"), ("ordered_by", by), ("repeat", "3"), ("every_minutes", "15")];
    let typed = |page: &str| {
        let value = |name: &str| unescaped(between(page, &format!("name=\"{name}\" value=\""), "\"").expect(page));
        ["what", "ordered_by", "repeat", "every_minutes"].map(value)
    };
    let all = wish.map(|(_, value)| value.to_owned());
    let second = browser.arrive(browser.send("/khan-cap", "/khan-cap", &wish)).body;
    assert_eq!(typed(&second), all);
    let back = unescaped(between(&second, "name=\"ve\" value=\"", "\"").unwrap());
    assert_eq!(browser.send("/khan-cap", "/tieng", &[("tieng", "en"), ("ve", &back)]).header("location"), Some(&*back));
    let cookie = browser.cookie.as_ref().map(|own| format!("{own}; loa_tieng=en"));
    let english = Browser { cookie, ..browser.clone() };
    let second = english.get(&back).body;
    assert!(second.contains("Sound the emergency now?") && second.contains("id=\"khan-cap-phat\""), "{second}");
    assert_eq!(typed(&second), all);
    let first = unescaped(between(&second, "class=\"button\" href=\"/khan-cap?", "\"").expect(&second));
    let first = english.get(&format!("/khan-cap?{first}")).body;
    let field = |id: &str| unescaped(between(&first, &format!("id=\"{id}\""), ">").expect(&first));
    for (id, value) in ["tep", "nguoi", "lan", "cach"].iter().zip(&all) {
        assert!(field(&format!("khan-cap-{id}")).contains(&format!("value=\"{value}\"")), "{id}: {first}");
    }
    // What will not do comes back to the first step, and there too a change of the language keeps it.
    let lost = browser.send("/khan-cap", "/khan-cap", &[("what", "mat.mp3"), wish[1], wish[2], wish[3]]);
    let refused = browser.arrive(lost).body;
    let back = unescaped(between(&refused, "name=\"ve\" value=\"", "\"").unwrap());
    assert!(back.starts_with("/khan-cap/xem?what=mat.mp3&"), "{back}");
    assert!(english.get(&back).body.contains("value=\"mat.mp3\""));
    assert_eq!(browser.get("/api/v1/airings").json()["airings"].as_array().unwrap().len(), 0, "nothing sounds");
}

#[test]
fn an_emergency_that_cannot_sound_is_told_in_its_first_step_and_what_was_typed_is_kept() {
    let world = World::new(STATION, true);
    std::fs::create_dir(world.home().join("audio/khan-cap")).unwrap();
    let browser = world.browser(Role::Operator);
    let times = "“Phát mấy lần” phải là số từ 1 đến 100, không phải";
    let apart = "“Cách nhau (phút)” phải là số từ 1 đến 720, không phải";
    for (what, repeat, every, told) in [
        ("khong-co.mp3", "1", "10", "khong-co.mp3".to_owned()),
        ("../../etc/passwd", "1", "10", "không có tiết mục nào mã".to_owned()),
        ("khan-cap", "1", "10", "không có tiết mục nào mã".to_owned()),
        ("nhac-hieu.flac", "0", "10", format!("{times} “0”")),
        ("nhac-hieu.flac", "999999", "10", format!("{times} “999999”")),
        ("nhac-hieu.flac", "hai", "10", format!("{times} “hai”")),
        ("nhac-hieu.flac", "2", "-1", format!("{apart} “-1”")),
        ("nhac-hieu.flac", "2", "721", format!("{apart} “721”")),
    ] {
        let wish = [("what", what), ("ordered_by", "Ông Bình"), ("repeat", repeat), ("every_minutes", every)];
        // Behind the second step's back neither.
        for step in ["/khan-cap", "/khan-cap/phat"] {
            let answer = browser.arrive(browser.post(step, &wish));
            assert!(answer.status == 422 && answer.body.contains(&told), "{step} {wish:?}: {answer:?}");
            for (_, typed) in wish {
                assert!(answer.body.contains(&format!(" value=\"{typed}\"")), "{step} {typed}: {answer:?}");
            }
            assert!(!answer.body.contains("ngay bây giờ?"), "{answer:?}");
        }
    }
    let question = |repeat: u64, every_ms: u64| {
        let wish = serde_json::json!({
            "what": "nhac-hieu.flac", "ordered_by": "Ông Bình", "repeat": repeat, "every_ms": every_ms,
        });
        browser.call("/api/v1/emergency", &wish)
    };
    for (repeat, every_ms) in [(0, 0), (101, 0), (2, 43_200_001)] {
        assert_eq!(question(repeat, every_ms).status, 422, "{repeat} times, {every_ms} ms apart");
    }
    assert_eq!(browser.get("/api/v1/airings").json()["airings"].as_array().unwrap().len(), 0, "nothing sounds");
}

#[test]
fn what_is_ordered_while_the_line_is_shut_is_not_called_done() {
    let world = World::new(&STATION.replace("\"null\"", "\"alsa:hw:CARD=KhongCo,DEV=0\""), true);
    let browser = world.browser(Role::Operator);
    let emergency = [("what", "nhac-hieu.flac"), ("ordered_by", "Bình"), ("repeat", "1"), ("every_minutes", "1")];
    for (address, fields) in
        [("/dai/am-thu", &[][..]), ("/tren-song/phat", &[("what", "nhac-hieu.flac")]), ("/khan-cap/phat", &emergency)]
    {
        let answer = browser.post(address, fields);
        assert_eq!(answer.status, 303, "{answer:?}");
        let page = browser.get(answer.header("location").unwrap()).body;
        let told = crate::client::between(&page, "<main", "<section").unwrap();
        assert!(told.contains("đường loa đang đóng") && !told.contains("notice done"), "{address}: {told}");
    }
}

#[test]
fn the_page_is_whole_in_either_language() {
    let world = World::shared();
    let mut browser = world.browser(Role::Viewer);
    let page = browser.get("/").body;
    assert!(page.contains("Hôm nay") && !page.contains("id=\"dieu-khien\""), "a viewer is offered no orders: {page}");
    let cookie = browser.cookie.clone().unwrap();
    let answer = browser.post("/tieng", &[("tieng", "en"), ("ve", "/dai")]);
    assert_eq!((answer.status, answer.header("location")), (303, Some("/dai")));
    let lang = answer.header("set-cookie").unwrap().split(';').next().unwrap();
    browser.cookie = Some(format!("{cookie}; {lang}"));
    let page = browser.get("/").body;
    assert!(page.contains("<html lang=\"en\"") && page.contains("Nothing is on air"), "{page}");
}

/// Orders that nobody would take are not given: the script bars each form of an order while the station is silent, and names
/// the way that is left.
#[test]
fn every_page_with_orders_watches_whether_the_station_is_reached() {
    let admin = World::shared().browser(Role::Admin);
    let second = [("what", "nhac-hieu.flac"), ("ordered_by", "Ông Bình"), ("repeat", "1"), ("every_minutes", "10")];
    let pages = ["/", "/khan-cap", "/dai", "/dong-ho"].map(|path| (path, admin.get(path).body));
    let looked_at = admin.arrive(admin.post("/khan-cap", &second)).body;
    let pages = pages.into_iter().chain([("/khan-cap, looked at", looked_at)]);
    let mut orders = 0;
    for (path, page) in pages {
        assert!(
            page.contains("id=\"lien-lac\"") && page.contains("data-stream=\"/tren-song/luong\""),
            "{path}: {page}"
        );
        let way = crate::client::between(&page, "<template id=\"mat-lien-lac\">", "</template>").expect(&page);
        let (people, terminal) = way.split_once("<details>").expect(way);
        assert!(people.contains("mở trang này ngay trên máy ấy") && !people.contains("<code>"), "{path}: {way}");
        // Where Loa is started by hand a new start of the PC starts nothing.
        assert!(people.contains("nơi phải mở bằng tay thì mở lại"), "{path}: {way}");
        assert!(
            terminal.contains("<code>loa emergency TỆP --by TÊN</code>"),
            "{path} names the way that is left: {way}"
        );
        for form in page.split("<form ").skip(1).filter_map(|form| form.split('>').next()) {
            let action = crate::client::between(form, "action=\"", "\"").unwrap();
            let is_order =
                ["/tren-song/", "/khan-cap", "/dai/am-thu", "/dong-ho"].iter().any(|own| action.starts_with(own));
            assert_eq!(form.contains("data-order"), is_order, "{path}: {form}");
            orders += usize::from(is_order);
        }
    }
    assert_eq!(orders, 8);
}

#[test]
fn who_has_looked_at_a_right_clock_confirms_it_in_their_own_name() {
    let world = World::new(STATION, true);
    assert_eq!(world.browser(Role::Viewer).post("/dong-ho", &[]).status, 403);
    let operator = world.browser(Role::Operator);
    let page = operator.get("/dong-ho").body;
    assert!(page.contains("Loa đang tin đồng hồ này") && page.contains("Người xác nhận: Trực"), "{page}");
    // The day as the reader's language writes it.
    let cookie = operator.cookie.as_ref().map(|own| format!("{own}; loa_tieng=en"));
    let english = Browser { cookie, ..operator.clone() }.get("/dong-ho").body;
    let day = |page: &str| between(page, "<p class=\"day\">", "</p>").unwrap().rsplit(' ').next().unwrap().to_owned();
    assert_eq!([day(&page), day(&english)].map(|day| day.find(['/', '-'])), [Some(2), Some(4)], "{english}");
    assert_eq!(operator.post("/dong-ho", &[]).header("location"), Some("/"));
    let told = operator.get("/").body;
    assert!(
        told.contains("Đã ghi: Trực xác nhận giờ máy ") && told.contains("Loa vốn đang tin đồng hồ này."),
        "{told}"
    );
    until("the incident in the log", || {
        operator.get("/nhat-ky").body.contains("Trực xác nhận giờ máy đúng").then_some(())
    });
    let deeds = world.browser(Role::Admin).get("/dai/tai-khoan").body;
    assert!(deeds.contains("Xác nhận giờ máy"), "{deeds}");
}
