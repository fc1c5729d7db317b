//! What a full decode found out about a recording. The catalogue measures it; the schedule, the timetable and the
//! director only read it.

use std::collections::BTreeMap;
use std::sync::Arc;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::outcome::Cause;
use crate::problem::Text;
use crate::reading::fold::did_you_mean;

/// A recording that a full decode got through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AudioFacts {
    /// SHA-256 of the file's bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Measured length: decoded frames over their own rate, in ms. 0: never measured, as an emergency that could not wait.
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

impl AudioFacts {
    /// Recordings played as one: lengths are sums, frames at the rate of the first; none of none.
    pub fn joined(all: &[&AudioFacts]) -> Option<AudioFacts> {
        let (first, rest) = all.split_first()?;
        if rest.is_empty() {
            return Some((*first).clone());
        }
        let rate_hz = first.rate_hz;
        let frames_of = |one: &AudioFacts| {
            let frames = u128::from(one.frames) * u128::from(rate_hz) / u128::from(one.rate_hz.max(1));
            u64::try_from(frames).unwrap_or(u64::MAX)
        };
        let sum = |of: &dyn Fn(&AudioFacts) -> u64| all.iter().fold(0_u64, |sum, one| sum.saturating_add(of(one)));
        let mut codecs: Vec<&str> = all.iter().map(|one| one.codec.as_str()).collect();
        codecs.dedup();
        let hashes: Vec<&str> = all.iter().map(|one| one.sha256.as_str()).collect();
        Some(AudioFacts {
            sha256: joined_sha256(&hashes),
            file_ms: sum(&|one| one.file_ms),
            frames: sum(&frames_of),
            rate_hz,
            channels: all.iter().map(|one| one.channels).max().unwrap_or(0),
            codec: codecs.join("+"),
            declared_ms: all.iter().map(|one| one.declared_ms).sum(),
            damaged_packets: sum(&|one| one.damaged_packets),
            measures: None,
        })
    }
}

/// What the power of two equal channels is above that of one of them, in hundredths of a dB.
const DOUBLE_CDB: i32 = 301;

impl AudioFacts {
    /// Integrated loudness as it leaves a line of so many channels, in hundredths of a LUFS, before any gain.
    ///
    /// A line of one channel counts like one of two that carry the same, for so it is heard where it drives the same
    /// loudspeakers. A recording of one channel, or with only one that sounds, therefore has 3 LU more than its own
    /// number; one of two that is summed has as much less as its channels have little in common.
    pub fn line_clufs(&self, line_channels: u16) -> Option<i32> {
        let measures = self.measures.as_deref()?;
        let change_cdb = match (self.channels, measures.stereo_fault, measures.mix_cdb) {
            (1, _, _) | (_, Some(StereoFault::DeadLeft | StereoFault::DeadRight), _) => DOUBLE_CDB,
            (2, None, Some(mix)) if line_channels == 1 => mix,
            (2, Some(StereoFault::Inverted), Some(mix)) if line_channels == 1 => difference_cdb(mix),
            _ => 0,
        };
        Some(measures.loudness_clufs? + change_cdb)
    }
}

/// The power of half the difference of two channels where half their sum has `mix_cdb`; both together make up 0 dB.
fn difference_cdb(mix_cdb: i32) -> i32 {
    let rest = 1.0 - 10_f64.powf(f64::from(mix_cdb) / 1000.0);
    (1000.0 * rest.max(1e-20).log10()).round() as i32
}

/// The longest silence (below −60 dBFS) in recordings played as one, in ms; none where one of them was never measured for it.
pub fn longest_silence_ms(all: &[AudioFacts]) -> Option<u64> {
    let (mut longest_ms, mut before_ms) = (0, 0);
    for one in all {
        let measures = one.measures.as_ref()?;
        let head_ms: u64 = before_ms + measures.silence_head_ms;
        longest_ms = longest_ms.max(head_ms).max(measures.silence_inside_ms).max(measures.silence_tail_ms);
        before_ms = measures.silence_tail_ms;
    }
    Some(longest_ms)
}

/// The SHA-256 that stands for recordings played as one, as an approval pins it and as arming finds it again: that of one
/// is its own; that of several is the SHA-256 of theirs, in hexadecimal and in order, joined by newlines.
pub fn joined_sha256(hashes: &[&str]) -> String {
    match hashes {
        [only] => (*only).to_owned(),
        several => HEXLOWER.encode(&Sha256::digest(several.join("\n"))),
    }
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
    /// Power of half the sum of its two channels against the mean of their powers, in hundredths of a dB: 0 for one sound
    /// on both, −301 for two that have nothing in common. None unless there are two throughout, and in dead silence.
    pub mix_cdb: Option<i32>,
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
    /// None, but this one there has nearly its name.
    AbsentBut(String),
    /// There, but cannot be read (rights, a network share gone).
    Unreadable(Text),
    /// There, but no file below `audio/`: a folder, a device, a pipe, or a link that leads outside.
    NoFile(Text),
    /// No bytes, or no samples.
    Empty,
    /// Samples, but every one of them silent (below −80 dBFS).
    Silent,
    /// Not audio, or a kind that Loa does not read; the text names the kind and, behind its last `; `, the cure.
    Undecodable(Text),
}

impl AudioFault {
    /// Why the recording that people call `file` cannot air.
    pub fn words(&self, file: &str) -> Text {
        match self {
            AudioFault::Absent | AudioFault::AbsentBut(_) => {
                Text::new(format!("không có tệp `{file}`"), format!("there is no file `{file}`"))
            }
            AudioFault::Unreadable(why) | AudioFault::NoFile(why) => {
                let Text { vi, en } = why;
                Text::new(format!("không mở được tệp `{file}`: {vi}"), format!("`{file}` cannot be opened: {en}"))
            }
            AudioFault::Empty => {
                Text::new(format!("tệp `{file}` không có âm thanh nào"), format!("`{file}` holds no sound at all"))
            }
            AudioFault::Silent => Text::new(
                format!("tệp `{file}` im lặng từ đầu đến cuối"),
                format!("`{file}` is silent from end to end"),
            ),
            AudioFault::Undecodable(told) => {
                let (why, _) = parted(told);
                Text::new(
                    format!("không giải mã được `{file}`: {}", why.vi),
                    format!("`{file}` cannot be decoded: {}", why.en),
                )
            }
        }
    }

    /// What to do about it.
    pub fn cure(&self) -> Text {
        match self {
            AudioFault::Absent => Text::new("kiểm tra lại tên và thư mục của tệp", "look at its name and folder again"),
            AudioFault::AbsentBut(near) => did_you_mean(near),
            AudioFault::Unreadable(_) => {
                Text::new("kiểm tra quyền đọc và ổ đĩa", "check the rights to read it, and the disk")
            }
            AudioFault::NoFile(_) => {
                Text::new("chép chính tệp ghi âm vào `audio/`", "copy the recording itself into `audio/`")
            }
            AudioFault::Empty => Text::new("thu hoặc chép lại tệp này", "record it or copy it again"),
            AudioFault::Silent => Text::new(
                "nghe thử và thu lại: có lẽ micrô chưa bật",
                "listen and record it again: the microphone was perhaps off",
            ),
            AudioFault::Undecodable(told) => parted(told).1,
        }
    }

    /// [`AudioFault::words`] and [`AudioFault::cure`] in one sentence.
    pub fn words_and_cure(&self, file: &str) -> Text {
        let (words, cure) = (self.words(file), self.cure());
        Text::new(format!("{}; {}", words.vi, cure.vi), format!("{}; {}", words.en, cure.en))
    }

    /// The cause that the log names when this fault kept a slot off the air.
    pub fn cause(&self) -> Cause {
        match self {
            AudioFault::Absent | AudioFault::AbsentBut(_) => Cause::NoFile,
            AudioFault::Unreadable(_) | AudioFault::NoFile(_) => Cause::Disk,
            AudioFault::Empty | AudioFault::Silent | AudioFault::Undecodable(_) => Cause::Undecodable,
        }
    }
}

/// What is told of a recording that cannot be decoded: why, and what to do about it.
fn parted(told: &Text) -> (Text, Text) {
    const CURE: [&str; 2] =
        ["xuất lại dạng MP3, M4A, OGG, FLAC hoặc WAV", "export it again as MP3, M4A, OGG, FLAC or WAV"];
    let (vi, cure_vi) = told.vi.rsplit_once("; ").unwrap_or((&told.vi, CURE[0]));
    let (en, cure_en) = told.en.rsplit_once("; ").unwrap_or((&told.en, CURE[1]));
    (Text::new(vi, en), Text::new(cure_vi.trim_start_matches("hãy "), cure_en))
}

/// What is known of each recording, by its path below `audio/` as the schedule writes it.
pub type Facts = BTreeMap<String, Result<AudioFacts, AudioFault>>;
