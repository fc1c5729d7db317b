//! What a TOML text says, with every value's place, in the order of the file.

use crate::problem::Span;

/// A key as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its name.
    pub name: String,
    /// Where.
    pub span: Span,
}

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where; of a table, its header.
    pub span: Span,
    /// What.
    pub value: Value,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// In quotes.
    Text(String),
    /// A whole number as written, without blanks and underscores.
    Integer(String),
    /// Another number as written; also nan and inf.
    Float(String),
    /// `true` or `false`.
    Boolean(bool),
    /// A date, a time or both, as TOML has them without quotes.
    Datetime(toml::value::Datetime),
    /// `[…]`, or a row of `[[…]]`.
    List(Vec<Node>),
    /// `{…}` or `[…]` with its keys.
    Table(Table),
}

/// The keys of a table in the order of the file.
pub type Table = Vec<(Key, Node)>;

/// The value of `name`, if it is there.
pub fn find<'n>(table: &'n Table, name: &str) -> Option<&'n (Key, Node)> {
    table.iter().find(|(key, _)| key.name == name)
}

/// Owned, and with each place moved back by `original` to where it stands in the user's text.
pub(super) fn grow(table: toml::de::DeTable<'_>, original: &dyn Fn(usize) -> usize) -> Table {
    let place = |range: std::ops::Range<usize>| Span { start: original(range.start), end: original(range.end) };
    let mut keys: Table = table
        .into_iter()
        .map(|(key, value)| {
            let key = Key { span: place(key.span()), name: key.into_inner().into_owned() };
            (key, node(value, original))
        })
        .collect();
    keys.sort_by_key(|(key, _)| key.span);
    keys
}

// Depth is bounded: the parser stops at eighty levels.
fn node(value: toml::Spanned<toml::de::DeValue<'_>>, original: &dyn Fn(usize) -> usize) -> Node {
    use toml::de::DeValue;
    let range = value.span();
    let span = Span { start: original(range.start), end: original(range.end) };
    let value = match value.into_inner() {
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Integer(number) if number.radix() == 10 => Value::Integer(number.as_str().to_owned()),
        DeValue::Integer(number) => Value::Integer(number.to_string()),
        DeValue::Float(number) => Value::Float(number.as_str().to_owned()),
        DeValue::Boolean(yes) => Value::Boolean(yes),
        DeValue::Datetime(datetime) => Value::Datetime(datetime),
        DeValue::Array(list) => Value::List(list.into_iter().map(|item| node(item, original)).collect()),
        DeValue::Table(table) => Value::Table(grow(table, original)),
    };
    Node { span, value }
}
