//! The words of the form itself, which every document has whatever it says.

use jiff::civil::Date;

use super::Document;
use super::numbering::roman;
use crate::problem::{Lang, Text};

/// What stands in a table without rows.
pub fn nothing(lang: Lang) -> &'static str {
    pick(lang, "Không phát sinh", "None")
}

/// The state's name, in capitals as it is written.
pub fn state(lang: Lang) -> &'static str {
    pick(lang, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "SOCIALIST REPUBLIC OF VIET NAM")
}

/// The state's motto.
pub fn motto(lang: Lang) -> &'static str {
    pick(lang, "Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness")
}

/// `Kính gửi:`
pub fn to(lang: Lang) -> &'static str {
    pick(lang, "Kính gửi:", "To:")
}

/// `Nơi nhận:`
pub fn recipients(lang: Lang) -> &'static str {
    pick(lang, "Nơi nhận:", "Recipients:")
}

/// What ends the text of a document.
pub const END: &str = "./.";

/// `Số:        /BC-ĐTT`: the number is the clerk's, and room is left for it.
pub fn number(document: &Document) -> String {
    let word = pick(document.lang, "Số:", "No.:");
    let symbol = &document.letterhead.symbol;
    let slash = if symbol.is_empty() { "" } else { "/" };
    format!("{word}        {slash}{symbol}")
}

/// `Long Xuyên, ngày 05 tháng 02 năm 2025`.
pub fn place_and_date(document: &Document) -> String {
    let (place, day) = (&document.letterhead.place, day(document.letterhead.date, document.lang));
    if place.is_empty() { day } else { format!("{place}, {day}") }
}

/// `ngày 05 tháng 02 năm 2025`: days below ten and the first two months have a zero before them, other months have none.
pub fn day(date: Date, lang: Lang) -> String {
    let Lang::Vi = lang else { return date.strftime("%-d %B %Y").to_string() };
    let (day, month) = (date.day(), date.month());
    let zero = if month <= 2 { "0" } else { "" };
    format!("ngày {day:02} tháng {zero}{month} năm {}", date.year())
}

/// `Phụ lục`, or `Phụ lục II` where there are several.
pub fn annex(document: &Document, place: usize) -> String {
    let word = pick(document.lang, "Phụ lục", "Annex");
    if document.annexes.len() < 2 { word.to_owned() } else { format!("{word} {}", roman(place + 1)) }
}

/// `(Kèm theo Báo cáo số        /BC-ĐTT ngày … của …)`, which ties an annex to its document.
pub fn attached(document: &Document) -> String {
    let head = &document.letterhead;
    let (kind, symbol, issuer) = (&document.kind, &head.symbol, &head.issuer);
    let slash = if symbol.is_empty() { "" } else { "/" };
    let day = day(head.date, document.lang);
    let text = Text::new(
        format!("(Kèm theo {kind} số        {slash}{symbol} {day} của {issuer})"),
        format!("(Attached to {kind} no.        {slash}{symbol} of {day} by {issuer})"),
    );
    text.get(document.lang).to_owned()
}

/// `Bảng 3. Theo nội dung`.
pub fn caption(number: Option<u8>, title: &str, lang: Lang) -> String {
    match number {
        Some(number) => format!("{} {number}. {title}", pick(lang, "Bảng", "Table")),
        None => title.to_owned(),
    }
}

/// The recipients as they are printed: `- Như trên;` …, the last with a full stop.
pub fn dashed(recipients: &[String]) -> Vec<String> {
    let last = recipients.len().saturating_sub(1);
    let line = |(at, text): (usize, &String)| format!("- {text}{}", if at == last { "." } else { ";" });
    recipients.iter().enumerate().map(line).collect()
}

fn pick(lang: Lang, vi: &'static str, en: &'static str) -> &'static str {
    match lang {
        Lang::Vi => vi,
        Lang::En => en,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_below_ten_and_the_first_two_months_have_a_zero() {
        let days = [date(2025, 2, 5), date(2025, 3, 15), date(2025, 12, 1)];
        let vi = days.map(|on| day(on, Lang::Vi));
        assert_eq!(vi, ["ngày 05 tháng 02 năm 2025", "ngày 15 tháng 3 năm 2025", "ngày 01 tháng 12 năm 2025"]);
        assert_eq!(day(days[0], Lang::En), "5 February 2025");
    }

    #[test]
    fn recipients_end_with_a_semicolon_and_the_last_with_a_full_stop() {
        let list = ["Như trên", "Lưu: VT, ĐTT"].map(str::to_owned);
        assert_eq!(dashed(&list), ["- Như trên;", "- Lưu: VT, ĐTT."]);
        assert!(dashed(&[]).is_empty());
    }
}
