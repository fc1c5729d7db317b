//! "Trên sóng": live, and the orders given there.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;

use loa::console::Role;
use serde_json::Value;

use crate::client::{Browser, connect};
use crate::world::{STATION, World, until};

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
    assert!(first["parts"]["dang-phat"].as_str().unwrap().contains("Không có gì đang phát"), "{first}");
    assert_eq!(first["level_dbfs"], Value::Null);
    assert_eq!(browser.post("/tren-song/phat", &[("what", "nhac-hieu.flac")]).status, 303);
    let heard = std::iter::from_fn(|| stream.event()).take(80).find(|event| event["level_dbfs"].is_f64());
    let level = heard.expect("it sounds")["level_dbfs"].as_f64().unwrap();
    assert!((-60.0..0.0).contains(&level), "{level}");
    let page = browser.get("/").body;
    assert!(page.contains("nhac-hieu") && page.contains("Đã yêu cầu phát"), "{page}");
    // What says nothing new is not sent anew.
    let quiet =
        std::iter::from_fn(|| stream.event()).take(8).filter(|event| event["parts"].as_object().unwrap().is_empty());
    assert!(quiet.count() >= 4);
    assert_eq!(browser.post("/tren-song/dung", &[]).status, 303);
    assert!(browser.get("/").body.contains("Đã dừng “nhac-hieu”"));
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

#[test]
fn an_emergency_takes_two_steps_and_names_who_ordered_it() {
    let world = World::new(STATION, true);
    let browser = world.browser(Role::Operator);
    let wish = [
        ("what", "nhac-hieu.flac"),
        ("ordered_by", "Trần Văn Bình <Phó Chủ tịch>"),
        ("repeat", "1"),
        ("every_minutes", "10"),
    ];
    let second = browser.post("/khan-cap", &wish);
    assert!(
        second.body.contains("Phát khẩn cấp ngay bây giờ?") && second.body.contains("&lt;Phó Chủ tịch&gt;"),
        "{second:?}"
    );
    assert_eq!(browser.get("/api/v1/airings").json()["airings"].as_array().unwrap().len(), 0, "nothing yet");
    let ready = ("ready", "khan-cap/bao-so-3.ogg");
    let chosen = [("what", " "), ready, ("ordered_by", "Bình"), ("repeat", "1"), ("every_minutes", "10")];
    let chosen = browser.post("/khan-cap", &chosen);
    assert!(chosen.body.contains("<strong>khan-cap/bao-so-3.ogg</strong>"), "what was recorded beforehand: {chosen:?}");
    let nobody = [("what", "nhac-hieu.flac"), ("ordered_by", " "), ("repeat", "1"), ("every_minutes", "10")];
    assert_eq!(browser.post("/khan-cap", &nobody).status, 422);
    assert_eq!(browser.post("/khan-cap/phat", &wish).status, 303);
    let row = until("its airing", || {
        let row = first_row(&browser)?;
        row["began"].is_string().then_some(row)
    });
    assert_eq!(row["by"], "Trần Văn Bình <Phó Chủ tịch> (qua Trực)");
    assert_eq!(row["class"], "emergency");
    assert_eq!(browser.post("/khan-cap/dung", &[]).status, 303);
    let admin = world.browser(Role::Admin).get("/dai/tai-khoan").body;
    assert!(admin.contains("Phát khẩn cấp") && admin.contains("Dừng khẩn cấp"), "{admin}");
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
