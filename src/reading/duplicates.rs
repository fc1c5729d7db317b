//! The same key or table written twice: the parser names the second place alone, people need both.

use super::mistakes::Line;
use crate::problem::{Place, Problem, Span, Text};

/// The same key or table twice, with the first place where it can be found.
pub(super) fn duplicate(file: &str, span: Span, line: &Line<'_>) -> Problem {
    let name = line.text.get(span.start..span.end).unwrap_or_default().trim().trim_matches(['"', '\'']);
    let message = Text::new(format!("`{name}` được ghi hai lần"), format!("`{name}` is written twice"));
    let help = Text::new("giữ một, xóa dòng kia", "keep one and delete the other");
    let place = |span| Place { file: file.to_owned(), span };
    let problem = Problem::refuse("duplicate-key", Some(place(span)), message, help);
    match earlier(line, span, name) {
        Some(first) => problem.and(place(first), Text::new("lần đầu ở đây", "first written here")),
        None => problem,
    }
}

/// Looks backwards for the first writing of `name`: a header anywhere above, or a key in the same block.
fn earlier(line: &Line<'_>, span: Span, name: &str) -> Option<Span> {
    let header = line.line.trim_start().starts_with('[');
    let mut first = None;
    let mut end = line.start;
    let same_line = line.text[line.start..span.start.min(line.text.len())].find(name).map(|at| line.start + at);
    if let Some(at) = same_line.filter(|_| !header) {
        return Some(Span { start: at, end: at + name.len() });
    }
    while end > 0 {
        let start = line.text[..end - 1].rfind('\n').map_or(0, |at| at + 1);
        let text = line.text[start..end].trim_end();
        let trimmed = text.trim_start_matches('\u{feff}').trim_start();
        let indent = text.len() - trimmed.len();
        if header {
            let inner = trimmed.trim_start_matches('[').trim_start();
            let close = inner.find([']', '.', '=']).unwrap_or(inner.len());
            if (trimmed.starts_with('[') || inner.len() > close) && inner[..close].trim() == name {
                let at = start + indent + (trimmed.len() - inner.len());
                first = Some(Span { start: at, end: at + name.len() });
            }
        } else if trimmed.starts_with('[') {
            break;
        } else if let Some(rest) = trimmed.strip_prefix(name)
            && rest.trim_start().starts_with(['=', '.'])
        {
            let at = start + indent;
            first = Some(Span { start: at, end: at + name.len() });
        }
        end = start;
    }
    first
}
