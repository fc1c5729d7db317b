//! The fields that a segment has.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::console::form::{Control, Field};
use crate::editing::Block;
use crate::problem::{Lang, Text};
use crate::programme::Window;
use crate::programme::particulars::{Level, Origin, Tone};
use crate::schedule::Month;
use crate::station::Station;

/// What a segment says of itself, in the order of the form. `lang` is that of the words to choose from.
pub(super) fn facts(station: &Station, windows: &[&Window], lang: Lang) -> Vec<Field> {
    let topics = station.topics.iter().flat_map(|topic| std::iter::once(topic).chain(&topic.sub));
    let topics: Vec<_> = topics.map(|topic| (topic.code.clone(), format!("{}. {}", topic.code, topic.title))).collect();
    let topic = Field::new(TOPIC, "Chủ đề CCHC", "Topic (reform)", Control::Choice(topics.clone()));
    let mut fields = vec![topic.made_at("/dai/muc/chu-de", "Đài › Chủ đề", "Station › Topics")];
    fields.extend(kinds(station, lang));
    fields.extend(named());
    fields.push(
        Field::new(TOPICS, "Các chủ đề khác cũng nói tới", "Other topics that it is about", Control::Several(topics))
            .hint("Thời lượng chỉ tính cho chủ đề đã chọn ở trên.", "The one that is chosen above has the minutes."),
    );
    fields.extend(people());
    fields.extend(texts());
    fields.extend(told(lang));
    fields.extend(ways(windows, lang));
    fields
}

fn plain(words: &[Text], lang: Lang) -> Control {
    Control::Choice(words.iter().map(|word| (word.vi.clone(), word.get(lang).to_owned())).collect())
}

/// Of which kind it is.
fn kinds(station: &Station, lang: Lang) -> [Field; 6] {
    let genres = station.genres.iter().map(|genre| {
        let english = genre.english.filter(|_| lang == Lang::En);
        (genre.name.clone(), english.unwrap_or(&genre.name).to_owned())
    });
    let fields = station.fields.iter().map(|field| (field.name.clone(), field.name.clone())).collect();
    let hotlines = station.hotlines.iter().map(|line| (line.id.clone(), format!("{} – {}", line.number, line.unit)));
    let tones = Tone::ALL.iter().map(|tone| tone.words()).collect::<Vec<_>>();
    let levels = Level::TODAY.iter().map(|level| level.words()).collect::<Vec<_>>();
    let origins = Origin::ALL.iter().map(|origin| origin.words()).collect::<Vec<_>>();
    [
        Field::new("genre", "Thể loại", "Genre", Control::Choice(genres.collect())),
        Field::new("tone", "Sắc thái", "Tone", plain(&tones, lang)),
        Field::new("level", "Cấp ban hành", "Level", plain(&levels, lang)),
        Field::new("field", "Lĩnh vực", "Field of work", Control::Choice(fields)).made_at(
            "/dai/muc/linh-vuc",
            "Đài › Lĩnh vực",
            "Station › Fields of work",
        ),
        Field::new("hotline", "Đường dây nóng", "Hotline", Control::Choice(hotlines.collect())).made_at(
            "/dai/muc/duong-day-nong",
            "Đài › Đường dây nóng",
            "Station › Hotlines",
        ),
        Field::new("origin", "Nguồn", "Origin", plain(&origins, lang)),
    ]
}

/// Whose it is, who is in it, and how long it is true.
fn named() -> [Field; 3] {
    [
        Field::new("credit", "Ghi nguồn", "Credit", Control::Line),
        Field::new("subject", "Người, đơn vị được nêu", "Who is praised or criticised", Control::Line),
        Field::new("valid_until", "Có hiệu lực đến hết ngày", "Valid until", Control::Date),
    ]
}

/// Who made it, with whom and for whom.
fn people() -> [Field; 6] {
    [
        Field::new("partner", "Phối hợp với (mỗi dòng một đơn vị)", "Made with (a line each)", Control::Lines),
        Field::new("audience", "Đối tượng nghe (mỗi dòng một nhóm)", "For whom (a line each)", Control::Lines),
        Field::new("editor", "Biên tập", "Editor", Control::Line),
        Field::new("announcer", "Phát thanh viên", "Announcer", Control::Line),
        Field::new("contributors", "Cộng tác viên (mỗi dòng một người)", "Contributors (a line each)", Control::Lines),
        Field::new("tags", "Nhãn (mỗi dòng một nhãn)", "Labels (a line each)", Control::Lines),
    ]
    .map(|field| field.group("Người làm, nơi phối hợp, người nghe", "Who made it, with whom and for whom"))
}

/// What is longer than a line.
fn texts() -> [Field; 3] {
    let (vi, en) = ("Đã đăng nơi khác (mỗi dòng một nơi)", "Published elsewhere (a line each)");
    [
        Field::new("also_published", vi, en, Control::Rows(&["where", "date", "url"]))
            .example("Zalo; 24/12/2026; https://…")
            .hint("Nơi đăng; ngày đăng; địa chỉ, nếu có.", "Where; when; its address, if there is one."),
        Field::new("summary", "Tóm tắt", "Summary", Control::Area),
        Field::new("text", "Toàn văn, cho trang thông tin của phường", "Full text, for the ward's page", Control::Area),
    ]
    .map(|field| field.group("Tóm tắt, toàn văn, nơi đã đăng", "Summary, full text, where else it was published"))
}

/// What it tells of.
fn told(lang: Lang) -> [Field; 9] {
    let actions = [
        Text::new("mới ban hành", "new"),
        Text::new("sửa đổi", "amended"),
        Text::new("thay thế", "replaced"),
        Text::new("bãi bỏ", "abolished"),
    ];
    let of = |field: Field, key, (vi, en): (&str, &str)| field.within(key).group(vi, en);
    let document = |field| of(field, "source_doc", ("Văn bản được tuyên truyền", "The document that it tells of"));
    let procedure = |field| of(field, "procedure", ("Thủ tục hành chính được nêu", "The procedure that it tells of"));
    let feedback =
        |field| of(field, "feedback", ("Phản ánh của dân được trả lời", "The people's feedback that it answers"));
    let announced = ("Quyết định công bố", "Decision that announces it");
    [
        document(Field::new("number", "Số văn bản", "Document's number", Control::Line)),
        document(Field::new("date", "Ngày văn bản", "Document's date", Control::Date)),
        procedure(Field::new("action", "Thủ tục được", "It is", plain(&actions, lang))),
        procedure(Field::new("name", "Tên thủ tục", "Procedure's name", Control::Line)),
        procedure(Field::new("decision", announced.0, announced.1, Control::Line)),
        procedure(Field::new("effective", "Hiệu lực từ ngày", "Holds from", Control::Date)),
        feedback(Field::new("received", "Nhận ngày", "Received on", Control::Date)),
        feedback(Field::new("answered_by", "Đơn vị trả lời", "Answered by", Control::Line)),
        feedback(Field::new("answered", "Trả lời ngày", "Answered on", Control::Date)),
    ]
}

/// How it airs.
fn ways(windows: &[&Window], lang: Lang) -> [Field; 5] {
    let windows = windows.iter().map(|window| (window.id.clone(), window.name.clone())).collect();
    let classes = [Text::new("thường", "normal"), Text::new("ưu tiên", "priority")];
    let after_cut = [Text::new("phát lại", "restart"), Text::new("phát tiếp", "resume"), Text::new("bỏ qua", "skip")];
    let after_cut = plain(&after_cut, lang);
    [
        Field::new("class", "Hạng", "Class", plain(&classes, lang)),
        Field::new("grace", "Trễ nhất", "Latest start", Control::Line).example("10m"),
        Field::new("after_power_cut", "Mất điện giữa chừng thì", "After a power cut", after_cut),
        Field::new(ID, "Mã tiết mục", "Id", Control::Line).hint(
            "Để trống thì lấy từ tên. Tháng khác dùng lại tác phẩm này thì giữ cùng mã.",
            "Left empty it is made from the title. Where another month airs this work again it keeps the id.",
        ),
        Field::new(WINDOWS, "Chỉ trong những khung giờ này", "In these windows alone", Control::Several(windows)).hint(
            "Không chọn là mọi khung giờ có chuyên mục của nó.",
            "None chosen: in all windows that have its column.",
        ),
    ]
    .map(|field| field.group("Cách phát", "How it airs"))
}

/// Keys that hang on others of the block: a form writes them together.
pub(super) const TOPIC: &str = "topic";
pub(super) const TOPICS: &str = "topics";
pub(super) const WINDOWS: &str = "windows";
pub(super) const ID: &str = "id";

/// The dates of the month on which a segment that airs by weekdays does not.
pub(super) fn except(month: Month) -> Field {
    Field::new("except", "Trừ những ngày (mỗi dòng một ngày)", "But not on (a date a line)", Control::Dates)
        .example(month.first().strftime("24/%m/%Y").to_string())
}

/// The topics that a block names, the one that has the minutes first.
pub(super) fn topics_of(block: Option<&Block>) -> Vec<&str> {
    block.map(|block| [block.texts(TOPIC), block.texts(TOPICS)].concat()).unwrap_or_default()
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
