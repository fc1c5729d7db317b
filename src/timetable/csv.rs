//! The timetable for a spreadsheet.

use super::sheet::Sheet;
use super::show::day_words;
use super::{Kind, Slot, Start};
use crate::problem::{Lang, Text};

/// What Excel needs to read a file as UTF-8.
const BOM: &str = "\u{feff}";

/// A row a slot (RFC 4180: UTF-8 with a byte order mark, comma, CRLF); no cell can be a formula.
pub fn csv(sheet: &Sheet<'_>) -> String {
    let mut out = BOM.to_owned();
    row(&mut out, &heads(sheet.lang));
    for broadcast in sheet.broadcasts() {
        for slot in broadcast.slots {
            row(&mut out, &cells(sheet, &broadcast.name, slot));
        }
    }
    out
}

fn heads(lang: Lang) -> Vec<String> {
    let heads = [
        Text::new("Ngày", "Date"),
        Text::new("Buổi", "Broadcast"),
        Text::new("Giờ phát", "Starts"),
        Text::new("Hết lúc", "Ends"),
        Text::new("Tên", "Title"),
        Text::new("Loại", "Kind"),
        Text::new("Chuyên mục", "Column"),
        Text::new("Thời lượng (giây)", "Length (s)"),
        Text::new("Kiểu giờ", "Start"),
        Text::new("Tệp", "File"),
        Text::new("Không phát vì", "Not aired because"),
        Text::new("Mã", "Slot"),
    ];
    heads.iter().map(|head| head.get(lang).to_owned()).collect()
}

fn cells(sheet: &Sheet<'_>, broadcast: &str, slot: &Slot) -> Vec<String> {
    let lang = sheet.lang;
    let clock = |at| sheet.local(at).strftime("%H:%M:%S").to_string();
    let start = match slot.start {
        _ if slot.until.is_some() => Text::new("co giãn", "elastic"),
        Start::Hard => Text::new("cứng", "hard"),
        Start::Soft => Text::new("mềm", "soft"),
    };
    let barred = slot.bar.as_ref().map(|bar| format!("{}: {}", bar.cause.word(lang), bar.reason.get(lang)));
    vec![
        day_words(slot.date, lang),
        broadcast.to_owned(),
        clock(slot.planned),
        slot.ends().map(clock).unwrap_or_default(),
        slot.title.clone(),
        kind_words(slot.kind).get(lang).to_owned(),
        slot.column.clone().unwrap_or_default(),
        slot.file_ms().map(|ms| ms.div_ceil(1000).to_string()).unwrap_or_default(),
        start.get(lang).to_owned(),
        slot.files.join(" + "),
        barred.unwrap_or_default(),
        slot.id.0.clone(),
    ]
}

/// What people call a place of a running order.
pub(super) fn kind_words(kind: Kind) -> Text {
    match kind.code() {
        "segment" => Text::new("Tiết mục", "Segment"),
        "column" => Text::new("Chuyên mục", "Column"),
        "ident" => Text::new("Nhạc hiệu", "Ident"),
        "sting" => Text::new("Nhạc cắt", "Sting"),
        "music" => Text::new("Ca nhạc", "Music"),
        "filler" => Text::new("Nhạc đệm", "Filler"),
        "relay" => Text::new("Tiếp âm", "Relay"),
        "sign_off" => Text::new("Lời chào", "Sign-off"),
        other => Text::new(other, other),
    }
}

fn row(out: &mut String, cells: &[String]) {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(&inert(cell))).collect();
    out.push_str(&cells.join(","));
    out.push_str("\r\n");
}

fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

/// A spreadsheet runs what begins like a formula, so an apostrophe goes before it.
fn inert(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if formula { format!("'{text}") } else { text.to_owned() }
}
