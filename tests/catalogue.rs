//! Recordings by name, and what is remembered of them: nothing is measured twice, and nothing is believed that changed.

// Helpers of tests are no tests to the linter.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::PathBuf;

mod sound_files;

use loa::audio::catalogue::Catalogue;
use loa::audio::measure::measure;
use loa::audio::names::resolve;
use loa::schedule::audio_facts::AudioFault;
use sound_files::{honest_wav, noise, recording};
use tempfile::TempDir;

#[test]
fn names_are_the_same_however_they_are_composed() {
    let dir = TempDir::new().unwrap();
    let (composed, apart) = ("bản-tin-sáng.mp3", "ba\u{309}n-tin-sa\u{301}ng.mp3");
    fs::write(dir.path().join(apart), b"x").unwrap();
    assert_eq!(resolve(dir.path(), composed), Ok(dir.path().join(apart)));
    assert_eq!(resolve(dir.path(), apart), Ok(dir.path().join(apart)));
    fs::write(dir.path().join(composed), b"y").unwrap();
    assert_eq!(resolve(dir.path(), composed), Ok(dir.path().join(composed)), "the exact name goes first");
    // A third writing of the same name fits both.
    let third = "bản-tin-sa\u{301}ng.mp3";
    assert!(matches!(resolve(dir.path(), third), Err(AudioFault::Unreadable(_))));
    assert_eq!(resolve(dir.path(), "bản-tin-tối.mp3"), Err(AudioFault::Absent));
    assert_eq!(resolve(dir.path(), "không-có/bản-tin.mp3"), Err(AudioFault::Absent));
}

#[test]
fn no_name_leads_outside() {
    let dir = TempDir::new().unwrap();
    let audio = dir.path().join("audio");
    fs::create_dir(&audio).unwrap();
    fs::write(dir.path().join("mat-khau.txt"), b"x").unwrap();
    for rel in ["../mat-khau.txt", "/etc/passwd", "a/../../mat-khau.txt"] {
        assert!(matches!(resolve(&audio, rel), Err(AudioFault::Unreadable(_) | AudioFault::Absent)), "{rel}");
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(dir.path().join("mat-khau.txt"), audio.join("lien-ket.mp3")).unwrap();
        assert!(matches!(resolve(&audio, "lien-ket.mp3"), Err(AudioFault::Unreadable(_))));
    }
}

/// A catalogue and a folder with one WAV of `frames` frames.
fn station(frames: usize) -> (TempDir, PathBuf, Vec<String>) {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("a.wav"), honest_wav(8000, 1, &noise(frames))).unwrap();
    let db = dir.path().join("catalogue.db");
    (dir, db, vec!["a.wav".to_owned()])
}

#[test]
fn an_unchanged_file_is_not_read_again_and_a_changed_one_is() {
    let (dir, db, rels) = station(8000);
    let path = dir.path().join("a.wav");
    let first = Catalogue::open(&db).facts(dir.path(), &rels)["a.wav"].clone().unwrap();
    assert_eq!(first.file_ms, 1000);

    let changed = fs::metadata(&path).unwrap().modified().unwrap();
    let len = fs::metadata(&path).unwrap().len() as usize;
    fs::write(&path, vec![b'x'; len]).unwrap();
    fs::File::options().write(true).open(&path).unwrap().set_modified(changed).unwrap();
    assert_eq!(Catalogue::open(&db).facts(dir.path(), &rels)["a.wav"], Ok(first.clone()), "nobody looked inside");

    fs::write(&path, honest_wav(8000, 1, &noise(16_000))).unwrap();
    assert_eq!(Catalogue::open(&db).facts(dir.path(), &rels)["a.wav"].as_ref().map(|f| f.file_ms), Ok(2000));
    assert_eq!(Catalogue::open(&db).measured(&first.sha256), Some(first), "what the old bytes held is still known");
}

#[test]
fn what_the_first_check_of_a_new_home_measures_is_remembered() {
    let (dir, _, rels) = station(8000);
    // As `loa init` leaves it: nobody has made `var/` yet.
    let db = dir.path().join("var/catalogue.db");
    let first = Catalogue::open(&db).facts(dir.path(), &rels);
    assert_eq!(Catalogue::open(&db).remembered(dir.path(), &rels), first);
}

#[test]
fn a_renamed_file_is_not_decoded_again() {
    let (dir, db, rels) = station(8000);
    let mut facts = Catalogue::open(&db).facts(dir.path(), &rels)["a.wav"].clone().unwrap();
    // A mark that no decoder could make.
    facts.codec = "dấu".to_owned();
    Catalogue::open(&db).remember(&facts);
    fs::rename(dir.path().join("a.wav"), dir.path().join("bản tin.wav")).unwrap();
    let found = Catalogue::open(&db).facts(dir.path(), &["bản tin.wav".to_owned()]);
    assert_eq!(found["bản tin.wav"], Ok(facts));
}

#[test]
fn faults_are_remembered_with_their_words() {
    let dir = TempDir::new().unwrap();
    let db = dir.path().join("catalogue.db");
    fs::write(dir.path().join("trang.mp3"), b"<html></html>").unwrap();
    fs::write(dir.path().join("rong.mp3"), b"").unwrap();
    let rels: Vec<String> = ["trang.mp3", "rong.mp3", "vang.mp3"].map(str::to_owned).to_vec();
    let mut told = Vec::new();
    let cold = Catalogue::open(&db).facts_telling(dir.path(), &rels, &mut |done, total| told.push((done, total)));
    assert_eq!(told.last(), Some(&(3, 3)));
    assert_eq!(cold["rong.mp3"], Err(AudioFault::Empty));
    assert_eq!(cold["vang.mp3"], Err(AudioFault::Absent));
    assert_eq!(Catalogue::open(&db).facts(dir.path(), &rels), cold);
    fs::copy(recording("duong-day-nong.wav"), dir.path().join("vang.mp3")).unwrap();
    assert!(Catalogue::open(&db).facts(dir.path(), &rels)["vang.mp3"].is_ok(), "an absent file that came is measured");
}

#[test]
fn a_broken_catalogue_costs_time_and_nothing_else() {
    let (dir, db, rels) = station(8000);
    let right = Catalogue::open(&db).facts(dir.path(), &rels);
    for rubbish in [&b"not a database at all, but longer than a header"[..], &[0; 4096]] {
        fs::write(&db, rubbish).unwrap();
        assert_eq!(Catalogue::open(&db).facts(dir.path(), &rels), right);
        assert!(Catalogue::open(&db).measured(&right["a.wav"].as_ref().unwrap().sha256).is_some(), "made anew");
    }
    let other = rusqlite::Connection::open(&db).unwrap();
    other.pragma_update(None, "user_version", 999).unwrap();
    drop(other);
    assert_eq!(Catalogue::open(&db).facts(dir.path(), &rels), right, "another version's");

    let locked = rusqlite::Connection::open(&db).unwrap();
    locked.execute_batch("BEGIN EXCLUSIVE").unwrap();
    assert_eq!(Catalogue::open(&db).facts(dir.path(), &rels), right, "locked by somebody");
    drop(locked);
    assert_eq!(Catalogue::open(&dir.path().join("no/such/folder/c.db")).facts(dir.path(), &rels), right);
}

#[test]
fn what_is_remembered_is_found_again() {
    let dir = TempDir::new().unwrap();
    let mut catalogue = Catalogue::open(&dir.path().join("catalogue.db"));
    let facts = measure(&recording("mot-cua.m4a")).unwrap();
    assert_eq!(catalogue.measured(&facts.sha256), None);
    catalogue.remember(&facts);
    assert_eq!(catalogue.measured(&facts.sha256), Some(facts));
}

#[test]
fn measures_are_remembered_and_nothing_is_decoded_for_them_again() {
    let dir = TempDir::new().unwrap();
    let db = dir.path().join("catalogue.db");
    fs::copy(recording("cchc-ket-qua.mp3"), dir.path().join("a.mp3")).unwrap();
    let found = |name: &str| {
        let found = Catalogue::open(&db).facts(dir.path(), &[name.to_owned()])[name].clone().unwrap();
        found.measures.clone().expect("measures")
    };
    let first = found("a.mp3");
    assert!(first.loudness_clufs.is_some() && first.channel_rms_cdbfs.len() == 2, "{first:?}");
    // What the file holds is told apart from what a decode would find.
    let marked = rusqlite::Connection::open(&db).unwrap();
    marked.execute("UPDATE sound SET measures = json_set(measures, '$.clipped_runs', 77)", []).unwrap();
    drop(marked);
    assert_eq!(found("a.mp3").clipped_runs, 77, "kept");
    fs::rename(dir.path().join("a.mp3"), dir.path().join("b.mp3")).unwrap();
    assert_eq!(found("b.mp3").clipped_runs, 77, "renamed: hashed, not decoded");
    fs::copy(recording("ban-tin.mp3"), dir.path().join("b.mp3")).unwrap();
    assert_eq!(found("b.mp3").channel_rms_cdbfs.len(), 1, "replaced: decoded");

    let spoilt = rusqlite::Connection::open(&db).unwrap();
    spoilt.execute("UPDATE sound SET measures = 'rubbish'", []).unwrap();
    drop(spoilt);
    assert_eq!(found("b.mp3").channel_rms_cdbfs.len(), 1, "unreadable measures: made anew");
}

#[test]
fn an_older_catalogue_is_thrown_away() {
    let (dir, db, rels) = station(8000);
    let older = rusqlite::Connection::open(&db).unwrap();
    older
        .execute_batch("CREATE TABLE file (rel TEXT); CREATE TABLE sound (sha256 TEXT); PRAGMA user_version = 1")
        .unwrap();
    drop(older);
    let facts = Catalogue::open(&db).facts(dir.path(), &rels)["a.wav"].clone().unwrap();
    assert!(facts.measures.is_some());
    assert_eq!(Catalogue::open(&db).measured(&facts.sha256), Some(facts));
}
