//! What is written: one value for each thing that happens to the log. It can also be put down as a line of JSON, for the
//! file that stands beside a log that cannot be written.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::rows::SlotRow;
use super::ticket::Ticket;
use crate::airing::{Correction, IncidentKind};
use crate::levels::Levels;
use crate::outcome::{Cause, Outcome};
use crate::timetable::SlotId;

/// One thing to write.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "write", rename_all = "snake_case")]
pub(super) enum Write {
    /// The first write of a run that follows on one without an end.
    PutRight(PutRight),
    Freeze {
        slot: SlotRow,
    },
    /// An edit that came too late put `slot` in the place of another; none: not any more.
    Instead {
        slot: SlotId,
        of: Option<SlotId>,
        at: Timestamp,
    },
    /// A person ordered that by a clock in doubt; it is due so long after the boot.
    Ordered {
        slot: SlotRow,
        due_uptime_ms: u64,
    },
    OpenPart(OpenedPart),
    /// Its first sample left before the row was on disk, which the row does not say yet.
    MarkUnsynced {
        slot: SlotId,
    },
    Began {
        slot: SlotId,
        at: Timestamp,
    },
    Heard {
        slot: SlotId,
        at: Timestamp,
        played_ms: u64,
    },
    /// Silence in its midst so far, and for how long the disk kept it waiting.
    Gaps {
        slot: SlotId,
        gap_ms: u64,
        waited_ms: u64,
    },
    /// Nothing is heard of it, for so long by now.
    Unheard {
        slot: SlotId,
        cause: Cause,
        for_ms: u64,
    },
    /// It was sent whole and waits for the monitor's word.
    SentWhole {
        slot: SlotId,
        note: String,
    },
    /// A person has ended the open part.
    EndedBy {
        slot: SlotId,
        by: String,
    },
    Levels {
        slot: SlotId,
        levels: Levels,
    },
    /// How much of the relay's open part was not its source.
    NotTheSource {
        slot: SlotId,
        stand_in_ms: u64,
        silent_ms: u64,
    },
    ClosePart {
        slot: SlotId,
        at: Timestamp,
        played_ms: u64,
        gap_ms: u64,
    },
    Settle {
        slot: SlotId,
        outcome: Outcome,
        cause: Option<Cause>,
        note: String,
        at: Timestamp,
    },
    Heartbeat {
        at: Timestamp,
        uptime_ms: u64,
    },
    Revision(RevisionTexts),
    IncidentBegan {
        kind: IncidentKind,
        at: Timestamp,
        detail: String,
        /// In English; none where an older Loa put it down.
        #[serde(default)]
        detail_en: Option<String>,
    },
    IncidentEnded {
        kind: IncidentKind,
        at: Timestamp,
    },
    Correct {
        correction: Box<Correction>,
        #[serde(skip, default = "Ticket::given_up")]
        ticket: Arc<Ticket>,
    },
    EndRun {
        at: Timestamp,
        how: String,
        #[serde(skip, default = "Ticket::given_up")]
        ticket: Arc<Ticket>,
    },
}

/// What the start of a run put right of the one before, which had not ended. The log that was started on has it already; one
/// that is made anew of an older copy learns it from here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PutRight {
    /// UUID of the run before, and the last instant it is known to have lived.
    pub previous: String,
    pub heartbeat: Timestamp,
    /// The incident that began then, and its words.
    pub gap: IncidentKind,
    pub detail: String,
    /// Parts that were open, as they were closed.
    pub parts: Vec<ClosedPart>,
    /// Airings that got their outcome by it.
    pub settled: Vec<Settled>,
}

/// A part that a start closed at the last instant it is known to have sounded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct ClosedPart {
    pub slot: SlotId,
    pub n: i64,
    pub began: Option<Timestamp>,
    pub heard_until: Option<Timestamp>,
    pub played_ms: u64,
    pub gap_ms: u64,
}

/// An airing to which a start gave its outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Settled {
    pub slot: SlotId,
    pub outcome: Outcome,
    pub cause: Option<Cause>,
    pub note: String,
}

/// A schedule that came into force.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct RevisionTexts {
    /// `YYYY-MM`.
    pub month: String,
    pub station_text: String,
    pub schedule_text: String,
    pub sha256: String,
    pub read_at: Timestamp,
}

impl Write {
    /// Whether `later` makes this one needless.
    pub fn is_outdone_by(&self, later: &Write) -> bool {
        match (self, later) {
            (Write::Heartbeat { .. }, Write::Heartbeat { .. }) => true,
            (Write::Heard { slot: a, .. }, Write::Heard { slot: b, .. }) => a == b,
            _ => false,
        }
    }

    pub fn is_sign_of_life(&self) -> bool {
        matches!(self, Write::Heartbeat { .. } | Write::Heard { .. })
    }

    /// When that happened, where the sound or a fault says it.
    pub fn tells_of(&self) -> Option<Timestamp> {
        match self {
            Write::Began { at, .. }
            | Write::Heard { at, .. }
            | Write::ClosePart { at, .. }
            | Write::Heartbeat { at, .. }
            | Write::IncidentBegan { at, .. }
            | Write::IncidentEnded { at, .. } => Some(*at),
            _ => None,
        }
    }

    /// Who waits for it to be on disk.
    pub fn ticket(&self) -> Option<&Ticket> {
        match self {
            Write::OpenPart(OpenedPart { ticket, .. })
            | Write::Correct { ticket, .. }
            | Write::EndRun { ticket, .. } => Some(ticket),
            _ => None,
        }
    }
}

/// A part of a slot's airing that is opened.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct OpenedPart {
    pub slot: SlotId,
    /// Lower-case hexadecimal; empty of a relay.
    pub sha256: String,
    /// 0 where nobody has measured it.
    pub file_ms: u64,
    pub line: String,
    pub device: String,
    pub at: Timestamp,
    /// Read back from beside the log, nobody waits for it any more.
    #[serde(skip, default = "Ticket::given_up")]
    pub ticket: Arc<Ticket>,
}

/// A write with its number within the run: 1, 2, … in the order of their posting. A log keeps the newest that it has
/// (`run.taken_up`), so that none is ever written twice.
#[derive(Clone, Debug)]
pub(super) struct Numbered {
    pub n: u64,
    pub write: Write,
}

/// Tells those who wait that their rows are on disk; returns what must still be said of rows that came too late.
pub(super) fn answer(batch: Vec<Numbered>) -> Vec<Write> {
    let mut late = Vec::new();
    for Numbered { write, .. } in batch {
        let too_late = write.ticket().is_some_and(Ticket::synced_too_late);
        // Written without the mark while the wait ran out: the mark follows before anything else.
        if let (Write::OpenPart(OpenedPart { slot, .. }), true) = (write, too_late) {
            late.push(Write::MarkUnsynced { slot });
        }
    }
    late
}
