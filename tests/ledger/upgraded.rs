//! A log of the first schema goes on under this program, and what a slot says of itself comes back as it was.

use std::sync::Arc;

use jiff::civil::date;
use loa::airing::IncidentKind;
use loa::ledger::{Reader, VERSION};
use loa::outcome::{Cause, Outcome};
use loa::problem::Text;
use loa::programme::particulars::{
    Approval, Feedback, Level, OneStop, Origin, Particulars, Procedure, Publication, SourceDoc, Survey, Tone,
};
use loa::programme::{AfterPowerCut, Class};
use loa::timetable::{Kind, Start};
use rusqlite::Connection;

use super::{at, entries, home, open, slot, written};

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn particulars() -> Particulars {
    Particulars {
        topics: vec!["h1".into(), "g".into()],
        genre: some("phóng sự"),
        tone: Some(Tone::Guidance),
        level: Some(Level::Ward),
        field: some("đất đai"),
        audience: vec!["nhân dân".into()],
        partner: vec!["MTTQ".into()],
        subject: some("bà N."),
        origin: Some(Origin::Selected),
        credit: some("Đài tỉnh"),
        editor: some("A"),
        announcer: some("B"),
        contributors: vec!["C".into()],
        summary: some("tóm tắt"),
        text: some("toàn văn"),
        source_doc: Some(SourceDoc { number: "12/UBND".into(), date: date(2026, 11, 20) }),
        valid_until: Some(date(2026, 12, 31)),
        hotline: some("tinh-1022"),
        procedure: Some(Procedure {
            action: "sửa đổi".into(),
            name: "đăng ký".into(),
            decision: None,
            effective: Some(date(2026, 12, 1)),
        }),
        feedback: Some(Feedback { received: date(2026, 11, 20), answered_by: some("D"), answered: None }),
        one_stop: Some(OneStop {
            period: "11/2026".into(),
            received: Some(120),
            resolved: Some(119),
            early: Some(30),
            on_time: Some(118),
            overdue: Some(1),
            online: Some(80),
            source: some("bộ phận một cửa"),
        }),
        survey: Some(Survey {
            period: "2026".into(),
            asked: Some(200),
            satisfied: Some(186),
            source: some("khảo sát"),
        }),
        also_published: vec![Publication { channel: "Zalo".into(), date: date(2026, 12, 2), url: None }],
        tags: vec!["pháp luật".into()],
        approved: Some(Approval { by: "E".into(), on: date(2026, 11, 28), reference: some("3/ĐTT") }),
    }
}

#[test]
fn every_place_of_a_running_order_and_all_its_facts_come_back_as_they_were() {
    let home = home();
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    let mut full = slot("05:30:00", "cchc");
    full.window = some("sang");
    full.class = Class::Priority;
    full.column = some("cchc");
    full.files = vec!["mo-dau.mp3".into(), "thân \"bài\".mp3".into()];
    full.start = Start::Soft;
    full.broadcast_ends = Some(at("06:15:00"));
    full.after_power_cut = AfterPowerCut::Resume;
    full.permit = some("CV 12/UBND");
    full.approved_sha256 = some(&"ef".repeat(32));
    full.particulars = Arc::new(particulars());
    let mut wanted = vec![full];
    let kinds = [Kind::Column, Kind::Ident, Kind::Sting, Kind::Music, Kind::Filler, Kind::SignOff];
    for (n, kind) in kinds.into_iter().enumerate() {
        // Named so that order by name is not the order they stand in.
        let mut place = slot("05:40:00", &format!("{}", 9 - n));
        (place.kind, place.segment, place.start) = (kind, None, Start::Soft);
        if kind == Kind::Column {
            place.files = Vec::new();
        }
        place.until = (kind == Kind::Filler).then(|| at("06:00:00"));
        wanted.push(place);
    }
    for slot in &wanted {
        ledger.freeze(slot);
        ledger.settle(&slot.id, Outcome::Missed, Some(Cause::NoTime), "");
    }
    written(&ledger);
    let found: Vec<_> = entries(&home.path).into_iter().map(|entry| entry.slot).collect();
    assert_eq!(found, wanted);
    let raw = Connection::open(&home.path).unwrap();
    let text: String = raw.query_row("select particulars from slot limit 1", [], |row| row.get(0)).unwrap();
    assert!(text.starts_with(r#"{"topics":["h1","g"],"genre":"phóng sự","tone":"guidance","level":"ward","#), "{text}");
    let bare: String =
        raw.query_row("select particulars from slot where kind = 'ident'", [], |row| row.get(0)).unwrap();
    assert_eq!(bare, "{}", "what is not said is left out");
}

/// A log as the first program left it: a run, and a segment that aired.
fn first_schema(path: &std::path::Path) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let old = Connection::open(path).unwrap();
    old.execute_batch(include_str!("schema_1.sql")).unwrap();
    old.pragma_update(None, "application_id", 0x4C4F_4131).unwrap();
    old.pragma_update(None, "user_version", 1).unwrap();
    let us = |time: &str| at(time).as_microsecond();
    old.execute_batch(&format!(
        "insert into station values (1, '8d7c2f51-0000-4000-8000-000000000003');
        insert into run values (1, 'u', 'boot 1', 'loa 0.1.0', {start}, 1, {end}, 2, {end}, 'stopped');
        insert into slot values ('2026-12-01/05:30:00/cchc', '2026-12-01/05:30:00', '2026-12-01', 'segment', 'cchc',
            'Cải cách', 'ban-tin.mp3', {began}, 600000, null, null, null, null, null, null, null, null, null, null, null,
            'r', {start}, 1);
        insert into airing values (1, 'a', '2026-12-01/05:30:00/cchc', 'main', 'null', 'ab', 60000, null, null, '', 1);
        insert into part values (1, 1, {start}, {began}, {ended}, 60000, {ended}, 0, 1, 0, 1);
        update airing set outcome = 'aired';",
        start = us("05:00:00"),
        began = us("05:30:00"),
        ended = us("05:31:00"),
        end = us("05:40:00"),
    ))
    .unwrap();
}

/// The schema's number, and what every airing came to.
fn said_by(path: &std::path::Path) -> (i64, Vec<String>) {
    let log = Connection::open(path).unwrap();
    let version = log.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    let mut statement = log.prepare("select slot || ' ' || outcome from airing").unwrap();
    let airings = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    (version, airings)
}

#[test]
fn a_log_of_an_older_schema_is_copied_as_it_was_before_it_is_upgraded_and_the_copy_stays() {
    let home = home();
    first_schema(&home.path);
    let was = said_by(&home.path);
    assert_eq!((was.0, was.1.len()), (1, 1));
    drop(open(&home.path, "06:00:00", "boot 1"));
    assert_eq!(said_by(&home.path).0, VERSION);
    let folder = home.path.with_file_name("backup");
    let copies = || {
        let names = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with("ledger-schema-")).collect::<Vec<_>>()
    };
    let copy = format!("ledger-schema-1-{}.db", jiff::tz::TimeZone::UTC.to_datetime(at("06:00:00")).date());
    assert_eq!(copies(), std::slice::from_ref(&copy));
    assert_eq!(said_by(&folder.join(&copy)), was);
    // It is no log of this schema, and a good copy all the same.
    assert!(Reader::open(&folder.join(&copy)).is_err());
    assert_eq!(Reader::check_copy(&folder.join(&copy)).map_err(|why| why.en), Ok(()));
    // Forty days of copies later it is still there, and a start of the same program makes no other.
    for day in 0..40 {
        loa::ledger::back_up(&home.path, &folder, date(2027, 1, 1) + jiff::Span::new().days(day)).unwrap();
    }
    drop(open(&home.path, "07:00:00", "boot 1"));
    assert_eq!(copies(), [copy]);
}

/// What only reads it cannot upgrade it, and nobody can while the older program has the station.
#[test]
fn of_a_log_of_an_older_schema_it_is_told_what_upgrades_it_and_what_is_in_the_way() {
    let home = home();
    first_schema(&home.path);
    let root = home.path.parent().and_then(std::path::Path::parent).unwrap();
    let told = || Reader::open(&home.path).unwrap_err();
    let on_duty = loa::lock::HomeLock::take(&loa::home::Home::at(root), at("06:00:00")).unwrap();
    let held = told();
    assert!(held.vi.contains("bản cũ ấy đang chạy cho đài; hãy dừng nó trước, rồi chạy `loa run`"), "{}", held.vi);
    assert!(
        held.en.contains("that one is running for the station; stop it first, then start `loa run`"),
        "{}",
        held.en
    );
    drop(on_duty);
    let free = told();
    assert!(free.vi.ends_with("thuộc bản Loa cũ hơn; hãy chạy `loa run` để nâng cấp"), "{}", free.vi);
    assert!(free.en.ends_with("is of an older Loa; start `loa run` to bring it up to date"), "{}", free.en);
}

#[test]
fn a_log_that_cannot_be_copied_first_is_not_upgraded_and_says_so() {
    let home = home();
    first_schema(&home.path);
    let was = said_by(&home.path);
    // A file where the folder of the copies should be: it stops the administrator too.
    std::fs::write(home.path.with_file_name("backup"), "").unwrap();
    let start = super::start("06:00:00", "boot 1");
    let error = loa::ledger::Ledger::open(&home.path, &start, &jiff::tz::TimeZone::UTC).unwrap_err();
    let refused = error.downcast_ref::<loa::ledger::Refused>().unwrap();
    assert!(refused.text.vi.contains("chưa nâng cấp: không sao được nó vào `var/backup`"), "{}", refused.text.vi);
    assert!(refused.text.en.contains("was not upgraded"), "{}", refused.text.en);
    assert_eq!(said_by(&home.path), was);
}

#[test]
fn a_log_of_the_first_schema_goes_on_with_all_that_it_held() {
    let home = home();
    first_schema(&home.path);
    let (ledger, recovery) = open(&home.path, "06:00:00", "boot 1");
    assert!(recovery.settled.len() == 1 && recovery.previous.unwrap().clean);
    let found = entries(&home.path).remove(0);
    assert_eq!(found.slot.files, ["ban-tin.mp3"]);
    assert_eq!((found.slot.kind, found.slot.start, found.slot.class), (Kind::Segment, Start::Hard, Class::Normal));
    let airing = found.airing.unwrap();
    assert_eq!((airing.outcome, airing.heard_ms(), airing.stand_in_ms()), (Some(Outcome::Aired), 60_000, None));
    let aired = |segment: &str| loa::ledger::Reader::open(&home.path).unwrap().aired_as(segment).unwrap();
    assert!(aired("cchc").iter().eq(["ab"]) && aired("thue").is_empty());
    // It is written to as a new one is, and what points to what is watched again.
    ledger.freeze(&slot("06:30:00", "thue"));
    super::chained::lived_for_long(&ledger);
    assert_eq!(entries(&home.path).len(), 2);
    let raw = Connection::open(&home.path).unwrap();
    raw.pragma_update(None, "foreign_keys", true).unwrap();
    assert!(
        raw.execute("insert into airing (uuid, slot, line, note, run) values ('b', 'no', 'main', '', 1)", []).is_err()
    );
    let version: i64 = raw.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, VERSION);
    // What was closed before there was a chain is in it, and marked so: station, four versions, run, airing.
    let checked = loa::ledger::Reader::open(&home.path).unwrap().verify(None, &mut |_, _| {}).unwrap();
    assert_eq!(checked.chained_later, Some((7, at("06:00:00"))));
    // Nobody has settled what that log left open: this test opens it without a daemon.
    let open = loa::ledger::Finding::NoOutcome { slot: "2026-12-01/06:30:00/thue".into() };
    assert_eq!(checked.verdict.findings, [open]);
}

/// What an older Loa wrote has one language: it is told in the other as far as its sentence is known.
#[test]
fn what_an_incident_was_is_read_in_both_languages() {
    let home = home();
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    let told = Text::new("`null`: rút dây", "`null`: unplugged");
    ledger.incident_began(IncidentKind::LineLost, at("05:01:00"), &told);
    written(&ledger);
    let older = Connection::open(&home.path).unwrap();
    let known = "`Master` bị tắt tiếng hoặc âm lượng bằng 0; hãy tăng âm lượng của máy tính";
    for (n, detail) in [known, "một câu lạ"].into_iter().enumerate() {
        let began = at("05:02:00").as_microsecond() + i64::try_from(n).unwrap();
        older
            .execute(
                "insert into incident (kind, began_us, detail, run) values ('muted', ?1, ?2, 1)",
                rusqlite::params![began, detail],
            )
            .unwrap();
    }
    let read = Reader::open(&home.path).unwrap().incidents(at("05:00:00"), at("06:00:00")).unwrap();
    let read: Vec<Text> = read.into_iter().map(|incident| incident.detail).collect();
    let known = Text::new(known, "`Master` is muted or at no volume; turn the PC's volume up");
    assert_eq!(read, [told, known, Text::same("một câu lạ")]);
}
