//! The name of a line, wherever a command takes one.

use super::loa_in;

/// No card that is plugged in later has such a name: a daemon would wait for it for ever.
#[test]
fn a_name_that_no_line_can_have_is_wrong_use_wherever_one_is_given() {
    let dir = tempfile::tempdir().unwrap();
    let names = [
        "ghi tên mà `loa devices` in ra, như `alsa:hw:CARD=PCH,DEV=0`, hoặc `default`, `null`, `wav:TỆP`",
        "write a name that `loa devices` prints, as `alsa:hw:CARD=PCH,DEV=0`, or `default`, `null`, `wav:FILE`",
    ];
    let cases = [
        ("bogus", names),
        ("jack:x", names),
        ("wav:", names),
        ("ra.wav", ["để ghi ra tệp, viết `wav:ra.wav`", "to write into a file, write `wav:ra.wav`"]),
        ("alsa:null", ["để chạy thử không có tiếng, viết `null`", "to run without a sound, write `null`"]),
    ];
    let commands: [&[&str]; 5] = [
        &["run", "--line"],
        &["tone", "--line"],
        &["demo", "--line"],
        &["init", "dai", "--line"],
        &["audition", "a", "--device"],
    ];
    for (name, hints) in cases {
        for command in commands {
            for (lang, hint, not) in [("vi", hints[0], "không dùng được cho"), ("en", hints[1], "cannot be used for")]
            {
                let option = command.last().unwrap();
                let said = loa_in(dir.path(), &[command, &[name, "--lang", lang]].concat());
                let argument = if lang == "vi" { "<THIẾT-BỊ>" } else { "<DEVICE>" };
                assert_eq!((said.status, said.out.as_str()), (2, ""), "{command:?} {name}: {}", said.err);
                assert_eq!(
                    said.err.lines().next().unwrap(),
                    format!("loa: `{name}` {not} `{option} {argument}`; {hint}")
                );
            }
        }
    }
    assert!(!dir.path().join("dai").exists());
    // What is away may come; so it is waited for, or told as that.
    assert_eq!(loa_in(dir.path(), &["init", "dai"]).status, 0);
    for name in ["pulseaudio:khong-co", "alsa:hw:CARD=KhongCo,DEV=0"] {
        let said = loa_in(dir.path(), &["--home", "dai", "tone", "--quiet-hours-too", "--line", name]);
        assert!(said.status == 3 && said.err.contains(name), "{name}: {}", said.err);
    }
}
