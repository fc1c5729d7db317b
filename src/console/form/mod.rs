//! Forms: what one sent, and fields that each fill in one key of a block.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::civil::{Date, Time};
use serde::Deserialize;

use super::say;
use crate::editing::{Block, Keys, Value};
use crate::problem::Text;
use crate::reading::fold::bare;
use crate::reading::times;
use crate::reading::weekdays::weekdays;
use crate::schedule::Month;

mod as_written;
mod draw;
mod labels;

pub(super) use as_written::{WEEKDAYS, days_written, lines, stretch_written, time_written, window_written};
use as_written::{day_written, each_line, joined, row, row_shown, said, short};
pub(super) use draw::{folded, grouped};
pub(super) use labels::Labels;

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
                format!("`{written}` không phải ngày của tháng {}", say::month(month)),
                format!("`{written}` is no date of {month}"),
            )
        })
    }

    /// # Errors
    /// It is no time of day.
    pub fn time(&self, name: &str) -> Result<Time, Text> {
        times::time(&time_written(self.get(name).unwrap_or_default())).map_err(|refusal| refusal.message)
    }
}

/// What a form held when it was made, by its fields' names: what was not touched since is none of what was asked for.
#[derive(Clone, Default)]
pub(super) struct Held(BTreeMap<String, String>);

impl Held {
    /// The name of the field that sends it.
    pub const NAME: &str = "da-co";

    pub fn of<'v>(fields: impl IntoIterator<Item = (String, &'v str)>) -> Held {
        Held(fields.into_iter().map(|(name, value)| (name, value.to_owned())).collect())
    }

    /// As it was sent; nothing where it was not.
    pub fn read(written: Option<&str>) -> Held {
        Held(written.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default())
    }

    pub fn written(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }

    /// What the field held.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Whether the field held that.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.0.get(name).is_some_and(|held| held == value)
    }

    /// Whether `mine` was filled in where somebody else saved `theirs` meanwhile.
    pub fn clashes(&self, name: &str, mine: &str, theirs: &str) -> bool {
        mine != theirs && !self.has(name, mine) && !self.has(name, theirs)
    }
}

/// What a field is filled in with.
#[derive(Clone)]
pub(super) enum Control {
    /// A line.
    Line,
    /// A line, with others to choose from.
    Offered(Vec<String>),
    /// Several lines, one text each.
    Lines,
    /// Some sentences.
    Area,
    /// One of these: the word in the file, what people read.
    Choice(Vec<(String, String)>),
    /// A date.
    Date,
    /// A time of day.
    Time,
    /// Days of the week.
    Weekdays,
    /// A whole number.
    Number,
    /// A number with its point, or `false`.
    Decimal,
    /// Those of a block's keys that say `"off"`, by their names and what people read.
    Off(Vec<(String, String)>),
    /// Some of these: the words in the file, what people read.
    Several(Vec<(String, String)>),
    /// Dates, one a line.
    Dates,
    /// Blocks in braces, one a line: what these keys of each have, with `;` between.
    Rows(&'static [&'static str]),
}

/// A key of a block that a form fills in.
#[derive(Clone)]
pub(super) struct Field {
    pub key: &'static str,
    /// The key of the block whose braces have it (`month = { minutes = 120 }`); none: the block itself has it.
    pub within: Option<&'static str>,
    pub label: Text,
    /// What it and the fields beside it are about together.
    pub group: Option<Text>,
    pub hint: Option<Text>,
    /// As the field would look.
    pub example: Cow<'static, str>,
    /// Must be filled in.
    pub needed: bool,
    /// What the place is called where what it offers is made, and where that is for who may go there: told where there is
    /// nothing to choose from yet.
    pub made_at: Option<(Text, Option<&'static str>)>,
    pub control: Control,
}

impl Field {
    pub fn new(key: &'static str, vi: &str, en: &str, control: Control) -> Field {
        Field {
            key,
            within: None,
            label: Text::new(vi, en),
            group: None,
            hint: None,
            example: Cow::Borrowed(""),
            needed: false,
            made_at: None,
            control,
        }
    }

    pub fn within(self, key: &'static str) -> Field {
        Field { within: Some(key), ..self }
    }

    pub fn group(self, vi: &str, en: &str) -> Field {
        Field { group: Some(Text::new(vi, en)), ..self }
    }

    pub fn hint(self, vi: &str, en: &str) -> Field {
        Field { hint: Some(Text::new(vi, en)), ..self }
    }

    pub fn example(self, example: impl Into<Cow<'static, str>>) -> Field {
        Field { example: example.into(), ..self }
    }

    /// Of a choice: where among the station's pages its list is made.
    pub fn made_at(self, path: &'static str, vi: &str, en: &str) -> Field {
        Field { made_at: Some((Text::new(vi, en), Some(path))), ..self }
    }

    /// For who may change the station's lists, or may not.
    pub fn reached(self, may: bool) -> Field {
        Field { made_at: self.made_at.map(|(what, path)| (what, path.filter(|_| may))), ..self }
    }

    pub fn needed(self) -> Field {
        Field { needed: true, ..self }
    }

    /// What a new block's form has in it: of one thing to choose from that must be chosen, that.
    pub fn at_first(&self) -> String {
        match &self.control {
            Control::Choice(words) if self.needed && words.len() == 1 => {
                words.iter().map(|(word, _)| word.clone()).collect()
            }
            _ => String::new(),
        }
    }

    /// What it is called in what the form sends.
    pub fn name(&self) -> String {
        self.within.map_or_else(|| self.key.to_owned(), |within| format!("{within}.{}", self.key))
    }

    /// What the form shows of what a block has.
    pub fn shown(&self, block: Option<&Block>) -> String {
        let block = match self.within {
            Some(within) => block.and_then(|block| block.inner(within)),
            None => block,
        };
        let Some(block) = block else { return String::new() };
        let written = block.texts(self.key);
        let first = || written.first().map_or_else(String::new, |text| (*text).to_owned());
        match &self.control {
            Control::Lines | Control::Several(_) => written.join("\n"),
            Control::Dates => block.written(self.key).join("\n"),
            Control::Rows(keys) => {
                let rows = block.rows(self.key).iter();
                rows.map(|row| row_shown(keys, row)).collect::<Vec<_>>().join("\n")
            }
            Control::Date => block.day(self.key).unwrap_or_default().to_owned(),
            Control::Number | Control::Decimal => block.written(self.key).into_iter().next().unwrap_or_default(),
            Control::Time => block.written(self.key).into_iter().next().map(|time| short(&time)).unwrap_or_default(),
            Control::Weekdays => {
                let written = written.join(", ");
                // What nobody can read is shown as it is, and stays while it is not touched.
                weekdays(&written).map_or(written, days_written)
            }
            Control::Off(_) => block.inner(self.key).map(off).unwrap_or_default().join("\n"),
            Control::Line | Control::Offered(_) | Control::Area => first(),
            // A file may have the word in another of its forms.
            Control::Choice(words) => written.first().map_or_else(String::new, |text| {
                let same = words.iter().find(|(value, shown)| bare(value) == bare(text) || bare(shown) == bare(text));
                same.map_or_else(|| (*text).to_owned(), |(value, _)| value.clone())
            }),
        }
    }

    /// What was filled in, as [`Field::shown`] would show it.
    pub fn filled(&self, sent: &Sent) -> String {
        let name = self.name();
        let chosen = || sent.all(&name).filter(|value| !value.is_empty()).collect::<Vec<_>>();
        match &self.control {
            Control::Weekdays => {
                let chosen = chosen().join(", ");
                weekdays(&chosen).map_or(chosen, days_written)
            }
            Control::Off(_) | Control::Several(_) => chosen().join("\n"),
            Control::Dates => each_line(sent.get(&name), day_written),
            Control::Time => time_written(sent.get(&name).unwrap_or_default()),
            Control::Rows(keys) => each_line(sent.get(&name), |line| joined(&said(keys, line))),
            _ => sent.get(&name).unwrap_or_default().replace("\r\n", "\n"),
        }
    }

    /// What is to be written for what was filled in; none takes the key away.
    pub fn value(&self, filled: &str) -> Option<Value> {
        let filled = filled.trim();
        if filled.is_empty() {
            return None;
        }
        Some(match self.control {
            Control::Lines | Control::Dates => match lines(filled).as_slice() {
                [one] => Value::text(*one),
                several => Value::texts(several.iter().copied()),
            },
            Control::Several(_) => Value::texts(lines(filled)),
            Control::Rows(keys) => Value::List(lines(filled).into_iter().map(|line| row(keys, line)).collect()),
            Control::Date => filled.parse().map_or_else(|_| Value::text(filled), Value::Date),
            Control::Number => filled.parse().map_or_else(|_| Value::text(filled), Value::Number),
            Control::Decimal if filled == "false" => Value::Flag(false),
            Control::Decimal => filled.replace(',', ".").parse().map_or_else(|_| Value::text(filled), Value::Decimal),
            Control::Off(_) => Value::Table(
                lines(filled).into_iter().map(|key| (key.to_owned(), Value::text("off"))).collect::<Keys>(),
            ),
            _ => Value::text(filled),
        })
    }

    /// Whether a form that shows `block` by this field could lose something of it.
    pub fn would_lose(&self, block: &Block) -> bool {
        match &self.control {
            Control::Off(_) => block.inner(self.key).is_some_and(|inner| inner.names().count() > off(inner).len()),
            Control::Rows(keys) => block.rows(self.key).iter().any(|row| row.names().any(|key| !keys.contains(&key))),
            _ => false,
        }
    }
}

/// The keys of a block that say `"off"`.
fn off(block: &Block) -> Vec<String> {
    let says_off = |key: &&str| block.texts(key).first().is_some_and(|text| bare(text) == "off");
    block.names().filter(says_off).map(str::to_owned).collect()
}

/// A form was filled in on what somebody else has changed since: it comes again with both.
pub(super) fn changed_meanwhile() -> Text {
    Text::new(
        "chưa lưu: mục này vừa có người khác sửa hoặc bỏ, chưa có gì bị ghi đè; những gì bạn điền còn ở đây, dưới mỗi ô khác đi là bản vừa được lưu. Lưu lần nữa thì bản của bạn thay bản đó",
        "not saved: somebody has just changed this or taken it out, and nothing was overwritten; what you filled in is still here, with what has just been saved under each field that differs. Saved again, yours takes its place",
    )
}

/// What stands in a file by now, under the field that was filled in otherwise.
pub(super) fn saved_meanwhile(saved: &str) -> Text {
    Text::new(format!("Vừa được lưu: {saved}"), format!("Just saved: {saved}"))
}
