//! Forms: what one sent, and fields that each fill in one key of a block.

use jiff::civil::{Date, Time, Weekday};
use maud::{Markup, html};
use serde::Deserialize;

use super::page::marked;
use crate::cells;
use crate::editing::{Block, Keys, Value};
use crate::problem::{Lang, Text};
use crate::reading::fold::bare;
use crate::reading::weekdays::{self, Weekdays, weekdays};
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
    pub example: &'static str,
    /// Must be filled in.
    pub needed: bool,
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
            example: "",
            needed: false,
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

    pub fn example(self, example: &'static str) -> Field {
        Field { example, ..self }
    }

    pub fn needed(self) -> Field {
        Field { needed: true, ..self }
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
            Control::Lines => written.join("\n"),
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
            Control::Off(_) => chosen().join("\n"),
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
            Control::Lines => match lines(filled).as_slice() {
                [one] => Value::text(*one),
                several => Value::texts(several.iter().copied()),
            },
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
        let Control::Off(_) = self.control else { return false };
        block.inner(self.key).is_some_and(|inner| inner.names().count() > off(inner).len())
    }

    /// With its label, holding `value`.
    pub fn input(&self, lang: Lang, value: &str) -> Markup {
        let (name, label) = (self.name(), self.label.get(lang));
        match &self.control {
            Control::Choice(words) if words.is_empty() && value.is_empty() => return html! {},
            Control::Off(all) if all.is_empty() => return html! {},
            Control::Weekdays | Control::Off(_) => return self.picks(lang, &name, value),
            _ => {}
        }
        let described = self.hint.is_some().then(|| format!("{name}-y"));
        html! {
            label.wide[matches!(self.control, Control::Area)] { span { (label) }
                (self.box_of(&name, value, described.as_deref()))
                @if let (Some(hint), Some(described)) = (&self.hint, &described) { span.hint-text id=(described) { (marked(hint.get(lang))) } }
            }
        }
    }

    fn box_of(&self, name: &str, value: &str, described: Option<&str>) -> Markup {
        let (needed, example) = (self.needed, Some(self.example).filter(|example| !example.is_empty()));
        let numbers = match self.control {
            Control::Time => Some("numeric"),
            Control::Decimal => Some("text"),
            _ => None,
        };
        html! {
            @match &self.control {
                Control::Choice(words) => {
                    select id=(name) name=(name) required[needed] aria-describedby=[described] {
                        option value="" { "—" }
                        @if !words.iter().any(|(word, _)| word == value) && !value.is_empty() { option value=(value) selected { (value) } }
                        @for (word, shown) in words { option value=(word) selected[word == value] { (shown) } }
                    }
                }
                Control::Date => { input type="date" id=(name) name=(name) value=(value) required[needed] aria-describedby=[described]; }
                Control::Number => {
                    input type="number" min="0" step="1" inputmode="numeric" id=(name) name=(name) value=(value) required[needed]
                        placeholder=[example] aria-describedby=[described];
                }
                Control::Lines | Control::Area => {
                    textarea.short id=(name) name=(name) rows="2" required[needed] placeholder=[example] aria-describedby=[described] { (value) }
                }
                Control::Offered(all) => {
                    input id=(name) name=(name) value=(value) required[needed] list=(format!("{name}-co")) placeholder=[example]
                        autocomplete="off" aria-describedby=[described];
                    datalist id=(format!("{name}-co")) { @for one in all { option value=(one) {} } }
                }
                _ => {
                    input id=(name) name=(name) value=(value) required[needed] inputmode=[numbers] placeholder=[example]
                        autocomplete="off" aria-describedby=[described];
                }
            }
        }
    }

    /// Several of a few.
    fn picks(&self, lang: Lang, name: &str, value: &str) -> Markup {
        let (all, chosen): (Vec<(String, String)>, Vec<String>) = match &self.control {
            Control::Off(all) => (all.clone(), value.lines().map(str::to_owned).collect()),
            _ => {
                let set = weekdays(value).unwrap_or_default();
                let days = || WEEKDAYS.into_iter().zip(Weekday::Monday.cycle_forward());
                let all = days().map(|(code, day)| (code.to_owned(), weekdays::name(day, lang).to_owned())).collect();
                let chosen = days().filter(|(_, day)| set.contains(*day)).map(|(code, _)| code.to_owned());
                (all, chosen.collect())
            }
        };
        html! {
            fieldset.plain-set.wide id=(name) {
                legend { (self.label.get(lang)) }
                // So that none of them is told from a form that has no such field.
                input type="hidden" name=(name) value="";
                div.picks {
                    @for (code, shown) in &all {
                        label.pick { input type="checkbox" name=(name) value=(code) checked[chosen.contains(code)]; span { (shown) } }
                    }
                }
                @if let Some(hint) = &self.hint { p.hint-text { (marked(hint.get(lang))) } }
            }
        }
    }

    /// A value as people read it.
    pub fn read(&self, value: &str, lang: Lang) -> String {
        let word = |all: &[(String, String)], value: &str| {
            all.iter().find(|(code, _)| code == value).map_or_else(|| value.to_owned(), |(_, shown)| shown.clone())
        };
        match (&self.control, value.parse()) {
            _ if value.is_empty() => "—".to_owned(),
            (Control::Date, Ok(date)) => cells::date(date, lang),
            (Control::Choice(all), _) => word(all, value),
            (Control::Off(all), _) => value.lines().map(|code| word(all, code)).collect::<Vec<_>>().join(", "),
            (Control::Weekdays, _) if lang == Lang::En => in_english(value),
            _ => value.lines().collect::<Vec<_>>().join(", "),
        }
    }
}

/// Fields with what they hold, those of a group together under its name.
pub(super) fn grouped(lang: Lang, fields: &[(Field, String)]) -> Markup {
    html! {
        @for together in fields.chunk_by(|(a, _), (b, _)| a.group == b.group) {
            @let inputs = html! { @for (field, value) in together { (field.input(lang, value)) } };
            @match together.first().and_then(|(field, _)| field.group.as_ref()) {
                Some(group) => { fieldset.plain-set { legend { (group.get(lang)) } div.grid-fields.of-group { (inputs) } } }
                None => { div.grid-fields { (inputs) } }
            }
        }
    }
}

/// The keys of a block that say `"off"`.
fn off(block: &Block) -> Vec<String> {
    let says_off = |key: &&str| block.texts(key).first().is_some_and(|text| bare(text) == "off");
    block.names().filter(says_off).map(str::to_owned).collect()
}

/// Without seconds that are none: `05:30` of `05:30:00`.
fn short(time: &str) -> String {
    crate::reading::times::time(time).map_or_else(
        |_| time.to_owned(),
        |time| {
            let form = if time.second() == 0 { "%H:%M" } else { "%H:%M:%S" };
            time.strftime(form).to_string()
        },
    )
}

/// Weekdays as files have them, Monday first.
pub(super) const WEEKDAYS: [&str; 7] = ["T2", "T3", "T4", "T5", "T6", "T7", "CN"];

/// `T2-T7`, `T3, T5`, `hằng ngày`.
pub(super) fn days_written(days: Weekdays) -> String {
    let holds: Vec<bool> = Weekday::Monday.cycle_forward().take(7).map(|day| days.contains(day)).collect();
    if holds.iter().all(|holds| *holds) {
        return "hằng ngày".to_owned();
    }
    let mut parts: Vec<String> = Vec::new();
    let mut at = 0;
    while at < 7 {
        let run = holds[at..].iter().take_while(|holds| **holds).count();
        match run {
            0 => {}
            1 | 2 => parts.extend(WEEKDAYS[at..at + run].iter().map(|day| (*day).to_owned())),
            _ => parts.push(format!("{}-{}", WEEKDAYS[at], WEEKDAYS[at + run - 1])),
        }
        at += run.max(1);
    }
    parts.join(", ")
}

/// The same for who reads English.
fn in_english(written: &str) -> String {
    let Ok(days) = weekdays(written) else { return written.to_owned() };
    let all = Weekday::Monday.cycle_forward().take(7).filter(|day| days.contains(*day));
    if days == Weekdays::ALL {
        "every day".to_owned()
    } else {
        all.map(|day| weekdays::name(day, Lang::En)).collect::<Vec<_>>().join(", ")
    }
}

/// The lines that say something.
pub(super) fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}
