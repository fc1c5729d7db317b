//! A mistake in a user's file as data: what is wrong, how bad it is, where it stands and what to do; in Vietnamese and
//! English. Rendering it for a terminal or an editor is the last step and changes nothing.

use std::collections::BTreeMap;
use std::ops::Range;

mod bounded;
mod lines;
mod render;
mod signs;
mod snippets;

pub use bounded::{Bounded, TOLD_MAX, bounded};
pub use lines::LineIndex;
pub use render::{render, to_json};
pub use signs::{is_hidden, seen};

/// The two languages in which every message exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// Vietnamese, the default.
    Vi,
    /// English.
    En,
}

impl Lang {
    /// The word for it: `vi`, `en`.
    pub fn code(self) -> &'static str {
        match self {
            Lang::Vi => "vi",
            Lang::En => "en",
        }
    }

    /// The inverse of `code`.
    pub fn from_code(code: &str) -> Option<Lang> {
        [Lang::Vi, Lang::En].into_iter().find(|lang| lang.code() == code)
    }
}

/// One sentence in both languages: no full stop, names in backticks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

impl Text {
    /// Both languages at once, so that none is forgotten.
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Text {
        Text { vi: vi.into(), en: en.into() }
    }

    /// What reads alike in both: a name that somebody gave.
    pub fn same(name: &str) -> Text {
        Text::new(name, name)
    }

    /// The sentence with a `before` that reads alike in both, as the month that it is about.
    pub fn after(&self, before: impl std::fmt::Display) -> Text {
        Text::new(format!("{before}: {}", self.vi), format!("{before}: {}", self.en))
    }

    /// As [`Text::after`] where the sentence does not name `what` by itself.
    pub fn about(&self, what: &str) -> Text {
        if self.vi.contains(&format!("`{what}`")) { self.clone() } else { self.after(what) }
    }

    /// The sentence with a name in the place of each sign that nobody sees.
    fn shown(self) -> Text {
        Text { vi: signs::shown(self.vi), en: signs::shown(self.en) }
    }

    /// The sentence in `lang`.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Vi => &self.vi,
            Lang::En => &self.en,
        }
    }
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// `check` ends with status 1.
    Error,
    /// Worth changing; it airs all the same.
    Warning,
    /// Worth knowing.
    Notice,
}

impl Severity {
    /// What people call one such problem.
    pub fn words(self) -> Text {
        match self {
            Severity::Error => Text::new("lỗi", "error"),
            Severity::Warning => Text::new("cảnh báo", "warning"),
            Severity::Notice => Text::new("lưu ý", "notice"),
        }
    }
}

/// What a problem does to the airing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// The text cannot be trusted: the last good schedule stays in force.
    Refuse,
    /// Only the slot concerned is barred; all others air.
    Block,
    /// Nothing.
    None,
}

/// A place in a file the user wrote.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file as the user knows it, relative to the home, with `/` (`schedules/2026-12.toml`).
    pub file: String,
    /// Bytes of its text.
    pub span: Span,
}

impl Place {
    /// Behind all that `file` holds: the place of what is told last of it.
    pub fn end_of(file: &str) -> Place {
        Place { file: file.to_owned(), span: Span { start: usize::MAX, end: usize::MAX } }
    }
}

/// A byte range that orders by its start (`std::ops::Range` has no order).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Span {
        Span { start: range.start, end: range.end }
    }
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Problem {
    /// A stable name that never changes its meaning (`unknown-key`).
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// What it does to the airing.
    pub effect: Effect,
    /// What is wrong.
    pub message: Text,
    /// What to do.
    pub help: Text,
    /// Where; none for a file that is absent or unreadable as a whole.
    pub place: Option<Place>,
    /// Other places that belong to it, each with what it is ("first used here").
    pub related: Vec<(Place, Text)>,
    /// How many mistakes it tells of: one, unless it stands for those that are only counted.
    pub stands_for: usize,
}

/// The texts that places point into, by the file's name.
pub type Sources = BTreeMap<String, String>;

impl Problem {
    /// A mistake that makes the text untrustworthy.
    pub fn refuse(code: &'static str, place: Option<Place>, message: Text, help: Text) -> Problem {
        let (severity, effect, related) = (Severity::Error, Effect::Refuse, Vec::new());
        let (message, help) = (message.shown(), help.shown());
        Problem { code, severity, effect, message, help, place, related, stands_for: 1 }
    }

    /// A mistake that bars one slot or the slots of one recording.
    pub fn block(code: &'static str, place: Option<Place>, message: Text, help: Text) -> Problem {
        Problem { effect: Effect::Block, ..Problem::refuse(code, place, message, help) }
    }

    /// A mistake that bars nothing: what is missing from a plan cannot be kept off the air.
    pub fn error(code: &'static str, place: Option<Place>, message: Text, help: Text) -> Problem {
        Problem { effect: Effect::None, ..Problem::refuse(code, place, message, help) }
    }

    /// Worth changing; it airs all the same.
    pub fn warning(code: &'static str, place: Option<Place>, message: Text, help: Text) -> Problem {
        Problem { severity: Severity::Warning, effect: Effect::None, ..Problem::refuse(code, place, message, help) }
    }

    /// Worth knowing.
    pub fn notice(code: &'static str, place: Option<Place>, message: Text, help: Text) -> Problem {
        Problem { severity: Severity::Notice, ..Problem::warning(code, place, message, help) }
    }

    /// The same with another place that belongs to it.
    #[must_use]
    pub fn and(mut self, place: Place, what: Text) -> Problem {
        self.related.push((place, what.shown()));
        self
    }
}

/// Into the order in which a person works through them: what has no place first, then by file and place, errors before
/// warnings.
pub fn sort(problems: &mut [Problem]) {
    problems.sort_by(|a, b| (&a.place, a.severity, a.code).cmp(&(&b.place, b.severity, b.code)));
}

/// How many mistakes of this severity they tell of.
pub fn count(problems: &[Problem], severity: Severity) -> usize {
    problems.iter().filter(|problem| problem.severity == severity).map(|problem| problem.stands_for).sum()
}

/// Whether one of them leaves the last good schedule in force.
pub fn any_refuses(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.effect == Effect::Refuse)
}

/// Whether one of them is an error, whatever its effect.
pub fn any_errors(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.severity == Severity::Error)
}
