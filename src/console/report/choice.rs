//! Which period.

use jiff::civil::Date;
use maud::{Markup, html};

use super::Asked;
use crate::console::page::first_large;
use crate::console::say::either;
use crate::problem::{Lang, Text};
use crate::report::period::Period;
use crate::schedule::Month;
use crate::station::Rhythm;

/// Months back that are offered.
const MONTHS: usize = 12;

/// The periods one asks for, the newest first: months, quarters, halves and years.
fn offered(today: Date, rhythm: Rhythm) -> Vec<Vec<Period>> {
    let now = rhythm.month_of(today);
    let months: Vec<Month> = std::iter::successors(Some(now), |month| Some(month.previous())).take(MONTHS).collect();
    let of = |name: &dyn Fn(&Month) -> String| {
        let mut names: Vec<String> = months.iter().map(name).collect();
        names.dedup();
        names.iter().filter_map(|name| Period::parse(name, rhythm)).collect::<Vec<_>>()
    };
    let part = |month: &Month, length: i8| (month.first().month() - 1) / length + 1;
    let year = |month: &Month| month.first().year();
    vec![
        of(&|month| month.to_string()),
        of(&|month| format!("{}-Q{}", year(month), part(month, 3))),
        of(&|month| format!("{}-H{}", year(month), part(month, 6))),
        of(&|month| year(month).to_string()),
    ]
}

pub(super) fn form(asked: &Asked, chosen: Option<&Period>, own: Rhythm, today: Date, lang: Lang) -> Markup {
    let rhythm = asked.rhythm().unwrap_or(own);
    let groups = ["Tháng", "Quý", "Nửa năm", "Năm"].into_iter().zip(["Month", "Quarter", "Half-year", "Year"]);
    let offered = offered(today, rhythm);
    let half = asked.half();
    let lacks = |name: &str| half.as_ref().is_some_and(|(field, _)| *field == name);
    let known = chosen.is_some_and(|chosen| offered.iter().flatten().any(|period| period == chosen));
    html! {
        section.card {
            form.stack method="get" action="/bao-cao" {
                div.fields {
                    label { span { (either(lang, "Kỳ báo cáo", "Period")) }
                        select name="ky" {
                            @if let Some(chosen) = chosen.filter(|_| !known) {
                                option value=(chosen.to_string()) selected { (chosen.name().get(lang)) }
                            }
                            @for ((vi, en), periods) in groups.zip(&offered) {
                                optgroup label=(either(lang, vi, en)) {
                                    @for period in periods {
                                        option value=(period.to_string()) selected[Some(period) == chosen] { (period.name().get(lang)) }
                                    }
                                }
                            }
                        } }
                    label { span { (either(lang, "Tháng tính từ", "Months begin")) }
                        select name="nhip" {
                            option value="nd09" selected[rhythm == Rhythm::Nd09] {
                                (either(lang, "Ngày 15 (NĐ 09)", "The 15th (Decree 09)")) }
                            option value="calendar" selected[rhythm == Rhythm::Calendar] { (either(lang, "Ngày 1", "The 1st")) }
                        } }
                    (date(&from_words(), ("tu", &asked.tu), lacks("tu"), lang))
                    (date(&to_words(), ("den", &asked.den), lacks("den"), lang))
                    button.primary type="submit" { (either(lang, "Lập báo cáo", "Make the report")) }
                }
                @if let Some((_, why)) = &half { p.field-error id="ngay-thieu" role="alert" { (first_large(why.get(lang))) } }
            }
        }
    }
}

/// What the field of the first date is called.
pub(super) fn from_words() -> Text {
    Text::new("Hoặc từ ngày", "Or from")
}

/// What the field of the last date is called.
pub(super) fn to_words() -> Text {
    Text::new("Đến hết ngày", "To")
}

/// A date's field, with what is said of it.
fn date(called: &Text, (name, value): (&str, &str), lacks: bool, lang: Lang) -> Markup {
    html! {
        label { span { (called.get(lang)) }
            input type="date" name=(name) value=(value) aria-invalid=[lacks.then_some("true")]
                aria-describedby=[lacks.then_some("ngay-thieu")]; }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_periods_come_first_and_each_once() {
        let names = |periods: &[Period]| periods.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        let offered = offered(jiff::civil::date(2026, 2, 20), Rhythm::Nd09);
        assert!(names(&offered[0]).starts_with("2026-03 2026-02 2026-01 2025-12 "), "{}", names(&offered[0]));
        assert_eq!(names(&offered[1]), "2026-Q1 2025-Q4 2025-Q3 2025-Q2");
        assert_eq!(names(&offered[2]), "2026-H1 2025-H2 2025-H1");
        assert_eq!(names(&offered[3]), "2026 2025");
    }
}
