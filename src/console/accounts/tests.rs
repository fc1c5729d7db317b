use super::throttle::right_password;
use super::*;

fn accounts() -> (tempfile::TempDir, Accounts) {
    let dir = tempfile::tempdir().unwrap();
    let accounts = Accounts::open(&dir.path().join("accounts.db")).unwrap();
    (dir, accounts)
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

#[test]
fn names_are_one_whatever_their_case_and_composition() {
    let (_dir, mut accounts) = accounts();
    let password = Password::new("mười hai con giáp").unwrap();
    assert!(accounts.is_empty().unwrap());
    let lan = accounts.add("  Nguyễn   Thị Lan ", Role::Admin, &password, at(0)).unwrap();
    assert_eq!((lan.name.as_str(), accounts.is_empty().unwrap()), ("Nguyễn Thị Lan", false));
    let decomposed: String = "nguyễn thị lan".nfd().collect();
    let again = accounts.add(&decomposed, Role::Viewer, &password, at(0)).unwrap_err();
    assert_eq!(again.en, "there is an account named `nguyễn thị lan` already; choose another name");
    assert!(right_password("mười hai con giáp", accounts.to_match(&decomposed).unwrap().as_ref()));
    assert!(!right_password("mười hai con gíap", accounts.to_match(&decomposed).unwrap().as_ref()));
    assert!(!right_password("mười hai con giáp", None));
    for short in ["", "x", " ", "a\u{7}b", "La\u{202e}n"] {
        assert!(accounts.add(short, Role::Viewer, &password, at(0)).is_err(), "{short:?}");
    }
    for bad in ["123456789", &"x".repeat(201)] {
        assert!(Password::new(bad).is_err(), "{bad}");
    }
}

#[test]
fn the_last_admin_stays() {
    let (_dir, mut accounts) = accounts();
    let password = Password::new("mười hai con giáp").unwrap();
    accounts.add("Lan", Role::Admin, &password, at(0)).unwrap();
    assert_eq!(accounts.remove("lan").unwrap_err().en, "`Lan` is the only admin; add another admin first");
    assert!(accounts.give_role("lan", Role::Approver).is_err());
    accounts.add("Bình", Role::Viewer, &password, at(0)).unwrap();
    assert!(accounts.remove("lan").is_err());
    accounts.give_role("bình", Role::Admin).unwrap();
    accounts.remove("lan").unwrap();
    let left: Vec<_> = accounts.all().unwrap().into_iter().map(|account| (account.name, account.role)).collect();
    assert_eq!(left, [("Bình".to_owned(), Role::Admin)]);
    assert!(accounts.remove("Lan").unwrap_err().en.starts_with("there is no account named `Lan`"));
}

#[test]
fn a_session_ends_by_idleness_by_age_and_with_its_account() {
    let (_dir, mut accounts) = accounts();
    let password = Password::new("mười hai con giáp").unwrap();
    let lan = accounts.add("Lan", Role::Admin, &password, at(0)).unwrap();
    let hour = 3600;
    let token = accounts.open_session(&lan, at(0)).unwrap();
    assert_eq!(accounts.session(&token, at(12 * hour)).unwrap(), Some(lan.clone()));
    assert_eq!(accounts.session(&token, at(24 * hour)).unwrap(), Some(lan.clone()), "it was seen at twelve");
    assert_eq!(accounts.session(&token, at(36 * hour + 1)).unwrap(), None, "idle");
    let token = accounts.open_session(&lan, at(0)).unwrap();
    for n in 0..14 {
        assert_eq!(accounts.session(&token, at(n * 12 * hour)).unwrap(), Some(lan.clone()), "{n}");
    }
    assert_eq!(accounts.session(&token, at(7 * 24 * hour + 1)).unwrap(), None, "a week old");
    let token = accounts.open_session(&lan, at(0)).unwrap();
    accounts.close_session(&token).unwrap();
    assert_eq!(accounts.session(&token, at(1)).unwrap(), None, "closed");
    let token = accounts.open_session(&lan, at(0)).unwrap();
    accounts.give_password("Lan", &password).unwrap();
    assert_eq!(accounts.session(&token, at(1)).unwrap(), None, "another password");
    accounts.add("Bình", Role::Admin, &password, at(0)).unwrap();
    let token = accounts.open_session(&lan, at(0)).unwrap();
    accounts.remove("Lan").unwrap();
    assert_eq!(accounts.session(&token, at(1)).unwrap(), None, "no account");
    assert_ne!(Token::fresh().unwrap().text(), Token::fresh().unwrap().text());
}

#[test]
fn the_file_gives_no_token_and_no_password_away() {
    let (dir, mut accounts) = accounts();
    let lan = accounts.add("Lan", Role::Admin, &Password::new("mười hai con giáp").unwrap(), at(0)).unwrap();
    let token = accounts.open_session(&lan, at(0)).unwrap();
    drop(accounts);
    let bytes = std::fs::read(dir.path().join("accounts.db")).unwrap();
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("Lan") && holds("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert!(!holds(token.text()) && !holds("con giáp") && !holds(&csrf_of(&token)));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(dir.path().join("accounts.db")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn failures_are_waited_for_longer_and_longer() {
    let (_dir, mut accounts) = accounts();
    let mut waits = Vec::new();
    for n in 0..14 {
        waits.push(accounts.to_wait("Lan", "10.0.0.1", at(n)).unwrap());
        accounts.note_failure("LAN", "10.0.0.1", at(n)).unwrap();
    }
    let over = |n: i64| Some(15 * (1 << n) - 1);
    assert_eq!(waits[..5], [None; 5], "five are free");
    assert_eq!(waits[5..], [over(0), over(1), over(2), over(3), over(4), over(5), Some(899), Some(899), Some(899)]);
    assert_eq!(accounts.to_wait("Lan", "10.0.0.2", at(13)).unwrap(), Some(900), "from anywhere");
    assert_eq!(accounts.to_wait("Bình", "10.0.0.1", at(13)).unwrap(), None, "another name");
    assert_eq!(accounts.to_wait("Lan", "x", at(13 + 900)).unwrap(), None, "waited for");
    for n in 0..6 {
        accounts.note_failure(&format!("ai đó {n}"), "10.0.0.1", at(20)).unwrap();
    }
    assert_eq!(accounts.to_wait("Bình", "10.0.0.1", at(20)).unwrap(), Some(15), "from one address");
    assert_eq!(accounts.to_wait("Bình", "10.0.0.1", at(-500)).unwrap(), Some(15), "by a clock that was set back");
    accounts.forget_failures("lan").unwrap();
    assert_eq!(accounts.to_wait("Lan", "10.0.0.2", at(13)).unwrap(), None, "the owner has come");
    assert_eq!(accounts.to_wait("Bình", "10.0.0.1", at(25 * 3600)).unwrap(), None, "forgotten");
}

#[test]
fn of_the_deeds_the_latest_are_kept() {
    let (_dir, mut accounts) = accounts();
    accounts.note_deed("Lan", Act::Login, &Text::same("10.0.0.1"), at(0)).unwrap();
    let sql = "insert into deed (id, at_us, who, what, detail) values (100000, 0, 'Lan', 'skip', '')";
    accounts.connection.execute(sql, []).unwrap();
    let detail = Text::new("bỏ “Tin”", "took “Tin” out");
    accounts.note_deed("Lan", Act::Stop, &detail, at(2)).unwrap();
    let left = accounts.deeds(10).unwrap();
    assert_eq!(left.iter().map(|deed| deed.what.as_str()).collect::<Vec<_>>(), ["stop", "skip"]);
    assert_eq!([&left[0].detail, &left[1].detail], [&detail, &Text::same("")]);
    assert_eq!((Act::words_of("stop").vi.as_str(), Act::words_of("bay").vi.as_str()), ("Dừng buổi", "bay"));
}

#[test]
fn a_file_of_an_earlier_version_keeps_what_was_done_by_then() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("accounts.db");
    let before = rusqlite::Connection::open(&path).unwrap();
    let with_english = ",        -- in Vietnamese\n    detail_en text not null default '' -- the same in English; empty: it reads alike in both";
    let schema = include_str!("schema.sql");
    assert!(schema.contains(with_english));
    before.execute_batch(&schema.replace(with_english, "")).unwrap();
    before
        .execute_batch("insert into deed values (1, 0, 'Lan', 'plan', '2026-12: sửa “Tin”'); pragma user_version = 1;")
        .unwrap();
    drop(before);
    for _ in 0..2 {
        let mut accounts = Accounts::open(&path).unwrap();
        accounts.note_deed("Lan", Act::Plan, &Text::new("bỏ “Tin”", "took “Tin” out"), at(1)).unwrap();
        assert_eq!(accounts.deeds(9).unwrap().last().unwrap().detail, Text::same("2026-12: sửa “Tin”"));
    }
}
