//! The shape of the crate, held by a test: which module may use which, what the pure ones must not touch, how long
//! files and functions may grow, and that what the documents name exists.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Files may be this long; what grows beyond has two subjects.
const FILE_LINES: usize = 400;
/// Functions may be this long; the golden rule of one screen.
const FUNCTION_LINES: usize = 70;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(dir: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/")
}

/// The modules of `lib.rs` in order, and how many of them are pure.
fn module_order() -> (Vec<String>, usize) {
    let text = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let mut modules = Vec::new();
    let mut pure = None;
    for line in text.lines() {
        if line.starts_with("// ---- the line") {
            pure = Some(modules.len());
        }
        if let Some((name, _)) = line.strip_prefix("pub mod ").and_then(|rest| rest.split_once(';')) {
            modules.push(name.to_owned());
        }
    }
    (modules, pure.expect("lib.rs marks where the shells begin"))
}

fn module_of(path: &Path) -> Option<String> {
    let name = shown(path);
    let rest = name.strip_prefix("src/")?;
    let first = rest.split('/').next()?;
    Some(first.trim_end_matches(".rs").to_owned())
}

/// The text without comments and without what `cfg(test)` hides at its end.
fn product(text: &str) -> String {
    let body = text.split("#[cfg(test)]\nmod ").next().unwrap();
    body.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The modules that `crate::…` names in `text`, in both its forms: `crate::a::B` and `crate::{a::B, c::D}`.
fn used_modules(text: &str) -> Vec<String> {
    let word = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut used = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        let Some(group) = rest.strip_prefix('{') else {
            used.push(word(rest));
            continue;
        };
        let mut depth = 0_usize;
        let mut fresh = true;
        for (i, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => fresh = true,
                c if fresh && c.is_alphabetic() => {
                    used.push(word(&group[i..]));
                    fresh = false;
                }
                _ => {}
            }
        }
    }
    used
}

#[test]
fn a_module_uses_only_modules_above_it() {
    let (order, _) = module_order();
    let place = |name: &str| order.iter().position(|module| module == name);
    let mut wrong = Vec::new();
    for path in files(&root().join("src"), "rs") {
        let module = module_of(&path).unwrap();
        let Some(own) = place(&module) else { continue };
        for used in used_modules(&product(&fs::read_to_string(&path).unwrap())) {
            match place(&used) {
                Some(other) if other <= own => {}
                Some(_) => wrong.push(format!("{} uses `{used}`, which stands below `{module}`", shown(&path))),
                None => wrong.push(format!("{} uses `crate::{used}`, which lib.rs does not list", shown(&path))),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_is_on_the_map() {
    let (order, _) = module_order();
    for path in files(&root().join("src"), "rs") {
        let module = module_of(&path).unwrap();
        assert!(
            ["lib", "main"].contains(&module.as_str()) || order.contains(&module),
            "{} is not in lib.rs",
            shown(&path)
        );
    }
}

#[test]
fn the_pure_modules_do_no_io_read_no_clock_and_start_no_thread() {
    let (order, pure) = module_order();
    let banned = [
        "std::fs",
        "std::net",
        "std::thread",
        "std::time::Instant",
        "SystemTime",
        "Timestamp::now",
        "std::env",
        "std::process",
        "std::io",
        "tokio",
        "rusqlite",
        "cpal",
        "rodio",
        "symphonia",
        "tracing",
    ];
    let mut wrong = Vec::new();
    for path in files(&root().join("src"), "rs") {
        let module = module_of(&path).unwrap();
        if !order[..pure].contains(&module) {
            continue;
        }
        let text = product(&fs::read_to_string(&path).unwrap());
        wrong.extend(
            banned.iter().filter(|word| text.contains(*word)).map(|word| format!("{} has `{word}`", shown(&path))),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a service's supervisor told Loa is kept from all that Loa starts, in one place. Above that place stands the clock's
/// question to Windows, where there is no such thing.
#[test]
fn every_program_is_started_by_the_one_hand_that_keeps_the_supervisors_words_from_it() {
    let mut wrong = Vec::new();
    for path in files(&root().join("src"), "rs") {
        let starts = product(&fs::read_to_string(&path).unwrap()).contains("Command::new(");
        if starts && !["src/system/program.rs", "src/clock.rs"].contains(&shown(&path).as_str()) {
            wrong.push(shown(&path));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?} start programs by themselves");
}

/// A start 20 µs before its second was 05:44:59 on one page and 05:45:00 on another.
#[test]
fn an_instant_is_told_to_the_second_by_one_rule() {
    let mut wrong = Vec::new();
    for path in files(&root().join("src"), "rs") {
        let text = product(&fs::read_to_string(&path).unwrap());
        let by_itself = |line: &&str| {
            let told = line.contains("strftime(") && line.contains("%H:%M");
            told && (line.contains("to_zoned_datetime(") || line.contains("to_datetime("))
        };
        wrong.extend(text.lines().filter(by_itself).map(|line| format!("{}: {}", shown(&path), line.trim())));
    }
    assert!(wrong.is_empty(), "told by `cells::on_clock`:\n{}", wrong.join("\n"));
}

/// `println!` panics where whoever reads has gone (`| head`).
#[test]
fn every_command_prints_by_the_one_hand_that_lets_its_reader_go() {
    for path in files(&root().join("src"), "rs") {
        let text = product(&fs::read_to_string(&path).unwrap());
        let prints = text.lines().filter(|line| line.contains("print!(") || line.contains("println!("));
        let to_standard_output: Vec<&str> = prints.filter(|line| !line.contains("eprint")).collect();
        assert!(to_standard_output.is_empty(), "{}: {to_standard_output:?}; use `put`", shown(&path));
    }
}

#[test]
fn files_and_functions_stay_short() {
    let mut wrong = Vec::new();
    for path in files(&root().join("src"), "rs").into_iter().chain(files(&root().join("tests"), "rs")) {
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().count();
        // A test file is a list of cases: it may be longer than a module.
        let limit = if shown(&path).starts_with("tests/") { FILE_LINES * 3 / 2 } else { FILE_LINES };
        if lines > limit {
            wrong.push(format!("{} has {lines} lines", shown(&path)));
        }
        for (name, length) in functions(&text) {
            if length > FUNCTION_LINES {
                wrong.push(format!("{}: `{name}` has {length} lines", shown(&path)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Name and length of each function, told by the indentation that rustfmt gives its first and last line.
fn functions(text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    for (first, line) in lines.iter().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let Some((before, rest)) = line.split_once("fn ") else { continue };
        if !before
            .trim()
            .split(' ')
            .all(|word| word.is_empty() || word.starts_with("pub") || ["const", "async"].contains(&word))
        {
            continue;
        }
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let end = format!("{}}}", " ".repeat(indent));
        if let Some(length) = lines[first..].iter().position(|line| *line == end) {
            found.push((name, length + 1));
        }
    }
    found
}

#[test]
fn nothing_is_left_for_later() {
    let marks = [concat!("to", "do!"), concat!("unimpl", "emented!"), concat!("FIX", "ME"), concat!("X", "XX")];
    for path in files(&root().join("src"), "rs").into_iter().chain(files(&root().join("tests"), "rs")) {
        let text = fs::read_to_string(&path).unwrap();
        for mark in marks {
            assert!(!text.contains(mark), "{} has {mark}", shown(&path));
        }
    }
}

/// What people read.
fn documents() -> Vec<PathBuf> {
    let mut documents = files(&root().join("docs"), "md");
    let others = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "audio/README.md"];
    documents.extend(others.map(|name| root().join(name)));
    documents
}

/// No example is built (`doctest` in `Cargo.toml`), so that none may stand there and rot.
#[test]
fn no_comment_holds_code_that_nothing_tries() {
    for path in files(&root().join("src"), "rs") {
        let text = fs::read_to_string(&path).unwrap();
        let is_code = |line: &str| {
            let comment = line.trim_start().strip_prefix("//!").or(line.trim_start().strip_prefix("///"));
            comment.is_some_and(|comment| comment.trim_start().starts_with("```"))
        };
        assert!(!text.lines().any(is_code), "{} has code in a comment", shown(&path));
    }
}

#[test]
fn what_the_documents_name_exists() {
    let mut wrong = Vec::new();
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap_or_else(|_| panic!("{} is missing", shown(&document)));
        for quoted in text.split('`').skip(1).step_by(2) {
            let is_path = ["src/", "tests/", "docs/", "schedules/", "audio/", "scripts/", "benches/"]
                .iter()
                .any(|top| quoted.starts_with(top));
            let is_pattern = quoted.contains(['*', '<', ' ', '{']) || quoted.contains("YYYY") || quoted.ends_with("…");
            if is_path && !is_pattern && !root().join(quoted.split("::").next().unwrap()).exists() {
                wrong.push(format!("{} names `{quoted}`", shown(&document)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A command that a page gives is typed as it stands there.
#[test]
fn every_command_of_the_documents_can_be_given() {
    let makefile = fs::read_to_string(root().join("Makefile")).unwrap();
    let tests = tests();
    let program = |name: &str| ["", "/main"].iter().any(|end| root().join(format!("tests/{name}{end}.rs")).exists());
    let is_there = |words: &[&str]| match words {
        ["make", wanted @ ..] => {
            let targets = wanted.iter().filter(|word| !word.contains('='));
            targets.into_iter().all(|target| makefile.lines().any(|line| line.starts_with(&format!("{target}:"))))
        }
        ["cargo", "test", rest @ ..] => {
            let own = rest.split(|word| *word == "--").next().unwrap();
            let filters =
                own.iter().skip_while(|word| **word != "--test").skip(2).filter(|word| !word.starts_with('-'));
            let named = own.windows(2).filter(|two| two[0] == "--test").all(|two| program(two[1]));
            named && filters.into_iter().all(|filter| tests.iter().any(|test| test.contains(filter)))
        }
        [script, ..] if script.starts_with("scripts/") || script.starts_with("benches/") => {
            root().join(script).exists()
        }
        _ => true,
    };
    let is_setting = |word: &&str| word.split_once('=').is_some_and(|(name, _)| name == name.to_uppercase());
    let mut wrong = Vec::new();
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        for quoted in text.split('`').skip(1).step_by(2) {
            // A block of commands is a line each, with remarks; in a sentence one may run over the line's end.
            let commands: Vec<&str> = if quoted.starts_with('\n') { quoted.lines().collect() } else { vec![quoted] };
            for command in commands {
                let words = command.split_whitespace().skip_while(is_setting).take_while(|word| *word != "#");
                if !is_there(&words.collect::<Vec<_>>()) {
                    wrong.push(format!("{} gives `{command}`", shown(&document)));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Each row of the table of cases names a file in which the case's number stands, or says in words why none does.
#[test]
fn each_case_of_the_line_has_a_test_of_its_number() {
    let text = fs::read_to_string(root().join("docs/line.md")).unwrap();
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| BR-")).collect();
    assert!(rows.len() > 25, "{} rows", rows.len());
    let mut wrong = Vec::new();
    for row in rows {
        let (cases, tried) = (row.split('|').nth(1).unwrap(), row.split('|').nth(3).unwrap());
        let sources: Vec<String> = tried
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|name| name.ends_with(".rs"))
            .map(|name| fs::read_to_string(root().join(name)).unwrap_or_else(|_| panic!("{name} of {cases}")))
            .collect();
        for case in cases.trim().split(", ") {
            let in_a_name = case.to_lowercase().replace('-', "_");
            let has = |source: &String| source.contains(case) || source.contains(&in_a_name);
            if !sources.is_empty() && !sources.iter().any(has) {
                wrong.push(format!("{case} stands in none of the files that its row names"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The names of all tests, whether they run each day or not.
fn tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for path in files(&root().join("src"), "rs").into_iter().chain(files(&root().join("tests"), "rs")) {
        let text = fs::read_to_string(&path).unwrap();
        for (at, _) in text.match_indices("#[test]") {
            let name = text[at..].split_once("fn ").and_then(|(_, rest)| rest.split_once('(')).map(|(name, _)| name);
            names.extend(name.map(str::to_owned));
        }
    }
    names
}

/// A promise is worth what the test is that holds it: in a table of promises each row names one, and whatever a page names
/// that can only be a test is one.
#[test]
fn every_promise_of_the_documents_names_a_test_and_each_test_that_is_named_exists() {
    let tests = tests();
    let mut wrong = Vec::new();
    for document in files(&root().join("docs"), "md") {
        let text = fs::read_to_string(&document).unwrap();
        let name = shown(&document);
        // No other name of ours is so long.
        let is_name = |word: &&str| {
            let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            word.matches('_').count() >= 4 && word.chars().all(letters)
        };
        let named = text.split('`').skip(1).step_by(2).filter(is_name);
        wrong.extend(named.filter(|word| !tests.contains(*word)).map(|word| format!("{name} names `{word}`")));
        let mut is_table = false;
        for line in text.lines() {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            match cells[..] {
                [_, .., "Test", _] => is_table = true,
                [_, .., test, _] if is_table && !test.starts_with("---") => {
                    let names = test.split('`').skip(1).step_by(2);
                    if !names.into_iter().any(|word| tests.contains(word)) {
                        wrong.push(format!("{name} names no test in `{line}`"));
                    }
                }
                [_, .., _, _] => {}
                _ => is_table = false,
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_readme_sets_up_with_the_two_commands_that_exist() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let makefile = fs::read_to_string(root().join("Makefile")).unwrap();
    for target in ["demo", "test"] {
        assert!(readme.contains(&format!("make {target}")), "README names `make {target}`");
        assert!(makefile.lines().any(|line| line.starts_with(&format!("{target}:"))), "Makefile has `{target}`");
    }
    let ci = fs::read_to_string(root().join(".ci/run")).unwrap();
    assert!(ci.contains("make test"), ".ci/run calls the README's own command");
}
