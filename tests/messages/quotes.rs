//! One quotation mark too few is one mistake, wherever it stands: what only follows from it is not told beside it.

use loa::problem::{Effect, Lang};
use loa::schedule;
use loa::station::Station;

/// A month with quotes in every kind of place.
const MONTH: &str = r#"month = "2026-12"

[[window]]
id = "sang"
name = "Buổi sáng"
start = "05:30"
end = "06:15"
days = "T2-T7"
running_order = [
  { audio = "nhac-hieu.flac", kind = "ident" },
  { column = "ban-tin" }, # trước
  { audio = "nhac-hieu.flac", kind = 'sign_off' },
]

[[column]]
id = "ban-tin"
name = "Bản tin"

[[segment]]
id = "tin"
title = "Bản tin"
audio = [
  "mot.flac",
  "hai.flac"
]
column = "ban-tin"
windows = ["sang"]
days = "T2-T7"

[[segment]]
title = "Thông báo, mời họp"
audio = "nhac-hieu.flac"
at = ["05:45", "17:10"]
on = ["2026-12-02", "2026-12-05"]
tags = ["pháp luật", "họp"]

[[exception]]
date = 2026-12-24
reason = "Nghỉ"
windows = { sang = "off" }
"#;

/// The line and code of each mistake that refuses the file.
fn refusals(text: &str) -> Vec<(usize, &'static str)> {
    let (_, problems) = schedule::read_under("schedules/2026-12.toml", text, Some(&Station::default()));
    let refusing = problems.iter().filter(|problem| problem.effect == Effect::Refuse);
    let line = |at: usize| text[..at].matches('\n').count() + 1;
    refusing.map(|problem| (line(problem.place.as_ref().unwrap().span.start), problem.code)).collect()
}

#[test]
fn a_quote_too_few_is_one_mistake_in_its_own_line_wherever_it_stands() {
    assert_eq!(refusals(MONTH), [], "the sample is good");
    let quotes = MONTH.char_indices().filter(|(_, letter)| matches!(letter, '"' | '\''));
    let mut count = 0;
    for (at, _) in quotes {
        let text = format!("{}{}", &MONTH[..at], &MONTH[at + 1..]);
        let line = MONTH[..at].matches('\n').count() + 1;
        let found = refusals(&text);
        let told: Vec<usize> = found.iter().map(|(line, _)| *line).collect();
        assert_eq!(told, [line], "{:?}: {found:?}", text.lines().nth(line - 1));
        count += 1;
    }
    assert_eq!(count, 60);
}

#[test]
fn two_quotes_too_few_are_two_mistakes_and_another_one_behind_them_shows() {
    let text = MONTH
        .replace("kind = \"ident\" }", "kind = \"ident }")
        .replace("\"17:10\"]", "\"17:10]")
        .replace("reason = ", "reasn = ");
    assert_eq!(
        refusals(&text),
        [(10, "missing-quote"), (33, "missing-quote"), (39, "unknown-key"), (37, "missing-key")]
    );
}

#[test]
fn a_word_without_its_first_quote_is_told_to_lack_it() {
    for (right, wrong, help) in [
        ("days = \"T2-T7\"", "days = T2-T7\"", "viết `\"T2-T7\"`"),
        ("start = \"05:30\"", "start = 05:30\"", "viết `\"05:30\"`"),
        ("kind = \"ident\"", "kind = ident\"", "viết `\"ident\"`"),
        ("reason = \"Nghỉ\"", "reason = Nghỉ\"", "viết `\"Nghỉ\"`"),
    ] {
        let text = MONTH.replacen(right, wrong, 1);
        let (_, problems) = schedule::read_under("schedules/2026-12.toml", &text, Some(&Station::default()));
        let first = problems.iter().find(|problem| problem.effect == Effect::Refuse).unwrap();
        assert_eq!((first.code, first.help.get(Lang::Vi)), ("missing-quote", help));
    }
}
