//! Targets of the period, and what the plan promises.

use maud::{Markup, html};

use crate::cells;
use crate::console::page::marked;
use crate::console::say::either;
use crate::problem::Lang;
use crate::report::Report;
use crate::report::figure::{Figure, Unit};

pub(super) fn shown(report: &Report, lang: Lang) -> Markup {
    let amount = |unit: Unit, value: u64| match unit {
        Unit::Count => cells::count(i64::try_from(value).unwrap_or(i64::MAX), lang),
        Unit::Ms => cells::minutes(value, lang),
    };
    html! {
        section.card {
            h2 { (either(lang, "Chỉ tiêu trong kỳ", "Targets of the period")) }
            @if report.goals.is_empty() {
                p.muted { (either(lang, "Kỳ này chưa đặt chỉ tiêu; quản trị đặt ở Đài › Chỉ tiêu.", "No targets for this period; an admin sets them at Station › Targets.")) " "
                    a href="/dai/muc/chi-tieu" { (either(lang, "Mở Chỉ tiêu", "Open Targets")) } }
            } @else {
                div.goals {
                    @for (nth, goal) in report.goals.iter().enumerate() {
                        @let named = format!("chi-tieu-{nth}");
                        @let Figure { unit, value, .. } = goal.done;
                        @let reached = goal.is_reached();
                        div.goal.reached[reached] {
                            span id=(named) { (marked(goal.name.get(lang))) }
                            span.num { strong { (amount(unit, value)) } " / " (amount(unit, goal.due))
                                @if reached { " · " (either(lang, "đạt", "reached")) } }
                            progress max=(goal.due) value=(value.min(goal.due)) aria-labelledby=(named) {}
                        }
                    }
                }
            }
        }
    }
}
