//! A document as an office receives it: DOCX in the layout of Decree 30/2020/NĐ-CP on A4, Times New Roman.
//!
//! The library builds the parts of the file; what it cannot say ([`repeated_heads`], [`language`]) is put into its XML
//! afterwards, in one place. Packing the parts into one file is the shell's.

mod body;
mod ends;
mod set;

use docx_rs::{
    Docx, Header, PageMargin, PageNum, PageNumType, PageOrientationType, PageSize, Paragraph, RunFonts, Section, Table,
    XMLDocx,
};

use super::super::document::{Annex, Document};
use super::ended;
use super::html::escaped;
use super::layout::Wishes;
use crate::problem::Lang;
use set::{CellStyle, FONT, centred, mm};

/// The paper, in mm.
const SHORT_MM: u32 = 210;
const LONG_MM: u32 = 297;
/// Its margins, in mm: within 20–25 above and below, 30–35 on the left, 15–20 on the right.
const TOP_MM: u32 = 20;
const LEFT_MM: u32 = 30;
const RIGHT_MM: u32 = 15;
/// The page's number stands in the middle of the margin above.
const NUMBER_MM: u32 = 10;

/// A paragraph or a table.
enum Piece {
    Paragraph(Box<Paragraph>),
    Table(Box<Table>),
}

impl Piece {
    fn paragraph(paragraph: Paragraph) -> Piece {
        Piece::Paragraph(Box::new(paragraph))
    }

    fn table(table: Table) -> Piece {
        Piece::Table(Box::new(table))
    }
}

/// How a page lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    Upright,
    Across,
}

impl Page {
    /// Its size, in twentieths of a point.
    fn size(self) -> (u32, u32) {
        match self {
            Page::Upright => (mm(SHORT_MM), mm(LONG_MM)),
            Page::Across => (mm(LONG_MM), mm(SHORT_MM)),
        }
    }

    /// What fits between its margins, in twentieths of a point.
    fn width(self) -> u32 {
        self.size().0 - mm(LEFT_MM) - mm(RIGHT_MM)
    }
}

/// The parts of the file, to be packed.
pub fn render(document: &Document) -> XMLDocx {
    let mut parts = vec![(Page::Upright, text(document))];
    for (place, annex) in document.annexes.iter().enumerate() {
        let wishes = Wishes::of_all(&annex.blocks, document.lang);
        let page = page_of(&wishes);
        parts.push((page, attached(document, place, annex, &wishes, page)));
    }
    let date = midnight(document);
    let docx = Docx::new().created_at(&date).updated_at(&date);
    let docx = docx.default_fonts(fonts()).default_size(set::BODY as usize);
    let mut docx = CellStyle::ALL.into_iter().fold(docx, |docx, cell| docx.add_style(cell.style()));
    let mut last = parts.pop();
    // A document does not end with a table.
    if let Some((_, pieces)) = &mut last
        && matches!(pieces.last(), Some(Piece::Table(_)))
    {
        pieces.push(Piece::paragraph(ends::end()));
    }
    for (page, pieces) in parts {
        docx = docx.add_section(section(page, pieces));
    }
    if let Some((page, pieces)) = last {
        let (wide, high) = page.size();
        docx = docx.page_size(wide, high).page_margin(margins()).header(numbered()).title_pg().page_num_type(counted());
        if page == Page::Across {
            docx = docx.page_orient(PageOrientationType::Landscape);
        }
        for piece in pieces {
            docx = match piece {
                Piece::Paragraph(paragraph) => docx.add_paragraph(*paragraph),
                Piece::Table(table) => docx.add_table(*table),
            };
        }
    }
    let mut parts = docx.build();
    parts.document = repeated_heads(parts.document);
    parts.styles = language(parts.styles, document.lang);
    parts.doc_props.core = made_by(&parts.doc_props.core, &document.letterhead.issuer);
    parts
}

/// Word shows who made it; the library knows nobody.
fn made_by(core: &[u8], issuer: &str) -> Vec<u8> {
    let core = String::from_utf8_lossy(core).replace(">unknown<", &format!(">{}<", escaped(issuer)));
    core.into_bytes()
}

/// The document itself, without what is attached.
fn text(document: &Document) -> Vec<Piece> {
    let mut pieces = ends::head(document);
    let body = ended(&document.body);
    pieces.extend(body::blocks(document, &body, &Wishes::of_all(&body, document.lang), Page::Upright));
    // A signature does not stand on a page of its own: the last sentence goes with it.
    if let Some(Piece::Paragraph(last)) = pieces.pop_if(|last| matches!(last, Piece::Paragraph(_))) {
        pieces.push(Piece::paragraph(last.keep_next(true)));
    }
    pieces.extend(ends::foot(document));
    if document.annexes.is_empty() {
        pieces.extend(document.source.iter().map(|source| Piece::paragraph(ends::source(source))));
    }
    pieces
}

fn attached(document: &Document, place: usize, annex: &Annex, wishes: &[Wishes], page: Page) -> Vec<Piece> {
    let mut pieces = ends::annex_head(document, place, annex, page);
    pieces.extend(body::blocks(document, &annex.blocks, wishes, page));
    pieces
}

/// An annex lies across if one of its tables would be cramped upright.
fn page_of(wishes: &[Wishes]) -> Page {
    let cramped = |wishes: &Wishes| wishes.is_wider_than(Page::Upright.width(), set::TABLE * 10);
    if wishes.iter().any(cramped) { Page::Across } else { Page::Upright }
}

/// Pages are counted anew in each annex, as the decree has it, and the first page of each part has a head of its own,
/// which is none: it shows no number.
fn section(page: Page, pieces: Vec<Piece>) -> Section {
    let (wide, high) = page.size();
    let mut section = Section::new()
        .page_size(PageSize::new().size(wide, high))
        .page_margin(margins())
        .page_num_type(counted())
        .header(numbered())
        .title_pg();
    if page == Page::Across {
        section = section.page_orient(PageOrientationType::Landscape);
    }
    for piece in pieces {
        section = match piece {
            Piece::Paragraph(paragraph) => section.add_paragraph(*paragraph),
            Piece::Table(table) => section.add_table(*table),
        };
    }
    section
}

/// Pages are counted from 1.
fn counted() -> PageNumType {
    PageNumType::new().start(1)
}

fn margins() -> PageMargin {
    let twips = |length: u32| i32::try_from(mm(length)).unwrap_or(i32::MAX);
    PageMargin::new()
        .top(twips(TOP_MM))
        .bottom(twips(TOP_MM))
        .left(twips(LEFT_MM))
        .right(twips(RIGHT_MM))
        .header(twips(NUMBER_MM))
        .footer(twips(NUMBER_MM))
}

/// The head of every page but the first: its number.
fn numbered() -> Header {
    Header::new().add_paragraph(centred().add_page_num(PageNum::new()))
}

fn fonts() -> RunFonts {
    RunFonts::new().ascii(FONT).hi_ansi(FONT).cs(FONT).east_asia(FONT)
}

/// The document's own date, since a form reads no clock.
fn midnight(document: &Document) -> String {
    format!("{}T00:00:00Z", document.letterhead.date)
}

fn tag(lang: Lang) -> &'static str {
    match lang {
        Lang::Vi => "vi-VN",
        Lang::En => "en-GB",
    }
}

/// A height that says nothing (a row is as high as its text) and marks a row as a table's head.
const HEAD_ROW: f32 = 1.0;

/// The rows marked as heads are repeated on every page, which the library cannot say.
fn repeated_heads(xml: Vec<u8>) -> Vec<u8> {
    replaced(xml, r#"<w:trHeight w:val="1" w:hRule="atLeast" />"#, "<w:tblHeader />")
}

/// The language of the text, so that a word processor does not underline all of it.
fn language(styles: Vec<u8>, lang: Lang) -> Vec<u8> {
    let end = "</w:rPr></w:rPrDefault>";
    replaced(styles, end, &format!("<w:lang w:val=\"{0}\" w:eastAsia=\"{0}\" />{end}", tag(lang)))
}

fn replaced(xml: Vec<u8>, what: &str, with: &str) -> Vec<u8> {
    // The library writes UTF-8.
    String::from_utf8(xml)
        .map_or_else(std::string::FromUtf8Error::into_bytes, |xml| xml.replace(what, with).into_bytes())
}
