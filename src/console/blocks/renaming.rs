//! A block is given another id: whatever names it in the same file follows. What names it in other files check tells before
//! anything is saved.

use crate::editing::{self, Block, Operation, Target, Value};
use crate::problem::Text;

/// Whose id stands where, days unlike the others aside: its row; the row of those that name it, the row within each of them if it is there; the key.
const NAMED_BY: [(&str, &str, Option<&str>, &str); 5] = [
    ("column", "window", Some("running_order"), "column"),
    ("column", "segment", None, "column"),
    ("window", "segment", None, "windows"),
    ("hotline", "segment", None, "hotline"),
    ("segment", "window", Some("running_order"), "segment"),
];

/// Gives all that names the block `old` of a row its new name.
///
/// # Errors
/// The text is no TOML.
pub(in crate::console) fn followers(
    text: &str,
    row: &'static str,
    old: &str,
    new: &str,
) -> Result<Vec<Operation>, Text> {
    let days = Operation::RenameInDays { row, old: old.to_owned(), new: new.to_owned() };
    let mut operations = vec![days];
    for (_, by, within, key) in NAMED_BY.into_iter().filter(|(of, ..)| *of == row) {
        for (nth, block) in editing::blocks(text, by)?.iter().enumerate() {
            let of = Target::Nth(by, nth);
            match within {
                None => operations.extend(renamed(of, block, key, old, new)),
                Some(within) => {
                    let places = block.rows(within).iter().enumerate();
                    let place = |nth| Target::InRow(Box::new(of.clone()), within, nth);
                    operations.extend(places.filter_map(|(nth, item)| renamed(place(nth), item, key, old, new)));
                }
            }
        }
    }
    Ok(operations)
}

fn renamed(of: Target, block: &Block, key: &'static str, old: &str, new: &str) -> Option<Operation> {
    let names = block.texts(key);
    let now = names.iter().map(|name| if *name == old { new } else { name });
    let value = match names.as_slice() {
        names if !names.contains(&old) => return None,
        [_] => Value::text(new),
        _ => Value::texts(now),
    };
    Some(Operation::Change { of, keys: vec![(key, Some(value))] })
}
