//! A document in each of its forms: read back as its reader's program would, and whole whatever stands in it.

mod docx;
mod opened;
mod sample;
mod xlsx;

use loa::problem::Lang;
use loa::report::document::{Block, Document, Sum};
use loa::report::forms;
use quick_xml::events::Event;

/// Every element of a part, in order: its name and its attributes. Panics unless the part is well-formed.
pub struct Xml(pub Vec<(String, Vec<(String, String)>)>);

impl Xml {
    pub fn of(part: &[u8]) -> Xml {
        let text = std::str::from_utf8(part).expect("a part is UTF-8");
        assert!(!text.chars().any(|c| c.is_control() && !"\t\r\n".contains(c)), "XML holds no control sign");
        let mut reader = quick_xml::Reader::from_str(text);
        let (mut found, mut depth) = (Vec::new(), 0_i32);
        loop {
            match reader.read_event().unwrap_or_else(|e| panic!("{e} at {}", reader.error_position())) {
                Event::Eof => break,
                Event::End(_) => depth -= 1,
                event @ (Event::Start(_) | Event::Empty(_)) => {
                    depth += i32::from(matches!(event, Event::Start(_)));
                    let (Event::Start(element) | Event::Empty(element)) = event else { unreachable!() };
                    let name = element.name().as_ref().to_owned();
                    let attribute = |attribute: Result<quick_xml::events::attributes::Attribute<'_>, _>| {
                        let attribute = attribute.unwrap();
                        let key = attribute.key.as_ref().to_owned();
                        (key, attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).unwrap().into_owned())
                    };
                    found.push((name, element.attributes().map(attribute).collect()));
                }
                _ => {}
            }
        }
        assert_eq!(depth, 0, "every element is closed");
        Xml(found)
    }

    /// The attribute `key` of each element `name`.
    pub fn all(&self, name: &str, key: &str) -> Vec<String> {
        let named = self.0.iter().filter(|(found, _)| found == name);
        named
            .filter_map(|(_, attributes)| attributes.iter().find(|(k, _)| k == key).map(|(_, value)| value.clone()))
            .collect()
    }

    pub fn count(&self, name: &str) -> usize {
        self.0.iter().filter(|(found, _)| found == name).count()
    }
}

pub fn samples() -> [(&'static str, Document); 4] {
    [
        ("ordinary", sample::ordinary()),
        ("tet", sample::tet()),
        ("empty", sample::empty()),
        ("hostile", sample::hostile()),
    ]
}

#[test]
fn the_sums_of_the_samples_are_sums() {
    for (name, document) in samples() {
        for table in document.tables() {
            for (at, sum) in table.total.iter().flatten().enumerate() {
                if let Sum::OfColumn(cell) = sum {
                    assert_eq!(Some(cell), table.sum(at).as_ref(), "{name}: {}, column {at}", table.key);
                }
            }
        }
    }
}

#[test]
fn the_text_form_reads_from_the_top() {
    insta::assert_snapshot!("text", forms::text::render(&sample::ordinary()));
}

#[test]
fn csv_has_the_tables_below_each_other_with_nothing_that_a_spreadsheet_would_run() {
    insta::assert_snapshot!(
        "csv",
        forms::csv::render(&sample::ordinary()).replace("\r\n", "\n").replace('\u{feff}', "<BOM>")
    );
    let hostile = forms::csv::render(&sample::hostile());
    let mut cells = hostile.trim_start_matches('\u{feff}').split("\r\n").flat_map(|line| line.split(','));
    assert!(!cells.any(|cell| cell.trim_start_matches('"').starts_with(['=', '+', '-', '@'])), "{hostile}");
}

/// Whoever has a report in whatever form has the log's hash.
#[test]
fn every_form_says_once_what_its_figures_can_be_checked_by() {
    let document = sample::ordinary();
    assert!(forms::text::render(&document).ends_with(&format!("\n\n{}\n", sample::SOURCE)));
    let csv = forms::csv::render(&document);
    assert!(csv.lines().last().unwrap().starts_with(sample::SOURCE), "{csv}");
    let said = format!("<p class=\"source\">{}</p>\n", sample::SOURCE);
    let page = forms::html::render(&document);
    assert_eq!(page.split_once("<section").unwrap().1.matches(&said).count(), 1);
    let alone = forms::html::render(&Document { annexes: Vec::new(), ..document.clone() });
    assert!(alone.ends_with(&format!("{said}</main>\n</body>\n</html>\n")));
    let docx = |document| String::from_utf8(forms::docx::render(document).document).unwrap();
    let with_annex = docx(&document);
    assert_eq!(with_annex.matches(sample::SOURCE).count(), 1);
    let (head, _) = with_annex.split_once(sample::SOURCE).unwrap();
    assert!(head.rfind("(Kèm theo").is_some_and(|at| !head[at..].contains("<w:tbl>")), "in the head of the annex");
    let alone = docx(&Document { annexes: Vec::new(), ..document.clone() });
    let after = alone.split(sample::SOURCE).nth(1).expect("it is in the text");
    assert!(!after.contains("<w:t "), "and nothing follows: {after}");
    assert!(xlsx::texts(&document).contains(sample::SOURCE));
}

#[test]
fn html_is_well_formed_whole_and_needs_nothing_from_elsewhere() {
    for (name, document) in samples() {
        let page = forms::html::render(&document);
        let xml = Xml::of(page.as_bytes());
        assert_eq!(xml.count("script") + xml.count("img") + xml.count("link") + xml.count("iframe"), 0, "{name}");
        assert!(!page.contains("url(") && !page.contains("@import"), "{name}");
        let tables = document.tables().count();
        assert_eq!(xml.count("table"), tables, "{name}");
        let charts = document.body.iter().filter(|block| matches!(block, Block::Chart(_))).count();
        assert_eq!(xml.count("svg"), charts, "{name}");
    }
}

#[test]
fn html_shows_bars_as_long_as_their_figures() {
    let xml = Xml::of(forms::html::render(&sample::ordinary()).as_bytes());
    // 12 of 12 planned, 8 of 12 aired in the second week: two thirds of the longest.
    assert_eq!(xml.all("rect", "width")[..4], ["78.00%", "78.00%", "78.00%", "52.00%"]);
}

#[test]
fn forms_other_than_docx_speak_english_too() {
    let mut document = sample::empty();
    document.lang = Lang::En;
    let text = forms::text::render(&document);
    assert!(text.contains("14 March 2025") && text.contains("Table 7.") && text.contains("None"), "{text}");
}
