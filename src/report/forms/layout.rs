//! How wide a table's columns are to be.

use super::super::document::{Cell, Column, Table};
use super::metrics::width;
use super::plain;
use crate::problem::Lang;

/// What a column would like to have, in thousandths of the type size.
struct Wish {
    /// Its longest word: with less, words break.
    least: u32,
    /// Its longest text, on one line.
    most: u32,
}

/// No column asks for more than this by one long word, nor by one long text.
const WORD: u32 = 9_000;
const TEXT: u32 = 24_000;
/// Room beside the text of a cell.
const ROOM: u32 = 1_000;

/// The widths of the table's columns, which together are `total`, in the unit of `total`; `size` is the type size in that
/// unit. Every column has the room of its longest word if the page has it, and more as its texts are longer.
pub(super) fn widths(table: &Table, lang: Lang, total: u32, size: u32) -> Vec<u32> {
    let wishes = wishes(table, lang);
    let (least, most) = sums(&wishes);
    let page = u64::from(total) * 1_000 / u64::from(size.max(1));
    let share = |wish: &Wish| {
        let (low, high) = (u64::from(wish.least), u64::from(wish.most));
        if most <= page {
            // All stand on one line: what is left over is theirs as they need it.
            high * page / most.max(1)
        } else if least <= page {
            low + (page - least) * (high - low) / (most - least).max(1)
        } else {
            low * page / least
        }
    };
    let shares: Vec<u64> = wishes.iter().map(share).collect();
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

/// Whether the table's words want more room than `total`, at type size `size`.
pub(super) fn is_wider_than(table: &Table, lang: Lang, total: u32, size: u32) -> bool {
    let (least, most) = sums(&wishes(table, lang));
    let page = u64::from(total) * 1_000 / u64::from(size.max(1));
    // Where every cell would take two lines or more, the page is turned.
    least > page || most > page * 3 / 2
}

fn sums(wishes: &[Wish]) -> (u64, u64) {
    let sum = |of: fn(&Wish) -> u32| wishes.iter().map(|wish| u64::from(of(wish))).sum();
    (sum(|wish| wish.least), sum(|wish| wish.most))
}

fn wishes(table: &Table, lang: Lang) -> Vec<Wish> {
    let lines: Vec<Vec<&Cell>> = table.lines().map(|(_, cells)| cells).collect();
    let wish = |(at, column): (usize, &Column)| {
        let mut wish = Wish { least: 0, most: 0 };
        let mut hold = |text: &str, bold: bool, one_line: bool| {
            let text = plain(text);
            let word = text.split(' ').map(|word| width(word, bold)).max().unwrap_or(0);
            wish.least = wish.least.max(word.min(WORD) + ROOM);
            let whole = if one_line { width(&text, bold).min(TEXT) } else { 0 };
            wish.most = wish.most.max(whole + ROOM).max(wish.least);
        };
        // A head may take several lines over short figures.
        hold(&column.head, true, false);
        for cell in lines.iter().filter_map(|cells| cells.get(at)) {
            hold(&column.shown(cell, lang), false, true);
        }
        wish
    };
    table.columns.iter().enumerate().map(wish).collect()
}
