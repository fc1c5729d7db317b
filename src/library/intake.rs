//! A recording on its way in: its bytes as they come, in a hidden file beside its later place, and then all that a decode
//! tells of it.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

use super::{EMERGENCY_FOLDER, Library, Refusal};
use crate::audio::measure::{self, Measured};
use crate::audio::names;
use crate::clock;
use crate::schedule::Month;
use crate::schedule::audio_facts::AudioFault;
use crate::system::disk::free_bytes;

/// How the hidden files begin and end.
const BEGINS: &str = ".loa-";
const ENDS: &str = ".part";
/// The room on the disk is looked at each time so many bytes more have come.
const LOOK_BYTES: u64 = 16 << 20;
/// Nothing takes so long to come in.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(24);

/// A file that is deleted when it is dropped, unless it was moved away.
#[derive(Debug)]
pub(super) struct Passing(pub PathBuf);

impl Drop for Passing {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Bytes that are being taken in. Dropped, it leaves nothing behind.
#[derive(Debug)]
pub struct Intake {
    folder: String,
    // Before its file's name: it is closed before it is deleted.
    file: File,
    passing: Passing,
    taken_bytes: u64,
    /// The room on the disk is looked at when so many have come.
    next_look: u64,
    most_bytes: u64,
    kept_free_bytes: u64,
}

/// A recording that can air and has no name yet. Dropped, it leaves nothing behind.
#[derive(Debug)]
pub struct Received {
    pub(super) folder: String,
    pub(super) passing: Passing,
    pub(super) len_bytes: u64,
    /// What the decode found.
    pub measured: Measured,
}

impl Library {
    /// Begins to take in a recording for `folder`, a folder below `audio/` that is there, a month, whose folder is made
    /// where it is lacking, the one of emergencies, or none. `promised_bytes`: its length, where that is told.
    ///
    /// # Errors
    /// No such folder; it is larger than what is taken in, or the disk has no room for it.
    pub fn intake(&self, folder: &str, promised_bytes: Option<u64>) -> Result<Intake, Refusal> {
        let place = self.folder(folder)?;
        let promised_bytes = promised_bytes.unwrap_or(0);
        if promised_bytes > self.most_bytes {
            return Err(Refusal::TooLarge { most_bytes: self.most_bytes });
        }
        has_room(&place, promised_bytes, self.kept_free_bytes)?;
        let path = place.join(format!("{BEGINS}{}{ENDS}", uuid::Uuid::new_v4()));
        let file = File::options().write(true).create_new(true).open(&path);
        let file = file.map_err(|error| Refusal::disk(place.display(), &error))?;
        Ok(Intake {
            folder: folder.to_owned(),
            file,
            passing: Passing(path),
            taken_bytes: 0,
            next_look: LOOK_BYTES,
            most_bytes: self.most_bytes,
            kept_free_bytes: self.kept_free_bytes,
        })
    }

    fn folder(&self, folder: &str) -> Result<PathBuf, Refusal> {
        let make = |path: PathBuf| {
            fs::create_dir_all(&path).map_err(|error| Refusal::disk(path.display(), &error))?;
            Ok(path)
        };
        if folder.is_empty() {
            return make(self.audio.clone());
        }
        if folder.parse::<Month>().is_ok() || folder == EMERGENCY_FOLDER {
            return make(self.audio.join(folder));
        }
        let found = names::resolve(&self.audio, folder).ok().filter(|path| path.is_dir());
        found.ok_or_else(|| Refusal::NoFolder(folder.to_owned()))
    }

    /// Deletes what a crash left of recordings on their way in, where nothing has been written to it for a day.
    pub fn sweep(&self) {
        let now = clock::now();
        self.walk(&mut |path, name| {
            let changed = fs::metadata(path).and_then(|known| known.modified()).ok();
            let changed = changed.and_then(|changed| Timestamp::try_from(changed).ok());
            let old = changed.is_some_and(|changed| now.duration_since(changed) > FORGOTTEN);
            if name.starts_with(BEGINS) && name.ends_with(ENDS) && old {
                // What cannot be deleted is tried again next time.
                let _ = fs::remove_file(path);
            }
        });
    }
}

impl Intake {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// They are too many, or the disk is full.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        self.taken_bytes += bytes.len() as u64;
        if self.taken_bytes > self.most_bytes {
            return Err(Refusal::TooLarge { most_bytes: self.most_bytes });
        }
        if self.taken_bytes >= self.next_look {
            has_room(self.place(), 0, self.kept_free_bytes)?;
            self.next_look = self.taken_bytes + LOOK_BYTES;
        }
        self.file.write_all(bytes).map_err(|error| Refusal::disk(self.place().display(), &error))
    }

    fn place(&self) -> &Path {
        self.passing.0.parent().unwrap_or(&self.passing.0)
    }

    /// All bytes have come: they are synced to the disk and decoded whole.
    ///
    /// # Errors
    /// The disk's; what keeps the recording from airing.
    pub fn finish(self, library: &Library) -> Result<Received, Refusal> {
        self.file.sync_all().map_err(|error| Refusal::disk(self.place().display(), &error))?;
        let Intake { folder, file, passing, taken_bytes, .. } = self;
        drop(file);
        let measured = measure::whole(&passing.0).map_err(Refusal::Unfit)?;
        if measured.facts.file_ms == 0 {
            return Err(Refusal::Unfit(AudioFault::Empty));
        }
        library.catalogue().learn(&measured);
        Ok(Received { folder, passing, len_bytes: taken_bytes, measured })
    }
}

fn has_room(place: &Path, lacking_bytes: u64, kept_free_bytes: u64) -> Result<(), Refusal> {
    // A disk that does not say is told of when it is full.
    let Ok(free_bytes) = free_bytes(place) else { return Ok(()) };
    if free_bytes >= lacking_bytes.saturating_add(kept_free_bytes) {
        return Ok(());
    }
    Err(Refusal::NoRoom { free_bytes, kept_free_bytes })
}
