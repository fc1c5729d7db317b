//! Running orders in time: what follows what, what is left out, and names that never change.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use loa::outcome::Cause;
use loa::problem::{Effect, Lang, Problem};
use loa::schedule;
use loa::schedule::audio_facts::Facts;
use loa::station::{ApprovalRule, Rules, Station};
use loa::timetable::{Kind, Sheet, Slot, Start, plan};

use super::{long, station};

/// The plan of a month whose recordings `N.mp3` last N seconds and whose folder `dem` holds two pieces.
fn planned(text: &str, station: &Station) -> (Vec<Slot>, Vec<Problem>) {
    let month = &text["month = \"".len()..][..7];
    let (schedule, mut problems) = schedule::read_under(&format!("schedules/{month}.toml"), text, Some(station));
    let schedule = schedule.unwrap_or_else(|| panic!("{problems:#?}"));
    let seconds = |file: &str| file.trim_end_matches(".mp3").parse::<u64>().ok();
    let files = schedule.recordings(station);
    let known = files.into_iter().filter_map(|file| Some((file.clone(), long(seconds(&file)? * 1000))));
    let folder = ["dem/1.mp3", "dem/2.mp3"].map(|file| (file.to_owned(), long(60_000)));
    let facts: Facts = known.chain(folder).collect();
    let (slots, more) = plan(&schedule, station, &facts, "r");
    problems.extend(more);
    (slots, problems)
}

/// Each slot as its local time and its place.
pub(super) fn told(slots: &[Slot], station: &Station) -> Vec<String> {
    let clock = |at: jiff::Timestamp| at.to_zoned_datetime(station.zone.clone()).strftime("%d %H:%M:%S").to_string();
    slots.iter().map(|slot| format!("{} {}", clock(slot.planned), slot.id.0.rsplit('/').next().unwrap())).collect()
}

fn window(order: &str) -> String {
    format!("[[window]]\nid = \"sang\"\nstart = \"05:30\"\nend = \"06:00\"\ndays = \"T3\"\nrunning_order = [{order}]\n")
}

pub(super) fn codes(problems: &[Problem]) -> Vec<&'static str> {
    problems.iter().map(|problem| problem.code).collect()
}

#[test]
fn a_segment_with_its_own_time_goes_first_where_a_soft_place_would_be_in_its_way() {
    let text = format!(
        "month = \"2026-12\"\n{}[[segment]]\ntitle = \"Giờ\"\naudio = \"30.mp3\"\nat = \"05:35\"\non = \"2026-12-01\"\n",
        window(
            "{ audio = \"60.mp3\", kind = \"ident\" }, { audio = \"600.mp3\", kind = \"music\" }, { filler = \"dem/\" }"
        )
    );
    let (slots, _) = planned(&text, &station());
    assert_eq!(
        told(&slots[..4], &station()),
        ["01 05:30:00 ident", "01 05:35:00 gio", "01 05:35:30 music", "01 05:45:30 filler"]
    );
    assert_eq!(slots[1].broadcast, "2026-12-01/sang", "it belongs to the broadcast it falls in");
    assert_eq!(slots[3].until, slots[3].broadcast_ends);
}

#[test]
fn filler_goes_on_around_segments_with_times_of_their_own_and_its_names_stay() {
    let segment = |title: &str, at: &str, more: &str| {
        format!("[[segment]]\ntitle = \"{title}\"\naudio = \"60.mp3\"\nat = \"{at}\"\non = \"2026-12-01\"\n{more}")
    };
    let order =
        "{ audio = \"60.mp3\", kind = \"ident\" }, { filler = \"dem/\" }, { audio = \"30.mp3\", kind = \"sign_off\" }";
    let month = |segments: &str| format!("month = \"2026-12\"\n{}{segments}", window(order));
    let of_first = |text: &str| {
        let (slots, problems) = planned(text, &station());
        let day: Vec<Slot> = slots.into_iter().filter(|slot| slot.date.day() == 1).collect();
        (told(&day, &station()), problems)
    };
    let (alone, _) = of_first(&month(""));
    assert_eq!(alone, ["01 05:30:00 ident", "01 05:31:00 filler", "01 05:59:30 sign_off"]);
    // One that ends two seconds before the sign-off leaves no room that is worth a piece of music.
    let segments = segment("A", "05:40", "") + &segment("B", "05:41", "") + &segment("C", "05:58:28", "");
    let (around, problems) = of_first(&month(&segments));
    assert_eq!(
        around,
        [
            "01 05:30:00 ident",
            "01 05:31:00 filler",
            "01 05:40:00 a",
            "01 05:41:00 b",
            "01 05:42:00 filler~2",
            "01 05:58:28 c",
            "01 05:59:28 sign_off",
        ]
    );
    assert!(!codes(&problems).contains(&"broadcast-under"), "{problems:#?}");
    // What a rule keeps off the air breaks off nothing.
    let expired = segment("A", "05:40", "valid_until = 2026-11-30\n");
    let (kept, _) = of_first(&month(&expired));
    assert_eq!(kept, ["01 05:30:00 ident", "01 05:31:00 filler", "01 05:40:00 a", "01 05:59:30 sign_off"]);
}

#[test]
fn silence_is_told_with_its_place_and_filler_put_there_takes_it() {
    let ident = "{ audio = \"60.mp3\", kind = \"ident\" }";
    let hard = "{ audio = \"60.mp3\", kind = \"music\", at = \"05:40\" }";
    let filler = "{ filler = \"dem/\" }";
    let under = |order: &str| {
        let (_, problems) = planned(&format!("month = \"2026-12\"\n{}", window(order)), &station());
        let found = problems.into_iter().find(|problem| problem.code == "broadcast-under");
        found.map(|problem| (problem.message.vi, problem.help.vi))
    };
    // Filler before a hard item ends for good at it: what is silent is what lies behind.
    let (message, help) = under(&format!("{ident}, {filler}, {hard}")).unwrap();
    assert!(message.contains("im lặng 19 phút 0 giây, dài nhất từ 05:41:00 đến 06:00:00: "), "{message}");
    assert_eq!(
        help,
        "thêm mục `filler` với một thư mục nhạc ngay sau `Ca nhạc` trong `running_order`, hoặc thu hẹp khung giờ"
    );
    assert_eq!(under(&format!("{ident}, {filler}, {hard}, {filler}")), None);
    let (message, help) = under(&format!("{ident}, {hard}, {filler}")).unwrap();
    assert!(message.contains("im lặng 9 phút 0 giây, dài nhất từ 05:31:00 đến 05:40:00: "), "{message}");
    assert!(help.contains("ngay sau `Nhạc hiệu`"), "{help}");
    assert_eq!(under(&format!("{ident}, {filler}, {hard}, {filler}")), None);
    let (_, help) = under(&format!("{hard}, {filler}")).unwrap();
    assert!(help.contains("ở đầu `running_order`"), "{help}");
    let (_, help) = under(&format!("{ident}, {{ filler = \"dem/\", until = \"05:50\" }}")).unwrap();
    assert!(help.starts_with("bỏ `until`"), "{help}");
}

#[test]
fn what_would_run_into_a_hard_start_is_told_and_takes_no_time() {
    let order = "{ audio = \"900.mp3\", kind = \"music\" }, { audio = \"1000.mp3\", kind = \"music\" }, \
                 { audio = \"60.mp3\", kind = \"sting\" }, { audio = \"30.mp3\", kind = \"ident\", at = \"05:55\" }, \
                 { audio = \"60.mp3\", kind = \"sign_off\" }, { filler = \"dem/\" }";
    let (slots, problems) = planned(&format!("month = \"2026-12\"\n{}", window(order)), &station());
    assert_eq!(
        told(&slots[..6], &station()),
        [
            "01 05:30:00 music",
            "01 05:45:00 music~2",
            "01 05:45:00 sting",
            "01 05:55:00 ident",
            "01 05:55:30 sign_off",
            "01 05:56:30 filler",
        ]
    );
    let over = problems.iter().find(|problem| problem.code == "broadcast-over").unwrap();
    assert!(
        over.message.vi.contains(": các mục trước `Nhạc hiệu` dài hơn chỗ trống 6 phút 40 giây: "),
        "{}",
        over.message.vi
    );
    assert!(over.related[0].1.vi.starts_with("`Ca nhạc` không kịp phát: "), "{:?}", over.related);
    assert_eq!(over.effect, Effect::None);
}

/// A minute's window with a hard item after ten seconds, and a segment of ten before that.
const WITHOUT_ROOM: &str = r#"month = "2026-12"
[[window]]
id = "sang"
start = "05:30"
end = "05:31"
running_order = [
    { audio = "5.mp3", kind = "ident" },
    { segment = "mot" },
    { audio = "5.mp3", kind = "music", at = "05:30:10" },
    { column = "tin" },
]
[[column]]
id = "tin"
minimum = 20
[[segment]]
id = "mot"
title = "Một"
audio = "10.mp3"
dates = [1, 2]
[[segment]]
id = "hai"
title = "Hai"
audio = "10.mp3"
column = "tin"
days = "T2-CN"
"#;

#[test]
fn what_has_no_room_is_promised_nowhere_and_its_cause_is_told() {
    let (slots, problems) = planned(WITHOUT_ROOM, &station());
    let day: Vec<Slot> = slots.into_iter().filter(|slot| slot.date.day() == 2).collect();
    let barred: Vec<_> = day.iter().filter_map(|slot| Some((slot.title.as_str(), slot.bar.as_ref()?.cause))).collect();
    assert_eq!(barred, [("Một", Cause::NoTime)]);
    let sum = loa::timetable::summary(&day);
    assert_eq!((sum.broadcasts, sum.airings, sum.duration_ms), (1, 3, Some(20_000)));
    let station = station();
    let month = "2026-12".parse().unwrap();
    let sheet = Sheet { month, slots: &day, station: &station, schedule: None, asked: None, lang: Lang::Vi };
    let reason = "Không đủ thời gian: `Một` không kịp phát: thừa 5 giây";
    let shown = loa::timetable::text(&sheet);
    assert!(shown.contains(&format!("KHÔNG PHÁT – {reason}")), "{shown}");
    let rows = loa::timetable::csv(&sheet);
    assert!(rows.lines().any(|row| row.contains("05:30:05") && row.contains(reason)), "{rows}");
    let calendar = loa::timetable::ics(&sheet, "2026-11-30T00:00:00Z".parse().unwrap()).replace("\r\n ", "");
    assert!(calendar.contains("05:30:05 Một – KHÔNG PHÁT"), "{calendar}");
    let wall = loa::timetable::html(&sheet);
    assert!(wall.contains("✕ Không đủ thời gian"), "{wall}");
    let json = loa::timetable::json(&sheet);
    assert_eq!(json["slots"][1]["blocked"]["cause"], "no_time");
    // The remark counts its own days, and stands where it is written.
    let over = problems.iter().find(|problem| problem.code == "broadcast-over").unwrap();
    let (place, what) = &over.related[0];
    assert_eq!(what.vi, "`Một` không kịp phát: 2 ngày, từ ngày 01/12/2026");
    assert!(WITHOUT_ROOM[place.span.start..].starts_with("{ segment = \"mot\" }"));
}

#[test]
fn what_is_wrong_with_the_plan_is_told_before_anything_is_approved() {
    let night = "[[segment]]\ntitle = \"Đêm\"\naudio = \"30.mp3\"\nat = \"23:00\"\non = \"2026-12-03\"\n";
    let text = format!("{WITHOUT_ROOM}{night}");
    let under = |approval: ApprovalRule| {
        let rules = Rules { approval, ..Rules::default() };
        let (slots, mut problems) = planned(&text, &Station { rules, ..Station::default() });
        problems.retain(|problem| problem.code != "unapproved");
        (slots.iter().filter(|slot| slot.segment.is_some() && slot.bar.is_none()).count(), problems)
    };
    let (airing, approved) = under(ApprovalRule::Off);
    let (none, unapproved) = under(ApprovalRule::Required);
    assert_eq!((airing, none), (31, 0), "nothing airs before it is approved");
    let told = codes(&approved);
    assert!(told.contains(&"quiet-hours") && told.contains(&"broadcast-over"), "{approved:#?}");
    assert!(!told.contains(&"column-seldom"), "{approved:#?}");
    assert_eq!(unapproved, approved);
}

#[test]
fn a_sting_is_heard_before_what_its_column_airs_and_not_before_nothing() {
    let text = format!(
        "month = \"2026-12\"\n{}[[column]]\nid = \"tin\"\n[[column]]\nid = \"cchc\"\n\
         [[segment]]\ntitle = \"Tin\"\naudio = \"60.mp3\"\ncolumn = \"tin\"\ndates = [8]\n\
         [[segment]]\ntitle = \"Cũ\"\naudio = \"60.mp3\"\ncolumn = \"tin\"\ndates = [15]\nvalid_until = 2026-12-14\n\
         [[segment]]\ntitle = \"Chưa có\"\naudio = \"z.mp3\"\ncolumn = \"tin\"\ndates = [22]\n\
         [[segment]]\ntitle = \"Cải cách\"\naudio = \"30.mp3\"\ncolumn = \"cchc\"\ndates = [1, 8]\n",
        window("{ column = \"tin\", sting = \"5.mp3\" }, { column = \"cchc\", sting = \"5.mp3\" }")
    );
    let of_day = |day: i8| {
        let (slots, _) = planned(&text, &station());
        told(&slots.into_iter().filter(|slot| slot.date.day() == day).collect::<Vec<_>>(), &station())
    };
    let second = "the second sting keeps its name";
    assert_eq!(of_day(1), ["01 05:30:00 tin", "01 05:30:00 sting~2", "01 05:30:05 cai-cach"], "{second}");
    assert_eq!(of_day(8), ["08 05:30:00 sting", "08 05:30:05 tin", "08 05:31:05 sting~2", "08 05:31:10 cai-cach"]);
    assert_eq!(of_day(15), ["15 05:30:00 cu", "15 05:30:00 cchc"], "no longer valid");
    assert_eq!(of_day(22), ["22 05:30:00 sting", "22 05:30:05 chua-co", "22 05:30:05 cchc"], "it may still come");
}

#[test]
fn an_extra_broadcast_has_its_own_name_hours_and_permit_wherever_it_is_shown() {
    let text = "month = \"2026-12\"\n[[exception]]\ndate = 2026-12-31\nreason = \"Giao thừa\"\nextra = [{ id = \"gt\", \
                name = \"Đêm giao thừa\", start = \"23:50\", end = \"00:20\", permit = \"CV 12/UBND\", \
                running_order = [{ audio = \"11.mp3\", kind = \"ident\" }] }]\n";
    let (slots, _) = planned(text, &station());
    let schedule = schedule::read("schedules/2026-12.toml", text).0.unwrap();
    let of = station();
    let sheet = Sheet {
        month: schedule.month,
        slots: &slots,
        station: &of,
        schedule: Some(&schedule),
        asked: None,
        lang: Lang::Vi,
    };
    let table = "\
Thứ năm, 31/12/2026
  Ngoại lệ: Giao thừa
  Đêm giao thừa – đến 00:20 (CV 12/UBND)
  23:50:00  mềm         0:11  Nhạc hiệu  11.mp3
";
    assert_eq!(loa::timetable::text(&sheet), table);
    let phone = loa::timetable::ics(&sheet, jiff::Timestamp::UNIX_EPOCH);
    let event = "DTSTART:20261231T165000Z\r\nDTEND:20261231T172000Z\r\nSUMMARY:Đêm giao thừa\r\n\
                 DESCRIPTION:Văn bản cho phép: CV 12/UBND\\n23:50:00 Nhạc hiệu\r\n";
    assert!(phone.contains(event), "{phone}");
    let wall = loa::timetable::html(&sheet);
    let heading = "<h2>Đêm giao thừa <span>23:50–00:20</span> <small>(CV 12/UBND)</small></h2>";
    assert!(wall.contains(heading), "{wall}");
}

#[test]
fn a_recording_is_shown_as_long_wherever_it_stands() {
    let order = "{ audio = \"a.mp3\", kind = \"ident\" }, { audio = \"b.mp3\", kind = \"music\" }, \
                 { audio = \"b.mp3\", kind = \"sign_off\" }";
    let text = format!("month = \"2026-12\"\n{}", window(order));
    let schedule = schedule::read("schedules/2026-12.toml", &text).0.unwrap();
    let facts: Facts = [("a.mp3", 10_400), ("b.mp3", 20_300)].map(|(f, ms)| (f.to_owned(), long(ms))).into();
    let of = station();
    let (slots, _) = plan(&schedule, &of, &facts, "r");
    let sheet =
        Sheet { month: schedule.month, slots: &slots[..3], station: &of, schedule: None, asked: None, lang: Lang::Vi };
    let table = loa::timetable::text(&sheet);
    let shown: Vec<Vec<&str>> = table.lines().skip(2).map(|row| row.split_whitespace().take(3).collect()).collect();
    assert_eq!(shown, [["05:30:00", "mềm", "0:10"], ["05:30:10", "mềm", "0:20"], ["05:30:31", "mềm", "0:20"]]);
    let rows = loa::timetable::csv(&sheet);
    let rows: Vec<Vec<&str>> = rows.lines().skip(1).map(|row| row.split(',').collect()).collect();
    let cells = |row: &[&str]| [row[3], row[4], row[8]].map(str::to_owned);
    assert_eq!(
        rows.iter().map(|row| cells(row)).collect::<Vec<_>>(),
        [["05:30:00", "05:30:10", "10"], ["05:30:10", "05:30:31", "20"], ["05:30:31", "05:30:51", "20"]]
    );
}

#[test]
fn filler_leaves_room_for_what_follows_and_none_of_no_length() {
    let order = "{ audio = \"60.mp3\", kind = \"ident\" }, { filler = \"dem/\", until = \"05:31\" }, { filler = \"dem/\" }, \
                 { audio = \"120.mp3\", kind = \"sign_off\" }";
    let (slots, problems) = planned(&format!("month = \"2026-12\"\n{}", window(order)), &station());
    assert_eq!(
        told(&slots[..3], &station()),
        ["01 05:30:00 ident", "01 05:31:00 filler~2", "01 05:58:00 sign_off"],
        "the first has no length and is left out, and the second keeps its name"
    );
    assert_eq!(slots[1].files, ["dem/1.mp3", "dem/2.mp3"]);
    assert_eq!(codes(&problems), ["early"], "{problems:#?}");
}

#[test]
fn windows_follow_the_clock_where_it_changes() {
    let zone = jiff::tz::TimeZone::get("Europe/Berlin").unwrap();
    let rules = Rules { approval: ApprovalRule::Off, ..Rules::default() };
    let berlin = Station { zone, zone_name: "Europe/Berlin".into(), quiet: vec![], rules, ..Station::default() };
    let text = "month = \"2026-03\"\n[[window]]\nid = \"dem\"\nstart = \"01:30\"\nend = \"03:30\"\ndays = \"CN\"\n\
                running_order = [{ filler = \"dem/\" }]\n";
    let (slots, _) = planned(text, &berlin);
    let last = slots.last().unwrap();
    // The 29th has no hour from 02:00 to 03:00: the broadcast lasts one hour, not two.
    assert_eq!((last.planned.to_string(), last.until.unwrap().to_string()), {
        ("2026-03-29T00:30:00Z".to_owned(), "2026-03-29T01:30:00Z".to_owned())
    });
    let (slots, _) = planned(&text.replace("2026-03", "2026-10"), &berlin);
    let last = slots.last().unwrap();
    // The 25th of October has it twice: three hours.
    assert_eq!((last.planned.to_string(), last.until.unwrap().to_string()), {
        ("2026-10-24T23:30:00Z".to_owned(), "2026-10-25T02:30:00Z".to_owned())
    });
}

#[test]
fn the_last_broadcast_of_a_month_runs_into_the_next_and_is_its_own() {
    let text = "month = \"2026-12\"\n[[exception]]\ndate = 2026-12-31\nreason = \"Giao thừa\"\nextra = [{ id = \"gt\", \
                start = \"23:50\", end = \"00:20\", permit = \"CV 1\", running_order = [{ audio = \"1200.mp3\", kind = \"music\" }] }]\n";
    let (slots, problems) = planned(text, &station());
    assert_eq!(slots[0].id.0, "2026-12-31/gt/music");
    assert_eq!(slots[0].ends().unwrap().to_string(), "2026-12-31T17:10:00Z");
    assert_eq!(slots[0].bar, None, "the permit passes quiet hours");
    assert!(codes(&problems).iter().all(|code| *code != "quiet-hours"));
    let (slots, problems) = planned(&text.replace(" permit = \"CV 1\",", ""), &station());
    assert_eq!(slots[0].bar.as_ref().unwrap().cause, Cause::QuietHours);
    assert!(codes(&problems).contains(&"quiet-hours"));
}

#[test]
fn mourning_keeps_music_songs_and_skits_off_and_lets_news_air() {
    let text = format!(
        "month = \"2026-12\"\n{}[[column]]\nid = \"tin\"\n[[segment]]\ntitle = \"Tin\"\naudio = \"60.mp3\"\ncolumn = \"tin\"\n\
         dates = [1]\n[[segment]]\ntitle = \"Hài\"\naudio = \"60.mp3\"\ncolumn = \"tin\"\ndates = [1]\ngenre = \"tiểu phẩm\"\n\
         [[segment]]\ntitle = \"Hát\"\naudio = \"60.mp3\"\ncolumn = \"tin\"\ndates = [1]\ngenre = \"Ca nhạc\"\n\
         [[exception]]\ndate = 2026-12-01\nreason = \"Quốc tang\"\nkind = \"quốc tang\"\n",
        window(
            "{ audio = \"20.mp3\", kind = \"ident\" }, { audio = \"240.mp3\", kind = \"music\" }, { column = \"tin\" }, { filler = \"dem/\" }"
        )
    );
    let songs = "[line]\ndevice = \"null\"\n[[genre]]\nname = \"ca nhạc\"\n";
    let (own, problems) = loa::station::read("schedules/station.toml", songs);
    let (slots, _) = planned(&text, &own.unwrap_or_else(|| panic!("{problems:#?}")));
    let day: Vec<_> =
        slots.iter().take(6).map(|slot| (slot.id.0.rsplit('/').next().unwrap(), slot.bar.is_some())).collect();
    assert_eq!(day.iter().copied().collect::<BTreeMap<_, _>>(), {
        BTreeMap::from([
            ("ident", false),
            ("music", true),
            ("tin", false),
            ("hai", true),
            ("hat", true),
            ("filler", true),
        ])
    });
    let news = slots.iter().find(|slot| slot.segment.as_deref() == Some("tin")).unwrap();
    assert_eq!(told(std::slice::from_ref(news), &station()), ["01 05:30:20 tin"], "it follows the ident at once");
}

#[test]
fn music_that_an_exception_drops_from_several_broadcasts_is_told_once() {
    let morning = window("{ audio = \"20.mp3\", kind = \"ident\" }, { filler = \"dem/\" }");
    let afternoon = morning.replace("sang", "chieu").replace("05:30", "17:00").replace("06:00", "17:30");
    let text = format!(
        "month = \"2026-12\"\n{morning}{afternoon}[[exception]]\ndate = 2026-12-01\nreason = \"Quốc tang\"\nkind = \"quốc tang\"\n"
    );
    let (_, problems) = planned(&text, &station());
    let dropped = problems.iter().find(|problem| problem.code == "exception-drops").unwrap();
    assert_eq!(dropped.message.vi, "ngoại lệ `Quốc tang` bỏ `Nhạc đệm` (ngày 01/12/2026)");
}

#[test]
fn hard_places_of_a_moved_window_that_fall_outside_it_are_dropped_with_a_warning() {
    let text = format!(
        "month = \"2026-12\"\n{}[[exception]]\ndate = 2026-12-01\nreason = \"Lễ\"\nwindows = {{ sang = {{ start = \"06:30\", end = \"07:00\" }} }}\n",
        window(
            "{ audio = \"60.mp3\", kind = \"ident\" }, { audio = \"60.mp3\", kind = \"sting\", at = \"05:50\" }, { filler = \"dem/\" }"
        )
    );
    let (slots, problems) = planned(&text, &station());
    assert_eq!(told(&slots[..2], &station()), ["01 06:30:00 ident", "01 06:31:00 filler"]);
    assert!(codes(&problems).contains(&"outside-window"));
}

#[test]
fn an_extra_broadcast_of_the_month_takes_the_place_of_the_holidays_of_its_name() {
    let extra = |start: &str| {
        let items = "[{ audio = \"a.mp3\", kind = \"music\" }]";
        format!("extra = [{{ id = \"gt\", start = \"{start}\", end = \"20:50\", running_order = {items} }}]\n")
    };
    let holiday =
        format!("[line]\ndevice = \"null\"\n[[holiday]]\ndate = 2026-12-24\nname = \"Lễ\"\n{}", extra("20:00"));
    let (station, problems) = loa::station::read("schedules/station.toml", &holiday);
    let station = station.unwrap_or_else(|| panic!("{problems:#?}"));
    let own = format!("[[exception]]\ndate = 2026-12-24\nreason = \"Lễ\"\n{}", extra("20:30"));
    let month = "month = \"2026-12\"\n";
    let of_holiday = planned(month, &station).0;
    let of_both = planned(&format!("{month}{own}"), &station).0;
    assert_eq!(told(&of_holiday, &station), ["24 20:00:00 music"]);
    assert_eq!(told(&of_both, &station), ["24 20:30:00 music"], "one broadcast, the month's");
}

#[test]
fn except_holds_for_a_segment_that_a_running_order_names_and_that_has_no_other_dates() {
    let text = format!(
        "month = \"2026-12\"\n{}[[segment]]\nid = \"chao\"\ntitle = \"Chào\"\naudio = \"60.mp3\"\nexcept = [\"2026-12-08\"]\n",
        window("{ segment = \"chao\" }")
    );
    let (slots, _) = planned(&text, &station());
    let days: Vec<i8> = slots.iter().map(|slot| slot.date.day()).collect();
    assert_eq!(days, [1, 15, 22, 29], "the Tuesdays but the second");
}

/// A month with a window, a column, and items drawn for its running order.
fn any_month() -> impl Strategy<Value = (Vec<String>, Vec<String>)> {
    let item = prop_oneof![
        (1..900u32).prop_map(|s| format!("{{ audio = \"{s}.mp3\", kind = \"music\" }}")),
        (1..60u32).prop_map(|s| format!("{{ audio = \"{s}.mp3\", kind = \"sting\" }}")),
        Just("{ column = \"cm\", sting = \"5.mp3\" }".to_owned()),
        Just("{ filler = \"dem/\" }".to_owned()),
        (31..59u32).prop_map(|m| format!("{{ audio = \"45.mp3\", kind = \"ident\", at = \"05:{m}\" }}")),
    ];
    let segment = ("[a-z]{5}", 1..600u32, prop::collection::btree_set(1..31u8, 1..5), any::<bool>(), 20..70u32);
    let segment = segment.prop_map(|(title, seconds, dates, in_column, minute)| {
        let minute = format!("at = \"05:{:02}\"", minute.min(59));
        let place = if in_column { "column = \"cm\"".to_owned() } else { minute };
        format!("[[segment]]\ntitle = \"{title}\"\naudio = \"{seconds}.mp3\"\n{place}\ndates = {dates:?}\n")
    });
    (prop::collection::vec(item, 0..7), prop::collection::vec(segment, 0..5))
}

fn month_text(items: &[String], segments: &[String]) -> String {
    let window = window(&items.join(", ")).replace("\"T3\"", "\"hằng ngày\"");
    format!("month = \"2026-12\"\n{window}[[column]]\nid = \"cm\"\n{}", segments.concat())
}

fn reads(text: &str) -> bool {
    schedule::read_under("schedules/2026-12.toml", text, Some(&station())).0.is_some()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn soft_follows_exactly_and_nothing_of_a_broadcast_overlaps_that_is_not_told((items, segments) in any_month()) {
        let text = month_text(&items, &segments);
        prop_assume!(reads(&text));
        let (slots, problems) = planned(&text, &station());
        prop_assert!(slots.is_sorted_by_key(|slot| slot.planned));
        let ids: BTreeSet<_> = slots.iter().map(|slot| &slot.id).collect();
        prop_assert_eq!(ids.len(), slots.len());
        let over = problems.iter().any(|problem| problem.code.starts_with("broadcast-over") || problem.code.starts_with("overlap"));
        let mut last: BTreeMap<&str, &Slot> = BTreeMap::new();
        for slot in slots.iter().filter(|slot| slot.bar.is_none() && slot.window.is_some()) {
            if let Some(until) = slot.until {
                prop_assert!(slot.planned < until && until <= slot.broadcast_ends.unwrap());
            }
            if let Some(before) = last.get(slot.broadcast.as_str()).filter(|_| !over) {
                let ends = before.ends().unwrap();
                prop_assert!(ends <= slot.planned, "{} into {}", before.id.0, slot.id.0);
                if slot.start == Start::Soft {
                    prop_assert_eq!(ends, slot.planned, "{} then {}", before.id.0.clone(), slot.id.0.clone());
                }
            }
            last.insert(&slot.broadcast, slot);
        }
    }

    #[test]
    fn names_depend_on_neither_lengths_nor_unrelated_edits((items, segments) in any_month(), drop in 0..5usize) {
        let text = month_text(&items, &segments);
        prop_assume!(reads(&text));
        let fixed = |slots: &[Slot]| -> BTreeSet<String> {
            // Filler of no length is left out: whether it is there does depend on lengths.
            slots.iter().filter(|slot| slot.kind != Kind::Filler).map(|slot| slot.id.0.clone()).collect()
        };
        let (slots, _) = planned(&text, &station());
        let (schedule, _) = schedule::read_under("schedules/2026-12.toml", &text, Some(&station()));
        let (unmeasured, _) = plan(&schedule.unwrap(), &station(), &Facts::new(), "other");
        prop_assert_eq!(fixed(&slots), fixed(&unmeasured));
        // Without one of the segments the names of all else stay.
        if drop < segments.len() {
            let mut fewer = segments.clone();
            fewer.remove(drop);
            let (others, _) = planned(&month_text(&items, &fewer), &station());
            let gone: BTreeSet<_> = fixed(&others).difference(&fixed(&slots)).cloned().collect();
            prop_assert!(gone.iter().all(|id| id.contains("/cm") || id.contains("~")), "{:?}", gone);
        }
    }
}

#[test]
fn a_recording_that_is_not_there_yet_keeps_its_place_before_what_follows() {
    let order =
        "{ audio = \"z.mp3\", kind = \"sting\" }, { audio = \"60.mp3\", kind = \"ident\" }, { filler = \"dem/\" }";
    let text = format!("month = \"2026-12\"\n{}", window(order));
    let schedule = schedule::read_under("schedules/2026-12.toml", &text, Some(&station())).0.unwrap();
    let mut facts = Facts::from([("60.mp3".to_owned(), long(60_000))]);
    let order_of = |facts: &Facts| -> Vec<String> {
        let mut slots = plan(&schedule, &station(), facts, "r").0;
        // Whoever sorts by instant and name, as the director does, still has them in order.
        slots.sort_by(|a, b| (a.planned, &a.id).cmp(&(b.planned, &b.id)));
        told(&slots[..3], &station())
    };
    let expected = ["01 05:30:00 sting", "01 05:30:00 ident", "01 05:31:00 filler"];
    assert_eq!(order_of(&facts), expected, "not measured yet");
    facts.insert("z.mp3".into(), Err(loa::schedule::audio_facts::AudioFault::Absent));
    assert_eq!(order_of(&facts), expected, "not there yet");
}

#[test]
fn filler_stops_where_quiet_hours_begin() {
    let order = "{ audio = \"60.mp3\", kind = \"ident\" }, { filler = \"dem/\" }";
    let text = format!("month = \"2026-12\"\n{}", window(order)).replace("05:30", "20:30").replace("06:00", "21:30");
    let (slots, _) = planned(&text, &station());
    assert_eq!((slots[1].kind, slots[1].bar.as_ref()), (Kind::Filler, None));
    assert_eq!(slots[1].until.unwrap().to_string(), "2026-12-01T14:00:00Z", "21:00, not 21:30");
}
