//! What `make fuzz` searches for at length, held here for what it starts from and for damage that is the same each time.

// Helpers of tests are no tests to the linter.
#![allow(clippy::unwrap_used)]

mod fuzzed;
mod sound_files;

use sound_files::random;
use tempfile::TempDir;

/// One of `seeds` with a few of the changes that a search makes: bytes changed, left out, doubled or moved in from
/// another, and words of the kind put in.
fn damaged(seeds: &[Vec<u8>], words: &[String], seed: u64) -> Vec<u8> {
    let mut pick = random(seed + 1);
    let mut bytes = seeds[pick(seeds.len())].clone();
    for _ in 0..1 + pick(4) {
        let at = pick(bytes.len() + 1);
        let end = (at + pick(60)).min(bytes.len());
        let put = match pick(6) {
            0 => vec![],
            1 => vec![pick(256) as u8],
            2 => bytes[at..end].repeat(2),
            3 => {
                let other = &seeds[pick(seeds.len())];
                let from = pick(other.len() + 1);
                other[from..(from + pick(200)).min(other.len())].to_vec()
            }
            _ => words[pick(words.len())].clone().into_bytes(),
        };
        let end = if pick(2) == 0 { at } else { end };
        bytes.splice(at..end, put);
    }
    bytes
}

#[test]
fn no_text_brings_the_reader_down_or_gets_half_an_answer() {
    use fuzzed::schedule::{seeds, target, words};
    let (seeds, words) = (seeds(), words());
    seeds.iter().for_each(|seed| target(seed));
    (0..600).for_each(|n| target(&damaged(&seeds, &words, n)));
}

#[test]
fn no_recording_brings_the_catalogue_down_or_gets_half_an_answer() {
    use fuzzed::catalogue::{seeds, target, words};
    let (seeds, words) = (seeds(), words());
    let folder = TempDir::new().unwrap();
    seeds.iter().for_each(|seed| target(seed, folder.path()));
    (0..300).for_each(|n| target(&damaged(&seeds, &words, n), folder.path()));
}
