//! A reader of English finds no Vietnamese on any page but what the ward itself wrote.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::Path;

use loa::console::Role;
use toml::Value;
use unicode_normalization::UnicodeNormalization as _;

use crate::client::{Answer, Browser, unescaped};
use crate::world::{NAMES, STATION, World, until};
use crate::zone::{self, placed};

/// Keys with words of Loa's own, which the file has in Vietnamese and a page says in the reader's language.
const OUR_WORDS: [&str; 10] =
    ["genre", "tone", "level", "origin", "days", "kind", "class", "role", "approval", "after_power_cut"];
/// Pages of one shape, as the form of each segment: so many are read.
const OF_A_SHAPE: usize = 3;
/// What a reader is told of a tag. An example in an empty field is what a ward would write there, in its own language.
const SHOWN: [&str; 3] = ["aria-label=\"", "title=\"", "alt=\""];

/// Somebody who reads English.
struct Reader<'b>(&'b Browser);

impl Reader<'_> {
    fn get(&self, path: &str) -> Answer {
        let cookie = format!("{}; loa_tieng=en", self.0.cookie.as_deref().unwrap_or_default());
        crate::client::ask(&self.0.address, "GET", path, &[("Cookie", cookie.as_str())], "")
    }

    fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let cookie = format!("{}; loa_tieng=en", self.0.cookie.as_deref().unwrap_or_default());
        let mut all = vec![("csrf", self.0.csrf.as_str())];
        all.extend(fields);
        let headers = [("Cookie", cookie.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
        crate::client::ask(&self.0.address, "POST", path, &headers, &crate::client::form(&all))
    }
}

fn is_vietnamese(letter: char) -> bool {
    let marks = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}', '\u{302}', '\u{306}', '\u{31b}'];
    matches!(letter, 'đ' | 'Đ') || letter.nfd().any(|part| marks.contains(&part))
}

/// All that somebody wrote in a file, but for the words that are ours.
fn written(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            into.insert(text.clone());
        }
        Value::Array(all) => all.iter().for_each(|one| written(one, into)),
        Value::Table(table) => {
            for (key, value) in table {
                if !OUR_WORDS.contains(&key.as_str()) {
                    written(value, into);
                }
            }
        }
        _ => {}
    }
}

/// What the ward itself wrote: its files' texts, its people's names, and the names that its papers have where it gives none.
fn own(world: &World) -> BTreeSet<String> {
    let mut own: BTreeSet<String> = NAMES.iter().map(|(name, _)| (*name).to_owned()).collect();
    own.extend(
        ["Đài truyền thanh", "Trưởng đài", "Ủy ban nhân dân phường", "Trung tâm Phục vụ hành chính công phường"]
            .map(str::to_owned),
    );
    for entry in fs::read_dir(world.home().join("schedules")).unwrap() {
        let path = entry.unwrap().path();
        if let Some(Ok(table)) = path.is_file().then(|| fs::read_to_string(&path).unwrap().parse::<toml::Table>()) {
            written(&Value::Table(table), &mut own);
        }
    }
    own
}

/// The words of a page that stay when what the ward wrote is taken out, each with a Vietnamese letter.
fn left_in_vietnamese(html: &str, own: &BTreeSet<String>) -> Vec<String> {
    // What stands between backticks is what one writes into a file; so it does between the quotation marks of a paper.
    let mut text: String = read_out(html).replace(['“', '”'], "`").split('`').step_by(2).collect();
    let mut own: Vec<&String> = own.iter().filter(|own| own.chars().any(is_vietnamese)).collect();
    own.sort_by_key(|own| std::cmp::Reverse(own.len()));
    for own in own {
        text = text.replace(own.as_str(), "…");
    }
    let words = text.split(['\n', '<', '>']).map(str::trim);
    words.filter(|words| words.chars().any(is_vietnamese)).map(str::to_owned).collect()
}

/// The lines that show a backtick, which is our sign for what is shown as what one types.
fn raw_quotes(html: &str) -> Vec<String> {
    read_out(html).lines().filter(|line| line.contains('`')).map(str::to_owned).collect()
}

/// A page's texts, and those of its tags that are read; not what is written in another language and says so, nor a file's text.
fn read_out(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        out += before;
        out.push('\n');
        let (tag, behind) = tag.split_once('>').unwrap_or((tag, ""));
        rest = behind;
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        let foreign = tag.contains("lang=\"vi\"") && name != "html";
        if foreign || ["textarea", "pre", "script", "style", "code"].contains(&name) {
            let end = format!("</{name}>");
            rest = rest.split_once(&end).map_or("", |(_, behind)| behind);
            continue;
        }
        for shown in SHOWN {
            out.extend(
                tag.split(shown).skip(1).filter_map(|text| text.split('"').next()).flat_map(|text| [text, "\n"]),
            );
        }
        let data = tag.split(" data-").skip(1).filter_map(|text| text.split('"').nth(1));
        out.extend(data.flat_map(|text| [text, "\n"]));
    }
    out += rest;
    unescaped(&out)
}

/// An address without what is its own: one of each shape tells of all.
fn shape(path: &str) -> String {
    let digits = |c: char| if c.is_ascii_digit() { '0' } else { c };
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let names: Vec<&str> = query.split('&').map(|pair| pair.split('=').next().unwrap_or_default()).collect();
    format!("{}?{}", path.chars().map(digits).collect::<String>(), names.join("&"))
}

/// All pages that lead from those to one another, a few of each shape, with the words that are left in Vietnamese.
fn look_around(reader: &Reader<'_>, from: &[&str], own: &BTreeSet<String>) -> (usize, Vec<String>) {
    let mut to_see: VecDeque<String> = from.iter().map(|path| (*path).to_owned()).collect();
    let (mut seen, mut shapes) = (BTreeSet::new(), BTreeMap::<String, usize>::new());
    let mut wrong = Vec::new();
    while let Some(path) = to_see.pop_front() {
        let count = shapes.entry(shape(&path)).or_default();
        if *count >= OF_A_SHAPE || !seen.insert(path.clone()) {
            continue;
        }
        *count += 1;
        let answer = reader.get(&path);
        if !answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
            continue;
        }
        wrong.extend(left_in_vietnamese(&answer.body, own).into_iter().map(|words| format!("{path}: {words}")));
        wrong.extend(
            raw_quotes(&answer.body).into_iter().map(|words| format!("{path}: a bare sign of a quote: {words}")),
        );
        let links = ["href=\"/", "src=\"/"].iter().flat_map(|link| answer.body.split(link).skip(1));
        let links =
            links.filter_map(|rest| rest.split(['"', '#']).next()).map(|link| format!("/{link}").replace("&amp;", "&"));
        to_see.extend(links.filter(|link| !link.starts_with("/tep/") && !link.contains("/nghe")));
    }
    (seen.len(), wrong)
}

/// The tune lasts five seconds: on a busy machine it may be over before anybody looks, and is asked for again.
fn play(admin: &Browser) {
    let nap = || std::thread::sleep(std::time::Duration::from_millis(50));
    until("it sounds", || {
        assert_eq!(admin.post("/tren-song/phat", &[("what", "nhac-hieu.flac")]).status, 303);
        (0..60).inspect(|_| nap()).find(|_| admin.get("/api/v1/status").json()["on_air"].is_object())
    });
}

#[test]
fn no_page_in_english_has_vietnamese_but_what_the_ward_wrote() {
    let ward = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/ward");
    let station = fs::read_to_string(ward.join("station.toml")).unwrap();
    let world = World::new(&station.replace("pulseaudio:loa-phuong", "null").replace("[\"21:00-05:00\"]", "[]"), true);
    fs::copy(ward.join("2027-02.toml"), world.home().join("schedules/2027-02.toml")).unwrap();
    let own = own(&world);
    let admin = world.browser(Role::Admin);
    // Something of each kind is of record: what was heard, stopped, changed, refused.
    play(&admin);
    assert_eq!(admin.post("/tren-song/dung", &[]).status, 303);
    let form = admin.get("/lich/2027-02-03/tiet-muc").body;
    let version = crate::client::between(&form, "name=\"base\" value=\"", "\"").expect("a version").to_owned();
    let fields = [("base", version.as_str()), ("viec", "bo"), ("ma", "ban-tin-03")];
    assert_eq!(admin.post("/lich/2027-02/luu", &fields).status, 303);
    until("the log has it", || admin.get("/nhat-ky").body.contains("theo yêu cầu của Quản Trị").then_some(()));
    let reader = Reader(&admin);
    let from = [
        "/",
        "/khan-cap",
        "/lich/2027-02",
        "/lich/2027-02-03",
        "/lich/2027-02-06",
        "/lich/2027-03",
        "/kho",
        "/nhat-ky",
        "/nhat-ky/sua",
        "/bao-cao",
        "/bao-cao/viet",
        "/dai",
        "/dai/buoc-dau",
        "/dai/kham",
        "/dai/tai-khoan",
        "/dai/tep",
        "/khong-co",
    ];
    let (seen, mut wrong) = look_around(&reader, &from, &own);
    assert!(seen > 60, "{seen} pages");
    let log = reader.get("/nhat-ky").body;
    assert!(log.contains("as Quản Trị asked"), "the log's own notes: {log}");
    let deeds = reader.get("/dai/tai-khoan").body;
    assert!(deeds.contains("2027-02: took “Bản tin 03/02: ngày 27 tháng Chạp” out of the month"), "{deeds}");
    let form = reader.get("/lich/2027-02-04/tiet-muc?id=ban-tin-04").body;
    assert!(form.contains("<option value=\"phóng sự\">reportage</option>"), "{form}");
    // What forms are answered.
    for (path, fields) in [
        (
            "/lich/2027-02/thu",
            vec![
                ("viec", "tiet-muc"),
                ("ngay", "2027-02-04"),
                ("title", "X"),
                ("audio", "x.mp3"),
                ("cach", "gio"),
                ("at", "25:00"),
                ("lich", "ngay"),
                ("on", "2027-02-04"),
            ],
        ),
        ("/lich/2027-02/luu", vec![("viec", "bo"), ("ma", "ban-tin-04"), ("base", "0")]),
        ("/tren-song/phat", vec![("what", "x.mp3")]),
        ("/nhat-ky/sua", vec![("ten", "X")]),
        ("/dai/tai-khoan", vec![("ten", "X"), ("vai_tro", "viewer"), ("mat_khau", "1")]),
    ] {
        let answer = reader.post(path, &fields);
        let left = left_in_vietnamese(&answer.body, &own);
        wrong.extend(left.into_iter().map(|words| format!("POST {path}: {words}")));
    }
    assert!(wrong.is_empty(), "{} of {seen} pages:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_is_wrong_with_the_station_is_told_in_the_language_of_who_looks() {
    let world = World::new(&placed(STATION).replace("\"null\"", "\"pulseaudio:khong-co\""), true);
    let admin = world.browser(Role::Admin);
    let month = zone::now().strftime("%Y-%m").to_string();
    fs::write(world.home().join(format!("schedules/{month}.toml")), "month = \"2000-01\"\n[[segment]\n").unwrap();
    until("the month is refused", || admin.get("/").body.contains("Không nhận kế hoạch").then_some(()));
    until("the line is lost", || admin.get("/").body.contains("Vì sao mất đường loa").then_some(()));
    let (reader, own) = (Reader(&admin), own(&world));
    let page = reader.get("/").body;
    assert!(page.contains("Why the line is lost") && page.contains("Refused schedule"), "{page}");
    assert_eq!(left_in_vietnamese(&page, &own), Vec::<String>::new());
    // The log is kept in one language: where it is quoted it says in which.
    for path in ["/dai", "/dai/kham", "/nhat-ky", "/lich"] {
        assert_eq!(left_in_vietnamese(&reader.get(path).body, &own), Vec::<String>::new(), "{path}");
    }
}
