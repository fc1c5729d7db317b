//! Recordings in the browser: taken in, refused, heard in part, approved, replaced, put away.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::time::Duration;

use loa::console::Role;

use crate::client::{Browser, between, connect};
use crate::world::{STATION, World, until};
use crate::zone::{self, placed};

/// A WAV of one channel at 8000 Hz, of so many tenths of a second.
pub fn wav(tenths: u32) -> Vec<u8> {
    let samples = 800 * tenths;
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + samples * 2).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data");
    bytes.extend((samples * 2).to_le_bytes());
    let mut state = 1_u32;
    for _ in 0..samples {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        bytes.extend(((state >> 18) as i16 - 8192).to_le_bytes());
    }
    bytes
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .map(|entries| entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect())
        .unwrap_or_default();
    names.sort();
    names
}

/// A form with one file, as a browser without scripts sends it.
pub fn by_form(browser: &Browser, token: &str, fields: &[(&str, &str)], name: &str, bytes: &[u8]) -> u16 {
    let mut body = Vec::new();
    for (field, value) in [("csrf", token)].iter().chain(fields) {
        body.extend(format!("--ranh\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").bytes());
    }
    let head = format!("--ranh\r\nContent-Disposition: form-data; name=\"tep\"; filename=\"{name}\"\r\n\r\n");
    body.extend(head.bytes());
    body.extend(bytes);
    body.extend(b"\r\n--ranh--\r\n");
    browser.bytes("POST", "/kho/tai-len", &[("Content-Type", "multipart/form-data; boundary=ranh")], &body).0.status
}

#[test]
fn recordings_come_in_by_script_and_by_form_and_what_cannot_air_leaves_nothing_behind() {
    let world = World::new(STATION, true);
    let operator = world.browser(Role::Operator);
    let folder = world.home().join("audio/2026-12");
    let to = [("thu_muc", "2026-12"), ("ten", "Bản tin?.WAV"), ("trung", "hoi")];
    let (status, told) = operator.upload(&to, &wav(10));
    assert_eq!((status, told["rel"].as_str()), (201, Some("2026-12/Bản tin-.wav")), "{told}");
    assert_eq!(fs::read(folder.join("Bản tin-.wav")).unwrap(), wav(10));

    let (status, told) = operator.upload(&[("thu_muc", "2026-12"), ("ten", "nửa.wav")], &wav(10)[..9000]);
    assert_eq!(status, 422);
    assert!(told["text"].as_str().unwrap().starts_with("không giải mã được `nửa.wav`: "), "{told}");
    let (status, told) = operator.upload(&[("ten", "../a.wav")], &wav(1));
    assert_eq!((status, told["replaces"].is_null()), (422, true), "{told}");
    assert_eq!(operator.upload(&[("thu_muc", "../var"), ("ten", "a.wav")], &wav(1)).0, 404);
    // Longer than is taken in, as its head says: it is not waited for.
    let answer = operator.claim("/kho/tai-len/tep?ten=a.wav", 600_000_000);
    assert_eq!(answer.status, 413, "{answer:?}");
    assert_eq!(files(&folder), ["Bản tin-.wav"]);

    assert_eq!(by_form(&operator, &operator.csrf, &[("thu_muc", "2026-12")], "hai.wav", &wav(2)), 303);
    assert_eq!(files(&folder), ["Bản tin-.wav", "hai.wav"]);
    assert_eq!(by_form(&operator, "0", &[("thu_muc", "2026-12")], "ba.wav", &wav(3)), 403);
    assert_eq!(by_form(&world.browser(Role::Viewer), "0", &[], "ba.wav", &wav(3)), 403);
    let viewer = world.browser(Role::Viewer);
    assert_eq!(viewer.upload(&[("ten", "ba.wav")], &wav(3)).0, 403);
    assert_eq!(files(&world.home().join("audio")), ["2026-12", "nhac-hieu.flac"]);
    let listed = viewer.get("/kho?tim=ban+tin").body;
    assert!(listed.contains("Bản tin-.wav") && !listed.contains("hai.wav"), "{listed}");
}

/// The words of the row of a recording in the list.
fn row(browser: &Browser, name: &str) -> String {
    let page = browser.get("/kho").body;
    let rows = page.split("<tr>").find(|row| row.contains(&format!(">{name}</a>")));
    rows.unwrap_or_else(|| panic!("{name} is not in {page}")).to_owned()
}

#[test]
fn what_came_in_is_measured_at_once_however_it_came_and_under_whatever_name_it_lies() {
    let world = World::new(STATION, true);
    let operator = world.browser(Role::Operator);
    let is_measured = |name: &str| row(&operator, name).contains("LUFS)\">−");
    assert_eq!(operator.upload(&[("ten", "mot.wav")], &wav(10)).0, 201);
    assert!(is_measured("mot.wav"), "{}", row(&operator, "mot.wav"));
    let (_, told) = operator.upload(&[("ten", "mot.wav")], &wav(20));
    let old = told["replaces"].as_str().unwrap().to_owned();
    assert_eq!(operator.upload(&[("ten", "mot.wav"), ("thay", &old)], &wav(20)).0, 200);
    assert!(is_measured("mot.wav"), "in another's place: {}", row(&operator, "mot.wav"));
    assert_eq!(operator.post("/kho/doi-ten", &[("ten", "mot.wav"), ("ten_moi", "hai.wav")]).status, 303);
    assert!(is_measured("hai.wav"), "by another name: {}", row(&operator, "hai.wav"));
    // Copied into the folder it is measured while somebody looks; nobody need open it.
    fs::write(world.home().join("audio/ba.wav"), wav(30)).unwrap();
    until("it is measured", || is_measured("ba.wav").then_some(()));
    until("the page need not look again", || (!operator.get("/kho").body.contains("data-measuring")).then_some(()));
}

#[test]
fn a_station_says_how_large_a_recording_may_be() {
    let world = World::new(&format!("{STATION}\n[console]\nlisten = \"127.0.0.1:0\"\nupload_mib = 1\n"), true);
    let operator = world.browser(Role::Operator);
    assert!(operator.get("/kho").body.contains("Mỗi tệp tối đa 1 MiB"));
    assert_eq!(operator.claim("/kho/tai-len/tep?ten=a.wav", (1 << 20) + 1).status, 413);
    let (status, told) = operator.upload(&[("ten", "a.wav")], &wav(700));
    assert_eq!((status, told["text"].as_str().unwrap().contains("lớn hơn 1 MiB")), (413, true), "{told}");
    assert_eq!(operator.upload(&[("ten", "a.wav")], &wav(600)).0, 201, "16 bytes less than 960 000 fit");
}

#[test]
fn a_name_that_is_taken_is_asked_about_and_the_old_one_is_put_away() {
    let world = World::new(STATION, true);
    let operator = world.browser(Role::Operator);
    assert_eq!(operator.upload(&[("ten", "a.wav")], &wav(1)).0, 201);
    let (status, told) = operator.upload(&[("ten", "a.wav")], &wav(2));
    let sha256 = told["replaces"].as_str().expect("what would be replaced").to_owned();
    assert_eq!((status, sha256.len()), (409, 64));
    assert_eq!(operator.upload(&[("ten", "a.wav"), ("trung", "so")], &wav(3)).1["rel"], "a-2.wav");
    let (status, told) = operator.upload(&[("ten", "a.wav"), ("thay", &sha256)], &wav(2));
    assert_eq!((status, told["rel"].as_str()), (200, Some("a.wav")), "{told}");
    assert_eq!(fs::read(world.home().join("audio/a.wav")).unwrap(), wav(2));
    assert_eq!(operator.upload(&[("ten", "a.wav"), ("thay", &sha256)], &wav(4)).0, 409, "it is another now");
    assert_eq!(operator.post("/kho/doi-ten", &[("ten", "a-2.wav"), ("ten_moi", "ba")]).status, 303);
    assert_eq!(operator.post("/kho/bo", &[("ten", "ba.wav")]).status, 303);
    assert_eq!(operator.post("/kho/bo", &[("ten", "../schedules/station.toml")]).status, 409);
    assert_eq!(files(&world.home().join("audio")), ["a.wav", "nhac-hieu.flac"]);
    assert_eq!(files(&world.home().join("var/trash")).len(), 2);
    assert_eq!(world.browser(Role::Viewer).post("/kho/bo", &[("ten", "a.wav")]).status, 403);
}

#[test]
fn any_part_of_a_recording_is_heard_as_it_is_or_decoded() {
    let world = World::new(STATION, true);
    let operator = world.browser(Role::Operator);
    let whole = wav(5);
    operator.upload(&[("ten", "a.wav")], &whole);
    // The same samples as a browser does not play them: AIFF.
    let mut aiff = b"FORM".to_vec();
    let (frames, bytes) = (4000_u32, 8000_u32);
    aiff.extend((46 + bytes).to_be_bytes());
    aiff.extend(b"AIFFCOMM\0\0\0\x12\0\x01");
    aiff.extend(frames.to_be_bytes());
    aiff.extend(b"\0\x10\x40\x0b\xfa\0\0\0\0\0\0\0SSND");
    aiff.extend((8 + bytes).to_be_bytes());
    aiff.extend([0; 8]);
    aiff.extend(whole[44..].chunks(2).flat_map(|two| [two[1], two[0]]));
    assert_eq!(operator.upload(&[("ten", "b.aiff")], &aiff).0, 201);
    let viewer = world.browser(Role::Viewer);
    for name in ["a.wav", "b.aiff"] {
        let heard = |range: &str| {
            let headers: &[(&str, &str)] = if range.is_empty() { &[] } else { &[("Range", range)] };
            let (answer, bytes) = viewer.bytes("GET", &format!("/kho/nghe?ten={name}"), headers, b"");
            (answer.status, answer.header("content-range").map(str::to_owned), bytes)
        };
        assert_eq!(heard(""), (200, None, whole.clone()), "{name}");
        let said = Some("bytes 1000-5999/8044".to_owned());
        assert_eq!(heard("bytes=1000-5999"), (206, said, whole[1000..6000].to_vec()), "{name}");
        assert_eq!(heard("bytes=-10"), (206, Some("bytes 8034-8043/8044".to_owned()), whole[8034..].to_vec()));
        assert_eq!(heard("bytes=9000-"), (416, Some("bytes */8044".to_owned()), vec![]));
    }
    assert_eq!(viewer.get("/kho/nghe?ten=../schedules/station.toml").status, 404);
    assert_eq!(Browser::new(&world.address).get("/kho/nghe?ten=a.wav").status, 303, "who has not logged in");
    let page = viewer.get("/kho/tep?ten=a.wav").body;
    assert!(page.contains("<path class=\"outline\" d=\"M0 ") && page.contains("0:01"), "{page}");
}

#[test]
fn an_approver_answers_for_what_was_shown_and_nothing_else() {
    let world = World::new(&placed(STATION), true);
    let month = loa::schedule::Month::of(zone::now().date()).next();
    let path = world.home().join(format!("schedules/{month}.toml"));
    let text = format!(
        "month = \"{month}\" # giữ nguyên\n\n[[segment]]\ntitle = \"Bản tin\"\naudio = \"nhac-hieu.flac\"\nat = \"07:00\"\ndates = [1]\n"
    );
    fs::write(&path, &text).unwrap();
    let approver = world.browser(Role::Approver);
    let page = approver.get("/kho/tep?ten=nhac-hieu.flac").body;
    let sha256 = between(&page, "name=\"sha256\" value=\"", "\"").expect("an approval form").to_owned();
    let fields = |sha256: &str| {
        vec![
            ("ten", "nhac-hieu.flac".to_owned()),
            ("thang", month.to_string()),
            ("tiet_muc", "ban-tin".to_owned()),
            ("so", "12/UBND".to_owned()),
            ("sha256", sha256.to_owned()),
        ]
    };
    let send = |browser: &Browser, sha256: &str| {
        let fields = fields(sha256);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post("/kho/duyet", &fields).status
    };
    assert_eq!(send(&world.browser(Role::Operator), &sha256), 403);
    assert_eq!(send(&approver, &"0".repeat(64)), 409, "it is not what was shown");
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    assert_eq!(send(&approver, &sha256), 303);
    let told = approver.get("/kho").body;
    let short = sha256.get(..8).unwrap();
    assert!(told.contains("Đã duyệt “Bản tin” tháng ") && told.contains(&format!("(bản ghi {short}…)")), "{told}");
    let now = fs::read_to_string(&path).unwrap();
    let approved = between(&now, "approved = ", "\n").expect("an approval").to_owned();
    assert!(approved.contains("by = \"Duyệt\"") && approved.contains("ref = \"12/UBND\""), "{approved}");
    assert!(approved.contains(&sha256), "{approved}");
    assert_eq!(now.replace(&format!("approved = {approved}\n"), ""), text, "and no other byte");
    assert!(approver.get("/kho/tep?ten=nhac-hieu.flac").body.contains("Đã duyệt đúng bản này"));
    let plan = approver.get(&format!("/lich/{month}")).body;
    assert!(plan.contains("duyệt “Bản tin”"), "an approval is a change as any other: {plan}");
    let base = between(&plan, "name=\"base\" value=\"", "\"").unwrap();
    let undone = approver.post(&format!("/lich/{month}/hoan-tac"), &[("base", base)]);
    assert_eq!((undone.status, fs::read_to_string(&path).unwrap()), (303, text.clone()), "it can be taken back");
    assert_eq!(send(&approver, &sha256), 303);
    assert_eq!(approver.post("/kho/bo", &[("ten", "nhac-hieu.flac")]).status, 409, "a schedule uses it");
}

#[test]
fn who_sends_slowly_keeps_nobody_elses_recording_waiting_and_who_falls_silent_is_let_go() {
    let world = World::new(STATION, true);
    let operator = world.browser(Role::Operator);
    let head = |name: &str| {
        let (host, csrf) = (&operator.address, &operator.csrf);
        let cookie = operator.cookie.as_deref().unwrap();
        format!(
            "POST /kho/tai-len/tep?ten={name} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nX-CSRF-Token: {csrf}\r\nContent-Type: application/octet-stream\r\nContent-Length: 90000\r\n\r\n"
        )
    };
    let slow = ["mot.wav", "hai.wav", "ba.wav"].map(|name| {
        let mut stream = connect(&operator.address);
        stream.write_all(format!("{}RIFF", head(name)).as_bytes()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream
    });
    until("all three have begun", || (files(&world.home().join("audio")).len() == 4).then_some(()));
    assert_eq!(operator.upload(&[("ten", "khan.wav")], &wav(10)).0, 201);
    for mut stream in slow {
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 400");
    }
    until("nothing is left of them", || {
        (files(&world.home().join("audio")) == ["khan.wav", "nhac-hieu.flac"]).then_some(())
    });
}

#[test]
fn what_is_in_force_needs_its_recordings_while_the_months_file_is_refused_or_gone() {
    let world = World::new(&placed(STATION), true);
    let operator = world.browser(Role::Operator);
    let month = loa::schedule::Month::of(zone::now().date());
    let path = world.home().join(format!("schedules/{month}.toml"));
    let text = format!(
        "month = \"{month}\"\n\n[[segment]]\nid = \"tin\"\ntitle = \"Bản tin\"\naudio = \"nhac-hieu.flac\"\nat = \"17:10\"\ndays = \"hằng ngày\"\n"
    );
    fs::write(&path, &text).unwrap();
    let ledger = loa::home::Home::at(world.home()).ledger_file();
    until("the month is in force", || {
        loa::ledger::Reader::open(&ledger).ok()?.last_revision(month, loa::clock::now()).ok()?
    });
    let stays = |how: &str| {
        let renamed = operator.post("/kho/doi-ten", &[("ten", "nhac-hieu.flac"), ("ten_moi", "khac.flac")]);
        let removed = operator.post("/kho/bo", &[("ten", "nhac-hieu.flac")]);
        assert_eq!((renamed.status, removed.status), (409, 409), "{how}");
        assert!(operator.get("/kho/tep?ten=nhac-hieu.flac").body.contains("Bản tin"), "{how}: what uses it is named");
    };
    fs::write(&path, text.replace("17:10", "25:10")).unwrap();
    stays("refused");
    fs::write(&path, "month = [").unwrap();
    stays("no TOML");
    fs::remove_file(&path).unwrap();
    stays("gone");
}
