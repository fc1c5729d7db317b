//! Forms: what one sent, and fields that each fill in one key of a block.

use jiff::civil::{Date, Time};
use maud::{Markup, html};
use serde::Deserialize;

use crate::editing::{Block, Value};
use crate::problem::{Lang, Text};
use crate::reading::fold::bare;
use crate::schedule::Month;

/// What a form sent: names and values in order.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct Sent(pub Vec<(String, String)>);

impl Sent {
    /// A field's words; none if it is empty or was not sent.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(field, _)| field == name)?;
        Some(found.1.trim()).filter(|value| !value.is_empty())
    }

    /// Whether the form had the field at all.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(field, _)| field == name)
    }

    /// All values of a field that comes more than once.
    pub fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> {
        self.0.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.trim())
    }

    /// # Errors
    /// It is empty: says which field.
    pub fn need(&self, name: &str, label: &Text) -> Result<&str, Text> {
        self.get(name).ok_or_else(|| Text::new(format!("hãy điền ô “{}”", label.vi), format!("fill in “{}”", label.en)))
    }

    /// # Errors
    /// It is no date of the month.
    pub fn date(&self, name: &str, month: Month) -> Result<Date, Text> {
        let written = self.get(name).unwrap_or_default();
        written.parse::<Date>().ok().filter(|date| month.contains(*date)).ok_or_else(|| {
            Text::new(
                format!("`{written}` không phải ngày của tháng {month}"),
                format!("`{written}` is no date of {month}"),
            )
        })
    }

    /// # Errors
    /// It is no time of day.
    pub fn time(&self, name: &str) -> Result<Time, Text> {
        let written = self.get(name).unwrap_or_default();
        crate::reading::times::time(written).map_err(|refusal| refusal.message)
    }
}

/// What a field is filled in with.
pub(super) enum Control {
    /// A line.
    Line,
    /// Several lines, one text each.
    Lines,
    /// Some sentences.
    Area,
    /// One of these: the word in the file, what people read.
    Choice(Vec<(String, String)>),
    /// A date.
    Date,
    /// A whole number.
    Number,
}

/// A key of a block that a form fills in.
pub(super) struct Field {
    pub key: &'static str,
    pub label: Text,
    pub control: Control,
}

impl Field {
    pub fn new(key: &'static str, vi: &str, en: &str, control: Control) -> Field {
        Field { key, label: Text::new(vi, en), control }
    }

    /// What the form shows of what a block has.
    pub fn shown(&self, block: Option<&Block>) -> String {
        let Some(block) = block else { return String::new() };
        let written = block.texts(self.key);
        match &self.control {
            Control::Lines => written.join("\n"),
            Control::Date => block.day(self.key).unwrap_or_default().to_owned(),
            Control::Number => block.written(self.key).into_iter().next().unwrap_or_default(),
            Control::Line | Control::Area => written.first().map_or_else(String::new, |text| (*text).to_owned()),
            // A file may have the word in another of its forms.
            Control::Choice(words) => written.first().map_or_else(String::new, |text| {
                let same = words.iter().find(|(value, shown)| bare(value) == bare(text) || bare(shown) == bare(text));
                same.map_or_else(|| (*text).to_owned(), |(value, _)| value.clone())
            }),
        }
    }

    /// What is to be written for what was filled in; none takes the key away.
    pub fn value(&self, filled: &str) -> Option<Value> {
        let filled = filled.trim();
        if filled.is_empty() {
            return None;
        }
        Some(match self.control {
            Control::Lines => match lines(filled).as_slice() {
                [one] => Value::text(*one),
                several => Value::texts(several.iter().copied()),
            },
            Control::Date => filled.parse().map_or_else(|_| Value::text(filled), Value::Date),
            Control::Number => filled.parse().map_or_else(|_| Value::text(filled), Value::Number),
            Control::Line | Control::Area | Control::Choice(_) => Value::text(filled),
        })
    }

    /// With its label, holding `value`.
    pub fn input(&self, lang: Lang, value: &str) -> Markup {
        let (key, label) = (self.key, self.label.get(lang));
        let words = match &self.control {
            Control::Choice(words) if words.is_empty() && value.is_empty() => return html! {},
            Control::Choice(words) => words.as_slice(),
            _ => &[],
        };
        let known = words.iter().any(|(word, _)| word == value);
        html! {
            label.wide[matches!(self.control, Control::Area)] { span { (label) }
                @match &self.control {
                    Control::Choice(_) => {
                        select id=(key) name=(key) {
                            option value="" { "—" }
                            @if !known && !value.is_empty() { option value=(value) selected { (value) } }
                            @for (word, shown) in words { option value=(word) selected[word == value] { (shown) } }
                        }
                    }
                    Control::Date => { input type="date" id=(key) name=(key) value=(value); }
                    Control::Number => { input type="number" min="0" step="1" inputmode="numeric" id=(key) name=(key) value=(value); }
                    Control::Line => { input id=(key) name=(key) value=(value); }
                    Control::Lines | Control::Area => { textarea.short id=(key) name=(key) rows="2" { (value) } }
                }
            }
        }
    }
}

/// The lines that say something.
pub(super) fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}
