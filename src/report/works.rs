//! The period's new works about administrative reform, each once however often it aired: for the production sheet, for the
//! ward's page, and for how fast the news of a document reached the air.

use jiff::civil::Date;

use super::figure::Figure;
use super::row::{Log, Row};
use crate::programme::particulars::{Origin, SourceDoc};

/// A work that was heard whole for the first time ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// The row in which it was; what it says of itself stands there.
    pub row: usize,
    /// Airings of it in the period, heard whole or not.
    pub airings: Figure,
    /// What was heard of them.
    pub airtime: Figure,
    /// The dates of the period on which it was heard.
    pub dates: Vec<Date>,
}

impl Work {
    /// How many days after its document's date it was first on air; none without a document, or of one that is dated
    /// later: that is a slip, and no news comes before itself.
    pub fn speed<'l>(&self, log: &'l Log) -> Option<(&'l SourceDoc, i64)> {
        let row = &log.rows[self.row];
        let document = row.particulars.source_doc.as_ref()?;
        let days = row.date.duration_since(document.date).as_hours() / 24;
        (days >= 0).then_some((document, days))
    }

    /// Whether the station made it: what was sent, selected or relayed is nobody's work here.
    pub fn is_own(&self, log: &Log) -> bool {
        matches!(log.rows[self.row].particulars.origin, None | Some(Origin::Own))
    }

    /// Whether there is something of it that a web page could print.
    pub fn is_written(&self, log: &Log) -> bool {
        let said = &log.rows[self.row].particulars;
        said.text.is_some() || said.summary.is_some()
    }
}

/// The new works among `reform`, the rows of Q, in the order of their first airings.
pub fn works(log: &Log, reform: &[usize]) -> Vec<Work> {
    let mut of_segment: std::collections::HashMap<&str, Vec<usize>> = std::collections::HashMap::new();
    for at in reform {
        if let Some(segment) = &log.rows[*at].segment {
            of_segment.entry(segment).or_default().push(*at);
        }
    }
    let new = log.new_works(reform).into_iter();
    new.map(|row| {
        let segment = log.rows[row].segment.as_deref().unwrap_or_default();
        let rows = of_segment.remove(segment).unwrap_or_default();
        let mut dates: Vec<Date> = rows.iter().map(|at| log.rows[*at].date).collect();
        dates.dedup();
        Work { row, dates, airtime: Figure::airtime(log, rows.clone()), airings: Figure::count(rows) }
    })
    .collect()
}

/// What praises or shows a model, by the person, unit or model it is about: the examples that the report's text names.
pub fn examples<'l>(log: &'l Log, works: &'l [Work]) -> Vec<&'l Row> {
    works.iter().map(|work| &log.rows[work.row]).filter(|row| row.particulars.subject.is_some()).collect()
}
