//! `loa init`: what it makes, where, and what it leaves alone.

use super::{home, loa_in, loa_with};

#[test]
fn init_makes_a_home_that_checks_and_touches_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let said = loa_in(dir.path(), &["init", "dai"]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    let checked = loa_in(dir.path(), &["--home", "dai", "check"]);
    assert_eq!(checked.status, 0, "{}", checked.out);
    assert!(checked.out.contains("Kế hoạch hợp lệ: "), "{}", checked.out);
    let line = |home: &str| {
        let text = std::fs::read_to_string(dir.path().join(home).join("schedules/station.toml")).unwrap();
        text.lines().find(|line| line.starts_with("device = ")).unwrap().to_owned()
    };
    assert_eq!(line("dai"), "device = \"default\"");
    assert_eq!(loa_in(dir.path(), &["init", "im", "--line", "wav:thử.wav"]).status, 0);
    assert_eq!(line("im"), "device = \"wav:thử.wav\"");
    let again = loa_in(dir.path(), &["init", "dai"]);
    assert_eq!((again.status, again.out.as_str()), (1, ""));
    assert_eq!(
        again.err,
        "loa: `dai` đã có thư mục `schedules`: đây đã là một đài, không ghi đè gì cả; chạy `loa check` ở đó, hoặc chọn thư mục khác\n"
    );
}

/// Whoever gives the station its own name must not send reports to another ward's committee.
#[test]
fn a_new_home_names_no_ward_that_nobody_wrote() {
    let (station, problems) = loa::station::read("schedules/station.toml", loa::cli::init::STATION_TOML);
    let names = station.unwrap_or_else(|| panic!("{problems:#?}")).names;
    let written = [&names.name, &names.parent, &names.place].map(String::as_str);
    assert_eq!(written, ["Đài truyền thanh phường", "", ""]);
}

#[test]
fn a_home_without_its_station_file_is_told_the_command_that_makes_it() {
    let dir = home("2026-12", "month = \"2026-12\"\n");
    let station = dir.path().join("schedules/station.toml");
    std::fs::remove_file(&station).unwrap();
    let said = loa_in(dir.path(), &["check"]);
    assert!(said.out.contains("chạy `loa init` trong thư mục đài"), "{}", said.out);
    let made = loa_in(dir.path(), &["init"]);
    assert_eq!((made.status, made.err.as_str()), (0, ""));
    assert!(made.out.starts_with("Đã tạo `./schedules/station.toml`; các tệp khác giữ nguyên."), "{}", made.out);
    assert_eq!(std::fs::read_to_string(&station).unwrap(), loa::cli::init::STATION_TOML);
    assert_eq!(std::fs::read_to_string(dir.path().join("schedules/2026-12.toml")).unwrap(), "month = \"2026-12\"\n");
    assert_eq!(loa_in(dir.path(), &["init"]).status, 1, "a home that has one is left alone");
}

/// Whatever names the folder, it is that one; and where two are named none is made.
#[test]
fn init_makes_the_home_that_is_named_and_of_two_none() {
    let made = |words: &[&str], of_all: Option<&str>| {
        let dir = tempfile::tempdir().unwrap();
        let said = loa_with(dir.path(), words, of_all);
        let homes =
            std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut homes: Vec<String> = homes.collect();
        homes.sort();
        (said.status, homes.join(" "), said.err)
    };
    let told = "loa: `b` và `--home a` là hai thư mục khác nhau; hãy chỉ ghi một: `loa init b`\n";
    for (words, of_all, status, homes, err) in [
        (&["--home", "a", "init"][..], None, 0, "a", ""),
        (&["init", "--home", "a", "./a"], None, 0, "a", ""),
        (&["--home", "a", "init", "b"], None, 2, "", told),
        (&["init"], Some("a"), 0, "a", ""),
        // What is written for this command goes before what holds for all.
        (&["init", "b"], Some("a"), 0, "b", ""),
        (&["init"], None, 0, "audio schedules", ""),
    ] {
        assert_eq!(made(words, of_all), (status, homes.to_owned(), err.to_owned()), "{words:?} {of_all:?}");
    }
}
