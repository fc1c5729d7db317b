//! Problems as a person reads them on a terminal, and as a program reads them.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str};
use serde_json::{Value, json};

use super::{Effect, Lang, LineIndex, Place, Problem, Severity, Sources, Text};
use std::collections::BTreeMap;

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
            let at = problem.place.as_ref().and_then(|place| position(&lines, place));
            json!({
                "code": problem.code,
                "severity": severity_code(problem.severity),
                "effect": effect_code(problem.effect),
                "message": problem.message.get(lang),
                "help": problem.help.get(lang),
                "file": file,
                "line": at.map(|at| at.0),
                "column": at.map(|at| at.1),
            })
        })
        .collect()
}

fn index(sources: &Sources) -> BTreeMap<&str, LineIndex<'_>> {
    sources.iter().map(|(file, text)| (file.as_str(), LineIndex::new(text))).collect()
}

fn position(lines: &BTreeMap<&str, LineIndex<'_>>, place: &Place) -> Option<(usize, usize)> {
    lines.get(place.file.as_str()).map(|lines| lines.position(place.span.start))
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
    let (level, word) = match severity {
        Severity::Error => (Level::ERROR, Text::new("lỗi", "error")),
        Severity::Warning => (Level::WARNING, Text::new("cảnh báo", "warning")),
        Severity::Notice => (Level::INFO, Text::new("lưu ý", "notice")),
    };
    level.with_name(word.get(lang).to_owned())
}

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
    // One snippet a file, the problem's own file first, so that two places of one file stand together.
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
        let here: Vec<_> = marks.iter().filter(|(place, _)| place.file == file).collect();
        let first = here.iter().map(|(place, _)| place.span.start).min().unwrap_or(0);
        let last = here.iter().map(|(place, _)| place.span.end).max().unwrap_or(first);
        let mut shown = lines.lines_of(first.min(text.len())..last.min(text.len()));
        if shown.start == 0 && text.starts_with('\u{feff}') {
            shown.start = '\u{feff}'.len_utf8().min(shown.end);
        }
        let mut snippet = Snippet::source(&text[shown.clone()]).line_start(lines.position(shown.start).0).path(file);
        for (place, what) in here {
            let start = place.span.start.clamp(shown.start, shown.end) - shown.start;
            let end = place.span.end.clamp(shown.start, shown.end) - shown.start;
            let kind = if what.is_none() { AnnotationKind::Primary } else { AnnotationKind::Context };
            snippet = snippet.annotation(kind.span(start..end.max(start)).label(*what));
        }
        group = group.element(snippet);
    }
    let help = problem.help.get(lang);
    if !help.is_empty() {
        let word = Text::new("cách sửa", "help");
        let level = Level::HELP.with_name(word.get(lang).to_owned());
        group = group.element(level.message(normalize_untrusted_str(help)));
    }
    group
}
