//! The log for programs. Nothing is left out: what is unknown or was not said is null.

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::Log;
use crate::airing::{Airing, Corrected, Correction, Entry, Part};
use crate::levels::Levels;
use crate::outcome::{Cause, Outcome};
use crate::programme::particulars::{Level, Origin, Tone};
use crate::report::counting::Counting;

/// The log as `{airings: [...], corrections: [...]}`: an object a slot, and one for each entry made by hand.
pub fn render(log: &Log<'_>) -> String {
    let corrections = rows(log.corrections.iter().map(|one| correction(log, one)));
    written(&Whole { airings: airings(log), corrections })
}

/// The log of a rehearsal: the same, and that it is one, with the seed of its faults.
pub fn rehearsed(log: &Log<'_>, seed: Option<u64>) -> String {
    written(&Rehearsed { airings: airings(log), simulated: true, seed })
}

#[derive(Serialize)]
struct Whole<A: Serialize, C: Serialize> {
    airings: A,
    corrections: C,
}

#[derive(Serialize)]
struct Rehearsed<A: Serialize> {
    airings: A,
    simulated: bool,
    seed: Option<u64>,
}

/// A list of which each row is made when it is written, and gone by the next: a year's log is never a tree in memory.
fn rows(rows: impl Iterator<Item = Value> + Clone) -> impl Serialize {
    struct Rows<I>(I);
    impl<I: Iterator<Item = Value> + Clone> Serialize for Rows<I> {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            to.collect_seq(self.0.clone())
        }
    }
    Rows(rows)
}

fn airings(log: &Log<'_>) -> impl Serialize {
    let counting = Counting::of(log.corrections);
    rows(log.entries.iter().map(move |entry| {
        let mut object = object(log, entry);
        object["corrected"] = corrected(log, entry, &counting);
        object
    }))
}

/// What counts of the slot where that is a person's word; what they left to the log is as that has it.
fn corrected(log: &Log<'_>, entry: &Entry, counting: &Counting<'_>) -> Value {
    let Some(one) = counting.of_slot(&entry.slot.id) else { return Value::Null };
    let row = counting.row(entry);
    json!({
        "correction": one.id,
        "by": one.by,
        "outcome": row.outcome.map(Outcome::code),
        "cause": row.cause.map(Cause::code),
        "began": row.began.map(|at| time(log, at)),
        "ended": row.ended.map(|at| time(log, at)),
        "heard_ms": row.heard_ms,
    })
}

fn written(whole: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(whole).expect("rows of plain values into memory");
    text.push('\n');
    text
}

fn correction(log: &Log<'_>, one: &Correction) -> Value {
    let (slot, title, segment) = match &one.of {
        Corrected::Slot(slot) => (Some(&slot.0), None, None),
        Corrected::WithoutLoa { title, segment } => (None, Some(title), segment.as_ref()),
    };
    json!({
        "correction": one.id,
        "slot": slot,
        "title": title,
        "segment": segment,
        "date": one.date.to_string(),
        "by": one.by,
        "why": one.why,
        "written": time(log, one.written),
        "outcome": one.outcome.map(Outcome::code),
        "cause": one.cause.map(Cause::code),
        "began": one.began.map(|at| time(log, at)),
        "ended": one.ended.map(|at| time(log, at)),
        "played_ms": one.played_ms,
        "note": one.note,
        "replaces": one.replaces,
        "withdraws": one.is_withdrawal(),
    })
}

fn object(log: &Log<'_>, entry: &Entry) -> Value {
    let slot = &entry.slot;
    let airing = entry.airing.as_ref();
    let said = &slot.particulars;
    json!({
        "airing": airing.map(|a| &a.id),
        "station": log.station,
        // Planned by nobody: the id is only how this log tells it from others.
        "slot": Some(&slot.id.0).filter(|_| slot.asked_by.is_none()),
        "broadcast": slot.broadcast,
        "window": slot.window,
        "kind": slot.kind.code(),
        "segment": slot.segment,
        "title": slot.title,
        "column": slot.column,
        "class": slot.class.code(),
        "genre": said.genre,
        "tone": said.tone.map(Tone::code),
        "level": said.level.map(Level::code),
        "field": said.field,
        "audience": list(&said.audience),
        "partner": list(&said.partner),
        "topics": list(&said.topics),
        "origin": said.origin.map(Origin::code),
        "first": log.first.contains(&slot.id),
        "file": slot.files.first(),
        "files": Some(&slot.files).filter(|files| files.len() > 1),
        "sha256": airing.and_then(|a| a.sha256.as_ref()),
        "planned": time(log, slot.planned),
        "began": airing.and_then(Airing::began).map(|at| time(log, at)),
        "ended": airing.filter(|one| one.on_air_at().is_none()).and_then(Airing::ended).map(|at| time(log, at)),
        "late_ms": entry.late_ms(),
        "played_ms": airing.map(Airing::played_ms),
        "heard_ms": airing.map(Airing::heard_ms),
        "gap_ms": airing.map(Airing::gap_ms),
        "file_ms": airing.and_then(|a| a.file_ms).or(slot.file_ms()),
        "parts": airing.map_or_else(Vec::new, |a| parts(log, a)),
        "peak_dbfs": airing.and_then(Airing::peak_cdbfs).map(decibels),
        "rms_dbfs": airing.and_then(Airing::rms_cdbfs).map(decibels),
        "line": airing.map(|a| &a.line),
        "device": airing.and_then(|a| a.device.as_ref()),
        "by": slot.asked_by,
        "outcome": airing.and_then(|a| a.outcome).map(Outcome::code),
        "cause": airing.and_then(|a| a.cause).map(Cause::code),
        "note": airing.map(|a| &a.note).filter(|note| !note.is_empty()),
        "revision": slot.revision,
        "run": airing.map(|a| &a.run),
    })
}

/// A list of what its author wrote; null where nothing was written.
fn list(said: &[String]) -> Option<&[String]> {
    (!said.is_empty()).then_some(said)
}

fn parts(log: &Log<'_>, airing: &Airing) -> Vec<Value> {
    let part = |part: &Part| {
        json!({
            "began": part.began.map(|at| time(log, at)),
            "ended": part.ended.filter(|_| !part.is_open).map(|at| time(log, at)),
            "played_ms": part.played_ms,
            "unheard_ms": part.unheard_ms,
            "stand_in_ms": part.stand_in_ms,
            "levels": part.levels.as_ref().map(by_second),
        })
    };
    airing.heard_parts().map(part).collect()
}

/// RMS of each second, two hexadecimal digits each: half decibels below full scale, `ff` for softer than −127 dBFS. Short,
/// since a bulletin has hundreds of them.
fn by_second(levels: &Levels) -> String {
    HEXLOWER.encode(&levels.seconds)
}

fn decibels(hundredths: i32) -> f64 {
    f64::from(hundredths) / 100.0
}

/// RFC 3339 with the zone's offset and six decimals.
fn time(log: &Log<'_>, at: Timestamp) -> String {
    format!("{:.6}", at.display_with_offset(log.zone.to_offset(at)))
}
