//! The report for a spreadsheet.

use super::text::{causes, figures, heads, notes, total};
use super::{Counts, Report};
use crate::cells;
use crate::problem::{Lang, Text};

/// The report as CSV: a row a segment, then the sum.
pub fn render(report: &Report, lang: Lang) -> String {
    let mut head = vec![Text::new("Mã", "Id").get(lang).to_owned()];
    head.extend(heads(lang));
    head.push(Text::new("Nguyên nhân", "Causes").get(lang).to_owned());
    let mut rows = vec![head];
    for line in &report.segments {
        rows.push(row(line.subject.id().unwrap_or_default(), &line.name(lang), &line.counts, lang));
    }
    rows.push(row("", total(lang), &report.total, lang));
    for note in notes(report) {
        // A spreadsheet that lacks them must say so itself: it travels without the terminal that made it.
        let mut row = vec![String::new(), note.get(lang).to_owned()];
        row.resize(rows[0].len(), String::new());
        rows.push(row);
    }
    cells::csv(&rows)
}

fn row(segment: &str, title: &str, counts: &Counts, lang: Lang) -> Vec<String> {
    let mut row = vec![cells::inert(segment), cells::inert(title)];
    row.extend(figures(counts, lang));
    row.push(causes(counts, lang));
    row
}
