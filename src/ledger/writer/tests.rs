use std::sync::Arc;

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use rusqlite::params;

use super::*;
use crate::airing::IncidentKind;
use crate::ledger::queue::LastWrite;
use crate::ledger::ticket::Ticket;
use crate::ledger::write::{OpenedPart, Write};
use crate::ledger::{MAIN_LINE, RunStart, Synced, recovery};
use crate::timetable::SlotId;

fn opened() -> (tempfile::TempDir, Writer) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    std::fs::write(folder.path().join("reserve"), vec![0; 8 << 20]).unwrap();
    let start = RunStart { at: Timestamp::UNIX_EPOCH, uptime_ms: 0, boot_id: "boot".into(), program: "loa".into() };
    let mut connection = file::open_for_writing(&path, start.at, &start.program).unwrap();
    let run = recovery::begin_run(&mut connection, start, None).unwrap().run;
    let reserve = Reserve::of(&path, clock::monotonic_ns());
    (folder, Writer::new(path, connection, run, reserve, TimeZone::UTC).unwrap())
}

fn open(writer: &Writer) -> &Connection {
    let Log::Open(open) = &writer.log else { panic!("{:?}", writer.log) };
    open
}

fn room(connection: &Connection, pages: i64) {
    connection.pragma_update_and_check(None, "max_page_count", pages, |row| row.get::<_, i64>(0)).unwrap();
}

/// SQLite answers a base that may not grow as it answers a full disk.
fn fill(writer: &Writer) {
    room(open(writer), open(writer).pragma_query_value(None, "page_count", |row| row.get(0)).unwrap());
}

#[test]
fn a_row_that_reached_the_disk_just_too_late_says_so() {
    let (_folder, mut writer) = opened();
    let slot = SlotId("2026-12-01/05:30:00/cchc".into());
    open(&writer)
        .execute(
            "insert into slot (id, broadcast, date, kind, class, segment, title, files, planned_us, start, grace_ms,
        after_power_cut, particulars, revision, frozen_us, run)
        values (?1, 'b', '2026-12-01', 'segment', 'normal', 's', 't', '[]', 0, 'hard', 0, 'skip', '{}', 'r', 0, ?2)",
            params![slot.0, writer.run_id],
        )
        .unwrap();
    let ticket = Arc::new(Ticket::default());
    let queue = Queue::default();
    queue.post(Write::OpenPart(OpenedPart {
        slot: slot.clone(),
        sha256: String::new(),
        file_ms: 1,
        line: MAIN_LINE.into(),
        device: "null".into(),
        at: Timestamp::UNIX_EPOCH,
        ticket: Arc::clone(&ticket),
    }));
    let batch = queue.take();
    let done = writer.write(&batch).unwrap();
    // The commit is done; the wait ends before the writer comes to say so, and the part is over before it can be marked.
    assert_eq!(ticket.wait(Duration::ZERO), Synced::No);
    queue.post(Write::ClosePart { slot: slot.clone(), at: Timestamp::UNIX_EPOCH, played_ms: 1, gap_ms: 0 });
    queue.written(done, answer(batch));
    writer.write(&queue.take()).unwrap();
    let sql = "select unsynced, closed from part";
    let part: (bool, bool) = open(&writer).query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    assert_eq!(part, (true, true));
}

#[test]
fn a_full_disk_loses_nothing_and_doubles_nothing() {
    let (folder, mut writer) = opened();
    fill(&writer);

    let queue = Queue::default();
    // The last ones are more than memory holds: it lets go of what stands beside the log.
    for (from, to, waiting) in [(0, 100, 200), (100, 1500, 3000), (1500, 2101, 4202)] {
        for second in from..to {
            let at = Timestamp::from_second(second).unwrap();
            let detail = "x".repeat(200);
            queue.post(Write::IncidentBegan { kind: IncidentKind::LineLost, at, detail, detail_en: None });
            queue.post(Write::IncidentEnded { kind: IncidentKind::LineLost, at });
        }
        let batch = queue.take();
        let error = writer.write(&batch).unwrap_err();
        assert!(is_full(&error), "{error:#}");
        let aside = writer.set_aside(batch);
        assert!(queue.failed(aside, &file::in_short(&error), Duration::ZERO));
        let health = queue.health();
        let LastWrite::Failing { why, .. } = &health.last_write else { panic!("{health:?}") };
        assert_eq!((why.vi.as_str(), why.en.as_str()), ("hết chỗ trên đĩa", "the disk is full"));
        assert_eq!((health.waiting, health.lost, health.in_memory_alone), (waiting, 0, false));
    }
    assert!(!folder.path().join("reserve").exists(), "the room kept for the log is given up first");
    let lines = std::fs::read_to_string(folder.path().join("ledger-wait.jsonl")).unwrap().lines().count();
    assert_eq!(lines, 4202, "each once");

    room(open(&writer), 1_000_000);
    let done = writer.write(&queue.take()).unwrap();
    let refused = done.refused;
    queue.written(done, Vec::new());
    assert_eq!((queue.health().last_write, queue.health().waiting), (LastWrite::Done, 0));
    let sql = "select count(*), count(distinct began_us), count(ended_us) from incident";
    let counts: (i64, i64, i64) =
        open(&writer).query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    assert_eq!((refused, counts), (0, (2101, 2101, 2101)));
}

#[test]
fn rows_that_no_file_takes_are_said_to_be_in_memory_alone() {
    let (folder, mut writer) = opened();
    fill(&writer);
    // What stands where the file beside the log should takes no line.
    let beside = folder.path().join("ledger-wait.jsonl");
    std::fs::create_dir(&beside).unwrap();
    let queue = Queue::default();
    let mut refuse = |detail: String| {
        let (kind, at) = (IncidentKind::LineLost, Timestamp::UNIX_EPOCH);
        queue.post(Write::IncidentBegan { kind, at, detail, detail_en: None });
        let batch = queue.take();
        let error = writer.write(&batch).unwrap_err();
        let aside = writer.set_aside(batch);
        assert!(queue.failed(aside, &file::in_short(&error), Duration::ZERO));
        queue.health().in_memory_alone
    };
    assert!(refuse("x".repeat(200_000)));
    std::fs::remove_dir(&beside).unwrap();
    assert!(!refuse("y".repeat(200)), "and no longer once a file takes them");
}

#[test]
fn a_log_that_is_gone_for_good_is_begun_anew_with_the_run_that_writes() {
    let (folder, mut writer) = opened();
    writer.log = Log::Saved(Saved::Whole, PassedOver::default());
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(folder.path().join(format!("ledger.db{ending}")));
    }
    let queue = Queue::default();
    queue.post(Write::Heartbeat { at: Timestamp::from_second(5).unwrap(), uptime_ms: 5_000 });
    writer.write(&queue.take()).unwrap();
    let told = writer.put_back.take().unwrap().what.en;
    assert!(told.contains("there is no copy"), "{told}");
    let sql = "select uuid, boot_id, heartbeat_us from run";
    let run: (String, String, i64) =
        open(&writer).query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    assert_eq!(run, (writer.run.uuid.clone(), "boot".into(), 5_000_000));
}

/// Opening it may fail for a while, as on a full disk or under a virus scanner's hand.
#[test]
fn a_log_that_was_put_back_whole_and_cannot_be_opened_yet_is_not_made_anew_of_what_is_older() {
    let (folder, mut writer) = opened();
    let before = chain::head(open(&writer)).unwrap();
    assert!(moved::save(open(&writer), &writer.path).unwrap());
    writer.log = Log::Saved(Saved::Whole, PassedOver::default());
    let saved = Connection::open(folder.path().join("ledger.db.saved")).unwrap();
    saved.pragma_update(None, "user_version", file::VERSION + 1).unwrap();
    saved.close().unwrap();
    let queue = Queue::default();
    queue.post(Write::Heartbeat { at: Timestamp::from_second(5).unwrap(), uptime_ms: 5_000 });
    let batch = queue.take();
    for _ in 0..2 {
        writer.write(&batch).unwrap_err();
    }
    // As where the system did not tell which file it is.
    writer.identity = None;
    let in_place = Connection::open(&writer.path).unwrap();
    in_place.pragma_update(None, "user_version", file::VERSION).unwrap();
    in_place.close().unwrap();
    writer.write(&batch).unwrap();
    let told = writer.put_back.take().unwrap().what.en;
    assert!(told.contains("it was put back whole"), "{told}");
    let run: (String, i64) = open(&writer)
        .query_row("select uuid, heartbeat_us from run", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    assert_eq!(run, (writer.run.uuid.clone(), 5_000_000));
    let seen = HEXLOWER.encode(&before.unwrap().hash);
    let sql = "select count(*) from chain where lower(hex(hash)) = ?1";
    assert_eq!(open(&writer).query_row(sql, [seen], |row| row.get::<_, i64>(0)).unwrap(), 1, "the same chain");
}

/// A writer whose memory let go of 2049 rows, of which one contradicts the log, while the disk was full.
fn let_go() -> (tempfile::TempDir, Writer, Queue) {
    let (folder, mut writer) = opened();
    fill(&writer);
    let queue = Queue::default();
    queue.post(Write::Began { slot: SlotId("2026-12-01/05:30:00/khong-co".into()), at: Timestamp::UNIX_EPOCH });
    for second in 0..MOST_WAITING / 4 {
        let at = Timestamp::from_second(i64::try_from(second).unwrap()).unwrap();
        let detail = "x".repeat(200);
        queue.post(Write::IncidentBegan { kind: IncidentKind::LineLost, at, detail, detail_en: None });
        queue.post(Write::IncidentEnded { kind: IncidentKind::LineLost, at });
    }
    let batch = queue.take();
    writer.write(&batch).unwrap_err();
    let aside = writer.set_aside(batch);
    assert_eq!(aside.let_go, 2049);
    assert!(queue.failed(aside, &Text::same("disk full"), Duration::ZERO));
    room(open(&writer), 1_000_000);
    let (kind, at) = (IncidentKind::Disk, Timestamp::from_second(5000).unwrap());
    queue.post(Write::IncidentBegan { kind, at, detail: "behind them".into(), detail_en: None });
    (folder, writer, queue)
}

/// What the log itself says of another hand, or of what is not in it.
fn said_in_the_log(writer: &Writer) -> String {
    let sql = "select detail_en from incident where kind = 'log_touched'";
    open(writer).query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn rows_that_stood_beside_the_log_alone_and_were_taken_away_are_counted_as_lost_and_the_log_says_so() {
    let (folder, mut writer, queue) = let_go();
    std::fs::remove_file(folder.path().join("ledger-wait.jsonl")).unwrap();
    let done = writer.write(&queue.take()).unwrap();
    assert_eq!((done.refused, done.lost), (0, 2049));
    queue.written(done, Vec::new());
    assert_eq!((queue.health().lost, queue.health().waiting), (2049, 0));
    let said = said_in_the_log(&writer);
    assert!(said.contains("are lost") && said.ends_with("2049"), "{said}");
}

#[test]
fn a_row_that_contradicts_the_log_is_told_though_the_batch_behind_it_fails_once() {
    let (_folder, mut writer, queue) = let_go();
    let fails = "create temp trigger full before insert on incident when new.detail = 'behind them' begin select zeroblob(2000000000); end";
    open(&writer).execute_batch(fails).unwrap();
    let batch = queue.take();
    writer.write(&batch).unwrap_err();
    open(&writer).execute_batch("drop trigger full").unwrap();
    let done = writer.write(&batch).unwrap();
    assert_eq!((done.refused, done.lost), (1, 0));
    let said = said_in_the_log(&writer);
    assert!(said.contains("rows that contradict the log: 1"), "{said}");
    assert_eq!(writer.write(&[]).unwrap().refused, 0, "once");
}

#[test]
fn between_the_copy_that_was_used_and_the_first_rows_that_are_kept_the_log_says_that_it_may_lack_some() {
    use jiff::civil::date;

    let made_of = |first_rows: jiff::civil::Date| {
        let (folder, mut writer) = opened();
        let backup = folder.path().join("backup");
        crate::ledger::back_up(&writer.path, &backup, date(2026, 9, 1)).unwrap();
        std::fs::write(backup.join(format!("rows-{first_rows}.jsonl")), "\n").unwrap();
        writer.log = Log::Saved(Saved::Whole, PassedOver::default());
        for ending in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(folder.path().join(format!("ledger.db{ending}")));
        }
        writer.write(&[]).unwrap();
        writer.put_back.take().unwrap().what.en
    };
    let with_a_hole = made_of(date(2026, 11, 20));
    assert!(with_a_hole.ends_with("; from 01/09/2026 to 20/11/2026 it may lack rows"), "{with_a_hole}");
    let without = made_of(date(2026, 9, 1));
    assert!(without.contains("copy of 01/09/2026") && !without.contains("may lack"), "{without}");
}
