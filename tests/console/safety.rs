//! What keeps strangers, other sites and slow senders out.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use loa::console::Role;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use sha2::{Digest as _, Sha256};

use crate::client::{Answer, Browser, ask, connect, form, parsed};
use crate::world::{PASSWORD, STATION, World};

#[test]
fn another_sites_page_gets_nothing() {
    let world = World::shared();
    let browser = world.browser(Role::Admin);
    for (host, origin, status) in [
        (None, None, 200),
        (Some("localhost:8420"), None, 200),
        (Some("evil.example"), None, 403),
        (Some("127.0.0.1.evil.example:8420"), None, 403),
        (None, Some("https://evil.example"), 403),
        (None, Some("null"), 403),
        (None, Some("http://localhost:1"), 403),
    ] {
        for path in ["/", "/api/v1/status", "/tinh/khong-co.js"] {
            let mut headers = Vec::new();
            headers.extend(host.map(|host| ("Host", host)));
            headers.extend(origin.map(|origin| ("Origin", origin)));
            let got = browser.ask("GET", path, &headers, "").status;
            let expected = if path.starts_with("/tinh") && status == 200 { 404 } else { status };
            assert_eq!(got, expected, "{path} as {host:?} from {origin:?}");
        }
    }
    let own = format!("http://{}", world.address);
    let sent = form(&[("csrf", &browser.csrf)]);
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    assert_eq!(browser.ask("POST", "/tren-song/bo-qua", &[kind, ("Origin", &own)], &sent).status, 303);
    let foreign = [kind, ("Origin", "https://evil.example")];
    assert_eq!(browser.ask("POST", "/tren-song/bo-qua", &foreign, &sent).status, 403);
}

#[test]
fn what_changes_something_needs_the_sessions_own_token() {
    let world = World::shared();
    let (browser, other) = (world.browser(Role::Admin), world.browser(Role::Admin));
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    let post = |body: &str, headers: &[(&str, &str)]| {
        let headers: Vec<_> = std::iter::once(kind).chain(headers.iter().copied()).collect();
        browser.ask("POST", "/tren-song/bo-qua", &headers, body).status
    };
    let with = |csrf: &str| form(&[("csrf", csrf)]);
    assert_eq!(post("", &[]), 403, "none");
    assert_eq!(post(&with(&other.csrf), &[]), 403, "another session's");
    assert_eq!(post(&with(&browser.csrf[1..]), &[]), 403, "half");
    assert_eq!(post(&with(&browser.csrf), &[("X-CSRF-Token", "x")]), 403, "the header counts");
    assert_eq!(post(&with(&browser.csrf), &[]), 303);
    assert_eq!(post("", &[("X-CSRF-Token", &browser.csrf)]), 303);
    let json = browser.ask("POST", "/api/v1/skip", &[("Content-Type", "application/json")], "{}");
    assert_eq!((json.status, json.json()["code"].as_str()), (403, Some("csrf")));
    let large = format!("{}&x={}", with(&browser.csrf), "x".repeat(2 << 20));
    assert_eq!(post(&large, &[]), 413);
    let told = browser.ask("POST", "/tren-song/bo-qua", &[kind], &large).body;
    assert!(told.contains("dài quá 1 MiB") && !told.contains("đã cũ"), "{told}");
}

#[test]
fn a_browser_may_do_nothing_with_a_page_that_its_own_files_do_not() {
    let world = World::shared();
    let browser = world.browser(Role::Admin);
    let nobody = Browser::new(&world.address);
    for path in ["/", "/khan-cap", "/dai", "/dai/tep", "/dai/tai-khoan", "/dai/kham", "/dang-nhap", "/khong-co"] {
        let answer = if path == "/dang-nhap" { nobody.get(path) } else { browser.get(path) };
        let policy = answer.header("content-security-policy").expect("a policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("x-frame-options", "DENY"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
        let page = &answer.body;
        assert!(page.contains("<html lang=\"vi\""), "{path}");
        for inline in [" style=\"", "<style", "<script>", " onclick=", " onload=", "javascript:"] {
            assert!(!page.contains(inline), "{path} has {inline}");
        }
        for outside in ["src=\"http", "href=\"http", "url(http"] {
            assert!(!page.contains(outside), "{path} has {outside}");
        }
    }
    let answer = nobody.post("/dang-nhap", &[("ten", "Xem"), ("mat_khau", PASSWORD)]);
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict"), "{cookie}");
    let address = crate::client::between(&browser.get("/").body, "<script src=\"", "\"").unwrap().to_owned();
    let script = nobody.get(&address);
    assert_eq!(script.header("cache-control"), Some("public, max-age=31536000, immutable"));
}

#[test]
fn a_logged_out_session_is_gone() {
    let world = World::shared();
    let browser = world.browser(Role::Viewer);
    assert_eq!(browser.get("/dai").status, 200);
    let answer = browser.post("/dang-xuat", &[]);
    assert_eq!((answer.status, answer.header("location")), (303, Some("/dang-nhap")));
    assert!(answer.header("set-cookie").unwrap().contains("loa_phien=; "), "{answer:?}");
    let after = browser.get("/dai");
    assert_eq!((after.status, after.header("location")), (303, Some("/dang-nhap?ve=/dai")));
}

#[test]
fn whoever_sends_a_form_after_the_session_has_ended_comes_back_to_its_page() {
    let world = World::shared();
    let browser = world.browser(Role::Operator);
    browser.post("/dang-xuat", &[]);
    let sent = |from: &str| {
        let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Referer", from)];
        let answer = browser.ask("POST", "/lich/2031-03/luu", &headers, "title=a");
        (answer.status, answer.header("location").unwrap_or_default().to_owned())
    };
    let page = "/lich/2031-03-04/tiet-muc?id=tin";
    let own = format!("http://{}", world.address);
    for (from, back) in [
        (format!("{own}{page}"), "/lich/2031-03-04/tiet-muc%3Fid%3Dtin"),
        (own.clone(), "/"),
        (format!("https://evil.example{page}"), "/"),
        (format!("{own}.evil.example{page}"), "/"),
        (String::new(), "/"),
    ] {
        assert_eq!(sent(&from), (303, format!("/dang-nhap?ve={back}")), "{from}");
    }
}

#[test]
fn a_password_is_not_guessed() {
    let world = World::new(STATION, true);
    let try_it = |name: &str, password: &str| {
        Browser::new(&world.address).post("/dang-nhap", &[("ten", name), ("mat_khau", password)])
    };
    // No session comes of it, and the form comes again, as a page that one may go back to.
    let refused = |answer: Answer| {
        assert_eq!((answer.status, answer.header("set-cookie")), (303, None), "{answer:?}");
        Browser::new(&world.address).arrive(answer).body
    };
    for n in 0..5 {
        let page = refused(try_it("Trực", &format!("sai {n}")));
        assert!(page.contains("không đúng") && page.contains("value=\"Trực\""), "{n}: {page}");
    }
    let page = refused(try_it("trực", PASSWORD));
    assert!(page.contains("Hãy đợi"), "the right one waits, too: {page}");
    assert!(try_it("Xem", PASSWORD).header("set-cookie").is_some(), "another name does not");
    let page = refused(try_it("không có ai", PASSWORD));
    assert!(page.contains("không đúng"), "who has an account is not told: {page}");
}

#[test]
fn slow_senders_hold_nobody_up_and_are_left() {
    let world = World::shared();
    let mut slow: Vec<TcpStream> = (0..200)
        .map(|n| {
            let mut stream = connect(&world.address);
            let half = if n % 2 == 0 { "GET / HTTP/1.1\r\nHost: x" } else { "" };
            stream.write_all(half.as_bytes()).unwrap();
            stream
        })
        .collect();
    let began = Instant::now();
    assert_eq!(ask(&world.address, "GET", "/dang-nhap", &[], "").status, 200);
    assert!(began.elapsed() < Duration::from_secs(5), "answered after {:?}", began.elapsed());
    for stream in &mut slow[..2] {
        let mut rest = Vec::new();
        // A reset is an end, too.
        let _ = stream.read_to_end(&mut rest);
        assert!(began.elapsed() < Duration::from_secs(25), "left after {:?}", began.elapsed());
    }
    let huge = "x".repeat(64 * 1024);
    let answer = ask(&world.address, "GET", "/", &[("X-Large", &huge)], "");
    assert!([400, 431].contains(&answer.status), "{answer:?}");
}

#[test]
fn a_taken_address_is_told_and_keeps_nothing_off_the_air() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let world = World::new(&format!("{STATION}\n[console]\nlisten = \"{address}\"\n"), false);
    assert_eq!(world.status["console"]["state"], "refused");
    let why = world.status["console"]["why"].as_str().unwrap();
    assert!(why.starts_with(&format!("địa chỉ {address} đã có chương trình khác dùng")), "{why}");
    assert_eq!(world.status["line"]["state"], "open");
}

#[test]
fn under_tls_it_shows_the_certificate_that_it_keeps() {
    let console = "[console]\nlisten = \"127.0.0.1:0\"\ntls = true\n";
    let world = World::new(&format!("{STATION}\n{console}"), true);
    assert!(world.status["console"]["url"].as_str().unwrap().starts_with("https://"), "{}", world.status);
    let kept = CertificateDer::from_pem_file(world.home().join("var/tls/loa.pem")).unwrap();
    let fingerprint: Vec<String> = Sha256::digest(&kept).iter().map(|byte| format!("{byte:02X}")).collect();
    assert_eq!(world.status["console"]["certificate_sha256"], fingerprint.join(":"));
    let mut roots = RootCertStore::empty();
    roots.add(kept).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let client = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(client, connect(&world.address));
    let body = form(&[("ten", "Xem"), ("mat_khau", PASSWORD)]);
    let head = format!(
        "POST /dang-nhap HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let answer = parsed(&String::from_utf8_lossy(&bytes));
    let cookie = answer.header("set-cookie").unwrap();
    assert!(answer.status == 303 && cookie.ends_with("; SameSite=Strict; Secure"), "{answer:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(world.home().join("var/tls/loa.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_page_that_the_whole_network_can_read_says_so_each_time() {
    let open = format!("{STATION}\n[console]\nlisten = \"0.0.0.0:0\"\ninsecure = true\n");
    let world = World::new(&open, true);
    let browser = world.browser(Role::Viewer);
    let nobody = Browser::new(&world.address);
    for (who, path) in [(&browser, "/"), (&browser, "/kho"), (&browser, "/dai"), (&nobody, "/dang-nhap")] {
        let page = who.get(path).body;
        assert!(page.contains("đang mở cho cả mạng nội bộ mà không mã hóa"), "{path}: {page}");
    }
    assert!(!World::shared().browser(Role::Viewer).get("/").body.contains("không mã hóa"));
}

#[cfg(unix)]
#[test]
fn the_accounts_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let file = World::shared().home().join("var/accounts.db");
    assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn guesses_of_ones_own_password_are_waited_for_as_at_the_door() {
    let world = World::new(STATION, true);
    let browser = world.browser(Role::Viewer);
    let change = |own: &str| browser.post("/dai/mat-khau", &[("cu", own), ("moi", "một mật khẩu khác")]);
    for _ in 0..5 {
        assert_eq!(change("không phải mật khẩu").status, 422);
    }
    let answer = change(PASSWORD);
    assert!(answer.status == 429 && answer.body.contains("Sai quá nhiều lần"), "the right one waits, too: {answer:?}");
}

#[test]
fn a_program_gets_a_year_of_the_log_at_a_time_as_the_page_does() {
    let viewer = World::shared().browser(Role::Viewer);
    let status = |from: &str| viewer.get(&format!("/api/v1/airings?from={from}&to=2020-12-31")).status;
    assert_eq!((status("2020-01-01"), status("2019-12-31"), status("0001-01-01")), (200, 422, 422));
}
