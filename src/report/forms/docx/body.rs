//! Headings, paragraphs, lists and tables. Bars are not drawn: what they show stands in the tables.

use docx_rs::{
    AlignmentType, BreakType, Paragraph, Run, Table, TableCell, TableCellMargins, TableLayoutType, TableRow,
    VAlignType, WidthType,
};

use super::super::super::document::{Block, Document, Level, Numbering, Rank, Table as Data, words};
use super::super::layout::{self, Wishes};
use super::set::{BETWEEN, BODY, CAPTION, CellStyle, FIRST_LINE, Face, TABLE, faced, justified, line, run};
use super::{HEAD_ROW, Page, Piece};
use crate::problem::Lang;

/// Room left and right of a cell's text.
const CELL_MARGIN: usize = 70;

/// The blocks, in their order; `wishes` are those of their tables.
pub(super) fn blocks(document: &Document, blocks: &[Block], wishes: &[Wishes], page: Page) -> Vec<Piece> {
    let (mut numbering, mut wishes) = (Numbering::default(), wishes.iter());
    let mut pieces = Vec::new();
    let mut blocks = blocks.iter().peekable();
    while let Some(block) = blocks.next() {
        match block {
            Block::Heading(level, text) => {
                let mut lines = vec![heading(*level, &numbering.next(*level), text)];
                while let Some(Block::Heading(level, text)) = blocks.next_if(|next| matches!(next, Block::Heading(..)))
                {
                    lines.push(heading(*level, &numbering.next(*level), text));
                }
                pieces.push(Piece::paragraph(headings(lines)));
            }
            Block::Paragraph(text) => pieces.push(paragraph(text)),
            Block::List(items) => pieces.extend(items.iter().map(|item| paragraph(&format!("- {item}")))),
            Block::Table(data) => {
                let widths = wishes.next().map(|wishes| wishes.widths(page.width(), TABLE * 10)).unwrap_or_default();
                table(&mut pieces, data, &widths, document.lang);
            }
            Block::Chart(_) => {}
        }
    }
    pieces
}

fn heading(level: Level, number: &str, text: &str) -> Run {
    let text = if level == Level::Part { text.to_uppercase() } else { text.to_owned() };
    let face = if level == Level::Point { Face::Upright } else { Face::Bold };
    run(&format!("{number} {text}"), BODY, face)
}

/// Headings that follow one another are lines of one paragraph: LibreOffice takes one paragraph along to the page of what it
/// is about, and leaves two at the foot of the page before.
fn headings(lines: Vec<Run>) -> Paragraph {
    let paragraph = justified().keep_next(true);
    let paragraph = if lines.len() > 1 {
        paragraph.align(AlignmentType::Left).indent(Some(FIRST_LINE), None, None, None)
    } else {
        paragraph
    };
    lines.into_iter().enumerate().fold(paragraph, |paragraph, (at, line)| {
        let paragraph =
            if at > 0 { paragraph.add_run(Run::new().add_break(BreakType::TextWrapping)) } else { paragraph };
        paragraph.add_run(line)
    })
}

fn paragraph(text: &str) -> Piece {
    Piece::paragraph(justified().add_run(run(text, BODY, Face::Upright)))
}

/// Caption, table and notes. The caption stays with the table. Behind it comes what comes next, with its own room above: no
/// empty paragraph, behind which LibreOffice leaves a heading at the foot of the page.
fn table(pieces: &mut Vec<Piece>, data: &Data, widths: &[u32], lang: Lang) {
    let caption = line(AlignmentType::Center, BETWEEN).keep_next(true);
    pieces.push(Piece::paragraph(caption.add_run(run(&data.caption(lang), CAPTION, Face::Bold))));
    pieces.push(Piece::table(grid(data, widths, lang)));
    for note in &data.notes {
        pieces.push(Piece::paragraph(line(AlignmentType::Both, 40).add_run(run(note, TABLE, Face::Italic))));
    }
}

/// A cell's text in its style. An empty one has no run: its height is its style's.
fn cell(width: u32, text: &str, style: CellStyle, face: Face, stays: bool) -> TableCell {
    let mut paragraph = Paragraph::new().style(style.id()).keep_next(stays);
    if !text.is_empty() {
        paragraph = paragraph.add_run(faced(text, face));
    }
    TableCell::new().width(width as usize, WidthType::Dxa).add_paragraph(paragraph)
}

fn grid(data: &Data, widths: &[u32], lang: Lang) -> Table {
    let wide = widths.iter().sum::<u32>();
    // A row stays with the next if its paragraphs do. A head is never alone.
    let count = data.lines().count();
    let heads = data.columns.iter().zip(widths).map(|(column, width)| {
        cell(*width, &column.head, CellStyle::Middle, Face::Bold, true).vertical_align(VAlignType::Center)
    });
    let mut rows = vec![TableRow::new(heads.collect()).cant_split().row_height(HEAD_ROW)];
    if data.rows.is_empty() {
        let nothing = cell(wide, words::nothing(lang), CellStyle::Middle, Face::Italic, false);
        rows.push(TableRow::new(vec![nothing.grid_span(data.columns.len())]).cant_split());
    }
    for (at, (rank, cells)) in (1..).zip(data.lines()) {
        let face = match rank {
            Some(Rank::Whole) => Face::Upright,
            Some(Rank::Part) => Face::Italic,
            None => Face::Bold,
        };
        let cells = data.columns.iter().zip(cells).zip(widths).map(|((column, value), width)| {
            let style = CellStyle::of(column.set);
            cell(*width, &column.shown(value, lang), style, face, layout::stays_with_next(at, count))
        });
        rows.push(TableRow::new(cells.collect()).cant_split());
    }
    Table::new(rows)
        .set_grid(widths.iter().map(|width| *width as usize).collect())
        .width(wide as usize, WidthType::Dxa)
        .layout(TableLayoutType::Fixed)
        .margins(TableCellMargins::new().margin(20, CELL_MARGIN, 20, CELL_MARGIN))
}
