//! What `loa check --year` says of homes with several months, word for word.

use loa::cli::check;
use loa::home::Home;
use loa::loading::{self, Checked};
use loa::problem::{Lang, Problem};
use loa::schedule::Month;

use super::{STATION, differs, recording};

/// A station with a column about administrative reform, in a window of every day.
const REFORM: &str = "[rules]\napproval = \"off\"\nquiet = []\ncchc_gap_days = 7\n[line]\ndevice = \"null\"\n[[topic]]\ncode = \"a\"\n\
    title = \"Chủ trương\"\n[[column]]\nid = \"cchc\"\ntopic = \"a\"\n[[window]]\nid = \"sang\"\nstart = \"06:00\"\nend = \"06:01\"\n\
    running_order = [{ column = \"cchc\" }]\n";

/// A month whose column has a segment on these days.
fn reform(month: &str, days: &str) -> (String, String) {
    let text = format!(
        "month = \"{month}\"\n[[segment]]\ntitle = \"CCHC\"\naudio = \"a.mp3\"\ntone = \"phản ánh\"\ncolumn = \"cchc\"\ndates = [{days}]\n"
    );
    (format!("{month}.toml"), text)
}

/// A month with one segment of its own time.
fn plain(month: &str, at: &str, day: &str) -> (String, String) {
    let text = format!(
        "month = \"{month}\"\n[[segment]]\ntitle = \"Tin\"\naudio = \"a.mp3\"\nat = \"{at}\"\ndates = [{day}]\n"
    );
    (format!("{month}.toml"), text)
}

const EACH_WEEK: &str = "1, 8, 15, 22, 28";

/// Homes by what is in them.
fn homes() -> Vec<(&'static str, Vec<(String, String)>)> {
    let station = |text: &str| ("station.toml".to_owned(), text.to_owned());
    let turn = "month = \"2026-03\"\n[[exception]]\ndate = 2026-03-31\nreason = \"Đêm hội\"\nextra = [{ id = \"hoi\", \
                start = \"23:50\", end = \"00:20\", running_order = [{ audio = \"a.mp3\", kind = \"ident\", at = \"00:05\" }] }]\n";
    let filled = turn.replace("{ audio = \"a.mp3\", kind = \"ident\", at = \"00:05\" }", "{ filler = \"nhac/\" }");
    vec![
        (
            "two months that meet in filler",
            vec![station(REFORM), ("2026-03.toml".to_owned(), filled), plain("2026-04", "00:05", "1")],
        ),
        ("no month at all", vec![station(STATION)]),
        (
            "reform that is all barred",
            vec![station(REFORM), {
                let (name, text) = reform("2026-05", EACH_WEEK);
                (name, format!("{text}origin = \"tuyển chọn\"\n"))
            }],
        ),
        ("no topics anywhere", vec![station(STATION), plain("2026-05", "06:00", "1"), plain("2026-06", "06:00", "1")]),
        (
            // March was deleted, August is not written yet, May has no column; July is refused.
            "a year with holes",
            vec![
                station(REFORM),
                reform("2026-02", EACH_WEEK),
                reform("2026-04", EACH_WEEK),
                plain("2026-05", "06:30", "1"),
                reform("2026-06", "1, 8, 15, 22, 26"),
                ("2026-07.toml".to_owned(), "month = \"2026-07\"\nmonth = 1\n".to_owned()),
                reform("2026-09", "5, 12, 19, 26"),
                reform("2026-10", "5, 12, 19, 26"),
            ],
        ),
        (
            "two months that meet",
            vec![station(REFORM), ("2026-03.toml".to_owned(), turn.to_owned()), plain("2026-04", "00:05:30", "1")],
        ),
    ]
}

fn checked(files: &[(String, String)]) -> Checked {
    let root = tempfile::tempdir().unwrap();
    let home = Home::at(root.path());
    std::fs::create_dir(home.schedules()).unwrap();
    for (name, text) in files {
        std::fs::write(home.schedules().join(name), text).unwrap();
    }
    let mut facts_of = |files: &[String]| files.iter().map(|file| (file.clone(), Ok(recording(1, 1)))).collect();
    let june: Month = "2026-06".parse().unwrap();
    loading::check_year(&home, 2026, june, &mut facts_of).unwrap()
}

pub fn problems() -> Vec<Problem> {
    homes().iter().flat_map(|(_, files)| checked(files).problems).collect()
}

#[test]
fn a_year_word_for_word() {
    for (lang, ending) in [(Lang::Vi, "vi"), (Lang::En, "en")] {
        let mut said = String::new();
        for (what, files) in homes() {
            said += &format!("#### {what}\n{}\n", check::to_text(&checked(&files), true, lang, false));
        }
        assert_eq!(differs(&format!("year.{ending}.txt"), &said), None);
    }
}

fn codes_of<'c>(checked: &'c Checked, file: &str) -> Vec<&'c str> {
    let of_file =
        checked.problems.iter().filter(|problem| problem.place.as_ref().is_some_and(|place| place.file == file));
    of_file.map(|problem| problem.code).collect()
}

#[test]
fn r_30_a_month_whose_column_was_deleted_from_the_years_plan_is_an_error() {
    let station = ("station.toml".to_owned(), REFORM.to_owned());
    let months = |march: (String, String)| {
        vec![station.clone(), reform("2026-01", EACH_WEEK), reform("2026-02", EACH_WEEK), march]
    };
    let march = "schedules/2026-03.toml";
    let whole = checked(&months(reform("2026-03", EACH_WEEK)));
    assert_eq!(codes_of(&whole, march), [] as [&str; 0]);
    let deleted = checked(&months(plain("2026-03", "06:30", "1")));
    assert!(codes_of(&deleted, march).contains(&"month-without-cchc"), "{:#?}", deleted.problems);
    assert!(loa::problem::any_errors(&deleted.problems));
    let json = deleted.to_json(Lang::Vi);
    assert_eq!((&json["year"]["year"], &json["year"]["airings"]), (&2026.into(), &11.into()));
    assert_eq!(
        json["year"]["months"][1],
        serde_json::json!({"month": "2026-02", "state": "planned", "cchc_airings": 5})
    );
    assert_eq!(json["year"]["months"][2]["cchc_airings"], 0);
    assert_eq!(
        json["year"]["months"][3],
        serde_json::json!({"month": "2026-04", "state": "absent", "cchc_airings": null})
    );
    // Without its file, a month that has come is an error too, as soon as a later one is there.
    let gone = checked(&[station, reform("2026-02", EACH_WEEK), reform("2026-04", EACH_WEEK)]);
    assert_eq!(codes_of(&gone, march), ["month-without-file"]);
}

/// The problems of one month's check, the next or previous one lying beside it.
fn beside(month: &str, files: &[(String, String)]) -> (Vec<Problem>, Vec<Option<loa::outcome::Cause>>) {
    let root = tempfile::tempdir().unwrap();
    let home = Home::at(root.path());
    std::fs::create_dir(home.schedules()).unwrap();
    for (name, text) in files {
        std::fs::write(home.schedules().join(name), text).unwrap();
    }
    let mut facts_of = |files: &[String]| files.iter().map(|file| (file.clone(), Ok(recording(10, 10)))).collect();
    let file = loading::MonthFile::of(&home, month.parse().unwrap());
    let checked = loading::check_home(&home, &[file], &mut facts_of);
    let bars = checked.months[0].slots.iter().map(|slot| slot.bar.as_ref().map(|bar| bar.cause)).collect();
    (checked.problems, bars)
}

#[test]
fn what_lasts_over_midnight_of_the_31st_is_held_against_the_next_months_first_broadcast_from_either_side() {
    let station = || ("station.toml".to_owned(), format!("{STATION}quiet = []\n"));
    let files = [station(), plain("2026-03", "23:55", "31"), plain("2026-04", "00:02", "1")];
    for month in ["2026-03", "2026-04"] {
        let (problems, bars) = beside(month, &files);
        let overlap = problems.iter().find(|problem| problem.code == "overlap").unwrap();
        let files: Vec<&str> = overlap
            .place
            .iter()
            .chain(overlap.related.iter().map(|(place, _)| place))
            .map(|place| place.file.as_str())
            .collect();
        assert_eq!(files, ["schedules/2026-04.toml", "schedules/2026-03.toml"]);
        let barred = (month == "2026-04").then_some(loa::outcome::Cause::Overlap);
        assert_eq!(bars, [barred], "{month}");
    }
    // Ten minutes from 23:45 are over at 23:55; from 23:52 they leave two minutes to wait, which is the grace.
    for (at, code) in
        [("23:45", None), ("23:52", None), ("23:54", Some("overlap-within-grace")), ("23:55", Some("overlap"))]
    {
        let (problems, _) = beside("2026-03", &[station(), plain("2026-03", at, "31"), plain("2026-04", "00:02", "1")]);
        let found = problems.iter().map(|problem| problem.code).find(|code| code.starts_with("overlap"));
        assert_eq!(found, code, "{at}");
    }
    // Filler goes on to its end, and so does a relay: what has no time of its own waits for it, a hard start breaks it off.
    let until_late = |item: &str| {
        let window =
            format!("[[window]]\nid = \"dem\"\nstart = \"23:50\"\nend = \"00:10\"\nrunning_order = [{{ {item} }}]\n");
        let night = "month = \"2026-03\"\n[[exception]]\nfrom = 2026-03-01\nto = 2026-03-30\nreason = \"x\"\nwindows = { dem = \"off\" }\n";
        ("2026-03.toml".to_owned(), format!("{night}{window}"))
    };
    let next = |kind: &str, at: &str| {
        let window = format!(
            "[[window]]\nid = \"som\"\nstart = \"00:05\"\nend = \"00:20\"\nrunning_order = [{{ audio = \"a.mp3\", kind = \"{kind}\"{at} }}]\n"
        );
        let days = "[[exception]]\nfrom = 2026-04-02\nto = 2026-04-30\nreason = \"x\"\nwindows = { som = \"off\" }\n";
        ("2026-04.toml".to_owned(), format!("month = \"2026-04\"\n{days}{window}"))
    };
    let (filler, relay) =
        ("filler = \"nhac/\"", "relay = \"https://a.example/b\", at = \"23:50\", for = \"20m\", fallback = \"nhac/\"");
    for (item, kind, at, code) in [
        (filler, "music", "", Some("overlap-within-grace")),
        // Five minutes late an ident belongs to nothing any more.
        (filler, "ident", "", Some("overlap")),
        (filler, "ident", ", at = \"00:05\"", Some("overlap-cut")),
        (relay, "music", "", Some("overlap-within-grace")),
        (relay, "ident", ", at = \"00:05\"", Some("overlap")),
    ] {
        for month in ["2026-03", "2026-04"] {
            let (problems, _) = beside(month, &[station(), until_late(item), next(kind, at)]);
            let found = problems.iter().map(|problem| problem.code).find(|code| code.starts_with("overlap"));
            assert_eq!(found, code, "{month}: {item} {kind}{at}");
        }
    }
    // Alone it meets nothing.
    let (problems, _) = beside("2026-03", &[station(), plain("2026-03", "23:55", "31")]);
    assert!(problems.iter().all(|problem| !problem.code.starts_with("overlap")));
}

#[test]
fn whether_the_month_before_reaches_over_its_end_is_asked_anew_after_each_edit_of_either_file() {
    let root = tempfile::tempdir().unwrap();
    let home = Home::at(root.path());
    std::fs::create_dir(home.schedules()).unwrap();
    let write = |name: &str, text: &str| std::fs::write(home.schedules().join(name), text).unwrap();
    let april = loading::MonthFile::of(&home, "2026-04".parse().unwrap());
    let meets = || {
        let mut facts_of = |files: &[String]| files.iter().map(|file| (file.clone(), Ok(recording(10, 10)))).collect();
        let checked = loading::check_home(&home, std::slice::from_ref(&april), &mut facts_of);
        checked.between.iter().any(|problem| problem.code == "overlap")
    };
    let (open, shut) = (format!("{STATION}quiet = []\n"), format!("{STATION}quiet = [\"23:00-23:59\"]\n"));
    let (early, late) = (plain("2026-03", "06:00", "31").1, plain("2026-03", "23:55", "31").1);
    write("2026-04.toml", &plain("2026-04", "00:02", "1").1);
    let edit = |name: &str, text: &str, expected: bool| {
        write(name, text);
        assert_eq!([meets(), meets()], [expected; 2], "{name}: {text}");
    };
    edit("station.toml", &shut, false);
    edit("2026-03.toml", &early, false);
    edit("2026-03.toml", &late, false);
    edit("station.toml", &open, true);
    edit("2026-03.toml", &early, false);
    edit("2026-03.toml", "month = ", false);
    edit("2026-03.toml", &late, true);
    // More texts than are remembered.
    for n in 0..70 {
        write("2026-03.toml", &format!("{early}# {n}\n"));
        assert!(!meets(), "{n}");
    }
    edit("2026-03.toml", &late, true);
    std::fs::remove_file(home.schedules().join("2026-03.toml")).unwrap();
    assert!(!meets());
}
