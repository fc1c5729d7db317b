//! What can happen and what can be ordered: two closed lists.

use jiff::Timestamp;

use crate::levels::Levels;
use crate::outcome::{Cause, Outcome};
use crate::problem::Text;
use crate::programme::relay::RelaySource;
use crate::schedule::audio_facts::AudioFacts;
use crate::timetable::{Slot, SlotId};

use super::air_rules::{AirRules, AttentionTone};
use super::by_hand::Request;
use super::proof::MonitorNews;

/// How the sound of a slot ended, as the player saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Every frame that the full decode had measured was consumed by the line.
    Whole,
    /// The decoder ended before the measured length, or bytes of the armed copy could not be read.
    Short,
    /// It went on to its end, and was not whole: an emergency is not kept waiting to be measured. Why, in words.
    Damaged(Text),
    /// Cut by order.
    Cut,
    /// The line was lost.
    Line,
}

/// What was heard of a relay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Relayed {
    /// Of its source, in ms; of a relay by hand the silence in which the operator had the line.
    pub source_ms: u64,
    /// Of the recordings in its place, in ms.
    pub fallback_ms: u64,
    /// Silence in place of either, in ms.
    pub nothing_ms: u64,
    /// Times the source was lost.
    pub losses: u64,
    /// Why it gave no sound when it last gave none, in words; empty if it always did, or was silent.
    pub why: String,
}

/// Everything that can happen. A closed list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Nothing but time passed.
    Woken,
    /// A new timetable is in force. It touches no slot that is frozen, and what it plans for the past was not planned then.
    Planned {
        /// As of when it was read: what it plans for a later instant is of record, although that may have come meanwhile.
        since: Timestamp,
        /// All slots from now on.
        slots: Vec<Slot>,
        /// The rules in force with it.
        rules: AirRules,
    },
    /// The recordings of a slot are open, copied, hashed and decoding; or its relay is being tuned in.
    Armed {
        /// Which.
        slot: SlotId,
        /// What the armed copies are, taken as one; of a relay nothing is known.
        audio: AudioFacts,
        /// The length of each, in ms.
        lengths_ms: Vec<u64>,
    },
    /// The recording of a slot could not be armed; it may be tried again.
    NotArmed {
        /// Which.
        slot: SlotId,
        /// Why.
        cause: Cause,
        /// In words.
        note: String,
    },
    /// Its first sample left the line.
    Began {
        /// Which.
        slot: SlotId,
        /// When.
        at: Timestamp,
    },
    /// It sounds: sent at least twice a second while on air.
    Heard {
        /// Which.
        slot: SlotId,
        /// Up to when.
        at: Timestamp,
        /// How much of it so far, in ms.
        played_ms: u64,
    },
    /// What was heard of a relay since it was ordered on air. Sent before its end.
    Relayed {
        /// Which.
        slot: SlotId,
        /// It.
        heard: Relayed,
    },
    /// The same so far: sent from the first of it that is not its source on, again and again while that grows.
    Relaying {
        /// Which.
        slot: SlotId,
        /// It.
        heard: Relayed,
    },
    /// Nothing is heard of it, though its recording is not silent there: what was sent was silent (`short`), or the monitor
    /// did not hear it (`line`). Sent again as that lasts.
    Unheard {
        /// Which.
        slot: SlotId,
        /// `short` or `line`.
        cause: Cause,
        /// How long so far, in ms: of `short` at a stretch, of `line` in all.
        for_ms: u64,
    },
    /// There is silence in its midst, and more of it than was told before: how much so far. A kill may come before its end.
    Gaps {
        /// Which.
        slot: SlotId,
        /// In all, in ms.
        gap_ms: u64,
        /// For how long reading its recording stood still at a stretch, in ms.
        waited_ms: u64,
    },
    /// For how long reading its recording stood still in its midst, at a stretch. Sent before its end.
    Waited {
        /// Which.
        slot: SlotId,
        /// The longest stretch, in ms.
        for_ms: u64,
    },
    /// For how long the program was stopped, or the PC slept, while it sounded. Sent before its end.
    StoodStill {
        /// Which.
        slot: SlotId,
        /// In all, in ms.
        for_ms: u64,
    },
    /// How the volume controls on the way stand.
    Mixer {
        /// What sounds by them, if anything does.
        slot: Option<SlotId>,
        /// The control that lets nothing through, if one does.
        silencer: Option<String>,
    },
    /// The amplifier behind the line cannot be switched on while it sounds.
    Unamplified {
        /// Which.
        slot: SlotId,
    },
    /// How loud it was, as it was sent to the device. Sent before its end, if anything was heard.
    Measured {
        /// Which.
        slot: SlotId,
        /// Its levels.
        levels: Levels,
    },
    /// Its last sample left the line. Sent once for each `Action::Air`, also if nothing sounded.
    Ended {
        /// Which.
        slot: SlotId,
        /// When.
        at: Timestamp,
        /// Frames heard, in ms.
        played_ms: u64,
        /// Silence inside, in ms.
        gap_ms: u64,
        /// How.
        end: End,
    },
    /// The line is open and its clock has settled.
    LineOpened {
        /// As `loa devices` prints it.
        device: String,
    },
    /// The line is lost, or could not be opened.
    LineLost {
        /// As `loa devices` prints it.
        device: String,
        /// In words.
        why: Text,
    },
    /// What the input that hears the line says.
    Monitor(MonitorNews),
    /// The wall clock moved over this stretch without the daemon seeing it, or there was no daemon.
    Jumped {
        /// What the clock said before.
        from: Timestamp,
        /// What it said after.
        to: Timestamp,
        /// `asleep`, `clock`; `power`, `daemon` where there was none.
        cause: Cause,
    },
    /// Whether a time source or a person vouches for the clock. Told where that changes.
    ClockKept(bool),
    /// The clock is not trusted from now on: what it says is no instant of the plan.
    ClockDoubted,
    /// The clock is trusted again. A plan in force now follows.
    ClockTrusted {
        /// Since when nobody knew the time, by the clock as it is now.
        since: Timestamp,
        /// What was planned for meanwhile.
        due: Vec<Slot>,
    },
    /// A person asks for something.
    Asked(Request),
    /// A person or the system asks the daemon to stop.
    Shutdown,
}

/// Whose last frame an order's first one follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct After {
    /// The slot.
    pub slot: SlotId,
    /// But not before this instant, where what follows has one of its own: the slot may break off short.
    pub not_before: Option<Timestamp>,
}

/// Everything the director can order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Write the slot of record.
    Freeze(Box<Slot>),
    /// Note when what a person ordered is due, by the clock that nobody sets. Sent behind its `Freeze`, if it is of record.
    NoteOrdered(Box<Slot>),
    /// Note in the place of which slot of record an edit that came too late for that has put a slot; none: it does not
    /// stand there any more.
    NoteInstead {
        /// Which.
        slot: SlotId,
        /// In whose place.
        of: Option<SlotId>,
    },
    /// Open, copy and hash the recording, and start decoding.
    Arm {
        /// Which.
        slot: SlotId,
        /// The recordings below `audio/`, played as one.
        files: Vec<String>,
        /// From where in their sound, in ms.
        from_ms: u64,
        /// Of an emergency: the tone before it. It is opened at once, and measured only if that takes no time.
        tone: Option<AttentionTone>,
    },
    /// Tune a relay in and hold its sound ready.
    Tune {
        /// Which.
        slot: SlotId,
        /// Where it comes from.
        source: RelaySource,
        /// The recordings below `audio/` that sound in its place, in order.
        fallback: Vec<String>,
        /// The instant of its end.
        until: Timestamp,
    },
    /// Write the part ahead, then place the first sample.
    Air {
        /// Which.
        slot: SlotId,
        /// The instant of its first sample, now or later; with `after`, when that is expected.
        at: Timestamp,
        /// What it follows, whenever that ends.
        after: Option<After>,
        /// What the armed copy is.
        audio: Box<AudioFacts>,
    },
    /// End its sound with a fade. What has not begun when this comes never does.
    Cut {
        /// Which.
        slot: SlotId,
        /// The instant at which the fade begins, now or later.
        at: Timestamp,
        /// Length of the fade, in ms.
        fade_ms: u32,
    },
    /// Drop an armed recording that will not air.
    Disarm {
        /// Which.
        slot: SlotId,
    },
    /// Note that the part on air began.
    NoteBegan {
        /// Which.
        slot: SlotId,
        /// When.
        at: Timestamp,
    },
    /// Note how far the part on air has been heard.
    NoteHeard {
        /// Which.
        slot: SlotId,
        /// Up to when.
        at: Timestamp,
        /// In ms.
        played_ms: u64,
    },
    /// Note how much silence the part on air has had in its midst.
    NoteGaps {
        /// Which.
        slot: SlotId,
        /// In all, in ms.
        gap_ms: u64,
        /// For how long the disk kept it waiting, in ms.
        waited_ms: u64,
    },
    /// Note that nothing is heard of the part on air, or of what waits for the monitor's word.
    NoteUnheard {
        /// Which.
        slot: SlotId,
        /// Why: `short` or `line`.
        cause: Cause,
        /// How long so far, in ms: of `short` at a stretch, of `line` in all.
        for_ms: u64,
    },
    /// Note that it was sent whole and waits for the monitor's word: what it comes to without one is `aired`. Sent behind
    /// `ClosePart`.
    NoteSentWhole {
        /// Which.
        slot: SlotId,
        /// What would be noted beside that; may be empty.
        note: String,
    },
    /// Note that a person has ended the part on air, before it ends.
    NoteEndedByHand {
        /// Which.
        slot: SlotId,
        /// Who.
        by: String,
    },
    /// Note how loud the part on air was.
    NoteLevels {
        /// Which.
        slot: SlotId,
        /// Its levels.
        levels: Levels,
    },
    /// Note how much of the part on air was not the relay's source.
    NoteRelaying {
        /// Which.
        slot: SlotId,
        /// What was heard of it.
        heard: Relayed,
    },
    /// Close the part on air.
    ClosePart {
        /// Which.
        slot: SlotId,
        /// When.
        at: Timestamp,
        /// Frames heard, in ms.
        played_ms: u64,
        /// Silence inside, in ms.
        gap_ms: u64,
    },
    /// Set the outcome of the slot's airing; it is never set again.
    Settle {
        /// Which.
        slot: SlotId,
        /// How it ended.
        outcome: Outcome,
        /// Why.
        cause: Option<Cause>,
        /// In words; may be empty.
        note: String,
    },
    /// Everything is closed: the daemon may end.
    Stop,
}

impl Action {
    /// The slot that it ends, before its sound or in its midst.
    pub fn ends(&self) -> Option<&SlotId> {
        match self {
            Action::Cut { slot, .. } | Action::Settle { slot, .. } => Some(slot),
            _ => None,
        }
    }
}
