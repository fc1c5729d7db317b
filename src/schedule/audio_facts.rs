//! What a full decode found out about a recording. The catalogue measures it; the schedule, the timetable and the
//! director only read it.

use std::collections::BTreeMap;

use crate::outcome::Cause;
use crate::problem::Text;

/// A recording that a full decode got through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AudioFacts {
    /// SHA-256 of the file's bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Measured length: decoded frames over their own rate, in ms.
    pub file_ms: u64,
    /// Decoded frames, at `rate_hz`.
    pub frames: u64,
    /// The decoded buffers' own sample rate.
    pub rate_hz: u32,
    /// The decoded buffers' own channel count.
    pub channels: u16,
    /// The codec's short name (`mp3`, `aac`, `vorbis`, `flac`, `pcm_s16le`).
    pub codec: String,
    /// The length that the header claims, in ms, where it claims one.
    pub declared_ms: Option<u64>,
    /// Packets that were damaged and skipped.
    pub damaged_packets: u64,
}

/// A recording that cannot air as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AudioFault {
    /// No such file below `audio/`.
    Absent,
    /// There, but cannot be read (rights, a folder, a device, a network share gone).
    Unreadable(String),
    /// No bytes, or no samples.
    Empty,
    /// Samples, but every one of them silent (below −80 dBFS).
    Silent,
    /// Not audio, or a kind that Loa does not read; the text names the kind and the cure.
    Undecodable(Text),
}

impl AudioFault {
    /// The cause that the log names when this fault kept a slot off the air.
    pub fn cause(&self) -> Cause {
        match self {
            AudioFault::Absent => Cause::NoFile,
            AudioFault::Unreadable(_) => Cause::Disk,
            AudioFault::Empty | AudioFault::Silent | AudioFault::Undecodable(_) => Cause::Undecodable,
        }
    }
}

/// What is known of each recording, by its path below `audio/` as the schedule writes it.
pub type Facts = BTreeMap<String, Result<AudioFacts, AudioFault>>;
