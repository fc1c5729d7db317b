//! What people do to their files: a letter wrong in a key, a line copied, a number for a weekday, a day that the month does
//! not have, an editor of another system.

use jiff::civil::{Time, date};
use loa::problem::{Effect, Problem, Severity};
use loa::schedule::Airtime;
use unicode_normalization::UnicodeNormalization;

use super::{MONTH, STATION, codes, month_of, segment_with, station_of};

/// Where each key of `text` stands; texts in quotes and remarks hold none.
fn keys(text: &str) -> Vec<std::ops::Range<usize>> {
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let (mut found, mut quotes, mut remark) = (Vec::new(), 0, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' if !remark => quotes += 1,
            '#' if quotes % 2 == 0 => remark = true,
            '\n' => remark = false,
            '=' if quotes % 2 == 0 && !remark => {
                let key = text[..at].trim_end();
                let start = key.rfind(|c| !letter(c)).map_or(0, |before| before + 1);
                // What follows a dash is the end of an id.
                if !text[..start].ends_with('-') {
                    found.push(start..key.len());
                }
            }
            _ => {}
        }
    }
    found
}

#[test]
fn every_key_with_a_letter_wrong_is_told_with_the_right_one() {
    let station = station_of(STATION);
    let mut seen = 0;
    for (text, in_station) in [(STATION, true), (MONTH, false)] {
        for place in keys(text) {
            let key = &text[place.clone()];
            // Ids of windows and columns are the author's own.
            if ["sang", "chieu", "cchc"].contains(&key) {
                continue;
            }
            let middle = place.start + key.len() / 2;
            let wrong = format!("{}q{}", &text[..middle], &text[middle + 1..]);
            let problems = if in_station {
                loa::station::read("schedules/station.toml", &wrong).1
            } else {
                month_of(&wrong, &station).1
            };
            let mistyped = &wrong[place.clone()];
            let told = problems.iter().find(|problem| problem.code == "unknown-key");
            let told = told.unwrap_or_else(|| panic!("{mistyped}: {problems:#?}"));
            assert_eq!(
                (told.effect, told.message.en.as_str()),
                (Effect::Refuse, &*format!("there is no key `{mistyped}`"))
            );
            assert_eq!(told.place.as_ref().unwrap().span, place.clone().into(), "{mistyped}");
            assert!(told.help.en.contains(&format!("`{key}`")) || key.len() < 4, "{mistyped}: {}", told.help.en);
            seen += 1;
        }
    }
    assert!(seen > 200, "{seen}");
}

#[test]
fn line_ends_of_two_systems_in_one_file_change_nothing() {
    let station = station_of(STATION);
    let lines: Vec<&str> = MONTH.lines().collect();
    let mixed: String =
        lines.iter().zip(["\r\n", "\n"].iter().cycle()).map(|(line, end)| format!("{line}{end}")).collect();
    let (plain, mixed) = (month_of(MONTH, &station).0.unwrap(), month_of(&mixed, &station).0.unwrap());
    let told = |month: &loa::schedule::Schedule| {
        let facts = |segment: &loa::schedule::Segment| {
            (segment.id.clone(), segment.dates.clone(), segment.audio.clone(), segment.particulars.clone())
        };
        month.segments.iter().map(facts).collect::<Vec<_>>()
    };
    assert_eq!(told(&mixed), told(&plain));
}

#[test]
fn a_weekday_is_a_name_and_every_number_is_refused_with_a_hint() {
    for number in -1..=8 {
        for written in
            [format!("{number}"), format!("\"{number}\""), format!("[\"T2\", \"{number}\"]"), format!("[{number}]")]
        {
            let (month, problems) = month_of(&segment_on("2026-12", &format!("days = {written}")), &Default::default());
            assert!(month.is_none(), "{written}");
            assert_eq!(codes(&problems), ["bad-weekday"], "{written}");
            assert!(
                problems[0].help.vi.contains("`T2`") || problems[0].help.vi.contains("\"T2"),
                "{}",
                problems[0].help.vi
            );
            assert!(problems[0].place.is_some());
        }
    }
}

fn segment_on(month: &str, dates: &str) -> String {
    format!("month = \"{month}\"\n[[segment]]\ntitle = \"Tin\"\naudio = \"a.mp3\"\nat = \"07:00\"\n{dates}\n")
}

#[test]
fn a_day_that_the_month_does_not_have_is_refused_and_none_is_left_out_unsaid() {
    let days = [
        ("2026-02", 28, true),
        ("2026-02", 29, false),
        ("2028-02", 29, true),
        ("2028-02", 30, false),
        ("2026-11", 30, true),
        ("2026-11", 31, false),
        ("2026-12", 31, true),
        ("2026-12", 32, false),
        ("2026-12", 0, false),
    ];
    for (month, day, there) in days {
        for dates in
            [format!("dates = [{day}]"), format!("on = \"{month}-{day:02}\""), format!("on = {month}-{day:02}")]
        {
            let text = segment_on(month, &dates);
            let (read, problems) = loa::schedule::read(&format!("schedules/{month}.toml"), &text);
            let told: Vec<_> = problems.iter().filter(|problem| problem.severity == Severity::Error).collect();
            assert_eq!((read.is_some(), told.is_empty()), (there, there), "{month}: {dates}: {problems:#?}");
            assert!(told.iter().all(|problem| problem.code == "bad-date"), "{dates}: {told:#?}");
            if let Some(read) = read {
                assert_eq!(read.segments[0].dates.iter().map(|date| date.day()).collect::<Vec<_>>(), [day]);
            }
        }
    }
}

#[test]
fn what_stands_twice_in_a_list_counts_once_and_is_told() {
    let twice = |line: &str| {
        let (month, problems) = segment_with(line);
        let segment = month.unwrap_or_else(|| panic!("{line}: {problems:#?}")).segments.remove(0);
        let told: Vec<&Problem> = problems.iter().filter(|problem| problem.code == "repeated-value").collect();
        assert_eq!((told.len(), told[0].effect, told[0].related.len()), (1, Effect::None, 1), "{line}");
        segment.particulars
    };
    assert_eq!(twice("topics = [\"h\", \"a\", \"H\"]\ntone = \"phản ánh\"").topics, ["h", "a"]);
    assert_eq!(twice("audience = [\"nhân dân\", \"people\"]").audience, ["nhân dân"]);
    assert_eq!(twice("partner = [\"MTTQ\", \"Đoàn\", \"mttq\"]").partner, ["MTTQ", "Đoàn"]);
    assert_eq!(twice("contributors = [\"Hoá\", \"Hóa\"]").contributors, ["Hoá"]);
    assert_eq!(twice("tags = [\"pháp luật\", \"pháp luật\"]").tags, ["pháp luật"]);
    let station = station_of(STATION);
    let text = MONTH.replace("[\"sang\", \"chieu\"]", "[\"sang\", \"chieu\", \"sang\"]");
    let (month, problems) = month_of(&text, &station);
    assert_eq!(codes(&problems), ["repeated-value"]);
    let Airtime::Column { windows, .. } = &month.unwrap().segments[0].airtime else { panic!() };
    assert_eq!(windows.as_deref(), Some(&["sang".to_owned(), "chieu".to_owned()][..]));
}

#[test]
fn one_title_in_two_compositions_is_one_title() {
    let copy =
        |title: &str| format!("[[segment]]\ntitle = \"{title}\"\naudio = \"a.mp3\"\nat = \"07:00\"\ndays = \"T2\"\n");
    let decomposed: String = "Bản tin sáng".nfd().collect();
    let text = format!("month = \"2026-12\"\n{}{}", copy("Bản tin sáng"), copy(&decomposed));
    let (month, problems) = month_of(&text, &Default::default());
    assert!(month.is_none());
    assert_eq!(codes(&problems), ["duplicate-id"]);
    assert_eq!(problems[0].related.len(), 1, "both places are named");
}

#[test]
fn a_time_may_be_in_quotes_or_bare_with_seconds_or_without() {
    for written in ["\"05:45\"", "\"5:45\"", "\"05:45:00\"", "\" 05:45 \"", "05:45", "05:45:00", "05:45:00.0"] {
        let (month, problems) =
            month_of(&segment_on("2026-12", "days = \"T2\"").replace("\"07:00\"", written), &Default::default());
        let month = month.unwrap_or_else(|| panic!("{written}: {problems:#?}"));
        assert_eq!(month.segments[0].at()[0].0, Time::constant(5, 45, 0, 0), "{written}");
    }
}

#[test]
fn a_date_may_be_in_quotes_or_bare() {
    for written in ["\"2026-12-01\"", "2026-12-01", "[2026-12-01]", "\" 2026-12-01 \""] {
        let (month, problems) = month_of(&segment_on("2026-12", &format!("on = {written}")), &Default::default());
        let month = month.unwrap_or_else(|| panic!("{written}: {problems:#?}"));
        assert_eq!(month.segments[0].dates.first(), Some(&date(2026, 12, 1)), "{written}");
    }
}
