//! The rows of reports: of many years' slots and airings only what reports need, read by place and not by name, and what
//! equal segments say of themselves read once. [`Reader::entries`] gives all there is of a row, at ten times the cost.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rusqlite::{Connection, Row as SqlRow, params};

use super::reader::Reader;
use super::rows::{unreadable, us};
use super::silences::Silences;
use super::{file, particulars, rows};
use crate::outcome::{Cause, Outcome};
use crate::problem::Text;
use crate::programme::particulars::Particulars;
use crate::report::row::Row;
use crate::timetable::{Kind, SlotId, TONE_FILE};

/// In the order of [`row`]'s places. One part a row, as [`super::rows`] has it. A test tone (the files `?3`) is no programme:
/// no figure counts it.
const ROWS: &str = "select slot.rowid, slot.id, slot.broadcast, slot.date, slot.kind, slot.segment, slot.column_id, slot.title,
        slot.planned_us, slot.particulars, coalesce(airing.file_ms, slot.file_ms), airing.outcome, airing.cause, airing.note,
        part.began_us, coalesce(part.ended_us, part.heard_until_us), part.played_ms,
        case slot.class when 'emergency' then slot.asked_by end, slot.bar_reason_vi, slot.bar_reason_en,
        part.stand_in_ms, part.silent_ms
    from slot
        left join airing on airing.slot = slot.id
        left join part on part.airing = airing.id
    where slot.date between ?1 and ?2 and not (slot.kind = 'by_hand' and slot.files = ?3)
    order by slot.date, slot.planned_us, slot.rowid, part.n";

/// A stretch up to so many days is read at once.
const ONE_THREAD_DAYS: i64 = 62;

/// What counts of hand-made entries: of several for one slot, or in one another's place, the last.
const LAST_WORD: &str = "with last_word as (
        select * from correction where id in (select max(id) from correction group by coalesce(slot, replaces, uuid))
    )";

impl Reader {
    /// What reports need of the slots of record whose broadcasts start on the dates from `from` to `to`, both included;
    /// of test tones nothing.
    /// Of a long stretch the later half is read on a thread of its own: two cores read a year in little more than half the
    /// time.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn report_rows(&self, from: Date, to: Date) -> anyhow::Result<Vec<Row>> {
        let days = to.duration_since(from).as_hours() / 24;
        let middle = from.saturating_add((days / 2).days());
        let path = self.connection.path().filter(|_| days > ONE_THREAD_DAYS).map(Path::new);
        let Some(other) = path.and_then(|path| file::open_for_reading(path).ok()) else {
            return rows_between(&self.connection, from, to);
        };
        let (earlier, later) = std::thread::scope(|scope| {
            let later = scope.spawn(move || rows_between(&other, middle.tomorrow()?, to));
            (rows_between(&self.connection, from, middle), later.join())
        });
        let mut rows = earlier?;
        rows.extend(later.map_err(|_| anyhow::anyhow!("the thread that reads the later half has gone"))??);
        Ok(rows)
    }

    /// Those of `segments` that were heard whole in a broadcast before `date`, as the log has it or as a person wrote
    /// beside it.
    ///
    /// # Errors
    /// The database could not be read.
    pub fn heard_before(&self, segments: &BTreeSet<&str>, date: Date) -> anyhow::Result<BTreeSet<String>> {
        // The instant only bounds the search: a broadcast over midnight belongs to the day before, and no zone is a day off.
        let bound = us(TimeZone::UTC.to_timestamp(date.saturating_add(2.days()).at(0, 0, 0, 0))?);
        let mut statement = self.connection.prepare(&format!(
            "{LAST_WORD} select 1 from slot join airing on airing.slot = slot.id
            where slot.segment = ?1 and slot.planned_us < ?2 and slot.date < ?3 and airing.outcome = 'aired'
                and slot.id not in (select slot from last_word where slot is not null and outcome <> 'aired') limit 1"
        ))?;
        // What a person wrote down as heard counts too; such rows are few.
        let mut by_hand = self.connection.prepare(&format!(
            "{LAST_WORD} select distinct coalesce(last_word.segment, slot.segment)
            from last_word left join slot on slot.id = last_word.slot
            where last_word.date < ?1 and last_word.outcome = 'aired'
                and coalesce(last_word.segment, slot.segment) is not null"
        ))?;
        let by_hand = by_hand.query_map([date.to_string()], |row| row.get(0))?;
        let mut heard: BTreeSet<String> = by_hand.collect::<rusqlite::Result<_>>()?;
        for segment in segments {
            if statement.exists(params![segment, bound, date.to_string()])? {
                heard.insert((*segment).to_owned());
            }
        }
        Ok(heard)
    }
}

/// Those of [`Reader::report_rows`], on this connection.
fn rows_between(connection: &Connection, from: Date, to: Date) -> anyhow::Result<Vec<Row>> {
    let silences = Silences::read(connection)?;
    let mut statement = connection.prepare(ROWS)?;
    let tone = serde_json::to_string(&[TONE_FILE])?;
    let mut found = statement.query(params![from.to_string(), to.to_string(), tone])?;
    let (mut rows, mut last) = (Vec::<Row>::new(), None);
    let mut said = Said::default();
    while let Some(sql) = found.next()? {
        let rowid: i64 = sql.get(0)?;
        if last != Some(rowid) {
            last = Some(rowid);
            rows.push(row(sql, &mut said)?);
        }
        if let Some(row) = rows.last_mut() {
            part(sql, row, &silences)?;
        }
    }
    for row in &mut rows {
        row.heard_ms = row.heard_ms.min(row.file_ms.unwrap_or(u64::MAX));
    }
    Ok(rows)
}

/// What segments say of themselves, which many airings share. A text is long and rows are many: it is held against the
/// last one of its segment, byte by byte, looked up among all only where it differs, and read once.
#[derive(Default)]
struct Said {
    /// By segment.
    last: HashMap<Vec<u8>, Told>,
    all: HashMap<Arc<[u8]>, Arc<Particulars>>,
}

/// A text, and what it says.
struct Told {
    text: Arc<[u8]>,
    said: Arc<Particulars>,
}

impl Said {
    fn of(&mut self, row: &SqlRow<'_>, segment: usize, place: usize) -> rusqlite::Result<Arc<Particulars>> {
        let (segment, text) = (row.get_ref(segment)?, row.get_ref(place)?);
        let segment = segment.as_bytes_or_null()?.unwrap_or_default();
        let bytes = text.as_bytes()?;
        if let Some(told) = self.last.get(segment).filter(|told| *told.text == *bytes) {
            return Ok(told.said.clone());
        }
        let (text, said) = match self.all.get_key_value(bytes) {
            Some((known, said)) => (known.clone(), said.clone()),
            None => {
                let read = particulars::read(text.as_str()?).map_err(|why| unreadable(row, "particulars", &why))?;
                let (text, said): (Arc<[u8]>, _) = (bytes.into(), Arc::new(read));
                self.all.insert(text.clone(), said.clone());
                (text, said)
            }
        };
        self.last.insert(segment.to_vec(), Told { text, said: said.clone() });
        Ok(said)
    }
}

fn row(sql: &SqlRow<'_>, said: &mut Said) -> rusqlite::Result<Row> {
    let date = sql.get_ref(3)?.as_str()?;
    Ok(Row {
        slot: SlotId(sql.get(1)?),
        broadcast: sql.get(2)?,
        date: date.parse().map_err(|_| unreadable(sql, "date", &format!("no date: `{date}`")))?,
        kind: word(sql, 4, "kind", Kind::from_code)?.ok_or_else(|| unreadable(sql, "kind", "null"))?,
        segment: sql.get(5)?,
        column: sql.get(6)?,
        title: sql.get(7)?,
        planned: rows::instant_at(sql, 8)?.ok_or_else(|| unreadable(sql, "planned_us", "null"))?,
        particulars: said.of(sql, 5, 9)?,
        file_ms: sql.get::<_, Option<i64>>(10)?.map(i64::unsigned_abs),
        outcome: word(sql, 11, "outcome", Outcome::from_code)?,
        cause: word(sql, 12, "cause", Cause::from_code)?,
        note: sql.get::<_, Option<String>>(13)?.unwrap_or_default(),
        bar: bar(sql)?,
        began: None,
        ended: None,
        heard_ms: 0,
        stand_in_ms: None,
        emergency_by: sql.get(17)?,
        by_hand: None,
    })
}

/// What kept its slot off the air.
fn bar(sql: &SqlRow<'_>) -> rusqlite::Result<Option<Text>> {
    let Some(vi) = sql.get::<_, Option<String>>(18)? else { return Ok(None) };
    Ok(Some(Text::new(vi, sql.get::<_, String>(19)?)))
}

/// Adds a part to the row that it is of.
fn part(sql: &SqlRow<'_>, row: &mut Row, silences: &Silences) -> rusqlite::Result<()> {
    let ms = |place| sql.get::<_, Option<i64>>(place).map(|ms| ms.map(i64::unsigned_abs));
    row.began = row.began.or(rows::instant_at(sql, 14)?);
    row.ended = rows::instant_at(sql, 15)?.or(row.ended);
    let sounded_ms = ms(16)?.unwrap_or(0).saturating_sub(ms(21)?.unwrap_or(0));
    row.heard_ms += sounded_ms - silences.unheard_ms(sql.get(14)?, sql.get(15)?, sounded_ms);
    if let Some(stand_in_ms) = ms(20)? {
        row.stand_in_ms = Some(row.stand_in_ms.unwrap_or(0) + stand_in_ms);
    }
    Ok(())
}

/// A word of a closed list.
fn word<T>(sql: &SqlRow<'_>, place: usize, column: &str, read: fn(&str) -> Option<T>) -> rusqlite::Result<Option<T>> {
    let Some(word) = sql.get_ref(place)?.as_str_or_null()? else { return Ok(None) };
    read(word).map(Some).ok_or_else(|| unreadable(sql, column, &format!("unknown word `{word}`")))
}
