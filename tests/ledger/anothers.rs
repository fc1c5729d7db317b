//! What another station wrote, copied into this one's home, and what nobody can read: none of it is mixed in, it is told, and it is
//! kept.

use std::fs;
use std::path::{Path, PathBuf};

use loa::airing::Corrected;
use loa::ledger::{Reader, Refused, back_up, is_copied, write_at_rest};
use loa::outcome::Outcome;

use super::chained::correction;
use super::disk::{beside, in_var, refused_in_mid_airing, stopped_after_its_copy, verified};
use super::{Home, at, entries, home, incidents, killed, on_air, open, slot, written, zone};

fn station(home: &Home) -> String {
    Reader::open(&home.path).unwrap().station_uuid().unwrap()
}

/// Another station's log after an orderly end, with what lies beside it.
fn another() -> Home {
    let home = home();
    stopped_after_its_copy(&home);
    home
}

/// The files of a folder whose names begin so.
fn named(folder: &Path, beginning: &str) -> Vec<PathBuf> {
    let all = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut found: Vec<_> =
        all.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(beginning)).collect();
    found.sort();
    found
}

/// What the start tells; it is told once.
fn told(home: &Home) -> String {
    let (ledger, recovery) = open(&home.path, "05:50:00", "boot 1");
    ledger.end_run(at("05:51:00"), "stopped");
    drop(ledger);
    let (_next, again) = open(&home.path, "05:52:00", "boot 1");
    assert_eq!(again.touched, None, "it is told once");
    recovery.touched.map(|touched| touched.vi).unwrap_or_default()
}

#[test]
fn another_stations_log_in_the_place_of_this_ones_is_kept_aside_and_this_ones_is_made_anew() {
    let (home, other) = (home(), another());
    let (ledger, _) = on_air(&home);
    written(&ledger);
    back_up(&home.path, &in_var(&home, "backup"), jiff::civil::date(2026, 12, 1)).unwrap();
    ledger.end_run(at("05:41:00"), "stopped");
    drop(ledger);
    let (own, foreign) = (station(&home), fs::read(&other.path).unwrap());
    fs::write(&home.path, &foreign).unwrap();
    let told = told(&home);
    assert!(told.starts_with("tệp nhật ký khi khởi động là của đài khác; đã dựng lại từ bản sao"), "{told}");
    assert!(told.contains("xóa `var/station-id`"), "{told}");
    assert_eq!((station(&home), entries(&home.path).len()), (own, 1));
    let mut aside = named(home.path.parent().unwrap(), "ledger.db.replaced-");
    aside.retain(|path| !path.to_string_lossy().ends_with("-wal") && !path.to_string_lossy().ends_with("-shm"));
    assert_eq!((aside.len(), fs::read(&aside[0]).unwrap() == foreign), (1, true));
    verified(&home);
}

#[test]
fn another_stations_copies_and_rows_are_no_part_of_a_log_that_is_made_anew_and_are_kept() {
    let (home, other) = (home(), another());
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    ledger.end_run(at("05:41:00"), "stopped");
    drop(ledger);
    let own = station(&home);
    for file in named(&in_var(&other, "backup"), "") {
        fs::copy(&file, in_var(&home, "backup").join(file.file_name().unwrap())).unwrap();
    }
    fs::remove_file(&home.path).unwrap();
    let told = told(&home);
    assert!(told.contains("dòng của đài khác") && told.contains("`var/backup/unused-"), "{told}");
    assert_eq!((station(&home), entries(&home.path).len()), (own, 0));
    let backup = in_var(&home, "backup");
    assert_eq!(named(&backup, "other-station-ledger-2026-12-01.db").len(), 1);
    let unused = fs::read_to_string(&named(&backup, "unused-")[0]).unwrap();
    let noted = fs::read_to_string(&named(&in_var(&other, "backup"), "rows-")[0]).unwrap();
    assert!(noted.lines().filter(|line| !line.is_empty()).all(|line| unused.contains(line)), "none is lost");
    verified(&home);
}

#[test]
fn what_waits_beside_another_stations_log_is_not_written_into_this_ones_and_is_kept() {
    let (home, other) = (home(), super::home());
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    ledger.end_run(at("05:41:00"), "stopped");
    drop(ledger);
    let (_other, _blocker) = refused_in_mid_airing(&other);
    let waits = fs::read(in_var(&other, "ledger-wait.jsonl")).unwrap();
    fs::write(in_var(&home, "ledger-wait.jsonl"), &waits).unwrap();
    let told = told(&home);
    assert!(told.contains("dòng của đài khác") && told.contains("`var/ledger-wait-"), "{told}");
    assert_eq!((entries(&home.path).len(), incidents(&home.path)), (0, vec![]));
    let kept: Vec<_> = named(home.path.parent().unwrap(), "ledger-wait-");
    assert_eq!((kept.len(), fs::read(&kept[0]).unwrap() == waits), (1, true));
}

#[test]
fn a_home_that_is_moved_as_a_whole_and_one_of_before_homes_had_an_identity_go_on_silently() {
    let old = another();
    let own = station(&old);
    let moved = home();
    fs::rename(old.path.parent().unwrap(), moved.path.parent().unwrap()).unwrap();
    assert_eq!((told(&moved), station(&moved)), (String::new(), own.clone()));
    fs::remove_file(in_var(&moved, "station-id")).unwrap();
    assert_eq!((told(&moved), station(&moved)), (String::new(), own.clone()));
    assert_eq!(fs::read_to_string(in_var(&moved, "station-id")).unwrap().trim(), own);
}

/// Copied in while nobody runs; it is a start that puts this one's in its place.
#[test]
fn another_stations_log_is_neither_read_nor_written_nor_copied_before_the_next_start() {
    let (home, other) = (home(), another());
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    ledger.end_run(at("05:41:00"), "stopped");
    drop(ledger);
    let (own, foreign) = (station(&home), station(&other));
    fs::copy(&other.path, &home.path).unwrap();
    let bytes = fs::read(&home.path).unwrap();
    let without_loa = Corrected::WithoutLoa { title: "Loa tay".into(), segment: None };
    let written =
        || write_at_rest(&home.path, &correction("một", without_loa.clone()), (at("06:00:00"), &zone()), "loa test");
    let refused = |error: anyhow::Error| error.downcast::<Refused>().unwrap().text;
    let copied = || back_up(&home.path, &in_var(&home, "backup"), jiff::civil::date(2026, 12, 2));
    for told in [Reader::open(&home.path).unwrap_err(), refused(written().unwrap_err()), refused(copied().unwrap_err())]
    {
        assert!(told.vi.contains(&format!("là của đài khác (mã đài {foreign})")), "{}", told.vi);
        assert!(told.vi.contains(&format!("(`var/station-id`: {own})")) && told.en.contains("delete `var/station-id`"));
    }
    assert!(fs::read(&home.path).unwrap() == bytes && named(&in_var(&home, "backup"), "ledger-").is_empty());
    // As the message says, where it is this station's after all.
    fs::remove_file(in_var(&home, "station-id")).unwrap();
    assert_eq!(station(&home), foreign);
    written().unwrap();
    copied().unwrap();
}

/// Copied in while the program runs: the nightly rotation meets them.
#[test]
fn no_rotation_removes_or_counts_what_another_station_wrote() {
    let (home, other) = (home(), another());
    let (ledger, _) = open(&home.path, "05:00:00", "boot 1");
    let backup = in_var(&home, "backup");
    fs::create_dir_all(&backup).unwrap();
    let (copy, rows) =
        (fs::read(&other.path).unwrap(), fs::read(&named(&in_var(&other, "backup"), "rows-")[0]).unwrap());
    let days = |month: i8| (1..=20).map(move |day| jiff::civil::date(2025, month, day));
    let today = jiff::civil::date(2026, 12, 2);
    for day in days(1).chain([today]) {
        fs::write(backup.join(format!("ledger-{day}.db")), &copy).unwrap();
        fs::write(backup.join(format!("rows-{day}.jsonl")), &rows).unwrap();
    }
    // One of before stands there already.
    fs::write(backup.join("other-station-ledger-2025-01-01.db"), "cũ").unwrap();
    for day in days(2) {
        back_up(&home.path, &backup, day).unwrap();
        assert!(is_copied(&home.path, &backup, day).unwrap(), "{day}");
    }
    fs::write(backup.join(format!("ledger-{today}.db")), &copy).unwrap();
    assert!(!is_copied(&home.path, &backup, today).unwrap());
    back_up(&home.path, &backup, today).unwrap();
    let own = named(&backup, "ledger-");
    assert!(own.iter().all(|path| fs::read(path).unwrap() != copy));
    assert_eq!(own.len(), 15, "the newest fourteen, and the first of February");
    let mut aside = named(&backup, "other-station-");
    aside.retain(|path| path.extension().is_some_and(|ending| ending == "db"));
    assert_eq!(aside.iter().filter(|path| fs::read(path).unwrap() == copy).count(), 22, "{aside:?}");
    assert_eq!(fs::read_to_string(backup.join("other-station-ledger-2025-01-01.db")).unwrap(), "cũ");

    ledger.freeze(&slot("05:30:00", "cchc"));
    written(&ledger);
    let all = || [named(&backup, "rows-"), named(&backup, "other-station-rows-")].concat();
    super::until(|| !named(&backup, "other-station-rows-").is_empty());
    assert_eq!(all().iter().filter(|path| fs::read(path).unwrap() == rows).count(), 21);
}

#[test]
fn a_copy_that_is_damaged_and_rows_that_the_log_refuses_are_told_where_it_is_made_anew() {
    let home = another();
    let copy = in_var(&home, "backup").join("ledger-2026-12-03.db");
    fs::write(&copy, "hỏng").unwrap();
    let entry = entries(&home.path).remove(0);
    let one = correction("một", Corrected::Slot(entry.slot.id.clone()));
    write_at_rest(&home.path, &one, (at("06:00:00"), &zone()), "loa test").unwrap();
    for rows in named(&in_var(&home, "backup"), "rows-") {
        let noted = fs::read_to_string(&rows).unwrap();
        // Of a slot that no log has.
        let altered = |line: &str| {
            if line.contains("nghe tại chỗ") { line.replace(&entry.slot.id.0, "không có") } else { line.into() }
        };
        fs::write(&rows, noted.lines().map(altered).collect::<Vec<_>>().join("\n")).unwrap();
    }
    fs::remove_file(&home.path).unwrap();
    let told = told(&home);
    assert!(told.contains("bản sao `ledger-2026-12-03.db` trong `var/backup` bị hỏng"), "{told}");
    assert!(told.contains("1 dòng trái với nhật ký") && told.contains("`var/backup/unused-"), "{told}");
}

/// A line that a power cut tore is noted behind the log's own row: a log that is whole lacks nothing.
#[test]
fn rows_that_cannot_be_read_are_counted_told_and_kept() {
    let torn = "{\"run\":{\"uuid\":\"mộ";
    for (line, log_is_gone, wanted) in [
        ("rác\n{\"n\":true}", true, "2 dòng không đọc được"),
        ("rác", false, "1 dòng không đọc được"),
        (torn, true, "1 dòng không đọc được"),
        (torn, false, ""),
    ] {
        let home = another();
        let rows = named(&in_var(&home, "backup"), "rows-").remove(0);
        let before = fs::read_to_string(&rows).unwrap();
        fs::write(&rows, format!("{before}\n{line}\n")).unwrap();
        if log_is_gone {
            fs::remove_file(&home.path).unwrap();
        }
        let told = told(&home);
        assert!(told.contains(wanted) && (!wanted.is_empty() || told.is_empty()), "{line}: {told}");
        assert_eq!(entries(&home.path).len(), 1);
        let kept = named(&in_var(&home, "backup"), "unused-");
        let kept: Vec<_> = kept.iter().map(|kept| fs::read_to_string(kept).unwrap()).collect();
        assert_eq!(kept, if wanted.is_empty() { vec![] } else { vec![format!("{line}\n")] });
        verified(&home);
    }
}

#[test]
fn a_run_of_which_a_restored_log_knows_nothing_is_entered_with_what_waits() {
    let home = home();
    let (_ledger, _blocker) = refused_in_mid_airing(&home);
    let restored = super::home();
    fs::create_dir_all(restored.path.parent().unwrap()).unwrap();
    fs::copy(in_var(&home, "station-id"), in_var(&restored, "station-id")).unwrap();
    let (old, _) = open(&restored.path, "04:00:00", "boot 0");
    old.freeze(&slot("05:30:00", "cchc"));
    written(&old);
    let restored = killed(&restored);
    fs::copy(in_var(&home, "ledger-wait.jsonl"), in_var(&restored, "ledger-wait.jsonl")).unwrap();
    let (_next, recovery) = open(&restored.path, "05:40:00", "boot 1");
    let previous = recovery.previous.unwrap();
    assert_eq!((previous.started, previous.heartbeat), (at("05:00:00"), at("05:35:01")));
    let airing = entries(&restored.path)[0].airing.clone().unwrap();
    // Its part was in the log that is gone.
    assert_eq!((airing.outcome, airing.parts.len()), (Some(Outcome::Aired), 0));
    assert_eq!(beside(&restored).len(), 1, "what the log refused is kept aside");
    let told = recovery.touched.unwrap();
    assert!(told.vi.contains("dòng trái với nhật ký") && told.vi.contains("`var/ledger-wait-"), "{told:?}");
    verified(&restored);
}
