//! The fields that a segment has.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::console::form::{Control, Field};
use crate::editing::Block;
use crate::problem::{Lang, Text};
use crate::programme::particulars::{Level, Origin, Tone};
use crate::schedule::Month;
use crate::station::Station;

/// What a segment says of itself, in the order of the form. `lang` is that of the words to choose from.
pub(super) fn facts(station: &Station, lang: Lang) -> Vec<Field> {
    let plain = |words: &[Text]| words.iter().map(|word| (word.vi.clone(), word.get(lang).to_owned())).collect();
    let names = |names: Vec<String>| names.into_iter().map(|name| (name.clone(), name)).collect();
    let topics = station.topics.iter().flat_map(|topic| std::iter::once(topic).chain(&topic.sub));
    let topics = topics.map(|topic| (topic.code.clone(), format!("{}. {}", topic.code, topic.title))).collect();
    let genres = station.genres.iter().map(|genre| {
        let english = genre.english.filter(|_| lang == Lang::En);
        (genre.name.clone(), english.unwrap_or(&genre.name).to_owned())
    });
    let fields = station.fields.iter().map(|field| field.name.clone()).collect();
    let hotlines = station.hotlines.iter().map(|line| (line.id.clone(), format!("{} – {}", line.number, line.unit)));
    let tones: Vec<Text> = Tone::ALL.iter().map(|tone| tone.words()).collect();
    let levels: Vec<Text> = Level::ALL.iter().map(|level| level.words()).collect();
    let origins: Vec<Text> = Origin::ALL.iter().map(|origin| origin.words()).collect();
    vec![
        Field::new("topic", "Chủ đề CCHC", "Topic (reform)", Control::Choice(topics)),
        Field::new("genre", "Thể loại", "Genre", Control::Choice(genres.collect())),
        Field::new("tone", "Sắc thái", "Tone", Control::Choice(plain(&tones))),
        Field::new("level", "Cấp ban hành", "Level", Control::Choice(plain(&levels))),
        Field::new("field", "Lĩnh vực", "Field of work", Control::Choice(names(fields))),
        Field::new("hotline", "Đường dây nóng", "Hotline", Control::Choice(hotlines.collect())),
        Field::new("origin", "Nguồn", "Origin", Control::Choice(plain(&origins))),
        Field::new("credit", "Ghi nguồn", "Credit", Control::Line),
        Field::new("subject", "Người, đơn vị được nêu", "Who is praised or criticised", Control::Line),
        Field::new("partner", "Phối hợp với (mỗi dòng một đơn vị)", "Made with (a line each)", Control::Lines),
        Field::new("audience", "Đối tượng nghe (mỗi dòng một nhóm)", "For whom (a line each)", Control::Lines),
        Field::new("editor", "Biên tập", "Editor", Control::Line),
        Field::new("announcer", "Phát thanh viên", "Announcer", Control::Line),
        Field::new("valid_until", "Có hiệu lực đến hết ngày", "Valid until", Control::Date),
        Field::new("summary", "Tóm tắt", "Summary", Control::Area),
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
