//! `[[holiday]]`: which days are unlike the others, whatever month they lie in: by date, of that year alone, or by the lunar
//! calendar, of every year.

use jiff::civil::Date;

use crate::problem::{Place, Text};
use crate::programme::ExceptionKind;
use crate::programme::exceptions::{CHANGES, Changes, KINDS, changes, days};
use crate::programme::twice::{self, Changed};
use crate::reading::Reader;
use crate::reading::tree::Table;

/// A holiday and what becomes of its days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holiday {
    /// Which days.
    pub when: When,
    /// `Tết Dương lịch`.
    pub name: String,
    /// What kind of day.
    pub kind: ExceptionKind,
    /// What becomes of windows and columns, and what comes besides.
    pub changes: Changes,
    /// Where it is written.
    pub place: Place,
}

/// The days of a holiday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// From the first to the last.
    Dates(Date, Date),
    /// Each year's day of the lunar calendar.
    Lunar(LunarDay),
}

/// The days of the lunar calendar that a ward's year knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LunarDay {
    /// The eve of Tết: the last day of the old year, whether that is a 29th or a 30th.
    NewYearsEve,
    /// Mùng 1 Tết: the first of the first month.
    NewYear,
    /// Giỗ Tổ Hùng Vương: the tenth of the third month.
    HungKings,
}

/// The lunar days as files write them.
pub const LUNAR: &[(LunarDay, &[&str])] = &[
    (LunarDay::NewYear, &["mùng 1", "mồng 1", "mùng một", "mùng 1 tết", "tết", "new year"]),
    (LunarDay::NewYearsEve, &["giao thừa", "eve", "new year's eve"]),
    (LunarDay::HungKings, &["giỗ tổ", "giỗ tổ hùng vương", "hung kings"]),
];

pub(super) fn read(reader: &mut Reader<'_>, root: &Table, text_len: usize) -> Vec<Holiday> {
    let known: Vec<&str> = ["date", "from", "to", "lunar", "name"].into_iter().chain(CHANGES).collect();
    let mut holidays = Vec::new();
    for row in reader.rows(root, "holiday", text_len) {
        let mut block = reader.row(row, &known);
        let dated = block.table.iter().find(|(key, _)| ["date", "from", "to"].contains(&key.name.as_str()));
        let lunar = block.table.iter().find(|(key, _)| key.name == "lunar");
        let when = match (lunar, dated) {
            (Some((lunar, _)), Some((dated, _))) => {
                let help = Text::new(
                    "ngày dương lịch thì xóa `lunar`, ngày âm lịch thì giữ `lunar`",
                    "delete `lunar` for a date of the common calendar, keep it alone for a lunar day",
                );
                block.reader.not_together("date-and-lunar", (&lunar.name, lunar.span), (&dated.name, dated.span), help);
                None
            }
            (Some(_), None) => block.word("lunar", LUNAR).map(When::Lunar),
            _ => days(&mut block, None).map(|(from, to)| When::Dates(from, to)),
        };
        let name = block.needed_line("name", "\"Tết Dương lịch\"");
        let kind = block.word("kind", KINDS).unwrap_or(ExceptionKind::Holiday);
        // A column moves within the month of the days it leaves: the plan of another month would not know of it.
        let dates = match when {
            Some(When::Dates(from, to)) => Some((from, to)),
            _ => None,
        };
        let bounds = dates.map(|(from, to)| (from.first_of_month(), to.last_of_month()));
        let changes = changes(&mut block, dates, bounds, None);
        let place = block.place();
        let (Some(when), Some(name)) = (when, name) else { continue };
        holidays.push(Holiday { when, name, kind, changes, place });
    }
    let changed = holidays.iter().map(|Holiday { when, changes, place, .. }| {
        let Changes { windows, columns, extra, .. } = changes;
        Changed { days: *when, windows, columns, extra, place }
    });
    twice::problems("holiday", changed).into_iter().for_each(|problem| reader.note(problem));
    holidays
}
