//! One `[[segment]]` block.

use schemars::JsonSchema;

use super::words::{ActionWord, ClassWord, LevelWord, OriginWord, PowerCutWord, ToneWord};
use super::{DateText, DaysText, IdText, LengthText, OneOrMany, SoundText, TimeText};

/// Một tiết mục đã thu sẵn và ngày giờ phát · one recorded piece and when it airs.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SegmentTable {
    /// Tên tiết mục · its title
    pub title: String,
    /// Mã; không ghi thì lấy từ `title`. Cùng mã ở các tháng là cùng một tác phẩm · its id, by default from the title
    pub id: Option<IdText>,
    /// Tệp trong thư mục audio/; một danh sách thì phát liền nhau · its recording, or several played as one
    pub audio: OneOrMany<SoundText>,
    /// Giờ phát · when it airs
    pub at: Option<OneOrMany<TimeText>>,
    /// Hoặc: chuyên mục mà tiết mục nằm trong đó · or the column whose place it fills
    pub column: Option<IdText>,
    /// Chỉ trong các khung giờ này · only in these windows
    pub windows: Option<OneOrMany<IdText>>,
    /// Thứ trong tuần; đúng một trong `days`, `dates`, `on` · days of the week
    pub days: Option<OneOrMany<DaysText>>,
    /// Các ngày trong tháng, như [1, 8, 15] · days of the month
    pub dates: Option<OneOrMany<u8>>,
    /// Những ngày cụ thể · particular dates
    pub on: Option<OneOrMany<DateText>>,
    /// Trừ những ngày này · but not on these dates
    pub except: Option<OneOrMany<DateText>>,
    /// Trễ tối đa bao lâu vẫn phát · how late it may still start
    pub grace: Option<LengthText>,
    /// Mức ưu tiên · its right of way
    pub class: Option<ClassWord>,
    /// Sau khi mất điện thì sao · what becomes of it after a power cut
    pub after_power_cut: Option<PowerCutWord>,
    /// Mã chủ đề · its topic
    pub topic: Option<String>,
    /// Nhiều chủ đề; chủ đề đầu tính thời lượng · several topics, the first has the minutes
    pub topics: Option<Vec<String>>,
    /// Thể loại: tin, bài, phóng sự, phỏng vấn, hỏi đáp, thông báo, tiểu phẩm, khẩu hiệu hoặc theo danh mục của đài · its genre
    pub genre: Option<String>,
    /// Sắc thái · how it speaks
    pub tone: Option<ToneWord>,
    /// Cấp · whose policy it tells of
    pub level: Option<LevelWord>,
    /// Lĩnh vực, theo danh mục của đài · field of work
    pub field: Option<String>,
    /// Đối tượng · whom it is for
    pub audience: Option<OneOrMany<String>>,
    /// Đơn vị phối hợp · who made it with the station
    pub partner: Option<OneOrMany<String>>,
    /// Người, đơn vị, mô hình được nêu · the person, unit or model it names
    pub subject: Option<String>,
    /// Nguồn · where it comes from
    pub origin: Option<OriginWord>,
    /// Dẫn nguồn của bài tuyển chọn · credit line of a selected work
    pub credit: Option<String>,
    /// Người biên tập · editor
    pub editor: Option<String>,
    /// Phát thanh viên · announcer
    pub announcer: Option<String>,
    /// Cộng tác viên · contributors
    pub contributors: Option<OneOrMany<String>>,
    /// Tóm tắt · in a few sentences
    pub summary: Option<String>,
    /// Toàn văn cho trang thông tin của phường · for the ward's web page
    pub text: Option<String>,
    /// Văn bản được tuyên truyền · the document it tells of
    pub source_doc: Option<SourceDocTable>,
    /// Hết hiệu lực sau ngày này, không phát nữa · last date on which it may air
    pub valid_until: Option<DateText>,
    /// Đường dây nóng được đọc trong bản ghi · the hotline it announces
    pub hotline: Option<IdText>,
    /// Thủ tục hành chính được công bố · the procedure it announces
    pub procedure: Option<ProcedureTable>,
    /// Phản ánh, kiến nghị được trả lời · the feedback it answers
    pub feedback: Option<FeedbackTable>,
    /// Số liệu một cửa được đọc · one-stop figures it tells
    pub one_stop: Option<OneStopTable>,
    /// Số liệu khảo sát hài lòng được đọc · survey figures it tells
    pub survey: Option<SurveyTable>,
    /// Đã đăng ở đâu nữa · where else it was published
    pub also_published: Option<Vec<PublicationTable>>,
    /// Nhãn riêng của đài · the ward's own labels
    pub tags: Option<OneOrMany<String>>,
    /// Ai đã duyệt; do `loa approve` ghi · who approved it, written by `loa approve`
    pub approved: Option<ApprovedTable>,
}

/// Bản duyệt, gắn với nội dung bản ghi · an approval, pinned to the recording's content.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ApprovedTable {
    /// Người duyệt · the person
    pub by: String,
    /// Ngày duyệt · when
    pub on: DateText,
    /// Số văn bản · the document's number
    #[schemars(rename = "ref")]
    pub ref_: Option<String>,
    /// Mã băm của bản ghi đã duyệt · hash of the recording that was approved
    pub sha256: Option<String>,
}

/// Văn bản · a document.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SourceDocTable {
    /// Số, ký hiệu · its number
    pub number: String,
    /// Ngày ban hành · its date
    pub date: DateText,
}

/// Thủ tục hành chính · an administrative procedure.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ProcedureTable {
    /// Mới ban hành, sửa đổi, thay thế, bãi bỏ · what was done to it
    pub action: ActionWord,
    /// Tên thủ tục · its name
    pub name: String,
    /// Số quyết định · the decision's number
    pub decision: Option<String>,
    /// Có hiệu lực từ · from when on
    pub effective: Option<DateText>,
}

/// Phản ánh và trả lời · feedback and answer.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct FeedbackTable {
    /// Ngày nhận · when it came in
    pub received: DateText,
    /// Ai trả lời · who answered
    pub answered_by: Option<String>,
    /// Ngày trả lời · when
    pub answered: Option<DateText>,
}

/// Số liệu một cửa, in đúng như ghi · one-stop figures, printed as typed.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct OneStopTable {
    /// Kỳ số liệu, như "11/2026" · of which period
    pub period: String,
    /// Tiếp nhận · received
    pub received: Option<u32>,
    /// Đã giải quyết · resolved
    pub resolved: Option<u32>,
    /// Trước hạn · early
    pub early: Option<u32>,
    /// Đúng hạn · on time
    pub on_time: Option<u32>,
    /// Quá hạn · overdue
    pub overdue: Option<u32>,
    /// Trực tuyến · online
    pub online: Option<u32>,
    /// Nguồn số liệu · where the figures come from
    pub source: Option<String>,
}

/// Số liệu khảo sát hài lòng, in đúng như ghi · survey figures, printed as typed.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SurveyTable {
    /// Kỳ khảo sát, như "2026" · of which period
    pub period: String,
    /// Số người được hỏi · people asked
    pub asked: Option<u32>,
    /// Số người hài lòng · of them satisfied
    pub satisfied: Option<u32>,
    /// Nguồn số liệu · where the figures come from
    pub source: Option<String>,
}

/// Nơi đăng khác · a publication elsewhere.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PublicationTable {
    /// Kênh, như "Zalo" · the channel
    #[schemars(rename = "where")]
    pub where_: String,
    /// Ngày đăng · when
    pub date: DateText,
    /// Địa chỉ · its address
    pub url: Option<String>,
}
