//! Arming: what a schedule calls by a name becomes an open recording that nothing can change any more. Runs on a thread
//! of its own for each slot, because a network share may take minutes to answer.

use std::fs::File;
use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::supply::{Format, Opened, Pieces, Recording};
use super::turn::broken;
use super::{Measures, NotArmed};
use crate::audio::line::deck::TakeId;
use crate::audio::{measure, names};
use crate::director::AttentionTone;
use crate::files;
use crate::notes;
use crate::outcome::Cause;
use crate::problem::Text;
use crate::schedule::audio_facts::{AudioFacts, AudioFault, longest_silence_ms};
use crate::station::LineSettings;

/// Bytes copied at a time.
const STEP_BYTES: usize = 64 * 1024;
/// The tone before an emergency is repeated no more often than that.
const MOST_TONES: u64 = 100;
/// Letters of an ending that are kept; a longer one is none.
const ENDING_LETTERS: usize = 8;

/// A recording that the disk does not take may be held in memory up to that, in bytes: an hour of speech as MP3.
#[cfg(target_os = "linux")]
const MOST_IN_MEMORY_BYTES: u64 = 128 << 20;

/// Own copies of a slot's recordings, that will air whatever happens to the files; dropped, they are gone.
#[derive(Debug)]
pub(super) struct ArmedCopy {
    pub pieces: Pieces,
    held: Vec<Held>,
    /// What they are, taken as one.
    pub audio: Box<AudioFacts>,
    /// The length of each recording, in ms.
    pub lengths_ms: Vec<u64>,
    /// The longest silence that they hold themselves, in ms, where that is known.
    pub silence_ms: Option<u64>,
}

/// Where a copy is.
#[derive(Debug)]
enum Held {
    /// In `var/armed/`.
    OnDisk(PathBuf),
    /// In memory, for as long as this is open: the disk took no copy.
    #[cfg(target_os = "linux")]
    InMemory(File),
}

impl Held {
    /// What it is opened by.
    fn path(&self) -> PathBuf {
        match self {
            Held::OnDisk(path) => path.clone(),
            #[cfg(target_os = "linux")]
            Held::InMemory(file) => format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(file)).into(),
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        match self {
            Held::OnDisk(path) => remove(path),
            #[cfg(target_os = "linux")]
            Held::InMemory(_) => {}
        }
    }
}

/// What there is to arm.
pub(super) struct Arming {
    pub audio_dir: PathBuf,
    pub armed_dir: PathBuf,
    /// At least one; more are played as one.
    pub files: Vec<String>,
    pub from_ms: u64,
    /// Before an emergency, which is not kept waiting to be measured.
    pub tone: Option<AttentionTone>,
    /// Makes the copies' names their own, though another slot may air the same recording.
    pub number: u64,
    pub measures: Arc<dyn Measures>,
    pub take: TakeId,
    pub format: Format,
    pub line: LineSettings,
}

/// How long an emergency may be kept waiting to see that its recording is not silent from end to end.
const GLANCE: Duration = Duration::from_millis(700);

/// What becomes of a recording that was never measured.
#[derive(Clone, Copy)]
enum Unknown {
    IsMeasured,
    Airs,
}

impl Arming {
    /// Copies, hashes, measures and opens the recordings.
    pub fn run(&self) -> Result<(ArmedCopy, Opened), NotArmed> {
        catch_unwind(AssertUnwindSafe(|| self.arm())).unwrap_or_else(|_| {
            let files = self.files.join("`, `audio/");
            Err(NotArmed { cause: Cause::Undecodable, note: notes::decoder_broke(&files) })
        })
    }

    /// The recordings that air without having been measured: themselves, for the copies are gone once they have aired.
    pub fn unmeasured(&self, copy: &ArmedCopy) -> Vec<PathBuf> {
        let unknown = self.files.iter().zip(&copy.lengths_ms).filter(|(_, length_ms)| **length_ms == 0);
        unknown.filter_map(|(file, _)| names::resolve(&self.audio_dir, file).ok()).collect()
    }

    fn arm(&self) -> Result<(ArmedCopy, Opened), NotArmed> {
        let at_full_level = self.tone.is_some();
        let pieces = Pieces { tone_ms: None, recordings: Vec::new(), from_ms: self.from_ms, at_full_level };
        let (held, lengths_ms) = (Vec::new(), Vec::new());
        let mut copies = ArmedCopy { pieces, held, audio: Box::default(), lengths_ms, silence_ms: None };
        let mut before_ms = 0;
        if let Some(tone) = &self.tone {
            before_ms = self.arm_tone(tone, &mut copies);
        }
        // Its length is then not known until it has been heard.
        let unknown = if self.tone.is_some() { Unknown::Airs } else { Unknown::IsMeasured };
        let mut facts: Vec<AudioFacts> = Vec::new();
        for (n, file) in self.files.iter().enumerate() {
            // Filler plays its few files again and again, each from the one copy.
            let again = self.files[..n].iter().position(|earlier| earlier == file);
            let audio = match again {
                Some(earlier) => {
                    let recordings = &mut copies.pieces.recordings;
                    let first = recordings.len() - n + earlier;
                    recordings.push(recordings[first].clone());
                    facts[earlier].clone()
                }
                None => self.arm_file(file, &mut copies, unknown).map_err(|fault| not_armed(file, &fault))?,
            };
            facts.push(audio);
        }
        copies.silence_ms = longest_silence_ms(&facts);
        let all = self.files.join("`, `audio/");
        if self.files.is_empty() {
            return Err(not_armed(&all, &AudioFault::Absent));
        }
        copies.lengths_ms = facts.iter().map(|audio| audio.file_ms).collect();
        copies.audio = Box::new(AudioFacts::joined(&facts.iter().collect::<Vec<_>>()).unwrap_or_default());
        if copies.lengths_ms.contains(&0) {
            copies.audio.file_ms = 0;
        } else {
            copies.audio.file_ms += before_ms;
        }
        let opened = Opened::open(&copies.pieces, &self.line, self.take, self.format);
        let opened = opened.map_err(|fault| not_armed(&all, &fault))?;
        Ok((copies, opened))
    }

    /// Puts the tone before what follows; its length in ms. A tone that cannot be read is no reason to keep silent: then it
    /// is Loa's own.
    fn arm_tone(&self, tone: &AttentionTone, copies: &mut ArmedCopy) -> u64 {
        if let Some(file) = &tone.file {
            // A decoder that panics over it is no more of a reason.
            let armed = || self.arm_file(file, copies, Unknown::IsMeasured);
            match catch_unwind(AssertUnwindSafe(armed)).unwrap_or_else(|_| Err(broken())) {
                Ok(audio) => {
                    // A whole number of times, each from the one copy.
                    let times = tone.at_least_ms.div_ceil(audio.file_ms.max(1)).clamp(1, MOST_TONES);
                    if let Some(tone) = copies.pieces.recordings.pop() {
                        copies.pieces.recordings.extend((0..times).map(|_| tone.clone()));
                    }
                    return audio.file_ms * times;
                }
                Err(fault) => {
                    // Its copy may have been made: nothing of it is to be heard, nor opened.
                    (copies.pieces.recordings, copies.held) = (Vec::new(), Vec::new());
                    tracing::error!(file, ?fault, "the tone before an emergency cannot be read; Loa's own is used");
                }
            }
        }
        copies.pieces.tone_ms = Some(tone.at_least_ms);
        crate::audio::attention::AttentionTone::new(tone.at_least_ms).length_ms()
    }

    /// Copies the recording, and says what it is.
    fn arm_file(&self, file: &str, copies: &mut ArmedCopy, unknown: Unknown) -> Result<AudioFacts, AudioFault> {
        let source = names::resolve(&self.audio_dir, file)?;
        let (copy, sha256) = self.copy(&source, copies.pieces.recordings.len())?;
        let path = copy.path();
        // Held from here on, so that whatever fails below deletes it.
        copies.held.push(copy);
        copies.pieces.recordings.push(Recording { path: path.clone(), audio: AudioFacts::default() });
        let audio = match (self.measures.known(&sha256), unknown) {
            (Some(known), _) => known,
            (None, Unknown::Airs) => {
                measure::glance(&path, GLANCE)?;
                AudioFacts::default()
            }
            (None, Unknown::IsMeasured) => self.measures.find_out(&path)?,
        };
        let audio = AudioFacts { sha256, ..audio };
        if let Some(recording) = copies.pieces.recordings.last_mut() {
            recording.audio = audio.clone();
        }
        Ok(audio)
    }

    /// The copy in `var/armed/`, or in memory if that disk takes none, and the hash of its bytes, made in one reading.
    fn copy(&self, source: &Path, place: usize) -> Result<(Held, String), AudioFault> {
        let unreadable = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound => AudioFault::Absent,
            _ => AudioFault::Unreadable(files::cause(&error)),
        };
        let mut from = files::open(source).map_err(unreadable)?;
        let unfinished = self.armed_dir.join(format!("{}-{place}.part", self.number));
        let finished = self.on_disk(&mut from, &unfinished, source, place).or_else(|fault| {
            remove(&unfinished);
            match fault {
                CopyFault::Read(error) => Err(CopyFault::Read(error)),
                CopyFault::Written(error) => in_memory(&mut from, error),
            }
        });
        finished.map_err(|fault| {
            AudioFault::Unreadable(match fault {
                CopyFault::Read(error) => files::cause(&error),
                CopyFault::Written(error) => {
                    let (cause, armed_dir) = (files::cause(&error), self.armed_dir.display());
                    Text::new(
                        format!("không ghi được bản sao vào `{armed_dir}`: {}", cause.vi),
                        format!("no copy can be written to `{armed_dir}`: {}", cause.en),
                    )
                }
            })
        })
    }

    /// Makes the folder anew where somebody has tidied it away.
    fn on_disk(
        &self,
        from: &mut File,
        unfinished: &Path,
        source: &Path,
        place: usize,
    ) -> Result<(Held, String), CopyFault> {
        let made = files::make_folder(&self.armed_dir).and_then(|()| File::create(unfinished));
        let sha256 = copy_hashed(from, made.map_err(CopyFault::Written)?)?;
        let path = self.armed_dir.join(format!("{sha256}-{}-{place}{}", self.number, ending(source)));
        std::fs::rename(unfinished, &path).map_err(CopyFault::Written)?;
        Ok((Held::OnDisk(path), sha256))
    }
}

/// Why a recording could not be copied.
enum CopyFault {
    /// It cannot be read.
    Read(std::io::Error),
    /// The copy cannot be written.
    Written(std::io::Error),
}

fn not_armed(file: &str, fault: &AudioFault) -> NotArmed {
    NotArmed { cause: fault.cause(), note: notes::of_fault(file, fault) }
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

/// A copy that lives in memory: a disk that takes no copy is no reason to keep silent. `refused` is what it said.
#[cfg(target_os = "linux")]
fn in_memory(from: &mut File, refused: std::io::Error) -> Result<(Held, String), CopyFault> {
    use rustix::fs::{MemfdFlags, memfd_create};
    use std::io::Seek as _;
    if from.metadata().map_err(CopyFault::Read)?.len() > MOST_IN_MEMORY_BYTES {
        return Err(CopyFault::Written(refused));
    }
    from.rewind().map_err(CopyFault::Read)?;
    let memory = memfd_create("loa-armed", MemfdFlags::CLOEXEC).map(File::from);
    let to = memory.map_err(|error| CopyFault::Written(error.into()))?;
    let sha256 = copy_hashed(from, to.try_clone().map_err(CopyFault::Written)?)?;
    tracing::warn!(%refused, "the disk takes no copy: a recording that is about to air is held in memory");
    Ok((Held::InMemory(to), sha256))
}

/// Elsewhere nothing holds a file but a disk.
#[cfg(not(target_os = "linux"))]
fn in_memory(_from: &mut File, refused: std::io::Error) -> Result<(Held, String), CopyFault> {
    Err(CopyFault::Written(refused))
}

fn copy_hashed(from: &mut File, mut to: File) -> Result<String, CopyFault> {
    let mut hash = Sha256::new();
    let mut step = vec![0; STEP_BYTES];
    loop {
        let bytes = match from.read(&mut step) {
            Ok(0) => break,
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(CopyFault::Read(error)),
        };
        hash.update(&step[..bytes]);
        to.write_all(&step[..bytes]).map_err(CopyFault::Written)?;
    }
    Ok(HEXLOWER.encode(&hash.finalize()))
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
