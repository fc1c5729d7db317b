//! What lies under `audio/`.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{Library, Refusal};
use crate::audio::catalogue::Catalogue;
use crate::audio::names;
use crate::home::Home;
use crate::loading::{facts_with_folders, is_sound_name};
use crate::schedule::audio_facts::Facts;
use crate::timetable::TONE_FILE;

/// A file under `audio/` that may be a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// Its name below `audio/`, with `/`.
    pub rel: String,
    /// Its size.
    pub len_bytes: u64,
    /// When it was last changed, where the disk says.
    pub changed: Option<Timestamp>,
}

/// What the catalogue remembers of a home's recordings, in the way that loading asks; nothing is opened or measured.
pub fn remembered_facts_of(home: &Home) -> impl FnMut(&[String]) -> Facts {
    let mut catalogue = Catalogue::open(&home.catalogue_file());
    let audio = home.audio();
    move |files| facts_with_folders(&audio, files, |files| catalogue.remembered(&audio, files))
}

impl Library {
    /// What lies under `audio/` with the ending of a recording, in the order of its names. Hidden files and links are left
    /// out, and so is the test tone: it lies there because it goes the way that recordings go, and is no programme.
    pub fn list(&self) -> Vec<Recording> {
        let mut found = Vec::new();
        self.walk(&mut |path, name| {
            let (Some(rel), Ok(known)) = (self.rel_of(path), fs::metadata(path)) else { return };
            if is_sound_name(name) && rel != TONE_FILE {
                let changed = known.modified().ok().and_then(|at| Timestamp::try_from(at).ok());
                found.push(Recording { rel, len_bytes: known.len(), changed });
            }
        });
        found.sort_by(|a, b| a.rel.cmp(&b.rel));
        found
    }

    /// The folders below `audio/` that hold recordings, in the order of their names.
    pub fn folders(recordings: &[Recording]) -> Vec<String> {
        let mut folders: Vec<String> =
            recordings.iter().filter_map(|one| Some(one.rel.rsplit_once('/')?.0.to_owned())).collect();
        folders.dedup();
        folders
    }

    /// Where the recording called `rel` lies.
    ///
    /// # Errors
    /// There is none, or the name leads out of `audio/`.
    pub fn path(&self, rel: &str) -> Result<PathBuf, Refusal> {
        let absent = || Refusal::Absent(rel.to_owned());
        let hidden = rel.split('/').any(|part| part.starts_with('.'));
        let path = names::resolve(&self.audio, rel).map_err(|_| absent())?;
        (path.is_file() && !hidden).then_some(path).ok_or_else(absent)
    }

    /// The folder with all of them.
    pub fn audio(&self) -> &Path {
        &self.audio
    }

    pub(super) fn rel_of(&self, path: &Path) -> Option<String> {
        Some(path.strip_prefix(&self.audio).ok()?.to_str()?.replace('\\', "/"))
    }

    /// Calls `found` with each regular file under `audio/` and its name.
    pub(super) fn walk(&self, found: &mut dyn FnMut(&Path, &str)) {
        let mut folders = vec![self.audio.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                // Links are not followed: they may lead out, or round in a circle.
                let (Ok(kind), Ok(name)) = (entry.file_type(), entry.file_name().into_string()) else { continue };
                if kind.is_dir() && !name.starts_with('.') {
                    folders.push(entry.path());
                } else if kind.is_file() {
                    found(&entry.path(), &name);
                }
            }
        }
    }
}
