//! A program and its arguments, as `station.toml` names one.

use crate::problem::Text;
use crate::reading::Reader;
use crate::reading::tree::{Node, Value};

/// The list at `node`, run without a shell: one text would need a shell to be taken apart, and shells differ.
pub(super) fn read(reader: &mut Reader<'_>, key: &str, node: &Node, example: &str) -> Option<Vec<String>> {
    let Value::List(words) = &node.value else {
        let wanted = Text::new("danh sách gồm chương trình và các tham số", "a list of a program and its arguments");
        reader.wrong_type(key, node, &wanted, example);
        return None;
    };
    let Some(program) = words.first() else {
        reader.list(key, node, false);
        return None;
    };
    let program = reader.text(key, program, example);
    let arguments: Vec<Option<String>> = words[1..]
        .iter()
        .map(|word| match &word.value {
            // An argument may be empty.
            Value::Text(text) => Some(text.clone()),
            _ => {
                reader.wrong_type(key, word, &Text::new("chữ trong ngoặc kép", "text in quotes"), example);
                None
            }
        })
        .collect();
    std::iter::once(program).chain(arguments).collect()
}
