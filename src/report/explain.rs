//! What stands behind each figure: the rows it is made of and what each adds.

use serde_json::{Value, json};

use super::Report;
use super::figure::Unit;
use crate::cells;
use crate::problem::{Lang, Text};
use crate::report::forms::plain;
use crate::timetable::length_words;

/// Whether `name` is the figure or one of the table that `asked` names; all are if nothing is asked.
fn is_asked(name: &str, asked: &str) -> bool {
    asked.is_empty() || name.strip_prefix(asked).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Whether some figure or table is called `asked`; all are if nothing is asked.
pub fn is_known(report: &Report, asked: &str) -> bool {
    report.figures().iter().any(|(name, _)| is_asked(name, asked))
}

/// The rows behind the figures whose names are `asked` or begin with it: `[{figure, unit, value, rows: [{slot, date, title,
/// outcome, by_hand, adds}]}]`.
pub fn json(report: &Report, asked: &str) -> Value {
    let figures = report.figures();
    let asked = figures.iter().filter(|(name, _)| is_asked(name, asked));
    asked
        .map(|(name, figure)| {
            let rows = figure.rows.iter().map(|at| {
                let row = report.row(*at);
                json!({
                    "slot": row.slot.0, "date": row.date.to_string(), "title": plain(&row.title),
                    "outcome": row.outcome.map(crate::outcome::Outcome::code),
                    "by_hand": row.by_hand.as_ref().map(|hand| &hand.by),
                    "adds": figure.adds(&report.log, *at),
                })
            });
            let unit = match figure.unit {
                Unit::Count => "count",
                Unit::Ms => "ms",
            };
            json!({ "figure": name, "unit": unit, "value": figure.value, "rows": rows.collect::<Vec<_>>() })
        })
        .collect()
}

/// The same for people: each figure, then a line a row.
pub fn text(report: &Report, asked: &str, lang: Lang) -> String {
    let by_hand = Text::new("nhập tay", "by hand");
    let mut out = String::new();
    for (name, figure) in report.figures().iter().filter(|(name, _)| is_asked(name, asked)) {
        let count = figure.rows.len();
        let rows = Text::new(format!("{count} dòng"), format!("{count} rows"));
        let value = match figure.unit {
            Unit::Count => cells::count(i64::try_from(figure.value).unwrap_or(i64::MAX), lang),
            Unit::Ms => format!("{} {}", cells::minutes(figure.value, lang), Text::new("phút", "minutes").get(lang)),
        };
        out += &format!("{name} = {value}  ({})\n", rows.get(lang));
        for at in &figure.rows {
            let row = report.row(*at);
            let outcome =
                row.outcome.map_or(Text::new("Chưa đến giờ", "Pending").get(lang).to_owned(), |outcome| {
                    outcome.word(lang).to_owned()
                });
            let adds = match figure.unit {
                Unit::Count => String::new(),
                Unit::Ms => format!("  {}", length_words(figure.adds(&report.log, *at)).get(lang)),
            };
            let title = plain(&row.title);
            let hand = row.by_hand.as_ref().map(|hand| format!("  ({}: {})", by_hand.get(lang), hand.by));
            let hand = hand.unwrap_or_default();
            out += &format!("    {}  {title}  {outcome}{adds}{hand}\n", row.slot.0);
        }
    }
    out
}
