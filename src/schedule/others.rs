//! What a person types for the report beside what airs: `[[other_activity]]`, `[[deliverable]]` and `[remarks]`.

use jiff::civil::Date;

use crate::problem::{Place, Text};
use crate::programme::exceptions::{Bounds, inside};
use crate::reading::Reader;
use crate::reading::fold::composed;
use crate::reading::tree::{Table, find};
use crate::station::Station;

/// Propaganda in another form than the loudspeaker; never mixed into airtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherActivity {
    /// From the station's list of forms, as spelt there.
    pub form: String,
    /// When.
    pub date: Date,
    /// What.
    pub title: String,
    /// Who did it.
    pub unit: Option<String>,
    /// Where it is written.
    pub place: Place,
}

/// A product that the plan promises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deliverable {
    /// What.
    pub name: String,
    /// How many.
    pub quantity: u32,
    /// By when.
    pub due: Date,
    /// The label of the segments that count for it.
    pub tag: Option<String>,
    /// Who answers for it.
    pub unit: Option<String>,
    /// Where it is written.
    pub place: Place,
}

/// What the writer of a month's file says in its report, paragraph by paragraph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remarks {
    /// What fell short, what stood in the way, and why; beside what the log tells itself.
    pub difficulties: Vec<String>,
    /// What is to be done next.
    pub next: Vec<String>,
    /// What is asked for.
    pub proposals: Vec<String>,
}

/// The block `[remarks]` of a month's file.
pub(super) fn remarks(reader: &mut Reader<'_>, root: &Table) -> Remarks {
    const KEYS: [&str; 3] = ["difficulties", "next", "proposals"];
    let Some((key, node)) = find(root, "remarks") else { return Remarks::default() };
    let Some(table) = reader.table(key, node) else { return Remarks::default() };
    reader.keys(table, &KEYS);
    let [difficulties, next, proposals] = KEYS.map(|key| {
        let Some((_, node)) = find(table, key) else { return Vec::new() };
        let nodes = reader.list(key, node, false);
        let texts: Vec<String> =
            nodes.iter().filter_map(|node| reader.text(key, node, "[\"…\"]")).map(|text| composed(&text)).collect();
        // A text of several lines is several paragraphs.
        let lines = texts.iter().flat_map(|text| text.lines()).map(str::trim).filter(|line| !line.is_empty());
        lines.map(str::to_owned).collect()
    });
    Remarks { difficulties, next, proposals }
}

/// The blocks `[[other_activity]]` of the file of `month`. A station without a list of forms takes any.
pub(super) fn activities(
    reader: &mut Reader<'_>,
    root: &Table,
    text_len: usize,
    month: Bounds,
    station: Option<&Station>,
) -> Vec<OtherActivity> {
    let mut found = Vec::new();
    for row in reader.rows(root, "other_activity", text_len) {
        let mut block = reader.row(row, &["form", "date", "title", "unit"]);
        let form = block.needed_line("form", "\"hội nghị\"");
        let (date, title) = (block.needed_date("date"), block.needed_line("title", "\"…\""));
        if let (Some(date), Some(node)) = (date, block.node("date")) {
            inside(block.reader, node.span, date, month);
        }
        let (unit, place) = (block.line("unit", "\"…\""), block.place());
        let forms = station.map(|station| station.forms.as_slice()).unwrap_or_default();
        let form = form.and_then(|form| {
            if forms.is_empty() {
                return Some(form);
            }
            let cure = Text::new(
                format!("thêm khối `[[form]]` với `name = \"{form}\"` vào `station.toml`"),
                format!("add a block `[[form]]` with `name = \"{form}\"` to `station.toml`"),
            );
            let span = block.node("form").map_or(block.header, |node| node.span);
            let known = forms.iter().map(String::as_str);
            let kind = Text::new("hình thức", "form");
            block.reader.named(&kind, &form, span, known, cure).map(str::to_owned)
        });
        let (Some(form), Some(date), Some(title)) = (form, date, title) else { continue };
        found.push(OtherActivity { form, date, title, unit, place });
    }
    found
}

/// The blocks `[[deliverable]]` of a month's file.
pub(super) fn deliverables(reader: &mut Reader<'_>, root: &Table, text_len: usize) -> Vec<Deliverable> {
    let mut found = Vec::new();
    for row in reader.rows(root, "deliverable", text_len) {
        let mut block = reader.row(row, &["name", "quantity", "due", "tag", "unit"]);
        let name = block.needed_line("name", "\"…\"");
        let quantity = match block.need("quantity", "6") {
            Some(node) => block.reader.count("quantity", node, 1),
            None => None,
        };
        let (due, tag) = (block.needed_date("due"), block.line("tag", "\"…\""));
        let (unit, place) = (block.line("unit", "\"…\""), block.place());
        let (Some(name), Some(quantity), Some(due)) = (name, quantity, due) else { continue };
        found.push(Deliverable { name, quantity, due, tag, unit, place });
    }
    found
}
