//! Places of a running order: what they are called, in which order they air, and what ends about a hard start.

use loa::outcome::Cause;
use loa::problem::{Lang, Problem};
use loa::schedule::audio_facts::Facts;
use loa::schedule::{self, Schedule};
use loa::timetable::{Kind, Sheet, Slot, plan};

use super::{codes, long, read, station};

/// A window on the first of December 2026 from 05:30 to 06:00 with these places.
fn month(order: &str) -> Schedule {
    let window = "[[window]]\nid = \"sang\"\nname = \"Buổi sáng\"\nstart = \"05:30\"\nend = \"06:00\"\ndays = \"T3\"\n";
    read("2026-12", &format!("{window}running_order = [{order}]\n"))
}

/// The first broadcast of a month whose recordings are as many ms long.
fn first(schedule: &Schedule, lengths: &[(&str, u64)]) -> (Vec<Slot>, Vec<Problem>) {
    let facts: Facts = lengths.iter().map(|(file, ms)| ((*file).to_owned(), long(*ms))).collect();
    let (slots, problems) = plan(schedule, &station(), &facts, "r");
    (slots.into_iter().filter(|slot| slot.date.day() == 1).collect(), problems)
}

const TITLED: &str = "{ audio = \"a.mp3\", kind = \"ident\", title = \"Quốc ca\" }, \
     { audio = \"b.mp3\", kind = \"music\" }, { filler = \"dem/\", title = \"Dân ca\" }, \
     { relay = \"https://vov1.example/a.m3u8\", at = \"05:40\", for = \"14m\", fallback = \"dem/\", title = \"Thời sự VOV1\" }, \
     { relay = \"manual\", at = \"05:54\", for = \"6m\" }";

#[test]
fn a_place_with_a_title_is_called_by_it_in_every_form_and_one_without_by_its_kind() {
    let schedule = month(TITLED);
    let (slots, _) = first(&schedule, &[("a.mp3", 60_000), ("b.mp3", 180_000), ("dem/c.mp3", 240_000)]);
    let called = |lang| slots.iter().map(|slot| slot.called(lang)).collect::<Vec<_>>();
    assert_eq!(called(Lang::Vi), ["Quốc ca", "Ca nhạc", "Dân ca", "Thời sự VOV1", "Tiếp âm"]);
    assert_eq!(called(Lang::En), ["Quốc ca", "Music", "Dân ca", "Thời sự VOV1", "Relay"]);
    let kinds: Vec<Kind> = slots.iter().map(|slot| slot.kind).collect();
    assert_eq!(kinds, [Kind::Ident, Kind::Music, Kind::Filler, Kind::Relay, Kind::Relay]);
    let ids: Vec<&str> = slots.iter().map(|slot| slot.id.0.rsplit('/').next().unwrap()).collect();
    assert_eq!(ids, ["ident", "music", "filler", "relay", "relay~2"], "a title names nothing in the log's ids");
    let station = station();
    let sheet = Sheet {
        month: schedule.month,
        slots: &slots,
        station: &station,
        schedule: Some(&schedule),
        asked: None,
        lang: Lang::Vi,
    };
    let json = loa::timetable::json(&sheet);
    assert_eq!((&json["slots"][3]["title"], &json["slots"][3]["kind"]), (&"Thời sự VOV1".into(), &"relay".into()));
    for shown in [
        loa::timetable::text(&sheet),
        loa::timetable::csv(&sheet),
        loa::timetable::html(&sheet),
        loa::timetable::ics(&sheet, jiff::Timestamp::UNIX_EPOCH).replace("\r\n ", ""),
    ] {
        assert!(shown.contains("Thời sự VOV1") && shown.contains("Quốc ca"), "{shown}");
    }
}

#[test]
fn a_segment_and_a_column_have_titles_of_their_own() {
    for filling in ["column = \"tin\"", "segment = \"tin\""] {
        let text = format!(
            "month = \"2026-12\"\n[[window]]\nid = \"sang\"\nstart = \"05:30\"\nend = \"06:00\"\n\
             running_order = [{{ {filling}, title = \"Tin\" }}]\n[[column]]\nid = \"tin\"\n\
             [[segment]]\nid = \"tin\"\ntitle = \"Tin\"\naudio = \"a.mp3\"\n"
        );
        let (read, problems) = schedule::read("schedules/2026-12.toml", &text);
        assert!(read.is_none());
        assert_eq!(problems[0].code, "misplaced-in-item", "{problems:#?}");
        assert!(problems[0].message.vi.starts_with("`title` chỉ dùng cùng `audio`, `filler`, `relay`, ở đây là "));
    }
}

#[test]
fn a_hard_place_behind_a_later_one_is_told_with_both_places_and_airs_by_the_clock() {
    let text = "month = \"2026-12\"\n[[window]]\nid = \"dem\"\nstart = \"20:00\"\nend = \"20:50\"\nrunning_order = [\n\
                { audio = \"a.mp3\", kind = \"ident\" },\n\
                { audio = \"b.mp3\", kind = \"music\", at = \"20:30\" },\n\
                { audio = \"c.mp3\", kind = \"music\", at = \"20:10\" },\n\
                { audio = \"d.mp3\", kind = \"music\", at = \"20:40\" },\n]\n";
    let (schedule, problems) = schedule::read("schedules/2026-12.toml", text);
    let told: Vec<&Problem> = problems.iter().filter(|problem| problem.code == "hard-out-of-order").collect();
    let [told] = told[..] else { panic!("{problems:#?}") };
    assert_eq!(told.message.vi, "mục lúc 20:10:00 đứng sau mục lúc 20:30:00: Loa phát theo giờ, không theo thứ tự ghi");
    let (place, (before, _)) = (told.place.as_ref().unwrap(), &told.related[0]);
    assert!(text[place.span.start..].starts_with("{ audio = \"c.mp3\""));
    assert!(text[before.span.start..].starts_with("{ audio = \"b.mp3\""));
    let lengths = ["a.mp3", "b.mp3", "c.mp3", "d.mp3"].map(|file| (file, 60_000));
    let (slots, _) = first(&schedule.unwrap(), &lengths);
    assert_eq!(
        slots.iter().map(|slot| slot.files[0].as_str()).collect::<Vec<_>>(),
        ["a.mp3", "c.mp3", "b.mp3", "d.mp3"]
    );
    // Over midnight the next day's hours come last.
    let over = "month = \"2026-12\"\n[[exception]]\ndate = 2026-12-31\nreason = \"Giao thừa\"\nextra = [{ id = \"gt\", \
                start = \"23:50\", end = \"00:20\", permit = \"1\", running_order = [{ audio = \"a.mp3\", kind = \"ident\", \
                at = \"23:55\" }, { audio = \"a.mp3\", kind = \"ident\", at = \"00:05\" }] }]\n";
    let told = |text: &str| {
        let problems = schedule::read("schedules/2026-12.toml", text).1;
        problems.iter().filter(|problem| problem.code == "hard-out-of-order").count()
    };
    assert_eq!([told(over), told(&over.replace("23:55", "00:15").replace("00:05", "23:58"))], [0, 1]);
}

#[test]
fn what_ends_within_a_second_of_a_hard_start_is_in_the_plan_and_what_stands_behind_it_is_not() {
    let order = "{ audio = \"a.mp3\", kind = \"music\" }, { audio = \"b.mp3\", kind = \"sting\" }, \
                 { audio = \"c.mp3\", kind = \"ident\", at = \"05:40\" }, { filler = \"dem/\" }";
    let planned = |a_ms: u64, b_ms: u64| {
        let files = [("a.mp3", a_ms), ("b.mp3", b_ms), ("c.mp3", 10_000), ("dem/d.mp3", 240_000)];
        let (slots, problems) = first(&month(order), &files);
        let begins = |slot: &Slot| slot.planned.duration_since(slots[0].planned).as_millis();
        let told: Vec<_> =
            slots.iter().map(|slot| (slot.kind, begins(slot), slot.bar.as_ref().map(|bar| bar.cause))).collect();
        (told, codes(&problems).into_iter().map(|(code, _)| code).filter(|code| *code != "early").collect::<Vec<_>>())
    };
    let rest = [(Kind::Ident, 600_000, None), (Kind::Filler, 610_000, None)];
    let of = |a: (i128, Option<Cause>), b: (i128, Option<Cause>)| {
        [vec![(Kind::Music, a.0, a.1), (Kind::Sting, b.0, b.1)], rest.to_vec()].concat()
    };
    assert_eq!(planned(599_500, 1_500), (of((0, None), (599_500, None)), vec![]));
    let no_time = Some(Cause::NoTime);
    assert_eq!(planned(599_500, 1_501), (of((0, None), (599_500, no_time)), vec!["broadcast-over"]));
    // The hard start's turn has come: the sting would come behind it, where it announces nothing.
    assert_eq!(planned(600_400, 500), (of((0, None), (600_000, no_time)), vec!["broadcast-over"]));
    // The ten minutes that the first is too long for are silent.
    let told = vec!["broadcast-over", "broadcast-under"];
    assert_eq!(planned(601_001, 500), (of((0, no_time), (0, None)), told));
}

#[test]
fn a_column_that_several_days_move_to_one_of_them_stays_there_on_that_and_from_one_day_to_itself_is_refused() {
    let month = |days: &str, to: u8| {
        format!(
            "month = \"2026-12\"\n[[column]]\nid = \"tin\"\ndays = \"T2-T6\"\n[[window]]\nid = \"sang\"\nstart = \"05:30\"\n\
             end = \"06:00\"\nrunning_order = [{{ column = \"tin\" }}]\n{}[[exception]]\n{days}reason = \"Sơ kết\"\n\
             columns = {{ tin = {{ moves_to = \"2026-12-{to:02}\" }} }}\n",
            (1..=4)
                .map(|day| format!(
                    "[[segment]]\ntitle = \"{day}\"\naudio = \"{day}.mp3\"\ncolumn = \"tin\"\ndates = [{day}]\n"
                ))
                .collect::<String>()
        )
    };
    let range = "from = 2026-12-01\nto = 2026-12-03\n";
    let on_each = |to: u8| {
        let (slots, _) = plan(
            &read("2026-12", month(range, to).trim_start_matches("month = \"2026-12\"\n")),
            &station(),
            &Facts::new(),
            "r",
        );
        let title = |day: i8| -> Vec<String> {
            slots.iter().filter(|slot| slot.date.day() == day).map(|slot| slot.title.clone()).collect()
        };
        [1, 2, 3, 4].map(title)
    };
    let none = Vec::<String>::new;
    let all = |titles: &[&str]| titles.iter().map(|title| (*title).to_owned()).collect::<Vec<_>>();
    assert_eq!(on_each(2), [none(), all(&["1", "3", "2"]), none(), all(&["4"])]);
    assert_eq!(on_each(4), [none(), none(), none(), all(&["1", "2", "3", "4"])]);
    let refused = |days: &str, to: u8| {
        let (schedule, problems) = schedule::read("schedules/2026-12.toml", &month(days, to));
        (schedule.is_none(), codes(&problems).into_iter().map(|(code, _)| code).collect::<Vec<_>>())
    };
    assert_eq!(refused("date = 2026-12-02\n", 2), (true, vec!["moves-nowhere"]));
    assert_eq!(refused("from = 2026-12-02\nto = 2026-12-02\n", 2), (true, vec!["moves-nowhere"]));
    assert_eq!(refused("date = 2026-12-02\n", 3), (false, vec![]));
}
