//! What the commands refuse or say before it is too late: a sound on the line, a station without an admin, a month counted wrongly.

use std::fs;
use std::process::Command;

use super::{MONTH, home, loa};

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
