//! Filler: what will not be heard takes no room from it, and what will be heard has its room.

use loa::outcome::Cause;
use loa::problem::Problem;
use loa::schedule;
use loa::schedule::audio_facts::{AudioFault, Facts};
use loa::station::{Rules, Station};
use loa::timetable::{Slot, plan};

use super::orders::{codes, told};
use super::{long, station};

/// The first of December under a running order: recordings `N.mp3` last N seconds, `z.mp3` is not there.
fn first(window: &str, order: &str, segments: &str, station: &Station) -> (Vec<Slot>, Vec<Problem>) {
    let (start, end) = window.split_once('–').unwrap();
    let text = format!(
        "month = \"2026-12\"\n[[window]]\nid = \"buoi\"\nstart = \"{start}\"\nend = \"{end}\"\ndays = \"T3\"\n\
         running_order = [{order}]\n{segments}"
    );
    let (schedule, problems) = schedule::read_under("schedules/2026-12.toml", &text, Some(station));
    let schedule = schedule.unwrap_or_else(|| panic!("{problems:#?}"));
    let seconds = |file: &str| file.trim_end_matches(".mp3").parse::<u64>().ok();
    let known = schedule.recordings(station).into_iter().map(|file| {
        let fact = seconds(&file).map_or(Err(AudioFault::Absent), |seconds| long(seconds * 1000));
        (file, fact)
    });
    let facts: Facts = known.chain([("dem/1.mp3".to_owned(), long(60_000))]).collect();
    let (slots, problems) = plan(&schedule, station, &facts, "r");
    (slots.into_iter().filter(|slot| slot.date.day() == 1).collect(), problems)
}

/// Its slots as `20:31:00-20:58:00 filler`, and with the cause of what is barred.
fn lines(slots: &[Slot], station: &Station) -> Vec<String> {
    let clock = |at: jiff::Timestamp| at.to_zoned_datetime(station.zone.clone()).strftime("%H:%M:%S").to_string();
    let line = |(slot, told): (&Slot, String)| {
        let (time, name) = told[3..].split_once(' ').unwrap();
        let until = slot.until.map(|until| format!("-{}", clock(until))).unwrap_or_default();
        let bar = slot.bar.as_ref().map(|bar| format!(" ✕ {}", bar.cause.code())).unwrap_or_default();
        format!("{time}{until} {name}{bar}")
    };
    slots.iter().zip(told(slots, station)).map(line).collect()
}

const IDENT: &str = "{ audio = \"60.mp3\", kind = \"ident\" }";
const FILLER: &str = "{ filler = \"dem/\" }";

fn sign_off(seconds: u32, at: &str) -> String {
    let at = if at.is_empty() { String::new() } else { format!(", at = \"{at}\"") };
    format!("{{ audio = \"{seconds}.mp3\", kind = \"sign_off\"{at} }}")
}

fn music(file: &str, at: &str) -> String {
    let at = if at.is_empty() { String::new() } else { format!(", at = \"{at}\"") };
    format!("{{ audio = \"{file}.mp3\", kind = \"music\"{at} }}")
}

#[test]
fn what_quiet_hours_will_keep_off_takes_no_room_from_filler() {
    let station = station();
    let cases: [(&str, Vec<String>, &[&str]); 5] = [
        (
            "20:30–21:00",
            vec![music("1500", ""), FILLER.into(), sign_off(330, "")],
            &["20:30:00 music", "20:55:00-21:00:00 filler", "21:00:00 sign_off ✕ quiet_hours"],
        ),
        (
            "20:30–21:00",
            vec![IDENT.into(), FILLER.into(), sign_off(30, "20:59:50")],
            &["20:30:00 ident", "20:31:00-21:00:00 filler", "20:59:50 sign_off ✕ quiet_hours"],
        ),
        // The broadcast ends where quiet hours begin: what fits before them is heard.
        (
            "20:30–21:15",
            vec![IDENT.into(), FILLER.into(), sign_off(120, "")],
            &["20:30:00 ident", "20:31:00-20:58:00 filler", "20:58:00 sign_off"],
        ),
        // What is too long for that gives its place to the next that fits.
        (
            "20:30–21:00",
            vec![music("1500", ""), music("320", ""), sign_off(30, "")],
            &["20:30:00 music", "20:55:00 music~2 ✕ quiet_hours", "20:55:00 sign_off"],
        ),
        (
            "20:30–21:00",
            vec![IDENT.into(), FILLER.into(), music("600", "20:55"), FILLER.into(), sign_off(30, "")],
            &["20:30:00 ident", "20:31:00-20:59:30 filler", "20:55:00 music ✕ quiet_hours", "20:59:30 sign_off"],
        ),
    ];
    for (window, order, expected) in cases {
        let (slots, problems) = first(window, &order.join(", "), "", &station);
        assert_eq!(lines(&slots, &station), expected, "{order:?}");
        let told = codes(&problems);
        let barred = slots.iter().any(|slot| slot.bar.is_some());
        assert_eq!(told.contains(&"quiet-hours"), barred, "{problems:#?}");
        assert!(!told.contains(&"broadcast-over"), "{problems:#?}");
    }
}

#[test]
fn what_has_no_room_takes_none_from_filler() {
    let station = station();
    let order = [music("1500", ""), FILLER.into(), music("900", ""), sign_off(30, "")];
    let (slots, problems) = first("05:30–06:00", &order.join(", "), "", &station);
    assert_eq!(
        lines(&slots, &station),
        ["05:30:00 music", "05:55:00-05:59:30 filler", "05:59:30 music~2 ✕ no_time", "05:59:30 sign_off"]
    );
    // It lacks what it lacks without the filler, which would give way to it.
    let reason = &slots[2].bar.as_ref().unwrap().reason.vi;
    assert_eq!(reason, "`Ca nhạc` không kịp phát: thừa 10 phút 0 giây");
    assert!(codes(&problems).contains(&"broadcast-over"), "{problems:#?}");
}

#[test]
fn a_hard_place_that_will_not_air_does_not_end_filler() {
    let station = station();
    let segment = "[[segment]]\nid = \"a\"\ntitle = \"A\"\naudio = \"300.mp3\"\nvalid_until = 2026-11-30\n";
    let order = [IDENT, FILLER, "{ segment = \"a\", at = \"05:40\" }", &sign_off(30, "")].join(", ");
    let (slots, _) = first("05:30–06:00", &order, segment, &station);
    assert_eq!(
        lines(&slots, &station),
        ["05:30:00 ident", "05:31:00-05:59:30 filler", "05:40:00 a ✕ expired", "05:59:30 sign_off"]
    );
}

#[test]
fn filler_goes_on_behind_a_hard_place_whose_recording_is_lacking() {
    let station = station();
    let lacking = music("z", "05:40");
    let order = [IDENT, FILLER, &lacking, &sign_off(30, "")].join(", ");
    let (slots, _) = first("05:30–06:00", &order, "", &station);
    let around = [
        "05:30:00 ident",
        "05:31:00-05:40:00 filler",
        "05:40:00 music ✕ no_file",
        "05:40:00-05:59:30 filler~2",
        "05:59:30 sign_off",
    ];
    assert_eq!(lines(&slots, &station), around, "it may still come, and has its instant");
    let order = [IDENT, FILLER, &lacking, FILLER, &sign_off(30, "")].join(", ");
    let (slots, _) = first("05:30–06:00", &order, "", &station);
    assert_eq!(lines(&slots, &station), around, "with filler of its own behind it there is no other");
    let order = [IDENT, FILLER, &music("300", "05:40"), &sign_off(30, "")].join(", ");
    let (slots, _) = first("05:30–06:00", &order, "", &station);
    let known = ["05:30:00 ident", "05:31:00-05:40:00 filler", "05:40:00 music", "05:45:00 sign_off"];
    assert_eq!(lines(&slots, &station), known, "once it is there the plan is as its author wrote it");
}

#[test]
fn filler_shrinks_before_the_cap_keeps_anything_off_and_the_silence_is_told() {
    let rules = Rules { broadcast_minutes: Some(20), ..station().rules };
    let station = Station { rules, ..station() };
    let cases: [(Vec<String>, &[&str], Option<Cause>); 3] = [
        (
            vec![music("300", ""), FILLER.into(), music("600", "")],
            &["05:30:00 music", "05:35:00-05:40:00 filler", "05:40:00 music~2"],
            None,
        ),
        (
            vec![music("300", ""), FILLER.into(), music("600", "05:50")],
            &["05:30:00 music", "05:35:00-05:40:00 filler", "05:50:00 music~2"],
            None,
        ),
        (
            vec![music("900", ""), FILLER.into(), music("600", "")],
            &["05:30:00 music", "05:45:00-05:50:00 filler", "05:50:00 music~2 ✕ cap"],
            Some(Cause::Cap),
        ),
    ];
    for (order, expected, bar) in cases {
        let (slots, problems) = first("05:30–06:00", &order.join(", "), "", &station);
        assert_eq!(lines(&slots, &station), expected);
        assert_eq!(codes(&problems).contains(&"cap"), bar.is_some(), "{problems:#?}");
        let under = problems.iter().find(|problem| problem.code == "broadcast-under").unwrap();
        assert!(under.message.vi.contains("im lặng 10 phút 0 giây"), "{}", under.message.vi);
        assert_eq!(under.help.vi, "buổi đã dài bằng `broadcast_minutes` nên nhạc đệm dừng; thu hẹp khung giờ cho vừa");
    }
}

#[test]
fn what_the_cap_keeps_off_takes_no_room_from_filler_whatever_its_turn() {
    let rules = Rules { broadcast_minutes: Some(20), ..station().rules };
    let station = Station { rules, ..station() };
    let guest = "[[segment]]\nid = \"a\"\ntitle = \"A\"\naudio = \"1200.mp3\"\nat = \"05:40\"\non = \"2026-12-01\"\n";
    let relay = "{ relay = \"https://vov1.example/a.m3u8\", at = \"05:40\", for = \"20m\", fallback = \"dem/\" }";
    let around = |what: &str| {
        [
            "05:30:00 ident".to_owned(),
            "05:31:00-05:49:30 filler".to_owned(),
            format!("05:40:00{what} ✕ cap"),
            "05:49:30 sign_off".to_owned(),
        ]
    };
    let cases: [(Vec<String>, &str, &[String]); 6] = [
        (vec![IDENT.into(), FILLER.into(), music("1200", "05:40"), sign_off(30, "")], "", &around(" music")),
        (vec![IDENT.into(), FILLER.into(), relay.into(), sign_off(30, "")], "", &around("-06:00:00 relay")),
        (vec![IDENT.into(), FILLER.into(), sign_off(30, "")], guest, &around(" a")),
        // What comes after a hard start that airs.
        (
            vec![IDENT.into(), FILLER.into(), music("300", "05:40"), music("850", ""), sign_off(30, "")],
            "",
            &[
                "05:30:00 ident",
                "05:31:00-05:40:00 filler",
                "05:40:00 music",
                "05:45:00 music~2 ✕ cap",
                "05:45:00 sign_off",
            ]
            .map(str::to_owned),
        ),
        // What had no room before a hard start that does not air has it.
        (
            vec![music("700", ""), FILLER.into(), music("400", ""), music("600", "05:45"), sign_off(30, "")],
            "",
            &[
                "05:30:00 music",
                "05:41:40-05:42:50 filler",
                "05:42:50 music~2",
                "05:45:00 music~3 ✕ cap",
                "05:49:30 sign_off",
            ]
            .map(str::to_owned),
        ),
        // One that airs ends the room of what stands before it as ever.
        (
            vec![IDENT.into(), FILLER.into(), music("900", "05:40"), sign_off(30, "")],
            "",
            &["05:30:00 ident", "05:31:00-05:34:30 filler", "05:40:00 music", "05:55:00 sign_off"].map(str::to_owned),
        ),
    ];
    for (order, segments, expected) in cases {
        let (slots, problems) = first("05:30–06:00", &order.join(", "), segments, &station);
        assert_eq!(lines(&slots, &station), expected, "{order:?}");
        let heard_ms: u64 = slots.iter().filter(|slot| slot.bar.is_none()).filter_map(Slot::airtime_ms).sum();
        assert!(heard_ms <= 20 * 60_000, "{order:?}: {heard_ms}");
        assert_eq!(codes(&problems).contains(&"cap"), expected.iter().any(|line| line.contains("✕ cap")));
    }
}

#[test]
fn silence_is_told_beside_what_is_too_long_and_the_cure_fits_its_place() {
    let station = station();
    let told = |order: &[String]| {
        let (_, problems) = first("05:30–06:00", &order.join(", "), "", &station);
        let of = |code: &str| problems.iter().find(|problem| problem.code == code).cloned();
        (
            of("broadcast-over").map(|over| over.message.vi),
            of("broadcast-under").map(|under| (under.message.vi, under.help.vi)),
        )
    };
    // Too much before the hard start, and nothing behind it.
    let (over, under) = told(&[IDENT.into(), music("560", ""), music("300", "05:40")]);
    assert_eq!(over.unwrap(), "`buoi`: các mục trước `Ca nhạc` dài hơn chỗ trống 20 giây: 5 ngày, từ ngày 01/12/2026");
    let (message, help) = under.unwrap();
    assert!(message.contains("im lặng 24 phút 0 giây, dài nhất từ 05:45:00 đến 06:00:00: "), "{message}");
    assert!(help.contains("ngay sau `Ca nhạc`"), "{help}");
    // The longest silence is the room of what is too long for it; filler before that takes it.
    let (over, under) = told(&[IDENT.into(), music("1700", ""), music("300", "05:55")]);
    assert!(over.is_some());
    let (message, help) = under.unwrap();
    assert!(message.contains("im lặng 24 phút 0 giây, dài nhất từ 05:31:00 đến 05:55:00: "), "{message}");
    assert!(help.starts_with("chỗ này không đủ cho `Ca nhạc`") && help.contains("ngay trước nó"), "{help}");
    let (over, under) = told(&[IDENT.into(), FILLER.into(), music("1700", ""), music("300", "05:55")]);
    assert!(over.is_some());
    assert_eq!(under, None);
}
