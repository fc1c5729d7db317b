//! What the commands refuse or say before it is too late: a sound on the line, a station without an admin, a month counted wrongly.

use std::fs;

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
