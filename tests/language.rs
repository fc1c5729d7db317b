//! The language of the files: every key of a station and of a month, and every word a value may be.
#![allow(missing_docs, clippy::unwrap_used, reason = "a test")]

use jiff::civil::{Time, date};
use loa::outcome::Cause;
use loa::problem::{Lang, Problem, any_refuses};
use loa::programme::particulars::{Level, Origin, Tone};
use loa::programme::{AfterPowerCut, Class, ColumnChange, ExceptionKind, What, WindowChange, in_force};
use loa::schedule::{self, Airtime, Schedule};
use loa::station::{self, ApprovalRule, Station};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

#[path = "language/edits.rs"]
mod edits;
#[path = "language/slips.rs"]
mod slips;
#[path = "language/whole.rs"]
mod whole;

const STATION: &str = include_str!("language/station.toml");
const MONTH: &str = include_str!("language/2026-12.toml");

fn station_of(text: &str) -> Station {
    let (station, problems) = station::read("schedules/station.toml", text);
    station.unwrap_or_else(|| panic!("{problems:#?}"))
}

fn month_of(text: &str, station: &Station) -> (Option<Schedule>, Vec<Problem>) {
    schedule::read_under("schedules/2026-12.toml", text, Some(station))
}

fn codes(problems: &[Problem]) -> Vec<&'static str> {
    problems.iter().map(|problem| problem.code).collect()
}

#[test]
fn every_accepted_key_reads_without_a_word() {
    let (station, problems) = station::read("schedules/station.toml", STATION);
    assert_eq!(problems, [], "the station");
    let (month, problems) = month_of(MONTH, &station.unwrap());
    assert_eq!(problems, [], "the month");
    assert!(month.is_some());
}

#[test]
fn decomposed_letters_byte_order_mark_and_windows_line_ends_change_nothing() {
    let station = station_of(STATION);
    let plain = month_of(MONTH, &station).0.unwrap();
    let nfd: String = MONTH.nfd().collect();
    let windows = format!("\u{feff}{}", nfd.replace('\n', "\r\n"));
    let odd = month_of(&windows, &station).0.unwrap();
    for (odd, plain) in odd.segments.iter().zip(&plain.segments) {
        assert_eq!((&odd.id, &odd.airtime.column(), &odd.dates), (&plain.id, &plain.airtime.column(), &plain.dates));
        let (odd, plain) = (&odd.particulars, &plain.particulars);
        assert_eq!(
            (&odd.topics, &odd.genre, odd.tone, &odd.field),
            (&plain.topics, &plain.genre, plain.tone, &plain.field)
        );
    }
}

/// What a test asks of an airtime.
trait ColumnOf {
    fn column(&self) -> Option<&str>;
}

impl ColumnOf for Airtime {
    fn column(&self) -> Option<&str> {
        match self {
            Airtime::Column { column, .. } => Some(column),
            Airtime::At(_) => None,
        }
    }
}

#[test]
fn what_is_written_is_what_is_read() {
    let station = station_of(STATION);
    assert_eq!((station.rules.approval, station.rules.broadcasts_per_day), (ApprovalRule::Warn, Some(2)));
    assert_eq!(station.topic_codes().collect::<Vec<_>>(), ["a", "đ", "h", "h1", "h2"]);
    let genre = |name: &str| station.genres.iter().find(|genre| genre.name == name).unwrap().max_ms;
    assert_eq!((genre("tin"), genre("diễn đàn"), genre("khẩu hiệu")), (Some(180_000), Some(300_000), Some(60_000)));
    assert_eq!(station.columns[0].topic.as_deref(), Some("a"), "spelt as in the list");
    let month = month_of(MONTH, &station).0.unwrap();
    let first = &month.segments[0];
    assert_eq!(first.audio, ["dau.mp3", "than.mp3"]);
    assert_eq!(first.particulars.topics, ["h1", "đ"]);
    assert_eq!(first.particulars.audience, ["nhân dân", "doanh nghiệp", "đoàn viên"]);
    assert_eq!(first.particulars.text.as_deref(), Some("Dòng một.\nDòng hai."));
    assert_eq!(first.dates.iter().copied().collect::<Vec<_>>(), [date(2026, 12, 1)]);
    assert_eq!(month.segments[2].dates.len(), 31, "placed by a running order: every day of the month");
    assert_eq!(month.segments[3].particulars.topics, ["a"], "its column's");
    assert_eq!(month.segments[3].class, Class::Priority);
}

#[test]
fn the_months_windows_and_columns_win_by_id() {
    let station = station_of(STATION);
    let month = month_of(MONTH, &station).0.unwrap();
    let windows = month.windows_in_force(&station);
    assert_eq!(windows.iter().map(|window| window.id.as_str()).collect::<Vec<_>>(), ["sang", "chieu"]);
    assert_eq!(windows[1].end, Time::constant(17, 30, 0, 0), "the month's");
    let columns = month.columns_in_force(&station);
    assert_eq!(columns.iter().map(|column| column.id.as_str()).collect::<Vec<_>>(), ["cchc", "ban-tin", "ca-nhac"]);
    let owned: Vec<_> = columns.iter().copied().cloned().collect();
    assert_eq!(in_force(&owned, &[]), columns);
    let sounds = month.recordings(&station);
    assert!(["chuc-tet.mp3", "chao-co.mp3"].iter().all(|name| sounds.contains(*name) == (*name == "chao-co.mp3")));
    assert!(["nhac-hieu.mp3", "nhac-cat.mp3", "loi-chao.mp3", "than.mp3"].iter().all(|name| sounds.contains(*name)));
}

#[test]
fn holidays_come_before_the_months_own_exceptions_and_within_it() {
    let station = station_of(STATION);
    let month = month_of(MONTH, &station).0.unwrap();
    let days: Vec<_> = month.exceptions.iter().map(|day| (day.from.day(), day.to.day(), day.kind)).collect();
    let expected =
        [(30, 31, ExceptionKind::Holiday), (24, 24, ExceptionKind::Event), (26, 27, ExceptionKind::Mourning)];
    assert_eq!(days, expected);
    assert_eq!(month.exceptions[0].columns["cchc"], ColumnChange::MovesTo(date(2026, 12, 29)));
    assert!(matches!(month.exceptions[1].windows["sang"], WindowChange::Moved { running_order: Some(_), .. }));
    assert_eq!(month.exceptions[1].extra[0].running_order[0].what, What::Segment("chao-co".into()));
    let february = "month = \"2027-02\"\n[[segment]]\ntitle = \"Chào cờ\"\naudio = \"a.mp3\"\n";
    let (february, problems) = schedule::read_under("schedules/2027-02.toml", february, Some(&station));
    let february = february.unwrap_or_else(|| panic!("{problems:#?}"));
    let eve = &february.exceptions[0];
    assert_eq!((eve.from, eve.to, eve.kind), (date(2027, 2, 5), date(2027, 2, 5), ExceptionKind::Tet));
    assert!(february.recordings(&station).contains("chuc-tet.mp3"));
}

/// A value with what it means, written with marks, without, with `_`, in capitals and decomposed.
fn writings(word: &str) -> Vec<String> {
    let bare: String = word.nfd().filter(|c| !is_combining_mark(*c)).collect();
    let bare = bare.replace('đ', "d").replace('Đ', "D");
    let mut all = vec![word.to_owned(), word.to_uppercase(), word.nfd().collect(), bare.replace(' ', "_"), bare];
    all.dedup();
    all
}

fn segment_with(line: &str) -> (Option<Schedule>, Vec<Problem>) {
    let text = format!(
        "month = \"2026-12\"\n[[segment]]\ntitle = \"Tin\"\naudio = \"a.mp3\"\nat = \"07:00\"\ndays = \"T2\"\n{line}\n"
    );
    let station = STATION.replace("  { segment = \"chao-co\", at = \"06:00\" },\n", "");
    month_of(&text, &station_of(&station))
}

#[test]
fn the_words_of_a_segment_are_understood_in_every_writing() {
    for tone in Tone::ALL {
        every_writing("tone", &[tone.word(Lang::Vi), tone.code()], |segment| segment.particulars.tone == Some(*tone));
    }
    for level in Level::ALL {
        every_writing("level", &[level.word(Lang::Vi), level.code()], |segment| {
            segment.particulars.level == Some(*level)
        });
    }
    for origin in Origin::ALL {
        every_writing("origin", &[origin.word(Lang::Vi), origin.code()], |segment| {
            segment.particulars.origin == Some(*origin)
        });
    }
    every_writing("class", &["thường", "normal"], |segment| segment.class == Class::Normal);
    every_writing("class", &["ưu tiên", "priority"], |segment| segment.class == Class::Priority);
    let genres = [
        ("tin", "news"),
        ("bài", "article"),
        ("phóng sự", "reportage"),
        ("phỏng vấn", "interview"),
        ("hỏi đáp", "questions"),
        ("thông báo", "notice"),
        ("tiểu phẩm", "skit"),
        ("khẩu hiệu", "slogan"),
        ("diễn đàn", "diễn đàn"),
    ];
    for (vi, en) in genres {
        every_writing("genre", &[vi, en], |segment| segment.particulars.genre.as_deref() == Some(vi));
    }
    for (vi, en) in [("nhân dân", "people"), ("học sinh", "pupils"), ("cán bộ, công chức", "officials")] {
        every_writing("audience", &[vi, en], |segment| segment.particulars.audience == [vi]);
    }
    let after_power_cut = [
        (AfterPowerCut::Restart, ["phát lại", "restart"]),
        (AfterPowerCut::Resume, ["phát tiếp", "resume"]),
        (AfterPowerCut::Skip, ["bỏ qua", "skip"]),
    ];
    for (meant, words) in after_power_cut {
        every_writing("after_power_cut", &words, |segment| segment.after_power_cut == meant);
    }
    every_writing("grace", &["5m"], |segment| segment.after_power_cut == AfterPowerCut::Restart);
}

fn every_writing(key: &str, words: &[&str], holds: impl Fn(&schedule::Segment) -> bool) {
    for word in words.iter().flat_map(|word| writings(word)) {
        let (month, problems) = segment_with(&format!("{key} = \"{word}\""));
        let month = month.unwrap_or_else(|| panic!("{key} = {word}: {problems:#?}"));
        assert!(holds(&month.segments[0]), "{key} = {word}");
    }
}

#[test]
fn the_words_of_exceptions_items_and_rules_are_understood_in_every_writing() {
    let kinds = [
        (ExceptionKind::Holiday, ["holiday", "nghỉ lễ"]),
        (ExceptionKind::Tet, ["tet", "tết"]),
        (ExceptionKind::Mourning, ["mourning", "quốc tang"]),
        (ExceptionKind::Event, ["event", "sự kiện"]),
        (ExceptionKind::Incident, ["incident", "sự cố"]),
    ];
    let station = station_of(STATION);
    for (kind, words) in kinds {
        for word in words.iter().flat_map(|word| writings(word)) {
            let text = format!("{MONTH}\n[[exception]]\ndate = 2026-12-25\nreason = \"x\"\nkind = \"{word}\"\n");
            let (month, problems) = month_of(&text, &station);
            let month = month.unwrap_or_else(|| panic!("{word}: {problems:#?}"));
            assert_eq!(month.exceptions.last().unwrap().kind, kind, "{word}");
        }
    }
    let sound = || "a.mp3".to_owned();
    let items = [
        (What::Ident(sound()), ["ident", "nhạc hiệu", "lời xướng"]),
        (What::Sting(sound()), ["sting", "nhạc cắt", "nhạc cắt"]),
        (What::Music(sound()), ["music", "ca nhạc", "nhạc"]),
        (What::SignOff(sound()), ["sign_off", "lời chào", "chào kết"]),
    ];
    for (what, words) in items {
        for word in words.iter().flat_map(|word| writings(word)) {
            let item = format!("running_order = [{{ audio = \"a.mp3\", kind = \"{word}\" }}]");
            let text = format!("[[window]]\nid = \"w\"\nstart = \"07:00\"\nend = \"08:00\"\n{item}\n");
            assert_eq!(station_of(&text).windows[0].running_order[0].what, what, "{word}");
        }
    }
    let approval = [
        (ApprovalRule::Required, ["required", "bắt buộc"]),
        (ApprovalRule::Warn, ["warn", "cảnh báo"]),
        (ApprovalRule::Off, ["off", "không"]),
    ];
    for (rule, words) in approval {
        for word in words.iter().flat_map(|word| writings(word)) {
            let station = station_of(&format!("[rules]\napproval = \"{word}\"\n"));
            assert_eq!(station.rules.approval, rule, "{word}");
        }
    }
}

#[test]
fn facts_that_may_not_air_bar_their_segment_and_no_other() {
    let bar = |line: &str| segment_with(line).0.unwrap().segments[0].bar.clone().map(|(cause, _)| cause);
    let one_stop = |figures: &str| bar(&format!("one_stop = {{ period = \"11/2026\", {figures} }}"));
    assert_eq!(one_stop("resolved = 5, on_time = 6"), Some(Cause::Unapproved));
    assert_eq!(one_stop("resolved = 5, early = 6"), Some(Cause::Unapproved));
    assert_eq!(one_stop("received = 5, online = 6"), Some(Cause::Unapproved));
    assert_eq!(one_stop("received = 5, resolved = 6"), None, "what came in before is resolved too");
    assert_eq!(bar("origin = \"tuyển chọn\""), Some(Cause::Unapproved));
    assert_eq!(bar("origin = \"tuyển chọn\"\ncredit = \"Báo tỉnh\""), None);
    assert_eq!(bar("topic = \"a\""), None);
    let strict = station_of(&STATION.replace("\"cảnh báo\"", "\"bắt buộc\""));
    let text = MONTH.replace("tone   = \"biểu dương\"\n", "");
    let (month, problems) = month_of(&text, &strict);
    assert_eq!(codes(&problems), ["no-tone"]);
    let barred: Vec<_> = month.unwrap().segments.into_iter().filter(|segment| segment.bar.is_some()).collect();
    assert_eq!(barred.iter().map(|segment| segment.id.as_str()).collect::<Vec<_>>(), ["ban-tin-cua-phuong"]);
}

#[test]
fn under_a_refused_station_names_are_not_held_against_the_month() {
    let (month, problems) = schedule::read_under("schedules/2026-12.toml", MONTH, None);
    assert!(month.is_some() && !any_refuses(&problems), "{problems:#?}");
    let (month, problems) = schedule::read("schedules/2026-12.toml", MONTH);
    assert!(month.is_none() && problems.iter().all(|problem| problem.code == "unknown-name"), "{problems:#?}");
}

#[test]
fn what_the_station_names_in_vain_is_told_in_its_own_file() {
    let station = station_of(&STATION.replace("{ column = \"ban-tin\" }", "{ column = \"ban-tim\" }"));
    let (month, problems) = month_of(MONTH, &station);
    assert!(month.is_none());
    let told: Vec<_> = problems.iter().map(|p| (p.code, p.place.as_ref().unwrap().file.as_str())).collect();
    assert_eq!(told, [("unknown-name", "schedules/station.toml")]);
    assert_eq!(problems[0].help.en, "did you mean `ban-tin`? (there are: `ban-tin`, `ca-nhac`, `cchc`)");
}

#[test]
fn a_month_full_of_names_is_read_in_bounded_time() {
    let column = |n: usize| format!("[[column]]\nid = \"c{n}\"\n");
    let segment = |n: usize, name: &str| {
        format!("[[segment]]\nid = \"s{n}\"\ntitle = \"x\"\naudio = \"a.mp3\"\ncolumn = \"{name}\"\ndates = 1\n")
    };
    let columns: String = (0..1000).map(column).collect();
    let good: String = (0..20_000).map(|n| segment(n, &format!("c{}", n % 1000))).collect();
    let (month, problems) = month_of(&format!("month = \"2026-12\"\n{columns}{good}"), &Station::default());
    assert!(month.is_some(), "{:?}", problems.first());
    let wrong: String = (0..2000).map(|n| segment(n, &format!("d{n}"))).collect();
    let (month, problems) = month_of(&format!("month = \"2026-12\"\n{columns}{wrong}"), &Station::default());
    assert!(month.is_none());
    let last = problems.last().unwrap();
    assert_eq!((problems.len(), last.code, last.stands_for), (501, "more-problems", 1500));
}
