//! Headings, paragraphs, lists and tables. Bars are not drawn: what they show stands in the tables.

use docx_rs::{
    AlignmentType, Paragraph, Table, TableCell, TableCellMargins, TableLayoutType, TableRow, VAlignType, WidthType,
};

use super::super::super::document::{Block, Document, Level, Numbering, Rank, Table as Data, words};
use super::super::layout::{self, Wishes};
use super::set::{BETWEEN, BODY, CAPTION, CellStyle, Face, TABLE, faced, justified, line, run};
use super::{HEAD_ROW, Page, Piece};
use crate::problem::Lang;

/// Room left and right of a cell's text.
const CELL_MARGIN: usize = 70;

/// The blocks, in their order; `wishes` are those of their tables.
pub(super) fn blocks(document: &Document, blocks: &[Block], wishes: &[Wishes], page: Page) -> Vec<Piece> {
    let (mut numbering, mut wishes) = (Numbering::default(), wishes.iter());
    let mut pieces = Vec::new();
    for block in blocks {
        match block {
            Block::Heading(level, text) => {
                let number = numbering.next(*level);
                pieces.push(Piece::paragraph(heading(*level, &number, text)));
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

fn heading(level: Level, number: &str, text: &str) -> Paragraph {
    let text = if level == Level::Part { text.to_uppercase() } else { text.to_owned() };
    let face = if level == Level::Point { Face::Upright } else { Face::Bold };
    justified().keep_next(true).add_run(run(&format!("{number} {text}"), BODY, face))
}

fn paragraph(text: &str) -> Piece {
    Piece::paragraph(justified().add_run(run(text, BODY, Face::Upright)))
}

/// Caption, table and notes. The caption stays with the table.
fn table(pieces: &mut Vec<Piece>, data: &Data, widths: &[u32], lang: Lang) {
    let caption = line(AlignmentType::Center, BETWEEN).keep_next(true);
    pieces.push(Piece::paragraph(caption.add_run(run(&data.caption(lang), CAPTION, Face::Bold))));
    pieces.push(Piece::table(grid(data, widths, lang)));
    for note in &data.notes {
        pieces.push(Piece::paragraph(line(AlignmentType::Both, 40).add_run(run(note, TABLE, Face::Italic))));
    }
    // Two tables without a paragraph between them would be one.
    pieces.push(Piece::paragraph(line(AlignmentType::Left, 0).add_run(run("", TABLE / 2, Face::Upright))));
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
