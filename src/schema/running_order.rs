//! Windows, columns, running orders and exceptions, as both files have them.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::words::{ExceptionWord, OffWord, SoundWord};
use super::{DateText, DaysText, IdText, LengthText, OneOrMany, SoundText, TimeText};

/// Khung giờ phát · a stretch of the day in which the station may be on air.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct WindowTable {
    /// Mã của khung giờ, như "sang" · its id
    pub id: IdText,
    /// Tên, như "Buổi sáng" · its name
    pub name: Option<String>,
    /// Giờ bắt đầu · first instant
    pub start: TimeText,
    /// Giờ kết thúc; không sau `start` thì sang ngày hôm sau · its end
    pub end: TimeText,
    /// Các thứ trong tuần; không ghi thì mọi ngày · its days
    pub days: Option<OneOrMany<DaysText>>,
    /// Trình tự một buổi · the places of each of its broadcasts
    pub running_order: Option<Vec<ItemTable>>,
}

/// Một mục trong trình tự: đúng một trong `segment`, `column`, `audio`, `filler`, `relay` · one place of a running order.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ItemTable {
    /// Mã một tiết mục · a segment's id
    pub segment: Option<IdText>,
    /// Chỗ của một chuyên mục · a column's place
    pub column: Option<IdText>,
    /// Nhạc cắt trước chuyên mục · a sting before the column
    pub sting: Option<SoundText>,
    /// Một tệp âm thanh · a sound, with `kind`
    pub audio: Option<SoundText>,
    /// Tệp đó là gì · what the sound is
    pub kind: Option<SoundWord>,
    /// Thư mục nhạc đệm, co giãn đến giờ cứng kế tiếp · a folder of filler
    pub filler: Option<SoundText>,
    /// Nhạc đệm không quá giờ này · filler not beyond this
    pub until: Option<TimeText>,
    /// Tiếp âm: địa chỉ, "line-in:…" hoặc "manual" · a relay
    pub relay: Option<String>,
    /// Tiếp âm bao lâu · for how long
    #[schemars(rename = "for")]
    pub for_: Option<LengthText>,
    /// Phát thay khi mất nguồn tiếp âm · in place of a relay that is lost
    pub fallback: Option<SoundText>,
    /// Giờ cứng của mục này · a hard start
    pub at: Option<TimeText>,
    /// Tên của mục trong mã lượt phát · its name in slot ids
    pub id: Option<IdText>,
    /// Tên người nghe gọi mục này, như "Thời sự VOV1"; của âm thanh, nhạc đệm, tiếp âm · what people call a sound, filler or relay
    pub title: Option<String>,
}

/// Chuyên mục · a recurring, named place that segments fill.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ColumnTable {
    /// Mã chuyên mục, như "cchc" · its id
    pub id: IdText,
    /// Tên chuyên mục · its name
    pub name: Option<String>,
    /// Các thứ có chuyên mục · the days it is due
    pub days: Option<OneOrMany<DaysText>>,
    /// Chủ đề của các tiết mục không ghi chủ đề · default topic of its segments
    pub topic: Option<String>,
    /// Ít nhất bao nhiêu buổi một tháng · broadcasts a month at least
    pub minimum: Option<u32>,
    /// Thường dài nhất bao lâu · its usual length at most
    pub max: Option<LengthText>,
}

/// Ngày khác thường · a day, or days, unlike the others.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ExceptionTable {
    /// Ngày; hoặc dùng `from`, `to` · the date, or `from` and `to`
    pub date: Option<DateText>,
    /// Từ ngày · first date
    pub from: Option<DateText>,
    /// Đến hết ngày · last date
    pub to: Option<DateText>,
    /// Lý do, in trên lịch và nhật ký · why
    pub reason: String,
    /// Loại ngoại lệ · what kind of day
    pub kind: Option<ExceptionWord>,
    /// Khung giờ nào đổi giờ hay nghỉ · what becomes of windows
    pub windows: Option<BTreeMap<String, WindowChangeShape>>,
    /// Chuyên mục nào dời hay nghỉ · what becomes of columns
    pub columns: Option<BTreeMap<String, ColumnChangeShape>>,
    /// Buổi thêm của riêng những ngày này · broadcasts of these days alone
    pub extra: Option<Vec<ExtraTable>>,
    /// Tiết mục nào nghỉ, theo mã · segments that are off, by id
    pub segments: Option<BTreeMap<String, OffWord>>,
}

/// Nghỉ, hoặc giờ và trình tự khác · no broadcast, or another time.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(untagged)]
pub enum WindowChangeShape {
    /// Không phát · no broadcast.
    Off(OffWord),
    /// Giờ hoặc trình tự khác · another time or running order.
    Moved(MovedTable),
}

/// Nghỉ, hoặc dời sang ngày khác · not on these days, or moved.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(untagged)]
pub enum ColumnChangeShape {
    /// Không phát · not on these days.
    Off(OffWord),
    /// Dời sang ngày khác · on another date.
    Moves(MovesTable),
}

/// Giờ và trình tự khác; không ghi thì giữ như cũ · what is not written stays as it is.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct MovedTable {
    /// Giờ bắt đầu khác · another start
    pub start: Option<TimeText>,
    /// Giờ kết thúc khác · another end
    pub end: Option<TimeText>,
    /// Trình tự khác · another running order
    pub running_order: Option<Vec<ItemTable>>,
}

/// Dời sang ngày khác · on another date.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct MovesTable {
    /// Ngày mới, thay buổi phát lại ở đó · the new date
    pub moves_to: DateText,
}

/// Buổi thêm · a broadcast of these days alone.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ExtraTable {
    /// Mã của buổi · its id
    pub id: IdText,
    /// Tên, như "Buổi giao thừa" · its name
    pub name: Option<String>,
    /// Giờ bắt đầu · first instant
    pub start: TimeText,
    /// Giờ kết thúc · its end
    pub end: TimeText,
    /// Trình tự · its places
    pub running_order: Vec<ItemTable>,
    /// Số văn bản cho phép vượt giới hạn và giờ yên tĩnh · the document that lets it pass caps and quiet hours
    pub permit: Option<String>,
}
