//! Rows to plain data and back: the one place that knows the columns of slots, airings and parts.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{Timestamp, civil};
use rusqlite::types::{FromSql, Type, Value as Cell};
use rusqlite::{Connection, Params, Row, params_from_iter};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::chain::SLOT_COLUMNS;
use super::particulars;
use super::silences::Silences;
use crate::airing::{Airing, Entry, Part};
use crate::levels::Levels;
use crate::outcome::{Cause, Outcome};
use crate::problem::Text;
use crate::programme::relay::RelaySource;
use crate::programme::{AfterPowerCut, Class};
use crate::schedule::audio_facts::AudioFacts;
use crate::timetable::{Bar, Kind, Slot, SlotId, Start};

/// A length or a count for SQLite, which has signed integers only.
pub(super) fn int(value: u64) -> i64 {
    // Beyond 290 million years of milliseconds the largest value is as wrong as any other.
    i64::try_from(value).unwrap_or(i64::MAX)
}

pub(super) fn us(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// A slot of record by its columns ([`SLOT_COLUMNS`]), whose run the writer says.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct SlotRow(Map<String, Value>);

impl SlotRow {
    /// Of a slot that is frozen at `at`.
    pub fn of(slot: &Slot, at: Timestamp) -> serde_json::Result<SlotRow> {
        let audio = slot.audio.as_ref();
        let bar = slot.bar.as_ref();
        let row = json!({
            "id": slot.id,
            "broadcast": slot.broadcast,
            "date": slot.date,
            "window": slot.window,
            "kind": slot.kind,
            "class": slot.class.code(),
            "segment": slot.segment,
            "title": slot.title,
            "column_id": slot.column,
            "files": serde_json::to_string(&slot.files)?,
            "planned_us": us(slot.planned),
            "start": start_code(slot.start),
            "until_us": slot.until.map(us),
            "broadcast_ends_us": slot.broadcast_ends.map(us),
            "grace_ms": int(slot.grace_ms),
            "after_power_cut": after_power_cut_code(slot.after_power_cut),
            "permit": slot.permit,
            "approved_sha256": slot.approved_sha256,
            "particulars": particulars::text(&slot.particulars)?,
            "sha256": audio.map(|a| &a.sha256),
            "file_ms": audio.map(|a| int(a.file_ms)),
            "frames": audio.map(|a| int(a.frames)),
            "rate_hz": audio.map(|a| a.rate_hz),
            "channels": audio.map(|a| a.channels),
            "codec": audio.map(|a| &a.codec),
            "declared_ms": audio.and_then(|a| a.declared_ms).map(int),
            "damaged_packets": audio.map(|a| int(a.damaged_packets)),
            "bar_cause": bar.map(|b| b.cause),
            "bar_reason_vi": bar.map(|b| &b.reason.vi),
            "bar_reason_en": bar.map(|b| &b.reason.en),
            "revision": slot.revision,
            "frozen_us": us(at),
            "asked_by": slot.asked_by,
            "relay": slot.relay.as_ref().map(ToString::to_string),
        });
        serde_json::from_value(row)
    }

    /// Whose it is.
    pub fn id(&self) -> &str {
        self.0.get("id").and_then(Value::as_str).unwrap_or_default()
    }

    /// As JSON.
    pub fn json(&self) -> String {
        Value::Object(self.0.clone()).to_string()
    }

    /// What `json` gave.
    pub fn from_json(text: &str) -> serde_json::Result<SlotRow> {
        serde_json::from_str(text)
    }

    fn cell(&self, column: &str) -> Cell {
        match self.0.get(column) {
            Some(Value::String(text)) => Cell::Text(text.clone()),
            Some(Value::Number(number)) => number.as_i64().map_or(Cell::Null, Cell::Integer),
            // Slots have neither fractions nor lists.
            _ => Cell::Null,
        }
    }
}

/// Writes the slot, unless it is there.
pub(super) fn insert_slot(connection: &Connection, slot: &SlotRow, run: i64) -> rusqlite::Result<()> {
    let places: Vec<String> = (1..=SLOT_COLUMNS.len()).map(|place| format!("?{place}")).collect();
    let (columns, places) = (SLOT_COLUMNS.join(", "), places.join(", "));
    let sql = format!("insert into slot ({columns}) values ({places}) on conflict (id) do nothing");
    let cell = |column: &&str| if *column == "run" { Cell::Integer(run) } else { slot.cell(column) };
    connection.prepare_cached(&sql)?.execute(params_from_iter(SLOT_COLUMNS.iter().map(cell)))?;
    Ok(())
}

/// What [`entries`] reads, up to its conditions. One statement, so that what it reads is of one instant.
const ENTRIES: &str = "select slot.id, slot.broadcast, slot.date, slot.window, slot.kind, slot.class, slot.segment,
        slot.title, slot.column_id, slot.files, slot.planned_us, slot.start, slot.until_us, slot.broadcast_ends_us,
        slot.grace_ms, slot.after_power_cut, slot.permit, slot.approved_sha256, slot.particulars, slot.sha256, slot.file_ms, slot.frames, slot.rate_hz, slot.channels, slot.codec,
        slot.declared_ms, slot.damaged_packets, slot.bar_cause, slot.bar_reason_vi, slot.bar_reason_en, slot.revision, slot.asked_by,
        slot.relay,
        airing.uuid as airing_uuid, airing.line, airing.device, airing.sha256 as aired_sha256,
        airing.file_ms as aired_file_ms, airing.outcome, airing.cause, airing.note, run.uuid as run_uuid,
        part.n, part.began_us, part.ended_us, part.heard_until_us, part.played_ms, part.gap_ms, part.unsynced,
        part.peak_cdbfs, part.rms_cdbfs, part.seconds, part.stand_in_ms, part.silent_ms
    from slot
        left join airing on airing.slot = slot.id
        left join run on run.id = airing.run
        left join part on part.airing = airing.id
    where ";

/// Slots of record and what became of them, in order of time and, at one instant, of their freezing, for which `condition` holds.
pub(super) fn entries(connection: &Connection, condition: &str, values: impl Params) -> rusqlite::Result<Vec<Entry>> {
    let mut statement =
        connection.prepare(&format!("{ENTRIES}{condition} order by slot.planned_us, slot.rowid, part.n"))?;
    let places: HashMap<String, usize> =
        statement.column_names().enumerate().map(|(place, name)| (name.to_owned(), place)).collect();
    let silences = Silences::read(connection)?;
    let mut rows = statement.query(values)?;
    let mut entries: Vec<Entry> = Vec::new();
    while let Some(row) = rows.next()? {
        let same = entries.last().is_some_and(|last| row.get_ref(0).is_ok_and(|id| id.as_str() == Ok(&last.slot.id.0)));
        let row = Placed { row, places: &places };
        if !same {
            entries.push(Entry { slot: slot(&row)?, airing: airing(&row)? });
        }
        if let Some(airing) = entries.last_mut().and_then(|entry| entry.airing.as_mut())
            && row.cell::<Option<i64>>("n")?.is_some()
        {
            airing.parts.push(part(&row, &silences)?);
        }
    }
    Ok(entries)
}

/// What is read by its column's name.
pub(super) trait Cells {
    /// The column's place.
    fn place(&self, column: &str) -> rusqlite::Result<usize>;

    /// What stands in it.
    fn cell<T: FromSql>(&self, column: &str) -> rusqlite::Result<T>;
}

impl Cells for Row<'_> {
    fn place(&self, column: &str) -> rusqlite::Result<usize> {
        self.as_ref().column_index(column)
    }

    fn cell<T: FromSql>(&self, column: &str) -> rusqlite::Result<T> {
        self.get(column)
    }
}

/// One of many rows of many columns, whose names were looked up once: a row by itself goes through them each time.
struct Placed<'r, 's> {
    row: &'r Row<'s>,
    places: &'r HashMap<String, usize>,
}

impl Cells for Placed<'_, '_> {
    fn place(&self, column: &str) -> rusqlite::Result<usize> {
        self.places.get(column).copied().ok_or_else(|| rusqlite::Error::InvalidColumnName(column.to_owned()))
    }

    fn cell<T: FromSql>(&self, column: &str) -> rusqlite::Result<T> {
        self.row.get(self.place(column)?)
    }
}

/// A slot of record and what became of it, out of rows of their own.
pub(super) fn entry(
    of_slot: &impl Cells,
    of_airing: &impl Cells,
    parts: impl Iterator<Item = impl Cells>,
    silences: &Silences,
) -> rusqlite::Result<Entry> {
    let mut entry = Entry { slot: slot(of_slot)?, airing: airing(of_airing)? };
    if let Some(airing) = &mut entry.airing {
        airing.parts = parts.map(|row| part(&row, silences)).collect::<rusqlite::Result<_>>()?;
    }
    Ok(entry)
}

fn slot(row: &impl Cells) -> rusqlite::Result<Slot> {
    let audio = match row.cell::<Option<String>>("sha256")? {
        None => None,
        Some(sha256) => Some(AudioFacts {
            sha256,
            file_ms: count(row, "file_ms")?,
            frames: count(row, "frames")?,
            rate_hz: row.cell("rate_hz")?,
            channels: row.cell("channels")?,
            codec: row.cell("codec")?,
            declared_ms: maybe_count(row, "declared_ms")?,
            damaged_packets: count(row, "damaged_packets")?,
            measures: None,
        }),
    };
    let bar = match code(row, "bar_cause", Cause::from_code)? {
        None => None,
        Some(cause) => Some(Bar {
            cause,
            reason: Text::new(row.cell::<String>("bar_reason_vi")?, row.cell::<String>("bar_reason_en")?),
        }),
    };
    Ok(Slot {
        id: SlotId(row.cell("id")?),
        broadcast: row.cell("broadcast")?,
        date: date(row, "date")?,
        kind: must_be(row, "kind", Kind::ALL, Kind::code)?,
        window: row.cell("window")?,
        class: must_be(row, "class", CLASSES, Class::code)?,
        segment: row.cell("segment")?,
        column: row.cell("column_id")?,
        title: row.cell("title")?,
        files: serde_json::from_str(&row.cell::<String>("files")?)
            .map_err(|e| unreadable(row, "files", &e.to_string()))?,
        audio,
        planned: instant(row, "planned_us")?,
        start: must_be(row, "start", &[Start::Hard, Start::Soft], start_code)?,
        relay: relay(row)?,
        until: maybe_instant(row, "until_us")?,
        broadcast_ends: maybe_instant(row, "broadcast_ends_us")?,
        grace_ms: count(row, "grace_ms")?,
        after_power_cut: must_be(row, "after_power_cut", AFTER_POWER_CUT, after_power_cut_code)?,
        permit: row.cell("permit")?,
        approved_sha256: row.cell("approved_sha256")?,
        particulars: Arc::new(
            particulars::read(&row.cell::<String>("particulars")?)
                .map_err(|why| unreadable(row, "particulars", &why))?,
        ),
        asked_by: row.cell("asked_by")?,
        bar,
        revision: row.cell("revision")?,
    })
}

fn relay(row: &impl Cells) -> rusqlite::Result<Option<RelaySource>> {
    let text: Option<String> = row.cell("relay")?;
    text.map(|text| RelaySource::parse(&text).map_err(|why| unreadable(row, "relay", &why.en))).transpose()
}

fn airing(row: &impl Cells) -> rusqlite::Result<Option<Airing>> {
    let Some(id) = row.cell::<Option<String>>("airing_uuid")? else { return Ok(None) };
    Ok(Some(Airing {
        id,
        parts: Vec::new(),
        outcome: code(row, "outcome", Outcome::from_code)?,
        cause: code(row, "cause", Cause::from_code)?,
        note: row.cell("note")?,
        sha256: row.cell("aired_sha256")?,
        file_ms: maybe_count(row, "aired_file_ms")?,
        line: row.cell("line")?,
        device: row.cell("device")?,
        run: row.cell("run_uuid")?,
    }))
}

fn part(row: &impl Cells, silences: &Silences) -> rusqlite::Result<Part> {
    let began = maybe_instant(row, "began_us")?;
    // While it sounds, the last instant it is known to have sounded is the best there is.
    let (ended, heard_until) = (maybe_instant(row, "ended_us")?, maybe_instant(row, "heard_until_us")?);
    let is_open = ended.is_none() && heard_until.is_some();
    let ended = ended.or(heard_until);
    let played_ms = count(row, "played_ms")?;
    let silent_ms = maybe_count(row, "silent_ms")?.unwrap_or(0);
    Ok(Part {
        began,
        ended,
        is_open,
        played_ms,
        gap_ms: count(row, "gap_ms")?,
        unheard_ms: silences.unheard_ms(began.map(us), ended.map(us), played_ms.saturating_sub(silent_ms)) + silent_ms,
        stand_in_ms: maybe_count(row, "stand_in_ms")?,
        unsynced: row.cell("unsynced")?,
        levels: match row.cell("seconds")? {
            Some(seconds) => {
                Some(Levels { peak_cdbfs: row.cell("peak_cdbfs")?, rms_cdbfs: row.cell("rms_cdbfs")?, seconds })
            }
            None => None,
        },
    })
}

const CLASSES: &[Class] = &[Class::Normal, Class::Priority, Class::Emergency];
const AFTER_POWER_CUT: &[AfterPowerCut] = &[AfterPowerCut::Restart, AfterPowerCut::Resume, AfterPowerCut::Skip];

fn start_code(start: Start) -> &'static str {
    match start {
        Start::Hard => "hard",
        Start::Soft => "soft",
    }
}

fn after_power_cut_code(what: AfterPowerCut) -> &'static str {
    match what {
        AfterPowerCut::Restart => "restart",
        AfterPowerCut::Resume => "resume",
        AfterPowerCut::Skip => "skip",
    }
}

/// The one of `all` whose word stands in a column that is never null.
fn must_be<T: Copy>(row: &impl Cells, column: &str, all: &[T], code: fn(T) -> &'static str) -> rusqlite::Result<T> {
    let word: String = row.cell(column)?;
    let found = all.iter().copied().find(|one| code(*one) == word);
    found.ok_or_else(|| unreadable(row, column, &format!("unknown word `{word}`")))
}

/// A local date in a column.
pub(super) fn date(row: &impl Cells, column: &str) -> rusqlite::Result<civil::Date> {
    row.cell::<String>(column)?.parse().map_err(|e: jiff::Error| unreadable(row, column, &e.to_string()))
}

/// An instant in a column of whole microseconds.
pub(super) fn instant(row: &impl Cells, column: &str) -> rusqlite::Result<Timestamp> {
    Timestamp::from_microsecond(row.cell(column)?).map_err(|e| unreadable(row, column, &e.to_string()))
}

/// The same, where it may be null.
pub(super) fn maybe_instant(row: &impl Cells, column: &str) -> rusqlite::Result<Option<Timestamp>> {
    let us: Option<i64> = row.cell(column)?;
    us.map(|us| Timestamp::from_microsecond(us).map_err(|e| unreadable(row, column, &e.to_string()))).transpose()
}

/// The instant in the column at `place`, which may be null.
pub(super) fn instant_at(row: &Row<'_>, place: usize) -> rusqlite::Result<Option<Timestamp>> {
    let us: Option<i64> = row.get(place)?;
    let instant = |us| Timestamp::from_microsecond(us);
    us.map(|us| {
        instant(us).map_err(|e| rusqlite::Error::FromSqlConversionFailure(place, Type::Integer, e.to_string().into()))
    })
    .transpose()
}

pub(super) fn count(row: &impl Cells, column: &str) -> rusqlite::Result<u64> {
    u64::try_from(row.cell::<i64>(column)?).map_err(|e| unreadable(row, column, &e.to_string()))
}

pub(super) fn maybe_count(row: &impl Cells, column: &str) -> rusqlite::Result<Option<u64>> {
    let value: Option<i64> = row.cell(column)?;
    value.map(|value| u64::try_from(value).map_err(|e| unreadable(row, column, &e.to_string()))).transpose()
}

/// A word of a closed list.
pub(super) fn code<T>(row: &impl Cells, column: &str, read: fn(&str) -> Option<T>) -> rusqlite::Result<Option<T>> {
    let word: Option<String> = row.cell(column)?;
    word.map(|word| read(&word).ok_or_else(|| unreadable(row, column, &format!("unknown word `{word}`")))).transpose()
}

/// A value that the schema allows and this program does not understand.
pub(super) fn unreadable(row: &impl Cells, column: &str, why: &str) -> rusqlite::Error {
    let index = row.place(column).unwrap_or(0);
    rusqlite::Error::FromSqlConversionFailure(index, Type::Text, format!("column `{column}`: {why}").into())
}
