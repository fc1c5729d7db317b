//! Columns that stand under each other in a terminal.

use unicode_normalization::char::is_combining_mark;

/// Where a column's cells stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

/// Columns a text takes. A letter is one column, with whatever marks an author's file has behind it. No mark comes before
/// the first block of them.
pub(super) fn width(text: &str) -> usize {
    text.chars().filter(|c| *c < '\u{300}' || !is_combining_mark(*c)).count()
}

/// The rows with their columns two spaces apart. A cell is one line: line breaks and tabs in it become spaces. Every row has
/// as many cells as there are sides.
pub(super) fn table(sides: &[Side], rows: &[Vec<String>]) -> String {
    let clean: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| cell.replace(char::is_control, " ")).collect()).collect();
    let each: Vec<Vec<usize>> = clean.iter().map(|row| row.iter().map(|cell| width(cell)).collect()).collect();
    let widths: Vec<usize> = (0..sides.len())
        .map(|column| each.iter().filter_map(|row| row.get(column)).copied().max().unwrap_or(0))
        .collect();
    let mut out = String::new();
    for (row, own) in clean.iter().zip(&each) {
        let mut line = String::new();
        for (((cell, side), wide), own) in row.iter().zip(sides).zip(&widths).zip(own) {
            let gap = " ".repeat(wide - own);
            match side {
                Side::Left => line.extend([cell, gap.as_str(), "  "]),
                Side::Right => line.extend([gap.as_str(), cell, "  "]),
            }
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn composed_and_decomposed_letters_stand_under_each_other() {
        let decomposed: String = unicode_normalization::UnicodeNormalization::nfd("Tiếng").collect();
        let row = |text: &str| vec![text.to_owned(), "1".to_owned()];
        let rows = [row("Tiếng"), row(&decomposed), row("a\nb")];
        let text = table(&[Side::Left, Side::Right], &rows);
        assert_eq!(text, format!("Tiếng  1\n{decomposed}  1\na b    1\n"));
    }
}
