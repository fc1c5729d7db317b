//! Recordings: see `tests/fuzzed/catalogue.rs`.
#![no_main]

use std::panic;
use std::path::Path;
use std::sync::LazyLock;

use tempfile::TempDir;

#[path = "../../tests/fuzzed/mod.rs"]
mod fuzzed;

use fuzzed::catalogue::{seeds, target, words};

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| TempDir::new().expect("a folder to write recordings to"));

/// Loa answers for the panic of a library's decoder: it is caught, and that the answer is whole is what is searched
/// here. A panic of Loa's own ends the search.
fn begin() {
    fuzzed::write_seeds(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("target/seeds").as_path(),
        "catalogue",
        &seeds(),
        &words(),
    );
    let stops = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !info.location().is_some_and(|location| location.file().contains("/registry/src/")) {
            stops(info);
        }
    }));
}

libfuzzer_sys::fuzz_target!(init: begin(), |bytes: &[u8]| target(bytes, FOLDER.path()));
