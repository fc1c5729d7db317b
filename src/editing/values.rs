//! What a key can be given, and how it is written.

use std::fmt;

use jiff::civil::{Date, Time};

/// What a key can be given.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// In quotes; of several lines in three of them.
    Text(String),
    /// Bare.
    Number(i64),
    /// With its point.
    Decimal(f64),
    /// `true` or `false`.
    Flag(bool),
    /// Bare, as `2026-12-24`.
    Date(Date),
    /// In brackets; one a line if they are in braces.
    List(Vec<Value>),
    /// In braces.
    Table(Keys),
}

/// Keys with their values, in the order in which they are written.
pub type Keys = Vec<(String, Value)>;

impl Value {
    /// A text.
    pub fn text(text: impl Into<String>) -> Value {
        Value::Text(text.into())
    }

    /// A time of day, in quotes as files mostly have it: `05:45`, `05:45:30`.
    pub fn time(time: Time) -> Value {
        let form = if time.second() == 0 { "%H:%M" } else { "%H:%M:%S" };
        Value::Text(time.strftime(form).to_string())
    }

    /// Texts in brackets.
    pub fn texts<'t>(texts: impl IntoIterator<Item = &'t str>) -> Value {
        Value::List(texts.into_iter().map(Value::text).collect())
    }

    /// As TOML has it, with this line break.
    pub(super) fn written(&self, newline: &str) -> String {
        match self {
            Value::Text(text) => quoted(&text.replace("\r\n", "\n")).replace('\n', newline),
            Value::Number(number) => number.to_string(),
            Value::Decimal(number) => format!("{number:?}"),
            Value::Flag(flag) => flag.to_string(),
            Value::Date(date) => date.to_string(),
            Value::List(list) => {
                let written = list.iter().map(|value| value.written(newline));
                if list.len() > 1 && list.iter().all(|value| matches!(value, Value::Table(_))) {
                    let lines: String = written.map(|item| format!("  {item},{newline}")).collect();
                    return format!("[{newline}{lines}]");
                }
                format!("[{}]", written.collect::<Vec<_>>().join(", "))
            }
            Value::Table(keys) if keys.is_empty() => "{}".to_owned(),
            Value::Table(keys) => {
                let pairs =
                    keys.iter().map(|(key, value)| format!("{} = {}", key_written(key), value.written(newline)));
                format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written("\n"))
    }
}

/// A text in quotes.
pub(super) fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string().trim().to_owned()
}

/// A key, in quotes where it needs them.
pub(super) fn key_written(key: &str) -> String {
    let bare = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if bare { key.to_owned() } else { quoted(key) }
}
