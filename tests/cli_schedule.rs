//! The commands around a month's file as a user types them: whole output, exit status, what became of the files.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

#[path = "cli_schedule/printed.rs"]
mod printed;
#[path = "cli_schedule/told.rs"]
mod told;
#[path = "support/wav.rs"]
mod wav;

struct Said {
    status: i32,
    out: String,
    err: String,
}

fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_loa"));
    command.args(args).current_dir(dir).env_remove("LOA_HOME").env_remove("LOA_LANG");
    command.env("LANG", "vi_VN.UTF-8").env("NO_COLOR", "1");
    command
}

fn loa_with(dir: &Path, args: &[&str], path: Option<&str>) -> Said {
    let mut command = command(dir, args);
    if let Some(path) = path {
        command.env("PATH", path);
    }
    let out = command.output().unwrap();
    Said {
        status: out.status.code().unwrap(),
        out: String::from_utf8(out.stdout).unwrap(),
        err: String::from_utf8(out.stderr).unwrap(),
    }
}

fn loa(dir: &Path, args: &[&str]) -> Said {
    loa_with(dir, args, None)
}

fn sample(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("audio").join(name)
}

fn home(months: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("schedules")).unwrap();
    fs::create_dir_all(dir.path().join("audio")).unwrap();
    let station = "[station]\nname = \"Đài phường\"\nplace = \"Long Xuyên\"\n\n[line]\ndevice = \"null\"\n";
    fs::write(dir.path().join("schedules/station.toml"), station).unwrap();
    for (month, text) in months {
        fs::write(dir.path().join(format!("schedules/{month}.toml")), text).unwrap();
    }
    fs::copy(sample("loi-chao.flac"), dir.path().join("audio/loi-chao.flac")).unwrap();
    dir
}

fn text_of(dir: &Path, rel: &str) -> String {
    fs::read_to_string(dir.join(rel)).unwrap()
}

const MONTH: &str = r#"month = "2026-12"

[[segment]]
title = "Lời chào"
audio = "loi-chao.flac"
at    = ["06:45", "17:10"]
days  = "T3"
"#;

/// `loa devices | head -1`, `loa doctor | true`: whoever reads has seen enough, which is no fault.
#[test]
fn a_reader_that_goes_away_ends_no_command_with_a_fault_of_its_own() {
    let home = home(&[]);
    for args in [&["devices", "--json"][..], &["devices"], &["doctor"], &["doctor", "--json"], &["user", "list"]] {
        let wanted = loa(home.path(), args).status;
        let mut child = command(home.path(), args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let out = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(!said.contains("panicked"), "{args:?}: {said}");
        assert_eq!(out.status.code(), Some(wanted), "{args:?}: {said}");
    }
}

/// `loa check 2>&1 | head -1`: what stands on standard error ends in the same pipe.
#[test]
fn a_reader_of_errors_that_goes_away_ends_no_command_otherwise_than_one_that_stays() {
    let home = home(&[("2026-12", "month = \"2026-12\"\nthag = 1\n")]);
    let empty = tempfile::tempdir().unwrap();
    for (dir, args) in [
        (empty.path(), &["check"][..]),
        (home.path(), &["timetable", "2026-12"]),
        (home.path(), &["rehearse", "2026-12"]),
        (home.path(), &["status"]),
        (home.path(), &["import", "khong-co.mp3", "cung-khong.mp3"]),
        (home.path(), &["help", "khongcogi"]),
        (home.path(), &["chek"]),
    ] {
        let said = loa(dir, args);
        assert!(!said.err.is_empty(), "{args:?} says nothing there");
        let mut child = command(dir, args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stderr.take());
        assert_eq!(child.wait().unwrap().code(), Some(said.status), "{args:?}");
    }
}

#[test]
fn an_approval_is_one_line_more_and_moves_no_other_byte() {
    // As a Windows editor leaves it: a mark, CRLF, no last line break.
    let text = "\u{feff}# Tháng 12\r\nmonth = \"2026-12\"\r\n\r\n  [[segment]]  # chào\r\n  title = \"Lời chào\"\r\n  audio = \"loi-chao.flac\"   # tệp\r\n  at    = \"06:45\"\r\n  days  = \"T3\" # thứ ba\r\n\r\n\r\n# cuối\r\n[[segment]]\r\ntitle='Khác'\r\naudio='thieu.mp3'\r\nat='07:00'\r\ndays='T4'";
    let dir = home(&[("2026-12", text)]);
    let said = loa(dir.path(), &["approve", "loi-chao", "2026-12", "--by", "Nguyễn \"A\"", "--ref", "12/UBND"]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    let flac = loa::audio::measure::sha256(&sample("loi-chao.flac")).unwrap();
    let what = format!(
        "Đã duyệt `Lời chào` (`loi-chao` trong `schedules/2026-12.toml`): dài 5 giây, bản ghi {}…\n",
        &flac[..8]
    );
    assert!(said.out.starts_with(&format!("{what}Người duyệt: Nguyễn \"A\", ngày ")), "{}", said.out);
    assert!(said.out.ends_with(", văn bản 12/UBND\n"), "{}", said.out);
    let after = text_of(dir.path(), "schedules/2026-12.toml");
    let added: Vec<&str> = after.split("\r\n").filter(|line| !text.split("\r\n").any(|old| old == *line)).collect();
    let [line] = added.as_slice() else { panic!("{added:?}") };
    assert!(
        line.starts_with("  approved = { by = 'Nguyễn \"A\"', on = ")
            || line.starts_with("  approved = { by = \"Nguyễn \\\"A\\\"\", on = "),
        "{line}"
    );
    assert!(line.contains("ref = \"12/UBND\", sha256 = \""), "{line}");
    assert_eq!(after.replace(&format!("{line}\r\n"), ""), text);
    let hash = line.split("sha256 = \"").nth(1).unwrap().trim_end_matches("\" }");
    assert_eq!(hash, flac);
    let again = loa(dir.path(), &["--lang", "en", "approve", "Lời Chào", "2026-12", "--by", "B"]);
    assert_eq!((again.status, again.err.as_str()), (0, ""));
    let anew = "Approved anew `Lời chào` (`loi-chao` in `schedules/2026-12.toml`): 5 s, recording ";
    assert!(again.out.starts_with(anew) && again.out.contains("\nApproved by B on "), "{}", again.out);
    let replaced = text_of(dir.path(), "schedules/2026-12.toml");
    assert_eq!(replaced.matches("approved = ").count(), 1);
    assert_eq!(replaced.lines().count(), after.lines().count());
    let last = text.rfind("days='T4'").unwrap();
    assert!(replaced.ends_with(&text[last..]));
}

#[test]
fn an_approval_says_at_once_what_else_keeps_the_segment_off_the_air() {
    let dir = home(&[("2026-12", &format!("{MONTH}origin = \"tuyển chọn\"\n"))]);
    let said = loa(dir.path(), &["approve", "loi-chao", "2026-12", "--by", "A"]);
    assert_eq!(said.status, 0);
    let but = "Nhưng vẫn chưa phát được: `Lời chào` là tác phẩm tuyển chọn nhưng chưa ghi nguồn, nên chưa coi là đã duyệt; \
               xem cách sửa bằng `loa check 2026-12`\n";
    assert!(said.out.ends_with(but), "{}", said.out);
}

#[test]
fn two_months_that_meet_in_filler_are_told_by_a_rehearsal_too_and_its_log_is_cut_there() {
    let december = "month = \"2026-12\"\n[[exception]]\ndate = 2026-12-31\nreason = \"Giao thừa\"\nextra = [{ id = \"gt\", \
                    name = \"Đêm giao thừa\", start = \"23:50\", end = \"00:20\", running_order = [{ filler = \"nhac\" }] }]\n";
    let january = "month = \"2027-01\"\n[[segment]]\ntitle = \"Năm mới\"\naudio = \"loi-chao.flac\"\nat = \"00:05\"\non = \"2027-01-01\"\n";
    let dir = home(&[("2026-12", december), ("2027-01", january)]);
    let station = dir.path().join("schedules/station.toml");
    fs::write(&station, "[line]\ndevice = \"null\"\n[rules]\nquiet = []\napproval = \"off\"\n").unwrap();
    fs::create_dir(dir.path().join("audio/nhac")).unwrap();
    fs::copy(sample("ban-tin.mp3"), dir.path().join("audio/nhac/a.mp3")).unwrap();
    for period in ["2026-12", "2026-12-31"] {
        let said = loa(dir.path(), &["rehearse", period, "--json"]);
        let log: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        let airings = log["airings"].as_array().unwrap();
        assert_eq!(airings.len(), 1, "of the period alone: {}", said.out);
        assert_eq!(airings[0]["slot"], "2026-12-31/gt/filler");
        let ended = airings[0]["ended"].as_str().unwrap();
        assert!(ended.starts_with("2027-01-01T00:05:0"), "{ended}");
    }
    for args in [&["check", "2026-12"][..], &["check", "2027-01"], &["rehearse", "2026-12-31"]] {
        let said = loa(dir.path(), args);
        let all = said.out + &said.err;
        let told = "`Năm mới` lúc 00:05:00 bắt đầu khi `Nhạc đệm` (23:50:00) còn đang phát: ngày 01/01/2027";
        assert!(
            all.contains(told)
                && all.contains("schedules/2027-01.toml:5:")
                && all.contains("schedules/2026-12.toml:5:"),
            "{args:?}: {all}"
        );
    }
}

/// In the words of the log that the daemon would write.
#[test]
fn a_rehearsal_says_of_each_faulty_recording_what_the_log_would() {
    let segment = |(n, file): (usize, &str)| {
        format!(
            "[[segment]]\nid = \"s{n}\"\ntitle = \"S\"\naudio = \"{file}\"\nat = \"17:1{n}\"\non = \"2026-12-05\"\n"
        )
    };
    let files = ["im.wav", "rong.wav", "hong.mp3", "khong-co.mp3"];
    let plan = files.into_iter().enumerate().map(segment).collect::<String>();
    let dir = home(&[("2026-12", &format!("month = \"2026-12\"\n{plan}"))]);
    wav::write_wav(&dir.path().join("audio/im.wav"), 8_000, 1, [0; 16_000]);
    fs::write(dir.path().join("audio/rong.wav"), b"").unwrap();
    fs::write(dir.path().join("audio/hong.mp3"), b"\xFF\xFB").unwrap();
    let said = loa(dir.path(), &["--lang", "en", "rehearse", "2026-12-05"]).out;
    let told: Vec<&str> = said.lines().filter_map(|line| Some(line.split_once("Failed   ")?.1)).collect();
    let unknown = "no sound is recognised in this file; try it in a player, then copy it or export it again";
    assert_eq!(
        told,
        [
            "Silent recording: the file `audio/im.wav` is silent from end to end; record it again",
            "Recording without sound: the file `audio/rong.wav` has no sound; record it again",
            &format!("Cannot be decoded: the file `audio/hong.mp3` cannot be decoded: {unknown}"),
            "No audio file: the file `audio/khong-co.mp3` is not there; put it there",
        ],
        "{said}"
    );
}

/// What a made up edit moves is in the log that is printed, where it was heard.
#[test]
fn a_rehearsal_shows_where_an_item_was_moved_to() {
    let plan = "month = \"2026-12\"\n[[segment]]\nid = \"tin\"\ntitle = \"Tin\"\naudio = \"loi-chao.flac\"\nat = \"17:10\"\non = \"2026-12-05\"\n";
    let dir = home(&[("2026-12", plan)]);
    let station = dir.path().join("schedules/station.toml");
    fs::write(&station, "[line]\ndevice = \"null\"\n[rules]\nquiet = []\napproval = \"off\"\n").unwrap();
    let (mut moved, mut named, mut asked) = (0, 0, 0);
    for seed in 0..60 {
        let args = ["rehearse", "2026-12-05", "--faults", &seed.to_string()];
        let english = loa(dir.path(), &[&args[..], &["--lang", "en"]].concat()).out;
        assert!(!english.contains("người trực"), "seed {seed}: {english}");
        asked += usize::from(english.contains("asked for by the operator"));
        let told = loa(dir.path(), &args).out;
        if !told.contains("một mục bị dời muộn hơn") {
            continue;
        }
        named += usize::from(told.contains("dời `Tin` 05/12 17:10:00 → 05/12 17:"));
        let said = loa(dir.path(), &[&args[..], &["--json"]].concat()).out;
        let log: serde_json::Value = serde_json::from_str(&said).unwrap();
        let of_it = log["airings"].as_array().unwrap().iter().filter(|row| row["segment"] == "tin").count();
        assert!(of_it >= 1, "seed {seed}: {said}");
        moved += 1;
    }
    assert!(asked >= 1, "somebody who gives no name is called so in English");
    assert!(moved >= 3 && named >= 1, "{moved} of sixty seeds move it, {named} while it lies ahead");
}

/// A broadcast over midnight is one of the day on which it begins; people look for what it airs on the day on which they hear
/// it, be that one of another month.
#[test]
fn what_sounds_behind_midnight_is_in_the_timetable_and_the_rehearsal_of_its_day() {
    let december = "month = \"2026-12\"\n[[window]]\nid = \"dem\"\nstart = \"23:50\"\nend = \"00:20\"\nrunning_order = [\n  \
                    { audio = \"loi-chao.flac\", kind = \"sign_off\", at = \"00:10\" },\n]\n\
                    [[segment]]\ntitle = \"Năm mới\"\naudio = \"loi-chao.flac\"\nat = \"00:02\"\non = \"2026-12-31\"\n";
    let january = "month = \"2027-01\"\n[[segment]]\ntitle = \"Sáng\"\naudio = \"loi-chao.flac\"\nat = \"06:00\"\non = \"2027-01-01\"\n";
    let dir = home(&[("2026-12", december), ("2027-01", january)]);
    let station = dir.path().join("schedules/station.toml");
    fs::write(&station, "[line]\ndevice = \"null\"\n[rules]\nquiet = []\napproval = \"off\"\n").unwrap();
    let slots = |args: &[&str], list: &str| -> Vec<String> {
        let said = loa(dir.path(), args);
        let told: serde_json::Value =
            serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{}", said.out + &said.err));
        told[list].as_array().unwrap().iter().map(|slot| slot["slot"].as_str().unwrap().to_owned()).collect()
    };
    let thirty_first = ["2026-12-30/dem/nam-moi", "2026-12-30/dem/sign_off", "2026-12-31/dem/sign_off"];
    let first = ["2026-12-31/dem/sign_off", "2027-01-01/06:00:00/sang"];
    for (day, wanted) in [("2026-12-31", &thirty_first[..]), ("2027-01-01", &first)] {
        assert_eq!(slots(&["timetable", day, "--json"], "slots"), wanted, "{day}");
        assert_eq!(slots(&["rehearse", day, "--json"], "airings"), wanted, "{day}");
    }
    let said = loa(dir.path(), &["timetable", "2026-12-31"]).out;
    assert!(said.starts_with("Thứ năm, 31/12/2026 – thuộc buổi của thứ tư, 30/12/2026\n"), "{said}");
}

#[test]
fn an_approval_of_several_files_is_of_all_of_them() {
    let text = MONTH.replace("\"loi-chao.flac\"", "[\"loi-chao.flac\", \"b.mp3\"]");
    let dir = home(&[("2026-12", &text)]);
    fs::copy(sample("ban-tin.mp3"), dir.path().join("audio/b.mp3")).unwrap();
    assert_eq!(loa(dir.path(), &["approve", "loi-chao", "2026-12", "--by", "A"]).status, 0);
    let both = ["loi-chao.flac", "ban-tin.mp3"].map(|name| loa::audio::measure::sha256(&sample(name)).unwrap());
    fs::write(dir.path().join("hashes"), both.join("\n")).unwrap();
    let wanted = loa::audio::measure::sha256(&dir.path().join("hashes")).unwrap();
    assert!(text_of(dir.path(), "schedules/2026-12.toml").contains(&wanted));
}

#[test]
fn an_approval_in_a_month_that_cannot_be_used_says_that_nothing_airs_by_it_yet() {
    let dir = home(&[("2026-12", &format!("{MONTH}\nkhoa_la = 1\n"))]);
    let said = loa(dir.path(), &["approve", "loi-chao", "2026-12", "--by", "A"]);
    let last = said.out.lines().last().unwrap_or_default();
    assert_eq!(
        (said.status, last),
        (
            0,
            "Nhưng vẫn chưa phát được: kế hoạch tháng này còn lỗi nên cả tháng chưa dùng được; xem cách sửa bằng `loa check 2026-12`"
        )
    );
}

#[test]
fn what_cannot_be_approved_is_refused_and_nothing_is_written() {
    let text = MONTH.replace("loi-chao.flac", "thieu.flac");
    let dir = home(&[("2026-12", &text), ("2027-01", &MONTH.replace("2026-12", "2027-01"))]);
    let said = |args: &[&str]| {
        let said = loa(dir.path(), args);
        assert_eq!(said.out, "");
        (said.status, said.err)
    };
    assert_eq!(
        said(&["approve", "loi-chao", "2026-12", "--by", "A"]),
        (
            1,
            "loa: chưa duyệt được `loi-chao`: không có tệp `audio/thieu.flac`; kiểm tra lại tên và thư mục của tệp\n"
                .to_owned()
        )
    );
    assert_eq!(
        said(&["approve", "loi-chap", "2026-12", "--by", "A"]),
        (1, "loa: tháng 2026-12 không có tiết mục `loi-chap`; có phải là `loi-chao` không?\n".to_owned())
    );
    assert_eq!(
        said(&["--lang", "en", "approve", "loi-chap", "2026-12", "--by", "A"]),
        (1, "loa: there is no segment `loi-chap` in 2026-12; did you mean `loi-chao`?\n".to_owned())
    );
    assert_eq!(
        said(&["approve", "loi-chao", "2027-02", "--by", "A"]),
        (1, "loa: không có tệp `schedules/2027-02.toml`; tạo bằng `loa new 2027-02`\n".to_owned())
    );
    assert_eq!(
        said(&["approve", "loi-chao", "2026-12", "--by", " "]),
        (2, "loa: `--by` phải có chữ và nằm trên một dòng\n".to_owned())
    );
    assert_eq!(text_of(dir.path(), "schedules/2026-12.toml"), text);
}

#[test]
fn a_segment_of_several_months_needs_its_month() {
    // Both lie ahead of any clock that runs this test for long.
    let dir =
        home(&[("2098-01", &MONTH.replace("2026-12", "2098-01")), ("2098-02", &MONTH.replace("2026-12", "2098-02"))]);
    let said = loa(dir.path(), &["approve", "loi-chao", "--by", "A"]);
    assert_eq!(
        (said.status, said.err.as_str()),
        (2, "loa: `loi-chao` có trong nhiều tháng (2098-01, 2098-02); hãy ghi thêm tháng, như `2098-01`\n")
    );
    fs::remove_file(dir.path().join("schedules/2098-02.toml")).unwrap();
    assert_eq!(loa(dir.path(), &["approve", "loi-chao", "--by", "A"]).status, 0);
}

#[test]
fn a_new_month_comes_from_the_last_and_overwrites_none() {
    let figures = "survey = { period = \"12/2026\", asked = 5 }\n";
    let text = format!(
        "{MONTH}{figures}\n[[segment]]\ntitle = \"Một lần\"\naudio = \"x.mp3\"\nat = \"07:00\"\non = \"2026-12-08\"\n"
    );
    let dir = home(&[("2026-12", &text)]);
    let said = loa(dir.path(), &["new", "2027-01"]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    assert_eq!(
        said.out,
        "Đã tạo `schedules/2027-01.toml` từ tháng 2026-12: giữ 1 tiết mục; để lại làm ghi chú 1 tiết mục phát theo ngày cụ thể.\nSố liệu, văn bản của tháng cũ để lại làm ghi chú, ghi mới nếu tháng này có: `Lời chào` (`survey`).\nXem lại các dòng có dấu #, rồi chạy: loa check 2027-01\n"
    );
    let made = text_of(dir.path(), "schedules/2027-01.toml");
    let wanted = MONTH.replace("2026-12", "2027-01")
        + "# survey = { period = \"12/2026\", asked = 5 }\n\n# [[segment]]\n# title = \"Một lần\"\n# audio = \"x.mp3\"\n# at = \"07:00\"\n# on = \"2026-12-08\"\n";
    assert_eq!(made, wanted);
    assert_eq!(loa(dir.path(), &["check", "2027-01"]).status, 0);
    let again = loa(dir.path(), &["--lang", "en", "new", "2027-01"]);
    assert_eq!(
        (again.status, again.err.as_str()),
        (
            1,
            "loa: `schedules/2027-01.toml` is there already and was not touched; edit it, or move it away and try again\n"
        )
    );
    let none = loa(dir.path(), &["new", "2026-11"]);
    assert_eq!(none.err, "loa: chưa có kế hoạch của tháng nào trước 2026-11 để lấy làm mẫu; ghi `--from THÁNG`\n");
}

#[test]
fn a_recording_is_filed_under_a_plain_name_once_and_never_over_another() {
    let dir = home(&[("2026-12", MONTH)]);
    fs::copy(sample("ban-tin.mp3"), dir.path().join("Bản tin số 1.MP3")).unwrap();
    let args = ["import", "Bản tin số 1.MP3", "--segment", "loi-chao", "--month", "2026-12"];
    let said = loa(dir.path(), &args);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    assert_eq!(
        said.out,
        "Bản tin số 1.MP3 → audio/2026-12/ban-tin-so-1.mp3\n  11 giây · mp3 · 22050 Hz · 1 kênh\n  độ to của bản ghi −19,9 LUFS · đỉnh −3,3 dBTP · im lặng: đầu 0,0 giây, giữa 0,3 giây, cuối 0,0 giây\nĐã ghi `audio = \"2026-12/ban-tin-so-1.mp3\"` cho `loi-chao` trong `schedules/2026-12.toml`\n"
    );
    assert_eq!(
        text_of(dir.path(), "schedules/2026-12.toml"),
        MONTH.replace("loi-chao.flac", "2026-12/ban-tin-so-1.mp3")
    );
    let again = loa(dir.path(), &["--lang", "en", "import", "Bản tin số 1.MP3"]);
    assert_eq!(
        again.out,
        "Bản tin số 1.MP3 → audio/2026-12/ban-tin-so-1.mp3 (this content was there already)\n  11 s · mp3 · 22050 Hz · 1 channel\n  −19.9 LUFS as recorded · peak −3.3 dBTP · silence: 0.0 s at its start, 0.3 s inside, 0.0 s at its end\n"
    );
    fs::copy(sample("hoi-dap.ogg"), dir.path().join("Bản tin số 1.MP3")).unwrap();
    let other = loa(dir.path(), &args);
    assert!(other.out.starts_with("Bản tin số 1.MP3 → audio/2026-12/ban-tin-so-1-2.mp3\n"), "{}", other.out);
    let kept = loa::audio::measure::sha256(&dir.path().join("audio/2026-12/ban-tin-so-1.mp3")).unwrap();
    assert_eq!(kept, loa::audio::measure::sha256(&sample("ban-tin.mp3")).unwrap());
    assert_eq!(fs::read_dir(dir.path().join("audio/2026-12")).unwrap().count(), 2, "nothing is left beside");
}

#[test]
fn an_import_says_of_a_recording_what_check_will_say_of_it() {
    let dir = home(&[("2026-12", MONTH)]);
    // Four seconds of nothing, then four of a faint tone: a hundredth of full scale, a kHz.
    let tone = [0_i16, 231, 327, 231, 0, -231, -327, -231];
    let samples = std::iter::repeat_n(0, 32_000).chain(tone.into_iter().cycle().take(32_000));
    wav::write_wav(&dir.path().join("nho.wav"), 8_000, 1, samples);
    let said = loa(dir.path(), &["import", "nho.wav", "--segment", "loi-chao", "--month", "2026-12"]);
    let measured = "  8 giây · pcm_s16le · 8000 Hz · 1 kênh\n  độ to của bản ghi −40,1 LUFS · đỉnh −40,0 dBTP · im lặng: đầu 4,0 giây, giữa 0,0 giây, cuối 0,0 giây\n";
    assert!(said.out.starts_with(&format!("nho.wav → audio/2026-12/nho.wav\n{measured}")), "{}", said.out);
    let checked = loa(dir.path(), &["check"]);
    let told = |out: &str| -> Vec<String> {
        let of_recording = out.lines().filter(|line| line.starts_with("cảnh báo[recording-"));
        of_recording.map(str::to_owned).collect()
    };
    assert_eq!(told(&said.out).len(), 2, "{}", said.out);
    assert_eq!(told(&said.out), told(&checked.out));
}

#[test]
fn what_cannot_be_read_says_how_to_cure_it() {
    let dir = home(&[("2026-12", MONTH)]);
    fs::write(dir.path().join("la.xyz"), "không phải âm thanh").unwrap();
    let said = loa_with(dir.path(), &["import", "la.xyz"], Some(""));
    assert_eq!((said.status, said.out.as_str()), (1, ""));
    assert!(said.err.starts_with("loa: không đọc được `la.xyz`: "), "{}", said.err);
    assert!(said.err.contains("cài ffmpeg để Loa tự chuyển"), "{}", said.err);
    let absent = loa(dir.path(), &["--lang", "en", "import", "nowhere.mp3"]);
    assert_eq!(
        (absent.status, absent.err.as_str()),
        (1, "loa: there is no file `nowhere.mp3`; look at its name and folder again\n")
    );
}

#[test]
fn of_several_recordings_the_bad_ones_are_told_and_the_good_ones_filed() {
    let dir = home(&[("2026-12", MONTH)]);
    fs::copy(sample("ban-tin.mp3"), dir.path().join("tot.mp3")).unwrap();
    fs::create_dir(dir.path().join("ghi-am")).unwrap();
    let args = ["import", "khong-co.mp3", "ghi-am", "tot.mp3", "--segment", "loi-chao", "--month", "2026-12"];
    let said = loa(dir.path(), &args);
    assert_eq!(
        (said.status, said.err.as_str()),
        (
            1,
            "loa: không có tệp `khong-co.mp3`; kiểm tra lại tên và thư mục của tệp\nloa: `ghi-am` là thư mục; ghi tên từng tệp trong đó, như `loa import ghi-am/a.mp3 ghi-am/b.mp3`\n"
        )
    );
    assert!(said.out.starts_with("tot.mp3 → audio/2026-12/tot.mp3\n"), "{}", said.out);
    let left = "Chưa đổi `audio` của `loi-chao`: còn bản ghi chưa nhận được; sửa rồi chạy lại với đủ các tệp\n";
    assert!(said.out.ends_with(left), "{}", said.out);
    assert_eq!(text_of(dir.path(), "schedules/2026-12.toml"), MONTH);
}

#[test]
fn half_a_recording_is_refused_whatever_converter_is_there() {
    let dir = home(&[("2026-12", MONTH)]);
    let whole = fs::read(sample("loi-chao.flac")).unwrap();
    fs::write(dir.path().join("nua.flac"), &whole[..whole.len() / 2]).unwrap();
    let said = loa(dir.path(), &["import", "nua.flac"]);
    assert_eq!(said.status, 1, "{}", said.out);
    assert!(said.err.starts_with("loa: không giải mã được `nua.flac`: "), "{}", said.err);
}

#[test]
fn an_audition_never_goes_to_the_line() {
    let dir = home(&[("2026-12", MONTH)]);
    let said = loa(dir.path(), &["audition", "loi-chao", "2026-12", "--device", "null"]);
    let refused = "loa: nghe thử không bao giờ ra loa phường: loa của máy này đang là đường loa `null`; hãy chọn ";
    assert!(said.status == 1 && said.err.starts_with(refused) && said.err.contains("--device"), "{}", said.err);
    let said = loa(dir.path(), &["--lang", "en", "audition", "loi-chao.flac", "--device", "alsa:hw:CARD=none"]);
    assert_eq!((said.status, said.out.as_str()), (3, ""));
    assert!(said.err.starts_with("loa: no audition: "), "{}", said.err);
    let said = loa(dir.path(), &["audition", "Lời chào", "2026-12", "--device", "wav:nghe.wav"]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    assert_eq!(said.out, "Nghe thử audio/loi-chao.flac – Ctrl+C để dừng\n");
    let heard = loa::audio::measure::measure(&dir.path().join("nghe.wav")).unwrap();
    assert!(heard.file_ms > 4_600, "{}", heard.file_ms);
}

const TWO: &str = r#"month = "2026-12"

[[segment]]
title = "=Lời chào, \"mới\" <b>&"
id    = "chao"
audio = "loi-chao.flac"
at    = "06:45"
on    = "2026-12-01"

[[segment]]
title = "Bản tin; số 1"
id    = "tin"
audio = "thieu.mp3"
at    = "06:50"
on    = "2026-12-01"
"#;
