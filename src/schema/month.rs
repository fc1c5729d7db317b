//! A month's file.

use schemars::JsonSchema;

use super::running_order::{ColumnTable, ExceptionTable, WindowTable};
use super::segment::SegmentTable;
use super::{DateText, MonthText, OneOrMany};

/// Kế hoạch phát thanh một tháng của Loa · a month's schedule.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct MonthFile {
    /// Tháng, giống tên tệp · the month, as the file's name has it
    pub month: MonthText,
    /// Các tiết mục · the segments
    pub segment: Option<Vec<SegmentTable>>,
    /// Khung giờ của riêng tháng này, hơn của đài · this month's windows, which win over the station's
    pub window: Option<Vec<WindowTable>>,
    /// Chuyên mục của riêng tháng này · this month's columns
    pub column: Option<Vec<ColumnTable>>,
    /// Những ngày khác thường · days unlike the others
    pub exception: Option<Vec<ExceptionTable>>,
    /// Hình thức tuyên truyền khác, nhập tay cho báo cáo · other activities, for the report
    pub other_activity: Option<Vec<OtherActivityTable>>,
    /// Nhiệm vụ, sản phẩm phải có · what is to be delivered
    pub deliverable: Option<Vec<DeliverableTable>>,
    /// Lời người viết, cho báo cáo · what its writer says in the report
    pub remarks: Option<RemarksTable>,
}

/// Hoạt động khác · another activity.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct OtherActivityTable {
    /// Hình thức · its form
    pub form: String,
    /// Ngày · when
    pub date: DateText,
    /// Tên · what
    pub title: String,
    /// Đơn vị · who
    pub unit: Option<String>,
}

/// Lời người viết báo cáo, mỗi đoạn một dòng · what the writer of the report says, paragraph by paragraph.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct RemarksTable {
    /// Tồn tại, khó khăn, nguyên nhân · what fell short and why
    pub difficulties: Option<OneOrMany<String>>,
    /// Nhiệm vụ kỳ sau · what is to be done next
    pub next: Option<OneOrMany<String>>,
    /// Kiến nghị · what is asked for
    pub proposals: Option<OneOrMany<String>>,
}

/// Sản phẩm · a deliverable.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct DeliverableTable {
    /// Tên · what
    pub name: String,
    /// Số lượng · how many
    pub quantity: u32,
    /// Hạn · when
    pub due: DateText,
    /// Tính theo nhãn này · counted by this label
    pub tag: Option<String>,
    /// Đầu mối · who answers for it
    pub unit: Option<String>,
}
