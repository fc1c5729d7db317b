//! What lies in a home and is no schedule and no recording: each costs itself alone, says so in both languages, and never
//! keeps anybody waiting.

// Helpers of tests are no tests to the linter.
#![allow(clippy::unwrap_used)]
#![allow(clippy::print_stdout, reason = "a test that skips has to say so")]

use std::fs;
use std::path::Path;

use loa::audio::catalogue::Catalogue;
use loa::home::Home;
use loa::loading::{self, Loaded};
use loa::problem::{self, Lang};
use loa::schedule::audio_facts::AudioFault;
use tempfile::TempDir;

const STATION: &str = "[line]\ndevice = \"null\"\n[rules]\napproval = \"off\"\n";
const MIB: u64 = 1024 * 1024;

fn home() -> (TempDir, Home) {
    let dir = TempDir::new().unwrap();
    let home = Home::at(dir.path());
    fs::create_dir(home.schedules()).unwrap();
    fs::create_dir(home.audio()).unwrap();
    fs::write(home.station_file(), STATION).unwrap();
    (dir, home)
}

fn segments(files: impl IntoIterator<Item = String>) -> String {
    let block = |(n, file): (usize, String)| {
        format!("[[segment]]\nid = \"s{n}\"\ntitle = \"Bản tin\"\naudio = '{file}'\nat = \"06:00\"\ndates = [1]\n")
    };
    let blocks: String = files.into_iter().enumerate().map(block).collect();
    format!("month = \"2026-12\"\n{blocks}")
}

fn load(home: &Home) -> Loaded {
    let mut catalogue = Catalogue::open(&home.root().join("catalogue.db"));
    loading::load(home, "2026-12".parse().unwrap(), &mut |files| catalogue.facts(&home.audio(), files))
}

/// Whether both languages have words for the only problem of that code.
fn says(loaded: &Loaded, code: &str, vi: &str, en: &str) {
    let of_code: Vec<_> = loaded.problems.iter().filter(|problem| problem.code == code).cloned().collect();
    assert_eq!(of_code.len(), 1, "{:?}", loaded.problems);
    let shown = |lang| problem::render(&of_code, &loaded.sources, lang, false);
    assert!(shown(Lang::Vi).contains(vi), "{}", shown(Lang::Vi));
    assert!(shown(Lang::En).contains(en), "{}", shown(Lang::En));
}

fn file_of(path: &Path, bytes: u64) {
    fs::File::create(path).unwrap().set_len(bytes).unwrap();
}

#[test]
fn a_schedule_of_50_mib_is_refused_unread() {
    let (_dir, home) = home();
    file_of(&home.month_file("2026-12".parse().unwrap()), 50 * MIB);
    let loaded = load(&home);
    assert!(loaded.refused() && loaded.slots.is_empty() && loaded.month_text.is_none());
    says(&loaded, "too-large", "lớn hơn 4 MiB", "larger than 4 MiB");
}

#[test]
fn a_schedule_without_a_byte_and_one_with_nuls_are_refused() {
    let (_dir, home) = home();
    let file = home.month_file("2026-12".parse().unwrap());
    fs::write(&file, b"").unwrap();
    assert!(load(&home).refused());
    let good = segments(["a.mp3".to_owned()]);
    for text in [good.replace("06:00", "06\0:00"), format!("\0{good}"), format!("{good}\0"), "\0".repeat(4096)] {
        fs::write(&file, text).unwrap();
        let loaded = load(&home);
        assert!(loaded.refused() && loaded.slots.is_empty(), "{:?}", loaded.problems);
        for lang in [Lang::Vi, Lang::En] {
            assert!(!problem::render(&loaded.problems, &loaded.sources, lang, false).contains('\0'), "shown, not sent");
        }
    }
}

#[test]
fn a_hundred_thousand_segments_are_told_to_be_too_many() {
    let (_dir, home) = home();
    let file = home.month_file("2026-12".parse().unwrap());
    fs::write(&file, segments((0..100_000).map(|n| format!("{n}.mp3")))).unwrap();
    says(&load(&home), "too-large", "lớn hơn 4 MiB", "larger than 4 MiB");
    // So short that a file of 4 MiB holds them: each lacks its days.
    let text = format!("month = \"2026-12\"\n{}", "[[segment]]\ntitle='a'\naudio='a'\nat='6h'\n".repeat(100_000));
    assert!((text.len() as u64) < 4 * MIB);
    fs::write(&file, text).unwrap();
    let loaded = load(&home);
    assert!(loaded.refused() && loaded.slots.is_empty() && loaded.problems.len() < 1000);
    says(&loaded, "more-problems", "lỗi", "more");
}

#[cfg(unix)]
#[test]
fn what_only_looks_like_a_recording_keeps_its_own_slot_off_and_nobody_waiting() {
    use std::os::unix::fs::symlink;
    use std::process::Command;

    let (_dir, home) = home();
    let audio = home.audio();
    fs::create_dir(audio.join("thu-muc.mp3")).unwrap();
    assert!(Command::new("mkfifo").arg(audio.join("ong-dan.mp3")).status().unwrap().success());
    symlink("vong-b.mp3", audio.join("vong-a.mp3")).unwrap();
    symlink("vong-a.mp3", audio.join("vong-b.mp3")).unwrap();
    symlink(".", audio.join("vong")).unwrap();
    symlink("/dev/zero", audio.join("thiet-bi.mp3")).unwrap();
    fs::write(audio.join("rong.mp3"), b"").unwrap();
    file_of(&audio.join("khong.mp3"), 50 * MIB);
    let good = "loi-chao.flac";
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("audio").join(good), audio.join(good)).unwrap();
    let cases = [
        ("thu-muc.mp3", "là thư mục", "a folder"),
        ("ong-dan.mp3", "ống dẫn", "a device or a pipe"),
        ("vong-a.mp3", "không mở được", "cannot be opened"),
        ("thiet-bi.mp3", "ngoài thư mục `audio`", "outside the folder `audio`"),
        ("rong.mp3", "không có âm thanh nào", "holds no sound"),
        ("khong.mp3", "không giải mã được", "cannot be decoded"),
    ];
    let files = cases.iter().map(|(file, ..)| (*file).to_owned());
    let loop_deep = format!("{}{good}", "vong/".repeat(20));
    let text = segments(files.chain([good.to_owned(), loop_deep]));
    fs::write(home.month_file("2026-12".parse().unwrap()), text).unwrap();
    let loaded = load(&home);
    assert!(!loaded.refused(), "{:?}", loaded.problems);
    for (n, (file, vi, en)) in cases.iter().enumerate() {
        let slot = loaded.slots.iter().find(|slot| slot.segment.as_deref() == Some(&format!("s{n}"))).unwrap();
        let bar = slot.bar.as_ref().unwrap_or_else(|| panic!("{file} would air"));
        assert!(bar.reason.vi.contains(vi), "{file}: {}", bar.reason.vi);
        assert!(bar.reason.en.contains(en), "{file}: {}", bar.reason.en);
    }
    let measured = loaded.slots.iter().filter(|slot| slot.audio.is_some()).count();
    assert_eq!(measured, 2, "the good one, by its name and through the folder that holds itself");
}

#[cfg(unix)]
#[test]
fn a_schedule_that_is_no_file_is_told_without_opening_it() {
    use std::os::unix::fs::symlink;

    let (_dir, home) = home();
    let file = home.month_file("2026-12".parse().unwrap());
    fs::create_dir(&file).unwrap();
    says(&load(&home), "unreadable", "không đọc được", "cannot be read");
    fs::remove_dir(&file).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&file).status().unwrap().success());
    says(&load(&home), "unreadable", "không đọc được", "cannot be read");
    for target in ["/dev/zero", "2026-12.toml"] {
        fs::remove_file(&file).unwrap();
        symlink(target, &file).unwrap();
        let loaded = load(&home);
        assert!(loaded.refused() && loaded.slots.is_empty());
        says(&loaded, "unreadable", "không đọc được", "cannot be read");
    }
}

/// Makes a pipe that nobody writes into: whoever opens it to read waits for ever.
#[cfg(unix)]
fn pipe(path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[cfg(unix)]
#[test]
fn a_pipe_or_a_folder_in_the_place_of_the_log_is_refused_and_keeps_nobody_waiting() {
    use loa::ledger::Reader;

    let (_dir, home) = home();
    let log = home.ledger_file();
    pipe(&log);
    let refused = Reader::open(&log).map(drop).unwrap_err();
    assert!(refused.vi.contains("là thiết bị hoặc ống dẫn, không phải tệp"), "{}", refused.vi);
    assert!(refused.en.contains("it is a device or a pipe, not a file"), "{}", refused.en);
    fs::remove_file(&log).unwrap();
    fs::create_dir(&log).unwrap();
    assert!(Reader::open(&log).map(drop).unwrap_err().en.contains("it is a folder, not a file"));
    for beside in loa::files::BESIDE_DATABASE {
        let (_dir, home) = self::home();
        fs::create_dir(home.var()).unwrap();
        fs::write(home.ledger_file(), b"").unwrap();
        pipe(&home.var().join(format!("ledger.db{beside}")));
        assert!(Reader::open(&home.ledger_file()).map(drop).unwrap_err().en.contains("a file beside it"), "{beside}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_the_catalogue_is_replaced_and_keeps_nobody_waiting() {
    let (_dir, home) = home();
    pipe(&home.catalogue_file());
    let good = "loi-chao.flac";
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("audio").join(good), home.audio().join(good)).unwrap();
    let facts = Catalogue::open(&home.catalogue_file()).facts(&home.audio(), &[good.to_owned()]);
    assert!(facts[good].is_ok());
    assert!(home.catalogue_file().is_file(), "it is a cache: what is in its place may go");
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_the_daemons_own_files_is_refused_and_keeps_nobody_waiting() {
    for name in ["daemon.lock", "daemon.txt"] {
        let (_dir, home) = home();
        pipe(&home.var().join(name));
        let mut run = std::process::Command::new(env!("CARGO_BIN_EXE_loa"));
        let said = run.args(["--lang", "en", "run"]).current_dir(home.root()).output().unwrap();
        let said = String::from_utf8(said.stderr).unwrap();
        assert!(said.contains("it is a device or a pipe, not a file"), "{name}: {said}");
    }
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_told() {
    use std::os::unix::fs::PermissionsExt;

    let (_dir, home) = home();
    let file = home.month_file("2026-12".parse().unwrap());
    let recording = home.audio().join("kin.mp3");
    fs::write(&recording, b"x").unwrap();
    fs::write(&file, segments(["kin.mp3".to_owned()])).unwrap();
    let close = |path: &Path| fs::set_permissions(path, fs::Permissions::from_mode(0o000)).unwrap();
    close(&recording);
    if fs::File::open(&recording).is_ok() {
        println!("SKIPPED: whoever runs this may read everything");
        return;
    }
    let facts = Catalogue::open(&home.root().join("catalogue.db")).facts(&home.audio(), &["kin.mp3".to_owned()]);
    assert!(matches!(facts["kin.mp3"], Err(AudioFault::Unreadable(_))));
    close(&file);
    says(&load(&home), "unreadable", "không đọc được", "cannot be read");
}
