//! Reading the log: a connection of its own that can write nothing, whether or not a daemon is at work.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::rows::{self, Cells, code, instant, maybe_instant, us};
use super::silences::Silences;
use super::{Checked, Finding, Head, chain, corrections, file, guards, incidents, verify};
use crate::airing::{Correction, Entry, Incident};
use crate::home::Home;
use crate::outcome::Outcome;
use crate::problem::Text;
use crate::schedule::Month;
use crate::timetable::{Kind, SlotId, TONE_FILE};

/// A schedule that was in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Which month.
    pub month: Month,
    /// `station.toml` as it was read.
    pub station_text: String,
    /// The month's file as it was read.
    pub schedule_text: String,
    /// SHA-256 over both, as the planner computes it.
    pub sha256: String,
    /// When it came into force.
    pub read_at: Timestamp,
}

/// A life of the daemon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// UUID.
    pub uuid: String,
    /// Which boot of the PC.
    pub boot_id: String,
    /// `loa 0.1.0`.
    pub program: String,
    /// Wall clock at its start.
    pub started: Timestamp,
    /// The last instant it is known to have lived.
    pub heartbeat: Timestamp,
    /// When it ended in order.
    pub ended: Option<Timestamp>,
}

/// A reader of the log.
#[derive(Debug)]
pub struct Reader {
    pub(super) connection: Connection,
}

impl Reader {
    /// Opens the log for reading.
    ///
    /// # Errors
    /// A sentence for the user: there is no log yet, it is damaged, another program's, or of another version.
    pub fn open(path: &Path) -> Result<Reader, Text> {
        Ok(Reader { connection: file::open_for_reading(path)? })
    }

    /// Slots of record whose broadcasts start on the dates from `from` to `to`, both included, in order of time.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn entries(&self, from: Date, to: Date) -> anyhow::Result<Vec<Entry>> {
        let condition = "slot.date between ?1 and ?2";
        Ok(rows::entries(&self.connection, condition, params![from.to_string(), to.to_string()])?)
    }

    /// As much as a calendar shows of what schedules planned on the dates from `from` to `to`, both included: each slot of
    /// record, how it ended, and how much of it was heard, in ms. A month of it is read in the time of a few full rows.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn came_of(&self, from: Date, to: Date) -> anyhow::Result<Vec<(SlotId, Option<Outcome>, u64)>> {
        let silences = Silences::read(&self.connection)?;
        let mut statement = self.connection.prepare(
            "select slot.id, airing.outcome, part.began_us, coalesce(part.ended_us, part.heard_until_us) as until_us,
                coalesce(part.played_ms - coalesce(part.silent_ms, 0), 0) as sounded_ms
            from slot
                left join airing on airing.slot = slot.id
                left join part on part.airing = airing.id
            where slot.date between ?1 and ?2 and slot.asked_by is null
            order by slot.date, slot.planned_us, slot.rowid",
        )?;
        let mut rows = statement.query(params![from.to_string(), to.to_string()])?;
        let mut found: Vec<(SlotId, Option<Outcome>, u64)> = Vec::new();
        while let Some(row) = rows.next()? {
            let id = SlotId(row.get("id")?);
            let sounded_ms = row.get::<_, i64>("sounded_ms")?.max(0).unsigned_abs();
            let heard_ms = sounded_ms - silences.unheard_ms(row.get("began_us")?, row.get("until_us")?, sounded_ms);
            match found.last_mut().filter(|(same, ..)| *same == id) {
                Some((_, _, all_ms)) => *all_ms += heard_ms,
                None => found.push((id, code(row, "outcome", Outcome::from_code)?, heard_ms)),
            }
        }
        Ok(found)
    }

    /// The slot of record with that id.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn entry(&self, slot: &SlotId) -> anyhow::Result<Option<Entry>> {
        Ok(rows::entries(&self.connection, "slot.id = ?1", [&slot.0])?.pop())
    }

    /// The segment's last slot of record up to `date`, else its last one.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn last_of(&self, segment: &str, date: Date) -> anyhow::Result<Option<Entry>> {
        let condition =
            "slot.id = (select id from slot where segment = ?1 order by date > ?2, planned_us desc limit 1)";
        Ok(rows::entries(&self.connection, condition, params![segment, date.to_string()])?.pop())
    }

    /// Those of the slots of [`Reader::entries`] in which a segment was heard whole for the first time in the whole log.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn first_heard(&self, from: Date, to: Date) -> anyhow::Result<BTreeSet<SlotId>> {
        let mut statement = self.connection.prepare(
            "select slot.id from slot join airing on airing.slot = slot.id
            where slot.date between ?1 and ?2 and slot.segment is not null and airing.outcome = 'aired' and not exists (
                select 1 from slot as earlier join airing as heard on heard.slot = earlier.id
                where earlier.segment = slot.segment and heard.outcome = 'aired'
                    and (earlier.planned_us, earlier.id) < (slot.planned_us, slot.id))",
        )?;
        let ids = statement.query_map(params![from.to_string(), to.to_string()], |row| Ok(SlotId(row.get(0)?)))?;
        Ok(ids.collect::<rusqlite::Result<_>>()?)
    }

    /// Corrections that count on the dates from `from` to `to`, both included, in the order in which they were written.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn corrections(&self, from: Date, to: Date) -> anyhow::Result<Vec<Correction>> {
        let values = params![from.to_string(), to.to_string()];
        Ok(corrections::read(&self.connection, "date between ?1 and ?2", values)?)
    }

    /// The slot of record that `name` names by its own id, by its airing's, or by that of an entry made by hand beside it;
    /// with the local date of its broadcast.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn slot_named(&self, name: &str) -> anyhow::Result<Option<(SlotId, Date)>> {
        let sql = "select id, date from slot where id = coalesce((select slot from airing where uuid = ?1),
            (select slot from correction where uuid = ?1), ?1)";
        let found = |row: &Row<'_>| Ok((SlotId(row.get("id")?), rows::date(row, "date")?));
        Ok(self.connection.query_row(sql, [name], found).optional()?)
    }

    /// What was aired without Loa by the entry made by hand that `name` names, as it stands now: of those in one another's
    /// place the last.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn without_loa(&self, name: &str) -> anyhow::Result<Option<Correction>> {
        let condition = "id = (select max(id) from correction where coalesce(replaces, uuid) =
            (select coalesce(replaces, uuid) from correction where uuid = ?1 and slot is null))";
        Ok(corrections::read(&self.connection, condition, [name])?.pop())
    }

    /// The ids of all segments that have a slot of record.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn segments(&self) -> anyhow::Result<Vec<String>> {
        let mut statement =
            self.connection.prepare("select distinct segment from slot where segment is not null order by segment")?;
        let found = statement.query_map([], |row| row.get(0))?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    /// The SHA-256 of every recording with which the segment was heard whole.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn aired_as(&self, segment: &str) -> anyhow::Result<BTreeSet<String>> {
        let mut statement = self.connection.prepare(
            "select distinct airing.sha256 from slot join airing on airing.slot = slot.id
            where slot.segment = ?1 and airing.outcome = 'aired' and airing.sha256 is not null",
        )?;
        let found = statement.query_map([segment], |row| row.get(0))?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    /// Whether a test tone has been heard, or is.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn has_heard_tone(&self) -> anyhow::Result<bool> {
        let sql = "select exists (select 1 from slot join airing on airing.slot = slot.id join part on part.airing = airing.id
            where slot.kind = ?1 and slot.files = ?2 and coalesce(airing.outcome, 'aired') in ('aired', 'cut'))";
        let values = params![Kind::ByHand.code(), serde_json::to_string(&[TONE_FILE])?];
        Ok(self.connection.query_row(sql, values, |row| row.get(0))?)
    }

    /// The newest link of the log's chain.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn head(&self) -> anyhow::Result<Head> {
        chain::head(&self.connection)?.ok_or_else(|| anyhow::anyhow!("the log has no chain"))
    }

    /// Holds the log against its chain and against `head`, a hash (or its first digits) that had left the PC. `tell` is told
    /// how many links are behind, and of how many.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn verify(&self, head: Option<&str>, tell: &mut dyn FnMut(usize, usize)) -> anyhow::Result<Checked> {
        let mut checked = verify::verify(&self.connection, head, tell)?;
        let gone = guards::missing(&self.connection)?;
        checked.verdict.findings.extend(gone.into_iter().map(|name| Finding::GuardMissing { name }));
        Ok(checked)
    }

    /// Incidents that touch the stretch from `from` up to but not including `to`, in the order they began.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn incidents(&self, from: Timestamp, to: Timestamp) -> anyhow::Result<Vec<Incident>> {
        let touch = "began_us < ?2 and (ended_us is null or ended_us >= ?1)";
        Ok(incidents::read(&self.connection, touch, params![us(from), us(to)])?)
    }

    /// Incidents that tell of another hand at the log, from `since` on, in the order they began.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn touched(&self, since: Timestamp) -> anyhow::Result<Vec<Incident>> {
        Ok(incidents::touched(&self.connection, since)?)
    }

    /// The last good schedule of `month` that came into force before `before`.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn last_revision(&self, month: Month, before: Timestamp) -> anyhow::Result<Option<Revision>> {
        let sql = "select month, station_text, schedule_text, sha256, read_us
            from reading join revision on revision.id = reading.revision
            where month = ?1 and read_us < ?2 order by reading.id desc limit 1";
        Ok(self.connection.query_row(sql, params![month.to_string(), us(before)], |row| revision(row)).optional()?)
    }

    /// `station.toml` as it was when it was last read well with a month's plan; none if it never was.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn last_station_text(&self) -> anyhow::Result<Option<String>> {
        let sql = "select station_text from reading join revision on revision.id = reading.revision
            order by reading.id desc limit 1";
        Ok(self.connection.query_row(sql, [], |row| row.get(0)).optional()?)
    }

    /// How many slots of the dates from `from` to `to`, both included, the log has from a schedule that was first read after
    /// their time.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn read_late(&self, from: Date, to: Date) -> anyhow::Result<usize> {
        let sql = "with first_read as (select sha256, min(read_us) as at_us from reading
                join revision on revision.id = reading.revision group by sha256)
            select count(*) from slot join first_read on first_read.sha256 = slot.revision
            where slot.date between ?1 and ?2 and slot.asked_by is null and slot.planned_us < first_read.at_us";
        let count: i64 = self.connection.query_row(sql, [from.to_string(), to.to_string()], |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or(0))
    }

    /// Reads the whole file for damage; takes seconds for a log of many years.
    ///
    /// # Errors
    /// A sentence for the user: what is damaged.
    pub fn check(&self, path: &Path) -> Result<(), Text> {
        file::check(path, &self.connection).map_err(|error| match error.downcast::<super::Refused>() {
            Ok(super::Refused { text, .. }) => text,
            Err(other) => Text::new(format!("{other:#}"), format!("{other:#}")),
        })
    }

    /// Reads a whole copy for damage, of this schema or of an older one, which it keeps until it is put back.
    ///
    /// # Errors
    /// A sentence for the user: it cannot be opened, or what is damaged.
    pub fn check_copy(path: &Path) -> Result<(), Text> {
        let (connection, _) = file::open_of_any_version(path)?;
        Reader { connection }.check(path)
    }

    /// UUID of the station.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn station_uuid(&self) -> anyhow::Result<String> {
        Ok(self.connection.query_row("select uuid from station", [], |row| row.get(0))?)
    }

    /// All runs of the daemon, in order.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn runs(&self) -> anyhow::Result<Vec<Run>> {
        let mut statement = self
            .connection
            .prepare("select uuid, boot_id, program, started_us, heartbeat_us, ended_us from run order by id")?;
        let runs = statement.query_map([], |row| {
            Ok(Run {
                uuid: row.get("uuid")?,
                boot_id: row.get("boot_id")?,
                program: row.get("program")?,
                started: instant(row, "started_us")?,
                heartbeat: instant(row, "heartbeat_us")?,
                ended: maybe_instant(row, "ended_us")?,
            })
        })?;
        Ok(runs.collect::<rusqlite::Result<_>>()?)
    }

    /// From the first instant to the last at which a daemon is known to have lived; none if none ever ran.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn kept(&self) -> anyhow::Result<Option<(Timestamp, Timestamp)>> {
        let sql = "select min(started_us) as since, max(heartbeat_us) as until from run having count(*) > 0";
        let row = |row: &Row<'_>| Ok((instant(row, "since")?, instant(row, "until")?));
        Ok(self.connection.query_row(sql, [], row).optional()?)
    }

    /// The last instant the daemon is known to have lived; none if it never ran.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn last_heartbeat(&self) -> anyhow::Result<Option<Timestamp>> {
        let sql = "select heartbeat_us from run order by id desc limit 1";
        Ok(self.connection.query_row(sql, [], |row| instant(row, "heartbeat_us")).optional()?)
    }
}

/// `station.toml` of `home` as it was when it was last read well with a month's plan, as far as the log can tell.
pub fn last_good_station_text(home: &Home) -> Option<String> {
    Reader::open(&home.ledger_file()).ok()?.last_station_text().ok()?
}

/// The schedule of a row.
pub(super) fn revision(row: &impl Cells) -> rusqlite::Result<Revision> {
    let month: String = row.cell("month")?;
    Ok(Revision {
        month: month.parse().map_err(|()| rows::unreadable(row, "month", &format!("no month: `{month}`")))?,
        station_text: row.cell("station_text")?,
        schedule_text: row.cell("schedule_text")?,
        sha256: row.cell("sha256")?,
        read_at: instant(row, "read_us")?,
    })
}
