//! The sample month of the repository, against tables made by hand with the lengths that a ward's recordings have.

use jiff::civil::date;

use loa::outcome::Cause;
use loa::problem::{Effect, Problem};
use loa::programme::relay::RelaySource;
use loa::schedule;
use loa::schedule::audio_facts::Facts;
use loa::station::{self, Station};
use loa::timetable::{Kind, Slot, Start, plan, summary};

use super::{codes, long};

/// Seconds of each recording: a signature tune of 20, a bulletin of 9 minutes, a column of 10, a hotline of 3, …
const LENGTHS: [(&str, u64); 8] = [
    ("nhac-hieu.flac", 20),
    ("ban-tin.mp3", 540),
    ("cchc-ket-qua.mp3", 600),
    ("mot-cua.m4a", 360),
    ("hoi-dap.ogg", 480),
    ("duong-day-nong.wav", 180),
    ("loi-chao.flac", 45),
    ("nhac-dem/chuong-cham.ogg", 240),
];

fn sample() -> (Vec<Slot>, Vec<Problem>, Station) {
    sample_with("", "")
}

/// The sample with `new` in place of `old` in its month.
fn sample_with(old: &str, new: &str) -> (Vec<Slot>, Vec<Problem>, Station) {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schedules");
    let load = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let (station, mut problems) = station::read("schedules/station.toml", &load("station.toml"));
    let station = station.unwrap_or_else(|| panic!("{problems:#?}"));
    let month = load("2025-01.toml");
    assert!(month.contains(old), "{old}");
    let month = if old.is_empty() { month } else { month.replace(old, new) };
    let (schedule, more) = schedule::read_under("schedules/2025-01.toml", &month, Some(&station));
    problems.extend(more);
    let schedule = schedule.unwrap_or_else(|| panic!("{problems:#?}"));
    let facts: Facts = LENGTHS.iter().map(|(file, seconds)| ((*file).to_owned(), long(seconds * 1000))).collect();
    let (slots, more) = plan(&schedule, &station, &facts, "r");
    problems.extend(more);
    (slots, problems, station)
}

/// A day's places: local time, name without the date, `!` for a hard start, and where filler and relays end.
fn day(slots: &[Slot], station: &Station, day: i8) -> Vec<String> {
    let clock = |at: jiff::Timestamp| at.to_zoned_datetime(station.zone.clone()).strftime("%H:%M:%S").to_string();
    let of_day = slots.iter().filter(|slot| slot.date == date(2025, 1, day));
    of_day
        .map(|slot| {
            assert!(slot.bar.is_none(), "{:?}", slot.bar);
            let hard = if slot.start == Start::Hard { "!" } else { "" };
            let until = slot.until.map_or_else(String::new, |until| format!("-{}", clock(until)));
            format!("{}{until}{hard} {}", clock(slot.planned), slot.id.0.split_once('/').unwrap().1)
        })
        .collect()
}

#[test]
fn it_has_but_its_intended_warnings() {
    let (slots, problems, _) = sample();
    let found: Vec<_> = codes(&problems).into_iter().filter(|(_, effect)| *effect != Effect::None).collect();
    assert_eq!(found, [], "{problems:#?}");
    let mut names: Vec<&str> = problems.iter().map(|problem| problem.code).collect();
    assert_eq!(names.iter().filter(|code| **code == "exception-drops").count(), 4, "New Year, and three about Tết");
    names.retain(|code| *code != "exception-drops");
    assert_eq!(names, ["default-device", "not-approved", "early"], "{problems:#?}");
    // By hand: 27 mornings from Monday to Saturday, as many afternoons less those of the 1st, 25th, 27th and 29th to
    // 31st, four Sundays, and one extra at the turn of the year.
    assert_eq!(summary(&slots).broadcasts, 27 + 21 + 4 + 1);
}

#[test]
fn new_years_day_by_hand() {
    let (slots, _, station) = sample();
    assert_eq!(
        day(&slots, &station, 1),
        ["06:30:00 sang/chao-co", "06:30:20 sang/chuc-nam-moi", "06:31:05 sang/music", "06:35:05-07:00:00 sang/filler",]
    );
}

#[test]
fn a_tuesday_and_a_thursday_by_hand() {
    let (slots, _, station) = sample();
    let tuesday = |name: &str, hour: u8, minute: u8| {
        let t = |m: u8, s: u8| format!("{hour:02}:{:02}:{s:02}", minute + m);
        let relay = format!("{:02}:{:02}", if minute == 30 { hour + 1 } else { hour }, (minute + 30) % 60);
        let end = format!("{:02}:{:02}", if minute == 30 { hour + 1 } else { hour }, (minute + 30) % 60 + 14);
        vec![
            format!("{} {name}/ident", t(0, 0)),
            format!("{} {name}/ban-tin-phuong", t(0, 20)),
            format!("{} {name}/sting~2", t(9, 20)),
            format!("{} {name}/cchc-ket-qua", t(9, 40)),
            format!("{} {name}/duong-day-nong", t(19, 40)),
            format!("{}-{relay}:00 {name}/filler", t(22, 40)),
            format!("{relay}:00-{end}:00! {name}/tiep-am"),
            format!("{end}:00! {name}/sign_off"),
        ]
    };
    let expected: Vec<String> = tuesday("sang", 5, 30).into_iter().chain(tuesday("chieu", 17, 0)).collect();
    assert_eq!(day(&slots, &station, 7), expected);
    let thursday = day(&slots, &station, 9);
    assert_eq!(thursday[..8], tuesday("sang", 5, 30)[..], "the morning repeats Tuesday's");
    assert_eq!(
        thursday[8..],
        [
            "17:00:00 chieu-nam/ident",
            "17:00:20 chieu-nam/ban-tin-phuong",
            "17:09:20 chieu-nam/sting",
            "17:09:40 chieu-nam/thong-bao-thu-tuc-hanh-chinh-moi",
            "17:12:40 chieu-nam/duong-day-nong",
            "17:15:40-17:30:00 chieu-nam/filler",
            "17:30:00-17:44:00! chieu-nam/tiep-am",
            "17:44:00! chieu-nam/sign_off",
        ]
    );
}

#[test]
fn every_other_weekday_has_its_own_column_in_the_morning_and_again_in_the_afternoon() {
    let (slots, _, station) = sample();
    // What stands between the bulletin, which ends at 05:39:20, and the filler before the relay.
    let columns: [(i8, &[&str]); 4] = [
        (6, &["39:20 sting", "39:40 mot-cua-tuan-qua", "45:40 duong-day-nong", "48:40 filler"]),
        (8, &["39:20 sting~3", "39:40 hoi-dap-dvc", "47:40 duong-day-nong", "50:40 filler"]),
        (
            10,
            &[
                "39:20 sting~4",
                "39:40 nguoi-tot-viec-tot",
                "45:40 dieu-can-gop-y",
                "48:40 duong-day-nong",
                "51:40 filler",
            ],
        ),
        (11, &["39:20 sting~5", "39:40 phap-luat-va-thu-tuc-quanh-ta", "47:40 duong-day-nong", "50:40 filler"]),
    ];
    for (date, column) in columns {
        let of_day = day(&slots, &station, date);
        let (morning, afternoon) = of_day.split_at(of_day.len() / 2);
        let plain = |told: &[String]| -> Vec<String> {
            let inside = &told[2..told.len() - 2];
            let bare = inside.iter().map(|place| place.replace("-06:00:00", "").replace("-17:30:00", ""));
            bare.map(|place| place[3..].replace("sang/", "").replace("chieu/", "")).collect()
        };
        assert_eq!(plain(morning), column, "the morning of {date}");
        let half_an_hour_less = |told: &&str| {
            let (minute, rest) = told.split_once(':').unwrap();
            format!("{:02}:{rest}", minute.parse::<u8>().unwrap() - 30)
        };
        assert_eq!(plain(afternoon), column.iter().map(half_an_hour_less).collect::<Vec<_>>(), "its afternoon");
    }
}

#[test]
fn without_its_permit_the_third_broadcast_of_the_eve_is_barred() {
    let (slots, problems, _) = sample_with("permit = \"CV 12/UBND\", ", "");
    let extra: Vec<_> = slots.iter().filter(|slot| slot.window.as_deref() == Some("gt")).collect();
    let causes: Vec<_> = extra.iter().map(|slot| slot.bar.as_ref().map(|bar| bar.cause)).collect();
    assert_eq!(causes, [Some(Cause::QuietHours)]);
    let blocks: Vec<_> = codes(&problems).into_iter().filter(|(_, effect)| *effect == Effect::Block).collect();
    assert_eq!(blocks.iter().map(|(code, _)| *code).collect::<std::collections::BTreeSet<_>>(), ["quiet-hours"].into());
    // By day it is the cap that bars it, and a permit that lets it pass.
    let by_day = "start = \"19:50\", end = \"20:20\", running_order = [{ segment = \"chuc-tet\" }] }]";
    let place = "start = \"23:50\", end = \"00:20\", permit = \"CV 12/UBND\", running_order = [\n  { id = \"tiep-am\", relay = \
                 \"https://vov1.example/playlist.m3u8\", at = \"23:50\", for = \"30m\", fallback = \"nhac-dem/\", title = \
                 \"Tiếp âm lời chúc Tết\" },\n] }]";
    let cause = |with: &str| {
        let (slots, ..) = sample_with(place, with);
        slots.iter().find(|slot| slot.window.as_deref() == Some("gt")).unwrap().bar.as_ref().map(|bar| bar.cause)
    };
    assert_eq!(cause(by_day), Some(Cause::Cap));
    assert_eq!(cause(&by_day.replace("start", "permit = \"CV 12/UBND\", start")), None);
}

#[test]
fn the_column_of_the_28th_airs_on_the_23rd_in_place_of_the_repeat() {
    let (slots, _, station) = sample();
    let of_column = |slot: &&Slot| slot.column.as_deref() == Some("cchc");
    let airings: Vec<String> = slots.iter().filter(of_column).map(|slot| slot.id.0.clone()).collect();
    assert_eq!(
        airings,
        [
            "2025-01-02/sang/cchc-nhin-lai",
            "2025-01-07/sang/cchc-ket-qua",
            "2025-01-07/chieu/cchc-ket-qua",
            "2025-01-09/sang/cchc-ket-qua",
            "2025-01-14/sang/cchc-nhiem-vu",
            "2025-01-14/chieu/cchc-nhiem-vu",
            "2025-01-16/sang/cchc-nhiem-vu",
            "2025-01-21/sang/cchc-trach-nhiem",
            "2025-01-21/chieu/cchc-trach-nhiem",
            "2025-01-23/sang/cchc-dan-chu",
        ]
    );
    assert_eq!(day(&slots, &station, 23)[3], "05:39:40 sang/cchc-dan-chu");
}

#[test]
fn the_22nd_adds_a_notice_behind_the_hotline() {
    let (slots, _, station) = sample();
    let wednesday = day(&slots, &station, 22);
    assert_eq!(
        wednesday[2..7],
        [
            "05:39:20 sang/sting~3",
            "05:39:40 sang/hoi-dap-dvc",
            "05:47:40 sang/duong-day-nong",
            "05:50:40 sang/lich-truc-mot-cua-dip-tet",
            "05:53:40-06:00:00 sang/filler",
        ]
    );
}

#[test]
fn the_days_before_tet_by_hand() {
    let (slots, _, station) = sample();
    let holiday =
        ["06:30:00 sang/ident", "06:30:20 sang/tin-tet", "06:39:20 sang/so-truc", "06:42:20-07:00:00 sang/filler"];
    assert_eq!(day(&slots, &station, 25), holiday);
    assert_eq!(day(&slots, &station, 26), ["06:00:00-06:30:00! chu-nhat/tiep-am"], "a Sunday keeps its own");
    assert_eq!(day(&slots, &station, 27), holiday);
}

#[test]
fn the_eve_has_three_broadcasts_against_a_cap_of_two_and_crosses_midnight() {
    let (slots, _, station) = sample();
    assert_eq!(station.rules.broadcasts_per_day, Some(2));
    assert_eq!(
        day(&slots, &station, 28),
        [
            "06:30:00 sang/ident",
            "06:30:20 sang/tin-tet",
            "06:39:20 sang/so-truc",
            "06:42:20-07:00:00 sang/filler",
            "17:00:00 chieu/ident",
            // Two recordings as one, 9 minutes 45; the farewell ends with the window, and filler leaves it room.
            "17:00:20 chieu/tat-nien",
            "17:10:05-17:44:15 chieu/filler",
            "17:44:15 chieu/sign_off",
            "23:50:00-00:20:00! gt/tiep-am",
        ]
    );
    let midnight = slots.iter().find(|slot| slot.id.0 == "2025-01-28/gt/tiep-am").unwrap();
    assert_eq!((midnight.kind, midnight.title.as_str()), (Kind::Relay, "Tiếp âm lời chúc Tết"));
    assert_eq!(midnight.planned.to_string(), "2025-01-28T16:50:00Z");
    assert_eq!(
        midnight.until.unwrap().to_string(),
        "2025-01-28T17:20:00Z",
        "of the 28th, though the clock shows the 29th"
    );
    assert_eq!((midnight.until, midnight.date), (midnight.broadcast_ends, date(2025, 1, 28)));
    assert_eq!(midnight.permit.as_deref(), Some("CV 12/UBND"));
}

#[test]
fn its_places_are_called_what_the_ward_calls_them() {
    let (slots, _, _) = sample();
    let titles = |broadcast: &str| -> Vec<&str> {
        let of = slots.iter().filter(|slot| slot.broadcast == broadcast && slot.segment.is_none());
        of.map(|slot| slot.called(loa::problem::Lang::Vi)).collect()
    };
    let [ident, sting, filler] = ["Nhạc hiệu, lời xướng, giới thiệu nội dung", "Nhạc cắt", "Nhạc đệm"];
    let end = "Lời chào, nhạc hiệu kết";
    assert_eq!(titles("2025-01-07/sang"), [ident, sting, filler, "Tiếp âm thời sự VOV1", end]);
    assert_eq!(titles("2025-01-07/chieu"), [ident, sting, filler, "Tiếp âm Đài tỉnh", end]);
    assert_eq!(titles("2025-01-05/chu-nhat"), ["Tiếp âm thời sự VOV1"]);
    assert_eq!(titles("2025-01-01/sang"), ["Chào cờ", "Ca nhạc", filler]);
    assert_eq!(titles("2025-01-28/gt"), ["Tiếp âm lời chúc Tết"]);
}

#[test]
fn tet_by_hand() {
    let (slots, _, station) = sample();
    for of_tet in 29..=31 {
        assert_eq!(
            day(&slots, &station, of_tet),
            [
                "07:00:00 sang/ident",
                "07:00:20 sang/chuc-tet",
                "07:01:05 sang/duong-day-nong",
                "07:04:05 sang/music",
                "07:08:05-07:30:00 sang/filler",
            ]
        );
    }
}

#[test]
fn filler_draws_from_its_folder_and_every_place_knows_how_late_it_may_be() {
    let (slots, _, _) = sample();
    let find = |id: &str| slots.iter().find(|slot| slot.id.0 == id).unwrap_or_else(|| panic!("{id}"));
    let filler = find("2025-01-07/sang/filler");
    assert_eq!((filler.kind, &filler.files[..]), (Kind::Filler, &["nhac-dem/chuong-cham.ogg".to_owned()][..]));
    let relay = find("2025-01-07/sang/tiep-am");
    assert_eq!(relay.relay, Some(RelaySource::Stream("https://vov1.example/playlist.m3u8".into())));
    assert_eq!((relay.kind, relay.airtime_ms(), &relay.files), (Kind::Relay, Some(14 * 60_000), &filler.files));
    assert_eq!(relay.grace_ms, 14 * 60_000 - 5_000, "it may be joined as long as it lasts");
    assert_eq!(find("2025-01-07/sang/sign_off").grace_ms, 120_000, "a time of its own: two minutes");
    let until_the_end = 45 * 60_000 - 580_000;
    assert_eq!(find("2025-01-07/sang/cchc-ket-qua").grace_ms, until_the_end, "soft: to the broadcast's end");
}

#[test]
fn a_broadcast_too_many_is_told_once_by_its_name_and_where_it_is_written() {
    let notice = "[[segment]]\ntitle = \"Thông báo trưa\"\naudio = \"loi-chao.flac\"\nat = \"11:30\"\ndates = [6, 7]\n\n\
                  # Ngày ông Công";
    let (slots, problems, _) = sample_with("# Ngày ông Công", notice);
    let told: Vec<_> = problems.iter().filter(|problem| problem.code == "cap").collect();
    assert_eq!(told.len(), 1, "{told:#?}");
    let message = "`Buổi chiều` là buổi thứ 3, mà mỗi ngày chỉ được 2 buổi: 2 ngày, từ ngày 06/01/2025";
    assert_eq!(told[0].message.vi, message);
    assert_eq!(told[0].place.as_ref().unwrap().file, "schedules/station.toml");
    let barred = |slot: &&Slot| slot.bar.as_ref().is_some_and(|bar| bar.cause == Cause::Cap);
    assert!(slots.iter().filter(barred).count() > 10, "all of it");
}
