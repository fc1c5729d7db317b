//! What was found, as rows.

use std::sync::Arc;

use rusqlite::{Connection, Row, params};

use super::super::waveform::Waveform;
use super::file::corrupt;
use crate::problem::Text;
use crate::schedule::audio_facts::{AudioFacts, AudioFault, Measures};

/// What a full decode found.
pub(super) type Found = Result<AudioFacts, AudioFault>;

/// Writes what was found in the bytes with this hash, in place of what was known.
pub(super) fn put_sound(db: &Connection, sha256: &str, found: &Found) -> rusqlite::Result<()> {
    let nothing = Text::new("", "");
    let (fault, text) = match found {
        Ok(_) => ("", &nothing),
        Err(AudioFault::Empty) => ("empty", &nothing),
        Err(AudioFault::Silent) => ("silent", &nothing),
        Err(AudioFault::Undecodable(text)) => ("undecodable", text),
        // Passing: they belong to the disk, not to the bytes.
        Err(AudioFault::Absent | AudioFault::AbsentBut(_) | AudioFault::NoFile(_) | AudioFault::Unreadable(_)) => {
            return Ok(());
        }
    };
    let none = AudioFacts::default();
    let facts = found.as_ref().unwrap_or(&none);
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let measures = facts.measures.as_deref().and_then(|measures| serde_json::to_string(measures).ok());
    db.execute(
        "INSERT OR REPLACE INTO sound
           (sha256, fault, vi, en, file_ms, frames, rate_hz, channels, codec, declared_ms, damaged,
            measures)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        params![
            sha256,
            fault,
            text.vi,
            text.en,
            number(facts.file_ms),
            number(facts.frames),
            facts.rate_hz,
            facts.channels,
            facts.codec,
            facts.declared_ms.map(number),
            number(facts.damaged_packets),
            measures,
        ],
    )?;
    Ok(())
}

/// What a row of `sound` says.
pub(super) fn found_in(row: &Row<'_>) -> rusqlite::Result<Found> {
    let number = |name: &str| -> rusqlite::Result<u64> { Ok(u64::try_from(row.get::<_, i64>(name)?).unwrap_or(0)) };
    let fault: String = row.get("fault")?;
    Ok(match fault.as_str() {
        "" => Ok(AudioFacts {
            sha256: row.get("sha256")?,
            file_ms: number("file_ms")?,
            frames: number("frames")?,
            rate_hz: row.get("rate_hz")?,
            channels: row.get("channels")?,
            codec: row.get("codec")?,
            declared_ms: row.get::<_, Option<i64>>("declared_ms")?.map(|ms| u64::try_from(ms).unwrap_or(0)),
            damaged_packets: number("damaged")?,
            measures: row.get::<_, Option<String>>("measures")?.map(|json| measures_in(&json)).transpose()?,
        }),
        "empty" => Err(AudioFault::Empty),
        "silent" => Err(AudioFault::Silent),
        _ => Err(AudioFault::Undecodable(Text::new(row.get::<_, String>("vi")?, row.get::<_, String>("en")?))),
    })
}

/// Writes which bytes lie under a name, as long as size and time of change stay.
pub(super) fn put_file(db: &Connection, rel: &str, (size, mtime_ns): (i64, i64), sha256: &str) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO file (rel, size, mtime_ns, sha256) VALUES (?1, ?2, ?3, ?4)";
    db.execute(sql, params![rel, size, mtime_ns, sha256])?;
    Ok(())
}

/// Writes the outline of the bytes with this hash.
pub(super) fn put_waveform(db: &Connection, sha256: &str, waveform: &Waveform) -> rusqlite::Result<()> {
    db.execute("INSERT OR REPLACE INTO waveform (sha256, pairs) VALUES (?1, ?2)", params![sha256, waveform.bytes()])?;
    Ok(())
}

fn measures_in(json: &str) -> rusqlite::Result<Arc<Measures>> {
    serde_json::from_str(json).map(Arc::new).map_err(|e| corrupt(&e.to_string()))
}
