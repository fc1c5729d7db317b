//! A calendar month (`2026-12`).

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use crate::reading::times::{self, Refusal};

/// A calendar month; its text form is `YYYY-MM`, which is also the name of its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    first: Date,
}

impl Month {
    /// The month that a person writes as `2026-12`.
    ///
    /// # Errors
    /// A month that no calendar has, or another form, with what was probably meant.
    pub fn read(written: &str) -> Result<Month, Refusal> {
        times::month(written).map(Month::of)
    }

    /// The month that holds `date`.
    pub fn of(date: Date) -> Month {
        Month { first: date.first_of_month() }
    }

    /// Its first day.
    pub fn first(self) -> Date {
        self.first
    }

    /// Its last day.
    pub fn last(self) -> Date {
        self.first.last_of_month()
    }

    /// The month after it; itself at the end of the calendar.
    pub fn next(self) -> Month {
        self.last().tomorrow().map_or(self, Month::of)
    }

    /// The month before it; itself at the beginning of the calendar.
    pub fn previous(self) -> Month {
        self.first.yesterday().map_or(self, Month::of)
    }

    /// Its days in order.
    pub fn days(self) -> impl Iterator<Item = Date> {
        let last = self.last();
        self.first.series(jiff::ToSpan::days(1)).take_while(move |day| *day <= last)
    }

    /// Whether `date` lies in it.
    pub fn contains(self, date: Date) -> bool {
        Month::of(date) == self
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
    }
}

impl FromStr for Month {
    type Err = ();

    fn from_str(text: &str) -> Result<Month, ()> {
        // A file's name has no blanks around its month.
        if text == text.trim() { Month::read(text).map_err(drop) } else { Err(()) }
    }
}
