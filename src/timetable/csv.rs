//! The timetable for a spreadsheet.

use super::sheet::Sheet;
use super::show::{day_words, sounds};
use super::{Changed, Kind, Slot, Start, Unlike};
use crate::cells;
use crate::problem::{Lang, Text};

/// A row a slot, and before those of its day one for each broadcast that an exception calls off (RFC 4180: UTF-8 with a byte order mark, comma, CRLF); no cell can be a formula.
pub fn csv(sheet: &Sheet<'_>) -> String {
    let mut rows = vec![heads(sheet.lang)];
    let mut unlike = sheet.unlike().into_iter().peekable();
    for broadcast in sheet.broadcasts() {
        while let Some(day) = unlike.next_if(|day| day.date <= broadcast.date) {
            rows.extend(off(&day, sheet.lang));
        }
        for slot in broadcast.slots {
            rows.push(row(sheet, &broadcast.name, slot).iter().map(|cell| cells::inert(cell)).collect());
        }
    }
    rows.extend(unlike.flat_map(|day| off(&day, sheet.lang)));
    cells::csv(&rows)
}

/// The place of what keeps a slot off among the heads.
const WHY: usize = 10;

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

/// The broadcasts and segments that a day would have had: of each its name and why it has none.
fn off(day: &Unlike, lang: Lang) -> Vec<Vec<String>> {
    let why = format!("{}: {}", Text::new("Ngoại lệ", "Exception").get(lang), day.reason);
    let row = |called_off: &Changed| {
        let mut row = vec![String::new(); heads(lang).len()];
        (row[0], row[1], row[WHY]) = (day_words(day.date, lang), cells::inert(&called_off.name), cells::inert(&why));
        row
    };
    day.off.iter().chain(&day.segments).map(row).collect()
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
