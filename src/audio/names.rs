//! Finds the file that a schedule means. Vietnamese file names reach a disk composed (`ế` as one letter) or decomposed
//! (`e`, `^`, `´`), by the system and the program that copied them, with capitals or without, with the tone mark on one vowel
//! or the other (`hóa`, `hoá`); to a person, and on Windows, they are the same name.

use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::problem::Text;
use crate::reading::fold::{composed, folded};
use crate::schedule::audio_facts::AudioFault;

use super::input::io_fault;

/// Whether a path can lead nowhere below `audio_dir`: an absolute one, or one that goes up (`..`).
pub fn leads_outside(rel: &str) -> bool {
    let within = |part| matches!(part, Component::CurDir | Component::Normal(_));
    !Path::new(rel).components().all(within)
}

/// The file below `audio_dir` that the schedule calls `rel`: by its exact name first, part by part, else by the only
/// name that is the same once both are folded.
///
/// # Errors
/// `Absent` if there is none; `Unreadable` if two names fit, if it would lead outside `audio_dir` (`..`, an absolute
/// path, a link), or if a folder cannot be read.
pub fn resolve(audio_dir: &Path, rel: &str) -> Result<PathBuf, AudioFault> {
    let (mut found, mut by_link) = (audio_dir.to_path_buf(), false);
    if leads_outside(rel) {
        return Err(outside());
    }
    for part in Path::new(rel).components() {
        if let Component::Normal(name) = part {
            found = step(&found, &name.to_string_lossy())?;
            by_link |= fs::symlink_metadata(&found).map_err(|e| io_fault(&e))?.is_symlink();
        }
    }
    if found == audio_dir {
        return Err(AudioFault::Absent);
    }
    // What no link leads to lies where its name says: a look for each file of a month is dear.
    if !by_link {
        return Ok(found);
    }
    let real = fs::canonicalize(&found).map_err(|e| io_fault(&e))?;
    let real_dir = fs::canonicalize(audio_dir).map_err(|e| io_fault(&e))?;
    if real.starts_with(real_dir) { Ok(found) } else { Err(outside()) }
}

/// What in `dir` has that name. Whether it is there is asked without following it.
fn step(dir: &Path, name: &str) -> Result<PathBuf, AudioFault> {
    let exact = dir.join(name);
    if fs::symlink_metadata(&exact).is_ok() {
        return Ok(exact);
    }
    let wanted = folded(name);
    let mut same: Option<OsString> = None;
    for entry in fs::read_dir(dir).map_err(|e| io_fault(&e))? {
        let entry = entry.map_err(|e| io_fault(&e))?.file_name();
        if entry.to_str().is_none_or(|other| folded(other) != wanted) {
            continue;
        }
        if same.is_some() {
            let composed = composed(name);
            return Err(AudioFault::Unreadable(Text::new(
                format!("có hai tên cùng đọc là `{composed}` trong một thư mục; hãy xóa hoặc đổi tên một tệp"),
                format!("two names in a folder read `{composed}`; remove or rename one of them"),
            )));
        }
        same = Some(entry);
    }
    same.map(|name| dir.join(name)).ok_or(AudioFault::Absent)
}

fn outside() -> AudioFault {
    AudioFault::NoFile(Text::new("nằm ngoài thư mục `audio`", "it leads outside the folder `audio`"))
}
