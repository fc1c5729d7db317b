//! Months and dates on the command line, each refused with what was probably meant.

use jiff::civil::Date;

use super::{Failure, WRONG_USE};
use crate::clock;
use crate::home::Home;
use crate::loading;
use crate::problem::Text;
use crate::reading::times::{self, Refusal};
use crate::schedule::Month;

/// A month, for an argument that takes nothing else.
pub(super) fn month(written: &str) -> Result<Month, String> {
    Month::read(written).map_err(|Refusal { help, .. }| format!("{} · {}", help.vi, help.en))
}

/// A date.
pub(super) fn date(written: &str) -> Result<Date, Failure> {
    times::date(written).map_err(wrong)
}

/// A month, or a date with its month; this month where nothing is written.
pub(super) fn period(home: &Home, written: Option<&str>) -> Result<(Month, Option<Date>), Failure> {
    let Some(written) = written else { return Ok((Month::of(today(home)), None)) };
    if written.split(['-', '/', '.']).count() == 3 {
        return date(written).map(|date| (Month::of(date), Some(date)));
    }
    let either = |Refusal { message, help }| {
        // What is near to neither is told both forms.
        if help.vi.contains('`') && written.contains(|c: char| c.is_ascii_digit()) {
            return wrong(Refusal { message, help });
        }
        let help = Text::new(
            "ghi tháng như `2026-12` hoặc ngày như `2026-12-01`",
            "write a month such as `2026-12` or a date such as `2026-12-01`",
        );
        let message = Text::new(
            format!("`{written}` không phải tháng hay ngày"),
            format!("`{written}` is neither a month nor a date"),
        );
        wrong(Refusal { message, help })
    };
    Month::read(written).map(|month| (month, None)).map_err(either)
}

/// The date in the station's zone.
pub(super) fn today(home: &Home) -> Date {
    let zone = loading::load_station(home).station.unwrap_or_default().zone;
    clock::now().to_zoned_datetime(zone).date()
}

/// Wrong use: what is wrong, and what to do.
pub(super) fn wrong(Refusal { message, help }: Refusal) -> Failure {
    let text = Text::new(format!("{}; {}", message.vi, help.vi), format!("{}; {}", message.en, help.en));
    Failure { status: WRONG_USE, text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_that_is_none_says_what_was_meant() {
        let home = Home::at("nowhere");
        let said = |written| period(&home, Some(written)).map_err(|failure| failure.text.en);
        let month: Month = "2026-12".parse().unwrap();
        assert_eq!(said("2026-12"), Ok((month, None)));
        assert_eq!(said("2026-12-31"), Ok((month, Some(jiff::civil::date(2026, 12, 31)))));
        for (written, en) in [
            ("2026-13", "`2026-13` is not a month; months go from 01 to 12, as in `2026-12`"),
            ("2026-00", "`2026-00` is not a month; months go from 01 to 12, as in `2026-12`"),
            ("12/2026", "`12/2026` is not a month; did you mean `2026-12`?"),
            ("2026-1", "`2026-1` is not a month; did you mean `2026-01`?"),
            ("2026-02-30", "no calendar has `2026-02-30`: 2026-02 has 28 days; correct the day"),
            ("1/12/2026", "`1/12/2026` is not a date; did you mean `2026-12-01`?"),
            (
                "mai",
                "`mai` is neither a month nor a date; write a month such as `2026-12` or a date such as `2026-12-01`",
            ),
        ] {
            assert_eq!(said(written), Err(en.to_owned()));
        }
    }

    #[test]
    fn what_is_no_date_is_wrong_use() {
        assert_eq!(date("2026-12-01").unwrap(), jiff::civil::date(2026, 12, 1));
        for text in ["01/12/2026", "2026-02-30", "hôm qua", ""] {
            assert_eq!(date(text).unwrap_err().status, WRONG_USE, "{text}");
        }
    }
}
