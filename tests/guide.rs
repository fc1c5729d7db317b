//! The operator's guide, read as the program reads it: every example of a file, every command, every word of the log.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;

use loa::airing::IncidentKind;
use loa::cli::args::command as command_line;
use loa::cli::help::PAGES;
use loa::outcome::{Cause, Outcome};
use loa::problem::{Effect, Lang};
use loa::{schedule, station};

/// The guide's pages: their paths and texts.
fn pages() -> Vec<(String, String)> {
    let mut pages: Vec<_> = std::fs::read_dir("docs/huong-dan")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .map(|path| (path.display().to_string().replace('\\', "/"), std::fs::read_to_string(path).unwrap()))
        .collect();
    pages.sort();
    pages
}

/// The blocks behind a fence that names `language`, each with the line it begins on.
fn blocks(text: &str, language: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut open: Option<(&str, usize, String)> = None;
    for (number, line) in text.lines().map(str::trim_start).enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(named)) => open = Some((named, number + 2, String::new())),
            (None, None) => {}
            (Some(_), Some(_)) => {
                found
                    .extend(open.take().filter(|(named, ..)| *named == language).map(|(_, from, block)| (from, block)));
            }
            (Some((_, _, block)), None) => {
                block.push_str(line);
                block.push('\n');
            }
        }
    }
    found
}

/// The words of a line as a shell has them: quotes join, `#` begins a comment, `>` is the shell's own.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut is_open, mut is_quoted) = (String::new(), false, false);
    for c in line.chars() {
        match c {
            '"' | '\'' => (is_quoted, is_open) = (!is_quoted, true),
            '#' | '>' | '&' if !is_quoted && !is_open => break,
            c if c.is_whitespace() && !is_quoted => {
                if std::mem::take(&mut is_open) {
                    words.push(std::mem::take(&mut word));
                }
            }
            c => {
                word.push(c);
                is_open = true;
            }
        }
    }
    words.extend(is_open.then_some(word));
    words
}

#[test]
fn every_example_of_the_guide_is_one_that_the_reader_takes() {
    let mut count = 0;
    for (page, text) in pages() {
        let examples = blocks(&text, "toml");
        // The months stand under the station that the page shows, as they would in a home.
        let shown = examples.iter().find(|(_, text)| text.contains("[[window]]"));
        let station = shown.and_then(|(_, text)| station::read("schedules/station.toml", text).0);
        count += examples.len();
        for (line, text) in &examples {
            let problems = if text.starts_with("# station.toml") {
                station::read("schedules/station.toml", text).1
            } else {
                let month = text.lines().find_map(|line| line.strip_prefix("month = \"")?.strip_suffix('"'));
                let file = format!("schedules/{}.toml", month.unwrap_or("2026-12"));
                schedule::read_under(&file, text, station.as_ref()).1
            };
            let refused: Vec<_> = problems.iter().filter(|problem| problem.effect == Effect::Refuse).collect();
            assert!(refused.is_empty(), "{page}:{line}: {refused:#?}");
        }
    }
    assert!(count >= 25, "{count}");
}

#[test]
fn every_command_of_the_guide_is_one_that_the_program_takes() {
    let mut readme = vec![("README.md".to_owned(), std::fs::read_to_string("README.md").unwrap())];
    readme.extend(pages());
    let mut count = 0;
    for (page, text) in readme {
        for (from, block) in blocks(&text, "") {
            for (line, command) in block.lines().enumerate() {
                let words = words(command.trim_start_matches("sudo "));
                if words.first().is_none_or(|word| word != "loa") {
                    continue;
                }
                count += 1;
                let taken = command_line(Lang::Vi).try_get_matches_from(&words);
                assert!(taken.is_ok(), "{page}:{}: {command}\n{}", from + line, taken.unwrap_err());
            }
        }
    }
    assert!(count >= 60, "{count}");
}

#[test]
fn the_guide_tells_every_outcome_every_cause_and_every_incident() {
    let text = std::fs::read_to_string("docs/huong-dan/loi-nhan.md").unwrap();
    let told: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next()).collect();
    let outcomes = Outcome::ALL.iter().map(|outcome| outcome.word(Lang::Vi));
    let causes = Cause::ALL.iter().map(|cause| cause.word(Lang::Vi));
    let incidents = IncidentKind::ALL.iter().map(|kind| kind.word(Lang::Vi));
    let missing: Vec<&str> = outcomes.chain(causes).chain(incidents).filter(|word| !told.contains(word)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Every literal code of the source, where a problem is made, and every one that a golden text shows.
fn codes() -> BTreeSet<String> {
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let mut found = BTreeSet::new();
    for file in std::fs::read_dir("tests/messages").unwrap().map(|entry| entry.unwrap().path()) {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        for head in ["lỗi[", "cảnh báo[", "lưu ý["] {
            let codes = text.lines().filter_map(|line| line.strip_prefix(head)?.split_once(']'));
            found.extend(codes.map(|(code, _)| code.to_owned()));
        }
    }
    let mut folders = vec![std::path::PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            for maker in
                ["Problem::refuse(", "Problem::block(", "Problem::error(", "Problem::warning(", "Problem::notice("]
            {
                let codes =
                    text.split(maker).skip(1).filter_map(|after| after.trim_start().strip_prefix('"')?.split_once('"'));
                found.extend(codes.map(|(code, _)| code.to_owned()).filter(|code| code.chars().all(word)));
            }
        }
    }
    found
}

#[test]
fn the_guide_tells_every_code_of_check_and_help_finds_it() {
    let text = std::fs::read_to_string("docs/huong-dan/loi-nhan.md").unwrap();
    let told: BTreeSet<&str> =
        text.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | ")).map(|(code, _)| code).collect();
    let codes = codes();
    let missing: Vec<&String> = codes.iter().filter(|code| !told.contains(code.as_str())).collect();
    assert!(missing.is_empty() && codes.len() > 130, "{} codes; without a row: {missing:?}", codes.len());
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| `") && line.contains("` | ")).collect();
    let unsaid = rows.iter().filter(|row| told.contains(row[3..].split('`').next().unwrap_or_default()));
    assert!(unsaid.clone().all(|row| row.matches(" | ").count() >= 2 && !row.contains("| |")), "a row says what to do");
}

#[test]
fn every_page_of_the_guide_is_named_by_the_readme_and_printed_by_the_program() {
    let readme = std::fs::read_to_string("README.md").unwrap();
    for (page, _) in pages() {
        assert!(readme.contains(&page), "{page}");
        assert!(PAGES.iter().any(|of| page == format!("docs/huong-dan/{}.md", of.name)), "{page}");
    }
}

#[test]
fn every_picture_of_the_guide_is_there_named_in_words_and_small() {
    let mut named = std::collections::BTreeSet::new();
    for (page, text) in pages() {
        for line in text.lines().filter(|line| line.contains("![")) {
            // A line of its own: `loa help` leaves it out.
            let picture = line.strip_prefix("![").and_then(|rest| rest.strip_suffix(')')?.split_once("]("));
            let (words, path) = picture.unwrap_or_else(|| panic!("{page}: {line}"));
            assert!(words.split(' ').count() >= 3, "{page}: {line}");
            let bytes = std::fs::read(format!("docs/huong-dan/{path}")).unwrap_or_else(|why| panic!("{path}: {why}"));
            assert!(bytes.starts_with(b"\x89PNG") && bytes.len() <= 150_000, "{path}: {} bytes", bytes.len());
            named.insert(path.trim_start_matches("anh/").to_owned());
        }
    }
    let there = std::fs::read_dir("docs/huong-dan/anh").unwrap();
    let there: std::collections::BTreeSet<String> =
        there.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(named, there);
}

#[test]
fn a_page_is_printed_without_its_pictures() {
    let printed =
        std::process::Command::new(env!("CARGO_BIN_EXE_loa")).args(["help", "trang-dieu-khien"]).output().unwrap();
    let printed = String::from_utf8(printed.stdout).unwrap();
    let page = std::fs::read_to_string("docs/huong-dan/trang-dieu-khien.md").unwrap();
    assert!(page.contains("\n![") && !printed.contains("![") && !printed.contains("\n\n\n"), "{printed}");
    let words = |text: &str| {
        text.lines().filter(|line| !line.starts_with("![") && !line.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(words(&printed), words(&page));
}
