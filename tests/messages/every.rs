//! That the gallery is whole: each code that `check` can give, and each message and cure that its sources write.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use loa::problem::{self, Lang};

use super::{folder, names, problems, year};

/// The sources of what `check` says, by their paths below the repository.
fn sources() -> Vec<PathBuf> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    for folder in ["reading", "programme", "station", "schedule", "timetable"] {
        files.extend(std::fs::read_dir(src.join(folder)).unwrap().map(|entry| entry.unwrap().path()));
    }
    files.sort();
    files
}

/// The codes that the modules which read and plan can give, as their sources name them.
fn codes_in_sources() -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for file in sources() {
        let text: String = std::fs::read_to_string(&file).unwrap().split_whitespace().collect();
        for before in [
            "refuse(\"",
            "block(\"",
            "warning(\"",
            "notice(\"",
            "error(\"",
            "refusal(\"",
            "code:\"",
            "=>(\"",
            "kind(\"",
            "together(\"",
            "told=(\"",
        ] {
            for (at, _) in text.match_indices(before) {
                let code = text[at + before.len()..].split('"').next().unwrap();
                if code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b.is_ascii_digit()) {
                    codes.insert(code.to_owned());
                }
            }
        }
    }
    codes
}

#[test]
fn the_gallery_shows_every_code() {
    let in_files = names().into_iter().flat_map(|name| problems(&name).0);
    let shown: BTreeSet<String> = in_files.chain(year::problems()).map(|problem| problem.code.to_owned()).collect();
    let in_sources = codes_in_sources();
    assert!(in_sources.len() > 50, "{in_sources:?}");
    // Two need a text too large for a gallery: they have tests of their own.
    let elsewhere = ["too-large", "too-many-slots"];
    let unseen: Vec<_> = in_sources.difference(&shown).collect();
    assert_eq!(unseen, elsewhere);
}

/// A function of a source that makes problems tells only what `check` says.
fn makes_problems(function: &str) -> bool {
    ["Problem::", ".refuse(", ".note(", "refuse("].iter().any(|call| function.contains(call))
}

/// The functions of a source, its tests left out.
fn functions(source: &str) -> Vec<&str> {
    let source = source.split("#[cfg(test)]").next().unwrap();
    let is_first = |at: usize| {
        ["\nfn ", "\npub fn ", "\npub(", "\n    fn ", "\n    pub fn ", "\n    pub("]
            .iter()
            .any(|head| source[at..].starts_with(head))
    };
    let mut starts: Vec<usize> = source.match_indices('\n').map(|(at, _)| at).filter(|at| is_first(*at)).collect();
    starts.push(source.len());
    starts.windows(2).map(|pair| &source[pair[0]..pair[1]]).collect()
}

/// A literal up to its closing quotation mark, as the program has it.
fn literal(source: &str) -> String {
    let (mut out, mut letters) = (String::new(), source.chars().peekable());
    while let Some(c) = letters.next().filter(|c| *c != '"') {
        match (c, letters.peek()) {
            ('\\', Some('\n')) => while letters.next_if(|c| c.is_whitespace()).is_some() {},
            ('\\', Some(_)) => out.extend(letters.next()),
            _ => out.push(c),
        }
    }
    out
}

/// What stands around the values of a format's text.
fn pieces(text: &str) -> Vec<String> {
    let (mut pieces, mut letters) = (vec![String::new()], text.chars().peekable());
    while let Some(c) = letters.next() {
        match c {
            '{' | '}' if letters.next_if_eq(&c).is_some() => pieces.last_mut().unwrap().push(c),
            '{' => {
                while letters.next().is_some_and(|c| c != '}') {}
                pieces.push(String::new());
            }
            c => pieces.last_mut().unwrap().push(c),
        }
    }
    pieces
}

/// The Vietnamese of each `Text::new("…` and `Text::new(format!("…` of a function, in pieces.
fn templates(function: &str) -> Vec<Vec<String>> {
    let after = |(at, call): (usize, &str)| function[at + call.len()..].trim_start();
    // A value at either end may be anything.
    let inner = |pieces: Vec<String>| pieces.into_iter().filter(|piece| !piece.is_empty()).collect::<Vec<_>>();
    let text = |rest: &str| {
        let (rest, is_format) = rest.strip_prefix("format!(").map_or((rest, false), |rest| (rest.trim_start(), true));
        let written = literal(rest.strip_prefix('"')?);
        Some(inner(if is_format { pieces(&written) } else { vec![written] }))
    };
    function.match_indices("Text::new(").map(after).filter_map(text).collect()
}

/// Values are no longer than this.
const VALUE_MOST: usize = 200;

/// Whether a line that people read is made of these pieces.
fn is_made_of(line: &str, pieces: &[String]) -> bool {
    let longest = pieces.iter().max_by_key(|piece| piece.len());
    longest.is_none_or(|longest| line.contains(longest.as_str())) && follow(line, pieces)
}

/// Whether the pieces follow one another, the first anywhere, each other one no further than a value away.
fn follow(line: &str, pieces: &[String]) -> bool {
    let [first, rest @ ..] = pieces else { return true };
    let Some(second) = rest.first() else { return line.contains(first.as_str()) };
    line.match_indices(first.as_str()).any(|(at, _)| {
        let after = &line[at + first.len()..];
        let next = after.match_indices(second.as_str()).map(|(at, _)| at).take_while(|at| *at <= VALUE_MOST);
        next.into_iter().any(|at| follow(&after[at..], rest))
    })
}

/// What no file of the gallery brings up: a month that the command line names, and what the log says of a slot.
const ELSEWHERE: [&str; 4] = [
    "ghi năm-tháng như `2026-12`",
    "tháng chỉ từ 01 đến 12, ghi như `2026-12`",
    ", ghi như `2026-12`",
    ", nên chưa coi là đã duyệt",
];

#[test]
fn the_gallery_shows_every_message_and_every_cure() {
    let texts = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let texts = texts.filter(|path| path.to_string_lossy().ends_with(".vi.txt"));
    let shown: Vec<String> = texts.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let lines: Vec<&str> = shown.iter().flat_map(|text| text.lines()).collect();
    let (mut unseen, mut seen) = (Vec::new(), 0);
    for file in sources() {
        let source = std::fs::read_to_string(&file).unwrap();
        for pieces in functions(&source).into_iter().filter(|function| makes_problems(function)).flat_map(templates) {
            let is_told = lines.iter().any(|line| is_made_of(line, &pieces));
            let elsewhere = ELSEWHERE.contains(&pieces.last().map_or("", String::as_str));
            seen += 1;
            if !is_told && !elsewhere {
                unseen.push(format!("{}: {}", file.file_name().unwrap().to_string_lossy(), pieces.join("…")));
            }
        }
    }
    assert!(seen > 200, "{seen}");
    assert!(unseen.is_empty(), "{}", unseen.join("\n"));
}

#[test]
fn no_message_has_a_sign_that_nobody_sees() {
    assert_eq!(problem::seen("tin\u{202e}3pm\u{200b}\u{7}\r\n"), "tin3pm");
    let ordinary = "Hoá học – “Tiếng nói” 👩\u{200d}👧 שלום";
    assert_eq!(problem::seen(ordinary), ordinary);
    for name in names() {
        let (problems, sources) = problems(&name);
        for problem in problem::to_json(&problems, &sources, Lang::Vi) {
            let related = problem["related"].as_array().unwrap().iter().map(|place| &place["message"]);
            for text in [&problem["message"], &problem["help"]].into_iter().chain(related) {
                let unseen = |c: char| c.is_control() || problem::is_hidden(c);
                assert!(!text.as_str().unwrap().contains(unseen), "{name}: {text:?}");
            }
        }
    }
}
