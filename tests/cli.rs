//! The program as a user types it: whole output, exit status.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;
use std::process::Command;

use serde_json::Value;

#[path = "cli/init.rs"]
mod init;
#[path = "cli/lines.rs"]
mod lines;

struct Said {
    status: i32,
    out: String,
    err: String,
}

fn loa_in(dir: &Path, args: &[&str]) -> Said {
    loa_with(dir, args, None)
}

/// The same where `LOA_HOME` names that home for all commands.
fn loa_with(dir: &Path, args: &[&str], home: Option<&str>) -> Said {
    let mut loa = Command::new(env!("CARGO_BIN_EXE_loa"));
    loa.args(args).current_dir(dir).env_remove("LOA_HOME").env_remove("LOA_LANG");
    loa.env("LANG", "vi_VN.UTF-8").env("NO_COLOR", "1").envs(home.map(|home| ("LOA_HOME", home)));
    let out = loa.output().unwrap();
    Said {
        status: out.status.code().unwrap(),
        out: String::from_utf8(out.stdout).unwrap(),
        err: String::from_utf8(out.stderr).unwrap(),
    }
}

fn home(month: &str, text: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("schedules")).unwrap();
    std::fs::create_dir_all(dir.path().join("audio")).unwrap();
    let station = "[line]\ndevice = \"null\"\n\n[rules]\nquiet = [\"21:00-05:00\"]\napproval = \"off\"\n";
    std::fs::write(dir.path().join("schedules/station.toml"), station).unwrap();
    std::fs::write(dir.path().join(format!("schedules/{month}.toml")), text).unwrap();
    for file in ["loi-chao.flac", "ban-tin.mp3"] {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("audio").join(file);
        std::fs::copy(from, dir.path().join("audio").join(file)).unwrap();
    }
    dir
}

const GOOD: &str = r#"month = "2026-12"

[[segment]]
title = "Lời chào"
audio = "loi-chao.flac"
at    = ["06:45", "17:10"]
days  = "T3, T5"
except = ["2026-12-24"]
"#;

#[test]
fn a_good_month_checks_with_status_0_and_says_what_will_air() {
    let dir = home("2026-12", GOOD);
    let said = loa_in(dir.path(), &["check"]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    assert_eq!(said.out, "Kế hoạch hợp lệ: 18 buổi, 18 lượt phát, 1 phút 23 giây\n");
    let said = loa_in(dir.path(), &["--lang", "en", "check", "2026-12"]);
    assert_eq!(said.out, "The schedule is good: 18 broadcasts, 18 airings, 1 min 23 s\n");
    let json: Value = serde_json::from_str(&loa_in(dir.path(), &["check", "--json"]).out).unwrap();
    assert_eq!(json["problems"], serde_json::json!([]));
    assert_eq!(json["months"][0]["airings"], 18);
}

#[test]
fn an_absent_recording_bars_its_own_slots_and_nothing_else() {
    let text = format!(
        "{GOOD}\n[[segment]]\ntitle = \"Bản tin\"\naudio = \"thieu.mp3\"\nat = \"07:00\"\non = \"2026-12-01\"\n"
    );
    let dir = home("2026-12", &text);
    let said = loa_in(dir.path(), &["check", "--json"]);
    assert_eq!(said.status, 1);
    let json: Value = serde_json::from_str(&said.out).unwrap();
    let problem = &json["problems"][0];
    let place = (problem["file"].as_str(), problem["line"].as_u64(), problem["column"].as_u64());
    assert_eq!(place, (Some("schedules/2026-12.toml"), Some(12), Some(9)));
    assert_eq!((problem["severity"].as_str(), problem["effect"].as_str()), (Some("error"), Some("block")));
    assert_eq!(json["months"][0]["airings"], 18);
    let plan: Value = serde_json::from_str(&loa_in(dir.path(), &["timetable", "2026-12-01", "--json"]).out).unwrap();
    let slots: Vec<_> = plan["slots"]
        .as_array()
        .unwrap()
        .iter()
        .map(|slot| (slot["slot"].as_str().unwrap(), slot["blocked"]["cause"].as_str(), slot["file_ms"].as_u64()))
        .collect();
    assert_eq!(
        slots,
        [
            ("2026-12-01/06:45:00/loi-chao", None, Some(4_609)),
            ("2026-12-01/07:00:00/ban-tin", Some("no_file"), None),
            ("2026-12-01/17:10:00/loi-chao", None, Some(4_609)),
        ]
    );
}

#[test]
fn ten_mistakes_are_shown_at_once_each_with_its_place() {
    let wrong = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/messages/month-ten-mistakes.toml");
    let dir = home("2026-12", &std::fs::read_to_string(wrong).unwrap());
    let said = loa_in(dir.path(), &["check"]);
    assert_eq!(said.status, 1);
    let places = said.out.lines().filter(|line| line.trim_start().starts_with("--> schedules/2026-12.toml:"));
    // And two recordings that are not there: what cannot be trusted hides nothing of what else is to be done.
    assert_eq!((places.count(), said.out.matches("lỗi[audio-absent]").count()), (12, 2), "{}", said.out);
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/messages/month-ten-mistakes.vi.txt");
    let golden = std::fs::read_to_string(golden).unwrap();
    assert!(golden.split("\n\n").all(|mistake| said.out.contains(mistake)), "{}", said.out);
}

#[test]
fn a_table_of_a_day_reads_so() {
    let dir = home("2026-12", GOOD);
    let said = loa_in(dir.path(), &["timetable", "2026-12-01"]);
    let expected = "Thứ ba, 01/12/2026\n  06:45:00     0:05  Lời chào  loi-chao.flac\n  17:10:00     0:05  Lời chào  loi-chao.flac\n\nTổng: 2 buổi, 2 lượt phát, 9 giây\n";
    assert_eq!((said.status, said.out.as_str()), (0, expected));
}

#[test]
fn outside_a_home_every_command_says_what_to_do_with_status_2() {
    let dir = tempfile::tempdir().unwrap();
    for command in ["check", "run", "status", "airings", "report"] {
        let said = loa_in(dir.path(), &[command]);
        assert_eq!(said.status, 2, "{command}");
        assert_eq!(
            said.err,
            "loa: không tìm thấy thư mục đài (thư mục có `schedules`) từ đây trở lên; hãy chạy `loa init` hoặc dùng `--home`\n"
        );
    }
    assert_eq!(loa_in(dir.path(), &["bay"]).status, 2);
}

#[test]
fn the_log_and_the_report_of_a_station_that_never_ran_say_so() {
    let dir = home("2026-12", GOOD);
    for command in ["airings", "report"] {
        let said = loa_in(dir.path(), &[command]);
        assert_eq!((said.status, said.out.as_str()), (1, ""), "{command}");
        assert!(said.err.contains("đài này chưa phát lần nào; hãy chạy `loa run`"), "{}", said.err);
    }
}

/// A home whose log has begun and has no row yet.
fn logged() -> tempfile::TempDir {
    let dir = home("2026-12", GOOD);
    let log = loa::home::Home::at(dir.path()).ledger_file();
    std::fs::create_dir_all(log.parent().unwrap()).unwrap();
    let at = "2026-12-01T05:00:00+07:00".parse().unwrap();
    let run = loa::ledger::RunStart { at, uptime_ms: 0, boot_id: "b".into(), program: "loa test".into() };
    drop(loa::ledger::Ledger::open(&log, &run, &jiff::tz::TimeZone::UTC).unwrap());
    dir
}

#[test]
fn what_was_entered_by_hand_is_told_with_its_id_named_by_its_segment_and_taken_back() {
    let dir = logged();
    std::fs::write(dir.path().join("schedules/2020-01.toml"), GOOD.replace("2026-12", "2020-01")).unwrap();
    let correct = |args: &[&str]| {
        let whole = [&["log", "correct"], args, &["--by", "Lan", "--why", "mất điện"]].concat();
        loa_in(dir.path(), &whole)
    };
    let times = ["--began", "2020-01-07 05:50", "--ended", "05:52"];
    let of = |segment: &'static str| correct(&[&["--new", "--segment", segment], &times[..]].concat());
    let said = of("loi-chaoo");
    assert_eq!((said.status, said.out.as_str()), (1, ""));
    assert!(said.err.contains("không có tiết mục `loi-chaoo`; có phải là `loi-chao` không?"), "{}", said.err);
    let said = of("loi-chao");
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    assert!(said.out.ends_with("Báo cáo tính: 2 phút 0 giây.\n"), "{}", said.out);
    let id = said.out.split('`').nth(1).unwrap();
    let airings = || loa_in(dir.path(), &["airings", "--from", "2020-01-07", "--to", "2020-01-07"]).out;
    assert!(airings().contains("Lời chào (phát không qua Loa, nhập tay)"), "{}", airings());
    let heard = || {
        let said = loa_in(dir.path(), &["report", "2020-01", "--period", "calendar", "--json"]);
        let rows: Value = serde_json::from_str(&said.out).unwrap();
        let rows = rows["summary"]["rows"].as_array().unwrap().clone();
        rows.iter().find(|row| row["figure"] == "airtime").unwrap()["value"].clone()
    };
    assert_eq!(heard(), 120_000);
    let said = correct(&[id, "--ended", "2020-01-26 05:52"]);
    assert!(said.status == 1 && said.err.contains("dài quá 12 giờ"), "{}", said.err);
    let said = correct(&[id, "--withdraw"]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    assert!(said.out.starts_with("Đã rút lại mục nhập tay; mục cũ vẫn giữ trong nhật ký"), "{}", said.out);
    let told = airings();
    assert!(told.contains("nhập tay; đã rút lại)") && told.contains("↳ rút lại mục nhập tay"), "{told}");
    assert_eq!(heard(), Value::Null);
}

#[test]
fn an_emptied_log_is_no_station_that_was_never_on_air() {
    let dir = logged();
    let log = loa::home::Home::at(dir.path()).ledger_file();
    for beside in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{beside}", log.display()));
    }
    std::fs::write(&log, "").unwrap();
    for command in ["airings", "report"] {
        let said = loa_in(dir.path(), &[command]);
        assert_eq!((said.status, said.out.as_str()), (1, ""), "{command}");
        assert!(
            said.err.contains("hoặc tệp đã bị làm rỗng") && !said.err.contains("chưa phát lần nào"),
            "{}",
            said.err
        );
    }
}

#[test]
fn a_report_is_in_the_form_that_its_files_name_says_and_a_contradiction_is_wrong_use() {
    let dir = logged();
    let begins = |name: &str| std::fs::read(dir.path().join(name)).unwrap()[..2].to_vec();
    for (name, wanted) in [("a.docx", b"PK"), ("a.XLSX", b"PK"), ("a.json", b"{\n"), ("a.htm", b"<!")] {
        assert_eq!(loa_in(dir.path(), &["report", "2026-12", "-o", name]).status, 0, "{name}");
        assert_eq!(begins(name), wanted, "{name}");
    }
    let said = loa_in(dir.path(), &["report", "2026-12", "--format", "docx", "-o", "b.xlsx"]);
    assert_eq!(said.status, 2);
    assert_eq!(said.err, "loa: dạng `docx` mà tên tệp là của dạng `xlsx`; đổi đuôi tệp ở `-o`, hoặc đổi `--format`\n");
    assert!(!dir.path().join("b.xlsx").exists());
    assert_eq!(loa_in(dir.path(), &["report", "2026-12", "--json", "-o", "b.txt"]).status, 0);
}

#[test]
fn a_report_without_a_name_of_its_own_takes_the_place_of_no_other() {
    let dir = logged();
    let args = ["report", "2026-12", "--format", "docx"];
    let said = loa_in(dir.path(), &args);
    assert_eq!((said.status, said.out.as_str(), said.err.as_str()), (0, "bao-cao-2026-12.docx\n", ""));
    std::fs::write(dir.path().join("bao-cao-2026-12.docx"), "sửa tay").unwrap();
    let said = loa_in(dir.path(), &args);
    assert_eq!((said.status, said.out.as_str()), (0, "bao-cao-2026-12-2.docx\n"));
    assert!(said.err.starts_with("Đã có `bao-cao-2026-12.docx` nên giữ nguyên tệp đó"), "{}", said.err);
    assert_eq!(std::fs::read_to_string(dir.path().join("bao-cao-2026-12.docx")).unwrap(), "sửa tay");
    let said = loa_in(dir.path(), &["report", "2026-12", "-o", "bao-cao-2026-12.docx"]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    assert_eq!(std::fs::read(dir.path().join("bao-cao-2026-12.docx")).unwrap()[..2], *b"PK");
}

#[test]
fn a_figure_that_no_report_has_is_wrong_use() {
    let dir = logged();
    let said = loa_in(dir.path(), &["report", "2026-12", "--explain=nope"]);
    assert_eq!((said.status, said.out.as_str()), (2, ""));
    assert!(said.err.starts_with("loa: không có số liệu nào tên `nope`"), "{}", said.err);
    assert_eq!(loa_in(dir.path(), &["report", "2026-12", "--explain=summary.airtime"]).status, 0);
}

#[test]
fn dates_the_wrong_way_round_are_wrong_use() {
    let dir = home("2026-12", GOOD);
    let said = loa_in(dir.path(), &["airings", "--from", "2026-12-02", "--to", "2026-12-01"]);
    assert_eq!(said.status, 2);
    assert!(said.err.contains("`2026-12-02`"), "{}", said.err);
}

#[test]
fn files_that_nothing_reads_because_of_their_names_are_told() {
    let dir = home("2026-12", GOOD);
    for name in ["2026-11.toml.txt", "2027_1.toml", "2026-10.TOML", "ghi chu.txt", ".an.swp", "2026-12.toml~"] {
        std::fs::write(dir.path().join("schedules").join(name), "").unwrap();
    }
    let said = loa_in(dir.path(), &["--lang", "en", "check"]);
    assert_eq!(said.status, 0);
    let renames: Vec<&str> =
        said.out.lines().filter_map(|line| line.split_once("help: ")).map(|(_, help)| help).collect();
    assert_eq!(
        renames,
        [
            "rename it `2026-10.toml`",
            "rename it `2026-11.toml`",
            "rename it `2027-01.toml`",
            "rename it as in `2026-12.toml`, or move it elsewhere",
        ],
        "{}",
        said.out
    );
}

#[test]
fn a_command_line_that_cannot_be_understood_is_told_in_the_users_language() {
    let dir = tempfile::tempdir().unwrap();
    let cases: [(&[&str], &str, &str); 10] = [
        (
            &["chek"],
            "không có lệnh `chek`; có phải là `check` không?",
            "there is no command `chek`; did you mean `check`?",
        ),
        (
            &["check", "--yeer"],
            "không hiểu `--yeer` ở lệnh này; có phải là `--year` không?",
            "`--yeer` means nothing to this command; did you mean `--year`?",
        ),
        (&["schema"], "còn thiếu <TỆP>", "<FILE> is missing"),
        (
            &["check", "--year", "1900"],
            "`1900` không dùng được cho `--year [<NĂM>]`; ghi số từ 2000 đến 2199",
            "`1900` cannot be used for `--year [<YYYY>]`; write a number from 2000 to 2199",
        ),
        (
            &["new", "2026-13"],
            "`2026-13` không dùng được cho `[THÁNG]`; tháng chỉ từ 01 đến 12, ghi như `2026-12`",
            "`2026-13` cannot be used for `[MONTH]`; months go from 01 to 12, as in `2026-12`",
        ),
        (
            &["schema", "thang"],
            "`thang` không dùng được cho `<TỆP>`; dùng một trong: station, month",
            "`thang` cannot be used for `<FILE>`; use one of: station, month",
        ),
        (
            &["timetable", "2026-12", "--format"],
            "`--format <DẠNG>` còn thiếu giá trị; dùng một trong: text, json, csv, ics, html",
            "`--format <FORMAT>` lacks a value; use one of: text, json, csv, ics, html",
        ),
        (
            &["timetable", "2026-12", "--format", "xml"],
            "`xml` không dùng được cho `--format <DẠNG>`; có phải là `html` không? dùng một trong: text, json, csv, ics, html",
            "`xml` cannot be used for `--format <FORMAT>`; did you mean `html`? use one of: text, json, csv, ics, html",
        ),
        (
            &["completions", "tcsh"],
            "`tcsh` không dùng được cho `<SHELL>`; có phải là `zsh` không? dùng một trong: bash, elvish, fish, powershell, zsh",
            "`tcsh` cannot be used for `<SHELL>`; did you mean `zsh`? use one of: bash, elvish, fish, powershell, zsh",
        ),
        (
            &["check", "--year", "2026", "2026-12"],
            "`--year [<NĂM>]` không đi cùng `[THÁNG|TỆP]...`",
            "`--year [<YYYY>]` does not go with `[MONTH|FILE]...`",
        ),
    ];
    for (args, vi, en) in cases {
        for (lang, first, more) in [("vi", vi, "Xem thêm: loa --help"), ("en", en, "More: loa --help")] {
            let said = loa_in(dir.path(), &[&["--lang", lang], args].concat());
            assert_eq!((said.status, said.out.as_str()), (2, ""), "{args:?}");
            assert_eq!(said.err.lines().next().unwrap(), format!("loa: {first}"));
            assert!(said.err.lines().last().unwrap().starts_with(more), "{}", said.err);
            assert!(!said.err.contains("--lang") && !said.err.contains("--home"), "{}", said.err);
        }
    }
    // What is asked for is no mistake.
    assert_eq!(loa_in(dir.path(), &["--version"]).status, 0);
    assert!(loa_in(dir.path(), &["check", "--help"]).out.contains("loa check --year 2026"));
}

#[test]
fn what_a_new_station_offers_behind_its_remarks_is_right_once_the_signs_are_taken_away() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(loa_in(dir.path(), &["init"]).status, 0);
    let taken_away = |name: &str| {
        let path = dir.path().join("schedules").join(name);
        let offered = |line: &&str| {
            let key = line.split_once('=').map(|(key, _)| key.trim_end());
            let is_key =
                key.is_some_and(|key| !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
            is_key || line.starts_with(['[', ']']) || line.starts_with("  {")
        };
        let text = std::fs::read_to_string(&path).unwrap();
        let lines = text.lines().map(|line| line.strip_prefix("# ").filter(offered).unwrap_or(line));
        let whole = lines.collect::<Vec<_>>().join("\n");
        assert!(whole.len() + 10 < text.len(), "{name} offers something");
        std::fs::write(path, whole).unwrap();
    };
    taken_away("station.toml");
    let months = std::fs::read_dir(dir.path().join("schedules")).unwrap();
    let months = months.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    taken_away(&months.into_iter().find(|name| name.starts_with("20")).unwrap());
    let checked: Value = serde_json::from_str(&loa_in(dir.path(), &["check", "--json"]).out).unwrap();
    let refusing = checked["problems"].as_array().unwrap().iter().filter(|problem| problem["effect"] == "refuse");
    assert_eq!(refusing.map(|problem| &problem["message"]).collect::<Vec<_>>(), [] as [&Value; 0]);
}

/// `command` and all below it, each with the words that name it.
fn commands(command: &clap::Command, path: &str) -> Vec<(String, clap::Command)> {
    let path = format!("{path} {}", command.get_name()).trim().to_owned();
    let below = command.get_subcommands().flat_map(|below| commands(below, &path)).collect::<Vec<_>>();
    [(path, command.clone())].into_iter().chain(below).collect()
}

#[test]
fn the_help_of_every_command_is_in_one_language_throughout() {
    use loa::cli::{args::command, language::rendered};
    use loa::problem::Lang;
    let english =
        ["Usage", "Options", "Arguments", "Commands", "Print", "[default", "possible", "Possible", "env:", " the "];
    let values = ["<FILE", "<MONTH", "<DATE", "<NAME", "<TEXT", "<DIR", "COMMAND"];
    let marked = |c: char| ('\u{c0}'..'\u{1f00}').contains(&c) && c.is_alphabetic();
    let mut seen = 0;
    for lang in [Lang::Vi, Lang::En] {
        for (name, mut command) in commands(&command(lang), "") {
            seen += 1;
            for help in [command.render_help(), command.render_long_help()] {
                let help = rendered(&help.to_string(), lang);
                assert!(!help.contains(" · ") || help.contains("Ví dụ:") || help.contains("Example"), "{name}: {help}");
                let help = help.split("Ví dụ:").next().unwrap().split("Example").next().unwrap();
                assert!(!help.contains(" · "), "{name}: {help}");
                match lang {
                    Lang::Vi => {
                        let mixed = english.iter().chain(&values).find(|word| help.contains(*word));
                        assert_eq!(mixed, None, "{name}: {help}");
                        assert!(help.contains("Cách dùng: loa"), "{name}: {help}");
                    }
                    Lang::En => {
                        let mixed = help.split_whitespace().find(|word| word.chars().any(marked));
                        assert_eq!(mixed, None, "{name}: {help}");
                    }
                }
            }
        }
    }
    assert!(seen > 60, "{seen}");
}

/// Of each command and of what it takes, what is said, by name.
fn said_in(lang: loa::problem::Lang) -> Vec<(String, String)> {
    let mut said = Vec::new();
    for (name, command) in commands(&loa::cli::args::command(lang), "") {
        said.push((name.clone(), command.get_about().map(ToString::to_string).unwrap_or_default()));
        let shown = command.get_arguments().filter(|arg| !arg.is_hide_set());
        said.extend(shown.map(|arg| {
            (format!("{name} {}", arg.get_id()), arg.get_help().map(ToString::to_string).unwrap_or_default())
        }));
    }
    said
}

#[test]
fn whatever_a_help_says_it_says_in_both_languages_and_begins_alike() {
    let [vi, en] = [loa::problem::Lang::Vi, loa::problem::Lang::En].map(said_in);
    assert!(vi.len() > 150, "{}", vi.len());
    for ((name, vi), (same, en)) in vi.iter().zip(&en) {
        assert_eq!(name, same);
        assert!(vi != en && !vi.is_empty() && !en.is_empty(), "{name}: {vi} | {en}");
        for text in [vi, en] {
            assert!(!text.starts_with(char::is_lowercase) && !text.ends_with('.'), "{name}: {text}");
        }
    }
}

#[test]
fn several_examples_stand_below_each_other_and_every_command_has_one() {
    let command = loa::cli::args::command(loa::problem::Lang::En);
    let examples =
        |name: &str| command.find_subcommand(name).and_then(|one| one.get_after_help()).map(ToString::to_string);
    assert_eq!(examples("init").as_deref(), Some("Example:  loa init dai-phuong"));
    assert_eq!(examples("check").as_deref(), Some("Examples:\n  loa check 2026-12\n  loa check --year 2026"));
    let emergency = "Examples:\n  loa emergency bao-so-3.mp3 --by \"Trần Văn Bình\" --repeat 3 --every 10m\n  \
        loa emergency --end --by \"Trần Văn Bình\"";
    assert_eq!(examples("emergency").as_deref(), Some(emergency));
    let without: Vec<&str> =
        command.get_subcommands().map(clap::Command::get_name).filter(|name| examples(name).is_none()).collect();
    assert_eq!(without, Vec::<&str>::new());
}

#[test]
fn help_is_the_guide_and_what_each_command_says_of_itself() {
    let dir = tempfile::tempdir().unwrap();
    let help = |words: &[&str]| loa_in(dir.path(), &[&["help"], words].concat());
    let page = std::fs::read_to_string("docs/huong-dan/bao-cao.md").unwrap();
    assert_eq!((help(&["bao-cao"]).status, help(&["bao-cao"]).out), (0, page.clone()));
    let section = page.split("\n## ").find(|section| section.starts_with("Kỳ báo cáo")).unwrap();
    assert_eq!(help(&["ky", "bao", "cao"]).out.trim_end(), format!("## {section}").trim_end());
    assert!(help(&["quốc tang"]).out.starts_with("# Tết, ngày lễ, quốc tang\n"), "a word of a page's heading");
    assert!(help(&["enable-linger"]).out.starts_with("## 15. Chạy cùng máy"), "a word of a section's text");
    let listed = help(&[]).out;
    for heading in ["loa help ke-hoach  –  Viết kế hoạch phát thanh", "    5. Ngày lễ, Tết và việc đột xuất"]
    {
        assert!(listed.contains(heading), "{listed}");
    }
    assert_eq!(help(&["log", "verify"]).out, loa_in(dir.path(), &["log", "verify", "--help"]).out);
    let unknown = help(&["ngayle"]);
    assert_eq!((unknown.status, unknown.out.as_str()), (2, ""));
    assert!(unknown.err.starts_with("loa: hướng dẫn không có “ngayle”; "), "{}", unknown.err);
}

#[test]
fn help_finds_sections_whole_and_keys_by_their_names() {
    let dir = tempfile::tempdir().unwrap();
    let help = |words: &[&str]| loa_in(dir.path(), &[&["--lang", "vi", "help"], words].concat()).out;
    let page = |name: &str| std::fs::read_to_string(format!("docs/huong-dan/{name}.md")).unwrap();
    // A page's own heading is all of the page, a section goes on to the next of its level, whatever stands inside.
    assert_eq!(help(&["quốc", "tang"]), page("tet"));
    assert_eq!(help(&["quoc tang"]), page("tet"));
    let plan = page("ke-hoach");
    let section = |from: &str, to: &str| plan[plan.find(from).unwrap()..plan.find(to).unwrap()].to_owned();
    assert_eq!(help(&["khung giờ và trình tự"]), section("## 3. Khung", "## 4. "));
    assert_eq!(help(&["giờ yên tĩnh và giới hạn"]), section("### Giờ yên tĩnh", "### Tiếp âm"));
    assert_eq!(help(&["schedule"]), plan);
    let key = "`quiet` – station.toml, [rules]\n    ";
    assert!(help(&["quiet"]).starts_with(key), "{}", help(&["quiet"]));
    assert!(help(&["quiet"]).contains("loa help ke-hoach  –  Giờ yên tĩnh và giới hạn\n"), "{}", help(&["quiet"]));
    assert!(help(&["month"]).starts_with("`month` – tệp của tháng\n"), "{}", help(&["month"]));
    let tone = help(&["after_power_cut"]);
    assert!(
        tone.contains("[[segment]]\n") && tone.contains("nhận: \"phát lại\", \"phát tiếp\", \"bỏ qua\"\n"),
        "{tone}"
    );
    // What a message calls a thing is told by its row, whatever its marks.
    assert_eq!(help(&["column-not-there"]).lines().next(), Some("`column-not-there`"),);
    for words in [&["Trùng giờ"][..], &["trung", "gio"]] {
        assert!(help(words).starts_with("`Trùng giờ`\n    nghĩa là: mục khác đang phát"), "{}", help(words));
    }
    assert!(help(&["kind"]).contains("nhận: \"nghỉ lễ\", \"tết\", \"quốc tang\""), "{}", help(&["kind"]));
    // A word that is a command and a key is told as both.
    let both = help(&["tone"]);
    assert!(both.contains("Cách dùng: loa tone") && both.contains("`tone` – tệp của tháng, [[segment]]\n"), "{both}");
}

#[test]
fn a_month_that_is_mistyped_is_no_file() {
    let dir = home("2026-12", GOOD);
    let said = |args: &[&str]| {
        let said = loa_in(dir.path(), args);
        (said.status, said.err + &said.out)
    };
    for (args, words) in [
        (&["check", "2026-13"][..], "loa: `2026-13` không phải tháng; tháng chỉ từ 01 đến 12, ghi như `2026-12`\n"),
        (&["check", "12/2026"], "loa: `12/2026` không phải tháng; có phải là `2026-12` không?\n"),
        (&["timetable", "2026-13"], "loa: `2026-13` không phải tháng; tháng chỉ từ 01 đến 12, ghi như `2026-12`\n"),
        (
            &["rehearse", "2026-12-32"],
            "loa: `2026-12-32` không có trong lịch: tháng 12/2026 có 31 ngày; sửa lại ngày\n",
        ),
        (&["airings", "--from", "1/12/2026"], "loa: `1/12/2026` không phải ngày; có phải là `2026-12-01` không?\n"),
    ] {
        assert_eq!(said(args), (2, words.to_owned()), "{args:?}");
    }
    let (status, text) = said(&["check", "schedules/2027-01.toml"]);
    assert_eq!(status, 1);
    assert!(text.contains("không có tệp `schedules/2027-01.toml`"), "{text}");
    assert_eq!(said(&["check", "schedules/2026-12.toml"]).0, 0);
}

#[test]
fn without_a_month_a_timetable_and_a_rehearsal_are_of_this_one() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(loa_in(dir.path(), &["init"]).status, 0);
    let months = std::fs::read_dir(dir.path().join("schedules")).unwrap();
    let names = months.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let month =
        names.filter_map(|name| name.strip_suffix(".toml").map(str::to_owned)).find(|name| name.starts_with("20"));
    let month = month.unwrap();
    for command in ["timetable", "rehearse"] {
        let (bare, named) = (loa_in(dir.path(), &[command]), loa_in(dir.path(), &[command, &month]));
        assert_eq!((bare.status, bare.out), (named.status, named.out), "{command}");
    }
    let next = month.parse::<loa::schedule::Month>().unwrap().next();
    let made = loa_in(dir.path(), &["new"]);
    assert!(made.out.starts_with(&format!("Đã tạo `schedules/{next}.toml` từ tháng {month}: ")), "{}", made.out);
}

#[test]
fn a_shell_completes_commands_and_their_options() {
    let dir = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let said = loa_in(dir.path(), &["completions", shell]);
        assert_eq!((said.status, said.err.as_str()), (0, ""), "{shell}");
        assert!(["timetable", "format", "quiet-hours-too"].iter().all(|word| said.out.contains(word)), "{shell}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_sound_librarys_own_words_never_stand_among_ours() {
    // Without its configuration it has something to say of every call.
    let dir = home("2026-12", GOOD);
    let station = dir.path().join("schedules/station.toml");
    let text = std::fs::read_to_string(&station).unwrap().replace("\"null\"", "\"alsa:default\"");
    std::fs::write(&station, format!("{text}\n[console]\nlisten = \"off\"\n")).unwrap();
    let mute = |args: &[&str]| {
        let mut loa = Command::new(env!("CARGO_BIN_EXE_loa"));
        loa.args(args).current_dir(dir.path()).env_remove("LOA_HOME").env("LOA_LANG", "vi").env("NO_COLOR", "1");
        loa.env("ALSA_CONFIG_PATH", "/khong/co").env("PULSE_SERVER", "unix:/khong/co");
        loa.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        loa
    };
    for args in [&["devices"][..], &["doctor"]] {
        let said = mute(args).output().unwrap();
        let err = String::from_utf8(said.stderr).unwrap();
        assert!(!err.contains("ALSA"), "{args:?}: {err}");
    }
    // Many tries in vain, and one line of them.
    let mut running = mute(&["run"]).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_secs(4));
    running.kill().unwrap();
    let said = running.wait_with_output().unwrap();
    let err = String::from_utf8(said.stderr).unwrap();
    assert!(!err.contains("ALSA lib"), "{err}");
    assert_eq!(err.matches("the line does not open").count(), 1, "{err}");
}
