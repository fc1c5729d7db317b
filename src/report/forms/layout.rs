//! How wide a table's columns are to be.

use std::collections::HashMap;

use super::super::document::{Block, Cell, Column, Table};
use super::metrics::width;
use super::plain;
use crate::problem::Lang;

/// What a column would like to have, in thousandths of the type size.
struct Wish {
    /// Its longest word: with less, words break.
    least: u32,
    /// Its longest text, on one line.
    most: u32,
    /// What its texts need all in all: mostly their root mean square, so that one long note among many short ones asks for
    /// little.
    usual: u32,
}

/// No column asks for more than this by one long word, nor by one long text.
const WORD: u32 = 9_000;
const TEXT: u32 = 24_000;
/// A column whose texts are all as short as this, as a genre or an outcome, stands on one line where the page has the room.
const SHORT: u32 = 6_500;
/// Room beside the text of a cell.
const ROOM: u32 = 1_000;
/// A table of so many lines stands on one page; a longer one goes over and repeats its head, rather than leave half a page
/// empty.
pub(super) const TOGETHER: usize = 4;

/// Whether line `at` of `count`, from 1, stands on the page of the next one: no line stands alone below a head, nor alone
/// over the page.
pub(super) fn stays_with_next(at: usize, count: usize) -> bool {
    at < count && (count <= TOGETHER || at == 1 || at + 1 == count)
}

/// What the columns of a table ask for. Every cell is measured for it, so it is made once a table.
pub(super) struct Wishes(Vec<Wish>);

impl Wishes {
    /// Of each table among `blocks`, in their order.
    pub fn of_all(blocks: &[Block], lang: Lang) -> Vec<Wishes> {
        let tables = blocks.iter().filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        });
        tables.map(|table| Wishes::of(table, lang)).collect()
    }

    /// Of `table`.
    pub fn of(table: &Table, lang: Lang) -> Wishes {
        let lines: Vec<Vec<&Cell>> = table.lines().map(|(_, cells)| cells).collect();
        let cells = |at: usize| lines.iter().filter_map(move |cells| cells.get(at).copied());
        Wishes(table.columns.iter().enumerate().map(|(at, column)| wish(column, cells(at), lang)).collect())
    }

    /// The widths of the columns, which together are `total`, in the unit of `total`; `size` is the type size in that
    /// unit. Every column has the room of its longest word if the page has it, and more as its texts are longer and more.
    pub fn widths(&self, total: u32, size: u32) -> Vec<u32> {
        let (least, most) = self.sums();
        let page = u64::from(total) * 1_000 / u64::from(size.max(1));
        let usual: u64 = self.0.iter().map(|wish| u64::from(wish.usual)).sum();
        let share = |wish: &Wish| {
            let (low, high, needed) = (u64::from(wish.least), u64::from(wish.most), u64::from(wish.usual));
            if most <= page {
                // All stand on one line: what is left over is theirs as they need it.
                high * page / most.max(1)
            } else if least <= page {
                low + (page - least) * (needed - low) / (usual - least).max(1)
            } else {
                low * page / least
            }
        };
        let shares: Vec<u64> = self.0.iter().map(share).collect();
        let sum = shares.iter().sum::<u64>().max(1);
        let mut widths: Vec<u32> = Vec::with_capacity(shares.len());
        let (mut seen, mut given) = (0, 0);
        for share in shares {
            // Ends are rounded, not widths, so that they add up.
            seen += share;
            let end = u32::try_from(u64::from(total) * seen / sum).unwrap_or(total);
            widths.push(end - given);
            given = end;
        }
        widths
    }

    /// Whether the words want more room than `total`, at type size `size`.
    pub fn is_wider_than(&self, total: u32, size: u32) -> bool {
        let (least, most) = self.sums();
        let page = u64::from(total) * 1_000 / u64::from(size.max(1));
        // Where every cell would take two lines or more, the page is turned.
        least > page || most > page * 3 / 2
    }

    fn sums(&self) -> (u64, u64) {
        let sum = |of: fn(&Wish) -> u32| self.0.iter().map(|wish| u64::from(of(wish))).sum();
        (sum(|wish| wish.least), sum(|wish| wish.most))
    }
}

/// How many lines `text` takes in a column `total` wide, where `size` is the type size in the same unit.
pub(super) fn lines(text: &str, bold: bool, total: u32, size: u32) -> u32 {
    let room = (u64::from(total) * 1_000 / u64::from(size.max(1))).saturating_sub(u64::from(ROOM / 2)).max(1);
    let space = u64::from(width(" ", bold));
    let (mut lines, mut at) = (1_u64, 0);
    for word in plain(text).split(' ') {
        let word = u64::from(width(word, bold));
        if at > 0 && at + space + word > room {
            (lines, at) = (lines + 1, 0);
        }
        at += if at > 0 { space + word } else { word };
        // A word that is wider than the column is broken.
        if at > room {
            (lines, at) = (lines + at / room, at % room);
        }
    }
    u32::try_from(lines).unwrap_or(u32::MAX)
}

fn wish<'c>(column: &Column, cells: impl Iterator<Item = &'c Cell>, lang: Lang) -> Wish {
    let mut wish = Wish { least: 0, most: 0, usual: 0 };
    let (mut squares, mut texts) = (0_u64, 0_u64);
    let mut hold = |(word, whole): (u32, u32), one_line: bool| {
        wish.least = wish.least.max(word.min(WORD) + ROOM);
        let whole = if one_line { whole.min(TEXT) } else { 0 };
        wish.most = wish.most.max(whole + ROOM).max(wish.least);
        squares += u64::from(whole + ROOM).pow(2);
        texts += 1;
    };
    // A head may take several lines over short figures.
    hold(measured(&column.head, true), false);
    // The same text stands in many cells of a long column.
    let mut known: HashMap<String, (u32, u32)> = HashMap::new();
    for cell in cells {
        let shown = column.shown(cell, lang);
        let lengths = match known.get(&shown) {
            Some(lengths) => *lengths,
            None => {
                let lengths = measured(&shown, false);
                known.insert(shown, lengths);
                lengths
            }
        };
        hold(lengths, true);
    }
    if texts > 1 && wish.most <= SHORT {
        wish.least = wish.most;
    }
    let mean = u32::try_from((squares / texts.max(1)).isqrt()).unwrap_or(u32::MAX);
    // The longest text counts a little by itself: squeezed into a column of empty cells it would make one row a tower.
    let usual = (u64::from(mean) * 7 + u64::from(wish.most)) / 8;
    wish.usual = u32::try_from(usual).unwrap_or(u32::MAX).clamp(wish.least, wish.most);
    wish
}

/// How long its longest word is, and all of it on one line.
fn measured(text: &str, bold: bool) -> (u32, u32) {
    let (mut word, mut whole, space) = (0, 0, width(" ", bold));
    for (at, next) in plain(text).split(' ').enumerate() {
        let next = width(next, bold);
        word = word.max(next);
        whole += next + if at > 0 { space } else { 0 };
    }
    (word, whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::document::{Row, Setting};

    #[test]
    fn a_text_takes_the_lines_that_its_words_need_and_a_long_word_is_broken() {
        // At size 10 a column 100 wide has 10 em, half of one beside the text: 19 letters of half an em.
        let lines = |text: &str| lines(text, false, 100, 10);
        assert_eq!([lines(""), lines("một dòng"), lines(&"0".repeat(19)), lines(&"0".repeat(20))], [1, 1, 1, 2]);
        assert_eq!(lines("000000000 000000000"), 1);
        assert_eq!(lines("000000000 0000000000"), 2);
        assert_eq!(lines(&["0000000000"; 5].join(" ")), 5);
    }

    #[test]
    fn a_short_table_stays_together_and_a_long_one_leaves_no_line_alone() {
        let stay = |count: usize| (1..=count).filter(|at| stays_with_next(*at, count)).collect::<Vec<_>>();
        assert_eq!([stay(0), stay(1), stay(2), stay(4)], [vec![], vec![], vec![1], vec![1, 2, 3]]);
        assert_eq!([stay(5), stay(12)], [vec![1, 4], vec![1, 11]]);
    }

    #[test]
    fn a_column_of_many_long_texts_is_wider_than_one_with_a_single_long_note() {
        let title = "Hỏi và đáp về dịch vụ công trực tuyến của phường";
        let row = |note: &str| Row::whole(vec![Cell::text(title), Cell::text(note)]);
        let mut rows = vec![row(""); 30];
        rows.push(row(&"ghi chú rất dài ".repeat(4)));
        let columns = ["Tên", "Ghi chú"].map(|head| Column::new("c", head, Setting::Words)).into();
        let table =
            Table { key: "t", number: None, title: String::new(), columns, rows, total: None, notes: Vec::new() };
        let widths = Wishes::of(&table, Lang::Vi).widths(300, 10);
        assert_eq!(widths.iter().sum::<u32>(), 300);
        assert!(widths[0] > widths[1] * 2, "{widths:?}");
    }
}
