//! What became of slots: the airing, its parts, the daemon's runs and the incidents of the log. Plain data; the ledger
//! keeps it and reports read it.

use jiff::Timestamp;

use crate::outcome::{Cause, Outcome};
use crate::problem::Lang;
use crate::timetable::Slot;

/// One stretch of an airing's sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// When its first sample left the line; none if the daemon died before it knew.
    pub began: Option<Timestamp>,
    /// When its last sample left the line, or the last instant it is known to have sounded.
    pub ended: Option<Timestamp>,
    /// Frames heard, in ms.
    pub played_ms: u64,
    /// Silence inside it where sound should have been (the line ran dry), in ms.
    pub gap_ms: u64,
    /// The row was not on disk when its first sample left.
    pub unsynced: bool,
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
    /// When the first sample left the line.
    pub fn began(&self) -> Option<Timestamp> {
        self.parts.iter().find_map(|part| part.began)
    }

    /// When the last sample left the line.
    pub fn ended(&self) -> Option<Timestamp> {
        self.parts.iter().rev().find_map(|part| part.ended)
    }

    /// Frames heard over all parts, in ms.
    pub fn played_ms(&self) -> u64 {
        self.parts.iter().map(|part| part.played_ms).sum()
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
    /// How long after its planned instant it began, in ms; negative if early.
    pub fn late_ms(&self) -> Option<i64> {
        let began = self.airing.as_ref()?.began()?;
        Some(began.duration_since(self.slot.planned).as_millis() as i64)
    }
}

/// A fault that reports tell of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// What kind.
    pub kind: IncidentKind,
    /// When it began.
    pub began: Timestamp,
    /// When it was over; none while it lasts.
    pub ended: Option<Timestamp>,
    /// In words.
    pub detail: String,
}

/// The kinds of incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncidentKind {
    /// The sound output was lost, or could not be opened.
    LineLost,
    /// The wall clock stepped.
    ClockStep,
    /// The clock cannot be trusted; nothing airs.
    ClockUntrusted,
    /// The PC was without power.
    PowerCut,
    /// The daemon ended without closing its run.
    Crash,
    /// The PC slept.
    Asleep,
    /// A schedule was refused; the last good one is in force.
    ScheduleRefused,
    /// The ledger could not be written.
    Disk,
}

impl IncidentKind {
    /// All of them.
    pub const ALL: &'static [IncidentKind] = &[
        IncidentKind::LineLost,
        IncidentKind::ClockStep,
        IncidentKind::ClockUntrusted,
        IncidentKind::PowerCut,
        IncidentKind::Crash,
        IncidentKind::Asleep,
        IncidentKind::ScheduleRefused,
        IncidentKind::Disk,
    ];

    /// The word in SQL and JSON.
    pub fn code(self) -> &'static str {
        match self {
            IncidentKind::LineLost => "line_lost",
            IncidentKind::ClockStep => "clock_step",
            IncidentKind::ClockUntrusted => "clock_untrusted",
            IncidentKind::PowerCut => "power_cut",
            IncidentKind::Crash => "crash",
            IncidentKind::Asleep => "asleep",
            IncidentKind::ScheduleRefused => "schedule_refused",
            IncidentKind::Disk => "disk",
        }
    }

    /// The word a person reads.
    pub fn word(self, lang: Lang) -> &'static str {
        let (vi, en) = match self {
            IncidentKind::LineLost => ("mất đường loa", "line lost"),
            IncidentKind::ClockStep => ("đồng hồ máy bị chỉnh", "clock stepped"),
            IncidentKind::ClockUntrusted => ("đồng hồ máy không đáng tin", "clock not trusted"),
            IncidentKind::PowerCut => ("mất điện", "power cut"),
            IncidentKind::Crash => ("chương trình dừng đột ngột", "the program ended abruptly"),
            IncidentKind::Asleep => ("máy ngủ", "computer asleep"),
            IncidentKind::ScheduleRefused => ("kế hoạch không nhận được", "schedule refused"),
            IncidentKind::Disk => ("không ghi được nhật ký", "log cannot be written"),
        };
        if lang == Lang::Vi { vi } else { en }
    }

    /// The inverse of `code`.
    pub fn from_code(code: &str) -> Option<IncidentKind> {
        IncidentKind::ALL.iter().copied().find(|kind| kind.code() == code)
    }
}
