//! The timetable for a spreadsheet.

use super::sheet::Sheet;
use super::show::{day_words, sounds};
use super::{Kind, Slot, Start};
use crate::cells;
use crate::problem::{Lang, Text};

/// A row a slot (RFC 4180: UTF-8 with a byte order mark, comma, CRLF); no cell can be a formula.
pub fn csv(sheet: &Sheet<'_>) -> String {
    let mut rows = vec![heads(sheet.lang)];
    for broadcast in sheet.broadcasts() {
        for slot in broadcast.slots {
            rows.push(row(sheet, &broadcast.name, slot).iter().map(|cell| cells::inert(cell)).collect());
        }
    }
    cells::csv(&rows)
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

fn row(sheet: &Sheet<'_>, broadcast: &str, slot: &Slot) -> Vec<String> {
    let lang = sheet.lang;
    let clock = |at| sheet.shown(at).strftime("%H:%M:%S").to_string();
    let start = match slot.start {
        _ if slot.kind == Kind::Filler => Text::new("co giãn", "elastic"),
        Start::Hard => Text::new("cứng", "hard"),
        Start::Soft => Text::new("mềm", "soft"),
    };
    let barred = slot.bar.as_ref().map(|bar| format!("{}: {}", bar.cause.word(lang), bar.reason.get(lang)));
    vec![
        day_words(slot.date, lang),
        broadcast.to_owned(),
        clock(slot.planned),
        slot.ends().map(clock).unwrap_or_default(),
        slot.called(lang).to_owned(),
        slot.kind.word(lang).to_owned(),
        slot.column.clone().unwrap_or_default(),
        Sheet::seconds(slot).map(|seconds| seconds.to_string()).unwrap_or_default(),
        start.get(lang).to_owned(),
        sounds(slot, lang),
        barred.unwrap_or_default(),
        slot.id.0.clone(),
    ]
}
