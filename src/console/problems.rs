//! What check finds, as a list on a page: what, where, what to do, and the way there.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::leads::{Lead, Leads, file_of};
use super::own_words::own;
use super::page::{first_large, icon, marked, told};
use super::places::{here_of, in_text};
use super::role::Role;
use super::say::either;
use super::who::Who;
use super::words;
use crate::problem::{Effect, Lang, LineIndex, Place, Problem, Severity, Sources, Text};
use crate::saving::PlanFile;

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

/// What the texts that problems point into say of them, and where they are shown.
struct Known<'s> {
    lines: Lines<'s>,
    leads: Leads<'s>,
    beside: Beside<'s>,
}

/// Where problems are shown, and so in which words.
#[derive(Clone, Copy)]
enum Beside<'w> {
    /// On a page: in the words of its forms, with the way to the one that mends it for who may.
    Page(&'w Who),
    /// Beside the form that brings it about, which nobody is to be led away from.
    Form,
    /// Beside the file's own text.
    Text,
}

/// So many of one kind are shown; more are folded away, lest one kind hide the others.
const OF_ONE_KIND: usize = 2;

/// Problems in the pages' words: what, where, what to do; those that keep something off the air first. `sources` are the
/// texts that their places point into.
pub fn problems(who: &Who, problems: &[Problem], sources: &Sources) -> Markup {
    shown(who.lang(), problems, sources, Beside::Page(who))
}

/// What a form would bring about, beside that form.
pub fn of_a_form(lang: Lang, problems: &[Problem], sources: &Sources) -> Markup {
    shown(lang, problems, sources, Beside::Form)
}

/// The same as `loa check` says them, for who has the file's text before them.
pub fn of_a_text(lang: Lang, problems: &[Problem], sources: &Sources) -> Markup {
    shown(lang, problems, sources, Beside::Text)
}

fn shown(lang: Lang, problems: &[Problem], sources: &Sources, beside: Beside<'_>) -> Markup {
    let known = Known { lines: lines(problems, sources), leads: Leads::read(problems, sources), beside };
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
    let (message, cure) = match known.beside {
        Beside::Page(_) | Beside::Form => own(problem),
        Beside::Text => (problem.message.clone(), problem.help.clone()),
    };
    // What is mended in the text is said as the text has it.
    let is_of_text = matches!(known.beside, Beside::Text) || problem.effect == Effect::Refuse;
    let say = |words: &str| if is_of_text { marked(&in_text(lang, words)) } else { told(lang, words) };
    html! {
        li.problem.(class) {
            (icon(sign))
            div {
                p { strong { (first_large(problem.severity.words().get(lang))) ": " } (say(message.get(lang))) }
                p.help { (say(cure.get(lang))) }
                div.ways {
                    @if let Some(lead) = known.lead(problem) {
                        p.place { (either(lang, "Ngay trên trang này: ", "On this page: ")) a href=(lead.path) { (either(lang, "mở ", "open ")) (lead.called) } }
                    }
                    (here_of(lang, problem.help.get(lang), known.recording(problem)))
                    @match place {
                        Some((words, Some(to))) => { p.place { a href=(to) { code { (words) } } } }
                        Some((words, None)) => { p.place { code { (words) } } }
                        None => {}
                    }
                }
            }
        }
    }
}

impl Known<'_> {
    /// The form that mends it; what keeps a file from being read is mended in its text.
    fn lead(&self, problem: &Problem) -> Option<Lead> {
        let (Beside::Page(who), Some(place)) = (self.beside, &problem.place) else { return None };
        let needed = match file_of(&place.file)? {
            PlanFile::Station => Role::Admin,
            PlanFile::Month(_) => Role::Operator,
        };
        self.leads.lead(place).filter(|_| who.may(needed) && problem.effect != Effect::Refuse)
    }

    fn recording(&self, problem: &Problem) -> Option<&str> {
        self.leads.recording(problem.place.as_ref()?)
    }
}

/// Where that line of a file is seen, and changed by who may.
fn text_of(file: &str, line: usize) -> Option<String> {
    Some(match file_of(file)? {
        PlanFile::Station => format!("/dai/tep?dong={line}"),
        PlanFile::Month(month) => format!("/lich/{month}/toml?dong={line}"),
    })
}
