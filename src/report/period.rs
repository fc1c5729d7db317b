//! Reporting periods: which dates a month, a quarter, a half-year or a year of reports covers, and what it is set against.

use std::fmt;

use jiff::civil::Date;
use jiff::{Span, ToSpan as _};

use crate::problem::{Lang, Text};
use crate::reading::times::YEARS;
use crate::schedule::Month;
use crate::station::Rhythm;

/// What a report is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stretch {
    /// Whole reporting months, this many from the first on: 1, 3, 6 or 12.
    Months {
        /// The first of them.
        first: Month,
        /// How many.
        count: u8,
    },
    /// Any dates, both included.
    Dates {
        /// First date.
        from: Date,
        /// Last date.
        to: Date,
    },
}

/// A stretch under a ward's rhythm of reporting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// What it is of.
    pub stretch: Stretch,
    /// Where months begin.
    pub rhythm: Rhythm,
}

/// The day on which a month of [`Rhythm::Nd09`] begins, in the month before.
const NEW_MONTH: i8 = 15;

impl Rhythm {
    /// First date of the reports of `month`.
    fn first(self, month: Month) -> Date {
        match self {
            Rhythm::Calendar => month.first(),
            Rhythm::Nd09 => later(month.previous().first(), i32::from(NEW_MONTH) - 1),
        }
    }

    /// Last date of the reports of `month`.
    fn last(self, month: Month) -> Date {
        match self {
            Rhythm::Calendar => month.last(),
            Rhythm::Nd09 => later(month.first(), i32::from(NEW_MONTH) - 2),
        }
    }

    /// The month whose report holds `date`.
    pub fn month_of(self, date: Date) -> Month {
        let month = Month::of(date);
        if date > self.last(month) { month.next() } else { month }
    }
}

impl Period {
    /// `2026-12`, `2026-Q4`, `2026-H2`, `2026`, `2026-12-01` or `2026-12-01..2026-12-15`, in one of [`YEARS`]; none if it is
    /// none of these.
    /// A range may end before it begins: that is told apart by [`Period::from`] and [`Period::to`].
    pub fn parse(text: &str, rhythm: Rhythm) -> Option<Period> {
        let months = |year: &str, first: i8, count: u8| {
            let first = Month::of(Date::new(year.parse().ok()?, first, 1).ok()?);
            let digits = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
            digits.then_some(Stretch::Months { first, count })
        };
        let stretch = if let Ok(first) = text.parse::<Month>() {
            Some(Stretch::Months { first, count: 1 })
        } else if let Some((year, part)) = text.split_once('-').filter(|(_, part)| part.len() == 2) {
            match part.to_ascii_uppercase().as_str() {
                "Q1" => months(year, 1, 3),
                "Q2" => months(year, 4, 3),
                "Q3" => months(year, 7, 3),
                "Q4" => months(year, 10, 3),
                "H1" => months(year, 1, 6),
                "H2" => months(year, 7, 6),
                _ => None,
            }
        } else if text.len() == 4 {
            months(text, 1, 12)
        } else {
            let (from, to) = text.split_once("..").unwrap_or((text, text));
            Some(Stretch::Dates { from: from.parse().ok()?, to: to.parse().ok()? })
        };
        let stretch = stretch?;
        let is_near = |date: Date| YEARS.contains(&date.year());
        let near = match stretch {
            Stretch::Months { first, .. } => is_near(first.first()),
            Stretch::Dates { from, to } => is_near(from) && is_near(to),
        };
        near.then_some(Period { stretch, rhythm })
    }

    /// The month's period that holds `date`.
    pub fn holding(date: Date, rhythm: Rhythm) -> Period {
        Period { stretch: Stretch::Months { first: rhythm.month_of(date), count: 1 }, rhythm }
    }

    /// First date.
    pub fn from(&self) -> Date {
        match self.stretch {
            Stretch::Months { first, .. } => self.rhythm.first(first),
            Stretch::Dates { from, .. } => from,
        }
    }

    /// Last date, included.
    pub fn to(&self) -> Date {
        match self.stretch {
            Stretch::Months { first, count } => self.rhythm.last(months_later(first, i32::from(count) - 1)),
            Stretch::Dates { to, .. } => to,
        }
    }

    /// Its dates, both included.
    pub fn dates(&self) -> (Date, Date) {
        (self.from(), self.to())
    }

    /// The period of the same kind before it: the month before a month, as many days before a range.
    pub fn previous(&self) -> Period {
        let stretch = match self.stretch {
            Stretch::Months { first, count } => {
                Stretch::Months { first: months_later(first, -i32::from(count)), count }
            }
            Stretch::Dates { from, to } => {
                let before = later(from, -1);
                let days = to.duration_since(from).as_hours() / 24;
                Stretch::Dates { from: later(before, -i32::try_from(days).unwrap_or(0)), to: before }
            }
        };
        Period { stretch, rhythm: self.rhythm }
    }

    /// The first date of the reporting year in which it ends: what "from the beginning of the year" counts from.
    pub fn year_begins(&self) -> Date {
        let year = self.rhythm.month_of(self.to()).first().year();
        Date::new(year, 1, 1).map_or(self.from(), |first| self.rhythm.first(Month::of(first)))
    }

    /// The reporting months that end in it, in order.
    pub fn months(&self) -> Vec<Month> {
        let (from, to) = self.dates();
        let mut months = Vec::new();
        let mut month = self.rhythm.month_of(from);
        while self.rhythm.last(month) <= to {
            months.push(month);
            if month.next() == month {
                break;
            }
            month = month.next();
        }
        months
    }

    /// `tháng 01 năm 2025`, `quý IV năm 2026`, `6 tháng đầu năm 2026`, `năm 2026`, or the dates of a range.
    pub fn name(&self) -> Text {
        let Stretch::Months { first, count } = self.stretch else {
            let (from, to) = self.dates();
            if from == to {
                return Text::new(format!("ngày {}", crate::cells::date(from, Lang::Vi)), from.to_string());
            }
            let date = |date| crate::cells::date(date, Lang::Vi);
            return Text::new(format!("từ {} đến hết {}", date(from), date(to)), format!("{from} to {to}"));
        };
        let (year, month) = (first.first().year(), first.first().month());
        match count {
            1 => {
                // Of months only the first two have a zero before them on documents.
                let zero = if month <= 2 { "0" } else { "" };
                Text::new(format!("tháng {zero}{month} năm {year}"), first.to_string())
            }
            3 => {
                let quarter = usize::from(month.unsigned_abs() / 3);
                let roman = ["I", "II", "III", "IV"].get(quarter).copied().unwrap_or("IV");
                Text::new(format!("quý {roman} năm {year}"), format!("quarter {} of {year}", quarter + 1))
            }
            6 if month == 1 => Text::new(format!("6 tháng đầu năm {year}"), format!("first half of {year}")),
            6 => Text::new(format!("6 tháng cuối năm {year}"), format!("second half of {year}")),
            _ => Text::new(format!("năm {year}"), year.to_string()),
        }
    }

    /// What people call such a period: `tháng này`, `quý này`, …
    pub fn this(&self) -> Text {
        match self.stretch {
            Stretch::Months { count: 1, .. } => Text::new("tháng này", "this month"),
            Stretch::Months { count: 3, .. } => Text::new("quý này", "this quarter"),
            Stretch::Months { count: 12, .. } => Text::new("năm nay", "this year"),
            _ => Text::new("kỳ này", "this period"),
        }
    }
}

impl fmt::Display for Period {
    /// As [`Period::parse`] reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.stretch {
            Stretch::Months { first, count: 1 } => write!(f, "{first}"),
            Stretch::Months { first, count } => {
                let (year, month) = (first.first().year(), first.first().month());
                match count {
                    3 => write!(f, "{year:04}-Q{}", month / 3 + 1),
                    6 => write!(f, "{year:04}-H{}", month / 6 + 1),
                    _ => write!(f, "{year:04}"),
                }
            }
            Stretch::Dates { from, to } if from == to => write!(f, "{from}"),
            Stretch::Dates { from, to } => write!(f, "{from}..{to}"),
        }
    }
}

/// `days` after `date`; `date` itself at the ends of the calendar.
fn later(date: Date, days: i32) -> Date {
    date.checked_add(days.days()).unwrap_or(date)
}

fn months_later(month: Month, months: i32) -> Month {
    month.first().checked_add(Span::new().months(months)).map_or(month, Month::of)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn dates(text: &str, rhythm: Rhythm) -> (String, String) {
        let period = Period::parse(text, rhythm).unwrap();
        assert_eq!(period.to_string(), text);
        (period.from().to_string(), period.to().to_string())
    }

    fn pair(from: &str, to: &str) -> (String, String) {
        (from.to_owned(), to.to_owned())
    }

    #[test]
    fn a_reporting_month_begins_on_the_15th_of_the_month_before() {
        assert_eq!(dates("2025-01", Rhythm::Nd09), pair("2024-12-15", "2025-01-14"));
        assert_eq!(dates("2026-03", Rhythm::Nd09), pair("2026-02-15", "2026-03-14"));
        assert_eq!(dates("2026-Q1", Rhythm::Nd09), pair("2025-12-15", "2026-03-14"));
        assert_eq!(dates("2026-Q4", Rhythm::Nd09), pair("2026-09-15", "2026-12-14"));
        assert_eq!(dates("2026-H1", Rhythm::Nd09), pair("2025-12-15", "2026-06-14"));
        assert_eq!(dates("2026-H2", Rhythm::Nd09), pair("2026-06-15", "2026-12-14"));
        assert_eq!(dates("2026", Rhythm::Nd09), pair("2025-12-15", "2026-12-14"));
    }

    #[test]
    fn a_calendar_month_is_the_calendars() {
        assert_eq!(dates("2026-02", Rhythm::Calendar), pair("2026-02-01", "2026-02-28"));
        assert_eq!(dates("2026-Q3", Rhythm::Calendar), pair("2026-07-01", "2026-09-30"));
        assert_eq!(dates("2026-H2", Rhythm::Calendar), pair("2026-07-01", "2026-12-31"));
        assert_eq!(dates("2026", Rhythm::Calendar), pair("2026-01-01", "2026-12-31"));
        assert_eq!(dates("2026-12-05..2027-01-04", Rhythm::Nd09), pair("2026-12-05", "2027-01-04"));
        assert_eq!(dates("2026-12-05", Rhythm::Calendar), pair("2026-12-05", "2026-12-05"));
    }

    #[test]
    fn today_lies_in_the_month_that_reports_it() {
        let holding = |day, rhythm| Period::holding(day, rhythm).to_string();
        assert_eq!(holding(date(2026, 12, 14), Rhythm::Nd09), "2026-12");
        assert_eq!(holding(date(2026, 12, 15), Rhythm::Nd09), "2027-01");
        assert_eq!(holding(date(2026, 12, 31), Rhythm::Calendar), "2026-12");
    }

    #[test]
    fn a_period_is_set_against_one_of_its_kind_and_its_year() {
        let of = |text: &str, rhythm| {
            let period = Period::parse(text, rhythm).unwrap();
            let months: Vec<String> = period.months().iter().map(ToString::to_string).collect();
            (period.previous().to_string(), period.year_begins().to_string(), months.join(" "))
        };
        let row = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        assert_eq!(of("2025-01", Rhythm::Nd09), row("2024-12", "2024-12-15", "2025-01"));
        assert_eq!(of("2026-Q1", Rhythm::Calendar), row("2025-Q4", "2026-01-01", "2026-01 2026-02 2026-03"));
        assert_eq!(of("2026-H1", Rhythm::Nd09).0, "2025-H2");
        assert_eq!(of("2026", Rhythm::Nd09).0, "2025");
        assert_eq!(of("2026-12-11..2026-12-20", Rhythm::Nd09), row("2026-12-01..2026-12-10", "2026-12-15", "2026-12"));
        assert_eq!(of("2026-12-11", Rhythm::Calendar), row("2026-12-10", "2026-01-01", ""));
    }

    #[test]
    fn a_period_is_called_as_documents_call_it() {
        let name = |text: &str| Period::parse(text, Rhythm::Nd09).unwrap().name().vi;
        assert_eq!(name("2026-02"), "tháng 02 năm 2026");
        assert_eq!(name("2026-03"), "tháng 3 năm 2026");
        assert_eq!(name("2026-Q4"), "quý IV năm 2026");
        assert_eq!(name("2026-H1"), "6 tháng đầu năm 2026");
        assert_eq!(name("2026"), "năm 2026");
        assert_eq!(name("2026-12-01..2026-12-15"), "từ 01/12/2026 đến hết 15/12/2026");
    }

    #[test]
    fn what_is_no_period_is_none() {
        let texts = ["2026-13", "2026-Q5", "26", "20266", "12-2026", "2026-12-01..", "2026-H3", "", "+026", "2026-1"];
        let far = ["9999", "9999-12", "1999-12", "2200-Q1", "2026-01-01..9999-12-31", "0001-01-01"];
        for text in texts.into_iter().chain(far) {
            assert_eq!(Period::parse(text, Rhythm::Nd09), None, "{text}");
        }
    }
}
