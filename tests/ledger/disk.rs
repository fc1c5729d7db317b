//! A disk that refuses the log, and a log that is taken away under the daemon's feet.

#![cfg(unix)]

use std::fs;
use std::path::PathBuf;

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use loa::airing::{Corrected, Entry, IncidentKind};
use loa::ledger::{LastWrite, Ledger, Reader, Synced};
use loa::outcome::{Cause, Outcome};
use loa::problem::Text;
use loa::programme::AfterPowerCut;
use loa::timetable::Bar;
use rusqlite::Connection;

use super::chained::correction;
use super::{
    Home, PATIENCE, at, entries, home, incidents, killed, on_air, on_air_with, open, slot, until, written, zone,
};

pub(super) fn in_var(home: &Home, name: &str) -> PathBuf {
    home.path.with_file_name(name)
}

/// What lies beside the log, but for what SQLite keeps there.
pub(super) fn beside(home: &Home) -> Vec<String> {
    let names = fs::read_dir(home.path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    let own = ["ledger.db", "ledger.db-wal", "ledger.db-shm", "ledger-room", "reserve", "station-id", "backup"];
    names.retain(|name| !own.contains(&name.as_str()));
    names.sort();
    names
}

/// A ledger on air whose disk refuses the rest of the airing.
pub(super) fn refused_in_mid_airing(home: &Home) -> (Ledger, Connection) {
    let (ledger, slot) = on_air(home);
    let blocker = Connection::open(&home.path).unwrap();
    blocker.execute_batch("begin exclusive").unwrap();
    ledger.close_part(&slot.id, at("05:35:00"), 300_000, 0);
    ledger.settle(&slot.id, Outcome::Aired, None, "");
    ledger.heartbeat(at("05:35:01"), 2_106_000);
    ledger.incident_began(IncidentKind::Disk, at("05:35:00"), &Text::same("bị khóa"));
    until(|| fs::read_to_string(in_var(home, "ledger-wait.jsonl")).is_ok_and(|text| text.contains("incident_began")));
    until(|| matches!(ledger.health().last_write, LastWrite::Failing { .. }));
    (ledger, blocker)
}

pub(super) fn verified(home: &Home) {
    let checked = Reader::open(&home.path).unwrap().verify(None, &mut |_, _| {}).unwrap();
    assert_eq!(checked.verdict.findings, []);
}

#[test]
fn what_waits_beside_the_log_is_taken_up_once_when_the_disk_answers_again() {
    let home = home();
    let (ledger, blocker) = refused_in_mid_airing(&home);
    let before = ledger.health().head.unwrap();
    blocker.execute_batch("rollback").unwrap();
    written(&ledger);
    until(|| beside(&home).is_empty());
    let airing = entries(&home.path)[0].airing.clone().unwrap();
    assert_eq!((airing.outcome, airing.parts.len(), airing.played_ms()), (Some(Outcome::Aired), 1, 300_000));
    assert_eq!((ledger.health().refused, ledger.health().lost), (0, 0));
    let head = ledger.health().head.unwrap();
    assert_eq!(head, Reader::open(&home.path).unwrap().head().unwrap());
    assert_eq!(head.seq, before.seq + 1, "the airing's link");
    verified(&home);
}

#[test]
fn what_a_killed_run_left_beside_the_log_is_taken_up_once_by_the_next_start() {
    let home = home();
    let (_ledger, _blocker) = refused_in_mid_airing(&home);
    let dead = killed(&home);
    let left = fs::read(in_var(&home, "ledger-wait.jsonl")).unwrap();
    // A line that the kill tore.
    fs::write(in_var(&dead, "ledger-wait.jsonl"), [left.as_slice(), b"{\"run\":"].concat()).unwrap();

    let (next, recovery) = open(&dead.path, "05:40:00", "boot 1");
    assert_eq!(recovery.closed_now, [], "nothing was on air any more");
    let airing = entries(&dead.path)[0].airing.clone().unwrap();
    assert_eq!((airing.outcome, airing.parts.len(), airing.played_ms()), (Some(Outcome::Aired), 1, 300_000));
    let found = incidents(&dead.path);
    assert!(found.contains(&(IncidentKind::Disk, at("05:35:00"), Some(at("05:35:01")))), "{found:?}");
    assert!(found.contains(&(IncidentKind::Crash, at("05:35:01"), Some(at("05:40:00")))), "{found:?}");
    next.end_run(at("05:41:00"), "stopped");
    drop(next);
    // The file comes back, as if it could not have been removed: all of it is known.
    fs::write(in_var(&dead, "ledger-wait.jsonl"), &left).unwrap();
    drop(open(&dead.path, "05:42:00", "boot 1"));
    assert_eq!(incidents(&dead.path).len(), found.len());
    assert_eq!(entries(&dead.path)[0].airing.as_ref(), Some(&airing));
    assert_eq!(beside(&dead).len(), 1, "the torn line is kept aside: {:?}", beside(&dead));
    verified(&dead);
}

/// A PC that was switched off is told from a program that died while the PC ran on.
#[test]
fn what_nothing_took_before_the_kill_is_an_incident_of_the_next_start() {
    blind_until("boot 2", "cho đến khi máy tắt:");
    blind_until("boot 1", "cho đến khi chương trình dừng đột ngột:");
}

fn blind_until(boot: &str, said: &str) {
    let home = home();
    let (_ledger, _blocker) = refused_in_mid_airing(&home);
    let dead = killed(&home);
    let left = in_var(&dead, "ledger-wait.jsonl");
    let put_down = loa::clock::now();
    fs::write(&left, fs::read(in_var(&home, "ledger-wait.jsonl")).unwrap()).unwrap();
    // The last try, an hour later, left nothing but its instant.
    let later_s = put_down.as_second().cast_unsigned() + 3600;
    let tried = std::time::UNIX_EPOCH + std::time::Duration::from_secs(later_s);
    fs::File::options().append(true).open(&left).unwrap().set_modified(tried).unwrap();
    drop(open(&dead.path, "05:40:00", boot));
    let reader = Reader::open(&dead.path).unwrap();
    let all = reader.incidents(jiff::Timestamp::MIN, jiff::Timestamp::MAX).unwrap();
    let blind = all.iter().find(|incident| incident.detail.vi.contains("nhật ký có thể thiếu")).unwrap();
    assert_eq!(blind.kind, IncidentKind::Disk);
    assert!(blind.detail.vi.contains(said), "{:?}", blind.detail);
    assert!(put_down.duration_since(blind.began).as_secs().abs() < 20, "{blind:?}");
    assert_eq!(blind.ended.unwrap().as_second(), jiff::Timestamp::try_from(tried).unwrap().as_second());
    verified(&dead);
}

/// What a killed run left of the file beside the log is the instant of its last try: what was on air or due by then may have
/// been heard, skipped or cut.
#[test]
fn what_may_have_been_heard_while_nothing_could_be_written_is_not_heard_again_and_its_row_says_so() {
    let home = home();
    let (ledger, first) = on_air_with(&home, |slot| slot.after_power_cut = AfterPowerCut::Restart);
    let (due, mut barred, ahead) =
        (slot("05:36:00", "den-gio"), slot("05:36:30", "khong-tep"), slot("05:39:00", "sau"));
    barred.bar = Some(Bar { cause: Cause::NoFile, reason: Text::new("thiếu tệp", "no file") });
    [&due, &barred, &ahead].into_iter().for_each(|slot| ledger.freeze(slot));
    written(&ledger);
    let ids = |all: &[Entry]| all.iter().map(|entry| entry.slot.id.clone()).collect::<Vec<_>>();
    let seeing = killed(&home);
    let (_next, recovery) = open(&seeing.path, "05:38:00", "boot 1");
    assert_eq!((recovery.blind, recovery.broken_off.len(), recovery.open.len()), (None, 1, 3), "each may be heard");

    let dead = killed(&home);
    let left = fs::File::create(in_var(&dead, "ledger-wait.jsonl")).unwrap();
    std::io::Write::write_all(&mut &left, &[b'\n'; 4096]).unwrap();
    left.set_modified(at("05:37:00").try_into().unwrap()).unwrap();
    drop(left);
    let (_next, recovery) = open(&dead.path, "05:38:00", "boot 1");
    let blind = recovery.blind.unwrap();
    assert_eq!((blind.from, blind.to), (at("05:31:01.5"), at("05:37:00")));
    assert_eq!((recovery.broken_off, ids(&recovery.open)), (vec![], vec![barred.id, ahead.id]));
    assert_eq!(ids(&recovery.closed_now), [first.id, due.id]);
    let notes: Vec<_> = recovery.closed_now.iter().map(|entry| entry.airing.as_ref().unwrap()).collect();
    let said = "không ghi được nhật ký từ 05:31:02 01/12 đến 05:37:00 01/12";
    assert_eq!((notes[0].outcome, notes[0].cause), (Some(Outcome::Interrupted), Some(Cause::Daemon)));
    assert!(notes[0].note.ends_with(&format!("; {said}, có thể đã phát thêm")), "{}", notes[0].note);
    assert_eq!((notes[1].outcome, notes[1].cause), (Some(Outcome::Missed), Some(Cause::Daemon)));
    assert_eq!(notes[1].note, format!("{said}, không biết mục này đã phát hay chưa nên không phát lại"));
    assert!(incidents(&dead.path).contains(&(IncidentKind::Disk, blind.from, Some(blind.to))));
    verified(&dead);
}

/// However short it was: the file was made for something, and nothing stands in it.
#[test]
fn a_kill_a_moment_after_the_disk_took_nothing_more_leaves_word_of_that_too() {
    let home = home();
    let (_ledger, first) = on_air_with(&home, |slot| slot.after_power_cut = AfterPowerCut::Restart);
    let dead = killed(&home);
    let left = fs::File::create(in_var(&dead, "ledger-wait.jsonl")).unwrap();
    left.set_modified(at("05:31:06").try_into().unwrap()).unwrap();
    drop(left);
    let (_next, recovery) = open(&dead.path, "05:31:20", "boot 1");
    let blind = recovery.blind.unwrap();
    assert_eq!((blind.from, blind.to), (at("05:31:01.5"), at("05:31:06")));
    assert_eq!((recovery.broken_off.len(), &recovery.closed_now[0].slot.id), (0, &first.id), "it may have sounded on");
    assert!(incidents(&dead.path).contains(&(IncidentKind::Disk, blind.from, Some(blind.to))));
    verified(&dead);
}

#[test]
fn a_log_deleted_under_the_daemons_feet_is_put_back_whole() {
    let home = home();
    let (ledger, slot_on_air) = on_air(&home);
    let before = ledger.health().head.unwrap();
    fs::remove_dir_all(home.path.parent().unwrap()).unwrap();
    ledger.close_part(&slot_on_air.id, at("05:35:00"), 300_000, 0);
    ledger.settle(&slot_on_air.id, Outcome::Aired, None, "");
    written(&ledger);
    let put_back = ledger.health().put_back.unwrap();
    let told = Reader::open(&home.path).unwrap().incidents(Timestamp::MIN, Timestamp::MAX).unwrap().remove(0);
    assert_eq!((told.kind, &told.detail), (IncidentKind::LogTouched, &put_back.what), "before anybody asks for it");
    assert_eq!(Some(told.began), told.ended);
    assert!(put_back.what.en.contains("deleted"), "{}", put_back.what.en);
    assert!(put_back.what.vi.contains("bị xóa"), "{}", put_back.what.vi);
    let airing = entries(&home.path)[0].airing.clone().unwrap();
    assert_eq!((airing.outcome, airing.parts.len(), airing.played_ms()), (Some(Outcome::Aired), 1, 300_000));
    let checked = Reader::open(&home.path).unwrap().verify(Some(&HEXLOWER.encode(&before.hash)), &mut |_, _| {});
    let verdict = checked.unwrap().verdict;
    assert_eq!((verdict.findings, verdict.vouched_to), (vec![], Some(before.seq)), "the same chain");
    ledger.end_run(at("05:36:00"), "stopped");
    drop(ledger);
    let (_next, recovery) = open(&home.path, "05:40:00", "boot 1");
    assert!(recovery.previous.unwrap().clean);
}

#[test]
fn a_log_replaced_under_the_daemons_feet_is_put_back_and_the_other_kept_aside() {
    let home = home();
    let (ledger, slot_on_air) = on_air(&home);
    let other = super::home();
    drop(open(&other.path, "05:00:00", "boot 9"));
    fs::rename(&other.path, &home.path).unwrap();
    ledger.close_part(&slot_on_air.id, at("05:35:00"), 300_000, 0);
    ledger.settle(&slot_on_air.id, Outcome::Cut, Some(Cause::Operator), "");
    written(&ledger);
    let told = ledger.health().put_back.unwrap().what.en;
    let aside = beside(&home).pop().unwrap();
    assert!(told.contains("replaced") && told.contains(&aside), "{told}");
    assert_eq!(entries(&home.path)[0].airing.as_ref().unwrap().outcome, Some(Outcome::Cut));
    let elsewhere = super::home();
    fs::create_dir_all(elsewhere.path.parent().unwrap()).unwrap();
    fs::copy(in_var(&home, &aside), &elsewhere.path).unwrap();
    assert_eq!(entries(&elsewhere.path), [], "the other log is whole");
    assert_eq!(ledger.health().refused, 0);
    verified(&home);
}

/// A ledger whose copy of the day has the beginning of an airing, and which goes on to its end.
fn copied_in_mid_airing(home: &Home) -> Ledger {
    let (ledger, slot) = on_air(home);
    let day = jiff::civil::date(2026, 12, 1);
    loa::ledger::back_up(&home.path, &in_var(home, "backup"), day).unwrap();
    ledger.close_part(&slot.id, at("05:35:00"), 300_000, 0);
    ledger.settle(&slot.id, Outcome::Aired, None, "");
    written(&ledger);
    ledger
}

/// What another hand does to the log's own file.
fn spoilt(path: &std::path::Path, how: &str) {
    // What waits beside the file comes into it first, as it does after some thousand rows.
    let raw = Connection::open(path).unwrap();
    raw.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())).unwrap();
    drop(raw);
    let other = super::home();
    match how {
        "another log" => {
            drop(open(&other.path, "05:00:00", "boot 9"));
            fs::write(path, fs::read(&other.path).unwrap()).unwrap();
        }
        "an older copy of itself" => {
            fs::write(path, fs::read(path.with_file_name("backup").join("ledger-2026-12-01.db")).unwrap()).unwrap();
        }
        "zeros" => {
            let file = fs::File::options().write(true).open(path).unwrap();
            std::os::unix::fs::FileExt::write_all_at(&file, &[0; 64 << 10], 4096).unwrap();
        }
        "nothing" => fs::File::options().write(true).open(path).unwrap().set_len(0).unwrap(),
        how => panic!("{how}"),
    }
}

#[test]
fn a_log_written_over_in_its_own_file_is_made_anew_of_the_days_copy_and_the_rows_since() {
    for how in ["another log", "an older copy of itself", "zeros", "nothing"] {
        let home = home();
        let ledger = copied_in_mid_airing(&home);
        spoilt(&home.path, how);
        ledger.incident_began(IncidentKind::LineLost, at("05:40:00"), &Text::same("rút dây"));
        until(|| ledger.health().put_back.is_some());
        written(&ledger);
        let told = ledger.health().put_back.unwrap().what.en;
        assert!(told.contains("made anew of the copy of 01/12/2026"), "{how}: {told}");
        assert!(told.contains("ledger.db.replaced-"), "{how}: {told}");
        let airing = entries(&home.path)[0].airing.clone().unwrap();
        let said = (airing.outcome, airing.parts.len(), airing.played_ms());
        assert_eq!(said, (Some(Outcome::Aired), 1, 300_000), "{how}");
        let put_back = ledger.health().put_back.unwrap().at.round(jiff::Unit::Microsecond);
        let lost = (IncidentKind::LineLost, at("05:40:00"), None);
        let found = incidents(&home.path);
        let kinds: Vec<_> = found.iter().map(|one| one.0).collect();
        assert_eq!((found[0], kinds), (lost, vec![IncidentKind::LineLost, IncidentKind::LogTouched]), "{how}");
        assert!(put_back.is_ok_and(|at| at.duration_since(found[1].1).abs().as_micros() <= 1), "{how}: {found:?}");
        assert_eq!((ledger.health().refused, ledger.health().lost), (0, 0), "{how}");
        verified(&home);
        ledger.end_run(at("05:41:00"), "stopped");
        drop(ledger);
        let (_next, recovery) = open(&home.path, "05:42:00", "boot 1");
        assert!(recovery.previous.unwrap().clean, "{how}");
    }
}

/// The copy was made before a crash: what the start after it put right is nowhere but in the rows since.
#[test]
fn what_a_start_put_right_after_a_crash_is_in_a_log_that_is_made_anew_of_an_older_copy() {
    for boot in ["boot 1", "boot 2"] {
        let home = home();
        let (ledger, slot) = on_air(&home);
        ledger.incident_began(IncidentKind::LineLost, at("05:31:01"), &Text::same("rút dây"));
        written(&ledger);
        let day = jiff::civil::date(2026, 12, 1);
        loa::ledger::back_up(&home.path, &in_var(&home, "backup"), day).unwrap();
        ledger.note_heard(&slot.id, at("05:32:00"), 120_000);
        ledger.heartbeat(at("05:32:00.5"), 1_900_000);
        written(&ledger);
        let dead = killed_with_its_copies(&home);
        let (next, recovery) = open(&dead.path, "05:40:00", boot);
        assert_eq!(recovery.closed_now.len(), 1);
        next.heartbeat(at("05:40:10"), 10_000);
        written(&next);
        let whole = || {
            let runs = Reader::open(&dead.path).unwrap().runs().unwrap();
            (entries(&dead.path), incidents(&dead.path), runs.into_iter().map(|run| run.uuid).collect::<Vec<_>>())
        };
        let before = whole();
        assert_eq!(before.0[0].airing.as_ref().unwrap().played_ms(), 120_000);
        let gap = if boot == "boot 1" { IncidentKind::Crash } else { IncidentKind::PowerCut };
        let lost = (IncidentKind::LineLost, at("05:31:01"), Some(at("05:32:00.5")));
        assert_eq!(before.1, [lost, (gap, at("05:32:00.5"), Some(at("05:40:00")))]);

        spoilt(&dead.path, "zeros");
        next.heartbeat(at("05:41:00"), 60_000);
        until(|| next.health().put_back.is_some());
        written(&next);
        let mut after = whole();
        assert_eq!(after.1.pop().map(|one| one.0), Some(IncidentKind::LogTouched), "{boot}");
        assert_eq!(after, before, "{boot}");
        assert_eq!((next.health().refused, next.health().lost), (0, 0));
        verified(&dead);
    }
}

#[test]
fn a_log_whose_file_was_only_touched_is_left_as_it_is() {
    let home = home();
    let ledger = copied_in_mid_airing(&home);
    let before = ledger.health().head;
    fs::File::options()
        .append(true)
        .open(&home.path)
        .unwrap()
        .set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(2_000_000_000))
        .unwrap();
    ledger.heartbeat(at("05:40:00"), 2_400_000);
    written(&ledger);
    assert_eq!((ledger.health().put_back, ledger.health().head), (None, before));
}

#[test]
fn without_a_copy_a_spoilt_log_is_begun_anew_with_the_rows_that_were_noted() {
    let home = home();
    let (ledger, _) = on_air(&home);
    spoilt(&home.path, "zeros");
    ledger.heartbeat(at("05:40:00"), 2_400_000);
    until(|| ledger.health().put_back.is_some());
    let told = ledger.health().put_back.unwrap().what;
    assert!(told.en.contains("there is no copy") && told.vi.contains("chưa có bản sao"), "{}", told.en);
    assert_eq!(entries(&home.path)[0].airing.as_ref().unwrap().parts.len(), 1);
    verified(&home);
}

#[test]
fn a_stop_between_saving_a_lost_log_and_putting_it_back_loses_nothing() {
    let home = home();
    let (ledger, _) = on_air(&home);
    ledger.end_run(at("05:36:00"), "stopped");
    drop(ledger);
    fs::rename(&home.path, in_var(&home, "ledger.db.saved")).unwrap();
    let (_next, recovery) = open(&home.path, "05:40:00", "boot 1");
    assert_eq!((recovery.previous.unwrap().clean, recovery.settled.len()), (true, 1));
    assert_eq!(beside(&home), [""; 0]);
}

/// After an orderly stop: the slot, its airing and the incident of the run, each once, and the end of the run.
pub(super) fn nothing_is_lost(home: &Home, told: &str) {
    let (ledger, recovery) = open(&home.path, "05:50:00", "boot 1");
    let touched = recovery.touched.map(|touched| touched.vi).unwrap_or_default();
    assert!(touched.contains(told), "{touched}");
    assert!(recovery.previous.unwrap().clean, "the stop was orderly");
    assert_eq!((recovery.settled.len(), recovery.open.len(), recovery.broken_off.len()), (1, 0, 0), "it airs once");
    let airing = entries(&home.path)[0].airing.clone().unwrap();
    assert_eq!((airing.outcome, airing.parts.len(), airing.played_ms()), (Some(Outcome::Aired), 1, 300_000));
    assert_eq!(incidents(&home.path), [(IncidentKind::LineLost, at("04:51:00"), Some(at("04:52:00")))]);
    verified(home);
    ledger.end_run(at("05:51:00"), "stopped");
    drop(ledger);
    let (_next, recovery) = open(&home.path, "05:52:00", "boot 1");
    assert_eq!(recovery.touched, None, "it is told once");
}

/// A log that a daemon has ended in order, and whose copy of the day was made in mid-airing.
pub(super) fn stopped_after_its_copy(home: &Home) {
    let (ledger, _) = open(&home.path, "04:50:00", "boot 1");
    ledger.incident_began(IncidentKind::LineLost, at("04:51:00"), &Text::same("rút dây"));
    ledger.incident_ended(IncidentKind::LineLost, at("04:52:00"));
    ledger.end_run(at("04:53:00"), "stopped");
    drop(ledger);
    let ledger = copied_in_mid_airing(home);
    ledger.end_run(at("05:41:00"), "stopped");
    drop(ledger);
}

#[test]
fn a_log_that_is_gone_at_the_start_is_made_anew_of_its_copy_and_the_rows_since() {
    let home = home();
    stopped_after_its_copy(&home);
    let station = || {
        let log = Connection::open(&home.path).unwrap();
        log.query_row("select uuid from station", [], |row| row.get::<_, String>(0)).unwrap()
    };
    let before = station();
    fs::remove_file(&home.path).unwrap();
    nothing_is_lost(&home, "không thấy tệp nhật ký khi khởi động; đã dựng lại từ bản sao ngày 01/12/2026");
    assert_eq!(station(), before);
}

#[test]
fn an_older_copy_in_the_place_of_the_log_is_brought_up_to_the_rows_since_at_the_start() {
    let home = home();
    stopped_after_its_copy(&home);
    replaced_by_its_copy(&home);
    nothing_is_lost(&home, "cũ hơn những dòng cất trong `var/backup`");
}

/// A log of which everything was noted, and what a kill leaves of it and of what lies beside its copies.
pub(super) fn killed_with_its_copies(home: &Home) -> Home {
    let dead = killed(home);
    fs::create_dir(in_var(&dead, "backup")).unwrap();
    for file in fs::read_dir(in_var(home, "backup")).unwrap().map(|file| file.unwrap()) {
        fs::copy(file.path(), in_var(&dead, "backup").join(file.file_name())).unwrap();
    }
    dead
}

/// Puts the day's copy into the place of the log.
fn replaced_by_its_copy(home: &Home) {
    fs::copy(in_var(home, "backup").join("ledger-2026-12-01.db"), &home.path).unwrap();
    for ending in ["ledger.db-wal", "ledger.db-shm"] {
        let _ = fs::remove_file(in_var(home, ending));
    }
}

/// The copy has every slot and every outcome, and lacks what was noted since.
#[test]
fn a_log_that_lacks_but_an_incident_or_what_a_person_wrote_is_brought_up_to_the_rows_since() {
    let corrections = |home: &Home| {
        let day = jiff::civil::date(2026, 12, 1);
        let all = Reader::open(&home.path).unwrap().corrections(day, day).unwrap();
        all.into_iter().map(|one| one.id).collect::<Vec<_>>()
    };
    let of = || Corrected::Slot(slot("05:30:00", "cchc").id);
    for what in ["an incident", "a correction", "a correction at rest"] {
        let home = home();
        let (ledger, slot) = on_air(&home);
        ledger.close_part(&slot.id, at("05:35:00"), 300_000, 0);
        ledger.settle(&slot.id, Outcome::Aired, None, "");
        written(&ledger);
        let day = jiff::civil::date(2026, 12, 1);
        let copy = || loa::ledger::back_up(&home.path, &in_var(&home, "backup"), day).unwrap();
        let dead = match what {
            "an incident" => {
                copy();
                ledger.incident_began(IncidentKind::LineLost, at("05:40:00"), &Text::same("rút dây"));
                ledger.incident_ended(IncidentKind::LineLost, at("05:41:00"));
                written(&ledger);
                // What it wrote is noted right after it.
                ledger.heartbeat(at("05:41:30"), 2_000_000);
                written(&ledger);
                killed_with_its_copies(&home)
            }
            "a correction" => {
                copy();
                assert_eq!(ledger.correct(correction("c1", of()), PATIENCE), Synced::Yes);
                ledger.heartbeat(at("05:41:30"), 2_000_000);
                written(&ledger);
                killed_with_its_copies(&home)
            }
            _ => {
                ledger.end_run(at("05:42:00"), "stopped");
                drop(ledger);
                copy();
                let at_rest = correction("c1", of());
                loa::ledger::write_at_rest(&home.path, &at_rest, (at("07:00:00"), &zone()), "loa test").unwrap();
                home
            }
        };
        replaced_by_its_copy(&dead);
        let (ledger, recovery) = open(&dead.path, "07:30:00", "boot 1");
        let touched = recovery.touched.map(|touched| touched.vi).unwrap_or_default();
        assert!(touched.contains("cũ hơn những dòng cất trong `var/backup`"), "{what}: {touched}");
        if what == "an incident" {
            let lost = (IncidentKind::LineLost, at("05:40:00"), Some(at("05:41:00")));
            assert!(incidents(&dead.path).contains(&lost), "{:?}", incidents(&dead.path));
        } else {
            assert_eq!(corrections(&dead), ["c1"], "{what}");
        }
        verified(&dead);
        ledger.end_run(at("07:31:00"), "stopped");
        drop(ledger);
        let (_next, recovery) = open(&dead.path, "07:32:00", "boot 1");
        assert_eq!(recovery.touched, None, "{what}: it is told once");
    }
}

/// As a power cut leaves it on some disks, or a tool that failed at copying it. What waits beside such a file SQLite would
/// take for another's and delete, were it opened: nobody opens it, and it is kept.
#[test]
fn a_log_without_a_byte_at_the_start_is_made_anew_and_what_waited_beside_it_is_kept() {
    for without_a_copy in [false, true] {
        let home = home();
        stopped_after_its_copy(&home);
        fs::write(&home.path, "").unwrap();
        fs::write(in_var(&home, "ledger.db-wal"), "the last rows").unwrap();
        let said = Reader::open(&home.path).unwrap_err();
        assert!(said.en.contains("start `loa run`"), "{}", said.en);
        if without_a_copy {
            fs::remove_file(in_var(&home, "backup").join("ledger-2026-12-01.db")).unwrap();
        }
        let how = if without_a_copy {
            " mà chưa có bản sao nào"
        } else {
            "; đã dựng lại từ bản sao ngày 01/12/2026"
        };
        nothing_is_lost(&home, &format!("tệp nhật ký khi khởi động bị rỗng{how}"));
        let kept = fs::read_dir(home.path.parent().unwrap()).unwrap().map(|file| file.unwrap().path());
        let kept: Vec<_> = kept.filter(|path| path.to_string_lossy().contains("ledger.db.replaced-")).collect();
        let wal = kept.iter().find(|path| path.to_string_lossy().ends_with("-wal")).unwrap();
        assert_eq!((kept.len(), fs::read_to_string(wal).unwrap().as_str()), (2, "the last rows"));
    }
}

#[test]
fn a_log_without_a_byte_of_which_nothing_is_left_is_told_and_an_empty_file_in_a_new_home_is_none() {
    let home = home();
    stopped_after_its_copy(&home);
    fs::write(&home.path, "").unwrap();
    fs::remove_dir_all(in_var(&home, "backup")).unwrap();
    let (ledger, recovery) = open(&home.path, "05:50:00", "boot 1");
    let told = recovery.touched.unwrap();
    assert!(told.vi.contains("không còn biết") && told.en.contains("is not known any more"), "{told:?}");
    drop(ledger);

    let new = self::home();
    fs::create_dir_all(new.path.parent().unwrap()).unwrap();
    fs::write(&new.path, "").unwrap();
    let (_ledger, recovery) = open(&new.path, "05:50:00", "boot 1");
    assert_eq!((recovery.touched, recovery.previous), (None, None), "a first start that was cut short");
}

#[test]
fn a_log_that_is_gone_without_a_copy_is_begun_anew_with_the_rows_that_were_noted() {
    let home = home();
    stopped_after_its_copy(&home);
    fs::remove_file(&home.path).unwrap();
    fs::remove_file(in_var(&home, "backup").join("ledger-2026-12-01.db")).unwrap();
    nothing_is_lost(&home, "chưa có bản sao nào");
}

/// Seconds would pass if it were read first, and a bulletin with them.
#[test]
fn a_large_log_is_looked_over_beside_the_run_that_begins_and_what_is_damaged_is_made_anew() {
    let home = home();
    let (ledger, _) = on_air(&home);
    drop(ledger);
    // Large by its length alone: what lies beyond its last page SQLite never reads.
    let file = fs::File::options().write(true).open(&home.path).unwrap();
    file.set_len(65 << 20).unwrap();
    let (whole, recovery) = open(&home.path, "05:40:00", "boot 1");
    assert!(recovery.unchecked && whole.health().damage.is_none());
    whole.end_run(at("05:41:00"), "stopped");
    drop(whole);
    file.set_len(65 << 20).unwrap();
    let raw = Connection::open(&home.path).unwrap();
    let sql = "select rootpage from sqlite_master where name = 'slot_by_segment'";
    let page = u64::try_from(raw.query_row::<i64, _, _>(sql, [], |row| row.get(0)).unwrap()).unwrap();
    drop(raw);
    // An index that no start needs.
    std::os::unix::fs::FileExt::write_all_at(&file, &[0xff; 4096], (page - 1) * 4096).unwrap();
    let (damaged, recovery) = open(&home.path, "05:50:00", "boot 1");
    assert_eq!((recovery.unchecked, recovery.touched), (true, None));
    let is_seen = |ledger: &Ledger| ledger.health().damage.is_some() || ledger.health().put_back.is_some();
    until(|| is_seen(&damaged));
    damaged.heartbeat(at("05:50:10"), 10_000);
    until(|| damaged.health().put_back.is_some());
    written(&damaged);
    let health = damaged.health();
    assert_eq!((health.damage, health.refused, health.lost), (None, 0, 0));
    assert!(health.put_back.unwrap().what.vi.contains("bị hỏng"));
    assert_eq!(entries(&home.path)[0].airing.as_ref().unwrap().parts.len(), 1);
    verified(&home);
}
