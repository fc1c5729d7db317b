//! Recordings by name, and what is remembered of them: nothing is measured twice, and nothing is believed that changed.
//! And how they come in and go.

// Helpers of tests are no tests to the linter.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::PathBuf;

mod sound_files;

use loa::audio::catalogue::Catalogue;
use loa::audio::listening::{DecodedWav, Piece, browser_type};
use loa::audio::measure::{measure, whole};
use loa::audio::names::resolve;
use loa::home::Home;
use loa::library::{Approved, As, Filed, IfTaken, Library, Received, Refusal, uses};
use loa::loading;
use loa::schedule::audio_facts::AudioFault;
use loa::timetable::Kind;
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

#[cfg(target_os = "linux")]
#[test]
fn names_are_the_same_with_capitals_or_without_and_wherever_the_tone_mark_stands() {
    let dir = TempDir::new().unwrap();
    let on_disk = "Tháng 12/Hoá-Đơn.MP3";
    fs::create_dir(dir.path().join("Tháng 12")).unwrap();
    fs::write(dir.path().join(on_disk), b"x").unwrap();
    for written in [on_disk, "tháng 12/hóa-đơn.mp3", "THÁNG 12/HÓA-ĐƠN.mp3", "Tha\u{301}ng 12/ho\u{301}a-đơn.mp3"]
    {
        assert_eq!(resolve(dir.path(), written), Ok(dir.path().join(on_disk)), "{written}");
    }
    // Without marks it is another name, which is only proposed.
    assert_eq!(resolve(dir.path(), "thang 12/hoa-don.mp3"), Err(AudioFault::Absent));
    assert_eq!(resolve(dir.path(), "Tháng 12/hỏa-đơn.mp3"), Err(AudioFault::Absent));
    let second = dir.path().join("Tháng 12/hóa-đơn.mp3");
    fs::write(&second, b"y").unwrap();
    assert_eq!(resolve(dir.path(), "Tháng 12/hóa-đơn.mp3"), Ok(second), "the exact name goes first");
    assert!(matches!(resolve(dir.path(), "Tháng 12/HÓA-ĐƠN.mp3"), Err(AudioFault::Unreadable(_))));
}

#[test]
fn no_name_leads_outside() {
    let dir = TempDir::new().unwrap();
    let audio = dir.path().join("audio");
    fs::create_dir(&audio).unwrap();
    fs::write(dir.path().join("mat-khau.txt"), b"x").unwrap();
    for rel in ["../mat-khau.txt", "/etc/passwd", "a/../../mat-khau.txt"] {
        assert!(matches!(resolve(&audio, rel), Err(AudioFault::NoFile(_) | AudioFault::Absent)), "{rel}");
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(dir.path().join("mat-khau.txt"), audio.join("lien-ket.mp3")).unwrap();
        assert!(matches!(resolve(&audio, "lien-ket.mp3"), Err(AudioFault::NoFile(_))));
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
    // As long as it was when it was last found whole.
    let mut bytes = fs::read(&db).unwrap();
    bytes[4096..].fill(0xa5);
    fs::write(&db, bytes).unwrap();
    assert_eq!(Catalogue::open(&db).facts(dir.path(), &rels), right, "damaged inside");
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

/// The bytes of a decoded WAV from `from` up to `to`.
fn listened(path: &std::path::Path, from: u64, to: u64) -> Vec<u8> {
    let facts = measure(path).unwrap();
    let mut bytes = DecodedWav::of(&facts).read(path, from, to).unwrap();
    let mut all = Vec::new();
    loop {
        match bytes.step() {
            Piece::Before => {}
            Piece::Bytes(piece) => all.extend_from_slice(piece),
            Piece::End => return all,
        }
    }
}

#[test]
fn the_wav_for_a_browser_holds_the_very_samples_and_any_part_of_it_can_be_asked_for() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("a.wav");
    let whole = honest_wav(8000, 2, &noise(60_000));
    fs::write(&path, &whole).unwrap();
    let facts = measure(&path).unwrap();
    assert_eq!(DecodedWav::of(&facts).len_bytes(), whole.len() as u64);
    assert_eq!(listened(&path, 0, u64::MAX), whole);
    for (from, to) in [(0, 1), (43, 46), (44, 44), (1001, 70_003), (119_999, 120_044), (200_000, 300_000)] {
        let range = (from as usize).min(whole.len())..(to as usize).min(whole.len());
        assert_eq!(listened(&path, from, to), whole[range], "{from}..{to}");
    }
}

#[test]
fn a_browser_gets_as_it_is_what_it_can_play() {
    let types = |name: &str| browser_type(&recording(name));
    assert_eq!(types("ban-tin.mp3"), Ok(Some("audio/mpeg")));
    assert_eq!(types("hoi-dap.ogg"), Ok(Some("audio/ogg")));
    assert_eq!(types("loi-chao.flac"), Ok(Some("audio/flac")));
    assert_eq!(types("mot-cua.m4a"), Ok(Some("audio/mp4")));
    assert_eq!(types("duong-day-nong.wav"), Ok(Some("audio/wav")));
    assert_eq!(types("khong-co.mp3"), Err(AudioFault::Absent));
    let dir = TempDir::new().unwrap();
    // AIFF: one channel of two samples of 16 bits at 8000 Hz.
    let mut aiff = b"FORM\0\0\0\x32AIFFCOMM\0\0\0\x12\0\x01\0\0\0\x02\0\x10\x40\x0b\xfa\0\0\0\0\0\0\0SSND\0\0\0\x0c\0\0\0\0\0\0\0\0".to_vec();
    aiff.extend([0x40, 0, 0xC0, 0]);
    let path = dir.path().join("a.wav");
    fs::write(&path, aiff).unwrap();
    assert_eq!(browser_type(&path), Ok(None));
    assert_eq!(
        listened(&path, 44, 99),
        16384_i16.to_le_bytes().into_iter().chain((-16384_i16).to_le_bytes()).collect::<Vec<_>>()
    );
}

#[test]
fn an_outline_is_kept_with_the_measures_and_made_where_it_is_not() {
    let (dir, db, rels) = station(8000);
    let path = dir.path().join("a.wav");
    let made = whole(&path).unwrap();
    assert_eq!(made.waveform.pairs().len(), 100, "10 ms each");
    let facts = Catalogue::open(&db).facts(dir.path(), &rels)["a.wav"].clone().unwrap();
    let kept = |db: &std::path::Path| -> i64 {
        let db = rusqlite::Connection::open(db).unwrap();
        db.query_row("SELECT count(*) FROM waveform", [], |row| row.get(0)).unwrap()
    };
    assert_eq!(kept(&db), 1, "by the decode that measured it");
    assert_eq!(Catalogue::open(&db).waveform(&path, &facts.sha256), Ok(made.waveform.clone()));
    let emptied = rusqlite::Connection::open(&db).unwrap();
    emptied.execute("DELETE FROM waveform", []).unwrap();
    drop(emptied);
    assert_eq!(Catalogue::open(&db).waveform(&path, &facts.sha256), Ok(made.waveform));
    assert_eq!(kept(&db), 1, "made on demand");
}

/// A home whose `audio/` holds `names`, each with a sound of its own.
fn home_with(names: &[&str]) -> (TempDir, Home) {
    let dir = TempDir::new().unwrap();
    for (at, name) in names.iter().enumerate() {
        let path = dir.path().join("audio").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, sound(at + 1)).unwrap();
    }
    let home = Home::at(dir.path());
    (dir, home)
}

/// A WAV of so many tenths of a second.
fn sound(tenths: usize) -> Vec<u8> {
    honest_wav(8000, 1, &noise(800 * tenths))
}

fn received(library: &Library, folder: &str, bytes: &[u8]) -> Result<Received, Refusal> {
    let mut intake = library.intake(folder, Some(bytes.len() as u64))?;
    bytes.chunks(1000).try_for_each(|piece| intake.write(piece))?;
    intake.finish(library)
}

/// Every file under `folder`, by its name below it.
fn all_in(folder: &std::path::Path) -> Vec<String> {
    let mut names = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                names.push(path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    names.sort();
    names
}

#[test]
fn a_recording_that_comes_in_is_measured_named_and_remembered() {
    let (_dir, home) = home_with(&[]);
    let library = Library::of(&home);
    let bytes = sound(10);
    let came = received(&library, "2026-12", &bytes).unwrap();
    assert_eq!((came.measured.facts.file_ms, came.measured.waveform.pairs().len()), (1000, 100));
    let filed = library.file(&came, "Bản tin sáng?.WAV", IfTaken::Ask).unwrap();
    drop(came);
    assert_eq!(filed, Filed::New("2026-12/Bản tin sáng-.wav".to_owned()));
    assert_eq!(all_in(&home.audio()), ["2026-12/Bản tin sáng-.wav"]);
    assert_eq!(fs::read(library.path(filed.rel()).unwrap()).unwrap(), bytes);
    let facts = library.catalogue().facts(&home.audio(), &[filed.rel().to_owned()]);
    let hash = facts[filed.rel()].as_ref().unwrap().sha256.clone();
    assert!(library.catalogue().measured(&hash).is_some());
    // Without an ending it gets the one of its kind; the same bytes are not filed twice.
    let came = received(&library, "", &fs::read(recording("ban-tin.mp3")).unwrap()).unwrap();
    assert_eq!(library.file(&came, "bản tin", IfTaken::Ask), Ok(Filed::New("bản tin.mp3".to_owned())));
    let again = received(&library, "", &bytes).unwrap();
    assert_eq!(
        library.file(&again, "khác.wav", IfTaken::Ask),
        Ok(Filed::There("2026-12/Bản tin sáng-.wav".to_owned()))
    );
}

#[test]
fn what_is_refused_leaves_nothing_behind() {
    let (_dir, home) = home_with(&[]);
    let mut library = Library::of(&home);
    let half = &sound(10)[..9000];
    assert!(matches!(received(&library, "2026-12", half), Err(Refusal::Unfit(AudioFault::Undecodable(_)))));
    assert!(matches!(received(&library, "", b"<html></html>"), Err(Refusal::Unfit(AudioFault::Undecodable(_)))));
    assert_eq!(received(&library, "", b"").err(), Some(Refusal::Unfit(AudioFault::Empty)));
    assert_eq!(received(&library, "khong-co", half).err(), Some(Refusal::NoFolder("khong-co".to_owned())));
    assert_eq!(received(&library, "../var", half).err(), Some(Refusal::NoFolder("../var".to_owned())));
    let good = received(&library, "", &sound(1)).unwrap();
    assert!(matches!(library.file(&good, "../a.wav", IfTaken::Number), Err(Refusal::Name(_))));
    drop(good);
    // Half a recording whose browser went away.
    let mut begun = library.intake("", None).unwrap();
    begun.write(half).unwrap();
    assert_eq!(all_in(&home.audio()).len(), 1);
    // What a crash leaves is swept away when nothing has been written to it for a day.
    let left = library.audio().join(&all_in(&home.audio())[0]);
    fs::copy(&left, home.audio().join(".loa-cu.part")).unwrap();
    let old = fs::File::options().write(true).open(home.audio().join(".loa-cu.part")).unwrap();
    let a_day_ago_s = loa::clock::now().as_second().cast_unsigned() - 25 * 3600;
    old.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(a_day_ago_s)).unwrap();
    library.sweep();
    assert_eq!(all_in(&home.audio()).len(), 1);
    drop(begun);

    library.most_bytes = 8_999;
    assert_eq!(received(&library, "", half).err(), Some(Refusal::TooLarge { most_bytes: 8_999 }));
    let mut unannounced = library.intake("", None).unwrap();
    unannounced.write(&half[..8_999]).unwrap();
    assert_eq!(unannounced.write(b"x"), Err(Refusal::TooLarge { most_bytes: 8_999 }));
    drop(unannounced);
    library.kept_free_bytes = u64::MAX;
    assert!(matches!(library.intake("", None), Err(Refusal::NoRoom { kept_free_bytes: u64::MAX, .. })));
    assert_eq!(all_in(home.root()), ["var/catalogue.db"]);
}

#[test]
fn a_name_that_is_taken_is_asked_about_and_what_is_replaced_is_put_away() {
    let (_dir, home) = home_with(&["ba\u{309}n.wav"]);
    let library = Library::of(&home);
    let old = sound(1);
    let old_hash = measure(&library.path("bản.wav").unwrap()).unwrap().sha256;
    let taken = Refusal::Taken { rel: "bản.wav".to_owned(), sha256: old_hash.clone() };
    let new = sound(9);
    let came = received(&library, "", &new).unwrap();
    assert_eq!(library.file(&came, "bản.wav", IfTaken::Ask), Err(taken.clone()), "however it is composed");
    let other = IfTaken::Replace { sha256: "0", held: &[] };
    assert_eq!(library.file(&came, "bản.wav", other), Err(taken), "another one than was told of");
    let held = ["ba\u{309}n.wav".to_owned()];
    let replace = |held| IfTaken::Replace { sha256: &old_hash, held };
    assert_eq!(library.file(&came, "bản.wav", replace(&held)), Err(Refusal::Held("bản.wav".to_owned())));
    assert!(!home.trash().exists());
    assert_eq!(library.file(&came, "bản.wav", replace(&[])), Ok(Filed::Replaced("bản.wav".to_owned())));
    drop(came);
    assert_eq!(fs::read(library.path("bản.wav").unwrap()).unwrap(), new);
    let kept = all_in(&home.trash());
    assert_eq!((kept.len(), kept[0].ends_with("/bản.wav")), (1, true), "{kept:?}");
    assert_eq!(fs::read(home.trash().join(&kept[0])).unwrap(), old);
    let came = received(&library, "", &old).unwrap();
    assert_eq!(library.file(&came, "bản.wav", IfTaken::Number), Ok(Filed::New("bản-2.wav".to_owned())));
    assert_eq!(all_in(&home.audio()).len(), 2);
}

#[test]
fn a_recording_is_replaced_though_the_new_bytes_lie_elsewhere_in_the_library_and_never_by_itself() {
    let (_dir, home) = home_with(&["tin.wav", "nhac/khac.wav"]);
    let library = Library::of(&home);
    let old_hash = measure(&library.path("tin.wav").unwrap()).unwrap().sha256;
    let replace = IfTaken::Replace { sha256: &old_hash, held: &[] };
    let new = fs::read(library.path("nhac/khac.wav").unwrap()).unwrap();
    let came = received(&library, "", &new).unwrap();
    assert_eq!(library.file(&came, "tin.wav", replace), Ok(Filed::Replaced("tin.wav".to_owned())));
    assert_eq!(fs::read(library.path("tin.wav").unwrap()).unwrap(), new);
    // Sent once more it lies there already, whichever was told of.
    let kept = all_in(&home.trash()).len();
    let again = received(&library, "", &new).unwrap();
    assert_eq!(library.file(&again, "tin.wav", replace), Ok(Filed::There("tin.wav".to_owned())));
    assert_eq!(all_in(&home.trash()).len(), kept);
}

#[test]
fn what_a_schedule_uses_is_neither_renamed_nor_removed() {
    let (_dir, home) = home_with(&["chao.wav", "thua.wav", "nhac/mot.wav", ".an.wav"]);
    fs::create_dir(home.schedules()).unwrap();
    let hash = measure(&home.audio().join("chao.wav")).unwrap().sha256;
    let month = format!(
        r#"month = "2026-12"

[[window]]
id = "sang"
start = "06:00"
end = "07:00"
running_order = [{{ audio = "nhac/mot.wav", kind = "music" }}, {{ column = "tin" }}, {{ filler = "nhac/" }}]

[[column]]
id = "tin"
name = "Tin"

[[segment]]
title = "Lời chào"
audio = "chao.wav"
column = "tin"
dates = [1, 2, 3]
approved = {{ by = "Lê Thị B", on = 2026-11-30, sha256 = "{hash}" }}
"#
    );
    fs::write(home.month_file("2026-12".parse().unwrap()), month).unwrap();
    let library = Library::of(&home);
    let listed: Vec<String> = library.list().into_iter().map(|one| one.rel).collect();
    assert_eq!(listed, ["chao.wav", "nhac/mot.wav", "thua.wav"]);
    let mut catalogue = library.catalogue();
    let facts = catalogue.facts(&home.audio(), &listed);
    let loaded = loading::load(&home, "2026-12".parse().unwrap(), &mut |_| facts.clone());
    assert!(!loaded.refused(), "{:?}", loaded.problems);
    let now = "2026-12-02T00:00:00+07:00".parse().unwrap();
    let uses = uses(&[loaded], &facts, now);
    assert_eq!(uses.keys().collect::<Vec<_>>(), ["chao.wav", "nhac/mot.wav"]);
    let [only] = uses["chao.wav"].as_slice() else { panic!("{uses:?}") };
    assert_eq!((only.airings, only.next.unwrap().to_string().get(..11)), (3, Some("2026-12-01T")), "{only:?}");
    let As::Segment { id, approved: Approved::Pinned(by), .. } = &only.used_as else { panic!("{only:?}") };
    assert_eq!((id.as_str(), by.by.as_str()), ("loi-chao", "Lê Thị B"));
    let kinds: Vec<&As> = uses["nhac/mot.wav"].iter().map(|one| &one.used_as).collect();
    assert_eq!(kinds, [&As::Place(Kind::Music), &As::Pool]);

    let used = Err(Refusal::InUse("chao.wav".to_owned()));
    assert_eq!(library.rename("chao.wav", "khác", &uses["chao.wav"], &[]), used);
    assert_eq!(library.remove("chao.wav", &uses["chao.wav"], &[]).map(|()| String::new()), used);
    assert_eq!(library.rename("thua.wav", "nhac/mot.wav", &[], &[]).ok(), None);
    assert_eq!(library.rename("thua.wav", "thừa", &[], &[]), Ok("thừa.wav".to_owned()));
    assert_eq!(library.remove("thừa.wav", &[], &["thừa.wav".to_owned()]), Err(Refusal::Held("thừa.wav".to_owned())));
    assert_eq!(library.remove("thừa.wav", &[], &[]), Ok(()));
    assert_eq!(library.remove("thừa.wav", &[], &[]), Err(Refusal::Absent("thừa.wav".to_owned())));
    assert_eq!(library.remove(".an.wav", &[], &[]), Err(Refusal::Absent(".an.wav".to_owned())));
    assert!(all_in(&home.trash())[0].ends_with("/thừa.wav"));
}
