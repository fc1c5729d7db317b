//! Texts: see `tests/fuzzed/schedule.rs`.
#![no_main]

use std::path::Path;

#[path = "../../tests/fuzzed/mod.rs"]
mod fuzzed;

use fuzzed::schedule::{seeds, target, words};

/// What a search starts from is written anew each time: it is the repository's own files.
fn begin() {
    fuzzed::write_seeds(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("target/seeds").as_path(),
        "schedule",
        &seeds(),
        &words(),
    );
}

libfuzzer_sys::fuzz_target!(init: begin(), |bytes: &[u8]| target(bytes));
