//! The gallery: every message that a station's or a month's file can bring up, word for word, in both languages.
//!
//! `tests/messages/NAME.toml` is a wrong file, `NAME.station.toml` the station of that month where it needs one of its own,
//! `NAME.vi.txt` and `NAME.en.txt` what a person sees of it. With `LOA_BLESS=1` in the environment the expected texts are written anew; read their diff before committing it.
#![allow(missing_docs, clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use loa::cli::check;
use loa::home::Home;
use loa::loading::{self, MonthFile};
use loa::problem::{self, Effect, Lang, Place, Problem, Sources, Span, Text};
use loa::reading::encoding;
use loa::schedule::audio_facts::{AudioFacts, AudioFault, Facts, Measures, StereoFault};
use loa::station::{self, ApprovalRule, Rules, Station};
use loa::{schedule, timetable};

#[path = "messages/effects.rs"]
mod effects;
#[path = "messages/every.rs"]
mod every;
#[path = "messages/pages.rs"]
mod pages;
#[path = "messages/quotes.rs"]
mod quotes;
#[path = "messages/year.rs"]
mod year;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/messages")
}

fn names() -> Vec<String> {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let files = files.filter(|name| !name.ends_with(".station.toml"));
    let mut names: Vec<String> = files.filter_map(|name| name.strip_suffix(".toml").map(str::to_owned)).collect();
    names.sort();
    names
}

/// A recording of so many minutes; `claims` is what its header says.
fn recording(minutes: u64, claims: u64) -> AudioFacts {
    AudioFacts {
        sha256: "0".repeat(64),
        file_ms: minutes * 60_000,
        frames: minutes * 60 * 44_100,
        rate_hz: 44_100,
        channels: 1,
        codec: "mp3".into(),
        declared_ms: Some(claims * 60_000),
        damaged_packets: 0,
        measures: None,
    }
}

/// A recording of a minute on two channels that sounds as the measures say.
fn sounding(measures: Measures) -> AudioFacts {
    AudioFacts { channels: 2, measures: Some(Arc::new(measures)), ..recording(1, 1) }
}

/// Recordings that air and of which there is something to say, or just not.
fn odd_recordings() -> Vec<(&'static str, Measures)> {
    let loud = |clufs| Measures { loudness_clufs: Some(clufs), ..Measures::default() };
    let silent = |head, tail| Measures { silence_head_ms: head, silence_tail_ms: tail, ..Measures::default() };
    let stereo = |fault| Measures { stereo_fault: Some(fault), ..Measures::default() };
    vec![
        ("clipped.mp3", Measures { clipped_runs: 412, clipped_samples: 1604, ..Measures::default() }),
        ("knock.mp3", Measures { clipped_runs: 9, clipped_samples: 60, ..Measures::default() }),
        ("silent-head.mp3", silent(4230, 3000)),
        ("silent-tail.mp3", silent(3000, 12_000)),
        ("silent-ends.mp3", silent(3001, 5990)),
        ("quiet.mp3", loud(-3140)),
        ("whisper.mp3", loud(-4110)),
        ("just-loud.mp3", loud(-400)),
        ("loud.mp3", loud(-250)),
        ("left.mp3", stereo(StereoFault::DeadRight)),
        ("right.mp3", stereo(StereoFault::DeadLeft)),
        ("opposite.mp3", stereo(StereoFault::Inverted)),
        ("all-wrong.mp3", Measures { clipped_runs: 10, stereo_fault: Some(StereoFault::Inverted), ..loud(120) }),
    ]
}

fn facts() -> Facts {
    let undecodable = Text::new(
        "đây là tệp văn bản, không phải tệp âm thanh; hãy chép lại đúng tệp ghi âm",
        "this is a text file, not a recording; copy the right file",
    );
    let mut facts = Facts::from([
        ("1m.mp3".into(), Ok(recording(1, 1))),
        ("5m.mp3".into(), Ok(recording(5, 5))),
        ("10m.mp3".into(), Ok(recording(10, 10))),
        ("10m-claims-12m.mp3".into(), Ok(recording(10, 12))),
        ("10m-claims-5m.mp3".into(), Ok(recording(10, 5))),
        ("absent.mp3".into(), Err(AudioFault::Absent)),
        ("audio/1m.mp3".into(), Err(AudioFault::Absent)),
        ("locked.mp3".into(), Err(AudioFault::Unreadable(Text::new("không có quyền", "permission is denied")))),
        ("folder.mp3".into(), Err(AudioFault::NoFile(Text::new("đó là một thư mục", "it is a folder")))),
        ("music/1m.mp3".into(), Ok(recording(1, 1))),
        ("empty.mp3".into(), Err(AudioFault::Empty)),
        ("silent.mp3".into(), Err(AudioFault::Silent)),
        ("text.mp3".into(), Err(AudioFault::Undecodable(undecodable))),
        ("thieu.mp3".into(), Err(AudioFault::AbsentBut("thiếu.mp3".into()))),
        ("empty-folder/".into(), Err(AudioFault::Absent)),
    ]);
    facts.extend(odd_recordings().into_iter().map(|(name, measures)| (name.to_owned(), Ok(sounding(measures)))));
    facts
}

/// The station that a month of the gallery is held against, where it is one of its own: those of rules have one together.
fn own_station(name: &str) -> Option<String> {
    if name.starts_with("rules") {
        return Some(include_str!("timetable/station.toml").to_owned());
    }
    std::fs::read_to_string(folder().join(format!("{name}.station.toml"))).ok()
}

/// What is said of one file of the gallery, read as the kind that its name begins with.
fn problems(name: &str) -> (Vec<Problem>, Sources) {
    let bytes = std::fs::read(folder().join(format!("{name}.toml"))).unwrap();
    let month = match name.strip_prefix("zone-") {
        Some(change) if change.ends_with("change") => "2026-03",
        Some(_) => "2026-10",
        None => "2026-12",
    };
    let file =
        if name.starts_with("station") { loading::STATION_FILE.into() } else { format!("schedules/{month}.toml") };
    let text = match encoding::decode(&file, bytes) {
        Ok(text) => text,
        Err(problem) => return (vec![*problem], Sources::new()),
    };
    let mut problems;
    let mut sources = Sources::from([(file.clone(), text.clone())]);
    if let Some(of_station) = own_station(name) {
        sources.insert(loading::STATION_FILE.into(), of_station.clone());
        let station = station::read(loading::STATION_FILE, &of_station).0.unwrap();
        let (schedule, found) = schedule::read_under(&file, &text, Some(&station));
        problems = found;
        problems.extend(schedule.into_iter().flat_map(|month| timetable::plan(&month, &station, &facts(), "r").1));
    } else if name.starts_with("station") {
        problems = station::read(&file, &text).1;
    } else if name.starts_with("names") {
        // A month's own words under a station that has lists, windows and columns; what they come to in time is no matter.
        let of_station = include_str!("language/station.toml");
        let station = station::read(loading::STATION_FILE, of_station).0;
        sources.insert(loading::STATION_FILE.into(), of_station.into());
        problems = schedule::read_under(&file, &text, station.as_ref()).1;
    } else {
        let (read, found) = schedule::read(&file, &text);
        assert_eq!(read.is_none(), problem::any_refuses(&found), "{name}: refused, and only then no schedule");
        problems = found;
        let zone = if name.starts_with("zone") { "Europe/Berlin" } else { "Asia/Ho_Chi_Minh" };
        let station = Station {
            zone: jiff::tz::TimeZone::get(zone).unwrap(),
            zone_name: zone.into(),
            quiet: if name.starts_with("zone") { vec![] } else { Station::default().quiet },
            rules: if name.ends_with("approved") {
                Rules::default()
            } else {
                Rules { approval: ApprovalRule::Off, ..Rules::default() }
            },
            ..Station::default()
        };
        if let Some(schedule) = read {
            problems.extend(timetable::plan(&schedule, &station, &facts(), "r").1);
        }
    }
    problem::sort(&mut problems);
    (problems, sources)
}

/// What differs from the expected text in `file` of the gallery, if anything does.
fn differs(file: &str, said: &str) -> Option<String> {
    let path = folder().join(file);
    if std::env::var_os("LOA_BLESS").is_some() {
        std::fs::write(&path, said).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    (said != expected).then(|| format!("{file}\n--- expected\n{expected}--- said\n{said}"))
}

#[test]
fn every_message_word_for_word() {
    let mut wrong = Vec::new();
    for name in names() {
        let (problems, sources) = problems(&name);
        for (lang, ending) in [(Lang::Vi, "vi"), (Lang::En, "en")] {
            let said = problem::render(&problems, &sources, lang, false);
            wrong.extend(differs(&format!("{name}.{ending}.txt"), &said));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn colours_change_no_word() {
    let (problems, sources) = problems("month-ten-mistakes");
    let coloured = problem::render(&problems, &sources, Lang::Vi, true);
    let mut plain = String::new();
    for (at, part) in coloured.split('\u{1b}').enumerate() {
        plain.push_str(if at == 0 { part } else { part.split_once('m').unwrap().1 });
    }
    let trimmed: Vec<&str> = plain.lines().map(str::trim_end).collect();
    let expected = problem::render(&problems, &sources, Lang::Vi, false);
    assert_eq!(trimmed, expected.lines().collect::<Vec<_>>());
    assert!(coloured.contains('\u{1b}'));
}

/// The literals of each `Text::new(…)` of `source`, without what stands in backticks or curly quotes: names and examples.
fn literals_of_texts(source: &str) -> Vec<Vec<String>> {
    let ends = [('`', '`'), ('“', '”')];
    let mut texts = Vec::new();
    for (at, call) in source.match_indices("Text::new(") {
        let (mut depth, mut literal, mut quoted, mut found) = (1, None, None, Vec::new());
        let mut letters = source[at + call.len()..].chars();
        while let (true, Some(c)) = (depth > 0, letters.next()) {
            match (&mut literal, c) {
                (Some(_), '\\') => drop(letters.next()),
                (Some(text), '"') => {
                    found.push(std::mem::take::<String>(text));
                    (literal, quoted) = (None, None);
                }
                (Some(_), c) if quoted == Some(c) => quoted = None,
                (Some(_), c) if quoted.is_none() && ends.iter().any(|(open, _)| *open == c) => {
                    quoted = ends.iter().find(|(open, _)| *open == c).map(|(_, close)| *close);
                }
                (Some(text), c) if quoted.is_none() => text.push(c),
                (None, '"') => literal = Some(String::new()),
                (None, '(') => depth += 1,
                (None, ')') => depth -= 1,
                _ => {}
            }
        }
        texts.push(found);
    }
    texts
}

#[test]
fn no_text_mixes_its_languages() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let (mut mixed, mut seen) = (Vec::new(), 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            for literals in literals_of_texts(&std::fs::read_to_string(&path).unwrap_or_default()) {
                let [vi, en] = literals.as_slice() else { continue };
                seen += 1;
                let marked = en.chars().any(|c| ('\u{c0}'..'\u{1f00}').contains(&c) && c.is_alphabetic());
                let english =
                    [" the ", " is ", " not ", " cannot ", " of ", " a "].iter().any(|word| vi.contains(word));
                if marked || english {
                    mixed.push(format!("{}: {vi} | {en}", path.display()));
                }
            }
        }
    }
    assert!(seen > 400, "{seen}");
    assert!(mixed.is_empty(), "{}", mixed.join("\n"));
}

#[test]
fn ten_mistakes_of_a_file_show_all_ten_with_their_places() {
    let (problems, sources) = problems("month-ten-mistakes");
    let json = problem::to_json(&problems, &sources, Lang::Vi);
    let places: Vec<_> = json.iter().map(|p| (p["line"].as_u64().unwrap(), p["column"].as_u64().unwrap())).collect();
    let expected = [(2, 9), (5, 1), (7, 12), (8, 19), (9, 9), (12, 1), (17, 1), (21, 24), (26, 9), (30, 9)];
    assert_eq!(places, expected);
    let codes: BTreeSet<_> = problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes.len(), 10, "ten different ones");
    assert_eq!(
        json[0].to_string(),
        r#"{"code":"month-unlike-file","severity":"error","effect":"refuse","message":"`month` là `2026-11` nhưng tên tệp là `2026-12.toml`","help":"sửa `month`, hoặc đổi tên tệp thành `2026-11.toml`","file":"schedules/2026-12.toml","line":2,"column":9,"end_line":2,"end_column":18,"related":[]}"#
    );
    let place = |start: usize, end: usize| Place { file: "a.toml".into(), span: Span { start, end } };
    let (text, words) = ("một = 1\nhai = [\n2]\n".to_owned(), Text::new("vi", "en"));
    let problem = Problem::warning("code", Some(place(16, 20)), words.clone(), words.clone()).and(place(0, 5), words);
    let json = problem::to_json(&[problem], &[("a.toml".to_owned(), text)].into(), Lang::En);
    assert_eq!(
        json[0].to_string(),
        r#"{"code":"code","severity":"warning","effect":"none","message":"en","help":"en","file":"a.toml","line":2,"column":7,"end_line":3,"end_column":3,"related":[{"file":"a.toml","line":1,"column":1,"message":"en"}]}"#
    );
}

/// What `loa check` prints of a home with these files, every recording being one minute long.
fn checked(files: &[(&str, &str)], months: &[&str], lang: Lang) -> String {
    let root = tempfile::tempdir().unwrap();
    let home = Home::at(root.path());
    std::fs::create_dir(home.schedules()).unwrap();
    for (name, text) in files {
        std::fs::write(home.schedules().join(name), text).unwrap();
    }
    let named = || months.iter().map(|month| MonthFile::of(&home, month.parse().unwrap())).collect();
    let all = || loading::months(&home).unwrap().into_iter().map(|month| MonthFile::of(&home, month)).collect();
    let files: Vec<MonthFile> = if months.is_empty() { all() } else { named() };
    let mut facts_of = |files: &[String]| files.iter().map(|file| (file.clone(), Ok(recording(1, 1)))).collect();
    let checked = loading::check_home(&home, &files, &mut facts_of);
    check::to_text(&checked, months.is_empty(), lang, false)
}

const MONTH: &str = "month = \"2026-12\"\n[[segment]]\ntitle = \"Bản tin\"\naudio = \"a.mp3\"\nat = [\"06:00\", \"17:00\"]\ndays = \"T2-T7\"\n";
const STATION: &str = "[line]\ndevice = \"null\"\n[rules]\napproval = \"off\"\n";

#[test]
fn a_good_month_is_summed_up_in_a_line() {
    let files = [("2026-12.toml", MONTH), ("station.toml", STATION)];
    assert_eq!(checked(&files, &[], Lang::Vi), "Kế hoạch hợp lệ: 54 buổi, 54 lượt phát, 54 phút 0 giây\n");
    assert_eq!(
        checked(&files, &["2026-12"], Lang::En),
        "The schedule is good: 54 broadcasts, 54 airings, 54 min 0 s\n"
    );
}

#[test]
fn homes_with_files_absent_or_out_of_bounds_word_for_word() {
    let large = "#".repeat(4 * 1024 * 1024 + 1);
    let full = "[[segment]]\n".repeat(200);
    let times: Vec<String> =
        (0..3300).map(|n| format!("\"{:02}:{:02}:{:02}\"", n / 3600, n / 60 % 60, n % 60)).collect();
    let many = MONTH.replace("[\"06:00\", \"17:00\"]", &format!("[\n{}]", times.join(",\n"))).replace("T2-T7", "T2-CN");
    for (lang, ending) in [(Lang::Vi, "vi"), (Lang::En, "en")] {
        let mut said = String::new();
        let mut home = |what: &str, files: &[(&str, &str)], months: &[&str]| {
            said += &format!("#### {what}\n{}\n", checked(files, months, lang));
        };
        home("no station.toml, month not there", &[("2026-12.toml", MONTH)], &["2027-01"]);
        home("no month at all", &[("station.toml", STATION)], &[]);
        home("over 4 MiB", &[("2026-12.toml", &large), ("station.toml", STATION)], &[]);
        home("over 100 000 airings", &[("2026-12.toml", &many), ("station.toml", STATION)], &[]);
        home("good", &[("2026-12.toml", MONTH), ("station.toml", STATION)], &[]);
        home("last problem of many", &[("2026-12.toml", &full), ("station.toml", STATION)], &[]);
        // Of the many, the first and the last say enough.
        let cut = said.find("#### last").unwrap();
        let shown = said[cut..].split("\n\n").filter(|part| !part.contains("[missing-key]")).collect::<Vec<_>>();
        let said = format!("{}#### last problem of many\n{}", &said[..cut], shown.join("\n\n"));
        assert_eq!(differs(&format!("home.{ending}.txt"), &said), None);
    }
}

#[test]
fn a_file_full_of_mistakes_stays_bounded() {
    let blocks = "[[segment]]\n".repeat(300_000);
    let said = checked(&[("2026-12.toml", &blocks), ("station.toml", STATION)], &[], Lang::En);
    assert!(said.ends_with("The schedule cannot be used yet: 1200001 errors\n"), "{}", &said[said.len() - 200..]);
}

#[test]
fn what_is_told_of_a_file_has_an_end_whoever_finds_it_and_the_last_line_counts_all() {
    let block =
        |n: usize, rest: &str| format!("[[segment]]\nid = \"s{n}\"\ntitle = \"Tin\"\naudio = \"a.mp3\"\n{rest}\n");
    let month = |rest: &dyn Fn(usize) -> String| {
        let blocks: String = (0..2000).map(|n| block(n, &rest(n))).collect();
        format!("month = \"2026-12\"\n{blocks}")
    };
    let unknown: String = (0..100_000).map(|n| format!("k{n}=1\n")).collect();
    let cases = [
        (
            "unknown keys",
            format!("month = \"2026-12\"\n{unknown}"),
            "The schedule cannot be used yet: 100000 errors, 1 warning",
        ),
        (
            "one id",
            month(&|_| "at = \"06:00\"\ndates = [1]".into()).replace("id = \"s", "id = \"s1\" # "),
            "1999 errors",
        ),
        ("one instant", month(&|_| "at = \"06:00\"\ndates = [1]".into()), "Something will not air: 1999 errors"),
        ("quiet hours", month(&|_| "at = \"23:00\"\ndates = [1]".into()), "Something will not air: 2000 errors"),
    ];
    for (what, text, last) in cases {
        let said = checked(&[("2026-12.toml", &text), ("station.toml", STATION)], &[], Lang::En);
        let end = said.lines().last().unwrap();
        assert!(end.contains(last), "{what}: {end}");
        let told = said.lines().filter(|line| line.starts_with("error[")).count();
        assert_eq!(told, problem::TOLD_MAX + 1, "{what}");
        assert!(said.len() < 500_000, "{what}: {} bytes", said.len());
    }
}

#[test]
fn a_file_of_one_endless_line_is_named_and_not_shown() {
    let keys: String = (0..50_000).map(|n| format!("k{n}=1,")).collect();
    let text = format!("month = \"2026-12\"\nx = {{{}}}\n", keys.trim_end_matches(','));
    let said = checked(&[("2026-12.toml", &text), ("station.toml", STATION)], &[], Lang::En);
    assert!(said.contains("\n--> schedules/2026-12.toml:2:1\n"), "{}", &said[..300]);
    assert!(said.len() < 2000, "{} bytes", said.len());
}

#[test]
fn a_refused_station_brings_no_rules_of_its_own_invention() {
    let files = [("2026-12.toml", MONTH), ("station.toml", "[line]\ndevice = \"null\"\n[rules]\napproval = \"of\"\n")];
    let said = checked(&files, &[], Lang::En);
    let told: Vec<&str> = said.lines().filter(|line| line.contains("]: ")).collect();
    assert_eq!(told, ["error[unknown-value]: `of` is not a value of `approval`"]);
}

#[test]
fn a_refused_month_still_tells_of_its_recordings_and_of_what_its_segments_say() {
    let month = "month = \"2026-12\"\n[[segment]]\ntitle = \"Một\"\naudio = \"D:/tin.mp3\"\nat = \"06:00\"\non = \"2026-12-32\"\n\
         origin = \"tuyển chọn\"\n[[segment]]\ntitle = \"Hai\"\naudio = \"thieu.mp3\"\nat = \"07:00\"\ndates = [1]\n";
    let root = tempfile::tempdir().unwrap();
    let home = Home::at(root.path());
    std::fs::create_dir(home.schedules()).unwrap();
    std::fs::write(home.station_file(), STATION).unwrap();
    std::fs::write(home.month_file("2026-12".parse().unwrap()), month).unwrap();
    let loaded = loading::load(&home, "2026-12".parse().unwrap(), &mut |files| {
        files.iter().map(|file| (file.clone(), Err(AudioFault::Absent))).collect()
    });
    let mut codes: Vec<_> = loaded.problems.iter().map(|problem| problem.code).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["audio-absent", "bad-date", "bad-path", "no-credit"]);
    assert!(loaded.schedule.is_none() && loaded.slots.is_empty());
}

#[test]
fn byte_order_mark_and_line_endings_of_windows_are_fine() {
    let windows = format!("\u{feff}{}", MONTH.trim_end().replace('\n', "\r\n"));
    let files = [("2026-12.toml", windows.as_str()), ("station.toml", STATION)];
    assert_eq!(checked(&files, &[], Lang::Vi), "Kế hoạch hợp lệ: 54 buổi, 54 lượt phát, 54 phút 0 giây\n");
}

#[test]
fn a_revision_changes_with_either_text() {
    let root = tempfile::tempdir().unwrap();
    let home = Home::at(root.path());
    std::fs::create_dir(home.schedules()).unwrap();
    let load = |station: &str, month: &str| {
        std::fs::write(home.station_file(), station).unwrap();
        std::fs::write(home.month_file("2026-12".parse().unwrap()), month).unwrap();
        loading::load(&home, "2026-12".parse().unwrap(), &mut |_| Facts::new())
    };
    let first = load(STATION, MONTH);
    assert!(!first.refused() && first.slots.iter().all(|slot| slot.revision == first.revision));
    assert_eq!(first.revision.len(), 64);
    let kept =
        loading::load_texts("2026-12".parse().unwrap(), Some(STATION.into()), MONTH.into(), &mut |_| Facts::new());
    assert_eq!((&kept.revision, &kept.slots), (&first.revision, &first.slots), "as the files were");
    let edited = load(STATION, &format!("{MONTH}#"));
    let moved = load(&format!("{STATION}#"), MONTH);
    assert_eq!(BTreeSet::from([&first.revision, &edited.revision, &moved.revision]).len(), 3);
    let refused = load("[line]\ndevice = 0\n", MONTH);
    assert!(refused.refused() && refused.slots.is_empty() && refused.schedule.is_some());
}

#[test]
fn nesting_without_end_is_a_message_and_no_overflow() {
    for text in ["[", "x = [", "{a=", "a.", "[[a.", "x = [[segment]]\n[", "a: b\nc d\n", "[segment]\n"] {
        let text = text.repeat(100_000);
        let (read, problems) = schedule::read("schedules/2026-12.toml", &text);
        assert!(read.is_none() && problems.iter().any(|problem| problem.effect == Effect::Refuse), "{}", &text[..8]);
    }
}

#[test]
fn some_that_will_not_air_leave_the_rest_to_air() {
    let night = format!("{MONTH}[[segment]]\ntitle = \"Đêm\"\naudio = \"a.mp3\"\nat = \"23:00\"\ndates = [1]\n");
    let said = checked(&[("2026-12.toml", &night), ("station.toml", STATION)], &[], Lang::Vi);
    assert_eq!(
        said.lines().last().unwrap(),
        "Có mục không phát được: 1 lỗi; phần còn lại vẫn phát: 54 buổi, 54 lượt phát, 54 phút 0 giây"
    );
}
