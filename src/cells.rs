//! Figures, dates and CSV cells as people and spreadsheets read them.

use jiff::civil::Date;

use crate::problem::Lang;

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

/// Milliseconds as minutes with one decimal, rounded here and nowhere before.
pub fn minutes(ms: u64, lang: Lang) -> String {
    tenths(i128::from(ms), 6_000, lang)
}

/// Milliseconds as seconds with one decimal.
pub fn seconds(ms: i64, lang: Lang) -> String {
    tenths(i128::from(ms), 100, lang)
}

/// `value` in tenths of which each is `tenth` long, half a tenth away from zero.
fn tenths(value: i128, tenth: i128, lang: Lang) -> String {
    let rounded = (value.abs() + tenth / 2) / tenth;
    let sign = if value < 0 && rounded > 0 { "-" } else { "" };
    let point = match lang {
        Lang::Vi => ',',
        Lang::En => '.',
    };
    format!("{sign}{}{point}{}", rounded / 10, rounded % 10)
}

/// `01/12/2026` or `2026-12-01`.
pub fn date(date: Date, lang: Lang) -> String {
    match lang {
        Lang::Vi => date.strftime("%d/%m/%Y").to_string(),
        Lang::En => date.to_string(),
    }
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
    }
}
