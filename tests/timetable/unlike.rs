//! Days unlike the others: what is called off says why, what sounds behind midnight is found on its day, and what moves to a
//! day without a place for it is told where that day is written.

use jiff::civil::{Date, date};
use loa::problem::{Lang, Problem};
use loa::schedule::Schedule;
use loa::schedule::audio_facts::Facts;
use loa::station::Station;
use loa::timetable::{Sheet, Slot, csv, ics, json, plan, text};

use super::{long, read, segment, station};

const WINDOWS: &str = "[[window]]\nid = \"sang\"\nname = \"Buổi sáng\"\nstart = \"05:30\"\nend = \"06:00\"\n\
    running_order = [{ audio = \"a.mp3\", kind = \"ident\" }]\n\
    [[window]]\nid = \"chieu\"\nname = \"Buổi chiều\"\nstart = \"17:00\"\nend = \"17:30\"\ndays = \"T2-T6\"\n\
    running_order = [{ audio = \"a.mp3\", kind = \"ident\" }]\n";

fn planned(month: &str) -> (Schedule, Vec<Slot>, Vec<Problem>) {
    let schedule = read("2026-12", month);
    let facts: Facts = [("a.mp3".to_owned(), long(10_000)), ("b.mp3".to_owned(), long(120_000))].into();
    let (slots, problems) = plan(&schedule, &of(), &facts, "r");
    (schedule, slots, problems)
}

/// A station that airs all night.
fn of() -> Station {
    Station { quiet: Vec::new(), ..station() }
}

/// The sheet of a day, as `loa timetable DATE` has it.
fn sheet<'s>(schedule: &'s Schedule, station: &'s Station, slots: &'s [Slot], asked: Option<Date>) -> Sheet<'s> {
    Sheet { month: schedule.month, slots, station, schedule: Some(schedule), asked, lang: Lang::Vi }
}

/// 26 December is a Saturday, on which the afternoon has no broadcast in any case.
#[test]
fn a_broadcast_that_an_exception_calls_off_says_why_in_every_form_of_the_timetable() {
    let exceptions = "[[exception]]\nfrom = 2026-12-25\nto = 2026-12-26\nreason = \"Mất điện theo lịch của điện lực\"\n\
        windows = { sang = \"nghỉ\", chieu = \"nghỉ\" }\n\
        [[exception]]\ndate = 2026-12-28\nreason = \"Họp dân\"\nwindows = { sang = { start = \"06:30\", end = \"07:00\" } }\n";
    let (schedule, slots, _) = planned(&format!("{WINDOWS}{exceptions}"));
    let station = of();
    let of_day = |day: i8| {
        let asked = date(2026, 12, day);
        let slots: Vec<Slot> = slots.iter().filter(|slot| slot.date == asked).cloned().collect();
        text(&sheet(&schedule, &station, &slots, Some(asked)))
    };
    let off = "Thứ sáu, 25/12/2026\n  Ngoại lệ: Mất điện theo lịch của điện lực (nghỉ Buổi sáng, Buổi chiều)\n\n\
        Không có lượt phát nào.\n";
    assert_eq!(of_day(25), off);
    assert!(of_day(26).contains("Mất điện theo lịch của điện lực (nghỉ Buổi sáng)\n"), "{}", of_day(26));
    assert!(of_day(28).contains("  Ngoại lệ: Họp dân (dời Buổi sáng sang 06:30–07:00)\n"), "{}", of_day(28));
    assert!(!of_day(24).contains("Ngoại lệ"), "a day like the others says nothing");
    let month = sheet(&schedule, &station, &slots, None);
    let told = text(&month);
    let (before, after) = (told.find("Thứ năm, 24/12/2026").unwrap(), told.find("Chủ nhật, 27/12/2026").unwrap());
    assert!(told[before..after].contains(off.lines().nth(1).unwrap()), "in its place among the days: {told}");
    let rows = csv(&month);
    let row = "\"Thứ sáu, 25/12/2026\",Buổi chiều,,,,,,,,,Ngoại lệ: Mất điện theo lịch của điện lực,\r\n";
    assert!(rows.contains(row), "{rows}");
    let phone = ics(&month, jiff::Timestamp::UNIX_EPOCH).replace("\r\n ", "");
    let event = "DTSTART;VALUE=DATE:20261225\r\nSUMMARY:Buổi chiều – KHÔNG PHÁT\r\n\
        DESCRIPTION:Mất điện theo lịch của điện lực\r\nSTATUS:CANCELLED\r\n";
    assert!(phone.contains(event), "{phone}");
    let told = &json(&month)["exceptions"];
    assert_eq!(told[0]["date"], "2026-12-25");
    assert_eq!(told[0]["off"], serde_json::json!(["sang", "chieu"]));
    assert_eq!(told.as_array().unwrap().len(), 3, "an exception a day: {told}");
}

const NIGHT: &str = "[[window]]\nid = \"dem\"\nname = \"Đêm\"\nstart = \"23:50\"\nend = \"00:20\"\ndays = \"T4\"\n\
    running_order = [{ audio = \"a.mp3\", kind = \"ident\" }]\n";

#[test]
fn what_sounds_behind_midnight_is_found_on_the_day_on_which_it_sounds_and_says_whose_it_is() {
    let (schedule, slots, _) =
        planned(&format!("{NIGHT}{}", segment("Năm mới", "b.mp3", "at = \"00:02\"\non = \"2026-12-31\"\n")));
    let station = of();
    let of_day = |day: i8| {
        let asked = date(2026, 12, day);
        let slots: Vec<Slot> = slots.iter().filter(|slot| slot.is_of_day(asked, &station.zone)).cloned().collect();
        text(&sheet(&schedule, &station, &slots, Some(asked)))
    };
    let thirty_first = "Thứ năm, 31/12/2026 – thuộc buổi của thứ tư, 30/12/2026\n  Đêm – đến 00:20\n  \
        00:02:00  cứng        2:00  Năm mới  b.mp3\n";
    assert_eq!(of_day(31), thirty_first);
    let thirtieth = of_day(30);
    assert!(thirtieth.starts_with("Thứ tư, 30/12/2026\n  Đêm – đến 00:20\n  23:50:00"), "{thirtieth}");
    assert!(thirtieth.contains("  sang thứ năm, 31/12/2026\n  00:02:00"), "{thirtieth}");
}

#[test]
fn two_that_meet_behind_midnight_are_told_with_the_day_on_which_they_sound() {
    let at = |title: &str, time: &str| {
        segment(title, "b.mp3", &format!("at = \"{time}\"\non = \"2026-12-31\"\ngrace = \"0s\"\n"))
    };
    let (_, _, problems) = planned(&format!("{NIGHT}{}{}", at("Một", "00:02"), at("Hai", "00:03")));
    let overlap = problems.iter().find(|problem| problem.code == "overlap").unwrap();
    assert!(overlap.message.vi.ends_with(": ngày 31/12/2026"), "{}", overlap.message.vi);
}

/// 27 December 2026 is a Sunday.
#[test]
fn a_column_moved_to_a_day_without_it_is_told_where_that_day_is_written_with_a_segment_or_without() {
    let month = |to: &str, more: &str| {
        format!(
            "[[column]]\nid = \"cchc\"\n[[window]]\nid = \"sang\"\nstart = \"05:30\"\nend = \"06:00\"\ndays = \"T2-T7\"\n\
             running_order = [{{ column = \"cchc\" }}]\n[[exception]]\ndate = 2026-12-29\nreason = \"Sơ kết\"\n\
             columns = {{ cchc = {{ moves_to = \"{to}\" }} }}\n{more}"
        )
    };
    let told = |to: &str, more: &str| -> Vec<(String, String)> {
        let text = month(to, more);
        let whole = format!("month = \"2026-12\"\n{text}");
        let (_, _, problems) = planned(&text);
        let found = problems.into_iter().filter(|problem| problem.code == "column-not-there");
        let written = |problem: &Problem| {
            let span = &problem.place.as_ref().unwrap().span;
            whole[span.start..span.end].to_owned()
        };
        found.map(|one| (written(&one), one.message.vi)).collect()
    };
    let dated = segment("Một cửa", "b.mp3", "column = \"cchc\"\ndates = [29]\n");
    for more in ["", &dated] {
        let found = told("2026-12-27", more);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, "\"2026-12-27\"", "{found:?}");
        assert!(found[0].1.contains("chuyên mục `cchc` ngày 27/12/2026"), "{found:?}");
        assert_eq!(told("2026-12-28", more), []);
    }
}
