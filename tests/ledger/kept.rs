//! What is written is read back as it was written.

use jiff::Timestamp;
use loa::airing::IncidentKind;
use loa::ledger::{Ledger, Reader, RunStart, Synced};
use loa::outcome::{Cause, Outcome};
use loa::problem::Text;
use loa::timetable::Bar;
use rusqlite::Connection;

use super::{PATIENCE, at, audio, entries, home, incidents, on_air, open, slot, start, written, zone};

#[test]
fn what_was_heard_is_read_back_as_it_was_written() {
    let home = home();
    let (ledger, mut planned) = on_air(&home);
    ledger.close_part(&planned.id, at("05:35:00.000250"), 300_000, 12);
    ledger.settle(&planned.id, Outcome::Aired, None, "");
    let mut barred = slot("06:00:00", "thieu");
    barred.audio = None;
    barred.bar = Some(Bar { cause: Cause::NoFile, reason: Text::new("thiếu tệp", "no file") });
    ledger.freeze(&barred);
    ledger.settle(&barred.id, Outcome::Failed, Some(Cause::NoFile), "thiếu tệp `thieu.mp3`");
    assert_eq!(ledger.end_run(at("07:00:00"), "stopped"), Synced::Yes);
    drop(ledger);

    let found = entries(&home.path);
    assert_eq!(found.len(), 2);
    assert_eq!((&found[0].slot, &found[1].slot), (&planned, &barred));
    let airing = found[0].airing.as_ref().unwrap();
    assert_eq!((airing.outcome, airing.cause, airing.note.as_str()), (Some(Outcome::Aired), None, ""));
    assert_eq!((airing.began(), airing.ended()), (Some(at("05:30:00.000250")), Some(at("05:35:00.000250"))));
    assert_eq!((airing.played_ms(), airing.gap_ms(), airing.parts[0].unsynced), (300_000, 12, false));
    assert_eq!((airing.line.as_str(), airing.device.as_deref()), ("main", Some("alsa:usb")));
    assert_eq!((airing.sha256.as_ref(), airing.file_ms), (Some(&audio().sha256), Some(300_000)));
    let failed = found[1].airing.as_ref().unwrap();
    assert_eq!((failed.outcome, failed.cause), (Some(Outcome::Failed), Some(Cause::NoFile)));
    assert_eq!((failed.note.as_str(), failed.parts.len()), ("thiếu tệp `thieu.mp3`", 0));
    assert_eq!(incidents(&home.path), []);

    // A later plan of the same slot changes nothing of it.
    let (ledger, recovery) = open(&home.path, "08:00:00", "boot 1");
    planned.title = "khác".into();
    ledger.freeze(&planned);
    written(&ledger);
    assert_eq!(entries(&home.path), found);
    assert!(recovery.previous.as_ref().unwrap().clean);
    assert_eq!(recovery.settled.len(), 2);
    assert_eq!((recovery.open.len(), recovery.closed_now.len()), (0, 0));
    assert_eq!(recovery.first_run, at("05:00:00"));
}

/// A run that begins by a clock a year ahead still knows what has its outcome: it must not air again when that is set right.
#[test]
fn what_has_an_outcome_is_known_whatever_the_clock_says_at_the_start() {
    let home = home();
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    let slot = slot("05:30:00", "cchc");
    ledger.freeze(&slot);
    ledger.settle(&slot.id, Outcome::Missed, Some(Cause::Clock), "");
    // A person took the wrong year for the right one.
    let a_year_ahead = at("05:40:00") + jiff::SignedDuration::from_hours(24 * 365);
    ledger.heartbeat(a_year_ahead, 2_400_000);
    ledger.end_run(a_year_ahead, "stopped");
    drop(ledger);
    let ahead = RunStart { at: a_year_ahead, ..start("05:40:00", "boot 1") };
    let (_ledger, recovery) = Ledger::open(&home.path, &ahead, &zone()).unwrap();
    assert!(recovery.settled.contains(&slot.id), "{:?}", recovery.settled);
}

#[test]
fn a_part_that_never_sounded_has_neither_beginning_nor_end() {
    let home = home();
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    let slot = slot("05:30:00", "cchc");
    ledger.freeze(&slot);
    ledger.open_part(&slot.id, &audio(), "main", "alsa:usb", PATIENCE);
    ledger.close_part(&slot.id, at("05:30:02"), 0, 0);
    ledger.settle(&slot.id, Outcome::Failed, Some(Cause::Line), "");
    written(&ledger);
    let airing = entries(&home.path).remove(0).airing.unwrap();
    assert_eq!((airing.began(), airing.ended(), airing.parts.len()), (None, None, 1));
}

#[test]
fn the_log_is_readable_while_the_daemon_writes() {
    let home = home();
    let (ledger, slot_on_air) = on_air(&home);
    let reader = Reader::open(&home.path).unwrap();
    let now = || reader.entries(slot_on_air.date, slot_on_air.date).unwrap().remove(0).airing.unwrap();
    assert_eq!((now().outcome, now().ended()), (None, Some(at("05:31:01"))));
    ledger.close_part(&slot_on_air.id, at("05:32:00"), 120_000, 0);
    ledger.settle(&slot_on_air.id, Outcome::Cut, Some(Cause::Operator), "");
    written(&ledger);
    assert_eq!((now().outcome, now().ended()), (Some(Outcome::Cut), Some(at("05:32:00"))));
}

/// Read once more, it is in force by the clock of now too; a third time says nothing new.
#[test]
fn a_schedule_that_was_read_by_a_clock_hours_ahead_is_the_last_good_one_once_it_is_read_by_the_clock_that_was_set_back()
{
    let home = home();
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    let month = "2026-12".parse().unwrap();
    for (text, time) in [("a", "05:00:01"), ("b", "08:00:00"), ("b", "06:00:00"), ("b", "06:30:00"), ("b", "09:00:00")]
    {
        ledger.keep_revision(month, "đài", text, &format!("sha of {text}"), at(time));
    }
    written(&ledger);
    let reader = Reader::open(&home.path).unwrap();
    let last = |time: &str| reader.last_revision(month, at(time)).unwrap().map(|r| (r.schedule_text, r.read_at));
    assert_eq!(last("05:59:59"), Some(("a".into(), at("05:00:01"))));
    for time in ["06:00:01", "07:59:59", "09:30:00"] {
        assert_eq!(last(time), Some(("b".into(), at("06:00:00"))), "{time}");
    }
}

#[test]
fn the_last_good_schedule_is_told_also_after_a_change_was_taken_back() {
    let home = home();
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    let month = "2026-12".parse().unwrap();
    for (text, time) in [("a", "05:00:01"), ("a", "05:00:02"), ("b", "06:00:00"), ("a", "07:00:00")] {
        ledger.keep_revision(month, "đài", text, &format!("sha of {text}"), at(time));
    }
    ledger.keep_revision("2027-01".parse().unwrap(), "đài", "c", "sha of c", at("07:00:01"));
    written(&ledger);
    let reader = Reader::open(&home.path).unwrap();
    let last = |time: &str| reader.last_revision(month, at(time)).unwrap().map(|r| (r.schedule_text, r.read_at));
    assert_eq!(last("05:00:01"), None);
    assert_eq!(last("05:59:59"), Some(("a".into(), at("05:00:01"))));
    assert_eq!(last("06:59:59"), Some(("b".into(), at("06:00:00"))));
    assert_eq!(last("23:00:00"), Some(("a".into(), at("07:00:00"))));
    let raw = Connection::open(&home.path).unwrap();
    let texts: i64 = raw.query_row("select count(*) from revision", [], |row| row.get(0)).unwrap();
    assert_eq!(texts, 3, "a text is stored once");
}

#[test]
fn a_fault_is_written_once_while_it_lasts() {
    let home = home();
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    ledger.incident_began(IncidentKind::LineLost, at("05:01:00"), &Text::same("rút dây"));
    ledger.incident_began(IncidentKind::LineLost, at("05:01:05"), &Text::same("rút dây"));
    ledger.incident_ended(IncidentKind::LineLost, at("05:02:00"));
    ledger.incident_began(IncidentKind::LineLost, at("05:03:00"), &Text::same("rút dây"));
    ledger.end_run(at("05:04:00"), "stopped");
    let expected = [
        (IncidentKind::LineLost, at("05:01:00"), Some(at("05:02:00"))),
        (IncidentKind::LineLost, at("05:03:00"), Some(at("05:04:00"))),
    ];
    assert_eq!(incidents(&home.path), expected);
    let reader = Reader::open(&home.path).unwrap();
    let between = |from: &str, to: &str| reader.incidents(at(from), at(to)).unwrap().len();
    assert_eq!((between("05:00:00", "05:01:00"), between("05:01:30", "05:03:00")), (0, 1));
}

#[test]
fn the_reader_tells_station_runs_and_the_first_hearing_of_a_segment() {
    let home = home();
    let (ledger, recovery) = open(&home.path, "05:00:00", "boot 1");
    for time in ["05:30:00", "06:30:00"] {
        let slot = slot(time, "cchc");
        ledger.freeze(&slot);
        ledger.open_part(&slot.id, &audio(), "main", "null", PATIENCE);
        ledger.close_part(&slot.id, at(time), 300_000, 0);
        ledger.settle(&slot.id, Outcome::Aired, None, "");
    }
    ledger.heartbeat(at("06:59:59"), 7_000_000);
    ledger.end_run(at("07:00:00"), "stopped");
    let day = jiff::civil::date(2026, 12, 1);
    let reader = Reader::open(&home.path).unwrap();
    assert_eq!(reader.station_uuid().unwrap(), recovery.station);
    let first: Vec<_> = reader.first_heard(day, day).unwrap().into_iter().map(|id| id.0).collect();
    assert_eq!(first, ["2026-12-01/05:30:00/cchc"]);
    let runs = reader.runs().unwrap();
    assert_eq!((runs.len(), &runs[0].uuid, runs[0].ended), (1, &recovery.run, Some(at("07:00:00"))));
    assert_eq!(reader.last_heartbeat().unwrap(), Some(at("06:59:59")));
    let next = day.tomorrow().unwrap();
    assert_eq!(reader.entries(next, next).unwrap(), []);
    assert!(runs[0].started < Timestamp::MAX);
}

#[test]
fn an_airing_costs_less_than_a_kibibyte() {
    let home = home();
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    let bytes = || {
        let raw = Connection::open(&home.path).unwrap();
        raw.query_row("select page_count * page_size from pragma_page_count, pragma_page_size", [], |r| {
            r.get::<_, i64>(0)
        })
        .unwrap()
    };
    let before = bytes();
    for minute in 0..500 {
        let mut slot = slot("05:30:00", &format!("cai-cach-hanh-chinh-{minute:03}"));
        slot.planned = at("05:30:00") + jiff::SignedDuration::from_mins(minute);
        ledger.freeze(&slot);
        ledger.open_part(&slot.id, &audio(), "main", "alsa:hw:CARD=Device", PATIENCE);
        ledger.note_began(&slot.id, slot.planned);
        ledger.close_part(&slot.id, slot.planned, 300_000, 0);
        ledger.settle(&slot.id, Outcome::Aired, None, "");
    }
    written(&ledger);
    let each = (bytes() - before) / 500;
    assert!(each <= 1024, "{each} bytes");
}

#[test]
fn the_copy_of_the_day_is_a_whole_log_while_the_daemon_writes_on() {
    let home = home();
    let (ledger, _) = on_air(&home);
    written(&ledger);
    let folder = home.path.with_file_name("backup");
    let today = jiff::civil::date(2026, 12, 1);
    let (begins, goes) = std::sync::mpsc::channel();
    let copy = std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..300 {
                ledger.freeze(&slot("06:00:00", &format!("thue-{n}")));
                std::thread::sleep(std::time::Duration::from_micros(300));
                let _ = begins.send(());
            }
        });
        goes.recv().unwrap();
        loa::ledger::back_up(&home.path, &folder, today).unwrap()
    });
    written(&ledger);
    assert_eq!(loa::ledger::dates(&folder).unwrap(), [today]);
    let (copied, all) = (entries(&copy).len(), entries(&home.path).len());
    assert!((1..=all).contains(&copied) && all == 301, "{copied} of {all}");
    let reader = Reader::open(&copy).unwrap();
    assert!(reader.check(&copy).is_ok());
    assert_eq!(reader.verify(None, &mut |_, _| {}).unwrap().verdict.findings, []);
}
