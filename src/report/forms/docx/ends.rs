//! What stands before the text and after it: letterhead, title and addressees; signature and recipients; the head of an
//! annex.

use docx_rs::{
    AlignmentType, LineSpacing, Paragraph, Table, TableCell, TableCellMargins, TableLayoutType, TableRow, WidthType,
};

use super::super::super::document::{Annex, Document, words};
use super::set::{BETWEEN, BODY, Face, MOTTO, RECIPIENT, RECIPIENTS, STATE, centred, length, line, rule, run};
use super::{Page, Piece};

/// The station's half of the letterhead; the state's, which must hold its name on one line, has the rest.
const STATION_WIDTH: u32 = 4_200;
/// The recipients' half of the foot.
const RECIPIENTS_WIDTH: u32 = 4_600;
/// Lines left for the hand that signs.
const FOR_THE_HAND: usize = 4;

/// Letterhead, title and addressees.
pub(super) fn head(document: &Document) -> Vec<Piece> {
    let mut pieces = vec![Piece::table(letterhead(document))];
    pieces.push(Piece::paragraph(title(&document.kind.to_uppercase(), 240)));
    pieces.extend(document.subject.iter().map(|text| Piece::paragraph(title(text, 0))));
    let room = Page::Upright.width();
    let last = document.subject.last().map_or(0, |text| length(text, BODY, true).min(room));
    pieces.push(Piece::paragraph(rule(room, last * 2 / 5)));
    let to = words::to(document.lang);
    match document.addressees.as_slice() {
        [] => {}
        [one] => {
            let text = format!("{to} {one}");
            pieces.push(Piece::paragraph(line(AlignmentType::Center, 240).add_run(run(&text, BODY, Face::Upright))));
        }
        several => {
            let start = line(AlignmentType::Left, 240).indent(Some(2_000), None, None, None);
            pieces.push(Piece::paragraph(start.add_run(run(to, BODY, Face::Upright))));
            for addressee in words::dashed(several) {
                let below = line(AlignmentType::Left, 0).indent(Some(3_300), None, None, None);
                pieces.push(Piece::paragraph(below.add_run(run(&addressee, BODY, Face::Upright))));
            }
        }
    }
    pieces
}

fn title(text: &str, before: u32) -> Paragraph {
    line(AlignmentType::Center, before).keep_next(true).add_run(run(text, BODY, Face::Bold))
}

fn letterhead(document: &Document) -> Table {
    let (head, lang) = (&document.letterhead, document.lang);
    let right = Page::Upright.width() - STATION_WIDTH;
    let mut station = Vec::new();
    if !head.superior.is_empty() {
        station.push(centred().add_run(run(&head.superior.to_uppercase(), STATE, Face::Upright)));
    }
    let issuer = head.issuer.to_uppercase();
    let issuer_length = length(&issuer, STATE, true).min(STATION_WIDTH);
    station.push(centred().add_run(run(&issuer, STATE, Face::Bold)));
    station.push(rule(STATION_WIDTH, issuer_length * 2 / 5));
    let motto = words::motto(lang);
    let state = vec![
        centred().add_run(run(words::state(lang), STATE, Face::Bold)),
        centred().add_run(run(motto, MOTTO, Face::Bold)),
        rule(right, length(motto, MOTTO, true)),
    ];
    let below = |text: &str, face| vec![line(AlignmentType::Center, BETWEEN).add_run(run(text, MOTTO, face))];
    let number = below(&words::number(document), Face::Upright);
    let date = below(&words::place_and_date(document), Face::Italic);
    halves(STATION_WIDTH, vec![(station, state), (number, date)])
}

/// The room above signature and recipients.
const ABOVE_FOOT: u32 = 440;

/// Signature and recipients.
pub(super) fn foot(document: &Document) -> Vec<Piece> {
    let mut recipients = Vec::new();
    if !document.recipients.is_empty() {
        let words = words::recipients(document.lang);
        recipients.push(line(AlignmentType::Left, 0).add_run(run(words, RECIPIENTS, Face::BoldItalic)));
        for recipient in words::dashed(&document.recipients) {
            recipients.push(line(AlignmentType::Left, 0).add_run(run(&recipient, RECIPIENT, Face::Upright)));
        }
    }
    let mut signature: Vec<Paragraph> = document
        .signature
        .titles
        .iter()
        .map(|text| centred().add_run(run(&text.to_uppercase(), BODY, Face::Bold)))
        .collect();
    signature.extend((0..FOR_THE_HAND).map(|_| centred().add_run(run("", BODY, Face::Bold))));
    signature.push(centred().add_run(run(&document.signature.name, BODY, Face::Bold)));
    // The room above stands within: with a paragraph between, the last sentence would not go along to the next page.
    let above = LineSpacing::new().before(ABOVE_FOOT).after(0);
    for first in recipients.first_mut().into_iter().chain(signature.first_mut()) {
        *first = first.clone().line_spacing(above.clone());
    }
    vec![Piece::table(halves(RECIPIENTS_WIDTH, vec![(recipients, signature)]))]
}

/// What the figures can be checked by. It stands in the head of the first annex, the log: at the end it would have a page
/// of its own whenever the last table fills one.
pub(super) fn source(text: &str) -> Paragraph {
    line(AlignmentType::Center, 40).add_run(run(text, RECIPIENT, Face::Italic))
}

/// An empty line that is hardly one.
pub(super) fn end() -> Paragraph {
    line(AlignmentType::Left, 0).add_run(run("", 2, Face::Upright))
}

/// `Phụ lục`, what it is, and what it belongs to.
pub(super) fn annex_head(document: &Document, place: usize, annex: &Annex, page: Page) -> Vec<Piece> {
    let attached = words::attached(document);
    let attached = centred().add_run(run(&attached, BODY, Face::Italic));
    let mut paragraphs =
        vec![title(&words::annex(document, place), 0), title(&annex.title.to_uppercase(), 0), attached];
    paragraphs.extend(document.source.iter().filter(|_| place == 0).map(|text| source(text)));
    paragraphs.push(rule(page.width(), page.width() / 5));
    paragraphs.into_iter().map(Piece::paragraph).collect()
}

/// Two columns without lines, `left` wide and the rest; a row is never parted.
fn halves(left: u32, rows: Vec<(Vec<Paragraph>, Vec<Paragraph>)>) -> Table {
    let widths = [left, Page::Upright.width() - left];
    let cell = |paragraphs: Vec<Paragraph>, width: u32| {
        let cell = TableCell::new().width(width as usize, WidthType::Dxa);
        let mut paragraphs = paragraphs;
        if paragraphs.is_empty() {
            paragraphs.push(Paragraph::new());
        }
        paragraphs.into_iter().fold(cell, TableCell::add_paragraph)
    };
    let row = |(first, second)| TableRow::new(vec![cell(first, widths[0]), cell(second, widths[1])]).cant_split();
    Table::without_borders(rows.into_iter().map(row).collect())
        .set_grid(widths.map(|width| width as usize).into())
        .width(Page::Upright.width() as usize, WidthType::Dxa)
        .layout(TableLayoutType::Fixed)
        .margins(TableCellMargins::new().margin(0, 0, 0, 0))
}
