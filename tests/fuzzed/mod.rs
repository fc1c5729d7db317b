//! What must hold of any bytes whatever: the targets of the search in `fuzz/`, which `tests/fuzz_seeds.rs` runs too.

// Each program uses its part of these, and none of them is a test to the linter.
#![allow(dead_code, clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

pub mod catalogue;
pub mod schedule;

/// Where `audio/`, `schedules/` and `tests/` lie, whether Loa or `fuzz/` is built.
fn repository() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    if package.ends_with("fuzz") && package.join("targets").is_dir() { package.parent().unwrap() } else { package }
}

/// The files right in a folder of the repository whose names end so, by name.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(repository().join(folder)).unwrap();
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.to_str().is_some_and(|name| name.ends_with(ending)));
    found.sort();
    found
}

/// Writes what a search starts from below `folder`: each seed as a file in `NAME/`, the words as `NAME.dict`.
pub fn write_seeds(folder: &Path, name: &str, seeds: &[Vec<u8>], words: &[String]) {
    fs::create_dir_all(folder.join(name)).unwrap();
    for (n, seed) in seeds.iter().enumerate() {
        fs::write(folder.join(name).join(format!("seed-{n:03}")), seed).unwrap();
    }
    let quoted = |word: &String| {
        let bytes: String = word.bytes().map(|byte| format!("\\x{byte:02X}")).collect();
        format!("\"{bytes}\"\n")
    };
    fs::write(folder.join(format!("{name}.dict")), words.iter().map(quoted).collect::<String>()).unwrap();
}
