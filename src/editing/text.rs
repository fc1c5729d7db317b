//! Changes of a text by place: what no change names stays byte for byte.

use std::ops::Range;

/// A stretch of the text and what takes its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub span: Range<usize>,
    pub with: String,
}

impl Edit {
    pub fn insert(at: usize, with: String) -> Edit {
        Edit { span: at..at, with }
    }

    pub fn cut(span: Range<usize>) -> Edit {
        Edit { span, with: String::new() }
    }
}

/// Makes the changes, which must not overlap.
pub(super) fn changed(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| edit.span.start);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        out.push_str(text.get(at..edit.span.start).unwrap_or_default());
        out.push_str(&edit.with);
        at = edit.span.end.max(at);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// The line break that the text has.
pub(super) fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// Where the line of `at` begins.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1)
}

/// Where the line of `at` ends, before its line break.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    at + line.strip_suffix('\r').unwrap_or(line).len()
}

/// Where the line after that of `at` begins; the text's end after its last line.
pub(super) fn next_line(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |found| at + found + 1)
}

/// The blanks that the line of `at` begins with.
pub(super) fn indent(text: &str, at: usize) -> &str {
    let line = text.get(line_start(text, at)..).unwrap_or_default();
    line.get(..line.len() - line.trim_start_matches([' ', '\t']).len()).unwrap_or_default()
}

/// Whether the line that begins at `at` holds nothing; false at the text's end.
fn is_blank(text: &str, at: usize) -> bool {
    at < text.len() && text.get(at..line_end(text, at)).is_some_and(|line| line.trim().is_empty())
}

/// Whole lines that are to go, from the start of one to the start of another, with the blank lines that would then stand
/// doubled or at the end.
pub(super) fn with_blank_lines(text: &str, lines: Range<usize>) -> Range<usize> {
    let Range { mut start, mut end } = lines;
    let first = start == 0;
    let blank_before = !first && is_blank(text, line_start(text, start - 1));
    while (first || blank_before) && is_blank(text, end) {
        end = next_line(text, end);
    }
    while end == text.len() && start > 0 && is_blank(text, line_start(text, start - 1)) {
        start = line_start(text, start - 1);
    }
    start..end
}

/// Part of a list or of braces that is to go: with the comma after it or, for the last, the one before it; and with its
/// line, if it has one of its own.
pub(super) fn with_comma(text: &str, span: Range<usize>) -> Range<usize> {
    let after = text.get(span.end..).unwrap_or_default();
    let blank = after.len() - after.trim_start().len();
    if after.trim_start().starts_with(',') {
        let rest = after.get(blank + 1..).unwrap_or_default();
        let spaces = rest.len() - rest.trim_start_matches(' ').len();
        return with_line(text, span.start..span.end + blank + 1 + spaces);
    }
    let before = text.get(..span.start).unwrap_or_default().trim_end();
    if before.ends_with(',') { before.len() - 1..span.end } else { with_line(text, span) }
}

/// The whole line, if `span` is all that stands on it.
fn with_line(text: &str, span: Range<usize>) -> Range<usize> {
    let (start, end) = (line_start(text, span.start), line_end(text, span.end));
    let alone = |part: Range<usize>| text.get(part).is_some_and(|part| part.trim().is_empty());
    let inside = line_start(text, span.end) > 0 || start > 0;
    if inside && alone(start..span.start) && alone(span.end..end) { start..next_line(text, end) } else { span }
}
