//! Where a byte of a text stands, as an editor counts: line and column, both from 1, columns in characters.

use std::ops::Range;

/// The starts of a text's lines, so that many places cost one pass over it.
#[derive(Clone, Debug)]
pub struct LineIndex<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> LineIndex<'a> {
    /// Of `text`; a line ends at a line feed, as editors and the TOML parser have it.
    pub fn new(text: &'a str) -> LineIndex<'a> {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        LineIndex { text, starts }
    }

    /// What it is of.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// The line that holds `byte`, from 0.
    pub(super) fn row(&self, byte: usize) -> usize {
        self.starts.partition_point(|start| *start <= byte).saturating_sub(1)
    }

    /// Line and column of `byte`, both from 1. A byte inside a character stands for that character, one past the end
    /// for the place after the last. A byte order mark at the head of the text takes no column: no editor shows it.
    pub fn position(&self, byte: usize) -> (usize, usize) {
        let row = self.row(byte);
        let before = self.text[self.starts[row]..].char_indices();
        let start = self.starts[row];
        let column = before
            .take_while(|(at, c)| start + at + c.len_utf8() <= byte && *c != '\n')
            .filter(|(at, c)| !(start + at == 0 && *c == '\u{feff}'));
        (row + 1, column.count() + 1)
    }

    /// The bytes of all lines that `bytes` touches, without the last line's ending.
    pub fn lines_of(&self, bytes: Range<usize>) -> Range<usize> {
        let start = self.starts[self.row(bytes.start)];
        let last = self.row(bytes.end.max(bytes.start + 1) - 1);
        let end = self.starts.get(last + 1).map_or(self.text.len(), |next| next - 1);
        let end = if self.text[..end].ends_with('\r') && end > start { end - 1 } else { end };
        start..end.max(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_skip_the_byte_order_mark() {
        let lines = LineIndex::new("\u{feff}a = 1\r\nđài = \"ơ\"\n");
        assert_eq!(lines.position(3), (1, 1));
        assert_eq!(lines.position(0), (1, 1));
        let second = "\u{feff}a = 1\r\n".len();
        assert_eq!(lines.position(second), (2, 1));
        assert_eq!(lines.position(second + "đài".len()), (2, 4));
        assert_eq!(lines.position(second + 1), (2, 1), "inside đ");
        assert_eq!(lines.position("\u{feff}a = 1\r\nđài = \"ơ\"\n".len()), (3, 1));
    }

    #[test]
    fn a_line_comes_without_its_ending() {
        let text = "one\r\ntwo\nthree";
        let lines = LineIndex::new(text);
        assert_eq!(&text[lines.lines_of(1..2)], "one");
        assert_eq!(&text[lines.lines_of(5..5)], "two");
        assert_eq!(&text[lines.lines_of(2..10)], "one\r\ntwo\nthree");
        assert_eq!(&text[lines.lines_of(text.len()..text.len())], "three");
    }
}
