//! However many mistakes a file holds, what is told of it stays short enough to be read, and cheap to make.

use std::collections::BTreeMap;

use super::{Effect, Place, Problem, Severity, Text};

/// Problems of one severity that are told of one file: a person mends some and checks again.
pub const TOLD_MAX: usize = 500;

/// The code of the problem that stands for those that are only counted.
const MORE: &str = "more-problems";

/// Problems as they are found. Of each file and severity the first [`TOLD_MAX`] are kept; of more it is only known how
/// many there are and what the worst of them does.
#[derive(Clone, Debug, Default)]
pub struct Bounded {
    kept: Vec<Problem>,
    /// By the file's name, which is empty for what lies in no file.
    counts: BTreeMap<(String, Severity), Count>,
}

#[derive(Clone, Copy, Debug)]
struct Count {
    kept: usize,
    /// Only counted.
    more: usize,
    /// What the worst of those does.
    worst: Effect,
}

impl Bounded {
    /// One more problem.
    pub fn push(&mut self, problem: Problem) {
        let file = problem.place.as_ref().map_or("", |place| place.file.as_str());
        let none = Count { kept: 0, more: 0, worst: Effect::None };
        let count = self.counts.entry((file.to_owned(), problem.severity)).or_insert(none);
        if count.kept < TOLD_MAX && problem.code != MORE {
            count.kept += 1;
            self.kept.push(problem);
        } else {
            count.more += problem.stands_for;
            count.worst = count.worst.min(problem.effect);
        }
    }

    /// Whether further errors of `file` are only counted.
    pub fn is_full(&self, file: &str) -> bool {
        self.counts.get(&(file.to_owned(), Severity::Error)).is_some_and(|count| count.kept >= TOLD_MAX)
    }

    /// Those that were kept, in the order in which they came, and behind them how many more there are.
    pub fn into_problems(self) -> Vec<Problem> {
        let more = self.counts.into_iter().filter(|(_, count)| count.more > 0);
        let more = more.map(|((file, severity), count)| more_of(&file, severity, count));
        self.kept.into_iter().chain(more).collect()
    }
}

/// `problems` in the order of [`sort`](super::sort), of each file and severity no more than [`TOLD_MAX`].
pub fn bounded(mut problems: Vec<Problem>) -> Vec<Problem> {
    super::sort(&mut problems);
    let mut bounded = Bounded::default();
    problems.into_iter().for_each(|problem| bounded.push(problem));
    let mut told = bounded.into_problems();
    super::sort(&mut told);
    told
}

fn more_of(file: &str, severity: Severity, count: Count) -> Problem {
    let (more, words) = (count.more, severity.words());
    let s = if more == 1 { "" } else { "s" };
    let (of_vi, of_en) =
        if file.is_empty() { (String::new(), String::new()) } else { (format!("`{file}` "), format!(" of `{file}`")) };
    let message = Text::new(
        format!("{of_vi}còn {more} {} nữa không in ra", words.vi),
        format!("{more} more {}{s}{of_en} not shown", words.en),
    );
    let help =
        Text::new("sửa những chỗ đã in ra rồi chạy `loa check` lại", "mend those shown and run `loa check` again");
    let place = (!file.is_empty()).then(|| Place::end_of(file));
    let problem = Problem { severity, effect: count.worst, ..Problem::refuse(MORE, place, message, help) };
    Problem { stands_for: more, ..problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(severity: Severity, effect: Effect, at: usize) -> Problem {
        let place = Place { file: "a.toml".to_owned(), span: (at..at).into() };
        let nothing = || Text::new("", "");
        Problem { severity, effect, ..Problem::refuse("code", Some(place), nothing(), nothing()) }
    }

    #[test]
    fn no_severity_hides_another_and_what_is_not_told_is_counted_once_however_often_it_is_bounded() {
        let warnings = (0..TOLD_MAX + 7).map(|at| problem(Severity::Warning, Effect::None, at));
        let blocks = (0..TOLD_MAX + 1).map(|at| problem(Severity::Error, Effect::Block, at));
        let refusal = problem(Severity::Error, Effect::Refuse, TOLD_MAX + 9);
        let told = bounded(bounded(warnings.chain(blocks).chain([refusal]).collect()));
        let count = |severity| told.iter().filter(|problem| problem.severity == severity).count();
        assert_eq!((count(Severity::Error), count(Severity::Warning)), (TOLD_MAX + 1, TOLD_MAX + 1));
        let last: Vec<_> =
            told[told.len() - 2..].iter().map(|p| (p.stands_for, p.effect, p.message.en.as_str())).collect();
        let expected = [
            (2, Effect::Refuse, "2 more errors of `a.toml` not shown"),
            (7, Effect::None, "7 more warnings of `a.toml` not shown"),
        ];
        assert_eq!(last, expected);
    }
}
