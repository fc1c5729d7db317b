//! Problems as `loa check` says them, as a list on a page: what, where, what to do.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::page::{first_large, icon, told};
use super::places::{here_of, is_of_a_recording};
use super::say::either;
use super::words;
use crate::editing::{self, Block};
use crate::problem::{Lang, LineIndex, Place, Problem, Severity, Sources, Text};
use crate::schedule::Month;

/// The lines of the files that problems point into, by the file's name.
type Lines<'s> = BTreeMap<&'s str, LineIndex<'s>>;

fn lines<'s>(problems: &[Problem], sources: &'s Sources) -> Lines<'s> {
    let files = problems.iter().filter_map(|problem| sources.get_key_value(&problem.place.as_ref()?.file));
    let mut lines = Lines::new();
    for (file, text) in files {
        lines.entry(file.as_str()).or_insert_with(|| LineIndex::new(text));
    }
    lines
}

/// From 1; none where the text is not known, or the place is behind all of it.
fn line_of(place: &Place, lines: &Lines<'_>) -> Option<usize> {
    let known = lines.get(place.file.as_str()).filter(|lines| place.span.start <= lines.text().len())?;
    Some(known.position(place.span.start).0)
}

/// The segments of the months whose problems are cured at a recording, by file: each problem leads to its own.
type Segments<'s> = BTreeMap<&'s str, (&'s str, Vec<Block>)>;

fn segments<'s>(problems: &[Problem], sources: &'s Sources) -> Segments<'s> {
    let wanted = problems.iter().filter(|problem| is_of_a_recording(problem.help.get(Lang::Vi)));
    let files = wanted.filter_map(|problem| sources.get_key_value(&problem.place.as_ref()?.file));
    let mut segments = Segments::new();
    for (file, text) in files {
        let read = || (text.as_str(), editing::blocks(text, "segment").unwrap_or_default());
        segments.entry(file.as_str()).or_insert_with(read);
    }
    segments
}

/// The recording of the segment that a problem stands in.
fn recording_of<'s>(problem: &Problem, segments: &'s Segments<'_>) -> Option<&'s str> {
    let place = problem.place.as_ref()?;
    let (text, blocks) = segments.get(place.file.as_str())?;
    let block = blocks.iter().find(|block| block.range(text).contains(&place.span.start))?;
    block.texts("audio").first().copied()
}

/// What the texts that problems point into say of them.
struct Known<'s> {
    lines: Lines<'s>,
    segments: Segments<'s>,
}

/// What the pages say to do where a cure is lines of a file.
struct OnThePage {
    code: &'static str,
    cure: (&'static str, &'static str),
    /// Where among the month's pages that is done, and the way there in words.
    path: &'static str,
    way: (&'static str, &'static str),
}

const ON_THE_PAGE: [OnThePage; 1] = [OnThePage {
    code: "changes-nothing",
    cure: (
        "sửa ngày ấy ở “Những ngày khác thường”, đánh dấu buổi hoặc tiết mục nào nghỉ; chỉ để ghi lý do thì để nguyên cũng được",
        "change it under “Days unlike the others” and tick what is off; one that only gives the reason may stay",
    ),
    path: "muc/ngay-khac",
    way: ("mở Những ngày khác thường", "open Days unlike the others"),
}];

fn on_the_page(problem: &Problem) -> Option<&'static OnThePage> {
    ON_THE_PAGE.iter().find(|own| own.code == problem.code)
}

/// What to do about it, in the pages' words.
pub fn cure(problem: &Problem) -> Text {
    on_the_page(problem).map_or_else(|| problem.help.clone(), |own| Text::new(own.cure.0, own.cure.1))
}

/// The way there.
fn way(lang: Lang, problem: &Problem) -> Markup {
    let month = problem.place.as_ref().and_then(|place| month_of(&place.file));
    html! {
        @if let (Some(own), Some(month)) = (on_the_page(problem), month) {
            p.place { (either(lang, "Ngay trên trang này: ", "On this page: ")) a href=(format!("/lich/{month}/{}", own.path)) { (either(lang, own.way.0, own.way.1)) } }
        }
    }
}

/// So many of one kind are shown; more are folded away, lest one kind hide the others.
const OF_ONE_KIND: usize = 2;

/// Problems as `loa check` says them: what, where, what to do; those that keep something off the air first. `sources` are
/// the texts that their places point into.
pub fn problems(lang: Lang, problems: &[Problem], sources: &Sources) -> Markup {
    let known = Known { lines: lines(problems, sources), segments: segments(problems, sources) };
    let mut kinds: Vec<Vec<&Problem>> = Vec::new();
    for problem in problems {
        let is_like = |kind: &&mut Vec<&Problem>| {
            kind.first().is_some_and(|first| (first.code, first.severity) == (problem.code, problem.severity))
        };
        match kinds.iter_mut().find(is_like) {
            Some(kind) => kind.push(problem),
            None => kinds.push(vec![problem]),
        }
    }
    kinds.sort_by_key(|kind| match kind.first().map(|first| first.severity) {
        Some(Severity::Error) => 0,
        Some(Severity::Warning) => 1,
        Some(Severity::Notice) | None => 2,
    });
    html! {
        @if !problems.is_empty() {
            ul.problems { @for kind in &kinds { (one_kind(lang, kind, &known)) } }
        }
    }
}

fn one_kind(lang: Lang, kind: &[&Problem], known: &Known<'_>) -> Markup {
    // A fold for one alone saves no room.
    let shown = if kind.len() > OF_ONE_KIND + 1 { OF_ONE_KIND } else { kind.len() };
    let (shown, more) = kind.split_at(shown);
    let count = more.len();
    let words = Text::new(format!("và {count} điều như vậy nữa"), format!("and {count} more like these"));
    html! {
        @for problem in shown { (one_problem(lang, problem, known)) }
        @if !more.is_empty() {
            li { details.more {
                summary { (words.get(lang)) }
                ul.problems { @for problem in more { (one_problem(lang, problem, known)) } }
            } }
        }
    }
}

fn one_problem(lang: Lang, problem: &Problem, known: &Known<'_>) -> Markup {
    let (class, sign) = match problem.severity {
        Severity::Error => ("error", "loi"),
        Severity::Warning => ("warning", "canh-bao"),
        Severity::Notice => ("hint", "luu-y"),
    };
    let place = problem.place.as_ref().map(|place| match line_of(place, &known.lines) {
        Some(line) => (format!("{}, {} {line}", place.file, words::line().get(lang)), text_of(&place.file, line)),
        None => (place.file.clone(), None),
    });
    html! {
        li.problem.(class) {
            (icon(sign))
            div {
                p { strong { (first_large(problem.severity.words().get(lang))) ": " } (told(lang, problem.message.get(lang))) }
                p.help { (told(lang, cure(problem).get(lang))) }
                (way(lang, problem))
                (here_of(lang, cure(problem).get(lang), recording_of(problem, &known.segments)))
                @match place {
                    Some((words, Some(to))) => { p.place { a href=(to) { code { (words) } } } }
                    Some((words, None)) => { p.place { code { (words) } } }
                    None => {}
                }
            }
        }
    }
}

/// Where that line of a file is seen, and changed by who may.
fn text_of(file: &str, line: usize) -> Option<String> {
    if file == "schedules/station.toml" {
        return Some(format!("/dai/tep?dong={line}"));
    }
    Some(format!("/lich/{}/toml?dong={line}", month_of(file)?))
}

fn month_of(file: &str) -> Option<Month> {
    file.strip_prefix("schedules/")?.strip_suffix(".toml")?.parse().ok()
}
