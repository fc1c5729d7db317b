//! What check says now and did not say before: told after a save, and beside a form. A warning that was there stays the same
//! one whatever it counts by now, and wherever in its file it has moved to. What keeps something from airing is told
//! whenever its words are others: rather once more than not at all.

use crate::loading::Checked;
use crate::problem::{Problem, Severity, Sources};

/// What tells a mistake from another, its words aside.
#[derive(PartialEq, Eq)]
struct Mistake<'p> {
    code: &'static str,
    severity: Severity,
    file: Option<&'p str>,
    /// The block of the file, and its line.
    at: Option<(String, &'p str)>,
}

/// A list of problems with the texts that they point into.
#[derive(Clone, Copy)]
pub(super) struct Said<'p> {
    pub problems: &'p [Problem],
    pub sources: &'p Sources,
}

impl<'p> Said<'p> {
    /// What check says.
    pub fn of(checked: &'p Checked) -> Said<'p> {
        Said { problems: &checked.problems, sources: &checked.sources }
    }
}

/// Of `now` what `before` had not. Of several that are alike as many are known as there were.
pub(super) fn fresh(before: Said<'_>, now: Said<'_>) -> Vec<Problem> {
    let mut old: Vec<&Problem> = before.problems.iter().collect();
    // In the same words first: what is left over on both sides may be the same in others.
    let mut left: Vec<&Problem> = now.problems.iter().collect();
    left.retain(|problem| {
        let is_it = |old: &&Problem| old.code == problem.code && old.message == problem.message;
        let known = before.problems.iter().any(|old| is_it(&old));
        if let Some(at) = old.iter().position(is_it) {
            old.remove(at);
        }
        !known
    });
    let mut known: Vec<Mistake<'_>> = old.into_iter().map(|problem| mistake(problem, before.sources)).collect();
    left.retain(|problem| {
        if problem.severity == Severity::Error {
            return true;
        }
        let at = known.iter().position(|known| *known == mistake(problem, now.sources));
        if let Some(at) = at {
            known.remove(at);
        }
        at.is_none()
    });
    left.into_iter().cloned().collect()
}

fn mistake<'p>(problem: &'p Problem, sources: &'p Sources) -> Mistake<'p> {
    let place = problem.place.as_ref();
    let at = place.and_then(|place| {
        let text = sources.get(&place.file)?;
        let (before, from) = text.split_at_checked(place.span.start)?;
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        let line = text.get(line..)?.lines().next().filter(|_| !from.is_empty())?;
        Some((block(text, before), line.trim()))
    });
    Mistake { code: problem.code, severity: problem.severity, file: place.map(|place| place.file.as_str()), at }
}

/// The block that ends where `before` does or goes on, by its header and the lines that say which one it is.
fn block(text: &str, before: &str) -> String {
    let is_header = |line: &str| line.trim_start().starts_with('[');
    // The line in which the place is may be the header itself.
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    let is_own = text.get(line..).and_then(|rest| rest.lines().next()).is_some_and(is_header);
    let lines = before.get(..line).unwrap_or_default();
    let starts = lines.split_inclusive('\n').scan(0, |at, line| {
        let from = *at;
        *at += line.len();
        Some((from, line))
    });
    let start = if is_own { Some(line) } else { starts.filter(|(_, line)| is_header(line)).last().map(|(at, _)| at) };
    let Some(block) = start.and_then(|start| text.get(start..)) else { return String::new() };
    let mut lines = block.lines();
    let header = lines.next().unwrap_or_default();
    let names = |line: &&str| {
        let key = line.split_once('=').map_or("", |(key, _)| key.trim());
        ["id", "title", "name", "code", "from", "date"].contains(&key)
    };
    let own = lines.take_while(|line| !is_header(line)).filter(names);
    std::iter::once(header).chain(own).map(str::trim).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{Place, Span, Text};

    const FILE: &str = "schedules/2026-12.toml";

    fn said(text: &str, warnings: &[(&'static str, &str, &str)]) -> (Vec<Problem>, Sources) {
        let one = |(code, at, message): &(&'static str, &str, &str)| {
            let start = text.find(at).expect("a place");
            let place = Place { file: FILE.to_owned(), span: Span { start, end: start + at.len() } };
            Problem::warning(code, Some(place), Text::same(message), Text::same("help"))
        };
        (warnings.iter().map(one).collect(), [(FILE.to_owned(), text.to_owned())].into())
    }

    #[test]
    fn a_mistake_is_known_by_its_code_and_its_place_and_not_by_its_words() {
        const TEXT: &str = "[[column]]\nid = \"a\"\ndays = \"T2\"\n\n[[column]]\nid = \"b\"\ndays = \"T2\"\n";
        let moved = format!("# mới\n{TEXT}");
        let (a, b) = ("[[column]]\nid = \"a\"", "[[column]]\nid = \"b\"");
        let known = [("empty", a, "trống 31 ngày")];
        for (name, before, now, fresh_messages) in [
            ("another count", &known[..], &[("empty", a, "trống 30 ngày")][..], &[][..]),
            ("another place", &known, &[("empty", b, "trống 30 ngày")], &["trống 30 ngày"]),
            ("another code", &known, &[("late", a, "trống 30 ngày")], &["trống 30 ngày"]),
            (
                "one more of its kind",
                &known,
                &[("empty", a, "trống 30 ngày"), ("empty", a, "trống 2 giờ")],
                &["trống 2 giờ"],
            ),
            ("the same and one more", &known, &[("empty", a, "trống 31 ngày"), ("empty", b, "x")], &["x"]),
            ("nothing before", &[], &known, &["trống 31 ngày"]),
        ] {
            for text in [TEXT, &moved] {
                let ((old, before), (new, after)) = (said(TEXT, before), said(text, now));
                let found = fresh(Said { problems: &old, sources: &before }, Said { problems: &new, sources: &after });
                let messages: Vec<&str> = found.iter().map(|problem| problem.message.vi.as_str()).collect();
                assert_eq!(messages, fresh_messages, "{name}");
            }
        }
    }
}
