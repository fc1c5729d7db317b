//! Exceptions of the same days that change the same thing: a block copied with its date left as it was. Where the days only
//! meet, as a week of Tết and one day of it do, the later one holds and nothing is said.

use std::collections::BTreeMap;

use crate::problem::{Place, Problem, Text};
use crate::programme::Exception;

/// What is to be said of a month's own exceptions.
pub(super) fn problems(exceptions: &[Exception]) -> Vec<Problem> {
    let mut first: BTreeMap<_, &Place> = BTreeMap::new();
    let mut problems = Vec::new();
    for exception in exceptions {
        let windows = exception.windows.keys().map(|id| (0, id));
        let columns = exception.columns.keys().map(|id| (1, id));
        let extra = exception.extra.iter().map(|extra| (2, &extra.id));
        let twice = windows.chain(columns).chain(extra).filter_map(|changed @ (_, id)| {
            let key = (exception.from, exception.to, changed);
            let earlier = first.get(&key).copied();
            first.entry(key).or_insert(&exception.place);
            Some((id, earlier?))
        });
        let twice: Vec<_> = twice.collect();
        problems.extend(twice.first().map(|(id, earlier)| problem(exception, id, earlier)));
    }
    problems
}

fn problem(exception: &Exception, id: &str, earlier: &Place) -> Problem {
    let message = Text::new(
        format!("hai khối `[[exception]]` cùng ngày {} cùng thay đổi `{id}`", exception.from.strftime("%d/%m/%Y")),
        format!("two blocks `[[exception]]` of {} both change `{id}`", exception.from),
    );
    let help = Text::new(
        "sửa ngày nếu khối này chép từ khối kia, hoặc gộp hai khối làm một",
        "correct the date if one is a copy of the other, or join them into one",
    );
    let problem = Problem::refuse("exception-twice", Some(exception.place.clone()), message, help);
    problem.and(earlier.clone(), Text::new("lần đầu ở đây", "first written here"))
}
