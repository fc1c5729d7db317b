//! The workbook, opened as a zip and read sheet by sheet.

use std::io::{Cursor, Read as _};

use loa::report::document::{Document, Rank, Sum};
use loa::report::forms::xlsx::render;

use super::{Xml, sample, samples};
use crate::figures::{december, paper_of};

/// The parts of a workbook by their names.
fn parts(document: &Document) -> Vec<(String, Vec<u8>)> {
    let bytes = render(document).unwrap();
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|at| {
            let mut file = zip.by_index(at).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

/// All texts of its cells.
pub fn texts(document: &Document) -> String {
    let part = parts(document).into_iter().find(|(name, _)| name == "xl/sharedStrings.xml").unwrap().1;
    String::from_utf8(part).unwrap()
}

fn sheet(document: &Document, at: usize) -> String {
    let name = format!("xl/worksheets/sheet{at}.xml");
    let part = parts(document).into_iter().find(|(found, _)| *found == name).unwrap().1;
    String::from_utf8(part).unwrap()
}

/// What stands in a cell: its value, and its formula.
fn cell(sheet: &str, place: &str) -> (String, Option<String>) {
    let at = sheet.find(&format!("<c r=\"{place}\"")).unwrap_or_else(|| panic!("no {place} in {sheet}"));
    let cell = &sheet[at..];
    let cell = &cell[..cell.find("</c>").unwrap_or(cell.len())];
    let between = |open: &str, close: &str| {
        let from = cell.find(open)? + open.len();
        Some(cell[from..].split(close).next().unwrap_or_default().to_owned())
    };
    (between("<v>", "</v>").unwrap_or_default(), between("<f>", "</f>"))
}

#[test]
fn totals_are_formulas_of_the_whole_rows_with_our_value_beside_them() {
    let document = sample::ordinary();
    let topics = sheet(&document, 2);
    // Six topics in rows 4 to 11, of which 6 and 7 are parts of b.
    assert_eq!(cell(&topics, "E12"), ("257.25".into(), Some("SUM(E4:E5,E8:E11)".into())));
    assert_eq!(cell(&topics, "F12"), ("1".into(), Some("SUM(F4:F5,F8:F11)".into())));
    assert_eq!(cell(&topics, "C12"), ("11".into(), None));
    // The cells that the formula adds make that value.
    let table = document.tables().nth(1).unwrap();
    let rows = (4..).zip(&table.rows).filter(|(_, row)| row.rank == Rank::Whole);
    let sum: f64 = rows.map(|(row, _)| cell(&topics, &format!("E{row}")).0.parse::<f64>().unwrap()).sum();
    assert!((sum - 257.25).abs() < 1e-9, "{sum}");
    assert!(matches!(table.total.as_ref().unwrap()[4], Sum::OfColumn(_)));
}

#[test]
fn a_share_of_no_minutes_is_a_dash_and_no_formula_that_divides_by_nothing() {
    let document = paper_of(&december(Vec::new()));
    let (at, table) = (1..).zip(document.tables()).find(|(_, table)| table.key == "topics").unwrap();
    let share = table.columns.iter().position(|column| column.key == "share").unwrap();
    assert!(matches!(table.total.as_ref().unwrap()[share], Sum::OfRow { .. }));
    let topics = sheet(&document, at);
    let strings =
        String::from_utf8(parts(&document).into_iter().find(|(name, _)| name == "xl/sharedStrings.xml").unwrap().1)
            .unwrap();
    let dash = strings.split("<si>").skip(1).position(|text| text.contains(">–<")).unwrap().to_string();
    let column = char::from(b'A' + u8::try_from(share).unwrap());
    let last = 4 + table.rows.len();
    for row in 4..=last {
        assert_eq!(cell(&topics, &format!("{column}{row}")), (dash.clone(), None), "{column}{row}");
    }
    let minutes = char::from(column as u8 - 1);
    let (sum, formula) = cell(&topics, &format!("{minutes}{last}"));
    assert_eq!((sum.as_str(), formula.unwrap().starts_with("SUM(")), ("0", true));
}

#[test]
fn numbers_are_numbers_and_dates_are_dates() {
    let document = sample::ordinary();
    let summary = sheet(&document, 1);
    assert_eq!(cell(&summary, "B6").0, "1340");
    assert_eq!(cell(&summary, "B8").0, "40.5", "145 800 s are 40,5 h");
    assert_eq!(cell(&summary, "D10").0, "-9.45", "567 s less are 9,45 min less");
    let log = sheet(&document, 3);
    assert_eq!(cell(&log, "B4").0, "45643", "17/12/2024");
    assert_eq!(cell(&log, "C4").0.parse::<f64>().unwrap(), (5.0 * 60.0 + 41.0) / 1440.0);
}

#[test]
fn a_sheet_a_table_with_heads_that_stay_and_are_printed_on_every_page() {
    for (name, document) in samples() {
        let tables = document.tables().count();
        let parts = parts(&document);
        let sheets: Vec<_> = parts.iter().filter(|(name, _)| name.starts_with("xl/worksheets/sheet")).collect();
        assert_eq!(sheets.len(), tables, "{name}");
        for (_, part) in sheets {
            let xml = Xml::of(part);
            assert_eq!(xml.all("pane", "state"), ["frozen"], "{name}");
            assert_eq!(xml.all("pane", "ySplit"), ["3"], "{name}");
            assert_eq!(xml.all("pageSetup", "paperSize"), ["9"], "{name}");
            assert_eq!(xml.all("pageSetup", "fitToHeight"), ["0"], "{name}");
        }
        let workbook = &parts.iter().find(|(name, _)| name == "xl/workbook.xml").unwrap().1;
        assert_eq!(Xml::of(workbook).all("definedName", "name"), vec!["_xlnm.Print_Titles"; tables], "{name}");
    }
}

#[test]
fn every_part_is_well_formed_and_no_text_is_a_formula() {
    for (name, document) in samples() {
        for (part, bytes) in parts(&document) {
            if part.ends_with(".xml") || part.ends_with(".rels") {
                let xml = Xml::of(&bytes);
                let sums = document.tables().flat_map(|table| table.total.iter().flatten());
                let sums = sums.filter(|sum| !matches!(sum, Sum::Is(_))).count();
                assert!(xml.count("f") <= sums, "{name}: {part}");
            }
        }
    }
}
