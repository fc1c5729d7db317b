//! The recording that was probably meant by a name that no file has.

use std::fs;
use std::path::Path;

use crate::reading::fold::{bare, composed, nearest};
use crate::schedule::audio_facts::{AudioFault, Facts};
use crate::timetable::TONE_FILE;

/// Names that are looked at: of a heap of recordings the first are enough, and a slow disk is not kept busy for a hint.
const NAMES_MAX: usize = 1000;

/// Puts beside each absent recording of `facts` the file below `audio` that has nearly its name, if one has.
pub(super) fn suggest(audio: &Path, facts: &mut Facts) {
    if facts.values().all(|known| known != &Err(AudioFault::Absent)) {
        return;
    }
    let there = names(audio);
    for (wanted, known) in facts.iter_mut().filter(|(_, known)| **known == Err(AudioFault::Absent)) {
        if let Some(near) = meant(wanted, &there) {
            *known = Err(AudioFault::AbsentBut(near.to_owned()));
        }
    }
}

/// The files below `audio`, with `/`, in order, but the test tone, which is no programme. Links are not followed: they may
/// lead out, or round in a circle.
fn names(audio: &Path) -> Vec<String> {
    let mut names = Vec::new();
    let mut folders = vec![(audio.to_path_buf(), String::new())];
    while let Some((folder, below)) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let (Ok(kind), Ok(name)) = (entry.file_type(), entry.file_name().into_string()) else { continue };
            if kind.is_dir() && folders.len() < NAMES_MAX {
                folders.push((entry.path(), format!("{below}{name}/")));
            } else if kind.is_file() && !name.starts_with('.') && !(below.is_empty() && name == TONE_FILE) {
                names.push(composed(&format!("{below}{name}")));
            }
            if names.len() == NAMES_MAX {
                return names;
            }
        }
    }
    names.sort();
    names
}

/// The same name with other marks, letter case or blanks, in another folder or of another kind; else the nearest one.
fn meant<'n>(wanted: &str, there: &'n [String]) -> Option<&'n str> {
    let file = |path: &str| path.rsplit('/').next().map(bare).unwrap_or_default();
    let stem = |path: &str| file(path).rsplit_once('.').map_or_else(|| file(path), |(stem, _)| stem.to_owned());
    let alike: [&dyn Fn(&str) -> String; 3] = [&bare, &file, &stem];
    let same = alike.iter().find_map(|key| there.iter().find(|name| key(name) == key(wanted)));
    same.map(String::as_str).or_else(|| nearest(wanted, there.iter().map(String::as_str)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_again_by_marks_folder_kind_or_a_slip() {
        let there = ["2026-12/ban-tin.mp3", "2026-12/Hộp thư.wav", "nhac-hieu.flac"].map(str::to_owned);
        let cases = [
            ("2026-12/hop_thu.wav", Some("2026-12/Hộp thư.wav")),
            ("ban-tin.mp3", Some("2026-12/ban-tin.mp3")),
            ("audio/2026-12/ban-tin.mp3", Some("2026-12/ban-tin.mp3")),
            ("nhac-hieu.mp3", Some("nhac-hieu.flac")),
            ("2026-12/ban-tinh.mp3", Some("2026-12/ban-tin.mp3")),
            ("2026-12/phong-su.mp3", None),
        ];
        for (wanted, near) in cases {
            assert_eq!(meant(wanted, &there), near, "{wanted}");
        }
    }
}
