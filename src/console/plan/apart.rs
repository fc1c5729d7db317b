//! Two people change one month: where the second's change is about other blocks than the first's, both are as they wanted and
//! nobody is asked anything. Of one block the second is told.

use std::collections::BTreeSet;

use super::changes;
use super::view::Open;
use crate::console::form::Sent;
use crate::editing::{self, Block, apply_all};
use crate::problem::Text;

/// The rows that a form of a month writes into.
const ROWS: [&str; 4] = ["segment", "window", "column", "exception"];

/// Whether what the form asks for, made on the text `origin`, is about none of the blocks that are others by now.
pub(super) fn is_apart(sent: &Sent, open: &Open, origin: &str) -> bool {
    let now = open.text.as_deref().unwrap_or_default();
    let mine = || -> Result<BTreeSet<Of>, Text> {
        let change = changes::of(sent, open, origin)?;
        let mut mine = differing(origin, &apply_all(origin, &change.operations)?)?;
        mine.extend(named(sent));
        Ok(mine)
    };
    let theirs = differing(origin, now);
    mine().and_then(|mine| Ok(mine.is_disjoint(&theirs?))).unwrap_or(false)
}

/// What a form is about is its own also where it only moves it, or changed nothing of what it was opened on.
fn named(sent: &Sent) -> impl Iterator<Item = Of> {
    let segments = ["ma", "truoc"].into_iter().filter_map(|name| sent.get(name));
    let of_the_day = ["buoi", "buoi-nhu-thuong", "buoi-them", "bo-buoi-them", "chuyen-muc", "tiet-muc-nhu-thuong"];
    let day = sent.get("ngay").filter(|_| sent.get("viec").is_some_and(|work| of_the_day.contains(&work)));
    let of = |row| move |which: &str| Of { row, which: which.to_owned() };
    segments.map(of("segment")).chain(day.map(of("exception")))
}

/// A block, by its row and by what tells it from the others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Of {
    row: &'static str,
    which: String,
}

/// The blocks that one of two texts has and the other has not, or otherwise.
fn differing(before: &str, after: &str) -> Result<BTreeSet<Of>, Text> {
    let (before, after) = (written(before)?, written(after)?);
    Ok(before.symmetric_difference(&after).map(|(of, _)| of.clone()).collect())
}

/// Each block with its lines.
fn written(text: &str) -> Result<BTreeSet<(Of, String)>, Text> {
    let mut all = BTreeSet::new();
    for row in ROWS {
        for block in editing::blocks(text, row)? {
            let lines = text.get(block.range(text)).unwrap_or_default().trim().to_owned();
            let which = which(&block).unwrap_or_else(|| lines.clone());
            all.insert((Of { row, which }, lines));
        }
    }
    Ok(all)
}

/// Its id or, of what has none, its days.
fn which(block: &Block) -> Option<String> {
    let days = || Some(block.day("date").or_else(|| block.day("from"))?.to_owned());
    block.id().or_else(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MONTH: &str = "[[segment]]\ntitle = \"Một\"\naudio = \"a\"\n\n[[segment]]\nid = \"hai\"\ntitle = \"Hai\"\n\n[[exception]]\ndate = 2031-03-04\nreason = \"Họp\"\n";

    #[test]
    fn a_block_is_told_from_the_others_by_its_id_or_its_day() {
        for (after, differ) in [
            (MONTH.replace("audio = \"a\"", "audio = \"b\""), vec![("segment", "mot")]),
            (MONTH.replace("title = \"Hai\"\n", "title = \"Khác\"\neditor = \"Lan\"\n"), vec![("segment", "hai")]),
            (MONTH.replace("Họp", "Lễ"), vec![("exception", "2031-03-04")]),
            (format!("# ghi chú\n{MONTH}\n[[segment]]\ntitle = \"Ba\"\n"), vec![("segment", "ba")]),
            (MONTH.replace("\"Một\"", "\"Mốt\""), vec![("segment", "mot")]),
            (MONTH.replace("\"Một\"", "\"Bốn\""), vec![("segment", "bon"), ("segment", "mot")]),
        ] {
            let found = differing(MONTH, &after).unwrap();
            let found: Vec<(&str, &str)> = found.iter().map(|of| (of.row, of.which.as_str())).collect();
            assert_eq!(found, differ, "{after}");
        }
    }
}
