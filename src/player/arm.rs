//! Arming: what a schedule calls by a name becomes an open recording that nothing can change any more. Runs on a thread
//! of its own for each slot, because a network share may take minutes to answer.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::supply::{Format, Supply};
use super::{Measure, NotArmed};
use crate::audio::line::deck::TakeId;
use crate::audio::names;
use crate::outcome::Cause;
use crate::schedule::audio_facts::{AudioFacts, AudioFault, longest_silence_ms};

/// Bytes copied at a time.
const STEP_BYTES: usize = 64 * 1024;
/// Letters of an ending that are kept; a longer one is none.
const ENDING_LETTERS: usize = 8;

/// Own copies of a slot's recordings, that will air whatever happens to the files; dropped, they are deleted.
#[derive(Debug)]
pub(super) struct ArmedCopy {
    pub paths: Vec<PathBuf>,
    /// What they are, taken as one.
    pub audio: AudioFacts,
    /// The length of each, in ms.
    pub lengths_ms: Vec<u64>,
    /// The longest silence that they hold themselves, in ms, where that is known.
    pub silence_ms: Option<u64>,
}

impl Drop for ArmedCopy {
    fn drop(&mut self) {
        self.paths.iter().for_each(|path| remove(path));
    }
}

/// What there is to arm.
pub(super) struct Arming {
    pub audio_dir: PathBuf,
    pub armed_dir: PathBuf,
    /// At least one; more are played as one.
    pub files: Vec<String>,
    /// Makes the copies' names their own, though another slot may air the same recording.
    pub number: u64,
    pub measure: Measure,
    pub take: TakeId,
    pub format: Format,
}

impl Arming {
    /// Copies, hashes, measures and opens the recordings.
    pub fn run(&self) -> Result<(ArmedCopy, Supply), NotArmed> {
        catch_unwind(AssertUnwindSafe(|| self.arm())).unwrap_or_else(|_| {
            let files = self.files.join("`, `audio/");
            Err(NotArmed {
                cause: Cause::Undecodable,
                note: format!("tệp `audio/{files}` làm bộ giải mã dừng đột ngột; hãy thay tệp"),
            })
        })
    }

    fn arm(&self) -> Result<(ArmedCopy, Supply), NotArmed> {
        let mut copies =
            ArmedCopy { paths: Vec::new(), audio: AudioFacts::default(), lengths_ms: Vec::new(), silence_ms: None };
        let mut facts = Vec::new();
        for file in &self.files {
            let not_armed = |fault: AudioFault| NotArmed { cause: fault.cause(), note: note(file, &fault) };
            let source = names::resolve(&self.audio_dir, file).map_err(not_armed)?;
            let (path, sha256) = self.copy(&source, facts.len()).map_err(not_armed)?;
            // Held from here on, so that whatever fails below deletes it.
            copies.paths.push(path.clone());
            let audio = (self.measure)(&path, &sha256).map_err(not_armed)?;
            copies.lengths_ms.push(audio.file_ms);
            facts.push(AudioFacts { sha256, ..audio });
        }
        copies.silence_ms = longest_silence_ms(&facts);
        copies.audio = AudioFacts::joined(&facts.iter().collect::<Vec<_>>()).unwrap_or_default();
        let all = self.files.join("`, `audio/");
        let not_armed = |fault: AudioFault| NotArmed { cause: fault.cause(), note: note(&all, &fault) };
        if self.files.is_empty() {
            return Err(not_armed(AudioFault::Absent));
        }
        let supply = Supply::open(&copies.paths, self.take, self.format).map_err(not_armed)?;
        Ok((copies, supply))
    }

    /// The copy in `var/armed/` and the hash of its bytes, made in one reading.
    fn copy(&self, source: &Path, place: usize) -> Result<(PathBuf, String), AudioFault> {
        let unreadable = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound => AudioFault::Absent,
            _ => AudioFault::Unreadable(error.to_string()),
        };
        // Asked before it is opened: opening a pipe would wait for ever.
        if !std::fs::metadata(source).map_err(unreadable)?.is_file() {
            return Err(AudioFault::Unreadable("not a file".into()));
        }
        let mut from = File::open(source).map_err(unreadable)?;
        let unfinished = self.armed_dir.join(format!("{}-{place}.part", self.number));
        let finished = copy_hashed(&mut from, &unfinished).and_then(|sha256| {
            let path = self.armed_dir.join(format!("{sha256}-{}-{place}{}", self.number, ending(source)));
            std::fs::rename(&unfinished, &path)?;
            Ok((path, sha256))
        });
        finished.map_err(|error| {
            remove(&unfinished);
            AudioFault::Unreadable(error.to_string())
        })
    }
}

fn note(file: &str, fault: &AudioFault) -> String {
    match fault {
        AudioFault::Absent => format!("không thấy tệp `audio/{file}`; hãy chép tệp vào đó"),
        AudioFault::Unreadable(why) => {
            format!("không đọc hoặc không sao được tệp `audio/{file}` ({why}); hãy xem quyền đọc và chỗ trống trên đĩa")
        }
        AudioFault::Empty => format!("tệp `audio/{file}` không có tiếng nào; hãy thu lại"),
        AudioFault::Silent => format!("tệp `audio/{file}` toàn im lặng; hãy thu lại"),
        AudioFault::Undecodable(why) => format!("không giải mã được tệp `audio/{file}`: {}", why.vi),
    }
}

/// Empties `var/armed/`: an earlier run that lost its power left its copies there.
pub(super) fn clear(armed_dir: &Path) {
    if let Err(error) = std::fs::create_dir_all(armed_dir) {
        tracing::error!(folder = %armed_dir.display(), "the folder cannot be made, nothing can be armed: {error}");
        return;
    }
    for entry in std::fs::read_dir(armed_dir).into_iter().flatten().flatten() {
        remove(&entry.path());
    }
}

fn remove(path: &Path) {
    if let Err(error) = std::fs::remove_file(path)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(file = %path.display(), "an armed copy cannot be deleted: {error}");
    }
}

fn copy_hashed(from: &mut File, to: &Path) -> Result<String, std::io::Error> {
    let mut to = File::create(to)?;
    let mut hash = Sha256::new();
    let mut step = vec![0; STEP_BYTES];
    loop {
        let bytes = match from.read(&mut step) {
            Ok(0) => break,
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hash.update(&step[..bytes]);
        to.write_all(&step[..bytes])?;
    }
    Ok(hex(hash.finalize().as_slice()))
}

fn hex(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// The ending of a file's name with its point, where it is one that a decoder may want as a hint.
fn ending(source: &Path) -> String {
    source
        .extension()
        .and_then(|ending| ending.to_str())
        .filter(|ending| ending.len() <= ENDING_LETTERS && ending.chars().all(|c| c.is_ascii_alphanumeric()))
        .map(|ending| format!(".{}", ending.to_ascii_lowercase()))
        .unwrap_or_default()
}
