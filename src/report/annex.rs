//! The annex: the log of what is about administrative reform.

use serde_json::{Value, json};

use super::Report;
use super::json::of_row;

/// A row an airing; `first` where its work was new.
pub(super) fn json(report: &Report) -> Vec<Value> {
    let rows = report.annex.iter().map(|at| {
        let mut row = of_row(report, *at);
        row.insert("first".to_owned(), json!(report.log.first[*at]));
        Value::Object(row)
    });
    rows.collect()
}
