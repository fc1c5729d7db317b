//! What of a period's new works goes to the ward's page: each once, with its text and the dates on which it was on air.

use serde_json::{Value, json};

use super::Report;
use super::forms::plain;
use super::works::Work;
use crate::cells;
use crate::problem::{Lang, Text};

/// A work as a page prints it.
struct Piece<'r> {
    title: &'r str,
    summary: &'r str,
    text: &'r str,
    credit: Option<&'r str>,
    dates: String,
}

fn pieces<'r>(report: &'r Report, lang: Lang) -> impl Iterator<Item = Piece<'r>> {
    report.works.iter().map(move |work: &Work| {
        let row = report.row(work.row);
        let said = &row.particulars;
        let dates: Vec<String> = work.dates.iter().map(|date| cells::date(*date, lang)).collect();
        Piece {
            title: &row.title,
            summary: said.summary.as_deref().unwrap_or_default(),
            text: said.text.as_deref().unwrap_or_default(),
            credit: said.credit.as_deref(),
            dates: dates.join(", "),
        }
    })
}

fn aired(lang: Lang) -> &'static str {
    match lang {
        Lang::Vi => "Đã phát thanh",
        Lang::En => "On air",
    }
}

/// To be pasted.
pub fn text(report: &Report, lang: Lang) -> String {
    let mut out = String::new();
    for Piece { title, summary, text, credit, dates } in pieces(report, lang) {
        let title = plain(title);
        let parts = [title.as_str(), summary, text, credit.unwrap_or_default()];
        for part in parts.into_iter().map(str::trim).filter(|part| !part.is_empty()) {
            let part = part.lines().map(plain).collect::<Vec<_>>().join("\n");
            out += &format!("{part}\n\n");
        }
        out += &format!("({}: {dates})\n\n\n", aired(lang));
    }
    if out.is_empty() {
        out += Text::new("Không phát sinh\n", "None\n").get(lang);
    }
    out
}

/// A piece of a page: headings and paragraphs, no styles of its own, so that it takes those of the page it goes into.
pub fn html(report: &Report, lang: Lang) -> String {
    let mut out = String::new();
    for Piece { title, summary, text, credit, dates } in pieces(report, lang) {
        out += &format!("<article>\n<h2>{}</h2>\n", cells::escaped(&plain(title)));
        for (class, part) in [("summary", summary), ("text", text), ("credit", credit.unwrap_or_default())] {
            for paragraph in part.lines().map(str::trim).filter(|line| !line.is_empty()) {
                out += &format!("<p class=\"{class}\">{}</p>\n", cells::escaped(&plain(paragraph)));
            }
        }
        out += &format!("<p class=\"aired\">{}: {dates}</p>\n</article>\n", aired(lang));
    }
    out
}

/// For programs: `{works: [{segment, title, summary, text, credit, dates}]}`.
pub fn json(report: &Report) -> String {
    let works = report.works.iter().map(|work| {
        let row = report.row(work.row);
        let said = &row.particulars;
        json!({
            "segment": row.segment, "title": plain(&row.title), "summary": said.summary, "text": said.text, "credit": said.credit,
            "dates": work.dates.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })
    });
    format!("{:#}\n", json!({ "works": works.collect::<Vec<Value>>() }))
}
