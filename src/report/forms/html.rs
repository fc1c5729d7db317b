//! A document as one page for a browser, with nothing from elsewhere: no script, no font, no picture. It prints on A4
//! with the margins of the paper form, follows the reader's choice of light or dark, and reads on a phone.

use super::super::document::{Annex, Block, Document, Level, Numbering, Rank, Setting, Table, words};
use super::layout::{self, Wishes};
use super::{bars, ended, plain};
use crate::cells;
use crate::problem::Lang;

const CSS: &str = include_str!("page.css");
/// What fits across a printed page, upright and turned, and the size of a table's type, in tenths of a point.
const UPRIGHT: u32 = 4_680;
const ACROSS: u32 = 7_140;
const TYPE_SIZE: u32 = 120;

/// The page, well-formed as XML too.
pub fn render(document: &Document) -> String {
    let lang = match document.lang {
        Lang::Vi => "vi",
        Lang::En => "en",
    };
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>{}</title>\n\
         <style>\n{CSS}</style>\n</head>\n<body>\n<main>\n",
        escaped(&document.name())
    );
    head(&mut out, document);
    let body = ended(&document.body);
    blocks(&mut out, document, &body, &Wishes::of_all(&body, document.lang), UPRIGHT);
    foot(&mut out, document);
    if let Some(source) = document.source.as_ref().filter(|_| document.annexes.is_empty()) {
        element(&mut out, "p", "source", source);
    }
    out.push_str("</main>\n");
    for (place, annex) in document.annexes.iter().enumerate() {
        attached(&mut out, document, place, annex);
    }
    out.push_str("</body>\n</html>\n");
    out
}

/// What somebody wrote, for the page.
pub(super) fn escaped(text: &str) -> String {
    cells::escaped(&plain(text))
}

fn element(out: &mut String, name: &str, class: &str, text: &str) {
    let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
    out.push_str(&format!("<{name}{class}>{}</{name}>\n", escaped(text)));
}

fn head(out: &mut String, document: &Document) {
    let (letterhead, lang) = (&document.letterhead, document.lang);
    out.push_str("<header>\n<div>\n");
    if !letterhead.superior.is_empty() {
        element(out, "p", "superior", &letterhead.superior);
    }
    element(out, "p", "issuer", &letterhead.issuer);
    element(out, "p", "number", &words::number(document));
    out.push_str("</div>\n<div>\n");
    element(out, "p", "state", words::state(lang));
    element(out, "p", "motto", words::motto(lang));
    element(out, "p", "date", &words::place_and_date(document));
    out.push_str("</div>\n</header>\n");
    element(out, "h1", "", &document.kind);
    for (at, line) in document.subject.iter().enumerate() {
        let last = at + 1 == document.subject.len();
        element(out, "p", if last { "subject last" } else { "subject" }, line);
    }
    if !document.addressees.is_empty() {
        element(out, "p", "to", &format!("{} {}", words::to(lang), document.addressees.join("; ")));
    }
}

fn foot(out: &mut String, document: &Document) {
    out.push_str("<footer>\n<div>\n");
    if !document.recipients.is_empty() {
        element(out, "h2", "", words::recipients(document.lang));
        for recipient in words::dashed(&document.recipients) {
            element(out, "p", "", &recipient);
        }
    }
    out.push_str("</div>\n<div>\n");
    for title in &document.signature.titles {
        element(out, "p", "signer", title);
    }
    element(out, "p", "name", &document.signature.name);
    out.push_str("</div>\n</footer>\n");
}

fn attached(out: &mut String, document: &Document, place: usize, annex: &Annex) {
    let wishes = Wishes::of_all(&annex.blocks, document.lang);
    let wide = wishes.iter().any(|wishes| wishes.is_wider_than(UPRIGHT, TYPE_SIZE));
    out.push_str(if wide { "<section class=\"wide\">\n" } else { "<section>\n" });
    element(out, "h1", "", &words::annex(document, place));
    element(out, "p", "subject", &annex.title);
    element(out, "p", "attached", &words::attached(document));
    // At the end it would have a page of its own whenever the last table fills one.
    if let Some(source) = document.source.as_ref().filter(|_| place == 0) {
        element(out, "p", "source", source);
    }
    blocks(out, document, &annex.blocks, &wishes, if wide { ACROSS } else { UPRIGHT });
    out.push_str("</section>\n");
}

/// `wishes` are those of the tables, `page` is what fits across.
fn blocks(out: &mut String, document: &Document, blocks: &[Block], wishes: &[Wishes], page: u32) {
    let (mut numbering, mut wishes) = (Numbering::default(), wishes.iter());
    for block in blocks {
        match block {
            Block::Heading(level, text) => {
                let name = match level {
                    Level::Part => "h2",
                    Level::Section => "h3",
                    Level::Point => "h4",
                };
                element(out, name, "", &format!("{} {text}", numbering.next(*level)));
            }
            Block::Paragraph(text) => element(out, "p", "", text),
            Block::List(items) => {
                out.push_str("<ul>\n");
                for item in items {
                    element(out, "li", "", item);
                }
                out.push_str("</ul>\n");
            }
            Block::Table(table) => {
                let widths = wishes.next().map(|wishes| wishes.widths(page, TYPE_SIZE)).unwrap_or_default();
                set_table(out, table, &widths, document.lang);
            }
            Block::Chart(chart) => bars::draw(out, chart, document.lang),
        }
    }
}

fn set_table(out: &mut String, table: &Table, widths: &[u32], lang: Lang) {
    let page = widths.iter().sum::<u32>().max(1);
    let short = if table.lines().count() <= layout::TOGETHER { " short" } else { "" };
    out.push_str(&format!("<figure class=\"table{short}\">\n"));
    element(out, "figcaption", "", &table.caption(lang));
    out.push_str("<div>\n<table>\n<colgroup>");
    for width in widths {
        let width = (width * 1_000 + page / 2) / page;
        out.push_str(&format!("<col style=\"width: {}.{}%\"/>", width / 10, width % 10));
    }
    out.push_str("</colgroup>\n<thead><tr>");
    for column in &table.columns {
        out.push_str(&format!("<th>{}</th>", escaped(&column.head)));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    if table.rows.is_empty() {
        out.push_str(&format!("<tr><td colspan=\"{}\">{}</td></tr>\n", table.columns.len(), words::nothing(lang)));
    }
    for (rank, cells) in table.lines() {
        out.push_str(match rank {
            Some(Rank::Whole) => "<tr>",
            Some(Rank::Part) => "<tr class=\"part\">",
            None => "<tr class=\"total\">",
        });
        for (column, cell) in table.columns.iter().zip(cells) {
            let class = match column.set {
                Setting::Words => "",
                Setting::Middle => " class=\"middle\"",
                Setting::Figures | Setting::Changes => " class=\"figure\"",
            };
            out.push_str(&format!("<td{class}>{}</td>", escaped(&column.shown(cell, lang))));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n</div>\n");
    for note in &table.notes {
        element(out, "p", "note", note);
    }
    out.push_str("</figure>\n");
}
