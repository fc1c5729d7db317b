//! The report for programs: figures as whole milliseconds and counts.

use serde_json::{Map, Value, json};

use super::{Counts, Report};
use crate::timetable::Kind;

/// The report as JSON: `{from, to, unwritten, unforeseen, summary: {rows}, schedule: {rows}, by_hand: {rows}}`; `schedule`
/// has a row a segment, a row a column without one, and a row each other kind of place; `by_hand` is beyond the plan.
pub fn render(report: &Report) -> String {
    let schedule: Vec<Value> = report
        .segments
        .iter()
        .map(|line| {
            let mut row = Map::new();
            let kind = line.subject.kind();
            let segment = line.subject.id().filter(|_| kind == Kind::Segment);
            let column = line.subject.id().filter(|_| kind == Kind::Column);
            row.insert("segment".into(), json!(segment));
            row.insert("column".into(), json!(column));
            row.insert("kind".into(), json!(kind.code()));
            row.insert("title".into(), json!(line.subject.id().map(|_| &line.title)));
            row.extend(figures(&line.counts));
            Value::Object(row)
        })
        .collect();
    let whole = json!({
        "from": report.from.to_string(),
        "to": report.to.to_string(),
        "unwritten": report.unwritten,
        "unforeseen": report.unforeseen,
        "summary": { "rows": [figures(&report.total)] },
        "schedule": { "rows": schedule },
        "by_hand": { "rows": [figures(&report.by_hand)] },
    });
    format!("{whole:#}\n")
}

fn figures(counts: &Counts) -> Map<String, Value> {
    let Counts { planned, aired, late, cut, interrupted, failed, missed, excepted, pending, airtime_ms, causes } =
        counts;
    let causes: Map<String, Value> = causes.iter().map(|(cause, n)| (cause.code().to_owned(), json!(n))).collect();
    let figures = [
        ("planned", planned),
        ("aired", aired),
        ("late", late),
        ("cut", cut),
        ("interrupted", interrupted),
        ("failed", failed),
        ("missed", missed),
        ("excepted", excepted),
        ("pending", pending),
        ("airtime_ms", airtime_ms),
    ];
    let mut row: Map<String, Value> = figures.map(|(name, n)| (name.to_owned(), json!(n))).into_iter().collect();
    row.insert("causes".into(), Value::Object(causes));
    row
}
