//! The recordings of a rehearsed station, and what may ail them.

use std::collections::{BTreeMap, BTreeSet};

use crate::notes;
use crate::outcome::Cause;
use crate::schedule::audio_facts::{AudioFacts, AudioFault, Facts};
use crate::timetable::Slot;

/// A recording of which nothing is known is taken to last so long, in ms.
const UNKNOWN_MS: u64 = 60_000;

/// What lies below `audio/`.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    recordings: BTreeMap<String, AudioFacts>,
    /// Recordings that cannot be aired, and why.
    faulty: BTreeMap<String, AudioFault>,
    /// Recordings that are not there.
    pub absent: BTreeSet<String>,
    /// Recordings that end after so many ms, whatever was measured.
    pub short: BTreeMap<String, u64>,
    /// Recordings that take so many ms to be opened.
    pub slow: BTreeMap<String, u64>,
    /// Recordings that nobody has measured.
    pub unmeasured: BTreeSet<String>,
    /// How long each recording takes to be opened, in ms.
    pub all_slow_ms: u64,
    /// No byte can be written: nothing is armed.
    pub full: bool,
}

/// Recordings opened to be played as one.
#[derive(Clone, Debug, Default)]
pub(super) struct Opened {
    pub files: Vec<String>,
    pub audio: AudioFacts,
    pub lengths_ms: Vec<u64>,
    /// How long a tone sounds before them, in ms.
    pub tone_ms: u64,
    /// How long they sound in truth, in ms.
    pub sounds_ms: u64,
}

impl Disk {
    /// A disk with these recordings.
    pub fn of(facts: &Facts) -> Disk {
        let mut disk = Disk::default();
        for (file, known) in facts {
            match known {
                Ok(audio) => disk.lay(file, audio.clone()),
                Err(fault) => drop(disk.faulty.insert(file.clone(), fault.clone())),
            }
        }
        disk
    }

    /// Lays a recording down, in place of what was there.
    pub fn lay(&mut self, file: &str, audio: AudioFacts) {
        self.faulty.remove(file);
        self.recordings.insert(file.to_owned(), audio);
    }

    /// Lays down what the slots name and is not there.
    pub fn lay_for(&mut self, slots: &[Slot]) {
        for slot in slots {
            let each = slot.files.len().max(1) as u64;
            for file in &slot.files {
                if self.recordings.contains_key(file) || self.faulty.contains_key(file) {
                    continue;
                }
                let mut audio = slot.audio.clone().unwrap_or_default();
                audio.file_ms = slot.audio.as_ref().map_or(UNKNOWN_MS, |audio| audio.file_ms / each);
                self.lay(file, audio);
            }
        }
    }

    /// Puts another recording in its place, longer by so many ms.
    pub fn replace(&mut self, file: &str, sha256: &str, longer_ms: u64) {
        if let Some(audio) = self.recordings.get_mut(file) {
            sha256.clone_into(&mut audio.sha256);
            audio.file_ms += longer_ms;
        }
    }

    /// The length of a recording, in ms; 0 where there is none.
    pub fn length_ms(&self, file: &str) -> u64 {
        self.recordings.get(file).map_or(0, |audio| audio.file_ms)
    }

    /// How long it takes to open them, in ms.
    pub(super) fn opening_ms(&self, files: &[String]) -> u64 {
        let own = files.iter().filter_map(|file| self.slow.get(file)).max().copied();
        own.unwrap_or(0).max(self.all_slow_ms)
    }

    /// Opens recordings to be played as one; what keeps them from it, and what is noted of that.
    pub(super) fn open(&self, files: &[String]) -> Result<Opened, (Cause, String)> {
        if self.full {
            return Err((Cause::Disk, String::new()));
        }
        let kept_by = |file: &str, fault: &AudioFault| (fault.cause(), notes::of_fault(file, fault));
        let mut all = Vec::new();
        for file in files {
            if let Some(fault) = self.faulty.get(file) {
                return Err(kept_by(file, fault));
            }
            let there = self.recordings.get(file).filter(|_| !self.absent.contains(file));
            all.push(there.ok_or_else(|| kept_by(file, &AudioFault::Absent))?);
        }
        let mut audio =
            AudioFacts::joined(&all).ok_or_else(|| kept_by(&files.join("`, `audio/"), &AudioFault::Absent))?;
        let lengths_ms: Vec<u64> = all.iter().map(|audio| audio.file_ms).collect();
        let limits = files.iter().map(|file| self.short.get(file).copied().unwrap_or(u64::MAX));
        let sounds_ms = lengths_ms.iter().zip(limits).map(|(ms, limit)| (*ms).min(limit)).sum();
        if files.iter().any(|file| self.unmeasured.contains(file)) {
            audio.file_ms = 0;
        }
        Ok(Opened { files: files.to_vec(), audio, lengths_ms, tone_ms: 0, sounds_ms })
    }
}
