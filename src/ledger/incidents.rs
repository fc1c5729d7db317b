//! Faults that reports tell of: into the log and back, in both languages.

use jiff::Timestamp;
use rusqlite::{Connection, Params, params};

use super::Ledger;
use super::chain;
use super::rows::{self, Cells, code, instant, maybe_instant, us};
use super::write::Write;
use crate::airing::{Incident, IncidentKind};
use crate::notes;
use crate::problem::Text;

impl Ledger {
    /// A fault began. While one of its kind lasts, no second one is written.
    pub fn incident_began(&self, kind: IncidentKind, at: Timestamp, detail: &Text) {
        let (detail, detail_en) = (detail.vi.clone(), Some(detail.en.clone()));
        self.queue.post(Write::IncidentBegan { kind, at, detail, detail_en });
    }

    /// The fault of this kind is over.
    pub fn incident_ended(&self, kind: IncidentKind, at: Timestamp) {
        self.queue.post(Write::IncidentEnded { kind, at });
    }
}

/// Writes what happened at an instant, once.
pub(super) fn happened(
    connection: &Connection,
    (kind, at): (IncidentKind, Timestamp),
    what: &Text,
    run: i64,
) -> rusqlite::Result<()> {
    let written = connection.execute(
        "insert into incident (kind, began_us, ended_us, detail, run, detail_en) select ?1, ?2, ?2, ?3, ?4, ?5
        where not exists (select 1 from incident where kind = ?1 and began_us = ?2)",
        params![kind.code(), us(at), what.vi, run, what.en],
    )?;
    if written > 0 {
        chain::link(connection, chain::Kind::Incident, &connection.last_insert_rowid().to_string())?;
    }
    Ok(())
}

/// Incidents for which `condition` holds, in the order they began.
pub(super) fn read(connection: &Connection, condition: &str, values: impl Params) -> rusqlite::Result<Vec<Incident>> {
    let mut statement = connection.prepare(&format!(
        "select kind, began_us, ended_us, detail, detail_en from incident where {condition} order by began_us, id"
    ))?;
    statement.query_map(values, |row| incident(row))?.collect()
}

/// Those that tell of another hand at the log, from `since` on.
pub(super) fn touched(connection: &Connection, since: Timestamp) -> rusqlite::Result<Vec<Incident>> {
    read(connection, "began_us >= ?1 and kind = ?2", params![us(since), IncidentKind::LogTouched.code()])
}

/// The incident of a row.
pub(super) fn incident(row: &impl Cells) -> rusqlite::Result<Incident> {
    let (detail, english): (String, Option<String>) = (row.cell("detail")?, row.cell("detail_en")?);
    Ok(Incident {
        kind: code(row, "kind", IncidentKind::from_code)?.ok_or_else(|| rows::unreadable(row, "kind", "null"))?,
        began: instant(row, "began_us")?,
        ended: maybe_instant(row, "ended_us")?,
        detail: match english {
            Some(english) => Text::new(detail, english),
            None => notes::read(&detail, None),
        },
    })
}
