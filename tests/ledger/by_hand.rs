//! What a person writes into the log by hand: held against itself and the log, replaced and withdrawn, and never counted
//! twice.

use jiff::Timestamp;
use jiff::civil::date;
use loa::airing::{Corrected, Correction};
use loa::ledger::{Ledger, Reader, Synced, correction};
use loa::outcome::{Cause, Outcome};
use loa::timetable::{Kind, Slot};
use serde_json::{Value, json};

use super::{Home, PATIENCE, at, audio, home, open, slot, written, zone};

const FIRST: &str = "2026-12-01/05:30:00/cchc";
const SECOND: &str = "2026-12-01/06:00:00/thue";
const RELAY: &str = "2026-12-01/06:30:00/tiep-am";

/// A log of 1 December: `cchc` was heard from 05:30 to 05:35, `thue` and a relay of 14 minutes were missed.
struct Morning {
    home: Home,
    ledger: Ledger,
}

fn morning() -> Morning {
    let home = home();
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    let first = slot("05:30:00", "cchc");
    ledger.freeze(&first);
    assert_eq!(ledger.open_part(&first.id, &audio(), "main", "alsa:usb", PATIENCE), Synced::Yes);
    ledger.note_began(&first.id, at("05:30:00.000250"));
    ledger.close_part(&first.id, at("05:35:00"), 300_000, 0);
    ledger.settle(&first.id, Outcome::Aired, None, "");
    let mut relay = slot("06:30:00", "tiep-am");
    (relay.kind, relay.segment, relay.audio, relay.until) = (Kind::Relay, None, None, Some(at("06:44:00")));
    for slot in [slot("06:00:00", "thue"), relay] {
        ledger.freeze(&slot);
        ledger.settle(&slot.id, Outcome::Missed, Some(Cause::Power), "");
    }
    written(&ledger);
    Morning { home, ledger }
}

impl Morning {
    fn reader(&self) -> Reader {
        Reader::open(&self.home.path).unwrap()
    }

    /// What becomes of a wish at 20:00, with `bhyt` in the schedule and never of record.
    fn ask(&self, said: &Value) -> Result<Correction, String> {
        let mut wish = json!({ "by": "Lan", "why": "nghe tại chỗ" });
        wish.as_object_mut().unwrap().extend(said.as_object().unwrap().clone());
        let mut planned = slot("19:00:00", "bhyt");
        "Bảo hiểm y tế".clone_into(&mut planned.title);
        let planned = |_| -> Vec<Slot> { vec![planned.clone()] };
        correction(&wish, &self.reader(), &zone(), at("20:00:00"), &planned).map_err(|why| why.vi)
    }

    fn refuses(&self, said: &Value, why: &str) {
        let refused = self.ask(said).unwrap_err();
        assert!(refused.contains(why), "{said}: {refused}");
    }

    fn write(&self, said: &Value) -> String {
        let correction = self.ask(said).unwrap();
        let id = correction.id.clone();
        assert_eq!(self.ledger.correct(correction, PATIENCE), Synced::Yes);
        id
    }
}

fn times(began: &str, ended: &str) -> Value {
    json!({ "began": at(began).to_string(), "ended": at(ended).to_string() })
}

fn with(mut said: Value, more: &Value) -> Value {
    said.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    said
}

fn new(title: &str, began: &str, ended: &str) -> Value {
    with(times(began, ended), &json!({ "title": title }))
}

fn beside(slot: &str, began: &str, ended: &str) -> Value {
    with(times(began, ended), &json!({ "target": slot, "outcome": "aired" }))
}

#[test]
fn no_entry_by_hand_lasts_longer_than_can_be() {
    let log = morning();
    log.refuses(&new("Loa kéo", "06:50:00", "18:50:01"), "dài quá 12 giờ");
    assert!(log.ask(&new("Loa kéo", "06:50:00", "18:50:00")).is_ok());
    log.refuses(&beside(SECOND, "06:50:00", "18:50:01"), "dài quá 12 giờ");
    log.refuses(&json!({ "target": SECOND, "outcome": "aired", "played_ms": 43_200_001_u64 }), "dài quá 12 giờ");
    // No recording bounds a relay: its place does.
    log.refuses(&beside(RELAY, "06:50:00", "07:05:01"), "mục này trong kế hoạch dài 14 phút");
    log.refuses(
        &json!({ "target": RELAY, "outcome": "aired", "played_ms": 901_000 }),
        "mục này trong kế hoạch dài 14 phút",
    );
    assert!(log.ask(&beside(RELAY, "06:50:00", "07:05:00")).is_ok());
}

#[test]
fn no_minute_counts_twice_whatever_has_it_already() {
    let log = morning();
    let twice = "hai mục cùng lúc sẽ bị tính hai lần";
    log.refuses(
        &new("Loa kéo", "05:34:00", "05:40:00"),
        "nhật ký đã có mục `Cải cách hành chính` (mã `2026-12-01/05:30:00/cchc`) phát từ 05:30:00 đến 05:35:00 01/12/2026",
    );
    log.refuses(&beside(SECOND, "05:34:00", "05:38:00"), twice);
    assert!(log.ask(&new("Loa kéo", "05:35:00", "05:40:00")).is_ok(), "they may touch");
    log.write(&beside(SECOND, "06:02:00", "06:07:00"));
    log.refuses(
        &new("Loa kéo", "06:05:00", "06:10:00"),
        "đã sửa tay mục `Cải cách hành chính` (Lan ghi, mã `2026-12-01/06:00:00/thue`) từ 06:02:00 đến 06:07:00",
    );
    assert!(log.ask(&beside(SECOND, "06:03:00", "06:08:00")).is_ok(), "a slot is no other than itself");
    let id = log.write(&new("Loa kéo", "07:00:00", "07:10:00"));
    log.refuses(
        &new("Tin bão", "07:09:00", "07:12:00"),
        &format!("đã có mục nhập tay `Loa kéo` (Lan ghi, mã `{id}`) từ 07:00:00 đến 07:10:00 01/12/2026"),
    );
    log.refuses(&beside(RELAY, "07:05:00", "07:12:00"), twice);
    // What was corrected to unheard, and what was withdrawn, is in nobody's way.
    log.write(&json!({ "target": FIRST, "outcome": "failed", "cause": "line" }));
    assert!(log.ask(&new("Loa kéo", "05:30:00", "05:35:00")).is_ok());
    log.write(&json!({ "target": id, "withdraw": true }));
    assert!(log.ask(&new("Tin bão", "07:09:00", "07:12:00")).is_ok());
}

#[test]
fn a_slot_is_corrected_by_times_of_its_own_date_or_just_after_its_midnight() {
    let log = morning();
    let now: Timestamp = "2026-12-08T08:00:00+07:00".parse().unwrap();
    let ask = |began: &str| {
        let ended = began.parse::<Timestamp>().unwrap() + jiff::SignedDuration::from_mins(4);
        let wish = json!({ "target": SECOND, "by": "Lan", "why": "bù", "outcome": "aired", "began": began, "ended": ended.to_string() });
        correction(&wish, &log.reader(), &zone(), now, &|_| Vec::new()).map_err(|why| why.vi)
    };
    let refused = ask("2026-12-06T06:00:00+07:00").unwrap_err();
    assert!(refused.contains("mục này của ngày 01/12/2026, giờ ghi là của ngày 06/12/2026"), "{refused}");
    assert!(ask("2026-11-30T23:59:00+07:00").is_err());
    assert!(ask("2026-12-02T18:00:01+07:00").is_err());
    assert_eq!(ask("2026-12-01T23:58:00+07:00").unwrap().date, date(2026, 12, 1));
}

#[test]
fn a_segment_gives_an_entry_its_title_and_no_more_than_its_length() {
    let log = morning();
    let of =
        |segment: &str, more: &Value| with(with(times("07:00:00", "07:30:00"), &json!({ "segment": segment })), more);
    let entry = log.ask(&of("cchc", &json!({}))).unwrap();
    let named = Corrected::WithoutLoa { title: "Cải cách hành chính".into(), segment: Some("cchc".into()) };
    assert_eq!((entry.of, entry.played_ms), (named, Some(300_000)));
    let planned = log.ask(&of("bhyt", &json!({ "title": "bảo hiểm Y TẾ" }))).unwrap();
    let named = Corrected::WithoutLoa { title: "Bảo hiểm y tế".into(), segment: Some("bhyt".into()) };
    assert_eq!((planned.of, planned.played_ms), (named, Some(300_000)));
    log.refuses(
        &of("cchc", &json!({ "title": "Đặt tên khác" })),
        "tiết mục `cchc` tên là “Cải cách hành chính”: bỏ `--title`",
    );
    log.refuses(&of("bhty", &json!({})), "không có tiết mục `bhty`; có phải là `bhyt` không?");
    log.refuses(&times("07:00:00", "07:30:00"), "và `--title` hoặc `--segment`");
}

/// What of the entries counts: by title, outcome and length.
fn counted(log: &Morning) -> Vec<(String, Option<Outcome>, u64)> {
    let day = date(2026, 12, 1);
    let reader = log.reader();
    let mut rows = reader.report_rows(day, day).unwrap();
    loa::report::row::correct(&mut rows, &reader.corrections(day, day).unwrap(), &std::collections::HashMap::new());
    let by_hand = rows.into_iter().filter(|row| row.by_hand.is_some());
    by_hand.map(|row| (row.title, row.outcome, row.heard_ms)).collect()
}

#[test]
fn an_entry_is_replaced_and_withdrawn_by_its_id_and_what_was_written_stays() {
    let log = morning();
    let id = log.write(&new("Loa kéo", "07:00:00", "07:10:00"));
    let one = |title: &str, ms| vec![(title.to_owned(), Some(Outcome::Aired), ms)];
    assert_eq!(counted(&log), one("Loa kéo", 600_000));
    // Its own minutes are not in its way, and what is left out stays.
    let second = log.write(&with(times("07:05:00", "07:12:00"), &json!({ "target": id })));
    assert_eq!(counted(&log), one("Loa kéo", 420_000));
    // By the id of what took its place too.
    log.write(&json!({ "target": second, "title": "Tin bão" }));
    assert_eq!(counted(&log), one("Tin bão", 420_000));
    let moved = with(
        json!({ "target": id }),
        &json!({ "began": "2026-11-30T07:00:00+07:00", "ended": "2026-11-30T07:05:00+07:00" }),
    );
    log.refuses(&moved, "rút lại bằng `--withdraw` rồi ghi mục mới bằng `--new`");
    log.refuses(&json!({ "target": id, "withdraw": true, "note": "x" }), "`--withdraw` chỉ rút lại");
    log.write(&json!({ "target": id, "withdraw": true }));
    assert_eq!(counted(&log), []);
    log.refuses(&json!({ "target": id, "withdraw": true }), "đã được rút lại rồi");
    // Nothing is gone, each entry names the first, and the chain holds them.
    let day = date(2026, 12, 1);
    let all = log.reader().corrections(day, day).unwrap();
    let found: Vec<(Option<&str>, bool)> =
        all.iter().map(|one| (one.replaces.as_deref(), one.is_withdrawal())).collect();
    let of = Some(id.as_str());
    assert_eq!(found, [(None, false), (of, false), (of, false), (of, true)]);
    assert!(log.reader().heard_before(&["cchc"].into(), date(2026, 12, 2)).unwrap().contains("cchc"));
    // And it can be said again after all.
    log.write(&with(times("07:05:00", "07:06:00"), &json!({ "target": id, "outcome": "aired" })));
    assert_eq!(counted(&log), one("Tin bão", 60_000));
    super::chained::lived_for_long(&log.ledger);
    let checked = log.reader().verify(None, &mut |_, _| {}).unwrap();
    assert_eq!(checked.verdict.findings, []);
}

#[test]
fn what_takes_an_entrys_place_is_vouched_for_by_the_chain() {
    let log = morning();
    let id = log.write(&new("Loa kéo", "07:00:00", "07:10:00"));
    let withdrawal = log.write(&json!({ "target": id, "withdraw": true }));
    super::chained::lived_for_long(&log.ledger);
    drop(log.ledger);
    let raw = rusqlite::Connection::open(&log.home.path).unwrap();
    raw.execute_batch("drop trigger correction_fixed; update correction set replaces = null").unwrap();
    let found = Reader::open(&log.home.path).unwrap().verify(None, &mut |_, _| {}).unwrap().verdict.findings;
    let changed = |finding: &loa::ledger::Finding| format!("{finding:?}").contains(&withdrawal);
    assert!(found.iter().any(changed), "{found:?}");
    assert!(found.iter().all(|finding| !format!("{finding:?}").contains(&id)), "{found:?}");
}

#[test]
fn what_was_written_beside_a_slot_is_withdrawn_and_the_logs_own_word_counts_again() {
    let log = morning();
    log.refuses(&json!({ "target": FIRST, "withdraw": true }), "không có phần sửa tay nào để rút lại");
    log.write(&json!({ "target": FIRST, "outcome": "failed", "cause": "line" }));
    assert_eq!(counted(&log), [("Cải cách hành chính".to_owned(), Some(Outcome::Failed), 0)]);
    let id = log.write(&json!({ "target": FIRST, "withdraw": true }));
    assert_eq!(counted(&log), [], "what was withdrawn counts no more as written by hand");
    // An entry beside a slot names it too.
    assert_eq!(log.reader().slot_named(&id).unwrap().unwrap().0.0, FIRST);
    log.refuses(&json!({ "target": FIRST, "title": "Tên khác", "note": "x" }), "giữ tên và mã của nó");
}

#[test]
fn an_entry_by_hand_that_contradicts_itself_or_the_log_is_refused_with_what_to_do() {
    let home = super::chained::log();
    let reader = Reader::open(&home.path).unwrap();
    let zone = jiff::tz::TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
    let ask = |target: &str, said: &Value| {
        let mut wish = json!({ "target": target, "by": "Lan", "why": "nghe tại chỗ" });
        wish.as_object_mut().unwrap().extend(said.as_object().unwrap().clone());
        correction(&wish, &reader, &zone, at("09:00:00"), &|_| Vec::new()).map_err(|why| why.vi)
    };
    let (began, ended) = (at("05:50:00").to_string(), at("05:55:00").to_string());
    let times = json!({ "began": began, "ended": ended });
    let cases = [
        (FIRST, json!({ "outcome": "missed", "cause": "power", "began": began }), "không nghe được gì"),
        (FIRST, json!({ "outcome": "aired", "cause": "power" }), "đã phát thì không có nguyên nhân"),
        (
            FIRST,
            json!({ "outcome": "failed", "cause": "quiet_hours" }),
            "kết quả “Lỗi phát” không đi với nguyên nhân “Giờ yên tĩnh”; `--cause` của kết quả ấy là một trong: Thiếu tệp âm thanh (no_file), Không giải mã được (undecodable), Mất đường loa (line), Lỗi đĩa (disk). Nếu đúng là nguyên nhân này thì `--outcome` là: Không phát theo ngoại lệ (excepted)",
        ),
        (SECOND, times.clone(), "không nghe được gì"),
        (SECOND, json!({ "outcome": "aired" }), "ghi thêm `--began` và `--ended`"),
        (
            SECOND,
            json!({ "outcome": "aired", "began": began, "ended": ended, "played_ms": 3_000_000 }),
            "`--played` dài hơn",
        ),
        (FIRST, json!({ "ended": at("05:29:00").to_string() }), "giờ kết thúc trước giờ bắt đầu"),
        ("2026-12-01/khong-co", times, "không có mục, lượt phát hay mục nhập tay nào"),
    ];
    for (target, said, why) in cases {
        let refused = ask(target, &said).unwrap_err();
        assert!(refused.contains(why), "{said}: {refused}");
    }
    for (target, said) in [
        (FIRST, json!({ "outcome": "missed", "cause": "power" })),
        (FIRST, json!({ "outcome": "cut", "cause": "operator" })),
        (FIRST, json!({ "note": "nghe rõ" })),
        (SECOND, json!({ "outcome": "aired", "began": began, "ended": ended, "played_ms": 240_000 })),
        (SECOND, json!({ "outcome": "aired", "played_ms": 240_000 })),
    ] {
        assert!(ask(target, &said).is_ok(), "{said}");
    }
}
