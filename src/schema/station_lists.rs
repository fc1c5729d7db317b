//! The ward's own lists in `station.toml`.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::running_order::{ColumnChangeShape, ExtraTable, WindowChangeShape};
use super::words::ExceptionWord;
use super::{DateText, IdText, LengthText};

/// Chủ đề · a topic.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TopicTable {
    /// Mã, như "h" · its code
    pub code: String,
    /// Nội dung · what it is about
    pub title: String,
    /// Các phần · its parts
    pub sub: Option<Vec<SubTopicTable>>,
}

/// Một phần của chủ đề · a part of a topic.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SubTopicTable {
    /// Mã, như "h2" · its code
    pub code: String,
    /// Nội dung · what it is about
    pub title: String,
}

/// Thể loại · a genre.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct GenreTable {
    /// Tên · its name
    pub name: String,
    /// Thường dài nhất bao lâu · its usual length at most
    pub max: Option<LengthText>,
}

/// Lĩnh vực · a field of work.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct FieldTable {
    /// Tên · its name
    pub name: String,
    /// Người phụ trách · who answers for it
    pub officer: Option<String>,
}

/// Hình thức · a form.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct FormTable {
    /// Tên · its name
    pub name: String,
}

/// Văn bản căn cứ · a document.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct BasisTable {
    /// Số, ký hiệu · its number
    pub number: String,
    /// Ngày · its date
    pub date: DateText,
    /// Cơ quan ban hành · who issued it
    pub issuer: String,
    /// Trích yếu · what it is about
    #[schemars(rename = "abstract")]
    pub abstract_: String,
}

/// Chỉ tiêu tuyên truyền CCHC theo tháng, quý, năm · what is to be reached.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TargetsTable {
    /// Mỗi tháng · in a month
    pub month: Option<TargetTable>,
    /// Mỗi quý · in a quarter
    pub quarter: Option<TargetTable>,
    /// Mỗi năm · in a year
    pub year: Option<TargetTable>,
}

/// Chỉ tiêu một kỳ, ít nhất · what is to be reached in a period, at least.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TargetTable {
    /// Số phút CCHC · minutes
    pub minutes: Option<u32>,
    /// Số tin mới · new works of genre tin
    pub tin: Option<u32>,
    /// Số bài mới · new works of genre bài
    pub bai: Option<u32>,
    /// Số phóng sự mới · new works of genre phóng sự
    pub phong_su: Option<u32>,
    /// Số lượt đường dây nóng · airings of hotlines
    pub hotline: Option<u32>,
}

/// Đường dây nóng · a hotline.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct HotlineTable {
    /// Mã · its id
    pub id: IdText,
    /// Đơn vị · whose it is
    pub unit: String,
    /// Số điện thoại · the number
    pub number: String,
    /// Nhận việc gì · for what
    pub scope: Option<String>,
    /// Giờ trực · when it is answered
    pub hours: Option<String>,
    /// Dùng từ ngày · from when on
    pub valid_from: Option<DateText>,
    /// Dùng đến hết ngày · until when
    pub valid_to: Option<DateText>,
}

/// Ngày lễ: ngày dương hoặc âm lịch, và các khóa của ngoại lệ · a holiday.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct HolidayTable {
    /// Tên ngày lễ · its name
    pub name: String,
    /// Ngày · its date
    pub date: Option<String>,
    /// Từ ngày · first date
    pub from: Option<String>,
    /// Đến hết ngày · last date
    pub to: Option<String>,
    /// Ngày âm lịch: "mùng 1", "giao thừa", "giỗ tổ" · by the lunar calendar
    pub lunar: Option<String>,
    /// Loại · what kind of day
    pub kind: Option<ExceptionWord>,
    /// Khung giờ nào đổi hay nghỉ · what becomes of windows
    pub windows: Option<BTreeMap<String, WindowChangeShape>>,
    /// Chuyên mục nào dời hay nghỉ · what becomes of columns
    pub columns: Option<BTreeMap<String, ColumnChangeShape>>,
    /// Buổi thêm · broadcasts of these days alone
    pub extra: Option<Vec<ExtraTable>>,
}
