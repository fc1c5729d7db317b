//! A document's tables as a workbook, a sheet a table: numbers are numbers and dates are dates, and a total is the formula
//! that makes it, with our value beside it for programs that do not reckon.

use jiff::civil::{Date, Time};
use rust_xlsxwriter::{
    ColNum, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, RowNum, Workbook, Worksheet,
    XlsxError,
};

use super::super::document::{Cell, Column, Document, Rank, Setting, Sum, Table, words};
use super::layout::{self, Wishes};
use super::plain;
use crate::problem::Lang;

/// The row of the heads: the caption stands above it, and the document's name under the caption.
const HEADS: RowNum = 2;
/// Widths of columns are in letters: all of a page upright, and across.
const UPRIGHT: u32 = 90;
const ACROSS: u32 = 135;
/// The type size in tenths of such a letter, and how high a line of it is, in points.
const TYPE_SIZE: u32 = 23;
const LINE_PT: f64 = 15.75;
/// A4, as the format numbers papers.
const A4: u8 = 9;
/// The longest text a cell can hold and the longest name of a sheet, in UTF-16 units.
const TEXT: usize = 32_767;
const NAME: usize = 31;

/// The workbook's bytes.
///
/// # Errors
/// The library refuses what it is given; a document of a year that has an Excel date holds nothing of the kind.
pub fn render(document: &Document) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(document)?);
    let mut names: Vec<String> = Vec::new();
    let last = document.tables().count();
    for (n, table) in (1..).zip(document.tables()) {
        let name = sheet_name(table, document.lang, &names);
        let sheet = workbook.add_worksheet().set_name(&name)?;
        let widths = set_up(sheet, document, table)?;
        let row = fill(sheet, table, &widths, document.lang)?;
        if let Some(source) = document.source.as_ref().filter(|_| n == last) {
            sheet.write_string_with_format(row + 1, 0, text(source), &format().set_italic())?;
        }
        names.push(name);
    }
    if names.is_empty() {
        // A workbook has a sheet at least.
        workbook.add_worksheet().write_string(0, 0, words::nothing(document.lang))?;
    }
    workbook.save_to_buffer()
}

fn properties(document: &Document) -> Result<DocProperties, XlsxError> {
    let date = document.letterhead.date;
    let (year, month, day) = (date.year().unsigned_abs(), date.month().unsigned_abs(), date.day().unsigned_abs());
    // Its own date: a form reads no clock.
    let written = ExcelDateTime::from_ymd(year, month, day)?;
    let (title, author) = (plain(&document.name()), plain(&document.letterhead.issuer));
    Ok(DocProperties::new().set_title(title).set_author(author).set_creation_datetime(&written))
}

/// `Bảng 3. Theo nội dung`: the caption, or the beginning of a long one, of letters that a sheet may be named by, and
/// unlike `others`.
fn sheet_name(table: &Table, lang: Lang, others: &[String]) -> String {
    let kept: String = plain(&table.caption(lang)).chars().filter(|c| !"[]:*?/\\'".contains(*c)).collect();
    let kept = kept.trim().trim_end_matches('.');
    let base = if kept.is_empty() { table.key } else { kept };
    let alike = |name: &String| others.iter().any(|other| other.to_lowercase() == name.to_lowercase());
    let named = |ending: &str| whole_words(base, NAME - ending.len()).to_owned() + ending;
    std::iter::once(String::new())
        .chain((2..).map(|n| format!(" ({n})")))
        .map(|ending| named(&ending))
        .find(|name| !alike(name))
        .unwrap_or_default()
}

/// What of `text` fits into so many UTF-16 units, without what a comma, a bracket or a space cuts off; a first word that
/// is too long is cut.
fn whole_words(text: &str, units: usize) -> &str {
    let fits = cut(text, units);
    if fits.len() == text.len() {
        return fits;
    }
    let rest = &text[fits.len()..];
    let end = if rest.starts_with(' ') { Some(fits.len()) } else { fits.rfind(' ') };
    let end = fits.find([',', ';', '(']).or(end).filter(|end| *end > 0);
    fits[..end.unwrap_or(fits.len())].trim_end()
}

/// What of `text` fits into so many UTF-16 units.
fn cut(text: &str, units: usize) -> &str {
    let mut left = units;
    let end = text.char_indices().find(|(_, c)| match left.checked_sub(c.len_utf16()) {
        Some(rest) => {
            left = rest;
            false
        }
        None => true,
    });
    end.map_or(text, |(at, _)| &text[..at])
}

/// Widths, the heads that stay in sight, and the page as it is printed. Returns the widths, in tenths of a letter.
fn set_up(sheet: &mut Worksheet, document: &Document, table: &Table) -> Result<Vec<u32>, XlsxError> {
    let lang = document.lang;
    let wishes = Wishes::of(table, lang);
    let across = wishes.is_wider_than(UPRIGHT * 10, TYPE_SIZE);
    let widths = wishes.widths(if across { ACROSS } else { UPRIGHT } * 10, TYPE_SIZE);
    for (column, width) in (0..).zip(&widths) {
        sheet.set_column_width(column, f64::from(*width) / 10.0)?;
    }
    sheet.set_freeze_panes(HEADS + 1, 0)?;
    sheet.set_repeat_rows(HEADS, HEADS)?;
    sheet.set_paper_size(A4);
    sheet.set_margins(1.18, 0.59, 0.79, 0.79, 0.39, 0.39); // 30, 15, 20, 20, 10, 10 mm
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_header("&C&\"Times New Roman\"&13&P");
    if across {
        sheet.set_landscape();
    }
    let title = format().set_bold().set_font_size(13);
    sheet.write_string_with_format(0, 0, text(&table.caption(lang)), &title)?;
    sheet.write_string_with_format(1, 0, text(&document.name()), &format().set_italic())?;
    Ok(widths)
}

/// A row as high as its texts are in columns of these widths: not every program finds that out when it opens the file.
fn set_height(
    sheet: &mut Worksheet,
    row: RowNum,
    texts: &[String],
    widths: &[u32],
    bold: bool,
) -> Result<(), XlsxError> {
    let lines = texts.iter().zip(widths).map(|(text, width)| layout::lines(text, bold, *width, TYPE_SIZE)).max();
    if let Some(lines) = lines.filter(|lines| *lines > 1) {
        // No row is higher than 409 points.
        sheet.set_row_height(row, (f64::from(lines) * LINE_PT).min(409.0))?;
    }
    Ok(())
}

/// Returns the row below the last.
fn fill(sheet: &mut Worksheet, table: &Table, widths: &[u32], lang: Lang) -> Result<RowNum, XlsxError> {
    let heads: Vec<String> = table.columns.iter().map(|column| column.head.clone()).collect();
    set_height(sheet, HEADS, &heads, widths, true)?;
    let head = boxed().set_bold().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter);
    for (at, column) in (0..).zip(&table.columns) {
        sheet.write_string_with_format(HEADS, at, text(&column.head), &head)?;
    }
    let mut row = HEADS + 1;
    if table.rows.is_empty() {
        sheet.write_string_with_format(row, 0, words::nothing(lang), &format().set_italic())?;
        row += 1;
    }
    for (rank, cells) in table.lines() {
        let shown: Vec<String> =
            table.columns.iter().zip(&cells).map(|(column, cell)| column.shown(cell, lang)).collect();
        set_height(sheet, row, &shown, widths, rank.is_none())?;
        let face = |format: Format| match rank {
            Some(Rank::Whole) => format,
            Some(Rank::Part) => format.set_italic(),
            None => format.set_bold(),
        };
        for ((at, column), cell) in (0..).zip(&table.columns).zip(cells) {
            let format = face(setting(column, cell));
            let formula = if rank.is_none() { formula(table, usize::from(at), row) } else { None };
            match (formula, number(cell)) {
                (Some(formula), Some(value)) => {
                    let formula = Formula::new(formula).set_result(value.to_string());
                    sheet.write_formula_with_format(row, at, formula, &format)?;
                }
                // A share of nothing is no number, and its formula would divide by nothing.
                _ => put(sheet, row, at, cell, lang, &format)?,
            }
        }
        row += 1;
    }
    for note in &table.notes {
        sheet.write_string_with_format(row, 0, text(note), &format().set_italic())?;
        row += 1;
    }
    Ok(row)
}

fn put(
    sheet: &mut Worksheet,
    row: RowNum,
    at: ColNum,
    cell: &Cell,
    lang: Lang,
    format: &Format,
) -> Result<(), XlsxError> {
    match number(cell) {
        Some(number) => sheet.write_number_with_format(row, at, number, format)?,
        None => sheet.write_string_with_format(row, at, text(&cell.shown(lang)), format)?,
    };
    Ok(())
}

/// The value as a spreadsheet reckons with it; none for words.
#[allow(clippy::cast_precision_loss, reason = "a spreadsheet has no other numbers")]
fn number(cell: &Cell) -> Option<f64> {
    Some(match cell {
        Cell::Count(n) => *n as f64,
        Cell::Length { ms, unit } => *ms as f64 / unit.ms() as f64,
        Cell::Share { part, whole } if *whole != 0 => *part as f64 / *whole as f64,
        Cell::Date(date) => days(*date),
        Cell::Time(time) => seconds(*time) / 86_400.0,
        Cell::Empty | Cell::Text(_) | Cell::Share { .. } => return None,
    })
}

/// Days as spreadsheets count them: 1 is the first of January 1900, and 60 a day that never was.
fn days(date: Date) -> f64 {
    let day = jiff::civil::date(1899, 12, 30);
    date.duration_since(day).as_hours() as f64 / 24.0
}

fn seconds(time: Time) -> f64 {
    time.duration_since(Time::midnight()).as_secs_f64()
}

/// The formula of a cell of the total; none where it stands for itself.
fn formula(table: &Table, at: usize, row: RowNum) -> Option<String> {
    let total = table.total.as_ref()?;
    let cell = |column: usize, row: RowNum| {
        Some(rust_xlsxwriter::utility::row_col_to_cell(row, ColNum::try_from(column).ok()?))
    };
    match total.get(at)? {
        Sum::Is(_) => None,
        Sum::OfRow { part, whole, .. } => Some(format!("={}/{}", cell(*part, row)?, cell(*whole, row)?)),
        Sum::OfColumn(_) => {
            let whole = (HEADS + 1..).zip(&table.rows).filter(|(_, row)| row.rank == Rank::Whole);
            let ranges = stretches(whole.map(|(row, _)| row)).into_iter();
            let ranges: Option<Vec<String>> =
                ranges.map(|(first, last)| Some(format!("{}:{}", cell(at, first)?, cell(at, last)?))).collect();
            Some(format!("=SUM({})", ranges?.join(",")))
        }
    }
}

/// Rows that follow each other, as first and last.
fn stretches(rows: impl Iterator<Item = RowNum>) -> Vec<(RowNum, RowNum)> {
    let mut stretches: Vec<(RowNum, RowNum)> = Vec::new();
    for row in rows {
        match stretches.last_mut() {
            Some((_, last)) if *last + 1 == row => *last = row,
            _ => stretches.push((row, row)),
        }
    }
    stretches
}

/// A text that a cell can hold. It is written as text, so that none of it is a formula.
fn text(text: &str) -> String {
    cut(&plain(text), TEXT).to_owned()
}

fn format() -> Format {
    Format::new().set_font_name("Times New Roman").set_font_size(12)
}

fn boxed() -> Format {
    format().set_border(FormatBorder::Thin).set_text_wrap().set_align(FormatAlign::Top)
}

fn setting(column: &Column, cell: &Cell) -> Format {
    let align = match column.set {
        Setting::Words => FormatAlign::Left,
        Setting::Middle => FormatAlign::Center,
        Setting::Figures | Setting::Changes => FormatAlign::Right,
    };
    let digits = match cell {
        Cell::Count(_) => "#,##0",
        Cell::Length { unit, .. } if unit.decimals() == 2 => "#,##0.00",
        Cell::Length { .. } => "#,##0.0",
        Cell::Share { .. } => "0.0%",
        Cell::Date(_) => return boxed().set_align(align).set_num_format("dd/mm/yyyy"),
        Cell::Time(_) => return boxed().set_align(align).set_num_format("hh:mm:ss"),
        Cell::Empty | Cell::Text(_) => return boxed().set_align(align),
    };
    let digits =
        if column.set == Setting::Changes { format!("+{digits};-{digits};{digits}") } else { digits.to_owned() };
    boxed().set_align(align).set_num_format(digits)
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;
    use crate::report::document::Unit;

    #[test]
    fn days_and_times_are_a_spreadsheets_numbers() {
        assert_eq!(days(date(2025, 2, 5)), 45_693.0);
        assert_eq!(number(&Cell::Time(time(6, 0, 0, 0))), Some(0.25));
        assert_eq!(number(&Cell::Length { ms: 90_000, unit: Unit::Minutes }), Some(1.5));
    }

    #[test]
    fn a_sum_skips_parts() {
        assert_eq!(stretches([3, 4, 7, 8, 9, 12].into_iter()), [(3, 4), (7, 9), (12, 12)]);
    }

    #[test]
    fn names_of_sheets_are_short_allowed_and_unlike() {
        let table = |title: &str| Table {
            key: "annex",
            number: None,
            title: title.to_owned(),
            columns: Vec::new(),
            rows: Vec::new(),
            total: None,
            notes: Vec::new(),
        };
        assert_eq!(sheet_name(&table("Tổng hợp [1]: a/b?"), Lang::Vi, &[]), "Tổng hợp 1 ab");
        assert_eq!(sheet_name(&table("Các chuyên mục, xếp theo số phút"), Lang::Vi, &[]), "Các chuyên mục");
        assert_eq!(sheet_name(&table("Hình thức khác (nhập tay, không tính)"), Lang::Vi, &[]), "Hình thức khác");
        let one_word = "x".repeat(40);
        assert_eq!(sheet_name(&table(&one_word), Lang::Vi, &[]), one_word[..31]);
        assert_eq!(sheet_name(&table("''"), Lang::Vi, &[]), "annex");
        let long = sheet_name(&table(&"rất dài ".repeat(9)), Lang::Vi, &[]);
        assert_eq!(long, "rất dài rất dài rất dài rất dài");
        assert_eq!(sheet_name(&table(&"RẤT DÀI ".repeat(9)), Lang::Vi, &[long]), "RẤT DÀI RẤT DÀI RẤT DÀI RẤT (2)");
        assert_eq!(
            sheet_name(&Table { number: Some(3), ..table("Theo nội dung") }, Lang::Vi, &[]),
            "Bảng 3. Theo nội dung"
        );
    }
}
