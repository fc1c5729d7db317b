//! The rows that a figure is made of.

use axum::extract::{Query, State};
use jiff::civil::Date;
use maud::{Markup, html};

use super::{Asked, made, refused};
use crate::cells;
use crate::console::log;
use crate::console::page::{Tab, below, marked, page};
use crate::console::refused::Refused;
use crate::console::say::{either, length};
use crate::console::site::Site;
use crate::console::who::Who;
use crate::outcome::Outcome;
use crate::problem::{Lang, Text};
use crate::report::Named;
use crate::report::figure::Unit;
use crate::reporting::Made;

/// Rows that are shown; a figure of a year may have thousands.
const MOST: usize = 1_000;

struct Behind {
    name: String,
    table: Text,
    label: Text,
    value: String,
    rows: Vec<Row>,
    all: usize,
}

struct Row {
    slot: String,
    date: Date,
    title: String,
    outcome: Option<Outcome>,
    by_hand: Option<String>,
    adds: String,
}

fn behind(made: &Made, figure: &str, lang: Lang) -> Option<Behind> {
    let report = &made.report;
    let Named { name, table, label, figure } = report.named().into_iter().find(|named| named.name == figure)?;
    let amount = |value: u64| match figure.unit {
        Unit::Count => cells::count(i64::try_from(value).unwrap_or(i64::MAX), lang),
        Unit::Ms => length(value),
    };
    let rows = figure.rows.iter().take(MOST).map(|at| {
        let row = report.row(*at);
        Row {
            slot: row.slot.0.clone(),
            date: row.date,
            title: row.title.clone(),
            outcome: row.outcome,
            by_hand: row.by_hand.as_ref().map(|hand| hand.by.clone()),
            adds: amount(figure.adds(&report.log, *at)),
        }
    });
    Some(Behind { name, table, label, value: amount(figure.value), rows: rows.collect(), all: figure.rows.len() })
}

pub(super) async fn shown(State(site): State<Site>, who: Who, Query(asked): Query<Asked>) -> Result<Markup, Refused> {
    let (lang, figure) = (who.lang(), asked.so.clone());
    let found = made(&site, &asked, move |made| (made.report.period, behind(made, &figure, lang)));
    let (period, behind) = found.await?.map_err(refused)?;
    let behind = behind.ok_or_else(Refused::not_found)?;
    let title = Text::new("Số liệu lấy từ đâu", "What is behind a figure");
    let report = format!("{} {}", either(lang, "Báo cáo", "Report of"), period.name().get(lang));
    Ok(page(
        &who,
        Tab::Report,
        &title,
        html! {
            (below(&format!("/bao-cao{}", asked.query(&period, &[])), &report, who.say(&title)))
            section.card {
                div.head {
                    div {
                        h2 { (marked(behind.label.get(lang))) }
                        p.hint-text { (behind.table.get(lang)) " · " code { (behind.name) } }
                    }
                    p.num { strong { (behind.value) } " · " (behind.all) " " (either(lang, "dòng", "rows")) }
                }
                @if behind.rows.len() < behind.all {
                    p.muted { (either(lang, "Chỉ hiện 1000 dòng đầu; đủ cả trong tệp JSON của `loa report --explain`.",
                        "The first 1000 rows; `loa report --explain` has all.")) }
                }
                table.cards {
                    caption.sr { (either(lang, "Các dòng của số liệu", "The figure's rows")) }
                    thead { tr {
                        th scope="col" { (either(lang, "Mục", "Row")) }
                        th scope="col" { (either(lang, "Ngày", "Date")) }
                        th.right scope="col" { (either(lang, "Góp vào", "Adds")) }
                        th scope="col" { (either(lang, "Kết quả", "Outcome")) }
                        th scope="col" { (either(lang, "Nhập tay", "By hand")) }
                    } }
                    tbody { @for row in &behind.rows { tr {
                        th scope="row" { a href=(log::page_of(&row.slot, row.date)) { (row.title) } }
                        td data-label=(either(lang, "Ngày", "Date")) { (cells::date(row.date, lang)) }
                        td.right data-label=(either(lang, "Góp vào", "Adds")) { (row.adds) }
                        td data-label=(either(lang, "Kết quả", "Outcome")) { (log::outcome_badge(row.outcome, lang)) }
                        td data-label=(either(lang, "Nhập tay", "By hand")) { (row.by_hand.as_deref().unwrap_or("—")) }
                    } } }
                }
            }
        },
    ))
}
