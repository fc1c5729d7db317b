//! What became of slots: the airing, its parts, hand-made corrections and the incidents of the log. Plain data; the ledger
//! keeps it and reports read it.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::levels::Levels;
use crate::notes;
use crate::outcome::{Cause, Outcome};
use crate::problem::{Text, is_hidden};
use crate::timetable::{Slot, SlotId};

mod incident;

pub use incident::{Incident, IncidentKind};

/// One stretch of an airing's sound.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// When its first sample left the line; none if the daemon died before it knew.
    pub began: Option<Timestamp>,
    /// When its last sample left the line, or the last instant it is known to have sounded.
    pub ended: Option<Timestamp>,
    /// It was sounding then, and its end is not known yet.
    pub is_open: bool,
    /// Frames heard, in ms.
    pub played_ms: u64,
    /// Silence inside it where sound should have been (the line ran dry), in ms.
    pub gap_ms: u64,
    /// Of `played_ms`, what nobody heard: the monitor did not, what was sent was silent where its recording is not, or a relay
    /// had neither its source nor a recording.
    pub unheard_ms: u64,
    /// Of `played_ms` of a relay, the recordings that stood in for its source; none where that was not written down.
    pub stand_in_ms: Option<u64>,
    /// The row was not on disk when its first sample left.
    pub unsynced: bool,
    /// How loud it was as it was sent to the device; none where that was not measured.
    pub levels: Option<Levels>,
}

impl Part {
    /// Something of it was heard. One that was opened and withdrawn before its first sample is no stretch of sound.
    pub fn sounded(&self) -> bool {
        self.began.is_some() || self.played_ms > 0
    }

    /// Of what was sent, what was heard in the street as far as the log knows, in ms.
    pub fn heard_ms(&self) -> u64 {
        self.played_ms.saturating_sub(self.unheard_ms)
    }
}

/// Less than this, in ms, is too little for a monitor to tell whether it sounds.
const TOO_LITTLE_MS: u64 = 1_500;

/// How much of what sounded for so long counts as not heard, where `unheard_ms` of it were not, in ms: all of it where most was
/// not, and what is left is too little to tell.
pub fn unheard_of(sounded_ms: u64, unheard_ms: u64) -> u64 {
    let left_ms = sounded_ms.saturating_sub(unheard_ms);
    if left_ms < TOO_LITTLE_MS.min(unheard_ms) { sounded_ms } else { unheard_ms }
}

/// What became of one slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Airing {
    /// UUIDv7.
    pub id: String,
    /// In order of time.
    pub parts: Vec<Part>,
    /// How it ended; none while no outcome is set yet.
    pub outcome: Option<Outcome>,
    /// Why, where the outcome is not `aired`.
    pub cause: Option<Cause>,
    /// In words, for the reader of the report; empty if there is nothing to say.
    pub note: String,
    /// SHA-256 of the bytes that aired.
    pub sha256: Option<String>,
    /// Measured length of the file that aired, in ms.
    pub file_ms: Option<u64>,
    /// The line's id (`main`).
    pub line: String,
    /// The device that had the sound, as `loa devices` prints it.
    pub device: Option<String>,
    /// UUID of the run of the daemon.
    pub run: String,
}

impl Airing {
    /// The stretches of it that were heard, in order of time.
    pub fn heard_parts(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(|part| part.sounded())
    }

    /// When the first sample left the line.
    pub fn began(&self) -> Option<Timestamp> {
        self.parts.iter().find_map(|part| part.began)
    }

    /// When the last sample left the line.
    pub fn ended(&self) -> Option<Timestamp> {
        self.parts.iter().rev().find_map(|part| part.ended)
    }

    /// The last instant that its row has of it; none before it was tried.
    pub fn row_until(&self) -> Option<Timestamp> {
        self.parts.iter().flat_map(|part| [part.began, part.ended]).flatten().max()
    }

    /// When it was last known to be on air, where its end is not known yet.
    pub fn on_air_at(&self) -> Option<Timestamp> {
        self.parts.last().filter(|part| part.is_open && self.outcome.is_none())?.ended
    }

    /// Frames that the line consumed over all parts, in ms.
    pub fn played_ms(&self) -> u64 {
        self.parts.iter().map(|part| part.played_ms).sum()
    }

    /// Of that, what was heard in the street as far as the log knows, in ms.
    pub fn heard_ms(&self) -> u64 {
        self.played_ms() - self.unheard_ms()
    }

    /// Of what was sent, what nobody heard, in ms.
    pub fn unheard_ms(&self) -> u64 {
        self.parts.iter().map(|part| part.unheard_ms.min(part.played_ms)).sum()
    }

    /// Of a relay, the recordings that stood in for its source, in ms; none where that was not written down.
    pub fn stand_in_ms(&self) -> Option<u64> {
        self.parts.iter().filter_map(|part| part.stand_in_ms).reduce(|all, more| all + more)
    }

    /// The largest sample of all parts as sent to the device, in hundredths of a dBFS.
    pub fn peak_cdbfs(&self) -> Option<i32> {
        self.levels().filter_map(|levels| levels.peak_cdbfs).max()
    }

    /// RMS of all that was sent to the device, in hundredths of a dBFS.
    pub fn rms_cdbfs(&self) -> Option<i32> {
        let parts = self.parts.iter().filter_map(|part| Some((part.played_ms, part.levels.as_ref()?.rms_cdbfs)));
        let (energy, ms) = parts.fold((0.0, 0), |(energy, ms), (part_ms, rms)| {
            let power = rms.map_or(0.0, |cdb| 10.0_f64.powf(f64::from(cdb) / 1000.0));
            (energy + power * part_ms as f64, ms + part_ms)
        });
        let db = 10.0 * (energy / ms as f64).log10();
        db.is_finite().then(|| (db * 100.0).round() as i32)
    }

    fn levels(&self) -> impl Iterator<Item = &Levels> {
        self.parts.iter().filter_map(|part| part.levels.as_ref())
    }

    /// Silence inside the parts, in ms.
    pub fn gap_ms(&self) -> u64 {
        self.parts.iter().map(|part| part.gap_ms).sum()
    }
}

/// A slot of record and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// As it was when it was frozen.
    pub slot: Slot,
    /// None while it is armed.
    pub airing: Option<Airing>,
}

impl Entry {
    /// Whether it has its outcome.
    pub fn is_over(&self) -> bool {
        self.airing.as_ref().is_some_and(|airing| airing.outcome.is_some())
    }

    /// The slot, with the last instant that its row has of it; none before it was tried.
    pub fn row_until(&self) -> Option<(SlotId, Timestamp)> {
        Some((self.slot.id.clone(), self.airing.as_ref()?.row_until()?))
    }

    /// Whether anything of it was heard, where it is over; of what a kill ended before the log knew of a sound, nothing was.
    pub fn was_heard(&self) -> Option<bool> {
        let airing = self.airing.as_ref()?;
        airing.outcome.map(|outcome| !outcome.is_silent() && airing.played_ms() > 0)
    }

    /// How long after its planned instant it began, in ms; negative if early.
    pub fn late_ms(&self) -> Option<i64> {
        let began = self.airing.as_ref()?.began()?;
        Some(began.duration_since(self.slot.planned).as_millis() as i64)
    }

    /// The word of its cause, as far as it has one.
    pub fn cause_word(&self) -> Option<Text> {
        let airing = self.airing.as_ref()?;
        Some(notes::cause_word(airing.cause?, &airing.note))
    }

    /// What is noted beside it; empty where nothing is.
    pub fn note(&self) -> Text {
        let note = self.airing.as_ref().map_or("", |airing| airing.note.as_str());
        notes::read(note, self.slot.bar.as_ref().map(|bar| &bar.reason))
    }
}

/// What a person wrote down by hand beside the log's own word, which stays as it is. Of several for one slot, or in one
/// another's place, the last counts, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// UUIDv7.
    pub id: String,
    /// What it is about.
    pub of: Corrected,
    /// Local date on which it counts: that of the slot's broadcast, else that of `began`.
    pub date: Date,
    /// Who wrote it.
    pub by: String,
    /// Why.
    pub why: String,
    /// When.
    pub written: Timestamp,
    /// How it ended; none: as the log has it.
    pub outcome: Option<Outcome>,
    /// Why, where `outcome` is not `aired`.
    pub cause: Option<Cause>,
    /// When the first sound was heard; none: as the log has it.
    pub began: Option<Timestamp>,
    /// When the last sound was heard; none: as the log has it.
    pub ended: Option<Timestamp>,
    /// How much was heard, in ms; none: as the log has it.
    pub played_ms: Option<u64>,
    /// For the reader of the report; none: as the log has it.
    pub note: Option<String>,
    /// The id of the entry of what was aired without Loa whose place it takes; none: it stands for itself. That one counts
    /// no more, though it stays.
    #[serde(default)]
    pub replaces: Option<String>,
}

impl Correction {
    /// The id of the entry that it is, or whose place it takes.
    pub fn entry(&self) -> &str {
        self.replaces.as_ref().unwrap_or(&self.id)
    }

    /// Whether it takes back what an entry before it says: nothing was heard without Loa after all, or, of a slot, the
    /// log's own word counts again.
    pub fn is_withdrawal(&self) -> bool {
        let nothing = self.outcome.is_none() && self.began.max(self.ended).is_none();
        let says_nothing = nothing && self.played_ms.is_none() && self.note.is_none();
        match &self.of {
            Corrected::Slot(_) => says_nothing,
            Corrected::WithoutLoa { .. } => self.outcome.is_some_and(Outcome::is_silent),
        }
    }
}

/// What a correction is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Corrected {
    /// The airing of a slot of record.
    Slot(SlotId),
    /// What was aired without Loa, so that no slot has it. Its correction always has `outcome`, `began` and `ended`.
    WithoutLoa {
        /// What it was.
        title: String,
        /// The segment it was, by id; none if it was no segment.
        segment: Option<String>,
    },
}

/// A name in the log is no longer than this, in letters: it stands in every row and on paper.
pub const MOST_NAME: usize = 100;

/// The name of a person who orders something or answers for it, as the log takes it.
///
/// # Errors
/// A sentence for the user: it is too long, or of more than one line.
pub fn name_of(by: &str) -> Result<&str, Text> {
    let by = by.trim();
    if !by.chars().any(char::is_alphanumeric) {
        return Err(Text::new(
            "phải có tên người yêu cầu; ghi bằng `--by`",
            "it needs the name of who asks; give it by `--by`",
        ));
    }
    if by.chars().count() > MOST_NAME || by.chars().any(|c| c.is_control() || is_hidden(c)) {
        return Err(Text::new(
            format!(
                "tên người (`--by`) phải là một dòng, nhiều nhất {MOST_NAME} chữ, không có ký tự ẩn; hãy ghi họ tên, thêm chức vụ nếu cần"
            ),
            format!(
                "a person's name (`--by`) is one line of {MOST_NAME} letters at most, without signs that nobody sees; give the name, with the office if need be"
            ),
        ));
    }
    Ok(by)
}

/// What one is called in the log who orders something and gives no name.
pub fn nobody_in_particular() -> Text {
    Text::new("người trực", "the operator")
}

/// Titles that are named; of more their count.
const MOST_TITLES: usize = 5;

/// What an order to end came to, from its answer; titles stand in those quotes.
pub fn what_was_cut(answer: &Value, [open, close]: [&str; 2]) -> Text {
    let titles = |key: &str| -> Option<String> {
        let all: Vec<&str> = answer[key].as_array()?.iter().filter_map(Value::as_str).collect();
        let named =
            all.iter().take(MOST_TITLES).map(|title| format!("{open}{title}{close}")).collect::<Vec<_>>().join(", ");
        (!all.is_empty()).then(|| if all.len() > MOST_TITLES { format!("{named}, … ({})", all.len()) } else { named })
    };
    let cut = titles("on_air").map(|named| Text::new(format!("Đã dừng: {named}."), format!("Ended: {named}.")));
    let ending = titles("ending").map(|named| {
        Text::new(format!("Đã có lệnh dừng, sắp im: {named}."), format!("Ended already, silent in a moment: {named}."))
    });
    let dropped = titles("dropped")
        .map(|named| Text::new(format!("Không phát nữa: {named}."), format!("Not to be heard any more: {named}.")));
    let unwritten = (answer["written"] == false).then(|| {
        Text::new(
            "Nhưng chưa ghi được xuống đĩa: nếu lúc này mất điện, Loa không nhớ là đã dừng; hãy xem `loa status`.",
            "But it could not be written to the disk: if the power goes now, Loa will not know that it was ended; see `loa status`.",
        )
    });
    let all = [cut, ending, dropped].into_iter().flatten().chain(unwritten);
    let all = all.reduce(|one, next| Text::new(format!("{} {}", one.vi, next.vi), format!("{} {}", one.en, next.en)));
    all.unwrap_or_else(|| Text::new("Không có gì để dừng.", "There was nothing to end."))
}

/// Of an emergency that was ordered: that its repeats are nowhere on disk, if they are not.
pub fn unkept_repeats(answer: &Value) -> Option<Text> {
    (answer["written"] == false).then(|| {
        Text::new(
            "Nhưng các lần lặp lại chưa ghi được xuống đĩa: nếu lúc này mất điện, Loa không nhớ để phát lại; hãy xem `loa status`.",
            "But its repeats could not be written to the disk: if the power goes now, Loa will not know that they are to be heard; see `loa status`.",
        )
    })
}

/// The newest link of the log's chain, as it leaves the PC: who keeps it can tell later whether what was closed by then is
/// as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogHead {
    /// How many links there are; 0 before the first of a log.
    pub seq: i64,
    /// Its hash, lower-case hexadecimal.
    pub hash: String,
}

impl LogHead {
    /// As every report ends with it.
    pub fn text(&self) -> Text {
        let LogHead { seq, hash } = self;
        Text::new(
            format!("Lập từ nhật ký phát thanh; mã nhật ký ở mắt xích {seq}: {hash}"),
            format!("Made from the airing log; its hash at link {seq}: {hash}"),
        )
    }

    /// As programs read it: `{head, seq}`.
    pub fn json(&self) -> Value {
        json!({ "head": self.hash, "seq": self.seq })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_of_bounded_length() {
        assert_eq!(name_of("  Nguyễn Thị Lan, công chức VHXH "), Ok("Nguyễn Thị Lan, công chức VHXH"));
        assert_eq!(name_of(&"ễ".repeat(100)).map(str::len), Ok(300), "letters, not bytes");
        assert!(name_of(&"ễ".repeat(101)).is_err_and(|text| text.vi.contains("100 chữ")));
        for hidden in ["Lan\nBình", "Lan\u{202e}hnìB", "La\u{200b}n"] {
            assert!(name_of(hidden).is_err_and(|text| text.en.contains("nobody sees")), "{hidden:?}");
        }
        for blank in ["", "   ", "\u{a0}\t", "\u{200b}", "…", "-"] {
            assert!(name_of(blank).is_err_and(|text| text.vi.contains("--by")), "{blank:?} names nobody");
        }
    }
}
