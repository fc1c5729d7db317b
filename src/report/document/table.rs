//! Tables whose cells are what they mean, not what they look like: a spreadsheet gets numbers and dates, a page gets
//! their words, and both of one value.

use jiff::civil::{Date, Time};

use super::words;
use crate::cells;
use crate::problem::Lang;

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What programs call it: `topics`.
    pub key: &'static str,
    /// The number by which the text speaks of it (`Bảng 3`); none for a table that nothing speaks of.
    pub number: Option<u8>,
    /// Its title, without the number.
    pub title: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each with a cell a column. Without any it says that there was nothing.
    pub rows: Vec<Row>,
    /// The row below them, a figure a column.
    pub total: Option<Vec<Sum>>,
    /// Sentences under it.
    pub notes: Vec<String>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What programs call it: `airings`, `airtime_ms`.
    pub key: &'static str,
    /// Its head.
    pub head: String,
    /// How its cells are set.
    pub set: Setting,
}

impl Table {
    /// All that it says in words, but for the heads of its columns.
    pub fn texts_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let cells = self.rows.iter_mut().flat_map(|row| &mut row.cells);
        let cells = cells.filter_map(|cell| match cell {
            Cell::Text(text) => Some(text),
            _ => None,
        });
        cells.chain([&mut self.title]).chain(&mut self.notes)
    }

    /// Leaves a column out in which no row says anything.
    pub fn leave_out_if_empty(&mut self, key: &str) {
        let Some(at) = self.columns.iter().position(|column| column.key == key) else { return };
        let says_nothing = |row: &Row| row.cells.get(at).is_none_or(Cell::is_empty);
        if self.rows.iter().all(says_nothing) && self.total.is_none() {
            self.columns.remove(at);
            self.rows.iter_mut().for_each(|row| drop(row.cells.remove(at)));
        }
    }
}

/// How the cells of a column are set. What each is, the cell says itself: a column of one table may hold minutes in one
/// row and a number of days in the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Text, from the left.
    Words,
    /// Short and alike, in the middle: running numbers, codes, dates, times.
    Middle,
    /// Figures, to the right.
    Figures,
    /// Figures to the right, with their sign: what became more or less.
    Changes,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Whether the total holds it.
    pub rank: Rank,
    /// A cell a column.
    pub cells: Vec<Cell>,
}

/// Whether a row stands for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rank {
    /// It does, and the total holds it.
    Whole,
    /// It is part of the last whole row above it, which holds it already.
    Part,
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing to say.
    Empty,
    /// Words.
    Text(String),
    /// A number of things.
    Count(i64),
    /// A length of time: exact here, rounded once where it is shown.
    Length {
        /// In milliseconds.
        ms: i64,
        /// What it is shown in.
        unit: Unit,
    },
    /// A part of a whole, both in the same unit, shown in percent with one decimal; of nothing there is no part.
    Share {
        /// The part.
        part: i64,
        /// The whole; 0: no share.
        whole: i64,
    },
    /// A date.
    Date(Date),
    /// A time of day.
    Time(Time),
}

impl Cell {
    fn is_empty(&self) -> bool {
        matches!(self, Cell::Empty) || *self == Cell::Text(String::new())
    }
}

/// What a length of time is shown in: hours with two decimals, the others with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
}

/// A cell of the total row, and where it comes from: a spreadsheet is given the formula, with our value beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sum {
    /// It stands for itself: the row's name, or a figure that is no sum (a work of two topics is one work).
    Is(Cell),
    /// The column's whole rows added up.
    OfColumn(Cell),
    /// One cell of this row as a part of another.
    OfRow {
        /// The share.
        share: Cell,
        /// The column whose total is the part, from 0.
        part: usize,
        /// The column whose total is the whole, from 0.
        whole: usize,
    },
}

impl Unit {
    /// Its length in ms.
    pub fn ms(self) -> i64 {
        match self {
            Unit::Seconds => 1_000,
            Unit::Minutes => 60_000,
            Unit::Hours => 3_600_000,
        }
    }

    /// Decimals that are shown of it.
    pub fn decimals(self) -> usize {
        match self {
            Unit::Hours => 2,
            Unit::Seconds | Unit::Minutes => 1,
        }
    }

    /// `ms` in it, without marks between thousands.
    pub fn shown(self, ms: i64, lang: Lang) -> String {
        match self.decimals() {
            2 => cells::hundredths(ms, self.ms(), lang),
            _ => cells::tenths(ms, self.ms(), lang),
        }
    }
}

impl Cell {
    /// Text.
    pub fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }

    /// Milliseconds that are shown as minutes.
    pub fn minutes(ms: i64) -> Cell {
        Cell::Length { ms, unit: Unit::Minutes }
    }

    /// What a person reads: `1.340`, `12,5`, `88,9 %`, `−3`, `05/02/2025`, `05:30:00`.
    pub fn shown(&self, lang: Lang) -> String {
        let figure = |figure: &str| cells::minus(&cells::grouped(figure, lang));
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Count(n) => figure(&n.to_string()),
            Cell::Length { ms, unit } => figure(&unit.shown(*ms, lang)),
            Cell::Share { whole: 0, .. } => "–".to_owned(),
            Cell::Share { part, whole } => figure(&cells::percent(*part, *whole, lang)),
            Cell::Date(date) => cells::date(*date, lang),
            Cell::Time(time) => time.strftime("%H:%M:%S").to_string(),
        }
    }

    /// The same with its sign, if it is a figure: `+12,5`, `0`, `−3`.
    pub fn signed(&self, lang: Lang) -> String {
        let shown = self.shown(lang);
        let more = match self {
            Cell::Count(n) => *n > 0,
            // What rounds to nothing has become neither more nor less.
            Cell::Length { .. } | Cell::Share { .. } => {
                !shown.starts_with(['−', '–']) && shown.contains(|c| ('1'..='9').contains(&c))
            }
            _ => false,
        };
        if more { format!("+{shown}") } else { shown }
    }

    /// The sum with another of its kind; none where there is no sum.
    fn plus(&self, other: &Cell) -> Option<Cell> {
        match (self, other) {
            (Cell::Count(a), Cell::Count(b)) => Some(Cell::Count(a.checked_add(*b)?)),
            (Cell::Length { ms: a, unit }, Cell::Length { ms: b, unit: same }) if unit == same => {
                Some(Cell::Length { ms: a.checked_add(*b)?, unit: *unit })
            }
            (Cell::Share { part: a, whole }, Cell::Share { part: b, whole: same }) if whole == same => {
                Some(Cell::Share { part: a.checked_add(*b)?, whole: *whole })
            }
            _ => None,
        }
    }
}

impl Row {
    /// A row that stands for itself.
    pub fn whole(cells: Vec<Cell>) -> Row {
        Row { rank: Rank::Whole, cells }
    }

    /// A part of the whole row above it.
    pub fn part(cells: Vec<Cell>) -> Row {
        Row { rank: Rank::Part, cells }
    }
}

impl Sum {
    /// The value.
    pub fn cell(&self) -> &Cell {
        match self {
            Sum::Is(cell) | Sum::OfColumn(cell) | Sum::OfRow { share: cell, .. } => cell,
        }
    }
}

impl Column {
    /// A column.
    pub fn new(key: &'static str, head: impl Into<String>, set: Setting) -> Column {
        Column { key, head: head.into(), set }
    }

    /// A cell of it as a person reads it.
    pub fn shown(&self, cell: &Cell, lang: Lang) -> String {
        if self.set == Setting::Changes { cell.signed(lang) } else { cell.shown(lang) }
    }
}

impl Table {
    /// `Bảng 3. Theo nội dung`.
    pub fn caption(&self, lang: Lang) -> String {
        words::caption(self.number, &self.title, lang)
    }

    /// The rows and then the total, as they are set; the total has no rank.
    pub fn lines(&self) -> impl Iterator<Item = (Option<Rank>, Vec<&Cell>)> {
        let rows = self.rows.iter().map(|row| (Some(row.rank), row.cells.iter().collect()));
        rows.chain(self.total.iter().map(|total| (None, total.iter().map(Sum::cell).collect())))
    }

    /// The whole rows of a column added up, which is what [`Sum::OfColumn`] must hold; none where they are not of one kind.
    pub fn sum(&self, column: usize) -> Option<Cell> {
        let whole = self.rows.iter().filter(|row| row.rank == Rank::Whole);
        let mut cells = whole.map(|row| row.cells.get(column));
        let first = cells.next()??.clone();
        cells.try_fold(first, |sum, cell| sum.plus(cell?))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    #[test]
    fn cells_are_rounded_once_and_speak_the_language() {
        let cells = [
            Cell::Count(1_340),
            Cell::minutes(89_999),
            Cell::minutes(74_070_000),
            Cell::Length { ms: 2_419_200_000, unit: Unit::Hours },
            Cell::Share { part: 8, whole: 9 },
            Cell::Share { part: 8, whole: 0 },
            Cell::Date(date(2025, 2, 5)),
            Cell::Time(time(5, 30, 0, 0)),
            Cell::Empty,
        ];
        let shown = |lang| cells.each_ref().map(|cell| cell.shown(lang));
        let vi = ["1.340", "1,5", "1.234,5", "672,00", "88,9\u{a0}%", "–", "05/02/2025", "05:30:00", ""];
        let en = ["1,340", "1.5", "1,234.5", "672.00", "88.9%", "–", "2025-02-05", "05:30:00", ""];
        assert_eq!(shown(Lang::Vi), vi);
        assert_eq!(shown(Lang::En), en);
    }

    #[test]
    fn changes_have_their_sign_unless_they_round_to_nothing() {
        let cells = [
            Cell::Count(3),
            Cell::Count(-3),
            Cell::Count(0),
            Cell::minutes(2_999),
            Cell::minutes(-2_999),
            Cell::minutes(-90_000),
            Cell::Share { part: 1, whole: 8 },
            Cell::Share { part: 1, whole: 0 },
            Cell::text("không so sánh được"),
        ];
        let shown = cells.map(|cell| cell.signed(Lang::Vi));
        assert_eq!(shown, ["+3", "−3", "0", "0,0", "0,0", "−1,5", "+12,5\u{a0}%", "–", "không so sánh được"]);
    }

    #[test]
    fn a_sum_holds_whole_rows_alone_and_nothing_of_two_kinds() {
        let columns = ["a", "b", "c"].map(|key| Column::new(key, key, Setting::Figures)).into();
        let rows = vec![
            Row::whole(vec![Cell::Count(3), Cell::minutes(60_001), Cell::Count(1)]),
            Row::part(vec![Cell::Count(2), Cell::minutes(40_000), Cell::Count(1)]),
            Row::whole(vec![Cell::Count(4), Cell::minutes(2), Cell::minutes(1)]),
        ];
        let table =
            Table { key: "t", number: None, title: String::new(), columns, rows, total: None, notes: Vec::new() };
        assert_eq!(table.sum(0), Some(Cell::Count(7)));
        assert_eq!(table.sum(1), Some(Cell::minutes(60_003)));
        assert_eq!(table.sum(2), None);
    }
}
