//! Figures, dates, CSV cells and HTML text as people, spreadsheets and browsers read them.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};

use crate::problem::{Lang, Text};

/// What Excel needs to read a file as UTF-8.
const BOM: &str = "\u{feff}";

/// A table as CSV (RFC 4180): UTF-8 with a byte order mark, comma, CRLF.
pub fn csv(rows: &[Vec<String>]) -> String {
    let lines = rows.iter().map(|row| row.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(",") + "\r\n");
    BOM.to_owned() + &lines.collect::<String>()
}

fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

/// A text that somebody wrote, for a cell: a spreadsheet runs what begins like a formula, so an apostrophe goes before it.
pub fn inert(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// A text for HTML, in an element or between quotes.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Milliseconds as minutes with one decimal, rounded here and nowhere before.
pub fn minutes(ms: u64, lang: Lang) -> String {
    one_decimal(i128::from(ms), 60_000, lang)
}

/// Milliseconds as seconds with one decimal.
pub fn seconds(ms: i64, lang: Lang) -> String {
    tenths(ms, 1_000, lang)
}

/// `value` in units of which each is `unit` long, with one decimal.
pub fn tenths(value: i64, unit: i64, lang: Lang) -> String {
    one_decimal(i128::from(value), i128::from(unit), lang)
}

/// The same with two: of a short stretch in hours one decimal tells nothing.
pub fn hundredths(value: i64, unit: i64, lang: Lang) -> String {
    decimals(i128::from(value), i128::from(unit), 2, lang)
}

/// A figure for people, with the sign that is read as one: a hyphen before figures is what programs write.
pub fn minus(figure: &str) -> String {
    figure.strip_prefix('-').map_or_else(|| figure.to_owned(), |rest| format!("−{rest}"))
}

/// `part` of `whole` in percent with one decimal: `88,9 %`; `whole` is not 0.
pub fn percent(part: i64, whole: i64, lang: Lang) -> String {
    let (part, whole) = if whole < 0 { (-i128::from(part), -i128::from(whole)) } else { (part.into(), whole.into()) };
    let sign = match lang {
        // One word: a line does not end before the sign.
        Lang::Vi => "\u{a0}%",
        Lang::En => "%",
    };
    one_decimal(part * 100, whole, lang) + sign
}

/// A number of things: `1.340` or `1,340`.
pub fn count(n: i64, lang: Lang) -> String {
    grouped(&n.to_string(), lang)
}

/// A figure's whole digits in threes. Not for CSV: a spreadsheet of the other language would read a decimal.
pub fn grouped(figure: &str, lang: Lang) -> String {
    let mark = match lang {
        Lang::Vi => '.',
        Lang::En => ',',
    };
    let from = figure.len() - figure.trim_start_matches('-').len();
    let to = figure[from..].find(|c: char| !c.is_ascii_digit()).map_or(figure.len(), |length| from + length);
    let mut out = figure[..from].to_owned();
    for (at, digit) in figure[from..to].char_indices() {
        if at > 0 && (to - from - at).is_multiple_of(3) {
            out.push(mark);
        }
        out.push(digit);
    }
    out + &figure[to..]
}

/// `value` in units with one decimal, half a tenth away from zero.
fn one_decimal(value: i128, unit: i128, lang: Lang) -> String {
    decimals(value, unit, 1, lang)
}

/// The same with so many decimals.
fn decimals(value: i128, unit: i128, digits: u32, lang: Lang) -> String {
    let (one, wide) = (10_i128.pow(digits), digits as usize);
    let rounded = (value.abs() * one + unit / 2) / unit;
    let sign = if value < 0 && rounded > 0 { "-" } else { "" };
    let point = match lang {
        Lang::Vi => ',',
        Lang::En => '.',
    };
    format!("{sign}{}{point}{:0wide$}", rounded / one, rounded % one)
}

/// What the station's clock shows at an instant, to the nearest second, wherever that instant is told: what began 20 µs before
/// its second did not begin a second early, and stands alike on a page, in a report and in a file.
pub fn on_clock(at: Timestamp, zone: &TimeZone) -> DateTime {
    zone.to_datetime(at.round(Unit::Second).unwrap_or(at))
}

/// `01/12/2026` or `2026-12-01`.
pub fn date(date: Date, lang: Lang) -> String {
    match lang {
        Lang::Vi => date.strftime("%d/%m/%Y").to_string(),
        Lang::En => date.to_string(),
    }
}

/// An instant by the clock of a station, to the second: each language with its own order of day and month.
pub fn instant(at: Timestamp, zone: &TimeZone) -> Text {
    let shown = on_clock(at, zone);
    let said = |lang| format!("{} {}", date(shown.date(), lang), shown.strftime("%H:%M:%S"));
    Text::new(said(Lang::Vi), said(Lang::En))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_like_a_formula_is_made_inert() {
        for text in ["=HYPERLINK(\"x\")", "+84 912 000 000", "-5 phút", "@loa", "\t=1+1", "\r=1", "＝1"] {
            assert_eq!(inert(text), format!("'{text}"));
        }
        assert_eq!(inert("Bản tin sáng – Thứ Hai"), "Bản tin sáng – Thứ Hai");
    }

    #[test]
    fn cells_are_quoted_only_where_they_must_be() {
        let row: Vec<String> = ["a", "b,c", "d\"e", "f\r\ng"].map(str::to_owned).into();
        assert_eq!(csv(&[row]), "\u{feff}a,\"b,c\",\"d\"\"e\",\"f\r\ng\"\r\n");
    }

    #[test]
    fn figures_round_once_and_speak_the_language() {
        assert_eq!(minutes(89_999, Lang::Vi), "1,5");
        assert_eq!(minutes(2_999, Lang::En), "0.0");
        assert_eq!(minutes(3_000, Lang::En), "0.1");
        assert_eq!(seconds(-49, Lang::Vi), "0,0");
        assert_eq!(seconds(-1_250, Lang::Vi), "-1,3");
        assert_eq!(seconds(i64::MIN, Lang::En), "-9223372036854775.8");
        assert_eq!(percent(1, 8, Lang::Vi), "12,5\u{a0}%");
        assert_eq!(percent(-1, 3, Lang::En), "-33.3%");
        assert_eq!(hundredths(36_000, 3_600_000, Lang::Vi), "0,01");
        assert_eq!(hundredths(-17_999, 3_600_000, Lang::Vi), "0,00");
        assert_eq!(hundredths(-18_000, 3_600_000, Lang::En), "-0.01");
        assert_eq!([minus("-33,3 %"), minus("33,3 %"), minus("–")], ["−33,3 %", "33,3 %", "–"]);
    }

    #[test]
    fn an_instant_is_told_by_the_second_that_it_is_nearest_to() {
        let shown = |at: &str| on_clock(at.parse().unwrap(), &TimeZone::UTC).to_string();
        assert_eq!(shown("2026-12-01T05:44:59.99998Z"), "2026-12-01T05:45:00");
        assert_eq!(shown("2026-12-01T05:45:00.499999Z"), "2026-12-01T05:45:00");
        assert_eq!(shown("2026-12-31T23:59:59.5Z"), "2027-01-01T00:00:00", "with its date");
    }

    #[test]
    fn thousands_are_marked_and_nothing_else_is() {
        let figures = ["0", "999", "1000", "-1000", "1234567", "1234567,8", "999,9", "100 %"];
        let grouped = figures.map(|figure| grouped(figure, Lang::Vi));
        assert_eq!(grouped, ["0", "999", "1.000", "-1.000", "1.234.567", "1.234.567,8", "999,9", "100 %"]);
    }
}
