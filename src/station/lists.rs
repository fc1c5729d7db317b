//! The ward's own lists: topics, genres, fields, forms, bases, hotlines. Reports print them as they are spelt here.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Station, TWO_LEVELS, is_of_district};
use crate::problem::{Place, Problem, Text};
use crate::reading::fold::folded;
use crate::reading::order::order;
use crate::reading::tree::Table;
use crate::reading::{Block, Reader};

/// One of the plan's topics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// `h`, `h2`: any letters, unique among all topics and their parts.
    pub code: String,
    /// What it is about.
    pub title: String,
    /// Its parts; those have none of their own.
    pub sub: Vec<Topic>,
}

/// A kind of piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Genre {
    /// `tin`, `bài`, …
    pub name: String,
    /// The English word of a built-in one, which files may have as well.
    pub english: Option<&'static str>,
    /// Its usual length at most, in ms.
    pub max_ms: Option<u64>,
}

/// A field of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// `đất đai`.
    pub name: String,
    /// Who answers for it.
    pub officer: Option<String>,
}

/// A document that the station's work carries out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    /// `289/KH-UBND`.
    pub number: String,
    /// Its date.
    pub date: Date,
    /// Who issued it.
    pub issuer: String,
    /// What it is about.
    pub subject: String,
    /// Where its issuer is written.
    pub place: Place,
}

impl Basis {
    /// Whether a report of `date` leaves it out: its issuer belongs to a district, and there are none any more.
    pub fn is_left_out_on(&self, date: Date) -> bool {
        date >= TWO_LEVELS && is_of_district(&self.issuer)
    }
}

/// A telephone number that people may report to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hotline {
    /// What segments name it by.
    pub id: String,
    /// Whose it is.
    pub unit: String,
    /// The number.
    pub number: String,
    /// What it is for.
    pub scope: Option<String>,
    /// When it is answered.
    pub hours: Option<String>,
    /// The first date it holds.
    pub valid_from: Option<Date>,
    /// The last date it holds.
    pub valid_to: Option<Date>,
    /// Where it is written.
    pub place: Place,
}

impl Station {
    /// The documents that the plan carries out, in the words of its first line; none where none is written.
    pub fn carries_out(&self) -> Option<Text> {
        let listed = |one: &dyn Fn(&Basis) -> String| self.basis.iter().map(one).collect::<Vec<_>>().join("; ");
        let vi = |basis: &Basis| {
            let Basis { number, date, issuer, subject, .. } = basis;
            format!("số {number} ngày {} của {issuer} ({subject})", date.strftime("%d/%m/%Y"))
        };
        let en = |basis: &Basis| {
            let Basis { number, date, issuer, subject, .. } = basis;
            format!("{number} of {date}, {issuer} ({subject})")
        };
        let words = Text::new(format!("Thực hiện văn bản {}", listed(&vi)), format!("Carries out {}", listed(&en)));
        (!self.basis.is_empty()).then_some(words)
    }
}

/// The genres that need no `[[genre]]`, with their English words and usual lengths in minutes.
const GENRES: [(&str, &str, u64); 8] = [
    ("tin", "news", 2),
    ("bài", "article", 10),
    ("phóng sự", "reportage", 10),
    ("phỏng vấn", "interview", 10),
    ("hỏi đáp", "questions", 10),
    ("thông báo", "notice", 3),
    ("tiểu phẩm", "skit", 10),
    ("khẩu hiệu", "slogan", 1),
];

/// The built-in genres.
pub fn genres() -> Vec<Genre> {
    let genre = |(name, english, minutes): (&str, &'static str, u64)| Genre {
        name: name.to_owned(),
        english: Some(english),
        max_ms: Some(minutes * 60_000),
    };
    GENRES.into_iter().map(genre).collect()
}

pub(super) fn read(reader: &mut Reader<'_>, root: &Table, text_len: usize, station: &mut Station) {
    topics(reader, root, text_len, station);
    let (mut genres, mut fields, mut forms) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for row in reader.rows(root, "genre", text_len) {
        let mut block = reader.row(row, &["name", "max"]);
        let name = listed_once(&mut block, "\"diễn đàn\"", &mut genres, ("hai thể loại", "two genres"));
        let max_ms = block.duration_ms("max");
        let Some(name) = name else { continue };
        match station.genres.iter_mut().find(|genre| folded(&genre.name) == folded(&name)) {
            Some(genre) => genre.max_ms = max_ms.or(genre.max_ms),
            None => station.genres.push(Genre { name, english: None, max_ms }),
        }
    }
    for row in reader.rows(root, "field", text_len) {
        let mut block = reader.row(row, &["name", "officer"]);
        let name = listed_once(&mut block, "\"đất đai\"", &mut fields, ("hai lĩnh vực", "two fields"));
        let officer = block.line("officer", "\"…\"");
        station.fields.extend(name.map(|name| Field { name, officer }));
    }
    for row in reader.rows(root, "form", text_len) {
        let mut block = reader.row(row, &["name"]);
        let name = listed_once(&mut block, "\"hội nghị\"", &mut forms, ("hai hình thức", "two forms"));
        station.forms.extend(name);
    }
    for row in reader.rows(root, "basis", text_len) {
        let mut block = reader.row(row, &["number", "date", "issuer", "abstract"]);
        let number = block.needed_line("number", "\"289/KH-UBND\"");
        let date = block.needed_date("date");
        let issuer = block.needed_line("issuer", "\"UBND phường Long Xuyên\"");
        let subject = block.needed_line("abstract", "\"tuyên truyền cải cách hành chính\"");
        let written = block.node("issuer").map_or(block.header, |node| node.span);
        let place = block.reader.place(written);
        if let (Some(number), Some(date), Some(issuer), Some(subject)) = (number, date, issuer, subject) {
            station.basis.push(Basis { number, date, issuer, subject, place });
        }
    }
    hotlines(reader, root, text_len, station);
}

/// The `name` of a block, noted if a block before it has the same.
fn listed_once(
    block: &mut Block<'_, '_, '_>,
    example: &str,
    names: &mut BTreeMap<String, Place>,
    (vi, en): (&str, &str),
) -> Option<String> {
    let node = block.need("name", example)?;
    let name = block.reader.name("name", node, example)?;
    let place = block.reader.place(node.span);
    let Some(first) = names.insert(folded(&name), place.clone()) else { return Some(name) };
    let message = Text::new(format!("{vi} cùng tên `{name}`"), format!("{en} have the name `{name}`"));
    let help = Text::new("xóa một khối, hoặc sửa tên", "delete one of them, or correct its name");
    let problem = Problem::refuse("duplicate-name", Some(place), message, help);
    block.reader.note(problem.and(first, Text::new("lần đầu ở đây", "first written here")));
    None
}

fn topics(reader: &mut Reader<'_>, root: &Table, text_len: usize, station: &mut Station) {
    let mut codes = BTreeMap::new();
    for row in reader.rows(root, "topic", text_len) {
        let mut block = reader.row(row, &["code", "title", "sub"]);
        let topic = topic(&mut block, &mut codes);
        let rows = block.reader.rows(row.table, "sub", row.region.end);
        let mut sub = Vec::new();
        for row in rows {
            let mut block = reader.row(row, &["code", "title"]);
            sub.extend(self::topic(&mut block, &mut codes));
        }
        sub.sort_by_cached_key(|sub: &Topic| order(&sub.code));
        station.topics.extend(topic.map(|topic| Topic { sub, ..topic }));
    }
    station.topics.sort_by_cached_key(|topic| order(&topic.code));
}

fn topic(block: &mut Block<'_, '_, '_>, codes: &mut BTreeMap<String, Place>) -> Option<Topic> {
    let node = block.need("code", "\"h\"");
    let code = node.and_then(|node| block.reader.line("code", node, "\"h\""));
    let title = block.needed_line("title", "\"Dịch vụ công trực tuyến, đường dây nóng\"");
    let code = code?;
    let place = block.reader.place(node?.span);
    if let Some(first) = codes.get(&folded(&code)) {
        let message = Text::new(format!("hai chủ đề cùng mã `{code}`"), format!("two topics have the code `{code}`"));
        let help = Text::new("đổi một trong hai mã", "change one of the two");
        let problem = Problem::refuse("duplicate-id", Some(place), message, help);
        let problem = problem.and(first.clone(), Text::new("lần đầu ở đây", "first used here"));
        block.reader.note(problem);
    } else {
        codes.insert(folded(&code), place);
    }
    Some(Topic { code, title: title?, sub: Vec::new() })
}

fn hotlines(reader: &mut Reader<'_>, root: &Table, text_len: usize, station: &mut Station) {
    const KEYS: [&str; 7] = ["id", "unit", "number", "scope", "hours", "valid_from", "valid_to"];
    for row in reader.rows(root, "hotline", text_len) {
        let mut block = reader.row(row, &KEYS);
        let node = block.need("id", "\"tinh-1022\"");
        let id = node.and_then(|node| Some((block.reader.id("id", node)?, block.reader.place(node.span))));
        let unit = block.needed_name("unit", "\"UBND tỉnh\"");
        let number = match block.need("number", "\"1022\"") {
            Some(node) => block.reader.telephone("number", node, "\"1022\""),
            None => None,
        };
        let (scope, hours) = (block.name("scope", "\"…\""), block.name("hours", "\"24/7\""));
        let (valid_from, valid_to) = (block.date("valid_from"), block.date("valid_to"));
        if let (Some(from), Some(to)) = (valid_from, valid_to)
            && to < from
        {
            super::backwards(&mut block, from, to);
        }
        let (Some((id, place)), Some(unit), Some(number)) = (id, unit, number) else { continue };
        if let Some(first) = station.hotlines.iter().find(|hotline| hotline.id == id) {
            let message =
                Text::new(format!("hai đường dây nóng cùng mã `{id}`"), format!("two hotlines have the id `{id}`"));
            let help = Text::new("đổi một trong hai mã", "change one of the two");
            let problem = Problem::refuse("duplicate-id", Some(place), message, help);
            block.reader.note(problem.and(first.place.clone(), Text::new("lần đầu ở đây", "first used here")));
            continue;
        }
        station.hotlines.push(Hotline { id, unit, number, scope, hours, valid_from, valid_to, place });
    }
}
