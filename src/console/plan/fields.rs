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
    let classes = [Text::new("thường", "normal"), Text::new("ưu tiên", "priority")];
    let after_cut = [Text::new("phát lại", "restart"), Text::new("phát tiếp", "resume"), Text::new("bỏ qua", "skip")];
    let actions = [
        Text::new("mới ban hành", "new"),
        Text::new("sửa đổi", "amended"),
        Text::new("thay thế", "replaced"),
        Text::new("bãi bỏ", "abolished"),
    ];
    let document = ("Văn bản được tuyên truyền", "The document that it tells of");
    let procedure = ("Thủ tục hành chính được nêu", "The procedure that it tells of");
    let feedback = ("Phản ánh của dân được trả lời", "The people's feedback that it answers");
    let of = |field: Field, key, (vi, en): (&str, &str)| field.within(key).group(vi, en);
    let way = |field: Field| field.group("Cách phát", "How it airs");
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
        Field::new("tags", "Nhãn (mỗi dòng một nhãn)", "Labels (a line each)", Control::Lines),
        Field::new("summary", "Tóm tắt", "Summary", Control::Area),
        of(Field::new("number", "Số văn bản", "Document's number", Control::Line), "source_doc", document),
        of(Field::new("date", "Ngày văn bản", "Document's date", Control::Date), "source_doc", document),
        of(Field::new("action", "Thủ tục được", "It is", Control::Choice(plain(&actions))), "procedure", procedure),
        of(Field::new("name", "Tên thủ tục", "Procedure's name", Control::Line), "procedure", procedure),
        of(
            Field::new("decision", "Quyết định công bố", "Decision that announces it", Control::Line),
            "procedure",
            procedure,
        ),
        of(Field::new("effective", "Hiệu lực từ ngày", "Holds from", Control::Date), "procedure", procedure),
        of(Field::new("received", "Nhận ngày", "Received on", Control::Date), "feedback", feedback),
        of(Field::new("answered_by", "Đơn vị trả lời", "Answered by", Control::Line), "feedback", feedback),
        of(Field::new("answered", "Trả lời ngày", "Answered on", Control::Date), "feedback", feedback),
        way(Field::new("class", "Hạng", "Class", Control::Choice(plain(&classes)))),
        way(Field::new("grace", "Trễ nhất", "Latest start", Control::Line).example("10m")),
        way(Field::new(
            "after_power_cut",
            "Mất điện giữa chừng thì",
            "After a power cut",
            Control::Choice(plain(&after_cut)),
        )),
    ]
}

/// The days of the month that a block lists in `on` or `dates`.
pub(super) fn listed(block: Option<&Block>, month: Month) -> BTreeSet<Date> {
    block
        .map(|block| block.dates(month.first()))
        .unwrap_or_default()
        .into_iter()
        .filter(|date| month.contains(*date))
        .collect()
}
