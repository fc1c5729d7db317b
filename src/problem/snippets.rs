//! The source lines that show where a problem lies: as few as tell it, however long the file, its lines or the stretch
//! between two places.

use std::cmp::Reverse;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Element, Origin, Snippet};

use super::{LineIndex, Span};

/// Places further apart than this, in lines, have snippets of their own; one that is longer is shown by its first line.
const NEAR_LINES: usize = 40;
/// Longer stretches of text, in bytes, are named and not shown: they are one endless line.
const SHOWN_BYTES: usize = 8 * 1024;

/// A place to be marked.
struct Mark<'a> {
    bytes: Range<usize>,
    /// Its lines from the first to the last, from 0.
    rows: (usize, usize),
    /// What it is; none for the problem's own place.
    what: Option<&'a str>,
}

/// The lines of `text`, that of `file`, with `marks` and what each of them is; the problem's own place, which is called
/// nothing, first, the others in the order of the file. A place behind the text is the file as a whole.
pub(super) fn snippets<'a>(
    file: &'a str,
    text: &'a str,
    lines: &LineIndex<'_>,
    marks: Vec<(Span, Option<&'a str>)>,
) -> Vec<Element<'a>> {
    let (inside, behind): (Vec<_>, Vec<_>) = marks.into_iter().partition(|(span, _)| span.start <= text.len());
    if inside.is_empty() {
        return behind.iter().map(|_| Origin::path(file).into()).collect();
    }
    let mut marks: Vec<Mark<'a>> = inside.into_iter().map(|(span, what)| Mark::of(text, lines, span, what)).collect();
    marks.sort_by_key(|mark| mark.bytes.start);
    let near = |mark: &Mark<'_>, next: &Mark<'_>| next.rows.0.saturating_sub(mark.rows.1) <= NEAR_LINES;
    let mut groups: Vec<&[Mark<'a>]> = marks.chunk_by(near).collect();
    groups.sort_by_key(|group| Reverse(group.iter().any(|mark| mark.what.is_none())));
    groups.into_iter().map(|group| snippet(file, text, lines, group)).collect()
}

impl<'a> Mark<'a> {
    fn of(text: &str, lines: &LineIndex<'_>, span: Span, what: Option<&'a str>) -> Mark<'a> {
        let start = span.start.min(text.len());
        let mut end = span.end.clamp(start, text.len());
        let first = lines.row(start);
        if lines.row(end) - first > NEAR_LINES {
            end = lines.lines_of(start..start).end.max(start);
        }
        Mark { bytes: start..end, rows: (first, lines.row(end)), what }
    }
}

/// Marks that lie near each other; never none.
fn snippet<'a>(file: &'a str, text: &'a str, lines: &LineIndex<'_>, marks: &[Mark<'a>]) -> Element<'a> {
    let first = marks.iter().map(|mark| mark.bytes.start).min().unwrap_or(0);
    let last = marks.iter().map(|mark| mark.bytes.end).max().unwrap_or(first);
    let mut shown = lines.lines_of(first..last);
    if shown.len() > SHOWN_BYTES {
        let (line, column) = lines.position(first);
        return Origin::path(file).line(line).char_column(column).into();
    }
    if shown.start == 0 && text.starts_with('\u{feff}') {
        shown.start = '\u{feff}'.len_utf8().min(shown.end);
    }
    let mut snippet = Snippet::source(&text[shown.clone()]).line_start(lines.row(shown.start) + 1).path(file);
    for Mark { bytes, what, .. } in marks {
        let start = bytes.start.clamp(shown.start, shown.end) - shown.start;
        let end = bytes.end.clamp(shown.start, shown.end) - shown.start;
        let kind = if what.is_none() { AnnotationKind::Primary } else { AnnotationKind::Context };
        snippet = snippet.annotation(kind.span(start..end.max(start)).label(*what));
    }
    snippet.into()
}
