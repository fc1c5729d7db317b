//! The airing log: what was planned, what was heard, when Loa ran. SQLite in one file, one thread that writes.
//!
//! `docs/log.md` says what is promised; `schema.sql` what each column means. The daemon owns the one [`Ledger`] and posts
//! what happened; everything but opening, opening a part and ending the run returns at once, so a slow or full disk keeps
//! no sound back. Commands read through a [`Reader`] of their own, whether or not a daemon runs.

mod apply;
mod backup;
mod begin;
mod beside;
mod by_hand;
mod chain;
mod corrections;
mod decided;
mod diary;
mod extract;
mod file;
mod guards;
mod hand_times;
mod identity;
mod incidents;
mod last_alive;
mod late_edits;
mod leaps;
mod left;
mod moved;
mod open_parts;
mod ordered;
mod particulars;
mod passed_over;
mod queue;
mod reader;
mod record;
mod recovery;
mod report_rows;
mod refusal;
mod reserve;
mod restored;
mod room;
mod rows;
mod silences;
mod ticket;
mod unjudged;
mod upgrades;
mod verify;
mod walk;
mod write;
mod writer;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::airing::{Correction, Entry, IncidentKind};
use crate::clock;
use crate::director::{BrokenOff, Instead, Leap};
use crate::levels::Levels;
use crate::outcome::{Cause, Outcome};
use crate::problem::Text;
use crate::schedule::Month;
use crate::schedule::audio_facts::AudioFacts;
use crate::timetable::{Slot, SlotId};

pub use backup::{back_up, dates, is_copied};
pub use beside::waiting;
pub use by_hand::{correction, unknown};
pub use chain::{Head, Kind as ClosedKind};
pub use corrections::write_at_rest;
pub use extract::{Extract, Recorded};
pub use file::VERSION;
pub use identity::is_anothers;
pub use left::{Blind, Lacking};
pub use moved::PutBack;
pub use queue::{Health, LastWrite};
pub use reader::{Reader, Revision, Run, last_good_station_text};
pub use record::Record;
pub use silences::Silences;
pub use verify::Checked;
pub use walk::{Finding, Link, Verdict, Walk};

use begin::Begun;
use queue::Queue;
use reserve::Reserve;
use rows::SlotRow;
use ticket::Ticket;
use write::{OpenedPart, RevisionTexts, Write};
use writer::Writer;

/// The one loudspeaker line there is today.
pub const MAIN_LINE: &str = "main";

/// How long ending a run waits for the disk. A stop must not hang on a disk that refuses; the next start then finds the
/// run without an end and says so.
const END_WAIT: Duration = Duration::from_millis(1500);

/// A ledger that cannot be used, in words for the user. Travels inside `anyhow::Error`; take it out with `downcast_ref`.
#[derive(Debug, thiserror::Error)]
#[error("{}", .text.en)]
pub struct Refused {
    /// What, where, and what to do.
    pub text: Text,
    /// For how long.
    pub lasts: Lasts,
}

/// For how long a ledger cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasts {
    /// Until a person does something about the file.
    UntilMended,
    /// The file is damaged: until the log is made anew.
    UntilMadeAnew,
    /// The disk refuses, or another program has the file: another start may find it well.
    ForNow,
    /// Until there is room on the disk.
    UntilThereIsRoom,
}

/// The daemon's facts about its own start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunStart {
    /// Wall clock.
    pub at: Timestamp,
    /// The clock that never steps and counts sleep, in ms ([`clock::awake_or_asleep_ms`]).
    pub uptime_ms: u64,
    /// Which boot of the PC ([`clock::boot_id`]).
    pub boot_id: String,
    /// `loa 0.1.0`.
    pub program: String,
}

/// What the log held when it was opened, and what opening it put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// UUID of the run that begins now.
    pub run: String,
    /// UUID of the station.
    pub station: String,
    /// Start of the station's first run ever; nothing planned before it is the log's business.
    pub first_run: Timestamp,
    /// The run before this one; none if this is the first.
    pub previous: Option<PreviousRun>,
    /// What kept the daemon from running since: `power` only if the run before was not ended and the boot id changed,
    /// else `daemon`.
    pub gap_cause: Cause,
    /// The incident over that time, if the run before was not ended. It lasts until [`Ledger::incident_ended`] says when this
    /// run began: its own clock may be wrong.
    pub gap: Option<IncidentKind>,
    /// A start looks the file over for damage; this one is large, so that is being done now ([`Health::damage`]).
    pub unchecked: bool,
    /// What the clock leapt over before this start, as far as is known.
    pub leaps: Vec<Leap>,
    /// What was found of another hand at the log: it was gone or damaged, or an older copy stood in its place, and what is
    /// noted beside its copies is in it again; triggers that were gone and are there again; late rows that no longer fit the chain.
    pub touched: Option<Text>,
    /// Slots that have an outcome, those in `closed_now` included, back to 40 days before the run before was last alive.
    pub settled: BTreeSet<SlotId>,
    /// Slots of record, as far back, of which nothing was heard and that have no outcome: they may still be tried.
    pub open: Vec<Entry>,
    /// What edits that came too late have put in the place of slots of record, as far back, and has no outcome yet.
    pub instead: Vec<Instead>,
    /// What was ordered by a clock in doubt and is not of record yet, at instants by the clock of this start.
    pub ordered: Vec<Slot>,
    /// Airings that the end of the run before broke off and that may be heard again: they have no outcome yet.
    pub broken_off: Vec<BrokenOff>,
    /// Airings that were on air when the run before ended, or may have been, with the outcome they were given just now.
    pub closed_now: Vec<Entry>,
    /// Of when the log may lack what the run before did: what was due until then may have been heard, and is not heard again.
    pub blind: Option<Blind>,
}

/// What is known of the run before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviousRun {
    /// UUID.
    pub uuid: String,
    /// Wall clock at its start.
    pub started: Timestamp,
    /// The last instant it is known to have lived.
    pub heartbeat: Timestamp,
    /// Which boot of the PC it ran in.
    pub boot_id: String,
    /// What the steady clock of its boot said at that instant, in ms; none where that is not known.
    pub steady_ms: Option<u64>,
    /// By how much the clock leapt on after that instant, as runs told that ended before their first heartbeat, in ms.
    pub leapt_ms: u64,
    /// That instant is its own, and not that of a run before it.
    pub has_lived: bool,
    /// It ended its run in order.
    pub clean: bool,
}

impl PreviousRun {
    /// What the steady clock said when it is last known to have lived, where it ran in that boot.
    pub fn steady_ms_in(&self, boot_id: &str) -> Option<u64> {
        self.steady_ms.filter(|_| self.boot_id == boot_id)
    }
}

/// Whether a row was on disk in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Synced {
    /// Committed and synced.
    Yes,
    /// Not yet: it will still be written, marked as late.
    No,
}

/// The daemon's hand on the log. One a process; the lock against a second daemon is not its business.
#[derive(Debug)]
pub struct Ledger {
    queue: Arc<Queue>,
    writer: Option<JoinHandle<()>>,
}

impl Ledger {
    /// Opens the log at `path`, makes it if it is absent, brings its schema up to date, closes what an unclean end left
    /// open, and begins a run. Files beside the log are named by the days of `zone`, the station's.
    ///
    /// # Errors
    /// [`Refused`] where the cause is known: the folder cannot hold such a log, a newer program wrote it, or it is no log of
    /// Loa's. The file is then left as it is. One that is damaged is set aside and made anew.
    pub fn open(path: &Path, start: &RunStart, zone: &TimeZone) -> anyhow::Result<(Ledger, Recovery)> {
        let mut reserve = Reserve::of(path, clock::monotonic_ns());
        let (connection, begun) = match begin::begin(path, start, zone) {
            Err(error) if reserve::wants(path, &error) && reserve.give_up(clock::monotonic_ns()) => {
                begin::begin(path, start, zone)?
            }
            begun => begun?,
        };
        let Begun { recovery, run, put_right } = begun;
        let queue = Arc::new(Queue::beginning_at(chain::head(&connection)?));
        put_right.into_iter().for_each(|put_right| queue.post(Write::PutRight(put_right)));
        let writer = Writer::new(path.to_owned(), connection, run, reserve, zone.clone())?;
        let writer = std::thread::Builder::new().name("ledger".into()).spawn({
            let queue = Arc::clone(&queue);
            move || writer.work(&queue)
        })?;
        if recovery.unchecked {
            begin::look_over_beside(path, &queue)?;
        }
        Ok((Ledger { queue, writer: Some(writer) }, recovery))
    }

    /// Writes a slot of record. A slot already there stays as it was.
    pub fn freeze(&self, slot: &Slot) {
        match SlotRow::of(slot, clock::now()) {
            Ok(slot) => self.queue.post(Write::Freeze { slot }),
            // Words and numbers always make JSON.
            Err(error) => tracing::error!(%error, slot = slot.id.0, "a slot cannot be written down"),
        }
    }

    /// Opens a part of the slot's airing (and the airing, at its first part). Returns when the row is committed and synced,
    /// or when `wait` is over; then the row is still written, in its turn, marked as unsynced.
    pub fn open_part(&self, slot: &SlotId, audio: &AudioFacts, line: &str, device: &str, wait: Duration) -> Synced {
        let ticket = Arc::new(Ticket::default());
        self.queue.post(Write::OpenPart(OpenedPart {
            slot: slot.clone(),
            sha256: audio.sha256.clone(),
            file_ms: audio.file_ms,
            line: line.to_owned(),
            device: device.to_owned(),
            at: clock::now(),
            ticket: Arc::clone(&ticket),
        }));
        ticket.wait(wait)
    }

    /// The first sample of the open part left the line.
    pub fn note_began(&self, slot: &SlotId, at: Timestamp) {
        self.queue.post(Write::Began { slot: slot.clone(), at });
    }

    /// The open part has sounded up to `at`.
    pub fn note_heard(&self, slot: &SlotId, at: Timestamp, played_ms: u64) {
        self.queue.post(Write::Heard { slot: slot.clone(), at, played_ms });
    }

    /// The same, and that the daemon lives ([`Ledger::heartbeat`]), which is written with it.
    pub fn note_heard_alive(
        &self,
        slot: &SlotId,
        (at, played_ms): (Timestamp, u64),
        (now, uptime_ms): (Timestamp, u64),
    ) {
        let heard = Write::Heard { slot: slot.clone(), at, played_ms };
        self.queue.post_together([heard, Write::Heartbeat { at: now, uptime_ms }]);
    }

    /// The open part has had so much silence in its midst, and the disk kept it waiting for so long.
    pub fn note_gaps(&self, slot: &SlotId, gap_ms: u64, waited_ms: u64) {
        self.queue.post(Write::Gaps { slot: slot.clone(), gap_ms, waited_ms });
    }

    /// Nothing is heard of the open part, for so long by now: of `line` in all, of `short` at a stretch.
    pub fn note_unheard(&self, slot: &SlotId, cause: Cause, for_ms: u64) {
        self.queue.post(Write::Unheard { slot: slot.clone(), cause, for_ms });
    }

    /// How loud the open part was; before it is closed.
    pub fn note_levels(&self, slot: &SlotId, levels: Levels) {
        self.queue.post(Write::Levels { slot: slot.clone(), levels });
    }

    /// How much of the relay's open part was recordings in its source's place, and how much silence; before it is closed.
    pub fn note_not_the_source(&self, slot: &SlotId, stand_in_ms: u64, silent_ms: u64) {
        self.queue.post(Write::NotTheSource { slot: slot.clone(), stand_in_ms, silent_ms });
    }

    /// The open part is over.
    pub fn close_part(&self, slot: &SlotId, at: Timestamp, played_ms: u64, gap_ms: u64) {
        self.queue.post(Write::ClosePart { slot: slot.clone(), at, played_ms, gap_ms });
    }

    /// The outcome of the slot's airing; only the first one counts. Every outcome but `aired` has a cause, and `aired` has
    /// none: anything else is refused (see [`Health::refused`]).
    pub fn settle(&self, slot: &SlotId, outcome: Outcome, cause: Option<Cause>, note: impl Into<String>) {
        self.queue.post(Write::Settle { slot: slot.clone(), outcome, cause, note: note.into(), at: clock::now() });
    }

    /// The daemon lives.
    pub fn heartbeat(&self, at: Timestamp, uptime_ms: u64) {
        self.queue.post(Write::Heartbeat { at, uptime_ms });
    }

    /// A good schedule came into force. Read again unchanged, it is not written again.
    pub fn keep_revision(&self, month: Month, station_text: &str, schedule_text: &str, sha256: &str, at: Timestamp) {
        self.queue.post(Write::Revision(RevisionTexts {
            month: month.to_string(),
            station_text: station_text.to_owned(),
            schedule_text: schedule_text.to_owned(),
            sha256: sha256.to_owned(),
            read_at: at,
        }));
    }

    /// A person corrects the log by hand. Returns when that is on disk, or when `wait` is over; then it is written in its turn.
    pub fn correct(&self, correction: Correction, wait: Duration) -> Synced {
        let ticket = Arc::new(Ticket::default());
        self.queue.post(Write::Correct { correction: Box::new(correction), ticket: Arc::clone(&ticket) });
        ticket.wait(wait)
    }

    /// Ends the run, in one word (`stopped`), after everything posted before. Waits until that is on disk, for at most
    /// 1.5 s.
    pub fn end_run(&self, at: Timestamp, how: &str) -> Synced {
        let ticket = Arc::new(Ticket::default());
        self.queue.post(Write::EndRun { at, how: how.to_owned(), ticket: Arc::clone(&ticket) });
        ticket.wait(END_WAIT)
    }

    /// How the writing goes.
    pub fn health(&self) -> Health {
        self.queue.health()
    }
}

impl Drop for Ledger {
    /// Writes what is waiting if the disk takes it now, and does **not** end the run: only [`Ledger::end_run`] does.
    fn drop(&mut self) {
        self.queue.close();
        if let Some(writer) = self.writer.take()
            && writer.join().is_err()
        {
            tracing::error!("the ledger's thread panicked");
        }
    }
}
