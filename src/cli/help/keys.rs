//! What a key of the operator's files means, out of the schema that editors show.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::problem::{Lang, Text};
use crate::reading::fold::bare;
use crate::schema;

/// Where a key may stand, and what it says there.
#[derive(Debug, PartialEq, Eq)]
pub struct Meaning {
    /// `station.toml`, or a month's file.
    pub file: Text,
    /// `[rules]`, `[[segment]]`, `source_doc = {…}`; empty at the top of the file.
    pub block: String,
    pub key: String,
    /// In words.
    pub says: Text,
    /// What it may be, where that is a closed list: Vietnamese words, English ones.
    pub words: Option<Text>,
}

/// All meanings of the key `written`, in the order of the files.
pub fn meanings(written: &str) -> Vec<Meaning> {
    let files = [
        (Text::new("tệp của tháng", "a month's file"), schema::month()),
        (Text::same("station.toml"), schema::station()),
    ];
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for (file, schema) in &files {
        let mut walk =
            Walk { wanted: bare(written), file, schema, within: Vec::new(), seen: &mut seen, found: &mut found };
        walk.table(schema, "");
    }
    found
}

struct Walk<'w> {
    wanted: String,
    file: &'w Text,
    schema: &'w Value,
    /// The types that are being walked through.
    within: Vec<String>,
    /// The type and key of what was told: a window is the same in both files.
    seen: &'w mut BTreeSet<(String, String)>,
    found: &'w mut Vec<Meaning>,
}

impl Walk<'_> {
    /// The keys of a table whose header is `block`.
    fn table(&mut self, table: &Value, block: &str) {
        let owner = self.within.last().cloned().unwrap_or_else(|| format!("{}{block}", self.file.en));
        for (key, value) in table["properties"].as_object().into_iter().flatten() {
            let tables = self.tables(value, false);
            let header = |several: bool| match (block.is_empty(), several) {
                (true, true) => format!("[[{key}]]"),
                (true, false) => format!("[{key}]"),
                (false, _) => format!("{block} {key} = {{…}}"),
            };
            if bare(key) == self.wanted && self.seen.insert((owner.clone(), key.clone())) {
                // At the top of a file a table is known by its header.
                let of_top = tables.first().filter(|_| block.is_empty()).map(|(_, several)| header(*several));
                self.found.push(Meaning {
                    file: self.file.clone(),
                    block: block.to_owned(),
                    key: of_top.unwrap_or_else(|| key.clone()),
                    says: halves(value["description"].as_str().unwrap_or_default()),
                    words: self.words(value),
                });
            }
            for (inner, several) in tables {
                let header = header(several);
                if self.within.contains(&inner) {
                    continue;
                }
                let table = self.schema["$defs"][&inner].clone();
                self.within.push(inner);
                self.table(&table, &header);
                self.within.pop();
            }
        }
    }

    /// The types of the tables that a value may be, and whether it is a list of them.
    fn tables(&self, value: &Value, several: bool) -> Vec<(String, bool)> {
        let named = value["$ref"].as_str().and_then(|name| name.rsplit('/').next());
        let own = named.filter(|name| self.schema["$defs"][*name]["properties"].is_object());
        let mut found: Vec<(String, bool)> = own.map(|name| (name.to_owned(), several)).into_iter().collect();
        let choices = value["anyOf"].as_array().into_iter().flatten();
        let behind = named.filter(|_| own.is_none()).map(|name| &self.schema["$defs"][name]);
        let others = [&value["additionalProperties"]].into_iter().filter(|other| other.is_object());
        for inner in choices.chain(others).chain(behind) {
            found.extend(self.tables(inner, several));
        }
        if value["items"].is_object() {
            found.extend(self.tables(&value["items"], true));
        }
        found
    }

    /// The closed list of words that a value is of.
    fn words(&self, value: &Value) -> Option<Text> {
        let named = value["$ref"].as_str().and_then(|name| name.rsplit('/').next());
        let list = named.map_or(&value["enum"], |name| &self.schema["$defs"][name]["enum"]).as_array()?;
        let words: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
        // With marks first, then the same without, then the English words.
        let bares: Vec<String> = words.iter().map(|word| bare(word)).collect();
        let marked = (0..words.len()).take_while(|at| !bares[..*at].contains(&bares[*at])).count();
        let (vi, rest) = words.split_at(marked);
        let is_english = |word: &&&str| !bares[..marked].contains(&bare(word));
        let en: Vec<&str> = rest.iter().filter(is_english).copied().collect();
        let en = if en.is_empty() { vi } else { &en };
        let quoted = |words: &[&str]| words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
        Some(Text::new(quoted(vi), quoted(en)))
    }
}

fn halves(text: &str) -> Text {
    match text.split_once(" · ") {
        Some((vi, en)) => Text::new(vi, en),
        None => Text::same(text),
    }
}

/// The meanings as lines.
pub fn told(meanings: &[Meaning], lang: Lang) -> String {
    let mut out = String::new();
    for Meaning { file, block, key, says, words } in meanings {
        let block = if block.is_empty() { String::new() } else { format!(", {block}") };
        out.push_str(&format!("`{key}` – {}{block}\n    {}\n", file.get(lang), says.get(lang)));
        if let Some(words) = words {
            let head = Text::new("nhận", "takes");
            out.push_str(&format!("    {}: {}\n", head.get(lang), words.get(lang)));
        }
    }
    out
}
