//! Another hand at the log while nobody ran: the next start sees it, says so and puts right what it can.

use loa::ledger::{Finding, Reader};
use rusqlite::Connection;

use super::chained::{as_owner, copied, found, log};
use super::{at, open};

const FIRST: &str = "2026-12-01/05:30:00/cchc";

/// The triggers that `loa log verify` finds gone.
fn gone(path: &std::path::Path) -> usize {
    let findings = Reader::open(path).unwrap().verify(None, &mut |_, _| {}).unwrap().verdict.findings;
    findings.iter().filter(|finding| matches!(finding, Finding::GuardMissing { .. })).count()
}

fn triggers(path: &std::path::Path) -> usize {
    let sql = "select count(*) from sqlite_master where type = 'trigger'";
    let count: i64 = Connection::open(path).unwrap().query_row(sql, [], |row| row.get(0)).unwrap();
    usize::try_from(count).unwrap()
}

#[test]
fn triggers_that_were_taken_away_are_back_after_a_start_which_tells_it_and_the_row_that_was_changed_is_named() {
    let whole = log();
    let all = triggers(&whole.path);
    let touched = copied(&whole);
    as_owner(&touched.path, "update part set played_ms = 300001");
    assert_eq!((triggers(&touched.path), gone(&touched.path), gone(&whole.path)), (0, all, 0));

    let (ledger, recovery) = open(&touched.path, "10:00:00", "boot 1");
    let told = recovery.touched.unwrap();
    let begins = format!("{all} khóa chống sửa của nhật ký đã bị gỡ (version_fixed, ");
    assert!(told.vi.starts_with(&begins) && told.vi.contains("nay đã đặt lại"), "{}", told.vi);
    assert!(told.vi.ends_with(&format!("4: lượt phát `{FIRST}` đã bị sửa sau khi khóa")), "{}", told.vi);
    assert!(told.en.contains("are there again") && told.en.contains("was changed after it was closed"), "{}", told.en);
    assert_eq!((triggers(&touched.path), gone(&touched.path)), (all, 0));
    assert_eq!(found(&touched.path, None), [format!("4 changed airing {FIRST}")], "what was changed stays named");
    let raw = Connection::open(&touched.path).unwrap();
    for refused in ["update part set played_ms = 300000", "delete from slot", "delete from chain"] {
        assert!(raw.execute(refused, []).is_err(), "{refused}");
    }
    drop(ledger);
}

#[test]
fn a_start_that_finds_nothing_but_a_changed_row_tells_that_and_one_whose_triggers_alone_were_gone_tells_them() {
    let whole = log();
    let only_row = copied(&whole);
    let raw = Connection::open(&only_row.path).unwrap();
    let sql = "select sql from sqlite_master where name = 'part_fixed'";
    let part_fixed: String = raw.query_row(sql, [], |row| row.get(0)).unwrap();
    raw.execute_batch(&format!("drop trigger part_fixed; update part set played_ms = 1; {part_fixed}")).unwrap();
    drop(raw);
    let told = open(&only_row.path, "10:00:00", "boot 1").1.touched.unwrap();
    assert!(told.vi.starts_with("1 chỗ ở phần cuối nhật ký không còn như lúc khóa"), "{}", told.vi);

    let only_trigger = copied(&whole);
    Connection::open(&only_trigger.path).unwrap().execute_batch("drop trigger slot_kept").unwrap();
    let told = open(&only_trigger.path, "10:00:00", "boot 1").1.touched.unwrap();
    assert_eq!(told.vi, "1 khóa chống sửa của nhật ký đã bị gỡ (slot_kept), nay đã đặt lại");
    assert!(told.en.starts_with("1 trigger that keeps the log from being changed was gone"), "{}", told.en);
    assert_eq!(open(&only_trigger.path, "11:00:00", "boot 1").1.touched, None, "it is told once");
}

#[test]
fn a_row_that_no_program_could_read_is_told_and_keeps_no_station_silent() {
    let touched = copied(&log());
    let (ledger, _) = open(&touched.path, "09:30:00", "boot 1");
    ledger.end_run(at("09:40:00"), "stopped");
    drop(ledger);
    // As no Loa writes it.
    as_owner(&touched.path, "pragma ignore_check_constraints = true; update chain set hash = x'00' where seq = 9");
    let (ledger, recovery) = open(&touched.path, "10:00:00", "boot 1");
    let told = recovery.touched.unwrap();
    assert!(told.vi.contains("phần cuối nhật ký có chỗ không đọc được"), "{}", told.vi);
    drop(ledger);
}
