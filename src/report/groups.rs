//! Tables 2, 3, 4 and 7: the airings about administrative reform (Q) by genre, topic, tone, level, field and so on. A row
//! stands once in a table of which its segment has one word, and once for each where it may have several: those columns
//! need not add up, and say so.

use std::collections::{BTreeMap, HashMap};

use super::figure::Figure;
use super::row::{Log, Row};
use crate::outcome::words;
use crate::problem::{Lang, Text};
use crate::programme::particulars::{Level, Origin, Tone};
use crate::reading::fold::folded;
use crate::reading::order::order;
use crate::station::{Station, Topic};

words! {
    /// What the rows are told apart by.
    By {
        /// Genre.
        Genre = "genre", "Thể loại", "Genre";
        /// Topic of the plan.
        Topic = "topic", "Nội dung", "Topic";
        /// Tone.
        Tone = "tone", "Sắc thái", "Tone";
        /// Level of government.
        Level = "level", "Cấp ban hành chính sách", "Level";
        /// Field of work.
        Field = "field", "Lĩnh vực", "Field";
        /// Whom it is for.
        Audience = "audience", "Đối tượng", "Audience";
        /// Who made it with the station.
        Partner = "partner", "Đơn vị phối hợp", "Partner";
        /// Where it comes from.
        Origin = "origin", "Nguồn", "Origin";
        /// The ward's labels.
        Tag = "tag", "Nhãn", "Tag";
    }
}

impl By {
    /// Whether a segment has one word of it at most, so that its table adds up to all of Q.
    pub fn adds_up(self) -> bool {
        !matches!(self, By::Audience | By::Partner | By::Tag)
    }
}

/// A line of such a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its word in JSON; none for what says nothing.
    pub code: Option<String>,
    /// What people call it.
    pub name: Text,
    /// The topic that this one is a part of, by code; none for all else.
    pub part_of: Option<String>,
    /// Works heard whole for the first time ever.
    pub new_works: Figure,
    /// Works heard.
    pub works: Figure,
    /// Airings.
    pub airings: Figure,
    /// What was heard of them; of a row with several topics the first one has it all.
    pub airtime: Figure,
}

impl Group {
    fn of(log: &Log, code: Option<&str>, name: Text, airings: Vec<usize>, airtime: Option<Vec<usize>>) -> Group {
        Group {
            code: code.map(str::to_owned),
            name,
            part_of: None,
            new_works: Figure::count(log.new_works(&airings)),
            works: Figure::count(log.works(&airings)),
            airtime: Figure::airtime(log, airtime.unwrap_or_else(|| airings.clone())),
            airings: Figure::count(airings),
        }
    }

    /// Its figures and their names in JSON.
    pub fn figures(&self) -> [(&'static str, &Figure); 4] {
        [("new_works", &self.new_works), ("works", &self.works), ("airings", &self.airings), ("airtime", &self.airtime)]
    }
}

/// The table of `reform`, the rows of Q, told apart by `by`.
pub fn table(by: By, log: &Log, reform: &[usize], station: &Station) -> Vec<Group> {
    let plain = |name: &str| (name.to_owned(), Text::new(name, name));
    let known: Vec<(String, Text)> = match by {
        By::Topic => return topics(log, reform, station),
        By::Tone => Tone::ALL.iter().map(|tone| worded(tone.code(), |lang| tone.word(lang))).collect(),
        By::Level => {
            // A city under the state stands beside the provinces, and has one word with them in a schedule.
            let word = |level: Level, lang| match (level, lang) {
                (Level::Province, Lang::Vi) => "tỉnh, thành phố",
                _ => level.word(lang),
            };
            Level::ALL.iter().map(|level| worded(level.code(), |lang| word(*level, lang))).collect()
        }
        By::Origin => Origin::ALL.iter().map(|origin| worded(origin.code(), |lang| origin.word(lang))).collect(),
        By::Genre => station
            .genres
            .iter()
            .map(|genre| (genre.name.clone(), Text::new(&genre.name, genre.english.unwrap_or(&genre.name))))
            .collect(),
        By::Field => station.fields.iter().map(|field| plain(&field.name)).collect(),
        By::Audience | By::Partner | By::Tag => Vec::new(),
    };
    let mut found = by_word(log, reform, |row| said(by, row));
    let mut groups: Vec<Group> = Vec::new();
    for (code, name) in known {
        let rows = found.remove(&folded(&code)).map(|(_, rows)| rows).unwrap_or_default();
        groups.push(Group::of(log, Some(&code), name, rows, None));
    }
    let mut others: Vec<(String, Vec<usize>)> = found.into_values().collect();
    others.sort_by_cached_key(|(word, _)| order(word));
    for (word, rows) in others {
        groups.push(Group::of(log, Some(&word), Text::new(&word, &word), rows, None));
    }
    let silent = log.chosen(reform.iter().copied(), |row| said(by, row).is_empty());
    if by.adds_up() && !silent.is_empty() {
        groups.push(Group::of(log, None, unsaid(by), silent, None));
    }
    groups
}

fn worded(code: &str, word: impl Fn(crate::problem::Lang) -> &'static str) -> (String, Text) {
    (code.to_owned(), Text::new(word(crate::problem::Lang::Vi), word(crate::problem::Lang::En)))
}

/// What a row says of itself.
fn said(by: By, row: &Row) -> Vec<&str> {
    let said = &*row.particulars;
    match by {
        By::Genre => said.genre.as_deref().into_iter().collect(),
        By::Topic => said.topics.iter().map(String::as_str).collect(),
        By::Tone => said.tone.map(Tone::code).into_iter().collect(),
        By::Level => said.level.map(Level::code).into_iter().collect(),
        By::Field => said.field.as_deref().into_iter().collect(),
        By::Origin => said.origin.map(Origin::code).into_iter().collect(),
        By::Audience => said.audience.iter().map(String::as_str).collect(),
        By::Partner => said.partner.iter().map(String::as_str).collect(),
        By::Tag => said.tags.iter().map(String::as_str).collect(),
    }
}

/// What people call those that say nothing.
fn unsaid(by: By) -> Text {
    match by {
        By::Field => Text::new("không gắn lĩnh vực", "no field"),
        By::Level => Text::new("không ghi cấp", "no level"),
        By::Tone => Text::new("không ghi sắc thái", "no tone"),
        By::Origin => Text::new("không ghi nguồn", "no origin"),
        _ => Text::new("không ghi thể loại", "no genre"),
    }
}

/// The rows by what they say, folded, with its first spelling: `hoá` and `hóa` are one word. Folding is slow and rows are
/// many, so each spelling is folded once.
fn by_word<'l>(
    log: &'l Log,
    rows: &[usize],
    said: impl Fn(&'l Row) -> Vec<&'l str>,
) -> BTreeMap<String, (String, Vec<usize>)> {
    let mut spelt: HashMap<&str, Vec<usize>> = HashMap::new();
    for at in rows {
        for word in said(&log.rows[*at]) {
            let rows = spelt.entry(word).or_default();
            if rows.last() != Some(at) {
                rows.push(*at);
            }
        }
    }
    let mut spelt: Vec<(&str, Vec<usize>)> = spelt.into_iter().collect();
    spelt.sort_by_key(|(word, rows)| (rows.first().copied(), *word));
    let mut found: BTreeMap<String, (String, Vec<usize>)> = BTreeMap::new();
    for (word, rows) in spelt {
        let (_, all) = found.entry(folded(word)).or_insert_with(|| (word.to_owned(), Vec::new()));
        all.extend(rows);
        all.sort_unstable();
        all.dedup();
    }
    found
}

/// The plan's topics in their order, also those without a word on air; each with its parts. Airings count for every topic
/// a row has, minutes for the first alone, so that minutes add up to all of Q.
fn topics(log: &Log, reform: &[usize], station: &Station) -> Vec<Group> {
    let mut airings = by_word(log, reform, |row| said(By::Topic, row));
    let mut primary = by_word(log, reform, |row| said(By::Topic, row).into_iter().take(1).collect());
    let mut take = |code: &str| {
        let key = folded(code);
        let rows = |found: Option<(String, Vec<usize>)>| found.map(|(_, rows)| rows).unwrap_or_default();
        (rows(airings.remove(&key)), rows(primary.remove(&key)))
    };
    let mut groups = Vec::new();
    for topic in &station.topics {
        let own = take(&topic.code);
        let parts: Vec<_> = topic.sub.iter().map(|sub| (sub, take(&sub.code))).collect();
        let (mut all_airings, mut all_airtime) = own.clone();
        for (_, (airings, airtime)) in &parts {
            all_airings.extend(airings);
            all_airtime.extend(airtime);
        }
        all_airings.sort_unstable();
        all_airings.dedup();
        all_airtime.sort_unstable();
        let name = Text::new(&topic.title, &topic.title);
        groups.push(Group::of(log, Some(&topic.code), name, all_airings, Some(all_airtime)));
        // What names the topic and none of its parts: without it the parts would not add up.
        let in_general = !own.0.is_empty() || !own.1.is_empty();
        if in_general && !parts.is_empty() {
            let name = Text::new("nội dung chung", "in general");
            groups.push(part(topic, Group::of(log, Some(&topic.code), name, own.0, Some(own.1))));
        }
        for (sub, (airings, airtime)) in parts {
            let name = Text::new(&sub.title, &sub.title);
            groups.push(part(topic, Group::of(log, Some(&sub.code), name, airings, Some(airtime))));
        }
    }
    let mut gone: Vec<(String, Vec<usize>)> = airings.into_values().collect();
    gone.sort_by_cached_key(|(code, _)| order(code));
    for (code, rows) in gone {
        let airtime = primary.remove(&folded(&code)).map(|(_, rows)| rows).unwrap_or_default();
        let name = Text::new("không còn trong danh mục", "no longer in the list");
        groups.push(Group::of(log, Some(&code), name, rows, Some(airtime)));
    }
    groups
}

fn part(topic: &Topic, group: Group) -> Group {
    Group { part_of: Some(topic.code.clone()), ..group }
}
