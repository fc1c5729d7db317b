//! Problems as a person reads them on a terminal, and as a program reads them.

use std::collections::BTreeMap;

use annotate_snippets::{Group, Level, Origin, Renderer, normalize_untrusted_str};
use serde_json::{Value, json};

use super::snippets::snippets;
use super::{Effect, Lang, LineIndex, Place, Problem, Severity, Sources, Text};

/// The problems with their source lines, in the order given; `colour` adds terminal colours. A text that is not in
/// `sources` is named without its lines.
pub fn render(problems: &[Problem], sources: &Sources, lang: Lang, colour: bool) -> String {
    let renderer = if colour { Renderer::styled().hyperlink(false) } else { Renderer::plain() };
    let lines = index(sources);
    let mut out = String::new();
    for problem in problems {
        let rendered = renderer.render(&[group(problem, sources, &lines, lang)]);
        // The renderer pads the gutter of empty lines: no trailing blanks in what users copy into a mail.
        for line in rendered.lines() {
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out.push('\n');
    }
    out
}

/// The documented JSON object of each problem; messages in `lang`.
pub fn to_json(problems: &[Problem], sources: &Sources, lang: Lang) -> Vec<Value> {
    let lines = index(sources);
    problems
        .iter()
        .map(|problem| {
            let file = problem.place.as_ref().map(|place| place.file.as_str());
            let at = problem.place.as_ref().and_then(|place| position(&lines, &place.file, place.span.start));
            let end = problem.place.as_ref().and_then(|place| position(&lines, &place.file, place.span.end));
            let related = problem.related.iter().map(|(place, what)| {
                let at = position(&lines, &place.file, place.span.start);
                json!({
                    "file": place.file,
                    "line": at.map(|at| at.0),
                    "column": at.map(|at| at.1),
                    "message": what.get(lang),
                })
            });
            json!({
                "code": problem.code,
                "severity": severity_code(problem.severity),
                "effect": effect_code(problem.effect),
                "message": problem.message.get(lang),
                "help": problem.help.get(lang),
                "file": file,
                "line": at.map(|at| at.0),
                "column": at.map(|at| at.1),
                "end_line": end.map(|end| end.0),
                "end_column": end.map(|end| end.1),
                "related": related.collect::<Vec<_>>(),
            })
        })
        .collect()
}

fn index(sources: &Sources) -> BTreeMap<&str, LineIndex<'_>> {
    sources.iter().map(|(file, text)| (file.as_str(), LineIndex::new(text))).collect()
}

fn position(lines: &BTreeMap<&str, LineIndex<'_>>, file: &str, byte: usize) -> Option<(usize, usize)> {
    lines.get(file).map(|lines| lines.position(byte))
}

fn severity_code(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Notice => "notice",
    }
}

fn effect_code(effect: Effect) -> &'static str {
    match effect {
        Effect::Refuse => "refuse",
        Effect::Block => "block",
        Effect::None => "none",
    }
}

fn level(severity: Severity, lang: Lang) -> Level<'static> {
    let level = match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Notice => Level::INFO,
    };
    level.with_name(severity.words().get(lang).to_owned())
}

/// Places shown of one problem, its own included.
const MARKS_MAX: usize = 8;

fn group<'a>(
    problem: &'a Problem,
    sources: &'a Sources,
    lines: &BTreeMap<&str, LineIndex<'_>>,
    lang: Lang,
) -> Group<'a> {
    let mut group =
        Group::with_title(level(problem.severity, lang).primary_title(problem.message.get(lang)).id(problem.code));
    let mut marks: Vec<(&Place, Option<&str>)> = Vec::new();
    marks.extend(problem.place.as_ref().map(|place| (place, None)));
    marks.extend(problem.related.iter().map(|(place, what)| (place, Some(what.get(lang)))));
    let more = marks.len().saturating_sub(MARKS_MAX);
    marks.truncate(MARKS_MAX);
    // The problem's own file first, so that two places of one file stand together.
    let mut files: Vec<&str> = Vec::new();
    for (place, _) in &marks {
        if !files.contains(&place.file.as_str()) {
            files.push(&place.file);
        }
    }
    for file in files {
        let (Some(text), Some(lines)) = (sources.get(file), lines.get(file)) else {
            group = group.element(Origin::path(file));
            continue;
        };
        let here = marks.iter().filter(|(place, _)| place.file == file);
        group = group.elements(snippets(file, text, lines, here.map(|(place, what)| (place.span, *what)).collect()));
    }
    if more > 0 {
        let words = Text::new(format!("và {more} chỗ nữa"), format!("and {more} more places"));
        let level = Level::NOTE.with_name(Text::new("lưu ý", "note").get(lang).to_owned());
        group = group.element(level.message(words.get(lang).to_owned()));
    }
    let help = problem.help.get(lang);
    if !help.is_empty() {
        let word = Text::new("cách sửa", "help");
        let level = Level::HELP.with_name(word.get(lang).to_owned());
        group = group.element(level.message(normalize_untrusted_str(help)));
    }
    group
}
