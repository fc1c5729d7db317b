//! The ward's own lists in `station.toml`.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::running_order::{ColumnChangeShape, ExtraTable, WindowChangeShape};
use super::words::{ExceptionWord, RhythmWord};
use super::{DateText, IdText, LengthText, OneOrMany};

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

/// Báo cáo · how the ward reports.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ReportTable {
    /// Kỳ báo cáo: "nd09" (từ ngày 15 tháng trước đến ngày 14, mặc định) hoặc "calendar" (tháng dương lịch) · where months begin
    pub period: Option<RhythmWord>,
    /// Kính gửi · whom reports are sent to
    pub to: Option<OneOrMany<String>>,
    /// Nơi nhận, ngoài nơi gửi và lưu · who else gets them
    pub recipients: Option<OneOrMany<String>>,
    /// Lưu ở đâu, như "VT, ĐTT" · the archive line
    pub archive: Option<String>,
    /// Ký thay ai, như "TM. Ủy ban nhân dân", "KT. Trưởng đài" hoặc "không" · in whose name it is signed
    pub authority: Option<String>,
    /// Chức vụ người ký, mặc định "Trưởng đài" · the signer's title
    pub signer: Option<String>,
    /// Họ tên người ký · the signer's name
    pub signer_name: Option<String>,
    /// Phát sau ngày ban hành văn bản quá bao nhiêu ngày thì kể là chậm, mặc định 7 · later than this after its document is slow
    pub slow_days: Option<u32>,
}

/// Giới hạn tỷ lệ theo số phút CCHC, phần trăm · limits for shares of the minutes about reform, in percent.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct BalanceTable {
    /// Biểu dương nhiều nhất · praise at most
    pub praise_max: Option<u32>,
    /// Phê phán, góp ý ít nhất · criticism at least
    pub criticism_min: Option<u32>,
    /// Phê phán, góp ý nhiều nhất · criticism at most
    pub criticism_max: Option<u32>,
    /// Phản ánh nhiều nhất · neutral pieces at most
    pub neutral_max: Option<u32>,
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
