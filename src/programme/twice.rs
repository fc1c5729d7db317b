//! Two blocks of the same days that change the same thing: one copied with its date left as it was. Where the days only
//! meet, as a week of Tết and one day of it do, the later one holds and nothing is said.

use std::collections::BTreeMap;

use super::{ColumnChange, Extra, WindowChange};
use crate::problem::{Place, Problem, Text};

/// What a block changes on its days.
pub struct Changed<'c, Days> {
    /// Which days.
    pub days: Days,
    /// Windows by id.
    pub windows: &'c BTreeMap<String, WindowChange>,
    /// Columns by id.
    pub columns: &'c BTreeMap<String, ColumnChange>,
    /// Broadcasts besides.
    pub extra: &'c [Extra],
    /// Where it is written.
    pub place: &'c Place,
}

/// What is to be said of `blocks`, which are `[[name]]` and stand in the order of their file.
pub fn problems<'c, Days: Ord + Copy>(name: &str, blocks: impl Iterator<Item = Changed<'c, Days>>) -> Vec<Problem> {
    let mut first: BTreeMap<_, &Place> = BTreeMap::new();
    let mut problems = Vec::new();
    for block in blocks {
        let windows = block.windows.keys().map(|id| (0, id));
        let columns = block.columns.keys().map(|id| (1, id));
        let extra = block.extra.iter().map(|extra| (2, &extra.id));
        let mut twice = None;
        for changed in windows.chain(columns).chain(extra) {
            match first.get(&(block.days, changed)) {
                Some(earlier) => twice = twice.or(Some((changed.1, *earlier))),
                None => drop(first.insert((block.days, changed), block.place)),
            }
        }
        problems.extend(twice.map(|(id, earlier)| problem(name, id, block.place, earlier)));
    }
    problems
}

fn problem(name: &str, id: &str, place: &Place, earlier: &Place) -> Problem {
    let message = Text::new(
        format!("hai khối `[[{name}]]` của cùng những ngày cùng thay đổi `{id}`"),
        format!("two blocks `[[{name}]]` of the same days both change `{id}`"),
    );
    let help = Text::new(
        "sửa ngày nếu khối này chép từ khối kia, hoặc gộp hai khối làm một",
        "correct the date if one is a copy of the other, or join them into one",
    );
    let problem = Problem::refuse("exception-twice", Some(place.clone()), message, help);
    problem.and(earlier.clone(), Text::new("lần đầu ở đây", "first written here"))
}
