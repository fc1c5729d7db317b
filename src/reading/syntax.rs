//! TOML text → a tree and all its syntax mistakes at once.
//!
//! The parser recovers from most mistakes by itself; at some it gives up the rest of the file, or misreads it. Those are
//! mended in a copy of the text and the copy is read again, so that the mistakes behind them show too. Places are always
//! those of the user's own text.

use toml::de::DeTable;

use super::mistakes::{self, Line};
use super::tree::{Table, grow};
use crate::problem::{LineIndex, Problem, Span};

/// A file as far as it can be read.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its keys.
    pub root: Table,
    /// Its syntax mistakes, one a line.
    pub problems: Vec<Problem>,
    /// The lines that hold them: what they say cannot be trusted.
    pub damaged: Vec<Span>,
}

/// Times a file is mended and read again, and mistakes mended each time, before the rest of it is left unread.
const PASSES_MAX: usize = 8;
const MENDS_MAX: usize = 40;
/// Syntax mistakes shown of one file; more are the sign of a file that is not TOML at all.
const SHOWN_MAX: usize = 100;

/// A byte order mark: invisible, and fine at the head of a file alone. Blanks of its length take its place.
const BOM: &str = "\u{feff}";

/// Reads `text`, that of `file`. `rows` names the tables that come in rows (`[[segment]]`): written with single brackets
/// they are a mistake of their own.
pub fn parse(file: &str, text: &str, rows: &[&str]) -> Document {
    let mut copy = Copy { user: text, text: text.to_owned(), inserted: Vec::new() };
    let lines = LineIndex::new(text);
    let mut found: Vec<(Span, Problem)> = Vec::new();
    let mut note = |span: Span, problem: Option<Problem>| {
        let line: Span = lines.lines_of(span.start.min(text.len())..span.start.min(text.len())).into();
        match problem {
            Some(problem) if !found.iter().any(|(known, _)| *known == line) => found.push((line, problem)),
            _ => {}
        }
    };
    let head = text.len() - text.trim_start_matches('\u{feff}').len();
    let head = head.min(BOM.len());
    for (at, _) in text[head..].match_indices(BOM).take(MENDS_MAX) {
        let span = Span { start: head + at, end: head + at + BOM.len() };
        note(span, Some(mistakes::bom_inside(file, span)));
    }
    copy.text = text[..head].to_owned() + &text[head..].replace(BOM, "   ");
    for row in rows {
        for at in single_brackets(text, row).into_iter().take(MENDS_MAX) {
            let span = Span { start: at, end: at + row.len() + 2 };
            note(span, Some(mistakes::single_brackets(file, span, row)));
            copy.insert(copy.current(at), "[");
            copy.insert(copy.current(at + row.len() + 2), "]");
        }
    }
    let mut passes = 0;
    let (root, errors) = loop {
        let (table, errors) = DeTable::parse_recoverable(&copy.text);
        let mends = if passes < PASSES_MAX { Mend::all(&errors, &copy.text) } else { Vec::new() };
        if mends.is_empty() {
            let original = |at| copy.original(at);
            break (grow(table.into_inner(), &original), errors);
        }
        passes += 1;
        for mend in &mends {
            // A list is open where it should have ended, not where the parser noticed.
            let (start, end) =
                if let Fix::Insert { at, what: "]" } = mend.fix { (at - 1, at) } else { (mend.at, mend.end) };
            let span = Span { start: copy.original(start), end: copy.original(end) };
            note(span, mistakes::problem(file, mend.message, span, &Line::of(text, span)));
        }
        // From the last to the first, so that none moves the place of another.
        for mend in mends.into_iter().rev() {
            mend.fix.apply(&mut copy);
        }
    };
    let placeless = errors.iter().any(|error| error.span().is_none());
    let mut deep = if placeless { deep_keys(text) } else { Vec::new() }.into_iter();
    for error in errors.iter().take(SHOWN_MAX) {
        let span = match error.span() {
            Some(range) => Span { start: copy.original(range.start), end: copy.original(range.end) },
            None => deep.next().unwrap_or(Span { start: 0, end: 0 }),
        };
        note(span, mistakes::problem(file, error.message(), span, &Line::of(text, span)));
    }
    let (damaged, problems) = found.into_iter().unzip();
    Document { root, problems, damaged }
}

/// Parts that a dotted key may have before the parser gives it up, without a word on where it stands.
const PARTS_MAX: usize = 80;

/// The dotted keys of `text` that have more parts than that.
fn deep_keys(text: &str) -> Vec<Span> {
    let ends_key = |c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '"' | '\''));
    let mut at = 0;
    let mut found = Vec::new();
    for piece in text.split_inclusive(ends_key) {
        let key = piece.trim_end_matches(ends_key);
        if key.split('.').filter(|part| !part.is_empty()).count() > PARTS_MAX {
            found.push(Span { start: at, end: at + key.len() });
        }
        at += piece.len();
    }
    found
}

/// Where `text` has the header `[row]` on a line of its own.
fn single_brackets(text: &str, row: &str) -> Vec<usize> {
    let header = format!("[{row}]");
    let mut at = 0;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start().len();
        let rest = line.trim_start().strip_prefix(&header).map(str::trim_start);
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('#')) {
            found.push(at + indent);
        }
        at += line.len();
    }
    found
}

/// The text as mended so far.
struct Copy<'u> {
    /// As the user wrote it.
    user: &'u str,
    text: String,
    /// Where bytes were put in, in `text`, ascending.
    inserted: Vec<usize>,
}

impl Copy<'_> {
    /// The place in the user's text of the byte at `at` of the copy.
    fn original(&self, at: usize) -> usize {
        // Blanks stand for a letter of several bytes: a place among them is that letter's.
        self.user.floor_char_boundary(at - self.inserted.partition_point(|inserted| *inserted < at))
    }

    /// The place in the copy of the byte at `original` of the user's text.
    fn current(&self, original: usize) -> usize {
        self.inserted.iter().fold(original, |at, inserted| if *inserted <= at { at + 1 } else { at })
    }

    fn insert(&mut self, at: usize, ascii: &str) {
        self.text.insert_str(at, ascii);
        for inserted in &mut self.inserted {
            if *inserted >= at {
                *inserted += ascii.len();
            }
        }
        self.inserted.extend(at..at + ascii.len());
        self.inserted.sort_unstable();
    }

    /// Overwrites without moving anything.
    fn overwrite(&mut self, from: usize, to: usize, ascii: &str) {
        let filler = " ".repeat((to - from).saturating_sub(ascii.len()));
        self.text.replace_range(from..to, &(ascii.to_owned() + &filler));
    }
}

/// A mistake that costs more than itself, and what to do about it in the copy. Places are those of the copy.
struct Mend<'e> {
    at: usize,
    end: usize,
    message: &'e str,
    fix: Fix,
}

enum Fix {
    Insert { at: usize, what: &'static str },
    Overwrite { from: usize, to: usize, what: &'static str },
}

impl Fix {
    fn closes_text(&self) -> bool {
        matches!(self, Fix::Insert { what: "\"" | "'", .. })
    }

    fn apply(self, copy: &mut Copy<'_>) {
        match self {
            Fix::Insert { at, what } => copy.insert(at, what),
            Fix::Overwrite { from, to, what } => copy.overwrite(from, to, what),
        }
    }
}

impl<'e> Mend<'e> {
    /// What to mend before the next reading: one mistake a line, ascending. Text or a list left open swallows what follows, so
    /// nothing behind it counts until it is closed, but other text left open: that ends with its line.
    fn all(errors: &'e [toml::de::Error], text: &str) -> Vec<Mend<'e>> {
        let mut mends: Vec<Mend<'e>> =
            errors.iter().filter_map(|error| Mend::of(error, text)).take(MENDS_MAX).collect();
        mends.sort_by_key(|mend| mend.at);
        if let Some(open) = mends.iter().find(|mend| mend.fix.closes_text()).map(|mend| mend.at) {
            mends.retain(|mend| mend.at < open || mend.fix.closes_text());
        }
        mends.dedup_by_key(|mend| OneLine::at(text, mend.at).start);
        let list = mends.iter().position(|mend| mend.message.starts_with("unexpected `=` in array"));
        mends.truncate(list.map_or(mends.len(), |at| at + 1));
        mends
    }

    fn of(error: &'e toml::de::Error, text: &str) -> Option<Mend<'e>> {
        let span = error.span()?;
        let message = error.message();
        let line = OneLine::at(text, span.start);
        let fix = if message.starts_with("key with no value") {
            line.missing_equals()
        } else if message.starts_with("unclosed table") || message.starts_with("unclosed array table") {
            line.unclosed_header()
        } else if message.starts_with("unexpected `=` in array") {
            line.array_before(text)?
        } else if message.starts_with("invalid basic string") || message.starts_with("invalid literal string") {
            line.text_left_open()?
        } else {
            return None;
        };
        Some(Mend { at: span.start, end: span.end, message, fix })
    }
}

/// One line of the copy.
struct OneLine<'t> {
    start: usize,
    line: &'t str,
}

impl<'t> OneLine<'t> {
    fn at(text: &'t str, byte: usize) -> OneLine<'t> {
        let byte = byte.min(text.len());
        let start = text[..byte].rfind('\n').map_or(0, |at| at + 1);
        let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        OneLine { start, line: text[start..end].trim_end_matches('\r') }
    }

    /// `title: "…"` and `title "…"` are read as `title = "…"`; any other such line is left out.
    fn missing_equals(&self) -> Fix {
        let from = self.start;
        let key = self.line.trim_start();
        let indent = self.line.len() - key.len();
        let length = key.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-')).unwrap_or(key.len());
        let rest = &key[length..];
        let value = rest.trim_start().trim_start_matches(':').trim_start();
        if length > 0 && value.starts_with(['"', '\'', '[', '0', '1', '2']) && !value.contains('=') {
            let after = from + indent + length;
            if let Some(colon) = rest.find(':').filter(|colon| rest[..*colon].trim().is_empty()) {
                return Fix::Overwrite { from: after + colon, to: after + colon + 1, what: "=" };
            }
            return Fix::Insert { at: after, what: "=" };
        }
        Fix::Overwrite { from, to: from + self.line.len(), what: "" }
    }

    /// `[[segment]` and `[[segment` are read as `[[segment]]`.
    fn unclosed_header(&self) -> Fix {
        let header = self.line.split('#').next().unwrap_or_default().trim_end();
        let open = header.bytes().filter(|b| *b == b'[').count();
        let closed = header.bytes().filter(|b| *b == b']').count();
        match open.saturating_sub(closed) {
            1 => Fix::Insert { at: self.start + header.len(), what: "]" },
            2 => Fix::Insert { at: self.start + header.len(), what: "]]" },
            // Not a lack of brackets: the line is left out.
            _ => Fix::Overwrite { from: self.start, to: self.start + self.line.len(), what: "" },
        }
    }

    /// Text without its second quote has swallowed the brackets and commas behind it, to the end of the line: it is read as if
    /// it ended before them. None where it has swallowed nothing, or ends.
    fn text_left_open(&self) -> Option<Fix> {
        let open = self.open_quote()?;
        let own = |text: &str| text.trim_end_matches([']', '}', ',', ' ', '\t']).len();
        let swallows = |text: &str| own(text) < text.trim_end().len();
        let text = self.line.get(open + 1..)?;
        // A remark behind the brackets was swallowed, too.
        let before_remark = text.split_once('#').map(|(before, _)| before).filter(|before| swallows(before));
        let text = before_remark.or_else(|| Some(text).filter(|text| swallows(text)))?;
        let what = if self.line.as_bytes().get(open) == Some(&b'"') { "\"" } else { "'" };
        Some(Fix::Insert { at: self.start + open + 1 + own(text), what })
    }

    /// The quote of the line that has no second one.
    fn open_quote(&self) -> Option<usize> {
        let mut open: Option<(usize, char)> = None;
        let mut escaped = false;
        for (at, letter) in self.line.char_indices() {
            match (open, letter) {
                (None, '"' | '\'') => open = Some((at, letter)),
                (None, '#') => break,
                (Some((_, '"')), '\\') if !escaped => {
                    escaped = true;
                    continue;
                }
                (Some((_, quote)), letter) if letter == quote && !escaped => open = None,
                _ => {}
            }
            escaped = false;
        }
        open.map(|(at, _)| at)
    }

    /// A list that is still open at the next `key = …` ends before that line.
    fn array_before(&self, text: &str) -> Option<Fix> {
        let before = text[..self.start].trim_end();
        (!before.is_empty()).then_some(Fix::Insert { at: before.len(), what: "]" })
    }
}
