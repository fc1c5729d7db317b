//! One message on each way, to servers and programs that take it and that do not.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::tz::TimeZone;
use loa::alerts::{Message, Sender};
use loa::courier::{Route, send};
use loa::problem::{Lang, Text};
use loa::station::{Address, Login, Mail, Pace, Secret, Security, Way};
use serde_json::json;

use crate::mail_server::{MailServer, Manner};
use crate::support::server::{Server, head, stall};

fn message() -> Message {
    Message { subject: "Loa · Đài: thử".into(), text: "One\n\n- Two\n".into(), json: json!({ "text": "Một" }) }
}

fn try_way(way: Way, home: &Path) -> Result<(), Text> {
    let pace = Pace { every_ms: 0, repeat_ms: None };
    let sender = Sender { station: "Đài".into(), zone: TimeZone::UTC, lang: Lang::En };
    send(&Route { way, pace, sender, home: home.to_owned() }, &message())
}

fn mail(port: u16, login: Option<Login>) -> Way {
    Way::Mail(Box::new(Mail {
        server: "127.0.0.1".into(),
        port,
        security: Security::Open,
        login,
        from: "Đài phường <loa@phuong.example>".into(),
        to: vec!["a@phuong.example".into(), "b@phuong.example".into()],
    }))
}

#[test]
fn a_letter_arrives_with_its_sender_its_recipients_and_its_text() {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("mat-khau.txt"), "bí mật\n").unwrap();
    let server = MailServer::start(Manner::AsksWho);
    let login = Login { user: "loa".into(), password: Secret::File("mat-khau.txt".into()) };
    try_way(mail(server.port(), Some(login)), home.path()).unwrap();
    let heard = server.heard();
    let has = |start: &str| heard.iter().any(|line| line.starts_with(start));
    // "\0loa\0bí mật" in base 64.
    for line in [
        "AUTH PLAIN AGxvYQBiw60gbeG6rXQ=",
        "MAIL FROM:<loa@phuong.example>",
        "RCPT TO:<a@phuong.example>",
        "RCPT TO:<b@phuong.example>",
        "Subject: ",
        "MIME-Version: 1.0",
        "Message-ID: <",
        "Date: ",
        "One",
        "- Two",
    ] {
        assert!(has(line), "{line} in {heard:#?}");
    }
}

#[test]
fn a_server_that_refuses_closes_stalls_or_is_not_there_is_a_fault_that_names_it() {
    let home = tempfile::tempdir().unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    std::thread::scope(|scope| {
        for (manner, part) in [
            (Manner::Refuses, "no such person"),
            (Manner::Closes, "127.0.0.1:"),
            (Manner::Stalls, "(the server did not answer in time)"),
        ] {
            let home = home.path();
            scope.spawn(move || {
                let server = MailServer::start(manner);
                let why = try_way(mail(server.port(), None), home).unwrap_err();
                assert!(why.en.contains(part), "{manner:?}: {}", why.en);
            });
        }
        let home = home.path();
        scope.spawn(move || {
            let server = Server::start(|_, stream| stall(stream));
            let why = try_way(Way::Webhook(Address::Open(server.url("/khoa-bi-mat"))), home).unwrap_err();
            assert!(why.en.contains("127.0.0.1:") && !why.en.contains("khoa-bi-mat"), "{}", why.en);
            assert!(why.en.contains("(the server did not answer in time)"), "{}", why.en);
        });
    });
    let closed_hook = Way::Webhook(Address::Open(format!("http://{closed}/")));
    for way in [mail(closed.port(), None), closed_hook] {
        let why = try_way(way, home.path()).unwrap_err();
        assert!(why.vi.contains("(máy chủ không nhận kết nối ở cổng này)"), "{}", why.vi);
    }
}

#[test]
fn a_webhook_gets_json_and_any_answer_but_success_is_a_fault() {
    let home = tempfile::tempdir().unwrap();
    let got = Arc::new(Mutex::new(Vec::new()));
    let kept = got.clone();
    let server = Server::start(move |asked, stream| {
        kept.lock().unwrap().push((asked.path.clone(), asked.headers["content-type"].clone(), asked.body.clone()));
        let status = match asked.path.as_str() {
            "/tin" => "204 No Content",
            "/noi-khac" => "302 Found",
            "/loi" => "500 Internal Server Error",
            _ => return stream.write_all(b"xin chao\r\n"),
        };
        head(stream, status, &["Location: /tin", "Content-Length: 0"])
    });
    let hook = |path: &str| try_way(Way::Webhook(Address::Open(server.url(path))), home.path());
    hook("/tin").unwrap();
    let body = "{\"text\":\"Một\"}".as_bytes().to_vec();
    let wanted = ("/tin".to_owned(), "application/json; charset=utf-8".to_owned(), body);
    assert_eq!(*got.lock().unwrap(), [wanted]);
    assert!(hook("/loi").unwrap_err().en.contains("HTTP 500"));
    assert!(hook("/noi-khac").unwrap_err().en.contains("HTTP 302"), "no other server gets what this one was meant to");
    let why = hook("/bi-mat").unwrap_err().en;
    assert!(!why.contains("bi-mat"), "an address may be a secret: {why}");
    fs::write(home.path().join("dia-chi"), server.url("/tin")).unwrap();
    try_way(Way::Webhook(Address::Kept(Secret::File("dia-chi".into()))), home.path()).unwrap();
    let why = try_way(Way::Webhook(Address::Kept(Secret::File("khong-co".into()))), home.path()).unwrap_err();
    assert!(why.en.contains("`khong-co`"), "{}", why.en);
}

#[test]
fn a_command_reads_the_text_and_one_that_fails_is_quoted() {
    let home = tempfile::tempdir().unwrap();
    let script = |text: &str| {
        let path = home.path().join("bao.sh");
        fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        // Another test's fork may still hold the file open for writing.
        std::thread::sleep(Duration::from_millis(50));
        try_way(Way::Command(vec!["./bao.sh".into(), "so 1".into()]), home.path())
    };
    script("echo \"$1 $LOA_SUBJECT $LOA_JSON\" > nhan; cat >> nhan").unwrap();
    let got = fs::read_to_string(home.path().join("nhan")).unwrap();
    assert_eq!(got, "so 1 Loa · Đài: thử {\"text\":\"Một\"}\nOne\n\n- Two\n");
    let why = script("echo het pin >&2; exit 3").unwrap_err().en;
    assert!(why.contains("het pin") && why.contains('3'), "{why}");
    script("exit 0").unwrap();
    let why = try_way(Way::Command(vec!["khong-co-lenh-nay".into()]), home.path()).unwrap_err().en;
    assert!(why.contains("khong-co-lenh-nay"), "{why}");
}
