//! Every example of the operator's guides, read as the program reads it.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use loa::problem::Effect;
use loa::{schedule, station};

/// The blocks fenced as TOML, each with the line it begins on.
fn examples(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (number, line) in text.lines().enumerate() {
        match (&mut open, line) {
            (None, "```toml") => open = Some((number + 2, String::new())),
            (Some(_), "```") => found.extend(open.take()),
            (Some((_, block)), line) => {
                block.push_str(line);
                block.push('\n');
            }
            _ => {}
        }
    }
    found
}

#[test]
fn every_example_of_the_guide_is_one_that_the_reader_takes() {
    let guide = std::fs::read_to_string("docs/guide/ke-hoach.md").unwrap();
    let examples = examples(&guide);
    assert!(examples.len() >= 8, "{}", examples.len());
    // The months stand under the station that the guide shows, as they would in a home.
    let (_, station) = examples.iter().find(|(_, text)| text.contains("[[window]]")).unwrap();
    let (station, _) = station::read("schedules/station.toml", station);
    assert!(station.is_some());
    let reports = self::examples(&std::fs::read_to_string("docs/guide/bao-cao.md").unwrap());
    for (line, text) in examples.iter().chain(&reports) {
        let problems = if text.starts_with("# station.toml") {
            station::read("schedules/station.toml", text).1
        } else {
            schedule::read_under("schedules/2026-12.toml", text, station.as_ref()).1
        };
        let refused: Vec<_> = problems.iter().filter(|problem| problem.effect == Effect::Refuse).collect();
        assert!(refused.is_empty(), "docs/guide/ke-hoach.md:{line}: {refused:#?}");
    }
}
