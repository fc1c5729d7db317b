//! How a recording comes to its name.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::naming::{safe_name, same_name};
use super::{Library, Received, Refusal, Use};
use crate::audio::measure::sha256;
use crate::audio::names;
use crate::loading::is_sound_name;
use crate::schedule::audio_facts::AudioFault;

/// Names tried for one recording.
const NAMES_MAX: u32 = 10_000;

/// What to do where another recording has the name already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfTaken<'a> {
    /// Put a number behind the name.
    Number,
    /// Refuse, so that a person can be asked.
    Ask,
    /// A person chose to replace it: the one with these bytes and no other.
    Replace {
        /// SHA-256 of what was to be replaced when that was chosen.
        sha256: &'a str,
        /// What is on air or armed, below `audio/`: it is not replaced.
        held: &'a [String],
    },
}

/// Where a recording came to lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filed {
    /// Under this new name below `audio/`.
    New(String),
    /// The same bytes lay under this name already; nothing was filed.
    There(String),
    /// Under this name, in place of another that was put away.
    Replaced(String),
}

impl Filed {
    /// Its name below `audio/`.
    pub fn rel(&self) -> &str {
        match self {
            Filed::New(rel) | Filed::There(rel) | Filed::Replaced(rel) => rel,
        }
    }
}

impl Library {
    /// Gives what was received a name made of `wanted`.
    ///
    /// # Errors
    /// `wanted` is a path; the name is taken; the disk's.
    pub fn file(&self, received: &Received, wanted: &str, if_taken: IfTaken<'_>) -> Result<Filed, Refusal> {
        let facts = &received.measured.facts;
        let name = with_ending(safe_name(wanted)?, &facts.codec);
        let place = received.passing.0.parent().unwrap_or(&self.audio);
        // Who replaces one wants these bytes in that very place, wherever else they lie.
        if !matches!(if_taken, IfTaken::Replace { .. })
            && let Some(rel) = self.with_bytes(received.len_bytes, &facts.sha256, &received.passing.0)
        {
            return Ok(Filed::There(rel));
        }
        for number in 1..=NAMES_MAX {
            let rel = below(&received.folder, &numbered(&name, number));
            match (self.claim(place, &rel)?, if_taken) {
                (Claim::Ours(path), _) => {
                    let moved = fs::rename(&received.passing.0, &path);
                    if moved.is_err() {
                        let _ = fs::remove_file(&path);
                    }
                    moved.map_err(|error| Refusal::disk(place.display(), &error))?;
                    sync(place);
                    self.catalogue().lies_at(&self.audio, &rel, &facts.sha256);
                    return Ok(Filed::New(rel));
                }
                (Claim::Taken(_), IfTaken::Number) => {}
                (Claim::Taken(path), IfTaken::Ask) => return Err(taken(&rel, &path)),
                (Claim::Taken(path), IfTaken::Replace { sha256, held }) => {
                    return self.replace(received, &rel, &path, sha256, held);
                }
            }
        }
        Err(Refusal::disk(place.display(), &io::ErrorKind::AlreadyExists.into()))
    }

    /// Puts `received` in the place of the recording at `path`, of which a copy is put away first: at every instant one of
    /// the two lies there whole.
    fn replace(
        &self,
        received: &Received,
        rel: &str,
        path: &Path,
        told: &str,
        held: &[String],
    ) -> Result<Filed, Refusal> {
        let lies = sha256(path).ok();
        if lies.as_ref() == Some(&received.measured.facts.sha256) {
            return Ok(Filed::There(rel.to_owned()));
        }
        if is_held(rel, held) {
            return Err(Refusal::Held(rel.to_owned()));
        }
        if lies.as_deref() != Some(told) {
            // It has changed since: the person answered another question.
            return Err(taken(rel, path));
        }
        self.put_away(rel, path)?;
        let place = path.parent().unwrap_or(path);
        fs::rename(&received.passing.0, path).map_err(|error| Refusal::disk(place.display(), &error))?;
        sync(place);
        self.catalogue().lies_at(&self.audio, rel, &received.measured.facts.sha256);
        Ok(Filed::Replaced(rel.to_owned()))
    }

    /// Gives the recording `rel` another name in its folder; its new name below `audio/`.
    ///
    /// # Errors
    /// It is used or held, the name is taken or a path, the disk's.
    pub fn rename(&self, rel: &str, wanted: &str, uses: &[Use], held: &[String]) -> Result<String, Refusal> {
        let path = self.idle(rel, uses, held)?;
        let name = safe_name(wanted)?;
        let ending = rel.rsplit_once('.').map_or("", |(_, ending)| ending);
        let name = if is_sound_name(&name) { name } else { format!("{name}.{ending}") };
        let folder = rel.rsplit_once('/').map_or("", |(folder, _)| folder);
        let new = below(folder, &name);
        let place = path.parent().unwrap_or(&self.audio);
        match self.claim(place, &new)? {
            Claim::Taken(path) => Err(taken(&new, &path)),
            Claim::Ours(to) => {
                let mut catalogue = self.catalogue();
                let known = catalogue.remembered(&self.audio, &[rel.to_owned()]).remove(rel);
                let moved = fs::rename(&path, &to);
                if moved.is_err() {
                    let _ = fs::remove_file(&to);
                }
                moved.map_err(|error| Refusal::disk(place.display(), &error))?;
                sync(place);
                if let Some(Ok(facts)) = known {
                    catalogue.lies_at(&self.audio, &new, &facts.sha256);
                }
                Ok(new)
            }
        }
    }

    /// Puts the recording `rel` away under `var/trash/`.
    ///
    /// # Errors
    /// It is used or held, the disk's.
    pub fn remove(&self, rel: &str, uses: &[Use], held: &[String]) -> Result<(), Refusal> {
        let path = self.idle(rel, uses, held)?;
        self.put_away(rel, &path)?;
        fs::remove_file(&path).map_err(|error| Refusal::disk(path.display(), &error))
    }

    /// Where `rel` lies, if nothing needs it there.
    fn idle(&self, rel: &str, uses: &[Use], held: &[String]) -> Result<PathBuf, Refusal> {
        let path = self.path(rel)?;
        if !uses.is_empty() {
            return Err(Refusal::InUse(rel.to_owned()));
        }
        if is_held(rel, held) { Err(Refusal::Held(rel.to_owned())) } else { Ok(path) }
    }

    /// Takes the name `rel` by making an empty file of it, so that nobody else does.
    fn claim(&self, place: &Path, rel: &str) -> Result<Claim, Refusal> {
        let name = rel.rsplit('/').next().unwrap_or(rel);
        match names::resolve(&self.audio, rel) {
            Err(AudioFault::Absent) => {}
            Ok(path) => return Ok(Claim::Taken(path)),
            Err(_) => return Ok(Claim::Taken(place.join(name))),
        }
        let path = place.join(name);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(_) => Ok(Claim::Ours(path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(Claim::Taken(path)),
            Err(error) => Err(Refusal::disk(place.display(), &error)),
        }
    }

    /// A recording with the same bytes, other than `own`.
    fn with_bytes(&self, len_bytes: u64, hash: &str, own: &Path) -> Option<String> {
        let mut found = None;
        self.walk(&mut |path, name| {
            let same = found.is_none()
                && path != own
                && !name.starts_with('.')
                && fs::metadata(path).is_ok_and(|known| known.len() == len_bytes)
                && sha256(path).ok().as_deref() == Some(hash);
            if same {
                found = self.rel_of(path);
            }
        });
        found
    }
}

/// What became of an attempt to take a name.
enum Claim {
    /// It is ours: an empty file.
    Ours(PathBuf),
    /// It is another's, who lies there.
    Taken(PathBuf),
}

fn taken(rel: &str, path: &Path) -> Refusal {
    Refusal::Taken { rel: rel.to_owned(), sha256: sha256(path).unwrap_or_default() }
}

fn is_held(rel: &str, held: &[String]) -> bool {
    held.iter().any(|held| same_name(held) == same_name(rel))
}

fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// `ban-tin-2.mp3`.
fn numbered(name: &str, number: u32) -> String {
    match name.rsplit_once('.') {
        _ if number == 1 => name.to_owned(),
        Some((stem, ending)) => format!("{stem}-{number}.{ending}"),
        None => format!("{name}-{number}"),
    }
}

/// A folder's pieces are known by their endings, so each recording has one.
fn with_ending(name: String, codec: &str) -> String {
    if is_sound_name(&name) {
        return name;
    }
    let ending = match codec {
        "mp1" | "mp2" | "mp3" => "mp3",
        "aac" | "alac" => "m4a",
        "vorbis" => "ogg",
        "opus" => "opus",
        "flac" => "flac",
        _ => "wav",
    };
    format!("{name}.{ending}")
}

/// Of a folder only some systems take it; the file itself is safe already.
fn sync(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}
