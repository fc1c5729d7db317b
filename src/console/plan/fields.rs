//! What a form sent, and the fields that a segment has.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time};
use serde::Deserialize;

use crate::editing::{Block, Value};
use crate::problem::{Lang, Text};
use crate::programme::particulars::{Level, Origin, Tone};
use crate::reading::fold::bare;
use crate::schedule::Month;
use crate::station::Station;

/// What a form sent: names and values in order.
#[derive(Deserialize)]
#[serde(transparent)]
pub(in crate::console) struct Sent(pub Vec<(String, String)>);

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

/// How a field is filled in.
pub(in crate::console) enum Kind {
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

/// A key of a segment that a form fills in.
pub(in crate::console) struct Field {
    pub key: &'static str,
    pub label: Text,
    pub kind: Kind,
}

impl Field {
    pub fn new(key: &'static str, vi: &str, en: &str, kind: Kind) -> Field {
        Field { key, label: Text::new(vi, en), kind }
    }

    /// What the form shows of what a block has.
    pub fn shown(&self, block: Option<&Block>) -> String {
        let Some(block) = block else { return String::new() };
        let written = block.texts(self.key);
        match &self.kind {
            Kind::Lines => written.join("\n"),
            Kind::Date => block.day(self.key).unwrap_or_default().to_owned(),
            Kind::Number => block.written(self.key).into_iter().next().unwrap_or_default(),
            Kind::Line | Kind::Area => written.first().map_or_else(String::new, |text| (*text).to_owned()),
            // A file may have the word in another of its forms.
            Kind::Choice(words) => written.first().map_or_else(String::new, |text| {
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
        Some(match self.kind {
            Kind::Lines => match lines(filled).as_slice() {
                [one] => Value::text(*one),
                several => Value::texts(several.iter().copied()),
            },
            Kind::Date => filled.parse().map_or_else(|_| Value::text(filled), Value::Date),
            Kind::Number => filled.parse().map_or_else(|_| Value::text(filled), Value::Number),
            Kind::Line | Kind::Area | Kind::Choice(_) => Value::text(filled),
        })
    }
}

pub(super) fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

/// What a segment says of itself, in the order of the form. `lang` is that of the words to choose from.
pub(super) fn facts(station: &Station, lang: Lang) -> Vec<Field> {
    let plain = |words: &[Text]| words.iter().map(|word| (word.vi.clone(), word.get(lang).to_owned())).collect();
    let names = |names: Vec<String>| names.into_iter().map(|name| (name.clone(), name)).collect();
    let topics = station.topics.iter().flat_map(|topic| std::iter::once(topic).chain(&topic.sub));
    let topics = topics.map(|topic| (topic.code.clone(), format!("{}. {}", topic.code, topic.title))).collect();
    let genres = station.genres.iter().map(|genre| genre.name.clone()).collect();
    let fields = station.fields.iter().map(|field| field.name.clone()).collect();
    let hotlines = station.hotlines.iter().map(|line| (line.id.clone(), format!("{} – {}", line.number, line.unit)));
    let tones: Vec<Text> = Tone::ALL.iter().map(|tone| tone.words()).collect();
    let levels: Vec<Text> = Level::ALL.iter().map(|level| level.words()).collect();
    let origins: Vec<Text> = Origin::ALL.iter().map(|origin| origin.words()).collect();
    vec![
        Field::new("topic", "Chủ đề CCHC", "Topic (reform)", Kind::Choice(topics)),
        Field::new("genre", "Thể loại", "Genre", Kind::Choice(names(genres))),
        Field::new("tone", "Sắc thái", "Tone", Kind::Choice(plain(&tones))),
        Field::new("level", "Cấp ban hành", "Level", Kind::Choice(plain(&levels))),
        Field::new("field", "Lĩnh vực", "Field of work", Kind::Choice(names(fields))),
        Field::new("hotline", "Đường dây nóng", "Hotline", Kind::Choice(hotlines.collect())),
        Field::new("origin", "Nguồn", "Origin", Kind::Choice(plain(&origins))),
        Field::new("credit", "Ghi nguồn", "Credit", Kind::Line),
        Field::new("subject", "Người, đơn vị được nêu", "Who is praised or criticised", Kind::Line),
        Field::new("partner", "Phối hợp với (mỗi dòng một đơn vị)", "Made with (a line each)", Kind::Lines),
        Field::new("audience", "Đối tượng nghe (mỗi dòng một nhóm)", "For whom (a line each)", Kind::Lines),
        Field::new("editor", "Biên tập", "Editor", Kind::Line),
        Field::new("announcer", "Phát thanh viên", "Announcer", Kind::Line),
        Field::new("valid_until", "Có hiệu lực đến hết ngày", "Valid until", Kind::Date),
        Field::new("summary", "Tóm tắt", "Summary", Kind::Area),
    ]
}

/// Weekdays as files have them, Monday first.
pub(super) const WEEKDAYS: [&str; 7] = ["T2", "T3", "T4", "T5", "T6", "T7", "CN"];

/// The days of the month that a block lists in `on` or `dates`.
pub(super) fn listed(block: Option<&Block>, month: Month) -> BTreeSet<Date> {
    block
        .map(|block| block.dates(month.first()))
        .unwrap_or_default()
        .into_iter()
        .filter(|date| month.contains(*date))
        .collect()
}
