//! What the months' pages say.

use jiff::civil::{Date, Time};

use crate::console::say::phrases;
use crate::lunar;
use crate::outcome::Outcome;
use crate::problem::{Lang, Text};
use crate::reading::weekdays;
use crate::schedule::Month;

phrases! {
    no_broadcast: "Không phát", "No broadcast";
    is_off: "Nghỉ ngày này", "Off on this date";
    today: "Hôm nay", "Today";
    before: "Tháng trước", "Month before";
    after: "Tháng sau", "Month after";
    text_of_file: "Văn bản TOML", "TOML text";
    copy_month: "Chép sang tháng sau", "Copy to the next month";
    undo: "Hoàn tác", "Undo";
    problems: "Kiểm tra", "Check";
    no_problem: "Không có lỗi hay cảnh báo nào.", "No error and no warning.";
    extra: "Thêm buổi phát", "Add a broadcast";
    extra_broadcast: "Buổi thêm", "Extra broadcast";
    extra_name: "Tên buổi phát", "What it is called";
    own_segment: "Thêm tiết mục theo giờ", "Add a segment with its own time";
    add_segment: "Thêm tiết mục", "Add a segment";
    change: "Sửa", "Change";
    another_date: "Dời ngày", "Move";
    others: "Việc khác", "More";
    not_today: "Bỏ ngày này", "Not on this date";
    new_date: "Ngày mới", "The new date";
    times: "Đổi giờ hoặc nghỉ", "Other times, or off";
    order: "Thứ tự", "Order";
    as_usual: "Phát như thường ngày", "As every day";
    save: "Lưu", "Save";
    cancel: "Thôi, quay lại", "Back, change nothing";
    reason: "Lý do", "Reason";
    reason_hint: "In trong lịch và báo cáo, như “Tết Dương lịch”.", "Printed in the plan and the report, as “New Year's Day”.";
    start: "Bắt đầu", "Begins";
    end: "Kết thúc", "Ends";
    from_toml: "Mở văn bản TOML để sửa", "Open the TOML text to mend it";
    past: "Ngày này đã qua. Sửa kế hoạch không đổi được những gì đã phát và đã ghi.", "This date is past. A change of the plan changes nothing of what aired and is of record.";
    blocked: "Không phát", "Will not air";
    approved: "Đã duyệt", "Approved";
    ready: "Sẵn sàng", "Ready";
    not_measured: "Chưa đo", "Not measured yet";
    empty: "Trống", "Empty";
    elastic: "Co giãn", "Elastic";
    hard: "Giờ riêng", "At its own time";
    emergency: "Khẩn cấp", "Emergency";
    up: "Lên", "Up";
    down: "Xuống", "Down";
    out: "Bỏ", "Take out";
    heard: "Đã phát", "Aired";
    sounds: "Đang phát", "On air";
    no_outcome: "Chưa có kết quả", "No outcome yet";
    in_the_log: "Xem nhật ký", "See the log";
    moved: "Đổi giờ theo ngoại lệ", "Other times, by an exception";
}

/// `tháng 12 năm 2026`.
pub(super) fn month(month: Month) -> Text {
    let first = month.first();
    Text::new(format!("Tháng {} năm {}", first.month(), first.year()), first.strftime("%B %Y").to_string())
}

/// `Thứ năm, 24/12/2026`.
pub(in crate::console) fn day(date: Date, lang: Lang) -> String {
    let day = weekdays::name(date.weekday(), lang);
    match lang {
        Lang::Vi => format!("{day}, {}", date.strftime("%d/%m/%Y")),
        Lang::En => format!("{day}, {date}"),
    }
}

/// `06:30`, `06:30:15`.
pub(in crate::console) fn time(time: Time) -> String {
    let form = if time.second() == 0 { "%H:%M" } else { "%H:%M:%S" };
    time.strftime(form).to_string()
}

/// `24/12`; `2026-12-24` for who reads English.
pub(super) fn short(date: Date) -> Text {
    Text::new(date.strftime("%d/%m").to_string(), date.to_string())
}

/// `16`, and `1/11` on the first of a lunar month; `1/2N` in one that is doubled.
pub(super) fn lunar_day(date: Date) -> Option<String> {
    let lunar = lunar::of(date)?;
    let leap = if lunar.leap { "N" } else { "" };
    let first = lunar.day == 1 || date.day() == 1;
    Some(if first { format!("{}/{}{leap}", lunar.day, lunar.month) } else { lunar.day.to_string() })
}

/// `38 phút`, rounded to whole minutes once there is one.
pub(super) fn minutes(ms: u64) -> u64 {
    (ms + 30_000) / 60_000
}

pub(super) fn filled(filled: u64, whole: u64) -> Text {
    let (filled, whole) = (minutes(filled), minutes(whole));
    Text::new(format!("{filled}/{whole} phút"), format!("{filled} of {whole} min"))
}

pub(super) fn will_not_air(count: usize) -> Text {
    Text::new(format!("{count} không phát"), format!("{count} will not air"))
}

pub(super) fn were_silent(count: usize) -> Text {
    Text::new(format!("{count} đã không phát"), format!("{count} not heard"))
}

/// By the word that stands beside each of them.
pub(super) fn ended_so(count: usize, outcome: Outcome) -> Text {
    let word = |lang| format!("{count} {}", outcome.word(lang).to_lowercase());
    Text::new(word(Lang::Vi), word(Lang::En))
}

pub(super) fn are_planned_late(count: usize) -> Text {
    Text::new(format!("{count} xếp quá muộn"), format!("{count} planned too late"))
}

pub(super) fn are_empty(count: usize) -> Text {
    Text::new(format!("{count} trống"), format!("{count} empty"))
}
