//! What is no source: it is told what it is, and the fallback is heard meanwhile.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use loa::audio::relay::{Fault, Heard, Terms, Why};
use loa::problem::Text;

use super::support::server::{Asked, Server, chunk, endless, head, stall, whole};
use super::{Ear, PATIENCE, among_others, recordings, terms, tuned, until};

fn answer(asked: &Asked, to: &mut TcpStream) -> std::io::Result<()> {
    match asked.path.as_str() {
        "/page" => endless(to, "<!doctype html><title>Đài</title>".as_bytes()),
        "/page-as-list" => whole(to, b"#EXTM3U\n# nothing\n"),
        "/own-files.m3u" => whole(to, b"#EXTM3U\n#EXTINF:-1,Ban tin\nfile:///nhac/a.mp3\nfile:///nhac/b.mp3\n"),
        "/own-files.txt" => whole(to, b"file:///nhac/a.mp3\nfile:///nhac/b.mp3\n"),
        "/own-files.m3u8" => {
            whole(to, b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile:///nhac/a.ts\n#EXT-X-ENDLIST\n")
        }
        "/icy" => to.write_all(b"ICY 200 OK\r\nicy-name: Dai\r\nContent-Type: audio/mpeg\r\n\r\n"),
        "/opus" => endless(to, &[&b"OggS\0\x02"[..], &[0; 20], b"\x01\x13OpusHead", &[0; 600]].concat()),
        "/empty" => whole(to, b""),
        "/round" => head(to, "302 Found", &["Content-Length: 0", "Location: /round"]),
        "/list-round.m3u" => whole(to, b"#EXTM3U\nlist-round.m3u\n"),
        "/locked.m3u8" => {
            whole(to, b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXTINF:2,\na.ts\n")
        }
        "/over.m3u8" => whole(to, b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\na.ts\n#EXT-X-ENDLIST\n"),
        "/long-list.m3u" => {
            head(to, "200 OK", &["Transfer-Encoding: chunked"])?;
            chunk(to, b"#EXTM3U\n")?;
            loop {
                chunk(to, "http://dai.example/mot\n".repeat(100).as_bytes())?;
            }
        }
        "/fat.m3u8" => whole(to, b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfat.ts\n"),
        "/fat.ts" => {
            head(to, "200 OK", &[])?;
            loop {
                to.write_all(&[0x47; 65_536])?;
            }
        }
        "/rubbish" => {
            head(to, "200 OK", &[])?;
            let mut x = 7_u32;
            loop {
                let mut next = || {
                    x = x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (x >> 24) as u8 & 0x7F
                };
                to.write_all(&std::array::from_fn::<u8, 4096, _>(|_| next()))?;
            }
        }
        "/no-answer" => stall(to),
        "/slow-answer" => {
            to.write_all(b"HTTP/1.1 200 OK\r\nX-Long: ")?;
            loop {
                to.write_all(b"a")?;
                std::thread::sleep(Duration::from_millis(100));
            }
        }
        "/no-body" => {
            head(to, "200 OK", &[])?;
            stall(to)
        }
        _ => head(to, "404 Not Found", &["Content-Length: 0"]),
    }
}

fn unanswered() -> Text {
    Text::new("máy chủ không trả lời kịp", "the server did not answer in time")
}

#[test]
fn what_is_no_source_is_named_and_the_fallback_heard() {
    let _others = among_others();
    let server = Server::start(answer);
    let not_sound = |vi: &str, en: &str| Fault::NotSound(Text::new(vi, en));
    let page =
        || not_sound("là trang web hoặc danh sách không có địa chỉ phát", "a web page or a list without a stream");
    let cases = [
        ("/none", Fault::Status(404)),
        ("/page", page()),
        ("/page-as-list", page()),
        ("/own-files.m3u", Fault::NoAddress),
        ("/own-files.txt", Fault::NoAddress),
        ("/own-files.m3u8", Fault::NoAddress),
        ("/icy", Fault::NotHttp),
        ("/opus", not_sound("Opus", "Opus")),
        ("/empty", Fault::Ended),
        ("/round", Fault::Redirects),
        ("/list-round.m3u", Fault::Redirects),
        ("/locked.m3u8", Fault::Locked),
        ("/over.m3u8", Fault::Ended),
        ("/long-list.m3u", Fault::TooLarge),
        ("/fat.m3u8", Fault::TooLarge),
        ("/rubbish", not_sound("không thấy khung MP3 hoặc AAC nào", "no frame of MP3 or AAC in it")),
        ("/no-answer", Fault::Unreachable(unanswered())),
        ("/slow-answer", Fault::Unreachable(unanswered())),
        ("/no-body", Fault::Stalled),
    ];
    let terms = Terms { connect_ms: 1_200, stall_ms: 1_500, ..terms() };
    let mut lives: Vec<_> =
        cases.iter().map(|(path, _)| tuned(&server.url(path), &["nhac-hieu.flac"], terms.clone())).collect();
    for ((path, fault), live) in cases.iter().zip(&mut lives) {
        println!("{path}");
        until(live, |live| live.stats().last_fault.is_some());
        assert_eq!(live.stats().last_fault.as_ref(), Some(fault));
        // So many at once take a moment to open their fallback.
        let mut ear = Ear::new();
        let since = Instant::now();
        while ear.states().last() != Some(&Heard::Fallback(Why::Absent)) {
            assert!(since.elapsed() < PATIENCE, "{:?}", ear.heard);
            ear.hear(live, 10);
        }
        assert!(!ear.states().contains(&Heard::Source));
    }
}

#[test]
fn a_port_where_nobody_listens_is_unreachable() {
    let _others = among_others();
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let live = tuned(&format!("http://{address}/"), &[], terms());
    until(&live, |live| matches!(live.stats().last_fault, Some(Fault::Unreachable(_))));
}

#[test]
fn a_certificate_that_nobody_signed_is_not_trusted() {
    let _others = among_others();
    let made = rcgen::generate_simple_self_signed(vec!["localhost".into()]).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], made.signing_key.serialize_der().try_into().unwrap())
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
    std::thread::spawn(move || {
        let config = Arc::new(config);
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut tls = rustls::ServerConnection::new(config.clone()).unwrap();
            let _ = rustls::Stream::new(&mut tls, &mut stream).read(&mut [0; 100]);
        }
    });
    let live = tuned(&address, &[], terms());
    until(&live, |live| live.stats().last_fault.is_some());
    let fault = live.stats().last_fault.unwrap();
    assert!(matches!(&fault, Fault::Untrusted(why) if why.contains("UnknownIssuer")), "{fault:?}");
}

#[test]
fn a_recording_is_heard_once() {
    let _others = among_others();
    let mp3 = std::fs::read(recordings().join("ban-tin.mp3")).unwrap();
    let server = Server::start(move |_, to| whole(to, &mp3));
    let mut live = tuned(&server.url("/ban-tin.mp3"), &["nhac-hieu.flac"], terms());
    until(&live, |live| live.stats().last_fault == Some(Fault::Recording));
    let mut ear = Ear::new();
    ear.hear(&mut live, 13_000);
    assert_eq!(ear.states(), [Heard::Source, Heard::Fallback(Why::Absent)]);
    assert!((10_900..11_100).contains(&(ear.heard[0].1 / 48)));
    assert_eq!(live.stats().reconnects, 0);
}
