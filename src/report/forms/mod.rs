//! The forms that a document is set in, each a pure function of the document in a file of its own.
//!
//! What may stand in a document is whatever somebody wrote into a title; what may stand in a form is told here once:
//! [`plain`] lets no control sign through to any of them.

mod bars;
pub mod csv;
pub mod docx;
pub mod html;
mod layout;
mod metrics;
pub mod text;
pub mod xlsx;

use super::document::{Block, words};

/// A text as one line that every form can hold: line breaks, tabs and control signs, which XML forbids, are a space
/// each; the signs that turn the reading order of what follows them are left out (right-to-left letters turn
/// themselves), and so is what is no character at all.
pub fn plain(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let none = |c: char| matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    let kept = text.chars().filter(|c| !turns(*c) && !none(*c));
    kept.map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect()
}

/// The body with the sign that ends a document behind its last sentence: `… kịp thời./.`; behind a table the sign stands
/// alone.
fn ended(body: &[Block]) -> Vec<Block> {
    let sign = |text: &mut String| *text = format!("{}{}", text.trim_end().trim_end_matches('.'), words::END);
    let mut body = body.to_vec();
    match body.last_mut() {
        Some(Block::Paragraph(text)) => sign(text),
        Some(Block::List(items)) if !items.is_empty() => items.last_mut().into_iter().for_each(sign),
        _ => body.push(Block::Paragraph(words::END.to_owned())),
    }
    body
}

#[cfg(test)]
mod tests {
    use super::super::document::Level;
    use super::*;

    #[test]
    fn a_text_is_one_line_without_signs_that_do_harm() {
        assert_eq!(plain("a\nb\tc\u{0}d\u{1b}e\u{85}f\u{2028}g"), "a b c d e f g");
        assert_eq!(plain("\u{202e}abc\u{2066}\u{feff} שלום 📢 \u{ffff}"), "abc שלום 📢 ");
        assert_eq!(plain("“Tiếng nói” <&>"), "“Tiếng nói” <&>");
    }

    #[test]
    fn a_document_ends_once() {
        let paragraph = |text: &str| Block::Paragraph(text.to_owned());
        assert_eq!(ended(&[paragraph("Trân trọng báo cáo. ")]), [paragraph("Trân trọng báo cáo./.")]);
        let list = |last: &str| Block::List(vec!["Một".to_owned(), last.to_owned()]);
        assert_eq!(ended(&[list("hai")]), [list("hai./.")]);
        let heading = Block::Heading(Level::Part, "Một".to_owned());
        assert_eq!(ended(std::slice::from_ref(&heading)), [heading, paragraph("./.")]);
    }
}
