//! What a form of the page can bring about is told in the page's words: never a key, and never a line of a file.

use std::collections::BTreeSet;

use loa::console::own_words;
use loa::problem::Effect;
use loa::schema;
use serde_json::Value;

use super::{names, problems};

/// What the gallery has for a name of a column and a genre, and the station's file for a key of its targets.
const A_NAME: &str = "tin";

/// The keys of both files.
fn keys() -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    let mut rest = vec![schema::station(), schema::month()];
    while let Some(value) = rest.pop() {
        if let Some(properties) = value["properties"].as_object() {
            keys.extend(properties.keys().cloned());
        }
        match value {
            Value::Object(fields) => rest.extend(fields.into_values()),
            Value::Array(items) => rest.extend(items),
            _ => {}
        }
    }
    keys.remove(A_NAME);
    keys
}

/// Whether that is how a file is written, and not what somebody called something.
fn is_of_a_file(piece: &str, keys: &BTreeSet<String>) -> bool {
    piece.contains(" = ") || piece.starts_with(['[', '{']) || keys.contains(piece)
}

#[test]
fn what_a_form_can_bring_about_is_told_on_the_pages_without_a_key_or_a_line_of_a_file() {
    let keys = keys();
    assert!(keys.len() > 90 && keys.contains("running_order"), "{keys:?}");
    let (mut written, mut codes) = (Vec::new(), BTreeSet::new());
    for name in names() {
        for problem in problems(&name).0.iter().filter(|problem| problem.effect != Effect::Refuse) {
            codes.insert(problem.code);
            let (message, cure) = own_words::said(problem);
            for text in [&message.vi, &message.en, &cure.vi, &cure.en] {
                let pieces = text.split('`').skip(1).step_by(2).filter(|piece| is_of_a_file(piece, &keys));
                written.extend(pieces.map(|piece| format!("{} in {name}: {piece} in {text}", problem.code)));
            }
        }
    }
    assert!(codes.len() > 50, "{codes:?}");
    written.sort();
    written.dedup();
    assert!(written.is_empty(), "{}", written.join("\n"));
}
