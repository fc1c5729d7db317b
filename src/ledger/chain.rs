//! The chain over the log: each row that is closed for good gets a link, and each link's hash covers the one before. Who
//! changes, removes or inserts a row afterwards breaks it, and a hash that has left the PC says up to where.
//!
//! **A record is not stored: it is read out of the rows it vouches for**, column by column, so it cannot disagree with
//! them, and a link costs a tenth of a record. Which columns belong to a version of a record is fixed for ever; a column
//! that comes later stands in the record only of a row that has something in it, so that all older records stay what they
//! were.

use data_encoding::HEXLOWER;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::airing::LogHead;
use crate::outcome::words;

words! {
    /// What a link vouches for.
    Kind {
        /// The station's UUID: the first link.
        Station = "station", "đài", "station";
        /// A schema of the log, entered.
        Version = "version", "phiên bản nhật ký", "version of the log";
        /// A run that is over.
        Run = "run", "phiên chạy", "run";
        /// A schedule coming into force, with its text.
        Reading = "reading", "kế hoạch có hiệu lực", "schedule in force";
        /// An incident that is over.
        Incident = "incident", "sự cố", "incident";
        /// A slot of record, its airing with an outcome, and its parts.
        Airing = "airing", "lượt phát", "airing";
        /// A hand-made entry.
        Correction = "correction", "mục sửa tay", "correction";
    }
}

/// The version of records written now.
pub(super) const RECORD_VERSION: i64 = 1;

/// SHA-256.
pub type Hash = [u8; 32];

/// What the first link follows on.
pub const GENESIS: Hash = [0; 32];

/// The newest link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many links there are.
    pub seq: i64,
    /// Its hash.
    pub hash: Hash,
}

impl From<Head> for LogHead {
    fn from(head: Head) -> LogHead {
        LogHead { seq: head.seq, hash: HEXLOWER.encode(&head.hash) }
    }
}

/// The hash of a link: SHA-256 over the hash of the link before and the record.
pub fn hash_after(previous: &Hash, record: &str) -> Hash {
    Sha256::new().chain_update(previous).chain_update(record).finalize().into()
}

/// A group of columns of a record; `rows` finds the rows of a reference `?1`.
struct Section {
    name: &'static str,
    columns: &'static [&'static str],
    rows: &'static str,
    /// Columns that came after the chain had begun: in the record where they hold something.
    later: &'static [&'static str],
    /// A list, which may be empty; else exactly one row.
    many: bool,
}

/// The columns of slots, in the order in which records have them.
pub(super) const SLOT_COLUMNS: &[&str] = &[
    "id",
    "broadcast",
    "date",
    "window",
    "kind",
    "class",
    "segment",
    "title",
    "column_id",
    "files",
    "planned_us",
    "start",
    "until_us",
    "broadcast_ends_us",
    "grace_ms",
    "after_power_cut",
    "permit",
    "approved_sha256",
    "particulars",
    "sha256",
    "file_ms",
    "frames",
    "rate_hz",
    "channels",
    "codec",
    "declared_ms",
    "damaged_packets",
    "bar_cause",
    "bar_reason_vi",
    "bar_reason_en",
    "revision",
    "frozen_us",
    "run",
    "asked_by",
    "relay",
];

const STATION: &[Section] =
    &[Section { name: "station", columns: &["uuid"], rows: "from station where uuid = ?1", later: &[], many: false }];
const VERSION: &[Section] = &[Section {
    name: "version",
    columns: &["number", "at_us", "program"],
    rows: "from version where number = ?1",
    later: &[],
    many: false,
}];
const RUN: &[Section] = &[Section {
    name: "run",
    columns: &[
        "id",
        "uuid",
        "boot_id",
        "program",
        "started_us",
        "started_uptime_ms",
        "heartbeat_us",
        "heartbeat_uptime_ms",
        "ended_us",
        "ended_how",
    ],
    rows: "from run where uuid = ?1",
    later: &[],
    many: false,
}];
const READING: &[Section] = &[
    Section {
        name: "reading",
        columns: &["id", "read_us", "run"],
        rows: "from reading where id = ?1",
        later: &[],
        many: false,
    },
    Section {
        name: "revision",
        columns: &["sha256", "month", "station_text", "schedule_text"],
        rows: "from revision where id = (select revision from reading where id = ?1)",
        later: &[],
        many: false,
    },
];
const INCIDENT: &[Section] = &[Section {
    name: "incident",
    columns: &["id", "kind", "began_us", "ended_us", "detail", "run"],
    rows: "from incident where id = ?1",
    later: &["detail_en"],
    many: false,
}];
const AIRING: &[Section] = &[
    Section { name: "slot", columns: SLOT_COLUMNS, rows: "from slot where id = ?1", later: &[], many: false },
    Section {
        name: "airing",
        columns: &["id", "uuid", "line", "device", "sha256", "file_ms", "outcome", "cause", "note", "run"],
        rows: "from airing where slot = ?1",
        later: &[],
        many: false,
    },
    Section {
        name: "parts",
        columns: &[
            "n",
            "opened_us",
            "began_us",
            "heard_until_us",
            "played_ms",
            "ended_us",
            "gap_ms",
            "unsynced",
            "run",
            "peak_cdbfs",
            "rms_cdbfs",
            "seconds",
        ],
        rows: "from part where airing = (select id from airing where slot = ?1) order by n",
        later: &["stand_in_ms", "silent_ms"],
        many: true,
    },
];
const CORRECTION: &[Section] = &[Section {
    name: "correction",
    columns: &[
        "id",
        "uuid",
        "slot",
        "title",
        "segment",
        "date",
        "written_by",
        "why",
        "written_us",
        "outcome",
        "cause",
        "began_us",
        "ended_us",
        "played_ms",
        "note",
    ],
    rows: "from correction where uuid = ?1",
    later: &["replaces"],
    many: false,
}];

fn sections(kind: Kind) -> &'static [Section] {
    match kind {
        Kind::Station => STATION,
        Kind::Version => VERSION,
        Kind::Run => RUN,
        Kind::Reading => READING,
        Kind::Incident => INCIDENT,
        Kind::Airing => AIRING,
        Kind::Correction => CORRECTION,
    }
}

/// The rows that must have a link, as `select` of their references.
pub(super) fn closed(kind: Kind) -> &'static str {
    match kind {
        Kind::Station => "select uuid from station",
        Kind::Version => "select cast(number as text) from version order by number",
        // A killed run is over when the next one begins.
        Kind::Run => "select uuid from run where ended_us is not null or id < (select max(id) from run) order by id",
        Kind::Reading => "select cast(id as text) from reading order by id",
        Kind::Incident => "select cast(id as text) from incident where ended_us is not null order by id",
        Kind::Airing => "select slot from airing where outcome is not null order by id",
        Kind::Correction => "select uuid from correction order by id",
    }
}

/// The record of a closed row as canonical JSON: keys in their fixed order, no blanks, blobs in hexadecimal. None if a row of
/// it is missing.
pub(super) fn record(connection: &Connection, kind: Kind, reference: &str) -> rusqlite::Result<Option<String>> {
    let mut record = Map::new();
    record.insert("v".into(), RECORD_VERSION.into());
    record.insert("kind".into(), kind.code().into());
    for section in sections(kind) {
        let select = |columns: &[&str]| format!("select {} {}", columns.join(", "), section.rows);
        // A log on its way from an older schema has none of the later columns yet.
        let whole = connection.prepare_cached(&select(&[section.columns, section.later].concat()));
        let mut statement = whole.or_else(|_| connection.prepare_cached(&select(section.columns)))?;
        let mut found = statement.query([reference])?;
        let mut rows = Vec::new();
        while let Some(row) = found.next()? {
            rows.push(object(row, section)?);
        }
        if section.many {
            record.insert(section.name.into(), rows.into());
        } else if let Some(row) = rows.pop() {
            record.insert(section.name.into(), row);
        } else {
            return Ok(None);
        }
    }
    Ok(Some(Value::Object(record).to_string()))
}

/// A row's columns as JSON, the later ones where they hold something.
fn object(row: &Row<'_>, of: &Section) -> rusqlite::Result<Value> {
    let mut object = Map::new();
    let read = of.columns.iter().chain(of.later).take(row.as_ref().column_count());
    for (index, column) in read.enumerate() {
        let value = match row.get_ref(index)? {
            ValueRef::Null if index >= of.columns.len() => continue,
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => number.into(),
            ValueRef::Real(number) => number.into(),
            ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
            ValueRef::Blob(bytes) => HEXLOWER.encode(bytes).into(),
        };
        object.insert((*column).into(), value);
    }
    Ok(Value::Object(object))
}

/// The newest link; none in a log that has not begun its chain.
pub(super) fn head(connection: &Connection) -> rusqlite::Result<Option<Head>> {
    connection
        .prepare_cached("select seq, hash from chain order by seq desc limit 1")?
        .query_row([], |row| Ok(Head { seq: row.get(0)?, hash: row.get(1)? }))
        .optional()
}

/// Links a row that was closed just now, in the transaction that closed it.
pub(super) fn link(connection: &Connection, kind: Kind, reference: &str) -> rusqlite::Result<()> {
    let record = record(connection, kind, reference)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    let before = head(connection)?.unwrap_or(Head { seq: 0, hash: GENESIS });
    connection
        .prepare_cached("insert into chain (seq, kind, reference, record_version, hash) values (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![
            before.seq.saturating_add(1),
            kind.code(),
            reference,
            RECORD_VERSION,
            hash_after(&before.hash, &record)
        ])?;
    Ok(())
}

/// Links all that is closed, in a log that has no chain yet.
pub(super) fn begin(connection: &Connection) -> rusqlite::Result<()> {
    for kind in Kind::ALL {
        let mut statement = connection.prepare(closed(*kind))?;
        let references: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        for reference in references {
            link(connection, *kind, &reference)?;
        }
    }
    Ok(())
}
