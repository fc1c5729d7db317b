//! The report for programs: counts, whole milliseconds, and shares in thousandths; what is unknown or cannot be told is null.

use serde_json::{Map, Value, json};

use super::figure::{Figure, Unit, growth_permille, permille};
use super::groups::{By, Group};
use super::totals::Totals;
use super::{Before, Report, annex, beside};
use crate::airing::LogHead;
use crate::outcome::{Cause, Outcome};
use crate::problem::Lang;
use crate::timetable::{self, Kind};

/// The report as JSON: `period` and the tables, each `{rows: [...]}`.
pub fn value(report: &Report) -> Value {
    let (from, to) = report.period.dates();
    let before = match report.before {
        Before::Whole => json!("whole"),
        Before::From(date) => json!(date.to_string()),
        Before::Nothing => Value::Null,
    };
    let mut whole = json!({
        "period": {
            "name": report.period.to_string(), "rhythm": report.period.rhythm.code(),
            "from": from.to_string(), "to": to.to_string(), "until": report.until.to_string(),
            "previous": report.period.previous().to_string(), "previous_known_from": before,
            "year_begins": report.period.year_begins().to_string(),
        },
        "summary": { "rows": summary(report) },
        "genres": { "rows": groups(report, By::Genre) },
        "topics": { "rows": groups(report, By::Topic) },
        "balance": { "rows": groups(report, By::Tone), "imbalances": beside::imbalances(report) },
        "publicity": beside::publicity(report),
        "one_stop": { "rows": beside::one_stop(report), "surveys": beside::surveys(report) },
        "schedule": schedule(report),
        "cooperation": { "rows": cooperation(report) },
        "columns": { "rows": columns(report) },
        "targets": { "rows": targets(report) },
        "annex": { "rows": annex::json(report) },
        "corrected": report.corrected.iter().map(|at| Value::Object(of_row(report, *at))).collect::<Vec<_>>(),
        "unwritten": report.unwritten,
        "unforeseen": report.unforeseen,
        "read_late": report.read_late,
        "touched_since": beside::touched_since(report),
        "ledger": report.head.as_ref().map(LogHead::json),
    });
    if let (Value::Object(whole), Value::Object(more)) = (&mut whole, beside::tables(report)) {
        whole.extend(more);
    }
    whole
}

/// The same as text.
pub fn render(report: &Report) -> String {
    format!("{:#}\n", value(report))
}

/// Table 1, a row a figure: this period, the one before, the difference, and the year to date.
fn summary(report: &Report) -> Vec<Value> {
    let (now, before, year) = (&report.totals, &report.previous, &report.to_date);
    let known = Known::of(report);
    let mut rows: Vec<Value> = now
        .figures()
        .into_iter()
        .zip(before.figures())
        .zip(year.figures())
        .map(|(((name, now), (_, before)), (_, year))| {
            row(&known, name, unit(now), Some(now.value), Some(before.value), Some(year.value))
        })
        .collect();
    type Ratio = fn(&Totals) -> Option<u64>;
    let ratios: [(&str, &str, Ratio); 3] = [
        ("reform_share", "permille", Totals::reform_share_permille),
        ("reform_a_day", "ms", Totals::reform_a_day_ms),
        ("kept_share", "permille", Totals::kept_permille),
    ];
    rows.extend(ratios.map(|(name, unit, of)| row(&known, name, unit, of(now), of(before), of(year))));
    rows
}

/// What can be told at all: nothing of before the log began or of a year that has not, and no growth unless both periods are
/// whole.
struct Known {
    now: bool,
    before: bool,
    year: bool,
    growth: bool,
}

impl Known {
    fn of(report: &Report) -> Known {
        Known {
            now: report.is_known(),
            before: report.is_before_known(),
            year: report.is_year_known(),
            growth: report.is_comparable(),
        }
    }
}

fn row(known: &Known, name: &str, unit: &str, now: Option<u64>, before: Option<u64>, year: Option<u64>) -> Value {
    let now = now.filter(|_| known.now);
    let year = year.filter(|_| known.year);
    let before = before.filter(|_| known.before);
    let compared = now.zip(before).filter(|_| known.growth);
    let growth = compared.and_then(|(now, before)| growth_permille(now, before));
    let change = compared.map(|(now, before)| i128::from(now) - i128::from(before));
    let change = change.and_then(|change| i64::try_from(change).ok());
    json!({
        "figure": name, "unit": unit, "value": now, "previous": before, "change": change,
        "growth_permille": growth, "to_date": year,
    })
}

fn unit(figure: &Figure) -> &'static str {
    match figure.unit {
        Unit::Count => "count",
        Unit::Ms => "ms",
    }
}

/// Figures under their names; those in ms end in `_ms`.
pub(super) fn figures<'f>(figures: impl IntoIterator<Item = (&'static str, &'f Figure)>) -> Map<String, Value> {
    let named = figures.into_iter().map(|(name, figure)| match figure.unit {
        Unit::Count => (name.to_owned(), json!(figure.value)),
        Unit::Ms => (format!("{name}_ms"), json!(figure.value)),
    });
    named.collect()
}

fn groups(report: &Report, by: By) -> Vec<Value> {
    report.groups(by).iter().map(|group| Value::Object(group_row(report, by, group))).collect()
}

fn group_row(report: &Report, by: By, group: &Group) -> Map<String, Value> {
    let mut row = Map::new();
    row.insert(by.code().to_owned(), json!(group.code));
    row.insert("name".to_owned(), json!(group.name.get(Lang::Vi)));
    if by == By::Topic {
        row.insert("part_of".to_owned(), json!(group.part_of));
    }
    row.extend(figures(group.figures()));
    row.insert("share_permille".to_owned(), json!(permille(group.airtime.value, report.totals.reform.value)));
    row
}

/// Table 7, a row a word; `by` says which kind.
fn cooperation(report: &Report) -> Vec<Value> {
    let kinds = [By::Level, By::Field, By::Audience, By::Partner, By::Origin, By::Tag];
    let rows = kinds.into_iter().flat_map(|by| {
        report.groups(by).iter().map(move |group| {
            let mut row = Map::new();
            row.insert("by".to_owned(), json!(by.code()));
            row.insert("adds_up".to_owned(), json!(by.adds_up()));
            row.insert("code".to_owned(), json!(group.code));
            row.insert("name".to_owned(), json!(group.name.get(Lang::Vi)));
            row.extend(figures(group.figures()));
            Value::Object(row)
        })
    });
    rows.collect()
}

/// Table 8: `total`, a row a segment, a column without one or another kind of place, the reasons, and the days unlike the
/// others.
fn schedule(report: &Report) -> Value {
    let lines = report.schedule.lines.iter().map(|line| {
        let kind = line.subject.kind();
        let id = line.subject.id();
        let mut row = Map::new();
        row.insert("segment".into(), json!(id.filter(|_| kind == Kind::Segment)));
        row.insert("column".into(), json!(id.filter(|_| kind == Kind::Column)));
        row.insert("kind".into(), json!(kind.code()));
        row.insert("title".into(), json!(id.map(|_| &line.title)));
        row.extend(figures(line.classes.figures()));
        row
    });
    let reasons = report.schedule.reasons.iter().map(
        |reason| json!({ "outcome": reason.outcome.code(), "cause": reason.cause.code(), "slots": reason.slots.value }),
    );
    let mut total = figures(report.schedule.total.figures());
    total.insert("on_time_permille".into(), json!(report.schedule.total.on_time_permille()));
    let (rows, reasons): (Vec<Value>, Vec<Value>) = (lines.map(Value::Object).collect(), reasons.collect());
    let exceptions: Vec<Value> = report.unlike.iter().map(timetable::unlike_json).collect();
    json!({ "total": total, "rows": rows, "reasons": reasons, "exceptions": exceptions })
}

fn columns(report: &Report) -> Vec<Value> {
    let columns = report.columns.iter().map(|column| {
        let mut row = Map::new();
        row.insert("column".into(), json!(column.id));
        row.insert("name".into(), json!(column.name));
        row.insert("reform".into(), json!(column.is_reform));
        row.extend(figures(column.figures()));
        row.insert("kept_permille".into(), json!(column.kept_permille()));
        row.insert("on_time_permille".into(), json!(column.on_time_permille()));
        row.insert("minimum".into(), json!(column.minimum));
        Value::Object(row)
    });
    columns.collect()
}

/// Targets done and due: also what `loa status` shows.
pub fn targets(report: &Report) -> Vec<Value> {
    let goals = report.goals.iter().map(|goal| {
        json!({
            "target": goal.key, "name": goal.name.vi, "unit": unit(&goal.done),
            "done": goal.done.value, "due": goal.due, "permille": goal.permille(),
        })
    });
    goals.collect()
}

/// What a table says of a row of the log.
pub(super) fn of_row(report: &Report, at: usize) -> Map<String, Value> {
    let row = report.row(at);
    let fields = [
        ("slot", json!(row.slot.0)),
        ("date", json!(row.date.to_string())),
        ("segment", json!(row.segment)),
        ("column", json!(row.column)),
        ("title", json!(row.title)),
        ("genre", json!(row.particulars.genre)),
        ("topics", json!(row.particulars.topics)),
        ("began", json!(row.began.map(|at| report.time(at)))),
        ("ended", json!(row.ended.map(|at| report.time(at)))),
        ("heard_ms", json!(row.heard_ms)),
        ("outcome", json!(row.outcome.map(Outcome::code))),
        ("cause", json!(row.cause.map(Cause::code))),
        ("note", json!(row.note)),
        ("emergency_by", json!(row.emergency_by)),
        ("by_hand", json!(row.by_hand.as_ref().map(|hand| json!({ "by": hand.by, "why": hand.why })))),
    ];
    fields.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
}
