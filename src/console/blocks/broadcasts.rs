//! What is aired, as tables: windows with their running orders, columns, days unlike the others.

use super::table::{Begins, Files, Kind, Known, Shape, Table};
use crate::console::form::{Control, Field, Sent, days_written, window_written};
use crate::console::say::either;
use crate::editing::{self, Keys, Value};
use crate::problem::{Lang, Text};
use crate::programme::relay::LINE_IN;

pub(super) static TABLES: [Table; 5] = [
    Table {
        code: "khung-gio",
        block: "window",
        shape: Shape::Row,
        files: Files::Both,
        name: ("Khung giờ phát", "Windows"),
        one: ("khung giờ", "the window"),
        hint: (
            "Những buổi đài phát trong ngày. Trình tự của mỗi buổi (nhạc hiệu, chuyên mục, nhạc đệm, tiếp âm) nằm trong trang của buổi đó.",
            "The broadcasts of a day. What each of them airs in turn (ident, columns, filler, relay) stands on its own page.",
        ),
        kinds: &[],
        fields: window,
        id_from: Some("name"),
        begins: Some(Begins { fields: begins, keys: begun }),
    },
    Table {
        code: "trinh-tu",
        block: "running_order",
        shape: Shape::RowOf { table: "khung-gio", braces: true },
        files: Files::Both,
        name: ("Trình tự", "Running order"),
        one: ("mục của trình tự", "the item"),
        hint: (
            "Các mục phát nối nhau từ đầu buổi; mục có giờ bắt đầu đúng giờ ấy.",
            "Items follow each other from the beginning; one with a time begins at that time.",
        ),
        kinds: &[
            Kind { key: "column", name: ("Chuyên mục", "Column") },
            Kind { key: "audio", name: ("Nhạc hiệu, nhạc cắt, lời chào", "Ident, sting, sign-off") },
            Kind { key: "filler", name: ("Nhạc đệm", "Filler") },
            Kind { key: "relay", name: ("Tiếp âm", "Relay") },
            Kind { key: "segment", name: ("Tiết mục", "Segment") },
        ],
        fields: item,
        id_from: None,
        begins: None,
    },
    Table {
        code: "chuyen-muc",
        block: "column",
        shape: Shape::Row,
        files: Files::Both,
        name: ("Chuyên mục", "Columns"),
        one: ("chuyên mục", "the column"),
        hint: (
            "Chỗ cố định mà các tiết mục của tháng lấp vào. Chuyên mục phát ở buổi nào là do trình tự của buổi đó.",
            "Recurring places that a month's segments fill. In which broadcasts a column airs is said by their running orders.",
        ),
        kinds: &[],
        fields: column,
        id_from: Some("name"),
        begins: None,
    },
    Table {
        code: "ngay-le",
        block: "holiday",
        shape: Shape::Row,
        files: Files::Station,
        name: ("Ngày lễ", "Holidays"),
        one: ("ngày lễ", "the holiday"),
        hint: (
            "Ngày của mọi năm khác ngày thường: theo dương lịch hoặc âm lịch. Giờ phát riêng của một ngày thì sửa ở trang Lịch của ngày đó.",
            "Days that are unlike the others each year, by either calendar. Other times on one date are set on that date's page under Plan.",
        ),
        kinds: &[],
        fields: holiday,
        id_from: None,
        begins: None,
    },
    Table {
        code: "ngay-khac",
        block: "exception",
        shape: Shape::Row,
        files: Files::Month,
        name: ("Những ngày khác thường", "Days unlike the others"),
        one: ("ngày khác thường", "the exception"),
        hint: (
            "Quốc tang, Tết, sự kiện: một ngày hay nhiều ngày liền. Quốc tang thì ca nhạc và tiểu phẩm không phát. Đổi giờ một buổi của một ngày thì làm ở trang của ngày đó.",
            "Mourning, Lunar New Year, an event: one day or several in a row. Mourning keeps music and skits off the air. Other times of one broadcast are set on that date's page.",
        ),
        kinds: &[],
        fields: exception,
        id_from: None,
        begins: None,
    },
];

fn window(_: &Known, _: &str) -> Vec<Field> {
    vec![
        Field::new("name", "Tên buổi", "Name", Control::Line).needed().example("Buổi sáng"),
        Field::new("start", "Bắt đầu", "Begins", Control::Time).needed().example("05:30"),
        Field::new("end", "Kết thúc", "Ends", Control::Time)
            .needed()
            .example("06:15")
            .hint("Nhỏ hơn giờ bắt đầu là qua nửa đêm.", "Before its beginning it means over midnight."),
        Field::new("days", "Những ngày phát", "Days", Control::Weekdays)
            .hint("Không chọn ngày nào là mọi ngày.", "None chosen means every day."),
        id(),
    ]
}

/// By which files and the log name a block.
pub(super) fn id() -> Field {
    Field::new("id", "Mã", "Id", Control::Line).example("sang").hint(
        "Tệp và nhật ký gọi theo mã này; mục mới để trống thì lấy từ tên. Đổi mã thì những chỗ trong cùng tệp nhắc đến mã cũng đổi theo.",
        "Files and the log name it so; left empty in a new one it is made from the name. Changed, whatever names it in the same file follows.",
    )
}

/// What a new window airs at first: as another does, or an ident; and the columns behind it.
fn begins(known: &Known) -> Vec<Field> {
    let (copy, tune) =
        (either(known.lang, "Trình tự của", "The order of"), either(known.lang, "Nhạc hiệu", "The ident"));
    let windows = known.windows.iter();
    let windows = windows.map(|window| (format!("window:{}", window.id), format!("{copy} {}", window.name)));
    let top = known.recordings.iter().filter(|name| !name.contains('/')).take(20);
    let tunes = top.map(|name| (format!("ident:{name}"), format!("{tune} {name}")));
    let first = Field::new("dau_tien", "Bắt đầu bằng", "Begins with", Control::Choice(windows.chain(tunes).collect()));
    let columns =
        Field::new("cot", "Rồi đến các chuyên mục", "Then the columns", Control::Several(known.columns.clone()));
    let fields = [
        // Without columns there is nothing else to begin with.
        if known.columns.is_empty() { first.needed() } else { first },
        columns_are_made_at(columns, known).hint(
            "Chỗ mà tiết mục của tháng lấp vào, phát theo thứ tự này. Lưu xong thì thêm, đổi chỗ, bỏ từng mục.",
            "The places that a month's segments fill, in this order. Once it is saved, items are added, moved and taken out.",
        ),
    ];
    fields.map(|field| field.group("Trình tự lúc đầu", "Running order at first")).into()
}

fn columns_are_made_at(field: Field, known: &Known) -> Field {
    field.made_at("/dai/muc/chuyen-muc", "Đài › Chuyên mục", "Station › Columns").reached(known.is_admin)
}

fn begun(known: &Known, sent: &Sent) -> Result<Keys, Text> {
    let text = |key: &str, value: &str| (key.to_owned(), Value::text(value));
    let of_window = |id: &str| known.windows.iter().find(|window| window.id == id);
    let first = match sent.get("dau_tien").map(|chosen| chosen.split_once(':')) {
        None => Some(Vec::new()),
        Some(Some(("window", id))) => of_window(id).map(|window| editing::items(&window.running_order)),
        Some(Some(("ident", file))) => Some(vec![vec![text("audio", file), text("kind", "ident")]]),
        Some(_) => None,
    };
    let mut places =
        first.ok_or_else(|| Text::new("trang này đã cũ; hãy tải lại", "this page is out of date; load it again"))?;
    for column in sent.all("cot").filter(|column| !column.is_empty()) {
        let place = text("column", column);
        // The order that is copied may have it already.
        if !places.iter().any(|keys| keys.contains(&place)) {
            places.push(vec![place]);
        }
    }
    if places.is_empty() {
        return Err(Text::new(
            "hãy chọn buổi bắt đầu bằng gì, hoặc đánh dấu ít nhất một chuyên mục",
            "choose what the broadcast begins with, or tick a column",
        ));
    }
    Ok(vec![("running_order".to_owned(), Value::List(places.into_iter().map(Value::Table).collect()))])
}

fn item(known: &Known, kind: &str) -> Vec<Field> {
    let recordings = || Control::Offered(known.recordings.to_vec());
    let at = || {
        Field::new("at", "Đúng giờ", "At exactly", Control::Time)
            .example("06:00")
            .hint("Để trống thì nối ngay sau mục trước.", "Empty: right after the item before it.")
    };
    let title = || {
        Field::new("title", "Tên gọi", "Called", Control::Line)
            .hint("Lịch, nhật ký và báo cáo gọi mục này như vậy.", "Plan, log and report call it so.")
    };
    let until = Field::new("until", "Đến", "Until", Control::Time)
        .example("06:00")
        .hint("Để trống thì đến mục đúng giờ kế tiếp.", "Empty: until the next item with a time.");
    let folder = |field: Field| field.example("nhac-dem/").hint("Thư mục trong `audio/`.", "A folder in `audio/`.");
    match kind {
        "audio" => vec![
            Field::new("audio", "Bản ghi", "Recording", recordings()).needed().example("nhac-hieu.mp3"),
            Field::new("kind", "Là gì", "What it is", Control::Choice(sounds(known.lang))).needed(),
            title(),
            at(),
        ],
        "filler" => vec![folder(Field::new("filler", "Thư mục nhạc", "Folder", Control::Line)).needed(), until, title()],
        "relay" => vec![
            Field::new("relay", "Nguồn", "Source", known.input(LINE_IN))
                .needed()
                .example("https://…/playlist.m3u8")
                .hint("Địa chỉ phát trực tiếp; `line-in:` và tên đường vào; hoặc `manual` nếu tự nối máy thu.",
                    "The address of a live stream; `line-in:` and an input's name; or `manual` where a person connects the receiver."),
            Field::new("at", "Đúng giờ", "At exactly", Control::Time).needed().example("06:00"),
            Field::new("for", "Trong", "For", Control::Line).needed().example("14m"),
            folder(Field::new("fallback", "Mất sóng thì phát nhạc của", "Where the source fails", Control::Line)),
            title(),
        ],
        "segment" => {
            vec![Field::new("segment", "Tiết mục", "Segment", Control::Choice(known.segments.clone())).needed(), at()]
        }
        _ => vec![
            columns_are_made_at(Field::new("column", "Chuyên mục", "Column", Control::Choice(known.columns.clone())), known)
                .needed(),
            Field::new("sting", "Nhạc cắt trước chuyên mục", "Sting before it", recordings()),
            at(),
        ],
    }
}

fn sounds(lang: Lang) -> Vec<(String, String)> {
    let all = [
        ("ident", "Nhạc hiệu", "Ident"),
        ("sting", "Nhạc cắt", "Sting"),
        ("music", "Ca nhạc", "Music"),
        ("sign_off", "Lời chào", "Sign-off"),
    ];
    all.map(|(code, vi, en)| (code.to_owned(), either(lang, vi, en).to_owned())).to_vec()
}

fn column(known: &Known, _: &str) -> Vec<Field> {
    vec![
        Field::new("name", "Tên chuyên mục", "Name", Control::Line).needed().example("Chuyên mục CCHC"),
        Field::new("days", "Những ngày có", "Due on", Control::Weekdays).hint(
            "Không chọn ngày nào là mọi ngày của các buổi có nó.",
            "None chosen means all days of its broadcasts.",
        ),
        Field::new("topic", "Chủ đề CCHC", "Topic (reform)", Control::Choice(known.topics()))
            .hint(
                "Tiết mục của chuyên mục mà không ghi chủ đề thì mang chủ đề này.",
                "For segments of it that name none.",
            )
            .made_at("/dai/muc/chu-de", "Đài › Chủ đề", "Station › Topics")
            .reached(known.is_admin),
        Field::new("minimum", "Mỗi tháng ít nhất (lần)", "Broadcasts a month at least", Control::Number).example("8"),
        Field::new("max", "Thường không quá", "Usually no longer than", Control::Line).example("12m"),
        id(),
    ]
}

fn holiday(known: &Known, _: &str) -> Vec<Field> {
    let lunar = [
        ("mùng 1", "Mùng 1 Tết", "Lunar New Year's day"),
        ("giao thừa", "Giao thừa", "Lunar New Year's eve"),
        ("giỗ tổ", "Giỗ Tổ Hùng Vương", "Hung Kings' day"),
    ];
    let lunar = lunar.map(|(code, vi, en)| (code.to_owned(), either(known.lang, vi, en).to_owned())).to_vec();
    let mut fields = vec![Field::new("name", "Tên ngày lễ", "Name", Control::Line).needed().example("Tết Dương lịch")];
    fields.extend(dates());
    fields.push(
        Field::new("lunar", "Hoặc ngày âm lịch", "Or by the lunar calendar", Control::Choice(lunar))
            .group("Ngày nào", "Which days")
            .hint("Chọn ngày âm lịch thì để trống ba ô ngày.", "With a lunar day the three dates stay empty."),
    );
    fields.extend(changes(known));
    fields
}

fn exception(known: &Known, _: &str) -> Vec<Field> {
    let reason = Field::new("reason", "Lý do", "Reason", Control::Line).needed();
    let reason = reason.example("Quốc tang").hint("In trong lịch và báo cáo.", "Printed in the plan and the report.");
    let segments = Field::new("segments", "Những tiết mục nghỉ", "Segments that are off", Control::Off(known.own_times.clone()))
        .hint(
            "Tiết mục có giờ riêng không nghỉ theo buổi: không đánh dấu thì những ngày ấy vẫn phát. Bỏ ngày nghỉ này thì chúng phát lại.",
            "Segments with times of their own are not off with a broadcast: those that are not ticked air on these days. They air again when the exception goes.",
        );
    std::iter::once(reason).chain(dates()).chain(changes(known)).chain([segments]).collect()
}

fn dates() -> [Field; 3] {
    [
        Field::new("date", "Một ngày", "One date", Control::Date),
        Field::new("from", "Hoặc từ ngày", "Or from", Control::Date),
        Field::new("to", "Đến hết ngày", "To", Control::Date),
    ]
    .map(|field| field.group("Ngày nào", "Which days"))
}

/// What becomes of such days.
fn changes(known: &Known) -> [Field; 3] {
    let kinds = [
        ("nghỉ lễ", "Nghỉ lễ", "Holiday"),
        ("tết", "Tết", "Lunar New Year"),
        ("quốc tang", "Quốc tang", "Mourning"),
        ("sự kiện", "Sự kiện", "Event"),
        ("sự cố", "Sự cố", "Incident"),
    ];
    let kinds = kinds.map(|(code, vi, en)| (code.to_owned(), either(known.lang, vi, en).to_owned())).to_vec();
    let windows = known.windows.iter().map(|window| (window.id.clone(), window.name.clone())).collect();
    [
        Field::new("kind", "Loại ngày", "Kind of day", Control::Choice(kinds)),
        Field::new("windows", "Những buổi không phát", "Broadcasts that are off", Control::Off(windows)),
        Field::new("columns", "Những chuyên mục nghỉ", "Columns that are off", Control::Off(known.columns.clone())),
    ]
}

impl Known {
    /// Codes and titles of the topics and their parts.
    pub fn topics(&self) -> Vec<(String, String)> {
        let all = self.station.topics.iter().flat_map(|topic| std::iter::once(topic).chain(&topic.sub));
        all.map(|topic| (topic.code.clone(), format!("{}. {}", topic.code, topic.title))).collect()
    }
}

/// A window or column of the station as a month's own, which holds in its place there; none if there is no such thing.
pub(super) fn as_the_months(known: &Known, block: &str, id: &str) -> Option<(Keys, String)> {
    if block == "window" {
        let window = known.station.windows.iter().find(|window| window.id == id)?;
        let places = editing::items(&window.running_order).into_iter().map(Value::Table).collect();
        return Some((window_written(window, places), window.name.clone()));
    }
    let text = |key: &str, value: &str| (key.to_owned(), Value::text(value));
    let column = known.station.columns.iter().find(|column| column.id == id)?;
    let mut keys = vec![text("id", id), text("name", &column.name)];
    keys.extend(column.days.map(|days| text("days", &days_written(days))));
    keys.extend(column.topic.as_deref().map(|topic| text("topic", topic)));
    keys.extend(column.minimum.map(|minimum| ("minimum".to_owned(), Value::Number(minimum.into()))));
    keys.extend(column.max_ms.map(|ms| text("max", &editing::duration(ms))));
    Some((keys, column.name.clone()))
}
