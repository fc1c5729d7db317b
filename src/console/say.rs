//! What pages say in the reader's language, and how figures are said on all of them.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};

use crate::cells;
use crate::outcome::Outcome;
use crate::problem::Lang;
use crate::saving::Kept;
use crate::schedule::Month;

/// Texts of a group of pages, each a function of its name.
macro_rules! phrases {
    ($($name:ident: $vi:literal, $en:literal;)*) => {
        $(pub(super) fn $name() -> $crate::problem::Text { $crate::problem::Text::new($vi, $en) })*
    };
}

pub(in crate::console) use phrases;

/// Of the two the one in that language.
pub(super) fn either<'t>(lang: Lang, vi: &'t str, en: &'t str) -> &'t str {
    match lang {
        Lang::Vi => vi,
        Lang::En => en,
    }
}

/// `05/12/2026 05:45`.
pub(super) fn date_and_time(at: Timestamp, zone: &TimeZone, lang: Lang) -> String {
    let local = cells::on_clock(at, zone);
    format!("{} {}", cells::date(local.date(), lang), local.strftime("%H:%M"))
}

/// `12/2026`, as people who read Vietnamese write a month; files and English have `2026-12`.
pub(super) fn month(month: Month) -> String {
    month.first().strftime("%m/%Y").to_string()
}

/// The same for who reads that language.
pub(super) fn month_in(wanted: Month, lang: Lang) -> String {
    match lang {
        Lang::Vi => month(wanted),
        Lang::En => wanted.to_string(),
    }
}

/// Who changed a file last, when, and what: `Lan, 24/12/2026 14:05: bỏ “Tin”`.
pub(super) fn deed(kept: &Kept, zone: &TimeZone, lang: Lang) -> String {
    format!("{}, {}: {}", kept.by, date_and_time(kept.at(), zone, lang), kept.what().get(lang))
}

/// `7:05`, `1:02:03`.
pub(super) fn length(ms: u64) -> String {
    let seconds = ms.saturating_add(500) / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// `-19,4`: hundredths as tenths, with the sign that is read aloud.
pub(super) fn decibels(hundredths: i32, lang: Lang) -> String {
    cells::tenths(i64::from(hundredths), 100, lang).replace('-', "−")
}

/// The colour of an outcome's badge: orders and rules on one side, faults on the other.
pub(super) fn outcome_class(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Aired => "good",
        Outcome::Cut | Outcome::Excepted => "warn",
        Outcome::Interrupted | Outcome::Failed | Outcome::Missed => "bad",
    }
}

/// A query's text: each name with its value, those without one left out.
pub(super) fn query<'q>(pairs: impl IntoIterator<Item = (&'q str, &'q str)>) -> String {
    let mut out = String::new();
    for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
        let between = if out.is_empty() { '?' } else { '&' };
        // To write into a text cannot fail.
        let _ = write!(out, "{between}{name}={}", super::who::escaped(value));
    }
    out
}

/// Links to the other pages of a list; nothing where there is one.
pub(super) fn pager(at: usize, pages: usize, lang: Lang, to: &dyn Fn(usize) -> String) -> Markup {
    html! {
        @if pages > 1 {
            nav.pager aria-label=(either(lang, "Các trang của danh sách", "Pages of the list")) {
                @if at > 1 { a.button href=(to(at - 1)) rel="prev" { "← " (either(lang, "Trước", "Before")) } }
                span.num { (either(lang, "Trang", "Page")) " " (at) " / " (pages) }
                @if at < pages { a.button href=(to(at + 1)) rel="next" { (either(lang, "Sau", "Next")) " →" } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_and_queries_read_so() {
        assert_eq!([length(499), length(65_000), length(3_723_000)], ["0:00", "1:05", "1:02:03"]);
        assert_eq!(decibels(-1940, Lang::Vi), "−19,4");
        assert_eq!(query([("a", "bản tin"), ("b", ""), ("c", "x&y")]), "?a=b%E1%BA%A3n%20tin&c=x%26y");
        assert_eq!(query([("b", "")]), "");
    }
}
