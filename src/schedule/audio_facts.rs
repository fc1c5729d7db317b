//! What a full decode found out about a recording. The catalogue measures it; the schedule, the timetable and the
//! director only read it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

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
    /// How it sounds. None where only what the airing needs was kept, as in the log. Shared, since every slot of a
    /// recording carries its facts.
    pub measures: Option<Arc<Measures>>,
}

/// How a recording sounds, measured over all of it. Whole numbers of small units, so that what was kept compares equal
/// to what was measured.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measures {
    /// Integrated loudness after EBU R128 (ITU-R BS.1770-4, gated), in hundredths of a LUFS, of the file as it is. None
    /// where nothing passes the gate: under 400 ms, or below −70 LUFS.
    pub loudness_clufs: Option<i32>,
    /// Largest true peak of any channel (ITU-R BS.1770-4, oversampled), in hundredths of a dBTP. None in dead silence.
    pub true_peak_cdbtp: Option<i32>,
    /// Before the first frame in which any channel reaches −60 dBFS, in ms.
    pub silence_head_ms: u64,
    /// After the last such frame, in ms.
    pub silence_tail_ms: u64,
    /// The longest stretch between two such frames, in ms.
    pub silence_inside_ms: u64,
    /// Samples at full scale that stand in a row of at least three on one channel.
    pub clipped_samples: u64,
    /// Such rows.
    pub clipped_runs: u64,
    /// Mean power of each channel, in hundredths of a dBFS (a square wave at full scale has 0); −20000 for none.
    pub channel_rms_cdbfs: Vec<i32>,
    /// What is wrong with its two channels.
    pub stereo_fault: Option<StereoFault>,
    /// The title its tags give, shortened.
    pub title: Option<String>,
    /// The artist its tags give, shortened.
    pub artist: Option<String>,
}

/// A fault of a cable or a plug that one hears in a recording of two channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StereoFault {
    /// The left channel holds nothing.
    DeadLeft,
    /// The right channel holds nothing.
    DeadRight,
    /// One channel is the other upside down: on a loudspeaker that sounds both they cancel out.
    Inverted,
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
