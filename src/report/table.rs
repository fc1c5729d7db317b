//! Columns that stand under each other in a terminal.

use unicode_normalization::UnicodeNormalization as _;

/// Where a column's cells stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

/// Columns a text takes. Vietnamese letters are one column each once composed; an author's file may hold them as letter
/// and marks.
fn width(text: &str) -> usize {
    text.nfc().count()
}

/// The rows with their columns two spaces apart. A cell is one line: line breaks and tabs in it become spaces. Every row has
/// as many cells as there are sides.
pub(super) fn table(sides: &[Side], rows: &[Vec<String>]) -> String {
    let clean: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| cell.replace(char::is_control, " ")).collect()).collect();
    let widths: Vec<usize> = (0..sides.len())
        .map(|column| clean.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max().unwrap_or(0))
        .collect();
    let mut out = String::new();
    for row in &clean {
        let mut line = String::new();
        for ((cell, side), wide) in row.iter().zip(sides).zip(&widths) {
            let gap = " ".repeat(wide - width(cell));
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
        let decomposed: String = "Tiếng".nfd().collect();
        let row = |text: &str| vec![text.to_owned(), "1".to_owned()];
        let rows = [row("Tiếng"), row(&decomposed), row("a\nb")];
        let text = table(&[Side::Left, Side::Right], &rows);
        assert_eq!(text, format!("Tiếng  1\n{decomposed}  1\na b    1\n"));
    }
}
