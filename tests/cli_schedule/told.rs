//! What the commands refuse or say before it is too late: a sound on the line, a station without an admin, a month counted wrongly.

use std::fs;
use std::process::Command;

use super::{MONTH, home, loa, sample};

#[test]
fn an_audition_on_what_may_lead_to_the_lines_card_is_refused_and_says_how_to_choose() {
    let dir = home(&[("2026-12", MONTH)]);
    for (line, device) in [
        ("alsa:default", "default"),
        ("alsa:speakers", "default"),
        ("pulseaudio:line", "alsa:line"),
        ("alsa:hw:CARD=PCH,DEV=0", "alsa:default"),
    ] {
        let station = format!("[station]\nname = \"Đài phường\"\n\n[line]\ndevice = \"{line}\"\n");
        fs::write(dir.path().join("schedules/station.toml"), station).unwrap();
        let said = loa(dir.path(), &["audition", "loi-chao.flac", "--device", device]);
        assert_eq!((said.status, said.out.as_str()), (1, ""), "{line} and {device}: {}", said.err);
        let words = ["nghe thử không bao giờ ra loa phường", "--device", "loa devices"];
        assert!(words.iter().all(|word| said.err.contains(word)), "{line} and {device}: {}", said.err);
    }
}

#[test]
fn the_first_account_is_an_admins_or_none() {
    let dir = home(&[]);
    let add = |name: &str, role: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_loa"));
        command.args(["user", "add", name, "--role", role]).current_dir(dir.path()).env("LOA_LANG", "vi");
        command.env_remove("LOA_HOME").stdin(std::process::Stdio::piped());
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        let mut child = command.spawn().unwrap();
        // One that is refused does not wait for the password.
        let _ = std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"mat khau that dai\n");
        let out = child.wait_with_output().unwrap();
        (out.status.code().unwrap(), String::from_utf8(out.stderr).unwrap())
    };
    let (status, said) = add("Lan", "operator");
    assert!(status == 1 && said.contains("loa user add TÊN --role admin"), "{said}");
    assert!(loa(dir.path(), &["user", "list"]).out.starts_with("Chưa có tài khoản nào"));
    assert_eq!(add("Bình", "admin"), (0, String::new()));
    assert_eq!(add("Lan", "operator"), (0, String::new()));
}

#[test]
fn a_refused_station_is_not_said_to_lack_a_column() {
    let month = "month = \"2026-12\"\n\n[[segment]]\ntitle = \"Tin\"\naudio = \"loi-chao.flac\"\ncolumn = \"tin\"\ndays = \"T3\"\n";
    let dir = home(&[("2026-12", month)]);
    let with_kind = |kind: &str| {
        let station = format!(
            "[line]\ndevice = \"null\"\n\n[[column]]\nid = \"tin\"\nname = \"Tin\"\n\n[[window]]\nid = \"sang\"\nstart = \"05:30\"\n\
             end = \"06:15\"\nrunning_order = [{{ audio = \"loi-chao.flac\"{kind} }}, {{ column = \"tin\" }}]\n"
        );
        fs::write(dir.path().join("schedules/station.toml"), station).unwrap();
        loa(dir.path(), &["check"]).out
    };
    let lacking = with_kind("");
    assert!(lacking.contains("kind") && lacking.contains("Kế hoạch chưa dùng được: 1 lỗi"), "{lacking}");
    assert!(!lacking.contains("column-not-there"), "{lacking}");
    assert!(!with_kind(", kind = \"nhạc hiệu\"").contains("lỗi["));
}

#[test]
fn another_recording_under_an_id_that_has_aired_is_said_to_count_as_a_repeat() {
    let dir = home(&[("2026-12", MONTH)]);
    fs::copy(sample("nhac-hieu.flac"), dir.path().join("moi.flac")).unwrap();
    let import = || loa(dir.path(), &["import", "moi.flac", "--segment", "loi-chao", "--month", "2026-12"]);
    assert!(!import().out.contains("phát lại"), "nothing has aired");
    let log = dir.path().join("var/ledger.db");
    fs::create_dir_all(dir.path().join("var")).unwrap();
    let old = rusqlite::Connection::open(&log).unwrap();
    old.execute_batch(include_str!("../ledger/schema_1.sql")).unwrap();
    old.execute_batch(
        "pragma application_id = 0x4C4F4131; pragma user_version = 1;
        insert into station values (1, '8d7c2f51-0000-4000-8000-000000000003');
        insert into run values (1, 'u', 'boot 1', 'loa 0.1.0', 1, 1, 9, 2, 9, 'stopped');
        insert into slot values ('2026-12-01/06:45:00/loi-chao', '2026-12-01/06:45:00', '2026-12-01', 'segment', 'loi-chao',
            'Lời chào', 'loi-chao.flac', 2, 600000, null, null, null, null, null, null, null, null, null, null, null, 'r', 1, 1);
        insert into airing values (1, 'a', '2026-12-01/06:45:00/loi-chao', 'main', 'null', 'ab', 60000, null, null, '', 1);
        insert into part values (1, 1, 1, 2, 3, 60000, 3, 0, 1, 0, 1);
        update airing set outcome = 'aired';",
    )
    .unwrap();
    drop(old);
    let start = loa::ledger::RunStart {
        at: "2026-12-02T05:00:00+07:00".parse().unwrap(),
        uptime_ms: 1,
        boot_id: "boot 2".into(),
        program: "loa test".into(),
    };
    drop(loa::ledger::Ledger::open(&log, &start, &jiff::tz::TimeZone::UTC).unwrap());
    let said = import();
    assert!(
        said.status == 0 && said.out.contains("báo cáo tính các lượt sau của nó là phát lại"),
        "{}{}",
        said.out,
        said.err
    );
    let said = loa(dir.path(), &["new", "2027-01", "--from", "2026-12"]);
    assert!(said.out.contains("ghi `id` mới"), "{}", said.out);
}
