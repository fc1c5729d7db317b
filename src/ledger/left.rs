//! What is found beside the log, or beside its copies: lines that another run left, or this one, read back and taken into a
//! log that lacks them.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, Transaction, TransactionBehavior, params};

use super::apply::write_each;
use super::beside::{Line, NAME};
use super::chain;
use super::corrections;
use super::diary::Diary;
use super::identity;
use super::last_alive::note_last_alive;
use super::passed_over::{Unused, Why, told_of};
use super::recovery::{OwnRun, enter_run, last_run};
use super::room::Room;
use super::rows::{int, us};
use super::write::{Numbered, Write};
use crate::airing::{Correction, IncidentKind};
use crate::cells;
use crate::clock;
use crate::notes;
use crate::problem::Text;
use crate::timetable::{Kind, Slot};

/// Tries that go on for longer than this after the last line that was put down were in vain.
const BLIND_AFTER: SignedDuration = SignedDuration::from_secs(5);

/// What became of what stood beside the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TakenIn {
    /// Rows of runs that contradict the log.
    pub refused: u64,
    /// What a person wrote while no daemon ran, and contradicts it.
    pub refused_at_rest: u64,
    /// What is known to be missing.
    pub blind: Option<Blind>,
}

/// A stretch of time in which a daemon ran, or may have, and of which the log may lack what happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blind {
    /// The last that was written down.
    pub from: Timestamp,
    /// The last that may have happened since.
    pub to: Timestamp,
    /// Why.
    pub why: Lacking,
}

/// Why the log may lack what happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lacking {
    /// Nothing could be written down.
    Unwritten,
    /// What was written down is lost: the log's file was damaged or gone, and not all of it was noted elsewhere.
    Lost,
}

impl Blind {
    /// In a row's note; instants are told in `zone`.
    pub(super) fn told<T>(&self, zone: &TimeZone, note: impl FnOnce(&str, &str) -> T) -> T {
        let told = |at: Timestamp| cells::on_clock(at, zone).strftime("%H:%M:%S %d/%m").to_string();
        note(&told(self.from), &told(self.to))
    }

    /// Whether a slot, of which the log has nothing more than that it was planned, may have been heard in that time.
    pub fn hides(&self, slot: &Slot) -> bool {
        let has_sound = slot.kind != Kind::Column && (!slot.files.is_empty() || slot.relay.is_some());
        slot.planned <= self.to && slot.bar.is_none() && has_sound
    }

    /// Both, and what lies between them.
    pub(super) fn with(self, other: Blind) -> Blind {
        let why = if self.why == other.why { self.why } else { Lacking::Lost };
        Blind { from: self.from.min(other.from), to: self.to.max(other.to), why }
    }

    /// What is noted beside such a slot.
    pub fn may_have_been_heard(&self, zone: &TimeZone) -> String {
        match self.why {
            Lacking::Unwritten => self.told(zone, notes::may_have_been_heard),
            Lacking::Lost => self.told(zone, notes::may_have_been_heard_and_lost),
        }
    }

    /// What is noted beside what was on air by then.
    pub fn may_have_gone_on(&self, zone: &TimeZone) -> String {
        match self.why {
            Lacking::Unwritten => self.told(zone, notes::may_have_gone_on),
            Lacking::Lost => self.told(zone, notes::may_have_gone_on_and_lost),
        }
    }
}

/// A correction, and the line that it stands in.
#[derive(Debug)]
struct AtRest {
    correction: Correction,
    line: Vec<u8>,
}

/// What stands beside the log: of a run that was killed, or of this one.
#[derive(Debug)]
pub(super) struct Left {
    path: PathBuf,
    /// By the run's UUID and the number within it: a line that stands twice counts once.
    runs: BTreeMap<String, (OwnRun, BTreeMap<u64, Write>)>,
    /// What a person wrote while no daemon ran, by its UUID.
    at_rest: BTreeMap<String, AtRest>,
    /// The home's; whose line says another is not taken.
    station: Option<String>,
    /// What is not taken.
    unused: Vec<Unused>,
    /// The last line was put down then, and the last try was made then.
    last: (Option<Timestamp>, Option<Timestamp>),
}

impl Left {
    /// Reads what is there; nothing in most cases.
    pub fn read(ledger: &Path) -> std::io::Result<Option<Left>> {
        let path = ledger.with_file_name(NAME);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let tried = fs::metadata(&path)?.modified().ok().and_then(|at| Timestamp::try_from(at).ok());
        let mut left = Left { last: (None, tried), ..Left::nothing(&path) };
        left.add(&bytes);
        Ok(Some(left))
    }

    /// Nothing of what may stand at `path`.
    pub fn nothing(path: &Path) -> Left {
        Left {
            path: path.to_owned(),
            runs: BTreeMap::new(),
            at_rest: BTreeMap::new(),
            station: identity::of_home(path),
            unused: Vec::new(),
            last: (None, None),
        }
    }

    /// When the newest of its lines was put down.
    pub fn newest(&self) -> Option<Timestamp> {
        self.last.0
    }

    /// Nothing stands here.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty() && self.at_rest.is_empty()
    }

    /// Of what stands here the runs of which the log lacks anything, and what it lacks of corrections beside them.
    pub fn missing_from(mut self, log: &Connection) -> rusqlite::Result<Left> {
        let mut known = Vec::new();
        for (run, writes) in self.runs.values() {
            if !lacks(log, run, writes)? {
                known.push(run.uuid.clone());
            }
        }
        for id in self.at_rest.keys() {
            if corrections::is_known(log, id)? {
                known.push(id.clone());
            }
        }
        self.runs.retain(|uuid, _| !known.contains(uuid));
        self.at_rest.retain(|id, _| !known.contains(id));
        Ok(self)
    }

    /// Takes in lines. One that was torn is passed over.
    pub fn add(&mut self, bytes: &[u8]) {
        // Of room that a power cut met before it was synced, a disk gives back zeros.
        let says = |text: &&[u8]| text.iter().any(|byte| *byte != 0);
        for text in bytes.split(|byte| *byte == b'\n').filter(says) {
            match serde_json::from_slice::<Line>(text) {
                Ok(Line { station: Some(station), .. }) if self.station.as_ref().is_some_and(|own| *own != station) => {
                    self.pass_over(text, Why::Anothers);
                }
                Ok(Line { run: Some(run), n, put_down, write, .. }) => {
                    self.last.0 = self.last.0.max(Some(put_down));
                    let (_, writes) = self.runs.entry(run.uuid.clone()).or_insert_with(|| (run, BTreeMap::new()));
                    writes.insert(n, write);
                }
                Ok(Line { run: None, write: Write::Correct { correction, .. }, .. }) => {
                    let (id, line) = (correction.id.clone(), text.to_owned());
                    self.at_rest.insert(id, AtRest { correction: *correction, line });
                }
                Ok(Line { run: None, .. }) => self.pass_over(text, Why::Unreadable),
                Err(error) => {
                    self.pass_over(text, if error.is_eof() { Why::Torn } else { Why::Unreadable });
                    tracing::error!(%error, file = %self.path.display(), "a line cannot be read and is passed over");
                }
            }
        }
    }

    /// Takes in signs of life: they are written over in their place, so that a kill tears one of them.
    pub fn add_signs(&mut self, bytes: &[u8]) {
        let before = self.unused.len();
        self.add(bytes);
        let signs = self.unused.split_off(before);
        self.unused.extend(signs.into_iter().filter(|unused| unused.why == Why::Anothers));
    }

    fn pass_over(&mut self, line: &[u8], why: Why) {
        self.unused.push(Unused::of(line, why));
    }

    /// Another station wrote some of it.
    pub fn is_anothers(&self) -> bool {
        self.unused.iter().any(|unused| unused.why == Why::Anothers)
    }

    /// What a person wrote while no daemon ran and the log, to which it was offered, does not have: it contradicts it.
    pub fn contradicting(&self, log: &Connection) -> rusqlite::Result<Vec<Unused>> {
        let mut refused = Vec::new();
        for (id, AtRest { line, .. }) in &self.at_rest {
            if !corrections::is_known(log, id)? {
                refused.push(Unused::of(line, Why::Refused));
            }
        }
        Ok(refused)
    }

    /// What was not taken of it, with the lines that a power cut tore or without.
    pub fn unused(&self, with_torn: bool) -> Vec<Unused> {
        self.unused.iter().filter(|unused| with_torn || unused.why != Why::Torn).cloned().collect()
    }

    /// Writes it into the log, in one transaction, but for what the log has already; and, if the run was killed while this file
    /// took nothing either, an incident over the time of which nothing is known: `started_in` is then the boot of the PC in
    /// which that is found.
    pub fn take_up(&self, connection: &mut Connection, started_in: Option<&str>) -> rusqlite::Result<TakenIn> {
        let (mut refused, mut refused_at_rest) = (0, 0);
        let mut tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut runs: Vec<_> = self.runs.values().collect();
        runs.sort_by_key(|(run, _)| run.start.at);
        // In the order in which they were written: of several corrections of one slot the last counts.
        let mut at_rest = self.at_rest.values().map(|one| &one.correction).peekable();
        for (run, writes) in runs {
            while let Some(correction) = at_rest.next_if(|correction| correction.written <= run.start.at) {
                refused_at_rest += correct(&mut tx, correction)?;
            }
            if let Some(Write::PutRight(put_right)) = writes.values().next() {
                put_right.note_heartbeat(&tx)?;
            }
            let id = enter_if_missing(&tx, run)?;
            let writes: Vec<Numbered> =
                writes.iter().map(|(n, write)| Numbered { n: *n, write: write.clone() }).collect();
            refused += write_each(&mut tx, &writes, id)?;
            note_last_alive(&tx, id, &writes)?;
            tracing::warn!(run = run.uuid, rows = writes.len(), refused, "taken up from beside the log");
        }
        for correction in at_rest {
            refused_at_rest += correct(&mut tx, correction)?;
        }
        let blind = started_in.map_or(Ok(None), |boot_id| self.note_blindness(&tx, boot_id))?;
        tx.commit()?;
        Ok(TakenIn { refused, refused_at_rest, blind })
    }

    /// Writes it down a second time, with the log's copies.
    pub fn note_in(&self, diary: &mut Diary) {
        for (run, writes) in self.runs.values() {
            let rows: Vec<Numbered> =
                writes.iter().map(|(n, write)| Numbered { n: *n, write: write.clone() }).collect();
            diary.note(run, &rows, clock::now());
        }
    }

    /// Writes the incident over the time of which nothing is known, if there is such a time.
    fn note_blindness(&self, connection: &Connection, boot_id: &str) -> rusqlite::Result<Option<Blind>> {
        let (Some(run), (put_down, Some(tried))) = (last_run(connection)?, self.last) else { return Ok(None) };
        let from = put_down.unwrap_or(run.heartbeat);
        // A file in which nothing stands was made for something that it did not take.
        let anothers = self.unused.iter().filter(|unused| unused.why == Why::Anothers).count();
        // One that was copied in from another station is no try of ours.
        let in_vain = anothers == 0 && (self.is_empty() || tried.duration_since(from) > BLIND_AFTER);
        if !in_vain && self.unused.len() == anothers {
            return Ok(None);
        }
        let blind = Blind { from, to: tried.max(from), why: Lacking::Unwritten };
        // A program that was killed on a PC that runs on is no PC that was switched off.
        let detail =
            if run.boot_id == boot_id { notes::blind_until_the_end() } else { notes::blind_until_switched_off() };
        let english = notes::read(&detail, None).en;
        // Killed between this and the removal of the file, the next start finds the same.
        let written = connection.execute(
            "insert into incident (kind, began_us, ended_us, detail, run, detail_en)
            select ?1, ?2, ?3, ?4, (select id from run where uuid = ?5), ?6
            where not exists (select 1 from incident where kind = ?1 and began_us = ?2 and ended_us = ?3)",
            params![IncidentKind::Disk.code(), us(blind.from), us(blind.to), detail, run.uuid, english],
        )?;
        if written > 0 {
            chain::link(connection, chain::Kind::Incident, &connection.last_insert_rowid().to_string())?;
        }
        Ok(Some(blind))
    }

    /// It is in the log: the file is done with. What the log refused of it, or could not read, is kept aside.
    pub fn done(self, refused: u64, zone: &TimeZone) -> Option<Text> {
        if refused == 0 && self.unused.is_empty() {
            Room::of(&self.path).take_back(&self.path);
            return None;
        }
        let aside = self.path.with_file_name(format!(
            "ledger-wait-{}.jsonl",
            clock::now().to_zoned_datetime(zone.clone()).strftime("%Y%m%d-%H%M%S")
        ));
        match fs::rename(&self.path, &aside) {
            Ok(()) => tracing::error!(refused, file = %aside.display(), "not all that waited beside the log is in it"),
            Err(error) => {
                tracing::error!(%error, file = %self.path.display(), "cannot be moved aside");
                return None;
            }
        }
        let kept = aside.file_name().unwrap_or_default().to_string_lossy();
        told_of(&self.unused, refused, &format!("var/{kept}"))
    }
}

/// Writes a correction that the log does not have yet. 1 if it contradicts the log, as where that lacks its slot.
fn correct(tx: &mut Transaction<'_>, correction: &Correction) -> rusqlite::Result<u64> {
    if corrections::is_known(tx, &correction.id)? {
        return Ok(0);
    }
    let one = tx.savepoint()?;
    match corrections::insert(&one, correction) {
        Ok(()) => one.commit().map(|()| 0),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
            tracing::error!(%error, correction = correction.id, "the log refuses a correction that contradicts it");
            one.finish().map(|()| 1)
        }
        Err(error) => Err(error),
    }
}

/// Whether the log lacks anything of the run, be it an incident or what a person corrected. What may follow on the end of a run
/// is a late mark, which is nothing to make a log anew for.
fn lacks(log: &Connection, run: &OwnRun, writes: &BTreeMap<u64, Write>) -> rusqlite::Result<bool> {
    let sql = "select taken_up, ended_us is not null from run where uuid = ?1";
    let known: Option<(i64, bool)> =
        log.prepare_cached(sql)?.query_row([&run.uuid], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let newest = writes.keys().next_back().map_or(0, |n| int(*n));
    Ok(known.is_none_or(|(taken_up, ended)| !ended && taken_up < newest))
}

/// The run's row; made if the log does not have it, because another file took the place of the one that had it.
pub(super) fn enter_if_missing(connection: &Connection, run: &OwnRun) -> rusqlite::Result<i64> {
    let mut found = connection.prepare_cached("select id from run where uuid = ?1")?;
    let mut ids = found.query_map([&run.uuid], |row| row.get(0))?;
    if let Some(id) = ids.next() {
        return id;
    }
    // That of another run without an end is over now.
    if let Some(before) = last_run(connection)?.filter(|before| !before.clean) {
        chain::link(connection, chain::Kind::Run, &before.uuid)?;
    }
    enter_run(connection, run, run.start.at, None)
}
